"""POST /hooks/sendgrid/events: what is let in, and that nothing is stored of the rest (F31, ML-07, ML-08)."""

import pytest
import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core.clock import now
from crm.mail.models import HookPost, MailEvent
from tests.mail.hooks.signing import EVENTS, Signer, body_of, post

SYSTEM = scopes.system_scope("tests of the door")
EVENT = {"event": "delivered", "email": "a@dinas.example", "timestamp": 1_700_000_000, "sg_event_id": "e1", "c_rid": "nobody"}


@pytest.fixture
def stored(acting):
    def look(model=HookPost):
        with acting(SYSTEM) as session:
            return session.scalars(sa.select(model)).all()

    return look


def test_signed_events_are_kept_as_they_came_and_the_worker_is_woken(trusted, client, stored, jobs):
    answer = post(client, trusted, [EVENT])
    assert (answer.status_code, answer.data) == (204, b"")
    (kept,) = stored()
    assert kept.body == body_of([EVENT])
    assert kept.done_at is None
    assert jobs.names() == ["mail.drain_hooks"]


def test_many_posts_wake_the_worker_once(trusted, client, stored, jobs):
    for _number in range(5):
        post(client, trusted, [EVENT])
    assert len(stored()) == 5
    assert jobs.names() == ["mail.drain_hooks"]
    assert jobs.run_all() == ["mail.drain_hooks"]
    assert all(each.done_at for each in stored())


def test_f31_forged_unsigned_and_tampered_posts_are_refused_and_nothing_is_stored(trusted, client, stored, jobs):
    body = body_of([EVENT])
    good = trusted.headers(body)
    stranger = Signer().headers(body)
    for headers in ({}, stranger, {**good, "X-Twilio-Email-Event-Webhook-Signature": "x"}, dict(list(good.items())[:1])):
        assert client.post(EVENTS, data=body, headers=headers).status_code == 403
    assert client.post(EVENTS, data=body.replace(b"delivered", b"delivereD"), headers=good).status_code == 403
    assert client.post(EVENTS, data=body.strip(), headers=good).status_code == 403
    assert stored() == []
    assert jobs.names() == []


def test_a_signature_of_25_hours_ago_or_ahead_is_refused(trusted, client, stored, clock):
    clock.freeze("2026-11-24 10:00")
    moment = now()
    for hours in (-25, 25):
        clock.forward(hours=hours)
        headers = trusted.headers(body_of([EVENT]))
        clock.forward(hours=-hours)
        assert now() == moment
        assert post(client, trusted, [EVENT], headers=headers).status_code == 403
    assert stored() == []


def test_a_post_that_is_repeated_is_taken_and_changes_nothing(trusted, client, stored, jobs):
    headers = trusted.headers(body_of([EVENT]))
    for _time in range(3):
        assert post(client, trusted, [EVENT], headers=headers).status_code == 204
    jobs.run_all()
    assert stored(MailEvent) == []  # an event of nobody's message


def test_without_a_key_nobody_gets_in(app, signer, client, stored, monkeypatch):
    monkeypatch.setitem(app.config, "SENDGRID_WEBHOOK_KEY", "")
    assert post(client, signer, [EVENT]).status_code == 403
    monkeypatch.setitem(app.config, "SENDGRID_WEBHOOK_KEY", "no key at all")
    assert post(client, signer, [EVENT]).status_code == 403
    assert stored() == []


def test_a_renewed_key_is_taken_beside_the_old_one(app, client, monkeypatch):
    old, new = Signer(), Signer()
    monkeypatch.setitem(app.config, "SENDGRID_WEBHOOK_KEY", f"{new.public},{old.public}")
    assert post(client, old, [EVENT]).status_code == 204
    assert post(client, new, [EVENT]).status_code == 204
    monkeypatch.setitem(app.config, "SENDGRID_WEBHOOK_KEY", new.public)
    assert post(client, old, [EVENT]).status_code == 403


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not json", "not-json"),
        (b"", "not-json"),
        (b"\xff\xfe\x00", "not-json"),
        (b"17", "not-events"),
        (b'"text"', "not-events"),
        (b"null", "not-events"),
        (b"[null, 3, []]", "no-object (3)"),
        (b'[{"event": "delivered"}]', "no-moment (1)"),
        (b'[{"event": "delivered", "timestamp": true}]', "no-moment (1)"),
        (b'[{"event": "delivered", "timestamp": 1e300}]', "no-moment (1)"),
        (b'[{"event": "delivered", "timestamp": -5}]', "no-moment (1)"),
        (b'[{"event": "exploded", "timestamp": 1700000000}]', "unknown-kind (1)"),
        (b'[{"event": ["delivered"], "timestamp": 1700000000}]', "unknown-kind (1)"),
        (b"[]", ""),
        (b"{}", "unknown-kind (1)"),
    ],
)
def test_signed_nonsense_is_taken_shown_and_creates_nothing(trusted, client, stored, jobs, body, said):
    assert post(client, trusted, body).status_code == 204
    assert jobs.run_all() == ["mail.drain_hooks"]
    (kept,) = stored()
    assert (kept.error, kept.done_at is not None) == (said, True)
    assert stored(MailEvent) == []


def test_ten_thousand_events_of_unknown_messages_create_nothing(trusted, client, stored, jobs):
    events = [{**EVENT, "sg_event_id": f"e{number}", "c_rid": f"d.{number}-aaaaaaaaaaaaaaaa"} for number in range(10_000)]
    body = body_of(events)
    assert len(body) > 1024 * 1024
    assert post(client, trusted, body).status_code == 204
    jobs.run_all()
    assert stored(MailEvent) == []
    assert [each.error for each in stored()] == [""]


def test_a_body_over_four_megabytes_is_not_read_into_memory(trusted, client, stored):
    body = b"[" + b" " * (4 * 1024 * 1024) + b"]"
    assert post(client, trusted, body).status_code == 413
    assert stored() == []


def test_other_methods_and_form_posts_are_no_way_in(trusted, client, stored):
    assert client.get(EVENTS).status_code == 405
    assert client.post(EVENTS, data={"form_key": "x" * 32}).status_code == 403
    assert stored() == []


def test_a_signed_post_needs_no_token_no_cookie_and_no_origin_of_ours(trusted, client):
    body = body_of([EVENT])
    headers = {**trusted.headers(body), "Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    answer = client.post(EVENTS, data=body, headers=headers)
    assert answer.status_code == 204
    assert "Set-Cookie" not in answer.headers
