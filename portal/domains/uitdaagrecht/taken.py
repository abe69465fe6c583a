"""The register of tasks: what a gemeente does, what that costs, how good it must be, and whether residents may take it over."""

import uuid
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from portal.domains.uitdaagrecht import queries
from portal.domains.uitdaagrecht.model import Gemeentetaak
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import Dossier
from portal.kernel.errors import NotFound, Refused
from portal.kernel.money import euro
from portal.kernel.sentences import refusing
from portal.kernel.workflow import require
from portal.register import queries as register
from portal.register.queries import Contract


def contracten(session, actor) -> list[Contract]:
    """The contracts in force that the own gemeente closed, or takes part in."""
    found = [one for one in register.contracts(session, size=None)[0] if not one.ended(clock.today())]
    shared = register.shared_dossiers(session, (one.dossier_id for one in found))
    return [one for one in found if one.eigenaar_id == actor.party_id or one.dossier_id in shared]


def _granted(session, actor, subsidie_id: uuid.UUID) -> bool:
    """Did the own gemeente grant this subsidy? The root of the dossier says it."""
    return session.scalar(select(select(Dossier.id).where(
        Dossier.id == subsidie_id, Dossier.eigenaar_id == actor.party_id, Dossier.soort == "subsidie",
        Dossier.state == "verleend").exists()))


def bewaren(session, actor, taak_id: uuid.UUID | None = None, *, naam: str, omschrijving: str, product: str = "",
            kosten: Decimal | None = None, kosten_jaar: int | None = None, bron: str = "", kwaliteit: str = "",
            overeenkomst_id: uuid.UUID | None = None, subsidie_id: uuid.UUID | None = None, contract_tot: date | None = None,
            bevoegd_id: uuid.UUID | None = None, uitdaagbaar: bool = True, reden: str = "") -> Gemeentetaak:
    """Write a task down, or change it. Whoever contracts it is a contract of this gemeente or one it takes part in."""
    require(actor, P.UITDAGING_BEHANDELEN)
    faults = [sentence for text, sentence in (
        (naam, "Schrijf hoe de taak heet."), (omschrijving, "Schrijf in gewone woorden wat de gemeente doet."))
        if not text.strip()]
    if kosten is not None and (kosten < 0 or euro(kosten) != kosten):
        faults.append("De kosten zijn een bedrag in hele centen, en niet lager dan nul.")
    if kosten is not None and (kosten_jaar is None or not 2000 <= kosten_jaar <= 2100):
        faults.append("Schrijf over welk jaar de kosten gaan.")
    if kosten is not None and not bron.strip():
        faults.append("Schrijf waar het bedrag vandaan komt, bijvoorbeeld de jaarrekening.")
    if not uitdaagbaar and not reden.strip():
        faults.append("Schrijf waarom bewoners deze taak niet kunnen overnemen.")
    if faults:
        raise Refused(*faults)
    task = Gemeentetaak(party_id=actor.party_id) if taak_id is None else eigen(session, actor, taak_id)
    # Who keeps what was chosen before, keeps it also when it ended since.
    if overeenkomst_id and overeenkomst_id != task.overeenkomst_id and overeenkomst_id not in {
            one.id for one in contracten(session, actor)}:
        raise Refused("Dit contract loopt niet, of het is niet van uw gemeente.")
    if subsidie_id and subsidie_id != task.subsidie_id and not _granted(session, actor, subsidie_id):
        raise Refused("Deze subsidie is niet verleend, of is niet van uw gemeente.")
    task.naam, task.omschrijving, task.product = naam.strip(), omschrijving.strip(), product.strip()
    task.kosten, task.kosten_jaar, task.bron = kosten, kosten_jaar if kosten is not None else None, bron.strip()
    task.kwaliteit, task.overeenkomst_id, task.subsidie_id = kwaliteit.strip(), overeenkomst_id, subsidie_id
    task.contract_tot, task.bevoegd_id, task.uitdaagbaar, task.reden = contract_tot, bevoegd_id, uitdaagbaar, reden.strip()
    task.gewijzigd_by, task.gewijzigd_at = actor.user_id, clock.now()
    with refusing(session):
        session.add(task)
    return task


def openbaar(session, actor, taak_id, *, ja: bool = True) -> Gemeentetaak:
    """Show a task to everybody, or take it off."""
    require(actor, P.UITDAGING_BEHANDELEN)
    task = eigen(session, actor, taak_id)
    task.openbaar_at = clock.now() if ja else None
    task.gewijzigd_by, task.gewijzigd_at = actor.user_id, clock.now()
    with refusing(session):
        session.flush()
    return task


def eigen(session, actor, taak_id) -> Gemeentetaak:
    """A task of the own gemeente; NotFound for another's."""
    task = queries.taak(session, taak_id)
    if task.party_id != actor.party_id:
        raise NotFound("Deze taak is niet van uw gemeente.")
    return task
