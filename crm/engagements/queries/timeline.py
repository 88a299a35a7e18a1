"""The timeline of a stakeholder: sources merged by time, each asked for one row more than the page shows.

An entry of the page needs a fixed number of queries, whatever the number of entries. Sources and details of packages above register
themselves through `crm/wiring.py`.
"""

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core import pagination
from crm.core import scope as scopes
from crm.core.db import db
from crm.core.pagination import Page
from crm.core.registers import Once
from crm.engagements.models import Engagement, EngagementTopic, MandateRole, Participation, ParticipationRole, Precision
from crm.stakeholders.models import Stakeholder, StakeholderKind, Topic

ENTRIES = 50
SOURCE = "engagement"


@dataclass(frozen=True)
class Person:
    """Somebody named in an entry."""

    id: int
    name: str
    kind: StakeholderKind
    organization_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of it, under the entry: a follow-up with its state."""

    label: str
    endpoint: str
    record_id: int
    state: str
    due_on: dt.date | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, ready to draw. `facts` holds what the kind adds, for its own partial."""

    sort_at: dt.datetime
    source: str
    id: int
    kind: str
    title: str = ""
    summary: str = ""
    occurred_on: dt.date | None = None
    precision: Precision = Precision.TIME
    role: MandateRole | None = None
    by: str = ""
    office_id: int | None = None
    people: tuple[Person, ...] = ()
    topics: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[dt.datetime, str, int]:
        return (self.sort_at, self.source, self.id)


Key = tuple[dt.datetime, str, int]
# (stakeholder, entries before this key or None, how many, kinds or None) -> entries in order of falling key
Source = Callable[[Stakeholder, Key | None, int, frozenset[str] | None], Sequence[Entry]]
Details = Callable[[Sequence[int]], dict[int, dict[str, Any]]]
Outcomes = Callable[[Sequence[int]], dict[int, list[Outcome]]]

_sources: dict[str, Source] = {}
_details: dict[str, Details] = {}
_outcomes: Once[Outcomes] = Once()


def register_source(name: str, source: Source) -> None:
    """Merge a further source into every timeline (deliveries, standing commitments)."""
    _sources[name] = source


def register_details(kind: str, details: Details) -> None:
    """Tell what a kind of engagement adds to its entries: ids -> facts."""
    _details[kind] = details


def register_outcomes(outcomes: Outcomes) -> None:
    """Tell what came of engagements: ids -> follow-ups."""
    _outcomes.add(outcomes)


def timeline_of(
    stakeholder: Stakeholder, *, cursor: str | None = None, size: int = ENTRIES, kinds: frozenset[str] | None = None
) -> Page[Entry]:
    """One page, newest first. Raises pagination.BadCursor for a cursor that is not ours."""
    before = _read_cursor(cursor) if cursor else None
    merged: list[Entry] = []
    for source in (engagement_source, *_sources.values()):
        merged = list(heapq.merge(merged, source(stakeholder, before, size + 1, kinds), key=lambda e: e.key, reverse=True))[
            : size + 1
        ]
    page = pagination.cut(merged, size, lambda entry: entry.key)
    return Page(fill(page.rows), page.next_cursor)


def _read_cursor(cursor: str) -> Key:
    sort_at, source, entry_id = pagination.decode_cursor(cursor, [pagination.read_time, pagination.read_text, pagination.read_id])
    return (sort_at, source, entry_id)


def engagement_source(stakeholder: Stakeholder, before: Key | None, size: int, kinds: frozenset[str] | None) -> Sequence[Entry]:
    """Engagements that the person took part in, or that the organization was spoken for in; walks the index, never sorts."""
    own = Participation.organization_id if stakeholder.kind is StakeholderKind.ORGANIZATION else Participation.stakeholder_id
    keys = sa.select(Participation.sort_at, Participation.engagement_id).where(own == stakeholder.id).distinct()
    if before is not None:
        keys = keys.where(_comes_after(before))
    if kinds is not None:
        wanted = sa.select(sa.literal(1)).where(Engagement.id == Participation.engagement_id, Engagement.kind.in_(sorted(kinds)))
        keys = keys.where(sa.exists(wanted))
    rows = db.session.execute(keys.order_by(Participation.sort_at.desc(), Participation.engagement_id.desc()).limit(size)).all()
    return [Entry(sort_at=sort_at, source=SOURCE, id=engagement_id, kind="") for sort_at, engagement_id in rows]


