import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core import text


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ma'ruf Al-Khayyal", "maruf al khayyal"),
        ("Aurelia Hartantio-Müller", "aurelia hartantio muller"),
        ("  Suparmi ", "suparmi"),
        ("عبد الرحمن", "عبد الرحمن"),
        ("Nur’aini, S.H.", "nuraini s h"),
    ],
)
def test_names_sort_without_case_accents_apostrophes_and_punctuation(name, key):
    assert text.name_key(name) == key


@pytest.mark.parametrize(
    ("old", "new"), [("Soekarno", "Sukarno"), ("Djoko", "Joko"), ("Tjahyadi", "Cahyadi"), ("Achmad", "Akhmad")]
)
def test_old_and_new_spelling_match(old, new):
    assert text.match_key(old) == text.match_key(new)


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing(value):
    assert text.fold(text.fold(value)) == text.fold(value)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Suparmi", "SU"), ("Budi Santosa", "BS"), ("", "?"), ("X", "X"), ("Dinas Kependudukan dan Sipil", "DK")],
)
def test_initials(name, letters):
    assert text.initials(name) == letters


@pytest.mark.parametrize("value", ["a\x00b", "\ud800"])
def test_what_postgresql_cannot_store_is_refused(value):
    with pytest.raises(text.UnstorableText):
        text.storable(value)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=100))
def test_everything_else_is_kept_as_it_is(value):
    assert text.storable(value) == value
