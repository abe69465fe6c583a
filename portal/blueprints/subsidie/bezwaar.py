"""Objections at the gemeente: the list, one objection with everything it needs before a decision, and what came by letter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from flask import g, request, url_for

from config import load as load_config
from portal.blueprints.berichten import message_item
from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.items import event_items, receipt_facts
from portal.blueprints.subsidie.meter import case_meter
from portal.blueprints.subsidie.opschorten import reasons_given, waits_on
from portal.blueprints.subsidie.zaken import MESSAGES_SHOWN
from portal.blueprints.termijnen import as_lines, still_until
from portal.domains.subsidies import bezwaar as objecting
from portal.domains.subsidies import herzien, queries
from portal.domains.subsidies.model import Argument, Bezwaar, BezwaarState, Subsidie
from portal.domains.subsidies.workflow import BEZWAAR, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit, Rechtsmiddel, betrokken_bij
from portal.kernel.dossier import Termijn, count_with, load
from portal.kernel.errors import NotFound
from portal.kernel.terms import compute
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum_kort, datum_tabel, in_taal, nog_dagen
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, state_badge
from portal.web.said import tell
from portal.web.shown import day_long
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

BEHANDELEN = P.BEZWAAR_BEHANDELEN
READS = (P.SUBSIDIE_LEZEN, BEHANDELEN)
EVENTS_SHOWN = 50
TEKST, REDEN = 10_000, 2000
POINTS = 8
OUTCOME_KINDS = {"gegrond": "ok", "deels_gegrond": "warn", "ongegrond": "neutral", "niet_ontvankelijk": "neutral"}


def _chosen(grounds) -> list[tuple[str, str]]:
    """Grounds of the law to choose from: code and words with the article."""
    found = [(code, in_taal(row["naam"]), row["artikel"]) for code, row in grounds.items()]
    return [(code, f"{words[:1].upper()}{words[1:]} ({article})") for code, words, article in found]


def outcome(code: str) -> str:
    """The outcome of an objection in words."""
    return in_taal(load_config("subsidies")["bezwaar_uitkomst"].get(code, code))


# The list ------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/bezwaren", needs=BEHANDELEN)
def bezwaren():
    """The objections at the own gemeente, the newest first; those that wait for a decision, or all."""
    everything = request.args.get("stand") == "alle"
    part = queries.alle_bezwaren(g.db, open_only=not everything, after=request.args.get("na"), before=request.args.get("voor"))
    due = queries.uiterlijk(g.db, [row.id for row in part.rows], objecting.TERMIJNEN) if part.rows else {}
    return page_or_part("subsidie/bezwaren.html", "lijst", items=[_row(row, due.get(row.id)) for row in part.rows],
                        paging=around(part), everything=everything)


def _row(row, due) -> dict:
    lang = current_lang()
    meta = [row.reference, _("ontvangen op %(dag)s", dag=datum_kort(row.ontvangen_on, lang))]
    if not row.tijdig:
        meta.append(_("te laat gemaakt"))
    if due:
        meta.append(_("de termijn staat stil") if due[1] else
                    _("beslissing uiterlijk %(dag)s, %(over)s", dag=datum_kort(due[0], lang),
                      over=nog_dagen(due[0], clock.today(), lang)))
    return {"title": row.titel, "url": url_for("subsidie.bezwaar", bezwaar_id=row.id),
            "text": f"{row.aanvrager_naam} · {outcome(row.uitkomst)}" if row.uitkomst else row.aanvrager_naam,
            "status": state_badge("bezwaar", row.state), "meta": " · ".join(meta)}


# One objection -------------------------------------------------------------------------------------------------------------

@dataclass
class Zaak:
    """An objection with everything its pages show."""

    kop: queries.BezwaarKop

    @property
    def bezwaar(self) -> Bezwaar:
        """The objection."""
        return self.kop.bezwaar

    @property
    def subsidie(self) -> Subsidie:
        """The case it is about."""
        return self.kop.subsidie

    @cached_property
    def rondom(self) -> queries.RondomBezwaar:
        """What hangs on it, read together."""
        return queries.rondom_bezwaar(g.db, self.bezwaar, g.actor.user_id)

    @property
    def besluiten(self) -> list[Besluit]:
        """The decisions in the case, newest first."""
        return self.rondom.besluiten

    @property
    def eerste(self) -> Besluit:
        """The decision that is objected to."""
        return next(one for one in self.besluiten if one.id == self.bezwaar.besluit_id)

    @property
    def voorstel(self) -> Besluit | None:
        """The newest proposal or decision about this objection."""
        return next((one for one in self.besluiten if one.soort == objecting.SOORT
                     and one.inhoud.get("bezwaar_id") == str(self.bezwaar.id)), None)

    @property
    def ligt_voor(self) -> Besluit | None:
        """The proposal about this objection that waits for its reader or its signature."""
        return self.voorstel if self.voorstel and self.voorstel.state in besluiten.OPEN else None

    @property
    def termijnen(self) -> list[tuple]:
        """The terms of the objection with their suspensions."""
        return self.rondom.termijnen

    @property
    def argumenten(self) -> list[Argument]:
        """The grounds, in order."""
        return self.rondom.argumenten

    @property
    def open_argumenten(self) -> int:
        """How many grounds have no answer yet."""
        return sum(not one.antwoord for one in self.argumenten)

    @property
    def is_open(self) -> bool:
        """Does it wait for a decision?"""
        return self.bezwaar.state in queries.BEZWAAR_OPEN

    @property
    def behandelt(self) -> bool:
        """Does whoever looks handle objections of this gemeente?"""
        return g.actor.may(BEHANDELEN)

    @property
    def betrokkenen(self) -> set:
        """Who wrote, read or signed the decision that is objected to."""
        return betrokken_bij(self.eerste)

    @property
    def belang(self) -> str | None:
        """Why whoever looks may decide nothing in this case (Awb 2:4)."""
        if not (self.behandelt and self.is_open):
            return None
        return zelf_geen_belang(self.subsidie, actor=g.actor, belang=self.rondom.belang)

    def lopend(self, *kinds: str) -> Termijn | None:
        """The term of one of these kinds that runs now."""
        return next((t for t, _rows in self.termijnen if t.kind in kinds and t.met_on is None), None)

    @property
    def beslissen(self) -> tuple | None:
        """The term to decide that runs now, with its suspensions."""
        return next((pair for pair in self.termijnen if pair[0].kind in objecting.TERMIJNEN and pair[0].met_on is None), None)

    @property
    def staat_stil(self) -> bool:
        """Does the term to decide stand still?"""
        return bool(self.beslissen and any(row.completed_on is None for row in self.beslissen[1]))

    def obstakels(self, step: str) -> list[str]:
        """Why this person cannot take this step now."""
        reasons = BEZWAAR.obstacles(self.bezwaar, step, g.actor, reden="-", betrokkenen=self.betrokkenen,
                                    beslissen=(self.beslissen[0], self.staat_stil) if self.beslissen else None)
        if not reasons and self.belang:
            reasons = [self.belang]
        if not reasons and self.ligt_voor and step not in ("opschorten", "opschorting_eindigen"):
            reasons = [VOORSTEL_LIGT_VOOR]
        if not reasons and step == "verdagen":
            term = self.beslissen[0] if self.beslissen else None
            if term is None or term.due_on < clock.today():
                reasons = ["De termijn is voorbij. Verdagen kan niet meer."]
            elif term.extended:
                reasons = ["De beslissing is al een keer verdaagd. Nog een keer kan alleen als de indiener instemt."]
        return reasons

    def gebreken(self) -> list[str]:
        """What is missing before a decision on the content can be proposed."""
        outcome_ = "gegrond" if self.bezwaar.niet_horen == "geheel-toegewezen" else "ongegrond"
        return objecting.gebreken(g.db, self.bezwaar, uitkomst=outcome_, motivering="-" * 20, afwijking="-" * 20,
                                  open_argumenten=self.open_argumenten)

    # What the page says ---------------------------------------------------------------------------------------------------

    def words(self, code: str) -> str:
        """An outcome in words, as they stand in a sentence."""
        return outcome(code).lower()

    def to(self, name: str) -> str:
        """The address of another page of this objection."""
        return url_for(f"subsidie.{name}", bezwaar_id=self.bezwaar.id)

    def metrics(self) -> list[tuple]:
        """Received, until when, what it is about."""
        b, lang, today = self.bezwaar, current_lang(), clock.today()
        items = [(_("Ontvangen"), datum_tabel(b.ontvangen_on), _("op tijd") if b.tijdig else _("te laat"))]
        if self.beslissen:
            term = self.beslissen[0]
            still = waits_on(self.beslissen[1], objecting.VERZUIM, _("wij wachten op de indiener"))
            items.append((_("Beslissing uiterlijk"), _("staat stil"), still) if still else
                         (_("Beslissing uiterlijk"), datum_tabel(term.due_on), nog_dagen(term.due_on, today, lang)))
        given = len(self.argumenten) - self.open_argumenten
        items.append((_("Argumenten beantwoord"), _("%(n)s van %(total)s", n=given, total=len(self.argumenten))))
        if b.uitkomst:
            items.append((_("Uitkomst"), outcome(b.uitkomst)))
        return items

    def phases(self) -> list[tuple]:
        """The life of an objection."""
        b = self.bezwaar
        if b.state == BezwaarState.INGETROKKEN:
            return [("done", _("Ontvangen"), ""), ("done", _("Ingetrokken"), _("door de indiener"))]
        heard = (_("op %(dag)s", dag=datum_kort(b.gehoord_on, current_lang())) if b.gehoord_on
                 else _("zonder hoorzitting") if b.niet_horen else "")
        now = {BezwaarState.ONTVANGEN: 0, BezwaarState.VERZUIM: 1, BezwaarState.BESLIST: 5}.get(b.state, 1)
        if b.state == BezwaarState.IN_BEHANDELING:
            if heard:
                now = 3 if self.open_argumenten else 4
            elif self.lopend("hoorzitting"):
                now = 2
            if self.ligt_voor:
                now = 4
        rows = [(_("Ontvangen"), datum_kort(b.ontvangen_on, current_lang())),
                (_("Behandelen"), _("wacht op de indiener") if b.state == BezwaarState.VERZUIM else ""),
                (_("Horen"), heard), (_("Beantwoorden"), ""), (_("Beslissing"), outcome(b.uitkomst) if b.uitkomst else "")]
        return [("done" if at < now else "now" if at == now else "todo", *row) for at, row in enumerate(rows)]

    def actions(self) -> tuple[list[dict], list[dict]]:
        """What this person can do now, and what not yet with every reason."""
        possible, blocked = [], []
        steps = [
            ("behandelen", BezwaarState.ONTVANGEN, {
                "icon": "pen", "url": self.to("bezwaar_behandelen"), "button": _("Neem in behandeling"),
                "text": _("U kiest of een commissie advies geeft. Dat bepaalt hoe lang de gemeente heeft (Awb 7:10).")}),
            ("uitnodigen", BezwaarState.IN_BEHANDELING, {
                "icon": "calendar", "url": self.to("bezwaar_uitnodigen"), "button": _("Naar de uitnodiging"),
                "kind": "secondary" if self.lopend("hoorzitting") else None,
                "text": _("Kies dag, uur en plaats. De indiener krijgt bericht (Awb 7:2).")}),
            ("horen", BezwaarState.IN_BEHANDELING, {
                "icon": "people", "url": self.to("bezwaar_horen"), "button": _("Leg het horen vast"),
                "text": _("Het verslag van de hoorzitting, of waarom horen niet hoeft (Awb 7:3 en 7:7).")}),
            *([("advies_vastleggen", BezwaarState.IN_BEHANDELING, {
                "icon": "people", "url": self.to("bezwaar_advies"), "button": _("Leg het advies vast"),
                "kind": "secondary" if self.bezwaar.advies else None,
                "text": _("Wat de commissie adviseert, met wie er in zat (Awb 7:13).")})] if self.bezwaar.commissie else []),
            ("voorstellen", BezwaarState.IN_BEHANDELING, {
                "icon": "pen", "url": self.to("bezwaar_beslissing"), "button": _("Naar de beslissing"),
                "text": _("Een ander tekent: iemand die niet bij het besluit betrokken was (Awb 10:3).")}),
            ("verzuim_melden", BezwaarState.IN_BEHANDELING, {
                "icon": "mail", "url": self.to("bezwaar_verzuim"), "button": _("Schrijf wat er ontbreekt"),
                "kind": "secondary", "text": _("Bijvoorbeeld de gronden. De termijn staat dan stil (Awb 6:6 en 7:10).")}),
            ("verdagen", None, {
                "icon": "calendar", "url": self.to("bezwaar_verdagen"), "button": _("Naar het verdagen"), "kind": "secondary",
                "text": _("Zes weken langer, één keer (Awb 7:10, lid 3).")}),
            ("opschorting_eindigen" if self.staat_stil else "opschorten", BezwaarState.IN_BEHANDELING, {
                "icon": "calendar", "url": self.to("bezwaar_opschorting_einde"), "button": _("Naar het einde"),
                "text": _("De indiener hoort meteen wat de nieuwe dag is.")} if self.staat_stil else {
                "icon": "hourglass", "url": self.to("bezwaar_opschorting"), "button": _("Naar het stilstaan"),
                "kind": "secondary",
                "text": _("Met instemming van de indiener, of bij overmacht (Awb 7:10, lid 4, en 7:14).")}),
        ]
        heard = self.bezwaar.gehoord_on is not None or bool(self.bezwaar.niet_horen)
        for name, state, item in steps:
            if not self.behandelt or not self.is_open or (state and self.bezwaar.state != state):
                continue
            if (name == "uitnodigen" and heard) or (name == "horen" and self.bezwaar.gehoord_on):
                continue
            title, reasons = in_taal(BEZWAAR.steps[name].label), self.obstakels(name)
            if name == "voorstellen" and not reasons:
                # Not admissible can be proposed at once; the rest waits for the hearing and the answers.
                item["kind"] = "secondary" if self.gebreken() else None
            if reasons:
                blocked.append({"title": title, "reasons": reasons})
            else:
                possible.append({"title": title, **item})
        if self.behandelt and self.is_open and self.open_argumenten and not self.obstakels_antwoord():
            possible.insert(0, {
                "title": _("Beantwoord de argumenten"), "icon": "mail", "url": self.to("bezwaar_argumenten"),
                "button": _("Naar de argumenten"), "text": ngettext(
                    "%(num)s argument heeft nog geen antwoord.", "%(num)s argumenten hebben nog geen antwoord.",
                    self.open_argumenten)})
        if self.ligt_voor:
            possible.insert(0, {
                "title": _("Er ligt een voorstel"), "icon": "hourglass", "button": _("Bekijk het voorstel"),
                "url": url_for("subsidie.besluit", besluit_id=self.ligt_voor.id), "text": _("Het wacht op de tekenaar.")})
        if self.behandelt and self.is_open:
            possible.append({
                "title": _("Er kwam een brief van de indiener"), "icon": "mail", "kind": "secondary",
                "url": self.to("bezwaar_brief"), "button": _("Leg de brief vast"),
                "text": _("Nieuwe argumenten, of de intrekking van het bezwaar.")})
        return possible, _together(blocked)

    def obstakels_antwoord(self) -> list[str]:
        """Why this person cannot answer now."""
        if self.bezwaar.state == BezwaarState.ONTVANGEN:
            return [objecting.EERST_BEHANDELEN]
        if not self.is_open or self.ligt_voor:
            return ["Over dit bezwaar is al beslist, of er ligt een voorstel."]
        if g.actor.user_id in self.betrokkenen:
            return ["U was betrokken bij het besluit. Een ander moet dit bezwaar behandelen (Awb 10:3, lid 3)."]
        return [self.belang] if self.belang else []

    def terms(self) -> list[dict]:
        """The terms of the law with their count, and the hearing; what was agreed at the gemeente is work, no term."""
        everything = [one for one, _rows in self.termijnen]
        return [term_item(t, rows, everything) for t, rows in self.termijnen if not t.kind.startswith("werk_")]

    def facts(self) -> list[tuple]:
        """What was sent, in a few lines."""
        b, sent, first = self.bezwaar, self.kop.indiening, self.eerste
        wish = {"ja": _("Ja"), "nee": _("Nee")}.get(sent.inhoud.get("horen", ""), _("Niet gezegd"))
        posted = sent.inhoud.get("gepost_on")
        last = objecting.laatste_dag(first, self.rondom.gepost.get(first.id))
        items = [(_("Besluit"), first.onderwerp), (_("Besluit verstuurd"), day_long(clock.day_of(first.verzonden_at))),
                 (_("Bezwaar kan tot en met") if last >= clock.today() else _("Bezwaar kon tot en met"), day_long(last)),
                 (_("Ontvangen"), f"{day_long(b.ontvangen_on)} ({_('op tijd') if b.tijdig else _('te laat')})")]
        if posted:
            items.append((_("Op de post gedaan"), day_long(datetime.fromisoformat(posted).date())))
        if sent.inhoud.get("te_laat"):
            items.append((_("Waarom te laat"), sent.inhoud["te_laat"]))
        items += [(_("Wil worden gehoord"), wish), (_("Commissie"), _("Ja, zij geeft advies") if b.commissie else _("Nee"))]
        return items

    def hearing(self) -> list[tuple]:
        """How it is with the hearing."""
        b, planned = self.bezwaar, self.lopend("hoorzitting")
        if b.gehoord_on:
            return [(_("Gehoord op"), day_long(b.gehoord_on)), (_("Verslag"), b.verslag)]
        if b.niet_horen:
            ground = load_config("subsidies")["niet_horen"][b.niet_horen]
            return [(_("Niet gehoord"), f"{in_taal(ground['naam'])} ({ground['artikel']})")]
        if planned:
            return [(_("Hoorzitting"), _moment(planned.due_at))]
        return []


VOORSTEL_LIGT_VOOR = "Er ligt een voorstel bij de lezer of de tekenaar. Wacht daarop, of laat het terugsturen."


def _together(blocked: list[dict]) -> list[dict]:
    """Steps that wait for the same reasons stand together, so that a reason is read once."""
    found: dict[tuple, list[str]] = {}
    for item in blocked:
        found.setdefault(tuple(item["reasons"]), []).append(item["title"])
    return [{"title": ", ".join([titles[0], *(one[0].lower() + one[1:] for one in titles[1:])]), "reasons": list(reasons)}
            for reasons, titles in found.items()]


def _moment(at: datetime) -> str:
    return _("%(dag)s om %(uur)s uur", dag=day_long(clock.day_of(at)), uur=f"{at.astimezone(clock.AMSTERDAM):%H.%M}")


def term_item(termijn: Termijn, rows, everything: list[Termijn]) -> dict:
    """One term in a list, with its count; `everything`: the terms beside it."""
    today, halted = clock.today(), still_until(termijn, rows, everything)
    count, status = count_with(termijn, rows), None
    if termijn.met_on is not None:
        status = ("ok", _("Gedaan"))
    elif halted:
        status = ("info", _("Staat stil"))
    elif termijn.due_on < today:
        status = ("neutral", _("Voorbij")) if termijn.kind in ("verzuim", "hoorzitting", "dwangsom") else ("err", _("Te laat"))
    due = (_moment(termijn.due_at) if termijn.due_at else
           f"{halted} · {_('voorlopig %(dag)s', dag=day_long(count.last_day))}" if halted
           else _("uiterlijk %(dag)s", dag=day_long(termijn.due_on)))
    return {"title": in_taal(termijn.label), "due": due, "status": status,
            "open": termijn.kind in objecting.TERMIJNEN and status is None,
            "lines": [] if termijn.due_at else as_lines(count.count),
            "nothing": in_taal(termijn.gevolg) if termijn.met_on is None else ""}


def _zaak(bezwaar_id) -> Zaak:
    """An objection at the own gemeente; NotFound for anyone else's."""
    kop = queries.bezwaar_kop(g.db, bezwaar_id)
    if kop.bezwaar.eigenaar_id != g.actor.party_id:
        raise NotFound("Dit bezwaar is er niet, of het is niet van uw gemeente.")
    return Zaak(kop)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>", needs=READS)
