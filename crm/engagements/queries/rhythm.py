"""How often the office is in touch with whom: the day of the last contact, and twelve weeks at a glance."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core.db import db
from crm.core.types import UtcDateTime
from crm.engagements.models import Participation, ParticipationRole
from crm.stakeholders.columns import WEEKS
from crm.stakeholders.models import StakeholderKind


def last_contact(kind: Any, stakeholder_id: Any, today: Any) -> sa.ColumnElement[dt.date | None]:
    """The day of the last contact up to today, as a part of a larger SELECT: walks the time index and stops at the first row.

    `today` is a date or a parameter of that SELECT.
    """

    def newest(own: Any) -> sa.ColumnElement[dt.date | None]:
        return (
            sa.select(Participation.occurred_on)
            .where(own == stakeholder_id, Participation.occurred_on <= today, Participation.role != ParticipationRole.HOST)
            .order_by(Participation.sort_at.desc())
            .limit(1)
            .scalar_subquery()
        )

    is_organization = kind == StakeholderKind.ORGANIZATION
    return sa.case((is_organization, newest(Participation.organization_id)), else_=newest(Participation.stakeholder_id))


def weeks(organization_ids: Sequence[int], person_ids: Sequence[int], today: dt.date) -> Mapping[int, Sequence[int]]:
    """Contacts in each of the last twelve weeks (Monday to Sunday, the present one last), for those that had any. One query."""
    first = today - dt.timedelta(days=today.weekday()) - dt.timedelta(weeks=WEEKS - 1)
    since = dt.datetime.combine(first, dt.time(), dt.UTC) - dt.timedelta(days=1)  # before the day begins in any zone
    given = {"organizations": organization_ids, "people": person_ids, "first": first, "today": today, "since": since}
    found: dict[int, list[int]] = {}
    for who, day, count in db.session.execute(_days_of_contact.now, given):
        found.setdefault(who, [0] * WEEKS)[(day - first).days // 7] += count
    return found


def _days(own: Any, ids: str) -> sa.Select[*tuple[Any, ...]]:
    """Engagements a day of those named by the parameter; an engagement with three people of an organization is one."""
    return (
        sa.select(own, Participation.occurred_on, sa.func.count(Participation.engagement_id.distinct()))
        .where(
            own.in_(sa.bindparam(ids, expanding=True)),
            Participation.sort_at >= sa.bindparam("since", type_=UtcDateTime()),  # lets the index skip what is older
            Participation.occurred_on.between(sa.bindparam("first", type_=sa.Date()), sa.bindparam("today", type_=sa.Date())),
            Participation.role != ParticipationRole.HOST,
        )
        .group_by(own, Participation.occurred_on)
    )


# Built once: making this statement anew for each page took longer than running it.
_days_of_contact = scopes.Kept(
    sa.union_all(_days(Participation.organization_id, "organizations"), _days(Participation.stakeholder_id, "people"))
)
