"""After the grant: advances and payments with four eyes, obligations with evidence, short reports, a stop of payments.

An advance is a decision of its own (Awb 4:95). A payment is planned by that decision, prepared by who handles the case,
approved by somebody else, and goes out in a file for the finance system, once. What comes back the same way says what was paid.
"""

import csv
import hashlib
import io
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from dateutil.relativedelta import relativedelta
from sqlalchemy import and_, func, literal, or_, select, union_all

from portal.domains.subsidies import queries, rentevergoeding, work
from portal.domains.subsidies.beschikking import Brieven, ondertekenen, opstellen, versturen, zonder_belang
from portal.domains.subsidies.indienen import sturen
from portal.domains.subsidies.model import (
    Betaalbestand,
    Betaalsoort,
    Betaalstand,
    Betaling,
    Betalingsstop,
    Indiening,
    Indiensoort,
    Rapportage,
    RapportageState,
    Stand,
    State,
    StopState,
    Subsidie,
    Subsidieregel,
)
from portal.domains.subsidies.rules import Regelsoort
from portal.domains.subsidies.tijd import per_dossier, voorbij
from portal.domains.subsidies.usecases import houd_vast, met_zaak, own_case
from portal.domains.subsidies.workflow import BETALINGSSTOP, RAPPORTAGE
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock, iban, terms
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Termijn, load, meet_term, next_reference, share, start_term, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import day_text
from portal.kernel.money import bedrag_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.terms import Length, TermRule

SOORT_VOORSCHOT = "voorschot"
STAAN_STIL = "De betalingen staan stil (Awb 4:56)."
ZELF_KLAARGEZET = "U zette deze betaling zelf klaar. Een ander keurt haar goed."
REKENING_WACHT = "De ontvanger gaf een nieuw rekeningnummer. Een collega keurt het eerst goed."
REKENING_ANDERS = ("Het rekeningnummer of de naam bij deze betaling is veranderd nadat u de pagina opende. Kijk opnieuw of het "
                   "klopt. Keur daarna goed.")
NIETS_GOEDGEKEURD = "Er is niets goedgekeurd om te betalen."
RUNNING = (State.VERLEEND, State.VERANTWOORDEN, State.IN_VASTSTELLING)


def beginnen(session, actor, subsidie: Subsidie, besluit: Besluit) -> None:
    """What starts with a grant: a day for every line that has one, the reports it asks, and the work of the advances."""
    recipient = subsidie.aanvrager_id or subsidie.eigenaar_id
    regels_verwachten(session, subsidie, besluit)
    for number, row in enumerate(besluit.inhoud.get("rapportages", []), start=1):
        _ask_report(session, actor, subsidie, number, row, recipient)
    if besluit.inhoud.get("termijnen"):
        work.wait_for(session, subsidie, "werk_voorschot")
    settle(session)


def regels_verwachten(session, subsidie: Subsidie, besluit: Besluit) -> None:
    """Every obligation and condition of this decision that nobody judged yet and whose day is to come, waits for the
    recipient."""
    for regel in queries.regels(session, subsidie.id, besluit.id):
        if (regel.stand == Stand.OPEN and regel.soort != Regelsoort.RESULTAAT and regel.uiterlijk_on is not None
                and regel.uiterlijk_on >= clock.today()):
            _expect(session, subsidie, regel, subsidie.aanvrager_id or subsidie.eigenaar_id)
    settle(session)


def _expect(session, subsidie: Subsidie, regel: Subsidieregel, recipient: uuid.UUID) -> None:
    rule = _own_day(f"regel_{regel.id.hex}", regel.tekst[:120])
    start_term(
        session, subsidie, rule, on=clock.today(), due_on=regel.uiterlijk_on, party_id=recipient, endpoint="aanvraag.subsidie",
        taak=f"Laat zien: {regel.tekst[:200]}", permissions=[P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN],
        gevolg="De subsidie kan lager worden vastgesteld (Awb 4:46)." if regel.soort == Regelsoort.VERPLICHTING
        else "Er is geen recht op het geld (Awb 4:33 en 4:34).")


def niets_meer_te_doen(session, subsidie: Subsidie) -> None:
    """Determined, or taken back: what the recipient still had to show or to report lapses, for it can no longer be sent."""
    reports = select(Rapportage.id).where(Rapportage.subsidie_id == subsidie.id)
    for termijn in session.scalars(select(Termijn).where(Termijn.met_on.is_(None), or_(
            and_(Termijn.dossier_id == subsidie.id, Termijn.kind.startswith("regel_", autoescape=True)),
            and_(Termijn.dossier_id.in_(reports), Termijn.kind == "rapportage")))):
        termijn.met_on = clock.today()
    settle(session)


def rapportages_verwachten(session, subsidie: Subsidie) -> None:
    """The grant holds again: a report that nobody sent waits for the recipient, with the day it had."""
    for termijn in session.scalars(select(Termijn).where(Termijn.kind == "rapportage", Termijn.dossier_id.in_(
            select(Rapportage.id).where(Rapportage.subsidie_id == subsidie.id,
                                        Rapportage.state == RapportageState.GEVRAAGD)))):
        termijn.met_on = None
    settle(session)


