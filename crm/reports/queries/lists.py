"""The rows behind a figure of the report, page by page: as many as the figure says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.commitments.models import CommitmentState, Side
from crm.core import pagination
from crm.core.db import db
from crm.core.pagination import Page
from crm.engagements.models import COARSE
from crm.reports.figure_lists import Figure
from crm.reports.queries import commitments as books
from crm.reports.queries import contacts, mailings
from crm.reports.queries import engagements as acts
from crm.reports.queries import stakeholders as reach
from crm.reports.queries.contacts import Moment
from crm.reports.queries.ground import (
    FIRST,
    LAST,
    OFFICES,
    Ground,
    Shape,
    Span,
    commitments,
    counted,
    engagements,
    matches,
    organizations,
    participations,
    stakeholders,
    took_part,
    visible,
)

FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: what it is, its day, and one word more."""

    kind: str  # of the record it opens: interaction, meeting, organization, person, commitment
    record_id: int
    title: str
    day: date | None
    note: str = ""  # a form, a category, a state: a code that the page puts into words
    with_whom: str = ""


def engagement_rows(ground: Ground, figure: Figure, span: Span, cursor: str | None) -> Page[Row]:
    e, i = engagements, acts.interactions
    day = sa.func.coalesce(e.c.occurred_on, sa.literal(date.min, sa.Date()))
    statement = (
        sa.select(e.c.id, e.c.kind, e.c.title, e.c.occurred_on, i.c.channel)
        .select_from(e.outerjoin(i, i.c.id == e.c.id))
        .where(counted(ground.shape), *_engagement_conditions(ground.shape, figure))
    )
    named = ground.params | span.params
    found = _page(statement, named, [day, e.c.id], cursor, [date.fromisoformat, pagination.read_id], descending=True)
    return pagination.cut(
        [Row(kind, row_id, title, on, channel.value if channel else kind) for row_id, kind, title, on, channel in found],
        pagination.PAGE_ROWS,
        lambda row: (row.day or date.min, row.record_id),
    )


