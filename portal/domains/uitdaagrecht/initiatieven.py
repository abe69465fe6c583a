"""The residents' side: write an idea, ask about the task, send the plan, say what else there is to say.

Everything here belongs to who has the idea. The gemeente reads what was sent, from the moment it was sent; a job takes it in
there (innemen.innemen), so that neither side ever writes the other's rows.
"""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from portal.domains.uitdaagrecht import queries, rules, stukken
from portal.domains.uitdaagrecht.model import (
    OPEN,
    Afspraak,
    Afspraakteken,
    Gemeentetaak,
    Gesprek,
    Initiatief,
    InitiatiefState,
    Inzending,
    Medeindiener,
    Soort,
    State,
    Uitdaging,
    Verslagakkoord,
)
from portal.domains.uitdaagrecht.workflow import INITIATIEF
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.documents import Document, Stuk, receipt_number
from portal.kernel.dossier import load, random_reference, share, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.fingerprint import fingerprint
from portal.kernel.outbox import enqueue
from portal.kernel.sentences import refusing, settle
from portal.kernel.workflow import require

TEKST_LANG, SAMENVATTING_KORT = 4000, 20
# A link for somebody who joins.
MEEDOEN = timedelta(days=14)
VELDEN = ("titel", *rules.UITDAGING, "kosten_bedrag")
AL_BESLIST = "De gemeente heeft al beslist. Dit kan niet meer."


def bewaren_gebreken(gegevens: Mapping) -> list[str]:
    """What cannot be kept as it was typed; missing parts can."""
    faults = []
    if unknown := set(gegevens) - set(VELDEN):
        raise ValueError(f"onbekende velden: {sorted(unknown)}")
    if len(gegevens.get("titel", "")) > rules.TITEL_LANG:
        faults.append(f"De naam van uw plan is te lang: ten hoogste {rules.TITEL_LANG} tekens.")
    faults += [f"Te lang: {naam}. Schrijf ten hoogste {TEKST_LANG} tekens." for code, naam in rules.UITDAGING.items()
               if len(gegevens.get(code, "")) > TEKST_LANG]
    amount = gegevens.get("kosten_bedrag")
    if amount and ((value := rules.bedrag(amount)) is None or not 0 <= value < 10 ** 9):
        faults.append("Schrijf het bedrag per jaar in euro's, bijvoorbeeld 24500.")
    return faults


def begin(session, actor, gemeente_id: uuid.UUID, *, gegevens: Mapping[str, str], taak_id: uuid.UUID | None = None
          ) -> Initiatief:
    """Keep an idea, for now for who has it alone."""
    require(actor, P.UITDAGING_EIGEN)
    queries.gemeente(session, gemeente_id)
    if faults := bewaren_gebreken(gegevens):
        raise Refused(*faults)
    _taak(session, gemeente_id, taak_id)
    initiatief = Initiatief(
        reference=random_reference("IDEE"), titel=rules.titel(gegevens), state=InitiatiefState.BEGONNEN,
        eigenaar_id=actor.party_id, behandelaar_id=actor.user_id, gemeente_id=gemeente_id, taak_id=taak_id,
        gegevens=_schoon(gegevens))
    session.add(initiatief)
    with refusing(session):
        initiatief.record("initiatief:begin", actor=actor, state_to=InitiatiefState.BEGONNEN)
    return initiatief


def bewaren(session, actor, initiatief_id, *, gegevens: Mapping[str, str], taak_id: uuid.UUID | None = None,
            gemeente_id: uuid.UUID | None = None) -> Initiatief:
    """Keep what was typed. Before the plan is sent everything can change; after it only what the gemeente still asks."""
    initiatief = _schrijvend(session, actor, initiatief_id)
    if faults := bewaren_gebreken(gegevens):
        raise Refused(*faults)
    if initiatief.state == InitiatiefState.BEGONNEN and gemeente_id:
        queries.gemeente(session, gemeente_id)
        initiatief.gemeente_id = gemeente_id
    if initiatief.state in (InitiatiefState.BEGONNEN, InitiatiefState.GEVRAAGD):
        _taak(session, initiatief.gemeente_id, taak_id)
        initiatief.taak_id = taak_id
    initiatief.gegevens = dict(initiatief.gegevens) | _schoon(gegevens)
    initiatief.titel = rules.titel(initiatief.gegevens)
    settle(session)
    return initiatief


