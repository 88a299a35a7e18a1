"""python3 -m benchmarks.campaign: sending a campaign against the bare mailing loop, in one run on the same machine.

python3 -m benchmarks.campaign [--recipients 100000 1000000] [--database sqlite|postgres] [--workers 1] [--slow 20000] [--events 100000]

Ours fixes the recipients, re-checks each in the transaction that claims its call, keeps a state for each, and posts through SendGrid's own
package. The bare loop reads rows, builds bodies and posts them on one connection; it keeps nothing.
"""

import argparse
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from crm import bootstrap

ROOT = Path(__file__).resolve().parents[1]
BARE = ROOT.parent / "shared" / "bench"
PORT, SLOW_PORT = 8994, 8995
GOAL, SLOW_GOAL, MEMORY_GOAL, MEMORY_MORE = 30, 4, 110, 100
TEXT = (
    "<p>Yth. -kbench123.name.h-,</p>"
    + "<p>Konsultasi dibuka hari Senin dan ditutup enam pekan kemudian. Kami menunggu pandangan Anda.</p>" * 8
    + '<p><a clicktracking=off href="-kbench123.unsubscribe_url.h-">Berhenti</a></p>'
)
TAGS = {
    "-kbench123.name.h-": "name.h|Bapak/Ibu",
    "-kbench123.name.t-": "name.t|Bapak/Ibu",
    "-kbench123.unsubscribe_url.h-": "unsubscribe_url.h|",
}


def main(arguments: list[str]) -> int:
    if Path(sys.prefix).resolve() != bootstrap.VENV.resolve():
        bootstrap.main(["-m", "benchmarks.campaign", *arguments], tests=True)
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.campaign", description="Sending against the bare loop.")
    parser.add_argument("--recipients", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument(
        "--workers", type=int, default=1, help="processes that send the same campaign: several need --database postgres"
    )
    parser.add_argument("--slow", type=int, default=20_000, help="recipients of the run against a sink that answers after 200 ms")
    parser.add_argument("--events", type=int, default=100_000, help="events posted to the webhook, and read")
    parser.add_argument("--work", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.workers > 1 and given.database == "sqlite":
        parser.error("SQLite has one worker")
    if given.work:
        return _work(given.work)
    if not (BARE / "bare_mail.py").exists():
        sys.exit("skipped: shared material absent (shared/bench/bare_mail.py is what everything is measured against)")
    with tempfile.TemporaryDirectory(prefix="mitra-bench-") as folder:
        os.chmod(folder, 0o755)
        _run(Path(folder), given)
    return 0


def _run(folder: Path, given: argparse.Namespace) -> None:
    people = folder / "bare.db"
    made = [sys.executable, str(BARE / "bare.py"), "make", str(people), "--people", "100000", "--engagements", "1000"]
    subprocess.run([*made, "--offices", "10"], check=True, stdout=subprocess.DEVNULL)
    base = 0.0
    with _sink(PORT):
        for count in given.recipients:
            bare = _bare(people, PORT, count)
            said = _child(folder / f"n{count}", given.database, PORT, count, workers=given.workers)
            ratio = said["rate"] / bare * 100
            base = base or said["memory"]
            print(
                f"{count:>9,} recipients, {given.database}, {given.workers} worker(s): bare {bare:>9,.0f}/s, ours {said['rate']:>9,.0f}/s",
                end="",
            )
            print(f" = {ratio:.0f} % (goal {GOAL}) {_word(ratio >= GOAL)}; list fixed at {said['prepared']:,.0f}/s", end="")
            most = MEMORY_GOAL + (MEMORY_MORE if count >= 1_000_000 else 0)
            print(f"; worker at most {said['memory']:.0f} MB (goal {most}) {_word(said['memory'] < most)}", flush=True)
    with _sink(SLOW_PORT, delay=0.2):
        bare = _bare(people, SLOW_PORT, given.slow)
        said = _child(folder / "slow", given.database, SLOW_PORT, given.slow)
        times = said["rate"] / bare
        print(
            f"{given.slow:>9,} recipients, the service answers after 200 ms: bare {bare:,.0f}/s, ours {said['rate']:,.0f}/s",
            end="",
        )
        print(f" = {times:.1f} x (goal {SLOW_GOAL}) {_word(times >= SLOW_GOAL)}", flush=True)
    said = _child(folder / "events", given.database, PORT, given.events, "events")
    print(f"{given.events:>9,} events: stored {said['stored']:,.0f}/s, read and applied {said['drained']:,.0f}/s", flush=True)


def _word(is_reached: bool) -> str:
    return "reached" if is_reached else "MISSED"


class _sink:  # noqa: N801 - used as a block
    def __init__(self, port: int, delay: float = 0.0) -> None:
        self.command = [sys.executable, str(BARE / "bare_mail.py"), "sink", str(port), "--delay", str(delay)]

    def __enter__(self) -> None:
        self.process = subprocess.Popen(self.command)
        time.sleep(1)

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(10)


def _bare(people: Path, port: int, count: int) -> float:
    done = subprocess.run(
        [sys.executable, str(BARE / "bare_mail.py"), "send", str(people), str(port), "--recipients", str(count)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"(\d+) recipients/s", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])


def _child(folder: Path, kind: str, port: int, count: int, what: str = "send", workers: int = 1) -> dict[str, float]:
    """The measured work in processes of its own, so that its memory is that of a worker and nothing else: the most of any, the time of the last."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'mitra.db'}"
    if kind == "postgres":
        from tests import postgres_server  # noqa: PLC0415 - needs the environment

        url = postgres_server.fresh(f"bench_{os.getpid()}_{secrets.token_hex(3)}")
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "CRM_DATA": str(folder),
        "MODE": "development",
        "SECRET_KEY": "only-for-benchmarks-0123456789-0123456789",
        "SENDGRID_API_KEY": "SG.bench",
        "SENDGRID_HOST": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
        "no_proxy": "*",
    }
    command = [sys.executable, "-m", "benchmarks.campaign", "--work"]
    subprocess.run([*command, "plant", str(count)], cwd=ROOT, env=environment, check=True)
    others = [_started([*command, "help", str(count)], environment) for _number in range(workers - 1)]
    told = [_told(one) for one in [_started([*command, what, str(count)], environment), *others]]
    said = {key: max(each[key] for each in told if key in each) for key in told[0]}
    return said | ({"rate": min(each["rate"] for each in told)} if "rate" in said else {})


def _started(command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def _told(process: subprocess.Popen[str]) -> dict[str, float]:
    said, _nothing = process.communicate()
    assert process.returncode == 0, said
    return {key: float(value) for key, value in (pair.split("=") for pair in said.split())}


# In the process that is measured ---------------------------------------------------------------------------------------


def _work(words: list[str]) -> int:
    import crm.lean  # noqa: F401, PLC0415 - as a worker does, before anything else
    from benchmarks import campaign_work  # noqa: PLC0415 - needs the environment

    steps: dict[str, Any] = {
        "plant": campaign_work.plant,
        "send": campaign_work.send,
        "help": campaign_work.help_send,
        "events": campaign_work.events,
    }
    steps[words[0]](int(words[1]), TEXT, TAGS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
