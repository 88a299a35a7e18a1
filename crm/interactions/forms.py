"""The full form of an interaction: several people with whom they spoke for, files, follow-ups, and everything else of it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, IntegerField, SelectField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from crm.commitments.forms import SIDES
from crm.commitments.models import DuePrecision, Side
from crm.commitments.service import CommitmentTerms
from crm.core import clock
from crm.core.forms import DayField, LineField, TextField, choices, required_message
from crm.engagements.forms import MOST_ROWS, ROLES, EngagementForm, Row, shared_values
from crm.engagements.models import MandateRole
from crm.engagements.service import Part
from crm.files.forms import FilesField
from crm.interactions import words
from crm.interactions.models import Channel, Direction, Interaction, Tone
from crm.interactions.service import InteractionFacts
from crm.stakeholders.models import Topic


class FollowUpRow(Row):
    text = LineField(_l("What is to be done"), [Length(max=500)])
    side = SelectField(_l("Whose it is"), choices=SIDES, default=Side.OURS.value)
    due_on = DayField(_l("Due date"), [Optional()])
    owner = SelectField(_l("Who looks after it"), coerce=int, choices=[], validate_choice=True)


class InteractionForm(EngagementForm):
    channel = SelectField(
        _l("How"), choices=choices((c.value, label) for c, label in words.CHANNELS.items()), default=Channel.CALL.value
    )
    direction = SelectField(_l("From whom"), choices=choices((d.value, label) for d, label in words.DIRECTIONS.items()))
    duration_minutes = IntegerField(_l("Minutes"), [Optional(), NumberRange(min=1, max=1440)])
    summary = TextField(_l("What it was about"), [DataRequired(required_message), Length(max=20_000)])
    private_note = TextField(_l("Private note"), [Length(max=20_000)])
    role = SelectField(
        _l("Role"), choices=choices([("", _l("The usual one of this channel")), *((r.value, w) for r, w in ROLES.items())])
    )
    tone = SelectField(
        _l("Tone"), choices=choices([("", _l("Not said")), *((t.value, label) for t, label in words.TONES.items())])
    )
    letter_number = LineField(_l("Letter number"), [Length(max=80)])
    letter_on = DayField(_l("Date of the letter"), [Optional()])
    files = FilesField()
    follow_ups = FieldList(FormField(FollowUpRow), min_entries=1, max_entries=MOST_ROWS)

    def offer(self, *, owners: Sequence[tuple[int, str]], programs: Sequence[tuple[int, str]]) -> None:
        """Give the selects what this person may choose."""
        self.offer_programs(programs)
        for row in self.follow_ups:
            row.form.owner.choices = choices([(0, _("Me")), *owners])
            row.form.owner.data = row.form.owner.data or 0

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
    return shared_values(row, zone) | {
        "channel": row.channel.value,
        "direction": row.direction.value,
        "duration_minutes": row.duration_minutes,
        "summary": row.summary,
        "private_note": row.private_note,
        "role": row.role.value,
        "tone": row.tone.value if row.tone else "",
        "letter_number": row.letter_number,
        "letter_on": row.letter_on,
    }


def now_values(zone: str) -> dict[str, Any]:
    moment = clock.local_now(zone)
    return {"on": moment.date(), "at": moment.time().replace(second=0, microsecond=0), "direction": Direction.OUT.value}
