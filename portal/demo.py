"""The demo region: invented people, and procurements in every phase, made through the use cases as the parties themselves.

Organisations are invented and end with "(fictief)"; figures of gemeenten are invented too (config/demo.toml). The clock is
moved to the day on which each thing would have happened, and set right at the end: deadlines then lie ahead of today.
"""

import hashlib
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select, text

from config import load
from portal.adapters.office import Cijfer, Collegevoorstel, Risico, collegevoorstel
from portal.db import Session
from portal.domains.inkoop import inschrijven, usecases
from portal.identity import sessions
from portal.identity.actor import Actor
from portal.identity.permissions import ROLES, Role, permissions_of, roles_for
from portal.kernel import clock
from portal.kernel.documents import Stuk
from portal.kernel.planning import parse
from portal.register.model import Overeenkomst
from portal.tenants import usecases as mandaten
from portal.tenants.model import Gemeente
from portal.tenants.region import party_id
from portal.tenants.scope import acting_for

CLIENT_ID = "portal"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Persona:
    """An invented person and how they log in: `issuer` is the slug of the login provider, `sub` who they are there."""

    naam: str
    issuer: str
    sub: str
    note: str
    rollen: tuple[str, ...] = ()
    organisatie: str = ""
    kvk: str = ""
    acr: str = ""
    claims: dict = field(default_factory=dict)


def _staff(slug: str, naam: str, note: str, *rollen: str) -> Persona:
    return Persona(naam, slug, f"{slug}-{naam.lower().replace(' ', '-')}", note, rollen)


def _provider(naam: str, organisatie: str, kvk: str, note: str, *rollen: str, acr: str = "EH3") -> Persona:
    return Persona(naam, "eherkenning", f"eh-{naam.lower().replace(' ', '-').replace('.', '')}", note, rollen, organisatie, kvk, acr)


LINDEHOF, BRINK, KOMPAS, SCHAKELS = (
    "Woonvorm De Lindehof (fictief)", "Stichting De Brink Beschermd Wonen (fictief)", "GGZ Kompasgroep IJsseldelta (fictief)",
    "Coöperatie Kleine Schakels (fictief)")

