"""Reading a time of day: 'jam 2', 'pkl 14.30 WIB', 'setengah 3', 'jam 3 kurang 10', 'habis Magrib', '3pm', 'half past two'."""

import re
from dataclasses import dataclass, replace
from datetime import time

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.spoken import number

ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
DAY_MINUTES = 24 * 60
_HALF_DAY = 12 * 60
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})(wib|wita|wit|am|pm)?", re.ASCII)
_RANGE = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?[-–](\d{1,2})(?:[.:](\d{2}))?(wib|wita|wit)?", re.ASCII)
_BARE = re.compile(r"([01]\d|2[0-3])([0-5]\d)(wib|wita|wit)?", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})(wib|wita|wit|am|pm)?", re.ASCII)
_TEN = 10


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes. `soft`: about then; `day_shift`: the words name the day too (last night)."""

    minutes: int
    until: int | None = None
    soft: bool = False
    zone: str | None = None
    friday: bool = False
    day_shift: int | None = None
    part: str = ""

    @property
    def time(self) -> time:
        """Return the time of day."""
        return time(*divmod(self.minutes % DAY_MINUTES, 60))


Found = tuple[Clock, int]


def office_hour(hour: int) -> int | None:
    """Return the minutes meant by a bare hour: 1 to 6 are in the afternoon, the rest as said."""
    if not 0 <= hour <= 24:
        return None
    return ((hour + 12) if 1 <= hour <= 6 else hour % 24) * 60


def _with_part(minutes: int, part: str) -> int:
    """Move a twelve-hour time into the part of the day that was said."""
    low = minutes % _HALF_DAY
    if part in ("dawn", "morning"):
        return low if minutes < _HALF_DAY or minutes >= 13 * 60 else minutes
    if part == "midday":
        return low if low >= _TEN * 60 else low + _HALF_DAY
    if part == "night" and low < 4 * 60:
        return low
    return low + _HALF_DAY


def _part(cursor: Cursor, at: int) -> tuple[str, int] | None:
    found = cursor.match("day_parts", at)
    if not found:
        return None
    end = found.end + (1 if cursor.has("this", found.end) else 0)
    return found.value, end


def _zone(cursor: Cursor, at: int, glued: str | None) -> tuple[str | None, int]:
    if glued in ZONES:
        return glued.upper(), at
    return (cursor.key(at).upper(), at + 1) if cursor.key(at) in ZONES else (None, at)


def _meridiem(cursor: Cursor, at: int, glued: str | None) -> tuple[str | None, int]:
    if glued in ("am", "pm"):
        return glued, at
    key = cursor.key(at).replace(".", "")
    if key in ("am", "pm"):
        return key, at + (2 if "." in cursor.key(at) and cursor.key(at + 1) == "." else 1)
    return None, at


def _finish(cursor: Cursor, clock: Clock, end: int, glued: str | None, *, sure: bool) -> Found:
    """Take what follows a time: am or pm, a part of the day, a zone, an end ('jam 9 sampai 11')."""
    minutes = clock.minutes
    meridiem, end = _meridiem(cursor, end, glued)
    if meridiem:
        minutes = minutes % _HALF_DAY + (_HALF_DAY if meridiem == "pm" else 0)
    part = None if sure else _part(cursor, end)
    if part and not meridiem:
        kind = part[0].split()[-1]
        minutes, end = _with_part(minutes, kind), part[1]
    zone, end = _zone(cursor, end, glued)
    until, end = _until(cursor, end, minutes) if clock.until is None else (clock.until, end)
    if zone is None:
        zone, end = _zone(cursor, end, None)
    return replace(clock, minutes=minutes, until=until, zone=zone), end


def _until(cursor: Cursor, at: int, start: int) -> tuple[int | None, int]:
    told = cursor.has("until", at) or cursor.key(at) in ("-", "–", "—")
    if not told:
        return None, at
    after = at + 1 + (1 if cursor.has("clock_words", at + 1) else 0)
    found = _CLOCK.fullmatch(cursor.key(after))
    minutes = _minutes(int(found[1]), int(found[2])) if found else None
    if not found and _HOUR.fullmatch(cursor.key(after)) and cursor.key(after).isdigit():
        minutes = office_hour(int(cursor.key(after)))
    return (minutes, after + 1) if minutes is not None and minutes > start else (None, at)


def _minutes(hour: int, minute: int) -> int | None:
    if hour == 24 and minute == 0:
        return 0
    return hour * 60 + minute if 0 <= hour < 24 and 0 <= minute < 60 else None


def _half_before(cursor: Cursor, at: int) -> tuple[int, int] | None:
    """'setengah 3' is half an hour before three."""
    if not cursor.has("half_before", at):
        return None
    hour = number(cursor, at + 1)
    if hour is None or not 1 <= hour <= 12:
        return None
    return (office_hour(hour) or 0) - 30, at + 2


def _shifted(cursor: Cursor, minutes: int, at: int) -> tuple[int, int]:
    """'jam 3 kurang 10', 'jam 2 lewat 15', 'lewat seperempat'."""
    sign = -1 if cursor.has("minus", at) else 1 if cursor.has("plus", at) else 0
    if not sign:
        return minutes, at
    amount = 15 if cursor.has("quarter_hour", at + 1) else number(cursor, at + 1)
    if amount is None or not 0 < amount < 60:
        return minutes, at
    end = at + 2
    return minutes + sign * amount, end + (1 if cursor.value("units", end) == "minute" else 0)


def _after_word(cursor: Cursor, at: int) -> Found | None:
    """After 'jam', 'pukul', 'at': any form of a time."""
    half = _half_before(cursor, at)
    if half:
        return _finish(cursor, Clock(half[0]), half[1], None, sure=False)
    key = cursor.key(at)
    span = _RANGE.fullmatch(key)
    if span:
        return _range(cursor, at, span, said=True)
    bare = _BARE.fullmatch(key)
    if bare:
        return _finish(cursor, Clock(int(bare[1]) * 60 + int(bare[2])), at + 1, bare[3], sure=False)
    exact = _exact(cursor, at)
    return exact or _hour(cursor, at)


def _hour(cursor: Cursor, at: int) -> Found | None:
    written = _HOUR.fullmatch(cursor.key(at))
    hour = int(written[1]) if written else number(cursor, at)
    minutes = office_hour(hour) if hour is not None else None
    if minutes is None:
        return None
    minutes, end = _shifted(cursor, minutes, at + 1)
    end += 1 if cursor.has("oclock", end) else 0
    return _finish(cursor, Clock(minutes), end, written[2] if written else None, sure=False)


def _range(cursor: Cursor, at: int, span: re.Match[str], *, said: bool) -> Found | None:
    if not said and not (span[2] and span[4]):
        return None
    begin = _minutes(int(span[1]), int(span[2])) if span[2] else office_hour(int(span[1]))
    end = _minutes(int(span[3]), int(span[4])) if span[4] else office_hour(int(span[3]))
    if begin is None or end is None or end <= begin:
        return None
    return _finish(cursor, Clock(begin, end), at + 1, span[5], sure=True)


def _exact(cursor: Cursor, at: int) -> Found | None:
    found = _CLOCK.fullmatch(cursor.key(at))
    if not found or cursor.key(at - 1) == "rp":
        return None
    minutes = _minutes(int(found[1]), int(found[2]))
    if minutes is not None and len(found[1]) == 1 and not found[3]:  # 'jam 2.30' is said in the afternoon, 02.30 is not
        minutes = (office_hour(int(found[1])) or 0) + int(found[2])
    return None if minutes is None else _finish(cursor, Clock(minutes), at + 1, found[3], sure=False)


def _alone(cursor: Cursor, at: int, *, dots: bool) -> Found | None:
    """A time without 'jam': 14:30, 14.30 where no date can stand, 1430, 14.30 wita, 3pm."""
    key = cursor.key(at)
    exact = _CLOCK.fullmatch(key)
    if exact:
        certain = ":" in key or bool(exact[3]) or cursor.key(at + 1) in ZONES or int(exact[2]) > 12 or exact[2] == "00"
        return _exact(cursor, at) if certain or dots else None
    span = _RANGE.fullmatch(key)
    if span:
        return _range(cursor, at, span, said=False)
    bare = _BARE.fullmatch(key)
    if bare and not bare[3] and key[:2] in ("19", "20") and cursor.key(at + 1) not in ZONES:
        return None
    if bare:
        return _finish(cursor, Clock(int(bare[1]) * 60 + int(bare[2])), at + 1, bare[3], sure=False)
    hour = _HOUR.fullmatch(key)
    told = hour and (hour[2] or cursor.has("oclock", at + 1) or _meridiem(cursor, at + 1, None)[0])
    return _hour(cursor, at) if told else None


def _english(cursor: Cursor, at: int) -> Found | None:
    """'half past two', 'quarter to three'."""
    for name, shift in (("half_past", 30), ("quarter_past", 15), ("quarter_to", -15)):
        found = cursor.match(name, at)
        hour = number(cursor, found.end) if found else None
        if found and hour is not None and 1 <= hour <= 12:
            return _finish(cursor, Clock((office_hour(hour) or 0) + shift), found.end + 1, None, sure=False)
    return None


def _soft(cursor: Cursor, at: int) -> Found | None:
    phrase = cursor.match("soft_phrases", at)
    if phrase:
        clock, _, friday = phrase.value.partition(" ")
        return Clock(_written(clock), soft=True, friday=bool(friday)), phrase.end
    part = _part(cursor, at)
    if not part:
        return None
    day, _, name = part[0].rpartition(" ")
    shift = {"today": 0, "yesterday": -1}.get(day, 0 if cursor.has("this", part[1] - 1) else None)
    return Clock(_written(cursor.words["soft_times"].word(name)), soft=True, day_shift=shift, part=name), part[1]


def within_part(soft: Clock, exact: Clock) -> Clock:
    """Return the exact time in the part of the day that was said before it: 'Jumat sore jam 3'."""
    return replace(exact, minutes=_with_part(exact.minutes, soft.part), day_shift=soft.day_shift)


def _written(clock: str) -> int:
    hour, _, minute = clock.partition(".")
    return int(hour) * 60 + int(minute)


def read_clock(cursor: Cursor, at: int, *, dots: bool) -> Found | None:
    """Read the time that begins at this token. `dots`: 12.12 is a time here, not a date."""
    about = cursor.match("about", at)
    if about:
        found = read_clock(cursor.until(min(cursor.stop, about.end + 8)), about.end, dots=dots)
        return (replace(found[0], soft=True), found[1]) if found else None
    if cursor.has("duration_words", at - 1):
        return None
    if cursor.has("clock_words", at):
        start = at + 1 + (1 if cursor.has("about", at + 1) else 0)
        found = _after_word(cursor, start) or _english(cursor, start) or _soft(cursor, start)
        return (replace(found[0], soft=found[0].soft or start > at + 1), found[1]) if found else None
    half = _half_before(cursor, at)
    if half:
        return _finish(cursor, Clock(half[0]), half[1], None, sure=False)
    return _english(cursor, at) or _alone(cursor, at, dots=dots) or _soft(cursor, at)
