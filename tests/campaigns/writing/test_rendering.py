"""The mail that comes out: accessible, locked at its ends, and the same in HTML and as text."""

import re
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from crm.campaigns.writing import blocks, designs, looks, mjml, rendering
from crm.campaigns.writing.blocks import Kind, new_block
from crm.campaigns.writing.designs import Context, Design
from crm.campaigns.writing.frame import Frame
from crm.campaigns.writing.looks import Look
from crm.campaigns.writing.rendering import Rendered
from crm.offices.letterhead import Logo
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


@pytest.mark.parametrize(
    ("frame", "indonesian", "english"),
    [
        (FRAME, "karena berlangganan Buletin layanan.", "because you subscribed to Buletin layanan."),
        (
            replace(FRAME, list_name="", is_notice=True),
            f"Surel ini dikirim {FRAME.office} kepada Anda dalam rangka tugas pelayanan publik.",
            f"{FRAME.office} sends you this e-mail as part of its public tasks.",
        ),
        (
            replace(FRAME, list_name=""),
            f"karena alamat Anda tercatat sebagai kontak {FRAME.office}.",
            f"because your address is among the contacts of {FRAME.office}.",
        ),
    ],
)
def test_the_foot_says_why_one_gets_it_and_calls_nobody_what_they_may_not_be(frame: Frame, indonesian: str, english: str) -> None:
    given = blocks.clean(draft(*one_of_each()))
    given["languages"]["en"] = given["languages"]["id"]
    for language, words in (("id", indonesian), ("en", english)):
        one = rendering.render(given, language=language, frame=frame, mark=MARK)
        assert words in lxml_html.document_fromstring(one.html).text_content()
        assert words in one.text
        assert "mitra " not in one.text
        assert "partner" not in one.text


def test_the_foot_is_there_whatever_was_written() -> None:
    for one in (made(), made(*one_of_each())):
        page = lxml_html.document_fromstring(one.html)
        own = {link.get("href"): link for link in page.iter("a") if MARK in link.get("href", "")}
        assert set(own) == {f"-{MARK}.{name}_url.h-" for name in ("unsubscribe", "preferences", "browser")}
        assert all(link.get("clicktracking") == "off" for link in own.values())
        # The attribute stands before the address, as SendGrid wants it.
        assert one.html.count('<a clicktracking="off" href=') == 4
        privacy = "https://mitra.example/personal-data/TRM?lang=id"
        assert page.xpath("string(//a[@href=$address])", address=privacy) == "Pelindungan data pribadi"
        assert one.text.endswith(f"Pelindungan data pribadi: {privacy}\n")
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
        new_block(Kind.PICTURE, src="/campaigns/pictures/1-abc.png", alt=hostile, caption=hostile),
        new_block(Kind.BUTTON, label=hostile, url="https://x.example"),
    ]
    one = made(*given, subject=hostile, preheader=hostile)
    page = lxml_html.document_fromstring(one.html)
    assert not list(page.iter("script"))
    assert "<mj-" not in one.html
    assert page.xpath("string(//h1)") == hostile
    assert page.xpath("//img/@alt") == [hostile]


@pytest.mark.parametrize("odd", ["\x01", "\x08", "\x0b", "\x1b", "\x7f", "\ufffe", "\uffff"])
def test_a_control_character_that_came_with_a_copy_breaks_no_mail(odd: str) -> None:
    """A PDF, a news site or the name of the office brings one along, and nobody sees it."""
    text = f"Loket{odd}satu"
    given = [
        new_block(Kind.HEADING, text=text, level=1),
        new_block(Kind.TEXT, html=f"<p>{text}</p><p>&#{ord(odd)};</p>"),
        new_block(Kind.TEXT, html=text),
        new_block(Kind.BUTTON, label=text, url=f"https://kantor.example/{odd}a"),
        new_block(Kind.ARTICLE, title=text, text=text, url="https://kantor.example/"),
    ]
    kept = blocks.clean(draft(*given, subject=text, preheader=text))
    frame = replace(FRAME, office=text, line=text, address=text, contact=text)
    mail = rendering.render(kept, language="id", frame=frame, mark=MARK)
    assert "<h2" in mail.html
    assert "satu" in mail.html


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


def test_pictures_of_ours_have_a_width_and_a_height_and_are_never_drawn_larger_than_they_are() -> None:
    wide, small = (new_block(Kind.PICTURE, src=f"/campaigns/pictures/{n}-abc.png", alt="Loket") for n in (1, 2))
    other = new_block(Kind.PICTURE, src="/campaigns/pictures/3-abc.png", alt="Peta")
    frame = replace(FRAME, sizes={wide["src"]: (1200, 600), small["src"]: (120, 80)})
    one = rendering.render(blocks.clean(draft(wide, small, other)), language="id", frame=frame, mark=MARK)
    images = list(lxml_html.document_fromstring(one.html).iter("img"))
    assert [(each.get("width"), each.get("height")) for each in images] == [("552", "276"), ("120", "80"), ("552", None)]
    assert all("height:auto" in each.get("style") for each in images)  # on a phone it keeps its shape