PERSONAS: tuple[Persona, ...] = (
    _staff("zwolle", "Sanne de Vries", "Contractmanager. Plant, publiceert, opent en gunt.", "contractmanager"),
    _staff("zwolle", "Pieter Wolters", "Beleidsadviseur. Legt het besluit van Zwolle vast.", "beleidsadviseur"),
    _staff("zwolle", "Hilde Vos", "Inkoopjurist. Stelt de beoordeling vast en leest mee.", "inkoopjurist"),
    _staff("zwolle", "Karel ten Brinke", "Directeur sociaal domein. Tekent onder volmacht.", "mandaathouder"),
    _staff("zwolle", "Marit Bos", "Beoordelaar. Toetst eisen en geeft punten.", "beoordelaar"),
    _staff("zwolle", "Noor Achterberg", "Beheerder van de gemeente. Leden, rollen en mandaten.", "beheerder"),
    _staff("zwolle", "Rik Talsma", "Regiobeheerder.", "regiobeheerder"),
    _staff("zwolle", "Els Kuiper", "Auditor. Leest en controleert de historie.", "auditor"),
    _staff("zwolle", "Bram Oosting", "Griffier. Leest wat de raad mag zien.", "raadslid"),
    _staff("hardenberg", "Joost Meijer", "Contractmanager. Opent als tweede gemeente.", "contractmanager"),
    _staff("hardenberg", "Anneke Prins", "Beleidsadviseur.", "beleidsadviseur"),
    _staff("kampen", "Rob Post", "Beleidsadviseur.", "beleidsadviseur"),
    _staff("kampen", "Tineke Hof", "Beoordelaar.", "beoordelaar"),
    _staff("kampen", "Fatma Yilmaz", "Beheerder van de gemeente.", "beheerder"),
    _staff("steenwijkerland", "Dirk Veldkamp", "Beleidsadviseur.", "beleidsadviseur"),
    _staff("dalfsen", "Mieke Evers", "Beleidsadviseur.", "beleidsadviseur"),
    _staff("zwartewaterland", "Jan Visser", "Beleidsadviseur.", "beleidsadviseur"),
    _staff("ommen", "Wim Hekman", "Beleidsadviseur.", "beleidsadviseur"),
    _staff("staphorst", "Gerda Talen", "Beleidsadviseur, vier uur per week.", "beleidsadviseur"),
    _staff("deventer", "Loes Brand", "Contractmanager. Deventer doet hier niet mee: zij ziet niets van deze inkopen.", "contractmanager"),
    _staff("raalte", "Stef Kolk", "Beheerder van de gemeente.", "beheerder"),
    Persona("Iris Nieuw", "zwolle", "zwolle-iris-nieuw", "Nieuwe collega zonder rol: het portaal zegt wat zij kan doen."),
    _provider("M. Bakker", LINDEHOF, "00000008", "Beheerder en gemachtigde verzender.", "aanbiederbeheerder", "verzender"),
    _provider("Femke Jansen", LINDEHOF, "00000008", "Schrijft inschrijvingen.", "auteur"),
    _provider("Ahmed El Idrissi", LINDEHOF, "00000008", "Leest mee.", "meelezer"),
    _provider("Lotte Bergman", BRINK, "00000001", "Beheerder en gemachtigde verzender.", "aanbiederbeheerder", "verzender"),
    _provider("Hugo Smit", BRINK, "00000001", "Schrijft inschrijvingen.", "auteur"),
    _provider("Vera Dijkstra", KOMPAS, "00000007", "Beheerder en gemachtigde verzender.", "aanbiederbeheerder", "verzender"),
    _provider("Teun Haverkamp", SCHAKELS, "00000018", "Beheerder en gemachtigde verzender.", "aanbiederbeheerder", "verzender"),
    _provider("Kim Laag", LINDEHOF, "00000008", "Heeft alleen niveau EH2: inloggen lukt niet, de pagina zegt waarom.", acr="EH2"),
    _provider("Sam Begin", "Logeerhuis De Pauze (fictief)", "00000012", "Nog niet geregistreerd: de eerste keer inloggen doet dat."),
    Persona("Jo de Bruin", "digid", "d-7f31c0a2b9", "Inwoner van Kampen.", ("inwoner",), acr="DigiD-Midden"),
    Persona("Amira Haddad", "digid", "d-19e4d7720c", "Inwoner van Zwolle.", ("inwoner",), acr="DigiD-Substantieel"),
)


def _issuer(slug: str) -> str:
    base = os.environ.get("OIDC_BASE", "http://127.0.0.1:0").rstrip("/")
    return f"{base}/{slug}"


def _claims(persona: Persona) -> dict:
    if persona.kvk:
        return {"kvk_nummer": persona.kvk, "vestigingsnaam": persona.organisatie, "acr": persona.acr, "email": _email(persona)}
    if persona.acr:
        return {"acr": persona.acr}
    return {"groups": [f"portaal-{rol}" for rol in persona.rollen] or ["medewerkers"], "email": _email(persona)}


def _email(persona: Persona) -> str:
    return f"{persona.sub}@{persona.issuer}.example"


def persona_rows(settings) -> dict:
    """Who can log in as whom, as the OpenID server of the demo reads it; `login` says how a script does it."""
    names = {row["slug"]: f"Gemeente {row['naam']}" for row in load("region")["gemeente"]}
    names |= {"eherkenning": "eHerkenning", "digid": "DigiD"}
    issuers = []
    for slug, name in names.items():
        kind = slug if slug in ("eherkenning", "digid") else "gemeente"
        people = [{
            "sub": p.sub, "name": p.naam, "note": f"{p.organisatie}. {p.note}" if p.organisatie else p.note, "claims": _claims(p),
            "roles": list(p.rollen), "party": p.organisatie or (name if kind == "gemeente" else p.naam),
            "login": {"page": f"{settings.public_url}/inloggen?gemeente={slug if kind == 'gemeente' else 'zwolle'}",
                      "start": f"POST {settings.public_url}/inloggen/{slug}/start (csrf_token)",
                      "choose": f"POST sub={p.sub} op de pagina van de OpenID-server"},
        } for p in PERSONAS if p.issuer == slug]
        issuers.append({"slug": slug, "name": name, "kind": kind, "personas": people})
    return {"issuers": issuers}


