"""Rules of the house, checked over everything at once. Each has a control that proves it bites."""

import ast
import importlib
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from bs4 import BeautifulSoup, Comment
from flask import Flask

import migrations
from config import load
from portal.cli import route_table
from portal.domains import workflows
from portal.domains.beheer import leden, mandaten
from portal.domains.inkoop.model import PerceelState
from portal.domains.inkoop.words import EVENT_WORDS as INKOOP_WORDS
from portal.domains.plaatsingen.words import EVENT_WORDS as PLAATSING_WORDS
from portal.domains.plaatsingen.workflow import OVERDRACHT, PLAATSING, VERBLIJF
from portal.domains.subsidies.words import EVENT_WORDS as SUBSIDIE_WORDS
from portal.domains.uitdaagrecht.words import EVENT_WORDS as UITDAGING_WORDS
from portal.domains.uitdaagrecht.workflow import INITIATIEF, UITDAGING
from portal.identity import access_log
from portal.identity.permissions import BY_MANDATE, ROLES, Permission, Role, under_mandate
from portal.kernel import clock, lezers
from portal.kernel.outbox import send_message
from portal.kernel.workflow import Workflow
from portal.models import metadata
from portal.web import htmx as portal_htmx
from portal.web import links
from portal.web.blueprint import PUBLIC, PortalBlueprint
from tests import inkoop_world, subsidies_world
from tests.domains import test_stappen

ROOT = Path(__file__).resolve().parent.parent.parent
PORTAL = ROOT / "portal"
REVIEWED = Path(__file__).with_name("routes.txt")


# --- routes ----------------------------------------------------------------------------------------------------------------


def test_every_route_stands_in_the_reviewed_list(app):
    """A new route is read by a second person: add its line to tests/house/routes.txt."""
    now = {f"{r['method']} {r['rule']} {r['permission']}{' step-up' if r['step_up'] else ''}" for r in route_table(app)}
    reviewed = set(REVIEWED.read_text(encoding="utf-8").split("\n")) - {""}
    assert now - reviewed == set(), "nieuw, nog niet nagekeken"
    assert reviewed - now == set(), "nagekeken, maar bestaat niet meer"


def test_a_route_without_permission_does_not_import():
    with pytest.raises(TypeError, match="needs"):
        PortalBlueprint("proef", __name__).route("/")
    with pytest.raises(TypeError, match="PUBLIC"):
        PortalBlueprint("proef", __name__).route("/", needs="inkoop:lezen")
    with pytest.raises(TypeError, match="twee routes"):
        PortalBlueprint("proef", __name__).route("/", needs=PUBLIC, methods=["GET", "POST"])


def _people() -> list[tuple[str, frozenset[Permission]]]:
    """Every kind of person: of what party, and what one may; also who comes from another gemeente under a mandate."""
    own = [(kind, may) for _label, kind, may in ROLES.values() if kind != BY_MANDATE]
    return own + [("gemeente", under_mandate(soort)) for soort in mandaten.te_geven()]


def test_every_list_shows_a_dossier_to_those_and_only_those_who_may_open_its_page(app):
    """Search, Mijn werk, messages and files ask `lezers.ziet`: it says of every kind of dossier what its page says."""
    assert {one.name for one in workflows()} <= set(links.PAGES) <= set(lezers._READERS)
    # Who signs opens the decision itself and not the case: the page of the case is of who handles it.
    signs = frozenset({Permission.SUBSIDIE_TEKENEN, Permission.INKOOP_TEKENEN, Permission.INKOOP_CONTRACTEREN,
                       Permission.TOEGANG_TEKENEN})
    wrong = []
    for party, may in _people():
        for soort, (page, _label) in links.PAGES.items():
            if page := links._OTHER_SIDE.get((soort, party), page):
                opens = bool(may.intersection(app.view_functions[page].needs))
                sees = lezers.ziet(SimpleNamespace(permissions=may), soort)
                if opens != sees and not (sees and may & signs):
                    wrong.append((party, soort, sorted(may)))
    assert wrong == []


