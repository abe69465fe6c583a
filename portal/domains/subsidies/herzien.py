"""What was decided does not hold: after an objection that succeeds (Awb 7:11, lid 2), or because a determination was wrong
(Awb 4:49).

A decision that takes the place of one that fell belongs to the decision on the objection. So the term to decide on the
objection goes on until it is sent, who signed the first one does not sign it (Awb 10:3, lid 3), and it is the court that hears
what is against it.
"""

from datetime import date
from decimal import Decimal

from config import load as load_config
from portal.domains.subsidies import ingebreke, queries, rente, rules, uitvoering, vaststellen, vorderen, work
from portal.domains.subsidies.aanvragen import beslistermijn
from portal.domains.subsidies.model import (
    Bezwaar,
    Boeking,
    RegelingPublicatie,
    Subsidie,
    Toestemming,
    Vordering,
    VorderingState,
)
from portal.domains.subsidies.rules import Gevolg
from portal.domains.subsidies.usecases import GEVOLG_BESLISSEN, boek, own_case
from portal.domains.subsidies.workflow import SUBSIDIE, TOESTEMMING
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.aantekening import noteer
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Dossier, Termijn, load, meet_term, start_term
from portal.kernel.errors import Refused
from portal.kernel.money import bedrag_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle


def gevolg(session, subsidie: Subsidie, first: Besluit, uitkomst: str) -> Gevolg:
    """What this outcome of an objection against `first` does, where the case stands now."""
    part = load(session, Toestemming, first.inhoud["toestemming_id"]).state if first.soort == "toestemming" else ""
    return rules.gevolg(uitkomst, first.soort, first.inhoud["uitkomst"], subsidie.state, part)


def uiterlijk(session, bezwaar: Bezwaar) -> date:
    """The last day to decide on the objection, and so for what takes the place of the decision that falls."""
    return _own_term(session, bezwaar).due_on


def _own_term(session, bezwaar: Bezwaar) -> Termijn:
    return next(found for kind in queries.BEZWAARTERMIJNEN if (found := queries.termijn(session, bezwaar.id, kind)))


def uitvoeren(session, actor, subsidie: Subsidie, bezwaar: Bezwaar, besluit: Besluit) -> None:
    """What the signature under the decision on an objection does to the first decision."""
    first, what = load(session, Besluit, bezwaar.besluit_id), Gevolg(besluit.inhoud["gevolg"])
    if what == Gevolg.NIETS:
        return
    if what not in (Gevolg.BEHANDELEN, Gevolg.RENTE_VERVALT):
        _wait_for_another(session, subsidie, bezwaar)
    _DOES[what](session, actor, subsidie, first, besluit)
    if what in rules.AF:
        meet_term(session, subsidie, "herziening", on=clock.today())
    settle(session)


def _wait_for_another(session, subsidie: Subsidie, bezwaar: Bezwaar) -> None:
    """The ceiling counts as it stood (Awb 4:25, lid 3) while this term runs."""
    own = _own_term(session, bezwaar)
    start_term(session, subsidie, terms.rule("herziening"), on=own.started_on, due_on=own.due_on, party_id=subsidie.eigenaar_id,
               taak="Neem het besluit dat in de plaats komt van het eerste", endpoint="subsidie.dossier",
               gevolg="De beslissing op het bezwaar is niet af. De ontvanger kan de gemeente in gebreke stellen (Awb 4:17).",
               permissions=[P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_TEKENEN])
    settle(session)


def _again(session, actor, subsidie: Subsidie, _first, _besluit) -> None:
    """The refusal falls: another proposal, with the scores that there are."""
    SUBSIDIE.perform(subsidie, "heroverwegen", actor)
    work.wait_for(session, subsidie, "werk_voorstellen")


