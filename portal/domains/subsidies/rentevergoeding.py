"""Paid too late by the gemeente itself: it owes the statutory interest, and says how much by a decision (Awb 4:97 to 4:99).

The term to pay is six weeks after the letter, or the later day that the letter names (Awb 4:87). While payments stand still
because of a serious suspicion nothing has to be paid, so nothing is late (Awb 4:56). What was counted is owed: nobody chooses.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from portal.domains.subsidies import queries, work
from portal.domains.subsidies.beschikking import Brieven, ondertekenen, opstellen, versturen, zonder_belang
from portal.domains.subsidies.model import Betaalstand, Betaling, Betalingsstop, Subsidie
from portal.domains.subsidies.usecases import own_case
from portal.domains.subsidies.workflow import zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit, State
from portal.kernel.dossier import meet_term, start_term
from portal.kernel.errors import Refused
from portal.kernel.money import bedrag_text
from portal.kernel.queries import Slice
from portal.kernel.rente import Renteregel, ondergrens, wettelijke_rente
from portal.kernel.sentences import settle
from portal.kernel.terms import compute

SOORT = "rentevergoeding"
BETALEN = "rente_betalen"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Terug:
    """What came in on a claim that fell, and the day on which it was all paid back: counted as a payment."""

    id: uuid.UUID
    kenmerk: str
    bedrag: Decimal
    betaald_on: date
    stand: str = Betaalstand.BETAALD


@dataclass(frozen=True)
class TeLaat:
    """One payment that came after its last day, or is still not there: that day, and the interest until the day of payment
    (until today while it was not paid). Of what went back: `betaal_tot` is the day on which it first came in."""

    betaling: Betaling | Terug
    betaal_tot: date
    regels: Sequence[Renteregel]

    @property
    def is_betaald(self) -> bool:
        """Is the sum itself paid? Only then it is known how much the interest is."""
        return self.betaling.stand == Betaalstand.BETAALD

    @property
    def bedrag(self) -> Decimal:
        """The interest in euros."""
        return sum((regel.bedrag for regel in self.regels), Decimal(0))

    @property
    def verschuldigd(self) -> bool:
        """Is it owed: is it not below the floor of the law (Awb 4:98, lid 2)?"""
        return self.bedrag >= ondergrens(bestuursorgaan=True)


def betaal_tot(gepland_on: date, verzonden_on: date) -> date:
    """The last day to pay in time: six weeks after the letter, or the later day that it names (Awb 4:87, lid 1)."""
    return max(gepland_on, compute(terms.rule("betaling"), verzonden_on).last_day)


def verzuim(last: date, until: date, stops: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The stretches of default after `last` up to and with `until`: (day before the first, last day). `stops`: [from, to) in
    which the duty to pay stood still; what was left of the term runs on after it."""
    found, after = [], last
    for begin, end in sorted(stops):
        end = min(end, until + DAY)
        if begin > until or end <= begin:
            continue
        if begin <= after:  # not late yet: the days of the stop are added to the term
            after += end - begin
            continue
        found.append((after, begin - DAY))
        after = end - DAY
    return [(first, last) for first, last in [*found, (after, until)] if first < last]


def telling(betaling: Betaling, verzonden_on: date, stops: Iterable[Betalingsstop], on: date) -> TeLaat:
    """The interest on one payment; without lines when it came in time."""
    until = betaling.betaald_on or on
    last = betaal_tot(betaling.gepland_on, verzonden_on)
    halted = [(stop.begonnen_on, stop.geeindigd_on or until + DAY) for stop in stops]
    return TeLaat(betaling, last, [line for after, end in verzuim(last, until, halted)
                                   for line in wettelijke_rente(betaling.bedrag, after, end)])


