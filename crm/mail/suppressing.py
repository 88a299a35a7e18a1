"""Who gets no bulk mail: putting addresses on the list, taking them off, and asking for many at once who is on it.

A row is found by the keyed hash of its address, and by the address itself as long as the person was not erased: so neither an erasure
nor a new key lets anybody back in.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.activity import service as activity
from crm.activity.models import ActivityEntry
from crm.activity.service import Actor
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import db, is_sqlite
from crm.core.jobs import wake
from crm.core.pagination import PAGE_ROWS, Page, after, cut, decode_cursor, read_id
from crm.mail.addresses import address_key, address_keys, hashes_of, normal
from crm.mail.models import EVERYTHING, Suppression, SuppressionReason, SuppressionSource

CHUNK = 500
MOST_EXPORTED = 100_000
MOST_EXPORTS_AN_HOUR = 20
EXPORTED = "suppressions-exported"
# The reason that is told when an address stands on the list for several.
WEIGHT = (
    SuppressionReason.COMPLAINED,
    SuppressionReason.UNSUBSCRIBED,
    SuppressionReason.BOUNCED,
    SuppressionReason.INVALID,
    SuppressionReason.MANUAL,
    SuppressionReason.IMPORTED,
    SuppressionReason.ERASED,
)
# What a person's own confirmed wish takes back: the address works, and the wish is newer. A complaint is not among them.
TAKEN_BACK = (
    SuppressionReason.UNSUBSCRIBED,
    SuppressionReason.BOUNCED,
    SuppressionReason.INVALID,
    SuppressionReason.ERASED,
)


def suppress(
    emails: Iterable[str],
    *,
    reason: SuppressionReason,
    source: SuppressionSource,
    list_key: str = EVERYTHING,
    note: str = "",
    office_id: int | None = None,
    by: Actor | None = None,
) -> int:
    """Put addresses on the list, for everything or for one list. Give how many this office (or nobody) had not for this reason yet."""
    rows = {
        key: {
            "address_key": key,
            "email": email,
            "list_key": list_key,
            "reason": reason,
            "source": source,
            "note": note[:300],
            "told_office_id": office_id,
            "created_at": now(),
        }
        for email in sorted({normal(email) for email in emails} - {""})
        for key in [address_key(email)]
    }
    added = sum(_insert([rows[key] for key in keys], office_id) for keys in _chunks(sorted(rows)))
    if by is not None:
        activity.record(
            "suppressed",
            ("suppression", None),
            by=by,
            office_id=office_id,
            count=added,
            reason=reason,
            source=source,
            list_key=list_key,
        )
    return added


def _insert(rows: list[dict[str, Any]], office_id: int | None) -> int:
    """In order of the key, so that two who suppress at once do not wait for each other in a circle."""
    table: Any = Suppression.__table__
    insert: Any = sqlite.insert(table) if is_sqlite() else postgresql.insert(table)
    once, in_force = ["address_key", "list_key", "reason"], sa.column("lifted_at").is_(None)
    if office_id is None:
        statement = insert.on_conflict_do_nothing(
            index_elements=once, index_where=sa.and_(in_force, sa.column("told_office_id").is_(None))
        )
    else:
        statement = insert.on_conflict_do_nothing(index_elements=[*once, "told_office_id"], index_where=in_force)
    # The ids, because PostgreSQL's driver tells no count of an INSERT; as parameters, because so many VALUES cost a compilation each time.
    return len(db.session.connection().execute(statement.returning(table.c.id), rows).all())


def lift(row: Suppression, *, by: Actor, reason: str = "") -> None:
    """Take one reason of one office off the list again; it stays in the history with who did it and why. Twice changes nothing."""
    if row.lifted_at is not None:
        return
    row.lifted_at = now()
    db.session.flush()
    wake("mail.take_off")
    activity.record(
        "suppression-lifted", row, by=by, office_id=row.told_office_id, reason=row.reason, list_key=row.list_key, why=reason
    )


def is_still_refused(row: Suppression) -> bool:
    """Whether its address gets nothing of the same list even without this row: for another reason, or another office was told."""
    others = sa.select(Suppression.id).where(
        Suppression.list_key.in_({EVERYTHING, row.list_key}), Suppression.lifted_at.is_(None), Suppression.id != row.id
    )
    ways = [Suppression.address_key == row.address_key, *([Suppression.email == row.email] if row.email else [])]
    return any(db.session.scalar(others.where(way).limit(1)) is not None for way in ways)


def take_back(email: str, *, list_key: str = EVERYTHING) -> int:
    """The person asked for mail again and proved the address: what that wish outweighs goes. Give how many rows."""
    lifted = (
        sa.update(Suppression)
        .where(
            _is_of(email),
            Suppression.list_key.in_({EVERYTHING, list_key}),
            Suppression.reason.in_(TAKEN_BACK),
            Suppression.lifted_at.is_(None),
        )
        .values(lifted_at=now())
        .execution_options(synchronize_session=False)
    )
    count = db.session.execute(lifted).rowcount  # type: ignore[attr-defined]
    if count:
        wake("mail.take_off")
    return count


def erase(email: str) -> None:
    """The person is erased: the address goes, its keyed hash goes on refusing."""
    suppress([email], reason=SuppressionReason.ERASED, source=SuppressionSource.STAFF)
    forgotten = sa.update(Suppression).where(_is_of(email)).values(email="", note="").execution_options(synchronize_session=False)
    db.session.execute(forgotten)


def refused(emails: Iterable[str], *, list_keys: Sequence[str] = ()) -> dict[str, SuppressionReason]:
    """Those of the addresses (in normal form) that get nothing of these lists, each with the weightiest reason."""
    found: dict[str, SuppressionReason] = {}
    for chunk in _chunks(sorted({normal(email) for email in emails} - {""})):
        for email, reason in _reasons(chunk, (EVERYTHING, *list_keys)):
            if email not in found or WEIGHT.index(reason) < WEIGHT.index(found[email]):
                found[email] = reason
    return found


def is_told(email: str, reason: SuppressionReason, *, office_id: int, list_key: str = EVERYTHING) -> bool:
    """Whether this office was told so already: `suppress` would change nothing."""
    told = sa.select(Suppression.id).where(
        Suppression.address_key == address_key(email),
        Suppression.list_key == list_key,
        Suppression.reason == reason,
        Suppression.told_office_id == office_id,
        Suppression.lifted_at.is_(None),
    )
    return db.session.scalar(told) is not None


def known_for(emails: Iterable[str], reason: SuppressionReason) -> set[str]:
    """Those of the addresses (in normal form) that get nothing at all for this reason already, whoever was told."""
    chunks = _chunks(sorted({normal(email) for email in emails} - {""}))
    return {email for chunk in chunks for email, found in _reasons(chunk, (EVERYTHING,)) if found is reason}


def _reasons(emails: Sequence[str], list_keys: Sequence[str]) -> Iterator[tuple[str, SuppressionReason]]:
    """By hash and by address in two questions: of the two with OR between, SQLite reads the whole list."""
    by_hash, wanted = hashes_of(emails), set(emails)
    columns = sa.select(Suppression.address_key, Suppression.email, Suppression.reason)
    current = columns.where(Suppression.list_key.in_(list_keys), Suppression.lifted_at.is_(None))
    for named in (Suppression.address_key.in_(sorted(by_hash)), Suppression.email.in_(emails)):
        for key, email, reason in db.session.execute(current.where(named)):
            yield by_hash.get(key) or (email if email in wanted else ""), reason


def refused_sql(email: sa.ColumnElement[str] | Any, list_key: str | None) -> sa.ColumnElement[bool]:
    """The criterion that an address (a column, in normal form) is on the list, for counting and choosing many at once.

    It knows the rows that keep their address. Those of erased people are found by `refused`, which has the last word before sending.
    """
    keys = [EVERYTHING, *([list_key] if list_key else [])]
    listed: Any = sa.alias(Suppression.__table__, "listed")
    return sa.exists(
        sa.select(sa.literal(1))
        .select_from(listed)
        .where(listed.c.email == email, listed.c.email != "", listed.c.list_key.in_(keys), listed.c.lifted_at.is_(None))
    )


class TooManyExports(Exception):
    """So many in the last hour that it looks like taking everything away."""


def page_of_rows(
    *, find: str = "", reason: SuppressionReason | None = None, lifted: bool = False, cursor: str | None = None
) -> Page[Suppression]:
    """Newest first; `find` is a whole address, found by its hash after an erasure too, or the beginning of one. Raises BadCursor."""
    found = rows_visible().where(Suppression.lifted_at.is_not(None) if lifted else Suppression.lifted_at.is_(None))
    if reason is not None:
        found = found.where(Suppression.reason == reason)
    if find:
        found = found.where(sa.or_(_is_of(find), Suppression.email.startswith(normal(find), autoescape=True)))
    if cursor:
        found = found.where(after([Suppression.id], decode_cursor(cursor, [read_id]), descending=True))
    rows = db.session.scalars(found.order_by(Suppression.id.desc()).limit(PAGE_ROWS + 1)).all()
    return cut(rows, PAGE_ROWS, lambda row: [row.id])


def export_rows(*, purpose: str, by: Actor) -> Sequence[Any]:
    """Address, list, reason, note and time of what stands on the list now. Written down. Raises TooManyExports."""
    lately = sa.select(sa.func.count()).select_from(ActivityEntry)
    mine = (ActivityEntry.verb == EXPORTED, ActivityEntry.actor_id == by.id, ActivityEntry.at > now() - dt.timedelta(hours=1))
    if (db.session.scalar(lately.where(*mine)) or 0) >= MOST_EXPORTS_AN_HOUR:
        raise TooManyExports
    wanted = (Suppression.email, Suppression.list_key, Suppression.reason, Suppression.note, Suppression.created_at)
    current = rows_visible().where(Suppression.lifted_at.is_(None), Suppression.email != "").order_by(Suppression.id)
    rows = db.session.execute(current.with_only_columns(*wanted).limit(MOST_EXPORTED)).all()
    activity.record(EXPORTED, ("suppression", None), by=by, office_id=by.office_id, purpose=purpose, rows=len(rows))
    return rows


def rows_visible() -> sa.Select[Suppression]:
    """What the offices in scope were told. A row that no office was told of (a sync) is seen where everything is: from the root."""
    offices: Any = Suppression.__table__.metadata.tables["offices"]
    inside = scopes.offices_in_scope()
    from_root = sa.exists(
        sa.select(sa.literal(1)).select_from(offices).where(offices.c.parent_id.is_(None), offices.c.id.in_(inside))
    )
    seen = sa.or_(Suppression.told_office_id.in_(inside), sa.and_(Suppression.told_office_id.is_(None), from_root))
    return sa.select(Suppression).where(seen)


def _is_of(email: str) -> sa.ColumnElement[bool]:
    """Rows of an address: by hash among those in force, which is what the index holds, and by the address itself."""
    by_hash = sa.select(Suppression.id).where(Suppression.address_key.in_(address_keys(email)), Suppression.lifted_at.is_(None))
    by_address = sa.select(Suppression.id).where(Suppression.email == normal(email), Suppression.email != "")
    return Suppression.id.in_(sa.union(by_hash, by_address))


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
