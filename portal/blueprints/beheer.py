"""Administration by a party of its own: people, roles, claims, mandates, replacement, colour, journals.

Every writing request leaves a line in the security journal, whatever its outcome: `journal_every_change` does it for all.
"""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta

from flask import current_app, g, request, url_for

from config import load
from portal.blueprints.account import attempt_login, depart
from portal.domains.beheer import leden as usecases
from portal.domains.beheer import mandaten as tenancy
from portal.domains.beheer import regio as inrichting
from portal.domains.beheer import thema as kleuren
from portal.domains.inkoop.assessment import busy_with
from portal.domains.inkoop.workflow import WORKFLOWS
from portal.identity import access_log, sessions
from portal.identity.permissions import ROLES, Role
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import known_keys
from portal.tenants import theme
from portal.tenants.model import InstemmingVan, instemming_nodig
from portal.web import security
from portal.web.blueprint import SAFE, PortalBlueprint
from portal.web.filters import in_taal
from portal.web.forms import Form, Invalid, email_address
from portal.web.htmx import go, page_or_part, wants_part
from portal.web.navigation import forget_gemeenten, gemeenten
from portal.web.said import tell
from portal.web.taal import gettext as _

bp = PortalBlueprint("beheer", __name__)

ADMIN = (P.LEDEN_BEHEREN, P.TOEGANGSLOG_LEZEN, P.REGIO_BEHEREN, P.HISTORIE_LEZEN)


@bp.after_request
def journal_every_change(response):
    """Who did what to which object, and whether it went through (BIO2): never the content of the form."""
    if request.method not in SAFE:
        obj = g.get("journal_object") or next(iter((request.view_args or {}).values()), None)
        result = "gelukt" if response.status_code < 400 else "geweigerd"
        access_log.journal(current_app.engine, g.get("actor"), request.endpoint, str(obj) if obj else None, result,
                           request.remote_addr, status=response.status_code, **g.get("journal_details", {}))
    return response


@bp.context_processor
def sections() -> dict:
    """The pages of this part that this person may see."""
    actor = g.get("actor")
    if actor is None:
        return {}
    gemeente = actor.party_soort == "gemeente"
    pages = [
        (_("Overzicht"), "beheer.overzicht", any(actor.may(one) for one in ADMIN)),
        (_("Leden"), "beheer.leden", actor.may(P.LEDEN_BEHEREN)),
        (_("Groepen"), "beheer.claims", gemeente and actor.may(P.LEDEN_BEHEREN)),
        (_("Regio"), "beheer.regio", actor.may(P.REGIO_BEHEREN)),
        (_("Mandaat en volmacht"), "beheer.mandaten", actor.may(P.MANDAAT_LEZEN)),
        (_("Vervanging"), "beheer.vervanging", actor.may(P.MANDAAT_LEZEN)),
        (_("Kleur"), "beheer.thema", actor.may(P.THEMA_BEHEREN)),
        (_("Logboek"), "beheer.journaal", actor.may(P.TOEGANGSLOG_LEZEN)),
        (_("Inzage"), "beheer.inzage", actor.may(P.TOEGANGSLOG_LEZEN)),
        (_("Historie"), "beheer.historie", actor.may(P.HISTORIE_LEZEN)),
    ]
    partij = _("gemeente %(naam)s", naam=actor.party_naam) if gemeente else actor.party_naam
    tabs = [(name, url_for(endpoint), None, endpoint == request.endpoint) for name, endpoint, may in pages if may]
    return {"partij": partij, "sections": tabs}


def _role_options(actor) -> list[tuple[str, str, str]]:
    return [(str(role), in_taal(ROLES[role][0]).capitalize(), in_taal(usecases.ALLOWS[role]))
            for role in usecases.assignable_roles(actor)]


def _choices(names) -> list[tuple[str, str]]:
    """Fixed words to choose from: what is kept, and what people read."""
    return [(name, in_taal(name)) for name in names]


def role_words(rollen) -> str:
    """Roles as people call them."""
    return ", ".join(in_taal(ROLES[Role(rol)][0]) for rol in rollen if rol in set(Role)) or _("geen rol meer")


def _key(*parts) -> str:
    """Where a list goes on, for in an address."""
    return urlsafe_b64encode("\n".join(map(str, parts)).encode()).decode()


def _from_key(text: str | None, *readers):
    """The parts of `_key`, or None when somebody changed the address by hand: then the list begins at the start."""
    try:
        parts = urlsafe_b64decode(text or "").decode().split("\n")
        return tuple(read(part) for read, part in zip(readers, parts, strict=True))
    except ValueError:
        return None


