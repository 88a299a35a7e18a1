"""Moments and counts: whatever is told, however often and in whatever order (F29, F30, F-17, F-18, ML-08)."""

import random

import pytest
import sqlalchemy as sa

from crm.campaigns import marks
from crm.campaigns.events import applying
from crm.campaigns.models import Batch, BatchResolution, BatchState, Campaign, CampaignState, Delivery, DeliveryState
from crm.mail.answers import Outcome
from crm.mail.models import HookPost, MailMessage, MessageState, Suppression, SuppressionReason
from crm.mail.outbox import Outbox
from tests.campaigns.events.conftest import SYSTEM, event
from tests.campaigns.factories import after, make_batch, make_campaign
from tests.mail.factories import send


def suppressed(rows):
    return {(row.email, row.reason) for row in rows(Suppression)}


def test_each_kind_leaves_its_moment(sent_to, tell, look, counts):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "processed", 1), event(a, "deferred", 2), event(a, "delivered", 5), event(a, "open", 100))
    seen = look(a)
    assert (seen.processed_at, seen.deferred_at, seen.delivered_at, seen.opened_at) == tuple(after(n) for n in (1, 2, 5, 100))
    assert counts() == {"delivered": 1, "opened": 1}


def test_f29_events_told_46_times_count_once(sent_to, tell, counts, rows):
    a, b = sent_to("a@dinas.example", "b@dinas.example")
    told = [event(a, "processed", 1), event(a, "delivered", 3), event(a, "open", 50), event(b, "bounce", 4, type="bounce")]
    for _time in range(46):
        tell(*told, *told, drain=False)
    tell(*told)
    assert counts() == {"delivered": 1, "opened": 1, "hard-bounced": 1}
    assert len(rows()) == 4


def test_an_event_without_an_id_is_known_by_what_it_says(sent_to, tell, rows, counts):
    (a,) = sent_to("a@dinas.example")
    told = event(a, "delivered", 3, sg_event_id=None)
    turned = dict(reversed(told.items()))
    tell(told)
    tell(turned, told)
    assert len(rows()) == 1
    assert counts() == {"delivered": 1}


def test_the_same_event_in_two_posts_at_once_counts_once(sent_to, tell, counts, rows):
    (a,) = sent_to("a@dinas.example")
    told = event(a, "delivered", 3)
    tell(told, drain=False)
    tell(told)
    assert (len(rows()), counts()) == (1, {"delivered": 1})


LIFE = [
    ("processed", 1, {}),
    ("deferred", 2, {}),
    ("delivered", 3, {}),
    ("open", 70, {}),
    ("click", 80, {"url": "https://imigrasi.example/antrean", "ip": "10.0.0.1"}),
    ("unsubscribe", 90, {}),
    ("bounce", 4000, {"type": "bounce", "reason": "550 no such user"}),
]


@pytest.mark.parametrize("seed", range(8))
def test_f30_any_order_in_any_parts_gives_the_same_end(sent_to, tell, look, counts, rows, seed):
    (a,) = sent_to("a@dinas.example")
    told = [event(a, kind, at, **fields) for kind, at, fields in LIFE] * 2
    shuffle = random.Random(seed)
    shuffle.shuffle(told)
    while told:
        part = [told.pop() for _each in range(min(len(told), shuffle.randint(1, 4)))]
        tell(*part)
    seen = look(a)
    assert seen.processed_at == after(1)
    assert (seen.delivered_at, seen.bounced_at, seen.is_hard_bounce) == (after(3), after(4000), True)
    assert (seen.opened_at, seen.clicked_at, seen.click_count, seen.unsubscribed_at) == (after(70), after(80), 1, after(90))
    assert counts() == {"hard-bounced": 1, "opened": 1, "clicked": 1, "unsubscribed": 1}
    assert suppressed(rows) == {
        ("a@dinas.example", SuppressionReason.BOUNCED),
        ("a@dinas.example", SuppressionReason.UNSUBSCRIBED),
    }


def test_a_late_delivery_does_not_undo_a_refusal(sent_to, tell, counts):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "bounce", 5, type="bounce"))
    assert counts() == {"hard-bounced": 1}
    tell(event(a, "delivered", 3))
    assert counts() == {"hard-bounced": 1}


def test_a_refusal_after_the_delivery_takes_the_delivery_back(sent_to, tell, counts):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 3))
    assert counts() == {"delivered": 1}
    tell(event(a, "bounce", 90_000, type="bounce"))
    assert counts() == {"hard-bounced": 1}


