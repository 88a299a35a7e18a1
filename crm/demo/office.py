"""Building the demo office through the services, the same every time relative to today."""

import datetime as dt
import os
import secrets
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from flask import Flask

import config
from crm.accounts import passwords, viewer
from crm.accounts.models import User
from crm.accounts.service import create_user
from crm.commitments import service as commitments
from crm.commitments.models import Commitment, CommitmentKind, CommitmentState, Side
from crm.commitments.service import CommitmentTerms
from crm.core import clock, transaction
from crm.core import scope as scopes
from crm.core.db import db
from crm.demo import offices as places
from crm.demo import people as persons
from crm.demo import story
from crm.demo.mailings import Mailings
from crm.demo.organizations import BODIES, Body
from crm.engagements import service as engagements
from crm.engagements import times
from crm.engagements.models import MandateRole
from crm.engagements.service import Part
from crm.interactions import service as interactions
from crm.interactions.service import InteractionFacts
from crm.meetings import service as meetings
from crm.meetings.models import Meeting
from crm.meetings.service import MeetingFacts
from crm.offices import service as offices
from crm.offices.letterhead import Letterhead
from crm.offices.models import Office
from crm.stakeholders import names
from crm.stakeholders.details import (
    AffiliationLine,
    ContactLine,
    OrganizationDetails,
    OtherNameLine,
    PersonDetails,
    email_line,
    phone_lines,
)
from crm.stakeholders.keys import NameKind
from crm.stakeholders.service import create_organization, create_person, find_or_create_topic

log = structlog.get_logger(__name__)
SYSTEM = scopes.system_scope("build the demo office")
ZONE = ZoneInfo("Asia/Jakarta")
OTHERS = 59


def build_if_empty(app: Flask) -> bool:
    """Build the demo when the database holds no office. True when it did."""
    with app.app_context():
        with transaction.unit(SYSTEM) as session:
            if session.scalar(sa.select(Office.id).limit(1)) is not None:
                return False
        Builder(Path(str(app.config["CRM_DATA"]))).build()
    return True


