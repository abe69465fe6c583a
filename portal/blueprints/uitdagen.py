"""The Right to Challenge for everybody: what it is, the tasks of a gemeente, what residents do and what came of it."""

from collections import Counter
from datetime import date

from flask import Response, current_app, g, request, url_for

from portal.blueprints.account import LINK_MINUTES, mail_login_link
from portal.blueprints.opendata import DATE, PAGE, TEXT, Veld, address, csv_file, json_page, json_schema
from portal.blueprints.taakwoorden import taak_keuzes
from portal.domains.uitdaagrecht import initiatieven, openbaar, queries, rules, words
from portal.domains.uitdaagrecht.model import FASE, Gemeentetaak, Initiatiefpagina, State
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import Refused
from portal.processes import uitdaging as van_plan
from portal.web import navigation
from portal.web.blueprint import PUBLIC, PortalBlueprint, attempt
from portal.web.filters import in_taal
from portal.web.forms import Form, Invalid, email_address
from portal.web.htmx import go, page_or_part
from portal.web.links import around, state_badge
from portal.web.said import tell
from portal.web.security import limit
from portal.web.shown import day, day_narrow
from portal.web.taal import gettext as _
from portal.web.taal import ngettext

bp = PortalBlueprint("uitdagen", __name__)

EIGEN = P.UITDAGING_EIGEN
# Where what was typed before a login becomes a plan of who holds the code.
OPHALEN = "/mijn-plannen/ophalen/{code}"
# How many steps the form has: this one, the three after it, and the files.
STAPPEN = 5


# Plans ------------------------------------------------------------------------------------------------------------------------

@bp.route("/initiatieven", needs=PUBLIC)
def lijst():
    """What residents want to take over, everywhere or in one gemeente."""
    slug, stand = _asked()
    part = queries.openbaar(g.db, slug=slug, stand=stand, after=request.args.get("na"), before=request.args.get("voor"))
    counts = queries.telling_per_gemeente(g.db)
    shown = counts.get(slug, Counter()) if slug else sum(counts.values(), Counter())
    return page_or_part(
        "uitdagen/lijst.html", rows=part.rows, paging=around(part), slug=slug, stand=stand, badge=_badge,
        gemeente=navigation.gemeenten().get(slug), tabs=_tabs(slug, stand, shown), tellingen=_tellingen, uiterlijk=_uiterlijk,
        telling=[(row, counts[name]) for name, row in navigation.gemeenten().items() if name in counts])


def _asked() -> tuple[str, str]:
    """The gemeente and the stand that the address asks; what is neither asks nothing. The page gets the gemeente's colours."""
    slug, stand = request.args.get("gemeente", ""), request.args.get("stand", "")
    slug = slug if slug in navigation.gemeenten() else ""
    g.gemeente_slug = slug or None
    return slug, stand if stand in queries.STANDEN else ""


def _tabs(slug: str, stand: str, counts: Counter) -> list[tuple]:
    """As ui.tabs takes them."""
    names = {"": _("Alle"), "open": _("De gemeente beslist nog"), "loopt": _("Bewoners doen het"), "beslist": _("Afgerond")}
    return [(name, url_for("uitdagen.lijst", gemeente=slug or None, stand=code or None),
             counts[code] if code else counts.total(), code == stand) for code, name in names.items()]


def _tellingen(counts: Counter) -> list[str]:
    """How many plans there are of each kind that has any."""
    said = {"open": _("%(n)s in behandeling", n=counts["open"]), "loopt": _("%(n)s met een ja", n=counts["loopt"]),
            "beslist": _("%(n)s afgerond", n=counts["beslist"])}
    return [text for code, text in said.items() if counts[code]]


def _badge(stand: str) -> tuple[str, str]:
    return state_badge("uitdaging", stand)


