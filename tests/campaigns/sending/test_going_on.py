"""F7 to F12, F19 to F23, F38, F39: pauses, stops, pace, missed hours, copies of the database, and people who refuse meanwhile."""

import datetime as dt
import json
import random

import pytest
import sqlalchemy as sa

from crm.bulletins.models import Subscription, SubscriptionState
from crm.campaigns.models import Batch, Campaign, CampaignState
from crm.campaigns.sending import breaker, budget, calls, courier, recording, service, taking
from crm.core import jobs as core_jobs
from crm.core.db import database_now
from crm.mail import instance, suppressing
from crm.mail.answers import Outcome, Result
from crm.mail.models import Instance, SendBudget, Suppression, SuppressionReason, SuppressionSource
from tests.campaigns.factories import set_tallies
from tests.campaigns.sending.office import SYSTEM, VARIANTS
from tests.mail.sendgrid_server import answer


def act(post, campaign_id, work, **how):
    with post.acting(SYSTEM) as session:
        return work(session.get(Campaign, campaign_id), by=post.world.manager, **how)


def after_calls(post, count, act_now):
    """Do something while a call is under way, once."""
    seen = []

    def behave(_payload):
        seen.append(1)
        if len(seen) == count:
            act_now()
        return "accept"

    post.sendgrid.behaviour = behave


