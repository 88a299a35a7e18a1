"""Charts: every bar is as long as its number, stays inside its drawing, and the words agree with the table."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.reports.charts import draw
from crm.reports.drawing import NARROW, WIDE, columns, rows, shares
from crm.reports.figures import Count, Ledger
from crm.reports.periods import Period
from tests.reports.language import words
from tests.reports.worlds import WEEK_47, commitments, engagements, report, trend

TREND = trend(WEEK_47, {"visit": 14, "call": 20}, {"visit": 0, "call": 0}, {"visit": 35, "call": 24, "meeting": 20, "email": 7})


def test_heights_are_the_numbers_by_hand() -> None:
    # The axis of 40 has five lines of 10; the plot is 250 - 26 - 14 = 210 pixels high, so one engagement is 5.25 pixels.
    drawing = columns([[10, 20], [40]], ["46", "47"], str, WIDE, 250)
    assert [rule.y for rule in drawing.rules] == [224.0, 171.5, 119.0, 66.5, 14.0]
    assert [(bar.y, bar.height, bar.colour) for bar in drawing.bars] == [
        (171.5, 51.5, "c-1"),
        (66.5, 104.0, "c-2"),
        (14.0, 209.0, "c-1"),
    ]
    assert [label.text for label in drawing.labels if label.is_strong] == ["47", "40"]


@given(
    st.lists(st.lists(st.integers(0, 90_000), min_size=1, max_size=3), min_size=1, max_size=12), st.sampled_from([WIDE, NARROW])
)
def test_columns_stay_inside_and_the_axis_is_round(stacks: list[list[int]], width: int) -> None:
    drawing = columns(stacks, [str(n) for n in range(len(stacks))], str, width, 220)
    assert all(
        bar.x >= 0 and bar.x + bar.width <= width and bar.y >= 13.1 and bar.y + bar.height <= 194.1 for bar in drawing.bars
    )
    assert len([bar for bar in drawing.bars if bar.height > 0]) == sum(count > 0 for stack in stacks for count in stack)
    assert 2 <= len(drawing.rules) <= 6
    assert sum(rule.is_axis for rule in drawing.rules) == 1


@given(st.lists(st.integers(1, 500), min_size=1, max_size=4))
def test_shares_fill_the_line(counts: list[int]) -> None:
    drawing = shares([("c-1", count) for count in counts], WIDE)
    last = drawing.bars[-1]
    assert last.x + last.width == pytest.approx(WIDE, abs=0.5)
    room = WIDE - 2 * (len(counts) - 1)
    for bar, count in zip(drawing.bars, counts, strict=True):
        assert bar.width == pytest.approx(room * count / sum(counts), abs=0.1)


def test_a_share_of_nothing_has_no_bar_of_its_own() -> None:
    drawing = rows([("A", 0.0, "c-4"), ("B", 1.0, "c-1")], lambda share: f"{share:.0%}", WIDE, 160)
    assert [bar.colour for bar in drawing.bars] == ["c-well", "c-well", "c-1"]
    assert drawing.bars[-1].width == drawing.bars[-2].width == WIDE - 48 - 160


def test_the_trend_names_two_forms_and_the_rest() -> None:
    chart = draw(report(engagements=engagements(86, 0, trend=TREND)), words("id")).trend
    assert chart is not None
    assert chart.finding == "Pekan 47 mencatat kegiatan terbanyak di antara yang ditampilkan: 86"
    assert [key.text for key in chart.keys] == ["Kunjungan", "Telepon", "Bentuk lain"]
    assert chart.table.head == ("Pekan", "Kunjungan", "Telepon", "Bentuk lain", "Semua")
    assert chart.table.rows == (
        ("Pekan 45", "14", "20", "0", "34"),
        ("Pekan 46", "0", "0", "0", "0"),
        ("Pekan 47", "35", "24", "27", "86"),
    )
    assert chart.alt == "Kegiatan dari pekan 45 sampai pekan 47: 34 pada awalnya, 86 pada akhirnya."


@pytest.mark.parametrize(
    ("steps", "today", "finding"),
    [
        (({"visit": 9}, {"visit": 9}), date(2026, 11, 24), "The most common form in week 47 was visits: 9 of 9"),
        (({"visit": 9}, {"visit": 2, "call": 4}), date(2026, 11, 24), "Week 47 had the fewest engagements of those shown: 6"),
        (({"visit": 9}, {"visit": 2, "call": 4}), date(2026, 11, 19), "The most common form in week 47 was calls: 4 of 6"),
        (({"visit": 9}, {}), date(2026, 11, 24), "No engagement was recorded in week 47"),
    ],
)
def test_the_finding_is_true(steps: tuple[dict[str, int], ...], today: date, finding: str) -> None:
    chart = draw(report(engagements=engagements(6, 0, trend=trend(WEEK_47, *steps)), today=today), words("en")).trend
    assert chart is not None
    assert chart.finding == finding


def test_months_carry_their_names() -> None:
    steps = trend(Period.quarter(date(2026, 12, 1)), {"call": 1}, {"call": 2}, {"call": 3})
    chart = draw(report(period=Period.quarter(date(2026, 12, 1)), engagements=engagements(6, 0, trend=steps)), words("id")).trend
    assert chart is not None
    assert [row[0] for row in chart.table.rows] == ["Oktober\u00a02026", "November\u00a02026", "Desember\u00a02026"]
    assert [label.text for label in chart.wide.labels if label.y == 244] == ["Okt", "Nov", "Des"]
    assert [label.text for label in chart.narrow.labels if label.y == 214] == ["Okt", "Des"]


def test_commitments_by_hand() -> None:
    chart = draw(report(commitments=commitments(Ledger(9, 2, 20, 3, 0, 1), Ledger(5, 1, 2, 0, 2, 0))), words("id")).commitments
    assert chart is not None
    assert chart.finding == "22 dari 30 janji ditepati pada waktunya"
    assert [key.text for key in chart.keys] == [
        "22 ditepati pada waktunya",
        "3 ditepati lewat tenggat",
        "2 tidak ditepati",
        "3 masih terbuka dan lewat tenggat",
    ]
    assert chart.table.rows == (
        ("Masih terbuka", "9", "5", "14"),
        ("Masih terbuka, lewat tenggat", "2", "1", "3"),
        ("Ditepati pada waktunya", "20", "2", "22"),
        ("Ditepati lewat tenggat", "3", "0", "3"),
        ("Tidak ditepati", "0", "2", "2"),
        ("Ditarik kembali", "1", "0", "1"),
    )


@pytest.mark.parametrize(
    ("counts", "finding", "odd"),
    [
        ((34, 11, 43, 12), "Peran terkecil adalah berkonsultasi, 11%", 1),
        ((34, 0, 43, 12), "Tidak ada kegiatan untuk peran berkonsultasi", None),
        ((30, 0, 70, 0), "Peran terbesar adalah berkoordinasi, 70%", None),
    ],
)
def test_roles(counts: tuple[int, ...], finding: str, odd: int | None) -> None:
    by_role = tuple(Count(f"R{number}", count) for number, count in enumerate(counts, 1))
    chart = draw(report(engagements=engagements(sum(counts), 0, by_role=by_role)), words("id")).roles
    assert chart is not None
    assert chart.finding == finding
    assert [bar.y for bar in chart.wide.bars if bar.colour == "c-4"] == ([7.0 + 34 * odd] if odd is not None else [])


def test_nothing_to_draw_draws_nothing() -> None:
    charts = draw(report(engagements=engagements(0, 0, trend=trend(WEEK_47, {}, {"call": 0}))), words("id"))
    assert (charts.trend, charts.commitments, charts.roles) == (None, None, None)