def _own_day(kind: str, label: str) -> TermRule:
    """A term whose last day the decision itself names."""
    return TermRule(kind=kind, article="Besluit tot subsidieverlening", length=Length(days=1), statutory=False,
                    source="De dag staat in het besluit", label=label, event="Subsidie verleend")


def _ask_report(session, actor, subsidie: Subsidie, number: int, row: Mapping, recipient: uuid.UUID) -> None:
    rapportage = Rapportage(
        reference=f"{subsidie.reference}-R{number}", titel=f"Voortgangsbericht {number}: {subsidie.titel}",
        state=RapportageState.GEVRAAGD, eigenaar_id=subsidie.eigenaar_id, ouder_id=subsidie.id, subsidie_id=subsidie.id,
        volgnummer=number, van=date.fromisoformat(row["van"]), tot=date.fromisoformat(row["tot"]),
        uiterlijk_on=date.fromisoformat(row["uiterlijk"]))
    session.add(rapportage)
    settle(session)
    if subsidie.aanvrager_id:
        share(session, rapportage, subsidie.aanvrager_id, "ontvanger")
    rapportage.record("rapportage:vragen", actor=actor, state_to=RapportageState.GEVRAAGD, nummer=number)
    start_term(session, rapportage, _own_day("rapportage", "Voortgangsbericht sturen"), on=clock.today(), party_id=recipient,
               due_on=rapportage.uiterlijk_on, taak="Stuur het voortgangsbericht",
               gevolg="De gemeente vraagt erom, en de subsidie kan lager worden vastgesteld.",
               endpoint="ontvanger.rapportage", permissions=[P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN])
    settle(session)


# Advances ----------------------------------------------------------------------------------------------------------------

def voorschot_obstakels(subsidie: Subsidie, besluiten_van: Iterable[Besluit]) -> list[str]:
    """Why no advances can be proposed now, whoever asks: for the page and for the step."""
    if subsidie.state not in RUNNING:
        return ["Voorschotten horen bij een subsidie die is verleend."]
    if any(one.soort == SOORT_VOORSCHOT and one.state in besluiten.OPEN for one in besluiten_van):
        return ["Er ligt al een voorstel voor voorschotten."]
    return []


def nog_voor_te_schieten(termijnen: Iterable[Mapping], eerder: Decimal) -> list[tuple[date, Decimal]]:
    """What the grant plans to pay in advance and was not decided yet: [(day, amount)], by day. What was decided before
    (`eerder`) counts for the first ones."""
    found = []
    for row in sorted(termijnen, key=lambda one: one["op"]):
        bedrag = Decimal(row["bedrag"])
        gedaan = min(eerder, bedrag)
        eerder -= gedaan
        if bedrag > gedaan:
            found.append((date.fromisoformat(row["op"]), bedrag - gedaan))
    return found


def voorschot_opstellen(session, actor, subsidie_id, *, termijnen: Sequence[Mapping]) -> Besluit:
    """Draft the decision on the advances: amounts and days (Awb 4:95). Together with what was decided before never more than
    what was granted. `termijnen`: [{"op": date, "bedrag": Decimal}]."""
    subsidie = own_case(session, actor, subsidie_id)
    zonder_belang(subsidie, actor)
    eerder = queries.voorschotten(session, subsidie.id)
    if faults := voorschot_obstakels(subsidie, queries.besluiten_van(session, subsidie.id)):
        raise Refused(*faults, status=409)
    if not termijnen or any(t["bedrag"] <= 0 for t in termijnen):
        raise Refused("Vul van ieder voorschot het bedrag en de dag in.")
    today, last = clock.today(), subsidie.tot - timedelta(days=1) + relativedelta(years=1)
    if not all(today <= t["op"] <= last for t in termijnen):
        raise Refused(f"Een voorschot is niet eerder dan vandaag, en niet later dan {last:%d-%m-%Y}. Dat is een jaar na de "
                      "periode van de subsidie." if today <= last else
                      "De periode van de subsidie is langer dan een jaar voorbij. Een voorschot kan niet meer.")
    samen = eerder + sum((t["bedrag"] for t in termijnen), Decimal(0))
    if samen > (subsidie.verleend or 0):
        raise Refused(f"De voorschotten komen samen op € {bedrag_text(samen)}. Verleend is € {bedrag_text(subsidie.verleend)}.")
    bedrag = sum((t["bedrag"] for t in termijnen), Decimal(0))
    return opstellen(
        session, actor, subsidie, soort=SOORT_VOORSCHOT, onderwerp="Voorschotten", bedrag=bedrag,
        gebeurtenis="intern:voorschot", klaar=("werk_voorschot",), inhoud={
            "uitkomst": "voorschot", "bedrag": str(bedrag), "verleend": str(subsidie.verleend), "eerder": str(eerder),
            "termijnen": [{"op": t["op"].isoformat(), "bedrag": str(t["bedrag"])} for t in termijnen],
            "motivering": "Met een voorschot kunt u de activiteiten betalen voordat de subsidie is vastgesteld."})


