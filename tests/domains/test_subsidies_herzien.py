"""What takes the place of a decision that fell after an objection, and a determination that was wrong: on the real database."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.db import Session
from portal.domains.subsidies import (
    bezwaar,
    herzien,
    indienen,
    ingebreke,
    queries,
    rules,
    tekenen,
    toestemming,
    usecases,
    vaststellen,
    voorstellen,
    vorderen,
)
from portal.domains.subsidies.model import BezwaarState, State, ToestemmingState, VorderingState
from portal.domains.subsidies.rules import Beslissing, Gevolg
from portal.domains.subsidies.workflow import mogelijk
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.besluit import Rechtsmiddel
from portal.kernel.errors import NotFound
from portal.tenants.scope import acting_for
from tests.domains.test_subsidies import refuses, termijn
from tests.domains.test_subsidies_bezwaar import (
    ander,
    behandelaar,
    beslist,
    dossier,
    geweigerd,
    ingediend,
)
from tests.domains.test_subsidies_ingebreke import gesteld, te_laat, tijd
from tests.domains.test_subsidies_toestemming import gevraagd, verzoek
from tests.domains.test_subsidies_uitvoering import betaald, bevoorschot, financieel
from tests.domains.test_subsidies_vaststellen import (
    afgelopen,
    gevorderd,
    plafond,
    teveel,
    vastgesteld,
    verantwoord,
    vordering,
)
from tests.domains.test_subsidies_wijzigen import EIGEN, gewijzigd
from tests.domains.test_subsidies_wijzigen import WAAROM as MINDER
from tests.subsidies_world import (
    NepBrieven,
    geschreven,
    jaar,
    mandaat,
    neem_in,
    op,
    open_regeling,
    personen,
    subsidie,
    verleend,
)

WAAROM = "Wij keken opnieuw, en het besluit klopte niet met de regeling."


def opnieuw(world, loop, zaak, uitkomst="gegrond"):
    """Upheld; how it stands then."""
    beslist(world, loop, zaak, uitkomst)
    return subsidie(world, loop)


@pytest.mark.parametrize(("soort", "uitkomst", "staat", "wordt"), [
    ("subsidie", Beslissing.WEIGEREN, State.GEWEIGERD, Gevolg.NIEUW_BESLUIT),
    ("subsidie", Beslissing.NIET_BEHANDELEN, State.BUITEN_BEHANDELING, Gevolg.BEHANDELEN),
    ("subsidie", Beslissing.INTREKKEN, State.VERLENING_INGETROKKEN, Gevolg.HERLEEFT),
    ("subsidie", Beslissing.VERLENEN, State.VERLEEND, Gevolg.HERZIEN),
    ("subsidie", Beslissing.WEIGEREN, State.VERLEEND, Gevolg.HERZIEN),
    ("vaststelling", "vaststellen", State.VASTGESTELD, Gevolg.VASTSTELLEN),
    ("terugvordering", "terugvorderen", State.VASTGESTELD, Gevolg.VERVALT),
    # A penalty for a decision that came late: the refusal itself stays.
    ("dwangsom", "dwangsom", State.GEWEIGERD, Gevolg.DWANGSOM),
    ("voorschot", "voorschot", State.VERLEEND, Gevolg.VOORSCHOT),
    ("voorschot", "voorschot", State.VASTGESTELD, Gevolg.HERZIEN),
    ("rente", "rente", State.VASTGESTELD, Gevolg.RENTE_VERVALT),
])
def test_only_what_was_objected_to_falls(soort, uitkomst, staat, wordt):
    assert rules.gevolg("gegrond", soort, uitkomst, staat) == wordt
    partly = {Gevolg.HERLEEFT: Gevolg.HERLEEFT_NIEUW, Gevolg.VERVALT: Gevolg.VERVALT_NIEUW}
    assert rules.gevolg("deels_gegrond", soort, uitkomst, staat) == partly.get(wordt, wordt)
    assert rules.gevolg("ongegrond", soort, uitkomst, staat) == Gevolg.NIETS


def test_what_takes_the_place_of_a_refusal_is_signed_by_another_in_the_time_for_the_objection_and_goes_to_the_court(world):
    loop, first = geweigerd(world)
    zaak = ingediend(world, loop, first, "De telling klopt niet.")
    due = world.as_(loop.wie.adviseur, lambda s, _a: bezwaar.beslistermijn(s, zaak)).due_on
    opnieuw(world, loop, zaak)
    assert termijn(world, loop, "herziening").due_on == due
    world.clock(op(due + timedelta(days=1)))
    gesteld(world, loop)
    assert termijn(world, loop, "ingebrekestelling") is not None, "te laat is te laat (Awb 4:17)"
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, uitkomst=Beslissing.WEIGEREN, grond="gaat-niet-door",
              eigen_feiten=False, horen="Het plan van de aanvrager zelf.", motivering="Het plan voldoet niet aan de eisen.")
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    assert besluit.rechtsmiddel == Rechtsmiddel.BEROEP and besluit.inhoud["vervangt"]["besluit_id"] == str(first.id)
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=403, says="10:3, lid 3")
    # A proposal that does not say that it takes the place of another, is no way around it.
    world.behind("UPDATE portal.besluit SET inhoud = inhoud - 'vervangt' WHERE id = :b RETURNING id", b=besluit.id)
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=403, says="10:3, lid 3")
    refuses(world, ander(world, loop, naam="Bo"), tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=403,
            says="van voor de beslissing op het bezwaar")
    with acting_for(loop.wie.tekenaar.party_id, loop.wie.tekenaar.user_id), Session(bind=world.app.engine) as session:
        with pytest.raises(DBAPIError, match="niet_op_eigen_besluit"):
            session.execute(text("UPDATE portal.besluit SET getekend_by = :w, getekend_at = portal.now(), "
                                      "state = 'getekend' WHERE id = :b"), {"w": loop.wie.tekenaar.user_id, "b": besluit.id})
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="Er staat niet in wat het vervangt.")
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    brieven = NepBrieven(world)
    world.as_(ander(world, loop), tekenen.tekenen, besluit.id, brieven=brieven)
    assert brieven.brieven[0].rechtsmiddel == Rechtsmiddel.BEROEP
    assert termijn(world, loop, "herziening").met_on == clock.today() == termijn(world, loop, "ingebrekestelling").met_on
    assert termijn(world, loop, "beroepstermijn").due_on > clock.today()
    refuses(world, loop.aanvrager.verzender, bezwaar.indienen, besluit.id, gronden=["Nee."], status=409, says="geen bezwaar")


def test_a_withdrawal_that_falls_gives_back_the_grant_and_its_place_under_the_ceiling(world):
    scheme = open_regeling(world, personen(world, 2), plafond="40000")
    loop = verleend(world, geschreven(world, scheme, wie=0))
    before = plafond(world, loop)
    gewijzigd(world, loop, uitkomst=Beslissing.INTREKKEN, grond="niet-verricht", motivering=MINDER, **EIGEN)
    first = world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_van(s, loop.subsidie_id)[0])
    assert plafond(world, loop).vastgelegd == before.vastgelegd - 40_000
    verleend(world, geschreven(world, scheme, wie=1))
    found = opnieuw(world, loop, ingediend(world, loop, first, "Wij deden het wel."))
    assert (found.state, found.verleend) == (State.VERLEEND, Decimal(40_000))
    assert plafond(world, loop).vastgelegd == before.vastgelegd + 40_000, "ook als een ander dat geld kreeg (Awb 4:25, lid 3)"
    assert termijn(world, loop, "herziening").met_on is not None and termijn(world, loop, "werk_voorschot") is not None


def test_a_determination_that_falls_is_made_again_and_may_be_higher(world):
    loop = verantwoord(world, afgelopen(world, betalen=2), "899")
    first = vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen="Eigen opgave.")
    claim = gevorderd(world, loop)
    then = plafond(world, loop).vastgelegd
    found = opnieuw(world, loop, ingediend(world, loop, first, "Er waren er 1.000."))
    assert (found.state, found.vastgesteld) == (State.IN_VASTSTELLING, Decimal(35_960))
    again = world.as_(loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(40_000),
                      geleverd=Decimal(1000), motivering="De lijst van de ontvanger klopt wel.")
    world.as_(ander(world, loop, "vaststelling"), tekenen.tekenen, again.id, brieven=NepBrieven(world))
    found = subsidie(world, loop)
    assert (found.state, found.vastgesteld, again.rechtsmiddel) == (State.VASTGESTELD, Decimal(40_000), Rechtsmiddel.BEROEP)
    assert plafond(world, loop).vastgelegd == then + 4_040
    assert vordering(world, loop).state == VorderingState.VERVALLEN and vordering(world, loop).id == claim.id


def test_a_claim_that_falls_is_paid_back_and_what_is_left_of_it_is_decided_anew(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(4_040), on=clock.today())
    first = world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_van(s, loop.subsidie_id)[0])
    opnieuw(world, loop, ingediend(world, loop, first, "Het is te veel."), "deels_gegrond")
    assert vordering(world, loop).state == VorderingState.VERVALLEN
    refuses(world, geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(1), on=clock.today(), status=409)
    world.as_(geld, vorderen.terugbetaald, claim.id)
    refuses(world, geld, vorderen.terugbetaald, claim.id, status=409, says="niets terug te betalen")
    besluit = world.as_(loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id, bedrag=Decimal(2_000),
                        belangen="De ontvanger kan de helft nu wel betalen.")
    world.as_(ander(world, loop, "terugvordering"), tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    new = vordering(world, loop)
    assert (new.id != claim.id, new.nog_open, besluit.rechtsmiddel) == (True, Decimal(2_000), Rechtsmiddel.BEROEP)
    buur = world.medewerker("kampen", "financieel")
    with pytest.raises(NotFound):
        world.as_(buur, vorderen.terugbetaald, claim.id)


def test_a_penalty_that_falls_reopens_no_refusal(world):
    loop = gesteld(world, te_laat(world))
    left = (termijn(world, loop, "ingebrekestelling").due_on - clock.today()).days
    tijd(world, loop, left + 11)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven)
    stood = subsidie(world, loop).state
    first = world.as_(loop.wie.adviseur, ingebreke.voorstellen, loop.subsidie_id)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="dwangsom")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, first.id, brieven=NepBrieven(world))
    assert opnieuw(world, loop, ingediend(world, loop, first, "Het waren meer dagen.")).state == stood
    again = world.as_(loop.wie.adviseur, ingebreke.voorstellen, loop.subsidie_id)
    world.as_(ander(world, loop, "dwangsom"), tekenen.tekenen, again.id, brieven=NepBrieven(world))
    assert again.rechtsmiddel == Rechtsmiddel.BEROEP and termijn(world, loop, "herziening").met_on == clock.today()


def test_a_request_for_consent_that_was_refused_is_decided_again_and_never_by_time(world):
    loop, one = gevraagd(world)
    first = world.as_(loop.wie.adviseur, toestemming.voorstellen, one.id, uitkomst="toestemming_weigeren",
                      motivering="De lening past niet bij de begroting.", eigen_feiten=False, horen="Eigen opgave.")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, first.id, brieven=NepBrieven(world))
    opnieuw(world, loop, ingediend(world, loop, first, "De lening is klein."))
    found = verzoek(world, loop)
    assert (found.state, found.uitkomst) == (ToestemmingState.ONTVANGEN, "")
    assert world.as_(loop.wie.adviseur, lambda s, _a: toestemming.beslistermijn(s, found)) is None
    again = world.as_(loop.wie.adviseur, toestemming.voorstellen, one.id, uitkomst="toestemming_geven")
    world.as_(ander(world, loop, "toestemming"), tekenen.tekenen, again.id, brieven=NepBrieven(world))
    assert verzoek(world, loop).state == ToestemmingState.GEGEVEN and again.rechtsmiddel == Rechtsmiddel.BEROEP


def test_taking_one_objection_back_leaves_the_proposal_about_another(world):
    loop = betaald(world, bevoorschot(world))
    besluiten = world.as_(loop.wie.adviseur, lambda s, _a: list(queries.besluiten_van(s, loop.subsidie_id)))
    grant, advance = (next(b for b in besluiten if b.soort == soort) for soort in ("subsidie", "voorschot"))
    one, other = ingediend(world, loop, grant, "Te weinig."), ingediend(world, loop, advance, "Te laat.")
    bea = behandelaar(world)
    for zaak in (one, other):
        world.as_(bea, bezwaar.behandelen, zaak.id)
        for argument in world.as_(bea, lambda s, _a, z=zaak: queries.argumenten(s, z.id)):
            world.as_(bea, bezwaar.beantwoorden, argument.id, antwoord="Dat klopt niet, want de regeling zegt het anders.")
        world.as_(bea, bezwaar.horen, zaak.id, on=clock.today(), verslag="De indiener lichtte het toe.")
    voorstel = world.as_(bea, bezwaar.voorstellen, other.id, uitkomst="ongegrond", motivering=WAAROM)
    sent = world.as_(loop.aanvrager.verzender, bezwaar.intrekken, one.id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    waits = world.as_(bea, lambda s, _a: queries.bezwaar_voorstel(s, other))
    assert waits is not None and waits.id == voorstel.id
    assert dossier(world, loop).state in (BezwaarState.IN_BEHANDELING, BezwaarState.INGETROKKEN)


def test_the_committee_advises_first_and_its_words_go_along(world):
    loop, first = geweigerd(world)
    zaak = ingediend(world, loop, first, "De telling klopt niet.")
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id, commissie=True)
    for argument in world.as_(bea, lambda s, _a: queries.argumenten(s, zaak.id)):
        world.as_(bea, bezwaar.beantwoorden, argument.id, antwoord="Dat telden wij verkeerd.")
    world.as_(bea, bezwaar.horen, zaak.id, on=clock.today(), verslag="De indiener lichtte het toe.")
    refuses(world, bea, bezwaar.voorstellen, zaak.id, uitkomst="ongegrond", motivering=WAAROM, says="advies van de commissie")
    keep = (bea, bezwaar.advies_vastleggen, zaak.id)
    refuses(world, *keep, on=clock.today() + timedelta(days=1), uitkomst="gegrond", advies="x" * 30, says="niet in de toekomst")
    refuses(world, *keep, on=clock.today(), uitkomst="gegrond", advies="Kort", says="wie er in de commissie zat")
    world.as_(*keep, on=clock.today(), uitkomst="gegrond", advies="De commissie (drie leden van buiten) vindt het gegrond.")
    refuses(world, bea, bezwaar.voorstellen, zaak.id, uitkomst="ongegrond", motivering=WAAROM, says="adviseert anders")
    voorstel = world.as_(bea, bezwaar.voorstellen, zaak.id, uitkomst="ongegrond", motivering=WAAROM,
                         afwijking="De commissie las de regeling zonder artikel 4.")
    assert (voorstel.inhoud["advies_uitkomst"], voorstel.inhoud["gevolg"]) == ("gegrond", "niets")
    assert "zonder artikel 4" in voorstel.inhoud["afwijking"]
    refuses(world, *keep, on=clock.today(), uitkomst="ongegrond", advies="x" * 30, status=409, says="ligt al een voorstel")


@pytest.mark.parametrize(("grond", "uitkomst"), [("geheel-toegewezen", "ongegrond"), ("kennelijk-ongegrond", "gegrond"),
                                                 ("kennelijk-niet-ontvankelijk", "ongegrond")])
def test_why_nobody_was_heard_must_fit_the_outcome(world, grond, uitkomst):
    loop, first = geweigerd(world)
    zaak = ingediend(world, loop, first, "De telling klopt niet.")
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    world.as_(bea, bezwaar.niet_horen, zaak.id, grond=grond)
    refuses(world, bea, bezwaar.voorstellen, zaak.id, uitkomst=uitkomst, motivering=WAAROM,
            says="Bij deze uitkomst moet dat wel")


def test_who_asked_to_be_heard_did_not_waive_it(world):
    loop, first = geweigerd(world)
    sent = world.as_(loop.aanvrager.verzender, bezwaar.indienen, first.id, gronden=["Nee."], horen="ja")
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    zaak = dossier(world, loop)
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    refuses(world, bea, bezwaar.niet_horen, zaak.id, grond="afgezien", says="vroeg om te worden gehoord")


# A determination that was wrong (Awb 4:49) ----------------------------------------------------------------------------------

def test_B4_a_determination_is_changed_later_on_a_ground_and_within_five_years(world):
    loop = verantwoord(world, afgelopen(world, betalen=2), "1000")
    vastgesteld(world, loop, "40000")
    ask = (loop.wie.adviseur, herzien.vaststelling_herzien, loop.subsidie_id)
    refuses(world, *ask, grond="zomaar", reden="Wij vonden iets.", says="Kies op welke grond")
    refuses(world, *ask, grond="onjuist", reden=" ", says="Schrijf waarom")
    world.as_(*ask, grond="onjuist", reden="Uit het onderzoek blijkt dat er maar 500 waren.")
    found = subsidie(world, loop)
    assert (found.state, found.vastgesteld) == (State.IN_VASTSTELLING, Decimal(40_000)), "tot het nieuwe besluit geldt het oude"
    propose, counted = (loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id), {"geleverd": Decimal(500)}
    refuses(world, *propose, bedrag=Decimal(20_000), says="Beantwoord eerst", **counted)
    refuses(world, *propose, bedrag=Decimal(40_000), says="Dit is het bedrag dat al geldt", **counted)
    heard = {"eigen_feiten": False, "horen": "De ontvanger gaf het zelf toe."}
    refuses(world, *propose, bedrag=Decimal(20_000), says="waarom u de vaststelling herziet", motivering="Kort", **heard,
            **counted)
    refuses(world, *propose, bedrag=Decimal(20_000), says="eerst om een zienswijze (Awb 4:8)", motivering=WAAROM,
            eigen_feiten=True, **counted)
    again = world.as_(*propose, bedrag=Decimal(20_000), motivering="Er waren er maar 500, dat blijkt uit het onderzoek.",
                      **heard, **counted)
    first = next(b for b in world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_van(s, loop.subsidie_id))
                 if b.soort == "vaststelling" and b.verzonden_at)
    assert again.onderwerp.startswith("Herziening van de vaststelling: ") and again.inhoud["grond"] == ""
    assert again.inhoud["herziet"] == {"bedrag": "40000.00", "grond": "onjuist",
                                       "verzonden_on": clock.day_of(first.verzonden_at).isoformat()}
    world.as_(loop.wie.tekenaar, tekenen.tekenen, again.id, brieven=NepBrieven(world))
    assert (subsidie(world, loop).vastgesteld, again.rechtsmiddel) == (Decimal(20_000), Rechtsmiddel.BEZWAAR)
    back = world.as_(loop.wie.adviseur,
                     lambda s, _a: vorderen.terug_te_vorderen(s, queries.kop(s, loop.subsidie_id).subsidie))
    assert back == Decimal(20_000)


def test_after_five_years_and_before_a_determination_nothing_is_changed(world):
    loop = verantwoord(world, afgelopen(world), "1000")
    ask = (loop.wie.adviseur, herzien.vaststelling_herzien, loop.subsidie_id)
    refuses(world, *ask, grond="feiten", reden="Te vroeg.", status=409)
    vastgesteld(world, loop, "40000")
    world.clock(op(termijn(world, loop, "terugvordering").due_on + timedelta(days=1)))
    refuses(world, *ask, grond="feiten", reden="Wij vonden iets.", status=410, says="vijf jaar")


def herzien_nu(world, loop, grond="onjuist"):
    """Opened again, on a ground of the law."""
    world.as_(loop.wie.adviseur, herzien.vaststelling_herzien, loop.subsidie_id, grond=grond, reden="Uit het onderzoek.")


def test_a_view_from_before_the_revision_is_no_hearing_about_it(world):
    loop = verantwoord(world, afgelopen(world), "1000")
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Wij twijfelen over het aantal.")
    world.clock(op(termijn(world, loop, "zienswijze").due_on + timedelta(days=1)))
    vastgesteld(world, loop, "40000")
    herzien_nu(world, loop)
    refuses(world, loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(20_000), motivering=WAAROM,
            eigen_feiten=True, says="eerst om een zienswijze (Awb 4:8)")


def test_after_the_five_years_a_lower_revision_is_not_signed_any_more(world):
    loop = verantwoord(world, afgelopen(world), "1000")
    vastgesteld(world, loop, "40000")
    herzien_nu(world, loop)
    lower = world.as_(loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(20_000), motivering=WAAROM,
                      eigen_feiten=False, horen="De ontvanger gaf het zelf toe.")
    world.clock(op(termijn(world, loop, "terugvordering").due_on + timedelta(days=1)))
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="vaststelling")
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, lower.id, brieven=NepBrieven(world), says="vijf jaar na de vaststelling")


def wacht(world, loop):
    """The work of determining that is open now."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, loop.subsidie_id, "werk_vaststellen", open_only=True))


