"""What doctor says of campaigns, subscriptions and the settings of mail, each broken once; and what repair mends of it."""

import datetime as dt

import pytest
import sqlalchemy as sa

from crm.bulletins.models import SubscriptionState
from crm.campaigns import tallies
from crm.campaigns.models import BatchState, Campaign, CampaignState, DeliveryState
from crm.campaigns.results.queries import counted_anew
from crm.campaigns.service import put_in_index
from crm.cli import checks
from crm.core import clock as clocks
from crm.mail import instance, suppressing
from crm.mail.models import HookPost, Instance, PostKind, SuppressionReason, SuppressionSource
from tests.campaigns import factories as made
from tests.cli.factories import SYSTEM, make_day


@pytest.fixture
def mailing(world, acting, clock):
    """A day at the office, a bulletin with two subscriptions, one campaign under way and one that has ended; every count right."""
    make_day(world, acting, clock)
    with acting(SYSTEM):
        bulletin = made.make_bulletin(world.sgr)
        for email in ("a@x.example", "b@x.example"):
            made.make_receipt(made.make_subscription(bulletin, email))
        running = made.make_campaign(world.sgr, "Sedang jalan", state=CampaignState.RUNNING, bulletin=bulletin)
        first = made.make_delivery(running, "a@x.example", delivered=3, clicked=60, click_count=1)
        last = made.make_delivery(running, "b@x.example", bounced=4, is_hard_bounce=True)
        waits = made.make_delivery(running, "c@x.example", state=DeliveryState.PENDING)
        call = made.make_batch(running, 2, first_id=first.id, last_id=last.id)
        ready = made.make_batch(running, 1, state=BatchState.READY, first_id=waits.id, last_id=waits.id)
        done = made.make_campaign(world.sgr, "Selesai", state=CampaignState.FINISHED, bulletin=bulletin)
        made.make_delivery(done, "a@x.example", delivered=3)
        for campaign in (running, done):
            put_in_index(campaign)
            tallies.move(campaign.id, counted_anew([campaign.id])[campaign.id])
        return {
            "running": running.id,
            "done": done.id,
            "call": call.id,
            "ready": ready.id,
            "waits": waits.id,
            "bulletin": bulletin.id,
        }


@pytest.fixture
def doctor(app):
    def run(*options):
        return app.test_cli_runner().invoke(args=["crm", "doctor", *options])

    return run


OF_THE_TESTS = {"permissions", "secret-key", "clocks", "durable-database"}  # their machine is not kept as an office's is


def wrong(result):
    return {line.split()[1].rstrip(":") for line in result.output.splitlines() if line.startswith("WRONG")} - OF_THE_TESTS


def sql(acting, statement, **values):
    with acting(SYSTEM) as session:
        session.connection().execute(sa.text(statement), values)


def test_a_sound_campaign_and_bulletin_hold_every_invariant(app, mailing):
    with app.app_context():
        verdicts = list(checks.judge(checks.invariants()))
        assert [verdict.wrong for verdict in verdicts if verdict.wrong] == []
        assert {one.check.name for one in verdicts if one.check.group == "campaigns"} == {
            "campaign-counts", "pending-in-ended-campaigns", "calls-and-deliveries", "subscriptions-of-silent-people", "consent-receipts",
        }  # fmt: skip


