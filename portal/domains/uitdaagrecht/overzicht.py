"""Everything that stands around one plan, read together for the pages of the gemeente."""

import uuid
from types import SimpleNamespace

from sqlalchemy import Uuid, bindparam, or_, select

from portal.domains.uitdaagrecht import queries
from portal.domains.uitdaagrecht.model import (
    OPEN,
    Afspraak,
    Afspraakteken,
    Criteriumoordeel,
    Evaluatie,
    Gemeentetaak,
    Gesprek,
    Informatie,
    Initiatiefpagina,
    Inzending,
    Paneladvies,
    Routetoets,
    Soort,
    Steunlijst,
    Tegenspraak,
    Uitdaging,
    Verslagakkoord,
    Vervolg,
)
from portal.domains.uitdaagrecht.queries import GEPOST
from portal.identity.model import Account
from portal.kernel.belang import LAST, Belangverklaring
from portal.kernel.besluit import Besluit
from portal.kernel.brief import postdagen, posten_in_historie
from portal.kernel.documents import Document
from portal.kernel.dossier import Dossier, Opschorting, Termijn
from portal.kernel.queries import Together, once

_DOSSIER = Dossier.__table__
_ID, _IDEE = bindparam("zaak", type_=Uuid), bindparam("idee", type_=Uuid)
_TAAK, _MIJN, _WIE = bindparam("taak", type_=Uuid), bindparam("mijn", type_=Uuid), bindparam("wie", type_=Uuid)


def _onder(kind):
    return select(kind).where(kind.dossier_id == _ID)


_GEZEGD = Together(
    informatie=_onder(Informatie).order_by(Informatie.id),
    gesprekken=_onder(Gesprek).order_by(Gesprek.op_on, Gesprek.geschreven_at, Gesprek.id),
    akkoorden=_onder(Verslagakkoord),
    oordelen=_onder(Criteriumoordeel),
    wegen=_onder(Routetoets),
    adviezen=select(Paneladvies, Account.naam).join(Account, Account.id == Paneladvies.account_id)
    .where(Paneladvies.dossier_id == _ID).order_by(Paneladvies.gegeven_at, Paneladvies.id),
    besluiten=_onder(Besluit).order_by(Besluit.opgesteld_at.desc(), Besluit.id),
    gepost=posten_in_historie(GEPOST, _ID),
    tegenspraak=_onder(Tegenspraak).order_by(Tegenspraak.ontvangen_on, Tegenspraak.id),
    belang=_onder(Belangverklaring).where(Belangverklaring.account_id == bindparam("ik", type_=Uuid)).order_by(*LAST).limit(1),
)
_ROND = Together(
    termijnen=_onder(Termijn).order_by(Termijn.started_on, Termijn.kind, Termijn.id),
    pauzes=_onder(Opschorting).order_by(Opschorting.invited_on),
    inzendingen=select(Inzending).where(or_(Inzending.dossier_id == _ID, Inzending.dossier_id == _IDEE))
    .order_by(Inzending.verzonden_at.desc(), Inzending.id),
    afspraken=_onder(Afspraak).where(Afspraak.vervallen_at.is_(None)),
    tekens=_onder(Afspraakteken),
    evaluaties=_onder(Evaluatie).order_by(Evaluatie.op_on, Evaluatie.id),
    steunlijsten=_onder(Steunlijst).order_by(Steunlijst.id),
    paginas=_onder(Initiatiefpagina),
    # The letters of the gemeente, and what the residents sent with their plan.
    documenten=select(Document).where(or_(Document.dossier_id == _ID, Document.dossier_id == _IDEE),
                                      Document.vervallen_at.is_(None)).order_by(Document.ontvangen_at.desc(), Document.id),
    vervolg=select(Vervolg.soort, Vervolg.vervolg_id, Vervolg.sinds_on, _DOSSIER.c.reference, _DOSSIER.c.titel)
    .join(_DOSSIER, _DOSSIER.c.id == Vervolg.vervolg_id).where(Vervolg.dossier_id == _ID)
    .order_by(Vervolg.sinds_on, Vervolg.id),
    taak=select(Gemeentetaak).where(Gemeentetaak.id == _TAAK),
    contact=select(Account.naam).where(Account.id == _WIE),
    lijkt_op=select(Uitdaging.id, Uitdaging.reference, Uitdaging.titel).where(
        Uitdaging.eigenaar_id == _MIJN, Uitdaging.taak_id == _TAAK, Uitdaging.id != _ID, Uitdaging.state.in_(OPEN))
    .order_by(Uitdaging.ontvangen_on, Uitdaging.id).limit(5),
)


def rondom(session, uitdaging: Uitdaging, account_id: uuid.UUID) -> SimpleNamespace:
    """What was asked, said, judged, decided and agreed about a plan, in two statements. `termijnen`: each with its suspensions;
    `gesprekken`: each with what either side said of the report; `weg`: the lawful way; `belang`: what `account_id` declared
    last; `afspraak`: the one that counts, else the one on the table; `voorstel`: the one on the table; `tekens`: of the last of
    them; `gepost`: on which day the letter of each answer on paper was posted."""
    said = _GEZEGD.read(session, zaak=uitdaging.id, ik=account_id)
    found = _ROND.read(session, zaak=uitdaging.id, idee=uitdaging.initiatief_id, taak=uitdaging.taak_id,
                       wie=uitdaging.behandelaar_id, mijn=uitdaging.eigenaar_id)
    counts, proposed = queries.uit_elkaar(found.afspraken)
    # The steps ask for the answers too.
    once(session, ("besluiten", uitdaging.id), lambda: said.besluiten)
    return SimpleNamespace(
        informatie=said.informatie, oordelen={one.criterium: one for one in said.oordelen}, adviezen=said.adviezen,
        weg=_first(said.wegen), besluiten=said.besluiten, gepost=postdagen(said.gepost), tegenspraak=said.tegenspraak,
        belang=_first(said.belang),
        gesprekken=[(talk, {one.party_id: one for one in said.akkoorden if one.gesprek_id == talk.id})
                    for talk in said.gesprekken],
        termijnen=[(term, [one for one in found.pauzes if one.termijn_id == term.id]) for term in found.termijnen],
        inzendingen=found.inzendingen, afspraak=counts or proposed, voorstel=proposed,
        tekens={one.party_id: one for one in found.tekens if one.afspraak_id in {x.id for x in (proposed or counts,) if x}},
        evaluaties=found.evaluaties, steunlijsten=found.steunlijsten, pagina=_first(found.paginas),
        documenten=found.documenten, taak=_first(found.taak), contact=_first(found.contact), lijkt_op=found.lijkt_op,
        vervolg=found.vervolg, voortgang=[one for one in found.inzendingen if one.soort == Soort.VOORTGANG])


def _first(rows: list):
    return rows[0] if rows else None
