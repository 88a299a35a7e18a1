"""Work for later: a row in the outbox in the caller's transaction, handed to the task engine after the commit.

The row is the truth and the engine only wakes us: a task that the engine loses is handed over again by the tick of each minute.
So every job may run twice and must be harmless then. Only this module (and the worker's entry) knows the engine.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, current_app, g, has_app_context
from huey import SqliteHuey, crontab
from huey.api import Huey
from sqlalchemy import orm

from crm.core import scope as scopes
from crm.core import statistics, transaction
from crm.core.clock import now
from crm.core.db import Model, db
from crm.core.types import BigId, Json, UtcDateTime

log = structlog.get_logger(__name__)

HAND_OVER_AGAIN_AFTER = dt.timedelta(minutes=2)
MOST_ATTEMPTS = 8


class UnknownJob(LookupError):
    """No job of that name is registered: a misspelling, found when it is enqueued and not when it runs."""


class NotPermitted(Exception):
    """Who asked for the job may no longer do it."""


class JobRow(Model):
    """A job that is not done yet. Done ones are removed; given-up ones keep `failed_at` and are shown on the jobs page."""

    __tablename__ = "job_outbox"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    arguments: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    user_id: orm.Mapped[int | None]
    office_id: orm.Mapped[int | None]  # of whoever asked; empty for the office of nobody
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    not_before: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    handed_over_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    failed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    error: orm.Mapped[str | None] = orm.mapped_column(sa.String(500))

    __table_args__ = (sa.Index("ix_job_outbox_due", "failed_at", "not_before"),)


@dataclass(frozen=True)
class Job:
    name: str
    work: Callable[..., None]
    long: bool
    minute: str | None


_registry: dict[str, Job] = {}
_scope_of_user: Callable[[int], scopes.Scope | None] | None = None


def job(name: str, *, long: bool = False, minute: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a job `feature.verb_object`.

    An ordinary job runs inside one unit with its asker's scope. A long one gets `scope` as an argument and opens units itself.
    `minute` (the minute field of cron: `*`, `17`, `*/5`) makes it run by itself as well, with the system scope. Raises ValueError for another
    form: found at the start, it would end every tick.
    """
    if minute is not None:
        crontab(minute=minute)

    def register(work: Callable[..., None]) -> Callable[..., None]:
        _registry[name] = Job(name, work, long, minute)
        return work

    return register


def registered() -> dict[str, Job]:
    return dict(_registry)


def resolve_users_with(resolver: Callable[[int], scopes.Scope | None]) -> None:
    """Tell how to find a user's scope as it is now (None: no longer allowed in). `crm/app.py` does."""
    global _scope_of_user
    _scope_of_user = resolver


def enqueue(name: str, *, delay: dt.timedelta = dt.timedelta(0), **arguments: Any) -> int:
    """Write a job into the outbox of this transaction. Arguments are ids and plain values. Raises UnknownJob."""
    if name not in _registry:
        raise UnknownJob(name)
    scope = scopes.current_or_none()
    row = JobRow(
        name=name,
        arguments=arguments,
        user_id=scope.user_id if scope else None,
        office_id=scope.home_office_id if scope else None,
        created_at=now(),
        not_before=now() + delay,
    )
    db.session.add(row)
    db.session.flush()
    if not delay:
        row_id = row.id
        transaction.on_commit(lambda: hand_over(row_id))
    return row.id


def wake(name: str) -> None:
    """Enqueue a job that looks for its work itself, unless one of it waits that has not begun: a thousand calls are answered by one run."""
    waits = sa.select(JobRow.id).where(JobRow.name == name, JobRow.attempts == 0, JobRow.failed_at.is_(None)).limit(1)
    if db.session.scalar(waits) is None:
        enqueue(name)


