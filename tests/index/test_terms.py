from hypothesis import given
from hypothesis import strategies as st

from crm.index import terms

#      1
#     / \
#    2   5
#   / \
#  3   4
PARENTS = {1: None, 2: 1, 3: 2, 4: 2, 5: 1}
PATHS = {1: "/1/", 2: "/1/2/", 3: "/1/2/3/", 4: "/1/2/4/", 5: "/1/5/"}


def test_a_whole_subtree_is_one_mark():
    assert terms.viewer_marks({2, 3, 4}, PARENTS) == ["/o2", "/s"]


def test_the_whole_tree_is_one_mark():
    assert terms.viewer_marks({1, 2, 3, 4, 5}, PARENTS) == ["/o1", "/s"]


def test_an_office_without_all_below_it_counts_by_itself():
    assert terms.viewer_marks({2, 3}, PARENTS) == ["/o3", "/x2", "/s"]


@given(st.sets(st.sampled_from(sorted(PARENTS))), st.sampled_from(sorted(PARENTS)))
def test_marks_stand_for_exactly_the_offices_of_the_scope(offices, office):
    viewer = set(terms.viewer_marks(offices, PARENTS)) - {terms.SHARED}
    assert bool(viewer & set(terms.place_marks(PATHS[office], shared=False))) == (office in offices)


def test_names_and_body_are_told_apart():
    packed = terms.pack(["/kperson", "/o1"], ["budi", "santoso"], ["kepala", "budi"])
    assert packed == "/kperson /o1 budi santoso /b kepala"
    assert terms.names_in(packed) == ["budi", "santoso"]


def test_new_marks_keep_the_words():
    packed = terms.pack(["/kperson", "/o1", "/x1"], ["budi"], ["kepala"])
    assert terms.with_marks(packed, ["/kperson", "/o1", "/o2", "/x2"]) == "/kperson /o1 /o2 /x2 budi /b kepala"
