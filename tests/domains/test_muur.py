"""The wall, measured at the database as the role of the app: no row of another party is seen or changed, in any table.

`crawl` is the whole measurement: it returns its findings in words and an empty list when all is well. The knock-outs take
one policy, grant, trigger or filter away in a scratch copy of the database and ask whether the crawl notices.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from unittest import mock

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from portal import jobs
from portal.app import UnsafeRole, create_app
from portal.domains.beheer import leden
from portal.domains.inkoop import inschrijven, usecases
from portal.domains.inkoop.words import ZAAK_EINDE
from portal.domains.plaatsingen import bewaren, mensen, ondersteuning, plan, woonafspraken
from portal.domains.plaatsingen import queries as placement_queries
from portal.domains.plaatsingen import usecases as plaatsingen
from portal.domains.plaatsingen.model import (
    Grond,
    Momentopname,
    Overdracht,
    Overdrachtspunt,
    Overdrachtsteken,
    Plaatsing,
    PlaatsingAntwoord,
    Terugkeertoets,
)
from portal.domains.subsidies import bewaken, bezwaar, inzicht, regelingen, toestemming, uitvoering
from portal.domains.subsidies.model import Subsidie
from portal.domains.uitdaagrecht import initiatieven, openbaar, taken
from portal.domains.uitdaagrecht import uitvoering as uitdaging_uitvoering
from portal.domains.uitdaagrecht import usecases as challenges
from portal.identity import access_log
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import load, share, under
from portal.kernel.errors import Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing
from portal.models import metadata
from portal.tenants.policies import APP, CLOSED, OPEN, POLICIES, SEALER
from portal.tenants.scope import PUBLIC_PARTY
from tests import plaatsingen_world, raad_world, uitdaagrecht_world, verrekening_world
from tests.conftest import empty
from tests.domains.test_subsidies_uitvoering import bevoorschot
from tests.inkoop_world import (
    LEDEN,
    Inkooploop,
    besluiten,
    concept,
    gegund,
    gelezen,
    geopend,
    gepubliceerde_inkoop,
    met_deelname,
    na_sluiting,
    stuk,
    uitgevraagde_inkoop,
    vastgesteld,
    verstuurd,
    voorgesteld,
)
from tests.inkoop_world import beoordeeld as beoordeel
from tests.subsidies_world import Subsidieloop, geschreven, neem_in, open_regeling
from tests.subsidies_world import personen as subsidiepersonen
from tests.subsidies_world import verleend as subsidie_verleend
from tests.subsidies_world import voorgesteld as subsidie_voorgesteld
from tests.uitdaagrecht_world import Uitdaagloop
from tests.world import Person, World

TABLES = sorted({table.name for table in metadata.sorted_tables} | set(CLOSED))
CANARY = "KANARIE"

# Reviewed: the functions that run as the owner. Each does one named thing; a new one is added here by hand.
DEFINERS = {
    "account_van",
    "antwoord_mag",
    "antwoord_telt",
    "antwoord_vast",
    "begrotingspost_boeken",
    "bekeken",
    "bekende_opslag",
    "belang_blijft",
    "beoordeling_mag",
    "beoordeling_terzijde",
    "bericht_over",
    "besluit_bevoegd",
    "betaling_mag",
    "bevoegd",
    "bezetting_plek",
    "bezwaar_tekenen_mag",
    "capaciteit_past",
    "cijfers_plaatsingen",
    "claim_regels_voor_regio",
    "claim_rol_afwijzen",
    "claim_rol_bevestigen",
    "dagvaarding_in_historie",
    "deelnamebesluit_op_tijd",
    "deelnemer_blijft",
    "deelnemer_met_grond",
    "document_vast",
    "dossier_opent",
    "eigen_organisatie",
    "gast_ziet",
    "gedeelde_dossiers",
    "geopende_inschrijvingen",
    "gevraagde_berichten",
    "gezondheid",
    "grond_vervalt",
    "hebben_rol",
    "in_dienst",
    "indiening_op_tijd",
    "inloggen_aanbieder",
    "inloggen_inwoner",
    "inloggen_medewerker",
    "inloglink_gebruiken",
    "inloglink_maken",
    "inschrijvers_melden",
    "intrekking_bevoegd",
    "inwonervraag_tegen",
    "inwonervraag_vast",
    "is_geopend",
    "is_gepubliceerd",
    "is_laatste_verzending",
    "journaal",
    "klok_verschil",
    "koppeling_beeindigen",
    "koppeling_gebruiken",
    "kwijtschelden_mag",
    "kwijtschelden_tekenen_mag",
    "lid_kort",
    "lid_uitloggen",
    "lid_vertrekt",
    "limiet_teller",
    "limiet_terug",
    "maillink_onderwerp",
    "mandaat_geldt",
    "medewerkers",
    "mijn_dossier",
    "mijn_dossiers",
    "mijn_ondersteuning",
    "mijn_voorbij",
    "mijn_wachtlijst",
    "neemt_deel",
    "neemt_deel_aan",
    "ontvangen_inschrijvingen",
    "opende",
    "opening_mag",
    "opening_opent",
    "opruimen",
    "oudste_onverzegeld",
    "overdracht_begint",
    "overdracht_gestaakt",
    "overeenkomst_mag",
    "partijen_met_werk",
    "perceel_vast",
    "percelen_met_deelname",
    "persoon_afgeschermd",
    "plaatsing_sluit",
    "plafond_boeken",
    "plekken_in_gebruik",
    "post_partij",
    "posten_mag",
    "rekening_mag",
    "rollen_uit_claims",
    "ruimte_na_bezwaar",
    "sessie_begin",
    "sessie_intrekken",
    "sessie_kort",
    "sessie_namens",
    "sessie_ongelezen",
    "sessie_open",
    "sessie_uit",
    "sessie_verhogen",
    "subsidie_beoordelen_mag",
    "subsidie_klopt",
    "subsidiebesluit_klopt",
    "subsidieregister_bij",
    "subsidieregister_schrijven",
    "toestemming_intrekken",
    "tweezijdig",
    "uitnodiging_bekijken",
    "uitnodiging_gebruiken",
    "verantwoordelijkheid_volgt",
    "verblijf_betaald",
    "verlengingsbesluit_bevoegd",
    "vernietiging_beslissen",
    "verrekening_gedeeld",
    "verrekening_mag",
    "verrekening_telt",
    "verrekening_vast",
    "verrekening_verloop",
    "verrekenregel_klopt",
    "vervangend_tekenen_mag",
    "verwerking_bij",
    "volgend_nummer",
    "wacht_langer_elders",
    "wachtlijst",
    "wachtregel_kenmerk",
    "werkt_hier",
    "wonen_over_de_grens",
    "zicht_volgt",
    "ziet",
    "zoek_dossiers",
    "wachtregel_kenmerk",
    "persoon_afgeschermd",
    "taakbevestiging_mag",
    "beheert_leden",
    "termijn_van_zaak",
    "traject_mag",
    "traject_van",
    "afspraak_begint",
    "afspraak_vast",
    "afspraakteken_mag",
    "criteriumoordeel_mag",
    "routetoets_mag",
    "deelnemer_van_plan",
    "idee_bewaren",
    "idee_ophalen",
    "initiatief_doorgeven",
    "medeindiener_bevestigen",
    "medeindiener_vervalt",
    "pagina_tekst",
    "pagina_telling",
    "zaak_telling",
    "paneladvies_mag",
    "regio_melden",
    "steun_mag",
    "tegenspraak_klopt",
    "tegenspraak_vast",
    "uitdaging_besluit",
    "uitdaging_medeindieners",
    "uitdaging_regio",
    "uitdaging_vast",
    "uitdaging_verloop",
    "uitdagingsbesluit_klopt",
    "volgers_inlichten",
}
# Reviewed: what the app may call, itself, in a policy or in a function that runs as the app. Nobody else may call anything:
# triggers are fired and not called; account_van, is_geopend, mandaat_geldt, uitnodiging_gebruiken and ziet serve other
# functions only.
APP_CALLS = {
    "beheert_leden",
    "bekeken",
    "bekende_opslag",
    "beoordeling_terzijde",
    "bericht_over",
    "cijfers_plaatsingen",
    "claim_regels_voor_regio",
    "claim_rol_afwijzen",
    "claim_rol_bevestigen",
    "clock_now",
    "eigen_organisatie",
    "gast_ziet",
    "gedeelde_dossiers",
    "geopende_inschrijvingen",
    "gevraagde_berichten",
    "gezondheid",
    "hebben_rol",
    "in_dienst",
    "inloggen_aanbieder",
    "inloggen_inwoner",
    "inloggen_medewerker",
    "inloglink_gebruiken",
    "inloglink_maken",
    "inschrijvers_melden",
    "is_gepubliceerd",
    "is_laatste_verzending",
    "journaal",
    "klok_verschil",
    "koppeling_beeindigen",
    "koppeling_gebruiken",
    "lid_kort",
    "lid_uitloggen",
    "limiet_teller",
    "limiet_terug",
    "maillink_onderwerp",
    "medewerkers",
    "mijn_dossier",
    "mijn_dossiers",
    "mijn_ondersteuning",
    "mijn_voorbij",
    "mijn_wachtlijst",
    "neemt_deel",
    "neemt_deel_aan",
    "now",
    "ontvangen_inschrijvingen",
    "opende",
    "opruimen",
    "oudste_onverzegeld",
    "partijen_met_werk",
    "party",
    "percelen_met_deelname",
    "plekken_in_gebruik",
    "post_partij",
    "rollen_uit_claims",
    "ruimte_na_bezwaar",
    "sessie_begin",
    "sessie_intrekken",
    "sessie_kort",
    "sessie_namens",
    "sessie_ongelezen",
    "sessie_open",
    "sessie_uit",
    "sessie_verhogen",
    "toestemming_intrekken",
    "uitnodiging_bekijken",
    "user_id",
    "vernietiging_beslissen",
    "volgend_nummer",
    "wacht_langer_elders",
    "wachtlijst",
    "werkt_hier",
    "wonen_over_de_grens",
    "zoek_dossiers",
    "idee_bewaren",
    "idee_ophalen",
    "initiatief_doorgeven",
    "medeindiener_bevestigen",
    "pagina_telling",
    "regio_melden",
    "zaak_telling",
    "volgers_inlichten",
}
# A seal carries the moment it was set.
SEALER_CALLS = {"klok_verschil", "now"}
TRIGGERS = {
    ("belangverklaring", "blijft"),
    ("besluit", "klopt"),
    ("besluit", "vast"),
    ("besluit", "vast_inhoud"),
    ("besluit", "wie_tekent"),
    ("besluit", "wie_tekent_meteen"),
    ("besluit", "wie_trekt_in"),
    ("criterium", "vast"),
    ("deelname_antwoord", "vast"),
    ("deelnamebesluit", "op_tijd"),
    ("document", "vast"),
    ("dossier", "opent"),
    ("dossier_deelnemer", "blijft"),
    ("eis", "vast"),
    ("gevraagd_document", "vast"),
    ("inkoop", "vast"),
    ("inkoop", "vast_deelname"),
    ("mandaat", "vast"),
    ("mijlpaal", "vast"),
    ("criterium", "vast_plan"),
    ("deelname_cijfer", "vast_plan"),
    ("eis", "vast_plan"),
    ("membership", "vast"),
    ("membership", "vertrekt"),
    ("opening", "mag"),
    ("opening", "opent"),
    ("overeenkomst", "wie_tekent"),
    ("perceel", "historie"),
    ("perceel", "vast"),
    ("score", "mag"),
    ("score", "schaal"),
    ("termijn", "na_antwoord"),
    ("termijn", "van_zaak"),
    ("termijn", "van_zaak_verzet"),
    ("termijn", "vast"),
    ("toets", "mag"),
    ("uitnodiging", "vast"),
    ("dossier", "verrekening_begin"),
    ("dossier", "verrekening_verloop"),
    ("dossier_deelnemer", "verrekening_gedeeld"),
    ("verrekening", "vast"),
    ("verrekening_antwoord", "mag"),
    ("verrekening_antwoord", "telt"),
    ("verrekenregel", "klopt"),
    ("verrekenregel", "vervalt"),
    ("verblijf", "betaald"),
    ("verlengingsbesluit", "mag"),
    ("verlengingsbesluit", "wie_tekent"),
    ("vervanging", "vast"),
    ("verzending", "op_tijd"),
    ("regeling", "vast"),
    ("indiening", "op_tijd"),
    ("plafond_boeking", "boeken"),
    ("subsidie", "klopt"),
    ("beoordeling", "mag"),
    ("subsidieregel", "vast"),
    ("besluit", "klopt_subsidie"),
    ("betaling", "mag"),
    ("besluit", "bezwaar_mag"),
    ("besluit", "vervangend_mag"),
    ("besluit", "kwijtschelden_tekenen_mag"),
    ("dossier", "kwijtschelden_mag"),
    ("case_event", "posten_mag"),
    ("case_event", "posten_mag_uitdaging"),
    ("case_event", "rekening_mag"),
    ("besluit", "register"),
    ("subsidie", "register"),
    ("begrotingspost_boeking", "boeken"),
    ("bewakingsperiode", "vast"),
    ("bezetting", "plek"),
    ("capaciteit", "past"),
    ("dossier", "tweezijdig"),
    ("dossier", "tweezijdig_begin"),
    ("dossier", "gestaakt"),
    ("dossier", "zicht_volgt"),
    ("wachtregel", "kenmerk"),
    ("overdracht", "begint"),
    ("plaatsing", "traject"),
    ("toegang", "traject"),
    ("persoon", "afgeschermd"),
    ("taakoverdracht", "eindigt"),
    ("taakbevestiging", "mag"),
    ("dossier_deelnemer", "met_grond"),
    ("grond", "vervalt"),
    ("plaatsing_antwoord", "mag"),
    ("plaatsing_antwoord", "telt"),
    ("verantwoordelijkheid", "volgt"),
    ("dossier", "sluit"),
    ("koppeling", "vast"),
    ("inwonervraag", "vast"),
    ("inwonervraag", "tegen"),
    ("toegangslog", "verwerking"),
    ("afspraak", "begint"),
    ("afspraak", "vast"),
    ("afspraakteken", "mag"),
    ("besluit", "klopt_uitdaging"),
    ("criteriumoordeel", "mag"),
    ("routetoets", "mag"),
    ("dossier", "uitdaging_besluit"),
    ("dossier", "uitdaging_verloop"),
    ("dossier_deelnemer", "van_plan"),
    ("gemeentetaak", "door"),
    ("informatie", "vast"),
    ("initiatiefpagina", "tekst"),
    ("medeindiener", "vervalt"),
    ("paneladvies", "mag"),
    ("steunbetuiging", "mag"),
    ("tegenspraak", "klopt"),
    ("tegenspraak", "vast"),
    ("toezegging", "vast"),
    ("uitdaging", "medeindieners"),
    ("uitdaging", "regio"),
    ("uitdaging", "vast"),
}


# The people, and what each of them may see ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Looker:
    """A party that looks; None in `party` is a connection to which nothing is bound."""

    name: str
    party: uuid.UUID | None
    user: uuid.UUID | None


def lookers(world: World, loop: Inkooploop) -> list[Looker]:
    """Every kind of party: lead, member, who said no, no member, bidder, competitor, stranger, resident, public, nobody."""
    wie = loop.wie

    def of(name: str, person: Person) -> Looker:
        return Looker(name, person.party_id, person.user_id)

    bidder, competitor, idle = wie.aanbieders
    return [
        of("trekker", wie.manager),
        of("lid", wie.beleid["kampen"]),
        of(NOT_THE_FIRST, wie.beleid["steenwijkerland"]),
        of("lid dat nee zei", wie.beleid["dalfsen"]),
        of("stil lid", wie.beleid["ommen"]),
        of("geen lid", world.medewerker("deventer", "contractmanager", naam="Deventer")),
        of("inschrijver", bidder.auteur),
        of("concurrent", competitor.auteur),
        of("aanbieder zonder inschrijving", idle.auteur),
        of("inwoner", world.inwoner()),
        Looker("iedereen", PUBLIC_PARTY, None),
        Looker("niemand gebonden", None, None),
    ]


def applicants(zaken: "Zaken") -> list[Looker]:
    """Who asked for a subsidy: one that got it, one that waits, one that is still writing."""
    return [Looker(name, one.aanvrager.id, one.aanvrager.auteur.user_id) for name, one in zaken.by_name().items()]


def private_parties(world: World, loop: Inkooploop) -> dict[str, uuid.UUID]:
    """Parties with rows of their own that others must not see."""
    names = ("inschrijver", "concurrent", "aanbieder zonder inschrijving")
    return dict(zip(names, (a.id for a in loop.wie.aanbieders), strict=True)) | {
        slug: world.gemeente(slug) for slug in ("zwolle", "kampen", "dalfsen", "deventer")
    }


class View:
    """One looker's connection as the app role: reads, and writes that are always rolled back."""

    def __init__(self, engine, looker: Looker):
        self.engine, self.looker = engine, looker

    def _bound(self, connection):
        if self.looker.party is not None:
            connection.execute(
                text("SELECT set_config('portal.party_id', :p, true), set_config('portal.user_id', :u, true)"),
                {"p": str(self.looker.party), "u": str(self.looker.user or "")},
            )
        return connection

    def rows(self, statement: str, **values) -> list:
        """What this looker reads; nothing where the table is not granted."""
        with self.engine.connect() as connection:
            try:
                return self._bound(connection).execute(text(statement), values).mappings().all()
            except DBAPIError as error:
                if error.orig.sqlstate == "42501":
                    return []
                raise

    def changes(self, statement: str, *, or_touches: bool = False, **values) -> int:
        """How many rows this looker could change; 0 where it is refused. `or_touches`: a refusal by a trigger of ours counts
        too, for a trigger looks only at rows that the policy let through."""
        with self.engine.connect() as connection:
            transaction = connection.begin()
            try:
                return self._bound(connection).execute(text(statement), values).rowcount
            except DBAPIError as error:
                return int(or_touches and str(error.orig.sqlstate).startswith("PT"))
            finally:
                transaction.rollback()


