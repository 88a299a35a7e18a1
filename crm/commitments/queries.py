"""Questions about commitments: lists, and what hangs under an engagement."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import User
from crm.commitments.models import Commitment, CommitmentState, Side
from crm.core import pagination
from crm.core import scope as scopes
from crm.core.db import db
from crm.core.pagination import Page
from crm.engagements.queries.timeline import Outcome

NO_DATE = dt.date(9999, 12, 31)


class View(StrEnum):
    """The tabs of the list."""

    MINE = "mine"
    OFFICE = "office"
    OVERDUE = "overdue"
    CLOSED = "closed"


def commitments_visible_to(_user: User) -> sa.Select[Commitment]:
    """Those of the offices in scope."""
    return sa.select(Commitment)


def view_of(view: View, *, user: User, today: dt.date) -> sa.Select[Commitment]:
    statement = commitments_visible_to(user)
    match view:
        case View.MINE:
            return statement.where(Commitment.owner_id == user.id, Commitment.state == CommitmentState.OPEN)
        case View.OFFICE:
            return statement.where(Commitment.state == CommitmentState.OPEN)
        case View.OVERDUE:
            return statement.where(Commitment.state == CommitmentState.OPEN, Commitment.due_on < today)
        case View.CLOSED:
            return statement.where(Commitment.state != CommitmentState.OPEN)


@dataclass(frozen=True)
class Narrowing:
    """What the list is narrowed to: one side, one stakeholder."""

    side: Side | None = None
    stakeholder_id: int | None = None


def narrowed(statement: sa.Select[Commitment], by: Narrowing) -> sa.Select[Commitment]:
    if by.side is not None:
        statement = statement.where(Commitment.side == by.side)
    if by.stakeholder_id is not None:
        concerned = sa.or_(Commitment.stakeholder_id == by.stakeholder_id, Commitment.organization_id == by.stakeholder_id)
        statement = statement.where(concerned)
    return statement


def counts(*, user: User, today: dt.date) -> dict[View, int]:
    """How many stand in each open tab, up to the cap of a page's counts. One query."""
    mine = sa.func.count().filter(Commitment.owner_id == user.id)
    overdue = sa.func.count().filter(Commitment.due_on < today)
    row = db.session.execute(sa.select(mine, sa.func.count(), overdue).where(Commitment.state == CommitmentState.OPEN)).one()
    return {View.MINE: row[0], View.OFFICE: row[1], View.OVERDUE: row[2]}


@dataclass(frozen=True)
class Ledger:
    """What became of one side's commitments that were due in a period."""

    kept: int
    late: int
    broken: int
    pending: int

    @property
    def total(self) -> int:
        return self.kept + self.late + self.broken + self.pending


def ledger(since: dt.date, until: dt.date) -> dict[Side, Ledger]:
    """Commitments due in the period (first and last day included), by side; `pending` is due and still open. One query."""
    done = Commitment.state == CommitmentState.DONE
    statement = (
        sa.select(
            Commitment.side,
            sa.func.count().filter(done, Commitment.done_on <= Commitment.due_on),
            sa.func.count().filter(done, Commitment.done_on > Commitment.due_on),
            sa.func.count().filter(Commitment.state == CommitmentState.BROKEN),
            sa.func.count().filter(Commitment.state == CommitmentState.OPEN),
        )
        .where(Commitment.due_on.between(since, until))
        .group_by(Commitment.side)
    )
    found = {side: Ledger(*numbers) for side, *numbers in db.session.execute(statement)}
    return {side: found.get(side, Ledger(0, 0, 0, 0)) for side in Side}


def shown_terms(commitment: Commitment) -> dict[str, str]:
    """The saved terms as words, by name of form field: what the second editor sees beside their own."""
    return {
        "text": commitment.text,
        "due_on": commitment.due_on.isoformat() if commitment.due_on else "",
        "owner": commitment.owner.name if commitment.owner else "",
        "stakeholder": commitment.stakeholder.name if commitment.stakeholder else "",
        "note": commitment.note,
    }


