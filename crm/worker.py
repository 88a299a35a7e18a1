"""The job worker's process: python -m crm.worker."""

import crm.lean

# isort: split
import signal
import sys
from types import FrameType

from crm.app import create_app
from crm.core import db, jobs


def main() -> None:
    db.page_cache_kb = crm.lean.WORKER_PAGE_CACHE_KB
    app = create_app()
    jobs.work(app)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
