"""Access in the demo region: reports at Kampen, each where another step waits. Everybody in them is invented."""

from datetime import date, timedelta

from config import load
from portal.adapters.plaatsingbrieven import PlaatsingBrieven
from portal.domains.beheer import mandaten
from portal.domains.plaatsingen import besluiten, huishoudens, taken, usecases
from portal.domains.plaatsingen.model import Geregeld, Melder
from portal.domains.plaatsingen.rules import Behandelt
from portal.kernel import clock
from portal.tenants.region import party_id

KAMPEN, CONSULENT, TEKENAAR = "kampen", "nadia", "gert"
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
    region.at(region.today - timedelta(days=90))
    given = region.do("beheer-kampen", mandaten.mandaat_geven, soort="mandaat", orgaan="college",
                      gemachtigde_id=region.actors[TEKENAAR].user_id, werkgever_id=party_id(KAMPEN),
                      besluit_soort=besluiten.SOORT, tot_bedrag=None, van=clock.today(), tot=None,
                      vindplaats="nummer 7 van het mandaatregister van Kampen")
    region.do("beheer2-kampen", mandaten.instemmen, given.id, "mandaatgever")
    region.do(TEKENAAR, mandaten.instemmen, given.id, "gemachtigde")
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


def _report(region, naam: str, geboren: date, adres: str, vraag: str, days: int, until: str, spoed: bool) -> None:
    day = region.today - timedelta(days=days)
    region.at(day)
    person = region.do(CONSULENT, usecases.persoon_maken, naam=naam, geboren_on=geboren, adres=adres)
    melder = Melder.NAASTE if until == "onderzoek" else Melder.INWONER
    found = region.do(CONSULENT, usecases.melden, persoon_id=person.id, melder=melder, gemeld_on=day, hulpvraag=vraag,
                      spoed=spoed, taak="opvang" if spoed else "beschermd_wonen")
    if until == "gemeld":
        return
    region.at(day + timedelta(days=2))
    region.do(CONSULENT, usecases.ondersteuning_wijzen, found.id, on=clock.today())
    region.do(CONSULENT, usecases.onderzoeken, found.id)
    region.do(CONSULENT, usecases.randvoorwaarde, found.id, soort="inkomen", stand=Geregeld.OPEN)
    region.do(CONSULENT, usecases.randvoorwaarde, found.id, soort="dagstructuur", stand=Geregeld.OPEN)
    config = load("plaatsingen")
    answers = {one["code"]: f"Wij bespraken {one['naam']}." for name in ("onderwerp", "afweging") for one in config[name]}
    if until == "onderzoek":
        region.do(CONSULENT, usecases.onderzoek_bewaren, found.id, dict(list(answers.items())[:3]))
        _household(region, found.id, "Vader van Bewoner Drie (fictief)", date(1968, 6, 12), adres)
        return
    region.at(day + timedelta(days=28))
    region.do(CONSULENT, usecases.onderzoek_bewaren, found.id, answers)
    region.do(CONSULENT, usecases.verslag, found.id)
    region.at(day + timedelta(days=32))
    region.do(CONSULENT, usecases.aanvragen, found.id, on=clock.today())
    region.at(day + timedelta(days=36))
    besluit = region.do(CONSULENT, besluiten.voorstellen, found.id, uitkomst="toekennen", vorm="zin", product="Beschermd wonen",
                        van=clock.today() + timedelta(days=14), pgb_aangeboden=True,
                        motivering="Wat iemand zelf kan en het netwerk zijn niet genoeg om veilig te wonen.")
    if until == "voorstel":
        return
    region.at(day + timedelta(days=40))
    region.do(TEKENAAR, besluiten.tekenen, besluit.id, brieven=PlaatsingBrieven(region.app.files))
    region.do(CONSULENT, besluiten.posten, besluit.id, on=clock.today())
