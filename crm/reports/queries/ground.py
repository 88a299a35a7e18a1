"""What a report may count: some offices of a scope, narrowed to a category or one stakeholder."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from crm.commitments.models import Commitment
from crm.core.scope import OutOfScope, Scope
from crm.engagements.models import Engagement, Participation, ParticipationRole
from crm.stakeholders.models import Organization, Stakeholder

engagements = Engagement.__table__
participations = Participation.__table__
stakeholders = Stakeholder.__table__
organizations = Organization.__table__
commitments = Commitment.__table__
_asked_for = participations.alias("asked_for")


@dataclass(frozen=True, slots=True)
class Ground:
    """Made by `ground_of` alone, so that no query counts an office outside the scope."""

    office_ids: tuple[int, ...]
    visible_ids: tuple[int, ...]  # offices of the whole scope: names of their unshared stakeholders may be shown
    category: str | None = None
    stakeholder_id: int | None = None


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


def matches(ground: Ground, p: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    """Whether a participation, or a commitment, is about the category or stakeholder asked for."""
    found: list[sa.ColumnElement[bool]] = []
    if ground.stakeholder_id is not None:
        found.append(sa.or_(p.c.stakeholder_id == ground.stakeholder_id, p.c.organization_id == ground.stakeholder_id))
    if ground.category is not None:
        of_category = sa.select(organizations.c.id).where(organizations.c.category == ground.category)
        found.append(sa.or_(p.c.organization_id.in_(of_category), p.c.stakeholder_id.in_(of_category)))
    return found


def counted(ground: Ground) -> sa.ColumnElement[bool]:
    """The engagements to count: of these offices, and with a participant asked for."""
    of_offices = engagements.c.office_id.in_(ground.office_ids)
    if ground.stakeholder_id is None and ground.category is None:
        return of_offices
    p = _asked_for
    asked = sa.exists(
        sa.select(sa.literal(1)).select_from(p).where(p.c.engagement_id == engagements.c.id, took_part(p), *matches(ground, p))
    )
    return sa.and_(of_offices, asked)


def visible(ground: Ground, s: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.or_(s.c.office_id.in_(ground.visible_ids), s.c.is_shared.is_(True))
