"""Climbing over the wall of the Right to Challenge: statements of one's own, past every use case, as the role of the app. Each
test has its control: the same act by who may do it goes through."""

import hashlib
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import Text, text

from portal.domains.uitdaagrecht import besluiten, initiatieven, openbaar, queries, taken, uitvoering, usecases
from portal.domains.uitdaagrecht.model import Initiatiefpagina
from portal.kernel import clock
from tests.domains.test_muur import NO, said
from tests.uitdaagrecht_world import (
    IDEE,
    LANG,
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
    verlenging,
    voorgesteld,
)

DAY = timedelta(days=1)
STAAT = "UPDATE portal.dossier SET state = '{}' WHERE id = :u"
ONDER = ("INSERT INTO portal.{table} (id, dossier_id, eigenaar_id, party_id, {columns}) SELECT gen_random_uuid(), d.id, "
         "d.eigenaar_id, {party}, {values} FROM portal.dossier d WHERE d.id = :u")


def row(table: str, *, party: str = "portal.party()", **values) -> str:
    """A new row under the dossier :u, straight."""
    return ONDER.format(table=table, party=party, columns=", ".join(values), values=", ".join(values.values()))


def ids(loop, **more) -> dict:
    return {"u": loop.uitdaging_id, "i": loop.initiatief_id} | more


def straight(world, who, statement: str, **values) -> None:
    """One statement of this person that stays."""
    world.as_(who, lambda session, _actor: session.execute(text(statement), values))


def pagina(world):
    return world.behind("SELECT id, reference FROM portal.initiatiefpagina")[0]


# What is written, and what was sent ------------------------------------------------------------------------------------------

def test_nobody_reads_a_draft_or_the_code_of_a_link(world):
    loop = ingediend(world)
    world.as_(loop.wie.inwoner, initiatieven.uitnodigen, loop.initiatief_id, naam="Bert")
    for who, seen in ((loop.wie.coordinator, 0), (loop.wie.buur, 0), (loop.wie.inwoner, 1)):
        assert said(world, who, "SELECT gegevens FROM portal.initiatief") == seen
        assert said(world, who, "SELECT naam FROM portal.medeindiener") == seen
        assert said(world, who, "SELECT code_hash FROM portal.medeindiener") == "niet gegeven"
    assert said(world, loop.wie.coordinator, "SELECT inhoud FROM portal.inzending") == 1


def test_what_was_sent_talked_about_or_answered_does_not_change(world):
    loop = begonnen(world)
    world.as_(loop.wie.inwoner, initiatieven.vragen, loop.initiatief_id, vraag="Wat kost dit nu?")
    neem_in(world)
    case = world.behind("SELECT id FROM portal.uitdaging")[0][0]
    coordinator, inwoner = loop.wie.coordinator, loop.wie.inwoner
    # Who asked reads no answer that is still being written.
    assert "antwoord_in_een_keer" in said(world, coordinator, "UPDATE portal.informatie SET kosten = 'Nog nagaan'")
    answers = "UPDATE portal.informatie SET antwoord = 'Zo.', beantwoord_on = '2026-01-01', beantwoord_by = {}"
    assert said(world, coordinator, answers.format(":ander"), ander=loop.wie.collega.user_id) == "niet_in_eigen_naam"
    assert said(world, inwoner, answers.format("portal.user_id()")) == 0
    assert said(world, coordinator, answers.format("portal.user_id()")) == 1
    world.as_(coordinator, usecases.informeren, case, antwoord="Dat staat in het register van taken.")
    assert said(world, coordinator, "UPDATE portal.informatie SET antwoord = 'Anders.'") == "informatie_beantwoord"
    loop = beoordeling(world, in_gesprek(world, getoetst(world, ingediend(world, loop))))
    for who in (coordinator, inwoner):
        for change in ("UPDATE portal.inzending SET inhoud = '{}'", "DELETE FROM portal.inzending",
                       "UPDATE portal.gesprek SET verslag = 'Anders.'", "DELETE FROM portal.gesprek",
                       "UPDATE portal.verslagakkoord SET akkoord = false"):
            assert said(world, who, change) == "niet gegeven"
    # The plan at the gemeente is one that they sent.
    plan = "UPDATE portal.uitdaging SET plan = {} WHERE id = :u"
    assert said(world, coordinator, plan.format("plan || '{\"titel\": \"Anders\"}'"), **ids(loop)) == "plan_van_bewoners"
    assert said(world, coordinator, plan.format(
        "(SELECT inhoud FROM portal.inzending WHERE soort = 'uitdaging')"), **ids(loop)) == 1


def test_a_resident_says_nothing_in_the_name_of_the_gemeente_and_the_other_way_round(world):
    loop = beoordeling(world)
    talk = row("gesprek", op_on="'2026-01-01'", wie="'x'", verslag="'x'", geschreven_by="portal.user_id()")
    assert said(world, loop.wie.inwoner, talk, **ids(loop)) in NO
    assert said(world, loop.wie.coordinator, talk, **ids(loop)) == 1
    made = world.as_(loop.wie.coordinator, lambda s, _a: queries.gesprekken(s, loop.uitdaging_id)[0][0].id)
    agrees = row("verslagakkoord", party="{}", gesprek_id=":g", akkoord="true", opmerking="''", door="portal.user_id()")
    for party in (":bewoner", ":gemeente"):
        for who in (loop.wie.coordinator, loop.wie.buur, loop.wie.inwoner):
            assert said(world, who, agrees.format(party), **ids(
                loop, g=made, bewoner=loop.wie.inwoner.party_id, gemeente=loop.gemeente_id)) != 1
    sends = ("INSERT INTO portal.inzending (id, dossier_id, eigenaar_id, party_id, soort, gemeente_id, inhoud, vingerafdruk, "
             "ontvangst_nummer, verzonden_by) SELECT gen_random_uuid(), :d, :van, :van, 'pagina', :g, '{}', 'x', 'OB-VALS', "
             "portal.user_id()")
    facts = {"van": loop.wie.inwoner.party_id, "g": loop.gemeente_id}
    for who in (loop.wie.coordinator, loop.wie.buur):
        assert said(world, who, sends, d=loop.initiatief_id, **facts) == "niet gegeven"
    assert said(world, loop.wie.inwoner, sends, d=loop.initiatief_id, **facts) == 1
    # Under the case of the gemeente stands only what came on paper.
    facts = {"d": loop.uitdaging_id, "van": loop.gemeente_id, "g": loop.gemeente_id}
    assert said(world, loop.wie.coordinator, sends, **facts) == "niet gegeven"
    paper = world.as_(loop.wie.coordinator, usecases.op_papier, van="De buurt", on=clock.today(), gegevens=IDEE)
    assert said(world, loop.wie.coordinator, sends, **facts | {"d": paper.id}) == 1


