"""F-05 and F-08 on the running product: a save is on the disk before it is acknowledged; a lock held for long turns writers away, never readers."""

import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

from tests.faults.ledger import summaries

SQLITE = pytest.mark.parametrize("running_office", ["sqlite"], indirect=True)
HELD_SECONDS = 9


# F-05
@SQLITE
def test_the_log_is_synced_before_the_answer_leaves(running_office, tmp_path):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed; the pragma itself is tested in tests/core/test_transaction.py")
    visitor = running_office.visitor()
    visitor.log("telp @Disdukcapil: sebelum")
    trace = tmp_path / "trace"
    follow = [argument for pid in running_office.mitra.web_workers() for argument in ("-p", str(pid))]
    calls = "trace=fdatasync,fsync,write,writev,sendto,sendmsg"
    tracer = subprocess.Popen(
        ["strace", "-f", "-y", "-s", "12", "-e", calls, "-o", trace, *follow], stderr=subprocess.PIPE, text=True
    )
    if "attached" not in tracer.stderr.readline():
        tracer.wait(5)
        pytest.skip("this machine lets nobody trace processes")
    time.sleep(0.5)
    try:
        assert visitor.log("telp @Disdukcapil: sesudah").status == 303
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
        tracer.stderr.close()
    lines = trace.read_text().splitlines()
    synced = [number for number, line in enumerate(lines) if re.search(r"(fdatasync|fsync)\(.*mitra\.db-wal", line)]
    answered = [number for number, line in enumerate(lines) if "HTTP/1.1 303" in line]
    assert synced, lines
    assert answered, lines
    assert synced[0] < answered[0]


# F-08
@SQLITE
def test_a_lock_held_for_long_gives_503_with_the_text_and_never_stops_a_reader(running_office):
    office = running_office
    writers = [office.visitor() for _ in range(6)]
    reader = office.visitor()
    slowest = 0.0
    holder = sqlite3.connect(office.mitra.data / "mitra.db", isolation_level=None)
    holder.execute("begin immediate")
    began = time.monotonic()
    answers = []

    def write(visitor, number):
        sent = time.monotonic()
        answer = visitor.log(f"telp @Disdukcapil: terkunci {number}", f"kunci-kunci-kunci-{number}")
        answers.append((time.monotonic() - sent, answer))

    threads = [threading.Thread(target=write, args=pair) for pair in zip(writers, range(6), strict=True)]
    for thread in threads:
        thread.start()
    while time.monotonic() - began < HELD_SECONDS:
        asked = time.monotonic()
        assert reader.get("/stakeholders").status == 200
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.2)
    for thread in threads:
        thread.join(20)
    holder.execute("rollback")
    holder.close()

    assert len(answers) == 6
    for took, answer in answers:
        assert answer.status == 503, (answer, office.mitra.output.read_text())
        assert answer.retry_after
        assert "terkunci" in answer.text
        assert took < 10
    assert slowest < 3
    for number, visitor in enumerate(writers):
        assert visitor.log(f"telp @Disdukcapil: terkunci {number}", f"kunci-kunci-kunci-{number}").status == 303
    found = summaries(office.app)
    assert [found.get(f"terkunci {number}") for number in range(6)] == [1] * 6
