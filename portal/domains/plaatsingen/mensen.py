"""The people around somebody: who looks along with a case, what was spoken about, and who of the gemeente works on it.

Nobody is connected by name or mail address: the gemeente makes a code for one person, and gives it by hand or by letter. What
a resident does stands in ondersteuning.py.
"""

import hashlib
import secrets
import uuid
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from config import load as load_config
from portal.domains.plaatsingen import queries, rules, usecases
from portal.domains.plaatsingen.model import (
    Bron,
    Contactnotitie,
    Contactvorm,
    Grond,
    Hoedanigheid,
    Inwonervraag,
    Koppeling,
    Overdracht,
    Persoon,
    Plaatsing,
    PlaatsingState,
    Toegang,
    ToegangState,
    Verblijf,
    Vraagsoort,
)
from portal.domains.plaatsingen.work import WORK
from portal.identity.model import Account, Membership
from portal.identity.permissions import Permission as P
from portal.identity.permissions import permissions_of
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import Dossier, Termijn, load, meet_term, start_term, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.kluis import Kluis
from portal.kernel.outbox import send_message
from portal.kernel.queries import PERSON, asks_person
from portal.kernel.sentences import say, settle
from portal.kernel.terms import Length, TermRule
from portal.kernel.workflow import require
from portal.tenants.model import Partij

say("koppeling_ingetrokken", "Deze koppeling is al beëindigd.")
AL_BEANTWOORD = "Deze vraag is al beantwoord. Laad de pagina opnieuw."
ER_IS_ANTWOORD = "Er is antwoord op wat u stuurde"
WAAR_HET_ANTWOORD_STAAT = ("U leest het antwoord bij Mijn ondersteuning. Het staat niet in dit bericht, omdat het over u gaat.")
say("vraag_beantwoord", AL_BEANTWOORD)

# Letters that nobody mistakes for a number when a code is read from paper.
TEKENS, LENGTE, GROEP = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 12, 4
# What is over asks nobody's work any more.
KLAAR = (ToegangState.TOEGEKEND, ToegangState.AFGEWEZEN, ToegangState.GEEN_AANVRAAG, ToegangState.INGETROKKEN,
         PlaatsingState.VERVALLEN, PlaatsingState.AFGESLOTEN, PlaatsingState.OVERGEDRAGEN)
SOORTEN = ("toegang", "plaatsing")

# What was agreed in a case waits for who works on it, and for every colleague while nobody does.
asks_person("werk_contact", "werk_vraag", condition=select(Dossier.id).where(
    Dossier.id == Termijn.dossier_id, or_(
        Dossier.behandelaar_id.is_(None), Dossier.behandelaar_id == PERSON,
        # Who left works on nothing any more.
        ~func.portal.in_dienst(Dossier.behandelaar_id, Dossier.eigenaar_id)))
    .correlate(Termijn).exists())


def zaak(session, actor, dossier_id: uuid.UUID, *, lock: bool = False) -> Toegang | Plaatsing:
    """A case of the own gemeente, for who may work on it."""
    found = load(session, Dossier, dossier_id, lock=lock)
    if found.soort not in SOORTEN or found.eigenaar_id != actor.party_id:
        raise NotFound("Deze zaak is er niet, of is niet van uw gemeente.")
    require(actor, P.TOEGANG_BEHANDELEN)
    return found


# Who it is about ------------------------------------------------------------------------------------------------------------

