"""A mail of a draft: the same for preview, test, local outbox and SendGrid. What differs per recipient stands in it as tags."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from crm.bulletins.models import Bulletin
from crm.campaigns import pictures
from crm.campaigns.models import Campaign, CampaignContent, CampaignKind
from crm.campaigns.writing import blocks, fields, mjml, plain
from crm.campaigns.writing.frame import Frame
from crm.core import settings
from crm.core.clock import now
from crm.core.db import db
from crm.files import queries as files
from crm.offices import letterhead
from crm.offices.models import Office

ATTACHMENTS = "campaign"  # kind of the subject that attached files hang on


@dataclass(frozen=True)
class Rendered:
    """One language of a mail. `tags` maps a tag to `name.h|words for an empty value`; `links` are in the order of the mail."""

    subject: str
    preheader: str
    html: str
    text: str
    tags: dict[str, str]
    links: list[dict[str, Any]]


def render(draft: Mapping[str, Any], *, language: str, frame: Frame, mark: str, known: dict[str, str] | None = None) -> Rendered:
    """Make the mail of one language of a draft. `known` are the tags of the languages before it."""
    part = blocks.part_of(draft, language)
    tags = fields.Tags(mark, language, known)
    body = mjml.Body(frame, tags)
    source = body.mjml(part["subject"], part["preheader"], part["blocks"])
    return Rendered(
        subject=tags.in_text(part["subject"]),
        preheader=tags.in_text(part["preheader"]),
        html=mjml.to_html(source, language, body.heights),
        text=plain.text_of(part["blocks"], frame, tags),
        tags=tags.found,
        links=body.links,
    )


def render_all(campaign: Campaign, draft: Mapping[str, Any] | None = None) -> dict[str, Rendered]:
    """The mail in every language of a campaign's draft, or of another draft in its place."""
    chosen = campaign.draft if draft is None else draft
    known: dict[str, str] = {}
    sizes, mark = _sizes(chosen), fields.mark_of(campaign.mark_key)
    return {
        language: render(
            chosen, language=language, frame=replace(frame_of(campaign, language), sizes=sizes), mark=mark, known=known
        )
        for language in blocks.languages_of(chosen) or ["id"]
    }


def _sizes(draft: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Width and height of our own pictures in a draft."""
    used = {
        block["src"] for language in blocks.languages_of(draft) for block in blocks.blocks_of(draft, language) if block.get("src")
    }
    found = {src: pictures.size_of(src) for src in sorted(used) if src.startswith("/")}
    return {src: size for src, size in found.items() if size}


def frame_of(campaign: Campaign, language: str) -> Frame:
    """What stands around the blocks of this campaign's mails."""
    office = db.session.get_one(Office, campaign.office_id)
    head = letterhead.of(office)
    bulletin = db.session.get(Bulletin, campaign.bulletin_id) if campaign.bulletin_id else None
    is_list = bulletin is not None and campaign.kind == CampaignKind.BULLETIN
    named = (bulletin.name_en if language == "en" and bulletin.name_en else bulletin.name) if bulletin else ""
    return Frame(
        office=head.name,
        line=named,
        address=head.address,
        contact=head.contact,
        list_name=named if is_list else "",
        is_notice=campaign.kind == CampaignKind.NOTICE,
        base_url=str(settings.get("PUBLIC_BASE_URL")),
        code=office.code,
        logo=head.logo,
    )


def surroundings_of(campaign: Campaign) -> dict[str, list[str]]:
    """What stands around the text in each language, so that a change of the letterhead or the bulletin's name is seen."""
    frames = {language: frame_of(campaign, language) for language in blocks.languages_of(campaign.draft)}
    return {
        language: [one.office, one.line, one.address, one.contact, one.list_name, one.logo.path if one.logo else ""]
        for language, one in frames.items()
    }


def attachments_of(campaign: Campaign) -> list[dict[str, Any]]:
    """What goes along, by content: a file that is replaced is another one."""
    return [
        {"file_id": stored.id, "name": stored.name, "sha256": stored.sha256, "bytes": stored.byte_count}
        for stored in files.files_of(ATTACHMENTS, campaign.id)
    ]


def sender_of(campaign: Campaign) -> dict[str, Any]:
    """Who it comes from and which list it belongs to: the receiver sees it as much as the text."""
    return {
        "kind": campaign.kind.value,
        "name": campaign.sender_name,
        "reply_to": campaign.reply_to,
        "bulletin": campaign.bulletin_id,
    }


def fix(campaign: Campaign) -> CampaignContent:
    """Keep what the draft says now, in every language, as it will be sent. Nothing changes a content afterwards."""
    made = render_all(campaign)
    variants = {
        language: {
            "subject": one.subject,
            "preheader": one.preheader,
            "html": one.html,
            "text": one.text,
            "tags": one.tags,
        }
        for language, one in made.items()
    }
    tags = {tag: meaning for one in made.values() for tag, meaning in one.tags.items()}
    links = [{**link, "language": language} for language, one in made.items() for link in one.links]
    attachments = attachments_of(campaign)
    content = CampaignContent(
        office_id=campaign.office_id,
        sha256=blocks.sha256([variants, attachments]),
        draft={**campaign.draft, "sender": sender_of(campaign), "frame": surroundings_of(campaign)},
        variants=variants,
        tags=tags,
        links=links,
        attachments=attachments,
        created_at=now(),
    )
    db.session.add(content)
    db.session.flush()
    return content
