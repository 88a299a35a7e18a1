"""One office's records of every kind, each text carrying the canary, and the ids that strangers will ask for."""

import datetime as dt
import io
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.accounts.models import UserSession
from crm.activity import service as activity
from crm.bulletins import service as bulletins
from crm.bulletins.consents import Consent
from crm.bulletins.feeds import service as feeds
from crm.bulletins.feeds.items import item as feed_item
from crm.bulletins.models import ConsentChannel, LegalBasis
from crm.bulletins.service import BulletinTerms
from crm.campaigns.models import Answer, BatchState, CampaignState, CampaignVersion, PromiseAnswer, SiteUse
from crm.campaigns.service import put_in_index
from crm.campaigns.writing import blocks
from crm.campaigns.writing.blocks import Kind, new_block
from crm.commitments.models import Side
from crm.commitments.service import CommitmentTerms, make_commitment
from crm.core import clock
from crm.core.db import db
from crm.core.jobs import JobRow
from crm.engagements import service as engagements
from crm.engagements import times
from crm.engagements.service import Part
from crm.exchange import service as imports
from crm.exchange.codes import Fate
from crm.exchange.models import Export, ExportState, ExternalId, ImportRow, SavedProfile
from crm.exchange.profile_format import load_built_in, profile_text
from crm.files import service as files
from crm.interactions import service as interactions
from crm.interactions.models import Channel, Direction
from crm.interactions.service import InteractionFacts
from crm.mail import service as mail
from crm.mail import suppressing
from crm.mail.models import OutboxMessage, Suppression, SuppressionReason, SuppressionSource
from crm.meetings import service as meetings
from crm.meetings.service import MeetingFacts
from crm.segments import service as segments
from crm.stakeholders.details import AffiliationLine, OrganizationDetails, OtherNameLine, PersonDetails, email_line, phone_lines
from crm.stakeholders.models import Category, RelationshipKind
from crm.stakeholders.service import add_relationship, create_organization, create_person
from tests.campaigns.factories import count_anew, make_batch, make_campaign, make_delivery, make_reply
from tests.core.factories import saved

CANARY = "Kucingrahasia"
NUMBER = "87654321"  # in telephone numbers and letters: numbers are secrets too
ADDRESS = f"{CANARY.lower()}@mitra.example"
ZONE = "Asia/Jakarta"


@dataclass
class Planted:
    """Ids by the name of the parameter that asks for them."""

    ids: dict[str, int] = field(default_factory=dict)