def test_neither_side_shuts_the_other_out(world):
    loop = begonnen(world)
    _mede, code = world.as_(loop.wie.inwoner, initiatieven.uitnodigen, loop.initiatief_id, naam="Bert")
    world.as_(loop.wie.buur, initiatieven.meedoen, code)
    loop = ingediend(world, loop)
    ends = "UPDATE portal.dossier_deelnemer SET tot = portal.clock_now() WHERE dossier_id = {} AND hoedanigheid = '{}'"
    assert said(world, loop.wie.inwoner, ends.format(":i", "behandelaar"), **ids(loop)) == "deelnemer_van_plan"
    assert said(world, loop.wie.coordinator, ends.format(":u", "indiener"), **ids(loop)) == "deelnemer_van_plan"
    assert said(world, loop.wie.inwoner, ends.format(":i", "medeindiener"), **ids(loop)) == 1


# Another gemeente ------------------------------------------------------------------------------------------------------------

def test_a_neighbour_reads_moves_and_decides_nothing(world):
    loop = voorgesteld(world)
    kampen = world.medewerker("kampen", "rtc_coordinator")
    for table in ("uitdaging", "inzending", "gesprek", "criteriumoordeel", "routetoets", "paneladvies", "besluit",
                  "verslagakkoord"):
        assert said(world, kampen, f"SELECT 1 FROM portal.{table}") == 0
        assert said(world, loop.wie.coordinator, f"SELECT 1 FROM portal.{table}") >= 1
    assert said(world, kampen, STAAT.format("bemiddeling"), **ids(loop)) == 0
    assert said(world, kampen, "UPDATE portal.uitdaging SET route = 'mandaat'") == 0
    assert said(world, kampen, "UPDATE portal.besluit SET state = 'vervallen'") == 0
    assert said(world, loop.wie.coordinator, "UPDATE portal.uitdaging SET gevraagd = '{wie}'") == 1


BEGINS = ("INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) VALUES (:n, 'uitdaging', 'RTC-2099-X', "
          "'x', 'ontvangen', portal.party())",
          "INSERT INTO portal.uitdaging (id, initiatief_id, indiener_id, regels, plan, papier_van, ontvangen_on, eerste_on, "
          "gevraagd, doorgeleid, doorgeleid_naar, doorgeleid_id, aanpassing) SELECT :n, :i, :w, '{{}}', "
          "{plan}, {papier}, {op}, {op}, '{{}}', {naar}, '', {id}, ''")


def test_a_gemeente_takes_in_only_what_was_sent_to_it(world):
    loop = begonnen(world)
    world.as_(loop.wie.inwoner, initiatieven.indienen, loop.initiatief_id)
    sent = world.behind("SELECT id, inhoud::text AS inhoud FROM portal.inzending")[0]
    ommen = world.medewerker("ommen", "rtc_coordinator")
    facts = {"n": uuid.uuid4(), "i": loop.initiatief_id, "w": loop.wie.inwoner.party_id, "p": sent.inhoud,
             "vandaag": clock.today(), "g": world.gemeente("kampen")}
    like = {"plan": "CAST(:p AS jsonb)", "papier": "''", "op": ":vandaag", "naar": "NULL", "id": "NULL"}

    def begins(who, **other):
        return said(world, who, *(part.format(**like | other) for part in BEGINS), **facts)

    assert begins(ommen) == begins(ommen, naar="'andere_gemeente'", id=":g") == "uitdaging_niet_gestuurd"
    for forged in ({"plan": "'{}'"}, {"op": "date '2020-01-01'"}):
        assert begins(loop.wie.coordinator, **forged) == "uitdaging_niet_gestuurd"
    assert begins(loop.wie.coordinator) == 1


def test_who_a_plan_is_passed_on_to_reads_the_plan_and_nothing_else(world):
    loop = getoetst(world)
    world.as_(loop.wie.inwoner, initiatieven.pagina, loop.initiatief_id, titel="Samen koken", velden=[],
              samenvatting="Dit mag iedereen bij Dalfsen lezen.")
    neem_in(world)
    ommen = world.medewerker("ommen", "rtc_coordinator")
    facts = ids(loop, ommen=ommen.party_id)
    says = "UPDATE portal.uitdaging SET doorgeleid = '{}', doorgeleid_naar = 'x', doorgeleid_id = {} WHERE id = :u"
    shares = ("SELECT portal.initiatief_doorgeven(:u)", "SELECT 1 FROM portal.dossier_deelnemer WHERE party_id = :ommen")
    to_ommen, passed_on = says.format("andere_gemeente", ":ommen"), STAAT.format("doorgeleid")
    coordinator = loop.wie.coordinator
    # Not without the step; not by who does not have it; of the own gemeente only with a yes.
    assert said(world, coordinator, to_ommen, *shares, **facts) == 0
    assert said(world, ommen, to_ommen, *shares, **facts) == 0
    assert said(world, coordinator, passed_on, **facts) == "uitdaging_verloop"
    assert said(world, coordinator, says.format("suggestie", "NULL"), passed_on, **facts) == "uitdaging_verloop"
    assert said(world, coordinator, to_ommen, passed_on, *shares, **facts) == 1
    world.as_(coordinator, usecases.doorgeleiden, loop.uitdaging_id, soort="andere_gemeente", gemeente_id=ommen.party_id)
    kinds = "SELECT 1 FROM portal.inzending WHERE soort = '{}'"
    assert (said(world, ommen, kinds.format("uitdaging")), said(world, ommen, kinds.format("pagina"))) == (1, 0)
    assert said(world, coordinator, kinds.format("pagina")) == 1
    for table in ("initiatief", "uitdaging", "informatie", "gesprek", "initiatiefpagina"):
        assert said(world, ommen, f"SELECT 1 FROM portal.{table}") == 0
    # And it does not come back by itself.
    assert said(world, coordinator, STAAT.format("ontvangen"), **facts) == "uitdaging_verloop"


def test_a_plan_is_still_passed_on_by_nobody_after_the_talks(world):
    loop = beslisbaar(world)
    says = "UPDATE portal.uitdaging SET doorgeleid = 'ander_orgaan', doorgeleid_naar = 'x' WHERE id = :u"
    assert said(world, loop.wie.coordinator, says, STAAT.format("doorgeleid"), **ids(loop)) == "uitdaging_verloop"


# The answer ------------------------------------------------------------------------------------------------------------------

