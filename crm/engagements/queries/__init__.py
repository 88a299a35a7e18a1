"""Questions about engagements of all kinds."""

import sqlalchemy as sa

from crm.accounts.models import User
from crm.engagements.models import Engagement, EngagementTopic, Participation, Program


def engagements_visible_to(_user: User) -> sa.Select[tuple[Engagement]]:
    """Those of the offices in scope; the scope criteria add the offices, the name says who asks."""
    return sa.select(Engagement)


def programs_in_use() -> sa.Select[tuple[Program]]:
    return sa.select(Program).where(Program.archived_at.is_(None)).order_by(Program.name)


def with_topic(statement: sa.Select[tuple[Engagement]], topic_id: int) -> sa.Select[tuple[Engagement]]:
    return statement.where(
        sa.exists().where(EngagementTopic.engagement_id == Engagement.id, EngagementTopic.topic_id == topic_id)
    )


def with_stakeholder(statement: sa.Select[tuple[Engagement]], stakeholder_id: int) -> sa.Select[tuple[Engagement]]:
    """Engagements that the person took part in, or that the organization was spoken for in."""
    took_part = sa.or_(Participation.stakeholder_id == stakeholder_id, Participation.organization_id == stakeholder_id)
    return statement.where(sa.exists().where(Participation.engagement_id == Engagement.id, took_part))
