"""The whole life of a joint procurement, with every obstacle on its way. Acceptance rows carry their name."""

import re
import uuid
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.domains.beheer import mandaten as tenants
from portal.domains.inkoop import inschrijven, queries, usecases
from portal.domains.inkoop.assessment import sheet
from portal.domains.inkoop.model import (
    Criterium,
    Deelnamebesluit,
    Eis,
    GevraagdDocument,
    Inkoop,
    Inschrijving,
    Mijlpaal,
    Opening,
    Perceel,
    Publicatie,
    Score,
    State,
    Toets,
    Verzending,
)
from portal.domains.inkoop.rules import Loting
from portal.domains.inkoop.workflow import INKOOP
from portal.identity.permissions import permissions_of
from portal.kernel import clock
from portal.kernel.besluit import Besluit
from portal.kernel.documents import Document
from portal.kernel.dossier import Termijn, count_of
from portal.kernel.errors import Refused
from portal.kernel.history import CaseEvent
from portal.kernel.outbox import Bericht
from portal.kernel.planning import Moment
from portal.kernel.queries import search
from portal.register import usecases as register
from portal.register.model import Overeenkomst, OvereenkomstPeriode
from portal.register.queries import contracts
from portal.tenants.scope import acting_for, as_public
from tests.inkoop_world import (
    LEDEN,
    MOTIVERING,
    NepBrieven,
    beoordeeld,
    beoordelen,
    besluiten,
    concept,
    doorgezette_inkoop,
    gecontracteerd,
    gegund,
    gelezen,
    geopend,
    geplande_inkoop,
    gepubliceerde_inkoop,
    met_deelname,
    met_inschrijvingen,
    na_sluiting,
    na_standstill,
    personen,
    stuk,
    uitgevraagde_inkoop,
    vastgesteld,
    verstuurd,
    volmacht,
    voorgesteld,
    zorgaanbieder,
)

MICRO = timedelta(microseconds=1)


@pytest.fixture
def refused(world):
    """Run a use case that must be refused; gives its sentences. `says`: a part of them, `status`: the HTTP meaning."""

    def run(person, use_case, *args, says: str = "", status: int | None = None, **kwargs) -> str:
        with pytest.raises(Refused) as caught:
            world.as_(person, use_case, *args, **kwargs)
        assert says in str(caught.value), str(caught.value)
        assert all(reason.endswith((".", "?")) for reason in caught.value.reasons), caught.value.reasons
        assert status in (None, caught.value.status), caught.value.status
        return str(caught.value)

    return run


def raw(world, person, statement: str, **values):
    """Any statement, as the app role bound to this person: what a page with a bug could try."""
    return world.as_(person, lambda session, _actor: session.execute(text(statement), values).rowcount)


def state(world, id_) -> str:
    """Where a dossier stands."""
    return world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=id_)[0][0]


@contextmanager
def pinned(world, moment: datetime):
    """The clock of the database stands still at this microsecond; Python's clock stays a minute before it."""
    world.clock(moment - timedelta(minutes=1))
    (definition,) = world.behind("SELECT pg_get_functiondef('portal.clock_now()'::regprocedure)")[0]
    world.behind(
        "CREATE OR REPLACE FUNCTION portal.clock_now() RETURNS timestamptz LANGUAGE sql VOLATILE "
        f"AS $$ SELECT timestamptz '{moment.isoformat()}' $$"
    )
    try:
        yield
    finally:
        with world.owner.begin() as connection:
            connection.exec_driver_sql(definition)


# The whole road ------------------------------------------------------------------------------------------------------------


def test_the_whole_life_from_plan_to_contract(world):
    loop = geplande_inkoop(world)
    walked = [state(world, loop.inkoop_id)]
    for build in (uitgevraagde_inkoop, met_deelname, doorgezette_inkoop):
        build(world, loop)
        walked.append(state(world, loop.inkoop_id))
    loop = met_inschrijvingen(world, gepubliceerde_inkoop(world, loop=loop))
    walked.append(state(world, loop.inkoop_id))
    loop = gegund(world, gelezen(world, voorgesteld(world, vastgesteld(world, beoordeeld(world, geopend(world, loop))))))
    walked.append(state(world, loop.inkoop_id))
    gecontracteerd(world, loop)
    walked.append(state(world, loop.inkoop_id))
    assert walked == ["gepland", "uitgevraagd", "uitgevraagd", "doorgezet", "gepubliceerd", "geopend", "afgerond"]
    assert {state(world, p) for p in loop.percelen} == {"gecontracteerd"}
    assert world.behind("SELECT count(*) FROM portal.overeenkomst")[0][0] == 4


def test_E10_AC1_every_step_says_who_when_and_what(world):
    loop = gecontracteerd(world, percelen=1)
    kinds = [
        k
        for (k,) in world.behind(
            "SELECT kind FROM portal.case_event WHERE dossier_id = ANY(:d) ORDER BY volgnr", d=[loop.inkoop_id, *loop.percelen]
        )
    ]
    for step in (
        "inkoop:plannen",
        "inkoop:uitvragen",
        "inkoop:deelname",
        "inkoop:doorzetten",
        "inkoop:publiceren",
        "inkoop:openen",
        "inkoop:belang",
        "perceel:toetsen",
        "perceel:scoren",
        "perceel:vaststellen",
        "perceel:gunning-opgesteld",
        "perceel:meelezen",
        "perceel:tekenen",
        "perceel:contracteren",
        "inkoop:afronden",
    ):
        assert step in kinds, step
    assert world.behind("SELECT count(*) FROM portal.case_event WHERE actor_id IS NULL OR occurred_on IS NULL")[0][0] == 0
    (facts,) = world.behind("SELECT facts FROM portal.case_event WHERE kind = 'perceel:tekenen'")[0]
    assert facts["volmacht"] == str(loop.wie.volmacht_id)


# 1. Plan -------------------------------------------------------------------------------------------------------------------

PLAN = {
    "titel": "Proef",
    "methode": "sas",
    "omschrijving": "Proef.",
    "geraamde_waarde": Decimal("1.00"),
    "begint_on": date(2028, 1, 1),
    "looptijd_jaren": [3, 2, 2],
    "terugval": "Verlengen.",
}


def test_A2_AC1_the_method_is_one_of_the_list_and_its_access_regime_follows(world, refused):
    manager = world.medewerker("zwolle", "contractmanager")
    verband = world.gemeente("beschermd-wonen")
    refused(manager, usecases.plannen, verband_id=verband, **(PLAN | {"methode": "loterij"}), says="Kies een van de methoden")
    assert all(method["toegang"] for method in usecases.regelset()["methode"])
    for method in usecases.methoden():
        made = world.as_(manager, usecases.plannen, verband_id=verband, **(PLAN | {"methode": method["code"]}))
        assert (made.methode, made.toegang) == (method["code"], method["toegang"])


@pytest.mark.parametrize("slug", ["kampen", "deventer"])
def test_only_the_lead_plans(world, refused, slug):
    refused(
        world.medewerker(slug, "contractmanager"),
        usecases.plannen,
        verband_id=world.gemeente("beschermd-wonen"),
        **PLAN,
        says="Alleen de trekker",
    )
    assert world.behind("SELECT count(*) FROM portal.dossier")[0][0] == 0


def test_A2_AC2_a_milestone_is_a_date_a_month_a_quarter_or_a_season(world):
    loop = geplande_inkoop(world, percelen=1)
    for moment in (
        Moment("datum", "2027-03-15"),
        Moment("maand", "2027-06"),
        Moment("kwartaal", "2027-Q3"),
        Moment("seizoen", "2027-voor-zomer"),
    ):
        made = world.as_(loop.wie.manager, usecases.mijlpaal_toevoegen, loop.inkoop_id, titel="Stap", moment=moment)
        kept = world.see(loop.wie.manager, lambda s, id_=made.id: s.get(Mijlpaal, id_).moment)
        assert Moment.from_json(kept) == moment


def test_A2_AC5_alternative_dates_are_both_kept(world):
    loop = geplande_inkoop(world, percelen=1)
    keuze = Moment("keuze", (Moment("datum", "2019-01-01"), Moment("datum", "2020-01-01")))
    world.as_(loop.wie.manager, usecases.mijlpaal_toevoegen, loop.inkoop_id, titel="Start", moment=keuze)
    kept = world.see(loop.wie.manager, lambda s: s.scalar(select(Mijlpaal.moment).where(Mijlpaal.titel == "Start")))
    assert Moment.from_json(kept) == keuze
    assert "2019" in Moment.from_json(kept).text() and "2020" in Moment.from_json(kept).text()


def test_a_plan_without_percelen_is_not_asked(world, refused):
    manager = world.medewerker("zwolle", "contractmanager")
    inkoop = world.as_(manager, usecases.plannen, verband_id=world.gemeente("beschermd-wonen"), **PLAN)
    refused(manager, usecases.uitvragen, inkoop.id, says="Voeg eerst ten minste een perceel toe.")
    assert state(world, inkoop.id) == "gepland"


def test_a_plan_is_invisible_to_members_until_they_are_asked(world):
    loop = geplande_inkoop(world)
    kampen = loop.wie.beleid["kampen"]
    for kind in (Inkoop, Perceel, Eis, Criterium, GevraagdDocument, Mijlpaal, Document, CaseEvent):
        assert world.see(kampen, lambda s, k=kind: s.scalar(select(func.count()).select_from(k))) == 0, kind
    uitgevraagde_inkoop(world, loop)
    for kind in (Inkoop, Perceel, Eis, Criterium, GevraagdDocument, Mijlpaal, Document, CaseEvent):
        assert world.see(kampen, lambda s, k=kind: s.scalar(select(func.count()).select_from(k))) > 0, kind


def test_members_read_the_plan_and_change_nothing(world, refused):
    loop = uitgevraagde_inkoop(world)
    kampen = world.medewerker("kampen", "contractmanager")
    for step in ("doorzetten", "stoppen", "publiceren"):
        reasons = world.as_(kampen, lambda s, a, n=step: INKOOP.obstacles(s.get(Inkoop, loop.inkoop_id), n, a))
        assert reasons == ["Alleen de eigenaar van dit dossier mag dit doen."]
    refused(kampen, usecases.eis_toevoegen, loop.percelen[0], code="E9", tekst="Iets.", status=404)
    refused(kampen, usecases.stuk_toevoegen, loop.inkoop_id, stuk(world), titel="Iets", status=404)
    assert raw(world, kampen, "UPDATE portal.eis SET tekst = 'anders'") == 0
    assert raw(world, kampen, "UPDATE portal.inkoop SET geraamde_waarde = 1") == 0


