"""POST /hooks/sendgrid/inbound/<secret>: who gets in, and that SendGrid is never made to repeat what will never fit (F36)."""

import pytest
import sqlalchemy as sa

from crm.core import scope as scopes
from crm.mail.models import HookPost, MailMessage, PostKind
from tests.mail.hooks.posting import DOMAIN, INBOUND, SECRET, a_mail, form, post, raw_form

SYSTEM = scopes.system_scope("tests of the door")


@pytest.fixture(autouse=True)
def settings(app, monkeypatch):
    monkeypatch.setitem(app.config, "INBOUND_SECRET", SECRET)
    monkeypatch.setitem(app.config, "INBOUND_DOMAIN", DOMAIN)


@pytest.fixture
def stored(acting):
    def look(model=HookPost):
        with acting(SYSTEM) as session:
            return session.scalars(sa.select(model)).all()

    return look


def test_mail_is_kept_as_it_came_and_the_worker_is_woken(client, stored, jobs):
    body = raw_form()
    answer = post(client, body)
    assert (answer.status_code, answer.data) == (204, b"")
    (kept,) = stored()
    assert (kept.kind, kept.body, kept.done_at) == (PostKind.INBOUND, body, None)
    assert jobs.names() == ["mail.drain_hooks"]


@pytest.mark.parametrize(
    "path", ["/hooks/sendgrid/inbound/x", f"/hooks/sendgrid/inbound/{SECRET}x", f"{INBOUND}/", "/hooks/sendgrid/inbound/é"]
)
def test_whoever_does_not_know_the_address_finds_nothing(client, stored, path):
    assert post(client, raw_form(), path).status_code == 404
    assert stored() == []


def test_without_a_secret_there_is_no_door(app, client, stored, monkeypatch):
    monkeypatch.setitem(app.config, "INBOUND_SECRET", "")
    assert post(client, raw_form()).status_code == 404
    assert post(client, raw_form(), "/hooks/sendgrid/inbound/").status_code == 404
    assert stored() == []


def test_where_a_signature_is_expected_only_signed_mail_gets_in(app, client, signer, stored, monkeypatch):
    monkeypatch.setitem(app.config, "INBOUND_WEBHOOK_KEY", signer.public)
    body = raw_form()
    assert post(client, body).status_code == 403
    assert stored() == []
    assert post(client, body, headers=signer.headers(body)).status_code == 204


def test_f36_what_is_too_large_is_answered_so_that_it_is_not_repeated(app, client, stored, jobs, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_INBOUND_BYTES", 200_000)
    assert post(client, raw_form(b"x" * 300_000)).status_code == 204
    (kept,) = stored()
    assert (kept.body, kept.error, kept.done_at is not None) == (b"", "too-large", True)
    assert jobs.names() == []


def test_a_large_mail_is_no_form_of_ours_and_is_taken(client, stored):
    body = raw_form(b"x" * (5 * 1024 * 1024))
    assert post(client, body).status_code == 204
    assert len(stored()[0].body) == len(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (raw_form(to="humas@elsewhere.example"), "other-domain"),
        (raw_form(to=f"humas@{DOMAIN}.evil.example"), "other-domain"),
        (raw_form(to=[]), "other-domain"),
        (form(email=a_mail()), "other-domain"),
        (form(email=a_mail(), envelope="no json"), "other-domain"),
        (form(email=a_mail(), envelope='{"to": 3}'), "other-domain"),
        (b"", "no-mail"),
        (b"nothing of the sort", "no-mail"),
        (raw_form(b""), "unmatched"),
        (raw_form(b"\xff\xfe\x00\x01" * 50), "unmatched"),
        (raw_form(), "unmatched"),
    ],
)
def test_what_is_not_for_us_or_no_mail_is_named_and_nothing_follows(client, stored, jobs, body, said):
    assert post(client, body).status_code == 204
    assert jobs.run_all() == ["mail.drain_hooks"]
    assert [each.error for each in stored()] == [said]
    assert stored(MailMessage) == []


def test_a_form_key_of_the_product_is_no_form_key_here(client, stored):
    body = form(form_key="x" * 32, email=a_mail(), envelope="{}")
    assert [post(client, body).status_code for _time in range(2)] == [204, 204]
    assert len(stored()) == 2
