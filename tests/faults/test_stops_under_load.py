"""PB and F-08 on the running product: however busy the office is, nobody's stop is lost, and a flood of made-up ones stands in nobody's way."""

import sqlite3
import threading
import time

import pytest
import sqlalchemy as sa

from crm.bulletins.models import Subscription, SubscriptionState
from crm.core.transaction import unit
from crm.offices.models import Office
from tests import world
from tests.campaigns.factories import make_bulletin, make_subscription
from tests.faults.running import Visitor

BOTH = pytest.mark.parametrize("running_office", ["sqlite", "postgres"], indirect=True)
SQLITE = pytest.mark.parametrize("running_office", ["sqlite"], indirect=True)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def subscribed(office, count):
    """So many readers of a bulletin: the tokens of their links."""
    with office.app.app_context(), unit(world.SCOPE) as session:
        bulletin = make_bulletin(session.scalars(sa.select(Office).where(Office.code == "SGR")).one())
        return [make_subscription(bulletin, f"pembaca{n}@contoh.id").token for n in range(count)]


def states(office):
    with office.app.app_context(), unit(world.SCOPE) as session:
        return dict(session.execute(sa.select(Subscription.token, Subscription.state)).all())


def press(office, token, answers):
    """As the program of a mail provider does: no cookie, no token of a form, and it does not come back."""
    began = time.monotonic()
    answer = Visitor(office.mitra.port).post(f"/b/{token}/stop", ONE_CLICK, timeout=40)
    answers.append((answer.status, time.monotonic() - began))


def at_once(work, arguments):
    threads = [threading.Thread(target=work, args=one) for one in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


@BOTH
def test_thirty_people_who_stop_at_once_in_a_busy_office_are_all_heard(running_office):
    office = running_office
    tokens, colleagues = subscribed(office, 30), [office.visitor() for _ in range(8)]
    done, saves, answers = threading.Event(), [], []

    def work(visitor):
        while not done.is_set():
            saves.append(visitor.log("telp @Disdukcapil: sibuk").status)

    busy = [threading.Thread(target=work, args=(visitor,)) for visitor in colleagues]
    for thread in busy:
        thread.start()
    try:
        at_once(press, [(office, token, answers) for token in tokens])
    finally:
        done.set()
        for thread in busy:
            thread.join(30)
    assert [status for status, _took in answers] == [200] * 30, office.mitra.output.read_text()[-3000:]
    assert set(states(office).values()) == {SubscriptionState.ENDED}
    assert saves.count(303) >= 8
    assert set(saves) <= {303, 503}


@SQLITE
def test_a_stop_outlasts_a_lock_that_turns_the_office_away_and_readers_go_on(running_office):
    office = running_office
    tokens, colleagues, reader = subscribed(office, 3), [office.visitor() for _ in range(6)], office.visitor()
    assert Visitor(office.mitra.port).post(f"/b/{tokens[2]}/stop", ONE_CLICK).status == 200
    refused, answers, looked = [], [], []
    holder = sqlite3.connect(office.mitra.data / "mitra.db", isolation_level=None)
    holder.execute("begin immediate")
    writers = [
        threading.Thread(target=lambda one=one: refused.append(one.log("telp @Disdukcapil: x").status)) for one in colleagues
    ]
    stops = [threading.Thread(target=press, args=(office, token, answers)) for token in tokens[:2]]
    for thread in (*writers, *stops):
        thread.start()
    until = time.monotonic() + 6
    while time.monotonic() < until:
        began = time.monotonic()
        assert reader.get("/stakeholders").status == 200
        # Neither a made-up link nor a stop that was made before waits for the lock.
        assert Visitor(office.mitra.port).post(f"/b/{'x' * 32}/stop", ONE_CLICK).status == 404
        assert Visitor(office.mitra.port).post(f"/b/{tokens[2]}/stop", ONE_CLICK).status == 200
        looked.append(time.monotonic() - began)
        time.sleep(0.2)
    holder.execute("rollback")
    holder.close()
    for thread in (*writers, *stops):
        thread.join(30)
    assert refused == [503] * 6
    assert [status for status, _took in answers] == [200, 200]
    assert max(looked) < 3
    assert set(states(office).values()) == {SubscriptionState.ENDED}
