"""What was counted of a large campaign is counted again only when something happened."""

from crm.campaigns import tallies
from crm.campaigns.models import CampaignState
from crm.campaigns.results import kept, queries
from crm.campaigns.tallies import Count
from tests.campaigns.factories import make_campaign, make_delivery, set_tallies
from tests.counting import count_queries


def test_the_same_running_counts_need_no_second_pass(world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED)
        make_delivery(campaign, "a@x.example", delivered=3)
        set_tallies(campaign, accepted=kept.LARGE, delivered=1)
        (first,) = kept.counted(campaign, queries.figures)
        with count_queries() as counting:
            (again,) = kept.counted(campaign, queries.figures)
        assert counting.count == 1  # the running counts
        assert again == first
        make_delivery(campaign, "b@x.example", delivered=4)
        tallies.move(campaign.id, {Count.DELIVERED: 1})
        (now,) = kept.counted(campaign, queries.figures)
        assert now["delivered"] == 2


def test_a_small_campaign_is_counted_each_time(world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED)
        set_tallies(campaign, accepted=1)
        assert kept.counted(campaign, queries.figures)[0]["delivered"] == 0
        make_delivery(campaign, "a@x.example", delivered=3)
        assert kept.counted(campaign, queries.figures)[0]["delivered"] == 1