def test_parts_of_the_plan_have_one_code_and_go_away_again(world, refused):
    loop = geplande_inkoop(world, percelen=1)
    manager, perceel = loop.wie.manager, loop.percelen[0]
    refused(manager, usecases.eis_toevoegen, perceel, code="E1", tekst="Dubbel.", says="Deze code is al gebruikt", status=422)
    refused(manager, usecases.criterium_toevoegen, perceel, code="K1", tekst="Dubbel.", weging=1, says="Deze code", status=422)
    world.as_(manager, usecases.onderdeel_weghalen, Eis, loop.eisen[perceel][0])
    assert world.behind("SELECT count(*) FROM portal.eis")[0][0] == 1


def test_no_perceel_is_added_once_the_members_decide(world, refused):
    loop = uitgevraagde_inkoop(world)
    refused(
        loop.wie.manager,
        usecases.perceel_toevoegen,
        loop.inkoop_id,
        naam="Extra",
        product="extra",
        omschrijving="Extra.",
        waarde=Decimal("1.00"),
        says="Er kan geen perceel meer bij",
        status=409,
    )


def test_A13_AC1_a_new_version_names_the_old_one_and_a_shared_version_stays(world, refused):
    loop = uitgevraagde_inkoop(world)
    manager = loop.wie.manager
    second = world.as_(
        manager,
        usecases.stuk_toevoegen,
        loop.inkoop_id,
        stuk(world, "v2.pdf"),
        titel="Aanbestedingsleidraad",
        vervangt_id=loop.stuk_id,
    )
    assert (second.versie, second.vervangt_id) == (2, loop.stuk_id)
    kampen = loop.wie.beleid["kampen"]
    assert world.see(kampen, lambda s: s.get(Document, second.id)) is None, "een concept is van de trekker alleen"
    refused(manager, usecases.stuk_delen, loop.stuk_id, says="al een nieuwere versie", status=409)
    world.as_(manager, usecases.stuk_delen, second.id)
    assert world.see(kampen, lambda s: s.get(Document, second.id)).naam == "v2.pdf"
    for change in ("sha256 = repeat('0', 64)", "opslag_key = 'elders'", "gedeeld_at = NULL", "titel = 'anders'"):
        with pytest.raises(DBAPIError, match="document_vast"):
            raw(world, manager, f"UPDATE portal.document SET {change} WHERE id = :i", i=second.id)


# 2. Deelname ---------------------------------------------------------------------------------------------------------------


def test_A1_AC1_membership_is_dated_and_only_who_is_a_member_today_is_asked(world):
    staphorst = world.gemeente("staphorst")
    verband = world.gemeente("beschermd-wonen")
    world.behind(
        "UPDATE portal.deelname SET tot = current_date WHERE gemeente_id = :g AND verband_id = :v", g=staphorst, v=verband
    )
    try:
        loop = uitgevraagde_inkoop(world)
        asked = world.see(loop.wie.manager, lambda s: [g.slug for g in queries.asked(s, s.get(Inkoop, loop.inkoop_id))])
        assert sorted(asked) == sorted(set(LEDEN) - {"staphorst"})
        assert world.see(loop.wie.beleid["staphorst"], lambda s: s.get(Inkoop, loop.inkoop_id)) is None
        for constraint, trekker, day in (
            ("ex_deelname_eenmaal", False, "2020-01-01"),
            ("ex_deelname_een_trekker", True, "2030-01-01"),
        ):
            slug = "zwolle" if not trekker else "staphorst"
            with pytest.raises(DBAPIError, match=constraint):
                world.behind(
                    "INSERT INTO portal.deelname (id, verband_id, gemeente_id, van, is_trekker, is_verplicht) VALUES "
                    "(gen_random_uuid(), :v, :g, :d, :t, false)",
                    v=verband,
                    g=world.gemeente(slug),
                    d=day,
                    t=trekker,
                )
    finally:
        world.behind("UPDATE portal.deelname SET tot = NULL WHERE gemeente_id = :g AND verband_id = :v", g=staphorst, v=verband)


def test_A1_AC2_a_gemeente_takes_part_only_after_its_recorded_decision(world):
    loop = uitgevraagde_inkoop(world)
    kampen = loop.wie.beleid["kampen"]

    def takes_part(slug):
        asked = select(func.portal.neemt_deel(loop.inkoop_id, world.gemeente(slug)))
        return world.see(loop.wie.manager, lambda session: session.scalar(asked))

    world.as_(kampen, usecases.deelname_bewaren, loop.inkoop_id, antwoorden=dict.fromkeys(loop.percelen, "ja"))
    assert not takes_part("kampen"), "een concept telt niet"
    besluiten(world, loop, "kampen")
    besluiten(world, loop, "dalfsen", "nee")
    assert (takes_part("kampen"), takes_part("dalfsen"), takes_part("ommen")) == (True, False, False)
    for slug in set(LEDEN) - {"kampen", "dalfsen", "ommen"}:
        besluiten(world, loop, slug)
    loop = gepubliceerde_inkoop(world, loop=doorgezette_inkoop(world, loop))
    with as_public(), world.app.new_session() as session:
        named = [g["slug"] for g in queries.aankondiging(session, loop.inkoop_id).inhoud["gemeenten"]]
    assert sorted(named) == sorted(set(LEDEN) - {"dalfsen", "ommen"})


def test_A1_AC3_groups_of_six_eight_and_eleven_exist_beside_each_other(world):
    person = world.medewerker("zwolle", "raadslid")
    count = {
        slug: world.see(person, lambda s, v=slug: queries.members(s, world.gemeente(v), clock.today()))
        for slug in ("vervoer", "beschermd-wonen", "jeugdhulp")
    }
    assert {slug: len(rows) for slug, rows in count.items()} == {"vervoer": 6, "beschermd-wonen": 8, "jeugdhulp": 11}
    assert {slug: [g.slug for g, lead in rows if lead] for slug, rows in count.items()} == {
        "vervoer": ["deventer"],
        "beschermd-wonen": ["zwolle"],
        "jeugdhulp": ["zwolle"],
    }


def test_A1_AC4_a_mandatory_scope_cannot_be_left(world):
    with pytest.raises(DBAPIError, match="verplicht_zonder_einde"):
        world.behind(
            "UPDATE portal.deelname SET is_verplicht = true, tot = '2099-01-01' WHERE verband_id = :v",
            v=world.gemeente("jeugdhulp"),
        )
    beheerder = world.medewerker("kampen", "beheerder")
    for statement in ("UPDATE portal.deelname SET tot = '2099-01-01'", "DELETE FROM portal.deelname"):
        with pytest.raises(DBAPIError, match="permission denied"):
            raw(world, beheerder, statement)


def test_each_member_gets_a_term_and_a_message(world):
    loop = uitgevraagde_inkoop(world)
    rows = world.behind("SELECT party_id, due_on, due_at FROM portal.termijn WHERE kind = 'deelname'")
    assert {r.party_id for r in rows} == {world.gemeente(slug) for slug in LEDEN}
    assert {r.due_on for r in rows} == {clock.today() + timedelta(weeks=8)}
    assert {r.due_at.astimezone(clock.AMSTERDAM).hour for r in rows} == {17}
    told = world.behind("SELECT party_id FROM portal.bericht")
    assert {r.party_id for r in told} == {world.gemeente(slug) for slug in LEDEN if slug != "zwolle"}
    besluiten(world, loop, "kampen")
    assert world.behind("SELECT count(*) FROM portal.termijn WHERE met_on IS NOT NULL")[0][0] == 1


def test_members_see_each_others_decisions_and_not_their_drafts(world):
    loop = uitgevraagde_inkoop(world)
    kampen, dalfsen = loop.wie.beleid["kampen"], loop.wie.beleid["dalfsen"]
    world.as_(
        kampen, usecases.deelname_bewaren, loop.inkoop_id, antwoorden=dict.fromkeys(loop.percelen, "nee"), orgaan="college"
    )
    world.as_(kampen, usecases.deelname_document, loop.inkoop_id, stuk(world, "concept.pdf"))
    for person in (dalfsen, loop.wie.manager):
        assert world.see(person, lambda s: s.scalars(select(Deelnamebesluit)).all()) == []
        assert world.see(person, lambda s: s.execute(text("SELECT * FROM portal.deelname_antwoord")).all()) == []
        assert world.see(person, lambda s: s.scalars(select(Document).where(Document.soort == "deelnamebesluit")).all()) == []
    besluiten(world, loop, "kampen", ["ja", "voorbehoud"])
    rows = world.see(dalfsen, lambda s: {d.gemeente.slug: d for d in queries.matrix(s, s.get(Inkoop, loop.inkoop_id))})
    assert rows["kampen"].doet_mee and rows["kampen"].met_voorbehoud and rows["dalfsen"].besluit is None
    assert (
        world.see(
            dalfsen,
            lambda s: s.scalar(
                select(Document.naam).where(Document.soort == "deelnamebesluit", Document.vervallen_at.is_(None))
            ),
        )
        == "besluit-kampen.pdf"
    )


def test_a_decision_is_recorded_only_when_it_is_whole(world, refused):
    loop = uitgevraagde_inkoop(world)
    kampen, first = loop.wie.beleid["kampen"], loop.percelen[0]
    said = refused(kampen, usecases.deelname, loop.inkoop_id)
    for part in ("perceel 1", "perceel 2", "wie heeft besloten", "op welke datum", "als document"):
        assert part in said
    refused(
        kampen, usecases.deelname_bewaren, loop.inkoop_id, antwoorden={first: "misschien"}, says="Dit antwoord kennen wij niet"
    )
    refused(kampen, usecases.deelname_bewaren, loop.inkoop_id, antwoorden={loop.inkoop_id: "ja"}, status=404)
    world.as_(
        kampen,
        usecases.deelname_bewaren,
        loop.inkoop_id,
        antwoorden=dict.fromkeys(loop.percelen, "voorbehoud"),
        orgaan="raad",
        besloten_on=clock.today() + timedelta(days=1),
    )
    world.as_(kampen, usecases.deelname_document, loop.inkoop_id, stuk(world, "besluit.pdf"))
    said = refused(kampen, usecases.deelname, loop.inkoop_id)
    assert "ligt in de toekomst" in said and "wat het voorbehoud is" in said and "document" not in said
    assert world.behind("SELECT count(*) FROM portal.deelnamebesluit WHERE vastgelegd_at IS NOT NULL")[0][0] == 0


def test_a_recorded_decision_never_changes(world, refused):
    loop = met_deelname(world, besloten=["kampen"])
    kampen = loop.wie.beleid["kampen"]
    for use_case, more in ((usecases.deelname, {}), (usecases.deelname_bewaren, {"antwoorden": {}})):
        refused(kampen, use_case, loop.inkoop_id, says="al vastgelegd", status=409, **more)
    for statement in (
        "UPDATE portal.deelnamebesluit SET orgaan = 'raad'",
        "UPDATE portal.deelnamebesluit SET vastgelegd_at = NULL, vastgelegd_by = NULL",
        "DELETE FROM portal.deelname_antwoord",
    ):
        with pytest.raises(DBAPIError, match="deelnamebesluit_vastgelegd"):
            raw(world, kampen, statement)