def test_no_state_and_no_outcome_without_a_signed_decision_of_that_kind(world):
    loop = voorgesteld(world)
    coordinator = loop.wie.coordinator
    for state in ("toegewezen", "afgewezen"):
        assert said(world, coordinator, STAAT.format(state), **ids(loop)) == "uitdaging_zonder_besluit"
    for state in ("uitvoering", "beeindigd", "teruggenomen", "ingetrokken"):
        assert said(world, coordinator, STAAT.format(state), **ids(loop)) == "uitdaging_verloop"
    outcome = "UPDATE portal.uitdaging SET uitkomst = '{}' WHERE id = :u"
    assert said(world, coordinator, outcome.format("proef"), **ids(loop)) == "uitdaging_zonder_besluit"
    born = ("INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) VALUES (:n, 'uitdaging', 'X-1', "
            "'x', '{}', portal.party())")
    assert said(world, coordinator, born.format("toegewezen"), n=uuid.uuid4()) == "uitdaging_verloop"
    assert said(world, coordinator, born.format("ontvangen"), n=uuid.uuid4()) == 1
    loop = besloten(world, loop)
    assert said(world, coordinator, STAAT.format("afgewezen"), **ids(loop)) == "uitdaging_zonder_besluit"
    assert said(world, coordinator, outcome.format("afwijzen"), **ids(loop)) == "uitdaging_zonder_besluit"
    assert said(world, coordinator, outcome.format("proef"), **ids(loop)) == 1
    for state in ("beslissen", "dialoog", "uitvoering", "ingetrokken"):
        assert said(world, coordinator, STAAT.format(state), **ids(loop)) == "uitdaging_verloop"


def test_a_no_becomes_no_yes_and_is_not_opened_again_without_an_objection_that_holds(world):
    loop = besloten(world, voorgesteld(world, beslisbaar(world, oordeel="deels"), "afwijzen", ("duurder",)))
    coordinator = loop.wie.coordinator
    assert said(world, coordinator, STAAT.format("toegewezen"), **ids(loop)) == "uitdaging_zonder_besluit"
    assert said(world, coordinator, STAAT.format("beslissen"), **ids(loop)) == "uitdaging_verloop"
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="Het is juist goedkoper.")
    neem_in(world)
    assert said(world, coordinator, STAAT.format("beslissen"), **ids(loop)) == "uitdaging_verloop"
    answers = ("UPDATE portal.tegenspraak SET uitkomst = 'gegrond', antwoord = 'Zo.', beantwoord_on = '2026-01-01', "
               "beantwoord_by = portal.user_id(), mandaat_id = (SELECT id FROM portal.mandaat WHERE gemachtigde_id = "
               "portal.user_id() AND besluit_soort = 'uitdaging')")
    again = STAAT.format("beslissen")
    assert said(world, loop.wie.tweede_tekenaar, answers, again, **ids(loop)) == 1
    # And then not by the answer that did not hold.
    assert said(world, loop.wie.tweede_tekenaar, answers, again, STAAT.format("afgewezen"),
                **ids(loop)) == "uitdaging_zonder_besluit"


DRAFT = ("INSERT INTO portal.besluit (id, dossier_id, eigenaar_id, party_id, soort, aard, rechtsmiddel, orgaan, onderwerp, "
         "inhoud, state, tweede_lezer_nodig, opgesteld_by, opgesteld_at) SELECT gen_random_uuid(), :u, :g, portal.party(), "
         "'{soort}', 'feitelijk', 'klacht', 'x', 'x', CAST(:wat AS jsonb), 'opgesteld', false, portal.user_id(), portal.now()")


def test_an_answer_is_of_the_gemeente_with_a_ground_or_with_a_yes(world):
    loop = beslisbaar(world)
    facts = ids(loop, g=loop.gemeente_id)
    yes, no, bare, changed = (
        '{"uitkomst": "toewijzen"}', '{"uitkomst": "afwijzen", "gronden": ["duurder"]}',
        '{"uitkomst": "afwijzen", "gronden": []}', '{"uitkomst": "aanpassen", "aanpassing": "Drie dagen."}')
    for soort in ("uitdaging", "verlening"):
        assert said(world, loop.wie.inwoner, DRAFT.format(soort=soort), wat=yes, **facts) == "niet_bevoegd"
    drafts = DRAFT.format(soort="uitdaging")
    for what, answer in ((yes, 1), (no, 1), (bare, "nee_zonder_grond"), (changed, "plan_van_bewoners")):
        assert said(world, loop.wie.coordinator, drafts, wat=what, **facts) == answer, what
    # A yes is said by the residents.
    says = "UPDATE portal.uitdaging SET aanpassing = '{}', aanpassing_ja = true WHERE id = :u"
    assert said(world, loop.wie.coordinator, says.format("Drie dagen."), **facts) == "plan_van_bewoners"
    world.as_(loop.wie.coordinator, usecases.aanpassing_vragen, loop.uitdaging_id, tekst="Drie dagen in plaats van vier.")
    world.as_(loop.wie.inwoner, initiatieven.instemmen, loop.initiatief_id, over="aanpassing", ja=True)
    neem_in(world)
    assert said(world, loop.wie.coordinator, says.format("Een dag."), **facts) == "plan_van_bewoners"
    assert said(world, loop.wie.coordinator, drafts, wat=changed, **facts) == "plan_van_bewoners"
    assert said(world, loop.wie.coordinator, drafts, wat=changed.replace("dagen.", "dagen in plaats van vier."), **facts) == 1


def test_an_objection_is_decided_once_by_another_under_a_mandate(world):
    loop = besloten(world, voorgesteld(world, beslisbaar(world, oordeel="deels"), "afwijzen", ("duurder",)))
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="Het is juist goedkoper.")
    neem_in(world)
    answers = ("UPDATE portal.tegenspraak SET uitkomst = 'ongegrond', antwoord = 'Zo.', beantwoord_on = '2026-01-01', "
               "beantwoord_by = {}, mandaat_id = {}")
    own = "(SELECT id FROM portal.mandaat WHERE gemachtigde_id = portal.user_id() AND besluit_soort = 'uitdaging')"
    right, wie = answers.format("portal.user_id()", own), loop.wie
    for who, answer in ((wie.tekenaar, "tegenspraak_zelf_besloten"), (wie.coordinator, "tegenspraak_zelf_besloten"),
                        (wie.collega, "niet_bevoegd"), (wie.inwoner, 0), (wie.tweede_tekenaar, 1)):
        assert said(world, who, right) == answer
    assert said(world, wie.tweede_tekenaar, answers.format("portal.user_id()", "NULL")) == "niet_bevoegd"
    assert said(world, wie.tweede_tekenaar, answers.format(":a", own), a=wie.tekenaar.user_id) == "tegenspraak_zelf_besloten"
    assert said(world, wie.tweede_tekenaar, "UPDATE portal.tegenspraak SET tekst = 'Anders.'") == "niet gegeven"
    # What it says was sent by the residents.
    forged = row("tegenspraak", inzending_id="(SELECT id FROM portal.inzending WHERE soort = '{}')", soort="'klacht'",
                 tekst="'Vals'", ontvangen_on="'2026-01-01'", te_laat="true", antwoord="''")
    for soort in ("bezwaar", "uitdaging"):
        assert said(world, wie.coordinator, forged.format(soort), **ids(loop)) == "plan_van_bewoners"
    world.as_(wie.tweede_tekenaar, besluiten.tegenspraak_beslissen, world.behind("SELECT id FROM portal.tegenspraak")[0][0],
              uitkomst="ongegrond", antwoord=LANG)
    assert said(world, wie.tweede_tekenaar, right) == "tegenspraak_beantwoord"


