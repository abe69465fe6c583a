"""What one gemeente could do with only its own rows, past every use case, and no longer can: each test is an attack as portal_app,
with the own party set."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from portal.domains.plaatsingen import overdragen, usecases
from portal.domains.plaatsingen.model import Overdracht
from tests import plaatsingen_world as pw
from tests.domains import test_afwegen as ta

DAY = timedelta(days=1)


def sql(world, who, statement: str, commit: bool = True, **values):
    """One statement of this person, straight at the database: how many rows it changed."""
    return world.as_(who, lambda s, _a: s.execute(text(statement), values).rowcount, commit=commit)


# Shielded later ------------------------------------------------------------------------------------------------------------

def afgeschermd(world, who) -> bool:
    return world.see(who, lambda s: s.scalar(select(Overdracht.afgeschermd)))


@pytest.mark.parametrize("melding", [False, True])
def test_an_offer_says_whether_somebody_is_shielded_now(world, melding):
    if melding:
        loop, ander, offer = ta.aangeboden(world)
        wie, persoon_id, receiver = loop.wie.consulent, loop.persoon_id, ander.consulent
    else:
        loop = pw.overdracht_aangeboden(world)
        wie, persoon_id, receiver, offer = loop.wie.consulent, loop.toegang.persoon_id, loop.ontvanger.consulent, loop.overdracht_id
    assert afgeschermd(world, receiver) is False
    world.as_(wie, usecases.afschermen, persoon_id)
    assert afgeschermd(world, receiver) is True
    # Neither side says otherwise.
    for who in (wie, receiver):
        with pytest.raises(DBAPIError, match="permission denied"):
            world.as_(who, lambda s, _a: s.execute(update(Overdracht.__table__).values(afgeschermd=False)))
    sql(world, wie, "UPDATE portal.persoon SET afgeschermd = false WHERE id = :p", p=persoon_id)
    assert afgeschermd(world, receiver) is False
    world.as_(wie, usecases.afschermen, persoon_id)
    world.as_(receiver, overdragen.antwoorden, offer, ja=True, ingaand_on=world.see(
        receiver, lambda s: s.scalar(select(Overdracht.ingaand_on))))
    assert afgeschermd(world, receiver) is True


def test_an_offer_of_who_is_shielded_says_so_from_the_start(world):
    loop = pw.geplaatst(world)
    world.as_(loop.wie.consulent, usecases.afschermen, loop.toegang.persoon_id)
    loop = pw.overdracht_aangeboden(world, loop, met_verblijf=False)
    assert afgeschermd(world, loop.ontvanger.consulent) is True
