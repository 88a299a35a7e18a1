# ruff: noqa: E501 - feeds and pages as they are sent
"""Feeds, sitemaps and pages as sites send them: items or a reason why not, and nothing dangerous in them."""

import datetime as dt
import gzip
import re
import time

import pytest

from crm.bulletins.feeds import items, sitemaps, syndication, web_pages
from crm.bulletins.feeds.items import Problem

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Kanim Sagaramaya</title><language>id-ID</language>
<item><title>Antrean paspor dibuka lagi</title><link>https://kanim.example/antrean</link><guid>1</guid><pubDate>Mon, 23 Nov 2026 08:00:00 +0700</pubDate>
<description>&lt;p&gt;Kuota ditambah.&lt;/p&gt;&lt;p&gt;Mulai &lt;b&gt;Rabu&lt;/b&gt;.&lt;/p&gt;</description>
<enclosure url="https://kanim.example/a.jpg" type="image/jpeg" length="1"/></item>
<item><title>Libur layanan</title><link>/libur</link><guid>2</guid><pubDate>Tue, 24 Nov 2026 08:00:00 +0700</pubDate>
<description><![CDATA[<img src="/libur.png" alt="x"> Kantor tutup.]]></description></item>
</channel></rss>"""


def feed(inner: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>x</title>{inner}</channel></rss>'.encode()


def test_items_come_newest_first_as_plain_text_with_whole_addresses():
    found = syndication.read(RSS.encode(), base="https://kanim.example/feed")
    assert (found.title, found.problem) == ("Kanim Sagaramaya", None)
    assert [(item.title, item.url, item.summary, item.picture, item.language) for item in found.items] == [
        ("Libur layanan", "https://kanim.example/libur", "Kantor tutup.", "https://kanim.example/libur.png", "id"),
        (
            "Antrean paspor dibuka lagi",
            "https://kanim.example/antrean",
            "Kuota ditambah. Mulai Rabu.",
            "https://kanim.example/a.jpg",
            "id",
        ),
    ]
    assert found.items[0].published_at == dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


def test_atom_and_rdf_are_read_too():
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Site</title><entry><title type="html">Fees &amp;amp; rules</title><id>urn:1</id>'
        '<link rel="alternate" href="https://kanim.example/fees"/><updated>2026-11-20T03:00:00Z</updated><content type="html">New.</content></entry></feed>'
    )
    found = syndication.read(atom.encode()).items[0]
    assert (found.title, found.url, found.summary, found.language) == ("Fees & rules", "https://kanim.example/fees", "New.", "en")
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://kanim.example/">'
        '<title>S</title></channel><item rdf:about="https://kanim.example/1"><title>Satu</title></item></rdf:RDF>'
    )
    assert [(item.title, item.url) for item in syndication.read(rdf.encode()).items] == [("Satu", "https://kanim.example/1")]


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "iso-8859-1"])
def test_encodings_are_found_out(coding):
    text = RSS.replace("utf-8", coding).replace("Libur layanan", "Libur layanan é")
    assert syndication.read(text.encode(coding)).items[0].title == "Libur layanan é"


def test_a_wrong_encoding_in_the_header_raises_nothing():
    for content_type in (
        "text/xml; charset=none-such",
        "text/xml; charset=us-ascii",
        "text/xml",
        "image/png; charset=utf-16",
        "x; charset=\x00",
    ):
        assert syndication.read(RSS.encode(), content_type=content_type).problem in {None, Problem.BROKEN, Problem.NO_FEED}
    assert syndication.read(RSS.encode(), content_type="application/xml").items[0].title == "Libur layanan"


def test_all_files_of_other_peoples_tests_give_items_or_a_reason(shared):
    files = sorted((shared / "data" / "feeds").glob("*.xml"))
    if not files:
        pytest.skip("feeds absent")
    assert len(files) == 49
    read = {}
    for file in files:
        body = file.read_bytes()
        header = re.search(rb"Header:\s+Content-type:\s*([^\n\r]+)", body, re.I)
        found = syndication.read(body, content_type=header[1].decode("latin-1").strip() if header else "")
        assert bool(found.items) != bool(found.problem), file.name
        read[file.name] = found
    titles = {name.partition("-")[2]: found.items[0].title for name, found in read.items() if found.items}
    assert titles["chardet-eucjp.xml"].startswith("ゲーム三昧な正月")
    assert titles["chardet-koi8r.xml"].startswith("Как пережить новогоднюю ночь")
    assert titles["namespace-rss2.0NSwithModules.xml"] == "Test Item - RSS2.0 w/ NS"
    assert titles["double-encoded-html.xml"] == "…"
    assert read["illformed-aaa_illformed.xml"].problem is Problem.BROKEN
    assert read["wellformed-rss-rss_version_20.xml"].problem is Problem.EMPTY
    assert read["wellformed-atom10-entry_rights_content_value.xml"].problem is Problem.BARE
    assert sum(bool(found.items) for found in read.values()) >= 14


DANGEROUS = [
    "<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<![CDATA[<a href='javascript:alert(1)'>x</a>]]>",
    "<![CDATA[<svg/onload=alert(1)>]]>",
    "<![CDATA[<scr<script>ipt>alert(1)</script>]]>",
    "<![CDATA[<<b>script>alert(1)<</b>/script>]]>",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_markup_in_titles_and_summaries_is_gone(text):
    found = syndication.read(
        feed(f"<item><title>Berita {text}</title><description>Isi {text}</description><link>https://a.example/</link></item>")
    )
    for item in found.items:
        assert "<" not in item.title.replace("<<", "") or "script" not in item.title
        for said in (item.title, item.summary):
            assert not re.search(r"<\s*/?\s*(script|img|svg|a)\b", said, re.I)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//",
        "https://",
        "http://a b",
        "JaVaScRiPt:x",
        "https://a.example/[[name]]",
    ],
)
def test_a_link_that_is_none_is_dropped(link):
    item = items.item(key="1", title="Berita", url=link, picture=link)
    assert item is not None
    assert (item.url, item.picture) == ("", "")


def test_brackets_of_a_site_are_no_personal_field():
    item = items.item(key="1", title="Halo [[name]] dan [[[[x]]]]", summary="[[greeting|x]] &#91;&#91;name&#93;&#93;")
    assert item is not None
    assert "[[" not in item.title + item.summary
    assert "]]" not in item.title + item.summary


def test_text_that_no_database_keeps_is_left_out():
    item = items.item(key="1\ud800", title="a\x00b\ud800c\u202ed\x1b", summary="\x00")
    assert item is not None
    assert item.title == "abcd"


BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE rss [<!ENTITY j SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE], ids=["laughs", "outside"])
def test_entities_of_a_document_are_neither_blown_up_nor_opened(head):
    begun = time.process_time()
    found = syndication.read(feed("<item><title>x &j; y</title></item>", head))
    assert time.process_time() - begun < 2
    assert all(len(item.title) < 300 and "root:" not in item.title for item in found.items)
    with pytest.raises(sitemaps.BrokenSitemap):
        sitemaps.read(f"{head}<urlset><url><loc>https://a.example/&j;</loc></url></urlset>".encode())


@pytest.mark.parametrize("body", [b"/etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1:1/", b"requirements.txt"])
def test_a_body_is_never_taken_for_a_name_to_open(body):
    assert syndication.read(body).problem is Problem.NO_FEED


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00" * 1000, b"<", b"<rss", b"{}", b"<html><body><p>halo", b"\xff\xfe\x00", b"<?xml version='1.0' encoding='none'?><rss/>", b"<rss>" * 5000,
     b"<rss version='2.0'><channel><item><title>" + b"<b>" * 20_000, b"<?xml" * 10_000, b"&" * 100_000],
)  # fmt: skip
def test_what_is_broken_raises_nothing(body):
    begun = time.process_time()
    found = syndication.read(body)
    assert not found.items or found.problem is None
    assert not web_pages.read(body).feed_url
    assert time.process_time() - begun < 8


def test_huge_items_are_cut_and_many_are_limited():
    found = syndication.read(
        feed(
            "".join(
                f"<item><guid>{n}</guid><title>{'panjang ' * 300}{n}</title><description>{'x' * 2000}</description></item>"
                for n in range(400)
            )
        )
    )
    assert len(found.items) == items.MOST_ITEMS
    assert all(len(item.title) <= items.LONGEST_TITLE and len(item.summary) <= items.LONGEST_SUMMARY for item in found.items)
    assert found.items[0].title.endswith("panjang…")
    assert syndication.read(b"<rss>" + b" " * syndication.MOST_BYTES).problem is Problem.BROKEN


@pytest.mark.parametrize(
    "date",
    ["yesterday", "99999-99-99", "Mon, 99 Foo 0000", "-1", "2026-13-45T99:99:99Z", "0000-00-00", "9999-12-31T23:59:59-23:59"],
)
def test_a_date_that_is_none_is_none(date):
    found = syndication.read(feed(f"<item><title>x</title><pubDate>{date}</pubDate></item>"))
    assert found.items[0].title == "x"
    assert items.moment(date) is None or items.moment(date).year > 9000


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>https://k.example/tua</loc><lastmod>2026-01</lastmod></url>
<url><loc>https://k.example/baru</loc><lastmod>2026-11-20T10:00:00+07:00</lastmod><news:news><news:publication><news:language>id</news:language></news:publication>
<news:title>Berita baru</news:title></news:news><image:image><image:loc>https://k.example/b.jpg</image:loc><image:title>Bukan judul</image:title></image:image></url>
<url><loc>javascript:x</loc></url></urlset>"""


