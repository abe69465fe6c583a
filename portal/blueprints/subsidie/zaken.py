"""The cases: the list, the dossier of one with all that can be done now, the whole application, everything that happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from flask import g, request, url_for

from portal.blueprints.berichten import message_item
from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.items import claim_item, event_items, line_shown, receipt_facts
from portal.blueprints.subsidie.meter import case_meter
from portal.blueprints.subsidie.steps import ALREADY_ASKED, TOO_LATE_TO_ASK, TOO_LATE_TO_DELAY
from portal.blueprints.termijnen import as_lines, ended, replaced, still_until
from portal.domains.subsidies import (
    aanvragen,
    queries,
    rules,
    toestemming,
    vaststellen,
    vorderen,
)
from portal.domains.subsidies.beschikking import schreef_mee, tekende_het_eerste
from portal.domains.subsidies.model import (
    OPEN,
    Argument,
    Indiening,
    Plafond,
    State,
    Subsidie,
    Subsidieregel,
)
from portal.domains.subsidies.rules import Beslissing, Regelsoort, Staatssteun
from portal.domains.subsidies.voorstellen import SOORT
from portal.domains.subsidies.words import INDIENSOORT_WORDS, REGEL_WORDS
from portal.domains.subsidies.workflow import STAP, STATE_LABELS, SUBSIDIE, mogelijk, wordt_herzien, zelf_geen_belang
from portal.domains.uitdaagrecht.queries import plan_van
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.belang import Belangverklaring
from portal.kernel.besluit import Besluit
from portal.kernel.documents import Document
from portal.kernel.dossier import Termijn, count_with, load, running
from portal.kernel.queries import openable
from portal.web.blueprint import viewed
from portal.web.filters import (
    aantal,
    bedrag,
    datum,
    datum_tabel,
    grootte,
    in_taal,
    laatste_dag,
)
from portal.web.htmx import page_or_part
from portal.web.links import around, page_url, state_badge
from portal.web.shown import day, day_short, days_to_go, euro_short
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

HANDLING = (P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_MEELEZEN, P.SUBSIDIE_TEKENEN)
EVENTS_SHOWN = 8
MESSAGES_SHOWN = 3
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
# What was decided with a reason, and is no step of the case.
NO_STEP = {"rekening_afgewezen": "Het nieuwe rekeningnummer wordt niet gebruikt"}
# Terms in which the applicant can do something: over is over, nobody is late.
OF_APPLICANT = ("hersteltermijn", "zienswijze", "bezwaartermijn")
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
        regelingen_url=page_url("subsidie.regelingen"),
        tekenen_url=page_url("subsidie.te_tekenen"))


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _row(row, due) -> dict:
    amount = (_("Verleend: %(bedrag)s", bedrag=euro_short(row.verleend)) if row.verleend is not None
              else _("Gevraagd: %(bedrag)s", bedrag=euro_short(row.gevraagd)))
    meta = [row.reference]
    if due:
        meta.append(_("de beslistermijn staat stil") if due[1] else
                    _("besluit uiterlijk %(dag)s, %(over)s", dag=day_short(due[0]), over=days_to_go(due[0])))
    return {"title": row.titel, "url": url_for("subsidie.dossier", subsidie_id=row.id),
            "text": f"{row.aanvrager_naam} · {amount}", "status": state_badge("subsidie", row.state), "meta": " · ".join(meta)}


# The dossier ---------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>", needs=P.SUBSIDIE_LEZEN)
def dossier(subsidie_id):
    """One case: what can be done now, what was asked, how it was judged, what was decided, until when, what happened."""
    return dossier_page(subsidie_id)


def dossier_page(subsidie_id, status=200, reasons=()):
    """The page of one case, with what was refused; NotFound when the wall hides it."""
    zaak = _zaak(subsidie_id)
    viewed(zaak.subsidie)
    return page_or_part(
        "subsidie/dossier.html", status=status, zaak=zaak, kop=zaak.kop, subsidie=zaak.subsidie, reasons=reasons,
        status_badge=state_badge("subsidie", zaak.subsidie.state), possible=zaak.actions(), blocked=zaak.blocked(),
        timeline=event_items(zaak.events), is_open=zaak.subsidie.state in OPEN,
        plan=_plan(zaak), bezwaren=_objections(zaak), meter=case_meter(zaak.termijnen, zaak.subsidie.id))


def _plan(zaak: "Zaak") -> dict | None:
    """The plan of residents that the application came from; who does not work on plans reads its number."""
    found = plan_van(g.db, zaak.subsidie.id) if "ouder" in zaak.inhoud.inhoud else None
    return found and {"titel": found.titel, "reference": found.reference, "url": page_url("uitdaging.zaak", found.id)}


def _objections(zaak: "Zaak") -> list[dict]:
    """The objections in a case."""
    return [{"title": one.reference, "url": url_for("subsidie.bezwaar", bezwaar_id=one.id),
             "status": state_badge("bezwaar", one.state), "meta": _("ontvangen op %(dag)s", dag=day_short(one.ontvangen_on))}
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
        return termijn, running(rows) is not None

    @cached_property
    def choices(self) -> list:
        """What can be proposed where this case stands."""
        return mogelijk(self.subsidie, niet_behandelen=self._runs("buiten_behandeling") is not None,
                        herziening=self.rondom.herziening)

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
        items.append((_("Gevraagd"), euro_short(subsidie.gevraagd), self.product))
        if subsidie.verleend is not None:
            items.append((_("Verleend"), euro_short(subsidie.verleend),
                          _("hoogste bedrag: %(bedrag)s", bedrag=euro_short(subsidie.maximum)) if subsidie.maximum else ""))
        if subsidie.vastgesteld is not None:
            items.append((_("Vastgesteld"), euro_short(subsidie.vastgesteld)))
        if self.plafond is not None:
            items.append((_("Nog in het plafond"), euro_short(self.plafond.over),
                          _("van %(bedrag)s", bedrag=euro_short(self.plafond.bedrag))))
        if self.beslissen:
            termijn, rows = self.beslissen
            if any(row.completed_on is None for row in rows):
                items.append((_("Besluit uiterlijk"), _("staat stil"), in_taal(running(rows).ground)))
            else:
                items.append((_("Besluit uiterlijk"), datum_tabel(termijn.due_on), days_to_go(termijn.due_on)))
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
        decided = _("op %(dag)s", dag=day(clock.day_of(sent.verzonden_at))) if sent else ""
        received = (_("Ontvangen"), _("op %(dag)s", dag=day(subsidie.ontvangen_on)))
        complete = (_("Behandelen"), _("compleet op %(dag)s", dag=day(subsidie.compleet_on)) if subsidie.compleet_on else "")
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
            (_("Uitvoeren"), _("tot en met %(dag)s", dag=day(laatste_dag(subsidie.tot)))), (_("Vaststellen"), self._settled()),
        ]
        return [("done" if i < now else "now" if i == now else "todo", *row) for i, row in enumerate(notes)]

    def _decides(self) -> str:
        """Until when the gemeente decides; nothing while that stands still."""
        termijn, rows = self.beslissen
        return _("staat stil") if running(rows) else _("uiterlijk %(dag)s", dag=day(termijn.due_on))

    def _settled(self) -> str:
        """When the grant was determined, or until when it must be."""
        sent = next((b for b in self.besluiten if b.verzonden_at and b.soort == vaststellen.SOORT), None)
        if sent is not None:
            return _("op %(dag)s", dag=day(clock.day_of(sent.verzonden_at)))
        runs = next(filter(None, map(self._runs, vaststellen.BEGONNEN)), None)
        return _("uiterlijk %(dag)s", dag=day(runs.due_on)) if runs else ""

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
        subsidie, url = self.subsidie, page_url("subsidie.voorstel", self.subsidie.id)
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
            url = page_url(termijn.endpoint, self.subsidie.id) if termijn.kind in LATER_WORK else None
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
        return page_url("subsidie.uitvoering", self.subsidie.id) if self.subsidie.state in GRANTED else None

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
        url = page_url("subsidie.besluit", besluit.id) if besluit else None
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
                and self.open_besluit.opgesteld_by != g.actor.user_id and not schreef_mee(self.open_besluit, g.actor))

    @property
    def asks_signer(self) -> bool:
        """Does the proposal wait for this person to sign it?"""
        besluit = self.open_besluit
        return (not self._waits_for_reader and g.actor.may(P.SUBSIDIE_TEKENEN)
                and g.actor.user_id not in (besluit.opgesteld_by, besluit.gelezen_by) and not schreef_mee(besluit, g.actor))

    def _propose(self) -> list[dict]:
        items = []
        if self._answers():
            items.append({"title": _("Beantwoord de argumenten van de aanvrager"), "icon": "mail", "url": self.to("argumenten"),
                          "text": ngettext("%(num)s argument heeft nog geen antwoord.",
                                           "%(num)s argumenten hebben nog geen antwoord.", self.open_argumenten),
                          "button": _("Naar de argumenten")})
        url = page_url("subsidie.voorstel", self.subsidie.id)
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
        return in_taal(first.gevolg), _("na %(dag)s", dag=day_short(first.due_on))

    # What was asked ---------------------------------------------------------------------------------------------------------

    def asked(self) -> list[tuple]:
        """The application in a few lines."""
        subsidie = self.subsidie
        return [
            (_("Product"), self.product),
            (_("Bedrag"), bedrag(subsidie.gevraagd, current_lang())),
            (_("Periode"), _("%(van)s tot en met %(tot)s", van=day_short(subsidie.van),
                             tot=day_short(laatste_dag(subsidie.tot)))),
            (_("Ontvangen"), _("%(dag)s, als nummer %(nummer)s van de regeling", dag=day_short(subsidie.ontvangen_on),
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
                          _("er is nog %(bedrag)s", bedrag=euro_short(max(self.plafond.over, Decimal(0))))))
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
        return [{"title": one.onderwerp, "url": page_url("subsidie.besluit", one.id),
                 "status": ("warn", _("Nog niet op de post")) if one.id in to_post else
                 (BESLUIT_KINDS.get(one.state, "info"), in_taal(besluiten.STATE_LABELS[one.state])),
                 "text": _decided_amount(one),
                 "meta": _("getekend op %(dag)s", dag=day_short(clock.day_of(one.getekend_at))) if one.id in to_post
                 else _("verstuurd op %(dag)s", dag=day_short(clock.day_of(one.verzonden_at))) if one.verzonden_at
                 else _("opgesteld op %(dag)s", dag=day_short(clock.day_of(one.opgesteld_at)))} for one in self.besluiten]

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
                "lines": as_lines(count.count),
                "nothing": in_taal(termijn.gevolg) if waits else "",
                "warnings": [in_taal(one) for one in count.warnings]}

    def notes(self) -> list[dict]:
        """Why steps were taken, newest first: for the own gemeente."""
        return [{"title": in_taal(NO_STEP.get(one.stap) or SUBSIDIE.steps[one.stap].label), "text": one.tekst,
                 "meta": day_short(one.geschreven_at)} for one in self.rondom.aantekeningen]

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
    return euro_short(Decimal(value)) if value is not None else ""


def _in_time(beslissen: tuple | None) -> bool:
    """Does the term to decide still run?"""
    return beslissen is not None and beslissen[0].due_on >= clock.today()


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
    steun = None
    if kop.publicatie.inhoud["staatssteun"] != Staatssteun.GEEN:
        known = rules.de_minimis(queries.steun_bekend(g.db, subsidie), clock.today(),
                                 daeb=kop.publicatie.inhoud["staatssteun"] == Staatssteun.DAEB)
        steun = (aanvragen.steun_verklaard(last.inhoud["gegevens"]), known)
    product = _product(kop.publicatie.inhoud, last.inhoud["gegevens"].get("product", ""))
    return page_or_part(
        "subsidie/inhoud.html", kop=kop, subsidie=subsidie, gegevens=last.inhoud["gegevens"], inhoud=last.inhoud,
        product=product, documents=[_document(one) for one in queries.documenten(g.db, last)], steun=steun,
        sendings=[(in_taal(INDIENSOORT_WORDS[one.soort]), receipt_facts(one)) for one in reversed(sent)],
        periode=[date.fromisoformat(last.inhoud["gegevens"][name]) for name in ("van", "tot")],
        bedragen=Decimal(last.inhoud["gegevens"]["bedrag"]), vragen=kop.publicatie.inhoud["inrichting"]["vragen"],
        may_see_contact=any(g.actor.may(one) for one in HANDLING),
        regeling_url=page_url("subsidie.regeling", subsidie.regeling_id))


@bp.route("/subsidies/<uuid:subsidie_id>/gebeurtenissen", needs=P.SUBSIDIE_LEZEN)
def gebeurtenissen(subsidie_id):
    """Everything that happened, newest first."""
    subsidie = load(g.db, Subsidie, subsidie_id)
    part = queries.gebeurtenissen(g.db, subsidie.id, after=request.args.get("na"), before=request.args.get("voor"))
    viewed(subsidie)
    return page_or_part("subsidie/gebeurtenissen.html", "lijst", subsidie=subsidie, items=event_items(part.rows),
                        paging=around(part))
