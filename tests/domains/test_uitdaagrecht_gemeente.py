"""What a gemeente does with a plan of residents beside the steps: support, tasks, the page for everybody, the letter."""

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from portal.adapters.letters import render
from portal.adapters.uitdagingbrieven import UitdagingBrieven, antwoordbrief
from portal.domains.uitdaagrecht import besluiten, initiatieven, openbaar, overzicht, queries, taken, uitvoering, usecases
from portal.domains.uitdaagrecht.model import Uitdaging
from portal.kernel import clock
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import refusing
from portal.processes import uitdaging as van_plan
from tests.subsidies_world import verleend
from tests.uitdaagrecht_world import (
    IDEE,
    LANG,
    PLAN,
    begonnen,
    beoordeling,
    beslisbaar,
    besloten,
    getoetst,
    in_gesprek,
    in_uitvoering,
    ingediend,
    neem_in,
    personen,
    regionaal,
    taak,
    voorgesteld,
)

TAAK = {"naam": "Groen", "omschrijving": "Wij maaien het gras."}


def test_a_task_names_a_granted_subsidy_of_the_own_gemeente_only(world):
    granted = verleend(world)
    dalfsen, zwolle = personen(world).coordinator, personen(world, "zwolle").coordinator
    with pytest.raises(Refused, match="niet van uw gemeente"):
        world.as_(dalfsen, taken.bewaren, **TAAK, subsidie_id=granted.subsidie_id)
    with pytest.raises(Refused, match="Dit contract loopt niet"):
        world.as_(dalfsen, taken.bewaren, **TAAK, overeenkomst_id=uuid.uuid4())
    made = world.as_(zwolle, taken.bewaren, **TAAK, subsidie_id=granted.subsidie_id)
    assert made.subsidie_id == granted.subsidie_id
    # Ended since: what was chosen before stays, nothing else changes.
    world.behind("UPDATE portal.dossier SET state = 'vastgesteld' WHERE id = :i", i=granted.subsidie_id)
    assert world.as_(zwolle, taken.bewaren, made.id, **TAAK, subsidie_id=granted.subsidie_id).subsidie_id
    assert world.as_(zwolle, van_plan.verleend) == []


def test_an_objection_to_hiding_is_refused_by_another_than_who_hid_it_once(world):
    loop = in_gesprek(world)
    hid, other = loop.wie.coordinator, loop.wie.collega
    world.as_(hid, openbaar.verbergen, loop.uitdaging_id, reden="Er staat een naam in.")
    with pytest.raises(Refused, match="geen bezwaar tegen het verbergen"):
        world.as_(other, openbaar.beroep_afwijzen, loop.uitdaging_id, antwoord="Het blijft zo.")
    world.as_(loop.wie.inwoner, initiatieven.tegen_verbergen, loop.initiatief_id, tekst="Dat is mijn eigen naam.")
    neem_in(world)
    with pytest.raises(Refused, match="U verborg deze pagina zelf") as refused:
        world.as_(hid, openbaar.beroep_afwijzen, loop.uitdaging_id, antwoord="Het blijft zo.")
    assert refused.value.status == 403
    with pytest.raises(NotFound):
        world.as_(personen(world, "ommen").coordinator, openbaar.beroep_afwijzen, loop.uitdaging_id, antwoord="Het blijft zo.")
    world.as_(other, openbaar.beroep_afwijzen, loop.uitdaging_id, antwoord="Er staat ook een andere naam in.")
    (page,) = world.behind("SELECT verborgen_at, beroep_antwoord FROM portal.initiatiefpagina")
    assert page.verborgen_at and page.beroep_antwoord == "Er staat ook een andere naam in."
    with pytest.raises(Refused, match="geen bezwaar tegen het verbergen"):
        world.as_(other, openbaar.beroep_afwijzen, loop.uitdaging_id, antwoord="Nog eens.")


def test_a_new_objection_to_hiding_waits_for_an_answer_again(world):
    loop = in_gesprek(world)
    world.as_(loop.wie.coordinator, openbaar.verbergen, loop.uitdaging_id, reden="Er staat een naam in.")
    for number in range(2):
        world.as_(loop.wie.inwoner, initiatieven.tegen_verbergen, loop.initiatief_id, tekst=f"Bezwaar {number}.")
        neem_in(world)
        world.as_(loop.wie.collega, openbaar.beroep_afwijzen, loop.uitdaging_id, antwoord=f"Antwoord {number}.")
    assert world.behind("SELECT beroep_antwoord FROM portal.initiatiefpagina")[0].beroep_antwoord == "Antwoord 1."


