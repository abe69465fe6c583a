"""Challenges of residents, from an idea to an answer, and what comes after it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.db import Session
from portal.domains.subsidies.usecases import portaal
from portal.domains.uitdaagrecht import besluiten, initiatieven, openbaar, queries, tijd, uitvoering, usecases
from portal.domains.uitdaagrecht.model import Initiatief, Steunbetuiging, Uitdaging
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.tenants.scope import acting_for
from tests.uitdaagrecht_world import (
    IDEE,
    LANG,
    PLAN,
    NepBrieven,
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
    taak,
    verlenging,
    voorgesteld,
)
from tests.world import World


def stand(world: World, loop) -> str:
    return world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=loop.uitdaging_id)[0].state


def termijnen(world: World, loop) -> dict:
    return {row.kind: row for row in world.behind(
        "SELECT kind, started_on, due_on, met_on, article FROM portal.termijn WHERE dossier_id = :i", i=loop.uitdaging_id)}


def test_D1_AC1_a_citizen_submits_for_a_chosen_gemeente_without_an_account_of_it(world):
    loop = begonnen(world)
    sent = world.as_(loop.wie.inwoner, initiatieven.indienen, loop.initiatief_id)
    assert sent.ontvangst_nummer.startswith("OB-") and clock.day_of(sent.verzonden_at) == clock.today()
    neem_in(world)
    (row,) = world.behind("SELECT d.reference, d.eigenaar_id, u.ontvangen_on, u.eerste_on, u.indiener_id FROM "
                          "portal.uitdaging u JOIN portal.dossier d ON d.id = u.id")
    assert row.reference.startswith("RTC-") and row.eigenaar_id == loop.gemeente_id
    assert (row.ontvangen_on, row.eerste_on, row.indiener_id) == (clock.today(), clock.today(), loop.wie.inwoner.party_id)


def test_D1_AC2_the_rules_of_the_gemeente_name_their_ordinance_and_its_article(world):
    loop = ingediend(world)
    regels = world.see(loop.wie.coordinator, lambda s: queries.regels(load(s, Uitdaging, loop.uitdaging_id)))
    assert regels.verordening and regels.artikel and "Verordening maatschappelijke ondersteuning" in regels.wmo_artikel
    terms = termijnen(world, loop)
    assert regels.artikel in terms["triage"].article and terms["beslissing"].started_on == clock.today()


def test_an_idea_is_its_own_until_it_is_sent_and_the_gemeente_reads_what_was_sent(world):
    loop = begonnen(world)
    assert world.see(loop.wie.coordinator, lambda s: s.get(Initiatief, loop.initiatief_id)) is None
    world.as_(loop.wie.inwoner, initiatieven.indienen, loop.initiatief_id)
    neem_in(world)
    # The draft stays theirs; what was sent is read.
    assert world.see(loop.wie.coordinator, lambda s: s.get(Initiatief, loop.initiatief_id)) is None
    (sent,) = world.see(loop.wie.coordinator, lambda s: queries.inzendingen(s, loop.initiatief_id))
    assert sent.inhoud["gegevens"]["wat"] == IDEE["wat"]


def test_three_sentences_are_enough_and_less_is_refused_by_name(world):
    wie = personen(world)
    made = world.as_(wie.inwoner, initiatieven.begin, world.gemeente("dalfsen"), gegevens={"wat": "Een tuin."})
    with pytest.raises(Refused) as refused:
        world.as_(wie.inwoner, initiatieven.indienen, made.id)
    assert [*refused.value.reasons] == ["Er ontbreekt nog: waarom u dat beter of goedkoper kunt.",
                                        "Er ontbreekt nog: met wie u dit doet."]


def test_taking_in_twice_changes_nothing(world):
    loop = ingediend(world)
    before = world.behind("SELECT count(*) FROM portal.case_event WHERE dossier_id = :i", i=loop.uitdaging_id)
    neem_in(world)
    assert world.behind("SELECT count(*) FROM portal.case_event WHERE dossier_id = :i", i=loop.uitdaging_id) == before
    assert len(world.behind("SELECT 1 FROM portal.uitdaging")) == 1


def test_a_question_gets_an_answer_and_becomes_a_plan_with_the_same_history(world):
    loop = begonnen(world)
    world.as_(loop.wie.inwoner, initiatieven.vragen, loop.initiatief_id, vraag="Wat kost dit nu, en tot wanneer?")
    neem_in(world)
    (row,) = world.behind("SELECT u.id, d.state FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id")
    assert row.state == "infoverzoek"
    with pytest.raises(Refused, match="waarom u dit niet geeft"):
        world.as_(loop.wie.coordinator, usecases.informeren, row.id, antwoord="De kosten staan hieronder.",
                  achtergehouden="de bieding")
    world.as_(loop.wie.coordinator, usecases.informeren, row.id, antwoord="De kosten staan hieronder.",
              kosten="€ 31.200 per jaar", achtergehouden="de prijs per uur", reden="bedrijfsgegevens (Woo 5.1)")
    world.as_(loop.wie.inwoner, initiatieven.indienen, loop.initiatief_id)
    neem_in(world)
    (after,) = world.behind("SELECT u.id, d.state FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id")
    assert (after.id, after.state) == (row.id, "ontvangen")


def test_a_suggestion_is_passed_on_within_the_own_gemeente_only_with_consent(world):
    loop = ingediend(world)
    world.as_(loop.wie.coordinator, usecases.doorgeleiden, loop.uitdaging_id, soort="suggestie", naar="de afdeling groen")
    assert stand(world, loop) == "ontvangen"
    world.as_(loop.wie.inwoner, initiatieven.instemmen, loop.initiatief_id, over="doorgeleiden", ja=False)
    neem_in(world)
    assert stand(world, loop) == "ontvangen"
    world.as_(loop.wie.coordinator, usecases.doorgeleiden, loop.uitdaging_id, soort="suggestie", naar="de afdeling groen")
    world.as_(loop.wie.inwoner, initiatieven.instemmen, loop.initiatief_id, over="doorgeleiden", ja=True)
    neem_in(world)
    assert stand(world, loop) == "doorgeleid"


def test_a_plan_for_another_gemeente_goes_there_at_once_and_keeps_its_first_day(world):
    """Awb 2:3: no consent; the term there begins at its own receipt."""
    loop, first = ingediend(world), clock.today()
    elders = personen(world, "ommen")
    world.clock(timedelta(days=4))
    world.as_(loop.wie.coordinator, usecases.doorgeleiden, loop.uitdaging_id, soort="andere_gemeente",
              gemeente_id=world.gemeente("ommen"))
    world.clock(timedelta(days=1))
    neem_in(world, world.gemeente("ommen"))
    (row,) = world.behind("SELECT u.id, u.ontvangen_on, u.eerste_on, u.taak_id FROM portal.uitdaging u JOIN portal.dossier d "
                          "ON d.id = u.id WHERE d.eigenaar_id = :g", g=world.gemeente("ommen"))
    assert (row.ontvangen_on, row.eerste_on, row.taak_id) == (first + timedelta(days=5), first, None)
    assert world.see(elders.coordinator, lambda s: queries.inzendingen(s, loop.initiatief_id))[0].inhoud["gegevens"]["wat"]
    with pytest.raises(NotFound):
        world.as_(elders.coordinator, usecases.in_behandeling, loop.uitdaging_id)


def test_an_addition_is_asked_once_and_the_term_stands_still(world):
    loop = getoetst(world)
    before = termijnen(world, loop)["beslissing"].due_on
    world.as_(loop.wie.coordinator, usecases.aanvulling_vragen, loop.uitdaging_id, velden=["kosten"],
              uitleg="Wat kost de huur?")
    with pytest.raises(Refused, match="wat het kost"):
        world.as_(loop.wie.inwoner, initiatieven.aanvullen, loop.initiatief_id)
    world.clock(timedelta(days=7))
    world.as_(loop.wie.inwoner, initiatieven.bewaren, loop.initiatief_id, gegevens={"kosten": "Tweehonderd euro per maand."},
              taak_id=loop.taak_id)
    world.as_(loop.wie.inwoner, initiatieven.aanvullen, loop.initiatief_id)
    neem_in(world)
    assert stand(world, loop) == "ontvankelijkheidstoets"
    assert termijnen(world, loop)["beslissing"].due_on >= before + timedelta(days=6)
    with pytest.raises(Refused, match="al een keer"):
        world.as_(loop.wie.coordinator, usecases.aanvulling_vragen, loop.uitdaging_id, velden=["kosten"], uitleg="Nog eens.")


def test_a_report_counts_when_both_sides_say_so(world):
    loop = in_gesprek(world)
    talk = world.as_(loop.wie.coordinator, usecases.gesprek, loop.uitdaging_id, op_on=clock.today(), wie="drie bewoners",
                     verslag="Besproken wat het kost en wie het doet.")
    with pytest.raises(Refused, match="wat er niet klopt"):
        world.as_(loop.wie.inwoner, initiatieven.verslag, talk.id, akkoord=False)
    world.as_(loop.wie.inwoner, initiatieven.verslag, talk.id, akkoord=False, opmerking="De datum klopt niet.")
    with pytest.raises(Refused, match="al wat u van dit verslag vindt"):
        world.as_(loop.wie.inwoner, initiatieven.verslag, talk.id, akkoord=True)
    with pytest.raises(NotFound):
        world.as_(loop.wie.buur, initiatieven.verslag, talk.id, akkoord=True)


def test_who_judged_a_plan_advises_nothing_and_who_has_an_interest_neither(world):
    loop = beoordeling(world)
    both = world.medewerker("dalfsen", "vakadviseur", "panellid", naam="Dubbel")
    for criterium in queries.criteria():
        world.as_(both, usecases.beoordelen, loop.uitdaging_id, criterium=criterium, oordeel="voldoet",
                  motivering="Dat blijkt uit het plan zelf.")
    world.as_(both, usecases.beoordeeld, loop.uitdaging_id)
    world.as_(loop.wie.jurist, usecases.toetsen, loop.uitdaging_id, route="subsidie", toelichting="Past binnen de regels.")
    world.as_(loop.wie.coordinator, usecases.naar_panel, loop.uitdaging_id)
    said = {"advies": "toewijzen", "motivering": "Een goed plan voor het dorp."}
    with pytest.raises(Refused, match="geen belang"):
        world.as_(loop.wie.panellid, usecases.adviseren, loop.uitdaging_id, **said)
    world.as_(both, usecases.verklaren, loop.uitdaging_id, heeft_belang=False)
    with pytest.raises(Refused, match="beoordeelde dit plan al"):
        world.as_(both, usecases.adviseren, loop.uitdaging_id, **said)
    world.as_(loop.wie.panellid, usecases.verklaren, loop.uitdaging_id, heeft_belang=True, toelichting="Mijn zus woont er.")
    with pytest.raises(Refused, match="geen belang"):
        world.as_(loop.wie.panellid, usecases.adviseren, loop.uitdaging_id, **said)


def test_D2_AC2_a_no_without_a_ground_is_refused_and_with_one_it_says_why(world):
    loop = beslisbaar(world, oordeel="voldoet_niet")
    with pytest.raises(Refused, match="Zonder grond"):
        world.as_(loop.wie.coordinator, besluiten.voorstellen, loop.uitdaging_id, uitkomst="afwijzen", motivering=LANG)
    loop = besloten(world, voorgesteld(world, loop, "afwijzen", ("duurder",)))
    assert stand(world, loop) == "afgewezen"
    (brief,) = loop.brieven.brieven
    assert brief.inhoud["gronden"] == ["duurder"] and set(brief.inhoud["oordelen"]) == set(queries.criteria())


def test_D2_AC1_a_challenge_names_the_task_it_is_about_or_is_new(world):
    loop = ingediend(world)
    assert world.behind("SELECT taak_id FROM portal.uitdaging")[0].taak_id == loop.taak_id
    new = world.as_(loop.wie.buur, initiatieven.begin, loop.gemeente_id, gegevens=IDEE | {"titel": "Iets nieuws"})
    world.as_(loop.wie.buur, initiatieven.indienen, new.id)
    neem_in(world)
    assert world.behind("SELECT taak_id FROM portal.uitdaging WHERE initiatief_id = :i", i=new.id)[0].taak_id is None


def test_D2_AC3_the_coordinator_of_another_gemeente_sees_nothing(world):
    loop = ingediend(world)
    other = world.medewerker("kampen", "rtc_coordinator")
    with pytest.raises(NotFound):
        world.as_(other, usecases.in_behandeling, loop.uitdaging_id)
    assert world.see(other, lambda s: queries.lijst(s, other.actor)).rows == []
    assert len(world.see(loop.wie.coordinator, lambda s: queries.lijst(s, loop.wie.coordinator.actor)).rows) == 1


def test_a_change_needs_the_yes_of_the_residents(world):
    loop = beslisbaar(world)
    with pytest.raises(Refused, match="stemden niet in"):
        world.as_(loop.wie.coordinator, besluiten.voorstellen, loop.uitdaging_id, uitkomst="aanpassen", motivering=LANG)
    world.as_(loop.wie.coordinator, usecases.aanpassing_vragen, loop.uitdaging_id, tekst="Drie dagen in plaats van vier dagen.")
    world.as_(loop.wie.inwoner, initiatieven.instemmen, loop.initiatief_id, over="aanpassing", ja=True)
    neem_in(world)
    made = world.as_(loop.wie.coordinator, besluiten.voorstellen, loop.uitdaging_id, uitkomst="aanpassen", motivering=LANG)
    assert made.inhoud["aanpassing"].startswith("Drie dagen")


def test_who_drafts_the_answer_does_not_sign_it_and_nobody_without_a_mandate(world):
    loop = voorgesteld(world)
    without = world.medewerker("dalfsen", "mandaathouder", naam="Zonder mandaat")
    with pytest.raises(Refused, match="geen mandaat"):
        world.as_(without, besluiten.tekenen, loop.besluit_id, brieven=NepBrieven(world))
    assert stand(world, loop) == "beslissen"


def test_a_signed_yes_is_sent_and_starts_the_term_to_object(world):
    loop = besloten(world)
    assert stand(world, loop) == "toegewezen"
    terms = termijnen(world, loop)
    assert terms["beslissing"].met_on == clock.today() and terms["bezwaartermijn"].started_on == clock.today()
    messages = world.behind("SELECT onderwerp FROM portal.bericht WHERE party_id = :p AND besluit_id IS NOT NULL",
                            p=loop.wie.inwoner.party_id)
    assert len(messages) == 1


def test_an_objection_is_decided_by_somebody_else(world):
    loop = besloten(world, voorgesteld(world, beslisbaar(world, oordeel="deels"), "afwijzen", ("duurder",)))
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="Het is juist goedkoper.")
    neem_in(world)
    (row,) = world.behind("SELECT id, soort, te_laat FROM portal.tegenspraak")
    assert (row.soort, row.te_laat) == ("bezwaar", False)
    with pytest.raises(Refused, match="betrokken"):
        world.as_(loop.wie.tekenaar, besluiten.tegenspraak_beslissen, row.id, uitkomst="gegrond", antwoord=LANG)
    done = world.as_(loop.wie.tweede_tekenaar, besluiten.tegenspraak_beslissen, row.id, uitkomst="gegrond", antwoord=LANG)
    world.as_(loop.wie.coordinator, besluiten.herzien, loop.uitdaging_id)
    assert done.mandaat_id and stand(world, loop) == "beslissen", "het bezwaar is gegrond: er komt een nieuw antwoord"
    again = besloten(world, voorgesteld(world, loop, "toewijzen"))
    assert stand(world, again) == "toegewezen"


def test_what_was_not_taken_up_is_looked_at_after_an_objection_that_succeeds(world):
    loop = voorgesteld(world, getoetst(world), "niet_ontvankelijk", ("herhaling",))
    loop = besloten(world, loop)
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="Het is een nieuw plan.")
    neem_in(world)
    (row,) = world.behind("SELECT id FROM portal.tegenspraak")
    world.as_(loop.wie.tweede_tekenaar, besluiten.tegenspraak_beslissen, row.id, uitkomst="gegrond", antwoord=LANG)
    world.as_(loop.wie.coordinator, besluiten.herzien, loop.uitdaging_id)
    assert stand(world, loop) == "ontvankelijkheidstoets"


def test_an_objection_that_came_in_time_is_not_put_aside_as_late_and_one_that_came_late_is(world):
    loop = besloten(world, voorgesteld(world, beslisbaar(world, oordeel="deels"), "afwijzen", ("duurder",)))
    world.clock(timedelta(weeks=7))
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="Ik was op reis.")
    neem_in(world)
    (row,) = world.behind("SELECT id, te_laat FROM portal.tegenspraak")
    assert row.te_laat
    world.as_(loop.wie.tweede_tekenaar, besluiten.tegenspraak_beslissen, row.id, uitkomst="niet_ontvankelijk", antwoord=LANG)
    assert stand(world, loop) == "afgewezen"


def test_without_a_besluit_the_way_on_is_a_complaint(world):
    """Deventer's jurist says that the answer is no besluit."""
    wie = personen(world, "deventer")
    loop = taak(world, wie, "deventer")
    loop = besloten(world, voorgesteld(world, beslisbaar(world, beoordeling(world, in_gesprek(world, getoetst(world, ingediend(
        world, begonnen(world, loop))))), oordeel="deels"), "afwijzen", ("duurder",)))
    assert "bezwaartermijn" not in termijnen(world, loop)
    world.as_(wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="Dit was niet eerlijk.")
    neem_in(world)
    assert world.behind("SELECT soort FROM portal.tegenspraak")[0].soort == "klacht"


