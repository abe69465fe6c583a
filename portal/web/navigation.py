"""What stands in the head and foot of every page: brand, menu, language, banner."""

import hashlib
import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from flask import Flask, current_app, g, request, url_for
from sqlalchemy import select

from config import load
from portal.domains.inkoop.words import telwoord
from portal.identity.actor import Actor
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.tenants import theme
from portal.tenants.model import Gemeente, MandaatSoort
from portal.tenants.region import regio
from portal.web.filters import bedrag, in_taal
from portal.web.security import csrf_token
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

# The pages that belong to the menu entry "Betalen".
PAYING = ("subsidie.te_betalen", "subsidie.goedkeuren", "subsidie.betaling_terug", "subsidie.betaling_terugsturen",
          "subsidie.betaalbestanden", "subsidie.bestand_maken", "subsidie.status_inlezen", "subsidie.vorderingen",
          "subsidie.te_laat_betaald", "subsidie.rekening", "subsidie.rekening_goedkeuren", "subsidie.rekening_afwijzen")
# The pages of a gemeente that belong to the menu entry "Plekken".
PLACES = ("plaatsing.plekken", "plaatsing.wachtlijst", "plaatsing.woonafspraken", "plaatsing.woonafspraak_bewaren")
# What everybody reads of subsidies.
SUBSIDIES = ("regelingen.", "subsidieregister.", "invoer.")
# The pages that belong to the menu entry "Bezwaren".
OBJECTING = ("subsidie.bezwaren", "subsidie.bezwaar", "subsidie.bezwaar_behandelen", "subsidie.bezwaar_nemen",
             "subsidie.bezwaar_verzuim", "subsidie.bezwaar_verzuim_melden", "subsidie.bezwaar_verdagen",
             "subsidie.bezwaar_opschorting", "subsidie.bezwaar_opschorten", "subsidie.bezwaar_opschorting_einde",
             "subsidie.bezwaar_opschorting_eindigen",
             "subsidie.bezwaar_later", "subsidie.bezwaar_uitnodigen", "subsidie.bezwaar_nodigen", "subsidie.bezwaar_horen",
             "subsidie.bezwaar_gehoord", "subsidie.bezwaar_niet_horen", "subsidie.bezwaar_argumenten",
             "subsidie.bezwaar_beantwoorden", "subsidie.bezwaar_beslissing", "subsidie.bezwaar_voorstellen",
             "subsidie.bezwaar_papier", "subsidie.bezwaar_op_papier", "subsidie.bezwaar_brief",
             "subsidie.bezwaar_brief_vastleggen")
# The pages that belong to the menu entry "Verrekenen".
SETTLING = ("plaatsing.verrekening",)
FIGURES = ("plaatsing.cijfers",)
DEFAULT_COLOUR = "#0059a5"
# The pages that belong to the menu entry "Tekenen".
SIGNING = ("inkoop.te_tekenen", "inkoop.tekenen", "inkoop.getekend", "subsidie.te_tekenen", "subsidie.tekenen",
           "subsidie.getekend")


@dataclass(frozen=True)
class Brand:
    """Whose page this is."""

    name: str
    sub: str
    slug: str | None
    theme_url: str
    home_url: str


@dataclass(frozen=True)
class Item:
    """One entry of a menu."""

    label: str
    url: str
    current: bool = False
    count: int = 0


# Gemeenten change rarely; every worker reads them once per minute.
KEPT_SECONDS = 60
_gemeenten: dict = {"at": float("-inf"), "by_slug": {}}


def gemeenten() -> dict[str, Gemeente]:
    """All gemeenten by slug, in the order of their names."""
    if time.monotonic() - _gemeenten["at"] > KEPT_SECONDS:
        # begin: a connection that is handed back without a commit rolls back, and forgets its plans.
        with current_app.engine.begin() as connection:
            rows = connection.execute(select(Gemeente.__table__).order_by(Gemeente.__table__.c.naam)).all()
        _gemeenten.update(at=time.monotonic(), by_slug={row.slug: row for row in rows})
    return _gemeenten["by_slug"]


