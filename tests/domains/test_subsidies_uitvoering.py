"""After the grant, on the real database: advances and payments with four eyes, evidence, short reports, a stop of payments."""

import csv
import io
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.db import Session
from portal.domains.subsidies import queries, tekenen, uitvoering, usecases
from portal.domains.subsidies.model import Betaling, Indiensoort, RapportageState, Stand, StopState
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.tenants.scope import acting_for
from tests.domains.test_subsidies import refuses
from tests.subsidies_world import (
    NepBrieven,
    geschreven,
    jaar,
    mandaat,
    neem_in,
    op,
    open_regeling,
    subsidie,
    verleend,
)
from tests.web.building import counted

DICHT = "De locatie is volgens de buren al weken dicht."


def payments(world, loop):
    """The payments of a case, as its gemeente sees them."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.betalingen(s, loop.subsidie_id))


def financieel(world):
    """Who approves payments."""
    return world.medewerker("zwolle", "financieel", naam="Femke Geld")


def bevoorschot(world, loop=None, *bedragen: str, **anders):
    """Granted, and the advances decided: a half on the first day and a half after half a year."""
    loop = loop or verleend(world, **anders)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="voorschot")
    van, _tot = jaar()
    dagen = [van + timedelta(days=14), van + timedelta(days=194)]
    besluit = world.as_(loop.wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id, termijnen=[
        {"op": dag, "bedrag": Decimal(bedrag)} for dag, bedrag in zip(dagen, bedragen or ("20000", "20000"), strict=True)])
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return loop


def betaald(world, loop, keer: int = 1):
    """The first payments, all the way to paid."""
    geld = financieel(world)
    for betaling in payments(world, loop)[:keer]:
        if clock.today() < betaling.gepland_on:
            world.clock(op(betaling.gepland_on))
        world.as_(loop.wie.adviseur, uitvoering.klaarzetten, betaling.id)
        world.as_(geld, uitvoering.goedkeuren, betaling.id)
        world.as_(geld, uitvoering.bestand_maken)
        world.as_(geld, uitvoering.status_inlezen, status(betaling))
    return loop


def status(betaling, uitkomst: str = "betaald", dag: date | None = None) -> str:
    """What the finance system answers."""
    return f"kenmerk;status;datum;melding\r\n{betaling.kenmerk};{uitkomst};{dag or clock.today():%d-%m-%Y};\r\n"


# Advances and payments -------------------------------------------------------------------------------------------------------

def test_an_advance_is_a_decision_of_its_own_and_plans_its_payments(world):
    loop = bevoorschot(world)
    rows = payments(world, loop)
    assert [(r.bedrag, r.stand, r.kenmerk[-3:]) for r in rows] == [(20_000, "gepland", "-B1"), (20_000, "gepland", "-B2")]
    seen = world.see(loop.aanvrager.auteur, lambda s: [b.soort for b in queries.besluiten_van(s, loop.subsidie_id)])
    assert sorted(seen) == ["subsidie", "voorschot"]
    refuses(world, loop.wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id,
            termijnen=[{"op": jaar()[0], "bedrag": Decimal("0.01")}], says="Verleend is € 40.000,00")


def test_a_signer_needs_a_mandate_for_advances_too(world):
    loop = verleend(world)
    besluit = world.as_(loop.wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id,
                        termijnen=[{"op": jaar()[0], "bedrag": Decimal(5)}])
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), says="geen mandaat")
    assert payments(world, loop) == []


def test_a_payment_goes_from_plan_to_paid_with_two_people_and_one_file(world):
    loop = bevoorschot(world)
    first, second = payments(world, loop)
    geld = financieel(world)
    refuses(world, loop.wie.adviseur, uitvoering.klaarzetten, first.id, status=425, says="Klaarzetten kan twee weken daarvoor")
    world.clock(op(first.gepland_on - timedelta(days=3)))
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    refuses(world, geld, uitvoering.bestand_maken, status=409, says="niets goedgekeurd")
    refuses(world, loop.wie.adviseur, uitvoering.goedkeuren, first.id, says="zette deze betaling zelf klaar")
    world.as_(geld, uitvoering.goedkeuren, first.id)
    bestand = world.as_(geld, uitvoering.bestand_maken)
    assert (bestand.aantal, bestand.totaal) == (1, Decimal(20_000)) and first.kenmerk in bestand.inhoud
    refuses(world, geld, uitvoering.bestand_maken, status=409)
    done = world.as_(geld, uitvoering.status_inlezen, status(first))
    assert [(r.uitkomst, r.fout) for r in done] == [("betaald", "")]
    again = world.as_(geld, uitvoering.status_inlezen, status(first))
    assert [(r.uitkomst, r.fout) for r in again] == [("betaald", "")]
    rows = world.see(loop.aanvrager.auteur, lambda s: queries.betalingen(s, loop.subsidie_id))
    assert rows[0].betaald_on == clock.today() and rows[1].stand == "gepland"
    assert world.as_(loop.wie.adviseur, lambda s, _a: queries.betaald(s, loop.subsidie_id)) == 20_000
    assert second.kenmerk not in bestand.inhoud


def test_one_person_never_prepares_and_approves_whatever_the_role(world):
    loop = bevoorschot(world)
    first = payments(world, loop)[0]
    world.clock(op(first.gepland_on))
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    with pytest.raises(Exception, match="ck_betaling_goedkeurder_is_ander"):
        world.as_(loop.wie.adviseur, lambda s, _a: s.execute(text(
            "UPDATE portal.betaling SET stand = 'goedgekeurd', goedgekeurd_by = portal.user_id() WHERE stand = 'klaargezet'")))
    with pytest.raises(Exception, match="niet_in_eigen_naam"):
        world.as_(financieel(world), lambda s, _a: s.execute(text(
            "UPDATE portal.betaling SET stand = 'goedgekeurd', goedgekeurd_by = :a WHERE stand = 'klaargezet'"),
            {"a": loop.wie.collega.user_id}))


def test_a_failed_payment_is_prepared_again_by_two_people(world):
    loop = bevoorschot(world)
    first = payments(world, loop)[0]
    geld = financieel(world)
    world.clock(op(first.gepland_on))
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    world.as_(geld, uitvoering.goedkeuren, first.id)
    world.as_(geld, uitvoering.bestand_maken)
    world.as_(geld, uitvoering.status_inlezen, status(first, "mislukt"))
    assert payments(world, loop)[0].stand == "mislukt"
    betaald(world, loop)
    assert payments(world, loop)[0].stand == "betaald"


@pytest.mark.parametrize(("regel", "fout"), [
    ("ONBEKEND-B1;betaald;01-01-2026;", "kennen wij niet"), ("{k};klaar;01-01-2026;", "betaald of mislukt"),
    ("{k};betaald;2026-01-01;", "dag-maand-jaar"), ("{k};betaald;01-01-2199;", "ligt in de toekomst")])
def test_a_line_that_does_not_fit_changes_nothing_and_says_why(world, regel, fout):
    loop = bevoorschot(world)
    first = payments(world, loop)[0]
    geld = financieel(world)
    world.clock(op(first.gepland_on))
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    world.as_(geld, uitvoering.goedkeuren, first.id)
    world.as_(geld, uitvoering.bestand_maken)
    found = world.as_(geld, uitvoering.status_inlezen, "kenmerk;status;datum;melding\n" + regel.format(k=first.kenmerk))
    assert fout in found[0].fout and payments(world, loop)[0].stand == "aangeboden"
    refuses(world, geld, uitvoering.status_inlezen, "a;b\n1;2", says="De eerste regel")


def test_a_day_before_the_file_was_made_is_no_day_of_payment(world):
    loop, geld = bevoorschot(world), financieel(world)
    first = payments(world, loop)[0]
    world.clock(op(first.gepland_on))
    aangeboden(world, loop, geld, 0)
    for day in (f"{clock.today() - timedelta(days=1):%d-%m-%Y}", "1-1-1"):
        found = world.as_(geld, uitvoering.status_inlezen, f"kenmerk;status;datum\n{first.kenmerk};betaald;{day}\n")
        assert f"Het betaalbestand is van {clock.today():%d-%m-%Y}." in found[0].fout
    assert payments(world, loop)[0].stand == "aangeboden"


def test_a_status_file_has_at_most_5000_lines_and_reads_its_payments_at_once(world):
    loop, geld = bevoorschot(world), financieel(world)
    line = f"X;betaald;{clock.today():%d-%m-%Y};\n"
    refuses(world, geld, uitvoering.status_inlezen, "kenmerk;status;datum\n" + line * 5_001, status=413,
            says="meer dan 5.000 regels")
    first, second = payments(world, loop)
    world.clock(op(second.gepland_on))
    aangeboden(world, loop, geld, 0, 1)
    text_of = "kenmerk;status;datum\n" + "".join(f"{row.kenmerk};betaald;{clock.today():%d-%m-%Y}\n" for row in (first, second))
    with counted(world.app.engine) as seen:
        found = world.as_(geld, uitvoering.status_inlezen, text_of)
    assert [row.uitkomst for row in found] == ["betaald", "betaald"]
    assert len([one for one in seen if one.startswith("SELECT") and "betaling.kenmerk IN" in one and "gemaakt_at" in one]) == 1
    assert not [one for one in seen if "betaling.kenmerk =" in one]


BAD_NAME = "Gebruik in de naam bij de rekening alleen letters"


@pytest.mark.parametrize("naam", ["A\r\nB1;1,00;NL02ABNA0123456789", "=1+1", "+31", "@SUM(A1)", "Keuken;x", "   "])
def test_a_name_that_a_bank_does_not_take_is_not_paid_to(world, naam):
    loop = bevoorschot(world)
    first = payments(world, loop)[0]
    world.behind("UPDATE portal.betaling SET tenaamstelling = :n", n=naam)
    world.clock(op(first.gepland_on))
    refuses(world, loop.wie.adviseur, uitvoering.klaarzetten, first.id, status=409, says="naam bij de rekening")


def test_a_name_that_was_kept_before_writes_one_line_or_none(world):
    loop, geld = bevoorschot(world), financieel(world)
    first, second = payments(world, loop)
    world.clock(op(second.gepland_on))
    for row in (first, second):
        world.as_(loop.wie.adviseur, uitvoering.klaarzetten, row.id)
        world.as_(geld, uitvoering.goedkeuren, row.id)
    # What was approved does not change any more: as it was kept before names were looked at.
    world.behind("ALTER TABLE portal.betaling DISABLE TRIGGER USER")
    world.behind("UPDATE portal.betaling SET tenaamstelling = '=@;'")
    refuses(world, geld, uitvoering.bestand_maken, status=409, says=f"betaling {first.kenmerk} kan niet in het bestand")
    world.behind("UPDATE portal.betaling SET tenaamstelling = E'=Café ''t Hoekje\r\nX-B1;9,00;'")
    world.behind("ALTER TABLE portal.betaling ENABLE TRIGGER USER")
    bestand = world.as_(geld, uitvoering.bestand_maken)
    lines = list(csv.reader(io.StringIO(bestand.inhoud), delimiter=";"))
    assert [row[3] for row in lines[1:]] == ["Café 't Hoekje X-B1 9,00"] * 2


def test_an_advance_has_a_day_that_can_be(world):
    loop = verleend(world)
    last = subsidie(world, loop).tot - timedelta(days=1)
    last = last.replace(year=last.year + 1)
    ask = (loop.wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id)
    for day in (clock.today() - timedelta(days=1), last + timedelta(days=1), date(2000, 1, 1), date(2100, 12, 31)):
        refuses(world, *ask, termijnen=[{"op": day, "bedrag": Decimal(5)}], says=f"niet later dan {last:%d-%m-%Y}")
    besluit = world.as_(*ask, termijnen=[{"op": day, "bedrag": Decimal(5)} for day in (clock.today(), last)])
    assert besluit.bedrag == 10


def test_an_account_number_that_fails_its_check_is_not_prepared(world):
    loop = bevoorschot(world, None, iban="NL02ABNA0123456780")
    first = payments(world, loop)[0]
    world.clock(op(first.gepland_on))
    refuses(world, loop.wie.adviseur, uitvoering.klaarzetten, first.id, status=409, says="rekeningnummer")


def test_two_approvals_at_once_never_pay_more_than_was_granted(world):
    """The last two payments of a grant that became lower: together they no longer fit."""
    loop = bevoorschot(world)
    rows = payments(world, loop)
    world.clock(op(rows[1].gepland_on))
    for row in rows:
        world.as_(loop.wie.adviseur, uitvoering.klaarzetten, row.id)
    # A lower grant, as an amendment would leave it.
    world.behind("ALTER TABLE portal.subsidie DISABLE TRIGGER USER")
    world.behind("UPDATE portal.subsidie SET verleend = 30000")
    world.behind("ALTER TABLE portal.subsidie ENABLE TRIGGER USER")
    geld, outcomes, barrier = financieel(world), [], threading.Barrier(2, timeout=20)

    def approve(betaling_id):
        with acting_for(geld.party_id, geld.user_id), Session(bind=world.app.engine) as session:
            session.get(Betaling, betaling_id)
            barrier.wait()
            try:
                uitvoering.goedkeuren(session, geld.actor, betaling_id)
                session.commit()
                outcomes.append("goedgekeurd")
            except Refused as refused:
                outcomes.append(refused.reasons[0])

    threads = [threading.Thread(target=approve, args=(row.id,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes.count("goedgekeurd") == 1 and any("meer op de rekening" in one for one in outcomes), outcomes


def test_an_account_that_changed_after_it_was_looked_at_is_not_approved(world):
    loop = bevoorschot(world)
    first, geld = payments(world, loop)[0], financieel(world)
    world.clock(op(first.gepland_on))
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    for seen in (("NL91ABNA0417164300", first.tenaamstelling), (first.iban, "Een ander"), ("", "")):
        refuses(world, geld, uitvoering.goedkeuren, first.id, gezien=seen, status=409, says="veranderd nadat u")
    assert payments(world, loop)[0].stand == "klaargezet"
    world.as_(geld, uitvoering.goedkeuren, first.id, gezien=(first.iban, first.tenaamstelling))
    assert payments(world, loop)[0].stand == "goedgekeurd"


def test_a_condition_that_is_not_met_holds_the_money_back(world):
    from tests.subsidies_world import gegevens
    line = {"code": "b1", "soort": "voorwaarde", "tekst": "De raad stelt genoeg geld beschikbaar.", "grondslag": "4-34",
            "verordening_artikel": "", "bewijs": "Besluit van de raad", "koppeling": "wmo-algemeen"}
    inrichting = gegevens()["inrichting"]
    inrichting = inrichting | {"sjabloon": [*inrichting["sjabloon"], line]}
    loop = bevoorschot(world, verleend(world, open_regeling(world, inrichting=inrichting)))
    first = payments(world, loop)[0]
    world.clock(op(first.gepland_on))
    refuses(world, loop.wie.adviseur, uitvoering.klaarzetten, first.id, status=409, says="nog niet voldaan aan deze voorwaarde")
    regel = next(r for r in world.as_(loop.wie.adviseur, lambda s, _a: queries.geldende_regels(s, loop.subsidie_id))
                 if r.soort == "voorwaarde")
    world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, regel.id, stand=Stand.VOLDAAN)
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)


# Stop of payments ----------------------------------------------------------------------------------------------------------

def test_a_stop_holds_everything_and_ends_by_itself_after_thirteen_weeks(world):
    loop = bevoorschot(world)
    first = payments(world, loop)[0]
    world.clock(op(first.gepland_on))
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    refuses(world, loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden="Zomaar", says="ernstig vermoeden")
    stop = world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden=DICHT)
    geld = financieel(world)
    refuses(world, geld, uitvoering.goedkeuren, first.id, status=409, says="staan stil")
    with pytest.raises(Exception, match="betalingen_staan_stil"):
        world.as_(geld, lambda s, a: s.execute(text("UPDATE portal.betaling SET stand = 'goedgekeurd', goedgekeurd_by = :u "
                                                    "WHERE stand = 'klaargezet'"), {"u": a.user_id}))
    due = world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, stop.id, "betalingsopschorting")).due_on
    assert due == clock.today() + timedelta(weeks=13)
    zwolle = loop.wie.adviseur.party_id

    def pass_time(day):
        with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
            return uitvoering.stops_verlopen(session, usecases.portaal(zwolle), day)

    assert pass_time(due) == 0 and pass_time(due + timedelta(days=1)) == 1 and pass_time(due + timedelta(days=1)) == 0
    world.as_(geld, uitvoering.goedkeuren, first.id)


def test_a_stop_is_ended_with_a_reason(world):
    loop = bevoorschot(world)
    stop = world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden=DICHT)
    refuses(world, loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden="De locatie is nog steeds dicht, zeggen zij.",
            status=409, says="staan al stil")
    refuses(world, loop.wie.adviseur, uitvoering.hervatten, stop.id, reden=" ", says="Schrijf waarom")
    ended = world.as_(loop.wie.adviseur, uitvoering.hervatten, stop.id, reden="De buren hadden het mis.")
    assert ended.state == StopState.BEEINDIGD


NIEUW = "De GGD sloot op 3 maart ook de tweede locatie."


def test_the_same_suspicion_gives_no_second_thirteen_weeks(world):
    loop = bevoorschot(world)
    first = world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden=DICHT)
    world.as_(loop.wie.adviseur, uitvoering.hervatten, first.id, reden="De buren hadden het mis.")
    again = (loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id)
    refuses(world, *again, reden=DICHT, says="welke feiten nieuw zijn")
    refuses(world, *again, reden=DICHT, nieuw="Niets.", says="welke feiten nieuw zijn")
    second = world.as_(*again, reden=DICHT, nieuw=NIEUW)
    assert second.reference.endswith("-S2") and NIEUW in second.reden


# Obligations, reports, deviations --------------------------------------------------------------------------------------------

def test_an_obligation_waits_on_the_recipients_list_until_it_is_judged(world):
    loop = verleend(world)
    regel = next(r for r in world.as_(loop.wie.adviseur, lambda s, _a: queries.geldende_regels(s, loop.subsidie_id))
                 if r.soort == "verplichting")
    waits = world.see(loop.aanvrager.auteur, lambda s: queries.termijn(s, loop.subsidie_id, f"regel_{regel.id.hex}"))
    assert waits.due_on == regel.uiterlijk_on and waits.party_id == loop.aanvrager.id
    sent = world.as_(loop.aanvrager.verzender, uitvoering.bewijs_sturen, regel.id, tekst="Wij hielden bij wie er kwam.")
    for _twice in range(2):
        neem_in(world, sent.id, loop.wie.adviseur.party_id)
    kinds = world.see(loop.wie.adviseur, lambda s: [e.kind for e in queries.events(s, loop.subsidie_id)])
    assert kinds.count("subsidie:bewijs") == 1
    refuses(world, loop.wie.adviseur, uitvoering.regel_beoordelen, regel.id, stand=Stand.NIET_VOLDAAN, says="Schrijf waarom")
    world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, regel.id, stand=Stand.VOLDAAN)
    refuses(world, loop.aanvrager.verzender, uitvoering.bewijs_sturen, regel.id, tekst="Nog iets.", status=409, says="afgerond")


def test_B5_a_short_report_is_asked_by_the_decision_and_prefilled(world):
    van, _tot = jaar()
    half = date(van.year, 7, 1)
    loop = verleend(world, voorstel={"rapportages": [{"van": van.isoformat(), "tot": half.isoformat(),
                                                      "uiterlijk": f"{van.year}-07-15"}]})
    rapport = world.see(loop.aanvrager.auteur, lambda s: queries.rapportages(s, loop.subsidie_id))[0]
    verzender = loop.aanvrager.verzender
    refuses(world, verzender, uitvoering.rapporteren, rapport.id, geleverd=Decimal(400), status=425, says="daarna")
    world.clock(op(date(van.year, 7, 5)))
    sent = world.as_(verzender, uitvoering.rapporteren, rapport.id, geleverd=Decimal(480), toelichting="Meer bezoekers.")
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    found = world.as_(loop.wie.adviseur, uitvoering.rapportage_akkoord, rapport.id)
    assert (found.state, found.geleverd) == (RapportageState.AKKOORD, Decimal(480))
    refuses(world, verzender, uitvoering.rapporteren, rapport.id, geleverd=Decimal(500), status=409, says="afgerond")


def test_a_report_about_another_grant_of_the_same_party_stays_with_that_grant(world):
    """The recipient has two grants, each with a report: what is sent for one is nothing for the other."""
    van, _tot = jaar()
    half = {"van": van.isoformat(), "tot": f"{van.year}-07-01", "uiterlijk": f"{van.year}-07-15"}
    ask = {"voorstel": {"rapportages": [half]}}
    een = verleend(world, **ask)
    twee = verleend(world, geschreven(world, open_regeling(world, een.wie, titel="Andere regeling")), **ask)
    assert een.aanvrager.id == twee.aanvrager.id and een.subsidie_id != twee.subsidie_id
    verzender, adviseur = een.aanvrager.verzender, een.wie.adviseur

    def report(loop):
        return world.see(verzender, lambda s: queries.rapportages(s, loop.subsidie_id))[0]

    world.clock(op(date(van.year, 7, 5)))
    sent = world.as_(verzender, uitvoering.rapporteren, report(twee).id, geleverd=Decimal(480))
    neem_in(world, sent.id, adviseur.party_id)
    assert (report(een).state, report(een).geleverd) == (RapportageState.GEVRAAGD, None)
    assert (report(twee).state, report(twee).geleverd) == (RapportageState.INGELEVERD, Decimal(480))
    assert world.as_(adviseur, lambda s, _a: queries.laatste(s, report(een).id, Indiensoort.RAPPORTAGE)) is None
    refuses(world, adviseur, uitvoering.rapportage_akkoord, report(een).id, says="Dit kan niet in deze fase")
    # A case, a line or a report of somebody else is no report of one's own.
    line = world.see(verzender, lambda s: queries.geldende_regels(s, een.subsidie_id))[0]
    for wrong in (een.subsidie_id, line.id):
        with pytest.raises(NotFound):
            world.as_(verzender, uitvoering.rapporteren, wrong, geleverd=Decimal(1))
    # When the period of the one is over it takes no report, whatever the other does.
    world.behind("UPDATE portal.dossier SET state = 'vastgesteld' WHERE id = :i", i=een.subsidie_id)
    refuses(world, verzender, uitvoering.rapporteren, report(een).id, geleverd=Decimal(1), status=409, says="die loopt")
    world.as_(verzender, uitvoering.rapporteren, report(twee).id, geleverd=Decimal(490))


def test_a_deviation_is_reported_and_waits_for_the_gemeente(world):
    loop = verleend(world)
    sent = world.as_(loop.aanvrager.verzender, uitvoering.melding_sturen, loop.subsidie_id, tekst="Wij halen 850 dagdelen.")
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    assert world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, loop.subsidie_id, "werk_melding")).met_on is None


def test_a_competitor_sends_and_reads_nothing_of_it(world):
    loop = bevoorschot(world)
    other = world.aanbieder_persoon(world.aanbieder("Ander (fictief)"), "verzender")
    regel = world.as_(loop.wie.adviseur, lambda s, _a: queries.geldende_regels(s, loop.subsidie_id))[0]
    for use_case, id_, facts in ((uitvoering.bewijs_sturen, regel.id, {"tekst": "x"}),
                                 (uitvoering.melding_sturen, loop.subsidie_id, {"tekst": "x"})):
        with pytest.raises(NotFound):
            world.as_(other, use_case, id_, **facts)
    assert world.see(other, lambda s: s.execute(text("SELECT count(*) FROM portal.betaling")).scalar()) == 0
    kampen = world.medewerker("kampen", "financieel")
    with pytest.raises(NotFound):
        world.as_(kampen, uitvoering.goedkeuren, payments(world, loop)[0].id)


def test_the_ceiling_and_the_register_of_caps_are_untouched_by_payments(world):
    loop = betaald(world, bevoorschot(world))
    ceiling = world.as_(loop.wie.adviseur, lambda s, _a: queries.plafonds(s, loop.regeling_id)[0])
    assert ceiling.vastgelegd == subsidie(world, loop).verleend == 40_000


# Holes that were closed ------------------------------------------------------------------------------------------------------

def kinds(world, loop):
    """What the history of the case says, oldest first, as the gemeente reads it."""
    return world.as_(loop.wie.adviseur, lambda s, _a: [e.kind for e in reversed(queries.events(s, loop.subsidie_id))])


def klaar(world, loop, n: int = 0):
    """The nth payment, prepared on its day."""
    betaling = payments(world, loop)[n]
    if clock.today() < betaling.gepland_on:
        world.clock(op(betaling.gepland_on))
    return world.as_(loop.wie.adviseur, uitvoering.klaarzetten, betaling.id)


def aangeboden(world, loop, geld, *nummers: int):
    """These payments in a file for the finance system."""
    for n in nummers:
        world.as_(geld, uitvoering.goedkeuren, klaar(world, loop, n).id)
    world.as_(geld, uitvoering.bestand_maken)


def taken(world, loop, kind: str):
    """Work of this kind that waits in the case."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, loop.subsidie_id, kind, open_only=True))


