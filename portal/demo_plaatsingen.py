"""Access and placement in the demo region: reports at Kampen, each where another step waits, and placements of Kampen and
Zwolle with the places they are about. Everybody in them is invented."""

from datetime import date, timedelta
from decimal import Decimal

from config import load
from portal.adapters import istandaarden
from portal.adapters.plaatsingbrieven import PlaatsingBrieven
from portal.domains.beheer import mandaten
from portal.domains.plaatsingen import (
    aanbieden,
    berichtenqueries,
    berichtenverkeer,
    besluiten,
    huishoudens,
    mensen,
    ondersteuning,
    overdragen,
    plaatsen,
    plan,
    plekken,
    queries,
    rules,
    taken,
    terugkeer,
    usecases,
    verrekenen,
)
from portal.domains.plaatsingen.berichtenstand import Post
from portal.domains.plaatsingen.model import Bron, Geregeld, Locatie, Melder, Plaatsing, Richting, Verblijf
from portal.domains.plaatsingen.rules import Behandelt
from portal.kernel import clock
from portal.tenants.region import party_id

KAMPEN, CONSULENT, TEKENAAR = "kampen", "nadia", "gert"
# Who signs where a consulent works.
TEKENT = {CONSULENT: TEKENAAR, "selma": "bert", "rens": "ineke"}
# Invented; the number passes the check of eleven, and is of the series that nobody gets.
BSN, AGB = "999990019", "75000001"
# (name, born, address, what is asked, days ago, how far it came, is it urgent).
MELDINGEN = (
    ("Bewoner Een (fictief)", date(1991, 5, 17), "Voorbeeldweg 1, 8260 AA Kampen",
     "Na een opname lukt alleen wonen niet meer. Er is iemand nodig die elke dag meekijkt.", 70, "besluit", False),
    ("Bewoner Twee (fictief)", date(1984, 11, 2), "Voorbeeldweg 2, 8260 AA Kampen",
     "Ik wil leren om weer zelf te wonen, met hulp die in de buurt is.", 40, "voorstel", False),
    ("Bewoner Drie (fictief)", date(2001, 1, 30), "Voorbeeldweg 3, 8260 AA Kampen",
     "Mijn ouders kunnen de zorg niet meer aan. Ik zoek een plek met begeleiding.", 20, "onderzoek", False),
    ("Bewoner Vier (fictief)", date(1977, 8, 9), "zonder vast adres, 8260 AA Kampen",
     "Sinds gisteren geen slaapplek, en in de war.", 1, "gemeld", True),
)


def toegang(region) -> None:
    """A mandate, the four reports, each on the day it came in, and a task that is to go over."""
    region.at(region.today - timedelta(days=430))
    _mandate(region, KAMPEN, "beheer-kampen", "beheer2-kampen", TEKENAAR)
    for melding in MELDINGEN:
        _report(region, *melding)
    region.do(CONSULENT, taken.voorstellen, taak="opvang", ingaand_on=region.today + timedelta(days=45),
              kant=Behandelt.WIJKTEAM, verklaring="Twee consulenten volgden de opleiding voor opvang. De Centrale Toegang "
                                                  "kijkt het eerste half jaar mee.")


def _household(region, toegang_id, naam: str, geboren: date, adres: str) -> None:
    """Two people who live together, with one director and one plan."""
    other = region.do(CONSULENT, usecases.persoon_maken, naam=naam, geboren_on=geboren, adres=adres)
    region.do(CONSULENT, huishoudens.maken, toegang_id)
    region.do(CONSULENT, huishoudens.toevoegen, toegang_id, persoon_id=other.id)
    region.do(CONSULENT, huishoudens.regisseur_benoemen, toegang_id, account_id=region.actors[CONSULENT].user_id)
    for soort, tekst, wie in (
            ("afspraak", "De vader belt bij zorgen eerst de consulent.", "vader"),
            ("participatiewet", "Plan van aanpak: drie ochtenden per week werkervaring.", "consulent werk en inkomen")):
        region.do(CONSULENT, huishoudens.regel_toevoegen, toegang_id, soort=soort, tekst=tekst, wie=wie, sinds_on=clock.today())


def _mandate(region, slug: str, beheerder: str, tweede: str, tekenaar: str) -> None:
    """A mandate to sign decisions on support, with the consents of the body and of who gets it."""
    given = region.do(beheerder, mandaten.mandaat_geven, soort="mandaat", orgaan="college",
                      gemachtigde_id=region.actors[tekenaar].user_id, werkgever_id=party_id(slug),
                      besluit_soort=besluiten.SOORT, tot_bedrag=None, van=clock.today(), tot=None,
                      vindplaats=f"nummer 7 van het mandaatregister van {slug.capitalize()}")
    region.do(tweede, mandaten.instemmen, given.id, "mandaatgever")
    region.do(tekenaar, mandaten.instemmen, given.id, "gemachtigde")