def move_aside(post, campaign_id, **values):
    """A person's press, in another process: straight into the table."""
    engine = sa.create_engine(post.app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.begin() as connection:
        connection.execute(sa.update(Campaign.__table__).where(Campaign.__table__.c.id == campaign_id).values(**values))
    engine.dispose()


@pytest.mark.parametrize("reason", ["by-person", "bounces"])
def test_f7_f8_a_pause_in_the_middle_skips_nobody_and_doubles_nobody(post, monkeypatch, reason):
    monkeypatch.setitem(post.app.config, "SEND_CALLS", 1)
    campaign_id = post.campaign(60)
    after_calls(post, 3, lambda: move_aside(post, campaign_id, state=CampaignState.PAUSED, state_reason=reason))
    post.send()
    assert post.states(campaign_id) == {"accepted": 30, "pending": 30}
    post.send()
    post.tend()
    assert post.states(campaign_id)["pending"] == 30  # it rests
    act(post, campaign_id, service.resume)
    post.send()
    post.assert_whole(campaign_id, 60)


def test_f9_it_is_finished_only_when_nothing_is_open(post):
    post.sendgrid.behaviour = answer(500)
    campaign_id = post.campaign(10)
    post.send()
    post.tend()
    assert post.get(campaign_id).state is CampaignState.RUNNING
    with post.acting(SYSTEM) as session:
        (batch,) = session.scalars(sa.select(Batch)).all()
        service.settle(batch, sent=True, by=post.world.manager)
    post.tend()
    assert post.get(campaign_id).state is CampaignState.FINISHED


def test_f10_a_whole_call_of_people_who_refuse_does_not_end_the_campaign(post):
    campaign_id = post.campaign(40)
    with post.acting(SYSTEM):
        suppressing.suppress(
            [f"orang{n}@dinas.example" for n in range(10, 30)], reason=SuppressionReason.BOUNCED, source=SuppressionSource.EVENT
        )
    post.send()
    assert post.states(campaign_id) == {"accepted": 20, "skipped": 20}
    assert set(post.reasons(campaign_id).values()) == {"bounced"}
    assert post.get(campaign_id).state is CampaignState.FINISHED


def test_f11_two_workers_at_once_share_the_calls(post):
    campaign_id = post.campaign(40)
    with post.acting(SYSTEM):
        first = taking.take(campaign_id, owner="one")
    with post.acting(SYSTEM):
        second = taking.take(campaign_id, owner="two")
    assert not {each.id for each in first[0].people} & {each.id for each in second[0].people}


def test_f12_lost_and_doubled_wake_ups_change_nothing(post):
    rng = random.Random(5)
    campaign_id = post.campaign(60)
    with post.app.app_context():
        for _wake in range(12):
            if rng.random() < 0.5:
                continue  # lost
            for _time in range(2 if rng.random() < 0.5 else 1):
                work = rng.choice(["campaigns.deliver", "campaigns.tend"])
                core_jobs.registered()[work].work(scope=SYSTEM)
    post.tend()  # the tick of the next minute finds whatever is due
    post.assert_whole(campaign_id, 60)


def test_f13_of_two_who_press_one_wins(post):
    campaign_id = post.campaign(5, state=CampaignState.PAUSED)
    act(post, campaign_id, service.resume)
    with pytest.raises(service.NotNow):
        act(post, campaign_id, service.resume)


def test_f19_who_leaves_between_planning_and_sending_gets_nothing(post):
    campaign_id, subscription_ids = post.bulletin_campaign([f"orang{n}@dinas.example" for n in range(12)])
    with post.acting(SYSTEM) as session:
        (taken,) = taking.take(campaign_id, owner="first")
        assert len(taken.people) == 10
        session.rollback()
    with post.acting(SYSTEM) as session:
        session.get(Subscription, subscription_ids[3]).state = SubscriptionState.ENDED
    with post.acting(SYSTEM):
        suppressing.suppress(["orang5@dinas.example"], reason=SuppressionReason.COMPLAINED, source=SuppressionSource.EVENT)
        suppressing.erase("orang7@dinas.example")
    post.send()
    assert post.reasons(campaign_id) == {
        "orang3@dinas.example": "unsubscribed",
        "orang5@dinas.example": "complained",
        "orang7@dinas.example": "suppressed",
    }
    assert post.states(campaign_id) == {"accepted": 9, "skipped": 3}
    assert not {"orang3@dinas.example", "orang5@dinas.example", "orang7@dinas.example"} & set(post.sendgrid.people)


def test_who_is_refused_by_two_offices_gets_nothing_when_one_takes_its_word_back(post):
    campaign_id = post.campaign(10)
    with post.acting(SYSTEM) as session:
        for office in (post.world.wnm, post.world.sgr):
            suppressing.suppress(
                ["orang5@dinas.example"], reason=SuppressionReason.MANUAL, source=SuppressionSource.STAFF, office_id=office.id
            )
        theirs = session.scalars(sa.select(Suppression).where(Suppression.told_office_id == post.world.wnm.id)).one()
        suppressing.lift(theirs, by=post.world.sister_manager)
    post.send()
    assert post.reasons(campaign_id) == {"orang5@dinas.example": "suppressed"}
    assert "orang5@dinas.example" not in post.sendgrid.people


def test_who_refuses_to_be_counted_goes_in_a_call_without_tracking(post):
    campaign_id, subscription_ids = post.bulletin_campaign([f"orang{n}@dinas.example" for n in range(8)])
    with post.acting(SYSTEM) as session:
        session.get(Subscription, subscription_ids[2]).refuses_clicks = True
    post.send()
    tracked = {
        person["to"][0]["email"]: payload["tracking_settings"]["click_tracking"]["enable"]
        for payload in post.sendgrid.payloads
        for person in payload["personalizations"]
    }
    assert tracked.pop("orang2@dinas.example") is False
    assert set(tracked.values()) == {True}
    post.assert_whole(campaign_id, 8)


def test_f20_an_hour_that_passed_while_the_server_was_down_waits_for_a_person(post):
    fields = {"state": CampaignState.SCHEDULED, "prepared_at": post.now(), "scheduled_at": post.now() + dt.timedelta(hours=1)}
    campaign_id, other_id = post.campaign(5, **fields), post.campaign(5, start=5, **fields)
    post.clock.forward(minutes=61)
    with post.acting(SYSTEM) as session:
        session.get(Campaign, other_id).scheduled_at = post.now() - dt.timedelta(minutes=20)
    post.clock.forward(minutes=75)
    with post.acting(SYSTEM) as session:
        session.get(Campaign, other_id).scheduled_at = post.now() - dt.timedelta(minutes=59)
    post.tend()
    assert post.get(campaign_id).state is CampaignState.MISSED
    assert post.get(other_id).state is CampaignState.FINISHED  # within the hour it goes by itself
    act(post, campaign_id, service.reschedule)
    post.tend()
    assert post.states(campaign_id) == {"accepted": 5}


def test_f21_a_copy_of_the_database_started_elsewhere_sends_nothing(post, tmp_path, monkeypatch):
    campaign_id = post.campaign(5)
    with post.acting(SYSTEM):
        assert instance.may_send()
    monkeypatch.setitem(post.app.config, "CRM_DATA", str(tmp_path))  # the copy has a folder of its own
    post.send()
    post.tend()
    assert not post.sendgrid.calls
    with post.acting(SYSTEM) as session:
        instance.confirm(only=True)
        assert session.scalar(sa.select(sa.func.count()).select_from(Instance)) == 1
    post.send()
    post.assert_whole(campaign_id, 5)


def test_f22_a_new_pace_works_at_once(post):
    campaign_id = post.campaign(100, rate_per_minute=60)
    post.send()
    assert post.states(campaign_id) == {"accepted": 10, "pending": 90}  # what flows in ten seconds
    post.clock.forward(seconds=5)
    post.send()
    assert post.states(campaign_id) == {"accepted": 15, "pending": 85}
    act(post, campaign_id, service.change_rate, per_minute=None)
    post.send()
    post.assert_whole(campaign_id, 100)


def test_the_warm_up_plan_limits_the_day_and_grows(post):
    with post.acting(SYSTEM):
        shared = budget.of(budget.EVERYBODY)
        shared.warm_up_from = dt.date(2026, 11, 24)
    campaign_id = post.campaign(1600)
    post.send()
    assert post.states(campaign_id) == {"accepted": 500, "pending": 1100}
    post.clock.forward(hours=24)
    post.send()
    assert post.states(campaign_id) == {"accepted": 1500, "pending": 100}


def test_f23_a_stop_in_the_middle_says_how_many_had_left(post, monkeypatch):
    monkeypatch.setitem(post.app.config, "SEND_CALLS", 1)
    campaign_id = post.campaign(60)
    after_calls(post, 2, lambda: move_aside(post, campaign_id, state=CampaignState.PAUSED))
    post.send()
    assert act(post, campaign_id, service.cancel) == 20
    post.tend()
    assert post.states(campaign_id) == {"accepted": 20, "cancelled": 40}
    assert post.get(campaign_id).state is CampaignState.CANCELLED


def test_f23_what_is_in_doubt_at_the_stop_is_settled_before_it_ends(post):
    post.sendgrid.behaviour = answer(500)
    campaign_id = post.campaign(10)
    post.send()
    act(post, campaign_id, service.cancel)
    post.tend()
    assert post.get(campaign_id).state is CampaignState.CANCELLING
    with post.acting(SYSTEM) as session:
        service.settle(session.scalars(sa.select(Batch)).one(), sent=False, by=post.world.manager)
    post.tend()
    assert post.get(campaign_id).state is CampaignState.CANCELLED
    assert post.states(campaign_id) == {"cancelled": 10}


def test_the_first_part_goes_out_and_a_person_says_go_on(post):
    campaign_id = post.campaign(60, first_batch=15)
    post.send()
    post.tend()
    campaign = post.get(campaign_id)
    assert (campaign.state, campaign.state_reason) == (CampaignState.PAUSED, "first-batch")
    assert post.states(campaign_id) == {"accepted": 15, "pending": 45}
    act(post, campaign_id, service.go_on)
    post.send()
    post.assert_whole(campaign_id, 60)


class Broken:
    """A value that can't be made into words."""

    def __str__(self):
        raise ValueError("broken")


def test_f38_a_mail_that_cannot_be_made_for_one_person_fails_with_the_reason(post):
    campaign_id = post.campaign(5)
    with post.acting(SYSTEM) as session:
        (taken,) = taking.take(campaign_id, owner="worker")
        copy = calls.Copy(session.get(Campaign, campaign_id))
        people = [one._replace(values={"name": Broken()}) if n == 2 else one for n, one in enumerate(taken.people)]
        built = copy.build(taken.variant, taken.mark, people)
        assert list(built.broken) == [taken.people[2].id]
        assert len(json.loads(built.body)["personalizations"]) == 4
        assert recording.set_aside(taken, alone=built.alone, broken=built.broken)
        recording.record(taken, Result(Outcome.ACCEPTED, provider_id="x"))
    post.tend()
    assert post.states(campaign_id) == {"accepted": 4, "failed": 1}
    assert post.reasons(campaign_id) == {"orang2@dinas.example": "render: ValueError"}
    assert post.get(campaign_id).state is CampaignState.FINISHED


def test_f39_leases_are_measured_by_the_clock_of_the_database(post):
    """Our own clock is two days ahead: nobody's lease ends for it."""
    campaign_id = post.campaign(10)
    post.clock.forward(hours=48)
    with post.acting(SYSTEM) as session:
        (taken,) = taking.take(campaign_id, owner="slow")
        lease = session.get(Batch, taken.batch_id).lease_until
        assert dt.timedelta(seconds=10) < lease - database_now() < dt.timedelta(seconds=20)
    post.clock.forward(hours=48)
    post.tend()
    assert not post.doubts(campaign_id)


def test_complaints_and_dead_addresses_stop_a_campaign_and_a_person_lets_it_go_on(post):
    campaign_id = post.campaign(5)
    with post.acting(SYSTEM) as session:
        set_tallies(session.get(Campaign, campaign_id), delivered=1500, complained=2)
        assert breaker.check(campaign_id)
    assert post.get(campaign_id).state_reason == "complaints"
    act(post, campaign_id, service.resume)
    with post.acting(SYSTEM):
        assert not breaker.check(campaign_id)  # what happened so far is excused
    post.send()
    post.assert_whole(campaign_id, 5)


@pytest.mark.parametrize(
    ("delivered", "complained", "bounced", "said"),
    [(999, 9, 0, ""), (1000, 1, 0, "complaints"), (2000, 1, 0, ""), (470, 0, 24, ""), (475, 0, 25, "bounces"), (900, 0, 25, "")],
)
def test_where_the_breaker_stands(delivered, complained, bounced, said):
    assert breaker.judge(delivered, complained, bounced) == said


def test_a_language_a_call_and_the_right_one_for_each(post):
    campaign_id = post.campaign(10)
    with post.acting(SYSTEM) as session:
        post.deliveries(session.get(Campaign, campaign_id), 3, start=10, variant="en")
    post.send()
    post.assert_whole(campaign_id, 13)
    by_subject = {payload["subject"]: len(payload["personalizations"]) for payload in post.sendgrid.payloads}
    assert by_subject == {VARIANTS["id"]["subject"]: 10, "News": 3}


def test_budget_rows_are_made_once(post):
    post.campaign(5)
    post.send()
    with post.acting(SYSTEM) as session:
        assert session.scalars(sa.select(SendBudget.key)).all() == ["sendgrid"]


def test_a_campaign_ends_with_its_last_answer_and_not_with_the_next_minute(post):
    campaign_id = post.campaign(25)
    sender = courier.Sender()
    with post.app.app_context():
        sender.wake()
    while (thread := sender._thread) is not None:
        thread.join(0.05)
    post.assert_whole(campaign_id, 25)


def test_a_campaign_in_doubt_does_not_end_when_the_courier_comes_home(post):
    campaign_id = post.campaign(25)
    post.sendgrid.behaviour = lambda _payload: "lose"
    sender = courier.Sender()
    with post.app.app_context():
        sender.wake()
    while (thread := sender._thread) is not None:
        thread.join(0.05)
    assert post.get(campaign_id).state is CampaignState.RUNNING
    assert post.doubts(campaign_id)
