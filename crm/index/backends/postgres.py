"""Full text on PostgreSQL: a GIN index over the terms as a tsvector, without a parser or dictionary in between."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

# The words are folded and cut before they come here; to_tsvector would cut them again by its own rules and the server's locale.
# A function and not the bare expression: at its true cost the planner would rather work it out for every row than use the index.
SCHEMA = (
    """CREATE FUNCTION search_vector(terms text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
BEGIN
  RETURN array_to_tsvector(string_to_array(terms, ' '));
END
$$""",
    # A short list of what is not sorted in yet: each search reads all of it.
    """CREATE INDEX ix_search_documents_terms ON search_documents USING gin (search_vector(terms))
  WITH (fastupdate = on, gin_pending_list_limit = 256)""",
)
TEARDOWN = ("DROP FUNCTION IF EXISTS search_vector(text)",)

# MATERIALIZED: else the planner may walk the order of names and test each row (measured by others at 2.9 s for a rare word). What is shown
# comes out of the same pass: joined again by id, the planner reads the whole table (measured: 60 ms instead of 12 at 100,000 rows).
FIND = """WITH matched AS MATERIALIZED (SELECT id, kind, subject_id, title, subtitle, office_id, name_sort FROM search_documents
  WHERE search_vector(terms) @@ CAST(:asked AS tsquery) LIMIT :most)
SELECT kind, subject_id, title, subtitle, office_id, (SELECT count(*) FROM matched)
FROM matched ORDER BY name_sort LIKE :first DESC, ' ' || name_sort LIKE :near DESC, name_sort, id LIMIT :limit"""
GROUP = """WITH matched AS MATERIALIZED (SELECT id, kind, subject_id, title, subtitle, office_id, name_sort FROM search_documents
  WHERE search_vector(terms) @@ CAST(:asked AS tsquery) LIMIT :most),
placed AS (SELECT *, row_number() OVER (
    PARTITION BY kind ORDER BY name_sort LIKE :first DESC, ' ' || name_sort LIKE :near DESC, name_sort, id) AS place,
  count(*) OVER (PARTITION BY kind) AS of_kind FROM matched)
SELECT kind, subject_id, title, subtitle, office_id, of_kind FROM placed WHERE place <= :limit ORDER BY kind, place"""
EXISTS = "SELECT 1 FROM search_documents WHERE search_vector(terms) @@ CAST(:asked AS tsquery) LIMIT 1"


# One look into the unique index for each id. With IN the planner, which knows nothing of a table that grows in this transaction, reads the
# whole table for each batch of an import (measured: 108 s instead of 13 for 100,000 rows).
KNOWN = sa.text(
    "SELECT d.subject_id, d.id, d.terms, d.office_id FROM unnest(:ids) AS asked(id) CROSS JOIN LATERAL "
    "(SELECT * FROM search_documents s WHERE s.kind = :kind AND s.subject_id = asked.id LIMIT 1) d"
).bindparams(sa.bindparam("ids", type_=ARRAY(sa.BigInteger)))


def forget(_session: Session, _document_ids: Sequence[int]) -> None:
    """Nothing: the index is of the table itself."""


def learn(_session: Session, _kind: str, _subject_ids: Sequence[int]) -> None:
    """Nothing: the index is of the table itself."""


def expression(all_of: Sequence[Sequence[str]]) -> str:
    """Every group must match; within a group one term is enough. A term that ends in * is a prefix."""
    return " & ".join(f"({' | '.join(map(_term, group))})" for group in all_of)


def _term(term: str) -> str:
    return f"'{term[:-1]}':*" if term.endswith("*") else f"'{term}'"
