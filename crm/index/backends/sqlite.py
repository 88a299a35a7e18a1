"""Full text on SQLite: an FTS5 index over search_documents.terms, kept by triggers."""

from collections.abc import Sequence

# The words are folded and cut before they come here, so the plain ASCII tokenizer (which keeps every other letter as it is) splits them
# exactly where we did. detail=none: no positions, so phrases can't be asked for, and nobody does; the index is a third of the size.
SCHEMA = (
    """CREATE VIRTUAL TABLE search_fts USING fts5(
  terms, content='search_documents', content_rowid='id', tokenize="ascii tokenchars '/'", prefix='2 3', detail='none', columnsize=0
)""",
    """CREATE TRIGGER search_documents_added AFTER INSERT ON search_documents BEGIN
  INSERT INTO search_fts(rowid, terms) VALUES (new.id, new.terms);
END""",
    """CREATE TRIGGER search_documents_removed AFTER DELETE ON search_documents BEGIN
  INSERT INTO search_fts(search_fts, rowid, terms) VALUES ('delete', old.id, old.terms);
END""",
    """CREATE TRIGGER search_documents_changed AFTER UPDATE OF terms ON search_documents WHEN old.terms <> new.terms BEGIN
  INSERT INTO search_fts(search_fts, rowid, terms) VALUES ('delete', old.id, old.terms);
  INSERT INTO search_fts(rowid, terms) VALUES (new.id, new.terms);
END""",
)
TEARDOWN = ("DROP TABLE IF EXISTS search_fts",)

# The cap is taken of what already matches the viewer's marks.
MATCHED = "SELECT rowid AS id FROM search_fts WHERE search_fts MATCH :asked LIMIT :most"


def expression(all_of: Sequence[Sequence[str]]) -> str:
    """Every group must match; within a group one term is enough. A term that ends in * is a prefix."""
    return " AND ".join(f"({' OR '.join(map(_term, group))})" for group in all_of)


def _term(term: str) -> str:
    return f'"{term[:-1]}" *' if term.endswith("*") else f'"{term}"'
