"""The main job, from plan to contract, as eleven different people. Walked once with and once without JavaScript."""

import re
from datetime import date, timedelta

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
MEMBERS = ("zwolle", "hardenberg", "kampen", "staphorst")
MOTIVATION = "Het plan is concreet, noemt wie het doet en hoe bewoners meepraten."


def day(when: date) -> str:
    """As people write a date."""
    return f"{when:%d-%m-%Y}"


def plan(theatre, title: str) -> str:
    """Zwolle plans the inkoop with two percelen; returns its address."""
    sanne = theatre.enter(theatre.who("zwolle", "contractmanager"))
    sanne.go("/inkoop/nieuw").fill(
        titel=title,
        methode="sas",
        omschrijving="Wonen met begeleiding voor inwoners die niet zelfstandig kunnen wonen.",
        waarde="12.000.000,00",
        begin=day(date.today() + timedelta(days=700)),
        looptijd="3+2+2",
        terugval="Verleng het contract van 2023 met 2 jaar.",
    )
    select = sanne.page.locator('main select[name="verband"]')
    select.select_option(label=select.locator("option").filter(has_text="Beschermd wonen").first.inner_text())
    sanne.press("Maak het plan")
    address = re.search(r"/inkoop/[0-9a-f-]{36}", sanne.page.url).group()
    for name, value in (("Beschermd wonen", "9.000.000,00"), ("Tussenvorm", "3.000.000,00")):
        sanne.go(f"{address}/plan").fill(
            naam=name, product=name.lower(), omschrijving="Een plek met begeleiding.", waarde=value, max="2", score="5,5"
        ).press("Voeg het perceel toe")
    sanne.go(f"{address}/plan")
    percelen = [a.get_attribute("href") for a in sanne.page.locator('main a[href*="/inkoop/perceel/"]').all()]
    assert len(set(percelen)) == 2, percelen
    for number, url in enumerate(sorted(set(percelen)), start=1):
        sanne.go(url).fill(eis_code="E1", eis_tekst="Er is dag en nacht iemand bereikbaar.").press("Voeg de eis toe")
        sanne.fill(criterium_code="K1", criterium_tekst="Plan van aanpak", criterium_weging="60").press(
            "Voeg het criterium toe"
        )
        sanne.fill(criterium_code="K2", criterium_tekst="Samenwerking", criterium_weging="40").press("Voeg het criterium toe")
        sanne.sees("Samen 100 van 100")
        sanne.fill(
            gevraagd_code=f"P{number}", gevraagd_titel="Plan van aanpak", gevraagd_toelichting="Ten hoogste tien bladzijden."
        )
        sanne.press(re.compile("Vraag dit document|Voeg"), exact=False)
    sanne.go(f"{address}/plan/mijlpalen").fill(mijlpaal="Publicatie", moment="voor de zomer 2027").press("Voeg toe")
    sanne.sees("voor de zomer 2027")
    sanne.go(f"{address}/plan/stukken").attach("Leidraad.pdf", PDF)
    sanne.go(f"{address}/plan/stukken").press(re.compile("Deel met de gemeenten"), exact=False)
    sanne.go(f"{address}/uitvragen").sees("Waarom deze datum?").press("Vraag de gemeenten nu")
    sanne.go(address).sees("Gemeenten besluiten", "Als niemand iets doet")
    return address


def decide(theatre, address: str) -> None:
    """Four members decide, one with a reservation; the others stay silent. The gate opens after the deadline."""
    for slug in MEMBERS:
        person = theatre.enter(theatre.who(slug, "beleidsadviseur"))
        person.go("/mijn-werk").sees("Als niemand iets doet")
        person.go(f"{address}/deelname")
        if not theatre.script:  # what was typed is kept first; the document has a page of its own
            person.press("Bewaar en voeg het besluit toe")
        person.attach("Collegebesluit.pdf", PDF)
        person.go(f"{address}/deelname")
        answer = "voorbehoud" if slug == "kampen" else "ja"
        person.fill(p1=answer, p2="nee" if slug == "staphorst" else "ja", orgaan="college", datum=theatre.today())
        if slug == "kampen":
            person.fill(voorbehoud="De raad moet de begroting nog vaststellen.")
        person.press("Controleer en leg vast").press("Leg het besluit vast")
        person.go(address).sees("4 nog niet" if slug == "staphorst" else "nog niet")
    sanne = theatre.enter(theatre.who("zwolle", "contractmanager"))
    sanne.go(address).sees("Nog 4 van 8 gemeenten moeten besluiten")
    theatre.clock("+60d")
    sanne = theatre.enter(theatre.who("zwolle", "contractmanager"))
    sanne.go(f"{address}/doorzetten").press(re.compile("Zet door"), exact=False)
    sanne.go(address).sees("Gaat door")