@pytest.mark.parametrize(("stand", "sets", "says"), [
    # Nobody writes another down as who prepared or approved, now or for later.
    ("gepland", "klaargezet_by = :collega", "betaling_vast"),
    ("gepland", "stand = 'klaargezet', klaargezet_by = :collega", "niet_in_eigen_naam"),
    ("gepland", "stand = 'klaargezet', klaargezet_by = :ik, goedgekeurd_by = :collega", "betaling_vast"),
    ("klaargezet", "stand = 'goedgekeurd', goedgekeurd_by = :collega", "niet_in_eigen_naam"),
    ("klaargezet", "stand = 'goedgekeurd', goedgekeurd_by = :ik, klaargezet_by = :collega", "betaling_vast"),
    ("klaargezet", "klaargezet_by = :collega", "betaling_vast"),
    # A way back leaves no name behind.
    ("klaargezet", "stand = 'gepland'", "betaling_vast"),
    ("goedgekeurd", "stand = 'klaargezet', klaargezet_by = :ik, goedgekeurd_by = goedgekeurd_by", "betaling_vast"),
    # The account is what was prepared.
    ("gepland", "stand = 'klaargezet', klaargezet_by = :ik, iban = 'NL91ABNA0417164300'", "betaling_vast"),
    ("klaargezet", "stand = 'goedgekeurd', goedgekeurd_by = :ik, tenaamstelling = 'Iemand anders'", "betaling_vast"),
    ("klaargezet", "stand = 'gepland', klaargezet_by = NULL, iban = 'NL91ABNA0417164300'", "betaling_vast"),
    ("goedgekeurd", "iban = 'NL91ABNA0417164300'", "betaling_vast"),
])
def test_four_eyes_hold_in_the_database_at_every_step(world, stand, sets, says):
    loop = bevoorschot(world)
    if stand != "gepland":
        klaar(world, loop)
    geld = financieel(world)
    if stand == "goedgekeurd":
        world.as_(geld, uitvoering.goedkeuren, payments(world, loop)[0].id)
    values = {"ik": geld.user_id, "collega": loop.wie.collega.user_id}
    with pytest.raises(Exception, match=says):
        world.as_(geld, lambda s, _a: s.execute(
            text(f"UPDATE portal.betaling SET {sets} WHERE kenmerk = :k"),
            {key: value for key, value in values.items() if f":{key}" in sets} | {"k": payments(world, loop)[0].kenmerk}))


