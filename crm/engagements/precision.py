"""How exactly the time of an engagement is known."""

from enum import StrEnum


class Precision(StrEnum):
    """`occurred_on` is the first day of a week, month or quarter."""

    TIME = "time"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    UNKNOWN = "unknown"


COARSE = frozenset({Precision.WEEK, Precision.MONTH, Precision.QUARTER})