def test_who_is_no_member_finds_nothing_to_decide(world, refused):
    loop = uitgevraagde_inkoop(world)
    refused(world.medewerker("deventer", "beleidsadviseur"), usecases.deelname, loop.inkoop_id, status=404)
    with pytest.raises(DBAPIError, match="row-level security"):
        raw(
            world,
            world.medewerker("deventer", "beleidsadviseur"),
            "INSERT INTO portal.deelnamebesluit (id, dossier_id, "
            "eigenaar_id, party_id, opgesteld_by) VALUES (gen_random_uuid(), :d, :e, portal.party(), portal.user_id())",
            d=loop.inkoop_id,
            e=world.gemeente("zwolle"),
        )


@pytest.mark.parametrize(("before", "accepted"), [(MICRO, True), (timedelta(0), False), (-MICRO, False)])
def test_R5_a_decision_counts_until_the_last_microsecond(world, refused, before, accepted):
    loop = uitgevraagde_inkoop(world)
    kampen = loop.wie.beleid["kampen"]
    world.as_(
        kampen,
        usecases.deelname_bewaren,
        loop.inkoop_id,
        antwoorden=dict.fromkeys(loop.percelen, "ja"),
        orgaan="college",
        besloten_on=clock.today(),
    )
    world.as_(kampen, usecases.deelname_document, loop.inkoop_id, stuk(world))
    (deadline,) = world.behind("SELECT deelname_uiterlijk_at FROM portal.inkoop")[0]
    with pinned(world, deadline - before):
        if accepted:
            world.as_(kampen, usecases.deelname, loop.inkoop_id)
        else:
            refused(kampen, usecases.deelname, loop.inkoop_id, says="niet besloten", status=410)
    assert world.behind("SELECT count(*) FROM portal.deelnamebesluit WHERE vastgelegd_at IS NOT NULL")[0][0] == accepted


def test_A2_AC3_the_gate_stays_shut_while_somebody_may_still_decide(world, refused):
    loop = met_deelname(world, besloten=LEDEN[:5])
    refused(loop.wie.manager, usecases.doorzetten, loop.inkoop_id, says="Nog 3 van 8 gemeenten moeten besluiten")
    refused(
        loop.wie.manager,
        usecases.publiceren,
        loop.inkoop_id,
        sluit_at=clock.now() + timedelta(days=9),
        says="niet in deze fase",
    )
    met_deelname(world, loop, besloten=LEDEN[5:])
    world.as_(loop.wie.manager, usecases.doorzetten, loop.inkoop_id)
    gate = world.see(loop.wie.manager, lambda s: s.scalar(select(Mijlpaal).where(Mijlpaal.poort == "deelname")))
    assert (gate.uitkomst, gate.besloten_on) == ("go", clock.today())


def test_a_silent_member_counts_as_not_decided_and_never_blocks(world, refused):
    loop = met_deelname(world, besloten={"zwolle": "ja", "kampen": "ja", "dalfsen": "nee"})
    (deadline,) = world.behind("SELECT deelname_uiterlijk_at FROM portal.inkoop")[0]
    world.clock(deadline - timedelta(seconds=30))
    refused(loop.wie.manager, usecases.doorzetten, loop.inkoop_id, says="Nog 5 van 8")
    world.clock(deadline)
    world.as_(loop.wie.manager, usecases.doorzetten, loop.inkoop_id)
    facts = world.behind("SELECT facts FROM portal.case_event WHERE kind = 'inkoop:doorzetten'")[0][0]
    assert (facts["doet_mee"], facts["doet_niet_mee"], facts["niet_besloten"]) == (2, 1, 5)
    refused(loop.wie.beleid["ommen"], usecases.deelname, loop.inkoop_id, says="geen deelnamebesluit gevraagd", status=409)


@pytest.mark.parametrize("antwoord", [None, "nee"])
def test_the_lead_takes_part_itself_or_nothing_goes_on(world, refused, antwoord):
    loop = met_deelname(world, besloten=[slug for slug in LEDEN if slug != "zwolle"])
    if antwoord:
        besluiten(world, loop, "zwolle", antwoord)
    world.clock(world.behind("SELECT deelname_uiterlijk_at FROM portal.inkoop")[0][0])
    refused(loop.wie.manager, usecases.doorzetten, loop.inkoop_id, says="De trekker heeft zelf nog niet besloten")


def test_silent_members_are_reminded_at_most_once_a_day(world, refused):
    loop = met_deelname(world, besloten=["zwolle", "kampen"])
    assert world.as_(loop.wie.manager, usecases.herinneren, loop.inkoop_id) == 6
    told = {r.party_id for r in world.behind("SELECT party_id FROM portal.bericht WHERE onderwerp LIKE 'Herinnering%'")}
    assert told == {world.gemeente(slug) for slug in LEDEN if slug not in ("zwolle", "kampen")}
    refused(loop.wie.manager, usecases.herinneren, loop.inkoop_id, says="vandaag al", status=409)
    refused(loop.wie.beleid["kampen"], usecases.herinneren, loop.inkoop_id)
    world.clock(timedelta(days=1))
    met_deelname(world, loop, besloten=[slug for slug in LEDEN if slug not in ("zwolle", "kampen")])
    refused(loop.wie.manager, usecases.herinneren, loop.inkoop_id, says="Alle gemeenten hebben besloten", status=409)


def test_A2_AC4_a_no_go_names_its_reason_and_offers_the_fallback(world, refused):
    loop = met_deelname(world, besloten=["zwolle"])
    refused(loop.wie.manager, usecases.stoppen, loop.inkoop_id, reden=" ", says="Schrijf waarom.")
    world.as_(loop.wie.manager, usecases.stoppen, loop.inkoop_id, reden="Te weinig gemeenten doen mee.")
    seen = world.see(loop.wie.beleid["kampen"], lambda s: s.get(Inkoop, loop.inkoop_id))
    assert (seen.state, seen.gestopt_reden) == (State.GESTOPT, "Te weinig gemeenten doen mee.")
    assert seen.terugval.startswith("Iedere gemeente verlengt")
    assert world.behind("SELECT uitkomst FROM portal.mijlpaal WHERE poort = 'deelname'")[0][0] == "no_go"
    assert world.behind("SELECT count(*) FROM portal.termijn WHERE met_on IS NULL")[0][0] == 0
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE onderwerp LIKE '%is gestopt'")[0][0] == 7
    refused(loop.wie.manager, usecases.doorzetten, loop.inkoop_id, says="niet in deze fase: gestopt")
    refused(loop.wie.manager, usecases.eis_toevoegen, loop.percelen[0], code="E9", tekst="Iets.", says="Het plan staat vast")


# 3. Publicatie -------------------------------------------------------------------------------------------------------------


def test_publication_waits_for_complete_percelen_documents_and_a_later_closing(world, refused):
    loop = geplande_inkoop(world)
    manager, (first, _second) = loop.wie.manager, loop.percelen
    world.as_(manager, usecases.onderdeel_weghalen, Criterium, loop.criteria[first][0])
    assert "Perceel 1: De wegingen zijn samen 40." in refused(manager, usecases.uitvragen, loop.inkoop_id)
    world.as_(manager, usecases.criterium_toevoegen, first, code="K9", tekst="Prijs", weging=60)
    for eis in loop.eisen[first]:
        world.as_(manager, usecases.onderdeel_weghalen, Eis, eis)
    assert "Perceel 1 heeft nog geen minimumeis." in refused(manager, usecases.uitvragen, loop.inkoop_id)
    world.as_(manager, usecases.eis_toevoegen, first, code="E1", tekst="Er is iemand bereikbaar.")
    doorgezette_inkoop(world, met_deelname(world, uitgevraagde_inkoop(world, loop)))
    later = clock.now() + timedelta(days=30)

    def publish(**how):
        return refused(manager, usecases.publiceren, loop.inkoop_id, **({"sluit_at": later} | how))

    assert "De sluiting moet in de toekomst liggen." in publish(sluit_at=clock.now())
    short = publish(sluit_at=clock.now() + timedelta(days=1))
    assert "Aanbieders krijgen zo 1 dag. De gemeenten spraken af: ten minste 20 dagen." in short
    draft = world.as_(manager, usecases.stuk_toevoegen, loop.inkoop_id, stuk(world, "b.pdf", scan="wacht"), titel="Bijlage B")
    assert "nog een concept: Bijlage B" in publish()
    world.as_(manager, usecases.stuk_delen, draft.id)
    assert "wacht nog op de virusscan: Bijlage B" in publish()
    world.behind("UPDATE portal.document SET scan = 'schoon' WHERE id = :i", i=draft.id)
    world.behind("UPDATE portal.document SET vervallen_at = portal.now()")
    assert "Voeg eerst de stukken toe" in publish()
    assert state(world, loop.inkoop_id) == "doorgezet"
    assert world.behind("SELECT count(*) FROM portal.publicatie")[0][0] == 0


def test_A13_AC1_publication_freezes_everything_bidders_rely_on(world, refused):
    loop = gepubliceerde_inkoop(world)
    manager, perceel = loop.wie.manager, loop.percelen[0]
    for use_case, args, more in (
        (usecases.eis_toevoegen, (perceel,), {"code": "E9", "tekst": "Nieuw."}),
        (usecases.criterium_toevoegen, (perceel,), {"code": "K9", "tekst": "Nieuw.", "weging": 1}),
        (usecases.gevraagd_toevoegen, (loop.inkoop_id,), {"code": "G9", "titel": "Nieuw", "toelichting": "Nieuw."}),
        (usecases.onderdeel_weghalen, (Eis, loop.eisen[perceel][0]), {}),
        (usecases.mijlpaal_toevoegen, (loop.inkoop_id,), {"titel": "Nieuw", "moment": Moment("maand", "2027-06")}),
        (usecases.stuk_toevoegen, (loop.inkoop_id, stuk(world)), {"titel": "Nieuw"}),
        (usecases.publiceren, (loop.inkoop_id,), {"sluit_at": clock.now() + timedelta(days=90)}),
    ):
        refused(manager, use_case, *args, **more)
    other = world.as_(manager, usecases.plannen, verband_id=world.gemeente("beschermd-wonen"), **PLAN)
    for statement in (
        "UPDATE portal.eis SET tekst = 'anders'",
        "DELETE FROM portal.eis",
        "UPDATE portal.criterium SET weging = 50",
        "UPDATE portal.eis SET dossier_id = :other",
        "UPDATE portal.criterium SET dossier_id = :other",
        "UPDATE portal.gevraagd_document SET titel = 'anders'",
        "UPDATE portal.perceel SET minimale_score = 0",
        "UPDATE portal.perceel SET max_contracten = 1",
        "UPDATE portal.perceel SET inkoop_id = :other",
        "UPDATE portal.inkoop SET looptijd_jaren = '{9}' WHERE id <> :other",
        "UPDATE portal.inkoop SET sluit_at = portal.now() WHERE id <> :other",
        "INSERT INTO portal.eis (id, dossier_id, eigenaar_id, party_id, code, tekst) "
        "SELECT gen_random_uuid(), id, eigenaar_id, "
        "eigenaar_id, 'E9', 'Nieuw.' FROM portal.dossier WHERE soort = 'perceel' LIMIT 1",
    ):
        with pytest.raises(DBAPIError, match="na_publicatie_vast"):
            raw(world, manager, statement, **({"other": other.id} if ":other" in statement else {}))
    for statement in (
        "UPDATE portal.document SET sha256 = repeat('0', 64)",
        "UPDATE portal.document SET gepubliceerd_at = NULL",
        "UPDATE portal.document SET vervallen_at = now() WHERE gepubliceerd_at IS NOT NULL",
    ):
        with pytest.raises(DBAPIError, match="document_vast"):
            raw(world, manager, statement)
    for statement in ("UPDATE portal.publicatie SET sluit_at = now()", "DELETE FROM portal.publicatie"):
        with pytest.raises(DBAPIError, match="permission denied"):
            raw(world, manager, statement)


