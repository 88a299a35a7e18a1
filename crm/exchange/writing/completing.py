"""Completing records that were there, and what all rows of a list share: regions, web addresses, register ids, parents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.activity import service as activity
from crm.core.clock import now
from crm.core.db import db
from crm.core.links import is_safe_link
from crm.exchange import directory
from crm.exchange.codes import Fate
from crm.exchange.intents import RecordIntent
from crm.exchange.models import ExternalId, ImportRecord, ImportRow
from crm.exchange.writing.reach import Reach
from crm.exchange.writing.run import Run
from crm.stakeholders.models import ContactPoint, Organization, Person, Stakeholder
from crm.stakeholders.queries import regions_named
from crm.stakeholders.service.indexing import index_stakeholders


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row would add to a record that is there."""

    record_id: int
    values: Mapping[str, Any]
    reach: Reach
    external_id: str


def complete(run: Run, wishes: Sequence[Wish]) -> list[bool]:
    """Fill the empty fields of records and add reach that they lack; what somebody wrote stays. True where something changed."""
    if not wishes:
        return []
    there = _There(run, wishes)
    completed = [_complete(run, wish, there) for wish in wishes]
    index_stakeholders(list(there.changed.values()))
    db.session.flush()
    run.renewed.update({i: record.version for i, record in there.changed.items() if i in there.own})
    return completed


class _There:
    """What is known of the records of a batch, read in a few queries and kept as rows add to it."""

    def __init__(self, run: Run, wishes: Sequence[Wish]) -> None:
        ids = sorted({wish.record_id for wish in wishes})
        real = [i for i in ids if i > 0]
        subclasses = orm.selectin_polymorphic(Stakeholder, [Organization, Person])
        self.records: dict[int, Stakeholder] = {}
        for part in directory.chunks(real):
            found = db.session.scalars(sa.select(Stakeholder).where(Stakeholder.id.in_(part)).options(subclasses))
            self.records.update({record.id: record for record in found})
        self.reach = directory.reach_of_records(ids, imagined=run.imagined)
        self.external = directory.external_ids_of(run.profile.key, ids, run.office_id, imagined=run.imagined)
        self.filled = {i: set(names) for i, names in run.imagined.told("filled", ids).items()} if run.imagined else {}
        self.own = made_by(run, real)
        self.changed: dict[int, Stakeholder] = {}

    def is_of(self, record_id: int, office_id: int) -> bool:
        """A record of another office is seen, but not ours to complete. One that is imagined would be of this office."""
        return record_id < 0 or (record_id in self.records and self.records[record_id].office_id == office_id)

    def empty(self, wish: Wish) -> dict[str, Any]:
        record, filled = self.records.get(wish.record_id), self.filled.get(wish.record_id, ())
        return {name: value for name, value in wish.values.items() if name not in filled and not getattr(record, name, None)}


def _complete(run: Run, wish: Wish, there: _There) -> bool:
    i = wish.record_id
    if not there.is_of(i, run.office_id):
        return False
    if wish.external_id and i not in there.external:
        there.external[i] = wish.external_id
        write_external_ids(run, [(wish.external_id, i)])
    empty = there.empty(wish)
    lacking = [row for row in wish.reach.rows(i) if row["value"] not in there.reach[i]]
    if not empty and not lacking:
        return False
    there.reach[i].update(row["value"] for row in lacking)
    points = run.insert(ContactPoint, lacking)
    if run.imagined is not None:
        there.filled.setdefault(i, set()).update(empty)
        run.imagined.tell("filled", ((i, name) for name in empty))
        return True
    _fill(run, there.records[i], empty, is_own=i in there.own)
    for point_id in points if i not in there.own else ():
        run.note_change("contact-point", point_id, "stakeholder_id", None, i)
    there.changed[i] = there.records[i]
    return True


