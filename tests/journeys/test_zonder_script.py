"""The main job in a browser without JavaScript, uploads included."""

from tests.journeys.walk import main_job


def test_the_region_buys_beschermd_wonen(theatre):
    theatre.script = False
    main_job(theatre, "Beschermd wonen reis zonder script")
