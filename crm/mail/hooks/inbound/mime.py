"""A MIME message read without ever failing: broken headers, unknown charsets and wrong encodings give text all the same. Pure."""

import email
import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses
from itertools import islice

from crm.mail.hooks.inbound.post import decode

MOST_TEXT = 20_000
_MOST_HTML = 500_000
_MOST_HEADER = 4_000  # the library's parsers take the square of a header's length
_MOST_PARTS = 500
_IDS = re.compile(r"<([^<>\s]{3,250})>")
_BLANKS = re.compile(r"\n{3,}")


class _Short(Compat32):
    """The lenient policy, with headers cut to what a person writes."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse([line[:_MOST_HEADER] for line in sourcelines[:100]])
        return name, value[:_MOST_HEADER]


def parse(raw: bytes) -> Message:
    return email.message_from_bytes(raw, policy=_Short())


def header(message: Message, name: str) -> str:
    """The header in one line, decoded; as it came where it can't be."""
    raw = next((str(text) for key, text in message.raw_items() if key.lower() == name.lower()), "")
    raw = decode(raw.encode("utf-8", "surrogateescape"), "utf-8")
    try:
        words = [decode(word, charset or "ascii") if isinstance(word, bytes) else word for word, charset in decode_header(raw)]
    except Exception:  # an encoded word that is none
        words = [raw]
    return _one_line("".join(words))


def _one_line(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().replace("\x00", "").split())


def address(message: Message, name: str) -> str:
    """The first address of a header, in lower case."""
    try:
        found = [email for _name, email in getaddresses([header(message, name)]) if "@" in email]
    except Exception:  # brackets without end
        found = []
    return found[0].strip().lower()[:254] if found else ""


def ids(message: Message, name: str) -> list[str]:
    return _IDS.findall(header(message, name))


def parts(message: Message) -> Iterator[Message]:
    try:
        yield from islice(message.walk(), _MOST_PARTS)
    except Exception:  # a part that says it has parts and has none
        yield message


def text(message: Message) -> str:
    """What the message says, as plain text: the first plain part, else the first HTML part without its markup."""
    by_type: dict[str, str] = {}
    for part in parts(message):
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and kind not in by_type and not _is_attached(part):
            by_type[kind] = content(part)
    plain = by_type.get("text/plain", "")
    return tidy(plain if plain.strip() or "text/html" not in by_type else plain_of(by_type["text/html"]))


def _is_attached(part: Message) -> bool:
    return header(part, "Content-Disposition").lower().startswith("attachment")


def content(part: Message) -> str:
    """A part's text in whatever charset it says or has."""
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # base64 that is none
        payload = None
    if not isinstance(payload, bytes):
        return ""
    try:
        charset = part.get_content_charset() or "utf-8"
    except Exception:  # a parameter that can't be read
        charset = "utf-8"
    return decode(payload, charset)


def plain_of(html: str) -> str:
    """HTML without its markup: nothing of it is ever shown as it came."""
    from inscriptis import get_text  # noqa: PLC0415 - loaded by who needs it: with lxml 4.5 MB of every process otherwise

    try:
        return get_text(html[:_MOST_HTML])
    except Exception:  # not even a tree
        return re.sub(r"<[^<>]*>", " ", html[:_MOST_HTML])


def tidy(text: str) -> str:
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip()[:MOST_TEXT].encode("utf-8", "replace").decode()
