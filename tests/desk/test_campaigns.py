"""Campaigns on the desk: what waits for whom."""

import pytest

from crm.bulletins.feeds import service as feeds
from crm.bulletins.feeds.gathering import Gathered
from crm.bulletins.feeds.items import Reading
from crm.campaigns.models import ApprovalState, BatchState, CampaignState
from crm.desk.campaigns import waiting_for
from tests.campaigns.factories import after, make_approval, make_batch, make_bulletin, make_campaign, make_content
from tests.campaigns.test_from_site import item


@pytest.fixture
def asked(world, acting, clock):
    clock.freeze("2026-11-19 09:00")
    with acting(world.officer):
        content = make_content(world.sgr)
        campaign = make_campaign(world.sgr, "Minta persetujuan", content=content, by=world.officer)
        make_approval(campaign, world.officer)
        decided = make_campaign(world.sgr, "Sudah diputus", content=content, by=world.officer)
        make_approval(decided, world.officer, state=ApprovalState.APPROVED)
        return campaign.id


def seen(user, acting, *, whole_office=False):
    with acting(user):
        return [(row.name, row.what) for row in waiting_for(user, whole_office=whole_office)]


def test_who_may_approve_sees_what_a_colleague_asks(world, acting, asked):
    assert seen(world.manager, acting) == [("Minta persetujuan", "approval")]
    assert seen(world.officer, acting) == []  # wrote it
    assert seen(world.colleague, acting) == []  # may not approve
    assert seen(world.sister_manager, acting) == []


def test_nobody_is_asked_about_what_they_wrote_themselves(world, acting):
    with acting(world.manager):
        campaign = make_campaign(world.sgr, content=make_content(world.sgr), by=world.manager)
        make_approval(campaign, world.officer)
    assert seen(world.manager, acting) == []


def test_what_stopped_by_itself_waits_for_its_writer(world, acting, clock):
    clock.freeze("2026-11-19 18:00")
    with acting(world.officer):
        mine = {"by": world.officer}
        make_campaign(world.sgr, "Terlewat", state=CampaignState.MISSED, updated_at=after(1), **mine)
        make_campaign(world.sgr, "Keluhan", state=CampaignState.PAUSED, state_reason="complaints", updated_at=after(2), **mine)
        make_campaign(world.sgr, "Dijeda orang", state=CampaignState.PAUSED, state_reason="by-person", **mine)
        old = make_campaign(world.sgr, "Ragu lama", state=CampaignState.RUNNING, **mine)
        make_batch(old, 5, state=BatchState.IN_DOUBT, in_doubt_since=after(3))
        new = make_campaign(world.sgr, "Ragu baru", state=CampaignState.RUNNING, **mine)
        make_batch(new, 5, state=BatchState.IN_DOUBT, in_doubt_since=after(8 * 3600))
        tried = make_campaign(world.sgr, "Hanya uji", state=CampaignState.RUNNING, **mine)
        make_batch(tried, 1, state=BatchState.IN_DOUBT, in_doubt_since=after(3), is_canary=True)
        make_campaign(world.sgr, "Selesai", state=CampaignState.FINISHED, **mine)
    waits = [("Terlewat", "missed"), ("Keluhan", "paused"), ("Ragu lama", "doubt")]
    assert seen(world.officer, acting) == waits
    assert seen(world.colleague, acting) == []
    assert seen(world.colleague, acting, whole_office=True) == waits
    assert seen(world.sister_officer, acting, whole_office=True) == []
    assert seen(world.viewer, acting, whole_office=True) == []


def test_the_page_says_what_waits_and_leads_there(world, acting, browser, asked):
    with acting(world.officer):
        paused = make_campaign(world.sgr, "Buletin <b>", state=CampaignState.PAUSED, state_reason="bounces", by=world.officer).id
    page = browser.sign_in(world.officer).get("/desk").text
    assert "Buletin &lt;b&gt;" in page
    assert f'href="/campaigns/{paused}/results"' in page
    assert "Terlalu banyak alamat mati" in page
    page = browser.sign_in(world.manager).get("/desk").text
    assert "Minta persetujuan" in page
    assert "Rekan meminta persetujuan Anda" in page


def test_news_of_the_site_that_no_bulletin_told_become_one_in_one_press(world, acting, browser, clock):
    clock.freeze("2026-11-24 09:00")
    with acting(world.manager):
        bulletin = make_bulletin(world.sgr, "Kabar Sagara", feed_url="https://kanim.example/feed")
        feeds.keep(bulletin, bulletin.feed_url, Gathered(Reading((item(1, "Antrean <b>"), item(2)), None, "Situs")))
    page = browser.sign_in(world.officer).get("/desk").text
    assert "2 kabar yang belum masuk buletin" in page
    assert "Antrean &lt;b&gt;" in page
    assert "from-site" not in browser.sign_in(world.viewer).get("/desk").text
    assert "from-site" not in browser.sign_in(world.sister_officer).get("/desk").text
    answer = browser.sign_in(world.officer).post(f"/campaigns/from-site/{bulletin.id}")
    assert answer.location.endswith("/edit")
    assert "from-site" not in browser.get("/desk").text
