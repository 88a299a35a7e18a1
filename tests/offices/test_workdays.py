import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.offices import workdays

# A hand-counted March 2026: the 2nd is a Monday; 18 and 19 (Nyepi), 20, 23 and 24 (Idulfitri) are not worked.
OFF = {dt.date(2026, 3, day): f"libur {day}" for day in (18, 19, 20, 21, 22, 23, 24)}
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))
HOLIDAYS = st.sets(DAYS, max_size=30)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (2, 1, 3),
        (2, 5, 9),
        (6, 1, 9),
        (7, 1, 9),
        (16, 2, 25),
        (17, 1, 25),
        (13, 10, 3 + 31),
        (25, -1, 17),
        (9, -1, 6),
        (2, 0, 2),
        (7, 0, 9),
    ],
)
def test_adding_working_days_in_a_counted_month(start, count, end):
    expected = dt.date(2026, 3, 1) + dt.timedelta(days=end - 1)
    assert workdays.add_workdays(dt.date(2026, 3, start), count, OFF) == expected


def test_weekends_and_holidays_are_not_worked():
    assert not workdays.is_workday(dt.date(2026, 3, 7))
    assert not workdays.is_workday(dt.date(2026, 3, 18), OFF)
    assert workdays.is_workday(dt.date(2026, 3, 17), OFF)


def test_arithmetic_names_why_a_day_is_passed_over():
    steps = list(workdays.arithmetic(dt.date(2026, 3, 17), 1, OFF))
    assert [(step.day.day, step.number, step.skipped_for) for step in steps] == [
        (18, None, "libur 18"),
        (19, None, "libur 19"),
        (20, None, "libur 20"),
        (21, None, "libur 21"),
        (22, None, "libur 22"),
        (23, None, "libur 23"),
        (24, None, "libur 24"),
        (25, 1, ""),
    ]


@given(DAYS, st.integers(1, 200), HOLIDAYS)
def test_counting_undoes_adding(day, count, off):
    assert workdays.count_workdays(day, workdays.add_workdays(day, count, off), off) == count


@given(DAYS, DAYS, HOLIDAYS)
def test_count_is_the_number_of_worked_days_between(first, last, off):
    low, high = sorted((first, last))
    if (high - low).days > 800:
        high = low + dt.timedelta(days=800)
    worked = sum(workdays.is_workday(low + dt.timedelta(days=n), off) for n in range(1, (high - low).days + 1))
    assert workdays.count_workdays(low, high, off) == worked
    assert workdays.count_workdays(high, low, off) == -worked


@given(DAYS, st.integers(1, 60), HOLIDAYS)
def test_arithmetic_ends_where_adding_ends(day, count, off):
    steps = list(workdays.arithmetic(day, count, dict.fromkeys(off, "libur")))
    assert steps[-1].day == workdays.add_workdays(day, count, off)
    assert [step.number for step in steps if step.number] == list(range(1, count + 1))


def test_far_deadlines_are_refused_not_computed_for_ever():
    for count in (20_001, -20_001, 10**12):
        with pytest.raises(workdays.TooFar):
            workdays.add_workdays(dt.date(2026, 3, 2), count)
    with pytest.raises(workdays.TooFar):
        workdays.add_workdays(dt.date(9999, 12, 30), 5)
    with pytest.raises(workdays.TooFar):
        list(workdays.arithmetic(dt.date(2026, 3, 2), 0, {}))
