"""Questions about engagements of all kinds."""

from collections.abc import Sequence

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core.db import db
from crm.engagements.models import Engagement, EngagementTopic, Participation, Program


def engagements_visible_to(_user: User) -> sa.Select[tuple[Engagement]]:
    """Those of the offices in scope; the scope criteria add the offices, the name says who asks."""
    return sa.select(Engagement)


def programs() -> Sequence[Program]:
    """Programs in use in the offices in scope, by name."""
    return db.session.scalars(sa.select(Program).where(Program.archived_at.is_(None)).order_by(Program.name).limit(400)).all()


def has_topic(topic_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(EngagementTopic.engagement_id == Engagement.id, EngagementTopic.topic_id == topic_id)


def has_stakeholder(stakeholder_id: int) -> sa.ColumnElement[bool]:
    """Engagements that the person took part in, or that the organization was spoken for in."""
    took_part = sa.or_(Participation.stakeholder_id == stakeholder_id, Participation.organization_id == stakeholder_id)
    return sa.exists().where(Participation.engagement_id == Engagement.id, took_part)
