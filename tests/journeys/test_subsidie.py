"""Subsidies in a browser: a grant to its determination, a refusal, a supplement that does not come, an objection."""

import pytest

from tests.journeys import subsidie_walk


def test_a_grant_from_application_to_determination(theatre):
    subsidie_walk.whole_grant(theatre, "Dagbesteding reis met script")


@pytest.mark.parametrize("script", [True, False], ids=["met-script", "zonder-script"])
def test_a_refusal_on_the_ceiling(theatre, script):
    theatre.script = script
    subsidie_walk.refused_on_the_ceiling(theatre, f"Kweken reis {'met' if script else 'zonder'} script")


def test_a_supplement_that_expires(theatre):
    subsidie_walk.not_supplemented(theatre, "Fietsen reis")


def test_an_objection_that_succeeds(theatre):
    subsidie_walk.objected(theatre, "Nachtopvang reis")
