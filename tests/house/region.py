"""A region with something of everything for the crawl, and everybody who might look at it."""

import itertools
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import text

from portal.db import Session
from portal.domains.beheer import leden, mandaten
from portal.domains.inkoop import inschrijven, usecases
from portal.domains.inkoop.model import Poort
from portal.domains.plaatsingen import aanbieden, klachten, mensen, ondersteuning, overdragen, plan, terugkeer
from portal.domains.subsidies import (
    aanvragen,
    bewaken,
    bezwaar,
    inzicht,
    queries,
    regelingen,
    rekening,
    tekenen,
    toestemming,
    uitvoering,
    vaststellen,
    voorstellen,
    vorderen,
)
from portal.domains.subsidies import usecases as subsidies
from portal.domains.uitdaagrecht import initiatieven
from portal.domains.uitdaagrecht import openbaar as showing
from portal.domains.uitdaagrecht import uitvoering as agreeing
from portal.domains.uitdaagrecht import usecases as challenges
from portal.identity.permissions import Permission
from portal.kernel import clock
from portal.kernel.planning import Moment
from portal.models import metadata
from portal.tenants.region import party_id
from portal.tenants.scope import acting_for
from portal.web.navigation import _hash as theme_digest
from tests import (
    berichten_world,
    inkoop_world,
    plaatsingen_world,
    raad_world,
    subsidies_world,
    uitdaagrecht_world,
    verrekening_world,
)
from tests.conftest import empty
from tests.house.canaries import plant
from tests.world import Person, World

# Tables that every visit or attempt may add to; they are journals, not anybody's data.
JOURNALS = {
    "sessie",
    "limiet",
    "beveiligingslog",
    "toegangslog",
    "idempotentie",
    "inloglink",
    "klok",
    "nummer",
    "zegel",
    "zegelkop",
    # What is kept of every view of a person, in the name of the gemeente that the person is of.
    "verwerking",
}
# Who may write a row, where it is not the party in `party_id` (there it means: for whom it is).
WRITERS = {
    "termijn": ("eigenaar_id", "party_id"),
    # Who looks along, may stop; what a provider says about progress the gemeente confirms, what a resident asks it answers.
    "koppeling": ("party_id", "inwoner_id"),
    "voortgang": ("eigenaar_id", "party_id"),
    "inwonervraag": ("eigenaar_id", "party_id"),
    # Who leaves an employer loses the mandates of others (portal.lid_vertrekt).
    "mandaat": ("party_id", "werkgever_id"),
    "bericht": ("afzender_id", "party_id"),
    "dossier": ("eigenaar_id",),
    "dossier_deelnemer": ("eigenaar_id",),
    "gemeente": ("id",),
    "aanbieder": ("id",),
    "aanbieder_contact": ("id",),
    "partij": ("id",),
    "publicatie": ("eigenaar_id",),
    "subsidieregister": ("gemeente_id",),
    # Anybody may check beforehand whether a scheme is for them: nobody's row.
    "geschiktheidscheck": (),
    "outbox": (),
}
ROOTS = {"inkoop", "perceel", "inschrijving", "regeling", "aanvraag", "subsidie", "rapportage", "betalingsstop", "vordering",
         "bezwaar", "toestemming", "bewaking", "toegang", "plaatsing", "verblijf", "overdracht",
         "verrekening", "initiatief", "uitdaging"}


@dataclass(frozen=True)
class Persona:
    """Somebody who looks, with the person behind it (None: nobody is logged in)."""

    name: str
    person: Person | None

    @property
    def party_id(self):
        return self.person.party_id if self.person else None