def test_revising_stops_and_the_determination_stays_as_it_was(world):
    loop = verantwoord(world, afgelopen(world, betalen=2), "899")
    stop = (loop.wie.adviseur, herzien.herzien_stoppen, loop.subsidie_id)
    refuses(world, *stop, reden="Nee.", status=409, says="wordt niet herzien")
    vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen="Eigen opgave.")
    refuses(world, *stop, reden="Nee.", status=409)
    years = termijn(world, loop, "terugvordering").due_on
    herzien_nu(world, loop)
    assert termijn(world, loop, "terugvordering").met_on == termijn(world, loop, "werk_terugvorderen").met_on == clock.today()
    waits = wacht(world, loop)
    assert "gebreke" not in waits.gevolg and "herziene vaststelling" in waits.taak
    refuses(world, *stop, reden=" ", says="Schrijf waarom", status=409)
    proposal = world.as_(loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(30_000),
                         motivering=WAAROM, eigen_feiten=False, horen="Eigen opgave.")
    refuses(world, *stop, reden="Toch niet.", status=409, says="Er ligt een voorstel")
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, proposal.id, reden="Het klopte toch.")
    assert "gebreke" not in wacht(world, loop).gevolg
    world.as_(*stop, reden="Het klopte toch.")
    found = subsidie(world, loop)
    assert (found.state, found.vastgesteld) == (State.VASTGESTELD, Decimal(35_960))
    again = termijn(world, loop, "terugvordering")
    assert (again.met_on, again.due_on) == (None, years)
    assert termijn(world, loop, "werk_vaststellen").met_on and termijn(world, loop, "werk_terugvorderen").met_on is None
    told = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp LIKE 'De vaststelling verandert niet%'")[0].tekst
    assert "blijft zoals zij was: € 35.960,00" in told
    refuses(world, *stop, reden="Nog eens.", status=409)
    herzien_nu(world, loop, "feiten")
    assert subsidie(world, loop).state == State.IN_VASTSTELLING


