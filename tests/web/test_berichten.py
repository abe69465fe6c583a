"""Messages between parties, their letters, and the door to stored files."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domains.inkoop import usecases
from portal.identity.permissions import Permission as P
from portal.kernel import outbox
from portal.kernel.dossier import Dossier
from tests import inkoop_world
from tests.web import building

LETTER = b"%PDF-1.7 brief"


@pytest.fixture
def people(world):
    return {
        "sanne": world.medewerker("zwolle", "contractmanager", naam="Sanne de Vries"),
        "collega": world.medewerker("zwolle", "contractmanager", naam="Joost Bakker"),
        "wim": world.medewerker("kampen", "beleidsadviseur", naam="Wim Hekman"),
        "lindehof": world.aanbieder_persoon(world.aanbieder(), "verzender", naam="Femke Jansen"),
        "buur": world.aanbieder_persoon(world.aanbieder("Buur (fictief)"), "verzender"),
    }


def send(world, person, to, *, onderwerp="Uw inschrijving", tekst="Eerste alinea.\nTweede alinea.", letter=None,
         dossier_id=None) -> uuid.UUID:
    """A message of this person's party."""
    brief = (world.app.files.put([letter]), "ab" * 32, len(letter)) if letter else None
    return world.as_(person, lambda session, actor: outbox.send_message(
        session, actor, to=to, onderwerp=onderwerp, tekst=tekst, brief=brief, dossier_id=dossier_id).id)


def test_empty_lists_say_so(world, people):
    browser = world.sign_in(people["lindehof"])
    assert "Er zijn geen berichten" in browser.get("/berichten").words
    assert "U heeft nog niets verzonden" in browser.get("/berichten?soort=verzonden").words


def test_who_may_not(world, people):
    id_ = send(world, people["sanne"], people["lindehof"].party_id, letter=LETTER)
    for address in ("/berichten", f"/berichten/{id_}", f"/berichten/{id_}/brief.pdf"):
        assert world.anonymous().get(address, expect=303).location.startswith("/inloggen")
    for person in (people["wim"], people["buur"], world.inwoner()):
        browser = world.sign_in(person)
        browser.get(f"/berichten/{id_}", expect=404)
        browser.get(f"/berichten/{id_}/brief.pdf", expect=404)
        browser.post(f"/berichten/{id_}/openen", expect=404)
    assert world.behind("SELECT geopend_at FROM portal.bericht")[0][0] is None


def test_a_message_stays_closed_until_the_button(world, people):
    id_ = send(world, people["sanne"], people["lindehof"].party_id, letter=LETTER)
    browser = world.sign_in(people["lindehof"])
    inbox = browser.get("/berichten")
    assert "Nieuw" in inbox.words and "Van Zwolle" in inbox.words
    assert inbox.html.select_one(".p-count").text.startswith("1")
    page = browser.get(f"/berichten/{id_}")
    assert "Dit bericht is nog dicht" in page.words and "Eerste alinea" not in page.text
    assert "Open eerst het bericht" in browser.get(f"/berichten/{id_}/brief.pdf", expect=409).words
    assert world.behind("SELECT geopend_at FROM portal.bericht")[0][0] is None, "kijken opent niet"

    done = browser.post(f"/berichten/{id_}/openen", page.form(f"/berichten/{id_}/openen"))
    assert done.location == f"/berichten/{id_}"
    page = browser.get(f"/berichten/{id_}")
    assert [p.text for p in page.html.select(".p-measure p")] == ["Eerste alinea.", "Tweede alinea."]
    assert "Geopend op" in page.words and "Femke Jansen" in page.words
    answer = browser.get(page.html.select_one(".p-docs a")["href"]).response
    assert answer.data == LETTER and answer.headers["Content-Disposition"].startswith("attachment")
    assert not browser.get("/berichten").html.select_one(".p-count")


def test_the_first_opening_counts(world, people):
    id_ = send(world, people["sanne"], people["lindehof"].party_id)
    browser = world.sign_in(people["lindehof"])
    browser.post(f"/berichten/{id_}/openen")
    first = world.behind("SELECT geopend_at, geopend_by FROM portal.bericht")[0]
    world.clock(timedelta(minutes=10))
    other = world.aanbieder_persoon(people["lindehof"].party_id, "auteur", naam="Kees Ander")
    world.sign_in(other).post(f"/berichten/{id_}/openen")
    assert world.behind("SELECT geopend_at, geopend_by FROM portal.bericht")[0] == first
    assert first.geopend_by == people["lindehof"].user_id


