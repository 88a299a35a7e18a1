"""Working days and calendar periods: Monday to Friday without the given holidays."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date, timedelta

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
_FARTHEST = date(9990, 1, 1)
_EARLIEST = date(1, 2, 1)


class WorkCalendar:
    """Which days are worked. Holidays may carry names (a mapping of date to name)."""

    def __init__(self, holidays: Collection[date] = ()) -> None:
        self._days = frozenset(holidays)
        self._names: Mapping[date, str] = holidays if isinstance(holidays, Mapping) else {}

    def is_working(self, day: date) -> bool:
        """Tell whether this day is worked."""
        return day.weekday() <= FRIDAY and day not in self._days

    def on_or_after(self, day: date) -> date:
        """Return the first working day from this day on."""
        for step in range(60):
            if self.is_working(day + timedelta(step)):
                return day + timedelta(step)
        return day

    def on_or_before(self, day: date, *, not_before: date) -> date:
        """Return the last working day up to this day; the day itself when the period has none."""
        candidate = day
        while candidate >= not_before:
            if self.is_working(candidate):
                return candidate
            candidate -= timedelta(1)
        return day

    def add(self, day: date, working_days: int) -> date:
        """Return the day that many working days after this one, which is not counted."""
        for _ in range(working_days):
            day = self.on_or_after(day + timedelta(1))
        return day

    def after_holiday(self, day: date, names: Collection[str] = ()) -> date | None:
        """Return the first working day after the next holiday (of one of these names), if the calendar has one."""
        for holiday in sorted(self._days):
            name = self._names.get(holiday, "").casefold()
            if holiday > day and (not names or any(n in name for n in names)):
                return self.on_or_after(holiday + timedelta(1))
        return None


def within(day: date) -> bool:
    """Tell whether a day is far enough from the ends of the calendar to count on."""
    return _EARLIEST <= day <= _FARTHEST


def safe_date(year: int, month: int, day: int) -> date | None:
    """Return the date, or None if there is no such day."""
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if within(made) else None


def shift_months(day: date, months: int) -> date:
    """Return the same day some months later or earlier, at the latest the last day of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_of(day: date, offset: int = 0) -> tuple[date, date]:
    """Return the first and last day of a month, counted from the month of this day."""
    first = shift_months(day.replace(day=1), offset)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def week_of(day: date, offset: int = 0) -> date:
    """Return the Monday of a calendar week, counted from the week of this day."""
    return day - timedelta(day.weekday()) + timedelta(7 * offset)


def months_period(year: int, length: int, number: int) -> tuple[date, date]:
    """Return first and last day of the numbered period of so many months (quarter 3, semester 6, year 12)."""
    first = date(year, (number - 1) * length + 1, 1)
    return first, month_of(first, length - 1)[1]


def latest_weekday(day: date, weekday: int, *, today: bool) -> date:
    """Return the last such weekday, this day included or not."""
    back = (day.weekday() - weekday) % 7
    return day - timedelta(back if today or back else 7)


def next_weekday(day: date, weekday: int, *, today: bool = False) -> date:
    """Return the next such weekday, this day included or not."""
    ahead = (weekday - day.weekday()) % 7
    return day + timedelta(ahead if today or ahead else 7)
