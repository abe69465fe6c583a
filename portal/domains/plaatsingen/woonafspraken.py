"""Homes for who can live on their own again: what a gemeente expects to need, and what it agreed on (C13)."""

from portal.domains.plaatsingen.model import Woonafspraak, Woonsoort
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import Refused
from portal.kernel.sentences import settle
from portal.kernel.workflow import require

JAREN = range(2000, 2101)
MEESTE = 10_000


def vastleggen(session, actor, *, jaar: int, soort: str, prognose: int, afgesproken: int, bron: str) -> Woonafspraak:
    """Keep forecast and agreement of one year, or correct them; where the agreement is written down is said with it."""
    require(actor, P.TOEGANG_BEHANDELEN)
    faults = []
    if jaar not in JAREN:
        faults.append("Kies een jaar van 2000 tot en met 2100.")
    if soort not in list(Woonsoort):
        faults.append("Kies of het om woningen of om tussenvoorzieningen gaat.")
    if not (0 <= prognose <= MEESTE and 0 <= afgesproken <= MEESTE):
        faults.append("Vul twee aantallen in, van 0 tot en met 10000.")
    if not bron.strip():
        faults.append("Schrijf waar de afspraak staat.")
    if faults:
        raise Refused(*faults)
    row = session.get(Woonafspraak, (actor.party_id, jaar, soort), with_for_update=True)
    if row is None:
        row = Woonafspraak(party_id=actor.party_id, jaar=jaar, soort=soort)
        session.add(row)
    row.prognose, row.afgesproken, row.bron = prognose, afgesproken, bron.strip()
    row.gewijzigd_at, row.gewijzigd_by = clock.now(), actor.user_id
    settle(session)
    return row
