"""The scheme: from concept to public, with its ceiling, its caps and the lists that applicants fill in."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from portal.domains.subsidies import queries
from portal.domains.subsidies.model import (
    Boeking,
    Geschiktheidscheck,
    MaximumRij,
    Per,
    Plafond,
    PlafondBoeking,
    Regeling,
    RegelingPublicatie,
    RegelingState,
)
from portal.domains.subsidies.rules import Financiering, geschikt
from portal.domains.subsidies.workflow import REGELING
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import load, next_reference, random_reference, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import refusing, settle
from portal.tenants.model import Gemeente, Samenwerkingsverband

# The lists of a scheme, and what every row of each must say.
LIJSTEN = {
    "vragen": ("code", "vraag", "goed", "uitleg"),
    "documenten": ("code", "titel", "toelichting", "herbruikbaar", "verplicht"),
    "criteria": ("code", "tekst", "punten"),
    "producten": ("code", "naam", "eenheid"),
    "sjabloon": ("code", "soort", "tekst", "grondslag", "verordening_artikel", "bewijs", "koppeling"),
}


def maken(session, actor, *, titel: str, **gegevens) -> Regeling:
    """Begin a scheme of the own gemeente."""
    regeling = Regeling(reference=next_reference(session, "REG"), titel=titel, state=RegelingState.CONCEPT,
                        eigenaar_id=actor.party_id, behandelaar_id=actor.user_id, **gegevens)
    session.add(regeling)
    with refusing(session):
        regeling.record("regeling:maken", actor=actor, state_to=RegelingState.CONCEPT)
    return regeling


def _own(session, actor, regeling_id) -> Regeling:
    regeling = load(session, Regeling, regeling_id, lock=True)
    if regeling.eigenaar_id != actor.party_id:
        raise NotFound()
    return regeling


def _concept(session, actor, regeling_id) -> Regeling:
    """The own scheme while it may change."""
    regeling = _own(session, actor, regeling_id)
    if regeling.state != RegelingState.CONCEPT:
        raise Refused("Deze regeling is bekendgemaakt. Zij verandert niet meer. Maak een nieuwe.", status=409)
    return regeling


def wijzigen(session, actor, regeling_id, **gegevens) -> Regeling:
    """Change what the scheme says (the fields of `maken`) while it is a concept."""
    regeling = _concept(session, actor, regeling_id)
    changed = sorted(name for name, value in gegevens.items() if getattr(regeling, name) != value)
    for name in changed:
        setattr(regeling, name, gegevens[name])
    with refusing(session):
        if changed:
            regeling.record("regeling:wijzigen", actor=actor, velden=" ".join(changed))
    return regeling


def rij_bewaren(session, actor, regeling_id, lijst: str, rij: Mapping) -> Regeling:
    """Add a row to one of the LIJSTEN, or put it in the place of the row with the same code."""
    regeling = _concept(session, actor, regeling_id)
    if lijst not in LIJSTEN or set(rij) != set(LIJSTEN[lijst]):
        raise NotFound()
    rows = [dict(rij) if row["code"] == rij["code"] else row for row in regeling.inrichting.get(lijst, [])]
    if dict(rij) not in rows:
        rows.append(dict(rij))
    regeling.inrichting = regeling.inrichting | {lijst: rows}
    with refusing(session):
        regeling.record("regeling:wijzigen", actor=actor, velden=lijst, code=rij["code"])
    return regeling


def rij_weghalen(session, actor, regeling_id, lijst: str, code: str) -> Regeling:
    """Take a row out of one of the LIJSTEN."""
    regeling = _concept(session, actor, regeling_id)
    before = regeling.inrichting.get(lijst, [])
    rows = [row for row in before if row["code"] != code]
    if len(rows) == len(before):
        raise NotFound()
    regeling.inrichting = regeling.inrichting | {lijst: rows}
    with refusing(session):
        regeling.record("regeling:wijzigen", actor=actor, velden=lijst, code=code)
    return regeling


def financiering_wijzigen(session, actor, regeling_id, *, van: date, vormen: list[str]) -> Regeling:
    """Another way of funding from a day on; what held before stays readable (requirements B7)."""
    regeling = _own(session, actor, regeling_id)
    if not vormen or not set(vormen) <= set(Financiering):
        raise Refused("Kies ten minste één manier van betalen.")
    if regeling.state != RegelingState.CONCEPT and van <= clock.today():
        raise Refused("De regeling is bekendgemaakt. Een andere manier van betalen begint op een latere dag.")
    rows = [row for row in regeling.financiering if row["van"] != van.isoformat()]
    regeling.financiering = sorted([*rows, {"van": van.isoformat(), "vormen": sorted(vormen)}], key=lambda row: row["van"])
    with refusing(session):
        regeling.record("regeling:financiering", actor=actor, van_on=van, vormen=" ".join(sorted(vormen)))
    return regeling


# The ceiling ---------------------------------------------------------------------------------------------------------------

def plafond_vaststellen(session, actor, regeling_id, *, van: date, tot: date, bedrag: Decimal, orgaan: str,
                        vastgesteld_on: date, bekendgemaakt_on: date, vindplaats: str,
                        met_voorbehoud: bool = False) -> Plafond:
    """Record the ceiling of a period as it was adopted and made public. Refused when it is made public after its period began
    (Awb 4:27, lid 1), or overlaps another one."""
    regeling = _own(session, actor, regeling_id)
    if bekendgemaakt_on >= van:
        raise Refused("Een plafond wordt bekendgemaakt vóór de periode begint (Awb 4:27, lid 1).")
    if vastgesteld_on > bekendgemaakt_on:
        raise Refused("Het plafond is bekendgemaakt voordat het is vastgesteld. Controleer de datums.")
    if any(p.van < tot and van < p.tot for p in queries.plafonds(session, regeling.id)):
        raise Refused("Voor een deel van deze periode is er al een plafond.", status=409)
    plafond = Plafond(**under(regeling, actor.party_id), van=van, tot=tot, orgaan=orgaan, vastgesteld_on=vastgesteld_on,
                      bekendgemaakt_on=bekendgemaakt_on, vindplaats=vindplaats, met_voorbehoud=met_voorbehoud)
    session.add(plafond)
    settle(session)
    _boek(session, actor, regeling, plafond, Boeking.VASTSTELLEN, bedrag, bekendgemaakt_on, vindplaats)
    with refusing(session):
        regeling.record("regeling:plafond", actor=actor, soort=Boeking.VASTSTELLEN, bedrag=bedrag, van_on=van)
    return plafond


def plafond_wijzigen(session, actor, plafond_id, *, verschil: Decimal, bekendgemaakt_on: date, vindplaats: str) -> Plafond:
    """Raise or lower a ceiling. A lowering counts for applications from the day it was made public (Awb 4:27, lid 2), unless
    the ceiling was made public with that reservation (Awb 4:28)."""
    plafond = load(session, Plafond, plafond_id)
    regeling = _own(session, actor, plafond.dossier_id)
    if not verschil:
        raise Refused("Vul in hoeveel het plafond hoger of lager wordt.")
    if bekendgemaakt_on > clock.today():
        raise Refused("Leg de wijziging vast als zij is bekendgemaakt.")
    soort = Boeking.VERHOGEN if verschil > 0 else Boeking.VERLAGEN
    _boek(session, actor, regeling, plafond, soort, abs(verschil), bekendgemaakt_on, vindplaats)
    with refusing(session):
        regeling.record("regeling:plafond", actor=actor, soort=soort, bedrag=abs(verschil), van_on=plafond.van)
    session.refresh(plafond)
    return plafond


def _boek(session, actor, regeling, plafond, soort, bedrag, bekendgemaakt_on, vindplaats) -> None:
    with refusing(session):
        session.add(PlafondBoeking(**under(regeling, actor.party_id), plafond_id=plafond.id, soort=soort, bedrag=bedrag,
                                   bekendgemaakt_on=bekendgemaakt_on, vindplaats=vindplaats))


def maximum_vaststellen(session, actor, regeling_id, *, product: str, jaar: int, per: Per, bedrag: Decimal, besluit: str,
                        van: date) -> MaximumRij:
    """Record a cap by the decision of the college, from its day on. The cap that held until then ends there."""
    regeling = _own(session, actor, regeling_id)
    if product not in {p["code"] for p in regeling.inrichting.get("producten", [])}:
        raise Refused("Dit product hoort niet bij deze regeling.")
    for row in queries.maxima(session, regeling.id):
        if (row.product, row.jaar) == (product, jaar) and row.van < van and row.tot is None:
            row.tot = van
    maximum = MaximumRij(**under(regeling, actor.party_id), product=product, jaar=jaar, per=per, bedrag=bedrag, besluit=besluit,
                         van=van)
    session.add(maximum)
    with refusing(session):
        regeling.record("regeling:maximum", actor=actor, product=product, jaar=jaar, bedrag=bedrag, van_on=van)
    return maximum


# Public ----------------------------------------------------------------------------------------------------------------------

def bekendmaken(session, actor, regeling_id) -> RegelingPublicatie:
    """Make the scheme public as it stands: from here on it does not change."""
    regeling = _own(session, actor, regeling_id)
    REGELING.perform(regeling, "bekendmaken", actor)
    publicatie = RegelingPublicatie(
        **under(regeling, actor.party_id), versie=1, reference=regeling.reference, titel=regeling.titel,
        opent_at=regeling.opent_at, sluit_at=regeling.sluit_at, inhoud=openbaar(session, regeling))
    session.add(publicatie)
    settle(session)
    return publicatie


def openbaar(session, regeling: Regeling) -> dict:
    """What everybody reads of a scheme, as it would be made public now."""
    gemeente = load(session, Gemeente, regeling.eigenaar_id)
    verband = session.get(Samenwerkingsverband, regeling.verband_id) if regeling.verband_id else None
    return {
        "gemeente": {"slug": gemeente.slug, "naam": gemeente.naam}, "verband": verband.naam if verband else "",
        **{name: getattr(regeling, name) for name in (
            "omschrijving", "doelgroep", "verordening", "artikel", "grondslag", "motivering", "verdeling", "volgorde_compleet",
            "afdeling_4_2_8", "staatssteun", "beslistermijn_weken", "beslistermijn_artikel", "nadere_regel",
            "termijnenwet_artikel", "toestemming_artikel",
            "hersteltermijn_dagen", "medeondertekenen", "financiering", "verrekening")},
        "tweede_lezer_vanaf": str(regeling.tweede_lezer_vanaf),
        "van": regeling.van.isoformat(), "tot": regeling.tot.isoformat(),
        "inrichting": {name: list(regeling.inrichting.get(name, [])) for name in LIJSTEN},
        "plafonds": [{"van": p.van.isoformat(), "tot": p.tot.isoformat(), "bedrag": str(p.bedrag), "vindplaats": p.vindplaats,
                      "bekendgemaakt_on": p.bekendgemaakt_on.isoformat()} for p in queries.plafonds(session, regeling.id)],
    }


def check_bewaren(session, reference: str, antwoorden: Mapping[str, str]) -> Geschiktheidscheck:
    """Keep the answers of somebody who checked whether a scheme is for them, without a name. NotFound for no such scheme."""
    publicatie = queries.publicatie(session, reference)
    if publicatie is None:
        raise NotFound()
    vragen = publicatie.inhoud["inrichting"]["vragen"]
    given = {v["code"]: antwoorden.get(v["code"], "") for v in vragen}
    if any(answer not in ("ja", "nee") for answer in given.values()):
        raise Refused("Beantwoord alle vragen met ja of nee.")
    check = Geschiktheidscheck(publicatie_id=publicatie.id, code=random_reference("CHK"), antwoorden=given,
                               geschikt=all(found.goed for found in geschikt(vragen, given)))
    session.add(check)
    settle(session)
    return check


def check(session, code: str) -> Geschiktheidscheck | None:
    """The answers that were kept under this code."""
    return session.scalar(select(Geschiktheidscheck).where(Geschiktheidscheck.code == code.strip().upper()))


def sluiten(session, actor, regeling_id, *, reden: str) -> Regeling:
    """Nobody applies any more; what was sent goes on."""
    regeling = _own(session, actor, regeling_id)
    REGELING.perform(regeling, "sluiten", actor, reden=reden)
    noteer(session, actor, regeling, "sluiten", reden)
    last, now = queries.publicatie_van(session, regeling.id), clock.now()
    if now < last.sluit_at:
        # Everybody sees it at once, and those who were writing too.
        session.add(RegelingPublicatie(
            **under(regeling, actor.party_id), versie=last.versie + 1, reference=last.reference, titel=last.titel,
            opent_at=min(last.opent_at, now - timedelta(seconds=1)), sluit_at=now,
            inhoud=last.inhoud | {"gesloten_reden": reden.strip()}))
    settle(session)
    return regeling


def is_open(publicatie: RegelingPublicatie, now: datetime) -> bool:
    """Can an application be sent now? For pages; the database decides again at the moment of sending."""
    return publicatie.opent_at <= now < publicatie.sluit_at

