import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.index import words
from crm.index.words import UnreadableQuery, national_number, query_words, spellings, words_of


def test_marks_and_capitals_do_not_matter():
    assert words_of("Müller-LÜDENSTADT") == ["muller", "ludenstadt"]


def test_apostrophes_join_a_name():
    assert query_words("Ma'ruf") == query_words("ma’ruf") == ["maruf"]


def test_old_spelling_is_indexed_in_the_new_one_too():
    assert "sukarno" in words_of("Soekarno")
    assert spellings("soekarno") == ["soekarno", "sukarno"]


def test_short_words_keep_their_spelling():
    assert spellings("soe") == ["soe"]


def test_dotted_letters_are_one_word():
    assert query_words("K.P.U. Kota") == ["kpu", "kota"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0812 3456 7890", "081234567890"),
        ("+62 812-3456-7890", "081234567890"),
        ("(021) 555 0123", "0215550123"),
        ("6281234567890", "081234567890"),
        ("Budi 0812", None),
        ("12345", None),
    ],
)
def test_telephone_numbers_are_one_word_however_grouped(typed, number):
    assert national_number(typed) == number


def test_a_number_inside_a_text_is_found_whole():
    assert "081234567890" in words_of("kantor, HP +62 812 3456 7890 (WA)")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "no-words"),
        ('"*"', "no-words"),
        ("-- ( ) ''", "no-words"),
        ("a" * 10_000, "too-long"),
        ("\x00budi", "unstorable"),
        ("\ud800", "unstorable"),
        (" ".join("abcdefghijklmnop"), "too-many-words"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_name(query, reason):
    with pytest.raises(UnreadableQuery) as refused:
        query_words(query)
    assert refused.value.reason == reason


@given(st.text(max_size=200))
def test_every_word_is_letters_and_digits_alone(text):
    for word in words_of(text):
        assert word
        assert len(word) <= words.LONGEST_WORD
        assert all(c.isalnum() for c in word)


@given(st.text(alphabet="abcdefgh", min_size=3, max_size=12), st.integers(0, 11))
def test_one_letter_less_still_shares_a_deletion(word, at):
    shorter = word[: at % len(word)] + word[at % len(word) + 1 :]
    assert set(words.deletions(word)) & set(words.deletions(shorter))