def test_a_list_on_paper_is_counted_again_once(world):
    loop = in_gesprek(world)
    counted = world.as_(loop.wie.coordinator, usecases.steun_tellen, loop.uitdaging_id, aantal=12, omschrijving="Drie vellen")
    world.as_(loop.wie.collega, usecases.steun_controleren, counted.id)
    for again in (loop.wie.collega, loop.wie.coordinator):
        with pytest.raises(Refused, match="al nageteld") as refused:
            world.as_(again, usecases.steun_controleren, counted.id)
        assert refused.value.status == 409


def test_paper_counts_without_a_page_and_hiding_a_page_takes_no_support_away(world):
    loop = getoetst(world)
    wie = loop.wie
    counted = world.as_(wie.coordinator, usecases.steun_tellen, loop.uitdaging_id, aantal=12, omschrijving="Drie vellen")

    def counts(who) -> int:
        return world.see(who, lambda s: queries.steun(s, s.get(Uitdaging, loop.uitdaging_id)))

    assert counts(wie.inwoner) == counts(wie.coordinator) == 0
    world.as_(wie.collega, usecases.steun_controleren, counted.id)
    assert counts(wie.inwoner) == counts(wie.coordinator) == 12
    in_gesprek(world, loop)
    (page,) = world.behind("SELECT reference FROM portal.initiatiefpagina")
    world.as_(wie.buur, openbaar.steunen, page.reference)
    world.as_(wie.coordinator, openbaar.verbergen, loop.uitdaging_id, reden="Er staat een naam in.")
    assert counts(wie.inwoner) == counts(wie.coordinator) == 13
    for other in (wie.buur, world.medewerker("kampen", "rtc_coordinator")):
        assert world.as_(other, lambda s, _a: s.execute(select(func.portal.zaak_telling(loop.uitdaging_id))).all()) == []


def test_what_is_read_together_is_what_each_reads_alone(world):
    loop = in_uitvoering(world)

    def compare(session):
        uitdaging = load(session, Uitdaging, loop.uitdaging_id)
        found, id_ = overzicht.rondom(session, uitdaging, loop.wie.panellid.user_id), loop.uitdaging_id
        assert found.oordelen == queries.oordelen(session, id_) and found.adviezen == queries.adviezen(session, id_)
        assert found.besluiten == queries.besluiten(session, id_) and found.gesprekken == queries.gesprekken(session, id_)
        assert (found.afspraak, None) == queries.afspraken(session, id_) and found.voorstel is None
        assert found.tekens == queries.tekens(session, found.afspraak.id) and found.weg is queries.routetoets(session, id_)
        assert found.pagina is queries.pagina(session, id_) and found.taak is queries.taak(session, uitdaging.taak_id)
        assert found.belang.heeft_belang is False and found.contact == "Anneke Schut"
        assert {one.soort for one in found.inzendingen} == {"uitdaging", "pagina", "plan"}
        return True

    assert world.see(loop.wie.coordinator, compare)


def test_another_plan_about_the_same_task_is_a_hint(world):
    first = ingediend(world)
    second = world.as_(first.wie.buur, initiatieven.begin, first.gemeente_id, gegevens={
        "titel": "Nog een plan", "wat": "Koken.", "waarom": "Het is leuk.", "wie": "Wij."}, taak_id=first.taak_id)
    world.as_(first.wie.buur, initiatieven.indienen, second.id)
    neem_in(world)
    seen = world.see(first.wie.coordinator, lambda s: overzicht.rondom(
        s, load(s, Uitdaging, first.uitdaging_id), first.wie.coordinator.user_id).lijkt_op)
    assert [one[2] for one in seen] == ["Nog een plan"]


def test_the_list_for_signers_holds_what_waits_for_a_signature(world):
    loop = voorgesteld(world)

    def waiting():
        return [row.id for row in world.see(loop.wie.tekenaar, lambda s: queries.lijst(
            s, loop.wie.tekenaar.actor, welke="tekenen")).rows]

    assert waiting() == [loop.uitdaging_id]
    world.as_(loop.wie.tekenaar, besluiten.terugsturen, loop.besluit_id, reden="Leg het beter uit.")
    assert waiting() == []


