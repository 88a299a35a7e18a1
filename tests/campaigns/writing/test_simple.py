"""Simple text and rich text say the same; differences are told in words; blocks are rearranged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.campaigns.writing import differences, looks, markup, simple
from crm.campaigns.writing.arranging import arranged
from crm.campaigns.writing.blocks import Kind, clean, new_block
from crm.campaigns.writing.looks import Look
from tests.campaigns.writing.drafts import draft


@pytest.mark.parametrize(
    "text",
    [
        "Satu paragraf.",
        "Dua\n\nparagraf",
        "satu\nbaris",
        "- satu\n- **dua**",
        "Hal yang _penting_, dan **_sangat_ penting**; berkas_satu_dua.",
        "Lihat https://kantor.example/_a_/b dan [_jadwal_ kami](https://kantor.example/_b_).",
        "1. satu\n2. dua",
        "Baca [jadwal kami](https://kantor.example/a?b=1&c=2), **segera**.",
        "[[greeting|Rekan media]], 5 < 6 & 7 > 3",
    ],
)
def test_simple_text_comes_back_as_it_was(text):
    assert simple.write(markup.clean(simple.read(text))) == text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab -*_[]()<>&\n.:/1", max_size=60))
def test_whatever_is_typed_becomes_harmless_and_stable(text):
    once = markup.clean(simple.read(text))
    assert markup.clean(once) == once
    assert "<script" not in once


def test_a_link_of_another_kind_stays_text():
    assert markup.clean(simple.read("[x](javascript:alert(1))")) == "<p>[x](javascript:alert(1))</p>"
    assert 'href="https://a.example/%22' in markup.clean(simple.read('[x](https://a.example/"onclick="x)'))


def test_what_changed_is_told_word_by_word_block_by_block():
    kept, gone = new_block(Kind.HEADING, text="Kuota dibuka Senin"), new_block(Kind.QUOTE, text="Lama")
    old = clean(draft(kept, gone, subject="Kuota Desember"))
    added = new_block(Kind.LIST, items=["baru"])
    new = clean(draft(added, {**kept, "text": "Kuota dibuka Selasa"}, subject="Kuota Januari"))
    found = {(change.kind, change.how): change.pieces for change in differences.between(old, new)}
    assert found[("", "changed")] == [("same", "Kuota "), ("gone", "Desember"), ("new", "Januari")]
    assert found[("heading", "changed")] == [("same", "Kuota dibuka "), ("gone", "Senin"), ("new", "Selasa")]
    assert found[("quote", "removed")] == [("gone", "Lama")]
    assert found[("list", "added")] == [("new", "baru")]
    assert differences.between(old, old) == []


def test_another_order_is_named():
    one, other = new_block(Kind.HEADING, text="a"), new_block(Kind.HEADING, text="b")
    old, new = clean(draft(one, other)), clean(draft(other, one))
    assert [change.how for change in differences.between(old, new)] == ["moved"]


def test_at_the_ends_nothing_moves():
    one, other = new_block(Kind.DIVIDER), new_block(Kind.DIVIDER)
    assert arranged([one, other], f"up:{one['id']}")[0] == [one, other]
    assert arranged([one, other], f"down:{other['id']}")[0] == [one, other]
    assert arranged([one], f"remove:{one['id']}") == ([], "")
    assert arranged([one], "up:nobody") == ([one], "")
    assert [block["kind"] for block in arranged([one, other], f"add:text:{one['id']}")[0]] == ["divider", "text", "divider"]


def test_a_dark_screen_and_no_pictures():
    mail = (
        '<meta name="color-scheme" content="light dark"><style>@media (prefers-color-scheme: dark) { p { color: red } }</style>'
        '<img alt="x" src="https://mitra.example/campaigns/pictures/1-a.png"><img src="https://lain.example/x.png">'
    )
    dark = looks.as_seen(mail, Look.DARK, base_url="https://mitra.example")
    assert "@media all" in dark
    assert 'content="dark"' in dark
    light = looks.as_seen(mail, Look.PHONE, base_url="https://mitra.example")
    assert "@media not all" in light
    assert 'src="/campaigns/pictures/1-a.png"' in light
    assert "src=" not in looks.as_seen(mail, Look.BARE, base_url="https://mitra.example")
