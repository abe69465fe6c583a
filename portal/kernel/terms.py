"""Legal terms: from a start day, a length and suspensions to the last day, with the count in words.

Pure: no clock, no database. Days are legal days in Europe/Amsterdam. The articles are those of the Algemene wet
bestuursrecht (Awb) and the Algemene termijnenwet (Atw); the general terms stand in config/termijnen.toml.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain, islice

from dateutil.relativedelta import relativedelta

from config import load
from portal.kernel.holidays import DAY, Calendar, day_text, official_calendar

UNITS = {  # unit -> Dutch singular and plural, most that the Atw still shifts (Atw 4, onder a), most we count at all
    "weeks": ("week", "weken", 12, 5200),
    "days": ("dag", "dagen", 90, 36500),
    "months": ("maand", "maanden", 3, 1200),
    "working_days": ("werkdag", "werkdagen", 0, 2500),
    "years": ("jaar", "jaar", 0, 100),
}
ATW = "Algemene termijnenwet, "


class TermError(ValueError):
    """This term cannot be counted; the message is a sentence for a person."""


def _number(count: int, unit: str) -> str:
    singular, plural, *_ = UNITS[unit]
    return f"{count} {singular if count == 1 else plural}"


@dataclass(frozen=True)
class Length:
    """How long a term is: exactly one unit, a positive whole number."""

    weeks: int | None = None
    days: int | None = None
    months: int | None = None
    working_days: int | None = None
    years: int | None = None

    def __post_init__(self):
        given = [(unit, getattr(self, unit)) for unit in UNITS if getattr(self, unit) is not None]
        if len(given) != 1:
            raise TermError("Geef precies één lengte: weken, dagen, maanden, werkdagen of jaren.")
        unit, count = given[0]
        if type(count) is not int or not 1 <= count <= UNITS[unit][3]:
            raise TermError(f"De lengte van een termijn is een heel getal van 1 tot en met {UNITS[unit][3]}.")

    @property
    def unit(self) -> str:
        return next(unit for unit in UNITS if getattr(self, unit) is not None)

    @property
    def amount(self) -> int:
        return getattr(self, self.unit)

    def text(self) -> str:
        """'8 weken'."""
        return _number(self.amount, self.unit)

    def after(self, day: date, calendar: Calendar, sign: int = 1) -> date:
        """The last day of this length counted from the day after `day`; backwards with `sign` -1.

        A month or year ends on the day with the same number, or on the last day of a shorter month.
        """
        if self.unit == "working_days":
            return calendar.add_working_days(day, sign * self.amount)
        return day + relativedelta(**{self.unit: sign * self.amount})


@dataclass(frozen=True)
class Suspension:
    """Days that do not count (Awb 4:15): from the day after the invitation up to, not including, the completion.

    For a ground without an invitation `invited_on` is the day before the first suspended day. `completed_on` is the
    day of completion, or the day on which the time for it ran out unused; None while the suspension still runs.
    """

    invited_on: date
    completed_on: date | None
    ground: str = "aanvulling gevraagd"
    article: str = "Algemene wet bestuursrecht, artikel 4:15, lid 1, onder a"
    letter_id: str | None = None

    def __post_init__(self):
        if self.completed_on is not None and self.completed_on < self.invited_on:
            raise TermError("De opschorting eindigt eerder dan zij begint.")


@dataclass(frozen=True)
class TermRule:
    """What the law, ordinance, decision or contract says about one kind of term.

    `statutory` is true for an act, AMvB or municipal ordinance (Gemeentewet 145); only then the Atw applies.
    `event` names the start in the count. With `start` 'day_after' day 1 is the day after the event, with 'same_day'
    the event itself. `excluded_by` is an article that switches the Atw off. `doubt` is a sentence that a lawyer must
    still confirm (nadere regels, for instance); it becomes a warning.
    """

    kind: str
    article: str
    length: Length
    statutory: bool
    source: str
    direction: str = "forward"
    extension: Length | None = None
    extension_article: str = ""
    start: str = "day_after"
    label: str = ""
    event: str = "Begin"
    excluded_by: str = ""
    doubt: str = ""

    def __post_init__(self):
        if self.direction not in ("forward", "backward") or self.start not in ("day_after", "same_day"):
            raise TermError("Een termijn telt vooruit of terug, vanaf de dag zelf of de dag erna.")
        if self.extension and self.extension.unit != self.length.unit:
            raise TermError("Een verlenging telt in dezelfde eenheid als de termijn.")

    def why_fixed(self, extended: bool = False) -> tuple[str, str] | None:
        """Why the Atw does not shift this term: sentence and source; None when it does."""
        if self.direction == "backward":
            return "Deze termijn telt terug. De datum schuift daarom niet op.", ATW + "artikel 1, lid 2"
        if self.length.unit == "working_days":
            return "De termijn telt alleen werkdagen. De datum schuift daarna niet meer op.", self.article
        if not self.statutory:
            return (
                "De termijn staat niet in een wet of verordening. De datum schuift daarom niet op.",
                ATW + "artikel 1, lid 1",
            )
        if self.excluded_by:
            return "Voor deze termijn geldt de Algemene termijnenwet niet.", self.excluded_by
        if self.length.amount + (self.extension.amount if extended else 0) > UNITS[self.length.unit][2]:
            return (
                "De termijn is langer dan 12 weken, 90 dagen of 3 maanden. De datum schuift daarom niet op.",
                ATW + "artikel 4, onder a",
            )
        return None


@dataclass(frozen=True)
class CountLine:
    """One line of 'Waarom deze datum?': what was counted, the day it led to, and where that is written."""

    text: str
    date: date
    source: str = ""


@dataclass(frozen=True)
class Due:
    """`raw` is the end before the Atw, `last_day` the legal last day. `provisional` while a suspension still runs."""

    raw: date
    last_day: date
    count: tuple[CountLine, ...]
    warnings: tuple[str, ...] = ()
    provisional: bool = False


def compute(
    rule: TermRule,
    started_on: date,
    suspensions: Iterable[Suspension] = (),
    extensions: int = 0,
    calendar: Calendar | None = None,
    decreed_until: date | None = None,
    as_of: date | None = None,
) -> Due:
    """The last day of a term and how it was counted.

    `started_on` is the day of the event. `decreed_until` replaces the end of the table of equated days. `as_of` is
    needed while a suspension runs: the date then holds if the completion arrives on that day. TermError else.
    """
    calendar = calendar or official_calendar()
    if decreed_until:
        calendar = replace(calendar, table_ends=decreed_until)
    suspensions = sorted(suspensions, key=lambda suspension: suspension.invited_on)
    if type(started_on) is not date:
        raise TermError("Een termijn begint op een dag, niet op een tijdstip.")
    if extensions not in (0, 1):
        raise TermError("Een termijn mag één keer worden verlengd.")
    if extensions and rule.extension is None:
        raise TermError("Deze termijn mag niet worden verlengd.")
    try:
        if rule.direction == "backward":
            return _backward(rule, started_on, suspensions, extensions, calendar)
        return _Forward(rule, started_on, extensions, calendar).due(suspensions, as_of)
    except TermError:
        raise
    except (OverflowError, ValueError):
        # date leaves its range with either; the years 1 and 9999 are nobody's term
        raise TermError("Deze datum ligt te ver weg om te berekenen.") from None


def _warnings(rule: TermRule, last_day: date, calendar: Calendar, fixed: bool) -> list[str]:
    """What the reader must know beside the date; a fixed term that counts all days needs no table of holidays."""
    late = None if fixed and rule.length.unit != "working_days" else calendar.warns_after(last_day)
    return [sentence for sentence in (late, rule.doubt) if sentence]


def _backward(
    rule: TermRule, started_on: date, suspensions: Sequence[Suspension], extensions: int, calendar: Calendar
) -> Due:
    """Counting back from an event: never shifted (Atw 1, lid 2), suspended or extended."""
    if suspensions or extensions:
        raise TermError("Een termijn die terugtelt, kan niet worden opgeschort of verlengd.")
    last_day = rule.length.after(started_on, calendar, sign=-1)
    reason, source = rule.why_fixed()
    count = (
        CountLine(rule.event, started_on, rule.source),
        CountLine(f"Terug: {rule.length.text()}", last_day, rule.article),
        CountLine(reason, last_day, source),
        CountLine("Laatste dag", last_day),
    )
    return Due(last_day, last_day, count, tuple(_warnings(rule, last_day, calendar, fixed=True)))


class _Forward:
    """One forward count in progress: `end` is where the term ends so far, `count` the lines that led there."""

    def __init__(self, rule: TermRule, started_on: date, extensions: int, calendar: Calendar):
        self.rule, self.calendar = rule, calendar
        same_day = rule.start == "same_day"
        self.before = started_on - DAY if same_day else started_on  # the day before day 1
        self.end = rule.length.after(self.before, calendar)
        self.fixed = rule.why_fixed(extended=bool(extensions))
        self.suspended: list[tuple[date, date]] = []  # first and last day, apart and in order
        self.warnings: list[str] = []
        self.count = [
            CountLine(rule.event, started_on, rule.source),
            CountLine(
                "De termijn begint op deze dag" if same_day else "De termijn begint de dag erna",
                self.before + DAY,
                "" if same_day else rule.article,
            ),
            CountLine(f"Erbij: {rule.length.text()}", self.end, rule.article),
        ]
        if extensions:
            self.end = rule.extension.after(self.end, calendar)
            self._line(f"Verlengd met {rule.extension.text()}", rule.extension_article)
            if self.fixed and not rule.why_fixed():
                self.warnings.append(
                    "Met de verlenging is de termijn langer dan de Algemene termijnenwet toelaat. "
                    "Het portaal schuift de datum daarom niet op. Laat een jurist dit bevestigen."
                )

    def _line(self, text: str, source: str = "") -> None:
        self.count.append(CountLine(text, self.end, source))

    def _counts(self, first: date, last: date) -> int:
        """How many days (or working days) of the term lie in this stretch."""
        if self.rule.length.unit == "working_days":
            return sum(1 for _ in self.calendar.working_days(first, last))
        return (last - first).days + 1

    def _resume(self, day: date, left: int) -> date:
        """The end when `left` days (or working days) remain after `day`."""
        if self.rule.length.unit == "working_days":
            return self.calendar.add_working_days(day, left)
        return day + left * DAY

    def due(self, suspensions: Sequence[Suspension], as_of: date | None) -> Due:
        provisional = [self._suspend(suspension, as_of) for suspension in suspensions]
        raw = self.end
        self._shift()
        self._line("Laatste dag")
        warnings = [*self.warnings, *_warnings(self.rule, self.end, self.calendar, fixed=bool(self.fixed))]
        return Due(raw, self.end, tuple(self.count), tuple(warnings), any(provisional))

    def _suspend(self, suspension: Suspension, as_of: date | None) -> bool:
        """Take one suspension into the count; days already suspended count once. True when it still runs."""
        covered = self.suspended[-1][1] if self.suspended else self.before
        first = max(suspension.invited_on, covered) + DAY
        lawful_end = self._shifted()[-1][0]
        if first > lawful_end:
            self.warnings.append(
                f"De opschorting na {day_text(suspension.invited_on, weekday=False)} begint na de laatste dag "
                "van de termijn. Zij telt niet mee."
            )
            return False
        running = suspension.completed_on is None
        if running and as_of is None:
            raise TermError("De opschorting loopt nog. Geef de dag waarop u de voorlopige datum wilt weten.")
        last = (as_of if running else suspension.completed_on) - DAY
        days = max(0, (last - first).days + 1)
        if days:
            if first > self.end:
                # The Atw had already added days to the term, and the suspension starts in them: they were part of it.
                self.end = lawful_end
                self._line("De termijn was al verlengd door een weekend of feestdag", ATW + "artikel 1, lid 1")
            left = self._counts(first, self.end)
            self.suspended.append((first, last))
            self.end = self._resume(last, left)
        more = f". De opschorting loopt nog; dit geldt als zij eindigt op {day_text(as_of)}" if running else ""
        self._line(f"Opgeschort: {_number(days, 'days')} erbij ({suspension.ground}){more}", suspension.article)
        return running

    def _working_days(self) -> int:
        """Working days in the term up to `end`, without the suspended ones; counted no further than two."""
        starts = [self.before + DAY, *(last + DAY for _, last in self.suspended)]
        ends = [*(first - DAY for first, _ in self.suspended), self.end]
        days = chain.from_iterable(map(self.calendar.working_days, starts, ends))
        return sum(1 for _ in islice(days, 2))

    def _shifted(self) -> list[tuple[date, str, str]]:
        """The end and every day the Atw adds to it: day, sentence and source. The last row is the last day."""
        if self.fixed:
            return [(self.end, *self.fixed)]
        days, day = [], self.end
        while reason := self.calendar.is_free(day):
            text = f"{day_text(day, weekday=False)}: {reason}. Er komt een dag bij"
            day += DAY
            days.append((day, text, self._free_source(day - DAY)))
        three_days = self.rule.length.unit != "days" or self.rule.length.amount >= 3
        for _ in range(max(0, 2 - self._working_days() - (day > self.end)) if three_days else 0):
            day = self.calendar.add_working_days(day, 1)
            text = "In de termijn moeten ten minste twee werkdagen zitten. Er komt een werkdag bij"
            days.append((day, text, ATW + "artikel 2"))
        return days or [(day, "Deze dag is een werkdag. De datum schuift niet op.", ATW + "artikel 1, lid 1")]

    def _free_source(self, day: date) -> str:
        article, why = ATW + "artikel 1, lid 1", self.calendar.source(day)
        return article if why == article else f"{article}; {why}"

    def _shift(self) -> None:
        for day, text, source in self._shifted():
            self.end = day
            self._line(text, source)


@cache
def _catalogue() -> dict[str, TermRule | dict]:
    """The rows of config/termijnen.toml under their kind and their code; a row without length stays a dict."""
    rules = {}
    for row in load("termijnen")["term"]:
        fields = {key: value for key, value in row.items() if key != "code"}
        for name in ("length", "extension"):
            if name in fields:
                fields[name] = Length(**fields[name])
        rules[row["kind"]] = rules[row["code"]] = TermRule(**fields) if "length" in fields else fields
    return rules


def rule(kind: str, **changes) -> TermRule:
    """The general term of this kind ('bezwaartermijn') or code ('T7'), with `changes` to its fields.

    TermError for an unknown kind, and for a term whose length the authority sets while no `length` is given.
    """
    found = _catalogue().get(kind)
    if found is None:
        raise TermError(f"De termijn {kind!r} staat niet in de lijst.")
    if isinstance(found, TermRule):
        return replace(found, **changes)
    if "length" not in changes:
        raise TermError(f"De termijn {kind!r} heeft geen vaste lengte. Geef de lengte op.")
    return TermRule(**(found | changes))


@cache
def suspension_grounds() -> dict[str, dict]:
    """The grounds that suspend a term: ground -> article, and `notice`: must the applicant hear the new date?"""
    return {row["ground"]: row for row in load("termijnen")["suspension_ground"]}


def penalty(days: int, defaulted_on: date | None = None) -> Decimal:
    """The dwangsom in euros after `days` days in default (Awb 4:17); it stops after 42 days.

    `defaulted_on` is the day the notice of default was received: it decides which amounts hold. Without it the
    last row of the table counts. TermError for a negative number or a day before the first row.
    """
    return sum((counted * amount for counted, amount in penalty_steps(days, defaulted_on)), Decimal("0.00"))


def penalty_steps(days: int, defaulted_on: date | None = None) -> list[tuple[int, Decimal]]:
    """How `penalty` comes to its sum: (days, euros per day), step by step; TermError as there."""
    if type(days) is not int or days < 0:
        raise TermError("Het aantal dagen is een heel getal van 0 of meer.")
    rows = [row for row in load("termijnen")["penalty"] if defaulted_on is None or row["valid_from"] <= defaulted_on]
    if not rows:
        raise TermError("Voor deze dag is geen dwangsom bekend.")
    found = []
    for step in max(rows, key=lambda row: row["valid_from"])["steps"]:
        if counted := min(days, step["days"]):
            found.append((counted, Decimal(step["amount"])))
        days -= counted
    return found


def dagen_te_laat(uiterlijk: date, klaar: date | None, today: date) -> int:
    """How many days after its last day something was done, or is not done yet; 0 when in time."""
    return max(0, ((klaar or today) - uiterlijk).days)


def termijn_line(line: dict) -> dict:
    """One term of the command line.

    In: {"start", "weeks"|"days"|"months"|"working_days", "statutory", "suspensions": [[from, to], ...]}, dates as
    'jjjj-mm-dd'. The suspension starts the day after `from` (the invitation); `to` (the completion) is not counted.
    Out: {"raw", "last_day", "count"}, with "warnings" when there are any; or {"error": sentence}.
    """
    try:
        due = _due_of_line(line)
    except TermError as error:
        return {"error": str(error)}
    answer = {
        "raw": due.raw.isoformat(),
        "last_day": due.last_day.isoformat(),
        "count": [
            f"{entry.text} → {day_text(entry.date)}" + (f" ({entry.source})" if entry.source else "")
            for entry in due.count
        ],
    }
    return answer | ({"warnings": list(due.warnings)} if due.warnings else {})


def _due_of_line(line: dict) -> Due:
    units = ("weeks", "days", "months", "working_days")
    if not isinstance(line, dict):
        raise TermError("Een regel is een JSON-object met een begin en een lengte.")
    unknown = sorted(set(map(str, line)) - {"start", "statutory", "suspensions", *units})
    if unknown:
        raise TermError(f"Dit veld kennen we niet: {', '.join(unknown)}.")
    if "start" not in line:
        raise TermError("Geef het begin van de termijn: start.")
    if not isinstance(line.get("statutory"), bool):
        raise TermError("Geef aan of de termijn in een wet of verordening staat: statutory is true of false.")
    pairs = line.get("suspensions", [])
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise TermError("Een opschorting heeft twee datums: de uitnodiging en de aanvulling.")
    plain = TermRule(
        kind="regel",
        article="",
        length=Length(**{unit: line[unit] for unit in units if unit in line}),
        statutory=line["statutory"],
        source="",
    )
    return compute(plain, _day(line["start"]), [Suspension(_day(first), _day(last)) for first, last in pairs])


def _day(text: object) -> date:
    try:
        if isinstance(text, str) and len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise TermError(f"Dit is geen datum: {str(text)[:40]}. Schrijf jjjj-mm-dd, bijvoorbeeld 2026-03-13.")
