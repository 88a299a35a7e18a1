"""What may happen while SendGrid is asked to take a call back: evidence, a person, a lost answer, a worker's death, another worker."""

import threading

import pytest
import sqlalchemy as sa

from crm.campaigns.models import Batch, BatchResolution, BatchState, Campaign, CampaignState
from crm.campaigns.sending import guard, resolving, service
from crm.mail import gateway
from tests.campaigns.sending.office import SYSTEM
from tests.campaigns.sending.test_calls_in_doubt import first_then


@pytest.fixture
def doubted(post):
    """A guarded call of ten people that SendGrid took and whose answer was lost."""
    post.sendgrid.behaviour = first_then("drop")
    campaign_id = post.campaign(10, is_guarded=True)
    post.send()
    assert len(post.doubts(campaign_id)) == 1
    return campaign_id


def told_by_events(post):
    """SendGrid tells that it took the call in: it does so before the time of sending."""
    post.post_events(post.sendgrid.new_events(("processed",)))


def kill_after_the_answer(post):
    """A worker asks, is answered, and dies before it can write that down."""

    class Killed(Exception):
        pass

    class Dying(gateway.SendGrid):
        def take_back(self, hold):
            super().take_back(hold)
            raise Killed

    with post.app.app_context(), pytest.raises(Killed):
        guard.settle_doubts(Dying("SG.test", post.sendgrid.host, timeout=5))


def test_an_event_while_we_ask_loses_nobody(post, doubted):
    post.sendgrid.before_taking_back = lambda: told_by_events(post)
    post.minutes(1)
    post.sendgrid.before_taking_back = lambda: None
    post.minutes(6)
    post.assert_whole(doubted, 10)


def test_an_event_before_we_ask_leaves_the_call_alone(post, doubted):
    told_by_events(post)
    post.minutes(6)
    assert not post.sendgrid.taken_back
    post.assert_whole(doubted, 10)


def test_an_event_of_a_call_that_was_taken_back_proves_nothing_about_the_next(post, doubted):
    late = post.sendgrid.new_events(("processed",))
    post.sendgrid.behaviour = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    post.minutes(1)  # taken back, and the next try is in doubt, which SendGrid never took
    post.post_events(late)
    assert [batch.resolution for batch in post.batches(doubted)] == [BatchResolution.GUARD_CANCEL, None]
    post.sendgrid.behaviour = "accept"
    post.minutes(6)
    post.assert_whole(doubted, 10)


def test_a_lost_answer_is_asked_for_and_nothing_settles_the_call_meanwhile(post, doubted):
    late = post.sendgrid.new_events(("processed",))
    post.sendgrid.after_taking_back = lambda: "lost"
    with post.app.app_context():
        silent = gateway.SendGrid("SG.test", post.sendgrid.host, timeout=5)
        silent.is_taken_back = lambda _hold: None  # nor does the question after it come through
        assert guard.settle_doubts(silent) == 0
    post.post_events(late)
    assert len(post.doubts(doubted)) == 1
    post.minutes(6)
    post.assert_whole(doubted, 10)


def test_a_worker_killed_between_answer_and_record_loses_and_doubles_nobody(post, doubted):
    late = post.sendgrid.new_events(("processed",))
    kill_after_the_answer(post)
    post.post_events(late)
    post.minutes(6)
    post.assert_whole(doubted, 10)


def test_a_worker_killed_then_is_made_good_even_after_the_time_to_take_back(post, doubted):
    late = post.sendgrid.new_events(("processed",))
    kill_after_the_answer(post)
    post.clock.forward(minutes=20)
    post.post_events(late)
    post.minutes(6)
    post.assert_whole(doubted, 10)


def test_where_taking_back_is_refused_evidence_counts_again(post, doubted):
    post.sendgrid.before_taking_back = lambda: told_by_events(post) or "refused"
    post.minutes(1)
    (batch,) = post.batches(doubted)
    assert (batch.state, batch.resolution, batch.owner) == (BatchState.ACCEPTED, BatchResolution.EVENT, None)
    post.minutes(6)
    post.assert_whole(doubted, 10)


def test_a_person_can_not_say_that_it_was_sent_while_we_ask(post, doubted):
    said = []

    def press():
        with post.acting(SYSTEM) as session:
            said.append(resolving.settle_by_person(session.scalars(sa.select(Batch)).one(), sent=True))

    post.sendgrid.before_taking_back = press
    post.minutes(1)
    assert said == [False]
    post.sendgrid.before_taking_back = lambda: None
    post.minutes(6)
    post.assert_whole(doubted, 10)


def test_a_person_may_settle_what_sendgrid_never_answers_about(post, doubted):
    with post.acting(SYSTEM) as session:
        session.execute(sa.update(Batch).values(owner=guard.TAKING_BACK))
    post.clock.forward(minutes=7 * 60)
    with post.acting(SYSTEM) as session:
        assert resolving.settle_by_person(session.scalars(sa.select(Batch)).one(), sent=True)
    post.minutes(6)
    post.assert_whole(doubted, 10)


def test_two_workers_that_ask_at_once_plan_the_people_once(post, doubted):
    meeting = threading.Barrier(2, timeout=5)

    class Together(gateway.SendGrid):
        def take_back(self, hold):
            meeting.wait()
            return super().take_back(hold)

    settled = []

    def ask():
        with post.app.app_context():
            settled.append(guard.settle_doubts(Together("SG.test", post.sendgrid.host, timeout=5)))

    workers = [threading.Thread(target=ask) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(settled) == 1
    post.minutes(6)
    post.assert_whole(doubted, 10)


def test_a_stop_whose_answers_were_lost_counts_right(post):
    campaign_id = post.campaign(20, is_guarded=True)
    post.send()
    post.sendgrid.after_taking_back = lambda: "lost"
    with post.acting(SYSTEM) as session:
        service.cancel(session.get(Campaign, campaign_id), by=post.world.manager)
    with post.app.app_context():
        silent = gateway.SendGrid("SG.test", post.sendgrid.host, timeout=5)
        silent.is_taken_back = lambda _hold: None
        assert guard.take_back(campaign_id, silent) == 0
    post.clock.forward(minutes=20)  # the time of sending passes before anybody can ask again
    post.tend()
    assert post.get(campaign_id).state is CampaignState.CANCELLED
    assert post.states(campaign_id) == {"cancelled": 20}
    assert not +post.sendgrid.people
