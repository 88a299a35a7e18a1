"""The period that a file name states: 'dpmmeetingsoctdec2011.csv' is October to December 2011."""

import re
from dataclasses import dataclass

from crm.core.text import fold
from crm.exchange.months import month_of

# The name of the file, not its ending, and without what a browser adds to a second copy: "(2)", "__2_", "_0".
_ENDING = re.compile(r"\.[a-z0-9]{2,5}$")
_COPY = re.compile(r"(?:\s*\(\d{1,2}\)|__\d{1,2}_|_\d)$")
_YEAR = re.compile(r"(?<!\d)(?:(19|20)(\d\d)|(\d\d))(?!\d)")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-_/–]\s*((?:19|20)?\d\d)(?!\d)")
_MONTHS = re.compile(
    r"(?:january|januari|jan|february|februari|pebruari|feb|march|maret|mar|april|apr|may|mei|june|juni|jun|july|juli|jul|"
    r"august|agustus|aug|agt|september|sept|sep|october|oktober|oct|okt|november|nopember|nov|nop|december|desember|dec|des)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """What a file name says of its time: the year it begins in (if any), the year it ends in, its first and last month (if any)."""

    first_year: int | None = None
    last_year: int | None = None
    first_month: int | None = None
    last_month: int | None = None

    def year_for(self, month: int | None) -> int | None:
        """The year of a month named without one. A period over New Year decides by the month; two years without months do not."""
        if self.first_year == self.last_year:
            return self._single_year(month)
        if month is None or self.first_month is None or self.last_month is None:
            return None
        return self.first_year if month >= self.first_month else self.last_year

    def _single_year(self, month: int | None) -> int | None:
        """'nov_feb_13' ends in 2013, so its November is 2012's."""
        if self.first_year is None or month is None or not self._over_new_year() or month < (self.first_month or 0):
            return self.first_year
        return self.first_year - 1

    def _over_new_year(self) -> bool:
        return bool(self.first_month and self.last_month and self.first_month > self.last_month)

    def covers(self, month: int) -> bool:
        """Whether a month lies in the months of the file name; a name without months covers all."""
        if self.first_month is None or self.last_month is None:
            return True
        if self._over_new_year():
            return month >= self.first_month or month <= self.last_month
        return self.first_month <= month <= self.last_month


def _stem(name: str) -> str:
    text = fold(name.replace("\\", "/").rsplit("/", 1)[-1])
    return _COPY.sub("", _ENDING.sub("", text))


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _years(stem: str) -> tuple[int | None, int | None]:
    """One year stated, or two that follow each other, or none. A short number counts only where no four digits are."""
    if span := _YEARS.search(stem):
        first, last = int(span[1]), _full_year(span[2])
        if last == first + 1:
            return first, last
    found = list(_YEAR.finditer(stem))
    full = {int(m[1] + m[2]) for m in found if m[1]}
    years = full or {_full_year(m[3]) for m in found if m[3] and _plausible_short(stem, m)}
    if not years or len(years) > 2 or max(years) - min(years) > 1:
        return None, None
    return min(years), max(years)


def _plausible_short(stem: str, match: re.Match[str]) -> bool:
    """Two digits are a year when they follow the name of a month: 'sept13', 'jan_mar_14', not 'v02-final', not 'lampiran-12'."""
    before = re.split(r"[^a-z]+", stem[: match.start()].rstrip("_- '’"))[-1]
    return bool(re.search(_MONTHS.pattern + "$", before))


def period_of_file_name(name: str) -> Period:
    """What the name of a file says about when its rows happened. Without a year in it, the years are None."""
    stem = _stem(name)
    first_year, last_year = _years(stem)
    months = [m for m in map(month_of, _month_words(stem)) if m]
    first_month, last_month = (months[0], months[-1]) if months else (None, None)
    return Period(first_year, last_year, first_month, last_month)


def _month_words(stem: str) -> list[str]:
    """Months in the order they stand. Only a run of letters that ends in months counts: 'comeetingsaprjune', but not 'summary' or 'march-past'."""
    words: list[str] = []
    for run in re.findall(r"[a-z]+", stem):
        tail = re.search(rf"(?:{_MONTHS.pattern})+$", run)
        if tail and (tail.start() == 0 or len(_MONTHS.findall(tail.group())) > 1 or tail.start() > 3):
            words += _MONTHS.findall(tail.group())
    return words


def year_of_file_name(name: str) -> int | None:
    """The one year a file name states, or None."""
    period = period_of_file_name(name)
    return period.first_year if period.first_year == period.last_year else None
