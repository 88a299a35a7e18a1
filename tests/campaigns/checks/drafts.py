"""Drafts for the tests of checks: a good one, and what is changed in it."""

from crm.campaigns.models import CampaignKind
from crm.campaigns.writing import blocks
from crm.campaigns.writing.blocks import Kind, new_block
from crm.core.clock import now
from tests.campaigns.factories import make_bulletin, make_campaign

__all__ = ["good", "make", "now", "text"]


def good(*more, language="id"):
    """A draft without any finding, and further blocks."""
    text = (
        "<p>Yth. [[greeting]],</p><p>Loket paspor dibuka pada hari kerja.</p>"
        if language == "id"
        else "<p>Dear [[greeting]],</p><p>News.</p>"
    )
    part = {
        "subject": "Jadwal layanan paspor" if language == "id" else "Passport services",
        "preheader": "Loket dan jam layanan" if language == "id" else "Counters and hours",
        "blocks": [new_block(Kind.HEADING, text="Layanan paspor", level=1), new_block(Kind.TEXT, html=text), *more],
    }
    return {"design": "weekly", "languages": {language: part}}


def text(html):
    return new_block(Kind.TEXT, html=html)


def make(office, draft=None, kind=CampaignKind.BULLETIN, **fields):
    """A campaign with a bulletin, in the database."""
    return make_campaign(office, draft=blocks.clean(draft or good()), kind=kind, bulletin=make_bulletin(office), **fields)
