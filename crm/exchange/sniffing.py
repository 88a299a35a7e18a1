"""What kind of table a file holds and how it is written: found from a sample, and overridable in every part."""

import csv
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from crm.exchange.archives import guard_archive, opened_archive
from crm.exchange.codes import Reason, Refusal
from crm.exchange.encoding import encoding_of, known_encoding
from crm.exchange.grids import guard_grid
from crm.exchange.headers import LOOK_AT, header_row_of
from crm.exchange.sheets import look_into

SAMPLE = 64 * 2**10
MAX_COLUMNS = 1_000
DELIMITERS = (",", ";", "\t", "|")
_DETECT_ON = 4_000  # characters: the detector takes seconds on more
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


class LineEnd(StrEnum):
    """How the lines of a text file end."""

    LF = "LF"
    CRLF = "CRLF"
    CR = "CR"


class Kind(StrEnum):
    """What the file is, by its first bytes and never by its name."""

    TEXT = "text"
    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a person decided instead of what was found. None leaves the finding; `header_row` 0 says that there is none."""

    encoding: str | None = None
    delimiter: str | None = None
    line_end: LineEnd | None = None
    header_row: int | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written. `header_row` counts from 1 as a spreadsheet does; 0 means no header."""

    kind: Kind
    encoding: str = ""
    delimiter: str = ""
    line_end: LineEnd = LineEnd.LF
    header_row: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def sniff(sample: bytes, overrides: Overrides | None = None) -> Layout:
    """The layout of a text table from the first bytes of it."""
    chosen = overrides or Overrides()
    if not sample.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refusal(Reason.EMPTY_FILE)
    encoding = known_encoding(chosen.encoding) if chosen.encoding else encoding_of(sample)
    text = sample.decode(encoding, "replace").removeprefix("\ufeff").replace("\x00", "")
    line_end = LineEnd(chosen.line_end) if chosen.line_end else _line_end_of(text)
    delimiter = _chosen_delimiter(chosen.delimiter) if chosen.delimiter else _delimiter_of(text, line_end)
    layout = Layout(Kind.TEXT, encoding, delimiter, line_end)
    rows = _sample_rows(text, layout)
    widest = max((len(row) for row in rows[:LOOK_AT]), default=0)
    if widest > MAX_COLUMNS:
        raise Refusal(Reason.TOO_MANY_COLUMNS, columns=widest, limit=MAX_COLUMNS)
    return replace(layout, header_row=_header_row(chosen, rows))


def layout_of(path: Path, overrides: Overrides | None = None) -> Layout:
    """The layout of a file, or a Refusal with the reason why it cannot be read. A workbook passes the guards first."""
    chosen = overrides or Overrides()
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE)
    if not sample:
        raise Refusal(Reason.EMPTY_FILE)
    if sample.startswith(_ZIP):
        guard_archive(path)
        guard_grid(path)
        return _workbook(path, _kind_of_archive(path), chosen)
    if sample.startswith(_OLE):
        return _workbook(path, Kind.XLS, chosen)
    if sample.startswith(
        (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x7fELF", b"SQLite format 3")
    ):
        raise Refusal(Reason.UNKNOWN_KIND)
    return sniff(sample, chosen)


def _kind_of_archive(path: Path) -> Kind:
    with opened_archive(path) as archive:
        names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.bin" in names:  # the binary form, which the guards cannot read
        raise Refusal(Reason.UNKNOWN_KIND)
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "content.xml" in names:
        return Kind.ODS
    raise Refusal(Reason.UNKNOWN_KIND)


def _workbook(path: Path, kind: Kind, chosen: Overrides) -> Layout:
    look = look_into(path, limit=LOOK_AT, sheet=chosen.sheet)
    if (widest := max(map(len, look.rows), default=0)) > MAX_COLUMNS:
        raise Refusal(Reason.TOO_MANY_COLUMNS, columns=widest, limit=MAX_COLUMNS)
    return Layout(kind, header_row=_header_row(chosen, look.rows), sheet=look.sheet, sheets=look.sheets)


def _header_row(chosen: Overrides, rows: list[tuple[str, ...]] | list[list[str]]) -> int:
    if chosen.header_row is not None:
        return max(0, chosen.header_row)
    return header_row_of(rows)


def _line_end_of(text: str) -> LineEnd:
    """The commonest line end; a CR inside a file of CRLF lines is no line end."""
    pairs = text.count("\r\n")
    alone = {LineEnd.CRLF: pairs, LineEnd.LF: text.count("\n") - pairs, LineEnd.CR: text.count("\r") - pairs}
    best = max(alone, key=lambda end: alone[end])
    return best if alone[best] else LineEnd.LF


def _chosen_delimiter(text: str) -> str:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(text.lower(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n\x00':
        raise Refusal(Reason.UNKNOWN_DELIMITER, delimiter=text[:10])
    return delimiter


def _delimiter_of(text: str, line_end: LineEnd) -> str:
    """What clevercsv finds on the first lines, else the standard sniffer, else the comma. Only characters that tables use."""
    import clevercsv  # noqa: PLC0415 - loaded by who needs it: 0.15 s and 6 MB of every process otherwise

    part = text[:_DETECT_ON]
    lines = part.replace("\r\n", "\n").replace("\r", "\n") if line_end is not LineEnd.LF else part
    if len(text) > _DETECT_ON and "\n" in lines:
        lines = lines[: lines.rindex("\n")]
    try:
        found = clevercsv.Detector().detect(lines, delimiters=list(DELIMITERS))
        if found is not None and found.delimiter in DELIMITERS:
            return str(found.delimiter)
    except (clevercsv.Error, ValueError, IndexError, TypeError):
        pass  # the detector gives up on odd samples; the standard sniffer may not
    try:
        return csv.Sniffer().sniff(lines, delimiters="".join(DELIMITERS)).delimiter
    except csv.Error:
        return ","


def _sample_rows(text: str, layout: Layout) -> list[list[str]]:
    """The first rows of the sample, as the reader would cut them. A last row that the sample cuts is as good as any."""
    newline = "\r" if layout.line_end is LineEnd.CR else "\n"
    lines = [line + "\n" for line in text.split(newline)[: LOOK_AT * 4]]
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=layout.delimiter):
            rows.append(row)
    except csv.Error:
        pass  # a cell too large for a sample: the rows before it tell enough
    return rows
