"""The hash chain over the record: each seal covers a run of entries and the seal before it."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from crm.activity.models import ActivityEntry, ActivitySeal
from crm.core.clock import now
from crm.core.db import db

# An entry gets its id before its transaction ends. No transaction lives longer than PostgreSQL's limits let it (two minutes idle), so that
# nothing can appear below an id that is sealed.
SETTLED_AFTER = dt.timedelta(minutes=5)
RUN = 1_000  # entries a seal: about 30 ms
FIRST_HASH = "0" * 64

_COLUMNS = [getattr(ActivityEntry, name) for name in ActivityEntry.__table__.columns.keys()]  # noqa: SIM118 - a column collection iterates over columns, not keys


def seal_next() -> ActivitySeal | None:
    """Seal the next run of settled entries; None when there is none yet."""
    last = db.session.scalar(sa.select(ActivitySeal).order_by(ActivitySeal.id.desc()).limit(1))
    after = last.last_id if last else 0
    unsettled = sa.select(sa.func.min(ActivityEntry.id)).where(ActivityEntry.id > after, ActivityEntry.at > now() - SETTLED_AFTER)
    before = db.session.scalar(unsettled)
    wanted = sa.select(*_COLUMNS).where(ActivityEntry.id > after).order_by(ActivityEntry.id).limit(RUN)
    rows = db.session.execute(wanted if before is None else wanted.where(ActivityEntry.id < before)).mappings().all()
    if not rows:
        return None
    previous = last.hash if last else FIRST_HASH
    seal = ActivitySeal(
        first_id=rows[0]["id"],
        last_id=rows[-1]["id"],
        entry_count=len(rows),
        previous_hash=previous,
        hash=chain(previous, rows),
        sealed_at=now(),
    )
    db.session.add(seal)
    db.session.flush()
    return seal


def verify() -> list[str]:
    """What does not fit, one sentence each; nothing when the record is as it was sealed. Needs a scope that sees every office."""
    return list(_problems())


def head() -> tuple[int, str]:
    """Id and hash of the newest seal, to be kept elsewhere: the end of a chain can be cut off without a trace inside it."""
    found = db.session.execute(sa.select(ActivitySeal.id, ActivitySeal.hash).order_by(ActivitySeal.id.desc()).limit(1)).first()
    return (found.id, found.hash) if found else (0, FIRST_HASH)


def chain(previous: str, rows: Any) -> str:
    """SHA-256 over the previous seal and every entry in order of id."""
    running = hashlib.sha256(previous.encode())
    for row in rows:
        running.update(hashlib.sha256(_canonical(row)).digest())
    return running.hexdigest()


def _canonical(row: Any) -> bytes:
    values = {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in row.items()}
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _problems() -> Iterator[str]:
    previous, sealed_to = FIRST_HASH, 0
    for seal in db.session.scalars(sa.select(ActivitySeal).order_by(ActivitySeal.id).execution_options(yield_per=100)):
        if seal.previous_hash != previous:
            yield f"Seal {seal.id} does not follow the seal before it: a seal was removed or changed."
        if seal.first_id <= sealed_to:
            yield f"Seal {seal.id} overlaps the seal before it."
        yield from _problems_within(seal, sealed_to)
        previous, sealed_to = seal.hash, seal.last_id


def _problems_within(seal: ActivitySeal, sealed_to: int) -> Iterator[str]:
    entries = (
        sa.select(*_COLUMNS).where(ActivityEntry.id > sealed_to, ActivityEntry.id <= seal.last_id).order_by(ActivityEntry.id)
    )
    rows = db.session.execute(entries).mappings().all()
    span = f"Entries {seal.first_id} to {seal.last_id} (seal {seal.id}):"
    if len(rows) < seal.entry_count:
        yield f"{span} {seal.entry_count - len(rows)} removed."
    elif len(rows) > seal.entry_count:
        yield f"{span} {len(rows) - seal.entry_count} added afterwards."
    elif chain(seal.previous_hash, rows) != seal.hash:
        yield f"{span} changed afterwards."