NOT_THE_FIRST = "lid zonder perceel 1"
PASSED_ON_TO = "stil lid"
CLAIM = uuid.UUID(int=77)
# Which columns say whose a row is: the party that wrote it, and the owner of its dossier.
def _owners(table) -> list[str]:
    return [c for c in ("party_id", "eigenaar_id", "aanbieder_id", "afzender_id") if c in table.c]


READABLE = {name: POLICIES[name].columns for name in POLICIES if POLICIES[name].columns}
# Private as a whole: whoever is not the writer or the owner sees no row, whatever the phase.
PRIVATE = (
    "aanbieder_contact",
    "membership",
    "uitnodiging",
    "claim_rol",
    "sessie",
    "toegangslog",
    "beveiligingslog",
    "vervanging",
    "outbox",
    "idempotentie",
    "inschrijving_perceel",
    "inschrijving_document",
    "zegel",
    "zegelkop",
    "persoon",
    "taakoverdracht",
    "taakbevestiging",
    "huishouden",
    "huishoudlid",
    "huishoudplan",
    "planregel",
    "regie",
    "berichtpartner",
    "koppeling",
    "vernietiging",
    "verwerking",
    "raadssessie",
    "steunbetuiging",
    "volger",
)
# Of the council: read by others from the day that it was made public.
COUNCIL = ("raadsstuk", "toezegging", "advies")
# What a gemeente thinks before it decides, and what an applicant is still writing: of the owner of the dossier alone.
OWNERS = ("aanvraag_document", "plafond_boeking", "beoordeling", "argument", "voorstel", "regeling",
          "aantekening", "betaalbestand", "begrotingspost", "begrotingspost_boeking", "bewaking",
          "bewakingsperiode", "toegang", "onderzoek", "randvoorwaarde", "plaatsing", "plaatsvraag", "overgeslagen",
          "terugkeertoets", "uitkomst", "berichtenverkeer", "toewijzing", "toewijzingversie", "levering", "zorgverzoek",
          "prestatie", "contactnotitie", "inwonervraag", "criteriumoordeel", "routetoets", "paneladvies", "steunlijst")
# What two parties share of one placement: a stay with its provider, an offer or a settlement with the other gemeente.
PLACED = ("verblijf", "kandidaatkaart", "clientgegevens", "overdracht", "momentopname", "grond", "plaatsing_antwoord",
          "overdrachtspunt", "overdrachtsteken", "clientresultaat", "uitwerking", "voortgang", "voortgangscore", "verrekening",
          "verrekenregel", "verrekening_antwoord")
# What lives under a grant, and is its recipient's too.
UNDER = ("rapportage", "betalingsstop", "vordering", "bezwaar", "toestemming")
# Of a challenge: the gemeente's and of who sent it in.
CHALLENGED = ("uitdaging", "informatie", "gesprek", "verslagakkoord", "afspraak", "afspraakteken", "evaluatie", "tegenspraak",
              "vervolg")
THOUGHT = ("uitdaging:beoordelen", "uitdaging:toetsen", "uitdaging:adviseren", "uitdaging:belang", "uitdaging:voorstellen")
# Of a bid: nobody but the bidder before the opening.
BID = ("inschrijving", "inschrijving_perceel", "inschrijving_document", "verzending")


def structure(connection) -> list[str]:
    """What the catalogue says: every table behind the wall, exactly these grants, functions and triggers, powerless roles."""
    found: list[str] = []

    def rows(statement):
        return connection.execute(text(statement)).all()

    tables = rows(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, r.rolname FROM pg_class c JOIN pg_roles r ON r.oid = "
        "c.relowner WHERE c.relnamespace = 'portal'::regnamespace AND c.relkind IN ('r', 'p')"
    )
    if {t.relname for t in tables} != set(TABLES):
        found.append(f"tabellen: {sorted({t.relname for t in tables} ^ set(TABLES))}")
    for table in tables:
        if not (table.relrowsecurity and table.relforcerowsecurity):
            found.append(f"{table.relname}: geen ENABLE en FORCE")
        if table.rolname != "portal_owner":
            found.append(f"{table.relname}: eigenaar {table.rolname}")
        if table.relname not in POLICIES and table.relname not in CLOSED:
            found.append(f"{table.relname}: staat niet in POLICIES of CLOSED")
    policies: dict = {}
    for row in rows(
        "SELECT tablename, policyname, permissive, roles::text[] AS roles, cmd, qual, with_check FROM pg_policies "
        "WHERE schemaname = 'portal'"
    ):
        policies.setdefault((row.tablename, row.cmd.lower(), row.roles[0]), []).append(row)
        if len(row.roles) != 1 or row.roles[0] not in (APP, SEALER, "portal_owner") or row.permissive != "PERMISSIVE":
            found.append(f"{row.tablename}: policy {row.policyname} voor {row.roles}")
        open_read = row.tablename in OPEN and row.cmd == "SELECT"
        if row.roles[0] == APP and "true" in (row.qual, row.with_check) and not open_read:
            found.append(f"{row.tablename}: policy {row.policyname} is altijd waar")
    grants: dict = {}
    for row in rows(
        "SELECT table_name, privilege_type, column_name, grantee FROM information_schema.column_privileges WHERE "
        "table_schema = 'portal' AND grantee IN ('portal_app', 'PUBLIC', 'portal_zegel')"
    ):
        grants.setdefault((row.grantee, row.table_name, row.privilege_type.lower()), set()).add(row.column_name)
    for row in rows(
        "SELECT table_name, privilege_type, grantee FROM information_schema.table_privileges WHERE "
        "table_schema = 'portal' AND grantee IN ('portal_app', 'PUBLIC', 'portal_zegel')"
    ):
        grants.setdefault((row.grantee, row.table_name, row.privilege_type.lower()), set())
    for name in TABLES:
        policy = POLICIES.get(name)
        for command in ("select", "insert", "update", "delete", "truncate", "references", "trigger"):
            wanted = policy is not None and getattr(policy, command, None) is not None
            granted = (APP, name, command) in grants
            if wanted != granted:
                found.append(f"{name}: {command} {'ontbreekt' if wanted else 'is te veel gegeven'}")
            if wanted != ((name, command, APP) in policies) and command in ("select", "insert", "update", "delete"):
                found.append(f"{name}: policy voor {command} {'ontbreekt' if wanted else 'is te veel'}")
            only = policy and {"select": policy.columns, "insert": policy.states, "update": policy.changes}.get(command)
            if wanted and only and grants[APP, name, command] != set(only):
                found.append(f"{name}: {command} op andere kolommen dan {only}")
    expected_sealer = {
        ("case_event", "select"),
        ("partij", "select"),
        ("zegel", "select"),
        ("zegel", "insert"),
        ("zegelkop", "select"),
        ("zegelkop", "insert"),
    }
    if {(t, p) for g, t, p in grants if g == SEALER} != expected_sealer:
        found.append("portal_zegel: andere rechten dan lezen en zegelen")
    if public := {t for g, t, _p in grants if g == "PUBLIC"}:
        found.append(f"PUBLIC: rechten op {sorted(public)}")
    for role in rows("SELECT r.* FROM pg_roles r WHERE rolname IN ('portal_app', 'portal_zegel')"):
        if role.rolsuper or role.rolbypassrls or role.rolcreaterole or role.rolcreatedb:
            found.append(f"{role.rolname}: te machtig")
    if rows(
        "SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname IN ('portal_app', 'portal_zegel')"
    ):
        found.append("portal_app: lid van een andere rol")
    found += _functions(rows)
    return found


def _functions(rows) -> list[str]:
    found = []
    functions = rows(
        "SELECT p.proname, p.prosecdef, p.proconfig, has_function_privilege('portal_app', p.oid, 'EXECUTE') AS app, "
        "has_function_privilege('portal_zegel', p.oid, 'EXECUTE') AS sealer FROM pg_proc p "
        "WHERE p.pronamespace = 'portal'::regnamespace"
    )
    definers = {f.proname for f in functions if f.prosecdef}
    if definers != DEFINERS:
        found.append(f"SECURITY DEFINER: {sorted(definers ^ DEFINERS)}")
    for f in functions:
        # Not named, pg_temp is searched first for types: those of the caller would run as the owner.
        if f.prosecdef and (f.proconfig or []) != ["search_path=pg_catalog, pg_temp"]:
            found.append(f"{f.proname}: search_path {f.proconfig}")
        for role, may, calls in (("de app", f.app, APP_CALLS), ("de zegelaar", f.sealer, SEALER_CALLS)):
            if may != (f.proname in calls):
                found.append(f"{f.proname}: mag {'' if may else 'niet '}door {role} worden aangeroepen")
    for f in rows(
        "SELECT p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.pronamespace IN ('portal'::regnamespace, "
        "'jobs'::regnamespace) AND has_function_privilege('public', p.oid, 'EXECUTE')"
    ):
        found.append(f"{f.name}: mag door iedereen worden aangeroepen")
    for right in rows("SELECT rolname FROM pg_roles WHERE rolname IN ('portal_app', 'portal_zegel') AND "
                      "has_database_privilege(oid, current_database(), 'TEMPORARY, CREATE')"):
        found.append(f"{right.rolname}: mag zelf iets maken in deze database")
    # The queue is written and read as any table; a trigger on it would run as whoever owns it.
    for t in rows(
        "SELECT c.relname, a.privilege_type AS what FROM pg_class c, aclexplode(c.relacl) a WHERE c.relkind IN ('r', 'p') "
        "AND c.relnamespace = 'jobs'::regnamespace AND a.grantee = 'portal_app'::regrole "
        "AND a.privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')"
    ):
        found.append(f"jobs.{t.relname}: de app mag {t.what}")
    # Without this default the next function is open to everybody from its first second.
    if not rows(
        "SELECT 1 FROM pg_default_acl d WHERE d.defaclrole = 'portal_owner'::regrole AND d.defaclnamespace = 0 AND "
        "d.defaclobjtype = 'f' AND NOT EXISTS (SELECT 1 FROM aclexplode(d.defaclacl) a WHERE a.grantee = 0)"
    ):
        found.append("PUBLIC: mag nieuwe functies aanroepen")
    triggers = {
        (t.relname, t.tgname)
        for t in rows(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal "
            "AND t.tgenabled IN ('O', 'A') AND c.relnamespace = 'portal'::regnamespace"
        )
    }
    if triggers != TRIGGERS:
        found.append(f"triggers: {sorted(triggers ^ TRIGGERS)}")
    return found


def crawl(owner, app_engine, stage: "Stage") -> list[str]:
    """Everything that is wrong with the wall on this database, in words."""
    with owner.connect() as connection:
        return [*structure(connection), *behaviour(app_engine, stage), *writes(app_engine, stage)]


@dataclass(frozen=True)
class Stage:
    """The region as the crawl finds it: who looks, who has private rows, and in which phase the bids are."""

    lookers: list[Looker]
    private: dict[str, uuid.UUID]
    loop: Inkooploop
    opened: bool
    # Another procurement that only its lead may see: it is still being planned.
    plan_id: uuid.UUID
    outside: list[uuid.UUID]
    gemeenten: frozenset
    zaken: "Zaken"
    geplaatst: "Geplaatst"
    uitgedaagd: "Uitgedaagd"


@dataclass(frozen=True)
class Uitgedaagd:
    """Ideas of one resident: one that Dalfsen granted and that is done now, one that it passed on to Ommen, one unsent."""

    loop: Uitdaagloop
    doorgestuurd: Uitdaagloop
    # Which gemeente has which challenge, and the page of the first.
    zaken: dict
    pagina_id: uuid.UUID
    supporter: Person
    # Everything this resident has.
    eigen: frozenset

    def lookers(self) -> list[Looker]:
        """Who has the idea, who has it too, and who supports it."""
        return [Looker(name, one.party_id, one.user_id) for name, one in (
            ("indiener", self.loop.wie.inwoner), ("medeindiener", self.loop.wie.buur), ("steuner", self.supporter))]

    def shares(self, looker: Looker) -> set:
        """The dossiers that this looker has, or reads along in. Who has the idea too reads where it stands."""
        mine = {self.loop.initiatief_id, self.loop.uitdaging_id}
        return {"indiener": {*self.zaken, *self.eigen}, "medeindiener": mine}.get(looker.name, set())


@dataclass(frozen=True)
class Geplaatst:
    """One placement of Kampen: lived in at a provider, at a secret address, offered to Deventer, and settled with it."""

    loop: plaatsingen_world.Plaatsingsloop
    overdracht_id: uuid.UUID
    verrekening_id: uuid.UUID
    traject_id: uuid.UUID
    # The gemeenten of the samenwerkingsverband read the waiting list.
    samen: frozenset

    def shares(self, looker: Looker) -> set:
        """The dossiers that this looker shares with Kampen."""
        return {"woonaanbieder": {self.loop.verblijf_id},
                "geen lid": {self.overdracht_id, self.verrekening_id}}.get(looker.name, set())


@dataclass(frozen=True)
class Zaken:
    """Three applications of three providers: granted, proposed and not decided, and not sent."""

    verleend: Subsidieloop
    voorgesteld: Subsidieloop
    geschreven: Subsidieloop
    # What lives under the granted one: reports, a stop, an objection, a request, a claim.
    onder: frozenset = frozenset()

    def by_name(self) -> dict[str, Subsidieloop]:
        """Under the name of who looks."""
        return {"ontvanger": self.verleend, "aanvrager": self.voorgesteld, "schrijver": self.geschreven}

    def shares(self, looker: Looker) -> set:
        """The dossiers that this looker shares with the gemeente, or has itself."""
        found = self.by_name().get(looker.name)
        under = self.onder if found is self.verleend else frozenset()
        return {found.subsidie_id, found.aanvraag_id, *under} if found else set()


def behaviour(engine, stage: Stage) -> Iterator[str]:
    """What each looker reads in every table."""
    for looker in stage.lookers:
        view = View(engine, looker)
        for name, table in sorted((t.name, t) for t in metadata.sorted_tables):
            if name in CLOSED:
                if view.rows(f"SELECT 1 FROM portal.{name} LIMIT 1"):
                    yield f"{looker.name} leest {name}"
                continue
            columns = ", ".join(f'"{c}"' for c in READABLE.get(name) or table.c.keys())
            rows = view.rows(f"SELECT {columns} FROM portal.{name}")
            if looker.party is None and rows and name not in OPEN and name != "partij" and not _public(name, rows):
                yield f"niemand gebonden ziet {len(rows)} rijen in {name}"
            for row in rows:
                if reason := _leak(stage, looker, name, table, row):
                    yield f"{looker.name} ziet {name}: {reason}"
                    break
            # The canary sits in the bid on the first perceel.
            reads_first = _may_read_bids(stage, looker) and looker.name != NOT_THE_FIRST
            if not reads_first and any(CANARY in str(value) for row in rows for value in row.values()):
                yield f"{looker.name} ziet de kanarie in {name}"
        yield from _functions_leak(stage, looker, view)