# Judging and advising --------------------------------------------------------------------------------------------------------

def test_a_panel_advises_in_the_own_name_without_an_interest_and_not_after_judging(world):
    loop = beoordeling(world)
    wie = loop.wie
    first = world.medewerker("dalfsen", "vakadviseur", "panellid", naam="Eerst")
    judged = row("criteriumoordeel", criterium="'draagvlak'", oordeel="'voldoet'", motivering="'Zo.'", door="portal.user_id()")
    assert said(world, wie.inwoner, judged, **ids(loop)) in (*NO, 0)
    assert said(world, wie.vakadviseur, judged, **ids(loop)) == 1
    # Judged by one, and after that by a colleague: neither advises.
    for who in (first, wie.vakadviseur):
        for criterium in queries.criteria():
            world.as_(who, usecases.beoordelen, loop.uitdaging_id, criterium=criterium, oordeel="voldoet",
                      motivering="Dat blijkt uit het plan zelf.")
    advises = row("paneladvies", account_id="{}", advies="'proef'", motivering="'Zo.'").format
    declares = row("belangverklaring", account_id="portal.user_id()", heeft_belang="{}", toelichting="'x'").format
    mine = advises("portal.user_id()")
    assert said(world, wie.panellid, declares("false"), mine, **ids(loop)) == "panel_voorbij"
    world.as_(wie.vakadviseur, usecases.beoordeeld, loop.uitdaging_id)
    world.as_(wie.jurist, usecases.toetsen, loop.uitdaging_id, route="subsidie", toelichting="Past binnen de regels.")
    world.as_(wie.coordinator, usecases.naar_panel, loop.uitdaging_id)
    for who in (first, wie.vakadviseur):
        assert said(world, who, declares("false"), mine, **ids(loop)) == "panel_oordeelde_al"
    assert said(world, wie.panellid, mine, **ids(loop)) == "panel_belang"
    assert said(world, wie.panellid, declares("true"), mine, **ids(loop)) == "panel_belang"
    assert said(world, wie.panellid, declares("true"), declares("false"), mine, **ids(loop)) == "belang_gemeld"
    assert said(world, wie.coordinator, advises(":ander"), **ids(loop, ander=wie.panellid.user_id)) != 1
    assert said(world, wie.inwoner, declares("false"), mine, **ids(loop)) in NO
    assert said(world, wie.panellid, declares("false"), mine, **ids(loop)) == 1
    assert said(world, wie.vakadviseur, "UPDATE portal.criteriumoordeel SET oordeel = 'deels'") == "oordeel_voorbij"


def test_a_judgement_is_in_ones_own_name_and_a_colleague_goes_on(world):
    loop = beoordeling(world)
    said_so = {"criterium": next(iter(queries.criteria())), "oordeel": "voldoet", "motivering": "Dat blijkt uit het plan zelf."}
    world.as_(loop.wie.vakadviseur, usecases.beoordelen, loop.uitdaging_id, **said_so)
    other = world.medewerker("dalfsen", "vakadviseur", naam="Een collega")
    world.as_(other, usecases.beoordelen, loop.uitdaging_id, **said_so | {"oordeel": "deels"})
    assert world.behind("SELECT door, oordeel FROM portal.criteriumoordeel") == [(other.user_id, "deels")]


def test_what_the_gemeente_thinks_is_not_in_the_history_of_the_residents(world):
    loop = voorgesteld(world)
    thoughts = ("SELECT 1 FROM portal.case_event WHERE kind IN ('uitdaging:beoordelen', 'uitdaging:toetsen', "
                "'uitdaging:adviseren', 'uitdaging:belang')")
    assert said(world, loop.wie.inwoner, thoughts) == 0 < said(world, loop.wie.coordinator, thoughts)
    for table in ("criteriumoordeel", "routetoets", "paneladvies", "steunlijst", "besluit"):
        assert said(world, loop.wie.inwoner, f"SELECT 1 FROM portal.{table}") == 0
    assert said(world, loop.wie.inwoner, "SELECT 1 FROM portal.case_event WHERE kind = 'uitdaging:ontvankelijk'") == 1


def test_the_lawful_way_is_the_gemeentes_until_the_answer_says_it(world):
    loop = beoordeling(world)
    wie = loop.wie
    says = row("routetoets", route="'subsidie'", toelichting="'Zo.'", door="portal.user_id()", op_on="'2026-01-01'")
    assert said(world, wie.jurist, says, **ids(loop)) == "toets_voorbij"
    for criterium in queries.criteria():
        world.as_(wie.vakadviseur, usecases.beoordelen, loop.uitdaging_id, criterium=criterium, oordeel="voldoet",
                  motivering="Dat blijkt uit het plan en het gesprek.")
    world.as_(wie.vakadviseur, usecases.beoordeeld, loop.uitdaging_id)
    for who in (wie.inwoner, wie.buur, world.medewerker("kampen", "subsidiejurist"), None):
        assert said(world, who, says, **ids(loop)) != 1
    assert said(world, wie.jurist, says, **ids(loop)) == 1
    straight(world, wie.jurist, says, **ids(loop))
    reads, copies = "SELECT 1 FROM portal.routetoets", "UPDATE portal.uitdaging SET route = 'subsidie'"
    assert said(world, wie.inwoner, reads) == 0 < said(world, wie.panellid, reads)
    assert said(world, wie.inwoner, "SELECT 1 FROM portal.uitdaging WHERE route IS NOT NULL") == 0
    assert said(world, wie.coordinator, copies) == "uitdaging_zonder_besluit", "nog niet beslist"
    # Who says it again says it in the own name, and not any more once it went on.
    other = world.medewerker("dalfsen", "subsidiejurist", naam="Een collega")
    world.as_(other, usecases.toetsen, loop.uitdaging_id, route="overeenkomst", toelichting="Past binnen de regels.")
    assert world.behind("SELECT door, route FROM portal.routetoets") == [(other.user_id, "overeenkomst")]
    world.as_(wie.coordinator, usecases.naar_panel, loop.uitdaging_id)
    assert said(world, wie.jurist, "UPDATE portal.routetoets SET route = 'mandaat'") == "toets_voorbij"