def _report(region, naam: str, geboren: date, adres: str, vraag: str, days: int, until: str, spoed: bool, *,
            wie: str = CONSULENT, tekenaar: str = TEKENAAR, persoon_id=None, **besluit):
    """One report, as far as `until`; its id. `persoon_id`: somebody who reported before."""
    day = region.today - timedelta(days=days)
    region.at(day)
    persoon_id = persoon_id or region.do(wie, usecases.persoon_maken, naam=naam, geboren_on=geboren, adres=adres).id
    melder = Melder.NAASTE if until == "onderzoek" else Melder.INWONER
    found = region.do(wie, usecases.melden, persoon_id=persoon_id, melder=melder, gemeld_on=day, hulpvraag=vraag,
                      spoed=spoed, taak="opvang" if spoed else "beschermd_wonen").id
    if until == "gemeld":
        return found
    region.at(day + timedelta(days=2))
    region.do(wie, usecases.ondersteuning_wijzen, found, on=clock.today())
    region.do(wie, usecases.onderzoeken, found)
    region.do(wie, usecases.randvoorwaarde, found, soort="inkomen", stand=Geregeld.OPEN)
    region.do(wie, usecases.randvoorwaarde, found, soort="dagstructuur", stand=Geregeld.OPEN)
    config = load("plaatsingen")
    answers = {one["code"]: f"Wij bespraken {one['naam']}." for name in ("onderwerp", "afweging") for one in config[name]}
    if until == "onderzoek":
        region.do(wie, usecases.onderzoek_bewaren, found, dict(list(answers.items())[:3]))
        _household(region, found, "Vader van Bewoner Drie (fictief)", date(1968, 6, 12), adres)
        return found
    region.at(day + timedelta(days=28))
    region.do(wie, usecases.onderzoek_bewaren, found, answers)
    region.do(wie, usecases.verslag, found)
    region.at(day + timedelta(days=32))
    region.do(wie, usecases.aanvragen, found, on=clock.today())
    region.at(day + timedelta(days=36))
    made = region.do(wie, besluiten.voorstellen, found, **{
        "uitkomst": "toekennen", "vorm": "zin", "product": "Beschermd wonen", "van": clock.today() + timedelta(days=14),
        "pgb_aangeboden": True,
        "motivering": "Wat iemand zelf kan en het netwerk zijn niet genoeg om veilig te wonen.", **besluit})
    if until == "voorstel":
        return found
    region.at(day + timedelta(days=40))
    region.do(tekenaar, besluiten.tekenen, made.id, brieven=PlaatsingBrieven(region.app.files))
    region.do(wie, besluiten.posten, made.id, on=clock.today())
    return found


# Placements ----------------------------------------------------------------------------------------------------------------

# By whom, name, gemeente, address, product, groups, features, places, is the address secret.
LOCATIES = (
    ("tess", "De Brink, Assendorp (fictief)", "zwolle", "Voorbeeldstraat 10, 8012 AA Zwolle", "beschermd_wonen",
     ("psychisch", "verslaving"), ("nacht", "rolstoel"), 5, False),
    ("tess", "De Brink, Steenwijk (fictief)", "steenwijkerland", "Voorbeeldlaan 4, 8331 AA Steenwijk", "beschermd_wonen",
     ("psychisch", "jongvolwassen"), ("nacht",), 3, False),
    ("lindehof-begeleider", "De Lindehof, Kampen (fictief)", "kampen", "Voorbeelderf 2, 8260 AA Kampen", "tussenvorm",
     ("psychisch", "verstandelijk"), ("huisdier",), 3, False),
    ("kompas-begeleider", "GGZ Kompasgroep (fictief)", "zwolle", "Voorbeeldsingel 8, 8011 AA Zwolle", "beschermd_wonen",
     ("psychisch",), ("nacht", "gescheiden"), 2, True),
    ("schakels-begeleider", "Kleine Schakels, Hasselt (fictief)", "zwartewaterland", "Voorbeeldkade 6, 8061 AA Hasselt",
     "beschermd_wonen", ("psychisch", "verslaving", "jongvolwassen"), ("nacht", "huisdier"), 2, False),
)


