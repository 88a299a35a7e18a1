"""What the office does with interactions: log, correct, undo."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from crm.accounts.models import User
from crm.activity import service as activity
from crm.commitments import queries as commitments_of
from crm.commitments import service as commitments
from crm.commitments.models import Commitment
from crm.commitments.service import CommitmentTerms
from crm.core.clock import now
from crm.core.db import db
from crm.engagements import service as engagements
from crm.engagements.models import Engagement, MandateRole
from crm.engagements.service import Part, check_version
from crm.engagements.times import When
from crm.interactions.models import ROLE_BY_CHANNEL, Channel, Direction, Interaction, Tone
from crm.stakeholders.models import Topic

UNDO = dt.timedelta(minutes=10)
TITLE_LENGTH = 120


class TooLateToUndo(Exception):
    """More than ten minutes have passed: correct or remove it by hand instead."""


class ChangedSince(Exception):
    """Somebody worked on it after it was logged; undo would take that away too."""


@dataclass(frozen=True)
class InteractionFacts:
    """What happened, as form and quick log hand it over."""

    channel: Channel
    when: When
    parts: Sequence[Part]
    summary: str
    direction: Direction = Direction.NONE
    topics: Sequence[Topic] = ()
    role: MandateRole | None = None
    duration_minutes: int | None = None
    private_note: str = ""
    tone: Tone | None = None
    letter_number: str = ""
    letter_on: dt.date | None = None
    program_id: int | None = None
    typed_line: str = ""
    title: str = ""
    follow_ups: Sequence[CommitmentTerms] = field(default_factory=tuple)


def log_interaction(facts: InteractionFacts, *, office_id: int, zone: str, by: User) -> Interaction:
    """Write a contact down with its follow-ups. Raises scope.OutOfScope for a participant of another office, before anything is kept."""
    moment = now()
    interaction = Interaction(
        office_id=office_id, owner_id=by.id, created_by_id=by.id, created_at=moment, updated_at=moment, title=""
    )
    _set(interaction, facts)
    db.session.add(interaction)
    with db.session.no_autoflush:  # what hangs on it is written with it, in one go
        engagements.set_participants(interaction, facts.parts)
        engagements.set_topics(interaction, facts.topics)
    db.session.flush()
    activity.record("logged", interaction, by=by, channel=facts.channel.value)
    engagements.put_in_index(interaction, words=[facts.letter_number] if facts.letter_number else ())
    for terms in facts.follow_ups:
        commitments.make_commitment(terms, office_id=office_id, by=by, zone=zone, engagement=interaction)
    return interaction


def change_interaction(interaction: Interaction, facts: InteractionFacts, *, seen_version: int, by: User) -> None:
    """Correct an interaction. Raises StaleRecord when somebody else saved since. Follow-ups have lives of their own and are not touched."""
    check_version(interaction, seen_version)
    watched = (
        "channel",
        "direction",
        "summary",
        "private_note",
        "tone",
        "role",
        "occurred_on",
        "duration_minutes",
        "letter_number",
    )
    before = {name: getattr(interaction, name) for name in watched}
    _set(interaction, facts)
    engagements.set_participants(interaction, facts.parts)
    engagements.set_topics(interaction, facts.topics)
    interaction.updated_at = now()
    db.session.flush()
    activity.record_changes(interaction, before=before, by=by)
    engagements.put_in_index(interaction, words=[facts.letter_number] if facts.letter_number else ())


def undo_interaction(interaction: Interaction, *, by: User) -> None:
    """Take back what was just logged, follow-ups included. Raises TooLateToUndo or ChangedSince, and then changes nothing."""
    if now() - interaction.created_at > UNDO:
        raise TooLateToUndo(interaction.id)
    if not _held(interaction):
        raise ChangedSince(interaction.id)
    follow_ups = commitments_of.of_engagement(interaction.id)
    if interaction.version > 1 or any(_was_touched(row) for row in follow_ups):
        raise ChangedSince(interaction.id)
    for commitment in follow_ups:
        commitments.remove_commitment(commitment, by=by)
    engagements.remove_engagement(interaction, by=by, verb="undone")


def _held(interaction: Interaction) -> bool:
    """Keep others from it until the transaction ends. False: somebody took it back or changed it meanwhile."""
    row = sa.select(Engagement.version).where(Engagement.id == interaction.id).with_for_update()
    return db.session.scalar(row) == interaction.version


def can_be_undone(interaction: Interaction) -> bool:
    return now() - interaction.created_at <= UNDO


def _was_touched(commitment: Commitment) -> bool:
    return commitment.version > 1


def _set(interaction: Interaction, facts: InteractionFacts) -> None:
    interaction.channel, interaction.direction, interaction.tone = facts.channel, facts.direction, facts.tone
    interaction.summary, interaction.private_note = facts.summary, facts.private_note
    interaction.title = facts.title or title_from(facts.summary)
    interaction.role = facts.role or ROLE_BY_CHANNEL[facts.channel]
    interaction.duration_minutes, interaction.program_id = facts.duration_minutes, facts.program_id
    interaction.letter_number, interaction.letter_on = facts.letter_number, facts.letter_on
    interaction.typed_line = facts.typed_line or interaction.typed_line or ""
    engagements.place_in_time(interaction, facts.when)


def title_from(summary: str) -> str:
    """The first line or sentence of the summary, cut at a word."""
    first = summary.strip().split("\n")[0]
    if len(first) <= TITLE_LENGTH:
        return first
    return first[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
