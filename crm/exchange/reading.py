"""Rows of any table, one after the other: the memory this takes does not grow with the file.

One bad row never stops a file. A row that cannot be read comes out with the reason, and the next one is read.
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from crm.exchange.archives import guard_archive
from crm.exchange.codes import Reason
from crm.exchange.encoding import decoded
from crm.exchange.grids import guard_grid
from crm.exchange.sheets import rows_of_sheet
from crm.exchange.sniffing import MAX_COLUMNS, Kind, Layout, LineEnd

MAX_CELL = 2**20
MAX_LINE = 8 * 2**20
_CHUNK = 64 * 2**10
_WIDE = ("utf-16", "utf-32")

# One limit for the whole process: the standard reader has no other.
csv.field_size_limit(MAX_CELL)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the file has it. `number` is the one a spreadsheet shows; `problem` says why there are no cells."""

    number: int
    cells: tuple[str, ...]
    notes: frozenset[Reason] = frozenset()
    problem: Reason | None = None

    @property
    def blank(self) -> bool:
        """Nothing but white space: such a row is not counted as data."""
        return self.problem is None and not any(cell.strip() for cell in self.cells)


def open_rows(path: Path, layout: Layout) -> Iterator[Row]:
    """Every row of the file, the header and blank ones included, in order and by number."""
    if layout.kind is Kind.TEXT:
        with path.open("rb") as stream:
            yield from rows_of_text(stream, layout)
        return
    if layout.kind is not Kind.XLS:  # again here: the file may be read by another process than the one that looked at it
        guard_archive(path)
        guard_grid(path)
    for number, cells in enumerate(rows_of_sheet(path, layout.sheet), start=1):
        yield _row(number, list(cells), frozenset())


def rows_of_text(stream: IO[bytes], layout: Layout) -> Iterator[Row]:
    """The rows of a text table from its bytes."""
    feed = _Feed(_lines(stream, layout))
    number = 0
    reader = csv.reader(feed, delimiter=layout.delimiter)
    while True:
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = Reason.CELL_TOO_LARGE if "field larger" in str(error) else Reason.ROW_BROKEN
            feed.keep_first_line()
            reader = csv.reader(feed, delimiter=layout.delimiter)
            number += 1
            yield Row(number, (), frozenset(feed.notes), reason)
            continue
        number += 1
        if feed.unclosed:
            feed.keep_first_line()
            reader = csv.reader(feed, delimiter=layout.delimiter)
            yield Row(number, (), frozenset(feed.notes), Reason.ROW_BROKEN)
        elif feed.overlong:
            yield Row(number, (), frozenset(feed.notes), Reason.CELL_TOO_LARGE)
        else:
            yield _row(number, cells, frozenset(feed.notes))


def _row(number: int, cells: list[str], notes: frozenset[Reason]) -> Row:
    if len(cells) > MAX_COLUMNS:
        return Row(number, (), notes, Reason.ROW_TOO_WIDE)
    return Row(number, tuple(cells), notes)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    notes: frozenset[Reason] = frozenset()
    overlong: bool = False


_NOTHING: frozenset[Reason] = frozenset()


@dataclass(slots=True)
class _Feed:
    """Hands lines to the reader and remembers those of the row at hand, so that a quote never closed costs one line and not the rest."""

    lines: Iterator[_Line]
    waiting: deque[_Line] = field(default_factory=deque)
    taken: list[_Line] = field(default_factory=list)
    notes: set[Reason] = field(default_factory=set)
    overlong: bool = False
    ended: bool = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        self.overlong = self.overlong or line.overlong
        if line.notes:
            self.notes |= line.notes
        return line.text

    def begin(self) -> None:
        self.taken.clear()
        self.notes = set()
        self.overlong = False

    @property
    def unclosed(self) -> bool:
        """The file ended inside a quote: the row swallowed lines that were rows of their own."""
        return self.ended and len(self.taken) > 1 and sum(line.text.count('"') for line in self.taken) % 2 == 1

    def keep_first_line(self) -> None:
        """Give back every line but the first, for the reader to try again."""
        self.waiting.extendleft(reversed(self.taken[1:]))
        self.ended = False


def _lines(stream: IO[bytes], layout: Layout) -> Iterator[_Line]:
    """Lines as text, each decoded by itself: a line in another encoding spoils no other."""
    wide = layout.encoding.replace("_", "-").startswith(_WIDE)
    chunks = _narrowed(stream, layout.encoding) if wide else iter(lambda: stream.read(_CHUNK), b"")
    encoding = "utf-8" if wide else layout.encoding
    end = b"\r" if layout.line_end is LineEnd.CR else b"\n"
    first = True
    for line, overlong in _cut(chunks, end):
        if first:
            line = line.removeprefix(codecs.BOM_UTF8)
            first = False
        yield _Line("\n", overlong=True) if overlong else _line(line, encoding, end)


def _narrowed(stream: IO[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 and UTF-32 as UTF-8, so that a line end is one byte. Without a mark of order they are little-endian, as on Windows."""
    chunk = stream.read(_CHUNK)
    marked = chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
    name = encoding if marked or encoding not in ("utf-16", "utf-32") else f"{encoding}-le"
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    while chunk:
        yield decoder.decode(chunk).encode("utf-8", "replace")
        chunk = stream.read(_CHUNK)
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def _cut(chunks: Iterator[bytes], end: bytes) -> Iterator[tuple[bytes, bool]]:
    """Lines without their ends, and whether a line was longer than memory allows (its text is then left out)."""
    parts: list[bytes] = []
    size, overlong = 0, False
    for chunk in chunks:
        *whole, rest = chunk.split(end)
        for piece in whole:
            parts.append(piece)
            yield (b"" if overlong else b"".join(parts)), overlong
            parts, size, overlong = [], 0, False
        parts.append(rest)
        size += len(rest)
        if size > MAX_LINE:
            parts, size, overlong = [], 0, True
    if overlong or (size and any(parts)):
        yield (b"" if overlong else b"".join(parts)), overlong


def _line(raw: bytes, encoding: str, end: bytes) -> _Line:
    """A line for the reader. Inside lines that end in LF a lone CR is a blank; in a file of CR lines an LF after it is none."""
    text, mended = decoded(raw, encoding)
    notes = {Reason.ENCODING_MENDED} if mended else set()
    if "\x00" in text:
        text = text.replace("\x00", "")
        notes.add(Reason.NUL_REMOVED)
    text = text.removeprefix("\n") if end == b"\r" else text.removesuffix("\r")
    if "\r" in text:
        text = text.replace("\r", " ")
    return _Line(text + "\n", frozenset(notes) if notes else _NOTHING)
