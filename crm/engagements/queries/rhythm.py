"""How often the office is in touch with whom: the day of the last contact, and twelve weeks at a glance."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.engagements.models import Participation, ParticipationRole
from crm.stakeholders.columns import WEEKS
from crm.stakeholders.models import StakeholderKind


def last_contact(kind: Any, stakeholder_id: Any, today: dt.date) -> sa.ColumnElement[dt.date | None]:
    """The day of the last contact up to today, as a part of a larger SELECT: walks the time index and stops at the first row."""

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

    def contacts(own: Any, ids: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
        columns = (own.label("who"), Participation.occurred_on.label("day"), Participation.engagement_id.label("engagement"))
        chosen = (own.in_(ids), Participation.occurred_on.between(first, today), Participation.role != ParticipationRole.HOST)
        return sa.select(*columns).where(*chosen).distinct()

    both = sa.union(
        contacts(Participation.organization_id, organization_ids), contacts(Participation.stakeholder_id, person_ids)
    ).subquery()
    found: dict[int, list[int]] = {}
    for who, day, count in db.session.execute(
        sa.select(both.c.who, both.c.day, sa.func.count()).group_by(both.c.who, both.c.day)
    ):
        found.setdefault(who, [0] * WEEKS)[(day - first).days // 7] += count
    return found
