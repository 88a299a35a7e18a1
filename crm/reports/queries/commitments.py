"""Commitments as they stand at the end of a day, and how those closed in a period ended."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.commitments.models import CommitmentState, Side
from crm.core.db import db
from crm.reports.figures import Ledger, Overdue
from crm.reports.queries.ground import (
    ENDS,
    FIRST,
    LAST,
    OFFICES,
    STARTS,
    Ground,
    Shape,
    Span,
    commitments,
    is_one,
    matches,
    stakeholders,
    visible,
)

users = User.__table__
c = commitments
_party, _organization = stakeholders.alias("party"), stakeholders.alias("organization")
_state = sa.type_coerce(c.c.state, sa.String)


def counted_commitments(shape: Shape) -> list[sa.ColumnElement[bool]]:
    return [c.c.office_id.in_(OFFICES), *matches(shape, c)]


def open_at_end() -> sa.ColumnElement[bool]:
    """Made by the end of the span, and not closed by then."""
    still = sa.or_(
        _state == CommitmentState.OPEN.value,
        sa.and_(_state == CommitmentState.DONE.value, c.c.done_on > LAST),
        sa.and_(_state.in_([CommitmentState.BROKEN.value, CommitmentState.WITHDRAWN.value]), c.c.closed_at >= ENDS),
    )
    return sa.and_(c.c.made_on <= LAST, still)


def overdue_at_end() -> sa.ColumnElement[bool]:
    return sa.and_(open_at_end(), c.c.due_on < LAST)


def closed_within(state: CommitmentState) -> sa.ColumnElement[bool]:
    """Done has a day of its own; the other ends have only the moment they were written down."""
    if state is CommitmentState.DONE:
        return sa.and_(_state == state.value, c.c.done_on.between(FIRST, LAST))
    return sa.and_(_state == state.value, c.c.closed_at >= STARTS, c.c.closed_at < ENDS)


def any_end() -> sa.ColumnElement[bool]:
    return sa.or_(*(closed_within(state) for state in CommitmentState if state is not CommitmentState.OPEN))


def in_time() -> sa.ColumnElement[bool]:
    """By the due date, or without one."""
    return sa.or_(c.c.due_on.is_(None), c.c.done_on <= c.c.due_on)


def ledgers(ground: Ground, span: Span) -> dict[Side, Ledger]:
    """The two sides' books in one pass."""
    rows = db.session.execute(_ledgers(ground.shape), ground.params | span.params)
    found = {Side(side): Ledger(*(int(value) for value in values)) for side, *values in rows}
    return {side: found.get(side, Ledger()) for side in Side}


@cache
def _ledgers(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    done = closed_within(CommitmentState.DONE)
    columns = (
        open_at_end(),
        overdue_at_end(),
        sa.and_(done, in_time()),
        sa.and_(done, sa.not_(in_time())),
        closed_within(CommitmentState.BROKEN),
        closed_within(CommitmentState.WITHDRAWN),
    )
    sums = [sa.func.coalesce(sa.func.sum(is_one(condition)), 0) for condition in columns]
    return sa.select(c.c.side, *sums).where(*counted_commitments(shape)).group_by(c.c.side)


def overdue(ground: Ground, span: Span, *, limit: int) -> list[Overdue]:
    """Open past the due date, the oldest first."""
    rows = db.session.execute(_overdue(ground.shape), ground.params | span.params | {"most": limit})
    return [
        Overdue(row_id, text, side is Side.OURS, body or person, due, (span.last - due).days, owner)
        for row_id, text, side, due, body, person, owner in rows
    ]


@cache
def _overdue(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    party, organization = _party, _organization
    return (
        sa.select(c.c.id, c.c.text, c.c.side, c.c.due_on, organization.c.name, party.c.name, users.c.name)
        .select_from(
            c.outerjoin(party, sa.and_(party.c.id == c.c.stakeholder_id, visible(party)))
            .outerjoin(organization, sa.and_(organization.c.id == c.c.organization_id, visible(organization)))
            .outerjoin(users, users.c.id == c.c.owner_id)
        )
        .where(*counted_commitments(shape), overdue_at_end())
        .order_by(c.c.due_on, c.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )


def closed_by(ground: Ground, span: Span) -> dict[int | None, tuple[str | None, int]]:
    """Who closed how many commitments: user to (name, count)."""
    rows = db.session.execute(_closed_by(ground.shape), ground.params | span.params)
    return {user_id: (name, count) for user_id, name, count in rows}


@cache
def _closed_by(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(c.c.closed_by_id, users.c.name, sa.func.count())
        .select_from(c.outerjoin(users, users.c.id == c.c.closed_by_id))
        .where(*counted_commitments(shape), any_end())
        .group_by(c.c.closed_by_id, users.c.name)
    )