def voorschot_achterhaald(subsidie: Subsidie, besluit: Besluit, eerder: Decimal) -> list[str]:
    """Why a proposal for advances is no longer true: the grant changed after it, or what was decided before (`eerder`)."""
    inhoud, verleend = besluit.inhoud, subsidie.verleend or Decimal(0)
    faults = []
    if (Decimal(inhoud["verleend"]), Decimal(inhoud["eerder"])) != (verleend, eerder):
        faults.append("Na dit voorstel is de subsidie veranderd, of verviel er een betaling. De brief klopt dan niet meer. "
                      "Stuur het voorstel terug.")
    if eerder + besluit.bedrag > verleend:
        faults.append(f"De voorschotten komen samen op € {bedrag_text(eerder + besluit.bedrag)}. Verleend is € "
                      f"{bedrag_text(verleend)}.")
    return faults


def voorschot_getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: the payments are planned, and the letter goes out."""
    handtekening = ondertekenen(session, actor, besluit)
    subsidie.record("subsidie:voorschot", actor=actor, besluit=besluit.id, bedrag=besluit.bedrag, **handtekening.feiten)
    plannen(session, actor, subsidie, besluit, Betaalsoort.VOORSCHOT,
            [(date.fromisoformat(row["op"]), Decimal(row["bedrag"])) for row in besluit.inhoud["termijnen"]])
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="Wij hebben besloten over uw voorschotten. In de brief staat wanneer u welk bedrag krijgt.")


def voorschot_teruggestuurd(session, _actor, subsidie: Subsidie) -> None:
    """The drafter makes another one."""
    work.wait_for(session, subsidie, "werk_voorschot")


def plannen(session, actor, subsidie: Subsidie, besluit: Besluit, soort: Betaalsoort,
            bedragen: Sequence[tuple[date, Decimal]]) -> None:
    """Plan payments that a signed decision names: [(day, amount)], to the account that holds."""
    gegevens = queries.rekening(session, subsidie)
    last = session.scalar(select(func.coalesce(func.max(Betaling.volgnummer), 0)).where(Betaling.dossier_id == subsidie.id))
    for number, (day, bedrag) in enumerate(bedragen, start=last + 1):
        session.add(Betaling(
            **under(subsidie, actor.party_id), besluit_id=besluit.id, soort=soort, volgnummer=number,
            kenmerk=f"{subsidie.reference}-B{number}", bedrag=bedrag, gepland_on=day, iban=gegevens.get("iban", ""),
            tenaamstelling=gegevens.get("tenaamstelling") or iban.naam(subsidie.aanvrager_naam)))
    settle(session)
    plan_volgende(session, subsidie)


def plan_volgende(session, subsidie: Subsidie) -> None:
    """The next payment waits for who prepares it, a week before its day; one that failed waits now."""
    following = session.scalar(select(Betaling).where(
        Betaling.dossier_id == subsidie.id, Betaling.stand.in_([Betaalstand.GEPLAND, Betaalstand.MISLUKT]))
        .order_by(Betaling.gepland_on, Betaling.volgnummer).limit(1))
    if following is None:
        return
    on = max(clock.today(), following.gepland_on - timedelta(days=7))
    waits = queries.termijn(session, subsidie.id, "werk_klaarzetten", open_only=True)
    if waits is not None and waits.started_on > on:  # for a later payment than this one
        work.done(session, subsidie, "werk_klaarzetten")
    work.wait_for(session, subsidie, "werk_klaarzetten", on=on)


# Payments ----------------------------------------------------------------------------------------------------------------

def _payment(session, actor, betaling_id) -> tuple[Betaling, Subsidie]:
    betaling = load(session, Betaling, betaling_id)
    subsidie = own_case(session, actor, betaling.dossier_id)
    return load(session, Betaling, betaling_id, lock=True), subsidie


def betaling_obstakels(betaling: Betaling, regels: Iterable[Subsidieregel], stop: Betalingsstop | None) -> list[str]:
    """Why this payment cannot go on now, whoever asks: a stop that runs, a condition of the decision in force that must be met
    before there is a claim (Awb 4:33, 4:34), an account that cannot be paid to."""
    faults = []
    if stop:
        faults.append(STAAN_STIL)
    faults += [f"Er is nog niet voldaan aan deze voorwaarde: {regel.tekst}" for regel in regels
               if regel.soort == Regelsoort.VOORWAARDE and regel.stand != Stand.VOLDAAN]
    if fault := iban.gebrek(betaling.iban):
        faults.append(fault)
    if not betaling.tenaamstelling.strip():
        faults.append("De naam bij de rekening ontbreekt.")
    elif fault := iban.naam_gebrek(betaling.tenaamstelling):
        faults.append(fault)
    return faults


def _go_on(session, subsidie: Subsidie, betaling: Betaling) -> None:
    if faults := betaling_obstakels(betaling, queries.geldende_regels(session, subsidie.id),
                                    queries.lopende_stop(session, subsidie.id)):
        raise Refused(*faults, status=409)


def te_vroeg(betaling: Betaling) -> str | None:
    """Why this payment is not prepared yet: its day is far."""
    if betaling.gepland_on - timedelta(days=14) > clock.today():
        return f"Deze betaling is voor {betaling.gepland_on:%d-%m-%Y}. Klaarzetten kan twee weken daarvoor."
    return None


def klaarzetten(session, actor, betaling_id) -> Betaling:
    """Prepare a payment whose day is near: the account is checked, conditions are met, nothing is stopped."""
    betaling, subsidie = _payment(session, actor, betaling_id)
    zonder_belang(subsidie, actor)
    if betaling.stand not in (Betaalstand.GEPLAND, Betaalstand.MISLUKT):
        raise Refused("Deze betaling is al klaargezet.", status=409)
    if reason := te_vroeg(betaling):
        raise Refused(reason, status=425)
    if queries.nieuwe_rekening(session, subsidie.id) is not None:
        raise Refused(REKENING_WACHT, status=409)
    _go_on(session, subsidie, betaling)
    if betaling.stand == Betaalstand.MISLUKT:
        # Again from the start: another file, and again two people.
        betaling.stand, betaling.bestand_id, betaling.klaargezet_by = Betaalstand.GEPLAND, None, None
        betaling.goedgekeurd_by = betaling.goedgekeurd_at = None
        settle(session)
    betaling.stand, betaling.klaargezet_by, betaling.melding = Betaalstand.KLAARGEZET, actor.user_id, ""
    with refusing(session):
        session.flush()
        subsidie.record("intern:betaling-klaar", actor=actor, kenmerk=betaling.kenmerk, bedrag=betaling.bedrag)
    work.done(session, subsidie, "werk_klaarzetten")
    plan_volgende(session, subsidie)
    work.wait_for(session, subsidie, "werk_goedkeuren")
    return betaling


def goedkeuren(session, actor, betaling_id, *, gezien: tuple[str, str] | None = None) -> Betaling:
    """A second person approves (four eyes, by person); the database keeps the sum within the grant. `gezien`: the account and
    the name that this person looked at, when a page showed them; another account since then is looked at first."""
    betaling, subsidie = _payment(session, actor, betaling_id)
    zonder_belang(subsidie, actor)
    if betaling.stand != Betaalstand.KLAARGEZET:
        raise Refused("Deze betaling wacht niet op goedkeuring.", status=409)
    if betaling.klaargezet_by == actor.user_id:
        raise Refused(ZELF_KLAARGEZET)
    if queries.nieuwe_rekening(session, subsidie.id) is not None:
        raise Refused(REKENING_WACHT, status=409)
    if gezien is not None and gezien != (betaling.iban.strip(), betaling.tenaamstelling.strip()):
        raise Refused(REKENING_ANDERS, status=409)
    _go_on(session, subsidie, betaling)
    betaling.stand, betaling.goedgekeurd_by, betaling.goedgekeurd_at = Betaalstand.GOEDGEKEURD, actor.user_id, clock.now()
    with refusing(session):
        session.flush()
        subsidie.record("intern:betaling-goedgekeurd", actor=actor, kenmerk=betaling.kenmerk, bedrag=betaling.bedrag)
    _approved_all(session, subsidie)
    plan_volgende(session, subsidie)
    return betaling


def _approved_all(session, subsidie: Subsidie) -> None:
    """Nothing of this case waits for approval any more."""
    if not session.scalar(select(Betaling.id).where(Betaling.dossier_id == subsidie.id,
                                                    Betaling.stand == Betaalstand.KLAARGEZET).limit(1)):
        work.done(session, subsidie, "werk_goedkeuren")


def betaling_terugsturen(session, actor, betaling_id, *, reden: str) -> Betaling:
    """Who would approve sends the payment back instead, with the reason: whoever prepared it looks at it again."""
    betaling, subsidie = _payment(session, actor, betaling_id)
    zonder_belang(subsidie, actor)
    if betaling.stand != Betaalstand.KLAARGEZET:
        raise Refused("Deze betaling wacht niet op goedkeuring.", status=409)
    if not reden.strip():
        raise Refused("Schrijf waarom.")
    betaling.stand, betaling.klaargezet_by, betaling.melding = Betaalstand.GEPLAND, None, reden.strip()[:500]
    with refusing(session):
        session.flush()
        subsidie.record("intern:betaling-terug", actor=actor, kenmerk=betaling.kenmerk, bedrag=betaling.bedrag)
    _approved_all(session, subsidie)
    plan_volgende(session, subsidie)
    return betaling


def waarom_niet_betalen(session, subsidie_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Of these cases, those of which nothing is paid now, and why: payments stand still, or another account number waits."""
    cases = list(subsidie_ids)
    rows = session.execute(union_all(
        select(Betalingsstop.subsidie_id, literal(STAAN_STIL)).where(
            Betalingsstop.subsidie_id.in_(cases), Betalingsstop.state == StopState.LOOPT),
        queries.met_nieuwe_rekening().add_columns(literal(REKENING_WACHT)).where(Indiening.dossier_id.in_(cases))))
    return {row[0]: row[1] for row in rows}


