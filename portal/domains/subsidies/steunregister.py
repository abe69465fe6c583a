"""Small aid in the central register of state aid: within twenty working days after the grant (Regulation (EU) 2023/2831 and
2023/2832, article 6). The gemeente enters it there itself; here it says that it did, and under which number."""

from config import load as load_config
from portal.domains.subsidies import queries
from portal.domains.subsidies.beschikking import zonder_belang
from portal.domains.subsidies.model import Subsidie
from portal.domains.subsidies.usecases import own_case
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Termijn
from portal.kernel.errors import Refused
from portal.kernel.sentences import settle
from portal.kernel.werk import Work, begin, done

SOORT = "steunregister"
WERK = Work("Zet de kleine steun in het centrale register",
            "Dan weet een andere overheid niet van deze steun, en is er misschien te veel steun.",
            (P.SUBSIDIE_BEHANDELEN,), "subsidie.steunregister")


def verwachten(session, subsidie: Subsidie, besluit: Besluit) -> None:
    """After a decision that gives small aid, or changes how much: the register waits for the gemeente."""
    config = load_config("subsidies")
    article = config["steun"].get(besluit.inhoud.get("steun", ""), {}).get("register")
    if article and clock.today() >= config["steunregister"]["vanaf"]:
        begin(session, subsidie, terms.rule(SOORT, article=article), WERK)


def wacht(session, subsidie: Subsidie) -> Termijn | None:
    """The term within which it must be in the register; None while nothing waits."""
    return queries.termijn(session, subsidie.id, SOORT, open_only=True)


def melden(session, actor, subsidie_id, *, nummer: str) -> Subsidie:
    """It stands in the register, under this number."""
    subsidie = own_case(session, actor, subsidie_id)
    zonder_belang(subsidie, actor)
    if wacht(session, subsidie) is None:
        raise Refused("Voor deze subsidie hoeft nu niets in het register.", status=409)
    if not nummer.strip():
        raise Refused("Vul het nummer in dat het register gaf.")
    subsidie.steunregister = nummer.strip()
    subsidie.record("intern:steunregister", actor=actor, nummer=nummer.strip())
    done(session, subsidie, SOORT)
    settle(session)
    return subsidie
