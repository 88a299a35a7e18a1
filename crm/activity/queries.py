"""Questions about what was done."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.core.clock import now
from crm.core.db import db
from crm.core.pagination import PAGE_ROWS, Page, after, cut, decode_cursor, read_id


@dataclass(frozen=True)
class Filter:
    """Which entries a reader asks for; empty means all."""

    who: str = ""
    kind: str = ""
    verb: str = ""
    subject_id: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def count_lately(verb: str, subject_kind: str, *, by_id: int, within: dt.timedelta) -> int:
    """How often somebody did one thing to one kind of subject up to now."""
    found = sa.select(sa.func.count()).select_from(ActivityEntry)
    found = found.where(ActivityEntry.subject_kind == subject_kind, ActivityEntry.verb == verb, ActivityEntry.actor_id == by_id)
    return db.session.scalar(found.where(ActivityEntry.at > now() - within)) or 0


def subjects_since(verb: str, subject_kind: str, since: dt.datetime) -> sa.Select[int | None]:
    """Ids of those to whom something was done after a moment."""
    done = (ActivityEntry.subject_kind == subject_kind, ActivityEntry.verb == verb, ActivityEntry.at > since)
    return sa.select(ActivityEntry.subject_id).where(*done)


def entries_visible(wanted: Filter) -> sa.Select[ActivityEntry]:
    """Entries of the offices in scope that fit the filter, newest first."""
    found = sa.select(ActivityEntry).order_by(ActivityEntry.id.desc())
    if wanted.who:
        found = found.where(sa.func.lower(ActivityEntry.actor_name).contains(wanted.who.lower(), autoescape=True))
    if wanted.kind:
        found = found.where(ActivityEntry.subject_kind == wanted.kind)
    if wanted.verb:
        found = found.where(ActivityEntry.verb == wanted.verb)
    if wanted.subject_id is not None:
        found = found.where(ActivityEntry.subject_id == wanted.subject_id)
    if wanted.since:
        found = found.where(ActivityEntry.at >= wanted.since)
    if wanted.until:
        found = found.where(ActivityEntry.at < wanted.until)
    return found


def page_of_entries(wanted: Filter, *, cursor: str | None = None, size: int = PAGE_ROWS) -> Page[ActivityEntry]:
    """A page of the record. Raises BadCursor."""
    found = entries_visible(wanted)
    if cursor:
        found = found.where(after([ActivityEntry.id], decode_cursor(cursor, [read_id]), descending=True))
    rows = db.session.scalars(found.limit(size + 1)).all()
    return cut(rows, size, lambda entry: [entry.id])


def history_of(kind: str, subject_id: int, *, limit: int = 50) -> Sequence[ActivityEntry]:
    """The newest entries about one record, of the offices in scope, newest first."""
    about = sa.select(ActivityEntry).where(ActivityEntry.subject_kind == kind, ActivityEntry.subject_id == subject_id)
    return db.session.scalars(about.order_by(ActivityEntry.id.desc()).limit(limit)).all()
