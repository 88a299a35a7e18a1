"""The vocabulary of names: words counted by how many records hold them, and their neighbours by one slip of the keyboard."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

import sqlalchemy as sa
from rapidfuzz.distance import OSA
from sqlalchemy.dialects import postgresql, sqlite

from crm.core.db import db, is_sqlite
from crm.index import words
from crm.index.models import Term, TermChange, TermDeletion

PARTS_FROM = 3  # letters: shorter parts are in half of all words
MOST_PARTS = 40  # words that one part may stand for
MOST_NEIGHBOURS = 4
MOST_ATTEMPTS = 12
PORTION = 400  # words a transaction: about 50 ms on SQLite


def note(added: Counter[str], removed: Counter[str]) -> None:
    """Leave a note that words came and went. `fold` adds it up later."""
    counts = {word: change for word in added.keys() | removed.keys() if (change := added[word] - removed[word])}
    if counts:
        db.session.execute(sa.insert(TermChange), [{"counts": counts}])


def fold(portion: int = PORTION) -> bool:
    """Add up the oldest notes into the vocabulary. True when there may be more."""
    taken, counts = _take_notes(portion)
    if not taken:
        return False
    known = _known(sorted(counts))
    fresh = {word: count for word, count in counts.items() if word not in known and count > 0}
    for word, count in sorted(counts.items()):
        if word in known:
            db.session.execute(sa.update(Term).where(Term.id == known[word]).values(use_count=Term.use_count + count))
    _add(fresh)
    _remove_unused(list(known.values()))
    db.session.execute(sa.delete(TermChange).where(TermChange.id.in_(taken)))
    return True


def terms_with(part: str) -> list[str]:
    """Known words that hold a part anywhere but at their beginning, most used first."""
    if len(part) < PARTS_FROM and part.isascii():
        return []
    inside = Term.term.contains(part, autoescape=True)
    found = db.session.scalars(sa.select(Term.term).where(inside).order_by(Term.use_count.desc(), Term.term).limit(MOST_PARTS))
    return [term for term in found if not term.startswith(part)]


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
    scored = [(OSA.distance(word, term), -count, term) for term, count in db.session.execute(near)]
    return [term for distance, _count, term in sorted(scored) if distance <= (1 if len(word) < 5 else 2)][:MOST_NEIGHBOURS]


def _take_notes(portion: int) -> tuple[list[int], Counter[str]]:
    notes = sa.select(TermChange.id, TermChange.counts).order_by(TermChange.id).limit(200).with_for_update(skip_locked=True)
    taken: list[int] = []
    counts: Counter[str] = Counter()
    for note_id, changes in db.session.execute(notes):
        if taken and len(counts) + len(changes) > portion:
            break
        taken.append(note_id)
        counts.update(changes)
    return taken, counts


def _known(asked: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(asked), 500):
        part = sa.select(Term.term, Term.id).where(Term.term.in_(asked[start : start + 500]))
        found.update(db.session.execute(part).tuples().all())
    return found


def _add(fresh: dict[str, int]) -> None:
    if not fresh:
        return
    # In order of the word: two workers that bring the same words wait for each other instead of in a circle.
    rows = [{"term": word, "use_count": count} for word, count in sorted(fresh.items())]
    insert: Any = sqlite.insert(Term) if is_sqlite() else postgresql.insert(Term)
    grown = insert.on_conflict_do_update(index_elements=["term"], set_={"use_count": Term.use_count + insert.excluded.use_count})
    db.session.execute(grown, rows)
    ids = _known(sorted(fresh))
    pairs = [{"deletion": less, "term_id": ids[word]} for word in sorted(fresh) for less in words.deletions(word)]
    link: Any = sqlite.insert(TermDeletion) if is_sqlite() else postgresql.insert(TermDeletion)
    db.session.execute(link.on_conflict_do_nothing(), pairs)


def _remove_unused(ids: list[int]) -> None:
    for start in range(0, len(ids), 500):
        part = sa.select(Term.id).where(Term.id.in_(ids[start : start + 500]), Term.use_count <= 0)
        gone = list(db.session.scalars(part))
        if gone:
            db.session.execute(sa.delete(TermDeletion).where(TermDeletion.term_id.in_(gone)))
            db.session.execute(sa.delete(Term).where(Term.id.in_(gone)))