@pytest.mark.parametrize(
    "body", [SITEMAP.encode(), gzip.compress(SITEMAP.encode()), SITEMAP.encode("utf-16")[:0] or SITEMAP.encode()]
)
def test_a_sitemap_is_read_latest_first(body):
    found = sitemaps.read(body)
    assert found is not None
    assert [(entry.url, entry.title, entry.picture) for entry in found.entries] == [
        ("https://k.example/baru", "Berita baru", "https://k.example/b.jpg"),
        ("https://k.example/tua", "", ""),
    ]


def test_a_feed_is_no_sitemap_and_a_packed_bomb_is_refused():
    assert sitemaps.read(RSS.encode()) is None
    with pytest.raises(sitemaps.BrokenSitemap):
        sitemaps.read(gzip.compress(b"<urlset>" + b" " * 50_000_000))
    with pytest.raises(sitemaps.BrokenSitemap):
        sitemaps.read(gzip.compress(b"<urlset>")[:-9])


def test_a_page_says_its_title_picture_and_feed():
    page = (
        '<html lang="id"><head><title>Lama</title><meta property="og:title" content="Judul &quot;baru&quot;"><meta name="description" content="Ringkas">'
        '<meta property="og:image" content="/p.jpg"><link rel="alternate" type="application/rss+xml" href="/feed"></head><body>x'
    )
    found = web_pages.read(page.encode(), base="https://k.example/berita/1")
    assert (found.title, found.summary, found.picture, found.language) == (
        'Judul "baru"',
        "Ringkas",
        "https://k.example/p.jpg",
        "id",
    )
    assert found.feed_url == "https://k.example/feed"
    assert web_pages.read("<title>é</title>".encode("latin-1"), charset="iso-8859-1").title == "é"
    assert web_pages.read(b"<title>x</title>", charset="none-such").title == "x"
