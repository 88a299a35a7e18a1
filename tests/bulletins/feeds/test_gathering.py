"""A site is read over the network: what its address is, and the few pages behind it. Real sockets on loopback."""

import gzip

from crm.bulletins.feeds import gathering
from crm.bulletins.feeds.items import Problem
from crm.core import fetching
from tests.bulletins.feeds import sites
from tests.security.fetching_server import by_path, leads_to, says, serving


def read(server, path="/feed", known=frozenset(), **asked):
    def get(url, **rest):
        return fetching.fetch(url, also=frozenset([server.address]), **rest)

    return gathering.gather(server.url(path), known=known, get=get, **asked)


def test_a_feed_gives_its_items_and_its_marks():
    answer = by_path({"/feed": sites.feed(("2", "Dua"), ("1", "Satu"))})
    with serving(answer) as server:
        found = read(server)
        assert [(item.title, item.url) for item in found.reading.items] == [("Dua", server.url("/2")), ("Satu", server.url("/1"))]
        assert len(server.heads) == 1


def test_what_is_unchanged_is_not_read_again():
    with serving(says(b"", status="304 Not Modified")) as server:
        found = read(server, etag='"v1"', modified="Mon, 23 Nov 2026 01:00:00 GMT")
    assert found.unchanged
    assert (found.etag, found.reading.problem) == ('"v1"', None)
    assert 'if-none-match: "v1"' in server.heads[0].lower()


def test_a_page_leads_to_its_feed():
    pages = {"/": sites.page("Beranda", feed_url="/f"), "/f": sites.feed(("1", "Satu"))}
    with serving(by_path(pages)) as server:
        assert [item.title for item in read(server, "/").reading.items] == ["Satu"]


def test_a_page_without_a_feed_and_a_page_that_leads_to_itself_say_so():
    for answer in (sites.page("Beranda"), sites.page("Beranda", feed_url="/")):
        with serving(answer) as server:
            assert read(server, "/").reading.problem is Problem.NO_FEED


def test_a_sitemap_is_filled_from_its_pages_and_known_pages_are_left_alone():
    sitemap = (
        "<urlset>" + "".join(f"<url><loc>/{n}</loc><lastmod>2026-11-{n:02}</lastmod></url>" for n in range(1, 31)) + "</urlset>"
    )
    pages = {f"/{n}": sites.page(f"Halaman {n}", image=f"/{n}.jpg") for n in range(1, 31)}
    with serving(by_path({"/sitemap.xml": says(sitemap.encode()), **pages})) as server:
        found = read(server, "/sitemap.xml").reading.items
        assert [item.title for item in found] == [f"Halaman {n}" for n in range(30, 30 - gathering.MOST_PAGES, -1)]
        assert found[0].picture == server.url("/30.jpg")
        assert len(server.heads) == 1 + gathering.MOST_PAGES
        again = read(server, "/sitemap.xml", known=frozenset(item.key for item in found)).reading.items
    assert [item.title for item in again][0] == f"Halaman {30 - gathering.MOST_PAGES}"


def test_an_index_of_sitemaps_is_followed_one_step_and_no_further():
    index = "<sitemapindex>" + "".join(f"<sitemap><loc>/s{n}.xml.gz</loc></sitemap>" for n in range(9)) + "</sitemapindex>"
    leaf = says(gzip.compress(b"<urlset><url><loc>/a</loc></url></urlset>"), media_type="application/gzip")
    with serving(
        by_path({"/i": says(index.encode()), "/s0.xml.gz": leaf, "/s1.xml.gz": says(index.encode()), "/a": sites.page("A")})
    ) as server:
        assert [item.title for item in read(server, "/i").reading.items] == ["A"]
        assert len(server.heads) == 1 + gathering.MOST_SITEMAPS + 1


def test_why_a_site_gives_nothing_is_told_apart():
    for answer, problem in (
        (says(b"x", status="500 Oops"), Problem.ERROR_PAGE),
        (says(b"x", status="404 Not Found"), Problem.ERROR_PAGE),
        (says(b"<rss version='2.0'><channel/></rss>"), Problem.EMPTY),
        (says(b"<urlset></urlset>"), Problem.EMPTY),
        (says(b"<urlset>"), Problem.BROKEN),
        (says(b"%PDF-1.7"), Problem.NO_FEED),
        (leads_to("http://10.0.0.1/"), Problem.SILENT),
        (lambda connection, _head: None, Problem.SILENT),
    ):
        with serving(answer) as server:
            assert read(server).reading.problem is problem