def test_the_way_of_the_answer_is_what_was_signed_and_no_other(world):
    loop = voorgesteld(world)
    assert said(world, loop.wie.coordinator, "UPDATE portal.uitdaging SET route = 'subsidie'") == "uitdaging_zonder_besluit"
    assert world.behind("SELECT route FROM portal.uitdaging")[0].route is None
    loop = besloten(world, loop)
    assert said(world, loop.wie.inwoner, "SELECT 1 FROM portal.uitdaging WHERE route = 'subsidie'") == 1
    assert said(world, loop.wie.coordinator, "UPDATE portal.uitdaging SET route = 'mandaat'") == "uitdaging_zonder_besluit"
    assert said(world, loop.wie.inwoner, "SELECT 1 FROM portal.routetoets") == 0


def test_the_last_day_to_decide_does_not_move_by_itself(world):
    loop = getoetst(world)
    mine = "WHERE kind = 'beslissing' AND dossier_id = :u"
    for change in ("due_on = due_on + 30", "extended = 1", "due_on = due_on - 1"):
        moved = f"UPDATE portal.termijn SET {change} {mine}"
        assert said(world, loop.wie.coordinator, moved, **ids(loop)) == "termijn_van_zaak"
    assert said(world, loop.wie.coordinator, f"UPDATE portal.termijn SET met_on = started_on {mine}", **ids(loop)) == 1


# What everybody reads --------------------------------------------------------------------------------------------------------

def test_the_page_says_what_the_residents_sent_and_what_was_decided(world):
    loop = getoetst(world)
    wie, facts = loop.wie, ids(loop, g=loop.gemeente_id)
    words = {column.name: "'Van ons'" if column.name in ("titel", "samenvatting") else "''" for column in
             Initiatiefpagina.__table__.c if isinstance(column.type, Text) and column.name not in ("reference", "stand")}
    shows = (f"INSERT INTO portal.initiatiefpagina (id, dossier_id, eigenaar_id, party_id, reference, gemeente_id, "
             f"inzending_id, stand, tijdlijn, besluit, gepubliceerd_at, {', '.join(words)}) SELECT gen_random_uuid(), :u, :g, "
             f":g, {{ref}}, :g, i.id, '{{stand}}', '[]', '{{{{}}}}', portal.now(), {', '.join(words.values())} FROM "
             "portal.inzending i WHERE i.soort = '{soort}'")
    reference = f"'{world.behind('SELECT reference FROM portal.dossier WHERE id = :u', u=loop.uitdaging_id)[0][0]}'"
    right = {"ref": reference, "stand": "ontvankelijkheidstoets", "soort": "pagina"}
    assert said(world, wie.coordinator, shows.format(**right | {"soort": "uitdaging"}), **facts) == "pagina_zonder_ja"
    world.as_(wie.inwoner, initiatieven.pagina, loop.initiatief_id, titel="Samen koken", velden=[],
              samenvatting="Dit mag iedereen lezen over ons plan.")
    neem_in(world)
    for forged in ({"ref": "'RTC-2099-9999'"}, {"stand": "toegewezen"}):
        assert said(world, wie.coordinator, shows.format(**right | forged), **facts) == "pagina_vast"
    assert said(world, wie.inwoner, shows.format(**right), **facts) in NO
    words = "SELECT 1 FROM portal.initiatiefpagina WHERE titel = 'Samen koken' AND samenvatting LIKE 'Dit mag%'"
    assert said(world, wie.coordinator, shows.format(**right), words, **facts) == 1
    in_gesprek(world, loop)
    page = "UPDATE portal.initiatiefpagina SET {}".format
    for who in (wie.coordinator, wie.inwoner):
        for column in ("titel = 'x'", "samenvatting = 'x'", "velden = '{}'", "reference = 'x'"):
            assert said(world, who, page(column)) == "niet gegeven"
    other = "inzending_id = (SELECT id FROM portal.inzending WHERE soort = 'uitdaging')"
    assert said(world, wie.coordinator, page(other)) == "pagina_zonder_ja"
    for change in ("stand = 'toegewezen'", "beroep = 'Wij vinden het goed.'",
                   "besluit = '{\"uitkomst\": \"afwijzen\", \"motivering\": \"x\", \"gronden\": []}'"):
        assert said(world, wie.coordinator, page(change)) == "pagina_vast", change
    for who in (wie.inwoner, wie.buur, None, world.medewerker("kampen", "rtc_coordinator")):
        assert said(world, who, page("verborgen_at = portal.now(), verborgen_reden = 'x'")) == 0
    assert said(world, wie.coordinator, page("stand = 'dialoog', tijdlijn = '[]'")) == 1


def test_a_page_is_hidden_with_a_reason_that_stays_and_who_hid_it_does_not_answer(world):
    loop = in_gesprek(world)
    wie = loop.wie
    page = "UPDATE portal.initiatiefpagina SET {}".format
    assert "verborgen_met_reden" in said(world, wie.coordinator, page("verborgen_at = portal.now()"))
    world.as_(wie.coordinator, openbaar.verbergen, loop.uitdaging_id, reden="Er staat een naam in.")
    for who, seen in ((None, 0), (wie.buur, 0), (wie.inwoner, 1), (wie.collega, 1)):
        assert said(world, who, "SELECT 1 FROM portal.initiatiefpagina") == seen
    assert said(world, wie.coordinator, page("verborgen_reden = 'Anders.'")) == "pagina_vast"
    world.as_(wie.inwoner, initiatieven.tegen_verbergen, loop.initiatief_id, tekst="Die naam is van onszelf.")
    neem_in(world)
    assert said(world, wie.inwoner, page("verborgen_at = NULL")) == 0
    assert said(world, wie.coordinator, page("beroep_antwoord = 'Nee.'")) == "pagina_zelf_verborgen"
    assert said(world, wie.coordinator, page("beroep = 'Goed zo.'")) == "pagina_vast"
    assert said(world, wie.collega, page("beroep_antwoord = 'Nee.'")) == 1
    assert said(world, wie.coordinator, page("verborgen_at = NULL, verborgen_reden = ''")) == 1