def _before() -> int | None:
    """Keyset paging of a journal: rows before this number."""
    found = request.args.get("voor", "")
    # No line has a higher number than its column holds.
    return min(int(found), 2**31 - 1) if found.isdecimal() and len(found) < 19 else None


def _gemeente_only() -> None:
    if g.actor.party_soort != "gemeente":
        raise NotFound("Deze pagina is er alleen voor gemeenten.")


# Overview ----------------------------------------------------------------------------------------------------------------

@bp.route("/beheer", needs=ADMIN)
def overzicht():
    """What you arrange here yourself, what the region arranges together (E1), and what waits for you as the second person."""
    gemeente = g.actor.party_soort == "gemeente"
    manages = g.actor.may(P.LEDEN_BEHEREN)
    return page_or_part("beheer/overzicht.html", regie=load("regie") if gemeente and manages else None,
                        dienst=usecases.inlogdienst(g.db, g.actor) if manages else None, manages=manages,
                        wacht=waits_for_me())


def waits_for_me() -> list[tuple[str, str]]:
    """(what, where) that counts only when this person agrees too; the first page of a person shows it."""
    if g.actor.party_soort != "gemeente":
        return []
    found = []
    if g.actor.may(P.LEDEN_BEHEREN):
        rules = [r for r in usecases.claim_regels(g.db, g.actor) if not r.bevestigd_at and r.voorgesteld_by != g.actor.user_id]
        found += [(_("Groep %(waarde)s de rol %(rol)s geven", waarde=r.waarde, rol=role_words([r.rol])),
                   url_for("beheer.claims")) for r in rules]
    if g.actor.may(P.MANDAAT_LEZEN):
        found += [(_("%(soort)s voor %(naam)s, namens gemeente %(gever)s", soort=in_taal(row.soort).capitalize(), naam=naam,
                     gever=gever), url_for("beheer.mandaat", mandaat_id=row.id))
                  for row, naam, gever in tenancy.wacht_op_instemming(g.db, g.actor, on=clock.today())]
        found += [(_("%(vervanger)s vervangt %(afwezige)s", vervanger=vervanger, afwezige=afwezige),
                   url_for("beheer.vervanging"))
                  for row, afwezige, vervanger in tenancy.vervangingen(g.db, g.actor, on=clock.today())
                  if not row.ingestemd_at and tenancy.waarom_niet_vervangen(row, g.actor) is None]
    if g.actor.may(P.REGIO_BEHEREN):
        found += [(_("%(gemeente)s: groep %(waarde)s de rol %(rol)s geven", gemeente=row.gemeente, waarde=row.waarde,
                     rol=role_words([row.rol])), url_for("beheer.regio_controle", claim_id=row.id))
                  for row in usecases.claim_regels_voor_regio(g.db)]
    return found


# Members -----------------------------------------------------------------------------------------------------------------

HERKOMST = {"uitnodiging": "uitgenodigd", "claim": "via een groep van uw inlogdienst", "registratie": "eerste aanmelding",
            "inrichting": "bij de inrichting"}


@bp.route("/beheer/leden", needs=P.LEDEN_BEHEREN)
def leden():
    """Who works for your organisation, and who is invited."""
    rows = usecases.leden(g.db, g.actor, after=_from_key(request.args.get("na"), str, uuid.UUID))
    shown, more = rows[:usecases.PAGE], len(rows) > usecases.PAGE
    volgende = url_for("beheer.leden", na=_key(shown[-1].naam, shown[-1].Membership.id)) if more else None
    return page_or_part("beheer/leden.html", leden=shown, volgende=volgende, herkomst=HERKOMST, role_words=role_words,
                        uitnodigingen=usecases.uitnodigingen(g.db, g.actor))


def _invite_page(status=200, form=None, rollen=(), reasons=()):
    return page_or_part("beheer/uitnodigen.html", status=status, dagen=sessions.INVITATION.days,
                        errors=form.errors if form else {}, values=form.values if form else {}, gekozen=rollen,
                        reasons=reasons, opties=_role_options(g.actor))


@bp.route("/beheer/leden/uitnodigen", needs=P.LEDEN_BEHEREN)
def uitnodigen_formulier():
    """Invite somebody."""
    return _invite_page()


