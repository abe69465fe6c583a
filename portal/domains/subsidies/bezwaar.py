"""Objection to a decision: received, checked, heard, answered point by point, and decided by somebody who had no part in it.

The term to decide runs from the end of the term to object (Awb 7:10), and stands still while grounds are missing (Awb 6:6). Who
took the decision decides nothing about the objection (Awb 10:3, lid 3): asked here, and in the database when it is signed. An
objection that succeeds against a refusal opens the case again; the ceiling then counts as it stood at the first decision
(Awb 4:25, lid 3).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from config import load as load_config
from portal.domains.subsidies import herzien, queries, work
from portal.domains.subsidies.beschikking import Brieven, ondertekenen, opstellen, versturen, zonder_belang
from portal.domains.subsidies.indienen import op_papier, sturen
from portal.domains.subsidies.model import (
    Argument,
    Bezwaar,
    BezwaarState,
    Indiening,
    Indiensoort,
    Subsidie,
)
from portal.domains.subsidies.tijd import per_dossier, voorbij
from portal.domains.subsidies.usecases import met_zaak
from portal.domains.subsidies.workflow import BETROKKEN, BEZWAAR, niet_betrokken, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit, Rechtsmiddel, betrokken_bij
from portal.kernel.bezwaar import is_tijdig, uiterlijk
from portal.kernel.dossier import (
    Termijn,
    extend_term,
    load,
    resume_term,
    share,
    shorten_suspension,
    start_term,
    suspend_term,
    under,
)
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import day_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.terms import Length, TermRule

SOORT = "bezwaar"
TERMIJNEN = queries.BEZWAARTERMIJNEN
VERZUIM = "verzuim"  # the ground to stand still (Awb 7:10, lid 2)
EERST_BEHANDELEN = "Neem het bezwaar eerst in behandeling."


# The applicant -------------------------------------------------------------------------------------------------------------

def indienen(session, actor, besluit_id, *, gronden: Sequence[str], horen: str = "", te_laat: str = "") -> Indiening:
    """Object to a decision, each ground apart: every one gets an answer. Without grounds it is received too; they can follow
    (Awb 6:5 and 6:6). Too late is not refused here: whether that is excused, the gemeente decides (Awb 6:11). `horen`: ja or
    nee, does the applicant want to be heard (Awb 7:2); `te_laat`: why it was not in time."""
    besluit = load(session, Besluit, besluit_id)
    subsidie = load(session, Subsidie, besluit.dossier_id)
    if subsidie.aanvrager_id != actor.party_id or besluit.state != besluiten.State.VERZONDEN:
        raise NotFound()
    if besluit.rechtsmiddel != Rechtsmiddel.BEZWAAR:
        raise Refused("Tegen dit besluit kunt u geen bezwaar maken.", status=409)
    if queries.bezwaar_tegen(session, besluit.id) is not None or queries.bezwaar_onderweg(session, besluit):
        raise Refused("U maakte al bezwaar tegen dit besluit.", status=409)
    return sturen(session, actor, subsidie, subsidie, Indiensoort.BEZWAAR, {
        "besluit_id": str(besluit.id), "gronden": _said(gronden), "horen": horen, "te_laat": te_laat.strip(),
        "verstuurd_door": actor.naam})


def _said(gronden: Sequence[str]) -> list[str]:
    return [grond.strip() for grond in gronden if grond.strip()]


def _own(session, actor, bezwaar_id) -> tuple[Bezwaar, Subsidie]:
    bezwaar = load(session, Bezwaar, bezwaar_id)
    subsidie = load(session, Subsidie, bezwaar.subsidie_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    return bezwaar, subsidie


def aanvullen(session, actor, bezwaar_id, *, gronden: Sequence[str]) -> Indiening:
    """Send grounds, or more of them, while nothing is decided."""
    bezwaar, subsidie = _own(session, actor, bezwaar_id)
    if bezwaar.state not in queries.BEZWAAR_OPEN:
        raise Refused("Over dit bezwaar is al beslist.", status=409)
    if not _said(gronden):
        raise Refused("Schrijf waarom u het niet eens bent met het besluit.")
    return sturen(session, actor, bezwaar, subsidie, Indiensoort.BEZWAARGRONDEN, {
        "gronden": _said(gronden), "verstuurd_door": actor.naam})


def intrekken(session, actor, bezwaar_id) -> Indiening:
    """Take the objection back (Awb 6:21)."""
    bezwaar, subsidie = _own(session, actor, bezwaar_id)
    if bezwaar.state not in queries.BEZWAAR_OPEN:
        raise Refused("Over dit bezwaar is al beslist.", status=409)
    return sturen(session, actor, bezwaar, subsidie, Indiensoort.BEZWAARINTREKKING, {"verstuurd_door": actor.naam})


# Taken in ------------------------------------------------------------------------------------------------------------------

def ontvangen(session, actor, indiening: Indiening) -> Bezwaar:
    """An objection came in: a dossier of its own under the case. Doing it twice changes nothing; a second one against the same
    decision brings more grounds."""
    subsidie = load(session, Subsidie, indiening.dossier_id, lock=True)
    if found := session.scalar(select(Bezwaar).where(Bezwaar.indiening_id == indiening.id)):
        return found
    besluit = load(session, Besluit, indiening.inhoud["besluit_id"])
    if besluit.dossier_id != subsidie.id:
        raise NotFound()
    on = indiening.ontvangen_on
    if found := queries.bezwaar_tegen(session, besluit.id):
        if not queries.is_ingenomen(session, found.id, indiening.ontvangst_nummer):
            found.record("bezwaar:gronden", actor=actor, on=on, nummer=indiening.ontvangst_nummer)
            _arguments(session, actor, found, indiening)
        return found
    last_day = laatste_dag(besluit, queries.gepost(session, subsidie.id).get(besluit.id))
    bezwaar = Bezwaar(
        reference=f"{subsidie.reference}-Z{len(queries.bezwaren(session, subsidie.id)) + 1}",
        titel=f"Bezwaar: {subsidie.titel}", state=BezwaarState.ONTVANGEN, eigenaar_id=subsidie.eigenaar_id,
        ouder_id=subsidie.id, subsidie_id=subsidie.id, besluit_id=besluit.id, indiening_id=indiening.id, ontvangen_on=on,
        tijdig=is_tijdig(on, last_day, indiening.inhoud.get("gepost_on")))
    session.add(bezwaar)
    settle(session)
    if subsidie.aanvrager_id:
        share(session, bezwaar, subsidie.aanvrager_id, "indiener")
    bezwaar.record("bezwaar:ontvangen", actor=actor, on=on, state_to=BezwaarState.ONTVANGEN, tijdig=bezwaar.tijdig,
                   nummer=indiening.ontvangst_nummer)
    _arguments(session, actor, bezwaar, indiening)
    # Too late, it can only be decided from the day it came in.
    _start(session, bezwaar, "beslissing_op_bezwaar", max(last_day, on))
    _no_longer_waited_for(session, besluit, on)
    work.wait_for(session, bezwaar, "werk_bezwaar")
    late = "" if bezwaar.tijdig else (
        f" De laatste dag was {day_text(last_day)}. Laat ons weten waarom u later was: soms is daar een goede reden voor "
        "(Awb 6:11).")
    missing = "" if indiening.inhoud["gronden"] else " Schrijf ons ook waarom u het niet eens bent met het besluit."
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=bezwaar.id,
                     onderwerp=f"Wij ontvingen uw bezwaar: {subsidie.titel}",
                     tekst=f"Wij ontvingen uw bezwaar op {day_text(on)} (Awb 6:14).{late}{missing} Iemand die niet bij het "
                           "besluit betrokken was, kijkt ernaar.")
    settle(session)
    return bezwaar


def _no_longer_waited_for(session, besluit: Besluit, on: date) -> None:
    """The time to object to this decision was used: nobody is told any more until when that can."""
    sent = queries.gepost(session, besluit.dossier_id).get(besluit.id) or clock.day_of(besluit.verzonden_at)
    for termijn in session.scalars(select(Termijn).where(
            Termijn.dossier_id == besluit.dossier_id, Termijn.kind == "bezwaartermijn", Termijn.started_on == sent,
            Termijn.met_on.is_(None)).limit(1)):
        termijn.met_on = on


def laatste_dag(besluit: Besluit, gepost_on: date | None = None) -> date:
    """The last day to object to a decision that was sent (Awb 6:7 and 6:8); on paper, from the day it was posted."""
    return uiterlijk(gepost_on or clock.day_of(besluit.verzonden_at))


# On paper ------------------------------------------------------------------------------------------------------------------

def papier(session, actor, besluit_id, *, gronden: Sequence[str], on: date, gepost_on: date | None = None,
           horen: str = "") -> Bezwaar:
    """An objection that came by letter: it counts from the day it came in, and is in time by the day it was posted too."""
    besluit = load(session, Besluit, besluit_id)
    subsidie = load(session, Subsidie, besluit.dossier_id)
    if subsidie.eigenaar_id != actor.party_id or besluit.state != besluiten.State.VERZONDEN:
        raise NotFound()
    if besluit.rechtsmiddel != Rechtsmiddel.BEZWAAR:
        raise Refused("Tegen dit besluit kan niemand bezwaar maken.", status=409)
    zonder_belang(subsidie, actor)
    if actor.user_id in betrokken_bij(besluit):
        raise Refused(BETROKKEN, status=403)
    if queries.bezwaar_tegen(session, besluit.id) is not None or queries.bezwaar_onderweg(session, besluit):
        raise Refused("Er is al bezwaar gemaakt tegen dit besluit.", status=409)
    if not clock.day_of(besluit.verzonden_at) <= on <= clock.today():
        raise Refused("Het bezwaar kwam binnen na de dag van het besluit, en niet in de toekomst.")
    if gepost_on and gepost_on > on:
        raise Refused("De brief is verstuurd voordat hij binnenkwam.")
    return ontvangen(session, actor, op_papier(session, actor, subsidie, Indiensoort.BEZWAAR, {
        "besluit_id": str(besluit.id), "gronden": _said(gronden), "horen": horen, "te_laat": "",
        "gepost_on": gepost_on.isoformat() if gepost_on else None}, regeling_id=subsidie.regeling_id, on=on))


def papieren_gronden(session, actor, bezwaar_id, *, gronden: Sequence[str], on: date) -> Bezwaar:
    """Grounds that came by letter."""
    bezwaar, subsidie = _written(session, actor, bezwaar_id, on)
    if not _said(gronden):
        raise Refused("Schrijf wat de indiener naar voren brengt.")
    return aangevuld(session, actor, op_papier(session, actor, bezwaar, Indiensoort.BEZWAARGRONDEN, {
        "gronden": _said(gronden)}, regeling_id=subsidie.regeling_id, on=on))


def papieren_intrekking(session, actor, bezwaar_id, *, on: date) -> Bezwaar:
    """A letter that takes the objection back (Awb 6:21)."""
    bezwaar, subsidie = _written(session, actor, bezwaar_id, on)
    return ingetrokken(session, actor, op_papier(
        session, actor, bezwaar, Indiensoort.BEZWAARINTREKKING, {}, regeling_id=subsidie.regeling_id, on=on))


def _written(session, actor, bezwaar_id, on: date) -> tuple[Bezwaar, Subsidie]:
    bezwaar, subsidie = _handled(session, actor, bezwaar_id)
    if reason := niet_betrokken(bezwaar, actor=actor):
        raise Refused(reason, status=403)
    if bezwaar.state not in queries.BEZWAAR_OPEN:
        raise Refused("Over dit bezwaar is al beslist, of het is ingetrokken.", status=409)
    if not bezwaar.ontvangen_on <= on <= clock.today():
        raise Refused("De brief kwam binnen na het bezwaar, en niet in de toekomst.")
    return bezwaar, subsidie


def _start(session, bezwaar: Bezwaar, kind: str, last_day: date) -> Termijn:
    return start_term(session, bezwaar, terms.rule(kind), on=last_day, party_id=bezwaar.eigenaar_id,
                      taak="Beslis op het bezwaar", gevolg="De indiener kan de gemeente in gebreke stellen (Awb 4:17).",
                      endpoint="subsidie.bezwaar", permissions=[P.BEZWAAR_BEHANDELEN, P.SUBSIDIE_TEKENEN])


def _arguments(session, actor, bezwaar: Bezwaar, indiening: Indiening) -> None:
    first = len(queries.argumenten(session, bezwaar.id)) + 1
    for number, grond in enumerate(indiening.inhoud["gronden"], start=first):
        session.add(Argument(**under(bezwaar, actor.party_id), indiening_id=indiening.id, nummer=number, tekst=grond))
    settle(session)


def aangevuld(session, actor, indiening: Indiening) -> Bezwaar:
    """Grounds came in: what stood still runs again."""
    bezwaar, _subsidie = met_zaak(session, Bezwaar, indiening.dossier_id)
    if bezwaar.state not in queries.BEZWAAR_OPEN or queries.is_ingenomen(session, bezwaar.id, indiening.ontvangst_nummer):
        return bezwaar
    on, asked = indiening.ontvangen_on, queries.termijn(session, bezwaar.id, "verzuim")
    if bezwaar.state == BezwaarState.VERZUIM:
        BEZWAAR.perform(bezwaar, "hersteld", actor, on=on, record={"nummer": indiening.ontvangst_nummer})
        _resume(session, bezwaar, min(on, asked.due_on))
    else:
        bezwaar.record("bezwaar:gronden", actor=actor, on=on, nummer=indiening.ontvangst_nummer)
        if bezwaar.verzuim_verlopen and on <= asked.due_on:  # a letter that came in time, entered after it
            bezwaar.verzuim_verlopen = False
            if lopend := beslistermijn(session, bezwaar):
                shorten_suspension(session, lopend, on=on, ground=VERZUIM)
    _arguments(session, actor, bezwaar, indiening)
    return bezwaar


def ingetrokken(session, actor, indiening: Indiening) -> Bezwaar:
    """The applicant took it back."""
    bezwaar, subsidie = met_zaak(session, Bezwaar, indiening.dossier_id)
    if bezwaar.state in queries.BEZWAAR_OPEN:
        BEZWAAR.perform(bezwaar, "intrekken", actor, on=indiening.ontvangen_on)
        if open_ := queries.bezwaar_voorstel(session, bezwaar):
            work.vervalt(session, subsidie, open_)
        if indiening.papier_on and subsidie.aanvrager_id:
            send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=bezwaar.id,
                         onderwerp=f"Wij legden vast dat u uw bezwaar introk: {subsidie.titel}",
                         tekst=f"Dat stond in een brief die wij kregen op {day_text(indiening.papier_on)}. Klopt dat niet? "
                               "Laat het meteen weten met een bericht.")
        settle(session)
    return bezwaar


def verzuim_verlopen(session, actor, on: date) -> int:
    """Grounds did not come in time: the term to decide runs again, and the objection may be inadmissible (Awb 6:6)."""
    def over(bezwaar_id) -> int:
        bezwaar, _subsidie = met_zaak(session, Bezwaar, bezwaar_id)
        termijn = queries.termijn(session, bezwaar.id, "verzuim", open_only=True)
        if bezwaar.state != BezwaarState.VERZUIM or termijn is None or termijn.due_on >= on:
            return 0
        BEZWAAR.perform(bezwaar, "niet_hersteld", actor, on=termijn.due_on)
        bezwaar.verzuim_verlopen = True
        _resume(session, bezwaar, termijn.due_on)
        settle(session)
        return 1

    return per_dossier(session, voorbij(session, actor, on, "verzuim"), over)


def _resume(session, bezwaar: Bezwaar, on: date) -> None:
    if (lopend := beslistermijn(session, bezwaar)) and (still := queries.lopende_opschorting(session, lopend.id)):
        resume_term(session, lopend, on=max(on, still.invited_on))  # it may be over before the term began


def beslistermijn(session, bezwaar: Bezwaar) -> Termijn | None:
    """The term to decide on this objection that runs now."""
    return next((found for kind in TERMIJNEN if (found := queries.termijn(session, bezwaar.id, kind, open_only=True))), None)


# Handled -------------------------------------------------------------------------------------------------------------------

def _handled(session, actor, bezwaar_id) -> tuple[Bezwaar, Subsidie]:
    """An objection at the own gemeente, locked, for somebody who may handle it."""
    bezwaar, subsidie = met_zaak(session, Bezwaar, bezwaar_id)
    if bezwaar.eigenaar_id != actor.party_id:
        raise NotFound()
    if reason := zelf_geen_belang(subsidie, actor=actor):
        raise Refused(reason, status=403)
    return bezwaar, subsidie


def behandelen(session, actor, bezwaar_id, *, commissie: bool = False) -> Bezwaar:
    """Take it on, alone or with a committee: that gives twelve weeks in place of six (Awb 7:10 and 7:13)."""
    bezwaar, _subsidie = _handled(session, actor, bezwaar_id)
    BEZWAAR.perform(bezwaar, "behandelen", actor, record={"commissie": commissie})
    bezwaar.behandelaar_id, bezwaar.commissie = actor.user_id, commissie
    if commissie:
        plain = queries.termijn(session, bezwaar.id, "beslissing_op_bezwaar", open_only=True)
        plain.met_on = clock.today()
        settle(session)
        _start(session, bezwaar, "beslissing_op_bezwaar_commissie", plain.started_on)
    settle(session)
    return bezwaar


def verzuim_melden(session, actor, bezwaar_id, *, wat: str) -> Termijn:
    """Ask for what is missing, such as the grounds (Awb 6:5 and 6:6). The term to decide stands still from the day after (Awb
    7:10, lid 2)."""
    bezwaar, subsidie = _handled(session, actor, bezwaar_id)
    if not wat.strip():
        raise Refused("Schrijf wat er ontbreekt.")
    BEZWAAR.perform(bezwaar, "verzuim_melden", actor)
    own, today = load_config("subsidies")["bezwaar"], clock.today()
    rule = TermRule(kind="verzuim", article="Algemene wet bestuursrecht, artikel 6:6", statutory=False,
                    length=Length(days=own["verzuim_dagen"]), source=own["bron"], label="Het bezwaar aanvullen",
                    event="Gevraagd om het verzuim te herstellen")
    theirs = subsidie.aanvrager_id
    termijn = start_term(
        session, bezwaar, rule, on=today, party_id=theirs or subsidie.eigenaar_id,
        taak="Vul uw bezwaar aan" if theirs else "Leg vast wat de indiener op papier aanvult",
        gevolg="De gemeente kan uw bezwaar zonder inhoudelijk antwoord afdoen (Awb 6:6)." if theirs
        else "De gemeente kan het bezwaar zonder inhoudelijk antwoord afdoen (Awb 6:6).",
        endpoint="ontvanger.bezwaar" if theirs else "subsidie.bezwaar",
        permissions=[P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN] if theirs else [P.BEZWAAR_BEHANDELEN])
    lopend = beslistermijn(session, bezwaar)
    stil = lopend is not None and today <= lopend.due_on
    if stil:  # asked before the term began, the days from its beginning on do not count
        suspend_term(session, lopend, actor, on=max(today, lopend.started_on), ground=VERZUIM,
                     article="Algemene wet bestuursrecht, artikel 7:10, lid 2")
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=bezwaar.id,
                     onderwerp=f"Vul uw bezwaar aan: {subsidie.titel}",
                     tekst=f"Dit ontbreekt nog: {wat.strip()}\n\nU kunt dit sturen tot en met {day_text(termijn.due_on)}."
                           f"{' Zo lang staat onze beslistermijn stil (Awb 7:10, lid 2).' if stil else ''}")
    settle(session)
    return termijn


def verdagen(session, actor, bezwaar_id, *, reden: str) -> Bezwaar:
    """Decide six weeks later, once, and say so (Awb 7:10, lid 3)."""
    bezwaar, subsidie = _handled(session, actor, bezwaar_id)
    BEZWAAR.perform(bezwaar, "verdagen", actor, reden=reden)
    lopend = beslistermijn(session, bezwaar)
    if lopend is None or lopend.due_on < clock.today():
        raise Refused("De termijn is voorbij. Verdagen kan niet meer.", status=409)
    extend_term(session, lopend)
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=bezwaar.id,
                     onderwerp=f"Wij beslissen later op uw bezwaar: {subsidie.titel}",
                     tekst=f"Wij beslissen uiterlijk {day_text(lopend.due_on)}. Dat komt door: {reden.strip()}")
    settle(session)
    return bezwaar


def eerste_hoordag() -> date:
    """The first day a hearing can be, so that papers can be sent and seen before it (Awb 7:4, lid 1 and 2)."""
    return clock.today() + timedelta(days=load_config("subsidies")["bezwaar"]["uitnodigen_dagen"])


def uitnodigen(session, actor, bezwaar_id, *, at: datetime, plaats: str, inzage: str) -> Termijn:
    """Invite who objected to a hearing, and say until when papers can be sent, and where and when they can be seen (`inzage`;
    Awb 7:2 and 7:4). Another day takes the place of the first."""
    bezwaar, subsidie = _handled(session, actor, bezwaar_id)
    missing = [words for value, words in (
        (plaats, "Schrijf waar de hoorzitting is."),
        (inzage, "Schrijf waar de stukken liggen, en wanneer iemand ze kan bekijken (Awb 7:4, lid 3).")) if not value.strip()]
    if missing:
        raise Refused(*missing)
    on, own = clock.day_of(at), load_config("subsidies")["bezwaar"]
    if on < eerste_hoordag():
        raise Refused(f"Kies een dag vanaf {eerste_hoordag():%d-%m-%Y}. De indiener kan dan nog stukken sturen, en de stukken "
                      "een week bekijken (Awb 7:4).")
    BEZWAAR.perform(bezwaar, "uitnodigen", actor, record={"op": at.isoformat()})
    rule = TermRule(kind="hoorzitting", article="Algemene wet bestuursrecht, artikel 7:2", statutory=False,
                    length=Length(days=1), source="De dag staat in de uitnodiging", label="Hoorzitting", event="Uitgenodigd")
    termijn = start_term(session, bezwaar, rule, on=clock.today(), due_on=on, due_at=at, party_id=bezwaar.eigenaar_id,
                         taak="Leg de hoorzitting vast", gevolg="Zonder hoorzitting kan er meestal geen beslissing komen.",
                         endpoint="subsidie.bezwaar_horen", permissions=[P.BEZWAAR_BEHANDELEN])
    if subsidie.aanvrager_id:
        hour = f"{at.astimezone(clock.AMSTERDAM):%H.%M} uur"
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=bezwaar.id,
                     onderwerp=f"Uitnodiging voor de hoorzitting: {subsidie.titel}",
                     tekst=f"U bent welkom op {day_text(on)} om {hour}.\nPlaats: {plaats.strip()}\n\nNieuwe stukken kunt u "
                           f"sturen tot en met {day_text(on - timedelta(days=own['stukken_dagen'] + 1))}. Alle stukken kunt u "
                           f"bekijken vanaf {day_text(on - timedelta(days=own['inzage_dagen']))} tot de hoorzitting: "
                           f"{inzage.strip()} U kunt er kopieën van krijgen (Awb 7:4). Wilt u niet worden gehoord? Laat het "
                           "dan weten.")
    settle(session)
    return termijn


def horen(session, actor, bezwaar_id, *, on: date, verslag: str) -> Bezwaar:
    """Keep what was said at the hearing (Awb 7:2 and 7:7)."""
    bezwaar, _subsidie = _handled(session, actor, bezwaar_id)
    if not verslag.strip():
        raise Refused("Schrijf kort op wat er is gezegd.")
    if not bezwaar.ontvangen_on <= on <= clock.today():
        raise Refused("De hoorzitting ligt na de ontvangst van het bezwaar, en niet in de toekomst.")
    planned = queries.termijn(session, bezwaar.id, "hoorzitting", open_only=True)
    if planned is not None and on < planned.due_on:
        raise Refused(f"De indiener is uitgenodigd voor {planned.due_on:%d-%m-%Y}. Leg het horen daarna vast, of stuur eerst "
                      "een andere uitnodiging.", status=425)
    BEZWAAR.perform(bezwaar, "horen", actor, on=on)
    bezwaar.gehoord_on, bezwaar.verslag, bezwaar.niet_horen = on, verslag.strip(), ""
    settle(session)
    return bezwaar


def niet_horen(session, actor, bezwaar_id, *, grond: str) -> Bezwaar:
    """Decide without a hearing, on a ground of the law (Awb 7:3)."""
    bezwaar, subsidie = _handled(session, actor, bezwaar_id)
    if grond not in load_config("subsidies")["niet_horen"]:
        raise Refused("Zonder hoorzitting beslissen kan alleen op een grond uit de wet. Kies die grond (Awb 7:3).")
    if grond == "afgezien" and load(session, Indiening, bezwaar.indiening_id).inhoud.get("horen") == "ja":
        raise Refused("De indiener vroeg om te worden gehoord. Nodig hem uit, of leg eerst vast dat hij daarvan afziet: vraag "
                      "hem dat te schrijven.")
    planned = queries.termijn(session, bezwaar.id, "hoorzitting", open_only=True)
    BEZWAAR.perform(bezwaar, "horen", actor)
    bezwaar.niet_horen = grond
    if planned is not None and subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=bezwaar.id,
                     onderwerp=f"De hoorzitting gaat niet door: {subsidie.titel}",
                     tekst=f"U was uitgenodigd voor {day_text(planned.due_on)}. Die hoorzitting gaat niet door, want "
                           f"{load_config('subsidies')['niet_horen'][grond]['naam']} (Awb 7:3).")
    settle(session)
    return bezwaar


def beantwoorden(session, actor, argument_id, *, antwoord: str) -> Argument:
    """Answer one ground: it stands in the letter (Awb 7:12)."""
    bezwaar, _subsidie = _handled(session, actor, load(session, Argument, argument_id).dossier_id)
    argument = load(session, Argument, argument_id, lock=True)
    if reason := niet_betrokken(bezwaar, actor=actor):
        raise Refused(reason, status=403)
    if bezwaar.state == BezwaarState.ONTVANGEN:
        raise Refused(EERST_BEHANDELEN, status=409)
    if bezwaar.state not in queries.BEZWAAR_OPEN or queries.bezwaar_voorstel(session, bezwaar):
        raise Refused("Over dit bezwaar is al beslist, of er ligt een voorstel.", status=409)
    if not antwoord.strip():
        raise Refused("Schrijf een antwoord op dit argument.")
    argument.antwoord, argument.beantwoord_by = antwoord.strip(), actor.user_id
    with refusing(session):
        bezwaar.record("intern:antwoord", actor=actor, nummer=argument.nummer)
    return argument


def advies_vastleggen(session, actor, bezwaar_id, *, on: date, uitkomst: str, advies: str) -> Bezwaar:
    """Keep what the committee advises, with who sat in it: it goes with the decision (Awb 7:13, lid 2, 6 and 7)."""
    bezwaar, _subsidie = _handled(session, actor, bezwaar_id)
    if not bezwaar.commissie:
        raise Refused("Dit bezwaar wordt zonder commissie behandeld.", status=409)
    if uitkomst not in load_config("subsidies")["bezwaar_uitkomst"]:
        raise Refused("Kies wat de commissie adviseert.")
    if not bezwaar.ontvangen_on <= on <= clock.today():
        raise Refused("Het advies kwam na het bezwaar, en niet in de toekomst.")
    if len(advies.strip()) < 20:
        raise Refused("Schrijf het advies over, met wie er in de commissie zat.")
    if queries.bezwaar_voorstel(session, bezwaar):
        raise Refused("Er ligt al een voorstel voor dit bezwaar.", status=409)
    BEZWAAR.perform(bezwaar, "advies_vastleggen", actor, on=on, record={"uitkomst": uitkomst})
    bezwaar.advies_on, bezwaar.advies_uitkomst, bezwaar.advies = on, uitkomst, advies.strip()
    settle(session)
    return bezwaar


# Decided -------------------------------------------------------------------------------------------------------------------

def gebreken(session, bezwaar: Bezwaar, *, uitkomst: str, grond: str = "", motivering: str = "",
             open_argumenten: int | None = None, afwijking: str = "") -> list[str]:
    """Why this cannot be laid before who signs: for the page and for the step. `open_argumenten`: by a page that counted."""
    outcomes = load_config("subsidies")["bezwaar_uitkomst"]
    if uitkomst not in outcomes:
        return ["Kies wat u beslist."]
    faults = [] if len(motivering.strip()) >= 20 else ["Schrijf waarom, zo dat de indiener het begrijpt (Awb 7:12)."]
    if bezwaar.commissie and not bezwaar.advies:
        faults.append("Leg eerst het advies van de commissie vast (Awb 7:13).")
    elif bezwaar.advies and uitkomst != bezwaar.advies_uitkomst and len(afwijking.strip()) < 20:
        faults.append("De commissie adviseert anders. Schrijf waarom u daarvan afwijkt (Awb 7:13, lid 7).")
    if uitkomst == "niet_ontvankelijk":
        inadmissible = load_config("subsidies")["niet_ontvankelijk"]
        if grond not in inadmissible:
            faults.append("Kies waarom het bezwaar niet-ontvankelijk is.")
        elif grond == "te-laat" and bezwaar.tijdig:
            faults.append("Dit bezwaar kwam op tijd.")
        elif grond == "verzuim" and not bezwaar.verzuim_verlopen:
            faults.append("De indiener kreeg nog geen tijd om het bezwaar aan te vullen, of deed dat op tijd (Awb 6:6).")
        return faults
    if bezwaar.gehoord_on is None and not bezwaar.niet_horen:
        faults.append("Hoor de indiener eerst, of kies waarom dat niet hoeft (Awb 7:2 en 7:3).")
    elif (needs := _ALONE.get(bezwaar.niet_horen)) and uitkomst != needs:
        faults.append(f"U hoorde de indiener niet, omdat {load_config('subsidies')['niet_horen'][bezwaar.niet_horen]['naam']}. "
                      "Bij deze uitkomst moet dat wel (Awb 7:3).")
    waiting = queries.open_argumenten(session, bezwaar.id) if open_argumenten is None else open_argumenten
    if waiting:
        faults.append(f"Beantwoord eerst alle argumenten van de indiener. Nog open: {waiting}.")
    return faults


# Why nobody was heard, as far as it says what the outcome is (Awb 7:3, onder a, b and e).
_ALONE = {"kennelijk-niet-ontvankelijk": "niet_ontvankelijk", "kennelijk-ongegrond": "ongegrond",
          "geheel-toegewezen": "gegrond"}


def voorstellen(session, actor, bezwaar_id, *, uitkomst: str, grond: str = "", motivering: str, afwijking: str = ""
                ) -> Besluit:
    """Lay the decision on the objection before who signs."""
    bezwaar, subsidie = _handled(session, actor, bezwaar_id)
    BEZWAAR.perform(bezwaar, "voorstellen", actor)
    if queries.bezwaar_voorstel(session, bezwaar):
        raise Refused("Er ligt al een voorstel voor dit bezwaar.", status=409)
    if faults := gebreken(session, bezwaar, uitkomst=uitkomst, grond=grond, motivering=motivering,
                          afwijking=afwijking):
        raise Refused(*faults)
    work.done(session, bezwaar, "werk_bezwaar")
    first = load(session, Besluit, bezwaar.besluit_id)
    return opstellen(
        session, actor, subsidie, soort=SOORT, onderwerp="Beslissing op bezwaar", bedrag=first.bedrag,
        rechtsmiddel=Rechtsmiddel.BEROEP, gebeurtenis="intern:bezwaar", inhoud={
            "uitkomst": uitkomst, "bezwaar_id": str(bezwaar.id), "bezwaar": bezwaar.reference, "grond": grond,
            "motivering": motivering.strip(), "ontvangen_on": bezwaar.ontvangen_on.isoformat(),
            "gehoord_on": bezwaar.gehoord_on.isoformat() if bezwaar.gehoord_on else None, "niet_horen": bezwaar.niet_horen,
            "commissie": bezwaar.commissie, "advies": bezwaar.advies,
            "advies_uitkomst": bezwaar.advies_uitkomst,
            "afwijking": afwijking.strip() if bezwaar.advies and uitkomst != bezwaar.advies_uitkomst else "",
            "advies_on": bezwaar.advies_on.isoformat() if bezwaar.advies_on else None, "besluit": first.onderwerp,
            "besluit_on": clock.day_of(first.verzonden_at).isoformat(), "besluit_soort": first.soort,
            "besluit_uitkomst": first.inhoud["uitkomst"], "gevolg": herzien.gevolg(session, subsidie, first, uitkomst),
            "nieuw_tot": herzien.uiterlijk(session, bezwaar).isoformat(),
            "argumenten": [{"nummer": a.nummer, "tekst": a.tekst, "antwoord": a.antwoord}
                           for a in queries.argumenten(session, bezwaar.id)]})


def getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: the objection is decided, and where it succeeds the case opens again."""
    bezwaar = load(session, Bezwaar, besluit.inhoud["bezwaar_id"], lock=True)
    if besluit.inhoud.get("grond") == "verzuim" and not bezwaar.verzuim_verlopen:
        raise Refused("De aanvulling van de indiener kwam op tijd. Laat het voorstel terugsturen (Awb 6:6).", status=409)
    handtekening = ondertekenen(session, actor, besluit)
    uitkomst = besluit.inhoud["uitkomst"]
    BEZWAAR.perform(bezwaar, "beslissen", actor, record={"besluit": besluit.id, "uitkomst": uitkomst, **handtekening.feiten})
    bezwaar.uitkomst, bezwaar.beslissing_id = uitkomst, besluit.id
    settle(session)
    subsidie.record("subsidie:bezwaar", actor=actor, bezwaar=bezwaar.reference, uitkomst=uitkomst)
    herzien.uitvoeren(session, actor, subsidie, bezwaar, besluit)
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="Wij hebben beslist op uw bezwaar. In de brief staat wat wij beslisten, waarom, en wat u kunt doen.")


def teruggestuurd(session, _actor, subsidie: Subsidie) -> None:
    """The handler makes another one."""
    for bezwaar in queries.bezwaren(session, subsidie.id):
        if bezwaar.state == BezwaarState.IN_BEHANDELING and queries.bezwaar_voorstel(session, bezwaar) is None:
            work.wait_for(session, bezwaar, "werk_bezwaar")