def test_an_agreement_is_signed_by_both_and_begins_only_then(world):
    loop = besloten(world)
    with pytest.raises(Refused, match="nog geen afspraak"):
        world.as_(loop.wie.coordinator, uitvoering.beginnen, loop.uitdaging_id)
    loop = in_uitvoering(world, loop)
    assert stand(world, loop) == "uitvoering"
    world.as_(loop.wie.inwoner, initiatieven.voortgang, loop.initiatief_id, tekst="Het loopt goed.")
    neem_in(world)
    world.as_(loop.wie.coordinator, uitvoering.evalueren, loop.uitdaging_id, op_on=clock.today(),
              tekst="Het werkt, zeggen allen.", vervolg="doorgaan")
    world.as_(loop.wie.coordinator, uitvoering.terugnemen, loop.uitdaging_id, reden="De bewoners stoppen ermee.")
    assert stand(world, loop) == "teruggenomen"


def test_the_task_goes_back_as_was_agreed_and_who_does_it_reads_how(world):
    loop = in_uitvoering(world)
    world.as_(loop.wie.coordinator, uitvoering.terugnemen, loop.uitdaging_id, reden="De bewoners stoppen ermee.")
    assert "De gemeente neemt het in drie maanden over." in berichten(world, loop)[0].tekst


