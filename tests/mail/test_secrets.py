"""ML-09: the key of the mail service and the secret address stand in no page, log line, error, backup or record."""

import logging
import zipfile

import pytest
import sqlalchemy as sa

from crm.core import logging as mitra_logging
from crm.core import scope as scopes
from crm.core.db import Base
from crm.mail import gateway, syncing
from tests.cli.elsewhere import run
from tests.mail.factories import send
from tests.mail.hooks.posting import DOMAIN, SECRET, post, raw_form
from tests.mail.hooks.signing import EVENTS
from tests.mail.sendgrid_server import SendGridServer, answer

SYSTEM = scopes.system_scope("tests of secrets")
KEY = "SG.sangat-rahasia-sekali.0123456789abcdef"
SECRETS = (KEY, SECRET)


@pytest.fixture
def sendgrid(app, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    echo = b'{"errors": [{"message": "no", "field": null}]}'
    server = SendGridServer(answer(401, echo, X_Echo=f"Bearer {KEY}"))
    for name, value in {
        "MAIL_TRANSPORT": "sendgrid",
        "SENDGRID_API_KEY": KEY,
        "SENDGRID_HOST": server.host,
        "SENDGRID_TIMEOUT": 2,
        "INBOUND_SECRET": SECRET,
        "INBOUND_DOMAIN": DOMAIN,
    }.items():
        monkeypatch.setitem(app.config, name, value)
    yield server
    server.close()


@pytest.fixture
def used(app, sendgrid, acting, world, jobs):
    """Everything that touches the key or the address has happened, and mostly failed."""
    with acting(world.admin):
        send(world.sgr)
    jobs.run_all()
    with app.app_context():
        syncing.sync()
    client = app.test_client()
    post(client, raw_form())
    post(client, raw_form(), f"/hooks/sendgrid/inbound/{SECRET}x")
    client.post(EVENTS, data=b"[]")
    jobs.run_all()


def test_no_line_of_the_log_holds_a_secret_at_any_level(app, sendgrid, acting, world, jobs, caplog, capfd, request):
    caplog.set_level(logging.DEBUG)
    mitra_logging.set_up("DEBUG")
    try:
        request.getfixturevalue("used")
    finally:
        mitra_logging.set_up(app.config["LOG_LEVEL"])
    said = caplog.text + "".join(capfd.readouterr())
    assert "mail attempted" in said
    assert not [secret for secret in SECRETS if secret in said]


def test_no_page_of_settings_shows_a_secret(used, browser, world):
    browser.sign_in(world.admin)
    for path in (
        "/settings/mail",
        "/settings/mail/1",
        "/settings/mail/readiness",
        "/settings/mail/outbox",
        "/settings/jobs",
        "/activity",
        "/campaigns/readiness",
    ):
        text = browser.get(path).text
        assert not [secret for secret in SECRETS if secret in text], path


def test_an_error_page_shows_no_secret(app, used, browser, world, monkeypatch):
    monkeypatch.setitem(app.config, "RAISE_UNEXPECTED", False)

    def broken():
        raise RuntimeError(f"Bearer {KEY}")

    monkeypatch.setattr(gateway, "is_local", broken)
    browser.sign_in(world.admin)
    text = browser.get("/settings/mail/readiness", status=500).text
    assert not [secret for secret in SECRETS if secret in text]


def test_no_table_holds_a_secret(used, acting):
    with acting(SYSTEM) as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                assert not [secret for secret in SECRETS if secret in str(tuple(row))], table.name


def test_no_backup_holds_a_secret(app, used, tmp_path):
    place = tmp_path / "nightly.mitra"
    result = run(app, "backup", place)
    assert result.exit_code == 0, result.output
    assert not [secret for secret in SECRETS if secret in result.output]
    with zipfile.ZipFile(place) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert not [secret for secret in SECRETS if secret.encode() in content], name
