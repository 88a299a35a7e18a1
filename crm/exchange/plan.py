"""From rows to intents: what each row of a table asks for, with its fate, one after the other and without a database."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, islice

from email_validator import EmailNotValidError, validate_email

from crm.core.text import one_line
from crm.exchange.codes import Reason
from crm.exchange.columns import Binding, bind
from crm.exchange.dates import Precision, When, read_date
from crm.exchange.headers import LOOK_AT, header_key
from crm.exchange.hosts import parse_host
from crm.exchange.identity import Occurrences, identity_of, row_digest
from crm.exchange.intents import EngagementIntent, GuestIntent, Intent, ProblemIntent, RecordIntent, SkipIntent, Source
from crm.exchange.parties import Split, SplitRule, split_parties
from crm.exchange.periods import Period, period_of_file_name
from crm.exchange.profile import DATES, EMAILS, MANY, WORDS, Profile, Target
from crm.exchange.reading import Row
from crm.exchange.skipping import Skipping

LONGEST_NAME = 200
_BY_SEMICOLON = SplitRule(separators=(";",))
_UNSPLIT = SplitRule(separators=())
# What nearly every address looks like; the rest is judged by the library, which takes a hundred times as long.
_PLAIN_EMAIL = re.compile(r"[a-z0-9_%+-]{1,64}(?:\.[a-z0-9_%+-]{1,64})*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
Known = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller adds to profile and file: the file's name, a year, the header row a person chose, and which names are known.

    `header_row` None lets the plan look for the header; pass a layout's row only when a person chose it. `known` says whether a text
    is the whole name of an organization that is there; it keeps "Department for Business, Innovation & Skills" in one piece.
    """

    file_name: str = ""
    year: int | None = None
    header_row: int | None = None
    known: Known = field(default=lambda name: False)


class Problem(Exception):
    """A row cannot be recorded; caught where the row began."""

    def __init__(self, reason: Reason, name: str = "", text: str = "") -> None:
        super().__init__(reason.value)
        self.reason, self.field, self.text = reason, name, text[:200]


def plan(rows: Iterable[Row], profile: Profile, options: Options | None = None) -> Iterator[Intent]:
    """One intent for each non-blank row below the header, in order. Raises Refusal before the first when the table does not fit."""
    source = iter(rows)
    first = list(islice(source, LOOK_AT))
    chosen = options or Options()
    binding = bind(profile, first, chosen.header_row)
    with Occurrences() as occurrences:
        planner = _Planner(profile, chosen, binding, occurrences)
        for row in chain(first, source):
            yield from planner.intents(row)


