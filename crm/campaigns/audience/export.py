"""The recipient list as a file, with the reason of each who is left out. Each file is written down: who, what for, how many rows."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import sqlalchemy as sa

from crm.activity import service as activity
from crm.activity.models import ActivityEntry
from crm.campaigns.audience.candidates import Candidate
from crm.campaigns.audience.roll import read_out
from crm.campaigns.models import Campaign
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.formulas import neutralised

EXPORTED = "recipients-exported"
MOST_AN_HOUR = 20
MOST_ROWS = 100_000
CHUNK = 5000


class TooManyExports(Exception):
    """So many in the last hour that it looks like taking everything away."""


def write(
    out: BinaryIO,
    campaign: Campaign,
    *,
    header: Sequence[str],
    cells: Callable[[Candidate], Sequence[str]],
    if_longer: str,
    purpose: str,
    by: Any,
) -> None:
    """Everybody of the audience as CSV of which no cell runs as a formula, up to a hundred thousand; a longer list ends with a line that says so.

    Reading keeps nobody from writing; only then it is written down, in a request by its end, before anything of the file goes out.
    Raises TooManyExports, also when others of the same person were made meanwhile.
    """
    _refuse_too_many(by)
    subject, office_id = activity.identity_of(campaign), campaign.office_id
    with transaction.reading():
        number = _fill(out, campaign, header, cells, if_longer)
    _refuse_too_many(by)
    activity.record(EXPORTED, subject, by=by, office_id=office_id, purpose=purpose, rows=number)


def _refuse_too_many(by: Any) -> None:
    lately = sa.select(sa.func.count()).select_from(ActivityEntry)
    mine = (ActivityEntry.verb == EXPORTED, ActivityEntry.actor_id == by.id, ActivityEntry.at > now() - dt.timedelta(hours=1))
    if (db.session.scalar(lately.where(*mine)) or 0) >= MOST_AN_HOUR:
        raise TooManyExports


def _fill(
    out: BinaryIO, campaign: Campaign, header: Sequence[str], cells: Callable[[Candidate], Sequence[str]], if_longer: str
) -> int:
    """Write the rows, and give how many people they are."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    number = 0
    for row in read_out(campaign, CHUNK):  # piece by piece: a web process never holds the whole list
        if number == MOST_ROWS:
            writer.writerow([if_longer])
            break
        writer.writerow([neutralised(cell) for cell in cells(row)])
        number += 1
    text.detach()  # flushed; the file stays open for who reads it
    return number
