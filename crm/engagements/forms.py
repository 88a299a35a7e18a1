"""What forms of every kind of engagement share: participants, time, topics; and the filter in the address of their lists."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, SelectField, TimeField
from wtforms.validators import Length, Optional, ValidationError

from crm.activity.wording import add_words
from crm.core import clock, dates
from crm.core.forms import BaseForm, DayField, LineField, PickField, choices
from crm.core.pages import filters_of_address
from crm.engagements import times
from crm.engagements.models import Engagement, MandateRole, Precision
from crm.engagements.queries.lists import Filter
from crm.engagements.service import Part
from crm.engagements.times import When
from crm.stakeholders import queries as stakeholders

EMPTY_ROWS = 2
MOST_ROWS = 60
PRECISIONS = {
    Precision.DAY: _l("On this day"),
    Precision.WEEK: _l("Some time in this week"),
    Precision.MONTH: _l("Some time in this month"),
    Precision.QUARTER: _l("Some time in this quarter"),
}
ROLES = {
    MandateRole.INFORM: _l("Inform the public"),
    MandateRole.CONSULT: _l("Consult"),
    MandateRole.COORDINATE: _l("Coordinate"),
    MandateRole.IMPROVE: _l("Improve the organization"),
}
add_words(
    verbs={"recorded": _l("Recorded")},
    kinds={"meeting": _l("Meeting"), "program": _l("Program")},
    fields={
        "title": _l("Title"),
        "host_text": _l("Our side"),
        "summary": _l("Summary"),
        "occurred_on": _l("Date"),
        "program_id": _l("Program"),
    },
    values={"role": ROLES},
)


class Row(Form):
    """One of several lines of a kind; without its first field it is no line."""

    class Meta(BaseForm.Meta):
        csrf = False


class ParticipantRow(Row):
    who = PickField(_l("Person or organization"), [Length(max=200)], find=stakeholders.stakeholders_named, complete="stakeholder")
    spoken_for = PickField(_l("Spoke for"), [Length(max=200)], find=stakeholders.organizations_named, complete="organization")


class EngagementForm(BaseForm):
    participants = FieldList(FormField(ParticipantRow), min_entries=EMPTY_ROWS, max_entries=MOST_ROWS)
    is_undated = BooleanField(_l("Nobody knows when"))
    on = DayField(_l("Date"), [Optional()])
    at = TimeField(_l("Time"), [Optional()])
    precision = SelectField(_l("How exactly"), choices=choices((p.value, label) for p, label in PRECISIONS.items()))
    topics = LineField(_l("Topics"), [Length(max=400)])
    program = SelectField(_l("Program"), coerce=int)

    def validate_on(self, field: DayField) -> None:
        if not field.data and not self.is_undated.data:
            raise ValidationError(_("Fill in the date, or say that nobody knows when."))

    def offer_programs(self, programs: Sequence[tuple[int, str]]) -> None:
        self.program.choices = choices([(0, _("None")), *programs])

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

    def wants_more_rows(self) -> bool:
        """Without script a button asks for more rows: the form comes back with them and nothing is saved."""
        if request.form.get("rows") != "participants":
            return False
        if len(self.participants) < MOST_ROWS:
            self.participants.append_entry()
        return True


def shared_values(row: Engagement, zone: str) -> dict[str, Any]:
    """What the shared fields show of a saved engagement."""
    local = row.starts_at.astimezone(ZoneInfo(zone)) if row.starts_at else None
    names = [
        (p.stakeholder.name, p.organization.name if p.organization and p.organization_id != p.stakeholder_id else "")
        for p in row.participations
    ]
    return {
        "participants": [{"who": who, "spoken_for": spoken_for} for who, spoken_for in names] + [{}] * EMPTY_ROWS,
        "is_undated": row.occurred_on is None,
        "on": local.date() if local else row.occurred_on,
        "at": local.time().replace(second=0, microsecond=0) if local else None,
        "precision": row.precision.value if row.precision in PRECISIONS else Precision.DAY.value,
        "topics": ", ".join(link.topic.name for link in row.topic_links),
        "program": row.program_id or 0,
        "version": str(row.version),
    }


# The filter in the address of a list -----------------------------------------------------------------------------------


FILTERS = ("topic", "with", "owner", "role", "from", "to", "undated", "channel")


def _kept() -> dict[str, str]:
    return filters_of_address(*FILTERS)


def filter_from_address() -> Filter:
    """Read what a list is narrowed to; an unknown value is refused with 400 instead of being passed over."""
    args = _kept()
    role = args.get("role", "")
    if role not in {"", *(r.value for r in MandateRole)}:
        abort(400)
    return Filter(
        topic_id=id_from(args.get("topic")),
        stakeholder_id=id_from(args.get("with")),
        owner_id=id_from(args.get("owner")),
        role=MandateRole(role) if role else None,
        since=day_from(args.get("from")),
        until=day_from(args.get("to")),
        is_undated=args.get("undated") == "1",
    )


def chips_of(
    wanted: Filter, endpoint: str, topics: dict[int, str], further: dict[str, tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """What the list is narrowed to: field, value in words, and the address without it."""
    kept = _kept()
    shown = further | {
        "topic": (_("Topic"), topics.get(wanted.topic_id or 0, "–")),
        "from": (_("From"), dates.date_short(wanted.since)),
        "to": (_("To"), dates.date_short(wanted.until)),
        "owner": (_("Who"), dict(stakeholders.owners()).get(wanted.owner_id, "–") if wanted.owner_id else ""),
        "with": (_("With whom"), stakeholders.stakeholder_name(wanted.stakeholder_id) or "–"),
        "role": (_("Role"), str(ROLES[wanted.role]) if wanted.role else ""),
        "undated": (_("Date"), _("unknown")),
    }
    return [
        (field, value, url_for(endpoint, **{n: v for n, v in kept.items() if n != name}))
        for name, (field, value) in shown.items()
        if kept.get(name)
    ]


def address_of_next(endpoint: str, cursor: str | None) -> str | None:
    """The address of the next page of a list, with its filter."""
    return url_for(endpoint, after=cursor, **_kept()) if cursor else None


def id_from(value: str | None) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        abort(400)
    return int(value)


def day_from(value: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        abort(400)
