"""Completing records that were there, and what all rows of a list share: regions, web addresses, register ids, parents."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.activity import service as activity
from crm.core.clock import now
from crm.core.db import db
from crm.core.links import is_safe_link
from crm.exchange import directory
from crm.exchange.intents import RecordIntent
from crm.exchange.models import ExternalId
from crm.exchange.writing.reach import Reach
from crm.exchange.writing.run import Run
from crm.stakeholders.models import ContactPoint, Organization, Person, Stakeholder
from crm.stakeholders.queries import regions_named
from crm.stakeholders.service import index_stakeholder


def complete(run: Run, record_id: int, values: Mapping[str, Any], reach: Reach, external_id: str) -> bool:
    """Fill the empty fields of a record and add reach that it lacks. True when something changed."""
    if record_id < 0:
        return True  # it would have been made by an earlier row of this dry run
    record = db.session.get(Stakeholder, record_id, options=[orm.selectin_polymorphic(Stakeholder, [Organization, Person])])
    if record is None:
        return False
    if run.profile.key and external_id and not directory.external_ids_of(run.profile.key, [record_id], run.office_id):
        write_external_ids(run, [(external_id, record_id)])
    empty = {name: value for name, value in values.items() if not getattr(record, name, None)}
    lacking = _lacking(record_id, reach)
    if not empty and not lacking:
        return False
    if run.is_dry or record.office_id != run.office_id:
        return record.office_id == run.office_id
    _fill(run, record, empty)
    made = run.insert(ContactPoint, lacking)
    for point_id in made:
        run.note_change("contact-point", point_id, "stakeholder_id", None, record_id)
    index_stakeholder(record)
    return True


def _lacking(record_id: int, reach: Reach) -> list[dict[str, Any]]:
    there = set(db.session.scalars(sa.select(ContactPoint.value).where(ContactPoint.stakeholder_id == record_id)))
    return [row for row in reach.rows(record_id) if row["value"] not in there]


def _fill(run: Run, record: Stakeholder, empty: Mapping[str, Any]) -> None:
    before = {name: getattr(record, name) for name in empty}
    for name, value in empty.items():
        setattr(record, name, value)
        run.note_change("stakeholder", record.id, name, _plain(before[name]), _plain(value))
    record.updated_at = now()
    db.session.flush()
    activity.record_changes(record, before=before, by=run.by, verb="completed-by-import", import_id=run.import_id)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(getattr(value, "value", value))


def write_external_ids(run: Run, pairs: Sequence[tuple[str, int]]) -> None:
    source = run.profile.key
    run.insert(
        ExternalId, [{"office_id": run.office_id, "source": source, "value": value, "stakeholder_id": i} for value, i in pairs]
    )


def website(written: str) -> str:
    """A web address that may stand in a link; one without scheme gets https."""
    address = written.strip()
    if address and "://" not in address:
        address = f"https://{address}"
    return address[:300] if address and is_safe_link(address) else ""


def region_id(run: Run, written: str) -> int | None:
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
