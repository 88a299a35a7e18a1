"""A post office for the tests of sending: a SendGrid on loopback, campaigns ready to go, and the two jobs run by hand."""

import pytest

from tests.campaigns.sending.office import PostOffice
from tests.mail.sendgrid_server import SendGridServer


@pytest.fixture
def sendgrid():
    server = SendGridServer()
    yield server
    server.close()


@pytest.fixture
def post(app, world, acting, sendgrid, clock, monkeypatch):
    """Everything stands still at nine in the morning; calls go to the SendGrid of the test."""
    settings = {
        "MAIL_TRANSPORT": "sendgrid",
        "SENDGRID_API_KEY": "SG.test",
        "SENDGRID_HOST": sendgrid.host,
        "SENDGRID_TIMEOUT": 5,
        "SEND_BATCH": 10,
        "SEND_CALLS": 4,
    }
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.setenv("no_proxy", "*")
    clock.freeze("2026-11-24 09:00")
    return PostOffice(app, world, acting, sendgrid, clock)
