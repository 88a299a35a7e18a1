"""Rich text as nobody writes it: it is read in a moment, and what it says is kept."""

import time

import pytest

from crm.campaigns.writing import markup

SIZE = 300_000  # as much as a form brings, and what took minutes is seen


@pytest.mark.parametrize(
    "part",
    [
        " ",
        "\n",
        "&nbsp;",
        "<br>",
        "<br ",
        "<div ",
        "<ul><li>",
        "<blockquote>",
        "<p>",
        "<a href='https://x.example'>",
        "<",
        "</li>",
        "<b><i>",
    ],
)
def test_no_text_takes_long_to_read(part):
    began = time.process_time()
    markup.clean("<p>Halo" + part * (SIZE // len(part)) + "dunia")
    assert time.process_time() - began < 2


def test_what_lies_deeper_than_anybody_writes_is_kept_as_text():
    assert markup.clean("<ul><li>" * 300 + "Halo <b>dunia</b> & semua <script>alert(1)</script>") == (
        "<p>Halo  dunia  &amp; semua  alert(1)</p>"
    )
    assert markup.clean("<ul><li>" * 3 + "Halo" + "</li></ul>" * 3).count("<ul>") == 3


def test_an_empty_end_of_a_paragraph_goes():
    assert markup.clean("<p>Halo &nbsp;<br> \n</p><p> <br></p><p>dunia</p>") == "<p>Halo</p><p>dunia</p>"
