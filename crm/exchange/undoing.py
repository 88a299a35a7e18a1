"""Undoing an import.

What it made and nobody touched goes; what was touched or is needed stays and is named; filled fields go back if they still hold its value.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.activity import service as activity
from crm.activity.models import ActivityEntry
from crm.commitments.models import Commitment
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue
from crm.engagements.models import Engagement, EngagementTopic, Participation
from crm.exchange import directory
from crm.exchange.codes import Fate
from crm.exchange.models import ExternalId, Import, ImportChange, ImportRecord, ImportRow, ImportState
from crm.exchange.profile_format import parse_profile
from crm.exchange.service import WrongState
from crm.files.models import StoredFile
from crm.index import service as index
from crm.meetings.models import Meeting
from crm.stakeholders.models import (
    Affiliation,
    ContactPoint,
    Organization,
    OtherName,
    Person,
    Position,
    Rating,
    Stakeholder,
    StakeholderLink,
    StakeholderTag,
    StakeholderTopic,
)
from crm.stakeholders.service import index_stakeholder

BATCH = 400
ENGAGEMENTS, PEOPLE, ORGANIZATIONS = "engagements", "people", "organizations"
ORDER = (ENGAGEMENTS, PEOPLE, ORGANIZATIONS)  # what points at others goes first


class Why(StrEnum):
    """Why a record stays."""

    TOUCHED = "touched"
    REFERENCED = "referenced"
    GONE = "gone"


@dataclass(frozen=True)
class Kept:
    """A record that stays: who worked on it last, or what needs it."""

    kind: str
    record_id: int
    name: str
    why: Why
    who: str = ""


@dataclass
class UndoPlan:
    """What an undo will do, before it does it."""

    removed: Counter[str] = field(default_factory=Counter)
    kept: list[Kept] = field(default_factory=list)
    fields_back: int = 0
    fields_stay: int = 0


def plan(import_: Import) -> UndoPlan:
    """Look at every record and field of an import. Nothing is changed."""
    plan_ = UndoPlan()
    removable: dict[str, set[int]] = {}
    for kind in ORDER:
        made = _made(import_.id, kind)
        kept = _kept(kind, made, removable)
        removable[kind] = set(made) - {record.record_id for record in kept}
        plan_.removed[kind] = len(removable[kind])
        plan_.kept += [record for record in kept if record.why is not Why.GONE]
    for change in db.session.scalars(sa.select(ImportChange).where(ImportChange.import_id == import_.id)):
        if _still_holds(change, removable):
            plan_.fields_back += 1
        else:
            plan_.fields_stay += 1
    return plan_


def start_undo(import_: Import, *, by: User) -> None:
    """Raises WrongState for an import that wrote nothing or was undone."""
    if import_.state not in {ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED}:
        raise WrongState(import_.state.value)
    import_.state = ImportState.UNDOING
    activity.record("import-undo-started", import_, by=by)
    enqueue("exchange.undo_import", import_id=import_.id)


def carry_out(import_id: int, *, scope: scopes.Scope) -> None:
    """Undo batch by batch; a killed undo goes on with what is left."""
    with transaction.unit(scope) as session:
        if session.scalars(sa.select(Import.state).where(Import.id == import_id)).one() is not ImportState.UNDOING:
            return
        _take_back_fields(import_id)
    removable: dict[str, set[int]] = {}
    for kind in ORDER:
        with transaction.unit(scope):
            made = _made(import_id, kind)
            removable[kind] = set(made) - {record.record_id for record in _kept(kind, made, removable)}
        for part in directory.chunks(sorted(removable[kind])):
            with transaction.unit(scope):
                _REMOVERS[kind](list(part))
    with transaction.unit(scope) as session:
        import_ = session.scalars(sa.select(Import).where(Import.id == import_id)).one()
        import_.state, import_.undone_at = ImportState.UNDONE, now()
        free = sa.update(ImportRow).where(ImportRow.import_id == import_id).values(identity=None)
        session.execute(free.execution_options(synchronize_session=False))
        activity.record(
            "import-undone",
            import_,
            by=session.get(User, scope.user_id),
            removed={kind: len(ids) for kind, ids in removable.items()},
        )


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


def _kept(kind: str, made: Mapping[int, int], removable: Mapping[str, set[int]]) -> list[Kept]:
    kept: list[Kept] = []
    for part in directory.chunks(list(made)):
        kept += _kept_of(kind, part, made, removable)
    return kept


def _kept_of(kind: str, ids: Sequence[int], made: Mapping[int, int], removable: Mapping[str, set[int]]) -> list[Kept]:
    names, versions = _present(kind, ids)
    gone = [Kept(kind, i, "", Why.GONE) for i in ids if i not in names]
    touched = {i for i, version in versions.items() if version > made[i]}
    needed = _needed(kind, [i for i in names if i not in touched], removable)
    who = _last_actors(kind, touched)
    stay = [Kept(kind, i, names[i], Why.TOUCHED, who.get(i, "")) for i in sorted(touched)]
    return gone + stay + [Kept(kind, i, names[i], Why.REFERENCED) for i in sorted(needed)]


def _present(kind: str, ids: Sequence[int]) -> tuple[dict[int, str], dict[int, int]]:
    model: Any = Engagement if kind == ENGAGEMENTS else Stakeholder
    label = Engagement.title if kind == ENGAGEMENTS else Stakeholder.name
    rows = db.session.execute(sa.select(model.id, label, model.version).where(model.id.in_(ids))).all()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}


def _needed(kind: str, ids: Sequence[int], removable: Mapping[str, set[int]]) -> set[int]:
    """Records that something outside the import points at, or something of it that stays."""
    if kind == ENGAGEMENTS:
        return _hit(Commitment.engagement_id, ids) | _files("meeting", ids)
    needed = set().union(*(_hit(column, ids) for column in _FOREIGN)) | _files("person", ids) | _files("organization", ids)
    engagements, people = removable.get(ENGAGEMENTS, set()), removable.get(PEOPLE, set())
    needed |= _pointed_at(Participation.stakeholder_id, Participation.engagement_id, ids, engagements)
    needed |= _pointed_at(Participation.organization_id, Participation.engagement_id, ids, engagements)
    needed |= _pointed_at(Affiliation.organization_id, Affiliation.person_id, ids, people)
    if kind == ORGANIZATIONS:
        needed |= _pointed_at(Organization.parent_id, Organization.id, ids, set(ids))
    return needed & set(ids)


_FOREIGN = (
    Commitment.stakeholder_id,
    Commitment.organization_id,
    StakeholderLink.from_id,
    StakeholderLink.to_id,
    Rating.stakeholder_id,
)


def _hit(column: Any, ids: Sequence[int]) -> set[int]:
    return {i for i in db.session.scalars(sa.select(column).where(column.in_(ids)).distinct()) if i is not None}


def _pointed_at(target: Any, source: Any, ids: Sequence[int], going: set[int]) -> set[int]:
    """Those of `ids` that a row of something that does not go itself points at."""
    rows = db.session.execute(sa.select(target, source).where(target.in_(ids)))
    return {pointed for pointed, by in rows if by not in going and pointed is not None}


def _files(kind: str, ids: Sequence[int]) -> set[int]:
    return set(
        db.session.scalars(
            sa.select(StoredFile.subject_id).where(StoredFile.subject_kind == kind, StoredFile.subject_id.in_(ids))
        )
    )


def _last_actors(kind: str, ids: Iterable[int]) -> dict[int, str]:
    kinds = {ENGAGEMENTS: "meeting", PEOPLE: "person", ORGANIZATIONS: "organization"}
    statement = (
        sa.select(ActivityEntry.subject_id, ActivityEntry.actor_name)
        .where(
            ActivityEntry.subject_kind == kinds[kind], ActivityEntry.subject_id.in_(sorted(ids)), ActivityEntry.verb != "imported"
        )
        .order_by(ActivityEntry.id)
    )
    return {subject_id: name for subject_id, name in db.session.execute(statement) if subject_id is not None}


# Fields and guests ------------------------------------------------------------------------------------------------------


def _still_holds(change: ImportChange, removable: Mapping[str, set[int]]) -> bool:
    """Whether a filled field still holds what the import wrote; a guest, whether they still take part."""
    if change.kind == "engagement":
        took_part = sa.select(Participation.id).where(
            Participation.engagement_id == change.record_id, Participation.stakeholder_id == change.after
        )
        return change.record_id in removable.get(ENGAGEMENTS, set()) or db.session.scalar(took_part) is not None
    if change.kind == "contact-point":
        return db.session.get(ContactPoint, change.record_id) is not None
    record = db.session.get(Stakeholder, change.record_id)
    return record is not None and _plain(getattr(record, change.field, None)) == change.after


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(getattr(value, "value", value))


def _take_back_fields(import_id: int) -> None:
    for change in db.session.scalars(sa.select(ImportChange).where(ImportChange.import_id == import_id)).all():
        if not _still_holds(change, {}):
            continue
        if change.kind == "engagement":
            part = sa.select(Participation).where(
                Participation.engagement_id == change.record_id, Participation.stakeholder_id == change.after
            )
            for participation in db.session.scalars(part):
                db.session.delete(participation)
        elif change.kind == "contact-point":
            db.session.delete(db.session.get(ContactPoint, change.record_id))
        else:
            _take_back_field(change)
    db.session.flush()


def _take_back_field(change: ImportChange) -> None:
    record = db.session.get(Stakeholder, change.record_id)
    assert record is not None
    setattr(record, change.field, change.before)
    record.updated_at = now()
    db.session.flush()
    activity.record("field-taken-back", record, by=None, changes={change.field: (change.after, change.before)})
    index_stakeholder(record)


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
    _delete(Position, Position.organization_id, organization_ids)


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