def forget_gemeenten() -> None:
    """After a change of name or colour: read them again."""
    _gemeenten["at"] = float("-inf")


@cache
def _hash(colour: str) -> str:
    return hashlib.sha256(theme.css(colour).encode()).hexdigest()[:10]


def theme_url(slug: str, colour: str) -> str:
    """The address of a theme carries a hash of its content."""
    return url_for("publiek.thema", slug=slug, digest=_hash(colour))


def number_words(number: int) -> str:
    """A small number in words, in the language of this request."""
    return in_taal(telwoord(number))


def signing_tabs(actor: Actor) -> list[tuple]:
    """What waits for a signature, by subject, for ui.tabs; none for who signs one kind only."""
    kinds = ((P.INKOOP_TEKENEN, _("Inkopen"), "inkoop.te_tekenen", {}),
             (P.SUBSIDIE_TEKENEN, _("Subsidies"), "subsidie.te_tekenen", {}),
             (P.UITDAGING_TEKENEN, _("Plannen van bewoners"), "uitdaging.lijst", {"welke": "tekenen"}))
    mine = [(label, url_for(endpoint, **more), None, request.endpoint == endpoint)
            for permission, label, endpoint, more in kinds if actor.may(permission)]
    return mine if len(mine) > 1 else []


def landing(actor: Actor) -> tuple[str, str]:
    """(words, address) of the first page of this person: after logging in, behind the logo, and as the way on."""
    if actor.may(P.WERK_LEZEN):
        return _("Naar Mijn werk"), url_for("werkvoorraad.mijn_werk")
    if actor.may(P.LEDEN_BEHEREN) or actor.may(P.TOEGANGSLOG_LEZEN):
        return _("Naar Beheer"), url_for("beheer.overzicht")
    if actor.may(P.RAAD_LEZEN):
        return _("Naar Raad"), url_for("raad.overzicht")
    if actor.may(P.INKOOP_LEZEN):
        return _("Naar Inkopen"), url_for("inkoop.lijst")
    # A resident has nothing else to follow; messages that were not read stand in the menu with their number.
    if actor.may(P.ONDERSTEUNING_EIGEN):
        return _("Naar Mijn ondersteuning"), url_for("ondersteuning.overzicht")
    if actor.may(P.BERICHT_LEZEN):
        return _("Naar Berichten"), url_for("berichten.lijst")
    return _("Naar Mijn account"), url_for("account.mijn")


def _brand() -> Brand:
    actor = g.get("actor")
    slug = actor.party_slug if actor and actor.party_soort == "gemeente" else g.get("gemeente_slug")
    gemeente = gemeenten().get(slug) if slug else None
    if gemeente:
        home = landing(actor)[1] if actor else url_for("start.gemeente", slug=slug)
        return Brand(_("Gemeente %(naam)s", naam=gemeente.naam), regio().portaal, slug,
                     theme_url(slug, gemeente.merkkleur), home)
    return Brand(regio().portaal, _("%(Aantal)s gemeenten, samen in zorg en ondersteuning",
                                    Aantal=number_words(regio().aantal).capitalize()), None,
                 theme_url("regio", DEFAULT_COLOUR), landing(actor)[1] if actor else "/")