def plaatsingen(region) -> None:
    """Locations of four providers, and the placements that show each rule (BW-0001 to BW-0006), with some people who wait."""
    region.at(region.today - timedelta(days=430))
    _mandate(region, "zwolle", "beheer-zwolle", "beheer2-zwolle", "bert")
    _mandate(region, "raalte", "beheer-raalte", "beheer2-raalte", "ineke")
    places = {}
    for who, naam, gemeente, adres, product, groepen, kenmerken, aantal, geheim in LOCATIES:
        places[naam.partition(" (")[0]] = who, region.do(
            who, plekken.locatie_maken, naam=naam, gemeente_id=party_id(gemeente), adres=adres, product=product,
            doelgroepen=groepen, kenmerken=kenmerken, aantal=aantal, geheim=geheim).id
    brink, steenwijk, kompas, hasselt = (places[name] for name in (
        "De Brink, Assendorp", "De Brink, Steenwijk", "GGZ Kompasgroep", "Kleine Schakels, Hasselt"))
    # BW-0003: from Ommen, moved for the second time, now in Steenwijkerland.
    moved = _placed(region, "selma", "Bewoner Vijf (fictief)", date(1979, 2, 11), "ommen", 420, hasselt)
    _ends(region, "selma", moved, 200, "andere_plek")
    person = region.do("selma", lambda session, _actor: session.get(Plaatsing, moved[0]).persoon_id)
    _placed(region, "selma", "Bewoner Vijf (fictief)", date(1979, 2, 11), "ommen", 190, steenwijk, persoon_id=person)
    # BW-0002: from Hardenberg, lives in Zwolle.
    stays = _placed(region, "selma", "Bewoner Zes (fictief)", date(1990, 7, 3), "hardenberg", 380, brink)
    region.at(region.today - timedelta(days=40))
    region.do("selma", terugkeer.toetsen, stays[0], besproken_on=clock.today(), mogelijk=True, helpt_herstel=False,
              reden="In Zwolle is werk en een vaste begeleider. Verhuizen nu is een stap terug.",
              opnieuw_on=region.today + timedelta(days=140))
    # BW-0005: from Dalfsen, lives in Zwolle and goes home.
    home, stay = _placed(region, "selma", "Bewoner Zeven (fictief)", date(1996, 10, 21), "dalfsen", 340, kompas)
    _goes_home(region, home)
    _paid_on(region, stay)
    # BW-0006: a right of before 2015.
    _placed(region, "selma", "Bewoner Acht (fictief)", date(1968, 1, 8), "zwolle", 300, brink,
            indicatie_tot=date(2019, 6, 30), overgang_on=date(2015, 1, 1))
    # BW-0004: a pgb, because the waiting list was too long.
    region.at(region.today - timedelta(days=150))
    found = _report(region, "Bewoner Negen (fictief)", date(1987, 3, 30), "Voorbeeldweg 9, 8260 AA Kampen",
                    "Ik wil begeleiding van iemand die ik ken.", 150, "besluit", False, vorm="pgb", motief="wachtlijst")
    region.at(region.today - timedelta(days=108))
    region.do(CONSULENT, plaatsen.openen, found, product="beschermd_wonen", doelgroep="psychisch")
    # Who waits.
    for naam, wie, home, days, why in (("Elf", "selma", "zwolle", 130, ()), ("Twaalf", CONSULENT, KAMPEN, 95, ()),
                                       ("Dertien", "selma", "zwolle", 60, ("dakloos",))):
        waits = _waits(region, wie, f"Bewoner {naam} (fictief)", date(1990, 5, 9), home, days, why)
        if wie == CONSULENT:
            region.at(region.today - timedelta(days=6))
            region.do(CONSULENT, overdragen.aanbieden, waits, ontvanger_id=party_id("zwolle"), richting=Richting.HEEN,
                      ingaand_on=region.today + timedelta(days=30), grondsoort="toestemming",
                      vindplaats="Formulier met handtekening", grond_tot=region.today + timedelta(days=120),
                      toelichting="De zus en de begeleider van vroeger wonen in Zwolle.")
    # At Raalte, which no central access serves: somebody whose network is in Zwolle.
    _waits(region, "rens", "Bewoner Veertien (fictief)", date(1990, 5, 9), "raalte", 65)
    # BW-0001: from Kampen, lives in Zwolle; an income and a day to fill are still to be arranged.
    region.at(region.today - timedelta(days=70))
    tien = region.do(CONSULENT, usecases.persoon_maken, naam="Bewoner Tien (fictief)", geboren_on=date(1993, 12, 5),
                     adres="Voorbeeldweg 10, 8260 AA Kampen", bsn=BSN, bron=Bron.BRP, kluis=region.app.kluis).id
    placed, stay = _placed(region, CONSULENT, "Bewoner Tien (fictief)", date(1993, 12, 5), KAMPEN, 70, brink, persoon_id=tien)
    _messages(region, placed, stay)
    _with_a_plan(region, placed, stay, brink[0])


