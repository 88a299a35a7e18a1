"""What kinds of file are taken, and whether a file is what its name says. Reads at most the beginning of a file and a zip's directory."""

import re
from pathlib import Path

import filetype

from crm.files import packages
from crm.files.refusals import FileRefused, Refusal

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "eml": "message/rfc822",
    "ics": "text/calendar; charset=utf-8",
}
SAME_AS = {"jpeg": "jpg"}
PICTURES = frozenset({"jpg", "png", "webp"})
PACKAGES = frozenset({"docx", "xlsx", "pptx", "odt", "ods"})

HEAD_BYTES = 64 * 1024
_MAGIC = {
    "pdf": re.compile(rb"%PDF-\d"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "webp": re.compile(rb"RIFF....WEBP", re.S),
}
_TEXT_BEGINS = {
    "ics": re.compile(rb"(\xef\xbb\xbf)?\s*BEGIN:VCALENDAR\r?\n", re.I),
    "eml": re.compile(rb"(From [^\n]+\n)?([A-Za-z][A-Za-z0-9-]*:[^\n]*\n([ \t][^\n]*\n)*){2,}"),
}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(ending: str) -> str:
    """The kind for an ending, or FileRefused: anything that isn't on the list."""
    kind = SAME_AS.get(ending, ending)
    if kind not in MEDIA_TYPES:
        raise FileRefused(Refusal.KIND)
    return kind


def check(kind: str, path: Path) -> None:
    """Raise FileRefused unless the content is of the kind."""
    with path.open("rb") as source:
        head = source.read(HEAD_BYTES)
    if not head:
        raise FileRefused(Refusal.EMPTY)
    if kind in _MAGIC:
        _require(bool(_MAGIC[kind].match(head)))
    elif kind in PACKAGES:
        packages.check(kind, path)
    else:
        _check_text(kind, head)


def _check_text(kind: str, head: bytes) -> None:
    """Text holds no NUL unless it is UTF-16, and doesn't begin like a program, picture or archive."""
    wide = kind in {"txt", "csv"} and head.startswith(_UTF16)
    _require(filetype.guess(head) is None and (wide or b"\x00" not in head))
    if kind in _TEXT_BEGINS:
        _require(bool(_TEXT_BEGINS[kind].match(head)))


def _require(holds: bool) -> None:
    if not holds:
        raise FileRefused(Refusal.CONTENT)
