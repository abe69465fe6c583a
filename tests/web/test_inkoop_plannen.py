"""Plan, deelname and publication in the browser, as different people; every refusal is a sentence with its status."""

import io
import uuid
from datetime import date, timedelta

import pytest
from docx import Document as Docx
from sqlalchemy import event

from portal.domains.inkoop import usecases
from portal.domains.inkoop.words import EVENT_WORDS, sentence, telwoord
from portal.domains.inkoop.workflow import INKOOP, PERCEEL
from portal.kernel import clock
from tests import inkoop_world as iw

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
NIEUW = {
    "titel": "Beschermd wonen 2028", "methode": "sas", "omschrijving": "Wonen met begeleiding.", "waarde": "56.400.000,00",
    "begin": "01-01-2028", "looptijd": "3+2+2", "terugval": "Verleng het contract van 2023 met 2 jaar.",
    "let_op": "Begroting: de kosten staan nog niet in de raming.", "levert_op": "Minder werk: de trekker koopt in.",
}
VRAGEN = {"vragen_naam": "Team Inkoop", "vragen_email": "inkoop@zwolle.example"}


@pytest.fixture
def october(world):
    """Early enough for every date in these stories."""
    world.clock(date(2026, 10, 20))
    return world


@pytest.fixture
def planned(october):
    return iw.geplande_inkoop(october, percelen=2)


@pytest.fixture
def asked(october):
    return iw.uitgevraagde_inkoop(october, percelen=2)


def url(loop, rest=""):
    return f"/inkoop/{loop.inkoop_id}{rest}"


class queries_of:
    """Counts the statements of a block, without the binding of the party."""

    def __init__(self, engine):
        self.engine, self.statements = engine, []

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self._seen)
        return self.statements

    def __exit__(self, *_error):
        event.remove(self.engine, "before_cursor_execute", self._seen)

    def _seen(self, _connection, _cursor, statement, *_rest):
        own = ("set_config", "SET TRANSACTION", "portal.sessie_open", "portal.bekeken", "FROM portal.gemeente ORDER BY")
        if not any(word in statement for word in own):
            self.statements.append(statement)


# 1. plan ------------------------------------------------------------------------------------------------------------------

