"""What waits for whom in a subsidy, beside the terms of the law: agreed at the gemeente (config/subsidies.toml, [werk])."""

from config import load as load_config
from portal.identity.permissions import Permission as P
from portal.kernel.terms import Length, TermRule
from portal.kernel.werk import Work, begin, done

__all__ = ["WORK", "done", "wait_for"]

# `kind` -> what it is.
WORK = {
    "werk_versturen": Work(
        "Verstuur uw subsidieaanvraag",
        "Wat u niet heeft verstuurd, leest niemand. Na de sluiting kunt u niet meer aanvragen.",
        (P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN), "aanvraag.dossier"),
    "werk_ontvangen": Work(
        "Kijk of de aanvraag compleet is",
        "De aanvrager weet niet of er iets ontbreekt. De beslistermijn loopt door.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.dossier"),
    "werk_behandelen": Work(
        "Beoordeel de aanvraag",
        "Er komt geen voorstel. De beslistermijn loopt door.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.dossier"),
    "werk_voorstellen": Work(
        "Schrijf het voorstel voor het besluit",
        "Niemand kan besluiten. De beslistermijn loopt door.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.voorstel"),
    "werk_meelezen": Work(
        "Lees mee met het subsidiebesluit",
        "Niemand mag tekenen. De aanvrager krijgt geen antwoord.",
        (P.SUBSIDIE_MEELEZEN,), "subsidie.dossier"),
    "werk_tekenen": Work(
        "Teken het subsidiebesluit",
        "De brief gaat niet weg. De aanvrager krijgt geen antwoord en geen geld.",
        (P.SUBSIDIE_TEKENEN,), "subsidie.te_tekenen"),
}


def wait_for(session, dossier, kind: str, **facts) -> None:
    """This work waits from today (`on`: another day) for the owner of the dossier."""
    begin(session, dossier, _rule(kind), WORK[kind], **facts)


def _rule(kind: str) -> TermRule:
    agreed = load_config("subsidies")["werk"]
    # What must be done before an hour, must be done on its day.
    start = "same_day" if kind == "werk_versturen" else "day_after"
    return TermRule(kind=kind, article=agreed["bron"], length=Length(**agreed[kind.removeprefix("werk_")]), statutory=False,
                    source=agreed["bron"], start=start, label=WORK[kind].taak, event="Begin van het werk")