def test_the_rule_set_is_a_copy_of_that_day(world, monkeypatch):
    loop = gegund(world, percelen=1)
    before = world.see(loop.wie.manager, lambda s: queries.aankondiging(s, loop.inkoop_id).regelset)
    world2 = {**usecases.regelset(), "standstill": {**usecases.regelset()["standstill"], "dagen": 1}, "versie": "2027-1"}
    monkeypatch.setattr(usecases, "load_config", lambda _name: world2)
    assert usecases.regelset()["versie"] == "2027-1"
    after = world.see(loop.wie.manager, lambda s: queries.aankondiging(s, loop.inkoop_id).regelset)
    assert before == after and after["standstill"]["dagen"] == 20 and after["versie"] == "2026-1"


def test_a_later_rule_set_does_not_shorten_the_standstill_of_a_published_procurement(world, monkeypatch):
    loop = gelezen(world, percelen=1)
    rules_of_later = {**usecases.regelset(), "standstill": {**usecases.regelset()["standstill"], "dagen": 1}}
    monkeypatch.setattr(usecases, "load_config", lambda _name: rules_of_later)
    gegund(world, loop)
    (due,) = world.behind("SELECT due_on FROM portal.termijn WHERE kind = 'standstill'")[0]
    assert due == clock.today() + timedelta(days=20)


def test_E10_AC2_the_public_sees_the_publication_and_its_documents_and_nothing_else(world):
    loop = gepubliceerde_inkoop(world)
    world.as_(loop.wie.aanbieders[0].auteur, inschrijven.begin, loop.inkoop_id)
    with as_public(), world.app.new_session() as session:
        assert session.scalar(select(Publicatie.reference)) == loop.reference
        assert [d.id for d in session.scalars(select(Document))] == [loop.stuk_id]
        for kind in (Inkoop, Perceel, Eis, Criterium, Mijlpaal, Deelnamebesluit, CaseEvent, Inschrijving, Termijn, Bericht):
            assert session.scalar(select(func.count()).select_from(kind)) == 0, kind
        content = session.scalar(select(Publicatie.inhoud))
    assert [p["nummer"] for p in content["percelen"]] == [1, 2]
    assert content["percelen"][0]["plaatsen"] == sum(range(10, 18))
    assert "bedrag_per_jaar" not in str(content)


# 4. Inschrijving -----------------------------------------------------------------------------------------------------------


def test_nobody_bids_on_what_is_not_published(world, refused):
    loop = doorgezette_inkoop(world)
    refused(loop.wie.aanbieders[0].auteur, inschrijven.begin, loop.inkoop_id, says="niet gepubliceerd", status=404)


def test_there_is_one_inschrijving_and_who_comes_second_goes_on_with_it(world):
    loop = gepubliceerde_inkoop(world)
    aanbieder = loop.wie.aanbieders[0]
    first = world.as_(aanbieder.auteur, inschrijven.begin, loop.inkoop_id)
    assert world.as_(aanbieder.verzender, inschrijven.begin, loop.inkoop_id).id == first.id


def test_n_van_m_compleet_says_what_is_missing_and_one_perceel_blocks_no_other(world, refused):
    loop = gepubliceerde_inkoop(world)
    aanbieder, (first, second) = loop.wie.aanbieders[0], loop.percelen
    bid = concept(world, loop, aanbieder, [first])
    world.as_(aanbieder.auteur, inschrijven.perceel_kiezen, bid.inschrijving_id, second)
    parts = world.see(
        aanbieder.auteur,
        lambda s: queries.parts(s, s.get(Inschrijving, bid.inschrijving_id), queries.aankondiging(s, loop.inkoop_id)),
    )
    assert [(p.title, p.done) for p in parts] == [
        ("Verklaring van de aanbieder", True),
        ("Minimumeisen", True),
        ("Plan van aanpak", True),
        ("Minimumeisen", False),
        ("Plan van aanpak", False),
    ]
    outcomes = world.as_(aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, [second, first])
    assert [bool(o.verzending) for o in outcomes] == [False, True]
    assert outcomes[0].reasons == ("Perceel 2 is niet compleet. Nog nodig: Minimumeisen, Plan van aanpak.",)
    refused(aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, [second], says="niet compleet", status=422)
    refused(aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, [], says="Kies ten minste een perceel")


def test_only_an_authorised_sender_sends_and_who_wrote_does_not_review(world, refused):
    loop = gepubliceerde_inkoop(world)
    aanbieder = loop.wie.aanbieders[0]
    bid = concept(world, loop, aanbieder)
    for person in (aanbieder.auteur, aanbieder.meelezer, aanbieder.beheerder):
        refused(person, inschrijven.verzenden, bid.inschrijving_id, loop.percelen, says="Uw rol mag dit niet")
    refused(aanbieder.auteur, inschrijven.meelezen, bid.inschrijving_id, says="schreef zelf")
    refused(loop.wie.aanbieders[1].verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen, status=404)
    assert world.behind("SELECT count(*) FROM portal.verzending")[0][0] == 0


def test_the_number_of_a_bid_does_not_tell_how_many_there_are(world):
    loop = gepubliceerde_inkoop(world, percelen=1)
    numbers = {world.as_(aanbieder.auteur, inschrijven.begin, loop.inkoop_id).reference for aanbieder in loop.wie.aanbieders}
    assert len(numbers) == len(loop.wie.aanbieders)
    assert all(re.fullmatch(r"INS-[A-HJKMNP-Z2-9]{5}-[A-HJKMNP-Z2-9]{5}", number) for number in numbers)
    assert world.behind("SELECT 1 FROM portal.nummer WHERE prefix = 'INS'") == [], "er is geen teller meer"
    own = world.as_(loop.wie.aanbieders[0].auteur, inschrijven.begin, loop.inkoop_id)
    writer = loop.wie.aanbieders[0].auteur
    for asked in (own.reference, own.reference.lower()[:9]):
        found = world.see(writer, lambda s, q=asked: [row.id for row in search(s, writer.actor, q, 10)])
        assert found == [own.id]
    world.behind("UPDATE portal.dossier SET reference = 'INS-2025-0001' WHERE id = :i", i=own.id)
    found = world.see(writer, lambda s: [row.id for row in search(s, writer.actor, "INS-2025-0001", 10)])
    assert found == [own.id], "een nummer van eerder blijft"


def test_nobody_who_changed_the_draft_reviews_it(world, refused):
    """Also when somebody else began it, and when somebody else changed it last."""
    loop = gepubliceerde_inkoop(world, percelen=1)
    aanbieder = loop.wie.aanbieders[0]
    bid = concept(world, loop, aanbieder)
    both = world.aanbieder_persoon(aanbieder.id, "auteur", "meelezer", naam="Schrijft en leest")
    perceel = loop.percelen[0]
    given = world.see(both, lambda s: queries.concept(s, bid.inschrijving_id).gekozen[perceel].antwoorden)
    world.as_(both, inschrijven.meelezen, bid.inschrijving_id)
    for last in (both, aanbieder.auteur):
        world.as_(last, inschrijven.antwoorden_bewaren, bid.inschrijving_id, perceel, given)
        refused(both, inschrijven.meelezen, bid.inschrijving_id, says="schreef zelf")
    read = world.as_(aanbieder.meelezer, inschrijven.meelezen, bid.inschrijving_id)
    assert read.meegelezen_by == aanbieder.meelezer.user_id
    assert set(read.gewijzigd_by) == {aanbieder.auteur.user_id, both.user_id}


def test_what_was_read_before_it_changed_is_not_read_any_more(world):
    loop = gepubliceerde_inkoop(world, percelen=1)
    bid = concept(world, loop, loop.wie.aanbieders[0])
    world.as_(bid.aanbieder.auteur, inschrijven.antwoorden_bewaren, bid.inschrijving_id, loop.percelen[0], {})
    assert world.behind("SELECT meegelezen_by FROM portal.inschrijving")[0][0] is None


def test_answers_and_documents_only_for_what_is_asked(world, refused):
    loop = gepubliceerde_inkoop(world)
    auteur, (first, second) = loop.wie.aanbieders[0].auteur, loop.percelen
    id_ = world.as_(auteur, inschrijven.begin, loop.inkoop_id).id
    world.as_(auteur, inschrijven.perceel_kiezen, id_, first)
    refused(auteur, inschrijven.antwoorden_bewaren, id_, first, {str(loop.eisen[second][0]): {"voldoet": True}}, status=404)
    refused(auteur, inschrijven.document_toevoegen, id_, stuk(world), perceel_id=first, code="XX", status=404)
    refused(auteur, inschrijven.document_toevoegen, id_, stuk(world), perceel_id=second, code="P1", status=404)
    refused(auteur, inschrijven.perceel_kiezen, id_, loop.inkoop_id, status=404)


def test_each_document_and_each_sending_has_its_own_receipt(world):
    loop = met_inschrijvingen(world)
    numbers = [
        n
        for (n,) in world.behind(
            "SELECT ontvangst_nummer FROM portal.document UNION ALL SELECT ontvangst_nummer FROM portal.verzending"
        )
    ]
    assert len(numbers) == len(set(numbers)) and all(len(n) == 14 for n in numbers)
    rows = world.behind("SELECT inhoud, vingerafdruk, verzonden_at FROM portal.verzending")
    from portal.kernel.fingerprint import fingerprint

    assert all(fingerprint(r.inhoud) == r.vingerafdruk and r.verzonden_at < loop.sluit_at for r in rows)


def test_an_infected_file_is_not_sent(world, refused):
    loop = gepubliceerde_inkoop(world, percelen=1)
    bid = concept(world, loop, loop.wie.aanbieders[0])
    world.behind("UPDATE portal.document SET scan = 'besmet' WHERE naam = 'plan.pdf'")
    refused(bid.aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen, says="virus", status=422)


