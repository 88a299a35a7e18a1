"""The mail that comes out: accessible, locked at its ends, and the same in HTML and as text."""

import pytest
from lxml import html as lxml_html

from crm.campaigns.writing import blocks, mjml, rendering
from crm.campaigns.writing.blocks import Kind, new_block
from crm.campaigns.writing.rendering import Rendered
from tests.campaigns.writing.drafts import FRAME, MARK, draft, one_of_each


def made(*given: dict, language: str = "id", **others: object) -> Rendered:
    return rendering.render(blocks.clean(draft(*given, **others)), language=language, frame=FRAME, mark=MARK)


def test_the_mail_has_a_language_a_title_a_heading_and_layout_tables_without_meaning() -> None:
    page = lxml_html.document_fromstring(made(*one_of_each()).html)
    assert page.get("lang") == "id"
    assert page.xpath("string(//title)") == "Kuota paspor Desember"
    assert page.xpath("//body/div")[0].get("lang") == "id"
    assert page.xpath("string(//h1)") == "Kuota paspor Desember dibuka bertahap"
    layout = [table for table in page.iter("table") if not table.xpath("ancestor-or-self::table[thead]")]
    assert layout
    assert all(table.get("role") == "presentation" for table in layout)
    assert [image.get("alt") for image in page.iter("img")] == ["Loket paspor"]
    assert [image.get("src") for image in page.iter("img")] == ["https://mitra.example/campaigns/pictures/1-abc.png"]


def test_the_foot_is_there_whatever_was_written() -> None:
    for one in (made(), made(*one_of_each())):
        page = lxml_html.document_fromstring(one.html)
        own = {link.get("href"): link for link in page.iter("a") if MARK in link.get("href", "")}
        assert set(own) == {f"-{MARK}.unsubscribe_url.h-", f"-{MARK}.preferences_url.h-"}
        assert all(link.get("clicktracking") == "off" for link in own.values())
        assert (
            one.html.count('<a clicktracking="off" href=') == 2
        )  # the attribute stands before the address, as SendGrid wants it
        assert "karena berlangganan Buletin layanan" in one.html
        assert "Jalan Merdeka Raya 17" in one.html
        assert f"Berhenti berlangganan: -{MARK}.unsubscribe_url.t-" in one.text


def test_the_text_part_says_what_the_blocks_say() -> None:
    text = made(*one_of_each()).text
    for line in (
        "Baca jadwalnya: https://kantor.example/a?b=1&c=2.",
        "[Loket paspor]",
        "Daftar antrean: https://kantor.example/antrean",
        "Senin, 14 Des: Layanan tutup & libur",
        "1. Kartu tanda penduduk",
        "Maria Ulfah Siregar, Kepala Kantor",
        "media@kantor.example",
        "Baca selengkapnya: Layanan Sabtu: https://kantor.example/sabtu",
    ):
        assert line in text
    assert "<" not in text


def test_rows_without_a_title_are_facts_with_a_name_each() -> None:
    page = lxml_html.document_fromstring(made(new_block(Kind.AGENDA, rows=[["Tempat", "Aula"]])).html)
    assert [(cell.text, cell.get("scope")) for cell in page.iter("th")] == [("Tempat", "row")]
    titled = lxml_html.document_fromstring(made(new_block(Kind.AGENDA, title="Agenda", rows=[["5 Des", "Rapat"]])).html)
    assert [cell.get("scope") for cell in titled.iter("th")] == ["col", "col"]


def test_links_are_listed_in_the_order_of_the_mail_with_the_hidden_one_that_only_machines_press() -> None:
    one = made(*one_of_each())
    assert [link["url"] for link in one.links] == [
        "https://kantor.example/a?b=1&c=2",
        "https://kantor.example/antrean",
        "tel:02995550100",
        "mailto:media@kantor.example",
        "https://kantor.example/sabtu",
        "https://mitra.example/campaigns/pictures/none",
    ]
    trap = lxml_html.document_fromstring(one.html).xpath("//a[@href='https://mitra.example/campaigns/pictures/none']")[0]
    assert (trap.get("tabindex"), trap.get("aria-hidden"), trap.text) == ("-1", "true", None)
    assert "display:none" in trap.get("style")
    assert "campaigns/pictures/none" not in one.text


def test_typed_markup_is_text() -> None:
    hostile = "<mj-include path='/etc/passwd'/><script>alert(1)</script>&\"'"
    given = [
        new_block(Kind.HEADING, text=hostile, level=1),
        new_block(Kind.QUOTE, text=hostile, by=hostile),
        new_block(Kind.AGENDA, title=hostile, rows=[[hostile, hostile]]),
        new_block(Kind.LIST, items=[hostile]),
        new_block(Kind.CONTACT, title=hostile, name=hostile, note=hostile),
        new_block(Kind.ARTICLE, title=hostile, text=hostile, url="https://x.example/?a='\"><script>", label=hostile),
        new_block(Kind.PICTURE, src="https://x.example/a.png", alt=hostile, caption=hostile),
        new_block(Kind.BUTTON, label=hostile, url="https://x.example"),
    ]
    one = made(*given, subject=hostile, preheader=hostile)
    page = lxml_html.document_fromstring(one.html)
    assert not list(page.iter("script"))
    assert "<mj-" not in one.html
    assert page.xpath("string(//h1)") == hostile
    assert page.xpath("//img/@alt") == [hostile]


def test_a_tag_of_ours_that_the_renderer_does_not_know_is_refused() -> None:
    with pytest.raises(mjml.UnknownMarkup):
        mjml.to_html("<mjml><mj-body><mj-sektion></mj-sektion></mj-body></mjml>", "id")


def test_nothing_in_a_mail_is_fetched_from_others() -> None:
    one = made(*one_of_each())
    for host in ("googleapis", "http://", "@import"):
        assert host not in one.html.replace("http://www.w3.org/1999/xhtml", "")
    assert len(one.html.encode()) < 100_000  # Gmail cuts a mail off at 102 kB


def test_each_language_has_its_own_words() -> None:
    english = {"subject": "Passport quota", "preheader": "", "blocks": []}
    one = made(language="en", en=english)
    assert one.subject == "Passport quota"
    assert "Unsubscribe: " in one.text
    assert 'lang="en"' in one.html
