"""Subscriptions on a stakeholder's page."""

from collections.abc import Mapping
from typing import Any

from crm.accounts.models import User
from crm.bulletins import queries
from crm.stakeholders.models import Person, Stakeholder


def content(stakeholder: Stakeholder, _viewer: User) -> Mapping[str, Any]:
    """What it subscribes to with the receipts, and, apart from that, whether it may be written to at all. Two queries."""
    rows = queries.subscriptions_of_stakeholder(stakeholder.id)
    is_person = isinstance(stakeholder, Person)
    return {
        "stakeholder": stakeholder,
        "rows": rows,
        "refusal": queries.refusal_of_stakeholder(stakeholder.id, [row.email for row, _receipts in rows]),
        "do_not_contact": is_person and stakeholder.do_not_contact_at is not None,
        "do_not_contact_reason": stakeholder.do_not_contact_reason if is_person else "",
        "count": len(rows) or None,
    }
