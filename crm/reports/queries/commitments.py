"""Commitments as they stand at the end of a day, and how those closed in a period ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import User
from crm.commitments.models import CommitmentState, Side
from crm.core.db import db
from crm.reports.figures import Ledger, Overdue
from crm.reports.queries.ground import Ground, commitments, matches, stakeholders, visible

users = User.__table__
c = commitments
_party, _organization = stakeholders.alias("party"), stakeholders.alias("organization")


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a period and the same as moments: from `since` up to, but not with, `until`."""

    first: date
    last: date
    since: datetime
    until: datetime


def counted_commitments(ground: Ground) -> list[sa.ColumnElement[bool]]:
    return [c.c.office_id.in_(ground.office_ids), *matches(ground, c)]


def open_at(span: Span) -> sa.ColumnElement[bool]:
    """Made by then, and not closed by then."""
    still = sa.or_(
        c.c.state == CommitmentState.OPEN.value,
        sa.and_(c.c.state == CommitmentState.DONE.value, c.c.done_on > span.last),
        sa.and_(c.c.state.in_([CommitmentState.BROKEN.value, CommitmentState.WITHDRAWN.value]), c.c.closed_at >= span.until),
    )
    return sa.and_(c.c.made_on <= span.last, still)


def closed_in(span: Span, state: CommitmentState) -> sa.ColumnElement[bool]:
    if state is CommitmentState.DONE:
        return sa.and_(c.c.state == state.value, c.c.done_on.between(span.first, span.last))
    return sa.and_(c.c.state == state.value, c.c.closed_at >= span.since, c.c.closed_at < span.until)


def overdue_at(span: Span) -> sa.ColumnElement[bool]:
    return sa.and_(open_at(span), c.c.due_on < span.last)


def in_time() -> sa.ColumnElement[bool]:
    """By the due date, or without one."""
    return sa.or_(c.c.due_on.is_(None), c.c.done_on <= c.c.due_on)


def ledgers(ground: Ground, span: Span) -> dict[Side, Ledger]:
    """The two sides' books in one pass."""
    done = closed_in(span, CommitmentState.DONE)
    columns = (
        open_at(span),
        overdue_at(span),
        sa.and_(done, in_time()),
        sa.and_(done, sa.not_(in_time())),
        closed_in(span, CommitmentState.BROKEN),
        closed_in(span, CommitmentState.WITHDRAWN),
    )
    sums = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in columns]
    statement = sa.select(c.c.side, *sums).where(*counted_commitments(ground)).group_by(c.c.side)
    found = {Side(side): Ledger(*(int(value) for value in values)) for side, *values in db.session.execute(statement)}
    return {side: found.get(side, Ledger()) for side in Side}


def overdue(ground: Ground, span: Span, *, limit: int) -> list[Overdue]:
    """Open past the due date, the oldest first."""
    party, organization = _party, _organization
    statement = (
        sa.select(c.c.id, c.c.text, c.c.side, c.c.due_on, organization.c.name, party.c.name, users.c.name)
        .select_from(
            c.outerjoin(party, sa.and_(party.c.id == c.c.stakeholder_id, visible(ground, party)))
            .outerjoin(organization, sa.and_(organization.c.id == c.c.organization_id, visible(ground, organization)))
            .outerjoin(users, users.c.id == c.c.owner_id)
        )
        .where(*counted_commitments(ground), overdue_at(span))
        .order_by(c.c.due_on, c.c.id)
        .limit(limit)
    )
    return [
        Overdue(row_id, text, side is Side.OURS, body or person, due, (span.last - due).days, owner)
        for row_id, text, side, due, body, person, owner in db.session.execute(statement)
    ]


def closed_by(ground: Ground, span: Span) -> dict[int | None, tuple[str | None, int]]:
    """Who closed how many commitments: user to (name, count)."""
    any_end = sa.or_(*(closed_in(span, state) for state in CommitmentState if state is not CommitmentState.OPEN))
    statement = (
        sa.select(c.c.closed_by_id, users.c.name, sa.func.count())
        .select_from(c.outerjoin(users, users.c.id == c.c.closed_by_id))
        .where(*counted_commitments(ground), any_end)
        .group_by(c.c.closed_by_id, users.c.name)
    )
    return {user_id: (name, count) for user_id, name, count in db.session.execute(statement)}
