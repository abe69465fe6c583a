"""The demo region: invented people, and three procurements that went through the use cases as the parties, in their time.

`seed_demo` moves the clock of the portal through the years and sets it right again at the end. All days are counted from
the day of seeding, so that the demo has its deadlines ahead of it. Every organisation that is not public is invented.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

from sqlalchemy import Engine, text

from config import load
from portal.adapters.inkoopbrieven import InkoopBrieven
from portal.adapters.letters import Sectie, document
from portal.db import Session
from portal.demo_plaatsingen import plaatsingen, toegang
from portal.demo_raad import raad
from portal.demo_subsidies import subsidies
from portal.demo_uitdagingen import PLANNEN, uitdagingen
from portal.demo_uitvoering import after_the_grant
from portal.domains.beheer import inrichten
from portal.domains.beheer import leden as identity
from portal.domains.beheer import mandaten as tenants
from portal.domains.inkoop import inschrijven, usecases
from portal.identity import sessions
from portal.identity.actor import Actor
from portal.identity.permissions import ROLES, Role, permissions_of, roles_for
from portal.kernel import clock
from portal.kernel.documents import Scan, Stuk
from portal.kernel.holidays import official_calendar
from portal.kernel.outbox import send_message
from portal.kernel.planning import Moment
from portal.register import usecases as register
from portal.tenants.model import Partij
from portal.tenants.region import party_id
from portal.tenants.scope import acting_for

LEDEN = ("zwolle", "hardenberg", "kampen", "steenwijkerland", "dalfsen", "zwartewaterland", "ommen", "staphorst")
ZWOLLE = "zwolle"
CLIENT_ID = "portal"
AANBIEDERS = {
    "lindehof": ("Woonvorm De Lindehof (fictief)", "00000008", "micro",
                 "Klein wonen op een erf, met een moestuin en een timmerwerkplaats."),
    "brink": ("Stichting De Brink Beschermd Wonen (fictief)", "00000001", "groot",
              "Wonen met begeleiding in de stad en in de dorpen."),
    "kompas": ("GGZ Kompasgroep IJsseldelta (fictief)", "00000007", "groot", "Behandeling en wonen onder een dak."),
    "kruispunt": ("Opvang Het Kruispunt (fictief)", "00000009", "middelgroot", "Een bed, een gesprek en een plan."),
    "werkplaats": ("Dagcentrum De Werkplaats (fictief)", "00000010", "middelgroot", "Samen maken en repareren, elke werkdag."),
    "zonneveld": ("Tuinderij Zonneveld (fictief)", "00000011", "klein", "Werken in de tuin, op eigen tempo."),
    "schakels": ("Coöperatie Kleine Schakels (fictief)", "00000018", "klein", "Elf kleine aanbieders die samen inschrijven."),
}


@dataclass(frozen=True)
class Persona:
    """Somebody who can log in at the demo's login server. `party`: slug of a gemeente, key of an aanbieder, or 'inwoner'.

    `joined`: has an account from the start; the others show what a first or a refused login looks like.
    """

    key: str
    name: str
    party: str
    roles: tuple[str, ...]
    acr: str = ""
    joined: bool = True
    extra: str = ""
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The login server's name for where this person logs in."""
        if self.party == "inwoner":
            return "digid"
        return "eherkenning" if self.party in AANBIEDERS or self.own else self.party

    @property
    def sub(self) -> str:
        """The subject: random-looking, the same every time, and no number of a person."""
        return hashlib.sha256(f"demo {self.key}".encode()).hexdigest()[:20] if self.party == "inwoner" else self.key

    @property
    def email(self) -> str:
        """An address that reaches nobody."""
        return f"{self.key}@voorbeeld.example"

    @property
    def note(self) -> str:
        """The role, and what this person shows."""
        labels = ", ".join(ROLES[Role(role)][0] for role in self.roles) or "nog geen rol"
        return f"{labels[:1].upper()}{labels[1:]}.{' ' + self.extra if self.extra else ''}"

    @property
    def organisation(self) -> str:
        """The party in words."""
        if self.party == "inwoner":
            return "Inwoner"
        if self.own:
            return self.own["naam"]
        if self.party in AANBIEDERS:
            return AANBIEDERS[self.party][0]
        return next(f"Gemeente {row['naam']}" for row in load("region")["gemeente"] if row["slug"] == self.party)

    @property
    def claims(self) -> dict:
        """What the login server says about this person."""
        if self.slug == "digid":
            return {"acr": self.acr}
        if self.slug == "eherkenning":
            kvk = self.own["kvk"] if self.own else AANBIEDERS[self.party][1]
            return {"kvk_nummer": kvk, "vestigingsnaam": self.organisation, "acr": self.acr, "email": self.email}
        return {"groups": [group(role) for role in self.roles], "email": self.email}


def group(role: str) -> str:
    """The group in a gemeente's own directory that gives this role."""
    return f"samenportaal-{role}"


def _staff(key: str, name: str, gemeente: str, *roles: str, extra: str = "") -> Persona:
    return Persona(key, name, gemeente, roles, extra=extra)


