"""What every kind of engagement needs done: its place in time, its participants and topics, and its entry in the index."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.activity import service as activity
from crm.core.clock import now
from crm.core.db import db
from crm.engagements.models import Engagement, EngagementTopic, Participation, ParticipationRole, Program
from crm.engagements.times import When
from crm.index import service as index
from crm.stakeholders.models import Affiliation, Stakeholder, StakeholderKind, Topic


@dataclass(frozen=True)
class Part:
    """Somebody who takes part: who, for which organization (None: the one of their main affiliation then), and how."""

    stakeholder_id: int
    organization_id: int | None = None
    role: ParticipationRole = ParticipationRole.PARTICIPANT
    was_invited: bool | None = None
    has_attended: bool | None = None


class StaleRecord(Exception):
    """Somebody saved this record since the form was drawn."""


def place_in_time(engagement: Engagement, when: When) -> None:
    """Set the time columns, and the copies that participations keep of them."""
    engagement.starts_at, engagement.ends_at = when.starts_at, when.ends_at
    engagement.occurred_on, engagement.precision, engagement.sort_at = when.occurred_on, when.precision, when.sort_at
    for participation in engagement.participations:
        participation.occurred_on, participation.sort_at = when.occurred_on, when.sort_at


def set_participants(engagement: Engagement, parts: Iterable[Part]) -> None:
    """Make the participants exactly these, each once. Those that stay keep their row, and so their answer and attendance."""
    wanted = {part.stakeholder_id: part for part in parts}
    spoken_for = organizations_spoken_for(wanted.values(), engagement)
    for participation in list(engagement.participations):
        if participation.stakeholder_id not in wanted:
            engagement.participations.remove(participation)
    there = {p.stakeholder_id: p for p in engagement.participations}
    for stakeholder_id, part in wanted.items():
        participation = there.get(stakeholder_id)
        if participation is None:
            participation = Participation(stakeholder_id=stakeholder_id, office_id=engagement.office_id)
            engagement.participations.append(participation)
        participation.organization_id = spoken_for[stakeholder_id]
        participation.role = part.role
        participation.was_invited = part.was_invited if part.was_invited is not None else participation.was_invited
        participation.has_attended = part.has_attended if part.has_attended is not None else participation.has_attended
        participation.occurred_on, participation.sort_at = engagement.occurred_on, engagement.sort_at


def organizations_spoken_for(parts: Iterable[Part], engagement: Engagement) -> dict[int, int | None]:
    """For each participant the organization given, or itself, or that of the main affiliation on that day. Two queries at most."""
    parts = list(parts)
    answer = {part.stakeholder_id: part.organization_id for part in parts}
    open_ids = [part.stakeholder_id for part in parts if part.organization_id is None]
    if not open_ids:
        return answer
    kinds = dict(db.session.execute(sa.select(Stakeholder.id, Stakeholder.kind).where(Stakeholder.id.in_(open_ids))).all())
    answer.update({i: i for i in open_ids if kinds.get(i) is StakeholderKind.ORGANIZATION})
    people = [i for i in open_ids if kinds.get(i) is StakeholderKind.PERSON]
    if people:
        day = engagement.occurred_on or now().date()
        held = db.session.scalars(
            sa.select(Affiliation).where(Affiliation.person_id.in_(people)).order_by(Affiliation.is_main, Affiliation.from_on)
        )
        answer.update({a.person_id: a.organization_id for a in held if a.holds_on(day)})
    return answer


def set_topics(engagement: Engagement, topics: Sequence[Topic]) -> None:
    wanted = {topic.id: topic for topic in topics}
    for link in list(engagement.topic_links):
        if link.topic_id not in wanted:
            engagement.topic_links.remove(link)
    there = {link.topic_id for link in engagement.topic_links}
    engagement.topic_links.extend(EngagementTopic(topic_id=topic_id) for topic_id in wanted if topic_id not in there)


def put_in_index(engagement: Engagement, *, words: Sequence[str] = ()) -> None:
    """Make it findable by title and summary, and by the names in `words`."""
    index.put(
        engagement.kind,
        engagement.id,
        office_id=engagement.office_id,
        shared=False,
        title=engagement.title,
        subtitle="",
        words=words,
        body=engagement.summary,
    )


def remove_engagement(engagement: Engagement, *, by: User, verb: str = "removed") -> None:
    """Take it out altogether: for undo, while nothing else hangs on it."""
    activity.record(verb, engagement, by=by, title=engagement.title)
    index.drop(engagement.kind, engagement.id)
    db.session.delete(engagement)
    db.session.flush()


def create_program(name: str, *, office_id: int, by: User, summary: str = "") -> Program:
    program = Program(name=name, office_id=office_id, summary=summary, created_at=now())
    db.session.add(program)
    db.session.flush()
    activity.record("created", program, by=by, name=name)
    return program


def check_version(record: Any, seen: int) -> None:
    """Raise StaleRecord when the form was drawn from an older version."""
    if record.version != seen:
        raise StaleRecord(record.id)