@dataclass
class Region:
    """What the crawl needs: people, ids, and a picture of all rows."""

    world: World
    owner: object
    personas: list[Persona] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)
    # Pages that need something the crawl does not make; each is tried by a test of its own.
    hard_to_reach: frozenset[str] = frozenset(
        {
            "account.terug",
            "account.uitnodiging",
            "account.inloglink",
            "publiek.archief",
            # Everybody who asks for files counts together; tests/web/test_subsidieregister.py.
            "subsidieregister.verslag_csv",
            # The file of a settlement is there once both gemeenten agreed; tests/web/test_verrekening.py.
            "plaatsing.verrekening_bestand",
            # A letter opens after its message was opened, and a crawl that reads opens nothing.
            "berichten.brief",
        }
    )
    must_be_read: frozenset[str] = frozenset(
        {
            "inkoop.terugval",
            "deelnamebesluit.concept",
            "inschrijving.concept",
            "verzending.inhoud",
            "document.naam",
            "bericht.tekst",
            "mandaat.vindplaats",
            "membership.email",
            "score.motivering",
            "aanbieder.contact",
            "aanvraag.concept",
            "indiening.inhoud",
            "voorstel.motivering",
            "beoordeling.motivering",
            "argument.tekst",
            "subsidieregel.tekst",
            "plafond_boeking.vindplaats",
            "besluit.motivering",
            "persoon.naam",
            "onderzoek.hulpvraag",
            "planregel.tekst",
            "taakbevestiging.verklaring",
            "initiatief.concept",
            "inzending.inhoud",
            "criteriumoordeel.motivering",
            "routetoets.toelichting",
            "paneladvies.motivering",
            "informatie.vraag",
            "tegenspraak.tekst",
            "raadsstuk.gevraagd",
            "toezegging.tekst",
        }
    )

    # Writes that need something no page of the crawl has; each is tried by a test of its own. (method endpoint: why)
    hard_to_write: dict[str, str] = field(
        default_factory=lambda: {
            "POST beheer.claims_proef": "no login service; tests/web/test_beheer.py",
            "POST inkoop.criterium_toevoegen": "every perceel has its 100 points; tests/web/test_inkoop_plannen.py",
            "POST plaatsing.huishoudlid": "who belongs to a household is typed exactly; tests/web/test_plaatsing.py",
            "POST inkoop.stuk_delen": "every document is shared; tests/web/test_inkoop_plannen.py",
        }
        # No procurement of the region is in this phase.
        | dict.fromkeys(("POST inkoop.doorzetten", "POST inkoop.publiceren"), "tests/web/test_inkoop_plannen.py")
        | {
            "POST inkoop.terughalen": "tests/domains/test_inkoop_plan.py",
            "POST inkoop.gunning_intrekken": "tests/web/test_inkoop_afloop.py",
            "POST inkoop.terzijde_leggen": "tests/web/test_inkoop_herzien.py",
        }
        | dict.fromkeys(
            ("POST inkoop.openen", "POST inkoop.ondertekenen", "POST inkoop.dagvaarding", "POST inkoop.contracteren",
             "POST inkoop.zaak_voorbij"),
            "tests/web/test_inkoop_gunnen.py",
        )
        | {"POST uitdaging.naar_inkoop_doen": "every yes there is a subsidy; tests/web/test_uitdaging.py",
           "POST uitdaging.herzien_doen": "no objection was right there; tests/web/test_uitdaging.py"}
        # The code of a link is said once.
        | dict.fromkeys(("POST initiatief.ophalen_bevestigen", "POST initiatief.meedoen_bevestigen"),
                        "tests/web/test_mijn_plannen.py")
        | dict.fromkeys(("POST uitdagen.link", "POST uitdagen.idee_bewaren"), "tests/web/test_uitdagen.py")
        # A tender is ranked when the time to apply is over; a paper case, and one that was not supplemented in time.
        | {"POST subsidie.regeling_rangschikken": "tests/web/test_subsidie_regelingen.py",
           "POST subsidie.papieren_aanvulling": "tests/web/test_subsidie_zaken.py",
           "POST subsidie.papieren_zienswijze": "tests/web/test_subsidie_zaken.py",
           "POST subsidie.toch_behandelen": "tests/web/test_subsidie_zaken.py"}
        # They wait for a day that is not today, or for paper.
        | dict.fromkeys(("POST subsidie.ambtshalve_vaststellen", "POST subsidie.termijn_stellen",
                         "POST subsidie.aanmanen", "POST subsidie.rente_voorleggen", "POST subsidie.terugbetaald"),
                        "tests/web/test_subsidie_vaststellen.py")
        | dict.fromkeys(("POST subsidie.dwangsom_voorstellen", "POST subsidie.ingebreke_papier",
                         "POST subsidie.dwangsom_betaald", "POST ontvanger.ingebreke_versturen"), "tests/web/test_bezwaar.py")
        # The code of a connection is said once; nobody is old enough to be forgotten, and two colleagues differ.
        | dict.fromkeys(("POST ondersteuning.koppelen", "POST ondersteuning.toestemming_intrekken",
                         "POST plaatsing.bewaren_voorstellen", "POST plaatsing.bewaren_beslissen",
                         "POST plaatsing.collega_overdragen"), "tests/web/test_ondersteuning.py")
        # They wait for a day that is not today, or for an earlier stay.
        | dict.fromkeys(("POST plaatsing.afsluiten", "POST plaatsing.opvolgen", "POST plaatsing.plan_overnemen"),
                        "tests/web/test_plaatsing_plan.py")
        # Every case is of the only worker that looks; longer than it runs is a day the crawl does not type.
        | {"POST plaatsing.zaak_nemen": "tests/domains/test_plaatsing_mensen.py",
           "POST plaatsing.bezwaar_beslissen": "nobody objected there; tests/web/test_ondersteuning.py",
           "POST plaatsing.toewijzing_wijzigen": "tests/web/test_berichtenverkeer.py"}
        # The crawl has no keys for what is closed, and no message of a provider.
        | dict.fromkeys(("POST plaatsing.inlezen", "POST plaatsing.toewijzingsbericht_maken"),
                        "tests/web/test_berichtenverkeer.py")
        | dict.fromkeys(("POST plaatsing.overdracht_afronden", "POST plaatsing.opnieuw_zoeken"), "tests/web/test_overdragen.py")
        # Its settlement is in dispute.
        | dict.fromkeys(("POST plaatsing.verrekening_antwoorden", "POST plaatsing.verrekening_vaststellen",
                         "POST plaatsing.verrekening_opstellen", "POST plaatsing.verrekening_regel_opnieuw_maken"),
                        "tests/web/test_verrekening.py")
        | dict.fromkeys(("POST subsidie.rente_betalen_voorleggen", "POST subsidie.rente_betaald"),
                        "nothing was paid late there; tests/web/test_subsidie_rentevergoeding.py")
        | dict.fromkeys(("POST subsidie.opschorting_eindigen", "POST subsidie.bezwaar_opschorting_eindigen",
                         "POST subsidie.toestemming_opschorting_eindigen", "POST subsidie.bezwaar_opschorten",
                         "POST subsidie.toestemming_opschorten", "POST subsidie.toestemming_aanvulling_vastleggen"),
                        "nothing stands still there; tests/web/test_subsidie_opschorten.py")
        | {"POST subsidie.posten": "no letter on paper there; tests/web/test_subsidie_posten.py",
           "POST subsidie.rekening_papier_invoeren": "no payment failed there; tests/web/test_subsidie_rekening.py",
           "POST subsidie.toestemming_voorschriften_voorleggen": "no consent by law there; tests/web/test_toestemming.py",
           "POST subsidie.bezwaar_advies_vastleggen": "no committee there; tests/web/test_bezwaar.py",
           "POST subsidie.steunregister_melden": "no small aid there; tests/web/test_subsidie_besluiten.py",
           "POST subsidie.herzien_stoppen": "nothing is revised there; tests/web/test_subsidie_herzien.py",
           "POST subsidie.toestemming_bekendmaken": "tests/web/test_toestemming.py",
           "POST ontvanger.toestemming_aanvullen": "nothing was asked; tests/web/test_toestemming.py",
           "POST subsidie.opschorten_vastleggen": "of days that were; tests/web/test_subsidie_opschorten.py",
           "POST subsidie.status_inlezen": "a file of the finance system; tests/web/test_subsidie_uitvoering.py",
           "POST subsidie.voorschot_opstellen": "everything planned was decided; tests/web/test_subsidie_uitvoering.py",
           "POST subsidie.bezwaar_voorstellen": "after hearing and answering; tests/web/test_bezwaar.py",
           "POST subsidie.vaststelling_voorleggen": "lower needs a view first; tests/web/test_subsidie_vaststellen.py",
           "POST subsidie.register_zetten": "it stands as the form says; tests/web/test_subsidie_inzicht.py"}
        | {"POST aanvraag.document_hergebruiken": "no applicant keeps documents there; tests/web/test_aanvraag.py"}
    )

    def keep(self, server, database: str) -> None:
        """Remember the region as it is now."""
        self._server, self._database, self._kept = server, database, f"{database}_kruip"
        self._close()
        # Whoever forgot to hang up, in this worker or before: the crawl does not stand or fall by that.
        server.create_database(self._kept, template=database, force=True)

    def restore(self) -> None:
        """Everything as it was when it was kept."""
        self._close()
        self._server.drop_database(self._database)
        self._server.create_database(self._database, template=self._kept)

    def forget(self) -> None:
        """Remove what was kept; the region itself stays."""
        self._server.drop_database(self._kept)

    def _close(self) -> None:
        self.world.app.engine.dispose()
        self.owner.dispose()

    def token(self, persona: Persona) -> str | None:
        """A live session, made anew: an earlier write may have ended the last one."""
        return self.world.token(persona.person) if persona.person else None

    def fill(self, rule):
        """Every set of values for the variable parts of a route."""
        options = []
        for name in sorted(rule.arguments):
            # Where the address itself says which words may stand there, those.
            known = sorted(getattr(rule._converters[name], "items", ()))
            options.append([(name, value) for value in known or self.ids.get(name) or self._guess(name)])
        return [dict(values) for values in itertools.product(*options)] if options else [{}]

    def _guess(self, name: str) -> list[str]:
        assert name.endswith("_id"), f"de proef weet niet wat {name} is: zet het in Region.ids"
        raise AssertionError(f"welke tabel hoort bij {name}? Zet het in Region.ids")

    def snapshot(self) -> dict:
        """Every row of every table that is somebody's data: (table, key) -> row."""
        found = {}
        with self.owner.connect() as c:
            for table in metadata.sorted_tables:
                if table.name in JOURNALS:
                    continue
                keys = [k.name for k in table.primary_key]
                for row in c.execute(text(f"SELECT to_jsonb(t) FROM portal.{table.name} t")).scalars():
                    found[(table.name, tuple(str(row[k]) for k in keys))] = row
        return found

    def foreign_changes(self, persona: Persona, before: dict, after: dict) -> list[str]:
        """Changes that this persona's party had no business making."""
        owners = {key[1][0]: row["eigenaar_id"] for key, row in after.items() if key[0] == "dossier"}
        contracts = {key[1][0]: row["eigenaar_id"] for key, row in after.items() if key[0] == "overeenkomst"}
        mandates = {key[1][0]: row for key, row in after.items() if key[0] == "mandaat"}
        wrong = []
        # What this party was asked and answered, the database carries out at once in the dossier of who asked.
        answered = {row["dossier_id"] for key, row in after.items() if key[0] == "plaatsing_antwoord" and key not in before
                    and row["party_id"] == str(persona.party_id)}
        # Who stops what another gemeente accepted, takes back what the yes began there (portal.overdracht_gestaakt).
        stopped = {row["id"] for key, row in after.items() if key[0] == "dossier" and row["soort"] == "overdracht"
                   and row["eigenaar_id"] == str(persona.party_id) and row["state"] == "gestaakt"
                   and before.get(key, {}).get("state") == "aanvaard"}
        # The client ends what others see of the own case (portal.koppeling_beeindigen).
        oneself = {row["persoon_id"] for key, row in before.items() if key[0] == "koppeling" and row["hoedanigheid"] == "zelf"
                   and row["inwoner_id"] == str(persona.party_id)}
        for key in set(before) | set(after):
            if before.get(key) == after.get(key):
                continue
            table, row = key[0], after.get(key) or before[key]
            if (table == "dossier" and row["id"] in answered) or (
                    table in ("termijn", "dossier_deelnemer") and row["dossier_id"] in answered) or (
                    table == "bezetting" and row["verblijf_id"] in answered):
                continue
            if (table == "verantwoordelijkheid" and row["overdracht_id"] in stopped) or (table == "bezetting"
                                                                                         and row["id"] in stopped):
                continue
            if table == "koppeling" and key in before and row["persoon_id"] in oneself and row["ingetrokken_at"]:
                continue
            if table == "geschiktheidscheck" and key not in before:
                continue
            if table in ROOTS:
                writers = {owners[key[1][0]]}
            elif table == "overeenkomst_periode":
                writers = {contracts[row["overeenkomst_id"]]}
            elif table == "mandaat_instemming":
                mandate = mandates[row["mandaat_id"]]
                writers = {mandate["party_id"], mandate["werkgever_id"]}
            elif table in ("account", "identiteit"):
                writers = set() if key in before else {str(persona.party_id)}
            else:
                writers = {row.get(column) for column in WRITERS.get(table, ("party_id",))}
            # A gemeente with one administrator asks the region, who confirms its rule or refuses it (portal.claim_rol_*).
            for_region = persona.person and "regiobeheerder" in persona.person.actor.roles
            if table == "claim_rol" and for_region and key in before and not before[key]["bevestigd_at"]:
                continue
            if table == "outbox" and persona.party_id and key not in before:
                continue
            # Who stops a published procurement ends what waited for the bidders and has them told, without learning who they
            # are (portal.inschrijvers_melden).
            if persona.person and persona.person.actor.may(Permission.INKOOP_BESLISSEN):
                if table == "bericht" and key not in before and row["afzender_id"] == str(party_id("beschermd-wonen")):
                    continue
                if (table == "termijn" and key in before and row["kind"] == "werk_versturen"
                        and {**before[key], "met_on": None} == {**row, "met_on": None}):
                    continue
            if persona.party_id is None or str(persona.party_id) not in {str(w) for w in writers}:
                wrong.append(f"{table} {key[1]} ({', '.join(sorted(map(str, writers)))})")
        return wrong


