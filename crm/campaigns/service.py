"""What an office does with a campaign before it is sent: begin one, write it, keep versions, talk about it, try it out.

Sending is in sending/, the audience in audience/, the second person's word in approval.py.
"""

import secrets
from collections.abc import Mapping
from typing import IO, Any

from crm.accounts.models import User
from crm.activity import service as activity
from crm.bulletins.models import Bulletin
from crm.campaigns import approval, pictures, queries, versions
from crm.campaigns.approval import NotADraft
from crm.campaigns.models import Campaign, CampaignComment, CampaignKind, CampaignState, CampaignVersion
from crm.campaigns.writing import blocks, fields, rendering
from crm.campaigns.writing.frame import WORDS
from crm.core import settings
from crm.core.clock import now
from crm.core.db import db
from crm.engagements.service import check_version
from crm.files import service as files
from crm.files.models import StoredFile
from crm.index import service as search_index
from crm.mail import service as mail

MOST_ATTACHED_BYTES = 5 * 1024 * 1024
MOST_COMMENT = 2_000


class TooMuchAttached(Exception):
    """More than five megabytes in all: many mail boxes refuse that."""


class CommentTooLong(Exception):
    """More than MOST_COMMENT characters: nothing of it is kept, rather than a part."""


class NotAPicture(Exception):
    """Only JPEG, PNG and WebP are shown in mails."""


def create_campaign(
    draft: Mapping[str, Any],
    *,
    name: str,
    kind: CampaignKind,
    office_id: int,
    by: User,
    bulletin: Bulletin | None = None,
    segment_id: int | None = None,
) -> Campaign:
    """Begin a campaign with a draft: a design's, or blocks of the office's site. Raises blocks.DraftRefused."""
    moment = now()
    campaign = Campaign(
        name=name[:150],
        kind=kind,
        office_id=office_id,
        bulletin_id=bulletin.id if bulletin else None,
        segment_id=segment_id,
        draft=blocks.clean(draft),
        mark_key=secrets.token_hex(32),
        created_at=moment,
        created_by_id=by.id,
        updated_at=moment,
    )
    db.session.add(campaign)
    db.session.flush()
    versions.keep(campaign, versions.BEGUN, by)
    activity.record("campaign-begun", campaign, by=by, name=campaign.name)
    put_in_index(campaign)
    return campaign


def use_again(campaign: Campaign, *, office_id: int, by: User) -> Campaign:
    """Begin a new draft with what another campaign says. Files, approval and recipients' state stay with the other."""
    made = create_campaign(
        campaign.draft,
        name=campaign.name,
        kind=campaign.kind,
        office_id=office_id,
        bulletin=campaign.bulletin if campaign.bulletin_id and campaign.office_id == office_id else None,
        segment_id=campaign.segment_id if campaign.office_id == office_id else None,
        by=by,
    )
    if campaign.office_id == office_id:
        made.sender_name, made.reply_to = campaign.sender_name, campaign.reply_to
        db.session.flush()
    return made


def save_draft(campaign: Campaign, draft: Mapping[str, Any], *, seen_version: int, by: User, by_hand: bool = True) -> bool:
    """Keep a draft; say whether anything changed. Raises StaleRecord when a colleague saved meanwhile, DraftRefused, NotADraft.

    A version is kept at each save by hand; of what saves itself, the first that a person writes, and after ten minutes one of the time before.
    """
    _require_draft(campaign)
    check_version(campaign, seen_version)
    cleaned = blocks.clean(draft)
    before = campaign.draft
    is_changed = cleaned != before
    if is_changed:
        versions.keep_what_was(campaign, by)
        campaign.draft, campaign.updated_at = cleaned, now()
        db.session.flush()
        approval.void_what_changed(campaign, by=by)
        put_in_index(campaign)
    if by_hand and versions.is_new(campaign):
        if is_changed:
            versions.keep(campaign, versions.SAVED, by)
        else:  # a press on "save" does not make a colleague's words one's own: whoever wrote them may not approve them
            versions.keep_if_new(campaign, versions.SAVED)
        activity.record("draft-saved", campaign, by=by)
    elif is_changed and not versions.is_of(campaign, by):
        versions.keep(campaign, versions.WRITING, by)
    return is_changed


def change_facts(
    campaign: Campaign, *, name: str, sender_name: str, reply_to: str, bulletin: Bulletin | None, seen_version: int, by: User
) -> None:
    """Name, sender and bulletin. Raises StaleRecord, NotADraft."""
    _require_draft(campaign)
    check_version(campaign, seen_version)
    watched = ("name", "sender_name", "reply_to", "bulletin_id")
    before = {each: getattr(campaign, each) for each in watched}
    campaign.name, campaign.sender_name, campaign.reply_to = name[:150], sender_name, reply_to
    campaign.bulletin_id = bulletin.id if bulletin else None
    if any(getattr(campaign, each) != value for each, value in before.items()):
        campaign.updated_at = now()
        db.session.flush()
        activity.record_changes(campaign, before=before, by=by)
        approval.void_what_changed(campaign, by=by)
        put_in_index(campaign)


