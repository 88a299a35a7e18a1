"""A data folder has one Mitra at a time, and none while a restore of it stands half done."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import TextIO

LOCK, HALF_RESTORED = "running.lock", "restore-unfinished"


class Occupied(Exception):
    """The folder is somebody else's at this moment; the text says whose and what to do."""


def occupy(folder: Path) -> TextIO:
    """Take the folder until the file is closed. The kernel gives it back when the holder dies, so a crash blocks nobody. Raises Occupied."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = (folder / LOCK).open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        who = held.read(300).strip() or "another process"
        held.close()
        raise Occupied(
            f"{folder} is in use by {who}. Two on one data folder would run every job twice. "
            "Stop that one first, or give this one a folder of its own with CRM_DATA."
        ) from None
    return held


def sign(held: TextIO, who: str) -> None:
    """Write down who holds the folder, for whoever comes second. A full disk keeps nobody from starting."""
    with suppress(OSError):
        held.seek(0)
        held.truncate()
        held.write(f"{who}, process {os.getpid()}\n")
        held.flush()


def begin_swap(folder: Path, aside: Path) -> None:
    """From here until `end_swap` the folder is partly old and partly new: nothing may start on it."""
    mark = folder / HALF_RESTORED
    mark.write_text(f"{aside}\n")
    for place in (mark, folder):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def end_swap(folder: Path) -> None:
    (folder / HALF_RESTORED).unlink(missing_ok=True)


def refuse_half_restored(folder: Path) -> None:
    """Raises Occupied when a restore ended in the middle: a start would build a new office in the place of the lost one."""
    mark = folder / HALF_RESTORED
    if mark.exists():
        raise Occupied(
            f"a restore into {folder} ended before it was done. Run it again: flask crm restore FILE --force. "
            f"What was there is in {mark.read_text().strip()}."
        )
