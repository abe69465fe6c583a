"""P2: what the page of a case asks of the database: at most eight statements of its own, as many however much there is."""

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.domains.inkoop import inschrijven
from portal.domains.inkoop import queries as bidding
from portal.domains.inkoop import usecases as inkopen
from portal.domains.inkoop.model import Inschrijving
from portal.domains.subsidies import (
    aanvragen,
    queries,
    regelingen,
    tekenen,
    uitvoering,
    usecases,
    vaststellen,
    voorstellen,
    vorderen,
)
from portal.domains.subsidies import bezwaar as objecting
from portal.domains.subsidies.model import Indiensoort
from portal.domains.subsidies.rules import Beslissing
from portal.kernel import clock
from tests import inkoop_world as leven
from tests.bench.pages import FRAME, counting
from tests.domains.test_subsidies_bezwaar import WAAROM, beantwoord, behandelaar, geweigerd, ingediend, tekenaar
from tests.domains.test_subsidies_uitvoering import bevoorschot
from tests.domains.test_subsidies_vaststellen import BELANGEN, afgelopen, teveel, verantwoord
from tests.domains.test_subsidies_wijzigen import EIGEN, met_voorbehoud
from tests.domains.test_subsidies_wijzigen import voorgesteld as gewijzigd
from tests.subsidies_world import (
    NepBrieven,
    beoordeeld,
    geschreven,
    in_behandeling,
    jaar,
    mandaat,
    neem_in,
    open_regeling,
    personen,
    verleend,
    verstuurd,
    voorgesteld,
)
from tests.web.test_aanvraag import ask_supplement
from tests.web.test_ontvanger import met_rapportages
from tests.web.test_subsidie_zaken import expired

MOST = 8


def asks(world, browser, url: str) -> list[str]:
    """The statements of a page itself."""
    browser.get(url)
    with counting(world.app) as seen:
        browser.get(url)
    return [one for one in seen if not any(part in one for part in FRAME)]


@pytest.mark.parametrize("build", [verstuurd, in_behandeling, beoordeeld, voorgesteld, verleend])
def test_the_page_of_a_case_asks_eight_statements_at_most_wherever_it_stands(world, build):
    loop = build(world)
    for person in (loop.wie.adviseur, loop.wie.jurist, loop.wie.tekenaar, world.medewerker("zwolle", "auditor")):
        found = asks(world, world.sign_in(person), f"/subsidies/{loop.subsidie_id}")
        assert len(found) <= MOST, "\n---\n".join(found)


def test_the_page_of_a_case_asks_no_more_when_more_happened(world):
    loop = verleend(world)
    browser = world.sign_in(loop.wie.adviseur)
    few = asks(world, browser, f"/subsidies/{loop.subsidie_id}")
    for n in range(3):
        world.as_(loop.aanvrager.verzender, uitvoering.melding_sturen, loop.subsidie_id, tekst=f"Melding {n}")
    world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden="De locatie is volgens de buren al weken dicht.")
    assert len(asks(world, browser, f"/subsidies/{loop.subsidie_id}")) == len(few)


def test_what_is_read_together_is_what_each_reads_alone_in_the_same_order(world):
    loop = verleend(world)
    world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden="De locatie is volgens de buren al weken dicht.")

    def compare(session, actor):
        zaak = queries.kop(session, loop.subsidie_id).subsidie
        found, id_ = queries.rondom(session, zaak, actor.user_id), loop.subsidie_id
        assert found.inhoud is queries.inhoud(session, zaak) and found.besluiten == queries.besluiten_van(session, id_)
        assert found.punten_van == queries.beoordelingen(session, id_) and found.termijnen == queries.termijnen(session, id_)
        assert len(found.termijnen) > 2 and found.punten_van and found.regels
        assert found.regels == queries.regels(session, id_, loop.besluit_id)
        assert found.argumenten == [] == found.bezwaren and found.plafond is queries.plafond_voor(session, zaak)
        assert found.belang == queries.belang(session, id_, actor.user_id) and not found.belang.verklaring.heeft_belang
        money = queries.in_uitvoering(session, id_)
        assert money.stop is queries.lopende_stop(session, id_) is not None
        assert money.regels == queries.geldende_regels(session, id_) and money.betalingen == queries.betalingen(session, id_)

    world.as_(loop.wie.adviseur, compare)


