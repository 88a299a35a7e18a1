"""An import profile: how the columns of one kind of table become records, and which rows become none. Plain values.

docs/import-profiles.md describes the JSON form, `profile_format` reads and writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from crm.exchange.codes import Reason
from crm.exchange.dates import Precision
from crm.exchange.parties import SplitRule


class Target(StrEnum):
    """What the rows become."""

    ORGANIZATIONS = "organizations"
    PEOPLE = "people"
    ENGAGEMENTS = "engagements"


# What a column may be mapped to. Nothing else is reachable by an import: no office, owner, role, id or version.
FIELDS: Mapping[Target, frozenset[str]] = {
    Target.ORGANIZATIONS: frozenset(
        "name abbreviation alias former_name category parent parent_reference region address website email phone social topics tags note "
        "external_id status closed_on".split()
    ),
    Target.PEOPLE: frozenset(
        "name titles_before titles_after called salutation organization position email phone private_email private_phone home_address "
        "birth_date beat language channel topics tags note external_id".split()
    ),
    Target.ENGAGEMENTS: frozenset("host date organization purpose place topics note external_id".split()),
}
REQUIRED: Mapping[Target, frozenset[str]] = {
    Target.ORGANIZATIONS: frozenset({"name"}),
    Target.PEOPLE: frozenset({"name"}),
    Target.ENGAGEMENTS: frozenset({"date", "organization"}),
}
# Set for every row alike, beside the fields.
CONSTANTS: Mapping[Target, frozenset[str]] = {
    Target.ORGANIZATIONS: frozenset({"category", "language", "tags", "topics", "note"}),
    Target.PEOPLE: frozenset({"language", "channel", "organization", "tags", "topics", "note"}),
    Target.ENGAGEMENTS: frozenset({"kind", "role", "topics", "note", "place"}),
}
# Seen and written only with the permission to read private data.
PRIVATE = frozenset({"private_email", "private_phone", "home_address", "birth_date"})
MANY = frozenset(
    "abbreviation alias former_name parent parent_reference email phone private_email private_phone social topics tags".split()
)
DATES = frozenset({"date", "closed_on", "birth_date"})
EMAILS = frozenset({"email", "private_email"})
# Words that a field must have after mapping; another word is left out and noted.
WORDS: Mapping[str, frozenset[str]] = {
    "category": frozenset("partner-agency media community-group business academia own-unit".split()),
    "language": frozenset({"id", "en"}),
    "channel": frozenset("call whatsapp email letter visit".split()),
}


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field is read from: a column by the spellings of its header or by its place, or several columns put together."""

    headers: tuple[str, ...] = ()
    position: int | None = None
    join: tuple[tuple[str, ...], ...] = ()
    joiner: str = ", "
    fill_down: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class DateRule:
    """How dates are read. `precision` makes every date as coarse as that; None keeps what the cell says."""

    formats: tuple[str, ...] = ()
    day_first: bool = True
    dashed_day: bool = False
    year_from_file_name: bool = True
    precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class ValueRule:
    """Words of the file and the words of Mitra for them. `otherwise` stands for every word not listed; None keeps it."""

    words: Mapping[str, str]
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class SkipRule:
    """A row to leave out. All conditions given must hold. A row that `carries` still fills down: a heading names the host of the rows below."""

    reason: Reason
    only: tuple[str, ...] = ()
    field: str = ""
    equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    carries: bool = False

    @property
    def has_words(self) -> bool:
        return bool(self.equals or self.starts_with or self.contains)


@dataclass(frozen=True, slots=True)
class GroupRule:
    """A row in which these fields are empty and those filled belongs to the record of the row above."""

    empty: tuple[str, ...]
    filled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything a file of one kind needs to be read the same way every time. `key` is part of each row's identity: never change it."""

    key: str
    title: Mapping[str, str]
    target: Target
    columns: Mapping[str, Column]
    about: tuple[str, ...] = ()
    dates: DateRule = field(default_factory=DateRule)
    split: Mapping[str, SplitRule] = field(default_factory=dict)
    values: Mapping[str, ValueRule] = field(default_factory=dict)
    skip: tuple[SkipRule, ...] = ()
    group: GroupRule | None = None
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def required(self) -> frozenset[str]:
        """Fields without which a row is a problem."""
        return REQUIRED[self.target] | {name for name, column in self.columns.items() if column.required}
