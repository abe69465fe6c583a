"""The placement at the gemeente: begun after a grant, waiting for a place or with a pgb, and its end.

Offering a place stands in aanbieden.py, what goes to another gemeente in overdragen.py.
"""

import secrets
import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from config import load as load_config
from portal.domains.plaatsingen import queries, rules, work
from portal.domains.plaatsingen.model import (
    Persoon,
    Plaatsing,
    PlaatsingState,
    Plaatsvraag,
    ToegangState,
    Verantwoordelijkheid,
    VerblijfState,
    Wachtregel,
)
from portal.domains.plaatsingen.workflow import PLAATSING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import load, next_reference, under
from portal.kernel.errors import Refused
from portal.kernel.sentences import settle
from portal.kernel.workflow import require

TITEL = "Plaatsing"
DOMEIN = "beschermd_wonen"
LOT = 2 ** 31
DAY = timedelta(days=1)
# Somebody lives on the place, or it is theirs.
LOOPT = (VerblijfState.GERESERVEERD, VerblijfState.LOOPT, VerblijfState.STIL)


def known(section: str, code: str, sentence: str) -> str:
    """This code, if config/plaatsingen.toml has it in this section; Refused with the sentence otherwise."""
    if code not in load_config("plaatsingen")[section]:
        raise Refused(sentence)
    return code


