"""What was sent of a bulletin that wants an archive, for everybody to read: no person's name, no personal link, no figure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

import sqlalchemy as sa

from crm.bulletins import queries as bulletins
from crm.bulletins.models import Bulletin
from crm.campaigns.models import Campaign, CampaignContent, CampaignKind, CampaignState
from crm.campaigns.results import mail
from crm.core import pagination
from crm.core import scope as scopes
from crm.core.db import db
from crm.core.pagination import Page
from crm.core.text import for_xml
from crm.offices.models import Office
from crm.portal.queries import PUBLIC, offer_of

ISSUES = 20
KEPT_SECONDS = 300  # an answer may be shown again for so long without asking
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Archive:
    """A bulletin whose issues anybody may read."""

    office: Office
    bulletin: Bulletin


@dataclass(frozen=True)
class Issue:
    """One issue as nobody's: fallbacks in place of names."""

    id: int
    subject: str
    preheader: str
    sent_at: dt.datetime
    language: str
    content: CampaignContent

    @property
    def html(self) -> str:
        found = mail.without_person(self.content.variants[self.language]["html"], self.content.tags)
        return mail.without_trap(found, self.content.links)

    @property
    def version(self) -> str:
        return f"{self.content.sha256[:32]}-{self.language}"


def archive_of(slug: str) -> Archive | None:
    """Only of a bulletin that is open to the public and wants one."""
    offer = offer_of(slug)
    return Archive(offer.office, offer.bulletins[0]) if offer and offer.bulletins[0].has_archive else None


def archives() -> Sequence[Bulletin]:
    with scopes.use(PUBLIC):
        return db.session.scalars(bulletins.public_bulletins().where(Bulletin.has_archive).order_by(Bulletin.name)).all()


def newest(offered: Sequence[Bulletin], language: str) -> tuple[Bulletin, Issue] | None:
    """The last issue of these bulletins that anybody may read, with its bulletin."""
    open_to_all = {bulletin.id: bulletin for bulletin in offered if bulletin.has_archive}
    if not open_to_all:
        return None
    with scopes.use(PUBLIC):
        row = db.session.execute(_issues(*open_to_all.values()).order_by(Campaign.id.desc()).limit(1)).one_or_none()
    return (open_to_all[row[0].bulletin_id], _issue(row[0], row[1], language)) if row else None


def _issues(*of: Bulletin) -> sa.Select[*tuple[Any, ...]]:
    """Finished ones only: what was stopped half-way is no issue. Nor what went to some of the subscribers, or was no bulletin."""
    return (
        sa.select(Campaign, CampaignContent)
        .join(CampaignContent, CampaignContent.id == Campaign.content_id)
        .where(
            Campaign.bulletin_id.in_([bulletin.id for bulletin in of]),
            Campaign.kind == CampaignKind.BULLETIN,
            Campaign.segment_id.is_(None),
            Campaign.state == CampaignState.FINISHED,
            Campaign.finished_at.is_not(None),
        )
    )


def issues(archive: Archive, language: str, *, cursor: str | None = None, size: int = ISSUES) -> Page[Issue]:
    """The newest first. Raises BadCursor."""
    statement = _issues(archive.bulletin)
    if cursor:
        (last,) = pagination.decode_cursor(cursor, [pagination.read_id])
        statement = statement.where(Campaign.id < last)
    with scopes.use(PUBLIC):
        rows = db.session.execute(statement.order_by(Campaign.id.desc()).limit(size + 1)).all()
    page = pagination.cut(rows, size, lambda row: (row[0].id,))
    return Page([_issue(campaign, content, language) for campaign, content in page.rows], page.next_cursor)


def issue_of(archive: Archive, campaign_id: int, language: str) -> Issue | None:
    with scopes.use(PUBLIC):
        row = db.session.execute(_issues(archive.bulletin).where(Campaign.id == campaign_id)).one_or_none()
    return _issue(row[0], row[1], language) if row else None


def _issue(campaign: Campaign, content: CampaignContent, wanted: str) -> Issue:
    language = wanted if wanted in content.variants else mail.language_of(content.variants)
    told: Mapping[str, str] = content.variants[language]
    moment = campaign.started_at or campaign.finished_at
    assert moment is not None
    return Issue(
        campaign.id,
        mail.line_without_person(told["subject"], content.tags),
        mail.line_without_person(told.get("preheader", ""), content.tags),
        moment,
        language,
        content,
    )


def feed(archive: Archive, found: Sequence[Issue], *, title: str, home: str, own: str, address: Any, language: str) -> bytes:
    """RSS 2.0. `address` gives the address of an issue; `home` is the list and `own` the feed itself."""
    ET.register_namespace("atom", _ATOM)
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    about = (archive.bulletin.description_en if language == "en" else "") or archive.bulletin.description
    for name, text in (("title", title), ("link", home), ("description", about or title), ("language", language)):
        _put(channel, name, text)
    ET.SubElement(channel, f"{{{_ATOM}}}link", href=own, rel="self", type="application/rss+xml")
    if found:
        _put(channel, "lastBuildDate", format_datetime(found[0].sent_at))
    for issue in found:
        item = ET.SubElement(channel, "item")
        _put(item, "title", issue.subject)
        _put(item, "link", address(issue))
        _put(item, "guid", address(issue)).set("isPermaLink", "true")
        _put(item, "pubDate", format_datetime(issue.sent_at))
        _put(item, "description", issue.preheader or issue.subject)
    return ET.tostring(rss, encoding="utf-8", xml_declaration=True)


def _put(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = for_xml(text)
    return element