def test_lead_plans_in_the_browser_without_script(october):
    browser = october.sign_in(october.medewerker("zwolle", "contractmanager"))
    form = browser.get("/inkoop/nieuw").form()
    done = browser.post("/inkoop/nieuw", form | NIEUW | {"verband": str(october.gemeente("beschermd-wonen"))})
    plan = done.location
    again = browser.post("/inkoop/nieuw", form | NIEUW | {"verband": str(october.gemeente("beschermd-wonen"))})
    assert again.location == plan, "twee keer drukken geeft een inkoop"
    root = plan.removesuffix("/plan")
    perceel = browser.post(f"{root}/perceel-toevoegen", {
        "naam": "Beschermd wonen", "product": "beschermd wonen", "omschrijving": "Een thuis.", "waarde": "12.000.000",
        "max": "", "score": "5,5"}).location
    add = perceel.removesuffix("/plan")
    browser.post(f"{add}/eis-toevoegen", {"eis_code": "E1", "eis_tekst": "Dag en nacht bereikbaar.", "eis_bewijs": ""})
    browser.post(f"{add}/criterium-toevoegen", {"criterium_code": "K1", "criterium_tekst": "Plan", "criterium_weging": "60"})
    assert "Samen 60 van 100" in browser.get(perceel).words
    browser.post(f"{add}/criterium-toevoegen", {"criterium_code": "K2", "criterium_tekst": "Prijs", "criterium_weging": "40"})
    browser.post(f"{add}/gevraagd-toevoegen", {"gevraagd_code": "P1", "gevraagd_titel": "Plan van aanpak",
                                               "gevraagd_toelichting": "Tien bladzijden."})
    browser.post(f"{root}/gevraagd-toevoegen", {"gevraagd_code": "G1", "gevraagd_titel": "Verklaring",
                                                "gevraagd_toelichting": "Ondertekend.", "gevraagd_herbruikbaar": "ja"})
    page = browser.get(perceel)
    assert "Samen 100 van 100" in page.words and "K2 Prijs 40 100" in page.words
    browser.post(f"{root}/mijlpaal-toevoegen", {"mijlpaal": "Op TenderNed", "moment": "voor de zomer 2027",
                                                "fase": "publicatie"})
    browser.post(f"{root}/mijlpaal-toevoegen", {"mijlpaal": "Publicatie van de jaarcijfers", "moment": "mei 2027"})
    browser.post(f"{root}/mijlpaal-toevoegen", {"mijlpaal": "Spook", "moment": "mei 2027", "fase": "ooit"}, expect=422)
    browser.post(f"{root}/mijlpaal-toevoegen", {"mijlpaal": "Start", "moment": "1-1-2028 of 1-1-2029",
                                                "poort": "contracteren"})
    milestones = browser.get(f"{root}/plan/mijlpalen").words
    assert "Planning van: de publicatie" in milestones
    assert "voor de zomer 2027" in milestones and "1 januari 2028 of 1 januari 2029" in milestones and "Poort" in milestones
    perceel_id = add.rpartition("/")[2]
    figures = {"perceel": perceel_id, "plaatsen-1-staphorst": "8", "bedrag-1-staphorst": "384.000", "pgb-1-staphorst": "2"}
    browser.post(f"{root}/cijfer-vastleggen", figures)
    assert 'value="384.000,00"' in browser.get(f"{root}/plan/cijfers").text
    tasks = browser.get(plan).words
    assert "1 minimumeis, 2 criteria (samen 100 van 100), 1 gevraagd document" in tasks and "1 van 8 regels" in tasks
    dossier = browser.get(root).words
    # The phase of a milestone is what the planner chose, not what its title looks like.
    assert "Publicatie voor de zomer 2027" in dossier and "Publicatie mei 2027" not in dossier
    assert "3 + 2 + 2 jaar" in dossier and "In voorbereiding" in dossier and "Vraag de gemeenten om een besluit" in dossier


def test_refusals_of_a_new_procurement_keep_what_was_typed(october):
    browser = october.sign_in(october.medewerker("zwolle", "contractmanager"))
    page = browser.post("/inkoop/nieuw", NIEUW | {"waarde": "veel", "looptijd": "3+2+2+2", "begin": "01-01-2020",
                                                  "let_op": "geen dubbele punt"}, expect=422)
    for words in ("Kies voor welk samenwerkingsverband", "met een plus ertussen", "in de toekomst", "een dubbele punt"):
        assert words in page.words
    assert page.form("/inkoop/nieuw")["titel"] == NIEUW["titel"] and page.form("/inkoop/nieuw")["waarde"] == "veel"
    assert page.html.title.text.startswith("Fout:")
    transport = NIEUW | {"verband": str(october.gemeente("vervoer"))}
    assert "Alleen de trekker" in browser.post("/inkoop/nieuw", transport, expect=422).words


def test_only_a_lead_plans(october):
    kampen = october.sign_in(october.medewerker("kampen", "contractmanager"))
    assert "geen trekker" in kampen.get("/inkoop/nieuw", expect=403).words
    kampen.post("/inkoop/nieuw", NIEUW | {"verband": str(october.gemeente("beschermd-wonen"))}, expect=403)
    october.sign_in(october.medewerker("zwolle", "beleidsadviseur")).get("/inkoop/nieuw", expect=403)
    october.sign_in(october.medewerker("zwolle", "beheerder")).get("/inkoop/nieuw", expect=403)
    assert october.anonymous().get("/inkoop", expect=303).location.startswith("/inloggen")


