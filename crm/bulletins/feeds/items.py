"""A published item as we keep it: plain text, a safe link, a date. Pure: whatever a site says, nothing of it is markup afterwards."""

import datetime as dt
import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin

from crm.core import text as texts
from crm.core.links import is_safe_link

MOST_ITEMS = 200
LONGEST_TITLE = 250
LONGEST_SUMMARY = 400
LONGEST_ADDRESS = 1000
LONGEST_READ = 100_000  # of one text that a site sends
_BREAKS = re.compile(
    r"<\s*/?\s*(p|div|br|li|ul|ol|tr|td|th|h[1-6]|blockquote|section|article|figure|figcaption)\b[^>]{0,500}>", re.I
)
_UNSEEN = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "textarea", "select"}
_MARK = re.compile(r"\[(?=\[)|\](?=\])")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


class Problem(StrEnum):
    """Why a site gave no items: each has a sentence in wording.py."""

    SILENT = "silent"  # not fetched, whatever the reason
    ERROR_PAGE = "error-page"
    NO_FEED = "no-feed"
    BROKEN = "broken"
    EMPTY = "empty"  # a feed that holds no items
    BARE = "bare"  # items that neither have a title nor say anything


@dataclass(frozen=True)
class Item:
    """One published item. `key` stays the same when its text changes."""

    key: str
    title: str
    url: str
    summary: str
    picture: str
    published_at: dt.datetime | None
    language: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(f"{self.title}\n{self.summary}".encode()).hexdigest()


@dataclass(frozen=True)
class Reading:
    """What a document gave: items, or why there are none."""

    items: tuple[Item, ...] = ()
    problem: Problem | None = None
    title: str = ""


def item(
    *,
    key: str,
    title: str,
    url: str = "",
    summary: str = "",
    picture: str = "",
    published_at: dt.datetime | None = None,
    language: str = "",
    base: str = "",
) -> Item | None:
    """An item of what a site says, made harmless; None when nothing is left to show."""
    link = address(url, base)
    said = plain(summary, LONGEST_SUMMARY)
    name = plain(title, LONGEST_TITLE) or said[:80].rstrip()
    if not name:
        return None
    told = key.strip() or link or f"{name}\n{said}"
    return Item(
        key=hashlib.sha256(told.encode("utf-8", "replace")).hexdigest(),
        title=name,
        url=link,
        summary="" if said == name else said,
        picture=address(picture, base),
        published_at=published_at,
        language=language_code(language),
    )


def reading(made: Iterable[Item | None], *, title: str = "") -> Reading:
    """The items newest first, each once; or why there are none."""
    given = list(made)
    found: dict[str, Item] = {}
    for each in given:
        if each is not None:
            found.setdefault(each.key, each)
    ordered = sorted(found.values(), key=lambda each: each.published_at or _LONG_AGO, reverse=True)
    problem = None if ordered else Problem.BARE if given else Problem.EMPTY
    return Reading(tuple(ordered[:MOST_ITEMS]), problem, plain(title, LONGEST_TITLE))


_LONG_AGO = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def plain(markup: str, most: int) -> str:
    """One line of text out of markup or text, cut at a word. Twice, because some sites escape their markup twice."""
    import nh3  # noqa: PLC0415 - loaded by who needs it: 1.5 MB of every process otherwise

    text = _UNSTORABLE.sub("", markup[:LONGEST_READ].replace("\t", " "))
    for _round in range(2):
        text = html.unescape(nh3.clean(_BREAKS.sub(" ", text), tags=set(), clean_content_tags=_UNSEEN))
    text = texts.one_line(_UNSTORABLE.sub("", text).replace("\u00a0", " "))
    text = _MARK.sub(lambda found: found[0] + " ", text)  # two brackets would be a personal field in a bulletin
    if len(text) <= most:
        return text
    return text[: most - 1].rpartition(" ")[0].rstrip(" ,;:.–-") + "…" if " " in text[: most - 1] else text[: most - 1] + "…"


def address(link: str, base: str = "") -> str:
    """The whole address of a link; empty for what is none of http or https."""
    link = link.strip()
    try:
        whole = urljoin(base, link) if base and link else link
    except ValueError:
        return ""
    fine = whole and len(whole) <= LONGEST_ADDRESS and is_safe_link(whole) and not _UNSTORABLE.search(whole) and "[[" not in whole
    return whole if fine and not any(c.isspace() for c in whole) else ""


def language_code(tag: Any) -> str:
    """`id` or `en` for a language tag of either; empty for any other. `in` is what Indonesian was called until 1989."""
    first = str(tag or "").strip().lower().replace("_", "-").partition("-")[0]
    return {"id": "id", "in": "id", "en": "en", "ind": "id", "eng": "en"}.get(first, "")


def moment(written: str) -> dt.datetime | None:
    """A date as sitemaps and pages write it: ISO 8601, whole or shortened; without a zone it is UTC."""
    text = written.strip()[:40]
    for form in (text, f"{text}-01", f"{text}-01-01"):
        try:
            found = dt.datetime.fromisoformat(form)
            return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            continue
    return None
