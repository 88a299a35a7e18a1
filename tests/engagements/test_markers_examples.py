"""The examples of the help page read as the page says; languages can be chosen; a directory may be asked by function."""

import pytest

from crm.engagements import markers
from crm.engagements.markers import Channel, Lexicon
from tests.engagements.lines import TUESDAY, read

EXAMPLES = markers.examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.line[:40])
def test_an_example_is_understood_whole_in_its_own_language(example: markers.Example) -> None:
    parsed = read(example.line, languages=(example.language,))
    assert parsed.leftovers == ()
    assert parsed.channel or parsed.followups
    assert {q.code.value for q in parsed.questions} <= {"urgent_no_date", "waiting_no_date"}
    assert read(example.line).followups == parsed.followups


def test_both_languages_show_the_same_main_cases() -> None:
    shown = {language: {e.shows for e in EXAMPLES if e.language == language} for language in ("id", "en")}
    assert {
        "whole",
        "incoming",
        "promise",
        "several",
        "letter",
        "urgent",
        "marker_action",
        "marker_decision",
        "marker_question",
    } <= shown["id"] & shown["en"]
    assert len({e.line for e in EXAMPLES}) == len(EXAMPLES)


def test_the_line_of_the_issue() -> None:
    parsed = read("telp Budi, Sari @Disdukcapil: data WNA #koordinasi !senin kirim surat")
    assert (parsed.channel, parsed.direction, parsed.summary) == (Channel.CALL, markers.Direction.OUT, "data WNA")
    assert [(p.name, p.organization, p.span.of(parsed.text)) for p in parsed.people] == [("Budi", 0, "Budi"), ("Sari", 0, "Sari")]
    assert [(o.name, o.participant) for o in parsed.organizations] == [("Disdukcapil", True)]
    assert [t.name for t in parsed.topics] == ["koordinasi"]
    (found,) = parsed.followups
    assert (found.kind, found.text, found.verb, found.state) == (
        markers.FollowUpKind.ACTION,
        "kirim surat",
        "send",
        markers.State.OPEN,
    )
    assert (found.owner, found.due) == (
        markers.Owner(markers.Side.US),
        markers.Due(TUESDAY.date().replace(day=30), markers.Precision.DAY, is_working_day=True),
    )
    assert (parsed.event.at, parsed.event.explicit, parsed.questions, parsed.proposals, parsed.leftovers) == (
        TUESDAY,
        False,
        (),
        (),
        (),
    )
    assert [(kind and kind.value, text) for kind, text in parsed.mirror() if kind] == [
        ("channel", "telp"),
        ("person", "Budi"),
        ("person", "Sari"),
        ("organization", "@Disdukcapil"),
        ("topic", "#koordinasi"),
        ("marker", "!"),
        ("due", "senin"),
        ("task", "kirim surat"),
    ]


def test_one_language_alone() -> None:
    assert read("telp Budi: data", languages=("en",)).channel is None
    assert read("called Budi: data", languages=("id",)).channel is None
    assert read("called Budi this morning: data !tomorrow send", languages=("en",)).event.soft is True


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        read("telp", languages=("xx",))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        markers.parse("telp Budi: x", now=TUESDAY.replace(tzinfo=None))


def test_a_directory_may_be_asked_by_function() -> None:
    asked: list[str] = []

    def known(key: str) -> bool:
        asked.append(key)
        return key == "budi"

    parsed = read("telp Budi data WNA", lexicon=Lexicon(people=known))
    assert ([p.name for p in parsed.people], parsed.summary) == (["Budi"], "data WNA")
    assert "budi data wna" in asked
