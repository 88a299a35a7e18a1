"""Sending a campaign while everything goes wrong: workers are killed, SendGrid answers all it can, events come late, twice and in any order.

    python3 -m tests.faults.campaign_chaos --recipients 20000 --kills 10 --workers 4 --database postgres
    python3 -m tests.faults.campaign_chaos --recipients 20000 --kills 10 --workers 1 --naive

The last line is `lost 0, doubled 0, suppressed 0, stuck 0`, counted at SendGrid's side. `--naive` repeats what was not answered clearly, as
many programs do: it must find doubles, else this could not see them.
"""

import argparse
import importlib
import os
import sys
import tempfile
from pathlib import Path

sys.path[0:0] = (
    [] if __package__ else [str(Path(__file__).resolve().parents[2])]
)  # also as a file: python3 tests/faults/campaign_chaos.py

from crm import bootstrap  # noqa: E402


def main(arguments):
    if Path(sys.prefix).resolve() != bootstrap.VENV.resolve():
        bootstrap.main(["-m", "tests.faults.campaign_chaos", *arguments], tests=True)
    chaos = importlib.import_module("tests.faults.chaos")  # needs the environment
    parser = argparse.ArgumentParser(prog="python3 -m tests.faults.campaign_chaos")
    parser.add_argument("--recipients", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--naive", action="store_true")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most-seconds", type=int, default=0)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.work:
        chaos.work(is_naive=given.naive)
        return 0
    with tempfile.TemporaryDirectory(prefix="mitra-chaos-") as folder:
        os.chmod(folder, 0o755)
        return chaos.Chaos(Path(folder), given).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
