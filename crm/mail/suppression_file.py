"""The suppression list as a CSV file, in and out. Pure: text in, rows out, every row with one fate."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm.core.formulas import neutralised, restored
from crm.core.text import one_line
from crm.mail.addresses import is_address, normal

HEADERS = ("email", "list", "reason", "note", "since")
MOST_ROWS = 50_000
_SPELLINGS = {
    "email": "email", "e-mail": "email", "surel": "email", "alamat surel": "email", "e-mail address": "email", "address": "email",
    "list": "list", "daftar": "list", "reason": "reason", "alasan": "reason", "note": "note", "catatan": "note",
}  # fmt: skip


class Fault(StrEnum):
    """Why a row is not taken."""

    NO_ADDRESS = "no-address"
    UNKNOWN_LIST = "unknown-list"
    TOO_MANY = "too-many"
    BROKEN = "broken"


@dataclass(frozen=True)
class Row:
    number: int
    email: str
    list_key: str = ""
    note: str = ""


@dataclass(frozen=True)
class BadRow:
    number: int
    text: str
    fault: Fault


def decoded(data: bytes) -> str:
    """UTF-8, with or without a mark, else what old spreadsheet programs write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read(text: str, *, lists: Iterable[str], most: int = MOST_ROWS) -> tuple[list[Row], list[BadRow]]:
    """Rows that can be taken and those that cannot. With a header the columns are found by name, without one the first is the address."""
    good: list[Row] = []
    bad: list[BadRow] = []
    known = set(lists)
    columns: Mapping[str, int] = {"email": 0, "list": 1, "reason": 2, "note": 3}
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        for cells in reader:
            number = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not good and not bad and (found := _header(cells)):
                columns = found
                continue
            row = _row(number, [restored(cell.strip()) for cell in cells], columns, known)
            if isinstance(row, Row) and len(good) >= most:
                row = BadRow(number, row.email, Fault.TOO_MANY)
            (good if isinstance(row, Row) else bad).append(row)  # type: ignore[arg-type]
    except csv.Error:
        bad.append(BadRow(reader.line_num, "", Fault.BROKEN))
    return good, bad


def _row(number: int, cells: list[str], columns: Mapping[str, int], known: set[str]) -> Row | BadRow:
    def cell(name: str) -> str:
        at = columns.get(name)
        return cells[at] if at is not None and at < len(cells) else ""

    email, list_key = normal(cell("email")), cell("list")
    if not is_address(email):
        return BadRow(number, "; ".join(cells)[:200], Fault.NO_ADDRESS)
    if list_key and list_key not in known:
        return BadRow(number, "; ".join(cells)[:200], Fault.UNKNOWN_LIST)
    return Row(number, email, list_key, one_line(cell("note"))[:300])


def _header(cells: list[str]) -> dict[str, int] | None:
    named = {_SPELLINGS[word]: at for at, cell in enumerate(cells) if (word := cell.strip().casefold()) in _SPELLINGS}
    return named if "email" in named else None


def _delimiter(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)


def written(rows: Iterable[tuple[str, str, str, str, str]]) -> str:
    """A file that comes back in as it went out, and in which no cell runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    writer.writerows([neutralised(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
