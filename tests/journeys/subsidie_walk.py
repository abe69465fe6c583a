"""A subsidy from scheme to determination, as the people of the demo do it through the pages. Used with and without script."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.journeys.walk import PDF

REASON = "Het plan noemt per wijk wie meedoet en met wie de organisatie samenwerkt."
NO_AID = "Geen staatssteun: de activiteit is voor inwoners van de gemeente en trekt niemand van elders."
GROUND = "Met het geld dat er nog was, kon een deel van ons plan wel door."
RIA, KAREL, TRUDY = "Ria Smeets", "Karel ten Brinke", "Trudy Kamp"
OLIVIER, WIETSKE = "Olivier Pas", "Wietske Rigter"


@dataclass
class Case:
    """One scheme with one application: where it stands in the portal, and the days that count."""

    scheme: str
    reference: str
    first_day: str
    last_day: str
    who: str = ""
    application: str = ""
    case: str = ""
    recipient: str = ""


def euro(page) -> str:
    """The words of a page with ordinary spaces."""
    return page.words.replace("\xa0", " ")


def sees_money(person, *texts: str):
    """All of these stand on the page; a hard space in an amount is a space."""
    words = euro(person)
    for text in texts:
        assert text in words, f"{person.name} ziet niet: {text!r} op {person.page.url}\n{words[:2500]}"
    return person


def today_of(theatre) -> date:
    """The day on the portal's clock."""
    return datetime.strptime(theatre.today(), "%d-%m-%Y").date()


def day(now: date, days: int = 0) -> str:
    """So many days later, as people write it."""
    return f"{now + timedelta(days=days):%d-%m-%Y}"


# The scheme -----------------------------------------------------------------------------------------------------------------

def scheme(theatre, title: str, *, ceiling: str = "60.000") -> Case:
    """Ria writes a scheme with its lists and its ceiling, and makes it public. Its period begins in ten days."""
    now = today_of(theatre)
    first, last, today = day(now, 10), day(now, 69), day(now)
    ria = theatre.back(RIA)
    ria.go("/subsidies/regelingen/nieuw").fill(
        titel=title, omschrijving="Inwoners die overdag een plek zoeken, kunnen zo binnenlopen.",
        doelgroep="Organisaties met een plek in Zwolle.", grondslag="wettelijk",
        verordening="Algemene subsidieverordening Zwolle (voorbeeld)", artikel="5", van=first, tot_en_met=last,
        opent=f"{day(now, -1)} 09.00", sluit=f"{day(now, 8)} 17.00", verdeling="volgorde", staatssteun="geen",
        tweede_lezer="100.000", verrekenen="ja", eenheid="dagdelen", drempel="10", basis="geheel")
    ria.press("Bewaar als concept").sees("De regeling is bewaard als concept")
    address = re.search(r"/subsidies/regelingen/[0-9a-f-]{36}", ria.page.url).group()
    for name, fields in (
            ("vragen", {"vraag": "Heeft u een plek in Zwolle?", "goed": "ja", "uitleg": "Het geld is voor Zwolle."}),
            ("producten", {"naam": "Dagdelen dagbesteding", "eenheid": "dagdelen"}),
            ("documenten", {"titel": "Begroting", "toelichting": "Wat u uitgeeft en ontvangt.", "verplicht": "ja"}),
            ("criteria", {"tekst": "Hoeveel inwoners doen mee?", "punten": "10"})):
        ria.go(f"{address}/{name}").press(re.compile("^Voeg "), exact=False)
        ria.fill(**fields).press("Bewaar").sees("Bewaard.")
    for soort, tekst, grond in (("resultaat", "Inwoners hebben op werkdagen een plek.", "4-30"),
                                ("verplichting", "Stuur een kort bericht over het aantal dagdelen.", "4-37-1-c")):
        ria.go(f"{address}/sjabloon/rij?soort={soort}").fill(
            tekst=tekst, grondslag=grond, bewijs="Aantal dagdelen", koppeling="wmo-algemeen").press("Bewaar")
    ria.go(f"{address}/financiering").fill(van=first, vormen="budget").press("Bewaar")
    ria.go(f"{address}/plafond").fill(
        van=first, tot_en_met=last, bedrag=ceiling, orgaan="college", vastgesteld=today, bekendgemaakt=today,
        vindplaats="Gemeenteblad van Zwolle (voorbeeld)").press("Leg het plafond vast")
    ria.go(f"{address}/bekendmaken").sees("Dit leest iedereen", "Inwoners hebben op werkdagen een plek.")
    ria.press("Maak bekend").sees("Bekendgemaakt")
    reference = re.search(r"REG-\d{4}-\d+", ria.words).group()
    return Case(address, reference, first, last)


