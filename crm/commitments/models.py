"""Promises and action items: who promised what to whom by when, kept or not."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import User
from crm.core.db import Model
from crm.core.scope import OfficeScoped
from crm.core.types import BigId, UtcDateTime, enum_check, enum_column
from crm.engagements.models import Engagement
from crm.stakeholders.models import MOVE, Stakeholder


class CommitmentKind(StrEnum):
    ACTION = "action"
    PROMISE = "promise"


class Side(StrEnum):
    """Whose commitment it is."""

    OURS = "ours"
    THEIRS = "theirs"


class CommitmentState(StrEnum):
    """`kept` and `late` are not states: they are done by, or after, the due date."""

    OPEN = "open"
    DONE = "done"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class DuePrecision(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    WAITING = "waiting"


class CommitmentClosed(Exception):
    """It is done, broken or withdrawn already: reopen it first."""


class Commitment(OfficeScoped, Model):
    __tablename__ = "commitments"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    kind: orm.Mapped[CommitmentKind] = orm.mapped_column(enum_column(CommitmentKind), default=CommitmentKind.ACTION)
    side: orm.Mapped[Side] = orm.mapped_column(enum_column(Side))
    text: orm.Mapped[str] = orm.mapped_column(sa.String(500))
    state: orm.Mapped[CommitmentState] = orm.mapped_column(enum_column(CommitmentState), default=CommitmentState.OPEN)
    due_on: orm.Mapped[dt.date | None]
    due_precision: orm.Mapped[DuePrecision] = orm.mapped_column(enum_column(DuePrecision), default=DuePrecision.DAY)
    is_urgent: orm.Mapped[bool] = orm.mapped_column(default=False)
    is_uncertain: orm.Mapped[bool] = orm.mapped_column(default=False)
    # Ours: the colleague who answers for it. Theirs: the stakeholder who does.
    owner_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    stakeholder_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), info=MOVE)
    organization_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), info=MOVE)
    engagement_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("engagements.id"), index=True)
    made_on: orm.Mapped[dt.date]
    done_on: orm.Mapped[dt.date | None]
    closed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    closed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    note: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    updated_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    version: orm.Mapped[int] = orm.mapped_column(default=1)

    owner: orm.Mapped[User | None] = orm.relationship(foreign_keys=[owner_id])
    stakeholder: orm.Mapped[Stakeholder | None] = orm.relationship(foreign_keys=[stakeholder_id])
    organization: orm.Mapped[Stakeholder | None] = orm.relationship(foreign_keys=[organization_id])
    engagement: orm.Mapped[Engagement | None] = orm.relationship()

    __table_args__ = (
        enum_check("state", CommitmentState),
        enum_check("side", Side),
        sa.Index("ix_commitments_office_state_due", "office_id", "state", "due_on", "id"),
        sa.Index("ix_commitments_owner_state_due", "owner_id", "state", "due_on"),
        sa.Index("ix_commitments_stakeholder", "stakeholder_id", "state"),
        sa.Index("ix_commitments_organization", "organization_id", "state"),
    )
    __mapper_args__ = {"version_id_col": version}

    def close(self, state: CommitmentState, *, on: dt.date, at: dt.datetime) -> None:
        """Done, broken or withdrawn on a day of the office. Raises CommitmentClosed when it was closed before."""
        if self.state is not CommitmentState.OPEN:
            raise CommitmentClosed(self.id)
        self.state, self.closed_at = state, at
        self.done_on = on if state is CommitmentState.DONE else None

    def reopen(self) -> None:
        self.state, self.closed_at, self.closed_by_id, self.done_on = CommitmentState.OPEN, None, None, None

    @property
    def is_kept(self) -> bool:
        """Done by the due date; without one, done is kept."""
        return self.state is CommitmentState.DONE and (self.due_on is None or (self.done_on or self.due_on) <= self.due_on)

    @property
    def is_late(self) -> bool:
        return self.state is CommitmentState.DONE and not self.is_kept

    def is_overdue_on(self, day: dt.date) -> bool:
        return self.state is CommitmentState.OPEN and self.due_on is not None and self.due_on < day