def berichten(world, loop) -> list:
    return world.behind("SELECT onderwerp, tekst FROM portal.bericht WHERE dossier_id = :i ORDER BY verzonden_at DESC, id",
                        i=loop.initiatief_id)


def test_an_agreement_is_extended_when_both_sides_signed_the_next_one(world):
    loop = in_uitvoering(world)
    wie, today = loop.wie, clock.today()
    world.as_(wie.coordinator, uitvoering.evalueren, loop.uitdaging_id, op_on=today, tekst="Het werkt, zeggen allen.",
              vervolg="verlengen")
    assert termijnen(world, loop)["werk_verlenging"].met_on is None, "de wens is werk"
    facts = {"taak": "Koken", "resultaat": "Vijf dagen", "budget": Decimal("1.00"), "tot": today + timedelta(days=395),
             "evaluatie_on": today, "terug": "Zo."}
    with pytest.raises(Refused) as refused:
        world.as_(wie.coordinator, uitvoering.verlenging, loop.uitdaging_id, **facts)
    assert "Dat is de laatste dag van nu." in str(refused.value) and "moet nog komen" in str(refused.value)
    with pytest.raises(Refused, match="nog geen afspraak"):
        world.as_(wie.coordinator, uitvoering.verlengen, loop.uitdaging_id)
    loop = verlenging(world, loop)
    assert termijnen(world, loop)["werk_verlenging"].met_on == today
    assert world.behind("SELECT 1 FROM portal.termijn WHERE kind = 'werk_ondertekenen' AND met_on IS NULL")
    assert "Tekent u niet? Dan verandert er niets." in berichten(world, loop)[0].tekst
    with pytest.raises(Refused) as refused:
        world.as_(wie.coordinator, uitvoering.verlengen, loop.uitdaging_id)
    assert "De bewoners tekenden" in str(refused.value) and "De gemeente tekende" in str(refused.value)
    with pytest.raises(Refused, match="Trek die eerst in"):
        verlenging(world, loop)
    world.as_(wie.coordinator, uitvoering.afspraak_intrekken, loop.uitdaging_id)
    loop = verlenging(world, loop, getekend=True)
    with pytest.raises(Refused, match="Intrekken kan niet meer"):
        world.as_(wie.coordinator, uitvoering.afspraak_intrekken, loop.uitdaging_id)
    world.as_(wie.coordinator, uitvoering.verlengen, loop.uitdaging_id)
    (counts,) = world.behind("SELECT id, tot FROM portal.afspraak WHERE geldt_at IS NOT NULL AND vervallen_at IS NULL")
    assert counts.id == loop.afspraak_id and stand(world, loop) == "uitvoering"
    evaluations = world.behind("SELECT due_on FROM portal.termijn WHERE kind = 'werk_evaluatie' AND met_on IS NULL")
    assert [one.due_on for one in evaluations] == [today + timedelta(days=600)], "de nieuwe dag, en alleen die"
    assert world.behind("SELECT tot_on FROM portal.initiatiefpagina")[0].tot_on == counts.tot
    assert berichten(world, loop)[0].onderwerp == "De afspraak over uw plan is verlengd"


