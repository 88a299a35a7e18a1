"""Who has to do with whom, as one office sees it."""

import sqlalchemy as sa

from crm.accounts.models import User
from crm.activity import service as activity
from crm.core.clock import now
from crm.core.db import db
from crm.stakeholders.models import RelationshipKind, Stakeholder, StakeholderLink


class AlreadyRelated(ValueError):
    """This relationship is there already."""


class RelatedToItself(ValueError):
    """A stakeholder has no relationship to itself."""


def add_relationship(
    stakeholder: Stakeholder, *, to: Stakeholder, kind: RelationshipKind, office_id: int, by: User, note: str = ""
) -> StakeholderLink:
    """Raises AlreadyRelated, RelatedToItself."""
    if stakeholder.id == to.id:
        raise RelatedToItself(stakeholder.id)
    there = sa.select(StakeholderLink.id).where(
        StakeholderLink.from_id == stakeholder.id,
        StakeholderLink.to_id == to.id,
        StakeholderLink.kind == kind,
        StakeholderLink.office_id == office_id,
    )
    if db.session.scalar(there) is not None:
        raise AlreadyRelated(stakeholder.id, to.id)
    link = StakeholderLink(from_id=stakeholder.id, to_id=to.id, kind=kind, note=note, office_id=office_id, created_at=now())
    db.session.add(link)
    db.session.flush()
    activity.record("related", stakeholder, by=by, office_id=office_id, kind=kind, to=to.name, note=note)
    return link


def remove_relationship(link: StakeholderLink, *, by: User) -> None:
    other = link.to_stakeholder.name if link.to_stakeholder is not None else ""
    subject = link.from_stakeholder
    db.session.delete(link)
    db.session.flush()
    if subject is not None:
        activity.record("unrelated", subject, by=by, office_id=link.office_id, kind=link.kind, to=other)