def bezwaar(bezwaar_id):
    """One objection: what was sent, until when, what can be done, the arguments, the hearing, the decision."""
    return _page(bezwaar_id)


def _page(bezwaar_id, status=200, reasons=()):
    zaak = _zaak(bezwaar_id)
    viewed(zaak.bezwaar)
    possible, blocked = zaak.actions()
    wie = names(g.db, [zaak.bezwaar.behandelaar_id, *(a.beantwoord_by for a in zaak.argumenten)])
    waits = bool(zaak.is_open and not zaak.ligt_voor and zaak.bezwaar.state == BezwaarState.IN_BEHANDELING)
    return page_or_part(
        "subsidie/bezwaar.html", status=status, zaak=zaak, b=zaak.bezwaar, subsidie=zaak.subsidie, reasons=reasons,
        badge=state_badge("bezwaar", zaak.bezwaar.state), possible=possible, blocked=blocked, wie=wie,
        missing=zaak.gebreken() if waits else [], waits=waits, meter=case_meter(zaak.termijnen, zaak.bezwaar.id),
        uitkomst=outcome(zaak.bezwaar.uitkomst), kind=OUTCOME_KINDS.get(zaak.bezwaar.uitkomst, "info"),
        receipt=receipt_facts(zaak.kop.indiening),
        notes=reasons_given(zaak.bezwaar, zaak.beslissen[1] if zaak.beslissen else []),
        timeline=event_items(queries.nieuwste(g.db, zaak.bezwaar.id, EVENTS_SHOWN)),
        messages=_messages(zaak) if g.actor.may(P.BERICHT_LEZEN) else [],
        may_write=g.actor.may(P.BERICHT_SCHRIJVEN) and zaak.behandelt and zaak.subsidie.aanvrager_id is not None)