def schrijft_nog(session, initiatief: Initiatief) -> bool:
    """May the residents still change their plan?"""
    if initiatief.state in (InitiatiefState.BEGONNEN, InitiatiefState.GEVRAAGD):
        return True
    if initiatief.state != InitiatiefState.INGEDIEND:
        return False
    uitdaging = queries.van_initiatief(session, initiatief.id)
    return uitdaging is not None and uitdaging.state in (State.WACHT_OP_AANVULLING, State.DIALOOG, State.BEMIDDELING)


def stuk_toevoegen(session, actor, initiatief_id, stuk: Stuk) -> Document:
    """Add a photo or a document; the gemeente reads it from the moment the plan is sent."""
    return stukken.toevoegen(session, actor, _schrijvend(session, actor, initiatief_id), stuk)


def stuk_weghalen(session, actor, initiatief_id, document_id) -> Document:
    """Take a file out that was not sent."""
    return stukken.weghalen(session, actor, _schrijvend(session, actor, initiatief_id), document_id)


def vragen(session, actor, initiatief_id, *, vraag: str) -> Inzending:
    """Ask the gemeente about the task: what it costs, how good it must be, until when somebody has it (Woo 4.1)."""
    initiatief = queries.mijn(session, actor, initiatief_id, lock=True)
    if not vraag.strip():
        raise Refused("Schrijf wat u over de taak wilt weten.")
    _taak_gekozen(initiatief)
    INITIATIEF.perform(initiatief, "vragen", actor)
    return _sturen(session, actor, initiatief, Soort.VRAAG, {"vraag": vraag.strip(), "taak_id": _tekst(initiatief.taak_id),
                                                             "titel": initiatief.titel})


def indienen(session, actor, initiatief_id) -> Inzending:
    """Send the plan. Three sentences are enough: what, why, and with whom. The gemeente asks the rest later, once."""
    initiatief = queries.mijn(session, actor, initiatief_id, lock=True)
    if initiatief.state == InitiatiefState.INGEDIEND:
        raise Refused("U verstuurde dit plan al. De gemeente heeft het.", status=409)
    if missing := rules.ontbreekt(initiatief.gegevens, rules.IDEE):
        raise Refused(*[f"Er ontbreekt nog: {rules.IDEE[code]}." for code in missing])
    _eigen_taak(session, initiatief)
    INITIATIEF.perform(initiatief, "indienen", actor)
    return _sturen(session, actor, initiatief, Soort.UITDAGING, _plan(session, actor, initiatief))


def aanvullen(session, actor, initiatief_id) -> Inzending:
    """Send what the gemeente asked to add."""
    initiatief, uitdaging = _zaak(session, actor, initiatief_id)
    if uitdaging.state != State.WACHT_OP_AANVULLING:
        raise Refused("De gemeente wacht nu niet op een aanvulling. Er is niets verstuurd.", status=409)
    if missing := [code for code in rules.ontbreekt(initiatief.gegevens) if code in uitdaging.gevraagd]:
        raise Refused(*[f"De gemeente vroeg ook: {rules.UITDAGING[code]}." for code in missing])
    return _sturen(session, actor, initiatief, Soort.AANVULLING, _plan(session, actor, initiatief))


def plan(session, actor, initiatief_id) -> Inzending:
    """Send the plan as it will be judged: every part filled in, and supported as the ordinance asks."""
    initiatief, uitdaging = _zaak(session, actor, initiatief_id)
    if uitdaging.state not in (State.DIALOOG, State.BEMIDDELING):
        raise Refused("U kunt uw plan nu niet definitief maken. Kijk bij 'Waar staat het nu?'.", status=409)
    faults = [f"Er ontbreekt nog: {rules.UITDAGING[code]}." for code in rules.ontbreekt(initiatief.gegevens)]
    if fault := queries.steun_gebrek(session, uitdaging):
        faults.append(fault)
    if faults:
        raise Refused(*faults)
    return _sturen(session, actor, initiatief, Soort.PLAN, _plan(session, actor, initiatief))


def gevraagd_over(uitdaging: Uitdaging, over: str) -> str:
    """The fingerprint of what the gemeente asks now: a yes is to that, and to nothing that it asks later."""
    asked = uitdaging.aanpassing if over == "aanpassing" else f"{uitdaging.doorgeleid} {uitdaging.doorgeleid_naar}"
    return fingerprint({"over": over, "wat": asked})