@bp.route("/beheer/leden/uitnodigen", needs=P.LEDEN_BEHEREN, methods=["POST"], idempotent=True)
def uitnodigen():
    """Send an invitation."""
    form = Form()
    naam = form.text("naam", _("Vul de naam in."), most=200)
    email = form.read("email", email_address, _("Vul het mailadres in."))
    rollen = form.many("rollen")
    if not rollen:
        form.errors["rollen"] = _("Kies ten minste een rol.")
    if form.errors:
        return _invite_page(422, form, rollen)
    try:
        security.limit("uitnodigen", f"{g.actor.party_id} {email.lower()}")
        security.limit("uitnodigen-organisatie", str(g.actor.party_id))
        row = usecases.uitnodigen(g.db, g.actor, naam=naam, email=email, rollen=rollen)
    except Refused as refused:
        return _invite_page(refused.status, form, rollen, refused.reasons)
    g.journal_object = row.id
    return go(url_for("beheer.leden"))


@bp.route("/beheer/uitnodigingen/<uuid:uitnodiging_id>/intrekken", needs=P.LEDEN_BEHEREN, methods=["POST"])
def uitnodiging_intrekken(uitnodiging_id):
    """Withdraw an invitation."""
    usecases.uitnodiging_intrekken(g.db, g.actor, uitnodiging_id)
    return go(url_for("beheer.leden"))


def _member_page(membership_id, status=200, reasons=(), rollen=None):
    lidmaatschap, naam = usecases.lid(g.db, g.actor, membership_id)
    zelf = lidmaatschap.account_id == g.actor.user_id
    opties = [one for one in _role_options(g.actor) if not zelf or one[0] in lidmaatschap.rollen]
    return page_or_part("beheer/lid.html", status=status, lid=lidmaatschap, naam=naam, herkomst=HERKOMST, reasons=reasons,
                        rollen=lidmaatschap.rollen if rollen is None else rollen, opties=opties, zelf=zelf,
                        role_words=role_words)


@bp.route("/beheer/leden/<uuid:membership_id>", needs=P.LEDEN_BEHEREN)
def lid(membership_id):
    """One member: roles, and how to end the access."""
    return _member_page(membership_id)


@bp.route("/beheer/leden/<uuid:membership_id>/rollen", needs=P.LEDEN_BEHEREN, methods=["POST"])
def rollen_wijzigen(membership_id):
    """Give other roles."""
    rollen = Form().many("rollen")
    try:
        usecases.rollen_wijzigen(g.db, g.actor, membership_id, rollen)
    except NotFound:
        raise
    except Refused as refused:
        g.db.rollback()
        return _member_page(membership_id, refused.status, refused.reasons, rollen)
    return go(url_for("beheer.lid", membership_id=membership_id))


@bp.route("/beheer/leden/<uuid:membership_id>/verwijderen", needs=P.LEDEN_BEHEREN)
def lid_verwijderen_controle(membership_id):
    """What stops and what stays open when this member goes."""
    lidmaatschap, naam = usecases.lid(g.db, g.actor, membership_id)
    if lidmaatschap.account_id == g.actor.user_id:
        raise Refused("U kunt uzelf niet verwijderen. Vraag een andere beheerder.")
    return page_or_part("beheer/lid_verwijderen.html", lid=lidmaatschap, naam=naam, role_words=role_words,
                        gevolg=usecases.lid_gevolg(g.db, g.actor, lidmaatschap), soorten=tenancy.besluitsoorten(),
                        beoordeelt=busy_with(g.db, lidmaatschap.account_id), one_day=timedelta(days=1))


@bp.route("/beheer/leden/<uuid:membership_id>/verwijderen", needs=P.LEDEN_BEHEREN, methods=["POST"])
def lid_verwijderen(membership_id):
    """End the access of a member, from the next request on."""
    try:
        naam = usecases.lid(g.db, g.actor, membership_id).naam
        usecases.lid_verwijderen(g.db, g.actor, membership_id)
    except NotFound:
        raise
    except Refused as refused:
        g.db.rollback()
        return _member_page(membership_id, refused.status, refused.reasons)
    return tell(go(url_for("beheer.leden")), _("%(naam)s is geen lid meer. De toegang is gestopt.", naam=naam))


@bp.route("/beheer/leden/<uuid:membership_id>/uitloggen", needs=P.LEDEN_BEHEREN, methods=["POST"])
def lid_uitloggen(membership_id):
    """End every session of a member."""
    lidmaatschap, _naam = usecases.lid(g.db, g.actor, membership_id)
    usecases.lid_uitloggen(g.db, lidmaatschap)
    return go(url_for("beheer.lid", membership_id=membership_id))


# Claims ------------------------------------------------------------------------------------------------------------------

