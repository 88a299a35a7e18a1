"""Arithmetic of working days: Monday to Friday without the given holidays. Values only."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

FRIDAY = 4
ONE_DAY = dt.timedelta(days=1)
FARTHEST = 20_000  # working days: about 76 years, more than any rule asks for


class TooFar(ValueError):
    """More working days than any deadline has, or beyond the calendar."""


@dataclass(frozen=True)
class Step:
    """One day on the way to a deadline: counted as a working day, or passed over and why ("weekend" or a holiday's name)."""

    day: dt.date
    number: int | None
    skipped_for: str = ""


def is_workday(day: dt.date, holidays: Collection[dt.date] = ()) -> bool:
    return day.weekday() <= FRIDAY and day not in holidays


def add_workdays(day: dt.date, count: int, holidays: Collection[dt.date] = ()) -> dt.date:
    """The day that many working days after this one, which isn't counted; before it when the count is negative.

    Zero gives the day itself, or the next working day when it isn't one. Raises TooFar.
    """
    if count == 0:
        return next_workday(day, holidays)
    if abs(count) > FARTHEST:
        raise TooFar(str(count))
    step, left = (ONE_DAY, count) if count > 0 else (-ONE_DAY, -count)
    while left:
        day = _shift(day, step)
        left -= is_workday(day, holidays)
    return day


def next_workday(day: dt.date, holidays: Collection[dt.date] = ()) -> dt.date:
    """This day, or the first working day after it."""
    while not is_workday(day, holidays):
        day = _shift(day, ONE_DAY)
    return day


def count_workdays(after: dt.date, until: dt.date, holidays: Collection[dt.date] = ()) -> int:
    """Working days after the first day up to and with the last; negative when the last lies before the first."""
    if until < after:
        return -count_workdays(until, after, holidays)
    days = (until - after).days
    weeks, rest = divmod(days, 7)
    tail = sum(is_workday(after + dt.timedelta(days=weeks * 7 + n)) for n in range(1, rest + 1))
    off = {day for day in holidays if after < day <= until and day.weekday() <= FRIDAY}
    return weeks * 5 + tail - len(off)


def arithmetic(day: dt.date, count: int, holidays: dict[dt.date, str]) -> Iterator[Step]:
    """Each day from the one after this to the deadline, so that a page can show how a date came about. Raises TooFar."""
    if not 0 < count <= FARTHEST:
        raise TooFar(str(count))
    number = 0
    while number < count:
        day = _shift(day, ONE_DAY)
        if is_workday(day, holidays):
            number += 1
            yield Step(day, number)
        else:
            yield Step(day, None, holidays.get(day, "weekend"))


def _shift(day: dt.date, step: dt.timedelta) -> dt.date:
    try:
        return day + step
    except OverflowError:
        raise TooFar(day.isoformat()) from None
