"""Mijn werk through a whole procurement: every step that waits shows to who can do it, by date, until it is done."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

import config
from portal.domains.inkoop import inschrijven, rules, usecases, work
from portal.domains.inkoop.model import Inkoop, Perceel
from portal.identity.permissions import Permission
from portal.kernel import clock, queries
from portal.kernel.dossier import Termijn, count_of, start_term
from portal.kernel.errors import Refused
from tests import inkoop_world as iw

TODAY = date(2026, 11, 24)
CLOSES = date(2026, 12, 24)
# Work begins where the others are done: two working days after the closing, five after the last day to decide (19 January).
OPENED = date(2026, 12, 29)
FOLLOWED = date(2027, 1, 26)


@pytest.fixture
def world(world):
    world.clock(TODAY)
    return world


def waiting(world, person) -> dict[str, date]:
    """What Mijn werk shows to this person: task -> last day. A task that shows twice fails."""
    rows = world.see(person, lambda s: queries.work(s, person.actor).rows)
    found = {row.taak: row.due_on for row in rows}
    assert len(found) == len(rows), [row.taak for row in rows]
    return found


def others(loop, *but):
    """Everybody of this procurement except these people: nobody of them may see the task."""
    wie = loop.wie
    everybody = [wie.manager, wie.jurist, wie.mandaathouder, wie.beheerder, wie.opener, wie.beoordelaar, wie.beoordelaar_kampen,
                 *wie.beleid.values(), *(p for a in wie.aanbieders for p in (a.auteur, a.meelezer, a.verzender, a.beheerder))]
    return [person for person in everybody if person not in but]


def only(world, loop, taak: str, due: date, *people) -> None:
    """This task waits for exactly these people, until this day."""
    for person in people:
        assert waiting(world, person).get(taak) == due, (person.actor.naam, waiting(world, person))
    for person in others(loop, *people):
        assert taak not in waiting(world, person), person.actor.naam


def gone(world, loop, *taken: str) -> None:
    for person in others(loop):
        assert not set(taken) & set(waiting(world, person)), person.actor.naam


VOLGEN = "Volg de deelnamebesluiten en besluit of de inkoop doorgaat"
PUBLICEREN = "Publiceer de inkoop"
OPENEN = "Open de inschrijvingen, samen met een andere gemeente"
VERSTUREN = "Verstuur uw inschrijving"
BEOORDELEN = ("Beoordeel perceel 1: Beschermd wonen", "Beoordeel perceel 2: Tussenvorm")
VASTSTELLEN = "Stel de beoordeling van perceel 1 vast"
VERVALLEN = "Laat perceel {} vervallen: niemand heeft ingeschreven"
GUNNEN = "Maak het gunningsvoorstel voor perceel 1"
MEELEZEN = "Lees mee met het gunningsvoorstel voor perceel 1"
TEKENEN = "Teken de gunning van perceel 1"


# Deciding and publishing --------------------------------------------------------------------------------------------------

def test_the_lead_watches_the_decisions_until_it_goes_on(world):
    loop = iw.geplande_inkoop(world, percelen=1)
    gone(world, loop, VOLGEN)
    iw.uitgevraagde_inkoop(world, loop)
    only(world, loop, VOLGEN, FOLLOWED, loop.wie.manager)
    (uiterlijk,) = world.behind("SELECT deelname_uiterlijk_at FROM portal.inkoop")[0]
    assert uiterlijk.astimezone(clock.AMSTERDAM).date() < FOLLOWED, "wie volgt, kan pas besluiten als de anderen klaar zijn"
    iw.met_deelname(world, loop)
    only(world, loop, VOLGEN, FOLLOWED, loop.wie.manager)
    world.as_(loop.wie.manager, usecases.doorzetten, loop.inkoop_id)
    gone(world, loop, VOLGEN)
    only(world, loop, PUBLICEREN, date(2026, 12, 8), loop.wie.manager)


@pytest.mark.parametrize("fase", [iw.uitgevraagde_inkoop, iw.doorgezette_inkoop])
def test_a_stopped_procurement_waits_for_nobody(world, fase):
    loop = fase(world, percelen=1)
    world.as_(loop.wie.manager, usecases.stoppen, loop.inkoop_id, reden="Het budget is er niet.")
    assert not world.behind("SELECT kind FROM portal.termijn WHERE met_on IS NULL")


def test_asking_twice_gives_one_item(world):
    loop = iw.uitgevraagde_inkoop(world, percelen=1)
    with pytest.raises(Refused):
        world.as_(loop.wie.manager, usecases.uitvragen, loop.inkoop_id)

    def again(session, _actor):
        work.wait_for(session, session.get(Inkoop, loop.inkoop_id), "werk_volgen")

    world.as_(loop.wie.manager, again)
    only(world, loop, VOLGEN, FOLLOWED, loop.wie.manager)
    assert world.behind("SELECT count(*) FROM portal.termijn WHERE kind = 'werk_volgen'")[0][0] == 1


# Opening ------------------------------------------------------------------------------------------------------------------

def test_who_takes_part_opens_after_the_closing_day(world):
    loop = iw.met_deelname(world, percelen=1, besloten={slug: "nee" if slug == "dalfsen" else "ja" for slug in iw.LEDEN})
    loop = iw.gepubliceerde_inkoop(world, loop=iw.doorgezette_inkoop(world, loop))
    says_no = world.medewerker("dalfsen", "inkoopjurist")
    gone(world, loop, PUBLICEREN)
    only(world, loop, OPENEN, OPENED, loop.wie.manager, loop.wie.jurist, loop.wie.opener)
    assert OPENEN not in waiting(world, says_no)
    iw.na_sluiting(world, loop)
    world.as_(loop.wie.opener, usecases.openen, loop.inkoop_id)
    only(world, loop, OPENEN, OPENED, loop.wie.manager, loop.wie.jurist)
    with pytest.raises(Refused):
        world.as_(loop.wie.opener, usecases.openen, loop.inkoop_id)
    world.as_(loop.wie.jurist, usecases.openen, loop.inkoop_id)
    gone(world, loop, OPENEN)


def test_two_members_open_and_the_lead_sees_what_comes_next(world):
    loop = iw.met_inschrijvingen(world, percelen=1, n=1)
    second = world.medewerker("dalfsen", "inkoopjurist")
    iw.na_sluiting(world, loop)
    world.as_(loop.wie.opener, usecases.openen, loop.inkoop_id)
    assert VASTSTELLEN not in waiting(world, loop.wie.jurist)
    world.as_(second, usecases.openen, loop.inkoop_id)
    gone(world, loop, OPENEN)
    assert OPENEN not in waiting(world, second)
    only(world, loop, BEOORDELEN[0], date(2027, 1, 25), loop.wie.beoordelaar, loop.wie.beoordelaar_kampen)
    only(world, loop, VASTSTELLEN, date(2027, 2, 1), loop.wie.jurist)
    assert VASTSTELLEN not in waiting(world, second), "alleen de trekker stelt vast"


def test_only_gemeenten_that_buy_in_a_perceel_assess_it(world):
    loop = iw.met_deelname(world, percelen=2,
                           besloten={slug: ["ja", "nee"] if slug == "kampen" else "ja" for slug in iw.LEDEN})
    loop = iw.gepubliceerde_inkoop(world, loop=iw.doorgezette_inkoop(world, loop))
    loop = iw.geopend(world, iw.met_inschrijvingen(world, loop, n=1))
    only(world, loop, BEOORDELEN[0], date(2027, 1, 25), loop.wie.beoordelaar, loop.wie.beoordelaar_kampen)
    only(world, loop, BEOORDELEN[1], date(2027, 1, 25), loop.wie.beoordelaar)


def test_a_perceel_without_bids_waits_for_the_lead_to_end_it(world):
    loop = iw.gepubliceerde_inkoop(world, percelen=2)
    iw.verstuurd(world, loop, loop.wie.aanbieders[0], loop.percelen[:1])
    iw.geopend(world, loop)
    only(world, loop, VERVALLEN.format(2), date(2027, 1, 4), loop.wie.manager)
    gone(world, loop, BEOORDELEN[1], VERVALLEN.format(1))
    world.as_(loop.wie.manager, usecases.vervallen, loop.percelen[1], reden="Niemand schreef in.")
    gone(world, loop, VERVALLEN.format(2))


# Assessment and award -----------------------------------------------------------------------------------------------------

def test_from_the_assessment_to_the_signature(world):
    loop = iw.beoordeeld(world, percelen=1)
    wie, perceel_id = loop.wie, loop.percelen[0]
    only(world, loop, VASTSTELLEN, date(2027, 2, 1), wie.jurist)
    gone(world, loop, GUNNEN)
    world.as_(wie.jurist, usecases.vaststellen, perceel_id)
    gone(world, loop, *BEOORDELEN, VASTSTELLEN)
    only(world, loop, GUNNEN, date(2027, 1, 4), wie.manager)
    besluit = world.as_(wie.manager, usecases.gunnen, perceel_id).id
    with pytest.raises(Refused):
        world.as_(wie.manager, usecases.gunnen, perceel_id)
    gone(world, loop, GUNNEN, TEKENEN)
    only(world, loop, MEELEZEN, date(2026, 12, 30), wie.jurist)
    world.as_(wie.jurist, usecases.meelezen, besluit)
    with pytest.raises(Refused):
        world.as_(wie.jurist, usecases.meelezen, besluit)
    gone(world, loop, MEELEZEN)
    only(world, loop, TEKENEN, date(2027, 1, 4), wie.mandaathouder)
    world.as_(wie.mandaathouder, usecases.tekenen, besluit, brieven=iw.NepBrieven(world))
    gone(world, loop, TEKENEN)
    (standstill,) = world.behind("SELECT due_on FROM portal.termijn WHERE kind = 'standstill'")[0]
    assert standstill == date(2027, 1, 13)
    assert waiting(world, wie.mandaathouder) == {"Sluit de contracten voor perceel 1: Beschermd wonen": date(2027, 1, 20)}
    assert not waiting(world, wie.jurist), "de standstill zelf is een datum voor anderen, geen werk"
    assert not world.behind("SELECT kind FROM portal.termijn WHERE met_on IS NULL "
                            "AND kind NOT IN ('standstill', 'werk_contracteren')")
    world.clock(date(2027, 1, 14))
    world.as_(wie.mandaathouder, usecases.contracteren, perceel_id)
    assert not world.behind("SELECT kind FROM portal.termijn WHERE met_on IS NULL AND kind LIKE 'werk%'")


@pytest.mark.parametrize("who", ["jurist", "mandaathouder"])
def test_sending_back_gives_the_work_to_the_drafter(world, who):
    loop = (iw.voorgesteld if who == "jurist" else iw.gelezen)(world, percelen=1)
    world.as_(getattr(loop.wie, who), usecases.terugsturen, loop.besluiten[loop.percelen[0]], reden="Het bedrag klopt niet.")
    gone(world, loop, MEELEZEN, TEKENEN)
    only(world, loop, GUNNEN, date(2027, 1, 4), loop.wie.manager)
    world.as_(loop.wie.manager, usecases.gunnen, loop.percelen[0])
    gone(world, loop, GUNNEN, TEKENEN)
    only(world, loop, MEELEZEN, date(2026, 12, 30), loop.wie.jurist)


def test_without_a_second_reader_signing_waits_at_once(world, monkeypatch):
    monkeypatch.setitem(config.load("inkoop")["tweede_lezer"], "vanaf_bedrag", "99000000.00")
    loop = iw.vastgesteld(world, percelen=1)
    world.as_(loop.wie.manager, usecases.gunnen, loop.percelen[0])
    gone(world, loop, MEELEZEN, GUNNEN)
    only(world, loop, TEKENEN, date(2027, 1, 4), loop.wie.mandaathouder)


@pytest.mark.parametrize("fase", [iw.geopend, iw.vastgesteld, iw.voorgesteld, iw.gelezen])
def test_a_perceel_that_ends_waits_for_nobody(world, fase):
    loop = fase(world, percelen=1)
    world.as_(loop.wie.manager, usecases.vervallen, loop.percelen[0], reden="De raad stopt ermee.")
    assert not world.behind("SELECT kind FROM portal.termijn WHERE met_on IS NULL")


# The provider -------------------------------------------------------------------------------------------------------------

def test_a_provider_sends_before_the_closing_moment(world):
    loop = iw.gepubliceerde_inkoop(world, percelen=2)
    lindehof, ander = loop.wie.aanbieders[:2]
    gone(world, loop, VERSTUREN)
    bid = iw.concept(world, loop, lindehof, loop.percelen)
    world.as_(lindehof.auteur, inschrijven.begin, loop.inkoop_id)
    only(world, loop, VERSTUREN, CLOSES, lindehof.auteur, lindehof.verzender)
    due_at, gevolg = world.behind("SELECT due_at, gevolg FROM portal.termijn WHERE kind = 'werk_versturen'")[0]
    assert due_at == loop.sluit_at and "Na 24-12-2026, 09.00 uur" in gevolg
    world.as_(lindehof.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen[:1])
    only(world, loop, VERSTUREN, CLOSES, lindehof.auteur, lindehof.verzender)
    world.as_(lindehof.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen[1:])
    gone(world, loop, VERSTUREN)
    assert not waiting(world, ander.verzender)


def test_what_was_withdrawn_waits_no_more_and_a_new_perceel_does(world):
    loop = iw.gepubliceerde_inkoop(world, percelen=2)
    lindehof = loop.wie.aanbieders[0]
    bid = iw.verstuurd(world, loop, lindehof, loop.percelen[:1])
    gone(world, loop, VERSTUREN)
    world.as_(lindehof.auteur, inschrijven.perceel_kiezen, bid.inschrijving_id, loop.percelen[1])
    only(world, loop, VERSTUREN, CLOSES, lindehof.auteur, lindehof.verzender)
    world.as_(lindehof.auteur, inschrijven.perceel_laten, bid.inschrijving_id, loop.percelen[1])
    gone(world, loop, VERSTUREN)
    world.as_(lindehof.verzender, inschrijven.intrekken, bid.inschrijving_id, loop.percelen[0])
    gone(world, loop, VERSTUREN)


def test_a_draft_that_was_never_sent_stops_waiting_at_the_closing(world):
    loop = iw.met_inschrijvingen(world, percelen=1, n=1)
    late = iw.zorgaanbieder(world, "Te laat (fictief)")
    iw.concept(world, loop, late)
    assert waiting(world, late.verzender) == {VERSTUREN: CLOSES}
    iw.na_sluiting(world, loop)
    assert waiting(world, late.verzender) == {}, "na de sluiting kan niemand nog versturen"
    iw.geopend(world, loop)
    assert waiting(world, late.verzender) == {}


# Counts, pages and the wall -----------------------------------------------------------------------------------------------

def test_every_kind_of_work_has_an_agreed_term_and_a_plain_sentence(app):
    agreed = config.load("inkoop")
    assert {kind.removeprefix("werk_") for kind in work.WORK} == set(agreed["werk"])
    for kind, item in work.WORK.items():
        rule = rules.work_rule(agreed, kind)
        assert rule.kind == kind and rule.statutory is False
        assert rule.article and rule.source and rule.label and rule.event
        assert item.taak[0].isupper() and item.gevolg.endswith(".")
        assert set(item.permissions) <= set(Permission) and item.permissions
        assert any(r.endpoint == item.endpoint and "GET" in r.methods for r in app.url_map.iter_rules()), item.endpoint


def test_every_date_opens_its_count(world):
    iw.voorgesteld(world, percelen=1)

    def counts(session):
        return [(t.kind, t.due_on, count_of(session, t)) for t in session.scalars(
            select(Termijn).where(Termijn.kind.like("werk%")))]

    counted = world.see(world.medewerker("zwolle", "contractmanager"), counts)
    assert {kind for kind, _due, _count in counted} == {
        "werk_volgen", "werk_publiceren", "werk_openen", "werk_beoordelen", "werk_vaststellen", "werk_gunnen", "werk_meelezen",
        "werk_versturen"}
    for kind, due, count in counted:
        assert count.last_day == due == count.count[-1].date, kind
        assert "zo vastgesteld" not in " ".join(line.text for line in count.count), kind


def test_every_task_has_a_page_that_opens(world):
    opened = set()

    def follow(*people):
        for person in people:
            browser = world.sign_in(person)
            page = browser.get("/mijn-werk", expect=200)
            assert not waiting(world, person) or "Als niemand iets doet" in page.words
            links = [a["href"] for a in page.html.select(".p-work__item a.utrecht-button-link")]
            assert len(links) == len(waiting(world, person)), (person.actor.naam, links)
            for link in links:
                browser.get(link, expect=200)
                opened.add(link)

    loop = iw.uitgevraagde_inkoop(world, percelen=1)
    wie = loop.wie
    follow(wie.manager, wie.beleid["kampen"])
    loop = iw.doorgezette_inkoop(world, iw.met_deelname(world, loop))
    follow(wie.manager)
    loop = iw.gepubliceerde_inkoop(world, loop=loop)
    iw.concept(world, loop, wie.aanbieders[1])
    follow(wie.manager, wie.opener, wie.aanbieders[1].auteur)
    loop = iw.geopend(world, iw.met_inschrijvingen(world, loop, n=2))
    follow(wie.manager, wie.opener, wie.jurist, wie.beoordelaar, wie.beoordelaar_kampen)
    loop = iw.vastgesteld(world, iw.beoordeeld(world, loop))
    follow(wie.manager)
    loop = iw.voorgesteld(world, loop)
    follow(wie.jurist)
    loop = iw.gelezen(world, loop)
    follow(wie.mandaathouder)
    assert "/inkoop/te-tekenen" in opened
    assert len(opened) == 8


def test_the_menu_of_who_signs(world):
    browser = world.sign_in(world.medewerker("zwolle", "mandaathouder"))

    def menu(page):
        return {a.text: a.get("aria-current") for a in page.html.select(".p-site-nav__link")}

    at_signing = menu(browser.get("/inkoop/te-tekenen", expect=200))
    assert at_signing["Tekenen"] == "page" and at_signing["Inkopen"] is None
    elsewhere = menu(browser.get("/inkoop", expect=200))
    assert elsewhere["Tekenen"] is None and elsewhere["Inkopen"] == "page"
    assert "Tekenen" not in menu(world.sign_in(world.medewerker("zwolle", "contractmanager")).get("/inkoop"))


def test_the_dossier_shows_only_the_own_work_that_is_open(world):
    loop = iw.doorgezette_inkoop(world, percelen=1)
    mine = world.sign_in(loop.wie.manager).get(f"/inkoop/{loop.inkoop_id}")
    assert "Inkoop publiceren" in mine.words and "Deelnamebesluiten volgen" not in mine.words
    assert "10 werkdagen" in mine.words
    theirs = world.sign_in(loop.wie.opener).get(f"/inkoop/{loop.inkoop_id}")
    assert "Inkoop publiceren" not in theirs.words


def _refused(world, person, dossier_id, kind, party_id) -> bool:
    def write(session, _actor):
        start_term(session, session.get(Perceel, dossier_id) or session.get(Inkoop, dossier_id),
                   rules.work_rule(config.load("inkoop"), kind), on=TODAY, party_id=party_id, taak="x", gevolg="x")
        session.flush()

    try:
        world.as_(person, write, commit=False)
    except ProgrammingError as error:
        assert "row-level security" in str(error)
        return True
    return False


def test_who_opened_starts_the_assessment_and_nothing_else(world):
    loop = iw.met_inschrijvingen(world, percelen=1, n=1)
    opener, kampen = loop.wie.opener, world.gemeente("kampen")
    perceel_id = loop.percelen[0]
    iw.na_sluiting(world, loop)
    world.as_(opener, usecases.openen, loop.inkoop_id)
    assert _refused(world, opener, perceel_id, "werk_beoordelen", kampen), "nog niet open"
    world.as_(loop.wie.manager, usecases.openen, loop.inkoop_id)
    assert not _refused(world, opener, perceel_id, "werk_beoordelen", kampen)
    assert _refused(world, opener, perceel_id, "werk_tekenen", kampen), "een ander soort werk"
    assert _refused(world, opener, loop.inkoop_id, "werk_beoordelen", kampen), "niet bij een perceel"
    assert _refused(world, opener, perceel_id, "werk_beoordelen", loop.wie.aanbieders[0].id), "geen deelnemer"
    stranger = loop.wie.beoordelaar_kampen
    assert _refused(world, stranger, perceel_id, "werk_beoordelen", kampen), "deze gemeente opende niet"
    world.behind("UPDATE portal.dossier SET state = 'vastgesteld' WHERE id = :p", p=perceel_id)
    assert _refused(world, opener, perceel_id, "werk_beoordelen", kampen), "de beoordeling is voorbij"


def test_the_closing_day_is_a_day_in_amsterdam(world):
    loop = iw.gepubliceerde_inkoop(world, percelen=1, sluit_in=timedelta(days=30, hours=15, minutes=30))
    assert waiting(world, loop.wie.opener) == {OPENEN: date(2026, 12, 29)}  # Christmas and the weekend do not count