def _claims_page(status=200, form=None, reasons=()):
    regels = usecases.claim_regels(g.db, g.actor)
    waits = any(row.voorgesteld_by == g.actor.user_id and not row.bevestigd_at for row in regels)
    return page_or_part("beheer/claims.html", status=status, regels=regels, reasons=reasons,
                        wie=names(g.db, [row.voorgesteld_by for row in regels]),
                        tweede=waits and usecases.has_second_admin(g.db, g.actor),
                        mag_weg=lambda row: usecases.may_change(g.actor, row),
                        dienst=usecases.inlogdienst(g.db, g.actor), errors=form.errors if form else {},
                        values=form.values if form else {}, opties=_role_options(g.actor), role_words=role_words,
                        ik=g.actor.user_id, terug=current_app.settings.public_url)


@bp.route("/beheer/groepen", needs=P.LEDEN_BEHEREN)
def claims():
    """Which group of the own login service gives which role."""
    _gemeente_only()
    return _claims_page()


@bp.route("/beheer/groepen", needs=P.LEDEN_BEHEREN, methods=["POST"], idempotent=True)
def claim_toevoegen():
    """Add a rule."""
    _gemeente_only()
    form = Form()
    claim = form.text("claim", _("Vul de naam van de claim in, bijvoorbeeld groups."), most=100)
    waarde = form.text("waarde", _("Vul de waarde in, bijvoorbeeld de naam van de groep."), most=200)
    rol = form.choice("rol", [o[0] for o in _role_options(g.actor)], _("Kies een rol."))
    if form.errors:
        return _claims_page(422, form)
    row = usecases.claim_toevoegen(g.db, g.actor, claim=claim, waarde=waarde, rol=rol)
    g.journal_object = row.id
    return go(url_for("beheer.claims"))


@bp.route("/beheer/groepen/<uuid:claim_id>/bevestigen", needs=P.LEDEN_BEHEREN, methods=["POST"])
def claim_bevestigen(claim_id):
    """The second person: from the next login on the rule counts."""
    _gemeente_only()
    try:
        usecases.claim_bevestigen(g.db, g.actor, claim_id)
    except NotFound:
        raise
    except Refused as refused:
        return _claims_page(refused.status, reasons=refused.reasons)
    row = next(one for one in usecases.claim_regels(g.db, g.actor) if one.id == claim_id)
    return tell(go(url_for("beheer.claims")),
                _("Groep %(waarde)s geeft de rol %(rol)s, vanaf de volgende keer inloggen.", waarde=row.waarde,
                  rol=role_words([row.rol])))


@bp.route("/beheer/regio", needs=P.REGIO_BEHEREN)
def regio():
    """What gemeenten with one administrator ask the region to confirm, and how the region is laid out."""
    return page_or_part("beheer/regio.html", regels=usecases.claim_regels_voor_regio(g.db), role_words=role_words,
                        gemeenten=inrichting.gemeenten(g.db), verbanden=inrichting.verbanden(g.db, clock.today()),
                        een_dag=timedelta(days=1))