class AlreadySeeded(RuntimeError):
    """The demo region is there already."""


class Stage:
    """The demo being made: acts as people, moves the clock, keeps files."""

    def __init__(self, app, owner):
        self.app, self.owner, self.cast = app, owner, {}

    def clock(self, moment: datetime | None) -> None:
        """Set the portal's clock to a moment (None: the real time)."""
        with self.owner.begin() as c:
            c.execute(text("UPDATE portal.klok SET verschil = coalesce(:m - clock_timestamp(), interval '0')"), {"m": moment})

    def act(self, naam: str, use_case: Callable, *args, **kwargs):
        """One use case as one person, in its own transaction."""
        actor = self.cast[naam]
        with acting_for(actor.party_id, actor.user_id), Session(bind=self.app.engine) as session:
            result = use_case(session, actor, *args, **kwargs)
            session.commit()
            return result

    def stuk(self, naam: str, onderwerp: str, alineas: tuple[str, ...]) -> Stuk:
        """A small real Word document in the file store."""
        inhoud = collegevoorstel(Collegevoorstel(
            gemeente="Zwolle", onderwerp=onderwerp, kenmerk="DEMO", gemaakt_on=clock.today(), gevraagd=alineas[0],
            aanleiding=alineas[-1], cijfers=(Cijfer("Voorbeeld", "1", "verzonnen"),),
            risicos=(Risico("Dit is een voorbeeld.", "Er kunnen geen rechten aan worden ontleend."),),
            uiterlijk_on=clock.today() + timedelta(days=30), gevolg="Er gebeurt niets.", besluit=("Kennis te nemen van dit stuk.",)))
        key = self.app.files.put([inhoud])
        return Stuk(key, naam, DOCX, len(inhoud), hashlib.sha256(inhoud).hexdigest(), "schoon")

    def people(self) -> None:
        """Login providers, claim rules and everybody who has a role; each person comes in through the login functions."""
        with Session(bind=self.owner, info={"owner": True}) as session, session.begin():
            gemeenten = session.scalars(select(Gemeente)).all()
            for slug, soort, party in [(g.slug, "gemeente", g.id) for g in gemeenten] + [
                    ("eherkenning", "eherkenning", None), ("digid", "digid", None)]:
                session.execute(text("INSERT INTO portal.inlogdienst (slug, soort, issuer, client_id, party_id, versie) "
                                     "VALUES (:s, :k, :i, :c, :p, 1)"),
                                {"s": slug, "k": soort, "i": _issuer(slug), "c": CLIENT_ID, "p": party})
            for gemeente in gemeenten:
                for rol in roles_for("gemeente"):
                    session.execute(text("INSERT INTO portal.claim_rol (id, party_id, claim, waarde, rol) "
                                         "VALUES (gen_random_uuid(), :p, 'groups', :w, :r)"),
                                    {"p": gemeente.id, "w": f"portaal-{rol}", "r": str(rol)})
        for persona in PERSONAS:
            if persona.rollen:
                self._enter(persona)

    def _enter(self, persona: Persona) -> None:
        engine, issuer, email = self.app.engine, _issuer(persona.issuer), _email(persona)
        if persona.kvk:
            invitation = self._invite(persona) if "aanbiederbeheerder" not in persona.rollen else None
            login = sessions.log_in_provider(engine, issuer, persona.sub, persona.naam, email, persona.kvk, persona.organisatie,
                                             invitation)
        elif persona.acr:
            login = sessions.log_in_resident(engine, issuer, persona.sub, persona.naam, None)
        else:
            login = sessions.log_in_staff(engine, issuer, persona.sub, persona.naam, email, _claims(persona), None)
        with self.owner.connect() as c:
            party = c.execute(text("SELECT soort, naam, slug FROM portal.partij WHERE id = :p"), {"p": login.party_id}).one()
        self.cast[persona.naam] = Actor(
            user_id=login.account_id, naam=persona.naam, party_id=login.party_id, party_soort=party.soort, party_naam=party.naam,
            party_slug=party.slug, roles=frozenset(persona.rollen), permissions=permissions_of(persona.rollen))

    def _invite(self, persona: Persona) -> str:
        """An invitation by the administrator of the organisation, without the mail."""
        admin = next(self.cast[p.naam] for p in PERSONAS if p.kvk == persona.kvk and "aanbiederbeheerder" in p.rollen)
        token = sessions.new_token()
        with self.owner.begin() as c:
            c.execute(text("INSERT INTO portal.uitnodiging (id, party_id, naam, email, rollen, token_hash, uitgenodigd_by, verloopt_at) "
                           "VALUES (gen_random_uuid(), :p, :n, :e, :r, :h, :a, portal.now() + interval '14 days')"),
                      {"p": admin.party_id, "n": persona.naam, "e": _email(persona), "r": list(persona.rollen),
                       "h": sessions.digest(token), "a": admin.user_id})
        return token

    def volmacht(self) -> None:
        """Karel ten Brinke may sign awards for the burgemeester, up to 50 million, with every consent."""
        karel = self.cast["Karel ten Brinke"]
        made = self.act("Noor Achterberg", mandaten.mandaat_geven, soort="volmacht", orgaan="burgemeester",
                        gemachtigde_id=karel.user_id, werkgever_id=karel.party_id, besluit_soort="gunning",
                        tot_bedrag=Decimal("50000000.00"), van=clock.today(), tot=None,
                        vindplaats="Volmachtregister Zwolle (voorbeeld), nummer 12")
        self.act("Noor Achterberg", mandaten.instemmen, made.id, "mandaatgever")
        self.act("Karel ten Brinke", mandaten.instemmen, made.id, "gemachtigde")

    # -- procurements

    def plan(self, titel: str, figures: dict, *, begint_on: date, terugval: str, waarde: Decimal) -> tuple[uuid.UUID, list[uuid.UUID]]:
        """Plan an inkoop with the percelen and figures of config/demo.toml."""
        def make(session, actor):
            inkoop = usecases.plannen(
                session, actor, titel=titel, verband_id=party_id("beschermd-wonen"), methode="sas",
                omschrijving=figures["omschrijving"], geraamde_waarde=waarde, begint_on=begint_on, looptijd_jaren=[3, 2, 2],
                terugval=terugval, aandachtspunten=figures["aandachtspunten"])
            for mijlpaal in figures["mijlpaal"]:
                usecases.mijlpaal_toevoegen(session, actor, inkoop.id, titel=mijlpaal["titel"], moment=parse(mijlpaal["moment"]),
                                            is_poort=mijlpaal.get("poort", False))
            for asked in figures["gevraagd"]:
                usecases.gevraagd_toevoegen(session, actor, inkoop.id, **asked)
            ids = []
            total = sum(p["aandeel"] for p in figures["perceel"])
            for row in figures["perceel"]:
                perceel = usecases.perceel_toevoegen(
                    session, actor, inkoop.id, naam=row["naam"], product=row["product"], omschrijving=row["omschrijving"],
                    waarde=(waarde * row["aandeel"] / total).quantize(Decimal("1.00")), max_contracten=row["max_contracten"],
                    minimale_score=Decimal(row["minimale_score"]))
                ids.append(perceel.id)
                for number, eis in enumerate(figures["eis"], start=1):
                    usecases.eis_toevoegen(session, actor, perceel.id, code=f"E{number}", **eis)
                for number, criterium in enumerate(figures["criterium"], start=1):
                    usecases.criterium_toevoegen(session, actor, perceel.id, code=f"K{number}", **criterium)
                usecases.gevraagd_toevoegen(session, actor, perceel.id, code="P1", titel="Plan van aanpak",
                                            toelichting="Ten hoogste tien bladzijden.")
                for slug, plaatsen in row["plaatsen"].items():
                    usecases.cijfer_vastleggen(
                        session, actor, inkoop.id, perceel_id=perceel.id, gemeente_id=party_id(slug), plaatsen=plaatsen,
                        bedrag_per_jaar=Decimal(row["prijs_per_plaats"]) * plaatsen, pgb_inwoners=row["pgb"].get(slug, 0))
            return inkoop.id, ids

        inkoop_id, percelen = self.act("Sanne de Vries", make)
        for naam, titel_stuk in (("inkoopplan.docx", "Inkoopplan"), ("programma-van-eisen.docx", "Programma van eisen per perceel")):
            stuk = self.stuk(naam, f"{titel_stuk}: {titel}", (figures["omschrijving"], "Dit stuk hoort bij de demo."))
            document = self.act("Sanne de Vries", usecases.stuk_toevoegen, inkoop_id, stuk, titel=titel_stuk)
            self.act("Sanne de Vries", usecases.stuk_delen, document.id)
        return inkoop_id, percelen

    def decide(self, naam: str, inkoop_id, percelen, antwoorden: str, voorbehoud: str | None = None) -> None:
        """A gemeente records its decision: one letter per perceel (j, v, n)."""
        words = {"j": "ja", "v": "voorbehoud", "n": "nee"}

        def make(session, actor):
            usecases.deelname_bewaren(
                session, actor, inkoop_id, orgaan="college", besloten_on=clock.today(), voorbehoud=voorbehoud,
                antwoorden={p: words[a] for p, a in zip(percelen, antwoorden, strict=True)})
            stuk = self.stuk("collegebesluit.docx", f"Deelnamebesluit {actor.party_naam}", ("Het college besluit.", "Voorbeeld."))
            usecases.deelname_document(session, actor, inkoop_id, stuk)
            usecases.deelname(session, actor, inkoop_id)

        self.act(naam, make)

    def draft(self, naam: str, inkoop_id, *, complete: bool = True) -> uuid.UUID:
        """A provider writes a bid on every perceel; not complete: without the plan for the first one."""
        def make(session, actor):
            inschrijving = inschrijven.begin(session, actor, inkoop_id)
            inhoud = inschrijven.published(session, inkoop_id).inhoud
            for asked in inhoud["gevraagd"]:
                stuk = self.stuk(f"{asked['code'].lower()}.docx", asked["titel"], (f"{asked['titel']} van {actor.party_naam}.", "Voorbeeld."))
                inschrijven.document_toevoegen(session, actor, inschrijving.id, stuk, perceel_id=None, code=asked["code"])
            for number, perceel in enumerate(inhoud["percelen"]):
                perceel_id = uuid.UUID(perceel["id"])
                inschrijven.perceel_kiezen(session, actor, inschrijving.id, perceel_id)
                inschrijven.antwoorden_bewaren(session, actor, inschrijving.id, perceel_id, {
                    eis["id"]: {"voldoet": True, "toelichting": "Ja. Zie ons plan van aanpak."} for eis in perceel["eisen"]})
                if complete or number:
                    stuk = self.stuk("plan-van-aanpak.docx", f"Plan van aanpak {perceel['naam']}",
                                     (f"{actor.party_naam} biedt een thuis met begeleiding.", "Voorbeeld."))
                    inschrijven.document_toevoegen(session, actor, inschrijving.id, stuk, perceel_id=perceel_id, code="P1")
            return inschrijving.id

        return self.act(naam, make)

    def send(self, naam: str, inschrijving_id, inkoop_id) -> None:
        """The authorised sender sends every perceel."""
        def make(session, actor):
            inhoud = inschrijven.published(session, inkoop_id).inhoud
            inschrijven.verzenden(session, actor, inschrijving_id, [uuid.UUID(p["id"]) for p in inhoud["percelen"]])

        self.act(naam, make)