def test_an_extension_that_nobody_signed_in_time_changes_nothing(world):
    loop = verlenging(world)
    world.clock(timedelta(days=396))
    for who, sign in ((loop.wie.inwoner, initiatieven.ondertekenen), (loop.wie.tekenaar, uitvoering.ondertekenen)):
        with pytest.raises(Refused, match="Verlengen kan niet meer"):
            world.as_(who, sign, loop.afspraak_id)
    world.as_(loop.wie.coordinator, uitvoering.afspraak_intrekken, loop.uitdaging_id)
    with pytest.raises(Refused, match="Verlengen kan niet meer"):
        verlenging(world, loop)
    world.as_(loop.wie.coordinator, uitvoering.beeindigen, loop.uitdaging_id, reden="De laatste dag is voorbij.")
    assert stand(world, loop) == "beeindigd"


def test_an_agreement_that_ends_takes_what_lay_on_the_table_with_it(world):
    loop = verlenging(world)
    world.as_(loop.wie.coordinator, uitvoering.beeindigen, loop.uitdaging_id, reden="De bewoners verhuizen.")
    assert world.behind("SELECT vervallen_at FROM portal.afspraak WHERE id = :a", a=loop.afspraak_id)[0].vervallen_at
    assert all(one.met_on for kind, one in termijnen(world, loop).items() if kind.startswith("werk_"))


