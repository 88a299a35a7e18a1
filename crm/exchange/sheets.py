"""Sheets of XLSX, XLS and ODS as rows of text, read by a process of its own. Codes stay as they are shown: 31.74 and 01234."""

import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from crm.exchange.codes import Reason, Refusal

_WORKER = Path(__file__).with_name("sheet_worker.py")
_LOCKED = 3
_LOOK_INTO = 20 * 2**20
_FIRST_RECORD = b"\x09\x08\x10\x00"
_FILE_PASS = 0x2F


@dataclass(frozen=True, slots=True)
class Look:
    """A first look at a workbook: its sheets, the one that was looked into, and the first rows of that one."""

    sheets: tuple[str, ...]
    sheet: str
    rows: list[tuple[str, ...]]


def look_into(path: Path, *, limit: int, sheet: str | None = None) -> Look:
    """The sheets of a workbook and the first rows of one: the wanted sheet, else the first visible one that has rows."""
    if sheet is not None and not sheet.isprintable():  # no argument of a process can carry NUL or half a character
        raise Refusal(Reason.UNKNOWN_SHEET)
    with _answers(path, "look", str(limit), *([] if sheet is None else [sheet])) as answers:
        found: Any = next(answers)
        if next(answers) != "end":
            raise Refusal(Reason.UNREADABLE_WORKBOOK)
    names = tuple(found["sheets"])
    if sheet is not None and sheet not in names:
        raise Refusal(Reason.UNKNOWN_SHEET, sheet=sheet[:100], sheets=names)
    if not names:
        raise Refusal(Reason.UNREADABLE_WORKBOOK)
    return Look(names, found["sheet"], [tuple(row) for row in found["rows"]])


def rows_of_sheet(path: Path, name: str) -> Iterator[tuple[str, ...]]:
    """The rows of a sheet from its first row on, blank ones included, each cell as text."""
    with _answers(path, "rows", name) as answers:
        for batch in answers:
            if batch == "end":
                return
            for row in batch:
                yield tuple(row)


@contextmanager
def _answers(path: Path, mode: str, *arguments: str) -> Iterator[Iterator[Any]]:
    """What the reading process says, line by line. It is ended when nobody listens any more."""
    command = [sys.executable, "-I", str(_WORKER), mode, str(path.resolve()), *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            yield _lines(process, process.stdout, path)
        finally:
            process.kill()


def _lines(process: "subprocess.Popen[bytes]", stream: IO[bytes], path: Path) -> Iterator[Any]:
    for line in stream:
        yield orjson.loads(line)
    code = process.wait()
    if code:
        raise Refusal(Reason.ENCRYPTED if code == _LOCKED or _is_locked(path) else Reason.UNREADABLE_WORKBOOK)
    raise Refusal(Reason.UNREADABLE_WORKBOOK)  # it ended without saying "end"


def _is_locked(path: Path) -> bool:
    """An old workbook with a FILEPASS record after its first one, or a new one inside an encrypted package."""
    with path.open("rb") as stream:
        content = stream.read(_LOOK_INTO)
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
