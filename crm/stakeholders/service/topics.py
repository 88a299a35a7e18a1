"""Topics and tags: one list for all offices, found by name or made."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from crm.accounts.models import User
from crm.activity import service as activity
from crm.activity.service import Actor
from crm.core.clock import now
from crm.core.db import db
from crm.core.text import name_key, one_line
from crm.stakeholders.models import Stakeholder, StakeholderTopic, Tag, Topic

T = TypeVar("T", Topic, Tag)


class TopicExists(ValueError):
    """Another topic has this name, written the same or nearly."""


def find_or_create_topic(name: str, *, by: Actor | None) -> Topic:
    """The topic of this name, taken out of the archive when it lay there."""
    topic = _find_or_create(Topic, name, by=by)
    if topic.archived_at is not None:
        topic.archived_at = None
        activity.record("restored", topic, by=by, name=topic.name)
    return topic


def find_or_create_tag(name: str, *, by: Actor | None) -> Tag:
    return _find_or_create(Tag, name, by=by)


def _find_or_create(model: type[T], name: str, *, by: Actor | None) -> T:
    wanted = one_line(name)[:80]

    def look() -> T | None:
        return db.session.scalar(sa.select(model).where(model.name_match == name_key(wanted)))

    return look() or _create(model, wanted, look, by=by)


def _create(model: type[T], name: str, look: Callable[[], T | None], *, by: Actor | None) -> T:
    made = model(name=name)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except exc.IntegrityError:  # somebody else made it between our look and our insert
        found = look()
        if found is None:
            raise
        return found
    activity.record("created", made, by=by, name=name)
    return made


def create_topic(name: str, *, by: User) -> Topic:
    """Raises TopicExists."""
    if db.session.scalar(sa.select(Topic.id).where(Topic.name_match == name_key(name))) is not None:
        raise TopicExists(name)
    return find_or_create_topic(name, by=by)


def rename_topic(topic: Topic, *, name: str, by: User) -> None:
    """Raises TopicExists."""
    wanted = one_line(name)[:80]
    other = db.session.scalar(sa.select(Topic.id).where(Topic.name_match == name_key(wanted), Topic.id != topic.id))
    if other is not None:
        raise TopicExists(wanted)
    before, topic.name = topic.name, wanted
    activity.record("changed", topic, by=by, changes={"name": (before, wanted)})


def archive_topic(topic: Topic, *, by: User) -> None:
    """The topic stays where it is used and is no longer offered."""
    if topic.archived_at is None:
        topic.archived_at = now()
        activity.record("archived", topic, by=by, name=topic.name)


def restore_topic(topic: Topic, *, by: User) -> None:
    if topic.archived_at is not None:
        topic.archived_at = None
        activity.record("restored", topic, by=by, name=topic.name)


def add_topic_to(stakeholders: Sequence[Stakeholder], topic: Topic, *, by: User) -> list[int]:
    """Give all of them the topic. Gives the ids of those that did not have it yet: what an undo takes it from."""
    ids = [one.id for one in stakeholders]
    have = set(
        db.session.scalars(
            sa.select(StakeholderTopic.stakeholder_id).where(
                StakeholderTopic.topic_id == topic.id, StakeholderTopic.stakeholder_id.in_(ids)
            )
        )
    )
    added = []
    for one in stakeholders:
        if one.id not in have:
            db.session.add(StakeholderTopic(stakeholder_id=one.id, topic_id=topic.id))
            activity.record("changed", one, by=by, changes={"topics": (None, [topic.name])})
            added.append(one.id)
    db.session.flush()
    return added


def remove_topic_from(stakeholders: Sequence[Stakeholder], topic: Topic, *, by: User) -> list[int]:
    """Take the topic from all of them. Gives the ids of those that had it."""
    ids = [one.id for one in stakeholders]
    rows = db.session.scalars(
        sa.select(StakeholderTopic).where(StakeholderTopic.topic_id == topic.id, StakeholderTopic.stakeholder_id.in_(ids))
    ).all()
    by_id = {one.id: one for one in stakeholders}
    for row in rows:
        activity.record("changed", by_id[row.stakeholder_id], by=by, changes={"topics": ([topic.name], None)})
        db.session.delete(row)
    db.session.flush()
    return [row.stakeholder_id for row in rows]