def klaar_voor_bestand(session, party_id: uuid.UUID) -> tuple[int, Decimal]:
    """How many payments were approved and can go in a file now, and what they come to."""
    row = session.execute(select(func.count(), func.coalesce(func.sum(Betaling.bedrag), 0)).where(*_to_file(party_id))).one()
    return row[0], Decimal(row[1])


def _to_file(party_id: uuid.UUID) -> tuple:
    """Approved, and not of a case whose payments stand still or whose account is replaced: that one waits, and holds up no
    other."""
    stops = select(Betalingsstop.id).where(Betalingsstop.subsidie_id == Betaling.dossier_id,
                                           Betalingsstop.state == StopState.LOOPT).correlate(Betaling).exists()
    return (Betaling.eigenaar_id == party_id, Betaling.stand == Betaalstand.GOEDGEKEURD, ~stops,
            Betaling.dossier_id.not_in(queries.met_nieuwe_rekening()))


# What one status file may hold; every line is an act of its own.
MEESTE_REGELS = 5_000
KOPPEN = ("kenmerk", "bedrag", "iban", "tenaamstelling", "omschrijving", "datum")


def bestand_maken(session, actor) -> Betaalbestand:
    """Put everything that was approved into one file for the finance system. Each order goes out once: what stands in a file is
    in no other. Refused when nothing is approved."""
    houd_vast(session, select(Betaling.dossier_id).where(*_to_file(actor.party_id)))
    rows = session.scalars(select(Betaling).where(*_to_file(actor.party_id)).order_by(Betaling.kenmerk)
                           .with_for_update(of=Betaling)).all()
    if not rows:
        raise Refused(NIETS_GOEDGEKEURD, status=409)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(KOPPEN)
    for row in rows:
        # Whatever was kept before: one payment is one line, and no name runs as a formula in a spreadsheet.
        if not (naam := iban.naam(row.tenaamstelling)):
            raise Refused(f"De naam bij de rekening van betaling {row.kenmerk} kan niet in het bestand.", status=409)
        writer.writerow([row.kenmerk, bedrag_text(row.bedrag), row.iban, naam, f"Subsidie {row.kenmerk}",
                         f"{row.gepland_on:%d-%m-%Y}"])
    inhoud = out.getvalue()
    bestand = Betaalbestand(
        party_id=actor.party_id, nummer=next_reference(session, "BET"), aantal=len(rows), inhoud=inhoud,
        totaal=sum((row.bedrag for row in rows), Decimal(0)), sha256=hashlib.sha256(inhoud.encode()).hexdigest(),
        gemaakt_by=actor.user_id)
    session.add(bestand)
    settle(session)
    for row in rows:
        row.stand, row.bestand_id = Betaalstand.AANGEBODEN, bestand.id
    settle(session)
    return bestand


