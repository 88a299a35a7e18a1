"""F15 to F18 and F-14 to F-16: refusals, a full house, a key that is no good, and bodies that are too large."""

import json

import pytest
import sqlalchemy as sa

from crm.campaigns.models import Batch, Campaign, CampaignState
from crm.campaigns.sending import service
from crm.mail.models import SendBudget
from tests.campaigns.sending.office import SYSTEM
from tests.mail.sendgrid_server import answer, refusal


def emails_of(payload):
    return [person["to"][0]["email"] for person in payload["personalizations"]]


def refusing(email, *, names_it):
    """SendGrid as it is about a bad address: the whole call is refused."""

    def behave(payload):
        if email not in emails_of(payload):
            return "accept"
        field = f"personalizations.{emails_of(payload).index(email)}.to.0.email" if names_it else None
        return refusal("Does not contain a valid address.", field)

    return behave


def test_f15_one_bad_address_fails_alone_and_the_others_get_it(post):
    post.sendgrid.behaviour = refusing("orang7@dinas.example", names_it=True)
    campaign_id = post.campaign(25)
    post.send()
    assert post.states(campaign_id) == {"accepted": 24, "failed": 1}
    assert post.reasons(campaign_id) == {"orang7@dinas.example": "Does not contain a valid address."}
    assert post.get(campaign_id).state is CampaignState.FINISHED
    assert max(post.sendgrid.people.values()) == 1


def test_f15_a_bad_address_that_is_not_named_is_found_by_halves_within_ten_refused_calls(post, monkeypatch):
    monkeypatch.setitem(post.app.config, "SEND_BATCH", 1000)
    post.sendgrid.behaviour = refusing("orang777@dinas.example", names_it=False)
    campaign_id = post.campaign(1000)
    post.send()
    assert post.states(campaign_id) == {"accepted": 999, "failed": 1}
    refused = [call for call in post.sendgrid.calls if "orang777@dinas.example" in emails_of(call[3])]
    assert len(refused) <= 11  # the whole, then ten halves
    assert max(post.sendgrid.people.values()) == 1


def test_f16_a_refusal_of_the_whole_call_stops_the_campaign_and_nothing_loops(post):
    post.sendgrid.behaviour = refusal("The from address does not match a verified Sender Identity.", "from")
    campaign_id = post.campaign(100)
    post.send()
    post.tend()
    campaign = post.get(campaign_id)
    assert campaign.state is CampaignState.PAUSED
    assert "verified Sender" in campaign.state_reason
    assert len(post.sendgrid.calls) <= 4  # those under way
    post.sendgrid.behaviour = "accept"
    with post.acting(SYSTEM) as session:
        service.resume(session.get(Campaign, campaign_id), by=post.world.manager)
    post.send()
    post.assert_whole(campaign_id, 100)


def test_f16_calls_that_are_always_refused_stop_the_campaign(post):
    post.sendgrid.behaviour = refusal("Bad request")
    campaign_id = post.campaign(400)
    post.send()
    assert post.get(campaign_id).state is CampaignState.PAUSED
    assert len(post.sendgrid.calls) < 60


def test_f17_a_full_house_makes_all_wait_till_it_is_over_and_then_one_tries(post):
    resets = int(post.now().timestamp()) + 120
    post.sendgrid.behaviour = answer(429, X_RateLimit_Reset=str(resets))
    campaign_id = post.campaign(60)
    post.send()
    first = len(post.sendgrid.calls)
    assert first <= 4
    post.send()
    post.minutes(1)
    assert len(post.sendgrid.calls) == first  # nobody hammers
    assert all(batch.attempt == 0 for batch in post.batches(campaign_id))  # no attempt is burnt
    post.clock.forward(seconds=70)
    post.send()
    assert len(post.sendgrid.calls) == first + 1  # one tries for all
    post.sendgrid.behaviour = "accept"
    post.minutes(30)
    post.assert_whole(campaign_id, 60)


def test_a_closed_door_is_knocked_at_ever_more_rarely_and_nothing_is_lost(post, monkeypatch):
    monkeypatch.setitem(post.app.config, "SENDGRID_HOST", "http://127.0.0.1:9")  # nobody listens there
    campaign_id = post.campaign(20)
    post.send()
    post.minutes(10)
    tries = max(batch.attempt for batch in post.batches(campaign_id))
    assert tries < 12
    assert post.states(campaign_id) == {"pending": 20}
    monkeypatch.setitem(post.app.config, "SENDGRID_HOST", post.sendgrid.host)
    post.minutes(12)
    post.assert_whole(campaign_id, 20)


@pytest.mark.parametrize("status", [401, 403])
def test_f18_a_key_that_is_no_good_pauses_with_a_plain_reason_and_it_goes_on_cleanly(post, status):
    post.sendgrid.behaviour = answer(status)
    campaign_id = post.campaign(60)
    post.send()
    campaign = post.get(campaign_id)
    assert (campaign.state, campaign.state_reason) == (CampaignState.PAUSED, "not-authorized")
    assert len(post.sendgrid.calls) <= 4
    post.sendgrid.behaviour = "accept"
    with post.acting(SYSTEM) as session:
        service.resume(session.get(Campaign, campaign_id), by=post.world.manager)
    post.send()
    post.assert_whole(campaign_id, 60)


def test_a_redirect_is_followed_nowhere_and_leaves_doubt(post):
    post.sendgrid.behaviour = answer(302, Location=post.sendgrid.host + "/elsewhere")
    campaign_id = post.campaign(5)
    post.send()
    assert len(post.doubts(campaign_id)) == 1
    assert {call[1] for call in post.sendgrid.calls} == {"/v3/mail/send"}


def test_a_call_that_is_too_large_is_halved(post):
    post.sendgrid.behaviour = lambda payload: "accept" if len(payload["personalizations"]) <= 3 else answer(413)
    campaign_id = post.campaign(10)
    post.send()
    post.assert_whole(campaign_id, 10)


def test_counts_of_the_day_leave_out_what_was_refused(post):
    post.sendgrid.behaviour = refusing("orang3@dinas.example", names_it=True)
    post.campaign(10)
    post.send()
    with post.acting(SYSTEM) as session:
        assert session.get(SendBudget, "sendgrid").sent_today == 9


def test_what_a_refusal_said_is_kept_on_the_call(post):
    post.sendgrid.behaviour = answer(400, json.dumps({"errors": [{"message": "Bad template", "field": "content.0"}]}).encode())
    campaign_id = post.campaign(5)
    post.send()
    with post.acting(SYSTEM) as session:
        note = session.scalar(sa.select(Batch.note).where(Batch.campaign_id == campaign_id))
    assert note == "content.0 Bad template"
