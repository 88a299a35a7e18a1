"""Rows that are records: who each one means, and making those that nobody knows yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.exchange import directory
from crm.exchange.codes import Fate, Reason
from crm.exchange.intents import RecordIntent
from crm.exchange.profile import Target
from crm.exchange.writing import columns, completing, parties
from crm.exchange.writing.columns import NAME_KINDS
from crm.exchange.writing.completing import Wish
from crm.exchange.writing.reach import Reach, reach_of
from crm.exchange.writing.run import Outcome, Run, problem
from crm.index import service as index
from crm.stakeholders.keys import StakeholderKind, name_match
from crm.stakeholders.models import (
    Affiliation,
    ContactPoint,
    Organization,
    OtherName,
    Person,
    StakeholderTag,
    StakeholderTopic,
)
from crm.stakeholders.service import find_or_create_tag, find_or_create_topic


@dataclass(slots=True)
class Wanted:
    """One row on its way: what it says, whom it means (None: nobody yet), and its outcome when that is settled."""

    intent: RecordIntent
    key: str
    external_id: str
    reach: Reach
    organization: str = ""
    position: str = ""
    organization_id: int | None = None
    record_id: int | None = None
    twin: "Wanted | None" = None
    outcome: Outcome | None = None


def write_records(run: Run, intents: Sequence[RecordIntent]) -> list[Outcome]:
    """One batch. Reads first, then makes everything new in a few statements, then completes what was there."""
    is_person = run.profile.target is Target.PEOPLE
    rows = [_wanted(intent, is_person=is_person) for intent in intents]
    if is_person:
        named = parties.organizations(run, [row.organization for row in rows])
        for row in rows:
            row.organization_id = named.get(row.organization)
    _recognise(run, rows, is_person=is_person)
    _insert(run, _new_among(rows, is_person=is_person), is_person=is_person)
    _complete(run, [row for row in rows if row.outcome is None], is_person=is_person)
    return [row.outcome for row in rows if row.outcome is not None]


def _wanted(intent: RecordIntent, *, is_person: bool) -> Wanted:
    told = intent.values
    kind = StakeholderKind.PERSON if is_person else StakeholderKind.ORGANIZATION
    row = Wanted(intent, name_match(kind, intent.name), str(told.get("external_id", ""))[:200], reach_of(told))
    if is_person:
        row.organization, row.position = str(told.get("organization", "")), str(told.get("position", ""))
    return row


def _recognise(run: Run, rows: Sequence[Wanted], *, is_person: bool) -> None:
    """Find whom each row means. Two different ids of one register are never one record, whatever the names say."""
    candidates = _candidates(run, rows, is_person=is_person)
    source, seen = run.profile.key, {"office_id": run.office_id, "imagined": run.imagined}
    by_id = directory.records_with_external_ids(source, [r.external_id for r in rows if r.external_id], **seen)
    ids_of = directory.external_ids_of(source, {i for group in candidates for i in group}, **seen)
    for row, group in zip(rows, candidates, strict=True):
        row.record_id = by_id.get(row.external_id) if row.external_id else None
        if row.record_id is not None or not group:
            continue
        free = [i for i in group if not row.external_id or ids_of.get(i) in {None, row.external_id}]
        if len(free) == 1:
            row.record_id = free[0]
        elif len(free) > 1 and not row.external_id:
            row.outcome = problem(row.intent.source, Reason.MATCHED_SEVERAL, "name")


def _candidates(run: Run, rows: Sequence[Wanted], *, is_person: bool) -> list[Sequence[int]]:
    """For each row, the records that its name may mean."""
    if not is_person:
        found = directory.organizations_named([row.intent.name for row in rows], imagined=run.imagined)
        return [found[row.intent.name].ids for row in rows]
    people = directory.people_with_keys([row.key for row in rows], imagined=run.imagined)
    return [[p.id for p in people[row.key] if _is_same(row, p)] if row.key in people else () for row in rows]


def _is_same(row: Wanted, person: directory.KnownPerson) -> bool:
    """A name alone is no person: the organization, an address or a number must be shared too."""
    if row.reach.values & person.reach:
        return True
    return row.organization_id is not None and row.organization_id in person.organization_ids


def _new_among(rows: Sequence[Wanted], *, is_person: bool) -> list[Wanted]:
    """The rows that nobody is known for. A second one of the batch that means the same is to complete what the first makes."""
    first: dict[tuple[str, ...], Wanted] = {}
    fresh: list[Wanted] = []
    for row in rows:
        if row.record_id is not None or row.outcome is not None:
            continue
        marks = _marks(row, is_person=is_person)
        row.twin = next((first[mark] for mark in marks if mark in first), None)
        if row.twin is None:
            fresh.append(row)
        for mark in marks:
            first.setdefault(mark, row.twin or row)
    return fresh


def _marks(row: Wanted, *, is_person: bool) -> list[tuple[str, ...]]:
    """By what two new rows are known to be one: the register's id, else the name with organization or reach."""
    if row.external_id:
        return [("external", row.external_id)]
    if not is_person:
        return [("organization", row.key)]
    marks: list[tuple[str, ...]] = [("reach", row.key, value) for value in row.reach.values]
    if row.organization_id is not None:
        marks.append(("person", row.key, str(row.organization_id)))
    return marks