def test_every_id_in_an_address_is_typed(app):
    loose = [rule.rule for rule in app.url_map.iter_rules() if re.search(r"<(?!uuid:|path:)[a-z_]*id>", rule.rule)]
    assert loose == []
    assert re.search(r"<(?!uuid:|path:)[a-z_]*id>", "/inkoop/<inkoop_id>"), "de regel moet bijten"


def _admits_readers(method: str, permission: str) -> bool:
    """A writing route that one of whose permissions (any is enough) only allows reading."""
    return method != "GET" and any(one.endswith(":lezen") for one in permission.split(" of "))


def test_a_writing_route_needs_a_writing_permission(app):
    assert [r["rule"] for r in route_table(app) if _admits_readers(r["method"], r["permission"])] == []
    assert _admits_readers("POST", "mandaat:instemmen of mandaat:lezen") and _admits_readers("PUT", "bericht:lezen")
    assert not _admits_readers("GET", "bericht:lezen") and not _admits_readers("POST", "inkoop:meelezen")


def _writes_by_get(app) -> list[str]:
    return sorted(
        e
        for e, view in app.view_functions.items()
        if getattr(view, "writes", False) and any("GET" in r.methods for r in app.url_map.iter_rules(e))
    )


def test_only_the_listed_get_routes_write(app):
    assert _writes_by_get(app) == ["account.terug"]
    bad = PortalBlueprint("proef", __name__)
    bad.route("/proef", needs=PUBLIC, writes=True)(lambda: "")
    other = Flask("proef")
    other.register_blueprint(bad)
    assert _writes_by_get(other) == ["proef.<lambda>"], "de regel moet bijten"


def _unused(permissions, used, source: str) -> list:
    """Permissions that open no route and no step, and that no code asks for."""
    return [p for p in permissions if p not in used and not re.search(rf"\b(?:P|Permission)\.{p.name}\b", source)]


def test_every_permission_is_used_and_belongs_to_a_role(app):
    used = {p for view in app.view_functions.values() for p in getattr(view, "needs", ())}
    used |= {step.needs for workflow in workflows() for step in workflow.steps.values()}
    source = "".join(p.read_text(encoding="utf-8") for p in PORTAL.rglob("*.py") if p.name != "permissions.py")
    assert _unused(Permission, used, source) == [], "een recht dat nergens iets opent"
    given = frozenset().union(*(row[2] for row in ROLES.values()))
    assert set(Permission) - given == set(), "een recht dat niemand heeft"
    spare = StrEnum("Spare", {"INKOOP": "inkoop:over"})
    assert _unused(spare, used, source) == [spare.INKOOP], "een begin van een naam is die naam niet"


# --- steps -----------------------------------------------------------------------------------------------------------------