def test_the_sender_sees_when_not_who(world, people):
    id_ = send(world, people["sanne"], people["lindehof"].party_id, letter=LETTER)
    browser = world.sign_in(people["sanne"])
    page = browser.get(f"/berichten/{id_}")
    assert "Eerste alinea." in page.words and "nog niet" in page.words
    assert not page.html.select("main form"), "de afzender opent niet voor een ander"
    browser.get(f"/berichten/{id_}/brief.pdf")
    browser.post(f"/berichten/{id_}/openen")
    assert world.behind("SELECT geopend_at FROM portal.bericht")[0][0] is None
    world.sign_in(people["lindehof"]).post(f"/berichten/{id_}/openen")
    assert "geopend op" in browser.get("/berichten?soort=verzonden").words
    assert "Femke Jansen" not in browser.get(f"/berichten/{id_}").text


def test_a_letter_that_is_not_there(app, world, people):
    plain = send(world, people["sanne"], people["lindehof"].party_id)
    lost = send(world, people["sanne"], people["lindehof"].party_id, letter=LETTER)
    app.files.delete(world.behind("SELECT brief_key FROM portal.bericht WHERE id = :i", i=lost)[0][0])
    browser = world.sign_in(people["sanne"])
    browser.get(f"/berichten/{plain}/brief.pdf", expect=404)
    assert "nu niet te openen" in browser.get(f"/berichten/{lost}/brief.pdf", expect=503).words


def test_pages_do_not_shift_and_cost_the_same(app, world, people):
    to = people["lindehof"].party_id
    for number in range(28):
        send(world, people["sanne"], to, onderwerp=f"Bericht {number:02d}")
    browser = world.sign_in(people["lindehof"])

    def subjects(page):
        return [a.text for a in page.html.select(".p-messages a")]

    first = browser.get("/berichten")
    send(world, people["sanne"], to, onderwerp="Nieuw bovenaan")
    second = browser.get(first.html.select_one("a[rel=next]")["href"])
    assert subjects(first) + subjects(second) == [f"Bericht {number:02d}" for number in range(27, -1, -1)]
    assert subjects(browser.get(second.html.select_one("a[rel=prev]")["href"])) == subjects(first)
    with building.counted(app.engine) as many:
        browser.get("/berichten")
    with building.counted(app.engine) as none:
        browser.get("/berichten?soort=verzonden")
    assert len(many) == len(none) <= 8


# Writing ------------------------------------------------------------------------------------------------------------------

def test_write_to_a_party_that_shares_the_dossier(world, people):
    dossier = building.inkoop(world, people["sanne"], shared_with=[people["wim"].party_id])
    browser = world.sign_in(people["wim"])
    page = browser.get(f"/berichten/nieuw/{dossier}")
    assert not page.html.select("#aan") and "Aan Zwolle" in page.words, "een enkele ontvanger is gekozen"
    form = page.form() | {"onderwerp": "Vraag over de planning", "tekst": "Wanneer is de marktdag?"}
    sent = browser.post(f"/berichten/nieuw/{dossier}", form)
    assert "Wanneer is de marktdag?" in browser.get(sent.location).words
    assert browser.post(f"/berichten/nieuw/{dossier}", form).location == sent.location, "twee keer drukken is een bericht"
    assert world.behind("SELECT count(*) FROM portal.bericht")[0][0] == 1
    kind, party = world.behind("SELECT soort, party_id FROM portal.outbox")[0]
    assert (kind, party) == ("bericht", people["sanne"].party_id)
    reader = world.sign_in(people["sanne"])
    assert "Van Kampen · INK-" in reader.get("/berichten").words
    reader.post(sent.location + "/openen")
    page = reader.get(sent.location)
    assert page.html.select_one(f'main a[href="/inkoop/{dossier}"]')
    answer = page.html.select_one(f'main a[href^="/berichten/nieuw/{dossier}?op="]')
    assert answer.text.strip() == "Beantwoord"
    form = reader.get(answer["href"]).form()
    assert (form["aan"], form["onderwerp"]) == (str(people["wim"].party_id), "Re: Vraag over de planning")
    again = reader.post(f"/berichten/nieuw/{dossier}", form | {"tekst": "Op 12 maart."})
    browser.post(again.location + "/openen")
    back = browser.get(again.location).html.select_one('main a[href*="?op="]')["href"]
    assert browser.get(back).form()["onderwerp"] == "Re: Vraag over de planning", "geen Re: Re:"
    # A message that is no answer to you fills in nothing.
    assert browser.get(f"/berichten/nieuw/{dossier}?op={sent.location[-36:]}").form()["onderwerp"] == ""


