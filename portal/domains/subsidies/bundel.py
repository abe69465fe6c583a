"""The bundle for committee or court: every piece of one case, or of one objection, in order, with what is left out and why.

Pieces are what was sent and received, the decisions, what was argued and answered, the judgment, the terms and what happened
(Awb 7:4 and 8:42). What the gemeente wrote for itself is no piece: it is counted and named with its ground, never given.
Without personal data the portal strikes what it knows out of the texts that it makes itself; a file that somebody uploaded it
cannot change, so that stays out.
"""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from sqlalchemy import func, or_, select

from config import load as load_config
from portal.domains.subsidies import queries, words
from portal.domains.subsidies.beschikking import SOORT_BRIEF, BesluitBrief, brief_van
from portal.domains.subsidies.model import (
    Argument,
    Beoordeling,
    Bezwaar,
    Indiening,
    Indiensoort,
    Rapportage,
    Subsidie,
    Toestemming,
    Voorstel,
)
from portal.identity.queries import names
from portal.kernel import clock
from portal.kernel.aantekening import Aantekening
from portal.kernel.belang import Belangverklaring
from portal.kernel.besluit import Besluit
from portal.kernel.documents import Document
from portal.kernel.dossier import Termijn, count_with
from portal.kernel.errors import NotFound
from portal.kernel.holidays import day_text
from portal.kernel.money import bedrag_text
from portal.kernel.outbox import Bericht
from portal.kernel.queries import openable
from portal.kernel.weglaten import WEG, weglaten
from portal.tenants.model import Gemeente, Partij

AANVRAGER, GEMEENTE, PORTAAL = "aanvrager", "gemeente", "portaal"
Sectie = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class BundelStuk:
    """One piece: a text that the portal makes (`secties`), or a file in the store. Of a letter, `besluit` is what it says."""

    on: date
    titel: str
    van: str
    secties: tuple[Sectie, ...] = ()
    document: Document | None = None
    besluit: Besluit | None = None

    @property
    def geupload(self) -> bool:
        """A file that somebody uploaded: the portal cannot strike anything out of it."""
        return self.document is not None and self.besluit is None


@dataclass(frozen=True)
class Weggelaten:
    """What is not in the bundle, how many of it, and on which ground."""

    titel: str
    aantal: int
    grond: str


@dataclass(frozen=True)
class Bundel:
    """Everything that goes in, in order, and what does not. `namen`: of people that the portal knows in this case."""

    subsidie: Subsidie
    gemeente: Gemeente
    bezwaar: Bezwaar | None
    stukken: tuple[BundelStuk, ...]
    weggelaten: tuple[Weggelaten, ...]
    namen: tuple[str, ...] = ()
    behoud: frozenset[str] = frozenset()
    brieven: Mapping[uuid.UUID, BesluitBrief] | None = None

    @property
    def kenmerk(self) -> str:
        """The number of what it is about."""
        return (self.bezwaar or self.subsidie).reference

    @property
    def titel(self) -> str:
        """What it is about."""
        return (self.bezwaar or self.subsidie).titel

    def zonder(self, tekst: str) -> str:
        """This text without personal data that the portal knows or recognises."""
        return weglaten(tekst, self.namen, self.behoud)


# Gathered -------------------------------------------------------------------------------------------------------------------

def inventaris(session, actor, subsidie_id, *, bezwaar_id: uuid.UUID | None = None) -> Bundel:
    """What would go in, and what not: for the preview. The texts themselves are not made."""
    return _Verzamelaar(session, actor, subsidie_id, bezwaar_id).bundel()


def samenstellen(session, actor, subsidie_id, *, bezwaar_id: uuid.UUID | None = None, zonder_namen: bool = False) -> Bundel:
    """The bundle with everything in it. That it was made stands in the history: by whom, and with how many pieces."""
    made = _Verzamelaar(session, actor, subsidie_id, bezwaar_id, texts=True, letters=zonder_namen).bundel()
    (made.bezwaar or made.subsidie).record("intern:bundel", actor=actor, stukken=len(made.stukken), zonder_namen=zonder_namen)
    return made


