"""Support that goes on after its last day, by a decision: the place and what the provider sees go along. Nothing goes on by
itself.

The decision is made in access (Wmo 2015, 2.3.5). Here it is only named: a later grant of the own gemeente, or, where the portal
does not hold it, which decision it is and of which day. A right of before a transition stays what it is (Wmo 2015, 8.4).
"""

import uuid
from datetime import date

from portal.domains.plaatsingen import aanbieden, plaatsen, queries, rules
from portal.domains.plaatsingen.model import Persoon, Plaatsing, PlaatsingState, VerblijfState
from portal.domains.plaatsingen.workflow import PLAATSING
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import load
from portal.kernel.errors import Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle


def verlengen(session, actor, plaatsing_id, *, tot: date, toegang_id: uuid.UUID | None = None, vindplaats: str = "",
              besloten_on: date | None = None) -> Plaatsing:
    """The support goes on until this day: by a later grant of the own gemeente (`toegang_id`), or by a decision that is named
    (`vindplaats`, `besloten_on`). Refused where a place is promised to somebody else by then."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    if reasons := PLAATSING.obstacles(plaatsing, "verlengen", actor):
        raise Refused(*reasons, status=409)
    was, today = plaatsing.tot, clock.today()
    weg = queries.vertrek(session, plaatsing.id)
    faults = rules.verlenging_gebreken(was, tot, on=today, weg_op=weg.van if weg else None)
    besluit = _grant(session, actor, plaatsing, toegang_id) if toegang_id else None
    if besluit:
        van, until = (date.fromisoformat(one) if one else None for one in (besluit.inhoud["van"], besluit.inhoud["tot"]))
        faults += rules.verlengbesluit_gebreken(van, until, oud=was, nieuw=tot)
        besloten_on = clock.day_of(besluit.getekend_at)
    else:
        faults += rules.besluit_genoemd_gebreken(vindplaats, besloten_on, on=today)
    if faults:
        raise Refused(*faults)
    plaatsen.geen_samenloop(session, load(session, Persoon, plaatsing.persoon_id), rules.Voorziening(
        plaatsing.product, "pgb" if plaatsing.state == PlaatsingState.PGB else "zin", plaatsing.van, tot), but=plaatsing.id)
    PLAATSING.perform(plaatsing, "verlengen", actor, record={
        "eerder_on": was, "laatste_on": tot, "besloten_on": besloten_on, "toegang": toegang_id})
    plaatsing.tot = tot
    if not besluit:
        noteer(session, actor, plaatsing, "verlengen", vindplaats)
    settle(session)
    for verblijf in queries.verblijven(session, plaatsing.id):
        if _lasts(verblijf):
            aanbieden.gaat_door(session, actor, verblijf, tot)
            if verblijf.state in plaatsen.LOOPT:
                send_message(session, actor, to=verblijf.aanbieder_id, dossier_id=verblijf.id,
                             onderwerp="Een verblijf is verlengd",
                             tekst=f"Verblijf {verblijf.reference} loopt nu tot en met {tot:%d-%m-%Y}.")
    plaatsen.einde_nadert(session, plaatsing)
    settle(session)
    return plaatsing


def _lasts(verblijf) -> bool:
    """Somebody lives there, or the place is theirs, or it is held for an answer."""
    return verblijf.tot is not None and (verblijf.state in plaatsen.LOOPT or (
        verblijf.state == VerblijfState.AANGEBODEN and verblijf.verloopt_at > clock.now()))


def _grant(session, actor, plaatsing: Plaatsing, toegang_id: uuid.UUID) -> Besluit:
    """The decision of a later grant, locked: nobody begins a placement with it at the same time."""
    queries.eigen(session, actor, toegang_id, lock=True)
    found = next((besluit for one, besluit in queries.verlengbesluiten(session, plaatsing) if one.id == toegang_id), None)
    if found is None:
        raise Refused("Met dit besluit kunt u deze ondersteuning niet verlengen. Kies een ander besluit.", status=409)
    return found