def test_what_is_revised_is_not_withdrawn_and_what_fell_after_an_objection_is_not_revised(world):
    loop = verantwoord(world, afgelopen(world), "1000")
    vastgesteld(world, loop, "40000")
    herzien_nu(world, loop)
    choices = (loop.wie.adviseur, lambda s, _a: mogelijk(queries.kop(s, loop.subsidie_id).subsidie))
    begun = (loop.wie.adviseur, lambda s, _a: queries.herziening(s, queries.kop(s, loop.subsidie_id).subsidie))
    assert world.as_(*choices) == [] and world.as_(*begun).facts == {"grond": "onjuist"}
    world.as_(loop.wie.adviseur, herzien.herzien_stoppen, loop.subsidie_id, reden="Het klopte toch.")
    first = next(b for b in world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_van(s, loop.subsidie_id))
                 if b.soort == "vaststelling")
    opnieuw(world, loop, ingediend(world, loop, first, "Het is te weinig."))
    assert subsidie(world, loop).state == State.IN_VASTSTELLING and world.as_(*begun) is None
    assert world.as_(*choices) == [Beslissing.INTREKKEN]


@pytest.mark.parametrize("how", ["vaststellen", "intrekken"])
def test_nothing_is_left_to_do_for_the_recipient_after_a_determination_or_a_withdrawal(world, how):
    loop = verleend(world, voorstel={"rapportages": [{
        "van": jaar()[0].isoformat(), "tot": jaar()[1].isoformat(),
        "uiterlijk": (jaar()[1] + timedelta(days=300)).isoformat()}]})
    waits = ("SELECT t.kind FROM portal.termijn t JOIN portal.dossier d ON d.id = t.dossier_id WHERE t.met_on IS NULL "
             "AND :s IN (d.id, d.ouder_id) AND (t.kind = 'rapportage' OR t.kind LIKE 'regel_%')")
    assert world.behind(waits, s=loop.subsidie_id)
    if how == "vaststellen":
        loop = verantwoord(world, afgelopen(world, loop=loop), "1000")
        vastgesteld(world, loop, "40000")
    else:
        gewijzigd(world, loop, uitkomst=Beslissing.INTREKKEN, grond="niet-verricht", motivering=MINDER, **EIGEN)
    assert world.behind(waits, s=loop.subsidie_id) == []
    if how == "intrekken":  # and when the withdrawal falls, it waits again
        first = world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_van(s, loop.subsidie_id)[0])
        opnieuw(world, loop, ingediend(world, loop, first, "Wij deden het wel."))
        assert {row.kind for row in world.behind(waits, s=loop.subsidie_id)} >= {"rapportage"}