class _Verzamelaar:
    """Reads a case once: a constant number of statements."""

    def __init__(self, session, actor, subsidie_id, bezwaar_id: uuid.UUID | None, *, texts: bool = False,
                 letters: bool = False):
        self.session, self.texts, self.letters = session, texts, letters
        self.kop = queries.kop(session, subsidie_id)
        self.subsidie = self.kop.subsidie
        if self.subsidie.eigenaar_id != actor.party_id:
            raise NotFound("Deze subsidie is er niet, of zij is niet van u.")
        self.parts = queries.onder_de_zaak(session, self.subsidie.id)
        self.bezwaar = next((one for one in self.parts if one.id == bezwaar_id and isinstance(one, Bezwaar)), None)
        if bezwaar_id is not None and self.bezwaar is None:
            raise NotFound("Dit bezwaar hoort niet bij deze subsidie.")
        self.besluiten = queries.besluiten_van(session, self.subsidie.id)
        self.against = next((b for b in self.besluiten if self.bezwaar and b.id == self.bezwaar.besluit_id), None)
        self.ids = self._scope()
        self.sent, self.later = self._sent()
        self.documents = self._documents()

    def _scope(self) -> list[uuid.UUID]:
        """The dossiers that this is about: of an objection, not the other objections and not what is asked beside it."""
        if self.bezwaar is None:
            parts = [one.id for one in self.parts]
        else:
            parts = [one.id for one in self.parts if one.id == self.bezwaar.id or isinstance(one, Rapportage)]
        return [one for one in (self.subsidie.id, self.subsidie.aanvraag_id) if one] + parts

    def _before(self, at: datetime) -> bool:
        """Was it there when the contested decision was sent? Without an objection everything counts."""
        return self.against is None or self.against.verzonden_at is None or at <= self.against.verzonden_at

    def _sent(self) -> tuple[list[Indiening], int]:
        """What was sent, oldest first; and how much came after the contested decision and is not about the objection."""
        rows = self.session.scalars(
            select(Indiening).where(or_(Indiening.id == self.subsidie.indiening_id, Indiening.dossier_id.in_(self.ids)))
            .order_by(Indiening.ontvangen_at, Indiening.id)).all()
        own = self.bezwaar.id if self.bezwaar else None
        first = self.bezwaar.indiening_id if self.bezwaar else None
        others = (Indiensoort.BEZWAAR, Indiensoort.TOESTEMMING)
        kept = [one for one in rows if own is None or one.dossier_id == own or one.id == first
                or (self._before(one.ontvangen_at) and one.soort not in others)]
        return kept, len(rows) - len(kept)

    def _documents(self) -> dict[uuid.UUID, Document]:
        """The files that were sent, and the letters."""
        ids = {uuid.UUID(d["id"]) for one in self.sent for d in one.inhoud.get("documenten", [])}
        rows = self.session.scalars(select(Document).where(or_(
            Document.id.in_(ids), (Document.soort == SOORT_BRIEF) & Document.dossier_id.in_(self.ids)
            & Document.gedeeld_at.is_not(None))))
        return {one.id: one for one in rows}

    def _decided(self) -> list[Besluit]:
        """The decisions that were sent: of an objection until the contested one, and the one on the objection itself."""
        found = [b for b in self.besluiten if b.verzonden_at is not None]
        if self.bezwaar is not None:
            found = [b for b in found if self._before(b.verzonden_at) or b.id == self.bezwaar.beslissing_id]
        return sorted(found, key=lambda b: b.verzonden_at)

    def bundel(self) -> Bundel:
        """Put together, in order of time; the overviews come last."""
        counts, berichten = self._counts(), self._berichten()
        pieces = sorted([*self._submissions(), *self._letters()], key=lambda one: one.on)
        overview = self._overviews(counts, berichten) if self.texts else self._overview_names(counts, berichten)
        people = self._people(berichten) if self.texts else ()
        return Bundel(
            self.subsidie, self.kop.gemeente, self.bezwaar, (*pieces, *overview), tuple(self._left_out(counts)), people,
            self._keep_words(), self._made_letters() if self.letters else None)

    # Pieces ---------------------------------------------------------------------------------------------------------------

    def _submissions(self) -> Iterable[BundelStuk]:
        named = {row["code"]: row["naam"] for row in self.kop.publicatie.inhoud["inrichting"]["producten"]}
        for one in self.sent:
            on = one.ontvangen_on
            yield BundelStuk(on, f"{words.INDIENSOORT_WORDS[one.soort]} ({one.ontvangst_nummer})", AANVRAGER,
                             (*_said(one, named), _receipt(one)) if self.texts else ())
            for row in one.inhoud.get("documenten", []):
                document = self.documents.get(uuid.UUID(row["id"]))
                if document is not None and openable(document, None):
                    yield BundelStuk(on, f"Bijlage: {document.titel}", AANVRAGER, document=document)

    def _letters(self) -> Iterable[BundelStuk]:
        letters = {(d.titel, d.gedeeld_at): d for d in self.documents.values() if d.soort == SOORT_BRIEF}
        for besluit in self._decided():
            document = letters.get((besluit.onderwerp, besluit.verzonden_at))
            yield BundelStuk(clock.day_of(besluit.verzonden_at), f"Besluit: {besluit.onderwerp}", GEMEENTE, document=document,
                             besluit=besluit, secties=() if document else (("Besluit", ("De brief is niet gevonden.",)),))

    def _overview_names(self, counts: Mapping, berichten: Sequence) -> Iterable[BundelStuk]:
        today = clock.today()
        shown = (("Gewisselde berichten", len(berichten)), ("Argumenten en antwoorden", counts["argumenten"]),
                 ("Beoordeling", counts["beoordelingen"]), ("Verslag van de hoorzitting", self._hearing() is not None),
                 ("Termijnen", counts["termijnen"]), ("Tijdlijn", counts["gebeurtenissen"]))
        return [BundelStuk(today, titel, PORTAAL) for titel, number in shown if number]

    def _overviews(self, counts: Mapping, berichten: Sequence) -> Iterable[BundelStuk]:
        made = {
            "Gewisselde berichten": lambda: tuple(self._message(one) for one in berichten),
            "Argumenten en antwoorden": self._argued, "Beoordeling": self._judged, "Termijnen": self._terms,
            "Verslag van de hoorzitting": lambda: (self._hearing(),), "Tijdlijn": self._timeline}
        return [BundelStuk(one.on, one.titel, one.van, made[one.titel]()) for one in self._overview_names(counts, berichten)]

    def _berichten(self) -> list[Bericht]:
        """What the gemeente and the applicant wrote to each other; not what the portal reminded one of them of."""
        return list(self.session.scalars(
            select(Bericht).where(Bericht.dossier_id.in_(self.ids), Bericht.party_id != Bericht.afzender_id)
            .order_by(Bericht.verzonden_at, Bericht.id)))

    def _message(self, one: Bericht) -> Sectie:
        who = "Gemeente aan aanvrager" if one.afzender_id == self.subsidie.eigenaar_id else "Aanvrager aan gemeente"
        return (f"{_day(clock.day_of(one.verzonden_at))}: {one.onderwerp}", (who, *_lines(one.tekst)))

    def _argued(self) -> tuple[Sectie, ...]:
        rows = self.session.scalars(select(Argument).where(Argument.dossier_id.in_(self.ids))
                                    .order_by(Argument.dossier_id, Argument.nummer)).all()
        # What stands in no letter that was sent is a draft of the gemeente.
        sent = {one.id for one in rows if one.antwoord and self._answered(one)}
        return tuple((f"Argument {one.nummer}", (
            *_lines(one.tekst), f"Antwoord: {one.antwoord if one.id in sent else 'nog niet gegeven'}")) for one in rows)

    def _answered(self, argument: Argument) -> bool:
        if self.bezwaar is not None and argument.dossier_id == self.bezwaar.id:
            return self.bezwaar.beslissing_id is not None
        return queries.besloten_na(self.session, argument)

    def _judged(self) -> tuple[Sectie, ...]:
        named = {row["code"]: row for row in self.kop.publicatie.inhoud["inrichting"]["criteria"]}
        found = queries.beoordelingen(self.session, self.subsidie.id)
        return tuple((named.get(code, {}).get("tekst", code), (
            f"{_number(one.punten)} van {named.get(code, {}).get('punten', '?')} punten", *_lines(one.motivering)))
            for code, one in found.items())

    def _hearing(self) -> Sectie | None:
        if self.bezwaar is None or not (self.bezwaar.verslag or self.bezwaar.niet_horen):
            return None
        if self.bezwaar.verslag:
            when = _day(self.bezwaar.gehoord_on) if self.bezwaar.gehoord_on else "onbekend"
            return (f"Hoorzitting op {when}", _lines(self.bezwaar.verslag))
        ground = load_config("subsidies")["niet_horen"][self.bezwaar.niet_horen]
        return ("Geen hoorzitting", (f"{ground['naam'].capitalize()} ({ground['artikel']}).",))

    def _terms(self) -> tuple[Sectie, ...]:
        found = queries.termijnen(self.session, *self.ids)
        return tuple((f"{one.label}: uiterlijk {_day(one.due_on)}", tuple(
            f"{line.text}: {_day(line.date)}" + (f" ({line.source})" if line.source else "")
            for line in count_with(one, pauses).count) + ((f"Gedaan op {_day(one.met_on)}",) if one.met_on else ()))
            for one, pauses in found if not one.kind.startswith("werk_"))

    def _timeline(self) -> tuple[Sectie, ...]:
        rows = queries.gedeelde_gebeurtenissen(self.session, self.ids)
        return (("Wat er gebeurde", tuple(
            f"{_day(row.occurred_on)}: {words.sentence(row.kind, row.facts, row.partij or '')}"
            + (f" ({row.partij})" if row.partij else "") for row in rows)),)

    def _made_letters(self) -> dict[uuid.UUID, BesluitBrief]:
        """What each letter said, to write it again without names."""
        made = ((b.id, brief_van(self.session, b, self.subsidie, on=clock.day_of(b.verzonden_at), ondertekenaar=WEG))
                for b in self._decided())
        return {id_: replace(brief, mandaat=WEG) for id_, brief in made}

    # Left out -------------------------------------------------------------------------------------------------------------

    def _counts(self) -> Mapping[str, int]:
        """How much there is of each, in one statement."""
        def number(table, *where):
            return select(func.count()).select_from(table).where(table.dossier_id.in_(self.ids), *where).scalar_subquery()

        row = self.session.execute(select(
            number(Argument).label("argumenten"), number(Beoordeling).label("beoordelingen"),
            number(Termijn, Termijn.kind.not_like("werk\\_%")).label("termijnen"),
            number(queries.CaseEvent, queries.CaseEvent.kind.not_like("intern:%")).label("gebeurtenissen"),
            number(queries.CaseEvent, queries.CaseEvent.kind.like("intern:%")).label("intern"),
            number(Aantekening).label("aantekeningen"), number(Belangverklaring).label("belang"),
            number(Voorstel).label("voorstellen"))).one()
        return row._mapping

    def _left_out(self, counts: Mapping) -> Iterable[Weggelaten]:
        drafts = counts["voorstellen"] + sum(b.verzonden_at is None for b in self.besluiten)
        sealed = "Wilt u dat de rechter het ziet, maar een ander niet? Vraag dan om geheimhouding (Awb 7:4, lid 6, en 8:29)."
        yield from (Weggelaten(*row) for row in (
            ("Aantekeningen van medewerkers bij een stap", counts["aantekeningen"], f"Geschreven voor eigen gebruik. {sealed}"),
            ("Concepten, en voorstellen die niet zijn verstuurd", drafts,
             "Er is niets mee besloten. Alleen wat is verstuurd, is een besluit."),
            ("Verklaringen van medewerkers over hun belangen", counts["belang"],
             f"Gaat over medewerkers, niet over de zaak (Awb 2:4). {sealed}"),
            ("Interne stappen in de tijdlijn", counts["intern"], "Zeggen niets over wat is gewisseld of besloten."),
            ("Stukken van na het besluit, en over andere bezwaren", self.later,
             "Horen niet bij dit bezwaar (Awb 7:4, lid 2)."),
            ("Besluiten van na het besluit waartegen bezwaar is gemaakt", self._later_decisions(),
             "Horen niet bij dit bezwaar (Awb 7:4, lid 2)."),
            ("Andere bezwaren en verzoeken in deze zaak", self._other_parts(), "Horen niet bij dit bezwaar (Awb 7:4, lid 2)."),
        ) if row[1])
        for one in self._closed():
            yield Weggelaten(f"Bijlage: {one['titel']} ({one['naam']})", 1,
                             "De virusscanner keurde het bestand af, of keek er nog niet naar. Vraag om een nieuwe versie.")

    def _later_decisions(self) -> int:
        return sum(b.verzonden_at is not None for b in self.besluiten) - len(self._decided())

    def _other_parts(self) -> int:
        if self.bezwaar is None:
            return 0
        return sum(isinstance(one, Bezwaar | Toestemming) and one.id != self.bezwaar.id for one in self.parts)

    def _closed(self) -> Iterable[Mapping]:
        for one in self.sent:
            for row in one.inhoud.get("documenten", []):
                document = self.documents.get(uuid.UUID(row["id"]))
                if document is None or not openable(document, None):
                    yield row

    # People ---------------------------------------------------------------------------------------------------------------

    def _people(self, berichten: Sequence[Bericht]) -> tuple[str, ...]:
        """The names of people that the portal knows in this case."""
        ids = {self.subsidie.behandelaar_id, *(b.geschreven_by for b in berichten), *(one.verzonden_by for one in self.sent)}
        for b in self.besluiten:
            ids |= {b.opgesteld_by, b.gelezen_by, b.getekend_by, b.teruggestuurd_by}
        ids |= set(queries.wie_deed_iets(self.session, self.ids))
        found = set(names(self.session, ids).values())
        for one in self.sent:
            found |= {value for key, value in _flat(one.inhoud) if key in PERSOON}
        keep = self._keep_words()
        # An account may stand in somebody's own name, beside that of the organisation.
        found |= {value for one in self.sent for key, value in _flat(one.inhoud)
                  if key == "tenaamstelling" and not set(re.findall(r"\w+", value.lower())) <= keep}
        if self._is_person():
            found.add(self.subsidie.aanvrager_naam)
            found |= {value for one in self.sent for key, value in _flat(one.inhoud) if key == "postadres"}
        # The longest first: what is part of another name is struck with it.
        return tuple(sorted({name.strip() for name in found if name and name.strip()}, key=lambda n: (-len(n), n)))

    def _is_person(self) -> bool:
        if self.subsidie.aanvrager_id is None:
            return False
        party = self.session.get(Partij, self.subsidie.aanvrager_id)
        return party is not None and party.soort == "inwoner"

    def _keep_words(self) -> frozenset[str]:
        """Words of organisations and places: who carries one of them as a surname does not take them along."""
        text = f"{self.kop.gemeente.naam} {'' if self._known_person() else self.subsidie.aanvrager_naam} gemeente"
        return frozenset(word.lower() for word in re.findall(r"\w+", text))

    def _known_person(self) -> bool:
        return self.texts and self._is_person()


