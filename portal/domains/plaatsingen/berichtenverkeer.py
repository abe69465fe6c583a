"""Messages with providers (iWmo): allocations and their changes, the 301 that tells them, and everything that comes in.

A file goes in and out by hand: nothing here sends. What comes in is kept with what was wrong with it, and answered. It counts
only when nothing is wrong (of a declaration: line by line). What cannot be read, is old, or is for another gemeente leaves no
trace but the refusal. For somebody whose place must stay hidden nothing goes out (OP003; invariant I7).
"""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from config import load as load_config
from portal.domains.plaatsingen import aanbieden, berichtenqueries, berichtregels, plaatsen, queries, work
from portal.domains.plaatsingen.berichtenmodel import (
    Berichtpartner,
    Levering,
    Postbus,
    PostbusState,
    Prestatie,
    Richting,
    Toewijzing,
    Toewijzingversie,
    Verkeersbericht,
    Zorgverzoek,
)
from portal.domains.plaatsingen.berichtenstand import AFGEWEZEN, Bekend, Post, Verkeersstand, lees_gesloten
from portal.domains.plaatsingen.model import (
    Overdracht,
    OverdrachtState,
    Persoon,
    Plaatsing,
    PlaatsingAntwoord,
    Verblijf,
    VerblijfState,
)
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import Dossier, Termijn, load, next_reference, start_term, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import say, settle
from portal.kernel.workflow import require
from portal.tenants.model import Aanbieder

for _name, _sentence, _status in (
    ("uq_berichtpartner_party_id_agb", "Deze AGB-code hoort al bij een andere aanbieder.", 409),
    ("ck_berichtpartner_agb_vorm", "Een AGB-code heeft acht cijfers.", 422),
    ("uq_toewijzing_eigenaar_id_standaard_nummer", "Een collega maakte ook een toewijzing. Probeer het opnieuw.", 409),
    ("uq_levering_begin", "Deze start is al gemeld.", 409),
):
    say(_name, _sentence, _status)

STANDAARD = "iwmo"
SOORT = {"iwmo": "WMO", "ijw": "JW"}
ONDERZOEK = "2"
TIJDELIJK = "20"
VERWIJDEREN = "3"
ONBEKEND_GESLACHT, EIGEN_NAAM, BRP_ADRES = "0", "1", "01"
HEEL_AFGEKEURD_MAG = ("0200", "8001")
POSTBUS_TITEL = "Berichtenverkeer zonder dossier"
REDEN_TIJDELIJK = "De aanbieder meldde dat het verblijf tijdelijk stopt."