def _messages(zaak: Zaak) -> list[dict]:
    """The newest messages about the objection."""
    return [message_item(one, zaak.subsidie.aanvrager_naam)
            for one in queries.berichten(g.db, zaak.bezwaar.id, MESSAGES_SHOWN)]


# Steps ---------------------------------------------------------------------------------------------------------------------

_try = partial(attempt, "bezwaar")


def _done(bezwaar_id, words: str):
    return tell(go(url_for("subsidie.bezwaar", bezwaar_id=bezwaar_id)), words)


def _step(name: str, bezwaar_id, step: str, *, status=200, form: Form | None = None, reasons=(), fill: Callable | None = None):
    """The page of one step: why it cannot be taken, or its form."""
    zaak = _zaak(bezwaar_id)
    viewed(zaak.bezwaar)
    return page_or_part(f"subsidie/{name}.html", status=status, zaak=zaak, b=zaak.bezwaar, subsidie=zaak.subsidie,
                        reasons=reasons, errors=form.errors if form else {}, values=form.values if form else {},
                        obstacles=zaak.obstakels(step), **(fill(zaak) if fill else {}))


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/behandelen", needs=BEHANDELEN)
def bezwaar_behandelen(bezwaar_id):
    """Take it on, alone or with a committee: what that means for the term."""
    return _take(bezwaar_id)