def test_the_earliest_moment_stays(sent_to, tell, look):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "open", 500))
    tell(event(a, "open", 60))
    tell(event(a, "open", 900))
    assert look(a).opened_at == after(60)


def test_refusals_complaints_and_stops_go_on_the_list_and_soft_refusals_do_not(sent_to, tell, counts, rows):
    hard, soft, cross, stops, dropped = sent_to(
        *(f"{name}@dinas.example" for name in ("hard", "soft", "cross", "stops", "dropped"))
    )
    tell(
        event(hard, "bounce", 1, type="bounce"),
        event(soft, "bounce", 1, type="blocked"),
        event(cross, "spamreport", 9),
        event(stops, "group_unsubscribe", 9),
        event(dropped, "dropped", 1, reason="Bounced Address"),
    )
    assert suppressed(rows) == {
        ("hard@dinas.example", SuppressionReason.BOUNCED),
        ("cross@dinas.example", SuppressionReason.COMPLAINED),
        ("stops@dinas.example", SuppressionReason.UNSUBSCRIBED),
        ("dropped@dinas.example", SuppressionReason.BOUNCED),
    }
    assert counts() == {"hard-bounced": 1, "soft-bounced": 1, "complained": 1, "unsubscribed": 1, "dropped": 1}


def test_f30_a_late_refusal_without_our_mark_finds_the_newest_delivery(sent_to, tell, look, campaign, acting, world):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 3))
    tell(event(a, "bounce", 80_000, type="bounce", c_rid=None, sg_message_id=None, email="A@Dinas.Example "))
    assert look(a).bounced_at is not None
    assert look(a).is_hard_bounce


def test_a_delivery_without_our_mark_is_nobodys(sent_to, tell, look, rows):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 3, c_rid=None), event(a, "spamreport", 3, c_rid=None))
    assert look(a).delivered_at is None
    assert rows() == []


def test_forged_marks_and_marks_of_another_campaign_create_nothing(sent_to, tell, look, campaign, rows):
    (a,) = sent_to("a@dinas.example")
    other_key = marks.event_mark("another key", a.id)
    link = "d." + marks.link_token(campaign.mark_key, a.id)
    unknown = marks.event_mark(campaign.mark_key, 10**9)
    for mark in (other_key, link, unknown, "d.", "d.-", f"d.{'z' * 13}-{'a' * 16}", "x" * 36, a.mark[:-1], a.mark + "a"):
        tell(event(a, "bounce", 3, type="bounce", c_rid=mark))
    assert look(a).bounced_at is None
    assert rows() == []
    assert rows(Suppression) == []
    assert all(post.done_at and not post.error for post in rows(HookPost))


def test_a_bad_event_is_shown_and_the_good_ones_beside_it_count(sent_to, tell, look, rows, counts):
    a, b = sent_to("a@dinas.example", "b@dinas.example")
    tell(event(a, "delivered", 3), {"event": "delivered"}, "noise", event(a, "exploded", 4), event(b, "delivered", 4))
    assert counts() == {"delivered": 2}
    assert rows(HookPost)[0].error == "no-moment (1), no-object (1), unknown-kind (1)"


def test_texts_that_no_database_keeps_are_kept_as_far_as_they_can_be(sent_to, tell, look, rows):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "bounce", 3, type="bounce", reason="550 \x00 \ud800 " + "x" * 5000, ip="\x00", url={"a": 1}, useragent=["x"]))
    assert look(a).bounced_at is not None
    assert rows()[0].reason.startswith("550")
    assert len(rows()[0].reason) <= 500


def test_a_moment_in_the_future_is_the_moment_when_it_was_told(sent_to, tell, look):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 400 * 86_400))
    assert look(a).delivered_at == after(86_400)


def test_an_event_whose_application_breaks_is_named_and_stops_nothing(sent_to, tell, counts, rows, monkeypatch):
    a, b = sent_to("a@dinas.example", "b@dinas.example")
    whole = applying._note

    def breaking(told, state):
        if state.id == a.id:
            raise RuntimeError("broken")
        whole(told, state)

    monkeypatch.setattr(applying, "_note", breaking)
    first = event(a, "delivered", 3)
    tell(first, event(b, "delivered", 3))
    assert counts() == {"delivered": 1}
    assert rows(HookPost)[0].error == f"not-applied: {first['sg_event_id']}"
    assert [row.event_key for row in rows()] != [first["sg_event_id"]]