@bp.route("/initiatieven/<reference>", needs=PUBLIC)
def initiatief(reference):
    """One plan: where it stands, what residents want, and what the gemeente answered."""
    p = queries.openbare_pagina(g.db, reference)
    gemeente = _gemeente_van(p)
    task = g.db.get(Gemeentetaak, p.taak_id) if p.taak_id else None
    resident = g.actor is not None and g.actor.may(EIGEN)
    volgt, steunt = queries.volgt_of_steunt(g.db, g.actor, p.id) if resident else (False, False)
    return page_or_part(
        "uitdagen/initiatief.html", p=p, gemeente=gemeente, taak=task, badge=_badge(p.stand), stappen=stappen(p),
        gebeurd=_gebeurd(p), uiterlijk=_uiterlijk(p), nu=_(words.NU_WORDS[State(p.stand)]),
        gronden=queries.gronden(), words=words, dag=date.fromisoformat,
        regels=queries.regels_van_gemeente(gemeente.slug), telling=queries.telling(g.db, p.id), resident=resident,
        volgt=volgt, steunt=steunt, vraagt_steun=p.stand in openbaar.VRAAGT_STEUN)


def _gemeente_van(p: Initiatiefpagina):
    """The gemeente of this plan, whose colours the page gets."""
    found = next(row for row in navigation.gemeenten().values() if row.id == p.gemeente_id)
    g.gemeente_slug = found.slug
    return found


def stappen(p: Initiatiefpagina) -> list[tuple[str, str, str]]:
    """Where a plan stands, as ui.phases takes it; empty for what stopped halfway."""
    if p.stand not in FASE:
        return []
    here, refused = FASE[p.stand], p.stand == State.AFGEWEZEN
    on = {one["wat"]: date.fromisoformat(one["op"]) for one in p.tijdlijn}
    talks = sum(one["wat"] == "gesprek" for one in p.tijdlijn)
    # An answer that is being looked at again is no answer now.
    answered = on.get("nee" if refused else "ja") if here > 3 else None
    notes = [
        day_narrow(on["ontvangen"], year=False) if "ontvangen" in on else "",
        ngettext("%(num)s gesprek", "%(num)s gesprekken", talks) if talks else "",
        _("de gemeente kijkt") if here == 2 else day_narrow(on["beoordeeld"], year=False) if "beoordeeld" in on else "",
        (day_narrow(answered, year=False) if answered else
         (_("beloofd voor %(dag)s", dag=day_narrow(p.uiterlijk_on, year=False)) if _uiterlijk(p) == "te_laat" else
          _("uiterlijk %(dag)s", dag=day_narrow(p.uiterlijk_on, year=False))) if _term_runs(p) else ""),
        (day_narrow(on["begonnen"], year=False) if "begonnen" in on else
         _("zij maken een afspraak") if here == 4 else _("na een ja")),
    ]
    names = [_("Ingediend"), _("Gesprekken"), _("Beoordeling"), _("Beslissing"), _("Start")]
    # A no may come before there were talks: those are not shown as done.
    skipped = {n for n, what in ((1, "gesprekken"), (2, "beoordeeld")) if what not in on} | {4} if refused else set()
    return [("done" if n < here else "now" if n == here else "todo", name, note)
            for n, (name, note) in enumerate(zip(names, notes, strict=True)) if n not in skipped]


def _term_runs(p: Initiatiefpagina) -> bool:
    """Is there a last day for the decision now? While the residents add something, time stands still."""
    return p.uiterlijk_on is not None and p.stand in queries.STANDEN["open"] and p.stand != State.WACHT_OP_AANVULLING


def _uiterlijk(p: Initiatiefpagina) -> str:
    """How it is with the last day for the decision: `loopt`, `te_laat`, `stil`, or empty where none is left."""
    if p.stand == State.WACHT_OP_AANVULLING:
        return "stil"
    if not _term_runs(p):
        return ""
    return "te_laat" if p.uiterlijk_on < clock.today() else "loopt"


def _gebeurd(p: Initiatiefpagina) -> list[dict]:
    """What happened, as ui.timeline takes it: the newest first, and above it what happens now and must happen still."""
    talks, past = 0, []
    for one in p.tijdlijn:
        what = _(words.STAP_WORDS[one["wat"]])
        if one["wat"] == "gesprek":
            talks += 1
            what = _("Gesprek %(n)s", n=talks)
        past.append({"when": day_narrow(date.fromisoformat(one["op"])), "what": what})
    ahead = []
    if _term_runs(p) and p.uiterlijk_on > clock.today():
        ahead.append({"when": day_narrow(p.uiterlijk_on), "kind": "plan", "what": _("Uiterlijk dan beslist de gemeente")})
    if p.stand in (*queries.STANDEN["open"], *queries.STANDEN["loopt"]):
        ahead.append({"when": _("vandaag"), "kind": "today", "what": _(words.NU_WORDS[State(p.stand)])})
    return [*ahead, *reversed(past)]


