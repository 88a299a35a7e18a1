"""F1 to F6, F33, F34: calls that nobody knows the fate of. Pass is the count of accepted mails at SendGrid's side."""

import datetime as dt

import pytest
import sqlalchemy as sa

from crm.campaigns.models import Batch, BatchResolution, BatchState, CampaignState
from crm.campaigns.sending import recording, resolving, service, taking
from crm.campaigns.sending.courier import build_and_make_call
from crm.core.db import db
from crm.mail.answers import Outcome, Result
from tests.campaigns.sending.office import SYSTEM
from tests.mail.sendgrid_server import answer


def first_then(first, rest="accept"):
    """A behaviour for the first call in which the first person is, whichever call comes first; and another for the rest."""
    seen = []

    def behave(payload):
        if not seen and payload["personalizations"][0]["to"][0]["email"] == "orang0@dinas.example":
            seen.append(1)
            return first
        return rest

    return behave


def settle_by_silence(post, campaign_id):
    """Half an hour in which nothing is heard of the call, with events of later calls coming in."""
    for _minute in range(35):
        post.minutes(1)
        post.events()


def test_everybody_gets_it_once_and_the_campaign_finishes(post):
    campaign_id = post.campaign(25)
    post.send()
    post.assert_whole(campaign_id, 25)
    assert sorted(len(call[3]["personalizations"]) for call in post.sendgrid.calls) == [5, 10, 10]


def test_f1_a_worker_killed_after_the_claim_loses_nobody(post):
    campaign_id = post.campaign(25)
    with post.acting(SYSTEM):
        (taken,) = taking.take(campaign_id, owner="killed")  # committed, and then nothing more
    assert len(taken.people) == 10
    post.send()
    assert post.once_each(15, start=10)
    assert post.get(campaign_id).state is CampaignState.RUNNING  # not finished: ten people are open
    post.leases_end()
    post.tend()
    (doubted,) = post.doubts(campaign_id)
    assert doubted.note == "worker-lost"
    settle_by_silence(post, campaign_id)
    post.assert_whole(campaign_id, 25)
    assert post.batches(campaign_id)[0].resolution in {BatchResolution.ANSWER, BatchResolution.SILENCE}


def test_f2_a_worker_killed_after_sendgrid_accepted_doubles_nobody(post):
    campaign_id = post.campaign(10)
    with post.acting(SYSTEM):
        (taken,) = taking.take(campaign_id, owner="killed")
    with post.app.app_context():
        courier = post.courier()
        with_copy(post, courier, campaign_id)
        assert build_and_make_call(courier.carrier, courier.copies[campaign_id], taken).result.outcome is Outcome.ACCEPTED
    post.leases_end()
    post.tend()
    assert len(post.doubts(campaign_id)) == 1
    post.events()
    post.tend()
    post.assert_whole(campaign_id, 10)
    assert post.batches(campaign_id)[0].resolution is BatchResolution.EVENT


def with_copy(post, courier, campaign_id):
    with post.acting(SYSTEM):
        courier._copy(campaign_id)


@pytest.mark.parametrize("fault", ["drop", "accept-500", "accept-504", "no-id"])
def test_f3_f5_accepted_without_a_clear_answer_is_settled_by_the_event(post, fault):
    post.sendgrid.behaviour = first_then(fault)
    campaign_id = post.campaign(25)
    post.send()
    assert len(post.doubts(campaign_id)) == 1
    assert post.states(campaign_id) == {"accepted": 15, "pending": 10}
    post.tend()
    post.send()
    assert post.once_each(25)  # in doubt is never sent again blindly
    post.events()
    post.tend()
    post.assert_whole(campaign_id, 25)


def test_f4_an_answer_that_hangs_frees_the_worker_after_the_timeout(post, monkeypatch):
    monkeypatch.setitem(post.app.config, "SENDGRID_TIMEOUT", 1)
    post.sendgrid.behaviour = first_then("hang")
    campaign_id = post.campaign(25)
    post.send()
    (doubted,) = post.doubts(campaign_id)
    assert doubted.note == "timeout"
    assert post.states(campaign_id) == {"accepted": 15, "pending": 10}  # the others did not wait for it
    post.events()
    post.tend()
    post.assert_whole(campaign_id, 25)


