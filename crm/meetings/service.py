"""Meetings as records: that they took place, with whom and about what."""

from collections.abc import Iterable, Sequence

from crm.accounts.models import User
from crm.activity import service as activity
from crm.core.clock import now
from crm.core.db import db
from crm.engagements import service as engagements
from crm.engagements.models import MandateRole
from crm.engagements.service import Part
from crm.engagements.times import When
from crm.meetings.models import Meeting
from crm.stakeholders.models import Topic


def record_meeting(
    title: str,
    when: When,
    *,
    office_id: int,
    parts: Iterable[Part],
    by: User,
    summary: str = "",
    place: str = "",
    host_text: str = "",
    topics: Sequence[Topic] = (),
    role: MandateRole = MandateRole.COORDINATE,
    program_id: int | None = None,
) -> Meeting:
    """Write a meeting down. Raises scope.OutOfScope at the flush for participants of another office."""
    moment = now()
    meeting = Meeting(
        office_id=office_id,
        title=title,
        summary=summary,
        place=place,
        host_text=host_text,
        role=role,
        program_id=program_id,
        owner_id=by.id,
        created_by_id=by.id,
        created_at=moment,
        updated_at=moment,
    )
    engagements.place_in_time(meeting, when)
    db.session.add(meeting)
    engagements.set_participants(meeting, parts)
    engagements.set_topics(meeting, topics)
    db.session.flush()
    activity.record("recorded", meeting, by=by, title=title)
    engagements.put_in_index(meeting)
    return meeting