def _nav() -> list[Item]:
    actor, here = g.get("actor"), request.endpoint or ""

    def item(label, endpoint, *prefixes, but=(), but_under=(), count=0):
        current = (here.startswith(prefixes or (endpoint.split(".")[0] + ".",)) and here not in but
                   and not (but_under and here.startswith(but_under)))
        return Item(label, url_for(endpoint), current, count)

    if actor is None:
        return [item(_("Start"), "start.home", "start."), item(_("Inkopen"), "publiek.inkopen", "publiek.inkoop"),
                item(_("Subsidies"), "regelingen.lijst", *SUBSIDIES), item(_("Initiatieven"), "uitdagen.lijst"),
                item(_("Raad"), "raad.publiek"), item(_("Aanbieders"), "publiek.aanbieders", "publiek.aanbieders")]
    unread = g.get("unread", 0)
    items = []
    if actor.may(P.WERK_LEZEN):
        items.append(item(_("Mijn werk"), "werkvoorraad.mijn_werk"))
    if actor.party_soort == "aanbieder":
        items.append(item(_("Mijn organisatie"), "organisatie.overzicht"))
        if actor.may(P.PLEK_LEZEN):
            items.append(item(_("Plekken"), "plekken.lijst", "plekken.", "plekplan."))
        if actor.may(P.INSCHRIJVING_LEZEN):
            items += [item(_("Inkopen"), "publiek.inkopen", "publiek."), item(_("Inschrijvingen"), "inschrijving.lijst")]
        if actor.may(P.AANVRAAG_LEZEN):
            items.append(item(_("Subsidies"), "aanvraag.lijst", "aanvraag.", "ontvanger.", *SUBSIDIES))
    if actor.may(P.ONDERSTEUNING_EIGEN):
        items.append(item(_("Mijn ondersteuning"), "ondersteuning.overzicht"))
    if actor.may(P.UITDAGING_EIGEN):
        items += [item(_("Mijn plannen"), "initiatief.lijst"), item(_("Initiatieven"), "uitdagen.lijst")]
    if actor.party_soort == "inwoner":
        items += [item(_("Inkopen"), "publiek.inkopen", "publiek.inkoop"), item(_("Subsidies"), "regelingen.lijst", *SUBSIDIES),
                  item(_("Aanbieders"), "publiek.aanbieders", "publiek.aanbieders")]
    if actor.may(P.INKOOP_LEZEN):
        items.append(item(_("Inkopen"), "inkoop.lijst", but=SIGNING if actor.may(P.INKOOP_TEKENEN) else ()))
    if actor.may(P.REGISTER_LEZEN) and (actor.may(P.INKOOP_LEZEN) or actor.namens):
        items.append(item(_("Contracten"), "register.contracten"))
    if actor.may(P.SUBSIDIE_LEZEN):
        elsewhere = (SIGNING if actor.may(P.SUBSIDIE_TEKENEN) else ()) + (PAYING if actor.may(P.SUBSIDIE_BETALEN) else ()) + (
            OBJECTING if actor.may(P.BEZWAAR_BEHANDELEN) else ())
        items.append(item(_("Subsidies"), "subsidie.lijst", "subsidie.", "subsidieregister.", "invoer.", but=elsewhere))
    if actor.may(P.TOEGANG_LEZEN):
        # One blueprint, three entries: the address says which.
        reports = request.path.startswith("/toegang")
        elsewhere = reports or here.startswith((*PLACES, *SETTLING, *FIGURES))
        items += [item(_("Toegang"), "plaatsing.lijst", but=() if reports else (here,)),
                  item(_("Plaatsingen"), "plaatsing.plaatsingen", but=(here,) if elsewhere else ()),
                  item(_("Plekken"), "plaatsing.plekken", *PLACES)]
    if actor.may(P.VERREKENING_LEZEN) and not actor.may(P.TOEGANG_LEZEN):
        items.append(item(_("Verrekenen"), "plaatsing.verrekeningen", *SETTLING))
    if actor.may(P.CIJFERS_LEZEN):
        items.append(item(_("Cijfers"), "plaatsing.cijfers", *FIGURES))
    if actor.may(P.UITDAGING_LEZEN):
        items.append(item(_("Plannen van bewoners"), "uitdaging.lijst"))
    if actor.may(P.RAAD_LEZEN):
        items.append(item(_("Raad"), "raad.overzicht"))
    if actor.may(P.BEZWAAR_BEHANDELEN):
        items.append(item(_("Bezwaren"), "subsidie.bezwaren", *OBJECTING))
    if actor.may(P.SUBSIDIE_BETALEN):
        items.append(item(_("Betalen"), "subsidie.te_betalen", *PAYING))
    if actor.may(P.INKOOP_TEKENEN) or actor.may(P.SUBSIDIE_TEKENEN):
        items.append(item(_("Tekenen"), SIGNING[0] if actor.may(P.INKOOP_TEKENEN) else SIGNING[3], *SIGNING))
    if actor.may(P.BERICHT_LEZEN):
        items.append(item(_("Berichten"), "berichten.lijst", count=unread))
    if actor.may(P.LEDEN_BEHEREN) or actor.may(P.REGIO_BEHEREN) or actor.may(P.HISTORIE_LEZEN) or (
            actor.may(P.MANDAAT_LEZEN) and actor.may(P.TOEGANGSLOG_LEZEN)):
        items.append(item(_("Beheer"), "beheer.overzicht"))
    return items