def instemmen(session, actor, initiatief_id, *, over: str, ja: bool, toelichting: str = "", vraag: str | None = None
              ) -> Inzending:
    """Say yes or no to what the gemeente asks: `doorgeleiden` (it is another request) or `aanpassing` (do it otherwise).
    `vraag`: what the residents read when they answered (gevraagd_over); Refused where that is asked no more."""
    initiatief, uitdaging = _zaak(session, actor, initiatief_id)
    waits = {"doorgeleiden": uitdaging.doorgeleid is not None and uitdaging.state in (
                 State.ONTVANGEN, State.ONTVANKELIJKHEIDSTOETS),
             "aanpassing": bool(uitdaging.aanpassing) and uitdaging.aanpassing_ja is None
             and uitdaging.state == State.BESLISSEN}
    if not waits.get(over):
        raise Refused("De gemeente vraagt u dit nu niet.", status=409)
    if vraag is not None and vraag != gevraagd_over(uitdaging, over):
        raise Refused("De gemeente stelt nu een andere vraag. Lees die, en antwoord dan.", status=409)
    about = uitdaging.doorgeleid if over == "doorgeleiden" else uitdaging.aanpassing
    return _sturen(session, actor, initiatief, Soort.INSTEMMING, {"over": over, "ja": ja, "wat": about,
                                                                  "toelichting": toelichting.strip()})


def pagina(session, actor, initiatief_id, *, titel: str, samenvatting: str, velden: list[str]) -> Inzending:
    """Say what everybody may read, word for word. The gemeente shows these words and no others."""
    initiatief, _uitdaging = _zaak(session, actor, initiatief_id)
    faults = []
    if not titel.strip() or len(titel) > rules.TITEL_LANG:
        faults.append("Geef uw plan een naam die iedereen mag lezen.")
    if len(samenvatting.strip()) < SAMENVATTING_KORT or len(samenvatting) > TEKST_LANG:
        faults.append("Schrijf in een paar zinnen wat iedereen mag lezen.")
    if faults:
        raise Refused(*faults)
    shown = {code: initiatief.gegevens[code] for code in velden if code in rules.UITDAGING and initiatief.gegevens.get(code)}
    return _sturen(session, actor, initiatief, Soort.PAGINA, {"titel": titel.strip(), "samenvatting": samenvatting.strip(),
                                                              "velden": shown})


def tegen_verbergen(session, actor, initiatief_id, *, tekst: str) -> Inzending:
    """Object to the page being hidden."""
    initiatief, uitdaging = _zaak(session, actor, initiatief_id)
    page = queries.pagina(session, uitdaging.id)
    if page is None or page.verborgen_at is None:
        raise Refused("De pagina is niet verborgen.", status=409)
    if not tekst.strip():
        raise Refused("Schrijf waarom de pagina terug moet.")
    return _sturen(session, actor, initiatief, Soort.TEGEN_VERBERGEN, {"tekst": tekst.strip()})


def tegenspreken(session, actor, initiatief_id, *, tekst: str) -> Inzending:
    """Object to the answer, or complain about it: what fits its legal character (Awb 6:4 and 9:1). Late is not refused here:
    the gemeente says what it does with it (Awb 6:11)."""
    initiatief, uitdaging = _zaak(session, actor, initiatief_id)
    if uitdaging.uitkomst is None:
        raise Refused("Er is nog geen antwoord waarover u iets kunt zeggen.", status=409)
    if not tekst.strip():
        raise Refused("Schrijf waarom u het er niet mee eens bent.")
    soort = (Soort.BEZWAAR if queries.regels(uitdaging).rechtskarakter == rules.Rechtskarakter.BESLUIT else Soort.KLACHT)
    sent = queries.laatste(session, initiatief.id, soort)
    answered = max(one.verzonden_at for one in queries.besluiten(session, uitdaging.id) if one.verzonden_at)
    if sent and sent.verzonden_at >= answered:
        raise Refused("U zei al dat u het niet eens bent met dit antwoord. Wilt u iets toevoegen? Bel of mail uw "
                      "contactpersoon.", status=409)
    return _sturen(session, actor, initiatief, soort, {"tekst": tekst.strip()})


def voortgang(session, actor, initiatief_id, *, tekst: str) -> Inzending:
    """Tell how it goes, while the residents do the task."""
    initiatief, uitdaging = _zaak(session, actor, initiatief_id)
    if uitdaging.state != State.UITVOERING:
        raise Refused("Dit kan als u de taak uitvoert.", status=409)
    if not tekst.strip():
        raise Refused("Schrijf hoe het gaat.")
    return _sturen(session, actor, initiatief, Soort.VOORTGANG, {"tekst": tekst.strip()})