def hand_over(row_id: int) -> None:
    """Wake the engine. A failure here is only logged: the tick hands the row over again."""
    if current_app.config.get("JOBS_WAIT"):
        return
    try:
        engine().enqueue(_wake.s(row_id))
    except Exception:
        log.warning("job not handed over", job=row_id, exc_info=True)


def run(row_id: int) -> bool:
    """Run one job of the outbox, in the calling process. False when there was nothing to do or it failed."""
    with transaction.unit(scopes.system_scope("load a job")) as session:
        row = session.get(JobRow, row_id)
        if row is None or row.failed_at is not None:
            return False
        name, arguments, user_id = row.name, dict(row.arguments), row.user_id
        row.attempts += 1
        row.handed_over_at = now()
    try:
        _run(_registry[name], row_id, arguments, _scope_for(name, user_id))
    except Exception as error:
        _note_failure(row_id, error)
        return False
    return True


def _scope_for(name: str, user_id: int | None) -> scopes.Scope:
    if user_id is None:
        return scopes.system_scope(f"job {name}")
    scope = _scope_of_user(user_id) if _scope_of_user else None
    if scope is None:
        raise NotPermitted(name)
    return scope


def _run(known: Job, row_id: int, arguments: dict[str, Any], scope: scopes.Scope) -> None:
    if known.long:
        known.work(scope=scope, **arguments)
        with transaction.unit(scope):
            _remove(row_id)
        return

    def attempt() -> None:
        with transaction.unit(scope) as session:
            if session.get(JobRow, row_id, with_for_update=True) is None:
                return  # another worker was handed the same row and has finished
            known.work(**arguments)
            _remove(row_id)

    transaction.retrying(attempt)


def _remove(row_id: int) -> None:
    db.session.execute(sa.delete(JobRow).where(JobRow.id == row_id))


def _note_failure(row_id: int, error: Exception) -> None:
    log.error("job failed", job=row_id, exc_info=error)
    with transaction.unit(scopes.system_scope("note a failed job")) as session:
        row = session.get(JobRow, row_id)
        if row is None:
            return
        row.error = f"{type(error).__name__}: {error}"[:500]
        if row.attempts >= MOST_ATTEMPTS or isinstance(error, NotPermitted):
            row.failed_at = now()
        else:
            row.not_before = now() + dt.timedelta(minutes=2 ** min(row.attempts, 6))


def due(limit: int = 200) -> list[int]:
    """Ids of jobs that stand in the outbox longer than they should: never handed over, or handed over and lost."""
    stale, fresh = now() - HAND_OVER_AGAIN_AFTER, now() - dt.timedelta(seconds=20)
    found = (
        sa.select(JobRow.id)
        .where(JobRow.failed_at.is_(None), JobRow.not_before <= now())
        .where(sa.or_(sa.and_(JobRow.handed_over_at.is_(None), JobRow.created_at < fresh), JobRow.handed_over_at < stale))
        .order_by(JobRow.id)
        .limit(limit)
    )
    return list(db.session.scalars(found))


def oldest_waiting() -> dt.datetime | None:
    return db.session.scalar(
        sa.select(sa.func.min(JobRow.not_before)).where(JobRow.failed_at.is_(None), JobRow.not_before <= now())
    )


@job("core.purge_receipts", minute="17")
def purge_receipts() -> None:
    """Remove receipts of forms after a week: nobody presses Back that late."""
    week_ago = now() - dt.timedelta(days=7)
    db.session.execute(sa.delete(transaction.FormReceipt).where(transaction.FormReceipt.created_at < week_ago))


@job("core.measure_tables", minute="23")
def measure_tables() -> None:
    statistics.measure_tables()


# The engine --------------------------------------------------------------------------------------------------------------

_engine: Huey | None = None
_app: Flask | None = None


def set_up(app: Flask) -> None:
    global _app
    _app = app