def _with_one(shape: Shape, stakeholder_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Engagements in which somebody took part, or spoke for it."""
    p = participations
    is_it = sa.or_(p.c.stakeholder_id == stakeholder_id, p.c.organization_id == stakeholder_id)
    return sa.select(p.c.engagement_id).where(p.c.office_id.in_(OFFICES), is_it, took_part(p), *matches(shape, p))


def _engagement_conditions(shape: Shape, figure: Figure) -> list[Any]:
    e = engagements
    if figure.name == "undated":
        return [e.c.occurred_on.is_(None)]
    within = e.c.occurred_on.between(FIRST, LAST)
    return [within, *_NARROWED[figure.name](figure.key, shape)] if figure.name in _NARROWED else [within]


_form = sa.func.coalesce(sa.cast(acts.interactions.c.channel, sa.String), engagements.c.kind)
# Figure -> how the engagements of the period are narrowed to it.
_NARROWED: Mapping[str, Callable[[str, Shape], list[Any]]] = {
    "coarse": lambda _key, _shape: [engagements.c.precision.in_([precision.value for precision in COARSE])],
    "kind": lambda key, _shape: [sa.cast(engagements.c.kind, sa.String) == key],
    "role": lambda key, _shape: [sa.cast(engagements.c.role, sa.String) == key],
    "form": lambda key, _shape: [_form == key],
    "other-forms": lambda key, _shape: [_form.not_in(key.split(","))],
    "month": lambda key, _shape: _in_month(key),
    "topic": lambda key, _shape: [engagements.c.id.in_(_on_topic(int(key)))],
    "work": lambda key, _shape: [engagements.c.owner_id.is_(None) if key == "0" else engagements.c.owner_id == int(key)],
    "active": lambda key, shape: [engagements.c.id.in_(_with_one(shape, int(key)))],
}


def _on_topic(topic_id: int) -> sa.Select[*tuple[Any, ...]]:
    link = acts.topic_links
    return sa.select(link.c.engagement_id).where(link.c.topic_id == topic_id)


def _in_month(key: str) -> list[Any]:
    """Of 2026-11, or of one kind in it: 2026-11:meeting."""
    month, _, kind = key.partition(":")
    found = [engagements.c.occurred_on.between(*_month(month))]
    return [*found, sa.cast(engagements.c.kind, sa.String) == kind] if kind else found


def _month(key: str) -> tuple[date, date]:
    """First and last day of 2026-11; of what is no month, no day at all."""
    try:
        first = date.fromisoformat(f"{key}-01")
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    except (ValueError, OverflowError):
        return FAR, date.min


def mail_rows(ground: Ground, figure: Figure, span: Span, zone: ZoneInfo, cursor: str | None) -> Page[Row]:
    """The newest first: campaigns, mails or subscriptions."""
    page = mailings.rows(ground, figure.name, span, zone, cursor)
    return Page([Row(**values) for values in page.rows], page.next_cursor)


def stakeholder_rows(ground: Ground, figure: Figure, span: Span, tier_days: Mapping[int, int], cursor: str | None) -> Page[Row]:
    """By name. A stakeholder whose name the scope may not see is counted in the figure and left out here."""
    s, o = stakeholders, organizations
    statement = (
        sa.select(s.c.id, s.c.kind, s.c.name, s.c.name_sort, o.c.category)
        .select_from(s.outerjoin(o, o.c.id == s.c.id))
        .where(visible(s), *_stakeholder_conditions(ground.shape, figure))
    )
    named = contacts.params(ground, tier_days, Moment(span.last, span.ends)) | span.params | reach.days_of_list(span.first)
    found = _page(statement, named, [s.c.name_sort, s.c.id], cursor, [pagination.read_text, pagination.read_id])
    keys = {row.id: row.name_sort for row in found}
    rows = [Row(row.kind.value, row.id, row.name, None, row.category.value if row.category else "person") for row in found]
    return pagination.cut(rows, pagination.PAGE_ROWS, lambda row: (keys[row.record_id], row.record_id))


def _stakeholder_conditions(shape: Shape, figure: Figure) -> list[Any]:
    s = stakeholders
    if figure.name == "quiet":
        return [contacts.is_quiet(shape)]
    found: list[Any] = [s.c.id.in_(reach.who_took_part(shape))]
    if figure.name == "new":
        found.append(sa.not_(reach.met_before()))
    if figure.name == "category":
        found.append(sa.cast(organizations.c.category, sa.String) == figure.key)
    return found


def commitment_rows(ground: Ground, figure: Figure, span: Span, cursor: str | None) -> Page[Row]:
    """By due date, those without one last."""
    c, s = commitments, stakeholders
    due = sa.func.coalesce(c.c.due_on, sa.literal(FAR, sa.Date()))
    party = sa.func.coalesce(c.c.organization_id, c.c.stakeholder_id)
    statement = (
        sa.select(c.c.id, c.c.text, c.c.due_on, c.c.state, s.c.name)
        .select_from(c.outerjoin(s, sa.and_(s.c.id == party, visible(s))))
        .where(*books.counted_commitments(ground.shape), _commitment_condition(figure))
    )
    found = _page(statement, ground.params | span.params, [due, c.c.id], cursor, [date.fromisoformat, pagination.read_id])
    return pagination.cut(
        [Row("commitment", row_id, text, on, state.value, name or "") for row_id, text, on, state, name in found],
        pagination.PAGE_ROWS,
        lambda row: (row.day or FAR, row.record_id),
    )


def _commitment_condition(figure: Figure) -> Any:
    if figure.name == "closed":
        user_id = int(figure.key)
        return sa.and_(
            books.any_end(), commitments.c.closed_by_id == user_id if user_id else commitments.c.closed_by_id.is_(None)
        )
    name, _, side = figure.name.partition("-")
    found = _standing(name)
    return sa.and_(found, commitments.c.side == Side(side).value) if side else found


def _standing(name: str) -> Any:
    done = books.closed_within(CommitmentState.DONE)
    broken = books.closed_within(CommitmentState.BROKEN)
    return {
        "open": books.open_at_end(),
        "overdue": books.overdue_at_end(),
        "settled": sa.or_(done, broken),
        "kept": sa.and_(done, books.in_time()),
        "late": sa.and_(done, sa.not_(books.in_time())),
        "broken": broken,
        "withdrawn": books.closed_within(CommitmentState.WITHDRAWN),
    }[name]


def _page(
    statement: sa.Select[*tuple[Any, ...]],
    named: dict[str, Any],
    columns: list[Any],
    cursor: str | None,
    readers: list[Any],
    *,
    descending: bool = False,
) -> Any:
    if cursor:
        statement = statement.where(pagination.after(columns, pagination.decode_cursor(cursor, readers), descending=descending))
    order = [column.desc() if descending else column for column in columns]
    return db.session.execute(statement.order_by(*order).limit(pagination.PAGE_ROWS + 1), named).all()


def name_of(ground: Ground, figure: Figure) -> str:
    """The name of a topic or a colleague for the title of a list, both global; of a stakeholder if the scope may see it."""
    if figure.name == "active":
        s = stakeholders
        named = sa.select(s.c.name).where(s.c.id == int(figure.key), visible(s))
        return db.session.execute(named, ground.params).scalar() or ""
    table = {"topic": acts.topic_names, "work": acts.users, "closed": acts.users}.get(figure.name)
    if table is None:
        return ""
    return db.session.execute(sa.select(table.c.name).where(table.c.id == int(figure.key))).scalar() or ""
