"""Rules of the house, checked over everything at once. Each has a control that proves it bites."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import migrations
from config import load
from portal.cli import route_table
from portal.domains import workflows
from portal.identity.permissions import ROLES, Permission, Role
from portal.models import metadata
from portal.web.blueprint import PUBLIC, PortalBlueprint

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


def test_only_the_listed_get_routes_write(app):
    writing = sorted(
        e
        for e, view in app.view_functions.items()
        if getattr(view, "writes", False) and any("GET" in r.methods for r in app.url_map.iter_rules(e))
    )
    assert writing == ["account.terug"]


def test_every_permission_is_used_and_belongs_to_a_role(app):
    used = {p for view in app.view_functions.values() for p in getattr(view, "needs", ())}
    used |= {step.needs for workflow in workflows() for step in workflow.steps.values()}
    source = "".join(p.read_text(encoding="utf-8") for p in PORTAL.rglob("*.py") if p.name != "permissions.py")
    unused = [p for p in Permission if p not in used and f"P.{p.name}" not in source and f"Permission.{p.name}" not in source]
    assert unused == [], "een recht dat nergens iets opent"
    given = frozenset().union(*(row[2] for row in ROLES.values()))
    assert set(Permission) - given == set(), "een recht dat niemand heeft"


def test_one_word_per_step_everywhere():
    """The step, its permission and its use case carry the same word (architecture.md section 3, rule 5)."""
    from portal.domains.inkoop import inschrijven, usecases

    for workflow in workflows():
        for step in workflow.steps.values():
            module = inschrijven if workflow.name == "inschrijving" else usecases
            name = {"afronden": "contracteren"}.get(step.name, step.name)
            assert hasattr(module, name), f"{workflow.name}:{step.name} heeft geen use case"


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


def test_every_public_thing_says_what_it_is():
    """Modules, classes and public functions carry a docstring; views and guards are named after what they do."""
    bare = []
    for path, tree in _modules():
        if not ast.get_docstring(tree) and tree.body:
            bare.append(path)
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                bare.append(f"{path}:{node.lineno} {node.name}")
    assert bare == []


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


def test_every_post_form_works_without_htmx():
    """hx-post only beside a plain method and action: without JavaScript the same form posts."""
    found = []
    for path in (PORTAL / "templates").rglob("*.html"):
        for form in re.findall(r"<form\b[^>]*>", path.read_text(encoding="utf-8")):
            if "hx-post" in form and not ('method="post"' in form and "action=" in form):
                found.append(f"{path.name}: {form[:80]}")
    assert found == []


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
        # The first state is made by creation; geopend is set by the database at the second opening act.
        begin = {str(next(iter(workflow.states))), "geopend"}
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
