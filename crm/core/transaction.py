"""The one place that commits: `settle` for requests, `unit` for everything else."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog
from flask import Response, current_app, g, has_request_context, request
from sqlalchemy import exc, orm

from crm.core import bodies, text
from crm.core import db as database
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import Model, db
from crm.core.types import UtcDateTime

log = structlog.get_logger(__name__)
T = TypeVar("T")
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
RETRIES = 3
PATIENCE = 0.5  # seconds that who presses a button waits for a place: the saves before theirs take hundredths


class TooBusy(Exception):
    """More writers wait than this process lets wait. People see 503 with Retry-After."""


class FormReceipt(Model):
    """A form that was saved: the same key again gets the same answer instead of a second record."""

    __tablename__ = "form_receipts"
    is_global = True

    key: orm.Mapped[str] = orm.mapped_column(sa.String(64), primary_key=True)
    user_id: orm.Mapped[int | None]
    endpoint: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    status: orm.Mapped[int]
    location: orm.Mapped[str | None] = orm.mapped_column(sa.String(2000))
    created_at: orm.Mapped[Any] = orm.mapped_column(UtcDateTime, index=True)


class Line:
    """Where the writers of a process wait for SQLite's one lock: so many of this line at most stand at the lock itself."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    def enter(self, patience: float) -> None:
        """Take a place for this request. Raises TooBusy."""
        if not self._places.acquire(timeout=patience):
            raise TooBusy
        g.line = self

    def leave(self) -> None:
        self._places.release()


OFFICE = Line(3)  # one writes, two wait; more would take the blocking threads from the readers
OUTSIDE = Line(1)  # what comes once and from outside: it does not stand behind the office's own work


def begin_request(*, looks_first: bool = False) -> None:
    """Fix whether this request may write, and take a place among the writers. One that looks first does so when it knows what to write."""
    writes = request.method in CHANGING and not looks_first
    database.write_intent.set(writes)
    database.busy_ms.set(database.WEB_BUSY_MS)
    if writes and database.is_sqlite():
        OFFICE.enter(PATIENCE)


def start_writing(line: Line = OFFICE, *, patience: float = bodies.PATIENCE) -> None:
    """In a request that looked first: from here on it may write. What was found before is looked up anew. Raises TooBusy."""
    if database.write_intent.get():  # the whole request is done again
        return
    release()
    database.write_intent.set(True)
    if database.is_sqlite():
        database.busy_ms.set(max(database.WEB_BUSY_MS, int(patience * 1000)))
        line.enter(patience)


def end_request(_error: BaseException | None = None) -> None:
    if line := g.pop("line", None):
        line.leave()
    scopes.start(None)
    database.write_intent.set(True)
    database.busy_ms.set(database.JOB_BUSY_MS)


def settle(response: Response) -> Response:
    """Commit a changing request that went well; undo everything else."""
    if request.method in CHANGING and database.write_intent.get() and response.status_code < 400 and not g.get("discard"):
        _refuse_unstorable()
        _leave_receipt(response)
        commit()
    else:
        abandon()
    return response


def _refuse_unstorable() -> None:
    """The last net under every form: what PostgreSQL can't keep, SQLite must not keep either. Raises text.UnstorableText."""
    if bodies.is_raw():
        return
    for _name, value in request.form.items(multi=True):
        text.storable(value)


def commit() -> None:
    """Commit, then do what waited for the commit (handing jobs over). Only `settle` and `unit` call it."""
    session = db.session()
    waiting = session.info.pop("on_commit", [])
    session.commit()
    for action in waiting:
        action()


def abandon() -> None:
    """Roll back, and forget what waited for a commit."""
    session = db.session()
    session.info.pop("on_commit", None)
    session.rollback()


def release() -> None:
    """End the transaction before slow work (hashing, HTTP, rendering) so that nobody waits for its lock. Refuses when something would be lost."""
    session = db.session()
    if session.new or session.dirty or session.deleted or session.info.get("on_commit"):
        raise RuntimeError("release() would lose changes")
    session.rollback()


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """In a request that may write: a block that reads for long, in a transaction of its own, and keeps nobody else from writing meanwhile.

    What was found before it is looked up anew after it. Refuses, as `release` does, when something would be lost; a write in the block fails.
    """
    release()
    line = g.pop("line", None)
    if line:
        line.leave()
    intent = database.write_intent.set(False)
    try:
        yield
    finally:
        abandon()
        database.write_intent.reset(intent)
    if line:
        line.enter(bodies.PATIENCE)


