"""What a page says about itself: title, description, picture, date, language, and where its feed is."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from crm.bulletins.feeds import items

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})


@dataclass(frozen=True)
class PageFacts:
    title: str = ""
    summary: str = ""
    picture: str = ""
    published_at: dt.datetime | None = None
    language: str = ""
    feed_url: str = ""


def read(body: bytes, *, charset: str = "", base: str = "") -> PageFacts:
    """The facts of an HTML page; empty ones for what can't be read."""
    root = _root(body, charset)
    if root is None:
        return PageFacts()
    said: dict[str, str] = {}
    for node in root.iter("meta"):
        name = (node.get("property") or node.get("name") or "").strip().lower()
        said.setdefault(name, (node.get("content") or "").strip())
    titles = (node.text_content() for node in root.iter("title") if hasattr(node, "text_content"))
    html_language = next((node.get("lang") or "" for node in root.iter("html")), "")
    return PageFacts(
        title=items.plain(said.get("og:title") or said.get("twitter:title") or next(titles, ""), items.LONGEST_TITLE),
        summary=items.plain(said.get("og:description") or said.get("description") or "", items.LONGEST_SUMMARY),
        picture=items.address(said.get("og:image") or said.get("twitter:image") or "", base),
        published_at=items.moment(said.get("article:published_time") or ""),
        language=items.language_code(html_language or said.get("og:locale")),
        feed_url=_feed(root, base),
    )


def _root(body: bytes, charset: str) -> Any:
    from lxml import etree  # type: ignore[attr-defined]  # noqa: PLC0415 - loaded by who needs it
    from lxml import html as lxml_html  # noqa: PLC0415

    try:
        parser = lxml_html.HTMLParser(encoding=charset or None, no_network=True, huge_tree=False)
    except LookupError:
        parser = lxml_html.HTMLParser(no_network=True, huge_tree=False)
    try:
        return lxml_html.document_fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _feed(root: Any, base: str) -> str:
    for node in root.iter("link"):
        if "alternate" in (node.get("rel") or "").lower().split() and (node.get("type") or "").strip().lower() in FEED_TYPES:
            found = items.address(node.get("href") or "", base)
            if found:
                return found
    return ""
