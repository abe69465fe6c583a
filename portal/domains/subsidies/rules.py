"""The rules of a subsidy: who is next, settlement, small state aid, caps, what a line of a decision names.

Pure: no database, no clock. Amounts are Decimal euros, days are legal days in Amsterdam. Numbers of the law come from
config/subsidies.toml, dated and with their source; those of a scheme from the scheme.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from config import load
from portal.kernel.errors import Refused
from portal.kernel.money import bedrag_text
from portal.kernel.terms import Length, TermRule, rule

CENT = Decimal("0.01")


# Settlement of what was delivered (A6 of the rules) --------------------------------------------------------------------------

class Basis(StrEnum):
    """What is settled once the deviation is more than the threshold: the whole difference, or only what lies beyond it."""

    GEHEEL = "geheel"
    MEERDERE = "meerdere"


class Uitkomst(StrEnum):
    """What a settlement proposes; a person decides."""

    GEEN = "geen"
    LAGER = "lager"
    HOGER = "hoger"
    MET_DE_HAND = "met_de_hand"


@dataclass(frozen=True)
class Verrekenregel:
    """How a scheme settles: unit, threshold as a part of what was agreed, basis, price of one unit.

    `basis` None: nobody decided it yet, and nothing is computed. `tarief` None: the grant names no price, so what was granted
    is spread over what was agreed. `met_methode`: the grant named a way to calculate the amount and a maximum (Awb 4:31, lid 1
    and 2); without it nothing is ever paid on top.
    """

    eenheid: str
    tarief: Decimal | None
    basis: Basis | None
    drempel: Decimal
    met_methode: bool = False
    maximum: Decimal | None = None


@dataclass(frozen=True)
class Verrekening:
    """A proposal: by how much the subsidy would be determined lower or paid on top, and why, line by line.

    `aantal` is in the unit of the scheme, signed; `bedrag` is never negative. `boven_maximum` is what a new decision would
    have to grant, against the ceiling.
    """

    uitkomst: Uitkomst
    aantal: Decimal
    bedrag: Decimal
    boven_maximum: Decimal
    uitleg: tuple[str, ...]


def verrekenen(regel: Verrekenregel, *, afgesproken: Decimal, geleverd: Decimal, verleend: Decimal) -> Verrekening:
    """Settle what was delivered against what was agreed; only a deviation of strictly more than the threshold counts.

    Down is a lower determination (Awb 4:46, lid 2, onder a); up exists only where the grant gave a method, within its maximum.
    Agreed on nothing: a person decides. Refused while the scheme does not say what is settled.
    """
    if regel.basis is None:
        raise Refused("De regeling zegt niet wat er wordt verrekend: het hele verschil, of alleen wat boven de grens komt. "
                      "Leg dat eerst vast.", status=409)
    if min(afgesproken, geleverd, verleend, regel.tarief or 0) < 0:
        raise Refused("Een aantal of bedrag is niet lager dan nul.")
    uitleg: list[str] = []
    zeg = uitleg.append
    if afgesproken == 0:
        zeg(f"Er was niets afgesproken. {_getal(geleverd)} {regel.eenheid} beoordeelt een mens.")
        return Verrekening(Uitkomst.MET_DE_HAND, Decimal(0), Decimal(0), Decimal(0), tuple(uitleg))
    verschil, grens = geleverd - afgesproken, regel.drempel * afgesproken
    procent = (verschil * 100 / afgesproken).quantize(CENT, ROUND_HALF_UP)
    zeg(f"Afgesproken: {_getal(afgesproken)} {regel.eenheid}. Geleverd: {_getal(geleverd)}. "
        f"Verschil: {_getal(verschil)}, dat is {_getal(procent)} %.")
    zeg(f"De grens is {_getal(regel.drempel * 100)} %: {_getal(grens)} {regel.eenheid}.")
    if abs(verschil) <= grens:
        zeg("Het verschil is niet groter dan de grens. Er wordt niets verrekend.")
        return Verrekening(Uitkomst.GEEN, Decimal(0), Decimal(0), Decimal(0), tuple(uitleg))
    aantal = abs(verschil) - (grens if regel.basis == Basis.MEERDERE else 0)
    tarief = regel.tarief if regel.tarief is not None else (verleend / afgesproken).quantize(CENT, ROUND_HALF_UP)
    if regel.tarief is None and tarief * afgesproken != verleend:
        # One fraction, rounded once: a price in cents would not multiply to this amount.
        bedrag = (aantal * verleend / afgesproken).quantize(CENT, ROUND_HALF_UP)
        zeg(f"Verleend is € {bedrag_text(verleend)} voor {_getal(afgesproken)} {regel.eenheid}.")
        zeg(f"Verrekend wordt {_getal(aantal)} x € {bedrag_text(verleend)} : {_getal(afgesproken)} = € {bedrag_text(bedrag)}.")
    else:
        bedrag = (aantal * tarief).quantize(CENT, ROUND_HALF_UP)
        zeg(f"Verrekend wordt {_getal(aantal)} x € {bedrag_text(tarief)} = € {bedrag_text(bedrag)}.")
    if verschil < 0:
        lager = min(bedrag, verleend)
        if lager < bedrag:
            zeg(f"Lager dan nul kan niet: het verleende bedrag is € {bedrag_text(verleend)}.")
        return Verrekening(Uitkomst.LAGER, -aantal, lager, Decimal(0), tuple(uitleg))
    ruimte = max(regel.maximum - verleend, Decimal(0)) if regel.met_methode and regel.maximum is not None else Decimal(0)
    hoger = min(bedrag, ruimte)
    if not regel.met_methode or regel.maximum is None:
        zeg("De beschikking geeft geen manier om het bedrag te berekenen, met een maximum. Meer betalen kan alleen met een "
            "nieuw besluit.")
    elif hoger < bedrag:
        zeg(f"Het maximum is € {bedrag_text(regel.maximum)}. Voor de rest is een nieuw besluit nodig.")
    return Verrekening(Uitkomst.HOGER if hoger else Uitkomst.GEEN, aantal, hoger, bedrag - hoger, tuple(uitleg))


def _getal(value: Decimal) -> str:
    """A number as people write it: no zeros behind the comma that say nothing."""
    whole = value.normalize() if value == value.to_integral_value() else value
    return f"{whole:,f}".translate(str.maketrans(",.", ".,"))


# Small state aid --------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Ruimte:
    """How much small aid a recipient may still get: earlier aid in the period, what is left of the ceiling, and whether this
    amount fits. `van` is the first day that counts."""

    van: date
    eerder: Decimal
    plafond: Decimal

    @property
    def over(self) -> Decimal:
        """What may still be granted; never below nothing."""
        return max(self.plafond - self.eerder, Decimal(0))

    def past(self, bedrag: Decimal) -> bool:
        """Does this amount stay within the ceiling?"""
        return self.eerder + bedrag <= self.plafond


def de_minimis(eerder: Iterable[tuple[date, Decimal]], on: date, *, daeb: bool = False) -> Ruimte:
    """Room for small aid on a day, over the three years that end on it: Regulation (EU) 2023/2831, article 3(2), or for a
    service of general economic interest 2023/2832. `eerder`: (day of the grant, amount) of one and the same undertaking."""
    regel = load("subsidies")["de_minimis"]["daeb" if daeb else "algemeen"]
    van = on - relativedelta(years=regel["jaren"]) + relativedelta(days=1)
    return Ruimte(van, sum((amount for day, amount in eerder if van <= day <= on), Decimal(0)),
                  Decimal(str(regel["plafond"])))


# Caps per product -------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Maximum:
    """The highest subsidisable cost of a product in a year, by a dated decision of the college; [van, tot). `per_eenheid`: of
    one unit, else of everything that one recipient gets."""

    product: str
    jaar: int
    bedrag: Decimal
    besluit: str
    van: date
    tot: date | None = None
    per_eenheid: bool = False

    def past(self, bedrag: Decimal, aantal: Decimal | None) -> bool:
        """Does this amount, for so many units, stay within the cap? Without a number of units one counts."""
        return bedrag <= self.bedrag * ((aantal or Decimal(1)) if self.per_eenheid else 1)


def hoogste(maxima: Iterable[Maximum], product: str, jaar: int, on: date) -> Maximum | None:
    """The cap that holds on this day; None where the college set none. Of two that hold, the later decision."""
    found = [m for m in maxima if m.product == product and m.jaar == jaar and m.van <= on and (m.tot is None or on < m.tot)]
    return max(found, key=lambda m: m.van, default=None)


# Lines of a decision ----------------------------------------------------------------------------------------------------------

class Regelsoort(StrEnum):
    """A result is what must come of it, an obligation what the recipient must do (unmet: lower determination or withdrawal,
    Awb 4:46, 4:48), a condition what must happen before there is any claim (Awb 4:33, 4:34)."""

    RESULTAAT = "resultaat"
    VERPLICHTING = "verplichting"
    VOORWAARDE = "voorwaarde"


def regel_gebreken(soort: str, grondslag: str, verordening_artikel: str, *, op_verordening: bool, afdeling: bool) -> list[str]:
    """Why a line may not stand in a decision with this ground; empty when it may.

    A ground is a key of [grondslag] in config/subsidies.toml. Not purpose-bound (Awb 4:39) needs the article of the ordinance,
    and purpose-bound too where the scheme rests on one (`op_verordening`, Awb 4:38, lid 2). Some exist only where afdeling
    4.2.8 applies (`afdeling`).
    """
    ground = load("subsidies")["grondslag"].get(grondslag)
    if ground is None or ground["soort"] != soort:
        return [f"Kies het artikel van de Awb waarop {_DEZE[soort]} rust."]
    if ground["verordening"] and not verordening_artikel.strip():
        return [f"{_EEN[soort]} op grond van {ground['artikel']} kan alleen als de verordening dat bepaalt. Noem het artikel "
                "van de verordening."]
    if ground.get("als_er_een_is") and op_verordening and not verordening_artikel.strip():
        return [f"Deze regeling rust op een verordening. {_EEN[soort]} op grond van {ground['artikel']} staat dan in de "
                "verordening, of rust erop (lid 2). Noem het artikel van de verordening."]
    if ground.get("afdeling") and not afdeling:
        if not ground.get("of_verordening"):
            return [f"Afdeling 4.2.8 van de Awb geldt niet voor deze regeling. {ground['artikel']} kan dan niet."]
        if not verordening_artikel.strip():
            return [f"Afdeling 4.2.8 van de Awb geldt niet voor deze regeling. {ground['artikel']} kan dan alleen als de "
                    "verordening het bepaalt. Noem het artikel van de verordening."]
    return []


_DEZE = {"resultaat": "dit resultaat", "verplichting": "deze verplichting", "voorwaarde": "deze voorwaarde"}
_EEN = {"resultaat": "Een resultaat", "verplichting": "Een verplichting", "voorwaarde": "Een voorwaarde"}


def termijnen_gebrek(termijnen: Iterable[Mapping], bedrag: Decimal) -> str | None:
    """Why these payments may not stand: together they never come to more than what is granted."""
    samen = sum((Decimal(t["bedrag"]) for t in termijnen), Decimal(0))
    if samen > bedrag:
        return f"De termijnen zijn samen € {bedrag_text(samen)}. Dat is meer dan het bedrag van € {bedrag_text(bedrag)}."
    return None


# The scheme -------------------------------------------------------------------------------------------------------------------

class Grondslag(StrEnum):
    """On what a subsidy rests (Awb 4:23): a regulation, or one of the exceptions of lid 3 (a, b, c, d)."""

    WETTELIJK = "wettelijk"
    SPOED = "spoed"
    EUROPEES = "europees"
    BEGROTING = "begroting"
    INCIDENTEEL = "incidenteel"


class Verdeling(StrEnum):
    """How money that is not enough for everybody is divided (Awb 4:26)."""

    VOLGORDE = "volgorde"
    TENDER = "tender"
    LOTING = "loting"


class Staatssteun(StrEnum):
    """What the scheme says about state aid: none, or small aid under a ceiling over three years."""

    GEEN = "geen"
    DE_MINIMIS = "de_minimis"
    DAEB = "daeb"


class Financiering(StrEnum):
    """For what a recipient is paid; a scheme uses one or a combination (requirements B7)."""

    BESCHIKBAARHEID = "beschikbaarheid"
    POPULATIE = "populatie"
    BUDGET = "budget"
    RESULTAAT = "resultaat"


class Beslissing(StrEnum):
    """What is decided on an application, or later about its grant."""

    VERLENEN = "verlenen"
    WEIGEREN = "weigeren"
    NIET_BEHANDELEN = "niet_behandelen"
    WIJZIGEN = "wijzigen"
    INTREKKEN = "intrekken"


def vormen_op(financiering: Sequence[Mapping], on: date) -> list[str]:
    """The ways of funding in force on a day; a change counts from its own day."""
    begun = [row for row in financiering if date.fromisoformat(row["van"]) <= on]
    return list(max(begun, key=lambda row: row["van"])["vormen"]) if begun else []


def beslistermijn(weken: int | None, artikel: str, nadere_regel: bool = False, termijnenwet_artikel: str = "") -> TermRule:
    """The term to decide on an application: that of the regulation, else the eight weeks of the Awb. A term in an ordinance is
    statutory (Gemeentewet 145), unless its `termijnenwet_artikel` excludes the Algemene termijnenwet; of one in rules below it
    a jurist must say so."""
    if weken is None:
        return rule("beslistermijn")
    doubt = ("Deze termijn staat in nadere regels van het college. Laat een jurist bevestigen dat de Algemene termijnenwet "
             "geldt (Gemeentewet 145).") if nadere_regel else ""
    return rule("beslistermijn", length=Length(weeks=weken), article=artikel, source=artikel, doubt=doubt,
                excluded_by=termijnenwet_artikel)


@dataclass(frozen=True)
class Wachtende:
    """Somebody who wants money from one ceiling and has no answer yet: place, amount, the day the order counts (None while
    something is missing), and whether the amount was reserved already."""

    volgnummer: int
    bedrag: Decimal
    telt_on: date | None
    rang: int | None = None
    gereserveerd: bool = False


def eerder(wie: Wachtende, anderen: Iterable[Wachtende], verdeling: str) -> list[Wachtende]:
    """Who comes before this one: by the place that a tender or draw gave, or by the day that counts and then the order of
    receipt. Whoever is not complete waits behind whoever is."""
    def place(one: Wachtende):
        if verdeling != Verdeling.VOLGORDE:
            return (one.rang is None, one.rang or 0, one.volgnummer)
        return (one.telt_on is None, one.telt_on or date.max, one.volgnummer)

    return sorted((one for one in anderen if place(one) < place(wie)), key=place)


def ruimte_gebrek(wie: Wachtende, anderen: Iterable[Wachtende], verdeling: str, over: Decimal) -> str | None:
    """Why this amount cannot be reserved now: no room, or others come first for the room there is. `over`: what is left of the
    ceiling after all reservations."""
    if wie.bedrag > over:
        return (f"Dit past niet in het subsidieplafond: er is nog € {bedrag_text(max(over, Decimal(0)))} en het voorstel is "
                f"€ {bedrag_text(wie.bedrag)}. Weiger de aanvraag op grond van het plafond (Awb 4:25), of verlaag het bedrag.")
    if verdeling != Verdeling.VOLGORDE and wie.rang is None:
        return "De volgorde is nog niet vastgesteld. Stel eerst de rangorde van alle aanvragen vast."
    before = [one for one in eerder(wie, anderen, verdeling) if not one.gereserveerd]
    if before and sum(one.bedrag for one in before) + wie.bedrag > over:
        voor = "1 andere aanvraag gaat" if len(before) == 1 else f"{len(before)} andere aanvragen gaan"
        return f"Er is niet genoeg voor iedereen, en {voor} voor. Besluit eerst daarover."
    return None


@dataclass(frozen=True)
class Gevonden:
    """One answer to the check before login, against what the scheme asks."""

    vraag: str
    antwoord: str
    goed: bool
    uitleg: str


def geschikt(vragen: Iterable[Mapping], antwoorden: Mapping[str, str]) -> list[Gevonden]:
    """The check that anybody can do: every question with the answer given and whether it fits. An answer that is missing does
    not fit. It binds nobody."""
    return [Gevonden(v["vraag"], antwoorden.get(v["code"], ""), antwoorden.get(v["code"]) == v["goed"], v["uitleg"])
            for v in vragen]


@dataclass(frozen=True)
class Score:
    """What the points of an application come to: gained, at most, and how many criteria lack an answer."""

    punten: Decimal
    hoogste: Decimal
    ontbreekt: int


def score(criteria: Sequence[Mapping], punten: Mapping[str, Decimal]) -> Score:
    """The points of one application over all criteria of its scheme ({"code", "punten"}: the most that can be had)."""
    return Score(sum((punten.get(c["code"], Decimal(0)) for c in criteria), Decimal(0)),
                 sum((Decimal(c["punten"]) for c in criteria), Decimal(0)),
                 sum(c["code"] not in punten for c in criteria))


def aanmaningskosten(bedrag: Decimal, rijen: Sequence[Mapping], on: date) -> Decimal:
    """The fee of a reminder that goes out on this day in euros, by the sum that it is about (Awb 4:113, lid 1; `rijen` from
    config/subsidies.toml, each from its day on)."""
    kosten = max((row for row in rijen if row["valid_from"] <= on), key=lambda row: row["valid_from"],
                 default=min(rijen, key=lambda row: row["valid_from"]))
    return Decimal(kosten["boven_grens"] if bedrag >= kosten["grens"] else kosten["tot_grens"])


# An objection that succeeds -------------------------------------------------------------------------------------------------

class Gevolg(StrEnum):
    """What the decision on an objection does to the decision it was against (Awb 7:11); a key of [gevolg] in
    config/subsidies.toml, which says it in words for the letter and for who decides."""

    NIETS = "niets"
    NIEUW_BESLUIT = "nieuw_besluit"
    BEHANDELEN = "behandelen"
    HERLEEFT = "herleeft"
    HERLEEFT_NIEUW = "herleeft_nieuw"
    VASTSTELLEN = "vaststellen"
    VERVALT = "vervalt"
    VERVALT_NIEUW = "vervalt_nieuw"
    RENTE_VERVALT = "rente_vervalt"
    DWANGSOM = "dwangsom"
    TOESTEMMING = "toestemming"
    VOORSCHOT = "voorschot"
    HERZIEN = "herzien"


# Nothing else has to be decided after these.
AF = frozenset({Gevolg.NIETS, Gevolg.BEHANDELEN, Gevolg.HERLEEFT, Gevolg.VERVALT, Gevolg.RENTE_VERVALT})


def gevolg(op_bezwaar: str, soort: str, uitkomst: str, staat: str, onderdeel: str = "") -> Gevolg:
    """What upholding an objection does. `op_bezwaar`: the outcome; `soort` and `uitkomst`: of the decision objected to; `staat`
    and `onderdeel`: where the case, and a request for consent, stand now. Only that decision falls, whatever else was decided
    in the case."""
    if op_bezwaar not in ("gegrond", "deels_gegrond"):
        return Gevolg.NIETS
    partly = op_bezwaar == "deels_gegrond"
    match soort, uitkomst, staat:
        case "subsidie", Beslissing.WEIGEREN, "geweigerd":
            return Gevolg.NIEUW_BESLUIT
        case "subsidie", Beslissing.NIET_BEHANDELEN, "buiten_behandeling":
            return Gevolg.BEHANDELEN
        case "subsidie", Beslissing.INTREKKEN, "verlening_ingetrokken":
            return Gevolg.HERLEEFT_NIEUW if partly else Gevolg.HERLEEFT
        case "vaststelling", _, "vastgesteld":
            return Gevolg.VASTSTELLEN
        case "terugvordering", _, _:
            return Gevolg.VERVALT_NIEUW if partly else Gevolg.VERVALT
        case "rente", _, _:
            return Gevolg.RENTE_VERVALT
        case "dwangsom", _, _:
            return Gevolg.DWANGSOM
        case "toestemming", _, _ if onderdeel in ("geweigerd", "buiten_behandeling"):
            return Gevolg.TOESTEMMING
        case "voorschot", _, "verleend" | "verantwoorden":
            return Gevolg.VOORSCHOT
    return Gevolg.HERZIEN
