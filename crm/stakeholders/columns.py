"""What lists of stakeholders show that only packages above know: last contact, twelve weeks, open commitments. crm/wiring.py fills it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

WEEKS = 12

# (kind column, id column, today or a parameter for it) -> the day of the last contact, as a part of a larger SELECT.
LastContact = Callable[[Any, Any, Any], sa.ColumnElement[dt.date | None]]
# (ids of organizations, ids of people, today) -> contacts a week, oldest first; ids without any contact are left out.
Weeks = Callable[[Sequence[int], Sequence[int], dt.date], Mapping[int, Sequence[int]]]
# ids -> a count for each id that has any.
Count = Callable[[Sequence[int]], Mapping[int, int]]

_last_contact: LastContact | None = None
_weeks: Weeks | None = None
_open_commitments: Count | None = None


def register_rhythm(*, last_contact: LastContact, weeks: Weeks) -> None:
    """Tell how contact is measured. Called once, at start."""
    global _last_contact, _weeks
    _last_contact, _weeks = last_contact, weeks


def register_open_commitments(count: Count) -> None:
    global _open_commitments
    _open_commitments = count


def _nobody(_kind: Any, _stakeholder_id: Any, _today: Any) -> sa.ColumnElement[dt.date | None]:
    return sa.literal(None, sa.Date())


def measure_of_last_contact() -> LastContact:
    """What gives the day of the last contact in scope; NULL for everybody while nothing measures it."""
    return _last_contact or _nobody


def last_contact(kind: Any, stakeholder_id: Any, today: Any) -> sa.ColumnElement[dt.date | None]:
    """The day of the last contact as a part of a larger SELECT."""
    return measure_of_last_contact()(kind, stakeholder_id, today)


def weeks(organization_ids: Sequence[int], person_ids: Sequence[int], today: dt.date) -> Mapping[int, Sequence[int]]:
    return _weeks(organization_ids, person_ids, today) if _weeks and (organization_ids or person_ids) else {}


def open_commitments(stakeholder_ids: Sequence[int]) -> Mapping[int, int]:
    return _open_commitments(stakeholder_ids) if _open_commitments and stakeholder_ids else {}


def shows_commitments() -> bool:
    return _open_commitments is not None
