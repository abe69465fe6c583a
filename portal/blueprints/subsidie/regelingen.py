"""Schemes: what they say, their ceiling and caps, making them public, the order of a tender or draw, applications on paper."""

import re
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from flask import g, request, url_for

from config import load as load_config
from portal.blueprints.subsidie import bp
from portal.domains.subsidies import queries, regelingen, rules, usecases, words
from portal.domains.subsidies.model import Boeking, Per, Plafond, Regeling, RegelingState, State
from portal.domains.subsidies.rules import Basis, Financiering, Grondslag, Regelsoort, Staatssteun, Verdeling
from portal.domains.subsidies.workflow import REGELING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.kernel.money import WRITTEN, bedrag_text
from portal.kernel.sentences import SENTENCES
from portal.tenants.model import Samenwerkingsverband
from portal.web.blueprint import attempt, viewed
from portal.web.errors import error_page
from portal.web.filters import bedrag, datum_kort, datum_tabel, laatste_dag, local, punten
from portal.web.forms import YEARS, Form, Invalid
from portal.web.htmx import go, page_or_part
from portal.web.links import around, state_badge
from portal.web.said import tell
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

VAST = "Deze regeling is bekendgemaakt. Zij verandert niet meer. Maak een nieuwe."
JA_NEE = ("ja", "nee")
# Where on a form the answer of the database or of a rule belongs: what has no field stands above the form.
_FIELDS = {
    SENTENCES[name][0]: field for name, field in (
        ("ck_regeling_met_verordening", "verordening"), ("ck_regeling_zonder_verordening_met_reden", "motivering"),
        ("ck_regeling_incidenteel_vier_jaar", "tot_en_met"), ("ck_regeling_spoed_een_jaar", "tot_en_met"),
        ("plafond_onder_nul", "bedrag"),
        ("papier_in_de_toekomst", "papier_on"))
}
ORGANEN = {"college": "College van burgemeester en wethouders", "raad": "Gemeenteraad"}
PER_WORDS = {Per.EENHEID: "Per eenheid", Per.SUBSIDIE: "Per subsidie"}
BOEKING_WORDS = {
    Boeking.VASTSTELLEN: "Plafond vastgesteld", Boeking.VERHOGEN: "Plafond verhoogd", Boeking.VERLAGEN: "Plafond verlaagd",
    Boeking.RESERVEREN: "Gereserveerd voor een voorstel", Boeking.VRIJGEVEN: "Reservering vrijgegeven",
    Boeking.VASTLEGGEN: "Verleend", Boeking.VERMINDEREN: "Verleend bedrag verlaagd",
}
VOLGORDE_WORDS = {"ja": "De dag waarop de aanvraag compleet is", "nee": "De dag waarop de aanvraag binnenkwam"}


def _show(template, *, status=200, errors=None, values=None, reasons=(), part=None, **context):
    return page_or_part(f"subsidie/{template}", part, status=status, errors=errors or {}, values=values or {},
                        reasons=reasons, **context)


def _try(act: Callable, name: str, dossier_id, again: Callable):
    """As `attempt`; a refusal stands at its field where it has one."""
    return attempt("subsidie", act, name, dossier_id, lambda status, reasons: again(
        status, {_FIELDS[reason]: reason for reason in reasons if reason in _FIELDS},
        [reason for reason in reasons if reason not in _FIELDS]))


def _own(regeling_id, *, lock: bool = False) -> Regeling:
    """A scheme of the own gemeente. Others get: not found."""
    regeling = load(g.db, Regeling, regeling_id, lock=lock)
    if regeling.eigenaar_id != g.actor.party_id:
        raise NotFound()
    return regeling


def _fixed(regeling: Regeling):
    """The page of a scheme that cannot change any more."""
    return error_page(409, title=_("Deze regeling staat vast"), lead=_(VAST), can_do=[
        (_("Bekijk de regeling"), url_for("subsidie.regeling", regeling_id=regeling.id)),
        (_("Maak een nieuwe regeling"), url_for("subsidie.regeling_nieuw"))])


def _concept_page(template, regeling_id, fill, *, status=200, errors=None, values=None, reasons=()):
    """A page that changes the scheme: only while it is a concept. After a refusal the page is drawn whatever it is now."""
    regeling = _own(regeling_id)
    if regeling.state != RegelingState.CONCEPT and status == 200:
        return _fixed(regeling)
    return _show(template, **{"status": status, "errors": errors, "values": values, "reasons": reasons,
                              "regeling": regeling} | fill(regeling))


def _lijst(words_of: dict) -> list[tuple[str, str]]:
    """Choices of a form, from the words of an enum."""
    return [(str(value), _(text)) for value, text in words_of.items()]


# The list -----------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/regelingen", needs=P.SUBSIDIE_LEZEN, endpoint="regelingen")
def regelingen_lijst():
    """The schemes of the own gemeente, the newest first."""
    part = queries.regelingen(g.db, after=request.args.get("na"), before=request.args.get("voor"))
    items = [{"title": row.titel, "url": url_for("subsidie.regeling", regeling_id=row.id), "text": _periode(row.van, row.tot),
              "status": state_badge("regeling", row.state), "meta": row.reference} for row in part.rows]
    return _show("regelingen.html", part="lijst", items=items, paging=around(part), can_make=g.actor.may(P.SUBSIDIE_REGELEN))


def _periode(van: date, tot: date) -> str:
    """A half-open period as people read it: with its last day."""
    return _("%(van)s tot en met %(tot)s", van=datum_tabel(van, current_lang()),
             tot=datum_tabel(laatste_dag(tot), current_lang()))


# A new scheme, and its facts ------------------------------------------------------------------------------------------------

@bp.route("/subsidies/regelingen/nieuw", needs=P.SUBSIDIE_REGELEN)
def regeling_nieuw():
    """The form of a new scheme."""
    return _nieuw()


def _nieuw(status=200, errors=None, reasons=(), values=None):
    if values is None:
        values = {"herstel": "14", "volgorde_compleet": "ja", "afdeling": "nee", "medeondertekenen": "nee", "verrekenen": "nee"}
    return _show("regeling_gegevens.html", status=status, errors=errors, values=values, reasons=reasons, regeling=None,
                 **_keuzes(_verbanden()))


