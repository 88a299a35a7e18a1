"""The deliveries of a campaign as a table to take away: who, what became of it, and when."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import force_locale

from crm.campaigns.models import Campaign
from crm.campaigns.results import lists, wording
from crm.campaigns.results.measures import MEASURES, d, in_doubt
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.db import db

BATCH = 2_000
_STANDING = (
    "skipped",
    "failed",
    "cancelled",
    "in-doubt",
    "complained",
    "bounced",
    "dropped",
    "delivered",
    "deferred",
    "accepted",
    "pending",
)
_MOMENTS = {
    "accepted_at": ("Dikirim", "Sent"),
    "delivered_at": ("Sampai", "Arrived"),
    "bounced_at": ("Terpental", "Bounced"),
    "dropped_at": ("Ditahan", "Held back"),
    "complained_at": ("Dilaporkan sebagai spam", "Marked as spam"),
    "unsubscribed_at": ("Berhenti berlangganan", "Unsubscribed"),
    "opened_at": ("Dibuka orang (perkiraan)", "Opened by a person (estimate)"),
    "machine_opened_at": ("Dibuka mesin", "Opened by a machine"),
    "clicked_at": ("Diklik orang", "Clicked by a person"),
    "machine_clicked_at": ("Diklik mesin", "Clicked by a machine"),
    "replied_at": ("Membalas", "Replied"),
}
_HEADERS = (("Penerima", "Recipient"), ("Alamat", "Address"), ("Keadaan", "State"), ("Sebab", "Reason"))


class CampaignTable:
    """Row by row; the file that it goes into asks for the rows once. Times are of the asker's zone."""

    def __init__(self, language: str, zone: str) -> None:
        self.language = "id" if language == "id" else "en"
        self.zone = ZoneInfo(zone)
        self.title = "Hasil" if self.language == "id" else "Results"
        self.columns = [*_HEADERS, *_MOMENTS.values()]
        self.row_count = 0

    @property
    def headers(self) -> list[str]:
        return [names[0] if self.language == "id" else names[1] for names in self.columns]

    def rows(self, subjects: Iterable[Any]) -> Iterator[list[str]]:
        with force_locale(self.language):
            said = {measure: wording.name_of(measure) for measure in _STANDING}
            for row in subjects:
                self.row_count += 1
                moments = [self._moment(getattr(row, name)) for name in _MOMENTS]
                yield [row.name, row.email or "", said.get(row.standing, ""), wording.reason_words(row.reason), *moments]

    def _moment(self, at: dt.datetime | None) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}" if at else ""


def deliveries(campaign_id: int, scope: scopes.Scope) -> Iterator[Any]:
    """In the order of preparation, a batch at a time, each in a short transaction; none when the campaign is out of sight by now."""
    last = 0
    while True:
        with transaction.unit(scope):
            campaign = db.session.scalars(sa.select(Campaign).where(Campaign.id == campaign_id)).one_or_none()
            found = _batch(campaign, last) if campaign is not None else []
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1].id


def _batch(campaign: Campaign, last: int) -> list[Any]:
    standing = sa.case(*((in_doubt() if name == "in-doubt" else MEASURES[name], name) for name in _STANDING), else_="")
    columns = (d.c.id, d.c.name, d.c.email, d.c.stakeholder_id, d.c.reason, standing.label("standing"))
    statement = sa.select(*columns, *(d.c[name] for name in _MOMENTS)).where(d.c.campaign_id == campaign.id, d.c.id > last)
    rows = db.session.execute(statement.order_by(d.c.id).limit(BATCH)).all()
    told = lists.reasons_told(campaign, [row.id for row in rows if row.bounced_at or row.dropped_at], lists.REFUSALS)
    return [_Row(row, told.get(row.id) or row.reason or "") for row in rows]


class _Row:
    """A row of the database with the reason that the other side gave."""

    __slots__ = ("_row", "reason")

    def __init__(self, row: Any, reason: str) -> None:
        self._row, self.reason = row, reason

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)