def test_the_database_takes_no_payment_that_somebody_prepared_already(world):
    loop = bevoorschot(world)
    with pytest.raises(Exception, match="betaling_stap"):
        world.as_(loop.wie.adviseur, lambda s, a: s.execute(text(
            "INSERT INTO portal.betaling (id, dossier_id, eigenaar_id, party_id, besluit_id, soort, volgnummer, kenmerk, "
            "bedrag, gepland_on, iban, tenaamstelling, stand, melding, klaargezet_by) SELECT gen_random_uuid(), dossier_id, "
            "eigenaar_id, party_id, besluit_id, soort, 9, 'VALS', 1, gepland_on, iban, tenaamstelling, 'gepland', '', :c "
            "FROM portal.betaling LIMIT 1"), {"c": loop.wie.collega.user_id}))


def test_after_an_approval_is_undone_it_counts_no_more(world):
    loop = bevoorschot(world)
    first, geld = klaar(world, loop), financieel(world)
    world.as_(geld, uitvoering.goedkeuren, first.id)
    world.as_(loop.wie.adviseur, lambda s, a: s.execute(text(
        "UPDATE portal.betaling SET stand = 'klaargezet', klaargezet_by = :u, goedgekeurd_by = NULL, goedgekeurd_at = NULL "
        "WHERE id = :i"), {"u": a.user_id, "i": first.id}))
    refuses(world, geld, uitvoering.bestand_maken, status=409, says="niets goedgekeurd")


