"""A report offered to another gemeente, in the browser of both."""

from datetime import timedelta

from portal.kernel import clock
from tests import plaatsingen_world as pw
from tests.domains.test_afwegen import WAAROM, aangeboden
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
    assert "Deze melding kwam van gemeente Raalte." in receiver.get(own).words
    receiver.get(here, expect=404)


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
