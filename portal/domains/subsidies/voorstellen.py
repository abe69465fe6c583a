"""The decision on an application, from proposal to grant or refusal: typed lines, money, checks, what the signature does.

A proposal is a working copy of the gemeente. Laying it before a reader freezes it in a besluit and reserves the money; sending
it back gives both free. Who drafts, reads and signs are three people, checked here and in the database.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from config import load as load_config
from portal.domains.subsidies import horen, queries, rules, steunregister, uitvoering, wijzigen, work
from portal.domains.subsidies.beschikking import (
    Brieven,
    argumenten_sinds,
    ondertekenen,
    opstellen,
    regeling_feiten,
    versturen,
)
from portal.domains.subsidies.model import (
    Boeking,
    Indiening,
    MaximumRij,
    RegelingPublicatie,
    State,
    Subsidie,
    Subsidieregel,
    Voorstel,
)
from portal.domains.subsidies.rules import Beslissing, Regelsoort, Staatssteun, Verdeling
from portal.domains.subsidies.usecases import boek, own_case, vrijgeven
from portal.domains.subsidies.workflow import STAP, SUBSIDIE, argumenten_beantwoord, mogelijk, zelf_geen_belang
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Termijn, load, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import DAY
from portal.kernel.money import bedrag_text
from portal.kernel.sentences import settle

SOORT = "subsidie"  # what a mandate must be for
ZONDER_DAG = "Vul in voor welke dag dit klaar is. Geldt het de hele periode? Vul dan de laatste dag van de periode in."
VOORSTEL_VELDEN = ("uitkomst", "grond", "motivering", "bedrag", "methode", "maximum", "aantal", "tarief", "van", "tot",
                   "termijnen", "rapportages", "begroting_on", "schade", "eigen_feiten", "horen", "steun", "staatssteun",
                   "lager_vanaf", "voornemen_on")


# Writing the proposal ----------------------------------------------------------------------------------------------------

def _writing(session, actor, subsidie_id) -> tuple[Subsidie, Voorstel]:
    """The proposal of an own case while it may change; it begins with what was asked and the lines of the template."""
    subsidie = own_case(session, actor, subsidie_id)
    if not mogelijk(subsidie):
        raise Refused("Een voorstel kan als de aanvraag is beoordeeld of niet is aangevuld, en over een subsidie die loopt.",
                      status=409)
    if queries.open_besluit(session, subsidie.id):
        raise Refused("Er ligt al een voorstel bij de lezer of de tekenaar.", status=409)
    if reason := zelf_geen_belang(subsidie, actor=actor):
        raise Refused(reason, status=403)
    voorstel = queries.voorstel(session, subsidie.id, lock=True)
    if voorstel is None:
        granted = subsidie.verleend is not None
        begin = wijzigen.beginwaarden(session, subsidie) if granted else {"bedrag": subsidie.gevraagd}
        voorstel = Voorstel(**under(subsidie, actor.party_id), uitkomst=mogelijk(subsidie)[0], aantal=subsidie.aantal,
                            van=subsidie.van, tot=subsidie.tot, geschreven_by=[actor.user_id], **begin)
        session.add(voorstel)
        settle(session)
        if granted:
            wijzigen.neem_regels_over(session, actor, subsidie)
        elif subsidie.state == State.BEOORDEELD:
            _take_template(session, actor, subsidie)
    if actor.user_id not in voorstel.geschreven_by:
        voorstel.geschreven_by = [*voorstel.geschreven_by, actor.user_id]
    return subsidie, voorstel


def _take_template(session, actor, subsidie: Subsidie) -> None:
    publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
    names = ("soort", "tekst", "grondslag", "verordening_artikel", "bewijs", "koppeling")
    # Inside a period ends before its last date; people read the last day.
    rows = [{name: row[name] for name in names} | {"uiterlijk_on": subsidie.tot - DAY}
            for row in publicatie.inhoud["inrichting"]["sjabloon"]]
    has = {row["grondslag"] for row in rows}
    rows += [boekjaar_velden(row, subsidie.tot) for row in boekjaar_regels(publicatie)
             if row["vanzelf"] and row["grondslag"] not in has]
    for number, row in enumerate(rows, start=1):
        session.add(Subsidieregel(**under(subsidie, actor.party_id), volgnummer=number, **row))
    settle(session)


def boekjaar_regels(publicatie: RegelingPublicatie) -> list[Mapping]:
    """What the law asks of who is subsidised per year, as lines for a grant (config/subsidies.toml, [[boekjaar_regel]]); none
    where afdeling 4.2.8 does not apply."""
    if not publicatie.inhoud["afdeling_4_2_8"]:
        return []
    return [row for row in load_config("subsidies")["boekjaar_regel"] if row["valid_from"] <= clock.today()]


def boekjaar_velden(row: Mapping, tot: date) -> dict:
    """The fields of such a line for a period that ends before `tot`: what belongs to the application for the determination is
    due with it (Awb 4:74)."""
    last = tot - DAY
    due = terms.compute(terms.rule("vaststellingsaanvraag"), last).last_day if row["bij_vaststelling"] else last
    return {"soort": Regelsoort.VERPLICHTING, "tekst": row["tekst"], "grondslag": row["grondslag"], "verordening_artikel": "",
            "bewijs": row["bewijs"], "koppeling": row["koppeling"], "uiterlijk_on": due}


def boekjaar_aanbod(publicatie: RegelingPublicatie, regels: Sequence[Subsidieregel]) -> list[Mapping]:
    """Which of these lines do not stand in the proposal: somebody took them out, or the grant decides about them."""
    has = {regel.grondslag for regel in regels}
    return [row for row in boekjaar_regels(publicatie) if row["grondslag"] not in has]


def beginnen(session, actor, subsidie_id, *, uitkomst: Beslissing | None = None) -> Voorstel:
    """The proposal, made with the lines of the template when there is none yet; of a grant that runs, with what holds now.
    `uitkomst`: what it is about, of what can be decided where the case stands."""
    subsidie, voorstel = _writing(session, actor, subsidie_id)
    if uitkomst is not None:
        _past(subsidie, uitkomst)
        voorstel.uitkomst = uitkomst
    settle(session)
    return voorstel


def _past(subsidie: Subsidie, uitkomst: str) -> None:
    if uitkomst not in mogelijk(subsidie):
        raise Refused("Dit besluit past niet bij waar de aanvraag nu staat.", status=409)


def weggooien(session, actor, subsidie_id) -> None:
    """Stop a change or a withdrawal that was not laid before anybody: the working copy and its lines go, what holds stays."""
    subsidie, voorstel = _writing(session, actor, subsidie_id)
    if subsidie.verleend is None:
        raise Refused("Over deze aanvraag moet u nog besluiten. Pas het voorstel aan.", status=409)
    for regel in queries.regels(session, subsidie.id):
        session.delete(regel)
    session.delete(voorstel)
    work.done(session, subsidie, "werk_voorstellen")
    settle(session)


def bewaren(session, actor, subsidie_id, **velden) -> Voorstel:
    """Keep the facts of the proposal (VOORSTEL_VELDEN) as far as they are; `controles` says what still lacks."""
    subsidie, voorstel = _writing(session, actor, subsidie_id)
    if velden.get("uitkomst"):
        _past(subsidie, velden["uitkomst"])
    if velden.get("bedrag") is not None and velden["bedrag"] > subsidie.gevraagd:
        raise Refused(f"Er is € {bedrag_text(subsidie.gevraagd)} gevraagd. Meer verlenen kan niet.")
    for name, value in velden.items():
        if name not in VOORSTEL_VELDEN:
            raise NotFound()
        setattr(voorstel, name, value)
    settle(session)
    return voorstel


def regel_bewaren(session, actor, subsidie_id, *, soort: Regelsoort, tekst: str, grondslag: str, bewijs: str, koppeling: str,
                  verordening_artikel: str = "", uiterlijk_on: date | None = None,
                  regel_id: uuid.UUID | None = None) -> Subsidieregel:
    """Add or change one typed line. Refused without its article, its day or its evidence; an obligation beside the aim needs
    the article of the ordinance."""
    subsidie, _voorstel = _writing(session, actor, subsidie_id)
    publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
    faults = rules.regel_gebreken(soort, grondslag, verordening_artikel, **regelkader(publicatie.inhoud))
    faults += [words for value, words in ((tekst, "Schrijf de regel."), (bewijs, "Schrijf waaruit blijkt dat het is gedaan."))
               if not value.strip()]
    if uiterlijk_on is None:
        faults.append(ZONDER_DAG)
    if koppeling not in load_config("subsidies")["koppeling"]:
        faults.append("Kies de eis van de Wmo of het kwaliteitscriterium waar deze regel voor dient.")
    if faults:
        raise Refused(*faults)
    if regel_id is None:
        last = max((r.volgnummer for r in queries.regels(session, subsidie.id)), default=0)
        regel = Subsidieregel(**under(subsidie, actor.party_id), volgnummer=last + 1)
        session.add(regel)
    else:
        regel = _draft_line(session, subsidie, regel_id)
    regel.soort, regel.tekst, regel.grondslag, regel.bewijs = soort, tekst.strip(), grondslag, bewijs.strip()
    regel.koppeling, regel.verordening_artikel, regel.uiterlijk_on = koppeling, verordening_artikel.strip(), uiterlijk_on
    settle(session)
    return regel


def regelkader(inhoud: Mapping) -> dict:
    """What a scheme (its public content) means for the lines of a grant, as rules.regel_gebreken takes it."""
    return {"op_verordening": inhoud["grondslag"] == rules.Grondslag.WETTELIJK, "afdeling": inhoud["afdeling_4_2_8"]}


def regel_weghalen(session, actor, subsidie_id, regel_id) -> None:
    """Take a line out of the proposal."""
    subsidie, _voorstel = _writing(session, actor, subsidie_id)
    session.delete(_draft_line(session, subsidie, regel_id))
    settle(session)


def _draft_line(session, subsidie: Subsidie, regel_id) -> Subsidieregel:
    regel = load(session, Subsidieregel, regel_id, lock=True)
    if regel.dossier_id != subsidie.id or regel.besluit_id is not None:
        raise NotFound()
    return regel


# The checks --------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Controle:
    """One check before a proposal goes on: what it is about, and what is wrong (empty: in order)."""

    tekst: str
    gebreken: tuple[str, ...] = ()

    @property
    def goed(self) -> bool:
        """Is nothing wrong?"""
        return not self.gebreken


def controles(session, subsidie: Subsidie, voorstel: Voorstel, publicatie: RegelingPublicatie, bij: queries.BijVoorstel
              ) -> list[Controle]:
    """Everything that must hold before this is laid before a reader, with what is wrong: the page shows it, the step asks
    it. `bij`: what it rests on, as it is now."""
    found = [Controle("De argumenten van de aanvrager zijn beantwoord",
                      _one(argumenten_beantwoord(subsidie, open_argumenten=bij.open_argumenten)))]
    if voorstel.uitkomst == Beslissing.VERLENEN:
        found += _grant_checks(session, subsidie, voorstel, publicatie, bij)
        return found + _refusal_checks(session, subsidie, voorstel, publicatie, bij) if deels(subsidie, voorstel) else found
    if voorstel.uitkomst == Beslissing.WIJZIGEN:
        found += _grant_checks(session, subsidie, voorstel, publicatie, bij)
        rows = verandering(bij.verlening, voorstel, bij.regels)
        found.append(Controle("Er verandert iets", () if rows else ("Dit is hetzelfde als wat er nu geldt.",)))
    if voorstel.uitkomst in (Beslissing.WIJZIGEN, Beslissing.INTREKKEN):
        if voorstel.uitkomst == Beslissing.INTREKKEN:
            found.append(Controle("Er is een motivering", tuple(_reason_faults(voorstel))))
        return [*found, Controle("Verlagen of intrekken mag", tuple(
            wijzigen.gebreken(session, subsidie, voorstel, _hoogste_bedrag(voorstel), bij)))]
    found.append(Controle("Er is een motivering", tuple(_reason_faults(voorstel))))
    if voorstel.uitkomst == Beslissing.WEIGEREN:
        return found + _refusal_checks(session, subsidie, voorstel, publicatie, bij)
    return [*found, Controle("Het besluit is op tijd", _one(_t4_fault(bij.niet_behandelen)))]


def deels(subsidie: Subsidie, voorstel: Voorstel) -> bool:
    """Does this grant less than what was asked? The rest is refused then, like any refusal (Awb 4:7, 4:25 and 4:35)."""
    return (voorstel.uitkomst == Beslissing.VERLENEN and voorstel.bedrag is not None
            and _hoogste_bedrag(voorstel) < subsidie.gevraagd)


def _refusal_checks(session, subsidie, voorstel, publicatie, bij: queries.BijVoorstel) -> list[Controle]:
    """What a refusal needs, of everything or of a part: a ground that holds, and the hearing."""
    part = voorstel.uitkomst == Beslissing.VERLENEN
    ground = load_config("subsidies")["weigering"].get(voorstel.grond)
    if ground is None:
        asked = bedrag_text(subsidie.gevraagd)
        words = (f"Er is € {asked} gevraagd. Wat u niet verleent, weigert u. Kies op welke grond." if part else
                 "Kies op welke grond u weigert.",)
    else:
        words = tuple(_announced_faults(subsidie, voorstel, ground))
        if voorstel.steun == STEUN_MAG_NIET and voorstel.grond != STEUN_GROND:
            words += ("U vond dat dit staatssteun is die niet mag. Weiger dan op Awb 4:35, lid 3. Klopt dat niet? Kies "
                      "verlenen en verander daar wat u over staatssteun vond.",)
    found = [Controle("Er is een grond voor wat u weigert", words),
             Controle("De aanvrager is gehoord waar dat moet", tuple(horen.gebreken(
                 "weigering", bij.zienswijze, eigen_feiten=voorstel.eigen_feiten, horen=voorstel.horen)))]
    if voorstel.grond in OM_PLAFOND:
        found.append(Controle("Het plafond is bereikt", _one(
            _ceiling_fault(session, subsidie, voorstel, publicatie, bij.plafond))))
    return found


# The grounds that rest on the ceiling, and what leaves only one ground (Awb 4:35, lid 3).
OM_PLAFOND = ("plafond", "rangorde")
STEUN_MAG_NIET, STEUN_GROND = "niet", "staatssteun"


def _announced_faults(subsidie: Subsidie, voorstel: Voorstel, ground: Mapping) -> list[str]:
    """Who was subsidised for three years or more is told in time (Awb 4:51); without that a part is granted first."""
    if not ground.get("weken"):
        return []
    if voorstel.voornemen_on is None:
        return ["Vul in wanneer u bekendmaakte dat u de subsidie wilde weigeren of verlagen (Awb 4:51)."]
    if voorstel.voornemen_on > clock.today():
        return ["De dag waarop u het voornemen bekendmaakte, ligt in de toekomst."]
    until = voorstel.voornemen_on + timedelta(weeks=ground["weken"])
    if voorstel.uitkomst == Beslissing.WEIGEREN and until > subsidie.van:
        return [f"De redelijke termijn loopt tot {until:%d-%m-%Y}. Verleen voor de rest van die termijn (Awb 4:51, lid 2)."]
    return []


def _ceiling_fault(session, subsidie: Subsidie, voorstel: Voorstel, publicatie: RegelingPublicatie, plafond) -> str | None:
    """Why the ceiling, or the order under it, is no ground to refuse: what was asked still fits (Awb 4:25, lid 2)."""
    if plafond is None:
        return "Er is geen subsidieplafond voor deze periode. Weigeren om het plafond kan dan niet."
    then = queries.ruimte_na_bezwaar(session, subsidie.id, plafond.id)
    over = then if then is not None else plafond.over
    verdeling = publicatie.inhoud["verdeling"]
    others = [] if then is not None else queries.wachtenden(session, subsidie, plafond, publicatie.inhoud["volgorde_compleet"])
    mine = _wachtende(subsidie, publicatie, subsidie.gevraagd)
    if voorstel.grond == "rangorde":
        if verdeling == Verdeling.VOLGORDE:
            return "Bij deze regeling is er geen rangorde: de volgorde van ontvangst telt. Weiger op Awb 4:25, lid 2."
        if subsidie.rang is None:
            return "De rangorde is nog niet vastgesteld. Stel haar eerst vast."
    if subsidie.gevraagd > over or (then is None and rules.ruimte_gebrek(mine, others, verdeling, over)):
        return None
    return f"Er is nog € {bedrag_text(over)} over. Weigeren om het plafond kan dan niet."


def _one(fault: str | None) -> tuple[str, ...]:
    return (fault,) if fault else ()


def _t4_fault(termijn: Termijn | None) -> str | None:
    """Not handling is only possible within four weeks (Awb 4:5, lid 4)."""
    if termijn is None or termijn.due_on < clock.today():
        return ("De vier weken van Awb 4:5, lid 4 zijn voorbij. De aanvraag niet behandelen kan niet meer. Behandel haar toch.")
    return None


def _reason_faults(voorstel: Voorstel) -> list[str]:
    return [] if len(voorstel.motivering.strip()) >= 20 else ["Schrijf waarom, zo dat de aanvrager het begrijpt."]


def _grant_checks(session, subsidie, voorstel, publicatie, bij: queries.BijVoorstel) -> list[Controle]:
    inhoud, regels = publicatie.inhoud, bij.regels
    results = [r for r in regels if r.soort == Regelsoort.RESULTAAT]
    lines = [fault for r in regels for fault in rules.regel_gebreken(r.soort, r.grondslag, r.verordening_artikel,
                                                                     **regelkader(inhoud))]
    return [
        Controle("Er is een motivering", tuple(_reason_faults(voorstel))),
        Controle("Minstens één resultaat", () if results else (
            "Er staat nog geen resultaat in. Een verlening noemt wat er wordt bereikt (Awb 4:30).",)),
        Controle("Elke regel heeft een artikel en een dag", tuple(lines) + tuple(
            f"{kenmerk(r, regels)}: {ZONDER_DAG}" for r in regels if r.uiterlijk_on is None)),
        Controle("Bedrag, methode en periode", tuple(_amount_faults(subsidie, voorstel))),
        Controle("Bedrag past in het plafond", _one(_room_fault(session, subsidie, voorstel, publicatie, bij.plafond))),
        Controle("Bedrag past onder het maximum van het college", _one(_cap_fault(subsidie, voorstel, bij.maxima))),
        Controle("Er is gekeken naar staatssteun", tuple(_aid_faults(session, subsidie, voorstel, inhoud, bij.inhoud))),
    ]


def _amount_faults(subsidie: Subsidie, voorstel: Voorstel) -> list[str]:
    """Awb 4:30 to 4:32: an amount, or a way to calculate it with a maximum; a period."""
    faults = []
    if voorstel.bedrag is None or voorstel.bedrag <= 0:
        faults.append("Vul het bedrag in.")
    elif voorstel.bedrag > subsidie.gevraagd:
        faults.append(f"Er is € {bedrag_text(subsidie.gevraagd)} gevraagd. Meer verlenen kan niet.")
    if bool(voorstel.methode.strip()) != (voorstel.maximum is not None):
        faults.append("Een manier om het bedrag te berekenen hoort bij een maximum, en andersom (Awb 4:31, lid 2).")
    if voorstel.maximum is not None and voorstel.bedrag is not None and voorstel.maximum < voorstel.bedrag:
        faults.append("Het maximum is lager dan het bedrag.")
    if voorstel.van is None or voorstel.tot is None or not voorstel.van < voorstel.tot:
        faults.append("Vul de periode in: de eerste en de laatste dag (Awb 4:32).")
    if voorstel.bedrag is not None and (fault := rules.termijnen_gebrek(voorstel.termijnen, voorstel.bedrag)):
        faults.append(fault)
    return faults


def _hoogste_bedrag(voorstel: Voorstel) -> Decimal:
    """What this grant may cost at most: the ceiling must hold that."""
    return voorstel.maximum if voorstel.maximum is not None else voorstel.bedrag or Decimal(0)


def gewicht(subsidie: Subsidie, voorstel: Voorstel) -> Decimal | None:
    """How much money this decision is about: the mandate and the second reader go by it. Who refuses, or grants a part, decides
    about all that was asked; who lowers or takes back a grant about all of it. None where no money is at stake."""
    if voorstel.uitkomst == Beslissing.NIET_BEHANDELEN:
        return None
    new = _hoogste_bedrag(voorstel) if voorstel.uitkomst in (Beslissing.VERLENEN, Beslissing.WIJZIGEN) else None
    if voorstel.uitkomst not in (Beslissing.WIJZIGEN, Beslissing.INTREKKEN):
        return max(new or Decimal(0), subsidie.gevraagd)
    return max(new or Decimal(0), subsidie.maximum if subsidie.maximum is not None else subsidie.verleend)


def _wachtende(subsidie: Subsidie, publicatie: RegelingPublicatie, bedrag: Decimal) -> rules.Wachtende:
    telt = subsidie.compleet_on if publicatie.inhoud["volgorde_compleet"] else subsidie.ontvangen_on
    return rules.Wachtende(subsidie.volgnummer, bedrag, telt, subsidie.rang)


def _room_fault(session, subsidie, voorstel, publicatie, plafond) -> str | None:
    if plafond is None:
        return "Voor deze periode is er geen subsidieplafond vastgesteld. Stel dat eerst vast."
    if voorstel.uitkomst == Beslissing.WIJZIGEN:
        more = wijzigen.erbij(subsidie, _hoogste_bedrag(voorstel))
        return None if more <= plafond.over else (
            f"Dit past niet in het subsidieplafond: er is nog € {bedrag_text(plafond.over)} en er komt € {bedrag_text(more)} "
            "bij.")
    then = queries.ruimte_na_bezwaar(session, subsidie.id, plafond.id)
    if then is not None:
        most = _hoogste_bedrag(voorstel)
        return None if most <= then else (
            f"Bij het eerste besluit was er nog € {bedrag_text(then)} in het plafond. Meer verlenen kan ook na bezwaar niet "
            "(Awb 4:25, lid 3).")
    others = queries.wachtenden(session, subsidie, plafond, publicatie.inhoud["volgorde_compleet"])
    return rules.ruimte_gebrek(_wachtende(subsidie, publicatie, _hoogste_bedrag(voorstel)), others,
                               publicatie.inhoud["verdeling"], plafond.over)


def _cap_fault(subsidie: Subsidie, voorstel: Voorstel, maxima: Sequence[MaximumRij]) -> str | None:
    """What the college set as the most (requirements B6); a cent above it is refused."""
    cap = queries.hoogste(maxima, subsidie, clock.today())
    if cap is None or cap.past(_hoogste_bedrag(voorstel), voorstel.aantal):
        return None
    per = " per eenheid" if cap.per_eenheid else ""
    return (f"Het college subsidieert in {cap.jaar} ten hoogste € {bedrag_text(cap.bedrag)}{per} ({cap.besluit}). "
            f"Dit voorstel is € {bedrag_text(_hoogste_bedrag(voorstel))}.")


def _aid_faults(session, subsidie: Subsidie, voorstel: Voorstel, inhoud: Mapping, gevraagd: Indiening) -> list[str]:
    """The hard gate of Awb 4:35, lid 3: somebody looked and chose, and small aid stays within its three years. `gevraagd`: what
    the applicant told."""
    found = load_config("subsidies")["steun"].get(voorstel.steun)
    if found is not None and not found["mag"]:
        return ["Dit is staatssteun die niet mag. Trek de subsidie in, of maak er steun van die wel mag." if
                voorstel.uitkomst == Beslissing.WIJZIGEN else
                "Dit is staatssteun die niet mag. U kunt dan alleen weigeren (Awb 4:35, lid 3)."]
    faults = [] if found else ["Kies wat u over staatssteun vond."]
    if len(voorstel.staatssteun.strip()) < 10:
        faults.append("Schrijf waarom dit geen staatssteun is, of waarom die mag (Awb 4:35, lid 3).")
    if found and found.get("regeling", inhoud["staatssteun"]) != inhoud["staatssteun"]:
        faults.append("Deze regeling vroeg de aanvrager niet naar deze kleine steun. Dan weet u niet of er nog ruimte is.")
    small = found.get("register") if found else inhoud["staatssteun"] != Staatssteun.GEEN
    if small and voorstel.bedrag is not None:
        declared = Decimal(gevraagd.inhoud["gegevens"].get("steun_eerder") or "0")
        known = queries.steun_bekend(session, subsidie)
        day = clock.today()
        earlier = [(day, max(declared, rules.de_minimis(known, day).eerder))]
        room = rules.de_minimis(earlier, day, daeb=inhoud["staatssteun"] == Staatssteun.DAEB)
        if not room.past(_hoogste_bedrag(voorstel)):
            faults.append(f"De aanvrager kreeg in drie jaar al € {bedrag_text(room.eerder)} kleine steun. Er is nog ruimte "
                          f"voor € {bedrag_text(room.over)}. Meer mag niet (grens: € {bedrag_text(room.plafond)}).")
    return faults


# Draft, read, sign -------------------------------------------------------------------------------------------------------

def voorleggen(session, actor, subsidie_id) -> Besluit:
    """Lay the proposal before the second reader, or the signer: frozen from here on, and its money reserved under the lock of
    the ceiling."""
    subsidie, voorstel = _writing(session, actor, subsidie_id)
    publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
    bij = queries.bij_voorstel(session, subsidie, actor.user_id)
    plafond = bij.plafond
    if faults := [fault for one in controles(session, subsidie, voorstel, publicatie, bij) for fault in one.gebreken]:
        raise Refused(*faults)
    bedrag = gewicht(subsidie, voorstel)
    reserve = _hoogste_bedrag(voorstel) if voorstel.uitkomst == Beslissing.VERLENEN else None
    if voorstel.uitkomst == Beslissing.WIJZIGEN:
        reserve = wijzigen.erbij(subsidie, _hoogste_bedrag(voorstel))
    stand = {"bedrag": str(plafond.bedrag), "gereserveerd": str(plafond.gereserveerd), "vastgelegd": str(plafond.vastgelegd),
             "op": clock.today().isoformat()} if plafond else None
    if reserve and reserve > 0:
        boek(session, actor, subsidie, plafond, Boeking.RESERVEREN, reserve)
    return opstellen(session, actor, subsidie, soort=SOORT, onderwerp=ONDERWERP[voorstel.uitkomst], bedrag=bedrag,
                     inhoud=inhoud_van(session, subsidie, voorstel, publicatie, bij) | {
                         "plafond": stand, "schrijvers": [str(one) for one in voorstel.geschreven_by]},
                     gebeurtenis="intern:voorleggen", klaar=(
                         "werk_voorstellen", "werk_behandelen", "werk_ontvangen", "werk_herzien"))


# What the decision is about: it reads well before and after the signature.
ONDERWERP = {Beslissing.VERLENEN: "Verlening van subsidie", Beslissing.WEIGEREN: "Weigering van subsidie",
             Beslissing.NIET_BEHANDELEN: "Aanvraag niet in behandeling", Beslissing.WIJZIGEN: "Wijziging van subsidie",
             Beslissing.INTREKKEN: "Intrekking van subsidie"}


def inhoud_van(session, subsidie: Subsidie, voorstel: Voorstel, publicatie: RegelingPublicatie, bij: queries.BijVoorstel
               ) -> dict:
    """What is decided, as data that never changes: the letter is made from this. `bij`: what the proposal rests on."""
    facts = {"uitkomst": voorstel.uitkomst, "motivering": voorstel.motivering, "grond": voorstel.grond,
             "eigen_feiten": voorstel.eigen_feiten, "horen": voorstel.horen, "steun": voorstel.steun,
             "staatssteun": voorstel.staatssteun, "gevraagd": str(subsidie.gevraagd), **_product(publicatie, subsidie.product),
             "regeling": regeling_feiten(publicatie),
             "argumenten": [{"tekst": a.tekst, "antwoord": a.antwoord} for a in queries.argumenten(session, subsidie.id)],
             "beoordeling": [{"criterium": b.criterium, "punten": str(b.punten), "motivering": b.motivering}
                             for b in queries.beoordelingen(session, subsidie.id).values()]}
    holds = bij.verlening if subsidie.verleend is not None else None
    if holds is not None:
        facts["wijzigt"] = {"onderwerp": holds.onderwerp, "verzonden_on": clock.day_of(holds.verzonden_at).isoformat(),
                            "verleend": str(subsidie.verleend), "betaald": str(bij.betaald)}
        facts["argumenten"] = argumenten_sinds(session, subsidie)
        if not wijzigen.neemt_af(subsidie, voorstel, _hoogste_bedrag(voorstel)):
            # More, or longer, needs no ground: what was chosen before that was typed is no part of it.
            facts |= {"grond": "", "eigen_feiten": None, "horen": ""}
        ground = load_config("subsidies")["intrekking"].get(facts["grond"], {})
        facts["schade"] = voorstel.schade.strip() if ground.get("schade") else ""
        facts["begroting_on"] = _text(voorstel.begroting_on) if facts["grond"] in wijzigen.OM_BEGROTING else None
        facts["lager_vanaf"] = _text(voorstel.lager_vanaf) if ground.get("werking") == "vooruit" else None
    elif voorstel.uitkomst == Beslissing.VERLENEN:
        if deels(subsidie, voorstel):
            facts["geweigerd"] = str(subsidie.gevraagd - _hoogste_bedrag(voorstel))
        else:  # what was chosen for a refusal before this is no part of a grant of all that was asked
            facts |= {"grond": "", "eigen_feiten": None, "horen": ""}
    if load_config("subsidies")["weigering"].get(facts["grond"], {}).get("weken"):
        facts["voornemen_on"] = _text(voorstel.voornemen_on)
    if voorstel.uitkomst not in (Beslissing.VERLENEN, Beslissing.WIJZIGEN):
        return facts
    facts |= _grant_facts(voorstel, bij.regels)
    return facts | {"verschil": wijzigen.verschil(holds.inhoud, facts)} if holds is not None else facts


def _text(value) -> str | None:
    return str(value) if isinstance(value, Decimal) else value.isoformat() if value else None


def _grant_facts(voorstel: Voorstel, regels: Sequence[Subsidieregel]) -> dict:
    """What a grant, or a changed one, says: amount, period, payments and lines."""
    return {
        "bedrag": _text(voorstel.bedrag), "methode": voorstel.methode, "maximum": _text(voorstel.maximum),
        "aantal": _text(voorstel.aantal), "tarief": _text(voorstel.tarief), "van": _text(voorstel.van),
        "tot": _text(voorstel.tot), "termijnen": list(voorstel.termijnen), "rapportages": list(voorstel.rapportages),
        "regels": [{"id": str(r.id), "nummer": kenmerk(r, regels), "soort": r.soort, "tekst": r.tekst, "grondslag": r.grondslag,
                    "verordening_artikel": r.verordening_artikel, "uiterlijk_on": _text(r.uiterlijk_on), "bewijs": r.bewijs,
                    "koppeling": r.koppeling} for r in regels]}


def verandering(holds: Besluit, voorstel: Voorstel, regels: Sequence[Subsidieregel]) -> list[dict]:
    """What this change makes different from the grant that holds, as `wijzigen.verschil` gives it: for who drafts."""
    return wijzigen.verschil(holds.inhoud, _grant_facts(voorstel, regels))


def _product(publicatie: RegelingPublicatie, code: str) -> dict:
    """What the product is called and counted in, as it was when this was decided."""
    found = next((p for p in publicatie.inhoud["inrichting"]["producten"] if p["code"] == code), {})
    return {"product": code, "product_naam": found.get("naam", code), "eenheid": found.get("eenheid", "")}


LETTERS = {Regelsoort.RESULTAAT: "R", Regelsoort.VERPLICHTING: "V", Regelsoort.VOORWAARDE: "B"}


def kenmerk(regel: Subsidieregel, regels: Sequence[Subsidieregel]) -> str:
    """How people call a line: R1, V2, B1."""
    same = [r.id for r in regels if r.soort == regel.soort]
    return f"{LETTERS[regel.soort]}{same.index(regel.id) + 1}"


# Signed ------------------------------------------------------------------------------------------------------------------

def getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: the step of the case, the money, the lines, the letter."""
    inhoud = besluit.inhoud
    if inhoud["uitkomst"] == Beslissing.NIET_BEHANDELEN and (
            fault := _t4_fault(queries.termijn(session, subsidie.id, "buiten_behandeling", open_only=True))):
        raise Refused(fault, status=409)
    if inhoud["uitkomst"] in (Beslissing.WIJZIGEN, Beslissing.INTREKKEN) and besluit.state in besluiten.OPEN and (
            faults := wijzigen.obstakels(session, subsidie, besluit)):
        raise Refused(*faults, status=409)
    handtekening = ondertekenen(session, actor, besluit)
    SUBSIDIE.perform(subsidie, STAP[inhoud["uitkomst"]], actor, record={
        "besluit": besluit.id, "bedrag": inhoud.get("bedrag"), **handtekening.feiten})
    if inhoud["uitkomst"] == Beslissing.VERLENEN:
        _grant(session, actor, subsidie, besluit)
    elif inhoud["uitkomst"] in (Beslissing.WIJZIGEN, Beslissing.INTREKKEN):
        wijzigen.uitvoeren(session, actor, subsidie, besluit)
    else:
        vrijgeven(session, actor, subsidie)
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="Wij hebben besloten over uw aanvraag. In de brief staat wat wij besloten, waarom, en wat u kunt doen.")
    if inhoud["uitkomst"] == Beslissing.VERLENEN:
        uitvoering.beginnen(session, actor, subsidie, besluit)
        steunregister.verwachten(session, subsidie, besluit)
    elif inhoud["uitkomst"] == Beslissing.INTREKKEN and queries.betaald(session, subsidie.id):
        work.wait_for(session, subsidie, "werk_terugvorderen")
    if "regels" not in inhoud:  # lines that were written for a grant that did not come
        for regel in queries.regels(session, subsidie.id):
            session.delete(regel)
    if working := queries.voorstel(session, subsidie.id):
        session.delete(working)


def _grant(session, actor, subsidie: Subsidie, besluit: Besluit) -> None:
    """From proposal to grant: the money is booked, the lines belong to the decision and stay as they are."""
    inhoud = besluit.inhoud
    hoogste = Decimal(inhoud["maximum"] or inhoud["bedrag"])
    boek(session, actor, subsidie, queries.plafond_voor(session, subsidie), Boeking.VASTLEGGEN, hoogste, besluit)
    subsidie.verleend = Decimal(inhoud["bedrag"])
    subsidie.maximum = Decimal(inhoud["maximum"]) if inhoud["maximum"] else None
    subsidie.van, subsidie.tot = date.fromisoformat(inhoud["van"]), date.fromisoformat(inhoud["tot"])
    subsidie.aantal = Decimal(inhoud["aantal"]) if inhoud["aantal"] else None
    for regel in queries.regels(session, subsidie.id):
        regel.besluit_id = besluit.id
    settle(session)


def teruggestuurd(session, actor, subsidie: Subsidie) -> None:
    """The proposal can be changed again; its money comes free."""
    vrijgeven(session, actor, subsidie)
    work.wait_for(session, subsidie, "werk_voorstellen")
