"""A process of its own that reads one workbook and writes its cells as JSON lines: `python sheet_worker.py look|rows PATH ...`.

It imports nothing of Mitra. The library underneath can panic or abort on a broken file and takes memory with the size of a sheet: here
that ends this process, and the memory goes with it.
"""

import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

import orjson
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY = 512 * 2**20
SECONDS = 120
BATCH = 200
_LONGEST_INTEGER = 1e21


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


def _rows(workbook: CalamineWorkbook, name: str) -> Iterator[list[str]]:
    for row in workbook.get_sheet_by_name(name).iter_rows():
        yield [cell_text(value) for value in row]


def _say(answer: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")


def _look(workbook: CalamineWorkbook, limit: int, wanted: str | None) -> None:
    """The sheets, and the first rows of the wanted one, else of the first visible one that has any."""
    sheets = [m for m in workbook.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
    visible = [m.name for m in sheets if m.visible == SheetVisibleEnum.Visible] or [m.name for m in sheets]
    chosen, rows = "", []
    for name in [wanted] if wanted is not None else visible:
        if name not in {m.name for m in sheets}:
            break
        chosen, rows = chosen or name, list(islice(_rows(workbook, name), limit))
        if rows:
            chosen = name
            break
    _say({"sheets": [m.name for m in sheets], "sheet": chosen, "rows": rows})


def _all(workbook: CalamineWorkbook, name: str) -> None:
    rows = _rows(workbook, name)
    while batch := list(islice(rows, BATCH)):
        _say(batch)


def main(arguments: list[str]) -> int:
    """Answer one question about one workbook. 0 when answered; 3 for a workbook with a password, 4 for one that cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    mode, path, *rest = arguments
    try:
        with open(path, "rb") as stream:  # from a stream, because from_path goes by the ending of the name
            workbook = CalamineWorkbook.from_filelike(stream)
        if mode == "look":
            _look(workbook, int(rest[0]), rest[1] if len(rest) > 1 else None)
        else:
            _all(workbook, rest[0])
        _say("end")
    except PasswordError:
        return 3
    except (CalamineError, OSError, ValueError, MemoryError):
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
