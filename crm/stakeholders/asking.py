"""What one may ask about stakeholders when an audience is put together. Features say it in their `conditions`; crm/wiring.py registers them.

A condition has fields, each of which reads one value from a form and refuses what no page of ours offers.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from crm.core.text import UnstorableText, storable

LONGEST_TEXT = 120
FIRST_YEAR, LAST_YEAR = 1945, 2100


class WrongValue(ValueError):
    """A value that the field does not take. `problem` names which kind of mistake; the form says it in words."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Asked:
    """When it is asked: "quiet for 90 days" means other people tomorrow. `kind`: nobody of another kind is asked about here."""

    today: dt.date
    now: dt.datetime
    kind: str | None = None


Choice = tuple[str, Any]  # value and lazy label


@dataclass(frozen=True)
class Field:
    """A value that a condition needs. An optional one may stay empty and then does not narrow."""

    name: str
    label: Any
    is_optional: bool = False

    kind = "text"

    def read(self, written: str) -> Any:
        """The value as it is kept in a segment; None for an optional one left empty. Raises WrongValue."""
        try:
            written = storable(written).strip()
        except UnstorableText:
            raise WrongValue("text") from None
        if not written:
            if self.is_optional:
                return None
            raise WrongValue("missing")
        return self._read(written)

    def _read(self, written: str) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class TextField(Field):
    """Part of a text, as written."""

    def _read(self, written: str) -> str:
        if len(written) > LONGEST_TEXT:
            raise WrongValue("long")
        return written


@dataclass(frozen=True)
class NumberField(Field):
    least: int = 1
    most: int = 3650
    kind = "number"

    def _read(self, written: str) -> int:
        if not (written.isascii() and written.isdigit() and len(written) < 10 and self.least <= int(written) <= self.most):
            raise WrongValue("number")
        return int(written)


@dataclass(frozen=True)
class DayField(Field):
    """A day, kept as ISO text."""

    kind = "day"

    def _read(self, written: str) -> str:
        try:
            day = dt.date.fromisoformat(written)
        except ValueError:
            raise WrongValue("day") from None
        if len(written) != 10 or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise WrongValue("day")
        return written


@dataclass(frozen=True)
class ChoiceField(Field):
    """One of a fixed list."""

    options: Sequence[Choice] = ()
    kind = "choice"

    def choices(self) -> Sequence[Choice]:
        return self.options

    def _read(self, written: str) -> str:
        if written not in {value for value, _label in self.options}:
            raise WrongValue("choice")
        return written


@dataclass(frozen=True)
class RecordField(Field):
    """One of the records that the person may see: `find` gives ids and names in scope."""

    find: Callable[[], Sequence[tuple[int, str]]] = field(default=tuple)
    kind = "choice"

    def choices(self) -> Sequence[Choice]:
        return [(str(record_id), name) for record_id, name in self.find()]

    def _read(self, written: str) -> int:
        if not (written.isascii() and written.isdigit() and len(written) <= 18 and int(written) > 0):
            raise WrongValue("choice")
        return int(written)


Ids = sa.Select[*tuple[Any, ...]]
# (stakeholders, values, when) -> a criterion over these stakeholders, or SELECTs of ids: it holds for those of any of them. No id is NULL.
Build = Callable[[Any, Mapping[str, Any], Asked], "sa.ColumnElement[bool] | Ids | Sequence[Ids]"]


@dataclass(frozen=True)
class Condition:
    """`build` gets only values that the fields have read. `group` is the heading in the list of conditions.

    `is_turned`: it holds for everybody whom `build` does not give. `says_kind`: it is the one that asks for people or organizations alone.
    """

    name: str
    label: Any
    group: Any
    fields: Sequence[Field]
    build: Build
    is_turned: bool = False
    says_kind: bool = False

    def read(self, written: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Values and problems by field."""
        values, problems = {}, {}
        for one in self.fields:
            try:
                value = one.read(written.get(one.name, ""))
            except WrongValue as wrong:
                problems[one.name] = wrong.problem
            else:
                if value is not None:
                    values[one.name] = value
        return values, problems


def day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
