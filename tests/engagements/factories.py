"""Engagements and participations of the tests, through the database."""

import datetime as dt
from zoneinfo import ZoneInfo

from crm.engagements import times
from crm.engagements.models import Engagement, MandateRole, Participation, Precision
from crm.interactions.models import Channel, Direction, Interaction
from crm.meetings.models import Meeting
from crm.offices.models import Office
from crm.stakeholders.models import Stakeholder, StakeholderKind
from tests.core.factories import saved
from tests.world import MADE

ZONE = ZoneInfo("Asia/Jakarta")


def make_interaction(
    office: Office, *people: Stakeholder, on: str = "2026-03-02", summary: str = "Data WNA sudah siap", **fields
) -> Interaction:
    fields.setdefault("channel", Channel.CALL)
    fields.setdefault("direction", Direction.OUT)
    return _make(Interaction, office, people, on, {"summary": summary, "title": summary, **fields})


def make_meeting(
    office: Office, *people: Stakeholder, on: str = "2026-03-02", title: str = "Rapat koordinasi data WNA", **fields
) -> Meeting:
    return _make(Meeting, office, people, on, {"title": title, **fields})


def _make(model: type[Engagement], office: Office, people: tuple[Stakeholder, ...], on: str, fields: dict) -> Engagement:
    spoken_for = fields.pop("spoken_for", None)
    precision = fields.pop("precision", Precision.DAY)
    when = times.on(dt.date.fromisoformat(on), ZONE, precision)
    row = model(
        office_id=office.id,
        **{"role": MandateRole.COORDINATE, "created_at": MADE, "updated_at": MADE, **fields},
        occurred_on=when.occurred_on,
        sort_at=when.sort_at,
        precision=precision,
    )
    for person in people:
        organization = person if person.kind is StakeholderKind.ORGANIZATION else spoken_for
        row.participations.append(
            Participation(
                stakeholder_id=person.id,
                organization_id=organization.id if organization is not None else None,
                office_id=office.id,
                occurred_on=when.occurred_on,
                sort_at=when.sort_at,
            )
        )
    return saved(row)
