"""How many calls somebody had, for the packages that ask whether it was too much: numbers and nothing else."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from crm.engagements.models import Participation, ParticipationRole
from crm.interactions.models import Channel, Interaction

CALLS = (Channel.CALL, Channel.VIDEO_CALL)
_interactions: Any = Interaction.__table__
_parts: Any = Participation.__table__


def calls(people: sa.Subquery, since: dt.date) -> sa.Select[*tuple[Any, ...]]:
    """(key, number) of the stakeholders given as (key, stakeholder_id), of all offices: tables and not models, on purpose."""
    return (
        sa.select(people.c.key, sa.func.count(_parts.c.engagement_id.distinct()))
        .join(_parts, _parts.c.stakeholder_id == people.c.stakeholder_id)
        .join(_interactions, _interactions.c.id == _parts.c.engagement_id)
        .where(_interactions.c.channel.in_(CALLS), _parts.c.occurred_on >= since, _parts.c.role != ParticipationRole.HOST)
        .group_by(people.c.key)
    )
