"""The final determination: what was delivered is counted, the amount is determined, what is left is paid.

Determined as granted, unless there is a ground for less (Awb 4:46); more only where the grant gave a way to calculate it,
within its maximum (Awb 4:31). What a count proposes, a person decides. What was paid too much is claimed back in `vorderen`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from config import load as load_config
from portal.domains.subsidies import aanvragen, queries, rules, uitvoering, vorderen, work
from portal.domains.subsidies import horen as hearing
from portal.domains.subsidies.beschikking import Brieven, ondertekenen, opstellen, versturen, zonder_belang
from portal.domains.subsidies.indienen import sturen
from portal.domains.subsidies.model import (
    Betaalsoort,
    Betaalstand,
    Boeking,
    Indiening,
    Indiensoort,
    RegelingPublicatie,
    State,
    Subsidie,
    Vordering,
    VorderingState,
)
from portal.domains.subsidies.rules import Basis, Uitkomst
from portal.domains.subsidies.tijd import per_dossier
from portal.domains.subsidies.usecases import boek, own_case, vrijgeven
from portal.domains.subsidies.workflow import SUBSIDIE, argumenten_beantwoord
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.aantekening import noteer
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Termijn, load, start_term
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from portal.kernel.holidays import day_text
from portal.kernel.money import bedrag_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle
from portal.kernel.terms import Length, TermRule, compute

SOORT = "vaststelling"
# Of a proposal to change the grant or take it back: like the grant itself.
SOORT_WIJZIGING = "subsidie"
# The term to determine: on application, or without one.
BEGONNEN = ("vaststellingstermijn", "ambtshalve_vaststellen")
HERZIEN_VOORBIJ = "De vijf jaar na de vaststelling zijn voorbij. Herzien kan niet meer (Awb 4:49, lid 3)."
ZELFDE_BEDRAG = "Dit is het bedrag dat al geldt. Vul een ander bedrag in, of stop het herzien."
HERZIEN_WAAROM = "Schrijf waarom u de vaststelling herziet. De ontvanger leest dit in de brief."


# Until the application for it ----------------------------------------------------------------------------------------------

def perioden_verlopen(session, actor, on: date) -> int:
    """The period of a grant is over: the recipient is asked to account for it, within the term of the law or the scheme."""
    def over(subsidie_id) -> int:
        subsidie = load(session, Subsidie, subsidie_id, lock=True)
        if subsidie.state != State.VERLEEND or subsidie.tot > on:
            return 0
        last_day = subsidie.tot - timedelta(days=1)
        SUBSIDIE.perform(subsidie, "verantwoorden", actor, on=max(on, subsidie.tot))
        publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
        termijn = _te_vragen(session, subsidie, _aanvraagtermijn(publicatie), last_day)
        if subsidie.aanvrager_id:
            send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                         onderwerp=f"Vraag de vaststelling aan: {subsidie.titel}",
                         tekst=f"De periode van uw subsidie {subsidie.reference} is voorbij. Laat uiterlijk "
                               f"{day_text(termijn.due_on)} weten wat u heeft gedaan. Dat kan hier, met weinig vragen.")
        settle(session)
        return 1

    return per_dossier(session, session.scalars(select(Subsidie.id).where(
        Subsidie.eigenaar_id == actor.party_id, Subsidie.state == State.VERLEEND, Subsidie.tot <= on)).all(), over)


def _aanvraagtermijn(publicatie: RegelingPublicatie) -> TermRule:
    """Six months where afd. 4.2.8 holds (Awb 4:74), else what the gemeente set (Awb 4:44, lid 3)."""
    if publicatie.inhoud["afdeling_4_2_8"]:
        return terms.rule("vaststellingsaanvraag")
    return _eigen_termijn(load_config("subsidies")["vaststelling"]["weken"], "Laatste dag van de periode")


def _eigen_termijn(weken: int, event: str) -> TermRule:
    """A term to apply for the determination that the gemeente sets itself (Awb 4:44, lid 3)."""
    return TermRule(kind="vaststellingsaanvraag", article="Algemene wet bestuursrecht, artikel 4:44, lid 3", statutory=False,
                    length=Length(weeks=weken), source=load_config("subsidies")["vaststelling"]["bron"],
                    label="De vaststelling aanvragen", event=event)


def _te_vragen(session, subsidie: Subsidie, rule: TermRule, on: date) -> Termijn:
    return start_term(
        session, subsidie, rule, on=on, party_id=subsidie.aanvrager_id or subsidie.eigenaar_id,
        taak="Vraag de vaststelling van uw subsidie aan" if subsidie.aanvrager_id else
             "Stel de subsidie zelf vast als deze dag voorbij is",
        gevolg="De gemeente stelt de subsidie zelf vast, met wat zij weet (Awb 4:47)." if not rule.statutory
        else "De gemeente geeft nog één termijn. Daarna stelt zij de subsidie zelf vast (Awb 4:44 en 4:47).",
        endpoint="ontvanger.vaststelling" if subsidie.aanvrager_id else "subsidie.dossier",
        permissions=[P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN] if subsidie.aanvrager_id else [P.SUBSIDIE_BEHANDELEN])


def termijn_stellen(session, actor, subsidie_id) -> Termijn:
    """The term of the law to apply for the determination passed unused: give one more (Awb 4:44, lid 3). Only after it the
    gemeente can determine without an application (lid 4)."""
    subsidie = own_case(session, actor, subsidie_id)
    term = queries.termijn(session, subsidie.id, "vaststellingsaanvraag", open_only=True)
    if subsidie.state == State.VERANTWOORDEN and not eerst_een_termijn(term):
        raise Refused(nog_aan_te_vragen(term) or "De ontvanger kreeg die termijn al.", status=409)
    SUBSIDIE.perform(subsidie, "termijn_stellen", actor)
    own = load_config("subsidies")["vaststelling"]
    termijn = _te_vragen(session, subsidie, _eigen_termijn(own["nog_weken"], "Termijn gesteld"), clock.today())
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"Vraag de vaststelling alsnog aan: {subsidie.titel}",
                     tekst=f"U vroeg de vaststelling van uw subsidie {subsidie.reference} niet op tijd aan. U kunt dat nog "
                           f"doen tot en met {day_text(termijn.due_on)} (Awb 4:44, lid 3). Doet u dat niet? Dan stellen wij "
                           "de subsidie zelf vast, met wat wij weten (Awb 4:44, lid 4).")
    settle(session)
    return termijn


def eerst_een_termijn(term: Termijn | None) -> bool:
    """Did the term of the law pass, so that the gemeente first sets one itself?"""
    return term is not None and term.due_on < clock.today() and term.rule.statutory


# What the account at the end asks, and no more; the number only where one was agreed.
VELDEN_VASTSTELLING = ("geleverd", "kosten", "toelichting")


def aanvragen_vaststelling(session, actor, subsidie_id, *, geleverd: Decimal | None, kosten: Decimal,
                           toelichting: str = "") -> Indiening:
    """The recipient accounts for the grant: what was delivered, what it cost, and what should be known."""
    subsidie = load(session, Subsidie, subsidie_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    if subsidie.state not in (State.VERLEEND, State.VERANTWOORDEN):
        raise Refused("De vaststelling aanvragen kan als de subsidie is verleend en nog niet wordt vastgesteld.", status=409)
    if clock.today() < subsidie.tot:
        raise Refused(f"De periode loopt tot en met {subsidie.tot - timedelta(days=1):%d-%m-%Y}. Vraag de vaststelling daarna "
                      "aan.", status=425)
    # One application per case: a second one that is sent at the same time waits here, and finds the first.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"vaststelling {subsidie.id}", 44))))
    if queries.laatste(session, subsidie.id, Indiensoort.VASTSTELLING):
        raise Refused("U heeft de vaststelling al aangevraagd. Wilt u iets verbeteren? Stuur de gemeente dan een bericht.",
                      status=409)
    if subsidie.aantal is not None and geleverd is None:
        raise Refused("Vul in hoeveel u heeft geleverd.")
    if (geleverd is not None and geleverd < 0) or kosten < 0:
        raise Refused("Een aantal of bedrag is niet lager dan nul.")
    return sturen(session, actor, subsidie, subsidie, Indiensoort.VASTSTELLING, {
        "geleverd": str(geleverd) if geleverd is not None else None, "kosten": str(kosten), "toelichting": toelichting.strip(),
        "verstuurd_door": actor.naam})


def ontvangen(session, actor, indiening: Indiening) -> None:
    """Take in what the recipient sent; the term to determine begins."""
    subsidie = load(session, Subsidie, indiening.dossier_id, lock=True)
    if subsidie.state in (State.VERLEEND, State.VERANTWOORDEN):
        on = clock.day_of(indiening.ontvangen_at)
        SUBSIDIE.perform(subsidie, "vaststelling_ontvangen", actor, on=on, record={"vingerafdruk": indiening.vingerafdruk})
        publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
        rule = replace(aanvragen.beslistermijn(publicatie), kind="vaststellingstermijn", label="De subsidie vaststellen",
                       event="Aanvraag om vaststelling ontvangen")
        _begin(session, subsidie, rule, on, "De ontvanger kan de gemeente in gebreke stellen (Awb 4:17).")


def _begin(session, subsidie: Subsidie, rule: TermRule, on: date, gevolg: str) -> None:
    start_term(session, subsidie, rule, on=on, party_id=subsidie.eigenaar_id, taak="Stel de subsidie vast", gevolg=gevolg,
               endpoint="subsidie.dossier", permissions=[P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_TEKENEN])
    work.wait_for(session, subsidie, "werk_vaststellen")
    settle(session)


def ambtshalve(session, actor, subsidie_id, *, reden: str) -> Subsidie:
    """Determine without an application, when its term is over (Awb 4:47, onder b)."""
    subsidie = own_case(session, actor, subsidie_id)
    if fault := nog_aan_te_vragen(queries.termijn(session, subsidie.id, "vaststellingsaanvraag", open_only=True)):
        raise Refused(fault, status=409)
    SUBSIDIE.perform(subsidie, "ambtshalve", actor, reden=reden)
    noteer(session, actor, subsidie, "ambtshalve", reden)
    # Nobody asked for it: the law sets no day, and no notice of default counts (Awb 4:17, lid 1).
    own = load_config("subsidies")["ambtshalve"]
    rule = TermRule(kind="ambtshalve_vaststellen", article="Algemene wet bestuursrecht, artikel 4:47", statutory=False,
                    length=Length(weeks=own["weken"]), source=own["bron"], label="De subsidie vaststellen zonder aanvraag",
                    event="Besloten om zonder aanvraag vast te stellen")
    _begin(session, subsidie, rule, clock.today(), "De ontvanger weet langer niet waar hij aan toe is.")
    return subsidie


def nog_aan_te_vragen(term: Termijn | None) -> str | None:
    """Why the gemeente waits: the recipient can still apply for the determination (`term`), or first gets one more term. None
    when it can no longer."""
    if eerst_een_termijn(term):
        return ("De ontvanger vroeg de vaststelling niet op tijd aan. Stel eerst een termijn (Awb 4:44, lid 3). Pas als die "
                "voorbij is, kunt u vaststellen zonder aanvraag.")
    if term is None or term.due_on < clock.today():
        return None
    return f"De ontvanger kan de vaststelling nog aanvragen tot en met {term.due_on:%d-%m-%Y}."


# The count, and what is proposed -------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Stand:
    """What a determination rests on, read once: the grant that holds, what was sent in, what was paid (`onderweg`: with what
    the finance system already has), the terms, how many arguments have no answer, and how it was opened again when an earlier
    determination is revised (Awb 4:49)."""

    publicatie: RegelingPublicatie
    besluiten: Sequence[Besluit]
    verlening: Besluit
    ingestuurd: Indiening | None
    betaald: Decimal
    onderweg: Decimal
    begonnen: Termijn | None
    gehoord: Termijn | None
    open_argumenten: int
    herziening: CaseEvent | None = None

    @property
    def geldt(self) -> Besluit | None:
        """The determination that was sent last."""
        return next((b for b in self.besluiten if b.soort == SOORT and b.verzonden_at), None)

    @property
    def open_besluit(self) -> Besluit | None:
        """The proposal for a determination that waits for its reader or its signature."""
        return next((b for b in self.besluiten if b.soort == SOORT and b.state in besluiten.OPEN), None)


def stand(session, subsidie: Subsidie) -> Stand:
    """Read what a determination of this case rests on."""
    found = queries.bij_vaststelling(session, subsidie, [*BEGONNEN, "zienswijze"])
    granted = queries.verlening_uit(found.besluiten)
    if granted is None:
        raise Refused("Deze subsidie is niet verleend. Er is niets vast te stellen.", status=409)

    def together(*standen: Betaalstand) -> Decimal:
        return sum((one.bedrag for one in found.betalingen if one.stand in standen), Decimal(0))

    begonnen = [queries.termijn_uit(found.termijnen, kind) for kind in BEGONNEN]
    return Stand(
        publicatie=load(session, RegelingPublicatie, subsidie.publicatie_id), besluiten=found.besluiten,
        verlening=granted, ingestuurd=found.ingestuurd, betaald=together(Betaalstand.BETAALD),
        onderweg=together(Betaalstand.BETAALD, Betaalstand.AANGEBODEN),
        begonnen=next(filter(None, begonnen), None), gehoord=queries.termijn_uit(found.termijnen, "zienswijze"),
        open_argumenten=found.open_argumenten, herziening=found.herziening)


def maatstaf(subsidie: Subsidie, bekend: Stand) -> Decimal:
    """Below this amount a determination is lower: what was granted, or what was determined when that is revised."""
    return subsidie.vastgesteld if bekend.herziening is not None else subsidie.verleend


@dataclass(frozen=True)
class Berekening:
    """What the count says: what was agreed and delivered, the settlement (None where nothing is settled by count, `waarom_niet`
    says why), the amount that follows, and what was paid."""

    afgesproken: Decimal | None
    geleverd: Decimal | None
    verrekening: rules.Verrekening | None
    bedrag: Decimal
    betaald: Decimal
    waarom_niet: str = ""


def berekenen(session, subsidie: Subsidie, geleverd: Decimal | None = None, bekend: Stand | None = None) -> Berekening:
    """Settle what was delivered by the rule of the scheme; `geleverd` instead of what the recipient wrote. What cannot be
    counted is proposed as it was granted (Awb 4:46, lid 1), and a person says why."""
    bekend = bekend or stand(session, subsidie)
    sent, rule = bekend.ingestuurd, bekend.publicatie.inhoud["verrekening"]
    if geleverd is None and sent is not None and sent.inhoud["geleverd"] is not None:
        geleverd = Decimal(sent.inhoud["geleverd"])
    uncounted = Berekening(subsidie.aantal, geleverd, None, subsidie.verleend, bekend.betaald)
    if rule is None or subsidie.aantal is None:
        return replace(uncounted, waarom_niet="De regeling verrekent niets. Vaststellen gaat zoals verleend.")
    if geleverd is None:
        return replace(uncounted, waarom_niet="Er is nog niet bekend hoeveel er is geleverd.")
    grant = bekend.verlening.inhoud
    try:
        verrekening = rules.verrekenen(
            rules.Verrekenregel(
                eenheid=rule["eenheid"], basis=Basis(rule["basis"]) if rule.get("basis") else None,
                drempel=Decimal(rule["drempel"]), tarief=Decimal(grant["tarief"]) if grant.get("tarief") else None,
                met_methode=bool(grant.get("methode")), maximum=subsidie.maximum),
            afgesproken=subsidie.aantal, geleverd=geleverd, verleend=subsidie.verleend)
    except Refused as refusal:
        return replace(uncounted, waarom_niet=refusal.reasons[0])
    sign = {Uitkomst.LAGER: -1, Uitkomst.HOGER: 1}.get(verrekening.uitkomst, 0)
    return Berekening(subsidie.aantal, geleverd, verrekening, subsidie.verleend + sign * verrekening.bedrag, bekend.betaald)


def vaststelling_gebreken(session, subsidie: Subsidie, *, bedrag: Decimal | None, grond: str, motivering: str,
                          eigen_feiten: bool | None, horen: str, geleverd: Decimal | None = None,
                          bekend: Stand | None = None) -> list[str]:
    """Why this determination cannot be laid before a reader: for the page and for the step."""
    if bedrag is None or bedrag < 0:
        return ["Vul het bedrag in waarop u vaststelt."]
    bekend = bekend or stand(session, subsidie)
    if bekend.herziening is not None and bedrag == subsidie.vastgesteld:
        return [ZELFDE_BEDRAG]
    faults, grant = [], bekend.verlening.inhoud
    most = subsidie.maximum if grant.get("methode") and subsidie.maximum is not None else subsidie.verleend
    if bedrag > most:
        faults.append(f"Vaststellen kan op ten hoogste € {bedrag_text(most)} (Awb 4:31 en 4:46). Voor meer is een nieuw "
                      "besluit nodig.")
    count = berekenen(session, subsidie, geleverd, bekend)
    without_reason = len(motivering.strip()) < 20
    if bekend.herziening is not None:
        faults += [HERZIEN_WAAROM] if without_reason else []
    elif count.verrekening is not None and count.verrekening.uitkomst == Uitkomst.MET_DE_HAND and without_reason:
        faults.append("Er was niets afgesproken om mee te vergelijken. Schrijf hoe u aan dit bedrag komt.")
    elif count.verrekening is None and bekend.publicatie.inhoud["verrekening"] and subsidie.aantal and without_reason:
        faults.append(f"{count.waarom_niet} Schrijf hoe u aan dit bedrag komt.")
    elif bedrag != count.bedrag and without_reason:
        faults.append(f"De berekening komt op € {bedrag_text(count.bedrag)}. Schrijf waarom u daarvan afwijkt.")
    if bedrag < maatstaf(subsidie, bekend):
        # Why it is revised was chosen when that began.
        if bekend.herziening is None and grond not in load_config("subsidies")["lager"]:
            faults.append("Lager vaststellen kan alleen op een grond uit de wet. Kies die grond (Awb 4:46, lid 2 en 3).")
        faults += _gehoord(bekend, eigen_feiten, horen)
    if bekend.open_argumenten:
        faults.append(argumenten_beantwoord(subsidie, open_argumenten=bekend.open_argumenten))
    return faults


def _gehoord(bekend: Stand, eigen_feiten: bool | None, horen: str) -> list[str]:
    """The hearing before a lower determination: asked where it rests on what others said (Awb 4:7, 4:8, 4:12, lid 2)."""
    again = bekend.herziening
    return hearing.gebreken(
        "verlaging", bekend.gehoord, eigen_feiten=eigen_feiten, horen=horen,
        sinds=again.occurred_on if again else bekend.begonnen.started_on if bekend.begonnen else None,
        artikel="4:7" if bekend.ingestuurd and again is None else "4:8")


def voorstellen(session, actor, subsidie_id, *, bedrag: Decimal, grond: str = "", motivering: str = "",
                eigen_feiten: bool | None = None, horen: str = "", geleverd: Decimal | None = None) -> Besluit:
    """Lay a determination before its reader or signer. The count stands in it as it was."""
    subsidie = own_case(session, actor, subsidie_id)
    if subsidie.state != State.IN_VASTSTELLING:
        raise Refused("Vaststellen kan als de aanvraag om vaststelling er is, of na de termijn daarvoor.", status=409)
    zonder_belang(subsidie, actor)
    bekend = stand(session, subsidie)
    if bekend.open_besluit:
        raise Refused("Er ligt al een voorstel voor de vaststelling.", status=409)
    if faults := vaststelling_gebreken(session, subsidie, bedrag=bedrag, grond=grond, motivering=motivering,
                                       eigen_feiten=eigen_feiten, horen=horen, geleverd=geleverd, bekend=bekend):
        raise Refused(*faults)
    count, sent = berekenen(session, subsidie, geleverd, bekend), bekend.ingestuurd
    is_lower, again = bedrag < maatstaf(subsidie, bekend), bekend.herziening
    herziet = {} if again is None else {"herziet": {
        "bedrag": str(subsidie.vastgesteld), "verzonden_on": clock.day_of(bekend.geldt.verzonden_at).isoformat(),
        "grond": again.facts["grond"]}}
    return opstellen(
        session, actor, subsidie, soort=SOORT, bedrag=max(bedrag, subsidie.verleend),
        onderwerp="Vaststelling van subsidie" if again is None else "Herziening van de vaststelling",
        gebeurtenis="intern:vaststellen", klaar=("werk_vaststellen",), inhoud={
            "uitkomst": "vaststellen", "bedrag": str(bedrag), "verleend": str(subsidie.verleend),
            "verleend_on": clock.day_of(bekend.verlening.verzonden_at).isoformat(),
            "vastgelegd": str(in_het_plafond(subsidie)),
            "betaald": str(bekend.betaald), "onderweg": str(bekend.onderweg),
            "aangevraagd_on": clock.day_of(sent.ontvangen_at).isoformat() if sent else None,
            "kosten": sent.inhoud["kosten"] if sent else None, "eenheid": bekend.verlening.inhoud.get("eenheid", ""),
            "grond": grond if is_lower and again is None else "", "motivering": motivering.strip(),
            "eigen_feiten": eigen_feiten if is_lower else None, "horen": horen.strip() if is_lower and not eigen_feiten else "",
            "afgesproken": str(count.afgesproken) if count.afgesproken is not None else None,
            "geleverd": str(count.geleverd) if count.geleverd is not None else None, "berekend": str(count.bedrag),
            "uitleg": list(count.verrekening.uitleg) if count.verrekening else [], "waarom_niet": count.waarom_niet} | herziet)


def in_het_plafond(subsidie: Subsidie) -> Decimal:
    """What this case takes of its ceiling: what was determined, before that what may be granted at most."""
    if subsidie.vastgesteld is not None:
        return subsidie.vastgesteld
    return subsidie.maximum if subsidie.maximum is not None else subsidie.verleend


def vaststelling_obstakels(session, actor, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    """Why this determination cannot be signed now: for the page and for the signature."""
    faults = SUBSIDIE.obstacles(subsidie, "vaststellen", actor)
    if (again := besluit.inhoud.get("herziet")) and Decimal(besluit.inhoud["bedrag"]) < Decimal(again["bedrag"]):
        # The revision ended this term; its last day counts on.
        term = queries.termijn(session, subsidie.id, "terugvordering")
        faults += [HERZIEN_VOORBIJ] if term is None or term.due_on < clock.today() else []
    if queries.onderweg(session, subsidie.id) != Decimal(besluit.inhoud["onderweg"]):
        faults.append("Na dit voorstel is er betaald, of een betaling mislukte. De brief klopt dan niet meer. Stuur het "
                      "voorstel terug.")
    return faults


def vaststelling_getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: the amount is final, the ceiling gives back what is not used, and the balance is paid, claimed
    back or nothing."""
    handtekening = ondertekenen(session, actor, besluit)
    if faults := vaststelling_obstakels(session, actor, subsidie, besluit):
        raise Refused(*faults)
    bedrag = Decimal(besluit.inhoud["bedrag"])
    SUBSIDIE.perform(subsidie, "vaststellen", actor, record={"besluit": besluit.id, "bedrag": bedrag, **handtekening.feiten})
    vastgelegd, plafond = in_het_plafond(subsidie), queries.plafond_voor(session, subsidie)
    if vastgelegd > bedrag:
        boek(session, actor, subsidie, plafond, Boeking.VERMINDEREN, vastgelegd - bedrag, besluit)
    elif bedrag > vastgelegd:  # determined again, and higher: what the first determination gave back
        for soort in (Boeking.RESERVEREN, Boeking.VASTLEGGEN):
            boek(session, actor, subsidie, plafond, soort, bedrag - vastgelegd, besluit)
    subsidie.vastgesteld = bedrag
    settle(session)
    if queries.gevorderd(session, subsidie.id) > max(queries.betaald(session, subsidie.id) - bedrag, Decimal(0)):
        for claim in queries.vorderingen(session, subsidie.id):
            if claim.state in (*vorderen.OPEN_VORDERING, VorderingState.VOLDAAN):
                vorderen.vordering_vervalt(session, actor, load(session, Vordering, claim.id, lock=True))
    _stop_advances(session, actor, subsidie)
    uitvoering.niets_meer_te_doen(session, subsidie)
    uitvoering.stop_besloten(session, actor, subsidie)
    saldo = bedrag - queries.onderweg(session, subsidie.id)
    today = clock.today()
    if saldo > 0:
        due = compute(terms.rule("betaling"), today).last_day
        uitvoering.plannen(session, actor, subsidie, besluit, Betaalsoort.NABETALING, [(due, saldo)])
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="Wij hebben uw subsidie vastgesteld. In de brief staat op welk bedrag, waarom, en wat er nu gebeurt.")
    if saldo < 0:
        work.wait_for(session, subsidie, "werk_terugvorderen")
    # Taking the determination back, or claiming back: not after five years (Awb 4:49, lid 3, en 4:57, lid 4).
    start_term(session, subsidie, terms.rule("terugvordering"), on=today, party_id=subsidie.eigenaar_id, taak="",
               gevolg="Daarna kan de gemeente niets meer terugvorderen.")


