"""Late: a notice of default, the days that cost money, and the decision that says how much (Awb 4:17 to 4:19).

The notice counts once the term to decide is over. Two weeks later the penalty runs, until the decision is sent and for 42 days
at most. What it comes to is a decision of its own, within two weeks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from config import load as load_config
from portal.domains.subsidies import queries
from portal.domains.subsidies.beschikking import Brieven, ondertekenen, opstellen, versturen, zonder_belang
from portal.domains.subsidies.indienen import op_papier, sturen
from portal.domains.subsidies.model import Bezwaar, Indiening, Indiensoort, Subsidie, Toestemming
from portal.domains.subsidies.tijd import per_dossier, voorbij
from portal.domains.subsidies.usecases import met_zaak, own_case
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Dossier, Termijn, load, meet_term, start_term
from portal.kernel.errors import NotFound, Refused
from portal.kernel.money import bedrag_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle

SOORT = "dwangsom"
# Terms to decide: late after one of these, a notice of default counts.
# A consent that is there by law is made public in time (Awb 4:20d). A determination that nobody asked has no such term: a
# penalty is for a decision on an application (Awb 4:17, lid 1).
# What takes the place of a decision that fell, belongs to the decision on the objection (Awb 7:11, lid 2).
BESLISTERMIJNEN = ("beslistermijn", "nieuwe_beslistermijn", "vaststellingstermijn", *queries.BEZWAARTERMIJNEN, "herziening",
                   "toestemming_bekendmaken")
MOST_DAYS = 42
DAY = timedelta(days=1)


def beslistermijn(session, dossier_id) -> Termijn | None:
    """The term to decide in this dossier that runs, or ran out without a decision."""
    return session.scalar(select(Termijn).where(
        Termijn.dossier_id == dossier_id, Termijn.kind.in_(BESLISTERMIJNEN), Termijn.met_on.is_(None))
        .order_by(Termijn.due_on.desc()).limit(1))


# The applicant -------------------------------------------------------------------------------------------------------------

def stellen(session, actor, dossier_id) -> Indiening:
    """Give notice that the decision is late. Refused while the term runs: such a notice does not count."""
    dossier, subsidie = _both(session, dossier_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    term = beslistermijn(session, dossier.id)
    if term is None:
        raise Refused("Er wacht hier geen besluit van de gemeente.", status=409)
    if queries.staat_stil(session, term.id):
        raise Refused("De beslistermijn staat stil. Een ingebrekestelling telt nu niet.", status=425)
    if term.due_on >= clock.today():
        raise Refused(f"De gemeente mag nog beslissen tot en met {term.due_on:%d-%m-%Y}. Een ingebrekestelling telt pas "
                      "daarna.", status=425)
    if _loopt(session, dossier.id):
        raise Refused("U stelde de gemeente al in gebreke.", status=409)
    return sturen(session, actor, dossier, subsidie, Indiensoort.INGEBREKESTELLING, {
        "termijn": term.kind, "uiterlijk_on": term.due_on.isoformat(), "verstuurd_door": actor.naam})


def papier(session, actor, dossier_id, *, on: date) -> Indiening:
    """A notice that came by letter: it counts from the day it came in."""
    dossier, subsidie = _both(session, dossier_id)
    if dossier.eigenaar_id != actor.party_id:
        raise NotFound()
    zonder_belang(subsidie, actor)
    term = beslistermijn(session, dossier.id)
    if term is None:
        raise Refused("Er wacht hier geen besluit.", status=409)
    if _loopt(session, dossier.id):
        raise Refused("De gemeente is al in gebreke gesteld.", status=409)
    if on > clock.today():
        raise Refused("De dag van ontvangst ligt in de toekomst.")
    if queries.staat_stil(session, term.id) or on <= term.due_on:
        raise Refused("Toen de brief binnenkwam, was de termijn om te beslissen nog niet voorbij. Deze ingebrekestelling telt "
                      "niet.", status=425)
    indiening = op_papier(session, actor, dossier, Indiensoort.INGEBREKESTELLING, {
        "termijn": term.kind, "uiterlijk_on": term.due_on.isoformat()}, regeling_id=subsidie.regeling_id, on=on)
    ontvangen(session, actor, indiening)
    return indiening


def _loopt(session, dossier_id) -> bool:
    """Was notice given for the decision that waits now, and does that still count?"""
    return session.scalar(select(Termijn.id).where(
        Termijn.dossier_id == dossier_id, Termijn.met_on.is_(None),
        Termijn.kind.in_(("ingebrekestelling", "dwangsom", "dwangsombeschikking"))).limit(1)) is not None


def _both(session, dossier_id, *, lock: bool = False) -> tuple[Dossier, Subsidie]:
    """The dossier in which a decision waits, and the case it belongs to: the same, or an objection under it. Locked: the case
    first."""
    dossier = load(session, Dossier, dossier_id)
    if isinstance(dossier, Bezwaar | Toestemming):
        return met_zaak(session, type(dossier), dossier_id) if lock else (dossier, load(session, Subsidie, dossier.subsidie_id))
    if not isinstance(dossier, Subsidie):
        raise NotFound()
    subsidie = load(session, Subsidie, dossier_id, lock=lock)
    return subsidie, subsidie


# At the gemeente -----------------------------------------------------------------------------------------------------------

def ontvangen(session, actor, indiening: Indiening) -> None:
    """The notice came in: two weeks are left before the penalty runs."""
    dossier, subsidie = _both(session, indiening.dossier_id, lock=True)
    on = indiening.ontvangen_on
    term = beslistermijn(session, dossier.id)
    if term is None or term.due_on >= on or queries.staat_stil(session, term.id) or _loopt(session, dossier.id):
        return
    left = start_term(session, dossier, terms.rule("ingebrekestelling"), on=on, party_id=subsidie.eigenaar_id,
                      taak="Beslis alsnog: de gemeente is in gebreke gesteld",
                      gevolg="Daarna kost elke dag de gemeente geld, 42 dagen lang (Awb 4:17).", endpoint=_pagina(dossier),
                      permissions=[P.SUBSIDIE_BEHANDELEN, P.BEZWAAR_BEHANDELEN, P.SUBSIDIE_TEKENEN])
    dossier.record(f"{dossier.soort}:ingebrekestelling", actor=actor, on=on, nummer=indiening.ontvangst_nummer)
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=dossier.id,
                     onderwerp=f"Wij ontvingen uw ingebrekestelling: {dossier.titel}",
                     tekst=f"Beslissen wij niet uiterlijk {left.due_on:%d-%m-%Y}? Dan betalen wij u voor elke dag een dwangsom "
                           "(Awb 4:17).")
    settle(session)


def _pagina(dossier: Dossier) -> str:
    """The page where what waits in this dossier is done."""
    match dossier:
        case Bezwaar():
            return "subsidie.bezwaar"
        case Toestemming():
            return "subsidie.toestemming"
    return "subsidie.dossier"


def dagen_verlopen(session, actor, on: date) -> int:
    """What time does: after two weeks the penalty runs, and after its last day it must be determined."""
    kinds = ("ingebrekestelling", "dwangsom")

    def over(dossier_id) -> int:
        dossier, _subsidie = _both(session, dossier_id, lock=True)
        term = next((found for kind in kinds if (found := queries.termijn(session, dossier.id, kind, open_only=True))
                     and found.due_on < on), None)
        if term is None:  # decided while this waited for the dossier
            return 0
        # The last day of the penalty counts; the day of a decision does not.
        meet_term(session, dossier, term.kind, on=term.due_on + (DAY if term.kind == "dwangsom" else timedelta(0)))
        settle(session)
        if term.kind == "ingebrekestelling":
            start_term(session, dossier, terms.rule("dwangsom"), on=term.due_on, party_id=dossier.eigenaar_id,
                       taak="Beslis: de dwangsom loopt", gevolg="Elke dag kost de gemeente geld (Awb 4:17).",
                       endpoint=_pagina(dossier),
                       permissions=[P.SUBSIDIE_BEHANDELEN, P.BEZWAAR_BEHANDELEN, P.SUBSIDIE_TEKENEN])
        else:
            _determine(session, dossier, term.due_on)
        settle(session)
        return 1

    return per_dossier(session, voorbij(session, actor, on, *kinds), over)


def _determine(session, dossier: Dossier, last_day: date) -> None:
    start_term(session, dossier, terms.rule("dwangsombeschikking"), on=last_day, party_id=dossier.eigenaar_id,
               taak="Stel de dwangsom vast", gevolg="De aanvrager kan naar de rechter.", endpoint="subsidie.dwangsom",
               permissions=[P.SUBSIDIE_BEHANDELEN])


def opnieuw_vaststellen(session, dossier: Dossier, on: date) -> None:
    """The decision that determined the penalty fell after an objection: it is determined again."""
    _determine(session, dossier, on)
    settle(session)


def beslist(session, dossier: Dossier, on: date) -> None:
    """A decision was sent: the penalty stops that day, and is determined when it ran at all."""
    running = queries.termijn(session, dossier.id, "dwangsom", open_only=True)
    meet_term(session, dossier, "ingebrekestelling", on=on)
    meet_term(session, dossier, "dwangsom", on=on)
    if running is not None and on > running.started_on + DAY:
        _determine(session, dossier, on)
    settle(session)


@dataclass(frozen=True)
class Meter:
    """What being late costs until now: the notice, the days that count, the sum in euros, and whether it still runs."""

    gesteld_on: date
    dagen: int
    bedrag: Decimal
    loopt: bool


def meter(session, dossier_id, on: date) -> Meter | None:
    """The penalty meter of a dossier; None where nobody gave notice."""
    return meter_van(session.scalars(select(Termijn).where(
        Termijn.dossier_id == dossier_id, Termijn.kind.in_(("ingebrekestelling", "dwangsom")))), on)


def meter_van(termijnen: Iterable[Termijn], on: date) -> Meter | None:
    """The same from terms of one dossier that were read already."""
    newest: dict[str, Termijn] = {}
    for term in sorted(termijnen, key=lambda term: term.started_on):
        newest[term.kind] = term
    if (notice := newest.get("ingebrekestelling")) is None:
        return None
    running = newest.get("dwangsom")
    if running is None or running.started_on < notice.started_on:
        return Meter(notice.started_on, 0, Decimal(0), False)
    # The day of the decision itself costs nothing any more.
    until = min(running.met_on - DAY if running.met_on else on, running.due_on, on)
    days = min(max((until - running.started_on).days, 0), MOST_DAYS)
    runs = running.met_on is None and on <= running.due_on
    return Meter(notice.started_on, days, terms.penalty(days, notice.started_on), runs)


# The decision --------------------------------------------------------------------------------------------------------------

def waarover(session, dossier: Dossier) -> str:
    """Which decision was late: the kind of the term that the last notice named."""
    notice = queries.laatste(session, dossier.id, Indiensoort.INGEBREKESTELLING)
    return notice.inhoud["termijn"]


def gronden(dossier: Dossier) -> dict:
    """Why no penalty is due at all (Awb 4:17, lid 6). Of a consent by law no application is left to judge (Awb 4:20d)."""
    return {code: row for code, row in load_config("subsidies")["geen_dwangsom"].items()
            if row["toestemming"] or not isinstance(dossier, Toestemming)}


def voorstellen(session, actor, subsidie_id, *, dossier_id=None, grond: str = "", motivering: str = "") -> Besluit:
    """Draft what the penalty comes to (Awb 4:18): counted, not chosen. On a ground of Awb 4:17, lid 6 (`grond`, with why) it is
    nothing; the signer still weighs the sum that was counted."""
    subsidie = own_case(session, actor, subsidie_id)
    zonder_belang(subsidie, actor)
    dossier, case = _both(session, dossier_id or subsidie.id)
    if case.id != subsidie.id:
        raise NotFound()
    if queries.termijn(session, dossier.id, "dwangsombeschikking", open_only=True) is None:
        raise Refused("Er is geen dwangsom om vast te stellen.", status=409)
    if queries.open_besluit(session, subsidie.id, SOORT):
        raise Refused("Er ligt al een voorstel voor de dwangsom.", status=409)
    if grond and grond not in gronden(dossier):
        raise Refused("Kies een reden uit de wet om geen dwangsom te betalen (Awb 4:17, lid 6).")
    if grond and len(motivering.strip()) < 20:
        raise Refused("Schrijf waarom er geen dwangsom is, zo dat de aanvrager het begrijpt.")
    count = meter(session, dossier.id, clock.today())
    owed = Decimal(0) if grond else count.bedrag
    return opstellen(
        session, actor, subsidie, soort=SOORT, onderwerp="Dwangsom", bedrag=count.bedrag,
        gebeurtenis="intern:dwangsom", inhoud={
            "uitkomst": "dwangsom", "dossier_id": str(dossier.id), "bedrag": str(owed), "dagen": count.dagen,
            "gesteld_on": count.gesteld_on.isoformat(), "te_laat": waarover(session, dossier), "over": dossier.reference,
            "grond": grond, "motivering": motivering.strip() if grond else
            f"Wij waren {'1 dag' if count.dagen == 1 else f'{count.dagen} dagen'} te laat, geteld vanaf twee weken na uw "
            f"ingebrekestelling. Daarvoor betalen wij € {bedrag_text(owed)}."})


def getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: the sum is owed, to be paid within six weeks (Awb 4:87). Of nothing, nothing waits."""
    handtekening = ondertekenen(session, actor, besluit)
    dossier, owed = load(session, Dossier, besluit.inhoud["dossier_id"], lock=True), Decimal(besluit.inhoud["bedrag"])
    subsidie.record("subsidie:dwangsom", actor=actor, besluit=besluit.id, bedrag=owed, **handtekening.feiten)
    meet_term(session, dossier, "dwangsombeschikking", on=clock.today())
    if owed:
        start_term(session, dossier, terms.rule("betaling"), on=clock.today(), party_id=subsidie.eigenaar_id,
                   taak="Betaal de dwangsom", gevolg="Daarna komt er wettelijke rente bij (Awb 4:97 en 4:98).",
                   endpoint="subsidie.dwangsom", permissions=[P.SUBSIDIE_BETALEN])
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="Wij waren te laat. In de brief staat welke dwangsom wij u betalen." if owed else
              "U stelde ons in gebreke. In de brief staat waarom wij u geen dwangsom betalen.")


def betaald(session, actor, dossier_id) -> Dossier:
    """The finance department paid the penalty of this case, objection or consent: nobody waits for it any more."""
    dossier, subsidie = _both(session, dossier_id, lock=True)
    if dossier.eigenaar_id != actor.party_id:
        raise NotFound()
    zonder_belang(subsidie, actor)
    if queries.termijn(session, dossier.id, "betaling", open_only=True) is None:
        raise Refused("Er is geen dwangsom om te betalen.", status=409)
    meet_term(session, dossier, "betaling", on=clock.today())
    subsidie.record("subsidie:dwangsom_betaald", actor=actor, dossier=dossier.reference)
    settle(session)
    return dossier


def teruggestuurd(_session, _actor, _subsidie: Subsidie) -> None:
    """The term to determine it still runs: it is drafted again."""