def test_plan_refuses_faults_in_words(planned, october):
    browser = october.sign_in(planned.wie.manager)
    add = f"/inkoop/perceel/{planned.percelen[0]}"
    twice = browser.post(f"{add}/eis-toevoegen", {"eis_code": "E1", "eis_tekst": "Nog een keer."}, expect=422)
    assert "Deze code is al gebruikt" in twice.words and "Nog een keer." in twice.text
    assert "heel getal in van 1 tot en met 100" in browser.post(
        f"{add}/criterium-toevoegen", {"criterium_code": "K3", "criterium_tekst": "X", "criterium_weging": "101"},
        expect=422).words
    moment = browser.post(url(planned, "/mijlpaal-toevoegen"), {"mijlpaal": "Iets", "moment": "ooit"}, expect=422)
    assert "Dit moment begrijpen we niet" in moment.words
    cijfers = browser.post(url(planned, "/cijfer-vastleggen"), {
        "perceel": str(planned.percelen[0]), "plaatsen-1-ommen": "acht", "bedrag-1-ommen": "", "pgb-1-ommen": ""}, expect=422)
    assert "heel getal" in cijfers.words and "kosten per jaar van Ommen" in cijfers.words and 'value="acht"' in cijfers.text
    browser.post(url(planned, "/onderdeel-weghalen"), {"soort": "eis", "onderdeel": str(uuid.uuid4())}, expect=404)
    eis = planned.eisen[planned.percelen[0]][0]
    browser.post(url(planned, "/onderdeel-weghalen"), {"soort": "eis", "onderdeel": str(eis)})
    assert "E1" not in [s.text for s in browser.get(f"{add}/plan").html.select("li strong")]


def test_documents_in_versions_with_and_without_script(planned, october):
    browser = october.sign_in(planned.wie.manager)
    target = url(planned, "/stuk-toevoegen")
    part = browser.upload(target, "programma-van-eisen.pdf", PDF, expect=200)
    assert "Programma van eisen" in part.text and "<html" not in part.text and "OB-" in part.text
    posted = browser.post(f"{target}?csrf_token={browser.csrf()}", {"bestand": (io.BytesIO(PDF), "kostprijs.pdf")},
                          content_type="multipart/form-data")
    assert posted.location.endswith("/plan/stukken")
    wrong = browser.upload(target, "virus.exe", b"MZ\x90\x00", expect=422)
    assert "virus.exe" in wrong.text and "niet bewaard" in wrong.text
    empty = browser.post(f"{target}?csrf_token={browser.csrf()}", {"bestand": (io.BytesIO(b""), "")},
                         content_type="multipart/form-data", expect=422)
    assert "Kies eerst een bestand" in empty.words
    first = october.behind("SELECT id FROM portal.document WHERE titel = 'Programma van eisen'")[0][0]
    browser.upload(f"{target}?vervangt={first}", "nieuw.pdf", PDF + b"2", expect=200)
    page = browser.get(url(planned, "/plan/stukken")).words
    assert "versie 2" in page and "Nieuw" not in [b.text for b in browser.get(url(planned)).html.select(".p-docs a")]
    assert browser.upload(f"{target}?vervangt={first}", "nog.pdf", PDF + b"3").status == 404
    second = october.behind("SELECT id FROM portal.document WHERE vervangt_id = :i", i=first)[0][0]
    browser.post(url(planned, "/stuk-delen"), {"document": str(second)})
    assert october.behind("SELECT gedeeld_at FROM portal.document WHERE id = :i", i=second)[0][0]
    browser.post(url(planned, "/stuk-weghalen"), {"document": str(second)})
    assert "Programma van eisen" not in browser.get(url(planned, "/plan/stukken")).words


# 2. deelname ----------------------------------------------------------------------------------------------------------------

def test_check_page_says_what_asking_does(planned, october):
    browser = october.sign_in(planned.wie.manager)
    page = browser.get(url(planned, "/uitvragen")).words
    assert "Zeven andere gemeenten krijgen een bericht" in page and "dinsdag 15 december 2026, 17.00 uur" in page
    assert "Erbij: 8 weken" in page
    done = browser.post(url(planned, "/uitvragen"))
    words = browser.get(done.location).words
    assert "0 van 8" in words and "8 nog niet" in words and "De trekker heeft zelf niet besloten" in words
    again = browser.post(url(planned, "/uitvragen"), expect=422)
    assert "Dit kan niet in deze fase" in again.words
    late = browser.post(url(planned, "/perceel-toevoegen"), {
        "naam": "Extra", "product": "x", "omschrijving": "y", "waarde": "1"}, expect=409)
    assert "Er kan geen perceel meer bij" in late.words and 'value="Extra"' not in late.text


