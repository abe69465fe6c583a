"""What follows a grant, in the demo region: a year that was accounted for, the year that runs, and an objection.

The three cases that were accounted for show the threshold of 10 %: 1,125 of 1,000, 700 of 800, and 1,100 of 1,000.
"""

from datetime import date, timedelta
from decimal import Decimal

from portal import demo_subsidies as told
from portal.db import Session
from portal.domains.subsidies import bezwaar, queries, uitvoering, usecases, vaststellen, voorstellen, vorderen
from portal.domains.subsidies.model import Betaalstand
from portal.kernel import clock
from portal.tenants.region import party_id
from portal.tenants.scope import acting_for

OWN = {"eigen_feiten": False, "horen": "De ontvanger gaf dit aantal zelf op in de aanvraag om vaststelling."}


def after_the_grant(region, refusal) -> None:
    """Everything in this file; `refusal` is the decision that is objected to."""
    year = region.today.year
    _accounted(region, year - 1, told.granted(region, year - 1))
    _ended_otherwise(region, year - 1)
    _running(region, year, told.granted(region, year))
    _objection(region, refusal)


def _accounted(region, year: int, cases) -> None:
    """The year is over: one determined higher and paid, one lower and claimed back, one that waits for its proposal."""
    _pay(region, year, zip(cases, (45_000, 36_000, 45_000), strict=True), halves=2)
    region.at(date(year + 1, 1, 2), 6)
    _round(region, vaststellen.perioden_verlopen)
    hoger, lager, gelijk = cases
    for zaak, who, geleverd, kosten, day in (
            (hoger, "werkplaats", 1125, 51_300, date(year + 1, 2, 12)), (lager, "zonneveld", 700, 33_100, date(year + 1, 3, 4)),
            (gelijk, "brink", 1100, 47_900, region.today - timedelta(days=20))):
        region.at(day, 14)
        sent = region.do(who, vaststellen.aanvragen_vaststelling, zaak, geleverd=Decimal(geleverd), kosten=Decimal(kosten),
                         toelichting="De aantallen komen uit onze dagstaten.")
        told.take_in(region, sent.id)
        if zaak is gelijk:
            break
        region.at(day + timedelta(days=26), 10)
        grond = {} if zaak is hoger else {"grond": "niet-verricht", **OWN}
        told.sign(region, region.do("ria", _determine, zaak, **grond).id)
        region.at(day + timedelta(days=68), 10)
        _pay_now(region, zaak)
    region.at(date(year + 1, 5, 20), 11)
    claim = region.do("ria", vorderen.terugvordering_voorstellen, lager, bedrag=region.do("ria", _too_much, lager),
                      belangen="De ontvanger werkt met drie mensen. Zij heeft genoeg reserve om in zes weken terug te betalen.")
    told.sign(region, claim.id)
    region.at(date(year + 1, 6, 18), 11)
    region.do("trudy", lambda s, a: vorderen.ontvangst_boeken(
        s, a, queries.vorderingen(s, lager)[0].id, bedrag=Decimal(1500), on=clock.today()))


def _ended_otherwise(region, year: int) -> None:
    """Granted from the first of March: one for which nobody accounted when its period was over, and one that was taken back
    because nothing came of it."""
    region.at(date(year - 1, 11, 10))
    _stil, gestopt = told.begun_in_march(region, year)
    region.at(date(year, 9, 14), 10)
    region.do("ria", voorstellen.beginnen, gestopt, uitkomst="intrekken")
    region.do("ria", voorstellen.bewaren, gestopt, grond="niet-verricht", **OWN,
              motivering="De ontvanger liet weten dat de cursus niet doorgaat: er waren te weinig deelnemers.")
    region.at(date(year, 9, 28), 10)
    told.sign(region, region.do("ria", voorstellen.voorleggen, gestopt).id)
    region.at(date(year + 1, 1, 2), 6)
    _round(region, vaststellen.perioden_verlopen)


def _determine(session, actor, zaak, **facts):
    """Determine on the count."""
    count = vaststellen.berekenen(session, queries.kop(session, zaak).subsidie)
    return vaststellen.voorstellen(session, actor, zaak, bedrag=count.bedrag,
                                   motivering="De berekening volgt de verlening en de aanvraag om vaststelling.", **facts)


def _too_much(session, _actor, zaak) -> Decimal:
    return queries.betaald(session, zaak) - queries.kop(session, zaak).subsidie.vastgesteld


