"""The scale of a tenant: readable for whatever colour a gemeente brings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.tenants import theme

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_main_step_reads_on_white(colour):
    assert theme.contrast(theme.scale(colour)[500], "#ffffff") >= 7


@given(colours)
def test_each_dark_step_is_darker(colour):
    steps = theme.scale(colour)
    on_white = [theme.contrast(steps[step], "#ffffff") for step in (500, 600, 700)]
    assert on_white[0] < on_white[1] < on_white[2]


@given(colours)
def test_text_reads_on_tinted_faces(colour):
    steps = theme.scale(colour)
    for face in (steps[50], steps[100]):
        assert theme.contrast(theme.INK, face) >= 7
        assert theme.contrast(steps[500], face) >= 4.5


@given(colours)
def test_eight_steps_run_from_light_to_dark(colour):
    steps = theme.scale(colour)
    assert list(steps) == [50, 100, 200, 300, 400, 500, 600, 700]
    on_white = [theme.contrast(steps[step], "#ffffff") for step in (50, 100, 200, 300)]
    assert on_white == sorted(on_white)


@given(colours)
def test_css_names_every_step_once(colour):
    rule = theme.css(colour)
    assert rule.startswith(".voorbeeld-theme{--p-merk-50:#")
    assert rule.endswith("}\n")
    for step, shade in theme.scale(colour).items():
        assert rule.count(f"--p-merk-{step}:{shade}") == 1


def test_a_dark_enough_brand_keeps_its_own_colour():
    assert theme.scale("#0059a3")[500] == "#0059a3"


def test_contrast_of_known_pairs():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#ffffff", "#ffffff") == 1
    assert theme.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert theme.contrast("#ffffff", "#767676") == theme.contrast("#767676", "#ffffff")


@pytest.mark.parametrize("colour", ["", "blauw", "#12345", "#1234567", "0059a3", "#0059a3;}body{display:none"])
def test_other_forms_are_refused(colour):
    with pytest.raises(ValueError, match="merkkleur"):
        theme.scale(colour)