def _footer_nav() -> list[Item]:
    items = [Item(_("Begrippen"), url_for("publiek.begrippen")), Item(_("Rollen"), url_for("publiek.rollen")),
             Item(_("Toegankelijkheid"), url_for("publiek.toegankelijkheid")), Item(_("Privacy"), url_for("publiek.privacy")),
             Item(_("Klacht of kritiek"), url_for("publiek.klacht"))]
    if g.get("actor"):
        items.insert(0, Item(_("Mijn account"), url_for("account.mijn")))
    return items


def _other_language() -> str:
    other = "nl" if current_lang() == "en" else "en"
    args = {k: v for k, v in request.args.items() if k not in ("taal", "csrf_token")}
    return f"{request.path}?{urlencode(args | {'taal': other})}"


def _banner() -> str | None:
    settings = current_app.settings
    if not settings.is_demo:
        return None
    lines = [_("Demo met verzonnen gegevens. Hieraan kunt u geen rechten ontlenen.")]
    if settings.scan_optional:
        lines.append(_("Bestanden worden hier niet op virussen gecontroleerd."))
    return " ".join(lines)


def _namens() -> str | None:
    """For whom this person acts, and with what: on every page, so that nobody signs for the wrong gemeente."""
    actor = g.get("actor")
    if actor is None or actor.namens is None:
        return None
    labels = {row["naam"]: row["label"] for row in load("besluitsoorten")["besluitsoort"]}
    waarvoor = _(labels[actor.namens.besluit_soort])
    waarvoor = waarvoor[0].lower() + waarvoor[1:]
    if actor.namens.tot_bedrag is not None:
        bedrag_tot = bedrag(actor.namens.tot_bedrag, lang=current_lang())
        waarvoor = _("%(wat)s, tot %(bedrag)s", wat=waarvoor, bedrag=bedrag_tot)
    if actor.namens.soort == MandaatSoort.VOLMACHT:
        return _("U handelt namens gemeente %(naam)s, met een volmacht voor: %(wat)s.", naam=actor.party_naam, wat=waarvoor)
    return _("U handelt namens gemeente %(naam)s, met een mandaat voor: %(wat)s.", naam=actor.party_naam, wat=waarvoor)


def frame() -> dict:
    """What base.html needs; an error page is drawn without a database."""
    bare = {"lang": current_lang(), "nav": [], "footer_nav": [], "actor": None,
            "brand": None, "csrf_token": csrf_token(), "banner": None, "namens": None, "today": clock.today(),
            "session_ends_at": None,
            "other_lang_url": None, "title": "", "errors": {}}
    try:
        bare |= {"brand": _brand(), "nav": _nav(), "footer_nav": _footer_nav(), "other_lang_url": _other_language(),
                 "banner": _banner(), "namens": _namens()}
    except Exception:  # the frame never hides the page, least of all the page that says what went wrong
        current_app.logger.warning("kader onvolledig")
    actor = g.get("actor")
    return bare | {"actor": actor, "session_ends_at": actor.session_ends_at if actor else None}


def init_navigation(app: Flask) -> None:
    """The frame for every template, and what it says about the region."""
    app.context_processor(frame)
    app.jinja_env.globals["regio"] = regio()
    app.jinja_env.filters["telwoord"] = number_words
