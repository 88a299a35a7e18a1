"""Undoing an import.

What it made and nobody touched goes; what was touched or is needed stays and is named; filled fields go back if they still hold its value.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import User
from crm.activity import service as activity
from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue
from crm.engagements.models import Engagement, EngagementTopic, Participation
from crm.exchange import directory, references
from crm.exchange.asker import Asker, asker_of
from crm.exchange.codes import Fate
from crm.exchange.models import ExternalId, Import, ImportChange, ImportRecord, ImportRow, ImportState
from crm.exchange.profile_format import parse_profile
from crm.exchange.references import ENGAGEMENTS, GUESTS, ORGANIZATIONS, PEOPLE, SUBJECTS, What
from crm.exchange.service import WrongState
from crm.exchange.writing.completing import plain
from crm.index import service as index
from crm.meetings.models import Meeting
from crm.stakeholders.models import (
    Affiliation,
    ContactPoint,
    Organization,
    OtherName,
    Person,
    Position,
    Stakeholder,
    StakeholderTag,
    StakeholderTopic,
)
from crm.stakeholders.service.indexing import index_stakeholders

BATCH = 400
ORDER = (ENGAGEMENTS, PEOPLE, ORGANIZATIONS)  # what points at others goes first


class Why(StrEnum):
    """Why a record stays."""

    TOUCHED = "touched"
    REFERENCED = "referenced"


@dataclass(frozen=True)
class Kept:
    """A record that stays: who worked on it last, or what names it and whose that is."""

    kind: str
    record_id: int
    name: str
    why: Why
    who: str = ""
    what: str = ""


@dataclass
class UndoPlan:
    """What an undo will do, before it does it."""

    removed: Counter[str] = field(default_factory=Counter)
    kept: list[Kept] = field(default_factory=list)
    fields_back: int = 0
    fields_stay: int = 0


def plan(import_: Import) -> UndoPlan:
    """Look at every record and field of an import. Nothing is changed."""
    found = UndoPlan()
    for kind, going, kept in _decided(import_.id):
        found.removed[kind] = len(going)
        found.kept += kept
    for changes in _changes(import_.id):
        holding = sum(1 for _change in _holding(changes))
        found.fields_back += holding
        found.fields_stay += len(changes) - holding
    return found


def _decided(import_id: int) -> Iterator[tuple[str, set[int], list[Kept]]]:
    """Kind by kind, what goes and what stays."""
    going: dict[str, set[Any]] = {GUESTS: _guests_taken_back(import_id)}
    for kind in ORDER:
        made = _made(import_id, kind)
        names, kept = _examined(import_id, kind, made, going)
        going[kind] = names.keys() - {record.record_id for record in kept}
        if kind == ORGANIZATIONS:
            above = references.parents_that_stay(going[kind])
            kept += [Kept(kind, i, names[i], Why.REFERENCED, what=What.RECORD) for i in sorted(above)]
            going[kind] -= above
        yield kind, going[kind], kept


def begin_undo(import_: Import, *, by: Asker) -> None:
    """Let an undo begin; whoever calls this sees to it that it is carried out. Raises WrongState when nothing was written or all was undone."""
    if import_.state not in {ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED}:
        raise WrongState(import_.state.value)
    import_.state = ImportState.UNDOING
    activity.record("import-undo-started", import_, by=by)


def start_undo(import_: Import, *, by: User) -> None:
    """Hand an undo to the worker. Raises WrongState."""
    begin_undo(import_, by=by)
    enqueue("exchange.undo_import", import_id=import_.id)


def carry_out(import_id: int, *, scope: scopes.Scope) -> None:
    """Undo batch by batch; a killed undo goes on with what is left. Each batch looks again: somebody may have come to a record since."""
    with transaction.unit(scope) as session:
        if session.scalars(sa.select(Import.state).where(Import.id == import_id)).one() is not ImportState.UNDOING:
            return
        by = asker_of(scope.user_id, scope.home_office_id)
        first = [sorted(change.id for change in changes) for changes in _changes(import_id)]
    for change_ids in first:
        with transaction.unit(scope):
            _take_back(change_ids, by=by)
    removed: Counter[str] = Counter(dict.fromkeys(ORDER, 0))
    with transaction.unit(scope):
        going = {kind: ids for kind, ids, _kept in _decided(import_id)}
        made = {kind: _made(import_id, kind) for kind in ORDER}
    for kind in ORDER:
        for part in directory.chunks(sorted(going[kind])):
            with transaction.unit(scope):
                names, kept = _examined(import_id, kind, {i: made[kind][i] for i in part}, going)
                going[kind] -= {record.record_id for record in kept}  # what they name stays too
                ids = sorted(names.keys() & going[kind])
                _REMOVERS[kind](ids)
                removed[kind] += len(ids)
    with transaction.unit(scope) as session:
        _free_identities(import_id)
        import_ = session.scalars(sa.select(Import).where(Import.id == import_id)).one()
        import_.state, import_.undone_at = ImportState.UNDONE, now()
        activity.record("import-undone", import_, by=by, removed=dict(removed))


def _free_identities(import_id: int) -> None:
    """What went may come in again. A row whose record stayed keeps its identity: it would be doubled otherwise."""
    row, engagement, stakeholder = ImportRow, Engagement.__table__, Stakeholder.__table__
    made = row.fate.in_([Fate.NEW, Fate.ADDED])
    stands = sa.or_(
        sa.and_(row.subject_kind == "engagement", sa.exists().where(engagement.c.id == row.subject_id)),
        sa.and_(row.subject_kind == "stakeholder", sa.exists().where(stakeholder.c.id == row.subject_id)),
    )
    added = sa.exists().where(
        ImportChange.import_id == import_id, ImportChange.kind == "engagement", ImportChange.record_id == row.subject_id
    )
    stays = sa.and_(made, stands, sa.or_(row.fate == Fate.NEW, ~added))
    free = sa.update(row).where(row.import_id == import_id, row.identity.is_not(None), ~stays).values(identity=None)
    db.session.execute(free.execution_options(synchronize_session=False))


def _made(import_id: int, kind: str) -> dict[int, int]:
    """Records of a kind that an import made, with the version they had when it was done with them.

    Rows name their subjects; what rows only mentioned, and what a later row of the import completed, has a record of its own.
    """
    target = parse_profile(db.session.scalars(sa.select(Import.profile).where(Import.id == import_id)).one()).target
    found: dict[int, int] = {}
    if target.value == kind:
        made = (ImportRow.import_id == import_id, ImportRow.fate == Fate.NEW, ImportRow.subject_id.is_not(None))
        found = dict.fromkeys((i for i in db.session.scalars(sa.select(ImportRow.subject_id).where(*made)) if i), 1)
    beside = sa.select(ImportRecord.record_id, ImportRecord.version).where(
        ImportRecord.import_id == import_id, ImportRecord.kind == kind
    )
    for record_id, version in db.session.execute(beside):
        found[record_id] = max(version, found.get(record_id, 1))
    return dict(sorted(found.items()))


# What stays -----------------------------------------------------------------------------------------------------------


def _examined(import_id: int, kind: str, made: Mapping[int, int], going: references.Going) -> tuple[dict[int, str], list[Kept]]:
    """The names of those that are there, and those among them that stay."""
    names, touched = _present(kind, made)
    who = _last_actors(kind, touched)
    kept = [Kept(kind, i, names[i], Why.TOUCHED, who.get(i, "")) for i in sorted(touched)]
    needs = references.needs(kind, [i for i in names if i not in touched], going, but=import_id)
    return names, kept + [Kept(kind, i, names[i], Why.REFERENCED, needs[i].who, needs[i].what) for i in sorted(needs)]


def _present(kind: str, made: Mapping[int, int]) -> tuple[dict[int, str], set[int]]:
    model: Any = Engagement if kind == ENGAGEMENTS else Stakeholder
    label = Engagement.title if kind == ENGAGEMENTS else Stakeholder.name
    names: dict[int, str] = {}
    touched: set[int] = set()
    for part in directory.chunks(list(made)):
        for row in db.session.execute(sa.select(model.id, label, model.version).where(model.id.in_(part))):
            names[row[0]] = row[1]
            touched.update([row[0]] if row[2] > made[row[0]] else [])
    return names, touched


def _last_actors(kind: str, ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in directory.chunks(sorted(ids)):
        statement = sa.select(ActivityEntry.subject_id, ActivityEntry.actor_name).where(
            ActivityEntry.subject_kind == SUBJECTS[kind], ActivityEntry.subject_id.in_(part), ActivityEntry.verb != "imported"
        )
        found.update({i: name for i, name in db.session.execute(statement.order_by(ActivityEntry.id)) if i is not None})
    return found


# Fields and guests ------------------------------------------------------------------------------------------------------


def _changes(import_id: int) -> Iterator[list[ImportChange]]:
    """What the import changed in records that were there before it, a part at a time. Guests of its own meetings are no change."""
    own = set(_made(import_id, ENGAGEMENTS))
    last = 0
    while True:
        statement = sa.select(ImportChange).where(ImportChange.import_id == import_id, ImportChange.id > last)
        found = list(db.session.scalars(statement.order_by(ImportChange.id).limit(BATCH)))
        if not found:
            return
        last = found[-1].id
        yield [change for change in found if change.kind != "engagement" or change.record_id not in own]


def _holding(changes: Sequence[ImportChange]) -> Iterator[tuple[ImportChange, Any]]:
    """Changes that still hold, each with the row that holds it: a field has the import's value, a guest still takes part."""
    ids = {
        kind: sorted({c.record_id for c in changes if c.kind == kind}) for kind in ("engagement", "contact-point", "stakeholder")
    }
    points = {p.id: p for p in db.session.scalars(sa.select(ContactPoint).where(ContactPoint.id.in_(ids["contact-point"])))}
    there = sa.select(Participation).where(Participation.engagement_id.in_(ids["engagement"]))
    guests = {(p.engagement_id, p.stakeholder_id): p for p in db.session.scalars(there)}
    subclasses = orm.selectin_polymorphic(Stakeholder, [Organization, Person])
    records = sa.select(Stakeholder).where(Stakeholder.id.in_(ids["stakeholder"])).options(subclasses)
    stakeholders = {record.id: record for record in db.session.scalars(records)}
    for change in changes:
        if change.kind == "engagement":
            holder: Any = guests.get((change.record_id, change.after))
        elif change.kind == "contact-point":
            holder = points.get(change.record_id)
        else:
            holder = stakeholders.get(change.record_id)
            holder = holder if holder is not None and plain(getattr(holder, change.field, None)) == change.after else None
        if holder is not None:
            yield change, holder


