"""Sheets of XLSX, XLS and ODS as rows of text. Codes stay as they are shown: 31.74 and 01234, never 31.740000001."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from crm.exchange.codes import Reason, Refusal

_LONGEST_INTEGER = 1e21


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its name, whether it is shown, how many rows it has."""

    name: str
    visible: bool
    rows: int


def _opened(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise Refusal(Reason.ENCRYPTED) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal(Reason.UNREADABLE_WORKBOOK) from error


def sheets_of(path: Path) -> list[Sheet]:
    """The sheets with cells, in their order. Charts and macro sheets are none."""
    with closing(_opened(path)) as workbook:
        found: list[Sheet] = []
        for meta in workbook.sheets_metadata:
            if meta.typ is SheetTypeEnum.WorkSheet or meta.typ == SheetTypeEnum.WorkSheet:
                found.append(Sheet(meta.name, meta.visible == SheetVisibleEnum.Visible, _height(workbook, meta.name)))
    if not found:
        raise Refusal(Reason.UNREADABLE_WORKBOOK)
    return found


def _height(workbook: CalamineWorkbook, name: str) -> int:
    try:
        return workbook.get_sheet_by_name(name).height
    except CalamineError:
        return 0


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
