"""The pages that everybody who shares a procurement reads: the list, the dossier, its history, one member's decision."""

from dataclasses import dataclass

from flask import g, request, url_for

from portal.blueprints.berichten import message_item
from portal.blueprints.inkoop import bp
from portal.blueprints.termijnen import as_lines
from portal.domains.inkoop import queries, usecases
from portal.domains.inkoop.model import Antwoord, Deelnamebesluit, Fase, Inkoop, Perceel, PerceelState, Poort, State
from portal.domains.inkoop.queries import Deelnemer
from portal.domains.inkoop.words import ANTWOORD_KIND, ANTWOORD_WORDS, ORGANEN, ORGANEN_KORT, sentence, telwoord
from portal.domains.inkoop.workflow import INKOOP, STATE_LABELS
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.documents import Document
from portal.kernel.dossier import Termijn, count_with, load
from portal.kernel.errors import NotFound
from portal.kernel.planning import Moment
from portal.kernel.queries import openable
from portal.web.blueprint import viewed
from portal.web.filters import (
    bedrag_kort,
    datum,
    datum_kort,
    datum_tabel,
    gepland,
    in_taal,
    local,
    moment,
    nog_dagen,
)
from portal.web.htmx import page_or_part
from portal.web.links import around, document_item, state_badge, task_url
from portal.web.shown import day, day_narrow, day_short, without_year
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

# These have an entry of their own in what can be done.
SAID_ABOVE = ("werk_volgen", "werk_publiceren")
PLANNING = (State.GEPLAND, State.UITGEVRAAGD, State.DOORGEZET)
DONE_WITH = (PerceelState.GEGUND, PerceelState.GECONTRACTEERD, PerceelState.VERVALLEN)
EVENTS_SHOWN = 5
# What the page tells of however long ago it was.
LANDMARKS = ("inkoop:herinneren", "inkoop:publiceren", "inkoop:openen")
# What waits for a gate, in a sentence for everybody.
POORT_WORDS = {
    Poort.DEELNAME: "Hier besluiten de gemeenten of de inkoop doorgaat.",
    Poort.PUBLICEREN: "Publiceren kan pas als hier is besloten: go.",
    Poort.GUNNEN: "Een gunning tekenen kan pas als hier is besloten: go.",
    Poort.CONTRACTEREN: "Contracten sluiten kan pas als hier is besloten: go.",
}


# The list -----------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop", needs=P.INKOOP_LEZEN)
def lijst():
    """Own procurements and those that others share with us, newest first."""
    part = queries.lijst(g.db, after=request.args.get("na"), before=request.args.get("voor"))
    is_lead = g.actor.may(P.INKOOP_PLANNEN) and bool(queries.leads(g.db, g.actor.party_id, clock.today()))
    return page_or_part("inkoop/lijst.html", "lijst", items=[_row(row) for row in part.rows], paging=around(part),
                        is_lead=is_lead)


def _row(row) -> dict:
    when = ""
    if row.state == State.UITGEVRAAGD:
        when = _("Gemeenten besluiten uiterlijk %(moment)s", moment=day_short(row.deelname_uiterlijk_at))
    elif row.state == State.GEPUBLICEERD:
        when = _("Inschrijven kan tot %(moment)s", moment=day_short(row.sluit_at))
    elif row.state != State.GESTOPT:
        when = _("Begint op %(dag)s", dag=datum_kort(row.begint_on, current_lang()))
    return {"title": row.titel, "url": url_for("inkoop.dossier", inkoop_id=row.id), "text": when,
            "status": state_badge("inkoop", row.state),
            "meta": " · ".join([row.reference, row.verband, _("trekker %(naam)s", naam=row.trekker)])}


# The dossier --------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/<uuid:inkoop_id>", needs=P.INKOOP_LEZEN)
def dossier(inkoop_id):
    """One procurement: what can be done now, who takes part, until when, what happened."""
    return show_dossier(inkoop_id)