def publish(theatre, address: str) -> str:
    """Publication; returns the public address. Somebody who is not logged in sees what is asked."""
    sanne = theatre.enter(theatre.who("zwolle", "contractmanager"))
    asks = {"vragen_naam": "Team Inkoop", "vragen_email": "inkoop@zwolle.example"}
    sanne.go(f"{address}/publiceren").fill(sluit=f"{theatre.today(30)} 12.00", **asks)
    sanne.press("Controleer het moment").sees("30 dagen om in te schrijven").press("Publiceer nu")
    sanne.go(address).sees("Gepubliceerd")
    reference = re.search(r"INK-\d{4}-\d{4}", sanne.words).group()
    public = f"/aanbestedingen/{reference}"
    guest = theatre.visitor()
    guest.go("/aanbestedingen").sees(reference)
    guest.go(public).sees("Er is dag en nacht iemand bereikbaar", "Plan van aanpak", "Leidraad", "12.00 uur")
    answer = guest.context.request.get(f"{theatre.demo.url}{public}/stukken.zip")
    assert answer.status == 200 and answer.body()[:2] == b"PK"
    guest.context.close()
    return public


def bid(theatre, public: str, people: dict[str, str], points: str) -> None:
    """An author drafts, a colleague reads, the authorised sender sends."""
    author = theatre.enter(people["auteur"])
    author.go(public).press(re.compile("Inschrijven|Schrijf in|Begin"), exact=False)
    address = re.search(r"/inschrijving/[0-9a-f-]{36}", author.page.url).group()
    join = re.compile("^(Toch )?[Ii]nschrijven\\b")
    author.go(address)
    while author.page.locator("main").get_by_role("button", name=join).count():
        author.press(join, exact=False)
    for url in sorted({a.get_attribute("href") for a in author.page.locator('main a[href*="/eisen"]').all()}):
        author.go(url)
        for radio in author.page.locator('main input[type=radio][value="ja"]').all():
            author.choose(radio)
        author.page.locator("main textarea").first.fill(f"Dag en nacht bereikbaar. {points}")
        author.press(re.compile("Bewaar"), exact=False)
    author.go(address)
    for url in sorted({a.get_attribute("href") for a in author.page.locator('main a[href*="/document/"]').all()}):
        author.go(url).attach("Plan-van-aanpak.pdf", PDF + points.encode())
    author.go(address).sees("Alles is compleet")
    if reader := people.get("meelezer"):
        theatre.enter(reader).go(address).press("Ik heb alles meegelezen")
    sender = theatre.enter(people["verzender"])
    sender.go(f"{address}/controle").press("Verstuur").sees("Ontvang")
    sender.go(address).sees("Verstuurd")


def open_bids(theatre, address: str) -> None:
    """Too early is refused in the page; after the deadline two officers of two gemeenten open."""
    sanne = theatre.enter(theatre.who("zwolle", "contractmanager"))
    sanne.go(f"{address}/opening").sees("inschrijvingen ontvangen").does_not_see("Lindehof")
    theatre.clock("+31d")
    for slug in ("zwolle", "hardenberg"):
        officer = theatre.enter(theatre.who(slug, "contractmanager"))
        officer.go(f"{address}/opening").press("Open de inschrijvingen")
        if "Dit kunt u niet terugdraaien" in officer.words:
            officer.press("Ja, open de inschrijvingen")
        officer.step_up()
        if "U bent de" in officer.words:
            officer.press(re.compile("[Oo]pen de inschrijvingen"))
    officer.go(f"{address}/opening").sees("Geopend", "Proces-verbaal")


