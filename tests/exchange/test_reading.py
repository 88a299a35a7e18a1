"""Rows of real and bad tables: nothing stops a file, nothing is dropped in silence, memory stays flat."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.exchange.codes import Reason
from crm.exchange.reading import MAX_CELL, Row, rows_of_text
from crm.exchange.sheet_worker import cell_text
from crm.exchange.sniffing import Kind, Layout, LineEnd
from tests.exchange.tables import rows_of, workbook, written

PLAIN = Layout(Kind.TEXT, "utf-8", ",", LineEnd.LF)


def read(content: bytes, layout: Layout = PLAIN) -> list[Row]:
    return list(rows_of_text(io.BytesIO(content), layout))


def cells(rows: list[Row]) -> list[tuple[str, ...]]:
    return [row.cells for row in rows]


def test_numbers_are_those_of_a_spreadsheet() -> None:
    rows = read(b'nama,alamat\n\nBudi,"Jl. Melati 3\nBogor"\nSari,Bima\n')
    assert [(row.number, row.blank) for row in rows] == [(1, False), (2, True), (3, False), (4, False)]
    assert rows[2].cells == ("Budi", "Jl. Melati 3\nBogor")


@pytest.mark.parametrize(
    ("line_end", "text"),
    [
        (LineEnd.CR, 'a,b\r"x\r\ry",2\r3,4'),
        (LineEnd.CRLF, 'a,b\r\n"x\r\n\r\ny",2\r\n3,4\r\n'),
        (LineEnd.LF, 'a,b\n"x\n\ny",2\n3,4\n'),
    ],
)
def test_every_line_end_and_line_ends_in_cells(line_end: LineEnd, text: str) -> None:
    rows = read(text.encode(), Layout(Kind.TEXT, "utf-8", ",", line_end))
    assert cells(rows) == [("a", "b"), ("x\n\ny", "2"), ("3", "4")]


def test_a_lone_cr_in_a_file_of_lf_lines_is_a_blank() -> None:
    assert cells(read(b"a,b\nx\ry,2\n")) == [("a", "b"), ("x y", "2")]


def test_utf16_with_a_mark(tmp_path: Path) -> None:
    path = written(tmp_path, "nama,kota\nMüller,Köln\n", encoding="utf-16")
    assert cells(rows_of(path)) == [("nama", "kota"), ("Müller", "Köln")]


def test_nul_is_left_out_and_told() -> None:
    rows = read(b"a,b\nx\x00y,2\n")
    assert (rows[1].cells, rows[1].notes) == (("xy", "2"), {Reason.NUL_REMOVED})
    assert not rows[0].notes


def test_a_row_of_another_encoding_is_mended_and_the_next_is_untouched() -> None:
    rows = read(b"nama\n" + "Café\n".encode("cp1252") + "Émile\n".encode())
    assert [(row.cells, row.notes) for row in rows[1:]] == [(("Café",), {Reason.ENCODING_MENDED}), (("Émile",), frozenset())]


def test_rows_may_be_short_or_long() -> None:
    assert cells(read(b"a,b,c\n1\n1,2,3,4,5\n")) == [("a", "b", "c"), ("1",), ("1", "2", "3", "4", "5")]


def test_a_cell_of_one_megabyte_is_read_and_a_larger_one_is_a_problem_of_its_row() -> None:
    whole, large = b"x" * MAX_CELL, b"y" * (MAX_CELL + 1)
    rows = read(b"a,b\n1," + whole + b"\n2," + large + b"\n3,ok\n")
    assert len(rows[1].cells[1]) == MAX_CELL
    assert (rows[2].problem, rows[2].number) == (Reason.CELL_TOO_LARGE, 3)
    assert rows[3] == Row(4, ("3", "ok"))


def test_a_line_without_an_end_costs_no_memory_and_not_the_rest() -> None:
    rows = read(b"a\n" + b"z" * (9 * 2**20) + b"\nlast\n")
    assert [(row.cells, row.problem) for row in rows] == [(("a",), None), ((), Reason.CELL_TOO_LARGE), (("last",), None)]


def test_a_row_of_ten_thousand_cells_is_a_problem_of_its_own() -> None:
    rows = read(b"a,b\n" + b"," * 9_999 + b"\n1,2\n")
    assert [row.problem for row in rows] == [None, Reason.ROW_TOO_WIDE, None]


def test_a_quote_never_closed_costs_one_row() -> None:
    rows = read(b'a,b\n1,"open\n2,two\n3,three\n')
    assert [(row.number, row.cells, row.problem) for row in rows] == [
        (1, ("a", "b"), None),
        (2, (), Reason.ROW_BROKEN),
        (3, ("2", "two"), None),
        (4, ("3", "three"), None),
    ]


def test_an_open_quote_before_a_megabyte_of_rows_costs_one_row() -> None:
    rows = read(b'1,"open\n' + b"2,two and more text in this cell\n" * 40_000)
    assert rows[0].problem is Reason.CELL_TOO_LARGE
    assert len(rows) == 40_001
    assert all(row.problem is None for row in rows[1:])


def test_codes_stay_text_in_csv_and_in_workbooks(tmp_path: Path) -> None:
    csv_rows = rows_of(written(tmp_path, "kode,kodepos\n31.74,01234\n31.740,00\n"))
    assert cells(csv_rows)[1:] == [("31.74", "01234"), ("31.740", "00")]
    path = workbook(tmp_path / "kode.xlsx", {(0, 0): "kode", (1, 0): 31.74, (1, 1): "01234", (2, 0): 29400, (2, 1): "31.740"})
    assert cells(rows_of(path)) == [("kode", ""), ("31.74", "01234"), ("29400", "31.740")]


def test_workbook_rows_are_numbered_from_the_first_row_of_the_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "tabel.xlsx", {(4, 2): "nama", (6, 2): "Budi"})
    assert [(row.number, row.cells) for row in rows_of(path) if not row.blank] == [(5, ("nama",)), (7, ("Budi",))]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "TRUE"),
        (3.0, "3"),
        (0.3, "0.3"),
        (1e22, "1e+22"),
        ("a\x00b", "ab"),
        (-5.5, "-5.5"),
        (1234567890123456.0, "1234567890123456"),
    ],
)
def test_cells_as_a_person_would_type_them(value: str | float, text: str) -> None:
    assert cell_text(value) == text


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=20), min_size=1, max_size=5
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_the_standard_library_writes_is_read_back(table: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    rows = read(b"\xef\xbb\xbf" + out.getvalue().encode())
    assert [list(row.cells) for row in rows] == table


@given(st.binary(max_size=2_000), st.sampled_from(["utf-8", "cp1252", "utf-16", "big5"]), st.sampled_from(list(LineEnd)))
def test_no_bytes_break_the_reader(content: bytes, encoding: str, line_end: LineEnd) -> None:
    rows = read(content, Layout(Kind.TEXT, encoding, ",", line_end))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


MEASURE = """
import resource, sys
from pathlib import Path
from crm.exchange.reading import open_rows
from crm.exchange.sniffing import Overrides, layout_of
path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in open_rows(path, layout_of(path)))
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as out:
        out.write("nama,instansi,catatan\n")
        for n in range(400_000):
            out.write(f"Orang {n},Dinas {n % 300},catatan yang agak panjang untuk baris {n}\n")
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    rows, grown = map(int, done.stdout.split())
    assert rows == 400_001
    assert grown < 40, f"{grown} MB for a file of {path.stat().st_size // 2**20} MB"