def test_what_hangs_on_a_proposal_is_what_each_reads_alone(world):
    loop = in_voorstel(world, **VOORSTELLEN[1])

    def compare(session, actor):
        zaak = queries.kop(session, loop.subsidie_id).subsidie
        found, id_ = queries.bij_voorstel(session, zaak, actor.user_id), loop.subsidie_id
        assert found.voorstel is queries.voorstel(session, id_) is not None
        assert found.regels == queries.regels(session, id_) and len(found.regels) > 8
        assert found.besluiten == queries.besluiten_van(session, id_) and found.betalingen == queries.betalingen(session, id_)
        assert found.plafond is queries.plafond_voor(session, zaak) is not None
        assert found.maxima == queries.maxima(session, zaak.regeling_id) != []
        assert found.inhoud is queries.inhoud(session, zaak) and found.belang == queries.belang(session, id_, actor.user_id)
        assert found.open_argumenten == queries.open_argumenten(session, id_) == 2
        assert found.zienswijze is queries.termijn(session, id_, "zienswijze") is not None
        assert found.beslissen is queries.termijn(session, id_, "beslistermijn", open_only=True) is not None
        assert found.verlening is None is found.niet_behandelen and found.betaald == 0

    world.as_(loop.wie.adviseur, compare)


def test_what_hangs_on_a_grant_is_what_each_reads_alone(world):
    loop = verantwoord(world, afgelopen(world, loop=met_rapportages(world)))

    def compare(session, actor):
        zaak, id_ = queries.kop(session, loop.subsidie_id).subsidie, loop.subsidie_id
        found, parts = queries.bij_vaststelling(session, zaak, ["vaststellingstermijn", "zienswijze"]), [
            one.id for one in queries.onder_de_zaak(session, id_)]
        assert found.besluiten == queries.besluiten_van(session, id_) and found.betalingen == queries.betalingen(session, id_)
        assert found.termijnen == [queries.termijn(session, id_, "vaststellingstermijn")]
        assert found.ingestuurd is queries.laatste(session, id_, Indiensoort.VASTSTELLING) is not None
        assert (found.open_argumenten, found.herziening) == (0, None)
        money = queries.betaald(session, id_), queries.gevorderd(session, id_)
        assert queries.betaald_en_gevorderd(session, id_) == money and money[0] > 0
        assert queries.bij_voorstel(session, zaak, actor.user_id).betaald == money[0]
        seen = queries.rondom_ontvanger(session, zaak, queries.onder_de_zaak(session, id_))
        assert seen.termijnen == queries.termijnen(session, id_, *parts) and len(seen.termijnen) > 3 and parts
        assert seen.indieningen == queries.indieningen(session, id_, zaak.aanvraag_id, *parts) and len(seen.indieningen) > 1
        assert seen.betalingen == queries.betalingen(session, id_) != []
        assert [b for b, _regels in seen.besluiten] == [b for b in found.besluiten if b.verzonden_at]
        assert all(regels == queries.regels(session, id_, b.id) for b, regels in seen.besluiten)

    world.as_(loop.wie.adviseur, compare)


