"""Euros: exact, Dutch in and out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.money import bedrag_text, euro, parse_bedrag

cents = st.integers(-(10**13), 10**13).map(lambda n: Decimal(n).scaleb(-2))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.345", "2.35"), (12, "12.00"), (Decimal("1.004"), "1.00"),
     ("999999999999.99", "999999999999.99")],
)  # fmt: skip
def test_halves_round_away_from_zero(value, expected):
    assert euro(value) == Decimal(expected)
    assert euro(value).as_tuple().exponent == -2


@pytest.mark.parametrize("value", [0.1, True, None, [1]])
def test_a_float_is_refused(value):
    with pytest.raises(TypeError, match="nooit een float"):
        euro(value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "twaalf", "1e12", ""])
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(ValueError, match=r"getal|groot"):
        euro(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.500,00", "12500.00"), ("12500", "12500.00"), ("12.500", "12500.00"), ("12500,5", "12500.50"),
        ("1.234.567,89", "1234567.89"), ("€ 12.500,-", "12500.00"), (" 0,01 ", "0.01"), ("€\u00a07", "7.00"),
        ("-3,10", "-3.10"),
    ],
)  # fmt: skip
def test_dutch_amounts_are_read(text, expected):
    assert parse_bedrag(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "€", "12.50", "1.2.3", "12,345", "1,000.00", "12 euro", "١٢", "1e5", "--1", ",50", "12.5000", "1" * 13],
)
def test_doubtful_amounts_are_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        parse_bedrag(text)


@given(cents)
def test_written_amounts_are_read_back(amount):
    assert parse_bedrag(bedrag_text(amount)) == amount


def test_dutch_amounts_are_written():
    assert bedrag_text("1234567.8") == "1.234.567,80"
