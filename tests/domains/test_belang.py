"""A declared interest stops a person in every role, and an outcome that rests on such a judgment goes no further."""

import pytest

from portal.domains.inkoop import usecases
from portal.domains.inkoop.model import PerceelState
from portal.kernel import clock
from portal.kernel.errors import Refused
from tests import inkoop_world as leven


def refused(world, person, use_case, *args, says: str, **kwargs) -> None:
    with pytest.raises(Refused) as error:
        world.as_(person, use_case, *args, **kwargs)
    assert any(says in reason for reason in error.value.reasons), error.value.reasons


def interest(world, loop, person) -> None:
    world.as_(person, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=True, toelichting="Mijn zus werkt daar.")


def state_of(world, loop) -> str:
    return world.behind("SELECT state FROM portal.dossier WHERE id = :p", p=loop.percelen[0])[0][0]


def waits(world, loop) -> set[str]:
    return {kind for kind, in world.behind("SELECT kind FROM portal.termijn WHERE dossier_id = :p AND met_on IS NULL",
                                           p=loop.percelen[0])}


SELF = "U meldde een belang bij deze inkoop. Een ander moet dit doen."


# The person -----------------------------------------------------------------------------------------------------------------

def test_with_an_interest_one_finalises_drafts_reads_and_signs_nothing(world):
    loop = leven.beoordeeld(world, percelen=1)
    perceel, roles = loop.percelen[0], ("beoordelaar", "inkoopjurist", "contractmanager", "mandaathouder")
    marit = world.medewerker("zwolle", *roles, naam="Marit Met Belang")
    for besluit_soort in ("gunning", "overeenkomst"):
        leven.volmacht(world, loop.wie.beheerder, marit, besluit_soort=besluit_soort)
    interest(world, loop, marit)
    refused(world, marit, usecases.vaststellen, perceel, says=SELF)
    assert state_of(world, loop) == PerceelState.GEOPEND
    loop = leven.vastgesteld(world, loop)
    refused(world, marit, usecases.gunnen, perceel, says=SELF)
    refused(world, marit, usecases.vervallen, perceel, reden="Liever niet.", says=SELF)
    loop = leven.voorgesteld(world, loop)
    besluit = loop.besluiten[perceel]
    refused(world, marit, usecases.meelezen, besluit, says=SELF)
    refused(world, marit, usecases.terugsturen, besluit, reden="Anders graag.", says=SELF)
    loop = leven.gelezen(world, loop)
    refused(world, marit, usecases.tekenen, besluit, brieven=leven.NepBrieven(world), says=SELF)
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE brief_key IS NOT NULL")[0][0] == 0
    loop = leven.gegund(world, loop)
    for step in (usecases.gunning_intrekken, usecases.niet_gunnen):
        refused(world, marit, step, besluit, reden="Toch maar niet.", says=SELF)
    leven.na_standstill(world, loop)
    refused(world, marit, usecases.contracteren, perceel, says=SELF)
    assert world.behind("SELECT count(*) FROM portal.overeenkomst")[0][0] == 0
    world.as_(loop.wie.mandaathouder, usecases.contracteren, perceel)


# The outcome -----------------------------------------------------------------------------------------------------------------

LATER = "Een beoordelaar meldde later een belang. Leg eerst die beoordelingen terzijde."


def test_an_interest_after_finalising_stops_the_draft_and_opens_the_assessment_again(world):
    loop = leven.vastgesteld(world, percelen=1)
    perceel, late = loop.percelen[0], loop.wie.beoordelaar
    interest(world, loop, late)
    refused(world, loop.wie.manager, usecases.gunnen, perceel, says=LATER)
    refused(world, loop.wie.jurist, usecases.terzijde_leggen, perceel, loop.wie.beoordelaar_kampen.user_id, reden="Zomaar.",
            says="meldde geen belang")
    assert state_of(world, loop) == PerceelState.VASTGESTELD, "zonder belang gaat niets open"
    assert world.as_(loop.wie.jurist, usecases.terzijde_leggen, perceel, late.user_id, reden="Haar zus werkt daar.") == 8
    assert state_of(world, loop) == PerceelState.GEOPEND
    assert waits(world, loop) == {"werk_beoordelen", "werk_vaststellen"}
    event = world.behind("SELECT state_from, state_to FROM portal.case_event WHERE kind = 'perceel:terzijde_leggen'")[0]
    assert tuple(event) == ("vastgesteld", "geopend")
    refused(world, loop.wie.jurist, usecases.vaststellen, perceel, says="Er ontbreken nog beoordelingen: 8.")
    leven.beoordelen(world, loop, perceel, {bid.inschrijving_id: 7 for bid in loop.inschrijvers}, loop.wie.beoordelaar_kampen)
    loop = leven.gegund(world, leven.gelezen(world, leven.voorgesteld(world, leven.vastgesteld(world, loop))))
    assert state_of(world, loop) == PerceelState.GEGUND


