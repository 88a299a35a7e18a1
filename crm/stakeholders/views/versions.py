"""The form of a record, and two versions of it beside each other: what whole and partial editing share."""

from typing import Any

from flask_login import current_user

from crm.activity import queries as activity
from crm.activity.service import kind_of
from crm.stakeholders import details as d
from crm.stakeholders import queries, service, words
from crm.stakeholders.forms import OrganizationForm, PersonForm, StakeholderForm
from crm.stakeholders.keys import StakeholderKind
from crm.stakeholders.models import Category, Stakeholder
from crm.stakeholders.views.blueprint import sees_private

CONFLICT = 409
FORMS: dict[StakeholderKind, type[StakeholderForm]] = {
    StakeholderKind.ORGANIZATION: OrganizationForm,
    StakeholderKind.PERSON: PersonForm,
}

# Organizations that are written on a form and not stored yet, by the negative number that stands for them.
Pending = dict[int, tuple[str, Category]]


def form_of(stakeholder: Stakeholder, details: Any = None, pending: Pending | None = None) -> StakeholderForm:
    """A form that begins with these details, else with the record's; it remembers the record as it is now."""
    with_private = sees_private(stakeholder)
    now_stored = queries.details_of(stakeholder, with_private=with_private)
    form_class = FORMS[stakeholder.kind]
    data = form_class.data_of(details or now_stored)  # type: ignore[attr-defined]
    form = form_class(formdata=None, data=data, with_private=with_private, owner_id=stakeholder.owner_id)
    form.draw_from(now_stored, stakeholder.version)
    form.restore(pending or {})
    return form


def add_organization(name: str, category: Category, office_id: int) -> int:
    """An organization that was written on the form of another and confirmed to be new."""
    details = d.OrganizationDetails(name=name, category=category)
    return service.create_organization(details, office_id=office_id, by=current_user).id


def remember(pending: Pending, name: str, category: Category) -> int:
    """Stand in for an organization that would be added, when a refused save must not lose its name."""
    pending[-len(pending) - 1] = (name, category)
    return -len(pending)


def version_rows(mine: Any, theirs: Any, merged: Any, contested: tuple[str, ...]) -> list[dict[str, Any]]:
    """A line for each field in which the two versions differ."""
    lines = []
    for name in d.changed_fields(theirs, mine):
        lines.append(
            {
                "name": name,
                "label": words.field(name),
                "mine": words.value(name, queries.described(mine, name)),
                "theirs": words.value(name, queries.described(theirs, name)),
                "contested": name in contested,
                "taken": d.comparable(getattr(merged, name)) == d.comparable(getattr(theirs, name)),
            }
        )
    return lines


def other_editor(stakeholder: Stakeholder) -> dict[str, Any]:
    """Who saved last and when, from the history."""
    entries = activity.history_of(kind_of(type(stakeholder)), stakeholder.id, limit=1)
    name, at = (entries[0].actor_name, entries[0].at) if entries else ("", stakeholder.updated_at)
    return {"other_name": name, "other_at": at}