def test_f6_refused_with_500_is_sent_once_more_after_silence_while_events_come(post):
    post.sendgrid.behaviour = first_then(answer(500))
    campaign_id = post.campaign(25)
    post.send()
    assert len(post.doubts(campaign_id)) == 1
    post.minutes(19)
    post.events()
    assert len(post.doubts(campaign_id)) == 1  # too early to prove anything
    settle_by_silence(post, campaign_id)
    post.assert_whole(campaign_id, 25)
    assert len([call for call in post.sendgrid.calls if len(call[3]["personalizations"]) > 1]) == 4


def test_no_silence_is_believed_while_posts_of_events_are_not_read(post):
    post.sendgrid.behaviour = first_then(answer(500))
    campaign_id = post.campaign(10)
    post.send()
    post.minutes(25)
    waiting = post.sendgrid.new_events()
    post.minutes(15)
    assert waiting  # of the canary: posted nowhere yet
    assert len(post.doubts(campaign_id)) == 1
    post.post_events(waiting)
    post.minutes(1)
    post.send()
    assert not post.doubts(campaign_id)
    assert post.once_each(10)


def test_silence_proves_nothing_after_the_installation_was_away(post):
    post.sendgrid.behaviour = first_then(answer(500))
    campaign_id = post.campaign(25)
    post.tend()
    post.clock.forward(minutes=20)  # nobody was awake
    for _minute in range(50):
        post.minutes(1)
        post.events()
    assert len(post.doubts(campaign_id)) == 1
    assert post.get(campaign_id).state is CampaignState.RUNNING


def test_f33_the_last_call_of_a_campaign_is_settled_with_the_help_of_a_canary(post):
    post.sendgrid.behaviour = first_then(answer(503))
    campaign_id = post.campaign(10)
    post.send()
    settle_by_silence(post, campaign_id)
    canaries = [
        call[3] for call in post.sendgrid.calls if call[3]["personalizations"][0]["to"][0]["email"] == post.world.manager.email
    ]
    assert 1 <= len(canaries) <= 4  # at most one in five minutes
    assert post.get(campaign_id).state is CampaignState.FINISHED
    assert post.states(campaign_id) == {"accepted": 10}
    assert post.once_each(10)


def test_without_any_events_a_person_decides_and_nothing_is_sent_by_itself(post):
    post.sendgrid.behaviour = first_then(answer(500))
    campaign_id = post.campaign(10)
    post.send()
    post.minutes(60 * 7, step=5)
    (doubted,) = post.doubts(campaign_id)
    assert not post.once_each(10)
    with post.acting(SYSTEM) as session:
        batch = session.get(Batch, doubted.id)
        assert resolving.needs_decision(batch)
        service.settle(batch, sent=False, by=post.world.manager)
    with post.acting(SYSTEM) as session, pytest.raises(service.NotInDoubt):
        service.settle(session.get(Batch, doubted.id), sent=True, by=post.world.manager)
    post.send()
    assert post.states(campaign_id) == {"accepted": 10}
    assert post.once_each(10)


def test_f34_a_database_that_fails_between_answer_and_record_leaves_doubt(post):
    campaign_id = post.campaign(10)
    with post.app.app_context():
        engine = db.engine

    def fail(_connection, _cursor, statement, *_more):
        if statement.startswith("UPDATE deliveries") and "accepted_at" in statement:
            raise OSError("no space left on device")

    sa.event.listen(engine, "before_cursor_execute", fail)
    try:
        post.send()
    finally:
        sa.event.remove(engine, "before_cursor_execute", fail)
    assert [batch.state for batch in post.batches(campaign_id)] == [BatchState.SENDING]
    post.leases_end()
    post.tend()
    assert len(post.doubts(campaign_id)) == 1
    post.events()
    post.tend()
    post.assert_whole(campaign_id, 10)


def test_a_late_worker_changes_nothing(post):
    campaign_id = post.campaign(10)
    with post.acting(SYSTEM):
        (taken,) = taking.take(campaign_id, owner="slow")
    post.leases_end()
    post.tend()
    with post.acting(SYSTEM):
        late = recording.record(taken, Result(Outcome.LATER, reason="no-connection", retry_at=post.now() + dt.timedelta(1)))
    assert not late
    assert len(post.doubts(campaign_id)) == 1


def test_evidence_that_comes_before_the_doubt_counts(post):
    """The event is faster than the answer, which then never comes."""
    campaign_id = post.campaign(10)
    with post.acting(SYSTEM):
        (taken,) = taking.take(campaign_id, owner="killed")
    post.post_events([{"event": "processed", "email": "x@x.example", "sg_event_id": "1", "c_bid": taken.mark, "timestamp": 1}])
    post.leases_end()
    post.tend()
    assert post.states(campaign_id) == {"accepted": 10}
