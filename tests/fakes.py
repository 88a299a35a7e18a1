"""The two fakes that tests may use: what is in the job outbox, and what the mail gateway was asked to send."""

import sqlalchemy as sa
from flask import Flask

from crm.core import jobs, transaction
from crm.core import scope as scopes
from crm.core.db import db
from crm.core.jobs import JobRow
from crm.mail.models import MailMessage, OutboxMessage

SYSTEM = scopes.system_scope("look at what a test made")


class JobQueue:
    """The outbox without an engine: rows wait until `run_all()`."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def rows(self) -> list[JobRow]:
        with self.app.app_context(), transaction.unit(SYSTEM) as session:
            return list(session.scalars(sa.select(JobRow).order_by(JobRow.id)))

    def names(self) -> list[str]:
        return [row.name for row in self.rows()]

    def run_all(self, rounds: int = 20) -> list[str]:
        """Run what waits, and what that makes, in order of id; give the names of jobs that ran well."""
        done: list[str] = []
        with self.app.app_context():
            tried: set[int] = set()
            for _round in range(rounds):
                waiting = [(row.id, row.name) for row in self.rows() if row.id not in tried and row.failed_at is None]
                if not waiting:
                    break
                for row_id, name in waiting:
                    tried.add(row_id)
                    if jobs.run(row_id):
                        done.append(name)
        return done


class Mailbox:
    """Messages that were asked for, oldest first, and the local outbox."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def messages(self) -> list[MailMessage]:
        with self.app.app_context(), transaction.unit(SYSTEM):
            return list(db.session.scalars(sa.select(MailMessage).order_by(MailMessage.id)))

    def delivered(self) -> list[OutboxMessage]:
        with self.app.app_context(), transaction.unit(SYSTEM):
            return list(db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))
