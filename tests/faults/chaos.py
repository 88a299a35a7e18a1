"""The harness of campaign_chaos.py: workers that are killed, a SendGrid that answers all it can, and the count at the end."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from crm import bootstrap
from crm.campaigns.models import Batch, BatchState, Campaign, CampaignState, Delivery, DeliveryState
from crm.campaigns.sending import jobs, ranges, recording
from crm.core import clock, transaction
from crm.core.db import db
from crm.mail import suppressing
from crm.mail.hooks import draining
from crm.mail.models import HookPost, PostKind, SuppressionReason, SuppressionSource
from tests import postgres_server, world
from tests.campaigns.sending.office import SYSTEM, PostOffice
from tests.databases import make_app, make_schema
from tests.mail.sendgrid_server import SendGridServer, answer, refusal

FAULTS = [
    ("429", 6),
    ("500", 4),
    ("drop", 6),
    ("hang", 4),
    ("accept-504", 3),
    ("no-id", 2),
    ("400", 1),
    ("413", 1),
    ("accept", 73),
]
SECONDS = 2  # of a call's timeout; leases, silence and outages are scaled to it


def environment(folder, url, host):
    return {
        "CHAOS_URL": url,
        "CHAOS_FOLDER": str(folder),
        "CHAOS_HOST": host,
        "no_proxy": "*",
    }


def make_chaos_app(url, folder, host):

    return make_app(
        url,
        Path(folder),
        MAIL_TRANSPORT="sendgrid",
        SENDGRID_API_KEY="SG.chaos",
        SENDGRID_HOST=host,
        SENDGRID_TIMEOUT=SECONDS,
        SEND_BATCH=50,
        SEND_CALLS=4,
        DOUBT_SECONDS=6 * SECONDS,
        OUTAGE_SECONDS=3600,  # workers die all the time here; SendGrid posts to the web server, which is never down
        LOG_LEVEL="CRITICAL",
    )


# A worker, in a process of its own -------------------------------------------------------------------------------------


def work(*, is_naive):
    """The two jobs of sending and the reading of posts, again and again, till the process is killed."""
    app = make_chaos_app(os.environ["CHAOS_URL"], os.environ["CHAOS_FOLDER"], os.environ["CHAOS_HOST"])

    if is_naive:
        recording.doubt = lambda batch, reason: recording.again(batch, recording.now())
    with app.app_context():
        while True:
            for step in (draining.drain, lambda: jobs.tend(scope=SYSTEM)):
                try:
                    step()
                except Exception as problem:  # a conflict or a lock: the next round goes on
                    print("round broken off:", type(problem).__name__, str(problem)[:200], file=sys.stderr)
            time.sleep(0.05)


# The harness -------------------------------------------------------------------------------------------------------------


class Chaos:
    def __init__(self, folder, given):

        self.folder, self.given = folder, given
        self.rng = random.Random(given.seed)
        self.url = f"sqlite:///{folder / 'mitra.db'}"
        if given.database == "postgres":
            self.url = postgres_server.fresh(f"chaos_{os.getpid()}")
            self.url = "postgresql+psycopg://" + self.url.split("://", 1)[1]
        self.told = Counter()
        self.server = SendGridServer(self.behave)
        self.app = make_chaos_app(self.url, folder, self.server.host)
        self.workers, self.kills = [], 0
        self.suppressed_at = {}
        self.late = []  # events and when they are posted
        self.is_over = threading.Event()

    def behave(self, payload):
        """Of each hundred calls: 6 x 429, 4 x 500, 6 dropped and 4 hanging after they were taken, 3 x 504 and 2 without id after it."""
        told = self.rng.choices([told for told, _share in FAULTS], [share for _told, share in FAULTS])[0]
        self.told[told] += 1
        return self.answer_of(told, payload)

    def answer_of(self, told, payload):

        if told == "429":
            return answer(429, X_RateLimit_Reset=str(int(time.time()) + 1))
        if told == "500":
            return answer(500)
        if told == "413":
            return answer(413) if len(payload["personalizations"]) > 1 else "accept"
        if told == "400":
            bad = [n for n, one in enumerate(payload["personalizations"]) if one["to"][0]["email"].startswith("salah")]
            return refusal("Does not contain a valid address.", f"personalizations.{bad[0]}.to.0.email") if bad else "accept"
        return told

    def run(self):

        make_schema(self.app)
        self.plant()
        posts = threading.Thread(target=self.post_events, daemon=True)
        posts.start()
        for _worker in range(self.given.workers):
            self.start()
        began = time.monotonic()
        most = self.given.most_seconds or 120 + self.given.recipients / 50
        next_kill = began + self.rng.uniform(1.5, 2.5)
        while time.monotonic() - began < most and not self.is_done():
            if self.kills < self.given.kills and time.monotonic() > next_kill:
                self.kill_one()
                next_kill = time.monotonic() + self.rng.uniform(1.0, 2.0)
            self.suppress_some()
            time.sleep(0.1)
        for worker in self.workers:
            worker.kill()
            worker.wait(10)
        self.is_over.set()
        posts.join(10)
        return self.judge(time.monotonic() - began)

    def plant(self):

        world.plant(self.app)

        @contextmanager
        def acting(_who):
            with self.app.app_context(), transaction.unit(SYSTEM) as session:
                yield session

        post = PostOffice(self.app, world.World(self.app), acting, self.server, None)
        self.acting, self.post = acting, post
        self.campaign_id = post.campaign(self.given.recipients)
        with acting(SYSTEM) as session:
            assert session.get(Campaign, self.campaign_id).state.value == "running"

    def start(self):
        command = [sys.executable, "-m", "tests.faults.campaign_chaos", "--work", *(["--naive"] if self.given.naive else [])]
        env = {**os.environ, **environment(self.folder, self.url, self.server.host)}
        self.workers.append(subprocess.Popen(command, env=env, cwd=bootstrap.ROOT))

    def kill_one(self):
        worker = self.rng.choice(self.workers)
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        self.workers.remove(worker)
        self.kills += 1
        self.start()

    def suppress_some(self):
        """People say no while it is sent. Who says so after the mail left may have it."""

        if len(self.suppressed_at) >= self.given.recipients // 50:
            return
        email = f"orang{self.rng.randrange(self.given.recipients)}@dinas.example"
        with self.acting(None):
            suppressing.suppress([email], reason=SuppressionReason.UNSUBSCRIBED, source=SuppressionSource.PERSON)
        self.suppressed_at.setdefault(email, clock.now())  # committed by now

    def post_events(self):
        """SendGrid's posts: late, shuffled, three in ten twice."""

        while not self.is_over.is_set():
            moment = time.monotonic()
            self.late += [
                (moment + self.rng.uniform(0, 3), event) for event in self.server.new_events(("processed", "delivered"))
            ]
            due = [event for at, event in self.late if at <= moment]
            self.late = [(at, event) for at, event in self.late if at > moment]
            due += [event for event in due if self.rng.random() < 0.3]
            self.rng.shuffle(due)
            if due:
                with self.acting(None) as session:
                    body = json.dumps(due).encode()
                    session.add(
                        HookPost(kind=PostKind.EVENTS, received_at=clock.now(), content_type="application/json", body=body)
                    )
            self.is_over.wait(0.3)

    def is_done(self):

        with self.acting(None) as session:
            return session.scalar(sa.select(Campaign.state).where(Campaign.id == self.campaign_id)) is CampaignState.FINISHED

    def claimed_too_late(self):
        """Who said no before the call was claimed that brought the mail."""
        with self.acting(None) as session:
            rows = []
            for batch in session.scalars(sa.select(Batch).where(Batch.state == BatchState.ACCEPTED, Batch.is_canary.is_(False))):
                emails = session.scalars(sa.select(Delivery.email).where(*ranges.went_with(batch)))
                rows += [(email, batch.posted_at) for email in emails]
        return [email for email, posted_at in rows if posted_at > self.suppressed_at.get(email, posted_at)]

    def judge(self, seconds):

        with self.acting(None) as session:
            rows = session.execute(
                sa.select(Delivery.email, Delivery.state).where(Delivery.campaign_id == self.campaign_id)
            ).all()
            resolved = Counter(session.scalars(sa.select(Batch.resolution).where(Batch.resolution.is_not(None))).all())
            canaries = session.scalar(sa.select(sa.func.count()).select_from(Batch).where(Batch.is_canary.is_(True)))
        got = {email: count for email, count in self.server.people.items() if email.startswith("orang") and count}
        accepted = {email for email, state in rows if state is DeliveryState.ACCEPTED}
        stuck = sum(state is DeliveryState.PENDING for _email, state in rows)
        lost = len(accepted - got.keys())
        doubled = sum(count > 1 for count in got.values())
        skipped = {email for email, state in rows if state is DeliveryState.SKIPPED}
        suppressed = len(skipped & got.keys()) + len(self.claimed_too_late())
        print(
            f"{self.given.recipients} recipients, {self.given.workers} workers, {self.given.database}, {seconds:.0f} s, {self.kills} kills"
        )
        print("answers:", ", ".join(f"{told} {count}" for told, count in sorted(self.told.items())))
        print(
            "settled by:", ", ".join(f"{how.value} {count}" for how, count in sorted(resolved.items())), f"; canaries {canaries}"
        )
        print("people:", dict(Counter(state.value for _email, state in rows)))
        print(f"lost {lost}, doubled {doubled}, suppressed {suppressed}, stuck {stuck}")
        self.server.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        bad = lost + suppressed + stuck
        return int(bad > 0 or (doubled == 0 if self.given.naive else doubled > 0))
