"""One plan with everything its pages show, for who has it and for who joined; and what there is to do now."""

import uuid
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace

from flask import g, url_for

from portal.domains.uitdaagrecht import initiatieven, queries, rules, usecases
from portal.domains.uitdaagrecht.model import (
    OPEN,
    Afspraak,
    Gemeentetaak,
    Gesprek,
    Initiatief,
    InitiatiefState,
    Inzending,
    Soort,
    State,
    Uitdaging,
    Verslagakkoord,
)
from portal.identity.permissions import Permission as P
from portal.kernel import bezwaar, clock
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Termijn
from portal.kernel.outbox import Bericht
from portal.web import navigation
from portal.web.links import state_badge
from portal.web.taal import gettext as _

EIGEN = P.UITDAGING_EIGEN
# A sending that says what the plan is.
PLANNEN = (Soort.UITDAGING, Soort.AANVULLING, Soort.PLAN)


def gemeente_van(gemeente_id: uuid.UUID | None):
    """The gemeente with this id, as it stands in every page; None without one."""
    return next((row for row in navigation.gemeenten().values() if row.id == gemeente_id), None)


@dataclass(frozen=True)
class Blad:
    """A plan. `eigen`: the reader has it; who joined only reads, and reads what was sent."""

    id: uuid.UUID
    reference: str
    titel: str
    state: str
    eigen: bool
    # What was written; None where the reader joined.
    initiatief: Initiatief | None
    uitdaging: Uitdaging | None

    @cached_property
    def idee(self) -> SimpleNamespace:
        """What hangs on the idea (queries.rondom_idee)."""
        return queries.rondom_idee(g.db, self.id, uitdaging=self.uitdaging, taak_id=self._taak_id)

    @cached_property
    def zaak(self) -> SimpleNamespace | None:
        """What hangs on the case (queries.rondom_zaak); None while the gemeente does not have it."""
        return queries.rondom_zaak(g.db, self.uitdaging.id) if self.uitdaging else None

    @property
    def _taak_id(self) -> uuid.UUID | None:
        return self.initiatief.taak_id if self.initiatief else self.uitdaging.taak_id if self.uitdaging else None

    @property
    def gegevens(self) -> dict:
        """The plan as it is written, or as it was sent last."""
        if self.initiatief:
            return self.initiatief.gegevens
        sent = next((one for one in self.idee.inzendingen if one.soort in PLANNEN), None)
        return sent.inhoud["gegevens"] if sent else {}

    @cached_property
    def gemeente(self):
        """Who decides; None where the reader joined a plan that was not sent."""
        if self.uitdaging:
            return gemeente_van(self.uitdaging.eigenaar_id)
        sent = None if self.initiatief else next(iter(self.idee.inzendingen), None)
        return gemeente_van(self.initiatief.gemeente_id if self.initiatief else sent.gemeente_id if sent else None)

    @property
    def regels(self) -> rules.Regels | None:
        """The rules that hold: those of the day it came in, else those of today."""
        if self.uitdaging:
            return queries.regels(self.uitdaging)
        return queries.regels_van_gemeente(self.gemeente.slug) if self.gemeente else None

    @property
    def taak(self) -> Gemeentetaak | None:
        """The task of the register that it is about."""
        return next(iter(self.idee.taken), None)

    @property
    def contact(self) -> str | None:
        """Who handles it at the gemeente, by name."""
        return next(iter(self.idee.contact), None)

    @property
    def stand(self) -> str | None:
        """Where it stands at the gemeente."""
        return self.uitdaging.state if self.uitdaging else None

    @property
    def badge(self) -> tuple[str, str]:
        """How the whole stands."""
        return badge(self.state, self.stand)

    @cached_property
    def schrijft(self) -> bool:
        """May this reader still change the plan?"""
        return self.eigen and initiatieven.schrijft_nog(g.db, self.initiatief)

    @property
    def open(self) -> bool:
        """Can it still be taken back?"""
        return self.state != InitiatiefState.INGETROKKEN and (self.uitdaging is None or self.stand in OPEN)

    @property
    def besluit(self) -> Besluit | None:
        """The answer; None while there is none."""
        return next(iter(self.zaak.besluiten), None) if self.zaak else None

    @property
    def bezwaar_tot(self):
        """The last day to object, where the answer is a decision; None otherwise."""
        if self.besluit is None or self.regels.rechtskarakter != rules.Rechtskarakter.BESLUIT:
            return None
        return bezwaar.uiterlijk(clock.day_of(self.besluit.verzonden_at))

    @property
    def afspraak(self) -> Afspraak | None:
        """The agreement that counts; until one does, the one on the table."""
        return next(filter(None, self._afspraken), None)

    @property
    def voorstel(self) -> Afspraak | None:
        """The agreement on the table."""
        return self._afspraken[1]

    @cached_property
    def _afspraken(self) -> tuple[Afspraak | None, Afspraak | None]:
        return queries.uit_elkaar(self.zaak.afspraken if self.zaak else ())

    @property
    def getekend(self) -> set[uuid.UUID]:
        """Which sides signed the agreement on the table, else the one that counts."""
        last = self.voorstel or self.afspraak
        return {one.party_id for one in self.zaak.tekens if one.afspraak_id == last.id} if last else set()

    @property
    def verlengt(self) -> bool:
        """Does an agreement with a later last day lie beside the one that counts, to sign in time?"""
        return self.stand == State.UITVOERING and self.voorstel is not None and self.afspraak.tot >= clock.today()

    @property
    def pagina(self):
        """The page for everybody; None while there is none."""
        return next(iter(self.zaak.paginas), None) if self.zaak else None

    @cached_property
    def steun(self) -> int:
        """How much support counts now."""
        return queries.steun(g.db, self.uitdaging) if self.uitdaging else 0

    @property
    def aanvulbericht(self) -> Bericht | None:
        """The message that says what must be added, and why; opening it is noted there."""
        return next((one for one in self.idee.berichten if one.onderwerp == usecases.AANVULLING_GEVRAAGD), None)

    def termijn(self, kind: str) -> Termijn | None:
        """The term of this kind that runs."""
        every = self.zaak.termijnen if self.zaak else ()
        return next((one for one in every if one.kind == kind and one.met_on is None), None)

    def gesprekken(self) -> list[tuple[Gesprek, Verslagakkoord | None]]:
        """The talks, each with what the residents said of its report."""
        said = {one.gesprek_id: one for one in self.zaak.akkoorden if one.party_id == self.uitdaging.indiener_id}
        return [(talk, said.get(talk.id)) for talk in self.zaak.gesprekken]

    def laatste(self, soort: Soort) -> Inzending | None:
        """The last sending of this kind."""
        return next((one for one in self.idee.inzendingen if one.soort == soort), None)

    def _sinds(self, kind: str, sent: Inzending | None) -> bool:
        """Was this sent after the gemeente last did this, so that it is on its way?"""
        asked = next((one.recorded_at for one in self.idee.events if one.kind == kind), None)
        return sent is not None and asked is not None and sent.verzonden_at > asked

    @cached_property
    def vraagt(self) -> list[str]:
        """What the gemeente asks the residents now, by the name of its form."""
        u = self.uitdaging
        if u is None or self.state == InitiatiefState.INGETROKKEN:
            return []
        said = self.laatste(Soort.INSTEMMING)
        asks = {
            "aanvullen": self.stand == State.WACHT_OP_AANVULLING and not self.laatste(Soort.AANVULLING),
            "doorgeleiden": u.doorgeleid is not None and self.stand in (State.ONTVANGEN, State.ONTVANKELIJKHEIDSTOETS)
            and not self._sinds("uitdaging:vraag-doorgeleiden", said),
            "aanpassing": bool(u.aanpassing) and u.aanpassing_ja is None and self.stand == State.BESLISSEN
            and not self._sinds("uitdaging:aanpassing_vragen", said),
            "verslag": any(one is None for _talk, one in self.gesprekken()),
            "definitief": self.stand in (State.DIALOOG, State.BEMIDDELING) and not self.laatste(Soort.PLAN),
            "tekenen": (self.verlengt or (self.stand == State.TOEGEWEZEN and self.voorstel is not None))
            and u.indiener_id not in self.getekend}
        return [name for name, is_asked in asks.items() if is_asked]

    @property
    def onderweg(self) -> bool:
        """Was something sent that the gemeente did not take in yet?"""
        sent = next(iter(self.idee.inzendingen), None)
        return sent is not None and self.state != InitiatiefState.BEGONNEN and (
            self.uitdaging is None or (not self.vraagt and (
                self.stand == State.WACHT_OP_AANVULLING or (self.stand in (State.DIALOOG, State.BEMIDDELING)))))

    def vraag_over(self, over: str) -> str:
        """What is asked now, for who answers it: initiatieven.gevraagd_over."""
        return initiatieven.gevraagd_over(self.uitdaging, over)

    def url(self, endpoint: str = "dossier", **more) -> str:
        """The address of a page of this plan."""
        return url_for(f"initiatief.{endpoint}", initiatief_id=self.id, **more)


