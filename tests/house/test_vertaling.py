"""The English texts: complete, faithful to the values they carry, and up to date with the sources."""

import ast
import re

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from local import PROJECT
from local.teksten import Module, texts
from portal.domains import workflows
from portal.identity.permissions import PERMISSION_WORDS, ROLES, Role
from portal.web.errors import TITLES
from portal.web.filters import in_taal
from tests.inkoop_world import geplande_inkoop
from tests.world import Browser

PO = PROJECT / "portal" / "translations" / "en_GB" / "LC_MESSAGES" / "messages.po"
PAGES = ("/", "/inloggen", "/gemeente/kampen", "/aanbestedingen", "/aanbieders", "/rollen", "/privacy", "/klacht", "/nergens")
# Dutch words that are no English word.
DUTCH = re.compile(r"\b(de|het|een|wij|uw|niet|geen|wordt|zijn|voor|naar|ook|deze|kunt|heeft|gemeenten|inkoop)\b", re.I)


@pytest.fixture(scope="module")
def catalogue():
    with PO.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def values(text: str) -> list[str]:
    """What a text leaves open: names between brackets, braces, and marks of the page."""
    braces = ["{}"] * len(re.findall(r"\{\d?\}", text))
    return sorted(set(re.findall(r"%\(\w+\)[sd]", text))) + braces + sorted(re.findall(r"</?\w+>", text))


def faults(catalogue) -> list:
    """Texts without English, or whose English carries other values."""
    found = []
    for dutch, english in catalogue.items():
        pairs = zip(*((text,) if isinstance(text, str) else text for text in (dutch, english)), strict=True)
        if any(not theirs.strip() or values(ours) != values(theirs) for ours, theirs in pairs):
            found.append(dutch)
    return found


def test_every_text_has_english_with_the_same_values(catalogue):
    assert faults(catalogue) == []
    assert len(catalogue) > 1500


def test_the_comparison_of_values_bites():
    assert faults({"Tot %(dag)s": "Until %(day)s"}) and faults({"Tot": " "}) and faults({"<strong>Tot</strong>": "Until"})
    assert faults({"Nog {} van {}": "Still {}"})
    assert faults({("%(num)s stuk", "%(num)s stukken"): ("%(num)s document", "documents")})
    assert not faults({"Tot %(dag)s, %(uur)s": "At %(uur)s on %(dag)s"})


def test_the_catalogue_is_up_to_date_with_the_sources(catalogue):
    now, kept = texts(), set(catalogue)
    assert now - kept == set(), "nieuw in de bronnen; draai make translations en vertaal het"
    assert kept - now == set(), "staat nergens meer; draai make translations"


def test_what_is_looked_up_by_a_variable_is_found(catalogue):
    """Labels, roles, permissions and titles reach the page through variables: their own tables say what must be there."""
    words = {ROLES[role][0] for role in Role} | set(PERMISSION_WORDS.values())
    words |= {text for row in TITLES.values() for text in row}
    for flow in workflows():
        words |= set(flow.labels.values()) | {step.label for step in flow.steps.values()}
    assert words - set(catalogue) == set()


def test_the_extraction_outside_gettext_bites():
    source = '''
LABELS = {"gepland": "In voorbereiding", "key": name("Niet dit")}
OTHER = "Niet genoemd"
def guard(dossier) -> str | None:
    """Uitleg."""
    return f"Perceel {dossier.nummer} mist iets." if dossier else "Schrijf waarom."
def act(x):
    raise Refused("Dat mag niet." + AGAIN, status=409)
AGAIN = " Begin opnieuw."
step(label="Rond af", name="afronden")
'''
    module = Module(ast.parse(source), {"names": "LABELS", "calls": "Refused", "arguments": "label"})
    assert {text for _line, text in module.found()} == {
        "In voorbereiding", "Perceel {} mist iets.", "Schrijf waarom.", "Dat mag niet. Begin opnieuw.", "Rond af"}


def test_what_the_portal_reads_is_this_catalogue(catalogue):
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = {tuple(m.id) if isinstance(m.id, list) else m.id: tuple(m.string) if isinstance(m.string, list) else m.string
                    for m in read_mo(file) if m.id}
    assert compiled == catalogue, "draai make setup"


@pytest.mark.parametrize("address", PAGES)
def test_public_pages_in_english_hold_no_dutch(app, world, address):
    page = Browser(app).get(f"{address}?taal=en", expect=None)
    assert page.html.html["lang"] == "en"
    for other in page.html.select('[lang="nl"]'):
        other.decompose()
    text = page.html.body.get_text(" ").replace("College van burgemeester en wethouders", "")
    assert DUTCH.findall(text) == [], text
    # The same page in Dutch: the list of words bites.
    assert DUTCH.search(Browser(app).get(f"{address}?taal=nl", expect=None).html.body.get_text(" "))


def test_a_case_file_in_english_has_english_states_roles_and_reasons(app, world):
    loop = geplande_inkoop(world)
    page = world.sign_in(loop.wie.manager).get(f"/inkoop/{loop.inkoop_id}?taal=en")
    assert "In preparation" in page.words and "In voorbereiding" not in page.words
    assert "contract manager" in page.html.select_one(".p-user__role").text
    heads = " ".join(head.get_text(" ") for head in page.html.select("main h2, main h3"))
    assert "What can I do now?" in heads and DUTCH.findall(heads) == []


def test_a_sentence_that_carries_its_values_is_found_by_its_pattern(app):
    with app.test_request_context("/?taal=en"):
        app.preprocess_request()
        assert in_taal("Perceel 2: De wegingen zijn samen 90. Maak er 100 van.") == (
            "Perceel (lot) 2: The weights are 90 in total. Make it 100.")
        assert in_taal("Erbij: 8 weken") == "Added: 8 weeks"
        assert in_taal("Schrijf waarom.") == "Write why." and in_taal("Eigen woorden, 10% {}") == "Eigen woorden, 10% {}"
        assert in_taal("") == "" and in_taal(None) is None
    with app.test_request_context("/"):
        assert in_taal("Erbij: 8 weken") == "Erbij: 8 weken"
