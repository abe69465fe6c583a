"""What came in, and what it is: answered, taken in hand, passed on, added to, let in; and a plan that came on paper."""

import uuid

from flask import Response, g, url_for

from portal.blueprints.uitdaging import bp
from portal.blueprints.uitdaging.stappen import REGEL, TEKST, Stap, Veld, naar_zaak, proberen, stap
from portal.blueprints.uitdaging.woorden import PLAN_WORDS
from portal.domains.uitdaagrecht import papier, queries, rules, usecases
from portal.domains.uitdaagrecht.model import Doorgeleid, Uitdaging
from portal.domains.uitdaagrecht.words import DOORGELEID_WORDS
from portal.identity.permissions import Permission as P
from portal.web.blueprint import viewed
from portal.web.filters import bedrag, datum, hoofdletter, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.navigation import gemeenten
from portal.web.said import tell
from portal.web.taal import gettext as _


def _uit_register(uitdaging: Uitdaging) -> dict:
    """What the register of tasks says already, to answer with."""
    if uitdaging.taak_id is None:
        return {}
    taak = queries.taak(g.db, uitdaging.taak_id)
    found = {"kwaliteit": taak.kwaliteit}
    if taak.kosten is not None:
        found["kosten"] = f"{bedrag(taak.kosten)} in {taak.kosten_jaar} ({taak.bron})"
    if taak.contract_tot:
        found["contract"] = f"Tot en met {datum(taak.contract_tot)}."
    return found


stap(Stap(
    "informeren", "Beantwoord de vraag", "Geef de bewoners wat zij nodig hebben om een plan te maken.",
    "De bewoners krijgen uw antwoord. Willen zij verder, dan dienen zij een plan in. Als niemand iets doet, weten zij niet of "
    "hun idee kans maakt.", "Het antwoord is verstuurd.", usecases.informeren, (
        Veld("antwoord", "Uw antwoord", "De bewoners lezen dit.", "Schrijf een antwoord."),
        Veld("kosten", "Wat kost de taak nu?", "Bijvoorbeeld: 31.200 euro per jaar, volgens de jaarrekening.", soort="regel"),
        Veld("kwaliteit", "Hoe goed moet het?", "Bijvoorbeeld: vier dagen per week open, en altijd twee mensen."),
        Veld("contract", "Tot wanneer heeft iemand de taak?", "Bijvoorbeeld: het contract loopt tot en met 31 december 2028.",
             soort="regel"),
        Veld("achtergehouden", "Wat geeft u niet?", "Alleen als de wet dat toelaat (Wet open overheid, 5.1).", soort="regel"),
        Veld("reden", "Waarom geeft u dat niet?", "De bewoners lezen dit ook.", soort="regel")),
    begin=_uit_register, toon="uitdaging/_vraag.html"))

stap(Stap(
    "in_behandeling", "Neem het plan in behandeling",
    "Bel de bewoners eerst. U zegt hiermee: dit is een uitdaging. De bewoners zien uw naam als contactpersoon.",
    "U kijkt daarna of het plan aan de voorwaarden voldoet. De bewoners krijgen bericht.",
    "U bent nu de contactpersoon. De bewoners kregen bericht.", usecases.in_behandeling, toon="uitdaging/_plan.html"))


def _gemeenten() -> list[tuple[str, str]]:
    return [(str(one.id), one.naam) for one in gemeenten().values() if one.id != g.actor.party_id]


def _doorgeleid_keuzes() -> list[tuple[str, str, str]]:
    return [(str(code), hoofdletter(in_taal(words)),
             _("Gaat meteen.") if code in usecases.ZONDER_VRAAG else _("Alleen als de bewoners ja zeggen."))
            for code, words in DOORGELEID_WORDS.items()]


def _doorgeleiden(session, actor, uitdaging_id, *, soort, naar, gemeente_id):
    other = uuid.UUID(gemeente_id) if gemeente_id and soort == Doorgeleid.ANDERE_GEMEENTE else None
    return usecases.doorgeleiden(session, actor, uitdaging_id, soort=soort, naar=naar, gemeente_id=other)


