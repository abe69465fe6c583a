"""Does my gemeente take part? One page for somebody with four hours a week, and a decision that is recorded once."""

from decimal import Decimal
from functools import cached_property

from flask import Response, current_app, g, request, url_for

from portal.blueprints.inkoop import bp
from portal.blueprints.inkoop.overzicht import answer_counts, besluit_view, in_words
from portal.blueprints.inkoop.plannen import try_or
from portal.domains.inkoop import queries, rules, usecases
from portal.domains.inkoop.model import Antwoord, State
from portal.domains.inkoop.words import ORGANEN, telwoord
from portal.domains.inkoop.workflow import INKOOP
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.documents import Document
from portal.kernel.errors import NotFound, Refused
from portal.web import uploads
from portal.web.blueprint import viewed
from portal.web.filters import bedrag_kort, datum, datum_tabel, laatste_dag
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import document_item
from portal.web.shown import day, day_short, without_year
from portal.web.stukken import ontvang
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

OPTIONS = ((Antwoord.JA, "Ja"), (Antwoord.VOORBEHOUD, "Ja, met voorbehoud"), (Antwoord.NEE, "Nee"))
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.route("/inkoop/<uuid:inkoop_id>/deelname", needs=P.INKOOP_DEELNAME)
def deelname(inkoop_id):
    """What is asked, what it means for us, and the form; or clearly why there is nothing to fill in."""
    return _page(inkoop_id)


class Deelnamepagina:
    """What the page says about the own gemeente, from rows that were read once."""

    def __init__(self, inkoop_id):
        self.kop = queries.kop(g.db, inkoop_id)
        self.inkoop = self.kop.inkoop
        self.rows = queries.matrix(g.db, self.inkoop)
        self.own = next((row for row in self.rows if row.gemeente.id == g.actor.party_id), None)
        if self.own is None:
            raise NotFound()
        self.percelen = queries.percelen(g.db, inkoop_id)
        self.besluit, self.antwoorden = queries.eigen_besluit(g.db, inkoop_id, g.actor.party_id)

    @cached_property
    def closed(self) -> str | None:
        """Why nothing can be filled in: nog_niet, vastgelegd, te_laat or voorbij; None while the step can be taken."""
        if not INKOOP.obstacles(self.inkoop, "deelname", g.actor, besluit=self.besluit):
            return None
        if self.inkoop.state == State.GEPLAND:
            return "nog_niet"
        if self.besluit and self.besluit.vastgelegd_at:
            return "vastgelegd"
        return "te_laat" if self.inkoop.state == State.UITGEVRAAGD else "voorbij"

    @property
    def naam(self) -> str:
        """The own gemeente."""
        return self.own.gemeente.naam

    @property
    def is_lead(self) -> bool:
        """True when the own gemeente is the lead that asks."""
        return self.inkoop.eigenaar_id == g.actor.party_id

    @property
    def count_words(self) -> str:
        """How many gemeenten are asked, in words."""
        return in_words(len(self.rows))

    @property
    def places(self) -> int:
        """Own places over all percelen."""
        return sum(self.own.plaatsen.values())

    @property
    def per_year(self) -> Decimal:
        """Own estimated cost per year over all percelen."""
        return sum(self.own.bedragen.values(), Decimal(0))

    @property
    def years(self) -> int:
        """The whole term with all extensions."""
        return sum(self.inkoop.looptijd_jaren)

    def metrics(self) -> list[tuple]:
        """Own figures; empty when the lead gave none."""
        if not self.own.plaatsen:
            return []
        lang = current_lang()
        region = sum(sum(row.plaatsen.values()) for row in self.rows)
        return [
            (_("Plaatsen"), self.places, _("van %(n)s in de regio", n=region)),
            (_("Kosten per jaar"), bedrag_kort(self.per_year, lang), _("raming van de trekker")),
            (_("Over %(n)s jaar", n=self.years), bedrag_kort(self.per_year * self.years, lang), _("met alle verlengingen")),
            (_("Met een pgb"), ngettext("%(num)s inwoner", "%(num)s inwoners", self.own.pgb), ""),
        ]

    def points(self) -> list[tuple]:
        """Points of attention: what the lead wrote, and what follows from the plan itself."""
        points = [(p.get("soort", "warn"), _as_sentence(p["titel"]), _as_sentence(p["tekst"]))
                  for p in self.inkoop.aandachtspunten]
        first = self.inkoop.looptijd_jaren[0]
        leave = laatste_dag(rules.contract_periods(self.inkoop.begint_on, self.inkoop.looptijd_jaren)[0][1])
        points.insert(len([p for p in points if p[0] == "warn"]), (
            "warn", _("Vast voor %(n)s jaar.", n=first),
            _("De eerste periode van het contract eindigt op %(dag)s.", dag=day(leave))))
        return points

    def nothing(self) -> str:
        """What follows when this gemeente decides nothing."""
        parts = [_("%(naam)s doet niet mee.", naam=self.naam)]
        begin = day(self.inkoop.begint_on)
        if self.places:
            parts.append(ngettext("U regelt dan vanaf %(dag)s zelf %(num)s plaats.",
                                  "U regelt dan vanaf %(dag)s zelf %(num)s plaatsen.", self.places, dag=begin))
        else:
            parts.append(_("U regelt deze zorg dan vanaf %(dag)s zelf.", dag=begin))
        parts.append(_("Later aansluiten kan alleen met toestemming van de andere %(n)s.", n=in_words(len(self.rows) - 1)))
        return " ".join(parts)

    def others(self) -> str:
        """What the other members decided, in one sentence."""
        counts = answer_counts([row for row in self.rows if row is not self.own])
        parts = [_("%(n)s ja", n=counts["ja"])]
        if counts["voorbehoud"]:
            parts.append(_("%(n)s met voorbehoud", n=counts["voorbehoud"]))
        if counts["nee"]:
            parts.append(_("%(n)s nee", n=counts["nee"]))
        parts.append(_("%(n)s nog niet", n=counts["open"]))
        return ", ".join(parts) + "."

    def choices(self, values, errors) -> list[dict]:
        """A question per perceel with its own figures."""
        lang, items = current_lang(), []
        for perceel in self.percelen:
            name, places = f"p{perceel.nummer}", self.own.plaatsen.get(perceel.id)
            hint = ""
            if places is not None:
                hint = ngettext("%(num)s plaats, %(bedrag)s per jaar", "%(num)s plaatsen, %(bedrag)s per jaar", places,
                                bedrag=bedrag_kort(self.own.bedragen[perceel.id], lang))
            items.append({"name": name, "hint": hint, "error": errors.get(name, ""),
                          "legend": _("Perceel %(nummer)s: %(naam)s", nummer=perceel.nummer, naam=perceel.naam),
                          "value": values[name] if name in values else self.antwoorden.get(perceel.id, "")})
        return items

    def filled(self, values) -> dict:
        """The other fields: what was typed, else the draft."""
        draft = self.besluit
        return {
            "orgaan": values.get("orgaan", draft.orgaan if draft else "") or "",
            "datum": values.get("datum", datum_tabel(draft.besloten_on) if draft and draft.besloten_on else ""),
            "voorbehoud": values.get("voorbehoud", draft.voorbehoud if draft else "") or "",
        }

    def document(self) -> Document | None:
        """The decision document of the draft."""
        return g.db.get(Document, self.besluit.document_id) if self.besluit and self.besluit.document_id else None


