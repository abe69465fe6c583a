"""The main job in a browser with JavaScript."""

from tests.journeys.walk import main_job


def test_the_region_buys_beschermd_wonen(theatre):
    main_job(theatre, "Beschermd wonen reis met script")
