"""The list of campaigns: four tabs, each campaign in one of them."""

import re

import pytest

from crm.campaigns import approval, queries
from crm.campaigns.models import Campaign, CampaignState
from crm.campaigns.writing import blocks
from tests.campaigns.factories import after, count_anew, make_campaign, make_delivery
from tests.campaigns.writing.drafts import draft, one_of_each


@pytest.fixture
def campaign(world, acting):
    with acting(world.officer):
        return make_campaign(world.sgr, by=world.officer, draft=blocks.clean(draft(*one_of_each())))


def test_the_list_shows_drafts_and_leads_to_them(browser, world, campaign):
    page = browser.sign_in(world.officer).get("/campaigns", queries=14)
    assert f'href="/campaigns/{campaign.id}"' in page.text
    assert campaign.name not in browser.get("/campaigns?view=sent").text
    browser.get("/campaigns?view=nonsense", status=400)
    browser.get("/campaigns?after=nonsense", status=400)


def test_what_was_sent_says_in_the_list_what_came_of_it_and_when(browser, world, acting):
    with acting(world.officer):
        sent = make_campaign(world.sgr, "Terkirim kemarin", by=world.officer, state=CampaignState.FINISHED)
        for number in range(3):
            make_delivery(sent, f"{number}@kantor.example", delivered=60 if number else None)
        make_campaign(world.sgr, "Besok pagi", by=world.officer, state=CampaignState.SCHEDULED, scheduled_at=after(86400))
        count_anew(sent)
    browser.sign_in(world.officer)
    row = re.search(r"Terkirim kemarin.*?</tr>", browser.get("/campaigns?view=sent").text, re.DOTALL)[0]
    assert "2 dari 3 sampai" in row
    assert "0 orang mengeklik tautan" in row
    row = re.search(r"Besok pagi.*?</tr>", browser.get("/campaigns?view=sending").text, re.DOTALL)[0]
    assert "belum ada yang terkirim" in row
    assert "20\xa0Nov, 09.00\xa0WIB" in row


def test_a_draft_that_waits_for_approval_stands_and_counts_once(browser, world, acting, campaign):
    with acting(world.officer) as session:
        approval.ask(session.get(Campaign, campaign.id), by=world.officer)
        make_campaign(world.sgr, "Naskah lain", by=world.officer)
    browser.sign_in(world.officer)
    drafts, waiting = (browser.get(f"/campaigns?view={view}").text for view in ("drafts", "waiting"))
    assert (campaign.name in drafts, campaign.name in waiting) == (False, True)
    assert ("Naskah lain" in drafts, "Naskah lain" in waiting) == (True, False)
    with acting(world.officer):
        assert {view: number for view, number in queries.counts().items() if number} == {
            queries.View.DRAFTS: 1,
            queries.View.WAITING: 1,
        }