@bp.route("/subsidies/regelingen/nieuw", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def regeling_maken():
    """Begin a scheme: a concept that only the own gemeente sees."""
    form = Form()
    gegevens = _gegevens(form, _verbanden())

    def again(status, errors, reasons=()):
        return _nieuw(status, errors, reasons, form.values)

    def act():
        regeling = regelingen.maken(g.db, g.actor, **gegevens)
        return tell(go(url_for("subsidie.regeling", regeling_id=regeling.id)), _("De regeling is bewaard als concept."))

    return again(422, form.errors) if form.errors else _try(act, "regeling-maken", None, again)


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/gegevens", needs=P.SUBSIDIE_REGELEN)
def regeling_gegevens(regeling_id):
    """The facts of a scheme, to change while it is a concept."""
    return _change(regeling_id)


def _change(regeling_id, status=200, errors=None, reasons=(), values=None):
    return _concept_page("regeling_gegevens.html", regeling_id, lambda regeling: {
        "values": values if values is not None else _typed(regeling), **_keuzes(_verbanden(regeling))},
        status=status, errors=errors, reasons=reasons)


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/gegevens", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def regeling_wijzigen(regeling_id):
    """Change the facts."""
    form = Form()
    gegevens = _gegevens(form, _verbanden(_own(regeling_id)))

    def again(status, errors, reasons=()):
        return _change(regeling_id, status, errors, reasons, form.values)

    def act():
        regelingen.wijzigen(g.db, g.actor, regeling_id, **gegevens)
        return tell(go(url_for("subsidie.regeling", regeling_id=regeling_id)), _("De gegevens zijn bewaard."))

    return again(422, form.errors) if form.errors else _try(act, "regeling-wijzigen", regeling_id, again)


def _verbanden(regeling: Regeling | None = None) -> list[tuple[uuid.UUID, str]]:
    """Where the own gemeente takes part today, and the one that the scheme names already."""
    found = queries.verbanden(g.db, g.actor.party_id, clock.today())
    if regeling is not None and regeling.verband_id and regeling.verband_id not in {id_ for id_, _naam in found}:
        found.append((regeling.verband_id, load(g.db, Samenwerkingsverband, regeling.verband_id).naam))
    return found


def _keuzes(verbanden) -> dict:
    """The choices of the form with the facts."""
    return {"verbanden": verbanden, "grondslagen": _lijst(words.GRONDSLAG_WORDS), "verdelingen": _lijst(words.VERDELING_WORDS),
            "steun": _lijst(words.STAATSSTEUN_WORDS), "basis": _lijst(words.BASIS_WORDS), "volgorde": _lijst(VOLGORDE_WORDS),
            "ja_nee": [("ja", _("Ja")), ("nee", _("Nee"))]}


def _gegevens(form: Form, verbanden) -> dict:
    """The facts of a scheme as typed. The last day of a period becomes the half-open end that the portal counts with."""
    verband = form.choice("verband", [id_ for id_, _naam in verbanden])
    grondslag = form.choice("grondslag", list(Grondslag), _("Kies waarop de regeling rust."))
    van, tot = _period(form)
    opent_at = form.moment("opent", _("Vul in wanneer aanvragen kan."))
    sluit_at = form.moment("sluit", _("Vul in wanneer aanvragen niet meer kan."))
    if opent_at and sluit_at and sluit_at <= opent_at:
        form.errors["sluit"] = _("De sluiting ligt na de opening. Kies een later moment.")
    weken = form.number("weken", low=1, high=52)
    termijn_artikel = form.text("weken_artikel", most=200) or ""
    if form.raw("weken") and not termijn_artikel:
        form.errors.setdefault("weken_artikel", _("Noem het artikel waarin deze termijn staat."))
    tweede_lezer = form.bedrag("tweede_lezer", _("Vul in vanaf welk bedrag een tweede persoon meeleest."))
    if tweede_lezer is not None and tweede_lezer < 0:
        form.errors["tweede_lezer"] = _("Vul een bedrag in van nul of hoger.")
    return {
        "titel": form.text("titel", _("Geef de regeling een naam."), most=200),
        "omschrijving": form.text("omschrijving", _("Schrijf waarvoor de subsidie is."), most=4000),
        "doelgroep": form.text("doelgroep", _("Schrijf wie kan aanvragen."), most=1000),
        "verband_id": uuid.UUID(verband) if verband else None,
        "grondslag": grondslag,
        "verordening": form.text("verordening", most=300) or "", "artikel": form.text("artikel", most=100) or "",
        "motivering": (form.text("motivering", most=2000) or "") if grondslag != Grondslag.WETTELIJK else "",
        "van": van, "tot": tot, "opent_at": opent_at, "sluit_at": sluit_at,
        "verdeling": form.choice("verdeling", list(Verdeling), _("Kies hoe het geld wordt verdeeld.")),
        "volgorde_compleet": _ja(form, "volgorde_compleet", _("Kies welke dag telt voor de volgorde.")),
        "afdeling_4_2_8": _ja(form, "afdeling", _("Kies of afdeling 4.2.8 van de Awb geldt.")),
        "staatssteun": form.choice("staatssteun", list(Staatssteun), _("Kies wat de regeling zegt over staatssteun.")),
        "beslistermijn_weken": weken, "beslistermijn_artikel": termijn_artikel if weken else "",
        "nadere_regel": weken is not None and form.raw("nadere_regel") == "ja",
        "termijnenwet_artikel": (form.text("termijnenwet_artikel", most=200) or "") if weken else "",
        "toestemming_artikel": (form.text("toestemming_artikel", most=200) or "") if form.raw("afdeling") == "ja" else "",
        "hersteltermijn_dagen": form.number("herstel", _("Vul in hoeveel dagen een aanvrager krijgt om aan te vullen."),
                                            low=1, high=90),
        "medeondertekenen": _ja(form, "medeondertekenen", _("Kies of een tweede persoon ondertekent.")),
        "tweede_lezer_vanaf": tweede_lezer,
        "verrekening": _verrekening(form),
    }


def _ja(form: Form, name: str, missing: str) -> bool:
    return form.choice(name, JA_NEE, missing) == "ja"


def _period(form: Form) -> tuple[date | None, date | None]:
    """The first and the last day of a period, as [van, tot)."""
    van = form.date("van", _("Vul de eerste dag in."))
    last = form.date("tot_en_met", _("Vul de laatste dag in."))
    if van and last and last < van:
        form.errors["tot_en_met"] = _("De laatste dag ligt vóór de eerste dag.")
    return van, last + timedelta(days=1) if last else None


def _verrekening(form: Form) -> dict | None:
    """How what was delivered is settled; None where the scheme does not settle by count."""
    if not _ja(form, "verrekenen", _("Kies of wordt verrekend wat er is geleverd.")):
        return None
    drempel = form.read("drempel", parse_procent, _("Vul in vanaf welk verschil wordt verrekend."))
    return {"eenheid": form.text("eenheid", _("Vul in wat er wordt geteld."), most=60),
            "basis": form.choice("basis", list(Basis), _("Kies wat er wordt verrekend.")),
            "drempel": str(drempel) if drempel is not None else None, "met_methode": form.raw("met_methode") == "ja"}


def parse_procent(text: str) -> Decimal:
    """A percentage as a part of one: `10` is 0.10, `7,5` is 0.075."""
    found = re.fullmatch(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*%?", text)
    value = Decimal(found[1].replace(",", ".")) if found else None
    if value is None or value > 100:
        raise Invalid(_("Vul een percentage in van 0 tot en met 100, bijvoorbeeld 10 of 7,5."))
    return value.scaleb(-2)


def parse_getal(text: str) -> Decimal:
    """A number above zero with at most two decimals, as people write it: `1.000` or `12,5`."""
    value = Decimal(text.replace(".", "").replace(",", ".")) if WRITTEN.fullmatch(text) else None
    if value is None or not 0 < value < 10**8:
        raise Invalid(_("Vul een getal in dat hoger is dan nul, bijvoorbeeld 1.000 of 12,5."))
    return value


def _moment_text(at) -> str:
    return f"{local(at):%d-%m-%Y %H.%M}"


def _typed(regeling: Regeling) -> dict:
    """The facts as somebody would type them."""
    verrekening = regeling.verrekening or {}
    return {
        "titel": regeling.titel, "omschrijving": regeling.omschrijving, "doelgroep": regeling.doelgroep,
        "verband": str(regeling.verband_id or ""), "grondslag": regeling.grondslag, "verordening": regeling.verordening,
        "artikel": regeling.artikel, "motivering": regeling.motivering, "van": datum_tabel(regeling.van),
        "tot_en_met": datum_tabel(laatste_dag(regeling.tot)), "opent": _moment_text(regeling.opent_at),
        "sluit": _moment_text(regeling.sluit_at), "verdeling": regeling.verdeling,
        "volgorde_compleet": JA_NEE[not regeling.volgorde_compleet], "afdeling": JA_NEE[not regeling.afdeling_4_2_8],
        "staatssteun": regeling.staatssteun, "weken": regeling.beslistermijn_weken or "",
        "weken_artikel": regeling.beslistermijn_artikel, "nadere_regel": "ja" if regeling.nadere_regel else "",
        "termijnenwet_artikel": regeling.termijnenwet_artikel, "toestemming_artikel": regeling.toestemming_artikel,
        "herstel": regeling.hersteltermijn_dagen, "medeondertekenen": JA_NEE[not regeling.medeondertekenen],
        "tweede_lezer": bedrag_text(regeling.tweede_lezer_vanaf), "verrekenen": JA_NEE[not verrekening],
        "eenheid": verrekening.get("eenheid", ""), "basis": verrekening.get("basis", ""),
        "drempel": punten(Decimal(verrekening["drempel"]) * 100, "nl") if verrekening else "",
        "met_methode": "ja" if verrekening.get("met_methode") else "",
    }


def _facts(regeling: Regeling, verband: str) -> list[tuple[str, str]]:
    """The facts as they are read."""
    lang = current_lang()
    grond = [_(words.GRONDSLAG_WORDS[regeling.grondslag])]
    if regeling.verordening:
        grond.append(", ".join(filter(None, (regeling.verordening, _("artikel %(n)s", n=regeling.artikel)
                                             if regeling.artikel else ""))))
    grond.append(regeling.motivering)
    verdeling = _(words.VERDELING_WORDS[regeling.verdeling])
    if regeling.verdeling == Verdeling.VOLGORDE:
        verdeling += ". " + _("Wat telt: %(dag)s.", dag=_(VOLGORDE_WORDS[JA_NEE[not regeling.volgorde_compleet]]).lower())
    termijn = (_("8 weken (Awb 4:13)") if regeling.beslistermijn_weken is None else
               ngettext("%(num)s week (%(artikel)s)", "%(num)s weken (%(artikel)s)", regeling.beslistermijn_weken,
                        artikel=regeling.beslistermijn_artikel))
    ja_nee = {True: _("Ja"), False: _("Nee")}
    if regeling.termijnenwet_artikel:
        termijn += ". " + _("De Algemene termijnenwet geldt niet (%(artikel)s).", artikel=regeling.termijnenwet_artikel)
    return [
        (_("Voor wie"), regeling.doelgroep), *([(_("Samen met"), verband)] if verband else []),
        (_("Waarop de regeling rust"), ". ".join(filter(None, grond))),
        (_("Periode"), _periode(regeling.van, regeling.tot)),
        (_("Aanvragen kan"), _("van %(opent)s tot %(sluit)s", opent=datum_kort(regeling.opent_at, lang),
                               sluit=datum_kort(regeling.sluit_at, lang))),
        (_("Verdeling"), verdeling), (_("Staatssteun"), _(words.STAATSSTEUN_WORDS[regeling.staatssteun])),
        (_("Afdeling 4.2.8 van de Awb"), ja_nee[regeling.afdeling_4_2_8]),
        *([(_("De ontvanger vraagt toestemming op grond van"), regeling.toestemming_artikel)] if regeling.toestemming_artikel
          else []), (_("Beslistermijn"), termijn),
        (_("Tijd om aan te vullen"), ngettext("%(num)s dag", "%(num)s dagen", regeling.hersteltermijn_dagen)),
        (_("Een tweede persoon ondertekent"), ja_nee[regeling.medeondertekenen]),
        (_("Een tweede persoon leest mee"), _("vanaf %(bedrag)s", bedrag=bedrag(regeling.tweede_lezer_vanaf, lang))),
        (_("Verrekenen"), _settling(regeling.verrekening)),
    ]


def _settling(verrekening: dict | None) -> str:
    if not verrekening:
        return _("Wat er is geleverd, wordt niet verrekend.")
    said = _("In %(eenheid)s, bij een verschil van meer dan %(procent)s procent. Verrekend wordt: %(basis)s.",
             eenheid=verrekening["eenheid"], procent=punten(Decimal(verrekening["drempel"]) * 100, current_lang()),
             basis=_(words.BASIS_WORDS[verrekening["basis"]]).lower() if verrekening["basis"] else _("nog niet gekozen"))
    return said + (" " + _("Het besluit noemt hoe het bedrag wordt berekend, met een maximum.")
                   if verrekening.get("met_methode") else "")


# One scheme ---------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/regelingen/<uuid:regeling_id>", needs=P.SUBSIDIE_LEZEN)
def regeling(regeling_id):
    """One scheme: where it stands, what can be done, what it says, its ceilings, what happened."""
    found = _own(regeling_id)
    plafonds = queries.plafonds(g.db, found.id)
    verband = load(g.db, Samenwerkingsverband, found.verband_id).naam if found.verband_id else ""
    possible = REGELING.possible(found, g.actor, reden="-")
    viewed(found)
    return _show("regeling.html", regeling=found, status_badge=state_badge("regeling", found.state),
                 phases=_phases(found), possible=_actions(found, possible), may_change=_may_change(found),
                 blocked=[{"title": _(step.label), "reasons": reasons} for step, reasons in possible if reasons],
                 onderdelen=_parts(found, plafonds, len(queries.maxima(g.db, found.id))), facts=_facts(found, verband),
                 plafonds=[_plafond_item(p) for p in plafonds],
                 zaken=queries.aantal_zaken(g.db, found.id), can_rule=g.actor.may(P.SUBSIDIE_REGELEN),
                 timeline=[{"when": datum_kort(e.occurred_on, current_lang()),
                            "what": words.sentence(e.kind, e.facts, g.actor.party_naam, _)}
                           for e in queries.events(g.db, found.id, 20)])


def _may_change(regeling: Regeling) -> bool:
    return regeling.state == RegelingState.CONCEPT and g.actor.may(P.SUBSIDIE_REGELEN)


def _phases(regeling: Regeling) -> list[tuple]:
    """From concept to closed, with when people can apply."""
    lang, states = current_lang(), list(RegelingState)
    at, now = states.index(regeling.state), clock.now()
    if now < regeling.opent_at:
        note = _("aanvragen kan vanaf %(moment)s", moment=datum_kort(regeling.opent_at, lang))
    elif now < regeling.sluit_at:
        note = _("aanvragen kan tot %(moment)s", moment=datum_kort(regeling.sluit_at, lang))
    else:
        note = _("aanvragen kon tot %(moment)s", moment=datum_kort(regeling.sluit_at, lang))
    notes = ("", note if at < 2 else "", "")
    names = (_("Concept"), _("Bekendgemaakt"), _("Gesloten"))
    return [("done" if i < at or (i == at == 2) else "now" if i == at else "todo", name, note)
            for i, (name, note) in enumerate(zip(names, notes, strict=True))]


def _actions(regeling: Regeling, possible) -> list[dict]:
    """What this person can do now, the step of the scheme first."""
    free, items = {step.name for step, reasons in possible if not reasons}, []
    if "bekendmaken" in free:
        items.append({"title": _("Maak de regeling bekend"), "text": _("U ziet eerst wat iedereen gaat lezen."),
                      "icon": "upload", "button": _("Controleer en maak bekend"), "url": _to(regeling, "bekendmaken")})
    elif _may_change(regeling):
        items.append({"title": _("Kijk wat iedereen gaat lezen"), "icon": "eye", "kind": "secondary",
                      "button": _("Bekijk het voorbeeld"), "url": _to(regeling, "bekendmaken")})
    if regeling.state == RegelingState.CONCEPT:
        return items
    items.append({"title": _("Bekijk de aanvragen"), "text": _("Alle aanvragen voor deze regeling, de nieuwste eerst."),
                  "icon": "briefcase", "button": _("Naar de aanvragen"),
                  "url": url_for("subsidie.lijst", regeling=regeling.id)})
    if g.actor.may(P.SUBSIDIE_BEHANDELEN):
        items.append({"title": _("Voer een aanvraag op papier in"), "icon": "pen", "kind": "secondary",
                      "text": _("Zij telt vanaf de dag waarop de brief binnenkwam."), "button": _("Voer in"),
                      "url": url_for("subsidie.papier", regeling_id=regeling.id)})
    if regeling.verdeling != Verdeling.VOLGORDE:
        items.append({"title": _("De rangorde van de aanvragen"), "icon": "chart", "kind": "secondary",
                      "text": _(words.VERDELING_WORDS[regeling.verdeling]), "button": _("Naar de rangorde"),
                      "url": _to(regeling, "rangorde")})
    if "sluiten" in free:
        items.append({"title": _("Sluit de regeling"), "icon": "lock", "kind": "secondary",
                      "text": _("Daarna kan niemand meer aanvragen. Wat er ligt, gaat gewoon door."),
                      "button": _("Naar sluiten"), "url": _to(regeling, "sluiten")})
    return items


def _to(regeling: Regeling, name: str, **more) -> str:
    return url_for(f"subsidie.regeling_{name}", regeling_id=regeling.id, **more)


def _parts(regeling: Regeling, plafonds: Sequence[Plafond], maxima: int) -> list[dict]:
    """What a scheme consists of, as a list of work; once public only what it holds."""
    inrichting, concept = regeling.inrichting, regeling.state == RegelingState.CONCEPT
    needed = {"producten"} | ({"criteria"} if regeling.verdeling == Verdeling.TENDER else set())
    vormen = rules.vormen_op(regeling.financiering, regeling.van if concept else max(regeling.van, clock.today()))

    def part(title, url, note, done, required):
        item = {"title": title, "url": url, "note": note, "done": concept and done}
        if concept and not done:
            item["status"] = ("warn", _("Nog te doen")) if required else ("neutral", _("Mag leeg blijven"))
        return item

    items = [part(_(LIJST_WORDS[name].titel), _to(regeling, "lijst", lijst=name),
                  _("%(n)s toegevoegd", n=len(inrichting[name])) if inrichting.get(name) else _("Nog geen"),
                  bool(inrichting.get(name)), name in needed) for name in LIJST_WORDS]
    return [*items, part(_("Manier van betalen"), _to(regeling, "financiering"),
                         ", ".join(_(words.FINANCIERING_WORDS[v]).partition(":")[0] for v in vormen) or _("Nog niet gekozen"),
                         bool(vormen), True),
            part(_("Subsidieplafond"), "#plafond", _("Staat hieronder") if plafonds else _("Nog niet vastgesteld"),
                 bool(plafonds), True),
            part(_("Maximum per product"), _to(regeling, "maxima"), _("%(n)s toegevoegd", n=maxima) if maxima
                 else _("Als het college een hoogste bedrag vaststelde"), bool(maxima), False)]


def _plafond_item(plafond: Plafond) -> dict:
    """A ceiling with how it stands."""
    return {"titel": _periode(plafond.van, plafond.tot), "cijfers": _stand(plafond),
            "url": url_for("subsidie.plafond", plafond_id=plafond.id)}


def _stand(plafond: Plafond) -> list[tuple[str, str]]:
    lang = current_lang()
    return [(_("Plafond"), bedrag(plafond.bedrag, lang)), (_("Gereserveerd"), bedrag(plafond.gereserveerd, lang)),
            (_("Verleend"), bedrag(plafond.vastgelegd, lang)), (_("Over"), bedrag(plafond.over, lang))]


# The lists of a scheme ------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Lijst:
    """What a list is called, what it is for, what one row is, and what its codes begin with."""

    titel: str
    uitleg: str
    rij: str
    leeg: str
    code: str


LIJST_WORDS = {
    "vragen": Lijst("Vragen vooraf", "Iedereen kan deze vragen beantwoorden, zonder in te loggen. Zo ziet een organisatie of "
                    "de regeling voor haar is.", "een vraag", "Er zijn nog geen vragen.", "v"),
    "producten": Lijst("Producten", "Waarvoor iemand subsidie kan vragen, en waarin dat wordt geteld.", "een product",
                       "Er zijn nog geen producten. Zonder product kunt u de regeling niet bekendmaken.", ""),
    "documenten": Lijst("Documenten", "Wat een aanvrager meestuurt.", "een document", "Er is nog geen document gevraagd.", "d"),
    "criteria": Lijst("Criteria", "Waarop u een aanvraag beoordeelt, met de punten die er hoogstens te halen zijn.",
                      "een criterium", "Er zijn nog geen criteria.", "c"),
    "sjabloon": Lijst("Regels voor de beschikking", "Deze regels staan klaar als u een verlening voorstelt. U past ze daar per "
                      "subsidie aan.", "een regel", "Er zijn nog geen regels.", "r"),
}
RIJ_WORDS = {Regelsoort.RESULTAAT: "Voeg een resultaat toe", Regelsoort.VERPLICHTING: "Voeg een verplichting toe",
             Regelsoort.VOORWAARDE: "Voeg een voorwaarde toe"}
_RIJ = "/subsidies/regelingen/<uuid:regeling_id>/<any(vragen,producten,documenten,criteria,sjabloon):lijst>"


@bp.route(_RIJ, needs=P.SUBSIDIE_LEZEN)
def regeling_lijst(regeling_id, lijst):
    """The rows of one list."""
    found = _own(regeling_id)
    return _show("regeling_lijst.html", regeling=found, lijst=lijst, lijst_words=LIJST_WORDS[lijst],
                 rows=found.inrichting.get(lijst, []), may_change=_may_change(found), artikel=_ground_words,
                 koppelingen=_koppelingen(), soorten=_lijst(RIJ_WORDS))


def _ground_words(code: str) -> str:
    """A ground with its article and what it is about."""
    ground = load_config("subsidies")["grondslag"][code]
    return f"{ground['artikel']}: {_(ground['naam'])}"


def _koppelingen() -> dict[str, str]:
    return {code: _(one["naam"]) for code, one in load_config("subsidies")["koppeling"].items()}


def _row_of(regeling: Regeling, lijst: str, code: str) -> dict:
    found = next((row for row in regeling.inrichting.get(lijst, []) if row["code"] == code), None)
    if found is None:
        raise NotFound()
    return found


@bp.route(f"{_RIJ}/rij", needs=P.SUBSIDIE_REGELEN)
def regeling_rij(regeling_id, lijst):
    """One row of a list: a new one, or with `code` the one to change. A line of the decision is of one kind (`soort`)."""
    return _rij_page(regeling_id, lijst, request.args.get("code", ""), request.args.get("soort", ""))


def _rij_page(regeling_id, lijst, code, soort, status=200, errors=None, reasons=(), values=None):
    def fill(regeling):
        row = _row_of(regeling, lijst, code) if code else None
        kind = _soort(row, soort) if lijst == "sjabloon" else ""
        shown = values if values is not None else _row_typed(lijst, row) if row else {}
        return {"lijst": lijst, "lijst_words": LIJST_WORDS[lijst], "code": code, "soort": kind, "values": shown,
                "titel": _rij_titel(lijst, kind, code),
                "grondslagen": [(ground, _ground_words(ground)) for ground, one in load_config("subsidies")["grondslag"].items()
                                if one["soort"] == kind], "koppelingen": list(_koppelingen().items())}

    return _concept_page("regeling_rij.html", regeling_id, fill, status=status, errors=errors, reasons=reasons)


def _soort(row: dict | None, asked: str) -> str:
    """The kind of a line of the decision: that of the row, or the one that was chosen for a new one."""
    found = row["soort"] if row else asked
    if found not in list(Regelsoort):
        raise NotFound()
    return found


def _rij_titel(lijst: str, soort: str, code: str) -> str:
    if soort:
        return _("Wijzig een regel: %(soort)s", soort=_(words.REGEL_WORDS[soort]).lower()) if code else _(RIJ_WORDS[soort])
    what = _(LIJST_WORDS[lijst].rij)
    return _("Wijzig %(wat)s", wat=what) if code else _("Voeg %(wat)s toe", wat=what)


def _row_typed(lijst: str, row: dict) -> dict:
    """A row as somebody would type it."""
    typed = {name: JA_NEE[not value] if isinstance(value, bool) else value for name, value in row.items() if name != "code"}
    return typed | ({"punten": punten(row["punten"], "nl")} if lijst == "criteria" else {})


def _rij_form(form: Form, lijst: str, soort: str, regeling: Regeling) -> dict:
    """What a row of this list says, as typed; a line of the decision must be able to stand in this scheme."""
    match lijst:
        case "vragen":
            return {"vraag": form.text("vraag", _("Schrijf de vraag."), most=500),
                    "goed": form.choice("goed", JA_NEE, _("Kies welk antwoord bij de regeling past.")),
                    "uitleg": form.text("uitleg", _("Schrijf waarom dit nodig is."), most=1000)}
        case "documenten":
            return {"titel": form.text("titel", _("Schrijf welk document u vraagt."), most=200),
                    "toelichting": form.text("toelichting", _("Schrijf waaraan het document moet voldoen."), most=1000),
                    "verplicht": _ja(form, "verplicht", _("Kies of het document verplicht is.")),
                    "herbruikbaar": form.raw("herbruikbaar") == "ja"}
        case "criteria":
            most = form.read("punten", parse_getal, _("Vul in hoeveel punten er hoogstens te halen zijn."))
            if most is not None and most > 100:
                form.errors["punten"] = _("Geef een criterium hoogstens 100 punten.")
            return {"tekst": form.text("tekst", _("Schrijf het criterium."), most=1000), "punten": str(most)}
        case "producten":
            return {"naam": form.text("naam", _("Geef het product een naam."), most=120),
                    "eenheid": form.text("eenheid", _("Vul in waarin het product wordt geteld."), most=60)}
    rij = {"soort": soort, "tekst": form.text("tekst", _("Schrijf de regel."), most=2000),
           "grondslag": form.raw("grondslag"), "verordening_artikel": form.text("verordening_artikel", most=200) or "",
           "bewijs": form.text("bewijs", _("Schrijf waaruit blijkt dat dit is gedaan."), most=500),
           "koppeling": form.choice("koppeling", _koppelingen(), _("Kies de eis of het criterium waar de regel voor dient."))}
    ground = load_config("subsidies")["grondslag"].get(rij["grondslag"])
    at = "verordening_artikel" if ground and ground["soort"] == soort else "grondslag"
    for fault in rules.regel_gebreken(soort, rij["grondslag"], rij["verordening_artikel"], afdeling=regeling.afdeling_4_2_8,
                                      op_verordening=regeling.grondslag == Grondslag.WETTELIJK):
        form.errors[at] = fault
    return rij


def _new_code(lijst: str, rij: dict, rows: Sequence[dict]) -> str:
    """A code that no row has yet: of a product made from its name, of others a letter and a number. It never changes again."""
    used = {row["code"] for row in rows}
    if lijst == "producten":
        base = slug(rij["naam"])
        names = (base if n == 1 else f"{base}-{n}" for n in count(1))
    else:
        names = (f"{LIJST_WORDS[lijst].code}{n}" for n in count(1))
    return next(name for name in names if name not in used)


def slug(text: str) -> str:
    """`Dagdelen dagbesteding (groep)` becomes `dagdelen-dagbesteding-groep`."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "product"


@bp.route(f"{_RIJ}/rij", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def regeling_rij_bewaren(regeling_id, lijst):
    """Keep a row. A new one gets its code under the lock of the scheme: two people never write the same one."""
    form = Form()
    code, soort = form.raw("code"), form.raw("soort")
    found = _own(regeling_id, lock=True)
    if code:
        soort = _row_of(found, lijst, code).get("soort", "")
    if lijst == "sjabloon" and soort not in list(Regelsoort):
        raise NotFound()
    rij = _rij_form(form, lijst, soort, found)

    def again(status, errors, reasons=()):
        return _rij_page(regeling_id, lijst, code, soort, status, errors, reasons, form.values)

    def act():
        row = rij | {"code": code or _new_code(lijst, rij, found.inrichting.get(lijst, []))}
        regelingen.rij_bewaren(g.db, g.actor, regeling_id, lijst, row)
        return tell(go(_to(found, "lijst", lijst=lijst)), _("Bewaard."))

    return again(422, form.errors) if form.errors else _try(act, "rij-bewaren", regeling_id, again)


@bp.route(f"{_RIJ}/weghalen", needs=P.SUBSIDIE_REGELEN)
def regeling_rij_weghalen_vraag(regeling_id, lijst):
    """Take this row out?"""
    return _weghalen(regeling_id, lijst, request.args.get("code", ""))


def _weghalen(regeling_id, lijst, code, status=200, errors=None, reasons=()):
    def fill(regeling):
        row = _row_of(regeling, lijst, code) if status == 200 else {"code": code}
        return {"lijst": lijst, "lijst_words": LIJST_WORDS[lijst], "code": code,
                "wat": next((row[name] for name in ("vraag", "titel", "naam", "tekst") if name in row), code)}

    return _concept_page("regeling_weghalen.html", regeling_id, fill, status=status, errors=errors, reasons=reasons)


@bp.route(f"{_RIJ}/weghalen", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def regeling_rij_weghalen(regeling_id, lijst):
    """Take a row out of a list."""
    code = Form().raw("code")

    def act():
        regelingen.rij_weghalen(g.db, g.actor, regeling_id, lijst, code)
        return tell(go(url_for("subsidie.regeling_lijst", regeling_id=regeling_id, lijst=lijst)), _("Weggehaald."))

    return _try(act, "rij-weghalen", regeling_id,
                lambda status, errors, reasons: _weghalen(regeling_id, lijst, code, status, errors, reasons))


# Funding --------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/regelingen/<uuid:regeling_id>/financiering", needs=P.SUBSIDIE_LEZEN)
def regeling_financiering(regeling_id):
    """For what a recipient is paid, from which day on; and what held before."""
    return _financiering(regeling_id)


def _financiering(regeling_id, status=200, errors=None, reasons=(), values=None, vormen=()):
    found = _own(regeling_id)
    rows = [(date.fromisoformat(row["van"]), [_(words.FINANCIERING_WORDS[v]) for v in row["vormen"]])
            for row in found.financiering]
    if values is None:
        values = {"van": datum_tabel(found.van) if not rows else ""}
    return _show("regeling_financiering.html", status=status, errors=errors, values=values, reasons=reasons, regeling=found,
                 rows=rows, vormen=vormen, keuzes=_lijst(words.FINANCIERING_WORDS), can_rule=g.actor.may(P.SUBSIDIE_REGELEN))


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/financiering", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def regeling_financiering_wijzigen(regeling_id):
    """Another way of funding from a day on."""
    form = Form()
    van = form.date("van", _("Vul in vanaf welke dag dit geldt."))
    vormen = [vorm for vorm in form.many("vormen") if vorm in list(Financiering)]
    if not vormen:
        form.errors["vormen"] = _("Kies ten minste één manier van betalen.")

    def again(status, errors, reasons=()):
        return _financiering(regeling_id, status, errors, reasons, form.values, vormen)

    def act():
        regelingen.financiering_wijzigen(g.db, g.actor, regeling_id, van=van, vormen=vormen)
        return tell(go(url_for("subsidie.regeling_financiering", regeling_id=regeling_id)), _("Bewaard."))

    return again(422, form.errors) if form.errors else _try(act, "financiering-wijzigen", regeling_id, again)


# Caps -----------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/regelingen/<uuid:regeling_id>/maxima", needs=P.SUBSIDIE_LEZEN)
def regeling_maxima(regeling_id):
    """The caps by product, year and day."""
    return _maxima(regeling_id)


def _maxima(regeling_id, status=200, errors=None, reasons=(), values=None):
    found = _own(regeling_id)
    producten = {p["code"]: p["naam"] for p in found.inrichting.get("producten", [])}
    rows = [(producten.get(m.product, m.product), m, _(PER_WORDS[m.per])) for m in queries.maxima(g.db, found.id)]
    return _show("regeling_maxima.html", status=status, errors=errors, values=values, reasons=reasons, regeling=found,
                 rows=rows, producten=list(producten.items()), per=_lijst(PER_WORDS),
                 can_rule=g.actor.may(P.SUBSIDIE_REGELEN))


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/maxima", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def regeling_maximum_vaststellen(regeling_id):
    """A cap by a decision of the college, from its day on."""
    form = Form()
    gegevens = {
        "product": form.text("product", _("Kies een product."), most=60),
        "jaar": form.number("jaar", _("Vul het jaar in."), low=YEARS[0], high=YEARS[-1]),
        "per": form.choice("per", list(Per), _("Kies waarvoor het maximum geldt.")),
        "bedrag": _boven_nul(form, "bedrag", _("Vul het hoogste bedrag in.")),
        "besluit": form.text("besluit", _("Noem het besluit van het college."), most=300),
        "van": form.date("van", _("Vul in vanaf welke dag dit geldt.")),
    }

    def again(status, errors, reasons=()):
        return _maxima(regeling_id, status, errors, reasons, form.values)

    def act():
        regelingen.maximum_vaststellen(g.db, g.actor, regeling_id, **gegevens)
        return tell(go(url_for("subsidie.regeling_maxima", regeling_id=regeling_id)), _("Het maximum is vastgelegd."))

    return again(422, form.errors) if form.errors else _try(act, "maximum-vaststellen", regeling_id, again)


def _boven_nul(form: Form, name: str, missing: str) -> Decimal | None:
    """An amount above zero."""
    found = form.bedrag(name, missing)
    if found is not None and found <= 0:
        form.errors[name] = _("Het bedrag moet hoger zijn dan nul.")
    return found


# The ceiling ----------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/regelingen/<uuid:regeling_id>/plafond", needs=P.SUBSIDIE_REGELEN)
def plafond_nieuw(regeling_id):
    """The form of a ceiling that was adopted."""
    return _plafond_nieuw(regeling_id)


def _plafond_nieuw(regeling_id, status=200, errors=None, reasons=(), values=None):
    found = _own(regeling_id)
    if values is None:
        values = {} if queries.plafonds(g.db, found.id) else {
            "van": datum_tabel(found.van), "tot_en_met": datum_tabel(laatste_dag(found.tot))}
    return _show("plafond_nieuw.html", status=status, errors=errors, values=values, reasons=reasons, regeling=found,
                 organen=_lijst(ORGANEN))


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/plafond", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def plafond_vaststellen(regeling_id):
    """Record the ceiling of a period as it was adopted and made public."""
    form = Form()
    van, tot = _period(form)
    gegevens = {
        "van": van, "tot": tot, "bedrag": _boven_nul(form, "bedrag", _("Vul het bedrag van het plafond in.")),
        "orgaan": form.choice("orgaan", list(ORGANEN), _("Kies wie het plafond vaststelde.")),
        "vastgesteld_on": form.date("vastgesteld", _("Vul in wanneer het plafond is vastgesteld.")),
        "bekendgemaakt_on": form.date("bekendgemaakt", _("Vul in wanneer het plafond is bekendgemaakt.")),
        "vindplaats": form.text("vindplaats", _("Schrijf waar het plafond te vinden is."), most=300),
        "met_voorbehoud": form.raw("voorbehoud") == "ja",
    }

    def again(status, errors, reasons=()):
        return _plafond_nieuw(regeling_id, status, errors, reasons, form.values)

    def act():
        found = regelingen.plafond_vaststellen(g.db, g.actor, regeling_id, **gegevens)
        return tell(go(url_for("subsidie.plafond", plafond_id=found.id)), _("Het plafond is vastgelegd."))

    return again(422, form.errors) if form.errors else _try(act, "plafond-vaststellen", regeling_id, again)


def _own_plafond(plafond_id) -> tuple[Plafond, Regeling]:
    found = load(g.db, Plafond, plafond_id)
    return found, _own(found.dossier_id)


@bp.route("/subsidies/plafond/<uuid:plafond_id>", needs=P.SUBSIDIE_LEZEN)
def plafond(plafond_id):
    """The ledger of a ceiling: every line, and how the ceiling stood after it."""
    found, regeling = _own_plafond(plafond_id)
    return _show("plafond.html", regeling=regeling, plafond=found, periode=_periode(found.van, found.tot),
                 cijfers=_stand(found), orgaan=_(ORGANEN.get(found.orgaan, found.orgaan)),
                 rows=[(row, reference, _(BOEKING_WORDS[row.soort])) for row, reference in queries.boekingen(g.db, found.id)],
                 can_rule=g.actor.may(P.SUBSIDIE_REGELEN))


@bp.route("/subsidies/plafond/<uuid:plafond_id>/wijzigen", needs=P.SUBSIDIE_REGELEN)
def plafond_wijzigen_vraag(plafond_id):
    """Raise or lower a ceiling."""
    return _plafond_wijzigen(plafond_id)


def _plafond_wijzigen(plafond_id, status=200, errors=None, reasons=(), values=None):
    found, regeling = _own_plafond(plafond_id)
    return _show("plafond_wijzigen.html", status=status, errors=errors, values=values, reasons=reasons, regeling=regeling,
                 plafond=found, periode=_periode(found.van, found.tot), cijfers=_stand(found))


@bp.route("/subsidies/plafond/<uuid:plafond_id>/wijzigen", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def plafond_wijzigen(plafond_id):
    """The change of a ceiling, as it was made public."""
    form = Form()
    richting = form.choice("richting", ("hoger", "lager"), _("Kies of het plafond hoger of lager wordt."))
    verschil = _boven_nul(form, "bedrag", _("Vul in hoeveel het plafond hoger of lager wordt."))
    gegevens = {"bekendgemaakt_on": form.date("bekendgemaakt", _("Vul in wanneer de wijziging is bekendgemaakt.")),
                "vindplaats": form.text("vindplaats", _("Schrijf waar de wijziging te vinden is."), most=300)}

    def again(status, errors, reasons=()):
        return _plafond_wijzigen(plafond_id, status, errors, reasons, form.values)

    def act():
        regelingen.plafond_wijzigen(g.db, g.actor, plafond_id, verschil=verschil if richting == "hoger" else -verschil,
                                    **gegevens)
        return tell(go(url_for("subsidie.plafond", plafond_id=plafond_id)), _("De wijziging is vastgelegd."))

    return again(422, form.errors) if form.errors else _try(act, "plafond-wijzigen", plafond_id, again)


# Public ---------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/regelingen/<uuid:regeling_id>/bekendmaken", needs=P.SUBSIDIE_REGELEN)
def regeling_bekendmaken(regeling_id):
    """Everything that everybody will read, and what stands in the way."""
    return _bekendmaken(regeling_id)


def _bekendmaken(regeling_id, status=200, errors=None, reasons=()):
    def fill(regeling):
        inhoud = regelingen.openbaar(g.db, regeling)
        plafonds = [(_periode(date.fromisoformat(p["van"]), date.fromisoformat(p["tot"])), Decimal(p["bedrag"]),
                     _("%(waar)s, bekendgemaakt op %(dag)s", waar=p["vindplaats"],
                       dag=datum_tabel(date.fromisoformat(p["bekendgemaakt_on"])))) for p in inhoud["plafonds"]]
        betalen = [(_("Betalen vanaf %(dag)s", dag=datum_tabel(date.fromisoformat(row["van"]))),
                    ". ".join(_(words.FINANCIERING_WORDS[v]) for v in row["vormen"])) for row in inhoud["financiering"]]
        return {"obstacles": REGELING.obstacles(regeling, "bekendmaken", g.actor), "inhoud": inhoud, "plafonds": plafonds,
                "facts": [(_("Gemeente"), inhoud["gemeente"]["naam"]), *_facts(regeling, inhoud["verband"]), *betalen],
                "koppelingen": _koppelingen(), "artikel": _ground_words, "soorten": {
                    soort: _(text) for soort, text in words.REGEL_WORDS.items()}}

    return _concept_page("regeling_bekendmaken.html", regeling_id, fill, status=status, errors=errors, reasons=reasons)


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/bekendmaken", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def regeling_bekend(regeling_id):
    """Make it public: from here on it does not change."""
    def act():
        regelingen.bekendmaken(g.db, g.actor, regeling_id)
        return tell(go(url_for("subsidie.regeling", regeling_id=regeling_id)), _("De regeling is bekendgemaakt."))

    return _try(act, "bekendmaken", regeling_id,
                lambda status, errors, reasons: _bekendmaken(regeling_id, status, errors, reasons))


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/sluiten", needs=P.SUBSIDIE_REGELEN)
def regeling_sluiten(regeling_id):
    """Close the scheme: what that does, and why."""
    return _sluiten(regeling_id)


def _sluiten(regeling_id, status=200, errors=None, reasons=(), values=None):
    found = _own(regeling_id)
    return _show("regeling_sluiten.html", status=status, errors=errors, values=values, reasons=reasons, regeling=found,
                 obstacles=REGELING.obstacles(found, "sluiten", g.actor, reden="-"))


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/sluiten", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def regeling_gesloten(regeling_id):
    """Nobody applies any more."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u de regeling sluit."), most=2000)

    def again(status, errors, reasons=()):
        return _sluiten(regeling_id, status, errors, reasons, form.values)

    def act():
        regelingen.sluiten(g.db, g.actor, regeling_id, reden=reden)
        return tell(go(url_for("subsidie.regeling", regeling_id=regeling_id)), _("De regeling is gesloten."))

    return again(422, form.errors) if form.errors else _try(act, "sluiten", regeling_id, again)