def show_dossier(inkoop_id, status=200, reasons=()):
    """The page of the dossier; `reasons` are the sentences of a refused step."""
    kop, mijlpalen = queries.kop_en_mijlpalen(g.db, inkoop_id)
    inkoop = kop.inkoop
    percelen = queries.percelen(g.db, inkoop.id)
    termijnen, work = queries.termijnen(g.db, inkoop.id, [perceel.id for perceel in percelen], g.actor.party_id)
    view = Dossierpagina(
        kop=kop, rows=queries.matrix(g.db, inkoop), percelen=percelen, termijnen=termijnen, work=work,
        mijlpalen=[(m, Moment.from_json(m.moment)) for m in mijlpalen],
        stukken=[d for d in queries.stukken(g.db, inkoop.id)
                 if d.gedeeld_at or (d.party_id == g.actor.party_id and g.actor.may(P.INKOOP_PLANNEN))],
        events=queries.newest_events(g.db, inkoop.id, EVENTS_SHOWN, LANDMARKS))
    possible = INKOOP.possible(
        inkoop, g.actor, reden="-", besluit=view.own.besluit if view.own else None,
        besloten=len(view.rows) - len(view.silent), mijlpalen=[row for row, _moment in view.mijlpalen],
        percelen=len(percelen),
        trekker_ja=any(row.doet_mee is True for row in view.rows if row.gemeente.id == inkoop.eigenaar_id))
    viewed(inkoop)
    return page_or_part(
        "inkoop/dossier.html", status=status, kop=kop, inkoop=inkoop, view=view, reasons=reasons,
        status_badge=state_badge("inkoop", inkoop.state), phases=view.phases(), metrics=view.metrics(),
        possible=view.actions(possible), blocked=view.blocked(possible), none_text=view.none_text(),
        nothing=view.nothing(), tally=view.tally(), columns=view.columns(), matrix=view.matrix(), remarks=view.remarks(),
        percelen=[perceel_item(p) for p in view.percelen], terms=view.terms(), timeline=view.timeline(),
        parties=view.parties(), documents=view.documents(), messages=view.messages(),
        may_write=g.actor.may(P.BERICHT_SCHRIJVEN) and inkoop.state != State.GEPLAND)


def perceel_item(perceel: Perceel) -> dict:
    """A perceel in a list, with where it stands."""
    return {"title": _("Perceel %(nummer)s: %(naam)s", nummer=perceel.nummer, naam=perceel.naam),
            "url": task_url("inkoop.perceel", perceel.id), "text": perceel.omschrijving,
            "status": state_badge("perceel", perceel.state),
            "meta": _("Geraamd op %(bedrag)s", bedrag=bedrag_kort(perceel.waarde, current_lang()))}


def in_words(number: int) -> str:
    """A small number in words, in the language of this request."""
    return in_taal(telwoord(number))


def names_of(gemeenten) -> str:
    """`Ommen, Staphorst en Zwartewaterland`."""
    names = [gemeente.naam for gemeente in gemeenten]
    return names[0] if len(names) == 1 else _("%(eerste)s en %(laatste)s", eerste=", ".join(names[:-1]), laatste=names[-1])


def answer_counts(rows: list[Deelnemer]) -> dict[str, int]:
    """How many say yes, yes with a reservation, no, and how many have not decided."""
    return {"ja": sum(r.doet_mee is True and not r.met_voorbehoud for r in rows),
            "voorbehoud": sum(r.doet_mee is True and r.met_voorbehoud for r in rows),
            "nee": sum(r.doet_mee is False for r in rows), "open": sum(r.besluit is None for r in rows)}


