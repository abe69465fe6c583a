"""From a dossier, a task or a document to its page, and from a state to its words: written once, for every list that shows
them."""

import uuid

from flask import current_app, g, request, url_for

from portal.domains import workflows
from portal.domains.inkoop.afloop import Afloop
from portal.domains.inkoop.model import InschrijvingState, PerceelState, PublicatieSoort, State
from portal.domains.plaatsingen.model import OverdrachtState, PlaatsingState, ToegangState, VerblijfState, VerrekeningState
from portal.domains.subsidies.model import (
    AanvraagState,
    BewakingState,
    BezwaarState,
    RapportageState,
    RegelingState,
    StopState,
    ToestemmingState,
    VorderingState,
)
from portal.domains.subsidies.model import State as SubsidieState
from portal.domains.uitdaagrecht.model import InitiatiefState
from portal.domains.uitdaagrecht.model import State as UitdagingState
from portal.kernel.documents import Document
from portal.kernel.queries import Slice, openable
from portal.web.filters import datum_tabel, grootte
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

# For pages that ask none.
NO_ID = uuid.UUID(int=0)
# Which page shows a dossier of this kind, and what people call it.
PAGES = {
    "inkoop": ("inkoop.dossier", "Inkoop"),
    "perceel": ("inkoop.perceel", "Perceel"),
    "inschrijving": ("inschrijving.dossier", "Inschrijving"),
    "regeling": ("subsidie.regeling", "Subsidieregeling"),
    "aanvraag": ("aanvraag.dossier", "Subsidieaanvraag"),
    "subsidie": ("subsidie.dossier", "Subsidie"),
    "rapportage": ("subsidie.rapportage", "Voortgangsbericht"),
    "vordering": ("subsidie.vordering", "Terugvordering"),
    "betalingsstop": ("subsidie.hervatting", "Stop van betalingen"),
    "bezwaar": ("subsidie.bezwaar", "Bezwaar"),
    "toestemming": ("subsidie.toestemming", "Verzoek om toestemming"),
    "bewaking": ("subsidie.bewaking", "Bewaking"),
    "toegang": ("plaatsing.toegang", "Melding"),
    "plaatsing": ("plaatsing.plaatsing", "Plaatsing"),
    "verblijf": ("plaatsing.verblijf", "Verblijf"),
    "overdracht": ("plaatsing.overdracht", "Overdracht"),
    "verrekening": ("plaatsing.verrekening", "Verrekening"),
    "initiatief": ("initiatief.dossier", "Plan"),
    "uitdaging": ("uitdaging.zaak", "Plan van bewoners"),
    "postbus": ("plaatsing.verkeer", "Berichtenverkeer"),
    "raad": ("raad.overzicht", "De raad"),
}

# Of a dossier that two kinds of party share, the page of who is not the gemeente; None: the other has no page of it.
_OTHER_SIDE = {("subsidie", "aanbieder"): "aanvraag.subsidie", ("subsidie", "inwoner"): "aanvraag.subsidie",
               ("rapportage", "aanbieder"): "ontvanger.rapportage", ("rapportage", "inwoner"): "ontvanger.rapportage",
               ("betalingsstop", "aanbieder"): None, ("betalingsstop", "inwoner"): None,
               ("bezwaar", "aanbieder"): "ontvanger.bezwaar", ("bezwaar", "inwoner"): "ontvanger.bezwaar",
               ("vordering", "aanbieder"): "ontvanger.vordering", ("vordering", "inwoner"): "ontvanger.vordering",
               ("toestemming", "aanbieder"): "ontvanger.toestemming", ("toestemming", "inwoner"): "ontvanger.toestemming",
               ("verblijf", "aanbieder"): "plekken.verblijf",
               ("initiatief", "gemeente"): None, ("uitdaging", "inwoner"): None, ("uitdaging", "aanbieder"): None,
               ("aanvraag", "gemeente"): None, ("inschrijving", "gemeente"): None}

