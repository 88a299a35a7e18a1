"""Writers that keep a ledger: what was acknowledged, and what got no answer."""

import itertools
import secrets
import threading
import time

import sqlalchemy as sa

from crm.cli import checks
from crm.core import transaction
from crm.interactions.models import Interaction
from tests.faults.running import LOST


class Ledger:
    """A few people who log one contact after the other until told to stop."""

    def __init__(self, office, writers=3, pause=0.0):
        self.office = office
        self.pause = pause
        self.acknowledged, self.unanswered, self.refused = {}, {}, []
        self._numbers = itertools.count(1)
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._write, args=[office.visitor()], daemon=True) for _ in range(writers)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()

    def _write(self, visitor):
        while not self._stop.is_set():
            with self._lock:
                number = next(self._numbers)
            line, key = f"telp @Disdukcapil: buku besar {number:05}", secrets.token_urlsafe(18)
            try:
                answer = visitor.log(line, key)
            except LOST:
                with self._lock:
                    self.unanswered[key] = line
                time.sleep(0.05)
                continue
            with self._lock:
                if answer.status == 303:
                    self.acknowledged[key] = (line, answer.location)
                else:
                    self.refused.append(answer.status)
                    self.unanswered[key] = line
            time.sleep(self.pause)

    def wait_for(self, count, seconds=40):
        self.office.mitra.wait(lambda: len(self.acknowledged) >= count, seconds)


def summaries(app):
    """How often each summary stands in the database."""
    with app.app_context(), transaction.unit(checks.SYSTEM) as session:
        found = session.execute(sa.select(Interaction.summary, sa.func.count()).group_by(Interaction.summary))
        return {row[0]: row[1] for row in found}


def summary_of(line):
    return line.partition(": ")[2]


def broken_invariants(app):
    with app.app_context():
        return [sentence for verdict in checks.judge(checks.invariants()) for sentence in verdict.wrong]
