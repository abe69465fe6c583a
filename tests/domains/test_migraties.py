"""Migrations with data: the demo region goes down to the first schema and up again, and what it held is still there.

The region is three procurements that went through the use cases: one with contracts and extensions, one open for bids, one that
is being decided. At every revision, on the way down and on the way up, each party's history is walked again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, create_engine, text

import migrations
from portal.app import create_app
from portal.demo import PERSONAS, seed_demo
from portal.jobs import seal_all
from portal.kernel.history import verify
from portal.tenants.region import party_id
from tests.conftest import TEMPLATE
from tests.world import World

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
REVISIONS = sorted(path.name[:4] for path in (migrations.FOLDER / "versions").glob("[0-9]*.py"))
# Going below a revision takes along what only that revision can hold; each downgrade says why. Tables that go as a whole, and
# rows that the schema before has no room for: of the rows planted below exactly these.
GOES = {"0006": {"verlengingsbesluit"},
        "0017": {"regeling", "regeling_publicatie", "geschiktheidscheck", "plafond", "plafond_boeking", "maximum", "aanvraag",
                 "aanvraag_document", "indiening", "subsidie", "aantekening", "beoordeling", "argument", "voorstel",
                 "subsidieregel"},
        "0018": {"betaling", "betaalbestand", "betalingsstop", "rapportage", "vordering"},
        "0019": {"bezwaar"},
        "0020": {"subsidieregister", "begrotingspost", "begrotingspost_boeking"},
        "0021": {"toestemming"},
        "0022": {"bewaking", "bewakingsperiode"}, "0029": {"persoon", "toegang", "onderzoek", "randvoorwaarde"},
        "0030": {"plaatsing", "verantwoordelijkheid", "plaatsvraag", "wachtregel", "overgeslagen", "terugkeertoets", "locatie",
                 "locatie_adres", "capaciteit", "bezetting", "verblijf", "kandidaatkaart", "clientgegevens", "overdracht",
                 "momentopname", "grond", "plaatsing_antwoord", "overdrachtspunt", "overdrachtsteken"},
        "0031": {"taakoverdracht", "taakbevestiging", "huishouden", "huishoudlid", "huishoudplan", "planregel", "regie"},
        "0032": {"clientresultaat", "uitwerking", "voortgang", "voortgangscore", "uitkomst"},
        "0033": {"koppeling", "contactnotitie", "inwonervraag", "vernietiging", "verwerking"},
        "0034": {"berichtpartner", "berichtenverkeer", "toewijzing", "toewijzingversie", "levering", "zorgverzoek",
                 "prestatie"},
        "0035": {"verrekening", "verrekenregel", "verrekening_antwoord"},
        "0036": {"woonafspraak"},
        "0037": {"gemeentetaak", "initiatief", "ideeconcept", "medeindiener", "inzending", "uitdaging", "informatie", "gesprek",
                 "verslagakkoord", "criteriumoordeel", "routetoets", "paneladvies", "initiatiefpagina", "steunbetuiging",
                 "steunlijst", "volger", "afspraak", "afspraakteken", "evaluatie", "tegenspraak", "vervolg"},
        "0038": {"raadsstuk", "beslispunt", "toezegging", "raadssessie", "advies", "adviespunt"}}
LOSES = {"0019": {"indiening": 1, "argument": 2}, "0018": {"indiening": 6}, "0008": {"claim_rol": 1},
         "0007": {"idempotentie": 1}, "0005": {"uitnodiging": 1}}
# Rows that the demo has not, one of each kind that a downgrade decides about.
PLANTED = (
    "INSERT INTO portal.claim_rol (id, party_id, claim, waarde, rol) "
    "VALUES (gen_random_uuid(), :p, 'groups', 'proef', 'raadslid')",
    "INSERT INTO portal.idempotentie (sleutel, party_id, account_id, path, resultaat) SELECT 'k', :p, id, path, '{}' FROM "
    "(SELECT id FROM portal.account ORDER BY id LIMIT 1) a CROSS JOIN (VALUES ('/een'), ('/twee')) b (path)",
    "INSERT INTO portal.uitnodiging (id, party_id, naam, email, rollen, token_hash, verloopt_at) VALUES "
    "(gen_random_uuid(), :p, 'Ina', 'ina@voorbeeld.example', '{beheerder}', '\\x01', portal.now() + interval '1 day')",
    # A decided gate whose title names a phase: 0016 gives it that phase, past its guard.
    "INSERT INTO portal.mijlpaal (id, dossier_id, eigenaar_id, party_id, volgnummer, titel, moment, fase, poort, uitkomst, "
    "besloten_on, reden) SELECT gen_random_uuid(), dossier_id, eigenaar_id, party_id, 99, 'Gunning', moment, 'gunning', "
    "'gunnen', 'go', current_date, 'Akkoord.' FROM portal.mijlpaal ORDER BY id LIMIT 1",
    "INSERT INTO portal.mailadres (adres, subject) VALUES ('bewoner@voorbeeld.example', gen_random_uuid())",
)
# Tables that a procurement leans on: an empty one would prove nothing.
BIG = ("dossier", "inkoop", "perceel", "eis", "criterium", "deelnamebesluit", "deelname_antwoord", "deelname_cijfer",
       "mijlpaal", "publicatie", "inschrijving", "inschrijving_perceel", "verzending", "opening", "score", "toets", "besluit",
       "overeenkomst", "overeenkomst_periode", "document", "bericht", "termijn", "case_event", "zegel", "zegelkop",
       "membership", "mandaat")


@dataclass(frozen=True)
class Filled:
    """A filled database of its own. `url`: as its owner."""

    url: str
    owner: Engine
    sealer: Engine
    app: object

    def counts(self) -> dict[str, int]:
        """How many rows every table of the portal holds."""
        with self.owner.connect() as c:
            tables = c.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'portal' ORDER BY 1")).scalars().all()
            found = {table: c.execute(text(f"SELECT count(*) FROM portal.{table}")).scalar() for table in tables}
        self.owner.dispose()
        return found

    def rows(self) -> dict[str, list[dict]]:
        """Every row of the tables that a procurement leans on."""
        with self.owner.connect() as c:
            found = {table: c.execute(text(f"SELECT to_jsonb(t) FROM portal.{table} t")).scalars().all() for table in BIG}
        self.owner.dispose()
        return found

    def faults(self) -> list[str]:
        """What is wrong with the history of any party, as `flask verify-history` finds it."""
        with self.sealer.connect() as c:
            parties = c.execute(text("SELECT DISTINCT eigenaar_id FROM portal.zegel")).scalars().all()
            found = [fault for party in parties for fault in verify(c, party, KEY.public_key())]
        self.sealer.dispose()
        assert len(parties) > 3
        return found


@pytest.fixture(scope="module")
def filled(server, settings, worker_id, tmp_path_factory) -> Iterator[Filled]:
    name = f"portaal_migraties_{worker_id}"
    server.create_database(name, template=TEMPLATE)
    url = server.dsn("portal_owner", dbname=name)
    owner, sealer = create_engine(url), create_engine(server.dsn("portal_zegel", dbname=name))
    app = create_app(replace(settings, database_url=server.dsn("portal_app", dbname=name), environment="demo",
                             file_store_url=tmp_path_factory.mktemp("migraties").as_uri()))
    seed_demo(app, owner)
    with owner.begin() as c:
        for statement in PLANTED:
            c.execute(text(statement), {"p": party_id("zwolle")} if ":p" in statement else {})
    assert seal_all(sealer, KEY, "1") > 100
    yield Filled(url, owner, sealer, app)
    for engine in (app.engine, owner, sealer):
        engine.dispose()
    server.drop_database(name)


def pages(filled: Filled) -> dict[str, int]:
    """What people of the region see, by address: the status of each page."""
    app, found = filled.app, {}
    app.engine.dispose()
    visitor = app.test_client()
    for address in ("/aanbestedingen", "/aanbieders"):
        found[address] = visitor.get(address).status_code
    world = World(app, filled.owner)
    manager = world.sign_in(world.medewerker("zwolle", "contractmanager", naam="Kijker")).client
    with filled.owner.connect() as c:
        cases = c.execute(text("SELECT id FROM portal.dossier WHERE soort = 'inkoop' ORDER BY reference")).scalars().all()
    for address in ("/mijn-werk", "/inkoop", "/contracten", *(f"/inkoop/{case}" for case in cases)):
        found[address] = manager.get(address).status_code
    assert len(cases) == 3
    return found


def test_the_revisions_are_a_row_without_a_gap():
    wanted = [f"{number:04}" for number in range(1, len(REVISIONS) + 1)]
    assert (REVISIONS, REVISIONS[-1]) == (wanted, migrations.newest())


def test_down_to_the_first_schema_and_up_again_with_a_filled_region(filled):
    assert set(pages(filled).values()) == {200}
    assert filled.faults() == []
    at_head = filled.counts()
    assert {table: at_head[table] for table in BIG if not at_head[table]} == {}
    assert at_head["verlengingsbesluit"] and at_head["case_event"] > 100 and len(PERSONAS) > 10

    before, left = filled.rows(), dict(at_head)
    for below, revision in reversed(list(pairwise(REVISIONS))):
        migrations.downgrade(filled.url, below)
        now = filled.counts()
        left = {table: count - LOSES.get(revision, {}).get(table, 0) for table, count in left.items()
                if table not in GOES.get(revision, ())}
        assert now == left, f"naar {below}"
        assert filled.faults() == [], f"op {below}"

    at_first = {table: set(rows[0]) for table, rows in filled.rows().items()}

    for revision in REVISIONS[1:]:
        migrations.upgrade(filled.url, revision)
        now = filled.counts()
        for table in GOES.get(revision, ()):
            left[table] = 0
        assert now == left, f"naar {revision}"
        assert filled.faults() == [], f"op {revision}"

    # Not only how many: whatever the first schema knows of a row reads as it did.
    for table, rows in filled.rows().items():
        columns = at_first[table] & set(rows[0])
        assert len(columns) > 2, table
        assert sorted(({c: row[c] for c in columns} for row in rows), key=str) == sorted(
            ({c: row[c] for c in columns} for row in before[table]), key=str), table
    # 0016 reads the phase of older milestones from their titles: those of the region tell it.
    planned = [{(row["id"], row["fase"]) for row in rows["mijlpaal"]} for rows in (before, filled.rows())]
    assert planned[0] == planned[1] and {fase for _id, fase in planned[0]} == {None, "publicatie", "beoordeling", "gunning"}
    assert set(pages(filled).values()) == {200}
    with filled.owner.connect() as c:
        assert c.execute(text("SELECT count(*) FROM portal.case_event WHERE eigenaar_id = :z"),
                         {"z": party_id("zwolle")}).scalar() > 50


def test_every_migration_says_what_its_downgrade_cannot_keep():
    """The control of GOES: a table that a revision makes is named there, and no other."""
    for revision in REVISIONS[1:]:
        [path] = (migrations.FOLDER / "versions").glob(f"{revision}_*.py")
        source = path.read_text(encoding="utf-8").replace("op.create_table(\n        ", "op.create_table(")
        made = {line.split('"')[1] for line in source.splitlines() if "op.create_table(" in line}
        for name in re.findall(r'\bsql\("(\w+\.sql)"\)', source):
            made |= set(re.findall(r"CREATE TABLE portal\.(\w+)", migrations.sql(name)))
        assert made == GOES.get(revision, set()), revision