def _in_beheer(world: World, people: dict[str, Person]) -> None:
    """Something of everything that waits for a second person in beheer."""
    zwolle, kampen = people["beheerder zwolle"], people["beheerder kampen"]
    world.as_(zwolle, leden.uitnodigen, naam="Nieuw", email="nieuw@voorbeeld.example", rollen=["auditor"])
    world.as_(
        zwolle,
        mandaten.mandaat_geven,
        soort="volmacht",
        orgaan="burgemeester",
        gemachtigde_id=people["beleid kampen"].user_id,
        werkgever_id=kampen.party_id,
        besluit_soort="gunning",
        tot_bedrag=None,
        van=clock.today(),
        tot=None,
        vindplaats="volmachtregister",
    )
    # One administrator asks the region to confirm, two confirm each other.
    second = world.medewerker("kampen", "beheerder", naam="Tweede beheerder")
    for admin in (people["buur beheerder"], second):
        world.as_(admin, leden.claim_toevoegen, claim="groups", waarde="inkoop", rol="contractmanager")
    world.as_(
        zwolle,
        mandaten.vervangen,
        afwezige_id=people["contractmanager zwolle"].user_id,
        vervanger_id=people["jurist zwolle"].user_id,
        van=clock.today(),
        tot=clock.today() + timedelta(days=7),
        reden="verlof",
    )


def _toegang(world: World) -> list[plaatsingen_world.Toegangsloop]:
    """Reports at Kampen, each where another step waits: just in, given account of, applied for, proposed, signed."""
    wie = plaatsingen_world.personen(world)
    persoon = plaatsingen_world.persoon(world, wie)
    new = {"wie": wie, "persoon_id": persoon}
    first = plaatsingen_world.gemeld(world, **new, spoed=True)
    plaatsingen_world.huishouden(world, first)
    plaatsingen_world.taakoverdracht(world, wie)
    # Somebody without a household, and one who belongs to none yet.
    alone = plaatsingen_world.persoon(world, wie, naam="Nicht Voorbeeld", bsn="", bron=None)
    plaatsingen_world.persoon(world, wie, naam="Neef Voorbeeld", bsn="", bron=None)
    return [first, plaatsingen_world.gemeld(world, wie, persoon_id=alone),
            plaatsingen_world.met_verslag(world, **new), plaatsingen_world.aangevraagd(world, **new),
            plaatsingen_world.voorgesteld(world, plaatsingen_world.aangevraagd(world, **new)),
            plaatsingen_world.toegekend(world, plaatsingen_world.aangevraagd(world, **new))]