@dataclass
class Dossierpagina:
    """Everything the dossier page says, from rows that were read once."""

    kop: queries.Kop
    rows: list[Deelnemer]
    percelen: list[Perceel]
    mijlpalen: list[tuple]
    stukken: list[Document]
    # Terms with their suspensions; what waits for this gemeente now; the newest events and the landmarks before them.
    termijnen: list[tuple]
    work: list[Termijn]
    events: list

    @property
    def inkoop(self) -> Inkoop:
        """The procurement itself."""
        return self.kop.inkoop

    @property
    def is_lead(self) -> bool:
        """True for people of the lead gemeente."""
        return self.inkoop.eigenaar_id == g.actor.party_id

    @property
    def silent(self) -> list[Deelnemer]:
        """Who was asked and has not decided."""
        return [row for row in self.rows if row.besluit is None]

    @property
    def own(self) -> Deelnemer | None:
        """The row of the gemeente that looks."""
        return next((row for row in self.rows if row.gemeente.id == g.actor.party_id), None)

    @property
    def years(self) -> int:
        """The whole term with all extensions."""
        return sum(self.inkoop.looptijd_jaren)

    def members(self) -> int:
        """How many gemeenten this is for: all that are asked, and from go on those that take part."""
        if self.inkoop.state in (State.GEPLAND, State.UITGEVRAAGD, State.GESTOPT):
            return len(self.rows)
        return sum(row.doet_mee is True for row in self.rows)

    def reference(self) -> str:
        """The line under the title."""
        inkoop, parts = self.inkoop, [self.inkoop.reference, in_taal(usecases.method_name(self.inkoop.methode))]
        if inkoop.state != State.GEPLAND:
            parts.append(_("%(naam)s koopt in voor %(aantal)s gemeenten", naam=self.kop.trekker,
                           aantal=in_words(self.members())))
        return " · ".join(parts)

    def ahead(self) -> list[tuple]:
        """Milestones that are still a plan."""
        if self.inkoop.state in (State.GESTOPT, State.AFGEROND):
            return []
        return [(row, m) for row, m in self.mijlpalen
                if row.besloten_on is None and not (row.fase == Fase.PUBLICATIE and self.inkoop.sluit_at)]

    def _planned(self, fase: Fase) -> str:
        """When this phase is planned; empty when no milestone says it."""
        found = next((m for row, m in self.mijlpalen if row.fase == fase), None)
        return gepland(found, current_lang()) if found else ""

    # Head -----------------------------------------------------------------------------------------------------------------

    def metrics(self) -> list[tuple]:
        """Three or four figures."""
        inkoop, lang = self.inkoop, current_lang()
        items = []
        if inkoop.state != State.GEPLAND:
            decided = len(self.rows) - len(self.silent)
            note = (_("uiterlijk %(moment)s", moment=without_year(inkoop.deelname_uiterlijk_at))
                    if inkoop.state == State.UITGEVRAAGD else
                    _("%(aantal)s doen mee", aantal=in_words(sum(r.doet_mee is True for r in self.rows))))
            items.append((_("Besluiten"), _("%(n)s van %(total)s", n=decided, total=len(self.rows)), note))
        items.append((_("Geraamde waarde"), bedrag_kort(inkoop.geraamde_waarde, lang),
                      _("%(n)s jaar, met alle verlengingen", n=self.years)))
        places = self.places_all() if inkoop.state in (State.GEPLAND, State.UITGEVRAAGD) else self.places_certain()
        if places:
            count = self.members() if inkoop.state == State.UITGEVRAAGD else sum(r.doet_mee is True for r in self.rows)
            items.append((_("Plaatsen"), places, _("in %(aantal)s gemeenten", aantal=in_words(count)) if count > 1 else ""))
        items.append((_("Looptijd"), _("%(jaren)s jaar", jaren=" + ".join(map(str, inkoop.looptijd_jaren))),
                      _("vanaf %(dag)s", dag=day(inkoop.begint_on))))
        return items

    def places_all(self) -> int:
        """The places of everybody who was asked."""
        return sum(sum(row.plaatsen.values()) for row in self.rows)

    def places_certain(self) -> int:
        """The places of those who decided to take part, for the percelen they take part in."""
        return sum(row.plaatsen_mee for row in self.rows)

    def phases(self) -> list[tuple]:
        """The life of a procurement, with what is known of each phase."""
        inkoop, today = self.inkoop, clock.today()
        now = {State.GEPLAND: 0, State.UITGEVRAAGD: 1, State.DOORGEZET: 2, State.GEPUBLICEERD: 3, State.GEOPEND: 4,
               State.AFGEROND: 7, State.GESTOPT: -1}[inkoop.state]
        if inkoop.state == State.GEOPEND and self.percelen and all(
                p.state in (*DONE_WITH, PerceelState.VASTGESTELD) for p in self.percelen):
            now = 6 if all(p.state in DONE_WITH for p in self.percelen) else 5
        published = next((e.occurred_on for e in self.events if e.kind == "inkoop:publiceren"), None)
        notes = [
            _("klaar op %(dag)s", dag=day_narrow(inkoop.uitgevraagd_at, year=False)) if inkoop.uitgevraagd_at and now else "",
            (nog_dagen(inkoop.deelname_uiterlijk_at, today, current_lang()) if inkoop.state == State.UITGEVRAAGD
             else self._outcome()),
            _("op %(dag)s", dag=day_narrow(published, year=False)) if published else self._planned(Fase.PUBLICATIE),
            _("tot %(dag)s", dag=day_narrow(inkoop.sluit_at, year=False)) if inkoop.sluit_at
            else self._planned(Fase.INSCHRIJVING),
            self._planned(Fase.BEOORDELING), self._planned(Fase.GUNNING), day(inkoop.begint_on),
        ]
        names = (_("Plan"), _("Deelname"), _("Publicatie"), _("Inschrijving"), _("Beoordeling"), _("Gunning"), _("Contract"))
        if inkoop.state == State.GESTOPT:
            return [("done", names[0], notes[0]), ("done", names[1], _("gestopt (no-go)"))]
        return [("done" if i < now else "now" if i == now else "todo", name, note)
                for i, (name, note) in enumerate(zip(names, notes, strict=True))]

    def _outcome(self) -> str:
        decided = next((row for row, _moment in self.mijlpalen if row.poort == Poort.DEELNAME and row.besloten_on), None)
        return _("besloten op %(dag)s", dag=day_narrow(decided.besloten_on, year=False)) if decided else ""

    # What can be done ------------------------------------------------------------------------------------------------------

    def actions(self, possible) -> list[dict]:
        """What this person can do now: first their own task, then steps of the workflow, then other work."""
        inkoop, items = self.inkoop, []
        own, free = self.own, {step.name for step, reasons in possible if not reasons}
        if "deelname" in free and own:
            items.append({"title": _("Leg het besluit van %(naam)s vast", naam=own.gemeente.naam),
                          "text": _("Dat kan tot %(moment)s.", moment=day_short(inkoop.deelname_uiterlijk_at)),
                          "icon": "pen", "button": _("Naar het deelnamebesluit"), "url": self._to("deelname")})
        if "uitvragen" in free:
            items.append({"title": _("Vraag de gemeenten om een besluit"), "icon": "mail",
                          "url": self._to("uitvragen_controle"),
                          "text": _("U ziet eerst wie een bericht krijgt en tot wanneer zij kunnen besluiten."),
                          "button": _("Controleer en vraag uit")})
        if "poort_beslissen" in free:
            items += [{"title": _("Besluit over de poort: %(titel)s", titel=row.titel), "text": _(POORT_WORDS[row.poort]),
                       "icon": "check", "button": _("Naar deze poort"),
                       "url": url_for("inkoop.poort", inkoop_id=inkoop.id, mijlpaal_id=row.id)}
                      for row, _moment in self.mijlpalen
                      if row.poort not in (None, Poort.DEELNAME) and row.uitkomst is None]
        if "doorzetten" in free:
            items.append({"title": _("Zet de inkoop door (go)"), "icon": "check", "url": self._to("doorzetten_controle"),
                          "text": self._go_text(), "button": _("Controleer en zet door")})
        if "publiceren" in free:
            items.append({"title": _("Publiceer de inkoop"), "icon": "upload", "url": self._to("publiceren_controle"),
                          "text": _("U ziet eerst alles wat vast komt te staan."), "button": _("Controleer en publiceer")})
        items += self._lead_work()
        items += self._later_work()
        if "terughalen" in free:
            items.append({"title": _("Haal de vraag terug"), "icon": "swap", "kind": "secondary",
                          "text": _("Nog geen gemeente heeft besloten. U kunt het plan nog aanpassen."),
                          "button": _("Naar terughalen"), "url": self._to("terughalen_vraag")})
        if "stoppen" in free:
            items.append({"title": _("Stop met deze inkoop (no-go)"), "icon": "cross", "kind": "secondary",
                          "text": _("Terugval: %(tekst)s", tekst=inkoop.terugval), "button": _("Naar stoppen"),
                          "url": self._to("stoppen_vraag")})
        return items

    def _to(self, name: str) -> str:
        return url_for(f"inkoop.{name}", inkoop_id=self.inkoop.id)

    def _go_text(self) -> str:
        count = sum(row.doet_mee is True for row in self.rows)
        return _("De inkoop gaat dan door voor %(aantal)s gemeenten.", aantal=in_words(count))

    def _lead_work(self) -> list[dict]:
        """The plan and a reminder: for planners of the lead."""
        inkoop, items = self.inkoop, []
        if not (self.is_lead and g.actor.may(P.INKOOP_PLANNEN) and inkoop.state in PLANNING):
            return items
        others = [row for row in self.silent if row.gemeente.id != inkoop.eigenaar_id]
        if (inkoop.state == State.UITGEVRAAGD and others and g.actor.may(P.INKOOP_UITVRAGEN)
                and clock.now() < inkoop.deelname_uiterlijk_at):
            last = next((e for e in self.events if e.kind == "inkoop:herinneren"), None)
            sent_today = last is not None and last.occurred_on == clock.today()
            text = (_("U stuurde vandaag al een herinnering. Morgen kan het weer.") if sent_today
                    else _("De laatste herinnering ging op %(dag)s uit.", dag=day_short(last.occurred_on)) if last
                    else _("Er is nog geen herinnering gestuurd."))
            title = ngettext("Herinner %(namen)s", "Herinner de %(aantal)s gemeenten", len(others),
                             namen=names_of([r.gemeente for r in others]), aantal=in_words(len(others)))
            item = {"title": title, "text": text, "icon": "mail"}
            if not sent_today:
                item |= {"post": True, "url": self._to("herinneren"), "button": _("Stuur een herinnering")}
            items.append(item)
        drafts = sum(d.gedeeld_at is None for d in self.stukken)
        total = len([d for d in self.stukken if d.soort == "inkoopstuk"])
        text = (_("Er zijn nog geen stukken.") if not total else
                _("%(n)s van %(total)s documenten zijn nog een concept.", n=drafts, total=total) if drafts else
                _("Alle %(total)s documenten zijn gedeeld.", total=total) if total > 1 else _("Het document is gedeeld."))
        items.append({"title": _("Werk aan het plan en de stukken"), "text": text, "icon": "pen", "button": _("Naar het plan"),
                      "url": self._to("plan")})
        return items

    def _later_work(self) -> list[dict]:
        """What waits for this role now, as Mijn werk has it: nothing that cannot be done yet, nothing that was done."""
        inkoop, items = self.inkoop, []
        for termijn in self.work:
            if termijn.kind in SAID_ABOVE or not g.actor.permissions.intersection(termijn.wacht_op_permissions):
                continue
            if termijn.kind == "werk_openen" and (clock.now() < inkoop.sluit_at or self._opened()):
                continue
            if termijn.kind == "werk_contracteren" and clock.today() <= termijn.started_on:
                continue
            url = task_url(termijn.endpoint, termijn.dossier_id)
            items.append({"title": in_taal(termijn.taak), "text": _("Uiterlijk %(dag)s.", dag=day_short(termijn.due_on)),
                          "icon": "lock" if termijn.kind == "werk_openen" else "briefcase",
                          "button": _("Ga naar de taak"), "url": url})
        return items

    @property
    def newest(self) -> list:
        """The newest events, for the timeline."""
        return [event for event in self.events if event.plaats <= EVENTS_SHOWN]

    def _opened(self) -> bool:
        """The own gemeente did its part of the opening; another one is next."""
        return any(e.kind == "inkoop:openen" and e.gemeente == g.actor.party_naam for e in self.events)

    def blocked(self, possible) -> list[dict]:
        """Steps of this role that cannot be taken yet, each with every reason."""
        items = [{"title": _(step.label), "reasons": [_(reason) for reason in reasons]} for step, reasons in possible
                 if reasons and step.name != "afronden" and not (step.name == "deelname" and self.own and self.own.besluit)
                 and step.name != "terughalen"]
        inkoop = self.inkoop
        if inkoop.state == State.GEPUBLICEERD and g.actor.may(P.INKOOP_OPENEN) and clock.now() < inkoop.sluit_at:
            items.append({"title": _("Open de inschrijvingen"),
                          "reasons": [_("Dat kan na de sluiting, op %(moment)s.", moment=day_short(inkoop.sluit_at))]})
        elif inkoop.state == State.GEPUBLICEERD and g.actor.may(P.INKOOP_OPENEN) and self._opened():
            items.append({"title": _("Open de inschrijvingen"),
                          "reasons": [_("Uw gemeente heeft al geopend. Nu is een collega van een andere gemeente aan zet.")]})
        items += [{"title": in_taal(termijn.taak),
                   "reasons": [_("Dat kan na de standstill: die loopt tot en met %(dag)s.", dag=day_short(termijn.started_on))]}
                  for termijn in self.work if termijn.kind == "werk_contracteren" and clock.today() <= termijn.started_on
                  and g.actor.permissions.intersection(termijn.wacht_op_permissions)]
        return items

    def none_text(self) -> str:
        """Why this person has nothing to do here."""
        if not g.actor.permissions & {P.INKOOP_DEELNAME, P.INKOOP_PLANNEN, P.INKOOP_BEOORDELEN, P.INKOOP_OPENEN,
                                      P.INKOOP_TEKENEN, P.INKOOP_MEELEZEN, P.INKOOP_GUNNEN}:
            return _("U kunt dit dossier lezen. Met uw rol hoeft u hier niets te doen.")
        if self.inkoop.state == State.UITGEVRAAGD and self.own and self.own.besluit:
            return _("Het besluit van %(naam)s ligt vast. U hoeft nu niets te doen.", naam=self.own.gemeente.naam)
        return _("Op dit moment hoeft u niets te doen.")

    # If nobody does anything ------------------------------------------------------------------------------------------------

    def nothing(self) -> tuple[str, str | None] | None:
        """What happens if nobody acts, and after when; None when nothing waits."""
        inkoop = self.inkoop
        begin = day(inkoop.begint_on)
        if inkoop.state == State.GEPLAND:
            return _("de gemeenten krijgen geen vraag en de inkoop blijft een plan. "
                     "De contracten kunnen dan niet ingaan op %(dag)s.", dag=begin), None
        if inkoop.state == State.UITGEVRAAGD:
            return self._nothing_deelname(), _("na %(moment)s", moment=without_year(inkoop.deelname_uiterlijk_at))
        if inkoop.state == State.DOORGEZET:
            return _("er komt geen aankondiging en niemand kan inschrijven. "
                     "De contracten kunnen dan niet ingaan op %(dag)s.", dag=begin), None
        if inkoop.state == State.GEPUBLICEERD and clock.now() < inkoop.sluit_at:
            return (_("de inschrijving sluit vanzelf. Wat dan niet is verstuurd, telt niet mee."),
                    _("op %(moment)s", moment=without_year(inkoop.sluit_at)))
        if inkoop.state == State.GEPUBLICEERD:
            return _("de inschrijvingen blijven dicht. Niemand kan ze beoordelen."), None
        if inkoop.state == State.GEOPEND:
            return _("er komt geen contract. De zorg uit deze inkoop kan dan niet beginnen op %(dag)s.", dag=begin), None
        return None

    def _nothing_deelname(self) -> str:
        """Computed from the real decisions and figures: who would be out, and what remains."""
        lead = next((row for row in self.rows if row.gemeente.id == self.inkoop.eigenaar_id), None)
        if not self.silent:
            return _("alle gemeenten hebben besloten. De inkoop wacht tot %(naam)s hem doorzet of stopt.",
                     naam=self.kop.trekker)
        if lead is None or not lead.doet_mee:
            return ngettext("%(namen)s telt als: niet besloten.", "%(namen)s tellen als: niet besloten.", len(self.silent),
                            namen=names_of([r.gemeente for r in self.silent])) + " " + _(
                "De trekker heeft zelf niet besloten om mee te doen. Dan kan de inkoop niet door. Terugval: %(terugval)s",
                terugval=self.inkoop.terugval)
        out = ngettext("%(namen)s doet niet mee.", "%(namen)s doen niet mee.", len(self.silent),
                       namen=names_of([r.gemeente for r in self.silent]))
        going = sum(row.doet_mee is True for row in self.rows)
        on = ngettext("De inkoop kan dan door voor %(aantal)s gemeente", "De inkoop kan dan door voor de andere %(aantal)s",
                      going, aantal=in_words(going))
        if self.places_all() != self.places_certain():
            return _("%(uit)s %(door)s, met %(over)s plaatsen in plaats van %(alle)s.", uit=out, door=on,
                     over=self.places_certain(), alle=self.places_all())
        return f"{out} {on}."

    # Who takes part ---------------------------------------------------------------------------------------------------------

    def tally(self) -> list[tuple]:
        """The sum of the answers."""
        counts = answer_counts(self.rows)
        items = [("ok", _("%(n)s ja", n=counts["ja"]))]
        if counts["voorbehoud"]:
            items.append(("warn", _("%(n)s met voorbehoud", n=counts["voorbehoud"])))
        if counts["nee"]:
            items.append(("err", _("%(n)s nee", n=counts["nee"])))
        if counts["open"]:
            items.append(("open", _("%(n)s nog niet", n=counts["open"]) if self.inkoop.state == State.UITGEVRAAGD
                          else _("%(n)s niet besloten", n=counts["open"])))
        return items

    def columns(self) -> list[str]:
        """The heads of the matrix."""
        # Names that are too long for a narrow column would break in the middle of a word.
        fits = all(len(p.naam) <= 10 for p in self.percelen)
        names = [f"{p.nummer} {p.naam}" if fits else _("Perceel %(n)s", n=p.nummer) for p in self.percelen]
        return [_("Gemeente"), *names, _("Besluit")]

    def matrix(self) -> list[dict]:
        """Members by percelen, the decided ones first."""
        undecided = (_("Nog niet besloten.") if self.inkoop.state == State.UITGEVRAAGD else _("Niet besloten. Doet niet mee."))
        items = []
        for row in sorted(self.rows, key=lambda r: r.besluit is None):
            places = sum(row.plaatsen.values())
            item = {"label": row.gemeente.naam,
                    "tag": _("trekker") if row.gemeente.id == self.inkoop.eigenaar_id else "",
                    "note": ngettext("%(num)s plaats", "%(num)s plaatsen", places) if places else ""}
            if row.besluit is None:
                item["wide"] = ("open", undecided)
            else:
                item["cells"] = [(ANTWOORD_KIND.get(row.antwoorden.get(p.id), "open"),
                                  _(ANTWOORD_WORDS.get(row.antwoorden.get(p.id), "Geen antwoord"))) for p in self.percelen]
                item["last"] = {"text": f"{_(ORGANEN_KORT.get(row.besluit.orgaan, row.besluit.orgaan))}, "
                                        f"{datum_tabel(row.besluit.besloten_on)}",
                                "url": url_for("inkoop.besluit", inkoop_id=self.inkoop.id, besluit_id=row.besluit.id)}
            items.append(item)
        return items

    def remarks(self) -> list[str]:
        """The reservations, one sentence each."""
        return [_("Voorbehoud van %(naam)s: %(tekst)s", naam=row.gemeente.naam, tekst=row.besluit.voorbehoud)
                for row in self.rows if row.besluit and row.besluit.voorbehoud]

    # Terms and history ------------------------------------------------------------------------------------------------------

    def terms(self) -> list[dict]:
        """Running terms with their count, then planned milestones: a plan is no term."""
        items = []
        for termijn, opschortingen in self.termijnen:
            count = count_with(termijn, opschortingen)
            lang, is_open = current_lang(), self.inkoop.state == State.UITGEVRAAGD and termijn.kind == "deelname"
            due = moment(termijn.due_at, lang) if termijn.due_at else datum(termijn.due_on, lang)
            items.append({"title": _(termijn.label), "lines": as_lines(count.count, termijn.due_at), "open": is_open,
                          "due": _("uiterlijk %(moment)s", moment=due),
                          "status": self._term_status(termijn)})
        if self.inkoop.sluit_at:
            items.append({"title": _("Inschrijven"),
                          "due": _("tot %(moment)s", moment=moment(self.inkoop.sluit_at, current_lang())),
                          "text": _("Dit moment koos de trekker bij de publicatie. Later kan niemand meer iets versturen.")})
        for row, planned in self.ahead():
            items.append({"title": row.titel, "due": gepland(planned, current_lang()), "plan": True,
                          "text": _(POORT_WORDS[row.poort]) if row.is_poort else ""})
        for row, _moment in self.mijlpalen:
            if row.reden:  # decided by the lead alone: everybody reads why
                items.append({"title": row.titel, "plan": True, "text": row.reden,
                              "due": _("go, %(dag)s", dag=day(row.besloten_on)) if row.uitkomst == "go"
                              else _("no-go, %(dag)s", dag=day(row.besloten_on))})
        return items

    def _term_status(self, termijn) -> tuple | None:
        """Done is done for everybody: while others still have to decide, the own part says so."""
        if termijn.met_on is None:
            return None
        if termijn.kind == "deelname" and self.inkoop.state == State.UITGEVRAAGD and self.silent:
            if clock.now() >= self.inkoop.deelname_uiterlijk_at:
                return "info", ngettext("%(num)s gemeente besloot niet", "%(num)s gemeenten besloten niet", len(self.silent))
            return "info", ngettext("Nog %(num)s gemeente moet besluiten", "Nog %(num)s gemeenten moeten besluiten",
                                    len(self.silent))
        return "ok", _("Gedaan")

    def timeline(self) -> list[dict]:
        """What is planned (latest first), today, and what happened (newest first)."""
        inkoop, today = self.inkoop, clock.today()
        is_over = inkoop.state in (State.GESTOPT, State.AFGEROND)
        planned = [(m.latest(), {"when": gepland(m, current_lang()), "what": row.titel, "kind": "plan"})
                   for row, m in self.ahead() if m.latest() >= today]
        # A milestone may say it already.
        if inkoop.begint_on >= today and not any("contracten gaan in" in item["what"].lower() for _on, item in planned):
            planned.append((inkoop.begint_on, {"when": day(inkoop.begint_on), "what": _("De contracten gaan in"),
                                               "kind": "plan"}))
        if inkoop.state == State.UITGEVRAAGD and clock.now() < inkoop.deelname_uiterlijk_at:
            planned.append((clock.day_of(inkoop.deelname_uiterlijk_at),
                            {"when": day_narrow(inkoop.deelname_uiterlijk_at), "kind": "plan",
                             "what": _("Laatste dag voor de deelnamebesluiten")}))
        if inkoop.state == State.GEPUBLICEERD and clock.now() < inkoop.sluit_at:
            planned.append((clock.day_of(inkoop.sluit_at), {"when": day_narrow(inkoop.sluit_at), "kind": "plan",
                                                            "what": _("De inschrijving sluit")}))
        items = [] if is_over else [item for _on, item in sorted(planned, key=lambda pair: pair[0], reverse=True)]
        items.append({"when": _("vandaag"), "kind": "today", "what": self._today()})
        return items + event_items(sorted(self.newest, key=lambda e: (e.occurred_on, e.recorded_at), reverse=True))

    def _today(self) -> str:
        if self.inkoop.state == State.UITGEVRAAGD and self.silent:
            return ngettext("%(Aantal)s gemeente moet nog besluiten", "%(Aantal)s gemeenten moeten nog besluiten",
                            len(self.silent), Aantal=in_words(len(self.silent)).capitalize())
        return _(STATE_LABELS[self.inkoop.state])

    def events_total(self) -> int:
        """How many events there are in all."""
        return self.events[0].aantal if self.events else 0

    # The rest of the aside ----------------------------------------------------------------------------------------------------

    def parties(self) -> list[tuple]:
        """Who is who."""
        items = [(_("Trekker"), _("Gemeente %(naam)s", naam=self.kop.trekker))]
        if self.kop.behandelaar:
            items.append((_("Behandelaar"), self.kop.behandelaar))
        items.append((_("Samenwerkingsverband"), self.kop.verband))
        if self.inkoop.state != State.GEPLAND and len(self.rows) > 1:
            items.append((_("Gevraagd om mee te doen"), names_of([row.gemeente for row in self.rows])))
        return items

    def documents(self) -> list[dict]:
        """The shared documents, and for planners of the lead the drafts; the college proposal while it is of use."""
        items = [document_item(document) for document in self.stukken]
        if self.inkoop.state == State.UITGEVRAAGD and self.own is not None and self.own.besluit is None:
            items.insert(0, {"title": _("Collegevoorstel, klaar om te gebruiken"), "url": self._to("collegevoorstel"),
                             "meta": _("Word · al ingevuld met de cijfers van %(naam)s", naam=self.own.gemeente.naam)})
        return items

    def messages(self) -> tuple[list[dict], int]:
        """The newest messages about this dossier, and how many there are. What is not opened yet stays closed."""
        rows = queries.berichten(g.db, self.inkoop.id, g.actor.party_id) if g.actor.may(P.BERICHT_LEZEN) else []
        items = [message_item(row.Bericht, row.ander or _("een andere organisatie")) for row in rows]
        return items, rows[0].aantal if rows else 0


