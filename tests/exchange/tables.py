"""Small tables made on the spot, and the shared real ones when they are there."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
import xlsxwriter

from crm.exchange.intents import Intent
from crm.exchange.plan import Options, plan
from crm.exchange.profile import Profile
from crm.exchange.profile_format import load_built_in, parse_profile
from crm.exchange.reading import Row, open_rows
from crm.exchange.sniffing import Overrides, layout_of

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="skipped: shared material absent")

MEETINGS = """{
  "schema": "mitra-import-profile/1", "key": "small-register", "title": {"en": "Small register"}, "target": "engagements",
  "columns": {
    "host": {"headers": ["Minister"], "fill_down": true},
    "date": {"headers": ["Date"], "fill_down": true},
    "organization": {"headers": ["Organisation"]},
    "purpose": {"headers": ["Purpose"]}
  },
  "split": {"organization": {"separators": [";", ","], "people": true}},
  "skip": [
    {"reason": "note", "only": ["host"], "field": "host", "starts_with": ["note", "does not normally include"]},
    {"reason": "nil-return", "field": "organization", "equals": ["nil", "nil return"]},
    {"reason": "heading", "only": ["host"], "carries": true}
  ],
  "group": {"empty": ["host", "date", "purpose"], "filled": ["organization"]},
  "constants": {"kind": "meeting", "role": "R3"}
}"""


def small_register() -> Profile:
    return parse_profile(MEETINGS)


def written(folder: Path, text: str, *, name: str = "table.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def rows_of(path: Path, overrides: Overrides | None = None) -> list[Row]:
    return list(open_rows(path, layout_of(path, overrides)))


def planned(lines: Iterable[str], profile: Profile | None = None, **options: object) -> list[Intent]:
    """The intents of a table given line by line; cells are separated by '|'."""
    rows = [Row(number, tuple(line.split("|"))) for number, line in enumerate(lines, start=1)]
    return list(plan(rows, profile or small_register(), Options(**options)))  # type: ignore[arg-type]


def planned_file(path: Path, profile_key: str, *, year: int | None = None) -> list[Intent]:
    return list(plan(open_rows(path, layout_of(path)), load_built_in(profile_key), Options(file_name=path.name, year=year)))


def workbook(path: Path, cells: dict[tuple[int, int], object]) -> Path:
    """An XLSX with these cells; rows and columns count from 0."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Daftar")
    for (row, column), value in cells.items():
        sheet.write(row, column, value)
    book.close()
    return path


def rezipped(source: Path, target: Path, changes: dict[str, bytes]) -> Path:
    """A copy of an archive with some members changed or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return target


ODS_TABLE = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)


def ods(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS_TABLE.format(rows=rows))
    return path
