"""How a report speaks: translated sentences with places for figures, and numbers, dates and periods in the reader's way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_percent, get_group_symbol

from crm.reports.periods import Period, PeriodKind

_PLACE = re.compile(r"%\((\w+)\)s")
_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence; `figure` names the list behind it, if there is one."""

    text: str
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)


class Words:
    """One reader's language: the catalog of a request, or of whoever asks from a terminal."""

    def __init__(self, translations: NullTranslations, locale: str) -> None:
        self._translations = translations
        self.locale = locale
        self._group = get_group_symbol(locale)
        self.names: dict[str, dict[str, str]] = {}  # filled by names.py: each list of words is translated once

    def gettext(self, message: str, /, **places: str) -> str:
        text = self._translations.gettext(message)
        return text % places if places else text

    def ngettext(self, one: str, many: str, count: int, /, **places: str) -> str:
        return self._translations.ngettext(one, many, count) % places

    def sentence(self, template: str, **places: str | Part | Iterable[Part]) -> Sentence:
        """Fill a translated template; the order of the places is the language's own affair."""
        parts: list[Part] = []
        at = 0
        for match in _PLACE.finditer(template):
            parts.append(Part(template[at : match.start()]))
            value = places[match.group(1)]
            parts.extend([Part(value)] if isinstance(value, str) else [value] if isinstance(value, Part) else value)
            at = match.end()
        parts.append(Part(template[at:]))
        return Sentence(tuple(_capitalised(_joined(parts))))

    def enumerate(self, items: Iterable[str | Part]) -> tuple[Part, ...]:
        """a, b, and c, with the figures among them kept."""
        found = [item if isinstance(item, Part) else Part(item) for item in items]
        marks = [f"%({index})s" for index in range(len(found))]
        text = format_list(marks, locale=self.locale) if marks else ""
        return self._fill_numbered(text, found)

    def _fill_numbered(self, text: str, found: list[Part]) -> tuple[Part, ...]:
        parts: list[Part] = []
        at = 0
        for match in _PLACE.finditer(text):
            parts += [Part(text[at : match.start()]), found[int(match.group(1))]]
            at = match.end()
        parts.append(Part(text[at:]))
        return tuple(part for part in parts if part.text)

    # numbers

    def number(self, value: int) -> str:
        """1.234 in Indonesian, 1,234 in English."""
        return f"{value:,}".replace(",", self._group)

    def percent(self, share: float) -> str:
        return format_percent(share, format="0%", locale=self.locale)

    def spelt(self, value: int) -> str:
        """One to ten in letters, as both languages write a number that no unit follows."""
        if not 1 <= value <= 10:
            return self.number(value)
        letters = (
            self.gettext("one"),
            self.gettext("two"),
            self.gettext("three"),
            self.gettext("four"),
            self.gettext("five"),
            self.gettext("six"),
            self.gettext("seven"),
            self.gettext("eight"),
            self.gettext("nine"),
            self.gettext("ten"),
        )
        return letters[value - 1]

    def days(self, value: int) -> str:
        return self.ngettext("%(n)s day", "%(n)s days", value, n=self.number(value))

    # dates

    def date(self, day: date) -> str:
        return format_date(day, "d\u00a0MMM\u00a0yyyy", locale=self.locale)

    def long_date(self, day: date) -> str:
        return format_date(day, "d\u00a0MMMM\u00a0yyyy", locale=self.locale)

    def month(self, day: date) -> str:
        return format_date(day, "MMMM\u00a0yyyy", locale=self.locale)

    def short_month(self, day: date) -> str:
        return format_date(day, "MMM", locale=self.locale)

    def moment(self, moment: datetime, zone: str) -> str:
        local = moment.astimezone(ZoneInfo(zone))
        pattern = "HH.mm" if self.locale.startswith("id") else "HH:mm"
        clock = format_time(local, pattern, locale=self.locale)
        return f"{self.date(local.date())}, {clock}\u00a0{_ZONES.get(zone) or local.tzname()}"

    def span(self, period: Period) -> str:
        """16 to 22 November 2026: what the two days share is said once."""
        start, end = period.start, period.end
        if start == end:
            return self.long_date(start)
        if (start.year, start.month) == (end.year, end.month):
            first = format_date(start, "d", locale=self.locale)
        elif start.year == end.year:
            first = format_date(start, "d\u00a0MMMM", locale=self.locale)
        else:
            first = self.long_date(start)
        return self.gettext("%(first)s to %(last)s", first=first, last=self.long_date(end))

    # periods

    def period(self, period: Period) -> str:
        """The name of a period inside a sentence."""
        if period.kind is PeriodKind.WEEK:
            return self.gettext("week %(number)s", number=str(period.start.isocalendar().week))
        if period.kind is PeriodKind.MONTH:
            return self.month(period.start)
        if period.kind is PeriodKind.QUARTER:
            number = (period.start.month - 1) // 3 + 1
            return self.gettext(
                "quarter %(number)s of %(year)s", number=str(number), roman=_ROMAN[number - 1], year=str(period.start.year)
            )
        if period.kind is PeriodKind.YEAR:
            return self.gettext("the year %(year)s", year=str(period.start.year))
        return self.gettext("the period %(span)s", span=self.span(period))

    def before(self, period: Period) -> str:
        """The period before, as one speaks of it when the period itself was just named."""
        if period.kind is PeriodKind.SPAN:
            return self.ngettext("the day before", "the %(n)s days before", period.days, n=self.number(period.days))
        return {
            PeriodKind.WEEK: self.gettext("the week before"),
            PeriodKind.MONTH: self.gettext("the month before"),
            PeriodKind.QUARTER: self.gettext("the quarter before"),
            PeriodKind.YEAR: self.gettext("the year before"),
        }[period.kind]


def plain(text: str) -> str:
    """A sentence for a plain place: ordinary blanks where the layout asked that a date does not break."""
    return text.replace("\u00a0", " ")


def _joined(parts: list[Part]) -> list[Part]:
    """Neighbouring plain stretches become one."""
    joined: list[Part] = []
    for part in parts:
        if not part.text:
            continue
        if joined and joined[-1].figure is None and part.figure is None:
            joined[-1] = Part(joined[-1].text + part.text)
        else:
            joined.append(part)
    return joined


def _capitalised(parts: list[Part]) -> list[Part]:
    if parts:
        first = parts[0]
        parts[0] = Part(first.text[:1].upper() + first.text[1:], first.figure)
    return parts
