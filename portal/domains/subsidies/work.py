"""What waits for whom in a subsidy, beside the terms of the law: agreed at the gemeente (config/subsidies.toml, [werk])."""

from config import load as load_config
from portal.domains.subsidies import queries
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel.terms import Length, TermRule
from portal.kernel.werk import Work, begin, done

__all__ = ["WORK", "WORK_AGAIN", "done", "lezen_en_tekenen", "vervalt", "wait_for"]

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
    "werk_voorschot": Work(
        "Stel de voorschotten voor",
        "De ontvanger krijgt nog geen geld.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.voorschot"),
    "werk_klaarzetten": Work(
        "Zet de volgende betaling klaar",
        "De ontvanger krijgt het geld niet op de afgesproken dag.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.uitvoering"),
    "werk_goedkeuren": Work(
        "Keur de betaling goed",
        "De betaling gaat niet naar de financiële administratie.",
        (P.SUBSIDIE_BETALEN,), "subsidie.te_betalen"),
    "werk_rekening": Work(
        "Kijk het nieuwe rekeningnummer van de ontvanger na",
        "De betaling die niet lukte, blijft liggen.",
        (P.SUBSIDIE_BETALEN,), "subsidie.rekening"),
    "werk_bewijs": Work(
        "Bekijk het bewijs van de ontvanger",
        "De ontvanger weet niet of het goed is.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.uitvoering"),
    "werk_melding": Work(
        "Bekijk de melding van de ontvanger",
        "De subsidie past misschien niet meer bij wat er gebeurt.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.uitvoering"),
    "werk_vaststellen": Work(
        "Stel de subsidie vast",
        "De ontvanger weet niet waar hij aan toe is. Hij kan de gemeente in gebreke stellen.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.vaststellen"),
    "werk_terugvorderen": Work(
        "Beslis of u terugvordert",
        "Er is te veel betaald, en na vijf jaar kan de gemeente dat niet meer terugvragen.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.terugvorderen"),
    "werk_vordering": Work(
        "Kijk of er is betaald, en stuur anders een aanmaning",
        "De ontvanger betaalt niet, en na vijf jaar kan de gemeente het geld niet meer innen (Awb 4:104).",
        (P.SUBSIDIE_BETALEN,), "subsidie.vordering"),
    "werk_rentevergoeding": Work(
        "Besluit over rente: de gemeente betaalde te laat",
        "De ontvanger krijgt de rente niet waar hij recht op heeft (Awb 4:98 en 4:99).",
        (P.SUBSIDIE_BETALEN, P.SUBSIDIE_BEHANDELEN), "subsidie.rente_betalen"),
    "werk_posten": Work(
        "Doe de brief op de post, en vul de dag in",
        "De aanvrager krijgt geen brief. De termijn om bezwaar te maken begint niet.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.dossier"),
    "werk_bezwaar": Work(
        "Behandel het bezwaar",
        "De indiener krijgt geen antwoord, en kan de gemeente in gebreke stellen.",
        (P.BEZWAAR_BEHANDELEN,), "subsidie.bezwaar"),
    "werk_herzien": Work(
        "Neem een nieuw besluit: het bezwaar was gegrond",
        "De ontvanger kreeg gelijk, maar er verandert niets.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.dossier"),
    "werk_toestemming": Work(
        "Bekijk het verzoek om toestemming",
        "Zonder besluit op tijd is de toestemming er vanzelf (Awb 4:20b).",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.toestemming"),
    "werk_rapportage": Work(
        "Lees het voortgangsbericht",
        "De ontvanger weet niet of het goed is.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.rapportage"),
    "werk_tekenen": Work(
        "Teken het subsidiebesluit",
        "De brief gaat niet weg. De aanvrager krijgt geen antwoord en geen geld.",
        (P.SUBSIDIE_TEKENEN,), "subsidie.te_tekenen"),
}

# The same work when it was done before: the first decision still holds, so no term to decide runs.
WORK_AGAIN = {
    "werk_vaststellen": Work(
        "Stel de herziene vaststelling voor, of stop het herzien",
        "De vaststelling blijft zoals zij was. De ontvanger weet niet of zij verandert.",
        (P.SUBSIDIE_BEHANDELEN,), "subsidie.vaststellen"),
    "werk_vordering": Work(
        "Kijk of er na de aanmaning is betaald, en bespreek anders hoe u het geld int",
        "De ontvanger betaalt niet, en na vijf jaar kan de gemeente het geld niet meer innen (Awb 4:104).",
        (P.SUBSIDIE_BETALEN,), "subsidie.vordering"),
}


def wait_for(session, dossier, kind: str, *, again: bool = False, **facts) -> None:
    """This work waits from today (`on`: another day) for the owner of the dossier. `again`: it was done before."""
    begin(session, dossier, _rule(kind), (WORK_AGAIN if again else WORK)[kind], **facts)


def lezen_en_tekenen(session, subsidie) -> None:
    """Reading and signing wait as long as some proposal in this case waits for it: several can, of different kinds."""
    session.flush()
    waiting = {"werk_meelezen": False, "werk_tekenen": False}
    for besluit in queries.wachtende_besluiten(session, subsidie.id):
        unread = besluit.tweede_lezer_nodig and besluit.state == besluiten.State.OPGESTELD
        waiting["werk_meelezen" if unread else "werk_tekenen"] = True
    for kind, waits in waiting.items():
        if waits:
            wait_for(session, subsidie, kind)
        else:
            done(session, subsidie, kind)


def vervalt(session, subsidie, besluit) -> None:
    """A proposal that nobody will sign any more, and who waited for it."""
    besluit.state = besluiten.State.VERVALLEN
    lezen_en_tekenen(session, subsidie)


def _rule(kind: str) -> TermRule:
    agreed = load_config("subsidies")["werk"]
    # What must be done before an hour, must be done on its day.
    start = "same_day" if kind == "werk_versturen" else "day_after"
    return TermRule(kind=kind, article=agreed["bron"], length=Length(**agreed[kind.removeprefix("werk_")]), statutory=False,
                    source=agreed["bron"], start=start, label=WORK[kind].taak, event="Begin van het werk")