stap(Stap(
    "doorgeleiden", "Stuur het plan door",
    "Is het geen uitdaging, of hoort het bij een ander? Dan gaat het naar wie het wel kan behandelen.",
    "De bewoners horen waar hun plan heen gaat. De dag waarop zij het instuurden, blijft bekend. Zeggen zij nee, dan blijft "
    "het hier.", "Dat staat erin. De bewoners kregen bericht.", _doorgeleiden, (
        Veld("soort", "Wat is het?", "", "Kies wat het is.", "keuze", _doorgeleid_keuzes),
        Veld("gemeente_id", "Welke gemeente?", "Alleen bij een plan voor een andere gemeente.", soort="lijst",
             keuzes=_gemeenten),
        Veld("naar", "Wie neemt het over?", "Bijvoorbeeld: de afdeling subsidies. Dit hoeft niet bij een andere gemeente.",
             soort="regel")),
    gebrek=usecases.doorgeleiden_gebrek))


stap(Stap(
    "naar_bevoegde", "Stuur het plan naar wie beslist",
    "Gemeenten kochten deze taak samen in. Het college van een andere gemeente beslist voor allemaal.",
    "Het plan gaat meteen door. De bewoners hoeven geen ja te zeggen, en krijgen bericht. De dag waarop zij het instuurden, "
    "blijft bekend. Alle gemeenten horen wat er is besloten.", "Het plan is doorgestuurd. De bewoners kregen bericht.",
    usecases.naar_bevoegde, stap="doorgeleiden", gebrek=usecases.bevoegde_gebrek))


def _ontbreekt(uitdaging: Uitdaging) -> dict:
    """The parts that are missing, chosen already."""
    return {"velden": rules.ontbreekt(uitdaging.plan.get("gegevens", {}))}


stap(Stap(
    "aanvulling_vragen", "Vraag om een aanvulling",
    "U vraagt één keer wat er ontbreekt. Vraag alleen wat de verordening vraagt.",
    "De bewoners krijgen een vaste tijd om aan te vullen. Zolang staat de termijn om te beslissen stil. Komt er niets, dan "
    "beslist de gemeente met wat zij weet.", "De vraag is verstuurd. De termijn om te beslissen staat stil.",
    usecases.aanvulling_vragen, (
        Veld("velden", "Wat ontbreekt er?", "Wat leeg is, staat al aangekruist.", "Kies wat er ontbreekt.", "keuzes",
             lambda: [(code, in_taal(words)) for code, words in PLAN_WORDS.items()]),
        Veld("uitleg", "Wat moeten de bewoners aanvullen?", "Zeg het zo, dat zij meteen verder kunnen.",
             "Schrijf wat de bewoners moeten aanvullen.")),
    begin=_ontbreekt, gebrek=usecases.aanvulling_gebrek, toon="uitdaging/_plan.html"))

def _aanvullen(session, actor, uitdaging_id, *, on, **gegevens):
    return papier.papier_aanvullen(session, actor, uitdaging_id, on=on, gegevens=gegevens)


stap(Stap(
    "papier_aanvullen", "Neem over wat de bewoners aanvulden",
    "De bewoners kwamen op papier, en gaven later meer. Typ het over, in hun woorden. Dit kan vaker.",
    "Wat zij eerst gaven, blijft staan, met de dag waarop het binnenkwam. Kijk daarna of het plan aan de voorwaarden voldoet.",
    "De aanvulling staat erin.", _aanvullen, (
        Veld("on", "Op welke dag kwam de aanvulling binnen?", "", "Vul in op welke dag de aanvulling binnenkwam.", "dag"),
        *(Veld(code, words) for code, words in PLAN_WORDS.items())),
    gebrek=papier.papier_gebrek, begin=lambda uitdaging: uitdaging.plan.get("gegevens", {})))

stap(Stap(
    "ontvankelijk", "Begin de gesprekken", "Het plan voldoet aan de voorwaarden. U gaat met de bewoners in gesprek.",
    "De bewoners krijgen bericht. Na de gesprekken sturen zij hun definitieve plan.",
    "De gesprekken kunnen beginnen. De bewoners kregen bericht.", usecases.ontvankelijk, toon="uitdaging/_plan.html"))


