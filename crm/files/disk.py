"""Where stored files lie: files/xx/<random name> in the data folder. Only names that we made are ever opened."""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from crm.core import settings
from crm.files.refusals import FileRefused, Refusal

PIECE = 256 * 1024
_KEY = re.compile(r"[0-9a-f]{48}")


class NoSuchFile(Exception):
    """The record is there, its bytes are not (a backup without the folder), or the name is none of ours."""


def folder() -> Path:
    return Path(settings.get("CRM_DATA")) / "files"


def new_key() -> str:
    return secrets.token_hex(24)


def place_of(key: str) -> Path:
    """The path of a key. Anything but a key of ours raises NoSuchFile: no path from outside leads anywhere."""
    if not _KEY.fullmatch(key):
        raise NoSuchFile(key)
    return folder() / key[:2] / key


def open_stored(key: str) -> IO[bytes]:
    """Open a stored file for reading. Never through a link that somebody laid into the folder."""
    try:
        handle = os.open(place_of(key), os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise NoSuchFile(key) from error
    return os.fdopen(handle, "rb")


@contextlib.contextmanager
def waiting_place() -> Iterator[Path]:
    """A path for a file that is not judged yet; what still lies there at the end of the block is removed."""
    waiting = folder() / "waiting"
    waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = waiting / new_key()
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def receive(stream: IO[bytes], path: Path, *, most: int) -> None:
    """Write a stream to a path piece by piece. Raises FileRefused as soon as it grows too large."""
    size = 0
    with path.open("xb") as out:
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > most:
                raise FileRefused(Refusal.TOO_LARGE)
            out.write(piece)


def keep(path: Path) -> str:
    """Move a judged file to its place, with its bytes on the disk before anybody is told; give its key."""
    key = new_key()
    place = place_of(key)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("rb") as written:
        os.fsync(written.fileno())
    path.chmod(0o600)
    path.replace(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return key


@contextlib.contextmanager
def kept_still() -> Iterator[None]:
    """While a backup reads the files, none of a removed record goes: the rows that the backup holds are older than its reading."""
    with _lock() as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def may_sweep() -> Iterator[bool]:
    """Whether files may go now; while they may, no backup begins to read."""
    with _lock() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _lock() -> IO[bytes]:
    """The kernel frees it when the holder dies."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    return (folder() / ".lock").open("ab")


def remove(key: str) -> None:
    with contextlib.suppress(NoSuchFile):
        place_of(key).unlink(missing_ok=True)


def digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def keys_older_than(moment: float) -> Iterator[list[str]]:
    """Keys of stored files that were written before a moment (seconds since 1970), a folder at a time."""
    for shelf in sorted(folder().glob("[0-9a-f][0-9a-f]")):
        yield [
            entry.name
            for entry in os.scandir(shelf)
            if _KEY.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_mtime < moment
        ]


def remove_waiting_before(moment: float) -> None:
    """Remove what a killed upload left behind."""
    for path in (folder() / "waiting").glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.lstat().st_mtime < moment:
                path.unlink()
