"""The filter of the audit page, read from the address."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from crm.activity.queries import Filter
from crm.core.text import UnstorableText, one_line, storable

LONGEST = 100


def read_filter(args: Mapping[str, str], zone: str) -> Filter:
    """What the address asks for; a part that can't be read counts as not given."""
    return Filter(
        who=_words(args.get("who", "")),
        kind=_words(args.get("kind", "")),
        verb=_words(args.get("verb", "")),
        subject_id=_whole(args.get("id", "")),
        since=_start_of(args.get("from", ""), zone),
        until=_start_of(args.get("to", ""), zone, later_by=1),
    )


def _words(given: str) -> str:
    try:
        return one_line(storable(given))[:LONGEST]
    except UnstorableText:
        return ""


def _whole(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 18 else None


def _start_of(given: str, zone: str, *, later_by: int = 0) -> dt.datetime | None:
    try:
        day = dt.date.fromisoformat(given) + dt.timedelta(days=later_by)
        return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
