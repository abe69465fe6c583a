"""The award letter as its reader gets it: who wins, why in plain words, and what one may know of the winner's bid."""

import subprocess
from decimal import Decimal

from portal.domains.inkoop import usecases
from tests import inkoop_world as leven

ZWAK = "Het rooster voor de nacht is zwak en niet gevuld."


def letters(world, loop, **deviations):
    """The concept letters by name, after the award was drafted. `afwijkingen`: see `usecases.gunnen`."""
    besluit = world.as_(loop.wie.manager, usecases.gunnen, loop.percelen[0], **deviations)
    browser = world.sign_in(loop.wie.manager)
    found = {}
    for bid in loop.inschrijvers:
        pdf = browser.client.get(f"/inkoop/gunning/{besluit.id}/brief/{bid.inschrijving_id}.pdf").data
        told = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30).stdout.decode()
        found[bid.aanbieder.naam] = " ".join(told.split())
    return found


def judged(world, punten, **how):
    """An assessment where the motivation of the first bid names a weakness, finalised."""
    loop = leven.beoordeeld(world, percelen=1, punten=punten, **how)
    perceel = loop.percelen[0]
    world.as_(loop.wie.beoordelaar, usecases.scoren, perceel, loop.inschrijvers[0].inschrijving_id,
              loop.criteria[perceel][0], punten=punten[0], motivering=ZWAK, kenmerken="Zij werkt met vaste teams.")
    return leven.vastgesteld(world, loop)


def test_a_letter_names_every_winner_and_never_shows_their_motivation(world):
    loop = judged(world, [Decimal(8), Decimal(7), Decimal(6)], max_contracten=2)
    first, second, third = (bid.aanbieder.naam for bid in loop.inschrijvers)
    told = letters(world, loop)
    lost = told[third]
    assert f"Wij hebben het voornemen te gunnen aan {first} en {second}." in lost
    assert f"De inschrijving van {first}: 8 punten. Die van u: 6 punten. Zij werkt met vaste teams." in lost
    assert leven.KENMERKEN in lost and ZWAK not in lost, "de motivering met de zwakke punten is alleen voor de inschrijver"
    assert ZWAK in told[first] and "Zij werkt met vaste teams." not in told[first]
    assert "Er zijn 2 contracten te vergeven. Die gaan naar de hoogste scores. U staat op plaats 3." in lost
    assert "Daarom gunnen wij dit perceel niet aan u." in lost
    assert f"Aan wie wij willen gunnen {first} en {second}." in told[first]


def test_a_deviation_is_told_without_contradiction(world):
    loop = judged(world, [Decimal(8), Decimal(7), Decimal(6)])
    first, second, third = (bid.aanbieder.naam for bid in loop.inschrijvers)
    why = "De inschrijver heeft op 3 maart zelf laten weten dat hij stopt."
    told = letters(world, loop, afwijkingen={loop.inschrijvers[1].inschrijving_id: (False, why)})
    lost = told[second]
    assert ("Toch gunnen wij dit perceel niet aan u. Wij wijken hier af van de volgorde van de scores. "
            f"De reden is: {why}") in lost
    assert "Afwijking:" not in lost and "haalt de minimale score" not in lost
    assert f"voornemen te gunnen aan {first} en {third}." in lost
    assert all(why not in told[name] for name in (first, third))


def test_a_failed_requirement_and_a_low_score_have_words_of_their_own(world):
    loop = judged(world, [Decimal(8), Decimal(4), None], minimale_score=Decimal(5))
    _first, low, failed = (bid.aanbieder.naam for bid in loop.inschrijvers)
    told = letters(world, loop)
    assert "Uw inschrijving voldoet niet aan één eis." in told[failed] and "Eis E1:" in told[failed]
    assert "Die van u: geen punten. Zij werkt met vaste teams." in told[failed]
    assert "Nodig is een score van ten minste 5. Uw score is 4. Die is te laag voor een contract." in told[low]
