"""Stakeholders, engagements, commitments: what must agree with what."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.cli.checks import check
from crm.commitments.models import Commitment, CommitmentState
from crm.core import text
from crm.core.db import db
from crm.engagements.models import Engagement, Participation
from crm.exchange.models import ExternalId, Import, ImportRow, ImportState
from crm.stakeholders import keys
from crm.stakeholders.models import OtherName, Stakeholder, Topic

ROWS = 1000  # read at a time: memory must not grow with the office


def _differ(one: Any, other: Any) -> sa.ColumnElement[bool]:
    return one.is_distinct_from(other)


@check(
    "Participations carry the time and the office of their engagement.",
    do="flask crm repair participations copies them anew.",
)
def participation_copies() -> Iterator[str]:
    own = [Participation.occurred_on, Participation.sort_at, Participation.office_id]
    copied = [Engagement.occurred_on, Engagement.sort_at, Engagement.office_id]
    differs = sa.or_(*(_differ(one, other) for one, other in zip(own, copied, strict=True)))
    found = (
        sa.select(Participation.id, Engagement.id, *own, *copied)
        .join(Engagement, Engagement.id == Participation.engagement_id)
        .where(differs)
        .order_by(Participation.id)
    )
    for participation_id, engagement_id, *values in db.session.execute(found):
        names = ("occurred_on", "sort_at", "office_id")
        wrong = [name for name, one, other in zip(names, values[:3], values[3:], strict=True) if one != other]
        yield f"Participation {participation_id} differs from engagement {engagement_id} in {', '.join(wrong)}."


@check("Every engagement is in the record of acts.", do="Nothing brings a missing act back: find out who writes past Mitra.")
def engagement_acts() -> Iterator[str]:
    """Those that an import made are covered by the entry of the import."""
    from_import = sa.exists().where(ImportRow.subject_kind == "engagement", ImportRow.subject_id == Engagement.id)
    recorded = sa.exists().where(ActivityEntry.subject_kind == Engagement.kind, ActivityEntry.subject_id == Engagement.id)
    found = sa.select(Engagement.id, Engagement.kind).where(~recorded, ~from_import).order_by(Engagement.id)
    for engagement_id, kind in db.session.execute(found):
        yield f"Nobody wrote down who made {kind} {engagement_id}."


@check("A closed commitment says when it was closed, an open one does not.", do="Open it, reopen it and close it again.")
def commitment_dates() -> Iterator[str]:
    is_open = Commitment.state == CommitmentState.OPEN
    found = (
        sa.select(Commitment.id, Commitment.state)
        .where(
            sa.or_(
                sa.and_(is_open, sa.or_(Commitment.closed_at.is_not(None), Commitment.done_on.is_not(None))),
                sa.and_(~is_open, Commitment.closed_at.is_(None)),
                sa.and_(Commitment.state == CommitmentState.DONE, Commitment.done_on.is_(None)),
            )
        )
        .order_by(Commitment.id)
    )
    for commitment_id, state in db.session.execute(found):
        yield f"Commitment {commitment_id} is {state.value}, and its dates say otherwise."


@check("Names are sorted and compared by their present keys.", do="flask crm repair names writes the keys anew.")
def name_keys() -> Iterator[str]:
    names = sa.select(Stakeholder.id, Stakeholder.kind, Stakeholder.name, Stakeholder.name_sort, Stakeholder.name_match)
    for row in db.session.execute(names.order_by(Stakeholder.id).execution_options(yield_per=ROWS)):
        if (row.name_sort, row.name_match) != (text.name_key(row.name), keys.name_match(row.kind, row.name)):
            yield f"Stakeholder {row.id} has keys of another name."
    others = sa.select(OtherName.id, OtherName.kind, OtherName.name, OtherName.name_match).order_by(OtherName.id)
    for row in db.session.execute(others.execution_options(yield_per=ROWS)):
        if row.name_match != keys.other_name_match(row.kind, row.name):
            yield f"Other name {row.id} has the key of another name."
    for row in db.session.execute(sa.select(Topic.id, Topic.name, Topic.name_match).order_by(Topic.id)):
        if row.name_match != text.name_key(row.name):
            yield f"Topic {row.id} has the key of another name."


@check(
    "Each imported row that stands has an identity, and none whose record an undo removed.",
    do="Undo that import, then import the file again.",
)
def import_identities() -> Iterator[str]:
    gone = sa.select(ImportRow.import_id, sa.func.count()).join(Import, Import.id == ImportRow.import_id)
    stays = sa.or_(
        sa.and_(ImportRow.subject_kind == "engagement", sa.exists().where(Engagement.id == ImportRow.subject_id)),
        sa.and_(ImportRow.subject_kind == "stakeholder", sa.exists().where(Stakeholder.id == ImportRow.subject_id)),
    )
    gone = gone.where(Import.state == ImportState.UNDONE, ImportRow.identity.is_not(None), ~stays).group_by(ImportRow.import_id)
    for import_id, count in db.session.execute(gone.order_by(ImportRow.import_id)):
        yield f"Import {import_id} was undone and still holds {count} identities: its rows can't come in again."
    made = ImportRow.fate.in_(["new", "added"])
    bare = sa.select(ImportRow.import_id, sa.func.count()).join(Import, Import.id == ImportRow.import_id)
    bare = bare.where(Import.state == ImportState.DONE, made, ImportRow.identity.is_(None)).group_by(ImportRow.import_id)
    for import_id, count in db.session.execute(bare.order_by(ImportRow.import_id)):
        yield f"Import {import_id} has {count} rows without an identity: importing the file again would double them."


@check(
    "A register's name stands for a record of the same office or a shared one.",
    do="Ask whoever wrote to the database past Mitra.",
)
def external_ids() -> Iterator[str]:
    found = (
        sa.select(ExternalId.id, ExternalId.source, ExternalId.value)
        .join(Stakeholder, Stakeholder.id == ExternalId.stakeholder_id)
        .where(Stakeholder.office_id != ExternalId.office_id, Stakeholder.is_shared.is_(False))
        .order_by(ExternalId.id)
    )
    for external_id, source, value in db.session.execute(found):
        yield f"External id {external_id} ({source} {value}) leads to a record of another office."