def _public(name: str, rows) -> bool:
    """What everybody may read has a publication date."""
    return (
        name in ("publicatie", "regeling_publicatie", "plafond", "subsidieregister", "beslispunt", "adviespunt", "gemeentetaak",
                 "initiatiefpagina", *COUNCIL)
        or (name == "document" and all(row["gepubliceerd_at"] for row in rows))
        or (name == "aanbieder" and not rows)
    )


def _of_another_perceel(stage: Stage, looker: Looker, name: str, row) -> bool:
    """What a bid on the first perceel says, for a gemeente that said no to that perceel and yes to the others."""
    if looker.name != NOT_THE_FIRST or name not in ("verzending", "toets", "score", "besluit", "case_event"):
        return False
    if name == "case_event" and row["kind"] not in ("perceel:toetsen", "perceel:scoren"):
        return False
    return row["perceel_id" if name == "verzending" else "dossier_id"] == stage.loop.percelen[0]


def _may_read_bids(stage: Stage, looker: Looker) -> bool:
    takes_part = looker.name in ("trekker", "lid", NOT_THE_FIRST)
    return looker.name == "inschrijver" or (stage.opened and takes_part)


def _leak(stage: Stage, looker: Looker, name: str, table, row) -> str | None:
    """Why this looker should not have this row; None when it may."""
    own = looker.party
    values = {column: row[column] for column in _owners(table) if column in row}
    if reason := (_subsidie_leak(stage, looker, name, row) or _placement_leak(stage, looker, name, row)
                  or _challenge_leak(stage, looker, name, row)):
        return reason
    if name in PRIVATE and own not in values.values() and row.get("id") != own and row.get("account_id") != looker.user:
        return "van een ander"
    if name in COUNCIL and row["party_id"] != own and row["openbaar_at"] is None:
        return "wat de raad van een ander besloten leest"
    if _of_another_perceel(stage, looker, name, row):
        return "wat een inschrijving zegt over een perceel waar deze gemeente niet aan meedoet"
    if name in BID and own not in values.values() and not _may_read_bids(stage, looker):
        return "een inschrijving van een ander"
    if name == "bericht" and own not in (row["party_id"], row["afzender_id"]):
        return "een bericht tussen anderen"
    if name == "aanbieder_contact" and row["id"] != own:
        return "contactgegevens van een ander"
    if name == "mandaat" and own not in (row["party_id"], row["werkgever_id"]):
        return "een mandaat tussen anderen"
    if name == "deelnamebesluit" and row["party_id"] != own and row["vastgelegd_at"] is None:
        return "een concept van een ander"
    if name == "document" and row["party_id"] != own and row["gedeeld_at"] is None:
        return "een concept van een ander"
    if (
        name == "document"
        and row["soort"] == "inschrijvingsstuk"
        and row["party_id"] != own
        and not _may_read_bids(stage, looker)
    ):
        return "een stuk van een inschrijving"
    if name == "besluit" and row["party_id"] != own and row["state"] != "verzonden":
        return "een besluit dat niet is verzonden"
    if name in ("toets", "score") and looker.name not in ("trekker", "lid", NOT_THE_FIRST):
        return "een beoordeling"
    if name == "belangverklaring" and own not in (row["party_id"], row["eigenaar_id"]):
        return "een verklaring over belangen"
    dossier = row.get("dossier_id") or (row["id"] if name in ("dossier", "inkoop") else None)
    if dossier == stage.plan_id and own != stage.private["zwolle"]:
        return "een plan dat nog niet is uitgevraagd"
    outsider = own in stage.outside or own in (None, PUBLIC_PARTY)
    if dossier in stage.zaken.shares(looker) | stage.geplaatst.shares(looker) | stage.uitgedaagd.shares(looker):
        return None
    if (
        outsider
        and name
        in (
            "dossier",
            "inkoop",
            "perceel",
            "eis",
            "criterium",
            "mijlpaal",
            "gevraagd_document",
            "deelname_cijfer",
            "deelname_antwoord",
            "deelnamebesluit",
            "case_event",
            "termijn",
            "opening",
            "besluit",
        )
        and (own not in values.values())
    ):
        return "een dossier waar deze partij buiten staat"
    if name == "account" and outsider and own in (None, PUBLIC_PARTY):
        return "een naam"
    return None


def _subsidie_leak(stage: Stage, looker: Looker, name: str, row) -> str | None:
    """Why this looker should not have this row of a subsidy; None when it may, or when it is no such row."""
    own, zwolle, shares = looker.party, stage.private["zwolle"], stage.zaken.shares(looker)
    if name in OWNERS and own != (row.get("eigenaar_id") or row.get("gemeente_id") or zwolle):
        return "wat alleen van de eigenaar is"
    if name == "aanvraag" and row["id"] not in shares:
        return "een aanvraag van een ander"
    if name == "indiening" and own not in (row["party_id"], zwolle):
        return "wat een ander verstuurde"
    if name == "subsidie" and own != zwolle and row["id"] not in shares:
        return "een subsidie van een ander"
    if name in UNDER and own != zwolle and row["subsidie_id"] not in shares:
        return "van de subsidie van een ander"
    if name == "betaling" and own != zwolle and row["dossier_id"] not in shares:
        return "een betaling aan een ander"
    if name == "subsidieregel" and own != zwolle and (row["besluit_id"] is None or row["dossier_id"] not in shares):
        return "een regel van een voorstel, of van een ander"
    if name == "case_event" and row["kind"].startswith("intern:") and own != row["eigenaar_id"]:
        return "wat de gemeente intern doet"
    return None


def _placement_leak(stage: Stage, looker: Looker, name: str, row) -> str | None:
    """Why this looker should not have this row of a placement; None when it may, or when it is no such row."""
    own, found = looker.party, stage.geplaatst
    owner, provider = found.loop.wie.consulent.party_id, found.loop.huis.aanbieder_id
    gemeente = own in stage.gemeenten
    if name in PLACED and own != owner and (row.get("dossier_id") or row["id"]) not in found.shares(looker):
        return "van de plaatsing van een ander"
    if name == "verantwoordelijkheid" and not (own == owner or looker.name == "geen lid"):
        return "wie verantwoordelijk is voor iemand van een ander"
    if name == "wachtregel" and own not in found.samen:
        return "wie er wacht, buiten het samenwerkingsverband"
    if name in ("locatie", "capaciteit") and not (gemeente or own == provider):
        return "waar plekken zijn"
    if name == "bezetting" and own != row["party_id"]:
        return "wie er op een plek woont"
    if name == "woonafspraak" and not gemeente:
        return "woningen die gemeenten afspraken"
    if name == "locatie_adres" and own not in (owner, provider):
        return "een adres dat geheim is"
    return None


def _challenge_leak(stage: Stage, looker: Looker, name: str, row) -> str | None:
    """Why this looker should not have this row of a challenge; None when it may, or when it is no such row."""
    own, found, idea = looker.party, stage.uitgedaagd, stage.uitgedaagd.doorgestuurd.initiatief_id
    shares = found.shares(looker)
    if name == "initiatief" and looker.name != "indiener":
        return "een idee dat nog wordt geschreven"
    if name == "medeindiener" and own not in (row["eigenaar_id"], row["inwoner_id"]):
        return "wie er meedoen"
    if name == "inzending" and row["dossier_id"] not in shares and own != row["gemeente_id"] and not (
            row["dossier_id"] == idea and row["soort"] == "uitdaging" and looker.name == PASSED_ON_TO):
        return "wat bewoners aan een ander stuurden"
    if name in CHALLENGED:
        case = row.get("dossier_id") or row["id"]
        if case not in shares and own != found.zaken[case]:
            return "van de uitdaging van een ander"
    if name == "initiatiefpagina" and own != row["eigenaar_id"] and row["dossier_id"] not in shares and (
            row["gepubliceerd_at"] is None or row["verborgen_at"] is not None):
        return "een pagina die niet is te lezen"
    if name == "gemeentetaak" and own != row["party_id"] and row["openbaar_at"] is None:
        return "een taak die de gemeente nog niet toont"
    if name == "case_event" and row["kind"] in THOUGHT and own != row["eigenaar_id"]:
        return "wat de gemeente van een plan vindt voor zij antwoordt"
    return None


def _functions_leak(stage: Stage, looker: Looker, view: View) -> list[str]:
    """What the reviewed functions tell: counts for who is asked, search for who sees, names of staff for gemeenten."""
    found = []
    shown = (looker.party is not None and looker.party == stage.private["dalfsen"]) or not stage.opened
    if view.rows("SELECT * FROM portal.pagina_telling(:p)", p=stage.uitgedaagd.pagina_id) and not shown:
        found.append(f"{looker.name} telt de steun van een pagina die is verborgen")
    plan = stage.uitgedaagd.loop
    if view.rows("SELECT * FROM portal.zaak_telling(:u)", u=plan.uitdaging_id) and looker.party not in (
            stage.private["dalfsen"], plan.wie.inwoner.party_id):
        found.append(f"{looker.name} telt de steun voor een plan")
    member = looker.name in ("trekker", "lid", NOT_THE_FIRST, "lid dat nee zei", "stil lid")
    opened_it = stage.opened and looker.name == "trekker"
    if view.rows("SELECT * FROM portal.geopende_inschrijvingen(:i)", i=stage.loop.inkoop_id) and not opened_it:
        found.append(f"{looker.name} leest wie inschreef")
    if view.rows("SELECT * FROM portal.ontvangen_inschrijvingen(:i)", i=stage.loop.inkoop_id) and not member:
        found.append(f"{looker.name} telt inschrijvingen")
    hits = {
        row["id"]
        for row in view.rows(
            "SELECT id FROM portal.zoek_dossiers('beschermd wonen', 100) UNION SELECT id FROM portal.zoek_dossiers('ins', 100)"
        )
    }
    visible = {row["id"] for row in view.rows("SELECT id FROM portal.dossier")}
    if hits - visible:
        found.append(f"{looker.name} vindt {len(hits - visible)} dossiers die verborgen zijn")
    if (
        view.rows("SELECT * FROM portal.medewerkers(:g)", g=stage.private["kampen"])
        and looker.party not in (*[stage.private[g] for g in ("zwolle", "kampen", "dalfsen", "deventer")],)
        and looker.name not in ("stil lid", NOT_THE_FIRST)
    ):
        found.append(f"{looker.name} leest de medewerkers van Kampen")
    return found


def writes(engine, stage: Stage) -> Iterator[str]:
    """No looker changes or removes a row of another, or writes one in the name of another."""
    for looker in stage.lookers:
        view = View(engine, looker)
        for name, table in sorted((t.name, t) for t in metadata.sorted_tables):
            writer = "party_id" if "party_id" in table.c else "eigenaar_id" if "eigenaar_id" in table.c else None
            if name in ("aanbieder", "aanbieder_contact", "gemeente"):
                writer = "id"
            if name == "dossier_deelnemer":  # shared by the owner of the dossier, with another
                writer = "eigenaar_id"
            if writer is None:
                continue
            changeable = POLICIES[name].changes if name in POLICIES and POLICIES[name].changes else (writer,)
            own = "" if looker.party is None else f"{writer} IS DISTINCT FROM CAST(:own AS uuid) AND "
            # The owner of a dossier and the party that must act share a term: both may close it. What a provider says about
            # progress, the owner confirms; what a resident asks, the owner answers.
            shared = name in ("termijn", "voortgang", "inwonervraag") and looker.party
            also = "eigenaar_id IS DISTINCT FROM CAST(:own AS uuid)" if shared else "true"
            values = {"own": looker.party} if looker.party else {}
            for verb in (f"UPDATE portal.{name} SET {changeable[0]} = {changeable[0]}", f"DELETE FROM portal.{name}"):
                if count := view.changes(f"{verb} WHERE {own}{also}", or_touches=True, **values):
                    yield f"{looker.name}: {verb.split()[0]} raakt {count} rijen van anderen in {name}"
        for name in ("inkoop", "perceel", "inschrijving", "regeling", "aanvraag", "subsidie", "bewaking", "plaatsing",
                     "verblijf", "overdracht", "initiatief", "uitdaging", *UNDER):
            column = (POLICIES[name].changes or ("id",))[0]
            if count := view.changes(
                f"UPDATE portal.{name} SET {column} = {column} WHERE id NOT IN (SELECT id FROM portal.dossier WHERE "
                "eigenaar_id = portal.party())"
            ):
                yield f"{looker.name}: UPDATE raakt {count} rijen van anderen in {name}"
        yield from _forgeries(stage, looker, view)


