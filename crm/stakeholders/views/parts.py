"""The parts that the facts of a stakeholder are shown and changed in."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.stakeholders import columns, queries
from crm.stakeholders.keys import StakeholderKind
from crm.stakeholders.models import Organization, Stakeholder
from crm.stakeholders.queries import Parts, Rhythm
from crm.stakeholders.views.blueprint import sees_private

BOTH = frozenset(StakeholderKind)


@dataclass(frozen=True)
class Fact:
    """A part: its title, the form fields that it holds, and the fields of details that these become."""

    name: str
    title: Any
    fields: tuple[str, ...]
    details: tuple[str, ...]
    kinds: frozenset[StakeholderKind] = BOTH

    def holds(self, field: str) -> bool:
        return field in self.fields


def _fact(name: str, title: Any, fields: str, details: str, kinds: frozenset[StakeholderKind] = BOTH) -> Fact:
    return Fact(name, title, tuple(fields.split()), tuple(details.split()), kinds)


_ORGANIZATION, _PERSON = frozenset({StakeholderKind.ORGANIZATION}), frozenset({StakeholderKind.PERSON})
FACTS = {
    fact.name: fact
    for fact in (
        _fact("kind", _l("Category"), "category parent parent_id parent_choice", "category parent_id", _ORGANIZATION),
        _fact("posts", _l("Posts"), "affiliations", "affiliations", _PERSON),
        _fact("names", _l("Names"), "other_names salutation called", "other_names salutation called"),
        _fact(
            "reach",
            _l("Ways to reach"),
            "phones emails socials website address region region_id region_choice preferred_channel preferred_language "
            "must_not_be_contacted do_not_contact_reason",
            "contacts private_contacts website address region_id preferred_channel preferred_language "
            "must_not_be_contacted do_not_contact_reason",
        ),
        _fact("topics", _l("Topics"), "topics tags beat", "topics tags beat"),
        _fact("care", _l("How we work with them"), "owner_id tier influence interest", "owner_id tier influence interest"),
        _fact("notes", _l("Notes"), "note private_note birth_on home_address", "note private_note birth_on home_address"),
    )
}


def facts_of(stakeholder: Stakeholder) -> list[Fact]:
    return [fact for fact in FACTS.values() if stakeholder.kind in fact.kinds]


def page_of_facts(stakeholder: Stakeholder, measured: Rhythm) -> dict[str, Any]:
    """What the templates of the facts draw from."""
    is_organization = isinstance(stakeholder, Organization)
    parts = _readable(stakeholder, queries.parts_of([stakeholder.id], with_posts=not is_organization)[stakeholder.id])
    around = queries.surroundings(stakeholder, measured.today)
    return {
        "stakeholder": stakeholder,
        "is_org": is_organization,
        "facts": facts_of(stakeholder),
        "parts": parts,
        "around": around,
        "long_name": max((name.name for name in parts.other_names), key=len, default="") if is_organization else "",
        "may_change": queries.may_change(stakeholder),
        "sees_private": sees_private(stakeholder),
        **_contact(stakeholder, around.last_contact_on, measured),
    }


def _readable(stakeholder: Stakeholder, parts: Parts) -> Parts:
    """Private ways to reach somebody are not even handed to the template of who may not see them."""
    if not sees_private(stakeholder):
        parts.contacts = [contact for contact in parts.contacts if not contact.is_private]
    return parts


def _contact(stakeholder: Stakeholder, last: dt.date | None, measured: Rhythm) -> dict[str, Any]:
    """When the last contact was, and whether that is too long ago for the tier."""
    days = measured.tier_days.get(stakeholder.tier or 0)
    since = (measured.today - (last or stakeholder.created_at.date())).days
    is_quiet = days is not None and since > days and not stakeholder.is_archived
    return {"last_contact_on": last, "tier_days": days, "quiet_days": since if is_quiet else None}


def weeks_of(stakeholder: Stakeholder, measured: Rhythm) -> Any:
    ids = ([stakeholder.id], []) if isinstance(stakeholder, Organization) else ([], [stakeholder.id])
    return columns.weeks(*ids, measured.today).get(stakeholder.id, [0] * columns.WEEKS)