def _take(bezwaar_id, status=200, form=None, reasons=()):
    def fill(zaak):
        begin = zaak.beslissen[0].started_on if zaak.beslissen else clock.today()
        return {"days": [day_long(compute(terms.rule(kind), begin).last_day) for kind in reversed(objecting.TERMIJNEN)]}

    return _step("bezwaar_behandelen", bezwaar_id, "behandelen", status=status, form=form, reasons=reasons, fill=fill)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/behandelen", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_nemen(bezwaar_id):
    """Take it on."""
    form = Form()
    commissie = form.choice("commissie", ["nee", "ja"], _("Kies of een commissie advies geeft."))
    if form.errors:
        return _take(bezwaar_id, 422, form)

    def act():
        objecting.behandelen(g.db, g.actor, bezwaar_id, commissie=commissie == "ja")
        return _done(bezwaar_id, _("U behandelt dit bezwaar."))

    return _try(act, "behandelen", bezwaar_id, lambda status, reasons: _take(bezwaar_id, status, form, reasons))


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/verzuim", needs=BEHANDELEN)
def bezwaar_verzuim(bezwaar_id):
    """Ask for what is missing."""
    return _ask(bezwaar_id)


def _ask(bezwaar_id, status=200, form=None, reasons=()):
    return _step("bezwaar_verzuim", bezwaar_id, "verzuim_melden", status=status, form=form, reasons=reasons,
                 fill=lambda _zaak: {"dagen": load_config("subsidies")["bezwaar"]["verzuim_dagen"]})


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/verzuim", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_verzuim_melden(bezwaar_id):
    """Send the question: the term to decide stands still."""
    form = Form()
    wat = form.text("wat", _("Schrijf wat er ontbreekt."), most=REDEN)
    if form.errors:
        return _ask(bezwaar_id, 422, form)

    def act():
        termijn = objecting.verzuim_melden(g.db, g.actor, bezwaar_id, wat=wat)
        return _done(bezwaar_id, _("U vroeg om een aanvulling. Dat kan tot en met %(dag)s.", dag=day_long(termijn.due_on)))

    return _try(act, "verzuim_melden", bezwaar_id, lambda status, reasons: _ask(bezwaar_id, status, form, reasons))


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/verdagen", needs=BEHANDELEN)
def bezwaar_verdagen(bezwaar_id):
    """Why the decision comes later."""
    return _delay(bezwaar_id)