PERSONAS: tuple[Persona, ...] = (
    _staff("sanne", "Sanne de Vries", ZWOLLE, "contractmanager", extra="Trekt de inkoop voor acht gemeenten."),
    _staff("pieter", "Pieter Wolters", ZWOLLE, "beleidsadviseur"),
    _staff("hilde", "Hilde Vos", ZWOLLE, "inkoopjurist", extra="Tweede lezer; stelt de beoordeling vast."),
    _staff("karel", "Karel ten Brinke", ZWOLLE, "mandaathouder", extra="Tekent gunningen, contracten en subsidiebesluiten."),
    _staff("wietske", "Wietske Rigter", ZWOLLE, "mandaathouder",
           extra="Tekent beslissingen op bezwaar: wie het besluit tekende, doet dat niet (Awb 10:3)."),
    _staff("ria", "Ria Smeets", ZWOLLE, "subsidieadviseur", extra="Behandelt subsidieaanvragen en maakt regelingen."),
    _staff("joris", "Joris Haan", ZWOLLE, "subsidieadviseur"),
    _staff("anton", "Anton Boer", ZWOLLE, "subsidiejurist", extra="Leest grote subsidiebesluiten als tweede persoon."),
    _staff("trudy", "Trudy Kamp", ZWOLLE, "financieel",
           extra="Keurt betalingen goed, maakt het betaalbestand en verrekent met andere gemeenten."),
    _staff("olivier", "Olivier Pas", ZWOLLE, "bezwaarbehandelaar"),
    _staff("marit", "Marit Bos", ZWOLLE, "beoordelaar"),
    _staff("els", "Els Kuiper", ZWOLLE, "auditor"),
    _staff("oosting", "Bram Oosting", ZWOLLE, "raadslid"),
    _staff("griffie", "Geke Ruiter", ZWOLLE, "griffier", extra="Houdt bij wat de raad krijgt en wat er is beloofd."),
    _staff("beheer-zwolle", "Noor Achterberg", ZWOLLE, "beheerder"),
    _staff("beheer2-zwolle", "Tamar Kroon", ZWOLLE, "beheerder", extra="Kijkt mee: samen met Noor legt zij mandaten vast."),
    _staff("regio", "Rik Talsma", ZWOLLE, "regiobeheerder"),
    _staff("rob", "Rob Post", "kampen", "beleidsadviseur", extra="Kampen besloot met een voorbehoud."),
    _staff("tineke", "Tineke Hof", "kampen", "beoordelaar"),
    _staff("beheer-kampen", "Fatma Yilmaz", "kampen", "beheerder"),
    _staff("beheer2-kampen", "Douwe Spanjer", "kampen", "beheerder", extra="Kijkt mee: legt met Fatma mandaten vast."),
    _staff("nadia", "Nadia Bouma", "kampen", "consulent", "kwaliteit_wijkteam", extra="Onderzoekt wat mensen nodig hebben."),
    _staff("gert", "Gert Hoekstra", "kampen", "toegangsmandaat", "kwaliteit_centrale_toegang",
           extra="Tekent besluiten over ondersteuning."),
    _staff("selma", "Selma Bruins", ZWOLLE, "consulent", extra="Werkt bij de Centrale Toegang, en zoekt plekken."),
    _staff("bert", "Bert Nijland", ZWOLLE, "toegangsmandaat", extra="Tekent besluiten over ondersteuning."),
    _staff("mirjam", "Mirjam Pol", "dalfsen", "consulent", extra="Neemt over wie naar huis komt."),
    _staff("ruben", "Ruben Slot", "dalfsen", "financieel", extra="Kijkt een verrekening van Zwolle na."),
    _staff("anneke", "Anneke Prins", "hardenberg", "beleidsadviseur"),
    _staff("joost", "Joost Meijer", "hardenberg", "contractmanager", extra="Opent inschrijvingen, samen met Zwolle."),
    _staff("beheer-hardenberg", "Ans Reinders", "hardenberg", "beheerder"),
    _staff("dirk", "Dirk Veldkamp", "steenwijkerland", "beleidsadviseur"),
    _staff("mieke", "Mieke Evers", "dalfsen", "beleidsadviseur"),
    _staff("jan", "Jan Visser", "zwartewaterland", "beleidsadviseur", extra="Moet nog besluiten."),
    _staff("wim", "Wim Hekman", "ommen", "beleidsadviseur", extra="Moet nog besluiten."),
    _staff("gerda", "Gerda Talen", "staphorst", "beleidsadviseur", extra="Vier uur per week. Moet nog besluiten."),
    _staff("beheer-staphorst", "Roel Schra", "staphorst", "beheerder"),
    _staff("loes", "Loes Brand", "deventer", "contractmanager",
           extra="Doet niet mee met beschermd wonen en ziet er dus niets van."),
    _staff("stef", "Stef Kolk", "raalte", "beleidsadviseur"),
    _staff("rens", "Rens Tolboom", "raalte", "consulent", extra="Vraagt een andere gemeente om verantwoordelijk te worden."),
    _staff("ineke", "Ineke Schoot", "raalte", "toegangsmandaat", extra="Tekent besluiten over ondersteuning."),
    _staff("beheer-raalte", "Marga Veld", "raalte", "beheerder"),
    _staff("beheer2-raalte", "Henk Zand", "raalte", "beheerder", extra="Kijkt mee: legt met Marga mandaten vast."),
    _staff("fleur", "Fleur Wagenaar", "olst-wijhe", "beleidsadviseur"),
    _staff("linda", "Linda Post", ZWOLLE, "rtc_coordinator", extra="Behandelt plannen van bewoners, en is hun contactpersoon."),
    _staff("mats", "Mats Keizer", ZWOLLE, "vakadviseur", extra="Beoordeelt plannen van bewoners."),
    _staff("piet", "Piet Hamer", ZWOLLE, "panellid", extra="Adviseert over plannen van bewoners."),
    _staff("annemiek", "Annemiek Slot", "dalfsen", "rtc_coordinator"),
    _staff("bart", "Bart Tuin", "dalfsen", "vakadviseur"),
    _staff("paula", "Paula Grote", "dalfsen", "panellid"),
    _staff("yvonne", "Yvonne Smit", "dalfsen", "subsidiejurist"),
    _staff("thea", "Thea Nijboer", "dalfsen", "mandaathouder"),
    _staff("beheer-dalfsen", "Gijs Roelofs", "dalfsen", "beheerder"),
    _staff("beheer2-dalfsen", "Hetty Wolf", "dalfsen", "beheerder", extra="Kijkt mee: legt met Gijs mandaten vast."),
    _staff("wilma", "Wilma Zand", "hardenberg", "rtc_coordinator"),
    _staff("wouter", "Wouter Bron", "hardenberg", "rtc_coordinator", extra="Telt steun op papier na."),
    _staff("jelle", "Jelle Bos", "staphorst", "rtc_coordinator"),
    _staff("marja", "Marja Stam", ZWOLLE, "rtc_coordinator", extra="Telt steun op papier na."),
    Persona("iris", "Iris Nieuw", ZWOLLE, (), joined=False, extra="Nieuwe collega: het portaal zegt wat zij kan doen."),
    Persona("bakker", "M. Bakker", "lindehof", ("aanbiederbeheerder", "verzender"), "EH3"),
    Persona("femke", "Femke Jansen", "lindehof", ("auteur",), "EH3"),
    Persona("ahmed", "Ahmed El Idrissi", "lindehof", ("meelezer",), "EH3"),
    Persona("lindehof-begeleider", "Sara Tuin", "lindehof", ("begeleider",), "EH3"),
    Persona("kim", "Kim Laag", "lindehof", (), "EH2", joined=False, extra="Heeft alleen eHerkenning EH2: inloggen kan niet."),
    Persona("brink", "Lotte Bergman", "brink", ("aanbiederbeheerder", "verzender"), "EH3"),
    Persona("brink-auteur", "Hugo Smit", "brink", ("auteur",), "EH3"),
    Persona("brink-meelezer", "Hugo Stam", "brink", ("meelezer",), "EH3"),
    Persona("tess", "Tess Mulder", "brink", ("begeleider",), "EH3", extra="Houdt plekken bij en werkt met bewoners."),
    Persona("kompas", "Vera Dijkstra", "kompas", ("aanbiederbeheerder", "verzender"), "EH4"),
    Persona("kompas-auteur", "Koen Dekker", "kompas", ("auteur",), "EH3"),
    Persona("kompas-begeleider", "Ilse Kok", "kompas", ("begeleider",), "EH3"),
    Persona("kruispunt", "Nel Wessels", "kruispunt", ("aanbiederbeheerder", "verzender"), "EH3"),
    Persona("kruispunt-auteur", "Omar Aydin", "kruispunt", ("auteur",), "EH3"),
    Persona("werkplaats", "Bas Timmer", "werkplaats", ("aanbiederbeheerder", "verzender"), "EH3"),
    Persona("zonneveld", "Greet Moes", "zonneveld", ("aanbiederbeheerder", "verzender"), "EH3",
            extra="Werkt met drie mensen en vraagt subsidie aan."),
    Persona("schakels", "Teun Haverkamp", "schakels", ("aanbiederbeheerder", "verzender"), "EH3"),
    Persona("schakels-begeleider", "Wout Jager", "schakels", ("begeleider",), "EH3"),
    Persona("schakels-auteur", "Fenna Groot", "schakels", ("auteur",), "EH3"),
    Persona("nieuw", "Sam Begin", "nieuw", (), "EH3", joined=False,
            extra="Logt voor het eerst in: zo meldt u een organisatie aan.",
            own={"naam": "Thuis aan de Vecht (fictief)", "kvk": "00000042"}),
    Persona("inwoner-jo", "Jo de Bruin", "inwoner", ("inwoner",), "DigiD-Substantieel"),
    Persona("inwoner-sam", "Amira Haddad", "inwoner", ("inwoner",), "DigiD-Midden"),
    Persona("inwoner-riet", "Riet Boerman", "inwoner", ("inwoner",), "DigiD-Midden", extra="Heeft twee plannen voor de buurt."),
    Persona("inwoner-hans", "Hans Akkerman", "inwoner", ("inwoner",), "DigiD-Midden", extra="Wil vervoer met de buurtauto."),
    *(Persona(f"gast-{slug}", name, slug, (), joined=False, extra="Zonder rol: kan een uitnodiging aannemen.")
      for slug, name in (("deventer", "Daan Ruis"), ("hardenberg", "Hanna Loo"), ("kampen", "Kees Ploeg"),
                         ("steenwijkerland", "Silke Vaart"), ("raalte", "Roos Akker"), ("dalfsen", "Dora Brug"),
                         ("zwartewaterland", "Zeger Dijk"), ("ommen", "Olga Beek"), ("olst-wijhe", "Otto Veer"),
                         ("staphorst", "Sjoerd Heide"))),
)
BELEID = {p.party: p.key for p in PERSONAS if p.roles == ("beleidsadviseur",)}


