"""The decision on an application for support: proposed, signed under mandate, sent by post, its remedy from the day of posting.

Wmo 2015, 2.3.5: granted where own strength, usual help, carers, network and general provisions are not enough. In kind or as a
pgb (2.3.6); a pgb was offered, and who chose one said why.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.domains.plaatsingen import mensen, plaatsen, queries, rules, work
from portal.domains.plaatsingen.model import Persoon, Toegang, ToegangState
from portal.domains.plaatsingen.workflow import TOEGANG
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Aard, Besluit, Rechtsmiddel
from portal.kernel.brief import afzender, begin_remedie, besluit_met_dossier, college, mag_op_de_post, ondertekenen
from portal.kernel.documents import Stuk, keep
from portal.kernel.dossier import load
from portal.kernel.errors import Refused
from portal.kernel.sentences import refusing, settle
from portal.kernel.terms import compute
from portal.tenants.model import Gemeente, Mandaat, Vervanging

SOORT = "toegang"
STAP = {"toekennen": "toekennen", "afwijzen": "afwijzen"}
MOTIVERING = 20


@dataclass(frozen=True)
class Toegangsbrief:
    """Everything the letter about a decision says; the adapter makes it a PDF. It holds no citizen service number."""

    gemeente: Gemeente
    persoon: str
    adres: str
    kenmerk: str
    ondertekenaar: str
    mandaat: str
    vervangt: str | None
    orgaan: str
    getekend_on: date
    aanvraag_on: date
    inhoud: dict
    bezwaar_tot: date


class Brieven(Protocol):
    """What makes a letter and puts it in the file store."""

    def toegang(self, brief: Toegangsbrief) -> Stuk:
        """The letter about a decision, as a stored PDF."""


def voorstel_gebreken(*, uitkomst: str, motivering: str, vorm: str = "", product: str = "", van: date | None = None,
                      tot: date | None = None, pgb_aangeboden: bool | None = None, motief: str = "",
                      aanvraag_on: date | None = None) -> list[str]:
    """Why this is no proposal yet: for the page and the step."""
    faults = [] if len(motivering.strip()) >= MOTIVERING else [
        "Schrijf de motivering, zo dat de inwoner het begrijpt (Awb 3:46)."]
    if uitkomst not in STAP:
        return [*faults, "Kies: toekennen of afwijzen."]
    faults += rules.pgb_gebreken(pgb_aangeboden, gekozen=vorm == "pgb", motief=motief)
    if uitkomst == "toekennen":
        if vorm not in ("zin", "pgb"):
            faults.append("Kies hoe de ondersteuning komt: in natura of met een pgb.")
        if not product.strip():
            faults.append("Schrijf welke ondersteuning iemand krijgt.")
        if van is None:
            faults.append("Vul in vanaf welke dag de ondersteuning begint.")
        elif tot is not None and tot < van:
            faults.append("De laatste dag ligt voor de eerste.")
        elif aanvraag_on is not None and van < aanvraag_on:
            faults.append(f"De aanvraag is van {aanvraag_on:%d-%m-%Y}. De ondersteuning begint niet eerder.")
    return faults


def voorstellen(session, actor, toegang_id, *, uitkomst: str, motivering: str, vorm: str = "", product: str = "",
                van: date | None = None, tot: date | None = None, pgb_aangeboden: bool | None = None, motief: str = ""
                ) -> Besluit:
    """Draft the decision; somebody else signs it."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    said = {"uitkomst": uitkomst, "motivering": motivering, "vorm": vorm, "product": product, "van": van, "tot": tot,
            "pgb_aangeboden": pgb_aangeboden, "motief": motief}
    if faults := voorstel_gebreken(**said, aanvraag_on=toegang.aanvraag_on):
        raise Refused(*faults)
    TOEGANG.perform(toegang, "voorstellen", actor)
    gemeente = load(session, Gemeente, toegang.eigenaar_id)
    granted = uitkomst == "toekennen"
    besluit = besluiten.draft(
        session, toegang, actor, soort=SOORT, aard=Aard.BESLUIT, rechtsmiddel=Rechtsmiddel.BEZWAAR, bedrag=None,
        orgaan=college(gemeente), at=clock.now(), tweede_lezer_nodig=False,
        onderwerp="Uw aanvraag om ondersteuning", inhoud={
            "uitkomst": uitkomst, "motivering": motivering.strip(), "pgb_aangeboden": pgb_aangeboden,
            "vorm": vorm if granted else "", "product": product.strip() if granted else "",
            "van": van.isoformat() if granted and van else None, "tot": tot.isoformat() if granted and tot else None,
            "motief": motief if vorm == "pgb" else ""})
    with refusing(session):
        session.flush()
    work.wait_for(session, toegang, "werk_tekenen")
    settle(session)
    return besluit


