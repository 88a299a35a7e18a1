"""The lists of a SendGrid account on loopback, and the nightly job."""

import pytest

from crm.core import scope as scopes
from crm.core.jobs import enqueue
from tests.mail.lists_server import ListsServer

SYSTEM = scopes.system_scope("tests of the lists")
KEY = "SG.not-a-real-key.0123456789"


@pytest.fixture
def sendgrid(app, clock, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = ListsServer()
    for name, value in {
        "MAIL_TRANSPORT": "sendgrid",
        "SENDGRID_API_KEY": KEY,
        "SENDGRID_HOST": server.host,
        "SENDGRID_TIMEOUT": 5,
    }.items():
        monkeypatch.setitem(app.config, name, value)
    clock.freeze("2026-11-24 02:07")
    yield server
    server.close()


@pytest.fixture
def night(acting, jobs):
    def run(**arguments):
        with acting(SYSTEM):
            enqueue("mail.sync_suppressions", **arguments)
        jobs.run_all()

    return run
