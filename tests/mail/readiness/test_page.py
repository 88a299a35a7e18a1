"""The page Readiness: what it says when things are right, and what to do when they are not."""

import datetime as dt

import pytest

from crm.campaigns.events import health
from crm.campaigns.models import BatchState, CampaignState
from crm.core import jobs as core_jobs
from crm.core import scope as scopes
from crm.core.clock import now
from crm.mail import facts, syncing
from crm.mail.models import EventKind, HookPost, MailEvent, MailMessage, MessageState, PostKind, SendBudget
from tests.campaigns.factories import SENT, make_batch, make_campaign, make_delivery
from tests.mail.factories import send
from tests.mail.hooks.signing import Signer

SYSTEM = scopes.system_scope("tests of readiness")
PAGE, CHECK = "/settings/mail/readiness", "/settings/mail/readiness/checks"
KEY = "SG.not-a-real-key.0123456789"


@pytest.fixture
def frozen(clock):
    clock.freeze("2026-11-20 09:00")
    return clock


@pytest.fixture
def connected(app, frozen, monkeypatch):
    for name, value in {
        "MAIL_TRANSPORT": "sendgrid",
        "SENDGRID_API_KEY": KEY,
        "SENDGRID_HOST": "https://api.eu.sendgrid.com",
        "MODE": "production",
        "MAIL_FROM": "humas@kantor.example",
        "PUBLIC_BASE_URL": "https://mitra.kantor.example",
        "SENDGRID_WEBHOOK_KEY": Signer().public,
        "INBOUND_SECRET": "rahasia-pintu-masuk",
        "INBOUND_DOMAIN": "jawab.kantor.example",
    }.items():
        monkeypatch.setitem(app.config, name, value)


@pytest.fixture
def page(browser, world, monkeypatch):
    monkeypatch.setattr(core_jobs, "worker_seen_at", now)
    browser.sign_in(world.admin)

    return lambda: browser.get(PAGE).text


def keep_everything(acting, *, valid=True, hours=1):
    with acting(SYSTEM):
        facts.keep(
            syncing.DOMAINS,
            [
                {
                    "domain": "kantor.example",
                    "valid": valid,
                    "missing": [] if valid else [{"host": "s1._domainkey", "data": "s1.sendgrid.net"}],
                }
            ],
        )
        for name in syncing.LISTS:
            facts.keep(syncing.fact_of(name), {"seen": 3, "new": 2})


def test_everything_in_order(page, connected, acting):
    keep_everything(acting)
    with acting(SYSTEM) as session:
        session.add(HookPost(kind=PostKind.EVENTS, received_at=now() - dt.timedelta(minutes=3), body=b"[]", done_at=now()))
    shown = page()
    assert "Siap dipakai; semuanya beres" in shown
    assert "api.eu.sendgrid.com" in shown
    assert "kantor.example" in shown


def test_the_local_outbox_is_said_to_be_one(page, frozen):
    shown = page()
    assert "Tidak ada surel yang keluar dari mesin ini" in shown
    assert "Periksa lagi" not in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SENDGRID_WEBHOOK_KEY": ""}, "Kabar surel tidak diterima: belum ada kunci pemeriksa tanda tangan"),
        ({"SENDGRID_WEBHOOK_KEY": "bukan kunci"}, "Kunci pemeriksa tanda tangan kabar tidak terbaca"),
        ({"MAIL_FROM": "humas@lain.example"}, "Pengirim belum sah: surel dari lain.example"),
        ({"PUBLIC_BASE_URL": "http://10.0.0.1"}, "Penyedia surel mensyaratkan alamat https"),
        ({"INBOUND_SECRET": ""}, "Balasan atas siaran surel tidak dibaca"),
    ],
)
def test_a_setting_that_is_missing_is_named_with_what_to_do(page, connected, acting, app, monkeypatch, change, said):
    keep_everything(acting)
    for name, value in change.items():
        monkeypatch.setitem(app.config, name, value)
    assert said in page()


def test_a_domain_that_is_not_proved_shows_the_records_to_add(page, connected, acting):
    keep_everything(acting, valid=False)
    shown = page()
    assert "Pengirim belum sah" in shown
    assert "s1._domainkey → s1.sendgrid.net" in shown


def test_what_was_never_asked_and_what_failed_are_said(page, connected, acting, app):
    assert "SendGrid belum ditanya." in page()
    with app.app_context():
        syncing.facts.learn(syncing.DOMAINS, lambda: (_ for _ in ()).throw(facts.Unanswered("status 403")))
    assert "SendGrid tidak menjawab (status 403)." in page()


def test_a_worker_that_is_away_and_posts_that_wait_are_told(page, connected, acting, monkeypatch):
    monkeypatch.setattr(core_jobs, "worker_seen_at", lambda: now() - dt.timedelta(minutes=9))
    with acting(SYSTEM) as session:
        for _number in range(3):
            session.add(HookPost(kind=PostKind.EVENTS, received_at=now() - dt.timedelta(minutes=30), body=b"[]"))
    shown = page()
    assert "Pekerja latar tidak berjalan" in shown
    assert "3 kiriman kabar menunggu dibaca" in shown


