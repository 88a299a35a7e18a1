"""The job worker's application has no pages, and its letters tell addresses all the same."""

import os
import subprocess
import sys

import sqlalchemy as sa

from crm.bootstrap import ROOT
from crm.core import letters
from crm.core import scope as scopes
from crm.core.jobs import enqueue
from crm.mail.models import MailMessage
from tests.accounts.factories import make_user

SYSTEM = scopes.system_scope("look at what a worker wrote")
# Importing the worker's module changes what its process can import, so it has one of its own.
PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from crm import worker
from crm.core import jobs, letters

app = worker.create_app()
print(*app.blueprints)

def tell(_number):
    with app.app_context():
        return letters.public_url("campaigns.show", campaign_id=7)

with ThreadPoolExecutor(4) as threads:
    print(*set(threads.map(tell, range(8))))
with app.app_context():
    for row_id in map(int, sys.argv[1:]):
        print(jobs.run(row_id))
"""


def test_a_worker_reads_pages_once_a_letter_tells_an_address_and_several_may_at_once(app, world, acting, database):
    with acting(SYSTEM):
        user = make_user(world.sgr)
        job_id = enqueue("accounts.send_reset_link", email=user.email, minutes=60)
    settings = {"DATABASE_URL": database.url, "CRM_DATA": str(database.folder), "MODE": "development"}
    settings |= {"PUBLIC_BASE_URL": app.config["PUBLIC_BASE_URL"], "MAIL_TRANSPORT": "outbox", "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(job_id)], cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True
    )
    with acting(SYSTEM) as session:
        wanted = letters.public_url("campaigns.show", campaign_id=7)
        link = letters.public_url("accounts.open_link", purpose="reset", token="")
        text = session.scalar(sa.select(MailMessage.text_body).where(MailMessage.to_email == user.email))
    assert done.stdout.splitlines() == ["", wanted, "True"]
    assert link in text
