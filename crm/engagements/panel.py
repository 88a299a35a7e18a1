"""The middle column of a stakeholder's page: the timeline, first page, filtered by kind."""

from collections.abc import Mapping
from typing import Any

from crm.accounts.models import User
from crm.engagements.queries import timeline
from crm.stakeholders.models import Stakeholder

KINDS = {
    "interaction": frozenset({"interaction"}),
    "meeting": frozenset({"meeting"}),
    "mail": frozenset({"delivery", "reply"}),  # of a source of its own: campaigns
}


def content(stakeholder: Stakeholder, _viewer: User) -> Mapping[str, Any]:
    return {"stakeholder": stakeholder, "timeline_page": timeline.timeline_of(stakeholder), "chosen_kind": ""}