def _plaatsing(world: World, wie: plaatsingen_world.Personen, aanbieder_id, bekend) -> list[plaatsingen_world.Plaatsingsloop]:
    """Placements of Kampen at one provider, each where another step waits: begun, offered, answered by one side, reserved,
    lived in, away for a while, ended, and one with a pgb. `bekend`: a person with a citizen service number."""
    pw = plaatsingen_world
    # The contract of the region begins some day; here it runs.
    world.behind("UPDATE portal.overeenkomst_periode SET van = van - 3000 WHERE volgnummer = 1")
    waar = pw.huis(world, aanbieder_id=aanbieder_id, aantal=20)
    pw.huis(world, aanbieder_id=aanbieder_id, aantal=2, naam="De Brink, geheim (fictief)", geheim=True)

    def begun(geleden: int = 0, **anders):
        someone = pw.persoon(world, wie, naam="Voorbeeld Woont", bsn="", bron=None)
        return pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(
            world, wie=wie, persoon_id=someone, dagen_geleden=geleden), **{"van": clock.today()} | anders))

    found = [begun(), pw.aangeboden(world, begun(), waar)]
    for answered in ("inwoner", "aanbieder"):
        loop = pw.aangeboden(world, begun(), waar)
        if answered == "inwoner":
            world.as_(wie.consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=True)
        else:
            world.as_(waar.begeleider, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=True)
        found.append(loop)
    found.append(pw.gereserveerd(world, pw.aangeboden(world, begun(), waar, over=0)))
    found += [pw.verblijvend(world, pw.gereserveerd(world, pw.aangeboden(world, begun(), waar, over=0)), over=0)
              for _n in range(4)]
    world.as_(wie.consulent, aanbieden.stilleggen, found[-1].verblijf_id, reden="Opname in het ziekenhuis.")
    world.as_(wie.consulent, aanbieden.beeindigen, found[-2].verblijf_id, on=clock.today(), einde="uitstroom_zelfstandig")
    found.append(begun(vorm="pgb", motief="eigen_regie"))
    lives = found[5]
    goals = [world.as_(wie.consulent, plan.resultaat, lives.verblijf_id, domein="geld", wat="Zelf de vaste lasten betalen.").id
             for _n in range(2)]
    world.as_(waar.begeleider, plan.uitwerken, goals[0], hoe="Elke vrijdag samen kijken.", met_wie="de bewoner")
    world.as_(waar.begeleider, plan.voortgang, lives.verblijf_id, soort="voortgang", op_on=clock.today(),
              besproken="de bewoner", scores=dict.fromkeys(goals, ("vooruit", "Twee keer gelukt.")))
    world.as_(wie.consulent, terugkeer.toetsen, lives.plaatsing_id, besproken_on=clock.today(), mogelijk=True,
              helpt_herstel=True)
    verrekening_world.rijen(world, lives)
    # Somebody with a citizen service number: allocated to the provider, told in a message, and asked for by another.
    known = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=wie, persoon_id=bekend), van=clock.today()))
    told = berichten_world.toegewezen(world, pw.gereserveerd(world, pw.aangeboden(world, known, waar, over=0)))
    berichten_world.uitgegeven(world, told)
    berichten_world.verzoek(world, told)
    found.append(told.loop)
    # To another gemeente: offered, refused and in dispute (with advice, and without), accepted, and taken over today.
    found += [pw.overdracht_aangeboden(world, begun()), pw.overdracht_aanvaard(world, pw.overdracht_aangeboden(world, begun()))]
    refused = pw.overdracht_aangeboden(world, begun())
    world.as_(refused.ontvanger.consulent, overdragen.antwoorden, refused.overdracht_id, ja=False, reden="netwerk")
    world.as_(wie.consulent, overdragen.geschil, refused.overdracht_id, reden="Het netwerk is juist daar.")
    advised, plain = (pw.overdracht_aangeboden(world, begun()) for _n in range(2))
    for one in (advised, plain):
        world.as_(one.ontvanger.consulent, overdragen.antwoorden, one.overdracht_id, ja=False, reden="netwerk")
    world.as_(wie.consulent, overdragen.geschil, advised.overdracht_id, reden="Het netwerk is juist daar.")
    world.as_(wie.consulent, overdragen.advies, advised.overdracht_id, advies="Zwolle heeft de beste kans.", on=clock.today())
    today = pw.overdracht_aanvaard(world, pw.overdracht_aangeboden(world, begun(3), ingaand_on=clock.today()))
    # Lived in, and gone over.
    gone = pw.verblijvend(world, pw.gereserveerd(world, pw.aangeboden(world, begun(3), waar, over=0)), over=0)
    gone = pw.overdracht_aanvaard(world, pw.overdracht_aangeboden(world, gone, ingaand_on=clock.today()))
    world.as_(wie.consulent, overdragen.overgaan, gone.plaatsing_id)
    return [*found, refused, advised, plain, today, gone]


def _around(world: World, loop: plaatsingen_world.Plaatsingsloop, inwoner: Person) -> None:
    """Somebody looks along with a placement, asked something and complained twice, of which one was confirmed; a worker wrote
    down what was agreed."""
    worker = loop.wie.consulent
    for number in range(2):
        _made, code = world.as_(worker, mensen.koppeling_maken, loop.plaatsing_id, hoedanigheid="zelf", naam="Wie meekijkt",
                                bewijs="Paspoort")
        if not number:
            world.as_(inwoner, ondersteuning.koppelen, code)
    world.as_(inwoner, ondersteuning.vragen, loop.plaatsing_id, soort="vraag", tekst="Hoe lang nog?")
    for tekst in ("Niemand belt.", "Niemand schrijft."):
        complaint = world.as_(inwoner, ondersteuning.vragen, loop.plaatsing_id, soort="klacht", tekst=tekst)
    world.as_(worker, klachten.bevestigen, loop.plaatsing_id, complaint.id)
    world.as_(worker, mensen.notitie_maken, loop.plaatsing_id, op_on=clock.today(), vorm="gesprek", met="de moeder",
              tekst="Kort.", afspraak="Bel terug.", afspraak_on=clock.today() + timedelta(days=5))


def _subsidies(world: World) -> subsidies_world.Subsidieloop:
    """A case in every state that somebody can still do something in, a scheme that is written and one that is a tender."""
    sw = subsidies_world
    wie = sw.personen(world, 3)
    scheme = sw.open_regeling(world, wie, plafond="900000")
    van, _tot = sw.jaar()
    world.as_(wie.adviseur, regelingen.maximum_vaststellen, scheme.regeling_id, product="dagdeel", jaar=van.year,
              per="subsidie", bedrag=Decimal(99_000), besluit="college", van=van)
    with world.owner.connect() as c:
        reference = c.execute(text("SELECT reference FROM portal.regeling_publicatie")).scalar()
    world.as_(wie.aanvragers[0].auteur, lambda s, _a: regelingen.check_bewaren(s, reference, {"plek": "ja"}))
    sw.verleend(world, sw.geschreven(world, scheme, wie=0))
    sw.voorgesteld(world, sw.geschreven(world, scheme, wie=1))
    # One that waits for the second reader, and one for the pen of who looks.
    high = sw.open_regeling(world, wie, plafond="900000", tweede_lezer_vanaf=Decimal(1000), titel="Opvang")
    sw.voorgesteld(world, sw.geschreven(world, high, wie=0))
    sw.in_behandeling(world, sw.geschreven(world, scheme, wie=0))
    asked = sw.beoordeeld(world, sw.geschreven(world, scheme, wie=0))
    world.as_(wie.adviseur, voorstellen.beginnen, asked.subsidie_id)
    world.as_(wie.adviseur, subsidies.zienswijze_vragen, asked.subsidie_id, reden="Een ander zei iets anders.")
    told = world.as_(wie.aanvragers[0].verzender, aanvragen.zienswijze, asked.subsidie_id, ["Dat klopt niet."])
    sw.neem_in(world, told.id, wie.adviseur.party_id)
    for n in (0, 1):
        again = sw.beoordeeld(world, sw.geschreven(world, scheme, wie=n))
        world.as_(wie.adviseur, subsidies.zienswijze_vragen, again.subsidie_id, reden="Een ander zei iets anders.")
    full = sw.in_behandeling(world, sw.geschreven(world, scheme, wie=1))
    world.as_(wie.adviseur, subsidies.beoordelen, full.subsidie_id, criterium="bereik", punten=Decimal(8),
              motivering="Er doen veel inwoners mee.")
    ready = sw.beoordeeld(world, sw.geschreven(world, scheme, wie=2))
    world.as_(wie.adviseur, voorstellen.beginnen, ready.subsidie_id)
    sw.verstuurd(world, sw.geschreven(world, scheme, wie=2))
    short = sw.verstuurd(world, sw.geschreven(world, scheme, wie=0))
    world.as_(wie.adviseur, subsidies.belang_verklaren, short.subsidie_id, heeft_belang=False)
    world.as_(wie.adviseur, subsidies.aanvulling_vragen, short.subsidie_id, punten=["De jaarrekening"])
    for n in range(3):
        sw.geschreven(world, scheme, wie=n)
    both = sw.open_regeling(world, wie, medeondertekenen=True, titel="Samen tekenen")
    sw.geschreven(world, both, wie=0)
    sw.concept_regeling(world, wie)
    sw.concept_regeling(world, wie, plafond=None)
    _after_the_grant(world, wie)
    return sw.verstuurd(world, sw.geschreven(world, sw.open_regeling(world, wie, verdeling="tender", titel="Tender"), wie=1))


