"""Writing down who did what, in the transaction of the act itself."""

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import Any, Protocol

from crm.activity.models import ActivityEntry
from crm.core import origin
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import db

CHANGED = "changed"  # stands where a private value would
LONGEST_VALUE = 2_000
ALWAYS_SECRET = frozenset({"password", "password_hash", "token", "token_hash"})

Subject = Any  # a mapped row, or (kind, id)
Change = tuple[Any, Any]


class Actor(Protocol):
    """Who did it: anything with an id, a name and an office."""

    @property
    def id(self) -> Any: ...
    @property
    def name(self) -> Any: ...
    @property
    def office_id(self) -> Any: ...


def record(
    verb: str,
    subject: Subject,
    *,
    by: Actor | None,
    changes: Mapping[str, Change] | None = None,
    office_id: int | None = None,
    **details: Any,
) -> ActivityEntry:
    """Add an entry. The office is the subject's, else the one given, else the scope's own.

    `changes` maps a field to its old and new value. Fields named in the subject's `private_fields` keep only that they changed.
    """
    kind, subject_id = identity_of(subject)
    source = origin.current()
    entry = ActivityEntry(
        at=now(),
        office_id=office_id or getattr(subject, "office_id", None) or _office_in_force(),
        verb=verb,
        subject_kind=kind,
        subject_id=subject_id,
        actor_id=by.id if by is not None else None,
        actor_name=by.name if by is not None else "",
        address=source.address,
        request_id=source.request_id,
        changes=_storable_changes(changes or {}, private_fields_of(subject)),
        details={key: _plain(value) for key, value in details.items() if key not in ALWAYS_SECRET},
    )
    db.session.add(entry)
    return entry


def record_changes(
    subject: Any, *, before: Mapping[str, Any], by: Actor | None, verb: str = "changed", **details: Any
) -> ActivityEntry | None:
    """Compare what a row held before with what it holds now and record what differs; nothing when nothing does."""
    changes = {name: (old, getattr(subject, name)) for name, old in before.items() if getattr(subject, name) != old}
    return record(verb, subject, by=by, changes=changes, **details) if changes else None


def kind_of(model: type[Any]) -> str:
    """The word under which a class stands in the record: `activity_kind`, else its name in lower case with dashes."""
    given = getattr(model, "activity_kind", None)
    if given:
        return str(given)
    name = model.__name__
    return "".join(f"-{c.lower()}" if c.isupper() and at else c.lower() for at, c in enumerate(name))


def identity_of(subject: Subject) -> tuple[str, int | None]:
    """Kind and id. A new row is flushed first: without an id nobody would find its history."""
    if isinstance(subject, tuple):
        return subject
    if getattr(subject, "id", None) is None:
        db.session.flush()
    return kind_of(subject.__class__), subject.id


def private_fields_of(subject: Subject) -> frozenset[str]:
    return frozenset(getattr(subject.__class__, "private_fields", ()))


def _office_in_force() -> int | None:
    scope = scopes.current_or_none()
    return scope.home_office_id if scope is not None else None


def _storable_changes(changes: Mapping[str, Change], private: frozenset[str]) -> dict[str, Any]:
    return {
        name: CHANGED if name in private or name in ALWAYS_SECRET else [_plain(pair[0]), _plain(pair[1])]
        for name, pair in changes.items()
        if pair[0] != pair[1]
    }


def _plain(value: Any) -> Any:
    """A value as JSON keeps it: text cut to a readable length, times in UTC, members by their value."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