OTHERS = ("Anneke Prins", "Rob Post", "Dirk Veldkamp", "Mieke Evers", "Jan Visser", "Wim Hekman", "Gerda Talen")


def _organisations(stage: Stage) -> None:
    for naam, klasse, wat in (
        ("M. Bakker", "micro", "Kleine woonvorm met een huiskamer en een moestuin. Bewoners koken zelf."),
        ("Lotte Bergman", "groot", "Beschermd wonen, opvang en begeleiding in acht gemeenten."),
        ("Vera Dijkstra", "groot", "Behandeling en wonen onder een dak."),
        ("Teun Haverkamp", "klein", "Kleine aanbieders die samen inschrijven."),
    ):
        stage.act(naam, inschrijven.organisatie_bewaren, grootteklasse=klasse, omschrijving=wat, contactpersoon=naam,
                  email="post@voorbeeld.example", telefoon="038 000 00 00", postadres="Dorpsstraat 1, 8000 AA Zwolle")
        for titel in ("Verzekering", "Kwaliteitskeurmerk"):
            stuk = stage.stuk(f"{titel.lower()}.docx", titel, (f"{titel} van de organisatie.", "Voorbeeld."))
            stage.act(naam, inschrijven.organisatie_document, stuk, titel=titel)


def _history(stage: Stage, figures: dict) -> None:
    """Beschermd wonen 2023: from plan to contracts, long ago, with the first extension decided."""
    at = lambda y, m, d, h=10: stage.clock(datetime.combine(date(y, m, d), time(h), clock.AMSTERDAM))  # noqa: E731
    at(2022, 1, 10)
    inkoop_id, percelen = stage.plan("Beschermd wonen 2023", figures, begint_on=date(2023, 1, 1), waarde=Decimal("44800000.00"),
                                     terugval="Ga door met de subsidies van 2016.")
    at(2022, 1, 17)
    stage.act("Sanne de Vries", usecases.uitvragen, inkoop_id)
    at(2022, 2, 15)
    for naam in ("Pieter Wolters", *OTHERS):
        stage.decide(naam, inkoop_id, percelen, "j" * len(percelen))
    at(2022, 3, 1)
    stage.act("Sanne de Vries", usecases.doorzetten, inkoop_id)
    stage.act("Sanne de Vries", usecases.publiceren, inkoop_id,
              sluit_at=datetime.combine(date(2022, 5, 10), time(12), clock.AMSTERDAM))
    at(2022, 5, 2)
    for naam in ("Lotte Bergman", "Vera Dijkstra", "M. Bakker"):
        stage.send(naam, stage.draft(naam, inkoop_id), inkoop_id)
    at(2022, 5, 10, 14)
    for naam in ("Sanne de Vries", "Joost Meijer"):
        stage.act(naam, usecases.openen, inkoop_id)
    at(2022, 6, 1)
    for naam in ("Marit Bos", "Tineke Hof"):
        stage.act(naam, usecases.belang_verklaren, inkoop_id, heeft_belang=False)
    for perceel_id in percelen:
        stage.act("Marit Bos", _judge, perceel_id)
        stage.act("Hilde Vos", usecases.vaststellen, perceel_id)
        besluit = stage.act("Sanne de Vries", usecases.gunnen, perceel_id)
        stage.act("Hilde Vos", usecases.meelezen, besluit.id)
        stage.act("Karel ten Brinke", usecases.tekenen, besluit.id, brieven=stage.app.brieven)
    at(2022, 7, 4)
    for perceel_id in percelen:
        stage.act("Sanne de Vries", usecases.contracteren, perceel_id)
    at(2025, 6, 12)
    stage.act("Sanne de Vries", _extend_all)


