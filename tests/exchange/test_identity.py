"""A row is the same row wherever it stands."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from crm.exchange.identity import Occurrences, identity_of, row_digest

CELLS = [("host", "Nick Hurd"), ("organization", "NCVO"), ("purpose", "")]
DAY = dt.date(2012, 10, 1)


def test_order_case_marks_and_empty_cells_do_not_count() -> None:
    other = [("organization", "ncvo"), ("host", "Nick Húrd")]
    assert row_digest("p", CELLS, DAY) == row_digest("p", other, DAY)


def test_profile_date_cells_and_meeting_above_do() -> None:
    digests = {
        row_digest("p", CELLS, DAY),
        row_digest("q", CELLS, DAY),
        row_digest("p", CELLS, None),
        row_digest("p", CELLS, DAY, "above"),
        row_digest("p", [("host", "NCVO"), ("organization", "Nick Hurd")], DAY),
    }
    assert len(digests) == 5


def test_the_second_time_is_another_row() -> None:
    digest = row_digest("p", CELLS, DAY)
    assert identity_of(digest, 1) != identity_of(digest, 2)
    assert len(identity_of(digest, 1)) == 64


@given(st.lists(st.integers(0, 8), max_size=60), st.integers(0, 5))
def test_counting_is_the_same_in_memory_and_beyond(numbers: list[int], limit: int) -> None:
    keys = [bytes([number]) * 32 for number in numbers]
    with Occurrences(in_memory=limit) as spilled, Occurrences() as plain:
        assert [spilled.count(key) for key in keys] == [plain.count(key) for key in keys]
        assert [plain.count(key) for key in set(keys)] == [keys.count(key) + 1 for key in set(keys)]
