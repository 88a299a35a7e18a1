"""A worker is killed for real, at the worst moment: SendGrid has the message, and nobody has noted it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from crm.core import scope as scopes
from crm.core.jobs import enqueue
from crm.mail.models import MailMessage, MessageState
from tests.mail.factories import send
from tests.mail.sendgrid_server import SendGridServer

SYSTEM = scopes.system_scope("mail tests")
WORKER = """
import os, sys
from tests.databases import make_app
from pathlib import Path
app = make_app(os.environ["KILL_URL"], Path(os.environ["KILL_DATA"]), MAIL_TRANSPORT="sendgrid", SENDGRID_API_KEY="SG.test",
               SENDGRID_HOST=os.environ["KILL_HOST"], SENDGRID_TIMEOUT=20)
with app.app_context():
    from crm.mail import gateway, jobs
    jobs.attempt_one(int(sys.argv[1]), gateway.transport())
"""


@pytest.fixture
def sendgrid():
    server = SendGridServer("hang")
    yield server
    server.close()


def test_a_killed_worker_leaves_doubt_and_nobody_gets_it_twice(app, database, world, acting, jobs, sendgrid, clock, monkeypatch):
    with acting(world.admin):
        message_id = send(world.sgr).id
    environment = {
        **os.environ,
        "KILL_URL": database.url,
        "KILL_DATA": str(database.folder),
        "KILL_HOST": sendgrid.host,
        "no_proxy": "*",
    }
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(message_id)], env=environment)
    until = time.monotonic() + 60
    while not sendgrid.calls and worker.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(10) == -signal.SIGKILL
    assert sum(sendgrid.accepted.values()) == 1

    with acting(SYSTEM) as session:
        message = session.get(MailMessage, message_id)
        assert message.state is MessageState.SENDING
        lease = message.lease_until
    sendgrid.behaviour = "accept"
    monkeypatch.setitem(app.config, "MAIL_TRANSPORT", "sendgrid")
    monkeypatch.setitem(app.config, "SENDGRID_API_KEY", "SG.test")
    monkeypatch.setitem(app.config, "SENDGRID_HOST", sendgrid.host)
    clock.freeze(lease.replace(tzinfo=None).isoformat(), "UTC")
    clock.forward(seconds=1)
    with acting(SYSTEM):
        enqueue("mail.deliver")
    jobs.run_all()
    with acting(SYSTEM) as session:
        assert session.get(MailMessage, message_id).state is MessageState.IN_DOUBT
    assert sum(sendgrid.accepted.values()) == 1
