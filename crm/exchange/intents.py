"""What a row of a table asks for, before any record is looked at: the words between the plan and the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.exchange.codes import Fate, Reason
from crm.exchange.dates import When
from crm.exchange.hosts import Host
from crm.exchange.parties import Party


@dataclass(frozen=True, slots=True)
class Source:
    """Where an intent comes from: the row number a spreadsheet shows, the row as written, and what was done to read it."""

    row: int
    verbatim: tuple[tuple[str, str], ...] = ()
    notes: frozenset[Reason] = frozenset()


@dataclass(frozen=True, slots=True)
class EngagementIntent:
    """A meeting to record. `parties_text` is the cell the parties come from, `label` what it said before them ('Roundtable with')."""

    source: Source
    identity: str
    when: When
    parties: tuple[Party, ...]
    parties_text: str
    host: Host | None = None
    purpose: str = ""
    label: str = ""
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    fate: Fate = Fate.NEW


@dataclass(frozen=True, slots=True)
class GuestIntent:
    """A participant to add to the meeting of the row above, which is named by its identity and its row."""

    source: Source
    identity: str
    above: str
    above_row: int
    parties: tuple[Party, ...]
    parties_text: str
    fate: Fate = Fate.ADDED


@dataclass(frozen=True, slots=True)
class RecordIntent:
    """An organization or a person to record. `values` holds only fields with something in them; fields of MANY are tuples."""

    source: Source
    identity: str
    name: str
    values: Mapping[str, str | tuple[str, ...] | When]
    fate: Fate = Fate.NEW


@dataclass(frozen=True, slots=True)
class SkipIntent:
    """A row that says nothing to record, with the rule that left it out."""

    source: Source
    reason: Reason
    fate: Fate = Fate.SKIPPED


@dataclass(frozen=True, slots=True)
class ProblemIntent:
    """A row that cannot be recorded, why, and the field and text that a person should look at."""

    source: Source
    reason: Reason
    field: str = ""
    text: str = ""
    fate: Fate = Fate.PROBLEM


Intent = EngagementIntent | GuestIntent | RecordIntent | SkipIntent | ProblemIntent
