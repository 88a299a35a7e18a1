"""Members of a segment: every condition counted by hand, every tree as plain Python evaluates it."""

import random

import pytest
import sqlalchemy as sa

from crm.core.clock import now
from crm.core.db import db, is_sqlite
from crm.segments import conditions, queries, trees
from crm.segments.models import SegmentMember
from tests.campaigns.factories import make_segment
from tests.core.factories import saved
from tests.segments import world as little_world
from tests.stakeholders.factories import make_person


@pytest.fixture
def little(world, acting, clock):
    clock.freeze(little_world.TODAY)
    with acting(world.officer):
        return little_world.plant(world.sgr, world.officer)


def members(tree, **how):
    return list(db.session.scalars(queries.members(tree, **how)))


def group(*items, op="and", turned=False):
    return {"op": op, "not": turned, "items": list(items)}


def piecewise(tree):
    """The same, asked of two stakeholders at a time."""
    return [
        one for start in range(1, 12, 2) for one in members(tree, narrow=lambda ids, start=start: ids.between(start, start + 1))
    ]


@pytest.mark.parametrize("ask", [members, piecewise])
def test_each_condition_holds_for_those_counted_by_hand(little, world, acting, ask):
    with acting(world.officer):
        for leaf, names in little.facts:
            assert little.names(ask(group(leaf))) == names, leaf
            turned = little.names(ask(group({**leaf, "not": True})))
            assert turned == set(little.ids) - names, leaf


def test_every_registered_condition_is_counted_by_hand(little, app):
    counted = {leaf["condition"] for leaf, _names in little.facts}
    assert {one.name for one in conditions.everything()} - counted == set()


def grown(dice, facts, depth=1):
    """A random tree within the limits."""
    items = [
        grown(dice, facts, depth + 1)
        if depth < trees.MOST_DEPTH and dice.random() < 0.3
        else {**dice.choice(facts)[0], "not": dice.random() < 0.3}
        for _ in range(dice.randint(1, 3))
    ]
    return group(*items, op=dice.choice(trees.OPERATORS), turned=dice.random() < 0.25)


def test_random_trees_hold_for_whom_plain_python_says(little, world, acting):
    dice = random.Random(20261124)
    with acting(world.officer):
        for _ in range(60):
            tree = grown(dice, little.facts)
            expected = {name for name in little.ids if little_world.holds(tree, name, little)}
            for ask in (members, piecewise):
                found = ask(tree)
                assert len(found) == len(set(found))
                assert little.names(found) == expected, tree


def test_people_of_other_offices_are_in_no_segment_here(little, world, acting):
    with acting(world.sister_officer):
        theirs = make_person(world.wnm, "Orang Wanamaya").id
    with acting(world.officer):
        assert theirs not in members(group({"condition": "kind", "kind": "person"}))
        assert theirs not in members(group({"condition": "kind", "kind": "organization", "not": True}))
    with acting(world.sister_officer):
        assert members(group({"condition": "kind", "kind": "person"})) == [theirs]
        assert members(group({"condition": "was-sent"})) == []


def test_a_frozen_segment_keeps_who_was_in_it(little, world, acting):
    with acting(world.officer):
        segment = make_segment(world.sgr, is_static=True, frozen_at=now())
        saved(SegmentMember(segment_id=segment.id, stakeholder_id=little.ids["laode"]))
        assert little.names(members(segment)) == {"laode"}


@pytest.mark.parametrize(
    "tree",
    [
        {},
        group(),
        group(group()),
        group({"condition": "nothing"}),
        group({"condition": "kind"}),
        group({"condition": "kind", "kind": "planet"}),
        group({"condition": "kind", "kind": "person", "column": "password_hash"}),
        group({"condition": "quiet", "days": "many"}),
        group({"condition": "kind", "kind": "person"}, op="xor"),
        group(group(group(group(group({"condition": "kind", "kind": "person"}))))),
        group(*[{"condition": "kind", "kind": "person"}] * (trees.MOST_ITEMS + 1)),
        group(group(*[{"condition": "kind", "kind": "person"}] * 30), group(*[{"condition": "kind", "kind": "person"}] * 30)),
    ],
)
def test_what_no_form_of_ours_makes_is_refused(app, world, acting, tree):
    with acting(world.officer), pytest.raises(trees.WrongTree):
        queries.members(tree)


PERSON = {"condition": "kind", "kind": "person"}
QUIET = {"condition": "quiet", "days": 30}  # turned round in itself: everybody but who was contacted


@pytest.mark.parametrize(
    ("tree", "narrows"),
    [
        (group(PERSON), True),
        (group(PERSON, group(PERSON)), True),
        (group({**QUIET, "not": True}), True),
        (group(QUIET), False),
        (group({**PERSON, "not": True}), False),
        (group(PERSON, op="or"), False),
        (group(PERSON, turned=True), False),
        (group(PERSON, group(PERSON, op="or")), False),
    ],
)
def test_a_tree_only_narrows_when_every_condition_has_to_hold(app, tree, narrows):
    assert trees.only_narrows(tree) is narrows


def test_room_for_sets_is_made_where_somebody_must_not_be_in_one(world, acting):
    def room():
        return "" if is_sqlite() else db.session.scalar(sa.text("show work_mem"))

    with acting(world.officer):
        before = room()
        queries.make_room(group(PERSON))
        assert room() == before
        frozen = make_segment(world.sgr, tree=group(QUIET), is_static=True, frozen_at=now())
        queries.make_room(frozen)
        assert room() == before
        queries.make_room(group(QUIET))
        assert is_sqlite() or room() == "64MB" != before