def _stop_advances(session, actor, subsidie: Subsidie) -> None:
    """After the determination nothing is paid in advance or changed any more: what was planned lapses, and so does a proposal
    for more, or for a change or withdrawal, with what it reserved."""
    betalingen = queries.betalingen(session, subsidie.id)
    for betaling in betalingen:
        if betaling.stand == Betaalstand.MISLUKT:  # of what failed, the balance is paid anew
            betaling.stand, betaling.bestand_id, betaling.klaargezet_by = Betaalstand.GEPLAND, None, None
            betaling.goedgekeurd_by = betaling.goedgekeurd_at = None
    settle(session)
    for betaling in betalingen:
        if betaling.stand in (Betaalstand.GEPLAND, Betaalstand.KLAARGEZET, Betaalstand.GOEDGEKEURD):
            betaling.stand = Betaalstand.VERVALLEN
    for soort in (uitvoering.SOORT_VOORSCHOT, SOORT_WIJZIGING):
        if (proposal := queries.open_besluit(session, subsidie.id, soort)) is not None:
            work.vervalt(session, subsidie, proposal)
    vrijgeven(session, actor, subsidie)
    for working in (*queries.regels(session, subsidie.id), queries.voorstel(session, subsidie.id)):
        if working is not None:
            session.delete(working)
    settle(session)
    work.done(session, subsidie, "werk_klaarzetten", "werk_goedkeuren", "werk_voorschot", "werk_voorstellen")


def vaststelling_teruggestuurd(session, _actor, subsidie: Subsidie) -> None:
    """The drafter makes another one."""
    work.wait_for(session, subsidie, "werk_vaststellen", again=queries.herziening(session, subsidie) is not None)
