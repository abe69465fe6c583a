"""The own page of a resident, or of who looks along with one: where the support stands, who to call, who looked, what one can
do. It shows what portal.mijn_dossier gives, and nothing else."""

from datetime import date, datetime
from functools import partial
from types import SimpleNamespace

from flask import Response, current_app, g, request, url_for

from config import load as load_config
from portal.blueprints.plaatsing.in_woorden import in_woorden, voortgangstand
from portal.domains.plaatsingen import ondersteuning
from portal.domains.plaatsingen.model import Vraagsoort
from portal.domains.plaatsingen.words import (
    ANTWOORD_TERMS,
    CLIENT_STATES,
    CLIENT_TERMS,
    CLIENT_WORDS,
    GROND_WORDS,
    HOEDANIGHEID_WORDS,
    VRAAGSOORT_WORDS,
)
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.web import security
from portal.web.blueprint import PortalBlueprint, attempt, viewed
from portal.web.filters import datum, datum_kort, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import state_badge
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

bp = PortalBlueprint("ondersteuning", __name__)

# What a client may do until a day; after it there is no news to wait for.
OWN_TERMS = ("persoonlijk_plan", "bezwaartermijn")
EIGEN, TEKST, CODE = P.ONDERSTEUNING_EIGEN, 4000, 40
_try = partial(attempt, "ondersteuning")


# With whom I look along -----------------------------------------------------------------------------------------------------

@bp.route("/mijn-ondersteuning", needs=EIGEN)
def overzicht():
    """Everybody with whom this account looks along, and the field for a code."""
    return _overview()