def plant(world, by, office) -> Planted:
    """Everything an office can own, made through the services in one unit of that person."""
    found = Planted()
    agency = create_organization(_agency(), office_id=office.id, by=by)
    person = create_person(_person(agency.id), office_id=office.id, by=by)
    link = add_relationship(person, to=agency, kind=RelationshipKind.COOPERATES, note=CANARY, office_id=office.id, by=by)
    program = engagements.create_program(f"Program {CANARY}", office_id=office.id, by=by, summary=CANARY)
    parts = [Part(person.id, agency.id)]
    when = times.at(clock.now(), ZoneInfo(ZONE))
    facts = InteractionFacts(
        channel=Channel.CALL, direction=Direction.OUT, when=when, parts=parts, summary=f"Isi {CANARY}", private_note=CANARY,
        program_id=program.id, letter_number=f"W.{NUMBER}", typed_line=f"telp {CANARY}",
    )  # fmt: skip
    interaction = interactions.log_interaction(facts, office_id=office.id, zone=ZONE, by=by)
    meeting = meetings.record_meeting(
        MeetingFacts(f"Rapat {CANARY}", when, parts, CANARY, CANARY, CANARY), office_id=office.id, by=by
    )
    terms = CommitmentTerms(
        f"Janji {CANARY}", Side.OURS, due_on=dt.date(2026, 1, 2), owner_id=by.id, stakeholder_id=person.id, note=CANARY
    )
    commitment = make_commitment(terms, office_id=office.id, by=by, zone=ZONE, engagement=meeting)
    stored = files.store(io.BytesIO(f"berkas {CANARY}".encode()), shown_name=f"{CANARY}.txt", subject=interaction, by=by)
    message = mail.send(
        purpose="notice",
        to=ADDRESS,
        to_name=CANARY,
        subject=f"Perihal {CANARY}",
        text=CANARY,
        html=CANARY,
        office_id=office.id,
    )
    import_ = imports.create_import(load_built_in("contacts"), office_id=office.id, year=None, by=by)
    file = imports.add_file(import_, name=f"{CANARY}.csv", stream=io.BytesIO(f"name\n{CANARY}\n".encode()))
    row = ImportRow(
        import_id=import_.id,
        office_id=office.id,
        file_id=file.id,
        row_number=2,
        fate=Fate.NEW,
        identity="a" * 64,
        verbatim=[["name", CANARY]],
        notes=[],
    )
    profile = SavedProfile(
        office_id=office.id,
        key=f"profil-{CANARY.lower()}",
        title=CANARY,
        body=profile_text(load_built_in("contacts")),
        updated_at=clock.now(),
        updated_by_id=by.id,
    )
    export = Export(
        office_id=office.id,
        office_ids=[office.id],
        format="xlsx",
        purpose=CANARY,
        language="id",
        zone=ZONE,
        state=ExportState.READY,
        path=f"{CANARY}.xlsx",
        row_count=87654321,
        created_by_id=by.id,
        created_at=clock.now(),
        expires_at=clock.now() + dt.timedelta(hours=9),
    )
    session = UserSession(
        token_hash=f"{by.id:064d}",
        user_id=by.id,
        created_at=clock.now(),
        last_seen_at=clock.now(),
        expires_at=clock.now() + dt.timedelta(hours=9),
        agent=CANARY,
    )
    job = JobRow(
        name="mail.deliver",
        arguments={},
        user_id=by.id,
        office_id=office.id,
        created_at=clock.now(),
        not_before=clock.now(),
        failed_at=clock.now(),
        error=CANARY,
    )
    db.session.add(job)
    db.session.add_all(
        [row, profile, export, session, ExternalId(office_id=office.id, source="x", value=CANARY, stakeholder_id=agency.id)]
    )
    db.session.flush()
    activity.record("noted", agency, by=by, text=CANARY)
    bulletin = bulletins.make_bulletin(
        BulletinTerms(f"Buletin {CANARY}", description=CANARY, is_public=False), office_id=office.id, by=by
    )
    subscription = bulletins.subscribe(bulletin, ADDRESS, _consent(), name=CANARY, by=by)
    suppressing.suppress(
        [f"jangan.{office.id}.{ADDRESS}"],
        reason=SuppressionReason.MANUAL,
        source=SuppressionSource.STAFF,
        note=CANARY,
        office_id=office.id,
        by=by,
    )
    suppression = db.session.scalars(sa.select(Suppression).where(Suppression.told_office_id == office.id)).one()
    tree = {"op": "and", "not": False, "items": [{"condition": "works-at", "organization": CANARY}]}
    segment = segments.create_segment(f"Segmen {CANARY}", tree, is_static=True, office_id=office.id, by=by)
    sent = make_campaign(office, f"Terkirim {CANARY}", by=by, bulletin=bulletin, state=CampaignState.FINISHED)
    make_reply(make_delivery(sent, ADDRESS, person, delivered=3, bounced=9, reason=CANARY), CANARY)
    count_anew(sent)
    stopped = make_campaign(office, f"Terhenti {CANARY}", by=by, state=CampaignState.PAUSED, state_reason="bounces")
    campaign = make_campaign(office, f"Surel {CANARY}", by=by, segment_id=segment.id, sender_name=CANARY, draft=_draft())
    for each in (sent, stopped, campaign):
        put_in_index(each)
    version = saved(CampaignVersion(campaign_id=campaign.id, draft=campaign.draft, created_at=clock.now(), created_by_id=by.id))
    item = feeds.keep_items(bulletin, [feed_item(key=f"{office.id}", title=CANARY, summary=CANARY)])[0]
    saved(SiteUse(campaign_id=campaign.id, item_id=item.id, block_id="b1", sha256="", created_at=clock.now()))
    kept = saved(
        OutboxMessage(
            reference=f"call-{office.id}",
            payload=_call(),
            subject=CANARY,
            recipients=1,
            from_office_id=office.id,
            received_at=clock.now(),
        )
    )
    batch = make_batch(campaign, state=BatchState.IN_DOUBT)
    answer = saved(
        PromiseAnswer(
            campaign_id=campaign.id,
            key="k",
            answer=Answer.KEPT,
            sentence=CANARY,
            reason=CANARY,
            created_at=clock.now(),
            created_by_id=by.id,
        )
    )
    found.ids = {
        "stakeholder_id": agency.id, "other_id": person.id, "person_id": person.id, "link_id": link.id, "interaction_id": interaction.id,
        "engagement_id": interaction.id, "meeting_id": meeting.id, "commitment_id": commitment.id, "file_id": stored.id,
        "message_id": getattr(message, "id", message), "import_id": import_.id, "export_id": export.id, "profile_id": profile.id, "row_id": row.id,
        "session_id": session.id, "job_id": job.id, "office_id": office.id, "user_id": by.id, "program_id": program.id,
        "bulletin_id": bulletin.id, "subscription_id": subscription.id, "suppression_id": suppression.id,
        "segment_id": segment.id, "campaign_id": campaign.id, "batch_id": batch.id, "call_id": kept.id, "place": 0,
        "version_id": version.id, "answer_id": answer.id, "item_id": item.id,
    }  # fmt: skip
    return found


def _call() -> dict:
    return {
        "personalizations": [{"to": [{"email": ADDRESS, "name": CANARY}]}],
        "from": {"email": "humas@kantor.example"},
        "subject": CANARY,
        "content": [{"type": "text/plain", "value": CANARY}],
    }


def _draft() -> dict:
    heading = new_block(Kind.HEADING, text=CANARY)
    return blocks.clean({"languages": {"id": {"subject": CANARY, "preheader": CANARY, "blocks": [heading]}}})


def _consent() -> Consent:
    return Consent(LegalBasis.CONSENT, ConsentChannel.PAPER, CANARY, CANARY, clock.now(), evidence=CANARY)


def _agency() -> OrganizationDetails:
    return OrganizationDetails(
        name=f"Dinas {CANARY}", category=Category.PARTNER_AGENCY, other_names=(OtherNameLine(f"{CANARY}an"),), address=CANARY, tier=1,
        contacts=(email_line(f"dinas@{CANARY.lower()}.example"), *phone_lines(f"0812 {NUMBER}")), note=CANARY, private_note=CANARY,
    )  # fmt: skip


def _person(organization_id: int) -> PersonDetails:
    return PersonDetails(
        name=f"Orang {CANARY}", called=CANARY, affiliations=(AffiliationLine(organization_id, f"Kepala {CANARY}"),), beat=CANARY,
        contacts=(email_line(f"orang@{CANARY.lower()}.example"),), private_contacts=phone_lines(f"0813 {NUMBER}", is_private=True),
        private_note=CANARY, home_address=CANARY,
    )  # fmt: skip
