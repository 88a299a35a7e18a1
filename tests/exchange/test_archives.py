"""Spreadsheets in archives: bombs, lies and entities are refused before anything is unpacked or parsed."""

import struct
import time
import zipfile
from pathlib import Path

import pytest

from crm.exchange.archives import MAX_MEMBERS, guard_archive, guard_directory
from crm.exchange.codes import Reason, Refusal
from crm.exchange.grids import MAX_CELLS, guard_grid
from crm.exchange.sniffing import layout_of
from tests.exchange.tables import SHARED, needs_shared, ods, rezipped, rows_of, workbook

CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    return workbook(tmp_path / "calm.xlsx", {(0, 0): "nama", (1, 0): "Budi"})


def refusal_of(path: Path) -> Reason:
    with pytest.raises(Refusal) as refusal:
        layout_of(path)
    return refusal.value.reason


def test_a_calm_workbook_passes(calm: Path) -> None:
    guard_archive(calm)
    guard_grid(calm)
    assert [row.cells for row in rows_of(calm)] == [("nama",), ("Budi",)]


def test_a_bomb_is_refused_from_the_directory_in_no_time(calm: Path, tmp_path: Path) -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + b"<row/>" * 13_000_000
    bomb = rezipped(calm, tmp_path / "bomb.xlsx", {"xl/worksheets/sheet1.xml": sheet})
    assert bomb.stat().st_size < 300_000
    started = time.process_time()
    with pytest.raises(Refusal) as refusal:
        guard_directory(bomb)
    assert time.process_time() - started < 0.1
    assert refusal.value.reason is Reason.ARCHIVE_RATIO


def test_ten_thousand_members_are_refused_in_no_time(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(10_000):
            archive.writestr(f"xl/{n}.xml", "<a/>")
    started = time.process_time()
    assert refusal_of(path) is Reason.ARCHIVE_MEMBERS
    assert time.process_time() - started < 0.1
    assert MAX_MEMBERS < 10_000


@pytest.mark.parametrize("name", ["inner.zip", "xl/embeddings/book.XLSX", "x.7z"])
def test_an_archive_in_an_archive_is_refused(calm: Path, tmp_path: Path, name: str) -> None:
    assert refusal_of(rezipped(calm, tmp_path / "nested.xlsx", {name: b"PK\x03\x04"})) is Reason.ARCHIVE_NESTED


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """Two entries of the directory point at one member, as the zip bombs of 2019 do."""
    path = tmp_path / "overlap.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>" * 50)
        archive.writestr("xl/other.xml", "<b/>" * 50)
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, second + 42, 0)
    path.write_bytes(bytes(content))
    assert refusal_of(path) is Reason.ARCHIVE_OVERLAP


def test_a_directory_that_lies_about_sizes_is_refused(calm: Path, tmp_path: Path) -> None:
    path = rezipped(calm, tmp_path / "lies.xlsx", {"xl/worksheets/sheet1.xml": b"<row/>" * 2_000_000})
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 4_000)  # unpacked size
    path.write_bytes(bytes(content))
    assert refusal_of(path) is Reason.ARCHIVE_LIES


def test_an_encrypted_member_is_refused(calm: Path) -> None:
    content = bytearray(calm.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<H", content, at + 8, 1)
    calm.write_bytes(bytes(content))
    assert refusal_of(calm) is Reason.ENCRYPTED


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet>&f;</worksheet>'
REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><worksheet/>'
HIDDEN = "<!--" + "x" * 200_000 + "-->" + OUTSIDE


@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE, REMOTE, HIDDEN])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "_rels/.rels", "docProps/core.xml"])
def test_a_document_type_is_refused_wherever_it_stands(calm: Path, tmp_path: Path, xml: str, part: str) -> None:
    assert refusal_of(rezipped(calm, tmp_path / "dtd.xlsx", {part: xml.encode()})) is Reason.XML_DOCTYPE


