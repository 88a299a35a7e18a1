"""The span of days a report is about, and the span of the same kind before it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1900, 2999  # what people may ask for; arithmetic around it stays inside the calendar


class PeriodKind(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both included."""

    kind: PeriodKind
    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period cannot end before it starts")

    @classmethod
    def week(cls, day: date) -> Period:
        monday = day - timedelta(days=day.weekday())
        return cls(PeriodKind.WEEK, monday, monday + timedelta(days=6))

    @classmethod
    def month(cls, day: date) -> Period:
        return cls(PeriodKind.MONTH, day.replace(day=1), _month_end(day))

    @classmethod
    def quarter(cls, day: date) -> Period:
        first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        return cls(PeriodKind.QUARTER, first, _month_end(first.replace(month=first.month + 2)))

    @classmethod
    def year(cls, day: date) -> Period:
        return cls(PeriodKind.YEAR, date(day.year, 1, 1), date(day.year, 12, 31))

    @classmethod
    def of(cls, start: date, end: date) -> Period:
        """The span, named by its kind when it is exactly one week, month, quarter or year."""
        for whole in (cls.week, cls.month, cls.quarter, cls.year):
            with suppress(OverflowError):  # the last week that the calendar knows is not whole
                period = whole(start)
                if (period.start, period.end) == (start, end):
                    return period
        return cls(PeriodKind.SPAN, start, end)

    @classmethod
    def around(cls, kind: PeriodKind, day: date) -> Period:
        """The week, month, quarter or year that a day lies in."""
        whole = {
            PeriodKind.WEEK: cls.week,
            PeriodKind.MONTH: cls.month,
            PeriodKind.QUARTER: cls.quarter,
            PeriodKind.YEAR: cls.year,
        }
        if kind not in whole:
            raise ValueError("a free span does not follow from a day")
        return whole[kind](day)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    def before(self) -> Period | None:
        """The period of equal kind just before; none when the calendar does not reach so far back."""
        try:
            if self.kind is PeriodKind.SPAN:
                return Period(self.kind, self.start - timedelta(days=self.days), self.start - ONE_DAY)
            return Period.around(self.kind, self.start - ONE_DAY)
        except (OverflowError, ValueError):
            return None

    def after(self) -> Period | None:
        """The next period of equal kind, for the pager of the page."""
        try:
            if self.kind is PeriodKind.SPAN:
                return Period(self.kind, self.end + ONE_DAY, self.end + timedelta(days=self.days))
            return Period.around(self.kind, self.end + ONE_DAY)
        except (OverflowError, ValueError):
            return None

    def steps(self, limit: int = 12) -> tuple[Period, ...]:
        """The bars of the trend: up to `limit` weeks or months, the last one holding the period's last day."""
        kind = PeriodKind.WEEK if self.kind is PeriodKind.WEEK else PeriodKind.MONTH
        step: Period | None = Period.around(kind, self.end)
        found: list[Period] = []
        while step is not None and len(found) < limit:
            found.append(step)
            step = step.before()
        return tuple(reversed(found))

    def months(self) -> Iterator[date]:
        """The first day of each month the period touches."""
        month = self.start.replace(day=1)
        while month <= self.end:
            yield month
            if month == date.max.replace(day=1):
                return
            month = _month_end(month) + ONE_DAY


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