# The order of a tender or a draw ----------------------------------------------------------------------------------------------

@bp.route("/subsidies/regelingen/<uuid:regeling_id>/rangorde", needs=P.SUBSIDIE_LEZEN)
def regeling_rangorde(regeling_id):
    """The open applications with their points, or the form for the lot; only where the order of receipt does not decide."""
    return _rangorde(regeling_id)


def _rangorde(regeling_id, status=200, errors=None, reasons=(), values=None):
    found = _own(regeling_id)
    if found.verdeling == Verdeling.VOLGORDE or found.state == RegelingState.CONCEPT:
        raise NotFound()
    zaken = queries.open_zaken(g.db, found.id)
    tender = found.verdeling == Verdeling.TENDER
    if tender:
        zaken.sort(key=lambda pair: (-pair[1], pair[0].volgnummer))
    if values is None:
        values = {f"plaats-{zaak.volgnummer}": zaak.rang or "" for zaak, _punten in zaken}
    may_rank = g.actor.may(P.SUBSIDIE_BEHANDELEN)
    return _show("regeling_rangorde.html", status=status, errors=errors, values=values, reasons=reasons, regeling=found,
                 zaken=[(zaak, score, state_badge("subsidie", zaak.state)) for zaak, score in zaken], tender=tender,
                 hoogste=sum((Decimal(c["punten"]) for c in found.inrichting.get("criteria", [])), Decimal(0)),
                 drawn=[one.tekst for one in queries.aantekeningen(g.db, found.id) if one.stap == "rangschikken"],
                 may_rank=may_rank, obstacles=_rank_obstacles(found, [zaak for zaak, _score in zaken], tender))


