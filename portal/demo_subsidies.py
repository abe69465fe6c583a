"""The subsidies of the demo region: schemes of Zwolle and their applications, each in a state of its own. What follows a grant
stands in demo_uitvoering.py.

They go through the use cases as the parties, in their time, as the procurements of demo.py do. Nobody in it exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from portal.adapters.subsidiebrieven import SubsidieBrieven
from portal.db import Session
from portal.domains.beheer import mandaten
from portal.domains.subsidies import aanvragen, queries, regelingen, tekenen, usecases, voorstellen
from portal.domains.subsidies.innemen import innemen
from portal.kernel import clock
from portal.kernel.outbox import send_message
from portal.tenants.region import party_id
from portal.tenants.scope import acting_for

ZWOLLE = "zwolle"
IBAN = "NL02ABNA0123456789"
EXTERN = "Geen staatssteun: de activiteit is voor inwoners van de gemeente en trekt niemand van elders."


def _lines(*rows: tuple) -> list[dict]:
    names = ("soort", "tekst", "grondslag", "verordening_artikel", "bewijs", "koppeling")
    return [{"code": f"s{number}"} | dict(zip(names, row, strict=True)) for number, row in enumerate(rows, start=1)]


DAGBESTEDING = {
    "omschrijving": "Inwoners die overdag een plek zoeken, kunnen zo binnenlopen. Zij hebben geen beschikking nodig.",
    "doelgroep": "Organisaties met een plek in Zwolle waar inwoners overdag terecht kunnen.",
    "verordening": "Algemene subsidieverordening Zwolle (voorbeeld)", "artikel": "5", "grondslag": "wettelijk",
    "verdeling": "volgorde", "tweede_lezer_vanaf": Decimal(100_000), "staatssteun": "geen",
    "verrekening": {"eenheid": "dagdelen", "basis": "geheel", "drempel": "0.10", "met_methode": True},
    "inrichting": {
        "vragen": [
            {"code": "plek", "vraag": "Heeft u een plek in Zwolle waar inwoners overdag terecht kunnen?", "goed": "ja",
             "uitleg": "De regeling betaalt activiteiten in de gemeente zelf."},
            {"code": "vrij", "vraag": "Kan iedereen zonder verwijzing binnenlopen?", "goed": "ja",
             "uitleg": "Dagbesteding uit deze regeling is een algemene voorziening (Wmo 2015, artikel 2.2.3)."}],
        "documenten": [
            {"code": "begroting", "titel": "Begroting", "toelichting": "Wat u uitgeeft en wat u zelf ontvangt.",
             "herbruikbaar": False, "verplicht": True},
            {"code": "statuten", "titel": "Statuten", "toelichting": "Alleen als wij ze nog niet hebben.", "herbruikbaar": True,
             "verplicht": False}],
        "criteria": [
            {"code": "bereik", "tekst": "Hoeveel inwoners doen mee, en uit welke wijken?", "punten": "10"},
            {"code": "samen", "tekst": "Werkt de organisatie samen met het wijkteam en met andere plekken?", "punten": "10"}],
        "producten": [{"code": "dagdeel", "naam": "Dagdelen dagbesteding", "eenheid": "dagdelen"}],
        "sjabloon": _lines(
            ("resultaat", "Inwoners hebben op werkdagen een plek waar zij mee kunnen doen.", "4-30", "",
             "Aantal dagdelen per kwartaal", "wmo-algemeen"),
            ("verplichting", "Stuur twee keer per jaar een kort bericht over het aantal dagdelen.", "4-37-1-c", "",
             "Kort voortgangsbericht", "criterium-verantwoording"),
            ("verplichting", "Meld het meteen als u meer dan 10 % afwijkt van het afgesproken aantal dagdelen.", "4-37-1-c", "",
             "Melding in het portaal", "criterium-verantwoording")),
    },
}
OPVANG = {
    "omschrijving": "Opvang voor mensen zonder thuis, en tussenvormen van beschermd wonen. Zwolle doet dit ook voor "
                    "zeven andere gemeenten.",
    "doelgroep": "Organisaties die opvang of beschermd wonen bieden in de regio.",
    "verordening": "Subsidieverordening maatschappelijke opvang en beschermd wonen (voorbeeld)", "artikel": "4",
    "grondslag": "wettelijk", "verdeling": "volgorde", "tweede_lezer_vanaf": Decimal(500_000), "staatssteun": "geen",
    "beslistermijn_weken": 12, "beslistermijn_artikel": "Subsidieverordening opvang en beschermd wonen (voorbeeld), artikel 8",
    "inrichting": {
        "vragen": [
            {"code": "regio", "vraag": "Zijn de plaatsen in een van de acht gemeenten?", "goed": "ja",
             "uitleg": "De regeling geldt voor de gemeenten die beschermd wonen samen doen."},
            {"code": "kwaliteit", "vraag": "Heeft u een keurmerk voor de zorg die u geeft?", "goed": "ja",
             "uitleg": "De verordening vraagt een keurmerk (artikel 6)."}],
        "documenten": [
            {"code": "begroting", "titel": "Begroting", "toelichting": "Met de kosten per plaats.", "herbruikbaar": False,
             "verplicht": True},
            {"code": "keurmerk", "titel": "Kwaliteitskeurmerk", "toelichting": "Geldig op de eerste dag van de subsidie.",
             "herbruikbaar": True, "verplicht": True}],
        "criteria": [{"code": "herstel", "tekst": "Helpt de aanpak bij herstel en uitstroom?", "punten": "10"}],
        "producten": [{"code": "opvang", "naam": "Maatschappelijke opvang", "eenheid": "plaatsen"},
                      {"code": "tussenvorm", "naam": "Tussenvorm beschermd wonen", "eenheid": "plaatsen"}],
        "sjabloon": _lines(
            ("resultaat", "Elke nacht zijn alle opvangplaatsen beschikbaar.", "4-30", "", "Bezetting per kwartaal",
             "wmo-doeltreffend"),
            ("resultaat", "70 van de 100 mensen hebben binnen 8 weken een eigen plan.", "4-30", "", "Jaarverslag",
             "criterium-herstel"),
            ("verplichting", "Stuur twee keer een kort voortgangsbericht.", "4-37-1-c", "", "Kort voortgangsbericht",
             "criterium-verantwoording"),
            ("verplichting", "Houd een administratie bij van uitgaven en inkomsten.", "4-37-1-b", "", "Controle op verzoek",
             "criterium-verantwoording"),
            ("verplichting", "Werk samen met de Centrale Toegang bij elke plaatsing.", "4-38", "9", "Gesprek per half jaar",
             "criterium-samen"),
            ("voorwaarde", "De raad van Zwolle stelt genoeg geld beschikbaar in de begroting.", "4-34", "",
             "Besluit van de raad", "wmo-algemeen")),
    },
}
# Who applies: the writer and the sender of an aanbieder, by their keys in demo.py.
WERKPLAATS, ZONNEVELD, KRUISPUNT, BRINK = (("werkplaats", "werkplaats"), ("zonneveld", "zonneveld"),
                                           ("kruispunt-auteur", "kruispunt"), ("brink-auteur", "brink"))


@dataclass(frozen=True)
class _Scheme:
    """A scheme that can be applied for, with its year."""

    region: object
    id: object
    van: date
    tot: date
    documents: tuple[str, ...]


def subsidies(region):
    """Dagbesteding and opvang of next year, and a scheme that is still being written. Returns the decision that refuses."""
    year = region.today.year
    region.at(date(year - 2, 9, 1))
    for soort in queries.SOORTEN:
        _mandate(region, soort)
    # Who signed a decision does not decide about the objection to it, nor signs what takes its place.
    for soort in queries.SOORTEN:
        _mandate(region, soort, "wietske")
    _dagbesteding(region, year + 1)
    refusal = _opvang(region, year + 1)
    region.at(region.today - timedelta(days=6))
    _scheme(region, "Ontmoeten in de dorpen", {**DAGBESTEDING, "verdeling": "tender", "verrekening": None}, year + 1, None)
    return refusal


def _mandate(region, soort: str, who: str = "karel") -> None:
    given = region.do("beheer-zwolle", mandaten.mandaat_geven, soort="mandaat", orgaan="college",
                      gemachtigde_id=region.actors[who].user_id, werkgever_id=party_id(ZWOLLE), besluit_soort=soort,
                      tot_bedrag=Decimal(2_000_000), van=clock.today(), tot=None,
                      vindplaats="nummer 44 van het mandaatregister van Zwolle")
    region.do("beheer2-zwolle", mandaten.instemmen, given.id, "mandaatgever")
    region.do(who, mandaten.instemmen, given.id, "gemachtigde")


def _scheme(region, titel: str, facts: Mapping, year: int, plafond: int | None, *, opens: date | None = None,
            closes: date | None = None, maximum: Mapping | None = None) -> _Scheme:
    """Ria writes a scheme for a year; with a ceiling it is made public too."""
    van, tot = date(year, 1, 1), date(year + 1, 1, 1)
    today = clock.today()
    vormen = ["budget"] if "verrekening" in facts else ["beschikbaarheid", "populatie"]

    def make(session, actor):
        regeling = regelingen.maken(
            session, actor, titel=f"{titel} {year}", van=van, tot=tot,
            opent_at=datetime.combine(opens or today, time(9), clock.AMSTERDAM),
            sluit_at=datetime.combine(closes or today + timedelta(days=60), time(12), clock.AMSTERDAM),
            financiering=[{"van": van.isoformat(), "vormen": vormen}], **facts)
        if plafond is None:
            return regeling.id
        regelingen.plafond_vaststellen(
            session, actor, regeling.id, van=van, tot=tot, bedrag=Decimal(plafond), orgaan="college", vastgesteld_on=today,
            bekendgemaakt_on=today, vindplaats=f"Gemeenteblad van Zwolle {today.year} (voorbeeld)")
        for product, bedrag in (maximum or {}).items():
            regelingen.maximum_vaststellen(session, actor, regeling.id, product=product, jaar=year, per="eenheid",
                                           bedrag=Decimal(bedrag), besluit=f"collegebesluit van {today:%d-%m-%Y}", van=today)
        regelingen.bekendmaken(session, actor, regeling.id)
        return regeling.id

    id_ = region.do("ria", make)
    return _Scheme(region, id_, van, tot, tuple(d["code"] for d in facts["inrichting"]["documenten"] if d["verplicht"]))


def _write(scheme: _Scheme, who: tuple[str, str], titel: str, product: str, aantal: int, bedrag: int, *,
           complete: bool = True):
    """An application; not complete: it lacks its money."""
    region, (auteur, _verzender) = scheme.region, who
    naam = region.actors[auteur].party_naam

    def write(session, actor):
        id_ = aanvragen.begin(session, actor, scheme.id).id
        aanvragen.bewaren(session, actor, id_, "activiteit", {
            "titel": titel, "product": product, "omschrijving": f"{naam} biedt dit op werkdagen, samen met vrijwilligers.",
            "resultaat": "Inwoners doen mee en houden de regie.", "aantal": Decimal(aantal), "van": scheme.van,
            "tot": scheme.tot})
        if complete:
            aanvragen.bewaren(session, actor, id_, "geld", {
                "bedrag": Decimal(bedrag), "begroting": "Begeleiding, huur en materiaal. Zie de bijlage.", "iban": IBAN,
                "tenaamstelling": naam.replace(" (fictief)", "")})
            for code in scheme.documents:
                aanvragen.document_toevoegen(session, actor, id_, region.pdf(f"{code}.pdf", code.capitalize(), naam), code=code)
        return id_

    return region.do(auteur, write)


def _send(scheme: _Scheme, who: tuple[str, str], aanvraag_id):
    """Send it, and do what the worker would do with it."""
    return take_in(scheme.region, scheme.region.do(who[1], aanvragen.versturen, aanvraag_id).id)


def take_in(region, indiening_id):
    """What the worker does with what was sent; gives the case of an application."""
    zwolle = party_id(ZWOLLE)
    with acting_for(zwolle), Session(bind=region.app.engine) as session, session.begin():
        found = innemen(session, usecases.portaal(zwolle), indiening_id)
        return found.id if found else None


def _handle(region, subsidie_id, who: str = "ria") -> None:
    region.do(who, usecases.belang_verklaren, subsidie_id, heeft_belang=False)
    region.do(who, usecases.compleet, subsidie_id)


def _assess(region, subsidie_id, who: str = "ria", *criteria: str) -> None:
    """Points with reasons, and the assessment is done."""
    for code, points in zip(criteria, ("8", "7"), strict=False):
        region.do(who, usecases.beoordelen, subsidie_id, criterium=code, punten=Decimal(points),
                  motivering="De aanvraag noemt per wijk wie er meedoet en met wie de organisatie samenwerkt.")
    region.do(who, usecases.afronden, subsidie_id)


def _propose(region, subsidie_id, who: str = "ria", **facts):
    region.do(who, voorstellen.beginnen, subsidie_id)
    region.do(who, voorstellen.bewaren, subsidie_id, **({"motivering": "De aanvraag past bij de regeling en scoort goed op de "
                                                         "criteria.", "steun": "geen", "staatssteun": EXTERN} | facts))
    return region.do(who, voorstellen.voorleggen, subsidie_id).id


def sign(region, besluit_id) -> None:
    """Karel signs, and the letter goes out."""
    region.do("karel", tekenen.tekenen, besluit_id, brieven=SubsidieBrieven(region.app.files))


def halves(year: int, bedrag: int) -> list[dict]:
    """Paid in two halves, in January and in July."""
    first = Decimal(bedrag) / 2
    return [{"op": f"{year}-01-15", "bedrag": str(first.quantize(Decimal("0.01")))},
            {"op": f"{year}-07-15", "bedrag": str((Decimal(bedrag) - first).quantize(Decimal("0.01")))}]


def _reports(year: int) -> list[dict]:
    """Two short reports: of each half of the year, within a month."""
    return [{"van": f"{year}-01-01", "tot": f"{year}-07-01", "uiterlijk": f"{year}-07-31"},
            {"van": f"{year}-07-01", "tot": f"{year + 1}-01-01", "uiterlijk": f"{year + 1}-01-31"}]


def granted(region, year: int) -> list:
    """Granted the year before: 1,000, 800 and again 1,000 dagdelen were agreed. Returns the cases in this order."""
    region.at(date(year - 1, 9, 8))
    cases = []
    scheme = _scheme(region, "Dagbesteding dicht bij huis", DAGBESTEDING, year, 200_000)
    for days, who, titel, aantal, bedrag in (
            (5, WERKPLAATS, "De werkplaats elke dag open", 1000, 45_000), (8, ZONNEVELD, "Werken in de tuin", 800, 36_000),
            (12, BRINK, "Huiskamer aan de Brink", 1000, 45_000)):
        region.at(date(year - 1, 9, 8) + timedelta(days=days), 10)
        zaak = _send(scheme, who, _write(scheme, who, titel, "dagdeel", aantal, bedrag))
        region.at(date(year - 1, 10, 1) + timedelta(days=days), 11)
        _handle(region, zaak)
        _assess(region, zaak, "ria", "bereik", "samen")
        besluit = _propose(region, zaak, tarief=Decimal(45), termijnen=halves(year, bedrag), rapportages=_reports(year),
                           methode="aantal geleverde dagdelen x € 45,00", maximum=Decimal(bedrag) + 6_000)
        region.at(date(year - 1, 10, 20) + timedelta(days=days), 15)
        sign(region, besluit)
        cases.append(zaak)
    return cases


def begun_in_march(region, year: int) -> list:
    """Two courses of ten months, granted before they begin. Returns the cases."""
    start = clock.today()
    scheme = replace(_scheme(region, "Leren in de wijk", DAGBESTEDING, year, 40_000), van=date(year, 3, 1))
    cases = []
    for days, who, titel, aantal, bedrag in ((4, BRINK, "Taalcafé in de bibliotheek", 240, 10_800),
                                             (6, WERKPLAATS, "Cursus fietsen voor nieuwkomers", 160, 7_200)):
        region.at(start + timedelta(days=days), 10)
        cases.append(_send(scheme, who, _write(scheme, who, titel, "dagdeel", aantal, bedrag)))
    for zaak in cases:
        region.at(start + timedelta(days=20), 11)
        _handle(region, zaak)
        _assess(region, zaak, "ria", "bereik", "samen")
        besluit = _propose(region, zaak, tarief=Decimal(45))
        region.at(start + timedelta(days=27), 15)
        sign(region, besluit)
    return cases


def _dagbesteding(region, year: int) -> None:
    """Next year: one granted, one that waits for the signature, one being judged, one being supplemented, one new, one on
    paper, one withdrawn, two that nobody supplemented (of which one is not handled), one half written."""
    start = region.today - timedelta(days=70)
    region.at(start)
    scheme = _scheme(region, "Dagbesteding dicht bij huis", DAGBESTEDING, year, 160_000,
                     closes=region.today + timedelta(days=24))
    zaken = {}
    for days, key, who, titel, aantal, bedrag in (
            (2, "verleend", WERKPLAATS, "De werkplaats elke dag open", 1050, 48_000),
            (4, "tekenen", ZONNEVELD, "Werken in de tuin", 800, 36_000),
            (9, "niet-aangevuld", BRINK, "Open atelier", 300, 13_500),
            (10, "niet-behandeld", ZONNEVELD, "Koken op zaterdag", 120, 5_400),
            (20, "ingetrokken", ZONNEVELD, "Kweken voor de voedselbank", 200, 9_000),
            (48, "beoordelen", WERKPLAATS, "Houtwerkplaats voor beginners", 220, 9_900),
            (52, "aanvullen", BRINK, "Huiskamer aan de Brink", 1000, 45_000),
            (66, "nieuw", WERKPLAATS, "Fietsen maken met jongeren", 250, 11_250)):
        region.at(start + timedelta(days=days), 13)
        aanvraag = _write(scheme, who, titel, "dagdeel", aantal, bedrag)
        zaken[key] = _send(scheme, who, aanvraag)
        if key == "ingetrokken":
            region.at(start + timedelta(days=days + 3))
            gone = region.do(who[1], aanvragen.intrekken, aanvraag, reden="Wij vonden een andere betaler.")
            take_in(region, gone.id)
    region.at(start + timedelta(days=12))
    for key in ("niet-aangevuld", "niet-behandeld"):
        region.do("joris", usecases.belang_verklaren, zaken[key], heeft_belang=False)
        region.do("joris", usecases.aanvulling_vragen, zaken[key], punten=["Het aantal inwoners per wijk"])
    region.at(start + timedelta(days=21))
    for key, who in (("verleend", "ria"), ("tekenen", "joris")):
        _handle(region, zaken[key], who)
        _assess(region, zaken[key], who, "bereik", "samen")
    besluit = _propose(region, zaken["verleend"], tarief=Decimal("45.71"), termijnen=halves(year, 48_000),
                       methode="aantal geleverde dagdelen x € 45,71", maximum=Decimal(52_000))
    region.at(start + timedelta(days=26), 16)
    sign(region, besluit)
    region.at(start + timedelta(days=45))
    _time_passes(region)
    besluit = _propose(region, zaken["niet-behandeld"], "joris",
                       motivering="Wij vroegen hoeveel inwoners per wijk meedoen. Dat kwam niet. Zonder dat aantal kunnen wij "
                                  "de aanvraag niet beoordelen.")
    region.at(start + timedelta(days=47), 15)
    sign(region, besluit)
    region.at(start + timedelta(days=58), 10)
    _handle(region, zaken["beoordelen"])
    region.do("ria", usecases.beoordelen, zaken["beoordelen"], criterium="bereik", punten=Decimal(6),
              motivering="De aanvraag noemt twee wijken. Voor de andere wijken is er nog geen plan.")
    region.at(region.today - timedelta(days=5), 11)
    _propose(region, zaken["tekenen"], "joris", tarief=Decimal(45), termijnen=halves(year, 36_000))
    region.at(region.today - timedelta(days=4))
    region.do("ria", usecases.belang_verklaren, zaken["aanvullen"], heeft_belang=False)
    region.do("ria", usecases.aanvulling_vragen, zaken["aanvullen"],
              punten=["De bijdrage die u zelf van bezoekers vraagt", "Op welke dagen u open bent"])
    region.at(region.today - timedelta(days=3), 10)
    region.do("brink", send_message, to=party_id(ZWOLLE), dossier_id=zaken["aanvullen"], onderwerp="Onze openingsdagen",
              tekst="Wij sturen de aanvulling deze week.")
    region.do("joris", usecases.papier, scheme.id, papier_on=region.today - timedelta(days=4), gegevens={
        "titel": "Koffie en krant", "product": "dagdeel", "omschrijving": "Elke ochtend koffie in het buurthuis.",
        "resultaat": "Buren ontmoeten elkaar.", "aantal": "180", "van": scheme.van.isoformat(), "tot": scheme.tot.isoformat(),
        "bedrag": "6500.00", "begroting": "Koffie, huur en een coördinator."},
        aanvrager={"id": None, "naam": "Buurthuis De Haven (fictief)", "kvk_nummer": "", "contactpersoon": "W. Dijkman",
                   "postadres": "Kade 1\n8000 AA Zwolle"})
    region.at(region.today - timedelta(days=2))
    _write(scheme, ("femke", "bakker"), "Timmeren op het erf", "dagdeel", 120, 5_400, complete=False)


def _opvang(region, year: int):
    """Opvang: one that waits for the second reader, one refused because it costs more than the college allows, one that was
    asked for its view. Returns the decision that refuses."""
    start = region.today - timedelta(days=50)
    region.at(start)
    scheme = _scheme(region, "Opvang en beschermd wonen", OPVANG, year, 2_500_000, closes=region.today + timedelta(days=40),
                     maximum={"opvang": 21_000, "tussenvorm": 39_500})
    region.at(start + timedelta(days=6), 11)
    lezen = _send(scheme, KRUISPUNT, _write(scheme, KRUISPUNT, "Opvang aan de singel", "opvang", 62, 1_240_000))
    region.at(start + timedelta(days=9), 15)
    duur = _send(scheme, KRUISPUNT, _write(scheme, KRUISPUNT, "Nachtopvang in de winter", "opvang", 12, 264_000))
    region.at(start + timedelta(days=14), 15)
    horen = _send(scheme, BRINK, _write(scheme, BRINK, "Tussenvorm aan het park", "tussenvorm", 8, 300_000))
    region.at(start + timedelta(days=25))
    for zaak in (lezen, duur, horen):
        _handle(region, zaak)
        _assess(region, zaak, "ria", "herstel")
    besluit = _propose(region, duur, uitkomst="weigeren", grond="maximum", eigen_feiten=False,
                       horen="De kosten per plaats staan in de aanvraag zelf.",
                       motivering="De aanvraag vraagt € 22.000 per plaats. Het college subsidieert ten hoogste € 21.000 per "
                                  "plaats. De aanvrager wil het bedrag niet verlagen.")
    region.at(start + timedelta(days=30), 14)
    sign(region, besluit)
    region.at(region.today - timedelta(days=3), 9, 30)
    _propose(region, lezen, aantal=Decimal(62), tarief=Decimal(20_000), termijnen=[
        {"op": f"{year}-01-15", "bedrag": "620000.00"}, {"op": f"{year}-07-15", "bedrag": "496000.00"}],
        steun="daeb-besluit",
        staatssteun="De opvang is een dienst van algemeen belang: het college wees haar aan (DAEB-vrijstellingsbesluit).")
    region.at(region.today - timedelta(days=2), 15)
    region.do("ria", usecases.zienswijze_vragen, horen,
              reden="Een andere gemeente liet weten dat het pand aan het park is verkocht.")
    return besluit


def _time_passes(region) -> None:
    zwolle = party_id(ZWOLLE)
    with acting_for(zwolle), Session(bind=region.app.engine) as session, session.begin():
        usecases.termijnen_verlopen(session, usecases.portaal(zwolle), clock.today())