def intrekken(session, actor, initiatief_id, *, reden: str = "") -> Inzending | None:
    """Take the plan back, while nothing was decided. What was never sent just ends."""
    initiatief = queries.mijn(session, actor, initiatief_id, lock=True)
    uitdaging = queries.van_initiatief(session, initiatief.id)
    if uitdaging is not None and uitdaging.state not in OPEN:
        raise Refused(AL_BESLIST, status=409)
    sent = initiatief.state != InitiatiefState.BEGONNEN
    INITIATIEF.perform(initiatief, "intrekken", actor)
    return _sturen(session, actor, initiatief, Soort.INTREKKING, {"reden": reden.strip()}) if sent else None


def verslag(session, actor, gesprek_id, *, akkoord: bool, opmerking: str = "") -> Verslagakkoord:
    """Say whether the report of a talk is right; it counts when both sides say so."""
    gesprek = load(session, Gesprek, gesprek_id)
    uitdaging = load(session, Uitdaging, gesprek.dossier_id)
    if uitdaging.indiener_id != actor.party_id:
        raise NotFound(queries.NIET_VAN_U)
    require(actor, P.UITDAGING_EIGEN)
    if not akkoord and not opmerking.strip():
        raise Refused("Schrijf wat er niet klopt.")
    said = Verslagakkoord(**under(uitdaging, actor.party_id), gesprek_id=gesprek.id, akkoord=akkoord,
                          opmerking=opmerking.strip(), door=actor.user_id)
    with refusing(session):
        session.add(said)
    uitdaging.record("uitdaging:verslag", actor=actor, gesprek=gesprek.id, akkoord=akkoord)
    settle(session)
    return said


def ondertekenen(session, actor, afspraak_id) -> Afspraakteken:
    """Say yes to the agreement, for the residents."""
    afspraak = load(session, Afspraak, afspraak_id)
    uitdaging = load(session, Uitdaging, afspraak.dossier_id)
    if uitdaging.indiener_id != actor.party_id:
        raise NotFound(queries.NIET_VAN_U)
    require(actor, P.UITDAGING_EIGEN)
    teken = Afspraakteken(**under(uitdaging, actor.party_id), afspraak_id=afspraak.id, door=actor.user_id)
    with refusing(session):
        session.add(teken)
    uitdaging.record("uitdaging:ondertekenen", actor=actor, afspraak=afspraak.id)
    settle(session)
    return teken


# With others ----------------------------------------------------------------------------------------------------------------