def made_by(run: Run, record_ids: Sequence[int]) -> set[int]:
    """Those that this import made itself: completing them is part of making them, and they go whole when it is undone."""
    own = {i for kind, i in (*run.subjects, *run.others) if kind != "engagements"} & set(record_ids)
    for part in directory.chunks(record_ids):
        mine = (ImportRow.import_id == run.import_id, ImportRow.fate == Fate.NEW, ImportRow.subject_kind == "stakeholder")
        own.update(db.session.scalars(sa.select(ImportRow.subject_id).where(*mine, ImportRow.subject_id.in_(part))))  # type: ignore[arg-type]
        beside = (ImportRecord.import_id == run.import_id, ImportRecord.kind != "engagements")
        own.update(db.session.scalars(sa.select(ImportRecord.record_id).where(*beside, ImportRecord.record_id.in_(part))))
    return own


def _fill(run: Run, record: Stakeholder, empty: Mapping[str, Any], *, is_own: bool) -> None:
    before = {name: getattr(record, name) for name in empty}
    for name, value in empty.items():
        setattr(record, name, value)
        if not is_own:
            run.note_change("stakeholder", record.id, name, plain(before[name]), plain(value))
    record.updated_at = now()
    db.session.flush()
    activity.record_changes(record, before=before, by=run.by, verb="completed-by-import", import_id=run.import_id)


def plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(getattr(value, "value", value))


def write_external_ids(run: Run, pairs: Sequence[tuple[str, int]]) -> None:
    rows = [{"value": value, "stakeholder_id": i} for value, i in pairs]
    run.insert(ExternalId, rows, {"office_id": run.office_id, "source": run.profile.key})


def website(written: str) -> str:
    """A web address that may stand in a link; one without scheme gets https."""
    address = written.strip()
    if address and "://" not in address:
        address = f"https://{address}"
    return address[:300] if address and is_safe_link(address) else ""


def region_id(written: str) -> int | None:
    """The region of a name or code, when exactly one is meant: Bandung alone is two, and stays empty."""
    return _region(written) if written else None


@lru_cache(maxsize=4096)
def _region(written: str) -> int | None:
    found = regions_named(written, limit=2)
    return found[0][0] if len(found) == 1 else None


def link_parents(run: Run, rows: Sequence[tuple[int, RecordIntent]]) -> int:
    """Parents of a batch of organizations, by register id, then by name: they may stand below their children. Gives how many were set."""
    wanted = [(record_id, _many(intent, "parent_reference"), _many(intent, "parent")) for record_id, intent in rows]
    by_id = directory.records_with_external_ids(
        run.profile.key, [ref for _id, refs, _names in wanted for ref in refs], run.office_id
    )
    by_name = directory.organizations_named({name for _id, _refs, names in wanted for name in names})
    count = 0
    for record_id, references, names in wanted:
        known = [by_id[ref] for ref in references if ref in by_id] + [
            by_name[name].ids[0] for name in names if by_name[name].is_sure
        ]
        if known and known[0] != record_id:
            count += _set_parent(run, record_id, known[0])
    return count


def _many(intent: RecordIntent, name: str) -> tuple[str, ...]:
    value = intent.values.get(name, ())
    return value if isinstance(value, tuple) else (str(value),)


def _set_parent(run: Run, child_id: int, parent_id: int) -> int:
    """Only an empty parent is set, and never one that stands below its child. The version stays: it is part of the making."""
    if _is_below(parent_id, child_id):
        return 0
    table = Organization.__table__
    done = db.session.execute(
        sa.update(table)
        .where(table.c.id == child_id, table.c.parent_id.is_(None))
        .values(parent_id=parent_id)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount  # type: ignore[attr-defined]


def _is_below(candidate: int, top: int) -> bool:
    seen: set[int] = set()
    present: int | None = candidate
    while present is not None and present not in seen:
        if present == top:
            return True
        seen.add(present)
        present = db.session.scalar(sa.select(Organization.parent_id).where(Organization.id == present))
    return False
