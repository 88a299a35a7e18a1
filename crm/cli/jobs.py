"""flask crm job list, flask crm job retry: work that was given up."""

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from crm.cli.ground import one_transaction
from crm.core import jobs
from crm.core.db import db
from crm.core.jobs import JobRow

job = AppGroup("job", help="Work that waits, or was given up.")
COMMANDS = [job]


@job.command("list")
def list_jobs() -> None:
    """Print one job a line: NUMBER, NAME, STATE, ATTEMPTS and the last error between tabs."""
    with one_transaction("job list"):
        for row in db.session.scalars(sa.select(JobRow).order_by(JobRow.id)):
            state = "given-up" if row.failed_at else "waiting"
            click.echo(f"{row.id}\t{row.name}\t{state}\t{row.attempts}\t{row.error or ''}")


@job.command("retry")
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Let the worker try a job again that was given up."""
    with one_transaction("job retry"):
        if not jobs.try_again(number):
            raise click.ClickException(f"No job {number} was given up. See: flask crm job list")