def _guests_taken_back(import_id: int) -> set[tuple[int, int]]:
    held = (change for changes in _changes(import_id) for change, _holder in _holding(changes) if change.kind == "engagement")
    return {(change.record_id, change.after) for change in held}


def _take_back(change_ids: Sequence[int], *, by: Asker) -> None:
    """Fields get back what they held, which is nothing: an import only fills. Added guests and addresses go."""
    changes = db.session.scalars(sa.select(ImportChange).where(ImportChange.id.in_(change_ids)).order_by(ImportChange.id)).all()
    completed: dict[int, Stakeholder] = {}
    for change, holder in list(_holding(changes)):
        if change.kind == "stakeholder":
            setattr(holder, change.field, change.before)
            activity.record("field-taken-back", holder, by=by, changes={change.field: (change.after, change.before)})
            completed[holder.id] = holder
        else:
            db.session.delete(holder)
            if change.kind == "contact-point" and (record := db.session.get(Stakeholder, holder.stakeholder_id)) is not None:
                completed[record.id] = record
    for record in completed.values():
        record.updated_at = now()
    db.session.flush()
    index_stakeholders(list(completed.values()))


# Removing -----------------------------------------------------------------------------------------------------------------


def _remove_engagements(ids: list[int]) -> None:
    for model, column in ((Participation, Participation.engagement_id), (EngagementTopic, EngagementTopic.engagement_id)):
        _delete(model, column, ids)
    _delete_table(Meeting.__table__, ids)
    _delete_table(Engagement.__table__, ids)
    index.drop_many("meeting", ids)