def _forgeries(stage: Stage, looker: Looker, view: View) -> list[str]:
    """Rows in the name of another, or of another's dossier: each must be refused."""
    loop, victim = stage.loop, stage.private["kampen"]
    perceel = loop.percelen[0]
    bid = loop.inschrijvers[0].inschrijving_id
    tries = {
        "case_event voor een ander": "INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, kind, "
        "facts, occurred_on) "
        "VALUES (gen_random_uuid(), :inkoop, :zwolle, :victim, 'vals', '{}', '2026-01-01')",
        "historie in andermans naam": "INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, actor_id, "
        "kind, facts, "
        "occurred_on) SELECT gen_random_uuid(), :inkoop, :zwolle, portal.party(), id, 'vals', '{}', '2026-01-01' FROM "
        "portal.account "
        "WHERE id IS DISTINCT FROM portal.user_id() LIMIT 1",
        "deelname voor een ander": "INSERT INTO portal.deelnamebesluit (id, dossier_id, eigenaar_id, party_id, "
        "opgesteld_by) VALUES "
        "(gen_random_uuid(), :inkoop, :zwolle, :victim, :user)",
        "opening in andermans naam": "INSERT INTO portal.opening (id, dossier_id, eigenaar_id, party_id, account_id) VALUES "
        "(gen_random_uuid(), :inkoop, :zwolle, portal.party(), gen_random_uuid())",
        "delen van andermans inschrijving": "INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, "
        "party_id, hoedanigheid) "
        "VALUES (gen_random_uuid(), :bid, :bidder, portal.party(), 'inkoper')",
        "dossier van een ander": "INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) VALUES "
        "(gen_random_uuid(), 'inkoop', 'VALS-1', 'Vals', 'gepland', :other)",
        "bericht van een ander": "INSERT INTO portal.bericht (id, party_id, afzender_id, onderwerp, tekst) VALUES "
        "(gen_random_uuid(), :victim, :other, 'Vals', 'Vals')",
        "lidmaatschap": "INSERT INTO portal.membership (id, account_id, party_id, rollen, herkomst) VALUES "
        "(gen_random_uuid(), :user, "
        ":victim, '{beheerder}', 'inrichting')",
        "mandaat van een ander": "INSERT INTO portal.mandaat (id, soort, party_id, orgaan, gemachtigde_id, "
        "werkgever_id, besluit_soort, "
        "van, vindplaats) VALUES (gen_random_uuid(), 'volmacht', :other, 'burgemeester', :user, :other, 'gunning', "
        "'2026-01-01', 'vals')",
        "contract zonder gunning": "INSERT INTO portal.overeenkomst (id, dossier_id, eigenaar_id, party_id, nummer, "
        "aanbieder_id, "
        "perceel_naam, product, maximale_waarde, begint_on) SELECT gen_random_uuid(), id, portal.party(), "
        "portal.party(), 'VALS', "
        ":bidder, 'x', 'x', 1, '2028-01-01' FROM portal.dossier WHERE eigenaar_id = portal.party() AND soort = 'inschrijving'",
        "aankondiging van een ander": "INSERT INTO portal.publicatie (id, dossier_id, eigenaar_id, party_id, soort, "
        "inkoop_id, reference, "
        "titel, regelset, inhoud) SELECT gen_random_uuid(), id, portal.party(), portal.party(), 'gunning', :inkoop, "
        "'VALS', 'VALS', "
        "'{}', '{}' FROM portal.dossier WHERE eigenaar_id = portal.party() AND soort = 'inschrijving'",
        "zegel": "INSERT INTO portal.zegelkop (eigenaar_id, nummer, hash, sleutel_id, handtekening) VALUES (:zwolle, 1, "
        "'\\x00', 'x', '\\x00')",
        "klok": "UPDATE portal.klok SET verschil = '1 year'",
        "score zonder verklaring": "INSERT INTO portal.score (id, dossier_id, eigenaar_id, party_id, inschrijving_id, "
        "criterium_id, punten, "
        "motivering, beoordelaar_id) VALUES (gen_random_uuid(), :unjudged, :zwolle, portal.party(), :bid, :criterium, 10, "
        "'Een motivering die lang genoeg is.', :user)",
        "inschrijving na de sluiting": "INSERT INTO portal.verzending (id, dossier_id, eigenaar_id, party_id, soort, "
        "inkoop_id, perceel_id, "
        "versie, inhoud, vingerafdruk, ontvangst_nummer, verzonden_by) VALUES (gen_random_uuid(), :bid, :bidder, "
        "portal.party(), "
        "'verzending', :inkoop, :perceel, 99, '{}', 'x', 'VALS', :user)",
        "eis na publicatie": "UPDATE portal.eis SET tekst = 'Anders.' WHERE dossier_id = :perceel",
        "perceel na publicatie": "UPDATE portal.perceel SET minimale_score = 0 WHERE id = :perceel",
        "inkoop na publicatie": "UPDATE portal.inkoop SET looptijd_jaren = '{9}' WHERE id = :inkoop",
        "stuk na publicatie": "UPDATE portal.document SET sha256 = repeat('0', 64) WHERE gepubliceerd_at IS NOT NULL",
        "deelnamebesluit na vastleggen": "UPDATE portal.deelnamebesluit SET orgaan = 'raad' WHERE vastgelegd_at IS NOT NULL",
        "antwoord na vastleggen": "DELETE FROM portal.deelname_antwoord WHERE besluit_id IN (SELECT id FROM "
        "portal.deelnamebesluit "
        "WHERE vastgelegd_at IS NOT NULL)",
        "gunning die verzonden is": "UPDATE portal.besluit SET onderwerp = 'Anders.' WHERE state = 'verzonden'",
        "mandaat veranderen": "UPDATE portal.mandaat SET tot_bedrag = 99999999, ingetrokken_at = NULL WHERE "
        "ingetrokken_at IS NULL",
        "eigen termijn bij een ander verzetten": "UPDATE portal.termijn SET due_on = due_on + 30, extended = 1 WHERE "
        "party_id = portal.party() AND eigenaar_id <> portal.party()",
        "zichzelf als vervanger": "INSERT INTO portal.vervanging (id, party_id, afwezige_id, vervanger_id, van, tot, reden) "
        "SELECT gen_random_uuid(), portal.party(), id, portal.user_id(), '2030-01-01', '2030-02-01', 'verlof' FROM "
        "portal.account WHERE id <> portal.user_id() LIMIT 1",
        "regel die meteen geldt": "INSERT INTO portal.claim_rol (id, party_id, claim, waarde, rol, voorgesteld_by, "
        "bevestigd_at) SELECT gen_random_uuid(), portal.party(), 'groups', 'vals', 'mandaathouder', portal.user_id(), "
        "portal.now() "
        "WHERE portal.user_id() IS NOT NULL",
        "rol voor zichzelf": "UPDATE portal.membership SET rollen = rollen || '{mandaathouder}' WHERE account_id = "
        "portal.user_id()",
        "rol voor een collega": "UPDATE portal.membership SET rollen = rollen || '{mandaathouder}' WHERE account_id <> "
        "portal.user_id()",
        "mandaat zonder wie het vastlegde": "INSERT INTO portal.mandaat (id, soort, party_id, orgaan, gemachtigde_id, "
        "werkgever_id, besluit_soort, van, vindplaats) SELECT gen_random_uuid(), 'volmacht', g.id, 'burgemeester', "
        "portal.user_id(), g.id, 'gunning', '2026-01-01', 'vals' FROM portal.gemeente g WHERE g.id = portal.party()",
        "historie met een eigen moment": "INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, actor_id, "
        "kind, facts, occurred_on, recorded_at, transactie) SELECT gen_random_uuid(), id, eigenaar_id, portal.party(), "
        "portal.user_id(), 'vals', '{}', '2026-01-01', '2020-01-01', 9000000000000000000 FROM portal.dossier "
        "WHERE eigenaar_id = portal.party() LIMIT 1",
        "een aanvraag in andermans naam": "INSERT INTO portal.indiening (id, dossier_id, eigenaar_id, party_id, soort, "
        "regeling_id, inhoud, vingerafdruk, ontvangst_nummer, verzonden_by) SELECT gen_random_uuid(), id, eigenaar_id, "
        "eigenaar_id, 'aanvraag', :regeling, '{}', 'x', 'VALS', portal.user_id() FROM portal.dossier WHERE id = :concept "
        "AND eigenaar_id <> portal.party()",
        "een aanvraag op papier door een aanbieder": "INSERT INTO portal.indiening (id, dossier_id, eigenaar_id, party_id, "
        "soort, regeling_id, inhoud, vingerafdruk, ontvangst_nummer, papier_on) SELECT gen_random_uuid(), id, portal.party(), "
        "portal.party(), 'aanvraag', :regeling, '{}', 'x', 'VALS', '2026-01-01' FROM portal.dossier WHERE eigenaar_id = "
        "portal.party() AND NOT EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = portal.party())",
        "een betaling verzetten": "UPDATE portal.betaling SET iban = 'NL00', stand = 'betaald' WHERE true",
        "een betaling die niemand besloot": "INSERT INTO portal.betaling (id, dossier_id, eigenaar_id, party_id, besluit_id, "
        "soort, volgnummer, kenmerk, bedrag, gepland_on, iban, tenaamstelling, stand, melding) SELECT gen_random_uuid(), "
        "dossier_id, eigenaar_id, portal.party(), besluit_id, soort, 99, 'VALS', 1, gepland_on, iban, 'Vals', 'gepland', '' "
        "FROM portal.betaling WHERE eigenaar_id <> portal.party() LIMIT 1",
        "een regel in het openbare register": "UPDATE portal.subsidieregister SET ontvanger = 'Vals'",
        "een boeking op andermans begroting": "INSERT INTO portal.begrotingspost_boeking (id, party_id, begrotingspost_id, "
        "bedrag, omschrijving, geboekt_on, geboekt_by) SELECT gen_random_uuid(), :zwolle, id, 1, 'Vals', '2026-01-01', "
        "portal.user_id() FROM portal.begrotingspost WHERE party_id <> portal.party()",
        "een zienswijze in andermans zaak": "INSERT INTO portal.indiening (id, dossier_id, eigenaar_id, party_id, soort, "
        "regeling_id, inhoud, vingerafdruk, ontvangst_nummer, verzonden_by) VALUES (gen_random_uuid(), :zaak, :zwolle, "
        "portal.party(), 'zienswijze', :regeling, '{}', 'x', 'VALS', portal.user_id())",
        "een plafond dat meegroeit": "UPDATE portal.plafond SET bedrag = bedrag + 1",
        "een boeking van een ander": "INSERT INTO portal.plafond_boeking (id, dossier_id, eigenaar_id, party_id, plafond_id, "
        "soort, bedrag, bekendgemaakt_on, vindplaats) SELECT gen_random_uuid(), dossier_id, eigenaar_id, portal.party(), id, "
        "'verhogen', 1, '2026-01-01', 'x' FROM portal.plafond WHERE eigenaar_id <> portal.party()",
        "een verzonden regel veranderen": "UPDATE portal.subsidieregel SET tekst = 'Anders.' WHERE besluit_id IS NOT NULL",
        "een verzonden regel weghalen": "DELETE FROM portal.subsidieregel WHERE besluit_id IS NOT NULL",
        "een regeling die vaststaat": "UPDATE portal.regeling SET artikel = 'anders'",
        "punten voor een eigen aanvraag": "INSERT INTO portal.beoordeling (id, dossier_id, eigenaar_id, party_id, criterium, "
        "punten, motivering, beoordelaar_id) SELECT gen_random_uuid(), id, eigenaar_id, portal.party(), 'vals', 10, "
        "'Een motivering die lang genoeg is.', portal.user_id() FROM portal.dossier WHERE soort = 'subsidie' "
        "AND eigenaar_id <> portal.party()",
        "volgen voor een ander": "INSERT INTO portal.volger (id, pagina_id, party_id) VALUES (gen_random_uuid(), :pagina, "
        ":victim)",
        "een gesprek dat bewoners opschrijven": "INSERT INTO portal.gesprek (id, dossier_id, eigenaar_id, party_id, op_on, "
        "wie, verslag, geschreven_by) SELECT gen_random_uuid(), :uitdaging, :dalfsen, portal.party(), '2026-01-01', 'x', 'x', "
        "portal.user_id() WHERE portal.party() <> :dalfsen",
        "een inzending in andermans naam": "INSERT INTO portal.inzending (id, dossier_id, eigenaar_id, party_id, soort, "
        "gemeente_id, inhoud, vingerafdruk, ontvangst_nummer, verzonden_by) SELECT gen_random_uuid(), :idee, :indiener, "
        ":indiener, 'pagina', :dalfsen, '{}', 'x', 'VALS', portal.user_id() WHERE portal.party() <> :indiener",
        "het antwoord op een plan door de bewoners": "INSERT INTO portal.besluit (id, dossier_id, eigenaar_id, party_id, "
        "soort, aard, rechtsmiddel, orgaan, onderwerp, inhoud, state, tweede_lezer_nodig, opgesteld_by, opgesteld_at) SELECT "
        "gen_random_uuid(), :uitdaging, :dalfsen, portal.party(), 'uitdaging', 'feitelijk', 'klacht', 'x', 'x', "
        "'{\"uitkomst\": \"toewijzen\"}', 'opgesteld', false, portal.user_id(), portal.now() WHERE portal.party() <> :dalfsen",
        "vaststellen in andermans naam": "UPDATE portal.perceel SET vastgesteld_by = gen_random_uuid() WHERE id = :perceel",
    }
    if not stage.opened:
        tries.pop("inschrijving na de sluiting")  # before the deadline the bidder may send
    other = victim if looker.party != victim else stage.private["zwolle"]
    values = {
        "inkoop": loop.inkoop_id,
        "perceel": perceel,
        "bid": bid,
        "bidder": stage.private["inschrijver"],
        "victim": victim,
        "zwolle": stage.private["zwolle"],
        "other": other,
        "user": looker.user,
        "unjudged": loop.percelen[2],
        "criterium": loop.criteria[loop.percelen[2]][0],
        "regeling": stage.zaken.verleend.regeling_id,
        "concept": stage.zaken.geschreven.aanvraag_id,
        "zaak": stage.zaken.verleend.subsidie_id,
        "pagina": stage.uitgedaagd.pagina_id,
        "uitdaging": stage.uitgedaagd.loop.uitdaging_id,
        "idee": stage.uitgedaagd.loop.initiatief_id,
        "indiener": stage.uitgedaagd.loop.wie.inwoner.party_id,
        "dalfsen": stage.private["dalfsen"],
    }
    found = []
    for name, statement in tries.items():
        if looker.name == "lid" and name in ("deelname voor een ander", "lidmaatschap", "case_event voor een ander",
                                             "volgen voor een ander"):
            continue  # for the member Kampen that is its own name
        if looker.name == "inschrijver" and name == "delen van andermans inschrijving":
            continue  # its own bid
        if looker.name in ("ontvanger", "trekker") and name == "een zienswijze in andermans zaak":
            continue  # the case is theirs
        needed = set(re.findall(r"(?<!:):([a-z]+)", statement))
        if view.changes(statement, **{key: values[key] for key in needed}):
            found.append(f"{looker.name} kan: {name}")
    return found


# The stages ----------------------------------------------------------------------------------------------------------------


def build(world: World, opened: bool) -> Stage:
    """A region with something private in every table, before the opening or after the award."""
    loop = uitgevraagde_inkoop(world, aanbieders=3, percelen=3)
    answers = {"zwolle": "ja", "hardenberg": "ja", "kampen": "ja", "steenwijkerland": ["nee", "ja", "ja"], "dalfsen": "nee"}
    met_deelname(world, loop, besloten=answers)
    # A draft that never became a decision.
    world.as_(loop.wie.beleid["staphorst"], usecases.deelname_bewaren, loop.inkoop_id, antwoorden={loop.percelen[0]: "ja"})
    world.as_(loop.wie.beleid["staphorst"], usecases.deelname_document, loop.inkoop_id, stuk(world, f"{CANARY}-concept.pdf"))
    world.clock(world.behind("SELECT deelname_uiterlijk_at FROM portal.inkoop WHERE id = :i", i=loop.inkoop_id)[0][0])
    world.as_(loop.wie.manager, usecases.doorzetten, loop.inkoop_id)
    loop = gepubliceerde_inkoop(world, loop=loop)
    bidder, competitor, idle = loop.wie.aanbieders
    bid = concept(world, loop, bidder)
    perceel = loop.percelen[0]
    world.as_(
        bidder.auteur,
        inschrijven.antwoorden_bewaren,
        bid.inschrijving_id,
        perceel,
        {str(eis): {"voldoet": True, "toelichting": f"{CANARY} in een antwoord"} for eis in loop.eisen[perceel]},
    )
    world.as_(
        bidder.auteur,
        inschrijven.document_toevoegen,
        bid.inschrijving_id,
        stuk(world, f"{CANARY}-plan.pdf", f"%PDF {CANARY} in een bestand".encode()),
        perceel_id=perceel,
        code="P1",
    )
    world.as_(bidder.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen)
    world.as_(
        bidder.verzender, send_message, to=bidder.id, onderwerp=f"{CANARY} in een bericht", tekst=f"{CANARY} voor onszelf"
    )
    loop = replace(loop, inschrijvers=(bid, verstuurd(world, loop, competitor)))
    plan = world.as_(
        loop.wie.manager,
        usecases.plannen,
        titel="Nog geheim beschermd wonen",
        verband_id=world.gemeente("beschermd-wonen"),
        methode="sas",
        omschrijving="Nog niet gedeeld.",
        geraamde_waarde=1,
        begint_on=loop.sluit_at.date(),
        looptijd_jaren=[1],
        terugval="Niets.",
    )
    if opened:
        na_sluiting(world, loop)
        geopend(world, loop)
        # The first perceel is awarded, the award of the second is not sent yet, the third is not assessed yet.
        two = gelezen(
            world, voorgesteld(world, vastgesteld(world, beoordeel(world, replace(loop, percelen=loop.percelen[:2]))))
        )
        gegund(world, replace(two, besluiten={perceel: two.besluiten[perceel]}))
    else:
        _in_every_table(world, loop, idle)
    zaken = _subsidies(world)
    toegang = plaatsingen_world.voorgesteld(world)
    world.as_(toegang.wie.consulent, plaatsingen.randvoorwaarde, toegang.toegang_id, soort="wonen", stand="open")
    plaatsingen_world.huishouden(world, toegang)
    plaatsingen_world.taakoverdracht(world, toegang.wie)
    _mensen(world, toegang)
    world.as_(toegang.wie.consulent, woonafspraken.vastleggen, jaar=2028, soort="woning", prognose=3, afgesproken=2,
              bron="Prestatieafspraken")
    placed = _placement(world)
    plans = _challenges(world, zaken, hidden=opened)
    raad_world.van_de_raad(world)
    found = [*lookers(world, loop), *applicants(zaken), *plans.lookers(), Looker(
        "woonaanbieder", placed.loop.huis.aanbieder_id, placed.loop.huis.begeleider.user_id)]
    members = {world.gemeente(slug) for slug in LEDEN}
    outside = [looker.party for looker in found if looker.party and looker.party not in members]
    gemeenten = frozenset(row[0] for row in world.behind("SELECT id FROM portal.gemeente"))
    return Stage(found, private_parties(world, loop), loop, opened, plan.id, outside, gemeenten, zaken, placed, plans)