def _handle_after_all(session, actor, subsidie: Subsidie, _first, _besluit) -> None:
    """Not handling does not hold: the application is decided for the first time, so with an objection of its own."""
    SUBSIDIE.perform(subsidie, "alsnog_behandelen", actor)
    publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
    start_term(session, subsidie, beslistermijn(publicatie), on=clock.today(), party_id=subsidie.eigenaar_id,
               taak="Besluit op de aanvraag", gevolg=GEVOLG_BESLISSEN, endpoint="subsidie.dossier",
               permissions=[P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_TEKENEN])
    work.wait_for(session, subsidie, "werk_behandelen")


def _restore(session, actor, subsidie: Subsidie, first: Besluit, besluit: Besluit) -> None:
    """The withdrawal falls: the grant holds again as it was, with its money in the ledger and its lines. What was not paid yet
    is decided anew."""
    SUBSIDIE.perform(subsidie, "intrekking_vervalt", actor)
    granted = queries.verlening(session, subsidie.id)
    verleend = Decimal(first.inhoud["wijzigt"]["verleend"])
    maximum = Decimal(granted.inhoud["maximum"]) if granted.inhoud.get("maximum") else None
    plafond = queries.plafond_voor(session, subsidie)
    for soort in (Boeking.RESERVEREN, Boeking.VASTLEGGEN):
        boek(session, actor, subsidie, plafond, soort, verleend if maximum is None else maximum, besluit)
    subsidie.verleend, subsidie.maximum = verleend, maximum
    settle(session)
    uitvoering.regels_verwachten(session, subsidie, granted)
    uitvoering.rapportages_verwachten(session, subsidie)
    work.wait_for(session, subsidie, "werk_voorschot")


def _restore_and_decide(session, actor, subsidie: Subsidie, first: Besluit, besluit: Besluit) -> None:
    _restore(session, actor, subsidie, first, besluit)
    work.wait_for(session, subsidie, "werk_herzien")


def _determine_again(session, actor, subsidie: Subsidie, _first, _besluit) -> None:
    SUBSIDIE.perform(subsidie, "vaststelling_vervalt", actor)
    work.wait_for(session, subsidie, "werk_vaststellen")


def _drop_claim(session, actor, _subsidie, first: Besluit, _besluit) -> None:
    claim = queries.vordering_van(session, first.id)
    if claim is not None and claim.state not in (VorderingState.VERVALLEN, VorderingState.KWIJTGESCHOLDEN):
        vorderen.vordering_vervalt(session, actor, load(session, Vordering, claim.id, lock=True))


def _drop_and_claim(session, actor, subsidie: Subsidie, first: Besluit, besluit: Besluit) -> None:
    _drop_claim(session, actor, subsidie, first, besluit)
    work.wait_for(session, subsidie, "werk_terugvorderen")


def _drop_interest(session, actor, subsidie: Subsidie, first: Besluit, _besluit) -> None:
    if not rente.vervallen(session, actor, first):
        work.wait_for(session, subsidie, "werk_herzien")


def _count_penalty(session, _actor, _subsidie, first: Besluit, _besluit) -> None:
    ingebreke.opnieuw_vaststellen(session, load(session, Dossier, first.inhoud["dossier_id"], lock=True), clock.today())


def _reopen_request(session, actor, _subsidie, first: Besluit, _besluit) -> None:
    toestemming = load(session, Toestemming, first.inhoud["toestemming_id"], lock=True)
    TOESTEMMING.perform(toestemming, "heroverwegen", actor)
    toestemming.uitkomst, toestemming.geldt_vanaf, toestemming.beslissing_id = "", None, None
    work.wait_for(session, toestemming, "werk_toestemming")


def _plan_advances(session, _actor, subsidie: Subsidie, _first, _besluit) -> None:
    work.wait_for(session, subsidie, "werk_voorschot")


def _by_hand(session, _actor, subsidie: Subsidie, _first, _besluit) -> None:
    work.wait_for(session, subsidie, "werk_herzien")