VALS = "00000000-0000-4000-8000-000000000013"


@pytest.mark.parametrize("soort", ["rapportage", "betalingsstop", "vordering", "bezwaar", "toestemming"])
def test_a_neighbour_hangs_nothing_under_the_case_of_another(world, soort):
    """A key says nothing of whom the case is, so the policy does; of an own case only the empty columns are refused."""
    loop = verleend(world)

    def write(session, actor):
        session.execute(text("INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) VALUES "
                             "(:v, :soort, 'VALS-1', 'Vals', 'loopt', :e)"), {"v": VALS, "soort": soort, "e": actor.party_id})
        session.execute(text(f"INSERT INTO portal.{soort} (id, subsidie_id) VALUES (:v, :s)"),
                        {"v": VALS, "s": loop.subsidie_id})

    with pytest.raises(DBAPIError, match="row-level security"):
        world.as_(world.medewerker("kampen", "subsidieadviseur"), write)
    with pytest.raises(DBAPIError, match="not-null"):
        world.as_(loop.wie.adviseur, write)


def test_a_stop_of_another_gemeente_stops_nothing(world):
    loop = bevoorschot(world)
    first, geld = klaar(world, loop), financieel(world)
    kampen = world.medewerker("kampen", "subsidieadviseur")
    # As if the wall had a hole.
    world.behind("INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) VALUES "
                 "(:v, 'betalingsstop', 'VALS-1', 'Vals', 'loopt', :e)", v=VALS, e=kampen.party_id)
    world.behind("INSERT INTO portal.betalingsstop (id, subsidie_id, reden, begonnen_on) VALUES "
                 "(:v, :s, 'Zomaar', '2026-01-01')", v=VALS, s=loop.subsidie_id)
    assert world.as_(geld, uitvoering.goedkeuren, first.id).stand == "goedgekeurd"


