"""What a process that runs for weeks does without. Imported before anything else by the web server and the job worker.

Measured with 100,000 people: a web process weighed 139 to 163 MB without this, see docs/speed.md.
"""

import ctypes
import sys
import types

import config

# Loaded by others wherever they happen to be installed: coloured tracebacks for structlog and Mako, which nobody sees in a log of
# JSON lines (9 MB), switching of tasks, which nothing here does (1 MB), and for Huey the driver of a database that is not used (8 MB).
NOT_NEEDED = ("rich", "pygments", "greenlet")
NOT_ON_SQLITE = ("psycopg",)
# SendGrid's package checks signatures of events with this; we do that ourselves (crm/mail/hooks/signatures.py), and a worker never: 8 MB.
LEFT_EMPTY = (
    "sendgrid.helpers.eventwebhook",
    # Its classes for messages, of which we use none (crm/mail/gateway.py): 64 modules.
    "sendgrid.helpers.mail",
    # Drivers that nobody here uses; SQLAlchemy loads their dialects with the types of PostgreSQL: 2 MB.
    *(f"sqlalchemy.dialects.postgresql.{driver}" for driver in ("asyncpg", "pg8000", "psycopg2cffi")),
)
PAGE_CACHE_KB = 2_000  # of each SQLite connection; the system keeps the file's pages as well
WORKER_PAGE_CACHE_KB = 1_000  # sending reads each page once, and preparing a campaign is as fast
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
LARGE = 256 * 1024  # bytes: as the body of a call for a thousand people


def begin() -> None:
    on_sqlite = str(config.read()["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")
    for name in (*NOT_NEEDED, *(NOT_ON_SQLITE if on_sqlite else ())):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type] - importing it now fails, as where it is not installed
    for name in LEFT_EMPTY:
        sys.modules.setdefault(name, types.ModuleType(name))
    try:
        memory = ctypes.CDLL(None)
        # Memory that several threads freed can be used again only in the arena it came from; glibc makes up to eight a core.
        memory.mallopt(_M_ARENA_MAX, 1)
        # What is large goes back to the system when it is freed. Else glibc keeps it, with holes: 7 MB of a worker that sends.
        memory.mallopt(_M_MMAP_THRESHOLD, LARGE)
    except (OSError, AttributeError, TypeError):
        return  # another C library: nothing to set


begin()