def test_the_letter_says_what_was_decided_per_criterion_and_whom_the_signer_replaces(world):
    loop = voorgesteld(world)

    def letter(session):
        besluit = load(session, Besluit, loop.besluit_id)
        uitdaging = load(session, Uitdaging, loop.uitdaging_id)
        brief = besluiten.brief_van(session, besluit, uitdaging, ondertekenaar="Wethouder")
        today = brief.getekend_on
        return antwoordbrief(replace(brief, mandaat="nummer 1", vervangt="Wethouder Weg", vervanging_van=today,
                                     vervanging_tot=today + timedelta(days=7)))

    made = world.see(loop.wie.tekenaar, letter)
    (judged,) = [one for one in made.secties if one.kop == "Hoe wij naar uw plan keken"]
    assert [line.split(":")[0] for line in judged.alineas] == ["Kosten", "Kwaliteit", "Zekerheid", "Wie tekent", "Risico"]
    assert "bij afwezigheid van Wethouder Weg" in made.ondertekening.vervangt and render("besluit", made)[:5] == b"%PDF-"
    assert made.secties[0].alineas[0] == "Wij zeggen ja tegen uw plan, als proef."


def test_the_letter_is_found_again_and_another_gemeente_finds_none(world):
    loop = voorgesteld(world)
    world.as_(loop.wie.tekenaar, besluiten.tekenen, loop.besluit_id, brieven=UitdagingBrieven(world.app.files))
    found = world.see(loop.wie.coordinator, lambda s: queries.brief(s, load(s, Besluit, loop.besluit_id)))
    assert found.naam.startswith("antwoord-RTC-") and found.media_type == "application/pdf"
    with pytest.raises(NotFound):
        world.see(personen(world, "ommen").coordinator, lambda s: queries.brief(s, load(s, Besluit, loop.besluit_id)))


@pytest.mark.parametrize("early", [False, True])
def test_after_an_objection_that_was_right_a_new_answer_is_written(world, early):
    if early:
        loop = voorgesteld(world, getoetst(world), uitkomst="niet_ontvankelijk", gronden=("herhaling",))
    else:
        loop = voorgesteld(world, uitkomst="afwijzen", gronden=("duurder",))
    loop = besloten(world, loop)
    with pytest.raises(Refused, match="gegrond is"):
        world.as_(loop.wie.coordinator, besluiten.herzien, loop.uitdaging_id)
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="U rekende de huur dubbel.")
    neem_in(world)
    (said,) = world.behind("SELECT id FROM portal.tegenspraak")
    world.as_(loop.wie.tweede_tekenaar, besluiten.tegenspraak_beslissen, said.id, uitkomst="gegrond", antwoord=LANG)
    world.as_(loop.wie.coordinator, besluiten.herzien, loop.uitdaging_id)
    (row,) = world.behind("SELECT d.state, u.uitkomst FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id")
    assert (row.state, row.uitkomst) == ("ontvankelijkheidstoets" if early else "beslissen", None)
    with pytest.raises(Refused, match="niet in deze fase"):
        world.as_(loop.wie.coordinator, besluiten.herzien, loop.uitdaging_id)
    if not early:
        again = voorgesteld(world, loop, uitkomst="proef")
        world.as_(again.wie.tekenaar, besluiten.tekenen, again.besluit_id, brieven=UitdagingBrieven(world.app.files))
        assert world.behind("SELECT uitkomst FROM portal.uitdaging")[0].uitkomst == "proef"


def op_papier(world, wie):
    return world.as_(wie.coordinator, usecases.op_papier, van="Dorpsvereniging", on=clock.today(), gegevens=PLAN)