# Reviewed: a step that is a part of a wider permission, or that another step brings along.
CARRIED_BY = {
    "inkoop:terughalen": "inkoop:uitvragen",
    "inkoop:doorzetten": "inkoop:beslissen",
    "inkoop:stoppen": "inkoop:beslissen",
    "inkoop:poort_beslissen": "inkoop:beslissen",
    "inkoop:afronden": "inkoop:contracteren",
    "perceel:weghalen": "inkoop:plannen",
    "perceel:afvallen": "inkoop:beslissen",
    "perceel:vervallen": "inkoop:beslissen",
    "perceel:gunning_intrekken": "inkoop:tekenen",
    "perceel:niet_gunnen": "inkoop:tekenen",
    "perceel:terzijde_leggen": "inkoop:vaststellen",
    "inschrijving:verzenden": "inschrijving:versturen",
    "inschrijving:intrekken": "inschrijving:versturen",
    "regeling:bekendmaken": "subsidie:regelen",
    "regeling:sluiten": "subsidie:regelen",
    "aanvraag:aanvullen": "aanvraag:versturen",
    "aanvraag:intrekken": "aanvraag:versturen",
    "plaatsing:afsluiten": "toegang:behandelen",
} | {event: needs for needs, events in {
    "subsidie:behandelen": (
        "subsidie:compleet", "subsidie:aanvulling_vragen", "subsidie:aangevuld", "subsidie:niet_aangevuld",
        "subsidie:toch_behandelen", "subsidie:uitstellen", "subsidie:opschorten", "subsidie:opschorting_eindigen",
        "subsidie:posten",
        "subsidie:beoordelen", "subsidie:heropenen",
        "subsidie:zienswijze_vragen", "subsidie:intrekken", "subsidie:verantwoorden", "subsidie:vaststelling_ontvangen",
        "subsidie:ambtshalve", "subsidie:termijn_stellen", "subsidie:herzien", "subsidie:herzien_stoppen",
        "rapportage:inleveren", "rapportage:akkoord", "betalingsstop:hervatten",
        "betalingsstop:verlopen", "bewaking:afronden", "bewaking:wijzigen", "bewaking:stoppen",
        *(f"toestemming:{step}" for step in (
            "aanvulling_vragen", "aangevuld", "niet_aangevuld", "verdagen", "voorstellen", "voorleggen", "van_rechtswege",
            "opschorten", "opschorting_eindigen",
            "intrekken", "voorschriften_voorstellen"))),
    "subsidie:tekenen": (
        "subsidie:verlenen", "subsidie:weigeren", "subsidie:niet_behandelen", "subsidie:vaststellen", "subsidie:wijzigen",
        "subsidie:verlening_intrekken", "subsidie:heroverwegen", "subsidie:alsnog_behandelen",
        "subsidie:intrekking_vervalt", "subsidie:vaststelling_vervalt", "toestemming:heroverwegen", "vordering:kwijtschelden",
        "vordering:vervallen", "vordering:rente_vragen", "vordering:rente_vervallen", "bezwaar:beslissen",
        "betalingsstop:besloten",
        *(f"toestemming:{step}" for step in ("toestemmen", "weigeren", "niet_behandelen", "bekendmaken",
                                               "voorschriften"))),
    "subsidie:betalen": ("vordering:aanmanen", "vordering:voldoen"),
    "toegang:behandelen": tuple(f"toegang:{step}" for step in (
        "onderzoeken", "verslag", "aanvragen", "geen_aanvraag", "heropenen", "intrekken", "voorstellen", "overdragen")) + tuple(
        # Every step of a placement, of a stay and of an offer between gemeenten is the access worker's.
        f"{flow.name}:{step}" for flow in (PLAATSING, VERBLIJF, OVERDRACHT) for step in flow.steps),
    "toegang:tekenen": ("toegang:toekennen", "toegang:afwijzen"),
    "verrekening:afspreken": tuple(
        f"verrekening:{step}" for step in ("versturen", "laten_vervallen", "vaststellen", "intrekken")),
    # Every step of residents is their own; what the coordinator does is one permission, but for who judges, advises and signs.
    "uitdaging:eigen": tuple(f"initiatief:{step}" for step in INITIATIEF.steps),
    "uitdaging:beoordelen": ("uitdaging:beoordeeld",),
    "uitdaging:tekenen": ("uitdaging:toewijzen", "uitdaging:afwijzen"),
    "uitdaging:behandelen": tuple(f"uitdaging:{step.name}" for step in UITDAGING.steps.values()
                                  if step.needs == Permission.UITDAGING_BEHANDELEN),
    "bezwaar:behandelen": (
        "bezwaar:verzuim_melden", "bezwaar:hersteld", "bezwaar:niet_hersteld", "bezwaar:verdagen", "bezwaar:horen",
        "bezwaar:uitnodigen", "bezwaar:advies_vastleggen", "bezwaar:opschorten", "bezwaar:opschorting_eindigen",
        "bezwaar:voorstellen", "bezwaar:intrekken"),
}.items() for event in events}
USE_CASE = {
    # The contract of the last perceel finishes the procurement.
    "inkoop:afronden": "_finish",
    "perceel:weghalen": "perceel_weghalen",
    # One act of sending: the application, and later what was missing from it.
    "aanvraag:aanvullen": "versturen",
    # What the applicant sent, taken in by the job; and a term that ended.
    "subsidie:intrekken": "ingetrokken",
    "subsidie:niet_aangevuld": "termijnen_verlopen",
    "subsidie:verantwoorden": "perioden_verlopen",
    "subsidie:vaststelling_ontvangen": "ontvangen",
    "rapportage:inleveren": "innemen",
    "betalingsstop:verlopen": "stops_verlopen",
    "betalingsstop:besloten": "stop_besloten",
    "bezwaar:hersteld": "aangevuld",
    "bezwaar:niet_hersteld": "verzuim_verlopen",
    "bezwaar:intrekken": "ingetrokken",
    "subsidie:beoordelen": "afronden",
    "rapportage:akkoord": "rapportage_akkoord",
    "vordering:voldoen": "ontvangst_boeken",
    # One signature per kind of decision, whatever the proposal was.
    **{f"subsidie:{step}": "getekend" for step in ("verlenen", "weigeren", "niet_behandelen", "wijzigen",
                                                   "verlening_intrekken")},
    "subsidie:vaststellen": "vaststelling_getekend",
    "bezwaar:beslissen": "getekend",
    "vordering:rente_vragen": "getekend",
    "vordering:kwijtschelden": "getekend",
    "vordering:rente_vervallen": "vervallen",
    **{f"toestemming:{step}": "getekend" for step in ("toestemmen", "weigeren", "niet_behandelen", "bekendmaken",
                                                   "voorschriften")},
    "toestemming:niet_aangevuld": "_unsupplemented",
    "toestemming:van_rechtswege": "_by_law",
    "toestemming:intrekken": "ingetrokken",
    # What a decision on an objection does to what was decided before.
    "subsidie:heroverwegen": "_again",
    "subsidie:alsnog_behandelen": "_handle_after_all",
    "subsidie:intrekking_vervalt": "_restore",
    "subsidie:vaststelling_vervalt": "_determine_again",
    "subsidie:herzien": "vaststelling_herzien",
    "toestemming:heroverwegen": "_reopen_request",
    # One signature, whatever the proposal was.
    **{f"toegang:{step}": "tekenen" for step in ("toekennen", "afwijzen")},
    "vordering:vervallen": "vordering_vervalt",
    # What a resident and a provider answered, carried on.
    "plaatsing:reserveren": "_reserved",
    "plaatsing:terug_op_lijst": "_follow",
    "plaatsing:pgb": "pgb_kiezen",
    "plaatsing:uitstromen": "naar_huis",
    "toegang:overdragen": "overgaan",
    # What residents sent, taken in by the job; and one signature, whatever the answer is.
    "uitdaging:ontvangen": "_van_vraag_naar_plan",
    "uitdaging:doorgeleiden": "_doorgestuurd",
    "uitdaging:aanvullen": "aangevuld",
    "uitdaging:plan": "plan_ontvangen",
    "uitdaging:intrekken": "ingetrokken",
    **{f"uitdaging:{step}": "tekenen" for step in ("toewijzen", "afwijzen")},
    "uitdaging:hertoetsen": "herzien",
    # A gemeente takes over, and the other lets go on the day that was agreed.
    "plaatsing:overdragen": "_gone",
    "plaatsing:hernemen": "overnemen",
    "plaatsing:meenemen": "overnemen",
    "verblijf:overdragen": "_gone",
    "verblijf:reserveren": "inwoner_antwoordt",
    "verblijf:weigeren": "inwoner_antwoordt",
    "verblijf:verlopen": "_follow",
    # The day of an accepted offer came: at the sender, and at the receiver that had a dossier before.
    **{f"{flow}:overdragen": "_gone" for flow in ("plaatsing", "verblijf")},
    **{f"plaatsing:{step}": "overnemen" for step in ("hernemen", "meenemen")},
}
EVENT_WORDS = INKOOP_WORDS | PLAATSING_WORDS | SUBSIDIE_WORDS | UITDAGING_WORDS


