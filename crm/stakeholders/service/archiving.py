"""Putting stakeholders out of sight and getting them back. Nothing of theirs is removed."""

from collections.abc import Iterable, Sequence

from crm.accounts.models import User
from crm.activity import service as activity
from crm.core.clock import now
from crm.core.db import db
from crm.index import service as index
from crm.stakeholders.models import Stakeholder
from crm.stakeholders.service.indexing import index_stakeholder


def archive_stakeholder(stakeholder: Stakeholder, *, by: User) -> None:
    """Nothing happens to one that is archived already."""
    if stakeholder.is_archived:
        return
    stakeholder.archived_at = stakeholder.updated_at = now()
    activity.record("archived", stakeholder, by=by, name=stakeholder.name)
    db.session.flush()
    index.drop(stakeholder.kind.value, stakeholder.id)


def restore_stakeholder(stakeholder: Stakeholder, *, by: User) -> None:
    if not stakeholder.is_archived:
        return
    stakeholder.archived_at, stakeholder.updated_at = None, now()
    activity.record("restored", stakeholder, by=by, name=stakeholder.name)
    db.session.flush()
    index_stakeholder(stakeholder)


def archive_stakeholders(stakeholders: Iterable[Stakeholder], *, by: User) -> Sequence[int]:
    """Archive several. Gives the ids of those that were not archived yet."""
    chosen = [one for one in stakeholders if not one.is_archived]
    for one in chosen:
        archive_stakeholder(one, by=by)
    return [one.id for one in chosen]


def restore_stakeholders(stakeholders: Iterable[Stakeholder], *, by: User) -> Sequence[int]:
    """Restore several. Gives the ids of those that were archived."""
    chosen = [one for one in stakeholders if one.is_archived]
    for one in chosen:
        restore_stakeholder(one, by=by)
    return [one.id for one in chosen]
