"""What a spoken date of the event means today: it looks back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from crm.engagements.markers import workdays
from crm.engagements.markers.model import Ask, Precision
from crm.engagements.markers.workdays import SATURDAY, WorkCalendar


@dataclass(frozen=True, slots=True)
class Said:
    """A date as said, before anybody knows what today is. `weekday` beside another date is checked against it."""

    kind: str
    n: int | None = None
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    unit: str = ""
    names: tuple[str, ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    """What dates are counted from."""

    day: date
    calendar: WorkCalendar
    event_on: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A date found, or why not: what to ask and the candidates to offer."""

    on: date | None = None
    until: date | None = None
    precision: Precision = Precision.DAY
    ask: Ask | None = None
    dates: tuple[date, ...] = ()


Rule = Callable[[Said, Today], Answer]
PARTS = {"start": (1, 10), "mid": (11, 20), "end": (21, 31)}
PERIODS = {"quarter": (3, Precision.QUARTER), "semester": (6, Precision.SEMESTER)}
ENDS = {"quarter_end": 3, "semester_end": 6, "year_end": 12}
NO_DATE = frozenset({"asap", "waiting", "waiting_them", "after_holiday"})
FORWARD_ONLY = NO_DATE | {"minus", "year_start"}
_STEPS = {"day": 1, "week": 7}
_FARTHEST_DAYS = 4000


def day(on: date | None) -> Answer:
    """Answer with one day, or that there is no such day."""
    return Answer(on, on) if on and workdays.within(on) else Answer(ask=Ask.INVALID_DATE)


def moved(said: Said, today: Today, sign: int) -> date | None:
    """Return today moved by the said number of days, weeks, months, years or working days."""
    n = said.n or 0
    if n > _FARTHEST_DAYS or said.unit in ("hour", "minute"):
        return today.day if n <= _FARTHEST_DAYS else None
    if said.unit == "workday":
        return today.calendar.add(today.day, min(n, 1000)) if sign > 0 else None
    if said.unit in _STEPS:
        return today.day + timedelta(sign * n * _STEPS[said.unit])
    months = n * (12 if said.unit == "year" else 1)
    return workdays.shift_months(today.day, sign * months) if months <= 1200 else None


def _event_weekday(said: Said, today: Today) -> Answer:
    weekday = said.weekday or 0
    if said.n in (0, 1):
        return day(workdays.week_of(today.day, said.n) + timedelta(weekday))
    found = workdays.latest_weekday(today.day, weekday, today=said.n is None)
    if said.ambiguous:
        return Answer(found, found, ask=Ask.AMBIGUOUS_MINGGU, dates=(found, workdays.week_of(today.day, -1)))
    return day(found)


def _event_week(said: Said, today: Today) -> Answer:
    monday = workdays.week_of(today.day, said.n or 0)
    return Answer(monday, monday + timedelta(6), Precision.WEEK)


def _event_weekend(said: Said, today: Today) -> Answer:
    if said.n is None:
        return day(workdays.latest_weekday(today.day, SATURDAY, today=True))
    return day(workdays.week_of(today.day, said.n) + timedelta(SATURDAY))


def _named_month(said: Said, today: Today) -> tuple[date, date]:
    """Return the latest month of this name that has begun, or that of the given year."""
    month = said.month or 1
    year = said.year or (today.day.year if month <= today.day.month else today.day.year - 1)
    return workdays.month_of(date(year, month, 1))


def _event_month_part(said: Said, today: Today) -> Answer:
    begin, end = PARTS[said.kind]
    if said.month:
        first, last = _named_month(said, today)
    else:
        first, last = workdays.month_of(today.day, said.n or 0)
        if said.n is None and today.day < first.replace(day=begin):
            first, last = workdays.month_of(today.day, -1)
    return Answer(first.replace(day=begin), last.replace(day=min(end, last.day)), Precision.MONTH_PART)


def _event_month(said: Said, today: Today) -> Answer:
    first, last = _named_month(said, today) if said.month else workdays.month_of(today.day, said.n or 0)
    return Answer(first, last, Precision.MONTH)


