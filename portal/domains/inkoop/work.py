"""What waits for whom in a procurement: every working term, from the step that starts it to the step that ends it.

The terms that bind in law or by the invitation (deelname, standstill) stand with their own steps in usecases.py. These are
agreed between the gemeenten (config/inkoop.toml, [werk]); *Mijn werk* shows them to who can do the work.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from config import load as load_config
from portal.domains.inkoop import queries, rules
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import Dossier
from portal.kernel.terms import TermRule
from portal.kernel.werk import Work, begin, done

__all__ = ["WORK", "WORK_AGAIN", "closing_day", "done", "wait_for"]


# `kind` -> what it is. The placeholders are filled by `wait_for`.
WORK = {
    "werk_volgen": Work(
        "Volg de deelnamebesluiten en besluit of de inkoop doorgaat",
        "De inkoop staat stil. Gemeenten die op tijd besloten, wachten op uw besluit.",
        (P.INKOOP_BESLISSEN,), "inkoop.dossier"),
    "werk_publiceren": Work(
        "Publiceer de inkoop",
        "Aanbieders kunnen niet inschrijven. De inkoop staat stil, maar de zorg moet beginnen op {begint:%d-%m-%Y}.",
        (P.INKOOP_PUBLICEREN,), "inkoop.publiceren_controle"),
    "werk_openen": Work(
        "Open de inschrijvingen, samen met een andere gemeente",
        "De inschrijvingen blijven dicht. Niemand kan ze lezen of beoordelen.",
        (P.INKOOP_OPENEN,), "inkoop.opening"),
    "werk_beoordelen": Work(
        "Beoordeel perceel {nummer}: {naam}",
        "De uitkomst van perceel {nummer} kan niet worden vastgesteld. De aanbieders krijgen geen antwoord.",
        (P.INKOOP_BEOORDELEN,), "inkoop.perceel"),
    "werk_vaststellen": Work(
        "Stel de beoordeling van perceel {nummer} vast",
        "Er komt geen voorstel voor de gunning van perceel {nummer}. De aanbieders krijgen geen antwoord.",
        (P.INKOOP_VASTSTELLEN,), "inkoop.perceel"),
    "werk_vervallen": Work(
        "Laat perceel {nummer} vervallen: niemand heeft ingeschreven",
        "Perceel {nummer} blijft open. De inkoop kan niet worden afgerond.",
        (P.INKOOP_BESLISSEN,), "inkoop.perceel"),
    "werk_gunnen": Work(
        "Maak het gunningsvoorstel voor perceel {nummer}",
        "Niemand kan perceel {nummer} gunnen. De aanbieders krijgen geen antwoord.",
        (P.INKOOP_GUNNEN,), "inkoop.gunning_opstellen"),
    "werk_meelezen": Work(
        "Lees mee met het gunningsvoorstel voor perceel {nummer}",
        "Niemand mag tekenen. De brieven aan de aanbieders gaan niet weg.",
        (P.INKOOP_MEELEZEN,), "inkoop.perceel"),
    "werk_tekenen": Work(
        "Teken de gunning van perceel {nummer}",
        "De brieven aan de aanbieders gaan niet weg. De standstill begint niet, en er komt geen contract.",
        (P.INKOOP_TEKENEN,), "inkoop.te_tekenen"),
    "werk_contracteren": Work(
        "Sluit de contracten voor perceel {nummer}: {naam}",
        "Er is geen contract. De zorg uit deze inkoop kan dan niet op tijd beginnen.",
        (P.INKOOP_CONTRACTEREN,), "inkoop.contract"),
    "werk_versturen": Work(
        "Verstuur uw inschrijving",
        "Wat u niet heeft verstuurd, telt niet mee. Na {sluit:%d-%m-%Y, %H.%M} uur kunt u niets meer versturen.",
        (P.INSCHRIJVING_SCHRIJVEN, P.INSCHRIJVING_VERSTUREN), "inschrijving.dossier"),
}
# The same term in other words: sent, and changed after that.
WORK_AGAIN = {
    "werk_versturen": Work(
        "Verstuur uw inschrijving opnieuw: u heeft haar veranderd na het versturen",
        "De gemeenten lezen wat u eerder verstuurde. Na {sluit:%d-%m-%Y, %H.%M} uur kunt u niets meer versturen.",
        (P.INSCHRIJVING_SCHRIJVEN, P.INSCHRIJVING_VERSTUREN), "inschrijving.dossier"),
}


def wait_for(session, dossier: Dossier, kind: str, *, on: date | None = None, parties: Iterable[uuid.UUID] | None = None,
             due_at: datetime | None = None, regelset: Mapping | None = None, again: bool = False,
             **words) -> None:
    """From `on` (default today) this work waits for these parties (default: the owner of the dossier). Who has it open
    already gets no second one. `words` fill the sentences (`again`: those for work that was done before); `regelset` spares a
    query where the publication is at hand."""
    regelset = regelset or queries.regelset(session, getattr(dossier, "inkoop_id", dossier.id))
    begin(session, dossier, _rule(regelset, kind), (WORK_AGAIN if again else WORK)[kind], on=on, parties=parties,
          due_at=due_at, **words)


def _rule(regelset: Mapping, kind: str) -> TermRule:
    """The term as this procurement knows it. A kind of work that is younger than its frozen rules: as it is now."""
    return rules.work_rule(regelset if kind.removeprefix("werk_") in regelset["werk"] else load_config("inkoop"), kind)


def closing_day(sluit_at: datetime) -> date:
    """The day, in Amsterdam, on which bidding ends."""
    return sluit_at.astimezone(clock.AMSTERDAM).date()
