"""How often somebody was contacted lately, on their page."""

from collections.abc import Mapping
from typing import Any

from crm.accounts.models import User
from crm.campaigns.audience import collisions, fatigue
from crm.core import settings
from crm.stakeholders.models import Stakeholder, StakeholderKind


def content(stakeholder: Stakeholder, _viewer: User) -> Mapping[str, Any] | None:
    """Numbers over all offices, and who of us was in contact this week when they are several. Two queries; nothing when there is nothing."""
    lately = fatigue.of_stakeholder(stakeholder.id)
    is_organization = stakeholder.kind is StakeholderKind.ORGANIZATION
    collision = collisions.of_organization(stakeholder.id) if is_organization else None
    if not lately and collision is None:
        return None
    return {"lately": lately, "collision": collision, "days": settings.get("FATIGUE_DAYS")}
