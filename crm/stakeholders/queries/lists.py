"""The list of stakeholders, page by page.

Own offices and shared organizations are merged as branches that each walk an index in order of name and stop after a page:
an OR over both makes either database sort everything.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.core import pagination
from crm.core import scope as scopes
from crm.core.db import db
from crm.core.text import name_key
from crm.index import service as index
from crm.stakeholders import columns
from crm.stakeholders.keys import NameKind, StakeholderKind
from crm.stakeholders.models import (
    Category,
    Organization,
    OtherName,
    Region,
    Stakeholder,
    StakeholderTag,
    StakeholderTopic,
)
from crm.stakeholders.queries.filters import ME, NONE, Filter
from crm.stakeholders.queries.records import present_posts

MOST_BRANCHES = 60
MOST_HITS = 500
S = Stakeholder
_organizations = Organization.__table__


@dataclass(frozen=True)
class Rhythm:
    """How contact is judged: the day it is in the office, and the days a tier may stay without contact."""

    today: dt.date
    tier_days: Mapping[int, int]


@dataclass
class Row:
    """A line of the list."""

    id: int
    kind: StakeholderKind
    name: str
    office_id: int
    is_shared: bool
    tier: int | None
    is_archived: bool
    created_on: dt.date
    category: Category | None
    second_line: str
    last_contact_on: dt.date | None
    name_sort: str
    contact: str = ""
    weeks: Sequence[int] = field(default_factory=list)
    open_commitments: int = 0
    quiet_days: int | None = None
    days_past: int = 0

    @property
    def is_ours(self) -> bool:
        """Whether the person may change it: an organization that another office shares is only looked at."""
        return scopes.current().holds(self.office_id)

    @property
    def is_organization(self) -> bool:
        return self.kind is StakeholderKind.ORGANIZATION


@dataclass(frozen=True)
class Named:
    """Ids of those whose names hold the words of a filter; `is_cut`: there are more than these."""

    ids: Sequence[int]
    is_cut: bool


def named(wanted: Filter) -> Named | None:
    """Ask the index once for the words of a filter, for a page and its count. None when there are no words, or only archived ones are asked."""
    if not wanted.q or wanted.archived:  # the index forgets what is archived
        return None
    try:
        hits = index.find(scopes.current(), wanted.q, kinds=[kind.value for kind in StakeholderKind], limit=MOST_HITS)
    except index.UnreadableQuery:
        return Named((), False)
    return Named([hit.subject_id for hit in hits.rows], hits.is_capped or hits.count > MOST_HITS)


def list_page(
    wanted: Filter,
    rhythm: Rhythm,
    *,
    viewer_id: int,
    words: Named | None = None,
    after: str | None = None,
    size: int = pagination.PAGE_ROWS,
) -> pagination.Page[Row]:
    """One page in order of name; `words` saves asking the index again. Raises pagination.BadCursor. Four queries, whatever the size of the table."""
    descending = wanted.sort == "-name"
    given: dict[str, Any] = {"today": rhythm.today, "size": size + 1}
    if after:
        given["after_name"], given["after_id"] = pagination.decode_cursor(after, (pagination.read_text, pagination.read_id))
    offices = _own_offices()
    if wanted.narrows or wanted.archived or offices is None:
        statement = _page(_branches(_conditions(wanted, rhythm, viewer_id, words), wanted), descending, bool(after))
    else:
        given |= {f"office_{n}": office_id for n, office_id in enumerate(offices)}
        statement = _whole_page(columns.measure_of_last_contact(), len(offices), descending, bool(after)).now
    rows = db.session.execute(statement, given)
    page = pagination.cut([_row(row) for row in rows], size, lambda row: (row.name_sort, row.id))
    _complete(page.rows, rhythm)
    return page


def _page(branches: Sequence[sa.Select[*tuple[Any, ...]]], descending: bool, continues: bool) -> sa.Select[*tuple[Any, ...]]:
    """The rows of one page of what the branches hold: each branch walks its index only as far as a page is long."""
    size = sa.bindparam("size", type_=sa.Integer())
    order = [column.desc() if descending else column.asc() for column in (S.name_sort, S.id)]
    if continues:
        place = sa.tuple_(sa.bindparam("after_name", type_=S.name_sort.type), sa.bindparam("after_id", type_=S.id.type))
        mine = sa.tuple_(S.name_sort, S.id)
        branches = [branch.where(mine < place if descending else mine > place) for branch in branches]
    picked = _union([branch.order_by(*order).limit(size) for branch in branches])
    outer = [c.desc() if descending else c for c in (picked.c.name_sort, picked.c.id)]
    first = sa.select(picked.c.id).order_by(*outer).limit(size).subquery("page")
    return _shown(columns.measure_of_last_contact()).join(first, first.c.id == S.id).order_by(*order)


@cache
def _whole_page(_last_contact: columns.LastContact, offices: int, descending: bool, continues: bool) -> scopes.Kept[Any]:
    """The same for a list that nothing narrows, kept by its shape: which offices is said when it runs."""
    return scopes.Kept(_page(_whole(offices), descending, continues))


@cache
def _whole_count(offices: int) -> scopes.Kept[Any]:
    return scopes.Kept(_counted(_whole(offices)))


def _whole(offices: int) -> list[sa.Select[*tuple[Any, ...]]]:
    base = sa.select(S.id, S.name_sort).where(S.archived_at.is_(None))
    return [*(base.where(S.office_id == sa.bindparam(f"office_{n}")) for n in range(offices)), _shared(base)]


def count(wanted: Filter, rhythm: Rhythm, *, viewer_id: int, words: Named | None = None) -> tuple[int, bool]:
    """How many match, up to a thousand, and whether there are more."""
    words = words or named(wanted)
    offices = _own_offices()
    if wanted.narrows or wanted.archived or offices is None:
        found = db.session.execute(_counted(_branches(_conditions(wanted, rhythm, viewer_id, words), wanted))).scalar() or 0
    else:
        given = {f"office_{n}": office_id for n, office_id in enumerate(offices)}
        found = db.session.execute(_whole_count(len(offices)).now, given).scalar() or 0
    return min(found, pagination.COUNT_CAP), found > pagination.COUNT_CAP or bool(words and words.is_cut)


def _counted(branches: Sequence[sa.Select[*tuple[Any, ...]]]) -> sa.Select[*tuple[Any, ...]]:
    most = pagination.COUNT_CAP + 1
    inner = sa.select(_union([branch.limit(most) for branch in branches]).c.id).limit(most).subquery()
    return sa.select(sa.func.count()).select_from(inner)


def ids_matching(wanted: Filter, rhythm: Rhythm, *, viewer_id: int, limit: int = 1000) -> Sequence[int]:
    """Ids in order of name: what an export of the same list begins with."""
    branches = [
        branch.order_by(S.name_sort, S.id).limit(limit)
        for branch in _branches(_conditions(wanted, rhythm, viewer_id, None), wanted)
    ]
    picked = _union(branches)
    return db.session.scalars(sa.select(picked.c.id).order_by(picked.c.name_sort, picked.c.id).limit(limit)).all()


def _union(branches: Sequence[sa.Select[*tuple[Any, ...]]]) -> sa.Subquery:
    if len(branches) == 1:
        return branches[0].subquery("picked")
    # SQLite takes ORDER BY and LIMIT of a branch only from inside a subquery.
    return sa.union_all(*(sa.select(branch.subquery()) for branch in branches)).subquery("picked")


def _branches(conditions: Sequence[sa.ColumnElement[bool]], wanted: Filter) -> list[sa.Select[*tuple[Any, ...]]]:
    base = sa.select(S.id, S.name_sort).where(*conditions)
    offices = scopes.current().office_ids
    if offices is None:
        return [base]
    if len(offices) <= MOST_BRANCHES:
        own = [base.where(S.office_id == office_id) for office_id in sorted(offices)]
    else:
        own = [base.where(S.office_id.in_(scopes.offices_in_scope()))]
    if wanted.kind == StakeholderKind.PERSON:
        return own  # people are never shared
    return [*own, _shared(base)]


def _shared(base: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """What offices outside the scope share with everybody."""
    return base.where(S.is_shared, S.office_id.not_in(scopes.offices_in_scope()))


def _own_offices() -> Sequence[int] | None:
    """The offices in scope in order; None when they are too many for a branch each, or all there are."""
    offices = scopes.current().office_ids
    return None if offices is None or len(offices) > MOST_BRANCHES else sorted(offices)


def _conditions(wanted: Filter, rhythm: Rhythm, viewer_id: int, words: Named | None) -> list[sa.ColumnElement[bool]]:
    found = [S.archived_at.is_not(None) if wanted.archived else S.archived_at.is_(None)]
    makers: list[tuple[str, Callable[[], sa.ColumnElement[bool]]]] = [
        (wanted.kind, lambda: S.kind == StakeholderKind(wanted.kind)),
        (wanted.tier, lambda: S.tier.is_(None) if wanted.tier == NONE else S.tier == int(wanted.tier)),
        (wanted.owner, lambda: _owned(wanted.owner, viewer_id)),
        (wanted.category or wanted.region, lambda: _organization_condition(wanted)),
        (wanted.topic, lambda: _marked(StakeholderTopic, "topic_id", int(wanted.topic))),
        (wanted.tag, lambda: _marked(StakeholderTag, "tag_id", int(wanted.tag))),
        (wanted.quiet, lambda: is_quiet(rhythm)),
        (wanted.q, lambda: _is_named(wanted, words or named(wanted))),
    ]
    return found + [make() for given, make in makers if given]


def _owned(owner: str, viewer_id: int) -> sa.ColumnElement[bool]:
    if owner == NONE:
        return S.owner_id.is_(None)
    return S.owner_id == (viewer_id if owner == ME else int(owner))


def _organization_condition(wanted: Filter) -> sa.ColumnElement[bool]:
    """By the table itself: the stakeholder beside it is the one whose office the branch has fixed."""
    inner = sa.select(sa.literal(1)).select_from(_organizations).where(_organizations.c.id == S.id)
    if wanted.category:
        inner = inner.where(_organizations.c.category == Category(wanted.category))
    if wanted.region:
        region_id = int(wanted.region)
        regions = sa.select(Region.id).where(sa.or_(Region.id == region_id, Region.parent_id == region_id))
        inner = inner.where(_organizations.c.region_id.in_(regions))
    return sa.exists(inner.correlate(S))


def _marked(model: type[Any], column: str, target_id: int) -> sa.ColumnElement[bool]:
    table = model.__table__
    inner = sa.select(table.c.stakeholder_id).where(table.c.stakeholder_id == S.id, table.c[column] == target_id)
    return sa.exists(inner.correlate(S))


def _is_named(wanted: Filter, words: Named | None) -> sa.ColumnElement[bool]:
    return S.id.in_(words.ids) if words else S.name_sort.contains(name_key(wanted.q), autoescape=True)


def is_quiet(rhythm: Rhythm) -> sa.ColumnElement[bool]:
    """Not in contact for longer than the tier allows, counted from the last engagement or, without one, from when it was added."""
    limits = {tier: rhythm.today - dt.timedelta(days=days) for tier, days in rhythm.tier_days.items()}
    last = columns.last_contact(S.kind, S.id, rhythm.today)
    added = sa.func.date(S.created_at, type_=sa.Date())
    limit = sa.case({tier: sa.literal(day, sa.Date()) for tier, day in limits.items()}, value=S.tier)
    return sa.and_(S.archived_at.is_(None), S.tier.is_not(None), sa.func.coalesce(last, added) < limit)


@cache
def _shown(last_contact: columns.LastContact) -> sa.Select[*tuple[Any, ...]]:
    """The columns of a row, without the choice of rows; kept, because making it costs more than running it."""
    other = (
        sa.select(OtherName.name)
        .where(OtherName.stakeholder_id == S.id, OtherName.kind != NameKind.ABBREVIATION)
        .order_by(sa.func.length(OtherName.name).desc(), OtherName.id)
        .limit(1)
        .correlate(S)
        .scalar_subquery()
    )
    shown = (S.id, S.kind, S.name, S.office_id, S.is_shared, S.tier, S.archived_at, S.created_at, S.name_sort)
    last = last_contact(S.kind, S.id, sa.bindparam("today", type_=sa.Date()))
    return sa.select(*shown, _organizations.c.category, other.label("other"), last.label("last")).outerjoin(
        _organizations, _organizations.c.id == S.id
    )


def _row(row: sa.Row[*tuple[Any, ...]]) -> Row:
    return Row(
        id=row.id,
        kind=row.kind,
        name=row.name,
        office_id=row.office_id,
        is_shared=row.is_shared,
        tier=row.tier,
        is_archived=row.archived_at is not None,
        created_on=row.created_at.date(),
        category=row.category,
        second_line=row.other or "",
        last_contact_on=row.last,
        name_sort=row.name_sort,
    )


def _complete(rows: Sequence[Row], rhythm: Rhythm) -> None:
    """What the page shows beside the table's own columns: posts, twelve weeks, open commitments."""
    organizations = [row.id for row in rows if row.is_organization]
    people = [row.id for row in rows if row.kind is StakeholderKind.PERSON]
    _name_posts(rows, organizations, people)
    weeks = columns.weeks(organizations, people, rhythm.today)
    commitments = columns.open_commitments([row.id for row in rows])
    for row in rows:
        row.weeks = weeks.get(row.id, [0] * columns.WEEKS)
        row.open_commitments = commitments.get(row.id, 0)
        _judge(row, rhythm)


def _name_posts(rows: Sequence[Row], organizations: list[int], people: list[int]) -> None:
    by_person: dict[int, str] = {}
    by_organization: dict[int, str] = {}
    for held in present_posts(organizations, people) if rows else []:
        by_person.setdefault(held.person_id, held.line)
        by_organization.setdefault(held.organization_id, held.person_name)
    for row in rows:
        if row.is_organization:
            row.contact = by_organization.get(row.id, "")
        else:
            row.second_line = by_person.get(row.id, row.second_line)


def _judge(row: Row, rhythm: Rhythm) -> None:
    days = rhythm.tier_days.get(row.tier or 0)
    since = (rhythm.today - (row.last_contact_on or row.created_on)).days
    if days is not None and not row.is_archived and since > days:
        row.quiet_days, row.days_past = since, since - days