def test_what_is_missing_is_said_and_nothing_typed_is_lost(world, people):
    dossier = building.inkoop(world, people["sanne"], shared_with=[people["wim"].party_id, world.gemeente("ommen")])
    browser = world.sign_in(people["sanne"])
    page = browser.post(f"/berichten/nieuw/{dossier}", {"onderwerp": "Half", "tekst": ""}, expect=422)
    assert "Kies aan wie u schrijft." in page.words and "Schrijf uw bericht." in page.words
    assert page.html.select_one("#onderwerp")["value"] == "Half"
    assert page.html.title.text.startswith("Fout:")
    stranger = {"aan": str(people["lindehof"].party_id), "onderwerp": "x", "tekst": "y"}
    page = browser.post(f"/berichten/nieuw/{dossier}", stranger, expect=422)
    assert "Kies aan wie u schrijft." in page.words, "alleen wie het dossier deelt"
    assert world.behind("SELECT count(*) FROM portal.bericht")[0][0] == 0


def test_no_writing_about_another_mans_dossier(world, people):
    dossier = building.inkoop(world, people["sanne"])
    for person in (people["wim"], people["lindehof"]):
        world.sign_in(person).get(f"/berichten/nieuw/{dossier}", expect=404)
        world.sign_in(person).post(f"/berichten/nieuw/{dossier}", {"onderwerp": "x", "tekst": "y"}, expect=404)
    assert "U kunt hier niemand schrijven" in world.sign_in(people["sanne"]).get(f"/berichten/nieuw/{dossier}").words


def test_sharing_that_has_ended_is_no_address(world, people):
    dossier = building.inkoop(world, people["sanne"], shared_with=[people["wim"].party_id])
    world.behind("UPDATE portal.dossier_deelnemer SET van = portal.now() - interval '2 days', "
                 "tot = portal.now() - interval '1 day'")
    assert "U kunt hier niemand schrijven" in world.sign_in(people["sanne"]).get(f"/berichten/nieuw/{dossier}").words
    world.sign_in(people["wim"]).get(f"/berichten/nieuw/{dossier}", expect=404)


def test_to_a_bidder_writes_only_the_desk_of_the_lead(world):
    """Not another gemeente, not another role, and nobody who assesses: neither by role nor by a statement made earlier."""
    loop = inkoop_world.geopend(world, inkoop_world.met_inschrijvingen(world, inkoop_world.gepubliceerde_inkoop(
        world, percelen=1), n=2))
    bid = loop.inschrijvers[0]
    url, to = f"/berichten/nieuw/{bid.inschrijving_id}", str(bid.aanbieder.id)
    message = {"aan": to, "onderwerp": "Uw inschrijving", "tekst": "Wij hebben een vraag."}
    wie = loop.wie
    declared = world.medewerker("zwolle", "contractmanager", naam="Verklaarde zich")
    world.as_(replace(declared, actor=replace(declared.actor, permissions=declared.actor.permissions | {P.INKOOP_BEOORDELEN})),
              usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False, toelichting=None)
    both = world.medewerker("zwolle", "contractmanager", "beoordelaar", naam="Doet twee dingen")
    desk = "alleen de contractmanager of de inkoopjurist van Zwolle"
    for person, says in ((wie.beoordelaar, desk), (wie.beleid["zwolle"], desk), (wie.opener, desk), (both, "Wie beoordeelt"),
                         (declared, "Wie beoordeelt")):
        browser = world.sign_in(person)
        before = world.behind("SELECT count(*) FROM portal.bericht")
        page = browser.post(url, message, expect=403)
        assert says in page.words and page.html.select_one("#tekst").text.strip() == message["tekst"]
        options = [o.get("value") for o in browser.get(url).html.select("#aan option")]
        assert to not in options and str(wie.beleid["kampen"].party_id) in options, "de andere gemeenten wel"
        assert world.behind("SELECT count(*) FROM portal.bericht") == before
    for person in (wie.manager, wie.jurist):
        world.sign_in(person).post(url, message)
    # And a bidder writes to that desk: nobody else of the gemeenten hears from it.
    author = world.sign_in(bid.aanbieder.auteur)
    page = author.get(url)
    assert "Aan Zwolle" in page.words and page.form()["aan"] == str(wie.manager.party_id) and not page.html.select("#aan")
    before = world.behind("SELECT count(*) FROM portal.bericht")
    for slug in ("kampen", "hardenberg"):
        refused = author.post(url, message | {"aan": str(world.gemeente(slug))}, expect=403)
        assert "Over uw inschrijving schrijft u met Zwolle." in refused.words
        assert refused.html.select_one("#tekst").text.strip() == message["tekst"]
    assert world.behind("SELECT count(*) FROM portal.bericht") == before
    author.post(url, page.form() | {"onderwerp": "Vraag", "tekst": "Wanneer hoort u meer?"})