def _rank_obstacles(regeling: Regeling, zaken: Sequence, tender: bool) -> list[str]:
    """Why the order cannot be made yet, as the use case says it."""
    faults = []
    if clock.now() < regeling.sluit_at:
        faults.append("De rangorde komt er pas als er niemand meer kan aanvragen.")
    if not zaken:
        faults.append("Er zijn geen aanvragen waarover nog een besluit nodig is.")
    if tender and (waits := sorted(zaak.reference for zaak in zaken if zaak.state != State.BEOORDEELD)):
        faults.append(f"Nog niet alle aanvragen zijn beoordeeld: {', '.join(waits)}.")
    return faults


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/rangorde", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def regeling_rangschikken(regeling_id):
    """Give every open application its place: by its points, or by the lot as it was drawn."""
    found, form, geloot, toezicht = _own(regeling_id), Form(), [], ""
    if found.verdeling == Verdeling.LOTING:
        geloot = _geloot(form, [zaak for zaak, _score in queries.open_zaken(g.db, found.id)])
        toezicht = form.text("toezicht", _("Schrijf wie toezicht hield op de loting."), most=300)

    def again(status, errors, reasons=()):
        return _rangorde(regeling_id, status, errors, reasons, form.values)

    def act():
        usecases.rangschikken(g.db, g.actor, regeling_id, geloot=geloot, toezicht=toezicht)
        return tell(go(url_for("subsidie.regeling_rangorde", regeling_id=regeling_id)), _("De rangorde is vastgesteld."))

    return again(422, form.errors) if form.errors else _try(act, "rangschikken", regeling_id, again)


