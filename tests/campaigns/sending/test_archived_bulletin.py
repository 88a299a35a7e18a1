"""A bulletin is not archived over the heads of those who send it; where it was archived all the same, nothing of it leaves."""

import datetime as dt

import pytest
import sqlalchemy as sa

from crm.bulletins.models import Bulletin
from crm.campaigns.models import Campaign, CampaignState
from crm.campaigns.sending import service
from crm.campaigns.sending.states import NotNow
from tests.campaigns.factories import make_bulletin, make_campaign
from tests.campaigns.sending.office import SYSTEM

STATES = [CampaignState.SCHEDULED, CampaignState.MISSED, CampaignState.PREPARING, CampaignState.RUNNING, CampaignState.PAUSED]


def put_away(post, campaign_id, *, back=False):
    """As another process does between our look and our press."""
    with post.acting(SYSTEM) as session:
        bulletin_id = session.get(Campaign, campaign_id).bulletin_id
        changed = sa.update(Bulletin).where(Bulletin.id == bulletin_id).values(archived_at=None if back else post.now())
        session.execute(changed)
        return bulletin_id


def act(post, campaign_id, work):
    with post.acting(SYSTEM) as session:
        work(session.get(Campaign, campaign_id), by=post.world.manager)


def waits(post, campaign_id):
    campaign = post.get(campaign_id)
    return campaign.state, campaign.state_reason


@pytest.mark.parametrize("state", STATES)
def test_while_a_campaign_is_on_its_way_the_bulletin_is_not_archived_and_its_page_leads_there(browser, world, acting, state):
    with acting(world.manager) as session:
        bulletin = make_bulletin(world.sgr, "Kabar Layanan")
        campaign = make_campaign(world.sgr, "Edisi libur", by=world.officer, bulletin=bulletin, state=state)
    browser.sign_in(world.manager)
    page = browser.follow(browser.post(f"/bulletins/{bulletin.id}/archival")).text
    assert "Belum diarsipkan" in page
    assert f'href="/campaigns/{campaign.id}/results"' in page.split("<aside")[1]
    with acting(SYSTEM) as session:
        assert session.get(Bulletin, bulletin.id).archived_at is None


@pytest.mark.parametrize("state", [CampaignState.FINISHED, CampaignState.CANCELLING, CampaignState.CANCELLED])
def test_what_has_ended_keeps_no_bulletin_from_being_archived(browser, world, acting, state):
    with acting(world.manager):
        bulletin = make_bulletin(world.sgr)
        make_campaign(world.sgr, by=world.officer, bulletin=bulletin, state=state)
    browser.sign_in(world.manager).post(f"/bulletins/{bulletin.id}/archival")
    with acting(SYSTEM) as session:
        assert session.get(Bulletin, bulletin.id).archived_at is not None


def test_drafts_to_its_readers_are_named_when_it_is_archived(browser, world, acting):
    with acting(world.manager):
        bulletin = make_bulletin(world.sgr)
        for name in ("Edisi 41", "Edisi 42", "Edisi 43", "Edisi 44"):
            make_campaign(world.sgr, name, by=world.officer, bulletin=bulletin, state=CampaignState.DRAFT)
    page = browser.sign_in(world.manager).follow(browser.post(f"/bulletins/{bulletin.id}/archival")).text
    assert "Edisi 44, Edisi 43, Edisi 42 …" in page


def test_an_hour_that_comes_for_an_archived_bulletin_asks_a_person_and_goes_out_once_it_is_back(post, browser):
    at = post.now() + dt.timedelta(hours=1)
    campaign_id, _rows = post.bulletin_campaign(["orang0@dinas.example", "orang1@dinas.example"], scheduled_at=at)
    with post.acting(SYSTEM) as session:
        session.execute(sa.update(Campaign).values(state=CampaignState.SCHEDULED, prepared_at=post.now()))
    bulletin_id = put_away(post, campaign_id)
    post.clock.forward(minutes=61)
    post.tend()
    assert waits(post, campaign_id) == (CampaignState.PAUSED, "bulletin-archived")
    assert not post.sendgrid.calls

    browser.sign_in(post.world.manager)
    page = browser.get(f"/campaigns/{campaign_id}/results").text
    assert page.count("Buletinnya diarsipkan") == 1
    assert f'href="/bulletins/{bulletin_id}"' in page
    assert "/resume" not in page
    refused = browser.follow(browser.post(f"/campaigns/{campaign_id}/resume")).text
    assert refused.count("Buletinnya diarsipkan") == 2  # as an answer, and beside the buttons
    assert "Buletinnya diarsipkan" in browser.get("/desk").text  # on the desk
    post.tend()
    assert not post.sendgrid.calls

    put_away(post, campaign_id, back=True)
    browser.post(f"/campaigns/{campaign_id}/resume")
    post.tend()
    assert post.states(campaign_id) == {"accepted": 2}


def test_archived_in_the_middle_nothing_more_leaves_and_nobody_is_lost(post, monkeypatch):
    monkeypatch.setitem(post.app.config, "SEND_CALLS", 1)
    emails = [f"orang{n}@dinas.example" for n in range(30)]
    campaign_id, _rows = post.bulletin_campaign(emails)
    seen = []

    def behave(_payload):
        seen.append(1)
        if len(seen) == 1:
            engine = sa.create_engine(post.app.config["SQLALCHEMY_DATABASE_URI"])
            with engine.begin() as connection:
                connection.execute(sa.update(Bulletin.__table__).values(archived_at=post.now()))
            engine.dispose()
        return "accept"

    post.sendgrid.behaviour = behave
    post.send()
    assert waits(post, campaign_id) == (CampaignState.PAUSED, "bulletin-archived")
    gone = post.states(campaign_id)["accepted"]
    assert gone < 30
    put_away(post, campaign_id, back=True)
    act(post, campaign_id, service.resume)
    post.send()
    post.assert_whole(campaign_id, 30)


@pytest.mark.parametrize(
    ("state", "reason", "work"),
    [
        (CampaignState.MISSED, "missed", service.reschedule),
        (CampaignState.PAUSED, "by-person", service.resume),
        (CampaignState.PAUSED, "first-batch", service.go_on),
    ],
)
def test_nothing_lets_it_go_on_while_the_bulletin_is_archived_but_it_can_be_stopped(post, state, reason, work):
    campaign_id, _rows = post.bulletin_campaign(["orang0@dinas.example"], scheduled_at=post.now())
    with post.acting(SYSTEM) as session:
        session.execute(sa.update(Campaign).values(state=state, state_reason=reason, prepared_at=post.now()))
    put_away(post, campaign_id)
    with pytest.raises(service.BulletinArchived):
        act(post, campaign_id, work)
    act(post, campaign_id, service.cancel)
    post.tend()
    assert post.get(campaign_id).state is CampaignState.CANCELLED
    with pytest.raises(NotNow):
        act(post, campaign_id, work)


def test_a_missed_one_of_an_archived_bulletin_offers_no_time_and_says_why(post, browser):
    campaign_id, _rows = post.bulletin_campaign(["orang0@dinas.example"], scheduled_at=post.now())
    with post.acting(SYSTEM) as session:
        session.execute(sa.update(Campaign).values(state=CampaignState.MISSED, state_reason="missed"))
    put_away(post, campaign_id)
    page = browser.sign_in(post.world.manager).get(f"/campaigns/{campaign_id}/results").text
    assert page.count("Buletinnya diarsipkan") == 1
    assert "/new-time" not in page
    browser.post(f"/campaigns/{campaign_id}/new-time", {"when": "now"}, status=303)
    assert post.get(campaign_id).state is CampaignState.MISSED
