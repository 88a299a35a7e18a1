"""The audience read out for the preparation: who is in it is asked once, what speaks against each when their piece is."""

import pytest

from crm.campaigns import audience
from crm.campaigns.audience import roll as rolls
from crm.campaigns.models import Exclusion
from crm.core.clock import now
from crm.core.db import db
from crm.mail.models import SuppressionReason
from crm.stakeholders.models import Person
from tests.campaigns.audience.test_queries import PEOPLE, person, suppress
from tests.campaigns.factories import make_bulletin, make_campaign, make_segment, make_subscription


@pytest.fixture
def seven(world, acting):
    """Seven people with an address each, and a campaign to all people."""
    with acting(world.officer):
        people = [person(world.sgr, f"Warga {number}", f"warga{number}@rumah.example") for number in range(7)]
        return make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id), people


def names(pieces):
    return [one.name for piece in pieces for one in piece]


def test_pieces_are_as_large_as_asked_for_and_end_with_an_empty_one(world, acting, seven):
    campaign, people = seven
    with acting(world.officer):
        roll, after, sizes = audience.Roll(campaign), 0, []
        while piece := roll.piece(campaign, after, 3):
            after = piece[-1].key
            sizes.append(len(piece))
        assert sizes == [3, 3, 1]
        assert after == people[-1].id


def test_two_who_read_by_turns_from_where_the_other_stopped_read_everybody_once(world, acting, seven):
    campaign, _people = seven
    with acting(world.officer):
        readers, after, read = [audience.Roll(campaign), audience.Roll(campaign)], 0, []
        for turn in range(4):
            piece = readers[turn % 2].piece(campaign, after, 2)
            read.append(piece)
            after = piece[-1].key
        assert names(read) == [f"Warga {number}" for number in range(7)]


def test_who_refused_after_the_roll_was_made_does_not_receive(world, acting, seven):
    campaign, _people = seven
    with acting(world.officer):
        roll = audience.Roll(campaign)
        suppress("warga2@rumah.example", SuppressionReason.UNSUBSCRIBED)
        assert {one.name: one.exclusion for one in roll.piece(campaign, 0, 10) if one.exclusion} == {
            "Warga 2": Exclusion.UNSUBSCRIBED
        }


def test_who_was_archived_after_the_roll_was_made_is_told_as_archived(world, acting, seven):
    campaign, people = seven
    with acting(world.officer):
        roll = audience.Roll(campaign)
        db.session.get_one(Person, people[3].id).archived_at = now()
        db.session.flush()
        assert {one.name: one.exclusion for one in roll.piece(campaign, 0, 10) if one.exclusion} == {
            "Warga 3": Exclusion.ARCHIVED
        }


def test_who_came_after_the_roll_was_made_is_not_in_it(world, acting, seven):
    campaign, _people = seven
    with acting(world.officer):
        roll = audience.Roll(campaign)
        person(world.sgr, "Warga Baru", "baru@rumah.example")
        assert "Warga Baru" not in names([roll.piece(campaign, 0, 10)])


def test_a_piece_of_which_nobody_is_left_does_not_end_the_list(world, acting):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        subscriptions = [make_subscription(bulletin, f"pelanggan{number}@rumah.example") for number in range(4)]
        campaign = make_campaign(world.sgr, bulletin=bulletin)
        roll = audience.Roll(campaign)
        for one in subscriptions[:2]:
            db.session.delete(one)
        db.session.flush()
        assert [one.email for one in roll.piece(campaign, 0, 2)] == ["pelanggan2@rumah.example", "pelanggan3@rumah.example"]


def test_the_subscriptions_of_a_bulletin_come_before_those_of_its_segment_who_have_none(world, acting, seven):
    campaign, people = seven
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        for number in (5, 1):
            make_subscription(bulletin, f"warga{number}@rumah.example", people[number])
        campaign = make_campaign(world.sgr, bulletin=bulletin, segment_id=campaign.segment_id)
        found = list(audience.read_out(campaign, 2))
        assert [one.name for one in found] == [f"Warga {number}" for number in (5, 1, 0, 2, 3, 4, 6)]
        assert {one.name for one in found if one.exclusion is None} == {"Warga 5", "Warga 1"}
        assert {one.exclusion for one in found[2:]} == {Exclusion.NO_CONSENT}


def test_a_roll_of_nobody_has_no_piece(world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        assert audience.Roll(campaign).piece(campaign, 0, 10) == []
        assert audience.Roll(make_campaign(world.sgr)).piece(campaign, 0, 10) == []


def test_numbers_stand_in_order_over_several_lists(world, acting, seven, monkeypatch):
    campaign, people = seven
    monkeypatch.setattr(rolls, "AT_ONCE", 2)
    with acting(world.officer):
        (way,) = audience.Roll(campaign)._ways
    assert list(way.numbers) == [one.id for one in people]
