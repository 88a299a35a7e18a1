"""RSS, Atom and RDF. The parser gets the bytes and nothing else: given a name it would open files and networks."""

import calendar
import datetime as dt
import io
import re
from typing import Any

from crm.bulletins.feeds.items import Item, Problem, Reading, item, reading

MOST_BYTES = 3 * 1024 * 1024
_PICTURE = re.compile(r"<img\b[^>]{0,2000}?\bsrc\s*=\s*[\"']?([^\"'\s>]{1,1000})", re.I)


def read(body: bytes, *, content_type: str = "", base: str = "") -> Reading:
    """The items of a feed, newest first. Never raises for what is in it."""
    import feedparser  # noqa: PLC0415 - loaded by who needs it

    if len(body) > MOST_BYTES:
        return Reading(problem=Problem.BROKEN)
    # A header that names no encoding would make it Latin-1 by the letter of a rule that no site follows: the document says it better.
    headers = {"content-type": content_type} if "charset" in content_type.lower() else None
    try:
        found = feedparser.parse(io.BytesIO(body), response_headers=headers)
    except Exception:  # a parser of a hundred formats: what it raises for broken input is not listed anywhere
        return Reading(problem=Problem.BROKEN)
    if not found.get("version") and not found.entries:
        return Reading(problem=Problem.NO_FEED)
    language = _text(found.feed.get("language"))
    read_items = [_item(entry, language, base) for entry in found.entries[:2000]]
    result = reading(read_items, title=_text(found.feed.get("title")))
    if result.problem is Problem.EMPTY and found.get("bozo") and _is_broken(found.get("bozo_exception")):
        return Reading(problem=Problem.BROKEN, title=result.title)
    return result


def _is_broken(why: Any) -> bool:
    return type(why).__name__ == "SAXParseException"


def _item(entry: Any, language: str, base: str) -> Item | None:
    contents = entry.get("content") or [{}]
    body = _text(contents[0].get("value"))
    summary = _text(entry.get("summary")) or body
    detail = entry.get("title_detail") or entry.get("summary_detail") or {}
    key = _text(entry.get("id"))
    return item(
        key=key,
        title=_text(entry.get("title")),
        url=_text(entry.get("link")) or key,  # RDF names an item by its address; what is no address is none
        summary=summary,
        picture=_picture(entry, body + summary),
        published_at=_moment(entry),
        language=_text(detail.get("language")) or _text(contents[0].get("language")) or language,
        base=base,
    )


def _picture(entry: Any, markup: str) -> str:
    """The picture that the item names: a thumbnail, an enclosed picture, or the first in its text."""
    named = [each.get("url") for each in entry.get("media_thumbnail") or []]
    for part in [*(entry.get("media_content") or []), *(entry.get("enclosures") or [])]:
        kind = _text(part.get("type")) or _text(part.get("medium"))
        if kind.startswith("image"):
            named.append(part.get("url") or part.get("href"))
    named.append((entry.get("image") or {}).get("href"))
    in_text = _PICTURE.search(markup[:100_000])
    named.append(in_text[1].replace("&amp;", "&") if in_text else "")
    return next((_text(each) for each in named if each), "")


def _moment(entry: Any) -> dt.datetime | None:
    for name in ("published_parsed", "updated_parsed"):
        parts = entry[name] if dict.__contains__(entry, name) else None  # its own `get` answers one by the other, with a warning
        if parts:
            try:
                return dt.datetime.fromtimestamp(calendar.timegm(parts), dt.UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
    return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
