"""What a hostile review of sending asked: the wrong person blamed, a stop that takes nothing back, a copy that takes back too much, a dead end."""

import datetime as dt

import pytest
import sqlalchemy as sa

from crm.campaigns import service as drafts
from crm.campaigns.approval import NotADraft
from crm.campaigns.models import Batch, BatchState, Campaign, CampaignContent, CampaignState
from crm.campaigns.sending import guard, recording, schedule, service, taking
from crm.campaigns.sending.calls import Copy
from crm.campaigns.sending.courier import build_and_make_call
from crm.mail import gateway
from crm.mail.answers import Outcome, Result
from tests.campaigns.sending.office import SYSTEM
from tests.campaigns.sending.test_answers import refusing
from tests.campaigns.sending.test_calls_in_doubt import first_then
from tests.mail.sendgrid_server import answer


def act(post, campaign_id, what):
    with post.acting(SYSTEM) as session:
        return what(session.get(Campaign, campaign_id), by=post.world.manager)


def test_a_refusal_names_the_person_it_means_when_somebody_before_has_a_call_of_his_own(post):
    """SendGrid counts places in the body: who was claimed with the others but goes alone is not in it."""
    campaign_id = post.campaign(10)
    post.stretch(campaign_id, "orang1@dinas.example")
    post.sendgrid.behaviour = refusing("orang7@dinas.example", names_it=True)
    post.send()
    assert post.reasons(campaign_id) == {"orang7@dinas.example": "Does not contain a valid address."}
    assert post.states(campaign_id) == {"accepted": 9, "failed": 1}
    assert max(post.sendgrid.people.values()) == 1


def test_one_stopped_before_its_hour_does_not_become_a_draft_that_reaches_nobody(post):
    campaign_id = post.campaign(
        10, state=CampaignState.SCHEDULED, scheduled_at=post.now() + dt.timedelta(minutes=10), prepared_at=post.now()
    )
    act(post, campaign_id, service.cancel)
    post.tend()
    assert post.states(campaign_id) == {"cancelled": 10}
    with pytest.raises(NotADraft):
        act(post, campaign_id, drafts.take_back_campaign)


def test_nobody_sends_again_what_is_in_doubt_while_evidence_may_come(post):
    """The page offers it after six hours; a press made up by hand must not be faster."""
    first = post.campaign(10)
    post.send()
    post.events()  # events do come
    assert post.get(first).state is CampaignState.FINISHED
    post.sendgrid.behaviour = first_then(answer(500))
    campaign_id = post.campaign(10)
    post.send()
    (doubted,) = post.doubts(campaign_id)
    with post.acting(SYSTEM) as session, pytest.raises(service.NotInDoubt):
        service.settle(session.get(Batch, doubted.id), sent=False, by=post.world.manager)
    assert len(post.doubts(campaign_id)) == 1


def test_a_campaign_whose_calls_can_be_taken_back_is_not_finished_till_it_is_too_late(post):
    """All calls are made within seconds. The stop that was promised must still be there a minute later."""
    campaign_id = post.campaign(10, is_guarded=True)
    post.send()
    post.minutes(1)
    assert post.get(campaign_id).state is CampaignState.RUNNING
    act(post, campaign_id, service.cancel)
    post.tend()
    assert post.states(campaign_id) == {"cancelled": 10}
    assert not +post.sendgrid.people


def test_a_stop_goes_on_taking_back_while_there_is_time(post, monkeypatch):
    """SendGrid did not answer at first: the stop is not over till the calls are taken back or it is too late."""
    campaign_id = post.campaign(10, is_guarded=True)
    post.send()
    act(post, campaign_id, service.cancel)
    real = gateway.SendGrid.take_back
    monkeypatch.setattr(gateway.SendGrid, "take_back", lambda *_: False)
    post.tend()
    assert post.get(campaign_id).state is CampaignState.CANCELLING
    monkeypatch.setattr(gateway.SendGrid, "take_back", real)
    post.minutes(1)
    assert post.states(campaign_id) == {"cancelled": 10}
    assert post.get(campaign_id).state is CampaignState.CANCELLED
    assert not +post.sendgrid.people


def test_a_stop_ends_when_it_is_too_late_to_take_anything_back(post, monkeypatch):
    campaign_id = post.campaign(10, is_guarded=True)
    post.send()
    act(post, campaign_id, service.cancel)
    monkeypatch.setattr(gateway.SendGrid, "take_back", lambda *_: False)
    post.minutes(6)
    assert post.get(campaign_id).state is CampaignState.CANCELLED
    assert post.states(campaign_id) == {"accepted": 10}


