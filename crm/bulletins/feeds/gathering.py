"""Reading a site: fetch what its address gives, find out what it is, and go on to the few pages that have to be looked at for it.

Runs outside transactions. Everything is bounded: one feed behind a page, a few sitemaps behind an index, a few pages behind a sitemap.
"""

import datetime as dt
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from email.message import Message

from crm.bulletins.feeds import items, sitemaps, syndication, web_pages
from crm.bulletins.feeds.items import Item, Problem, Reading
from crm.core.fetching import Fetched, Limits, NotFetched, fetch

MOST_SITEMAPS = 4
MOST_PAGES = 12
LIMITS = Limits(bytes_=5 * 1024 * 1024, seconds=25)
ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5"

Get = Callable[..., Fetched]


@dataclass(frozen=True)
class Gathered:
    """What a site gave. `unchanged`: it said itself that nothing is new since the last reading."""

    reading: Reading
    unchanged: bool = False
    etag: str = ""
    modified: str = ""


def gather(url: str, *, known: Container[str] = frozenset(), etag: str = "", modified: str = "", get: Get = fetch) -> Gathered:
    """The items of a site. `known` are keys whose page need not be looked at again. Never raises for what a site answers."""
    asked = {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if value}
    try:
        answer = get(url, accept=ACCEPT, known=asked, limits=LIMITS)
    except NotFetched:
        return Gathered(Reading(problem=Problem.SILENT))
    if answer.status == 304:
        return Gathered(Reading(), unchanged=True, etag=etag, modified=modified)
    if not answer.is_fine:
        return Gathered(Reading(problem=Problem.ERROR_PAGE))
    etag, modified = answer.headers.get("etag", "")[:200], answer.headers.get("last-modified", "")[:60]
    return Gathered(_read(answer, known, get), etag=etag, modified=modified)


def _read(answer: Fetched, known: Container[str], get: Get, *, may_go_on: bool = True) -> Reading:
    try:
        sitemap = sitemaps.read(answer.body, base=answer.url)
    except sitemaps.BrokenSitemap:
        return Reading(problem=Problem.BROKEN)
    if sitemap is not None:
        return _read_sitemap(sitemap, known, get)
    if answer.media_type in {"text/html", "application/xhtml+xml"} and may_go_on:
        feed_url = web_pages.read(answer.body, charset=charset_of(answer), base=answer.url).feed_url
        behind = _fetched(feed_url, get) if feed_url else None
        if behind is not None:
            return _read(behind, known, get, may_go_on=False)
    return _filled(
        syndication.read(answer.body, content_type=answer.headers.get("content-type", ""), base=answer.url), known, get
    )


def _read_sitemap(sitemap: sitemaps.Sitemap, known: Container[str], get: Get) -> Reading:
    entries = list(sitemap.entries)
    if sitemap.is_index:
        entries = []
        for part in sitemap.entries[:MOST_SITEMAPS]:
            entries += _entries_of(part.url, get)
    entries.sort(key=lambda each: each.changed_at or _EARLY, reverse=True)
    if not entries:
        return Reading(problem=Problem.EMPTY)
    made: list[Item | None] = []
    looked_at = 0
    for entry in entries[: items.MOST_ITEMS]:
        has_words = items.item(key=entry.url, title=entry.title, url=entry.url) is not None
        if not has_words and (looked_at >= MOST_PAGES or items.item(key=entry.url, title="-").key in known):  # type: ignore[union-attr]
            continue
        looked_at += not has_words
        made.append(_of_entry(entry, web_pages.PageFacts() if has_words else _facts(entry.url, get)))
    return items.reading(made) if made else Reading()


_EARLY = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def _entries_of(url: str, get: Get) -> tuple[sitemaps.Entry, ...]:
    answer = _fetched(url, get)
    if answer is None:
        return ()
    try:
        found = sitemaps.read(answer.body, base=answer.url)
    except sitemaps.BrokenSitemap:
        return ()
    return found.entries if found is not None and not found.is_index else ()


def _of_entry(entry: sitemaps.Entry, facts: web_pages.PageFacts) -> Item | None:
    return items.item(
        key=entry.url,
        title=entry.title or facts.title,
        url=entry.url,
        summary=facts.summary,
        picture=entry.picture or facts.picture,
        published_at=facts.published_at or entry.changed_at,
        language=entry.language or facts.language,
    )


def _filled(found: Reading, known: Container[str], get: Get) -> Reading:
    """New items of a feed that brought no picture or no summary, filled up from their pages: the newest few."""
    made: list[Item] = []
    looked_at = 0
    for item in found.items:
        bare = item.key not in known and bool(item.url) and not (item.picture and item.summary) and looked_at < MOST_PAGES
        looked_at += bare
        made.append(_with_page_facts(item, get) if bare else item)
    return replace(found, items=tuple(made))


def _with_page_facts(item: Item, get: Get) -> Item:
    facts = _facts(item.url, get)
    return replace(
        item,
        picture=item.picture or facts.picture,
        summary=item.summary or ("" if facts.summary == item.title else facts.summary),
        language=item.language or facts.language,
    )


def _facts(url: str, get: Get) -> web_pages.PageFacts:
    answer = _fetched(url, get)
    if answer is None or answer.media_type not in {"text/html", "application/xhtml+xml"}:
        return web_pages.PageFacts()
    return web_pages.read(answer.body, charset=charset_of(answer), base=answer.url)


def _fetched(url: str, get: Get) -> Fetched | None:
    try:
        answer = get(url, accept=ACCEPT, limits=LIMITS)
    except NotFetched:
        return None
    return answer if answer.is_fine else None


def charset_of(answer: Fetched) -> str:
    """The encoding that an answer names in its header."""
    header = Message()
    header["content-type"] = answer.headers.get("content-type", "")
    return header.get_content_charset("")
