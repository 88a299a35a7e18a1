"""What was asked of the mail service or worked out of many rows, kept with its moment, so that pages show it at once."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.types import Json, UtcDateTime


class MailFact(Model):
    """`known_at` is when the value was true; `tried_at` when it was asked for last, with what went wrong then."""

    __tablename__ = "mail_facts"
    is_global = True

    key: orm.Mapped[str] = orm.mapped_column(sa.String(60), primary_key=True)
    value: orm.Mapped[Any] = orm.mapped_column(Json, default=dict)
    known_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    tried_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    error: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