@dataclass(frozen=True)
class Teruggemeld:
    """What became of one line of a status file: which order, and what is wrong with the line (empty: taken over)."""

    regel: int
    kenmerk: str
    uitkomst: str
    fout: str = ""


def status_inlezen(session, actor, inhoud: str) -> list[Teruggemeld]:
    """Read what the finance system says of its orders: kenmerk;status;datum;melding, with `betaald` or `mislukt`. A line that
    does not fit changes nothing and says why; reading the same file twice changes nothing more."""
    try:
        rows = list(csv.reader(io.StringIO(inhoud.lstrip("\ufeff")), delimiter=";"))
    except csv.Error as error:
        raise Refused("Dit bestand is niet te lezen als tekst met kolommen (csv). Vraag het opnieuw op bij de financiële "
                      "administratie.") from error
    if not rows or [one.strip().lower() for one in rows[0][:3]] != ["kenmerk", "status", "datum"]:
        raise Refused("De eerste regel van het bestand is: kenmerk;status;datum;melding.")
    lines = [(number, cells) for number, row in enumerate(rows[1:], start=2) if any(cells := [cell.strip() for cell in row])]
    if len(lines) > MEESTE_REGELS:
        raise Refused("Dit bestand heeft meer dan 5.000 regels. Verdeel het over meer bestanden.", status=413)
    known = _reported(session, actor, {cells[0] for _number, cells in lines})
    return [_line_status(session, actor, number, cells, known) for number, cells in lines]


def _reported(session, actor, kenmerken: set[str]) -> dict[str, tuple[Betaling, date | None]]:
    """The payments of a status file, locked after their cases, each with the day on which its file was made."""
    mine = Betaling.kenmerk.in_(kenmerken), Betaling.eigenaar_id == actor.party_id
    houd_vast(session, select(Betaling.dossier_id).where(*mine))
    rows = session.execute(
        select(Betaling, Betaalbestand.gemaakt_at).outerjoin(Betaalbestand, Betaalbestand.id == Betaling.bestand_id)
        .where(*mine).order_by(Betaling.kenmerk).with_for_update(of=Betaling).execution_options(populate_existing=True))
    return {betaling.kenmerk: (betaling, clock.day_of(at) if at else None) for betaling, at in rows}


def _line_status(session, actor, number: int, row: list[str], known: Mapping) -> Teruggemeld:
    """One line, on a savepoint of its own: what is refused in it undoes no other line."""
    try:
        with session.begin_nested():
            return _one_status(session, actor, number, row, known)
    except Refused as refused:
        return Teruggemeld(number, row[0], "", " ".join(refused.reasons))