# Texts of what was sent ------------------------------------------------------------------------------------------------------

# Fields that name a person, or lead to one.
PERSOON = frozenset({"verstuurd_door", "ingetrokken_door", "ingevoerd_door", "contactpersoon"})
VELDEN = {
    "titel": "Naam", "product": "Product", "omschrijving": "Omschrijving", "resultaat": "Resultaat", "aantal": "Aantal",
    "van": "Eerste dag", "tot": "Tot", "bedrag": "Bedrag", "begroting": "Begroting", "iban": "Rekeningnummer",
    "tenaamstelling": "Naam bij de rekening", "steun_eerder": "Eerdere steun", "punten": "Argumenten", "gronden": "Gronden",
    "tekst": "Tekst", "reden": "Reden", "geleverd": "Geleverd", "instroom": "Instroom", "doorstroom": "Doorstroom",
    "uitstroom": "Uitstroom", "kosten": "Kosten", "toelichting": "Toelichting", "horen": "Wil worden gehoord",
    "te_laat": "Waarom later", "handeling": "Toestemming voor", "verstuurd_door": "Verstuurd door",
    "ingetrokken_door": "Ingetrokken door", "ingevoerd_door": "Ingevoerd door", "aanvrager": "Aanvrager", "naam": "Naam",
    "kvk_nummer": "KvK-nummer", "contactpersoon": "Contactpersoon", "postadres": "Postadres", "gegevens": "Gegevens",
    "uiterlijk_on": "De gemeente moest uiterlijk beslissen op",
}
# What leads back to rows of the portal says nothing to a reader.
NIET_TONEN = frozenset({"id", "documenten", "termijn"})
_DAG = re.compile(r"\d{4}-\d{2}-\d{2}")