def restore_version(campaign: Campaign, version: CampaignVersion, *, by: User) -> None:
    """Make an earlier draft the present one; the present one stays among the versions. Raises NotADraft."""
    _require_draft(campaign)
    versions.keep_if_new(campaign, versions.BEFORE_RESTORING)
    campaign.draft, campaign.updated_at = blocks.clean(version.draft), now()
    db.session.flush()
    versions.keep(campaign, versions.RESTORED, by)
    approval.void_what_changed(campaign, by=by)
    activity.record("version-restored", campaign, by=by, version=version.id)
    put_in_index(campaign)


def discard_campaign(campaign: Campaign, *, by: User) -> None:
    """Put a draft away. Raises NotADraft."""
    _require_draft(campaign)
    campaign.state, campaign.updated_at = CampaignState.CANCELLED, now()
    db.session.flush()
    activity.record("campaign-discarded", campaign, by=by)


def take_back_campaign(campaign: Campaign, *, by: User) -> None:
    """A draft that was put away is a draft again. Raises NotADraft for one that was ever sent, also when it was stopped before its hour.

    Such a one has its list of people already, all of them cancelled: sent once more it would reach nobody.
    """
    if campaign.state is not CampaignState.CANCELLED or campaign.scheduled_at is not None or campaign.started_at is not None:
        raise NotADraft(campaign.id)
    campaign.state, campaign.updated_at = CampaignState.DRAFT, now()
    db.session.flush()
    activity.record("campaign-taken-back", campaign, by=by)


def write_comment(campaign: Campaign, text: str, *, block_id: str = "", by: User) -> CampaignComment:
    """Say something to colleagues, of a block or of the whole. Raises CommentTooLong."""
    if len(text) > MOST_COMMENT:
        raise CommentTooLong(len(text))
    comment = CampaignComment(campaign_id=campaign.id, block_id=block_id[:40], text=text, created_at=now(), created_by_id=by.id)
    db.session.add(comment)
    db.session.flush()
    return comment


def resolve_comment(comment: CampaignComment, *, is_resolved: bool = True) -> None:
    comment.resolved_at = (comment.resolved_at or now()) if is_resolved else None


def send_test(campaign: Campaign, *, language: str, values: Mapping[str, Any], by: User) -> None:
    """Send the draft as it is to the person's own address, marked as a test. It is a message of its own and counts nowhere."""
    made = rendering.render_all(campaign)[language]
    own = f"{settings.get('PUBLIC_BASE_URL')}/b/test"  # a page that says what stands there in a real mail
    links = {"unsubscribe_url": f"{own}/stop", "preferences_url": own, "browser_url": f"{own}/read"}
    filled = fields.substitutions(made.tags, values, links)
    mail.send(
        purpose="campaign-test",
        to=by.email,
        to_name=by.name,
        subject=(WORDS[language]["test"] + fields.substitute(made.subject, filled))[:250],
        text=fields.substitute(made.text, filled),
        html=fields.substitute(made.html, filled),
        office_id=campaign.office_id,
    )
    activity.record("test-sent", campaign, by=by, language=language)


def add_picture(campaign: Campaign, stream: IO[bytes], *, name: str, by: User) -> str:
    """Take in a picture for mails; give the address under which receivers get it. Raises NotAPicture, FileRefused, NotADraft."""
    _require_draft(campaign)
    try:
        received = files.receive(stream, shown_name=name, fits=pictures.frame())
    except files.FileRefused as refused:
        if refused.why is files.Refusal.KIND:  # a GIF, too: half of the mail programs show only its first picture
            raise NotAPicture(name) from refused
        raise
    if not received.media_type.startswith("image/"):
        files.discard([received])
        raise NotAPicture(received.media_type)
    return pictures.address(campaign, files.attach(received, subject=pictures.Subject(campaign), by=by))


def attach_file(campaign: Campaign, stream: IO[bytes], *, name: str, by: User) -> StoredFile:
    """Send a file along. Raises TooMuchAttached, FileRefused, NotADraft."""
    _require_draft(campaign)
    received = files.receive(stream, shown_name=name)
    present = sum(one["bytes"] for one in rendering.attachments_of(campaign))
    if present + received.byte_count > MOST_ATTACHED_BYTES:
        files.discard([received])
        raise TooMuchAttached(campaign.id)
    stored = files.attach(received, subject=campaign, by=by)
    approval.void_what_changed(campaign, by=by)
    return stored


def detach_file(campaign: Campaign, stored: StoredFile, *, by: User) -> None:
    _require_draft(campaign)
    files.remove(stored, subject=campaign, by=by)
    db.session.flush()
    approval.void_what_changed(campaign, by=by)


def put_in_index(campaign: Campaign) -> None:
    search_index.put("campaign", campaign.id, office_id=campaign.office_id, shared=False, **queries.index_words(campaign))


def _require_draft(campaign: Campaign) -> None:
    if campaign.state is not CampaignState.DRAFT:
        raise NotADraft(campaign.id)