def test_empty_plan_cannot_be_asked(october):
    manager = october.medewerker("zwolle", "contractmanager")
    inkoop = october.as_(manager, lambda s, a: usecases.plannen(
        s, a, titel="Leeg", verband_id=october.gemeente("beschermd-wonen"), methode="sas", omschrijving="x",
        geraamde_waarde=1, begint_on=date(2028, 1, 1), looptijd_jaren=[3], terugval="y").id)
    browser = october.sign_in(manager)
    assert "Voeg eerst ten minste een perceel toe." in browser.get(f"/inkoop/{inkoop}").words
    assert "Voeg eerst ten minste een perceel toe." in browser.post(f"/inkoop/{inkoop}/uitvragen", expect=422).words


def test_dossier_counts_who_is_out_and_what_remains(asked, october):
    for slug, answer in {"zwolle": "ja", "hardenberg": "ja", "kampen": ["voorbehoud", "ja"], "dalfsen": ["ja", "nee"],
                         "steenwijkerland": "nee"}.items():
        iw.besluiten(october, asked, slug, answer)
    browser = october.sign_in(asked.wie.manager)
    with queries_of(october.app.engine) as statements:
        page = browser.get(url(asked))
    assert len(statements) <= 12, "\n---\n".join(statements)
    words = page.words
    # 20 (Zwolle) + 22 (Hardenberg) + 24 (Kampen) + 14 (Dalfsen, perceel 1) of all 216 places.
    assert "Ommen, Staphorst en Zwartewaterland doen niet mee" in words
    assert "door voor de andere vier, met 80 plaatsen in plaats van 216" in words
    assert "2 ja" in words or "3 ja" in words
    assert "1 met voorbehoud" in words and "1 nee" in words and "3 nog niet" in words
    assert "Herinner de drie gemeenten" in words and "Nog 3 van 8 gemeenten moeten besluiten" in words
    assert "Voorbehoud van Kampen: De raad moet het budget nog vaststellen." in words
    assert "Waarom deze datum?" in words and "di 15 december, 17.00 uur" in words
    link = next(a["href"] for a in page.html.select("main a") if "/besluit/" in a["href"])
    assert "Besluit van Zwolle" in browser.get(link).words
    member = october.sign_in(asked.wie.beleid["staphorst"])
    seen = member.get(url(asked)).words
    assert "Leg het besluit van Staphorst vast" in seen and "Herinner" not in seen.split("Wat er gebeurde")[0]
    assert "Besluit van Zwolle" in member.get(link).words


def test_readers_read_only(asked, october):
    for role in ("auditor", "raadslid"):
        words = october.sign_in(october.medewerker("kampen", role)).get(url(asked)).words
        assert "Met uw rol hoeft u hier niets te doen." in words
    auditor = october.sign_in(october.medewerker("zwolle", "auditor"))
    for rest in ("/plan", "/uitvragen", "/publiceren", "/stoppen", "/deelname"):
        auditor.get(url(asked, rest), expect=403)
    assert auditor.get(url(asked, "/gebeurtenissen")).status == 200


