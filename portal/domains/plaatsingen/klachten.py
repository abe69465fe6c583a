"""What the law asks of a complaint and of an objection that a resident sent from the own page (Awb chapters 6, 7 and 9).

Receipt is confirmed, there is a term that can be put off once, and an outcome with its reasons. The resident reads it all on
the own page; a message says that there is something, and nothing of it.
"""

import uuid

from config import load as load_config
from portal.domains.plaatsingen import mensen, ondersteuning, rules
from portal.domains.plaatsingen.besluiten import SOORT
from portal.domains.plaatsingen.model import Inwonervraag, Vraagsoort
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Besluit, Handeling, betrokken_bij
from portal.kernel.dossier import Dossier, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import day_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import say, settle
from portal.kernel.workflow import require

BETROKKEN = "U was betrokken bij het besluit waartegen dit bezwaar is. Een ander beslist (Awb 10:3, lid 3)."
MOTIVERING = 20
OPGELOST, NIET_ONTVANKELIJK = "opgelost", "niet_ontvankelijk"

say("bezwaar_zelf_besloten", BETROKKEN, 403)
say("bezwaar_zonder_besluit", ondersteuning.GEEN_BESLUIT, 409)
say("bezwaar_niet_voor_mantelzorger", ondersteuning.NIET_VOOR_EEN_ANDER, 403)
say("uq_inwonervraag_bezwaar", "U maakte al bezwaar tegen dit besluit. Wilt u nog iets zeggen? Stuur dan een vraag.", 409)


def bevestigen(session, actor, dossier_id, vraag_id, *, commissie: bool = False) -> Inwonervraag:
    """Confirm that it was received, and say until when the answer comes (Awb 6:14 and 9:6). `commissie`: a committee advises,
    which gives more time (7:13, 9:14); that is chosen here."""
    found, vraag = _open(session, mensen.zaak(session, actor, dossier_id), vraag_id)
    if vraag.bevestigd_at is not None:
        raise Refused("De ontvangst is al bevestigd.", status=409)
    vraag.bevestigd_by, vraag.bevestigd_at, vraag.commissie = actor.user_id, clock.now(), commissie
    found.record("intern:ontvangst-bevestigd", actor=actor, vraag=vraag.id, commissie=commissie)
    term = mensen.antwoordtermijn(session, vraag)
    late = (f" De laatste dag om bezwaar te maken was {day_text(term.bezwaar_tot)}. U was te laat. Had u een goede reden? "
            "Dan kijkt de gemeente toch naar uw bezwaar (Awb 6:11)." if term.te_laat(clock.day_of(vraag.gesteld_at)) else "")
    return _tell(session, actor, found, vraag, "Wij ontvingen wat u stuurde",
                 f"Wij ontvingen het op {day_text(clock.day_of(vraag.gesteld_at))}. U krijgt antwoord uiterlijk "
                 f"{day_text(term.uiterlijk)}.{late}")


def verdagen(session, actor, dossier_id, vraag_id, *, reden: str) -> Inwonervraag:
    """Answer later, once, and say so: an objection six weeks (Awb 7:10, lid 3), a complaint four (9:11, lid 2)."""
    found, vraag = _open(session, mensen.zaak(session, actor, dossier_id), vraag_id)
    if not reden.strip():
        raise Refused("Schrijf waarom het antwoord later komt.")
    if vraag.verdaagd_reden:
        raise Refused("Het antwoord is al een keer uitgesteld. Dat kan niet nog eens.", status=409)
    if mensen.antwoordtermijn(session, vraag).uiterlijk < clock.today():
        raise Refused("De termijn is voorbij. Uitstellen kan niet meer.", status=409)
    vraag.verdaagd_reden = reden.strip()
    found.record("intern:vraag-verdaagd", actor=actor, vraag=vraag.id)
    term = mensen.antwoordtermijn(session, vraag)
    return _tell(session, actor, found, vraag, "Ons antwoord komt later",
                 f"U krijgt antwoord uiterlijk {day_text(term.uiterlijk)}. Waarom, leest u bij Mijn ondersteuning.")


def afhandelen(session, actor, dossier_id, vraag_id, *, uitkomst: str, antwoord: str) -> Inwonervraag:
    """Say what was found about a complaint, and what the gemeente does with it (Awb 9:12)."""
    found, vraag = _open(session, mensen.zaak(session, actor, dossier_id), vraag_id, Vraagsoort.KLACHT)
    if _eigen_werk(actor, found) and uitkomst != OPGELOST:
        raise Refused("Deze klacht kan over uw werk gaan. Een collega handelt de klacht af (Awb 9:7).", status=403)
    return _ended(session, actor, found, vraag, uitkomst, antwoord)