@pytest.mark.parametrize("is_read", [False, True], ids=["opgesteld", "gelezen"])
def test_a_draft_on_such_a_judgment_is_not_signed_and_lapses(world, is_read):
    loop = leven.voorgesteld(world, percelen=1)
    perceel, late = loop.percelen[0], loop.wie.beoordelaar
    besluit = loop.besluiten[perceel]
    loop = leven.gelezen(world, loop) if is_read else loop
    interest(world, loop, late)
    if is_read:
        refused(world, loop.wie.mandaathouder, usecases.tekenen, besluit, brieven=leven.NepBrieven(world), says=LATER)
        assert world.behind("SELECT count(*) FROM portal.bericht WHERE brief_key IS NOT NULL")[0][0] == 0
    world.as_(loop.wie.jurist, usecases.terzijde_leggen, perceel, late.user_id, reden="Haar zus werkt daar.")
    assert world.behind("SELECT state FROM portal.besluit WHERE id = :b", b=besluit)[0][0] == "vervallen"
    assert waits(world, loop) == {"werk_beoordelen", "werk_vaststellen"}
    facts = world.behind("SELECT facts FROM portal.case_event WHERE kind = 'perceel:terzijde_leggen'")[0][0]
    assert facts["besluit"] == str(besluit)
    leven.beoordelen(world, loop, perceel, {bid.inschrijving_id: 7 for bid in loop.inschrijvers}, loop.wie.beoordelaar_kampen)
    loop = leven.voorgesteld(world, leven.vastgesteld(world, loop))
    assert loop.besluiten[perceel] != besluit


def test_the_pages_say_it_before_the_button(world):
    loop = leven.gelezen(world, percelen=1)
    perceel, besluit = loop.percelen[0], loop.besluiten[loop.percelen[0]]
    interest(world, loop, loop.wie.beoordelaar)
    signer, url = world.sign_in(loop.wie.mandaathouder), f"/inkoop/gunning/{besluit}/tekenen"
    page = signer.get(url)
    assert LATER in page.words and not page.html.select(f'main form[action="{url}"]')
    assert LATER in signer.post(url, expect=422).words
    jurist = world.sign_in(loop.wie.jurist)
    page = jurist.get(f"/inkoop/perceel/{perceel}")
    assert "De beoordeling gaat dan weer open. Een voorstel voor de gunning vervalt." in page.words
    aside = f"/inkoop/perceel/{perceel}/terzijde/{loop.wie.beoordelaar.user_id}"
    form = page.form(aside)
    jurist.post(aside, form | {next(name for name in form if name.startswith("waarom")): "Haar zus werkt daar."})
    assert state_of(world, loop) == PerceelState.GEOPEND
    assert "Haar zus werkt daar." in jurist.get(f"/inkoop/perceel/{perceel}").words


# A case before the court ----------------------------------------------------------------------------------------------------

def test_who_says_the_case_is_over_does_not_conclude_the_contracts(world):
    loop = leven.gegund(world, percelen=1)
    perceel, karel = loop.percelen[0], loop.wie.mandaathouder
    refused(world, karel, usecases.zaak_sluiten, perceel, einde="uitspraak", says="Er loopt geen zaak")
    world.as_(karel, usecases.dagvaarding_melden, perceel, ontvangen_on=clock.today())
    leven.na_standstill(world, loop)
    refused(world, karel, usecases.zaak_sluiten, perceel, einde="", says="Kies hoe de zaak eindigde.")
    world.as_(karel, usecases.zaak_sluiten, perceel, einde="uitspraak")
    refused(world, karel, usecases.contracteren, perceel, says="Een ander moet de contracten sluiten.")
    assert world.behind("SELECT count(*) FROM portal.overeenkomst")[0][0] == 0
    facts = world.behind("SELECT facts FROM portal.case_event WHERE kind = 'perceel:dagvaarding' ORDER BY volgnr DESC")[0][0]
    assert facts == {"ontvangen_on": None, "einde": "uitspraak"}
    # The word of another counts.
    world.as_(karel, usecases.dagvaarding_melden, perceel, ontvangen_on=clock.today())
    world.as_(loop.wie.manager, usecases.zaak_sluiten, perceel, einde="ingetrokken")
    world.as_(karel, usecases.contracteren, perceel)
    page = world.sign_in(loop.wie.manager).get(f"/inkoop/{loop.inkoop_id}/gebeurtenissen")
    assert "De zaak bij de rechter is voorbij: de aanbieder trok haar in" in page.words
