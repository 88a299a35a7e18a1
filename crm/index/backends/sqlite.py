"""Full text on SQLite: an FTS5 index over search_documents.terms.

The service calls `forget` and `learn`, each one statement for a whole batch. Triggers would do the same row by row, and FTS5 settles its
books at each statement: measured, 100,000 rows cost 4.2 s of CPU by trigger and 0.3 s this way.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

# The words are folded and cut before they come here, so the plain ASCII tokenizer (which keeps every other letter as it is) splits them
# exactly where we did. detail=none: no positions, so phrases can't be asked for, and nobody does; the index is a third of the size.
SCHEMA = (
    """CREATE VIRTUAL TABLE search_fts USING fts5(
  terms, content='search_documents', content_rowid='id', tokenize="ascii tokenchars '/'", prefix='2 3', detail='none', columnsize=0
)""",
)
TEARDOWN = ("DROP TABLE IF EXISTS search_fts",)

# The cap is taken of what already matches the viewer's marks. MATERIALIZED: the full-text index is asked once.
FIND = """WITH matched AS MATERIALIZED (SELECT rowid AS id FROM search_fts WHERE search_fts MATCH :asked LIMIT :most)
SELECT d.kind, d.subject_id, d.title, d.subtitle, d.office_id, (SELECT count(*) FROM matched)
FROM matched JOIN search_documents d ON d.id = matched.id
ORDER BY d.name_sort LIKE :first DESC, ' ' || d.name_sort LIKE :near DESC, d.name_sort, d.id LIMIT :limit"""
GROUP = """WITH matched AS MATERIALIZED (SELECT rowid AS id FROM search_fts WHERE search_fts MATCH :asked LIMIT :most),
placed AS (SELECT d.id, d.kind, row_number() OVER (
    PARTITION BY d.kind ORDER BY d.name_sort LIKE :first DESC, ' ' || d.name_sort LIKE :near DESC, d.name_sort, d.id) AS place,
  count(*) OVER (PARTITION BY d.kind) AS of_kind FROM matched JOIN search_documents d ON d.id = matched.id)
SELECT d.kind, d.subject_id, d.title, d.subtitle, d.office_id, p.of_kind
FROM placed p JOIN search_documents d ON d.id = p.id WHERE p.place <= :limit ORDER BY p.kind, p.place"""
EXISTS = "SELECT 1 FROM search_fts WHERE search_fts MATCH :asked LIMIT 1"

KNOWN = sa.text(
    "SELECT subject_id, id, terms, office_id FROM search_documents WHERE kind = :kind AND subject_id IN :ids"
).bindparams(sa.bindparam("ids", expanding=True))
_FORGET = sa.text(
    "INSERT INTO search_fts(search_fts, rowid, terms) SELECT 'delete', id, terms FROM search_documents WHERE id IN :ids"
).bindparams(sa.bindparam("ids", expanding=True))
_LEARN = sa.text(
    "INSERT INTO search_fts(rowid, terms) SELECT id, terms FROM search_documents WHERE kind = :kind AND subject_id IN :ids"
).bindparams(sa.bindparam("ids", expanding=True))


def forget(session: Session, document_ids: Sequence[int]) -> None:
    """Take documents out of the index. Before their terms change or they go: FTS5 needs the old words to find its entries."""
    if document_ids:
        session.execute(_FORGET, {"ids": document_ids})


def learn(session: Session, kind: str, subject_ids: Sequence[int]) -> None:
    """Put documents into the index that are not in it."""
    if subject_ids:
        session.execute(_LEARN, {"kind": kind, "ids": subject_ids})


def expression(all_of: Sequence[Sequence[str]]) -> str:
    """Every group must match; within a group one term is enough. A term that ends in * is a prefix."""
    return " AND ".join(f"({' OR '.join(map(_term, group))})" for group in all_of)


def _term(term: str) -> str:
    return f'"{term[:-1]}" *' if term.endswith("*") else f'"{term}"'