def test_silence_after_something_was_sent_is_told(page, connected, acting, world):
    with acting(world.admin) as session:
        message = session.get(MailMessage, send(world.sgr).id)
        message.state, message.sent_at = MessageState.ACCEPTED, now() - dt.timedelta(hours=5)
    assert "Tidak ada kabar dari SendGrid" in page()


def test_doubt_waiting_and_refusal_of_the_key_are_told(page, connected, acting, world):
    with acting(SYSTEM) as session:
        message = session.get(MailMessage, send(world.sgr).id)
        message.state, message.in_doubt_since = MessageState.IN_DOUBT, now()
        until = now() + dt.timedelta(minutes=20)
        session.add(SendBudget(key="mail", refilled_at=now(), not_before=until, is_blocked=True))
        campaign = make_campaign(world.sgr, state=CampaignState.RUNNING)
        make_batch(campaign, state=BatchState.IN_DOUBT)
    shown = page()
    for said in (
        "1 pesan tunggal belum diketahui",
        "SendGrid meminta kita menunggu",
        "SendGrid menolak kunci kita",
        "1 bagian siaran surel belum diketahui",
    ):
        assert said in shown


def test_parts_that_nobody_told_of_are_told(page, connected, acting, world):
    with acting(SYSTEM):
        campaign = make_campaign(world.sgr, state=CampaignState.RUNNING, started_at=now() - dt.timedelta(hours=4))
        make_batch(campaign, sent_at=now() - dt.timedelta(hours=3))
    assert "Tidak ada kabar tentang 1 bagian siaran surel" in page()


def test_news_of_the_account_is_on_top(page, connected, acting):
    with acting(SYSTEM) as session:
        details = {"type": "suspended"}
        session.add(MailEvent(event_key="a", kind=EventKind.ACCOUNT, at=now(), received_at=now(), details=details))
    assert "SendGrid mengubah status akun: suspended" in page()


def test_posts_that_could_not_be_read_are_shown_in_words_and_never_their_text(page, connected, acting):
    with acting(SYSTEM) as session:
        for error in ("not-json", "no-moment (2), unknown-kind (1)", "unmatched", "unreadable (KeyError)"):
            session.add(HookPost(kind=PostKind.INBOUND, received_at=now(), body=b"rahasia Kucing", done_at=now(), error=error))
    shown = page()
    for said in (
        "Isinya bukan JSON.",
        "Sebagian kejadian tidak memuat waktu. Sebagian kejadian berjenis",
        "Surel itu tidak menjawab",
        "Surel tidak dapat dibaca.",
    ):
        assert said in shown
    assert "Kucing" not in shown


def test_receiving_domains_show_what_they_refuse_with_the_lines(page, connected, acting, world, app):
    with acting(SYSTEM) as session:
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED, started_at=SENT)
        for number in range(40):
            make_delivery(campaign, f"p{number}@gmail.example", delivered=3)
        make_delivery(campaign, "x@gmail.example", bounced=3, is_hard_bounce=True)
        make_delivery(campaign, "y@dinas.example", delivered=3, complained=60)
        make_delivery(campaign, "z@dinas.example", delivered=3, bounced=90, is_hard_bounce=False)
        session.add(MailEvent(event_key="a", kind=EventKind.OPEN, at=now(), received_at=now()))
    with app.app_context():
        health.measure()
    with acting(SYSTEM):
        rows = facts.of("domain-health").value["rows"]
        assert [(row["domain"], row["sent"], row["delivered"], row["bounced"], row["complained"]) for row in rows] == [
            ("gmail.example", 41, 40, 1, 0),
            ("dinas.example", 2, 1, 0, 1),
        ]
    shown = page()
    assert "gmail.example" in shown
    assert "2,4% (1)" in shown
    assert "100% (1)" in shown


def test_domains_are_worked_out_again_only_after_news(acting, app, frozen, world):
    with app.app_context():
        health.measure()
        first = _known(acting)
        frozen.forward(hours=2)
        health.measure()
        assert _known(acting) == first
        frozen.forward(hours=23)
        health.measure()
        assert _known(acting) > first


def _known(acting):
    with acting(SYSTEM):
        return facts.of("domain-health").known_at


def test_check_again_hands_the_question_to_the_worker(page, connected, browser, jobs):
    page()
    answer = browser.post(CHECK)
    assert answer.status_code == 303
    assert [(row.name, row.arguments) for row in jobs.rows()] == [("mail.sync_suppressions", {"at_once": True})]


def test_without_a_mail_service_there_is_nobody_to_ask(browser, world, jobs):
    browser.sign_in(world.admin)
    browser.post(CHECK)
    assert "mail.sync_suppressions" not in jobs.names()


def test_only_administrators_see_it_whole_and_senders_in_short(browser, world, connected, acting, monkeypatch):
    monkeypatch.setattr(core_jobs, "worker_seen_at", lambda: None)
    keep_everything(acting)
    browser.sign_in(world.officer)
    browser.get(PAGE, status=403)
    browser.post(CHECK, status=403)
    short = browser.get("/campaigns/readiness").text
    assert "Pekerja latar tidak berjalan" in short
    assert "Kunci SendGrid" not in short
    browser.sign_in(world.viewer)
    browser.get("/campaigns/readiness", status=403)