# The application ------------------------------------------------------------------------------------------------------------

def apply(theatre, case: Case, who: str, *, title: str, asked: str = "40.000,00", number: str = "1.000") -> None:
    """Somebody reads the scheme, writes an application in its three parts, and sends it."""
    case.who = who
    guest = theatre.visitor()
    guest.go(f"/regelingen/{case.reference}").sees("Dagdelen dagbesteding")
    guest.context.close()
    person = theatre.back(who)
    person.go(f"/regelingen/{case.reference}").press(re.compile("Begin|Vraag aan"), exact=False)
    case.application = re.search(r"/aanvragen/[0-9a-f-]{36}", person.page.url).group()
    person.go(f"{case.application}/activiteit").fill(
        titel=title, product="dagdelen-dagbesteding", omschrijving="Elke werkdag een open huis.",
        resultaat="Inwoners doen mee.", aantal=number, van=case.first_day, tot=case.last_day).press("Bewaar")
    person.go(f"{case.application}/geld").fill(
        bedrag=asked, begroting="Huur en begeleiding.", iban="NL02 ABNA 0123 4567 89",
        tenaamstelling="De aanvrager").press("Bewaar")
    person.go(f"{case.application}/documenten/d1").attach("begroting.pdf", PDF)
    person.go(case.application).sees("Alles is compleet.")
    person.go(f"{case.application}/controle").press("Verstuur").sees("Nummer 1 voor deze regeling")
    find_case(person, case)


def find_case(person, case: Case) -> None:
    """The worker takes in what was sent; then the case has an address of its own."""
    until(person, case.application, "De gemeente behandelt uw aanvraag")
    link = person.page.locator('main a[href*="/aanvragen/subsidie/"]').first.get_attribute("href")
    case.recipient = link
    case.case = link.replace("/aanvragen/subsidie/", "/subsidies/")


def until(person, url: str, *texts: str, seconds: int = 30):
    """Open this page again and again until the worker did its work."""
    for _n in range(seconds * 2):
        person.go(url)
        if all(text in euro(person) for text in texts):
            return person
        person.page.wait_for_timeout(500)
    return sees_money(person, *texts)



# Handling it ----------------------------------------------------------------------------------------------------------------

def handle(theatre, case: Case):
    """Ria says that she has no interest in it, that nothing lacks, and gives points."""
    ria = theatre.back(RIA)
    ria.go(case.case).press("Naar de verklaring").fill(belang="nee").press("Leg mijn verklaring vast")
    ria.go(case.case).press("Ja, de aanvraag is compleet")
    ria.go(case.case).press("Naar de beoordeling").fill(**{"punten-1": "8", "motivering-1": REASON})
    ria.press("Bewaar de beoordeling").press("Rond af")
    ria.go(case.case).sees("8 van 10 punten")
    return ria


def propose(theatre, case: Case, ria) -> None:
    """A grant with a line of each kind, two advances and a report, laid before the signer."""
    now = today_of(theatre)
    ria.go(f"{case.case}/voorstel").press("Begin het voorstel").sees("Inwoners hebben op werkdagen een plek.")
    ria.press("Voeg een voorwaarde toe").fill(
        tekst="De huur van de plek is getekend.", grondslag="4-33-a", bewijs="Het huurcontract",
        koppeling="wmo-algemeen").press("Bewaar deze regel").sees("De huur van de plek is getekend.")
    ria.fill(**{
        "aantal": "1.000", "tarief": "40,00", "motivering": REASON, "steun": "geen", "staatssteun": NO_AID,
        "termijn-1-op": day(now, 12), "termijn-1-bedrag": "20.000,00",
        "termijn-2-op": day(now, 40), "termijn-2-bedrag": "12.000,00",
        "bericht-1-van": day(now, 10), "bericht-1-tot": day(now, 39), "bericht-1-uiterlijk": day(now, 50)})
    ria.press("Bewaar").sees("Alles is in orde.")
    ria.press("Bied aan om te tekenen").sees("Dit voorstel wacht op de handtekening van een mandaathouder.")