def test_neighbour_and_provider_find_nothing(asked, october):
    neighbour = october.sign_in(october.medewerker("deventer", "contractmanager", "beleidsadviseur"))
    for rest in ("", "/deelname", "/plan", "/plan/stukken", "/uitvragen", "/gebeurtenissen", "/collegevoorstel.docx",
                 "/stoppen", "/publiceren", "/doorzetten"):
        neighbour.get(url(asked, rest), expect=404)
    for rest, data in (("/uitvragen", {}), ("/herinneren", {}), ("/doorzetten", {}), ("/stoppen", {"reden": "x"}),
                       ("/publiceren", {"sluit": "01-01-2030 12.00", "doe": "publiceer", **VRAGEN}), ("/deelname-bewaren", {}),
                       ("/deelname-vastleggen", {})):
        neighbour.post(url(asked, rest), data, expect=404)
    assert "Beschermd wonen 2028" not in neighbour.get("/inkoop").words
    provider = october.sign_in(asked.wie.aanbieders[0].auteur)
    provider.get(url(asked), expect=403)
    provider.get("/inkoop", expect=403)
    member = october.sign_in(october.medewerker("kampen", "contractmanager"))
    member.get(url(asked, "/plan"), expect=404)
    member.post(url(asked, "/stuk-delen"), {"document": str(asked.stuk_id)}, expect=404)
    member.post(url(asked, "/stoppen"), {"reden": "Wij willen niet."}, expect=404)


def test_staphorst_decides_without_script(asked, october):
    browser = october.sign_in(asked.wie.beleid["staphorst"])
    with queries_of(october.app.engine) as statements:
        page = browser.get(url(asked, "/deelname"))
    assert len(statements) <= 8, "\n---\n".join(statements)
    assert "Doet Staphorst mee met Beschermd wonen 2028?" in page.words and "van 216 in de regio" in page.words
    assert "Staphorst doet niet mee. U regelt dan vanaf 1 januari 2028 zelf 34 plaatsen." in page.words
    assert "Wachtlijst. Het aantal plaatsen" in page.words and "andere zeven" in page.words
    save = url(asked, "/deelname-bewaren")
    bad = browser.post(save, {"p1": "ja", "datum": "gisteren", "doe": "bewaar"}, expect=422)
    assert "dag-maand-jaar" in bad.words and 'value="gisteren"' in bad.text
    assert bad.html.select_one("#p1-1").has_attr("checked")
    browser.post(save, {"p1": "ja", "doe": "bewaar"})
    todo = browser.get(browser.post(save, {"p1": "ja", "p2": "voorbehoud", "doe": "controleer"}).location)
    for words in ("Kies wie heeft besloten.", "Vul in op welke datum", "Schrijf wat het voorbehoud is.", "als document"):
        assert words in todo.words
    early = browser.post(url(asked, "/deelname-vastleggen"), expect=422)
    assert "Kies wie heeft besloten." in early.words
    stream = browser.upload(url(asked, "/deelname-document"), "besluit.pdf", PDF, expect=200)
    assert "Ontvangen op" in stream.text and "SHA-256" in stream.text and "<html" not in stream.text
    browser.post(f"{url(asked, '/deelname-document')}?csrf_token={browser.csrf()}",
                 {"bestand": (io.BytesIO(PDF), "besluit-2.pdf")}, content_type="multipart/form-data")
    full = {"p1": "ja", "p2": "voorbehoud", "voorbehoud": "De raad beslist nog.", "orgaan": "college", "datum": "20-10-2026",
            "doe": "controleer"}
    future = browser.get(browser.post(save, full | {"datum": "20-10-2027"}).location)
    assert "ligt in de toekomst" in future.words
    check = browser.get(browser.post(save, full).location)
    assert "Klopt het besluit van Staphorst?" in check.words and "besluit-2.pdf" in check.words
    neighbour = october.sign_in(asked.wie.beleid["kampen"])
    assert "De raad beslist nog." not in neighbour.get(url(asked)).words, "een concept is niet van de anderen"
    browser.post(url(asked, "/deelname-vastleggen"), check.form(url(asked, "/deelname-vastleggen")))
    assert "Het besluit van Staphorst ligt vast" in browser.get(url(asked, "/deelname")).words
    assert "De raad beslist nog." in neighbour.get(url(asked)).words
    for rest, data in (("/deelname-vastleggen", {}), ("/deelname-bewaren", full)):
        again = browser.post(url(asked, rest), data, expect=409)
        assert "al vastgelegd" in again.words
    assert browser.upload(url(asked, "/deelname-document"), "besluit.pdf", PDF).status == 409