def _judge(session, actor, perceel_id) -> None:
    from portal.domains.inkoop import queries
    from portal.domains.inkoop.model import Criterium, Eis, Perceel

    perceel = session.get(Perceel, perceel_id)
    eisen = session.scalars(select(Eis).where(Eis.dossier_id == perceel_id)).all()
    criteria = session.scalars(select(Criterium).where(Criterium.dossier_id == perceel_id)).all()
    for points, bid in zip(("8.5", "7.5", "6.5"), queries.opened_bids(session, perceel), strict=False):
        for eis in eisen:
            usecases.toetsen(session, actor, perceel_id, bid.inschrijving_id, eis.id, voldoet=True)
        for criterium in criteria:
            usecases.scoren(session, actor, perceel_id, bid.inschrijving_id, criterium.id, punten=Decimal(points),
                            motivering="Het plan is concreet en noemt wie het doet. De samenwerking in de wijk kan scherper.")


def _extend_all(session, actor) -> None:
    for id_ in session.scalars(select(Overeenkomst.id).order_by(Overeenkomst.nummer)).all():
        usecases.verlengen(session, actor, id_)


def _asked(stage: Stage, figures: dict, today: date) -> None:
    """Beschermd wonen 2028: five of eight have decided, three weeks to go."""
    def at(days, hour=10):
        stage.clock(datetime.combine(today - timedelta(days=days), time(hour), clock.AMSTERDAM))

    at(42)
    inkoop_id, percelen = stage.plan("Beschermd wonen 2028", figures, begint_on=date(today.year + 2, 1, 1),
                                     waarde=Decimal("56400000.00"), terugval="Verleng het contract van 2023 met 2 jaar.")
    concept = stage.stuk("kostprijsonderbouwing.docx", "Kostprijsonderbouwing", ("Concept.", "Voorbeeld."))
    stage.act("Sanne de Vries", usecases.stuk_toevoegen, inkoop_id, concept, titel="Kostprijsonderbouwing")
    at(35)
    stage.act("Sanne de Vries", usecases.uitvragen, inkoop_id)
    for days, naam, antwoorden, voorbehoud in (
        (33, "Pieter Wolters", "jjj", None), (21, "Anneke Prins", "jjj", None),
        (14, "Rob Post", "vjj", "De raad moet de begroting nog vaststellen."),
        (7, "Dirk Veldkamp", "jjj", None), (7, "Mieke Evers", "jjn", None),
    ):
        at(days, 15)
        stage.decide(naam, inkoop_id, percelen, antwoorden, voorbehoud)
    at(6, 9)
    stage.act("Sanne de Vries", usecases.herinneren, inkoop_id)


