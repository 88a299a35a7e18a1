"""What the benchmark of sending does in the process that is measured: plants subscribers, sends a campaign, stores and reads events."""

import json
import os
import secrets
import time
from pathlib import Path

import sqlalchemy as sa

from crm import worker
from crm.accounts.models import Role, User
from crm.bulletins.models import Bulletin, Subscription, SubscriptionState
from crm.campaigns import marks
from crm.campaigns.models import Batch, Campaign, CampaignContent, CampaignKind, CampaignState, Delivery, DeliveryState
from crm.campaigns.sending import courier, prepare, schedule
from crm.core import migrations, transaction
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import bulk_insert, db
from crm.mail import gateway
from crm.mail.hooks import draining
from crm.mail.models import HookPost, PostKind
from crm.offices.models import Office

SYSTEM = scopes.system_scope("benchmark of sending")
GO = Path(os.environ.get("CRM_DATA", ".")) / "go"  # the moment at which all workers begin
CHUNK, EVENTS_OF_A_POST = 10_000, 130


def plant(count: int, text: str, tags: dict[str, str]) -> None:
    """An office, a bulletin with so many subscribers, and a campaign for them that is due."""
    from crm.app import create_app  # noqa: PLC0415 - pages, of which the measured process has none

    app = create_app()
    migrations.upgrade(app)
    with app.app_context():
        with transaction.unit(SYSTEM) as session:
            office = Office(code="B", name="Kantor", path="/", timezone="Asia/Jakarta", letterhead={}, created_at=now())
            session.add(office)
            session.flush()
            office.path = f"/{office.id}/"
            user = User(email="humas@kantor.example", name="Humas", role=Role.MANAGER, office_id=office.id, created_at=now())
            bulletin = Bulletin(office_id=office.id, slug="kabar", name="Kabar", created_at=now())
            texts = {
                "subject": "Kabar untuk -kbench123.name.t-",
                "preheader": "",
                "html": text,
                "text": "Yth. -kbench123.name.t-",
            }
            content = CampaignContent(
                office_id=office.id, sha256="0" * 64, draft={}, variants={"id": texts}, tags=tags, created_at=now()
            )
            session.add_all([user, bulletin, content])
            session.flush()
            fields = {"mark_key": secrets.token_hex(32), "created_at": now(), "updated_at": now(), "scheduled_at": now()}
            campaign = Campaign(name="Kabar", kind=CampaignKind.BULLETIN, office_id=office.id, bulletin_id=bulletin.id, **fields)
            campaign.state, campaign.content_id, campaign.created_by_id = CampaignState.SCHEDULED, content.id, user.id
            session.add(campaign)
            same = {"office_id": office.id, "bulletin_id": bulletin.id, "state": SubscriptionState.ACTIVE, "created_at": now()}
        for start in range(0, count, CHUNK):
            with transaction.unit(SYSTEM):
                bulk_insert(Subscription, [_subscriber(n) for n in range(start, min(start + CHUNK, count))], same)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("analyze")


def _subscriber(n: int) -> dict[str, object]:
    mixed = n * 7919 % 9_999_991
    email = f"orang{mixed}@dinas{mixed % 97}.example"
    return {"email": email, "name": f"Nama Orang {n}", "language": "id", "token": f"t{n}-{mixed}", "confirmed_at": now()}


def send(count: int, _text: str, _tags: dict[str, str]) -> None:
    """Fix the list, then send it; each is timed by itself."""
    app = worker.create_app()
    with app.app_context():
        began = time.perf_counter()
        assert prepare.prepare(1)
        prepared = time.perf_counter() - began
        with transaction.unit(SYSTEM):
            schedule.move_on(1)
        took = _sent(time.time() + 0.5)
        while courier.running_ids() and _waits():  # for those who help
            time.sleep(0.1)
        with transaction.unit(SYSTEM) as session:
            states = sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state)
            told = {row[0]: row[1] for row in session.execute(states)}
            assert told == {DeliveryState.ACCEPTED: count}, told
            assert session.scalar(sa.select(sa.func.sum(Batch.size))) == count
    print(f"rate={count / took} prepared={count / prepared} memory={_most_memory()}")


def help_send(count: int, _text: str, _tags: dict[str, str]) -> None:
    """Another worker of the same campaign, beginning at the same moment."""
    app = worker.create_app()
    with app.app_context():
        while not (moment := GO.read_text() if GO.exists() else ""):
            time.sleep(0.01)
        took = _sent(float(moment))
    print(f"rate={count / took} memory={_most_memory()}")


def _sent(moment: float) -> float:
    """Send from a moment on that all workers know. Gives the seconds it took."""
    carrier = gateway.transport()
    GO.with_suffix(".new").write_text(str(moment))
    GO.with_suffix(".new").replace(GO)
    time.sleep(max(0.0, moment - time.time()))
    began = time.perf_counter()
    courier.Courier(carrier).run()
    return time.perf_counter() - began


def _waits() -> bool:
    with transaction.unit(SYSTEM) as session:
        return session.scalar(sa.select(Delivery.id).where(Delivery.state == DeliveryState.PENDING).limit(1)) is not None


def events(count: int, _text: str, _tags: dict[str, str]) -> None:
    """Events of a campaign that was sent, stored as the webhook stores them, then read and applied."""
    app = worker.create_app()
    with app.app_context():
        assert prepare.prepare(1)
        with transaction.unit(SYSTEM) as session:
            schedule.move_on(1)
            key = session.get_one(Campaign, 1).mark_key
            session.execute(sa.update(Delivery).values(state=DeliveryState.ACCEPTED, accepted_at=now()))
            rows = session.execute(sa.select(Delivery.id, Delivery.email).order_by(Delivery.id)).all()
        posts = _posts(key, [(row[0], row[1] or "") for row in rows][: count // 2])
        began = time.perf_counter()
        for body in posts:
            with transaction.unit(SYSTEM) as session:
                session.add(HookPost(kind=PostKind.EVENTS, received_at=now(), content_type="application/json", body=body))
        stored = time.perf_counter() - began
        began = time.perf_counter()
        new = draining.drain()
        took = time.perf_counter() - began
    print(f"stored={new / stored} drained={new / took}")


def _posts(key: str, people: list[tuple[int, str]]) -> list[bytes]:
    moment = int(time.time())
    made = [
        {
            "email": email,
            "timestamp": moment,
            "event": kind,
            "sg_event_id": f"{kind}-{delivery_id}",
            "sg_message_id": f"m.recvd-{delivery_id}",
            "c_rid": marks.event_mark(key, delivery_id),
        }
        for kind in ("processed", "delivered")
        for delivery_id, email in people
    ]
    return [json.dumps(made[at : at + EVENTS_OF_A_POST]).encode() for at in range(0, len(made), EVENTS_OF_A_POST)]


def _most_memory() -> float:
    line = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
