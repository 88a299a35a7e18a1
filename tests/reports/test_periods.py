"""Periods: what kind a span is, and the one before it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.reports.periods import Period, PeriodKind

DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "kind", "before"),
    [
        ("2026-11-16", "2026-11-22", "week", ("2026-11-09", "2026-11-15")),
        ("2025-12-29", "2026-01-04", "week", ("2025-12-22", "2025-12-28")),
        ("2026-11-01", "2026-11-30", "month", ("2026-10-01", "2026-10-31")),
        ("2024-02-01", "2024-02-29", "month", ("2024-01-01", "2024-01-31")),
        ("2026-01-01", "2026-03-31", "quarter", ("2025-10-01", "2025-12-31")),
        ("2012-01-01", "2012-12-31", "year", ("2011-01-01", "2011-12-31")),
        ("2026-11-16", "2026-11-20", "span", ("2026-11-11", "2026-11-15")),
        ("2024-02-01", "2024-02-28", "span", ("2024-01-04", "2024-01-31")),
        ("2026-11-17", "2026-11-23", "span", ("2026-11-10", "2026-11-16")),
        ("2026-11-24", "2026-11-24", "span", ("2026-11-23", "2026-11-23")),
    ],
)
def test_kind_and_before(start: str, end: str, kind: str, before: tuple[str, str]) -> None:
    period = Period.of(date.fromisoformat(start), date.fromisoformat(end))
    assert period.kind == kind
    earlier = period.before()
    assert earlier is not None
    assert (earlier.start.isoformat(), earlier.end.isoformat()) == before


@given(DAYS, st.integers(min_value=0, max_value=800))
def test_the_period_before_touches_and_is_of_the_same_kind(start: date, more: int) -> None:
    period = Period.of(start, start + timedelta(days=more))
    before = period.before()
    assert before is not None
    assert before.end == period.start - timedelta(days=1)
    assert before.kind is period.kind
    following = before.after()
    assert following == period
    if period.kind is PeriodKind.SPAN:
        assert before.days == period.days


@given(DAYS)
def test_steps_are_twelve_in_a_row_and_end_with_the_period(day: date) -> None:
    for kind in (PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR):
        period = Period.around(kind, day)
        steps = period.steps()
        assert len(steps) == 12
        assert period.end in steps[-1]
        assert all(later.start == earlier.end + timedelta(days=1) for earlier, later in zip(steps, steps[1:], strict=False))


def test_the_edges_of_the_calendar_do_not_break() -> None:
    first = Period.of(date.min, date.min + timedelta(days=6))
    assert first.before() is None
    assert len(first.steps()) == 1
    last = Period.of(date(9999, 12, 1), date.max)
    assert last.after() is None
    assert list(last.months()) == [date(9999, 12, 1)]
    assert Period.of(date(9999, 12, 31), date.max).after() is None


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="end before"):
        Period.of(date(2026, 2, 2), date(2026, 2, 1))


def test_months_of_a_span() -> None:
    assert list(Period.of(date(2026, 11, 30), date(2027, 1, 1)).months()) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]
