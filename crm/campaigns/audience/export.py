"""The recipient list as a file, with the reason of each who is left out. Each file is written down: who, what for, how many rows."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from crm.activity import service as activity
from crm.activity.models import ActivityEntry
from crm.campaigns.audience import walking
from crm.campaigns.audience.walking import Candidate
from crm.campaigns.models import Campaign
from crm.core.clock import now
from crm.core.db import db
from crm.core.formulas import neutralised

EXPORTED = "recipients-exported"
MOST_AN_HOUR = 20
MOST_ROWS = 100_000
CHUNK = 5000


class TooManyExports(Exception):
    """So many in the last hour that it looks like taking everything away."""


def rows_for(campaign: Campaign, *, purpose: str, by: Any) -> Sequence[Candidate]:
    """Everybody of the audience, up to a hundred thousand. Written down. Raises TooManyExports."""
    lately = sa.select(sa.func.count()).select_from(ActivityEntry)
    mine = (ActivityEntry.verb == EXPORTED, ActivityEntry.actor_id == by.id, ActivityEntry.at > now() - dt.timedelta(hours=1))
    if (db.session.scalar(lately.where(*mine)) or 0) >= MOST_AN_HOUR:
        raise TooManyExports
    rows = list(_everybody(campaign))[:MOST_ROWS]
    activity.record(EXPORTED, campaign, by=by, purpose=purpose, rows=len(rows))
    return rows


def _everybody(campaign: Campaign) -> Iterator[Candidate]:
    after, read = 0, 0
    while read < MOST_ROWS and (rows := walking.chunk(campaign, after, CHUNK)):
        yield from rows
        after, read = rows[-1].key, read + len(rows)


def written(header: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """The file; no cell of it runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([neutralised(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