def _overview(status: int = 200, form=None, reasons=()) -> Response:
    people: dict = {}
    for one in ondersteuning.overzicht(g.db):
        person = people.setdefault(one.koppeling_id, {
            "naam": one.naam, "gemeente": one.gemeente, "als": in_taal(HOEDANIGHEID_WORDS[one.hoedanigheid]),
            "zelf": one.hoedanigheid == "zelf", "tot_on": one.tot_on, "id": one.koppeling_id, "zaken": []})
        if one.dossier_id:
            person["zaken"].append({
                "title": _("Melding en aanvraag") if one.soort == "toegang" else _("Plek en ondersteuning"),
                "url": url_for("ondersteuning.dossier", dossier_id=one.dossier_id),
                "text": in_taal(CLIENT_STATES[one.state][0]),
                "meta": f"{one.reference} · {_('gemeld op %(dag)s', dag=datum_kort(one.gemeld_on, current_lang()))}"})
    return page_or_part("ondersteuning/overzicht.html", status=status, mensen=list(people.values()), reasons=reasons,
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/mijn-ondersteuning/koppelen", needs=EIGEN, methods=["POST"], idempotent=True)
def koppelen():
    """Enter a code of the gemeente."""
    form = Form()
    code = form.text("code", _("Vul de code in die u van de gemeente kreeg."), most=CODE)

    def act():
        security.limit("koppelen", str(g.actor.user_id))
        ondersteuning.koppelen(g.db, g.actor, code)
        return tell(go(url_for("ondersteuning.overzicht")), _("U kijkt nu mee. Hieronder staat wat er loopt."))

    def again(status, reasons=()):
        return _overview(status, form, reasons)

    return again(422) if form.errors else _try(act, "koppelen", None, again)


@bp.route("/mijn-ondersteuning/koppeling/<uuid:koppeling_id>/einde", needs=EIGEN, methods=["POST"], idempotent=True)
def koppeling_einde(koppeling_id):
    """Stop looking along, or end that somebody looks along with oneself."""
    ondersteuning.koppeling_beeindigen(g.db, g.actor, koppeling_id)
    return tell(go(url_for("ondersteuning.overzicht")), _("Dat is beëindigd. Er is vanaf nu niets meer te zien."))


# One case -------------------------------------------------------------------------------------------------------------------

@bp.route("/mijn-ondersteuning/<uuid:dossier_id>", needs=EIGEN)
def dossier(dossier_id):
    """Where it stands, who to call, when there is news, what happened, and what one can do."""
    return _case(dossier_id)


def _seen(dossier_id) -> dict:
    found = ondersteuning.dossier(g.db, dossier_id)
    viewed(SimpleNamespace(id=dossier_id))
    return found


def _case(dossier_id, status: int = 200, form=None, reasons=()) -> Response:
    found, lang = _seen(dossier_id), current_lang()
    plaats = ondersteuning.plaats(g.db, dossier_id) if found["state"] == "wachtend" else None
    stand, next_ = (in_taal(words) for words in CLIENT_STATES[found["state"]])
    terms = [(words, day) for kind, words, day in _terms(found) if not (kind in OWN_TERMS and day < clock.today())]
    mag_bezwaar = bool(found["besluiten"]) and found["hoedanigheid"] in ondersteuning.VERTEGENWOORDIGT
    objection = ondersteuning.bezwaar_tot(found) if mag_bezwaar else None
    soorten = [one for one in Vraagsoort if one is not Vraagsoort.BEZWAAR or mag_bezwaar]
    return page_or_part(
        "ondersteuning/dossier.html", status=status, z=found, stand=stand, daarna=next_, plaats=plaats, termen=terms,
        today=clock.today(), reasons=reasons, title=_title(found), plek=_place(found), bezwaar_tot=objection,
        mag_bezwaar=mag_bezwaar, besluiten=[_decision(one) for one in found["besluiten"]],
        plan=[_result(one) for one in found["plan"] or ()],
        tijdlijn=[{"when": datum_kort(date.fromisoformat(one["on"]), lang), "what": in_taal(CLIENT_WORDS[one["kind"]])}
                  for one in found["gebeurd"] if one["kind"] in CLIENT_WORDS],
        gedeeld=[_share(one) for one in found["gedeeld"]], vragen=[_asked(found, one) for one in found["vragen"]],
        mensen=[{"id": one["id"], "naam": one["naam"], "als": in_taal(HOEDANIGHEID_WORDS[one["hoedanigheid"]]),
                 "sinds": one["sinds"], "tot": datum(date.fromisoformat(one["tot_on"]), lang)}
                for one in found["mensen"] or ()],
        mag_intrekken=found["hoedanigheid"] in ondersteuning.VERTEGENWOORDIGT,
        soorten=[(str(one), in_taal(load_config("plaatsingen")["vraagsoort"][one]["naam"])) for one in soorten],
        zelf=found["hoedanigheid"] == "zelf",
        errors=form.errors if form else {}, values=form.values if form else {})


def _title(found: dict) -> str:
    return _("Melding en aanvraag") if found["soort"] == "toegang" else _("Plek en ondersteuning")


def _terms(found: dict) -> list[tuple[str, str, date]]:
    """What runs until a day, also for what was sent and waits for an answer, the first day first: (what it is, in words, until
    when)."""
    laws = [(one["kind"], in_taal(CLIENT_TERMS[one["kind"]]), date.fromisoformat(one["due_on"])) for one in found["termijnen"]
            if one["kind"] in CLIENT_TERMS]
    asked = [(one["soort"], in_taal(ANTWOORD_TERMS[one["soort"]]), ondersteuning.antwoordtermijn(found, one).uiterlijk)
             for one in found["vragen"] if not one["beantwoord_at"]]
    return sorted(laws + asked, key=lambda term: term[2])


def _result(one: dict) -> dict:
    """One result of the plan: what, how, and how it goes by what was said last."""
    last = one["voortgang"]
    return {**one, "voortgang": last and {**last, "score": voortgangstand(last["score"]),
                                          "op": datum(date.fromisoformat(last["on"]), current_lang())}}


def _decision(one: dict) -> dict:
    """What was decided, for who it is about: what, from when until when, and why."""
    def day(name):
        return datum(date.fromisoformat(one[name]), current_lang()) if one[name] else ""

    facts = [(_("Uitkomst"), _("Toegekend") if one["uitkomst"] == "toekennen" else _("Afgewezen")),
             (_("Besluit van"), day("on")), (_("Ondersteuning"), one["product"] or ""),
             (_("Hoe"), (_("Met een pgb") if one["vorm"] == "pgb" else _("In natura")) if one["vorm"] else ""),
             (_("Vanaf"), day("van")), (_("Tot en met"), day("tot"))]
    return {"onderwerp": one["onderwerp"], "waarom": one["waarom"], "feiten": [fact for fact in facts if fact[1]]}


def _place(found: dict) -> dict | None:
    plek = found["plek"]
    return plek and {**plek, **{name: datum(date.fromisoformat(plek[name]), current_lang()) if plek[name] else ""
                                for name in ("van", "tot")}}


def _share(one: dict) -> dict:
    lang = current_lang()
    over = one["ingetrokken_on"] is not None or date.fromisoformat(one["tot_on"]) < clock.today()
    return {"id": one["id"], "met": one["met"] or _("een andere organisatie"), "soort": in_taal(GROND_WORDS[one["soort"]]),
            "wat": _("een plek voor u") if one["wat"] == "verblijf" else _("de overdracht naar een andere gemeente"),
            "tot": datum(date.fromisoformat(one["ingetrokken_on"] or one["tot_on"]), lang), "over": over,
            "toestemming": one["soort"] == "toestemming" and not over}


def _asked(found: dict, one: dict) -> dict:
    lang, term = current_lang(), ondersteuning.antwoordtermijn(found, one)
    at, answered = datetime.fromisoformat(one["at"]), one["beantwoord_at"] and datetime.fromisoformat(one["beantwoord_at"])
    ended = one["uitkomst"] and load_config("plaatsingen")["afloop"][one["soort"]][one["uitkomst"]]["naam"]
    return {"soort": in_taal(VRAAGSOORT_WORDS[one["soort"]]), "tekst": one["tekst"], "antwoord": one["antwoord"],
            "op": datum(at, lang), "beantwoord": datum(answered, lang) if answered else "",
            "uiterlijk": datum(term.uiterlijk, lang), "verdaagd": one["verdaagd_reden"], "reden": one["te_laat_reden"],
            "te_laat": datum(term.bezwaar_tot, lang) if term.te_laat(clock.day_of(at)) else "",
            "ontvangen": bool(one["bevestigd_at"]), "uitkomst": in_taal(ended) if ended else "",
            "beroep_tot": datum(ondersteuning.beroep_tot(answered), lang) if answered and one["soort"] == "bezwaar" else ""}


@bp.route("/mijn-ondersteuning/<uuid:dossier_id>/vraag", needs=EIGEN, methods=["POST"], idempotent=True)
def vraag(dossier_id):
    """Ask, complain or object; an objection that is late too, with why."""
    form = Form()
    soort = form.choice("soort", list(Vraagsoort), _("Kies wat u wilt sturen."))
    tekst = form.text("tekst", _("Schrijf wat u wilt vragen of zeggen."), most=TEKST)
    te_laat = form.text("te_laat", most=TEKST) or ""

    def act():
        ondersteuning.vragen(g.db, g.actor, dossier_id, soort=Vraagsoort(soort), tekst=tekst, te_laat=te_laat)
        return tell(go(url_for("ondersteuning.dossier", dossier_id=dossier_id)),
                    _("De gemeente heeft het ontvangen op %(dag)s.", dag=datum(clock.today(), current_lang())))

    def again(status, reasons=()):
        return _case(dossier_id, status, form, reasons)

    return again(422) if form.errors else _try(act, "vraag", dossier_id, again)


@bp.route("/mijn-ondersteuning/<uuid:dossier_id>/toestemming/<uuid:grond_id>", needs=EIGEN, methods=["POST"], idempotent=True)
def toestemming_intrekken(dossier_id, grond_id):
    """Take back consent to share."""
    def act():
        ondersteuning.toestemming_intrekken(g.db, g.actor, dossier_id, grond_id)
        return tell(go(url_for("ondersteuning.dossier", dossier_id=dossier_id)),
                    _("Uw toestemming is ingetrokken. Die organisatie ziet vanaf nu niets meer."))

    def again(status, reasons=()):
        return _case(dossier_id, status, None, reasons)

    return _try(act, "toestemming", grond_id, again)


# Who looked, and what is kept -----------------------------------------------------------------------------------------------

@bp.route("/mijn-ondersteuning/<uuid:dossier_id>/gekeken", needs=EIGEN)
def gekeken(dossier_id):
    """Who opened this case, and when."""
    found, lang = _seen(dossier_id), current_lang()
    rows = [[datum_kort(datetime.fromisoformat(one["at"]), lang), *_looker(one)] for one in found["gekeken"]]
    return page_or_part("ondersteuning/gekeken.html", z=found, title=_title(found), rows=rows)


def _looker(one: dict) -> tuple[str, str]:
    """Who, and of which organisation."""
    if one["inwoner"]:
        return _("Uzelf") if one["u"] else _("Iemand die meekijkt"), "-"
    return one["wie"] or _("Een medewerker"), one["organisatie"] or _("een andere organisatie")


@bp.route("/mijn-ondersteuning/<uuid:dossier_id>/gegevens", needs=EIGEN)
def gegevens(dossier_id):
    """What is kept of oneself, to read; with `?vorm=json` as a file to take along (AVG, article 15 and 20)."""
    found = _seen(dossier_id)
    if request.args.get("vorm") == "json":
        security.limit("export", str(g.actor.user_id))
        plaats = ondersteuning.plaats(g.db, dossier_id) if found["state"] == "wachtend" else None
        response = current_app.json.response(_file(found, plaats))
        response.headers["Content-Disposition"] = f'attachment; filename="{found["reference"]}.json"'
        return response
    answers = _answers(found)
    born = date.fromisoformat(found["gegevens"]["geboren_on"]) if found["gegevens"] else None
    return page_or_part("ondersteuning/gegevens.html", z=found, title=_title(found), answers=answers, geboren_on=born)


def _answers(found: dict) -> list[tuple[str, str]]:
    """What was looked into, by its name."""
    said, config = (found["gegevens"] or {}).get("onderzoek") or {}, load_config("plaatsingen")
    return [(in_taal(one["naam"]), said[one["code"]]) for name in ("onderwerp", "afweging") for one in config[name]
            if said.get(one["code"])]


def _file(found: dict, plaats) -> dict:
    """What the pages show of one case, to take along (AVG, article 15 and 20): in the words of the pages, with days and moments
    as ISO 8601, so that people and other systems read it. What the gemeente does for itself is not on the pages, nor here."""
    plek, who = found["plek"], found["gegevens"]
    return {
        "gemaakt": clock.now().isoformat(), "nummer": found["reference"], "soort": _title(found), "gemeente": found["gemeente"],
        "naam": found["naam"], "stand": in_taal(CLIENT_STATES[found["state"]][0]), "gemeld_on": found["gemeld_on"],
        "contact": found["contact"], "u_kijkt_als": in_taal(HOEDANIGHEID_WORDS[found["hoedanigheid"]]),
        "u_kijkt_tot_en_met": found["tot_on"],
        "gebeurd": [{"on": one["on"], "wat": in_taal(CLIENT_WORDS[one["kind"]])} for one in found["gebeurd"]
                    if one["kind"] in CLIENT_WORDS],
        "termijnen": [{"on": day.isoformat(), "wat": words} for _kind, words, day in _terms(found)],
        "besluiten": [{"on": one["on"], "onderwerp": one["onderwerp"],
                       "uitkomst": _("Toekennen") if one["uitkomst"] == "toekennen" else _("Afwijzen")}
                      for one in found["besluiten"]],
        "plek": plek and {**plek, "state": state_badge("verblijf", plek["state"])[1]},
        "plan": [{**one, "domein": in_woorden("domein", one["domein"]), "voortgang": (last := one["voortgang"]) and {
                     **last, "score": voortgangstand(last["score"])[1]}} for one in found["plan"] or ()],
        "gedeeld": [{"met": shown["met"], "grond": shown["soort"], "wat": shown["wat"],
                     **{name: one[name] for name in ("van_on", "tot_on", "ingetrokken_on")}}
                    for one, shown in ((one, _share(one)) for one in found["gedeeld"])],
        "gekeken": [dict(zip(("at", "wie", "organisatie"), (one["at"], *_looker(one)), strict=True))
                    for one in found["gekeken"]],
        "vragen": [{**one, "soort": in_taal(VRAAGSOORT_WORDS[one["soort"]])} for one in found["vragen"]],
        "mensen": [{"naam": one["naam"], "als": in_taal(HOEDANIGHEID_WORDS[one["hoedanigheid"]]), "sinds": one["sinds"],
                    "tot_on": one["tot_on"]} for one in found["mensen"] or ()],
        "gegevens": who and {**who, "onderzoek": [{"wat": name, "tekst": words} for name, words in _answers(found)]},
        "wachtlijst": {"plaats": plaats.plaats, "van": plaats.van, "gemeld_on": plaats.gemeld_on.isoformat()} if plaats
        else None}