def _alone(session, party_id: uuid.UUID) -> None:
    """One at a time per gemeente: numbers are unique, and a message is judged by everything before it."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"berichten {party_id}", 34))))


def _term(session, dossier: Dossier, kind: str, taak: str, gevolg: str) -> Termijn:
    """Somebody of the gemeente has to look after this; a placement shows it on the page of its messages."""
    termijn = start_term(
        session, dossier, terms.rule(kind), on=clock.today(), party_id=dossier.eigenaar_id, taak=taak, gevolg=gevolg,
        endpoint="plaatsing.berichten" if dossier.soort == "plaatsing" else "plaatsing.verkeer",
        permissions=[P.TOEGANG_BEHANDELEN])
    settle(session)
    return termijn


def _met(session, termijn_id: uuid.UUID | None) -> None:
    termijn = session.get(Termijn, termijn_id) if termijn_id else None
    if termijn is not None and termijn.met_on is None:
        termijn.met_on = clock.today()


def _number(session) -> str:
    """An identification of twelve signs at most, never used before (TR056)."""
    return next_reference(session, "BRV").removeprefix("BRV-").replace("-", "")


# Allocations ---------------------------------------------------------------------------------------------------------------

def partner_bewaren(session, actor, *, aanbieder_id: uuid.UUID, agb: str) -> Berichtpartner:
    """Write down under which AGB code a provider sends and gets messages."""
    require(actor, P.TOEGANG_BEHANDELEN)
    load(session, Aanbieder, aanbieder_id)
    code = "".join(agb.split())
    if len(code) != 8 or not code.isascii() or not code.isdigit():
        raise Refused("Een AGB-code heeft acht cijfers.")
    found = session.get(Berichtpartner, (actor.party_id, aanbieder_id))
    if found is None:
        found = Berichtpartner(party_id=actor.party_id, aanbieder_id=aanbieder_id)
        session.add(found)
    found.agb = code
    settle(session)
    return found


def _moment(after=None):
    """This second, or the one after the last version: versions have an order (OP033)."""
    now = clock.now().replace(microsecond=0)
    return max(now, after + timedelta(seconds=1)) if after else now


def versies(session, *where) -> list[tuple[Toewijzing, Toewijzingversie, berichtregels.Versie]]:
    """Allocations in the order of their numbers, each with its newest version."""
    sent = aliased(Toewijzingversie)
    ever = select(sent.id).where(sent.toewijzing_id == Toewijzing.id, sent.bericht_id.is_not(None)).exists()
    rows = session.execute(
        select(Toewijzing, Toewijzingversie, ever).join(Toewijzingversie, Toewijzingversie.toewijzing_id == Toewijzing.id)
        .where(*where).ext(distinct_on(Toewijzing.id)).order_by(Toewijzing.id, Toewijzingversie.moment.desc()))
    return [(one, version, berichtregels.Versie(one.nummer, one.van, version.tot, version.reden,
                                                version.bericht_id is not None, known))
            for one, version, known in sorted(rows, key=lambda row: row[0].nummer)]


def toewijzen(session, actor, plaatsing_id, *, aanbieder_id: uuid.UUID, van: date, tot: date | None = None,
              verblijf_id: uuid.UUID | None = None, verzoek_id: uuid.UUID | None = None) -> Toewijzing:
    """Allocate the support of a placement to a provider, under a number of its own. It goes out with the next 301."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    _alone(session, actor.party_id)
    product = load_config("berichtenverkeer")["product"][plaatsing.product]
    same = [found for _one, _version, found in versies(
        session, Toewijzing.persoon_id == plaatsing.persoon_id, Toewijzing.code == product["code"],
        Toewijzing.standaard == STANDAARD)]
    faults = berichtregels.toewijzing_gebreken(
        van, tot, toegekend_van=plaatsing.van, toegekend_tot=plaatsing.tot, zelfde=same,
        geen_contract=queries.contract_gebrek(session, aanbieder_id, plaatsing.product, van),
        agb=session.get(Berichtpartner, (actor.party_id, aanbieder_id)) is not None)
    if faults:
        raise Refused(*faults)
    if verblijf_id is not None and load(session, Verblijf, verblijf_id).plaatsing_id != plaatsing.id:
        raise NotFound()
    last = session.scalar(select(func.max(Toewijzing.nummer)).where(
        Toewijzing.eigenaar_id == actor.party_id, Toewijzing.standaard == STANDAARD))
    made = Toewijzing(
        **under(plaatsing, actor.party_id), id=uuid.uuid4(), nummer=(last or 0) + 1, standaard=STANDAARD,
        persoon_id=plaatsing.persoon_id, aanbieder_id=aanbieder_id, verblijf_id=verblijf_id, categorie=product["categorie"],
        code=product["code"], volume=product["volume"], eenheid=product["eenheid"], frequentie=product["frequentie"], van=van)
    session.add(made)
    settle(session)
    _versie(session, actor, plaatsing, made, tot=tot, verzoek_id=verzoek_id)
    plaatsing.record("plaatsing:toewijzen", actor=actor, toewijzing=made.id, nummer=made.nummer)
    settle(session)
    return made


def _versie(session, actor, plaatsing: Plaatsing, toewijzing: Toewijzing, *, tot: date | None, reden: str = "", after=None,
            verzoek_id: uuid.UUID | None = None) -> Toewijzingversie:
    referentie = ""
    if verzoek_id is not None:
        asked = load(session, Zorgverzoek, verzoek_id)
        if (asked.aanbieder_id, asked.dossier_id, asked.standaard) != (
                toewijzing.aanbieder_id, plaatsing.id, toewijzing.standaard):
            raise Refused("Dit verzoek is van een andere aanbieder of een andere inwoner.", status=409)
        referentie = asked.referentie
    version = Toewijzingversie(**under(plaatsing, actor.party_id), toewijzing_id=toewijzing.id, moment=_moment(after), tot=tot,
                               reden=reden, referentie=referentie)
    session.add(version)
    settle(session)
    return version


def wijzigen(session, actor, toewijzing_id, *, wijziging: str, tot: date | None = None, verzoek_id: uuid.UUID | None = None
             ) -> Toewijzingversie:
    """Another end for an allocation, under the same number (OP380), with the reason as the standard has it. `wijziging`: by
    code of config/berichtenverkeer.toml."""
    one = load(session, Toewijzing, toewijzing_id)
    plaatsing = plaatsen.eigen_open(session, actor, one.dossier_id)
    _alone(session, actor.party_id)
    [(_one, newest, found)] = versies(session, Toewijzing.id == one.id)
    approved = berichtenqueries.is_goedgekeurd(session, one.id)
    if faults := berichtregels.wijziging_gebreken(found, wijziging, tot, on=clock.today(), goedgekeurd=approved,
                                                  overgang_on=_overgang(session, plaatsing.id),
                                                  toegekend_tot=plaatsing.tot):
        raise Refused(*faults, status=409)
    rule = load_config("berichtenverkeer")["wijziging"][wijziging]
    end = one.van if rule["soort"] == "verwijderen" else tot
    version = _versie(session, actor, plaatsing, one, tot=end, reden=rule["reden"], after=newest.moment, verzoek_id=verzoek_id)
    plaatsing.record("plaatsing:toewijzing-wijzigen", actor=actor, toewijzing=one.id, reden=rule["reden"])
    settle(session)
    return version