def sign(theatre, case: Case, *, who: str = KAREL, late: bool = False):
    """Somebody with a mandate opens what waits on this case and signs it. `late`: after long reading, so with a new login."""
    person = theatre.back(who)
    person.go(case.case).press("Naar het tekenen").press("Naar het tekenen")
    if late:
        theatre.dawdle(11)
    person.press("Teken dit besluit")
    if late:
        assert "/opnieuw-inloggen" in person.page.url, person.words[:300]
        person.step_up()
        if person.page.locator("main").get_by_role("button", name="Teken dit besluit").count():
            person.press("Teken dit besluit")
    return person.sees("Getekend en verzonden")


def granted(theatre, title: str) -> Case:
    """From scheme to a signed grant of Tuinderij Zonneveld."""
    case = scheme(theatre, title)
    apply(theatre, case, "Greet Moes", title="Werken in de tuin")
    ria = handle(theatre, case)
    propose(theatre, case, ria)
    sign(theatre, case, late=True)
    return case


# The money ------------------------------------------------------------------------------------------------------------------

def advances(theatre, case: Case) -> None:
    """The condition is shown and met; Ria lays the advances of the grant before the signer."""
    greet = theatre.back(case.who).go(case.recipient)
    sees_money(greet, "Uw subsidie is verleend", "€ 40.000", "De huur van de plek is getekend.")
    greet.page.locator("main .p-line", has_text="De huur van de plek").get_by_role("link").first.click()
    greet.fill(tekst="Wij tekenden de huur vorige week.").press("Stuur het bewijs").sees("Ontvangstbewijs")
    ria = theatre.back(RIA)
    until(ria, f"{case.case}/uitvoering", "Wij tekenden de huur vorige week.")
    ria.press("Bekijk het bewijs").fill(stand="voldaan").press("Bewaar uw oordeel").sees("Uw oordeel is bewaard.")
    ria.press("Naar de voorschotten").press("Leg het voorstel voor")
    sign(theatre, case)


def pay(theatre, case: Case) -> None:
    """On the day of the first advance: Ria prepares it, Trudy approves and takes the file, and reads that it was paid."""
    theatre.clock("+12d")
    ria = theatre.back(RIA)
    ria.go(f"{case.case}/uitvoering").press("Zet klaar")
    mark = re.search(r"Betaling (\S+) staat klaar", ria.words)[1]
    approve(theatre, mark)
    greet = theatre.back(case.who).go(case.recipient)
    sees_money(greet, "Betaald tot nu toe € 20.000,00")


def approve(theatre, mark: str) -> None:
    """Trudy approves one payment, takes the file, and reads in what the finance system said of it."""
    trudy = theatre.back(TRUDY).go("/subsidies/te-betalen")
    row = trudy.page.locator("main li", has_text=mark)
    with trudy.page.expect_navigation():
        row.get_by_role("button", name="Keur goed").click()
    trudy.sees("goedgekeurd").press("Maak een betaalbestand")
    link = trudy.page.locator("main a[href$='.csv']").first.get_attribute("href")
    answer = trudy.context.request.get(f"{theatre.demo.url}{link}")
    assert answer.status == 200 and mark in answer.text() and "20000" in answer.text().replace(".", "").replace(",", "")
    trudy.page.locator("main input[type=file]").set_input_files({
        "name": "status.csv", "mimeType": "text/csv",
        "buffer": f"kenmerk;status;datum;melding\r\n{mark};betaald;{theatre.today()};\r\n".encode()})
    trudy.press("Lees het bestand in").sees("1 regel is overgenomen")


def report(theatre, case: Case) -> None:
    """Greet sends the short report; Ria agrees with it."""
    greet = theatre.back(case.who).go(case.recipient)
    greet.press("Vul het bericht in").fill(geleverd="430", toelichting="In de herfst kwamen er minder mensen.")
    greet.press("Stuur het bericht").sees("Ontvangstbewijs")
    ria = theatre.back(RIA)
    until(ria, f"{case.case}/uitvoering", "Naar het bericht")
    ria.press("Naar het bericht").sees("430", "In de herfst kwamen er minder mensen.")
    ria.press("Ik ben akkoord").sees("U bent akkoord met voortgangsbericht 1.")


# The determination ----------------------------------------------------------------------------------------------------------

def account(theatre, case: Case) -> None:
    """The period is over; Greet accounts for 890 of 1,000 and sees first what that comes to."""
    theatre.clock("+70d")
    theatre.tonight()
    greet = theatre.back(case.who).go(case.recipient)
    greet.press("Vraag de vaststelling aan")
    greet.fill(geleverd="890", kosten="37.000,00", toelichting="De aantallen komen uit onze dagstaten.")
    sees_money(greet.press("Reken uit"), "€ 35.600,00")
    greet.press("Vraag de vaststelling aan").sees("Ontvangstbewijs")


