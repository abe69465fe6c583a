"""What the pages of a decision show per kind, beside a grant or a refusal: a change, a withdrawal, advances, determination,
recovery, the decision on an objection, a penalty. From what was frozen when it was drafted; what a person can still change is
not here."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from config import load as load_config
from portal.adapters.subsidiebrieven import saldo_van
from portal.domains.subsidies import (
    bezwaar,
    ingebreke,
    kwijtschelden,
    queries,
    rente,
    rentevergoeding,
    toestemming,
    uitvoering,
    vaststellen,
    voorstellen,
    vorderen,
)
from portal.domains.subsidies.model import State, Subsidie
from portal.domains.subsidies.rules import Beslissing
from portal.domains.subsidies.words import BESLISSING_WORDS
from portal.domains.subsidies.workflow import mogelijk
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit
from portal.kernel.rente import Renteregel
from portal.kernel.terms import compute
from portal.web.filters import aantal, bedrag, datum, datum_tabel, in_taal
from portal.web.links import task_url
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

WIJZIGEN, INTREKKEN = Beslissing.WIJZIGEN, Beslissing.INTREKKEN
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """What the pages show of one kind of decision. Every function gets what was frozen (`inhoud`), but for `again`: that gets
    the case too, and says where the drafter makes another proposal (None: the case is past it)."""

    if_nothing: Callable[[Mapping], str]
    again: Callable[[Mapping, Subsidie], str | None]
    # What is decided in a few words, by its outcome; of other kinds a table of the configuration says it.
    outcome: str = ""
    called: Callable[[], str] = str
    # The amount that the signature is about, with its name; None: that of the decision itself.
    amount: Callable[[Mapping], tuple[str, str]] | None = None
    # Its amount in a list; for what has none, what is decided.
    listed: Callable[[Mapping], str] = lambda inhoud: what(inhoud)
    metrics: Callable[[Mapping], list[tuple]] = lambda inhoud: []
    parts: Callable[[Mapping], list[dict]] = lambda inhoud: []
    facts: Callable[[Mapping], list[tuple[str, str]]] = lambda inhoud: [(_("Beslissing"), what(inhoud))]
    checks: Callable[[Mapping], list[tuple]] = lambda inhoud: []
    why: Callable[[], str] = lambda: _("Waarom")
    sent_back: Callable[[], str] = lambda: _("De opsteller maakt een nieuw voorstel.")


def is_first(besluit: Besluit) -> bool:
    """Is this the decision on the application itself: a grant, a refusal, not handled?"""
    return besluit.soort == voorstellen.SOORT and besluit.inhoud["uitkomst"] not in (WIJZIGEN, INTREKKEN)


def _kind(soort: str, inhoud: Mapping) -> Kind:
    """What the page goes by: the kind, and of a grant what happens to it."""
    changes = soort == voorstellen.SOORT and inhoud["uitkomst"] in (WIJZIGEN, INTREKKEN)
    return KINDS[inhoud["uitkomst"] if changes else soort]


# What the pages ask --------------------------------------------------------------------------------------------------------

def what(inhoud) -> str:
    """What is decided, in a few words."""
    uitkomst = inhoud["uitkomst"]
    if inhoud.get("herziet"):
        return _("De vaststelling herzien")
    config = load_config("subsidies")
    if outcome := config["bezwaar_uitkomst"].get(uitkomst):
        return _("Het bezwaar: %(uitkomst)s", uitkomst=in_taal(outcome).lower())
    if own := next((kind for kind in KINDS.values() if kind.outcome == uitkomst), None):
        return own.called()
    return in_taal(BESLISSING_WORDS.get(uitkomst) or config["toestemming_uitkomst"].get(uitkomst, uitkomst))


def amount(besluit: Besluit) -> tuple[str, str]:
    """The amount that the signature is about, with its name."""
    if own := _kind(besluit.soort, besluit.inhoud).amount:
        return own(besluit.inhoud)
    return (_("Het gaat om"), euro(besluit.bedrag)) if besluit.bedrag is not None else ("", "")


def listed_amount(soort: str, inhoud) -> str:
    """The amount of a decision in a list; for what has none, what is decided."""
    return _kind(soort, inhoud).listed(inhoud)


def metrics(besluit: Besluit) -> list[tuple]:
    """Two or three figures on the page of the decision."""
    return _kind(besluit.soort, besluit.inhoud).metrics(besluit.inhoud)


def parts(besluit: Besluit) -> list[dict]:
    """The content of the decision under headings: {id, title, facts, lines, table: [caption, columns, rows]}."""
    return _kind(besluit.soort, besluit.inhoud).parts(besluit.inhoud)


def why_title(soort: str) -> str:
    """The heading above the reasons."""
    return KINDS[soort].why()


def facts(besluit: Besluit) -> list[tuple[str, str]]:
    """What the signature does, as counted when it is signed today."""
    return _kind(besluit.soort, besluit.inhoud).facts(besluit.inhoud)


def checks(besluit: Besluit) -> list[tuple]:
    """What the signer should know of the content."""
    return _kind(besluit.soort, besluit.inhoud).checks(besluit.inhoud)


def if_nothing(besluit: Besluit) -> str:
    """What happens when nobody signs."""
    return _kind(besluit.soort, besluit.inhoud).if_nothing(besluit.inhoud)


def sent_back_text(besluit: Besluit) -> str:
    """What sending back does."""
    return _kind(besluit.soort, besluit.inhoud).sent_back()


def again_url(besluit: Besluit, zaak: Subsidie) -> str | None:
    """Where the drafter makes another proposal after this one was sent back; None when the case is past it."""
    return _kind(besluit.soort, besluit.inhoud).again(besluit.inhoud, zaak)


# Shared --------------------------------------------------------------------------------------------------------------------

def has_budget_condition(inhoud: Mapping) -> bool:
    """Does this grant say that it depends on the budget (Awb 4:34)?"""
    return any(row["grondslag"] == "4-34" for row in inhoud.get("regels", ()))


def differences(rows) -> list[tuple[str, str, str]]:
    """What a change makes different: what it is about, how it was, and how it becomes."""
    def said(soort: str, value: str | None) -> str:
        if not value:
            return _("niets")
        match soort:
            case "bedrag" | "maximum" | "tarief":
                return euro(value)
            case "aantal":
                return aantal(value, current_lang())
            case "van" | "tot":
                return datum(date.fromisoformat(value) - (DAY if soort == "tot" else timedelta(0)), current_lang())
        return value

    return [(in_taal(row["wat"]), said(row["soort"], row["was"]), said(row["soort"], row["wordt"])) for row in rows]


def _on(value: str) -> str:
    return datum(date.fromisoformat(value), current_lang())


def euro(value) -> str:
    """An amount as it was frozen, as people read it."""
    return bedrag(Decimal(value), current_lang())


def _bedrag(inhoud) -> str:
    return euro(inhoud["bedrag"])


def _short(value: str) -> str:
    return datum_tabel(date.fromisoformat(value), current_lang())


def _count(value, unit: str = "") -> str:
    return f"{aantal(Decimal(value), current_lang())} {unit}".strip() if value is not None else _("niet bekend")


def _pay_before() -> str:
    """The last day to pay what is signed today."""
    return datum(compute(terms.rule("betaling"), clock.today()).last_day, current_lang())


def _heard(inhoud) -> list[tuple[str, str]]:
    """Was it heard, where the decision is against it?"""
    heard = _("Ja, de ontvanger kon eerst reageren") if inhoud["eigen_feiten"] else _("Nee")
    return [*([(_("Gegevens van een ander"), heard)] if inhoud["eigen_feiten"] is not None else []),
            *([(_("Waarom niet gehoord"), inhoud["horen"])] if inhoud["horen"] else [])]


def _weighed() -> str:
    return _("Welke belangen zijn gewogen")


# A grant, a change, a withdrawal ---------------------------------------------------------------------------------------------

def _granted_listed(inhoud) -> str:
    return euro(inhoud["maximum"] or inhoud["bedrag"]) if inhoud["uitkomst"] == Beslissing.VERLENEN else what(inhoud)


def _proposal_again(_inhoud, zaak: Subsidie) -> str | None:
    return task_url("subsidie.voorstel", zaak.id) if mogelijk(zaak) else None


def aid_words(inhoud) -> str:
    """What was found about state aid, and why; empty for a decision that gives nothing."""
    found = load_config("subsidies")["steun"].get(inhoud.get("steun", ""))
    return f"{in_taal(found['naam'])}. {inhoud['staatssteun']}" if found else inhoud.get("staatssteun", "")


def _changed_amount(inhoud) -> tuple[str, str]:
    if inhoud["maximum"]:
        return _("De subsidie wordt ten hoogste"), euro(inhoud["maximum"])
    return _("De subsidie wordt"), _bedrag(inhoud)


def _already_paid(inhoud) -> tuple[str, str]:
    return _("Al betaald"), euro(inhoud["wijzigt"]["betaald"])


def _changed_metrics(inhoud) -> list[tuple]:
    return [(_("Bedrag"), _bedrag(inhoud), _("verleend is nu: %(bedrag)s", bedrag=euro(inhoud["wijzigt"]["verleend"]))),
            _already_paid(inhoud)]


def _withdrawn_metrics(inhoud) -> list[tuple]:
    return [(_("Verleend"), euro(inhoud["wijzigt"]["verleend"]), _("vervalt helemaal")), _already_paid(inhoud)]


def _changed(inhoud) -> list[dict]:
    """The difference of a change, and on which ground a grant becomes less or nothing."""
    found = []
    if inhoud["uitkomst"] == WIJZIGEN:
        found.append({"id": "verschil", "title": _("Wat er verandert"), "lines": [], "facts": [], "stack": True,
                      "table": (_("Was en wordt"), [_("Wat"), _("Was"), _("Wordt")], differences(inhoud["verschil"]))})
    ground = load_config("subsidies")["intrekking"].get(inhoud["grond"])
    if ground:
        found.append({"id": "grond", "title": _("Grond"), "table": None, "facts": [
            *_heard(inhoud),
            *([(_("Begroting vastgesteld op"), _on(inhoud["begroting_on"]))] if inhoud["begroting_on"] else []),
            *([(_("Het lagere bedrag telt vanaf"), _on(inhoud["lager_vanaf"]))] if inhoud.get("lager_vanaf") else []),
            *([(_("Schade van de ontvanger"), inhoud["schade"])] if inhoud["schade"] else [])],
            "lines": [f"{in_taal(ground['naam'])} ({ground['artikel']})", _counts(ground)]})
    return [*found, {"id": "geld", "title": _("Wat er met het geld gebeurt"), "table": None, "facts": [],
                     "lines": after_change(inhoud)}]


def _counts(ground) -> str:
    return (_("Het telt vanaf het begin van de subsidie (Awb 4:48, lid 2).") if ground["werking"] == "terug" else
            _("Het telt niet terug: de ontvanger krijgt tijd om zich aan te passen (Awb 4:50, lid 1)."))


def after_change(inhoud) -> list[str]:
    """What happens to the money when a change or a withdrawal is signed."""
    was, paid = Decimal(inhoud["wijzigt"]["verleend"]), Decimal(inhoud["wijzigt"]["betaald"])
    if inhoud["uitkomst"] == INTREKKEN:
        return [_("Betalingen die nog niet zijn gedaan, vervallen."),
                _("Er is %(bedrag)s betaald. Terugvragen is een apart besluit (Awb 4:57).", bedrag=euro(paid)) if paid else
                _("Er is nog niets betaald. Er is dus niets terug te vragen.")]
    new = Decimal(inhoud["bedrag"])
    if new < was:
        return [_("De subsidie wordt %(bedrag)s lager. Betalingen die niet meer passen, vervallen.", bedrag=euro(was - new))]
    if new > was:
        return [_("De subsidie wordt %(bedrag)s hoger. Over extra voorschotten besluit u apart.", bedrag=euro(new - was))]
    return [_("Het bedrag blijft gelijk. Betalingen gaan door zoals gepland.")]


def _changed_facts(inhoud) -> list[tuple[str, str]]:
    van, tot = date.fromisoformat(inhoud["van"]), date.fromisoformat(inhoud["tot"]) - DAY
    lang = current_lang()
    return [(_("Periode"), _("%(van)s tot en met %(tot)s", van=datum(van, lang), tot=datum(tot, lang))),
            *((wat, _("was %(was)s, wordt %(wordt)s", was=was, wordt=wordt)) for wat, was, wordt in differences(
                row for row in inhoud["verschil"] if row["soort"] not in ("regel", "van", "tot"))),
            (_("Regels"), _changed_lines(inhoud)), *_withdrawn_facts(inhoud)]


def _withdrawn_facts(inhoud) -> list[tuple[str, str]]:
    return [(_("Wat er dan gebeurt"), " ".join(after_change(inhoud)))]


def _changed_lines(inhoud) -> str:
    if many := sum(row["soort"] == "regel" for row in inhoud["verschil"]):
        return ngettext("%(num)s regel wordt anders", "%(num)s regels worden anders", many)
    return _("Alle regels blijven gelijk")


def _withdrawn_checks(inhoud) -> list[tuple]:
    ground = load_config("subsidies")["intrekking"].get(inhoud["grond"])
    return [("ok", _("De grond is gekozen: %(grond)s", grond=ground["artikel"]))] if ground else []


def _changed_checks(inhoud) -> list[tuple]:
    return [*_withdrawn_checks(inhoud), ("ok", _("Er is gekeken naar staatssteun: %(wat)s", wat=aid_words(inhoud)))]


def _change_back() -> str:
    return _("Er verandert niets aan de subsidie. De opsteller past het voorstel aan.")


# Advances ------------------------------------------------------------------------------------------------------------------

def _advance_metrics(inhoud) -> list[tuple]:
    many = len(inhoud["termijnen"])
    return [(_("Voorschotten"), _bedrag(inhoud), ngettext("%(num)s betaling", "%(num)s betalingen", many)),
            (_("Verleend"), euro(inhoud["verleend"])), (_("Eerder besloten"), euro(inhoud["eerder"]))]


def _advance_parts(inhoud) -> list[dict]:
    rows = [[_("Voorschot %(n)s", n=n), _short(row["op"]), _bedrag(row)]
            for n, row in enumerate(inhoud["termijnen"], start=1)]
    return [{"id": "betaling", "title": _("Wanneer wordt er betaald?"), "facts": [], "lines": [],
             "table": (_("Betalingen"), [_("Voorschot"), _("Uiterlijk op"), (_("Bedrag"), "num")], rows)}]


def _advance_facts(_inhoud) -> list[tuple[str, str]]:
    return [(_("Wat er dan gebeurt"), _("De betalingen worden gepland. Elke betaling wordt daarna klaargezet, en door een "
                                        "ander goedgekeurd."))]


def _advance_checks(inhoud) -> list[tuple]:
    whole = Decimal(inhoud["eerder"]) + Decimal(inhoud["bedrag"])
    return [("ok", _("Alle voorschotten samen: %(samen)s van de verleende %(verleend)s", samen=euro(whole),
                     verleend=euro(inhoud["verleend"])))]


# Determination -------------------------------------------------------------------------------------------------------------

def saldo(inhoud) -> tuple[str, str]:
    """What happens to the money after a determination: its name and the amount."""
    left = saldo_van(inhoud)
    if left < 0:
        return _("Te veel betaald"), euro(-left)
    return (_("Nog te betalen"), euro(left)) if left else (_("Saldo"), euro(0))


def _determined_metrics(inhoud) -> list[tuple]:
    paid = (_("Al betaald"), euro(inhoud["onderweg"]))
    if again := inhoud.get("herziet"):
        return [(_("Bedrag"), _bedrag(inhoud)), (_("Was vastgesteld op"), _bedrag(again), _(
            "op %(dag)s", dag=_on(again["verzonden_on"]))), paid, saldo(inhoud)]
    return [(_("Bedrag"), _bedrag(inhoud), _("verleend: %(bedrag)s", bedrag=euro(inhoud["verleend"]))), paid, saldo(inhoud)]


def _determined(inhoud) -> list[dict]:
    """The count, the ground when it is lower, and what happens to the money."""
    unit = inhoud["eenheid"]
    counted = {"id": "berekening", "title": _("Hoe het bedrag is berekend"), "table": None,
               "lines": inhoud["uitleg"] or [inhoud["waarom_niet"]], "facts": [
                   *([(_("Afgesproken"), _count(inhoud["afgesproken"], unit)),
                      (_("Geleverd"), _count(inhoud["geleverd"], unit))] if inhoud["afgesproken"] is not None else []),
                   *([(_("Kosten volgens de ontvanger"), euro(inhoud["kosten"]))] if inhoud["kosten"] else []),
                   (_("De berekening komt op"), euro(inhoud["berekend"])), (_("Het voorstel is"), euro(inhoud["bedrag"]))]}
    found, ground = [counted], _ground(inhoud)
    if ground:
        title = _("Grond om te herzien") if inhoud.get("herziet") else _("Grond om lager vast te stellen")
        found.append({"id": "grond", "title": title, "table": None, "facts": _heard(inhoud), "lines": [
            f"{in_taal(ground['naam'])} ({ground['artikel']})"]})
    return [*found, {"id": "geld", "title": _("Wat er met het geld gebeurt"), "table": None, "facts": [],
                     "lines": [after_determination(inhoud)]}]


def _ground(inhoud) -> Mapping | None:
    """On which ground a determination is lower (Awb 4:46), or is revised (Awb 4:49); None when it needs none."""
    config = load_config("subsidies")
    if again := inhoud.get("herziet"):
        return config["herziening"][again["grond"]]
    return config["lager"].get(inhoud["grond"])


def after_determination(inhoud) -> str:
    """What happens to the balance when this is signed."""
    left = saldo_van(inhoud)
    if left > 0:
        return _("De gemeente betaalt nog %(bedrag)s, binnen zes weken na de brief (Awb 4:87).", bedrag=euro(left))
    if left < 0:
        return _("Er is %(bedrag)s te veel betaald. Terugvragen is een apart besluit (Awb 4:57).", bedrag=euro(-left))
    return _("Er is precies genoeg betaald. Er gebeurt niets meer met het geld.")


def _determined_facts(inhoud) -> list[tuple[str, str]]:
    back, again = Decimal(inhoud["vastgelegd"]) - Decimal(inhoud["bedrag"]), inhoud.get("herziet")
    found = [(_("Was vastgesteld op"), _bedrag(again)) if again else (_("Verleend"), euro(inhoud["verleend"])),
             (_("Al betaald"), euro(inhoud["onderweg"])), (_("Wat er dan gebeurt"), after_determination(inhoud))]
    if not again:
        found.append((_("Geplande voorschotten"), _("Wat nog niet is betaald, vervalt.")))
    return [*found, *([(_("Terug in het plafond"), euro(back))] if back > 0 else [])]


def _determined_checks(inhoud) -> list[tuple]:
    same, ground = Decimal(inhoud["berekend"]) == Decimal(inhoud["bedrag"]), _ground(inhoud)
    counted = ("ok", _("Het bedrag volgt uit de berekening")) if same else (
        "warn", _("Anders dan de berekening:"), _("die komt op %(bedrag)s. Lees de motivering.",
                                                  bedrag=euro(inhoud["berekend"])))
    return [counted, *([("ok", _("De grond is gekozen: %(grond)s", grond=ground["artikel"]))] if ground else [])]


def _determined_nothing(inhoud) -> str:
    if inhoud.get("herziet"):
        return _("de brief gaat niet weg. De vaststelling blijft zoals zij was.")
    return _("de brief gaat niet weg. De ontvanger weet niet waar hij aan toe is, en kan de gemeente in gebreke stellen (Awb "
             "4:17).")


# Recovery and interest -----------------------------------------------------------------------------------------------------

def _claimed_metrics(inhoud) -> list[tuple]:
    return [(_("Terug te vragen"), _bedrag(inhoud)), (_("Te veel betaald"), euro(inhoud["te_veel"])),
            (_("Vastgesteld"), euro(inhoud["vastgesteld"]))]


def _claimed_parts(inhoud) -> list[dict]:
    left = Decimal(inhoud["te_veel"]) - Decimal(inhoud["bedrag"])
    return [{"id": "bedrag", "title": _("Hoe het bedrag is opgebouwd"), "lines": [], "table": None, "facts": [
        (_("Betaald"), euro(inhoud["betaald"])), (_("Vastgesteld"), euro(inhoud["vastgesteld"])),
        (_("Te veel betaald"), euro(inhoud["te_veel"])), (_("Terug te vragen"), _bedrag(inhoud)),
        *([(_("Hiervan zien wij af"), euro(left))] if left else [])]}]


def _asked_to_pay() -> tuple[str, str]:
    return _("Wat er dan gebeurt"), _("De ontvanger krijgt de vraag om te betalen, uiterlijk %(dag)s.", dag=_pay_before())


def _claimed_facts(inhoud) -> list[tuple[str, str]]:
    return [(_("Te veel betaald"), euro(inhoud["te_veel"])), _asked_to_pay()]


def _weighed_check() -> tuple[str, str]:
    return "ok", _("De belangen zijn gewogen. Lees of u dat ook vindt.")


def _claimed_checks(_inhoud) -> list[tuple]:
    return [_weighed_check(), ("ok", _("Het bedrag is niet hoger dan wat er te veel is betaald"))]


def _interest_metrics(inhoud) -> list[tuple]:
    return [(_("Rente"), _bedrag(inhoud)), (_("Teruggevraagd"), euro(inhoud["hoofdsom"])),
            (_("Betalen kon tot en met"), _short(inhoud["betaal_tot"]))]


def _interest_parts(inhoud) -> list[dict]:
    return [{"id": "berekening", "title": _("Hoe het bedrag is geteld"), "facts": [], "lines": [],
             "stack": True, "table": interest_table(Renteregel.from_json(row) for row in inhoud["rente"])}]


def interest_table(regels: Iterable[Renteregel]) -> tuple:
    """Interest stretch by stretch, as ui.table takes it: caption, columns, rows."""
    lang = current_lang()
    return _("Rente per periode"), [_("Van"), _("Tot en met"), (_("Stond open"), "num"), (_("Per jaar"), "num"),
                                    (_("Rente"), "num")], [
        [datum_tabel(one.van, lang), datum_tabel(one.tot_en_met, lang), euro(one.hoofdsom),
         f"{aantal(one.percentage, lang)} %", euro(one.bedrag)] for one in regels]


def _interest_facts(inhoud) -> list[tuple[str, str]]:
    return [(_("Hoort bij"), inhoud["kenmerk"]), _asked_to_pay()]


def _interest_checks(_inhoud) -> list[tuple]:
    return [("ok", _("Het bedrag is geteld, niet gekozen (Awb 4:98)")), _weighed_check()]


def _owed_metrics(inhoud) -> list[tuple]:
    return [(_("Rente"), _bedrag(inhoud)),
            (_("Te laat betaald"), ngettext("%(num)s betaling", "%(num)s betalingen", len(inhoud["betalingen"])))]


def _owed_parts(inhoud) -> list[dict]:
    """Payment by payment: what the gemeente paid late, and how the interest on it was counted."""
    return [{"id": f"betaling-{n}", "title": _("Betaling %(kenmerk)s", kenmerk=row["kenmerk"]), "lines": [], "facts": [
        (_("Bedrag"), euro(row["hoofdsom"])),
        (_("Voor het eerst ontvangen op") if row["terug"] else _("Betalen kon tot en met"), _on(row["betaal_tot"])),
        (_("Terugbetaald op") if row["terug"] else _("Betaald op"), _on(row["betaald_on"])),
        (_("Rente"), euro(row["bedrag"]))],
        "stack": True, "table": interest_table(Renteregel.from_json(one) for one in row["rente"])}
        for n, row in enumerate(inhoud["betalingen"], start=1)]


def _will_pay() -> tuple[str, str]:
    return _("Wat er dan gebeurt"), _("De gemeente betaalt dit uiterlijk %(dag)s (Awb 4:87).", dag=_pay_before())


def _owed_facts(_inhoud) -> list[tuple[str, str]]:
    return [_will_pay()]


def _remitted_metrics(inhoud) -> list[tuple]:
    return [(_("Kwijt te schelden"), _bedrag(inhoud)), (_("Moest worden betaald"), euro(inhoud["verschuldigd"])),
            (_("Ontvangen"), euro(inhoud["ontvangen"]))]


def _remitted_facts(inhoud) -> list[tuple[str, str]]:
    return [(_("Hoort bij"), inhoud["kenmerk"]), (_("Wat er dan gebeurt"), _(
        "De ontvanger hoeft de rest niet meer te betalen. Dit is niet terug te draaien."))]


def _remitted_checks(_inhoud) -> list[tuple]:
    return [("ok", _("Wie tekent, tekende de terugvordering niet")), ("ok", _("Het bedrag is wat er nog open staat"))]


# Objection and penalty -----------------------------------------------------------------------------------------------------

def _objected_metrics(inhoud) -> list[tuple]:
    return [(_("Uitkomst"), in_taal(load_config("subsidies")["bezwaar_uitkomst"][inhoud["uitkomst"]])),
            (_("Bezwaar ontvangen"), _short(inhoud["ontvangen_on"]))]


def _objected(inhoud) -> list[dict]:
    """Against what was objected, how it was handled, and what the outcome does."""
    config = load_config("subsidies")
    ground, unheard = config["niet_ontvankelijk"].get(inhoud["grond"]), config["niet_horen"].get(inhoud["niet_horen"])
    heard = (_("op %(dag)s", dag=_on(inhoud["gehoord_on"])) if inhoud["gehoord_on"] else
             _("Niet gehoord: %(grond)s (%(artikel)s)", grond=in_taal(unheard["naam"]), artikel=unheard["artikel"]) if unheard
             else _("Niet gehoord: het bezwaar is duidelijk niet-ontvankelijk (Awb 7:3, onder a)"))
    facts = [(_("Bezwaar"), inhoud["bezwaar"]), (_("Tegen"), inhoud["besluit"]), (_("Van"), _on(inhoud["besluit_on"])),
             (_("Hoorzitting"), heard), (_("Commissie"), _("Ja (Awb 7:13)") if inhoud["commissie"] else _("Nee")),
             *([(_("De commissie adviseert"), in_taal(config["bezwaar_uitkomst"][inhoud["advies_uitkomst"]]))]
               if inhoud["advies"] else []),
             *([(_("Waarom daarvan wordt afgeweken"), inhoud["afwijking"])] if inhoud["afwijking"] else [])]
    reason = [f"{in_taal(ground['naam'])} ({ground['artikel']})"] if ground else []
    return [{"id": "bezwaar", "title": _("Waar dit over gaat"), "lines": [], "table": None, "facts": facts},
            {"id": "gevolg", "title": _("Wat de beslissing doet"), "facts": [], "table": None,
             "lines": [*reason, after_objection(inhoud)]}]


def after_objection(inhoud) -> str:
    """What the outcome of an objection does to the first decision when it is signed."""
    return in_taal(load_config("subsidies")["gevolg"][inhoud["gevolg"]]["intern"])


def _objected_facts(inhoud) -> list[tuple[str, str]]:
    return [(_("Beslissing"), what(inhoud)), (_("Tegen"), inhoud["besluit"]),
            (_("Wat er dan gebeurt"), after_objection(inhoud))]


def _objected_checks(inhoud) -> list[tuple]:
    config = load_config("subsidies")["bezwaar_uitkomst"]
    return [("ok", _("De opsteller had geen deel in het eerste besluit (Awb 10:3)")),
            *([("warn", _("Anders dan de commissie:"), _(
                "die adviseert %(uitkomst)s. Lees waarom.", uitkomst=in_taal(config[inhoud["advies_uitkomst"]]).lower()))]
              if inhoud["afwijking"] else []),
            *([("ok", _("Elk argument van de indiener heeft een antwoord"))]
              if all(one["antwoord"] for one in inhoud["argumenten"]) else [])]


def _days_late(inhoud) -> str:
    return ngettext("%(num)s dag", "%(num)s dagen", inhoud["dagen"])


def _penalty_metrics(inhoud) -> list[tuple]:
    return [(_("Dwangsom"), _bedrag(inhoud)), (_("Te laat"), _days_late(inhoud), _("ten hoogste 42 dagen")),
            (_("In gebreke gesteld"), _short(inhoud["gesteld_on"]))]


def _penalty(inhoud) -> dict:
    """The penalty step by step, as the law raises it."""
    rows, done = [], 0
    for days, per_day in terms.penalty_steps(inhoud["dagen"], date.fromisoformat(inhoud["gesteld_on"])):
        rows.append([_("Dag %(van)s tot en met %(tot)s", van=done + 1, tot=done + days), str(days), euro(per_day),
                     euro(days * per_day)])
        done += days
    ground = load_config("subsidies")["geen_dwangsom"].get(inhoud.get("grond"))
    none = [(_("Geen dwangsom, want"), f"{in_taal(ground['naam'])} ({ground['artikel']})")] if ground else []
    return {"id": "berekening", "title": _("Hoe het bedrag is geteld"), "facts": none, "lines": [
        _("De dwangsom loopt vanaf twee weken na de ingebrekestelling, tot het besluit is verstuurd (Awb 4:17).")],
        "table": (_("Dwangsom per dag"), [_("Dagen"), (_("Aantal"), "num"), (_("Per dag"), "num"), (_("Samen"), "num")], rows)
        if rows else None}


def _penalty_facts(inhoud) -> list[tuple[str, str]]:
    return [(_("Te laat"), _days_late(inhoud)), _will_pay()]


# Consent -------------------------------------------------------------------------------------------------------------------

def _consent(inhoud) -> list[dict]:
    """What a recipient asks consent for, on which conditions, and whether it was heard."""
    own, asked_on = [], datum(date.fromisoformat(inhoud["gevraagd_on"]), current_lang())
    if inhoud["voorwaarden"]:
        own.append({"id": "voorwaarden", "title": _("Voorwaarden"), "table": None, "facts": [
            (_("Voorwaarde %(n)s", n=n), text) for n, text in enumerate(inhoud["voorwaarden"], start=1)], "lines": []})
    if inhoud["eigen_feiten"] is not None:
        own.append({"id": "horen", "title": _("Horen"), "table": None, "lines": [], "facts": _heard(inhoud)})
    return [{"id": "verzoek", "title": _("Wat de ontvanger vroeg"), "table": None, "lines": [], "facts": [
        (_("Toestemming voor"), f"{in_taal(inhoud['handeling'])} ({inhoud['artikel']})"), (_("Wat"), inhoud["gevraagd"]),
        (_("Reden"), inhoud["reden"]), (_("Gevraagd op"), asked_on),
        (_("Beslissen uiterlijk op"), datum(date.fromisoformat(inhoud["uiterlijk_on"]), current_lang()))]}, *own]


def _consent_facts(inhoud) -> list[tuple[str, str]]:
    return [(_("Beslissing"), what(inhoud)), (_("Wat er dan gebeurt"), _after_consent(inhoud))]


def _after_consent(inhoud) -> str:
    """What the recipient may do when this is sent."""
    if inhoud["uitkomst"] == toestemming.ALSNOG:
        return _("De ontvanger houdt de toestemming, en moet zich aan deze voorschriften houden.")
    if inhoud["uitkomst"] in toestemming.KEUZES:
        return (_("De ontvanger mag doen wat hij vroeg, vanaf vandaag.") if inhoud["uitkomst"] in toestemming.GEGEVEN
                else _("De ontvanger mag niet doen wat hij vroeg."))
    return _("De ontvanger mag dit al, vanaf %(dag)s. De brief maakt dat bekend.",
             dag=datum(date.fromisoformat(inhoud["geldt_vanaf"]), current_lang()))


def _consent_nothing(inhoud) -> str:
    if inhoud["uitkomst"] in toestemming.KEUZES:
        return _("de brief gaat niet weg. Na de laatste dag om te beslissen is de toestemming er vanzelf (Awb 4:20b).")
    if inhoud["uitkomst"] == toestemming.ALSNOG:
        return _("de brief gaat niet weg. De toestemming blijft zonder voorschriften. Na zes weken kan dat niet meer (Awb "
                 "4:20f).")
    return _("de brief gaat niet weg. Na twee weken kan de ontvanger de gemeente in gebreke stellen (Awb 4:20d).")


# One record per kind -------------------------------------------------------------------------------------------------------

KINDS = {
    voorstellen.SOORT: Kind(
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De aanvrager krijgt geen antwoord."), again=_proposal_again,
        listed=_granted_listed,
        sent_back=lambda: _("Het gereserveerde geld komt vrij. De opsteller past het voorstel aan.")),
    WIJZIGEN: Kind(
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De subsidie blijft zoals zij is."), again=_proposal_again,
        amount=_changed_amount, metrics=_changed_metrics, parts=_changed, facts=_changed_facts, checks=_changed_checks,
        sent_back=_change_back),
    INTREKKEN: Kind(
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De subsidie loopt door, en de gemeente blijft betalen."),
        again=_proposal_again, amount=lambda inhoud: (_("In te trekken"), euro(inhoud["wijzigt"]["verleend"])),
        metrics=_withdrawn_metrics, parts=_changed, facts=_withdrawn_facts, checks=_withdrawn_checks, sent_back=_change_back),
    uitvoering.SOORT_VOORSCHOT: Kind(
        outcome="voorschot", called=lambda: _("Voorschotten betalen"),
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De ontvanger krijgt geen voorschot."),
        again=lambda inhoud, zaak: task_url("subsidie.voorschot", zaak.id) if zaak.state in uitvoering.RUNNING else None,
        amount=lambda inhoud: (_("Voorschotten, samen"), _bedrag(inhoud)), listed=_bedrag,
        metrics=_advance_metrics, parts=_advance_parts, facts=_advance_facts, checks=_advance_checks),
    vaststellen.SOORT: Kind(
        outcome="vaststellen", called=lambda: _("De subsidie vaststellen"), if_nothing=_determined_nothing,
        again=lambda inhoud, zaak: task_url("subsidie.vaststellen", zaak.id) if zaak.state == State.IN_VASTSTELLING else None,
        amount=lambda inhoud: (_("Vast te stellen"), _bedrag(inhoud)), listed=_bedrag,
        metrics=_determined_metrics, parts=_determined, facts=_determined_facts, checks=_determined_checks),
    vorderen.SOORT: Kind(
        outcome="terugvorderen", called=lambda: _("Te veel betaald geld terugvragen"),
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De gemeente krijgt het geld niet terug. Na vijf jaar kan dat niet "
                                    "meer (Awb 4:57)."),
        again=lambda inhoud, zaak: task_url("subsidie.terugvorderen", zaak.id) if zaak.state in vorderen.TERUG_STATES else None,
        amount=lambda inhoud: (_("Terug te vragen"), _bedrag(inhoud)), listed=_bedrag,
        metrics=_claimed_metrics, parts=_claimed_parts, facts=_claimed_facts, checks=_claimed_checks, why=_weighed),
    rente.SOORT: Kind(
        outcome="rente", called=lambda: _("Rente vragen: er is te laat terugbetaald"),
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De ontvanger betaalt geen rente."),
        again=lambda inhoud, zaak: task_url("subsidie.vordering", inhoud["vordering_id"]),
        amount=lambda inhoud: (_("Te vragen rente"), _bedrag(inhoud)), listed=_bedrag,
        metrics=_interest_metrics, parts=_interest_parts, facts=_interest_facts, checks=_interest_checks, why=_weighed),
    rentevergoeding.SOORT: Kind(
        outcome=rentevergoeding.SOORT, called=lambda: _("Rente betalen: de gemeente betaalde te laat"),
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De ontvanger krijgt de rente niet waar hij recht op heeft."),
        again=lambda inhoud, zaak: task_url("subsidie.rente_betalen", zaak.id),
        amount=lambda inhoud: (_("Te betalen rente"), _bedrag(inhoud)), listed=_bedrag, metrics=_owed_metrics,
        parts=_owed_parts, facts=_owed_facts,
        checks=lambda inhoud: [("ok", _("Het bedrag is geteld, niet gekozen (Awb 4:98)"))]),
    kwijtschelden.SOORT: Kind(
        outcome=kwijtschelden.SOORT, called=lambda: _("De rest kwijtschelden"),
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De ontvanger moet de rest nog betalen."),
        again=lambda inhoud, zaak: task_url("subsidie.vordering", inhoud["vordering_id"]),
        amount=lambda inhoud: (_("Kwijt te schelden"), _bedrag(inhoud)), listed=_bedrag, metrics=_remitted_metrics,
        facts=_remitted_facts, checks=_remitted_checks),
    bezwaar.SOORT: Kind(
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De indiener krijgt geen antwoord, en kan de gemeente in gebreke "
                                    "stellen (Awb 4:17)."),
        again=lambda inhoud, zaak: task_url("subsidie.bezwaar", uuid.UUID(inhoud["bezwaar_id"])),
        metrics=_objected_metrics, parts=_objected, facts=_objected_facts, checks=_objected_checks),
    ingebreke.SOORT: Kind(
        outcome="dwangsom", called=lambda: _("Een dwangsom betalen: wij beslisten te laat"),
        if_nothing=lambda inhoud: _("de brief gaat niet weg. De aanvrager krijgt geen geld en kan naar de rechter gaan."),
        again=lambda inhoud, zaak: task_url("subsidie.dossier", zaak.id),
        amount=lambda inhoud: (_("Te betalen dwangsom"), _bedrag(inhoud)), listed=_bedrag,
        metrics=_penalty_metrics, parts=lambda inhoud: [_penalty(inhoud)], facts=_penalty_facts,
        checks=lambda inhoud: [("ok", _("Het bedrag is geteld, niet gekozen (Awb 4:17)"))]),
    toestemming.SOORT: Kind(
        if_nothing=_consent_nothing, again=lambda inhoud, zaak: task_url("subsidie.toestemming", inhoud["toestemming_id"]),
        parts=_consent, facts=_consent_facts),
}
assert {*queries.SOORTEN, WIJZIGEN, INTREKKEN} == set(KINDS)