def _one_status(session, actor, number: int, row: list[str], known: Mapping) -> Teruggemeld:
    kenmerk, status, datum, melding = (*row, "", "", "", "")[:4]
    fout = partial(Teruggemeld, number, kenmerk, "")
    betaling, made_on = known.get(kenmerk, (None, None))
    if betaling is None:
        return fout("Dit kenmerk kennen wij niet.")
    if status not in (Betaalstand.BETAALD, Betaalstand.MISLUKT):
        return fout("De status is betaald of mislukt.")
    if betaling.stand == status:
        return Teruggemeld(number, kenmerk, status)
    if betaling.stand != Betaalstand.AANGEBODEN:
        return fout("Deze betaling staat niet in een bestand dat wacht op antwoord.")
    try:
        day, month, year = (int(part) for part in datum.split("-"))
        on = date(year, month, day)
    except (ValueError, OverflowError):
        return fout("De datum is dag-maand-jaar, bijvoorbeeld 15-01-2027.")
    if on > clock.today():
        return fout("De datum ligt in de toekomst.")
    if on < made_on:  # any year that nobody means, too
        return fout(f"Het betaalbestand is van {made_on:%d-%m-%Y}. De bank betaalde dus niet eerder.")
    subsidie = own_case(session, actor, betaling.dossier_id)
    betaling.stand, betaling.melding = status, melding[:500]
    betaling.betaald_on = on if status == Betaalstand.BETAALD else None
    settle(session)
    subsidie.record(f"subsidie:betaling-{status}", actor=actor, on=on, kenmerk=kenmerk, bedrag=betaling.bedrag)
    if status == Betaalstand.MISLUKT:
        plan_volgende(session, subsidie)
        if subsidie.aanvrager_id:
            send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                         onderwerp=f"Een betaling is niet gelukt: {subsidie.titel}",
                         tekst=f"Betaling {kenmerk} is niet gelukt. Kijk bij uw subsidie of uw rekeningnummer klopt. Klopt het "
                               "niet? Dan geeft u daar een nieuw nummer. Anders betalen wij opnieuw.")
    elif on > betaling.gepland_on:
        rentevergoeding.na_betaling(session, subsidie)
    settle(session)
    return Teruggemeld(number, kenmerk, status)


# Stop of payments ---------------------------------------------------------------------------------------------------------

def stop_obstakels(subsidie: Subsidie, stop: Betalingsstop | None) -> list[str]:
    """Why payments cannot be stopped now, whoever asks: for the page and for the step."""
    if subsidie.state not in RUNNING:
        return ["Betalingen stoppen hoort bij een subsidie die loopt."]
    return ["De betalingen staan al stil."] if stop else []


def stoppen(session, actor, subsidie_id, *, reden: str, nieuw: str = "") -> Betalingsstop:
    """Stop the payments because of a serious suspicion that there is ground to take the grant back (Awb 4:56): with a written
    notice, for thirteen weeks at most. The same suspicion gives no second thirteen weeks: `nieuw` says which facts are new
    since an earlier stop."""
    subsidie = own_case(session, actor, subsidie_id)
    zonder_belang(subsidie, actor)
    if faults := stop_obstakels(subsidie, queries.lopende_stop(session, subsidie.id)):
        raise Refused(*faults, status=409)
    if len(reden.strip()) < 20:
        raise Refused("Schrijf welk ernstig vermoeden er is, en waarop het rust.")
    number = queries.aantal_stops(session, subsidie.id) + 1
    if number > 1:
        if len(nieuw.strip()) < 20:
            raise Refused("De betalingen stonden al eerder stil. Schrijf welke feiten nieuw zijn. Hetzelfde vermoeden geeft "
                          "niet nog eens dertien weken (Awb 4:56).")
        reden = f"{reden.strip()}\n\nDit is nieuw sinds de vorige stop: {nieuw.strip()}"
    today = clock.today()
    stop = Betalingsstop(
        reference=f"{subsidie.reference}-S{number}",
        titel=f"Betalingsstop: {subsidie.titel}",
        state=StopState.LOOPT, eigenaar_id=subsidie.eigenaar_id, ouder_id=subsidie.id, subsidie_id=subsidie.id,
        reden=reden.strip(), begonnen_on=today)
    session.add(stop)
    settle(session)
    termijn = start_term(session, stop, terms.rule("betalingsopschorting"), on=today, party_id=subsidie.eigenaar_id,
                         taak="Besluit over de subsidie, of laat de betalingen weer beginnen",
                         gevolg="De betalingen beginnen vanzelf weer.", endpoint="subsidie.hervatting",
                         permissions=[P.SUBSIDIE_BEHANDELEN])
    stop.record("betalingsstop:beginnen", actor=actor, state_to=StopState.LOOPT)
    if subsidie.aanvrager_id:
        share(session, stop, subsidie.aanvrager_id, "ontvanger")
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"Wij stoppen de betalingen: {subsidie.titel}",
                     tekst=f"Wij betalen voorlopig niet (Awb 4:56). Dit is het vermoeden: {reden.strip()}\n\nDe stop duurt ten "
                           f"hoogste tot en met {day_text(termijn.due_on)}, of tot ons besluit als dat eerder komt.")
    settle(session)
    return stop


def stop_tot(on: date) -> date:
    """The last day of a stop that begins on this day."""
    return terms.compute(terms.rule("betalingsopschorting"), on).last_day


def lopende_termijnen(session, *dossier_ids: uuid.UUID) -> list[Termijn]:
    """What waits or runs now in these dossiers, by day."""
    return list(session.scalars(select(Termijn).where(Termijn.dossier_id.in_(dossier_ids), Termijn.met_on.is_(None))
                                .order_by(Termijn.due_on, Termijn.id)))


