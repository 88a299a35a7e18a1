"""Searching: by halves of names in any order, within what the viewer may see, with a count that stops at a cap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

import sqlalchemy as sa

from crm.core import text as texts
from crm.core.db import db, is_sqlite
from crm.core.scope import Scope
from crm.index import terms, vocabulary, words
from crm.index.backends import postgres, sqlite
from crm.index.models import SearchDocument
from crm.index.words import UnreadableQuery

CAP = 2000
FEW = 5  # with fewer hits than this, parts from the middle of words are looked for too
MOST_COMPLETIONS = 20

# The table and not the class: the scope is among the terms asked for, and must not come a second time after the cap.
_table = SearchDocument.__table__
_shown = sa.select(_table.c.kind, _table.c.subject_id, _table.c.title, _table.c.subtitle, _table.c.office_id)
_STATEMENTS = {
    (backend, name): sa.text(getattr(backend, name)) for backend in (sqlite, postgres) for name in ("FIND", "GROUP", "EXISTS")
}
T = TypeVar("T")

__all__ = ["CAP", "Found", "Groups", "Hits", "UnreadableQuery", "complete", "find", "find_by_kind", "suggest"]


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
    """The first rows, and how many there are; `is_capped`: there are more than `count`.

    Names that begin so come first, then those with a word that does, then what only has to do with it; each in order of name.
    """

    rows: Sequence[Found]
    count: int
    is_capped: bool = False


@dataclass(frozen=True, slots=True)
class Groups:
    """The first rows of each kind. When the whole is capped, the counts of the kinds are at least so many."""

    kinds: dict[str, Hits]
    count: int
    is_capped: bool = False


def find(scope: Scope, query: str, *, kinds: Sequence[str] | None = None, limit: int = 50, cap: int = CAP) -> Hits:
    """Records that hold every word of the query, each at least as the beginning of one of theirs.

    When that finds few, words are also looked for inside words. Raises UnreadableQuery.
    """

    def run(groups: list[list[str]]) -> Hits:
        rows = _execute("FIND", groups, most=cap + 1, limit=limit, **_near(query))
        count = rows[0][5] if rows else 0
        found = [Found(*row[:5]) for row in rows]
        if count > cap:
            return Hits(_likeliest(scope, query, kinds, found, limit), cap, True)
        return Hits(found, count)

    return _widening(scope, query, kinds, run)


def find_by_kind(scope: Scope, query: str, *, kinds: Sequence[str] | None = None, limit: int = 8, cap: int = CAP) -> Groups:
    """The same, as the first rows of each kind. Raises UnreadableQuery."""

    def run(groups: list[list[str]]) -> Groups:
        found: dict[str, list[Found]] = {}
        counts: dict[str, int] = {}
        for row in _execute("GROUP", groups, most=cap + 1, limit=limit, **_near(query)):
            found.setdefault(row[0], []).append(Found(*row[:5]))
            counts[row[0]] = row[5]
        total = sum(counts.values())
        is_capped = total > cap
        shown = {kind: _likeliest(scope, query, (kind,), rows, limit) if is_capped else rows for kind, rows in found.items()}
        return Groups({kind: Hits(shown[kind], counts[kind], is_capped) for kind in found}, min(total, cap), is_capped)

    return _widening(scope, query, kinds, run)


def complete(scope: Scope, prefix: str, *, kind: str, limit: int = 8) -> list[Found]:
    """Records of a kind for what is being typed: names that begin with it, then names that hold its words."""
    limit = min(limit, MOST_COMPLETIONS)
    words.query_words(prefix)
    found = _beginning_with(scope, texts.name_key(prefix), kind, limit)
    if len(found) < limit:
        known = {row.subject_id for row in found}
        found += [row for row in find(scope, prefix, kinds=(kind,), limit=limit, cap=200).rows if row.subject_id not in known]
    return found[:limit]


def suggest(scope: Scope, query: str, *, kinds: Sequence[str] | None = None) -> str | None:
    """The nearest query of known words that finds something within the scope; None when there is none.

    Only words with a hit in the scope are ever shown: the vocabulary is of all offices.
    """
    asked = words.query_words(query)
    marks = _marks(scope, kinds)
    for attempt in vocabulary.corrections(asked):
        if attempt != asked and _execute("EXISTS", [*marks, *[[f"{word}*"] for word in attempt]]):
            return " ".join(attempt)
    return None


def _widening(scope: Scope, query: str, kinds: Sequence[str] | None, run: Callable[[list[list[str]]], T]) -> T:
    """Look for beginnings of words first; when that finds few, for parts of words too."""
    asked = words.query_words(query)
    marks = _marks(scope, kinds)
    hits = run([*marks, *_beginnings(asked)])
    if not hits.count and asked != (pieces := words.query_words(query, as_number=False)):  # type: ignore[attr-defined]
        asked, hits = pieces, run([*marks, *_beginnings(pieces)])  # no telephone number: perhaps a date, or two figures
    if hits.count >= FEW:  # type: ignore[attr-defined]
        return hits
    beginnings = _beginnings(asked)
    inside = [[*group, *vocabulary.terms_with(word)] for group, word in zip(beginnings, asked, strict=True)]
    return hits if inside == beginnings else run([*marks, *inside])


def _near(query: str) -> dict[str, str]:
    """Patterns for names that begin with the first word that was typed, and for names with a word that does."""
    first = words.query_words(query)[0]
    return {"first": f"{first}%", "near": f"% {first}%"}


def _beginnings(asked: Sequence[str]) -> list[list[str]]:
    return [[f"{spelling}*" for spelling in words.spellings(word)] for word in asked]


def _execute(name: str, groups: list[list[str]], **values: Any) -> Sequence[Any]:
    backend: ModuleType = sqlite if is_sqlite() else postgres
    return db.session.execute(_STATEMENTS[backend, name], {"asked": backend.expression(groups), **values}).all()


def _likeliest(scope: Scope, query: str, kinds: Sequence[str] | None, found: list[Found], limit: int) -> list[Found]:
    """Beyond the cap no order is true: names that begin with what was typed come first, then the others that were found."""
    likely = sorted({row.kind for row in found} if kinds is None else kinds)
    first = [row for kind in likely for row in _beginning_with(scope, texts.name_key(query), kind, limit)]
    first.sort(key=lambda row: texts.name_key(row.title))
    known = {(row.kind, row.subject_id) for row in first}
    return (first + [row for row in found if (row.kind, row.subject_id) not in known])[:limit]


def _beginning_with(scope: Scope, prefix: str, kind: str, limit: int) -> list[Found]:
    """Walk the index of a kind's names from the prefix on. Rows outside the scope are passed over inside the index."""
    if not prefix:
        return []
    walk = _shown.where(_table.c.kind == kind, _table.c.name_sort >= prefix, _table.c.name_sort < prefix + "\U0010ffff")
    if scope.office_ids is not None:
        walk = walk.where(sa.or_(_table.c.office_id.in_(sorted(scope.office_ids)), _table.c.is_shared))
    return [Found(*row) for row in db.session.execute(walk.order_by(_table.c.name_sort, _table.c.id).limit(limit))]


def _marks(scope: Scope, kinds: Sequence[str] | None) -> list[list[str]]:
    """What every hit must carry: a mark of the viewer's, and one of the kinds when they are named."""
    groups = [] if scope.office_ids is None else [terms.viewer_marks(scope.office_ids, _office_parents())]
    return groups + ([[terms.kind_mark(kind) for kind in kinds]] if kinds else [])


_PARENTS = sa.text("SELECT id, parent_id FROM offices")


def _office_parents() -> dict[int, int | None]:
    """The whole tree as child and parent, for working out marks; nothing of it is shown."""
    return {row[0]: row[1] for row in db.session.execute(_PARENTS)}