BROKEN = {
    "campaign-counts": (
        "update campaign_tallies set value = 7 where key = 'delivered' and campaign_id = :running",
        "delivered 7 instead of 1",
    ),
    "pending-in-ended-campaigns": (
        "update deliveries set state = 'pending' where campaign_id = :done",
        "people in it still wait",
    ),
    "consent-receipts": ("update consent_receipts set withdrawn_at = given_at where email = 'a@x.example'", "of bulletin"),
    "search-documents-missing": ("delete from search_documents where kind = 'campaign'", "campaign"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_was_broken_is_named(mailing, doctor, acting, name):
    statement, words = BROKEN[name]
    sql(acting, statement, **{key: value for key, value in mailing.items() if f":{key}" in statement})
    result = doctor()
    assert result.exit_code == 1
    assert name in wrong(result)
    assert words in result.output


def test_a_wrong_count_of_any_kind_is_named(app, mailing, doctor, acting):
    with acting(SYSTEM):
        tallies.move(mailing["done"], dict.fromkeys(tallies.Count, 1))
    result = doctor()
    assert wrong(result) == {"campaign-counts"}
    with app.app_context():
        right = counted_anew([mailing["done"]])[mailing["done"]]
    for count in tallies.Count:
        assert f"{count.value} {right[count] + 1} instead of {right[count]}" in result.output


def test_people_who_wait_in_a_call_that_was_settled_are_named(mailing, doctor, acting):
    sql(acting, "update batches set state = 'failed' where id = :ready", ready=mailing["ready"])
    result = doctor()
    assert wrong(result) == {"calls-and-deliveries"}
    assert f"Call {mailing['ready']} of campaign {mailing['running']} is failed, and people in it still wait." in result.output


def test_people_set_apart_in_a_call_that_was_settled_are_named(mailing, doctor, acting):
    sql(acting, "update deliveries set batch_id = :call where id = :waits", call=mailing["call"], waits=mailing["waits"])
    assert f"Call {mailing['call']} of campaign {mailing['running']} is accepted, and people in it still wait." in doctor().output


def test_an_open_call_of_a_campaign_that_has_ended_is_named(mailing, doctor, acting):
    sql(acting, "update campaigns set state = 'cancelled' where id = :running", running=mailing["running"])
    result = doctor()
    assert {"calls-and-deliveries", "pending-in-ended-campaigns"} <= wrong(result)
    assert f"Call {mailing['ready']} is ready, and its campaign {mailing['running']} has ended." in result.output


def test_who_asked_for_silence_and_still_subscribes_is_named_and_who_bounced_is_not(mailing, doctor, acting):
    with acting(SYSTEM):
        suppressing.suppress(["b@x.example"], reason=SuppressionReason.BOUNCED, source=SuppressionSource.EVENT)
    assert wrong(doctor()) == set()
    with acting(SYSTEM):
        suppressing.suppress(["a@x.example"], reason=SuppressionReason.UNSUBSCRIBED, source=SuppressionSource.PERSON)
    assert wrong(doctor()) == {"subscriptions-of-silent-people"}
    sql(acting, "update subscriptions set state = :ended where email = 'a@x.example'", ended=SubscriptionState.ENDED.value)
    assert wrong(doctor()) == set()


def test_wrong_counts_are_counted_anew(app, mailing, doctor, acting):
    sql(acting, "delete from campaign_tallies where campaign_id = :running and key = 'hard-bounced'", running=mailing["running"])
    sql(acting, "update campaign_tallies set value = 9 where campaign_id = :done and key = 'delivered'", done=mailing["done"])
    assert wrong(doctor()) == {"campaign-counts"}
    result = app.test_cli_runner().invoke(args=["crm", "repair", "counts"])
    assert result.output == "2 campaigns counted anew.\n"
    assert wrong(doctor()) == set()


def test_repairing_the_search_keeps_campaigns_in_it(app, mailing, doctor, acting):
    sql(acting, "update search_documents set title = 'lain' where kind = 'campaign'")
    assert "search-documents-stale" in wrong(doctor())
    assert app.test_cli_runner().invoke(args=["crm", "repair", "search"]).exit_code == 0
    assert wrong(doctor()) == set()


def test_posts_that_wait_and_posts_that_cannot_be_read_are_named(mailing, doctor, acting, clock):
    with acting(SYSTEM) as session:
        session.add(HookPost(kind=PostKind.EVENTS, received_at=clocks.now(), body=b"[]"))
        session.add(HookPost(kind=PostKind.EVENTS, received_at=clocks.now(), body=b"{", done_at=clocks.now(), error="not-json"))
    assert wrong(doctor()) == {"unreadable-posts"}
    clock.forward(minutes=16)
    result = doctor()
    assert wrong(result) == {"unreadable-posts", "waiting-posts"}
    assert "not-json" in result.output


def test_a_copy_of_the_database_is_named_until_somebody_confirms_it(app, mailing, doctor, acting, database):
    """F21: the id in the data folder is not the one that sends."""
    database.is_dirty = True
    with acting(SYSTEM):
        assert instance.may_send()
    assert wrong(doctor()) == set()
    with acting(SYSTEM) as session:
        session.execute(sa.update(Instance).values(id="00000000-0000-4000-8000-000000000000"))
    result = doctor()
    assert wrong(result) == {"installation"}
    assert "flask crm confirm-installation" in result.output
    assert app.test_cli_runner().invoke(args=["crm", "confirm-installation"]).exit_code == 0
    assert wrong(doctor()) == set()


WEAK = "a" * 40
PUBLIC = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
)
FINE = {"MODE": "production", "SENDGRID_API_KEY": "SG.x", "MAIL_TRANSPORT": "sendgrid", "SENDGRID_WEBHOOK_KEY": PUBLIC}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({**FINE, "SENDGRID_WEBHOOK_KEY": ""}, "SENDGRID_WEBHOOK_KEY is not: bounces are never heard of"),
        ({**FINE, "MAIL_TRANSPORT": "outbox"}, "MAIL_TRANSPORT is outbox: nothing leaves"),
        ({**FINE, "MODE": "demo"}, "MODE is demo: nothing leaves"),
        ({**FINE, "SENDGRID_WEBHOOK_KEY": "bukan-kunci"}, "SENDGRID_WEBHOOK_KEY is no public key"),
        ({**FINE, "INBOUND_SECRET": WEAK, "INBOUND_DOMAIN": "balas.x.example"}, "INBOUND_SECRET is shorter than 32"),
        ({**FINE, "INBOUND_DOMAIN": "balas.x.example"}, "only INBOUND_DOMAIN is set"),
    ],
)
def test_settings_of_mail_that_contradict_each_other_are_named(app, database, doctor, monkeypatch, settings, words):
    for name, value in FINE.items():
        monkeypatch.setitem(app.config, name, value)
    assert "mail-settings" not in wrong(doctor())
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    result = doctor()
    assert "mail-settings" in wrong(result)
    assert words in result.output
    assert "SG.x" not in result.output
    assert WEAK not in result.output


def test_an_office_is_told_to_keep_a_key_for_addresses(app, database, doctor, monkeypatch):
    assert "address-key" not in wrong(doctor())
    assert "address-key" in wrong(doctor("--deploy"))
    monkeypatch.setitem(app.config, "ADDRESS_KEY", WEAK)
    assert "guesses it can find out which addresses were erased" in doctor("--deploy").output
    monkeypatch.setitem(app.config, "ADDRESS_KEY", "Xq3-vR8_tLm2Zw0pKc7Yb5Nd9Hs4Jf6G")
    assert "address-key" not in wrong(doctor("--deploy"))


def test_campaigns_that_were_reduced_to_totals_are_not_counted(mailing, doctor, acting):
    with acting(SYSTEM) as session:
        session.get(Campaign, mailing["done"]).finished_at -= dt.timedelta(days=400)
        session.add(made.Tally(campaign_id=mailing["done"], key=tallies.REDUCED, value=1))
    sql(acting, "update deliveries set clicked_at = null, delivered_at = null where campaign_id = :done", done=mailing["done"])
    assert wrong(doctor()) == set()
