"""Logging in and out, proving again who you are, invitations, and one's own sessions."""

import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, g, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from portal.adapters.mail import MailRefused, MailUnavailable, render_mail
from portal.domains.beheer import leden as usecases
from portal.domains.beheer import mandaten as tenancy
from portal.domains.uitdaagrecht import queries as plannen
from portal.identity import access_log, sessions
from portal.identity.actor import Actor
from portal.identity.model import Inlogdienst
from portal.identity.permissions import ROLES, Role
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.tenants.region import regio
from portal.tenants.scope import acting_for
from portal.web import oidc, security
from portal.web.blueprint import PUBLIC, PortalBlueprint
from portal.web.forms import Form, Invalid, email_address
from portal.web.htmx import go, page_or_part
from portal.web.navigation import gemeenten, landing
from portal.web.said import tell
from portal.web.taal import gettext as _

bp = PortalBlueprint("account", __name__)

MAILLINK = "portal:maillink"
LINES_PER_ATTEMPT = 3
LINK_MINUTES = int(sessions.LOGIN_LINK.total_seconds() // 60)

INVITATION_OVER = {
    "gebruikt": "Deze uitnodiging is al gebruikt. Bent u dat zelf geweest? Dan kunt u gewoon inloggen.",
    "verlopen": "Deze uitnodiging is verlopen. Vraag de beheerder van de organisatie om een nieuwe.",
    "ingetrokken": "Deze uitnodiging is ingetrokken. Vraag de beheerder van de organisatie wat er aan de hand is.",
}


# Where the provider lives ------------------------------------------------------------------------------------------------

_origins_read: dict[str, float] = {}


@bp.before_app_request
def allow_providers() -> None:
    """The button to log in is a form: the content policy names the providers it may lead to. Read once a minute."""
    if request.path.startswith("/static/") or time.monotonic() - _origins_read.get("at", float("-inf")) < 60:
        return
    try:
        with current_app.engine.begin() as connection:
            issuers = connection.scalars(select(Inlogdienst.issuer)).all()
    except SQLAlchemyError:  # the page itself will say that the database is away
        return
    origins = sorted({f"{url.scheme}://{url.netloc}" for url in map(urlsplit, issuers)})
    current_app.config["CSP_IDP"] = "".join(f" {origin}" for origin in origins)
    _origins_read["at"] = time.monotonic()


def forget_providers() -> None:
    """After a change of the providers: read them again."""
    _origins_read.clear()


def find_service(slug: str) -> Inlogdienst:
    """The login service with this name; NotFound otherwise."""
    row = g.db.scalar(select(Inlogdienst).where(Inlogdienst.slug == slug))
    if row is None:
        raise NotFound("Deze manier van inloggen bestaat niet.")
    return row


def _provider(row: Inlogdienst) -> oidc.Provider:
    secret = current_app.settings.oidc_secret(row.slug)
    if not secret:
        raise oidc.OidcError("Deze inlogdienst is niet goed ingesteld. Neem contact op met de beheerder.", 502,
                             reason="client secret missing")
    scope = "openid profile" if row.soort == "digid" else "openid profile email"
    return oidc.Provider(slug=row.slug, issuer=row.issuer, client_id=row.client_id, client_secret=secret, kind=row.soort,
                         party_id=row.party_id, scope=scope, version=row.versie)


def _address(endpoint: str, **values) -> str:
    """An absolute address on this portal, as people outside reach it."""
    return current_app.settings.public_url + url_for(endpoint, **values)


def _verder(given: str | None) -> str:
    """Where to go on after logging in: a path on this portal, or nowhere in particular."""
    return given if given and security.is_local_path(given) else ""


def _home(actor: Actor) -> str:
    """The first page after logging in; of a resident who came here for plans only, those."""
    if actor.may(P.UITDAGING_EIGEN):
        with acting_for(actor.party_id, actor.user_id, read_only=True), current_app.new_session() as session:
            if plannen.alleen_plannen(session, actor):
                return url_for("initiatief.lijst")
    return landing(actor)[1]


def _onward(actor: Actor, verder: str):
    """To the page that was asked for; when that is not for these roles, to their own first page and a word about why."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(urlsplit(verder).path, method="GET") if verder else ("", {})
    except HTTPException:  # that page itself says what is wrong
        return go(verder)
    needs = getattr(current_app.view_functions.get(endpoint), "needs", (PUBLIC,))
    if PUBLIC in needs or any(actor.may(one) for one in needs):
        return go(verder or _home(actor))
    return tell(go(_home(actor)), _("De pagina die u wilde zien, hoort niet bij uw rol. Dit is uw eigen eerste pagina."), actor)


@dataclass(frozen=True)
class _Who:
    """Somebody for the journal, before there is an actor."""

    party_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None


def _journal(action: str, result: str, who=None, obj: str | None = None, **details) -> None:
    access_log.journal(current_app.engine, who, action, obj, result, request.remote_addr, **details)


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
            ("Linux", "Linux"))


def device() -> str:
    """The browser and the machine in words, for the list of sessions; the full string tells more than we need."""
    agent = request.user_agent.string
    browser = next((name for mark, name in _BROWSERS if mark in agent), "Onbekende browser")
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    return f"{browser} op {system}" if system else browser


def attempt_login() -> None:
    """Count an attempt to log in; refused when this browser or this network address made too many that led nowhere."""
    security.limit("inloggen-browser", security.browser())
    security.limit("inloggen", request.remote_addr)


def _login_done() -> None:
    """The attempt of this browser succeeded, so it was none."""
    security.give_back("inloggen-browser", security.browser())
    security.give_back("inloggen", request.remote_addr)


# Choose how to log in ----------------------------------------------------------------------------------------------------

def _choose_gemeente(slug: str | None):
    """The gemeente that was chosen, whose colours the page then gets."""
    gemeente = gemeenten().get(slug or "")
    g.gemeente_slug = gemeente.slug if gemeente else None
    return gemeente


@bp.route("/inloggen", needs=PUBLIC)
def inloggen():
    """First the gemeente, then the way that fits who you are."""
    verder = _verder(request.args.get("verder"))
    if g.actor:
        return _onward(g.actor, verder)
    gemeente = _choose_gemeente(request.args.get("gemeente"))
    if gemeente is None:
        towns = [(row.naam, url_for("account.inloggen", gemeente=slug, verder=verder or None))
                 for slug, row in gemeenten().items()]
        return page_or_part("account/kies_gemeente.html", towns=towns, verder=verder)
    rows = g.db.scalars(select(Inlogdienst)).all()
    return page_or_part("account/inloggen.html", gemeente=gemeente, verder=verder, was_in=security.was_in(),
                        digid=next((row for row in rows if row.soort == "digid"), None),
                        eherkenning=next((row for row in rows if row.soort == "eherkenning"), None),
                        medewerker=next((row for row in rows if row.party_id == gemeente.id), None))


@bp.route("/inloggen/eherkenning-aanvragen", needs=PUBLIC)
def eherkenning():
    """What level is needed, and how to get it."""
    _choose_gemeente(request.args.get("gemeente"))
    return page_or_part("account/eherkenning.html")


# There and back ----------------------------------------------------------------------------------------------------------

def depart(row: Inlogdienst, *, verder: str = "", step_up: bool = False, **extra):
    """Send the browser to the provider; what we must remember goes along in a signed cookie. `extra` comes back with it."""
    try:
        location, transaction = oidc.start(_provider(row), _address("account.terug", slug=row.slug), step_up=step_up,
                                           next_url=verder or "/")
    except oidc.OidcError as refused:
        return _not_logged_in(refused, row)
    response = go(location)
    ticket = security.sign("inlog", transaction | {"verder": verder} | extra, seconds=oidc.TRANSACTION_FOR)
    security.set_cookie(response, "inlog", ticket, seconds=oidc.TRANSACTION_FOR)
    return response


@bp.route("/inloggen/<slug>/start", needs=PUBLIC, methods=["POST"])
def start(slug):
    """To the provider."""
    attempt_login()
    row = find_service(slug)
    _choose_gemeente(request.form.get("gemeente"))
    invitation = request.form.get("uitnodiging", "")[:200]
    extra = {"gemeente": g.gemeente_slug} | ({"uitnodiging": invitation} if invitation else {})
    return depart(row, verder=_verder(request.form.get("verder")), **extra)


@bp.route("/inloggen/<slug>/terug", needs=PUBLIC, writes=True)
def terug(slug):
    """Back from the provider. The one reading address that writes: the provider chose the method, not we."""
    row = find_service(slug)
    g.gemeente_slug = next((name for name, gemeente in gemeenten().items() if gemeente.id == row.party_id), None)
    transaction = security.unsign("inlog", request.cookies.get(security.cookie_name("inlog")))
    g.gemeente_slug = g.gemeente_slug or (transaction or {}).get("gemeente")
    try:
        claims = oidc.finish(_provider(row), _address("account.terug", slug=row.slug), transaction, request.args)
        if transaction.get("doel") == "proef":
            response = _test_login(row, claims)
        elif transaction["step_up"]:
            response = _stepped_up(claims, transaction)
        else:
            response = _logged_in(row, claims, transaction)
    except oidc.OidcError as refused:
        response = _not_logged_in(refused, row, is_news=_is_news(transaction))
    security.drop_cookie(response, "inlog")
    return response


def _is_news(transaction) -> bool:
    """Anybody can call the address where people come back. The journal tells of a login that was begun here, and a few times
    at most: whoever comes back again and again with one ticket does not fill it."""
    return transaction is not None and access_log.use(
        current_app.engine, f"terug:{transaction['state']}", oidc.TRANSACTION_FOR) <= LINES_PER_ATTEMPT


def _not_logged_in(refused: oidc.OidcError, row: Inlogdienst, *, is_news: bool = True):
    if is_news:
        _journal("inloggen", "geweigerd", _Who(row.party_id, None), row.slug, reden=refused.reason)
    too_low = row.soort == "eherkenning" and refused.reason == "acr too low"
    return page_or_part("account/niet_ingelogd.html", status=refused.status, sentence=refused.sentence, too_low=too_low,
                        gestopt=refused.reason == "access_denied")


def _logged_in(row: Inlogdienst, claims: oidc.Claims, transaction):
    security.limit("inloggen-account", f"{claims.issuer} {claims.subject}")
    token = transaction.get("uitnodiging")
    invitation = sessions.invitation(current_app.engine, token) if token else None
    login, why_not = _recognise(row, claims, token, invitation)
    if login is None:
        _journal("inloggen", "geweigerd", _Who(row.party_id, None), row.slug, reden="no role")
        return page_or_part("account/geen_rol.html", status=403, soort=row.soort, why_not=why_not,
                            gemeente=next((x for x in gemeenten().values() if x.id == row.party_id), None))
    # A session that the provider still had says nothing about who sits there now.
    fresh = claims.auth_time is not None and claims.auth_time.timestamp() >= transaction["started"] - oidc.LEEWAY
    response = _begin(login, issuer=claims.issuer, sid=claims.sid, id_token=claims.id_token, fresh=fresh,
                      verder=_verder(transaction.get("verder")), way=row.slug)
    if invitation and invitation.stand == "open" and sessions.invitation(current_app.engine, token).stand == "gebruikt":
        wie = _("gemeente %(naam)s", naam=invitation.naam) if invitation.soort == "gemeente" else invitation.naam
        tell(response, _("U heeft de uitnodiging aangenomen. U werkt nu in het portaal voor %(wie)s.", wie=wie),
             _Who(login.party_id, login.account_id))
    return response


def _recognise(row: Inlogdienst, claims: oidc.Claims, token: str | None, invitation: sessions.Invitation | None):
    """(login, None), or (None, a sentence that says why this person cannot come in)."""
    engine = current_app.engine
    naam = claims.name or _("Naam onbekend")
    email = claims.claims.get("email")
    email = email if isinstance(email, str) else None
    wrong = _("Deze uitnodiging hoort bij een andere organisatie.")
    if row.soort == "gemeente":
        if invitation and invitation.party_id != row.party_id:
            return None, wrong
        login = sessions.log_in_staff(engine, claims.issuer, claims.subject, naam, email, claims.claims, token)
    elif row.soort == "eherkenning":
        kvk, organisation = claims.claims.get("kvk_nummer"), claims.claims.get("vestigingsnaam")
        if not (isinstance(kvk, str) and len(kvk) == 8 and kvk.isascii() and kvk.isdigit()) or not organisation:
            return None, _("eHerkenning gaf geen geldig KVK-nummer en geen naam van uw organisatie door.")
        if token and (invitation is None or invitation.kvk_nummer != kvk):
            return None, wrong
        login = sessions.log_in_provider(engine, claims.issuer, claims.subject, naam, email, kvk, str(organisation), token)
    else:
        login = sessions.log_in_resident(engine, claims.issuer, claims.subject, naam, None)
    if login is None and token:
        return None, _(INVITATION_OVER.get(invitation.stand if invitation else "", wrong))
    return login, None


def _begin(login: sessions.Login, *, issuer: str, sid: str | None, id_token: str | None, fresh: bool, verder: str, way: str):
    """A new session with a new id; what this browser had before is over."""
    engine = current_app.engine
    if old := request.cookies.get(security.cookie_name("sessie")):
        sessions.end(engine, old)
    token = sessions.begin(engine, login, issuer=issuer, sid=sid, id_token=id_token, device=device(), fresh=fresh)
    opened = sessions.open_session(engine, token) if token else None
    if opened is None:
        raise Refused("Uw toegang is zojuist veranderd. Probeer het opnieuw.", status=403)
    _login_done()
    _journal("inloggen", "gelukt", opened[0], way)
    response = _onward(opened[0], verder)
    security.set_cookie(response, "sessie", token)
    if slug := opened[0].party_slug if opened[0].party_soort == "gemeente" else g.get("gemeente_slug"):
        security.set_cookie(response, "gemeente", slug, seconds=int(sessions.LAST_LOGIN.total_seconds()))
    return response


# Proving again who you are ---------------------------------------------------------------------------------------------

@bp.route("/opnieuw-inloggen", needs=P.ACCOUNT_EIGEN)
def opnieuw():
    """Why we ask again, and the button."""
    return page_or_part("account/opnieuw.html", verder=_verder(request.args.get("verder")) or "/",
                        maillink=g.issuer == MAILLINK)


@bp.route("/opnieuw-inloggen/start", needs=P.ACCOUNT_EIGEN, methods=["POST"])
def opnieuw_start():
    """To the provider this session came from, which must ask again who sits there."""
    verder = _verder(request.form.get("verder")) or "/"
    row = g.db.scalar(select(Inlogdienst).where(Inlogdienst.issuer == g.issuer))
    if row is None:
        raise Refused("U bent op een manier ingelogd die wij niet opnieuw kunnen vragen. Log uit en log weer in.", status=409)
    attempt_login()
    return depart(row, verder=verder, step_up=True)


def _stepped_up(claims: oidc.Claims, transaction):
    token = request.cookies.get(security.cookie_name("sessie"), "")
    fresh = sessions.step_up(current_app.engine, token, claims.issuer, claims.subject) if g.actor else None
    if fresh is None:
        raise oidc.OidcError("U bent als iemand anders teruggekomen, of uw sessie was voorbij. Er is niets veranderd. "
                             + oidc.TRY_AGAIN, 403, reason="step-up by somebody else")
    _login_done()
    _journal("opnieuw inloggen", "gelukt", g.actor)
    response = go(_verder(transaction.get("verder")) or _home(g.actor))
    security.set_cookie(response, "sessie", fresh)
    return response


# A test login for the administrator ------------------------------------------------------------------------------------

def _test_login(row: Inlogdienst, claims: oidc.Claims):
    """Which claims came, and which roles they would give. Nobody is logged in by this."""
    if g.actor is None or row.party_id != g.actor.party_id or not g.actor.may(P.LEDEN_BEHEREN):
        raise oidc.OidcError("Alleen de beheerder van deze gemeente kan proefinloggen. " + oidc.TRY_AGAIN, 403,
                             reason="test login by somebody else")
    _login_done()
    _journal("proefinloggen", "gelukt", g.actor, row.slug)
    rollen = usecases.rollen_uit_claims(g.db, g.actor, claims.claims)
    return page_or_part("beheer/proef.html", naam=claims.name, claims=usecases.personal_claims(claims.claims),
                        rollen=[(ROLES[Role(rol)][0], usecases.ALLOWS[Role(rol)]) for rol in rollen])


# A link by mail --------------------------------------------------------------------------------------------------------

def _link_page(status: int = 200, form: Form | None = None):
    gemeente = _choose_gemeente(request.values.get("gemeente"))
    return page_or_part("account/link.html", status=status, gemeente=gemeente, minuten=LINK_MINUTES,
                        verder=_verder(request.values.get("verder")),
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/inloggen/link", needs=PUBLIC)
def link():
    """Ask for a link by mail."""
    return _link_page()


@bp.route("/inloggen/link", needs=PUBLIC, methods=["POST"])
def link_sturen():
    """Send the link. The answer is the same for every address, known or not."""
    form = Form()
    email = form.read("email", email_address, _("Vul uw mailadres in."))
    if form.errors:
        return _link_page(422, form)
    verder = _verder(request.form.get("verder"))
    try:
        mail_login_link(email, verder)
    except Invalid as error:
        form.errors["email"] = str(error)
        return _link_page(422, form)
    return go(url_for("account.link_verstuurd", gemeente=request.form.get("gemeente") or None, verder=verder or None))


def mail_login_link(email: str, verder: str = "", waarvoor: str = "") -> None:
    """Mail a link to log in with, which leads on to `verder`; `waarvoor` says why, where that is no plain login. Invalid for an
    address that takes no mail; Refused when it was asked too often (429) or no mail can go out now (503)."""
    security.limit("inloglink", email.lower())
    security.limit("inloglink-browser", security.browser())
    security.limit("inloglink-adres", request.remote_addr)
    token = sessions.make_login_link(current_app.engine, email)
    mail = render_mail("inloglink", afzender=regio().portaal, minuten=LINK_MINUTES,
                       waarvoor=waarvoor or _("U vroeg om een link."),
                       link=_address("account.inloglink", token=token, verder=verder or None))
    mailer = current_app.mailer
    try:
        mailer.send(email, mail.subject, mail.text, mail.html, message_id=mailer.message_id(uuid.uuid4()))
    except MailRefused as error:
        raise Invalid(_("Naar dit adres kunnen wij geen mail sturen. Controleer het adres.")) from error
    except MailUnavailable as error:
        raise Refused(_("Wij kunnen nu geen mail versturen. Probeer het over een paar minuten opnieuw."), status=503) from error
    _journal("inloglink vragen", "gelukt")


@bp.route("/inloggen/link-verstuurd", needs=PUBLIC)
def link_verstuurd():
    """Look in your mail."""
    return page_or_part("account/link_verstuurd.html", gemeente=_choose_gemeente(request.args.get("gemeente")),
                        minuten=LINK_MINUTES, verder=_verder(request.args.get("verder")))


@bp.route("/inloglink/<token>", needs=PUBLIC)
def inloglink(token):
    """The page behind the link: a button, because scanners follow links."""
    return page_or_part("account/inloglink.html", token=token, verder=_verder(request.args.get("verder")))


@bp.route("/inloglink/<token>", needs=PUBLIC, methods=["POST"])
def inloglink_gebruiken(token):
    """Log in with the link, once; then on to the page that it was asked for."""
    attempt_login()
    verder = _verder(request.form.get("verder"))
    engine = current_app.engine
    email = sessions.use_login_link(engine, token)
    if email is None:
        _journal("inloggen", "geweigerd", obj="maillink", reden="link used, too old or unknown")
        return page_or_part("account/link_voorbij.html", status=410, minuten=LINK_MINUTES, verder=verder)
    login = sessions.log_in_resident(engine, MAILLINK, sessions.mail_subject(engine, email), email, email)
    if login is None:
        raise Refused("Met dit adres kunt u niet meer inloggen. Bel uw gemeente.", status=403)
    return _begin(login, issuer=MAILLINK, sid=None, id_token=None, fresh=True, verder=verder, way="maillink")


# Invitations -----------------------------------------------------------------------------------------------------------

@bp.route("/uitnodiging/<token>", needs=PUBLIC)
def uitnodiging(token):
    """For which organisation you are invited, and the button to log in."""
    found = sessions.invitation(current_app.engine, token)
    if found is None:
        raise NotFound("Wij kennen deze uitnodiging niet. Is de link compleet?")
    _choose_gemeente(found.slug)
    if found.stand != "open":
        return page_or_part("account/uitnodiging_voorbij.html", status=410, sentence=_(INVITATION_OVER[found.stand]),
                            verder=landing(g.actor) if g.actor else None)
    rows = g.db.scalars(select(Inlogdienst)).all()
    service = next((row for row in rows if (row.party_id == found.party_id if found.soort == "gemeente"
                                            else row.soort == "eherkenning")), None)
    return page_or_part("account/uitnodiging.html", found=found, service=service, token=token)


# Logging out -----------------------------------------------------------------------------------------------------------

@bp.route("/uitloggen", needs=PUBLIC, methods=["POST"])
def uitloggen():
    """End the session here, then at the provider where it can."""
    location = url_for("account.uitgelogd")
    if g.actor:
        sessions.end(current_app.engine, request.cookies[security.cookie_name("sessie")])
        _journal("uitloggen", "gelukt", g.actor)
        row = g.db.scalar(select(Inlogdienst).where(Inlogdienst.issuer == g.issuer))
        if row and g.id_token and current_app.settings.oidc_secret(row.slug):
            at_provider = oidc.logout_url(_provider(row), g.id_token, _address("account.uitgelogd"), sessions.new_token())
            location = at_provider or location
    response = go(location)
    security.drop_cookie(response, "sessie")
    return response


@bp.route("/uitgelogd", needs=PUBLIC)
def uitgelogd():
    """You are out."""
    return page_or_part("account/uitgelogd.html")


# My account ------------------------------------------------------------------------------------------------------------

@bp.route("/account", needs=P.ACCOUNT_EIGEN)
def mijn():
    """Who you are, what you may, for which other gemeente you may act, and where you are logged in."""
    return _mijn()


def _mijn(status: int = 200, reasons=()):
    rollen = [(ROLES[Role(rol)][0], usecases.ALLOWS[Role(rol)]) for rol in sorted(g.actor.roles) if rol in set(Role)]
    return page_or_part("account/mijn.html", status=status, reasons=reasons, rollen=rollen,
                        sessies=usecases.eigen_sessies(g.db, g.actor), dienst=_way_in(), maillink=g.issuer == MAILLINK,
                        mandaten=tenancy.namens_wie(g.db, g.actor, on=clock.today()), soorten=tenancy.besluitsoorten())


def _way_in() -> str:
    row = g.db.scalar(select(Inlogdienst).where(Inlogdienst.issuer == g.issuer))
    if row is None:
        return _("een link per mail") if g.issuer == MAILLINK else _("een andere inlogdienst")
    return {"digid": "DigiD", "eherkenning": "eHerkenning"}.get(row.soort, _("uw werkaccount"))


@bp.route("/account/sessies/<uuid:session_id>/intrekken", needs=P.ACCOUNT_EIGEN, methods=["POST"])
def sessie_intrekken(session_id):
    """End one of your sessions."""
    usecases.sessie_intrekken(g.db, g.actor, session_id)
    _journal("sessie intrekken", "gelukt", g.actor, str(session_id))
    return go(url_for("account.mijn"))


@bp.route("/account/sessies/andere-intrekken", needs=P.ACCOUNT_EIGEN, methods=["POST"])
def andere_sessies_intrekken():
    """End all your sessions but this one."""
    aantal = usecases.andere_sessies_intrekken(g.db, g.actor)
    _journal("andere sessies intrekken", "gelukt", g.actor, aantal=aantal)
    return go(url_for("account.mijn"))


# Acting for another gemeente -------------------------------------------------------------------------------------------

def _switch(mandaat_id: uuid.UUID | None) -> Actor | None:
    """Who acts from the next request on; None when the mandate does not carry it. Both gemeenten find it in their journal."""
    engine, token = current_app.engine, request.cookies[security.cookie_name("sessie")]
    opened = sessions.open_session(engine, token) if sessions.act_for(engine, token, mandaat_id) else None
    if opened is None:
        _journal("namens handelen", "geweigerd", g.actor, str(mandaat_id))
        return None
    before, after = g.actor, opened[0]
    if before.mandaat_id != after.mandaat_id:
        for actor in (before, after):
            if actor.namens:
                for who in (actor, _Who(actor.namens.werkgever_id, actor.user_id)):
                    _journal("namens handelen", "begonnen" if actor is after else "gestopt", who, str(actor.mandaat_id))
    return after


@bp.route("/account/namens/<uuid:mandaat_id>", needs=P.ACCOUNT_EIGEN, methods=["POST"], step_up=True)
def namens(mandaat_id):
    """Act for the gemeente that gave this mandate, for as long as it counts or until you go back."""
    actor = _switch(mandaat_id)
    if actor is None:
        return _mijn(403, [_("U kunt niet handelen met dit mandaat of deze volmacht. Het geldt vandaag niet, of het is niet "
                             "van u.")])
    return go(_home(actor))


@bp.route("/account/namens/terug", needs=P.ACCOUNT_EIGEN, methods=["POST"])
def namens_terug():
    """Act for your own gemeente again."""
    actor = _switch(None)
    if actor is None:
        raise Refused("Uw sessie is voorbij. Log opnieuw in.", status=403)
    return go(_home(actor))