def _said(one: Indiening, producten: Mapping[str, str]) -> tuple[Sectie, ...]:
    """What was sent, field by field, as it was sent. `producten`: what the scheme calls its products."""
    top, groups = [], []
    for key, value in _ordered(one.inhoud):
        if isinstance(value, Mapping):
            groups.append((_label(key), tuple(_field(k, v, producten) for k, v in _ordered(value))))
        elif isinstance(value, list):
            groups.append((_label(key), tuple(f"{n}. {item}" for n, item in enumerate(value, start=1)) or ("Niets",)))
        else:
            top.append(_field(key, value, producten))
    files = tuple(f"{row['titel']}: {row['naam']} ({row['grootte']} bytes, SHA-256 {row['sha256']})"
                  for row in one.inhoud.get("documenten", []))
    return (*([("Inhoud", tuple(top))] if top else []), *groups, *([("Bijlagen", files)] if files else []))


def _ordered(inhoud: Mapping) -> Iterable[tuple[str, object]]:
    """The fields that say something to a reader, in the order in which they were asked: the database keeps none."""
    order = {key: number for number, key in enumerate(VELDEN)}
    shown = [key for key in inhoud if key not in NIET_TONEN and not key.endswith("_id")]
    return [(key, inhoud[key]) for key in sorted(shown, key=lambda key: (order.get(key, len(order)), key))]


