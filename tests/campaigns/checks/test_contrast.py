"""Words that stand out too little are found as the mail is drawn: by its own styles and its rules, on a light and on a dark screen."""

import pytest

from crm.campaigns import checks
from crm.campaigns.checks import contrast, styles
from crm.campaigns.writing import blocks, mjml, rendering
from tests.campaigns.checks import drafts
from tests.campaigns.writing.drafts import FRAME, MARK, draft, one_of_each

DARK = "<style>@media (prefers-color-scheme: dark) { %s }</style>"


def words_of(html, *, is_dark=False):
    return [words for words, _ratio in contrast.faint(html, is_dark=is_dark)]


@pytest.mark.parametrize(
    ("html", "light", "dark"),
    [
        ('<p style="color:#999999">Pudar</p>', ["Pudar"], []),
        ('<p style="color:#222222">Gelap</p>', [], ["Gelap"]),
        ('<table><tr><td style="font-size:0px"><div style="font-size:16px;color:#aaa">Kata</div></td></tr></table>', ["Kata"], []),
        ('<div style="display:none;color:#ffffff">Baris</div>', [], []),
        ('<div style="font-size:0;color:#ffffff">x<span>y</span></div>', [], []),
        ("<style>.soft p { color: #bbbbbb; }</style><div class='soft'><p>Kata</p></div>", ["Kata"], []),
        ("<style>p { color: #bbbbbb; }</style><p style='color:#000;background:#fff'>Kata</p>", [], []),
        (DARK % "p { color: #eeeeee; }" + "<p style='color:#000'>Kata</p>", [], ["Kata"]),  # its own style is stronger
        (DARK % "p { color: #eeeeee !important; }" + "<p style='color:#000'>Kata</p>", [], []),
        (DARK % "body { background: #fff !important; } p { color: #eee !important; }" + "<p>Kata</p>", [], ["Kata"]),
        (DARK % ".a > p { color: #111 !important; }" + "<div class='a'><p>Satu</p><div><p>Dua</p></div></div>", [], ["Satu"]),
        (DARK % ".a p { color: #111 !important; } p { color: #eee !important; }" + "<div class='a'><p>Satu</p></div>", [], ["Satu"]),
    ],
)  # fmt: skip
def test_words_are_judged_by_the_style_that_holds(html, light, dark):
    assert words_of(html) == light
    assert words_of(html, is_dark=True) == dark


@pytest.mark.parametrize("language", ["id", "en"])
def test_our_mails_stand_out_on_both_screens_and_every_word_is_looked_at(monkeypatch, language):
    given = blocks.clean({"languages": {language: draft(*one_of_each())["languages"]["id"]}})
    html = rendering.render(given, language=language, frame=FRAME, mark=MARK).html
    assert words_of(html) == words_of(html, is_dark=True) == []
    monkeypatch.setattr(contrast, "LEAST", 22)  # nothing stands out so much: every word is named
    for is_dark in (False, True):
        named = " ".join(words_of(html, is_dark=is_dark))
        for words in (
            "Kuota paspor Desember dibuka bertahap",
            "Berhenti" if language == "id" else "Unsubscribe",
            "Jalan Merdeka",
        ):
            assert words in named


@pytest.mark.parametrize(
    ("good", "bad", "where"),
    [
        ('color="#14211f" padding="0" />\n    <mj-table', 'color="#b0b8b6" padding="0" />\n    <mj-table', "light"),
        ("h3, .paper li, .paper img { color: #e8efed", "h3, .paper li, .paper img { color: #3a4644", "dark"),
        (".paper a, .foot a { color: #6fcfc8", ".paper a, .foot a { color: #0b6160", "dark"),
        ("background: #6fcfc8 !important; color: #06201f", "background: #6fcfc8 !important; color: #ffffff", "dark"),
        (
            ".foot > table { background-color: #0f1615 !important; background: #0f1615",
            ".foot > table { background: #c8d0ce",
            "dark",
        ),
    ],
)
def test_a_colour_of_the_frame_that_is_no_good_stops(acting, world, monkeypatch, good, bad, where):
    assert good in mjml._HEAD
    monkeypatch.setattr(mjml, "_HEAD", mjml._HEAD.replace(good, bad))
    button = blocks.new_block(blocks.Kind.BUTTON, label="Daftar antrean", url="https://kanim.example/x")
    with acting(world.officer):
        found = checks.stops(
            drafts.make(world.sgr, drafts.good(button, drafts.text('<p><a href="https://kanim.example/y">Syarat</a></p>')))
        )
    said = [each.sentence for each in found if each.code == "contrast"]
    assert said
    assert all(each.startswith("Di layar gelap") is (where == "dark") for each in said)


def test_every_colour_rule_of_the_mail_is_understood():
    rules = styles._RULE.findall(styles._MEDIA.search(styles._NOTE.sub("", mjml._HEAD[mjml._HEAD.index("@media (prefers") :]))[2])
    assert len(rules) == 8
    for selectors, _body in rules:
        assert all(styles._parts_of(selector) for selector in selectors.split(","))