def test_support_and_following_are_ones_own_once_and_secret(world):
    loop = in_gesprek(world)
    wie, page = loop.wie, pagina(world)
    helper = world.inwoner("Hulp")
    gives = "INSERT INTO portal.{} (id, pagina_id, party_id) VALUES (gen_random_uuid(), :p, {})".format
    facts = {"p": page.id, "ander": helper.party_id}
    for table in ("steunbetuiging", "volger"):
        assert said(world, wie.buur, gives(table, ":ander"), **facts) == "niet gegeven"
        assert said(world, None, gives(table, "portal.party()"), **facts) != 1
        twice = said(world, wie.buur, *[gives(table, "portal.party()")] * 2, **facts)
        assert f"uq_{table}" in twice
        assert said(world, wie.buur, gives(table, "portal.party()"), **facts) == 1
        straight(world, helper, gives(table, "portal.party()"), p=page.id)
        for who, seen in ((wie.coordinator, 0), (wie.inwoner, 0), (wie.buur, 0), (None, 0), (helper, 1)):
            assert said(world, who, f"SELECT 1 FROM portal.{table}") == seen
            assert said(world, who, f"DELETE FROM portal.{table}") == seen
    mine = gives("steunbetuiging", "portal.party()")
    for who, answer in ((wie.inwoner, "steun_eigen"), (wie.coordinator, "steun_alleen_inwoners")):
        assert said(world, who, mine, **facts) == answer
    for who in (wie.buur, wie.coordinator):
        assert said(world, who, "INSERT INTO portal.steunbetuiging (id, pagina_id, party_id, persoon) VALUES "
                    "(gen_random_uuid(), :p, portal.party(), true)", **facts) == "niet gegeven"
    # Whether they are a person, the way in says.
    persons = "SELECT 1 FROM portal.steunbetuiging WHERE persoon"
    world.behind("UPDATE portal.identiteit SET issuer = 'https://mail.test' WHERE account_id = :a", a=wie.buur.user_id)
    assert said(world, wie.buur, mine, persons, **facts) == 0
    if not world.behind("SELECT 1 FROM portal.inlogdienst WHERE soort = 'digid'"):
        world.behind("INSERT INTO portal.inlogdienst (slug, soort, issuer, client_id, versie) VALUES ('digid', 'digid', "
                     "'https://inloggen.test/digid', 'x', 1)")
    world.behind("UPDATE portal.identiteit SET issuer = (SELECT issuer FROM portal.inlogdienst WHERE soort = 'digid') "
                 "WHERE account_id = :a", a=wie.buur.user_id)
    assert said(world, wie.buur, mine, persons, **facts) == 1
    voorgesteld(world, beslisbaar(world, beoordeling(world, loop)))
    assert said(world, wie.buur, mine, **facts) == "steun_voorbij"


def test_counting_and_mailing_are_for_the_page_that_is_shown_and_of_its_own_gemeente(world):
    loop = in_gesprek(world)
    wie, page = loop.wie, pagina(world)
    straight(world, wie.buur, "INSERT INTO portal.volger (id, pagina_id, party_id) VALUES (gen_random_uuid(), :p, "
             "portal.party())", p=page.id)
    mails, counts = "SELECT portal.volgers_inlichten(:p, '{}')".format, "SELECT * FROM portal.pagina_telling(:p)"
    for who, wat, number in ((wie.coordinator, "dialoog", 1), (wie.coordinator, "toegewezen", 0), (wie.coordinator, "x", 0),
                             (wie.inwoner, "dialoog", 0), (world.medewerker("kampen", "rtc_coordinator"), "dialoog", 0),
                             (None, "dialoog", 0)):
        assert said(world, who, mails(wat), p=page.id) == number, wat
    assert said(world, wie.coordinator, mails("dialoog"), mails("dialoog"), p=page.id) == 0
    assert said(world, None, counts, p=page.id) == said(world, wie.buur, counts, p=page.id) == 1
    world.as_(wie.coordinator, openbaar.verbergen, loop.uitdaging_id, reden="Er staat een naam in.")
    assert said(world, wie.coordinator, mails("dialoog"), p=page.id) == 0
    assert [said(world, who, counts, p=page.id) for who in (None, wie.buur, wie.coordinator)] == [0, 0, 1]
    assert said(world, None, counts, p=uuid.uuid4()) == 0


def test_all_gemeenten_hear_of_a_regional_plan_only_through_who_decides_and_see_no_dossier(world):
    here, there = regionaal(world)
    kampen, tells = world.medewerker("kampen", "rtc_coordinator"), "SELECT portal.regio_melden(:u)"
    world.behind("DELETE FROM portal.outbox WHERE sleutel LIKE 'regio:%'")
    for who in (kampen, here.wie.coordinator, here.wie.inwoner, None):
        assert said(world, who, tells, **ids(there)) == 0
    assert said(world, there.wie.coordinator, tells, **ids(there)) > 1
    assert said(world, here.wie.coordinator, tells, **ids(here)) == 0, "wie doorstuurt, beslist niet"
    # The message is read, the plan is not; and nobody says of a plan that it is about the region.
    about = "SELECT 1 FROM portal.bericht WHERE dossier_id = :u"
    assert said(world, kampen, about, **ids(there)) == 1
    for table in ("dossier", "uitdaging"):
        assert said(world, kampen, f"SELECT 1 FROM portal.{table} WHERE id = :u", **ids(there)) == 0
    assert said(world, kampen, "SELECT 1 FROM portal.inzending") == 0
    assert said(world, there.wie.coordinator, "UPDATE portal.uitdaging SET regiotaak = 'x'") == "niet gegeven"


# After a yes -----------------------------------------------------------------------------------------------------------------

def test_an_agreement_is_signed_by_each_side_itself(world):
    loop = besloten(world)
    wie, today = loop.wie, clock.today()
    made = world.as_(wie.coordinator, uitvoering.afspreken, loop.uitdaging_id, taak="Koken", resultaat="Vier dagen",
                     terug="Zo.", budget=100, van=today, tot=today + 300 * DAY, evaluatie_on=today + 100 * DAY)
    signs = ("INSERT INTO portal.afspraakteken (id, dossier_id, eigenaar_id, party_id, afspraak_id, door, mandaat_id) VALUES "
             "(gen_random_uuid(), :u, :g, {party}, :a, {door}, {mandaat})")
    own = "(SELECT id FROM portal.mandaat WHERE gemachtigde_id = {} AND besluit_soort = 'uitdaging')".format
    facts = ids(loop, a=made.id, g=loop.gemeente_id, w=wie.inwoner.party_id, t=wie.tekenaar.user_id,
                ander=wie.tweede_tekenaar.user_id)
    mine = {"party": "portal.party()", "door": "portal.user_id()", "mandaat": "NULL"}

    def sign(who, **other):
        return said(world, who, signs.format(**mine | other), **facts)

    assert sign(wie.tekenaar, party=":w") == sign(wie.tekenaar, door=":ander", mandaat=own(":ander")) == "niet gegeven"
    assert sign(wie.coordinator, mandaat=own(":t")) == "afspraak_zelf_opgesteld"
    assert sign(wie.collega) == sign(wie.collega, mandaat=own(":t")) == "niet_bevoegd"
    assert sign(wie.inwoner, party=":g") != 1 and sign(wie.buur) != 1
    assert sign(wie.inwoner) == sign(wie.tekenaar, mandaat=own("portal.user_id()")) == 1
    ends = "UPDATE portal.afspraak SET vervallen_at = {}".format
    assert said(world, wie.inwoner, ends("portal.now()")) == 0
    assert said(world, wie.coordinator, ends("portal.now()")) == 1
    assert said(world, wie.coordinator, ends("portal.now()"), ends("NULL")) == "afspraak_vervallen"
    assert said(world, wie.coordinator, "UPDATE portal.afspraak SET budget = 1") == "niet gegeven"
    # Nobody begins what one side did not sign, and what both signed stays.
    assert said(world, wie.coordinator, STAAT.format("uitvoering"), **facts) == "uitdaging_verloop"
    world.as_(wie.inwoner, initiatieven.ondertekenen, made.id)
    counts = "UPDATE portal.afspraak SET geldt_at = portal.now() WHERE vervallen_at IS NULL"
    assert said(world, wie.coordinator, counts, STAAT.format("uitvoering"), **facts) == "afspraak_ongetekend"
    world.as_(wie.tekenaar, uitvoering.ondertekenen, made.id)
    assert said(world, wie.coordinator, ends("portal.now()")) == "afspraak_getekend"
    assert said(world, wie.coordinator, STAAT.format("uitvoering"), **facts) == "uitdaging_verloop", "er geldt nog niets"
    assert said(world, wie.inwoner, counts) == 0
    assert said(world, wie.coordinator, counts, STAAT.format("uitvoering"), **facts) == 1


