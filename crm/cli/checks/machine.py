"""The database server, the migrations, the clock and the job worker."""

from collections.abc import Iterator

import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.cli.checks import check
from crm.core import clock, durability, health, jobs, migrations
from crm.core.db import db
from crm.core.jobs import JobRow
from crm.mail.models import MailMessage, MessageState

APART = 5.0  # seconds
WORKER_SECONDS = 180  # it shows itself every minute


@check(
    "What is acknowledged survives a power cut.",
    do="SQLite: leave the connection settings as Mitra makes them. PostgreSQL: set fsync, full_page_writes and synchronous_commit to on.",
)
def durable_database() -> Iterator[str]:
    yield from durability.weaknesses()


@check("The schema is of this version.", do="Start Mitra once: python3 -m crm upgrades it and keeps a copy of a SQLite file.")
def schema_version() -> Iterator[str]:
    present, newest = migrations.present(), migrations.newest()
    if present != newest:
        yield f"The database is of version {present or 'none'}, this program of {newest or 'none'}."


@check(
    "The database's structures are sound.",
    do="Stop Mitra, keep the file, and restore the newest backup: flask crm restore FILE --force",
)
def database_structure() -> Iterator[str]:
    yield from durability.damages()


@check("Every row has what it belongs to.", do="Restore the newest backup, or ask whoever wrote to the database past Mitra.")
def foreign_keys() -> Iterator[str]:
    yield from durability.orphans()


@check("The clock is right.", do="Let the machine set its clock by the network: timedatectl set-ntp true")
def clocks() -> Iterator[str]:
    moment = clock.now()
    apart = durability.seconds_apart(moment)
    if apart > APART:
        yield f"The clock of the database server and ours are {apart:.0f} s apart."
    newest = db.session.scalar(sa.select(sa.func.max(ActivityEntry.at)))
    if newest is not None and (ahead := (newest - moment).total_seconds()) > APART:
        yield f"Something was recorded {ahead:.0f} s in the future ({newest:%Y-%m-%d %H:%M} UTC): the clock was set back."


@check(
    "No job waits longer than ten minutes.", do="Look whether the job worker runs and what it logs; python3 -m crm starts both."
)
def waiting_jobs() -> Iterator[str]:
    oldest = jobs.oldest_waiting()
    if oldest is not None and (waits := (clock.now() - oldest).total_seconds()) > health.OLDEST_JOB_SECONDS:
        yield f"The oldest waiting job waits since {waits / 60:.0f} minutes."


@check(
    "The job worker shows itself every minute.", do="Start it: python3 -m crm starts web server and worker.", only_deployed=True
)
def job_worker() -> Iterator[str]:
    seen = jobs.worker_seen_at()
    if seen is None:
        yield "No job worker was ever seen in this data folder."
    elif (ago := (clock.now() - seen).total_seconds()) > WORKER_SECONDS:
        yield f"The job worker was last seen {ago / 60:.0f} minutes ago."


@check("No job was given up.", do="Read the error; once its cause is gone, the job page can run it again.")
def failed_jobs() -> Iterator[str]:
    for row in db.session.scalars(sa.select(JobRow).where(JobRow.failed_at.is_not(None)).order_by(JobRow.id)):
        yield f"Job {row.id} ({row.name}) was given up after {row.attempts} tries: {row.error}"


@check("No message is in doubt.", do="Open Settings, Mail: find out whether it arrived, and decide there.", only_deployed=True)
def messages_in_doubt() -> Iterator[str]:
    waiting = sa.select(MailMessage.id).where(MailMessage.state == MessageState.IN_DOUBT).order_by(MailMessage.id)
    for message_id in db.session.scalars(waiting):
        yield f"Message {message_id} may or may not have been sent."