# Who can log in as whom ---------------------------------------------------------------------------------------------------

def persona_rows(settings) -> dict:
    """The people per issuer, in the form that local/openid/personas.mjs reads, with for each person name, party, roles and
    how a script logs in: get `login.page`, post its form whose action is `login.action` with the fields as they stand
    there (the CSRF token is one of them), follow to the login server, and choose `sub` there."""
    issuers = {row["slug"]: {"slug": row["slug"], "name": f"Gemeente {row['naam']}", "kind": "gemeente", "personas": []}
               for row in load("region")["gemeente"]}
    issuers_of_staff = set(issuers)
    for slug, name in (("eherkenning", "eHerkenning"), ("digid", "DigiD")):
        issuers[slug] = {"slug": slug, "name": name, "kind": slug, "personas": []}
    for p in PERSONAS:
        issuers[p.slug]["personas"].append({
            "sub": p.sub, "name": p.name, "note": p.note, "claims": p.claims, "roles": list(p.roles), "party": p.organisation,
            "login": {"page": f"{settings.public_url}/inloggen?gemeente={p.slug if p.slug in issuers_of_staff else ZWOLLE}",
                      "action": f"/inloggen/{p.slug}/start", "method": "POST", "sub": p.sub}})
    return {"issuers": list(issuers.values())}


