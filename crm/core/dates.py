"""How dates, times and numbers are written for people, in Indonesian and English: indonesian.md 1.3."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import g, has_request_context
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.core import clock, languages

ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
NBSP = "\u00a0"


def viewer_zone() -> str:
    """The zone of the viewer's office; times on a page are shown in it."""
    return g.get("viewer_zone", "Asia/Jakarta") if has_request_context() else "Asia/Jakarta"


@lru_cache(4096)
def _written(day: dt.date, pattern: str, language: str) -> str:
    """A day in a pattern; kept, because a page shows the same days many times and each costs a walk through the locale's names."""
    return format_date(day, pattern, locale=language)


def _date(day: dt.date, pattern: str) -> str:
    return _written(day, pattern, languages.current())


@lru_cache(4096, typed=True)
def _figures(value: float, pattern: str | None, language: str) -> str:
    return format_decimal(value, pattern, locale=language)


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def date_short(day: dt.date | None) -> str:
    """24 Nov 2026; without the year when it is this year."""
    if day is None:
        return ""
    this_year = day.year == clock.today(viewer_zone()).year
    return _date(day, "d MMM" if this_year else "d MMM y").replace(" ", NBSP)


def date_long(day: dt.date | None) -> str:
    """Selasa, 24 November 2026."""
    return _date(day, "EEEE, d MMMM y") if day else ""


def date_day(day: dt.date | None) -> str:
    """Sel, 24 Nov."""
    return _date(day, "EEE, d MMM").replace(" ", NBSP) if day else ""


def month_long(day: dt.date) -> str:
    """November 2026."""
    return _date(day, "MMMM y")


def month_short(day: dt.date) -> str:
    return _date(day, "MMM")


def time_short(moment: dt.datetime, zone: str | None = None) -> str:
    """14.30 WIB in Indonesian, 14:30 WIB in English: the names of the three zones stay."""
    zone = zone or viewer_zone()
    local = moment.astimezone(_zone(zone))
    return f"{local:{'%H.%M' if languages.current() == 'id' else '%H:%M'}}{NBSP}{ZONE_NAMES.get(zone, local.tzname())}"


def local_date(moment: dt.datetime, zone: str | None = None) -> dt.date:
    return moment.astimezone(_zone(zone or viewer_zone())).date()


def datetime_short(moment: dt.datetime | None, zone: str | None = None) -> str:
    """24 Nov 2026, 14.30 WIB."""
    return f"{date_short(local_date(moment, zone))}, {time_short(moment, zone)}" if moment else ""


def relative_day(day: dt.date | None) -> str:
    """Hari ini, kemarin, besok, 3 hari lagi, 4 hari lalu; a date from 30 days on."""
    if day is None:
        return ""
    distance = (day - clock.today(viewer_zone())).days
    return date_short(day) if abs(distance) > 30 else _days_away(distance)


@languages.kept
def _days_away(distance: int) -> str:
    if abs(distance) <= 1:
        return {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}[distance]
    if distance > 0:
        return ngettext("in %(num)d day", "in %(num)d days", distance)
    return ngettext("%(num)d day ago", "%(num)d days ago", -distance)


def relative_time(moment: dt.datetime | None) -> str:
    """Baru saja, 5 menit lalu, 3 jam lalu, then days."""
    if moment is None:
        return ""
    seconds = (clock.now() - moment).total_seconds()
    if 0 <= seconds < 60:
        return _("just now")
    if 0 <= seconds < 3600:
        return ngettext("%(num)d minute ago", "%(num)d minutes ago", int(seconds // 60))
    if 0 <= seconds < 86400 and local_date(moment) == clock.today(viewer_zone()):
        return ngettext("%(num)d hour ago", "%(num)d hours ago", int(seconds // 3600))
    return relative_day(local_date(moment))


def number(value: float | None) -> str:
    """1.234.567,5 in Indonesian, 1,234,567.5 in English."""
    return "" if value is None else _figures(value, None, languages.current())


def percent(share: float | None) -> str:
    """12,5%; the default pattern would round it to 12%."""
    return "" if share is None else _figures(share * 100, "0.#", languages.current()) + "%"


def listed(names: Sequence[str], most: int = 6) -> str:
    """a, b, dan c in Indonesian, a, b, and c in English; after `most` names the number of the others."""
    if len(names) > most:
        rest = len(names) - (most - 1)
        return ngettext("%(names)s and %(num)d other", "%(names)s and %(num)d others", rest, names=", ".join(names[: most - 1]))
    return format_list(list(names), locale=languages.current())


@dataclass(frozen=True)
class Month:
    """Rows of one month under its title."""

    title: str
    entries: list[Any]


def groupby_month(rows: Iterable[Any]) -> list[Month]:
    """Rows with `occurred_on`, in their order, under the months they lie in; those without a date under one title."""
    groups: list[Month] = []
    for row in rows:
        title = month_long(row.occurred_on) if row.occurred_on else _("Date unknown")
        if not groups or groups[-1].title != title:
            groups.append(Month(title, []))
        groups[-1].entries.append(row)
    return groups


FILTERS = {
    f.__name__: f
    for f in (
        date_short,
        date_long,
        date_day,
        month_long,
        month_short,
        time_short,
        local_date,
        datetime_short,
        relative_day,
        relative_time,
        number,
        percent,
        listed,
        groupby_month,
    )
}