def test_what_happens_inside_with_a_payment_is_not_for_the_recipient(world):
    loop = bevoorschot(world)
    first, geld = klaar(world, loop), financieel(world)
    world.as_(geld, uitvoering.betaling_terugsturen, first.id, reden="De rekening klopt niet.")
    world.as_(geld, uitvoering.goedkeuren, klaar(world, loop).id)
    inside = ["intern:betaling-klaar", "intern:betaling-terug", "intern:betaling-klaar", "intern:betaling-goedgekeurd"]
    assert [kind for kind in kinds(world, loop) if "betaling" in kind] == inside
    seen = world.see(loop.aanvrager.auteur, lambda s: [e.kind for e in queries.events(s, loop.subsidie_id)])
    assert seen and not [kind for kind in seen if "betaling" in kind]


def test_every_failed_payment_is_somebodys_work(world):
    loop, geld = bevoorschot(world), financieel(world)
    first, second = payments(world, loop)
    world.clock(op(second.gepland_on))
    aangeboden(world, loop, geld, 0, 1)
    assert taken(world, loop, "werk_klaarzetten") is None
    for betaling in (first, second):
        world.as_(geld, uitvoering.status_inlezen, status(betaling, "mislukt"))
    klaar(world, loop, 0)
    assert taken(world, loop, "werk_klaarzetten") is not None
    klaar(world, loop, 1)
    assert taken(world, loop, "werk_klaarzetten") is None