def gegevens_wijzigen(session, actor, dossier_id, *, naam: str, adres: str, contact: str, afgeschermd: bool, bsn: str = "",
                      bron: Bron | None = None, kluis: Kluis | None = None) -> Persoon:
    """Somebody moved, has another number, is called otherwise, or has to be hidden; or the citizen service number that was not
    known yet, is (`bsn`, and `bron`: how it was verified). One that is known stays. History says that it changed and not what
    stood there: that is a note, which is emptied with the person. The provider of a place that is not over reads the new name
    and number."""
    found = zaak(session, actor, dossier_id, lock=True)
    persoon = load(session, Persoon, found.persoon_id, lock=True)
    naam, adres, contact = naam.strip(), adres.strip(), contact.strip()
    if not naam:
        raise Refused("Vul de naam in.")
    number = "".join(bsn.split())
    if number and persoon.bsn_gesloten is not None:
        raise Refused("Het burgerservicenummer is al bekend. Het verandert hier niet.", status=409)
    if faults := usecases.nummer_gebreken(number, bron):
        raise Refused(*faults)
    if not adres and not number and persoon.bsn_gesloten is None:
        raise Refused("Vul een adres in: zonder burgerservicenummer is dat nodig om te weten wie iemand is.")
    before = {"naam": persoon.naam, "adres": persoon.adres, "contact": persoon.contact}
    changed = [name for name, value in (("naam", naam), ("adres", adres), ("contact", contact)) if before[name] != value]
    if number:
        usecases.nummer_vastleggen(persoon, number, bron, kluis)
        changed.append("burgerservicenummer")
    if not changed and persoon.afgeschermd == afgeschermd:
        raise Refused("Er is niets veranderd. Pas een gegeven aan, of ga terug.", status=409)
    persoon.naam, persoon.adres, persoon.contact = naam, adres, contact
    for given in queries.clientgegevens_van(session, persoon.id):
        given.naam, given.contact = naam, contact
    if persoon.afgeschermd != afgeschermd:
        usecases.afschermen(session, actor, persoon.id, afgeschermd=afgeschermd)
        changed.append("afgeschermd")
    found.record(f"{found.soort}:gegevens", actor=actor, wat=" ".join(changed))
    noteer(session, actor, found, "gegevens", "\n".join(f"{name}: {before.get(name) or '-'}" for name in changed))
    settle(session)
    return persoon


# Who looks along ------------------------------------------------------------------------------------------------------------

def kenmerk(code: str) -> bytes:
    """What a code is found by: capitals, without what people put between the groups."""
    return hashlib.sha256("".join(code.upper().replace("-", " ").split()).encode()).digest()


def koppeling_maken(session, actor, dossier_id, *, hoedanigheid: Hoedanigheid, naam: str, bewijs: str,
                    instemming_on: date | None = None, tot_on: date | None = None) -> tuple[Koppeling, str]:
    """Make a code with which one resident is connected to the person of this case; only its hash is kept. Gives the connection
    and the code, which is told once."""
    require(actor, P.TOEGANG_BEHEREN)
    found = zaak(session, actor, dossier_id)
    persoon, today, config = load(session, Persoon, found.persoon_id), clock.today(), load_config("plaatsingen")["koppeling"]
    if not naam.strip():
        raise Refused("Vul de naam in van wie meekijkt.")
    if tot_on is not None and tot_on < today:
        raise Refused("De laatste dag ligt in het verleden.")
    if faults := rules.koppeling_gebreken(hoedanigheid, persoon.geboren_on, on=today, bewijs=bewijs,
                                          instemming_on=instemming_on):
        raise Refused(*faults)
    letters = "".join(secrets.choice(TEKENS) for _ in range(LENGTE))
    code = "-".join(letters[n:n + GROEP] for n in range(0, LENGTE, GROEP))
    koppeling = Koppeling(
        party_id=actor.party_id, persoon_id=persoon.id, hoedanigheid=hoedanigheid, naam=naam.strip(), bewijs=bewijs.strip(),
        instemming_on=instemming_on, code_kenmerk=kenmerk(code), vastgelegd_by=actor.user_id,
        code_tot_at=clock.now() + timedelta(days=config["code_dagen"]),
        tot_on=rules.koppeling_tot(hoedanigheid, persoon.geboren_on, on=today, instemming_on=instemming_on, wens=tot_on))
    session.add(koppeling)
    settle(session)
    found.record("intern:koppeling", actor=actor, koppeling=koppeling.id, hoedanigheid=hoedanigheid)
    settle(session)
    return koppeling, code


def koppeling_intrekken(session, actor, dossier_id, koppeling_id, *, reden: str) -> Koppeling:
    """Somebody no longer looks along, from now on: the client asked it, or the ground fell away."""
    found = zaak(session, actor, dossier_id)
    koppeling = load(session, Koppeling, koppeling_id, lock=True)
    if koppeling.party_id != actor.party_id or koppeling.persoon_id != found.persoon_id:
        raise NotFound("Deze koppeling hoort niet bij deze zaak.")
    if koppeling.ingetrokken_at is not None:
        raise Refused("Deze koppeling is al beëindigd.", status=409)
    if not reden.strip():
        raise Refused("Schrijf waarom deze persoon niet meer meekijkt.")
    koppeling.ingetrokken_at, koppeling.ingetrokken_by = clock.now(), actor.user_id
    noteer(session, actor, found, "koppeling-beeindigd", reden)
    found.record("intern:koppeling-beeindigd", actor=actor, koppeling=koppeling.id)
    settle(session)
    return koppeling


