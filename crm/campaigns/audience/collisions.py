"""Where two colleagues were in contact with the same organization within a week: told before a third writes to it.

Names of colleagues only from the offices in scope.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.campaigns.audience import queries as audience
from crm.campaigns.models import Campaign
from crm.core import clock, dates
from crm.core.db import db
from crm.engagements.models import Engagement, Participation, ParticipationRole
from crm.stakeholders.models import Affiliation, Stakeholder

DAYS = 7
MOST_ORGANIZATIONS = 50


@dataclass(frozen=True)
class Collision:
    organization_id: int
    organization: str
    colleagues: Sequence[tuple[str, dt.date]]  # name and day of their last contact


def of_organization(organization_id: int) -> Collision | None:
    """For the page of an organization; one query."""
    return next(iter(_found(Participation.organization_id == organization_id)), None)


def among(campaign: Campaign) -> Sequence[Collision]:
    """Organizations that the campaign reaches, themselves or by their people, and that two colleagues were in contact with this week."""
    crowded = (
        _contacts(sa.select(Participation.organization_id))
        .group_by(Participation.organization_id)
        .having(sa.func.count(Engagement.owner_id.distinct()) > 1)
        .limit(MOST_ORGANIZATIONS)
    )
    organizations = set(db.session.scalars(crowded))
    if not organizations:
        return []
    today = _today()
    still = sa.or_(Affiliation.until_on.is_(None), Affiliation.until_on >= today)
    held = sa.select(Affiliation.person_id, Affiliation.organization_id).where(
        Affiliation.organization_id.in_(organizations), still
    )
    of = {row.person_id: row.organization_id for row in db.session.execute(held)}
    reached = audience.receiving_among(campaign, [*organizations, *of])
    hit = {of.get(stakeholder_id, stakeholder_id) for stakeholder_id in reached}
    return _found(Participation.organization_id.in_(hit)) if hit else []


def _found(which: sa.ColumnElement[bool]) -> list[Collision]:
    shown = sa.select(Stakeholder.id, Stakeholder.name, User.id, User.name, sa.func.max(Participation.occurred_on))
    rows = _contacts(shown.where(which)).join(Stakeholder, Stakeholder.id == Participation.organization_id)
    rows = rows.join(User, User.id == Engagement.owner_id).group_by(Stakeholder.id, Stakeholder.name, User.id, User.name)
    told: dict[tuple[int, str], list[tuple[str, dt.date]]] = {}
    for organization_id, name, _user_id, colleague, day in db.session.execute(
        rows.order_by(Stakeholder.name, User.name, User.id)
    ):
        told.setdefault((organization_id, name), []).append((colleague, day))
    return [Collision(*organization, colleagues) for organization, colleagues in told.items() if len(colleagues) > 1]


def _contacts(statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Interactions of the last days, by whoever did the work."""
    today = _today()
    lately = (Participation.occurred_on > today - dt.timedelta(days=DAYS), Participation.occurred_on <= today)
    seen = (Engagement.kind == "interaction", Engagement.owner_id.is_not(None), Participation.role != ParticipationRole.HOST)
    joined = statement.select_from(Participation).join(Engagement, Engagement.id == Participation.engagement_id)
    return joined.where(*lately, *seen, Participation.organization_id.is_not(None))


def _today() -> dt.date:
    """The day in the zone of the viewer's office: an interaction of this morning counts in Jayapura too."""
    return clock.today(dates.viewer_zone())