def test_a_failed_payment_waits_now_though_the_next_one_is_far(world):
    loop, geld = bevoorschot(world), financieel(world)
    first, second = payments(world, loop)
    world.clock(op(first.gepland_on))
    aangeboden(world, loop, geld, 0)
    assert taken(world, loop, "werk_klaarzetten").started_on == second.gepland_on - timedelta(days=7)
    world.as_(geld, uitvoering.status_inlezen, status(first, "mislukt"))
    assert taken(world, loop, "werk_klaarzetten").started_on == clock.today()


def test_one_line_that_the_database_refuses_undoes_no_other(world):
    loop, geld = bevoorschot(world), financieel(world)
    first, second = payments(world, loop)
    world.clock(op(second.gepland_on))
    aangeboden(world, loop, geld, 0, 1)
    # A refusal of the database itself; its name has a sentence.
    world.behind("ALTER TABLE portal.betaling ADD CONSTRAINT document_vast CHECK (melding <> 'Weiger dit')")
    try:
        found = world.as_(geld, uitvoering.status_inlezen, "kenmerk;status;datum;melding\n" + "\n".join(
            f"{row.kenmerk};betaald;{clock.today():%d-%m-%Y};{words}" for row, words in ((first, "Weiger dit"), (second, ""))))
    finally:
        world.behind("ALTER TABLE portal.betaling DROP CONSTRAINT document_vast")
    assert ("staat vast" in found[0].fout, found[1].uitkomst) == (True, "betaald")
    assert [row.stand for row in payments(world, loop)] == ["aangeboden", "betaald"]
    assert kinds(world, loop).count("subsidie:betaling-betaald") == 1


