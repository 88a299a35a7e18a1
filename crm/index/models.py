"""What can be searched, and the vocabulary for suggestions."""

import sqlalchemy as sa
from sqlalchemy import event, orm

from crm.core.db import Model
from crm.core.scope import Scoped, offices_in_scope
from crm.core.types import BigId, Json
from crm.index.backends import postgres, sqlite

# Byte order on both databases: ranges of a prefix and the order of rows must agree with the index.
Plain = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


class SearchDocument(Scoped, Model):
    """One findable record. It points at its subject by kind and id; `terms` is what the full-text index reads (see terms.py)."""

    __tablename__ = "search_documents"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(30))
    subject_id: orm.Mapped[int] = orm.mapped_column(BigId)
    office_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("offices.id"), index=True)
    is_shared: orm.Mapped[bool] = orm.mapped_column(default=False)
    title: orm.Mapped[str] = orm.mapped_column(sa.String(300))
    subtitle: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    name_sort: orm.Mapped[str] = orm.mapped_column(Plain)
    terms: orm.Mapped[str] = orm.mapped_column(sa.Text)

    __table_args__ = (
        sa.UniqueConstraint("kind", "subject_id"),
        # Covers the walk over names that begin alike, so that rows of other offices are passed over without being read.
        sa.Index("ix_search_documents_name", "kind", "name_sort", "id", "office_id", "is_shared"),
    )

    @classmethod
    def scope_criterion(cls) -> sa.ColumnElement[bool]:
        return sa.or_(cls.office_id.in_(offices_in_scope()), cls.is_shared.is_(True))

    @classmethod
    def write_criterion(cls) -> sa.ColumnElement[bool]:
        return cls.office_id.in_(offices_in_scope())


class Term(Model):
    """A word of names, with the number of documents that hold it. It goes when nobody does."""

    __tablename__ = "search_terms"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    term: orm.Mapped[str] = orm.mapped_column(sa.String(40), unique=True)
    use_count: orm.Mapped[int]


class TermDeletion(Model):
    """A word with one letter taken out, pointing at the word: how a mistyped word finds its neighbours on any database."""

    __tablename__ = "search_term_deletions"
    is_global = True

    deletion: orm.Mapped[str] = orm.mapped_column(sa.String(40), primary_key=True)
    term_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("search_terms.id"), primary_key=True, index=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class TermChange(Model):
    """How often words came and went in one transaction. A job adds them up: no two writers wait for the row of a common word."""

    __tablename__ = "search_term_changes"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    counts: orm.Mapped[dict[str, int]] = orm.mapped_column(Json)


for _statement in sqlite.SCHEMA:
    event.listen(SearchDocument.__table__, "after_create", sa.DDL(_statement).execute_if(dialect="sqlite"))
for _statement in sqlite.TEARDOWN:
    event.listen(SearchDocument.__table__, "before_drop", sa.DDL(_statement).execute_if(dialect="sqlite"))
for _statement in postgres.SCHEMA:
    event.listen(SearchDocument.__table__, "after_create", sa.DDL(_statement).execute_if(dialect="postgresql"))
for _statement in postgres.TEARDOWN:
    event.listen(SearchDocument.__table__, "after_drop", sa.DDL(_statement).execute_if(dialect="postgresql"))