def uitkomsten(actor, found: Dossier, vraag: Inwonervraag, term: rules.Antwoordtermijn) -> list[str]:
    """How this person may end it: who works on the case gives no verdict about it, and too late is only what came too late."""
    if vraag.soort == Vraagsoort.KLACHT and _eigen_werk(actor, found):
        return [OPGELOST]
    return [code for code in load_config("plaatsingen")["afloop"].get(vraag.soort, {})
            if code != NIET_ONTVANKELIJK or term.te_laat(clock.day_of(vraag.gesteld_at))]


def _eigen_werk(actor, found: Dossier) -> bool:
    """Does this person work on the case? Then only what both agree on ends the complaint (Awb 9:5 and 9:7)."""
    return found.behandelaar_id == actor.user_id


def beslissen(session, actor, dossier_id, vraag_id, *, uitkomst: str, antwoord: str) -> Inwonervraag:
    """Decide on an objection, under mandate and by somebody who had no part in the decision (Awb 10:3, lid 3), with the reasons
    (7:12). Where it succeeds, the reasons say what is decided in its place (7:11, lid 2)."""
    found = load(session, Dossier, dossier_id, lock=True)
    if found.soort != "toegang" or found.eigenaar_id != actor.party_id:
        raise NotFound("Deze zaak is er niet, of is niet van uw gemeente.")
    require(actor, P.TOEGANG_TEKENEN)
    found, vraag = _open(session, found, vraag_id, Vraagsoort.BEZWAAR)
    if actor.user_id in betrokken_bij(load(session, Besluit, vraag.besluit_id)):
        raise Refused(BETROKKEN, status=403)
    mandaat, vervanging = besluiten.bevoegdheid(session, Handeling(actor.party_id, SOORT, None), actor, on=clock.today())
    return _ended(session, actor, found, vraag, uitkomst, antwoord, mandaat_id=mandaat.id,
                  vervanging_id=vervanging.id if vervanging else None)


def _open(session, found: Dossier, vraag_id: uuid.UUID, *soorten: Vraagsoort) -> tuple[Dossier, Inwonervraag]:
    """A complaint or objection of this case that waits for an answer."""
    vraag = load(session, Inwonervraag, vraag_id, lock=True)
    if vraag.dossier_id != found.id or vraag.soort not in (soorten or (Vraagsoort.KLACHT, Vraagsoort.BEZWAAR)):
        raise NotFound("Dit hoort niet bij deze zaak.")
    if vraag.beantwoord_at is not None:
        raise Refused(mensen.AL_BEANTWOORD, status=409)
    return found, vraag


def _ended(session, actor, found: Dossier, vraag: Inwonervraag, uitkomst: str, antwoord: str, *,
           mandaat_id: uuid.UUID | None = None, vervanging_id: uuid.UUID | None = None) -> Inwonervraag:
    if uitkomst not in load_config("plaatsingen")["afloop"][vraag.soort]:
        raise Refused("Kies hoe het afloopt.")
    term = mensen.antwoordtermijn(session, vraag)
    if uitkomst == NIET_ONTVANKELIJK and not term.te_laat(clock.day_of(vraag.gesteld_at)):
        raise Refused("Dit bezwaar kwam op tijd, van iemand die het mag maken. Kijk naar de inhoud (Awb 7:11).")
    if len(antwoord.strip()) < MOTIVERING:
        raise Refused("Schrijf wat u besluit en waarom, zo dat de inwoner het begrijpt.")
    vraag.uitkomst, vraag.antwoord = uitkomst, antwoord.strip()
    vraag.mandaat_id, vraag.vervanging_id = mandaat_id, vervanging_id
    vraag.beantwoord_by, vraag.beantwoord_at = actor.user_id, clock.now()
    found.record("intern:vraag-beantwoord", actor=actor, vraag=vraag.id, uitkomst=uitkomst)
    return _tell(session, actor, found, vraag, mensen.ER_IS_ANTWOORD, mensen.WAAR_HET_ANTWOORD_STAAT)


def _tell(session, actor, found: Dossier, vraag: Inwonervraag, onderwerp: str, tekst: str) -> Inwonervraag:
    settle(session)
    send_message(session, actor, to=vraag.party_id, onderwerp=onderwerp, tekst=tekst)
    mensen.wachten_op_antwoord(session, found)
    return vraag
