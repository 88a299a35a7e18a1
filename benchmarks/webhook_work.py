"""What the benchmark of the webhook makes, posts and reads."""

import base64
import datetime as dt
import itertools
import json
import random
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from benchmarks.servers import Client
from crm.app import create_app
from crm.campaigns import marks, tallies
from crm.campaigns.models import (
    Batch,
    BatchState,
    Campaign,
    CampaignContent,
    CampaignKind,
    CampaignState,
    Delivery,
    DeliveryState,
)
from crm.core import clock, migrations, transaction
from crm.core import scope as scopes
from crm.core.db import bulk_insert, db, learn_sizes
from crm.mail.hooks import draining, signatures
from crm.mail.models import HookPost, MailEvent
from crm.offices.models import Office

SYSTEM = scopes.system_scope("benchmark of the webhook")
PATH = "/hooks/sendgrid/events"
AGAIN = 0.25  # share of events that are told twice

LINKS = [{"url": f"https://kantor.example/kabar/{number}", "text": f"Kabar {number}", "block": "b"} for number in range(8)]
CALL = 500


class Key:
    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        self.public = base64.b64encode(self.key.public_key().public_bytes(*form)).decode()

    def sign(self, body: bytes, moment: str) -> str:
        return base64.b64encode(self.key.sign(moment.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()


def make(deliveries: int) -> Flask:
    """An office, and a campaign that was accepted in calls of 500."""
    app = create_app()
    migrations.upgrade(app)
    now = clock.now() - dt.timedelta(hours=2)
    with app.app_context(), transaction.unit(SYSTEM) as session:
        office = Office(code="B", name="Kantor", path="/", timezone="Asia/Jakarta", letterhead={}, created_at=now)
        session.add(office)
        session.flush()
        office.path = f"/{office.id}/"
        content = CampaignContent(office_id=office.id, sha256="0" * 64, draft={}, variants={}, links=LINKS, created_at=now)
        session.add(content)
        session.flush()
        campaign = Campaign(
            office_id=office.id, name="Buletin", kind=CampaignKind.NOTICE, state=CampaignState.FINISHED, content_id=content.id,
            mark_key=secrets.token_hex(32), started_at=now, finished_at=now, created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(campaign)
        session.flush()
        same = {"campaign_id": campaign.id, "state": DeliveryState.ACCEPTED, "accepted_at": now}
        rows = [{"email": f"orang{number}@kantor{number % 400}.example"} for number in range(deliveries)]
        ids = [each for start in range(0, deliveries, 5000) for each in bulk_insert(Delivery, rows[start : start + 5000], same)]
        for start in range(0, deliveries, CALL):
            some = ids[start : start + CALL]
            values = {
                "first_id": some[0],
                "last_id": some[-1],
                "size": len(some),
                "created_at": now,
                "not_before": now,
                "sent_at": now,
            }
            session.add(
                Batch(
                    campaign_id=campaign.id,
                    mark=f"b{start:035}",
                    variant="id",
                    state=BatchState.ACCEPTED,
                    posted_at=now,
                    **values,
                )
            )
        session.flush()
        learn_sizes([Delivery, Campaign, Batch, MailEvent, HookPost])
    return app


def posts(app: Flask, key: Key, *, posts: int, events: int) -> list[tuple[bytes, dict[str, str]]]:
    """Signed posts, the events of a person in order and those of many mixed, as they come from many servers."""
    with app.app_context(), transaction.unit(SYSTEM) as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        people = session.execute(sa.select(Delivery.id, Delivery.email).order_by(Delivery.id)).all()
        mark_key = campaign.mark_key
    drawn, moment = random.Random(5), int(clock.now().timestamp())
    wanted = int(posts * events / (1 + AGAIN))
    told = []
    for number, kind in itertools.islice(_lives(people, drawn), wanted):
        told.append(_event(people[number], number, kind, mark_key, moment, drawn))
    told += drawn.sample(told, posts * events - len(told))
    drawn.shuffle(told)
    made = []
    for start in range(0, len(told), events):
        body = json.dumps(told[start : start + events]).encode() + b"\r\n"
        headers = {
            signatures.TIMESTAMP: str(moment),
            signatures.SIGNATURE: key.sign(body, str(moment)),
            "Content-Type": "application/json",
        }
        made.append((body, headers))
    return made


def _lives(people, drawn):
    """Everybody's mail is processed and delivered, a third is opened, one in ten clicks."""
    for share, kind in ((1.0, "processed"), (1.0, "delivered"), (0.34, "open"), (0.1, "click"), (1.0, "open"), (1.0, "open")):
        for number in range(len(people)):
            if drawn.random() < share:
                yield number, kind


def _event(person, number, kind, mark_key, moment, drawn):
    made = {
        "email": person.email,
        "timestamp": moment - {"processed": 7000, "delivered": 6990}.get(kind, drawn.randrange(6000)),
        "smtp-id": f"<{secrets.token_hex(8)}@ismtpd0001p1iad1.sendgrid.net>",
        "event": kind,
        "sg_event_id": secrets.token_urlsafe(27),
        "sg_message_id": f"{secrets.token_urlsafe(16)}.recvd-6b4c-1-{number}.0",
        "c_rid": marks.event_mark(mark_key, person.id),
        "c_bid": f"b{number // CALL * CALL:035}",
    }
    if kind in {"open", "click"}:
        made |= {
            "ip": f"10.{number % 200}.{number % 250}.7",
            "useragent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)",
        }
    return made | ({"url": LINKS[number % len(LINKS)]["url"]} if kind == "click" else {"response": "250 OK"})


def send(port: int, posts: list[tuple[bytes, dict[str, str]]], *, clients: int) -> tuple[list[float], int]:
    """Milliseconds of each answer, and how often the door said to come again; whoever is told so comes again at once."""
    walls, again, here = [], [], threading.local()

    def one(post: tuple[bytes, dict[str, str]]) -> None:
        body, headers = post
        if not hasattr(here, "client"):
            here.client = Client(port)
        while True:
            began = time.perf_counter()
            here.client.connection.request("POST", PATH, body, headers)
            answer = here.client.connection.getresponse()
            answer.read()
            walls.append((time.perf_counter() - began) * 1000)
            if answer.status == 204:
                return
            if answer.status != 503:
                raise SystemExit(f"status {answer.status}")
            again.append(1)

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(one, posts))
    return walls, len(again)


def drain(app: Flask) -> tuple[int, str]:
    """Read everything that waits; give how many events were new, and what the counts of the campaign say."""
    with app.app_context():
        new = draining.drain()
        with transaction.unit(SYSTEM) as session:
            campaign = session.scalars(sa.select(Campaign)).one()
            counts = tallies.of([campaign.id])[campaign.id]
            left = session.scalar(sa.select(sa.func.count()).select_from(HookPost).where(HookPost.done_at.is_(None)))
            kept = session.scalar(sa.select(sa.func.count()).select_from(MailEvent))
        assert (left, kept) == (0, new), (left, kept, new)
        db.session.remove()
    return new, ", ".join(f"{key.value} {value:,}" for key, value in sorted(counts.items()))