stap(Stap(
    "intrekken", "Leg vast dat het is ingetrokken", "De bewoners willen niet verder, en schreven of belden u dat.",
    "Het plan is klaar. Een nieuw plan kan altijd.", "Het plan is ingetrokken.", usecases.papier_intrekken,
    gebrek=usecases.papier_gebrek))


# On paper -------------------------------------------------------------------------------------------------------------------

def _plan_velden(needed) -> list[Veld]:
    return [Veld(code, words, "", _("Vul dit in.") if code in needed else None) for code, words in PLAN_WORDS.items()]


@bp.route("/uitdaging/op-papier", needs=P.UITDAGING_BEHANDELEN)
def op_papier():
    """The form for a plan that came by letter or at the desk."""
    return _paper_page()


def _paper_page(status: int = 200, form=None, reasons=()) -> Response:
    return page_or_part(
        "uitdaging/op_papier.html", status=status, velden=_plan_velden(rules.IDEE), reasons=reasons,
        taken=[(str(one.id), one.naam) for one in queries.taken(g.db, g.actor.party_id, open_only=False)],
        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/uitdaging/op-papier", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def op_papier_doen():
    """Keep it as it came in: the terms run from that day."""
    form = Form()
    taken = [str(one.id) for one in queries.taken(g.db, g.actor.party_id, open_only=False)]
    van = form.text("van", _("Schrijf van wie het plan is, en hoe u hen bereikt."), most=REGEL)
    on = form.date("on", _("Vul in op welke dag het plan binnenkwam."))
    taak_id = form.choice("taak_id", taken)
    gegevens = {"titel": form.text("titel", _("Geef het plan een naam."), most=rules.TITEL_LANG) or ""} | {
        veld.naam: form.text(veld.naam, veld.mist, most=TEKST) or "" for veld in _plan_velden(rules.IDEE)}

    def again(status, reasons=()):
        return _paper_page(status, form, reasons)

    def act():
        made = usecases.op_papier(g.db, g.actor, van=van, on=on, gegevens=gegevens,
                                  taak_id=uuid.UUID(taak_id) if taak_id else None)
        return tell(go(url_for("uitdaging.zaak", uitdaging_id=made.id)), _("Het plan staat erin. De termijnen lopen."))

    return again(422) if form.errors else proberen(act, "op_papier", None, again)


@bp.route("/uitdaging/<uuid:uitdaging_id>/papieren-plan", needs=P.UITDAGING_BEHANDELEN)
def papieren_plan(uitdaging_id):
    """The form for the final plan of who came on paper."""
    return _final_page(uitdaging_id)


def _final_page(uitdaging_id, status: int = 200, form=None, reasons=()) -> Response:
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    fault = usecases.papier_gebrek(uitdaging)
    return page_or_part(
        "uitdaging/papieren_plan.html", status=status, u=uitdaging, velden=_plan_velden(rules.UITDAGING), reasons=reasons,
        obstacles=[fault] if fault else usecases.UITDAGING.obstacles(uitdaging, "plan", g.actor),
        errors=form.errors if form else {}, values=form.values if form else uitdaging.plan.get("gegevens", {}))


@bp.route("/uitdaging/<uuid:uitdaging_id>/papieren-plan", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def papieren_plan_doen(uitdaging_id):
    """From here on it is judged."""
    form = Form()
    gegevens = {veld.naam: form.text(veld.naam, veld.mist, most=TEKST) or "" for veld in _plan_velden(rules.UITDAGING)}
    cost = form.bedrag("kosten_bedrag")
    if cost is not None:
        gegevens["kosten_bedrag"] = str(cost)

    def again(status, reasons=()):
        return _final_page(uitdaging_id, status, form, reasons)

    def act():
        usecases.papieren_plan(g.db, g.actor, uitdaging_id, gegevens=gegevens)
        return tell(naar_zaak(uitdaging_id), _("Het plan is definitief. De vakafdeling kan het beoordelen."))

    return again(422) if form.errors else proberen(act, "papieren_plan", uitdaging_id, again)