def test_the_last_day_of_an_agreement_comes_near_and_passes(world):
    loop = in_uitvoering(world)

    def passes() -> int:
        with acting_for(loop.gemeente_id), Session(bind=world.app.engine) as session, session.begin():
            return tijd.afspraak_loopt_af(session, portaal(loop.gemeente_id), clock.today())

    assert passes() == 0
    world.clock(timedelta(days=395 - 56))
    assert passes() == 1 and passes() == 0, "een keer"
    waits = termijnen(world, loop)["werk_afloop"]
    assert waits.due_on == world.behind("SELECT tot FROM portal.afspraak")[0].tot and waits.met_on is None
    assert "De gemeente neemt het in drie maanden over." in berichten(world, loop)[0].tekst
    world.clock(timedelta(days=90))
    assert passes() == 0 and termijnen(world, loop)["werk_afloop"].met_on is None, "nu te laat, in Mijn werk"
    world.as_(loop.wie.coordinator, uitvoering.beeindigen, loop.uitdaging_id, reden="De laatste dag is voorbij.")
    assert termijnen(world, loop)["werk_afloop"].met_on


def test_a_plan_can_be_taken_back_until_it_is_decided(world):
    loop = in_gesprek(world)
    world.as_(loop.wie.inwoner, initiatieven.intrekken, loop.initiatief_id)
    neem_in(world)
    assert stand(world, loop) == "ingetrokken"


