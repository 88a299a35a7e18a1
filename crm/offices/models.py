"""The office tree with its time zones and letterheads, and the days nobody works."""

import datetime as dt
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.clock import local_now
from crm.core.db import Model
from crm.core.scope import Scoped, offices_in_scope
from crm.core.types import BigId, Json, UtcDateTime, enum_check, enum_column

ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


class UnknownTimezone(ValueError):
    """No such zone in the IANA database."""


class Office(Scoped, Model):
    """A unit that keeps its own records. `path` is the ids from the root to here, as in /1/4/."""

    __tablename__ = "offices"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    code: orm.Mapped[str] = orm.mapped_column(sa.String(40), unique=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    parent_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("offices.id"), index=True)
    path: orm.Mapped[str] = orm.mapped_column(sa.String(500), index=True)
    timezone: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    letterhead: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)

    @classmethod
    def scope_criterion(cls) -> sa.ColumnElement[bool]:
        return cls.id.in_(offices_in_scope())

    @orm.validates("timezone")
    def _known_timezone(self, _key: str, zone: str) -> str:
        if zone not in available_timezones():
            raise UnknownTimezone(zone)
        return zone

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def zone_name(self) -> str:
        """WIB, WITA or WIT; elsewhere the IANA name."""
        return ZONE_NAMES.get(self.timezone, self.timezone)

    @property
    def today(self) -> dt.date:
        return local_now(self.timezone).date()


class HolidayKind(StrEnum):
    NATIONAL = "national"
    COLLECTIVE_LEAVE = "collective-leave"


class Holiday(Model):
    """A day without work for all offices, kept by an administrator: the decree changes each year."""

    __tablename__ = "holidays"
    is_global = True

    day: orm.Mapped[dt.date] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    kind: orm.Mapped[HolidayKind] = orm.mapped_column(enum_column(HolidayKind))

    __table_args__ = (enum_check("kind", HolidayKind),)