def _challenges(world: World, zaken: Zaken, hidden: bool) -> Uitgedaagd:
    """A plan that Dalfsen granted, with a row in every table of challenges; another that it passed on to Ommen, where it was
    taken back; and an idea that is not sent. `hidden`: nobody reads the page of the first any more."""
    start, supporter = uitdaagrecht_world.taak(world), world.inwoner("Wie steunt")
    wie = start.wie
    world.as_(wie.coordinator, taken.bewaren, naam="Nog niet getoond", omschrijving="Een taak.")
    passed, loop, draft = (uitdaagrecht_world.begonnen(world, start) for _ in range(3))
    _mede, code = world.as_(wie.inwoner, initiatieven.uitnodigen, loop.initiatief_id, naam="Bert")
    world.as_(wie.buur, initiatieven.meedoen, code)
    world.as_(wie.inwoner, initiatieven.vragen, loop.initiatief_id, vraag="Wat kost dit nu?")
    uitdaagrecht_world.neem_in(world)
    case = world.behind("SELECT id FROM portal.uitdaging")[0][0]
    world.as_(wie.coordinator, challenges.informeren, case, antwoord="Dat staat bij de taak in het register.")
    loop = uitdaagrecht_world.in_gesprek(world, uitdaagrecht_world.getoetst(world, uitdaagrecht_world.ingediend(world, loop)))
    page = world.behind("SELECT id, reference FROM portal.initiatiefpagina")[0]
    world.as_(supporter, openbaar.steunen, page.reference)
    # Straight: whether there is an address to mail to is no matter of the wall.
    world.as_(supporter, lambda s, a: s.execute(text(
        "INSERT INTO portal.volger (id, pagina_id, party_id) VALUES (gen_random_uuid(), :p, :w)"),
        {"p": page.id, "w": a.party_id}))
    world.as_(wie.coordinator, challenges.steun_tellen, case, aantal=30, omschrijving="Drie vellen")
    loop = uitdaagrecht_world.besloten(world, uitdaagrecht_world.voorgesteld(world, uitdaagrecht_world.beslisbaar(
        world, uitdaagrecht_world.beoordeling(world, loop))))
    world.as_(wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="Wij willen het meteen voor goed.")
    uitdaagrecht_world.neem_in(world)
    loop = uitdaagrecht_world.in_uitvoering(world, loop)
    world.as_(wie.coordinator, uitdaging_uitvoering.evalueren, case, op_on=clock.today(), tekst="Het werkt, zeggen allen.",
              vervolg="doorgaan")
    world.behind("INSERT INTO portal.vervolg (id, dossier_id, eigenaar_id, party_id, vervolg_id, soort, sinds_on) VALUES "
                 "(gen_random_uuid(), :u, :g, :g, :s, 'subsidie', :on)", u=case, g=loop.gemeente_id,
                 s=zaken.verleend.subsidie_id, on=clock.today())
    if hidden:
        world.as_(wie.coordinator, openbaar.verbergen, case, reden="Er staat een naam in.")
    # To Ommen, and taken back there.
    passed, ommen = uitdaagrecht_world.ingediend(world, passed), world.gemeente("ommen")
    world.as_(wie.coordinator, challenges.doorgeleiden, passed.uitdaging_id, soort="andere_gemeente", gemeente_id=ommen)
    for take_back in (False, True):
        if take_back:
            world.as_(wie.inwoner, initiatieven.intrekken, passed.initiatief_id)
        last = world.behind("SELECT id FROM portal.inzending WHERE dossier_id = :i ORDER BY verzonden_at DESC LIMIT 1",
                            i=passed.initiatief_id)[0][0]
        jobs.take_in_plan(world.app, last, ommen)
    world.as_(supporter, lambda session, _actor: initiatieven.concept_bewaren(
        session, loop.gemeente_id, gegevens=uitdaagrecht_world.IDEE))
    cases = world.behind("SELECT id, eigenaar_id FROM portal.dossier WHERE soort = 'uitdaging'")
    assert len(cases) == 3 and draft.initiatief_id
    return Uitgedaagd(loop, passed, {row.id: row.eigenaar_id for row in cases}, page.id, supporter, frozenset(
        row.id for row in world.behind("SELECT id FROM portal.dossier WHERE soort = 'initiatief'")))


def _placement(world: World) -> Geplaatst:
    """A placement of Kampen with a row in every table: somebody lives at a provider, was reviewed for the way home, and the
    responsibility is offered to, accepted and handed over with Deventer. Somebody else was passed over, and waits."""
    with mock.patch.object(placement_queries, "contract_gebrek", return_value=None):
        waar = plaatsingen_world.huis(world, contract=False, geheim=True)
        wie = plaatsingen_world.personen(world)
        waits = plaatsingen_world.geplaatst(world, plaatsingen_world.toegekend(world, plaatsingen_world.aangevraagd(
            world, wie=wie, persoon_id=plaatsingen_world.persoon(world, wie, naam="Bo Wacht", bsn="", bron=None))))
        placed = plaatsingen_world.geplaatst(world, plaatsingen_world.toegekend(world, plaatsingen_world.aangevraagd(
            world, wie=wie, persoon_id=plaatsingen_world.persoon(world, wie, naam="Ali Woont", bsn="", bron=None))))
        line = world.see(wie.consulent, lambda s: placement_queries.wachtregel(s, waits.plaatsing_id))
        world.behind("UPDATE portal.wachtregel SET lot = 0 WHERE id = :w", w=line.id)
        loop = plaatsingen_world.verblijvend(world, plaatsingen_world.gereserveerd(world, plaatsingen_world.aangeboden(
            world, placed, waar, overslaan={line.id: "Wil wachten op een plek in de buurt."})))
    deventer = plaatsingen_world.personen(world, "deventer").consulent
    today, made = clock.today(), uuid.uuid4()

    def offer(session, actor):
        """What overdragen.py does, in rows."""
        plaatsing = load(session, Plaatsing, loop.plaatsing_id)
        session.add(Terugkeertoets(**under(plaatsing, actor.party_id), op_on=today, besproken_on=today, mogelijk=True,
                                   helpt_herstel=True, door=actor.user_id))
        session.add(Overdracht(
            id=made, reference="OVD-PROEF-1", titel="Overdracht", state="aangeboden", eigenaar_id=actor.party_id,
            ouder_id=plaatsing.id, plaatsing_id=plaatsing.id, traject_id=plaatsing.traject_id, richting="heen",
            ontvanger_id=deventer.party_id, verzender_id=actor.party_id, ingaand_on=today + timedelta(days=30),
            verloopt_on=today + timedelta(days=28)))
        session.flush()
        dossier = load(session, Overdracht, made)
        session.add(Momentopname(**under(dossier, actor.party_id), inhoud={}, sha256="0" * 64))
        session.add(Grond(**under(dossier, actor.party_id), voor_id=deventer.party_id, soort="toestemming",
                          vindplaats="Mondeling, met een getuige", van_on=today, tot_on=today + timedelta(days=60),
                          vastgelegd_by=actor.user_id))
        session.flush()
        share(session, dossier, deventer.party_id, "ontvanger")
        return plaatsing.traject_id

    def answer(session, actor):
        session.add(PlaatsingAntwoord(dossier_id=made, eigenaar_id=wie.consulent.party_id, party_id=actor.party_id, ja=True,
                                      ingaand_on=today + timedelta(days=30), gegeven_by=actor.user_id))

    def handed(session, actor):
        row = {"dossier_id": made, "eigenaar_id": wie.consulent.party_id, "party_id": actor.party_id, "door": actor.user_id}
        session.add(Overdrachtspunt(**row, code="naasten", klaar_on=today))
        session.add(Overdrachtsteken(**row))

    goal = world.as_(wie.consulent, plan.resultaat, loop.verblijf_id, domein="geld", wat="Zelf de vaste lasten betalen.").id
    world.as_(waar.begeleider, plan.uitwerken, goal, hoe="Elke vrijdag samen kijken.", met_wie="Ali")
    world.as_(waar.begeleider, plan.voortgang, loop.verblijf_id, soort="voortgang", op_on=today, besproken="Ali",
              scores={goal: ("vooruit", "Twee keer gelukt.")})
    traject = world.as_(wie.consulent, offer)
    world.as_(deventer, answer)
    world.as_(deventer, handed)
    _traffic(world, loop)
    return Geplaatst(loop, made, verrekening_world.rijen(world, loop), traject,
                     frozenset(world.gemeente(slug) for slug in LEDEN))


def _traffic(world: World, loop: plaatsingen_world.Plaatsingsloop) -> None:
    """What only the gemeente has of a placement: messages with the provider, and what came of it. Rows, so that the clock
    does not move past the deadline of the bids."""
    message, allocated = uuid.UUID(int=301), uuid.UUID(int=302)
    of_placement = {"id": uuid.uuid4, "dossier_id": loop.plaatsing_id, "eigenaar_id": loop.wie.consulent.party_id,
                    "party_id": loop.wie.consulent.party_id}
    here, provider, day = loop.wie.consulent.party_id, loop.huis.aanbieder_id, clock.today()
    request = {"standaard": "iwmo", "aanbieder_id": provider, "referentie": "R1", "bericht_id": message}
    rows = (
        ("berichtpartner", {"party_id": here, "aanbieder_id": provider, "agb": "75000001"}),
        ("berichtenverkeer", of_placement | {
            "id": message, "richting": "uit", "standaard": "iwmo", "code": "WMO301", "agb": "75000001",
            "aanbieder_id": provider, "identificatie": "1", "dagtekening": day, "inhoud_gesloten": b"dicht",
            "geldig": True, "bevindingen": "[]", "feiten": "{}"}),
        ("toewijzing", of_placement | {
            "id": allocated, "nummer": 1, "standaard": "iwmo", "persoon_id": loop.toegang.persoon_id, "aanbieder_id": provider,
            "verblijf_id": loop.verblijf_id, "categorie": "15", "code": "15A01", "volume": 1, "eenheid": "14",
            "frequentie": "4", "van": day}),
        ("toewijzingversie", of_placement | {
            "moment": clock.now(), "reden": "", "referentie": "", "toewijzing_id": allocated}),
        ("levering", of_placement | {"begin_on": day, "toewijzing_id": allocated}),
        ("zorgverzoek", of_placement | request | {"bsn_kenmerk": b"k" * 32, "antwoorden": "{}", "toegewezen": False,
                                                  "ontvangen_on": day}),
        ("prestatie", of_placement | request | {
            "categorie": "15", "code": "15A01", "van": day, "tot": day, "volume": 1, "eenheid": "14", "bedrag": 1,
            "debet": True, "toewijzing_id": allocated}),
        ("uitkomst", of_placement | {
            "doelrealisatie": "{}", "uitval": False, "uitval_reden": "", "tevredenheid": 8, "tevredenheid_niet": "",
            "op_on": day, "opvolgen_on": day, "nieuwe_start_reden": "", "door": loop.wie.consulent.user_id}),
    )
    with world.owner.begin() as c:
        for table, values in rows:
            values = {key: value() if callable(value) else value for key, value in values.items()}
            c.execute(text(f"ALTER TABLE portal.{table} DISABLE TRIGGER USER"))
            holders = ", ".join(f":{key}" for key in values)
            c.execute(text(f"INSERT INTO portal.{table} ({', '.join(values)}) VALUES ({holders})"), values)
            c.execute(text(f"ALTER TABLE portal.{table} ENABLE TRIGGER USER"))


def _mensen(world: World, loop) -> None:
    """Somebody looks along with a case, asked something, was spoken with and asked to destroy what is kept."""
    worker, wie = loop.wie.consulent, world.inwoner("Wie meekijkt")
    _made, code = world.as_(worker, mensen.koppeling_maken, loop.toegang_id, hoedanigheid="zelf", naam="Sanne",
                            bewijs="Paspoort")
    world.as_(wie, ondersteuning.koppelen, code)
    world.as_(wie, ondersteuning.vragen, loop.toegang_id, soort="vraag", tekst="Hoe lang nog?")
    world.as_(worker, mensen.notitie_maken, loop.toegang_id, op_on=clock.today(), vorm="gesprek", met="de moeder",
              tekst="Kort.")
    world.as_(worker, bewaren.vernietigen_gevraagd, loop.toegang_id, op_on=clock.today())
    access_log.viewed(world.app.engine, worker.actor, loop.toegang_id, "proef")


def _subsidies(world: World) -> Zaken:
    """A scheme of Zwolle with three applications; every table of subsidies has rows."""
    wie = subsidiepersonen(world, 3)
    scheme = open_regeling(world, wie, plafond="900000", afdeling_4_2_8=True, toestemming_artikel="12")
    van = world.behind("SELECT van FROM portal.regeling")[0][0]
    world.as_(wie.adviseur, regelingen.maximum_vaststellen, scheme.regeling_id, product="dagdeel", jaar=van.year,
              per="subsidie", bedrag=Decimal(99_000), besluit="college", van=van)
    reference = world.behind("SELECT reference FROM portal.regeling_publicatie")[0][0]
    world.as_(wie.aanvragers[0].auteur, lambda session, _actor: regelingen.check_bewaren(session, reference, {"plek": "ja"}))
    granted = subsidie_verleend(world, geschreven(world, scheme, wie=0), voorstel={"rapportages": [
        {"van": van.isoformat(), "tot": (van + timedelta(days=181)).isoformat(),
         "uiterlijk": (van + timedelta(days=210)).isoformat()}]})
    proposed = subsidie_voorgesteld(world, geschreven(world, scheme, wie=1))
    world.behind("INSERT INTO portal.argument (id, dossier_id, eigenaar_id, party_id, indiening_id, nummer, tekst, antwoord) "
                 "SELECT gen_random_uuid(), s.id, d.eigenaar_id, d.eigenaar_id, s.indiening_id, 1, 'Dat klopt niet', '' "
                 "FROM portal.subsidie s JOIN portal.dossier d ON d.id = s.id WHERE s.id = :s", s=proposed.subsidie_id)
    world.as_(wie.adviseur, lambda session, actor: noteer(
        session, actor, session.get(Subsidie, proposed.subsidie_id), "heropenen", "Wij misten iets."))
    _after_the_grant(world, granted)
    under = world.behind("SELECT id FROM portal.dossier WHERE ouder_id = :s", s=granted.subsidie_id)
    assert len(under) == len(UNDER)
    return Zaken(granted, proposed, geschreven(world, scheme, wie=2), frozenset(row[0] for row in under))


def _after_the_grant(world: World, granted: Subsidieloop) -> None:
    """Something under the grant in every table: payments, a stop, an objection, a request for consent, a claim, what is watched
    and what was budgeted."""
    wie, van = granted.wie, world.behind("SELECT van FROM portal.regeling")[0][0]
    bevoorschot(world, granted)
    world.as_(wie.adviseur, uitvoering.stoppen, granted.subsidie_id, reden="De locatie is volgens de buren al weken dicht.")
    besluit = world.behind("SELECT id FROM portal.besluit WHERE dossier_id = :s AND soort = 'subsidie'",
                           s=granted.subsidie_id)[0][0]
    for use_case, about, facts in (
            (bezwaar.indienen, besluit, {"gronden": ["Het bedrag is te laag."]}),
            (toestemming.vragen, granted.subsidie_id,
             {"handeling": "e", "omschrijving": "Wij lenen geld.", "reden": "Nodig."})):
        sent = world.as_(granted.aanvrager.verzender, use_case, about, **facts)
        neem_in(world, sent.id, wie.adviseur.party_id)
    world.as_(wie.adviseur, bewaken.maken, titel="Kwartaalcijfers", ritme="kwartaal", begint_on=clock.today())
    post = world.as_(wie.adviseur, inzicht.post_maken, soort="krediet", naam="Voorbereiding", jaar=van.year,
                     bedrag=Decimal(70_000), bron="Decembercirculaire 2013")
    world.as_(wie.adviseur, inzicht.boeken, post.id, bedrag=Decimal(1), omschrijving="Onderzoek", geboekt_on=clock.today())
    for statement in (
        "INSERT INTO portal.betaalbestand (id, party_id, nummer, aantal, totaal, inhoud, sha256, gemaakt_by) VALUES "
        "(gen_random_uuid(), :z, 'BET-1', 1, 1, 'x', repeat('0', 64), :u)",
        "INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id, ouder_id) SELECT :v, 'vordering', 'V-1', "
        "'Vordering', 'open', :z, id FROM portal.subsidie WHERE id = :s",
        "INSERT INTO portal.vordering (id, subsidie_id, besluit_id, bedrag, kosten, rente, ontvangen) VALUES (:v, :s, :b, 1, "
        "0, 0, 0)",
        "INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid) VALUES (gen_random_uuid(), "
        ":v, :z, :p, 'ontvanger')",
    ):
        values = {"z": wie.adviseur.party_id, "u": wie.adviseur.user_id, "v": CLAIM, "s": granted.subsidie_id, "b": besluit,
                  "p": granted.aanvrager.id}
        needed = set(re.findall(r"(?<!:):([a-z]+)", statement))
        world.behind(re.sub(r"(?<!:):([a-z])\b", r"CAST(:\1 AS uuid)", statement), **{key: values[key] for key in needed})