def test_after_the_answer_a_plan_is_not_taken_back(world):
    loop = besloten(world)
    with pytest.raises(Refused, match="al beslist"):
        world.as_(loop.wie.inwoner, initiatieven.intrekken, loop.initiatief_id)


def test_everybody_reads_the_words_that_the_residents_sent_and_no_others(world):
    loop = in_gesprek(world)
    (page,) = world.behind("SELECT reference, titel, samenvatting, velden FROM portal.initiatiefpagina")
    assert page.velden == {"waarom": PLAN["waarom"]}
    with pytest.raises(Refused, match="geen tekst"):
        other = ingediend(world, begonnen(world, replace_buur(loop)))
        world.as_(loop.wie.coordinator, usecases.in_behandeling, other.uitdaging_id)
        world.as_(loop.wie.coordinator, openbaar.publiceren, other.uitdaging_id)


def replace_buur(loop):
    """The same, with the neighbour as who has the idea."""
    return replace(loop, wie=replace(loop.wie, inwoner=loop.wie.buur), initiatief_id=None, uitdaging_id=None)


def test_a_mailbox_counts_once_and_nobody_reads_who(world):
    loop = in_gesprek(world)
    (page,) = world.behind("SELECT id, reference FROM portal.initiatiefpagina")
    world.as_(loop.wie.buur, openbaar.steunen, page.reference)
    with pytest.raises(Refused, match="Eén keer telt"):
        world.as_(loop.wie.buur, openbaar.steunen, page.reference)
    with pytest.raises(Refused, match="uw eigen plan"):
        world.as_(loop.wie.inwoner, openbaar.steunen, page.reference)
    with pytest.raises(Refused, match="Alleen inwoners"):
        world.as_(loop.wie.coordinator, openbaar.steunen, page.reference)
    for reader in (loop.wie.coordinator, loop.wie.inwoner):
        assert world.see(reader, lambda s: s.scalars(select(Steunbetuiging)).all()) == []
        counted = world.see(reader, lambda s: queries.telling(s, page.id))
        assert (counted.mailboxen, counted.personen) in {(1, 0), (0, 1)}


