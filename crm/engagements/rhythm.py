"""How often stakeholders are in contact: the last time, twelve weeks, as far as the scope sees. Registered with stakeholders/columns.py.

A contact is an engagement up to today in which the stakeholder took part (an organization: anybody for it). Hosts are our side.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.engagements.models import Participation, ParticipationRole
from crm.stakeholders.columns import WEEKS
from crm.stakeholders.keys import StakeholderKind

P = Participation


def last_contact(kind: Any, stakeholder_id: Any, today: dt.date) -> sa.ColumnElement[dt.date | None]:
    """The day of the last contact as a scalar subquery: one step into the index of the timeline for each row."""

    def latest(column: Any) -> Any:
        return (
            sa.select(P.occurred_on)
            .where(column == stakeholder_id, P.occurred_on <= today, P.role != ParticipationRole.HOST)
            .order_by(P.sort_at.desc(), P.engagement_id.desc())
            .limit(1)
            .correlate_except(P)
            .scalar_subquery()
        )

    return sa.case((kind == StakeholderKind.PERSON, latest(P.stakeholder_id)), else_=latest(P.organization_id))


def weeks(organization_ids: Sequence[int], person_ids: Sequence[int], today: dt.date) -> Mapping[int, Sequence[int]]:
    """Contacts in each of the last twelve weeks, oldest first, ending today. One query for a page of a list."""
    first = today - dt.timedelta(days=7 * WEEKS - 1)

    def days_of(column: Any, ids: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
        contacts = sa.func.count(P.engagement_id.distinct()).label("contacts")
        return (
            sa.select(column.label("id"), P.occurred_on.label("day"), contacts)
            .where(
                column.in_(ids),
                P.sort_at >= _start_of(first),
                P.occurred_on.between(first, today),
                P.role != ParticipationRole.HOST,
            )
            .group_by(column, P.occurred_on)
        )

    parts = [
        days_of(column, ids) for column, ids in ((P.organization_id, organization_ids), (P.stakeholder_id, person_ids)) if ids
    ]
    found: dict[int, list[int]] = {}
    for stakeholder_id, day, contacts in db.session.execute(sa.union_all(*parts)):
        found.setdefault(stakeholder_id, [0] * WEEKS)[(day - first).days // 7] += contacts
    return found


def _start_of(day: dt.date) -> dt.datetime:
    """A moment before the day begins in any zone: only to let the index skip older rows."""
    return dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(days=1)