def _geloot(form: Form, zaken: Sequence) -> list[uuid.UUID]:
    """The ids in the order of the lot: every case has a place of its own."""
    places: dict[int, uuid.UUID] = {}
    for zaak in zaken:
        name = f"plaats-{zaak.volgnummer}"
        place = form.number(name, _("Vul de plaats in van %(zaak)s.", zaak=zaak.reference), low=1, high=len(zaken))
        if place in places:
            form.errors[name] = _("Deze plaats heeft een andere aanvraag al.")
        elif place:
            places[place] = zaak.id
    return [places[place] for place in sorted(places)]


# On paper ---------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/regelingen/<uuid:regeling_id>/papier", needs=P.SUBSIDIE_BEHANDELEN)
def papier(regeling_id):
    """The form for an application that came on paper."""
    return _papier(regeling_id)


def _papier(regeling_id, status=200, errors=None, reasons=(), values=None):
    found = _own(regeling_id)
    publicatie = queries.publicatie_van(g.db, found.id)
    if publicatie is None:
        return error_page(409, title=_("Deze regeling is nog niet bekendgemaakt"), lead=_(
            "Aanvragen kan pas als de regeling is bekendgemaakt."), can_do=[
            (_("Bekijk de regeling"), url_for("subsidie.regeling", regeling_id=found.id))])
    return _show("papier.html", status=status, errors=errors, values=values, reasons=reasons, regeling=found,
                 publicatie=publicatie, producten=[(p["code"], f"{p['naam']} ({p['eenheid']})")
                                                   for p in publicatie.inhoud["inrichting"]["producten"]],
                 steun=publicatie.inhoud["staatssteun"] != Staatssteun.GEEN, periode=_periode(found.van, found.tot))


