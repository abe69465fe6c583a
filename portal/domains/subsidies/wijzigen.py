"""A grant that is changed or taken back: always a new decision, with what is different in words a recipient can read.

Less, or nothing any more, only on a ground of the law: what went wrong counts back to the beginning (Awb 4:48), what changed
counts from a day that leaves time to adapt (Awb 4:50). More is room in the ceiling like any other grant.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from config import load as load_config
from portal.domains.subsidies import horen, queries, steunregister, uitvoering, work
from portal.domains.subsidies.model import Betaalstand, Betaling, Boeking, Stand, State, Subsidie, Subsidieregel, Voorstel
from portal.domains.subsidies.rules import Beslissing, Regelsoort
from portal.domains.subsidies.usecases import boek
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import meet_term, start_term, under
from portal.kernel.holidays import day_text
from portal.kernel.money import bedrag_text
from portal.kernel.sentences import settle
from portal.kernel.terms import compute

# What a recipient sees of a change: the name of a fact, and how it reads.
FEITEN = (("bedrag", "Bedrag"), ("maximum", "Hoogste bedrag"), ("methode", "Manier van berekenen"), ("aantal", "Aantal"),
          ("tarief", "Bedrag per eenheid"), ("van", "Eerste dag"), ("tot", "Laatste dag"))
# The grounds of a budget condition (Awb 4:34, lid 5 and lid 4).
OM_BEGROTING = ("begrotingsvoorbehoud", "begrotingsvoorbehoud-eerder")
BETAALD_SINDS = "Na dit voorstel is er betaald. De brief klopt dan niet meer. Stuur het voorstel terug."


def beginwaarden(session, subsidie: Subsidie) -> dict:
    """Where a change begins: with what holds now."""
    holds = queries.verlening(session, subsidie.id).inhoud
    return {"bedrag": subsidie.verleend, "maximum": subsidie.maximum, "methode": holds.get("methode", ""),
            "tarief": Decimal(holds["tarief"]) if holds.get("tarief") else None, "rapportages": holds.get("rapportages", []),
            "termijnen": holds.get("termijnen", []),
            "steun": holds.get("steun", ""), "staatssteun": holds.get("staatssteun", "")}


def neem_regels_over(session, actor, subsidie: Subsidie) -> None:
    """The lines that hold, as a working copy."""
    names = ("soort", "tekst", "grondslag", "verordening_artikel", "bewijs", "koppeling", "uiterlijk_on", "volgnummer")
    for regel in queries.geldende_regels(session, subsidie.id):
        session.add(Subsidieregel(**under(subsidie, actor.party_id), **{name: getattr(regel, name) for name in names}))
    settle(session)


def neem_stand_over(before: Iterable[Subsidieregel], regels: Iterable[Subsidieregel]) -> None:
    """A line that stays as it was keeps how it is with it, and the evidence that was sent. One that only gets another day keeps
    the evidence, and a condition that was met: what happened, happened."""
    left = list(before)
    for names in (("soort", "tekst", "grondslag", "verordening_artikel", "bewijs", "uiterlijk_on"),
                  ("soort", "tekst", "grondslag", "verordening_artikel", "bewijs")):
        for regel in regels:
            old = next((o for o in left if all(getattr(o, n) == getattr(regel, n) for n in names)), None)
            if regel.vervolg_op is not None or old is None:
                continue
            left.remove(old)
            regel.vervolg_op = old.eerste_id
            if "uiterlijk_on" in names or (old.soort == Regelsoort.VOORWAARDE and old.stand == Stand.VOLDAAN):
                regel.stand, regel.stand_reden = old.stand, old.stand_reden
                regel.stand_by, regel.stand_at = old.stand_by, old.stand_at


def erbij(subsidie: Subsidie, hoogste: Decimal) -> Decimal:
    """What a change asks of the ceiling beyond what is committed; below zero it gives back."""
    return hoogste - (subsidie.maximum if subsidie.maximum is not None else subsidie.verleend)


def verschil(was: Mapping, wordt: Mapping) -> list[dict]:
    """The readable difference of two decisions: [{"wat", "was", "wordt"}]; a line that is gone has no `wordt`, a new one no
    `was`. Dates and amounts stay as they are kept; the letter and the page write them out."""
    rows = [{"wat": words, "soort": name, "was": was.get(name), "wordt": wordt.get(name)}
            for name, words in FEITEN if (was.get(name) or None) != (wordt.get(name) or None)]
    planned = [_planned(one.get("termijnen", ())) for one in (was, wordt)]
    if planned[0] != planned[1]:
        rows.append({"wat": "Voorschotten", "soort": "termijnen", "was": planned[0] or None, "wordt": planned[1] or None})
    before, after = {_line(r): r for r in was.get("regels", ())}, {_line(r): r for r in wordt.get("regels", ())}
    gone, new = [r for key, r in before.items() if key not in after], [r for key, r in after.items() if key not in before]
    for one in gone:
        same = next((r for r in new if r["soort"] == one["soort"] and r["tekst"] == one["tekst"]), None) or next(
            (r for r in new if r["soort"] == one["soort"] and r["nummer"] == one["nummer"]), None)
        if same is not None:
            new.remove(same)
        rows.append({"wat": one["nummer"], "soort": "regel", "was": _told(one, same),
                     "wordt": _told(same, one) if same is not None else None})
    return rows + [{"wat": r["nummer"], "soort": "regel", "was": None, "wordt": _told(r)} for r in new]


def _planned(termijnen: Iterable[Mapping]) -> str:
    """The advances in words."""
    return "; ".join(f"€ {bedrag_text(Decimal(one['bedrag']))} op {day_text(date.fromisoformat(one['op']), weekday=False)}"
                     for one in termijnen)


def _line(regel: Mapping) -> tuple:
    names = ("soort", "tekst", "grondslag", "verordening_artikel", "uiterlijk_on", "bewijs", "koppeling")
    return tuple(regel.get(name) or "" for name in names)


def _told(regel: Mapping, beside: Mapping | None = None) -> str:
    """A line in words; beside another with what differs of its day, its evidence, its article and what it serves."""
    told = [regel["tekst"].strip().removesuffix(".")]
    if beside is not None:
        config = load_config("subsidies")

        def differs(name):
            return (regel.get(name) or "") != (beside.get(name) or "")

        if differs("uiterlijk_on"):
            on = regel["uiterlijk_on"]
            told.append(f"Uiterlijk {day_text(date.fromisoformat(on), weekday=False)}" if on else "Voor de hele periode")
        if differs("bewijs"):
            told.append(f"Bewijs: {regel['bewijs'].strip().removesuffix('.')}")
        if differs("grondslag") or differs("verordening_artikel"):
            by = f", verordening artikel {regel['verordening_artikel']}" if regel["verordening_artikel"] else ""
            told.append(f"Artikel: {config['grondslag'][regel['grondslag']]['artikel']}{by}")
        if differs("koppeling"):
            told.append(f"Dient voor: {config['koppeling'][regel['koppeling']]['naam']}")
    return f"{'. '.join(told)}."


def neemt_af(subsidie: Subsidie, voorstel: Voorstel, hoogste: Decimal) -> bool:
    """Does the recipient lose something by this? Only then a ground of the law is needed, and stands in the decision."""
    return (voorstel.uitkomst == Beslissing.INTREKKEN or erbij(subsidie, hoogste) < 0
            or (voorstel.bedrag or Decimal(0)) < subsidie.verleend)


def gebreken(session, subsidie: Subsidie, voorstel: Voorstel, hoogste: Decimal, bij: queries.BijVoorstel) -> list[str]:
    """Why this cannot be changed or taken back like this; empty when it can."""
    gone = voorstel.uitkomst == Beslissing.INTREKKEN
    if not neemt_af(subsidie, voorstel, hoogste):
        return []
    ground = load_config("subsidies")["intrekking"].get(voorstel.grond)
    if ground is None:
        return ["Verlagen of intrekken kan alleen op een grond uit de wet. Kies die grond (Awb 4:48 en 4:50)."]
    faults = []
    if ground["werking"] == "vooruit":
        if gone:
            faults.append("Op deze grond gaat het alleen vooruit: verlaag het bedrag en kort de periode in (Awb 4:50).")
        else:
            faults += _vooruit_gebreken(subsidie, voorstel, ground)
        if ground.get("schade") and len(voorstel.schade.strip()) < 20:
            faults.append("Schrijf welke schade de gemeente vergoedt, of waarom er geen is (Awb 4:50, lid 2).")
    if voorstel.grond in OM_BEGROTING:
        faults += _budget_faults(session, subsidie, voorstel, bij.verlening)
    return faults + _gehoord(voorstel, bij)


def _vooruit_gebreken(subsidie: Subsidie, voorstel: Voorstel, ground: Mapping) -> list[str]:
    """Why this leaves the recipient no time: neither the period nor the lower amount counts before the reasonable term is over
    (Awb 4:50, lid 1)."""
    vanaf, tot = voorstel.lager_vanaf, voorstel.tot or subsidie.tot
    faults = [] if vanaf else ["Vul in vanaf welke dag het lagere bedrag telt (Awb 4:50, lid 1)."]
    if vanaf and vanaf > tot:
        faults.append("Het lagere bedrag telt pas na de laatste dag. Kies een dag in de periode.")
    fault = _te_kort(ground, min(vanaf or tot, tot))
    return [*faults, *([fault] if fault else [])]


def _budget_faults(session, subsidie: Subsidie, voorstel: Voorstel, holds: Besluit) -> list[str]:
    """A budget condition is invoked within four weeks after the budget was adopted, and stands in the grant (Awb 4:34)."""
    if not any(r["grondslag"] == "4-34" for r in holds.inhoud.get("regels", ())):
        return ["In de verlening staat geen begrotingsvoorbehoud (Awb 4:34, lid 1)."]
    if voorstel.grond == OM_BEGROTING[0] and (eerder := queries.vorig_jaar(session, subsidie)):
        return [f"De ontvanger kreeg in het jaar ervoor ook subsidie voor hetzelfde ({eerder}). Kies de grond die tijd geeft "
                "(Awb 4:34, lid 4)."]
    if voorstel.begroting_on is None:
        return ["Vul in wanneer de begroting is vastgesteld of goedgekeurd (Awb 4:34, lid 3)."]
    return [fault] if (fault := _vervallen(voorstel.begroting_on)) else []


def _vervallen(begroting_on: date) -> str | None:
    """Why the budget condition of this day lapsed."""
    last = compute(terms.rule("begrotingsvoorbehoud"), begroting_on).last_day
    if last < clock.today():
        return f"Een beroep op het begrotingsvoorbehoud kon tot en met {last:%d-%m-%Y}. Daarna vervalt het (Awb 4:34, lid 3)."
    return None


def _te_kort(ground: Mapping, on: date) -> str | None:
    """Why this counts, or ends, too soon for the recipient, counted from today."""
    first = clock.today() + timedelta(weeks=ground["weken"])
    if first > on:
        return f"Geef de ontvanger een redelijke termijn: tot ten minste {first:%d-%m-%Y} (Awb 4:50, lid 1)."
    return None


def obstakels(session, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    """Why a change or withdrawal that was proposed earlier cannot be signed today: a day went by, or money went out."""
    inhoud = besluit.inhoud
    faults = []
    if queries.betaald(session, subsidie.id) != Decimal(inhoud["wijzigt"]["betaald"]):
        faults.append(BETAALD_SINDS)
    ground = load_config("subsidies")["intrekking"].get(inhoud["grond"])
    days = [date.fromisoformat(inhoud[name]) for name in ("lager_vanaf", "tot") if inhoud.get(name)]
    if ground and ground["werking"] == "vooruit" and days and (fault := _te_kort(ground, min(days))):
        faults.append(fault)
    if inhoud.get("begroting_on") and (fault := _vervallen(date.fromisoformat(inhoud["begroting_on"]))):
        faults.append(fault)
    return faults


def _gehoord(voorstel: Voorstel, bij: queries.BijVoorstel) -> list[str]:
    """The recipient is heard where the ground rests on what it did not supply itself (Awb 4:8 and 4:12, lid 2)."""
    return horen.gebreken("wijziging", bij.zienswijze, eigen_feiten=voorstel.eigen_feiten, horen=voorstel.horen,
                          sinds=clock.day_of(bij.verlening.verzonden_at))


def uitvoeren(session, actor, subsidie: Subsidie, besluit: Besluit) -> None:
    """What the signature changes: ledger, amounts, lines and what still would be paid."""
    inhoud = besluit.inhoud
    gone = inhoud["uitkomst"] == Beslissing.INTREKKEN
    hoogste = Decimal(0) if gone else Decimal(inhoud["maximum"] or inhoud["bedrag"])
    plafond, more = queries.plafond_voor(session, subsidie), erbij(subsidie, hoogste)
    if more > 0:
        boek(session, actor, subsidie, plafond, Boeking.VASTLEGGEN, more, besluit)
    elif more < 0:
        boek(session, actor, subsidie, plafond, Boeking.VERMINDEREN, -more, besluit)
    subsidie.verleend = Decimal(0) if gone else Decimal(inhoud["bedrag"])
    subsidie.maximum = Decimal(inhoud["maximum"]) if inhoud.get("maximum") else None
    before = queries.geldende_regels(session, subsidie.id, behalve=besluit.id)
    if not gone:
        subsidie.van, subsidie.tot = date.fromisoformat(inhoud["van"]), date.fromisoformat(inhoud["tot"])
        subsidie.aantal = Decimal(inhoud["aantal"]) if inhoud["aantal"] else None
        regels = queries.regels(session, subsidie.id)
        neem_stand_over(before, regels)
        for regel in regels:
            regel.besluit_id = besluit.id
    settle(session)
    for regel in before:
        meet_term(session, subsidie, f"regel_{regel.id.hex}", on=clock.today())
    if not gone:
        uitvoering.regels_verwachten(session, subsidie, besluit)
    else:  # what was paid may be claimed back, for five years (Awb 4:57, lid 4)
        uitvoering.niets_meer_te_doen(session, subsidie)
        start_term(session, subsidie, terms.rule("terugvordering"), on=clock.today(), party_id=subsidie.eigenaar_id, taak="",
                   gevolg="Daarna kan de gemeente niets meer terugvorderen.")
    _drop_payments(session, subsidie)
    if inhoud["grond"]:  # less, or nothing any more: what the suspicion was about is decided
        uitvoering.stop_besloten(session, actor, subsidie)
    if gone or any(row["soort"] in ("bedrag", "maximum") for row in inhoud["verschil"]):
        steunregister.verwachten(session, subsidie, besluit)


def vervallend(betalingen: Iterable[Betaling], verleend: Decimal) -> list[Betaling]:
    """Payments that no longer fit within a grant of so much, in their order; what the finance system has goes on."""
    rows, found = list(betalingen), []
    left = verleend - sum((b.bedrag for b in rows if b.stand in (Betaalstand.AANGEBODEN, Betaalstand.BETAALD)), Decimal(0))
    for betaling in rows:
        if betaling.stand not in (Betaalstand.GEPLAND, Betaalstand.KLAARGEZET, Betaalstand.GOEDGEKEURD):
            continue
        if betaling.bedrag > left:
            found.append(betaling)
        else:
            left -= betaling.bedrag
    return found


def _drop_payments(session, subsidie: Subsidie) -> None:
    for betaling in vervallend(queries.betalingen(session, subsidie.id), subsidie.verleend):
        betaling.stand = Betaalstand.VERVALLEN
    if subsidie.state == State.VERLENING_INGETROKKEN:  # nothing is paid in advance or determined any more
        for other in queries.besluiten_van(session, subsidie.id):
            if other.soort in ("voorschot", "vaststelling") and other.state in besluiten.OPEN:
                work.vervalt(session, subsidie, other)
    settle(session)
