"""What a report may count: some offices of a scope, narrowed to a category or one stakeholder.

Statements are made once for each shape of narrowing and kept: putting one together costs more than running it for a small office.
So they name what they count by parameters, and every run gives those of a ground.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.commitments.models import Commitment
from crm.core.scope import OutOfScope, Scope
from crm.core.types import UtcDateTime
from crm.engagements.models import Engagement, Participation, ParticipationRole
from crm.stakeholders.models import Organization, Stakeholder

engagements = Engagement.__table__
participations = Participation.__table__
stakeholders = Stakeholder.__table__
organizations = Organization.__table__
commitments = Commitment.__table__
_asked_for = participations.alias("asked_for")

OFFICES = sa.bindparam("offices", expanding=True, type_=sa.Integer())
VISIBLE = sa.bindparam("visible", expanding=True, type_=sa.Integer())
CATEGORY = sa.bindparam("category", type_=sa.String())
STAKEHOLDER = sa.bindparam("stakeholder", type_=sa.Integer())
FIRST, LAST, SINCE = (sa.bindparam(name, type_=sa.Date()) for name in ("first", "last", "since"))
STARTS, ENDS = (sa.bindparam(name, type_=UtcDateTime()) for name in ("starts", "ends"))


class Shape(NamedTuple):
    """By what a ground is narrowed: each combination has statements of its own."""

    by_category: bool
    by_stakeholder: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """Made by `ground_of` alone, so that no query counts an office outside the scope."""

    office_ids: tuple[int, ...]
    visible_ids: tuple[int, ...]  # offices of the whole scope: names of their unshared stakeholders may be shown
    category: str | None = None
    stakeholder_id: int | None = None

    @property
    def shape(self) -> Shape:
        return Shape(self.category is not None, self.stakeholder_id is not None)

    @property
    def params(self) -> dict[str, Any]:
        named = {"offices": self.office_ids, "visible": self.visible_ids}
        if self.category is not None:
            named["category"] = self.category  # type: ignore[assignment]
        if self.stakeholder_id is not None:
            named["stakeholder"] = self.stakeholder_id  # type: ignore[assignment]
        return named


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a period and the same as moments of the office's clock: from `starts` up to, but not with, `ends`."""

    first: date
    last: date
    starts: datetime
    ends: datetime

    @property
    def params(self) -> dict[str, Any]:
        return {"first": self.first, "last": self.last, "starts": self.starts, "ends": self.ends}


def ground_of(
    scope: Scope, office_ids: Collection[int], *, category: str | None = None, stakeholder_id: int | None = None
) -> Ground:
    """The offices to count. Raises OutOfScope when one of them, or all of none, is not in the scope."""
    if not office_ids or not all(scope.holds(office_id) for office_id in office_ids):
        raise OutOfScope(f"report of offices {sorted(office_ids)[:5]}")
    visible = office_ids if scope.office_ids is None else scope.office_ids
    return Ground(tuple(sorted(office_ids)), tuple(sorted(visible)), category, stakeholder_id)


def took_part(p: sa.FromClause) -> sa.ColumnElement[bool]:
    """Our own hosts are not reached, nor is who was expected and did not come."""
    return sa.and_(p.c.role != ParticipationRole.HOST.value, sa.func.coalesce(p.c.has_attended, sa.true()))


def matches(shape: Shape, p: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    """Whether a participation, or a commitment, is about the category or stakeholder asked for."""
    found: list[sa.ColumnElement[bool]] = []
    if shape.by_stakeholder:
        found.append(sa.or_(p.c.stakeholder_id == STAKEHOLDER, p.c.organization_id == STAKEHOLDER))
    if shape.by_category:
        of_category = sa.select(organizations.c.id).where(sa.type_coerce(organizations.c.category, sa.String) == CATEGORY)
        found.append(sa.or_(p.c.organization_id.in_(of_category), p.c.stakeholder_id.in_(of_category)))
    return found


def counted(shape: Shape) -> sa.ColumnElement[bool]:
    """The engagements to count: of these offices, and with a participant asked for."""
    of_offices = engagements.c.office_id.in_(OFFICES)
    if not any(shape):
        return of_offices
    p = _asked_for
    asked = sa.exists(
        sa.select(sa.literal(1)).select_from(p).where(p.c.engagement_id == engagements.c.id, took_part(p), *matches(shape, p))
    )
    return sa.and_(of_offices, asked)


def visible(s: sa.FromClause) -> sa.ColumnElement[bool]:
    """Stakeholders whose name the scope may see."""
    return sa.or_(s.c.office_id.in_(VISIBLE), s.c.is_shared.is_(True))


def is_one(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """1 where it holds, else 0: for sums."""
    return sa.case((condition, 1), else_=0)
