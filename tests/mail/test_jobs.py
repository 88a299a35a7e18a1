"""Delivery against a SendGrid on loopback: what went wrong where, and that nobody gets anything twice."""

import datetime as dt
import logging
import socket

import pytest

from crm.core import scope as scopes
from crm.core.jobs import enqueue
from crm.mail import gateway, instance, jobs, service
from crm.mail.answers import Outcome, Result
from crm.mail.models import MailMessage, MessageState, Resolution
from tests.mail.factories import send
from tests.mail.sendgrid_server import SendGridServer, answer

SYSTEM = scopes.system_scope("mail tests")
KEY = "SG.not-a-real-key.0123456789"


@pytest.fixture
def sendgrid(app, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = SendGridServer()
    kept = {name: app.config[name] for name in ("MAIL_TRANSPORT", "SENDGRID_API_KEY", "SENDGRID_HOST", "SENDGRID_TIMEOUT")}
    app.config.update(MAIL_TRANSPORT="sendgrid", SENDGRID_API_KEY=KEY, SENDGRID_HOST=server.host, SENDGRID_TIMEOUT=1)
    yield server
    app.config.update(kept)
    server.close()


@pytest.fixture
def message_id(world, acting, clock):
    clock.freeze("2027-01-01 08:59")
    with acting(world.admin):
        return send(world.sgr, to_name="Wagiman").id


@pytest.fixture
def look(acting):
    def see(message_id):
        with acting(SYSTEM) as session:
            message = session.get(MailMessage, message_id)
            session.expunge(message)
            return message

    return see


def sweep(acting, queue):
    with acting(SYSTEM):
        enqueue("mail.deliver")
    queue.run_all()


def test_an_accepted_message_is_sent_once_and_its_text_is_gone(sendgrid, message_id, look, jobs, acting):
    assert "mail.deliver" in jobs.run_all()
    message = look(message_id)
    assert (message.state, message.provider_id, message.http_status) == (MessageState.ACCEPTED, "fake1", 202)
    assert (message.text_body, message.html_body, message.resolution) == ("", "", Resolution.ANSWER)
    assert len(message.payload_sha256) == 64
    ((method, path, headers, payload),) = sendgrid.calls
    assert (method, path) == ("POST", "/v3/mail/send")
    assert headers["authorization"] == f"Bearer {KEY}"
    assert payload["personalizations"][0]["to"] == [{"email": "wagiman@dinas.example", "name": "Wagiman"}]
    sweep(acting, jobs)
    assert sendgrid.accepted == {message.reference: 1}


def test_the_job_runs_twice_without_sending_twice(sendgrid, message_id, look, jobs, acting):
    with acting(SYSTEM):
        enqueue("mail.deliver", message_id=message_id)
        enqueue("mail.deliver", message_id=message_id)
    jobs.run_all()
    assert sendgrid.accepted == {look(message_id).reference: 1}


@pytest.mark.parametrize(
    ("told", "note"),
    [
        ("drop", "connection-lost"),
        ("hang", "timeout"),
        (answer(202), "no-clear-answer"),
        (answer(200, X_Message_Id="x"), "no-clear-answer"),
        (answer(500), "no-clear-answer"),
        (answer(503, Retry_After="1"), "no-clear-answer"),
    ],
)
def test_an_unclear_answer_is_doubt_and_never_another_try(sendgrid, message_id, look, jobs, acting, clock, told, note):
    sendgrid.behaviour = told
    jobs.run_all()
    message = look(message_id)
    assert (message.state, message.note, message.attempt) == (MessageState.IN_DOUBT, note, 1)
    assert message.text_body
    sendgrid.behaviour = "accept"
    clock.forward(hours=72)
    sweep(acting, jobs)
    assert look(message_id).state is MessageState.IN_DOUBT
    assert len(sendgrid.calls) == 1


def test_a_redirect_is_not_followed_with_our_key(sendgrid, message_id, look, jobs):
    elsewhere = SendGridServer()
    sendgrid.behaviour = answer(302, Location=f"{elsewhere.host}/v3/mail/send")
    jobs.run_all()
    assert look(message_id).state is MessageState.IN_DOUBT
    assert elsewhere.calls == []
    elsewhere.close()


@pytest.mark.parametrize("status", [400, 413])
def test_a_refusal_is_final_and_says_why(sendgrid, message_id, look, jobs, acting, status):
    sendgrid.behaviour = answer(
        status, b'{"errors":[{"message":"does not contain a valid address","field":"personalizations.0.to.0.email"}]}'
    )
    jobs.run_all()
    message = look(message_id)
    assert (message.state, message.http_status, message.text_body) == (MessageState.FAILED, status, "")
    assert message.note == "personalizations.0.to.0.email does not contain a valid address"
    sweep(acting, jobs)
    assert len(sendgrid.calls) == 1


def test_a_rate_limit_is_waited_for_and_then_sent(sendgrid, message_id, look, jobs, acting, clock):
    begun = clock.freeze("2027-01-01 09:00")
    sendgrid.behaviour = answer(429, X_RateLimit_Reset=str(int(begun.timestamp()) + 120))
    jobs.run_all()
    message = look(message_id)
    assert (message.state, message.not_before) == (MessageState.READY, begun.astimezone(dt.UTC) + dt.timedelta(seconds=120))
    sendgrid.behaviour = "accept"
    sweep(acting, jobs)
    assert len(sendgrid.calls) == 1
    clock.forward(seconds=121)
    sweep(acting, jobs)
    assert look(message_id).state is MessageState.ACCEPTED


def test_a_key_that_is_not_accepted_waits_for_a_better_one(sendgrid, message_id, look, jobs, acting, clock):
    clock.freeze("2027-01-01 09:00")
    sendgrid.behaviour = answer(401, b'{"errors":[{"message":"authorization required"}]}')
    jobs.run_all()
    assert (look(message_id).state, look(message_id).note) == (MessageState.READY, "not-authorized")
    sendgrid.behaviour = "accept"
    clock.forward(minutes=16)
    sweep(acting, jobs)
    assert look(message_id).state is MessageState.ACCEPTED


def test_a_refused_connection_is_tried_again_and_given_up_after_two_days(sendgrid, app, message_id, look, jobs, acting, clock):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        app.config["SENDGRID_HOST"] = f"http://127.0.0.1:{closed.getsockname()[1]}"
    clock.freeze("2027-01-01 09:00")
    jobs.run_all()
    assert (look(message_id).state, look(message_id).note) == (MessageState.READY, "no-connection")
    clock.forward(hours=1)
    sweep(acting, jobs)
    clock.forward(hours=48)
    sweep(acting, jobs)
    message = look(message_id)
    assert (message.state, message.note, message.text_body) == (MessageState.FAILED, "gave-up", "")
    assert sendgrid.calls == []


def test_a_worker_that_dies_before_recording_leaves_doubt_and_no_second_mail(sendgrid, message_id, look, acting, clock, jobs):
    """Killed after SendGrid took it: the claim was committed, the outcome was not."""
    clock.freeze("2027-01-01 09:00")
    with acting(SYSTEM):
        claimed = service.claim(message_id, owner="a worker", timeout=1)
        attempt, reference = claimed.attempt, claimed.reference
    sendgrid.accepted[reference] += 1
    sweep(acting, jobs)
    assert look(message_id).state is MessageState.SENDING  # the lease runs
    clock.forward(seconds=4)
    sweep(acting, jobs)
    assert (look(message_id).state, look(message_id).note) == (MessageState.IN_DOUBT, "worker-lost")
    with acting(SYSTEM):
        late = Result(Outcome.ACCEPTED, provider_id="late", http_status=202)
        assert not service.record(message_id, late, owner="a worker", attempt=attempt)
    sweep(acting, jobs)
    assert look(message_id).state is MessageState.IN_DOUBT
    assert sendgrid.accepted == {reference: 1}


def test_of_two_workers_one_claims(sendgrid, message_id, acting):
    with acting(SYSTEM):
        assert service.claim(message_id, owner="one", timeout=1) is not None
    with acting(SYSTEM):
        assert service.claim(message_id, owner="two", timeout=1) is None


def test_a_worker_of_an_earlier_try_changes_nothing(sendgrid, message_id, acting, look, world, clock):
    clock.freeze("2027-01-01 09:00")
    with acting(SYSTEM):
        service.claim(message_id, owner="one", timeout=1)
    clock.forward(minutes=1)
    with acting(SYSTEM):
        service.reap()
    with acting(world.admin) as session:
        service.send_again(session.get(MailMessage, message_id), by=world.admin)
    with acting(SYSTEM):
        assert service.claim(message_id, owner="one", timeout=1).attempt == 2
    with acting(SYSTEM):
        assert not service.record(message_id, Result(Outcome.REJECTED, reason="old"), owner="one", attempt=1)
    assert look(message_id).state is MessageState.SENDING


def test_an_event_settles_doubt(sendgrid, message_id, acting, look, jobs):
    sendgrid.behaviour = "drop"
    jobs.run_all()
    with acting(SYSTEM):
        assert service.settle_by_event(look_reference(sendgrid))
        assert not service.settle_by_event(look_reference(sendgrid))
    message = look(message_id)
    assert (message.state, message.resolution, message.text_body) == (MessageState.ACCEPTED, Resolution.EVENT, "")


def look_reference(sendgrid):
    return sendgrid.calls[0][3]["personalizations"][0]["custom_args"]["c_rid"]


def test_a_person_may_send_again_and_the_receiver_gets_the_second(sendgrid, message_id, acting, look, jobs, world):
    sendgrid.behaviour = answer(500)
    jobs.run_all()
    with acting(world.admin) as session:
        service.send_again(session.get(MailMessage, message_id), by=world.admin)
    sendgrid.behaviour = "accept"
    jobs.run_all()
    message = look(message_id)
    assert (message.state, message.attempt) == (MessageState.ACCEPTED, 2)
    assert sendgrid.accepted == {message.reference: 1}
    with acting(world.admin) as session, pytest.raises(service.NotInDoubt):
        service.send_again(session.get(MailMessage, message_id), by=world.admin)


def test_an_unsent_message_of_a_rolled_back_act_never_goes_out(sendgrid, world, acting, jobs):
    with acting(world.admin) as session:
        send(world.sgr)
        session.rollback()
    jobs.run_all()
    assert sendgrid.calls == []


def test_key_and_addresses_stay_out_of_the_log(sendgrid, message_id, jobs, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    sendgrid.behaviour = answer(401, b"{}")
    jobs.run_all()
    logged = caplog.text + "".join(capsys.readouterr())
    assert KEY not in logged
    assert "wagiman" not in logged


def test_the_key_never_travels_unencrypted_over_a_network():
    with pytest.raises(gateway.UnsafeHost):
        gateway.SendGrid(KEY, "http://api.sendgrid.com", timeout=1)


def test_the_outbox_takes_a_message_once(app, world, acting, jobs, mailbox):
    with acting(world.admin):
        send(world.sgr, to_name="Dr. Budi, S.H.", subject="Undangan: é 北京")
    jobs.run_all()
    (message,), (taken,) = mailbox.messages(), mailbox.delivered()
    assert message.state is MessageState.ACCEPTED
    assert message.provider_id == f"outbox-{taken.id}"
    assert 'To: "Dr. Budi S.H." <wagiman@dinas.example>' in taken.eml
    with app.app_context():
        again = jobs_transport().send(taken.payload, reference=taken.reference, attempt=2)
    assert again.provider_id == message.provider_id
    assert len(mailbox.delivered()) == 1


def jobs_transport():
    return jobs.gateway.transport()


def test_a_copy_of_the_database_sends_no_single_message_and_says_so(
    app, browser, world, sendgrid, message_id, look, acting, jobs, tmp_path, monkeypatch
):
    with acting(SYSTEM):
        assert instance.may_send()
    monkeypatch.setitem(app.config, "CRM_DATA", str(tmp_path))  # the copy has a folder of its own
    jobs.run_all()
    sweep(acting, jobs)
    assert not sendgrid.calls
    assert (look(message_id).state, look(message_id).attempt) == (MessageState.READY, 0)
    assert "flask crm confirm-installation" in browser.sign_in(world.admin).get("/settings/mail").text
