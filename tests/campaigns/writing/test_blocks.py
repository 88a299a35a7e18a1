"""What of a draft is kept, and what is refused."""

from typing import Any

import pytest

from crm.campaigns.writing import blocks, designs, fields
from crm.campaigns.writing.blocks import DraftRefused, Kind, Wrong, new_block
from crm.campaigns.writing.designs import Context, Design
from crm.campaigns.writing.rendering import render
from crm.mail import payload
from tests.campaigns.writing.drafts import FRAME, draft, one_of_each


def refused(given: dict[str, Any]) -> list[tuple[Wrong, str, str]]:
    with pytest.raises(DraftRefused) as error:
        blocks.clean(given)
    return [(each.why, each.block_id, each.words) for each in error.value.problems]


def test_a_clean_draft_is_kept_as_it_is_however_often() -> None:
    once = blocks.clean(draft(*one_of_each()))
    assert blocks.clean(once) == once
    assert blocks.sha256(blocks.clean(once)) == blocks.sha256(once)


@pytest.mark.parametrize("name", ["config", "nik", "__class__", "7*7"])
def test_ml_01_an_unknown_field_is_refused_at_saving(name: str) -> None:
    text = new_block(Kind.TEXT, html=f"<p>[[{name}]]</p>")
    assert refused(draft(text)) == [(Wrong.UNKNOWN_FIELD, text["id"], name)]
    assert refused(draft(subject=f"[[{name}]]")) == [(Wrong.UNKNOWN_FIELD, "", name)]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//x.example", "/path", "x.example", "file:///etc/passwd"]
)
def test_a_link_leads_to_the_web_or_is_refused(address: str) -> None:
    button = new_block(Kind.BUTTON, label="Buka", url=address)
    assert refused(draft(button)) == [(Wrong.ADDRESS, button["id"], address)]


@pytest.mark.parametrize(
    "address", ["https://x.example/a.png", "//x.example/a.png", "data:image/png,x", "/campaigns/pictures/../1", "cid:x"]
)
@pytest.mark.parametrize("kind", [Kind.PICTURE, Kind.ARTICLE])
def test_a_picture_is_one_of_ours_or_is_refused(kind: Kind, address: str) -> None:
    """Who keeps it elsewhere would see who opens the mail, and could show another after the approval."""
    block = new_block(kind, src=address, alt="Loket")
    assert refused(draft(block)) == [(Wrong.PICTURE, block["id"], address)]


def test_no_personal_field_stands_in_an_address() -> None:
    button = new_block(Kind.BUTTON, label="Buka", url="https://kantor.example/?n=[[name]]")
    text = new_block(Kind.TEXT, html='<p><a href="https://kantor.example/?n=[[name]]">Buka</a></p>')
    assert [why for why, *_rest in refused(draft(button, text))] == [Wrong.FIELD_IN_ADDRESS, Wrong.FIELD_IN_ADDRESS]


def test_what_an_editor_brings_in_is_reduced_to_text_emphasis_lists_and_links() -> None:
    pasted = (
        "<div class='MsoNormal' style='color:red' onclick='x()'>Satu<o:p></o:p></div><script>alert(1)</script><style>p{}</style>"
        "<p><a href='javascript:alert(1)'>jahat</a> <a href='https://kantor.example' target=_blank>baik</a></p>"
        "<mj-include path='/etc/passwd' /><img src=x onerror=alert(1)><iframe src='https://x.example'></iframe><p> <br> </p>"
    )
    kept = blocks.clean(draft(new_block(Kind.TEXT, html=pasted)))["languages"]["id"]["blocks"][0]["html"]
    assert kept == '<p>Satu</p><p><a>jahat</a> <a href="https://kantor.example">baik</a></p>'


def test_a_heading_from_elsewhere_stays_a_heading_below_that_of_the_mail() -> None:
    kept = blocks.clean(draft(new_block(Kind.TEXT, html="<h1 style='x'>Satu</h1><p>a</p><H4>Dua</H4>")))
    assert kept["languages"]["id"]["blocks"][0]["html"] == "<h2>Satu</h2><p>a</p><h3>Dua</h3>"