def _kenmerk(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def uitnodigen(session, actor, initiatief_id, *, naam: str) -> tuple[Medeindiener, str]:
    """Name somebody who has the idea too. Gives the code of the link that is handed to them; only its hash is kept."""
    initiatief = queries.mijn(session, actor, initiatief_id, lock=True)
    require(actor, P.UITDAGING_EIGEN)
    if not naam.strip():
        raise Refused("Schrijf wie er meedoet.")
    code = secrets.token_urlsafe(24)
    mede = Medeindiener(**under(initiatief, actor.party_id), naam=naam.strip()[:rules.TITEL_LANG], code_hash=_kenmerk(code),
                        code_tot_at=clock.now() + MEEDOEN)
    session.add(mede)
    settle(session)
    return mede, code


def meedoen(session, actor, code: str) -> uuid.UUID:
    """Confirm, with the link, that one has this idea too. Gives the id of the idea."""
    with refusing(session):
        found = session.scalar(select(func.portal.medeindiener_bevestigen(_kenmerk(code))))
    if found is None:
        raise NotFound("Deze link klopt niet, is al gebruikt of is verlopen. Vraag om een nieuwe.")
    return found


def niet_meer_mee(session, actor, medeindiener_id) -> Medeindiener:
    """Take somebody off the plan, or the invitation back."""
    mede = load(session, Medeindiener, medeindiener_id)
    if mede.eigenaar_id != actor.party_id:
        raise NotFound(queries.NIET_VAN_U)
    mede.vervallen_at = clock.now()
    settle(session)
    return mede


# Before there is a login ----------------------------------------------------------------------------------------------------

def concept_bewaren(session, gemeente_id: uuid.UUID, *, gegevens: Mapping[str, str], taak_id: uuid.UUID | None = None) -> str:
    """Keep what somebody typed without being logged in. Gives the code that only their mail gets."""
    if faults := bewaren_gebreken(gegevens):
        raise Refused(*faults)
    queries.gemeente(session, gemeente_id)
    code = secrets.token_urlsafe(24)
    kept = {"gemeente_id": str(gemeente_id), "taak_id": _tekst(taak_id), "gegevens": _schoon(gegevens)}
    with refusing(session):
        session.execute(select(func.portal.idee_bewaren(_kenmerk(code), literal(kept, JSONB))))
    return code


def concept_ophalen(session, actor, code: str) -> Initiatief:
    """What was typed before the login becomes an idea of who holds the link; once."""
    kept = session.scalar(select(func.portal.idee_ophalen(_kenmerk(code), type_=JSONB)))
    if kept is None:
        raise NotFound("Dit idee is al opgehaald, of de link is ouder dan een maand.")
    return begin(session, actor, uuid.UUID(kept["gemeente_id"]), gegevens=kept["gegevens"],
                 taak_id=uuid.UUID(kept["taak_id"]) if kept["taak_id"] else None)


# Parts ----------------------------------------------------------------------------------------------------------------------

def _schrijvend(session, actor, initiatief_id) -> Initiatief:
    """An own idea that may still change, locked."""
    initiatief = queries.mijn(session, actor, initiatief_id, lock=True)
    require(actor, P.UITDAGING_EIGEN)
    if not schrijft_nog(session, initiatief):
        raise Refused("De gemeente behandelt uw plan nu. U kunt het niet meer veranderen.", status=409)
    return initiatief


def _zaak(session, actor, initiatief_id) -> tuple[Initiatief, Uitdaging]:
    """An own idea that a gemeente has, with what it became there."""
    initiatief = queries.mijn(session, actor, initiatief_id, lock=True)
    require(actor, P.UITDAGING_EIGEN)
    uitdaging = queries.van_initiatief(session, initiatief.id)
    if uitdaging is None:
        raise Refused("De gemeente heeft uw plan nog niet.", status=409)
    return initiatief, uitdaging


def _sturen(session, actor, initiatief: Initiatief, soort: Soort, inhoud: dict) -> Inzending:
    """Keep one act of sending, with its receipt, and have the gemeente take it in."""
    uitdaging = queries.van_initiatief(session, initiatief.id)
    naar = uitdaging.eigenaar_id if uitdaging else initiatief.gemeente_id
    first = not session.scalar(select(func.count()).where(Inzending.dossier_id == initiatief.id))
    inzending = Inzending(**under(initiatief, actor.party_id), soort=soort, gemeente_id=naar, inhoud=inhoud,
                          vingerafdruk=fingerprint(inhoud), ontvangst_nummer=receipt_number(), verzonden_by=actor.user_id)
    with refusing(session):
        session.add(inzending)
        if first:
            share(session, initiatief, naar, "behandelaar")
    initiatief.record(f"initiatief:sturen-{soort}", actor=actor, nummer=inzending.ontvangst_nummer,
                      vingerafdruk=inzending.vingerafdruk)
    settle(session)
    session.refresh(inzending)
    enqueue(session, "inzending_innemen", inzending_id=inzending.id, party_id=naar)
    return inzending


def _plan(session, actor, initiatief: Initiatief) -> dict:
    """The plan as it is sent now, with its files: from now on the gemeente reads those too."""
    return {"titel": initiatief.titel, "taak_id": _tekst(initiatief.taak_id), "gegevens": dict(initiatief.gegevens),
            "verstuurd_door": actor.naam,
            "medeindieners": [one.naam for one in queries.medeindieners(session, initiatief.id) if one.bevestigd_at],
            "stukken": stukken.delen(session, initiatief)}


def _tekst(id_: uuid.UUID | None) -> str | None:
    return str(id_) if id_ else None


def _schoon(gegevens: Mapping) -> dict:
    return {code: text.strip() for code, text in gegevens.items()}


def _taak(session, gemeente_id: uuid.UUID, taak_id: uuid.UUID | None) -> Gemeentetaak | None:
    """A task of this gemeente that residents may choose; Refused with the reason when it is excluded."""
    if taak_id is None:
        return None
    taak = queries.taak(session, taak_id)
    if taak.party_id != gemeente_id:
        raise Refused("Deze taak is van een andere gemeente. Kies een taak van uw gemeente.")
    if not taak.uitdaagbaar:
        raise Refused(f"Deze taak kunt u niet overnemen: {taak.reden}")
    return taak


def _taak_gekozen(initiatief: Initiatief) -> None:
    if initiatief.taak_id is None and not initiatief.gegevens.get("wat", "").strip():
        raise Refused("Kies eerst over welke taak het gaat, of schrijf wat u wilt doen.")


def _eigen_taak(session, initiatief: Initiatief) -> None:
    _taak(session, initiatief.gemeente_id, initiatief.taak_id)
