"""A new account number of the recipient, after a payment failed: given by who may send for the recipient, or entered from a
letter, and approved by somebody else at the gemeente before anything is paid to it. The payment is then prepared and approved
again, by two people."""

from datetime import date

from sqlalchemy import select

from portal.domains.subsidies import queries, work
from portal.domains.subsidies.beschikking import zonder_belang
from portal.domains.subsidies.indienen import op_papier
from portal.domains.subsidies.model import Betaalstand, Betaling, Indiening, Indiensoort, Subsidie
from portal.domains.subsidies.uitvoering import plan_volgende, sturen
from portal.domains.subsidies.usecases import own_case
from portal.kernel import clock
from portal.kernel import iban as rekeningnummer
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle

NIETS_MISLUKT = "Er is geen betaling mislukt. Een ander rekeningnummer is niet nodig."
LIGT_ER_AL = "U gaf al een nieuw rekeningnummer. De gemeente kijkt het na."
IN_HET_PORTAAL = "Deze ontvanger geeft een nieuw rekeningnummer in het portaal."
ZELF_INGEVOERD = "U voerde dit nummer zelf in. Een ander keurt het goed."
NIETS_NIEUW = "Er ligt geen nieuw rekeningnummer dat op goedkeuring wacht."
# What was planned goes to the new account; what was prepared or approved for the old one is done again.
_ONBETAALD = (Betaalstand.GEPLAND, Betaalstand.KLAARGEZET, Betaalstand.GOEDGEKEURD, Betaalstand.MISLUKT)


def obstakels(betalingen, wacht: Indiening | None) -> list[str]:
    """Why the recipient gives no other account number now: for the page and for the step."""
    if wacht is not None:
        return [LIGT_ER_AL]
    return [] if any(one.stand == Betaalstand.MISLUKT for one in betalingen) else [NIETS_MISLUKT]


