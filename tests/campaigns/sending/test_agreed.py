"""The list that goes out is the one that was approved: what changes between the press and the preparation makes it wait for a person."""

import pytest

from crm.bulletins import service as bulletins
from crm.bulletins.consents import Consent
from crm.bulletins.models import ConsentChannel, LegalBasis
from crm.campaigns import approval
from crm.campaigns.models import Campaign, CampaignApproval, CampaignKind, CampaignState
from crm.campaigns.sending import service
from crm.campaigns.writing import blocks
from crm.segments import service as segments
from crm.segments.models import Segment
from tests.campaigns.factories import make_bulletin, make_campaign, make_segment, make_subscription
from tests.campaigns.sending.office import SYSTEM
from tests.campaigns.writing.drafts import draft, one_of_each
from tests.stakeholders.factories import make_contact, make_organization, make_person


def all_of(kind):
    return {"op": "and", "not": False, "items": [{"condition": "kind", "not": False, "kind": kind}]}


def approved(post, **fields):
    """A draft of the officer that the manager approved."""
    world = post.world
    with post.acting(world.officer):
        campaign = make_campaign(world.sgr, by=world.officer, draft=blocks.clean(draft(*one_of_each())), **fields)
        asked = approval.ask(campaign, by=world.officer).id
    with post.acting(world.manager) as session:
        approval.decide(session.get(CampaignApproval, asked), yes=True, by=world.manager)
    return campaign.id


def press_send(post, campaign_id):
    with post.acting(post.world.officer) as session:
        service.send(session.get(Campaign, campaign_id), by=post.world.officer)


def sent_to_another_segment(post, *, by):
    """Approved for a person and sent; then somebody makes an organization of the segment, as many as before."""
    office = post.world.sgr
    with post.acting(SYSTEM):
        make_contact(make_person(office), "orang0@dinas.example")
        make_contact(make_organization(office), "orang1@dinas.example")
        segment = make_segment(office, tree=all_of("person")).id
    campaign_id = approved(post, segment_id=segment, kind=CampaignKind.NOTICE)
    press_send(post, campaign_id)
    post.clock.forward(seconds=1)
    with post.acting(by) as session:
        row = session.get(Segment, segment)
        segments.change_segment(row, row.name, all_of("organization"), is_static=False, seen_version=row.version, by=by)
    return campaign_id


@pytest.fixture
def bulletin(post):
    with post.acting(SYSTEM):
        made = make_bulletin(post.world.sgr)
        for n in range(3):
            make_subscription(made, f"orang{n}@dinas.example")
        return made


def test_who_comes_onto_the_list_after_the_press_makes_it_wait_for_a_person(post, bulletin):
    campaign_id = approved(post, bulletin=bulletin)
    press_send(post, campaign_id)
    with post.acting(SYSTEM):
        make_subscription(bulletin, "orang9@dinas.example")
    post.tend()
    campaign = post.get(campaign_id)
    assert (campaign.state, campaign.state_reason) == (CampaignState.PAUSED, "recipients-changed")
    assert not post.sendgrid.calls
    with post.acting(post.world.manager) as session:
        service.resume(session.get(Campaign, campaign_id), by=post.world.manager)
    post.tend()
    assert post.states(campaign_id) == {"accepted": 4}


def test_who_asked_or_changed_the_recipients_does_not_let_another_list_go(browser, post):
    """Approved for few, the segment made wider after the press, and "go on": nobody but the officer would have looked at it."""
    world = post.world
    campaign_id = sent_to_another_segment(post, by=world.admin)
    post.tend()
    for who, sees_button in ((world.officer, False), (world.colleague, False), (world.admin, True)):
        browser.sign_in(who)
        page = browser.get(f"/campaigns/{campaign_id}/results").text
        assert (f'action="/campaigns/{campaign_id}/resume"' in page) is sees_button
        told = browser.follow(browser.post(f"/campaigns/{campaign_id}/resume")).text
        said = told.count("yang tidak meminta persetujuan dan tidak mengubah penerima")
        assert said == 2, who.name  # as an answer, and beside the buttons
    post.tend()
    assert not post.sendgrid.calls
    browser.sign_in(world.manager).post(f"/campaigns/{campaign_id}/resume")
    post.tend()
    assert set(post.sendgrid.people) == {"orang1@dinas.example"}


def test_who_left_after_the_press_keeps_nobody_waiting(post, bulletin):
    campaign_id = approved(post, bulletin=bulletin)
    press_send(post, campaign_id)
    with post.acting(SYSTEM):
        bulletins.end_subscription(bulletins.subscriptions_of("orang1@dinas.example")[0], how="link")
    post.tend()
    assert post.get(campaign_id).state is CampaignState.FINISHED
    assert set(post.sendgrid.people) == {"orang0@dinas.example", "orang2@dinas.example"}


def join_now(post, bulletin, email):
    """As a reader does who confirms their address at this moment."""
    with post.acting(SYSTEM):
        make_subscription(bulletin, email, created_at=post.now(), confirmed_at=post.now())


def leave(post, *emails):
    with post.acting(SYSTEM):
        for email in emails:
            bulletins.end_subscription(bulletins.subscriptions_of(email)[0], how="link")


@pytest.mark.parametrize("left", [["orang1@dinas.example"], ["orang1@dinas.example", "orang2@dinas.example"]])
def test_who_comes_in_place_of_somebody_who_left_makes_it_wait_for_a_person(post, bulletin, left):
    campaign_id = approved(post, bulletin=bulletin)
    press_send(post, campaign_id)
    leave(post, *left)
    post.clock.forward(seconds=1)
    join_now(post, bulletin, "orang9@dinas.example")
    post.tend()
    assert post.get(campaign_id).state_reason == "recipients-changed"
    assert not post.sendgrid.calls


def test_who_left_and_came_back_is_new_though_the_subscription_is_old(post, bulletin):
    campaign_id = approved(post, bulletin=bulletin)
    press_send(post, campaign_id)
    leave(post, "orang0@dinas.example", "orang1@dinas.example")
    post.clock.forward(seconds=1)
    with post.acting(SYSTEM):
        moment = post.now()
        wish = Consent(LegalBasis.CONSENT, ConsentChannel.WEB, "Saya setuju.", "1", moment, "/subscribe", moment)
        bulletins.subscribe(bulletin, "orang0@dinas.example", wish, own_wish=True)
    post.tend()
    assert post.get(campaign_id).state_reason == "recipients-changed"
    assert not post.sendgrid.calls


def test_another_address_in_place_of_somebody_who_left_makes_it_wait_for_a_person(post, bulletin):
    """The subscription is old, and nobody agreed to the address that it has now."""
    campaign_id = approved(post, bulletin=bulletin)
    press_send(post, campaign_id)
    leave(post, "orang1@dinas.example")
    post.clock.forward(seconds=1)
    with post.acting(post.world.officer):
        moved = bulletins.subscriptions_of("orang0@dinas.example")[0]
        bulletins.change_address(moved, "orang9@dinas.example", by=post.world.officer)
    post.tend()
    assert post.get(campaign_id).state_reason == "recipients-changed"
    assert not post.sendgrid.calls


def test_another_segment_of_the_same_size_makes_it_wait_for_a_person(post):
    campaign_id = sent_to_another_segment(post, by=post.world.officer)
    post.tend()
    assert post.get(campaign_id).state_reason == "recipients-changed"
    assert not post.sendgrid.calls