@pytest.mark.parametrize("inhoud", ["kenmerk;status;datum\rX\r\n", "kenmerk;status;datum\n" + "x" * 200_000])
def test_a_file_that_is_no_table_is_refused_with_a_sentence(world, inhoud):
    refuses(world, financieel(world), uitvoering.status_inlezen, inhoud, says="(csv)")


def test_of_two_reports_the_last_one_counts_whatever_the_order_and_each_once(world):
    van, _tot = jaar()
    half = {"van": van.isoformat(), "tot": f"{van.year}-07-01", "uiterlijk": f"{van.year}-07-15"}
    loop = verleend(world, voorstel={"rapportages": [half]})
    zwolle, verzender = loop.wie.adviseur.party_id, loop.aanvrager.verzender
    rapport = world.see(verzender, lambda s: queries.rapportages(s, loop.subsidie_id))[0]

    def geleverd():
        return world.see(verzender, lambda s: queries.rapportages(s, loop.subsidie_id))[0].geleverd

    world.clock(op(date(van.year, 7, 5)))
    sent = [world.as_(verzender, uitvoering.rapporteren, rapport.id, geleverd=Decimal(n)) for n in (480, 490)]
    for one in reversed(sent):
        neem_in(world, one.id, zwolle)
    assert geleverd() == 490
    late = world.as_(verzender, uitvoering.rapporteren, rapport.id, geleverd=Decimal(1))
    world.as_(loop.wie.adviseur, uitvoering.rapportage_akkoord, rapport.id)
    for one in (late, *sent):
        neem_in(world, one.id, zwolle)
    assert geleverd() == 490
    said = world.as_(loop.wie.adviseur, lambda s, _a: [e.kind for e in queries.events(s, rapport.id)])
    assert said.count("rapportage:inleveren") == 1


def test_advances_are_not_signed_on_a_grant_that_changed(world):
    loop = verleend(world)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="voorschot")
    besluit = world.as_(loop.wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id,
                        termijnen=[{"op": jaar()[0], "bedrag": Decimal(40_000)}])
    # A lower grant, as an amendment would leave it.
    world.behind("ALTER TABLE portal.subsidie DISABLE TRIGGER USER")
    world.behind("UPDATE portal.subsidie SET verleend = 30000")
    world.behind("ALTER TABLE portal.subsidie ENABLE TRIGGER USER")
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=409,
            says="Na dit voorstel is de subsidie veranderd")
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=409,
            says="De voorschotten komen samen op € 40.000,00. Verleend is € 30.000,00")
    assert payments(world, loop) == []
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="De subsidie is lager geworden.")
    world.as_(loop.wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id,
              termijnen=[{"op": jaar()[0], "bedrag": Decimal(30_000)}])