# What waits for a signature -------------------------------------------------------------------------------------------------

def test_signing_one_proposal_leaves_the_task_for_another(world):
    """Two proposals of one case wait at once: the advances and the decision on an objection."""
    loop = bevoorschot(world)
    grant = world.as_(loop.wie.adviseur, lambda s, _a: queries.verlening(s, loop.subsidie_id))
    zaak = ingediend(world, loop, grant, "Te weinig.")
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    for argument in world.as_(bea, lambda s, _a: queries.argumenten(s, zaak.id)):
        world.as_(bea, bezwaar.beantwoorden, argument.id, antwoord="Meer past niet in het plafond van de regeling.")
    world.as_(bea, bezwaar.horen, zaak.id, on=clock.today(), verslag="De indiener lichtte het toe.")
    objection = world.as_(bea, bezwaar.voorstellen, zaak.id, uitkomst="ongegrond", motivering=WAAROM)
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, objection.id, brieven=NepBrieven(world))
    change = world.as_(loop.wie.adviseur, lambda s, a: _changed(s, a, loop))
    world.as_(loop.wie.tekenaar, tekenen.tekenen, change.id, brieven=NepBrieven(world))
    assert world.as_(bea, lambda s, _a: queries.termijn(s, loop.subsidie_id, "werk_tekenen", open_only=True)) is not None
    world.as_(bea, lambda s, a: tekenen.terugsturen(s, a, objection.id, reden="Nog eens kijken."))
    assert world.as_(bea, lambda s, _a: queries.termijn(s, loop.subsidie_id, "werk_tekenen", open_only=True)) is None


