"""The full form of an interaction: several people with whom they spoke for, files, follow-ups, and everything else of it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FieldList, Form, FormField, HiddenField, IntegerField, SelectField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.commitments.forms import SIDES
from crm.commitments.models import DuePrecision, Side
from crm.commitments.service import CommitmentTerms
from crm.core import clock
from crm.core.forms import BaseForm, LineField, PickField, TextField, choices, required_message
from crm.engagements import times
from crm.engagements.models import MandateRole, Precision
from crm.engagements.service import Part
from crm.engagements.times import When
from crm.files.forms import FilesField
from crm.interactions import words
from crm.interactions.models import Channel, Direction, Interaction, Tone
from crm.interactions.service import InteractionFacts
from crm.stakeholders.models import Topic
from crm.stakeholders.queries import organizations_named, stakeholders_named

EMPTY_ROWS = 2
MOST_ROWS = 60


class Row(Form):
    """One of several lines of a kind; without its first field it is no line."""

    class Meta(BaseForm.Meta):
        csrf = False


class ParticipantRow(Row):
    who = PickField(_l("Person or organization"), [Length(max=200)], find=stakeholders_named, complete="stakeholder")
    spoken_for = PickField(_l("Spoke for"), [Length(max=200)], find=organizations_named, complete="organization")


class FollowUpRow(Row):
    text = LineField(_l("What is to be done"), [Length(max=500)])
    side = SelectField(_l("Whose it is"), choices=SIDES, default=Side.OURS.value)
    due_on = DateField(_l("Due date"), [Optional()])
    owner = SelectField(_l("Who looks after it"), coerce=int, choices=[], validate_choice=True)


class InteractionForm(BaseForm):
    channel = SelectField(
        _l("How"), choices=choices((c.value, label) for c, label in words.CHANNELS.items()), default=Channel.CALL.value
    )
    direction = SelectField(_l("From whom"), choices=choices((d.value, label) for d, label in words.DIRECTIONS.items()))
    participants = FieldList(FormField(ParticipantRow), min_entries=EMPTY_ROWS, max_entries=MOST_ROWS)
    is_undated = BooleanField(_l("Nobody knows when"))
    on = DateField(_l("Date"), [Optional()])
    at = TimeField(_l("Time"), [Optional()])
    precision = SelectField(_l("How exactly"), choices=choices((p.value, label) for p, label in words.PRECISIONS.items()))
    duration_minutes = IntegerField(_l("Minutes"), [Optional(), NumberRange(min=1, max=1440)])
    summary = TextField(_l("What it was about"), [InputRequired(required_message), Length(max=20_000)])
    private_note = TextField(_l("Private note"), [Length(max=20_000)])
    topics = LineField(_l("Topics"), [Length(max=400)])
    program = SelectField(_l("Program"), coerce=int)
    role = SelectField(
        _l("Role"), choices=choices([("", _l("The usual one of this channel")), *((r.value, w) for r, w in words.ROLES.items())])
    )
    tone = SelectField(
        _l("Tone"), choices=choices([("", _l("Not said")), *((t.value, label) for t, label in words.TONES.items())])
    )
    letter_number = LineField(_l("Letter number"), [Length(max=80)])
    letter_on = DateField(_l("Date of the letter"), [Optional()])
    files = FilesField()
    follow_ups = FieldList(FormField(FollowUpRow), min_entries=1, max_entries=MOST_ROWS)
    more = HiddenField()

    def validate_on(self, field: DateField) -> None:
        if not field.data and not self.is_undated.data:
            raise ValidationError(_("Fill in the date, or say that nobody knows when."))

    def validate_participants(self, _field: FieldList) -> None:
        """An error of a row stands at the row; the summary names it once."""

    def offer(self, *, owners: Sequence[tuple[int, str]], programs: Sequence[tuple[int, str]]) -> None:
        """Give the selects what this person may choose."""
        self.program.choices = choices([(0, _("None")), *programs])
        for row in self.follow_ups:
            row.form.owner.choices = choices([(0, _("Me")), *owners])
            row.form.owner.data = row.form.owner.data or 0

    def parts(self) -> list[Part]:
        rows = [entry.form for entry in self.participants if entry.form.who.record_id]
        return [Part(row.who.record_id, row.spoken_for.record_id) for row in rows]

    def when(self, zone: str) -> When:
        if self.is_undated.data or self.on.data is None:
            return times.unknown(written_at=clock.now())
        if self.at.data is not None:
            return times.at(dt.datetime.combine(self.on.data, self.at.data, ZoneInfo(zone)).astimezone(dt.UTC), ZoneInfo(zone))
        return times.on(self.on.data, ZoneInfo(zone), Precision(self.precision.data))

    def topic_names(self) -> list[str]:
        return [name for part in (self.topics.data or "").replace(";", ",").split(",") if (name := part.strip().lstrip("#")[:80])]

    def terms(self, first: Part | None, *, me: int) -> list[CommitmentTerms]:
        """Follow-ups of the rows that have a text; theirs are the first participant's."""
        rows = [entry.form for entry in self.follow_ups if entry.form.text.data]
        return [
            CommitmentTerms(
                text=row.text.data,
                side=Side(row.side.data),
                due_on=row.due_on.data,
                due_precision=DuePrecision.DAY if row.due_on.data else DuePrecision.WAITING,
                owner_id=row.owner.data or me,
                stakeholder_id=first.stakeholder_id if first else None,
                organization_id=first.organization_id if first else None,
            )
            for row in rows
        ]

    def facts(
        self, zone: str, *, topics: Sequence[Topic], me: int, may_read_private: bool, present: Interaction | None = None
    ) -> InteractionFacts:
        parts = self.parts()
        return InteractionFacts(
            channel=Channel(self.channel.data),
            direction=Direction(self.direction.data),
            when=self.when(zone),
            parts=parts,
            summary=self.summary.data or "",
            topics=topics,
            role=MandateRole(self.role.data) if self.role.data else None,
            duration_minutes=self.duration_minutes.data,
            private_note=(self.private_note.data or "") if may_read_private else (present.private_note if present else ""),
            tone=Tone(self.tone.data) if self.tone.data else None,
            letter_number=self.letter_number.data or "",
            letter_on=self.letter_on.data,
            program_id=self.program.data or None,
            follow_ups=self.terms(parts[0] if parts else None, me=me),
        )


