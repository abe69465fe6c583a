"""Keep what the council gets, is promised and is advised: each act leaves a line in the history of the gemeente."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, func, select, update

from config import load as load_config
from portal.domains.raad import queries, rules
from portal.domains.raad.model import (
    Advies,
    Adviespunt,
    Beslispunt,
    Raad,
    Raadssessie,
    Raadsstuk,
    Toezegging,
    Toezegsoort,
)
from portal.domains.raad.rules import Antwoord, Deel, Stuksoort, Uitkomst, Vorm
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import Termijn, next_reference, start_term
from portal.kernel.errors import Refused
from portal.kernel.lezers import lezers
from portal.kernel.sentences import refusing, say, settle
from portal.kernel.terms import Length, TermRule
from portal.kernel.werk import Work
from portal.kernel.workflow import require

for _name, _sentence, _status in (
    ("uq_dossier_raad", "Een collega begon op hetzelfde moment. Probeer het nog eens.", 409),
    ("uq_toezegging_party_id_soort_nummer", "Dit nummer staat al in het register.", 409),
    ("uq_raadssessie_party_id_onderwerp_op_on", "Deze bijeenkomst staat er al.", 409),
    ("uq_adviespunt_advies_id_nummer", "Een collega bewaarde dit ook. Laad de pagina opnieuw.", 409),
    ("uq_beslispunt_stuk_id_nummer_letter", "Een collega bewaarde dit ook. Laad de pagina opnieuw.", 409),
    ("ck_raadsstuk_niet_bij_zichzelf", "Een stuk hoort niet bij zichzelf. Kies een ander stuk.", 422),
    ("toezegging_afgedaan", "Dit is al afgedaan, en dat verandert niet meer.", 409),
):
    say(_name, _sentence, _status)

# What the council reads may be secret: who does not work with the council does not find its dossier.
lezers("raad", readers=(P.RAAD_LEZEN,))
KIND = "werk_sessie"
OPNIEUW = Work("Bespreek opnieuw met de raad: {onderwerp}",
               "De raad hoort niet hoe het staat. Wat is afgesproken, gebeurt niet.",
               (P.RAAD_BEHEREN,), "raad.sessies")
TITEL, ACTIEF = "De raad", "actief"


def raad(session, actor) -> Raad:
    """The dossier of the own gemeente; made with the first act."""
    found = session.scalar(select(Raad).where(Raad.eigenaar_id == actor.party_id))
    if found is None:
        found = Raad(reference=next_reference(session, "RAAD"), titel=TITEL, state=ACTIEF,
                     eigenaar_id=actor.party_id)
        session.add(found)
        settle(session)
        found.record("raad:openen", actor=actor, state_to=found.state)
    return found


def _keep(session, actor, row, kind: str, **facts) -> None:
    """In the name of who wrote it, with a line of history."""
    row.gewijzigd_by, row.gewijzigd_at = actor.user_id, clock.now()
    with refusing(session):
        session.add(row)
    raad(session, actor).record(kind, actor=actor, over=row.id, **facts)
    settle(session)


def _weiger(*rules_: tuple[bool, str]) -> None:
    """Refuse with the sentence of everything that is wrong; babel.cfg names this, so that the sentences are translated."""
    if faults := [sentence for wrong, sentence in rules_ if wrong]:
        raise Refused(*faults)


# Papers ---------------------------------------------------------------------------------------------------------------------

def stuk_bewaren(session, actor, stuk_id: uuid.UUID | None = None, *, soort: str, op_on: date, onderwerp: str,
                 portefeuille: str, gevraagd: str, kenmerk: str = "", versie: str = "", afdeling: str = "", bijlagen: str = "",
                 delen: Mapping[str, str] | None = None, punten: str = "", bij_id: uuid.UUID | None = None) -> Raadsstuk:
    """Write a paper down, or change it; its decision points are numbered in the order of the text."""
    require(actor, P.RAAD_BEHEREN)
    _weiger((soort not in list(Stuksoort), "Kies wat voor stuk het is."),
            (not onderwerp.strip(), "Schrijf waarover het stuk gaat."),
            (not portefeuille.strip(), "Schrijf wie erover gaat, als functie."),
            (not gevraagd.strip(), "Schrijf wat er van de raad wordt gevraagd."))
    try:
        numbered = rules.punten(punten)
    except ValueError as error:
        raise Refused(str(error)) from None
    if bij_id is not None:
        queries.stuk(session, actor, bij_id)
    row = queries.stuk(session, actor, stuk_id, lock=True) if stuk_id else Raadsstuk(party_id=actor.party_id)
    row.soort, row.op_on, row.onderwerp, row.portefeuille = soort, op_on, onderwerp.strip(), portefeuille.strip()
    row.gevraagd, row.kenmerk, row.versie, row.bij_id = gevraagd.strip(), kenmerk.strip(), versie.strip(), bij_id
    row.afdeling, row.bijlagen = afdeling.strip(), bijlagen.strip()
    row.delen = {str(deel): text for deel in Deel if (text := (delen or {}).get(deel, "").strip())}
    _keep(session, actor, row, "raad:stuk", soort=soort)
    session.execute(delete(Beslispunt).where(Beslispunt.stuk_id == row.id))
    with refusing(session):
        session.add_all(Beslispunt(party_id=actor.party_id, stuk_id=row.id, nummer=one.nummer, letter=one.letter,
                                   tekst=one.tekst) for one in numbered)
    return row


# Promises -------------------------------------------------------------------------------------------------------------------

def toezegging_bewaren(session, actor, toezegging_id: uuid.UUID | None = None, *, soort: str, nummer: str, op_on: date,
                       titel: str, tekst: str, van: str = "", over_id: uuid.UUID | None = None,
                       uiterlijk_on: date | None = None) -> Toezegging:
    """Write down what the council asked or was promised, and until when; or change it while it is open."""
    require(actor, P.RAAD_BEHEREN)
    _weiger((soort not in list(Toezegsoort), "Kies wat het is."),
            (not nummer.strip(), "Vul het nummer in."),
            (not titel.strip(), "Schrijf in een paar woorden waar het over gaat."),
            (not tekst.strip(), "Schrijf wat er is gevraagd of beloofd."),
            (uiterlijk_on is not None and uiterlijk_on < op_on,
             "De laatste dag ligt voor de dag waarop het is gevraagd of beloofd."))
    if over_id is not None:
        queries.stuk(session, actor, over_id)
    row = (queries.toezegging(session, actor, toezegging_id, lock=True) if toezegging_id
           else Toezegging(party_id=actor.party_id))
    if row.afgedaan_on is not None:
        raise Refused("Dit is al afgedaan, en dat verandert niet meer.", status=409)
    row.soort, row.nummer, row.op_on, row.titel = soort, nummer.strip(), op_on, titel.strip()
    row.tekst, row.van, row.over_id, row.uiterlijk_on = tekst.strip(), van.strip(), over_id, uiterlijk_on
    _keep(session, actor, row, "raad:toezegging", soort=soort, nummer=row.nummer)
    return row


def afdoen(session, actor, toezegging_id, *, stuk_id: uuid.UUID | None, op_on: date) -> Toezegging:
    """Settle it: with which paper, and on which day. Nothing is settled without a paper."""
    require(actor, P.RAAD_BEHEREN)
    row = queries.toezegging(session, actor, toezegging_id, lock=True)
    if row.afgedaan_on is not None:
        raise Refused("Dit is al afgedaan, en dat verandert niet meer.", status=409)
    _weiger((stuk_id is None, "Kies met welk stuk dit is afgedaan."),
            (op_on < row.op_on, "De dag van het afdoen ligt voor de dag waarop het is gevraagd of beloofd."),
            (op_on > clock.today(), "De dag van het afdoen is nog niet geweest."))
    row.afgedaan_id, row.afgedaan_on = queries.stuk(session, actor, stuk_id).id, op_on
    _keep(session, actor, row, "raad:afdoen", stuk=stuk_id, op=op_on)
    return row


# Meetings -------------------------------------------------------------------------------------------------------------------

def sessie_bewaren(session, actor, *, op_on: date, onderwerp: str, vorm: str, uitkomst: str, conclusie: str,
                   stuk_id: uuid.UUID | None = None, jaarlijks: bool = True) -> Raadssessie:
    """Keep a meeting that was. Of a subject that comes back every year the next one waits in *Mijn werk*, a year after the last
    meeting about it."""
    require(actor, P.RAAD_BEHEREN)
    _weiger((not onderwerp.strip(), "Schrijf waarover de bijeenkomst ging."),
            (vorm not in list(Vorm), "Kies wat voor bijeenkomst het was."),
            (uitkomst not in list(Uitkomst), "Kies hoe het afliep."),
            (not conclusie.strip(), "Schrijf wat er is afgesproken."),
            (op_on > clock.today(), "Deze bijeenkomst is nog niet geweest."))
    if stuk_id is not None:
        queries.stuk(session, actor, stuk_id)
    row = Raadssessie(party_id=actor.party_id, op_on=op_on, onderwerp=" ".join(onderwerp.split()), vorm=vorm, uitkomst=uitkomst,
                 conclusie=conclusie.strip(), stuk_id=stuk_id, jaarlijks=jaarlijks)
    _keep(session, actor, row, "raad:sessie", op=op_on, uitkomst=uitkomst)
    _next(session, actor, row.onderwerp)
    return row


def _next(session, actor, onderwerp: str) -> None:
    """One task per subject, counted from the last meeting about it; that meeting says whether there is one."""
    dossier = raad(session, actor)
    # One at a time: two colleagues would start two tasks.
    session.refresh(dossier, with_for_update=True)
    series = session.scalars(select(Raadssessie).where(
        Raadssessie.party_id == actor.party_id, func.lower(Raadssessie.onderwerp) == onderwerp.lower())
        .order_by(Raadssessie.op_on.desc(), Raadssessie.id)).all()
    last = series[0]
    if last.termijn_id is not None:
        return
    session.execute(update(Termijn).where(Termijn.id.in_([one.termijn_id for one in series if one.termijn_id]),
                                          Termijn.met_on.is_(None)).values(met_on=clock.today()))
    if last.jaarlijks:
        agreed = load_config("raad")["sessie"]
        rule = TermRule(kind=KIND, article=agreed["bron"], length=Length(**agreed["lengte"]), statutory=False,
                        source=agreed["bron"], event="Laatste bijeenkomst met de raad")
        # Not with `format`: what somebody typed may hold braces.
        term = start_term(session, dossier, rule, on=last.op_on, party_id=actor.party_id, gevolg=OPNIEUW.gevolg,
                          taak=OPNIEUW.taak.replace("{onderwerp}", last.onderwerp), endpoint=OPNIEUW.endpoint,
                          permissions=OPNIEUW.permissions)
        settle(session)
        last.termijn_id = term.id
    settle(session)


# Advice ---------------------------------------------------------------------------------------------------------------------

def advies_bewaren(session, actor, *, titel: str, van: str, op_on: date, punten: Sequence[str],
                   antwoord_on: date | None = None, bron: str = "") -> Advies:
    """Write an advice down: its points get their number in the order they have."""
    require(actor, P.RAAD_BEHEREN)
    texts = [one.strip() for one in punten if one.strip()]
    _weiger((not titel.strip(), "Schrijf waarover het advies gaat."),
            (not van.strip(), "Schrijf welke raad het advies gaf."),
            (not texts, "Schrijf ten minste één punt van het advies."),
            (antwoord_on is not None and antwoord_on < op_on, "Het antwoord ligt voor de dag van het advies."))
    row = Advies(party_id=actor.party_id, titel=titel.strip(), van=van.strip(), op_on=op_on, antwoord_on=antwoord_on,
                 bron=bron.strip())
    _keep(session, actor, row, "raad:advies", punten=len(texts))
    with refusing(session):
        session.add_all(Adviespunt(party_id=actor.party_id, advies_id=row.id, nummer=n, tekst=text,
                                   gewijzigd_by=actor.user_id) for n, text in enumerate(texts, 1))
    return row


def beantwoorden(session, actor, advies_id, nummer: int, *, antwoord: str, toelichting: str, vervolg: str = "",
                 vervolg_on: date | None = None) -> Adviespunt:
    """What the college says of one point, what follows, and when."""
    require(actor, P.RAAD_BEHEREN)
    row = queries.adviespunt(session, actor, advies_id, nummer, lock=True)
    _weiger((antwoord not in list(Antwoord), "Kies wat voor antwoord het is."),
            (not toelichting.strip(), "Schrijf wat het antwoord is, in gewone woorden."),
            (vervolg_on is not None and not vervolg.strip(), "Schrijf ook wat er op die dag gebeurt."))
    row.antwoord, row.toelichting, row.vervolg, row.vervolg_on = antwoord, toelichting.strip(), vervolg.strip(), vervolg_on
    _keep(session, actor, row, "raad:antwoord", nummer=nummer, antwoord=antwoord)
    return row


# Publicity ------------------------------------------------------------------------------------------------------------------

def openbaar(session, actor, row: Raadsstuk | Toezegging | Advies, *, ja: bool) -> None:
    """Everybody reads it from now on, or nobody outside the gemeente."""
    require(actor, P.RAAD_BEHEREN)
    row.openbaar_at = clock.now() if ja else None
    _keep(session, actor, row, "raad:openbaar", ja=ja)