def _overgang(session, plaatsing_id: uuid.UUID) -> date | None:
    """From when another gemeente is responsible, as it accepted."""
    return session.scalar(
        select(PlaatsingAntwoord.ingaand_on).join(Overdracht, Overdracht.id == PlaatsingAntwoord.dossier_id).where(
            Overdracht.plaatsing_id == plaatsing_id, PlaatsingAntwoord.ja.is_(True),
            Overdracht.state.in_((OverdrachtState.AANVAARD, OverdrachtState.AFGEROND)))
        .order_by(PlaatsingAntwoord.gegeven_at.desc()).limit(1))


# What goes out -------------------------------------------------------------------------------------------------------------

def toewijzingsbericht(session, actor, plaatsing_id, *, aanbieder_id: uuid.UUID, post: Post | None,
                       naam: Mapping[str, str] | None = None) -> Verkeersbericht:
    """The 301 for one person and one provider, made anew from what stands: everything that runs and everything that changed
    (I8, OP087). `naam`: first names, prefix and family name, where a person corrected them."""
    post = _post(post)
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    _alone(session, actor.party_id)
    persoon = load(session, Persoon, plaatsing.persoon_id)
    _niet_afgeschermd(persoon)
    if persoon.bsn_gesloten is None:
        raise Refused("Zonder burgerservicenummer gaat er geen bericht (Wmo 2015, 5.2.9). Vul het nummer in bij Gegevens "
                      "aanpassen.", status=409)
    partner = session.get(Berichtpartner, (actor.party_id, aanbieder_id))
    if partner is None:
        raise Refused("Leg eerst de AGB-code van deze aanbieder vast.", status=409)
    stand = Verkeersstand(session, actor.party_id, post)
    rows = versies(session, Toewijzing.persoon_id == persoon.id, Toewijzing.aanbieder_id == aanbieder_id,
                   Toewijzing.standaard == STANDAARD)
    numbers = {found.nummer for found in berichtregels.in_bericht([found for _one, _version, found in rows], clock.today())}
    told = [(one, version) for one, version, _found in rows if one.nummer in numbers]
    if not told:
        raise Refused("Aan deze aanbieder is niets toegewezen dat loopt of veranderde.", status=409)
    for older in session.scalars(select(Verkeersbericht).where(
            Verkeersbericht.dossier_id == plaatsing.id, Verkeersbericht.aanbieder_id == aanbieder_id,
            Verkeersbericht.code == "WMO301", Verkeersbericht.verzonden_at.is_(None), Verkeersbericht.vervallen_at.is_(None))):
        # What nobody took out yet is old now: this one tells everything.
        older.vervallen_at = clock.now()
        _met(session, older.termijn_id)
    bericht = post.taal.nieuw("WMO301", afzender=stand.cbs, ontvanger=partner.agb, identificatie=_number(session),
                              dagtekening=clock.today(), inhoud=_client(persoon, naam, post) | {
                                  "ToegewezenProducten": [_regel(one, row) for one, row in told]})
    row = _uit(session, actor, plaatsing, bericht, stand, post, aanbieder_id=aanbieder_id,
               feiten={"toewijzingen": [one.nummer for one, _row in told]})
    for one, _newest in told:
        for version in session.scalars(select(Toewijzingversie).where(Toewijzingversie.toewijzing_id == one.id,
                                                                      Toewijzingversie.bericht_id.is_(None))):
            version.bericht_id = row.id
            if version.referentie:
                asked = _verzoek_van(session, aanbieder_id, version.referentie)
                asked.toegewezen = True
                _met(session, asked.termijn_id)
    work.done(session, plaatsing, "bericht_herstel")
    plaatsing.record("plaatsing:toewijzingsbericht", actor=actor, bericht=row.id, toewijzingen=len(told))
    settle(session)
    return row


def _verzoek_van(session, aanbieder_id: uuid.UUID, referentie: str) -> Zorgverzoek:
    return session.scalar(select(Zorgverzoek).where(
        Zorgverzoek.aanbieder_id == aanbieder_id, Zorgverzoek.referentie == referentie, Zorgverzoek.standaard == STANDAARD))


def _client(persoon: Persoon, naam: Mapping[str, str] | None, post: Post) -> dict:
    """Who it is about, as a 301 holds it."""
    parts = dict(naam) if naam and naam.get("achternaam", "").strip() else berichtregels.naam_delen(persoon.naam)
    family = {"Achternaam": parts["achternaam"].strip()} | (
        {"Voorvoegsel": parts["voorvoegsel"].strip()} if parts.get("voorvoegsel", "").strip() else {})
    return {
        "Bsn": post.kluis.open(persoon.bsn_gesloten, persoon.id), "Geboortedatum": {"Datum": persoon.geboren_on},
        "Geslacht": ONBEKEND_GESLACHT,
        "Naam": {"Geslachtsnaam": family, "NaamGebruik": EIGEN_NAAM} | (
            {"Voornamen": parts["voornamen"].strip()} if parts.get("voornamen", "").strip() else {}),
        "Contactgegevens": [{"Soort": BRP_ADRES, "Adres": berichtregels.adres_delen(persoon.adres)}]}


