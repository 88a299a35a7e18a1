"""Years and months that the name of a file states."""

import pytest

from crm.exchange.periods import Period, period_of_file_name, year_of_file_name


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("CO_meetings_jan_mar_14.csv", 2014),
        ("dpmmeetingsoctdec2011.csv", 2011),
        ("comeetingsjulsept13__2_.csv", 2013),
        ("pm-meetings-aug-sept-2010_0.csv", 2010),
        ("pmmeetingsapriljune13.csv", 2013),
        ("laporan 2013 (2).xlsx", 2013),
        ("rapat des2013.csv", 2013),
        (r"C:\unduhan\jan14.csv", 2014),
        ("pmmeetingsaprjun.csv", None),
        ("bmsmeetingsmedia.csv", None),
        ("lampiran-12.csv", None),
        ("v02-final.csv", None),
        ("12.csv", None),
        ("20140103.csv", None),
        ("2009-2014.csv", None),
    ],
)
def test_year_of_a_file_name(name: str, year: int | None) -> None:
    assert year_of_file_name(name) == year


def test_months_of_a_file_name() -> None:
    period = period_of_file_name("dpmmeetingsoctdec2011.csv")
    assert period == Period(2011, 2011, 10, 12)
    assert [month for month in range(1, 13) if period.covers(month)] == [10, 11, 12]
    assert all(period_of_file_name("kontak.csv").covers(month) for month in range(1, 13))
    assert period_of_file_name("summary.csv") == Period()


def test_a_period_over_new_year_decides_by_the_month() -> None:
    for name in ("rapat_nov_feb_13.csv", "rapat-nov-2012-feb-2013.csv"):
        period = period_of_file_name(name)
        assert (period.year_for(11), period.year_for(2)) == (2012, 2013), name
        assert not period.covers(6)


def test_two_years_without_months_decide_nothing() -> None:
    assert period_of_file_name("rapat 2011-12.csv").year_for(5) is None
