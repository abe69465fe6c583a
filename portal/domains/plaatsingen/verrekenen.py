"""Settlement between gemeenten: what one paid for people for whom another was responsible, per period, agreed by both.

The lines follow from the stays and the timeline of responsibility; nobody types an amount. No law orders this settlement: it is
an agreement between gemeenten. It names nobody.
"""

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from portal.domains.plaatsingen import rules, verrekenqueries, work
from portal.domains.plaatsingen.model import Verblijf, Verrekening, VerrekeningAntwoord, VerrekeningState, Verrekenregel
from portal.domains.plaatsingen.workflow import VERREKENING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import load, next_reference, share, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.money import euro
from portal.kernel.sentences import settle
from portal.kernel.workflow import require
from portal.tenants.model import Gemeente

TITEL = "Verrekening"


def berekenen(session, actor, *, ander_id: uuid.UUID, van: date, tot: date, verblijf_id: uuid.UUID | None = None
              ) -> list[tuple[rules.BetaaldVerblijf, rules.Deel]]:
    """What the own gemeente paid in this period for people for whom the other was responsible: a stay with the days of it (of
    this stay alone, if given). Refused with every stay of which the price is not known."""
    stays = [one for one in verrekenqueries.betaalde_verblijven(session, actor.party_id, van, tot)
             if verblijf_id in (None, one.verblijf_id)]
    lines, found, faults = verrekenqueries.tijdlijnen(session, [one.traject_id for one in stays]), [], []
    for stay in stays:
        try:
            found += [(stay, part) for part in rules.verrekendelen(stay, lines.get(stay.traject_id, []), ander_id, van=van,
                                                                   tot=tot)]
        except Refused as refusal:
            faults += refusal.reasons
    if faults:
        raise Refused(*faults)
    return found


def opstellen(session, actor, *, ander_id: uuid.UUID, van: date, tot: date) -> Verrekening:
    """Draw up the settlement of a period that is over. Refused when there is nothing to settle, or when a day of it was settled
    with this gemeente before."""
    require(actor, P.VERREKENING_AFSPREKEN)
    if session.get(Gemeente, ander_id) is None or ander_id == actor.party_id:
        raise Refused("Kies een andere gemeente.")
    if faults := rules.periode_gebreken(van, tot, on=clock.today()):
        raise Refused(*faults)
    if before := verrekenqueries.verrekend_met(session, actor.party_id, ander_id, van, tot):
        raise Refused("Met deze gemeente is over een deel van deze periode al verrekend. Kies een andere periode, of trek de "
                      "eerste verrekening in.", *in_de_weg(before), status=409)
    parts = berekenen(session, actor, ander_id=ander_id, van=van, tot=tot)
    if not parts:
        raise Refused("In deze periode betaalde uw gemeente op geen dag voor iemand van die gemeente. Er valt niets te "
                      "verrekenen.", status=409)
    zaak = Verrekening(reference=next_reference(session, "VRK"), titel=TITEL, state=VerrekeningState.OPGESTELD,
                       eigenaar_id=actor.party_id, betaler_id=actor.party_id, verantwoordelijk_id=ander_id, van=van, tot=tot)
    session.add(zaak)
    settle(session)
    _lines(session, actor, zaak, parts, start=1)
    zaak.record("verrekening:opstellen", actor=actor, state_to=zaak.state, met=ander_id, regels=len(parts))
    settle(session)
    return zaak


def _lines(session, actor, zaak: Verrekening, parts, *, start: int) -> list[Verrekenregel]:
    """A line of each part, numbered from `start` on."""
    made = [Verrekenregel(
        **under(zaak, actor.party_id), volgnummer=number, verblijf_id=stay.verblijf_id, traject_id=stay.traject_id,
        kenmerk=stay.kenmerk, afgeschermd=stay.afgeschermd, van=part.van, tot=part.tot, dagen=part.dagen,
        dagprijs=stay.dagprijs, bedrag=part.bedrag) for number, (stay, part) in enumerate(parts, start=start)]
    session.add_all(made)
    return made


def in_de_weg(rows) -> list[str]:
    """What was settled already and stands in the way: which settlement (or line of it), with whom, over which days."""
    return [f"In de weg staat {one.reference} met {one.naam}, over {one.van:%d-%m-%Y} tot en met {one.tot:%d-%m-%Y}."
            if one.volgnummer is None else
            f"In de weg staat regel {one.volgnummer} van {one.reference} met {one.naam}, over {one.van:%d-%m-%Y} tot en met "
            f"{one.tot:%d-%m-%Y}." for one in rows]


