"""Sitemaps and sitemap indexes, with the titles and pictures of their news and image extensions. Entities are refused, not resolved."""

import datetime as dt
import gzip
import io
import zlib
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from crm.bulletins.feeds import items

MOST_BYTES = 5 * 1024 * 1024
MOST_ENTRIES = 50_000
_EARLY = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Entry:
    """A page (or, of an index, a sitemap) that a sitemap names."""

    url: str
    changed_at: dt.datetime | None = None
    title: str = ""
    picture: str = ""
    language: str = ""


@dataclass(frozen=True)
class Sitemap:
    is_index: bool
    entries: tuple[Entry, ...]  # latest change first


class BrokenSitemap(ValueError):
    """It began like a sitemap and can't be read: broken, too large, or with entities of its own."""


def read(body: bytes, *, base: str = "") -> Sitemap | None:
    """The pages of a sitemap; None for what is none. Raises BrokenSitemap."""
    body = _unpacked(body)
    if not any(name in body[:4000] for name in (b"urlset", b"sitemapindex")):
        return None
    root = _root(body)
    kind = _name(root)
    if kind not in {"urlset", "sitemapindex"}:
        return None
    found = [_entry(each, base) for each in list(root)[:MOST_ENTRIES]]
    entries = {each.url: each for each in found if each.url}
    ordered = sorted(entries.values(), key=lambda each: each.changed_at or _EARLY, reverse=True)
    return Sitemap(kind == "sitemapindex", tuple(ordered))


def _unpacked(body: bytes) -> bytes:
    """Many sites keep their sitemap packed as a file, whatever the transport does."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gzip.GzipFile(fileobj=io.BytesIO(body)).read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise BrokenSitemap from error
    if len(body) > MOST_BYTES:
        raise BrokenSitemap
    return body


def _root(body: bytes) -> Element:
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - loaded by who needs it
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415

    try:
        return fromstring(body, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise BrokenSitemap from error


def _entry(node: Element, base: str) -> Entry:
    said: dict[str, str] = {}
    for part in node.iter():
        name, parent_is_picture = _name(part), part.tag.startswith("{http://www.google.com/schemas/sitemap-image")
        key = f"image-{name}" if parent_is_picture else name
        said.setdefault(key, (part.text or "").strip())
    return Entry(
        url=items.address(said.get("loc", ""), base),
        changed_at=items.moment(said.get("publication_date") or said.get("lastmod") or ""),
        title=said.get("title", ""),
        picture=items.address(said.get("image-loc", ""), base),
        language=items.language_code(said.get("language")),
    )


def _name(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
