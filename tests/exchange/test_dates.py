"""Dates as people write them: what they mean, how exactly, and when a person must be asked."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.engagements.models import Precision as StoredPrecision
from crm.exchange.codes import Reason
from crm.exchange.dates import Precision, When, read_date

YEAR = 2014


def read(cell: str, **options: object) -> tuple[str, str] | str:
    found = read_date(cell, **options)  # type: ignore[arg-type]
    return found.value if isinstance(found, Reason) else (found.on.isoformat(), found.precision.value)


@pytest.mark.parametrize(
    ("cell", "on", "precision"),
    [
        ("July, 2010", "2010-07-01", "month"),
        ("August, 2010 ", "2010-08-01", "month"),
        ("Jul-2011", "2011-07-01", "month"),
        ("Jul-12", "2012-07-01", "month"),
        ("Oct-12", "2012-10-01", "month"),
        ("Oct'12", "2012-10-01", "month"),
        ("April 2011", "2011-04-01", "month"),
        ("Oktober 2012", "2012-10-01", "month"),
        ("Nop 2012", "2012-11-01", "month"),
        ("agustus 2013", "2013-08-01", "month"),
        ("10/2012", "2012-10-01", "month"),
        ("2012-10", "2012-10-01", "month"),
        ("Apr-Jun 2012", "2012-04-01", "quarter"),
        ("Okt s.d. Des 2012", "2012-10-01", "quarter"),
        ("Q3 2012", "2012-07-01", "quarter"),
        ("triwulan II 2012", "2012-04-01", "quarter"),
        ("3 Oct 2012", "2012-10-03", "day"),
        ("3rd of May 2012", "2012-05-03", "day"),
        ("May 3, 2012", "2012-05-03", "day"),
        ("3/10/12", "2012-10-03", "day"),
        ("03.10.2012", "2012-10-03", "day"),
        ("2012-10-03", "2012-10-03", "day"),
        ("Senin, 3 Oktober 2012", "2012-10-03", "day"),
        ("2012-10-01 00:00:00", "2012-10-01", "day"),
        ("3/10/2012 2 pm", "2012-10-03", "time"),
        ("2012-10-03T14:30:00+07:00", "2012-10-03", "time"),
    ],
)
def test_a_date_with_its_year(cell: str, on: str, precision: str) -> None:
    assert read(cell) == (on, precision)


@pytest.mark.parametrize(
    ("cell", "on", "precision"),
    [
        ("July", "2014-07-01", "month"),
        ("July   ", "2014-07-01", "month"),
        ("Marc", "2014-03-01", "month"),
        ("Sept", "2014-09-01", "month"),
        ("Mei", "2014-05-01", "month"),
        ("Apr/Jun", "2014-04-01", "quarter"),
        ("12 Oct", "2014-10-12", "day"),
    ],
)
def test_without_a_year_the_given_one_counts_and_is_told(cell: str, on: str, precision: str) -> None:
    found = read_date(cell, default_year=YEAR)
    assert isinstance(found, When)
    assert (found.on.isoformat(), found.precision.value, found.year_given) == (on, precision, False)
    assert read(cell) == Reason.YEAR_MISSING


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", Reason.DATE_EMPTY),
        ("  ", Reason.DATE_EMPTY),
        ("soon", Reason.DATE_UNREADABLE),
        ("2012", Reason.DATE_UNREADABLE),
        ("12", Reason.DATE_UNREADABLE),
        ("Ma", Reason.DATE_UNREADABLE),
        ("Apr/May", Reason.DATE_UNREADABLE),
        ("31/02/2012", Reason.DATE_IMPOSSIBLE),
        ("10/13/2012", Reason.DATE_IMPOSSIBLE),
        ("Oct-1799", Reason.DATE_IMPOSSIBLE),
        ("12-Oct", Reason.DATE_AMBIGUOUS),
    ],
)
def test_what_is_no_date_says_why(cell: str, reason: Reason) -> None:
    assert read(cell, default_year=YEAR) == reason


def test_a_dashed_day_is_a_day_only_when_the_profile_says_so() -> None:
    assert read("12-Oct", default_year=YEAR, dashed_day=True) == ("2014-10-12", "day")
    assert read("Oct-12", default_year=YEAR, dashed_day=True) == ("2012-10-01", "month")


def test_day_and_month_change_places_only_by_choice() -> None:
    assert read("03/10/2012") == ("2012-10-03", "day")
    assert read("03/10/2012", day_first=False) == ("2012-03-10", "day")


def test_clock_and_offset_are_kept() -> None:
    found = read_date("3/10/2012 14.30 WIB")
    assert found == When(dt.date(2012, 10, 3), Precision.TIME, dt.time(14, 30), offset=420)
    noon = read_date("3/10/2012 12:05 AM")
    assert isinstance(noon, When)
    assert noon.at == dt.time(0, 5)


def test_formats_of_a_profile_go_first() -> None:
    assert read("20121003", formats=("%Y%m%d",)) == ("2012-10-03", "day")
    assert read("201210", formats=("%Y%m",)) == ("2012-10-01", "month")


def test_a_year_may_depend_on_the_month() -> None:
    def over_new_year(month: int) -> int:
        return 2012 if month >= 11 else 2013

    assert read("Nov", default_year=over_new_year) == ("2012-11-01", "month")
    assert read("Feb", default_year=over_new_year) == ("2013-02-01", "month")


def test_the_words_of_precision_are_those_that_are_stored() -> None:
    assert {p.value for p in Precision} <= {p.value for p in StoredPrecision}


MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@given(st.integers(1, 12), st.integers(0, 99))
def test_a_month_and_two_digits_are_never_a_day(month: int, short: int) -> None:
    found = read_date(f"{MONTHS[month - 1]}-{short:02d}", default_year=YEAR, dashed_day=True)
    assert isinstance(found, When)
    assert (found.precision, found.on.month, found.on.day, found.on.year % 100) == (Precision.MONTH, month, 1, short)


@given(st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)))
def test_every_day_reads_the_same_in_every_writing(day: dt.date) -> None:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%y", "%d %b %Y", "%B %d, %Y", "%d-%b-%Y"):
        assert read(day.strftime(pattern)) == (day.isoformat(), "day"), pattern


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(read_date(text, default_year=YEAR), When | Reason)


@pytest.mark.parametrize("text", ["1" * 50_000, "a " * 25_000, "jan" * 20_000, " " * 50_000 + "x", "(" * 50_000, "1:" * 25_000])
def test_long_cells_are_no_burden(text: str) -> None:
    assert read_date(text, default_year=YEAR) is Reason.DATE_UNREADABLE
