"""Taking in what somebody sent, acting for the gemeente: a job does it after the sending. Twice changes nothing."""

from sqlalchemy import select

from portal.domains.subsidies import bezwaar, ingebreke, queries, rekening, toestemming, uitvoering, usecases, vaststellen
from portal.domains.subsidies.model import Indiening, Indiensoort, Subsidie
from portal.kernel.dossier import load


def innemen(session, actor, indiening_id) -> Subsidie | None:
    """An application becomes a case, a supplement closes its suspension, a withdrawal ends it, a report is kept. Gives the case
    where it is about the application."""
    indiening = load(session, Indiening, indiening_id)
    match indiening.soort:
        case Indiensoort.AANVRAAG:
            return usecases.nieuwe_zaak(session, actor, indiening)
        case Indiensoort.AANVULLING:
            return usecases.aangevuld(session, actor, _zaak(session, actor, indiening), indiening)
        case Indiensoort.INTREKKING:
            return usecases.ingetrokken(session, actor, _zaak(session, actor, indiening), indiening)
        case Indiensoort.ZIENSWIJZE:
            return usecases.zienswijze_ontvangen(session, actor, indiening)
        case Indiensoort.RAPPORTAGE | Indiensoort.BEWIJS | Indiensoort.MELDING:
            uitvoering.innemen(session, actor, indiening)
        case Indiensoort.VASTSTELLING:
            vaststellen.ontvangen(session, actor, indiening)
        case Indiensoort.INGEBREKESTELLING:
            ingebreke.ontvangen(session, actor, indiening)
        case Indiensoort.BEZWAAR:
            bezwaar.ontvangen(session, actor, indiening)
        case Indiensoort.BEZWAARGRONDEN:
            bezwaar.aangevuld(session, actor, indiening)
        case Indiensoort.BEZWAARINTREKKING:
            bezwaar.ingetrokken(session, actor, indiening)
        case Indiensoort.TOESTEMMING:
            toestemming.ontvangen(session, actor, indiening)
        case Indiensoort.TOESTEMMINGAANVULLING:
            toestemming.aangevuld(session, actor, indiening)
        case Indiensoort.TOESTEMMINGINTREKKING:
            toestemming.ingetrokken(session, actor, indiening)
        case Indiensoort.REKENING:
            rekening.ontvangen(session, actor, indiening)
    return None


def _zaak(session, actor, indiening: Indiening) -> Subsidie:
    """The case of the application that this belongs to, locked; when it was not taken in yet, that comes first."""
    subsidie = queries.van_aanvraag(session, indiening.dossier_id)
    if subsidie is None:
        first = session.scalar(select(Indiening).where(Indiening.dossier_id == indiening.dossier_id,
                                                       Indiening.soort == Indiensoort.AANVRAAG))
        subsidie = usecases.nieuwe_zaak(session, actor, first)
        session.flush()
    return load(session, Subsidie, subsidie.id, lock=True)
