"""Calls that can be taken back; the local outbox; the demo, which sends nothing whatever its settings say; what a call holds."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from crm.campaigns.models import BatchResolution, BatchState, Campaign, CampaignState, Delivery
from crm.campaigns.sending import calls, personal, service, taking
from crm.campaigns.writing import fields
from crm.mail import gateway, outbox, payload
from crm.mail.hooks import draining
from crm.mail.models import HookPost, OutboxMessage
from tests.campaigns.sending.office import SYSTEM, TAGS
from tests.campaigns.sending.test_calls_in_doubt import first_then


def test_doubt_about_a_guarded_call_is_settled_by_taking_it_back(post):
    post.sendgrid.behaviour = first_then("drop")
    campaign_id = post.campaign(10, is_guarded=True)
    post.send()
    assert len(post.doubts(campaign_id)) == 1
    post.minutes(1)
    post.send()
    old, anew = post.batches(campaign_id)
    assert (old.state, old.resolution) == (BatchState.REPLACED, BatchResolution.GUARD_CANCEL)
    assert (anew.state, anew.resolution) == (BatchState.ACCEPTED, BatchResolution.ANSWER)
    assert len(post.sendgrid.taken_back) == 1
    post.minutes(6)
    post.assert_whole(campaign_id, 10)


def test_shortly_before_it_goes_out_nothing_is_taken_back(post):
    post.sendgrid.behaviour = first_then("drop")
    campaign_id = post.campaign(10, is_guarded=True)
    post.send()
    post.clock.forward(minutes=6)
    post.tend()
    assert not post.sendgrid.taken_back
    assert len(post.doubts(campaign_id)) == 1


def test_a_stop_takes_back_what_has_not_gone_out(post):
    campaign_id = post.campaign(30, is_guarded=True, first_batch=20)
    post.send()
    with post.acting(SYSTEM) as session:
        service.cancel(session.get(Campaign, campaign_id), by=post.world.manager)
    post.tend()
    assert post.states(campaign_id) == {"cancelled": 30}
    assert post.get(campaign_id).state is CampaignState.CANCELLED
    assert not +post.sendgrid.people


def test_a_guarded_call_without_its_number_was_surely_not_made(post):
    campaign_id = post.campaign(10, is_guarded=True)
    with post.acting(SYSTEM):
        taking.take(campaign_id, owner="killed")
    post.leases_end()
    post.tend()
    post.send()
    post.minutes(6)
    post.assert_whole(campaign_id, 10)
    assert all(batch.resolution is BatchResolution.ANSWER for batch in post.batches(campaign_id))


@pytest.fixture
def local(post, monkeypatch):
    monkeypatch.setitem(post.app.config, "MAIL_TRANSPORT", "outbox")
    return post


def test_the_outbox_takes_calls_and_tells_what_became_of_them(local):
    campaign_id = local.campaign(25)
    local.send()
    assert local.states(campaign_id) == {"accepted": 25}
    assert not local.sendgrid.calls
    with local.app.app_context():
        assert draining.drain() == 50
    with local.acting(SYSTEM) as session:
        assert {row.delivered_at is not None for row in session.scalars(sa.select(Delivery))} == {True}
        calls_kept = session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert sorted(call.recipients for call in calls_kept) == [5, 10, 10]
        kept = next(call for call in calls_kept if call.payload["personalizations"][3]["to"][0]["name"] == "Orang 3")
        text = outbox.as_eml(kept.payload, kept.reference, 3)
    assert "Kabar untuk Orang 3" in text
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in text
    assert "-kabc." not in text


def test_the_outbox_takes_the_same_call_once_and_tells_of_it_once(local):
    campaign_id = local.campaign(5)
    with local.acting(SYSTEM) as session:
        (taken,) = taking.take(campaign_id, owner="x")
        copy = calls.Copy(session.get(Campaign, campaign_id))
    body = copy.build(taken.variant, taken.mark, taken.people).body
    with local.app.app_context():
        first, second = (
            gateway.transport().send(body, reference=taken.mark, attempt=n, office_id=taken.office_id) for n in (1, 2)
        )
    assert first.provider_id == second.provider_id
    with local.acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(HookPost)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda call: call["personalizations"].append(call["personalizations"][0]), "personalizations.5.to.0.email"),
        (lambda call: call["personalizations"][1]["substitutions"].update(x="y" * 10_001), "personalizations.1.substitutions"),
        (lambda call: call["personalizations"][1]["headers"].update(Subject="x"), "personalizations.1.headers"),
        (lambda call: call.update(send_at=int(dt.datetime(2026, 12, 24, tzinfo=dt.UTC).timestamp())), "send_at"),
        (lambda call: call.update(content=[]), "content"),
    ],
)
def test_the_outbox_refuses_what_sendgrid_refuses(local, change, field):
    campaign_id = local.campaign(5)
    with local.acting(SYSTEM) as session:
        (taken,) = taking.take(campaign_id, owner="x")
        copy = calls.Copy(session.get(Campaign, campaign_id))
    call = json.loads(copy.build(taken.variant, taken.mark, taken.people).body)
    change(call)
    with local.app.app_context():
        result = gateway.transport().send(payload.Body(json.dumps(call).encode()), reference="x", attempt=1, office_id=1)
    assert result.http_status == 400
    assert field in [each[0] for each in result.errors]


def test_in_the_demo_nothing_leaves_the_machine_even_with_a_key(post, monkeypatch):
    monkeypatch.setitem(post.app.config, "MODE", "demo")
    monkeypatch.setitem(post.app.config, "SENDGRID_HOST", "https://api.sendgrid.com")
    with post.app.app_context():
        assert isinstance(gateway.transport(), outbox.Outbox)
        assert gateway.is_local()
    campaign_id = post.campaign(5)
    post.send()
    assert post.states(campaign_id) == {"accepted": 5}
    with post.acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1


def test_the_demo_may_speak_with_a_test_on_the_same_machine(post, monkeypatch):
    monkeypatch.setitem(post.app.config, "MODE", "demo")
    with post.app.app_context():
        assert isinstance(gateway.transport(), gateway.SendGrid)


NASTY = [
    "<b>tebal</b>",
    "Ani & Budi",
    "baris\r\nBcc: x@y.example",
    "-kabc.name.h-",
    "kabc",
    "panjang " * 1500,
    "Sri 🌺",
    "",
    "abc.name",
]


@pytest.mark.parametrize("name", NASTY)
def test_f35_values_are_escaped_by_their_place_and_make_no_header(post, name):
    """The fast way and the careful way say the same, whatever the value."""
    links = dict.fromkeys(fields.LINK_FIELDS, "https://mitra.example/b/1-2")
    made = personal.Personal(TAGS).of({"name": name}, links)
    assert made == fields.substitutions(TAGS, {"name": name}, links)
    assert "<b>" not in made["-kabc.name.h-"]
    assert "\n" not in made["-kabc.name.t-"]
    assert "-kabc." not in "".join(made.values())


def test_f35_a_value_of_twelve_thousand_bytes_goes_alone_with_its_text_filled_in(post):
    campaign_id = post.campaign(3)
    post.stretch(campaign_id, "orang1@dinas.example")
    post.send()
    post.assert_whole(campaign_id, 3)
