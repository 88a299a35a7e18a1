"""How far the cells of a workbook reach: two cells at opposite corners of a sheet make a reader allocate everything between.

A 6 kB file with one cell in A1 and one in XFD1048576 ended the whole process when measured, so the extent is read from the XML
before the sheet is opened. (Old XLS files have no more than 65,536 rows and 256 columns; the reading process has its own limit of memory.)
"""

import re
from pathlib import Path
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from crm.exchange.archives import is_markup, opened_archive
from crm.exchange.codes import Reason, Refusal

MAX_CELLS = 2_500_000  # about 220 MB in the process that reads them, measured; it has 512
_CHUNK = 256 * 2**10
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
_OVERLAP = 64
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def guard_grid(path: Path) -> None:
    """Raise Refusal if a sheet of this XLSX or ODS reaches over more cells than may be read. Call after guard_archive."""
    with opened_archive(path) as archive:
        for member in archive.infolist():
            if not is_markup(archive, member):
                continue
            with archive.open(member) as part:
                reach = _reach_of_document(part) if member.filename.lower() == "content.xml" else _reach_of_sheet(part)
            _guard_area(*reach, member.filename)


def _guard_area(rows: int, columns: int, name: str) -> None:
    if rows * columns > MAX_CELLS:
        raise Refusal(Reason.ARCHIVE_SIZE, part=name[:200], cells=rows * columns, limit=MAX_CELLS)


def _reach_of_sheet(part: IO[bytes]) -> tuple[int, int]:
    """Last row and last column that any cell of a sheet names."""
    last_row = last_column = 0
    tail = b""
    while chunk := part.read(_CHUNK):
        text = tail + chunk
        for letters, digits in _REFERENCE.findall(text):
            last_row = max(last_row, int(digits))
            last_column = max(last_column, _column(letters))
        tail = text[-_OVERLAP:]
    return last_row, max(last_column, 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class _Reach:
    """Rows and columns of an OpenDocument sheet up to the last cell with content; what repeats is counted as often as it repeats."""

    def __init__(self) -> None:
        self.rows = self.columns = self.widest = self.tallest = 0
        self._repeat = 1
        self._cell = 0
        self._filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE} table":
            self.rows = self.columns = 0
        elif name == f"{_TABLE} table-row":
            self._repeat, self._cell, self._filled = _count(attributes, "number-rows-repeated"), 0, False
        elif name in (f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"):
            self._cell += _count(attributes, "number-columns-repeated")
            if f"{_OFFICE} value-type" in attributes:
                self._fill()
        elif name.endswith(" p"):
            self._fill()

    def _fill(self) -> None:
        self._filled = True
        self.columns = max(self.columns, self._cell)
        self.widest = max(self.widest, self.columns)

    def end(self, name: str) -> None:
        if name == f"{_TABLE} table-row":
            self.rows += self._repeat
            if self._filled:
                self.tallest = max(self.tallest, self.rows)


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{_TABLE} {name}", "1")
    return int(text) if text.isdecimal() and len(text) < 10 else 10**9


def _reach_of_document(part: IO[bytes]) -> tuple[int, int]:
    # guard_archive has refused a document type, so this parser meets no entity.
    reach, parser = _Reach(), _namespaced_parser()
    parser.StartElementHandler = reach.start
    parser.EndElementHandler = reach.end
    try:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except ExpatError as error:
        raise Refusal(Reason.XML_BROKEN, part="content.xml") from error
    return reach.tallest, reach.widest


def _namespaced_parser() -> XMLParserType:
    return ParserCreate(namespace_separator=" ")