def _after_the_grant(world: World, wie: subsidies_world.Personen) -> None:
    """Grants that run, with payments at every step, reports, an objection and a request; and grants whose year is over: one to
    account for, one to determine, one of which too much was paid, and one with a claim."""
    sw, today = subsidies_world, clock.today()
    for soort in ("voorschot", "vaststelling", "terugvordering", "toestemming", "bezwaar", "rente"):
        sw.mandaat(world, wie.beheerder, wie.tekenaar, besluit_soort=soort)
    scheme = sw.open_regeling(world, wie, plafond="900000", afdeling_4_2_8=True, toestemming_artikel="12", titel="Per boekjaar")
    geld, van, zwolle = world.medewerker("zwolle", "financieel"), sw.jaar()[0], wie.adviseur.party_id
    reports = [{"van": van.isoformat(), "tot": (van + timedelta(days=n * 90)).isoformat(),
                "uiterlijk": (van + timedelta(days=n * 90 + 30)).isoformat()} for n in (1, 2)]

    def granted(who: int, *advances: int):
        loop = sw.verleend(world, sw.geschreven(world, scheme, wie=who), voorstel={"rapportages": reports})
        if advances:
            besluit = world.as_(wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id,
                                termijnen=[{"op": today, "bedrag": Decimal(one)} for one in advances])
            world.as_(wie.tekenaar, tekenen.tekenen, besluit.id, brieven=loop.brieven)
        return loop, world.as_(wie.adviseur, lambda s, _a: queries.betalingen(s, loop.subsidie_id))

    def sent(loop, use_case, *args, **facts):
        one = world.as_(loop.aanvrager.verzender, use_case, *args, **facts)
        sw.neem_in(world, one.id, zwolle)

    def over(loop):
        """Its year was the last one, and its ceiling was for that year too."""
        world.behind("UPDATE portal.plafond SET van = van - 800 WHERE dossier_id = :r AND van > :d", r=loop.regeling_id,
                     d=today)
        world.behind("UPDATE portal.subsidie SET van = van - 800, tot = tot - 800 WHERE id = :s", s=loop.subsidie_id)

    runs, payments = granted(0, 5_000, 6_000, 7_000, 8_000)
    for row in payments[1:]:
        world.as_(wie.adviseur, uitvoering.klaarzetten, row.id)
    for row in payments[2:]:
        world.as_(geld, uitvoering.goedkeuren, row.id)
    world.behind("UPDATE portal.rapportage SET van = van - 800, tot = tot - 800 WHERE subsidie_id = :s", s=runs.subsidie_id)
    for report in world.as_(wie.adviseur, lambda s, _a: queries.rapportages(s, runs.subsidie_id))[1:]:
        sent(runs, uitvoering.rapporteren, report.id, geleverd=Decimal(200), toelichting="Er kwamen meer mensen.")
    sent(runs, uitvoering.melding_sturen, runs.subsidie_id, tekst="Wij openen later dan afgesproken.")
    regel = world.as_(wie.adviseur, lambda s, _a: queries.geldende_regels(s, runs.subsidie_id))[0]
    sent(runs, uitvoering.bewijs_sturen, regel.id, tekst="Zie de presentielijst.")
    for besluit in world.as_(wie.adviseur, lambda s, _a: queries.besluiten_van(s, runs.subsidie_id)):
        sent(runs, bezwaar.indienen, besluit.id, gronden=["Het bedrag is te laag."], horen="ja")
    handler = world.medewerker("zwolle", "bezwaarbehandelaar")
    taken = world.as_(wie.adviseur, lambda s, _a: queries.bezwaren(s, runs.subsidie_id))[-1]
    world.as_(handler, bezwaar.behandelen, taken.id)
    for _n in range(2):
        sent(runs, toestemming.vragen, runs.subsidie_id, handeling="e", omschrijving="Wij lenen geld.", reden="Nodig.")
    granted(1)
    stopped, _rows = granted(0)
    world.as_(wie.adviseur, uitvoering.stoppen, stopped.subsidie_id, reden="De locatie is volgens de buren al weken dicht.")

    late = [granted(0, 30_000) for _n in range(4)]
    # To an account that does not exist: of one the recipient gave another number, and of one not yet.
    failed = [granted(0, 3_000) for _n in range(2)]
    for loop, rows in (*late[2:], *failed):
        for row in rows:
            world.as_(wie.adviseur, uitvoering.klaarzetten, row.id)
            world.as_(geld, uitvoering.goedkeuren, row.id)
    world.as_(geld, uitvoering.bestand_maken)
    for _loop, rows in late[2:]:
        world.as_(geld, uitvoering.status_inlezen, "kenmerk;status;datum;melding\r\n" + "".join(
            f"{row.kenmerk};betaald;{today:%d-%m-%Y};\r\n" for row in rows))
    for _loop, rows in failed:
        world.as_(geld, uitvoering.status_inlezen, "kenmerk;status;datum;melding\r\n" + "".join(
            f"{row.kenmerk};mislukt;{today:%d-%m-%Y};Rekening onbekend\r\n" for row in rows))
    sent(failed[0][0], rekening.geven, failed[0][0].subsidie_id, iban=subsidies_world.IBAN, tenaamstelling="Dagpunt")
    for loop, _rows in late:
        over(loop)
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        assert vaststellen.perioden_verlopen(session, subsidies.portaal(zwolle), today) == len(late)
    for loop, _rows in late[1:]:
        sent(loop, vaststellen.aanvragen_vaststelling, loop.subsidie_id, geleverd=Decimal(500), kosten=Decimal(20_000))
    own = {"grond": "niet-verricht", "motivering": "Er is minder gedaan dan afgesproken.", "eigen_feiten": False,
           "horen": "De ontvanger gaf dit zelf op."}
    for loop, _rows in late[2:]:
        besluit = world.as_(wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(20_000), **own)
        world.as_(wie.tekenaar, tekenen.tekenen, besluit.id, brieven=loop.brieven)
    claim = world.as_(wie.adviseur, vorderen.terugvordering_voorstellen, late[3][0].subsidie_id, bedrag=Decimal(10_000),
                      belangen="De ontvanger heeft genoeg reserve om dit terug te betalen.")
    world.as_(wie.tekenaar, tekenen.tekenen, claim.id, brieven=late[3][0].brieven)

    world.as_(wie.adviseur, bewaken.maken, titel="Kwartaalcijfers", ritme="kwartaal", begint_on=today, toelichting="Kijk.")
    for naam in ("Voorbereiding", "Onderzoek"):
        post = world.as_(wie.adviseur, inzicht.post_maken, soort="krediet", naam=naam, jaar=today.year, bedrag=Decimal(70_000),
                         bron="Decembercirculaire 2013", omschrijving="Aanloop.")
    world.as_(wie.adviseur, inzicht.boeken, post.id, bedrag=Decimal(1), omschrijving="Onderzoek", geboekt_on=today)


