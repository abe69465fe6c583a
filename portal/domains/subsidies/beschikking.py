"""The decision itself, whatever it is about: drafted with its content, signed under mandate, sent as a letter with the
objection term. Each kind of decision builds on this in a module of its own; reading and signing stand in tekenen.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from sqlalchemy import func, or_, select

from portal.domains.subsidies import queries, work
from portal.domains.subsidies.model import Argument, Indiening, RegelingPublicatie, Subsidie
from portal.domains.subsidies.workflow import zelf_geen_belang
from portal.kernel import besluit as besluiten
from portal.kernel import brief as kernelbrief
from portal.kernel import clock, terms
from portal.kernel.besluit import Aard, Besluit, Rechtsmiddel
from portal.kernel.brief import REMEDIE_TERMIJN, Handtekening, begin_remedie, college
from portal.kernel.documents import Stuk, keep
from portal.kernel.dossier import load
from portal.kernel.errors import Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing
from portal.kernel.terms import compute
from portal.tenants.model import Gemeente, Mandaat, Vervanging

SOORT_BRIEF = "besluitbrief"


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
    # The last day to pay, of the gemeente or of the recipient (Awb 4:87).
    betaling_tot: date
    # Of which remedy `bezwaar_tot` is the last day.
    rechtsmiddel: str = Rechtsmiddel.BEZWAAR


class Brieven(Protocol):
    """What makes a letter and puts it in the file store."""

    def besluit(self, brief: BesluitBrief) -> Stuk:
        """The letter about a decision, as a stored PDF."""


def zonder_belang(subsidie: Subsidie, actor) -> None:
    """Refused for who declared an interest or belongs to the applicant."""
    if reason := zelf_geen_belang(subsidie, actor=actor):
        raise Refused(reason, status=403)


def regeling_feiten(publicatie: RegelingPublicatie) -> dict:
    """On which scheme and article a decision rests (requirements B1)."""
    return {"reference": publicatie.reference, "titel": publicatie.titel, "verordening": publicatie.inhoud["verordening"],
            "artikel": publicatie.inhoud["artikel"]}


def opstellen(session, actor, subsidie: Subsidie, *, soort: str, onderwerp: str, inhoud: Mapping, bedrag: Decimal | None,
              gebeurtenis: str, klaar: tuple[str, ...] = (), rechtsmiddel: Rechtsmiddel = Rechtsmiddel.BEZWAAR) -> Besluit:
    """Draft a decision of this kind; from the amount that the scheme names on, a second reader comes first. `klaar`: the work
    that is done with it. Against what takes the place of a decision that fell, people go to the court (Awb 7:11, lid 2)."""
    gemeente = load(session, Gemeente, subsidie.eigenaar_id)
    publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
    replaces = {}
    if fallen := queries.te_vervangen(session, subsidie.id, soort):
        bezwaar, first = fallen
        rechtsmiddel = Rechtsmiddel.BEROEP
        replaces = {"vervangt": {"besluit_id": str(first.id), "onderwerp": first.onderwerp, "bezwaar": bezwaar.reference,
                                 "verzonden_on": clock.day_of(first.verzonden_at).isoformat()}}
    besluit = besluiten.draft(
        session, subsidie, actor, soort=soort, aard=Aard.BESLUIT, rechtsmiddel=rechtsmiddel, bedrag=bedrag,
        orgaan=college(gemeente), onderwerp=f"{onderwerp}: {subsidie.titel}",
        at=clock.now(),
        inhoud={"regeling": regeling_feiten(publicatie), "argumenten": argumenten_sinds(session, subsidie), **inhoud,
                **replaces},
        tweede_lezer_nodig=(bedrag or Decimal(0)) >= Decimal(publicatie.inhoud["tweede_lezer_vanaf"]))
    with refusing(session):
        session.flush()
        subsidie.record(gebeurtenis, actor=actor, besluit=besluit.id, uitkomst=inhoud["uitkomst"], bedrag=bedrag)
    work.done(session, subsidie, *klaar)
    work.lezen_en_tekenen(session, subsidie)
    return besluit


def argumenten_sinds(session, subsidie: Subsidie) -> list[dict]:
    """What the recipient argued since the last letter, with the answers: they stand in the next one (Awb 3:46)."""
    last = (select(func.max(Besluit.verzonden_at)).where(Besluit.dossier_id == subsidie.id).scalar_subquery())
    rows = session.scalars(
        select(Argument).join(Indiening, Indiening.id == Argument.indiening_id)
        .where(Argument.dossier_id == subsidie.id, or_(last.is_(None), Indiening.ontvangen_at > last))
        .order_by(Argument.nummer))
    return [{"tekst": row.tekst, "antwoord": row.antwoord} for row in rows]


def brief_van(session, besluit: Besluit, subsidie: Subsidie, *, on: date, ondertekenaar: str, mandaat: Mandaat | None = None,
              vervanging: Vervanging | None = None) -> BesluitBrief:
    """The letter that goes with a decision, also for its preview."""
    aanvrager = queries.inhoud(session, subsidie).inhoud["aanvrager"]
    due = compute(terms.rule(REMEDIE_TERMIJN[besluit.rechtsmiddel or Rechtsmiddel.BEZWAAR]), on)
    return BesluitBrief(
        gemeente=load(session, Gemeente, subsidie.eigenaar_id),
        **kernelbrief.afzender(session, ondertekenaar=ondertekenaar, mandaat=mandaat, vervanging=vervanging),
        vervanging_van=vervanging.van if vervanging else None, vervanging_tot=vervanging.tot if vervanging else None,
        orgaan=besluit.orgaan, aanvrager=subsidie.aanvrager_naam, adres=aanvrager.get("postadres", ""),
        kenmerk=subsidie.reference, onderwerp=besluit.onderwerp, verzonden_on=on, ontvangen_on=subsidie.ontvangen_on,
        inhoud=besluit.inhoud, bezwaar_tot=due.last_day, bezwaar_telling=due.count,
        betaling_tot=compute(terms.rule("betaling"), on).last_day, rechtsmiddel=besluit.rechtsmiddel or Rechtsmiddel.BEZWAAR)


def ondertekenen(session, actor, besluit: Besluit) -> Handtekening:
    """Sign under mandate, unless it comes in the place of a decision that this person took."""
    if reason := tekende_het_eerste(session, besluit, actor):
        raise Refused(reason, status=403)
    return kernelbrief.ondertekenen(session, actor, besluit)


def tekende_het_eerste(session, besluit: Besluit, actor) -> str | None:
    """Who took a decision, does not take the one that comes in its place after an objection. A proposal of before that is no
    such decision: it has another remedy."""
    fallen = queries.te_vervangen(session, besluit.dossier_id, besluit.soort)
    if fallen is None or besluit.state not in besluiten.OPEN:
        return None
    if fallen[1].getekend_by == actor.user_id:
        return "U tekende het eerste besluit. Een ander tekent het besluit dat ervoor in de plaats komt (Awb 10:3, lid 3)."
    if "vervangt" not in besluit.inhoud:
        return "Dit voorstel is van voor de beslissing op het bezwaar. Stuur het terug, en maak een nieuw voorstel."
    return None


def schreef_mee(besluit: Besluit, actor) -> str | None:
    """Who wrote in a proposal neither reads nor signs it, also when a colleague laid it before them. The drafter hears that in
    the words of the kernel."""
    if besluit.opgesteld_by != actor.user_id and str(actor.user_id) in besluit.inhoud.get("schrijvers", ()):
        return "U schreef mee aan dit voorstel. Een ander moet het lezen en tekenen."
    return None


def versturen(session, actor, besluit: Besluit, subsidie: Subsidie, handtekening: Handtekening, *, brieven: Brieven,
              tekst: str) -> None:
    """Send the letter: it is kept and does not change; the term of its remedy runs from the day after (Awb 6:8). A letter on
    paper is sent by who posts it."""
    now, today = clock.now(), clock.today()
    stuk = brieven.besluit(brief_van(session, besluit, subsidie, on=today, ondertekenaar=actor.naam,
                                     mandaat=handtekening.mandaat, vervanging=handtekening.vervanging))
    keep(session, subsidie, actor, stuk, soort=SOORT_BRIEF, titel=besluit.onderwerp, gedeeld_at=now)
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id, besluit_id=besluit.id,
                     onderwerp=f"{besluit.onderwerp} ({subsidie.reference})", tekst=tekst,
                     brief=(stuk.key, stuk.sha256, stuk.grootte))
    besluiten.mark_sent(besluit, at=now)
    if subsidie.aanvrager_id:
        begin_remedie(session, subsidie, besluit, on=today, party_id=subsidie.aanvrager_id)
    else:  # made known on the day that somebody posts it (posten.py)
        work.wait_for(session, subsidie, "werk_posten")
    work.lezen_en_tekenen(session, subsidie)