def _performed() -> set[tuple[str, str, str]]:
    """(workflow, step, function that performs it) in the code of the domains."""
    found = set()
    for path, tree in _modules():
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "perform":
                    steps = [step for arg in call.args for step in _steps(arg, function, path)]
                    found |= {(ast.unparse(call.func.value).lower(), step, function.name) for step in steps}
    return found


def _steps(arg: ast.expr, function: ast.FunctionDef, path: str) -> list[str]:
    """The steps that an argument names: a text, a name that got texts in this function, or a row of a table of this module."""
    if isinstance(arg, ast.Constant):
        return [arg.value] if isinstance(arg.value, str) else []
    if isinstance(arg, ast.Name):
        given = [n.value for n in ast.walk(function) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == arg.id]
        return [n.value for value in given if isinstance(value, ast.IfExp) for n in (value.body, value.orelse)
                if isinstance(n, ast.Constant)]
    if isinstance(arg, ast.Subscript) and isinstance(arg.value, ast.Name) and arg.value.id.isupper():
        table = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), arg.value.id)
        return [str(step) for step in table.values()]
    return []


def _other_words(flows, performed) -> list[str]:
    """Steps whose permission, use case or line in the history has another word than the step, and is not on the lists."""
    found = []
    for flow, step in ((flow, step) for flow in flows for step in flow.steps.values()):
        event = f"{flow.name}:{step.name}"
        verb = str(step.needs).partition(":")[2]
        if verb != step.name and CARRIED_BY.get(event) != step.needs:
            found.append(f"{event}: recht {step.needs}")
        if (flow.name, step.name, USE_CASE.get(event, step.name)) not in performed:
            found.append(f"{event}: geen use case")
        # What happened to a bid is told by the list of its sendings, not by a timeline.
        if event not in EVENT_WORDS and flow.name != "inschrijving":
            found.append(f"{event}: geen woorden in de tijdlijn")
    return found