def test_what_hangs_on_an_objection_is_what_each_reads_alone(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.", "Anderen kwamen later.")

    def compare(session, actor):
        found = queries.rondom_bezwaar(session, zaak, actor.user_id)
        assert found.besluiten == queries.besluiten_van(session, zaak.subsidie_id) != []
        assert found.gepost == queries.gepost(session, zaak.subsidie_id)
        assert found.termijnen == queries.termijnen(session, zaak.id) != []
        assert found.argumenten == queries.argumenten(session, zaak.id) and len(found.argumenten) == 2
        assert found.belang == queries.belang(session, zaak.subsidie_id, actor.user_id) and found.belang.verklaring

    world.as_(loop.wie.adviseur, compare)


def test_what_hangs_on_a_bid_is_what_each_reads_alone(world):
    published = leven.gepubliceerde_inkoop(world, percelen=2)
    bid = leven.verstuurd(world, published, published.wie.aanbieders[0])

    def compare(session, actor):
        row = session.get(Inschrijving, bid.inschrijving_id)
        publicatie = inschrijven.published(session, row.inkoop_id)
        found = bidding.rondom(session, row, publicatie)
        assert found.concept == bidding.concept(session, row.id) and len(found.concept.gekozen) == 2
        assert list(found.concept.gegeven) == list(bidding.concept(session, row.id).gegeven)
        assert found.verzendingen == bidding.latest_sendings(session, row.id) and len(found.verzendingen) == 2
        assert found.profiel == inschrijven.profile(session, actor.party_id)
        assert found.open is inschrijven.is_open(session, publicatie)

    world.as_(bid.aanbieder.auteur, compare)
    leven.na_sluiting(world, published)
    world.as_(bid.aanbieder.auteur, compare)


# Every page as full as it gets ------------------------------------------------------------------------------------------------

def within(world, person, url: str) -> None:
    """This page is there for this person, and asks no more than it may."""
    found = asks(world, world.sign_in(person), url)
    assert len(found) <= MOST, f"{url}: {len(found)}\n" + "\n---\n".join(found)


# What a scheme asks of who drafts a decision, all at once: a maximum of the college, small aid, criteria, many lines.
ZWAAR = {"staatssteun": "de_minimis", "plafond": "60000"}


def in_voorstel(world, *, regels: int = 8, **velden):
    """A case in competition for what is left of a ceiling, with a proposal of many lines."""
    wie = personen(world, 3)
    scheme = open_regeling(world, wie, **ZWAAR)
    van, _tot = jaar()
    world.as_(wie.adviseur, regelingen.maximum_vaststellen, scheme.regeling_id, product="dagdeel", jaar=van.year,
              per="subsidie", bedrag=Decimal(50_000), besluit="college", van=van)
    verleend(world, geschreven(world, scheme, wie=0, bedrag="10000", steun_eerder="0"), voorstel={"steun": "de_minimis"})
    for n in (1, 2):
        beoordeeld(world, geschreven(world, scheme, wie=n, steun_eerder="0"))
    loop = beoordeeld(world, geschreven(world, scheme, wie=0, steun_eerder="1000"))
    world.as_(wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een ander zei iets anders.")
    sent = world.as_(loop.aanvrager.verzender, aanvragen.zienswijze, loop.subsidie_id, ["Dat klopt niet.", "En dit ook niet."])
    neem_in(world, sent.id, wie.adviseur.party_id)
    world.as_(wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(wie.collega, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    lijnen(world, loop, regels)
    world.as_(wie.collega, voorstellen.bewaren, loop.subsidie_id, **{"motivering": "Zo past het bij de regeling."} | velden)
    return loop


def lijnen(world, loop, regels: int) -> None:
    """So many more lines in the proposal."""
    for n in range(regels):
        world.as_(loop.wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id, soort="resultaat", tekst=f"Resultaat {n}.",
                  grondslag="4-30", bewijs="Telling", koppeling="wmo-algemeen", uiterlijk_on=jaar()[0])


VOORSTELLEN = [
    {"uitkomst": Beslissing.VERLENEN, "steun": "de_minimis", "staatssteun": "Klein genoeg, en dat is nagezien."},
    {"uitkomst": Beslissing.VERLENEN, "bedrag": Decimal(20_000), "grond": "plafond", "eigen_feiten": True,
     "steun": "de_minimis", "staatssteun": "Klein genoeg, en dat is nagezien."},
    {"uitkomst": Beslissing.VERLENEN, "bedrag": Decimal(20_000), "grond": "rangorde", "eigen_feiten": True},
    {"uitkomst": Beslissing.WEIGEREN, "grond": "plafond", "eigen_feiten": True, "steun": "niet"}]


@pytest.mark.parametrize("velden", VOORSTELLEN)
def test_a_proposal_with_everything_to_check(world, velden):
    loop = in_voorstel(world, **velden)
    within(world, loop.wie.adviseur, f"/subsidies/{loop.subsidie_id}/voorstel")


def test_a_proposal_asks_no_more_with_many_lines(world):
    loop = in_voorstel(world, regels=0, **VOORSTELLEN[0])
    browser, url = world.sign_in(loop.wie.adviseur), f"/subsidies/{loop.subsidie_id}/voorstel"
    few = asks(world, browser, url)
    lijnen(world, loop, 12)
    assert len(asks(world, browser, url)) == len(few)


def test_a_proposal_that_lies_before_its_reader_and_one_that_came_back(world):
    loop = voorgesteld(world, geschreven(world, open_regeling(world, tweede_lezer_vanaf=Decimal(1000))))
    url = f"/subsidies/{loop.subsidie_id}/voorstel"
    within(world, loop.wie.adviseur, url)
    reader = world.medewerker("zwolle", "subsidiejurist", naam="Lia Lezer")
    world.as_(reader, tekenen.terugsturen, loop.besluit_id, reden="Noem het aantal.")
    within(world, loop.wie.adviseur, url)


@pytest.mark.parametrize("velden", [
    {"uitkomst": Beslissing.WIJZIGEN, "bedrag": Decimal(10_000), "grond": "begrotingsvoorbehoud", "eigen_feiten": True,
     "steun": "de_minimis"},
    {"uitkomst": Beslissing.WIJZIGEN, "bedrag": Decimal(10_000), "grond": "begrotingsvoorbehoud-eerder", "eigen_feiten": True},
    {"uitkomst": Beslissing.INTREKKEN, "grond": "niet-verricht", "eigen_feiten": True},
    {"uitkomst": Beslissing.INTREKKEN, "grond": "begrotingsvoorbehoud", "eigen_feiten": True}])
def test_a_proposal_to_change_a_grant_or_take_it_back(world, velden):
    loop = bevoorschot(world, met_voorbehoud(world, geschreven(world, open_regeling(world, staatssteun="de_minimis"),
                                                               steun_eerder="0")))
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een ander zei iets anders.")
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, **velden)
    within(world, loop.wie.adviseur, f"/subsidies/{loop.subsidie_id}/voorstel")


def test_a_proposal_not_to_handle_what_was_not_completed(world):
    loop = expired(world)
    within(world, loop.wie.adviseur, f"/subsidies/{loop.subsidie_id}/voorstel")
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    within(world, loop.wie.adviseur, f"/subsidies/{loop.subsidie_id}/voorstel")


def test_an_objection_wherever_it_stands_on_both_sides(world):
    loop, besluit = geweigerd(world)
    bezwaar_zaak, bea = ingediend(world, loop, besluit, "De telling klopt niet.", "Anderen kwamen later."), behandelaar(world)

    def everybody():
        for person in (bea, loop.wie.adviseur, loop.wie.jurist, world.medewerker("zwolle", "auditor")):
            within(world, person, f"/subsidies/bezwaar/{bezwaar_zaak.id}")
        for person in (loop.aanvrager.verzender, loop.aanvrager.meelezer, loop.aanvrager.beheerder):
            within(world, person, f"/aanvragen/bezwaar/{bezwaar_zaak.id}")

    everybody()
    world.as_(bea, objecting.behandelen, bezwaar_zaak.id, commissie=True)
    everybody()
    beantwoord(world, loop, bea, bezwaar_zaak)
    world.as_(bea, objecting.advies_vastleggen, bezwaar_zaak.id, on=clock.today(), uitkomst="gegrond",
              advies="De commissie is het ermee eens.")
    everybody()
    voorstel = world.as_(bea, objecting.voorstellen, bezwaar_zaak.id, uitkomst="gegrond", motivering=WAAROM)
    everybody()
    world.as_(tekenaar(world, loop), tekenen.tekenen, voorstel.id, brieven=NepBrieven(world))
    everybody()


# A decision that waits for its signature, of each kind: (the case, its signer, the decision).

def een_wijziging(world):
    loop = bevoorschot(world, met_voorbehoud(world, geschreven(world, open_regeling(world))))
    return loop, loop.wie.tekenaar, gewijzigd(world, loop, bedrag=Decimal(30_000), grond="niet-verricht", **EIGEN)


def een_voorschot(world):
    loop = verleend(world)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="voorschot")
    return loop, loop.wie.tekenaar, world.as_(
        loop.wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id,
        termijnen=[{"op": jaar()[0], "bedrag": Decimal(10_000)}])


def een_vaststelling(world):
    loop = verantwoord(world, afgelopen(world))
    return loop, loop.wie.tekenaar, world.as_(
        loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(20_000), grond="niet-verricht",
        motivering="Er is minder gedaan dan afgesproken.", **EIGEN)


def een_terugvordering(world):
    loop = teveel(world)
    return loop, loop.wie.tekenaar, world.as_(loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id,
                                              bedrag=Decimal(1_000), belangen=BELANGEN)


def een_beslissing_op_bezwaar(world):
    loop, besluit = geweigerd(world)
    zaak, bea = ingediend(world, loop, besluit, "De telling klopt niet."), behandelaar(world)
    world.as_(bea, objecting.behandelen, zaak.id)
    beantwoord(world, loop, bea, zaak)
    return loop, tekenaar(world, loop), world.as_(bea, objecting.voorstellen, zaak.id, uitkomst="gegrond", motivering=WAAROM)


@pytest.mark.parametrize("build", [een_wijziging, een_voorschot, een_vaststelling, een_terugvordering,
                                   een_beslissing_op_bezwaar])
def test_a_decision_of_every_kind_to_read_and_to_sign(world, build):
    loop, signer, besluit = build(world)
    for person in (signer, loop.wie.adviseur):
        within(world, person, f"/subsidies/besluit/{besluit.id}")
    within(world, signer, f"/subsidies/besluit/{besluit.id}/tekenen")


def test_the_letter_of_a_change_as_it_would_be_now(world):
    loop = bevoorschot(world, met_voorbehoud(world))
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    browser, url = world.sign_in(loop.wie.adviseur), f"/subsidies/{loop.subsidie_id}/voorstel/brief.pdf"
    found = asks(world, browser.client, url)
    assert browser.client.get(url).mimetype == "application/pdf" and len(found) <= MOST, "\n---\n".join(found)


def test_accounting_for_a_grant_before_and_after_it_was_sent(world):
    loop = afgelopen(world, loop=met_rapportages(world))
    url = f"/aanvragen/subsidie/{loop.subsidie_id}/vaststelling"
    report = world.see(loop.aanvrager.auteur, lambda s: queries.rapportages(s, loop.subsidie_id))[0]
    sent = world.as_(loop.aanvrager.verzender, uitvoering.rapporteren, report.id, geleverd=Decimal(400), toelichting="Goed.")
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    for person in (loop.aanvrager.verzender, loop.aanvrager.meelezer):
        within(world, person, url)
    verantwoord(world, loop)
    for person in (loop.aanvrager.verzender, loop.aanvrager.meelezer):
        within(world, person, url)


def test_the_check_of_an_application_and_of_its_supplement(world):
    loop = geschreven(world, open_regeling(world, medeondertekenen=True))
    other = world.aanbieder_persoon(loop.aanvrager.id, "verzender", naam="Tweede Tekenaar")

    def everybody():
        for person in (loop.aanvrager.auteur, loop.aanvrager.meelezer, loop.aanvrager.verzender, other):
            within(world, person, f"/aanvragen/{loop.aanvraag_id}/controle")

    def signed_and_sent():
        everybody()
        world.as_(loop.aanvrager.verzender, aanvragen.ondertekenen, loop.aanvraag_id)
        everybody()
        sent = world.as_(other, aanvragen.versturen, loop.aanvraag_id)
        everybody()
        return neem_in(world, sent.id, loop.wie.adviseur.party_id)

    subsidie = signed_and_sent()
    everybody()
    ask_supplement(world, replace(loop, subsidie_id=subsidie.id))
    signed_and_sent()
    everybody()


def test_a_bid_from_its_draft_to_its_contract(world):
    published = leven.gepubliceerde_inkoop(world, percelen=3)
    bid = leven.concept(world, published, published.wie.aanbieders[0])
    aanbieder, url = published.wie.aanbieders[0], f"/inschrijving/{bid.inschrijving_id}"

    def everybody():
        for person in (aanbieder.auteur, aanbieder.meelezer, aanbieder.verzender, aanbieder.beheerder):
            within(world, person, url)

    everybody()
    world.as_(aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, published.percelen)
    other = leven.verstuurd(world, published, published.wie.aanbieders[1])
    everybody()
    loop = replace(published, inschrijvers=(bid, other))
    for step in (leven.geopend, leven.beoordeeld, leven.vastgesteld, leven.voorgesteld, leven.gelezen, leven.gegund,
                 leven.gecontracteerd):
        loop = step(world, loop)
        everybody()


def test_the_scores_of_a_perceel_for_everybody_who_judges(world):
    loop = leven.beoordeeld(world, percelen=2, punten=("8", "7", None))
    wie = loop.wie
    url = f"/inkoop/perceel/{loop.percelen[0]}/scores"

    def everybody():
        for person in (wie.manager, wie.jurist, wie.mandaathouder, wie.beoordelaar, wie.beoordelaar_kampen):
            within(world, person, url)

    everybody()
    world.as_(wie.jurist, inkopen.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    everybody()
    leven.vastgesteld(world, loop)
    everybody()