def test_who_came_on_paper_says_yes_to_a_change_on_paper(world):
    loop = ingediend(world)
    wie, made = loop.wie, op_papier(world, loop.wie)
    with pytest.raises(Refused, match="nu niets"):
        world.as_(wie.coordinator, usecases.papier_aanpassing, made.id, ja=True)
    world.behind("UPDATE portal.dossier SET state = 'beslissen' WHERE id = :i", i=made.id)
    world.as_(wie.coordinator, usecases.aanpassing_vragen, made.id, tekst="Drie dagen in plaats van vier.")
    with pytest.raises(Refused, match="antwoorden zelf in het portaal"):
        world.as_(wie.coordinator, usecases.papier_aanpassing, loop.uitdaging_id, ja=True)
    world.as_(wie.coordinator, usecases.papier_aanpassing, made.id, ja=True)
    (row,) = world.behind("SELECT u.aanpassing_ja, i.inhoud FROM portal.uitdaging u JOIN portal.inzending i ON i.dossier_id = "
                          "u.id AND i.soort = 'instemming' WHERE u.id = :i", i=made.id)
    assert row.aanpassing_ja and row.inhoud["wat"] == "Drie dagen in plaats van vier."


def test_who_came_on_paper_takes_it_back_on_paper_and_nobody_elses(world):
    loop = ingediend(world)
    made = op_papier(world, loop.wie)
    with pytest.raises(Refused, match="sturen hun plan zelf") as refused:
        world.as_(loop.wie.coordinator, usecases.papier_intrekken, loop.uitdaging_id)
    assert refused.value.status == 409
    world.as_(loop.wie.coordinator, usecases.papier_intrekken, made.id)
    assert world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=made.id)[0].state == "ingetrokken"


def test_an_agreement_waits_for_who_signs_for_the_gemeente_until_it_is_signed_or_taken_back(world):
    loop = besloten(world)
    terms = {"taak": "Koken", "resultaat": "Open", "budget": Decimal(10), "van": clock.today(), "tot": clock.today(),
             "evaluatie_on": clock.today(), "terug": "In drie maanden."}

    def waits():
        return [row.wacht_op_permissions for row in world.behind(
            "SELECT wacht_op_permissions FROM portal.termijn WHERE kind = 'werk_ondertekenen' AND met_on IS NULL")]

    world.as_(loop.wie.coordinator, uitvoering.afspreken, loop.uitdaging_id, **terms)
    assert waits() == [["uitdaging:tekenen"]]
    world.as_(loop.wie.coordinator, uitvoering.afspraak_intrekken, loop.uitdaging_id)
    assert waits() == []
    made = world.as_(loop.wie.coordinator, uitvoering.afspreken, loop.uitdaging_id, **terms)
    assert len(waits()) == 1
    world.as_(loop.wie.tekenaar, uitvoering.ondertekenen, made.id)
    assert waits() == []


def test_what_cannot_be_asked_or_passed_on_now_says_why(world):
    loop = getoetst(world)
    see = world.see(loop.wie.coordinator, lambda s: load(s, Uitdaging, loop.uitdaging_id))
    assert usecases.aanvulling_gebrek(see) is None and usecases.doorgeleiden_gebrek(see) is None
    assert usecases.papier_gebrek(see) == "De bewoners sturen hun plan zelf. U verandert het niet."
    world.as_(loop.wie.coordinator, usecases.aanvulling_vragen, loop.uitdaging_id, velden=["kosten"], uitleg="Wat kost het?")
    see = world.see(loop.wie.coordinator, lambda s: load(s, Uitdaging, loop.uitdaging_id))
    assert usecases.aanvulling_gebrek(see) == "De gemeente vroeg al een keer om een aanvulling. Nog eens kan niet."


def test_who_signed_the_answer_does_not_decide_on_the_objection(world):
    loop = besloten(world)
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="De proef is te kort.")
    neem_in(world)
    (said,) = world.behind("SELECT id FROM portal.tegenspraak")
    with pytest.raises(Refused, match="betrokken bij het antwoord"):
        world.as_(loop.wie.tekenaar, besluiten.tegenspraak_beslissen, said.id, uitkomst="ongegrond", antwoord="x" * 60)


# Bought together -------------------------------------------------------------------------------------------------------------

def _heard(world, begins: str) -> dict:
    """Which gemeenten got this message, by name, and what it says."""
    return {row.slug: row for row in world.behind(
        "SELECT p.slug, b.onderwerp, b.tekst FROM portal.bericht b JOIN portal.partij p ON p.id = b.party_id "
        "JOIN portal.gemeente g ON g.id = p.id WHERE b.onderwerp LIKE :o", o=f"{begins}%")}


