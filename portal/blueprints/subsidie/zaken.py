"""The case of one application: the list, the dossier, complete or not, assessment, hearing, its history."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property, partial
from uuid import UUID

from flask import current_app, g, render_template, request, url_for

from config import load as load_config
from portal.blueprints.berichten import message_item
from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.meter import case_meter
from portal.blueprints.termijnen import ended, replaced, still_until
from portal.domains.subsidies import (
    aanvragen,
    opschorten,
    queries,
    rules,
    steunregister,
    toestemming,
    usecases,
    vaststellen,
    vorderen,
)
from portal.domains.subsidies.beschikking import tekende_het_eerste
from portal.domains.subsidies.model import (
    OPEN,
    Argument,
    Indiening,
    Indiensoort,
    Plafond,
    State,
    Subsidie,
    Subsidieregel,
    Vordering,
)
from portal.domains.subsidies.rules import Beslissing, Regelsoort, Staatssteun
from portal.domains.subsidies.voorstellen import SOORT, kenmerk
from portal.domains.subsidies.words import REGEL_WORDS, sentence
from portal.domains.subsidies.workflow import STAP, STATE_LABELS, SUBSIDIE, mogelijk, wordt_herzien, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.belang import Belangverklaring, statement
from portal.kernel.besluit import Besluit
from portal.kernel.documents import Document
from portal.kernel.dossier import Termijn, count_with, load
from portal.kernel.errors import NotFound
from portal.kernel.queries import openable
from portal.kernel.terms import Length
from portal.web.blueprint import attempt, viewed
from portal.web.filters import (
    aantal,
    bedrag,
    datum,
    datum_kort,
    datum_tabel,
    feiten,
    grootte,
    in_taal,
    laatste_dag,
    local,
    maand_kort,
    nog_dagen,
    punten,
    weekdag_kort,
)
from portal.web.forms import Form, Invalid
from portal.web.htmx import go, page_or_part
from portal.web.links import around, state_badge, task_url
from portal.web.said import tell
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

HANDLING = (P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_MEELEZEN, P.SUBSIDIE_TEKENEN)
EVENTS_SHOWN = 8
MESSAGES_SHOWN = 3
POINTS_ASKED = 8
REDEN = 2000
# For pages that ask none.
NO_ID = UUID(int=0)
# What happens by itself, or by a signature: no button of its own.
NO_BUTTON = ("aangevuld", "niet_aangevuld", "intrekken", *STAP.values(), "verantwoorden", "vaststelling_ontvangen",
             "vaststellen", "posten")
# After the grant; what is done then stands on a page of its own.
GRANTED = (State.VERLEEND, State.VERANTWOORDEN, State.IN_VASTSTELLING, State.VASTGESTELD, State.VERLENING_INGETROKKEN)
# Work after the grant: the sign beside it. Its words and its page are those of Mijn werk.
LATER_WORK = {"werk_voorschot": "pen", "werk_klaarzetten": "euro", "werk_goedkeuren": "check", "werk_rekening": "euro",
              "werk_bewijs": "eye", "werk_melding": "mail", "werk_vaststellen": "pen", "werk_terugvorderen": "swap",
              "werk_rentevergoeding": "euro",
              "steunregister": "file"}
# Terms in which the applicant can do something: over is over, nobody is late.
OF_APPLICANT = ("hersteltermijn", "zienswijze", "bezwaartermijn")
KINDS = {Regelsoort.RESULTAAT: "res", Regelsoort.VERPLICHTING: "duty", Regelsoort.VOORWAARDE: "cond"}
BESLUIT_KINDS = {besluiten.State.VERZONDEN: "ok", besluiten.State.TERUGGESTUURD: "warn", besluiten.State.VERVALLEN: "neutral",
                 besluiten.State.INGETROKKEN: "err"}


# The list ------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies", needs=P.SUBSIDIE_LEZEN)
def lijst():
    """The cases of the own gemeente, the newest first; by scheme and by where they stand."""
    regeling_id, stand = _uuid_or_none(request.args.get("regeling", "")), request.args.get("stand", "")
    stand = stand if stand in STATE_LABELS else ""
    part = queries.subsidies(g.db, regeling_id=regeling_id, state=stand, after=request.args.get("na"),
                             before=request.args.get("voor"))
    due = queries.uiterlijk(g.db, [row.id for row in part.rows]) if part.rows else {}
    return page_or_part(
        "subsidie/lijst.html", "lijst", items=[_row(row, due.get(row.id)) for row in part.rows], paging=around(part),
        regelingen=[(str(row.id), row.titel) for row in queries.met_aanvragen(g.db)], regeling=str(regeling_id or ""),
        standen=[(state, in_taal(label)) for state, label in STATE_LABELS.items()], stand=stand,
        regelingen_url=_page("subsidie.regelingen"),
        tekenen_url=_page("subsidie.te_tekenen"))


def _page(endpoint: str, id_: UUID = NO_ID) -> str | None:
    """The address of a page of this part; None when this person may not open it, or there is no such page."""
    view = current_app.view_functions.get(endpoint)
    return task_url(endpoint, id_) if view and any(g.actor.may(one) for one in view.needs) else None


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _row(row, due) -> dict:
    amount = (_("Verleend: %(bedrag)s", bedrag=_euro(row.verleend)) if row.verleend is not None
              else _("Gevraagd: %(bedrag)s", bedrag=_euro(row.gevraagd)))
    meta = [row.reference]
    if due:
        meta.append(_("de beslistermijn staat stil") if due[1] else
                    _("besluit uiterlijk %(dag)s, %(over)s", dag=_shown(due[0]), over=_left(due[0])))
    return {"title": row.titel, "url": url_for("subsidie.dossier", subsidie_id=row.id),
            "text": f"{row.aanvrager_naam} · {amount}", "status": state_badge("subsidie", row.state), "meta": " · ".join(meta)}


def _euro(value: Decimal) -> str:
    """An amount as people write it: cents only where there are any."""
    return bedrag(value, current_lang()).removesuffix(",00").removesuffix(".00")


def _shown(value) -> str:
    """A day or a moment as people read it, in the language of this request."""
    return datum_kort(value, current_lang())


def _left(on: date) -> str:
    return nog_dagen(on, clock.today(), current_lang())


# The dossier ---------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>", needs=P.SUBSIDIE_LEZEN)
def dossier(subsidie_id):
    """One case: what can be done now, what was asked, how it was judged, what was decided, until when, what happened."""
    return _dossier(subsidie_id)


def _dossier(subsidie_id, status=200, reasons=()):
    zaak = _zaak(subsidie_id)
    viewed(zaak.subsidie)
    return page_or_part(
        "subsidie/dossier.html", status=status, zaak=zaak, kop=zaak.kop, subsidie=zaak.subsidie, reasons=reasons,
        status_badge=state_badge("subsidie", zaak.subsidie.state), possible=zaak.actions(), blocked=zaak.blocked(),
        timeline=event_items(zaak.events), is_open=zaak.subsidie.state in OPEN,
        bezwaren=_objections(zaak), meter=case_meter(zaak.termijnen, zaak.subsidie.id))


def _objections(zaak: "Zaak") -> list[dict]:
    """The objections in a case."""
    return [{"title": one.reference, "url": url_for("subsidie.bezwaar", bezwaar_id=one.id),
             "status": state_badge("bezwaar", one.state), "meta": _("ontvangen op %(dag)s", dag=_shown(one.ontvangen_on))}
            for one in zaak.rondom.bezwaren]


def _zaak(subsidie_id) -> "Zaak":
    kop = queries.kop(g.db, subsidie_id)
    subsidie = kop.subsidie
    rondom = queries.rondom(g.db, subsidie, g.actor.user_id)
    # What holds now: the grant, or the last decision that changed it; nothing of it when it was taken back.
    grant = next((b for b in rondom.besluiten
                  if b.verzonden_at and b.inhoud.get("uitkomst") in (Beslissing.VERLENEN, Beslissing.WIJZIGEN)
                  and subsidie.state != State.VERLENING_INGETROKKEN), None)
    is_mine = subsidie.eigenaar_id == g.actor.party_id and any(g.actor.may(one) for one in HANDLING)
    waits = is_mine and subsidie.state in (*OPEN, *GRANTED)
    return Zaak(
        kop=kop, rondom=rondom, bestanden=queries.documenten(g.db, rondom.inhoud),
        regels=[one for one in rondom.regels if grant and one.besluit_id == grant.id],
        events=queries.nieuwste(g.db, subsidie.id, EVENTS_SHOWN),
        berichten=queries.berichten(g.db, subsidie.id, MESSAGES_SHOWN) if g.actor.may(P.BERICHT_LEZEN) else [],
        verklaring=rondom.belang.verklaring if is_mine else None,
        keeps_out=zelf_geen_belang(subsidie, actor=g.actor, belang=rondom.belang) if waits else None,
        wie=names(g.db, [subsidie.behandelaar_id, *(b.beoordelaar_id for b in rondom.punten_van.values()),
                         *(a.beantwoord_by for a in rondom.argumenten)]))


@dataclass
class Zaak:
    """Everything the dossier page says about a case, from rows that were read once."""

    kop: queries.Kop
    rondom: queries.Rondom
    # The files of the application as it is now.
    bestanden: list[Document]
    # The lines of the grant that holds.
    regels: list[Subsidieregel]
    events: list
    berichten: list
    # The own statement of whoever looks, and why this person may decide nothing here (Awb 2:4).
    verklaring: Belangverklaring | None
    keeps_out: str | None
    wie: Mapping

    @property
    def subsidie(self) -> Subsidie:
        """The case itself."""
        return self.kop.subsidie

    @property
    def inhoud(self) -> Indiening:
        """What the application says now."""
        return self.rondom.inhoud

    @property
    def termijnen(self) -> list[tuple]:
        """The terms with their suspensions, by day."""
        return self.rondom.termijnen

    @property
    def besluiten(self) -> list[Besluit]:
        """The decisions, the newest first."""
        return self.rondom.besluiten

    @property
    def punten_van(self) -> Mapping:
        """The points per criterion."""
        return self.rondom.punten_van

    @property
    def argumenten(self) -> list[Argument]:
        """What the applicant argued, in order."""
        return self.rondom.argumenten

    @property
    def plafond(self) -> Plafond | None:
        """The ceiling under which the case falls."""
        return self.rondom.plafond

    @property
    def gegevens(self) -> Mapping:
        """The fields of the application as they stand now."""
        return self.inhoud.inhoud["gegevens"]

    @property
    def regeling(self) -> Mapping:
        """What the scheme said when this was applied for."""
        return self.kop.publicatie.inhoud

    @property
    def criteria(self) -> Sequence[Mapping]:
        """The criteria of the scheme."""
        return self.regeling["inrichting"]["criteria"]

    @property
    def asks_consent(self) -> bool:
        """Must the recipient ask consent for some plans, or did it do so (Awb 4:71)?"""
        return toestemming.nodig(self.kop.publicatie, self.regels)

    @property
    def handles(self) -> bool:
        """Does whoever looks handle applications of this gemeente?"""
        return g.actor.may(P.SUBSIDIE_BEHANDELEN) and self.subsidie.eigenaar_id == g.actor.party_id

    @property
    def on_paper(self) -> bool:
        """Nobody of the applicant looks here: the gemeente writes letters itself."""
        return self.subsidie.aanvrager_id is None

    @cached_property
    def score(self) -> rules.Score:
        """What the points come to."""
        return rules.score(self.criteria, {code: b.punten for code, b in self.punten_van.items()})

    @cached_property
    def open_besluit(self) -> Besluit | None:
        """The proposal that waits for its reader or its signature."""
        return next((b for b in self.besluiten if b.state in besluiten.OPEN), None)

    @cached_property
    def open_argumenten(self) -> int:
        """How many arguments have no answer yet."""
        return sum(not one.antwoord for one in self.argumenten)

    @cached_property
    def beslissen(self) -> tuple | None:
        """The term to decide that runs now, with its suspensions."""
        return next((pair for kind in reversed(queries.BESLISTERMIJNEN) for pair in self.termijnen
                     if pair[0].kind == kind and pair[0].met_on is None), None)

    @cached_property
    def te_beslissen(self) -> tuple | None:
        """The term to decide on what was applied for, and whether it stands still: as queries.te_beslissen."""
        found = [pair for pair in self.termijnen if pair[0].kind in queries.OP_AANVRAAG and pair[0].met_on is None]
        if not found:
            return None
        termijn, rows = max(found, key=lambda pair: pair[0].started_on)
        return termijn, _running(rows) is not None

    @cached_property
    def choices(self) -> list:
        """What can be proposed where this case stands."""
        return mogelijk(self.subsidie, niet_behandelen=self._runs("buiten_behandeling") is not None)

    @cached_property
    def possible(self) -> list[tuple]:
        """Steps of this person that start here, with what is in their way."""
        facts = self.rondom.feiten
        steps = SUBSIDIE.possible(self.subsidie, g.actor, reden="-", score=self.score, besluit=self.open_besluit,
                                  beslissen=self.te_beslissen, **facts)
        found = []
        for step, reasons in steps:
            if step.name in NO_BUTTON:
                continue
            if step.name == "herzien_stoppen" and wordt_herzien(self.subsidie, **facts):
                continue
            halted = bool(self.te_beslissen and self.te_beslissen[1])
            if (step.name == "opschorten" and (halted or not self.te_beslissen)) or (
                    step.name == "opschorting_eindigen" and not halted):
                continue
            if not reasons and step.name == "uitstellen" and not _in_time(self.beslissen):
                reasons = [TOO_LATE_TO_DELAY]
            if not reasons and step.name == "aanvulling_vragen" and not _in_time(self.beslissen):
                reasons = [TOO_LATE_TO_ASK]
            if not reasons and step.name == "zienswijze_vragen" and self._runs("zienswijze"):
                reasons = [ALREADY_ASKED]
            if step.name == "termijn_stellen" and not vaststellen.eerst_een_termijn(self._runs("vaststellingsaanvraag")):
                continue
            if not reasons and step.name == "ambtshalve":
                reasons = [*filter(None, [vaststellen.nog_aan_te_vragen(self._runs("vaststellingsaanvraag"))])]
            found.append((step, reasons))
        return found

    def _runs(self, kind: str) -> Termijn | None:
        return next((t for t, _rows in self.termijnen if t.kind == kind and t.met_on is None), None)

    # Head -----------------------------------------------------------------------------------------------------------------

    def reference(self) -> str:
        """The line under the title."""
        subsidie = self.subsidie
        return " · ".join([subsidie.reference, subsidie.aanvrager_naam, self.kop.publicatie.titel])

    def metrics(self) -> list[tuple]:
        """Three or four figures."""
        subsidie, items = self.subsidie, []
        items.append((_("Gevraagd"), _euro(subsidie.gevraagd), self.product))
        if subsidie.verleend is not None:
            items.append((_("Verleend"), _euro(subsidie.verleend),
                          _("hoogste bedrag: %(bedrag)s", bedrag=_euro(subsidie.maximum)) if subsidie.maximum else ""))
        if subsidie.vastgesteld is not None:
            items.append((_("Vastgesteld"), _euro(subsidie.vastgesteld)))
        if self.plafond is not None:
            items.append((_("Nog in het plafond"), _euro(self.plafond.over),
                          _("van %(bedrag)s", bedrag=_euro(self.plafond.bedrag))))
        if self.beslissen:
            termijn, rows = self.beslissen
            if any(row.completed_on is None for row in rows):
                items.append((_("Besluit uiterlijk"), _("staat stil"), in_taal(_running(rows).ground)))
            else:
                items.append((_("Besluit uiterlijk"), datum_tabel(termijn.due_on), _left(termijn.due_on)))
        return items

    @property
    def product(self) -> str:
        """What the subsidy is for, with the number of units."""
        found = _product(self.regeling, self.subsidie.product)
        if self.subsidie.aantal is None:
            return found["naam"]
        return f"{aantal(self.subsidie.aantal, current_lang())} {found['eenheid']} · {found['naam']}"

    def phases(self) -> list[tuple]:
        """The life of a case, with what is known of each phase."""
        subsidie, state = self.subsidie, self.subsidie.state
        sent = next((b for b in self.besluiten if b.verzonden_at and b.soort == "subsidie"), None)
        decided = _("op %(dag)s", dag=_day(clock.day_of(sent.verzonden_at))) if sent else ""
        received = (_("Ontvangen"), _("op %(dag)s", dag=_day(subsidie.ontvangen_on)))
        complete = (_("Behandelen"), _("compleet op %(dag)s", dag=_day(subsidie.compleet_on)) if subsidie.compleet_on else "")
        if state == State.INGETROKKEN:
            return [("done", *received), ("done", _("Ingetrokken"), _("door de aanvrager"))]
        if state == State.BUITEN_BEHANDELING:
            return [("done", *received), ("done", _("Behandelen"), _("niet aangevuld")),
                    ("done", _("Besluit"), _("niet behandeld, %(dag)s", dag=decided))]
        if state == State.GEWEIGERD:
            return [("done", *received), ("done", *complete), ("done", _("Beoordelen"), ""),
                    ("done", _("Besluit"), _("geweigerd, %(dag)s", dag=decided))]
        now = {State.ONTVANGEN: 1, State.WACHT_OP_AANVULLING: 1, State.NIET_AANGEVULD: 1, State.IN_BEHANDELING: 2,
               State.BEOORDEELD: 3, State.VERLEEND: 4, State.VERANTWOORDEN: 4, State.VERLENING_INGETROKKEN: 4,
               State.IN_VASTSTELLING: 5, State.VASTGESTELD: 6}[state]
        if now == 1 and state != State.ONTVANGEN:
            complete = (complete[0], in_taal(STATE_LABELS[state]).lower())
        given = len(self.criteria) - self.score.ontbreekt
        notes = [
            received, complete,
            (_("Beoordelen"), _("%(n)s van %(total)s criteria", n=given, total=len(self.criteria)) if self.criteria else ""),
            (_("Besluit"), decided or (self._decides() if self.beslissen and now < 4 else "")),
            (_("Uitvoeren"), _("tot en met %(dag)s", dag=_day(laatste_dag(subsidie.tot)))), (_("Vaststellen"), self._settled()),
        ]
        return [("done" if i < now else "now" if i == now else "todo", *row) for i, row in enumerate(notes)]

    def _decides(self) -> str:
        """Until when the gemeente decides; nothing while that stands still."""
        termijn, rows = self.beslissen
        return _("staat stil") if _running(rows) else _("uiterlijk %(dag)s", dag=_day(termijn.due_on))

    def _settled(self) -> str:
        """When the grant was determined, or until when it must be."""
        sent = next((b for b in self.besluiten if b.verzonden_at and b.soort == vaststellen.SOORT), None)
        if sent is not None:
            return _("op %(dag)s", dag=_day(clock.day_of(sent.verzonden_at)))
        runs = next(filter(None, map(self._runs, vaststellen.BEGONNEN)), None)
        return _("uiterlijk %(dag)s", dag=_day(runs.due_on)) if runs else ""

    # What can be done -----------------------------------------------------------------------------------------------------

    def actions(self) -> list[dict]:
        """What this person can do now: first what the case waits for, then what may be done too."""
        subsidie, free = self.subsidie, {step.name for step, reasons in self.possible if not reasons}
        items = self._sign_or_read()
        if self.handles and subsidie.state in OPEN and self.verklaring is None:
            items.append({"title": _("Verklaar eerst of u een belang heeft"), "icon": "pen", "url": self.to("belang"),
                          "text": _("Pas daarna kunt u deze aanvraag behandelen (Awb 2:4)."),
                          "button": _("Naar de verklaring")})
        if "compleet" in free:
            items.append({"title": _("Er ontbreekt niets"), "icon": "check", "post": True, "url": self.to("compleet"),
                          "text": _("U heeft alles gelezen en de aanvraag is compleet. Daarna beoordeelt u haar."),
                          "button": _("Ja, de aanvraag is compleet")})
        if subsidie.state == State.IN_BEHANDELING and self.may_judge:
            items.append({"title": _("Beoordeel de aanvraag"), "icon": "pen", "url": self.to("beoordeling"),
                          "text": self._judged(), "button": _("Naar de beoordeling")})
        if "beoordelen" in free:
            items.append({"title": _("Rond de beoordeling af"), "icon": "check", "post": True, "url": self.to("afronden"),
                          "text": _("Daarna schrijft u het voorstel voor het besluit."), "button": _("Rond af")})
        items += self._to_post()
        items += self._propose()
        items += self._after_the_grant()
        if "aanvulling_vragen" in free:
            items.append({"title": _("Vraag om een aanvulling"), "icon": "mail", "kind": "secondary",
                          "text": _("De beslistermijn staat stil tot de aanvulling er is, of de tijd daarvoor voorbij is."),
                          "button": _("Schrijf wat er ontbreekt"), "url": self.to("aanvulling")})
        if self.handles and subsidie.state == State.WACHT_OP_AANVULLING and self.on_paper:
            items.append({"title": _("De aanvulling kwam op papier"), "icon": "mail", "url": self.to("aanvulling_papier"),
                          "text": _("Deze aanvrager werkt niet in het portaal. Leg vast wanneer de aanvulling binnenkwam."),
                          "button": _("Leg de aanvulling vast")})
        if self.handles and self.on_paper and self._runs("zienswijze"):
            items.append({"title": _("De zienswijze kwam op papier"), "icon": "mail", "url": self.to("zienswijze_papier"),
                          "text": _("Deze aanvrager werkt niet in het portaal. Neem over wat hij schreef, punt voor punt."),
                          "button": _("Leg de zienswijze vast")})
        for name, icon, text, button, page in self._also():
            if name in free:
                items.append({"title": in_taal(SUBSIDIE.steps[name].label), "icon": icon, "text": text, "button": button,
                              "kind": "secondary", "url": self.to(page)})
        return items + [item for item in self._change() if "reasons" not in item]

    @cached_property
    def to_post(self) -> list[Besluit]:
        """Letters on paper that were signed and that nobody posted yet (Awb 3:41)."""
        posted = queries.gepost(g.db, self.subsidie.id) if self.on_paper else ()
        return [one for one in self.besluiten
                if self.on_paper and one.state == besluiten.State.VERZONDEN and one.id not in posted]

    def _to_post(self) -> list[dict]:
        if not self.handles or not self._runs("werk_posten"):
            return []
        return [{"title": _("Doe de brief op de post"), "text": one.onderwerp, "icon": "mail",
                 "button": _("Vul de dag in"), "url": url_for("subsidie.postdag", besluit_id=one.id)}
                for one in self.to_post]

    def _change(self) -> list[dict]:
        """Change a grant that runs, or take it back: each with its page, or with why not now."""
        subsidie, url = self.subsidie, _page("subsidie.voorstel", self.subsidie.id)
        if not self.handles or subsidie.state not in GRANTED or not self.choices or url is None:
            return []
        waiting = next((b for b in self.besluiten if b.soort == SOORT and b.state in besluiten.OPEN), None)
        reasons = [self.keeps_out] if self.keeps_out else []
        if waiting:
            reasons.append(_("Er ligt al een voorstel: %(wat)s.", wat=waiting.onderwerp))
        known = {
            Beslissing.WIJZIGEN: (
                _("Wijzig de verlening"), "pen", _("Een ander bedrag, een andere periode of andere regels: altijd een nieuw "
                                                   "besluit."), _("Naar de wijziging")),
            Beslissing.INTREKKEN: (_("Trek de verlening in"), "cross", _("Alleen op een grond uit de wet (Awb 4:48)."),
                                   _("Naar de intrekking"))}
        return [{"title": title, "reasons": reasons} if reasons else
                {"title": title, "icon": icon, "text": text, "button": button, "kind": "secondary",
                 "url": url_for("subsidie.voorstel", subsidie_id=subsidie.id, uitkomst=one.value)}
                for one in self.choices for title, icon, text, button in [known[one]]]

    def _after_the_grant(self) -> list[dict]:
        """Work that waits since the grant, each with its own page; it begins on its day."""
        if self.keeps_out or self.subsidie.state not in GRANTED:
            return []
        today = clock.today()
        found = []
        for termijn, _rows in self.termijnen:
            url = _page(termijn.endpoint, self.subsidie.id) if termijn.kind in LATER_WORK else None
            if url and termijn.met_on is None and termijn.started_on <= today and termijn.party_id == g.actor.party_id and any(
                    str(one) in termijn.wacht_op_permissions for one in g.actor.permissions):
                found.append({"title": in_taal(termijn.taak), "icon": LATER_WORK[termijn.kind], "url": url,
                              "text": in_taal(termijn.gevolg), "button": _("Naar dit werk")})
        return found

    @cached_property
    def claims(self) -> list[dict]:
        """What is claimed back; nothing before the determination."""
        if self.subsidie.state not in vorderen.TERUG_STATES:
            return []
        return [claim_item(one) for one in self.rondom.vorderingen]

    @property
    def uitvoering_url(self) -> str | None:
        """Where money, lines and reports stand after the grant."""
        return _page("subsidie.uitvoering", self.subsidie.id) if self.subsidie.state in GRANTED else None

    def _also(self):
        return (
            ("toch_behandelen", "swap", _("De aanvraag wordt dan beoordeeld zoals zij er ligt."), _("Behandel haar toch"),
             "toch"),
            ("zienswijze_vragen", "people", _("Nodig als uw besluit rust op gegevens van een ander (Awb 4:7 of 4:8)."),
             _("Vraag een zienswijze"), "zienswijze"),
            ("termijn_stellen", "calendar", _("De termijn van de wet is voorbij. Hij krijgt er nog een (Awb 4:44, lid 3)."),
             _("Naar de termijn"), "ambtshalve"),
            ("ambtshalve", "pen", _("De ontvanger vroeg de vaststelling niet op tijd aan (Awb 4:47)."),
             _("Naar het vaststellen"), "ambtshalve"),
            ("herzien", "swap", _("Alleen op een grond uit de wet, en tot vijf jaar na de vaststelling (Awb 4:49)."),
             _("Naar het herzien"), "herzien"),
            ("herzien_stoppen", "cross", _("De vaststelling blijft dan zoals zij was."), _("Naar het stoppen"), "herzien"),
            ("heropenen", "swap", _("U kunt de punten dan weer veranderen."), _("Naar heropenen"), "heropening"),
            ("uitstellen", "calendar", _("Dit kan één keer, zolang de beslistermijn loopt (Awb 4:14)."), _("Naar het uitstel"),
             "uitstel"),
            ("opschorten", "hourglass", _("Kan bij informatie uit het buitenland, met instemming, door de aanvrager of bij "
                                          "overmacht (Awb 4:15)."), _("Naar het stilstaan"), "opschorting"),
            ("opschorting_eindigen", "calendar", _("De aanvrager hoort meteen wat de nieuwe dag is (Awb 4:15, lid 4)."),
             _("Naar het einde"), "opschorting_einde"),
        )

    @property
    def may_judge(self) -> bool:
        """May this person give points?"""
        return self.handles and self.verklaring is not None and not self.keeps_out

    def _judged(self) -> str:
        given = len(self.criteria) - self.score.ontbreekt
        return (_("%(n)s van %(total)s criteria hebben punten.", n=given, total=len(self.criteria)) if self.criteria
                else _("De regeling heeft geen criteria. Lees de aanvraag en rond de beoordeling af."))

    def _sign_or_read(self) -> list[dict]:
        """What waits for the second reader or the signer, or that others can follow."""
        besluit = self.open_besluit
        url = _page("subsidie.besluit", besluit.id) if besluit else None
        if url is None or self.keeps_out:
            return []
        if self.asks_reader:
            return [{"title": _("Lees het voorstel als tweede persoon"), "icon": "eye", "button": _("Lees het voorstel"),
                     "url": url, "text": besluit.onderwerp}]
        if self.asks_signer and (reason := tekende_het_eerste(g.db, besluit, g.actor)):
            return [{"title": _("Er ligt een voorstel"), "icon": "hourglass", "button": _("Bekijk het voorstel"), "url": url,
                     "text": in_taal(reason), "kind": "secondary"}]
        if self.asks_signer:
            return [{"title": _("Teken het besluit"), "icon": "pen", "button": _("Naar het tekenen"), "url": url,
                     "text": besluit.onderwerp}]
        if any(g.actor.may(one) for one in HANDLING):
            return [{"title": _("Er ligt een voorstel"), "icon": "hourglass", "button": _("Bekijk het voorstel"), "url": url,
                     "text": _("Het wacht op de tweede lezer.") if self._waits_for_reader else _("Het wacht op de tekenaar."),
                     "kind": "secondary"}]
        return []

    @property
    def _waits_for_reader(self) -> bool:
        return self.open_besluit.state == besluiten.State.OPGESTELD and self.open_besluit.tweede_lezer_nodig

    @property
    def asks_reader(self) -> bool:
        """Does the proposal wait for this person to read it?"""
        return (self._waits_for_reader and g.actor.may(P.SUBSIDIE_MEELEZEN)
                and self.open_besluit.opgesteld_by != g.actor.user_id)

    @property
    def asks_signer(self) -> bool:
        """Does the proposal wait for this person to sign it?"""
        besluit = self.open_besluit
        return (not self._waits_for_reader and g.actor.may(P.SUBSIDIE_TEKENEN)
                and g.actor.user_id not in (besluit.opgesteld_by, besluit.gelezen_by))

    def _propose(self) -> list[dict]:
        items = []
        if self._answers():
            items.append({"title": _("Beantwoord de argumenten van de aanvrager"), "icon": "mail", "url": self.to("argumenten"),
                          "text": ngettext("%(num)s argument heeft nog geen antwoord.",
                                           "%(num)s argumenten hebben nog geen antwoord.", self.open_argumenten),
                          "button": _("Naar de argumenten")})
        url = _page("subsidie.voorstel", self.subsidie.id)
        back = next((b for b in self.besluiten[:1] if b.state == besluiten.State.TERUGGESTUURD), None)
        # A grant that runs is changed when somebody wants to: only what came back waits for its drafter.
        waits = self.subsidie.state in OPEN or (back is not None and back.soort == SOORT)
        if self.handles and self.choices and not self.open_besluit and not self.keeps_out and url and waits:
            items.append({"title": _("Schrijf het voorstel voor het besluit"), "icon": "pen", "url": url,
                          "text": _("Teruggestuurd: %(reden)s", reden=back.teruggestuurd_reden) if back
                          else _("Een ander leest mee en tekent."), "button": _("Naar het voorstel")})
        return items

    def _answers(self) -> bool:
        return bool(self.handles and self.open_argumenten and self.subsidie.state in (*OPEN, *GRANTED)
                    and not self.open_besluit and not self.keeps_out)

    def blocked(self) -> list[dict]:
        """Steps of this person that cannot be taken yet, each with every reason."""
        items = [{"title": in_taal(step.label), "reasons": reasons} for step, reasons in self.possible if reasons]
        items += [item for item in self._change() if "reasons" in item]
        if self.handles and self.subsidie.state in OPEN and self.choices and self.keeps_out:
            items.append({"title": _("Schrijf het voorstel voor het besluit"), "reasons": [self.keeps_out]})
        elif g.actor.may(P.SUBSIDIE_TEKENEN) and (
                (self.subsidie.state in OPEN and self.choices) or self.open_besluit):
            items += self._sign_later()
        elif g.actor.may(P.SUBSIDIE_MEELEZEN) and self.open_besluit and self._waits_for_reader and self.keeps_out:
            items.append({"title": _("Lees het voorstel als tweede persoon"), "reasons": [self.keeps_out]})
        return items

    def _sign_later(self) -> list[dict]:
        title = _("Teken het besluit")
        if self.keeps_out:
            return [{"title": title, "reasons": [self.keeps_out]}]
        if not self.open_besluit:
            return [{"title": title, "reasons": [_("Er is nog geen voorstel.")]}]
        if self._waits_for_reader:
            return [{"title": title, "reasons": [_("Een tweede persoon moet het voorstel eerst lezen.")]}]
        if not self.asks_signer:
            return [{"title": title, "reasons": [_("U schreef of las dit voorstel. Een ander tekent.")]}]
        return []

    def none_text(self) -> str:
        """Why this person has nothing to do here."""
        if not any(g.actor.may(one) for one in HANDLING):
            return _("U kunt dit dossier lezen. Met uw rol hoeft u hier niets te doen.")
        if self.subsidie.state == State.WACHT_OP_AANVULLING:
            return _("De aanvrager is aan zet. U hoeft nu niets te doen.")
        return _("Op dit moment hoeft u niets te doen.")

    def to(self, name: str) -> str:
        """The address of another page of this case."""
        return url_for(f"subsidie.{name}", subsidie_id=self.subsidie.id)

    def nothing(self) -> tuple[str, str] | None:
        """What happens if nobody acts, and after when; None when nothing waits."""
        waits = [t for t, _rows in self.termijnen if t.met_on is None and t.gevolg and t.kind != "bezwaartermijn"]
        if not waits or self.subsidie.state not in OPEN:
            return None
        first = min(waits, key=lambda t: (t.due_on, t.id))
        return in_taal(first.gevolg), _("na %(dag)s", dag=_shown(first.due_on))

    # What was asked ---------------------------------------------------------------------------------------------------------

    def asked(self) -> list[tuple]:
        """The application in a few lines."""
        subsidie = self.subsidie
        return [
            (_("Product"), self.product),
            (_("Bedrag"), bedrag(subsidie.gevraagd, current_lang())),
            (_("Periode"), _("%(van)s tot en met %(tot)s", van=_shown(subsidie.van), tot=_shown(laatste_dag(subsidie.tot)))),
            (_("Ontvangen"), _("%(dag)s, als nummer %(nummer)s van de regeling", dag=_shown(subsidie.ontvangen_on),
                               nummer=subsidie.volgnummer)),
            *([(_("Plaats in de rangorde"), subsidie.rang)] if subsidie.rang else []),
        ]

    def fits(self) -> list[tuple]:
        """Does the application fit the scheme, as far as the portal can tell?"""
        faults = aanvragen.inhoud_gebreken(self.gegevens, self.regeling, self.subsidie.ontvangen_on)
        given = {d["code"] for d in self.inhoud.inhoud["documenten"]}
        missing = [d["titel"] for d in self.regeling["inrichting"]["documenten"] if d["verplicht"] and d["code"] not in given]
        items = [("warn", in_taal(fault)) for fault in faults] or [("ok", _("Product en periode passen bij de regeling"))]
        items.append(("warn", _("Er ontbreekt een verplicht document:"), ", ".join(missing)) if missing else
                     ("ok", _("Alle verplichte documenten zijn er")))
        if self.subsidie.state not in OPEN:
            return items
        if self.plafond is None:
            items.append(("warn", _("Voor deze periode is er geen subsidieplafond")))
        elif self.subsidie.gevraagd > self.plafond.over:
            items.append(("warn", _("Het gevraagde bedrag past niet in het plafond:"),
                          _("er is nog %(bedrag)s", bedrag=_euro(max(self.plafond.over, Decimal(0))))))
        else:
            items.append(("ok", _("Het gevraagde bedrag past in het plafond")))
        return items

    def documents(self) -> list[dict]:
        """The files that count now; without an address while this person may not open one."""
        return [_document(one) for one in self.bestanden]

    def receipt(self) -> list[tuple]:
        """The proof of receipt of what counts now."""
        return receipt_facts(self.inhoud)

    # Judgment and decision --------------------------------------------------------------------------------------------------

    def scores(self) -> list[dict]:
        """Points per criterion with the reason."""
        return [{"row": row, "punten": one.punten if one else None, "motivering": one.motivering if one else "",
                 "wie": self.wie.get(one.beoordelaar_id, _("Een collega")) if one else ""}
                for row in self.criteria for one in [self.punten_van.get(row["code"])]]

    def decisions(self) -> list[dict]:
        """The decisions with where they stand."""
        to_post = [one.id for one in self.to_post]
        return [{"title": one.onderwerp, "url": _page("subsidie.besluit", one.id),
                 "status": ("warn", _("Nog niet op de post")) if one.id in to_post else
                 (BESLUIT_KINDS.get(one.state, "info"), in_taal(besluiten.STATE_LABELS[one.state])),
                 "text": _decided_amount(one),
                 "meta": _("getekend op %(dag)s", dag=_shown(clock.day_of(one.getekend_at))) if one.id in to_post
                 else _("verstuurd op %(dag)s", dag=_shown(clock.day_of(one.verzonden_at))) if one.verzonden_at
                 else _("opgesteld op %(dag)s", dag=_shown(clock.day_of(one.opgesteld_at)))} for one in self.besluiten]

    def lines(self) -> list[tuple]:
        """The typed lines of the grant, per kind: heading and lines."""
        items = []
        headings = {Regelsoort.RESULTAAT: _("Resultaten"), Regelsoort.VERPLICHTING: _("Verplichtingen"),
                    Regelsoort.VOORWAARDE: _("Voorwaarden")}
        for soort in REGEL_WORDS:
            rows = [r for r in self.regels if r.soort == soort]
            if rows:
                items.append((headings[soort], [line_shown(r, self.regels) for r in rows]))
        return items

    # Terms and people -------------------------------------------------------------------------------------------------------

    def terms(self) -> list[dict]:
        """The terms of the law with their count; what was agreed at the gemeente is work, no term."""
        return [self._term(t, rows) for t, rows in self.termijnen if not t.kind.startswith("werk_")]

    def _term(self, termijn: Termijn, rows) -> dict:
        is_over, everything = termijn.due_on < clock.today(), [one for one, _rows in self.termijnen]
        count, lang = count_with(termijn, rows), current_lang()
        status, due = None, _("uiterlijk %(dag)s", dag=datum(termijn.due_on, lang))
        halted = still_until(termijn, rows, everything)
        if other := replaced(termijn, everything):
            status, due = other
        elif termijn.met_on is not None:
            status = ended(termijn, self.subsidie, self.regels)
        elif halted:
            status = ("info", _("Staat stil"))
            due = f"{halted} · {_('voorlopig %(dag)s', dag=datum(count.last_day, lang))}"
        elif is_over:
            status = ("neutral", _("Voorbij")) if termijn.kind in (*OF_APPLICANT, "besluit_verwacht") else ("err", _("Te laat"))
        runs, waits = termijn.met_on is None and not is_over, termijn.met_on is None and not halted
        return {"title": in_taal(termijn.label), "due": due, "status": status,
                "open": termijn.kind in queries.BESLISTERMIJNEN and runs,
                "lines": [{"text": line.text, "on": line.date, "source": line.source} for line in count.count],
                "nothing": in_taal(termijn.gevolg) if waits else "",
                "warnings": [in_taal(one) for one in count.warnings]}

    def notes(self) -> list[dict]:
        """Why steps were taken, newest first: for the own gemeente."""
        return [{"title": in_taal(SUBSIDIE.steps[one.stap].label), "text": one.tekst, "meta": _shown(one.geschreven_at)}
                for one in self.rondom.aantekeningen]

    def parties(self) -> list[tuple]:
        """Who is who."""
        who, subsidie = self.inhoud.inhoud["aanvrager"], self.subsidie
        items = [(_("Aanvrager"), subsidie.aanvrager_naam)]
        if who.get("kvk_nummer"):
            items.append((_("KVK-nummer"), who["kvk_nummer"]))
        if self.may_see_contact and who.get("contactpersoon"):
            items.append((_("Contactpersoon"), who["contactpersoon"]))
        items.append((_("Beslist"), _("Gemeente %(naam)s", naam=self.kop.gemeente.naam)))
        if subsidie.behandelaar_id:
            items.append((_("Behandelaar"), self.wie.get(subsidie.behandelaar_id, _("Een collega"))))
        return items

    @property
    def may_see_contact(self) -> bool:
        """Names, address and account of the applicant: for who handles the case."""
        return any(g.actor.may(one) for one in HANDLING)

    def messages(self) -> list[dict]:
        """The newest messages; what is not opened yet stays closed."""
        return [message_item(one, self.subsidie.aanvrager_naam) for one in self.berichten]

    @property
    def may_write(self) -> bool:
        """May this person write to the applicant? As portal.domains.subsidies.berichten says."""
        return (g.actor.may(P.BERICHT_SCHRIJVEN) and not self.on_paper
                and (g.actor.may(P.SUBSIDIE_BEHANDELEN) or g.actor.may(P.SUBSIDIE_MEELEZEN)))

    def events_total(self) -> int:
        """How many events there are in all."""
        return self.events[0].aantal if self.events else 0


def _decided_amount(besluit: Besluit) -> str:
    """The amount of a decision: what was granted or determined, though its signature is about what was asked or granted."""
    inhoud, value = besluit.inhoud, besluit.bedrag
    if besluit.soort == vaststellen.SOORT:
        value = inhoud["bedrag"]
    elif inhoud["uitkomst"] == Beslissing.WEIGEREN:
        value = None
    elif inhoud["uitkomst"] == Beslissing.VERLENEN:
        value = inhoud["maximum"] or inhoud["bedrag"]
    return _euro(Decimal(value)) if value is not None else ""


def claim_item(vordering: Vordering) -> dict:
    """One claim in a list."""
    left = vordering.nog_open
    is_open = vordering.state in vorderen.OPEN_VORDERING
    return {"title": vordering.reference, "url": url_for("subsidie.vordering", vordering_id=vordering.id),
            "status": state_badge("vordering", vordering.state),
            "text": _("%(bedrag)s teruggevraagd, nog open: %(open)s", bedrag=_euro(vordering.bedrag), open=_euro(left))
            if is_open else _("%(bedrag)s teruggevraagd, ontvangen: %(binnen)s", bedrag=_euro(vordering.bedrag),
                              binnen=_euro(vordering.ontvangen))}


def line_shown(regel: Subsidieregel, regels: Sequence[Subsidieregel]) -> dict:
    """One typed line of a decision as `ui.line` draws it, numbered among the others."""
    config = load_config("subsidies")
    artikel = config["grondslag"][regel.grondslag]["artikel"]
    if regel.verordening_artikel:
        artikel = _("%(awb)s, verordening artikel %(nummer)s", awb=artikel, nummer=regel.verordening_artikel)
    meta = [_("Bewijs: %(wat)s", wat=regel.bewijs)]
    if regel.uiterlijk_on:
        meta.append(_("uiterlijk %(dag)s", dag=_shown(regel.uiterlijk_on)))
    meta.append(config["koppeling"].get(regel.koppeling, {}).get("naam", ""))
    return {"no": kenmerk(regel, regels), "text": regel.tekst, "kind": KINDS[regel.soort], "article": artikel,
            "meta": [one for one in meta if one]}


TOO_LATE_TO_DELAY = "De beslistermijn is al voorbij. Uitstel meldt u voordat hij voorbij is (Awb 4:14)."
TOO_LATE_TO_ASK = "De beslistermijn is al voorbij. Om een aanvulling vragen kan dan niet meer."
ALREADY_ASKED = "De aanvrager is al om een zienswijze gevraagd."
# When each ground to stand still begins and ends.
GROND_UITLEG = {
    "buitenland": "De termijn staat stil vanaf morgen: de dag na uw bericht. Tot de informatie er is, of langer wachten niet "
                  "redelijk is.",
    "instemming": "De aanvrager schreef dat hij instemt. De termijn staat stil zo lang als hij schreef.",
    "aanvrager": "Zo lang als het aan de aanvrager ligt. Schrijf wat hij deed of naliet.",
    "overmacht": "Zo lang als u door overmacht niet kunt besluiten. Schrijf wat er is gebeurd.",
}


def _in_time(beslissen: tuple | None) -> bool:
    """Does the term to decide still run?"""
    return beslissen is not None and beslissen[0].due_on >= clock.today()


def _running(rows):
    """The suspension that runs now; None when the term counts."""
    return next((row for row in rows if row.completed_on is None), None)


def _product(regeling: Mapping, code: str) -> Mapping:
    return next((p for p in regeling["inrichting"]["producten"] if p["code"] == code), {"naam": code, "eenheid": ""})


def _document(document: Document) -> dict:
    kind = {"application/pdf": "PDF"}.get(document.media_type, document.naam.rpartition(".")[2].upper())
    meta = [f"{kind}, {grootte(document.grootte, current_lang())}", document.naam]
    can_open = openable(document, g.actor.user_id)
    if not can_open:
        meta.append(_("wacht op de virusscan"))
    return {"title": document.titel, "meta": " · ".join(meta),
            "url": url_for("documenten.document", document_id=document.id) if can_open else None}


def receipt_facts(indiening: Indiening) -> list[tuple]:
    """The proof of receipt of one sending."""
    received = (_("%(dag)s, op papier", dag=_shown(indiening.papier_on)) if indiening.papier_on
                else _shown(indiening.ontvangen_at))
    items = [(_("Ontvangen"), received), (_("Ontvangstbewijs"), indiening.ontvangst_nummer)]
    if indiening.volgnummer:
        items.append((_("Nummer in volgorde van ontvangst"), indiening.volgnummer))
    return [*items, (_("Vingerafdruk (SHA-256)"), indiening.vingerafdruk)]


def event_items(events) -> list[dict]:
    """Lines of history: what, by whom, and the hour of writing where the law counts the same day."""
    items = []
    for event in events:
        hour = _("%(tijd)s uur", tijd=f"{local(event.recorded_at):%H.%M}") if event.occurred_on == clock.day_of(
            event.recorded_at) else ""
        who = event.wie or (_("het portaal") if event.actor_id is None else _("een collega"))
        items.append({"when": _short(event.occurred_on), "on": event.occurred_on, "who": " · ".join(filter(None, (
            ", ".join(filter(None, (who, event.partij))), hour))),
            "what": sentence(event.kind, feiten(event.facts, current_lang()), event.partij or "", _)})
    return items


def _day(on: date) -> str:
    """`15 december 2026`."""
    return datum(on, current_lang()).partition(" ")[2]


def _short(on: date) -> str:
    """`di 15 dec 2026`."""
    lang = current_lang()
    return f"{weekdag_kort(on, lang)} {on.day} {maand_kort(on, lang)} {on.year}"


# The whole application, and everything that happened -----------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/inhoud", needs=P.SUBSIDIE_LEZEN)
def inhoud(subsidie_id):
    """Everything the applicant filled in, every sending with its receipt, and what the scheme asks."""
    kop = queries.kop(g.db, subsidie_id)
    subsidie = kop.subsidie
    viewed(subsidie)
    last = queries.inhoud(g.db, subsidie)
    sent = queries.indieningen(g.db, subsidie.aanvraag_id, subsidie.id) if subsidie.aanvraag_id else (
        queries.indieningen(g.db, subsidie.id))
    if kop.indiening is not None and kop.indiening not in sent:
        sent = [kop.indiening, *sent]
    names_of_kind = {Indiensoort.AANVRAAG: _("De aanvraag"), Indiensoort.AANVULLING: _("Een aanvulling"),
                     Indiensoort.INTREKKING: _("De intrekking"), Indiensoort.ZIENSWIJZE: _("Een zienswijze"),
                     Indiensoort.BEWIJS: _("Bewijs bij een afspraak"), Indiensoort.MELDING: _("Een melding"),
                     Indiensoort.RAPPORTAGE: _("Een voortgangsbericht"),
                     Indiensoort.VASTSTELLING: _("De aanvraag om vaststelling"), Indiensoort.BEZWAAR: _("Een bezwaar"),
                     Indiensoort.INGEBREKESTELLING: _("Een ingebrekestelling"),
                     Indiensoort.BEZWAARGRONDEN: _("Aanvulling op het bezwaar"),
                     Indiensoort.BEZWAARINTREKKING: _("Intrekking van het bezwaar"),
                     Indiensoort.TOESTEMMING: _("Verzoek om toestemming"),
                     Indiensoort.TOESTEMMINGAANVULLING: _("Aanvulling van een verzoek om toestemming"),
                     Indiensoort.TOESTEMMINGINTREKKING: _("Intrekking van een verzoek om toestemming"),
                     Indiensoort.REKENING: _("Nieuw rekeningnummer")}
    steun = None
    if kop.publicatie.inhoud["staatssteun"] != Staatssteun.GEEN:
        known = rules.de_minimis(queries.steun_bekend(g.db, subsidie), clock.today(),
                                 daeb=kop.publicatie.inhoud["staatssteun"] == Staatssteun.DAEB)
        steun = (aanvragen.steun_verklaard(last.inhoud["gegevens"]), known)
    product = _product(kop.publicatie.inhoud, last.inhoud["gegevens"].get("product", ""))
    return page_or_part(
        "subsidie/inhoud.html", kop=kop, subsidie=subsidie, gegevens=last.inhoud["gegevens"], inhoud=last.inhoud,
        product=product, documents=[_document(one) for one in queries.documenten(g.db, last)], steun=steun,
        sendings=[(names_of_kind[Indiensoort(one.soort)], receipt_facts(one)) for one in reversed(sent)],
        periode=[date.fromisoformat(last.inhoud["gegevens"][name]) for name in ("van", "tot")],
        bedragen=Decimal(last.inhoud["gegevens"]["bedrag"]), vragen=kop.publicatie.inhoud["inrichting"]["vragen"],
        may_see_contact=any(g.actor.may(one) for one in HANDLING),
        regeling_url=_page("subsidie.regeling", subsidie.regeling_id))


@bp.route("/subsidies/<uuid:subsidie_id>/gebeurtenissen", needs=P.SUBSIDIE_LEZEN)
def gebeurtenissen(subsidie_id):
    """Everything that happened, newest first."""
    subsidie = load(g.db, Subsidie, subsidie_id)
    part = queries.gebeurtenissen(g.db, subsidie.id, after=request.args.get("na"), before=request.args.get("voor"))
    viewed(subsidie)
    return page_or_part("subsidie/gebeurtenissen.html", "lijst", subsidie=subsidie, items=event_items(part.rows),
                        paging=around(part))


# Steps -----------------------------------------------------------------------------------------------------------------------

_try = partial(attempt, "subsidie")


def _step_page(name: str, subsidie_id, step: str, *, status=200, errors=None, values=None, reasons=(), in_the_way=None,
               fill: Callable | None = None):
    """The page of one step: why it cannot be taken, or its form. `in_the_way`: a reason that the workflow does not know."""
    kop = queries.kop(g.db, subsidie_id)
    viewed(kop.subsidie)
    obstacles = SUBSIDIE.obstacles(kop.subsidie, step, g.actor, reden="-")
    if not obstacles and in_the_way and (reason := in_the_way(kop.subsidie)):
        obstacles = [reason]
    return page_or_part(f"subsidie/{name}.html", status=status, kop=kop, subsidie=kop.subsidie, errors=errors or {},
                        values=values or {}, reasons=reasons, obstacles=obstacles, **(fill(kop) if fill else {}))


def _done(subsidie_id, words: str):
    return tell(go(url_for("subsidie.dossier", subsidie_id=subsidie_id)), words)


def _lopend(subsidie: Subsidie) -> Termijn | None:
    """The term to decide that runs now."""
    for kind in reversed(queries.BESLISTERMIJNEN):
        if found := queries.termijn(g.db, subsidie.id, kind, open_only=True):
            return found
    return None


def _past_deciding(words: str) -> Callable:
    def check(subsidie: Subsidie) -> str | None:
        lopend = _lopend(subsidie)
        return words if lopend is None or lopend.due_on < clock.today() else None
    return check


@bp.route("/subsidies/<uuid:subsidie_id>/belang", needs=HANDLING)
def belang(subsidie_id):
    """The statement of whoever handles, reads or signs: do you have an interest in this application (Awb 2:4)?"""
    return _belang(subsidie_id)


def _belang(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    viewed(kop.subsidie)
    return page_or_part("subsidie/belang.html", status=status, kop=kop, subsidie=kop.subsidie, errors=errors or {},
                        values=values or {}, reasons=reasons, is_open=kop.subsidie.state in OPEN, back=_around(subsidie_id),
                        verklaring=statement(g.db, kop.subsidie.id, g.actor.user_id))


def _around(subsidie_id) -> str:
    """The dossier; for who comes from another gemeente to sign, what waits for a signature."""
    return _page("subsidie.dossier", subsidie_id) or _page("subsidie.te_tekenen") or url_for("start.home")


@bp.route("/subsidies/<uuid:subsidie_id>/belang", needs=HANDLING, methods=["POST"], idempotent=True)
def belang_verklaren(subsidie_id):
    """Record the own statement; an interest that is found later is declared here too."""
    form = Form()
    heeft = form.choice("belang", ["nee", "ja"], _("Kies of u een belang heeft."))
    toelichting = form.text("toelichting", most=REDEN)
    if heeft == "ja" and not toelichting:
        form.errors.setdefault("toelichting", _("Schrijf welk belang u heeft."))
    if form.errors:
        return _belang(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.belang_verklaren(g.db, g.actor, subsidie_id, heeft_belang=heeft == "ja",
                                  toelichting=(toelichting or "") if heeft == "ja" else "")
        return tell(go(_around(subsidie_id)), _("Uw verklaring is vastgelegd."))

    return _try(act, "belang", subsidie_id, lambda status, reasons: _belang(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/compleet", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def compleet(subsidie_id):
    """Nothing is missing: from now on the application is handled."""
    def act():
        usecases.compleet(g.db, g.actor, subsidie_id)
        return _done(subsidie_id, _("De aanvraag is compleet. U kunt haar nu beoordelen."))

    return _try(act, "compleet", subsidie_id, lambda status, reasons: _dossier(subsidie_id, status, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/aanvulling", needs=P.SUBSIDIE_BEHANDELEN)
def aanvulling(subsidie_id):
    """Ask for what is missing, point by point."""
    return _aanvulling(subsidie_id)


def _aanvulling(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def fill(kop):
        dagen, today = kop.publicatie.inhoud["hersteltermijn_dagen"], clock.today()
        count = terms.compute(terms.rule("hersteltermijn", length=Length(days=dagen)), today)
        return {"tot_on": count.last_day, "lopend": _lopend(kop.subsidie), "points": range(1, POINTS_ASKED + 1),
                "lines": [{"text": line.text, "on": line.date, "source": line.source} for line in count.count]}

    return _step_page("aanvulling", subsidie_id, "aanvulling_vragen", status=status, errors=errors, values=values,
                      reasons=reasons, in_the_way=_past_deciding(TOO_LATE_TO_ASK), fill=fill)


@bp.route("/subsidies/<uuid:subsidie_id>/aanvulling", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def aanvulling_vragen(subsidie_id):
    """Send the request: the applicant gets a message, and the term to decide stands still."""
    form = Form()
    asked = [form.text(f"punt-{n}", most=500) for n in range(1, POINTS_ASKED + 1)]
    if not form.errors and not any(asked):
        form.errors["punt-1"] = _("Schrijf wat er ontbreekt.")
    if form.errors:
        return _aanvulling(subsidie_id, 422, form.errors, form.values)

    def act():
        termijn = usecases.aanvulling_vragen(g.db, g.actor, subsidie_id, punten=[one for one in asked if one])
        return _done(subsidie_id, _("U vroeg om een aanvulling. Dat kan tot en met %(dag)s.", dag=_shown(termijn.due_on)))

    return _try(act, "aanvulling_vragen", subsidie_id,
                lambda status, reasons: _aanvulling(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/papieren-aanvulling", needs=P.SUBSIDIE_BEHANDELEN)
def aanvulling_papier(subsidie_id):
    """When a supplement came in on paper."""
    return _aanvulling_papier(subsidie_id)


def _aanvulling_papier(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def elsewhere(subsidie):
        return "Deze aanvrager vult aan in het portaal." if subsidie.aanvrager_id else None

    return _step_page("aanvulling_papier", subsidie_id, "aangevuld", status=status, errors=errors, values=values,
                      reasons=reasons, in_the_way=elsewhere,
                      fill=lambda kop: {"herstel": queries.termijn(g.db, kop.subsidie.id, "hersteltermijn", open_only=True)})


@bp.route("/subsidies/<uuid:subsidie_id>/papieren-aanvulling", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def papieren_aanvulling(subsidie_id):
    """Record the supplement: the term to decide runs again from its day."""
    form = Form()
    on = form.date("on", _("Vul in op welke dag de aanvulling binnenkwam."))
    if form.errors:
        return _aanvulling_papier(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.papieren_aanvulling(g.db, g.actor, subsidie_id, on=on)
        return _done(subsidie_id, _("De aanvulling is vastgelegd. De beslistermijn loopt weer."))

    return _try(act, "papieren_aanvulling", subsidie_id,
                lambda status, reasons: _aanvulling_papier(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/papieren-zienswijze", needs=P.SUBSIDIE_BEHANDELEN)
def zienswijze_papier(subsidie_id):
    """When the view of the applicant came in on paper."""
    return _zienswijze_papier(subsidie_id)


def _zienswijze_papier(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    viewed(kop.subsidie)
    return render_template("subsidie/zienswijze_papier.html", subsidie=kop.subsidie, points=range(1, POINTS_ASKED + 1),
                           errors=errors or {}, values=values or {}, reasons=reasons), status


@bp.route("/subsidies/<uuid:subsidie_id>/papieren-zienswijze", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def papieren_zienswijze(subsidie_id):
    """Record the view, argument by argument: each gets an answer in the letter."""
    form = Form()
    said = [form.text(f"punt-{n}", most=2000) for n in range(1, POINTS_ASKED + 1)]
    on = form.date("on", _("Vul in op welke dag de zienswijze binnenkwam."))
    if not any(said):
        form.errors.setdefault("punt-1", _("Schrijf wat de aanvrager naar voren brengt."))
    if form.errors:
        return _zienswijze_papier(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.papieren_zienswijze(g.db, g.actor, subsidie_id, punten=[one for one in said if one], on=on)
        return _done(subsidie_id, _("De zienswijze is vastgelegd. Geef elk argument een antwoord."))

    return _try(act, "papieren_zienswijze", subsidie_id,
                lambda status, reasons: _zienswijze_papier(subsidie_id, status, None, form.values, reasons))


def _with_reason(missing: str) -> tuple[Form, str | None]:
    form = Form()
    return form, form.text("reden", missing, most=REDEN)


@bp.route("/subsidies/<uuid:subsidie_id>/toch-behandelen", needs=P.SUBSIDIE_BEHANDELEN)
def toch(subsidie_id):
    """Why an application that was not supplemented is handled after all."""
    return _toch(subsidie_id)


def _toch(subsidie_id, status=200, errors=None, values=None, reasons=()):
    return _step_page("toch", subsidie_id, "toch_behandelen", status=status, errors=errors, values=values, reasons=reasons)


@bp.route("/subsidies/<uuid:subsidie_id>/toch-behandelen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def toch_behandelen(subsidie_id):
    """Handle it after all."""
    form, reden = _with_reason(_("Schrijf waarom u de aanvraag toch behandelt."))
    if form.errors:
        return _toch(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.toch_behandelen(g.db, g.actor, subsidie_id, reden=reden)
        return _done(subsidie_id, _("De aanvraag wordt toch behandeld. U kunt haar nu beoordelen."))

    return _try(act, "toch_behandelen", subsidie_id,
                lambda status, reasons: _toch(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/uitstel", needs=P.SUBSIDIE_BEHANDELEN)
def uitstel(subsidie_id):
    """Tell the applicant that the decision comes later."""
    return _uitstel(subsidie_id)


def _uitstel(subsidie_id, status=200, errors=None, values=None, reasons=()):
    return _step_page("uitstel", subsidie_id, "uitstellen", status=status, errors=errors, values=values, reasons=reasons,
                      in_the_way=_past_deciding(TOO_LATE_TO_DELAY), fill=lambda kop: {
                          "lopend": _lopend(kop.subsidie), "in_scheme": usecases.in_de_regeling(kop.publicatie)})


@bp.route("/subsidies/<uuid:subsidie_id>/uitstel", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def uitstellen(subsidie_id):
    """Send the notice of delay: once, before the term is over (Awb 4:14)."""
    form, reden = _with_reason(_("Schrijf waarom het besluit later komt."))
    tot = form.date("tot", _("Vul in wanneer het besluit er uiterlijk is."))
    if form.errors:
        return _uitstel(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.uitstellen(g.db, g.actor, subsidie_id, tot=tot, reden=reden)
        return _done(subsidie_id, _("Het besluit komt uiterlijk %(dag)s.", dag=_shown(tot)))

    return _try(act, "uitstellen", subsidie_id,
                lambda status, reasons: _uitstel(subsidie_id, status, None, form.values, reasons))


# Standing still --------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/opschorting", needs=P.SUBSIDIE_BEHANDELEN)
def opschorting(subsidie_id):
    """Let the term to decide stand still for another reason than a supplement."""
    return _opschorting(subsidie_id)


def _opschorting(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def fill(kop):
        return {"lopend": queries.te_beslissen(g.db, kop.subsidie.id), "gronden": [
            (code, _ground_words(row), f"{opschorten.artikel(row)}. {in_taal(GROND_UITLEG[code])}")
            for code, row in opschorten.GRONDEN.items()]}

    return _step_page("opschorten", subsidie_id, "opschorten", status=status, errors=errors, values=values, reasons=reasons,
                      fill=fill)


def _ground_words(row: Mapping) -> str:
    ground = in_taal(row["ground"])
    return ground[:1].upper() + ground[1:]


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def opschorten_vastleggen(subsidie_id):
    """Write down the days that do not count: the applicant gets a message (Awb 4:15)."""
    form, reden = _with_reason(_("Schrijf waarom de termijn stilstaat."))
    grond = form.choice("grond", list(opschorten.GRONDEN), _("Kies waarom de beslistermijn stilstaat."))
    van, tot = form.date("van"), form.date("tot")
    if grond and van is None and not opschorten.GRONDEN[grond]["na_bericht"]:
        form.errors.setdefault("van", _("Vul in vanaf welke dag de beslistermijn stilstaat."))
    if form.errors:
        return _opschorting(subsidie_id, 422, form.errors, form.values)

    def act():
        due = opschorten.opschorten(g.db, g.actor, subsidie_id, grond=grond, reden=reden, van=van, tot_en_met=tot)
        return _done(subsidie_id, _("De beslistermijn staat stil. U laat haar later weer lopen.") if due.provisional
                     else _("De dagen tellen niet mee. Het besluit komt uiterlijk %(dag)s.", dag=_shown(due.last_day)))

    return _try(act, "opschorten", subsidie_id,
                lambda status, reasons: _opschorting(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting-einde", needs=P.SUBSIDIE_BEHANDELEN)
def opschorting_einde(subsidie_id):
    """Let the term to decide run again."""
    return _opschorting_einde(subsidie_id)


def _opschorting_einde(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def fill(kop):
        pairs = [pair for pair in queries.termijnen(g.db, kop.subsidie.id)
                 if pair[0].kind in queries.OP_AANVRAAG and pair[0].met_on is None and _running(pair[1])]
        if not pairs:
            return {"loopt": None, "lines": []}
        termijn, rows = pairs[-1]
        return {"loopt": _running(rows), "lines": [{"text": line.text, "on": line.date, "source": line.source}
                                                   for line in count_with(termijn, rows).count]}

    return _step_page("opschorting_einde", subsidie_id, "opschorting_eindigen", status=status, errors=errors, values=values,
                      reasons=reasons, fill=fill)


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting-einde", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def opschorting_eindigen(subsidie_id):
    """From this day on the days count again: the applicant hears the new day (Awb 4:15, lid 4)."""
    form, reden = _with_reason(_("Schrijf waarom de termijn weer loopt."))
    vanaf = form.date("vanaf", _("Vul in vanaf welke dag de dagen weer meetellen."))
    if form.errors:
        return _opschorting_einde(subsidie_id, 422, form.errors, form.values)

    def act():
        due = opschorten.opschorting_eindigen(g.db, g.actor, subsidie_id, vanaf=vanaf, reden=reden)
        return _done(subsidie_id, _("De beslistermijn loopt weer. Het besluit komt uiterlijk %(dag)s.",
                                    dag=_shown(due.last_day)))

    return _try(act, "opschorting_eindigen", subsidie_id,
                lambda status, reasons: _opschorting_einde(subsidie_id, status, None, form.values, reasons))


# Assessment ------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/beoordeling", needs=P.SUBSIDIE_LEZEN)
def beoordeling(subsidie_id):
    """Points and reasons per criterion; who handles the case gives them here."""
    return _beoordeling(subsidie_id)


def _beoordeling(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    subsidie, criteria = kop.subsidie, kop.publicatie.inhoud["inrichting"]["criteria"]
    viewed(subsidie)
    found = queries.beoordelingen(g.db, subsidie.id)
    wie = names(g.db, [one.beoordelaar_id for one in found.values()])
    handles = g.actor.may(P.SUBSIDIE_BEHANDELEN) and subsidie.eigenaar_id == g.actor.party_id
    obstacles = _judging_obstacles(subsidie) if handles else []
    score = rules.score(criteria, {code: one.punten for code, one in found.items()})
    finish = SUBSIDIE.obstacles(subsidie, "beoordelen", g.actor, score=score) if handles else []
    items = [{"n": n, "row": row, "done": found.get(row["code"]), "hoogste": Decimal(row["punten"]),
              "wie": wie.get(found[row["code"]].beoordelaar_id, _("Een collega")) if row["code"] in found else ""}
             for n, row in enumerate(criteria, start=1)]
    return page_or_part(
        "subsidie/beoordelen.html", status=status, kop=kop, subsidie=subsidie, items=items, score=score, errors=errors or {},
        values=values or {}, reasons=reasons, handles=handles, obstacles=obstacles, finish=finish,
        inhoud=queries.inhoud(g.db, subsidie).inhoud, is_open=subsidie.state == State.IN_BEHANDELING)


def _judging_obstacles(subsidie: Subsidie) -> list[str]:
    """Why this person cannot give points now; the database decides again."""
    if subsidie.state != State.IN_BEHANDELING:
        return ["Deze aanvraag wordt nu niet beoordeeld."]
    if reason := zelf_geen_belang(subsidie, actor=g.actor):
        return [reason]
    if queries.belang(g.db, subsidie.id, g.actor.user_id).verklaring is None:
        return ["Verklaar eerst dat u geen belang heeft bij deze aanvraag."]
    return []


def _points(most: Decimal) -> Callable[[str], Decimal]:
    def parse(text: str) -> Decimal:
        try:
            value = Decimal(text.replace(",", "."))
        except InvalidOperation:
            value = Decimal(-1)
        if not value.is_finite() or not 0 <= value <= most or value != value.quantize(Decimal("0.01")):
            raise Invalid(_("Geef 0 tot en met %(max)s punten, bijvoorbeeld 7 of 7,5.", max=punten(most, current_lang())))
        return value
    return parse


@bp.route("/subsidies/<uuid:subsidie_id>/beoordeling", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def beoordelen(subsidie_id):
    """Keep the points that were filled in or changed; what is empty stays to be done."""
    form = Form()
    todo, status = _given(form, subsidie_id)
    if form.errors:
        return _beoordeling(subsidie_id, status, form.errors, form.values)

    def act():
        for criterium, gegeven, waarom in todo:
            usecases.beoordelen(g.db, g.actor, subsidie_id, criterium=criterium, punten=gegeven, motivering=waarom)
        words = _("Uw beoordeling is bewaard.") if todo else _("Er is niets veranderd.")
        return tell(go(url_for("subsidie.beoordeling", subsidie_id=subsidie_id)), words)

    return _try(act, "beoordelen", subsidie_id,
                lambda status, reasons: _beoordeling(subsidie_id, status, None, form.values, reasons))


def _given(form: Form, subsidie_id) -> tuple[list[tuple], int]:
    """What was filled in and is new: (criterion, points, reason); and the status when the form has errors."""
    kop = queries.kop(g.db, subsidie_id)
    found, todo, status = queries.beoordelingen(g.db, kop.subsidie.id), [], 422
    for n, row in enumerate(kop.publicatie.inhoud["inrichting"]["criteria"], start=1):
        done, points, why = found.get(row["code"]), f"punten-{n}", f"motivering-{n}"
        if not (done or form.raw(points) or form.raw(why)):
            continue
        gegeven = form.read(points, _points(Decimal(row["punten"])), _("Vul de punten in."))
        waarom = form.text(why, _("Schrijf waarom u deze punten geeft, in ten minste één zin."), most=4000)
        if waarom is not None and len(waarom) < 10:
            form.errors[why] = _("Schrijf waarom u deze punten geeft, in ten minste één zin.")
        if done and (gegeven, waarom) == (done.punten, done.motivering):
            continue
        if form.raw(f"vorige-{n}") != (str(done.id) if done else ""):
            status = 409
            form.errors[points] = _("Een collega gaf intussen ook punten. Kijk of de uwe nog kloppen, en bewaar opnieuw.")
        todo.append((row["code"], gegeven, waarom))
    return todo, status


@bp.route("/subsidies/<uuid:subsidie_id>/afronden", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def afronden(subsidie_id):
    """The assessment is done: a proposal can be written."""
    def act():
        usecases.afronden(g.db, g.actor, subsidie_id)
        return _done(subsidie_id, _("De beoordeling is afgerond. Schrijf nu het voorstel."))

    return _try(act, "afronden", subsidie_id, lambda status, reasons: _dossier(subsidie_id, status, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/heropenen", needs=P.SUBSIDIE_BEHANDELEN)
def heropening(subsidie_id):
    """Why the assessment is opened again."""
    return _heropening(subsidie_id)


def _heropening(subsidie_id, status=200, errors=None, values=None, reasons=()):
    return _step_page("heropenen", subsidie_id, "heropenen", status=status, errors=errors, values=values, reasons=reasons)


@bp.route("/subsidies/<uuid:subsidie_id>/heropenen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def heropenen(subsidie_id):
    """Open the assessment again."""
    form, reden = _with_reason(_("Schrijf waarom u de beoordeling opnieuw opent."))
    if form.errors:
        return _heropening(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.heropenen(g.db, g.actor, subsidie_id, reden=reden)
        return _done(subsidie_id, _("De beoordeling is weer open."))

    return _try(act, "heropenen", subsidie_id,
                lambda status, reasons: _heropening(subsidie_id, status, None, form.values, reasons))


# Hearing ---------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/zienswijze", needs=P.SUBSIDIE_BEHANDELEN)
def zienswijze(subsidie_id):
    """Ask the applicant for its view before deciding against it."""
    return _zienswijze(subsidie_id)


def _zienswijze(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def asked(subsidie):
        return ALREADY_ASKED if queries.termijn(g.db, subsidie.id, "zienswijze", open_only=True) else None

    def fill(kop):
        lengte = load_config("subsidies")["zienswijze"]
        over, artikel = usecases.zienswijze_over(g.db, kop.subsidie)
        return {"tot_on": clock.today() + timedelta(days=lengte["dagen"]), "dagen": lengte["dagen"], "over": over,
                "artikel": f"Awb {artikel}"}

    return _step_page("zienswijze", subsidie_id, "zienswijze_vragen", status=status, errors=errors, values=values,
                      reasons=reasons, in_the_way=asked, fill=fill)


@bp.route("/subsidies/<uuid:subsidie_id>/zienswijze", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def zienswijze_vragen(subsidie_id):
    """Send the question (Awb 4:7, 4:8)."""
    form, reden = _with_reason(_("Schrijf waarom u een zienswijze vraagt."))
    if form.errors:
        return _zienswijze(subsidie_id, 422, form.errors, form.values)

    def act():
        termijn = usecases.zienswijze_vragen(g.db, g.actor, subsidie_id, reden=reden)
        return _done(subsidie_id, _("U vroeg om een zienswijze. Dat kan tot en met %(dag)s.", dag=_shown(termijn.due_on)))

    return _try(act, "zienswijze_vragen", subsidie_id,
                lambda status, reasons: _zienswijze(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/steunregister", needs=P.SUBSIDIE_BEHANDELEN, endpoint="steunregister")
def register_van_steun(subsidie_id):
    """Small aid goes into the central register: until when, and the number that it got there."""
    return _steunregister(subsidie_id)


def _steunregister(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    if kop.subsidie.eigenaar_id != g.actor.party_id:
        raise NotFound()
    viewed(kop.subsidie)
    grant = queries.verlening(g.db, subsidie_id)
    aid = load_config("subsidies")["steun"].get(grant.inhoud.get("steun", "") if grant else "", {})
    return page_or_part("subsidie/steunregister.html", status=status, kop=kop, subsidie=kop.subsidie, errors=errors or {},
                        values=values or {}, reasons=reasons, term=steunregister.wacht(g.db, kop.subsidie), aid=aid,
                        decided_on=clock.day_of(grant.verzonden_at) if grant else None)


@bp.route("/subsidies/<uuid:subsidie_id>/steunregister", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def steunregister_melden(subsidie_id):
    """It stands in the register, under this number."""
    form = Form()
    nummer = form.text("nummer", _("Vul het nummer in dat het register gaf."), most=100)
    if form.errors:
        return _steunregister(subsidie_id, 422, form.errors, form.values)

    def act():
        steunregister.melden(g.db, g.actor, subsidie_id, nummer=nummer)
        return _done(subsidie_id, _("Vastgelegd: de steun staat in het centrale register."))

    return _try(act, "steunregister", subsidie_id,
                lambda status, reasons: _steunregister(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/argumenten", needs=P.SUBSIDIE_LEZEN)
def argumenten(subsidie_id):
    """What the applicant argued, and what the gemeente answers: it stands in the letter."""
    return _argumenten(subsidie_id)


def _argumenten(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    subsidie = kop.subsidie
    viewed(subsidie)
    rows = queries.argumenten(g.db, subsidie.id)
    handles = g.actor.may(P.SUBSIDIE_BEHANDELEN) and subsidie.eigenaar_id == g.actor.party_id
    obstacles = []
    if handles and rows:
        # What has no answer was not decided on yet: nobody signs before. The database decides again.
        is_over = subsidie.state not in OPEN and (subsidie.state not in GRANTED or all(one.antwoord for one in rows))
        if is_over or queries.lopend_besluit(g.db, subsidie.id):
            obstacles = ["Over deze aanvraag is al besloten, of er ligt een voorstel."]
        elif reason := zelf_geen_belang(subsidie, actor=g.actor):
            obstacles = [reason]
    return page_or_part("subsidie/argumenten.html", status=status, kop=kop, subsidie=subsidie, rows=rows, handles=handles,
                        obstacles=obstacles, errors=errors or {}, values=values or {}, reasons=reasons,
                        is_open=subsidie.state in OPEN, wie=names(g.db, [one.beantwoord_by for one in rows]),
                        gevraagd=queries.termijn(g.db, subsidie.id, "zienswijze"))


@bp.route("/subsidies/argument/<uuid:argument_id>", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def argument_beantwoorden(argument_id):
    """Answer one argument."""
    argument = g.db.get(Argument, argument_id)
    if argument is None:
        raise NotFound()
    subsidie_id, field = argument.dossier_id, f"antwoord-{argument.nummer}"
    form = Form()
    antwoord = form.text(field, _("Schrijf een antwoord op dit argument."), most=4000)
    if form.errors:
        return _argumenten(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.argument_beantwoorden(g.db, g.actor, argument_id, antwoord=antwoord)
        return tell(go(url_for("subsidie.argumenten", subsidie_id=subsidie_id)), _("Uw antwoord is bewaard."))

    return _try(act, "argument_beantwoorden", subsidie_id,
                lambda status, reasons: _argumenten(subsidie_id, status, None, form.values, reasons))
