"""What a row is, wherever it stands: the same row of a later file has the same identity, a line more above it changes nothing."""

import hashlib
import sqlite3
from collections.abc import Iterable
from datetime import date

from crm.core.text import fold

_BETWEEN = "\x1f"


def row_digest(profile_key: str, cells: Iterable[tuple[str, str]], on: date | None, above: str = "") -> bytes:
    """Digest of profile, normalised row and resolved date. A guest row counts with the identity of the meeting above it.

    The cells come in one line each. Case, marks, Unicode form and the order of columns do not count, empty cells neither.
    """
    parts = sorted([f"{name}={fold(text)}" for name, text in cells if text])
    text = _BETWEEN.join([profile_key, on.isoformat() if on else "", above, *parts])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class Occurrences:
    """Counts how many times a digest came in one file. Beyond some rows the counts go to a scratch file, so memory stays flat."""

    def __init__(self, *, in_memory: int = 100_000) -> None:
        self._limit = in_memory
        self._counts: dict[bytes, int] = {}
        self._scratch: sqlite3.Connection | None = None

    def count(self, digest: bytes) -> int:
        """1 for the first time, 2 for the second."""
        key = digest[:16]
        if self._scratch is None:
            times = self._counts[key] = self._counts.get(key, 0) + 1
            if len(self._counts) > self._limit:
                self._spill()
            return times
        statement = "INSERT INTO seen VALUES (?, 1) ON CONFLICT (digest) DO UPDATE SET times = times + 1 RETURNING times"
        return int(self._scratch.execute(statement, (key,)).fetchone()[0])

    def _spill(self) -> None:
        """SQLite keeps a database without a name in a temporary file of its own, and removes it when it is closed."""
        self._scratch = sqlite3.connect("", isolation_level=None)
        self._scratch.execute("PRAGMA journal_mode=OFF")
        self._scratch.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
        self._scratch.execute("BEGIN")
        self._scratch.executemany("INSERT INTO seen VALUES (?, ?)", self._counts.items())
        self._counts.clear()

    def close(self) -> None:
        """Remove the scratch file, if there is one."""
        if self._scratch is not None:
            self._scratch.close()

    def __enter__(self) -> "Occurrences":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def identity_of(digest: bytes, occurrence: int) -> str:
    """The identity of a row, 64 hexadecimal digits: its digest and its how-manieth occurrence in the file."""
    return hashlib.sha256(digest + str(occurrence).encode()).hexdigest()
