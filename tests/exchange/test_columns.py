"""Columns found by header, by place, or not at all."""

import json
from typing import Any

import pytest

from crm.exchange.codes import Reason, Refusal
from crm.exchange.columns import Binding, bind
from crm.exchange.profile import Profile
from crm.exchange.profile_format import parse_profile
from crm.exchange.reading import Row
from tests.exchange.tables import MEETINGS, small_register


def table(*lines: str) -> list[Row]:
    return [Row(number, tuple(line.split("|"))) for number, line in enumerate(lines, start=1)]


def people(**columns: Any) -> Profile:
    data = {
        "schema": "mitra-import-profile/1",
        "key": "people",
        "title": {"en": "People"},
        "target": "people",
        "columns": columns,
    }
    return parse_profile(json.dumps(data))


def bound(*lines: str, header_row: int | None = None) -> Binding:
    return bind(small_register(), table(*lines), header_row)


def test_headers_are_found_in_any_case_with_footnote_marks_and_blanks() -> None:
    binding = bound("Minister   |DATE|organisation|Purpose²|")
    assert binding.places == {"host": (0,), "date": (1,), "organization": (2,), "purpose": (3,)}


def test_the_header_is_found_below_titles() -> None:
    binding = bound("Register of meetings||", "||", "Minister|Date|Organisation|Purpose|Place")
    assert (binding.header_row, binding.unused) == (3, ("Place",))


def test_a_row_that_a_person_pointed_at_is_taken() -> None:
    with pytest.raises(Refusal) as refusal:
        bound("Minister|Date|Organisation", "a|b|c", header_row=2)
    assert (refusal.value.reason, refusal.value.details["fields"]) == (Reason.COLUMN_MISSING, ("date", "organization"))


@pytest.mark.parametrize(
    ("lines", "header_row", "reason"),
    [
        ((), None, Reason.NO_HEADER),
        (("||", "|"), None, Reason.NO_HEADER),
        (("a|b", "1|2"), None, Reason.COLUMN_MISSING),
        (("Minister|Date|Organisation",), 7, Reason.HEADER_BEYOND),
        (("Minister|Date|Organisation",), 0, Reason.COLUMN_MISSING),
        (("Date|Organisation|organisation",), None, Reason.COLUMN_TWICE),
    ],
)
def test_what_does_not_fit_is_refused(lines: tuple[str, ...], header_row: int | None, reason: Reason) -> None:
    with pytest.raises(Refusal) as refusal:
        bound(*lines, header_row=header_row)
    assert refusal.value.reason is reason


def test_a_header_twice_in_columns_that_nobody_uses_does_not_matter() -> None:
    assert bound("Date|Organisation|x|x").places == {"date": (0,), "organization": (1,)}


def test_columns_by_place_need_no_header() -> None:
    profile = people(name={"position": 2}, email={"position": 4})
    binding = bind(profile, table("x|Budi|y|b@contoh.id"), 0)
    assert binding.cells(table("x|Budi|y|b@contoh.id")[0]) == {"name": "Budi", "email": "b@contoh.id"}
    assert binding.cells(table("x")[0]) == {"name": "", "email": ""}


def test_columns_put_together_leave_empty_parts_out() -> None:
    profile = people(name={"headers": ["Nama"]}, home_address={"join": [["Jalan"], ["Kota", "Kabupaten"], ["Kodepos"]]})
    rows = table("Nama|Kodepos|Jalan|Kabupaten", "Budi|01234|Jl. Melati 3|")
    assert bind(profile, rows, None).cells(rows[1])["home_address"] == "Jl. Melati 3, 01234"


def test_the_row_is_kept_as_it_stands() -> None:
    rows = table("Date|Organisation||", " Jul-12 |B|x|", "Jul-12|B|||extra")
    binding = bind(small_register(), rows, None)
    assert binding.verbatim(rows[1]) == (("Date", " Jul-12 "), ("Organisation", "B"), ("#3", "x"))
    assert binding.verbatim(rows[2])[-1] == ("#5", "extra")


def test_formulas_come_back_as_text() -> None:
    rows = table("Date|Organisation", "Jul-12|'=HYPERLINK(x)")
    assert bind(small_register(), rows, None).cells(rows[1])["organization"] == "=HYPERLINK(x)"


def test_markup_stays_text() -> None:
    rows = table("Date|Organisation", 'Jul-12|<img src=x onerror="alert(1)">')
    assert bind(small_register(), rows, None).cells(rows[1])["organization"] == '<img src=x onerror="alert(1)">'


def test_the_little_profile_of_these_tests_is_one() -> None:
    assert parse_profile(MEETINGS).key == "small-register"