def te_laat(session, party_id, *, after: str | None = None, before: str | None = None) -> tuple[Slice, list[TeLaat]]:
    """One page of what this gemeente paid too late or still does not pay, and the count of each row (its `betaling` is the
    row)."""
    today = clock.today()
    part = queries.te_laat_betaald(session, party_id, today, ondergrens(bestuursorgaan=True), after=after, before=before)
    stops: dict = {}
    for stop in queries.betalingsstops(session, {row.dossier_id for row in part.rows}) if part.rows else ():
        stops.setdefault(stop.subsidie_id, []).append(stop)
    return part, [telling(row, clock.day_of(row.verzonden_at), stops.get(row.dossier_id, ()), today) for row in part.rows]


def van_de_zaak(session, subsidie: Subsidie, besluiten: Iterable[Besluit] | None = None, behalve: Besluit | None = None
                ) -> list[TeLaat]:
    """What the gemeente paid too late in this case, still does not pay, or paid back after a claim fell, and decided nothing
    on. `besluiten`: of the case, by a page that read them; `behalve`: one of them that does not count."""
    rows = queries.besluiten_van(session, subsidie.id) if besluiten is None else besluiten
    today, found, soorten = clock.today(), {one.id: one for one in rows}, {one.soort for one in rows}
    fallen = queries.te_vervangen(session, subsidie.id, SOORT) if {SOORT, "bezwaar"} <= soorten else None
    skip = {one.id for one in (behalve, fallen and fallen[1]) if one is not None}
    done = besloten(one for one in found.values() if one.id not in skip)
    late = [one for one in queries.betalingen(session, subsidie.id)
            if one.stand != Betaalstand.VERVALLEN and str(one.id) not in done and (one.betaald_on or today) > one.gepland_on]
    stops = queries.betalingsstops(session, [subsidie.id]) if late else []
    counted = [telling(one, clock.day_of(found[one.besluit_id].verzonden_at), stops, today) for one in late]
    back = _terug(session, subsidie, done) if "terugvordering" in soorten else ()
    return [one for one in [*counted, *back] if one.regels]


def _terug(session, subsidie: Subsidie, done: set[str]) -> Iterable[TeLaat]:
    """What a recipient paid on a claim that fell: interest from the day after each payment until it went back (Awb 4:102, lid
    1)."""
    received: dict = {}
    for claim_id, kenmerk, kind, on, facts in queries.geld_terug(session, subsidie.id):
        if kind != "vordering:terugbetaald":
            received.setdefault(claim_id, []).append((on, Decimal(facts["bedrag"])))
        elif str(claim_id) not in done and claim_id in received:
            came = received[claim_id]
            yield TeLaat(Terug(claim_id, kenmerk, sum((bedrag for _on, bedrag in came), Decimal(0)), on), came[0][0], [
                line for day, bedrag in came for line in wettelijke_rente(bedrag, day, on)])


def besloten(besluiten: Iterable[Besluit]) -> set[str]:
    """The payments on which a decision about interest was sent, or waits for its signature."""
    return {row["betaling_id"] for one in besluiten if one.soort == SOORT and one.state not in (
        State.TERUGGESTUURD, State.VERVALLEN, State.INGETROKKEN) for row in one.inhoud["betalingen"]}


def na_betaling(session, subsidie: Subsidie) -> None:
    """A payment came too late: when it costs interest, somebody makes the decision."""
    if any(one.is_betaald and one.verschuldigd for one in van_de_zaak(session, subsidie)):
        work.wait_for(session, subsidie, "werk_rentevergoeding")


def obstakels(_session, actor, subsidie: Subsidie, te_laat: Sequence[TeLaat]) -> list[str]:
    """Why there is no decision about interest to make: for the page and the proposal."""
    faults = [reason] if (reason := zelf_geen_belang(subsidie, actor=actor)) else []
    if not te_laat:
        faults.append("De gemeente betaalde alles op tijd. Er is geen rente.")
    elif not any(one.is_betaald for one in te_laat):
        faults.append("Het bedrag is nog niet betaald. Pas als het is betaald, staat vast hoeveel rente erbij komt.")
    elif not any(one.is_betaald and one.verschuldigd for one in te_laat):
        faults.append(f"De rente is lager dan € {bedrag_text(ondergrens(bestuursorgaan=True))}. Dan is er geen rente (Awb "
                      "4:98, lid 2).")
    return faults


