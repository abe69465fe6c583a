"""Reading, sending back and signing, for every kind of decision: what each one does next stands with its kind."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.domains.subsidies import (
    bezwaar,
    herzien,
    ingebreke,
    kwijtschelden,
    queries,
    rente,
    rentevergoeding,
    toestemming,
    uitvoering,
    vaststellen,
    voorstellen,
    vorderen,
    wijzigen,
    work,
)
from portal.domains.subsidies.beschikking import Brieven, schreef_mee, tekende_het_eerste, zonder_belang
from portal.domains.subsidies.model import Bezwaar, Subsidie
from portal.domains.subsidies.rules import Beslissing
from portal.domains.subsidies.usecases import houd_vast
from portal.domains.subsidies.workflow import BEZWAAR, STAP, SUBSIDIE, argumenten_beantwoord, niet_betrokken, zelf_geen_belang
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Besluit, betrokken_bij
from portal.kernel.brief import besluit_met_dossier
from portal.kernel.dossier import load, meet_term
from portal.kernel.errors import Refused
from portal.kernel.sentences import refusing, settle


@dataclass(frozen=True)
class Soort:
    """One kind of decision: what its signature does, what happens when it goes back to its drafter, and why it cannot be signed
    now, apart from who signs under which mandate."""

    tekenen: Callable
    terug: Callable
    obstakels: Callable


def _subsidie_obstakels(session, actor, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    faults = SUBSIDIE.obstacles(subsidie, STAP[besluit.inhoud["uitkomst"]], actor)
    if besluit.inhoud["uitkomst"] in (Beslissing.WIJZIGEN, Beslissing.INTREKKEN) and besluit.state in besluiten.OPEN:
        faults += wijzigen.obstakels(session, subsidie, besluit)
    return faults


def _voorschot_obstakels(session, actor, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    """An advance belongs to a grant that runs, and to the amounts that its letter names; what was argued before it is answered
    there."""
    faults = [] if subsidie.state in uitvoering.RUNNING else ["Voorschotten horen bij een subsidie die loopt."]
    if besluit.state in besluiten.OPEN:
        faults += uitvoering.voorschot_achterhaald(subsidie, besluit, queries.voorschotten(session, subsidie.id))
    return [*faults, *filter(None, (zelf_geen_belang(subsidie, actor=actor), argumenten_beantwoord(subsidie)))]


def _terugvordering_obstakels(session, actor, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    faults = vorderen.terugvordering_obstakels(session, actor, subsidie)
    return [*faults, *(vorderen.terugvordering_achterhaald(session, subsidie, besluit)
                       if besluit.state in besluiten.OPEN else ())]


def _bezwaar_obstakels(session, actor, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    zaak, first = queries.bezwaar_en_besluit(session, besluit.inhoud["bezwaar_id"])
    faults = [*_geen_belang(session, actor, subsidie, besluit),
              *BEZWAAR.obstacles(zaak, "beslissen", actor, betrokkenen=betrokken_bij(first))]
    if herzien.gevolg(session, subsidie, first, besluit.inhoud["uitkomst"]) != besluit.inhoud["gevolg"]:
        faults.append("Er is intussen iets anders besloten over deze subsidie. De brief klopt niet meer: stuur het voorstel "
                      "terug.")
    return faults


def _geen_belang(_session, actor, subsidie: Subsidie, _besluit: Besluit) -> list[str]:
    return list(filter(None, (zelf_geen_belang(subsidie, actor=actor),)))


SOORTEN = {
    voorstellen.SOORT: Soort(voorstellen.getekend, voorstellen.teruggestuurd, _subsidie_obstakels),
    uitvoering.SOORT_VOORSCHOT: Soort(uitvoering.voorschot_getekend, uitvoering.voorschot_teruggestuurd, _voorschot_obstakels),
    vaststellen.SOORT: Soort(vaststellen.vaststelling_getekend, vaststellen.vaststelling_teruggestuurd,
                             vaststellen.vaststelling_obstakels),
    vorderen.SOORT: Soort(vorderen.terugvordering_getekend, vorderen.terugvordering_teruggestuurd,
                                   _terugvordering_obstakels),
    bezwaar.SOORT: Soort(bezwaar.getekend, bezwaar.teruggestuurd, _bezwaar_obstakels),
    ingebreke.SOORT: Soort(ingebreke.getekend, ingebreke.teruggestuurd, _geen_belang),
    rente.SOORT: Soort(rente.getekend, rente.teruggestuurd, rente.obstakels_besluit),
    kwijtschelden.SOORT: Soort(kwijtschelden.getekend, kwijtschelden.teruggestuurd, kwijtschelden.obstakels_besluit),
    rentevergoeding.SOORT: Soort(rentevergoeding.getekend, rentevergoeding.teruggestuurd, rentevergoeding.obstakels_besluit),
    toestemming.SOORT: Soort(toestemming.getekend, toestemming.teruggestuurd, toestemming.obstakels),
}
# Decisions that can be late (Awb 4:17): when one is sent, the penalty stops.
LATE = (voorstellen.SOORT, vaststellen.SOORT, bezwaar.SOORT)
assert set(SOORTEN) == set(queries.SOORTEN)


def _own(session, actor, besluit_id) -> tuple[Besluit, Subsidie]:
    """A decision of the own gemeente with its case, both locked, the case first."""
    return besluit_met_dossier(session, actor, besluit_id, Subsidie, SOORTEN)


def obstakels(session, actor, besluit: Besluit, subsidie: Subsidie) -> list[str]:
    """Why this proposal cannot be signed now, whoever has the mandate: for the page, as the signature asks it too."""
    faults = SOORTEN[besluit.soort].obstakels(session, actor, subsidie, besluit)
    return [*faults, *filter(None, (schreef_mee(besluit, actor), tekende_het_eerste(session, besluit, actor)))]


def _betrokken(session, besluit: Besluit, actor) -> str | None:
    """Who had a part in a decision neither reads nor signs the one on the objection against it."""
    if besluit.soort != bezwaar.SOORT:
        return None
    return niet_betrokken(load(session, Bezwaar, besluit.inhoud["bezwaar_id"]), actor=actor)


def meelezen(session, actor, besluit_id) -> Besluit:
    """The second reader agrees with the draft."""
    besluit, subsidie = _own(session, actor, besluit_id)
    zonder_belang(subsidie, actor)
    if reason := schreef_mee(besluit, actor) or _betrokken(session, besluit, actor):
        raise Refused(reason, status=403)
    besluiten.read(besluit, actor, at=clock.now())
    with refusing(session):
        subsidie.record("intern:meelezen", actor=actor, besluit=besluit.id)
    work.lezen_en_tekenen(session, subsidie)
    return besluit


def terugsturen(session, actor, besluit_id, *, reden: str) -> Besluit:
    """Back to the drafter with a reason; what was reserved comes free, and a new draft may follow."""
    besluit, subsidie = _own(session, actor, besluit_id)
    zonder_belang(subsidie, actor)
    besluiten.send_back(besluit, actor, reden=reden)
    with refusing(session):
        subsidie.record("intern:terugsturen", actor=actor, besluit=besluit.id)
    work.lezen_en_tekenen(session, subsidie)
    SOORTEN[besluit.soort].terug(session, actor, subsidie)
    settle(session)
    return besluit


def tekenen(session, actor, besluit_id, *, brieven: Brieven) -> Besluit:
    """Sign under mandate and send in one act: the objection term runs from the day after. The letter is kept, and does not
    change."""
    besluit, subsidie = _own(session, actor, besluit_id)
    zonder_belang(subsidie, actor)
    # Who may not sign it hears that first, as its kind says it.
    if besluit.state in besluiten.OPEN and not besluiten.sign_obstacles(besluit, actor) and (
            faults := obstakels(session, actor, besluit, subsidie)):
        involved = (schreef_mee(besluit, actor) or tekende_het_eerste(session, besluit, actor)
                    or _betrokken(session, besluit, actor))
        raise Refused(*faults, status=403 if involved else 409)
    SOORTEN[besluit.soort].tekenen(session, actor, subsidie, besluit, brieven=brieven)
    if besluit.soort in LATE:
        about = besluit.inhoud.get("bezwaar_id")
        ingebreke.beslist(session, load(session, Bezwaar, about) if about else subsidie, clock.today())
    if "vervangt" in besluit.inhoud:
        session.flush()
        if not queries.wacht_op_vervanging(session, subsidie.id):
            meet_term(session, subsidie, "herziening", on=clock.today())
        ingebreke.beslist(session, subsidie, clock.today())
    settle(session)
    return besluit


@dataclass(frozen=True)
class Getekend:
    """What became of signing one decision: sent, or why not."""

    besluit_id: uuid.UUID
    onderwerp: str
    reasons: tuple[str, ...] = ()


def tekenen_samen(session, actor, besluit_ids: Sequence[uuid.UUID], *, brieven: Brieven) -> list[Getekend]:
    """Sign several decisions in one go, each on its own: one that may not be signed holds up no other."""
    done = []
    houd_vast(session, select(Besluit.dossier_id).where(Besluit.id.in_(list(besluit_ids)), Besluit.party_id == actor.party_id))
    for besluit_id in dict.fromkeys(besluit_ids):
        onderwerp = ""
        try:
            with session.begin_nested():
                onderwerp = load(session, Besluit, besluit_id).onderwerp
                tekenen(session, actor, besluit_id, brieven=brieven)
            done.append(Getekend(besluit_id, onderwerp))
        except Refused as refused:
            done.append(Getekend(besluit_id, onderwerp, refused.reasons))
    return done
