"""Running counts of a campaign."""

from crm.campaigns import tallies
from crm.campaigns.tallies import Count
from tests.campaigns.factories import make_campaign, set_tallies


def test_counts_start_at_nothing_and_add_up(world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr)
        assert tallies.of([campaign.id]) == {campaign.id: {}}
        tallies.move(campaign.id, {Count.DELIVERED: 3, Count.HARD_BOUNCED: 1, Count.OPENED: 0})
        tallies.move(campaign.id, {Count.DELIVERED: 2})
        assert tallies.of([campaign.id])[campaign.id] == {Count.DELIVERED: 5, Count.HARD_BOUNCED: 1}


def test_counts_of_another_office_are_not_seen(world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr)
        set_tallies(campaign, delivered=3)
        campaign_id = campaign.id
    with acting(world.sister_officer):
        assert tallies.of([campaign_id]) == {campaign_id: {}}
