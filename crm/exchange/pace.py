"""How fast long work goes and how long it will still take. Pure."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Rows a second so far, and the minutes that are left at that rate; None while nothing can be said."""

    per_second: float | None
    minutes_left: int | None


def of(done: int, total: int | None, since: dt.datetime, moment: dt.datetime) -> Pace:
    """The mean since the beginning: steadier than a glance, and honest about a slow start."""
    seconds = (moment - since).total_seconds()
    if done <= 0 or seconds <= 0:
        return Pace(None, None)
    rate = done / seconds
    left = None if total is None else max(0, total - done) / rate
    return Pace(rate, None if left is None else max(1, round(left / 60)))