def _receipt(one: Indiening) -> Sectie:
    """Number, moment to the second and fingerprint (Awb 2:17)."""
    when = (f"Op papier ontvangen op {_day(one.papier_on)}" if one.papier_on
            else f"Ontvangen op {one.ontvangen_at.astimezone(clock.AMSTERDAM):%d-%m-%Y om %H:%M:%S} uur")
    return ("Ontvangstbewijs", (f"Nummer: {one.ontvangst_nummer}", when, f"Controlegetal (SHA-256): {one.vingerafdruk}"))


def _label(key: str) -> str:
    return VELDEN.get(key, key.replace("_", " ").capitalize())


def _field(key: str, value, producten: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return f"{_label(key)}: niet ingevuld"
    if isinstance(value, bool):
        return f"{_label(key)}: {'ja' if value else 'nee'}"
    if key == "handeling":
        row = load_config("subsidies")["handeling"].get(value)
        return f"{_label(key)}: {row['naam']} ({row['artikel']})" if row else f"{_label(key)}: {value}"
    if key == "product":
        return f"{_label(key)}: {producten.get(value, value)}"
    if key == "tot" and _DAG.fullmatch(str(value)):
        # The portal counts until the day after; a reader reads the last day.
        return f"Laatste dag: {_day(date.fromisoformat(value) - timedelta(days=1))}"
    if isinstance(value, str) and _DAG.fullmatch(value):
        return f"{_label(key)}: {_day(date.fromisoformat(value))}"
    if key in ("bedrag", "kosten", "steun_eerder"):
        return f"{_label(key)}: {_euro(value)}"
    return f"{_label(key)}: {value}"


def _euro(value) -> str:
    try:
        return f"€ {bedrag_text(Decimal(value))}"
    except (InvalidOperation, TypeError):
        return str(value)


def _flat(inhoud: Mapping) -> Iterable[tuple[str, str]]:
    for key, value in inhoud.items():
        if isinstance(value, Mapping):
            yield from _flat(value)
        elif isinstance(value, str):
            yield key, value


def _day(on: date) -> str:
    return day_text(on, weekday=False)


def _number(value: Decimal) -> str:
    return bedrag_text(value).removesuffix(",00")


def _lines(tekst: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in tekst.splitlines() if line.strip())
