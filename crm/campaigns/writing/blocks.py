"""The draft of a campaign: per language a subject, a preheader and blocks. Reads what people and forms bring, and refuses what can't be kept.

`{"design": "weekly", "languages": {"id": {"subject": "", "preheader": "", "blocks": [{"id": "b1", "kind": "heading", "text": "…"}]}}}`
"""

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from crm.campaigns.writing import fields, markup
from crm.core import text as texts
from crm.core.links import is_safe_link
from crm.core.types import json_text
from crm.mail import payload

LANGUAGES = ("id", "en")
MOST_BLOCKS = 60
MOST_ROWS = 60
LONGEST_LINE = 300
LONGEST_TEXT = 20_000
LONGEST_SUBJECT = 200


class Kind(StrEnum):
    HEADING = "heading"
    TEXT = "text"
    PICTURE = "picture"
    BUTTON = "button"
    AGENDA = "agenda"
    LIST = "list"
    QUOTE = "quote"
    CONTACT = "contact"
    ARTICLE = "article"  # a published item of the office's site: picture, title, summary, link
    DIVIDER = "divider"


class Wrong(StrEnum):
    """Why a draft is not kept as it was sent."""

    UNKNOWN_KIND = "unknown-kind"
    UNKNOWN_FIELD = "unknown-field"
    FIELD_IN_ADDRESS = "field-in-address"
    ADDRESS = "address"
    PICTURE = "picture"
    MAIL_ADDRESS = "mail-address"
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    UNSTORABLE = "unstorable"


@dataclass(frozen=True)
class Problem:
    why: Wrong
    language: str
    block_id: str = ""  # empty: subject or preheader
    field: str = ""
    words: str = ""  # what was not understood


class DraftRefused(ValueError):
    """Something in the draft can't be kept; `problems` says what and where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(problem.why for problem in problems))
        self.problems = problems


# How the fields of each kind are read: a line, running text, rich text, an address, lines, or pairs of lines.
SHAPES: dict[Kind, dict[str, str]] = {
    Kind.HEADING: {"text": "line", "level": "level"},
    Kind.TEXT: {"html": "rich"},
    Kind.PICTURE: {"src": "picture", "alt": "line", "caption": "line", "url": "address"},
    Kind.BUTTON: {"label": "line", "url": "address"},
    Kind.AGENDA: {"title": "line", "rows": "pairs"},
    Kind.LIST: {"items": "lines", "ordered": "flag"},
    Kind.QUOTE: {"text": "plain", "by": "line"},
    Kind.CONTACT: {"title": "line", "name": "line", "phone": "line", "email": "mail", "note": "line"},
    Kind.ARTICLE: {
        "title": "line",
        "text": "plain",
        "url": "address",
        "label": "line",
        "src": "picture",
        "alt": "line",
        "source": "line",
    },
    Kind.DIVIDER: {},
}
_ID = re.compile(r"[a-z0-9-]{1,40}")
_MAIL = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;]+")
_OWN_PICTURE = re.compile(r"/campaigns/pictures/[A-Za-z0-9._-]{1,120}")


def new_id() -> str:
    return f"b{secrets.token_hex(5)}"


def empty(languages: tuple[str, ...] = ("id",)) -> dict[str, Any]:
    return {"design": "", "languages": {code: {"subject": "", "preheader": "", "blocks": []} for code in languages}}


def new_block(kind: Kind, **values: Any) -> dict[str, Any]:
    """A block with every field of its kind, empty unless given."""
    nothing: dict[str, Any] = {"lines": [], "pairs": [], "flag": False, "level": 2}
    made = {name: nothing.get(shape, "") for name, shape in SHAPES[kind].items()}
    return {"id": new_id(), "kind": kind.value, **made, **values}


def languages_of(draft: Mapping[str, Any]) -> list[str]:
    """The languages that the draft is written in, Indonesian first."""
    written = draft.get("languages") or {}
    return [code for code in LANGUAGES if code in written]


def language_for(draft: Mapping[str, Any], wanted: str) -> str:
    """The language that a recipient gets: theirs if the draft has it, else its first."""
    written = languages_of(draft)
    return wanted if wanted in written else (written or ["id"])[0]


def part_of(draft: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Subject, preheader and blocks of a language; empty ones for a draft that nobody began."""
    found = (draft.get("languages") or {}).get(language) or {}
    return {"subject": "", "preheader": "", "blocks": [], **found}