def event_items(events) -> list[dict]:
    """Lines of history: what, on which perceel, by whom, and the hour of writing. Where the law counts another day than the
    one of writing, that day is shown and the hour is not."""
    about = {event.facts["inschrijving"] for event in events if "inschrijving" in event.facts}
    bidders = queries.bidder_names(g.db, about) if about else {}
    items = []
    for event in events:
        gemeente = event.gemeente or _("een andere organisatie")
        bidder = bidders.get(event.facts.get("inschrijving"), _("een inschrijver"))
        hour = _("%(tijd)s uur", tijd=f"{local(event.recorded_at):%H.%M}") if event.occurred_on == clock.day_of(
            event.recorded_at) else ""
        where = _("Perceel %(n)s", n=event.perceel) if event.perceel else ""
        items.append({"when": day_narrow(event.occurred_on), "on": event.occurred_on, "hour": hour,
                      "what": sentence(event.kind, event.facts | {"inschrijver": bidder}, gemeente, _),
                      "who": " · ".join(filter(None, (where, ", ".join(filter(None, (event.wie, gemeente))), hour)))})
    return items


# History and decisions ------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/<uuid:inkoop_id>/gebeurtenissen", needs=P.INKOOP_LEZEN)
def gebeurtenissen(inkoop_id):
    """Everything that happened, newest first."""
    inkoop = load(g.db, Inkoop, inkoop_id)
    part = queries.events(g.db, inkoop.id, after=request.args.get("na"), before=request.args.get("voor"))
    viewed(inkoop)
    return page_or_part("inkoop/gebeurtenissen.html", "lijst", inkoop=inkoop, items=event_items(part.rows), paging=around(part))


