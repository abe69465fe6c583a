"""Dossiers, publications, terms and files for pages that only show them; written as the party that owns them."""

import hashlib
import uuid
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import event

import config
from portal.domains.inkoop.model import Inkoop, Publicatie
from portal.kernel import clock
from portal.kernel.documents import Document
from portal.kernel.dossier import Dossier, DossierDeelnemer, next_reference, start_term, under
from portal.kernel.terms import Length, TermRule
from portal.tenants.region import party_id


@contextmanager
def counted(engine):
    """How many statements this block sends to the database."""
    seen = []

    def count(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", count)


def inkoop(world, person, titel="Beschermd wonen 2028", *, state="uitgevraagd", shared_with=()) -> uuid.UUID:
    """A procurement of this person's gemeente; returns its id."""
    def make(session, actor):
        row = Inkoop(
            reference=next_reference(session, "INK"), titel=titel, state=state, eigenaar_id=actor.party_id,
            verband_id=party_id("beschermd-wonen"), methode="sas", toegang="volgens de stukken",
            omschrijving="Wonen met begeleiding voor acht gemeenten.",
            geraamde_waarde=Decimal("56400000.00"), begint_on=date(2028, 1, 1), looptijd_jaren=[3, 2, 2], terugval="Verlengen.",
            aandachtspunten=[])
        session.add(row)
        session.flush()
        for party in shared_with:
            session.add(DossierDeelnemer(dossier_id=row.id, eigenaar_id=actor.party_id, party_id=party, hoedanigheid="lid"))
        return row.id
    return world.as_(person, make)


def file(world, person, dossier_id, content=b"%PDF-1.7 leidraad", *, name="leidraad.pdf", titel="Aanbestedingsleidraad",
         scan="schoon", shared=True, public=False) -> uuid.UUID:
    """A stored file under a dossier; returns its id."""
    def make(session, actor):
        now = clock.now()
        row = Document(
            **under(session.get(Dossier, dossier_id), actor.party_id), soort="inkoopstuk", titel=titel, naam=name,
            media_type="application/pdf", grootte=len(content), sha256=hashlib.sha256(content).hexdigest(),
            opslag_key=world.app.files.put([content]), scan=scan, ontvangst_nummer=f"ONT-{uuid.uuid4().hex[:10]}",
            ontvangen_by=actor.user_id, gedeeld_at=now if shared or public else None)
        session.add(row)
        session.flush()
        row.gepubliceerd_at = now if public else None  # nothing is public the moment it comes in
        session.flush()
        return row.id
    return world.as_(person, make)


def publication(world, person, titel="Beschermd wonen 2028", *, sluit_at=None, percelen=2, documents=(), published_at=None,
                omschrijving="Wonen met begeleiding.") -> Publicatie:
    """A published procurement with percelen and the given files (name, content)."""
    dossier_id = inkoop(world, person, titel, state="gepubliceerd")
    files = [(file(world, person, dossier_id, content, name=name, titel=name.partition(".")[0].capitalize(), public=True),
              name, content) for name, content in documents]

    def make(session, actor):
        dossier = session.get(Dossier, dossier_id)
        row = Publicatie(
            **under(dossier, actor.party_id), soort="aankondiging", inkoop_id=dossier_id, reference=dossier.reference,
            titel=titel, regelset=config.load("inkoop"), gepubliceerd_at=published_at or clock.now(),
            sluit_at=sluit_at or datetime.now(UTC) + timedelta(days=30), inhoud={
                "omschrijving": omschrijving, "methode": "sas", "methode_naam": "Sociale en andere specifieke diensten",
                "geraamde_waarde": "56400000.00", "begint_on": "2028-01-01", "looptijd_jaren": [3, 2, 2],
                "gemeenten": [{"naam": "Zwolle", "slug": "zwolle"}, {"naam": "Kampen", "slug": "kampen"}],
                "mijlpalen": [{"titel": "Gunning", "tekst": "vierde kwartaal van 2027"}],
                "documenten": [{"id": str(i), "titel": n.partition(".")[0].capitalize(), "naam": n, "grootte": len(c),
                                "sha256": hashlib.sha256(c).hexdigest()} for i, n, c in files],
                "gevraagd": [{"id": str(uuid.uuid4()), "code": "D1", "titel": "Uittreksel van het Handelsregister",
                              "toelichting": "Niet ouder dan zes maanden.", "herbruikbaar": True}],
                "percelen": [{
                    "id": str(uuid.uuid4()), "nummer": n, "naam": f"Woonvorm {n}", "product": f"product {n}",
                    "omschrijving": "Een woonplek met toezicht.", "waarde": "30000000.00", "plaatsen": 96,
                    "gemeenten": ["Zwolle", "Kampen"], "max_contracten": 4 if n == 1 else None, "minimale_score": "5.50",
                    "eisen": [{"id": str(uuid.uuid4()), "code": "E1", "tekst": "Er is dag en nacht toezicht.",
                               "bewijs": "Rooster"}],
                    "criteria": [{"id": str(uuid.uuid4()), "code": "K1", "tekst": "Hoe helpt u iemand zelf te wonen?",
                                  "weging": 60},
                                 {"id": str(uuid.uuid4()), "code": "K2", "tekst": "Hoe werkt u samen?", "weging": 40}],
                    "gevraagd": [],
                } for n in range(1, percelen + 1)]})
        session.add(row)
        session.flush()
        return row
    return world.as_(person, make)


def award(world, person, announced: Publicatie, number: int, names) -> None:
    """The published result of one perceel."""
    perceel = announced.inhoud["percelen"][number - 1]

    def make(session, actor):
        row = Dossier(id=uuid.UUID(perceel["id"]), soort="dossier", reference=f"{announced.reference}-{number}",
                      titel=perceel["naam"], state="gegund", eigenaar_id=actor.party_id)
        session.add(row)
        session.flush()
        session.add(Publicatie(
            **under(row, actor.party_id), soort="gunning", inkoop_id=announced.inkoop_id, reference=row.reference,
            titel=row.titel, regelset={}, gepubliceerd_at=clock.now(), inhoud={
                "perceel": {"id": perceel["id"], "nummer": number, "naam": perceel["naam"]}, "gegund_aan": list(names),
                "aantal_inschrijvingen": 5, "besloten_on": "2027-10-12", "standstill_tot": "2027-11-01",
                "waarde": "30000000.00"}))
    world.as_(person, make)


def contract(world, person, aanbieder, *, nummer="OVK-2028-0001", perceel="Beschermd wonen", product="beschermd wonen",
             periods=((date(2028, 1, 1), date(2031, 1, 1), None),)) -> None:
    """A contract with its base period and options (van, tot, verlengd_on), from before signatures were kept: without award."""
    dossier_id = inkoop(world, person, perceel, state="afgerond")
    (id_,) = world.behind(
        "INSERT INTO portal.overeenkomst (id, dossier_id, eigenaar_id, party_id, nummer, aanbieder_id, perceel_naam, product, "
        "maximale_waarde, begint_on) VALUES (gen_random_uuid(), :d, :p, :p, :n, :a, :naam, :product, 1000000, :van) "
        "RETURNING id",
        d=dossier_id, p=person.party_id, n=nummer, a=aanbieder, naam=perceel, product=product, van=periods[0][0])[0]
    for number, (van, tot, verlengd_on) in enumerate(periods, 1):
        world.behind("INSERT INTO portal.overeenkomst_periode (id, overeenkomst_id, volgnummer, soort, van, tot, verlengd_on) "
                     "VALUES (gen_random_uuid(), :o, :n, :s, :van, :tot, :v)", o=id_, n=number,
                     s="basis" if number == 1 else "optie", van=van, tot=tot, v=verlengd_on)


def term(world, person, dossier_id, due_on, *, for_party=None, taak="Leg het besluit vast", permissions=(),
         endpoint="inkoop.dossier", kind="proef") -> uuid.UUID:
    """An open term of a dossier that this person's party owns."""
    rule = TermRule(kind=kind, article="Afspraak", length=Length(weeks=8), statutory=False, source="Afspraak",
                    label="Besluit over de deelname")

    def make(session, actor):
        row = start_term(session, session.get(Dossier, dossier_id), rule, on=due_on - timedelta(weeks=8), due_on=due_on,
                         party_id=for_party or actor.party_id, taak=taak, gevolg="de gemeente doet niet mee.",
                         endpoint=endpoint, permissions=permissions)
        session.flush()
        return row.id
    return world.as_(person, make)
