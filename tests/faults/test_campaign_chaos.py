"""A campaign sent while workers are killed and SendGrid misbehaves: nobody is lost, nobody gets it twice. 20,000 by hand: campaign_chaos.py."""

import subprocess
import sys

import pytest

from crm.bootstrap import ROOT


def chaos(*arguments):
    command = [sys.executable, "-m", "tests.faults.campaign_chaos", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 1), ("postgres", 4)])
def test_nobody_is_lost_and_nobody_gets_it_twice_whatever_dies(request, kind, workers):
    chosen = request.config.getoption("--database")
    if chosen not in {kind, "both"}:
        pytest.skip(f"--database={chosen}")
    done = chaos("--recipients", 2000, "--kills", 3, "--workers", workers, "--database", kind)
    assert done.stdout.splitlines()[-1] == "lost 0, doubled 0, suppressed 0, stuck 0", done.stdout + done.stderr[-3000:]
    assert "3 kills" in done.stdout
    assert done.returncode == 0


def test_blind_repeats_are_seen_as_doubles():
    """The same harness with a worker that repeats what was not answered clearly."""
    done = chaos("--recipients", 2500, "--kills", 3, "--workers", 1, "--naive", "--seed", 3)
    assert "doubled 0," not in done.stdout.splitlines()[-1], done.stdout + done.stderr[-3000:]
    assert done.returncode == 0
