"""F-01: the web server is killed without a word while people write."""

import os
import signal
import sqlite3
import time

import pytest

from tests.faults.ledger import Ledger, broken_invariants, summaries, summary_of

BOTH = pytest.mark.parametrize("running_office", ["sqlite", "postgres"], indirect=True)


@BOTH
def test_what_was_acknowledged_survives_kill_9_and_the_rest_can_be_sent_again(running_office):
    office, mitra = running_office, running_office.mitra
    with Ledger(office) as ledger:
        ledger.wait_for(10)
        os.kill(mitra.web_workers()[0], signal.SIGKILL)
        ledger.wait_for(len(ledger.acknowledged) + 15)
        (web,) = mitra.children("crm.serve")
        os.kill(web, signal.SIGKILL)
        began = time.monotonic()
        mitra.wait(mitra.answers, 10)
        assert time.monotonic() - began < 10
        ledger.wait_for(len(ledger.acknowledged) + 15)

    found = summaries(office.app)
    assert len(ledger.acknowledged) >= 40
    assert [line for line, _place in ledger.acknowledged.values() if found.get(summary_of(line)) != 1] == []

    visitor = office.visitor()
    for key, line in ledger.unanswered.items():
        assert visitor.log(line, key).status == 303
    (key, (line, place)), *_ = ledger.acknowledged.items()
    assert visitor.log(line, key).location == place
    found = summaries(office.app)
    assert set(found.values()) == {1}
    assert len(found) == len(ledger.acknowledged) + len(ledger.unanswered)
    assert broken_invariants(office.app) == []
    if office.kind == "sqlite":
        with sqlite3.connect(mitra.data / "mitra.db") as connection:
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        connection.close()