# Following and supporting -----------------------------------------------------------------------------------------------------

# What one can do with a plan, by the last part of the address: (do it, stop it, said after doing it, said after stopping).
def _acts() -> dict:
    return {
        "volgen": (openbaar.volgen, openbaar.niet_volgen, _("U volgt dit initiatief. U krijgt een mail als er nieuws is."),
                   _("U volgt dit initiatief niet meer.")),
        "steunen": (openbaar.steunen, openbaar.niet_steunen, _("U steunt dit plan. Dank u wel."),
                    _("Uw steun telt niet meer mee."))}


@bp.route("/initiatieven/<reference>/volgen", needs=PUBLIC)
def volgen(reference):
    """The button to hear of news, or to hear no more of it."""
    return _meedoen(reference, "volgen")


@bp.route("/initiatieven/<reference>/steunen", needs=PUBLIC)
def steunen(reference):
    """The button to support a plan, or to take that back, and what such support is worth."""
    return _meedoen(reference, "steunen")


def _meedoen(reference: str, wat: str, status: int = 200, reasons=(), form: Form | None = None) -> Response:
    p = queries.openbare_pagina(g.db, reference)
    gemeente = _gemeente_van(p)
    resident = g.actor is not None and g.actor.may(EIGEN)
    volgt, steunt = queries.volgt_of_steunt(g.db, g.actor, p.id) if resident else (False, False)
    return page_or_part(
        "uitdagen/meedoen.html", status=status, p=p, wat=wat, gemeente=gemeente, resident=resident, reasons=reasons,
        al=steunt if wat == "steunen" else volgt, telling=queries.telling(g.db, p.id),
        regels=queries.regels_van_gemeente(gemeente.slug), vraagt_steun=p.stand in openbaar.VRAAGT_STEUN,
        errors=form.errors if form else {}, values=form.values if form else {})


def _doen(reference: str, wat: str, *, stop: bool = False) -> Response:
    """Do it as who is logged in, and back to the plan."""
    begin, end, begun, ended = _acts()[wat]

    def act():
        (end if stop else begin)(g.db, g.actor, reference)
        return tell(go(url_for("uitdagen.initiatief", reference=reference)), ended if stop else begun)

    return attempt("initiatief", act, wat, reference, lambda status, reasons: _meedoen(reference, wat, status, reasons))


@bp.route("/initiatieven/<reference>/volgen", needs=EIGEN, methods=["POST"], idempotent=True)
def gaan_volgen(reference):
    """Follow it."""
    return _doen(reference, "volgen")


@bp.route("/initiatieven/<reference>/niet-volgen", needs=EIGEN, methods=["POST"], idempotent=True)
def niet_volgen(reference):
    """Follow it no more."""
    return _doen(reference, "volgen", stop=True)


@bp.route("/initiatieven/<reference>/steunen", needs=EIGEN, methods=["POST"], idempotent=True)
def gaan_steunen(reference):
    """Support it."""
    return _doen(reference, "steunen")


@bp.route("/initiatieven/<reference>/niet-steunen", needs=EIGEN, methods=["POST"], idempotent=True)
def niet_steunen(reference):
    """Take the support back."""
    return _doen(reference, "steunen", stop=True)


@bp.route("/initiatieven/<reference>/link", needs=PUBLIC, methods=["POST"])
def link(reference):
    """Mail a link to who is not logged in: it leads back to the button. The answer is the same for every address."""
    p, form = queries.openbare_pagina(g.db, reference), Form()
    wat = form.choice("wat", _acts(), _("Kies wat u wilt doen.")) or "volgen"
    verder = url_for(f"uitdagen.{wat}", reference=reference)
    status, reasons = _mail_link(form, verder, _("U wilt een plan van bewoners volgen.") if wat == "volgen"
                                 else _("U wilt een plan van bewoners steunen."))
    if status != SENT:
        return _meedoen(reference, wat, status, reasons, form)
    return go(url_for("account.link_verstuurd", gemeente=_gemeente_van(p).slug, verder=verder))