def discard() -> None:
    """Answer this request as usual but keep nothing of it: for previews made by running the real service."""
    g.discard = True


def on_commit(action: Callable[[], None]) -> None:
    """Do something right after this transaction commits; never if it does not."""
    db.session().info.setdefault("on_commit", []).append(action)


def survive(action: Callable[[], None]) -> None:
    """Do something small in a transaction of its own after the answer, even when the request is refused: counters, denials, last seen."""
    g.setdefault("survivors", []).append(action)


def run_survivors() -> None:
    """Run what must outlive the request's own transaction. A failure here is logged and never changes the answer."""
    actions = g.pop("survivors", [])
    if not actions:
        return
    token = database.write_intent.set(True)
    try:
        abandon()
        for action in actions:
            action()
        commit()
    except Exception:
        log.warning("survivor lost", exc_info=True)
        abandon()
    finally:
        database.write_intent.reset(token)


@contextlib.contextmanager
def unit(scope: scopes.Scope) -> Iterator[orm.Session]:
    """One transaction with one scope, outside requests. Commits at the end of the block, rolls back on an exception."""
    if has_request_context() and not current_app.testing:
        raise RuntimeError("a request has its own transaction")
    session = db.session()
    if session.info.get("in_unit"):
        raise RuntimeError("units do not nest: one transaction has one scope")
    session.close()
    session.info["in_unit"] = True
    try:
        with scopes.use(scope):
            try:
                yield session
                commit()
            except BaseException:
                abandon()
                raise
    finally:
        session.info.pop("in_unit", None)
        session.close()


@contextlib.contextmanager
def unit_that_reads(scope: scopes.Scope) -> Iterator[orm.Session]:
    """A unit that may take long and keeps nobody from writing meanwhile: a write in it fails."""
    intent = database.write_intent.set(False)
    try:
        with unit(scope) as session:
            yield session
    finally:
        database.write_intent.reset(intent)


def retrying(work: Callable[[], T]) -> T:
    """Run work again, up to three times in all, when the database chose it as the victim of a deadlock or conflict.

    The work must open its own unit (or be a whole request): half a transaction can't be repeated.
    """
    for attempt in range(1, RETRIES + 1):
        try:
            return work()
        except exc.DBAPIError as error:
            if not is_conflict(error) or attempt == RETRIES:
                raise
            abandon()
            log.warning("transaction repeated", attempt=attempt)
            time.sleep(0.05 * attempt)
    raise AssertionError("unreachable")


def is_conflict(error: exc.DBAPIError) -> bool:
    """Whether doing it again helps: a deadlock (40P01), a serialization failure (40001), or the receipt of the same form sent twice at once."""
    state = getattr(error.orig, "sqlstate", None)
    if state == "23505":
        return getattr(getattr(error.orig, "diag", None), "table_name", None) == FormReceipt.__tablename__
    return state in {"40001", "40P01"}


# Forms that are sent twice (double click, Back, a lost answer) ---------------------------------------------------------


def form_key() -> str | None:
    key = request.form.get("form_key", "") if request.method in CHANGING and not bodies.is_raw() else ""
    return key if 16 <= len(key) <= 64 else None


def replay(user_id: int | None) -> Response | None:
    """The answer that this form got before, if it was saved before by the same person."""
    key = form_key()
    if key:
        _one_at_a_time(key)
    receipt = db.session.get(FormReceipt, key) if key else None
    if receipt is None or receipt.user_id != user_id or receipt.endpoint != request.endpoint:
        return None
    g.replayed = True
    headers = {"Location": receipt.location} if receipt.location else {}
    # A script was told 201; whoever sends the form again as a form is led to what was made.
    status = 303 if receipt.status == 201 and request.headers.get("HX-Request") != "true" else receipt.status
    return Response(status=status, headers=headers)


def _one_at_a_time(key: str) -> None:
    """Let the same form, sent twice at once, wait for the first: else the second meets what the first made, as a double of itself."""
    if not database.is_sqlite():  # whose writers stand in line anyway
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def _leave_receipt(response: Response) -> None:
    """A receipt tells where a form led. What led nowhere (the page or a part of it drawn again, a file) is made anew when it is sent again."""
    key = form_key()
    if not key or g.get("replayed") or "Location" not in response.headers:
        return
    receipt = FormReceipt(
        key=key,
        user_id=g.get("viewer_id"),
        endpoint=request.endpoint or "",
        status=response.status_code,
        location=response.headers.get("Location"),
        created_at=now(),
    )
    db.session.add(receipt)
