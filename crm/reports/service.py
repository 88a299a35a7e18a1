"""Putting a coordination report together. It reads only; the scope says what it may read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.commitments.models import Side
from crm.core import clock
from crm.core.pagination import Page
from crm.core.scope import Scope
from crm.offices import queries as offices
from crm.offices.models import Office
from crm.reports import queries
from crm.reports.figure_lists import Figure, Subject
from crm.reports.figures import (
    ROLES,
    CommitmentFigures,
    CoordinationReport,
    Count,
    EngagementFigures,
    Filters,
    Ledger,
    MonthCount,
    OfficeCovered,
    StakeholderFigures,
    Step,
    Worker,
)
from crm.reports.periods import Period
from crm.reports.queries import Ground, lists
from crm.reports.queries.contacts import Moment
from crm.reports.queries.engagements import DayCount
from crm.reports.queries.ground import Span
from crm.reports.queries.lists import Row
from crm.reports.queries.stakeholders import Reached

MOST_ACTIVE, OVERDUE, QUIET = 10, 50, 500
Days = tuple[date, date]


def coordination_report(
    scope: Scope, office: Office, period: Period, *, tier_days: Mapping[int, int], filters: Filters | None = None
) -> CoordinationReport:
    """The report of an office and those below it that the scope holds. Raises OutOfScope for an office that it does not."""
    filters = filters or Filters()
    ground = _ground(scope, office, filters)
    today = clock.today(office.timezone)
    last = min(period.end, today)
    before = period.before()
    days = before and (before.start, before.end)
    spans = Spans(period, last, before, office.zone)
    rows = queries.by_stretch(ground, _cuts(period, before), last)
    return CoordinationReport(
        period=period,
        office=OfficeCovered(office.code, office.name, len(ground.office_ids) - 1, office.timezone),
        engagements=_engagements(ground, rows, period, before),
        stakeholders=_stakeholders(ground, period.start, last, days, spans, tier_days),
        commitments=_commitments(ground, spans),
        topics=tuple(queries.topics(ground, period.start, last, days)),
        work=_work(ground, period.start, last, spans.now),
        generated_at=clock.now(),
        today=today,
        filters=filters,
        mail=None if filters.any else _mail(ground, spans),
    )


def figure_list(
    scope: Scope,
    office: Office,
    period: Period,
    figure: Figure,
    *,
    tier_days: Mapping[int, int],
    filters: Filters | None = None,
    cursor: str | None = None,
) -> tuple[Page[Row], str]:
    """A page of the rows behind a figure, and the topic's or person's name. Raises OutOfScope, BadCursor."""
    ground = _ground(scope, office, filters or Filters())
    span = _span(period.start, min(period.end, clock.today(office.timezone)), office.zone)
    if figure.subject is Subject.ENGAGEMENTS:
        page = lists.engagement_rows(ground, figure, span, cursor)
    elif figure.subject is Subject.STAKEHOLDERS:
        page = lists.stakeholder_rows(ground, figure, span, tier_days, cursor)
    elif figure.subject is Subject.MAIL:
        page = lists.mail_rows(ground, figure, span, office.zone, cursor)
    else:
        page = lists.commitment_rows(ground, figure, span, cursor)
    return page, lists.name_of(ground, figure)


def _ground(scope: Scope, office: Office, filters: Filters) -> Ground:
    ids = [office_id for office_id in offices.subtree_ids(office.id) if scope.holds(office_id)]
    return queries.ground_of(scope, ids, category=filters.category, stakeholder_id=filters.stakeholder_id)


class Spans:
    """The period up to today and the one before it, as days and as moments of the office's clock."""

    def __init__(self, period: Period, last: date, before: Period | None, zone: ZoneInfo) -> None:
        self.now = _span(period.start, last, zone)
        self.before = _span(before.start, before.end, zone) if before else None