SENT = 303


def _mail_link(form: Form, verder: str, waarvoor: str) -> tuple[int, tuple]:
    """Mail a link to log in, which leads on to `verder` and says why, to the address in this form: (SENT, nothing), or the
    status and the reasons why not. What is wrong with a field stands in the form."""
    email = form.read("email", email_address, _("Vul uw mailadres in."))
    if form.errors:
        return 422, ()
    try:
        mail_login_link(email, verder, waarvoor)
    except Invalid as error:
        form.errors["email"] = str(error)
        return 422, ()
    except Refused as error:
        return error.status, error.reasons
    return SENT, ()


# What it is -------------------------------------------------------------------------------------------------------------------

@bp.route("/uitdagen", needs=PUBLIC)
def start():
    """What the Right to Challenge is, and the way to one's own gemeente, whose rules count."""
    towns = [(row.naam, url_for("uitdagen.gemeente", slug=slug)) for slug, row in navigation.gemeenten().items()]
    return page_or_part("uitdagen/start.html", towns=towns, voorbeelden=_voorbeelden(""))


@bp.route("/uitdagen/<slug>", needs=PUBLIC)
def gemeente(slug):
    """The rules of one gemeente in plain words, and what came of plans there."""
    found = _gemeente(slug)
    regels = queries.regels_van_gemeente(slug)
    return page_or_part(
        "uitdagen/gemeente.html", gemeente=found, regels=regels, termijnen=_termijnen(regels), words=words,
        voorbeelden=_voorbeelden(slug), taken=len(queries.taken(g.db, found.id)))


def _voorbeelden(slug: str) -> list[dict]:
    """What other plans came to, as ui.listing takes it: with the answer and why, or where it stands."""
    grounds = queries.gronden()

    def came_to(row) -> str:
        if not row.besluit:
            return _(words.NU_WORDS[State(row.stand)])
        if row.besluit["gronden"]:
            why = ", ".join(in_taal(grounds.get(code, code)) for code in row.besluit["gronden"])
            return _("De gemeente zei nee: %(waarom)s.", waarom=why)
        return _("Het antwoord: %(wat)s.", wat=in_taal(words.UITKOMST_WORDS[row.besluit["uitkomst"]]).lower())

    return [{"title": row.titel, "url": url_for("uitdagen.initiatief", reference=row.reference), "text": came_to(row),
             "status": _badge(row.stand), "meta": row.gemeente} for row in queries.voorbeelden(g.db, slug)]


def _gemeente(slug: str):
    """The gemeente with this name, whose colours the page gets; NotFound otherwise."""
    g.gemeente_slug = slug
    return navigation.gemeenten().get(slug) or queries.gemeente_met_slug(g.db, slug)


def _termijnen(regels: rules.Regels) -> list[tuple[str, str]]:
    """How long each step takes at most, as facts."""
    return [
        (_("U vraagt iets over een taak"),
         ngettext("U krijgt binnen %(num)s werkdag antwoord.", "U krijgt binnen %(num)s werkdagen antwoord.",
                  regels.informatie_werkdagen)),
        (_("U stuurt uw plan"),
         ngettext("Binnen %(num)s werkdag hoort u wat er met uw plan gebeurt.",
                  "Binnen %(num)s werkdagen hoort u wat er met uw plan gebeurt.", regels.triage_werkdagen)),
        (_("Er ontbreekt nog iets"),
         ngettext("U krijgt %(num)s week om het aan te vullen. Zo lang staat de tijd stil.",
                  "U krijgt %(num)s weken om het aan te vullen. Zo lang staat de tijd stil.", regels.aanvul_weken)),
        (_("U praat met de gemeente"),
         ngettext("Ten hoogste %(num)s gesprek, in %(weken)s weken.", "Ten hoogste %(num)s gesprekken, in %(weken)s weken.",
                  regels.gesprekken, weken=regels.dialoog_weken)),
        (_("U komt er samen niet uit"),
         ngettext("Iemand anders helpt, ten hoogste %(num)s week.", "Iemand anders helpt, ten hoogste %(num)s weken.",
                  regels.bemiddeling_weken)),
        (_("De gemeente beslist"),
         ngettext("Binnen %(num)s week nadat uw plan binnenkwam, met uitleg.",
                  "Binnen %(num)s weken nadat uw plan binnenkwam, met uitleg.", regels.beslis_weken)),
    ]