def test_a_link_that_knows_to_whom_chooses(world):
    loop = inkoop_world.uitgevraagde_inkoop(world, percelen=1)
    browser = world.sign_in(world.medewerker("kampen", "beleidsadviseur"))
    link = browser.get(f"/inkoop/{loop.inkoop_id}/deelname").html.select_one('main a[href*="/berichten/nieuw/"]')["href"]
    chosen = browser.get(link).html.select_one("#aan option[selected]")
    assert chosen.text == "Zwolle"
    assert not browser.get(f"{link[:-36]}{uuid.uuid4()}").html.select("#aan option[selected][value]:not([value=''])")


def test_who_only_reads_writes_to_nobody(world, people):
    dossier = building.inkoop(world, people["sanne"], shared_with=[people["wim"].party_id])
    id_ = send(world, people["wim"], people["sanne"].party_id, dossier_id=dossier)
    for role in ("raadslid", "auditor"):
        browser = world.sign_in(world.medewerker("zwolle", role))
        browser.get(f"/berichten/nieuw/{dossier}", expect=403)
        browser.post(f"/berichten/nieuw/{dossier}", {"aan": str(people["wim"].party_id), "onderwerp": "x", "tekst": "y"},
                     expect=403)
        page = browser.get(f"/berichten/{id_}")
        assert not page.html.select_one(f'a[href="/berichten/nieuw/{dossier}"]'), "geen knop die niet mag"


# Files --------------------------------------------------------------------------------------------------------------------

def test_a_shared_file_and_the_trail(world, people):
    dossier = building.inkoop(world, people["sanne"], shared_with=[people["wim"].party_id])
    shared, draft = (building.file(world, people["sanne"], dossier, shared=is_shared) for is_shared in (True, False))
    answer = world.sign_in(people["wim"]).get(f"/documenten/{shared}").response
    assert answer.data == b"%PDF-1.7 leidraad" and answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    who, what = world.behind("SELECT account_id, dossier_id FROM portal.toegangslog")[0]
    assert (who, what) == (people["wim"].user_id, dossier)
    world.sign_in(people["wim"]).get(f"/documenten/{draft}", expect=404)
    world.sign_in(people["collega"]).get(f"/documenten/{draft}")
    for address in (f"/documenten/{shared}", f"/documenten/{uuid.uuid4()}"):
        world.sign_in(people["buur"]).get(address, expect=404)
    assert world.anonymous().get(f"/documenten/{shared}", expect=303).location.startswith("/inloggen")


def test_a_file_that_waits_is_for_its_sender(world, people):
    dossier = building.inkoop(world, people["sanne"], shared_with=[people["wim"].party_id])
    waiting = building.file(world, people["sanne"], dossier, scan="wacht")
    assert world.sign_in(people["sanne"]).get(f"/documenten/{waiting}").response.data
    assert "nog op virussen gecontroleerd" in world.sign_in(people["collega"]).get(f"/documenten/{waiting}", expect=409).words
    world.sign_in(people["wim"]).get(f"/documenten/{waiting}", expect=404)


def test_nobody_opens_an_infected_file(world, people):
    dossier = building.inkoop(world, people["sanne"])
    infected = building.file(world, people["sanne"], dossier, scan="besmet")
    assert "zit een virus" in world.sign_in(people["sanne"]).get(f"/documenten/{infected}", expect=409).words


def test_a_dossier_without_a_page_still_has_messages(world, people):
    def make(session, actor):
        row = Dossier(soort="dossier", reference="DOS-1", titel="Los dossier", state="open", eigenaar_id=actor.party_id)
        session.add(row)
        session.flush()
        return row.id
    dossier = world.as_(people["sanne"], make)
    id_ = send(world, people["sanne"], people["wim"].party_id, dossier_id=dossier)
    assert "DOS-1" in world.sign_in(people["sanne"]).get(f"/berichten/{id_}").words
    world.sign_in(people["sanne"]).get(f"/berichten/nieuw/{dossier}")