def test_withdraw_and_replace_until_the_deadline(world, refused):
    loop = gepubliceerde_inkoop(world)
    (first, second), aanbieder = loop.percelen, loop.wie.aanbieders[0]
    bid = verstuurd(world, loop, aanbieder)
    refused(aanbieder.auteur, inschrijven.perceel_laten, bid.inschrijving_id, first, says="Trek het eerst in", status=409)
    world.as_(aanbieder.verzender, inschrijven.intrekken, bid.inschrijving_id, first)
    assert state(world, bid.inschrijving_id) == "ingediend", "het andere perceel staat nog"
    refused(
        aanbieder.verzender, inschrijven.intrekken, bid.inschrijving_id, first, says="Er valt niets in te trekken", status=409
    )
    world.as_(aanbieder.verzender, inschrijven.intrekken, bid.inschrijving_id, second)
    assert state(world, bid.inschrijving_id) == "ingetrokken"
    world.as_(aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, [second])
    versions = world.behind("SELECT perceel_id, versie, soort FROM portal.verzending ORDER BY perceel_id, versie")
    assert [(r.versie, r.soort) for r in versions if r.perceel_id == second] == [
        (1, "verzending"),
        (2, "intrekking"),
        (3, "verzending"),
    ]
    for statement in ("UPDATE portal.verzending SET inhoud = '{}'", "DELETE FROM portal.verzending"):
        with pytest.raises(DBAPIError, match="permission denied"):
            raw(world, aanbieder.verzender, statement)


@pytest.mark.parametrize(("before", "accepted"), [(MICRO, True), (timedelta(0), False), (-MICRO, False)])
def test_R5_a_bid_is_in_time_until_the_last_microsecond(world, refused, before, accepted):
    loop = gepubliceerde_inkoop(world)
    bid = concept(world, loop, loop.wie.aanbieders[0])
    with pinned(world, loop.sluit_at - before):
        if accepted:
            world.as_(bid.aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen)
        else:
            refused(
                bid.aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen, says="gesloten", status=410
            )
    rows = world.behind("SELECT verzonden_at FROM portal.verzending")
    assert [r.verzonden_at for r in rows] == ([loop.sluit_at - MICRO] * 2 if accepted else [])
    assert state(world, bid.inschrijving_id) == ("ingediend" if accepted else "begonnen")


def test_after_the_deadline_nothing_of_a_bid_changes(world, refused):
    loop = gepubliceerde_inkoop(world)
    sent, unsent = verstuurd(world, loop, loop.wie.aanbieders[0]), concept(world, loop, loop.wie.aanbieders[1])
    na_sluiting(world, loop)
    first = loop.percelen[0]
    for bid in (sent, unsent):
        id_, verzender = bid.inschrijving_id, bid.aanbieder.verzender
        refused(verzender, inschrijven.verzenden, id_, loop.percelen, says="gesloten", status=410)
        refused(verzender, inschrijven.antwoorden_bewaren, id_, first, {}, says="gesloten", status=410)
        refused(
            verzender, inschrijven.document_toevoegen, id_, stuk(world), perceel_id=None, code="G1", says="gesloten", status=410
        )
        refused(bid.aanbieder.meelezer, inschrijven.meelezen, id_, status=410)
    refused(sent.aanbieder.verzender, inschrijven.intrekken, sent.inschrijving_id, first, says="gesloten", status=410)
    refused(
        world.aanbieder_persoon(zorgaanbieder(world, "Te Laat (fictief)").id, "auteur"),
        inschrijven.begin,
        loop.inkoop_id,
        says="gesloten",
        status=410,
    )
    with pytest.raises(DBAPIError, match="inschrijving_gesloten"):
        raw(world, sent.aanbieder.verzender, "UPDATE portal.document SET gedeeld_at = NULL WHERE soort = 'inschrijvingsstuk'")


def test_the_deadline_of_one_procurement_lets_in_no_bid_on_another(world):
    first = gepubliceerde_inkoop(world, percelen=1, sluit_in=timedelta(days=20))
    second = gepubliceerde_inkoop(world, percelen=1, wie=first.wie, titel="Andere inkoop")
    bid = verstuurd(world, second, first.wie.aanbieders[0])
    na_sluiting(world, first)
    with pytest.raises(DBAPIError, match="fk_verzending_inkoop_id_perceel_id"):
        raw(
            world,
            bid.aanbieder.verzender,
            "INSERT INTO portal.verzending (id, dossier_id, eigenaar_id, party_id, soort, inkoop_id, "
            "perceel_id, versie, inhoud, vingerafdruk, ontvangst_nummer, verzonden_by) SELECT gen_random_uuid(), dossier_id, "
            "eigenaar_id, party_id, soort, inkoop_id, :p, 9, inhoud, vingerafdruk, 'OB-X', verzonden_by FROM portal.verzending",
            p=first.percelen[0],
        )


def test_before_the_opening_buyers_know_how_many_and_when(world):
    loop = met_inschrijvingen(world)
    world.as_(
        loop.inschrijvers[0].aanbieder.verzender, inschrijven.intrekken, loop.inschrijvers[0].inschrijving_id, loop.percelen[0]
    )
    for person in (loop.wie.manager, loop.wie.beleid["kampen"]):
        received = world.see(person, lambda s: queries.received(s, loop.inkoop_id))
        assert [r.perceel_id for r in received].count(loop.percelen[0]) == 1
        assert [r.perceel_id for r in received].count(loop.percelen[1]) == 2
        assert world.see(person, lambda s: queries.opened_bids(s, s.get(Perceel, loop.percelen[0]))) == []
        assert world.see(person, lambda s: s.scalars(select(Inschrijving)).all()) == []
        assert world.see(person, lambda s: s.scalars(select(Verzending)).all()) == []
    for outsider in (loop.inschrijvers[0].aanbieder.auteur, world.medewerker("deventer", "contractmanager")):
        assert world.see(outsider, lambda s: queries.received(s, loop.inkoop_id)) == []


# 5. Opening and assessment -------------------------------------------------------------------------------------------------


def test_opening_takes_two_officers_of_different_gemeenten_after_the_deadline(world, refused):
    loop = met_inschrijvingen(world)
    manager, opener = loop.wie.manager, loop.wie.opener
    refused(manager, usecases.openen, loop.inkoop_id, says="nog niet gesloten", status=425)
    na_sluiting(world, loop)
    assert world.as_(manager, usecases.openen, loop.inkoop_id) is False
    assert world.see(manager, lambda s: s.scalars(select(Verzending)).all()) == [], "een alleen opent niets"
    refused(manager, usecases.openen, loop.inkoop_id, says="al geopend", status=409)
    refused(loop.wie.jurist, usecases.openen, loop.inkoop_id, says="Uw gemeente heeft al geopend", status=409)
    # The same person who also works for another gemeente is still one person.
    world.behind(
        "INSERT INTO portal.membership (id, account_id, party_id, rollen, herkomst) VALUES (gen_random_uuid(), :a, :p, "
        "'{contractmanager}', 'inrichting')",
        a=manager.user_id,
        p=world.gemeente("kampen"),
    )
    twice = replace(manager, actor=replace(manager.actor, party_id=world.gemeente("kampen"), party_slug="kampen"))
    refused(twice, usecases.openen, loop.inkoop_id, says="U heeft al geopend", status=409)
    assert world.as_(opener, usecases.openen, loop.inkoop_id) is True
    refused(world.medewerker("dalfsen", "contractmanager"), usecases.openen, loop.inkoop_id, says="al geopend", status=409)
    for person in (manager, opener, loop.wie.beleid["ommen"]):
        assert len(world.see(person, lambda s: queries.opened_bids(s, s.get(Perceel, loop.percelen[0])))) == 2
    assert {state(world, p) for p in loop.percelen} == {"geopend"}
    assert world.behind("SELECT count(*) FROM portal.opening")[0][0] == 2


def test_opening_needs_a_publication_and_a_gemeente_that_takes_part(world, refused):
    loop = doorgezette_inkoop(world, met_deelname(world, besloten={"zwolle": "ja", "kampen": "ja", "dalfsen": "nee"}))
    refused(loop.wie.manager, usecases.openen, loop.inkoop_id, says="kan nu niet worden geopend", status=409)
    loop = met_inschrijvingen(world, gepubliceerde_inkoop(world, loop=loop))
    na_sluiting(world, loop)
    for slug in ("dalfsen", "ommen"):  # said no, and said nothing
        refused(world.medewerker(slug, "contractmanager"), usecases.openen, loop.inkoop_id, says="doet niet mee", status=403)
    refused(world.medewerker("deventer", "contractmanager"), usecases.openen, loop.inkoop_id, status=404)
    world.as_(loop.wie.manager, usecases.openen, loop.inkoop_id)
    world.as_(world.medewerker("kampen", "inkoopjurist"), usecases.openen, loop.inkoop_id)
    count = {
        slug: world.see(loop.wie.beleid[slug], lambda s: s.scalar(select(func.count()).select_from(Verzending)))
        for slug in ("zwolle", "kampen", "dalfsen", "ommen")
    }
    assert count == {"zwolle": 4, "kampen": 4, "dalfsen": 0, "ommen": 0}
    loop = beoordeeld(world, loop)
    for kind in (Score, Toets, Verzending, Inschrijving):
        assert world.see(loop.wie.beleid["dalfsen"], lambda s, k=kind: s.scalar(select(func.count()).select_from(k))) == 0, kind
        assert world.see(loop.wie.beleid["kampen"], lambda s, k=kind: s.scalar(select(func.count()).select_from(k))) > 0, kind


@pytest.mark.parametrize(("before", "accepted"), [(MICRO, False), (timedelta(0), True)])
def test_R5_opening_begins_at_the_very_moment_of_closing(world, refused, before, accepted):
    loop = met_inschrijvingen(world, gepubliceerde_inkoop(world, percelen=1, aanbieders=1), n=1)
    with pinned(world, loop.sluit_at - before):
        if accepted:
            assert world.as_(loop.wie.manager, usecases.openen, loop.inkoop_id) is False
        else:
            refused(loop.wie.manager, usecases.openen, loop.inkoop_id, status=425)


def test_what_was_withdrawn_or_replaced_stays_unread(world):
    loop = gepubliceerde_inkoop(world)
    aanbieder, (first, second) = loop.wie.aanbieders[0], loop.percelen
    bid = verstuurd(world, loop, aanbieder)
    world.as_(aanbieder.verzender, inschrijven.intrekken, bid.inschrijving_id, first)
    world.as_(
        aanbieder.auteur,
        inschrijven.document_toevoegen,
        bid.inschrijving_id,
        stuk(world, "beter-plan.pdf"),
        perceel_id=second,
        code="P1",
    )
    world.as_(aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, [second])
    geopend(world, replace(loop, inschrijvers=(bid,)))
    rows = world.see(loop.wie.manager, lambda s: s.scalars(select(Verzending)).all())
    assert sorted((r.perceel_id == second, r.versie, r.soort) for r in rows) == [
        (False, 2, "intrekking"),
        (True, 2, "verzending"),
    ]
    files = world.see(
        loop.wie.manager, lambda s: s.scalars(select(Document.naam).where(Document.soort == "inschrijvingsstuk")).all()
    )
    assert sorted(files) == ["beter-plan.pdf", "verklaring.pdf"]
    assert world.see(loop.wie.manager, lambda s: queries.opened_bids(s, s.get(Perceel, first))) == []