def values_of(row: Interaction, zone: str) -> dict[str, Any]:
    """What the form shows of a saved interaction."""
    local = row.starts_at.astimezone(ZoneInfo(zone)) if row.starts_at else None
    names = [
        (p.stakeholder.name, p.organization.name if p.organization and p.organization_id != p.stakeholder_id else "")
        for p in row.participations
    ]
    return {
        "channel": row.channel.value,
        "direction": row.direction.value,
        "participants": [{"who": who, "spoken_for": spoken_for} for who, spoken_for in names] + [{}] * EMPTY_ROWS,
        "is_undated": row.occurred_on is None,
        "on": local.date() if local else row.occurred_on,
        "at": local.time().replace(second=0, microsecond=0) if local else None,
        "precision": row.precision.value if row.precision.value in {p.value for p in words.PRECISIONS} else Precision.DAY.value,
        "duration_minutes": row.duration_minutes,
        "summary": row.summary,
        "private_note": row.private_note,
        "topics": ", ".join(link.topic.name for link in row.topic_links),
        "program": row.program_id or 0,
        "role": row.role.value,
        "tone": row.tone.value if row.tone else "",
        "letter_number": row.letter_number,
        "letter_on": row.letter_on,
        "version": str(row.version),
    }


def now_values(zone: str) -> dict[str, Any]:
    moment = clock.local_now(zone)
    return {"on": moment.date(), "at": moment.time().replace(second=0, microsecond=0), "direction": Direction.OUT.value}
