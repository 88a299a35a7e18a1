import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from crm import supervisor
from crm.bootstrap import ROOT

# A supervisor of two programs that write their pid into the folder; `body` is what the first one does after that.
SCRIPT = """
import os, sys, time
from pathlib import Path
from crm import supervisor
from crm.supervisor import Program, Supervisor

supervisor.GRACE = 1.0
folder = Path(sys.argv[1])
first, second = Path(sys.argv[2]).read_text(), Path(sys.argv[3]).read_text()
programs = [Program(name, [sys.executable, "-c", body], {**os.environ, "FOLDER": str(folder)}) for name, body in (("web", first), ("worker", second))]
sys.exit(Supervisor(programs, is_up=lambda: (folder / "web.pid").exists(), on_up=lambda: (folder / "up").touch()).run())
"""
NOTE = "import os, pathlib, signal, subprocess, sys, time; folder = pathlib.Path(os.environ['FOLDER'])\n"
STAY = "(folder / '{name}.pid').write_text(str(os.getpid()))\nwhile True: time.sleep(0.05)\n"
WEB, WORKER = STAY.format(name="web"), STAY.format(name="worker")


@pytest.fixture
def supervise(tmp_path):
    started = []

    def start(web=WEB, worker=WORKER):
        for name, body in (("web", web), ("worker", worker)):
            (tmp_path / f"{name}.py").write_text(NOTE + textwrap.dedent(body))
        command = [sys.executable, "-c", SCRIPT, tmp_path, tmp_path / "web.py", tmp_path / "worker.py"]
        started.append(
            subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_listen_to_hangups
            )
        )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)


def _listen_to_hangups():
    """As in a terminal, though the tests themselves may run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def wait_for(truth, seconds=10):
    until = time.monotonic() + seconds
    while not (answer := truth()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)
    return answer


def pid_in(file: Path):
    return wait_for(lambda: file.exists() and file.read_text() and int(file.read_text()))


def is_gone(pid):
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_with_exit_0(supervise, tmp_path, number):
    parent = supervise()
    web, worker = pid_in(tmp_path / "web.pid"), pid_in(tmp_path / "worker.pid")
    parent.send_signal(number)
    assert parent.wait(timeout=10) == 0
    assert is_gone(web)
    assert is_gone(worker)


def test_the_worker_starts_only_when_the_web_server_answers(supervise, tmp_path):
    supervise(web="time.sleep(0.6)\n" + WEB)
    time.sleep(0.3)
    assert not (tmp_path / "worker.pid").exists()
    pid_in(tmp_path / "worker.pid")
    assert (tmp_path / "up").exists()


def test_a_killed_program_is_started_again_and_its_children_are_not_left_behind(supervise, tmp_path):
    child = "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n(folder / 'child.pid').write_text(str(child.pid))\n"
    supervise(web=child + WEB)
    pid_in(tmp_path / "worker.pid")
    web, orphan = pid_in(tmp_path / "web.pid"), pid_in(tmp_path / "child.pid")
    os.kill(web, signal.SIGKILL)
    wait_for(lambda: pid_in(tmp_path / "web.pid") != web)
    wait_for(lambda: is_gone(orphan))


def test_a_killed_supervisor_takes_its_programs_along(supervise, tmp_path):
    parent = supervise()
    web, worker = pid_in(tmp_path / "web.pid"), pid_in(tmp_path / "worker.pid")
    parent.kill()
    wait_for(lambda: is_gone(web) and is_gone(worker))


def test_a_web_server_that_does_not_start_ends_everything_with_the_reason(supervise):
    parent = supervise(web="sys.exit('no such database')")
    output, _ = parent.communicate(timeout=10)
    assert parent.returncode == 1
    assert "no such database" in output
    assert "The web did not start (exit code 1)" in output


def test_a_loop_of_falls_ends_everything_with_the_reason(supervise, tmp_path):
    parent = supervise(worker="sys.exit(3)")
    web = pid_in(tmp_path / "web.pid")
    output, _ = parent.communicate(timeout=20)
    assert parent.returncode == 1
    assert "The worker ended 4 times within 60 seconds, at last with exit code 3" in output
    assert output.count("starting it again") == 3
    assert is_gone(web)


def test_a_program_that_ignores_the_wish_to_stop_is_killed(supervise, tmp_path):
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    parent = supervise(worker=deaf + WORKER)
    worker = pid_in(tmp_path / "worker.pid")
    parent.terminate()
    assert parent.wait(timeout=5) == 0
    assert is_gone(worker)


def test_everything_is_gone_within_10_seconds():
    assert supervisor.GRACE < 10