def test_plain_text_becomes_paragraphs() -> None:
    kept = blocks.clean(draft(new_block(Kind.TEXT, html="Satu & dua\nbaris\n\nTiga")))["languages"]["id"]["blocks"][0]["html"]
    assert kept == "<p>Satu &amp; dua<br>baris</p><p>Tiga</p>"


def test_rows_and_lines_may_come_as_text() -> None:
    agenda = new_block(Kind.AGENDA, rows="Senin | Rapat\n\nSelasa")
    points = new_block(Kind.LIST, items="satu\n\n dua ")
    read = blocks.clean(draft(agenda, points))["languages"]["id"]["blocks"]
    assert read[0]["rows"] == [["Senin", "Rapat"], ["Selasa", ""]]
    assert read[1]["items"] == ["satu", "dua"]


def test_unknown_kinds_long_texts_and_too_many_blocks_are_refused() -> None:
    assert refused(draft({"id": "b1", "kind": "iframe"}))[0][0] == Wrong.UNKNOWN_KIND
    assert refused(draft(subject="a" * 201))[0][0] == Wrong.TOO_LONG
    assert refused(draft(*[new_block(Kind.DIVIDER) for _ in range(61)]))[0][0] == Wrong.TOO_MANY
    assert refused(draft(new_block(Kind.HEADING, text="a\ud800b")))[0][0] == Wrong.UNSTORABLE


def test_blocks_with_one_id_get_two() -> None:
    one, other = new_block(Kind.DIVIDER), new_block(Kind.DIVIDER)
    other["id"] = one["id"]
    read = blocks.clean(draft(one, other))["languages"]["id"]["blocks"]
    assert len({block["id"] for block in read}) == 2


def test_the_language_of_a_recipient_is_theirs_if_the_draft_has_it() -> None:
    both = draft(en={"subject": "", "preheader": "", "blocks": []})
    assert [blocks.language_for(both, wanted) for wanted in ("en", "id", "jv", "")] == ["en", "id", "id", "id"]
    assert blocks.language_for(draft(), "en") == "id"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p>[[name|<strong>Bapak]]</strong></p>", "<p>[[name|Bapak]]</p>"),
        ("<p>[[<em>name</em>]]</p>", "<p>[[name]]</p>"),
        ("<p><a href='https://kantor.example'>[[name|</a>]]</p>", '<p><a href="https://kantor.example">[[name|]]</a></p>'),
        ("<ul><li>[[name|</li><li>Bapak]]</li></ul>", "<ul><li>[[name|Bapak]]</li></ul>"),
    ],
)
def test_no_markup_stands_inside_a_personal_field(typed: str, kept: str) -> None:
    """A tag takes the place of the whole mark: half of the markup would stay, and the mail could not be drawn."""
    made = blocks.clean(draft(new_block(Kind.TEXT, html=typed)))
    assert made["languages"]["id"]["blocks"][0]["html"] == kept


def test_a_subject_has_room_for_the_tags_of_its_fields() -> None:
    assert refused(draft(subject="[[name]] " * 15)) == [(Wrong.TOO_MANY, "", "")]
    kept = blocks.clean(draft(subject=("[[name]] " * 10).strip()))
    mark = fields.mark_of("k" * 64)
    subject = render(kept, language="id", frame=FRAME, mark=mark).subject
    assert payload.line(subject) == subject


@pytest.mark.parametrize("language", blocks.LANGUAGES)
@pytest.mark.parametrize("design", list(Design))
def test_a_name_with_brackets_in_it_is_no_personal_field_of_a_design(design: Design, language: str) -> None:
    """Else nobody of an office that is called so could begin a campaign."""
    odd = "Kabar [[kucing]] [[name|Bapak]]"
    made = blocks.clean(designs.draft_of(design, Context(odd, odd, odd, odd, odd, "a@b.example"), language))
    plain = blocks.clean(designs.draft_of(design, Context("a", "b", "c", "d", "e", "a@b.example"), language))
    assert fields.used_in(made) == fields.used_in(plain)