def write_personas(path: str | Path, settings) -> None:
    """Write that document where the login server reads it."""
    Path(path).write_text(json.dumps(persona_rows(settings), ensure_ascii=False, indent=1), encoding="utf-8")


# Seeding ------------------------------------------------------------------------------------------------------------------

def seed_demo(app, owner_engine: Engine) -> str:
    """Fill the region through the use cases; says in one sentence what it did, also when there was nothing left to do.

    Reads OIDC_BASE (where the login server is) and PERSONAS_FILE (optional) from the environment. Raises RuntimeError in
    production: it makes up people and moves the clock.
    """
    if app.settings.environment == "productie":
        raise RuntimeError("In productie komen er geen verzonnen mensen bij.")
    with owner_engine.connect() as connection:
        filled = connection.execute(text("SELECT EXISTS (TABLE portal.inlogdienst) OR EXISTS (TABLE portal.dossier)")).scalar()
        if filled:
            return "De regio is al gevuld. Er is niets veranderd."
    region = _Region(app, owner_engine, os.environ.get("OIDC_BASE", "http://127.0.0.1:9000"))
    try:
        region.people()
        _contracted(region)
        _open_for_bids(region)
        _being_decided(region)
        after_the_grant(region, subsidies(region))
        toegang(region)
        plaatsingen(region)
        uitdagingen(region)
        raad(region)
        region.forget_mail()
    finally:
        region.real_time()
    if path := os.environ.get("PERSONAS_FILE"):
        write_personas(path, app.settings)
    return (f"De demoregio is gevuld: {sum(p.joined for p in PERSONAS)} mensen, 3 inkopen, 5 regelingen, "
            f"{len(PLANNEN)} plannen van bewoners, {len(AANBIEDERS)} aanbieders. "
            "Alle organisaties met (fictief) zijn verzonnen.")


class _Region:
    """The clock, the people and the files of the demo."""

    def __init__(self, app, owner: Engine, oidc_base: str):
        self.app, self.owner, self.base = app, owner, oidc_base.rstrip("/")
        self.real_time()
        self.today = clock.today()
        self.brieven = InkoopBrieven(app.files)
        self.actors: dict[str, Actor] = {}
        self.files: dict[tuple, Stuk] = {}

    # -- the clock

    def at(self, day: date, hour: int = 9, minute: int = 0) -> None:
        """Move the portal to this moment in Amsterdam."""
        self._clock(datetime.combine(day, time(hour, minute), clock.AMSTERDAM))

    def real_time(self) -> None:
        """Back to the real clock."""
        self._clock(None)

    def _clock(self, moment: datetime | None) -> None:
        with self.owner.begin() as connection:
            connection.execute(
                text("UPDATE portal.klok SET verschil = coalesce(CAST(:m AS timestamptz) - clock_timestamp(), '0')"),
                {"m": moment})
        with acting_for(party_id(ZWOLLE)), Session(bind=self.app.engine) as session:
            session.connection()  # every transaction tells Python what time it is

    # -- the people

    def people(self) -> None:
        """Login services, claims and accounts, as the first logins would make them, before the oldest procurement."""
        self.at(date(self.today.year - 5, 1, 4))
        gemeenten = [row["slug"] for row in load("region")["gemeente"]]
        with Session(bind=self.owner, info={"owner": True}) as session, session.begin():
            for slug in (*gemeenten, *inrichten.SHARED):
                inrichten.inlogdienst(session, slug, issuer=f"{self.base}/{slug}", client_id=CLIENT_ID, https=False)
            for slug, role in product(gemeenten, roles_for("gemeente")):
                inrichten.groep_een_rol(session, slug, claim="groups", waarde=group(role), rol=str(role))
        for persona in PERSONAS:
            if persona.joined:
                self._join(persona)
        for key, (_naam, _kvk, grootteklasse, omschrijving) in AANBIEDERS.items():
            boss = next(p.key for p in PERSONAS if p.party == key and "aanbiederbeheerder" in p.roles)
            self.do(boss, inschrijven.organisatie_bewaren, grootteklasse=grootteklasse, omschrijving=omschrijving,
                    contactpersoon=self.actors[boss].naam, email=f"{key}@voorbeeld.example", telefoon="038 000 00 00",
                    postadres="Voorbeeldstraat 1\n8000 AA Zwolle")
            for titel in ("Verzekering", "Kwaliteitskeurmerk"):
                self.do(boss, inschrijven.organisatie_document, self.pdf(f"{titel.lower()}.pdf", titel, AANBIEDERS[key][0]),
                        titel=titel)
        for besluit_soort, nummer in (("gunning", 12), ("overeenkomst", 13)):
            given = self.do("beheer-zwolle", tenants.mandaat_geven, soort="volmacht", orgaan="burgemeester",
                            gemachtigde_id=self.actors["karel"].user_id, werkgever_id=party_id(ZWOLLE),
                            besluit_soort=besluit_soort, tot_bedrag=Decimal(load("demo")["bedrag"]["volmacht"]),
                            van=clock.today(), tot=None, vindplaats=f"nummer {nummer} van het volmachtregister van Zwolle")
            self.do("beheer2-zwolle", tenants.instemmen, given.id, "mandaatgever")
            self.do("karel", tenants.instemmen, given.id, "gemachtigde")

    def _join(self, persona: Persona) -> None:
        engine, issuer, claims = self.app.engine, f"{self.base}/{persona.slug}", persona.claims
        if persona.slug == "digid":
            login = sessions.log_in_resident(engine, issuer, persona.sub, persona.name, None)
        elif persona.slug == "eherkenning":
            first = "aanbiederbeheerder" in persona.roles  # the first login of a number registers the organisation
            login = sessions.log_in_provider(engine, issuer, persona.sub, persona.name, persona.email, claims["kvk_nummer"],
                                             claims["vestigingsnaam"], None if first else self._invitation(persona))
        else:
            login = sessions.log_in_staff(engine, issuer, persona.sub, persona.name, persona.email, claims, None)
        with acting_for(login.party_id, login.account_id, read_only=True), Session(bind=engine) as session:
            party = session.get(Partij, login.party_id)
        self.actors[persona.key] = Actor(
            user_id=login.account_id, naam=persona.name, party_id=party.id, party_soort=party.soort, party_naam=party.naam,
            party_slug=party.slug, roles=frozenset(persona.roles), permissions=permissions_of(persona.roles))

    def _invitation(self, persona: Persona) -> str:
        """The administrator of the organisation invites; the token is made as the job makes it for the mail."""
        boss = next(p.key for p in PERSONAS if p.party == persona.party and "aanbiederbeheerder" in p.roles)

        def invite(session, actor):
            row = identity.uitnodigen(session, actor, naam=persona.name, email=persona.email, rollen=list(persona.roles))
            return identity.link_token(row, self.app.settings.secret_key)

        return self.do(boss, invite)

    def do(self, key: str, use_case, *args, **facts):
        """Run a use case as this persona, in a transaction of its own."""
        actor = self.actors[key]
        with acting_for(actor.party_id, actor.user_id), Session(bind=self.app.engine) as session:
            result = use_case(session, actor, *args, **facts)
            session.commit()
            return result

    # -- the files

    def pdf(self, naam: str, titel: str, afzender: str, *alineas: str) -> Stuk:
        """A small real PDF in the file store; asked again it is the same file under another name."""
        key = (titel, afzender, alineas)
        if key not in self.files:
            inhoud = document(titel, afzender, clock.today(), (Sectie("Inhoud", alineas or ("Dit is een voorbeeld.",)),))
            self.files[key] = Stuk(self.app.files.put([inhoud]), naam, "application/pdf", len(inhoud),
                                   # No scanner looks at what is seeded, and the pages say so.
                                   hashlib.sha256(inhoud).hexdigest(), Scan.OVERGESLAGEN)
        return self.files[key]

    def forget_mail(self) -> None:
        """The mail of the past was sent in its time: only what happens from now on goes out."""
        with self.owner.begin() as connection:
            connection.execute(text("UPDATE portal.outbox SET verzonden_at = gemaakt_at"))
            connection.execute(text("DELETE FROM jobs.procrastinate_jobs WHERE status = 'todo' "
                                    "AND task_name IN ('post_versturen', 'indiening_innemen', 'inzending_innemen')"))