def _running(region, year: int, cases) -> None:
    """The year that runs: one as agreed, one that reports a deviation, one whose payments stand still."""
    later = region.today > date(year, 7, 20)
    _pay(region, year, zip(cases, (40_000, 36_000, 45_000), strict=True), halves=2 if later else 1)
    gewoon, anders, stil = cases
    if later:
        region.at(date(year, 7, 10), 11)
        for zaak, who, geleverd in ((gewoon, "werkplaats", 512), (anders, "zonneveld", 318)):
            report = region.do(who, lambda s, _a, z=zaak: queries.rapportages(s, z)[0].id)
            sent = region.do(who, uitvoering.rapporteren, report, geleverd=Decimal(geleverd), instroom=24, doorstroom=6,
                             uitstroom=11, toelichting="In mei waren er minder bezoekers door de verbouwing.")
            told.take_in(region, sent.id)
            if zaak is gewoon:
                region.do("ria", uitvoering.rapportage_akkoord, report)
    region.at(region.today - timedelta(days=9), 15)
    sent = region.do("zonneveld", uitvoering.melding_sturen, anders,
                     tekst="Door ziekte halen wij ongeveer 650 dagdelen. Dat is meer dan 10 % minder dan afgesproken.")
    told.take_in(region, sent.id)
    region.at(region.today - timedelta(days=12), 10)
    region.do("joris", usecases.belang_verklaren, stil, heeft_belang=False)
    region.do("joris", uitvoering.stoppen, stil,
              reden="De huiskamer was drie keer dicht. Wij zoeken uit of de activiteiten doorgaan.")
    _to_approve(region, gewoon, 5_000, min(region.today + timedelta(days=10), date(year, 12, 31)))


def _to_approve(region, zaak, bedrag: int, day: date) -> None:
    """The rest of the advances, to be paid soon: Ria prepared it, Trudy has not approved it yet."""
    region.at(region.today - timedelta(days=4), 10)
    told.sign(region, region.do("ria", uitvoering.voorschot_opstellen, zaak,
                                termijnen=[{"op": day, "bedrag": Decimal(bedrag)}]).id)
    region.at(region.today - timedelta(days=3), 10)
    payment = region.do("ria", lambda s, _a: queries.betalingen(s, zaak)[-1].id)
    region.do("ria", uitvoering.klaarzetten, payment)


def _objection(region, refusal) -> None:
    """The refusal of the winter shelter is objected to; Olivier looks at it."""
    region.at(region.today - timedelta(days=8), 16)
    sent = region.do("kruispunt", bezwaar.indienen, refusal, horen="ja", gronden=[
        "Nachtopvang in de winter heeft dag en nacht twee mensen nodig. Het maximum gaat uit van een.",
        "Vorig jaar kreeg een andere aanvrager meer per plaats."])
    told.take_in(region, sent.id)
    region.at(region.today - timedelta(days=5), 11)
    region.do("olivier", lambda s, a: bezwaar.behandelen(s, a, queries.bezwaar_tegen(s, refusal).id))


# Money ---------------------------------------------------------------------------------------------------------------------

def _pay(region, year: int, cases, *, halves: int) -> None:
    """Decide on the advances and pay the first so many."""
    cases = list(cases)
    region.at(date(year - 1, 12, 10), 11)
    for zaak, bedrag in cases:
        told.sign(region, region.do("ria", uitvoering.voorschot_opstellen, zaak, termijnen=[
            {"op": date.fromisoformat(row["op"]), "bedrag": Decimal(row["bedrag"])} for row in told.halves(year, bedrag)]).id)
    for month in (1, 7)[:halves]:
        region.at(date(year, month, 15), 11)
        _pay_now(region, *(zaak for zaak, _bedrag in cases))


def _pay_now(region, *cases) -> None:
    """Everything whose day has come: prepared by Ria, approved by Trudy, in one file, and paid the next day."""
    due = region.do("ria", lambda s, _a: [row for zaak in cases for row in queries.betalingen(s, zaak)
                                          if row.stand == Betaalstand.GEPLAND and row.gepland_on <= clock.today()])
    if not due:
        return
    for row in due:
        region.do("ria", uitvoering.klaarzetten, row.id)
        region.do("trudy", uitvoering.goedkeuren, row.id)
    region.do("trudy", uitvoering.bestand_maken)
    day = clock.today()
    region.at(day + timedelta(days=1), 9)
    region.do("trudy", uitvoering.status_inlezen, "kenmerk;status;datum;melding\r\n" + "".join(
        f"{row.kenmerk};betaald;{day + timedelta(days=1):%d-%m-%Y};\r\n" for row in due))


def _round(region, act) -> None:
    """What the worker does every night."""
    zwolle = party_id(told.ZWOLLE)
    with acting_for(zwolle), Session(bind=region.app.engine) as session, session.begin():
        act(session, usecases.portaal(zwolle), clock.today())