def _regel(one: Toewijzing, version: Toewijzingversie) -> dict:
    """One allocation, as a 301 holds it."""
    moment = version.moment.astimezone(clock.AMSTERDAM)
    found = {"ToewijzingNummer": one.nummer, "Product": {"Categorie": one.categorie, "Code": one.code},
             "Toewijzingsdatum": moment.date(), "Toewijzingstijd": moment.time().replace(microsecond=0),
             "Ingangsdatum": one.van,
             "Omvang": {"Volume": one.volume, "Eenheid": one.eenheid, "Frequentie": one.frequentie}}
    return found | {name: value for name, value in (
        ("Einddatum", version.tot), ("RedenWijziging", version.reden), ("ReferentieAanbieder", version.referentie)) if value}


def _uit(session, actor, dossier: Dossier, bericht, stand: Verkeersstand, post: Post, *, aanbieder_id: uuid.UUID | None,
         feiten: dict | None = None, op: Verkeersbericht | None = None) -> Verkeersbericht:
    """Keep a message that is to go out. Our own is sound by every rule, or it is not made; an answer repeats what came in, with
    its faults, and its form is sound."""
    if op is None and (found := post.taal.controleer(bericht, stand)):
        raise Refused(*dict.fromkeys(f"{one.zin} ({one.regel})" for one in found), status=409)
    if op is not None:
        kind = "bericht_declaratie" if bericht.wat.nummer == "325" else "bericht_retour"
        term = _term(session, dossier, kind, taak="Verstuur het antwoord aan de aanbieder",
                     gevolg="De aanbieder weet niet of het bericht goed was, en vraagt ernaar.")
    else:
        term = _term(session, dossier, "bericht_versturen", taak="Verstuur het bericht aan de aanbieder",
                     gevolg="De aanbieder weet het niet, en begint of stopt niet op tijd.")
    return _bewaar(session, actor, dossier, bericht, post.taal.schrijf(bericht), post, richting=Richting.UIT, geldig=True,
                   aanbieder_id=aanbieder_id, feiten=feiten or {}, antwoord_op_id=op.id if op else None, termijn_id=term.id)


def _bewaar(session, actor, dossier: Dossier, bericht, data: bytes, post: Post, **anders) -> Verkeersbericht:
    id_, (number, day) = uuid.uuid4(), _kenmerk(bericht)
    row = Verkeersbericht(
        **under(dossier, actor.party_id), id=id_, standaard=bericht.standaard, code=bericht.soort, agb=bericht.aanbieder,
        identificatie=number, dagtekening=day, inhoud_gesloten=post.kluis.sluit(data.decode(), id_), gemaakt_by=actor.user_id,
        **{"bevindingen": [], "feiten": {}} | anders)
    session.add(row)
    settle(session)
    return row


def _niet_afgeschermd(persoon: Persoon | None) -> None:
    if persoon is not None and persoon.afgeschermd:
        raise Refused("Waar deze persoon is, mag niemand weten. Er gaat geen bericht weg (OP003). Regel het met de "
                      "aanbieder in een gesprek.", status=409)


def _post(post: Post | None) -> Post:
    if post is None or post.kluis is None:
        raise Refused("De sleutels voor het burgerservicenummer ontbreken. Vraag de beheerder om ze in te stellen.", status=409)
    return post


def bestand(session, actor, bericht_id, *, post: Post | None) -> tuple[str, bytes]:
    """The file of one message: a name that names nobody, and its bytes. The first time that a message is taken out to go to a
    provider counts as the moment it was sent; an answer is expected from then on. That it was opened stands in the history."""
    post = _post(post)
    row = eigen(session, actor, bericht_id)
    require(actor, P.TOEGANG_BEHANDELEN)
    dossier = load(session, Dossier, row.dossier_id)
    if row.richting == Richting.UIT:
        _niet_afgeschermd(_persoon(session, dossier))
        if row.vervallen_at is not None:
            raise Refused("Dit bericht is vervangen door een nieuwer bericht. Haal dat op.", status=409)
        if row.verzonden_at is None:
            row.verzonden_at = clock.now()
            _met(session, row.termijn_id)
            if row.antwoord_op_id is None:
                row.termijn_id = _term(session, dossier, "bericht_antwoord", taak="Vraag de aanbieder om het retourbericht",
                                       gevolg="U weet niet of de aanbieder het bericht kreeg.").id
    dossier.record("intern:bericht-geopend", actor=actor, bericht=row.id, code=row.code)
    settle(session)
    return f"{row.code}-{row.identificatie}.xml", lees_gesloten(row, post)