# The procurements ---------------------------------------------------------------------------------------------------------

@dataclass
class _Case:
    """One procurement while it is being seeded."""

    region: _Region
    inkoop_id: object
    percelen: list
    eisen: dict
    criteria: dict


def _tuesday(day: date) -> date:
    """The day itself or the Tuesday before it: then colleges meet."""
    return day - timedelta(days=(day.weekday() - 1) % 7)


def _plan(region: _Region, *, titel: str, omschrijving: str, begint_on: date, looptijd: Sequence[int],
          percelen: Sequence[Mapping], plaatsen: Mapping[str, Sequence[int]], pgb: Mapping[str, int], mijlpalen:
          Sequence[tuple], terugval: str,
          max_contracten: int | None = None) -> _Case:
    """Zwolle plans, with everything that publication needs but the documents."""
    demo = load("demo")
    per_plaats, jaren = demo["bedrag"]["per_plaats"], sum(looptijd)
    per_perceel = [sum(row[n] for row in plaatsen.values()) for n in range(len(percelen))]

    def plan(session, actor):
        inkoop = usecases.plannen(
            session, actor, titel=titel, verband_id=party_id("beschermd-wonen"), methode="sas", omschrijving=omschrijving,
            geraamde_waarde=Decimal(sum(per_perceel) * per_plaats * jaren), begint_on=begint_on, looptijd_jaren=list(looptijd),
            terugval=terugval, aandachtspunten=[
                {"titel": "Wachtlijst", "tekst": "In de regio wachten 17 mensen op een plaats."},
                {"titel": "Verhuizen", "tekst": "58 bewoners komen uit een andere gemeente dan waar zij nu wonen."}])
        for naam, moment, what in mijlpalen:
            usecases.mijlpaal_toevoegen(session, actor, inkoop.id, titel=naam, moment=moment, **what)
        usecases.gevraagd_toevoegen(session, actor, inkoop.id, code="G1", titel="Verklaring van de aanbieder",
                                    toelichting="Ondertekend, niet ouder dan een jaar.", herbruikbaar=True)
        case = _Case(region, inkoop.id, [], {}, {})
        for number, row in enumerate(percelen):
            perceel = usecases.perceel_toevoegen(
                session, actor, inkoop.id, **row, waarde=Decimal(per_perceel[number] * per_plaats * jaren),
                max_contracten=max_contracten, minimale_score=Decimal("5.5"))
            case.percelen.append(perceel.id)
            case.eisen[perceel.id] = [usecases.eis_toevoegen(session, actor, perceel.id, **eis).id for eis in demo["eis"]]
            case.criteria[perceel.id] = [usecases.criterium_toevoegen(session, actor, perceel.id, **criterium).id
                                         for criterium in demo["criterium"]]
            usecases.gevraagd_toevoegen(session, actor, perceel.id, code="P1", titel="Plan van aanpak",
                                        toelichting="Hoogstens tien bladzijden. Schrijf hoe bewoners weer zelfstandig worden.")
            for slug, counts in plaatsen.items():
                usecases.cijfer_vastleggen(
                    session, actor, inkoop.id, perceel_id=perceel.id, gemeente_id=party_id(slug), plaatsen=counts[number],
                    bedrag_per_jaar=Decimal(counts[number] * per_plaats), pgb_inwoners=pgb.get(slug, 0) if number == 0 else 0)
        return case

    return region.do("sanne", plan)


