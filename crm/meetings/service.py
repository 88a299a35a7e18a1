"""Meetings as records: that they took place, with whom and about what."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.accounts.models import User
from crm.activity import service as activity
from crm.core.clock import now
from crm.core.db import db
from crm.engagements import service as engagements
from crm.engagements.models import MandateRole
from crm.engagements.service import Part, check_version
from crm.engagements.times import When
from crm.meetings.models import Meeting
from crm.stakeholders.models import Topic

WATCHED = ("title", "place", "host_text", "summary", "role", "occurred_on", "program_id")


@dataclass(frozen=True)
class MeetingFacts:
    """What is known of a meeting, as forms and imports hand it over."""

    title: str
    when: When
    parts: Sequence[Part] = ()
    summary: str = ""
    place: str = ""
    host_text: str = ""
    topics: Sequence[Topic] = ()
    role: MandateRole = MandateRole.COORDINATE
    program_id: int | None = None


def record_meeting(facts: MeetingFacts, *, office_id: int, by: User) -> Meeting:
    """Write a meeting down. Raises scope.OutOfScope at the flush for participants of another office."""
    moment = now()
    meeting = Meeting(
        office_id=office_id, owner_id=by.id, created_by_id=by.id, created_at=moment, updated_at=moment, title=facts.title
    )
    _set(meeting, facts)
    db.session.add(meeting)
    engagements.set_participants(meeting, facts.parts)
    engagements.set_topics(meeting, facts.topics)
    db.session.flush()
    activity.record("recorded", meeting, by=by, title=facts.title)
    engagements.put_in_index(meeting)
    return meeting


def change_meeting(meeting: Meeting, facts: MeetingFacts, *, seen_version: int, by: User) -> None:
    """Correct a meeting. Raises StaleRecord when somebody else saved since."""
    check_version(meeting, seen_version)
    before = {name: getattr(meeting, name) for name in WATCHED}
    _set(meeting, facts)
    engagements.set_participants(meeting, facts.parts)
    engagements.set_topics(meeting, facts.topics)
    meeting.updated_at = now()
    db.session.flush()
    activity.record_changes(meeting, before=before, by=by)
    engagements.put_in_index(meeting)


def _set(meeting: Meeting, facts: MeetingFacts) -> None:
    meeting.title, meeting.summary, meeting.place = facts.title, facts.summary, facts.place
    meeting.host_text, meeting.role, meeting.program_id = facts.host_text, facts.role, facts.program_id
    engagements.place_in_time(meeting, facts.when)