_DOES = {
    Gevolg.NIEUW_BESLUIT: _again, Gevolg.BEHANDELEN: _handle_after_all, Gevolg.HERLEEFT: _restore,
    Gevolg.HERLEEFT_NIEUW: _restore_and_decide, Gevolg.VASTSTELLEN: _determine_again, Gevolg.VERVALT: _drop_claim,
    Gevolg.VERVALT_NIEUW: _drop_and_claim, Gevolg.RENTE_VERVALT: _drop_interest, Gevolg.DWANGSOM: _count_penalty,
    Gevolg.TOESTEMMING: _reopen_request, Gevolg.VOORSCHOT: _plan_advances, Gevolg.HERZIEN: _by_hand,
}


# A determination that was wrong ---------------------------------------------------------------------------------------------

def herzien_gebrek(termijn: Termijn | None) -> str | None:
    """Why a determination cannot be changed to the detriment of the recipient any more. `termijn`: the five years."""
    if termijn is None or termijn.due_on < clock.today():
        return vaststellen.HERZIEN_VOORBIJ
    return None


def vaststelling_herzien(session, actor, subsidie_id, *, grond: str, reden: str) -> Subsidie:
    """Open a determination again, on a ground of the law and within five years (Awb 4:49): a new one follows, with a hearing
    where it is lower. Until that is sent the first one holds."""
    subsidie = own_case(session, actor, subsidie_id)
    if faults := SUBSIDIE.obstacles(subsidie, "herzien", actor, reden=reden):
        raise Refused(*faults, status=409)
    if fault := herzien_gebrek(queries.termijn(session, subsidie.id, "terugvordering", open_only=True)):
        raise Refused(fault, status=410)
    if grond not in load_config("subsidies")["herziening"]:
        raise Refused("Kies op welke grond u de vaststelling herziet (Awb 4:49, lid 1).")
    SUBSIDIE.perform(subsidie, "herzien", actor, reden=reden, record={"grond": grond})
    noteer(session, actor, subsidie, "herzien", reden)
    if subsidie.aanvrager_id:
        ground = load_config("subsidies")["herziening"][grond]
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"Wij bekijken de vaststelling opnieuw: {subsidie.titel}",
                     tekst=f"Wij denken dat {ground['naam']} ({ground['artikel']}). Daarom bekijken wij de vaststelling van uw "
                           "subsidie opnieuw. Voordat wij iets in uw nadeel besluiten, kunt u reageren. Tot een nieuw besluit "
                           "geldt de vaststelling die u kreeg.")
    work.wait_for(session, subsidie, "werk_vaststellen", again=True)
    settle(session)
    return subsidie


def herzien_stoppen(session, actor, subsidie_id, *, reden: str) -> Subsidie:
    """Leave a determination as it was after all: the five years go on as if nothing happened, and the recipient is told."""
    subsidie = own_case(session, actor, subsidie_id)
    if faults := SUBSIDIE.obstacles(subsidie, "herzien_stoppen", actor, reden=reden):
        raise Refused(*faults, status=409)
    begun = queries.herziening(session, subsidie).occurred_on
    SUBSIDIE.perform(subsidie, "herzien_stoppen", actor, reden=reden)
    noteer(session, actor, subsidie, "herzien_stoppen", reden)
    # What the revision ended, goes on: the five years, and the choice to claim back when that still waited.
    left = vorderen.terug_te_vorderen(session, subsidie)
    for kind in ("terugvordering", *(["werk_terugvorderen"] if left else [])):
        term = queries.termijn(session, subsidie.id, kind)
        if term is not None and term.met_on == begun:
            term.met_on = None
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"De vaststelling verandert niet: {subsidie.titel}",
                     tekst="Wij bekeken de vaststelling van uw subsidie opnieuw. Wij veranderen haar niet. De vaststelling "
                           f"blijft zoals zij was: € {bedrag_text(subsidie.vastgesteld)}. U hoeft niets te doen.")
    settle(session)
    return subsidie