def test_a_bid_that_was_never_sent_is_never_opened(world):
    loop = gepubliceerde_inkoop(world)
    concept(world, loop, loop.wie.aanbieders[0])
    sent = verstuurd(world, loop, loop.wie.aanbieders[1])
    geopend(world, replace(loop, inschrijvers=(sent,)))
    assert world.see(loop.wie.manager, lambda s: s.scalars(select(Inschrijving.id)).all()) == [sent.inschrijving_id]


def test_the_record_of_the_opening_is_shared_with_all_members(world):
    loop = geopend(world, percelen=1)
    document = world.as_(loop.wie.opener, usecases.proces_verbaal, loop.inkoop_id, stuk(world, "pv.pdf"))
    assert world.see(loop.wie.beleid["kampen"], lambda s: s.get(Document, document.id)).soort == "proces-verbaal"
    assert world.see(loop.inschrijvers[0].aanbieder.auteur, lambda s: s.get(Document, document.id)) is None


def test_without_a_statement_nobody_assesses_in_code_or_database(world, refused):
    loop = geopend(world, percelen=1)
    (perceel,), (bid, _other), beoordelaar = loop.percelen, loop.inschrijvers, loop.wie.beoordelaar
    eis, criterium = loop.eisen[perceel][0], loop.criteria[perceel][0]
    refused(beoordelaar, usecases.toetsen, perceel, bid.inschrijving_id, eis, voldoet=True, says="Verklaar eerst")
    refused(
        beoordelaar,
        usecases.scoren,
        perceel,
        bid.inschrijving_id,
        criterium,
        punten=Decimal(8),
        motivering=MOTIVERING,
        says="Verklaar eerst",
        status=422,
    )
    with pytest.raises(DBAPIError, match="eerst_belang_verklaren"):
        raw(
            world,
            beoordelaar,
            "INSERT INTO portal.score (id, dossier_id, eigenaar_id, party_id, inschrijving_id, criterium_id, punten, "
            "motivering, beoordelaar_id) VALUES (gen_random_uuid(), :d, portal.party(), portal.party(), :i, :c, 8, :m, "
            "portal.user_id())",
            d=perceel,
            i=bid.inschrijving_id,
            c=criterium,
            m=MOTIVERING,
        )
    refused(beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=True, says="Schrijf welk belang")
    world.as_(beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=True, toelichting="Mijn zus werkt daar.")
    refused(beoordelaar, usecases.toetsen, perceel, bid.inschrijving_id, eis, voldoet=True, says="geen belang")
    refused(beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False, says="meldde al een belang", status=409)
    assert world.behind("SELECT count(*) FROM portal.toets")[0][0] == 0


def test_a_statement_follows_the_opening(world, refused):
    loop = met_inschrijvingen(world, percelen=1)
    refused(
        loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False, says="na de opening", status=409
    )