class Builder:
    """Keeps what was made by its number or key, so that the story can speak of it. Each step is a unit of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.today = clock.local_now("Asia/Jakarta").date()
        self.users: dict[str, User] = {}
        self.offices: dict[str, Office] = {}
        self.bodies: dict[int, int] = {}
        self.members: defaultdict[int, list[int]] = defaultdict(list)
        self.meetings: dict[tuple[int, int], Meeting] = {}
        self.addresses: dict[str, str] = {}  # of people of the directory, by name

    def build(self) -> None:
        """Offices, staff, stakeholders, a year of contacts, meetings and promises. The clock stands still for each act."""
        started = clock.now()
        try:
            self._at(story.DAYS + 40, 8)
            self._offices_and_staff()
            for office in ("KNK", "SGR", "WNM"):
                self._stakeholders(office)
            self._contacts()
            self._gatherings()
            self._promises()
            self._mailings()
        finally:
            clock.freeze(None)
        log.info("demo office built", seconds=(clock.now() - started).total_seconds())

    def _at(self, days_ago: int, hour: int, minute: int = 0) -> dt.datetime:
        """Stop the clock at an hour of a working day so many days ago."""
        day = story.workday(self.today - dt.timedelta(days=days_ago))
        moment = dt.datetime.combine(day, dt.time(hour, minute), ZONE)
        clock.freeze(moment)
        return moment

    def _scope(self, key: str) -> scopes.Scope:
        return viewer.scope_of(self.users[key])

    # Offices, staff, sign-ins ---------------------------------------------------------------------------------------

    def _offices_and_staff(self) -> None:
        lines = ["Address of each account, its password, and who it is.", ""]
        hashes = {}
        for person in places.STAFF:
            if person.signs_in:
                password = "-".join(secrets.token_hex(2) for _part in range(4))
                hashes[person.key] = passwords.make_hash(password)
                lines.append(f"{places.email_of(person)}\t{password}\t{person.name}, {person.post} ({person.role.value})")
        with transaction.unit(SYSTEM):
            for place in places.OFFICES:
                office = offices.add_office(
                    place.code, name=place.name, parent=self.offices.get(place.parent or ""), timezone=place.timezone, by=None
                )
                self.offices[place.code] = office
                offices.set_letterhead(office, letterhead=_letterhead(place), by=None)
            for person in places.STAFF:
                self.users[person.key] = create_user(
                    places.email_of(person),
                    name=person.name,
                    post=person.post,
                    role=person.role,
                    office=self.offices[person.office],
                    by=None,
                    password_hash=hashes.get(person.key),
                )
            year = self.today.year
            for wanted in (year, year + 1):
                days = [holiday.day for holiday in offices.propose_holidays(wanted)]
                offices.load_holidays(days, year=wanted, by=None)
        self._write_sign_ins(lines)

    def _write_sign_ins(self, lines: list[str]) -> None:
        place = self.folder / config.DEMO_SIGN_INS
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write("\n".join(lines) + "\n")

    # Stakeholders ---------------------------------------------------------------------------------------------------

    def _stakeholders(self, code: str) -> None:
        by = {"SGR": "suparmi", "WNM": "kasmirah", "KNK": "euis"}[code]
        scope = self._scope(by) if code != "KNK" else SYSTEM
        everybody = [*persons.NAMED, persons.FORMER_KAPOLRES, persons.DOUBLE_OF_SARI, *persons.others(OTHERS)]
        with transaction.unit(scope):
            office_id = self.offices[code].id
            for body in [b for b in BODIES if b.office == code]:
                self.bodies[body.number] = create_organization(self._body(body), office_id=office_id, by=self.users[by]).id
            if code != "SGR":
                everybody = [who for who in everybody if who.body in {b.number for b in BODIES if b.office == code}]
            for number, who in enumerate(everybody):
                if who.body not in self.bodies or (code == "SGR" and BODIES[who.body - 1].office == "WNM"):
                    continue
                person_id = create_person(self._person(who, number), office_id=office_id, by=self.users[by]).id
                if who is not persons.FORMER_KAPOLRES:
                    self.members[who.body].append(person_id)

    def _body(self, body: Body) -> OrganizationDetails:
        slug = (body.short or body.name).lower().replace(" ", "")[:24].strip("@,.")
        return OrganizationDetails(
            name=body.name,
            category=body.category,
            other_names=(OtherNameLine(body.short, NameKind.ABBREVIATION),) if body.short else (),
            parent_id=self.bodies.get(body.parent or 0),
            tier=body.tier,
            influence=body.influence,
            interest=body.interest,
            owner_id=self.users[story.WRITERS[body.number % len(story.WRITERS)]].id if body.office == "SGR" else None,
            topics=body.topics,
            address=body.address,
            website=body.website,
            is_shared=body.is_shared,
            contacts=(
                email_line(f"{''.join(c for c in slug if c.isalnum())}@mitra.example"),
                *phone_lines(f"(0999) 555 {body.number:04d}"),
            ),
        )

    def _person(self, who: persons.Somebody, number: int) -> PersonDetails:
        split = names.split(who.written)
        since = self.today - dt.timedelta(days=30 * who.months) if who.months else None
        until = self.today - dt.timedelta(days=61) if who is persons.FORMER_KAPOLRES else None
        return PersonDetails(
            name=split.name,
            titles_before=split.titles_before,
            titles_after=split.titles_after,
            salutation=who.salutation,
            called=who.called,
            beat=who.beat,
            affiliations=(AffiliationLine(self.bodies[who.body], who.post, since, until),),
            contacts=(*phone_lines(f"0840 0000 {1000 + number:04d}", has_whatsapp=True), *self._email(split.name, number)),
            private_contacts=phone_lines(f"0840 0001 {1000 + number:04d}", is_private=True) if number % 5 == 0 else (),
            private_note="Lebih suka dihubungi lewat WhatsApp setelah pukul 16.00." if number % 7 == 0 else "",
            must_not_be_contacted=number == 30,
            do_not_contact_reason="Meminta tidak dihubungi lagi" if number == 30 else "",
        )

    def _email(self, name: str, number: int) -> tuple[ContactLine, ...]:
        """Every second one has an address of their own, where the name has letters for one."""
        plain = "".join(c for c in name.lower() if c.isascii() and c.isalpha())
        if number % 2 or not plain:
            return ()
        self.addresses[name] = f"{plain[:24]}{number}@mitra.example"
        return (email_line(self.addresses[name]),)

    # A year ---------------------------------------------------------------------------------------------------------

    def _contacts(self) -> None:
        own = [b for b in BODIES if b.office == "SGR"]
        told = sorted(
            story.contacts({b.number: b.tier for b in own}, {b.number: b.topics for b in own}), key=lambda c: -c.days_ago
        )
        with transaction.unit(self._scope("euis")):
            for name in story.PROGRAMS:
                engagements.create_program(name, office_id=self.offices["SGR"].id, by=self.users["euis"])
        for start in range(0, len(told), 40):
            with transaction.unit(self._scope("suparmi")):
                for contact in told[start : start + 40]:
                    self._contact(contact)
        with transaction.unit(self._scope("kasmirah")):
            for n, body in enumerate((4, 13, 4, 13, 4)):
                moment = self._at(20 + n * 50, 10)
                self._log(body, moment, "kasmirah", story.SUBJECTS["data WNA"][n % 4], "data WNA", "WNM", "Asia/Makassar")

    def _contact(self, contact: story.Contact) -> None:
        moment = self._at(contact.days_ago, contact.hour, (contact.body * 7) % 60)
        by = self.users[contact.writer]
        facts = InteractionFacts(
            channel=contact.channel,
            direction=contact.direction,
            when=times.at(moment.astimezone(dt.UTC), ZONE),
            parts=self._parts(contact.body, contact.people),
            summary=contact.summary,
            topics=[find_or_create_topic(contact.topic, by=by)],
            role=story.ROLES.get(contact.topic),
            letter_number=contact.letter,
            letter_on=moment.date() if contact.letter else None,
        )
        interactions.log_interaction(facts, office_id=self.offices["SGR"].id, zone="Asia/Jakarta", by=by)

    def _log(self, body: int, moment: dt.datetime, key: str, subject: tuple, topic: str, office: str, zone: str) -> None:
        channel, direction, summary = subject
        facts = InteractionFacts(
            channel=channel,
            direction=direction,
            when=times.at(moment.astimezone(dt.UTC), ZoneInfo(zone)),
            parts=self._parts(body, 1),
            summary=summary,
            topics=[find_or_create_topic(topic, by=self.users[key])],
        )
        interactions.log_interaction(facts, office_id=self.offices[office].id, zone=zone, by=self.users[key])

    def _parts(self, body: int, count: int) -> list[Part]:
        """So many of the organization's people; the organization itself when nobody of it is known."""
        organization_id = self.bodies[body]
        return [Part(i, organization_id) for i in self.members[body][:count]] or [Part(organization_id, organization_id)]

    def _gatherings(self) -> None:
        for meeting in story.GATHERINGS:
            moment = self._at(meeting.days_ago, meeting.hour)
            by = self.users[meeting.writer]
            with transaction.unit(self._scope(meeting.writer)):
                facts = MeetingFacts(
                    title=meeting.title,
                    when=times.at(moment.astimezone(dt.UTC), ZONE, ends_at=(moment + dt.timedelta(hours=2)).astimezone(dt.UTC)),
                    parts=[part for body in meeting.bodies for part in self._parts(body, 2)],
                    summary=meeting.summary,
                    place=meeting.place,
                    topics=[find_or_create_topic(meeting.topic, by=by)],
                    role=story.ROLES.get(meeting.topic, MandateRole.COORDINATE),
                )
                made = meetings.record_meeting(facts, office_id=self.offices["SGR"].id, by=by)
                self.meetings.update({(meeting.days_ago, body): made for body in meeting.bodies})

    def _mailings(self) -> None:
        people = [(name, address) for name, address in self.addresses.items()]
        at, office = self._at, self.offices["SGR"]
        Mailings(office, self.users, at=at, scope_of=self._scope, people=people).build()

    def _promises(self) -> None:
        for promise in story.PROMISES:
            moment = self._at(promise.made_ago, 11)
            by = self.users[promise.owner]
            with transaction.unit(self._scope(promise.owner)):
                commitment = commitments.make_commitment(
                    self._terms(promise),
                    office_id=self.offices["SGR"].id,
                    by=by,
                    zone="Asia/Jakarta",
                    engagement=self.meetings.get((promise.made_ago, promise.body)),
                    made_on=moment.date(),
                )
                self._close(promise, commitment, by)
                db.session.flush()

    def _terms(self, promise: story.Promise) -> CommitmentTerms:
        due = story.workday(self.today - dt.timedelta(days=promise.due_ago)) if promise.due_ago is not None else None
        member = self.members[promise.body][:1]
        return CommitmentTerms(
            text=promise.text,
            side=Side.OURS if promise.is_ours else Side.THEIRS,
            kind=CommitmentKind.PROMISE if promise.is_promise else CommitmentKind.ACTION,
            due_on=due,
            owner_id=self.users[promise.owner].id,
            stakeholder_id=member[0] if member else self.bodies[promise.body],
            organization_id=self.bodies[promise.body],
        )

    def _close(self, promise: story.Promise, commitment: Commitment, by: User) -> None:
        if promise.outcome == "open":
            return
        moment = self._at(promise.done_ago if promise.done_ago is not None else (promise.due_ago or 0) - 5, 15)
        commitments.close_commitment(commitment, CommitmentState(promise.outcome), by=by, zone="Asia/Jakarta", on=moment.date())


def _letterhead(place: places.DemoOffice) -> Letterhead:
    return Letterhead(
        parents=("Kementerian Imigrasi dan Pemasyarakatan", "Republik Indonesia", "Direktorat Jenderal Imigrasi"),
        name=place.name,
        address=place.address,
        contact=place.contact,
        place="Sagaramaya" if place.code == "SGR" else "",
        signer="Dr. Ratnaningsih Wulandari, S.H., M.Si." if place.code == "SGR" else "",
        signer_post="Kepala Kantor" if place.code == "SGR" else "",
    )