def _comes_after(before: Key) -> sa.ColumnElement[bool]:
    """Entries below a key, as this source sees it: at the same moment, sources sort by name and then by id."""
    sort_at, source, entry_id = before
    if source == SOURCE:
        return pagination.after([Participation.sort_at, Participation.engagement_id], [sort_at, entry_id], descending=True)
    moment = sa.literal(sort_at, Participation.sort_at.type)
    return Participation.sort_at <= moment if source > SOURCE else Participation.sort_at < moment


def fill(entries: Sequence[Entry]) -> list[Entry]:
    """Load what the engagement entries of a page show: base columns, people, topics, outcomes, and the facts of each kind."""
    ids = [entry.id for entry in entries if entry.source == SOURCE]
    if not ids:
        return list(entries)
    base = _base_columns(ids)
    people, topics, outcomes = _people(ids), _topics(ids), _outcomes_of(ids)
    facts: dict[int, dict[str, Any]] = {}
    for kind, details in _details.items():
        of_kind = [i for i in ids if i in base and base[i]["kind"] == kind]
        facts.update(details(of_kind) if of_kind else {})
    return [
        replace(
            entry,
            **base[entry.id],
            people=people[entry.id],
            topics=topics[entry.id],
            outcomes=outcomes[entry.id],
            facts=facts.get(entry.id, {}),
        )
        if entry.source == SOURCE and entry.id in base
        else entry
        for entry in entries
    ]


def entries_of(engagement_ids: Sequence[int]) -> list[Entry]:
    """Entries for engagements given in the order wanted, for lists that show engagements as a timeline does."""
    empty = dt.datetime.min.replace(tzinfo=dt.UTC)
    return fill([Entry(sort_at=empty, source=SOURCE, id=i, kind="") for i in engagement_ids])


# Made once: making them anew for each page took longer than running them.
_ids = sa.bindparam("ids", expanding=True)
_base = scopes.Kept(
    sa.select(
        Engagement.id, Engagement.kind, Engagement.title, Engagement.summary, Engagement.occurred_on,
        Engagement.precision, Engagement.role, Engagement.office_id, Engagement.sort_at, User.name.label("by"),
    )
    .outerjoin(User, User.id == Engagement.owner_id)
    .where(Engagement.id.in_(_ids))
)  # fmt: skip
_names = scopes.Kept(
    sa.select(Participation.engagement_id, Stakeholder.id, Stakeholder.name, Stakeholder.kind, Participation.organization_id)
    .join(Stakeholder, Stakeholder.id == Participation.stakeholder_id)
    .where(Participation.engagement_id.in_(_ids), Participation.role != ParticipationRole.HOST)
    .order_by(Participation.engagement_id, Participation.id)
)
_themes = scopes.Kept(
    sa.select(EngagementTopic.engagement_id, Topic.name)
    .join(Topic, Topic.id == EngagementTopic.topic_id)
    .where(EngagementTopic.engagement_id.in_(_ids))
    .order_by(EngagementTopic.id)
)


def _base_columns(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    names = ("kind", "title", "summary", "occurred_on", "precision", "role", "office_id", "sort_at")
    return {
        row[0]: {**dict(zip(names, row[1:-1], strict=True)), "by": row[-1] or ""}
        for row in db.session.execute(_base.now, {"ids": ids})
    }


def _people(ids: Sequence[int]) -> defaultdict[int, tuple[Person, ...]]:
    found: defaultdict[int, tuple[Person, ...]] = defaultdict(tuple)
    for engagement_id, stakeholder_id, name, kind, organization_id in db.session.execute(_names.now, {"ids": ids}):
        found[engagement_id] += (Person(stakeholder_id, name, kind, organization_id),)
    return found


def _topics(ids: Sequence[int]) -> defaultdict[int, tuple[str, ...]]:
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for engagement_id, name in db.session.execute(_themes.now, {"ids": ids}):
        found[engagement_id] += (name,)
    return found


def _outcomes_of(ids: Sequence[int]) -> defaultdict[int, tuple[Outcome, ...]]:
    found: defaultdict[int, tuple[Outcome, ...]] = defaultdict(tuple)
    for outcomes in _outcomes:
        for engagement_id, listed in outcomes(ids).items():
            found[engagement_id] += tuple(listed)
    return found
