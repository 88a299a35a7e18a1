"""Organizations and people of a list: matched by register id, name, or reach; completed where something was empty; made where nobody is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.exchange import directory
from crm.exchange.codes import Fate, Reason
from crm.exchange.intents import RecordIntent
from crm.exchange.profile import Target
from crm.exchange.writing import completing, parties
from crm.exchange.writing.reach import Reach, reach_of
from crm.exchange.writing.run import Outcome, Run, problem
from crm.index import service as index
from crm.stakeholders.keys import NameKind, StakeholderKind, name_match
from crm.stakeholders.models import (
    Affiliation,
    Category,
    ContactPoint,
    Organization,
    OtherName,
    Person,
    PreferredChannel,
    StakeholderTag,
    StakeholderTopic,
)
from crm.stakeholders.service import find_or_create_tag, find_or_create_topic

NAME_KINDS = {"abbreviation": NameKind.ABBREVIATION, "alias": NameKind.ALIAS, "former_name": NameKind.FORMER}


@dataclass
class Wanted:
    """One row on its way: what it says, whom it means (None: nobody yet), and its outcome when that is settled."""

    intent: RecordIntent
    key: str
    external_id: str
    reach: Reach
    organization_id: int | None = None
    record_id: int | None = None
    outcome: Outcome | None = None
    twins: list[RecordIntent] = field(default_factory=list)

    def text(self, name: str) -> str:
        value = self.intent.values.get(name, "")
        return value if isinstance(value, str) else ""

    def many(self, name: str) -> tuple[str, ...]:
        value = self.intent.values.get(name, ())
        return value if isinstance(value, tuple) else (str(value),)


def write_records(run: Run, intents: Sequence[RecordIntent]) -> list[Outcome]:
    """One batch. Reads first, then makes everything new in a few statements, then completes what was there."""
    is_person = run.profile.target is Target.PEOPLE
    kind = StakeholderKind.PERSON if is_person else StakeholderKind.ORGANIZATION
    rows = [Wanted(i, name_match(kind, i.name), str(i.values.get("external_id", ""))[:200], reach_of(i.values)) for i in intents]
    if is_person:
        named = parties.organizations(run, [row.text("organization") for row in rows])
        for row in rows:
            row.organization_id = named.get(row.text("organization"))
    _recognise(run, rows, is_person=is_person)
    _make(run, [row for row in rows if row.record_id is None and row.outcome is None], is_person=is_person)
    for row in rows:
        if row.outcome is None:
            row.outcome = _complete(run, row, is_person=is_person)
    return [row.outcome for row in rows if row.outcome is not None]


def _recognise(run: Run, rows: Sequence[Wanted], *, is_person: bool) -> None:
    """Find whom each row means. Two different ids of one register are never one record, whatever the names say."""
    source = run.profile.key
    by_id = directory.records_with_external_ids(source, [r.external_id for r in rows if r.external_id], run.office_id)
    candidates = _candidates(rows, is_person=is_person)
    ids_of = directory.external_ids_of(source, {i for group in candidates.values() for i in group}, run.office_id)
    for row in rows:
        known = by_id.get(row.external_id) if row.external_id else None
        if known is None and row.external_id:
            known = run.find_invented("external", row.external_id)
        if known is None:
            free = [i for i in candidates[id(row)] if not row.external_id or ids_of.get(i) in {None, row.external_id}]
            if len(free) > 1 and not row.external_id:
                row.outcome = problem(row.intent.source, Reason.MATCHED_SEVERAL, "name")
                continue
            known = free[0] if len(free) == 1 else None
        row.record_id = known


def _candidates(rows: Sequence[Wanted], *, is_person: bool) -> dict[int, list[int]]:
    if not is_person:
        found = directory.organizations_named([row.intent.name for row in rows])
        return {id(row): list(found[row.intent.name].ids) for row in rows}
    people = directory.people_with_keys([row.intent.name for row in rows])
    return {id(row): [p.id for p in people.get(row.key, ()) if _is_same(row, p)] for row in rows}


def _is_same(row: Wanted, person: directory.KnownPerson) -> bool:
    """A name alone is no person: the organization, an address or a number must be shared too."""
    if row.reach.values & person.reach:
        return True
    return row.organization_id is not None and row.organization_id in person.organization_ids


def _make(run: Run, rows: Sequence[Wanted], *, is_person: bool) -> None:
    """Make the new ones. A second row of the batch that means the same new record is completed onto it."""
    first: dict[tuple[str, ...], Wanted] = {}
    fresh: list[Wanted] = []
    for row in rows:
        marks = _marks(row, is_person=is_person)
        twin = next((first[mark] for mark in marks if mark in first), None)
        known = next((i for mark in marks if (i := run.find_invented(mark[0], "\x1f".join(mark[1:])))), None)
        if twin is not None:
            twin.twins.append(row.intent)
            row.outcome = Outcome(row.intent.source, Fate.MATCHED, identity=row.intent.identity, subject_kind="stakeholder")
            continue
        if known is not None:
            row.record_id = known
            continue
        first.update(dict.fromkeys(marks, row))
        fresh.append(row)
    _insert(run, fresh, is_person=is_person)
    for row in rows:
        if row.outcome is not None and row.outcome.fate is Fate.MATCHED:
            row.outcome.subject_id = next(first[m].record_id for m in _marks(row, is_person=is_person) if m in first)


def _marks(row: Wanted, *, is_person: bool) -> list[tuple[str, ...]]:
    """By what two new rows are known to be one: the register's id, else the name with organization or reach."""
    if row.external_id:
        return [("external", row.external_id)]
    if not is_person:
        return [("organizations", row.key)]
    marks: list[tuple[str, ...]] = [("reach", row.key, value) for value in sorted(row.reach.values)]
    if row.organization_id is not None:
        marks.append(("people", f"{row.key}@{row.organization_id}"))
    return marks


