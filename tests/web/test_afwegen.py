"""A report offered to another gemeente, in the browser of both."""

from datetime import timedelta

import pytest

from portal.domains.plaatsingen import overdragen, rules
from portal.kernel import clock
from portal.kernel.errors import Refused
from tests import plaatsingen_world as pw
from tests.domains.test_afwegen import WAAROM, aangeboden, overgenomen
from tests.web.test_overdragen import dag

DAY = timedelta(days=1)


def test_from_the_question_to_the_report_at_the_other_gemeente(world):
    loop, ander = pw.in_onderzoek(world, wie=pw.personen(world, "raalte"), dagen_geleden=10), pw.personen(world, "zwolle")
    sender, receiver = world.sign_in(loop.wie.consulent), world.sign_in(ander.consulent)
    here, ask = f"/toegang/{loop.toegang_id}", f"/toegang/{loop.toegang_id}/aanbod"
    assert "Is de kans op herstel in een andere gemeente groter?" in sender.get(here).words
    form = sender.get(ask).form(ask)
    wrong = sender.post(ask, form | {"toelichting": "Haar zus."}, expect=422)
    assert "Kies een gemeente." in wrong.words and wrong.form(ask)["toelichting"].strip() == "Haar zus."
    sender.post(ask, form | {
        "ontvanger_id": str(ander.consulent.party_id), "toelichting": WAAROM, "ingaand_on": dag(clock.today()),
        "grondsoort": "toestemming", "vindplaats": "Gesprek", "grond_tot": dag(clock.today() + 60 * DAY)})
    offer = f"/overdracht/{_offer(world, loop)}"
    assert "Gevraagd aan een andere gemeente" in sender.get(here).words and "Er ligt een aanbod" in sender.get(here).words
    page = receiver.get(offer)
    assert WAAROM in page.words and pw.HULPVRAAG in page.words and "Meldde zich bij Raalte" in page.words
    answer = f"{offer}/antwoord"
    receiver.post(answer, receiver.get(answer).form(answer) | {"ja": "ja", "ingaand_on": dag(clock.today())})
    take = f"{offer}/overnemen"
    page = receiver.get(take)
    assert "De termijnen lopen door" in page.words
    receiver.post(take, page.form(take) | {"adres": "Zusterlaan 2, Zwolle"})
    page = receiver.get(offer)
    assert "Naar het dossier van uw gemeente" in page.words
    own = next(a["href"] for a in page.html.select("a") if a.get_text(" ").strip() == "Naar het dossier van uw gemeente")
    page = receiver.get(own)
    assert "Deze melding kwam van gemeente Raalte." in page.words
    assert WAAROM in page.html.select_one("section[aria-labelledby=gedeeld]").get_text(" ")
    assert page.html.select_one(f"section[aria-labelledby=gedeeld] a[href='{offer}']")
    looked = world.behind("SELECT count(*) FROM portal.toegangslog WHERE dossier_id = :o AND account_id = :w",
                          o=_offer(world, loop), w=ander.consulent.user_id)
    receiver.get(own)
    assert world.behind("SELECT count(*) FROM portal.toegangslog WHERE dossier_id = :o AND account_id = :w",
                        o=_offer(world, loop), w=ander.consulent.user_id) > looked, "lezen wat een ander deelde, is kijken"
    for browser in (sender, receiver):
        said = browser.get(offer).html.select_one("section[aria-labelledby=tijdlijn]").get_text(" ")
        assert "Overgenomen: deze gemeente heeft nu een eigen dossier" in said and "Zwolle" in said
    receiver.get(here, expect=404)


def test_what_the_other_gemeente_wrote_is_read_in_the_report_as_long_as_it_may_be_shared(world):
    loop, ander, offer, made = overgenomen(world)
    receiver = world.sign_in(ander.consulent)
    assert WAAROM in receiver.get(f"/toegang/{made.id}").words
    assert WAAROM not in world.sign_in(loop.wie.consulent).get(f"/toegang/{loop.toegang_id}").words
    world.as_(loop.wie.consulent, overdragen.grond_intrekken, offer, reden="De inwoner wil dit niet meer.")
    page = receiver.get(f"/toegang/{made.id}")
    assert WAAROM not in page.words and "mag het niet langer met u delen" in page.words
    assert not page.html.select(f"a[href='/overdracht/{offer}']")
    own = pw.gemeld(world, ander, persoon_id=pw.persoon(world, ander, naam="Bo", bsn="", bron=None))
    assert not receiver.get(f"/toegang/{own.toegang_id}").html.select("section[aria-labelledby=gedeeld]")


def test_a_report_and_a_placement_have_handover_points_of_their_own(world):
    _loop, ander, offer, _made = overgenomen(world)
    page = world.sign_in(ander.consulent).get(f"/overdracht/{offer}")
    page = page.html.select_one("section[aria-labelledby=warm]").get_text(" ")
    assert "ennismaking met de nieuwe consulent" in page and "wat al is onderzocht" in page and "naasten betrokken" in page
    assert "ondersteuningsplan" not in page and "dezelfde aanbieder" not in page
    with pytest.raises(Refused, match="staat niet op de lijst"):
        world.as_(ander.consulent, overdragen.punt, offer, code="plan", antwoord="ja")
    assert rules.overdrachtspunten(melding=False) == ["kennismaking", "naasten", "plan", "inkomen", "dagbesteding", "aanbieder"]


def _offer(world, loop):
    return world.behind("SELECT id FROM portal.overdracht WHERE toegang_id = :t", t=loop.toegang_id)[0][0]


def test_a_no_leads_on_to_a_dispute_or_a_new_question(world):
    loop, ander, offer = aangeboden(world)
    receiver, sender = world.sign_in(ander.consulent), world.sign_in(loop.wie.consulent)
    answer = f"/overdracht/{offer}/antwoord"
    receiver.post(answer, receiver.get(answer).form(answer) | {"ja": "nee", "reden": "netwerk"})
    page = sender.get(f"/overdracht/{offer}")
    assert page.html.select(f"a[href='/toegang/{loop.toegang_id}/aanbod']"), "een nieuwe vraag"
    assert page.html.select(f"a[href='/overdracht/{offer}/geschil']")
    stranger = world.sign_in(pw.personen(world, "deventer").consulent)
    for path in (f"/overdracht/{offer}", f"/toegang/{loop.toegang_id}/aanbod"):
        stranger.get(path, expect=404)