def test_too_late_is_a_clear_page(asked, october):
    browser = october.sign_in(asked.wie.beleid["staphorst"])
    full = {"p1": "ja", "p2": "nee", "orgaan": "college", "datum": "20-10-2026", "doe": "bewaar"}
    browser.post(url(asked, "/deelname-bewaren"), full)
    browser.upload(url(asked, "/deelname-document"), "besluit.pdf", PDF, expect=200)
    october.clock(october.behind("SELECT deelname_uiterlijk_at FROM portal.inkoop WHERE id = :i", i=asked.inkoop_id)[0][0])
    browser = october.sign_in(asked.wie.beleid["staphorst"])
    late = browser.post(url(asked, "/deelname-vastleggen"), expect=410)
    assert "niet besloten" in late.words and "termijn voor het deelnamebesluit is voorbij" in late.words
    page = browser.get(url(asked, "/deelname")).words
    assert "Uw concept is niet weg" in page and "Wat kunt u doen?" in page


def test_question_not_open_yet_and_role(planned, october):
    assert "nog niet gevraagd" in october.sign_in(planned.wie.beleid["zwolle"]).get(url(planned, "/deelname")).words
    october.sign_in(planned.wie.beleid["kampen"]).get(url(planned, "/deelname"), expect=404)
    october.sign_in(planned.wie.manager).get(url(planned, "/deelname"), expect=403)
    early = october.sign_in(planned.wie.beleid["zwolle"])
    assert "nog niet gevraagd" in early.get(url(planned, "/collegevoorstel.docx"), expect=409).words
    assert "geen deelnamebesluit" in early.post(url(planned, "/deelname-bewaren"), {"p1": "ja"}, expect=409).words


def test_college_proposal_holds_the_own_figures(asked, october):
    response = october.sign_in(asked.wie.beleid["staphorst"]).client.get(url(asked, "/collegevoorstel.docx"))
    assert response.status_code == 200 and "Collegevoorstel" in response.headers["Content-Disposition"]
    docx = Docx(io.BytesIO(response.data))
    text = "\n".join([p.text for p in docx.paragraphs] + [c.text for t in docx.tables for r in t.rows for c in r.cells])
    for words in ("Staphorst", "17 plaatsen", "34 plaatsen", "Wachtlijst", "dinsdag 15 december 2026", "17.00 uur"):
        assert words in text


def test_reminder_once_a_day(asked, october):
    browser = october.sign_in(asked.wie.manager)
    browser.post(url(asked, "/herinneren"))
    assert "U stuurde vandaag al een herinnering" in browser.get(url(asked)).words
    assert "vandaag al een herinnering" in browser.post(url(asked, "/herinneren"), expect=409).words


def test_go_waits_for_the_gate_and_stop_offers_the_fallback(asked, october):
    browser = october.sign_in(asked.wie.manager)
    early = browser.post(url(asked, "/doorzetten"), expect=422)
    assert "Nog 8 van 8 gemeenten moeten besluiten" in early.words and "trekker heeft zelf nog niet" in early.words
    for slug in iw.LEDEN:
        iw.besluiten(october, asked, slug, "nee" if slug == "ommen" else "ja")
    page = browser.get(url(asked, "/doorzetten")).words
    assert "Doen niet mee Ommen" in page and "Zet door" in page
    browser.post(url(asked, "/doorzetten"))
    assert "Gaat door" in browser.get(url(asked)).words
    why = browser.post(url(asked, "/stoppen"), {"reden": ""}, expect=422)
    assert "Schrijf waarom de inkoop stopt." in why.words and "verlengt de contracten van nu" in why.words
    browser.post(url(asked, "/stoppen"), {"reden": "De begroting laat het niet toe."})
    member = october.sign_in(asked.wie.beleid["kampen"]).get(url(asked)).words
    assert "De begroting laat het niet toe." in member and "Wat komt in de plaats?" in member
    assert "in deze fase" in browser.post(url(asked, "/stoppen"), {"reden": "Nog eens."}, expect=422).words
    assert "Het plan staat vast" in browser.get(url(asked, "/plan"), expect=409).words