def koppelingen(session, persoon_id: uuid.UUID) -> list[Koppeling]:
    """Who looks along with this person, or did, the newest first."""
    return list(session.scalars(select(Koppeling).where(Koppeling.persoon_id == persoon_id)
                                .order_by(Koppeling.gemaakt_at.desc(), Koppeling.id)))


def gronden(session, plaatsing_id: uuid.UUID) -> list:
    """With whom something of this placement is shared, and on which ground, the newest first. Rows: the ground, with whom, and
    what (the kind of dossier)."""
    child = select(Verblijf.__table__.c.id).where(Verblijf.__table__.c.plaatsing_id == plaatsing_id).union_all(
        select(Overdracht.__table__.c.id).where(Overdracht.__table__.c.plaatsing_id == plaatsing_id))
    return list(session.execute(
        select(Grond, Partij.naam.label("met"), Dossier.__table__.c.soort.label("wat"))
        .join(Dossier.__table__, Dossier.__table__.c.id == Grond.dossier_id).join(Partij, Partij.id == Grond.voor_id)
        .where(Grond.dossier_id.in_(child)).order_by(Grond.van_on.desc(), Grond.id)))


# What was spoken about ------------------------------------------------------------------------------------------------------

def notities(session, dossier_id: uuid.UUID, most: int) -> list:
    """What was spoken about in a case, the newest first. Rows: the note, and who wrote it."""
    return list(session.execute(
        select(Contactnotitie, Account.naam.label("wie")).outerjoin(Account, Account.id == Contactnotitie.door)
        .where(Contactnotitie.dossier_id == dossier_id).order_by(Contactnotitie.op_on.desc(), Contactnotitie.id).limit(most)))


def notitie_maken(session, actor, dossier_id, *, op_on: date, vorm: Contactvorm, met: str, tekst: str, afspraak: str = "",
                  afspraak_on: date | None = None) -> Contactnotitie:
    """Write down when and with whom somebody spoke, and what was agreed next; that waits until it is done."""
    found = zaak(session, actor, dossier_id, lock=True)
    if faults := rules.notitie_gebreken(op_on, met, tekst, afspraak, afspraak_on, on=clock.today()):
        raise Refused(*faults)
    notitie = Contactnotitie(**under(found, actor.party_id), op_on=op_on, vorm=vorm, met=met.strip(), tekst=tekst.strip(),
                             afspraak=afspraak.strip(), afspraak_on=afspraak_on, door=actor.user_id)
    session.add(notitie)
    found.record("intern:contact", actor=actor, notitie=notitie.id, vorm=vorm)
    settle(session)
    _wait_for_next(session, found)
    return notitie


def afspraak_klaar(session, actor, dossier_id, notitie_id) -> Contactnotitie:
    """What was agreed has been done."""
    found = zaak(session, actor, dossier_id, lock=True)
    notitie = load(session, Contactnotitie, notitie_id, lock=True)
    if notitie.dossier_id != found.id:
        raise NotFound("Deze notitie hoort niet bij deze zaak.")
    if notitie.afspraak_on is None or notitie.klaar_on is not None:
        raise Refused("Bij deze notitie staat geen afspraak meer open.", status=409)
    notitie.klaar_on = clock.today()
    found.record("intern:contact-klaar", actor=actor, notitie=notitie.id)
    settle(session)
    _wait_for_next(session, found)
    return notitie


def _wait_for_next(session, found: Dossier) -> None:
    """The first agreement that is open stands in Mijn werk, until its day."""
    _wait_until(session, found, "werk_contact", session.scalar(select(func.min(Contactnotitie.afspraak_on)).where(
        Contactnotitie.dossier_id == found.id, Contactnotitie.klaar_on.is_(None))))