def terugsturen(session, actor, besluit_id, *, reden: str) -> Besluit:
    """Back to who drafted it, with a reason."""
    besluit, toegang = _waiting(session, actor, besluit_id)
    besluiten.send_back(besluit, actor, reden=reden)
    work.done(session, toegang, "werk_tekenen")
    work.wait_for(session, toegang, "werk_besluit")
    toegang.record("intern:teruggestuurd", actor=actor, besluit=besluit.id)
    settle(session)
    return besluit


def tekenen(session, actor, besluit_id, *, brieven: Brieven) -> Besluit:
    """Sign under mandate and make the letter. It is sent by who posts it (`posten`)."""
    besluit, toegang = _waiting(session, actor, besluit_id)
    handtekening = ondertekenen(session, actor, besluit)
    TOEGANG.perform(toegang, STAP[besluit.inhoud["uitkomst"]], actor, record={"besluit": besluit.id, **handtekening.feiten})
    stuk = brieven.toegang(brief_van(session, besluit, toegang, ondertekenaar=actor.naam, mandaat=handtekening.mandaat,
                                     vervanging=handtekening.vervanging))
    keep(session, toegang, actor, stuk, soort=queries.TOEGANGSBRIEF, titel=besluit.onderwerp)
    besluiten.mark_sent(besluit, at=clock.now())
    work.wait_for(session, toegang, "werk_posten")
    if toegang.state == ToegangState.TOEGEKEND and toegang.taak == plaatsen.DOMEIN:
        work.wait_for(session, toegang, "werk_plaatsing")
    settle(session)
    return besluit


def posten(session, actor, besluit_id, *, on: date) -> Toegang:
    """The letter went by post on this day: it is made known (Awb 3:41), and the term to object runs from the day after (Awb
    6:8)."""
    besluit, toegang = besluit_met_dossier(session, actor, besluit_id, Toegang, (SOORT,), lock=False)
    if queries.termijn(session, toegang.id, "bezwaartermijn") is not None:
        raise Refused("De dag van de post staat er al.", status=409)
    mag_op_de_post(besluit, on=on)
    toegang.record("toegang:posten", actor=actor, on=on, besluit=besluit.id)
    begin_remedie(session, toegang, besluit, on=on)
    work.done(session, toegang, "werk_posten")
    settle(session)
    # An objection that came before the letter counts from it too.
    mensen.wachten_op_antwoord(session, toegang)
    return toegang


def brief_van(session, besluit: Besluit, toegang: Toegang, *, ondertekenaar: str, mandaat: Mandaat | None = None,
              vervanging: Vervanging | None = None) -> Toegangsbrief:
    """The letter that goes with a decision, also for its preview."""
    persoon, today = load(session, Persoon, toegang.persoon_id), clock.today()
    return Toegangsbrief(
        gemeente=load(session, Gemeente, toegang.eigenaar_id), persoon=persoon.naam, adres=persoon.adres,
        kenmerk=toegang.reference, orgaan=besluit.orgaan, getekend_on=today, aanvraag_on=toegang.aanvraag_on,
        **afzender(session, ondertekenaar=ondertekenaar, mandaat=mandaat, vervanging=vervanging), inhoud=besluit.inhoud,
        bezwaar_tot=compute(terms.rule("bezwaartermijn"), today).last_day)


def _waiting(session, actor, besluit_id) -> tuple[Besluit, Toegang]:
    """A proposal of this kind with its dossier, the dossier locked first; NotFound for another gemeente's."""
    return besluit_met_dossier(session, actor, besluit_id, Toegang, (SOORT,))
