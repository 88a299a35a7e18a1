"""Searching: by halves of names in any order, within what the viewer may see, with a count that stops at a cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.core import text as texts
from crm.core.db import db, is_sqlite
from crm.core.scope import Scope
from crm.index import terms, vocabulary, words
from crm.index.backends import postgres, sqlite
from crm.index.models import SearchDocument
from crm.index.words import UnreadableQuery

CAP = 2000
FEW = 20  # with fewer hits than this, parts from the middle of words are looked for too
MOST_COMPLETIONS = 20

# The table and not the class: the scope's criterion is in the terms asked for, and must not come a second time after the cap.
_table = SearchDocument.__table__
_shown = sa.select(_table.c.kind, _table.c.subject_id, _table.c.title, _table.c.subtitle, _table.c.office_id)

__all__ = ["CAP", "Found", "Hits", "UnreadableQuery", "complete", "find", "suggest"]


@dataclass(frozen=True, slots=True)
class Found:
    """One record that was found, as lists show it."""

    kind: str
    subject_id: int
    title: str
    subtitle: str
    office_id: int | None


@dataclass(frozen=True, slots=True)
class Hits:
    """The first rows in order of name, and how many there are; `is_capped`: there are more than `count`."""

    rows: Sequence[Found]
    count: int
    is_capped: bool = False


def find(scope: Scope, query: str, *, kinds: Sequence[str] | None = None, limit: int = 50, cap: int = CAP) -> Hits:
    """Records that hold every word of the query, each at least as the beginning of one of theirs.

    When that finds few, words are also looked for inside words. Raises UnreadableQuery.
    """
    asked = words.query_words(query)
    marks = _marks(scope, kinds)
    beginnings = [[f"{spelling}*" for spelling in words.spellings(word)] for word in asked]
    hits = _run(scope, [*marks, *beginnings], kinds, query, limit, cap)
    if hits.count >= min(FEW, limit):
        return hits
    inside = [[*group, *vocabulary.terms_with(word)] for group, word in zip(beginnings, asked, strict=True)]
    return hits if inside == beginnings else _run(scope, [*marks, *inside], kinds, query, limit, cap)


def complete(scope: Scope, prefix: str, *, kind: str, limit: int = 8) -> list[Found]:
    """Records of a kind for what is being typed: names that begin with it, then names that hold its words."""
    limit = min(limit, MOST_COMPLETIONS)
    found = _beginning_with(scope, texts.name_key(prefix), (kind,), limit)
    if len(found) < limit:
        known = {row.subject_id for row in found}
        more = find(scope, prefix, kinds=(kind,), limit=limit, cap=200).rows
        found += [row for row in more if row.subject_id not in known]
    return found[:limit]


def suggest(scope: Scope, query: str, *, kinds: Sequence[str] | None = None) -> str | None:
    """The nearest query of known words that finds something within the scope; None when there is none.

    Only words with a hit in the scope are ever shown: the vocabulary is of all offices.
    """
    asked = words.query_words(query)
    for attempt in vocabulary.corrections(asked):
        if attempt != asked and _exists(scope, attempt, kinds):
            return " ".join(attempt)
    return None


def _exists(scope: Scope, asked: Sequence[str], kinds: Sequence[str] | None) -> bool:
    matched = _matched([*_marks(scope, kinds), *[[f"{word}*"] for word in asked]], 1)
    return db.session.execute(sa.select(matched.c.id)).first() is not None


def _run(scope: Scope, groups: list[list[str]], kinds: Sequence[str] | None, query: str, limit: int, cap: int) -> Hits:
    matched = _matched(groups, cap + 1)
    count = db.session.execute(sa.select(sa.func.count()).select_from(matched)).scalar() or 0
    if count > cap:
        return Hits(_first_of_many(scope, _matched(groups, limit), kinds, query, limit), cap, True)
    if not count:
        return Hits((), 0)
    in_order = _shown.join(matched, matched.c.id == _table.c.id).order_by(_table.c.name_sort, _table.c.id).limit(limit)
    return Hits(_rows(in_order), count)


def _matched(groups: list[list[str]], most: int) -> sa.CTE:
    """Ids that match, at most so many.

    MATERIALIZED: the full-text index is asked once, and PostgreSQL can't walk the order of names instead, testing each row.
    """
    backend = sqlite if is_sqlite() else postgres
    asked = sa.text(backend.MATCHED).bindparams(asked=backend.expression(groups), most=most)
    return asked.columns(sa.column("id", sa.BigInteger)).cte("matched").prefix_with("MATERIALIZED")


def _first_of_many(scope: Scope, matched: sa.CTE, kinds: Sequence[str] | None, query: str, limit: int) -> list[Found]:
    """Beyond the cap no order is true; names that begin with what was typed are the likeliest, then any that match."""
    found = _beginning_with(scope, texts.name_key(query), kinds, limit)
    if len(found) < limit:
        known = {(row.kind, row.subject_id) for row in found}
        rest = _rows(_shown.join(matched, matched.c.id == _table.c.id))
        found += sorted(
            (row for row in rest if (row.kind, row.subject_id) not in known), key=lambda row: texts.name_key(row.title)
        )
    return found[:limit]


def _beginning_with(scope: Scope, prefix: str, kinds: Sequence[str] | None, limit: int) -> list[Found]:
    """Walk the index of names from the prefix on. Rows outside the scope are passed over inside the index."""
    if not prefix:
        return []
    walk = _shown.where(_table.c.name_sort >= prefix, _table.c.name_sort < prefix + "\U0010ffff")
    if kinds:
        walk = walk.where(_table.c.kind.in_(kinds))
    if scope.office_ids is not None:
        walk = walk.where(sa.or_(_table.c.office_id.in_(sorted(scope.office_ids)), _table.c.is_shared))
    return _rows(walk.order_by(_table.c.name_sort, _table.c.id).limit(limit))


def _rows(statement: sa.Select[Any]) -> list[Found]:
    return [Found(*row) for row in db.session.execute(statement)]


def _marks(scope: Scope, kinds: Sequence[str] | None) -> list[list[str]]:
    """What every hit must carry: a mark of the viewer's, and one of the kinds when they are named."""
    groups = [] if scope.office_ids is None else [terms.viewer_marks(scope.office_ids, office_parents())]
    return groups + ([[terms.kind_mark(kind) for kind in kinds]] if kinds else [])


def office_parents() -> dict[int, int | None]:
    """The whole tree as child and parent, for working out marks; nothing of it is shown."""
    rows = db.session.execute(sa.text("SELECT id, parent_id FROM offices"))
    return {row[0]: row[1] for row in rows}
