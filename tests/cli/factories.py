"""A day at the office made through the services, so that every invariant holds: what doctor, backup and the fault tests start from."""

import datetime as dt
import io
from zoneinfo import ZoneInfo

from crm.activity import seals
from crm.commitments.models import CommitmentState, Side
from crm.commitments.service import CommitmentTerms, close_commitment, make_commitment
from crm.core import scope as scopes
from crm.engagements import times
from crm.engagements.service import Part
from crm.files import service as files
from crm.interactions.models import Channel, Direction
from crm.interactions.service import InteractionFacts, log_interaction
from crm.meetings.service import MeetingFacts, record_meeting
from crm.stakeholders.details import OrganizationDetails, OtherNameLine, PersonDetails
from crm.stakeholders.keys import NameKind
from crm.stakeholders.models import Category
from crm.stakeholders.service import create_organization, create_person, find_or_create_topic
from tests.files.factories import picture

SYSTEM = scopes.system_scope("a day at the office of the tests")
ZONE = "Asia/Jakarta"


def make_day(world, acting, clock):
    """An organization with another name, a person, a call with a file and a promise, a meeting, a commitment done; the acts sealed."""
    clock.freeze("2026-03-02 09:00")
    made = {}
    by, office = world.officer, world.sgr.id
    with acting(by):
        names = (OtherNameLine(name="Capil", kind=NameKind.ALIAS),)
        organization = create_organization(
            OrganizationDetails(name="Disdukcapil Kota Sagaramaya", category=Category.PARTNER_AGENCY, other_names=names),
            office_id=office,
            by=by,
        )
        person = create_person(PersonDetails(name="Wagiman"), office_id=office, by=by)
        part = Part(person.id, organization.id)
        when = times.at(dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC), ZoneInfo(ZONE))
        topic = find_or_create_topic("koordinasi", by=by)
        call = log_interaction(
            InteractionFacts(
                channel=Channel.CALL,
                direction=Direction.OUT,
                when=when,
                parts=[part],
                summary="Data WNA sudah siap",
                topics=[topic],
                follow_ups=[CommitmentTerms("Kirim surat", Side.OURS, owner_id=by.id, due_on=dt.date(2026, 3, 9))],
            ),
            office_id=office,
            zone=ZONE,
            by=by,
        )
        stored = files.store(io.BytesIO(picture("png")), shown_name="papan.png", subject=call, by=by)
        meeting = record_meeting(MeetingFacts(title="Rapat Timpora", when=when, parts=[part]), office_id=office, by=by)
        done = make_commitment(CommitmentTerms("Kirim undangan", Side.OURS), office_id=office, by=by, zone=ZONE)
        close_commitment(done, CommitmentState.DONE, by=by, zone=ZONE)
        made = {
            "organization": organization.id,
            "person": person.id,
            "call": call.id,
            "meeting": meeting.id,
            "done": done.id,
            "file": stored.storage_key,
        }
    clock.forward(minutes=6)
    with acting(SYSTEM):
        assert seals.seal_next() is not None
    return made
