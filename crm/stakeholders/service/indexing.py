"""Keeping the search index in step with stakeholders. Nothing private goes in: a hit would tell what it holds."""

from collections.abc import Sequence

from crm.core.db import db
from crm.index import service as index
from crm.stakeholders import phones, queries
from crm.stakeholders.models import ContactKind, Organization, Person, Stakeholder


def index_stakeholder(stakeholder: Stakeholder) -> None:
    """Make one findable by all its names, contacts, posts, topics and tags."""
    index_stakeholders([stakeholder])


def index_stakeholders(stakeholders: Sequence[Stakeholder]) -> None:
    """The same for many: five queries, however many there are. Archived ones are left out."""
    shown = [one for one in stakeholders if not one.is_archived]
    parts = queries.parts_of([one.id for one in shown])
    index.put_many(_entry(one, parts[one.id]) for one in shown)


def index_people_of(organization_id: int) -> int:
    """Renew people after their organization changed its name. Gives their number."""
    people = db.session.scalars(queries.people_ever_in(organization_id)).all()
    index_stakeholders(people)
    return len(people)


def _entry(one: Stakeholder, parts: queries.Parts) -> index.Entry:
    public = [contact for contact in parts.contacts if not contact.is_private]
    reach = [contact.value for contact in public]
    reach += [phones.national(contact.value) for contact in public if contact.kind is ContactKind.PHONE]
    words = [name.name for name in parts.other_names]
    body = [*reach, *parts.topics, *parts.tags, one.note]
    if isinstance(one, Person):
        words += [one.called] if one.called else []
        body += [one.titles_before, one.titles_after, one.beat]
        body += [part for held in parts.affiliations for part in (held.title, held.organization_name)]
    elif isinstance(one, Organization):
        body += [one.address, one.website, one.region.name if one.region else ""]
    return index.Entry(
        one.kind.value,
        one.id,
        one.office_id,
        one.is_shared,
        one.name,
        subtitle=_subtitle(one, parts),
        words=words,
        body=" ".join(part for part in body if part),
    )


def _subtitle(one: Stakeholder, parts: queries.Parts) -> str:
    """The line under a name in suggestions: an organization's longest other name, a person's present post."""
    if isinstance(one, Person):
        held = next((held for held in parts.affiliations if held.is_present), None)
        return held.line if held else ""
    return max((name.name for name in parts.other_names), key=len, default="")
