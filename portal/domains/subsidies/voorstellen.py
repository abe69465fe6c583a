"""From proposal to decision: typed lines, the money, the checks, and then draft, second reader, signature, letter.

A proposal is a working copy of the gemeente. Laying it before a reader freezes it in a besluit and reserves the money; sending
it back gives both free. Who drafts, reads and signs are three people, checked here and in the database.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from config import load as load_config
from portal.domains.subsidies import queries, rules, work
from portal.domains.subsidies.model import (
    Boeking,
    Plafond,
    RegelingPublicatie,
    State,
    Subsidie,
    Subsidieregel,
    Voorstel,
)
from portal.domains.subsidies.rules import Beslissing, Regelsoort, Staatssteun
from portal.domains.subsidies.usecases import boek, own_case, vrijgeven
from portal.domains.subsidies.workflow import STAP, SUBSIDIE, argumenten_beantwoord, mogelijk, zelf_geen_belang
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Aard, Besluit, Rechtsmiddel
from portal.kernel.documents import Stuk, keep
from portal.kernel.dossier import load, start_term, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import DAY
from portal.kernel.money import bedrag_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.terms import compute
from portal.tenants.model import Gemeente

SOORT = "subsidie"  # what a mandate must be for
SOORT_BRIEF = "besluitbrief"
VOORSTEL_VELDEN = ("uitkomst", "grond", "motivering", "bedrag", "methode", "maximum", "aantal", "tarief", "van", "tot",
                   "termijnen", "eigen_feiten", "horen", "staatssteun")


# Writing the proposal ----------------------------------------------------------------------------------------------------

def _writing(session, actor, subsidie_id) -> tuple[Subsidie, Voorstel]:
    """The proposal of an own case while it may change; it begins with what was asked and the lines of the template."""
    subsidie = own_case(session, actor, subsidie_id)
    if not mogelijk(subsidie):
        raise Refused("Een voorstel kan pas als de aanvraag is beoordeeld, of niet is aangevuld.", status=409)
    if queries.open_besluit(session, subsidie.id):
        raise Refused("Er ligt al een voorstel bij de lezer of de tekenaar.", status=409)
    if reason := zelf_geen_belang(subsidie, actor=actor):
        raise Refused(reason, status=403)
    voorstel = queries.voorstel(session, subsidie.id, lock=True)
    if voorstel is None:
        voorstel = Voorstel(**under(subsidie, actor.party_id), uitkomst=mogelijk(subsidie)[0], bedrag=subsidie.gevraagd,
                            aantal=subsidie.aantal, van=subsidie.van, tot=subsidie.tot, geschreven_by=[actor.user_id])
        session.add(voorstel)
        settle(session)
        if subsidie.state == State.BEOORDEELD:
            _take_template(session, actor, subsidie)
    if actor.user_id not in voorstel.geschreven_by:
        voorstel.geschreven_by = [*voorstel.geschreven_by, actor.user_id]
    return subsidie, voorstel


def _take_template(session, actor, subsidie: Subsidie) -> None:
    publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
    names = ("soort", "tekst", "grondslag", "verordening_artikel", "bewijs", "koppeling")
    for number, row in enumerate(publicatie.inhoud["inrichting"]["sjabloon"], start=1):
        # Inside a period ends before its last date; people read the last day.
        session.add(Subsidieregel(**under(subsidie, actor.party_id), volgnummer=number, uiterlijk_on=subsidie.tot - DAY,
                                  **{name: row[name] for name in names}))
    settle(session)


def beginnen(session, actor, subsidie_id) -> Voorstel:
    """The proposal, made with the lines of the template when there is none yet."""
    _subsidie, voorstel = _writing(session, actor, subsidie_id)
    settle(session)
    return voorstel


def bewaren(session, actor, subsidie_id, **velden) -> Voorstel:
    """Keep the facts of the proposal (VOORSTEL_VELDEN) as far as they are; `controles` says what still lacks."""
    subsidie, voorstel = _writing(session, actor, subsidie_id)
    if velden.get("uitkomst") and velden["uitkomst"] not in mogelijk(subsidie):
        raise Refused("Dit besluit past niet bij waar de aanvraag nu staat.", status=409)
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
    """Add or change one typed line. Refused without its article; an obligation beside the aim needs that of the ordinance."""
    subsidie, _voorstel = _writing(session, actor, subsidie_id)
    faults = rules.regel_gebreken(soort, grondslag, verordening_artikel)
    faults += [words for value, words in ((tekst, "Schrijf de regel."), (bewijs, "Schrijf waaruit blijkt dat het is gedaan."))
               if not value.strip()]
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


def controles(session, subsidie: Subsidie, voorstel: Voorstel, regels: Sequence[Subsidieregel],
              publicatie: RegelingPublicatie, plafond: Plafond | None) -> list[Controle]:
    """Everything that must hold before this is laid before a reader, with what is wrong: the page shows it, the step asks
    it."""
    open_argumenten = queries.open_argumenten(session, subsidie.id)
    found = [Controle("De argumenten van de aanvrager zijn beantwoord",
                      _one(argumenten_beantwoord(subsidie, open_argumenten=open_argumenten)))]
    if voorstel.uitkomst == Beslissing.VERLENEN:
        return found + _grant_checks(session, subsidie, voorstel, regels, publicatie, plafond)
    found.append(Controle("Er is een grond en een motivering", tuple(_ground_faults(voorstel))))
    if voorstel.uitkomst == Beslissing.WEIGEREN:
        found.append(Controle("De aanvrager is gehoord waar dat moet", tuple(_hearing_faults(session, subsidie, voorstel))))
        if voorstel.grond == "plafond" and plafond is not None:
            others = queries.wachtenden(session, subsidie, publicatie.inhoud["volgorde_compleet"])
            full = rules.ruimte_gebrek(_wachtende(subsidie, publicatie, subsidie.gevraagd), others,
                                       publicatie.inhoud["verdeling"], plafond.over)
            found.append(Controle("Het plafond is bereikt", () if full else (
                f"Er is nog € {bedrag_text(plafond.over)} over. Weigeren om het plafond kan dan niet.",)))
    else:
        found.append(Controle("Het besluit is op tijd", _one(_t4_fault(session, subsidie))))
    return found


def _one(fault: str | None) -> tuple[str, ...]:
    return (fault,) if fault else ()


def _t4_fault(session, subsidie: Subsidie) -> str | None:
    """Not handling is only possible within four weeks (Awb 4:5, lid 4)."""
    termijn = queries.termijn(session, subsidie.id, "buiten_behandeling", open_only=True)
    if termijn is None or termijn.due_on < clock.today():
        return ("De vier weken van Awb 4:5, lid 4 zijn voorbij. De aanvraag niet behandelen kan niet meer. Behandel haar toch.")
    return None


def _ground_faults(voorstel: Voorstel) -> list[str]:
    faults = []
    if voorstel.uitkomst == Beslissing.WEIGEREN and voorstel.grond not in load_config("subsidies")["weigering"]:
        faults.append("Kies op welke grond u weigert.")
    if len(voorstel.motivering.strip()) < 20:
        faults.append("Schrijf waarom, zo dat de aanvrager het begrijpt.")
    return faults


def _hearing_faults(session, subsidie: Subsidie, voorstel: Voorstel) -> list[str]:
    """Awb 4:7 and 4:8: heard where the ground rests on facts that the applicant did not supply; 4:12, lid 2 takes the exception
    for money away."""
    if voorstel.eigen_feiten is None:
        return ["Beantwoord eerst: rust de weigering op gegevens die de aanvrager niet zelf aanleverde?"]
    if voorstel.eigen_feiten:
        term = queries.termijn(session, subsidie.id, "zienswijze")
        if term is None:
            return ["De weigering rust op gegevens van een ander. Vraag de aanvrager eerst om een zienswijze (Awb 4:7)."]
        if term.met_on is None:
            return [f"De aanvrager kan nog tot en met {term.due_on:%d-%m-%Y} een zienswijze geven."]
        return []
    return [] if voorstel.horen.strip() else ["Schrijf waarom de aanvrager niet hoeft te worden gehoord."]


def _grant_checks(session, subsidie, voorstel, regels, publicatie, plafond) -> list[Controle]:
    inhoud = publicatie.inhoud
    results = [r for r in regels if r.soort == Regelsoort.RESULTAAT]
    lines = [fault for r in regels for fault in rules.regel_gebreken(r.soort, r.grondslag, r.verordening_artikel)]
    return [
        Controle("Er is een motivering", tuple(_ground_faults(voorstel))),
        Controle("Minstens één resultaat", () if results else (
            "Er staat nog geen resultaat in. Een verlening noemt wat er wordt bereikt (Awb 4:30).",)),
        Controle("Elke regel heeft een artikel", tuple(lines)),
        Controle("Bedrag, methode en periode", tuple(_amount_faults(subsidie, voorstel))),
        Controle("Bedrag past in het plafond", _one(_room_fault(session, subsidie, voorstel, publicatie, plafond))),
        Controle("Bedrag past onder het maximum van het college", _one(_cap_fault(session, subsidie, voorstel))),
        Controle("Er is gekeken naar staatssteun", tuple(_aid_faults(session, subsidie, voorstel, inhoud))),
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


def _wachtende(subsidie: Subsidie, publicatie: RegelingPublicatie, bedrag: Decimal) -> rules.Wachtende:
    telt = subsidie.compleet_on if publicatie.inhoud["volgorde_compleet"] else subsidie.ontvangen_on
    return rules.Wachtende(subsidie.volgnummer, bedrag, telt, subsidie.rang)


def _room_fault(session, subsidie, voorstel, publicatie, plafond) -> str | None:
    if plafond is None:
        return "Voor deze periode is er geen subsidieplafond vastgesteld. Stel dat eerst vast."
    others = queries.wachtenden(session, subsidie, publicatie.inhoud["volgorde_compleet"])
    return rules.ruimte_gebrek(_wachtende(subsidie, publicatie, _hoogste_bedrag(voorstel)), others,
                               publicatie.inhoud["verdeling"], plafond.over)


def _cap_fault(session, subsidie: Subsidie, voorstel: Voorstel) -> str | None:
    """What the college set as the most (requirements B6); a cent above it is refused."""
    cap = queries.hoogste(session, subsidie, clock.today())
    if cap is None or cap.past(_hoogste_bedrag(voorstel), voorstel.aantal):
        return None
    per = " per eenheid" if cap.per_eenheid else ""
    return (f"Het college subsidieert in {cap.jaar} ten hoogste € {bedrag_text(cap.bedrag)}{per} ({cap.besluit}). "
            f"Dit voorstel is € {bedrag_text(_hoogste_bedrag(voorstel))}.")


def _aid_faults(session, subsidie: Subsidie, voorstel: Voorstel, inhoud: Mapping) -> list[str]:
    """The hard gate of Awb 4:35, lid 3: somebody looked, and small aid stays within its three years."""
    faults = [] if voorstel.staatssteun.strip() else [
        "Schrijf waarom dit geen staatssteun is, of waarom die mag (Awb 4:35, lid 3)."]
    if inhoud["staatssteun"] != Staatssteun.GEEN and voorstel.bedrag is not None:
        declared = Decimal(queries.inhoud(session, subsidie).inhoud["gegevens"].get("steun_eerder") or "0")
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
    plafond, regels = queries.plafond_voor(session, subsidie), queries.regels(session, subsidie.id)
    checks = controles(session, subsidie, voorstel, regels, publicatie, plafond)
    if faults := [fault for one in checks for fault in one.gebreken]:
        raise Refused(*faults)
    is_grant = voorstel.uitkomst == Beslissing.VERLENEN
    bedrag = _hoogste_bedrag(voorstel) if is_grant else None
    gemeente = load(session, Gemeente, subsidie.eigenaar_id)
    stand = {"bedrag": str(plafond.bedrag), "gereserveerd": str(plafond.gereserveerd), "vastgelegd": str(plafond.vastgelegd),
             "op": clock.today().isoformat()} if plafond else None
    if is_grant:
        boek(session, actor, subsidie, plafond, Boeking.RESERVEREN, bedrag)
    besluit = besluiten.draft(
        session, subsidie, actor, soort=SOORT, aard=Aard.BESLUIT, rechtsmiddel=Rechtsmiddel.BEZWAAR,
        orgaan=f"het college van burgemeester en wethouders van {gemeente.naam}",
        onderwerp=f"{ONDERWERP[voorstel.uitkomst]}: {subsidie.titel}", bedrag=bedrag, at=clock.now(),
        tweede_lezer_nodig=(bedrag or Decimal(0)) >= Decimal(publicatie.inhoud["tweede_lezer_vanaf"]),
        inhoud=inhoud_van(session, subsidie, voorstel, regels, publicatie) | {"plafond": stand})
    with refusing(session):
        session.flush()
        subsidie.record("intern:voorleggen", actor=actor, besluit=besluit.id, uitkomst=voorstel.uitkomst, bedrag=bedrag)
    work.done(session, subsidie, "werk_voorstellen", "werk_behandelen")
    work.wait_for(session, subsidie, "werk_meelezen" if besluit.tweede_lezer_nodig else "werk_tekenen")
    return besluit


# What the decision is about: it reads well before and after the signature.
ONDERWERP = {Beslissing.VERLENEN: "Verlening van subsidie", Beslissing.WEIGEREN: "Weigering van subsidie",
             Beslissing.NIET_BEHANDELEN: "Aanvraag niet in behandeling"}


def inhoud_van(session, subsidie: Subsidie, voorstel: Voorstel, regels, publicatie: RegelingPublicatie) -> dict:
    """What is decided, as data that never changes: the letter is made from this."""
    def text(value):
        return str(value) if isinstance(value, Decimal) else value.isoformat() if value else None

    facts = {"uitkomst": voorstel.uitkomst, "motivering": voorstel.motivering, "grond": voorstel.grond,
             "eigen_feiten": voorstel.eigen_feiten, "horen": voorstel.horen, "staatssteun": voorstel.staatssteun,
             "gevraagd": str(subsidie.gevraagd), **_product(publicatie, subsidie.product),
             "regeling": {"reference": publicatie.reference, "titel": publicatie.titel,
                          "verordening": publicatie.inhoud["verordening"], "artikel": publicatie.inhoud["artikel"]},
             "argumenten": [{"tekst": a.tekst, "antwoord": a.antwoord} for a in queries.argumenten(session, subsidie.id)],
             "beoordeling": [{"criterium": b.criterium, "punten": str(b.punten), "motivering": b.motivering}
                             for b in queries.beoordelingen(session, subsidie.id).values()]}
    if voorstel.uitkomst != Beslissing.VERLENEN:
        return facts
    return facts | {
        "bedrag": text(voorstel.bedrag), "methode": voorstel.methode, "maximum": text(voorstel.maximum),
        "aantal": text(voorstel.aantal), "tarief": text(voorstel.tarief), "van": text(voorstel.van), "tot": text(voorstel.tot),
        "termijnen": list(voorstel.termijnen),
        "regels": [{"id": str(r.id), "nummer": kenmerk(r, regels), "soort": r.soort, "tekst": r.tekst, "grondslag": r.grondslag,
                    "verordening_artikel": r.verordening_artikel, "uiterlijk_on": text(r.uiterlijk_on), "bewijs": r.bewijs,
                    "koppeling": r.koppeling} for r in regels]}


def _product(publicatie: RegelingPublicatie, code: str) -> dict:
    """What the product is called and counted in, as it was when this was decided."""
    found = next((p for p in publicatie.inhoud["inrichting"]["producten"] if p["code"] == code), {})
    return {"product": code, "product_naam": found.get("naam", code), "eenheid": found.get("eenheid", "")}


LETTERS = {Regelsoort.RESULTAAT: "R", Regelsoort.VERPLICHTING: "V", Regelsoort.VOORWAARDE: "B"}


def kenmerk(regel: Subsidieregel, regels: Sequence[Subsidieregel]) -> str:
    """How people call a line: R1, V2, B1."""
    same = [r.id for r in regels if r.soort == regel.soort]
    return f"{LETTERS[regel.soort]}{same.index(regel.id) + 1}"


def _own_besluit(session, actor, besluit_id) -> tuple[Besluit, Subsidie]:
    """A decision of the own gemeente with its case, both locked, the case first."""
    besluit = load(session, Besluit, besluit_id)
    if besluit.party_id != actor.party_id or besluit.soort != SOORT:
        raise NotFound()
    subsidie = load(session, Subsidie, besluit.dossier_id, lock=True)
    return load(session, Besluit, besluit_id, lock=True), subsidie


def _without_interest(subsidie: Subsidie, actor) -> None:
    if reason := zelf_geen_belang(subsidie, actor=actor):
        raise Refused(reason, status=403)


def meelezen(session, actor, besluit_id) -> Besluit:
    """The second reader agrees with the draft."""
    besluit, subsidie = _own_besluit(session, actor, besluit_id)
    _without_interest(subsidie, actor)
    besluiten.read(besluit, actor, at=clock.now())
    with refusing(session):
        subsidie.record("intern:meelezen", actor=actor, besluit=besluit.id)
    work.done(session, subsidie, "werk_meelezen")
    work.wait_for(session, subsidie, "werk_tekenen")
    return besluit


def terugsturen(session, actor, besluit_id, *, reden: str) -> Besluit:
    """Back to the drafter with a reason; the money comes free, and the proposal can be changed."""
    besluit, subsidie = _own_besluit(session, actor, besluit_id)
    _without_interest(subsidie, actor)
    besluiten.send_back(besluit, actor, reden=reden)
    vrijgeven(session, actor, subsidie)
    with refusing(session):
        subsidie.record("intern:terugsturen", actor=actor, besluit=besluit.id)
    work.done(session, subsidie, "werk_meelezen", "werk_tekenen")
    work.wait_for(session, subsidie, "werk_voorstellen")
    return besluit


@dataclass(frozen=True)
class BesluitBrief:
    """Everything the letter about a decision says; the adapter makes it a PDF."""

    gemeente: Gemeente
    ondertekenaar: str
    mandaat: str
    vervangt: str | None
    vervanging_van: date | None
    vervanging_tot: date | None
    orgaan: str
    aanvrager: str
    adres: str
    kenmerk: str
    onderwerp: str
    verzonden_on: date
    ontvangen_on: date
    inhoud: Mapping
    bezwaar_tot: date
    bezwaar_telling: tuple


class Brieven(Protocol):
    """What makes a letter and puts it in the file store."""

    def besluit(self, brief: BesluitBrief) -> Stuk:
        """The letter about a decision, as a stored PDF."""


def brief_van(session, besluit: Besluit, subsidie: Subsidie, *, on: date, ondertekenaar: str, mandaat=None,
              vervanging=None) -> BesluitBrief:
    """The letter that goes with a decision, also for its preview."""
    aanvrager = queries.inhoud(session, subsidie).inhoud["aanvrager"]
    due = compute(terms.rule("bezwaartermijn"), on)
    return BesluitBrief(
        gemeente=load(session, Gemeente, subsidie.eigenaar_id), ondertekenaar=ondertekenaar,
        mandaat=mandaat.vindplaats if mandaat else "",
        vervangt=besluiten.name_of(session, vervanging.afwezige_id) if vervanging else None,
        vervanging_van=vervanging.van if vervanging else None, vervanging_tot=vervanging.tot if vervanging else None,
        orgaan=besluit.orgaan, aanvrager=subsidie.aanvrager_naam, adres=aanvrager.get("postadres", ""),
        kenmerk=subsidie.reference, onderwerp=besluit.onderwerp, verzonden_on=on, ontvangen_on=subsidie.ontvangen_on,
        inhoud=besluit.inhoud, bezwaar_tot=due.last_day, bezwaar_telling=due.count)


def tekenen(session, actor, besluit_id, *, brieven: Brieven) -> Besluit:
    """Sign under mandate and send in one act: the objection term runs from the day after. The letter is kept, and does not
    change."""
    besluit, subsidie = _own_besluit(session, actor, besluit_id)
    now, today = clock.now(), clock.today()
    besluiten.sign(session, besluit, actor, at=now, on=today)
    settle(session)
    mandaat, vervanging = besluiten.bevoegdheid(session, besluit, actor, on=today)
    inhoud = besluit.inhoud
    if inhoud["uitkomst"] == Beslissing.NIET_BEHANDELEN and (fault := _t4_fault(session, subsidie)):
        raise Refused(fault, status=409)
    SUBSIDIE.perform(subsidie, STAP[inhoud["uitkomst"]], actor, on=today, record={
        "besluit": besluit.id, "mandaat": mandaat.id, "vervanging": vervanging.id if vervanging else None,
        "bedrag": inhoud.get("bedrag")})
    if inhoud["uitkomst"] == Beslissing.VERLENEN:
        _grant(session, actor, subsidie, besluit)
    else:
        vrijgeven(session, actor, subsidie)
    stuk = brieven.besluit(brief_van(session, besluit, subsidie, on=today, ondertekenaar=actor.naam, mandaat=mandaat,
                                     vervanging=vervanging))
    keep(session, subsidie, actor, stuk, soort=SOORT_BRIEF, titel=besluit.onderwerp, gedeeld_at=now)
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id, besluit_id=besluit.id,
                     onderwerp=f"{besluit.onderwerp} ({subsidie.reference})",
                     tekst="Wij hebben besloten over uw aanvraag. In de brief staat wat wij besloten, waarom, en wat u kunt "
                           "doen.",
                     brief=(stuk.key, stuk.sha256, stuk.grootte))
    besluiten.mark_sent(besluit, at=now)
    start_term(session, subsidie, terms.rule("bezwaartermijn"), on=today, taak="", gevolg="Daarna staat het besluit vast.",
               party_id=subsidie.aanvrager_id or subsidie.eigenaar_id)
    if queries.voorstel(session, subsidie.id):
        session.delete(queries.voorstel(session, subsidie.id))
    settle(session)
    return besluit


def _grant(session, actor, subsidie: Subsidie, besluit: Besluit) -> None:
    """From proposal to grant: the money is booked, the lines belong to the decision and stay as they are."""
    inhoud = besluit.inhoud
    boek(session, actor, subsidie, queries.plafond_voor(session, subsidie), Boeking.VASTLEGGEN, besluit.bedrag, besluit)
    subsidie.verleend = Decimal(inhoud["bedrag"])
    subsidie.maximum = Decimal(inhoud["maximum"]) if inhoud["maximum"] else None
    subsidie.van, subsidie.tot = date.fromisoformat(inhoud["van"]), date.fromisoformat(inhoud["tot"])
    subsidie.aantal = Decimal(inhoud["aantal"]) if inhoud["aantal"] else None
    for regel in queries.regels(session, subsidie.id):
        regel.besluit_id = besluit.id
    settle(session)


@dataclass(frozen=True)
class Getekend:
    """What became of signing one decision: sent, or why not."""

    besluit_id: uuid.UUID
    onderwerp: str
    reasons: tuple[str, ...] = ()


def tekenen_samen(session, actor, besluit_ids: Sequence[uuid.UUID], *, brieven: Brieven) -> list[Getekend]:
    """Sign several decisions in one go, each on its own: one that may not be signed holds up no other."""
    done = []
    for besluit_id in dict.fromkeys(besluit_ids):
        onderwerp = ""
        try:
            with session.begin_nested():
                onderwerp = load(session, Besluit, besluit_id).onderwerp
                tekenen(session, actor, besluit_id, brieven=brieven)
            done.append(Getekend(besluit_id, onderwerp))
        except Refused as refused:
            done.append(Getekend(besluit_id, onderwerp, refused.reasons))
    return done