def _persoon(session, dossier: Dossier) -> Persoon | None:
    return load(session, Persoon, dossier.persoon_id) if isinstance(dossier, Plaatsing) else None


def eigen(session, actor, bericht_id) -> Verkeersbericht:
    """A message of the own gemeente; NotFound for another's."""
    row = load(session, Verkeersbericht, bericht_id)
    if row.party_id != actor.party_id:
        raise NotFound()
    return row


# What comes in -------------------------------------------------------------------------------------------------------------

def inlezen(session, actor, data: bytes, *, post: Post | None) -> Verkeersbericht:
    """Take in one message: keep it with what is wrong with it, follow what it says when nothing is, and make the answer.
    Refused, with nothing kept, for what cannot be read, is for another gemeente, or comes from a provider without a known AGB
    code."""
    post = _post(post)
    require(actor, P.TOEGANG_BEHANDELEN)
    _alone(session, actor.party_id)
    stand = Verkeersstand(session, actor.party_id, post)
    found = None
    try:
        bericht = post.taal.lees(data)
    except post.taal.Geweigerd as reden:
        if reden.bericht is None:
            raise Refused(reden.zin, *dict.fromkeys(f"{one.zin} ({one.regel})" for one in reden.bevindingen)) from reden
        bericht, found = reden.bericht, list(reden.bevindingen)
    if bericht.gemeente != stand.cbs:
        raise Refused("Dit bericht is niet voor uw gemeente. Er is niets van bewaard. Stuur het terug naar de afzender.")
    wat = bericht.wat
    if bool(wat.heen) != wat.van_gemeente:
        raise Refused(f"Een {bericht.soort} stuurt een gemeente zelf. Het komt niet binnen.")
    aanbieder_id = stand.partner(bericht.aanbieder)
    if aanbieder_id is None:
        raise Refused("De AGB-code van de afzender hoort bij geen aanbieder die uw gemeente kent. Leg de code eerst vast.",
                      status=409)
    if _al_ingelezen(session, actor, bericht, data, post):
        raise Refused("Dit bestand is al ingelezen. Er is niets veranderd.", status=409)
    if wat.heen:
        return _retour_binnen(session, actor, bericht, data, found, post, aanbieder_id)
    if found is None:
        found = post.taal.controleer(bericht, stand)
    return _bericht_binnen(session, actor, bericht, data, found, stand, post, aanbieder_id)


def _al_ingelezen(session, actor, bericht, data: bytes, post: Post) -> bool:
    """Is this very file here already? Another file under the same identification is a fault of its sender (TR056)."""
    same = session.scalars(select(Verkeersbericht).where(
        Verkeersbericht.party_id == actor.party_id, Verkeersbericht.richting == Richting.IN,
        Verkeersbericht.code == bericht.soort, Verkeersbericht.agb == bericht.aanbieder,
        Verkeersbericht.identificatie == _kenmerk(bericht)[0]))
    return any(lees_gesloten(row, post) == data for row in same)


def _kenmerk(bericht) -> tuple[str, date]:
    """Identification and day of a message; a return message has its own."""
    kop = bericht.kop
    return (kop["IdentificatieRetour"], kop["DagtekeningRetour"]) if bericht.wat.heen else (
        bericht.identificatie, bericht.dagtekening)


def _retour_binnen(session, actor, bericht, data: bytes, found, post: Post, aanbieder_id: uuid.UUID) -> Verkeersbericht:
    """The provider answered one of our messages."""
    if found:
        raise Refused(*dict.fromkeys(f"{one.zin} ({one.regel})" for one in found))
    ours = session.scalar(select(Verkeersbericht).where(
        Verkeersbericht.party_id == actor.party_id, Verkeersbericht.richting == Richting.UIT,
        Verkeersbericht.code == bericht.wat.heen, Verkeersbericht.agb == bericht.aanbieder,
        Verkeersbericht.identificatie == bericht.identificatie).limit(1))
    if ours is None:
        raise Refused("Dit retourbericht hoort bij geen bericht van uw gemeente. Er is niets van bewaard.", status=409)
    if ours.beantwoord_at is not None:
        raise Refused("Op dit bericht is al geantwoord.", status=409)
    dossier = load(session, Dossier, ours.dossier_id)
    refused = post.taal.afgekeurd(bericht)
    term = None
    if refused:
        term = _term(session, dossier, "bericht_herstel", taak="Herstel het bericht dat de aanbieder afkeurde",
                     gevolg="De aanbieder heeft geen toewijzing en begint niet.")
    row = _bewaar(session, actor, dossier, bericht, data, post, richting=Richting.IN, geldig=True, aanbieder_id=aanbieder_id,
                  antwoord_op_id=ours.id, termijn_id=term.id if term else None, feiten={"goed": not refused},
                  bevindingen=[{"regel": "", "plek": _plek(place), "zin": post.taal.betekenis(code), "retourcode": code}
                               for place, code in refused])
    ours.beantwoord_at = clock.now()
    _met(session, ours.termijn_id)
    if refused:
        _terug(session, ours)
    dossier.record("intern:bericht-beantwoord", actor=actor, bericht=ours.id, goed=not refused)
    settle(session)
    return row


