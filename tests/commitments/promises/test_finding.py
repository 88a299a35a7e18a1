"""The promise guard on sentences by hand: all phrases of the book in both languages, its exceptions, and what else must be passed over."""

import time

import pytest

from crm.commitments import promises
from crm.commitments.promises import Group
from crm.commitments.promises.phrases import phrases
from tests.commitments.promises import sentences


def lines(text):
    return [line for line in text.strip().splitlines() if line]


def numbered(text):
    return [(int(number), int(severity), sentence) for number, severity, sentence in (line.split(" ", 2) for line in lines(text))]


@pytest.mark.parametrize(("number", "severity", "sentence"), numbered(sentences.FOUND_ID))
def test_indonesian_wording_that_binds_is_found(number, severity, sentence):
    assert (number, severity) in {(each.number, each.severity) for each in promises.find(sentence, "id")}


@pytest.mark.parametrize(("number", "severity", "sentence"), numbered(sentences.FOUND_EN))
def test_english_wording_that_binds_is_found(number, severity, sentence):
    assert (number, severity) in {(each.number, each.severity) for each in promises.find(sentence, "en")}


@pytest.mark.parametrize("sentence", lines(sentences.PASSED_ID))
def test_indonesian_wording_that_binds_nobody_is_passed_over(sentence):
    assert [(each.number, each.text) for each in promises.find(sentence, "id")] == []


@pytest.mark.parametrize("sentence", lines(sentences.PASSED_EN))
def test_english_wording_that_binds_nobody_is_passed_over(sentence):
    assert [(each.number, each.text) for each in promises.find(sentence, "en")] == []


@pytest.mark.parametrize(("language", "most", "text"), [("id", 87, sentences.FOUND_ID), ("en", 41, sentences.FOUND_EN)])
def test_every_number_of_the_book_has_a_phrase_and_a_sentence(language, most, text):
    assert {phrase.number for phrase in phrases(language)} == set(range(1, most + 1))
    assert {number for number, _severity, _sentence in numbered(text)} == set(range(1, most + 1))


def test_there_are_sixty_sentences_of_each_kind():
    for text in (sentences.FOUND_ID, sentences.FOUND_EN, sentences.PASSED_ID, sentences.PASSED_EN):
        assert len(lines(text)) >= 60


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_is_offered_instead_binds_nobody_itself(language):
    for phrase in phrases(language):
        if phrase.softer:
            assert [each.text for each in promises.find(f"X {phrase.softer} Y.", language) if each.severity > 1] == []
        for hint in promises.phrases.hints(language)[phrase.group]:
            assert [each.text for each in promises.find(hint, language) if each.severity > 1] == []


def test_a_finding_tells_where_it_stands_and_in_which_sentence():
    text = "Yth. Bapak Ir. Amir, kantor buka. Paspor Anda psti terbit! Terima kasih."
    (found,) = promises.find(text, "id")
    assert text[found.start : found.end] == "psti terbit"
    assert found.sentence == text[found.sentence_start : found.sentence_end] == "Paspor Anda psti terbit!"
    assert (found.kind, found.severity, found.softer) == (Group.OUTCOME, 3, "diputus setelah pemeriksaan")


def test_softer_words_take_the_place_of_the_phrase_with_its_capital():
    text = "Pasti kuota ada."
    (found,) = promises.find(text, "id")
    assert promises.with_softer(text, found, found.softer) == "Pada umumnya kuota ada."
    text = "Tenang saja, kuota ada."
    (found,) = promises.find(text, "id")
    assert promises.with_softer(text, found, "") == "Kuota ada."
    text = "Rest assured that we work."
    (found,) = promises.find(text, "en")
    assert promises.with_softer(text, found, "") == "We work."


def test_what_a_rule_with_its_number_says_is_marked_quietly():
    text = "Menurut Peraturan Pemerintah Nomor 28 Tahun 2019, paspor selesai paling lambat 4 hari kerja."
    (found,) = promises.find(text, "id")
    assert (found.severity, found.is_rule) == (1, True)
    (found,) = promises.find("Under Government Regulation No. 28 of 2019 the service is free of charge.", "en")
    assert (found.severity, found.is_rule) == (1, True)
    assert promises.find("Menurut UU Nomor 6 Tahun 2011, permohonan pasti disetujui.", "id")[0].severity == 3


def test_what_somebody_else_is_quoted_with_is_marked_quietly_and_our_own_head_is_not():
    (found,) = promises.find("“Paspor pasti terbit,” kata Budi, warga Sagaramaya.", "id")
    assert (found.severity, found.is_quoted) == (1, True)
    assert promises.find("“Paspor pasti terbit,” kata Kepala Kantor.", "id")[0].severity == 3
    assert promises.find("Paspor “pasti” terbit.", "id")[0].severity == 3
    assert promises.find('"It will be approved," said Budi, a visitor.', "en")[0].severity == 1
    assert promises.find('"It will be approved," said our head of section.', "en")[0].severity == 3


def test_a_day_that_stands_in_the_calendar_is_passed_over():
    text = "Mulai 1 Desember 2026 akan berlaku jam layanan baru."
    assert [each.number for each in promises.find(text, "id")] == [24]
    assert promises.find(text, "id", known_days={"1 desember 2026"}) == []


def test_superlatives_weigh_more_in_a_release():
    assert promises.find("Layanan tercepat.", "id")[0].severity == 1
    assert promises.find("Layanan tercepat.", "id", is_release=True)[0].severity == 2


@pytest.mark.parametrize(
    "written",
    [
        "psti",
        "PASTI",
        "Pasti",
        "pastiii",
        "p\u200basti"[0:1] + "asti",
        "ｐａｓｔｉ",
        "pasti.",
        "(pasti)",
        "“pasti”",
        "pasti\u00a0",
        "  pasti",
    ],
)
def test_slips_capitals_and_wide_letters_do_not_hide_a_phrase(written):
    assert [each.number for each in promises.find(f"Paspor {written} jadi", "id")] == [1]


def test_double_blanks_and_line_ends_do_not_hide_a_phrase():
    text = "Permohonan  akan   disetujui\u00a0hari itu."
    (found,) = promises.find(text, "id")
    assert text[found.start : found.end] == "akan   disetujui"


def test_a_sentence_is_remembered_by_its_words():
    key = promises.key_of("id", "Paspor pasti terbit.")
    assert key == promises.key_of("id", "  paspor PASTI terbit! ")
    assert key != promises.key_of("en", "Paspor pasti terbit.")
    assert key != promises.key_of("id", "Paspor pasti terbit besok.")


def test_a_long_text_is_read_in_time_and_strange_ones_raise_nothing():
    begun = time.process_time()
    promises.find("Kantor kami buka pada hari kerja dan menerima tamu dalam waktu itu. " * 700, "id")
    promises.find("dalam waktu " * 4000, "id")
    promises.find("tidak " * 8000 + "pasti", "id")
    promises.find("pasti" * 10_000, "id")
    promises.find("“" * 10_000 + "kata", "id")
    assert time.process_time() - begun < 8
    for text in ("", " ", "\n\n", "\x00", "\ud800pasti", "İstanbul pasti", "ß" * 50 + " pasti"):
        for found in promises.find(text, "id"):
            assert text[found.start : found.end] == "pasti"
