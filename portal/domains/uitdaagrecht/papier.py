"""What residents without a login bring by letter or at the desk: typed over, and kept as it came in, with its fingerprint and
receipt. The database refuses a plan that is none of what they gave."""

from collections.abc import Mapping
from datetime import date

from portal.domains.uitdaagrecht import queries, rules
from portal.domains.uitdaagrecht.model import Inzending, Soort, Uitdaging
from portal.domains.uitdaagrecht.workflow import UITDAGING
from portal.kernel import clock
from portal.kernel.documents import receipt_number
from portal.kernel.dossier import under
from portal.kernel.errors import Refused
from portal.kernel.fingerprint import fingerprint
from portal.kernel.sentences import refusing, settle


def bewaar(session, actor, uitdaging: Uitdaging, soort: Soort, inhoud: dict) -> Inzending:
    """Keep one thing that came on paper, as a sending of their own would be kept."""
    gestuurd = Inzending(**under(uitdaging, actor.party_id), soort=soort, gemeente_id=actor.party_id, inhoud=inhoud,
                         vingerafdruk=fingerprint(inhoud), ontvangst_nummer=receipt_number(), verzonden_by=actor.user_id)
    with refusing(session):
        session.add(gestuurd)
    return gestuurd


def papier_gebrek(uitdaging: Uitdaging) -> str | None:
    """Why the gemeente does not type the plan itself: who has an own login sends it."""
    return "De bewoners sturen hun plan zelf. U verandert het niet." if uitdaging.indiener_id is not None else None


def papier_aanvullen(session, actor, uitdaging_id, *, on: date, gegevens: Mapping[str, str]) -> Uitdaging:
    """What the residents added before the talks, on the day it came in, once or more. What came first stays as it was, and so
    does its day."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    if fault := papier_gebrek(uitdaging):
        raise Refused(fault, status=409)
    was = uitdaging.plan.get("gegevens", {})
    typed = {code: text.strip() for code, text in gegevens.items()}
    # What stays empty was not given.
    nu = was | {code: text for code, text in typed.items() if text or code in was}
    faults = [f"Er ontbreekt nog: {rules.UITDAGING[code]}." for code in rules.ontbreekt(nu, rules.UITDAGING)
              if code in rules.IDEE or was.get(code)]
    if not uitdaging.ontvangen_on <= on <= clock.today():
        faults.append("Deze dag ligt vóór het plan, of in de toekomst. Kijk de dag na.")
    if nu == was:
        faults.append("U veranderde niets. Typ over wat de bewoners aanvulden.")
    if faults:
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "papier_aanvullen", actor, on=on)
    uitdaging.plan = bewaar(session, actor, uitdaging, Soort.AANVULLING, {
        "titel": uitdaging.titel, "gegevens": nu, "van": uitdaging.papier_van, "binnen_on": on.isoformat()}).inhoud
    settle(session)
    return uitdaging