def versturen(session, actor, verrekening_id) -> Verrekening:
    """Send it to the gemeente that was responsible; from now on it reads the lines, and answers for itself."""
    zaak = _own(session, actor, verrekening_id)
    first = zaak.state == VerrekeningState.OPGESTELD
    VERREKENING.perform(zaak, "versturen", actor)
    settle(session)
    if first:
        share(session, zaak, zaak.verantwoordelijk_id, "verantwoordelijk")
        settle(session)
        work.wait_for(session, zaak, "werk_verrekening_afronden")
    work.wait_for(session, zaak, "werk_verrekenen", parties=[zaak.verantwoordelijk_id])
    settle(session)
    return zaak


def antwoorden(session, actor, verrekening_id, *, ja: bool, redenen: Mapping[int, str] | None = None) -> VerrekeningAntwoord:
    """The gemeente that was responsible agrees, or says per line why not: portal.verrekening_telt carries it out."""
    zaak = load(session, Verrekening, verrekening_id)
    if zaak.verantwoordelijk_id != actor.party_id:
        raise NotFound()
    require(actor, P.VERREKENING_AFSPREKEN)
    given = {str(number): why.strip() for number, why in (redenen or {}).items() if why.strip()}
    if ja == bool(given):
        raise Refused("U bent akkoord, maar schreef ook waarom een regel niet klopt. Kies een van de twee." if ja else
                      "Schrijf bij elke regel die niet klopt waarom niet.")
    answer = VerrekeningAntwoord(**under(zaak, actor.party_id), ja=ja, redenen=given, gegeven_by=actor.user_id)
    zaak.record("verrekening:antwoorden", actor=actor, ja=ja, regels=len(given))
    session.add(answer)
    settle(session)
    session.expire(zaak)
    return answer


def laten_vervallen(session, actor, verrekening_id, *, volgnummer: int, reden: str) -> Verrekenregel:
    """A disputed line no longer counts. It stays to be read."""
    zaak, line = _own_line(session, actor, verrekening_id, volgnummer)
    VERREKENING.perform(zaak, "laten_vervallen", actor, reden=reden, record={"regel": volgnummer})
    line.vervallen_on = clock.today()
    noteer(session, actor, zaak, "laten_vervallen", reden)
    settle(session)
    return line


def opnieuw(session, actor, verrekening_id, *, volgnummer: int, van: date, tot: date, dagprijs: Decimal, reden: str
            ) -> list[Verrekenregel]:
    """A line of a disputed settlement lapses, and is made anew in the same act: over fewer days, or at the price that the stay
    should have had. What stands in it follows from the stay again, and the other gemeente answers again."""
    zaak, old = _own_line(session, actor, verrekening_id, volgnummer)
    if not old.van <= van <= tot <= old.tot:
        raise Refused(f"Kies dagen die in de regel vallen: van {old.van:%d-%m-%Y} tot en met {old.tot:%d-%m-%Y}.")
    if (van, tot, dagprijs) == (old.van, old.tot, old.dagprijs):
        raise Refused("Er verandert niets aan de regel. Kies minder dagen of een andere dagprijs.")
    laten_vervallen(session, actor, verrekening_id, volgnummer=volgnummer, reden=reden)
    if dagprijs != old.dagprijs:
        dagprijs_vastleggen(session, actor, old.verblijf_id, dagprijs=dagprijs, reden=reden)
    parts = berekenen(session, actor, ander_id=zaak.verantwoordelijk_id, van=van, tot=tot, verblijf_id=old.verblijf_id)
    if not parts:
        raise Refused("Op deze dagen valt er niets te verrekenen. Laat de regel vervallen.", status=409)
    last = max(one.volgnummer for one in verrekenqueries.verrekenregels(session, zaak.id))
    made = _lines(session, actor, zaak, parts, start=last + 1)
    zaak.record("verrekening:opnieuw", actor=actor, regel=volgnummer, nieuw=last + 1)
    settle(session)
    return made


def vaststellen(session, actor, verrekening_id) -> Verrekening:
    """Both agreed: it becomes final, and goes to the finance system."""
    zaak = _own(session, actor, verrekening_id)
    VERREKENING.perform(zaak, "vaststellen", actor)
    settle(session)
    return zaak


def intrekken(session, actor, verrekening_id, *, reden: str) -> Verrekening:
    """Withdraw it, before the other agreed: the period can be settled again."""
    zaak = _own(session, actor, verrekening_id)
    VERREKENING.perform(zaak, "intrekken", actor, reden=reden)
    settle(session)
    zaak.ingetrokken_on = clock.today()
    noteer(session, actor, zaak, "intrekken", reden)
    settle(session)
    return zaak