def _delay(bezwaar_id, status=200, form=None, reasons=()):
    def fill(zaak):
        if not zaak.beslissen:
            return {"now": None, "then": None}
        term, rows = zaak.beslissen
        later = compute(term.rule, term.started_on, [], extensions=1) if not rows else None
        return {"now": term.due_on, "then": later.last_day if later else None}

    return _step("bezwaar_verdagen", bezwaar_id, "verdagen", status=status, form=form, reasons=reasons, fill=fill)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/verdagen", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_later(bezwaar_id):
    """Decide six weeks later, and say so."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom de beslissing later komt."), most=REDEN)
    if form.errors:
        return _delay(bezwaar_id, 422, form)

    def act():
        found = objecting.verdagen(g.db, g.actor, bezwaar_id, reden=reden)
        due = objecting.beslistermijn(g.db, found).due_on
        return _done(bezwaar_id, _("De beslissing komt uiterlijk %(dag)s.", dag=day_long(due)))

    return _try(act, "verdagen", bezwaar_id, lambda status, reasons: _delay(bezwaar_id, status, form, reasons))


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/uitnodigen", needs=BEHANDELEN)
def bezwaar_uitnodigen(bezwaar_id):
    """The day, the hour and the place of the hearing."""
    return _invite(bezwaar_id)


def _invite(bezwaar_id, status=200, form=None, reasons=()):
    own = load_config("subsidies")["bezwaar"]
    return _step("bezwaar_uitnodigen", bezwaar_id, "uitnodigen", status=status, form=form, reasons=reasons,
                 fill=lambda _zaak: {"earliest": objecting.eerste_hoordag(), "own": own})


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/uitnodigen", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_nodigen(bezwaar_id):
    """Send the invitation."""
    form = Form()
    at = form.moment("at", _("Vul in wanneer de hoorzitting is."))
    plaats = form.text("plaats", _("Schrijf waar de hoorzitting is."), most=500)
    inzage = form.text("inzage", _("Schrijf waar de stukken liggen, en wanneer iemand ze kan bekijken."), most=500)
    if form.errors:
        return _invite(bezwaar_id, 422, form)

    def act():
        objecting.uitnodigen(g.db, g.actor, bezwaar_id, at=at, plaats=plaats, inzage=inzage)
        return _done(bezwaar_id, _("De hoorzitting is %(moment)s.", moment=_moment(at)))

    return _try(act, "uitnodigen", bezwaar_id, lambda status, reasons: _invite(bezwaar_id, status, form, reasons))


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/horen", needs=BEHANDELEN)
def bezwaar_horen(bezwaar_id):
    """What was said at the hearing, or why there is none."""
    return _hear(bezwaar_id)


def _hear(bezwaar_id, status=200, form=None, reasons=()):
    def fill(zaak):
        planned = zaak.lopend("hoorzitting")
        grounds = load_config("subsidies")["niet_horen"]
        was = planned is not None and planned.due_on <= clock.today()
        return {"grounds": _chosen(grounds), "begin": f"{planned.due_on:%d-%m-%Y}" if was else "",
                "wish": zaak.kop.indiening.inhoud.get("horen", "")}

    return _step("bezwaar_horen", bezwaar_id, "horen", status=status, form=form, reasons=reasons, fill=fill)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/horen", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_gehoord(bezwaar_id):
    """Keep the report of the hearing."""
    form = Form()
    on = form.date("on", _("Vul in op welke dag de hoorzitting was."))
    verslag = form.text("verslag", _("Schrijf kort op wat er is gezegd."), most=TEKST)
    if form.errors:
        return _hear(bezwaar_id, 422, form)

    def act():
        objecting.horen(g.db, g.actor, bezwaar_id, on=on, verslag=verslag)
        return _done(bezwaar_id, _("Het verslag is bewaard."))

    return _try(act, "horen", bezwaar_id, lambda status, reasons: _hear(bezwaar_id, status, form, reasons))


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/niet-horen", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_niet_horen(bezwaar_id):
    """Decide without a hearing, on a ground of the law."""
    form = Form()
    grond = form.choice("grond", list(load_config("subsidies")["niet_horen"]), _("Kies waarom horen niet hoeft."))
    if form.errors:
        return _hear(bezwaar_id, 422, form)

    def act():
        objecting.niet_horen(g.db, g.actor, bezwaar_id, grond=grond)
        return _done(bezwaar_id, _("Vastgelegd: er is geen hoorzitting."))

    return _try(act, "niet_horen", bezwaar_id, lambda status, reasons: _hear(bezwaar_id, status, form, reasons))


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/advies", needs=BEHANDELEN)
def bezwaar_advies(bezwaar_id):
    """What the committee advises."""
    return _advice(bezwaar_id)


def _advice(bezwaar_id, status=200, form=None, reasons=()):
    def fill(zaak):
        was = zaak.bezwaar
        kept = {"on": f"{was.advies_on:%d-%m-%Y}", "uitkomst": was.advies_uitkomst, "advies": was.advies} if was.advies else {}
        return {"kept": kept, "outcomes": [(code, outcome(code)) for code in load_config("subsidies")["bezwaar_uitkomst"]]}

    return _step("bezwaar_advies", bezwaar_id, "advies_vastleggen", status=status, form=form, reasons=reasons, fill=fill)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/advies", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_advies_vastleggen(bezwaar_id):
    """Keep the advice: it goes with the decision."""
    form = Form()
    on = form.date("on", _("Vul in van welke dag het advies is."))
    outcomes = list(load_config("subsidies")["bezwaar_uitkomst"])
    uitkomst = form.choice("uitkomst", outcomes, _("Kies wat de commissie adviseert."))
    advies = form.text("advies", _("Schrijf het advies over, met wie er in de commissie zat."), most=TEKST)
    if form.errors:
        return _advice(bezwaar_id, 422, form)

    def act():
        objecting.advies_vastleggen(g.db, g.actor, bezwaar_id, on=on, uitkomst=uitkomst, advies=advies)
        return _done(bezwaar_id, _("Het advies is bewaard. Het gaat mee met de beslissing."))

    return _try(act, "advies", bezwaar_id, lambda status, reasons: _advice(bezwaar_id, status, form, reasons))


# Arguments -----------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/argumenten", needs=READS)
def bezwaar_argumenten(bezwaar_id):
    """The grounds one by one, each with room for its answer: it stands in the letter."""
    return _arguments(bezwaar_id)


def _arguments(bezwaar_id, status=200, form=None, reasons=()):
    zaak = _zaak(bezwaar_id)
    viewed(zaak.bezwaar)
    return page_or_part(
        "subsidie/bezwaar_argumenten.html", status=status, zaak=zaak, b=zaak.bezwaar, subsidie=zaak.subsidie,
        rows=zaak.argumenten, reasons=reasons,
        shows=zaak.behandelt or not zaak.is_open or g.actor.may(P.SUBSIDIE_TEKENEN),
        obstacles=zaak.obstakels_antwoord() if zaak.behandelt else [],
        errors=form.errors if form else {}, values=form.values if form else {},
        wie=names(g.db, [one.beantwoord_by for one in zaak.argumenten]))


@bp.route("/subsidies/bezwaar/argument/<uuid:argument_id>", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_beantwoorden(argument_id):
    """Answer one ground."""
    argument = load(g.db, Argument, argument_id)
    bezwaar_id, form = argument.dossier_id, Form()
    _zaak(bezwaar_id)
    antwoord = form.text(f"antwoord-{argument.nummer}", _("Schrijf een antwoord op dit argument."), most=4000)
    if form.errors:
        return _arguments(bezwaar_id, 422, form)

    def act():
        objecting.beantwoorden(g.db, g.actor, argument_id, antwoord=antwoord)
        return tell(go(url_for("subsidie.bezwaar_argumenten", bezwaar_id=bezwaar_id)), _("Uw antwoord is bewaard."))

    return _try(act, "beantwoorden", bezwaar_id, lambda status, reasons: _arguments(bezwaar_id, status, form, reasons))


# The decision --------------------------------------------------------------------------------------------------------------

def effects(zaak: Zaak) -> list[tuple[str, str, str]]:
    """Every outcome with what it does in this case: (code, words, effect)."""
    config = load_config("subsidies")
    return [(code, outcome(code), in_taal(config["gevolg"][herzien.gevolg(g.db, zaak.subsidie, zaak.eerste, code)]["intern"]))
            for code in config["bezwaar_uitkomst"]]


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/beslissing", needs=BEHANDELEN)
def bezwaar_beslissing(bezwaar_id):
    """What to decide, what each outcome does, and what is missing before it can be laid before the signer."""
    return _decide(bezwaar_id)


def _decide(bezwaar_id, status=200, form=None, reasons=()):
    def fill(zaak):
        back = zaak.voorstel if zaak.voorstel and zaak.voorstel.state == besluiten.State.TERUGGESTUURD else None
        grounds = load_config("subsidies")["niet_ontvankelijk"]
        kept = ("uitkomst", "grond", "motivering", "afwijking")
        said = {name: back.inhoud[name] for name in kept} if back and not form else {}
        return {"missing": zaak.gebreken(), "effects": effects(zaak), "back": back, "first": zaak.eerste, "said": said,
                "grounds": _chosen(grounds)}

    return _step("bezwaar_beslissing", bezwaar_id, "voorstellen", status=status, form=form, reasons=reasons, fill=fill)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/beslissing", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_voorstellen(bezwaar_id):
    """Lay the decision before who signs."""
    form, config = Form(), load_config("subsidies")
    uitkomst = form.choice("uitkomst", list(config["bezwaar_uitkomst"]), _("Kies wat u beslist."))
    grond = form.choice("grond", list(config["niet_ontvankelijk"])) or ""
    motivering = form.text("motivering", _("Schrijf waarom, zo dat de indiener het begrijpt (Awb 7:12)."), most=TEKST)
    afwijking = form.text("afwijking", most=4000) or ""
    if uitkomst == "niet_ontvankelijk" and not grond:
        form.errors.setdefault("grond", _("Kies waarom het bezwaar niet-ontvankelijk is."))
    if form.errors:
        return _decide(bezwaar_id, 422, form)

    def act():
        besluit = objecting.voorstellen(g.db, g.actor, bezwaar_id, uitkomst=uitkomst, motivering=motivering,
                                        afwijking=afwijking, grond=grond if uitkomst == "niet_ontvankelijk" else "")
        return go(url_for("subsidie.besluit", besluit_id=besluit.id))

    return _try(act, "voorstellen", bezwaar_id, lambda status, reasons: _decide(bezwaar_id, status, form, reasons))


# By letter -----------------------------------------------------------------------------------------------------------------

def _objectable(found: list[Besluit], taken: set) -> list[Besluit]:
    """Decisions that were sent, against which nobody objected yet."""
    return [one for one in found if one.state == besluiten.State.VERZONDEN and one.rechtsmiddel == Rechtsmiddel.BEZWAAR
            and one.id not in taken]


def _points(form: Form) -> list[str]:
    return [one for n in range(1, POINTS + 1) if (one := form.text(f"grond-{n}", most=4000))]


@bp.route("/subsidies/<uuid:subsidie_id>/bezwaar-op-papier", needs=BEHANDELEN)
def bezwaar_papier(subsidie_id):
    """An objection that came by letter."""
    return _paper(subsidie_id)


def _paper(subsidie_id, status=200, form=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    if kop.subsidie.eigenaar_id != g.actor.party_id:
        raise NotFound("Deze subsidie is er niet, of zij is niet van u.")
    viewed(kop.subsidie)
    taken = {one.besluit_id for one in queries.bezwaren(g.db, subsidie_id) if one.state != BezwaarState.INGETROKKEN}
    posted = queries.gepost(g.db, subsidie_id)
    options = [(str(one.id), one.onderwerp, _("Verstuurd op %(dag)s. Bezwaar kan tot en met %(tot)s.",
                                              dag=day_long(posted.get(one.id) or clock.day_of(one.verzonden_at)),
                                              tot=day_long(objecting.laatste_dag(one, posted.get(one.id)))))
               for one in _objectable(queries.besluiten_van(g.db, subsidie_id), taken)]
    return page_or_part(
        "subsidie/bezwaar_papier.html", status=status, subsidie=kop.subsidie, options=options, points=range(1, POINTS + 1),
        reasons=reasons, errors=form.errors if form else {},
        values=form.values if form else {"besluit": options[0][0]} if len(options) == 1 else {})


@bp.route("/subsidies/<uuid:subsidie_id>/bezwaar-op-papier", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_op_papier(subsidie_id):
    """Record the letter: the objection counts from the day it came in."""
    form = Form()
    known = [one.id for one in queries.besluiten_van(g.db, subsidie_id)]
    besluit_id = form.choice("besluit", known, _("Kies tegen welk besluit het bezwaar is."))
    on = form.date("on", _("Vul in op welke dag de brief binnenkwam."))
    gepost_on = form.date("gepost_on")
    horen = form.choice("horen", ["ja", "nee"]) or ""
    gronden = _points(form)
    if form.errors:
        return _paper(subsidie_id, 422, form)

    def act():
        found = objecting.papier(g.db, g.actor, besluit_id, gronden=gronden, on=on, gepost_on=gepost_on, horen=horen)
        return _done(found.id, _("Het bezwaar is vastgelegd. Stuur de indiener een ontvangstbevestiging (Awb 6:14)."))

    return _try(act, "papier", subsidie_id, lambda status, reasons: _paper(subsidie_id, status, form, reasons))


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/brief", needs=BEHANDELEN)
def bezwaar_brief(bezwaar_id):
    """A letter about an objection: more grounds, or its withdrawal."""
    return _letter(bezwaar_id)


def _letter(bezwaar_id, status=200, form=None, reasons=()):
    zaak = _zaak(bezwaar_id)
    viewed(zaak.bezwaar)
    obstacles = [] if zaak.is_open else ["Over dit bezwaar is al beslist, of het is ingetrokken."]
    return page_or_part("subsidie/bezwaar_brief.html", status=status, zaak=zaak, b=zaak.bezwaar, subsidie=zaak.subsidie,
                        points=range(1, POINTS + 1), reasons=reasons, obstacles=obstacles,
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/brief", needs=BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_brief_vastleggen(bezwaar_id):
    """Record the letter."""
    form = Form()
    wat = form.choice("wat", ["gronden", "intrekking"], _("Kies wat er in de brief staat."))
    on = form.date("on", _("Vul in op welke dag de brief binnenkwam."))
    gronden = _points(form)
    if wat == "gronden" and not gronden:
        form.errors.setdefault("grond-1", _("Schrijf wat de indiener naar voren brengt."))
    if form.errors:
        return _letter(bezwaar_id, 422, form)

    def act():
        if wat == "intrekking":
            objecting.papieren_intrekking(g.db, g.actor, bezwaar_id, on=on)
            return _done(bezwaar_id, _("Het bezwaar is ingetrokken. Er komt geen beslissing."))
        objecting.papieren_gronden(g.db, g.actor, bezwaar_id, gronden=gronden, on=on)
        return _done(bezwaar_id, _("De argumenten zijn vastgelegd. Geef elk argument een antwoord."))

    return _try(act, "brief", bezwaar_id, lambda status, reasons: _letter(bezwaar_id, status, form, reasons))
