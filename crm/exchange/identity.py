"""What a row is, wherever it stands: the same row of a later file has the same identity, a line more above it changes nothing."""

import hashlib
import sqlite3
from collections.abc import Iterable
from datetime import date

from crm.core.text import fold, one_line

_BETWEEN = "\x1f"


def row_digest(profile_key: str, cells: Iterable[tuple[str, str]], on: date | None, above: str = "") -> bytes:
    """Digest of profile, normalised row and resolved date. A guest row counts with the identity of the meeting above it.

    Normalised: case, marks, Unicode form, white space and the order of columns do not count, empty cells neither.
    """
    parts = sorted(f"{name}={one_line(fold(text))}" for name, text in cells if text.strip())
    text = _BETWEEN.join([profile_key, on.isoformat() if on else "", above, *parts])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class Occurrences:
    """Counts how many times a digest came in one file. Kept in a scratch file of SQLite, so memory stays flat for a million rows."""

    def __init__(self) -> None:
        self._scratch = sqlite3.connect("", isolation_level=None)
        self._scratch.execute("PRAGMA journal_mode=OFF")
        self._scratch.execute("PRAGMA synchronous=OFF")
        self._scratch.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
        self._scratch.execute("BEGIN")

    def count(self, digest: bytes) -> int:
        """1 for the first time, 2 for the second."""
        statement = "INSERT INTO seen VALUES (?, 1) ON CONFLICT (digest) DO UPDATE SET times = times + 1 RETURNING times"
        times: int = self._scratch.execute(statement, (digest[:16],)).fetchone()[0]
        return times

    def close(self) -> None:
        """Remove the scratch file."""
        self._scratch.close()

    def __enter__(self) -> "Occurrences":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def identity_of(digest: bytes, occurrence: int) -> str:
    """The identity of a row, 64 hexadecimal digits: its digest and its how-manieth occurrence in the file."""
    return hashlib.sha256(digest + str(occurrence).encode()).hexdigest()
