"""Guard before any spreadsheet in a zip is opened: bombs are refused from the directory, then entities before parsing."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from crm.exchange.codes import Reason, Refusal

MAX_MEMBERS = 2_000
MAX_UNPACKED = 160 * 2**20  # a calm sheet of a million cells is below this
MAX_RATIO = 100  # real sheets pack 5 to 40 times
SMALL = 2**20  # below this a high ratio harms nobody: an empty style sheet packs well
_NESTED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".ods", ".docx", ".pptx", ".odt", ".jar", ".gz", ".7z", ".rar", ".xz", ".bz2")
_XML = (".xml", ".rels", ".rdf", ".vml")
_WIDE_MARKUP = (b"<\x00", b"\x00<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_ENCRYPTED_FLAG = 0x1
_END = b"PK\x05\x06"
_LOCAL_HEADER = 30
_CHUNK = 64 * 2**10


def guard_archive(path: Path) -> None:
    """Raise Refusal unless this archive may be opened: first by what its directory says, then by what its parts hold."""
    guard_directory(path)
    with opened_archive(path) as archive, path.open("rb") as raw:
        for member in archive.infolist():
            _guard_size(raw, member)
            if is_markup(archive, member):
                _guard_xml(archive, member)


@contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive at a path. Whatever the standard library finds broken in it, now or while it is read, is a Refusal."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, struct.error, zlib.error) as error:
        raise Refusal(Reason.NOT_AN_ARCHIVE) from error


def guard_directory(path: Path) -> None:
    """The checks that need no unpacking. They take milliseconds whatever the archive would unpack to."""
    _guard_count(path)
    with opened_archive(path) as archive:
        members = archive.infolist()
    if not members:
        raise Refusal(Reason.NOT_AN_ARCHIVE)
    for member in members:
        _guard_member(member)
    total = sum(member.file_size for member in members)
    if total > MAX_UNPACKED:
        raise Refusal(Reason.ARCHIVE_SIZE, bytes=total, limit=MAX_UNPACKED)
    packed = path.stat().st_size
    if total > SMALL and total > packed * MAX_RATIO:
        raise Refusal(Reason.ARCHIVE_RATIO, ratio=total // max(packed, 1), limit=MAX_RATIO)
    _guard_overlap(members)


def _guard_count(path: Path) -> None:
    """The count at the end of the file, read before the directory itself: a directory of millions would take seconds to list."""
    size = path.stat().st_size
    with path.open("rb") as raw:
        raw.seek(max(0, size - 65_557))
        tail = raw.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise Refusal(Reason.NOT_AN_ARCHIVE)
    (count, length) = struct.unpack_from("<HI", tail, at + 10)
    if count > MAX_MEMBERS or length > MAX_MEMBERS * 512:
        raise Refusal(Reason.ARCHIVE_MEMBERS, members=count, limit=MAX_MEMBERS)


def _guard_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise Refusal(Reason.ENCRYPTED, part=member.filename[:200])
    if member.filename.lower().endswith(_NESTED):
        raise Refusal(Reason.ARCHIVE_NESTED, part=member.filename[:200])
    if member.file_size > SMALL and member.file_size > max(member.compress_size, 1) * MAX_RATIO:
        ratio = member.file_size // max(member.compress_size, 1)
        raise Refusal(Reason.ARCHIVE_RATIO, part=member.filename[:200], ratio=ratio, limit=MAX_RATIO)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal(Reason.NOT_AN_ARCHIVE, part=member.filename[:200])


def _guard_overlap(members: list[zipfile.ZipInfo]) -> None:
    """Members that share bytes are how a small file unpacks to a huge one."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    for one, following in zip(ordered, ordered[1:], strict=False):
        least = _LOCAL_HEADER + len(one.filename.encode("utf-8", "surrogatepass")) + one.compress_size
        if one.header_offset + min(least, _LOCAL_HEADER + one.compress_size) > following.header_offset:
            raise Refusal(Reason.ARCHIVE_OVERLAP, part=following.filename[:200])


def _packed_chunks(raw: IO[bytes], member: zipfile.ZipInfo) -> Iterator[bytes]:
    raw.seek(member.header_offset)
    header = raw.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise Refusal(Reason.NOT_AN_ARCHIVE, part=member.filename[:200])
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    raw.seek(name_length + extra_length, 1)
    left = member.compress_size
    while left > 0 and (chunk := raw.read(min(_CHUNK, left))):
        left -= len(chunk)
        yield chunk


def _guard_size(raw: IO[bytes], member: zipfile.ZipInfo) -> None:
    """A directory may lie about what a part unpacks to, and the reader of the sheet would believe the part: so count."""
    if member.compress_type == zipfile.ZIP_STORED:
        if member.file_size != member.compress_size:
            raise Refusal(Reason.ARCHIVE_LIES, part=member.filename[:200])
        return
    engine, unpacked = zlib.decompressobj(-15), 0
    try:
        for chunk in _packed_chunks(raw, member):
            while chunk:
                unpacked += len(engine.decompress(chunk, _CHUNK))
                chunk = engine.unconsumed_tail
                if unpacked > member.file_size:
                    raise Refusal(Reason.ARCHIVE_LIES, part=member.filename[:200])
    except zlib.error as error:
        raise Refusal(Reason.NOT_AN_ARCHIVE, part=member.filename[:200]) from error


def is_markup(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a part is XML, by name or by its first bytes: a workbook may call its sheets what it likes.

    UTF-16 is refused: no office program writes it, and it would hide from the guard of the grid how far the cells reach.
    """
    if not member.file_size:
        return False
    with archive.open(member) as part:
        head = part.read(64)
    named = member.filename.lower().endswith(_XML)
    if (named and set(head[:4]) & {0x00, 0xFE, 0xFF}) or head.startswith(_WIDE_MARKUP):
        raise Refusal(Reason.XML_BROKEN, part=member.filename[:200])
    return named or head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _guard_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """A document type can stand only before the root element, so reading up to that tells all, whatever the size of the part."""
    with archive.open(member) as part:
        _guard_prolog(part, member.filename[:200])


def _guard_prolog(part: IO[bytes], name: str) -> None:
    try:
        for _event in iterparse(part, events=("start",), forbid_dtd=True):
            return
    except DefusedXmlException as error:
        raise Refusal(Reason.XML_DOCTYPE, part=name) from error
    except (ParseError, ValueError, LookupError) as error:
        raise Refusal(Reason.XML_BROKEN, part=name) from error
