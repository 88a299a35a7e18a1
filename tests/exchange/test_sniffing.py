"""What a table is found to be, and that a person may say otherwise in every part."""

import random
from pathlib import Path

import pytest

from crm.exchange.codes import Reason, Refusal
from crm.exchange.reading import open_rows
from crm.exchange.sniffing import Kind, LineEnd, Overrides, layout_of, sniff
from tests.exchange.tables import SHARED, needs_shared, rows_of, workbook


@pytest.mark.parametrize(
    ("text", "delimiter", "line_end"),
    [
        ("nama,kota\nBudi,Bogor\nSari,Bima\n", ",", LineEnd.LF),
        ("nama;kota\r\nBudi;Bogor\r\nSari;Bima\r\n", ";", LineEnd.CRLF),
        ("nama\tkota\rBudi\tBogor\rSari\tBima\r", "\t", LineEnd.CR),
        ("nama|kota\nBudi|Bogor\nSari|Bima\n", "|", LineEnd.LF),
        ("nama;alamat\nBudi;Jl. Melati 3, Bogor\nSari;Jl. Mawar 1, Bima\n", ";", LineEnd.LF),
        ("nama\nBudi\nSari\n", ",", LineEnd.LF),
    ],
)
def test_delimiter_and_line_end(text: str, delimiter: str, line_end: LineEnd) -> None:
    layout = sniff(text.encode())
    assert (layout.delimiter, layout.line_end, layout.header_row) == (delimiter, line_end, 1)


def test_the_header_stands_below_titles_and_blank_rows() -> None:
    text = "Daftar kontak media 2026,,\n,,\nnama,kota,telepon\nBudi,Bogor,0812\nSari,Bima,0813\n"
    assert sniff(text.encode()).header_row == 3


def test_everything_can_be_said_otherwise() -> None:
    chosen = Overrides(encoding="latin-1", delimiter="tab", line_end=LineEnd.CRLF, header_row=0)
    layout = sniff(b"a,b\n1,2\n", chosen)
    assert (layout.encoding, layout.delimiter, layout.line_end, layout.header_row) == ("iso8859-1", "\t", LineEnd.CRLF, 0)


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n"])
def test_what_cannot_separate_is_refused(delimiter: str) -> None:
    with pytest.raises(Refusal) as refusal:
        sniff(b"a,b\n", Overrides(delimiter=delimiter))
    assert refusal.value.reason is Reason.UNKNOWN_DELIMITER


def test_ten_thousand_columns_are_refused_by_name() -> None:
    with pytest.raises(Refusal) as refusal:
        sniff(",".join(f"c{n}" for n in range(10_000)).encode())
    assert refusal.value.reason is Reason.TOO_MANY_COLUMNS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY_FILE),
        (b"\xef\xbb\xbf\r\n", Reason.EMPTY_FILE),
        (b"%PDF-1.7 ...", Reason.UNKNOWN_KIND),
        (b"\x89PNG\r\n", Reason.UNKNOWN_KIND),
        (b"PK\x03\x04 no archive", Reason.NOT_AN_ARCHIVE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no workbook", Reason.UNREADABLE_WORKBOOK),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, reason: Reason) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refusal:
        layout_of(path)
    assert refusal.value.reason is reason


def test_a_workbook_is_known_by_its_bytes_and_its_sheet_can_be_chosen(tmp_path: Path) -> None:
    path = workbook(tmp_path / "kontak.csv", {(0, 0): "nama", (0, 1): "kota", (1, 0): "Budi", (1, 1): "Bogor"})
    layout = layout_of(path)
    assert (layout.kind, layout.sheet, layout.sheets, layout.header_row) == (Kind.XLSX, "Daftar", ("Daftar",), 1)
    with pytest.raises(Refusal) as refusal:
        layout_of(path, Overrides(sheet="Lain"))
    assert refusal.value.reason is Reason.UNKNOWN_SHEET


@needs_shared
@pytest.mark.parametrize(
    ("name", "kind", "encoding", "delimiter", "line_end", "header_row", "rows"),
    [
        ("organizations/uk-public-bodies-2015.csv", "text", "utf-8", ",", "CR", 1, 293),
        ("organizations/us-dc-211-community-services.csv", "text", "mac-roman", ",", "CR", 1, 1214),
        ("organizations/uk-coins-bodies.tsv", "text", "utf-8", "\t", "LF", 1, 1737),
        ("meetings/CO_meetings_jan_mar_14.csv", "text", "cp1252", ",", "CRLF", 1, 351),
        ("tables/utf-16le_encoded.csv", "text", "utf-16", ",", "CRLF", 1, 328),
        ("tables/excel_pasting.csv", "text", "utf-8", ",", "CRLF", 4, 21),
        ("tables/simple.ssv", "text", "utf-8", ";", "LF", 1, 7),
        ("tables/simple.psv", "text", "utf-8", "|", "CRLF", 1, 29),
        ("tables/simple.xls", "xls", "", "", "LF", 1, 7),
        ("tables/simple.ods", "ods", "", "", "LF", 1, 4),
        ("tables/large.xlsx", "xlsx", "", "", "LF", 4, 52),
    ],
)
def test_real_tables(name: str, kind: str, encoding: str, delimiter: str, line_end: str, header_row: int, rows: int) -> None:
    layout = layout_of(SHARED / name)
    assert (layout.kind.value, layout.encoding, layout.delimiter, layout.line_end.value, layout.header_row) == (
        kind,
        encoding,
        delimiter,
        line_end,
        header_row,
    )
    assert len(rows_of(SHARED / name)) == rows


@pytest.mark.parametrize("sheet", ["a\x00b", "\ud800", "-h", "--"])
def test_a_sheet_by_a_strange_name_is_unknown(tmp_path: Path, sheet: str) -> None:
    path = workbook(tmp_path / "kontak.xlsx", {(0, 0): "nama"})
    with pytest.raises(Refusal) as refusal:
        layout_of(path, Overrides(sheet=sheet))
    assert refusal.value.reason is Reason.UNKNOWN_SHEET


@needs_shared
def test_broken_workbooks_end_the_reading_process_and_not_this_one(tmp_path: Path) -> None:
    """Measured: of broken old workbooks every second makes the library panic, and one in a thousand makes it abort."""
    content = (SHARED / "tables" / "simple.xls").read_bytes()
    chance, outcomes = random.Random(4), set()
    for n in range(12):
        broken = bytearray(content)
        for _damage in range(chance.choice([2, 5, 20])):
            at = chance.randrange(len(broken))
            broken[at : at + 4] = b"\xff\xff\xff\xff"
        path = tmp_path / f"{n}.xls"
        path.write_bytes(bytes(broken))
        try:
            outcomes.add(len(list(open_rows(path, layout_of(path)))) > 0)
        except Refusal as refusal:
            outcomes.add(refusal.reason)
    assert Reason.UNREADABLE_WORKBOOK in outcomes
    assert outcomes <= {True, False, Reason.UNREADABLE_WORKBOOK, Reason.UNKNOWN_KIND, Reason.TOO_MANY_COLUMNS}


@needs_shared
@pytest.mark.parametrize(
    ("name", "reason"), [("encrypted_no_password.xls", Reason.ENCRYPTED), ("simple.zip", Reason.UNKNOWN_KIND)]
)
def test_real_files_that_are_no_tables(name: str, reason: Reason) -> None:
    with pytest.raises(Refusal) as refusal:
        layout_of(SHARED / "tables" / name)
    assert refusal.value.reason is reason
