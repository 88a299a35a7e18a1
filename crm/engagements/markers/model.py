"""What a quick-log line or a line of minutes says, as plain values: no wording, no database, no clock."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from crm.core.text import name_key


class Channel(StrEnum):
    """How it happened. An incoming or outgoing letter is LETTER with its direction."""

    CALL = "call"
    WHATSAPP = "whatsapp"
    MET = "met"
    VISIT = "visit"
    OFFICE_VISIT = "office_visit"
    LETTER = "letter"
    EMAIL = "email"
    MEETING = "meeting"
    VIDEO_CALL = "video_call"
    INSTAGRAM = "instagram"
    X = "x"
    FACEBOOK = "facebook"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    SOCIAL = "social"
    EVENT = "event"
    MEDIA = "media"
    COUNTER = "counter"


class Direction(StrEnum):
    """Who turned to whom: IN from them, OUT to them."""

    IN = "in"
    OUT = "out"


class Precision(StrEnum):
    """How exactly a time is known."""

    TIME = "time"
    DAY = "day"
    WEEK = "week"
    MONTH_PART = "month_part"
    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"


class FollowUpKind(StrEnum):
    """What a marked part becomes."""

    ACTION = "action"
    PROMISE = "promise"
    DECISION = "decision"
    QUESTION = "question"
    NOTE = "note"


class State(StrEnum):
    """OPEN: to be done; WAITING: no date yet, asked again later; DONE: says that it is finished."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"


class Side(StrEnum):
    """Whose the task is: the writer's office, the partner's, or somebody named."""

    US = "us"
    THEM = "them"
    NAMED = "named"


class PieceKind(StrEnum):
    """What a stretch of the typed line was understood as (the coloured mirror)."""

    CHANNEL = "channel"
    DIRECTION = "direction"
    PERSON = "person"
    ORGANIZATION = "organization"
    TIME = "time"
    DURATION = "duration"
    REFERENCE = "reference"
    TOPIC = "topic"
    MARKER = "marker"
    DUE = "due"
    PRIORITY = "priority"
    TASK = "task"
    OWNER = "owner"
    LINK = "link"


class Ask(StrEnum):
    """Codes of things to ask. Templates hold the wording; the answer is never needed to save."""

    AMBIGUOUS_MINGGU = "ambiguous_minggu"
    PAST_DUE = "past_due"
    FUTURE_EVENT = "future_event"
    MISSING_DUE = "missing_due"
    MISSING_TASK = "missing_task"
    URGENT_NO_DATE = "urgent_no_date"
    WAITING_NO_DATE = "waiting_no_date"
    VAGUE_DUE = "vague_due"
    MISSING_EVENT = "missing_event"
    INVALID_DATE = "invalid_date"
    WEEKDAY_MISMATCH = "weekday_mismatch"
    TIME_PASSED = "time_passed"
    AMBIGUOUS_ABBREVIATION = "ambiguous_abbreviation"
    CITY_OR_REGENCY = "city_or_regency"


class Hint(StrEnum):
    """Codes of what the line may also mean; nothing comes of it until somebody accepts."""

    PROMISE = "promise"
    AGREED = "agreed"
    DONE = "done"
    CLOSES = "closes"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the typed line, end excluded."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the typed characters of this stretch."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Piece:
    """One understood stretch; pieces are sorted and never overlap."""

    kind: PieceKind
    span: Span


@dataclass(frozen=True, slots=True)
class Person:
    """A person, or the holder of a post, as typed. `organization` is the index of the one spoken for."""

    raw: str
    name: str
    span: Span
    honorific: str | None = None
    salutation: str | None = None
    titles_before: str = ""
    titles_after: str = ""
    post: str | None = None
    acting: str | None = None
    phone: str | None = None
    email: str | None = None
    group: int = 0
    organization: int | None = None
    participant: bool = True


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization as typed. `unnamed`: took part by somebody without a name ("tim Disdukcapil")."""

    raw: str
    name: str
    span: Span
    unnamed: bool = False
    participant: bool = True
    marked: bool = True


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as typed after #."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class EventTime:
    """When it happened. Not explicit: now. `on`..`until` is the period, `at` the moment when a time is known."""

    on: date
    until: date
    at: datetime | None
    precision: Precision
    clock: time | None = None
    soft: bool = False
    zone: str | None = None
    explicit: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """When a follow-up is due, never before today. A day off is kept and flagged, not moved."""

    on: date
    precision: Precision
    is_working_day: bool
    clock: time | None = None
    soft: bool = False
    zone: str | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose task it is: NAMED carries the index of a person or an organization of the line."""

    side: Side
    person: int | None = None
    organization: int | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An action, promise, decision, open question or note. `implied`: read from the summary, not marked."""

    kind: FollowUpKind
    text: str
    span: Span
    owner: Owner
    due: Due | None = None
    state: State = State.OPEN
    urgent: bool = False
    uncertain: bool = False
    verb: str | None = None
    review_on: date | None = None
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask: code, the typed words, candidate answers; about follow-up `followup` or the event."""

    code: Ask
    text: str
    span: Span
    dates: tuple[date, ...] = ()
    choices: tuple[str, ...] = ()
    followup: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the words may also mean ("siap" from a partner: record as a promise?)."""

    code: Hint
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """Everything a line says. Saving never needs more than this."""

    text: str
    event: EventTime
    channel: Channel | None = None
    channel_details: tuple[str, ...] = ()
    direction: Direction | None = None
    direction_explicit: bool = False
    people: tuple[Person, ...] = ()
    organizations: tuple[Organization, ...] = ()
    duration_minutes: int | None = None
    reference: str | None = None
    summary: str = ""
    topics: tuple[Topic, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    questions: tuple[Question, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    leftovers: tuple[Span, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def mirror(self) -> list[tuple[PieceKind | None, str]]:
        """Return the typed line cut into understood and plain stretches; joined they are the line again."""
        parts: list[tuple[PieceKind | None, str]] = []
        at = 0
        for piece in self.pieces:
            if piece.span.start > at:
                parts.append((None, self.text[at : piece.span.start]))
            parts.append((piece.kind, piece.span.of(self.text)))
            at = piece.span.end
        if at < len(self.text):
            parts.append((None, self.text[at:]))
        return parts

    def people_of(self, organization: int | None) -> tuple[Person, ...]:
        """Return the people who speak for the organization with this index."""
        return tuple(p for p in self.people if p.organization == organization)


Known = Collection[str] | Callable[[str], bool]


def _says(known: Known, key: str) -> bool:
    return known(key) if callable(known) else key in known


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Which names the directory knows. Collections or callables of `name_key` forms; `Lexicon.of` makes them."""

    people: Known = field(default_factory=frozenset)
    organizations: Known = field(default_factory=frozenset)

    @classmethod
    def of(cls, *, people: Collection[str] = (), organizations: Collection[str] = ()) -> "Lexicon":
        """Make a lexicon of names as written."""
        return cls(frozenset(map(name_key, people)), frozenset(map(name_key, organizations)))

    @property
    def empty(self) -> bool:
        """Tell whether no name at all is known."""
        return not (callable(self.people) or callable(self.organizations) or self.people or self.organizations)

    def person(self, text: str) -> bool:
        """Tell whether a person of this name is known."""
        key = name_key(text)
        return bool(key) and _says(self.people, key)

    def organization(self, text: str) -> bool:
        """Tell whether an organization of this name, alias or abbreviation is known."""
        key = name_key(text)
        return bool(key) and _says(self.organizations, key)
