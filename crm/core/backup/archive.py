"""The archive of a backup: a zip with the database, the files, and a manifest that says what each of them should be."""

import contextlib
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

FORMAT = "mitra-backup/1"
MANIFEST = "manifest.json"
PIECE = 1024 * 1024
# Only what we write ourselves is ever unpacked: a name from outside leads nowhere else.
_KNOWN = re.compile(
    r"database\.sqlite|tables/[a-z_]+\.copy|files/[0-9a-f]{2}/[0-9a-f]{48}|imports/[0-9a-f]{32}(\.[a-z0-9]{1,7})?|[a-z-]+\.txt"
)


class Damaged(Exception):
    """The archive is not what was written; the text says what is wrong."""


class Writer:
    """Writes an archive beside its place, readable by its owner alone; it gets its name when it is whole and on the disk."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.unfinished = target.with_name(f".{target.name}.unfinished")
        self.unfinished.unlink(missing_ok=True)
        handle = os.open(self.unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self.out = os.fdopen(handle, "w+b")
        self.zip = zipfile.ZipFile(self.out, "w", allowZip64=True)
        self.entries: dict[str, dict[str, Any]] = {}

    @contextmanager
    def entry(self, name: str, *, squeeze: bool = True) -> Iterator["Counting"]:
        """A stream into a new entry. Pictures and office files are squeezed already."""
        assert _KNOWN.fullmatch(name), name
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self.zip.open(info, "w", force_zip64=True) as out:
            counting = Counting(out)
            yield counting
        self.entries[name] = {"bytes": counting.size, "sha256": counting.digest.hexdigest()}

    def add(self, name: str, path: Path, *, squeeze: bool = True) -> str:
        """Put a file into the archive; give its digest."""
        with path.open("rb") as source, self.entry(name, squeeze=squeeze) as out:
            while piece := source.read(PIECE):
                out.write(piece)
        return str(self.entries[name]["sha256"])

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest, bring everything to the disk, and only then take the place of an older archive of that name."""
        manifest = {"format": FORMAT, **facts, "entries": self.entries}
        self.zip.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False))
        self.zip.close()
        self.out.flush()
        os.fsync(self.out.fileno())
        self.out.close()
        self.unfinished.replace(self.target)
        sync_folder(self.target.parent)

    def give_up(self) -> None:
        """Leave nothing behind but an older archive of that name."""
        self.unfinished.unlink(missing_ok=True)
        for stream in (self.zip, self.out):  # both still want to write, and nothing fits any more
            with contextlib.suppress(OSError, ValueError):
                stream.close()


class Counting:
    """A stream that knows what went through it."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out, self.size, self.digest = out, 0, hashlib.sha256()

    def write(self, piece: bytes | memoryview) -> None:
        self.size += len(piece)
        self.digest.update(piece)
        self.out.write(piece)


class Reader:
    """An archive that is read. Raises Damaged for one that is none."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
            self.manifest: dict[str, Any] = json.loads(self.zip.read(MANIFEST))
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as problem:
            raise Damaged(f"{path} is not a whole backup: {problem}") from problem
        if self.manifest.get("format") != FORMAT:
            raise Damaged(f"{path} has the format {self.manifest.get('format')!r}; this program reads {FORMAT}.")
        self.entries: dict[str, dict[str, Any]] = self.manifest["entries"]
        if strange := sorted(name for name in self.entries if not _KNOWN.fullmatch(name)):
            raise Damaged(f"{path} holds {strange[0]!r}, which no backup holds.")

    def close(self) -> None:
        self.zip.close()

    def named(self, folder: str) -> list[str]:
        return sorted(name for name in self.entries if name.startswith(folder))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry. Raises Damaged at the end when they are not what was written."""
        digest, size = hashlib.sha256(), 0
        try:
            with self.zip.open(name) as source:
                while piece := source.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    yield piece
        except (zipfile.BadZipFile, KeyError, EOFError, OSError) as problem:
            raise Damaged(f"{name} can't be read: {problem}") from problem
        known = self.entries[name]
        if size != known["bytes"] or digest.hexdigest() != known["sha256"]:
            raise Damaged(f"{name} is not what was written.")

    def extract(self, name: str, to: Path) -> None:
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            for piece in self.pieces(name):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())

    def damages(self) -> Iterator[str]:
        """Every entry that is not what was written."""
        there = set(self.zip.namelist()) - {MANIFEST}
        yield from (f"{name} is in the archive and not in its manifest." for name in sorted(there - self.entries.keys()))
        for name in sorted(self.entries):
            try:
                for _piece in self.pieces(name):
                    pass
            except Damaged as problem:
                yield str(problem)


def sync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