def hervatten(session, actor, stop_id, *, reden: str) -> Betalingsstop:
    """Let the payments begin again, with the reason."""
    stop, subsidie = met_zaak(session, Betalingsstop, stop_id)
    if stop.eigenaar_id != actor.party_id:
        raise NotFound()
    zonder_belang(subsidie, actor)
    BETALINGSSTOP.perform(stop, "hervatten", actor, reden=reden)
    stop.geeindigd_on = clock.today()
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"De betalingen beginnen weer: {subsidie.titel}",
                     tekst=f"Wij betalen weer, vanaf vandaag. De reden: {reden.strip()}")
    settle(session)
    return stop


def stop_besloten(session, actor, subsidie: Subsidie) -> None:
    """The decision about the suspicion was made known: from then on the payments that still stand go on (Awb 4:56)."""
    running = queries.lopende_stop(session, subsidie.id)
    if running is None:
        return
    stop = load(session, Betalingsstop, running.id, lock=True)
    BETALINGSSTOP.perform(stop, "besloten", actor)
    stop.geeindigd_on = clock.today()
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"De stop op de betalingen is voorbij: {subsidie.titel}",
                     tekst="Wij hebben besloten over uw subsidie. Daarmee is de stop op de betalingen voorbij (Awb 4:56). Wat "
                           "wij volgens ons besluit nog moeten betalen, betalen wij.")
    settle(session)


def stops_verlopen(session, actor, on: date) -> int:
    """A stop ends by itself after its last day."""
    def ended(stop_id) -> int:
        stop, _subsidie = met_zaak(session, Betalingsstop, stop_id)
        termijn = queries.termijn(session, stop.id, "betalingsopschorting", open_only=True)
        if stop.state != StopState.LOOPT or termijn is None or termijn.due_on >= on:
            return 0
        BETALINGSSTOP.perform(stop, "verlopen", actor, on=termijn.due_on)
        stop.geeindigd_on = termijn.due_on
        settle(session)
        return 1

    return per_dossier(session, voorbij(session, actor, on, "betalingsopschorting"), ended)


# Obligations and evidence ---------------------------------------------------------------------------------------------------