def _goes_home(region, placed) -> None:
    """Two yeses, a plan, an offer to the gemeente of origin, its yes with what follows there, and a warm handover that both
    signed."""
    def days_ago(days: int) -> date:
        region.at(region.today - timedelta(days=days))
        return clock.today()

    today = days_ago(60)
    region.do("selma", terugkeer.toetsen, placed, besproken_on=today, mogelijk=True, helpt_herstel=True)
    region.do("selma", terugkeer.naar_huis, placed, plan_on=today + timedelta(days=30), waarheen="Een eigen huis in Dalfsen",
              aansluitend="thuisondersteuning", plan="De eerste maand komt er twee keer per week iemand langs.")
    days_ago(50)
    offer = region.do("selma", overdragen.aanbieden, placed, ontvanger_id=party_id("dalfsen"), richting=Richting.TERUG,
                      ingaand_on=today + timedelta(days=30), grondsoort="mandaat",
                      vindplaats="Mandaatbesluit Centrale Toegang, artikel 3", grond_tot=region.today + timedelta(days=60),
                      toelichting="Er is een huis, en de familie woont om de hoek.").id
    days_ago(45)
    region.do("mirjam", overdragen.antwoorden, offer, ja=True, ingaand_on=today + timedelta(days=30),
              aansluitend="Thuisondersteuning, twee keer per week.")
    days_ago(30)
    region.do("selma", overdragen.overgaan, placed)
    region.do("mirjam", overdragen.overnemen, offer, adres="Voorbeeldpad 7, 7721 AA Dalfsen")
    days_ago(20)
    for code in rules.overdrachtspunten(melding=False):
        region.do("mirjam" if code == "kennismaking" else "selma", overdragen.punt, offer, code=code, antwoord="ja")
    for who in ("selma", "mirjam"):
        region.do(who, overdragen.tekenen, offer)
    region.do("selma", overdragen.afronden, offer)


def _paid_on(region, stay) -> None:
    """The contract of who went home ran on for some weeks: Zwolle paid, Dalfsen was responsible, and has to answer."""
    first, last = region.today - timedelta(days=30), region.today - timedelta(days=12)
    region.at(region.today - timedelta(days=8))
    region.do("trudy", verrekenen.doorbetaald, stay, tot=last)
    drawn = region.do("trudy", verrekenen.opstellen, ander_id=party_id("dalfsen"), van=first, tot=last).id
    region.do("trudy", verrekenen.versturen, drawn)


def _messages(region, placed, stay) -> None:
    """Support is allocated and told in a 301, which the provider answered with a 302; its 305 came in, and got a 306. What the
    provider sends is made here with the adapter: there is nobody else to make it."""
    post = Post(region.app.kluis, istandaarden)
    aanbieder, van = region.do(CONSULENT, lambda session, _actor: (
        (found := session.get(Verblijf, stay)).aanbieder_id, found.begonnen_on))

    def take_out(bericht_id) -> istandaarden.Bericht:
        return istandaarden.lees(region.do(CONSULENT, berichtenverkeer.bestand, bericht_id, post=post)[1])

    def comes_in(bericht: istandaarden.Bericht):
        return region.do(CONSULENT, berichtenverkeer.inlezen, istandaarden.schrijf(bericht), post=post)

    region.at(region.today - timedelta(days=14))
    region.do(CONSULENT, berichtenverkeer.partner_bewaren, aanbieder_id=aanbieder, agb=AGB)
    region.do(CONSULENT, berichtenverkeer.toewijzen, placed, aanbieder_id=aanbieder, van=van, tot=van + timedelta(days=364),
              verblijf_id=stay)
    told = take_out(region.do(CONSULENT, berichtenverkeer.toewijzingsbericht, placed, aanbieder_id=aanbieder, post=post).id)
    region.at(region.today - timedelta(days=13))
    comes_in(istandaarden.retour(told, [], identificatie="DEMO302", dagtekening=clock.today()))
    region.at(region.today - timedelta(days=12))
    told_of = told.inhoud["Client"]
    allocated = told_of["ToegewezenProducten"][0]
    started = comes_in(istandaarden.nieuw(
        "WMO305", afzender=AGB, ontvanger=told.gemeente, identificatie="DEMO305", dagtekening=clock.today(), inhoud={
            name: told_of[name] for name in ("Bsn", "Geboortedatum", "Geslacht")} | {
            "Naam": {name: told_of["Naam"][name] for name in ("Geslachtsnaam", "Voornamen") if name in told_of["Naam"]},
            "StartProducten": [{
                "ToewijzingNummer": allocated["ToewijzingNummer"], "Product": allocated["Product"],
                "ToewijzingIngangsdatum": van, "Begindatum": van, "StatusAanlevering": "1"}]}))
    answer = region.do(CONSULENT, lambda session, actor: berichtenqueries.bij(
        session, berichtenverkeer.eigen(session, actor, started.id))[0].id)
    take_out(answer)


