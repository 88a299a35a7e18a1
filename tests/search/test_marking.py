from hypothesis import given
from hypothesis import strategies as st

from crm.search.marking import marked


def test_the_typed_beginning_is_set_off():
    assert marked("Budi Santosa", ["bud", "sant"]) == [("Bud", True), ("i ", False), ("Sant", True), ("osa", False)]


def test_marks_on_letters_do_not_matter():
    assert marked("Müller", ["mul"]) == [("Mül", True), ("ler", False)]


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=5), max_size=3))
def test_the_pieces_are_the_name(name, asked):
    assert "".join(piece for piece, _meant in marked(name, asked)) == name
