"""Open commitments on a stakeholder's page."""

from collections.abc import Mapping
from typing import Any

from crm.accounts.models import User
from crm.commitments import queries
from crm.core.clock import today
from crm.core.dates import viewer_zone
from crm.stakeholders.models import Stakeholder

SHOWN = 5


def content(stakeholder: Stakeholder, _viewer: User) -> Mapping[str, Any]:
    """The most urgent ones; `count` is how many are listed, one more than shown meaning "and more"."""
    rows = queries.open_with(stakeholder.id, limit=SHOWN + 1)
    return {
        "stakeholder": stakeholder,
        "commitments": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
        "count": len(rows) or None,
        "today": today(viewer_zone()),
    }