def _remove_stakeholders(ids: list[int], model: Any, kind: str) -> None:
    for part in (OtherName, ContactPoint, StakeholderTopic, StakeholderTag, ExternalId):
        _delete(part, part.stakeholder_id, ids)
    if model is Person:
        _delete(Affiliation, Affiliation.person_id, ids)
    else:
        table = Organization.__table__
        db.session.execute(sa.update(table).where(table.c.parent_id.in_(ids)).values(parent_id=None))
        _delete_positions(ids)
    _delete_table(model.__table__, ids)
    _delete_table(Stakeholder.__table__, ids)
    index.drop_many(kind, ids)


def _delete_positions(organization_ids: list[int]) -> None:
    """Posts that nobody holds any more, also those of an office above: one that somebody holds keeps its organization."""
    table = Position.__table__
    db.session.execute(sa.delete(table).where(table.c.organization_id.in_(organization_ids)))


def _delete(model: Any, column: Any, ids: list[int]) -> None:
    db.session.execute(sa.delete(model).where(column.in_(ids)).execution_options(synchronize_session=False))


def _delete_table(table: Any, ids: list[int]) -> None:
    """Of a joined table, where the scope criteria can't stand: the ids come from selects within the scope."""
    db.session.execute(sa.delete(table).where(table.c.id.in_(ids)))


_REMOVERS: dict[str, Callable[[list[int]], None]] = {
    ENGAGEMENTS: _remove_engagements,
    PEOPLE: lambda ids: _remove_stakeholders(ids, Person, "person"),
    ORGANIZATIONS: lambda ids: _remove_stakeholders(ids, Organization, "organization"),
}