def _span(first: date, last: date, zone: ZoneInfo) -> Span:
    return Span(first, last, _midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


# engagements


def _cuts(period: Period, before: Period | None) -> set[date]:
    """The days at which something that is counted begins: the two periods, months, the steps of the trend."""
    found = {period.start, *(step.start for step in period.steps()), *period.months()}
    if before:
        found |= {before.start, before.end + timedelta(days=1)}
    return found


def _engagements(ground: Ground, rows: Sequence[DayCount], period: Period, before: Period | None) -> EngagementFigures:
    now = [row for row in rows if row.day in period]
    then = [row for row in rows if row.day in before] if before else None
    return EngagementFigures(
        total=sum(row.number for row in now),
        before=sum(row.number for row in then) if then is not None else None,
        undated=queries.undated(ground),
        coarse=sum(row.number for row in now if row.is_coarse),
        by_kind=_ranked([(row.kind, row.number) for row in now], _pairs(then, "kind")),
        by_form=_ranked([(row.form, row.number) for row in now], _pairs(then, "form")),
        by_month=_months(now, period),
        by_role=_roles(now, then),
        trend=_trend(rows, period),
    )


def _pairs(rows: Sequence[DayCount] | None, key: str) -> list[tuple[str, int]] | None:
    return [(getattr(row, key), row.number) for row in rows] if rows is not None else None


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, count in pairs:
        found[key] = found.get(key, 0) + count
    return found


def _ranked(now: Iterable[tuple[str, int]], before: Iterable[tuple[str, int]] | None) -> tuple[Count, ...]:
    """The most frequent first; what occurred only before stays, with nought."""
    sums, earlier = _sums(now), _sums(before) if before is not None else None
    keys = sums.keys() | (earlier or {}).keys()
    counts = (Count(key, sums.get(key, 0), earlier.get(key, 0) if earlier is not None else None) for key in keys)
    return tuple(sorted(counts, key=lambda row: (-row.count, -(row.before or 0), row.key)))


def _months(now: Sequence[DayCount], period: Period) -> tuple[MonthCount, ...]:
    """Each month of the period, empty ones too, unless the period is longer than a table can show."""
    found: dict[date, list[tuple[str, int]]] = {month: [] for month in period.months()} if period.days <= 1100 else {}
    for row in now:
        found.setdefault(row.day.replace(day=1), []).append((row.kind, row.number))
    return tuple(MonthCount(month, _ranked(found[month], None)) for month in sorted(found))


def _roles(now: Sequence[DayCount], then: Sequence[DayCount] | None) -> tuple[Count, ...]:
    """All four, in their own order."""
    counts = {row.key: row for row in _ranked([(row.role, row.number) for row in now], _pairs(then, "role"))}
    nothing = None if then is None else 0
    return tuple(counts.get(role, Count(role, 0, nothing)) for role in ROLES)


def _trend(rows: Sequence[DayCount], period: Period) -> tuple[Step, ...]:
    """The steps up to the period's last."""
    steps = period.steps()
    starts = [step.start for step in steps]
    sums: list[list[tuple[str, int]]] = [[] for _ in steps]
    for row in rows:
        if starts[0] <= row.day <= steps[-1].end:
            sums[bisect_right(starts, row.day) - 1].append((row.form, row.number))
    return tuple(Step(step, _ranked(found, None)) for step, found in zip(steps, sums, strict=True))


# stakeholders


def _stakeholders(
    ground: Ground, first: date, last: date, before: Days | None, spans: Spans, tier_days: Mapping[int, int]
) -> StakeholderFigures:
    rows, active = queries.reached(ground, first, last, before, limit=MOST_ACTIVE)
    compared = before is not None
    now = Moment(last, spans.now.ends)
    earlier = Moment(spans.before.last, spans.before.ends) if spans.before else now
    silent, silent_in_all, silent_before = queries.quiet(ground, tier_days, now, earlier, limit=QUIET)
    return StakeholderFigures(
        reached=sum(row.now for row in rows),
        before=sum(row.before for row in rows) if compared else None,
        organizations=sum(row.now for row in rows if row.kind == "organization"),
        people=sum(row.now for row in rows if row.kind == "person"),
        new=sum(row.new for row in rows),
        new_before=sum(row.new_before for row in rows) if compared else None,
        by_category=_categories(rows, compared),
        most_active=tuple(active),
        quiet=tuple(silent),
        quiet_total=silent_in_all,
        quiet_before=silent_before if compared else None,
    )


def _categories(rows: Sequence[Reached], compared: bool) -> tuple[Count, ...]:
    now = [(row.category, row.now) for row in rows if row.category]
    then = [(row.category, row.before) for row in rows if row.category]
    return _ranked(now, then if compared else None)


# commitments and work


def _commitments(ground: Ground, spans: Spans) -> CommitmentFigures:
    now = queries.ledgers(ground, spans.now)
    before: Ledger | None = None
    if spans.before:
        then = queries.ledgers(ground, spans.before)
        before = then[Side.OURS] + then[Side.THEIRS]
    return CommitmentFigures(
        ours=now[Side.OURS],
        theirs=now[Side.THEIRS],
        before=before,
        overdue=tuple(queries.overdue(ground, spans.now, limit=OVERDUE)),
    )


def _mail(ground: Ground, spans: Spans) -> tuple[Count, ...]:
    now = queries.mail(ground, spans.now)
    before = queries.mail(ground, spans.before) if spans.before else {}
    return tuple(Count(name, number, before.get(name)) for name, number in now.items())


def _work(ground: Ground, first: date, last: date, span: Span) -> tuple[Worker, ...]:
    closed = queries.closed_by(ground, span)
    workers = [
        Worker(user_id, name, count, closed.pop(user_id, (None, 0))[1])
        for user_id, name, count in queries.by_owner(ground, first, last)
    ]
    workers += [Worker(user_id, name, 0, count) for user_id, (name, count) in closed.items()]
    return tuple(sorted(workers, key=lambda row: (row.name is None, -row.engagements, -row.closed, row.name or "")))
