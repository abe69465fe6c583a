"""What a database constraint or trigger means to a person: name -> (sentence, HTTP status). Domains add their own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.kernel.errors import NotFound, Refused

SENTENCES: dict[str, tuple[str, int]] = {
    "ck_besluit_lezer_is_ander": ("Een ander dan de opsteller moet het besluit lezen.", 422),
    "ck_besluit_tekenaar_is_ander": ("Een ander dan de opsteller moet het besluit tekenen.", 422),
    "ck_besluit_tekenaar_las_niet": ("Wie het besluit las als tweede lezer, mag het niet tekenen.", 422),
    "ck_besluit_eerst_gelezen": ("Een tweede persoon moet dit besluit eerst lezen.", 422),
    "besluit_vast": ("Dit besluit is getekend of verzonden. Het verandert niet meer.", 409),
    "document_vast": ("Dit document staat vast. Voeg een nieuwe versie toe.", 409),
    "uq_document_vervangt_id": ("Van dit stuk is al een nieuwere versie. Laad de pagina opnieuw.", 409),
    "uq_opschorting_loopt": ("Deze termijn is al opgeschort.", 409),
    "besluit_gelezen": ("Dit besluit is al gelezen. Stuur het eerst terug.", 409),
    "termijn_van_eigenaar": ("Deze termijn is van een andere organisatie. Alleen die kan de laatste dag veranderen.", 403),
    "contract_zonder_gunning": ("Voor deze aanbieder is er op dit perceel geen gunning die geldt.", 409),
    "standstill_loopt": ("De standstill is nog niet voorbij. Contract sluiten kan daarna.", 409),
    "dagvaarding_loopt": ("Er loopt een zaak bij de rechter. Contract sluiten kan daarna.", 409),
    "gunning_klopt_niet": ("Het bedrag of de tweede lezer van dit voorstel volgt niet uit de aankondiging.", 422),
    "deelname_termijn_vast": ("De gemeenten besluiten nu. De laatste dag daarvoor verandert niet.", 409),
    "deelnemer_blijft": ("Er is al besloten over deze inkoop. Wie gevraagd is, blijft het dossier zien.", 409),
    "termijn_korter": ("Anderen rekenen op deze termijn. De laatste dag kan niet eerder komen.", 409),
    "dagvaarding_zonder_historie": ("Leg eerst vast wat er met de zaak bij de rechter gebeurde.", 409),
    "belang_gemeld": ("U meldde al een belang. Daarmee beoordeelt u dit dossier niet.", 409),
    "uitnodiging_vast": ("Deze uitnodiging is van een collega, of al ingetrokken. Maak een nieuwe.", 409),
    "niet_bevoegd": ("U heeft vandaag geen mandaat of volmacht die voor dit besluit geldt.", 403),
    "uq_membership_account_id_party_id": ("Deze persoon hoort al bij uw organisatie.", 409),
    "uq_claim_rol_party_id_claim_waarde_rol": ("Deze regel staat er al.", 409),
    "ex_deelname_eenmaal": ("Deze gemeente doet in die periode al mee.", 409),
    "ex_deelname_een_trekker": ("In die periode is er al een trekker.", 409),
}


def say(name: str, sentence: str, status: int = 409) -> None:
    """Add a sentence for a constraint or trigger of a domain."""
    SENTENCES[name] = (sentence, status)


def as_refusal(error: DBAPIError) -> Refused | None:
    """What the database refused, as a sentence: by constraint name, or by the word a trigger raised."""
    diag = getattr(error.orig, "diag", None)
    if diag is None:
        return None
    for name in (diag.constraint_name, diag.message_primary):
        if name in SENTENCES:
            sentence, status = SENTENCES[name]
            return Refused(sentence, status=status)
    if error.orig.sqlstate == "42501":  # a row policy said no
        return NotFound()
    return None


def settle(session: Session) -> None:
    """Send what was changed to the database now, so that what it refuses is a Refused here and not at the commit."""
    with refusing(session):
        pass


@contextmanager
def refusing(session: Session) -> Iterator[None]:
    """Flush at the end, and turn what the database refuses into a Refused with a sentence. The transaction is over then:
    nothing half-written stays, and the page can be shown again. Of a savepoint only what was done since it is gone."""
    try:
        yield
        session.flush()
    except DBAPIError as error:
        (session.get_nested_transaction() or session).rollback()
        if refusal := as_refusal(error):
            raise refusal from error
        raise
