"""What can be asked about contact: who took part in what, who was invited and never came, who was not heard of for long."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from crm.core.db import db
from crm.engagements.models import Engagement, MandateRole, Participation, ParticipationRole, Program
from crm.stakeholders.asking import Asked, ChoiceField, Condition, DayField, NumberField, RecordField, day
from crm.stakeholders.models import StakeholderKind

Values = Mapping[str, Any]
Ids = sa.Select[*tuple[Any, ...]]
CAME, STAYED_AWAY = "came", "stayed-away"
MOST_PROGRAMS = 400


def _took_part(_who: Any, values: Values, asked: Asked) -> Sequence[Ids]:
    """People by themselves, organizations by anybody who spoke for them."""
    part = orm.aliased(Participation, name="part")
    until = min(day(values.get("until")) or asked.today, asked.today)
    wanted = [part.occurred_on <= until, _as(part, values.get("role"))]
    if values.get("since"):
        wanted.append(part.occurred_on >= day(values["since"]))
    wanted.append(_attendance(part, values.get("attended")))
    of = [values.get(name) for name in ("kind", "program", "mandate")]
    return [_of_engagements(sa.select(own).where(*wanted), part, of) for own in _whose(part, asked)]


def _whose(part: Any, asked: Asked) -> Sequence[Any]:
    """Only an organization is spoken for: where people alone are asked about, one set is enough and PostgreSQL can split its work."""
    return [part.stakeholder_id] if asked.kind == StakeholderKind.PERSON else [part.stakeholder_id, part.organization_id]


def _as(part: Any, role: str | None) -> sa.ColumnElement[bool]:
    return part.role == ParticipationRole(role) if role else part.role != ParticipationRole.HOST


def _attendance(part: Any, attended: str | None) -> sa.ColumnElement[bool]:
    if attended == CAME:
        return part.has_attended.is_(True)
    if attended == STAYED_AWAY:
        return part.has_attended.is_(False)
    return sa.or_(part.has_attended.is_(None), part.has_attended.is_(True))


def _of_engagements(ids: Ids, part: Any, of: Sequence[Any]) -> Ids:
    kind, program_id, mandate = of
    (own,) = ids.selected_columns
    ids = ids.where(own.is_not(None))
    if not any(of):
        return ids
    engagement = orm.aliased(Engagement, name="engagement", flat=True)
    ids = ids.join(engagement, engagement.id == part.engagement_id)
    if kind:
        ids = ids.where(engagement.kind == kind)
    if program_id:
        ids = ids.where(engagement.program_id == program_id)
    return ids.where(engagement.role == MandateRole(mandate)) if mandate else ids


def _never_came(_who: Any, values: Values, asked: Asked) -> Ids:
    """Invited to what is past, and at none of it."""
    part = orm.aliased(Participation, name="part")
    came = sa.func.max(sa.case((part.has_attended.is_(True), 1), else_=0))
    invited = sa.select(part.stakeholder_id).where(part.was_invited.is_(True), part.occurred_on < asked.today)
    if values.get("since"):
        invited = invited.where(part.occurred_on >= day(values["since"]))
    if values.get("until"):
        invited = invited.where(part.occurred_on <= day(values["until"]))
    invited = _of_engagements(invited, part, [values.get("kind"), None, None])
    return invited.group_by(part.stakeholder_id).having(came == 0)


def _contacted(_who: Any, values: Values, asked: Asked) -> Sequence[Ids]:
    part = orm.aliased(Participation, name="part")
    since = asked.today - dt.timedelta(days=values["days"])
    seen = (part.occurred_on > since, part.occurred_on <= asked.today, part.role != ParticipationRole.HOST)
    return [sa.select(own).where(own.is_not(None), *seen) for own in _whose(part, asked)]


def _programs() -> list[tuple[int, str]]:
    rows = db.session.execute(sa.select(Program.id, Program.name).order_by(Program.name, Program.id).limit(MOST_PROGRAMS))
    return [(row.id, row.name) for row in rows]


_KINDS = ChoiceField(
    "kind", _l("Kind"), is_optional=True, options=[("interaction", _l("Interaction")), ("meeting", _l("Meeting"))]
)
_SINCE, _UNTIL = DayField("since", _l("From"), is_optional=True), DayField("until", _l("Until"), is_optional=True)
_GROUP = _l("Contact with us")
_ROLES = {
    ParticipationRole.PARTICIPANT: _l("Participant"),
    ParticipationRole.CHAIR: _l("Chair"),
    ParticipationRole.SPEAKER: _l("Speaker"),
    ParticipationRole.GUEST: _l("Guest"),
}
_MANDATES = {
    MandateRole.INFORM: _l("Inform the public"),
    MandateRole.CONSULT: _l("Consult"),
    MandateRole.COORDINATE: _l("Coordinate"),
    MandateRole.IMPROVE: _l("Improve the organization"),
}

CONDITIONS = (
    Condition(
        "took-part",
        _l("Took part in"),
        _GROUP,
        [
            _KINDS,
            _SINCE,
            _UNTIL,
            ChoiceField("role", _l("As"), is_optional=True, options=[(role.value, label) for role, label in _ROLES.items()]),
            ChoiceField(
                "attended",
                _l("Attendance"),
                is_optional=True,
                options=[(CAME, _l("was noted as present")), (STAYED_AWAY, _l("was noted as absent"))],
            ),
            RecordField("program", _l("Program"), is_optional=True, find=_programs),
            ChoiceField(
                "mandate",
                _l("Role of the office"),
                is_optional=True,
                options=[(m.value, label) for m, label in _MANDATES.items()],
            ),
        ],
        _took_part,
    ),
    Condition("never-came", _l("Was invited and never came"), _GROUP, [_KINDS, _SINCE, _UNTIL], _never_came),
    Condition("contacted", _l("Had contact in the last"), _GROUP, [NumberField("days", _l("Days"))], _contacted),
    Condition("quiet", _l("Had no contact for"), _GROUP, [NumberField("days", _l("Days"))], _contacted, is_turned=True),
)