@dataclass(slots=True)
class _Planner:
    """The state of one pass over a table: what is carried down, and the meeting that guests of the next rows belong to."""

    profile: Profile
    options: Options
    binding: Binding
    occurrences: Occurrences
    carried: dict[str, str] = field(default_factory=dict)
    above: EngagementIntent | None = None
    period: Period = field(init=False)
    skipping: Skipping = field(init=False)
    required: tuple[str, ...] = field(init=False)
    plain: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.period = period_of_file_name(self.options.file_name) if self.profile.dates.year_from_file_name else Period()
        self.skipping = Skipping(self.profile.skip)
        self.required = tuple(sorted(self.profile.required))
        read = DATES | EMAILS | MANY | set(WORDS) | set(self.profile.values)
        self.plain = frozenset(self.profile.columns) - read  # taken as they stand, without a look

    def intents(self, row: Row) -> Iterator[Intent]:
        if row.number <= self.binding.header_row or row.blank:
            return
        try:
            yield self._intent(row)
        except Problem as problem:
            self.above = None
            yield ProblemIntent(
                Source(row.number, self.binding.verbatim(row), row.notes), problem.reason, problem.field, problem.text
            )

    def _intent(self, row: Row) -> Intent:
        if row.problem is not None:
            raise Problem(row.problem)
        cells = self.binding.cells(row)
        source = Source(row.number, self.binding.verbatim(row), row.notes | self._extra_cells(row))
        if reason := self._skipped(row, cells):
            self.above = None
            return SkipIntent(source, reason)
        if self._is_guest(cells):
            return self._guest(source, cells)
        whole, carried = self._filled_down(cells)
        if carried:
            source = replace(source, notes=source.notes | {Reason.CARRIED_DOWN})
        if self.profile.target is Target.ENGAGEMENTS:
            self.above = self._engagement(source, whole)
            return self.above
        return self._record(source, whole)

    def _extra_cells(self, row: Row) -> frozenset[Reason]:
        extra = any(cell.strip() for cell in row.cells[len(self.binding.headers) :]) if self.binding.headers else False
        return frozenset({Reason.EXTRA_CELLS}) if extra else frozenset()

    # -- rows that make no record ------------------------------------------------------------------------------------------------------------

    def _skipped(self, row: Row, cells: Mapping[str, str]) -> Reason | None:
        if self.binding.is_header(row):
            return Reason.REPEATED_HEADER
        rule = self.skipping.rule_for(cells)
        if rule is None:
            return None
        if rule.carries:
            self._filled_down(cells)
        return rule.reason

    def _is_guest(self, cells: Mapping[str, str]) -> bool:
        group = self.profile.group
        if group is None:
            return False
        return not any(cells.get(name) for name in group.empty) and all(cells.get(name) for name in group.filled)

    # -- rows that do ------------------------------------------------------------------------------------------------------------------------

    def _filled_down(self, cells: Mapping[str, str]) -> tuple[dict[str, str], bool]:
        """Empty cells of fill-down columns take the last value above them."""
        whole, carried = dict(cells), False
        for name, column in self.profile.columns.items():
            if not column.fill_down or name not in whole:
                continue
            if whole[name]:
                self.carried[name] = whole[name]
            elif name in self.carried:
                whole[name], carried = self.carried[name], True
        return whole, carried

    def _guest(self, source: Source, cells: Mapping[str, str]) -> GuestIntent:
        above = self.above
        if above is None:
            raise Problem(Reason.ROW_ABOVE_MISSING, "organization", cells["organization"])
        split = self._split(cells["organization"])
        identity = self._identity(cells, above.when.on, above.identity)
        notes = source.notes | split.notes
        return GuestIntent(
            replace(source, notes=notes), identity, above.identity, above.source.row, split.parties, cells["organization"]
        )

    def _engagement(self, source: Source, cells: Mapping[str, str]) -> EngagementIntent:
        self._check_required(cells, besides={"date"})
        when, notes = self._when(cells.get("date", ""), "date")
        split = self._split(cells["organization"])
        return EngagementIntent(
            source=replace(source, notes=source.notes | notes | split.notes),
            identity=self._identity(cells, when.on),
            when=when,
            parties=split.parties,
            parties_text=cells["organization"],
            host=parse_host(cells.get("host", "")),
            purpose=cells.get("purpose", ""),
            label=split.label,
            values=self._others(cells),
        )

    def _others(self, cells: Mapping[str, str]) -> dict[str, str | tuple[str, ...]]:
        """Fields of an engagement beside those with a place of their own, and the constants."""
        told = {name: text for name, text in cells.items() if name not in ("host", "date", "organization", "purpose") and text}
        values: dict[str, str | tuple[str, ...]] = {**self.profile.constants, **told}
        for name in MANY & set(values):
            values[name] = self._parts(name, str(values[name]))
        return values

    def _record(self, source: Source, cells: Mapping[str, str]) -> RecordIntent:
        self._check_required(cells)
        notes: set[Reason] = set()
        values: dict[str, str | tuple[str, ...] | When] = {}
        for name, text in cells.items():
            if not text:
                continue
            if name in self.plain:
                values[name] = text
            elif value := self._value(name, text, notes):
                values[name] = value
        for name, text in self.profile.constants.items():
            if name not in values:
                values[name] = self._parts(name, text) if name in MANY else text
        name = self._short(cells["name"], "name")
        identity = self._identity(cells, None)
        return RecordIntent(replace(source, notes=source.notes | notes), identity, name, values)

    # -- values ------------------------------------------------------------------------------------------------------------------------------

    def _check_required(self, cells: Mapping[str, str], *, besides: frozenset[str] | set[str] = frozenset()) -> None:
        for name in self.required:
            if not cells.get(name) and name not in besides:
                raise Problem(Reason.REQUIRED_EMPTY, name)

    def _value(self, name: str, text: str, notes: set[Reason]) -> str | tuple[str, ...] | When:
        if name in DATES:
            return self._date_value(name, text, notes)
        mapped = self._mapped(name, text)
        if name in WORDS and mapped not in WORDS[name]:
            notes.add(Reason.VALUE_UNMAPPED)
            return ""
        if name in EMAILS:
            return tuple(_email(part, name) for part in self._parts(name, mapped))
        return self._parts(name, mapped) if name in MANY else mapped

    def _date_value(self, name: str, text: str, notes: set[Reason]) -> When | str:
        """A date beside the main one: what cannot be read is left out, and the record still comes in."""
        try:
            return self._when(text, name)[0]
        except Problem:
            notes.add(Reason.DATE_LEFT_OUT)
            return ""

    def _mapped(self, name: str, text: str) -> str:
        rule = self.profile.values.get(name)
        if rule is None:
            return text
        found = rule.words.get(header_key(text))
        if found is not None:
            return found
        return text if rule.otherwise is None else rule.otherwise

    def _parts(self, name: str, text: str) -> tuple[str, ...]:
        """The parts of a field that may hold many, each once. Without a rule a semicolon separates."""
        rule = self.profile.split.get(name, _BY_SEMICOLON)
        marks = [mark for mark in rule.separators if mark in text]
        if not marks:
            return (text,)
        parts = [text]
        for mark in marks:
            parts = [piece for part in parts for piece in part.split(mark)]
        return tuple(dict.fromkeys(filter(None, map(one_line, parts))))

    def _split(self, text: str) -> Split:
        rule = self.profile.split.get("organization")
        split = (
            split_parties(text, rule, self.options.known)
            if rule
            else split_parties(text, SplitRule(separators=()), self.options.known)
        )
        for party in split.parties:
            self._short(party.organization, "organization")
            if party.person:
                self._short(party.person.name, "organization")
        return split

    def _short(self, text: str, name: str) -> str:
        if len(text) > LONGEST_NAME:
            raise Problem(Reason.NAME_TOO_LONG, name, text)
        return text

    def _when(self, text: str, name: str) -> tuple[When, set[Reason]]:
        """The date of a cell: its own year, else the file name's, else the caller's. Else the row is a problem."""
        rule, period = self.profile.dates, self.period

        def year_for(month: int) -> int | None:
            return period.year_for(month) or self.options.year

        found = read_date(text, formats=rule.formats, default_year=year_for, day_first=rule.day_first, dashed_day=rule.dashed_day)
        if isinstance(found, Reason):
            raise Problem(found, name, text)
        notes: set[Reason] = set()
        if not found.year_given:
            notes.add(Reason.YEAR_FROM_FILE_NAME if period.year_for(found.on.month) else Reason.YEAR_FROM_CALLER)
        if name == "date" and not period.covers(found.on.month):
            notes.add(Reason.OUTSIDE_FILE_PERIOD)
        return _coarser(found, rule.precision), notes

    def _identity(self, cells: Mapping[str, str], on: date | None, above: str = "") -> str:
        dated = cells.items() if on is None else [(name, text) for name, text in cells.items() if name != "date"]
        digest = row_digest(self.profile.key, dated, on, above)
        return identity_of(digest, self.occurrences.count(digest))


def _email(text: str, name: str) -> str:
    lower = text.lower()
    if len(lower) <= 254 and _PLAIN_EMAIL.fullmatch(lower):
        return lower
    try:
        return validate_email(text[:320], check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise Problem(Reason.EMAIL_UNREADABLE, name, text) from None


def _coarser(when: When, precision: Precision | None) -> When:
    """A date as coarse as the profile says: a spreadsheet turns months into days."""
    if precision is Precision.MONTH and when.precision in (Precision.TIME, Precision.DAY):
        return When(when.on.replace(day=1), Precision.MONTH, None, when.year_given)
    if precision is Precision.DAY and when.precision is Precision.TIME:
        return When(when.on, Precision.DAY, None, when.year_given)
    return when