def test_a_regionally_bought_task_goes_to_the_competent_college_and_all_members_hear_of_it(world):
    here, there = regionaal(world)
    old, new = (world.behind("SELECT d.state, u.doorgeleid, u.eerste_on, u.taak_id, u.regiotaak FROM portal.uitdaging u JOIN "
                             "portal.dossier d ON d.id = u.id WHERE d.id = :i", i=one.uitdaging_id)[0] for one in (here, there))
    assert old.state == "doorgeleid" and old.doorgeleid == "andere_gemeente" and new.state == "ontvangen"
    assert new.eerste_on == old.eerste_on and new.regiotaak == "Dagbesteding in het dorp"
    assert new.taak_id == there.taak_id, "de taak uit het eigen register"
    came = _heard(world, "Een plan van bewoners over")
    assert len(came) == world.behind("SELECT count(*) AS n FROM portal.gemeente")[0].n - 1 and "ommen" not in came
    said = came["dalfsen"].tekst
    assert "Dagbesteding in het dorp" in said and "Gemeente Ommen beslist daarover voor alle gemeenten." in said
    assert here.wie.inwoner.actor.naam not in said and IDEE["wat"] not in said
    decided = besloten(world, voorgesteld(world, beslisbaar(world, beoordeling(world, in_gesprek(world, getoetst(
        world, there))))))
    assert decided.uitdaging_id and "zei ja, als proef, voor alle gemeenten" in _heard(world, "Beslist over")["kampen"].tekst
    # Each hears it once.
    assert world.as_(there.wie.coordinator, lambda s, _a: list(s.scalars(select(func.portal.regio_melden(there.uitdaging_id))))
                     ) == []


def test_a_task_that_the_competent_gemeente_does_not_have_is_told_as_text(world):
    zwolle = world.gemeente("zwolle")
    here = ingediend(world, begonnen(world, taak(world, bevoegd_id=zwolle)))
    world.as_(here.wie.coordinator, usecases.naar_bevoegde, here.uitdaging_id)
    neem_in(world, zwolle)
    (row,) = world.behind("SELECT taak_id, regiotaak FROM portal.uitdaging WHERE regiotaak <> ''")
    assert row.taak_id is None and row.regiotaak == "Dagbesteding in het dorp"


def test_a_plan_sent_straight_to_who_decides_for_all_is_told_too_and_another_plan_to_nobody(world):
    wie = personen(world, "zwolle")
    ingediend(world, begonnen(world, taak(world, wie, "zwolle", bevoegd_id=world.gemeente("zwolle"))))
    assert len(_heard(world, "Een plan van bewoners over")) > 1
    own = ingediend(world, begonnen(world, taak(world)))
    assert all("RTC" in one.tekst for one in _heard(world, "Een plan van bewoners over").values())
    with pytest.raises(Refused, match="Over deze taak beslist uw eigen gemeente"):
        world.as_(own.wie.coordinator, usecases.naar_bevoegde, own.uitdaging_id)
    assert world.behind("SELECT regiotaak FROM portal.uitdaging WHERE id = :i", i=own.uitdaging_id)[0].regiotaak == ""


def test_nobody_is_refused_for_what_they_were_not_asked_or_may_still_send(world):
    loop = getoetst(world)
    coordinator = loop.wie.coordinator
    no = {"uitkomst": "niet_ontvankelijk", "motivering": LANG, "gronden": ["informatie_ontbreekt"]}
    with pytest.raises(Refused, match="eerst om een aanvulling"):
        world.as_(coordinator, besluiten.voorstellen, loop.uitdaging_id, **no)
    world.as_(coordinator, usecases.aanvulling_vragen, loop.uitdaging_id, velden=["draagvlak"], uitleg="Wie wil dit?")
    with pytest.raises(Refused, match="nog aanvullen, tot en met"):
        world.as_(coordinator, besluiten.voorstellen, loop.uitdaging_id, **no)

    def past_the_step(session, actor):
        """The same by a way around: a proposal on another ground, and then this one."""
        made = besluiten.voorstellen(session, actor, loop.uitdaging_id, **no | {"gronden": ["geen_gemeentetaak"]})
        made.inhoud = dict(made.inhoud) | {"gronden": ["informatie_ontbreekt"]}
        with refusing(session):
            session.flush()

    with pytest.raises(Refused):
        world.as_(coordinator, past_the_step)
    world.clock(clock.now() + timedelta(days=29))
    assert world.as_(coordinator, besluiten.voorstellen, loop.uitdaging_id, **no).state == "opgesteld"