def blocks_of(draft: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    return list(part_of(draft, language)["blocks"])


def find(draft: Mapping[str, Any], language: str, block_id: str) -> dict[str, Any] | None:
    return next((block for block in blocks_of(draft, language) if block["id"] == block_id), None)


def texts_of(draft: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Every text that people read: (language, block id or empty, field, text). Rich text comes as it is."""
    for language in languages_of(draft):
        part = draft["languages"][language]
        yield language, "", "subject", part["subject"]
        yield language, "", "preheader", part["preheader"]
        for block in part["blocks"]:
            for name, shape in SHAPES[Kind(block["kind"])].items():
                for text in _texts(shape, block.get(name)):
                    yield language, block["id"], name, text


def _texts(shape: str, value: Any) -> list[str]:
    match shape:
        case "line" | "plain" | "rich":
            return [value] if value else []
        case "lines":
            return list(value or [])
        case "pairs":
            return [part for row in value or [] for part in row if part]
        case _:
            return []


def sha256(draft: Any) -> str:
    """The same for the same content, whatever the order of its keys."""
    return hashlib.sha256(json_text(_ordered(draft)).encode()).hexdigest()


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(each) for each in value] if isinstance(value, list | tuple) else value


def clean(draft: Mapping[str, Any]) -> dict[str, Any]:
    """The draft as it is kept: only known fields, rich text sanitised, each block with an id of its own. Raises DraftRefused."""
    problems: list[Problem] = []
    given = draft.get("languages") or {}
    made = {code: _clean_part(code, given[code], problems) for code in LANGUAGES if code in given}
    cleaned = {"design": str(draft.get("design") or "")[:40], "languages": made or empty()["languages"]}
    if problems:
        raise DraftRefused(problems)
    return cleaned


def _clean_part(language: str, part: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    blocks = part.get("blocks") or []
    if len(blocks) > MOST_BLOCKS:
        problems.append(Problem(Wrong.TOO_MANY, language))
    reader = _Reader(language, problems)
    made: list[dict[str, Any]] = []
    for block in blocks[:MOST_BLOCKS]:
        _clean_block(block, reader, made)
    reader.block_id = ""
    return {
        "subject": reader.subject(part.get("subject")),
        "preheader": reader.line("preheader", part.get("preheader"), most=LONGEST_LINE),
        "blocks": made,
    }


def _clean_block(block: Mapping[str, Any], reader: "_Reader", made: list[dict[str, Any]]) -> None:
    block_id = str(block.get("id") or "")
    if not _ID.fullmatch(block_id) or any(block_id == each["id"] for each in made):
        block_id = new_id()
    reader.block_id = block_id
    try:
        kind = Kind(str(block.get("kind")))
    except ValueError:
        reader.refuse(Wrong.UNKNOWN_KIND, "kind", str(block.get("kind"))[:40])
        return
    values = {name: getattr(reader, shape)(name, block.get(name)) for name, shape in SHAPES[kind].items()}
    made.append({"id": block_id, "kind": kind.value, **values})


class _Reader:
    """Reads the fields of a block by their shape, and notes what is wrong with them."""

    def __init__(self, language: str, problems: list[Problem]) -> None:
        self.language, self.problems, self.block_id = language, problems, ""

    def refuse(self, why: Wrong, field: str, words: str = "") -> None:
        self.problems.append(Problem(why, self.language, self.block_id, field, words))

    def line(self, field: str, value: Any, most: int = LONGEST_LINE) -> str:
        return self._text(field, texts.one_line(_string(value)), most)

    def subject(self, value: Any) -> str:
        """A line that fits a call with its tags in: it is cut there, and half a tag would stand in the mail."""
        read = self.line("subject", value, most=LONGEST_SUBJECT)
        if fields.most_length(read) > payload.LONGEST_SUBJECT:
            self.refuse(Wrong.TOO_MANY, "subject")
        return read

    def plain(self, field: str, value: Any) -> str:
        return self._text(field, _string(value).replace("\r\n", "\n").strip(), LONGEST_TEXT)

    def rich(self, field: str, value: Any) -> str:
        cleaned = markup.clean(self._storable(field, _string(value)))
        plain = fields.without_markup(cleaned)
        read = self._text(field, cleaned if plain == cleaned else markup.clean(plain), LONGEST_TEXT)
        for address in markup.addresses_in(read):
            if fields.MARK.search(unquote(address)):
                self.refuse(Wrong.FIELD_IN_ADDRESS, field, address[:80])
        return read

    def lines(self, field: str, value: Any) -> list[str]:
        given = value.splitlines() if isinstance(value, str) else list(value or [])
        if len(given) > MOST_ROWS:
            self.refuse(Wrong.TOO_MANY, field)
        read = [self.line(field, each) for each in given[:MOST_ROWS]]
        return [each for each in read if each]

    def pairs(self, field: str, value: Any) -> list[list[str]]:
        """Rows of when and what. As text: a line each, the two parts divided by `|`."""
        given = [line.partition("|")[::2] for line in value.splitlines()] if isinstance(value, str) else list(value or [])
        if len(given) > MOST_ROWS:
            self.refuse(Wrong.TOO_MANY, field)
        read = [[self.line(field, part) for part in (*row, "", "")[:2]] for row in given[:MOST_ROWS]]
        return [row for row in read if any(row)]

    def flag(self, _field: str, value: Any) -> bool:
        return value is True or str(value).lower() in {"1", "true", "on", "y"}

    def level(self, _field: str, value: Any) -> int:
        return 1 if str(value) == "1" else 2

    def address(self, field: str, value: Any) -> str:
        given = self.line(field, value, most=1_000)
        if fields.MARK.search(given):
            self.refuse(Wrong.FIELD_IN_ADDRESS, field, given[:80])
        elif given and not is_safe_link(given) and not (given.startswith("mailto:") and _MAIL.fullmatch(given[7:])):
            self.refuse(Wrong.ADDRESS, field, given[:80])
        return given

    def picture(self, field: str, value: Any) -> str:
        """One of ours alone: who keeps a picture elsewhere sees who opens the mail, and may show another after the approval."""
        given = self.line(field, value, most=1_000)
        if given and not _OWN_PICTURE.fullmatch(given):
            self.refuse(Wrong.PICTURE, field, given[:80])
        return given

    def mail(self, field: str, value: Any) -> str:
        given = self.line(field, value, most=254)
        if given and not _MAIL.fullmatch(given):
            self.refuse(Wrong.MAIL_ADDRESS, field, given[:80])
        return given

    def _text(self, field: str, text: str, most: int) -> str:
        text = self._storable(field, text)
        if len(text) > most:
            self.refuse(Wrong.TOO_LONG, field, str(most))
        for name in fields.unknown_in(text):
            self.refuse(Wrong.UNKNOWN_FIELD, field, name)
        return text

    def _storable(self, field: str, text: str) -> str:
        try:
            return texts.storable(text)
        except texts.UnstorableText:
            self.refuse(Wrong.UNSTORABLE, field)
            return ""


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
