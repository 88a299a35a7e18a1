"""Sheets of XLSX, XLS and ODS as rows of text. Codes stay as they are shown: 31.74 and 01234, never 31.740000001."""

import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from crm.exchange.codes import Reason, Refusal

_LONGEST_INTEGER = 1e21
_LOOK_INTO = 20 * 2**20
_FIRST_RECORD = b"\x09\x08\x10\x00"
_FILE_PASS = 0x2F


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name, and whether it is shown."""

    name: str
    visible: bool


def _opened(path: Path) -> CalamineWorkbook:
    try:
        with path.open("rb") as stream:  # from the stream, because from_path goes by the ending of the name
            return CalamineWorkbook.from_filelike(stream)
    except PasswordError as error:
        raise Refusal(Reason.ENCRYPTED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal(Reason.ENCRYPTED if _is_locked(path) else Reason.UNREADABLE_WORKBOOK) from error


def _is_locked(path: Path) -> bool:
    """An old workbook with a FILEPASS record after its first one, or a new one inside an encrypted package."""
    content = path.read_bytes()[:_LOOK_INTO]
    if "EncryptedPackage".encode("utf-16-le") in content:
        return True
    at = content.find(_FIRST_RECORD)
    for _record in range(20):
        if at < 0 or at + 4 > len(content):
            return False
        kind, length = struct.unpack_from("<HH", content, at)
        if kind == _FILE_PASS:
            return True
        at += 4 + length
    return False


def sheets_of(path: Path) -> list[Sheet]:
    """The sheets with cells, in their order. Charts and macro sheets are none."""
    with closing(_opened(path)) as workbook:
        metadata = workbook.sheets_metadata
    found = [Sheet(m.name, m.visible == SheetVisibleEnum.Visible) for m in metadata if m.typ == SheetTypeEnum.WorkSheet]
    if not found:
        raise Refusal(Reason.UNREADABLE_WORKBOOK)
    return found


def rows_of_sheet(path: Path, name: str) -> Iterator[tuple[str, ...]]:
    """The rows of a sheet from its first row on, blank ones included, each cell as text."""
    with closing(_opened(path)) as workbook:
        try:
            sheet = workbook.get_sheet_by_name(name)
        except CalamineError as error:
            raise Refusal(Reason.UNREADABLE_WORKBOOK, sheet=name[:100]) from error
        for row in sheet.iter_rows():
            yield tuple(cell_text(value) for value in row)


def cell_text(value: int | float | str | bool | time | date | datetime | timedelta) -> str:
    """A cell as a person would type it: no '.0' after whole numbers, dates year first, NUL left out."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < _LONGEST_INTEGER else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