@bp.route("/inkoop/<uuid:inkoop_id>/besluit/<uuid:besluit_id>", needs=P.INKOOP_LEZEN)
def besluit(inkoop_id, besluit_id):
    """What one gemeente decided, for everybody who shares the dossier. A draft is not here, not even one's own."""
    kop = queries.kop(g.db, inkoop_id)
    found = g.db.get(Deelnamebesluit, besluit_id)
    if found is None or found.dossier_id != kop.inkoop.id or found.vastgelegd_at is None:
        raise NotFound(_("Dit besluit is er niet, of het is nog niet vastgelegd."))
    rows = queries.matrix(g.db, kop.inkoop)
    row = next(r for r in rows if r.besluit and r.besluit.id == found.id)
    document = g.db.get(Document, found.document_id)
    viewed(kop.inkoop)
    return page_or_part("inkoop/besluit.html", kop=kop, inkoop=kop.inkoop, besluit=found, **besluit_view(row, kop, document))


def besluit_view(row: Deelnemer, kop: queries.Kop, document: Document | None) -> dict:
    """What a page says about one recorded decision."""
    percelen = queries.percelen(g.db, kop.inkoop.id)
    return {
        "gemeente": row.gemeente, "orgaan": _(ORGANEN.get(row.besluit.orgaan, row.besluit.orgaan)),
        "antwoorden": [(p, ANTWOORD_KIND.get(row.antwoorden.get(p.id), "open"),
                        _("Ja, met voorbehoud") if row.antwoorden.get(p.id) == Antwoord.VOORBEHOUD
                        else _(ANTWOORD_WORDS.get(row.antwoorden.get(p.id), "Geen antwoord")),
                        row.plaatsen.get(p.id), row.bedragen.get(p.id)) for p in percelen],
        "document": document, "can_open": document is not None and openable(document, g.actor.user_id),
    }