def bewijs_sturen(session, actor, regel_id, *, tekst: str) -> Indiening:
    """The recipient shows that a line was done. Documents are added to the case first."""
    regel = load(session, Subsidieregel, regel_id)
    subsidie = load(session, Subsidie, regel.dossier_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    if regel.stand in (Stand.VOLDAAN, Stand.VERVALLEN):
        raise Refused("Dit is al afgerond.", status=409)
    if subsidie.state not in RUNNING:
        raise Refused("Bewijs sturen hoort bij een subsidie die loopt.", status=409)
    if regel.besluit_id != queries.verlening(session, subsidie.id).id:
        raise Refused("Deze afspraak geldt niet meer. Kijk wat er in het nieuwe besluit staat.", status=409)
    if not tekst.strip():
        raise Refused("Schrijf waaruit blijkt dat het is gedaan.")
    return sturen(session, actor, subsidie, subsidie, Indiensoort.BEWIJS,
                 {"regel_id": str(regel.eerste_id), "tekst": tekst.strip(), "verstuurd_door": actor.naam})


def melding_sturen(session, actor, subsidie_id, *, tekst: str) -> Indiening:
    """The recipient reports a deviation (Awb 4:70, or the obligation in the grant)."""
    subsidie = load(session, Subsidie, subsidie_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    if subsidie.state not in RUNNING:
        raise Refused("Melden hoort bij een subsidie die loopt.", status=409)
    if not tekst.strip():
        raise Refused("Schrijf wat er anders loopt dan afgesproken.")
    return sturen(session, actor, subsidie, subsidie, Indiensoort.MELDING,
                 {"tekst": tekst.strip(), "verstuurd_door": actor.naam})


def regel_beoordelen(session, actor, regel_id, *, stand: Stand, reden: str = "") -> Subsidieregel:
    """Judge a line of the grant: met, not met (with the reason), or lapsed."""
    subsidie = own_case(session, actor, load(session, Subsidieregel, regel_id).dossier_id)
    regel = load(session, Subsidieregel, regel_id, lock=True)
    if regel.besluit_id is None or subsidie.state not in RUNNING:
        raise Refused("Deze regel hoort niet bij een subsidie die loopt.", status=409)
    zonder_belang(subsidie, actor)
    if stand not in (Stand.VOLDAAN, Stand.NIET_VOLDAAN, Stand.VERVALLEN):
        raise Refused("Kies of eraan is voldaan.")
    if stand != Stand.VOLDAAN and not reden.strip():
        raise Refused("Schrijf waarom.")
    regel.stand, regel.stand_reden, regel.stand_by, regel.stand_at = stand, reden.strip(), actor.user_id, clock.now()
    meet_term(session, subsidie, f"regel_{regel.id.hex}", on=clock.today())
    with refusing(session):
        session.flush()
        subsidie.record("subsidie:regel", actor=actor, regel=regel.id, stand=stand)
    regels = queries.geldende_regels(session, subsidie.id)
    if not te_bekijken(regels, bewijzen(queries.indieningen(session, subsidie.id))):
        work.done(session, subsidie, "werk_bewijs")
    return regel


def bewijzen(indieningen: Iterable[Indiening]) -> dict[uuid.UUID, Indiening]:
    """By the first id of its line, the evidence that was sent last. `indieningen`: of the case, oldest first."""
    return {uuid.UUID(one.inhoud["regel_id"]): one for one in indieningen if one.soort == Indiensoort.BEWIJS}


def te_bekijken(regels: Iterable[Subsidieregel], bewijs: Mapping[uuid.UUID, Indiening]) -> set[uuid.UUID]:
    """The lines whose evidence came after they were judged last, or that nobody judged."""
    return {regel.id for regel in regels if regel.eerste_id in bewijs and regel.stand != Stand.VERVALLEN
            and (regel.stand_at is None or regel.stand_at < bewijs[regel.eerste_id].ontvangen_at)}


def melding_gelezen(session, actor, subsidie_id, melding_id) -> Subsidie:
    """Who handles the case read what the recipient reported, up to this one. Refused when a newer one came in."""
    subsidie = own_case(session, actor, subsidie_id)
    zonder_belang(subsidie, actor)
    last = queries.laatste(session, subsidie.id, Indiensoort.MELDING)
    if last is None:
        raise NotFound()
    if last.id != melding_id:
        raise Refused("Er kwam een nieuwe melding binnen. Lees die ook.", status=409)
    if queries.termijn(session, subsidie.id, "werk_melding", open_only=True) is None:
        raise Refused("Deze melding is al gelezen.", status=409)
    with refusing(session):
        subsidie.record("intern:melding", actor=actor, nummer=last.ontvangst_nummer)
    work.done(session, subsidie, "werk_melding")
    return subsidie


# Short reports -----------------------------------------------------------------------------------------------------------

# What a report asks, and no more (requirements B5): a house test counts the fields of its page.
VELDEN_RAPPORTAGE = ("geleverd", "instroom", "doorstroom", "uitstroom", "toelichting")


def rapporteren_vanaf(rapportage: Rapportage) -> date:
    """The first day on which this report can be sent: the last month of its period."""
    return rapportage.tot - timedelta(days=31)


def rapporteren(session, actor, rapportage_id, *, geleverd: Decimal, instroom: int | None = None, doorstroom: int | None = None,
                uitstroom: int | None = None, toelichting: str = "") -> Indiening:
    """Send the short report: what was delivered until now, and for living where people came from and went to."""
    rapportage = load(session, Rapportage, rapportage_id)
    subsidie = load(session, Subsidie, rapportage.subsidie_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    if rapportage.state == RapportageState.AKKOORD:
        raise Refused("Dit voortgangsbericht is al afgerond.", status=409)
    if subsidie.state not in RUNNING:
        raise Refused("Een voortgangsbericht hoort bij een subsidie die loopt.", status=409)
    if clock.today() < rapporteren_vanaf(rapportage):
        raise Refused(f"Deze periode loopt tot en met {rapportage.tot - timedelta(days=1):%d-%m-%Y}. Stuur het bericht daarna.",
                      status=425)
    if geleverd < 0 or any(count is not None and count < 0 for count in (instroom, doorstroom, uitstroom)):
        raise Refused("Een aantal is niet lager dan nul.")
    return sturen(session, actor, rapportage, subsidie, Indiensoort.RAPPORTAGE, {
        "geleverd": str(geleverd), "instroom": instroom, "doorstroom": doorstroom, "uitstroom": uitstroom,
        "toelichting": toelichting.strip(), "verstuurd_door": actor.naam})


def rapportage_akkoord(session, actor, rapportage_id) -> Rapportage:
    """The report is read and kept."""
    rapportage, subsidie = met_zaak(session, Rapportage, rapportage_id)
    if rapportage.eigenaar_id != actor.party_id:
        raise NotFound()
    zonder_belang(subsidie, actor)
    RAPPORTAGE.perform(rapportage, "akkoord", actor)
    settle(session)
    return rapportage


def innemen(session, actor, indiening: Indiening) -> None:
    """Take in what a recipient sent after the grant (called by innemen.innemen)."""
    on = clock.day_of(indiening.ontvangen_at)
    if indiening.soort == Indiensoort.RAPPORTAGE:
        rapportage, _subsidie = met_zaak(session, Rapportage, indiening.dossier_id)
        # Sent twice, the last one counts, in whatever order they are taken in; each once.
        if (rapportage.state != RapportageState.AKKOORD
                and not queries.is_ingenomen(session, rapportage.id, indiening.ontvangst_nummer)
                and queries.laatste(session, rapportage.id, Indiensoort.RAPPORTAGE).id == indiening.id):
            rapportage.geleverd = Decimal(indiening.inhoud["geleverd"])
            RAPPORTAGE.perform(rapportage, "inleveren", actor, on=on, record={
                "nummer": indiening.ontvangst_nummer, "vingerafdruk": indiening.vingerafdruk})
            work.wait_for(session, rapportage, "werk_rapportage")
        settle(session)
        return
    subsidie = load(session, Subsidie, indiening.dossier_id, lock=True)
    if not queries.is_ingenomen(session, subsidie.id, indiening.ontvangst_nummer):
        kind = "bewijs" if indiening.soort == Indiensoort.BEWIJS else "melding"
        subsidie.record(f"subsidie:{kind}", actor=actor, on=on, nummer=indiening.ontvangst_nummer)
        work.wait_for(session, subsidie, f"werk_{kind}")
    settle(session)