def _region_check(claim_id, status=200, form=None):
    row = usecases.claim_regel_voor_regio(g.db, claim_id)
    mag = usecases.ALLOWS.get(Role(row.rol)) if row.rol in set(Role) else None
    return page_or_part("beheer/regio_regel.html", status=status, regel=row, mag=mag, role_words=role_words,
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/beheer/regio/regels/<uuid:claim_id>", needs=P.REGIO_BEHEREN)
def regio_controle(claim_id):
    """One rule that waits for the region: what it gives to whom, to confirm or to refuse."""
    return _region_check(claim_id)


@bp.route("/beheer/regio/regels/<uuid:claim_id>/bevestigen", needs=P.REGIO_BEHEREN, methods=["POST"])
def regio_bevestigen(claim_id):
    """Confirm a rule of a gemeente that has nobody else to do it."""
    row = usecases.claim_regel_voor_regio(g.db, claim_id)
    g.journal_details = {"gemeente": row.gemeente}
    usecases.claim_bevestigen(g.db, g.actor, claim_id)
    return tell(go(url_for("beheer.regio")),
                _("%(gemeente)s: groep %(waarde)s geeft de rol %(rol)s, vanaf de volgende keer inloggen.",
                  gemeente=row.gemeente, waarde=row.waarde, rol=role_words([row.rol])))


@bp.route("/beheer/regio/regels/<uuid:claim_id>/afwijzen", needs=P.REGIO_BEHEREN, methods=["POST"], idempotent=True)
def regio_afwijzen(claim_id):
    """Refuse such a rule: it is removed, and who proposed it reads why."""
    row = usecases.claim_regel_voor_regio(g.db, claim_id)
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u de regel afwijst. De beheerder leest dit."), most=1000)
    g.journal_details = {"gemeente": row.gemeente}
    if form.errors:
        return _region_check(claim_id, 422, form)
    usecases.claim_afwijzen(g.db, g.actor, claim_id, reden=reden)
    return tell(go(url_for("beheer.regio")),
                _("De regel van %(gemeente)s is afgewezen en verwijderd. De beheerder heeft een bericht.",
                  gemeente=row.gemeente))


def _claim_check(claim_id, status=200, reasons=()):
    return page_or_part("beheer/claim_verwijderen.html", status=status, reasons=reasons, role_words=role_words,
                        gevolg=usecases.claim_gevolg(g.db, g.actor, claim_id))


@bp.route("/beheer/groepen/<uuid:claim_id>/verwijderen", needs=P.LEDEN_BEHEREN)
def claim_verwijderen_controle(claim_id):
    """What removing a rule changes, and for whom."""
    _gemeente_only()
    return _claim_check(claim_id)


@bp.route("/beheer/groepen/<uuid:claim_id>/verwijderen", needs=P.LEDEN_BEHEREN, methods=["POST"])
def claim_verwijderen(claim_id):
    """Remove a rule."""
    try:
        usecases.claim_verwijderen(g.db, g.actor, claim_id)
    except NotFound:
        raise
    except Refused as refused:
        g.db.rollback()
        return _claim_check(claim_id, refused.status, refused.reasons)
    return tell(go(url_for("beheer.claims")), _("De regel is verwijderd."))


@bp.route("/beheer/groepen/proef", needs=P.LEDEN_BEHEREN, methods=["POST"])
def claims_proef():
    """A test login at the own service: it shows claims and roles, and logs nobody in."""
    _gemeente_only()
    dienst = usecases.inlogdienst(g.db, g.actor)
    if dienst is None:
        raise NotFound("Uw gemeente heeft nog geen inlogdienst.")
    attempt_login()
    return depart(dienst, doel="proef")


# Mandaat and volmacht ----------------------------------------------------------------------------------------------------

@bp.route("/beheer/mandaten", needs=P.MANDAAT_LEZEN)
def mandaten():
    """The register: who may decide or sign for whom."""
    _gemeente_only()
    rows = tenancy.mandaten(g.db, g.actor, after=_from_key(request.args.get("na"), date.fromisoformat, uuid.UUID))
    shown, more = rows[:tenancy.PAGE], len(rows) > tenancy.PAGE
    given = tenancy.instemmingen(g.db, [row.Mandaat.id for row in shown])
    last = shown[-1].Mandaat if more else None
    regels = [(row, tenancy.stand(row.Mandaat, {i.van for i, _who in given[row.Mandaat.id]}, clock.today())) for row in shown]
    return page_or_part("beheer/mandaten.html", regels=regels, soorten=tenancy.besluitsoorten(),
                        volgende=url_for("beheer.mandaten", na=_key(last.van.isoformat(), last.id)) if last else None)


def _chosen_employer():
    """The gemeente whose staff can be chosen: the own one, unless another was picked."""
    own = g.actor.party_slug
    return gemeenten().get(request.values.get("werkgever") or own) or gemeenten()[own]


def _mandate_page(status=200, form=None, reasons=()):
    werkgever = _chosen_employer()
    return page_or_part("beheer/mandaat_nieuw.html", status=status, werkgever=werkgever, reasons=reasons,
                        mensen=tenancy.medewerkers(g.db, werkgever.id), gemeenten=[(s, r.naam) for s, r in gemeenten().items()],
                        soorten=tenancy.te_geven(), organen=_choices(tenancy.ORGANEN), errors=form.errors if form else {},
                        values=form.values if form else {})


@bp.route("/beheer/mandaten/nieuw", needs=P.MANDAAT_BEHEREN)
def mandaat_formulier():
    """Register a mandate."""
    _gemeente_only()
    return _mandate_page()


def _person(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid("Kies iemand uit de lijst.") from None


@bp.route("/beheer/mandaten/nieuw", needs=P.MANDAAT_BEHEREN, methods=["POST"], idempotent=True)
def mandaat_geven():
    """Register a mandate; it counts once everybody consented."""
    _gemeente_only()
    form, soorten = Form(), tenancy.te_geven()
    kind = form.choice("besluit_soort", soorten, _("Kies waarvoor het geldt."))
    values = {
        "gemachtigde_id": form.read("gemachtigde", _person, _("Kies wie het mandaat krijgt.")),
        "orgaan": form.choice("orgaan", tenancy.ORGANEN, _("Kies welk orgaan het mandaat geeft.")),
        "tot_bedrag": form.bedrag("tot_bedrag"), "van": form.date("van", _("Vul de eerste dag in.")),
        "vindplaats": form.text("vindplaats", _("Schrijf waar het schriftelijke mandaat staat."), most=300),
    }
    laatste = form.date("tot_en_met")
    if form.errors:
        return _mandate_page(422, form)
    try:
        row = tenancy.mandaat_geven(g.db, g.actor, soort=soorten[kind]["soort"], besluit_soort=kind,
                                    werkgever_id=_chosen_employer().id,
                                    tot=laatste + timedelta(days=1) if laatste else None, **values)
    except Refused as refused:
        return _mandate_page(refused.status, form, refused.reasons)
    g.journal_object = row.id
    return go(url_for("beheer.mandaat", mandaat_id=row.id))


def _one_mandate_page(mandaat_id, status=200, reasons=()):
    row, gemachtigde, gever, werkgever = tenancy.mandaat(g.db, g.actor, mandaat_id)
    given = {consent.van: (consent, naam) for consent, naam in tenancy.instemmingen(g.db, [row.id])[row.id]}
    consents = []
    for van in instemming_nodig(row):
        obstacle = None if van in given or row.ingetrokken_at else tenancy.waarom_niet(row, van, g.actor)
        consents.append((van, given.get(van), obstacle))
    return page_or_part("beheer/mandaat.html", status=status, mandaat=row, gemachtigde=gemachtigde, gever=gever,
                        werkgever=werkgever, consents=consents, reasons=reasons,
                        soort=tenancy.besluitsoorten()[row.besluit_soort], stand=tenancy.stand(row, given, clock.today()),
                        laatste=row.laatste_dag,
                        mag_intrekken=row.party_id == g.actor.party_id and row.ingetrokken_at is None
                        and g.actor.may(P.MANDAAT_BEHEREN))


@bp.route("/beheer/mandaten/<uuid:mandaat_id>", needs=P.MANDAAT_LEZEN)
def mandaat(mandaat_id):
    """One mandate, and the consents it needs."""
    return _one_mandate_page(mandaat_id)


@bp.route("/beheer/mandaten/<uuid:mandaat_id>/instemmen", needs=P.MANDAAT_INSTEMMEN, methods=["POST"])
def mandaat_instemmen(mandaat_id):
    """Consent for the body that gives the mandate, or for the employer."""
    return _consent(mandaat_id, Form().choice("van", set(InstemmingVan) - {InstemmingVan.GEMACHTIGDE}) or "")


@bp.route("/beheer/mandaten/<uuid:mandaat_id>/aanvaarden", needs=P.MANDAAT_AANVAARDEN, methods=["POST"])
def mandaat_aanvaarden(mandaat_id):
    """Consent to a mandate that you get yourself."""
    return _consent(mandaat_id, InstemmingVan.GEMACHTIGDE)


def _consent(mandaat_id, van):
    try:
        tenancy.instemmen(g.db, g.actor, mandaat_id, van)
    except NotFound:
        raise
    except Refused as refused:
        return _one_mandate_page(mandaat_id, refused.status, refused.reasons)
    return go(url_for("beheer.mandaat", mandaat_id=mandaat_id))


@bp.route("/beheer/mandaten/<uuid:mandaat_id>/intrekken", needs=P.MANDAAT_BEHEREN, methods=["POST"])
def mandaat_intrekken(mandaat_id):
    """Withdraw a mandate."""
    tenancy.mandaat_intrekken(g.db, g.actor, mandaat_id)
    return go(url_for("beheer.mandaat", mandaat_id=mandaat_id))


# Vervanging --------------------------------------------------------------------------------------------------------------

def _replacement_page(status=200, form=None, reasons=()):
    mensen = tenancy.medewerkers(g.db, g.actor.party_id)
    return page_or_part("beheer/vervanging.html", status=status, reasons=reasons, errors=form.errors if form else {},
                        values=form.values if form else {}, redenen=_choices(tenancy.REDENEN), one_day=timedelta(days=1),
                        rijen=tenancy.vervangingen(g.db, g.actor, on=clock.today()),
                        mensen=mensen, vervangers=[one for one in mensen if one.account_id != g.actor.user_id],
                        mag=g.actor.may(P.MANDAAT_BEHEREN),
                        waarom_niet=lambda row: tenancy.waarom_niet_vervangen(row, g.actor))


@bp.route("/beheer/vervanging", needs=P.MANDAAT_LEZEN)
def vervanging():
    """Who stands in for whom, and when."""
    _gemeente_only()
    return _replacement_page()


@bp.route("/beheer/vervanging", needs=P.MANDAAT_BEHEREN, methods=["POST"], idempotent=True)
def vervangen():
    """Record a replacement."""
    _gemeente_only()
    form = Form()
    afwezige = form.read("afwezige", _person, _("Kies wie afwezig is."))
    vervanger = form.read("vervanger", _person, _("Kies wie vervangt."))
    van = form.date("van", _("Vul de eerste dag in."))
    laatste = form.date("tot_en_met", _("Vul de laatste dag in."))
    reden = form.choice("reden", tenancy.REDENEN, _("Kies een reden."))
    if form.errors:
        return _replacement_page(422, form)
    try:
        row = tenancy.vervangen(g.db, g.actor, afwezige_id=afwezige, vervanger_id=vervanger, van=van,
                                tot=laatste + timedelta(days=1), reden=reden)
    except Refused as refused:
        return _replacement_page(refused.status, form, refused.reasons)
    g.journal_object = row.id
    return go(url_for("beheer.vervanging"))


@bp.route("/beheer/vervanging/<uuid:vervanging_id>/instemmen", needs=(P.MANDAAT_INSTEMMEN, P.MANDAAT_AANVAARDEN),
          methods=["POST"])
def vervanging_instemmen(vervanging_id):
    """The second person: from here on the replacement counts."""
    try:
        tenancy.vervanging_instemmen(g.db, g.actor, vervanging_id)
    except NotFound:
        raise
    except Refused as refused:
        g.db.rollback()
        return _replacement_page(refused.status, reasons=refused.reasons)
    return go(url_for("beheer.vervanging"))


@bp.route("/beheer/vervanging/<uuid:vervanging_id>/beeindigen", needs=P.MANDAAT_BEHEREN, methods=["POST"])
def vervanging_beeindigen(vervanging_id):
    """End a replacement after today."""
    tenancy.vervanging_beeindigen(g.db, g.actor, vervanging_id, on=clock.today())
    return go(url_for("beheer.vervanging"))


# Colour ------------------------------------------------------------------------------------------------------------------

def _theme_page(kleur: str, status: int = 200):
    gemeente = kleuren.eigen_gemeente(g.db, g.actor)
    errors, steps = {}, None
    try:
        steps = theme.scale(kleur)
    except ValueError:
        errors["kleur"] = _("Schrijf een kleur als # met zes tekens, bijvoorbeeld #0059a5.")
    return page_or_part("beheer/thema.html", "voorbeeld", status if steps else 422, gemeente=gemeente, kleur=kleur,
                        steps=steps, errors=errors,
                        los=wants_part(), contrast=theme.contrast, minimum=theme.MIN_CONTRAST, inkt=theme.INK,
                        tinten=[[str(step), tint, f"{theme.contrast(tint, '#ffffff'):.1f}".replace(".", ",")]
                                for step, tint in (steps or {}).items()])


@bp.route("/beheer/kleur", needs=P.THEMA_BEHEREN)
def thema():
    """The colour, with the scale and the contrast it gives; `kleur` tries another one."""
    return _theme_page(request.args.get("kleur") or kleuren.eigen_gemeente(g.db, g.actor).merkkleur)


@bp.route("/beheer/kleur", needs=P.THEMA_BEHEREN, methods=["POST"])
def thema_bewaren():
    """Keep the colour that was tried."""
    kleur = Form().raw("kleur")
    try:
        kleuren.kleur_wijzigen(g.db, g.actor, kleur)
    except ValueError:
        return _theme_page(kleur, 422)
    forget_gemeenten()
    return go(url_for("beheer.thema"))


# Journals ----------------------------------------------------------------------------------------------------------------

# What a line of the journal says to people; what is not here keeps its technical name.
HANDELINGEN = {
    "beheer.uitnodigen": "uitnodigen", "beheer.uitnodiging_intrekken": "uitnodiging intrekken",
    "beheer.rollen_wijzigen": "rollen wijzigen", "beheer.lid_verwijderen": "lid verwijderen",
    "beheer.lid_uitloggen": "lid overal uitloggen", "beheer.claim_toevoegen": "groep een rol geven",
    "beheer.claim_verwijderen": "groep een rol afnemen", "beheer.claims_proef": "proefinloggen beginnen",
    "beheer.mandaat_geven": "mandaat vastleggen", "beheer.mandaat_instemmen": "instemmen met mandaat",
    "beheer.mandaat_aanvaarden": "eigen mandaat aanvaarden",
    "beheer.claim_bevestigen": "groep een rol geven: bevestigen",
    "beheer.regio_bevestigen": "regel van een gemeente bevestigen",
    "beheer.regio_afwijzen": "regel van een gemeente afwijzen",
    "beheer.mandaat_intrekken": "mandaat intrekken", "beheer.vervangen": "vervanging vastleggen",
    "beheer.vervanging_instemmen": "instemmen met vervanging",
    "beheer.vervanging_beeindigen": "vervanging beëindigen", "beheer.thema_bewaren": "kleur wijzigen",
}


# Lines that another gemeente left here.
JOURNAL_WORDS = {
    "groep een rol geven: bevestigd": "groep een rol geven: bevestigd door de regiobeheerder",
    "groep een rol geven: afgewezen": "groep een rol geven: afgewezen door de regiobeheerder",
}
# The pages of a dossier that leave a trail of who opened them.
PAGINAS = {
    "inkoop.dossier": "inkoop", "inkoop.gebeurtenissen": "gebeurtenissen", "inkoop.besluit": "deelnamebesluit",
    "inkoop.deelname": "deelnamebesluit vastleggen", "inkoop.collegevoorstel": "collegevoorstel",
    "inkoop.opening": "opening", "inkoop.perceel": "perceel", "inkoop.beoordeling": "inschrijving beoordelen",
    "inkoop.scores": "scores", "inkoop.gunning": "gunningsvoorstel", "inkoop.gunning_opstellen": "gunningsvoorstel opstellen",
    "inkoop.tekenen": "gunning tekenen", "inkoop.getekend": "gunning getekend", "inkoop.contract": "contracten sluiten",
    "documenten.document": "document", "inschrijving.dossier": "inschrijving",
}
# Steps of a dossier, as a refused attempt leaves them ("inkoop:openen").
_STEPS = {f"{workflow.name}:{step.name}": step.label for workflow in WORKFLOWS for step in workflow.steps.values()}


def action_words(name: str) -> str:
    """A line of a journal in words. A name that nobody described is shown without its punctuation."""
    known = HANDELINGEN.get(name) or JOURNAL_WORDS.get(name) or PAGINAS.get(name) or _STEPS.get(name)
    return in_taal(known) if known else name.partition(":")[2].replace("-", " ") or name.replace("_", " ").replace(".", ": ")


def about(row, known: dict) -> str:
    """What a line of the security journal is about. A rule that was confirmed for another gemeente is behind its wall: the
    line says whose it is."""
    if not row.object:
        return "–"
    if row.object in known:
        return known[row.object]
    if row.handeling in ("beheer.regio_bevestigen", "beheer.regio_afwijzen"):
        naam = row.details.get("gemeente")
        return _("een regel van gemeente %(naam)s", naam=naam) if naam else _("een regel van een andere gemeente")
    return _("bestaat niet meer") if len(row.object) == 36 else row.object


# Lines of the journal of which the reason is for people; others keep a word for the operator there.
REASONED = ("groep een rol geven: afgewezen",)


def _journal_page(template: str, endpoint: str, rows, number, objects=False):
    shown, more = rows[:usecases.PAGE], len(rows) > usecases.PAGE
    volgende = url_for(endpoint, voor=number(shown[-1])) if more else None
    return page_or_part(template, rijen=shown, woorden=action_words, volgende=volgende, waarover=about, met_reden=REASONED,
                        namen=usecases.object_names(g.db, {row[0].object for row in shown if row[0].object}) if objects else {},
                        eerste=url_for(endpoint) if _before() else None)


@bp.route("/beheer/logboek", needs=P.TOEGANGSLOG_LEZEN)
def journaal():
    """Logins, refusals and changes of your organisation."""
    rows = usecases.journaal(g.db, g.actor, before=_before())
    return _journal_page("beheer/journaal.html", "beheer.journaal", rows, lambda row: row.Beveiligingslog.id, objects=True)


@bp.route("/beheer/historie", needs=P.HISTORIE_LEZEN)
def historie():
    """Walk the sealed history of your gemeente again: the outcome, and the last seal."""
    settings = current_app.settings
    keys = known_keys(settings.zegel_key, settings.zegel_key_id, settings.zegel_public_keys)
    return page_or_part("beheer/historie.html", controle=inrichting.historie_controleren(g.db, g.actor, keys) if keys else None)


@bp.route("/beheer/inzage", needs=P.TOEGANGSLOG_LEZEN)
def inzage():
    """Who of your organisation opened which dossier."""
    rows = usecases.inzage(g.db, g.actor, before=_before())
    return _journal_page("beheer/inzage.html", "beheer.inzage", rows, lambda row: row.Toegangslog.id)
