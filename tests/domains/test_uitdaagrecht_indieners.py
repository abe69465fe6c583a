"""The residents' own side of a challenge: who joins them and what those read, and the files that go with a plan."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from portal.domains.uitdaagrecht import initiatieven, queries, stukken, usecases
from portal.domains.uitdaagrecht.model import Initiatief, Soort, Uitdaging, Verslagakkoord
from portal.kernel import clock
from portal.kernel.dossier import under
from portal.kernel.errors import NotFound, Refused
from tests.inkoop_world import stuk
from tests.uitdaagrecht_world import begonnen, getoetst, in_gesprek, ingediend


def joined(world, loop):
    """The neighbour confirms with the link that was handed over."""
    mede, code = world.as_(loop.wie.inwoner, initiatieven.uitnodigen, loop.initiatief_id, naam="Bert Buur")
    assert world.as_(loop.wie.buur, initiatieven.meedoen, code) == loop.initiatief_id
    return mede


@pytest.mark.parametrize("late", [False, True])
def test_who_joined_reads_what_was_sent_and_where_it_stands_and_nobody_else(world, late):
    loop = begonnen(world)
    with pytest.raises(NotFound):
        world.as_(loop.wie.buur, queries.meelezen, loop.initiatief_id)
    if late:
        loop = ingediend(world, loop)
    mede = joined(world, loop)
    if not late:
        loop = ingediend(world, loop)

    def reads(session, actor):
        (row,) = queries.mee_lijst(session, actor)
        assert (row.id, row.stand, row.gemeente) == (loop.initiatief_id, "ontvangen", "Dalfsen")
        assert queries.meelezen(session, actor, loop.initiatief_id).titel == "Samen koken in het dorpshuis"
        uitdaging = queries.van_initiatief(session, loop.initiatief_id)
        around = queries.rondom_idee(session, loop.initiatief_id, uitdaging=uitdaging, taak_id=loop.taak_id)
        assert [one.soort for one in around.inzendingen] == [Soort.UITDAGING] and around.taken[0].id == loop.taak_id
        assert {one.kind for one in queries.rondom_zaak(session, uitdaging.id).termijnen} == {"triage", "beslissing"}
        assert session.get(Initiatief, loop.initiatief_id) is None, "wat nog geschreven wordt, is van wie het schrijft"

    world.as_(loop.wie.buur, reads)
    stranger = world.inwoner("Cor Vreemd")
    assert world.as_(stranger, queries.mee_lijst) == []
    assert world.see(stranger, lambda s: s.scalars(select(Uitdaging)).all()) == []
    world.as_(loop.wie.inwoner, initiatieven.niet_meer_mee, mede.id)
    assert world.see(loop.wie.buur, lambda s: s.scalars(select(Uitdaging)).all()) == []
    with pytest.raises(NotFound):
        world.as_(loop.wie.buur, queries.meelezen, loop.initiatief_id)


def test_who_joined_says_nothing_in_the_name_of_the_plan(world):
    loop = begonnen(world)
    joined(world, loop)
    loop = in_gesprek(world, getoetst(world, ingediend(world, loop)))
    talk = world.as_(loop.wie.coordinator, usecases.gesprek, loop.uitdaging_id, op_on=clock.today(), wie="twee bewoners",
                     verslag="Besproken wat het kost en wie het doet.")
    for act in (lambda s, a: initiatieven.verslag(s, a, talk.id, akkoord=True),
                lambda s, a: initiatieven.plan(s, a, loop.initiatief_id),
                lambda s, a: initiatieven.intrekken(s, a, loop.initiatief_id)):
        with pytest.raises(NotFound):
            world.as_(loop.wie.buur, act)

    def climb(session, actor):
        uitdaging = session.get(Uitdaging, loop.uitdaging_id)
        session.add(Verslagakkoord(**under(uitdaging, actor.party_id), gesprek_id=talk.id, akkoord=True, opmerking="",
                                   door=actor.user_id))
        session.flush()

    with pytest.raises(DBAPIError, match="row-level security"):
        world.as_(loop.wie.buur, climb)


def test_a_file_is_of_who_has_the_idea_until_the_plan_is_sent(world):
    loop = begonnen(world)
    kept = world.as_(loop.wie.inwoner, initiatieven.stuk_toevoegen, loop.initiatief_id, stuk(world, "plein.pdf", b"%PDF plein"))
    gone = world.as_(loop.wie.inwoner, initiatieven.stuk_toevoegen, loop.initiatief_id, stuk(world, "oud.pdf", b"%PDF oud"))
    world.as_(loop.wie.inwoner, initiatieven.stuk_weghalen, loop.initiatief_id, gone.id)
    with pytest.raises(NotFound):
        world.as_(loop.wie.buur, initiatieven.stuk_toevoegen, loop.initiatief_id, stuk(world, "x.pdf", b"%PDF x"))
    files = lambda s: [one.naam for one in stukken.van(s, loop.initiatief_id)]  # noqa: E731
    assert world.see(loop.wie.inwoner, files) == ["plein.pdf"] and world.see(loop.wie.coordinator, files) == []
    loop = ingediend(world, loop)
    assert world.see(loop.wie.coordinator, files) == ["plein.pdf"] and world.see(loop.wie.buur, files) == []
    sent = world.see(loop.wie.coordinator, lambda s: queries.laatste(s, loop.initiatief_id, Soort.UITDAGING))
    assert [one["id"] for one in sent.inhoud["stukken"]] == [str(kept.id)]
    with pytest.raises(Refused, match="behandelt uw plan"):
        world.as_(loop.wie.inwoner, initiatieven.stuk_weghalen, loop.initiatief_id, kept.id)
    loop = in_gesprek(world, getoetst(world, loop))
    with pytest.raises(Refused, match="heeft dit bestand al"):
        world.as_(loop.wie.inwoner, initiatieven.stuk_weghalen, loop.initiatief_id, kept.id)


def test_a_plan_has_ten_files_at_most(world):
    loop = begonnen(world)
    for n in range(stukken.MEEST):
        world.as_(loop.wie.inwoner, initiatieven.stuk_toevoegen, loop.initiatief_id, stuk(world, f"{n}.pdf", b"%%PDF %d" % n))
    with pytest.raises(Refused, match="al 10 bestanden"):
        world.as_(loop.wie.inwoner, initiatieven.stuk_toevoegen, loop.initiatief_id, stuk(world, "11.pdf", b"%PDF elf"))
    assert world.behind("SELECT count(*) AS n FROM portal.document")[0].n == stukken.MEEST