_LABELS = {workflow.name: workflow.labels for workflow in workflows()}
# What is not named here runs as it should: info.
_KINDS = {
    "inkoop": {State.GEPLAND: "neutral", State.UITGEVRAAGD: "warn", State.GESTOPT: "err", State.AFGEROND: "ok"},
    "perceel": {PerceelState.GEPLAND: "neutral", PerceelState.GECONTRACTEERD: "ok", PerceelState.VERVALLEN: "err",
                PerceelState.WEGGEHAALD: "neutral"},
    "inschrijving": {InschrijvingState.BEGONNEN: "neutral", InschrijvingState.INGEDIEND: "ok",
                     InschrijvingState.INGETROKKEN: "neutral"},
    "regeling": {RegelingState.CONCEPT: "neutral", RegelingState.BEKENDGEMAAKT: "ok", RegelingState.GESLOTEN: "neutral"},
    "aanvraag": {AanvraagState.BEGONNEN: "neutral", AanvraagState.INGEDIEND: "ok", AanvraagState.INGETROKKEN: "neutral"},
    "subsidie": {SubsidieState.WACHT_OP_AANVULLING: "warn", SubsidieState.NIET_AANGEVULD: "warn", SubsidieState.VERLEEND: "ok",
                 SubsidieState.GEWEIGERD: "err", SubsidieState.BUITEN_BEHANDELING: "neutral",
                 SubsidieState.INGETROKKEN: "neutral", SubsidieState.VASTGESTELD: "ok",
                 SubsidieState.VERLENING_INGETROKKEN: "err"},
    "rapportage": {RapportageState.GEVRAAGD: "neutral", RapportageState.INGELEVERD: "warn", RapportageState.AKKOORD: "ok"},
    "vordering": {VorderingState.OPEN: "warn", VorderingState.AANGEMAAND: "err", VorderingState.VOLDAAN: "ok",
                  VorderingState.KWIJTGESCHOLDEN: "neutral"},
    "bezwaar": {BezwaarState.ONTVANGEN: "warn", BezwaarState.VERZUIM: "warn", BezwaarState.BESLIST: "ok",
                BezwaarState.INGETROKKEN: "neutral"},
    "betalingsstop": {StopState.LOOPT: "warn", StopState.BEEINDIGD: "neutral"},
    "bewaking": {BewakingState.GESTOPT: "neutral"},
    "toegang": {ToegangState.GEMELD: "warn", ToegangState.TOEGEKEND: "ok", ToegangState.AFGEWEZEN: "err",
                ToegangState.GEEN_AANVRAAG: "neutral", ToegangState.INGETROKKEN: "neutral",
                ToegangState.OVERGEDRAGEN: "neutral"},
    "plaatsing": {PlaatsingState.WACHTEND: "warn", PlaatsingState.GESTOPT: "warn", PlaatsingState.VERBLIJF: "ok",
                  PlaatsingState.PGB: "ok", PlaatsingState.BEEINDIGD: "neutral", PlaatsingState.OVERGEDRAGEN: "neutral",
                  PlaatsingState.VERVALLEN: "neutral", PlaatsingState.AFGESLOTEN: "neutral"},
    "verblijf": {VerblijfState.AANGEBODEN: "warn", VerblijfState.LOOPT: "ok", VerblijfState.STIL: "warn",
                 VerblijfState.GEWEIGERD: "neutral", VerblijfState.VERLOPEN: "neutral", VerblijfState.INGETROKKEN: "neutral",
                 VerblijfState.BEEINDIGD: "neutral"},
    "overdracht": {OverdrachtState.AANGEBODEN: "warn", OverdrachtState.AANVAARD: "ok", OverdrachtState.GEWEIGERD: "err",
                   OverdrachtState.VERLOPEN: "neutral", OverdrachtState.INGETROKKEN: "neutral", OverdrachtState.GESCHIL: "warn",
                   OverdrachtState.GESTAAKT: "neutral", OverdrachtState.AFGEROND: "ok"},
    "verrekening": {VerrekeningState.OPGESTELD: "neutral", VerrekeningState.VERSTUURD: "warn", VerrekeningState.AKKOORD: "ok",
                    VerrekeningState.BETWIST: "err", VerrekeningState.VASTGESTELD: "ok",
                    VerrekeningState.INGETROKKEN: "neutral"},
    "initiatief": {InitiatiefState.BEGONNEN: "neutral", InitiatiefState.INGEDIEND: "ok",
                   InitiatiefState.INGETROKKEN: "neutral"},
    "uitdaging": {UitdagingState.INFOVERZOEK: "warn", UitdagingState.ONTVANGEN: "warn",
                  UitdagingState.WACHT_OP_AANVULLING: "warn", UitdagingState.BEMIDDELING: "warn",
                  UitdagingState.TOEGEWEZEN: "ok", UitdagingState.UITVOERING: "ok", UitdagingState.AFGEWEZEN: "err",
                  UitdagingState.DOORGELEID: "neutral", UitdagingState.BEEINDIGD: "neutral",
                  UitdagingState.TERUGGENOMEN: "neutral", UitdagingState.INGETROKKEN: "neutral"},
    "toestemming": {ToestemmingState.WACHT_OP_AANVULLING: "warn", ToestemmingState.GEGEVEN: "ok",
                    ToestemmingState.VAN_RECHTSWEGE: "ok", ToestemmingState.GEWEIGERD: "err",
                    ToestemmingState.BUITEN_BEHANDELING: "neutral", ToestemmingState.INGETROKKEN: "neutral"},
}


