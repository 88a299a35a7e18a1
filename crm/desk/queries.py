"""What needs a person today: late and due commitments, stakeholders gone quiet, and recent work."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import User
from crm.commitments.models import Commitment, CommitmentState
from crm.core.db import db
from crm.engagements.models import Engagement
from crm.engagements.queries import timeline
from crm.engagements.queries.timeline import Entry
from crm.stakeholders import queries as stakeholders
from crm.stakeholders.queries import Filter, Rhythm, Row

MOST = 30
QUIET_SHOWN = 5
QUIET_LOOKED_AT = 100
RECENT = 6


@dataclass(frozen=True)
class Due:
    """Open commitments by how urgent they are; each list holds at most MOST."""

    overdue: Sequence[Commitment]
    today: Sequence[Commitment]
    week: Sequence[Commitment]


@dataclass(frozen=True)
class Week:
    """Figures of the present week, Monday to today."""

    logged: int
    due: int
    done: int


def due_of(user: User, *, today: dt.date, whole_office: bool) -> Due:
    """Commitments that the person looks after, or all of the offices in sight. One query."""
    week_end = today + dt.timedelta(days=6 - today.weekday())
    statement = sa.select(Commitment).where(Commitment.state == CommitmentState.OPEN, Commitment.due_on <= week_end)
    if not whole_office:
        statement = statement.where(Commitment.owner_id == user.id)
    shown = (orm.joinedload(Commitment.owner), orm.joinedload(Commitment.stakeholder), orm.joinedload(Commitment.organization))
    rows = db.session.scalars(statement.options(*shown).order_by(Commitment.due_on, Commitment.id).limit(3 * MOST)).unique().all()
    due_on = [(row, row.due_on) for row in rows if row.due_on is not None]
    return Due(
        [row for row, day in due_on if day < today][:MOST],
        [row for row, day in due_on if day == today][:MOST],
        [row for row, day in due_on if day > today][:MOST],
    )


def quiet_of(user: User, rhythm: Rhythm, *, whole_office: bool) -> Sequence[Row]:
    """Stakeholders past their rhythm, the longest first, of those that the person owns (or all)."""
    wanted = Filter(quiet="1", owner="" if whole_office else "me")
    page = stakeholders.list_page(wanted, rhythm, viewer_id=user.id, size=QUIET_LOOKED_AT)
    return sorted(page.rows, key=lambda row: row.days_past, reverse=True)[:QUIET_SHOWN]


def recent_of(user: User, *, whole_office: bool) -> Sequence[Entry]:
    """The newest engagements that the person did (or anybody in sight)."""
    statement = sa.select(Engagement.id).order_by(Engagement.sort_at.desc(), Engagement.id.desc()).limit(RECENT)
    if not whole_office:
        statement = statement.where(Engagement.owner_id == user.id)
    return timeline.entries_of(db.session.scalars(statement).all())


def week_of(user: User, *, today: dt.date) -> Week:
    """The person's own week. One query."""
    monday = today - dt.timedelta(days=today.weekday())
    sunday = monday + dt.timedelta(days=6)
    logged = (
        sa.select(sa.func.count())
        .where(Engagement.owner_id == user.id, Engagement.occurred_on.between(monday, today))
        .scalar_subquery()
    )
    mine = Commitment.owner_id == user.id
    due = (
        sa.select(sa.func.count())
        .where(mine, Commitment.state == CommitmentState.OPEN, Commitment.due_on.between(monday, sunday))
        .scalar_subquery()
    )
    done = (
        sa.select(sa.func.count())
        .where(mine, Commitment.state == CommitmentState.DONE, Commitment.done_on.between(monday, today))
        .scalar_subquery()
    )
    return Week(*db.session.execute(sa.select(logged, due, done)).one())