# 3. publication -------------------------------------------------------------------------------------------------------------

def test_publication_freezes_after_a_check(october):
    loop = iw.doorgezette_inkoop(october, percelen=2)
    browser = october.sign_in(loop.wie.manager)
    browser.upload(url(loop, "/stuk-toevoegen"), "concept.pdf", PDF, expect=200)
    page = browser.get(url(loop, "/publiceren"))
    assert "een concept: Concept" in page.words and not page.html.select("#sluit")
    refused = browser.post(url(loop, "/publiceren"), {"sluit": "01-06-2027 12.00", "doe": "publiceer", **VRAGEN}, expect=422)
    assert "Deel het eerst, of haal het weg" in refused.words
    draft = october.behind("SELECT id FROM portal.document WHERE titel = 'Concept'")[0][0]
    browser.post(url(loop, "/stuk-weghalen"), {"document": str(draft)})
    with queries_of(october.app.engine) as statements:
        page = browser.get(url(loop, "/publiceren"))
    assert len(statements) <= 8, "\n---\n".join(statements)
    assert "2 minimumeisen, 2 criteria (samen 100 van 100)" in page.words and "Aanbestedingsleidraad" in page.words
    soon = f"{(clock.now() + timedelta(hours=23)).astimezone(clock.AMSTERDAM):%d-%m-%Y %H.%M}"
    for sluit, words in (("", "Vul in wanneer"), ("01-06-2027", "Schrijf ook de tijd"), ("01.06.2027", "Schrijf ook de tijd"),
                         ("31 februari 2027 12.00", "Deze dag bestaat niet"), ("1-6-27 12.00", "Schrijf de datum"),
                         ("01-01-2020 12.00", "in de toekomst"),
                         ("28-03-2027 02.30", "zomertijd"), (soon, "Aanbieders krijgen zo 1 dag.")):
        wrong = browser.post(url(loop, "/publiceren"), {"sluit": sluit, **VRAGEN}, expect=422)
        assert words in wrong.words
    checked = browser.post(url(loop, "/publiceren"), {"sluit": "1 juni 2027, 12.00 uur", **VRAGEN}, expect=200)
    assert "dinsdag 1 juni 2027, 12.00 uur" in checked.words and "het minimum is 20" in checked.words
    assert october.behind("SELECT count(*) FROM portal.publicatie")[0][0] == 0, "nalezen is nog niet publiceren"
    browser.post(url(loop, "/publiceren"), checked.form(url(loop, "/publiceren")) | {"doe": "publiceer"})
    words = browser.get(url(loop)).words
    assert "Gepubliceerd" in words and "di 1 juni" in words and "Bekijk de openbare pagina" in words
    again = browser.post(url(loop, "/publiceren"), {"sluit": "01-06-2027 12.00", "doe": "publiceer", **VRAGEN}, expect=422)
    assert "in deze fase" in again.words
    assert "Het plan staat vast" in browser.get(url(loop, "/plan/stukken"), expect=409).words
    assert browser.upload(url(loop, "/stuk-toevoegen"), "laat.pdf", PDF).status == 409
    october.sign_in(loop.wie.beoordelaar).get(url(loop, "/publiceren"), expect=403)


def test_list_is_paged_from_the_last_row_and_constant(october):
    manager = october.medewerker("zwolle", "contractmanager")

    def many(session, actor):
        for n in range(27):
            usecases.plannen(session, actor, titel=f"Inkoop {n}", verband_id=october.gemeente("beschermd-wonen"), methode="sas",
                             omschrijving="x", geraamde_waarde=1, begint_on=date(2028, 1, 1), looptijd_jaren=[3], terugval="y")

    october.as_(manager, many)
    browser = october.sign_in(manager)
    with queries_of(october.app.engine) as statements:
        first = browser.get("/inkoop")
    assert len(statements) <= 3
    following = first.html.select_one("a[rel=next]")["href"]
    second = browser.get(following)
    titles = [t.text for page in (first, second) for t in page.html.select("h2.p-list__title")]
    assert len(titles) == len(set(titles)) == 27 and second.html.select_one("a[rel=prev]")