def test_one_word_per_step_everywhere():
    """The step, its permission, its use case and its event carry the same word (architecture.md section 3, rule 5)."""
    performed = _performed()
    assert _other_words(workflows(), performed) == []
    steps = {f"{flow.name}:{step}" for flow in workflows() for step in flow.steps}
    assert set(CARRIED_BY) | set(USE_CASE) <= steps, "een uitzondering die nergens voor is"
    proef = Workflow("proef", PerceelState, {})
    proef.step("keuren", PerceelState.GEPLAND, PerceelState.GEOPEND, needs=Permission.INKOOP_PLANNEN, label="Keur")
    assert _other_words([proef], performed) == ["proef:keuren: recht inkoop:plannen", "proef:keuren: geen use case",
                                                "proef:keuren: geen woorden in de tijdlijn"]


def _untried(flows, test) -> set[tuple[str, str]]:
    """Steps that a test with one case per step leaves out."""
    (mark,) = [mark for mark in test.pytestmark if mark.name == "parametrize"]
    return {(flow.name, step) for flow in flows for step in flow.steps} - {(flow.name, step) for flow, step in mark.args[1]}


def test_every_step_has_an_obstacle_test():
    """Role, owner and phase of every step are refused by name in tests/domains/test_stappen.py."""
    test = test_stappen.test_every_step_refuses_every_other_role_owner_and_phase
    assert _untried(workflows(), test) == set()
    proef = Workflow("proef", PerceelState, {})
    proef.step("keuren", PerceelState.GEPLAND, None, needs=Permission.INKOOP_PLANNEN, label="Keur")
    assert _untried([proef], test) == {("proef", "keuren")}, "de regel moet bijten"


# --- code ------------------------------------------------------------------------------------------------------------------


