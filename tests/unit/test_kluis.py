"""The vault: what is closed opens only where it belongs, and says nothing to who has no key."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.kluis import Kluis, KluisError, masker

OLD, NEW, SEARCH = b"o" * 32, b"n" * 32, b"z" * 32
RIJ, ZWOLLE, KAMPEN = (uuid.UUID(int=n) for n in (7, 1, 2))
# An invented number that passes the check of eleven.
BSN = "999990019"


@pytest.fixture
def kluis() -> Kluis:
    return Kluis({"2025": OLD, "2026": NEW}, "2026", SEARCH)


@given(st.text(max_size=40), st.uuids())
def test_what_is_closed_opens_for_its_own_row(text, row):
    vault = Kluis({"2026": NEW}, "2026", SEARCH)
    closed = vault.sluit(text, row)
    assert vault.open(closed, row) == text


def test_twice_the_same_number_looks_different(kluis):
    assert kluis.sluit(BSN, RIJ) != kluis.sluit(BSN, RIJ)
    assert BSN.encode() not in kluis.sluit(BSN, RIJ)


def test_a_value_that_was_copied_to_another_row_or_changed_does_not_open(kluis):
    closed = kluis.sluit(BSN, RIJ)
    with pytest.raises(KluisError):
        kluis.open(closed, uuid.UUID(int=8))
    for place in range(1, len(closed)):
        changed = closed[:place] + bytes([closed[place] ^ 1]) + closed[place + 1:]
        with pytest.raises(KluisError) as said:
            kluis.open(changed, RIJ)
        assert BSN not in str(said.value) and said.value.__cause__ is None


@pytest.mark.parametrize("broken", [b"", b"\x00", b"\x04", b"\x042026", b"\xff" * 20, b"\x042026" + b"0" * 12])
def test_what_is_no_closed_value_is_refused(kluis, broken):
    with pytest.raises(KluisError):
        kluis.open(broken, RIJ)


def test_a_new_key_comes_beside_the_old_one(kluis):
    before = Kluis({"2025": OLD}, "2025", SEARCH).sluit(BSN, RIJ)
    assert kluis.open(before, RIJ) == BSN
    assert kluis.is_verouderd(before) and not kluis.is_verouderd(kluis.sluit(BSN, RIJ))
    with pytest.raises(KluisError, match="ontbreekt"):
        Kluis({"2026": NEW}, "2026", SEARCH).open(before, RIJ)


def test_a_number_is_found_again_within_one_gemeente_and_means_nothing_to_another(kluis):
    assert kluis.kenmerk(BSN, ZWOLLE) == Kluis({"2027": OLD}, "2027", SEARCH).kenmerk(BSN, ZWOLLE)
    assert kluis.kenmerk(BSN, ZWOLLE) != kluis.kenmerk(BSN, KAMPEN)
    assert kluis.kenmerk(BSN, ZWOLLE) != Kluis({"2026": NEW}, "2026", OLD).kenmerk(BSN, ZWOLLE)


@pytest.mark.parametrize(("keys", "current", "search"), [
    ({}, "2026", SEARCH), ({"2026": NEW}, "2025", SEARCH), ({"2026": b"kort"}, "2026", SEARCH),
    ({"2026": NEW}, "2026", b"kort"), ({"": NEW}, "", SEARCH)])
def test_a_vault_without_its_keys_does_not_start(keys, current, search):
    with pytest.raises(ValueError, match="sleutel"):
        Kluis(keys, current, search)


def test_nothing_of_a_key_shows_where_a_vault_is_printed(kluis):
    assert "nnn" not in repr(kluis) and "zzz" not in repr(kluis)


def test_a_page_shows_the_last_three_digits():
    assert masker(BSN) == "••••••019"