def page_of(statement: sa.Select[Commitment], *, cursor: str | None, size: int = pagination.PAGE_ROWS) -> Page[Commitment]:
    """By due date, those without one last. Raises BadCursor."""
    due = sa.func.coalesce(Commitment.due_on, sa.literal(NO_DATE, sa.Date()))
    if cursor:
        values = pagination.decode_cursor(cursor, [dt.date.fromisoformat, pagination.read_id])
        statement = statement.where(pagination.after([due, Commitment.id], values))
    shown = (
        orm.joinedload(Commitment.owner),
        orm.selectinload(Commitment.stakeholder),
        orm.selectinload(Commitment.organization),
    )
    rows = db.session.scalars(statement.options(*shown).order_by(due, Commitment.id).limit(size + 1)).all()
    return pagination.cut(rows, size, lambda row: (row.due_on or NO_DATE, row.id))


def open_with(stakeholder_id: int, limit: int = 6) -> Sequence[Commitment]:
    """Open commitments by or to a stakeholder or its organization, most urgent first."""
    return db.session.scalars(_open_with().now, {"concerned": stakeholder_id, "most": limit}).all()


@cache
def _open_with() -> scopes.Kept[Any]:
    who = sa.bindparam("concerned", type_=sa.BigInteger())
    concerned = sa.or_(Commitment.stakeholder_id == who, Commitment.organization_id == who)
    due = sa.func.coalesce(Commitment.due_on, sa.literal(NO_DATE, sa.Date()))
    return scopes.Kept(
        sa.select(Commitment)
        .where(concerned, Commitment.state == CommitmentState.OPEN)
        .options(orm.joinedload(Commitment.owner))
        .order_by(due, Commitment.id)
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )


def open_counts(stakeholder_ids: Sequence[int]) -> dict[int, int]:
    """Open commitments per stakeholder, one by somebody of an organization counted for both, each once."""
    rows: Iterable[Any] = db.session.execute(_open_counts().now, {"ids": stakeholder_ids})
    return {row[0]: row[1] for row in rows}


@cache
def _open_counts() -> scopes.Kept[Any]:
    ids = sa.bindparam("ids", expanding=True)
    who = sa.union(
        sa.select(Commitment.id.label("commitment"), Commitment.stakeholder_id.label("who")).where(
            Commitment.state == CommitmentState.OPEN, Commitment.stakeholder_id.in_(ids)
        ),
        sa.select(Commitment.id, Commitment.organization_id).where(
            Commitment.state == CommitmentState.OPEN, Commitment.organization_id.in_(ids)
        ),
    ).subquery()
    return scopes.Kept(sa.select(who.c.who, sa.func.count()).group_by(who.c.who))


_outcomes = scopes.Kept(
    sa.select(Commitment.engagement_id, Commitment.id, Commitment.text, Commitment.state, Commitment.due_on)
    .where(Commitment.engagement_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(Commitment.id)
)


def outcomes_of(engagement_ids: Sequence[int]) -> dict[int, list[Outcome]]:
    """Follow-ups under the entries of a timeline. One query."""
    found: defaultdict[int, list[Outcome]] = defaultdict(list)
    for engagement_id, commitment_id, text, state, due_on in db.session.execute(_outcomes.now, {"ids": engagement_ids}):
        if engagement_id is not None:
            found[engagement_id].append(Outcome(text, "commitments.show", commitment_id, state.value, due_on))
    return found


def of_engagement(engagement_id: int) -> Sequence[Commitment]:
    return db.session.scalars(
        sa.select(Commitment).where(Commitment.engagement_id == engagement_id).order_by(Commitment.id)
    ).all()


def open_commitment(commitment_id: int) -> Commitment | None:
    """An open commitment in scope, else None."""
    return db.session.scalar(
        sa.select(Commitment).where(Commitment.id == commitment_id, Commitment.state == CommitmentState.OPEN)
    )
