"""When an engagement took place: from what is known to the three columns that reports and lists use. Pure."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from crm.engagements.precision import Precision

NOON = dt.time(12)


@dataclass(frozen=True)
class When:
    """`occurred_on` is the local day in the office's zone, the first day of a coarse span, or None; `sort_at` always has a value."""

    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    occurred_on: dt.date | None
    precision: Precision
    sort_at: dt.datetime


def at(moment: dt.datetime, zone: ZoneInfo, *, ends_at: dt.datetime | None = None) -> When:
    """An aware moment, exactly known."""
    return When(moment, ends_at, moment.astimezone(zone).date(), Precision.TIME, moment)


def on(day: dt.date, zone: ZoneInfo, precision: Precision = Precision.DAY) -> When:
    """A day, or the week, month or quarter that holds it; it is sorted at noon of the first day."""
    first = first_day(day, precision)
    return When(None, None, first, precision, dt.datetime.combine(first, NOON, zone).astimezone(dt.UTC))


def unknown(*, written_at: dt.datetime) -> When:
    """Nobody knows when: it is sorted where it was written down and counted apart."""
    return When(None, None, None, Precision.UNKNOWN, written_at)


def first_day(day: dt.date, precision: Precision) -> dt.date:
    match precision:
        case Precision.WEEK:
            return day - dt.timedelta(days=day.weekday())
        case Precision.MONTH:
            return day.replace(day=1)
        case Precision.QUARTER:
            return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
        case _:
            return day
