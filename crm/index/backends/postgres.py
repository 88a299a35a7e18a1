"""Full text on PostgreSQL: a GIN index over the terms as a tsvector, without a parser or dictionary in between."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

# The words are folded and cut before they come here; to_tsvector would cut them again by its own rules and the server's locale.
SCHEMA = (
    "CREATE INDEX ix_search_documents_terms ON search_documents USING gin (array_to_tsvector(string_to_array(terms, ' ')))",
)

# MATERIALIZED: else the planner may walk the order of names and test each row (measured by others at 2.9 s for a rare word).
FIND = """WITH matched AS MATERIALIZED (SELECT id FROM search_documents
  WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST(:asked AS tsquery) LIMIT :most)
SELECT d.kind, d.subject_id, d.title, d.subtitle, d.office_id, (SELECT count(*) FROM matched)
FROM matched JOIN search_documents d ON d.id = matched.id ORDER BY d.name_sort, d.id LIMIT :limit"""
GROUP = """WITH matched AS MATERIALIZED (SELECT id FROM search_documents
  WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST(:asked AS tsquery) LIMIT :most),
placed AS (SELECT d.id, d.kind, row_number() OVER (PARTITION BY d.kind ORDER BY d.name_sort, d.id) AS place,
  count(*) OVER (PARTITION BY d.kind) AS of_kind FROM matched JOIN search_documents d ON d.id = matched.id)
SELECT d.kind, d.subject_id, d.title, d.subtitle, d.office_id, p.of_kind
FROM placed p JOIN search_documents d ON d.id = p.id WHERE p.place <= :limit ORDER BY p.kind, p.place"""
EXISTS = """SELECT 1 FROM search_documents
  WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST(:asked AS tsquery) LIMIT 1"""


def forget(_session: Session, _document_ids: Sequence[int]) -> None:
    """Nothing: the index is of the table itself."""


def learn(_session: Session, _kind: str, _subject_ids: Sequence[int]) -> None:
    """Nothing: the index is of the table itself."""


def expression(all_of: Sequence[Sequence[str]]) -> str:
    """Every group must match; within a group one term is enough. A term that ends in * is a prefix."""
    return " & ".join(f"({' | '.join(map(_term, group))})" for group in all_of)


def _term(term: str) -> str:
    return f"'{term[:-1]}':*" if term.endswith("*") else f"'{term}'"