def _open(stage: Stage, figures: dict, today: date) -> None:
    """A smaller procurement that is open for bids: one sent, one complete draft, one that lacks a document."""
    def at(days, hour=10):
        stage.clock(datetime.combine(today - timedelta(days=days), time(hour), clock.AMSTERDAM))

    at(130)
    inkoop_id, percelen = stage.plan("Extra plaatsen tussenvorm", figures, begint_on=date(today.year + 1, 7, 1),
                                     waarde=Decimal("6300000.00"), terugval="Iedere gemeente zoekt zelf plaatsen.")
    at(120)
    stage.act("Sanne de Vries", usecases.uitvragen, inkoop_id)
    at(90)
    for naam in ("Pieter Wolters", *OTHERS):
        stage.decide(naam, inkoop_id, percelen, "j" * len(percelen))
    at(60)
    stage.act("Sanne de Vries", usecases.doorzetten, inkoop_id)
    at(20)
    closes = today + timedelta(days=23)
    closes += timedelta(days=max(0, 7 - closes.weekday()) if closes.weekday() >= 5 else 0)
    stage.act("Sanne de Vries", usecases.publiceren, inkoop_id, sluit_at=datetime.combine(closes, time(12), clock.AMSTERDAM))
    at(5)
    stage.draft("Femke Jansen", inkoop_id, complete=False)
    stage.draft("Vera Dijkstra", inkoop_id)
    at(2)
    stage.send("Lotte Bergman", stage.draft("Hugo Smit", inkoop_id), inkoop_id)


def seed_demo(app, owner) -> str:
    """Fill the demo region. Raises AlreadySeeded when somebody is there already; returns what was made, in a sentence."""
    with owner.connect() as c:
        if c.execute(text("SELECT count(*) FROM portal.account")).scalar():
            raise AlreadySeeded("De demoregio is al gevuld. Begin opnieuw met: make clean-demo")
    figures = load("demo")
    stage = Stage(app, owner)
    try:
        stage.clock(datetime(2022, 1, 3, 9, tzinfo=clock.AMSTERDAM))
        stage.people()
        stage.volmacht()
        _organisations(stage)
        _history(stage, figures["beschermd_wonen"])
        stage.clock(None)
        today = datetime.now(clock.AMSTERDAM).date()
        _open(stage, figures["tussenvorm"], today)
        _asked(stage, figures["beschermd_wonen"], today)
    finally:
        stage.clock(None)
    return f"De demoregio is gevuld: {len(stage.cast)} mensen, 3 inkopen."


ROLE_NAMES = {str(role): ROLES[role][0] for role in Role}
