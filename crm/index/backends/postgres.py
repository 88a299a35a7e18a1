"""Full text on PostgreSQL: a GIN index over the terms as a tsvector, without a parser or dictionary in between."""

from collections.abc import Sequence

# The words are folded and cut before they come here; to_tsvector would cut them again by its own rules and the server's locale.
SCHEMA = (
    "CREATE INDEX ix_search_documents_terms ON search_documents USING gin (array_to_tsvector(string_to_array(terms, ' ')))",
)

MATCHED = (
    "SELECT id FROM search_documents WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST(:asked AS tsquery) LIMIT :most"
)


def expression(all_of: Sequence[Sequence[str]]) -> str:
    """Every group must match; within a group one term is enough. A term that ends in * is a prefix."""
    return " & ".join(f"({' | '.join(map(_term, group))})" for group in all_of)


def _term(term: str) -> str:
    return f"'{term[:-1]}':*" if term.endswith("*") else f"'{term}'"