def determine(theatre, case: Case) -> None:
    """Ria determines lower on the count, Karel signs, and Greet reads what she still gets."""
    ria = theatre.back(RIA)
    until(ria, f"{case.case}/vaststellen", "890")
    sees_money(ria, "De berekening komt op € 35.600,00.")
    ria.fill(grond="niet-verricht", eigen_feiten="nee", horen="Het aantal staat in uw eigen opgave.", motivering=REASON)
    ria.press("Leg het voorstel voor").sees("Opgesteld")
    sign(theatre, case)
    greet = theatre.back(case.who).go(case.recipient)
    sees_money(greet, "Uw subsidie is vastgesteld op € 35.600,00", "U krijgt nog € 15.600,00.")


def whole_grant(theatre, title: str) -> None:
    """From the scheme to the determination."""
    case = granted(theatre, title)
    advances(theatre, case)
    pay(theatre, case)
    report(theatre, case)
    account(theatre, case)
    determine(theatre, case)
    assert theatre.complaints == []




# A refusal ------------------------------------------------------------------------------------------------------------------

def refuse(theatre, title: str, *, who: str, plan: str) -> Case:
    """More is asked than the ceiling holds: the page says so, Ria refuses on the ceiling and Karel signs."""
    case = scheme(theatre, title, ceiling="30.000")
    apply(theatre, case, who, title=plan)
    ria = handle(theatre, case)
    ria.go(f"{case.case}/voorstel").press("Begin het voorstel")
    sees_money(ria, "Nog in het plafond", "Dit past niet in het subsidieplafond: er is nog € 30.000,00")
    ria.fill(uitkomst="weigeren").press("Kies dit besluit")
    ria.fill(grond="plafond", eigen_feiten="nee", horen="Het plafond is bekendgemaakt en het bedrag staat in de aanvraag.",
             motivering="U vraagt € 40.000. In het subsidieplafond is nog € 30.000. Meer geld is er niet.")
    ria.press("Bewaar").sees("Het plafond is bereikt", "Alles is in orde.")
    ria.press("Bied aan om te tekenen").sees("Dit voorstel wacht op de handtekening van een mandaathouder.")
    sign(theatre, case)
    return case


def reads_letter(theatre, person) -> None:
    """The letter of the decision opens as a PDF."""
    link = person.page.locator("main a[href^='/documenten/']").first.get_attribute("href")
    answer = person.context.request.get(f"{theatre.demo.url}{link}")
    assert answer.status == 200 and answer.body()[:5] == b"%PDF-", link


def refused_on_the_ceiling(theatre, title: str) -> None:
    """The applicant reads why, and the ceiling stays what it was."""
    case = refuse(theatre, title, who="Greet Moes", plan="Kweken voor de buurt")
    greet = theatre.back(case.who).go(case.recipient)
    sees_money(greet, "Uw aanvraag is geweigerd", "In het subsidieplafond is nog € 30.000", "U kunt bezwaar maken tot en met")
    reads_letter(theatre, greet)
    ria = theatre.back(RIA).go(case.scheme)
    sees_money(ria, "Plafond € 30.000,00 Gereserveerd € 0,00 Verleend € 0,00 Over € 30.000,00")
    assert theatre.complaints == []


# A supplement that does not come --------------------------------------------------------------------------------------------

def not_supplemented(theatre, title: str) -> None:
    """Asked, not sent: the case says so by itself, and within four weeks it is decided that it is not handled."""
    case = scheme(theatre, title)
    apply(theatre, case, "Bas Timmer", title="Fietsen maken")
    ria = theatre.back(RIA)
    ria.go(case.case).press("Naar de verklaring").fill(belang="nee").press("Leg mijn verklaring vast")
    ria.go(case.case).press("Schrijf wat er ontbreekt").fill(**{"punt-1": "Het aantal inwoners per wijk"})
    ria.press("Vraag om deze aanvulling").sees("Wacht op aanvulling")
    bas = theatre.back(case.who).go(case.recipient)
    bas.sees("Vul uw aanvraag aan", "De beslistermijn staat stil").press("Vul aan").sees("Het aantal inwoners per wijk")
    theatre.clock("+20d")
    theatre.tonight()
    ria = theatre.back(RIA).go(case.case).sees("Niet aangevuld")
    ria.go(f"{case.case}/voorstel").press("Begin het voorstel").sees("De aanvraag niet behandelen")
    ria.fill(motivering="Wij vroegen u om het aantal inwoners per wijk. Dat kwam niet binnen de tijd die u had.")
    ria.press("Bewaar").sees("Het besluit is op tijd", "Alles is in orde.").press("Bied aan om te tekenen")
    sign(theatre, case)
    bas = theatre.back(case.who).go(case.recipient).sees("Uw aanvraag is niet behandeld")
    reads_letter(theatre, bas)
    assert theatre.complaints == []