def test_tests_and_scores_have_their_rules(world, refused):
    loop = geopend(world)
    (first, second), (bid, _other) = loop.percelen, loop.inschrijvers
    zwolle, kampen = loop.wie.beoordelaar, loop.wie.beoordelaar_kampen
    for person in (zwolle, kampen):
        world.as_(person, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    eis, criterium = loop.eisen[first][0], loop.criteria[first][0]
    id_ = bid.inschrijving_id
    refused(zwolle, usecases.toetsen, first, id_, eis, voldoet=False, motivering=" ", says="voldoet aan eis E1")
    refused(zwolle, usecases.toetsen, first, id_, loop.eisen[second][0], voldoet=True, status=404)
    refused(zwolle, usecases.toetsen, first, first, eis, voldoet=True, status=404)
    for punten in ("-0.01", "10.01"):
        refused(
            zwolle,
            usecases.scoren,
            first,
            id_,
            criterium,
            punten=Decimal(punten),
            motivering=MOTIVERING,
            says="0 tot en met 10",
        )
    refused(zwolle, usecases.scoren, first, id_, criterium, punten=Decimal(7), motivering="Goed.", says="criterium K1")
    refused(zwolle, usecases.scoren, first, id_, loop.criteria[second][0], punten=Decimal(7), motivering=MOTIVERING, status=404)
    world.as_(zwolle, usecases.toetsen, first, id_, eis, voldoet=True)
    world.as_(zwolle, usecases.scoren, first, id_, criterium, punten=Decimal(7), motivering=MOTIVERING)
    refused(kampen, usecases.toetsen, first, id_, eis, voldoet=False, motivering="Nee.", says="Een collega", status=409)
    refused(
        kampen, usecases.scoren, first, id_, criterium, punten=Decimal(1), motivering=MOTIVERING, says="Een collega", status=409
    )
    world.as_(zwolle, usecases.scoren, first, id_, criterium, punten=Decimal("7.5"), motivering=MOTIVERING)
    assert world.behind("SELECT punten FROM portal.score")[0][0] == Decimal("7.50")
    assert raw(world, kampen, "UPDATE portal.score SET punten = 1") == 0


def test_finalising_waits_for_every_test_and_score(world, refused):
    loop = geopend(world, percelen=1)
    (perceel,), (bid, other) = loop.percelen, loop.inschrijvers
    assert world.see(loop.wie.manager, lambda s: sheet(s, s.get(Perceel, perceel)).missing) == 8
    refused(loop.wie.jurist, usecases.vaststellen, perceel, says="Er ontbreken nog beoordelingen: 8.")
    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    beoordelen(world, loop, perceel, {bid.inschrijving_id: None})
    # A failed requirement ends it: no scores are needed for that bid.
    refused(loop.wie.jurist, usecases.vaststellen, perceel, says="Er ontbreken nog beoordelingen: 4.")
    beoordelen(world, loop, perceel, {other.inschrijving_id: Decimal(8)})
    refused(loop.wie.manager, usecases.vaststellen, perceel, says="Uw rol mag dit niet")
    refused(world.medewerker("kampen", "inkoopjurist"), usecases.vaststellen, perceel, status=404)
    world.as_(loop.wie.jurist, usecases.vaststellen, perceel)
    refused(
        loop.wie.beoordelaar,
        usecases.scoren,
        perceel,
        other.inschrijving_id,
        loop.criteria[perceel][0],
        punten=Decimal(9),
        motivering=MOTIVERING,
        says="wordt nu niet beoordeeld",
        status=409,
    )


def test_four_eyes_who_assessed_does_not_finalise_whatever_the_role(world, refused):
    loop = geopend(world, percelen=1)
    (perceel,) = loop.percelen
    both = world.medewerker("zwolle", "beoordelaar", "inkoopjurist", naam="Dubbele pet")
    world.as_(both, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    beoordelen(world, loop, perceel, {b.inschrijving_id: Decimal(8) for b in loop.inschrijvers}, door=both)
    refused(both, usecases.vaststellen, perceel, says="Een ander moet de uitkomst vaststellen")
    for who, word in ((both, "vaststeller_beoordeelde"), (loop.wie.jurist, "niet_in_eigen_naam")):
        with pytest.raises(DBAPIError, match=word):
            raw(world, both, "UPDATE portal.perceel SET vastgesteld_by = :w WHERE id = :p", w=who.user_id, p=perceel)
    world.as_(loop.wie.jurist, usecases.vaststellen, perceel)


# 6. Award ------------------------------------------------------------------------------------------------------------------


def test_A7_AC2_admission_is_per_perceel_on_its_requirements_and_A7_AC5_the_letter_names_each(world):
    loop = geopend(world)
    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    (first, second), (bid, other) = loop.percelen, loop.inschrijvers
    beoordelen(world, loop, first, {bid.inschrijving_id: None, other.inschrijving_id: Decimal(8)})
    beoordelen(world, loop, second, {bid.inschrijving_id: Decimal(9), other.inschrijving_id: Decimal(8)})
    loop = gegund(world, gelezen(world, voorgesteld(world, vastgesteld(world, loop))))
    letters = {(b.perceel[:9], b.aanbieder): b for b in loop.brieven.brieven}
    assert len(letters) == 4
    rejected = letters["Perceel 1", bid.aanbieder.naam]
    assert (rejected.gegund, [e[0] for e in rejected.eisen]) == (False, ["E1"])
    assert rejected.eisen[0][2] == "Er is alleen overdag iemand bereikbaar."
    assert letters["Perceel 2", bid.aanbieder.naam].gegund


def test_the_award_follows_the_rules_and_a_tie_at_the_border_waits_for_the_lot(world, refused):
    loop = vastgesteld(
        world,
        beoordeeld(
            world,
            geopend(
                world, met_inschrijvingen(world, gepubliceerde_inkoop(world, percelen=1, aanbieders=4, max_contracten=2), n=4)
            ),
            punten=("9", "7", "7", "5.49"),
        ),
    )
    (perceel,), manager, today = loop.percelen, loop.wie.manager, clock.today()
    first, one, other, low = (str(b.inschrijving_id) for b in loop.inschrijvers)

    def lot(*ids, toezicht="mr. A. de Boer, notaris", on=today):
        return Loting(frozenset(ids), toezicht, on)

    refused(manager, usecases.gunnen, perceel, says="2 inschrijvingen staan gelijk, en er is plaats voor 1.")
    for wrong, says in (
        (lot(one, other), "Het lot wijst er 1 aan. U koos er 2."),
        (lot(), "U koos er 0."),
        (lot(first), "U koos er 0."),
        (lot(one, toezicht=" "), "Schrijf wie toezicht hield"),
        (lot(one, on=today + timedelta(days=1)), "in de toekomst"),
    ):
        refused(manager, usecases.gunnen, perceel, loting=wrong, says=says)
    # Nobody goes round the lot with a deviation: the published maximum holds.
    refused(
        manager, usecases.gunnen, perceel, loting=lot(other), afwijkingen={uuid.UUID(one): (True, "Ook deze.")},
        says="Er zijn 2 contracten te vergeven. U gunt er 3.",
    )
    besluit = world.as_(manager, usecases.gunnen, perceel, loting=lot(other))
    regels = {r["inschrijving_id"]: r for r in besluit.inhoud["regels"]}
    assert {i: regels[i]["gegund"] for i in (first, one, other, low)} == {first: True, one: False, other: True, low: False}
    assert "onder toezicht van mr. A. de Boer, notaris. Het lot wees deze inschrijving niet aan." in regels[one]["reden"]
    assert not any(r["afwijking"] for r in regels.values())
    world.as_(loop.wie.jurist, usecases.meelezen, besluit.id)
    brieven = NepBrieven(world)
    world.as_(loop.wie.mandaathouder, usecases.tekenen, besluit.id, brieven=brieven)
    drawn = {b.aanbieder: b.loting for b in brieven.brieven if b.loting}
    assert set(drawn) == {b.aanbieder.naam for b in loop.inschrijvers[1:3]}
    assert all("mr. A. de Boer" in text for text in drawn.values())


def test_a_deviation_needs_a_reason_and_never_awards_below_the_minimum(world, refused):
    loop = vastgesteld(
        world,
        beoordeeld(
            world,
            geopend(
                world, met_inschrijvingen(world, gepubliceerde_inkoop(world, percelen=1, aanbieders=4, max_contracten=1), n=4)
            ),
            punten=("9", "8", None, "3"),
        ),
    )
    (perceel,), manager = loop.percelen, loop.wie.manager
    winner, second, failed, low = (b.inschrijving_id for b in loop.inschrijvers)
    refused(manager, usecases.gunnen, perceel, afwijkingen={winner: (False, " ")}, says="Schrijf waarom")
    refused(manager, usecases.gunnen, perceel, afwijkingen={failed: (True, "Toch maar.")}, says="voldoet niet")
    refused(manager, usecases.gunnen, perceel, afwijkingen={low: (True, "Toch maar.")}, says="minimale score")
    refused(manager, usecases.gunnen, perceel, afwijkingen={second: (True, "Beide.")}, says="Er zijn 1 contracten te vergeven")
    refused(
        manager, usecases.gunnen, perceel, afwijkingen={winner: (False, "Trok zich terug.")}, says="niemand om aan te gunnen"
    )
    assert world.behind("SELECT count(*) FROM portal.besluit")[0][0] == 0
    besluit = world.as_(
        manager,
        usecases.gunnen,
        perceel,
        afwijkingen={winner: (False, "Trok zich terug."), second: (True, "De eerste trok zich terug.")},
    )
    assert besluit.inhoud["afwijkingen"] == 2 and besluit.inhoud["gegund_aan"] == [loop.inschrijvers[1].aanbieder.naam]


def test_an_award_waits_for_the_assessment_and_there_is_one_at_a_time(world, refused):
    loop = beoordeeld(world, percelen=1)
    (perceel,) = loop.percelen
    refused(loop.wie.manager, usecases.gunnen, perceel, says="vastgesteld", status=409)
    voorgesteld(world, vastgesteld(world, loop))
    refused(loop.wie.manager, usecases.gunnen, perceel, says="Er is al een voorstel", status=409)
    refused(world.medewerker("kampen", "contractmanager"), usecases.gunnen, perceel, status=404)


def test_four_eyes_drafter_reader_and_signer_are_three_people_in_code_and_database(world, refused):
    loop = voorgesteld(world, percelen=1)
    (besluit_id,) = loop.besluiten.values()
    brieven, wie = NepBrieven(world), loop.wie
    everything = ("contractmanager", "inkoopjurist", "mandaathouder")
    all_roles = {
        p: replace(p, actor=replace(p.actor, roles=frozenset(everything), permissions=permissions_of(everything)))
        for p in (wie.manager, wie.jurist, wie.mandaathouder)
    }
    drafter, reader, signer = all_roles.values()
    for person in (drafter, reader):
        volmacht(world, wie.beheerder, person)
    refused(drafter, usecases.meelezen, besluit_id, says="zelf opgesteld")
    refused(drafter, usecases.tekenen, besluit_id, brieven=brieven, says="zelf opgesteld")
    refused(signer, usecases.tekenen, besluit_id, brieven=brieven, says="Een tweede persoon moet dit besluit eerst lezen")
    world.as_(reader, usecases.meelezen, besluit_id)
    refused(reader, usecases.tekenen, besluit_id, brieven=brieven, says="Een derde moet tekenen")
    refused(signer, usecases.meelezen, besluit_id, says="al gelezen", status=409)
    assert brieven.brieven == []
    # Past the code: the database itself, by person.
    signs = "UPDATE portal.besluit SET state = 'getekend', getekend_by = :w, getekend_at = now(), mandaat_id = :m"
    for who, as_whom, word in (
        (drafter, drafter, "tekenaar_is_ander"),
        (reader, reader, "tekenaar_las_niet"),
        (drafter, signer, "niet_in_eigen_naam"),
    ):
        with pytest.raises(DBAPIError, match=word):
            raw(world, who, signs, w=as_whom.user_id, m=wie.volmacht_id)
    with pytest.raises(DBAPIError, match="besluit_gelezen"):
        raw(world, drafter, "UPDATE portal.besluit SET bedrag = 1")
    world.as_(signer, usecases.tekenen, besluit_id, brieven=brieven)
    for statement in (
        "UPDATE portal.besluit SET bedrag = 1",
        "UPDATE portal.besluit SET state = 'getekend', verzonden_at = NULL",
    ):
        with pytest.raises(DBAPIError, match="besluit_vast"):
            raw(world, drafter, statement)
    refused(signer, usecases.tekenen, besluit_id, brieven=brieven, says="al getekend", status=409)
    assert len(brieven.brieven) == 2


def test_a_second_reader_in_the_database_too(world):
    loop = voorgesteld(world, percelen=1)
    with pytest.raises(DBAPIError, match="eerst_gelezen"):
        raw(
            world,
            loop.wie.mandaathouder,
            "UPDATE portal.besluit SET state = 'getekend', getekend_by = portal.user_id(), "
            "getekend_at = now(), mandaat_id = :m",
            m=loop.wie.volmacht_id,
        )
    for statement in ("UPDATE portal.besluit SET state = 'gelezen', gelezen_by = portal.user_id(), gelezen_at = now()",):
        with pytest.raises(DBAPIError, match="lezer_is_ander"):
            raw(world, loop.wie.manager, statement)


def test_a_returned_award_keeps_its_reason_and_a_new_one_may_follow(world, refused):
    loop = voorgesteld(world, percelen=1)
    (perceel,), (besluit_id,) = loop.percelen, loop.besluiten.values()
    refused(loop.wie.jurist, usecases.terugsturen, besluit_id, reden=" ", says="Schrijf waarom")
    world.as_(loop.wie.jurist, usecases.terugsturen, besluit_id, reden="De motivering bij K2 is dun.")
    refused(loop.wie.jurist, usecases.meelezen, besluit_id, says="teruggestuurd", status=409)
    refused(loop.wie.mandaathouder, usecases.tekenen, besluit_id, brieven=NepBrieven(world), says="teruggestuurd", status=409)
    second = world.as_(loop.wie.manager, usecases.gunnen, perceel)
    assert second.id != besluit_id
    kept = world.see(loop.wie.manager, lambda s: s.get(Besluit, besluit_id))
    assert (kept.state, kept.teruggestuurd_reden) == ("teruggestuurd", "De motivering bij K2 is dun.")


def test_the_volmacht_must_be_there_in_force_high_enough_and_agreed(world, refused):
    loop = gelezen(world, percelen=1)
    (besluit_id,), wie = loop.besluiten.values(), loop.wie
    brieven = NepBrieven(world)

    def signer(**how):
        person = world.medewerker("zwolle", "mandaathouder", naam=f"Tekenaar {len(how)}")
        if how:
            volmacht(world, wie.beheerder, person, **how)
        return person

    today = clock.today()
    refused(signer(), usecases.tekenen, besluit_id, brieven=brieven, says="geen volmacht voor dit soort besluit")
    refused(signer(van=today + timedelta(days=1)), usecases.tekenen, besluit_id, brieven=brieven, says="vandaag geen volmacht")
    refused(
        signer(van=today - timedelta(days=9), tot=today), usecases.tekenen, besluit_id, brieven=brieven, says="geen volmacht"
    )
    refused(
        signer(tot_bedrag=Decimal("11999999.99")), usecases.tekenen, besluit_id, brieven=brieven, says="tot € 11.999.999,99"
    )
    silent = world.medewerker("zwolle", "mandaathouder")
    world.as_(
        wie.beheerder,
        tenants.mandaat_geven,
        soort="volmacht",
        orgaan="burgemeester",
        gemachtigde_id=silent.user_id,
        werkgever_id=silent.party_id,
        besluit_soort="gunning",
        tot_bedrag=None,
        van=today,
        tot=None,
        vindplaats="Register",
    )
    refused(silent, usecases.tekenen, besluit_id, brieven=brieven, says="de instemming van de mandaatgever en de gemachtigde")
    world.as_(wie.beheerder, tenants.mandaat_intrekken, wie.volmacht_id)
    refused(wie.mandaathouder, usecases.tekenen, besluit_id, brieven=brieven, says="geen volmacht")
    world.as_(signer(tot_bedrag=Decimal("12000000.00"), van=today), usecases.tekenen, besluit_id, brieven=brieven)
    assert len(brieven.brieven) == 2


def test_a_replacement_signs_in_the_absence_of_the_signer_and_the_letter_says_so(world):
    loop = gelezen(world, percelen=1)
    (besluit_id,), wie = loop.besluiten.values(), loop.wie
    stand_in = world.medewerker("zwolle", "mandaathouder", naam="Vera Vervanger")
    id_ = world.as_(
        wie.beheerder,
        tenants.vervangen,
        afwezige_id=wie.mandaathouder.user_id,
        vervanger_id=stand_in.user_id,
        van=clock.today(),
        tot=clock.today() + timedelta(days=7),
        reden="verlof",
    ).id
    world.as_(wie.mandaathouder, tenants.vervanging_instemmen, id_)
    brieven = NepBrieven(world)
    signed = world.as_(stand_in, usecases.tekenen, besluit_id, brieven=brieven)
    assert signed.vervanging_id is not None
    assert {(b.ondertekenaar, b.vervangt) for b in brieven.brieven} == {("Vera Vervanger", "Karel ten Brinke")}


def test_all_bidders_hear_in_one_act_or_nobody_does(world):
    loop = gelezen(world, percelen=1)
    (besluit_id,) = loop.besluiten.values()

    class Broken(NepBrieven):
        def gunning(self, brief):
            if self.brieven:
                raise OSError("De opslag is vol.")
            return super().gunning(brief)

    with pytest.raises(OSError, match="vol"):
        world.as_(loop.wie.mandaathouder, usecases.tekenen, besluit_id, brieven=Broken(world))
    assert world.behind("SELECT state FROM portal.besluit")[0][0] == "gelezen"
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE besluit_id IS NOT NULL")[0][0] == 0
    loop = gegund(world, loop)
    rows = world.behind("SELECT party_id, brief_sha256, verzonden_at FROM portal.bericht WHERE besluit_id = :b", b=besluit_id)
    assert {r.party_id for r in rows} == {b.aanbieder.id for b in loop.inschrijvers}
    assert len({r.verzonden_at for r in rows}) == 1 and all(r.brief_sha256 for r in rows)
    mine = world.see(
        loop.inschrijvers[0].aanbieder.auteur,
        lambda s: s.scalars(select(Bericht).where(Bericht.besluit_id == besluit_id)).all(),
    )
    assert len(mine) == 1, "iedere inschrijver ziet alleen de eigen brief"


def test_the_standstill_blocks_contracts_and_shows_its_count(world, refused):
    loop = gegund(world, percelen=1)
    (perceel,), manager, signer = loop.percelen, loop.wie.manager, loop.wie.mandaathouder
    today = clock.today()
    last = today + timedelta(days=20)
    term = world.see(manager, lambda s: s.scalar(select(Termijn).where(Termijn.kind == "standstill")))
    assert (term.started_on, term.due_on) == (today, last)
    lines = world.see(manager, lambda s: count_of(s, s.get(Termijn, term.id)).count)
    assert [line.date for line in lines][:3] == [today, today + timedelta(days=1), last] and lines[-1].date == last
    assert {b.standstill_tot for b in loop.brieven.brieven} == {last}
    refused(signer, usecases.contracteren, perceel, says=f"De standstill loopt tot en met {last:%d-%m-%Y}")
    world.clock(last)
    refused(signer, usecases.contracteren, perceel, says="Contract sluiten kan daarna")
    world.clock(last + timedelta(days=1))
    assert len(world.as_(signer, usecases.contracteren, perceel)) == 2
    refused(signer, usecases.contracteren, perceel, says="niet in deze fase")


def test_a_writ_blocks_contracts_until_the_case_is_over(world, refused):
    loop = gegund(world, percelen=1)
    (perceel,), manager, signer = loop.percelen, loop.wie.manager, loop.wie.mandaathouder
    refused(
        manager, usecases.dagvaarding_melden, perceel, ontvangen_on=clock.today() + timedelta(days=1), says="in de toekomst"
    )
    world.as_(manager, usecases.dagvaarding_melden, perceel, ontvangen_on=clock.today())
    na_standstill(world, loop)
    refused(signer, usecases.contracteren, perceel, says="Er is een dagvaarding ontvangen")
    world.as_(manager, usecases.zaak_sluiten, perceel, einde="uitspraak")
    world.as_(signer, usecases.contracteren, perceel)
    refused(manager, usecases.dagvaarding_melden, perceel, ontvangen_on=clock.today(), status=409)


def test_A9_AC1_contracts_have_half_open_periods_3_2_2(world):
    loop = gecontracteerd(world, percelen=1)
    rows = world.see(loop.wie.manager, lambda s: contracts(s)[0])
    assert {c.aanbieder for c in rows} == {b.aanbieder.naam for b in loop.inschrijvers}
    for contract in rows:
        assert [(p.van, p.tot, p.soort) for p in contract.periodes] == [
            (date(2028, 1, 1), date(2031, 1, 1), "basis"),
            (date(2031, 1, 1), date(2033, 1, 1), "optie"),
            (date(2033, 1, 1), date(2035, 1, 1), "optie"),
        ]
        assert (contract.tot, contract.last_day) == (date(2031, 1, 1), date(2030, 12, 31))


def test_A9_AC3_a_third_extension_is_refused(world, refused):
    loop = gecontracteerd(world, percelen=1)
    manager = loop.wie.manager
    contract = world.see(manager, lambda s: contracts(s)[0][0])
    volmacht(world, loop.wie.beheerder, manager, besluit_soort="overeenkomst")
    for number, year in ((2, 2033), (3, 2035)):
        world.as_(manager, register.verlengen, contract.id, number)
        assert world.see(manager, lambda s: contracts(s)[0][0]).tot == date(year, 1, 1)
    refused(manager, register.verlengen, contract.id, 4, says="geen verlenging meer", status=409)
    for sql in (
        "INSERT INTO portal.overeenkomst_periode (id, overeenkomst_id, volgnummer, soort, van, tot) VALUES "
        "(gen_random_uuid(), :c, 4, 'optie', '2035-01-01', '2037-01-01')",
    ):
        with pytest.raises(DBAPIError, match="hoogstens_twee_verlengingen"):
            raw(world, manager, sql, c=contract.id)
    with pytest.raises(DBAPIError, match="permission denied"):
        raw(world, manager, "UPDATE portal.overeenkomst_periode SET tot = '2099-01-01'")
    for stranger, status in (
        (world.medewerker("kampen", "contractmanager"), 404),
        (loop.inschrijvers[0].aanbieder.verzender, 404),
    ):
        refused(stranger, register.verlengen, contract.id, 2, status=status)


def test_A9_AC4_without_a_decision_the_contract_ends_by_itself(world, refused):
    loop = gecontracteerd(world, percelen=1)
    manager = loop.wie.manager
    contract = world.see(manager, lambda s: contracts(s)[0][0])
    world.clock(date(2030, 12, 31))
    assert not contract.ended(clock.today())
    world.clock(date(2031, 1, 1))
    assert contract.ended(clock.today())
    volmacht(world, loop.wie.beheerder, manager, besluit_soort="overeenkomst")
    refused(manager, register.verlengen, contract.id, 2, says="al geëindigd", status=409)
    assert world.behind("SELECT count(*) FROM portal.overeenkomst_periode WHERE verlengd_on IS NOT NULL")[0][0] == 0


def test_A9_AC5_and_A22_AC1_the_calendar_is_public_and_promises_no_volume(world):
    gecontracteerd(world, percelen=1)
    with as_public(), world.app.new_session() as session:
        rows = contracts(session)[0]
    assert len(rows) == 2
    names = [column.name for kind in (Overeenkomst, OvereenkomstPeriode) for column in kind.__table__.columns]
    assert not [
        name
        for name in names
        if any(part in name for part in ("volume", "plaatsen", "client", "aantal"))
    ]


def test_A14_AC1_the_calendar_lists_start_end_and_extension(world):
    from portal.register.queries import ends_per_quarter

    loop = gecontracteerd(world, percelen=1)
    assert world.see(loop.wie.manager, ends_per_quarter) == {(2030, 4): 2}
    contract = world.see(loop.wie.manager, lambda s: contracts(s)[0][0])
    assert (contract.van, contract.open_option.van) == (date(2028, 1, 1), date(2031, 1, 1))


def test_the_result_is_public_per_perceel(world):
    gegund(world)
    with as_public(), world.app.new_session() as session:
        rows = session.scalars(select(Publicatie).where(Publicatie.soort == "gunning").order_by(Publicatie.reference)).all()
    assert [r.inhoud["perceel"]["nummer"] for r in rows] == [1, 2]
    assert all(r.inhoud["aantal_inschrijvingen"] == 2 and len(r.inhoud["gegund_aan"]) == 2 for r in rows)
    assert "score" not in str([r.inhoud for r in rows])


def test_a_perceel_without_a_winner_lapses_with_a_reason_and_the_inkoop_can_still_finish(world, refused):
    loop = geopend(world)
    (first, second), manager = loop.percelen, loop.wie.manager
    refused(manager, usecases.vervallen, second, reden="", says="Schrijf waarom.")
    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    beoordelen(world, loop, first, {b.inschrijving_id: Decimal(8) for b in loop.inschrijvers})
    gecontracteerd(
        world, gegund(world, gelezen(world, voorgesteld(world, vastgesteld(world, replace(loop, percelen=(first,))))))
    )
    assert state(world, loop.inkoop_id) == "geopend"
    world.as_(manager, usecases.vervallen, second, reden="Geen inschrijving voldoet.")
    assert (state(world, second), state(world, loop.inkoop_id)) == ("vervallen", "afgerond")


def test_E1_AC1_a_tenant_administrator_does_not_touch_the_shared_plan(world):
    loop = gepubliceerde_inkoop(world, percelen=1)
    for step in INKOOP.steps.values():
        assert step.needs not in loop.wie.beheerder.actor.permissions
    kampen = world.medewerker("kampen", "beheerder")
    assert raw(world, kampen, "UPDATE portal.criterium SET weging = 1") == 0
    assert raw(world, kampen, "UPDATE portal.gemeente SET merkkleur = '#123456' WHERE slug <> 'kampen'") == 0


def test_a_bidder_cannot_stand_in_the_way_of_another(world):
    loop = gepubliceerde_inkoop(world, percelen=1)
    mine, theirs = loop.wie.aanbieders
    id_ = world.as_(mine.auteur, inschrijven.begin, loop.inkoop_id).id
    with pytest.raises(DBAPIError, match="permission denied"):
        raw(world, mine.auteur, "UPDATE portal.inschrijving SET aanbieder_id = :t WHERE id = :i", t=theirs.id, i=id_)
    assert world.as_(theirs.auteur, inschrijven.begin, loop.inkoop_id).id != id_


def test_nobody_but_the_owner_announces_a_procurement(world):
    loop = gepubliceerde_inkoop(world, percelen=1)
    mine = loop.wie.aanbieders[0]
    id_ = world.as_(mine.auteur, inschrijven.begin, loop.inkoop_id).id
    with pytest.raises(DBAPIError, match=r"row-level security|aankondiging_van_inkoop"):
        raw(
            world,
            mine.auteur,
            "INSERT INTO portal.publicatie (id, dossier_id, eigenaar_id, party_id, soort, inkoop_id, reference, titel, "
            "regelset, inhoud, sluit_at) VALUES (gen_random_uuid(), :d, portal.party(), portal.party(), 'aankondiging', :i, "
            "'X', 'X', "
            "'{}', '{}', now() + interval '1 year')",
            d=id_,
            i=loop.inkoop_id,
        )
    with pytest.raises(DBAPIError, match="row-level security"):
        raw(
            world,
            mine.auteur,
            "INSERT INTO portal.overeenkomst (id, dossier_id, eigenaar_id, party_id, nummer, aanbieder_id, perceel_naam, "
            "product, maximale_waarde, begint_on) VALUES (gen_random_uuid(), :d, portal.party(), portal.party(), "
            "'OVK-X', portal.party(), "
            "'X', 'X', 1, '2028-01-01')",
            d=id_,
        )


def test_opening_row_is_signed_in_ones_own_name(world):
    loop = met_inschrijvingen(world, percelen=1)
    na_sluiting(world, loop)
    with pytest.raises(DBAPIError, match="row-level security"):
        raw(
            world,
            loop.wie.manager,
            "INSERT INTO portal.opening (id, dossier_id, eigenaar_id, party_id, account_id) VALUES "
            "(gen_random_uuid(), :d, portal.party(), portal.party(), :a)",
            d=loop.inkoop_id,
            a=loop.wie.opener.user_id,
        )
    assert world.see(loop.wie.manager, lambda s: s.scalars(select(Opening)).all()) == []


def test_personen_have_one_role_each(world):
    wie = personen(world)
    with acting_for(wie.manager.party_id), world.app.new_session() as session:
        rows = session.execute(text("SELECT rollen FROM portal.membership")).all()
    assert all(len(r.rollen) == 1 for r in rows) and len(rows) == 8