def _in_every_table(world: World, loop: Inkooploop, idle) -> None:
    """Rows in tables that no use case of a procurement fills."""
    kampen, user = world.gemeente("kampen"), loop.wie.beleid["kampen"].user_id
    world.token(loop.wie.beleid["kampen"])
    for statement in (
        "INSERT INTO portal.claim_rol (id, party_id, claim, waarde, rol) VALUES (gen_random_uuid(), :k, 'groups', 'x', "
        "'auditor')",
        "INSERT INTO portal.uitnodiging (id, party_id, naam, email, rollen, token_hash, uitgenodigd_by, verloopt_at) VALUES "
        "(gen_random_uuid(), :k, 'Nieuw', 'nieuw@voorbeeld.example', '{auditor}', '\\x01', :u, portal.now() + interval "
        "'1 day')",
        "INSERT INTO portal.vervanging (id, party_id, afwezige_id, vervanger_id, van, tot, reden) SELECT "
        "gen_random_uuid(), :k, :u, id, "
        "'2030-01-01', '2030-02-01', 'verlof' FROM portal.account WHERE id <> :u LIMIT 1",
        "INSERT INTO portal.idempotentie (sleutel, party_id, account_id, resultaat) VALUES ('x', :k, :u, '{}')",
        "INSERT INTO portal.toegangslog (account_id, party_id, dossier_id, endpoint) SELECT :u, :k, dossier_id, "
        "'x' FROM portal.deelnamebesluit WHERE party_id = :k LIMIT 1",
        "INSERT INTO portal.beveiligingslog (account_id, party_id, handeling, resultaat, details) VALUES (:u, :k, 'x', "
        "'x', '{}')",
        "INSERT INTO portal.limiet (sleutel, venster_at, aantal) SELECT 'x', portal.now(), 1 WHERE :u IS NOT NULL AND "
        ":k IS NOT NULL",
        "INSERT INTO portal.inlogdienst (slug, soort, issuer, client_id, party_id, versie) SELECT 'kampen', 'gemeente', "
        "'https://x', 'x', "
        ":k, 1 WHERE :u IS NOT NULL",
        "INSERT INTO portal.inloglink (token_hash, email, verloopt_at) SELECT '\\x02', 'x@voorbeeld.example', "
        "portal.now() WHERE "
        ":u IS NOT NULL AND :k IS NOT NULL",
        "INSERT INTO portal.mailadres (adres, subject) SELECT 'x@voorbeeld.example', :u WHERE :k IS NOT NULL",
        "INSERT INTO portal.opschorting (id, dossier_id, eigenaar_id, party_id, termijn_id, invited_on, ground, "
        "article) SELECT "
        "gen_random_uuid(), dossier_id, eigenaar_id, eigenaar_id, id, started_on, 'x', 'x' FROM portal.termijn WHERE :u "
        "IS NOT NULL "
        "AND :k IS NOT NULL LIMIT 1",
    ):
        world.behind(statement.replace(":k ", "CAST(:k AS uuid) ").replace(":u ", "CAST(:u AS uuid) "), k=kampen, u=user)
    world.as_(idle.beheerder, inschrijven.organisatie_document, stuk(world, "eigen.pdf"), titel="Eigen stuk")


@pytest.mark.parametrize("opened", [False, True], ids=["voor de opening", "na de gunning"])
def test_S1_no_row_of_another_party_is_seen_or_changed_in_any_table(world, opened):
    stage = build(world, opened)
    assert crawl(world.owner, world.app.engine, stage) == []
    seen = {t: world.behind(f"SELECT count(*) FROM portal.{t}")[0][0] for t in TABLES}
    assert opened or {t for t, n in seen.items() if not n} <= {
        "toets",
        "score",
        "opening",
        "belangverklaring",
        "besluit",
        "overeenkomst",
        "overeenkomst_periode",
        "verlengingsbesluit",
        "zegel",
        "zegelkop",
    }, seen


def test_what_each_kind_of_party_does_see(world):
    """The other side of the wall: it hides what it must and no more."""
    stage = build(world, opened=True)
    views = {looker.name: View(world.app.engine, looker) for looker in stage.lookers}

    def count(name, table):
        return len(views[name].rows(f"SELECT 1 FROM portal.{table}"))

    assert count("trekker", "verzending") == count("lid", "verzending") == 6
    assert count("inschrijver", "verzending") == count("concurrent", "verzending") == 3
    assert {
        name: count(name, "inkoop") for name in ("trekker", "lid", "lid dat nee zei", "stil lid", "geen lid", "iedereen")
    } == {"trekker": 2, "lid": 1, "lid dat nee zei": 1, "stil lid": 1, "geen lid": 0, "iedereen": 0}
    assert count("iedereen", "publicatie") == 2 and count("iedereen", "document") == 1
    assert count("niemand gebonden", "gemeente") == 11
    assert any(CANARY in str(row) for row in views["trekker"].rows("SELECT inhoud FROM portal.verzending"))


def test_unbound_sees_nothing_private_and_the_session_refuses_to_start(world):
    from portal.db import Session
    from portal.tenants.scope import NoScope

    besluiten(world, uitgevraagde_inkoop(world), "kampen")
    nobody = View(world.app.engine, Looker("niemand", None, None))
    for name in TABLES:
        if name in POLICIES and name not in OPEN and name != "partij":
            columns = ", ".join(READABLE.get(name) or ("1",))
            assert nobody.rows(f"SELECT {columns} FROM portal.{name}") == [], name
    with Session(bind=world.app.engine) as session, pytest.raises(NoScope):
        session.execute(text("SELECT 1"))


def test_the_portal_does_not_start_with_a_role_that_passes_the_wall(server, settings, database):
    with pytest.raises(UnsafeRole, match="portal_owner"):
        create_app(replace(settings, database_url=server.dsn("portal_owner", dbname=database))).engine.connect()


def test_the_sealer_reads_no_dossier(server, database):
    engine = create_engine(server.dsn("portal_zegel", dbname=database))
    with engine.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(text("SELECT * FROM portal.dossier"))
    engine.dispose()


def test_the_sealer_opens_nobodys_session(world, server, database):
    """The function runs as its owner: whoever may call it passes the wall."""
    person = world.medewerker("zwolle", "contractmanager")
    engine = create_engine(server.dsn("portal_zegel", dbname=database))
    with engine.connect() as connection, pytest.raises(DBAPIError, match="permission denied for function sessie_begin"):
        connection.execute(
            text("SELECT portal.sessie_begin('\\x01', :wie, :voor, 'x', NULL, NULL, 'x', 60, 60, true)"),
            {"wie": person.user_id, "voor": person.party_id},
        )
    engine.dispose()


def test_who_must_act_may_say_done_but_not_move_the_day(world):
    loop = uitgevraagde_inkoop(world)
    kampen, manager = loop.wie.beleid["kampen"], loop.wie.manager
    view = View(world.app.engine, Looker("lid", kampen.party_id, kampen.user_id))
    own = "WHERE party_id = portal.party() AND eigenaar_id <> portal.party() AND met_on IS NULL"
    assert view.changes(f"UPDATE portal.termijn SET met_on = due_on {own}")
    for moved in ("due_on = due_on + 30", "extended = 1", "due_on = due_on - 1, met_on = due_on"):
        with pytest.raises(Refused, match="van een andere organisatie") as refused:
            world.as_(kampen, _refusing, f"UPDATE portal.termijn SET {moved} {own}")
        assert refused.value.status == 403
    owner = View(world.app.engine, Looker("trekker", manager.party_id, manager.user_id))
    assert owner.changes("UPDATE portal.termijn SET due_on = due_on + 1 WHERE eigenaar_id = portal.party() AND met_on IS NULL")


def _refusing(session, _actor, statement: str) -> None:
    with refusing(session):
        session.execute(text(statement))


# Knock-outs ----------------------------------------------------------------------------------------------------------------


def _replace_policy(table: str, command: str, predicate: str = "true") -> str:
    clause = {
        "select": f"USING ({predicate})",
        "insert": f"WITH CHECK ({predicate})",
        "delete": f"USING ({predicate})",
        "update": f"USING ({predicate}) WITH CHECK ({predicate})",
    }[command]
    return (
        f"DROP POLICY {table}_{command} ON portal.{table}; "
        f"CREATE POLICY {table}_{command} ON portal.{table} FOR {command.upper()} TO {APP} {clause}"
    )


def _edit_function(name: str, old: str | tuple, new: str = ""):
    """This text of a function as that; or more of them, each (old, new)."""
    def statement(owner) -> str:
        with owner.connect() as connection:
            definition = connection.execute(text(f"SELECT pg_get_functiondef('portal.{name}'::regproc)")).scalar()
        for was, becomes in (old if isinstance(old, tuple) else ((old, new),)):
            assert was in definition, f"{name}: {was}"
            definition = definition.replace(was, becomes)
        return definition

    return statement


def _both(first: str, then):
    """Two mutations that only together open something."""
    return lambda owner: f"{first}; {then(owner)}"