def dossier_url(soort: str, dossier_id: uuid.UUID) -> str | None:
    """The page of a dossier for who looks; None when this kind has no page of its own for them."""
    actor = g.get("actor")
    page = PAGES[soort][0] if soort in PAGES else None
    return task_url(_OTHER_SIDE.get((soort, actor.party_soort if actor else ""), page), dossier_id)


def task_url(endpoint: str | None, dossier_id: uuid.UUID) -> str | None:
    """The page where a task is done: the endpoint that the term keeps, with the id of its dossier where that page asks one.

    None when that page is gone: a term lives for years, and an old name may not break the list that shows it.
    """
    if endpoint not in current_app.view_functions:
        return None
    for rule in current_app.url_map.iter_rules(endpoint):
        if "GET" in rule.methods and len(rule.arguments) <= 1:
            return url_for(endpoint, **dict.fromkeys(rule.arguments, dossier_id))
    return None


def page_url(endpoint: str, id_: uuid.UUID = NO_ID) -> str | None:
    """The address of a page, with its id where it asks one; None when this person may not open it, or there is no such page."""
    view = current_app.view_functions.get(endpoint)
    return task_url(endpoint, id_) if view and any(g.actor.may(one) for one in view.needs) else None


def soort_label(soort: str) -> str:
    """What people call this kind of dossier."""
    return _(PAGES[soort][1]) if soort in PAGES else soort.capitalize()


# Titles that the portal gives itself, by kind; all others are typed by people and stay as they are.
_TITLED_BY_KIND = frozenset({"toegang", "plaatsing", "verblijf", "overdracht", "verrekening", "postbus"})


def dossier_title(soort: str, titel: str) -> str:
    """The title of a dossier: in the language of this request where the portal gave it."""
    return _(titel) if soort in _TITLED_BY_KIND else titel


def state_badge(soort: str, state: str) -> tuple[str, str]:
    """Colour and words for where a dossier stands."""
    return _KINDS.get(soort, {}).get(state, "info"), _(_LABELS.get(soort, {}).get(state, state))


def outcome_badge(outcomes: list[Afloop]) -> tuple[str, str] | None:
    """Colour and words for what became of an inschrijving; None while nothing was decided."""
    soorten = {outcome.soort for outcome in outcomes}
    if not soorten:
        return None
    if PublicatieSoort.GESTOPT in soorten:
        return "neutral", _("Gestopt")
    if soorten == {PublicatieSoort.INGETROKKEN}:
        return "info", _("Gunning ingetrokken")
    if soorten == {PublicatieSoort.VERVALLEN}:
        return "neutral", _("Aan niemand gegund")
    won = sum(outcome.gegund for outcome in outcomes)
    if not won:
        return "neutral", _("Niet aan u gegund")
    return "ok", _("Aan u gegund") if won == len(outcomes) else _("Deels aan u gegund")


def document_item(document: Document) -> dict:
    """A document in a list; without an address while this person may not open it."""
    kind = {"application/pdf": "PDF"}.get(document.media_type, document.naam.rpartition(".")[2].upper())
    meta = [f"{kind}, {grootte(document.grootte, current_lang())}"]
    if document.versie > 1:
        meta.append(_("versie %(n)s", n=document.versie))
    meta.append(_("gedeeld op %(dag)s", dag=datum_tabel(document.gedeeld_at)) if document.gedeeld_at else _("concept"))
    can_open = openable(document, g.actor.user_id)
    if not can_open:
        meta.append(_("wacht op de virusscan"))
    return {"title": document.titel, "meta": " · ".join(meta),
            "url": url_for("documenten.document", document_id=document.id) if can_open else None}


def around(part: Slice) -> tuple[str | None, str | None]:
    """The addresses of the pages before and after this page of a list, with the same filters."""
    kept = {name: value for name, value in request.args.items() if value and name not in ("na", "voor", "taal")}

    def address(**cursor):
        return url_for(request.endpoint, **(request.view_args or {}), **kept, **cursor)

    return (address(voor=part.first) if part.first else None, address(na=part.last) if part.last else None)