def _document(case: _Case, titel: str, *alineas: str, share: bool = True, versions: int = 1) -> None:
    """A tender document, in its last version shared with the members or still a draft."""
    region, previous = case.region, None
    for version in range(1, versions + 1):
        stuk = region.pdf(f"{titel.lower().replace(' ', '-')}.pdf", titel, "Gemeente Zwolle", *alineas, f"Versie {version}.")
        previous = region.do("sanne", usecases.stuk_toevoegen, case.inkoop_id, stuk, titel=titel, vervangt_id=previous).id
    if share:
        region.do("sanne", usecases.stuk_delen, previous)


def _decide(case: _Case, slug: str, *antwoorden: str, voorbehoud: str | None = None) -> None:
    """The college of a gemeente decided today; its beleidsadviseur records it."""
    region = case.region
    naam = next(p.organisation for p in PERSONAS if p.party == slug)

    def decide(session, actor):
        usecases.deelname_bewaren(session, actor, case.inkoop_id, antwoorden=dict(zip(case.percelen, antwoorden, strict=True)),
                                  orgaan="college", besloten_on=clock.today(), voorbehoud=voorbehoud)
        usecases.deelname_document(session, actor, case.inkoop_id, region.pdf(
            f"collegebesluit-{slug}.pdf", "Besluit van het college", naam, "Het college besluit over deelname aan de inkoop.",
            *(f"Perceel {n}: {antwoord}." for n, antwoord in enumerate(antwoorden, start=1)),
            *([voorbehoud] if voorbehoud else [])))
        usecases.deelname(session, actor, case.inkoop_id)

    region.do(BELEID[slug], decide)


def _write_bid(case: _Case, aanbieder: str, auteur: str, percelen: Sequence[int], *, complete: bool = True):
    """An author writes a bid for these percelen (by place in the list); an incomplete one lacks its plan."""
    region = case.region
    naam = AANBIEDERS[aanbieder][0]

    def write(session, actor):
        id_ = inschrijven.begin(session, actor, case.inkoop_id).id
        inschrijven.document_toevoegen(session, actor, id_, region.pdf("verklaring.pdf", "Verklaring van de aanbieder", naam,
                                       "Wij verklaren dat onze gegevens kloppen."), perceel_id=None, code="G1")
        for place in percelen:
            perceel_id = case.percelen[place]
            inschrijven.perceel_kiezen(session, actor, id_, perceel_id)
            inschrijven.antwoorden_bewaren(session, actor, id_, perceel_id, {
                str(eis): {"voldoet": True, "toelichting": "Ja. Zie ons plan van aanpak."} for eis in case.eisen[perceel_id]})
            if complete:
                inschrijven.document_toevoegen(session, actor, id_, region.pdf(
                    "plan-van-aanpak.pdf", "Plan van aanpak", naam, "Zo helpen wij bewoners om weer zelfstandig te worden.",
                    "Zo werken wij samen met de buurt en het wijkteam."), perceel_id=perceel_id, code="P1")
        return id_

    return region.do(auteur, write)


def _figures() -> tuple[dict[str, list[int]], dict[str, int]]:
    rows = load("demo")["beschermd_wonen"]
    return {row["gemeente"]: row["plaatsen"] for row in rows}, {row["gemeente"]: row["pgb"] for row in rows}


VRAGEN = usecases.Vragen("Team Inkoop sociaal domein, gemeente Zwolle", "inkoop@zwolle.example")
FALLBACK = "Iedere gemeente verlengt de contracten van nu met twee jaar."
# The milestone at which the gemeenten decide.
GO_OR_NOT = {"poort": "deelname"}