def assess(theatre, address: str) -> list[str]:
    """Two assessors declare no conflict and score; the lawyer finalises. Returns the addresses of the percelen."""
    assessor = theatre.enter(theatre.who("kampen", "beoordelaar"))
    assessor.go(f"{address}/belang").fill(belang="nee").press("Leg mijn verklaring vast")
    assessor.go(f"{address}/opening")
    percelen = sorted({a.get_attribute("href") for a in assessor.page.locator('main a[href^="/inkoop/perceel/"]').all()})
    for perceel in percelen:
        assessor.go(perceel)
        bids = sorted({a.get_attribute("href") for a in assessor.page.locator('main a[href*="/inschrijving/"]').all()})
        assert len(bids) == 2, bids
        for number, url in enumerate(bids):
            assessor.go(url)
            items = assessor.page.locator("main section[id^=item-]")
            for index in range(items.count()):
                item = items.nth(index)
                if item.locator("input[type=radio]").count():
                    assessor.choose(item.locator('input[value="ja"]'))
                else:
                    item.locator("input[type=text]").fill("8" if number == 0 else "7")
                    for area in item.locator("textarea").all():
                        area.fill(MOTIVATION)
            assessor.press("Bewaar de beoordeling").sees(f"{items.count()} van {items.count()} gedaan")
    jurist = theatre.enter(theatre.who("zwolle", "inkoopjurist"))
    for perceel in percelen:
        jurist.go(perceel).press("Bekijk de scores").press("Stel vast").press("Ja, stel vast")
        jurist.go(perceel).sees("Beoordeeld")
    return percelen


def award(theatre, percelen: list[str]) -> None:
    """Draft, second reader, signature by a third; the letters go out and the standstill blocks signing."""
    for perceel in percelen:
        theatre.enter(theatre.who("zwolle", "contractmanager")).go(f"{perceel}/gunning").press("Maak het voorstel")
        jurist = theatre.enter(theatre.who("zwolle", "inkoopjurist")).go(perceel)
        jurist.page.locator('main a[href*="/inkoop/gunning/"]').first.click()
        jurist.press(re.compile("Akkoord|gelezen|eens", re.I), exact=False)
        karel = theatre.enter(theatre.who("zwolle", "mandaathouder")).go("/inkoop/te-tekenen")
        karel.page.locator('main a[href$="/tekenen"]').first.click()
        karel.sees("Klopt het?", "volmacht").press(re.compile("Teken"), exact=False)
        karel.step_up()
        if "Klopt het?" in karel.words:
            karel.press(re.compile("Teken"), exact=False)
    sanne = theatre.enter(theatre.who("zwolle", "contractmanager"))
    sanne.go(percelen[0]).sees("De standstill loopt tot en met")


def contract(theatre, address: str, public: str, percelen: list[str], winner: str) -> None:
    """The bidder reads its letter; after the standstill the contracts are made and the result is public."""
    reader = theatre.enter(winner).go("/berichten")
    reader.page.locator("main a").filter(has_text="Gunning").first.click()
    if "Open bericht" in reader.words:
        reader.press("Open bericht")
    letter = reader.page.locator('main a[href$="brief.pdf"]').first.get_attribute("href")
    answer = reader.context.request.get(f"{theatre.demo.url}{letter}")
    assert answer.status == 200 and answer.body()[:5] == b"%PDF-"
    theatre.clock("+25d")
    karel = theatre.enter(theatre.who("zwolle", "mandaathouder"))
    for perceel in percelen:
        karel.go(f"{perceel}/contracteren").press("Sluit de contracten")
    sanne = theatre.enter(theatre.who("zwolle", "contractmanager"))
    sanne.go(address).sees("Afgerond")
    sanne.go("/contracten").sees("Beschermd wonen")
    theatre.visitor().go(public).sees("Gegund")


def main_job(theatre, title: str) -> None:
    """All six steps."""
    address = plan(theatre, title)
    decide(theatre, address)
    public = publish(theatre, address)
    bidders = theatre.bidders()
    for number, people in enumerate(bidders[:2]):
        bid(theatre, public, people, f"Bod {number}")
    open_bids(theatre, address)
    percelen = assess(theatre, address)
    award(theatre, percelen)
    contract(theatre, address, public, percelen, bidders[0]["verzender"])
    assert theatre.complaints == []