def _uitdagingen(world: World) -> uitdaagrecht_world.Uitdaagloop:
    """Plans of residents at Dalfsen, each where another step waits; the last one is given back: its people look."""
    uw = uitdaagrecht_world
    start = uw.taak(world)
    wie = start.wie

    def plan() -> uitdaagrecht_world.Uitdaagloop:
        return uw.ingediend(world, uw.begonnen(world, start))

    asked = uw.begonnen(world, start)
    world.as_(wie.inwoner, initiatieven.vragen, asked.initiatief_id, vraag="Wat kost dit nu?")
    world.as_(wie.inwoner, initiatieven.uitnodigen, asked.initiatief_id, naam="Een buur")
    world.as_(wie.inwoner, initiatieven.stuk_toevoegen, asked.initiatief_id, inkoop_world.stuk(world, "dorpshuis.pdf"))
    plan()
    uw.getoetst(world, plan())
    # Asked to add something, and whether it may be dealt with as something else.
    world.as_(wie.coordinator, challenges.aanvulling_vragen, uw.getoetst(world, plan()).uitdaging_id, velden=["kosten"],
              uitleg="Wij willen weten wat de huur is.")
    world.as_(wie.coordinator, challenges.doorgeleiden, plan().uitdaging_id, soort="suggestie", naar="de afdeling groen")
    # About what was bought together: another gemeente decides.
    together = uw.taak(world, wie, naam="De regiotaxi", bevoegd_id=world.gemeente("zwolle"))
    uw.ingediend(world, uw.begonnen(world, together))
    talks = [uw.in_gesprek(world, uw.getoetst(world, plan())) for _n in range(5)]
    world.as_(wie.coordinator, challenges.steun_tellen, talks[0].uitdaging_id, aantal=12, omschrijving="Drie vellen")
    world.as_(wie.coordinator, challenges.gesprek, talks[0].uitdaging_id, op_on=clock.today(), wie="twee bewoners",
              verslag="Besproken wat het kost.")
    world.as_(wie.coordinator, challenges.bemiddelen, talks[1].uitdaging_id, wie="Buurtbemiddeling", reden="Geld.")
    for one in talks[2:4]:
        world.as_(wie.coordinator, showing.verbergen, one.uitdaging_id, reden="Er staat een naam in.")
    world.as_(wie.inwoner, initiatieven.tegen_verbergen, talks[3].initiatief_id, tekst="Dat is mijn eigen naam.")
    # A new text for everybody, that the gemeente did not read yet.
    world.as_(wie.inwoner, initiatieven.pagina, talks[4].initiatief_id, titel="Samen koken",
              samenvatting="Bewoners willen elke week samen koken.", velden=["waarom", "wie"])

    def judged() -> uitdaagrecht_world.Uitdaagloop:
        return uw.beoordeling(world, uw.in_gesprek(world, uw.getoetst(world, plan())))

    judged()
    for ways in range(5):
        loop = judged()
        for criterium in challenges.queries.criteria():
            world.as_(wie.vakadviseur, challenges.beoordelen, loop.uitdaging_id, criterium=criterium, oordeel="deels",
                      motivering="Dat blijkt uit het plan en het gesprek.")
        if ways:
            world.as_(wie.vakadviseur, challenges.beoordeeld, loop.uitdaging_id)
            world.as_(wie.jurist, challenges.toetsen, loop.uitdaging_id, route="subsidie", toelichting="Past binnen de regels.")
        if ways > 1:
            world.as_(wie.coordinator, challenges.naar_panel, loop.uitdaging_id)
        if ways > 2:
            world.as_(wie.panellid, challenges.verklaren, loop.uitdaging_id, heeft_belang=False)
        if ways > 3:
            world.as_(wie.panellid, challenges.adviseren, loop.uitdaging_id, advies="proef",
                        motivering="Een goed plan om te proberen.")
    changed = uw.beslisbaar(world, judged())
    world.as_(wie.coordinator, challenges.aanpassing_vragen, changed.uitdaging_id, tekst="Begin met twee dagen in de week.")
    uw.beslisbaar(world, judged())
    uw.voorgesteld(world, uw.beslisbaar(world, judged()))
    yes = [uw.besloten(world, uw.voorgesteld(world, uw.beslisbaar(world, judged()))) for _n in range(3)]
    days = {"van": clock.today(), "tot": clock.today() + timedelta(days=300), "evaluatie_on": clock.today()}
    for signed, loop in enumerate(yes[1:]):
        made = world.as_(wie.coordinator, agreeing.afspreken, loop.uitdaging_id, taak="Koken", resultaat="Vier dagen open",
                         budget=Decimal(100), terug="In drie maanden.", **days)
        if signed:
            world.as_(wie.tekenaar, agreeing.ondertekenen, made.id)
            world.as_(wie.inwoner, initiatieven.ondertekenen, made.id)
    no = uw.besloten(world, uw.voorgesteld(world, uw.beslisbaar(world, judged()), uitkomst="afwijzen", gronden=("duurder",)))
    world.as_(wie.inwoner, initiatieven.tegenspreken, no.initiatief_id, tekst="U rekende de huur dubbel.")
    # It runs; and its agreement is to be extended: on the table, and signed by both.
    runs = [uw.in_uitvoering(world, uw.besloten(world, uw.voorgesteld(world, uw.beslisbaar(world, judged()))))
            for _n in range(3)]
    for signed, loop in enumerate(runs[1:]):
        uw.verlenging(world, loop, getekend=bool(signed))
    uw.neem_in(world)
    # Where there are schemes to apply for.
    uw.subsidiabel(world, wie=replace(uw.personen(world, "zwolle"), inwoner=wie.inwoner))
    # On paper: nothing of it is taken in.
    on_paper = world.as_(wie.coordinator, challenges.op_papier, van="Dorpsvereniging", on=clock.today(), gegevens=uw.IDEE)
    world.as_(wie.coordinator, challenges.in_behandeling, on_paper.id)
    world.as_(wie.coordinator, challenges.ontvankelijk, on_paper.id)
    uw.op_papier(world, wie)
    uw.papier_besloten(world, wie=wie)
    on_paper = uw.papier_beslisbaar(world, wie)
    world.as_(wie.coordinator, challenges.aanpassing_vragen, on_paper.uitdaging_id, tekst="Begin met twee dagen in de week.")
    return runs[0]


