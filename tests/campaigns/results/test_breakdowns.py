"""What takes a pass over all deliveries: at once for small campaigns, by a job and with its moment for large ones."""

import pytest

from crm.campaigns import tallies
from crm.campaigns.models import Campaign, CampaignState
from crm.campaigns.results import breakdowns, lists, queries
from crm.campaigns.tallies import Count
from crm.core.clock import now
from crm.core.jobs import enqueue
from tests.campaigns.events.conftest import SYSTEM
from tests.campaigns.factories import count_anew, make_campaign, make_delivery
from tests.campaigns.results.little_world import plant
from tests.campaigns.results.test_pages import words
from tests.counting import count_queries


@pytest.fixture
def large(monkeypatch):
    """Ten deliveries are many."""
    monkeypatch.setattr(breakdowns, "LARGE", 10)


def work(acting, jobs):
    with acting(SYSTEM):
        enqueue("campaigns.work_out_results")
    jobs.run_all()


def test_a_small_campaign_is_worked_out_at_once(world, acting):
    with acting(world.officer):
        found = breakdowns.of(plant(world).campaign, 11)
        assert found is not None
        assert (found.as_of, found.half, found.most) == (None, 6, 600)
        assert found.links == {0: (2, 2), 1: (1, 1), 2: (0, 1)}


def test_a_large_one_is_being_counted_until_the_job_has_been(world, acting, jobs, clock, large, browser):
    clock.freeze("2026-11-20 09:00")
    with acting(world.officer):
        campaign_id = plant(world).campaign.id
    address = f"/campaigns/{campaign_id}/results"
    page = words(browser.sign_in(world.viewer).get(address))
    assert "Sedang dihitung" in page
    assert "6 dari 11 surel sampai" in page  # the running counts are there at once
    assert "kiri.example" not in page
    work(acting, jobs)
    page = words(browser.get(address))
    assert "Sedang dihitung" not in page
    assert "kiri.example" in page
    assert "Dihitung 20 Nov" in page


def test_what_the_job_keeps_is_what_a_small_one_shows(world, acting, jobs, monkeypatch):
    with acting(world.officer):
        campaign = plant(world).campaign
        campaign_id, anew = campaign.id, breakdowns.work_out(campaign)
    monkeypatch.setattr(breakdowns, "LARGE", 10)
    work(acting, jobs)
    with acting(world.officer) as session:
        found = breakdowns.of(session.get(Campaign, campaign_id), 11)
        assert (found.domains, found.links, found.clicks) == (anew.domains, anew.links, anew.clicks)
        assert (found.half, found.most) == (anew.half, anew.most)


def test_it_is_worked_out_again_only_when_counts_moved_and_not_too_often(world, acting, jobs, clock, large):
    clock.freeze("2026-11-20 09:00")
    with acting(world.officer):
        campaign_id = plant(world).campaign.id
    work(acting, jobs)

    def as_of():
        with acting(world.officer) as session:
            return breakdowns.of(session.get(Campaign, campaign_id), 11).as_of

    first = as_of()
    clock.forward(hours=1)
    work(acting, jobs)
    assert as_of() == first  # nothing moved
    with acting(SYSTEM):
        tallies.move(campaign_id, {Count.CLICKED: 1})
    work(acting, jobs)
    second = as_of()
    assert second == now()
    with acting(SYSTEM):
        tallies.move(campaign_id, {Count.CLICKED: -1})
    clock.forward(minutes=1)
    work(acting, jobs)
    assert as_of() == second  # too soon
    clock.forward(minutes=2)
    work(acting, jobs)
    assert as_of() == now()


def test_a_page_of_a_large_campaign_reads_no_delivery(world, acting, large):
    with acting(world.officer):
        campaign = plant(world).campaign
        with count_queries() as counting:
            figures = queries.figures(campaign)
            assert breakdowns.of(campaign, figures["accepted"]) is None
        assert not [statement for statement in counting.statements if "FROM deliveries" in statement]


def test_a_list_that_has_to_look_at_many_goes_on_where_it_stopped(world, acting, monkeypatch):
    monkeypatch.setattr(lists, "WALK", 3)
    with acting(world.officer):
        campaign = plant(world).campaign
        for name in ("domain:atas.example", "clicked", "silent", "in-doubt", "delivered"):
            walked, cursor, pages = [], None, 0
            while True:
                page = lists.page(campaign, name, cursor=cursor, size=2)
                walked += [row.email for row in page.rows]
                cursor, pages = page.next_cursor, pages + 1
                if cursor is None:
                    break
            monkeypatch.setattr(lists, "WALK", 1000)
            assert walked == [row.email for row in lists.page(campaign, name).rows], name
            monkeypatch.setattr(lists, "WALK", 3)
            assert pages > 3


def test_running_counts_give_every_measure_that_rows_give(world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED)
        make_delivery(campaign, "a@x.example", delivered=3, opened=4, machine_opened=5, machine_clicked=6)
        make_delivery(campaign, "b@x.example", deferred=3, dropped=4, clicked=5, machine_clicked=6)
        make_delivery(campaign, "c@x.example", bounced=3, machine_opened=4, machine_clicked=6)
        count_anew(campaign)
        figures = queries.figures(campaign)
        for name in queries.MEASURES:
            assert figures[name] == len(lists.page(campaign, name).rows), name
