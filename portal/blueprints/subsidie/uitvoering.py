"""After the grant, for the gemeente: advances, payments with four eyes, the lines of the decision, short reports, a stop of
payments."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from uuid import UUID

from flask import current_app, g, render_template, request, url_for

from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.items import claim_item, line_shown
from portal.blueprints.subsidie.termijnen import MOST_TERMIJNEN, typed_termijnen, used_rows
from portal.blueprints.termijnen import as_lines
from portal.domains.subsidies import queries, uitvoering, vaststellen, vorderen
from portal.domains.subsidies import rekening as account_number
from portal.domains.subsidies.model import (
    Betaalbestand,
    Betaalsoort,
    Betaalstand,
    Betaling,
    Betalingsstop,
    Indiening,
    Indiensoort,
    Rapportage,
    RapportageState,
    Stand,
    State,
    Subsidie,
    Subsidieregel,
    Vordering,
)
from portal.domains.subsidies.words import BETAALSOORT_WORDS, BETAALSTAND_WORDS, REGEL_WORDS, STAND_WORDS
from portal.domains.subsidies.workflow import BETALINGSSTOP, RAPPORTAGE, zelf_geen_belang
from portal.identity import access_log
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Termijn, count_with, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.iban import in_fours
from portal.kernel.money import bedrag_text
from portal.web import uploads
from portal.web.blueprint import attempt, refused, viewed
from portal.web.filters import aantal, datum, in_taal, laatste_dag
from portal.web.forms import Form
from portal.web.htmx import go
from portal.web.links import around, page_url, state_badge
from portal.web.said import tell
from portal.web.security import csrf_token, limit
from portal.web.shown import day_short, euro_short
from portal.web.stukken import read_once
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

GRANTED = (*uitvoering.RUNNING, State.VASTGESTELD, State.VERLENING_INGETROKKEN)
REDEN = 2000
# Rows for advances on the page: four, or more when the grant plans more.
TERMIJN_ROWS = 4
STAND_KINDS = {Stand.OPEN: "neutral", Stand.VOLDAAN: "ok", Stand.NIET_VOLDAAN: "err", Stand.VERVALLEN: "neutral"}
BETAALSTAND_KINDS = {Betaalstand.GEPLAND: "neutral", Betaalstand.KLAARGEZET: "warn", Betaalstand.MISLUKT: "err",
                     Betaalstand.BETAALD: "ok", Betaalstand.VERVALLEN: "neutral"}
JUDGED = (Stand.VOLDAAN, Stand.NIET_VOLDAAN, Stand.VERVALLEN)
# A status file has a line per payment; this is some thousands of them.
MOST_BYTES = 1_000_000


def _case(subsidie_id) -> queries.Kop:
    """A case of the own gemeente that was granted, with what stands around it."""
    kop = queries.kop(g.db, subsidie_id)
    if kop.subsidie.eigenaar_id != g.actor.party_id:
        raise NotFound(_("Deze subsidie is er niet, of zij is niet van u."))
    if kop.subsidie.state not in GRANTED:
        raise Refused(_("Deze subsidie is niet verleend. Er valt nog niets uit te voeren."), status=409)
    return kop


_try = partial(attempt, "subsidie")


def _eenheid(kop: queries.Kop) -> str:
    """What is counted in this case."""
    products = kop.publicatie.inhoud["inrichting"]["producten"]
    return next((one["eenheid"] for one in products if one["code"] == kop.subsidie.product), "")


def _handles() -> bool:
    return g.actor.may(P.SUBSIDIE_BEHANDELEN)


def _keeps_out(subsidie: Subsidie) -> list[str]:
    """Why this person does nothing in this case (Awb 2:4)."""
    reason = zelf_geen_belang(subsidie, actor=g.actor)
    return [reason] if reason else []


# What is going on ------------------------------------------------------------------------------------------------------------

@dataclass
class Loop:
    """Everything the page says about a case after its grant, from rows that were read once."""

    kop: queries.Kop
    besluiten: list[Besluit]
    regels: list[Subsidieregel]
    betalingen: list[Betaling]
    indieningen: list[Indiening]
    rapportages: list[Rapportage]
    vorderingen: list[Vordering]
    stop: Betalingsstop | None
    # Of the case and of the stop, those that run.
    termijnen: list[Termijn]
    keeps_out: list[str]

    @property
    def subsidie(self) -> Subsidie:
        """The case itself."""
        return self.kop.subsidie

    @property
    def runs(self) -> bool:
        """Is this a grant of which nothing was determined yet?"""
        return self.subsidie.state in uitvoering.RUNNING

    @property
    def eenheid(self) -> str:
        """What is counted."""
        return _eenheid(self.kop)

    def _sum(self, *standen: Betaalstand, soort: Betaalsoort | None = None) -> Decimal:
        return sum((b.bedrag for b in self.betalingen if b.stand != Betaalstand.VERVALLEN
                    and (not standen or b.stand in standen) and (soort is None or b.soort == soort)), Decimal(0))

    @cached_property
    def betaald(self) -> Decimal:
        """What was paid until now."""
        return self._sum(Betaalstand.BETAALD)

    @cached_property
    def besloten(self) -> Decimal:
        """What was decided to pay."""
        return self._sum()

    def metrics(self) -> list[tuple]:
        """Granted, decided, paid, left."""
        subsidie = self.subsidie
        final = subsidie.vastgesteld
        owed = final if final is not None else subsidie.verleend or Decimal(0)
        left, claimed = owed - self.betaald, vorderen.gevorderd(self.vorderingen)
        return [
            (_("Vastgesteld") if final is not None else _("Verleend"), euro_short(owed),
             _("verleend: %(bedrag)s", bedrag=euro_short(subsidie.verleend)) if final is not None else
             _("hoogste bedrag: %(bedrag)s", bedrag=euro_short(subsidie.maximum)) if subsidie.maximum else ""),
            (_("Voorschotten besloten"), euro_short(self._sum(soort=Betaalsoort.VOORSCHOT)), ""),
            (_("Betaald"), euro_short(self.betaald), ""),
            (_("Nog te betalen") if left >= 0 else _("Te veel betaald"), euro_short(abs(left)),
             _("teruggevraagd: %(bedrag)s", bedrag=euro_short(claimed)) if claimed else ""),
        ]

    def claims(self) -> list[dict]:
        """What is claimed back."""
        return [claim_item(one) for one in self.vorderingen]

    # Lines ------------------------------------------------------------------------------------------------------------------

    @cached_property
    def bewijzen(self) -> dict[UUID, Indiening]:
        """By the first id of its line, the evidence that was sent last."""
        return uitvoering.bewijzen(self.indieningen)

    @cached_property
    def te_bekijken(self) -> set[UUID]:
        """Lines of which the newest evidence was not judged yet."""
        return uitvoering.te_bekijken(self.regels, self.bewijzen)

    @property
    def may_judge(self) -> bool:
        """May this person judge lines now?"""
        return _handles() and self.runs and not self.keeps_out

    def lines(self) -> list[tuple]:
        """Per kind (never mixed): heading and lines, each with its state and its last evidence."""
        headings = {"resultaat": _("Resultaten"), "verplichting": _("Verplichtingen"), "voorwaarde": _("Voorwaarden")}
        found = []
        for soort in REGEL_WORDS:
            rows = [r for r in self.regels if r.soort == soort]
            if rows:
                found.append((str(soort), headings[soort], [self._line(r) for r in rows]))
        return found

    def _line(self, regel: Subsidieregel) -> dict:
        sent = self.bewijzen.get(regel.eerste_id)
        late = (self.runs and regel.stand == Stand.OPEN and regel.uiterlijk_on and regel.uiterlijk_on < clock.today()
                and not sent)
        return line_shown(regel, self.regels) | {
            "stand": ("warn", _("Nieuw bewijs")) if regel.id in self.te_bekijken else
            ("err", _("Te laat")) if late else (STAND_KINDS[regel.stand], in_taal(STAND_WORDS[regel.stand])),
            "reden": regel.stand_reden, "bewijs": sent.inhoud["tekst"] if sent else "",
            "bewijs_at": sent.ontvangen_at if sent else None,
            "url": url_for("subsidie.regel_oordeel", regel_id=regel.id) if self.may_judge else None}

    # Reports, deviations, payments ------------------------------------------------------------------------------------------

    def reports(self) -> list[dict]:
        """The short reports, with their period."""
        found = []
        for one in self.rapportages:
            late = one.state == RapportageState.GEVRAAGD and one.uiterlijk_on < clock.today()
            found.append({
                "title": _("Voortgangsbericht %(n)s", n=one.volgnummer),
                "url": url_for("subsidie.rapportage", rapportage_id=one.id),
                "text": _("Geleverd: %(n)s %(eenheid)s", n=aantal(one.geleverd, current_lang()), eenheid=self.eenheid)
                if one.geleverd is not None else "",
                "status": ("err", _("Te laat")) if late else state_badge("rapportage", one.state),
                "meta": _("%(van)s tot en met %(tot)s · uiterlijk %(dag)s", van=day_short(one.van),
                          tot=day_short(laatste_dag(one.tot)), dag=day_short(one.uiterlijk_on))})
        return found

    @cached_property
    def meldingen(self) -> list[Indiening]:
        """Deviations that were reported, the newest first."""
        return [one for one in reversed(self.indieningen) if one.soort == Indiensoort.MELDING]

    @property
    def melding_wacht(self) -> bool:
        """Did nobody read the last one yet?"""
        return any(t.kind == "werk_melding" for t in self.termijnen)

    @property
    def rekening_wacht(self) -> bool:
        """Did the recipient give another account number that nobody approved yet?"""
        return any(t.kind == "werk_rekening" for t in self.termijnen)

    def payments(self) -> list[dict]:
        """The payments in order, each with what came back about it."""
        return [{"kenmerk": b.kenmerk, "soort": in_taal(BETAALSOORT_WORDS[b.soort]), "on": b.betaald_on or b.gepland_on,
                 "bedrag": b.bedrag, "stand": (BETAALSTAND_KINDS.get(b.stand, "info"), in_taal(BETAALSTAND_WORDS[b.stand])),
                 "melding": b.melding} for b in self.betalingen]

    def stop_term(self) -> dict | None:
        """Until when the payments stand still, with its count."""
        term = next((t for t in self.termijnen if self.stop and t.dossier_id == self.stop.id), None)
        if term is None:
            return None
        return {"title": in_taal(term.label), "due": _("uiterlijk %(dag)s", dag=datum(term.due_on, current_lang())),
                "lines": as_lines(count_with(term, []).count),
                "nothing": in_taal(term.gevolg)}

    # What can be done -------------------------------------------------------------------------------------------------------

    def todo(self) -> tuple[list[dict], list[dict]]:
        """What this person can do now, and what not yet with the reasons."""
        possible, blocked = [], []
        if _handles() and self.keeps_out:
            blocked.append({"title": _("Deze subsidie behandelen"), "reasons": self.keeps_out})
        elif _handles():
            possible += self._to_read()
            self._prepare(possible, blocked)
            self._steps(possible, blocked)
        if g.actor.may(P.SUBSIDIE_BETALEN) and self.rekening_wacht:
            possible.append({"title": _("Kijk het nieuwe rekeningnummer na"), "icon": "euro",
                             "url": url_for("subsidie.rekening", subsidie_id=self.subsidie.id),
                             "button": _("Naar het rekeningnummer"),
                             "text": _("De ontvanger gaf een nieuw nummer nadat een betaling niet lukte.")})
        if _handles() and not self.keeps_out and self.subsidie.aanvrager_id is None and not self.rekening_wacht and any(
                b.stand == Betaalstand.MISLUKT for b in self.betalingen):
            possible.append({"title": _("Voer een nieuw rekeningnummer in"), "icon": "pen", "kind": "secondary",
                             "url": url_for("subsidie.rekening_papier", subsidie_id=self.subsidie.id),
                             "button": _("Naar het rekeningnummer"),
                             "text": _("Een betaling lukte niet. Kwam er een brief met een ander nummer? Een collega keurt het "
                                       "goed.")})
        if g.actor.may(P.SUBSIDIE_BETALEN) and any(b.stand == Betaalstand.KLAARGEZET for b in self.betalingen):
            possible.append({"title": _("Er wacht een betaling op goedkeuring"), "icon": "check",
                             "url": url_for("subsidie.te_betalen"), "button": _("Naar te betalen"),
                             "text": _("Wie haar klaarzette, keurt haar niet goed.")})
        return possible, blocked

    def _to_read(self) -> list[dict]:
        found = []
        if self.may_judge and self.te_bekijken:
            first = next(r for r in self.regels if r.id in self.te_bekijken)
            found.append({"title": _("Bekijk het bewijs van de ontvanger"), "icon": "eye",
                          "url": url_for("subsidie.regel_oordeel", regel_id=first.id), "button": _("Bekijk het bewijs"),
                          "text": ngettext("Bij %(num)s afspraak is er nieuw bewijs.",
                                           "Bij %(num)s afspraken is er nieuw bewijs.", len(self.te_bekijken))})
        if self.melding_wacht and self.meldingen:
            found.append({"title": _("Lees de melding van de ontvanger"), "icon": "mail", "url": "#meldingen",
                          "button": _("Naar de melding"), "text": _("De ontvanger meldde dat iets anders loopt.")})
        for one in self.rapportages:
            if one.state == RapportageState.INGELEVERD:
                found.append({"title": _("Lees voortgangsbericht %(n)s", n=one.volgnummer), "icon": "eye",
                              "url": url_for("subsidie.rapportage", rapportage_id=one.id), "button": _("Naar het bericht"),
                              "text": _("De ontvanger stuurde het in.")})
        return found

    def _prepare(self, possible: list, blocked: list) -> None:
        """The payments that could be next: those that failed, and the first that is planned; more when their day is near."""
        waits = [b for b in self.betalingen if b.stand in (Betaalstand.GEPLAND, Betaalstand.MISLUKT)]
        for n, one in enumerate(sorted(waits, key=lambda b: (b.gepland_on, b.volgnummer))):
            early = uitvoering.te_vroeg(one)
            if early and n:
                continue
            reasons = ([early] if early else [uitvoering.REKENING_WACHT] if self.rekening_wacht else
                       uitvoering.betaling_obstakels(one, self.regels, self.stop))
            title = _("Zet betaling %(kenmerk)s klaar", kenmerk=one.kenmerk)
            if reasons:
                blocked.append({"title": title, "reasons": reasons})
            else:
                possible.append({
                    "title": title, "icon": "euro", "post": True, "button": _("Zet klaar"),
                    "url": url_for("subsidie.klaarzetten", betaling_id=one.id),
                    "text": _("%(bedrag)s op %(dag)s. Een ander keurt de betaling daarna goed.", bedrag=euro_short(one.bedrag),
                              dag=day_short(one.gepland_on))})

    def _steps(self, possible: list, blocked: list) -> None:
        self._determine(possible, blocked)
        if not self.runs:
            return
        subsidie = self.subsidie
        title, left = _("Stel voorschotten voor"), (subsidie.verleend or Decimal(0)) - self.besloten
        reasons = uitvoering.voorschot_obstakels(subsidie, self.besluiten)
        if not reasons and left <= 0:
            reasons = [_("Over alles wat is verleend, is al besloten.")]
        if reasons:
            blocked.append({"title": title, "reasons": reasons})
        else:
            possible.append({"title": title, "icon": "pen", "button": _("Naar de voorschotten"),
                             "url": url_for("subsidie.voorschot", subsidie_id=subsidie.id),
                             "text": _("Nog niet over besloten: %(bedrag)s. Het is een besluit: een ander tekent.",
                                       bedrag=euro_short(left))})
        if self.stop:
            possible.append({"title": in_taal(BETALINGSSTOP.steps["hervatten"].label), "icon": "swap", "kind": "secondary",
                             "url": url_for("subsidie.hervatting", stop_id=self.stop.id), "button": _("Naar het hervatten"),
                             "text": _("U schrijft waarom. De ontvanger krijgt bericht.")})
        else:
            possible.append({"title": _("Stop de betalingen"), "icon": "alert", "kind": "secondary",
                             "url": url_for("subsidie.stop", subsidie_id=subsidie.id), "button": _("Naar het stoppen"),
                             "text": _("Alleen bij een ernstig vermoeden (Awb 4:56). Ten hoogste dertien weken.")})

    def _determine(self, possible: list, blocked: list) -> None:
        """The determination, and what was paid too much: each has a page of its own."""
        subsidie = self.subsidie
        waits = {b.soort for b in self.besluiten if b.state in besluiten.OPEN}
        too_much = vorderen.te_veel(subsidie, self.betaald, vorderen.gevorderd(self.vorderingen))
        if subsidie.state == State.IN_VASTSTELLING:
            title, item = _("Stel de subsidie vast"), {
                "icon": "pen", "button": _("Naar de vaststelling"),
                "url": url_for("subsidie.vaststellen", subsidie_id=subsidie.id),
                "text": _("U ziet wat er is geleverd en betaald, en wat de berekening zegt.")}
            reasons = [_("Er ligt al een voorstel bij de lezer of de tekenaar.")] if vaststellen.SOORT in waits else []
        elif too_much:
            title, item = _("Vorder terug wat te veel is betaald"), {
                "icon": "swap", "button": _("Naar het terugvorderen"),
                "url": url_for("subsidie.terugvorderen", subsidie_id=subsidie.id),
                "text": _("Het gaat om %(bedrag)s. U weegt de belangen (Awb 4:57).", bedrag=euro_short(too_much))}
            reasons = [_("Er ligt al een voorstel bij de lezer of de tekenaar.")] if vorderen.SOORT in waits else []
        else:
            return
        if reasons:
            blocked.append({"title": title, "reasons": reasons})
        else:
            possible.append({"title": title, **item})

    def none_text(self) -> str:
        """Why this person has nothing to do here."""
        if _handles() or g.actor.may(P.SUBSIDIE_BETALEN):
            return _("Op dit moment hoeft u niets te doen.")
        return _("U kunt deze pagina lezen. Met uw rol hoeft u hier niets te doen.")


def _loop(subsidie_id) -> Loop:
    kop = _case(subsidie_id)
    subsidie, found = kop.subsidie, queries.in_uitvoering(g.db, subsidie_id)
    return Loop(
        kop=kop, **vars(found),
        termijnen=uitvoering.lopende_termijnen(g.db, subsidie.id, *([found.stop.id] if found.stop else [])),
        keeps_out=_keeps_out(subsidie) if _handles() else [])


@bp.route("/subsidies/<uuid:subsidie_id>/uitvoering", needs=P.SUBSIDIE_LEZEN, endpoint="uitvoering")
def uitvoering_pagina(subsidie_id):
    """A granted case: the money, the lines of the decision, reports, deviations, payments, and what can be done."""
    return _uitvoering(subsidie_id)


def _uitvoering(subsidie_id, status=200, reasons=()):
    loop = _loop(subsidie_id)
    viewed(loop.subsidie)
    possible, blocked = loop.todo()
    return render_template("subsidie/uitvoering.html", loop=loop, subsidie=loop.subsidie, reasons=reasons, possible=possible,
                           blocked=blocked, may_read_message=_handles() and not loop.keeps_out,
                           write_url=url_for("berichten.nieuw", dossier_id=loop.subsidie.id)
                           if _handles() and g.actor.may(P.BERICHT_SCHRIJVEN) and loop.subsidie.aanvrager_id else None), status


@bp.route("/subsidies/melding/<uuid:melding_id>/gelezen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def melding_gelezen(melding_id):
    """Who handles the case read what was reported."""
    subsidie_id = load(g.db, Indiening, melding_id).dossier_id

    def act():
        uitvoering.melding_gelezen(g.db, g.actor, subsidie_id, melding_id)
        return _done(subsidie_id, _("De melding staat als gelezen."))

    return _try(act, "melding_gelezen", subsidie_id, lambda status, reasons: _uitvoering(subsidie_id, status, reasons))


def _done(subsidie_id, words: str):
    return tell(go(url_for("subsidie.uitvoering", subsidie_id=subsidie_id)), words)


# Advances --------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/voorschot", needs=P.SUBSIDIE_BEHANDELEN)
def voorschot(subsidie_id):
    """The days and amounts of the advances, as the grant plans them."""
    return _voorschot(subsidie_id)


def _voorschot(subsidie_id, status=200, form=None, reasons=()):
    kop = _case(subsidie_id)
    subsidie, found = kop.subsidie, queries.besluiten_van(g.db, subsidie_id)
    viewed(subsidie)
    grant, eerder = queries.verlening_uit(found), queries.voorschotten(g.db, subsidie.id)
    planned = uitvoering.nog_voor_te_schieten(grant.inhoud.get("termijnen", []) if grant else [], eerder)
    left = (subsidie.verleend or Decimal(0)) - eerder
    obstacles = _keeps_out(subsidie) or uitvoering.voorschot_obstakels(subsidie, found)
    if not obstacles and left <= 0:
        obstacles = [_("Over alles wat is verleend, is al besloten.")]
    values = form.values if form else {}
    if form is None:
        for n, (on, bedrag) in enumerate(planned[:MOST_TERMIJNEN], start=1):
            values |= {f"termijn-{n}-op": f"{on:%d-%m-%Y}", f"termijn-{n}-bedrag": bedrag_text(bedrag)}
    return render_template(
        "subsidie/uitvoering_voorschot.html", kop=kop, subsidie=subsidie, reasons=reasons, obstacles=obstacles, values=values,
        errors=form.errors if form else {}, rows=range(1, max(TERMIJN_ROWS, *used_rows(values), 0) + 1),
        is_planned=bool(planned), facts=[
            (_("Verleend"), euro_short(subsidie.verleend)), (_("Al besloten"), euro_short(eerder)),
            (_("Nog niet over besloten"), euro_short(left))]), status


@bp.route("/subsidies/<uuid:subsidie_id>/voorschot", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def voorschot_opstellen(subsidie_id):
    """Draft the decision on the advances; another reads and signs."""
    form = Form()
    termijnen = typed_termijnen(form)
    if not termijnen and not form.errors:
        form.errors["termijn-1-op"] = _("Vul ten minste één voorschot in.")
    if form.errors:
        return _voorschot(subsidie_id, 422, form)

    def act():
        besluit = uitvoering.voorschot_opstellen(g.db, g.actor, subsidie_id, termijnen=termijnen)
        words = (_("Het voorstel ligt klaar. Een tweede persoon leest het eerst.") if besluit.tweede_lezer_nodig else
                 _("Het voorstel ligt klaar. Het wacht op een handtekening."))
        return tell(go(url_for("subsidie.besluit", besluit_id=besluit.id)), words)

    return _try(act, "voorschot", subsidie_id, lambda status, reasons: _voorschot(subsidie_id, status, form, reasons))


# Payments --------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/betaling/<uuid:betaling_id>/klaarzetten", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def klaarzetten(betaling_id):
    """Prepare a payment; somebody else approves it."""
    subsidie_id = load(g.db, Betaling, betaling_id).dossier_id

    def act():
        betaling = uitvoering.klaarzetten(g.db, g.actor, betaling_id)
        return _done(subsidie_id, _("Betaling %(kenmerk)s staat klaar. Een ander keurt haar goed.", kenmerk=betaling.kenmerk))

    return _try(act, "klaarzetten", betaling_id, lambda status, reasons: _uitvoering(subsidie_id, status, reasons))


@bp.route("/subsidies/te-betalen", needs=P.SUBSIDIE_BETALEN)
def te_betalen():
    """Payments that wait for approval or for a file, by day."""
    return _te_betalen()


def _te_betalen(status=200, reasons=()):
    part = queries.te_betalen(g.db, g.actor.party_id, after=request.args.get("na"), before=request.args.get("voor"))
    cases = {row.dossier_id for row in part.rows}
    still, own = uitvoering.waarom_niet_betalen(g.db, cases), queries.met_belang(g.db, g.actor, cases)
    who = names(g.db, [one for row in part.rows for one in (row.klaargezet_by, row.goedgekeurd_by)])
    ready, total = uitvoering.klaar_voor_bestand(g.db, g.actor.party_id)
    return render_template(
        "subsidie/te_betalen.html", rows=[_to_pay(row, still, own, who) for row in part.rows], paging=around(part),
        ready=ready, total=total, reasons=reasons, nothing=uitvoering.NIETS_GOEDGEKEURD), status


def _to_pay(row, still: dict, own: set, who: dict) -> dict:
    """One payment with why this person cannot approve it."""
    is_waiting = row.stand == Betaalstand.KLAARGEZET
    faults = [still[row.dossier_id]] if row.dossier_id in still else []
    if row.dossier_id in own:
        faults.append("U heeft een belang bij deze subsidie. Een ander moet dit doen.")
    if is_waiting and row.klaargezet_by == g.actor.user_id:
        faults.append(uitvoering.ZELF_KLAARGEZET)
    on = day_short(row.gepland_on)
    facts = [(_("Ontvanger"), row.aanvrager_naam), (_("Rekening"), in_fours(row.iban)), (_("Op naam van"), row.tenaamstelling),
             (_("Op"), _("%(dag)s: die dag is voorbij", dag=on) if row.gepland_on < clock.today() else on),
             (_("Klaargezet door"), who.get(row.klaargezet_by, _("Een collega")))]
    if row.goedgekeurd_by:
        facts.append((_("Goedgekeurd door"), who.get(row.goedgekeurd_by, _("Een collega"))))
    return {"id": row.id, "kenmerk": row.kenmerk, "bedrag": row.bedrag, "titel": row.titel, "facts": facts, "faults": faults,
            "iban": row.iban, "tenaamstelling": row.tenaamstelling, "is_waiting": is_waiting,
            "may_return": is_waiting and row.dossier_id not in own,
            "stand": (BETAALSTAND_KINDS.get(row.stand, "info"), in_taal(BETAALSTAND_WORDS[row.stand])),
            "url": page_url("subsidie.uitvoering", row.dossier_id)}


@bp.route("/subsidies/betaling/<uuid:betaling_id>/goedkeuren", needs=P.SUBSIDIE_BETALEN, methods=["POST"], step_up=True,
          idempotent=True)
def goedkeuren(betaling_id):
    """The second person approves a payment."""
    def act():
        seen = tuple(request.form.get(name, "").strip() for name in ("iban", "tenaamstelling"))
        betaling = uitvoering.goedkeuren(g.db, g.actor, betaling_id, gezien=seen)
        return tell(go(url_for("subsidie.te_betalen")), _("Betaling %(kenmerk)s is goedgekeurd.", kenmerk=betaling.kenmerk))

    return _try(act, "goedkeuren", betaling_id, _te_betalen)


@bp.route("/subsidies/betaling/<uuid:betaling_id>/terugsturen", needs=P.SUBSIDIE_BETALEN)
def betaling_terug(betaling_id):
    """Why a payment is not approved."""
    return _betaling_terug(betaling_id)


def _betaling_terug(betaling_id, status=200, form=None, reasons=()):
    betaling = load(g.db, Betaling, betaling_id)
    kop = _case(betaling.dossier_id)
    viewed(kop.subsidie)
    obstacles = _keeps_out(kop.subsidie) or (
        [] if betaling.stand == Betaalstand.KLAARGEZET else ["Deze betaling wacht niet op goedkeuring."])
    return render_template("subsidie/uitvoering_betaling_terug.html", betaling=betaling, subsidie=kop.subsidie, reasons=reasons,
                           obstacles=obstacles, errors=form.errors if form else {}, values=form.values if form else {}), status


@bp.route("/subsidies/betaling/<uuid:betaling_id>/terugsturen", needs=P.SUBSIDIE_BETALEN, methods=["POST"], idempotent=True)
def betaling_terugsturen(betaling_id):
    """Back to who prepared it, with the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u de betaling terugstuurt."), most=500)
    if form.errors:
        return _betaling_terug(betaling_id, 422, form)

    def act():
        betaling = uitvoering.betaling_terugsturen(g.db, g.actor, betaling_id, reden=reden)
        return tell(go(url_for("subsidie.te_betalen")), _("Betaling %(kenmerk)s is teruggestuurd.", kenmerk=betaling.kenmerk))

    return _try(act, "betaling_terugsturen", betaling_id,
                lambda status, reasons: _betaling_terug(betaling_id, status, form, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/rekening", needs=P.SUBSIDIE_BETALEN)
def rekening(subsidie_id):
    """The account number that the recipient gave after a payment failed, beside the old one."""
    return _rekening(subsidie_id)


def _rekening(subsidie_id, status=200, form=None, reasons=()):
    kop = _case(subsidie_id)
    viewed(kop.subsidie)
    gegeven, payments = queries.nieuwe_rekening(g.db, subsidie_id), queries.betalingen(g.db, subsidie_id)
    old = next((one for one in payments if one.stand == Betaalstand.MISLUKT), payments[0] if payments else None)
    obstacles = _keeps_out(kop.subsidie) or ([] if gegeven else [account_number.NIETS_NIEUW])
    return render_template(
        "subsidie/uitvoering_rekening.html", subsidie=kop.subsidie, gegeven=gegeven, old=old, reasons=reasons,
        own_entry=account_number.zelf_ingevoerd(gegeven, g.actor),
        obstacles=obstacles, errors=form.errors if form else {}, values=form.values if form else {}), status


@bp.route("/subsidies/<uuid:subsidie_id>/rekening-op-papier", needs=P.SUBSIDIE_BEHANDELEN)
def rekening_papier(subsidie_id):
    """Another account number that came by letter, after a payment failed."""
    return _rekening_papier(subsidie_id)


def _rekening_papier(subsidie_id, status=200, form=None, reasons=()):
    kop = _case(subsidie_id)
    viewed(kop.subsidie)
    payments = queries.betalingen(g.db, subsidie_id)
    return render_template(
        "subsidie/rekening_papier.html", subsidie=kop.subsidie, reasons=reasons,
        failed=[one for one in payments if one.stand == Betaalstand.MISLUKT],
        obstacles=_keeps_out(kop.subsidie) or account_number.papier_obstakels(
            kop.subsidie, payments, queries.nieuwe_rekening(g.db, subsidie_id)),
        errors=form.errors if form else {}, values=form.values if form else {}), status


@bp.route("/subsidies/<uuid:subsidie_id>/rekening-op-papier", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], step_up=True,
          idempotent=True)
def rekening_papier_invoeren(subsidie_id):
    """Keep the number with the day the letter came in: somebody else approves it before anything is paid to it."""
    form = Form()
    on = form.date("on", _("Vul in op welke dag de brief binnenkwam."))
    number = form.iban("iban", _("Vul het rekeningnummer in."))
    name = form.rekeningnaam("tenaamstelling", _("Vul in op welke naam de rekening staat."))
    if form.errors:
        return _rekening_papier(subsidie_id, 422, form)

    def act():
        account_number.papier(g.db, g.actor, subsidie_id, iban=number, tenaamstelling=name, on=on)
        return _done(subsidie_id, _("Het nieuwe rekeningnummer is ingevoerd. Een collega keurt het goed."))

    return _try(act, "rekening_papier", subsidie_id,
                lambda status, reasons: _rekening_papier(subsidie_id, status, form, reasons))


@bp.route("/subsidies/rekening/<uuid:indiening_id>/goedkeuren", needs=P.SUBSIDIE_BETALEN, methods=["POST"], step_up=True,
          idempotent=True)
def rekening_goedkeuren(indiening_id):
    """From now on the gemeente pays to the new number."""
    subsidie_id = load(g.db, Indiening, indiening_id).dossier_id

    def act():
        account_number.goedkeuren(g.db, g.actor, indiening_id)
        return _done(subsidie_id, _("Het nieuwe rekeningnummer geldt. De betaling kan opnieuw worden klaargezet."))

    return _try(act, "rekening_goedkeuren", subsidie_id, lambda status, reasons: _rekening(subsidie_id, status, None, reasons))


@bp.route("/subsidies/rekening/<uuid:indiening_id>/afwijzen", needs=P.SUBSIDIE_BETALEN, methods=["POST"], idempotent=True)
def rekening_afwijzen(indiening_id):
    """The new number is not used; the recipient reads why."""
    subsidie_id = load(g.db, Indiening, indiening_id).dossier_id
    form, reden = _with_reason(_("Schrijf waarom u dit nummer niet gebruikt. De ontvanger leest dit."))
    if form.errors:
        return _rekening(subsidie_id, 422, form)

    def act():
        account_number.afwijzen(g.db, g.actor, indiening_id, reden=reden)
        return _done(subsidie_id, _("Het nieuwe rekeningnummer wordt niet gebruikt. De ontvanger krijgt een bericht.")
                     if load(g.db, Subsidie, subsidie_id).aanvrager_id else
                     _("Het nieuwe rekeningnummer wordt niet gebruikt. Stuur de ontvanger vandaag zelf een brief."))

    return _try(act, "rekening_afwijzen", subsidie_id, lambda status, reasons: _rekening(subsidie_id, status, form, reasons))


@bp.route("/subsidies/betaalbestanden", needs=P.SUBSIDIE_BETALEN)
def betaalbestanden():
    """The files for the finance system, and the way to read what came back."""
    return _bestanden()


def _bestanden(status=200, reasons=(), errors=None):
    part = queries.betaalbestanden(g.db, after=request.args.get("na"), before=request.args.get("voor"))
    return render_template(
        "subsidie/betaalbestanden.html", rows=part.rows, paging=around(part), reasons=reasons, errors=errors or {},
        status_url=url_for("subsidie.status_inlezen", csrf_token=csrf_token(),
                           terug=url_for("subsidie.betaalbestanden"))), status


@bp.route("/subsidies/betaalbestanden", needs=P.SUBSIDIE_BETALEN, methods=["POST"], step_up=True, idempotent=True)
def bestand_maken():
    """Put everything that was approved into one file, once."""
    def act():
        bestand = uitvoering.bestand_maken(g.db, g.actor)
        return tell(go(url_for("subsidie.betaalbestanden")), ngettext(
            "Betaalbestand %(nummer)s is gemaakt, met %(num)s betaling. Haal het hieronder op.",
            "Betaalbestand %(nummer)s is gemaakt, met %(num)s betalingen. Haal het hieronder op.", bestand.aantal,
            nummer=bestand.nummer))

    return _try(act, "bestand_maken", None, _te_betalen)


@bp.route("/subsidies/betaalbestand/<uuid:bestand_id>.csv", needs=P.SUBSIDIE_BETALEN, step_up=True)
def betaalbestand(bestand_id):
    """One file, exactly as it was made. Account numbers leave the house here: for who just showed who they are, some times an
    hour, and the journal tells of it."""
    bestand = load(g.db, Betaalbestand, bestand_id)
    limit("export", str(g.actor.user_id))
    access_log.journal(current_app.engine, g.actor, "betaalbestand ophalen", bestand.nummer, "gelukt", request.remote_addr)
    body = bestand.inhoud.encode()
    return uploads.send(f"{bestand.nummer}.csv", "text/csv; charset=utf-8", len(body), [body])


@bp.route("/subsidies/betaalbestanden/status", needs=P.SUBSIDIE_BETALEN, methods=["POST"], step_up=True)
def status_inlezen():
    """Read what the finance system says of its orders; the page tells line by line what happened. Sent twice it changes
    nothing more, so the answer is the page itself."""
    try:
        lines = uitvoering.status_inlezen(g.db, g.actor, _sent_text())
    except Refused as error:
        refused(error, "subsidie:status_inlezen")
        return _bestanden(error.status, errors={"bestand": " ".join(error.reasons)})
    return render_template("subsidie/betaalstatus.html", lines=lines, wrong=sum(bool(one.fout) for one in lines),
                           failed=sum(not one.fout and one.uitkomst == Betaalstand.MISLUKT for one in lines),
                           words=BETAALSTAND_WORDS, kinds=BETAALSTAND_KINDS)


def _sent_text() -> str:
    """The text of the one file in this form: in UTF-8, or as older finance systems write it. It is read and not kept."""
    body = read_once(MOST_BYTES, _("Dit bestand is te groot. Een statusbestand is kleiner dan 1 MB."))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
    if "\0" in text:
        raise Refused(_("Dit is geen tekst met kolommen (csv)."))
    return text


# Lines -----------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/regel/<uuid:regel_id>/oordeel", needs=P.SUBSIDIE_BEHANDELEN)
def regel_oordeel(regel_id):
    """One line of the grant with the evidence that was sent: was it done?"""
    return _oordeel(regel_id)


def _oordeel(regel_id, status=200, form=None, reasons=()):
    regel = load(g.db, Subsidieregel, regel_id)
    kop = _case(regel.dossier_id)
    subsidie = kop.subsidie
    viewed(subsidie)
    obstacles = _keeps_out(subsidie)
    if regel.besluit_id is None or subsidie.state not in uitvoering.RUNNING:
        obstacles = ["Deze regel hoort niet bij een subsidie die loopt."]
    regels = queries.regels(g.db, subsidie.id, regel.besluit_id)
    sent = [one for one in reversed(queries.indieningen(g.db, subsidie.id))
            if one.soort == Indiensoort.BEWIJS and one.inhoud["regel_id"] == str(regel.eerste_id)]
    judged = (_("%(wie)s, %(dag)s", wie=names(g.db, [regel.stand_by]).get(regel.stand_by, _("Een collega")),
                dag=day_short(regel.stand_at)) if regel.stand_by else "")
    own = {"stand": regel.stand if regel.stand in JUDGED else "", "reden": regel.stand_reden}
    return render_template(
        "subsidie/uitvoering_regel.html", regel=regel, shown=line_shown(regel, regels), subsidie=subsidie, sent=sent,
        obstacles=obstacles, reasons=reasons, judged=judged, errors=form.errors if form else {},
        values=form.values if form else own, soort=in_taal(REGEL_WORDS[regel.soort]), choices=_choices(regel),
        stand=(STAND_KINDS[regel.stand], in_taal(STAND_WORDS[regel.stand]))), status


def _choices(regel: Subsidieregel) -> list[tuple]:
    """What can be said of a line, with what follows from it."""
    unmet = {"voorwaarde": _("Er is dan geen recht op het geld. De betalingen wachten (Awb 4:33 en 4:34)."),
             "verplichting": _("De subsidie kan lager worden vastgesteld (Awb 4:46)."),
             "resultaat": _("Dit telt mee bij de vaststelling.")}
    lapsed = (_("Een voorwaarde die vervalt, houdt de betalingen nog steeds tegen.") if regel.soort == "voorwaarde"
              else _("De ontvanger hoeft dit niet meer te doen."))
    return [(Stand.VOLDAAN, _("Ja, eraan is voldaan")), (Stand.NIET_VOLDAAN, _("Nee"), unmet[regel.soort]),
            (Stand.VERVALLEN, _("Deze afspraak is vervallen"), lapsed)]


@bp.route("/subsidies/regel/<uuid:regel_id>/oordeel", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def regel_beoordelen(regel_id):
    """Met, not met, or lapsed; without met, with the reason."""
    form = Form()
    stand = form.choice("stand", list(JUDGED), _("Kies of eraan is voldaan."))
    reden = form.text("reden", most=REDEN) or ""
    if stand and stand != Stand.VOLDAAN and not reden:
        form.errors.setdefault("reden", _("Schrijf waarom."))
    if form.errors:
        return _oordeel(regel_id, 422, form)

    def act():
        regel = uitvoering.regel_beoordelen(g.db, g.actor, regel_id, stand=Stand(stand), reden=reden)
        return _done(regel.dossier_id, _("Uw oordeel is bewaard."))

    return _try(act, "regel_beoordelen", regel_id, lambda status, reasons: _oordeel(regel_id, status, form, reasons))


# Short reports ---------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/rapportage/<uuid:rapportage_id>", needs=P.SUBSIDIE_LEZEN)
def rapportage(rapportage_id):
    """One short report: what was asked, what came in, what was agreed."""
    return _rapportage(rapportage_id)


def _rapportage(rapportage_id, status=200, reasons=()):
    row = load(g.db, Rapportage, rapportage_id)
    kop = _case(row.subsidie_id)
    subsidie = kop.subsidie
    viewed(subsidie)
    sent = queries.indieningen(g.db, row.id)
    obstacles = []
    if _handles() and row.state != RapportageState.AKKOORD:
        obstacles = RAPPORTAGE.obstacles(row, "akkoord", g.actor) or _keeps_out(subsidie)
    eenheid = _eenheid(kop)
    return render_template(
        "subsidie/uitvoering_rapportage.html", rapportage=row, subsidie=subsidie, reasons=reasons, eenheid=eenheid,
        status_badge=state_badge("rapportage", row.state), obstacles=obstacles, last=sent[-1] if sent else None,
        facts=_reported(sent[-1].inhoud, eenheid) if sent else [], sent=sent,
        may_agree=_handles() and row.state != RapportageState.AKKOORD), status


def _reported(inhoud, eenheid: str) -> list[tuple]:
    """What the recipient counted; what it left out stands there as such."""
    left_out = _("Niet ingevuld")

    def count(name):
        return inhoud[name] if inhoud.get(name) is not None else left_out

    delivered = f"{aantal(Decimal(inhoud['geleverd']), current_lang())} {eenheid}"
    return [(_("Geleverd"), delivered), (_("Instroom"), count("instroom")), (_("Doorstroom"), count("doorstroom")),
            (_("Uitstroom"), count("uitstroom")),
            (_("Verstuurd door"), inhoud.get("verstuurd_door") or left_out)]


@bp.route("/subsidies/rapportage/<uuid:rapportage_id>/akkoord", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def rapportage_akkoord(rapportage_id):
    """The report was read and is kept."""
    def act():
        row = uitvoering.rapportage_akkoord(g.db, g.actor, rapportage_id)
        return _done(row.subsidie_id, _("U bent akkoord met voortgangsbericht %(n)s.", n=row.volgnummer))

    return _try(act, "rapportage_akkoord", rapportage_id, lambda status, reasons: _rapportage(rapportage_id, status, reasons))


# Stop of payments ------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/betalingen-stoppen", needs=P.SUBSIDIE_BEHANDELEN)
def stop(subsidie_id):
    """Why the payments are stopped."""
    return _stop(subsidie_id)


def _stop(subsidie_id, status=200, form=None, reasons=()):
    kop = _case(subsidie_id)
    subsidie = kop.subsidie
    viewed(subsidie)
    obstacles = _keeps_out(subsidie) or uitvoering.stop_obstakels(subsidie, queries.lopende_stop(g.db, subsidie.id))
    return render_template("subsidie/uitvoering_stop.html", subsidie=subsidie, obstacles=obstacles, reasons=reasons,
                           last_day=uitvoering.stop_tot(clock.today()), earlier=queries.vorige_stop(g.db, subsidie.id),
                           errors=form.errors if form else {},
                           values=form.values if form else {}), status


def _with_reason(missing: str) -> tuple[Form, str | None]:
    form = Form()
    return form, form.text("reden", missing, most=REDEN)


@bp.route("/subsidies/<uuid:subsidie_id>/betalingen-stoppen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def stoppen(subsidie_id):
    """Stop the payments, with a written notice (Awb 4:56)."""
    form, reden = _with_reason(_("Schrijf welk ernstig vermoeden er is, en waarop het rust."))
    nieuw = form.text("nieuw", most=REDEN) or ""
    if form.errors:
        return _stop(subsidie_id, 422, form)

    def act():
        uitvoering.stoppen(g.db, g.actor, subsidie_id, reden=reden, nieuw=nieuw)
        return _done(subsidie_id, _("De betalingen staan stil."))

    return _try(act, "stoppen", subsidie_id, lambda status, reasons: _stop(subsidie_id, status, form, reasons))


@bp.route("/subsidies/stop/<uuid:stop_id>", needs=P.SUBSIDIE_BEHANDELEN)
def hervatting(stop_id):
    """Why the payments may begin again."""
    return _hervatting(stop_id)


def _hervatting(stop_id, status=200, form=None, reasons=()):
    row = load(g.db, Betalingsstop, stop_id)
    kop = _case(row.subsidie_id)
    viewed(kop.subsidie)
    obstacles = BETALINGSSTOP.obstacles(row, "hervatten", g.actor, reden="-") or _keeps_out(kop.subsidie)
    term = queries.termijn(g.db, row.id, "betalingsopschorting")
    return render_template("subsidie/uitvoering_hervatten.html", stop=row, term=term, subsidie=kop.subsidie,
                           obstacles=obstacles, reasons=reasons, errors=form.errors if form else {},
                           values=form.values if form else {}), status


@bp.route("/subsidies/stop/<uuid:stop_id>", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def hervatten(stop_id):
    """Let the payments begin again."""
    form, reden = _with_reason(_("Schrijf waarom de betalingen weer beginnen."))
    if form.errors:
        return _hervatting(stop_id, 422, form)

    def act():
        row = uitvoering.hervatten(g.db, g.actor, stop_id, reden=reden)
        return _done(row.subsidie_id, _("De betalingen beginnen weer."))

    return _try(act, "hervatten", stop_id, lambda status, reasons: _hervatting(stop_id, status, form, reasons))