def _with_a_plan(region, placed, stay, begeleider: str) -> None:
    """A support plan with its how, a note with the next agreed action, and somebody who looks along."""
    region.at(region.today - timedelta(days=10))
    for domein, wat, hoe in (
            ("dagstructuur", "Op drie dagen per week iets doen dat bij mij past.", "Wij gaan samen naar de tuinderij."),
            ("geld", "Zelf de vaste lasten betalen.", "")):
        goal = region.do(CONSULENT, plan.resultaat, stay, domein=domein, wat=wat).id
        if hoe:
            region.do(begeleider, plan.uitwerken, goal, hoe=hoe, met_wie="de bewoner")
    region.do(CONSULENT, mensen.notitie_maken, placed, op_on=clock.today(), vorm="gesprek", met="de bewoner en de begeleider",
              tekst="Het gaat goed. De uitkering is nog niet geregeld.", afspraak="Bel werk en inkomen over de uitkering.",
              afspraak_on=region.today + timedelta(days=3))
    _made, code = region.do(CONSULENT, mensen.koppeling_maken, placed, hoedanigheid="zelf", naam="Jo de Bruin",
                            bewijs="Identiteitskaart gezien")
    region.do("inwoner-jo", ondersteuning.koppelen, code)


def _waits(region, wie: str, naam: str, geboren: date, herkomst: str, days: int, omstandigheden=(), *, persoon_id=None,
           **anders):
    """Somebody with a grant who waits for a place; the placement's id."""
    found = _report(region, naam, geboren, f"Voorbeeldweg 3, {herkomst.capitalize()}",
                    "Ik zoek een plek waar iemand dag en nacht dichtbij is.", days, "besluit", False, wie=wie,
                    tekenaar=TEKENT[wie], persoon_id=persoon_id)
    region.at(region.today - timedelta(days=days - 41))
    made = region.do(wie, plaatsen.openen, found, product="beschermd_wonen", doelgroep="psychisch",
                     herkomst_id=party_id(herkomst), **anders).id
    if omstandigheden:
        region.do(wie, plaatsen.vraag_bewaren, made, nodig=["nacht"], gemeenten=[], mijden=[], omstandigheden=omstandigheden,
                  overbrugging="Het wijkteam komt elke dag langs.")
    return made


def _placed(region, wie: str, naam: str, geboren: date, herkomst: str, days: int, waar, **anders):
    """Somebody who got a place: offered, answered by both, and lived in from two weeks later. The ids of placement and stay."""
    begeleider, locatie_id = waar
    made = _waits(region, wie, naam, geboren, herkomst, days, **anders)
    region.at(region.today - timedelta(days=days - 43))
    van = clock.today() + timedelta(days=12)

    def offer(session, actor):
        plek = queries.plek_van(session, session.get(Locatie, locatie_id), van)
        before = queries.voor_op_de_lijst(session, queries.wachtregel(session, made), plek)
        return aanbieden.aanbieden(session, actor, made, locatie_id=locatie_id, van=van, dagprijs=Decimal("131.51"),
                                   elders="Deze plek is dicht bij familie.", overslaan={
            one.id: "Wacht liever op een plek dichter bij familie." for one in before}).id

    stay = region.do(wie, offer)
    region.do(begeleider, aanbieden.aanbieder_antwoordt, stay, ja=True)
    region.at(region.today - timedelta(days=days - 44))
    region.do(wie, aanbieden.inwoner_antwoordt, stay, ja=True)
    region.at(region.today - timedelta(days=days - 55))
    region.do(wie, aanbieden.beginnen, stay, on=clock.today())
    return made, stay


def _ends(region, wie: str, placed, days: int, einde: str) -> None:
    """The stay ended this many days ago."""
    region.at(region.today - timedelta(days=days))
    region.do(wie, aanbieden.beeindigen, placed[1], on=clock.today(), einde=einde)
