"""Keeping the search index: services call it in their own transaction, as they record activity."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect

from crm.core import bulk
from crm.core import scope as scopes
from crm.core import text as texts
from crm.core.db import db, is_sqlite
from crm.index import terms, vocabulary, words
from crm.index.backends import postgres, sqlite
from crm.index.models import SearchDocument
from crm.index.queries import Found, Groups, Hits, UnreadableQuery, complete, find, find_by_kind, suggest

BATCH, BATCH_OF_NEW = 500, 2_000
_table = SearchDocument.__table__

__all__ = [
    "Entry",
    "Found",
    "Groups",
    "Hits",
    "UnreadableQuery",
    "complete",
    "drop",
    "drop_many",
    "find",
    "find_by_kind",
    "put",
    "put_many",
    "put_new",
    "retoken_office",
    "suggest",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """What makes a record findable. `words` are other names (aliases, abbreviations), `body` is running text.

    Nothing private belongs here: whoever finds a record could tell from the hit what it holds.
    """

    kind: str
    subject_id: int
    office_id: int | None
    shared: bool
    title: str
    subtitle: str = ""
    words: Sequence[str] = ()
    body: str = ""


def put(
    kind: str,
    subject_id: int,
    *,
    office_id: int | None,
    shared: bool,
    title: str,
    subtitle: str = "",
    words: Sequence[str] = (),
    body: str = "",
) -> None:
    """Make a record findable, or renew what is known of it."""
    put_many([Entry(kind, subject_id, office_id, shared, title, subtitle, words, body)])


def put_many(entries: Iterable[Entry]) -> None:
    """Make many records findable, 500 at a time. Memory does not grow with their number."""
    source = iter(entries)
    paths: dict[int, str] = {}
    while batch := list(islice(source, BATCH)):
        _put_batch(batch, paths)


def put_new(entries: Iterable[Entry]) -> None:
    """Make records findable that this transaction made: nothing can be known of them, so nothing is looked up."""
    source = iter(entries)
    paths: dict[int, str] = {}
    while batch := list(islice(source, BATCH_OF_NEW)):
        _check_offices({entry.office_id for entry in batch})
        _learn_paths(batch, paths)
        marks = {place: _marks(*place) for place in {(e.kind, paths.get(e.office_id or 0), e.shared) for e in batch}}
        rows = [_row(entry, marks[entry.kind, paths.get(entry.office_id or 0), entry.shared]) for entry in batch]
        bulk.insert(db.session.connection(), _table, rows)
        for kind in {entry.kind for entry in batch}:
            _backend().learn(db.session(), kind, [entry.subject_id for entry in batch if entry.kind == kind])
        vocabulary.note(_counted(row["terms"] for row in rows), Counter())


def drop(kind: str, subject_id: int) -> None:
    """Let a record be found no more. Not being there is fine."""
    drop_many(kind, [subject_id])


def drop_many(kind: str, subject_ids: Sequence[int]) -> None:
    for start in range(0, len(subject_ids), BATCH):
        known = _known(kind, subject_ids[start : start + BATCH])
        _check_offices(row.office_id for row in known.values())
        ids = [row.id for row in known.values()]
        if ids:
            _backend().forget(db.session(), ids)
            db.session.execute(sa.delete(_table).where(_table.c.id.in_(ids)))
            vocabulary.note(Counter(), _counted(row.terms for row in known.values()))


def retoken_office(office_id: int) -> None:
    """Give the documents of an office and of those below it the marks of where they now hang in the tree."""
    below = sa.text("SELECT id, path FROM offices WHERE path LIKE (SELECT path FROM offices WHERE id = :office_id) || '%'")
    for moved_id, path in db.session.execute(below, {"office_id": office_id}).all():
        _retoken(moved_id, path)


def _retoken(office_id: int, path: str) -> None:
    last = 0
    while True:
        part = sa.select(_table).where(_table.c.office_id == office_id, _table.c.id > last).order_by(_table.c.id).limit(BATCH)
        rows = db.session.execute(part).all()
        if not rows:
            return
        last = rows[-1].id
        _backend().forget(db.session(), [row.id for row in rows])
        moved = [
            {"row_id": row.id, "new_terms": terms.with_marks(row.terms, _marks(row.kind, path, row.is_shared))} for row in rows
        ]
        db.session.connection().execute(_CHANGE_TERMS, moved)
        for kind in {row.kind for row in rows}:
            _backend().learn(db.session(), kind, [row.subject_id for row in rows if row.kind == kind])


_CHANGE_TERMS = sa.update(_table).where(_table.c.id == sa.bindparam("row_id")).values(terms=sa.bindparam("new_terms"))


def _put_batch(batch: Sequence[Entry], paths: dict[int, str]) -> None:
    _check_offices(entry.office_id for entry in batch)
    _learn_paths(batch, paths)
    rows = {  # of two for one record, the later
        (entry.kind, entry.subject_id): _row(entry, _marks(entry.kind, paths.get(entry.office_id or 0), entry.shared))
        for entry in batch
    }
    before: dict[tuple[str, int], Any] = {}
    for kind in {entry.kind for entry in batch}:
        ids = [subject_id for row_kind, subject_id in rows if row_kind == kind]
        before |= {(kind, subject_id): row for subject_id, row in _known(kind, ids).items()}
    stale = {key: old for key, old in before.items() if old.terms != rows[key]["terms"]}
    _backend().forget(db.session(), [old.id for old in stale.values()])
    # In order of the record, so that two batches that share some wait for each other instead of in a circle.
    db.session.execute(_upsert(), [rows[key] for key in sorted(rows)])
    changed = [key for key in rows if key not in before or key in stale]
    for kind in {kind for kind, _id in changed}:
        _backend().learn(db.session(), kind, [subject_id for row_kind, subject_id in changed if row_kind == kind])
    vocabulary.note(_counted(rows[key]["terms"] for key in changed), _counted(old.terms for old in stale.values()))


def _backend() -> Any:
    return sqlite if is_sqlite() else postgres


def _upsert() -> Any:
    insert: Any = sqlite_dialect.insert(_table) if is_sqlite() else postgresql.insert(_table)
    renewed = ("office_id", "is_shared", "title", "subtitle", "name_sort", "terms")
    return insert.on_conflict_do_update(
        index_elements=["kind", "subject_id"], set_={name: insert.excluded[name] for name in renewed}
    )


def _row(entry: Entry, marks: list[str]) -> dict[str, Any]:
    names = words.words_of(entry.title, entry.subtitle, *entry.words)
    return {
        "kind": entry.kind,
        "subject_id": entry.subject_id,
        "office_id": entry.office_id,
        "is_shared": entry.shared,
        "title": entry.title[:300],
        "subtitle": entry.subtitle[:300],
        "name_sort": texts.name_key(entry.title),
        "terms": terms.pack(marks, names, words.words_of(entry.body) if entry.body else []),
    }


def _marks(kind: str, path: str | None, shared: bool) -> list[str]:
    return [terms.kind_mark(kind), *terms.place_marks(path, shared)]


def _known(kind: str, subject_ids: Sequence[int]) -> dict[int, Any]:
    found = db.session.execute(_backend().KNOWN, {"kind": kind, "ids": list(subject_ids)})
    return {row.subject_id: row for row in found}


def _counted(packed: Iterable[str]) -> Counter[str]:
    return Counter(word for each in packed for word in terms.names_in(each) if words.is_teachable(word))


def _check_offices(office_ids: Iterable[int | None]) -> None:
    """Core SQL passes the guard at flush, so its rule is kept here."""
    scope = scopes.current()
    for office_id in office_ids:
        if office_id is not None and not scope.holds(office_id):
            raise scopes.OutOfScope(f"search document of office {office_id}")


def _learn_paths(batch: Sequence[Entry], paths: dict[int, str]) -> None:
    wanted = {entry.office_id for entry in batch if entry.office_id is not None} - paths.keys()
    if wanted:
        statement = sa.text("SELECT id, path FROM offices WHERE id IN :ids").bindparams(sa.bindparam("ids", expanding=True))
        paths.update({row[0]: row[1] for row in db.session.execute(statement, {"ids": sorted(wanted)})})
