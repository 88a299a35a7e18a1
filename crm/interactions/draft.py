"""What will be saved from a quick-log line: every piece with its choices, so that a preview can be corrected. Pure values."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm.core.text import name_key, whole_number
from crm.engagements.markers import ParsedLine, Question
from crm.interactions.models import Channel, Direction

AS_TEXT, CREATE = "text", "new"


@dataclass(frozen=True)
class Option:
    """One answer to "whom do you mean": a record's id as text, or CREATE, or AS_TEXT. `note` tells namesakes apart."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Mention:
    """A person or organization of the line and whom it may mean. `is_sure`: nobody needs to be asked."""

    field: str
    raw: str
    name: str
    kind: str
    options: tuple[Option, ...]
    chosen: str
    is_sure: bool
    organization: int | None = None
    guessed: str = AS_TEXT
    takes_part: bool = True
    titles_before: str = ""
    titles_after: str = ""
    salutation: str = ""

    @property
    def record_id(self) -> int | None:
        return whole_number(self.chosen)

    @property
    def label(self) -> str:
        return next((option.label for option in self.options if option.value == self.chosen), self.name)


@dataclass(frozen=True)
class Task:
    """A follow-up of the line. `owner` is `me`, `them`, `user:<id>` or the field of a mention."""

    field: str
    text: str
    is_promise: bool
    owner: str
    due_on: dt.date | None
    due_precision: str = "day"
    is_day_off: bool = False
    is_urgent: bool = False
    is_uncertain: bool = False
    is_waiting: bool = False
    is_wanted: bool = True


@dataclass(frozen=True)
class Closing:
    """An open commitment that the line says is finished."""

    field: str
    commitment_id: int
    text: str
    is_wanted: bool = True


# What the record can hold. What is longer is refused with the text kept, never cut.
LONGEST_LINE, LONGEST_SUMMARY, LONGEST_TASK, LONGEST_TOPIC, LONGEST_NAME = 4000, 20_000, 500, 80, 200
LONGEST_BEFORE, LONGEST_AFTER = 80, 120  # titles of a new person


@dataclass(frozen=True)
class Draft:
    """The whole preview. Nothing of it is stored until somebody saves."""

    parsed: ParsedLine
    channel: Channel
    direction: Direction
    on: dt.date
    clock: dt.time | None
    precision: str
    summary: str
    people: tuple[Mention, ...] = ()
    organizations: tuple[Mention, ...] = ()
    topics: tuple[str, ...] = ()
    dropped_topics: frozenset[str] = frozenset()
    tasks: tuple[Task, ...] = ()
    closings: tuple[Closing, ...] = ()
    questions: tuple[Question, ...] = ()
    guessed: Mapping[str, str] = field(default_factory=dict)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return self.people + self.organizations

    @property
    def is_empty(self) -> bool:
        return not self.parsed.text.strip()

    @property
    def too_long(self) -> Sequence[tuple[str, int]]:
        """Pieces that no field can hold, each with the number of characters that it may have."""
        pieces = [(self.summary, LONGEST_SUMMARY)]
        pieces += [(task.text, LONGEST_TASK) for task in self.tasks if task.is_wanted]
        pieces += [(topic, LONGEST_TOPIC) for topic in self.topics if topic not in self.dropped_topics]
        for new in (mention for mention in self.mentions if mention.chosen == CREATE):
            pieces += [(new.name, LONGEST_NAME), (new.titles_before, LONGEST_BEFORE), (new.titles_after, LONGEST_AFTER)]
        return [(text, most) for text, most in pieces if len(text) > most]


class Corrections:
    """What the person changed in the preview: a field counts only where it differs from what was guessed when it was drawn."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self.sent = sent
        self.guesses: dict[str, str] = {}

    def of(self, name: str, guessed: str) -> str:
        """The corrected value, or the guess, which is noted for the next drawing."""
        self.guesses[name] = guessed
        if name not in self.sent:
            return guessed
        value, drawn = self.sent[name], self.sent.get(f"{name}.guess", "")
        return value if value != drawn else guessed

    def is_ticked(self, name: str) -> bool:
        """A tick box that was drawn ticked stays so unless it came back empty."""
        return not (f"{name}.drawn" in self.sent and name not in self.sent)


def field_name(prefix: str, name: str) -> str:
    """A form field for a piece of the line that stays the same while other pieces are typed."""
    return f"{prefix}-{hashlib.sha256(name_key(name).encode()).hexdigest()[:10]}"


def unresolved(draft: Draft) -> Sequence[Mention]:
    """Names that will stay text: nobody was found or chosen."""
    return [mention for mention in draft.mentions if mention.chosen == AS_TEXT and mention.takes_part]