def _nu(session, subsidie: Subsidie, behalve: Besluit | None = None) -> list[dict]:
    """What is owed now, as it is frozen; `behalve`: as if this proposal were not there."""
    owed = [one for one in van_de_zaak(session, subsidie, behalve=behalve) if one.is_betaald and one.verschuldigd]
    return [{"betaling_id": str(one.betaling.id), "kenmerk": one.betaling.kenmerk, "hoofdsom": str(one.betaling.bedrag),
             "terug": isinstance(one.betaling, Terug), "betaal_tot": one.betaal_tot.isoformat(),
             "betaald_on": one.betaling.betaald_on.isoformat(), "bedrag": str(one.bedrag),
             "rente": [line.as_json() for line in one.regels]} for one in owed]


def obstakels_besluit(session, actor, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    """Why this cannot be signed: who signs has an interest, or what was counted is not what is counted now."""
    faults = [reason] if (reason := zelf_geen_belang(subsidie, actor=actor)) else []
    if _nu(session, subsidie, besluit) != besluit.inhoud["betalingen"]:
        faults.append("De telling van de rente is veranderd. De brief klopt niet meer: stuur het voorstel terug.")
    return faults


def voorstellen(session, actor, subsidie_id) -> Besluit:
    """Draft what interest the gemeente pays: over every payment of this case that came too late."""
    subsidie = own_case(session, actor, subsidie_id)
    zonder_belang(subsidie, actor)
    if queries.open_besluit(session, subsidie.id, SOORT):
        raise Refused("Er ligt al een voorstel voor rente.", status=409)
    if faults := obstakels(session, actor, subsidie, van_de_zaak(session, subsidie)):
        raise Refused(*faults, status=409)
    rows = _nu(session, subsidie)
    whole = sum((Decimal(row["bedrag"]) for row in rows), Decimal(0))
    return opstellen(
        session, actor, subsidie, soort=SOORT, onderwerp="Rente over een late betaling", bedrag=whole,
        gebeurtenis="intern:rentevergoeding", klaar=("werk_rentevergoeding",), inhoud={
            "uitkomst": SOORT, "bedrag": str(whole), "betalingen": rows, "motivering": ""})


def getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: the interest is owed, to be paid within six weeks (Awb 4:87)."""
    if faults := obstakels_besluit(session, actor, subsidie, besluit):
        raise Refused(*faults, status=409)
    handtekening = ondertekenen(session, actor, besluit)
    subsidie.record("subsidie:rentevergoeding", actor=actor, besluit=besluit.id, bedrag=besluit.bedrag, **handtekening.feiten)
    start_term(session, subsidie, replace(terms.rule("betaling"), kind=BETALEN), on=clock.today(),
               party_id=subsidie.eigenaar_id, taak="Betaal de rente aan de ontvanger",
               gevolg="De ontvanger wacht op geld waar hij recht op heeft.", endpoint="subsidie.rente_betalen",
               permissions=[P.SUBSIDIE_BETALEN])
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="Wij betaalden u te laat. In de brief staat welke rente u daarover krijgt.")


def teruggestuurd(session, _actor, subsidie: Subsidie) -> None:
    """The interest is still owed: it is drafted again."""
    na_betaling(session, subsidie)


def betaald(session, actor, subsidie_id) -> Subsidie:
    """The finance department paid the interest."""
    subsidie = own_case(session, actor, subsidie_id)
    zonder_belang(subsidie, actor)
    if queries.termijn(session, subsidie.id, BETALEN, open_only=True) is None:
        raise Refused("Er is geen rente om te betalen.", status=409)
    meet_term(session, subsidie, BETALEN, on=clock.today())
    subsidie.record("subsidie:rente_betaald", actor=actor)
    settle(session)
    return subsidie