def _terug(session, ours: Verkeersbericht) -> None:
    """What the provider refused, it does not know: the next 301 tells it again, and a request waits for another answer."""
    for version in session.scalars(select(Toewijzingversie).where(Toewijzingversie.bericht_id == ours.id)):
        version.bericht_id = None
        if version.referentie:
            _verzoek_van(session, ours.aanbieder_id, version.referentie).toegewezen = False
    if asked_id := ours.feiten.get("verzoek"):
        asked = load(session, Zorgverzoek, uuid.UUID(asked_id))
        asked.antwoorden = asked.antwoorden[:-1]


def _plek(place) -> str:
    return " / ".join(str(step + 1) if isinstance(step, int) else step for step in place)


def _bericht_binnen(session, actor, bericht, data: bytes, found, stand: Verkeersstand, post: Post, aanbieder_id: uuid.UUID
                    ) -> Verkeersbericht:
    """A provider reports, asks or declares: keep it, follow it, answer it."""
    wat, romp = bericht.wat, bericht.romp or {}
    dossier = _dossier_van(session, actor, romp.get("Bsn"), post)
    answer, facts, approved = None, {}, []
    if wat.nummer == "323":
        answer = post.taal.antwoord_op_declaratie(bericht, found, identificatie=_number(session), dagtekening=clock.today())
        approved = _goedgekeurd(bericht, answer)
        whole = answer.kop["RetourCodes"] == ["0200"] and answer.romp is not None and all(
            code in HEEL_AFGEKEURD_MAG for code in answer.romp["RetourCodes"])
        facts = {"telt": whole, "regels": sum(len(one["Prestaties"]) for one in romp.get("Clienten", ())),
                 "goedgekeurd": len(approved)}
        if whole:
            facts |= {"declaratie": romp["DeclaratieNummer"], "maand": romp["DeclaratiePeriode"]["Begindatum"].isoformat(),
                      "ingediend": _cent(romp["TotaalIngediendBedrag"]),
                      "toegekend": _cent(answer.romp["TotaalToegekendBedrag"])}
            dossier = _dossier_van_regels(session, stand, bericht, approved) or dossier
    else:
        answer = post.taal.retour(bericht, found, identificatie=_number(session), dagtekening=clock.today())
        if not found and wat.nummer in ("305", "307"):
            act = _starten if wat.nummer == "305" else _stoppen
            facts["gevolg"] = act(session, actor, bericht, stand)
    row = _bewaar(session, actor, dossier, bericht, data, post, richting=Richting.IN, geldig=not found,
                  aanbieder_id=aanbieder_id, feiten=facts,
                  bevindingen=[{"regel": one.regel, "plek": one.waar, "zin": one.zin, "retourcode": one.retour or "0001"}
                               for one in found])
    if not found and wat.nummer in ("315", "317"):
        _verzoek(session, actor, dossier, bericht, row, aanbieder_id, post)
    for line in approved:
        _prestatie(session, actor, stand, bericht, line, row, aanbieder_id)
    persoon = _persoon(session, dossier)
    if wat.nummer == "323" or persoon is None or not persoon.afgeschermd:
        amounts = {name: facts[name] for name in ("ingediend", "toegekend") if name in facts}
        _uit(session, actor, dossier, answer, stand, post, aanbieder_id=aanbieder_id, op=row, feiten=amounts)
    dossier.record("intern:bericht-ontvangen", actor=actor, bericht=row.id, code=row.code, geldig=row.geldig)
    settle(session)
    return row


def _dossier_van(session, actor, bsn: str | None, post: Post) -> Dossier:
    """The newest placement of this person, or the postbus of the gemeente."""
    if bsn and (persoon := queries.persoon_met_bsn(session, actor.party_id, bsn, post.kluis)):
        found = session.scalar(select(Plaatsing).where(Plaatsing.persoon_id == persoon.id)
                               .order_by(Plaatsing.gemaakt_at.desc(), Plaatsing.id).limit(1))
        if found is not None:
            return found
    return postbus(session, actor)


def _dossier_van_regels(session, stand: Verkeersstand, bericht, lines) -> Dossier | None:
    """The placement of a declaration about one placement; one about more stands in the postbus."""
    known = {stand.toewijzing(bericht, line["ToewijzingNummer"]).dossier_id for line in lines}
    return load(session, Plaatsing, known.pop()) if len(known) == 1 else None