# The register of tasks --------------------------------------------------------------------------------------------------------

@bp.route("/uitdagen/<slug>/taken", needs=PUBLIC)
def taken(slug):
    """What a gemeente does that residents may take over, what that costs, and what they may not take over and why."""
    found, regels = _gemeente(slug), queries.regels_van_gemeente(slug)
    rows = queries.taken(g.db, found.id)
    return page_or_part("uitdagen/taken.html", gemeente=found, regels=regels, venster=lambda one: _venster(one, regels),
                        taken=[one for one in rows if one.uitdaagbaar], dicht=[one for one in rows if not one.uitdaagbaar])


@bp.route("/uitdagen/taak/<uuid:taak_id>", needs=PUBLIC)
def taak(taak_id):
    """One task: what it is and costs, how good it must be, who does it now and until when."""
    one = queries.openbare_taak(g.db, taak_id)
    towns = {row.id: row for row in navigation.gemeenten().values()}
    owner = towns[one.party_id]
    g.gemeente_slug = owner.slug
    regels = queries.regels_van_gemeente(owner.slug)
    return page_or_part("uitdagen/taak.html", taak=one, gemeente=owner, bevoegd=towns.get(one.bevoegd_id), regels=regels,
                        venster=_venster(one, regels), wie=van_plan.wie_doet_het(g.db, one), badge=_badge,
                        plannen=queries.over_taak(g.db, one.id))


def _venster(one: Gemeentetaak, regels: rules.Regels) -> tuple[str, str, str]:
    """When a challenge of this task makes sense: colour, word, and a sentence."""
    found = rules.venster(one.contract_tot, regels)
    if found is None:
        return "ok", _("Kan nu"), _("Er is geen contract dat de gemeente bindt.")
    van, tot = day(found.van), day(found.tot)
    return {
        "te_vroeg": ("neutral", _("Nog te vroeg"), _("Stuur uw plan van %(van)s tot en met %(tot)s.", van=van, tot=tot)),
        "open": ("ok", _("Kan nu"), _("Stuur uw plan uiterlijk op %(tot)s.", tot=tot)),
        "te_laat": ("warn", _("Te laat voor dit contract"),
                    _("Een plan kon tot en met %(tot)s. Uw idee kan dan pas na het volgende contract.", tot=tot)),
    }[found.stand(clock.today())]


# An idea ----------------------------------------------------------------------------------------------------------------------

@bp.route("/uitdagen/<slug>/idee", needs=PUBLIC)
def idee(slug):
    """Three sentences and a mail address. Who is logged in as a resident writes at their own plans."""
    found = _gemeente(slug)
    if g.actor is not None and g.actor.may(EIGEN):
        if "initiatief.nieuw" not in current_app.view_functions:
            return go(url_for("initiatief.lijst"))
        return go(url_for("initiatief.nieuw", gemeente=slug, taak=request.args.get("taak") or None))
    return _idee(found, {"taak": request.args.get("taak", "")})


def _idee(found, values, errors=None, status: int = 200, reasons=()) -> Response:
    open_tasks = taak_keuzes(queries.taken(g.db, found.id))
    return page_or_part("uitdagen/idee.html", status=status, gemeente=found, values=values, errors=errors or {},
                        reasons=reasons, taken=open_tasks, regels=queries.regels_van_gemeente(found.slug),
                        minuten=LINK_MINUTES, most=initiatieven.TEKST_LANG, totaal=STAPPEN)