def engine() -> Huey:
    """The task engine named by QUEUE_URL: a file of its own on one machine, PostgreSQL or Redis on many."""
    global _engine
    if _engine is None:
        assert _app is not None
        url = str(_app.config["QUEUE_URL"])
        if url.startswith("redis"):
            from huey import RedisHuey  # noqa: PLC0415 - its client library is not there unless it is wanted

            _engine = RedisHuey("mitra", url=url)
        elif url.startswith("postgres"):
            from huey import PostgresHuey  # noqa: PLC0415 - see above

            _engine = PostgresHuey("mitra", dsn=url)
        else:
            _engine = SqliteHuey("mitra", filename=f"{_app.config['CRM_DATA']}/queue.db", fsync=True)
        _declare_tasks(_engine)
    return _engine


class _Wake:
    """Stands in for the engine's task until the engine is made: importing this module must not open a file."""

    task: Any = None

    def s(self, row_id: int) -> Any:
        return self.task.s(row_id)


_wake = _Wake()


@contextmanager
def _context() -> Iterator[None]:
    assert _app is not None
    if has_app_context() and g:
        yield
        return
    with _app.app_context():
        yield


def _declare_tasks(huey: Huey) -> None:
    @huey.task(name="run_job")
    def run_job(row_id: int) -> None:
        with _context():
            run(row_id)

    _wake.task = run_job

    @huey.periodic_task(crontab(minute="*"), name="tick")
    def tick() -> None:
        with _context():
            run_tick()


def run_tick() -> None:
    """Each minute: put periodic jobs that are due into the outbox, and hand over again what stands too long."""
    moment = now()
    _show_alive()
    with transaction.unit(scopes.system_scope("tick")):
        for known in _registry.values():
            if known.minute is not None and crontab(minute=known.minute)(moment.replace(tzinfo=None)):
                enqueue(known.name)
        waiting = due()
    for row_id in waiting:
        hand_over(row_id)


def _show_alive() -> None:
    """Leave a mark in the data folder; a full disk must not keep the worker from working."""
    with suppress(OSError):
        _mark_of_life().touch()


def worker_seen_at() -> dt.datetime | None:
    """When a worker last showed itself in this data folder."""
    try:
        return dt.datetime.fromtimestamp(_mark_of_life().stat().st_mtime, dt.UTC)
    except OSError:
        return None


def _mark_of_life() -> Path:
    return Path(str(current_app.config["CRM_DATA"])) / "worker-seen"


def try_again(row_id: int) -> bool:
    """Give a job that was given up all its attempts again. False when there is none of that number."""
    fresh = {"failed_at": None, "attempts": 0, "handed_over_at": None, "not_before": now(), "error": None}
    given_up = sa.update(JobRow).where(JobRow.id == row_id, JobRow.failed_at.is_not(None))
    if db.session.scalar(given_up.values(**fresh).returning(JobRow.id)) is None:  # of two who press at once, one
        return False
    transaction.on_commit(lambda: hand_over(row_id))
    return True


def work(app: Flask, workers: int = 1) -> None:
    """Run the engine's consumer in this process until it is told to stop. Does the first tick at once."""
    with app.app_context():
        run_tick()
    consumer = engine().create_consumer(
        workers=workers, worker_type="thread", initial_delay=0.05, max_delay=0.5, check_worker_health=True
    )
    consumer.run()


def failed_and_waiting(limit: int = 100) -> list[JobRow]:
    """Given-up jobs first, then those that wait longest: those of the offices in scope, and those that nobody asked for."""
    order = (JobRow.failed_at.is_(None), JobRow.not_before, JobRow.id)
    return list(db.session.scalars(sa.select(JobRow).where(_in_scope()).order_by(*order).limit(limit)))


def is_in_scope(row_id: int) -> bool:
    return db.session.scalar(sa.select(JobRow.id).where(JobRow.id == row_id, _in_scope())) is not None


def _in_scope() -> sa.ColumnElement[bool]:
    return sa.or_(JobRow.office_id.is_(None), JobRow.office_id.in_(sorted(scopes.current().office_ids or ())))