def postbus(session, actor) -> Postbus:
    """The dossier of the gemeente for messages without a placement; made when the first one comes."""
    found = session.scalar(select(Postbus).where(Postbus.eigenaar_id == actor.party_id))
    if found is None:
        found = Postbus(reference=next_reference(session, "PBS"), titel=POSTBUS_TITEL, state=PostbusState.ACTIEF,
                        eigenaar_id=actor.party_id)
        session.add(found)
        settle(session)
        found.record("postbus:openen", actor=actor, state_to=found.state)
    return found


# Start and stop ------------------------------------------------------------------------------------------------------------

def _starten(session, actor, bericht, stand: Verkeersstand) -> list[str]:
    done = []
    for line in bericht.romp["StartProducten"]:
        known = stand.toewijzing(bericht, line["ToewijzingNummer"])
        if line["StatusAanlevering"] == VERWIJDEREN:
            _levering(session, known, line["Begindatum"]).verwijderd_at = clock.now()
            done.append("start_verwijderd")
            continue
        session.add(Levering(dossier_id=known.dossier_id, eigenaar_id=actor.party_id, party_id=actor.party_id,
                             toewijzing_id=known.id, begin_on=line["Begindatum"]))
        settle(session)
        done.append(_volg_start(session, actor, known, line["Begindatum"]))
    return done


def _stoppen(session, actor, bericht, stand: Verkeersstand) -> list[str]:
    done = []
    for line in bericht.romp["StopProducten"]:
        known = stand.toewijzing(bericht, line["ToewijzingNummer"])
        row = _levering(session, known, line["Begindatum"])
        if line["StatusAanlevering"] == VERWIJDEREN:
            row.einde_on, row.reden = None, None
            done.append("stop_verwijderd")
            continue
        row.einde_on, row.reden = line["Einddatum"], line["RedenBeeindiging"]
        settle(session)
        done.append(_volg_stop(session, actor, known, line["Einddatum"], line["RedenBeeindiging"]))
    return done


def _levering(session, known: Bekend, begin: date) -> Levering:
    return session.scalar(select(Levering).where(Levering.toewijzing_id == known.id, Levering.begin_on == begin,
                                                 Levering.verwijderd_at.is_(None)))


def _volg(session, act) -> bool:
    """Do to the stay what the message says; what a rule refuses stays for a person, and the message counts all the same."""
    try:
        with session.begin_nested():
            act()
    except Refused:
        return False
    return True


def _volg_start(session, actor, known: Bekend, on: date) -> str:
    """The stay begins, or goes on, with the start that the provider reported."""
    verblijf = session.get(Verblijf, known.verblijf_id) if known.verblijf_id else None
    if verblijf is None:
        return "zelf_vastleggen"
    if verblijf.state == VerblijfState.STIL:
        return "hervat" if _volg(session, lambda: aanbieden.hervatten(session, actor, verblijf.id)) else "zelf_vastleggen"
    if verblijf.state in (VerblijfState.AANGEBODEN, VerblijfState.GERESERVEERD):
        began = _volg(session, lambda: aanbieden.beginnen(session, actor, verblijf.id, on=on))
        return "begonnen" if began else "zelf_vastleggen"
    return "liep_al" if verblijf.state == VerblijfState.LOOPT else "zelf_vastleggen"


def _volg_stop(session, actor, known: Bekend, on: date, reden: str) -> str:
    """The stay is laid still (reason 20) or ends, with the stop that the provider reported."""
    verblijf = session.get(Verblijf, known.verblijf_id) if known.verblijf_id else None
    if verblijf is None:
        return "zelf_vastleggen"
    if reden == TIJDELIJK:
        if actor.user_id is None:  # why a stay lies still is written down by a person
            return "zelf_vastleggen"
        still = _volg(session, lambda: aanbieden.stilleggen(session, actor, verblijf.id, reden=REDEN_TIJDELIJK))
        return "stilgelegd" if still else "zelf_vastleggen"
    einde = load_config("berichtenverkeer")["stop"].get(reden)
    if einde is None:
        return "zelf_vastleggen"
    ended = _volg(session, lambda: aanbieden.beeindigen(session, actor, verblijf.id, on=on, einde=einde))
    return "beeindigd" if ended else "zelf_vastleggen"


# Requests ------------------------------------------------------------------------------------------------------------------

def _verzoek(session, actor, dossier: Dossier, bericht, row: Verkeersbericht, aanbieder_id: uuid.UUID, post: Post) -> None:
    """A provider asks: it waits for a 301 that names it, or for a 319."""
    romp = bericht.romp
    references = [romp["Verzoek"]["ReferentieAanbieder"]] if bericht.wat.nummer == "317" else [
        one["ReferentieAanbieder"] for one in romp["AangevraagdeProducten"]]
    for reference in references:
        term = _term(session, dossier, "verzoek_antwoord", taak="Beantwoord het verzoek van de aanbieder",
                     gevolg="De inwoner wacht, en de aanbieder weet niet of de ondersteuning er komt.")
        session.add(Zorgverzoek(
            **under(dossier, actor.party_id), id=uuid.uuid4(), aanbieder_id=aanbieder_id, standaard=bericht.standaard,
            referentie=reference, bericht_id=row.id, bsn_kenmerk=post.kluis.kenmerk(romp["Bsn"], actor.party_id), antwoorden=[],
            termijn_id=term.id, ontvangen_on=clock.today()))
    settle(session)