@bp.route("/uitdagen/<slug>/idee", needs=PUBLIC, methods=["POST"])
def idee_bewaren(slug):
    """Keep what was typed, and mail the link with which it becomes a plan. Nothing is kept where no mail can go."""
    found, form = _gemeente(slug), Form()
    open_tasks = {str(one.id): one.id for one in queries.taken(g.db, found.id) if one.uitdaagbaar}
    form.text("wat", _("Schrijf wat u wilt doen."), most=initiatieven.TEKST_LANG)
    form.text("waarom", most=initiatieven.TEKST_LANG)
    form.text("wie", most=initiatieven.TEKST_LANG)
    chosen = form.choice("taak", open_tasks, None)
    form.read("email", email_address, _("Vul uw mailadres in."))
    if form.errors:
        return _idee(found, form.values, form.errors, 422)
    limit("idee", request.remote_addr)
    code = initiatieven.concept_bewaren(g.db, found.id, gegevens={name: form.raw(name) for name in rules.IDEE},
                                        taak_id=open_tasks.get(chosen))
    status, reasons = _mail_link(form, OPHALEN.format(code=code),
                                 _("U schreef een idee op, en wilt ermee verder."))
    if status != SENT:
        g.db.rollback()
        return _idee(found, form.values, form.errors, status, reasons)
    # The code stands in the mail only: who typed the address may not own it.
    return go(url_for("account.link_verstuurd", gemeente=slug, verder=url_for("uitdagen.idee", slug=slug)))


# Open data --------------------------------------------------------------------------------------------------------------------

# The fields of the file and of the data, in order. A name never changes or goes.
FIELDS: tuple[Veld, ...] = (
    Veld("nummer", TEXT, False, "Het nummer van het plan. Het verandert niet."),
    Veld("gemeente", TEXT, False, "De gemeente die over het plan beslist."),
    Veld("gemeente_code", TEXT, False, "De code van de gemeente bij het CBS."),
    Veld("titel", TEXT, False, "De naam van het plan, zoals de bewoners die schreven."),
    Veld("samenvatting", TEXT, False, "Het plan in het kort, zoals de bewoners dat schreven."),
    Veld("taak", TEXT, True, "De taak uit het takenregister, als het plan daarover gaat."),
    Veld("stand", TEXT, False, "Hoe het staat, als code."),
    Veld("openbaar_op", DATE, False, "De dag waarop het plan openbaar werd."),
    Veld("uiterlijk_op", DATE, True, "De laatste dag voor de beslissing, zolang de gemeente nog beslist."),
    Veld("beslist_op", DATE, True, "De dag van de beslissing."),
    Veld("uitkomst", TEXT, True, "Wat de gemeente besliste, als code."),
    Veld("gronden", TEXT, True, "Waarom het plan niet doorgaat: codes met een spatie ertussen."),
    Veld("adres", TEXT, False, "De pagina van het plan."),
)


def values(row) -> dict:
    """One plan under its public names, in the order of FIELDS."""
    answer = row.besluit or {}
    return {
        "nummer": row.reference, "gemeente": row.gemeente, "gemeente_code": row.cbs_code, "titel": row.titel,
        "samenvatting": row.samenvatting, "taak": row.taak, "stand": row.stand,
        "openbaar_op": clock.day_of(row.gepubliceerd_at),
        "uiterlijk_op": row.uiterlijk_on if row.stand in queries.STANDEN["open"] else None,
        "beslist_op": date.fromisoformat(answer["op"]) if answer else None, "uitkomst": answer.get("uitkomst"),
        "gronden": " ".join(answer.get("gronden", ())) or None,
        "adres": address("uitdagen.initiatief", reference=row.reference),
    }


@bp.route("/initiatieven.csv", needs=PUBLIC)
def csv():
    """The plans as a file for a spreadsheet, with the same filter as the page."""
    slug, stand = _asked()
    return csv_file("initiatieven", FIELDS, map(values, queries.alle_openbaar(g.db, slug=slug, stand=stand)))


@bp.route("/initiatieven.json", needs=PUBLIC)
def data():
    """The plans as data for other programs, a hundred at a time."""
    limit("register", str(request.remote_addr))
    slug, stand = _asked()
    part = queries.openbaar(g.db, slug=slug, stand=stand, after=request.args.get("na"), size=PAGE)
    following = address("uitdagen.data", gemeente=slug or None, stand=stand or None, na=part.last) if part.last else None
    return json_page("initiatieven", map(values, part.rows), address("uitdagen.schema"), following)


@bp.route("/initiatieven/schema.json", needs=PUBLIC)
def schema():
    """What the data looks like, as a JSON Schema."""
    return json_schema("Initiatieven", "initiatieven", FIELDS, address("uitdagen.schema"), {
        "stand": [str(one) for one in State], "uitkomst": [str(one) for one in rules.Uitkomst]})
