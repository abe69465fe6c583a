"""What the council of a gemeente has: papers, promises, advice and meetings, made through the use cases."""

from datetime import timedelta

from portal.domains.raad import usecases as raad
from portal.kernel import clock
from tests.world import Person, World


def van_de_raad(world: World, gemeente: str = "zwolle") -> Person:
    """A paper, a promise and an advice, public and not, and a meeting that comes back. Gives the clerk of the council."""
    griffie, day = world.medewerker(gemeente, "griffier", naam="Griffie"), clock.today() - timedelta(days=30)
    for n, ja in enumerate((False, True)):
        made = (
            world.as_(griffie, raad.stuk_bewaren, soort="beslisnota", op_on=day + timedelta(days=n), onderwerp=f"Nota {n}",
                      portefeuille="wethouder zorg", gevraagd="Stel vast.", punten="een\n- onderdeel"),
            world.as_(griffie, raad.toezegging_bewaren, soort="motie", nummer=f"M{n}", op_on=day, titel=f"Motie {n}",
                      tekst="Doe dit."),
            world.as_(griffie, raad.advies_bewaren, titel=f"Advies {n}", van="Participatieraad",
                      op_on=day + timedelta(days=n), punten=["Punt"]))
        for row in made if ja else ():
            world.as_(griffie, lambda s, a, row=row: raad.openbaar(s, a, s.get(type(row), row.id), ja=True))
    world.as_(griffie, raad.sessie_bewaren, op_on=day, onderwerp="Uitdaagrecht", vorm="informatieronde",
              uitkomst="kennisgeving", conclusie="Volgend jaar opnieuw.")
    return griffie
