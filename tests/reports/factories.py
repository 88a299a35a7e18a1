"""Rows for the reports' tests, written plainly: what the services derive is given here by hand."""

import datetime as dt
from typing import Any

from crm.commitments.models import Commitment, CommitmentState, Side
from crm.core.db import db
from crm.engagements.models import EngagementTopic, MandateRole, Participation, ParticipationRole, Precision
from crm.interactions.models import Channel, Interaction
from crm.meetings.models import Meeting
from crm.offices.models import Office
from crm.stakeholders.models import Category, Organization, Person, Topic

LONG_AGO = dt.datetime(2024, 1, 1, 3, 0, tzinfo=dt.UTC)


def at(day: dt.date, hour: int = 3) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _made(made: dt.datetime) -> dict[str, Any]:
    return {"created_at": made, "updated_at": made}


def organization(
    office: Office, name: str, category: str = "partner-agency", *, made: dt.datetime = LONG_AGO, **more: Any
) -> int:
    return _add(Organization(office_id=office.id, name=name, category=Category(category), **_made(made), **more))


def person(office: Office, name: str, *, made: dt.datetime = LONG_AGO, **more: Any) -> int:
    return _add(Person(office_id=office.id, name=name, **_made(made), **more))


def topic(name: str) -> int:
    return _add(Topic(name=name))


def _add(row: Any) -> int:
    db.session.add(row)
    db.session.flush()
    return row.id


def engagement(
    office: Office,
    on: str | None,
    *who: int | tuple[int, int | None] | tuple[int, int | None, str],
    form: str = "call",
    role: str = "R3",
    precision: str = "day",
    owner: int | None = None,
    topics: tuple[int, ...] = (),
) -> int:
    """`who`: an organization's id, or (person, organization spoken for), or with a role as third."""
    occurred = day(on) if on else None
    common = {
        "office_id": office.id,
        "title": f"{form} {on}",
        "occurred_on": occurred,
        "sort_at": at(occurred) if occurred else LONG_AGO,
        "precision": Precision(precision if on else "unknown"),
        "role": MandateRole(role),
        "owner_id": owner,
        **_made(LONG_AGO),
    }
    made = Meeting(**common) if form == "meeting" else Interaction(channel=Channel(form), **common)
    for one in who:
        stakeholder, spoken_for, part = (*one, None, None)[:3] if isinstance(one, tuple) else (one, one, None)
        made.participations.append(
            Participation(
                office_id=office.id,
                stakeholder_id=stakeholder,
                organization_id=spoken_for,
                role=ParticipationRole(part or "participant"),
                occurred_on=occurred,
                sort_at=common["sort_at"],
            )
        )
    made.topic_links = [EngagementTopic(topic_id=topic_id) for topic_id in topics]
    return _add(made)


def commitment(
    office: Office,
    side: str,
    due: str | None,
    *,
    done: str | None = None,
    ended: tuple[str, str] | None = None,
    made: str = "2026-09-01",
    text: str = "Kirim data",
    **more: Any,
) -> int:
    """`done` is a day; `ended` a state and the UTC moment it was closed at."""
    row = Commitment(
        office_id=office.id,
        side=Side(side),
        text=text,
        state=CommitmentState.OPEN,
        due_on=day(due) if due else None,
        made_on=day(made),
        **_made(LONG_AGO),
        **more,
    )
    if done:
        row.close(CommitmentState.DONE, on=day(done), at=at(day(done)))
    if ended:
        moment = dt.datetime.fromisoformat(ended[1]).replace(tzinfo=dt.UTC)
        row.close(CommitmentState(ended[0]), on=moment.date(), at=moment)
    return _add(row)