def beantwoorden(session, actor, verzoek_id, *, antwoord: str, post: Post | None, reden: str = "", toelichting: str = ""
                 ) -> Verkeersbericht:
    """The 319 on a request: under investigation, which begins the third term of eight weeks, or refused with a reason."""
    post = _post(post)
    require(actor, P.TOEGANG_BEHANDELEN)
    _alone(session, actor.party_id)
    asked = load(session, Zorgverzoek, verzoek_id, lock=True)
    if asked.party_id != actor.party_id:
        raise NotFound()
    if antwoord not in (AFGEWEZEN, ONDERZOEK):
        raise Refused("Kies wat u de aanbieder antwoordt.")
    if antwoord == AFGEWEZEN and reden not in load_config("berichtenverkeer")["afwijzing"]:
        raise Refused("Kies waarom het verzoek niet doorgaat.")
    dossier = load(session, Dossier, asked.dossier_id)
    _niet_afgeschermd(_persoon(session, dossier))
    stand = Verkeersstand(session, actor.party_id, post)
    partner = session.get(Berichtpartner, (actor.party_id, asked.aanbieder_id))
    bericht = post.taal.nieuw(
        f"{SOORT[asked.standaard]}319", afzender=stand.cbs, ontvanger=partner.agb, identificatie=_number(session),
        dagtekening=clock.today(), inhoud={"ReferentieAanbieder": asked.referentie, "VerzoekAntwoord": antwoord} | (
            {"RedenAfwijzingVerzoek": reden} if antwoord == AFGEWEZEN else {}))
    row = _uit(session, actor, dossier, bericht, stand, post, aanbieder_id=asked.aanbieder_id,
               feiten={"verzoek": str(asked.id)})
    work.done(session, dossier, "bericht_herstel")
    asked.antwoorden = [*asked.antwoorden, antwoord]
    _met(session, asked.termijn_id)
    if antwoord == ONDERZOEK:
        asked.termijn_id = _term(session, dossier, "verzoek_onderzoek", taak="Rond het onderzoek naar het verzoek af",
                                 gevolg="De aanbieder wacht op een toewijzing of een afwijzing.").id
    if toelichting.strip():
        noteer(session, actor, dossier, "verzoek", toelichting)
    dossier.record("intern:verzoek-beantwoord", actor=actor, verzoek=asked.id, antwoord=antwoord, reden=reden)
    settle(session)
    return row


# Declarations --------------------------------------------------------------------------------------------------------------

def _goedgekeurd(bericht, antwoord) -> list[dict]:
    """The lines of a declaration that its answer does not refuse."""
    if antwoord.romp is None or antwoord.kop["RetourCodes"] != ["0200"] or any(
            code not in HEEL_AFGEKEURD_MAG for code in antwoord.romp["RetourCodes"]):
        return []
    refused = {(one["Bsn"], line["ProductReferentie"]["ReferentieNummer"])
               for one in antwoord.romp.get("Clienten", ()) for line in one["Prestaties"]}
    return [line for one in bericht.romp["Clienten"] for line in one["Prestaties"]
            if (one["Bsn"], line["ProductReferentie"]["ReferentieNummer"]) not in refused]


def _cent(bedrag) -> int:
    """A total of a message in cents, below zero for credit."""
    return bedrag["TotaalBedrag"] * (1 if bedrag["DebetCredit"] == "D" else -1)


def _prestatie(session, actor, stand: Verkeersstand, bericht, line, row: Verkeersbericht, aanbieder_id: uuid.UUID) -> None:
    known = stand.toewijzing(bericht, line["ToewijzingNummer"])
    debet = line["IngediendBedrag"]["DebetCredit"] == "D"
    session.add(Prestatie(
        dossier_id=known.dossier_id, eigenaar_id=actor.party_id, party_id=actor.party_id, toewijzing_id=known.id,
        bericht_id=row.id, aanbieder_id=aanbieder_id, standaard=bericht.standaard,
        referentie=line["ProductReferentie"]["ReferentieNummer"],
        vorige=line["ProductReferentie"].get("VorigReferentieNummer"), categorie=line["ProductCategorie"],
        code=line["ProductCode"], van=line["ProductPeriode"]["Begindatum"], tot=line["ProductPeriode"]["Einddatum"],
        volume=line["GeleverdVolume"], eenheid=line["Eenheid"],
        bedrag=line["IngediendBedrag"]["Bedrag"] * (1 if debet else -1), debet=debet))
    settle(session)
