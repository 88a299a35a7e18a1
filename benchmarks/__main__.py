"""python3 -m benchmarks: the pages of one office against the bare application of the same size, in one run.

python3 -m benchmarks [--people 100000] [--engagements 300000] [--offices 60] [--database sqlite|postgres|both] [--times 60]
"""

import argparse
import importlib
import os
import sys
import tempfile
import time
from pathlib import Path

from crm import bootstrap


def main(arguments: list[str]) -> int:
    """Make the environment if need be, then compare."""
    if Path(sys.prefix).resolve() != bootstrap.VENV.resolve():
        bootstrap.main(["-m", "benchmarks", *arguments], tests=True)
    compare = importlib.import_module("benchmarks.compare")  # needs the environment
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks", description="Ours against the bare application, in one run.")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--engagements", type=int, default=300_000)
    parser.add_argument("--offices", type=int, default=60)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--times", type=int, default=60, help="answers measured for each page")
    parser.add_argument("--contacts", type=int, default=100_000, help="rows of the imported list")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="mitra-bench-") as folder:
        os.chmod(folder, 0o755)
        started = time.monotonic()
        compare.run(Path(folder), given)
        print(f"\nwhole run: {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