def test_f21_a_copy_of_the_database_takes_back_nothing(post, tmp_path, monkeypatch):
    """The original has these calls as accepted: taken back by a copy, nobody would ever get them."""
    campaign_id = post.campaign(10, is_guarded=True)
    post.send()
    with post.acting(SYSTEM) as session:
        session.execute(sa.update(Batch).values(state=BatchState.IN_DOUBT, in_doubt_since=post.now()))
    monkeypatch.setitem(post.app.config, "CRM_DATA", str(tmp_path / "copy"))
    with post.app.app_context():
        assert guard.settle_doubts(gateway.transport()) == 0
    act(post, campaign_id, service.cancel)
    post.tend()
    assert not post.sendgrid.taken_back
    assert post.once_each(10)


def test_evidence_of_an_earlier_try_outweighs_a_full_house_at_the_second(post):
    campaign_id = post.campaign(10)
    with post.acting(SYSTEM) as session:
        (first,) = taking.take(campaign_id, owner="a")
        recording.record(first, Result(Outcome.UNKNOWN, reason="timeout"))
        recording.again(session.get(Batch, first.batch_id), post.now())  # silence was believed
    with post.acting(SYSTEM):
        (second,) = taking.take(campaign_id, owner="a")
    post.post_events(
        [
            {
                "event": "processed",
                "email": "x@dinas.example",
                "timestamp": int(post.now().timestamp()),
                "sg_event_id": "late",
                "c_bid": first.mark,
            }
        ]
    )
    with post.acting(SYSTEM):
        recording.record(second, Result(Outcome.LATER, http_status=429, reason="rate-limit", retry_at=post.now()))
    assert post.states(campaign_id) == {"accepted": 10}
    post.minutes(2)
    assert not post.sendgrid.calls


def test_a_worker_that_slept_through_its_lease_makes_no_call(post):
    """Its call may have been judged by its silence meanwhile, and made by another."""
    campaign_id = post.campaign(10)
    with post.acting(SYSTEM) as session:
        (taken,) = taking.take(campaign_id, owner="slept")
        copy = Copy(session.get(Campaign, campaign_id))
    post.clock.forward(minutes=2)
    with post.app.app_context():
        assert build_and_make_call(gateway.transport(), copy, taken).result is None
    assert not post.sendgrid.calls
    post.send()
    post.assert_whole(campaign_id, 10)


def test_a_preparation_that_ends_a_day_late_asks_a_person(post):
    yesterday = post.now() - dt.timedelta(days=1)
    campaign_id = post.campaign(10, state=CampaignState.PREPARING, scheduled_at=yesterday, prepared_at=post.now())
    with post.acting(SYSTEM):
        assert schedule.move_on(campaign_id) is CampaignState.MISSED
    post.send()
    assert not post.sendgrid.calls
    act(post, campaign_id, service.reschedule)
    post.tend()
    post.send()
    post.assert_whole(campaign_id, 10)


def test_a_campaign_whose_file_is_gone_waits_and_the_others_go_out(post):
    broken = post.campaign(5, start=100)
    campaign_id = post.campaign(10)
    with post.acting(SYSTEM) as session:
        content = session.get(CampaignContent, session.get(Campaign, broken).content_id)
        content.attachments = [{"file_id": 987654, "name": "surat.pdf", "sha256": "0" * 64, "bytes": 1}]
    post.send()
    post.assert_whole(campaign_id, 10)
    stopped = post.get(broken)
    assert (stopped.state, stopped.state_reason) == (CampaignState.PAUSED, "not-built")


def test_a_preparation_that_breaks_keeps_no_other_campaign_waiting(post):
    broken = post.campaign(0, state=CampaignState.SCHEDULED, scheduled_at=post.now())
    with post.acting(SYSTEM) as session:
        content = session.get(CampaignContent, session.get(Campaign, broken).content_id)
        content.attachments = [{"file_id": 987654, "name": "surat.pdf", "sha256": "0" * 64, "bytes": 1}]
    campaign_id = post.campaign(10)
    post.tend()
    post.send()
    post.assert_whole(campaign_id, 10)
    assert post.get(broken).state is CampaignState.PREPARING