def _as_sentence(text: str) -> str:
    """As it was typed, with a capital and a full stop: both halves of a point stand on their own."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _page(inkoop_id, status=200, errors=None, values=None):
    page = Deelnamepagina(inkoop_id)
    inkoop, errors, values = page.inkoop, dict(errors or {}), values or {}
    closed = page.closed
    if not closed and (request.args.get("stap") == "document" or (request.method == "POST" and "besluit" in errors)):
        return page_or_part("inkoop/deelname_document.html", status=status, kop=page.kop, inkoop=inkoop, page=page,
                            document=page.document(), errors=errors, max_mb=current_app.settings.upload_limit // 2**20)
    if closed:
        viewed(inkoop)
        more = {}
        if closed == "vastgelegd":
            more = besluit_view(page.own, page.kop, page.document()) | {"besluit": page.besluit}
        return page_or_part("inkoop/deelname_dicht.html", status=status, kop=page.kop, inkoop=inkoop, page=page,
                            closed=closed, errors=errors, **more)
    if request.method == "GET" and request.args.get("controle"):
        errors |= {name: _(text) for name, text in
                   usecases.deelname_obstacles(g.db, inkoop, page.besluit, page.antwoorden).items()}
    document = page.document()
    ready = [document_item(d) for d in queries.stukken(g.db, inkoop_id) if d.gedeeld_at]
    if request.method == "GET":
        viewed(inkoop)
    return page_or_part(
        "inkoop/deelname.html", "bewijs" if request.method == "PUT" else None, status=status, kop=page.kop, inkoop=inkoop,
        page=page, errors=errors, options=[(value, _(text)) for value, text in OPTIONS],
        organen=[(code, _(text)) for code, text in ORGANEN.items()], choices=page.choices(values, errors),
        loose=request.method == "PUT",
        filled=page.filled(values), document=document, ready=ready, saved=request.args.get("bewaard"),
        max_mb=current_app.settings.upload_limit // 2**20,
        asked_on=day_short(clock.day_of(inkoop.uitgevraagd_at)), uiterlijk=inkoop.deelname_uiterlijk_at,
        uiterlijk_kort=without_year(inkoop.deelname_uiterlijk_at))


@bp.route("/inkoop/<uuid:inkoop_id>/deelname-bewaren", needs=P.INKOOP_DEELNAME, methods=["POST"], idempotent=True)
def deelname_bewaren(inkoop_id):
    """Keep the draft, which nobody else sees; with `doe=controleer` go on to the check."""
    page = Deelnamepagina(inkoop_id)
    form = Form()
    antwoorden = {p.id: form.choice(f"p{p.nummer}", list(Antwoord), _("Kies ja, ja met voorbehoud of nee."))
                  if form.raw(f"p{p.nummer}") else None for p in page.percelen}
    values = {
        "antwoorden": {perceel_id: antwoord for perceel_id, antwoord in antwoorden.items() if antwoord},
        "orgaan": form.choice("orgaan", ORGANEN), "besloten_on": form.date("datum"),
        "voorbehoud": form.text("voorbehoud", most=2000),
    }
    if form.errors:
        return _page(inkoop_id, 422, form.errors, form.values)

    def act():
        besluit = usecases.deelname_bewaren(g.db, g.actor, inkoop_id, **values)
        if form.raw("doe") == "document":
            return go(url_for("inkoop.deelname", inkoop_id=inkoop_id, stap="document"))
        if form.raw("doe") != "controleer":
            return go(url_for("inkoop.deelname", inkoop_id=inkoop_id, bewaard="ja"))
        lacks = usecases.deelname_obstacles(g.db, page.inkoop, besluit, values["antwoorden"])
        return go(url_for("inkoop.deelname", inkoop_id=inkoop_id, controle="ja") if lacks
                  else url_for("inkoop.deelname_controle", inkoop_id=inkoop_id))

    return try_or(act, "deelname-bewaren", inkoop_id, lambda status, errors: _page(inkoop_id, status, errors, form.values))


@bp.route("/inkoop/<uuid:inkoop_id>/deelname-document", needs=P.INKOOP_DEELNAME, methods=["PUT"])
def deelname_stroom(inkoop_id):
    """The decision as a raw stream; answers its receipt."""
    _take_in(inkoop_id)
    return _page(inkoop_id)


@bp.route("/inkoop/<uuid:inkoop_id>/deelname-document", needs=P.INKOOP_DEELNAME, methods=["POST"])
def deelname_document(inkoop_id):
    """The decision from a form without script."""
    def act():
        _take_in(inkoop_id)
        return go(url_for("inkoop.deelname", inkoop_id=inkoop_id) + "#bewijs")

    return try_or(act, "deelname-document", inkoop_id,
                  lambda status, errors: _page(inkoop_id, status, {"besluit": errors[""]}))


def _take_in(inkoop_id) -> Document:
    page = Deelnamepagina(inkoop_id)
    if page.closed:  # before the bytes come in: nobody sends 200 MB for nothing
        raise Refused(_("Er wordt nu geen deelnamebesluit gevraagd, of het ligt al vast."), status=409)
    # A large file takes minutes to come in: no transaction and no connection waits for it.
    g.db.rollback()
    return usecases.deelname_document(g.db, g.actor, inkoop_id, ontvang(request))


@bp.route("/inkoop/<uuid:inkoop_id>/deelname/controle", needs=P.INKOOP_DEELNAME)
def deelname_controle(inkoop_id):
    """Everything once more before it is recorded."""
    page = Deelnamepagina(inkoop_id)
    if page.closed:
        return go(url_for("inkoop.deelname", inkoop_id=inkoop_id))
    if usecases.deelname_obstacles(g.db, page.inkoop, page.besluit, page.antwoorden):
        return go(url_for("inkoop.deelname", inkoop_id=inkoop_id, controle="ja"))
    return _check(page)


def _check(page, status=200, errors=None):
    labels = dict(OPTIONS)
    back = url_for("inkoop.deelname", inkoop_id=page.inkoop.id)
    answers = [(_("Perceel %(nummer)s: %(naam)s", nummer=p.nummer, naam=p.naam), _(labels[page.antwoorden[p.id]]),
                f"{back}#p{p.nummer}") for p in page.percelen if p.id in page.antwoorden]
    draft, document = page.besluit, page.document()
    answers += [(_("Wie heeft besloten?"), _(ORGANEN.get(draft.orgaan, draft.orgaan)), f"{back}#orgaan"),
                (_("Op welke datum?"), datum(draft.besloten_on, current_lang()) if draft.besloten_on else "", f"{back}#datum")]
    if draft.voorbehoud:
        answers.append((_("Wat is het voorbehoud?"), draft.voorbehoud, f"{back}#voorbehoud"))
    answers.append((_("Het besluit"), document.naam if document else "", f"{back}#bewijs"))
    return page_or_part("inkoop/deelname_controle.html", status=status, kop=page.kop, inkoop=page.inkoop, page=page,
                        answers=answers, errors=errors or {}, back=back, asked_on=clock.day_of(page.inkoop.uitgevraagd_at))


@bp.route("/inkoop/<uuid:inkoop_id>/deelname-vastleggen", needs=P.INKOOP_DEELNAME, methods=["POST"], idempotent=True)
def deelname_vastleggen(inkoop_id):
    """Record the decision: all members see it and it does not change. The database checks the deadline."""
    def act():
        usecases.deelname(g.db, g.actor, inkoop_id)
        return go(url_for("inkoop.deelname", inkoop_id=inkoop_id))

    return try_or(act, "deelname-vastleggen", inkoop_id, lambda status, errors: _page(inkoop_id, status, errors))


@bp.route("/inkoop/<uuid:inkoop_id>/collegevoorstel.docx", needs=P.INKOOP_LEZEN)
def collegevoorstel(inkoop_id):
    """A proposal to the own college as a Word document, with the real figures of this gemeente."""
    page = Deelnamepagina(inkoop_id)
    if page.inkoop.deelname_uiterlijk_at is None:
        raise Refused(_("De gemeenten zijn nog niet gevraagd. Het collegevoorstel is er zodra dat gebeurt."), status=409)
    body = current_app.office.collegevoorstel(_proposal(page, current_app.office))
    viewed(page.inkoop)
    return _docx(f"Collegevoorstel {page.naam} {page.inkoop.reference}.docx", body)


def _docx(name: str, body: bytes) -> Response:
    return uploads.send(name, DOCX, len(body), [body])


def _proposal(page: Deelnamepagina, office):
    """The facts of the proposal. It is a Dutch document whatever the language of the page."""
    inkoop, naam, own = page.inkoop, page.naam, page.own
    source = f"Raming van {page.kop.trekker}, {inkoop.reference}"
    cijfers = [office.Cijfer(f"Perceel {p.nummer}: {p.naam}",
                             f"{own.plaatsen[p.id]} plaatsen, {bedrag_kort(own.bedragen[p.id])} per jaar", source)
               for p in page.percelen if p.id in own.plaatsen]
    if cijfers:
        cijfers += [
            office.Cijfer("Alle percelen samen", f"{page.places} plaatsen, {bedrag_kort(page.per_year)} per jaar", source),
            office.Cijfer(f"Over {page.years} jaar, met alle verlengingen", bedrag_kort(page.per_year * page.years), source),
            office.Cijfer("Inwoners met een pgb", str(own.pgb), source),
        ]
    looptijd = " + ".join(map(str, inkoop.looptijd_jaren))
    uiterlijk = inkoop.deelname_uiterlijk_at.astimezone(clock.AMSTERDAM)
    return office.Collegevoorstel(
        gemeente=naam, onderwerp=f"Meedoen met {inkoop.titel}", kenmerk=inkoop.reference, gemaakt_on=clock.today(),
        gevraagd=(f"Besluit of {naam} meedoet met de gezamenlijke inkoop {inkoop.titel}. Dat kan per perceel: "
                  "ja, ja met een voorbehoud, of nee.",),
        aanleiding=(inkoop.omschrijving,
                    f"{page.kop.trekker} koopt in voor {telwoord(len(page.rows))} gemeenten ({page.kop.verband}). "
                    f"De contracten beginnen op {datum(inkoop.begint_on)} en lopen {looptijd} jaar.",
                    f"De geraamde waarde voor de hele regio is {bedrag_kort(inkoop.geraamde_waarde)}, over de hele looptijd "
                    "met alle verlengingen."),
        cijfers=tuple(cijfers),
        risicos=tuple(office.Risico(p["titel"], p["tekst"]) for p in inkoop.aandachtspunten if p.get("soort") != "ok"),
        uiterlijk_on=clock.day_of(inkoop.deelname_uiterlijk_at),
        gevolg=f"Het besluit moet uiterlijk om {uiterlijk:%H.%M} uur in het portaal staan. Gebeurt dat niet, dan geldt: "
               f"{page.nothing()}",
        besluit=(*(f"Mee te doen met perceel {p.nummer}: {p.naam}." for p in page.percelen),
                 f"{page.kop.trekker} te vragen de inkoop namens {naam} te doen."),
    )
