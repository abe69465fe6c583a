"""The region as config/region.toml says it: laid out once, brought up to date later, and its history kept."""

import copy
from datetime import date

import pytest
from sqlalchemy import create_engine

import migrations
from config import load
from portal.db import Session
from portal.tenants import region

NEW = date(2027, 1, 1)


@pytest.fixture
def laid_out(server, worker_id, monkeypatch):
    """`lay_out(changed)` on a database of its own, and `rows(sql)` to look at it."""
    name = f"regio_{worker_id}"
    server.create_database(name)
    url = server.dsn("portal_owner", dbname=name)
    migrations.upgrade(url)
    engine = create_engine(url)

    def lay_out(change=lambda toml: None):
        toml = copy.deepcopy(load("region"))
        change(toml)
        monkeypatch.setattr(region, "load", lambda _name: toml)
        with Session(bind=engine, info={"owner": True}) as session, session.begin():
            region.lay_out(session, NEW)

    def rows(sql: str) -> list:
        with engine.begin() as connection:
            result = connection.exec_driver_sql(sql)
            return [tuple(row) for row in result] if result.returns_rows else []

    lay_out()
    yield lay_out, rows
    engine.dispose()
    server.drop_database(name)


EVERYTHING = ("SELECT p.naam, p.slug, g.naam, g.merkkleur, g.inwoners, s.naam, s.grondslag FROM portal.partij p "
              "LEFT JOIN portal.gemeente g ON g.id = p.id LEFT JOIN portal.samenwerkingsverband s ON s.id = p.id "
              "ORDER BY p.slug",
              "SELECT id, verband_id, gemeente_id, van, tot, is_trekker FROM portal.deelname ORDER BY id")
MEMBERS = ("SELECT g.slug, d.van::text, d.tot::text, d.is_trekker FROM portal.deelname d JOIN portal.gemeente g ON g.id = "
           "d.gemeente_id JOIN portal.partij v ON v.id = d.verband_id WHERE v.slug = 'vervoer' AND g.slug IN ('deventer', "
           "'raalte') ORDER BY g.slug, d.van")


def test_a_second_time_changes_nothing(laid_out):
    lay_out, rows = laid_out
    before = [rows(sql) for sql in EVERYTHING]
    lay_out()
    assert [rows(sql) for sql in EVERYTHING] == before


def test_names_numbers_and_colours_follow_the_file_but_for_a_colour_of_ones_own(laid_out):
    lay_out, rows = laid_out
    rows("UPDATE portal.gemeente SET merkkleur = '#123456', kleur_gekozen_at = now() WHERE slug = 'kampen'")

    def change(toml):
        zwolle, kampen = (next(g for g in toml["gemeente"] if g["slug"] == slug) for slug in ("zwolle", "kampen"))
        zwolle |= {"naam": "Zwolle aan de IJssel", "inwoners": 140_000, "merkkleur": "#000001"}
        kampen |= {"merkkleur": "#000002", "telefoon": "14 038"}

    lay_out(change)
    assert rows("SELECT p.naam, g.naam, g.inwoners, g.merkkleur FROM portal.gemeente g JOIN portal.partij p ON p.id = g.id "
                "WHERE g.slug = 'zwolle'") == [("Zwolle aan de IJssel", "Zwolle aan de IJssel", 140_000, "#000001")]
    assert rows("SELECT merkkleur, telefoon FROM portal.gemeente WHERE slug = 'kampen'") == [("#123456", "14 038")]


def test_a_new_lead_counts_from_a_day_and_the_past_stays(laid_out):
    lay_out, rows = laid_out

    def change(toml):
        next(v for v in toml["verband"] if v["slug"] == "vervoer")["trekker"] = "raalte"

    for _twice in range(2):
        lay_out(change)
        assert rows(MEMBERS) == [
            ("deventer", "2017-01-01", "2027-01-01", True), ("deventer", "2027-01-01", None, False),
            ("raalte", "2017-01-01", "2027-01-01", False), ("raalte", "2027-01-01", None, True)]


def test_membership_has_a_first_and_a_last_day(laid_out):
    lay_out, rows = laid_out

    def change(toml):
        vervoer = next(v for v in toml["verband"] if v["slug"] == "vervoer")
        vervoer["leden"] = [{"slug": "raalte", "van": date(2018, 1, 1), "tot": date(2029, 1, 1)} if slug == "raalte" else slug
                            for slug in vervoer["leden"]]

    lay_out(change)
    assert rows(MEMBERS) == [("deventer", "2017-01-01", None, True), ("raalte", "2018-01-01", "2029-01-01", False)]
    # Who is no longer named stays: leaving is a date.
    lay_out(lambda toml: next(v for v in toml["verband"] if v["slug"] == "vervoer").update(leden=["deventer"]))
    assert [row[0] for row in rows(MEMBERS)] == ["deventer", "raalte"]


def test_a_gemeente_has_one_name(laid_out):
    _lay_out, rows = laid_out
    with pytest.raises(Exception, match="fk_gemeente_naam"):
        rows("UPDATE portal.gemeente SET naam = 'Anders' WHERE slug = 'kampen'")