def dagprijs_vastleggen(session, actor, verblijf_id, *, dagprijs: Decimal, reden: str = "") -> Verblijf:
    """What a day of a stay costs; another price than was known has a reason. portal.verblijf_betaald refuses it once it was
    settled with."""
    verblijf = _own_stay(session, actor, verblijf_id)
    rules.dagprijs_klopt(dagprijs)
    was = verblijf.dagprijs
    if was == dagprijs:
        raise Refused("Dit is al de dagprijs. Er verandert niets.")
    if was is not None and not reden.strip():
        raise Refused("Schrijf waarom de dagprijs verandert.")
    if before := verrekenqueries.verrekend_van(session, verblijf.id):
        raise Refused("Met deze dagprijs is al verrekend. De prijs verandert alleen nog als u die verrekening intrekt.",
                      *in_de_weg(before), status=409)
    verblijf.dagprijs = dagprijs
    verblijf.record("intern:dagprijs", actor=actor, dagprijs=str(dagprijs), was=None if was is None else str(was))
    if was is not None:
        noteer(session, actor, verblijf, "dagprijs", reden)
    settle(session)
    return verblijf


def doorbetaald(session, actor, verblijf_id, *, tot: date | None) -> Verblijf:
    """Until and including which day the own gemeente went on paying for a stay that ended with it by a handover. None takes
    the answer back. portal.verblijf_betaald refuses it where it was settled."""
    verblijf, row = _handed_over(session, actor, verblijf_id)
    if tot is not None and (faults := rules.betaald_gebreken(tot, geeindigd_on=row.geeindigd_on, weer_on=row.weer_on,
                                                             on=clock.today())):
        raise Refused(*faults)
    return _paid(session, actor, verblijf, tot)


def niet_doorbetaald(session, actor, verblijf_id) -> Verblijf:
    """It paid no longer than the stay lasted: known, and nothing to settle."""
    verblijf, row = _handed_over(session, actor, verblijf_id)
    return _paid(session, actor, verblijf, row.geeindigd_on)


def _paid(session, actor, verblijf: Verblijf, tot: date | None) -> Verblijf:
    if before := verrekenqueries.verrekend_van(session, verblijf.id, na=tot or verblijf.geeindigd_on):
        raise Refused("Over deze dagen is al verrekend. Dit verandert alleen nog als u die verrekening intrekt.",
                      *in_de_weg(before), status=409)
    verblijf.betaald_tot = tot
    verblijf.record("intern:doorbetaald", actor=actor, betaald_on=tot)
    settle(session)
    if tot is None:
        work.wait_for(session, verblijf, "werk_doorbetaald")
    else:
        work.done(session, verblijf, "werk_doorbetaald")
    settle(session)
    return verblijf


def totaal(regels) -> Decimal:
    """What the lines that count come to."""
    return sum((one.bedrag for one in regels if one.vervallen_on is None), Decimal(0))


def in_centen(bedrag: Decimal) -> int:
    """An amount as whole cents, for a file."""
    return int(euro(bedrag) * 100)


def _own_stay(session, actor, verblijf_id) -> Verblijf:
    """A stay of the own gemeente, locked, for who may settle."""
    require(actor, P.VERREKENING_AFSPREKEN)
    verblijf = load(session, Verblijf, verblijf_id, lock=True)
    if verblijf.eigenaar_id != actor.party_id:
        raise NotFound()
    return verblijf


def _handed_over(session, actor, verblijf_id):
    """A stay of the own gemeente that ended by a handover, locked, with its row of verrekenqueries.overgedragen_verblijf."""
    verblijf = _own_stay(session, actor, verblijf_id)
    row = verrekenqueries.overgedragen_verblijf(session, verblijf.id)
    if row is None:
        raise Refused("Dit verblijf eindigde niet door een overdracht. Uw gemeente betaalde dan niet voor een andere gemeente "
                      "door.", status=409)
    return verblijf, row


def _own(session, actor, verrekening_id) -> Verrekening:
    """A settlement of the own gemeente, locked; NotFound for what another drew up."""
    zaak = load(session, Verrekening, verrekening_id, lock=True)
    if zaak.eigenaar_id != actor.party_id:
        raise NotFound()
    return zaak


def _own_line(session, actor, verrekening_id, volgnummer: int) -> tuple[Verrekening, Verrekenregel]:
    """A settlement of the own gemeente, locked, with the line of this number; Refused for one that lapsed."""
    zaak = _own(session, actor, verrekening_id)
    line = next((one for one in verrekenqueries.verrekenregels(session, zaak.id) if one.volgnummer == volgnummer), None)
    if line is None:
        raise NotFound("Deze regel is er niet.")
    if line.vervallen_on is not None:
        raise Refused("Deze regel is al vervallen.", status=409)
    return zaak, line