def openen(session, actor, toegang_id, *, product: str, doelgroep: str, herkomst_id: uuid.UUID | None = None,
           indicatie_tot: date | None = None, overgang_on: date | None = None) -> Plaatsing:
    """Begin the placement that a signed grant leads to: somebody waits for a place, or has a pgb. From the report on this
    gemeente is responsible, by the rule that held on that day. Refused when the same product runs already in the other form."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    require(actor, P.TOEGANG_BEHANDELEN)
    if toegang.state != ToegangState.TOEGEKEND:
        raise Refused("Een plaatsing begint na een toekenning. Er is nog geen getekend besluit.", status=409)
    known("product", product, "Kies welke ondersteuning het is.")
    known("doelgroep", doelgroep, "Kies voor welke groep de plek moet zijn.")
    if (indicatie_tot is None) != (overgang_on is None):
        raise Refused("Vul voor een recht van vroeger beide dagen in: het einde van de indicatie en de dag van de overgang.")
    if queries.verlengd_met(session, toegang.id):
        raise Refused("Met dit besluit is een plaatsing verlengd. Er begint geen nieuwe.", status=409)
    besluit = queries.toekenning(session, toegang.id)
    persoon = load(session, Persoon, toegang.persoon_id)
    zin = besluit.inhoud["vorm"] == "zin"
    van = date.fromisoformat(besluit.inhoud["van"])
    tot = date.fromisoformat(besluit.inhoud["tot"]) if besluit.inhoud["tot"] else None
    van = geen_samenloop(session, persoon, rules.Voorziening(product, "zin" if zin else "pgb", van, tot))
    plaatsing = Plaatsing(
        reference=next_reference(session, "BW"), titel=TITEL, state=PlaatsingState.WACHTEND if zin else PlaatsingState.PGB,
        eigenaar_id=actor.party_id, behandelaar_id=actor.user_id, gemeente_id=actor.party_id, persoon_id=persoon.id,
        traject_id=toegang.traject_id or uuid.uuid4(), toegang_id=toegang.id,
        herkomst_id=herkomst_id or toegang.herkomst_id or actor.party_id,
        product=product, doelgroep=doelgroep, gemeld_on=toegang.gemeld_on, van=van, tot=tot,
        pgb_motief=besluit.inhoud["motief"], indicatie_tot=indicatie_tot, overgang_on=overgang_on)
    session.add(plaatsing)
    settle(session)
    # A report that another gemeente had first brought its timeline along.
    if toegang.traject_id is None:
        rule = rules.verantwoordelijkheidsregel(DOMEIN, toegang.gemeld_on)
        owner = rules.wie_is_verantwoordelijk(rule, melding=actor.party_id, woonplaats=None)
        session.add(Verantwoordelijkheid(party_id=actor.party_id, traject_id=plaatsing.traject_id, gemeente_id=owner,
                                         van=toegang.gemeld_on, grondslag="melding"))
    session.add(Plaatsvraag(**under(plaatsing, actor.party_id), nodig=[], gemeenten=[], mijden=[]))
    plaatsing.record("plaatsing:openen", actor=actor, state_to=plaatsing.state, toegang=toegang.id, product=product)
    work.done(session, toegang, "werk_plaatsing")
    settle(session)
    if zin:
        wachten(session, actor, plaatsing)
    einde_nadert(session, plaatsing)
    return plaatsing


def einde_nadert(session, plaatsing: Plaatsing) -> None:
    """From some weeks before the last day of the support it waits for a choice: go on, or end."""
    if plaatsing.tot and rules.verlengen_vanaf(plaatsing.tot) <= clock.today():
        work.wait_for(session, plaatsing, "werk_verlengen", due_on=plaatsing.tot)


def geen_samenloop(session, persoon: Persoon, nieuw: rules.Voorziening, *, but: uuid.UUID | None = None) -> date:
    """Refused when the same product of this person runs in the other form on a day of it (invariant I3). The person is locked:
    two colleagues do not both begin. `but`: the placement that changes its form. Returns the day from which it does run: that
    of the grant, or the day after the last of what ran in the other form."""
    load(session, Persoon, persoon.id, lock=True)
    if found := rules.samenloop(queries.voorzieningen(session, persoon.id, but=but), nieuw):
        raise Refused(f"Dezelfde ondersteuning loopt al {'met een pgb' if found.vorm == 'pgb' else 'in natura'}, vanaf "
                      f"{found.van:%d-%m-%Y}. Beëindig die eerst: beide tegelijk kan niet.", status=409)
    last = queries.laatste_dag(session, persoon.id, nieuw.product, "pgb" if nieuw.vorm == "zin" else "zin")
    if last and nieuw.tot and nieuw.tot <= last:
        raise Refused(f"Dezelfde ondersteuning liep al tot en met {last:%d-%m-%Y}. Daarna is er van dit besluit niets over.",
                      status=409)
    return max(nieuw.van, last + DAY) if last else nieuw.van


def wachten(session, actor, plaatsing: Plaatsing, *, omstandigheden: Iterable[str] = ()) -> Wachtregel:
    """Put somebody on the waiting list, with everything that decides the order, and the rule of today."""
    persoon = load(session, Persoon, plaatsing.persoon_id)
    vraag = queries.plaatsvraag(session, plaatsing.id)
    today = clock.today()
    regel = Wachtregel(
        **under(plaatsing, actor.party_id), kenmerk=plaatsing.reference, product=plaatsing.product,
        doelgroep=plaatsing.doelgroep, leeftijd=relativedelta(today, persoon.geboren_on).years,
        nodig=list(vraag.nodig) if vraag else [], gemeld_on=plaatsing.gemeld_on,
        omstandigheden=sorted(set(omstandigheden)), versie=rules.voorrangversie(today),
        lot=secrets.randbelow(LOT), afgeschermd=persoon.afgeschermd, sinds_on=today)
    _known_circumstances(regel)
    session.add(regel)
    plaatsing.record("plaatsing:wachten", actor=actor, versie=regel.versie)
    work.wait_for(session, plaatsing, "werk_plek")
    settle(session)
    return regel


def _known_circumstances(regel: Wachtregel) -> None:
    rule = rules.voorrangregel(regel.versie)
    if unknown := set(regel.omstandigheden) - set(rule["punten"]):
        raise Refused(f"De wachtlijst kent dit niet: {', '.join(sorted(unknown))}.")


def vraag_bewaren(session, actor, plaatsing_id, *, nodig: Iterable[str], gemeenten: Iterable[uuid.UUID],
                  mijden: Iterable[uuid.UUID], overbrugging: str = "", omstandigheden: Iterable[str] = ()) -> Plaatsvraag:
    """Keep what somebody needs of a place, where they want to live and where they cannot, and what counts for the order of the
    waiting list."""
    plaatsing = eigen_open(session, actor, plaatsing_id)
    config = load_config("plaatsingen")["kenmerk"]
    if unknown := set(nodig) - set(config):
        raise Refused(f"Dit kenmerk van een plek bestaat niet: {', '.join(sorted(unknown))}.")
    if set(gemeenten) & set(mijden):
        raise Refused("Een gemeente kan niet tegelijk gewenst en uitgesloten zijn.")
    vraag = queries.plaatsvraag(session, plaatsing.id)
    vraag.nodig, vraag.gemeenten, vraag.mijden = sorted(set(nodig)), list(gemeenten), list(mijden)
    vraag.overbrugging = overbrugging.strip()
    regel = queries.wachtregel(session, plaatsing.id)
    if regel and (regel.omstandigheden != sorted(set(omstandigheden)) or regel.nodig != vraag.nodig):
        einde_wachten(session, plaatsing, "herzien")
        wachten_opnieuw(session, actor, plaatsing, regel, nodig=vraag.nodig, omstandigheden=omstandigheden)
    plaatsing.record("intern:plaatsvraag", actor=actor)
    settle(session)
    return vraag


def wachten_opnieuw(session, actor, plaatsing: Plaatsing, vorig: Wachtregel, *, nodig, omstandigheden) -> Wachtregel:
    """The same person waits on with other facts: a new line with the same lot and day, so that what was known when stays."""
    regel = Wachtregel(
        **under(plaatsing, actor.party_id), kenmerk=vorig.kenmerk, product=vorig.product, doelgroep=vorig.doelgroep,
        leeftijd=vorig.leeftijd, nodig=list(nodig), gemeld_on=vorig.gemeld_on, omstandigheden=sorted(set(omstandigheden)),
        versie=rules.voorrangversie(clock.today()), lot=vorig.lot, afgeschermd=vorig.afgeschermd, sinds_on=clock.today())
    _known_circumstances(regel)
    session.add(regel)
    settle(session)
    return regel


def einde_wachten(session, plaatsing: Plaatsing, einde: str) -> None:
    """Somebody no longer waits, from today, for this reason."""
    if regel := queries.wachtregel(session, plaatsing.id):
        regel.tot_on, regel.einde = clock.today(), einde
        settle(session)


def pgb_kiezen(session, actor, plaatsing_id, *, motief: str) -> Plaatsing:
    """Who waits for a place chooses a pgb after all; why is kept, also when the waiting list is why."""
    plaatsing = eigen_open(session, actor, plaatsing_id)
    plaatsing.van = geen_samenloop(session, load(session, Persoon, plaatsing.persoon_id), rules.Voorziening(
        plaatsing.product, "pgb", plaatsing.van, plaatsing.tot), but=plaatsing.id)
    PLAATSING.perform(plaatsing, "pgb", actor, motief=motief, record={"motief": motief})
    plaatsing.pgb_motief = motief
    einde_wachten(session, plaatsing, "pgb")
    return plaatsing


def vervallen(session, actor, plaatsing_id, *, reden: str) -> Plaatsing:
    """A place is no longer needed."""
    plaatsing = eigen_open(session, actor, plaatsing_id)
    PLAATSING.perform(plaatsing, "vervallen", actor, reden=reden)
    einde_wachten(session, plaatsing, "vervallen")
    noteer(session, actor, plaatsing, "vervallen", reden)
    settle(session)
    return plaatsing


def beeindigen(session, actor, plaatsing_id, *, on: date, einde: str) -> Plaatsing:
    """What ran without a place ends on this day: a pgb, or the way home of who lives on no place any more. A stay ends by
    aanbieden.beeindigen, which ends the placement with it."""
    plaatsing = eigen_open(session, actor, plaatsing_id)
    if on > clock.today():
        raise Refused("Deze dag ligt in de toekomst.")
    if on < plaatsing.van:
        raise Refused(f"De ondersteuning begint op {plaatsing.van:%d-%m-%Y}. Eerder eindigen kan niet.")
    if any(one.state in LOOPT for one in queries.verblijven(session, plaatsing.id)):
        raise Refused("De inwoner woont nog op een plek. Beëindig eerst het verblijf: dan eindigt dit ook.", status=409)
    PLAATSING.perform(plaatsing, "beeindigen", actor, on=on, einde=einde, record={"einde": einde})
    work.wait_for(session, plaatsing, "werk_uitkomst", on=on)
    settle(session)
    return plaatsing


def eigen_open(session, actor, plaatsing_id) -> Plaatsing:
    """A placement of the own gemeente, locked, by who may work on it."""
    plaatsing = queries.eigen_plaatsing(session, actor, plaatsing_id, lock=True)
    require(actor, P.TOEGANG_BEHANDELEN)
    return plaatsing