def test_who_follows_hears_of_the_answer(world):
    loop = in_gesprek(world)
    (page,) = world.behind("SELECT reference FROM portal.initiatiefpagina")
    world.as_(loop.wie.buur, openbaar.volgen, page.reference)
    besloten(world, voorgesteld(world, beslisbaar(world, beoordeling(world, loop))))
    told = world.behind("SELECT gegevens->>'wat' AS wat FROM portal.outbox WHERE soort = 'volgnieuws' AND party_id = :p",
                        p=loop.wie.buur.party_id)
    assert {row.wat for row in told} >= {"beoordeling", "toegewezen"}


def test_an_idea_before_the_login_is_fetched_once(world):
    wie = personen(world)
    public = world.as_(wie.inwoner, lambda s, _a: initiatieven.concept_bewaren(s, world.gemeente("dalfsen"), gegevens=IDEE))
    made = world.as_(wie.buur, initiatieven.concept_ophalen, public)
    assert made.titel == IDEE["titel"] and made.eigenaar_id == wie.buur.party_id
    with pytest.raises(NotFound):
        world.as_(wie.inwoner, initiatieven.concept_ophalen, public)


def test_who_joins_confirms_with_the_link_once_and_reads_what_was_sent(world):
    loop = begonnen(world)
    _mede, code = world.as_(loop.wie.inwoner, initiatieven.uitnodigen, loop.initiatief_id, naam="Bert")
    with pytest.raises(NotFound):
        world.as_(loop.wie.inwoner, initiatieven.meedoen, code)
    assert world.as_(loop.wie.buur, initiatieven.meedoen, code) == loop.initiatief_id
    with pytest.raises(NotFound):
        world.as_(loop.wie.buur, initiatieven.meedoen, code)
    world.as_(loop.wie.inwoner, initiatieven.indienen, loop.initiatief_id)
    assert len(world.see(loop.wie.buur, lambda s: queries.inzendingen(s, loop.initiatief_id))) == 1