def _wait_until(session, found: Dossier, kind: str, first: date | None, term: rules.Antwoordtermijn | None = None) -> bool:
    """This work stands in Mijn werk until this day, once per case; None: nothing is left to do. `term`: how that day was
    counted, where a rule says when. Did anything change?"""
    waits = session.scalar(select(Termijn).where(Termijn.dossier_id == found.id, Termijn.kind == kind,
                                                 Termijn.met_on.is_(None)))
    if (waits.due_on if waits else None) == first:
        return False
    if waits is not None:
        meet_term(session, found, kind, on=clock.today())
    if first is not None:
        what, agreed = WORK[kind], load_config("plaatsingen")["werk"]
        rule = replace(term.regel, kind=kind) if term else TermRule(
            kind=kind, article=agreed["bron"], label=what.taak, event="Contact", statutory=False, source=agreed["bron"],
            length=Length(**agreed[kind.removeprefix("werk_")]))
        made = start_term(session, found, rule, on=term.vanaf if term else min(first, clock.today()),
                          party_id=found.eigenaar_id, taak=what.taak, gevolg=what.gevolg,
                          endpoint=what.endpoint if found.soort == "plaatsing" else "plaatsing.toegang_mensen",
                          permissions=what.permissions, due_on=first)
        made.extended = int(term is not None and term.verdaagd)
    settle(session)
    return True


# What a resident asked ------------------------------------------------------------------------------------------------------

def vragen(session, dossier_id: uuid.UUID, most: int) -> list:
    """What the client, or who represents one, asked about this case, the newest first. Rows: the question, and as what."""
    return list(session.execute(
        select(Inwonervraag, Koppeling.naam, Koppeling.hoedanigheid).join(Koppeling, Koppeling.id == Inwonervraag.koppeling_id)
        .where(Inwonervraag.dossier_id == dossier_id).order_by(Inwonervraag.gesteld_at.desc(), Inwonervraag.id).limit(most)))


def beantwoorden(session, actor, dossier_id, vraag_id, *, antwoord: str) -> Inwonervraag:
    """Answer what a resident asked; a message says that the answer is there, and nothing of it."""
    found = zaak(session, actor, dossier_id)
    vraag = load(session, Inwonervraag, vraag_id, lock=True)
    if vraag.dossier_id != found.id:
        raise NotFound("Deze vraag hoort niet bij deze zaak.")
    if vraag.soort != Vraagsoort.VRAAG:
        raise Refused("Op een klacht of een bezwaar antwoordt u met een uitkomst.", status=409)
    if vraag.beantwoord_at is not None:
        raise Refused(AL_BEANTWOORD, status=409)
    if not antwoord.strip():
        raise Refused("Schrijf een antwoord.")
    vraag.antwoord, vraag.beantwoord_by, vraag.beantwoord_at = antwoord.strip(), actor.user_id, clock.now()
    found.record("intern:vraag-beantwoord", actor=actor, vraag=vraag.id)
    settle(session)
    send_message(session, actor, to=vraag.party_id, onderwerp=ER_IS_ANTWOORD, tekst=WAAR_HET_ANTWOORD_STAAT)
    wachten_op_antwoord(session, found)
    return vraag


def gepost_on(session, dossier_id: uuid.UUID) -> date | None:
    """The day on which the last decision letter of a case went by post; None while it still has to."""
    return session.scalar(select(func.max(Termijn.started_on)).where(Termijn.dossier_id == dossier_id,
                                                                     Termijn.kind == "bezwaartermijn"))


def antwoordtermijn(session, vraag: Inwonervraag) -> rules.Antwoordtermijn:
    """Until when this is answered, and how that is counted."""
    return termijn_bij(vraag, gepost_on(session, vraag.dossier_id) if vraag.soort == Vraagsoort.BEZWAAR else None)


def termijn_bij(vraag: Inwonervraag, bekend_on: date | None) -> rules.Antwoordtermijn:
    """The same, by a page that read when the letter was posted."""
    return rules.antwoordtermijn(vraag.soort, clock.day_of(vraag.gesteld_at), bekend_on=bekend_on, commissie=vraag.commissie,
                                 verdaagd=bool(vraag.verdaagd_reden))


def wachten_op_antwoord(session, found: Dossier) -> bool:
    """What was asked first and not answered stands in Mijn werk until the day on which the answer must be there: objections
    apart, for those who decide on them. Did anything change?"""
    asked = list(session.scalars(select(Inwonervraag).where(Inwonervraag.dossier_id == found.id,
                                                            Inwonervraag.beantwoord_at.is_(None))))
    changed = False
    for kind, mine in (("werk_bezwaarschrift", True), ("werk_vraag", False)):
        terms = [antwoordtermijn(session, one) for one in asked if (one.soort == Vraagsoort.BEZWAAR) is mine]
        first = min(terms, key=lambda term: term.uiterlijk, default=None)
        changed |= _wait_until(session, found, kind, first.uiterlijk if first else None, first)
    return changed


