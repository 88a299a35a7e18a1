"""Personal fields: only known names, harmless values, and the same outcome here and at SendGrid."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.campaigns.writing import fields
from tests.campaigns.writing.drafts import MARK


def sendgrid_substitute(text: str, made: dict[str, str]) -> tuple[str, bool]:
    """SendGrid's pass: plain replacement of each key, up to four times over. Says besides if a second pass found anything."""
    once = text
    for tag, value in made.items():
        once = once.replace(tag, value)
    again = once
    for _time in range(3):
        for tag, value in made.items():
            again = again.replace(tag, value)
    return again, again != once


def _tags(*texts: str, language: str = "id") -> tuple[list[str], dict[str, str]]:
    tags = fields.Tags(MARK, language)
    return [tags.in_html(text) for text in texts], tags.found


LINKS = {"unsubscribe_url": "https://mitra.example/b/1-abc/stop", "preferences_url": "https://mitra.example/b/1-abc"}
_pieces = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            f"-{MARK}.name.h-",
            f"-{MARK}.greeting.t-",
            f"-{MARK}",
            f"{MARK}.",
            "-k3f9a",
            "2b7.name.h-",
            "-k3f",
            "9a2b7.name.t-",
            "-",
            ".h-",
            "\r\n",
            MARK,
        ]
    ),
)
_values = st.lists(_pieces, max_size=5).map("".join)


@settings(max_examples=300, deadline=None)
@given(name=_values, organization=_values, fallback=st.text(alphabet="abc -.k3f9", max_size=12))
def test_sendgrids_four_passes_find_nothing_that_our_one_pass_left(name: str, organization: str, fallback: str) -> None:
    tags = fields.Tags(MARK, "id")
    text = f"Yth. [[name]][[organization]][[name|{fallback}]]-[[greeting]]."
    body = tags.in_html(text) + tags.in_text(text) + tags.link("unsubscribe_url", "h")
    made = fields.substitutions(tags.found, {"name": name, "organization": organization, "greeting": name}, LINKS)
    theirs, found_more = sendgrid_substitute(body, made)
    assert not found_more
    assert theirs == fields.substitute(body, made)


@settings(max_examples=200, deadline=None)
@given(value=_values)
def test_no_value_brings_markup_into_html_or_a_line_into_the_subject(value: str) -> None:
    tags = fields.Tags(MARK, "id")
    html, subject = tags.in_html("[[name]]"), tags.in_text("[[name]]")
    made = fields.substitutions(tags.found, {"name": value + "<b>\r\nBcc: x@example.com"}, {})
    assert not re.search(r"[<>\"']", fields.substitute(html, made).replace("&#x27;", ""))
    assert "\n" not in fields.substitute(subject, made)
    assert "\r" not in fields.substitute(subject, made)


def test_f35_values_with_quotes_braces_tags_and_line_ends_come_out_as_the_text_they_are() -> None:
    (body,), tags = _tags("Yth. [[name]]")
    hostile = 'O\'Brien "A" <script>alert(1)</script> {{7*7}} \r\nBcc: a@b.example'
    made = fields.substitutions(tags, {"name": hostile}, {})
    assert fields.substitute(body, made) == (
        "Yth. O&#x27;Brien &quot;A&quot; &lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} Bcc: a@b.example"
    )


def test_f38_a_value_that_looks_like_a_tag_is_not_replaced() -> None:
    (body,), tags = _tags("[[name]] dari [[organization]]")
    made = fields.substitutions(tags, {"name": f"-{MARK}.organization.h-", "organization": "RAHASIA"}, {})
    assert fields.substitute(body, made).count("RAHASIA") == 1


def test_ml_01_what_looks_like_a_template_is_left_as_text() -> None:
    texts = [
        "{{7*7}}",
        "{{config}}",
        "{{''.__class__}}",
        "{% for i in range(10**8) %}x{% endfor %}",
        "${7*7}",
        "%(name)s",
        "<%= 1 %>",
    ]
    drawn, tags = _tags(*texts)
    assert drawn == texts
    assert tags == {}


def test_unknown_names_are_named() -> None:
    assert fields.unknown_in("[[name]] [[nik]] [[__class__]] [[name|x]]") == ["nik", "__class__"]


def test_an_empty_value_gets_the_words_of_its_language_or_its_own() -> None:
    known: dict[str, str] = {}
    indonesian, english = fields.Tags(MARK, "id", known), fields.Tags(MARK, "en", known)
    body = indonesian.in_text("[[name]], [[name|Rekan media]]") + " / " + english.in_text("[[name]]")
    made = fields.substitutions(known, {"name": "  "}, {})
    assert fields.substitute(body, made) == "Bapak/Ibu, Rekan media / Sir or Madam"


def test_addresses_are_percent_encoded_and_then_escaped() -> None:
    tags = fields.Tags(MARK, "id")
    tag = tags.link("browser_url", "h")
    made = fields.substitutions(tags.found, {}, {"browser_url": 'https://mitra.example/b/"><script>?a=1&b=ä ä'})
    assert made[tag] == "https://mitra.example/b/%22%3E%3Cscript%3E?a=1&amp;b=%C3%A4%20%C3%A4"


def test_more_than_nine_thousand_bytes_need_a_call_of_their_own() -> None:
    _drawn, tags = _tags("[[name]]")
    assert fields.fits(fields.substitutions(tags, {"name": "a" * 8_000}, {}))
    assert not fields.fits(fields.substitutions(tags, {"name": "é" * 4_600}, {}))


def test_the_random_part_belongs_to_the_campaign() -> None:
    assert fields.mark_of("one") == fields.mark_of("one") != fields.mark_of("other")
    assert re.fullmatch(r"k[a-z2-7]{8}", fields.mark_of("one"))


def test_the_fields_of_a_draft_are_found_wherever_they_stand() -> None:
    draft: Any = {"languages": {"id": {"subject": "[[name]]", "blocks": [{"rows": [["[[organization]]", ""]]}]}}}
    assert fields.used_in(draft) == {"name", "organization"}
