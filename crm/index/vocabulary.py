"""The vocabulary of names: words counted by how many records hold them, and their neighbours by one slip of the keyboard."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.core.db import db, is_sqlite
from crm.index import words
from crm.index.models import Term, TermChange, TermDeletion

PARTS_FROM = 3  # letters: shorter parts are in half of all words
MOST_PARTS = 40  # words that one part may stand for
MOST_NEIGHBOURS = 4
MOST_ATTEMPTS = 12
PORTION = 500  # new words a transaction, with about 5,000 deletions
MOST_NOTES, MOST_COUNTED = 500, 6000  # notes and distinct words a transaction

_changes, _terms, _deletions = TermChange.__table__, Term.__table__, TermDeletion.__table__
_change = sa.update(_terms).where(_terms.c.id == sa.bindparam("row_id")).values(use_count=_terms.c.use_count + sa.bindparam("by"))


def note(added: Counter[str], removed: Counter[str]) -> None:
    """Leave a note that words came and went. `fold` adds it up later."""
    _note({word: change for word in added.keys() | removed.keys() if (change := added[word] - removed[word])})


def _note(counts: dict[str, int]) -> None:
    if counts:
        db.session.execute(sa.insert(_changes), [{"counts": counts}])


def fold() -> bool:
    """Add up the oldest notes into the vocabulary. True when there may be more.

    Of new words a portion is added and the rest noted anew: each brings about ten rows, and nobody should wait long for the lock.
    """
    taken, counts = _take_notes()
    if not taken:
        return False
    db.session.execute(sa.delete(TermChange).where(TermChange.id.in_(taken)))
    known = _known(sorted(counts))
    changed = [{"row_id": known[word], "by": count} for word, count in sorted(counts.items()) if word in known and count]
    if changed:
        db.session.execute(_change, changed)
    fresh = sorted(word for word, count in counts.items() if word not in known and count > 0)
    _add({word: counts[word] for word in fresh[:PORTION]})
    _remove_unused(sorted(known.values()))
    _note({word: counts[word] for word in fresh[PORTION:]})
    return True


def terms_with(part: str) -> list[str]:
    """Known words that hold a part, but not at their beginning."""
    if len(part) < PARTS_FROM and part.isascii():
        return []
    listed = _listed()
    found: list[str] = []
    at = listed.find(part)
    while at != -1 and len(found) < MOST_PARTS:
        end = listed.index("\n", at)
        if listed[at - 1] != "\n":
            found.append(listed[listed.rindex("\n", 0, at) + 1 : end])
        at = listed.find(part, end)
    return found


# All words, one to a line, with the newest as the mark of how far we have read. A pattern in SQL reads the whole table for each
# question (2 ms at 22,000 words); words that meanwhile went do no harm, they only find nothing.
_memory: tuple[int, str, str] = (0, "", "\n")


def _listed() -> str:
    global _memory
    last_id, last_term, listed = _memory
    rows = db.session.execute(sa.select(_terms.c.id, _terms.c.term).where(_terms.c.id >= last_id).order_by(_terms.c.id)).all()
    if last_id and (not rows or tuple(rows[0]) != (last_id, last_term)):  # the newest we knew is gone: read everything anew
        rows = db.session.execute(sa.select(_terms.c.id, _terms.c.term).order_by(_terms.c.id)).all()
        last_id, listed = 0, "\n"
    new = rows[1:] if last_id else rows
    if new:
        listed += "".join(f"{term}\n" for _id, term in new)
        last_id, last_term = new[-1]
    elif not rows:
        last_id, last_term = 0, ""
    _memory = (last_id, last_term, listed)
    return listed


def corrections(asked: Sequence[str]) -> Iterator[list[str]]:
    """Ways to read a query with known words, nearest first; the query itself is among them."""
    choices = [[word, *_neighbours(word)] for word in asked]
    ranked = sorted(islice(product(*[range(len(choice)) for choice in choices]), 400), key=sum)
    for picks in ranked[:MOST_ATTEMPTS]:
        yield [choice[pick] for choice, pick in zip(choices, picks, strict=True)]


def _neighbours(word: str) -> list[str]:
    if not words.is_teachable(word):
        return []
    near = (
        sa.select(Term.term, Term.use_count)
        .join(TermDeletion, TermDeletion.term_id == Term.id)
        .where(TermDeletion.deletion.in_(words.deletions(word)), Term.term != word)
        .distinct()
        .limit(200)
    )
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loaded by who needs it: 4 MB of every process otherwise

    scored = [(OSA.distance(word, term), -count, term) for term, count in db.session.execute(near)]
    return [term for distance, _count, term in sorted(scored) if distance <= (1 if len(word) < 5 else 2)][:MOST_NEIGHBOURS]


def _take_notes() -> tuple[list[int], Counter[str]]:
    notes = (
        sa.select(TermChange.id, TermChange.counts).order_by(TermChange.id).limit(MOST_NOTES).with_for_update(skip_locked=True)
    )
    taken: list[int] = []
    counts: Counter[str] = Counter()
    for note_id, changes in db.session.execute(notes):
        if taken and len(counts) + len(changes) > MOST_COUNTED:
            break
        taken.append(note_id)
        counts.update(changes)
    return taken, counts


def _known(asked: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(asked), 500):
        part = sa.select(Term.term, Term.id).where(Term.term.in_(asked[start : start + 500]))
        found.update(db.session.execute(part).all())
    return found


def _add(fresh: dict[str, int]) -> None:
    if not fresh:
        return
    # In order of the word: two workers that bring the same words wait for each other instead of in a circle.
    rows = [{"term": word, "use_count": count} for word, count in sorted(fresh.items())]
    insert = _insert(_terms)
    db.session.execute(
        insert.on_conflict_do_update(index_elements=["term"], set_={"use_count": _terms.c.use_count + insert.excluded.use_count}),
        rows,
    )
    ids = _known(sorted(fresh))
    pairs = [{"deletion": less, "term_id": ids[word]} for word in sorted(fresh) for less in words.deletions(word)]
    db.session.execute(_insert(_deletions).on_conflict_do_nothing(), sorted(pairs, key=lambda pair: pair["deletion"]))


def _insert(table: Any) -> Any:
    return sqlite.insert(table) if is_sqlite() else postgresql.insert(table)


def _remove_unused(ids: list[int]) -> None:
    for start in range(0, len(ids), 500):
        part = sa.select(Term.id).where(Term.id.in_(ids[start : start + 500]), Term.use_count <= 0)
        gone = list(db.session.scalars(part))
        if gone:
            db.session.execute(sa.delete(TermDeletion).where(TermDeletion.term_id.in_(gone)))
            db.session.execute(sa.delete(Term).where(Term.id.in_(gone)))
