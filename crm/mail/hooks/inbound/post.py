"""The fields of a multipart POST, byte for byte: the web library would turn what is not UTF-8 into question marks. Pure."""

import re
from dataclasses import dataclass
from email.message import Message

_NAME = re.compile(r'\bname="([^"]*)"|\bname=([^;\s]+)', re.I)
_FILE = re.compile(r"\bfilename\*?=", re.I)
MOST_FIELDS = 200


@dataclass(frozen=True)
class Field:
    value: bytes
    is_file: bool = False

    def text(self, charset: str = "utf-8") -> str:
        return decode(self.value, charset)


def fields(content_type: str, body: bytes) -> dict[str, Field]:
    """Name to value; of two with one name the first. Nothing where the POST is no form."""
    head = Message()
    head["Content-Type"] = content_type
    boundary = head.get_boundary()
    if not boundary or head.get_content_maintype() != "multipart":
        return {}
    found: dict[str, Field] = {}
    # Only where a line begins: the mail in a field may hold the same letters.
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace"))[1 : MOST_FIELDS + 1]:
        if part.startswith(b"--"):
            break
        headers, blank, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        named = _NAME.search(headers.decode("utf-8", "replace"))
        if blank and named:
            is_file = bool(_FILE.search(headers.decode("latin-1")))
            found.setdefault(named[1] or named[2] or "", Field(value, is_file))
    return found


def decode(value: bytes, charset: str) -> str:
    """Text of a charset that somebody named: one that nobody knows, or that is not true, is read as UTF-8 and then as Windows wrote it."""
    for name in (charset, "utf-8", "cp1252"):
        try:
            return value.decode(name).replace("\x00", "")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return value.decode("latin-1").replace("\x00", "")