def test_a_logo_stands_in_place_of_the_name_on_a_light_ground_in_the_dark_too() -> None:
    frame = replace(FRAME, logo=Logo("/offices/logos/1-abc.png", 400, 120))
    one = rendering.render(blocks.clean(draft(*one_of_each())), language="id", frame=frame, mark=MARK)
    page = lxml_html.document_fromstring(one.html)
    (logo,) = page.xpath("//td[contains(@class, 'logo')]//img | //*[contains(@class, 'logo')]//img")
    assert logo.get("src") == "https://mitra.example/offices/logos/1-abc.png"
    assert (logo.get("alt"), logo.get("width"), logo.get("height")) == (FRAME.office, "200", "60")
    assert page.xpath("count(//b[normalize-space()=$name])", name=FRAME.office) == 0
    assert FRAME.line in page.xpath("string(//body)")
    dark = one.html.partition("prefers-color-scheme: dark")[2]
    assert re.search(r"\.logo img\s*\{[^}]*background-color:\s*#ffffff", dark)
    assert one.text.startswith(f"{FRAME.office}\n{FRAME.line}\n")
    assert 'src="/offices/logos/1-abc.png"' in looks.as_seen(one.html, Look.PHONE, base_url="https://mitra.example")


def test_a_quotation_has_its_marks_once_and_articles_are_parted_by_a_line() -> None:
    article = {"title": "Satu", "text": "Isi", "url": "https://kantor.example/a"}
    blocks_of = [
        new_block(Kind.QUOTE, text="“Lebih adil.”"),
        new_block(Kind.ARTICLE, **article),
        new_block(Kind.ARTICLE, **article),
    ]
    one = made(*blocks_of)
    page = lxml_html.document_fromstring(one.html)
    assert page.xpath("string(//blockquote)").strip() == "“Lebih adil.”"
    assert len(page.xpath("//*[contains(concat(' ', @class, ' '), ' line ')]")) == 1


@pytest.mark.parametrize("design", list(Design))
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_design_is_readable_to_all(design: Design, language: str) -> None:
    """Language, title, headings in order, alternative texts, letters of 14 px and more, buttons of 44 px, contrast in light and dark."""
    part = designs.part_of(design, Context("Kantor Imigrasi Tirtamaya", day="24 November 2026", list_name="Buletin"), language)
    given = {
        "design": design.value,
        "languages": {language: {**part, "preheader": "Pukul 08.00", "blocks": [*one_of_each(), *part["blocks"]]}},
    }
    one = rendering.render(blocks.clean(given), language=language, frame=FRAME, mark=MARK)
    page = lxml_html.document_fromstring(one.html)
    assert (page.get("lang"), page.xpath("//body/div")[0].get("lang")) == (language, language)
    assert page.xpath("string(//title)").strip() == part["subject"].strip()
    assert page.xpath("//body/div")[0].text.strip() == "Pukul 08.00"
    assert [each.tag for each in page.iter("h1", "h2", "h3")][0] == "h1"
    assert len(list(page.iter("h1"))) == 1
    assert all(each.get("alt") for each in page.iter("img"))
    sizes = {float(found) for found in re.findall(r"font-size:([\d.]+)px", one.html)}
    assert sizes - {0.0}
    assert min(sizes - {0.0, 1.0}) >= 14
    button = page.xpath("//a[normalize-space()='Daftar antrean']")[0].get("style")
    up, line = re.search(r"padding:(\d+)px", button), re.search(r"line-height:(\d+)px", button)
    assert up
    assert line
    assert 2 * int(up[1]) + int(line[1]) >= 44
    assert len(one.html.encode()) < 102_000


LIGHT = [
    (mjml.INK, "#ffffff"),
    (mjml.SOFT, "#ffffff"),
    (mjml.SOFT, mjml.GROUND),
    (mjml.TEAL, "#ffffff"),
    (mjml.TEAL, mjml.GROUND),
]
LIGHT += [(mjml.TEAL, mjml.BOX), (mjml.INK, mjml.BOX), ("#ffffff", mjml.TEAL)]
DARK = [("#e8efed", "#17201f"), ("#e8efed", "#1b302e"), ("#a9b8b4", "#17201f"), ("#a9b8b4", "#0f1615"), ("#6fcfc8", "#17201f")]
DARK += [("#6fcfc8", "#0f1615"), ("#6fcfc8", "#1b302e"), ("#06201f", "#6fcfc8")]


@pytest.mark.parametrize(("ink", "ground"), LIGHT + DARK)
def test_every_ink_stands_out_from_its_ground(ink: str, ground: str) -> None:
    assert ink in mjml._HEAD + "".join((mjml.INK, mjml.SOFT, mjml.TEAL))

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(ink), light(ground)))
    assert (high + 0.05) / (low + 0.05) >= 4.5