def _insert(run: Run, rows: Sequence[Wanted], *, is_person: bool) -> None:
    if not rows:
        return
    columns = [_person_row(run, row) if is_person else _organization_row(run, row) for row in rows]
    ids = run.insert(Person if is_person else Organization, columns)
    run.note_made("people" if is_person else "organizations", ids)
    for row, record_id in zip(rows, ids, strict=True):
        row.record_id = record_id
        row.outcome = Outcome(
            row.intent.source, Fate.NEW, identity=row.intent.identity, subject_kind="stakeholder", subject_id=record_id
        )
        for mark in _marks(row, is_person=is_person):
            run.invent(mark[0], "\x1f".join(mark[1:]), record_id)
    _insert_parts(run, rows, is_person=is_person)
    if not run.is_dry:
        index.put_many(_entry(run, row, is_person=is_person) for row in rows)


def _insert_parts(run: Run, rows: Sequence[Wanted], *, is_person: bool) -> None:
    names = [
        parties.other_name_row(row.record_id or 0, name, kind)
        for row in rows
        for column, kind in NAME_KINDS.items()
        for name in row.many(column)
        if name
    ]
    run.insert(OtherName, names)
    run.insert(ContactPoint, [line for row in rows for line in row.reach.rows(row.record_id or 0)])
    completing.write_external_ids(run, [(row.external_id, row.record_id or 0) for row in rows if row.external_id])
    if is_person:
        posts = parties.positions(
            run, {(row.organization_id, row.text("position")) for row in rows if row.organization_id and row.text("position")}
        )
        held = [
            {"office_id": run.office_id, "person_id": row.record_id, "organization_id": row.organization_id,
             "position_id": posts.get((row.organization_id, row.text("position"))), "is_main": True}
            for row in rows if row.organization_id
        ]  # fmt: skip
        run.insert(Affiliation, held)
    if not run.is_dry:
        _mark(run, rows, "topics", StakeholderTopic, "topic_id", find_or_create_topic)
        _mark(run, rows, "tags", StakeholderTag, "tag_id", find_or_create_tag)


def _mark(run: Run, rows: Sequence[Wanted], column: str, model: type[Any], key: str, find: Any) -> None:
    names = sorted({name[:80] for row in rows for name in row.many(column) if name})
    ids = {name: find(name, by=run.by).id for name in names}
    links = {(row.record_id, ids[name[:80]]) for row in rows for name in row.many(column) if name}
    run.insert(model, [{"stakeholder_id": record_id, key: target} for record_id, target in sorted(links)])


def _organization_row(run: Run, row: Wanted) -> dict[str, Any]:
    return {
        **parties.base_row(run, StakeholderKind.ORGANIZATION, row.intent.name),
        "note": row.reach.note_with(row.text("note")),
        "category": Category(row.text("category") or Category.PARTNER_AGENCY.value),
        "address": row.text("address")[:500],
        "website": completing.website(row.text("website")),
        "region_id": completing.region_id(run, row.text("region")),
    }


def _person_row(run: Run, row: Wanted) -> dict[str, Any]:
    channel = row.text("channel")
    birth = row.intent.values.get("birth_date")
    return {
        **parties.base_row(run, StakeholderKind.PERSON, row.intent.name),
        "note": row.reach.note_with(row.text("note")),
        **parties.person_columns(
            row.text("titles_before"),
            row.text("titles_after"),
            salutation=row.text("salutation")[:40],
            called=row.text("called")[:80],
            preferred_channel=PreferredChannel(channel) if channel else None,
            preferred_language=row.text("language")[:10],
            beat=row.text("beat")[:120],
            birth_on=getattr(birth, "on", None),
            home_address=row.text("home_address")[:500],
        ),
    }


def _entry(run: Run, row: Wanted, *, is_person: bool) -> index.Entry:
    kind = "person" if is_person else "organization"
    other = [name for column in NAME_KINDS for name in row.many(column)] if not is_person else [row.text("called")]
    body = [*row.reach.public_values, row.text("position"), row.text("organization"), row.text("address"), row.text("note")]
    subtitle = (
        ", ".join(part for part in (row.text("position"), row.text("organization")) if part)
        if is_person
        else max(other, key=len, default="")
    )
    return index.Entry(
        kind, row.record_id or 0, run.office_id, False, row.intent.name, subtitle=subtitle[:200],
        words=[w for w in other if w], body=" ".join(part for part in body if part),
    )  # fmt: skip


def _complete(run: Run, row: Wanted, *, is_person: bool) -> Outcome:
    """Fill what is empty on the record that was there; what somebody wrote stays."""
    assert row.record_id is not None
    changed = completing.complete(run, row.record_id, _fillable(run, row, is_person=is_person), row.reach, row.external_id)
    fate = Fate.MATCHED if changed else Fate.UNCHANGED
    return Outcome(row.intent.source, fate, identity=row.intent.identity, subject_kind="stakeholder", subject_id=row.record_id)


def _fillable(run: Run, row: Wanted, *, is_person: bool) -> Mapping[str, Any]:
    columns = _person_row(run, row) if is_person else _organization_row(run, row)
    kept = {
        "office_id",
        "name",
        "name_sort",
        "name_match",
        "is_shared",
        "private_note",
        "created_at",
        "updated_at",
        "created_by_id",
        "version",
        "category",
    }
    return {name: value for name, value in columns.items() if name not in kept and value not in (None, "")}
