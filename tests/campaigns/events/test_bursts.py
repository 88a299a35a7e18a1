"""Many posts at once: quickly taken, none lost, nobody waits for another in a ring (F32, F40, F-19)."""

import contextlib
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core.db import db
from crm.mail.hooks import draining
from crm.mail.models import HookPost, MailEvent
from tests.campaigns.events.conftest import event
from tests.mail.hooks.signing import Signer, post

SYSTEM = scopes.system_scope("tests of bursts")


def test_fifty_thousand_events_are_quickly_taken_and_none_is_lost(app, sent_to, counts, rows, acting, monkeypatch):
    signer = Signer()
    monkeypatch.setitem(app.config, "SENDGRID_WEBHOOK_KEY", signer.public)
    people = sent_to(*(f"p{number}@dinas.example" for number in range(10_000)))
    told = [
        event(each, kind, at) for each in people for kind, at in (("processed", 1), ("delivered", 3), ("open", 60), ("open", 70))
    ]
    told += told[:10_000]  # the first are told twice
    random.Random(7).shuffle(told)
    posts = [told[start : start + 500] for start in range(0, len(told), 500)]
    begun = time.monotonic()
    client = app.test_client()
    assert {post(client, signer, each).status_code for each in posts} == {204}
    took = time.monotonic() - begun
    assert took < 50, f"{len(told) / took:.0f} events a second"  # 1,000 a second is what the design asks for
    with app.app_context():
        draining.drain()
    assert counts() == {"delivered": 10_000, "opened": 10_000}
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(MailEvent)) == 40_000
        assert session.scalar(sa.select(sa.func.count()).select_from(HookPost).where(HookPost.done_at.is_(None))) == 0


def test_f32_posts_at_once_in_any_order_are_all_taken(app, sent_to, counts, acting, monkeypatch):
    signer = Signer()
    monkeypatch.setitem(app.config, "SENDGRID_WEBHOOK_KEY", signer.public)
    people = sent_to(*(f"p{number}@dinas.example" for number in range(300)))
    told = [event(person, kind, at) for person in people for kind, at in (("processed", 1), ("delivered", 3))]
    shuffle = random.Random(3)

    def send(_number):
        some = shuffle.sample(told, 200)
        return post(app.test_client(), signer, some).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(40)))
    post(app.test_client(), signer, told)
    assert set(answers) == {204}
    with app.app_context():
        draining.drain()
    assert counts() == {"delivered": 300}


def test_f32_two_workers_that_read_at_once_count_once(app, sent_to, counts, rows, monkeypatch):
    signer = Signer()
    monkeypatch.setitem(app.config, "SENDGRID_WEBHOOK_KEY", signer.public)
    people = sent_to(*(f"p{number}@dinas.example" for number in range(200)))
    told = [event(person, kind, at) for person in people for kind, at in (("processed", 1), ("delivered", 3), ("open", 99))]
    for seed in range(10):
        random.Random(seed).shuffle(told)
        assert post(app.test_client(), signer, told).status_code == 204
    failed = []

    def work():
        try:
            with app.app_context():
                draining.drain()
                db.session.remove()
        except Exception as error:
            failed.append(error)

    workers = [threading.Thread(target=work) for _each in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert failed == []
    assert counts() == {"delivered": 200, "opened": 200}
    assert len(rows()) == 600


def test_f40_a_door_that_was_shut_for_an_hour_catches_up(app, sent_to, tell, counts, clock, look):
    """SendGrid tries again for a day: what it told in vain comes later, in whatever order, and nothing was sent anew meanwhile."""
    a, b = sent_to("a@dinas.example", "b@dinas.example")
    told = [event(a, "processed", 1), event(a, "delivered", 3), event(b, "processed", 1), event(b, "bounce", 2, type="bounce")]
    kept, app.config["SENDGRID_WEBHOOK_KEY"] = app.config["SENDGRID_WEBHOOK_KEY"], ""
    assert app.test_client().post("/hooks/sendgrid/events", json=told).status_code == 403
    app.config["SENDGRID_WEBHOOK_KEY"] = kept
    clock.forward(hours=1)
    tell(told[3], told[1])
    tell(told[0], told[2])
    assert counts() == {"delivered": 1, "hard-bounced": 1}


def test_a_worker_that_dies_in_the_middle_of_a_post_begins_it_again(app, sent_to, tell, counts, rows, monkeypatch):
    people = sent_to(*(f"p{number}@dinas.example" for number in range(30)))
    monkeypatch.setattr(draining, "CHUNK", 10)
    whole, calls = draining._store, []

    def dying(chunk):
        calls.append(len(chunk))
        if len(calls) == 2:
            raise SystemExit
        return whole(chunk)

    monkeypatch.setattr(draining, "_store", dying)
    tell(*(event(person, "delivered", 3) for person in people), drain=False)
    with app.app_context():
        with contextlib.suppress(SystemExit):
            draining.drain()
        assert counts() == {"delivered": 10}
        draining.drain()
    assert counts() == {"delivered": 30}
    assert len(rows()) == 30