@bp.route("/subsidies/regelingen/<uuid:regeling_id>/papier", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def papier_invoeren(regeling_id):
    """Enter it: it gets its place in the order of receipt."""
    form = Form()
    papier_on = form.date("papier_on", _("Vul in op welke dag de brief binnenkwam."))
    aanvrager = {
        "id": None, "naam": form.text("naam", _("Vul de naam van de aanvrager in."), most=200),
        "kvk_nummer": form.read("kvk_nummer", parse_kvk, None) or "",
        "contactpersoon": form.text("contactpersoon", most=200) or "",
        "postadres": form.text("postadres", _("Vul het postadres in. Daar gaat de brief heen."), most=300),
    }
    van, tot = _period(form)
    typed = {
        "titel": form.text("titel", _("Geef de activiteit een naam."), most=200),
        "product": form.text("product", _("Kies een product."), most=60),
        "omschrijving": form.text("omschrijving", _("Schrijf wat de aanvrager gaat doen."), most=4000),
        "resultaat": form.text("resultaat", _("Schrijf wat het resultaat is."), most=4000),
        "aantal": form.read("aantal", parse_getal, None), "van": van, "tot": tot,
        "bedrag": _boven_nul(form, "bedrag", _("Vul het gevraagde bedrag in.")),
        "begroting": form.text("begroting", most=4000), "iban": form.iban("iban"),
        "tenaamstelling": form.rekeningnaam("tenaamstelling", most=200), "steun_eerder": form.bedrag("steun_eerder"),
    }
    if typed["steun_eerder"] is not None and typed["steun_eerder"] < 0:
        form.errors["steun_eerder"] = _("Vul een bedrag in van nul of hoger.")
    gegevens = {name: str(value) for name, value in typed.items() if value is not None}

    def again(status, errors, reasons=()):
        return _papier(regeling_id, status, errors, reasons, form.values)

    def act():
        subsidie = usecases.papier(g.db, g.actor, regeling_id, gegevens=gegevens, aanvrager=aanvrager, papier_on=papier_on)
        return tell(go(url_for("subsidie.dossier", subsidie_id=subsidie.id)), _(
            "De aanvraag is ingevoerd. Zij heeft nummer %(n)s in de volgorde van ontvangst.", n=subsidie.volgnummer))

    return again(422, form.errors) if form.errors else _try(act, "papier", regeling_id, again)


def parse_kvk(text: str) -> str:
    """A number of the trade register: eight digits."""
    bare = text.replace(" ", "").replace(".", "")
    if not re.fullmatch("[0-9]{8}", bare):
        raise Invalid(_("Een KVK-nummer heeft acht cijfers."))
    return bare
