"""Dates, amounts and sizes as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.planning import parse
from portal.web import filters, taal

NBSP = "\N{NO-BREAK SPACE}"
DAY = date(2026, 12, 15)
MOMENT = datetime(2026, 12, 15, 16, 0, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def test_dates_in_dutch():
    assert filters.datum(DAY) == "dinsdag 15 december 2026"
    assert filters.datum_kort(DAY) == "di 15 december 2026"
    assert filters.datum_tabel(date(2026, 2, 3)) == "03-02-2026"
    assert filters.weekdag_kort(DAY) == "di"
    assert filters.maand_kort(date(2026, 3, 1)) == "mrt"
    assert filters.iso(DAY) == "2026-12-15"


def test_dates_in_english():
    assert filters.datum(DAY, "en") == "Tuesday 15 December 2026"
    assert filters.datum_kort(DAY, "en") == "Tue 15 December 2026"
    assert filters.moment(MOMENT, "en") == "Tuesday 15 December 2026, 17:00"
    assert filters.tijdstip(MOMENT, "en") == "at 17:00:00"


def test_a_moment_is_shown_in_dutch_time():
    assert filters.moment(MOMENT) == "dinsdag 15 december 2026, 17.00 uur"
    assert filters.datum_kort(MOMENT) == "di 15 december 2026, 17.00 uur"
    assert filters.iso(MOMENT) == "2026-12-15T17:00"
    summer = datetime(2026, 7, 1, 7, 41, 7, tzinfo=UTC)
    assert filters.tijdstip(summer) == "om 09.41.07 uur"


def test_the_day_of_a_moment_is_the_dutch_day():
    after_midnight_here = datetime(2026, 12, 14, 23, 30, tzinfo=UTC)
    assert filters.datum(after_midnight_here) == "dinsdag 15 december 2026"
    assert filters.datum_tabel(after_midnight_here) == "15-12-2026"
    assert filters.nog_dagen(after_midnight_here, DAY) == "vandaag"


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="tijdzone"):
        filters.moment(datetime(2026, 12, 15, 17))


@pytest.mark.parametrize(
    ("days", "dutch", "english", "urgency"),
    [
        (21, "nog 21 dagen", "21 days left", ""),
        (8, "nog 8 dagen", "8 days left", ""),
        (7, "nog 7 dagen", "7 days left", "warn"),
        (1, "nog 1 dag", "1 day left", "warn"),
        (0, "vandaag", "today", "warn"),
        (-1, "1 dag te laat", "1 day late", "err"),
        (-4, "4 dagen te laat", "4 days late", "err"),
    ],
)
def test_days_left(days, dutch, english, urgency):
    due = DAY + timedelta(days=days)
    assert filters.nog_dagen(due, DAY) == dutch
    assert filters.nog_dagen(due, DAY, "en") == english
    assert filters.dringend(due, DAY) == urgency


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (Decimal("12500"), "€ 12.500,00", "€12,500.00"),
        (Decimal("0.005"), "€ 0,01", "€0.01"),
        (Decimal("41328000.00"), "€ 41.328.000,00", "€41,328,000.00"),
        (Decimal("-1240.5"), "€ -1.240,50", "-€1,240.50"),
        (0, "€ 0,00", "€0.00"),
    ],
)
def test_amounts(value, dutch, english):
    assert plain(filters.bedrag(value)) == dutch
    assert filters.bedrag(value, "en") == english


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (Decimal("56400000"), "€ 56,4 mln", "€56.4m"),
        (Decimal("1240000"), "€ 1,2 mln", "€1.2m"),
        (Decimal("384000.49"), "€ 384.000", "€384,000"),
        (Decimal("999949"), "€ 999.949", "€999,949"),
        (Decimal("999960000"), "€ 1,0 mld", "€1.0bn"),
        (Decimal("-2500000"), "€ -2,5 mln", "-€2.5m"),
        (Decimal("1234567890"), "€ 1,2 mld", "€1.2bn"),
    ],
)
def test_short_amounts(value, dutch, english):
    assert plain(filters.bedrag_kort(value)) == dutch
    assert filters.bedrag_kort(value, "en") == english


@pytest.mark.parametrize("value", [12.5, "12,50", True])
def test_money_is_decimal(value):
    with pytest.raises(TypeError, match="Decimal"):
        filters.bedrag(value)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_an_amount_reads_back(value):
    text = plain(filters.bedrag(value)).removeprefix("€ ").replace(".", "").replace(",", ".")
    assert Decimal(text) == value


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (84_000, "84 kB"),
        (1_200_000, "1,2 MB"),
        (12_400_000, "12,4 MB"),
        (200_000_000, "200 MB"),
        (3_400_000_000, "3,4 GB"),
    ],
)
def test_sizes(size, text):
    assert plain(filters.grootte(size)) == text


@pytest.fixture
def app():
    app = Flask("portal")
    taal.init_taal(app)
    filters.init_filters(app)
    return app


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("nl", "dinsdag 15 december 2026, 17.00 uur|€ 12.500,00|nog 1 dag|12,4 MB|2026-12-15"),
        ("en", "Tuesday 15 December 2026, 17:00|€12,500.00|1 day left|12.4 MB|2026-12-15"),
    ],
)
def test_templates_speak_the_language_of_the_request(app, lang, expected):
    source = "{{ m|moment }}|{{ b|bedrag }}|{{ d|nog_dagen(t) }}|{{ s|grootte }}|{{ d|iso }}"
    with app.test_request_context(f"/?taal={lang}"):
        app.preprocess_request()
        shown = render_template_string(
            source, m=MOMENT, b=Decimal("12500"), d=DAY, t=DAY - timedelta(days=1), s=12_400_000
        )
    assert plain(shown) == expected


def test_nothing_is_an_empty_cell(app):
    with app.test_request_context():
        assert render_template_string("[{{ x|datum }}{{ x|bedrag }}]", x=None) == "[]"


def test_templates_have_the_components_without_an_import(app):
    with app.test_request_context():
        shown = render_template_string("{{ ui.badge('ok', naam) }}", naam="<b>Open</b>")
    assert "utrecht-status-badge--safe" in shown
    assert "&lt;b&gt;Open&lt;/b&gt;" in shown


@pytest.mark.parametrize(
    ("dutch", "english"),
    [
        ("15 juni 2027", "15 June 2027"),
        ("juni 2027", "June 2027"),
        ("derde kwartaal 2027", "third quarter of 2027"),
        ("voorjaar 2027", "spring 2027"),
        ("voor de zomer 2027", "before the summer of 2027"),
        ("na het najaar 2027", "after the autumn of 2027"),
        ("1 januari 2028 of winter 2028", "1 January 2028 or winter 2028"),
    ],
)
def test_a_milestone_speaks_the_language_of_the_reader(dutch, english):
    planned = parse(dutch)
    assert (filters.gepland(planned), filters.gepland(planned, "en")) == (dutch, english)