def test_deliveries_of_other_offices_and_campaigns_stay_as_they_are(sent_to, tell, acting, look):
    a, b = sent_to("a@dinas.example", "b@dinas.example")
    tell(event(a, "delivered", 3))
    with acting(SYSTEM) as session:
        untouched = session.scalars(sa.select(Delivery.id).where(Delivery.delivered_at.is_(None))).all()
    assert untouched == [b.id]


def test_an_event_of_a_call_in_doubt_settles_it(sent_to, tell, look, acting, campaign, counts):
    with acting(SYSTEM) as session:
        whole = session.get(Campaign, campaign.id)
        batch = make_batch(whole, state=BatchState.IN_DOUBT, size=2)
        batch_id, mark = batch.id, batch.mark
    a, b = sent_to("a@dinas.example", "b@dinas.example", state=DeliveryState.PENDING, batch_id=batch_id)
    tell(event(a, "processed", 3, c_bid=mark))
    with acting(SYSTEM) as session:
        batch = session.get(Batch, batch_id)
        assert (batch.state, batch.resolution, batch.seen_at is not None) == (BatchState.ACCEPTED, BatchResolution.EVENT, True)
    assert [look(each).state for each in (a, b)] == [DeliveryState.ACCEPTED] * 2
    assert look(a).processed_at == after(3)


def test_a_mark_of_a_call_with_somebody_of_another_campaign_moves_nobody(sent_to, tell, look, acting, world, rows):
    (a,) = sent_to("a@dinas.example")
    with acting(SYSTEM):
        other = make_batch(make_campaign(world.sgr, state=CampaignState.RUNNING), state=BatchState.ACCEPTED).mark
    tell(event(a, "delivered", 3, c_bid=other, c_rid=a.mark[:-1]))
    assert look(a).delivered_at is None


def test_an_event_of_a_single_message_in_doubt_settles_it(tell, acting, world):
    with acting(world.admin) as session:
        message = session.get(MailMessage, send(world.sgr).id)
        message.state, message.in_doubt_since = MessageState.IN_DOUBT, after(0)
        reference, message_id = message.reference, message.id
    told = {"event": "processed", "email": "wagiman@dinas.example", "timestamp": int(after(1).timestamp()), "sg_event_id": "m1"}
    tell({**told, "c_rid": reference})
    with acting(SYSTEM) as session:
        assert session.get(MailMessage, message_id).state is MessageState.ACCEPTED


def test_enough_complaints_stop_a_campaign_that_runs(sent_to, tell, acting, campaign):
    people = sent_to(*(f"p{number}@dinas.example" for number in range(1002)))
    with acting(SYSTEM) as session:
        session.get(Campaign, campaign.id).state = CampaignState.RUNNING
    tell(*(event(each, "delivered", 3) for each in people))
    tell(event(people[0], "spamreport", 60))
    with acting(SYSTEM) as session:
        assert session.get(Campaign, campaign.id).state is CampaignState.RUNNING
    tell(event(people[1], "spamreport", 60))
    with acting(SYSTEM) as session:
        assert session.get(Campaign, campaign.id).state is CampaignState.PAUSED


def test_news_of_the_account_is_kept_for_staff(tell, rows):
    tell(
        {
            "event": "account_status_change",
            "type": "compliance_suspend",
            "timestamp": int(after(1).timestamp()),
            "sg_event_id": "s",
        }
    )
    assert [(row.kind, row.details["type"]) for row in rows()] == [("account_status_change", "compliance_suspend")]


def test_the_local_outbox_tells_through_the_same_door(app, sent_to, look, jobs, counts, world):
    (a,) = sent_to("a@dinas.example")
    call = {
        "personalizations": [{"to": [{"email": a.email}], "custom_args": {"c_rid": a.mark}}],
        "from": {"email": "humas@kantor.example"},
        "subject": "Kabar",
        "content": [{"type": "text/plain", "value": "Kabar"}, {"type": "text/html", "value": "<p>Kabar</p>"}],
    }
    with app.app_context():
        for _time in range(2):
            assert Outbox().send(call, reference="satu", attempt=1, office_id=world.sgr.id).outcome is Outcome.ACCEPTED
    assert jobs.names() == ["mail.drain_hooks"]
    jobs.run_all()
    assert look(a).delivered_at is not None
    assert counts() == {"delivered": 1}
