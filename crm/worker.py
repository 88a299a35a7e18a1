"""The job worker's process: python -m crm.worker."""

import crm.lean

# isort: split
import signal
import sys
import threading
from types import FrameType
from typing import Any

from crm import wiring
from crm.core import application, db, jobs


def main() -> None:
    jobs.work(create_app())


def create_app(settings: dict[str, Any] | None = None) -> application.Mitra:
    """The application without pages, which weigh 8 MB: nobody asks a worker for one. A letter that tells an address has them read, once."""
    db.page_cache_kb = crm.lean.WORKER_PAGE_CACHE_KB
    app = application.begin(settings, wiring.choose_language)
    wiring.connect(app)
    lock = threading.Lock()

    def read_pages() -> None:
        with lock:
            if not app.blueprints:
                wiring.connect_pages(app)

    app.extensions["mitra.read_pages"] = read_pages
    return app


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
