"""Dates as people write them in tables: a date with its precision, or the reason why there is none.

A month with a year is a month, never a day: 'Oct-12' is October 2012. A month alone needs a year from elsewhere: the caller says
which. Nothing is completed in silence: what is not there is not guessed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from crm.core.text import fold, one_line
from crm.exchange.codes import Reason
from crm.exchange.months import month_of, quarter_of


class Precision(StrEnum):
    """How exactly a time is known. The words are those of engagements."""

    TIME = "time"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class When:
    """A date as read: the first day of a month or quarter, the clock time and its offset if they were written.

    `offset` is in minutes east of UTC; None means the clock of the office. `year_given` is False when the year came from outside the cell.
    """

    on: date
    precision: Precision
    at: time | None = None
    year_given: bool = True
    offset: int | None = None


# Year for a month that stands without one, or None.
YearFor = Callable[[int], int | None]

_TIME = re.compile(
    r"(?:^|[\st,]|pukul\s|jam\s|at\s)(?P<h>\d{1,2})(?:[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:\.\d+)?)?)?\s*"
    r"(?P<half>[ap]\.?m\.?)?\s*(?P<zone>wib|wita|wit|z|utc|[+-]\d\d:?\d\d)?$"
)
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_ISO_MONTH = re.compile(r"^(\d{4})[-/.](\d{1,2})$")
_NUMBERS = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$")
_MONTH_NUMBER = re.compile(r"^(\d{1,2})[-/.](\d{4})$")
_DAY_WORD = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[-/. ]*(?:of )?([a-z]{3,9})\.?[-/.,' ]*(\d{4}|\d{2})?$")
_WORD_DAY = re.compile(r"^([a-z]{3,9})\.? ?(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$")
_WORD_YEAR = re.compile(r"^([a-z]{3,9})\.?[-/.,'’ ]*(\d{4}|\d{2})$")
_SPAN_YEAR = re.compile(r"^(.*?[a-z]\.?)[-/.,' ]*(\d{4}|(?<!\d)\d{2})?$")
_QUARTER = re.compile(r"^(?:q|quarter|triwulan|tw|kuartal) ?([1-4]|iv|i{1,3})[-/., ]*(\d{4}|\d{2})?$")
_YEAR_QUARTER = re.compile(r"^(\d{4})[-/., ]*(?:q|tw)([1-4])$")
_WEEKDAY = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? +|^(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad),? +"
)
_ZONES = {"wib": 420, "wita": 480, "wit": 540, "z": 0, "utc": 0}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_EARLIEST, _LATEST = 1900, 2100


@dataclass(frozen=True, slots=True)
class _Style:
    """What the caller decided about reading dates."""

    day_first: bool = True
    dashed_day: bool = False
    year_for: YearFor = field(default=lambda month: None)


def _full_year(digits: str, *, pivot: int = 69) -> int:
    """Two digits are 2000 to 2068 or 1969 to 1999, as the standard library reads them."""
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < pivot else 1900)


def _built(year: int, month: int, day: int, precision: Precision, *, year_given: bool = True) -> When | Reason:
    if not _EARLIEST <= year <= _LATEST:
        return Reason.DATE_IMPOSSIBLE
    try:
        return When(date(year, month, day), precision, year_given=year_given)
    except ValueError:
        return Reason.DATE_IMPOSSIBLE


def _with_year(month: int, day: int, digits: str | None, precision: Precision, style: _Style) -> When | Reason:
    if digits:
        return _built(_full_year(digits), month, day, precision)
    year = style.year_for(month)
    if year is None:
        return Reason.YEAR_MISSING
    return _built(year, month, day, precision, year_given=False)


def _numbers(text: str, style: _Style) -> When | Reason | None:
    if m := _ISO.match(text):
        return _built(int(m[1]), int(m[2]), int(m[3]), Precision.DAY)
    if m := _ISO_MONTH.match(text):
        return _built(int(m[1]), int(m[2]), 1, Precision.MONTH)
    if m := _NUMBERS.match(text):
        day, month = (int(m[1]), int(m[2])) if style.day_first else (int(m[2]), int(m[1]))
        return _built(_full_year(m[3]), month, day, Precision.DAY)
    if m := _MONTH_NUMBER.match(text):
        return _built(int(m[2]), int(m[1]), 1, Precision.MONTH)
    return None


def _words(text: str, style: _Style) -> When | Reason | None:
    if (m := _WORD_DAY.match(text)) and (month := month_of(m[1])):
        return _built(int(m[3]), month, int(m[2]), Precision.DAY)
    if (m := _WORD_YEAR.match(text)) and (month := month_of(m[1])):
        return _with_year(month, 1, m[2], Precision.MONTH, style)
    if (m := _DAY_WORD.match(text)) and (month := month_of(m[2])):
        return _day_and_word(m, month, style)
    if month := month_of(text):
        return _with_year(month, 1, None, Precision.MONTH, style)
    return None


def _day_and_word(m: re.Match[str], month: int, style: _Style) -> When | Reason:
    """'3 Oct 2012' is a day. '12-Oct' is what a spreadsheet makes of 'Oct-12': a day or a year, so a person must say."""
    if m[3] is None and "-" in m.string and not style.dashed_day:
        return Reason.DATE_AMBIGUOUS
    return _with_year(month, int(m[1]), m[3], Precision.DAY, style)


def _quarters(text: str, style: _Style) -> When | Reason | None:
    if m := _YEAR_QUARTER.match(text):
        return _built(int(m[1]), int(m[2]) * 3 - 2, 1, Precision.QUARTER)
    if m := _QUARTER.match(text):
        number = _ROMAN.get(m[1]) or int(m[1])
        return _with_year(number * 3 - 2, 1, m[2], Precision.QUARTER, style)
    if (m := _SPAN_YEAR.match(text)) and (first := quarter_of(m[1])):
        return _with_year(first, 1, m[2], Precision.QUARTER, style)
    return None


def _clock(match: re.Match[str]) -> time | None:
    hour, minute = int(match["h"]), int(match["m"] or 0)
    if half := match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif match["m"] is None:
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _offset(zone: str | None) -> int | None:
    if zone is None or zone in _ZONES:
        return _ZONES.get(zone or "")
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes


@dataclass(frozen=True, slots=True)
class _Clock:
    at: time
    offset: int | None


def _without_time(text: str) -> tuple[str, _Clock | None]:
    """Take a clock time off the end: '3/10/2012 14.30 WIB', '2012-10-03T09:00:00', '3 Oct 2012 2 pm'."""
    match = _TIME.search(text)
    if not match or not text[: match.start()].strip():
        return text, None
    at = _clock(match)
    if at is None:
        return text, None
    return text[: match.start()].strip(" ,"), _Clock(at, _offset(match["zone"]))


def _by_formats(text: str, formats: tuple[str, ...]) -> When | None:
    """The formats of a profile, in the letters of the standard library; one without %d is a month, one with %H a time."""
    for pattern in formats:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is the office's, given by the caller
        except ValueError:
            continue
        if not _EARLIEST <= found.year <= _LATEST or not ("%y" in pattern or "%Y" in pattern):
            continue
        if "%H" in pattern or "%I" in pattern:
            return When(found.date(), Precision.TIME, found.time())
        return When(found.date(), Precision.DAY if "%d" in pattern or "%j" in pattern else Precision.MONTH)
    return None


def read_date(
    cell: str,
    *,
    formats: tuple[str, ...] = (),
    default_year: int | YearFor | None = None,
    day_first: bool = True,
    dashed_day: bool = False,
) -> When | Reason:
    """Read a cell as a date, or say why it is none.

    `default_year` is a year, or a function from a month to its year (a period over New Year has two). `dashed_day` says that
    '12-Oct' means the twelfth of October; without it a person is asked.
    """
    text = one_line(cell)[:80]
    if not text:
        return Reason.DATE_EMPTY
    if found := _by_formats(text, formats):
        return found
    year_for = default_year if callable(default_year) else lambda month: default_year
    style = _Style(day_first, dashed_day, year_for)
    plain = _WEEKDAY.sub("", fold(text))
    for part, clock in (_without_time(plain), (plain, None)):
        found = _read(part, style)
        if found is not None:
            return _at(found, clock)
    return Reason.DATE_UNREADABLE


def _read(text: str, style: _Style) -> When | Reason | None:
    for reader in (_numbers, _quarters, _words):
        found = reader(text, style)
        if found is not None:
            return found
    return None


def _at(found: When | Reason, clock: _Clock | None) -> When | Reason:
    """A clock time makes a day exact; a spreadsheet's midnight says nothing, and a month has no hour."""
    if isinstance(found, Reason) or clock is None or found.precision is not Precision.DAY:
        return found
    if clock.at == time(0, 0) and clock.offset is None:
        return found
    return When(found.on, Precision.TIME, clock.at, found.year_given, clock.offset)