# An objection ---------------------------------------------------------------------------------------------------------------

def object_to(theatre, case: Case) -> str:
    """The applicant objects with two grounds; returns the address of the objection at the gemeente."""
    person = theatre.back(case.who).go(case.recipient)
    person.press("Maak bezwaar", exact=False).fill(**{
        "grond-1": GROUND, "grond-2": "Een ander kreeg eerder wel een deel.", "horen": "ja"})
    person.press("Verstuur het bezwaar").sees("Uw bezwaar is verstuurd")
    until(person, case.recipient, "Uw bezwaren")
    link = person.page.locator("main a[href^='/aanvragen/bezwaar/']").first.get_attribute("href")
    return link.replace("/aanvragen/bezwaar/", "/subsidies/bezwaar/")


def decide_objection(theatre, address: str) -> None:
    """Olivier, who had no part in the refusal, hears the applicant, answers every argument and proposes: well-founded."""
    olivier = theatre.back(OLIVIER).go(address)
    olivier.press("Neem in behandeling").fill(commissie="nee").press("Neem in behandeling")
    day_of_hearing = theatre.today(14)
    olivier.go(address).press("Naar de uitnodiging").fill(at=f"{day_of_hearing} 10.00", plaats="Stadhuis, kamer 2",
                                                                    inzage="Stadhuis, balie 3, op werkdagen")
    olivier.press("Stuur de uitnodiging")
    theatre.clock("+15d")
    olivier = theatre.back(OLIVIER).go(address)
    olivier.press("Leg het horen vast").fill(on=day_of_hearing, verslag="De indiener lichtte toe welk deel los kan beginnen.")
    olivier.press("Bewaar het verslag")
    for number in (1, 2):
        olivier.go(f"{address}/argumenten").fill(**{f"antwoord-{number}": "Dit klopt. Wij bekijken welk deel past."})
        form = olivier.page.locator("main form").filter(has=olivier.page.locator(f"[name=antwoord-{number}]"))
        with olivier.page.expect_navigation():
            form.get_by_role("button", name="Bewaar dit antwoord").click()
    olivier.go(f"{address}/beslissing").fill(
        uitkomst="gegrond", motivering="Er was nog geld voor een deel. Wij beslissen daarom opnieuw op uw aanvraag.")
    olivier.press("Leg de beslissing voor")


def objected(theatre, title: str) -> None:
    """The refusal falls; a new decision grants as far as the ceiling went at the first decision."""
    case = refuse(theatre, title, who="Nel Wessels", plan="Nachtopvang in de wijk")
    address = object_to(theatre, case)
    decide_objection(theatre, address)
    karel = theatre.back(KAREL).go(address)
    karel.does_not_see("Naar het tekenen")
    sign(theatre, case, who=WIETSKE)
    nel = theatre.back(case.who).go(address.replace("/subsidies/", "/aanvragen/"))
    nel.sees("Gegrond", "Wij bekijken welk deel past.")
    ria = theatre.back(RIA)
    ria.go(f"{case.case}/voorstel").press("Begin het voorstel")
    sees_money(ria, "Bij het eerste besluit was er nog € 30.000,00 in het plafond.")
    ria.fill(bedrag="30.000,00", aantal="750", motivering=REASON, steun="geen", staatssteun=NO_AID, grond="plafond",
             eigen_feiten="nee", horen="De stand van het plafond stond al in de weigering.")
    ria.press("Bewaar").sees("Alles is in orde.")
    ria.press("Bied aan om te tekenen")
    # Karel signed the refusal: what takes its place is signed by another.
    karel = theatre.back(KAREL).go(case.case)
    karel.does_not_see("Naar het tekenen")
    sign(theatre, case, who=WIETSKE)
    nel = theatre.back(case.who).go(case.recipient)
    sees_money(nel, "Uw subsidie is verleend", "€ 30.000")
    ria = theatre.back(RIA).go(case.scheme)
    sees_money(ria, "Plafond € 30.000,00 Gereserveerd € 0,00 Verleend € 30.000,00 Over € 0,00")
    assert theatre.complaints == []
