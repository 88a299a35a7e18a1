"""Reading a date from words: 'Senin depan', 'tgl 12', '3 hari kerja', '12 Des 26', 'next monday', 'end of month'."""

import re

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.dates import Said

Found = tuple[Said, int]

_DAY_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?", re.ASCII)
_GLUED_DAY_MONTH = re.compile(r"(\d{1,2})([a-z]{3,9})", re.ASCII)
_DASHED_DAY_MONTH = re.compile(r"(\d{1,2})-([a-z]{3,9})-(\d{4}|\d{2})", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_ISO_WEEK = re.compile(r"(\d{4})-w(\d{1,2})", re.ASCII)
_RELATIVE_DAY = re.compile(r"h([+\-−])(\d{1,4})(hk)?", re.ASCII)
_GLUED_DATE_WORD = re.compile(r"(?:tgl|tanggal)(\d{1,2})", re.ASCII)
_QUARTER = re.compile(r"(?:q|tw)([1-4])", re.ASCII)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEARS = range(1900, 2200)


def number(cursor: Cursor, at: int) -> int | None:
    """Return the number written here in digits or letters."""
    key = cursor.key(at)
    if key.isascii() and key.isdigit() and len(key) <= 4:
        return int(key)
    value = cursor.value("numbers", at) if key else None
    return value if isinstance(value, int) else None


def _year(cursor: Cursor, at: int, *, short: bool) -> int | None:
    """Return the year written here; two digits only where a year is expected."""
    key = cursor.key(at)
    if not (key.isascii() and key.isdigit()) or cursor.kind(at) != "word":
        return None
    if len(key) == 4 and int(key) in _YEARS:
        return int(key)
    after = cursor.key(at + 1)
    if short and len(key) == 2 and int(key) >= 20 and not cursor.has("units", at + 1) and after not in (":", "."):
        return 2000 + int(key)
    return None


def _full_year(digits: str | None) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _sane(said: Said) -> bool:
    return (said.year is None or said.year in _YEARS) and (said.month is None or 1 <= said.month <= 12)


def _phrase(cursor: Cursor, at: int) -> Found | None:
    found = cursor.match("dates", at)
    if not found:
        return None
    kind, _, n = found.value.partition(" ")
    return Said(kind, int(n) if n else None), found.end


def _after_holiday(cursor: Cursor, at: int) -> Found | None:
    if not cursor.has("after", at):
        return None
    found = cursor.match("holidays", at + 1)
    return (Said("after_holiday", names=tuple(found.value)), found.end) if found else None


def _month_name(cursor: Cursor, at: int) -> tuple[int, int] | None:
    """Return month number and the token after it (and after its abbreviation dot)."""
    found = cursor.match("months", at)
    if not found:
        return None
    dotted = cursor.key(found.end) == "." and cursor.adjacent(found.end) and cursor.is_word(found.end + 1)
    return found.value, found.end + (1 if dotted and len(cursor.key(at)) <= 4 else 0)


def _month_part(cursor: Cursor, at: int) -> Found | None:
    part = cursor.match("parts", at)
    if not part:
        return None
    start = part.end + (1 if cursor.value("units", part.end) == "month" else 0)
    iso = _YEAR_MONTH.fullmatch(cursor.key(start))
    if iso:
        return Said(part.value, year=int(iso[1]), month=int(iso[2])), start + 1
    month = _month_name(cursor, start)
    if not month:
        return None
    year = _year(cursor, month[1], short=False)
    return Said(part.value, month=month[0], year=year), month[1] + (1 if year else 0)


def _weekday(cursor: Cursor, at: int, *, first: bool) -> Found | None:
    """A day name; short ones that are also words only first after '!', after 'hari' or before a date."""
    before = {"this_before": 0, "next_before": 1, "last_before": -1}
    which = next((n for name, n in before.items() if cursor.has(name, at)), None)
    sure = cursor.has("day_words", at)
    start = at + 1 if sure or which is not None else at
    if not cursor.has("weekdays", start):
        return None
    weekday = cursor.value("weekdays", start)
    weak = cursor.has("weak_weekdays", start) and not (sure or first or which is not None)
    end = start + 1
    dated = explicit(cursor, end + 1 if cursor.key(end) in (",", ".") else end)
    if dated and which is None:
        said = dated[0]
        return Said(said.kind, said.n, weekday, said.day, said.month, said.year), dated[1]
    if weak or (cursor.has("ambiguous_weekdays", start) and cursor.has("ordinals", end)):  # 'minggu ke-2 Desember' is no Sunday
        return None
    return _which_weekday(cursor, start, weekday, which, sure=sure)


def _which_weekday(cursor: Cursor, at: int, weekday: int, which: int | None, *, sure: bool) -> Found:
    end = at + 1
    if which is not None:
        return Said("weekday", which, weekday), end
    week = cursor.match("dates", end)
    if week and week.value.startswith("week "):
        return Said("weekday", int(week.value[5:]), weekday), week.end
    for name, n in (("this", 0), ("next", 1), ("last", -1)):
        found = cursor.match(name, end)
        if found:
            return Said("weekday", n, weekday), found.end
    return Said("weekday", None, weekday, ambiguous=not sure and cursor.has("ambiguous_weekdays", at)), end


def _of_month(cursor: Cursor, at: int, day: int, *, told: bool) -> Found | None:
    """After a day number: a month name with or without a year, or 'bulan depan', or nothing after 'tgl'."""
    start = at + (1 if cursor.key(at) == "of" else 0)
    month = _month_name(cursor, start)
    if month:
        year = _year(cursor, month[1], short=True)
        return Said("day_month", day=day, month=month[0], year=year), month[1] + (1 if year else 0)
    if not told:
        return None
    phrase = cursor.match("dates", at)
    if phrase and phrase.value.startswith("month "):
        return Said("day_of_month", int(phrase.value[6:]), day=day), phrase.end
    return Said("day_of_month", day=day), at


def _date_word(cursor: Cursor, at: int) -> Found | None:
    glued = _GLUED_DATE_WORD.fullmatch(cursor.key(at))
    if glued:
        return _of_month(cursor, at + 1, int(glued[1]), told=True)
    if not cursor.has("date_words", at):
        return None
    written = _DAY_NUMBER.fullmatch(cursor.key(at + 1))
    if written:
        return _of_month(cursor, at + 2, int(written[1]), told=True)
    return numeric(cursor, at + 1, dots=True)


def _day_month_name(cursor: Cursor, at: int) -> Found | None:
    key = cursor.key(at)
    dashed = _DASHED_DAY_MONTH.fullmatch(key)
    months = cursor.words["months"]
    if dashed:
        month = months.word(dashed[2])
        return (Said("day_month", day=int(dashed[1]), month=month, year=_full_year(dashed[3])), at + 1) if month else None
    glued = _GLUED_DAY_MONTH.fullmatch(key)
    if glued and months.word(glued[2]):
        year = _year(cursor, at + 1, short=True)
        return Said("day_month", day=int(glued[1]), month=months.word(glued[2]), year=year), at + (2 if year else 1)
    written = _DAY_NUMBER.fullmatch(key)
    return _of_month(cursor, at + 1, int(written[1]), told=False) if written else None


def _month_first(cursor: Cursor, at: int) -> Found | None:
    """'Des 12', 'December 12th 2026', 'Des 2026', 'bulan Oktober'."""
    told = cursor.value("units", at) == "month"
    month = _month_name(cursor, at + 1 if told else at)
    if not month:
        return None
    year = _year(cursor, month[1], short=False)
    if year:
        return Said("month", month=month[0], year=year), month[1] + 1
    written = _DAY_NUMBER.fullmatch(cursor.key(month[1]))
    if written and not told:
        end = month[1] + 1
        comma = 1 if cursor.key(end) == "," else 0
        year = _year(cursor, end + comma, short=False)
        return Said("day_month", day=int(written[1]), month=month[0], year=year), end + (comma + 1 if year else 0)
    return (Said("month", month=month[0]), month[1]) if told else None


def numeric(cursor: Cursor, at: int, *, dots: bool) -> Found | None:
    """12/12, 12-12-2026, 2026-12-12: the day always before the month, four digits first is the year."""
    key = cursor.key(at)
    if cursor.key(at - 1) == "rp":
        return None
    first = _YEAR_FIRST.fullmatch(key)
    if first:
        return Said("day_month", day=int(first[4]), month=int(first[3]), year=int(first[1])), at + 1
    found = _DAY_MONTH.fullmatch(key)
    if found:
        day, mark, month = int(found[1]), found[2], int(found[3])
        clock = mark == "." and not found[4] and (month == 0 or month > 12 or not (dots or day > 24))
        return None if clock else (Said("day_month", day=day, month=month, year=_full_year(found[4])), at + 1)
    return _iso_other(key, at)


def _iso_other(key: str, at: int) -> Found | None:
    week = _ISO_WEEK.fullmatch(key)
    if week:
        return Said("iso_week", int(week[2]), year=int(week[1])), at + 1
    month = _YEAR_MONTH.fullmatch(key)
    return (Said("month", month=int(month[2]), year=int(month[1])), at + 1) if month else None


def _relative_day(cursor: Cursor, at: int) -> Found | None:
    found = _RELATIVE_DAY.fullmatch(cursor.key(at))
    if not found:
        return None
    if found[1] != "+":
        return Said("minus", int(found[2])), at + 1
    working = _workdays_end(cursor, at + 1)
    unit = "workday" if found[3] or working else "day"
    return Said("in", int(found[2]), unit=unit), working or at + 1


def _workdays_end(cursor: Cursor, at: int) -> int | None:
    """Return the token after 'hk' or 'hari kerja', or None."""
    if cursor.value("units", at) == "workday":
        return at + 1
    if cursor.has("working", at) and cursor.value("units", at + 1) == "day":
        return at + 2
    return at + 2 if cursor.value("units", at) == "day" and cursor.has("working", at + 1) else None


def _amount(cursor: Cursor, at: int) -> tuple[int, str, int] | None:
    """'3 hari', '3 hari kerja', 'seminggu', 'two weeks': number, unit and the token after."""
    whole = cursor.value("numbers", at)
    if isinstance(whole, str):
        n, word = whole.split()
        return int(n), cursor.words["units"].word(word), at + 1
    n = number(cursor, at)
    if n is None:
        return None
    working = _workdays_end(cursor, at + 1)
    if working:
        return n, "workday", working
    unit = cursor.value("units", at + 1)
    return (n, unit, at + 2) if unit else None


def _amount_away(cursor: Cursor, at: int, *, first: bool) -> Found | None:
    inside = cursor.has("within", at)
    amount = _amount(cursor, at + 1 if inside else at)
    if not amount:
        return None
    n, unit, end = amount
    ago = cursor.match("ago", end)
    if ago and not inside:
        return Said("ago", n, unit=unit), ago.end
    ahead = cursor.match("ahead", end)
    if ahead:
        return Said("in", n, unit=unit), ahead.end
    told = inside or (first and (unit == "workday" or unit in ("day", "week", "month", "year")))
    return (Said("in", n, unit=unit), end) if told else None


def _period(cursor: Cursor, at: int) -> Found | None:
    glued = _QUARTER.fullmatch(cursor.key(at))
    kind = "quarter" if glued or cursor.has("quarter", at) else "semester" if cursor.has("semester", at) else ""
    if not kind:
        return None
    n = int(glued[1]) if glued else _ROMAN.get(cursor.key(at + 1))
    if not n or (kind == "semester" and n > 2):
        return None
    end = at + (1 if glued else 2)
    year = _year(cursor, end, short=False)
    return Said(kind, n, year=year), end + (1 if year else 0)


def _year_alone(cursor: Cursor, at: int) -> Found | None:
    year = _year(cursor, at + 1, short=False) if cursor.value("units", at) == "year" else None
    return (Said("year", year=year), at + 2) if year else None


def explicit(cursor: Cursor, at: int, *, dots: bool = False) -> Found | None:
    """Read a date that names its day: 'tgl 12', '12 Des', '12/12', '2026-12-12'."""
    if not cursor.key(at):
        return None
    for read in (_date_word, _day_month_name, _month_first):
        found = read(cursor, at)
        if found:
            return found if _sane(found[0]) else None
    found = numeric(cursor, at, dots=dots)
    return found if found and _sane(found[0]) else None


def read_date(cursor: Cursor, at: int, *, first: bool = False, dots: bool = False) -> Found | None:
    """Read the date that begins at this token. `first`: directly after '!'; `dots`: 12.12 is a date here."""
    if not cursor.is_word(at):
        return None
    for read in (_after_holiday, _month_part, _period, _relative_day, _year_alone):
        found = read(cursor, at)
        if found:
            return found if _sane(found[0]) else None
    month = _month_name(cursor, at) if first and not cursor.has("not_month_alone", at) else None
    if month and not explicit(cursor, at):
        return Said("month", month=month[0]), month[1]
    away = _amount_away(cursor, at, first=first)
    phrase = _phrase(cursor, at)
    if phrase and (not away or phrase[1] >= away[1]):
        return phrase
    return away or _weekday(cursor, at, first=first) or explicit(cursor, at, dots=dots)