def _changed(session, actor, loop):
    voorstellen.beginnen(session, actor, loop.subsidie_id)
    voorstellen.bewaren(session, actor, loop.subsidie_id, uitkomst=Beslissing.WIJZIGEN, motivering=WAAROM,
                        tot=queries.kop(session, loop.subsidie_id).subsidie.tot + timedelta(days=10))
    return voorstellen.voorleggen(session, actor, loop.subsidie_id)


def test_a_second_letter_of_objection_brings_more_grounds(world):
    loop, first = geweigerd(world)
    sent = [world.as_(loop.aanvrager.verzender, bezwaar.indienen, first.id, gronden=["De telling klopt niet."])]
    bea = behandelaar(world)
    neem_in(world, sent[0].id, loop.wie.adviseur.party_id)
    zaak = dossier(world, loop)
    other = world.as_(bea, indienen.op_papier, subsidie(world, loop), sent[0].soort, {
        "besluit_id": str(first.id), "gronden": ["Anderen kwamen later."], "horen": "", "te_laat": ""},
        regeling_id=loop.regeling_id, on=clock.today())
    for _twice in range(2):
        neem_in(world, other.id, loop.wie.adviseur.party_id)
    grounds = world.as_(bea, lambda s, _a: [a.tekst for a in queries.argumenten(s, zaak.id)])
    assert grounds == ["De telling klopt niet.", "Anderen kwamen later."]
    back = world.as_(loop.aanvrager.verzender, bezwaar.intrekken, zaak.id)
    neem_in(world, back.id, loop.wie.adviseur.party_id)
    again = world.as_(loop.aanvrager.verzender, bezwaar.indienen, first.id, gronden=["Toch wel."])
    assert again.id, "wie het bezwaar introk, mag binnen de termijn opnieuw bezwaar maken"