def _event_year(said: Said, today: Today) -> Answer:
    year = said.year or today.day.year + (said.n or 0)
    return Answer(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)


def _event_period(said: Said, today: Today) -> Answer:
    length, precision = PERIODS[said.kind]
    first, last = workdays.months_period(said.year or today.day.year, length, said.n or 1)
    if not said.year and first > today.day:
        first, last = workdays.months_period(today.day.year - 1, length, said.n or 1)
    return Answer(first, last, precision)


def _event_period_end(said: Said, today: Today) -> Answer:
    """The last month of the latest such period whose last month has begun."""
    first, last = workdays.month_of(today.day)
    while first.month % ENDS[said.kind]:
        first, last = workdays.month_of(first, -1)
    return Answer(first, last, Precision.MONTH)


def _event_day_of_month(said: Said, today: Today) -> Answer:
    for back in range(1 if said.n is not None else 13):
        first, _ = workdays.month_of(today.day, said.n if said.n is not None else -back)
        found = workdays.safe_date(first.year, first.month, said.day or 0)
        if found and (found <= today.day or said.n is not None):
            return day(found)
    return Answer(ask=Ask.INVALID_DATE)


def _event_day_month(said: Said, today: Today) -> Answer:
    """The latest such day within eleven months; else the coming one, which is then asked about."""
    if said.year:
        return day(workdays.safe_date(said.year, said.month or 0, said.day or 0))
    year = today.day.year
    earliest = workdays.shift_months(today.day, -11)
    found = [workdays.safe_date(y, said.month or 0, said.day or 0) for y in (year, year - 1, year + 1)]
    past = [d for d in found if d and earliest <= d <= today.day]
    coming = sorted(d for d in found if d and d > today.day)
    return day((past or coming or [d for d in found if d] or [None])[0])


_EVENT: dict[str, Rule] = {
    "now": lambda _, today: Answer(today.day, today.day, Precision.TIME),
    "day": lambda said, today: day(today.day + timedelta(said.n or 0)),
    "weekday": _event_weekday,
    "week": _event_week,
    "weekend": _event_weekend,
    "start": _event_month_part,
    "mid": _event_month_part,
    "end": _event_month_part,
    "month": _event_month,
    "year": _event_year,
    "quarter": _event_period,
    "semester": _event_period,
    "quarter_end": _event_period_end,
    "semester_end": _event_period_end,
    "year_end": _event_period_end,
    "day_of_month": _event_day_of_month,
    "day_month": _event_day_month,
    "iso_week": lambda said, _: iso_week(said),
    "in": lambda said, today: day(moved(said, today, 1)),
    "ago": lambda said, today: day(moved(said, today, -1)),
}


def iso_week(said: Said) -> Answer:
    try:
        monday = date.fromisocalendar(said.year or 1, said.n or 0, 1)
    except ValueError:
        return Answer(ask=Ask.INVALID_DATE)
    return Answer(monday, monday + timedelta(6), Precision.WEEK)


def of_event(said: Said, today: Today, *, planned: bool) -> Answer:
    """Return when the event was. A coming day is refused unless such an event is planned ahead (a meeting)."""
    answer = _EVENT[said.kind](said, today)
    if answer.on and answer.on > today.day and not planned:
        return Answer(precision=answer.precision, ask=Ask.FUTURE_EVENT, dates=(answer.on, today.day))
    return checked(said, answer, today)


def checked(said: Said, answer: Answer, today: Today) -> Answer:
    """Ask when a weekday stands beside a date that falls on another; the date wins."""
    on = answer.on
    if said.kind == "weekday" or said.weekday is None or not on or on.weekday() == said.weekday or answer.ask:
        return answer
    near = workdays.next_weekday(on - timedelta(4), said.weekday, today=True)
    return Answer(
        on, answer.until, answer.precision, Ask.WEEKDAY_MISMATCH, tuple(d for d in (on, near) if d >= today.day) or (on,)
    )
