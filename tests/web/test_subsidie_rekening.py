"""A payment failed because the account number was wrong: the recipient gives another, the gemeente approves it, it is paid."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domains.subsidies import queries, rekening, uitvoering, usecases
from portal.domains.subsidies.model import Subsidie
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.iban import in_fours
from portal.kernel.sentences import settle
from tests.conftest import empty
from tests.domains.test_subsidies_uitvoering import betaald, bevoorschot, financieel, payments, status
from tests.subsidies_world import IBAN, neem_in, op
from tests.web.test_inkoop_gunnen import without_step_up

NIEUW, NAAM = "NL91ABNA0417164300", "Dagpunt Zwolle"
TAAK = "Kijk het nieuwe rekeningnummer van de ontvanger na"


def here(loop) -> str:
    return f"/aanvragen/subsidie/{loop.subsidie_id}/rekening"


def staff(loop) -> str:
    return f"/subsidies/{loop.subsidie_id}/rekening"


def mislukt(world):
    """The first payment came back: the account number was wrong."""
    loop, geld = bevoorschot(world), financieel(world)
    first = payments(world, loop)[0]
    world.clock(op(first.gepland_on))
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    world.as_(geld, uitvoering.goedkeuren, first.id)
    world.as_(geld, uitvoering.bestand_maken)
    world.as_(geld, uitvoering.status_inlezen, status(first, "mislukt"))
    return loop, geld


def gegeven(world, loop, iban=NIEUW):
    """Another number was given, and taken in."""
    sent = world.as_(loop.aanvrager.verzender, rekening.geven, loop.subsidie_id, iban=iban, tenaamstelling=NAAM)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return sent


def waiting(world, loop):
    return world.as_(loop.aanvrager.verzender, lambda s, _a: queries.nieuwe_rekening(s, loop.subsidie_id))


def test_the_recipient_gives_a_number_and_it_is_paid_there(world):
    loop, geld = mislukt(world)
    told = world.behind("SELECT onderwerp FROM portal.bericht WHERE party_id = :p ORDER BY verzonden_at DESC LIMIT 1",
                        p=loop.aanvrager.id)[0].onderwerp
    assert told.startswith("Een betaling is niet gelukt")
    sender = world.sign_in(loop.aanvrager.verzender)
    case = sender.get(f"/aanvragen/subsidie/{loop.subsidie_id}")
    assert "Kijk uw rekeningnummer na" in case.words and case.html.select_one(f'main a[href="{here(loop)}"]')
    page = sender.get(here(loop))
    form = page.form(here(loop))
    assert "NL02 ABNA 0123 4567 89" in page.words and form["terug"] == here(loop)
    wrong = sender.post(here(loop), form | {"iban": "NL91ABNA0417164301", "tenaamstelling": NAAM}, expect=422)
    assert "Dit rekeningnummer klopt niet." in wrong.words
    assert wrong.form(here(loop))["iban"] == "NL91ABNA0417164301" and wrong.form(here(loop))["tenaamstelling"] == NAAM
    assert "Vul uw rekeningnummer in." in sender.post(here(loop), form, expect=422).words
    stale = without_step_up(world, loop.aanvrager.verzender).post(here(loop), {"iban": NIEUW, "tenaamstelling": NAAM,
                                                                               "terug": here(loop)})
    assert stale.location.startswith("/opnieuw-inloggen") and waiting(world, loop) is None
    sender = world.sign_in(loop.aanvrager.verzender)
    answer = sender.post(here(loop), sender.get(here(loop)).form(here(loop)) | {
        "iban": "nl91 abna 0417 1643 00", "tenaamstelling": NAAM})
    receipt = sender.get(answer.location)
    assert "NL91 ABNA 0417 1643 00" in receipt.words and NAAM in receipt.words
    assert receipt.html.select_one("h1").text == "Uw rekeningnummer is verstuurd"
    assert "De gemeente kijkt uw nieuwe nummer na" in sender.get(here(loop)).words
    sender.post(here(loop), {"iban": IBAN, "tenaamstelling": NAAM}, expect=409)
    neem_in(world, waiting(world, loop).id, loop.wie.adviseur.party_id)

    money = world.sign_in(geld)
    assert TAAK in money.get("/mijn-werk").words and TAAK not in world.sign_in(loop.wie.adviseur).get("/mijn-werk").words
    before = payments(world, loop)
    assert [b.iban for b in before] == [IBAN, IBAN] and before[0].stand == "mislukt"
    with pytest.raises(Refused, match="Een collega keurt het eerst goed"):
        world.as_(loop.wie.adviseur, uitvoering.klaarzetten, before[0].id)
    page = money.get(staff(loop))
    assert in_fours(NIEUW) in page.words and in_fours(IBAN) in page.words and "Bel de ontvanger" in page.words
    approve = f"/subsidies/rekening/{waiting(world, loop).id}/goedkeuren"
    old = without_step_up(world, geld).post(approve, {"terug": staff(loop)})
    assert old.location.startswith("/opnieuw-inloggen") and waiting(world, loop)
    money = world.sign_in(geld)
    money.post(approve, money.get(staff(loop)).form(approve))
    rows = payments(world, loop)
    assert [(b.iban, b.tenaamstelling, b.stand) for b in rows] == [(NIEUW, NAAM, "gepland")] * 2
    assert TAAK not in money.get("/mijn-werk").words and waiting(world, loop) is None
    events = sender.get(f"/aanvragen/subsidie/{loop.subsidie_id}/gebeurtenissen").words
    assert "De gemeente keurde het nieuwe rekeningnummer goed" in events and NIEUW not in events
    betaald(world, loop)
    assert payments(world, loop)[0].stand == "betaald"
    file = world.behind("SELECT inhoud FROM portal.betaalbestand ORDER BY gemaakt_at DESC LIMIT 1")[0].inhoud
    assert NIEUW in file and IBAN not in file


def test_a_number_that_does_not_hold_is_refused_with_a_reason(world):
    loop, geld = mislukt(world)
    sent = gegeven(world, loop)
    money, refuse = world.sign_in(geld), f"/subsidies/rekening/{sent.id}/afwijzen"
    form = money.get(staff(loop)).form(refuse)
    assert "Schrijf waarom u dit nummer niet gebruikt." in money.post(refuse, form, expect=422).words
    money.post(refuse, form | {"reden": "De naam hoort bij een ander."})
    told = world.behind("SELECT tekst FROM portal.bericht WHERE party_id = :p ORDER BY verzonden_at DESC LIMIT 1",
                        p=loop.aanvrager.id)[0].tekst
    assert "De naam hoort bij een ander." in told and TAAK not in money.get("/mijn-werk").words
    assert payments(world, loop)[0].iban == IBAN
    assert rekening.NIETS_NIEUW in money.post(refuse, {"reden": "Nog eens."}, expect=409).words
    assert gegeven(world, loop).id != sent.id, "daarna kan de ontvanger een ander nummer geven"


def test_what_was_planned_later_goes_to_the_number_that_was_approved(world):
    loop, geld = mislukt(world)
    world.as_(geld, rekening.goedkeuren, gegeven(world, loop).id)
    holds = world.as_(loop.wie.adviseur, lambda s, _a: queries.rekening(s, queries.kop(s, loop.subsidie_id).subsidie))
    assert (holds["iban"], holds["tenaamstelling"]) == (NIEUW, NAAM)


def test_what_was_approved_for_the_old_number_is_done_again(world):
    loop, geld = mislukt(world)
    second = payments(world, loop)[1]
    world.clock(op(second.gepland_on))
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, second.id)
    world.as_(geld, uitvoering.goedkeuren, second.id)
    sent = gegeven(world, loop)
    world.as_(geld, rekening.goedkeuren, sent.id)
    rows = payments(world, loop)
    assert [(b.iban, b.stand, b.klaargezet_by, b.goedgekeurd_by) for b in rows] == [(NIEUW, "gepland", None, None)] * 2


def test_nobody_else_gives_or_approves_a_number(world):
    loop = bevoorschot(world)
    with pytest.raises(Refused, match="Er is geen betaling mislukt"):
        world.as_(loop.aanvrager.verzender, rekening.geven, loop.subsidie_id, iban=NIEUW, tenaamstelling=NAAM)
    assert "Er is geen betaling mislukt" in world.sign_in(loop.aanvrager.verzender).get(here(loop)).words


def test_who_may_not(world):
    loop, geld = mislukt(world)
    writer = world.sign_in(loop.aanvrager.auteur)
    assert "U mag niet versturen" in writer.get(here(loop)).words
    writer.post(here(loop), {"iban": NIEUW, "tenaamstelling": NAAM}, expect=403)
    stranger = world.aanbieder_persoon(world.aanbieder(), "verzender")
    world.sign_in(stranger).get(here(loop), expect=404)
    with pytest.raises(NotFound):
        world.as_(stranger, rekening.geven, loop.subsidie_id, iban=NIEUW, tenaamstelling=NAAM)
    sent = gegeven(world, loop)
    world.sign_in(loop.wie.adviseur).get(staff(loop), expect=403)
    neighbour = world.medewerker("kampen", "financieel")
    world.sign_in(neighbour).get(staff(loop), expect=404)
    with pytest.raises((NotFound, Refused)):
        world.as_(neighbour, rekening.goedkeuren, sent.id)
    world.as_(geld, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Mijn broer werkt er.")
    with pytest.raises(Refused, match="belang"):
        world.as_(geld, rekening.goedkeuren, sent.id)


def test_what_was_sent_has_a_name_on_the_page_of_the_case(world):
    loop, _geld = mislukt(world)
    gegeven(world, loop)
    page = world.sign_in(loop.wie.adviseur).get(f"/subsidies/{loop.subsidie_id}/inhoud")
    assert "Nieuw rekeningnummer" in page.words


# By letter --------------------------------------------------------------------------------------------------------------------

def op_papier(world):
    """A recipient who does everything on paper, and whose first payment came back."""
    loop, geld = mislukt(world)
    world.behind("UPDATE portal.subsidie SET aanvrager_id = NULL WHERE id = :i", i=loop.subsidie_id)
    return loop, geld


def letter(loop) -> str:
    return f"/subsidies/{loop.subsidie_id}/rekening-op-papier"


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def ingevoerd(world, loop, wie, **anders):
    """A number from a letter."""
    return world.as_(wie, rekening.papier, loop.subsidie_id, **(
        {"iban": NIEUW, "tenaamstelling": NAAM, "on": clock.today()} | anders))


def test_a_number_from_a_letter_is_entered_and_approved_by_another(world):
    loop, geld = op_papier(world)
    browser = world.sign_in(loop.wie.adviseur)
    assert letter(loop) in [a["href"] for a in browser.get(f"/subsidies/{loop.subsidie_id}/uitvoering").html.select("a[href]")]
    page = browser.get(letter(loop))
    form = page.form(letter(loop))
    assert IBAN in page.words and form["terug"] == letter(loop)
    full = {"on": dag(clock.today()), "iban": "nl91 abna 0417 1643 00", "tenaamstelling": NAAM}
    for wrong, says in (({"iban": "NL91ABNA0417164301"}, "Dit rekeningnummer klopt niet."), ({"on": ""}, "de brief binnenkwam"),
                        ({"on": dag(clock.today() + timedelta(days=1))}, "niet in de toekomst")):
        answer = browser.post(letter(loop), form | full | wrong, expect=422)
        assert says in answer.words and answer.form(letter(loop))["tenaamstelling"] == NAAM
    stale = without_step_up(world, loop.wie.adviseur).post(letter(loop), full | {"terug": letter(loop)})
    assert stale.location.startswith("/opnieuw-inloggen")
    browser = world.sign_in(loop.wie.adviseur)
    browser.post(letter(loop), browser.get(letter(loop)).form(letter(loop)) | full)
    assert "Er ligt al een nieuw rekeningnummer." in browser.get(letter(loop)).words
    money = world.sign_in(geld)
    page = money.get(staff(loop))
    assert in_fours(NIEUW) in page.words and "Brief kwam binnen op" in page.words and loop.wie.adviseur.actor.naam in page.words
    sent = world.behind("SELECT id, papier_on, verzonden_by FROM portal.indiening WHERE soort = 'rekening'")[0]
    assert sent.papier_on == clock.today() and sent.verzonden_by is None
    approve = f"/subsidies/rekening/{sent.id}/goedkeuren"
    money.post(approve, page.form(approve))
    assert [(b.iban, b.stand) for b in payments(world, loop)] == [(NIEUW, "gepland")] * 2
    for address in (letter(loop), staff(loop)):
        money.get(address + "?taal=en", expect=403 if address == letter(loop) else 200)
    browser.get(letter(loop) + "?taal=en")


def test_who_entered_a_number_approves_it_not(world):
    """The use case says so, the page offers no button, and the database keeps no such line."""
    loop, geld = op_papier(world)
    both = replace(geld, actor=replace(geld.actor, permissions=geld.actor.permissions | {P.SUBSIDIE_BEHANDELEN}))
    sent = ingevoerd(world, loop, both)
    with pytest.raises(Refused, match="U voerde dit nummer zelf in") as refused:
        world.as_(both, rekening.goedkeuren, sent.id)
    assert refused.value.status == 403
    page = world.sign_in(geld).get(staff(loop))
    assert "Een ander keurt dit nummer goed" in page.words and "Keur het nummer goed" not in page.words

    def past(session, actor):
        load(session, Subsidie, loop.subsidie_id).record("subsidie:rekening_goedgekeurd", actor=actor,
                                                         nummer=sent.ontvangst_nummer)
        settle(session)

    with pytest.raises(Refused, match="U voerde dit nummer zelf in"):
        world.as_(geld, past)
    other = financieel(world)
    world.as_(other, rekening.goedkeuren, sent.id)
    assert payments(world, loop)[0].iban == NIEUW


def test_a_number_from_a_letter_that_does_not_hold(world):
    loop, geld = op_papier(world)
    sent = ingevoerd(world, loop, loop.wie.adviseur)
    money, refuse = world.sign_in(geld), f"/subsidies/rekening/{sent.id}/afwijzen"
    answer = money.post(refuse, money.get(staff(loop)).form(refuse) | {"reden": "De naam hoort bij een ander."})
    assert answer.status == 303
    case = world.sign_in(loop.wie.adviseur).get(f"/subsidies/{loop.subsidie_id}")
    assert "De naam hoort bij een ander." in case.words and "Het nieuwe rekeningnummer wordt niet gebruikt" in case.words
    assert payments(world, loop)[0].iban == IBAN and ingevoerd(world, loop, loop.wie.adviseur).id != sent.id


def test_a_letter_is_for_who_is_on_paper_and_after_a_payment_that_failed(world):
    loop, _geld = mislukt(world)
    with pytest.raises(Refused, match="in het portaal"):
        ingevoerd(world, loop, loop.wie.adviseur)
    browser = world.sign_in(loop.wie.adviseur)
    assert "in het portaal" in browser.get(letter(loop)).words and not browser.get(letter(loop)).html.select("main form")
    with pytest.raises(NotFound):
        ingevoerd(world, loop, world.medewerker("kampen", "subsidieadviseur"))


def test_no_number_from_a_letter_while_no_payment_failed(world):
    loop = bevoorschot(world)
    world.behind("UPDATE portal.subsidie SET aanvrager_id = NULL WHERE id = :i", i=loop.subsidie_id)
    with pytest.raises(Refused, match="Er is geen betaling mislukt"):
        ingevoerd(world, loop, loop.wie.adviseur)
    assert not world.sign_in(loop.wie.adviseur).get(letter(loop)).html.select("main form")


def test_while_a_new_number_waits_nothing_more_goes_to_the_old_one(world):
    """A second payment was prepared, or approved, before the first one failed."""
    for approved in (False, True):
        loop, geld = bevoorschot(world, None, "20000", "20000"), financieel(world)
        first, second = payments(world, loop)[:2]
        world.clock(op(second.gepland_on))
        for betaling in (first, second):
            world.as_(loop.wie.adviseur, uitvoering.klaarzetten, betaling.id)
        world.as_(geld, uitvoering.goedkeuren, first.id)
        world.as_(geld, uitvoering.bestand_maken)
        if approved:
            world.as_(geld, uitvoering.goedkeuren, second.id)
        world.as_(geld, uitvoering.status_inlezen, status(first, "mislukt"))
        sent = gegeven(world, loop)
        browser = world.sign_in(geld)
        assert uitvoering.REKENING_WACHT in browser.get("/subsidies/te-betalen").words
        if approved:
            with pytest.raises(Refused, match="niets goedgekeurd"):
                world.as_(geld, uitvoering.bestand_maken)
        else:
            with pytest.raises(Refused, match="nieuw rekeningnummer"):
                world.as_(geld, uitvoering.goedkeuren, second.id)
        world.as_(geld, rekening.goedkeuren, sent.id)
        assert {one.iban for one in payments(world, loop)} == {NIEUW}
        empty(world.owner)