def vragen_wachten(session, actor, _on: date) -> int:
    """What residents of this gemeente asked and does not stand in Mijn werk as it should: a resident cannot put it there. Also
    where something waits already: a question can be due before a complaint of earlier. Returns in how many cases."""
    waits = select(Termijn.dossier_id).where(Termijn.kind.in_(("werk_vraag", "werk_bezwaarschrift")), Termijn.met_on.is_(None))
    asked = select(Inwonervraag.dossier_id).where(Inwonervraag.beantwoord_at.is_(None))
    found = session.scalars(select(Dossier).where(
        Dossier.eigenaar_id == actor.party_id, or_(Dossier.id.in_(waits), Dossier.id.in_(asked))).order_by(Dossier.id)).all()
    return sum(wachten_op_antwoord(session, one) for one in found)


# Who works on it ------------------------------------------------------------------------------------------------------------

def nemen(session, actor, dossier_id) -> Dossier:
    """From now on this person works on the case, and is whom the client calls."""
    found = zaak(session, actor, dossier_id, lock=True)
    if found.behandelaar_id == actor.user_id:
        raise Refused("U behandelt deze zaak al.", status=409)
    return _given(session, actor, found, actor.user_id)


def collegas(session, party_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Who works on cases at this gemeente now, by name."""
    rows = session.execute(select(Account.id, Account.naam, Membership.rollen)
                           .join(Membership, Membership.account_id == Account.id)
                           .where(Membership.party_id == party_id, Membership.beeindigd_at.is_(None))
                           .order_by(Account.naam, Account.id))
    return [(row.id, row.naam) for row in rows if P.TOEGANG_BEHANDELEN in permissions_of(row.rollen)]


def behandelaars(session, party_id: uuid.UUID) -> list[tuple[uuid.UUID, str, int]]:
    """Who has open cases at this gemeente, and how many; also who no longer works here."""
    rows = session.execute(select(Dossier.behandelaar_id, Account.naam).outerjoin(Account, Account.id == Dossier.behandelaar_id)
                           .where(*_open_of(party_id), Dossier.behandelaar_id.is_not(None)))
    count: dict[tuple, int] = {}
    for row in rows:
        count[row.behandelaar_id, row.naam or ""] = count.get((row.behandelaar_id, row.naam or ""), 0) + 1
    return sorted(((id_, naam, n) for (id_, naam), n in count.items()), key=lambda one: (one[1], str(one[0])))


def _open_of(party_id: uuid.UUID) -> tuple:
    return Dossier.eigenaar_id == party_id, Dossier.soort.in_(SOORTEN), Dossier.state.not_in(KLAAR)


def collega_overdragen(session, actor, *, van_id: uuid.UUID, naar_id: uuid.UUID, reden: str) -> int:
    """All open cases of one worker go to another in one act, as when somebody falls ill. Gives how many. Refused as a whole, or
    done as a whole."""
    require(actor, P.TOEGANG_BEHEREN)
    if van_id == naar_id:
        raise Refused("Kies twee verschillende collega's.")
    known = dict(collegas(session, actor.party_id))
    if naar_id not in known:
        raise Refused("Kies een collega die meldingen en plaatsingen behandelt.")
    if not reden.strip():
        raise Refused("Schrijf waarom de zaken overgaan.")
    found = list(session.scalars(select(Dossier).where(*_open_of(actor.party_id), Dossier.behandelaar_id == van_id)
                                 .order_by(Dossier.id).with_for_update(of=Dossier)))
    if not found:
        raise Refused("Deze collega heeft geen open zaken.", status=409)
    for one in found:
        _given(session, actor, one, naar_id)
        noteer(session, actor, one, "behandelaar", reden)
    settle(session)
    # To the own gemeente: a message has no addressee but an organisation. It names no case.
    send_message(session, actor, to=actor.party_id, onderwerp=f"Voor {known[naar_id]}: zaken van een collega",
                 tekst=f"U behandelt vanaf vandaag {len(found)} zaken van een collega. U vindt ze bij Mijn werk.")
    return len(found)


def _given(session, actor, found: Dossier, to: uuid.UUID) -> Dossier:
    record = "toegang:behandelaar" if found.soort == "toegang" else "plaatsing:behandelaar"
    found.record(record, actor=actor, van=found.behandelaar_id, naar=to)
    found.behandelaar_id = to
    settle(session)
    return found