def badge(state: str, stand: str | None) -> tuple[str, str]:
    """How a plan stands: at the gemeente once it is there, else with who wrote it."""
    return state_badge("uitdaging", stand) if stand else state_badge("initiatief", state)


def eigen_blad(initiatief_id: uuid.UUID) -> Blad:
    """A plan of one's own; NotFound for another's."""
    found = queries.mijn(g.db, g.actor, initiatief_id)
    return Blad(found.id, found.reference, found.titel, found.state, True, found, queries.van_initiatief(g.db, found.id))


def blad_van(initiatief_id: uuid.UUID) -> Blad:
    """A plan of one's own, or of another in which the reader joined; NotFound otherwise."""
    if g.db.get(Initiatief, initiatief_id) is not None:
        return eigen_blad(initiatief_id)
    found = queries.meelezen(g.db, g.actor, initiatief_id)
    return Blad(found.id, found.reference, found.titel, found.state, False, None, queries.van_initiatief(g.db, found.id))


def te_doen(state: str, stand: str | None, *, doorgeleid: bool, aanpassing: bool) -> str:
    """What there is to do now for who has a plan, in one sentence. `doorgeleid`, `aanpassing`: the gemeente waits for a yes."""
    if state == InitiatiefState.INGETROKKEN:
        return _("U trok dit plan in.")
    if stand is None:
        return (_("Schrijf verder en verstuur uw plan.") if state == InitiatiefState.BEGONNEN
                else _("U hoeft niets te doen. De gemeente neemt het in. Dat duurt meestal een paar minuten."))
    if doorgeleid and stand in (State.ONTVANGEN, State.ONTVANKELIJKHEIDSTOETS):
        return _("De gemeente vraagt of het plan anders behandeld mag worden. Zeg ja of nee.")
    if aanpassing and stand == State.BESLISSEN:
        return _("De gemeente vraagt of het plan anders mag. Zeg ja of nee.")
    return {
        State.BEANTWOORD: _("De gemeente gaf antwoord. Lees het. Wilt u verder? Verstuur dan uw plan."),
        State.WACHT_OP_AANVULLING: _("Vul aan wat de gemeente nog wil weten."),
        State.DIALOOG: _("Praat met de gemeente. Bent u zover? Maak uw plan dan definitief."),
        State.BEMIDDELING: _("Praat verder, met hulp van de bemiddelaar."),
        State.TOEGEWEZEN: _("De gemeente zei ja. Maak samen de afspraak, en teken die."),
        State.UITVOERING: _("U doet de taak. Vertel af en toe hoe het gaat."),
        State.AFGEWEZEN: _("De gemeente zei nee. Lees waarom, en wat u nog kunt doen."),
        State.DOORGELEID: _("Het plan ging naar iemand anders. Lees bij wie het nu is."),
        State.INGETROKKEN: _("U trok dit plan in."),
        State.BEEINDIGD: _("Het is voorbij. U hoeft niets te doen."),
        State.TERUGGENOMEN: _("Het is voorbij. U hoeft niets te doen."),
    }.get(stand) or _("U hoeft nu niets te doen. De gemeente is aan zet.")
