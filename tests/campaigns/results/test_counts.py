"""Every number of a campaign's page against figures counted by hand."""

import pytest

from crm.campaigns.models import CampaignState
from crm.campaigns.results import lists, queries
from crm.campaigns.results.figures import Delays, Figures, Range
from crm.campaigns.results.measures import MEASURES
from tests.campaigns.factories import count_anew, make_campaign, make_delivery
from tests.campaigns.results.little_world import COUNTED, plant


def test_every_figure_is_what_was_counted_by_hand(world, acting):
    with acting(world.officer):
        planted = plant(world)
        figures = queries.figures_of([planted.campaign])[planted.campaign.id]
        assert {name: figures[name] for name in COUNTED} == COUNTED
        assert set(COUNTED) == {*MEASURES, "in-doubt"}
        assert figures.reading == Range(2, 2, 1)
        assert figures.clicking == Range(1, 1, 1)
        assert (figures.machines, figures.attention) == (2, 7)
        assert figures.delivered_share == 6 / 11
        assert figures.complaint_share == 1 / 6


def test_every_figure_opens_a_list_of_as_many(world, acting):
    with acting(world.officer):
        planted = plant(world)
        for name, number in COUNTED.items():
            assert len(lists.page(planted.campaign, name).rows) == number, name


def test_reasons_domains_links_and_delays(world, acting):
    with acting(world.officer):
        campaign = plant(world).campaign
        assert queries.skipped_by_reason(campaign) == [("no-consent", 2), ("bounced", 1), ("duplicate", 1), ("fatigue", 1)]
        found = [
            (row.name, row.accepted, row.delivered, row.bounced, row.complained, row.clicked)
            for row in queries.by_domain(campaign)
        ]
        assert found == [
            ("kiri.example", 4, 3, 1, 0, 0),
            ("tengah.example", 4, 0, 1, 0, 0),
            ("kanan.example", 2, 2, 0, 0, 2),
            ("atas.example", 1, 1, 0, 1, 0),
        ]
        links = queries.links_of(queries.content_of(campaign), queries.clicks_by_link(campaign))
        assert [(link.number, link.people, link.machines) for link in links] == [(0, 2, 2), (1, 1, 1), (2, 0, 1)]
        delays = queries.delays_of(campaign)
        assert sorted(delays.counts) == [(2, 1), (4, 1), (6, 1), (8, 1), (10, 1), (600, 1)]
        assert (delays.percentile(0.5), delays.percentile(0.95)) == (6, 600)
        assert queries.clicks_by_hour(campaign) == [0, 1, *[2] * 11]  # a after 90 seconds, b after 5 hours


def test_the_keyed_lists_hold_what_their_tables_count(world, acting):
    with acting(world.officer):
        campaign = plant(world).campaign
        for reason, number in queries.skipped_by_reason(campaign):
            assert len(lists.page(campaign, f"skipped:{reason}").rows) == number
        for row in queries.by_domain(campaign):
            shown = {
                "domain": row.accepted,
                "domain-delivered": row.delivered,
                "domain-bounced": row.bounced,
                "domain-clicked": row.clicked,
            }
            for name, number in shown.items():
                assert len(lists.page(campaign, f"{name}:{row.name}").rows) == number, name
        for link in queries.links_of(queries.content_of(campaign), queries.clicks_by_link(campaign)):
            assert len(lists.page(campaign, f"link:{link.number}").rows) == link.people
            assert len(lists.page(campaign, f"link-machine:{link.number}").rows) == link.machines


def test_walking_a_list_gives_each_once(world, acting):
    with acting(world.officer):
        campaign = plant(world).campaign
        whole = [row.id for row in lists.page(campaign, "target").rows]
        walked, cursor = [], None
        while True:
            page = lists.page(campaign, "target", cursor=cursor, size=3)
            walked += [row.id for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert walked == whole


@pytest.mark.parametrize("figure", ["", "nothing", "delivered:x", "skipped:x", "link:", "link:a", "link:99999", "domain:"])
def test_a_figure_that_there_is_not_is_told(figure, world, acting):
    with pytest.raises(lists.UnknownFigure):
        lists.split(figure)


def test_the_page_while_sending_reads_calls_and_running_counts(world, acting, clock):
    clock.freeze("2026-11-19 09:01")
    with acting(world.officer):
        campaign = plant(world, state=CampaignState.RUNNING).campaign
        progress = queries.progress_of(campaign)
        assert (progress.target, progress.skipped, progress.to_send) == (20, 5, 15)
        assert (progress.accepted, progress.in_doubt, progress.failed, progress.waiting) == (11, 2, 1, 1)
        assert (progress.delivered, progress.bounced, progress.complained) == (6, 2, 1)
        assert progress.per_minute == 11  # eleven handed over a minute ago
        assert progress.minutes_left == 1


def test_a_campaign_of_nobody_divides_by_nothing(world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED)
        figures = queries.figures_of([campaign])[campaign.id]
        assert figures.delivered_share is None
        assert figures.complaint_share is None
        assert figures.complaint_level == "good"
        assert queries.delays_of(campaign).percentile(0.5) is None
        assert queries.clicks_by_hour(campaign)[-1] == 0


@pytest.mark.parametrize(("complained", "level"), [(0, "good"), (9, "good"), (10, "soon"), (29, "soon"), (30, "late")])
def test_complaints_are_judged_by_the_two_lines(complained, level):
    figures = Figures(dict.fromkeys(MEASURES, 0) | {"complained": complained, "delivered": 10_000})
    assert figures.complaint_level == level


@pytest.mark.parametrize(("share", "seconds"), [(0.5, 2), (0.75, 3), (0.95, 4), (1.0, 4)])
def test_a_percentile_is_a_time_that_occurred(share, seconds):
    assert Delays(((4, 1), (1, 1), (3, 1), (2, 1))).percentile(share) == seconds


def test_a_mail_that_came_back_after_it_arrived_did_not_arrive(world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED)
        make_delivery(campaign, "a@x.example", delivered=2, bounced=4000, is_hard_bounce=True)
        count_anew(campaign)
        figures = queries.figures_of([campaign])[campaign.id]
        assert (figures["delivered"], figures["hard-bounced"]) == (0, 1)
