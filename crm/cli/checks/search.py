"""The search index beside the records that it leads to."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from crm.campaigns.models import Campaign
from crm.cli.checks import check
from crm.commitments.models import Commitment
from crm.core.db import db
from crm.engagements.models import Engagement
from crm.index import terms, words
from crm.index.models import SearchDocument
from crm.offices.models import Office
from crm.stakeholders.models import Stakeholder

ROWS = 1000
REPAIR = "flask crm repair search writes the documents of these records anew."
NOT_SHARED = sa.literal(False)

# What can be found: the columns that say its kind, id, office, title, and whether everybody sees it.
FINDABLE: list[tuple[Any, Any, Any, Any, Any]] = [
    (Stakeholder.kind, Stakeholder.id, Stakeholder.office_id, Stakeholder.name, Stakeholder.is_shared),
    (Engagement.kind, Engagement.id, Engagement.office_id, Engagement.title, NOT_SHARED),
    (sa.literal("commitment"), Commitment.id, Commitment.office_id, Commitment.text, NOT_SHARED),
    (sa.literal("campaign"), Campaign.id, Campaign.office_id, Campaign.name, NOT_SHARED),
]


def _documents_of(kind: Any, record_id: Any) -> sa.ColumnElement[bool]:
    return sa.and_(SearchDocument.kind == sa.cast(kind, sa.String), SearchDocument.subject_id == record_id)


@check("Every record can be found.", do=REPAIR)
def search_documents_missing() -> Iterator[str]:
    for kind, record_id, _office, _title, _shared in FINDABLE:
        missing = sa.select(kind, record_id).where(~sa.exists().where(_documents_of(kind, record_id)))
        if record_id.class_ is Stakeholder:
            missing = missing.where(Stakeholder.archived_at.is_(None))
        for found_kind, found_id in db.session.execute(missing.order_by(record_id)):
            yield f"{found_kind} {found_id} is not in the search index."


@check("The search index leads to no record that is gone.", do=REPAIR)
def search_documents_without_record() -> Iterator[str]:
    there = [
        sa.exists().where(
            _documents_of(kind, record_id), *((Stakeholder.archived_at.is_(None),) if record_id.class_ is Stakeholder else ())
        )
        for kind, record_id, *_rest in FINDABLE
    ]
    lost = sa.select(SearchDocument.kind, SearchDocument.subject_id).where(~sa.or_(*there)).order_by(SearchDocument.id)
    for kind, record_id in db.session.execute(lost):
        yield f"The search index leads to {kind} {record_id}, which is gone or archived."


@check("The search index says of each record what the record says.", do=REPAIR)
def search_documents_stale() -> Iterator[str]:
    paths = {row.id: row.path for row in db.session.execute(sa.select(Office.id, Office.path))}
    for kind, record_id, office_id, title, shared in FINDABLE:
        pairs = (
            sa.select(
                kind.label("kind"),
                record_id.label("id"),
                office_id.label("office_id"),
                title.label("title"),
                shared.label("shared"),
            )
            .add_columns(SearchDocument.title.label("known_title"), SearchDocument.office_id.label("known_office"))
            .add_columns(SearchDocument.is_shared.label("known_shared"), SearchDocument.terms)
            .join(SearchDocument, _documents_of(kind, record_id))
            .order_by(record_id)
        )
        for row in db.session.execute(pairs.execution_options(yield_per=ROWS)):
            if wrong := _differences(row, paths):
                yield f"The search index has another {wrong} for {row.kind} {row.id}."


def _differences(row: Any, paths: dict[int, str]) -> str:
    known = row.terms.split(" ")
    marks = [terms.kind_mark(str(row.kind)), *terms.place_marks(paths.get(row.office_id), bool(row.shared))]
    checks = {
        "title": row.known_title == row.title[:300] and set(words.words_of(row.title)) <= set(known),
        "office": row.known_office == row.office_id and bool(row.known_shared) == bool(row.shared),
        "place in the tree": known[: len(marks)] == marks,
    }
    return " and ".join(name for name, agrees in checks.items() if not agrees)
