"""Stakeholders with believable defaults, straight into the database."""

import datetime as dt

from crm.core.clock import now
from crm.core.db import db
from crm.engagements.models import MandateRole, Participation, ParticipationRole, Precision
from crm.meetings.models import Meeting
from crm.stakeholders.models import (
    Affiliation,
    Category,
    ContactKind,
    ContactPoint,
    NameKind,
    Organization,
    OtherName,
    Person,
    Stakeholder,
    Topic,
)


def saved(row):
    db.session.add(row)
    db.session.flush()
    return row


def make_organization(office, name="Disdukcapil Kota Sagaramaya", *, category=Category.PARTNER_AGENCY, **fields):
    moment = now()
    return saved(
        Organization(office_id=office.id, name=name, category=category, **{"created_at": moment, "updated_at": moment, **fields})
    )


def make_person(office, name="Wagiman", **fields):
    moment = now()
    return saved(Person(office_id=office.id, name=name, **{"created_at": moment, "updated_at": moment, **fields}))


def make_other_name(stakeholder, name, kind=NameKind.ALIAS):
    return saved(OtherName(stakeholder_id=stakeholder.id, name=name, kind=kind))


def make_contact(stakeholder, value="humas@disdukcapil.example", kind=ContactKind.EMAIL, **fields):
    return saved(ContactPoint(stakeholder_id=stakeholder.id, kind=kind, value=value, **fields))


def make_affiliation(person, organization, **fields):
    return saved(Affiliation(person_id=person.id, organization_id=organization.id, office_id=person.office_id, **fields))


def make_topic(name="koordinasi"):
    return saved(Topic(name=name))


def make_contact_made(office, *stakeholders: Stakeholder, on: dt.date, organization=None, role=ParticipationRole.PARTICIPANT):
    """An engagement of a day with these taking part."""
    moment = dt.datetime.combine(on, dt.time(3), dt.UTC)
    engagement = saved(
        Meeting(
            title="Rapat koordinasi",
            office_id=office.id,
            starts_at=moment,
            occurred_on=on,
            sort_at=moment,
            precision=Precision.DAY,
            role=MandateRole.COORDINATE,
            created_at=moment,
            updated_at=moment,
        )
    )
    for one in stakeholders:
        spoken_for = organization or (one if isinstance(one, Organization) else None)
        saved(
            Participation(
                engagement_id=engagement.id,
                stakeholder_id=one.id,
                organization_id=spoken_for.id if spoken_for else None,
                role=role,
                office_id=office.id,
                occurred_on=on,
                sort_at=moment,
            )
        )
    return engagement