P = "(SELECT portal.party())"
SHARED = "((SELECT portal.gedeelde_dossiers())::uuid[])"
# Behaviour: predicates that are too wide without being plainly `true`, so that only looking finds them.
SUBTLE = {
    "verzending te lezen voor wie de inkoop ziet": _replace_policy(
        "verzending",
        "select",
        f"inkoop_id = ANY {SHARED} OR eigenaar_id = {P} OR EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = inkoop_id)",
    ),
    "document zonder gedeeld_at": _replace_policy(
        "document", "select", f"party_id = {P} OR eigenaar_id = {P} OR dossier_id = ANY {SHARED} OR gepubliceerd_at IS NOT NULL"
    ),
    "document zonder grens van het dossier": _replace_policy("document", "select", f"party_id = {P} OR gedeeld_at IS NOT NULL"),
    "concept van een deelnamebesluit": _replace_policy(
        "deelnamebesluit", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"
    ),
    "antwoorden van iedereen": _replace_policy("deelname_antwoord", "select", "besluit_id IS NOT NULL"),
    "inschrijving_perceel voor de trekker": _replace_policy("inschrijving_perceel", "select", f"{P} IS NOT NULL"),
    "contactgegevens voor wie is ingelogd": _replace_policy("aanbieder_contact", "select", f"{P} IS NOT NULL"),
    "berichten van iedereen": _replace_policy("bericht", "select", "verzonden_at <= portal.now()"),
    "leden van andere organisaties": _replace_policy("membership", "select", "beeindigd_at IS NULL"),
    "sessies van anderen": _replace_policy("sessie", "select", f"party_id = {P} OR ingetrokken_at IS NULL"),
    "mandaten van iedereen": _replace_policy("mandaat", "select", "ingetrokken_at IS NULL"),
    "scores voor elk lid": _replace_policy("score", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "verzending voor wie aan een ander perceel meedoet": _replace_policy(
        "verzending",
        "select",
        f"eigenaar_id = {P} OR (dossier_id = ANY {SHARED} AND portal.is_laatste_verzending(dossier_id, perceel_id, versie))",
    ),
    "deelname per inkoop in plaats van per perceel": _edit_function(
        "percelen_met_deelname", "WHERE n.party_id", "WHERE true OR n.party_id"
    ),
    "stuk van een ander perceel": _replace_policy(
        "document",
        "select",
        f"party_id = {P} OR (gedeeld_at IS NOT NULL AND (eigenaar_id = {P} OR dossier_id = ANY {SHARED})) "
        "OR gepubliceerd_at IS NOT NULL",
    ),
    "verzonden gunning voor elk lid": _replace_policy(
        "besluit", "select", f"party_id = {P} OR (state = 'verzonden' AND (eigenaar_id = {P} OR dossier_id = ANY {SHARED}))"
    ),
    "beoordelingen in de historie voor elk lid": _replace_policy(
        "case_event", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"
    ),
    "voorlezen aan wie niet opende": _edit_function("geopende_inschrijvingen", "AND o.party_id = portal.party()", ""),
    "toetsen voor elk lid": _replace_policy("toets", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "verklaringen over belangen voor elk lid": _replace_policy(
        "belangverklaring", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"
    ),
    "gunning voor zij is verzonden": _replace_policy("besluit", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "dossiers van iedereen": _replace_policy("dossier", "select", "state IS NOT NULL"),
    "historie van iedereen": _replace_policy("case_event", "select", "kind IS NOT NULL"),
    "historie in andermans naam": _replace_policy(
        "case_event", "insert", f"party_id = {P} AND (eigenaar_id = {P} OR dossier_id = ANY {SHARED})"
    ),
    "dossier wijzigen voor deelnemers": _replace_policy("dossier", "update", f"eigenaar_id = {P} OR id = ANY {SHARED}"),
    "mijlpaal wijzigen voor deelnemers": _replace_policy(
        "mijlpaal", "update", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"
    ),
    "delen door wie wil": _replace_policy("dossier_deelnemer", "insert", f"party_id = {P}"),
    "bericht in andermans naam": _replace_policy("bericht", "insert", f"{P} IS NOT NULL"),
    "contract door een aanbieder": _replace_policy("overeenkomst", "insert", f"eigenaar_id = {P} AND party_id = {P}"),
    "aankondiging door een aanbieder": _replace_policy("publicatie", "insert", f"eigenaar_id = {P} AND party_id = {P}"),
    "gedeelde_dossiers zonder partij": _edit_function("gedeelde_dossiers", "party_id = (SELECT portal.party()) AND ", ""),
    "zoeken zonder partij": _edit_function("zoek_dossiers", "(d.eigenaar_id = wie OR d.id = ANY (gedeeld))", "true"),
    "tellen zonder partij": _edit_function(
        "ontvangen_inschrijvingen", "(d.eigenaar_id = portal.party() OR d.id = ANY (portal.gedeelde_dossiers()))", "true"
    ),
    "medewerkers voor iedereen": _edit_function(
        "medewerkers", "AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = portal.party())", ""
    ),
    "na publicatie toch wijzigen": _edit_function("is_gepubliceerd", "SELECT EXISTS", "SELECT false AND EXISTS"),
    "zichzelf als vervanger": _replace_policy("vervanging", "insert", f"party_id = {P}"),
    "regel zonder tweede persoon": _replace_policy("claim_rol", "insert", f"party_id = {P}"),
    "rol voor een collega": _replace_policy("membership", "update", f"party_id = {P}"),
    # Two walls: who manages nobody reaches no membership, and who does not the own one.
    "rol voor zichzelf": _both(_replace_policy("membership", "update", f"party_id = {P}"), _edit_function(
        "membership_vast", "NOT NEW.rollen <@ OLD.rollen", "false")),
    "mandaat zonder wie het vastlegde": _replace_policy("mandaat", "insert", f"party_id = {P}"),
    "historie met een eigen moment": f"GRANT INSERT ON portal.case_event TO {APP}",
    "beoordelen zonder verklaring": _edit_function("beoordeling_mag", "IS DISTINCT FROM false", "IS NULL AND false"),
    "te laat versturen": _edit_function("verzending_op_tijd", "NEW.verzonden_at >= sluit", "false"),
    "eigen termijn verzetten": _edit_function("termijn_vast", "OLD.eigenaar_id <> portal.party()", "false"),
    "besluit na verzenden": _edit_function("besluit_vast", "OLD.state = 'verzonden'", "false"),
    "een aanvraag die nog wordt geschreven": _replace_policy(
        "aanvraag", "select", "EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = aanvraag.id) OR gewijzigd_by <> '{}'"),
    "wat verstuurd is voor iedereen": _replace_policy("indiening", "select", "ontvangen_at <= portal.now()"),
    "punten voor de aanvrager": _replace_policy("beoordeling", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "het voorstel voor de aanvrager": _replace_policy("voorstel", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "antwoorden voor zij zijn verzonden": _replace_policy(
        "argument", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "regels van een voorstel": _replace_policy("subsidieregel", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "de boeken van het plafond": _replace_policy("plafond_boeking", "select", "geboekt_at <= portal.now()"),
    "interne historie": _replace_policy("case_event", "select", f"eigenaar_id = {P} OR (dossier_id = ANY {SHARED} AND kind "
                                        "NOT IN ('perceel:toetsen', 'perceel:scoren'))"),
    "boeken in andermans plafond": _replace_policy("plafond_boeking", "insert", f"party_id = {P}"),
    "een regeling na de bekendmaking": _edit_function("regeling_vast", "IS DISTINCT FROM 'concept'", "= 'x'"),
    "een regel na het verzenden": _edit_function("subsidieregel_vast", "OLD.besluit_id IS NOT NULL", "false"),
    "versturen in elke zaak": _replace_policy("indiening", "insert", f"party_id = {P}"),
    "een idee dat nog wordt geschreven": _replace_policy(
        "initiatief", "select", "EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = initiatief.id)"),
    "wie er meedoen aan een plan": _replace_policy("medeindiener", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "wat bewoners aan een andere gemeente stuurden": _replace_policy(
        "inzending", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "elk plan voor elke gemeente": _replace_policy(
        "uitdaging", "select", "EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = uitdaging.id) OR regels <> '{}'"),
    "informatie voor wie niets vroeg": _replace_policy("informatie", "select", "vraag <> ''"),
    "gesprekken voor iedereen": _replace_policy("gesprek", "select", "verslag <> ''"),
    "wat bewoners van een verslag vinden": _replace_policy("verslagakkoord", "select", "gezegd_at IS NOT NULL"),
    "oordelen voor de bewoners": _replace_policy(
        "criteriumoordeel", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "het panel voor de bewoners": _replace_policy("paneladvies", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "handtekeningen geteld voor de bewoners": _replace_policy(
        "steunlijst", "select", f"eigenaar_id = {P} OR dossier_id = ANY {SHARED}"),
    "wie een plan steunt": _replace_policy("steunbetuiging", "select", f"party_id = {P} OR EXISTS (SELECT 1 FROM "
                                           "portal.initiatiefpagina p WHERE p.id = pagina_id)"),
    "wie een plan volgt": _replace_policy("volger", "select", f"party_id = {P} OR EXISTS (SELECT 1 FROM "
                                          "portal.initiatiefpagina p WHERE p.id = pagina_id)"),
    "afspraken van anderen": _replace_policy("afspraak", "select", "vervallen_at IS NULL"),
    "handtekeningen van anderen": _replace_policy("afspraakteken", "select", "getekend_at IS NOT NULL"),
    "evaluaties van anderen": _replace_policy("evaluatie", "select", "tekst <> ''"),
    "bezwaren van anderen": _replace_policy("tegenspraak", "select", "tekst <> ''"),
    "wat een plan werd": _replace_policy("vervolg", "select", "sinds_on IS NOT NULL"),
    "een pagina die is verborgen": _replace_policy("initiatiefpagina", "select", "gepubliceerd_at IS NOT NULL"),
    "een taak die nog niet is getoond": _replace_policy("gemeentetaak", "select", "uitdaagbaar"),
    "wat de gemeente denkt, in de historie": _replace_policy(
        "case_event", "select", f"(eigenaar_id = {P} OR dossier_id = ANY {SHARED}) AND (kind NOT IN ('perceel:toetsen', "
        f"'perceel:scoren') OR eigenaar_id = {P}) AND (kind NOT LIKE 'intern:%' OR eigenaar_id = {P})"),
    "de steun van een pagina die is verborgen": _edit_function("pagina_telling", "AND p.verborgen_at IS NULL", ""),
    "de steun voor een plan": _edit_function("zaak_telling", "AND portal.party() IN (d.eigenaar_id, u.indiener_id)", ""),
    "een plan dat de bewoners bijwerken": _replace_policy(
        "uitdaging", "update", "EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = uitdaging.id)"),
    "een pagina die iedereen bijwerkt": _replace_policy("initiatiefpagina", "update", "gepubliceerd_at IS NOT NULL"),
    "een taak die een ander bijwerkt": _replace_policy("gemeentetaak", "update", "uitdaagbaar"),
    "volgen voor een ander": _replace_policy("volger", "insert", "pagina_id IS NOT NULL"),
    "een gesprek door de bewoners": _replace_policy(
        "gesprek", "insert", f"party_id = {P} AND (eigenaar_id = {P} OR dossier_id = ANY {SHARED})"),
    "een inzending in andermans naam": _replace_policy("inzending", "insert", "verzonden_by = (SELECT portal.user_id())"),
    "het antwoord door de bewoners": _edit_function("uitdagingsbesluit_klopt", (
        ("NEW.party_id <> NEW.eigenaar_id", "false"),
        # Out of time it is refused for that, whoever writes it.
        ("d.state IN ('beslissen', 'ontvankelijkheidstoets', 'wacht_op_aanvulling')", "true"))),
    "partij uit een vaste waarde": "CREATE OR REPLACE FUNCTION portal.party() RETURNS uuid LANGUAGE sql STABLE PARALLEL "
    "SAFE AS $$ "
    "SELECT coalesce(nullif(current_setting('portal.party_id', true), '')::uuid, (SELECT id FROM portal.gemeente WHERE "
    "slug = 'zwolle')) $$",
}
# Structure: what the catalogue shows.
PLAIN = {
    "policy verzending altijd waar": _replace_policy("verzending", "select"),
    "policy document altijd waar": _replace_policy("document", "select"),
    "geen FORCE op verzending": "ALTER TABLE portal.verzending NO FORCE ROW LEVEL SECURITY",
    "geen RLS op outbox": "ALTER TABLE portal.outbox DISABLE ROW LEVEL SECURITY",
    "policy weg": "DROP POLICY inschrijving_select ON portal.inschrijving",
    "DELETE op historie": f"GRANT DELETE ON portal.case_event TO {APP}",
    "UPDATE op verzending": f"GRANT UPDATE ON portal.verzending TO {APP}",
    "TRUNCATE": f"GRANT TRUNCATE ON portal.dossier TO {APP}",
    "lezen van identiteiten": f"GRANT SELECT ON portal.identiteit TO {APP}",
    "lezen van tokenhashes": f"GRANT SELECT ON portal.sessie TO {APP}",
    "historie met een eigen nummer": f"GRANT INSERT (volgnr) ON portal.case_event TO {APP}",
    "iemand anders lid maken": f"GRANT UPDATE (account_id) ON portal.membership TO {APP}",
    "vervanger verwisselen": f"GRANT UPDATE (vervanger_id) ON portal.vervanging TO {APP}",
    "alles van een bericht wijzigen": f"GRANT UPDATE ON portal.bericht TO {APP}",
    "klok voor de app": f"GRANT UPDATE ON portal.klok TO {APP}",
    "rechten voor iedereen": "GRANT SELECT ON portal.gemeente TO PUBLIC",
    "zegelaar mag wijzigen": f"GRANT UPDATE ON portal.zegel TO {SEALER}",
    "functie die eerst in pg_temp kijkt": "ALTER FUNCTION portal.zoek_dossiers(text, int) SET search_path = pg_catalog",
    "tijdelijke objecten voor iedereen": "DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', "
    "current_database()); END $$",
    "functie zonder search_path": "ALTER FUNCTION portal.zoek_dossiers(text, int) RESET search_path",
    "nieuwe functie als eigenaar": "CREATE FUNCTION portal.stiekem() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET "
    "search_path = pg_catalog "
    "AS $$ SELECT count(*) FROM portal.verzending $$",
    "account_van voor de app": f"GRANT EXECUTE ON FUNCTION portal.account_van(text, text, text, boolean) TO {APP}",
    "functie voor iedereen": "GRANT EXECUTE ON FUNCTION portal.sessie_begin(bytea, uuid, uuid, text, text, text, text, int, "
    "int, boolean) TO PUBLIC",
    "sessie voor de zegelaar": "GRANT EXECUTE ON FUNCTION portal.sessie_open(bytea) TO portal_zegel",
    "nieuwe functies voor iedereen": "ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
    "taken voor iedereen": "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO PUBLIC",
    "trigger op de taken": f"GRANT TRIGGER ON jobs.procrastinate_jobs TO {APP}",
    "verwijzing naar de taken": f"GRANT REFERENCES ON jobs.procrastinate_jobs TO {APP}",
    "tijdtrigger weg": "DROP TRIGGER op_tijd ON portal.verzending",
    "opening zonder controle": "DROP TRIGGER mag ON portal.opening",
    "trigger uitgezet": "ALTER TABLE portal.besluit DISABLE TRIGGER vast",
    "nieuwe tabel zonder muur": "CREATE TABLE portal.vergeten (id uuid)",
    "eigenaar veranderd": f"GRANT CREATE ON SCHEMA portal TO {APP}; ALTER TABLE portal.limiet OWNER TO {APP}",
}


def mutate(owner, mutation) -> None:
    """Apply one mutation as the owner."""
    with owner.begin() as connection:
        connection.exec_driver_sql((mutation if isinstance(mutation, str) else mutation(owner)).replace("%", "%%"))


@pytest.fixture
def copies(world, server, database, worker_id):
    """Gives (owner engine, app engine) of a new copy of the database as it stands; the one before it is dropped."""
    made = []

    def drop():
        for name, engines in made:
            for engine in engines:
                engine.dispose()
            server.drop_database(name)
        made.clear()

    def copy():
        drop()
        world.app.engine.dispose()
        world.owner.dispose()
        name = f"portaal_mutant_{worker_id}"
        server.create_database(name, template=database)
        engines = [create_engine(server.dsn(role, dbname=name)) for role in ("portal_owner", "portal_app")]
        made.append((name, engines))
        return engines

    yield copy
    drop()


def test_S2_every_mutation_of_the_structure_is_caught(world, server, database):
    """In transactions that are rolled back, as superuser, for an operator may have given away anything."""
    engine = create_engine(server.dsn(dbname=database))
    unnoticed = []
    try:
        with engine.connect() as connection:
            for name, mutation in PLAIN.items():
                assert structure(connection) == [], "voor elke proef klopt alles"
                connection.exec_driver_sql(mutation.replace("%", "%%"))
                if not structure(connection):
                    unnoticed.append(name)
                connection.rollback()
    finally:
        engine.dispose()
    assert unnoticed == [] and len(PLAIN) >= 20


def test_S2_every_knock_out_of_a_policy_or_filter_is_caught_by_looking(world, copies):
    """Each on a copy of its own, before the opening or after the award; a mutant must be seen in one of the two."""
    alive = dict(SUBTLE)
    for opened in (False, True):
        empty(world.owner)
        stage = build(world, opened)
        for name, mutation in list(alive.items()):
            owner, app_engine = copies()
            mutate(owner, mutation)
            if next(chain(writes(app_engine, stage), behaviour(app_engine, stage)), None):
                del alive[name]
    assert list(alive) == [] and len(SUBTLE) >= 20


def test_S2_an_opening_that_shares_too_widely_is_caught(world):
    definition = world.behind("SELECT pg_get_functiondef('portal.opening_opent'::regproc)")[0][0]
    # Naive: with every gemeente that was asked.
    everybody = "(SELECT * FROM portal.perceel_deelname UNION ALL SELECT p.id, x.party_id " \
        "FROM portal.dossier_deelnemer x JOIN portal.perceel p " \
        "ON p.inkoop_id = x.dossier_id)"
    mutate(world.owner, _edit_function("opening_opent", "portal.perceel_deelname w", f"{everybody} w"))
    try:
        found = list(behaviour(world.app.engine, build(world, opened=True)))
    finally:
        mutate(world.owner, definition)
    assert any(line.startswith("lid dat nee zei ziet") for line in found)


# Climbing over: what a party tries with statements of its own, past all code -----------------------------------------------


def said(world: World, person: Person | None, *statements: str, **values) -> str | int:
    """What the database says to this person: the word of its refusal, or how many rows the last statement gave or touched.
    Everything is rolled back. None: a visitor."""
    party, user = (person.party_id, person.user_id) if person else (PUBLIC_PARTY, None)
    with world.app.engine.connect() as connection:
        View(world.app.engine, Looker("", party, user))._bound(connection)
        try:
            for statement in statements:
                needed = {key: values[key] for key in re.findall(r"(?<![:\w]):([a-z_]+)", statement)}
                result = connection.execute(text(statement), needed)
                answer = len(result.all()) if result.returns_rows else result.rowcount
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        except DBAPIError as error:
            return "niet gegeven" if error.orig.sqlstate == "42501" else error.orig.diag.message_primary
        finally:
            connection.rollback()
    return answer


NO = (0, "niet gegeven")
NOBODY_BOUND = "SELECT set_config('portal.user_id', '', true)"


def test_a_type_of_the_caller_is_not_taken_for_one_of_the_database(world, server, database, settings):
    """Where an operator gave the right to make temporary objects (PostgreSQL's default), a type that is called tsquery would
    run its check as the owner of the function that names it. The portal does not start there, and the function passes it by."""
    met_deelname(world, percelen=1)
    with server.connect() as superuser:
        superuser.execute(f'GRANT TEMPORARY ON DATABASE "{database}" TO portal_app')
        try:
            with pytest.raises(UnsafeRole, match="tijdelijke objecten"):
                create_app(settings)
            engine = create_engine(settings.database_url)
            with engine.begin() as connection:
                for statement in (
                    "CREATE TEMP TABLE buit (wie text)",
                    "GRANT ALL ON pg_temp.buit TO PUBLIC",
                    "CREATE FUNCTION pg_temp.kijk(text) RETURNS boolean LANGUAGE sql AS $$ INSERT INTO pg_temp.buit "
                    "SELECT current_user; SELECT true $$",
                    "GRANT EXECUTE ON FUNCTION pg_temp.kijk(text) TO PUBLIC",
                    "CREATE DOMAIN pg_temp.tsquery AS pg_catalog.tsquery CHECK (pg_temp.kijk('x'))",
                    "GRANT USAGE ON TYPE pg_temp.tsquery TO PUBLIC",
                ):
                    connection.execute(text(statement))
                connection.execute(text("SELECT * FROM portal.zoek_dossiers('ink', 5)"))
                assert connection.execute(text("SELECT * FROM pg_temp.buit")).all() == []
            engine.dispose()
        finally:
            superuser.execute(f'REVOKE TEMPORARY ON DATABASE "{database}" FROM portal_app')


SHARES = ("INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid, van, tot) VALUES "
          "(gen_random_uuid(), :bid, portal.party(), :met, 'inkoper', portal.now() - interval '2 days', {tot})")


def test_a_bid_is_shared_by_its_opening_and_by_nothing_else(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bid = verstuurd(world, loop, loop.wie.aanbieders[0])
    bidder, lead, other = bid.aanbieder.verzender, loop.wie.manager, loop.wie.opener
    ids = {"bid": bid.inschrijving_id, "met": other.party_id}
    for tot in ("NULL", "portal.now() - interval '1 day'"):
        assert said(world, bidder, SHARES.format(tot=tot), **ids) in NO
    assert said(world, bidder, "UPDATE portal.dossier SET soort = 'x' WHERE id = :bid", **ids) in NO
    assert said(world, bidder, "UPDATE portal.inschrijving SET inkoop_id = inkoop_id WHERE id = :bid", **ids) in NO
    # Another kind of dossier, shared first, becomes no bid afterwards.
    assert said(world, bidder, "INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) VALUES "
                "(:nieuw, 'inkoop', 'X-1', 'x', 'begonnen', portal.party())",
                "INSERT INTO portal.inschrijving (id, inkoop_id, aanbieder_id) VALUES (:nieuw, :inkoop, portal.party())",
                nieuw=uuid.uuid4(), inkoop=loop.inkoop_id) in NO
    # What stands there already hides it from nobody.
    world.behind("INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid, van, tot) VALUES "
                 "(gen_random_uuid(), :bid, :zelf, :met, 'inkoper', portal.now() - interval '2 days', portal.now() - "
                 "interval '1 day')", zelf=bidder.party_id, **ids)
    geopend(world, replace(loop, inschrijvers=(bid,)))
    assert said(world, other, "SELECT 1 FROM portal.verzending") == said(world, lead, "SELECT 1 FROM portal.verzending") == 1
    assert said(world, bidder, "UPDATE portal.dossier_deelnemer SET tot = portal.now() WHERE dossier_id = :bid", **ids) in NO


def test_one_act_opens_nothing_whatever_the_lead_writes(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    verstuurd(world, loop, loop.wie.aanbieders[0])
    na_sluiting(world, loop)
    lead, ids = loop.wie.manager, {"inkoop": loop.inkoop_id, "perceel": loop.percelen[0]}
    world.as_(lead, usecases.openen, loop.inkoop_id)
    for dossier in (":inkoop", ":perceel"):
        statement = f"UPDATE portal.dossier SET state = 'geopend' WHERE id = {dossier}"
        assert said(world, lead, statement, **ids) == "opening_niet_in_deze_fase"
    # Also when the state says so: who opened is counted.
    world.behind("ALTER TABLE portal.dossier DISABLE TRIGGER opent")
    try:
        world.behind("UPDATE portal.dossier SET state = 'geopend' WHERE id IN (:inkoop, :perceel)", **ids)
    finally:
        world.behind("ALTER TABLE portal.dossier ENABLE TRIGGER opent")
    assert said(world, lead, "SELECT * FROM portal.geopende_inschrijvingen(:inkoop)", **ids) == 0
    assert said(world, lead, "SELECT 1 WHERE portal.opende(:perceel, portal.party())", **ids) == 0


def test_what_was_sent_stays_readable(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bid = verstuurd(world, loop, loop.wie.aanbieders[0])
    bidder = bid.aanbieder.verzender
    infected = "UPDATE portal.document SET scan = 'besmet' WHERE party_id = portal.party()"
    assert said(world, bidder, infected) == said(world, bidder, NOBODY_BOUND, infected) == "document_vast"
    geopend(world, replace(loop, inschrijvers=(bid,)))
    gone = "UPDATE portal.document SET vervallen_at = portal.now() WHERE gedeeld_at IS NOT NULL AND party_id = portal.party()"
    assert said(world, bidder, gone) == said(world, bidder, NOBODY_BOUND, gone) == "inschrijving_gesloten"
    assert said(world, bidder, infected) == "document_vast"
    assert said(world, bidder, "UPDATE portal.document SET gepubliceerd_at = portal.now() WHERE gedeeld_at IS NOT NULL AND "
                "party_id = portal.party()") == "document_vast"


def test_an_award_is_signed_as_it_was_drafted(world):
    loop = voorgesteld(world, percelen=1, punten=("8", "7"))
    signer, drafter = loop.wie.mandaathouder, loop.wie.manager
    (perceel,) = loop.percelen
    signs = "state = 'getekend', getekend_by = portal.user_id(), getekend_at = portal.now(), mandaat_id = :m"
    for who in (signer, drafter):
        for other in ("bedrag = 1", "tweede_lezer_nodig = NOT tweede_lezer_nodig", "inhoud = '{}'", "soort = 'klein'"):
            for more in ("", f", {signs}"):
                assert said(world, who, f"UPDATE portal.besluit SET {other}{more}", m=loop.wie.volmacht_id) in (
                    "besluit_vast", "niet_in_eigen_naam"), (other, more)
    drafts = ("INSERT INTO portal.besluit (id, dossier_id, eigenaar_id, party_id, soort, aard, rechtsmiddel, orgaan, "
              "onderwerp, inhoud, bedrag, state, tweede_lezer_nodig, opgesteld_by, opgesteld_at) SELECT gen_random_uuid(), "
              "dossier_id, eigenaar_id, party_id, soort, aard, rechtsmiddel, orgaan, onderwerp, inhoud, {bedrag}, 'opgesteld', "
              "{lezen}, portal.user_id(), portal.now() FROM portal.besluit WHERE dossier_id = :perceel")
    for bedrag, lezen, answer in (("1", "true", "gunning_klopt_niet"), ("NULL", "true", "gunning_klopt_niet"),
                                  ("bedrag", "false", "gunning_klopt_niet"), ("bedrag", "true", 1)):
        assert said(world, drafter, drafts.format(bedrag=bedrag, lezen=lezen), perceel=perceel) == answer, (bedrag, lezen)


INVITES = ("INSERT INTO portal.uitnodiging (id, party_id, naam, email, rollen, token_hash, uitgenodigd_by, gemaakt_at, "
           "verloopt_at) VALUES (gen_random_uuid(), portal.party(), 'x', 'x@voorbeeld.example', '{{auditor}}', '\\x09', "
           "{door}, portal.now() + interval '{begin} days', portal.now() + interval '{einde} days')")


def test_an_invitation_is_in_ones_own_name_from_now_for_a_while(world):
    noor, tamar = (world.medewerker("zwolle", "beheerder", naam=naam) for naam in ("Noor", "Tamar"))
    for door, begin, einde, answer in (("portal.user_id()", 0, 1, 1), (":ander", 0, 1, "niet gegeven"),
                                       ("NULL", 0, 1, "niet gegeven"), ("portal.user_id()", 9, 10, "niet gegeven"),
                                       ("portal.user_id()", 0, 900, "niet gegeven")):
        assert said(world, noor, INVITES.format(door=door, begin=begin, einde=einde), ander=tamar.user_id) == answer, door
    world.behind("INSERT INTO portal.uitnodiging (id, party_id, naam, email, rollen, token_hash, uitgenodigd_by, verloopt_at, "
                 "ingetrokken_at) SELECT gen_random_uuid(), :p, 'x', w || '@voorbeeld.example', '{auditor}', w::bytea, :t, "
                 "portal.now() + interval '1 day', CASE WHEN w = 'weg' THEN portal.now() END "
                 "FROM unnest('{weg,open}'::text[]) w",
                 p=tamar.party_id, t=tamar.user_id)
    open_one = "WHERE email LIKE 'open@%'"
    assert said(world, noor, f"UPDATE portal.uitnodiging SET token_hash = '\\x0a' {open_one}") == "uitnodiging_vast"
    assert said(world, noor, "UPDATE portal.uitnodiging SET ingetrokken_at = NULL") == "uitnodiging_vast"
    assert said(world, noor, f"UPDATE portal.uitnodiging SET rollen = '{{beheerder}}' {open_one}") in NO
    assert said(world, tamar, f"UPDATE portal.uitnodiging SET token_hash = '\\x0a' {open_one}") == 1
    assert said(world, noor, f"UPDATE portal.uitnodiging SET ingetrokken_at = portal.now() {open_one}") == 1


def test_what_an_administrator_began_ends_with_the_administrator(world):
    noor, tamar = (world.medewerker("zwolle", "beheerder", naam=naam) for naam in ("Noor", "Tamar"))
    for wie in (noor, tamar):
        world.as_(wie, leden.uitnodigen, naam="Iris", email=f"iris-{wie.actor.naam}@voorbeeld.example", rollen=["beheerder"])
        world.as_(wie, leden.claim_toevoegen, claim="groups", waarde=wie.actor.naam, rol="beheerder")
    (id_,) = world.behind("SELECT id FROM portal.membership WHERE account_id = :a", a=noor.user_id)[0]
    world.as_(tamar, leden.lid_verwijderen, id_)
    assert world.behind("SELECT uitgenodigd_by FROM portal.uitnodiging WHERE ingetrokken_at IS NULL") == [(tamar.user_id,)]
    assert world.behind("SELECT voorgesteld_by FROM portal.claim_rol") == [(tamar.user_id,)]
    lines = world.behind("SELECT handeling FROM portal.beveiligingslog WHERE details ->> 'reden' = 'lid vertrokken' ORDER BY 1")
    assert [line.handeling for line in lines] == ["groep een rol afnemen", "uitnodiging intrekken"]


def test_nobody_changes_a_membership_as_nobody(world):
    noor = world.medewerker("zwolle", "beheerder", naam="Noor")
    change = "UPDATE portal.membership SET rollen = '{beheerder,mandaathouder}' WHERE account_id = :wie"
    back = "UPDATE portal.membership SET beeindigd_at = NULL, beeindigd_by = NULL"

    def both(answer) -> None:
        assert said(world, noor, NOBODY_BOUND, change, wie=noor.user_id) == answer
        world.behind("UPDATE portal.membership SET beeindigd_at = portal.now(), beeindigd_by = :wie", wie=noor.user_id)
        assert said(world, noor, NOBODY_BOUND, back) == answer
        world.behind(back)
    both(0)
    # Who is nobody manages nobody; without that wall the trigger still asks in whose name.
    mutate(world.owner, _replace_policy("membership", "update", f"party_id = {P}"))
    try:
        both("niet_in_eigen_naam")
    finally:
        mutate(world.owner, _replace_policy("membership", "update", POLICIES["membership"].update))


def test_an_organisation_takes_no_number_or_address_of_another(world):
    aanbieder = world.aanbieder_persoon(world.aanbieder(), "aanbiederbeheerder")
    gemeente = world.medewerker("zwolle", "beheerder")
    for change in ("kvk_nummer = '11112222'", "naam = 'Anders'"):
        assert said(world, aanbieder, f"UPDATE portal.aanbieder SET {change} WHERE id = portal.party()") in NO
    for change in ("slug = 'kampen-2'", "cbs_code = 'GM9999'", "naam = 'Anders'", "inwoners = 1"):
        assert said(world, gemeente, f"UPDATE portal.gemeente SET {change} WHERE id = portal.party()") in NO
    assert said(world, aanbieder, "UPDATE portal.aanbieder SET omschrijving = 'x' WHERE id = portal.party()") == 1
    assert said(world, gemeente, "UPDATE portal.gemeente SET merkkleur = '#123456' WHERE id = portal.party()") == 1


def test_an_interest_is_not_taken_back_and_the_database_says_when(world):
    loop = geopend(world, percelen=1)
    judge = loop.wie.beoordelaar
    declares = ("INSERT INTO portal.belangverklaring (id, dossier_id, eigenaar_id, party_id, account_id, heeft_belang, "
                "toelichting, verklaard_at) VALUES (gen_random_uuid(), :i, :z, portal.party(), portal.user_id(), {belang}, "
                "CASE WHEN {belang} THEN 'Familie' END, {when})")
    ids = {"i": loop.inkoop_id, "z": world.gemeente("zwolle")}
    yes, no = (declares.format(belang=b, when="'2100-01-01'") for b in ("true", "false"))
    assert said(world, judge, yes, no, **ids) == "belang_gemeld"
    moments = "SELECT 1 FROM portal.belangverklaring WHERE verklaard_at BETWEEN portal.now() - interval '1 hour' AND "
    assert said(world, judge, no, yes, f"{moments} portal.clock_now()", **ids) == 2, "later gemeld kan"


def test_what_was_asked_and_promised_does_not_move(world):
    loop = uitgevraagde_inkoop(world, percelen=1)
    lead, ids = loop.wie.manager, {"i": loop.inkoop_id, "kampen": world.gemeente("kampen")}
    for moment in ("deelname_uiterlijk_at + interval '9 years'", "portal.now()", "NULL"):
        assert said(world, lead, f"UPDATE portal.inkoop SET deelname_uiterlijk_at = {moment} WHERE id = :i",
                    **ids) == "deelname_termijn_vast"
    sooner = "UPDATE portal.termijn SET due_on = due_on - 1 WHERE kind = '{}' AND eigenaar_id = portal.party()"
    assert said(world, lead, sooner.format("deelname")) == "termijn_korter"
    out = "UPDATE portal.dossier_deelnemer SET tot = portal.now() WHERE party_id = :kampen AND dossier_id = :i"
    besluiten(world, loop, "kampen")
    assert said(world, lead, out, **ids) == "deelnemer_blijft"
    perceel = out.replace(":i", ":p")
    assert said(world, lead, perceel, p=loop.percelen[0], **ids) == "deelnemer_blijft"


def test_a_standstill_is_not_shortened_and_a_case_does_not_vanish(world):
    loop = gegund(world, percelen=1)
    lead, ids = loop.wie.manager, {"p": loop.percelen[0]}
    sooner = "UPDATE portal.termijn SET due_on = due_on - 1 WHERE kind = 'standstill' AND dossier_id = :p"
    assert said(world, lead, sooner, **ids) == "termijn_korter"
    assert said(world, lead, sooner.replace("- 1", "+ 1"), **ids) == 1
    world.as_(lead, usecases.dagvaarding_melden, loop.percelen[0], ontvangen_on=world.behind(
        "SELECT (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date")[0][0])
    gone = "UPDATE portal.perceel SET dagvaarding_on = NULL WHERE id = :p"
    assert said(world, lead, gone, **ids) == "dagvaarding_zonder_historie"
    world.as_(lead, usecases.zaak_sluiten, loop.percelen[0], einde=next(iter(ZAAK_EINDE)))


GUEST_FILE = ("INSERT INTO portal.document (id, dossier_id, eigenaar_id, party_id, soort, titel, naam, media_type, grootte, "
              "sha256, opslag_key, ontvangst_nummer, ontvangen_by, versie, scan, gedeeld_at) VALUES (gen_random_uuid(), :i, "
              ":z, portal.party(), '{soort}', 'Vals', 'v.pdf', 'application/pdf', 1, repeat('a', 64), '2026/01/01/' || "
              "repeat('a', 32), 'OV-X', portal.user_id(), 1, 'schoon', portal.now())")


def test_a_member_writes_no_document_or_history_of_the_lead(world):
    loop = uitgevraagde_inkoop(world, percelen=1)
    member, ids = loop.wie.beleid["kampen"], {"i": loop.inkoop_id, "z": world.gemeente("zwolle")}
    for soort in ("inkoopstuk", "proces-verbaal"):
        assert said(world, member, GUEST_FILE.format(soort=soort), **ids) in NO
    own = GUEST_FILE.format(soort="deelnamebesluit")
    assert said(world, member, own, **ids) == 1
    public = "UPDATE portal.document SET gepubliceerd_at = portal.now() WHERE party_id = portal.party()"
    assert said(world, member, own, public, **ids) == "document_vast"
    line = ("INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, actor_id, kind, facts, occurred_on) VALUES "
            "(gen_random_uuid(), :i, :z, portal.party(), portal.user_id(), '{}', '{{}}', '2026-01-01')")
    for kind, answers in (("inkoop:stoppen", NO), ("perceel:dagvaarding", NO), ("inkoop:deelname", (1,))):
        assert said(world, member, line.format(kind), **ids) in answers


def test_who_bids_or_takes_part_is_told_to_nobody_who_does_not_see_it(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=2)
    bid = verstuurd(world, loop, loop.wie.aanbieders[0])
    concept(world, loop, loop.wie.aanbieders[1])
    rival = loop.wie.aanbieders[1].verzender
    ids = {"bid": bid.inschrijving_id, "p": loop.percelen[0], "i": loop.inkoop_id, "kampen": world.gemeente("kampen")}
    for who in (None, rival, loop.wie.manager):
        assert said(world, who, "SELECT portal.partijen_met_werk()") == 0
        assert said(world, who, "SELECT 1 FROM portal.outbox o WHERE portal.post_partij(o.id) IS NOT NULL") == 0
        # Of a bid that one does not see there is no last act, sent or not.
        for versie in (0, 99):
            assert said(world, who, f"SELECT 1 WHERE portal.is_laatste_verzending(:bid, :p, {versie})", **ids) == 0
    for who, answer in ((None, 0), (rival, 0), (loop.wie.manager, 1), (loop.wie.beleid["dalfsen"], 1)):
        assert said(world, who, "SELECT 1 WHERE portal.neemt_deel(:i, :kampen)", **ids) == answer
        assert said(world, who, "SELECT 1 WHERE portal.neemt_deel_aan(:p, :kampen)", **ids) == answer
    assert world.behind("SELECT count(*) FROM jobs.procrastinate_jobs WHERE args ? 'party_id'")[0][0] == 0
    with world.app.engine.connect() as worker:
        assert rival.party_id in worker.execute(text("SELECT portal.partijen_met_werk()")).scalars().all()


def test_the_journals_hold_who_did_it(world):
    rival, victim = world.aanbieder_persoon(world.aanbieder(), "verzender"), world.medewerker("zwolle", "auditor")
    loop = uitgevraagde_inkoop(world, percelen=1)

    def forge(session, _actor):
        session.execute(text("SELECT portal.journaal(:p, :w, 'vals', 'x', 'geweigerd', '1.2.3.4', '{}')"),
                        {"p": victim.party_id, "w": victim.user_id})
        session.execute(text("SELECT portal.bekeken(:w, :p, :i, 'vals')"),
                        {"p": victim.party_id, "w": victim.user_id, "i": loop.inkoop_id})

    world.as_(rival, forge)
    for table, what in (("beveiligingslog", "handeling"), ("toegangslog", "endpoint")):
        assert world.behind(f"SELECT party_id, account_id FROM portal.{table} WHERE {what} = 'vals'") == [
            (rival.party_id, rival.user_id)]
    staff = "SELECT 1 WHERE portal.in_dienst(:w, :p)"
    ids = {"w": victim.user_id, "p": victim.party_id}
    assert (said(world, rival, staff, **ids), said(world, None, staff, **ids)) == (0, 0)
    assert said(world, world.medewerker("kampen", "auditor"), staff, **ids) == 1