def crawl_region(app, owner) -> Region:
    """Procurements in every phase, canaries in every private field, and at least sixteen kinds of people plus nobody."""
    empty(owner)
    world = World(app, owner)
    wie = inkoop_world.personen(world, aanbieders=3)
    done = inkoop_world.gecontracteerd(world, inkoop_world.gegund(world, wie=wie, percelen=1))
    judged = inkoop_world.beoordeeld(world, wie=wie, percelen=1)
    finalised = inkoop_world.vastgesteld(world, wie=wie, percelen=1)
    drafted = inkoop_world.voorgesteld(world, wie=wie, percelen=1)
    published = inkoop_world.gepubliceerde_inkoop(world, wie=wie, percelen=2, sluit_in=timedelta(days=40))
    inkoop_world.verstuurd(world, published, wie.aanbieders[0])
    # Of two percelen one is left, so that there is something to choose.
    inkoop_world.concept(world, published, wie.aanbieders[1], percelen=published.percelen[:1])
    asked = inkoop_world.met_deelname(world, wie=wie, percelen=1, besloten=("zwolle", "kampen"))
    planned = inkoop_world.geplande_inkoop(world, wie=wie, percelen=1)
    world.as_(wie.manager, usecases.mijlpaal_toevoegen, planned.inkoop_id, titel="Stukken klaar",
              moment=Moment("kwartaal", "2027-Q2"), poort=Poort.PUBLICEREN)

    def draft(session, actor):
        usecases.deelname_bewaren(
            session,
            actor,
            asked.inkoop_id,
            antwoorden={asked.percelen[0]: "voorbehoud"},
            voorbehoud="Geheim",
            orgaan="college",
            besloten_on=clock.today(),
        )
        usecases.deelname_document(session, actor, asked.inkoop_id, inkoop_world.stuk(world, "concept.pdf"))

    world.as_(wie.beleid["staphorst"], draft)
    for aanbieder in wie.aanbieders[:2]:
        world.as_(aanbieder.beheerder, inschrijven.organisatie_document, inkoop_world.stuk(world, "polis.pdf"), titel="Polis")
    world.behind("INSERT INTO portal.claim_rol (id, party_id, claim, waarde, rol) "
                 "VALUES (gen_random_uuid(), :p, 'groups', 'auditors', 'auditor')", p=world.gemeente("deventer"))
    first, second = wie.aanbieders[0], wie.aanbieders[1]
    zaken = _subsidies(world)
    meldingen = _toegang(world)
    plaatsingen = _plaatsing(world, meldingen[0].wie, first.id, meldingen[0].persoon_id)
    griffie = raad_world.van_de_raad(world)
    resident = world.inwoner("Inwoner Een")
    _around(world, plaatsingen[0], resident)
    uitdaging = _uitdagingen(world).wie
    region = Region(world, owner)
    region.personas = [
        Persona(*row)
        for row in (
            ("niemand", None),
            ("inwoner een", resident),
            ("inwoner twee", world.inwoner("Inwoner Twee")),
            ("buur contractmanager", world.medewerker("deventer", "contractmanager")),
            ("buur mandaathouder", world.medewerker("deventer", "mandaathouder", "inkoopjurist")),
            ("buur beheerder", world.medewerker("deventer", "beheerder")),
            ("concurrent auteur", wie.aanbieders[2].auteur),
            ("concurrent beheerder", wie.aanbieders[2].beheerder),
            ("tweede verzender", second.verzender),
            ("tweede meelezer", second.meelezer),
            ("eerste auteur", first.auteur),
            ("eerste verzender", first.verzender),
            ("raadslid kampen", world.medewerker("kampen", "raadslid")),
            ("auditor zwolle", world.medewerker("zwolle", "auditor")),
            ("beleid staphorst", wie.beleid["staphorst"]),
            ("beleid kampen", wie.beleid["kampen"]),
            ("beoordelaar kampen", wie.beoordelaar_kampen),
            ("opener hardenberg", wie.opener),
            ("regiobeheerder", world.medewerker("zwolle", "regiobeheerder")),
            ("beoordelaar zwolle", wie.beoordelaar),
            ("jurist zwolle", wie.jurist),
            ("mandaathouder zwolle", wie.mandaathouder),
            ("contractmanager zwolle", wie.manager),
            ("beheerder kampen", world.medewerker("kampen", "beheerder")),
            ("beheerder eerste", first.beheerder),
            ("beheerder zwolle", wie.beheerder),
            ("subsidieadviseur buur", world.medewerker("kampen", "subsidieadviseur")),
            ("subsidieadviseur zwolle", zaken.wie.adviseur),
            ("subsidiejurist zwolle", zaken.wie.jurist),
            ("tekenaar zwolle", zaken.wie.tekenaar),
            ("financieel zwolle", world.medewerker("zwolle", "financieel")),
            ("bezwaarbehandelaar zwolle", world.medewerker("zwolle", "bezwaarbehandelaar")),
            ("aanvrager verzender", zaken.wie.aanvragers[0].verzender),
            ("aanvrager auteur", zaken.wie.aanvragers[1].auteur),
            ("andere aanvrager", zaken.wie.aanvragers[2].verzender),
            ("consulent kampen", meldingen[0].wie.consulent),
            ("tekenaar kampen", meldingen[0].wie.tekenaar),
            ("consulent zwolle", world.medewerker("zwolle", "consulent")),
            ("begeleider", plaatsingen[1].huis.begeleider),
            ("financieel kampen", world.medewerker("kampen", "financieel")),
            ("financieel buur", world.medewerker("deventer", "financieel")),
            ("coordinator dalfsen", uitdaging.coordinator),
            ("collega dalfsen", uitdaging.collega),
            ("vakadviseur dalfsen", uitdaging.vakadviseur),
            ("jurist dalfsen", uitdaging.jurist),
            ("panellid dalfsen", uitdaging.panellid),
            ("tekenaar dalfsen", uitdaging.tekenaar),
            ("tweede tekenaar dalfsen", uitdaging.tweede_tekenaar),
            ("coordinator kampen", world.medewerker("kampen", "rtc_coordinator")),
            ("inwoner met een plan", uitdaging.inwoner),
            ("griffier zwolle", griffie),
            ("griffier kampen", world.medewerker("kampen", "griffier")),
        )
    ]
    _in_beheer(world, {persona.name: persona.person for persona in region.personas})
    # A gate that the lead still decides.
    world.behind(
        "INSERT INTO portal.mijlpaal (id, dossier_id, eigenaar_id, party_id, volgnummer, titel, moment, poort) SELECT "
        "gen_random_uuid(), dossier_id, eigenaar_id, party_id, 90, 'Go of no-go', moment, 'gunnen' FROM portal.mijlpaal "
        "WHERE dossier_id = :i LIMIT 1",
        i=published.inkoop_id,
    )
    plant(owner)
    loops = (done, judged, finalised, drafted, published, asked, planned)

    def column(sql, **values):
        with owner.connect() as c:
            return [str(v) for v in c.execute(text(sql), values).scalars()]

    inkopen = [str(loop.inkoop_id) for loop in loops]
    percelen = [str(loop.percelen[0]) for loop in loops]
    inschrijvingen = column("SELECT id FROM portal.inschrijving ORDER BY id")
    # One of each kind first, and then of each party.
    documents = column(
        "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY soort, gedeeld_at IS NULL, gepubliceerd_at IS NULL "
        "ORDER BY party_id, id) AS n FROM (SELECT DISTINCT ON (party_id, soort, gedeeld_at IS NULL, gepubliceerd_at IS NULL) * "
        "FROM portal.document ORDER BY party_id, soort, gedeeld_at IS NULL, gepubliceerd_at IS NULL, id) d) d "
        "ORDER BY n, id LIMIT 20")
    berichten = column(
        "SELECT DISTINCT ON (party_id, afzender_id) id FROM portal.bericht ORDER BY party_id, afzender_id LIMIT 12"
    )
    # Of the many that were sent of one kind a few are enough, so that each of these is tried (kruip.SPREAD); and all letters
    # that lie on a desk.
    besluiten = column("SELECT id FROM (SELECT id, soort, state, row_number() OVER (PARTITION BY soort, state ORDER BY id) n "
                       "FROM portal.besluit) b WHERE state <> 'verzonden' OR n <= CASE soort WHEN 'toegang' THEN 2 WHEN "
                       "'uitdaging' THEN 2 WHEN 'voorschot' THEN 4 ELSE n END "
                       "UNION SELECT b.id FROM portal.besluit b JOIN portal.uitdaging u ON u.id = b.dossier_id "
                       "WHERE u.initiatief_id IS NULL UNION ALL (SELECT id FROM portal.deelnamebesluit ORDER BY id LIMIT 4)")
    region.ids = {
        "inkoop_id": [*inkopen, inschrijvingen[0]],
        "perceel_id": [*percelen, inkopen[0]],
        "inschrijving_id": [*inschrijvingen, inkopen[4]],
        "document_id": documents,
        "bericht_id": [*berichten, *column("SELECT id FROM portal.berichtenverkeer ORDER BY id")],
        "besluit_id": besluiten,
        "dossier_id": [*inkopen, *inschrijvingen, *column("SELECT id FROM portal.subsidie ORDER BY id LIMIT 4"),
                       *column("SELECT id FROM portal.bezwaar"), str(plaatsingen[0].plaatsing_id)],
        "overeenkomst_id": column("SELECT id FROM portal.overeenkomst ORDER BY nummer"),
        "volgnummer": ["2", "3"],
        "verzending_id": column("SELECT id FROM portal.verzending"),
        "eis_id": column("SELECT id FROM portal.eis LIMIT 3"),
        "criterium_id": column("SELECT id FROM portal.criterium LIMIT 3"),
        # A gate that is decided apart has a page of its own.
        "mijlpaal_id": column("SELECT id FROM portal.mijlpaal WHERE poort <> 'deelname' ORDER BY poort LIMIT 4"),
        "onderdeel_id": column("SELECT id FROM portal.eis LIMIT 2"),
        "gevraagd_id": column("SELECT id FROM portal.gevraagd_document LIMIT 2"),
        "termijn_id": column("SELECT id FROM portal.termijn LIMIT 3"),
        "mandaat_id": column("SELECT id FROM portal.mandaat"),
        "vervanging_id": column("SELECT id FROM portal.vervanging"),
        "membership_id": column("SELECT DISTINCT ON (party_id) id FROM portal.membership ORDER BY party_id, id"),
        "lid_id": column("SELECT DISTINCT ON (party_id) id FROM portal.membership ORDER BY party_id, id"),
        "beoordelaar_id": column("SELECT DISTINCT beoordelaar_id FROM portal.toets"),
        "account_id": column("SELECT DISTINCT ON (party_id) account_id FROM portal.membership ORDER BY party_id, id"),
        "uitnodiging_id": column("SELECT id FROM portal.uitnodiging"),
        "claim_id": column("SELECT id FROM portal.claim_rol"),
        "claim_rol_id": [str(uuid.uuid4())],
        "regel_id": column("SELECT id FROM portal.subsidieregel WHERE besluit_id IS NULL ORDER BY id LIMIT 4")
                    + column("SELECT id FROM portal.subsidieregel WHERE besluit_id IS NOT NULL ORDER BY id LIMIT 4"),
        # One of each stand first: only what waits for approval can be sent back.
        "betaling_id": column("SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY stand ORDER BY id) AS n "
                              "FROM portal.betaling) b ORDER BY n, id LIMIT 8"),
        "bestand_id": column("SELECT id FROM portal.betaalbestand"),
        "post_id": column("SELECT id FROM portal.begrotingspost"),
        "melding_id": column("SELECT id FROM portal.indiening WHERE soort = 'melding'"),
        **{f"{soort}_id": column("SELECT id FROM portal.dossier WHERE soort = :s ORDER BY id", s=kind)
           for soort, kind in (("rapportage", "rapportage"), ("stop", "betalingsstop"), ("vordering", "vordering"),
                               ("bezwaar", "bezwaar"), ("toestemming", "toestemming"), ("bewaking", "bewaking"))},
        **{f"{table}_id": column(f"SELECT id FROM portal.{table} ORDER BY id")
           for table in ("uitdaging", "initiatief", "steunlijst", "afspraak", "tegenspraak", "inzending", "gesprek",
                         "medeindiener")},
        "deel": ["idee", "steun", "geld", "afspraak"],
        "wat": ["vragen", "voortgang", "tegenspreken", "tegen-verbergen", "intrekken"],
        "over": ["doorgeleiden", "aanpassing"],
        "sessie_id": [str(uuid.uuid4())],
        "session_id": [str(uuid.uuid4())],
        "slug": ["zwolle", "staphorst", "dalfsen"],
        "reference": column("SELECT reference FROM portal.publicatie UNION SELECT reference FROM portal.regeling_publicatie "
                            "UNION SELECT reference FROM portal.initiatiefpagina ORDER BY reference"),
        "taak_id": column("SELECT id FROM portal.gemeentetaak ORDER BY id") or [str(uuid.uuid4())],
        # What is written first: of so many ids and lists only some are tried, and only a concept has a row to change.
        "regeling_id": column("SELECT id FROM portal.dossier WHERE soort = 'regeling' ORDER BY state <> 'concept', id"),
        "plafond_id": column("SELECT id FROM portal.plafond ORDER BY id"),
        "lijst": ["vragen", "producten", "documenten", "criteria", "sjabloon"],
        "soort": ["resultaat", "verplichting", "voorwaarde"],
        "aanvraag_id": column("SELECT id FROM portal.aanvraag ORDER BY id"),
        "subsidie_id": column("SELECT id FROM portal.subsidie ORDER BY id"),
        "indiening_id": column("SELECT id FROM portal.indiening ORDER BY id"),
        "argument_id": column("SELECT id FROM portal.argument ORDER BY id"),
        "digest": [
            theme_digest(c) for c in column("SELECT merkkleur FROM portal.gemeente WHERE slug IN ('zwolle', 'staphorst')")
        ],
        "toegang_id": [str(loop.toegang_id) for loop in meldingen],
        "overdracht_id": column("SELECT id FROM portal.taakoverdracht UNION ALL SELECT id FROM portal.overdracht"),
        "plaatsing_id": [str(loop.plaatsing_id) for loop in plaatsingen],
        "verblijf_id": [str(loop.verblijf_id) for loop in plaatsingen if loop.verblijf_id],
        "resultaat_id": column("SELECT id FROM portal.clientresultaat ORDER BY id"),
        "voortgang_id": column("SELECT id FROM portal.voortgang ORDER BY id"),
        "zaak_id": [str(loop.plaatsing_id) for loop in plaatsingen[:3]] + [str(loop.toegang_id) for loop in meldingen[:2]],
        "notitie_id": column("SELECT id FROM portal.contactnotitie ORDER BY id"),
        "koppeling_id": column("SELECT id FROM portal.koppeling ORDER BY inwoner_id NULLS LAST, id"),
        "vraag_id": column("SELECT id FROM portal.inwonervraag ORDER BY id"),
        "persoon_id": column("SELECT id FROM portal.persoon ORDER BY id LIMIT 4"),
        "vernietiging_id": column("SELECT id FROM portal.vernietiging ORDER BY id") or [str(uuid.uuid4())],
        "grond_id": column("SELECT id FROM portal.grond ORDER BY soort <> 'toestemming', id LIMIT 6"),
        "aanbieder_id": column("SELECT id FROM portal.aanbieder ORDER BY id"),
        "toewijzing_id": column("SELECT id FROM portal.toewijzing ORDER BY id") or [str(uuid.uuid4())],
        "verzoek_id": column("SELECT id FROM portal.zorgverzoek ORDER BY id") or [str(uuid.uuid4())],
        "verrekening_id": column("SELECT id FROM portal.verrekening ORDER BY id") or [str(uuid.uuid4())],
        "nummer": ["1"],
        "stuk_id": column("SELECT id FROM portal.raadsstuk ORDER BY op_on, id"),
        "toezegging_id": column("SELECT id FROM portal.toezegging ORDER BY nummer"),
        "advies_id": column("SELECT id FROM portal.advies ORDER BY op_on, id"),
        # What can be made public, of every kind.
        "id_": column("SELECT id FROM portal.raadsstuk UNION ALL SELECT id FROM portal.toezegging "
                      "UNION ALL SELECT id FROM portal.advies"),
        "locatie_id": column("SELECT id FROM portal.locatie ORDER BY naam"),
        "provider": ["zwolle"],
        "token": ["onbekend"],
        "code": ["G1", "P1", "begroting", *column("SELECT code FROM portal.geschiktheidscheck")],
        "van": ["mandaatgever", "werkgever"],
        "filename": ["x"],
        "name": ["x"],
    }
    return region
