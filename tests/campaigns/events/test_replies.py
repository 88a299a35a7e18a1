"""Answers find the delivery that they answer, stand there once, and are never answered themselves (F36)."""

import pytest

from crm.campaigns.models import Campaign, CampaignState, Delivery, Reply
from crm.mail.hooks import draining
from crm.mail.models import HookPost, MailMessage, Suppression
from tests.campaigns.events.conftest import SYSTEM
from tests.campaigns.factories import make_batch, make_campaign, make_delivery
from tests.mail.hooks.inbound.test_real_mail import REPORT
from tests.mail.hooks.posting import DOMAIN, SECRET, a_mail, post, raw_form


@pytest.fixture
def arrive(app, monkeypatch, clock):
    monkeypatch.setitem(app.config, "INBOUND_SECRET", SECRET)
    monkeypatch.setitem(app.config, "INBOUND_DOMAIN", DOMAIN)
    clock.freeze("2026-11-20 09:00")

    def come(mail, **fields):
        assert post(app.test_client(), raw_form(mail, **fields)).status_code == 204
        with app.app_context():
            draining.drain()

    return come


def test_f36_an_answer_is_found_by_its_writer_and_counts_once(arrive, sent_to, rows, look, counts):
    (a,) = sent_to("siti@dinas.example")
    for _time in range(3):
        arrive(a_mail(sender="Siti <Siti@Dinas.Example>", text="Kami daftar besok.\n\n> kutipan\n"))
    (reply,) = rows(Reply)
    assert (reply.delivery_id, reply.from_email, reply.text, reply.kind) == (
        a.id,
        "siti@dinas.example",
        "Kami daftar besok.",
        "reply",
    )
    assert reply.checks == {"spf": "pass", "dkim": "{@dinas.example : pass}"}
    assert look(a).replied_at == reply.received_at
    assert counts() == {"replied": 1}


def test_an_answer_from_another_address_is_found_by_the_mark_in_the_address(arrive, sent_to, rows):
    (a,) = sent_to("siti@dinas.example")
    arrive(a_mail(sender="pribadi@mail.example"), to=f"jawab+{a.mark}@{DOMAIN}")
    assert [reply.delivery_id for reply in rows(Reply)] == [a.id]


@pytest.mark.parametrize(
    "change", [lambda mark: mark[:-1] + ("a" if mark[-1] != "a" else "b"), lambda _mark: "d.", lambda _mark: "x"]
)
def test_a_forged_mark_finds_nothing(arrive, sent_to, rows, change):
    (a,) = sent_to("siti@dinas.example")
    arrive(a_mail(sender="pribadi@mail.example"), to=f"jawab+{change(a.mark)}@{DOMAIN}")
    assert rows(Reply) == []
    assert rows(HookPost)[0].error == "unmatched"


def test_the_message_that_is_answered_tells_which_mailing_when_there_are_two(arrive, sent_to, rows, acting, world, campaign):
    (a,) = sent_to("siti@dinas.example")
    with acting(SYSTEM) as session:
        make_batch(session.get(Campaign, campaign.id), provider_id="panggilan1")
        newer = make_campaign(world.sgr, state=CampaignState.FINISHED)
        newest = make_delivery(newer, "siti@dinas.example", accepted=60).id
    arrive(a_mail(In_Reply_To="<panggilan1@ismtpd0039.sendgrid.net>"))
    arrive(a_mail(message_id="<dua@x.example>"))
    assert [reply.delivery_id for reply in rows(Reply)] == [a.id, newest]


def test_f36_absence_notes_are_kept_apart_and_nobody_is_answered(arrive, sent_to, rows, look, counts):
    (a,) = sent_to("siti@dinas.example")
    for number in range(20):
        arrive(a_mail(Auto_Submitted="auto-replied", message_id=f"<{number}@dinas.example>"))
    assert {reply.kind for reply in rows(Reply)} == {"auto-reply"}
    assert look(a).replied_at is None
    assert counts() == {}
    assert rows(MailMessage) == []


def test_a_bounce_is_written_down_and_changes_nothing_else(arrive, sent_to, rows, look):
    """Anybody can write such a mail: only what SendGrid signs stops mail to an address."""
    (a,) = sent_to("siti@dinas.example")
    arrive(REPORT % (b"failed", b"5.1.1"))
    (reply,) = rows(Reply)
    assert (reply.kind, reply.delivery_id) == ("bounce", a.id)
    assert (reply.checks["bounced"], reply.checks["status"], reply.checks["hard"]) == ("siti@dinas.example", "5.1.1", True)
    assert look(a).bounced_at is None
    assert rows(Suppression) == []


def test_an_answer_to_nobodys_mailing_is_shown_to_staff_and_creates_nothing(arrive, rows):
    arrive(a_mail())
    assert rows(Reply) == []
    assert rows(Delivery) == []
    assert rows(HookPost)[0].error == "unmatched"