# What counts, once more as it is on the table, but for what a climber makes of it.
LAYS = (
    "INSERT INTO portal.afspraak (id, dossier_id, eigenaar_id, party_id, taak, resultaat, budget, van, tot, evaluatie_on, "
    "terug, opgesteld_by{more}) SELECT gen_random_uuid(), dossier_id, eigenaar_id, party_id, taak, resultaat, budget, {van}, "
    "{tot}, evaluatie_on, terug, portal.user_id(){value} FROM portal.afspraak WHERE geldt_at IS NOT NULL AND dossier_id = :u")


def test_what_was_agreed_ends_only_by_what_both_sides_signed_after_it(world):
    loop = in_uitvoering(world)
    wie, today = loop.wie, clock.today()

    def lay(who=wie.coordinator, **other):
        return said(world, who, LAYS.format(**{"van": "van", "tot": "tot + 200", "more": "", "value": ""} | other), **ids(loop))

    # Later, from the same first day, and not as if it counts already.
    assert lay(tot="tot") == lay(van="van + 1") == lay(more=", geldt_at", value=", portal.now()") == "afspraak_nu_niet"
    assert lay(wie.inwoner) in NO and lay(world.medewerker("kampen", "rtc_coordinator")) in NO and lay() == 1
    ends, starts = (f"UPDATE portal.afspraak SET {name} = portal.now() WHERE id = :a" for name in ("vervallen_at", "geldt_at"))
    first = world.behind("SELECT id FROM portal.afspraak")[0].id
    assert said(world, wie.coordinator, ends, a=first) == "afspraak_getekend"
    loop = verlenging(world, loop)
    new = ids(loop, a=loop.afspraak_id)
    assert "uq_afspraak_voorstel" in lay(), "een tegelijk"
    assert said(world, wie.coordinator, starts, **new) == "afspraak_ongetekend"
    assert said(world, wie.coordinator, ends, **new) == 1
    world.as_(wie.inwoner, initiatieven.ondertekenen, loop.afspraak_id)
    assert said(world, wie.coordinator, starts, **new) == "afspraak_ongetekend"
    assert said(world, wie.coordinator, ends, a=first) == "afspraak_getekend"
    # Signed too late it changes nothing; in time it takes the place of the first, by itself.
    signs = ("INSERT INTO portal.afspraakteken (id, dossier_id, eigenaar_id, party_id, afspraak_id, door, mandaat_id) SELECT "
             "gen_random_uuid(), :u, portal.party(), portal.party(), :a, portal.user_id(), id FROM portal.mandaat "
             "WHERE gemachtigde_id = portal.user_id() AND besluit_soort = 'uitdaging'")
    world.clock(396 * DAY)
    assert said(world, wie.tekenaar, signs, **new) == "afspraak_voorbij" and lay() == "afspraak_nu_niet"
    world.clock(-396 * DAY)
    assert said(world, wie.tekenaar, signs, **new) == 1
    world.as_(wie.tekenaar, uitvoering.ondertekenen, loop.afspraak_id)
    assert said(world, wie.coordinator, ends, **new) == said(world, wie.coordinator, ends, a=first) == "afspraak_getekend"
    straight(world, wie.coordinator, starts, a=loop.afspraak_id)
    rows = world.behind("SELECT id, geldt_at, vervallen_at FROM portal.afspraak ORDER BY tot")
    assert [one.id for one in rows] == [first, loop.afspraak_id] and rows[0].vervallen_at == rows[1].geldt_at is not None
    # The page for everybody names the last day that counts, and no other.
    day = "UPDATE portal.initiatiefpagina SET tot_on = :d"
    assert said(world, wie.coordinator, day, d=today + 760 * DAY) == 1
    assert said(world, wie.coordinator, day, d=today + 394 * DAY) == "pagina_vast"


def test_a_follow_up_is_a_dossier_of_the_own_gemeente(world):
    loop = in_uitvoering(world)
    own, other = uuid.uuid4(), uuid.uuid4()
    for made, gemeente, soort in ((own, loop.gemeente_id, "inkoop"), (other, world.gemeente("kampen"), "inkoop")):
        world.behind("INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) VALUES (:n, :s, :r, 'x', "
                     "'gepland', :g)", n=made, s=soort, r=f"X-{made.hex[:6]}", g=gemeente)
    names = row("vervolg", vervolg_id=":v", soort="'{}'", sinds_on="'2026-01-01'").format
    wie = loop.wie
    for who, which, soort, answer in ((wie.coordinator, other, "inkoop", NO), (wie.coordinator, own, "subsidie", NO),
                                      (wie.inwoner, own, "inkoop", NO), (wie.coordinator, own, "inkoop", (1,))):
        assert said(world, who, names(soort), **ids(loop, v=which)) in answer


# Who joins, tasks, and before there is a login -------------------------------------------------------------------------------

