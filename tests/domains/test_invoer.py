"""Migration 0007 with rows in the tables, down and up again."""

import uuid

import pytest
from sqlalchemy import create_engine, text

import migrations
from tests.conftest import TEMPLATE

PARTY, AUTHOR, OTHER, INKOOP, BID = (str(uuid.UUID(int=n)) for n in range(1, 6))


@pytest.fixture
def copy(server, worker_id):
    """An own database at the newest revision, with one procurement and one bid in it."""
    name = f"portaal_invoer_{worker_id}"
    server.create_database(name, template=TEMPLATE)
    engine = create_engine(server.dsn("portal_owner", dbname=name))
    with engine.begin() as c:
        lead, verband = c.execute(text(
            "SELECT g.id, v.id FROM portal.gemeente g, portal.samenwerkingsverband v WHERE g.slug = 'zwolle' LIMIT 1")).one()
        for statement in (
            "INSERT INTO portal.partij (id, soort, naam) VALUES (:p, 'aanbieder', 'De Brink (fictief)')",
            "INSERT INTO portal.aanbieder (id, naam, kvk_nummer, grootteklasse) VALUES (:p, 'De Brink (fictief)', '00000001', "
            "'klein')",
            "INSERT INTO portal.account (id, naam, is_medewerker) VALUES (:a, 'Schrijver', false), (:o, 'Ander', false)",
            "INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id, behandelaar_id) VALUES "
            "(:i, 'inkoop', 'INK-2026-0001', 'Wonen', 'gepland', :lead, NULL), "
            "(:b, 'inschrijving', 'INS-2026-0001', 'Wonen', 'begonnen', :p, :a)",
            "INSERT INTO portal.inkoop (id, verband_id, methode, toegang, omschrijving, geraamde_waarde, begint_on, "
            "looptijd_jaren, terugval, aandachtspunten) VALUES (:i, :v, 'a', 'open', 'b', 1, '2028-01-01', '{1}', 'c', '[]')",
            "INSERT INTO portal.inschrijving (id, inkoop_id, aanbieder_id, gewijzigd_by) VALUES (:b, :i, :p, "
            "ARRAY[:a, :o]::uuid[])",
            "INSERT INTO portal.idempotentie (sleutel, party_id, account_id, path, resultaat, gemaakt_at) VALUES "
            "('k', :p, :a, '/een', '{\"location\": \"/1\"}', now() - interval '1 minute'), "
            "('k', :p, :o, '/twee', '{\"location\": \"/2\"}', now())",
        ):
            c.execute(text(statement.replace('": "', '"\\: "')), {
                "p": PARTY, "a": AUTHOR, "o": OTHER, "i": INKOOP, "b": BID, "lead": lead, "v": verband})
    yield engine, server.dsn("portal_owner", dbname=name)
    engine.dispose()
    server.drop_database(name)


def test_0007_goes_down_and_up_with_rows_in_it(copy):
    engine, url = copy

    def look(statement):
        with engine.begin() as c:
            return c.execute(text(statement)).all()

    migrations.downgrade(url, "0006")
    engine.dispose()
    assert look("SELECT sleutel, resultaat ->> 'location' FROM portal.idempotentie") == [("k", "/1")], "the first answer stays"
    assert look("SELECT portal.limiet_teller('x', 60)") == [(1,)]
    look("INSERT INTO portal.idempotentie (sleutel, party_id, account_id, resultaat) "
         f"VALUES ('zonder', '{PARTY}', NULL, '{{}}') RETURNING 1")

    migrations.upgrade(url)
    engine.dispose()
    assert look("SELECT sleutel, path FROM portal.idempotentie") == [("k", "")]
    assert look("SELECT portal.limiet_teller('x', 60), portal.limiet_teller('y', 60, 1000)") == [(2, 1000)]
    assert look("SELECT gewijzigd_by FROM portal.inschrijving") == [([uuid.UUID(AUTHOR)],)], "whom the dossier names"
    assert look("SELECT portal.limiet_teller('y', 60, 24)") == [(1024,)]
