"""The form of a meeting as a record."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import DataRequired, Length

from crm.core.forms import LineField, TextField, choices, required_message
from crm.engagements.forms import ROLES, EngagementForm, shared_values
from crm.engagements.models import MandateRole
from crm.meetings.models import Meeting
from crm.meetings.service import MeetingFacts
from crm.stakeholders.models import Topic


class MeetingForm(EngagementForm):
    title = LineField(_l("Title"), [DataRequired(required_message), Length(max=300)])
    place = LineField(_l("Place"), [Length(max=200)])
    host_text = LineField(_l("Our side"), [Length(max=300)])
    summary = TextField(_l("What came of it"), [Length(max=50_000)])
    role = SelectField(
        _l("Role"), choices=choices((r.value, label) for r, label in ROLES.items()), default=MandateRole.COORDINATE.value
    )

    def facts(self, zone: str, topics: Sequence[Topic]) -> MeetingFacts:
        return MeetingFacts(
            title=self.title.data or "",
            when=self.when(zone),
            parts=self.parts(),
            summary=self.summary.data or "",
            place=self.place.data or "",
            host_text=self.host_text.data or "",
            topics=topics,
            role=MandateRole(self.role.data),
            program_id=self.program.data or None,
        )


def values_of(meeting: Meeting, zone: str) -> dict[str, Any]:
    return shared_values(meeting, zone) | {
        "title": meeting.title,
        "place": meeting.place,
        "host_text": meeting.host_text,
        "summary": meeting.summary,
        "role": meeting.role.value,
    }
