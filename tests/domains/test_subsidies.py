"""A subsidie through its use cases, on the real database: scheme, ceiling, application, supplement, assessment, decision."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from portal.db import Session
from portal.domains.subsidies import aanvragen, ingebreke, queries, regelingen, tekenen, usecases, voorstellen
from portal.domains.subsidies.model import State, Subsidie
from portal.kernel import clock
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Termijn
from portal.kernel.errors import NotFound, Refused
from portal.tenants.scope import acting_for
from tests.subsidies_world import (
    REST,
    NepBrieven,
    beoordeeld,
    concept_regeling,
    geschreven,
    in_behandeling,
    jaar,
    laatste_indiening,
    mandaat,
    neem_in,
    op,
    open_regeling,
    personen,
    subsidie,
    verleend,
    verstuurd,
    voorgesteld,
)

GEEN_STEUN = {"steun": "geen", "staatssteun": "De activiteit is lokaal."}


def refuses(world, person, use_case, *args, status=None, says="", **kwargs):
    """This is refused, with these words, and nothing is half-written."""
    with pytest.raises(Refused) as found:
        world.as_(person, use_case, *args, **kwargs)
    sentence = " ".join(found.value.reasons)
    assert says in sentence, sentence
    assert status in (None, found.value.status), found.value.status


def termijn(world, loop, kind) -> Termijn:
    """The newest term of this kind of a case, as its gemeente sees it."""
    return world.as_(loop.wie.adviseur, lambda session, _a: queries.termijn(session, loop.subsidie_id, kind))


def seen(world, person, statement) -> list:
    """What this person reads with a statement of their own."""
    return world.see(person, lambda session: session.execute(text(statement)).scalars().all())


def plafond(world, loop):
    """The ceiling of the scheme."""
    return world.as_(loop.wie.adviseur, lambda session, _a: queries.plafonds(session, loop.regeling_id)[0])


# The whole -----------------------------------------------------------------------------------------------------------------

def test_a_grant_from_scheme_to_letter(world):
    loop = verleend(world)
    zaak = subsidie(world, loop)
    assert (zaak.state, zaak.verleend, zaak.volgnummer) == (State.VERLEEND, Decimal(40_000), 1)
    ceiling = plafond(world, loop)
    assert (ceiling.bedrag, ceiling.gereserveerd, ceiling.vastgelegd, ceiling.over) == (100_000, 0, 40_000, 60_000)
    assert [b.kenmerk for b in loop.brieven.brieven] == [zaak.reference]
    # The applicant reads the grant, its lines and its letter; the objection term runs from the day after sending.
    lines = world.as_(loop.aanvrager.auteur, lambda s, _a: queries.regels(s, loop.subsidie_id, loop.besluit_id))
    assert [r.soort for r in lines] == ["resultaat", "verplichting"]
    bezwaar = world.as_(loop.aanvrager.auteur, lambda s, _a: queries.termijn(s, loop.subsidie_id, "bezwaartermijn"))
    assert bezwaar.started_on == clock.today() and bezwaar.party_id == loop.aanvrager.id
    assert termijn(world, loop, "beslistermijn").met_on == clock.today()


def test_the_applicant_never_reads_what_the_gemeente_thinks(world):
    loop = voorgesteld(world)
    for table in ("beoordeling", "argument", "voorstel", "subsidieregel", "besluit", "plafond_boeking"):
        assert seen(world, loop.aanvrager.verzender, f"SELECT count(*) FROM portal.{table}") == [0], table
    kinds = seen(world, loop.aanvrager.verzender, "SELECT kind FROM portal.case_event")
    assert "subsidie:compleet" in kinds and not [k for k in kinds if k.startswith("intern:")]


def test_the_gemeente_never_reads_what_is_not_sent(world):
    loop = geschreven(world)
    for table in ("aanvraag", "aanvraag_document", "indiening"):
        assert seen(world, loop.wie.adviseur, f"SELECT count(*) FROM portal.{table}") == [0], table
    verstuurd(world, loop)
    assert seen(world, loop.wie.adviseur, "SELECT count(*) FROM portal.aanvraag") == [0]
    assert seen(world, loop.wie.adviseur, "SELECT count(*) FROM portal.indiening") == [1]


# The scheme ----------------------------------------------------------------------------------------------------------------

def test_B1_AC1_a_scheme_cites_its_regulation_and_article(world):
    wie = personen(world)
    refuses(world, wie.adviseur, regelingen.maken, says="Noem de verordening", **(_gegevens() | {"verordening": ""}))
    refuses(world, wie.adviseur, regelingen.maken, says="Schrijf waarom er geen verordening nodig is",
            **(_gegevens() | {"grondslag": "begroting"}))
    van, _tot = jaar()
    refuses(world, wie.adviseur, regelingen.maken, says="ten hoogste vier jaar",
            **(_gegevens() | {"grondslag": "incidenteel", "motivering": "Eenmalig.", "tot": van.replace(year=van.year + 5)}))
    loop = verleend(world, wie=0)
    brief = loop.brieven.brieven[0]
    assert (brief.inhoud["regeling"]["verordening"], brief.inhoud["regeling"]["artikel"]) == ("Subsidieverordening Zwolle", "5")


def _gegevens():
    from tests.subsidies_world import gegevens

    return gegevens()


def test_B1_AC2_outside_the_validity_of_the_scheme_is_refused(world):
    van, tot = jaar()
    loop = geschreven(world, van=van - timedelta(days=1), tot=tot)
    refuses(world, loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id, says="valt buiten de regeling")


def test_a_scheme_without_a_ceiling_or_with_a_late_one_is_not_made_public(world):
    loop = concept_regeling(world, plafond=None)
    refuses(world, loop.wie.adviseur, regelingen.bekendmaken, loop.regeling_id, says="Stel eerst het subsidieplafond vast")
    van, tot = jaar()
    refuses(world, loop.wie.adviseur, regelingen.plafond_vaststellen, loop.regeling_id, van=van, tot=tot, bedrag=Decimal(5),
            orgaan="college", vastgesteld_on=van, bekendgemaakt_on=van, vindplaats="Gemeenteblad", says="Awb 4:27, lid 1")


def test_what_was_made_public_does_not_change(world):
    loop = open_regeling(world)
    refuses(world, loop.wie.adviseur, regelingen.wijzigen, loop.regeling_id, artikel="6", status=409, says="verandert niet")
    with pytest.raises(Exception, match="regeling_vast"):
        world.as_(loop.wie.adviseur, lambda s, _a: s.execute(text("UPDATE portal.regeling SET artikel = '6'")))


def test_B7_AC2_another_way_of_funding_begins_on_its_own_day(world):
    loop = open_regeling(world)
    van, _tot = jaar()
    refuses(world, loop.wie.adviseur, regelingen.financiering_wijzigen, loop.regeling_id, van=clock.today(),
            vormen=["resultaat"], says="latere dag")
    later = van + timedelta(days=180)
    regeling = world.as_(loop.wie.adviseur, regelingen.financiering_wijzigen, loop.regeling_id, van=later,
                         vormen=["resultaat", "beschikbaarheid"])
    from portal.domains.subsidies.rules import vormen_op
    assert vormen_op(regeling.financiering, later - timedelta(days=1)) == ["budget"]
    assert vormen_op(regeling.financiering, later) == ["beschikbaarheid", "resultaat"]


def test_another_gemeente_does_nothing_with_a_scheme(world):
    loop = open_regeling(world)
    other = world.medewerker("kampen", "subsidieadviseur")
    refuses(world, other, regelingen.sluiten, loop.regeling_id, status=404, reden="Weg ermee")


# Applying ------------------------------------------------------------------------------------------------------------------

def test_before_the_opening_and_after_the_closing_nothing_is_sent(world):
    now = clock.now()
    loop = open_regeling(world, opent_at=now + timedelta(days=1))
    aanvrager = loop.wie.aanvragers[0]
    refuses(world, aanvrager.auteur, aanvragen.begin, loop.regeling_id, status=425, says="nog niet aanvragen")
    world.clock(now + timedelta(days=2))
    loop = geschreven(world, loop)
    world.clock(now + timedelta(days=61))
    refuses(world, aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id, status=410, says="De tijd is voorbij")
    assert world.behind("SELECT count(*) FROM portal.indiening")[0][0] == 0


def test_the_database_says_itself_that_it_is_too_late(world):
    loop = geschreven(world)
    world.clock(clock.now() + timedelta(days=61))
    with pytest.raises(Exception, match="regeling_gesloten"):
        world.as_(loop.aanvrager.verzender, lambda s, a: s.execute(text(
            "INSERT INTO portal.indiening (id, dossier_id, eigenaar_id, party_id, soort, regeling_id, inhoud, vingerafdruk, "
            "ontvangst_nummer, verzonden_by) VALUES (gen_random_uuid(), :d, :p, :p, 'aanvraag', :r, '{}', 'x', 'y', :u)"),
            {"d": loop.aanvraag_id, "p": a.party_id, "r": loop.regeling_id, "u": a.user_id}))


def test_B2_AC2_what_is_missing_is_told_and_nothing_is_sent(world):
    loop = open_regeling(world)
    aanvrager = loop.wie.aanvragers[0]
    aanvraag = world.as_(aanvrager.auteur, aanvragen.begin, loop.regeling_id)
    refuses(world, aanvrager.verzender, aanvragen.versturen, aanvraag.id, says="Geld: er ontbreekt nog het bedrag")
    refuses(world, aanvrager.auteur, aanvragen.versturen, aanvraag.id)


def test_the_receipt_holds_the_hash_of_what_was_sent(world):
    from portal.kernel.fingerprint import fingerprint

    loop = verstuurd(world)
    sent = laatste_indiening(world, loop)
    assert sent.vingerafdruk == fingerprint(sent.inhoud) and sent.volgnummer == 1
    assert sent.inhoud["gegevens"]["bedrag"] == "40000" and sent.inhoud["documenten"][0]["code"] == "begroting"


def test_two_people_sign_where_the_scheme_asks_it_and_a_change_takes_the_signature_away(world):
    loop = geschreven(world, open_regeling(world, medeondertekenen=True))
    second = world.aanbieder_persoon(loop.aanvrager.id, "verzender", naam="Tweede")
    refuses(world, loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id, says="moet eerst ondertekenen")
    world.as_(loop.aanvrager.verzender, aanvragen.ondertekenen, loop.aanvraag_id)
    refuses(world, loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id, says="Een tweede persoon moet versturen")
    world.as_(loop.aanvrager.auteur, aanvragen.bewaren, loop.aanvraag_id, "geld", {"begroting": "Anders."})
    refuses(world, second, aanvragen.versturen, loop.aanvraag_id, says="moet eerst ondertekenen")
    world.as_(loop.aanvrager.verzender, aanvragen.ondertekenen, loop.aanvraag_id)
    assert world.as_(second, aanvragen.versturen, loop.aanvraag_id).volgnummer == 1


def test_taking_in_twice_makes_one_case(world):
    loop = verstuurd(world)
    sent = laatste_indiening(world, loop)
    assert neem_in(world, sent.id, loop.wie.adviseur.party_id).id == loop.subsidie_id
    assert world.behind("SELECT count(*) FROM portal.subsidie")[0][0] == 1


def test_what_came_on_paper_takes_its_place_and_counts_from_its_day(world):
    loop = verstuurd(world)
    van, tot = jaar()
    on = clock.today() - timedelta(days=3)
    gegevens = {"titel": "Koffie en krant", "product": "dagdeel", "omschrijving": "Open inloop", "resultaat": "Ontmoeting",
                "aantal": "200", "van": van.isoformat(), "tot": tot.isoformat(), "bedrag": "5000.00"}
    aanvrager = {"id": None, "naam": "Buurthuis De Haven (fictief)", "kvk_nummer": "", "contactpersoon": "",
                 "postadres": "Kade 1"}
    zaak = world.as_(loop.wie.adviseur, usecases.papier, loop.regeling_id, gegevens=gegevens, aanvrager=aanvrager, papier_on=on)
    assert (zaak.volgnummer, zaak.ontvangen_on, zaak.aanvrager_id) == (2, on, None)
    refuses(world, loop.wie.adviseur, usecases.papier, loop.regeling_id, gegevens=gegevens, aanvrager=aanvrager,
            papier_on=clock.today() + timedelta(days=1))
    refuses(world, loop.wie.adviseur, usecases.papier, loop.regeling_id, gegevens=gegevens, aanvrager=aanvrager,
            papier_on=clock.today() - timedelta(days=30), status=410, says="tussen de opening en de sluiting")


def test_a_withdrawal_ends_the_case_and_frees_the_money(world):
    loop = voorgesteld(world)
    assert plafond(world, loop).gereserveerd == 40_000
    gone = world.as_(loop.aanvrager.verzender, aanvragen.intrekken, loop.aanvraag_id, reden="Geen plek meer")
    neem_in(world, gone.id, loop.wie.adviseur.party_id)
    assert subsidie(world, loop).state == State.INGETROKKEN
    assert plafond(world, loop).gereserveerd == 0
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven, status=409, says="vervallen")


# Supplement ----------------------------------------------------------------------------------------------------------------

def test_a_supplement_suspends_the_term_to_decide(world):
    loop = verstuurd(world)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    before = termijn(world, loop, "beslistermijn").due_on
    world.as_(loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id, punten=["De jaarrekening", "De statuten"])
    today = clock.today()
    world.clock(op(today + timedelta(days=8)))
    world.as_(loop.aanvrager.auteur, aanvragen.bewaren, loop.aanvraag_id, "geld", {"begroting": "Met jaarrekening."})
    sent = world.as_(loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    zaak = subsidie(world, loop)
    assert zaak.state == State.ONTVANGEN and termijn(world, loop, "beslistermijn").due_on > before
    world.as_(loop.wie.adviseur, usecases.compleet, loop.subsidie_id)
    assert subsidie(world, loop).compleet_on == today + timedelta(days=8)


@pytest.mark.parametrize("komt", [True, False], ids=["aangevuld", "niet aangevuld"])
def test_the_days_of_a_supplement_are_counted_as_the_law_notes_do(world, komt):
    """Vector of the legal notes (A4): received 2 February 2026, invited 16 February, completed 2 March: 13 days, so Sunday 12
    April, which is Monday the 13th. It is the same when the time to supplement ends unused on that day."""
    world.clock(op(date(2026, 2, 2)))
    loop = verstuurd(world)
    assert termijn(world, loop, "beslistermijn").due_on == date(2026, 3, 30)
    world.clock(op(date(2026, 2, 16)))
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    herstel = world.as_(loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id, punten=["De jaarrekening"])
    assert herstel.due_on == date(2026, 3, 2)
    if komt:
        world.clock(op(date(2026, 3, 2)))
        sent = world.as_(loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id)
        neem_in(world, sent.id, loop.wie.adviseur.party_id)
    else:
        world.clock(op(date(2026, 3, 3)))
        assert verlopen(world, loop) == 1
    assert subsidie(world, loop).state == (State.ONTVANGEN if komt else State.NIET_AANGEVULD)
    assert termijn(world, loop, "beslistermijn").due_on == date(2026, 4, 13)


def verlopen(world, loop) -> int:
    """What the worker does every night with terms that are over."""
    zwolle = loop.wie.adviseur.party_id
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        return usecases.termijnen_verlopen(session, usecases.portaal(zwolle), clock.today())


def test_a_supplement_that_expires_lets_the_gemeente_not_handle_it(world):
    loop = verstuurd(world)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    herstel = world.as_(loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id, punten=["De jaarrekening"])
    zwolle = loop.wie.adviseur.party_id

    def expire(day):
        with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
            return usecases.termijnen_verlopen(session, usecases.portaal(zwolle), day)

    assert expire(herstel.due_on) == 0, "op de laatste dag kan de aanvrager nog aanvullen"
    world.clock(op(herstel.due_on + timedelta(days=1)))
    assert expire(clock.today()) == 1 and expire(clock.today()) == 0
    assert subsidie(world, loop).state == State.NIET_AANGEVULD
    refuses(world, loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id, status=409, says="wacht niet op")
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id,
              motivering="De jaarrekening ontbreekt, ook na onze brief.")
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    assert subsidie(world, loop).state == State.BUITEN_BEHANDELING


def supplemented(world):
    """A supplement came in; whether it is enough, somebody still looks."""
    loop = verstuurd(world)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    world.as_(loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id, punten=["De jaarrekening"])
    world.clock(op(clock.today() + timedelta(days=8)))
    send_supplement(world, loop)
    return loop


def test_who_wrote_in_the_proposal_neither_reads_nor_signs_it(world):
    loop = beoordeeld(world, open_regeling(world, tweede_lezer_vanaf=Decimal(40_000)))
    co = world.medewerker("zwolle", "subsidieadviseur", "subsidiejurist", "mandaathouder", naam="Mee Schrijver")
    mandaat(world, loop.wie.beheerder, co)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(co, voorstellen.bewaren, loop.subsidie_id, motivering="De aanvraag past bij de regeling.", steun="geen",
              staatssteun="De activiteit is lokaal en niet economisch.")
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    assert besluit.inhoud["schrijvers"] == [str(loop.wie.adviseur.user_id), str(co.user_id)]
    refuses(world, loop.wie.adviseur, tekenen.meelezen, besluit.id, status=422, says="zelf opgesteld")
    refuses(world, co, tekenen.meelezen, besluit.id, status=403, says="U schreef mee aan dit voorstel.")
    world.as_(loop.wie.jurist, tekenen.meelezen, besluit.id)
    refuses(world, co, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=403,
            says="U schreef mee aan dit voorstel. Een ander moet het lezen en tekenen.")

    def waits(person):
        return world.as_(person, lambda s, a: [row.id for row in queries.te_tekenen(s, a).rows])

    assert (waits(co), waits(loop.wie.tekenaar)) == ([], [besluit.id])
    brieven = NepBrieven(world)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=brieven)
    assert subsidie(world, loop).state == State.VERLEEND and len(brieven.brieven) == 1


def send_supplement(world, loop):
    sent = world.as_(loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)


def test_a_supplement_that_is_not_enough_can_end_in_not_handling_within_four_weeks(world):
    loop = supplemented(world)
    four_weeks = termijn(world, loop, "buiten_behandeling")
    assert (four_weeks.started_on, four_weeks.met_on) == (clock.today(), None)
    write = (loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    refuses(world, *write, uitkomst="weigeren", says="past niet")
    world.as_(*write, motivering="De jaarrekening ontbreekt nog steeds.")
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    refuses(world, loop.wie.adviseur, usecases.compleet, loop.subsidie_id, says="ligt een voorstel")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    assert subsidie(world, loop).state == State.BUITEN_BEHANDELING
    assert termijn(world, loop, "buiten_behandeling").met_on == termijn(world, loop, "werk_ontvangen").met_on == clock.today()


def test_after_the_four_weeks_a_supplement_is_only_judged(world):
    loop = supplemented(world)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering="De jaarrekening ontbreekt nog steeds.")
    world.clock(op(termijn(world, loop, "buiten_behandeling").due_on + timedelta(days=1)))
    refuses(world, loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id, says="Awb 4:5, lid 4")
    world.as_(loop.wie.adviseur, usecases.compleet, loop.subsidie_id)
    assert termijn(world, loop, "buiten_behandeling").met_on == clock.today()
    assert world.as_(loop.wie.adviseur, lambda s, _a: queries.voorstel(s, loop.subsidie_id)) is None


def test_another_request_ends_the_four_weeks_and_the_next_supplement_begins_them_anew(world):
    loop = supplemented(world)
    first = termijn(world, loop, "buiten_behandeling")
    world.as_(loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id, punten=["De statuten"])
    assert termijn(world, loop, "buiten_behandeling").met_on == clock.today()
    world.clock(op(clock.today() + timedelta(days=3)))
    send_supplement(world, loop)
    second = termijn(world, loop, "buiten_behandeling")
    assert second.id != first.id and second.started_on == clock.today() and second.met_on is None


def test_what_just_came_in_cannot_be_left_unhandled(world):
    loop = verstuurd(world)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    refuses(world, loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id, status=409, says="als de aanvraag is beoordeeld")


def test_after_four_weeks_it_must_be_handled_after_all(world):
    loop = verstuurd(world)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    herstel = world.as_(loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id, punten=["De jaarrekening"])
    zwolle = loop.wie.adviseur.party_id
    world.clock(op(herstel.due_on + timedelta(days=40)))
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        usecases.termijnen_verlopen(session, usecases.portaal(zwolle), clock.today())
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering="De jaarrekening ontbreekt nog steeds.")
    refuses(world, loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id, says="Awb 4:5, lid 4")
    world.as_(loop.wie.adviseur, usecases.toch_behandelen, loop.subsidie_id, reden="De termijn is voorbij.")
    assert subsidie(world, loop).state == State.IN_BEHANDELING


def test_a_notice_of_delay_is_given_once_and_in_time(world):
    loop = in_behandeling(world)
    later = termijn(world, loop, "beslistermijn").due_on + timedelta(days=21)
    refuses(world, loop.wie.adviseur, usecases.uitstellen, loop.subsidie_id, tot=clock.today(), reden="Druk", says="ligt na")
    world.as_(loop.wie.adviseur, usecases.uitstellen, loop.subsidie_id, tot=later, reden="Wij wachten op advies.")
    assert termijn(world, loop, "nieuwe_beslistermijn").due_on == later
    refuses(world, loop.wie.adviseur, usecases.uitstellen, loop.subsidie_id, tot=later + timedelta(days=9), reden="Weer")


def test_a_notice_of_delay_does_not_move_a_term_that_the_scheme_sets(world):
    own = {"beslistermijn_weken": 10, "beslistermijn_artikel": "Subsidieverordening Zwolle, artikel 9"}
    loop = in_behandeling(world, geschreven(world, open_regeling(world, **own)))
    due = termijn(world, loop, "beslistermijn").due_on
    later, ask = due + timedelta(days=21), (loop.wie.adviseur, usecases.uitstellen, loop.subsidie_id)
    world.as_(*ask, tot=later, reden="Wij wachten op advies.")
    holds = termijn(world, loop, "beslistermijn")
    assert (holds.due_on, holds.met_on) == (due, None) and termijn(world, loop, "nieuwe_beslistermijn") is None
    assert termijn(world, loop, "besluit_verwacht").due_on == later
    told = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp LIKE 'Wij hebben meer tijd%'")[0].tekst
    assert "De termijn uit de regeling blijft gelden" in told and "in gebreke stellen" in told
    refuses(world, *ask, tot=later + timedelta(days=9), reden="Weer", says="al een bericht van uitstel")
    world.clock(op(due + timedelta(days=1)))
    world.as_(loop.aanvrager.verzender, ingebreke.stellen, loop.subsidie_id)

# Assessment ----------------------------------------------------------------------------------------------------------------

def test_B2_AC3_nobody_judges_reads_or_signs_about_an_own_organisation(world):
    loop = verstuurd(world)
    adviseur = loop.wie.adviseur
    world.behind("INSERT INTO portal.membership (id, account_id, party_id, rollen, email, herkomst) VALUES "
                 "(gen_random_uuid(), :a, :p, '{verzender}', 'x@voorbeeld.example', 'uitnodiging')",
                 a=adviseur.user_id, p=loop.aanvrager.id)
    world.as_(adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    refuses(world, adviseur, usecases.compleet, loop.subsidie_id, says="U hoort zelf bij deze aanvrager")
    world.as_(loop.wie.collega, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    world.as_(loop.wie.collega, usecases.compleet, loop.subsidie_id)
    refuses(world, adviseur, usecases.beoordelen, loop.subsidie_id, criterium="bereik", punten=Decimal(5), status=403,
            motivering="Dit is mijn eigen club.", says="U hoort zelf bij deze aanvrager")


def test_an_interest_keeps_somebody_out(world):
    loop = verstuurd(world)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Mijn broer")
    refuses(world, loop.wie.adviseur, usecases.compleet, loop.subsidie_id, says="U meldde een belang")
    refuses(world, loop.wie.collega, usecases.compleet, loop.subsidie_id, says="Verklaar eerst")


def test_points_need_a_reason_and_stay_within_their_criterion(world):
    loop = in_behandeling(world)
    refuses(world, loop.wie.adviseur, usecases.beoordelen, loop.subsidie_id, criterium="bereik", punten=Decimal(8),
            motivering="Goed", says="Schrijf waarom")
    refuses(world, loop.wie.adviseur, usecases.beoordelen, loop.subsidie_id, criterium="bereik", punten=Decimal("10.5"),
            motivering="Er doen heel veel mensen mee.", says="0 tot en met 10")
    refuses(world, loop.wie.adviseur, usecases.afronden, loop.subsidie_id, says="criteria zonder punten: 1")


def test_a_refusal_on_facts_of_others_waits_for_the_view_of_the_applicant(world):
    loop = beoordeeld(world)
    adviseur = loop.wie.adviseur
    world.as_(adviseur, voorstellen.beginnen, loop.subsidie_id)
    facts = {"uitkomst": "weigeren", "grond": "komt-niet-na", "motivering": "De organisatie kwam vorig jaar niets na."}
    world.as_(adviseur, voorstellen.bewaren, loop.subsidie_id, **facts)
    refuses(world, adviseur, voorstellen.voorleggen, loop.subsidie_id, says="Beantwoord eerst")
    world.as_(adviseur, voorstellen.bewaren, loop.subsidie_id, eigen_feiten=True)
    refuses(world, adviseur, voorstellen.voorleggen, loop.subsidie_id, says="Vraag de aanvrager eerst om een zienswijze")
    world.as_(adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een andere gemeente meldde dat u niet leverde.")
    refuses(world, adviseur, voorstellen.voorleggen, loop.subsidie_id, says="kan nog tot en met")
    sent = world.as_(loop.aanvrager.verzender, aanvragen.zienswijze, loop.subsidie_id, ["Dat klopt niet.", "Wij leverden wel."])
    neem_in(world, sent.id, adviseur.party_id)
    neem_in(world, sent.id, adviseur.party_id)
    refuses(world, adviseur, voorstellen.voorleggen, loop.subsidie_id, says="Nog open: 2")
    for one in world.as_(adviseur, lambda s, _a: queries.argumenten(s, loop.subsidie_id)):
        world.as_(adviseur, usecases.argument_beantwoorden, one.id, antwoord="Wij hebben het nagevraagd.")
    besluit = world.as_(adviseur, voorstellen.voorleggen, loop.subsidie_id)
    brieven = NepBrieven(world)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=brieven)
    assert subsidie(world, loop).state == State.GEWEIGERD
    assert [a["antwoord"] for a in brieven.brieven[0].inhoud["argumenten"]] == ["Wij hebben het nagevraagd."] * 2


# The decision --------------------------------------------------------------------------------------------------------------

def test_B3_AC1_every_line_has_a_day_evidence_and_a_requirement(world):
    loop = beoordeeld(world)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    line = {"soort": "verplichting", "tekst": "Koop duurzaam in.", "grondslag": "4-39", "bewijs": "Facturen",
            "koppeling": "criterium-samen", "uiterlijk_on": jaar()[1] - timedelta(days=1)}
    keep = (loop.wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id)
    refuses(world, *keep, **line, says="Noem het artikel")
    refuses(world, *keep, **(line | {"bewijs": " "}), says="Schrijf waaruit")
    refuses(world, *keep, **(line | {"koppeling": ""}), verordening_artikel="9", says="Kies de eis")
    for soort, grondslag in (("verplichting", "4-39"), ("resultaat", "4-30"), ("voorwaarde", "4-34")):
        refuses(world, *keep, **(line | {"soort": soort, "grondslag": grondslag, "uiterlijk_on": None}),
                verordening_artikel="9", says="Vul in voor welke dag dit klaar is")
    assert world.as_(*keep, **line, verordening_artikel="9").volgnummer == 3
    kept = world.as_(loop.wie.adviseur, lambda s, _a: queries.regels(s, loop.subsidie_id))
    assert [(r.uiterlijk_on, r.bewijs, r.koppeling) for r in kept] == [
        (line["uiterlijk_on"], *rest) for rest in (("Aantal dagdelen", "wmo-algemeen"), ("Melding", "criterium-verantwoording"),
                                                   ("Facturen", "criterium-samen"))]
    with pytest.raises(Exception, match="ck_subsidieregel_met_verordening"):
        world.as_(loop.wie.adviseur, lambda s, _a: s.execute(text("UPDATE portal.subsidieregel SET verordening_artikel = ''")))


def test_B3_AC1_a_line_that_lost_its_day_is_laid_before_nobody(world):
    """A grant of before this rule may have one: a change of it gives every line a day."""
    loop = beoordeeld(world)
    adviseur = loop.wie.adviseur
    world.as_(adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(adviseur, voorstellen.bewaren, loop.subsidie_id, **GEEN_STEUN, motivering="De aanvraag past goed.")
    world.behind("UPDATE portal.subsidieregel SET uiterlijk_on = NULL WHERE soort = 'verplichting'")
    refuses(world, adviseur, voorstellen.voorleggen, loop.subsidie_id, says="V1: Vul in voor welke dag dit klaar is")
    assert plafond(world, loop).gereserveerd == 0


def test_B3_AC2_without_a_result_nothing_is_laid_before_anybody(world):
    loop = beoordeeld(world)
    adviseur = loop.wie.adviseur
    world.as_(adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(adviseur, voorstellen.bewaren, loop.subsidie_id, **GEEN_STEUN, motivering="Past bij de regeling.")
    result = next(r for r in world.as_(adviseur, lambda s, _a: queries.regels(s, loop.subsidie_id)) if r.soort == "resultaat")
    world.as_(adviseur, voorstellen.regel_weghalen, loop.subsidie_id, result.id)
    refuses(world, adviseur, voorstellen.voorleggen, loop.subsidie_id, says="nog geen resultaat")
    assert plafond(world, loop).gereserveerd == 0


def test_B3_AC4_what_was_sent_does_not_change(world):
    loop = verleend(world)
    for statement in ("UPDATE portal.subsidieregel SET tekst = 'anders'", "UPDATE portal.besluit SET inhoud = '{}'"):
        with pytest.raises(Exception, match="besluit_vast"):
            world.as_(loop.wie.adviseur, lambda s, _a, q=statement: s.execute(text(q)))
    assert world.as_(loop.wie.adviseur, lambda s, _a: s.execute(text("DELETE FROM portal.subsidieregel")).rowcount) == 0


def test_B6_AC1_a_cent_over_the_cap_is_refused(world):
    loop = concept_regeling(world, plafond="900000")
    van, _tot = jaar()
    world.as_(loop.wie.adviseur, regelingen.maximum_vaststellen, loop.regeling_id, product="dagdeel", jaar=van.year,
              per="eenheid", bedrag=Decimal("39.99"), besluit="college 12 mei 2026", van=clock.today() - timedelta(days=1))
    world.as_(loop.wie.adviseur, regelingen.bekendmaken, loop.regeling_id)
    loop = beoordeeld(world, loop, bedrag="40000")
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    facts = GEEN_STEUN | REST | {"motivering": "Past bij de regeling.", "bedrag": Decimal("39990.01"), "grond": "maximum"}
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, **facts)
    refuses(world, loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id, says="ten hoogste € 39,99 per eenheid")
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, bedrag=Decimal("39990.00"))
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    # The rest is refused: the decision weighs as much as was asked.
    assert (besluit.inhoud["bedrag"], besluit.inhoud["geweigerd"], besluit.bedrag) == ("39990.00", "10.00", Decimal(40_000))


def test_small_aid_beyond_its_three_years_is_refused(world):
    loop = beoordeeld(world, open_regeling(world, staatssteun="de_minimis", plafond="900000"), steun_eerder="270000.00",
                      bedrag="40000")
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering="Past bij de regeling.")
    refuses(world, loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id, says="Awb 4:35, lid 3")
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, steun="de_minimis", staatssteun="Kleine steun.")
    refuses(world, loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id, says="nog ruimte voor € 30.000,00")
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, bedrag=Decimal(30_000), **REST)
    world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)


def test_drafter_reader_and_signer_are_three_people(world):
    loop = voorgesteld(world, open_regeling(world, tweede_lezer_vanaf=Decimal(40_000)))
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven, says="eerst lezen")
    world.as_(loop.wie.jurist, tekenen.meelezen, loop.besluit_id)
    refuses(world, loop.wie.adviseur, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven, says="zelf opgesteld")
    refuses(world, loop.wie.jurist, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven, says="tweede lezer")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven)
    with pytest.raises(Exception, match="tweede_lezer_nodig"):
        world.behind("UPDATE portal.besluit SET tweede_lezer_nodig = false, state = 'getekend', verzonden_at = NULL")


def test_a_signer_without_a_mandate_on_that_day_signs_nothing(world):
    loop = voorgesteld(world)
    stranger = world.medewerker("zwolle", "mandaathouder", naam="Nieuw")
    refuses(world, stranger, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven, says="geen mandaat")
    assert subsidie(world, loop).state == State.BEOORDEELD and plafond(world, loop).vastgelegd == 0


@pytest.mark.parametrize(("dag", "mag"), [(-1, False), (0, True), (9, True), (10, False)],
                         ids=["de dag ervoor", "de eerste dag", "de laatste dag", "de dag erna"])
def test_a_mandate_counts_on_the_days_for_which_it_was_given(world, dag, mag):
    """From its first day until the day on which it ends: a mandate that is still to come, or is over, is none."""
    loop = voorgesteld(world)
    van = clock.today() + timedelta(days=3)
    anna = world.medewerker("zwolle", "mandaathouder", naam="Anna Tijdelijk")
    mandaat(world, loop.wie.beheerder, anna, van=van, tot=van + timedelta(days=10))
    world.clock(op(van + timedelta(days=dag)))
    sign = (anna, tekenen.tekenen, loop.besluit_id)
    if mag:
        world.as_(*sign, brieven=loop.brieven)
        assert subsidie(world, loop).state == State.VERLEEND
        return
    refuses(world, *sign, brieven=loop.brieven, says="U heeft vandaag geen mandaat")
    assert subsidie(world, loop).state == State.BEOORDEELD and plafond(world, loop).vastgelegd == 0
    # The database says so too, of whom the use case would let through.
    with pytest.raises(Exception, match="niet_bevoegd"):
        world.as_(anna, lambda s, _a: s.execute(text(
            "UPDATE portal.besluit SET state = 'getekend', getekend_by = portal.user_id(), getekend_at = portal.now(), "
            "mandaat_id = (SELECT id FROM portal.mandaat WHERE gemachtigde_id = portal.user_id())")))


def test_sent_back_frees_the_money_and_opens_the_proposal(world):
    loop = voorgesteld(world)
    refuses(world, loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, bedrag=Decimal(1), status=409, says="ligt al een")
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, loop.besluit_id, reden="Noem de begroting.")
    assert plafond(world, loop).gereserveerd == 0
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, bedrag=Decimal(39_000), **REST)
    again = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    assert (again.inhoud["bedrag"], plafond(world, loop).gereserveerd) == ("39000.00", 39_000)


def test_several_decisions_are_signed_in_one_go_each_on_its_own(world):
    wie = personen(world, 3)
    scheme = open_regeling(world, wie, plafond="500000")
    loops = [voorgesteld(world, replace(geschreven(world, scheme, wie=n))) for n in range(3)]
    # The second one falls away while its card is open.
    gone = world.as_(loops[1].aanvrager.verzender, aanvragen.intrekken, loops[1].aanvraag_id)
    neem_in(world, gone.id, wie.adviseur.party_id)
    done = world.as_(wie.tekenaar, tekenen.tekenen_samen, [one.besluit_id for one in loops], brieven=NepBrieven(world))
    assert [bool(one.reasons) for one in done] == [False, True, False]
    assert [subsidie(world, one).state for one in loops] == [State.VERLEEND, State.INGETROKKEN, State.VERLEEND]
    assert plafond(world, scheme).vastgelegd == 80_000


# The ceiling ---------------------------------------------------------------------------------------------------------------

def test_the_last_euro_is_granted_once_and_who_comes_later_is_refused_on_the_ceiling(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, plafond="60000")
    first = voorgesteld(world, geschreven(world, scheme, wie=0, bedrag="40000"))
    second = beoordeeld(world, geschreven(world, scheme, wie=1, bedrag="20000.01"))
    world.as_(wie.adviseur, voorstellen.beginnen, second.subsidie_id)
    world.as_(wie.adviseur, voorstellen.bewaren, second.subsidie_id, **GEEN_STEUN, motivering="Past bij de regeling.")
    refuses(world, wie.adviseur, voorstellen.voorleggen, second.subsidie_id, says="past niet in het subsidieplafond")
    world.as_(wie.adviseur, voorstellen.bewaren, second.subsidie_id, uitkomst="weigeren", grond="plafond", eigen_feiten=False,
              horen="De stand van het plafond staat vast.", motivering="Het plafond van dit jaar is bereikt.")
    besluit = world.as_(wie.adviseur, voorstellen.voorleggen, second.subsidie_id)
    assert besluit.inhoud["plafond"]["gereserveerd"] == "40000.00"
    world.as_(wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    assert subsidie(world, second).state == State.GEWEIGERD
    world.as_(wie.tekenaar, tekenen.tekenen, first.besluit_id, brieven=first.brieven)
    ceiling = plafond(world, scheme)
    assert (ceiling.gereserveerd, ceiling.vastgelegd, ceiling.over) == (0, 40_000, 20_000)


def test_who_comes_first_goes_first(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, plafond="60000")
    early = in_behandeling(world, geschreven(world, scheme, wie=0, bedrag="40000"))
    late = beoordeeld(world, geschreven(world, scheme, wie=1, bedrag="30000"))
    world.as_(wie.adviseur, voorstellen.beginnen, late.subsidie_id)
    world.as_(wie.adviseur, voorstellen.bewaren, late.subsidie_id, **GEEN_STEUN, motivering="Past bij de regeling.")
    refuses(world, wie.adviseur, voorstellen.voorleggen, late.subsidie_id, says="1 andere aanvraag gaat voor")
    gone = world.as_(early.aanvrager.verzender, aanvragen.intrekken, early.aanvraag_id)
    neem_in(world, gone.id, wie.adviseur.party_id)
    world.as_(wie.adviseur, voorstellen.voorleggen, late.subsidie_id)


def test_a_lowering_does_not_touch_who_applied_before(world):
    loop = beoordeeld(world, open_regeling(world, plafond="40000"))
    ceiling = plafond(world, loop)
    world.clock(op(clock.today() + timedelta(days=2)))
    world.as_(loop.wie.adviseur, regelingen.plafond_wijzigen, ceiling.id, verschil=Decimal(-10_000),
              bekendgemaakt_on=clock.today(), vindplaats="Gemeenteblad 2026, 2000")
    zaak = subsidie(world, loop)
    with acting_for(loop.wie.adviseur.party_id, loop.wie.adviseur.user_id), Session(bind=world.app.engine) as session:
        usecases.boek(session, loop.wie.adviseur.actor, session.get(Subsidie, zaak.id), session.get(type(ceiling), ceiling.id),
                      "reserveren", Decimal(40_000))
        session.commit()
    assert plafond(world, loop).over == -10_000


def test_the_ledger_tells_how_the_ceiling_stood_at_any_moment(world):
    loop = verleend(world)
    ceiling = plafond(world, loop)
    rows = world.as_(loop.wie.adviseur, lambda s, _a: queries.boekingen(s, ceiling.id))
    assert [(r.PlafondBoeking.soort, r.PlafondBoeking.na_gereserveerd, r.PlafondBoeking.na_vastgelegd) for r in rows] == [
        ("vaststellen", 0, 0), ("reserveren", 40_000, 0), ("vastleggen", 0, 40_000)]
    at = rows[1].PlafondBoeking.geboekt_at
    then = world.as_(loop.wie.adviseur, lambda s, _a: queries.plafond_op(s, ceiling.id, at))
    assert then.na_gereserveerd == 40_000


def test_nobody_writes_the_amounts_of_a_ceiling_or_a_grant_past_the_ledger(world):
    loop = verleend(world)
    for statement, word in (("UPDATE portal.plafond SET bedrag = 1000000", "permission denied"),
                            ("UPDATE portal.subsidie SET verleend = verleend + 1", "verleend_klopt_niet"),
                            ("UPDATE portal.plafond_boeking SET bedrag = 1", "permission denied")):
        with pytest.raises(Exception, match=word):
            world.as_(loop.wie.adviseur, lambda s, _a, q=statement: s.execute(text(q)))


def at_once(world, *acts) -> list:
    """Do these at the same moment, each as (person, use case, id, facts) in a transaction of its own that has already read
    the case. Returns what each came to: what the use case gave, or its refusal."""
    barrier, outcomes = threading.Barrier(len(acts), timeout=20), []

    def run(person, use_case, id_, facts):
        with acting_for(person.party_id, person.user_id), Session(bind=world.app.engine, expire_on_commit=False) as session:
            session.execute(text("SELECT count(*) FROM portal.besluit")).scalar()
            session.scalars(select(Subsidie)).all()
            session.scalars(select(Besluit)).all()
            barrier.wait()
            try:
                found = use_case(session, person.actor, id_, **facts)
                session.commit()
                outcomes.append(found)
            except Refused as refused:
                outcomes.append(refused)

    threads = [threading.Thread(target=run, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) == len(acts), "iemand bleef wachten, of struikelde"
    return outcomes


def one_and_a_refusal(outcomes) -> Refused:
    """The refusal, where one act of two was done."""
    refusals = [one for one in outcomes if isinstance(one, Refused)]
    assert len(refusals) == 1, outcomes
    return refusals[0]


@pytest.mark.parametrize("who", ["een persoon", "twee personen"])
def test_two_proposals_at_once_are_one_decision(world, who):
    loop = beoordeeld(world)
    adviseur, collega = loop.wie.adviseur, loop.wie.collega if who == "twee personen" else loop.wie.adviseur
    world.as_(adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(adviseur, voorstellen.bewaren, loop.subsidie_id, motivering="De aanvraag past bij de regeling.",
              steun="geen", staatssteun="De activiteit is lokaal en niet economisch.")
    if collega is not adviseur:
        world.as_(collega, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    lay = (voorstellen.voorleggen, loop.subsidie_id, {})
    refusal = one_and_a_refusal(at_once(world, (adviseur, *lay), (collega, *lay)))
    assert refusal.status == 409 and "Er ligt al een voorstel" in " ".join(refusal.reasons)
    assert world.behind("SELECT count(*) FROM portal.besluit")[0][0] == 1
    ceiling = plafond(world, loop)
    assert (ceiling.gereserveerd, ceiling.vastgelegd) == (40_000, 0), "het geld is een keer gereserveerd"


@pytest.mark.parametrize("who", ["een persoon", "twee personen"])
def test_two_signatures_at_once_are_one_decision(world, who):
    loop = voorgesteld(world)
    karel = wie = loop.wie.tekenaar
    if who == "twee personen":
        wie = world.medewerker("zwolle", "mandaathouder", naam="Tweede tekenaar")
        mandaat(world, loop.wie.beheerder, wie)
    sign = (tekenen.tekenen, loop.besluit_id, {"brieven": loop.brieven})
    refusal = one_and_a_refusal(at_once(world, (karel, *sign), (wie, *sign)))
    assert refusal.status == 409 and "al getekend" in " ".join(refusal.reasons)
    assert subsidie(world, loop).state == State.VERLEEND and len(loop.brieven.brieven) == 1
    ceiling = plafond(world, loop)
    assert (ceiling.gereserveerd, ceiling.vastgelegd) == (0, 40_000)
    assert world.behind("SELECT count(*) FROM portal.termijn WHERE kind = 'bezwaartermijn'")[0][0] == 1
    assert world.behind("SELECT count(*) FROM portal.document WHERE soort = 'besluitbrief'")[0][0] == 1


def test_signing_and_sending_back_at_once_is_one_of_the_two(world):
    loop = voorgesteld(world)
    outcomes = at_once(world, (loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, {"brieven": loop.brieven}),
                       (loop.wie.jurist, tekenen.terugsturen, loop.besluit_id, {"reden": "Noem de begroting."}))
    assert one_and_a_refusal(outcomes).status == 409
    state, ceiling = subsidie(world, loop).state, plafond(world, loop)
    assert (state, ceiling.gereserveerd, ceiling.vastgelegd) in (
        (State.VERLEEND, 0, 40_000), (State.BEOORDEELD, 0, 0))


@pytest.mark.parametrize("locked", [True, False], ids=["met het slot", "zonder het slot"])
def test_two_last_euros_are_not_both_granted(world, owner, locked):
    """The control: without the lock on the row both fit, and the ceiling is passed."""
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, plafond="50000")
    zaken = [verstuurd(world, geschreven(world, scheme, wie=n, bedrag="30000")).subsidie_id for n in range(2)]
    ceiling = plafond(world, scheme)
    source = world.behind("SELECT pg_get_functiondef('portal.plafond_boeken()'::regprocedure)")[0][0]
    if not locked:
        # The same function without the lock, and slow enough for both to look before either writes.
        slow = source.replace("NEW.eigenaar_id FOR UPDATE;", "NEW.eigenaar_id; PERFORM pg_sleep(0.4);")
        assert slow != source
        world.behind(slow.replace("%", "%%"))
    barrier, outcomes = threading.Barrier(2, timeout=20), []

    def reserve(subsidie_id):
        actor = wie.adviseur.actor
        with acting_for(actor.party_id, actor.user_id), Session(bind=world.app.engine) as session:
            zaak, row = session.get(Subsidie, subsidie_id), session.get(type(ceiling), ceiling.id)
            barrier.wait()
            try:
                usecases.boek(session, actor, zaak, row, "reserveren", Decimal(30_000))
                session.commit()
                outcomes.append("gelukt")
            except Refused as refused:
                outcomes.append(refused.reasons[0])

    threads = [threading.Thread(target=reserve, args=(one,)) for one in zaken]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    finally:
        world.behind(source.replace("%", "%%"))
    granted = outcomes.count("gelukt")
    assert len(outcomes) == 2 and granted == (1 if locked else 2), outcomes
    if locked:
        assert "plafond is bereikt" in " ".join(outcomes)


def test_a_stranger_finds_nothing(world):
    loop = verleend(world)
    other = world.aanbieder_persoon(world.aanbieder("Ander (fictief)"), "verzender")
    for use_case, id_ in ((aanvragen.versturen, loop.aanvraag_id), (aanvragen.intrekken, loop.aanvraag_id)):
        with pytest.raises(NotFound):
            world.as_(other, use_case, id_)
    with pytest.raises(NotFound):
        world.as_(other, aanvragen.zienswijze, loop.subsidie_id, ["Ik ook"])
    kampen = world.medewerker("kampen", "subsidieadviseur")
    for use_case in (usecases.compleet, voorstellen.beginnen, usecases.afronden):
        with pytest.raises(NotFound):
            world.as_(kampen, use_case, loop.subsidie_id)