def test_a_link_works_once_in_time_for_somebody_else(world):
    loop = begonnen(world)
    inwoner, buur = loop.wie.inwoner, loop.wie.buur
    mede, code = world.as_(inwoner, initiatieven.uitnodigen, loop.initiatief_id, naam="Bert")
    joins = "SELECT 1 WHERE portal.medeindiener_bevestigen(:h) IS NOT NULL"
    hashed = hashlib.sha256(code.encode()).digest()
    provider = world.aanbieder_persoon(world.aanbieder(), "aanbiederbeheerder")
    for who, h, answer in ((buur, hashed, 1), (inwoner, hashed, 0), (provider, hashed, 0), (loop.wie.coordinator, hashed, 0),
                           (None, hashed, 0), (buur, b"x" * 32, 0)):
        assert said(world, who, joins, h=h) == answer
    # Nor without the link, straight.
    for change in ("inwoner_id = portal.party()", "code_tot_at = portal.now()", "code_hash = '\\x01'"):
        assert said(world, inwoner, f"UPDATE portal.medeindiener SET {change}") == "niet gegeven"
    world.clock(15 * DAY)
    assert said(world, buur, joins, h=hashed) == 0
    mede, code = world.as_(inwoner, initiatieven.uitnodigen, loop.initiatief_id, naam="Bert")
    world.as_(buur, initiatieven.meedoen, code)
    assert said(world, world.inwoner("Ander"), joins, h=hashlib.sha256(code.encode()).digest()) == 0
    world.as_(inwoner, initiatieven.indienen, loop.initiatief_id)
    assert said(world, buur, "SELECT 1 FROM portal.inzending") == 1
    world.as_(inwoner, initiatieven.niet_meer_mee, mede.id)
    assert said(world, buur, "SELECT 1 FROM portal.inzending") == said(world, buur, joins, h=hashed) == 0
    for moment in ("NULL", "portal.now()"):
        assert said(world, inwoner, f"UPDATE portal.medeindiener SET vervallen_at = {moment} WHERE inwoner_id IS NOT NULL") == (
            "medeindiener_vervallen")


def test_a_task_is_written_by_its_own_gemeente(world):
    loop = taak(world)
    makes = ("INSERT INTO portal.gemeentetaak (id, party_id, naam, omschrijving, product, bron, kwaliteit, uitdaagbaar, reden, "
             "gewijzigd_by) VALUES (gen_random_uuid(), {}, 'Nep', 'Nep', '', '', '', true, '', {})").format
    mine = makes("portal.party()", "portal.user_id()")
    provider = world.aanbieder_persoon(world.aanbieder(), "aanbiederbeheerder")
    for who in (loop.wie.inwoner, provider, None):
        assert said(world, who, mine) in NO
        assert said(world, who, "UPDATE portal.gemeentetaak SET naam = 'Nep'") == 0
    kampen, wie = world.medewerker("kampen", "rtc_coordinator"), loop.wie
    assert said(world, kampen, makes(":g", "portal.user_id()"), g=loop.gemeente_id) == "niet gegeven"
    assert said(world, wie.coordinator, makes("portal.party()", ":a"), a=wie.collega.user_id) == "niet gegeven"
    assert said(world, kampen, "UPDATE portal.gemeentetaak SET naam = 'Nep'") == 0
    assert said(world, kampen, mine) == 1
    # A colleague goes on with it, in the own name.
    world.as_(wie.collega, taken.openbaar, loop.taak_id, ja=False)
    assert world.behind("SELECT gewijzigd_by FROM portal.gemeentetaak")[0][0] == wie.collega.user_id
    assert said(world, wie.coordinator, "UPDATE portal.gemeentetaak SET gewijzigd_by = :a", "SELECT 1 FROM portal.gemeentetaak "
                "WHERE gewijzigd_by = portal.user_id()", a=wie.collega.user_id) == 1
    assert [said(world, who, "SELECT 1 FROM portal.gemeentetaak") for who in (None, kampen, wie.coordinator)] == [0, 0, 1]


def test_an_idea_before_the_login_is_fetched_once_in_time_by_who_has_the_link(world):
    wie = personen(world)
    keep, fetch = "SELECT portal.idee_bewaren(:h, CAST(:i AS jsonb))", "SELECT 1 WHERE portal.idee_ophalen(:h) IS NOT NULL"
    h = b"h" * 32
    for who in (None, wie.buur):
        assert said(world, who, keep, h=h, i='{"wat": "x"}') == 1
        assert said(world, who, "SELECT 1 FROM portal.ideeconcept") == "niet gegeven"
        assert said(world, who, keep, h=h, i='{"wat": "' + "x" * 40_000 + '"}') == "idee_te_lang"
        assert said(world, who, keep, h=b"kort", i="{}") == "idee_te_lang"
    kept = (keep, fetch)
    assert said(world, wie.buur, *kept, h=h, i="{}") == 1
    assert said(world, wie.buur, *kept, fetch, h=h, i="{}") == 0
    assert said(world, None, *kept, h=h, i="{}") == 0
    world.behind("INSERT INTO portal.ideeconcept (token_hash, gegevens) VALUES (:h, '{}')", h=h)
    assert said(world, wie.buur, fetch, h=b"x" * 32) == 0
    world.clock(29 * DAY)
    assert said(world, wie.buur, fetch, h=h) == 1
    world.clock(2 * DAY)
    assert said(world, wie.buur, fetch, h=h) == 0
    # It fills no disk: what is too old makes room.
    world.behind("INSERT INTO portal.ideeconcept (token_hash, gegevens) SELECT sha256(n::text::bytea), '{}' FROM "
                 "generate_series(1, 20000) n")
    assert said(world, None, keep, h=b"z" * 32, i="{}") == "idee_te_druk"
    world.clock(31 * DAY)
    assert said(world, None, keep, h=b"z" * 32, i="{}") == 1


@pytest.mark.parametrize("who", ["niemand", "bezoeker"])
def test_a_visitor_writes_nothing_but_an_idea_to_keep(world, who):
    loop = in_uitvoering(world)
    page = pagina(world)
    nobody = ("SELECT set_config('portal.party_id', '', true)",) if who == "niemand" else ()
    facts = ids(loop, p=page.id, g=loop.gemeente_id, w=loop.wie.inwoner.party_id, n=uuid.uuid4())
    for table in ("gemeentetaak", "initiatief", "medeindiener", "uitdaging", "informatie", "criteriumoordeel", "steunlijst",
                  "initiatiefpagina", "afspraak", "tegenspraak"):
        column = {"gemeentetaak": "naam", "initiatief": "gegevens", "medeindiener": "vervallen_at", "uitdaging": "plan",
                  "informatie": "antwoord", "criteriumoordeel": "oordeel", "steunlijst": "gecontroleerd_on",
                  "initiatiefpagina": "stand", "afspraak": "vervallen_at", "tegenspraak": "antwoord"}[table]
        assert said(world, None, *nobody, f"UPDATE portal.{table} SET {column} = {column}") in NO, table
        assert said(world, None, *nobody, f"DELETE FROM portal.{table}") in NO, table
    for soort in ("initiatief", "uitdaging"):
        for eigenaar in ("portal.party()", ":g", ":w"):
            assert said(world, None, *nobody, "INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) "
                        f"VALUES (:n, '{soort}', 'X-1', 'x', 'begonnen', {eigenaar})", **facts) != 1
    for function in ("SELECT 1 WHERE portal.medeindiener_bevestigen('\\x01') IS NOT NULL",
                     "SELECT portal.volgers_inlichten(:p, 'uitvoering')"):
        assert said(world, None, *nobody, function, **facts) == 0
    assert said(world, None, *nobody, "SELECT portal.idee_bewaren(CAST(repeat('a', 32) AS bytea), '{}')") == 1