def test_events_are_paged_and_read_as_sentences(asked, october):
    browser = october.sign_in(asked.wie.manager)
    page = browser.get(url(asked, "/gebeurtenissen"))
    assert "De gemeenten zijn gevraagd om te besluiten" in page.words and "Perceel 2 toegevoegd" in page.words
    for _n in range(30):
        october.clock(timedelta(days=1))
        october.as_(asked.wie.manager, lambda s, a: s.get(usecases.Inkoop, asked.inkoop_id).record(
            "inkoop:herinneren", actor=a, on=clock.today(), aantal=1))
    page = october.sign_in(asked.wie.manager).get(url(asked, "/gebeurtenissen"))
    assert page.html.select_one("a[rel=next]") and len(page.html.select("#lijst .p-list__title")) == 25


def test_every_event_has_words():
    assert sentence("inkoop:deelname", {"ja": 0, "nee": 2, "voorbehoud": False}, "Ommen") == "Ommen doet niet mee"
    assert sentence("inkoop:deelname", {"ja": 1, "nee": 1, "voorbehoud": False}, "Ommen").endswith("niet met alle percelen")
    assert sentence("inkoop:publiceren", {"sluit_at": "2027-06-01T10:00:00+00:00"}, "Zwolle").endswith("01-06-2027, 12.00 uur")
    assert sentence("perceel:iets-nieuws", {}, "Zwolle") == "Iets nieuws"
    assert telwoord(8) == "acht" and telwoord(13) == "13"
    workflows = {f"{w.name}:{step}" for w in (INKOOP, PERCEEL) for step in w.steps}
    assert workflows <= set(EVENT_WORDS)


# Without a script ---------------------------------------------------------------------------------------------------------

def test_adding_the_document_without_a_script_keeps_what_was_filled_in(october):
    """One press on "Voeg toe" and the answers were gone."""
    asked = iw.uitgevraagde_inkoop(october, percelen=1)
    browser = october.sign_in(asked.wie.beleid["kampen"])
    page = browser.get(url(asked, "/deelname"))
    assert page.html.select_one("[data-script][hidden] form[data-upload]"), "het bestand heeft zonder script een eigen pagina"
    form = page.form(url(asked, "/deelname-bewaren")) | {"p1": "ja", "orgaan": "college", "doe": "document"}
    step = browser.post(url(asked, "/deelname-bewaren"), form).location
    assert step == url(asked, "/deelname?stap=document")
    empty = browser.post(f"{url(asked, '/deelname-document')}?csrf_token={browser.csrf()}", {"bestand": (io.BytesIO(b""), "")},
                         expect=None, content_type="multipart/form-data")
    assert empty.status >= 400 and empty.html.select_one("form[data-upload]"), "een weigering houdt het formulier"
    assert "Wat u invulde, is bewaard" in browser.get(step).words
    kept = browser.get(url(asked, "/deelname")).form(url(asked, "/deelname-bewaren"))
    assert (kept["p1"], kept["orgaan"]) == ("ja", "college")


def test_a_plan_that_nobody_can_open_says_so_in_time(october):
    loop = iw.doorgezette_inkoop(october, percelen=1)
    browser = october.sign_in(loop.wie.manager)
    assert "Straks kan niemand openen" not in browser.get(url(loop, "/publiceren")).words
    october.behind("UPDATE portal.membership SET rollen = '{beleidsadviseur}' WHERE party_id <> :p "
                   "AND rollen && ARRAY['contractmanager', 'inkoopjurist']", p=loop.wie.manager.party_id)
    words = browser.get(url(loop, "/publiceren")).words
    assert "Straks kan niemand openen" in words and "Bij Dalfsen" in words and "Zwolle heeft" not in words