def _modules():
    for path in sorted(PORTAL.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


# oidc.py talks to providers that live in real time: the demo offset would break exp and iat. The others ask a stopwatch
# (monotonic), which is no date.
READS_TIME = {"portal/kernel/clock.py", "portal/web/oidc.py"}
CLOCKS = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


def _reads_clock(tree: ast.AST) -> list[int]:
    return [
        n.lineno
        for n in ast.walk(tree)
        if isinstance(n, ast.Call)
        and isinstance(n.func, ast.Attribute)
        and isinstance(n.func.value, ast.Name)
        and (n.func.value.id, n.func.attr) in CLOCKS
    ]


def test_only_the_clock_reads_the_time():
    found = {path: lines for path, tree in _modules() if path not in READS_TIME and (lines := _reads_clock(tree))}
    assert found == {}
    assert _reads_clock(ast.parse("datetime.now()")), "de regel moet bijten"


def _bare(path: str, tree: ast.Module, guards=frozenset()) -> list[str]:
    """Modules, classes and functions for others without a docstring. A guard is told by the sentence that it answers."""
    found = [] if ast.get_docstring(tree) or not tree.body else [path]
    named = [n for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]
    public = [n for n in named if not n.name.startswith("_") and n.name not in guards]
    return found + [f"{path}:{n.lineno} {n.name}" for n in public if not ast.get_docstring(n)]


def test_every_public_thing_says_what_it_is():
    guards = {guard.__name__ for flow in workflows() for step in flow.steps.values() for guard in step.guards}
    assert [line for path, tree in _modules() for line in _bare(path, tree, guards)] == []
    assert _bare("x.py", ast.parse("class A: pass\ndef b(): pass\ndef _c(): pass")) == ["x.py", "x.py:1 A", "x.py:2 b"]


def test_the_layers_hold():
    """Who may import whom: .importlinter."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_nothing_names_a_workplace_or_a_registry():
    words = ["/" + "work/", "pypi" + ".org", "registry." + "npmjs", "pythonhosted" + ".org"]
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    found = []
    for name in names:
        path = ROOT / name
        if path.is_file() and path.stat().st_size < 2_000_000:
            body = path.read_bytes().decode("utf-8", "ignore")
            found += [f"{name}: {word}" for word in words if word in body]
    assert found == []


# --- templates ---------------------------------------------------------------------------------------------------------------


def test_templates_carry_no_inline_style_or_script():
    bad = re.compile(r"\sstyle=|<script(?![^>]*\bsrc=)|\son(?:click|load|submit|change|input)=|<style|\|safe\b")
    found = {
        p.relative_to(ROOT).as_posix(): m.group()
        for p in (PORTAL / "templates").rglob("*.html")
        if "mail" not in p.parts and (m := bad.search(p.read_text(encoding="utf-8")))
    }
    assert {k: v for k, v in found.items() if not k.endswith("components/icons.html")} == {}
    assert bad.search('<p style="x">') and bad.search("<script>x</script>") and not bad.search('<script src="x">')


def _script_only(template: str) -> list[str]:
    """Forms that post with htmx and not without."""
    forms = re.findall(r"<form\b[^>]*>", template)
    return [form for form in forms if "hx-post" in form and not ('method="post"' in form and "action=" in form)]


def test_every_post_form_works_without_htmx():
    """hx-post only beside a plain method and action: without JavaScript the same form posts."""
    templates = (PORTAL / "templates").rglob("*.html")
    assert [f"{p.name}: {form[:80]}" for p in templates for form in _script_only(p.read_text(encoding="utf-8"))] == []
    assert _script_only('<form hx-post="/x" method="post">')
    assert not _script_only('<form hx-post="/x" method="post" action="/x">')


# --- parts and lists ---------------------------------------------------------------------------------------------------------


def _root(part: str) -> str | None:
    """The id of the one element that a part is; None when it is anything else."""
    nodes = [n for n in BeautifulSoup(part, "html.parser").contents if not isinstance(n, Comment) and str(n).strip()]
    return nodes[0].get("id") if len(nodes) == 1 and hasattr(nodes[0], "get") else None


# They answer an upload; tests/web/test_uploads.py, test_inschrijving.py and test_aanvraag.py send one and look.
ON_UPLOAD = {(f"{place}/document.html", "stukken") for place in ("aanvraag", "inschrijving", "organisatie")} | {
    ("initiatief/bestanden.html", "stukken")}


def test_every_part_has_one_root_with_an_id(world, monkeypatch):
    """htmx puts a part in place of an element with the same id; more than one root would lose the rest."""
    wanted = {
        (call.args[0].value, call.args[1].value)
        for _path, tree in _modules()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "page_or_part" and len(call.args) > 1
        and all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in call.args[:2])
    }
    seen: dict = {}
    real = portal_htmx.render_block

    def render(template, part, **context):
        seen[template, part] = real(template, part, **context)
        return seen[template, part]

    monkeypatch.setattr(portal_htmx, "render_block", render)
    loop = inkoop_world.geplande_inkoop(world)
    visits = [(loop.wie.manager, url) for url in ("/contracten", "/zoeken?q=beschermd", "/mijn-werk", "/aanbieders", "/inkoop",
                                                  f"/inkoop/{loop.inkoop_id}/gebeurtenissen")]
    zaak = subsidies_world.verstuurd(world, subsidies_world.geschreven(world))
    visits += [(zaak.wie.adviseur, url) for url in ("/subsidies", "/subsidies/vorderingen",
                                                        f"/subsidies/{zaak.subsidie_id}/gebeurtenissen",
                                                    "/subsidieregister", "/subsidieregister/verslag")]
    visits += [(world.medewerker("zwolle", "bezwaarbehandelaar"), "/subsidies/bezwaren"),
               (zaak.aanvrager.auteur, f"/aanvragen/subsidie/{zaak.subsidie_id}/gebeurtenissen")]
    visits += [(world.medewerker("kampen", "consulent"), url) for url in ("/toegang", "/plaatsingen")]
    visits += [(loop.wie.beheerder, "/beheer/kleur"), (loop.wie.aanbieders[0].beheerder, "/organisatie/documenten/nieuw")]
    for person, url in visits:
        world.sign_in(person).client.get(url, headers={"HX-Request": "true"})
    assert set(seen) >= wanted - ON_UPLOAD, f"niet bezocht: {wanted - set(seen) - ON_UPLOAD}"
    assert [where for where, part in seen.items() if not _root(part)] == []
    assert _root('<div id="a"></div>') == "a"
    assert _root('<div id="a"></div><p>b</p>') is _root("<div>x</div>") is _root('tekst <div id="a"></div>') is None


@contextmanager
def _counting(engine):
    """How many statements go to the database."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_every_list_asks_the_same_however_long_it_is(world):
    """No query per row: as many statements for nine rows as for three."""
    wie = inkoop_world.personen(world)
    lists = {
        wie.manager: ["/inkoop", "/mijn-werk", "/berichten", "/contracten", "/zoeken?q=beschermd"],
        wie.beheerder: ["/beheer/leden", "/beheer/groepen", "/beheer/mandaten", "/beheer/vervanging", "/beheer/logboek",
                        "/beheer/inzage", "/account"],
        wie.aanbieders[0].beheerder: ["/inschrijving", "/berichten", "/organisatie", "/aanbestedingen"],
    }

    def more(turns):
        for turn in turns:
            loop = inkoop_world.geplande_inkoop(world, wie=wie, percelen=1, titel=f"Beschermd wonen {turn}")
            colleague = world.medewerker("zwolle", "auditor")
            world.token(wie.beheerder)
            for to in (wie.manager.party_id, wie.aanbieders[0].id):
                world.as_(wie.beleid["kampen"], send_message, to=to, onderwerp=f"Bericht {turn}", tekst="Hallo")
            world.as_(wie.beheerder, leden.uitnodigen, naam="N", email=f"n{turn}@voorbeeld.example", rollen=["auditor"])
            world.as_(wie.beheerder, leden.claim_toevoegen, claim="groups", waarde=f"groep {turn}", rol="auditor")
            world.as_(wie.beheerder, mandaten.vervangen, afwezige_id=wie.manager.user_id, vervanger_id=colleague.user_id,
                      van=clock.today(), tot=clock.today() + timedelta(days=1), reden="verlof")
            access_log.viewed(world.app.engine, wie.beheerder, loop.inkoop_id, "proef")
            access_log.journal(world.app.engine, wie.beheerder, "proef", None, "gelukt")

    def asked() -> dict[str, int]:
        found = {}
        for person, urls in lists.items():
            browser = world.sign_in(person)
            for url in urls:
                browser.get(url)  # what is kept between requests is kept now
                with _counting(world.app.engine) as statements:
                    browser.get(url)
                found[f"{person.actor.party_naam} {url}"] = len(statements)
        return found

    more(range(3))
    few = asked()
    more(range(3, 9))
    many = asked()
    assert {url: (few[url], many[url]) for url in few if few[url] != many[url]} == {}
    with _counting(world.app.engine) as statements, world.app.engine.connect() as connection:
        for _row in range(3):
            connection.exec_driver_sql("SELECT 1")
    assert statements.count("SELECT 1") == 3, "de teller telt"


# --- words -------------------------------------------------------------------------------------------------------------------


def test_every_state_and_role_is_explained_to_people():
    """config/begrippen.toml is the one dictionary."""
    words = {w["woord"].lower() for w in load("begrippen")["begrip"]}
    codes = {c for w in load("begrippen")["begrip"] for c in w.get("code", [])}
    needed = {str(state) for workflow in workflows() for state in workflow.states} | {ROLES[r][0] for r in Role}
    missing = sorted(n for n in needed if n.lower() not in words and n not in codes)
    assert missing == []


def test_every_workflow_state_can_be_reached_and_has_a_label():
    for workflow in workflows():
        assert set(workflow.labels) == set(workflow.states)
        targets = {step.target for step in workflow.steps.values()}
        # The first state is made by creation; geopend is set by the database at the second opening act, and what another
        # gemeente answered to an offer or a settlement too (portal.antwoord_telt, portal.verrekening_telt).
        begin = {str(next(iter(workflow.states))), "geopend", "akkoord", "betwist"}
        if workflow is OVERDRACHT:
            begin |= {"aanvaard", "geweigerd", "gestaakt"}
        assert {str(s) for s in workflow.states} - targets - begin == set()


# --- migrations --------------------------------------------------------------------------------------------------------------


def test_migrations_go_up_down_and_up_without_a_difference(server, worker_id):
    name = f"op_en_neer_{worker_id}"
    server.create_database(name)
    url = server.dsn("portal_owner", dbname=name)
    engine = sa.create_engine(url)
    try:
        migrations.upgrade(url)
        migrations.downgrade(url, "base")
        with engine.connect() as c:
            assert c.scalar(sa.text("SELECT count(*) FROM pg_namespace WHERE nspname IN ('portal', 'jobs')")) == 0
        migrations.upgrade(url)
        with engine.connect() as c:

            def ours(name, type_, parents):
                if type_ == "schema":
                    return name == "portal"
                return type_ != "table" or f"{parents.get('schema_name')}.{name}" in metadata.tables

            context = MigrationContext.configure(c, opts={"include_schemas": True, "include_name": ours})
            assert compare_metadata(context, metadata) == []
            assert context.get_current_revision() == migrations.newest()
    finally:
        engine.dispose()
        server.drop_database(name)


def test_the_comparison_sees_a_difference(owner):
    other = sa.MetaData(schema="portal")
    sa.Table("partij", other, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("verzonnen", sa.Text))
    with owner.connect() as c:
        context = MigrationContext.configure(
            c, opts={"include_schemas": True, "include_name": lambda n, t, p: t != "schema" or n == "portal"}
        )
        assert any("verzonnen" in str(d) for d in compare_metadata(context, other))