def test_a_document_type_in_another_encoding_is_refused_too(calm: Path, tmp_path: Path) -> None:
    xml = f'<?xml version="1.0" encoding="utf-16"?>{OUTSIDE}'.encode("utf-16")
    path = rezipped(calm, tmp_path / "dtd.xlsx", {"xl/sharedStrings.xml": xml})
    assert refusal_of(path) in (Reason.XML_DOCTYPE, Reason.XML_BROKEN)


def test_a_document_type_in_an_open_document_is_refused(tmp_path: Path) -> None:
    path = ods(tmp_path / "plain.ods", "<table:table-row>" + CELL + "</table:table-row>")
    assert [row.cells for row in rows_of(path)] == [("x",)]
    assert refusal_of(rezipped(path, tmp_path / "dtd.ods", {"content.xml": LAUGHS.encode()})) is Reason.XML_DOCTYPE


def test_two_cells_at_far_corners_are_refused(tmp_path: Path) -> None:
    """Measured: 6 kB of file, and the reader ended the process when it allocated what lies between."""
    path = workbook(tmp_path / "far.xlsx", {(0, 0): "a", (1_048_575, 16_383): "b"})
    assert path.stat().st_size < 10_000
    assert refusal_of(path) is Reason.ARCHIVE_SIZE


def test_a_sheet_in_bytes_that_the_guard_cannot_see_is_refused(calm: Path, tmp_path: Path) -> None:
    """UTF-16 would hide the references of cells from the guard, and no office program writes it."""
    xml = '<?xml version="1.0" encoding="utf-16"?><worksheet><sheetData><row r="1"><c r="XFD1048576"/></row></sheetData></worksheet>'
    assert (
        refusal_of(rezipped(calm, tmp_path / "wide.xlsx", {"xl/worksheets/sheet1.xml": xml.encode("utf-16")}))
        is Reason.XML_BROKEN
    )


def test_a_sheet_by_another_name_is_guarded_too(tmp_path: Path) -> None:
    far = workbook(tmp_path / "far.xlsx", {(0, 0): "a", (1_048_575, 16_383): "b"})
    with zipfile.ZipFile(far) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels").replace(b"worksheets/sheet1.xml", b"media/picture.png")
    changes = {
        "xl/media/picture.png": sheet,
        "xl/_rels/workbook.xml.rels": relations,
        "xl/worksheets/sheet1.xml": b"<worksheet/>",
    }
    assert refusal_of(rezipped(far, tmp_path / "named.xlsx", changes)) is Reason.ARCHIVE_SIZE


def test_the_binary_form_of_a_workbook_is_refused(calm: Path, tmp_path: Path) -> None:
    assert refusal_of(rezipped(calm, tmp_path / "book.xlsb", {"xl/workbook.bin": b"\x83\x01\x00"})) is Reason.UNKNOWN_KIND


@pytest.mark.parametrize("name", ["book.xls", "book.ods", "book.csv", "book"])
def test_the_name_of_a_workbook_does_not_matter(calm: Path, name: str) -> None:
    assert [row.cells for row in rows_of(calm.rename(calm.with_name(name)))] == [("nama",), ("Budi",)]


def test_what_repeats_in_an_open_document_is_counted(tmp_path: Path) -> None:
    row = '<table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row>'
    trailing = '<table:table-cell table:number-columns-repeated="16383"/>'
    calm = "<table:table-row>" + CELL + trailing + "</table:table-row>" + row.format(rows=1_048_575, cells=trailing)
    assert [r.cells for r in rows_of(ods(tmp_path / "calm.ods", calm))] == [("x",)]
    far = "<table:table-row>" + trailing + CELL + "</table:table-row>" + row.format(rows=100_000, cells=CELL)
    assert refusal_of(ods(tmp_path / "far.ods", far)) is Reason.ARCHIVE_SIZE
    assert MAX_CELLS < 100_000 * 16_384


@needs_shared
@pytest.mark.parametrize("name", ["large.xlsx", "libreoffice.xlsx", "simple.xlsx", "simple.ods", "ods_formats.ods"])
def test_real_workbooks_pass(name: str) -> None:
    guard_archive(SHARED / "tables" / name)
    guard_grid(SHARED / "tables" / name)