def _contracted(region: _Region) -> None:
    """Beschermd wonen that began three years ago: the whole road, contracts 3+2+2, in the first extension now."""
    year = region.today.year - 3
    plaatsen, pgb = _figures()
    region.at(date(year - 2, 11, 8))
    case = _plan(region, titel=f"Beschermd wonen {year}",
                 omschrijving="Wonen met begeleiding voor mensen met een psychische kwetsbaarheid.",
                 begint_on=date(year, 1, 1), looptijd=(3, 2, 2), percelen=load("demo")["perceel"], plaatsen=plaatsen, pgb=pgb,
                 terugval=FALLBACK, max_contracten=3, mijlpalen=[
                     ("Besluit doorgaan of stoppen", Moment("maand", f"{year - 1}-01"), GO_OR_NOT),
                     ("Publicatie", Moment("maand", f"{year - 1}-02"), {"fase": "publicatie"}),
                     ("Gunning", Moment("kwartaal", f"{year - 1}-Q2"), {"fase": "gunning"}),
                     ("Contracten gaan in", Moment("datum", f"{year}-01-01"), {})])
    _document(case, "Aanbestedingsleidraad", "Zo verloopt deze inkoop.", "Zo beoordelen wij uw inschrijving.")
    _document(case, "Programma van eisen", "Dit vragen wij van iedere aanbieder.")
    region.at(date(year - 2, 11, 15))
    region.do("sanne", usecases.uitvragen, case.inkoop_id)
    for number, slug in enumerate(LEDEN):
        region.at(_tuesday(date(year - 2, 11, 23) + timedelta(days=3 * number)), 15)
        _decide(case, slug, "ja", "ja", "ja")
    region.at(date(year - 2, 12, 20))
    region.do("sanne", usecases.doorzetten, case.inkoop_id)
    region.at(date(year - 1, 2, 1))
    sluit_at = datetime(year - 1, 3, 29, 12, tzinfo=clock.AMSTERDAM)
    region.do("sanne", usecases.publiceren, case.inkoop_id, sluit_at=sluit_at, vragen=VRAGEN)
    bids = {}
    authors = {"brink": "brink-auteur", "kompas": "kompas-auteur", "schakels": "schakels-auteur", "lindehof": "femke"}
    for number, (aanbieder, auteur) in enumerate(authors.items()):
        region.at(date(year - 1, 3, 20) + timedelta(days=2 * number), 14)
        chosen = (1,) if aanbieder == "lindehof" else (0, 1, 2)
        bids[aanbieder] = _write_bid(case, aanbieder, auteur, chosen)
        if aanbieder in ("lindehof", "brink"):
            region.do("ahmed" if aanbieder == "lindehof" else "brink-meelezer", inschrijven.meelezen, bids[aanbieder])
        sender = next(p.key for p in PERSONAS if p.party == aanbieder and "verzender" in p.roles)
        region.do(sender, inschrijven.verzenden, bids[aanbieder], [case.percelen[n] for n in chosen])
    region.at(date(year - 1, 3, 29), 13)
    for officer in ("sanne", "joost"):
        region.do(officer, usecases.openen, case.inkoop_id)
    _assess(case, bids, date(year - 1, 4, 5))
    _award(case, date(year - 1, 5, 10))
    region.at(date(year + 2, 6, 10))
    with region.owner.connect() as connection:
        running = connection.execute(text("SELECT id FROM portal.overeenkomst ORDER BY nummer")).scalars().all()
    for overeenkomst_id in running:
        region.do("karel", register.verlengen, overeenkomst_id, 2)
    # The worker asks the same every five minutes.
    region.at(region.today)
    region.do("sanne", lambda session, actor: register.vragen(session, actor.party_id))


POINTS = {"brink": ("8.5", "8"), "kompas": ("8", "7.5"), "schakels": ("7", "7.5"), "lindehof": ("9", "8.5")}
WHY = ("Het plan is uitgewerkt tot op de dag en noemt hoe bewoners zelf kiezen.",
       "Er zijn afspraken met het wijkteam en met de familie, met namen van functies en data.")
OPEN = ("De inschrijving beschrijft per dag wie er is en laat bewoners zelf kiezen.",
        "De inschrijving werkt met vaste afspraken met het wijkteam en met de familie.")


def _assess(case: _Case, bids: Mapping[str, object], day: date) -> None:
    """Two beoordelaars without interest: Zwolle tests and scores the first perceel, Kampen the others; Hilde finalises."""
    region = case.region
    region.at(day)
    for who in ("marit", "tineke"):
        region.do(who, usecases.belang_verklaren, case.inkoop_id, heeft_belang=False)
    for number, perceel_id in enumerate(case.percelen):
        region.at(day + timedelta(days=1 + number))

        def judge(session, actor, perceel_id=perceel_id, number=number):
            for aanbieder, id_ in bids.items():
                if aanbieder == "lindehof" and number != 1:
                    continue
                for eis_id in case.eisen[perceel_id]:
                    usecases.toetsen(session, actor, perceel_id, id_, eis_id, voldoet=True)
                for criterium_id, punten, why, others in zip(case.criteria[perceel_id], POINTS[aanbieder], WHY, OPEN,
                                                             strict=True):
                    usecases.scoren(session, actor, perceel_id, id_, criterium_id, punten=Decimal(punten), motivering=why,
                                    kenmerken=others)

        region.do("tineke" if number else "marit", judge)
        region.do("hilde", usecases.vaststellen, perceel_id)


def _award(case: _Case, day: date) -> None:
    """Drafted by Sanne, read by Hilde, signed by Karel; contracts after the standstill."""
    region = case.region
    for perceel_id in case.percelen:
        region.at(day)
        besluit = region.do("sanne", usecases.gunnen, perceel_id)
        region.at(day + timedelta(days=2))
        region.do("hilde", usecases.meelezen, besluit.id)
        region.at(day + timedelta(days=6), 11)
        region.do("karel", usecases.tekenen, besluit.id, brieven=region.brieven)
    region.at(day + timedelta(days=30))
    for perceel_id in case.percelen:
        region.do("karel", usecases.contracteren, perceel_id)