def geven(session, actor, subsidie_id, *, iban: str, tenaamstelling: str) -> Indiening:
    """The recipient gives the account to which the failed payment can go."""
    subsidie = load(session, Subsidie, subsidie_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    betalingen = queries.betalingen(session, subsidie.id)
    if faults := obstakels(betalingen, queries.nieuwe_rekening(session, subsidie.id)):
        raise Refused(*faults, status=409)
    if fault := rekeningnummer.gebrek(iban) or rekeningnummer.naam_gebrek(tenaamstelling):
        raise Refused(fault)
    return sturen(session, actor, subsidie, subsidie, Indiensoort.REKENING, {
        "iban": rekeningnummer.kaal(iban), "tenaamstelling": tenaamstelling, "verstuurd_door": actor.naam})


def papier_obstakels(subsidie: Subsidie, betalingen, wacht: Indiening | None) -> list[str]:
    """Why no number from a letter can be entered now: for the page and for the step."""
    if subsidie.aanvrager_id:
        return [IN_HET_PORTAAL]
    if wacht is not None:
        return ["Er ligt al een nieuw rekeningnummer. Een collega kijkt het na."]
    return obstakels(betalingen, None)


def papier(session, actor, subsidie_id, *, iban: str, tenaamstelling: str, on: date) -> Indiening:
    """A number that came by letter, from a recipient who does everything on paper. Who entered it, approves it not."""
    subsidie = own_case(session, actor, subsidie_id)
    zonder_belang(subsidie, actor)
    betalingen = queries.betalingen(session, subsidie.id)
    if faults := papier_obstakels(subsidie, betalingen, queries.nieuwe_rekening(session, subsidie.id)):
        raise Refused(*faults, status=409)
    if fault := rekeningnummer.gebrek(iban) or rekeningnummer.naam_gebrek(tenaamstelling):
        raise Refused(fault)
    granted = clock.day_of(queries.verlening(session, subsidie.id).verzonden_at)
    if not granted <= on <= clock.today():
        raise Refused(f"De brief kwam binnen na het besluit van {granted:%d-%m-%Y}, en niet in de toekomst.")
    indiening = op_papier(session, actor, subsidie, Indiensoort.REKENING, {
        "iban": rekeningnummer.kaal(iban), "tenaamstelling": tenaamstelling, "ingevoerd_by": str(actor.user_id)},
        regeling_id=subsidie.regeling_id, on=on)
    ontvangen(session, actor, indiening)
    return indiening


def zelf_ingevoerd(indiening: Indiening | None, actor) -> bool:
    """Did this person enter the number from a letter?"""
    return indiening is not None and indiening.inhoud.get("ingevoerd_by") == str(actor.user_id)


def ontvangen(session, actor, indiening: Indiening) -> None:
    """Take in a new account number: it waits for who approves payments."""
    subsidie = load(session, Subsidie, indiening.dossier_id, lock=True)
    if not queries.is_ingenomen(session, subsidie.id, indiening.ontvangst_nummer):
        subsidie.record("subsidie:rekening", actor=actor, on=indiening.ontvangen_on,
                        nummer=indiening.ontvangst_nummer)
        work.wait_for(session, subsidie, "werk_rekening")
    settle(session)


def _waiting(session, actor, indiening_id) -> tuple[Subsidie, Indiening]:
    """The number that waits in a case of the own gemeente, locked; refused for who has an interest in it."""
    subsidie = own_case(session, actor, load(session, Indiening, indiening_id).dossier_id)
    zonder_belang(subsidie, actor)
    found = queries.nieuwe_rekening(session, subsidie.id)
    if found is None or found.id != indiening_id:
        raise Refused(NIETS_NIEUW, status=409)
    return subsidie, found


def goedkeuren(session, actor, indiening_id) -> Subsidie:
    """The gemeente looked at the new number, and pays to it from now on: what is not paid yet is prepared again."""
    subsidie, gegeven = _waiting(session, actor, indiening_id)
    if zelf_ingevoerd(gegeven, actor):
        raise Refused(ZELF_INGEVOERD, status=403)
    said = gegeven.inhoud
    unpaid = session.scalars(select(Betaling).where(Betaling.dossier_id == subsidie.id, Betaling.stand.in_(_ONBETAALD))
                             .order_by(Betaling.volgnummer).with_for_update()).all()
    # Back the way it came, one step at a time: only of what is planned the account changes.
    for betaling in unpaid:
        if betaling.stand == Betaalstand.GOEDGEKEURD:
            betaling.stand, betaling.klaargezet_by = Betaalstand.KLAARGEZET, actor.user_id
            betaling.goedgekeurd_by = betaling.goedgekeurd_at = None
    settle(session)
    for betaling in unpaid:
        betaling.stand, betaling.bestand_id, betaling.klaargezet_by = Betaalstand.GEPLAND, None, None
        betaling.goedgekeurd_by = betaling.goedgekeurd_at = None
    settle(session)
    for betaling in unpaid:
        betaling.iban, betaling.tenaamstelling, betaling.melding = said["iban"], said["tenaamstelling"], ""
    settle(session)
    subsidie.record("subsidie:rekening_goedgekeurd", actor=actor, nummer=gegeven.ontvangst_nummer)
    work.done(session, subsidie, "werk_rekening", "werk_goedkeuren")
    plan_volgende(session, subsidie)
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"Wij gebruiken uw nieuwe rekeningnummer: {subsidie.titel}",
                     tekst="Wij hebben uw nieuwe rekeningnummer nagekeken. Wij betalen voortaan op die rekening. Gaf u dit "
                           "nummer niet zelf? Bel ons dan meteen.")
    settle(session)
    return subsidie


def afwijzen(session, actor, indiening_id, *, reden: str) -> Subsidie:
    """The new number is not used, with the reason: the recipient can give another."""
    subsidie, gegeven = _waiting(session, actor, indiening_id)
    if not reden.strip():
        raise Refused("Schrijf waarom.")
    subsidie.record("subsidie:rekening_afgewezen", actor=actor, nummer=gegeven.ontvangst_nummer)
    work.done(session, subsidie, "werk_rekening")
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"Wij gebruiken uw nieuwe rekeningnummer niet: {subsidie.titel}",
                     tekst=f"De reden is: {reden.strip()}\n\nGeef een ander rekeningnummer, of bel ons.")
    else:
        noteer(session, actor, subsidie, "rekening_afgewezen", reden)
    settle(session)
    return subsidie