def test_the_hearing_is_not_before_the_day_of_the_invitation_and_is_called_off_in_words(world):
    loop, first = geweigerd(world)
    zaak = ingediend(world, loop, first, "De telling klopt niet.")
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    day = clock.today() + timedelta(days=20)
    world.as_(bea, bezwaar.uitnodigen, zaak.id, at=op(day), plaats="Stadhuis", inzage="Balie 3.")
    refuses(world, bea, bezwaar.horen, zaak.id, on=clock.today(), verslag="Wij spraken elkaar.", status=425,
            says="uitgenodigd voor")
    world.as_(bea, bezwaar.niet_horen, zaak.id, grond="kennelijk-ongegrond")
    assert world.behind("SELECT 1 FROM portal.bericht WHERE onderwerp LIKE 'De hoorzitting gaat niet door%'")


def test_who_had_a_part_or_an_interest_ends_no_objection_on_paper_and_the_applicant_hears_of_it(world):
    loop, first = geweigerd(world)
    zaak = ingediend(world, loop, first, "De telling klopt niet.")
    both = replace(loop.wie.adviseur, actor=replace(
        loop.wie.adviseur.actor, permissions=loop.wie.adviseur.actor.permissions | {P.BEZWAAR_BEHANDELEN}))
    refuses(world, both, bezwaar.papieren_intrekking, zaak.id, on=clock.today(), status=403, says="betrokken")
    world.as_(behandelaar(world), bezwaar.papieren_intrekking, zaak.id, on=clock.today())
    assert world.behind("SELECT 1 FROM portal.bericht WHERE onderwerp LIKE 'Wij legden vast dat u uw bezwaar introk%'")
    again = world.as_(loop.aanvrager.verzender, bezwaar.indienen, first.id, gronden=["Toch niet."])
    neem_in(world, again.id, loop.wie.adviseur.party_id)
    assert dossier(world, loop).state == BezwaarState.ONTVANGEN


def test_an_objection_that_came_late_is_not_late_to_be_decided(world):
    loop, first = geweigerd(world)
    world.clock(op(clock.today() + timedelta(weeks=20)))
    zaak = ingediend(world, loop, first, "Ik was ziek.")
    term = world.as_(loop.wie.adviseur, lambda s, _a: bezwaar.beslistermijn(s, zaak))
    assert (term.started_on, zaak.tijdig) == (clock.today(), False) and term.due_on > clock.today() + timedelta(weeks=5)
    waits = world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, loop.subsidie_id, "bezwaartermijn", open_only=True))
    assert waits is None