def _open_for_bids(region: _Region) -> None:
    """Published and open: one bid is sent, two are being written."""
    today = region.today
    plaatsen = {slug: [12 - place, 6] for place, slug in enumerate(LEDEN)}
    begint_on = date(today.year + 1, 7, 1)
    region.at(today - timedelta(days=100))
    case = _plan(region, titel=f"Dagbesteding bij beschermd wonen {begint_on.year}",
                 omschrijving="Een zinvolle dag voor mensen die beschermd wonen.", begint_on=begint_on,
                 looptijd=(2, 1, 1), percelen=[
                     {"naam": "Dagbesteding", "product": "dagbesteding",
                      "omschrijving": "Dagdelen in een groep, dicht bij huis."},
                     {"naam": "Leren en werken", "product": "leren en werken",
                      "omschrijving": "Begeleiding naar een opleiding of naar werk."}],
                 plaatsen=plaatsen, pgb={}, terugval=FALLBACK, mijlpalen=[
                     ("Besluit doorgaan of stoppen", Moment("datum", (today - timedelta(days=35)).isoformat()), GO_OR_NOT),
                     ("Contracten gaan in", Moment("datum", begint_on.isoformat()), {})])
    _document(case, "Aanbestedingsleidraad", "Zo verloopt deze inkoop.", "U schrijft in per perceel.")
    _document(case, "Programma van eisen", "Dit vragen wij van iedere aanbieder.")
    _document(case, "Conceptovereenkomst", "Dit zijn de voorwaarden van het contract.")
    region.at(today - timedelta(days=95))
    region.do("sanne", usecases.uitvragen, case.inkoop_id)
    for number, slug in enumerate(LEDEN):
        region.at(_tuesday(today - timedelta(days=85 - 5 * number)), 14)
        _decide(case, slug, "ja", "nee" if slug == "staphorst" else "ja")
    region.at(today - timedelta(days=40))
    region.do("sanne", usecases.doorzetten, case.inkoop_id)
    region.at(today - timedelta(days=28))
    region.do("sanne", usecases.publiceren, case.inkoop_id, vragen=VRAGEN,
              sluit_at=datetime.combine(official_calendar().add_working_days(today + timedelta(days=27), 1), time(12),
                                        clock.AMSTERDAM))
    region.at(today - timedelta(days=9), 16)
    sent = _write_bid(case, "brink", "brink-auteur", (0, 1))
    region.do("brink-meelezer", inschrijven.meelezen, sent)
    region.do("brink", inschrijven.verzenden, sent, case.percelen)
    region.at(today - timedelta(days=4), 10)
    read = _write_bid(case, "lindehof", "femke", (0,))
    region.do("ahmed", inschrijven.meelezen, read)
    region.at(today - timedelta(days=2), 10)
    _write_bid(case, "kompas", "kompas-auteur", (0, 1), complete=False)


def _being_decided(region: _Region) -> None:
    """Beschermd wonen of over a year: five of the eight members have decided, three have three weeks left."""
    asked_on, year = region.today - timedelta(days=35), region.today.year + 2
    plaatsen, pgb = _figures()
    region.at(asked_on - timedelta(days=7))
    case = _plan(region, titel=f"Beschermd wonen {year}",
                 omschrijving="Wonen met begeleiding, vanaf het einde van de contracten van nu.",
                 begint_on=date(year, 1, 1), looptijd=(3, 2, 2), percelen=load("demo")["perceel"], plaatsen=plaatsen, pgb=pgb,
                 terugval=FALLBACK, mijlpalen=[
                     ("Plan klaar", Moment("datum", (asked_on - timedelta(days=7)).isoformat()), {}),
                     ("Besluit doorgaan of stoppen", Moment("datum", (asked_on + timedelta(days=56)).isoformat()), GO_OR_NOT),
                     ("Publicatie", Moment("seizoen", f"{year - 1}-voor-zomer"), {"fase": "publicatie"}),
                     ("Beoordeling", Moment("kwartaal", f"{year - 1}-Q3"), {"fase": "beoordeling"}),
                     ("Gunning", Moment("maand", f"{year - 1}-10"), {"fase": "gunning"}),
                     ("Contracten gaan in", Moment("datum", f"{year}-01-01"), {})])
    _document(case, "Inkoopplan", "Waarom wij dit samen inkopen.", versions=3)
    _document(case, "Collegevoorstel", "Dit kunt u aan uw college voorleggen.", versions=2)
    _document(case, "Samenwerkingsafspraken", "Zo verdelen wij het werk en de kosten.")
    _document(case, "Planning", "De stappen tot de contracten ingaan.")
    _document(case, "Programma van eisen per perceel", "Dit gaan wij vragen.", share=False)
    _document(case, "Kostprijsonderbouwing", "Zo komen wij aan 48.000 euro per plaats per jaar.", share=False)
    _document(case, "Conceptovereenkomst", "De voorwaarden van het contract.", share=False)
    region.at(asked_on)
    region.do("sanne", usecases.uitvragen, case.inkoop_id)
    for days, slug, antwoorden, voorbehoud in (
            (0, "zwolle", ("ja", "ja", "ja"), None), (14, "hardenberg", ("ja", "ja", "ja"), None),
            (21, "kampen", ("voorbehoud", "ja", "ja"), f"De raad moet de begroting {year} nog vaststellen."),
            (28, "steenwijkerland", ("ja", "ja", "ja"), None), (28, "dalfsen", ("ja", "ja", "nee"), None)):
        region.at(_tuesday(asked_on + timedelta(days=days + 6)), 15)
        _decide(case, slug, *antwoorden, voorbehoud=voorbehoud)
    region.at(asked_on + timedelta(days=27))
    region.do("sanne", usecases.herinneren, case.inkoop_id)
    region.at(asked_on + timedelta(days=29), 9, 40)
    region.do("rob", send_message, to=party_id(ZWOLLE), dossier_id=case.inkoop_id, onderwerp="Ons voorbehoud",
              tekst="Het voorbehoud hangt aan de begroting. De raad besluit er over een maand over.")
    region.at(region.today - timedelta(days=1), 14, 12)
    region.do("wim", send_message, to=party_id(ZWOLLE), dossier_id=case.inkoop_id, onderwerp="Wanneer Ommen besluit",
              tekst="Ons college behandelt dit over een week.")