def _insert(run: Run, rows: Sequence[Wanted], *, is_person: bool) -> None:
    if not rows:
        return
    told = [(row.intent, row.key, row.reach) for row in rows]
    if is_person:
        ids = run.insert(Person, columns.person_rows(told), parties.making(run))
    else:
        ids = run.insert(Organization, columns.organization_rows(told), parties.making(run))
    run.note_made("people" if is_person else "organizations", ids, as_subjects=True)
    for row, record_id in zip(rows, ids, strict=True):
        row.record_id = record_id
        row.outcome = _outcome(row, Fate.NEW)
    _insert_parts(run, rows, ids)
    if is_person:
        _insert_posts(run, rows)
    if not run.is_dry:
        entry = columns.person_entry if is_person else columns.organization_entry
        index.put_new(entry(i, run.office_id, row.intent, row.reach) for i, row in zip(ids, rows, strict=True))


def _insert_parts(run: Run, rows: Sequence[Wanted], ids: Sequence[int]) -> None:
    named = [kind for kind in NAME_KINDS.items() if any(kind[0] in row.intent.values for row in rows)]
    names = [
        parties.other_name_row(i, name, kind)
        for i, row in zip(ids, rows, strict=True)
        for column, kind in named
        for name in columns.many(row.intent, column)
        if name
    ]
    run.insert(OtherName, names)
    run.insert(ContactPoint, [line for i, row in zip(ids, rows, strict=True) for line in row.reach.rows(i)])
    completing.write_external_ids(run, [(row.external_id, i) for i, row in zip(ids, rows, strict=True) if row.external_id])
    if not run.is_dry:
        _mark(run, rows, "topics", StakeholderTopic, "topic_id", find_or_create_topic)
        _mark(run, rows, "tags", StakeholderTag, "tag_id", find_or_create_tag)


def _insert_posts(run: Run, rows: Sequence[Wanted]) -> None:
    """Where the people of a batch belong, and as what."""
    held = [row for row in rows if row.organization_id]
    posts = parties.positions(run, {(row.organization_id, row.position) for row in held if row.position})
    lines = [
        {
            "person_id": row.record_id,
            "organization_id": row.organization_id,
            "position_id": posts.get((row.organization_id, row.position)),
        }
        for row in held
    ]
    run.insert(Affiliation, lines, {"office_id": run.office_id})


def _mark(run: Run, rows: Sequence[Wanted], column: str, model: type[Any], key: str, find: Any) -> None:
    marked = [(row.record_id, name[:80]) for row in rows for name in columns.many(row.intent, column) if name]
    ids = {name: find(name, by=run.by).id for name in sorted({name for _id, name in marked})}
    links = sorted({(record_id or 0, ids[name]) for record_id, name in marked})
    run.insert(model, [{"stakeholder_id": record_id, key: target} for record_id, target in links])


def _complete(run: Run, rows: Sequence[Wanted], *, is_person: bool) -> None:
    """Fill what is empty on the records that were there, or that an earlier row of the batch made."""
    fill = columns.person_rows if is_person else columns.organization_rows
    wishes = []
    for row in rows:
        row.record_id = row.twin.record_id if row.twin else row.record_id
        assert row.record_id is not None
        (told,) = fill([(row.intent, row.key, row.reach)])
        values = {name: value for name, value in told.items() if name not in columns.KEPT and value not in (None, "")}
        wishes.append(Wish(row.record_id, values, row.reach, row.external_id))
    for row, is_changed in zip(rows, completing.complete(run, wishes), strict=True):
        row.outcome = _outcome(row, Fate.MATCHED if is_changed else Fate.UNCHANGED)


def _outcome(row: Wanted, fate: Fate) -> Outcome:
    return Outcome(row.intent.source, fate, identity=row.intent.identity, subject_kind="stakeholder", subject_id=row.record_id)
