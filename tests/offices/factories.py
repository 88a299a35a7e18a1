"""Offices for tests. Call them inside `with acting(...)`: they add to the session in force and flush."""

import datetime as dt
from typing import Any

from crm.core.db import db
from crm.offices.models import Holiday, HolidayKind, Office

MADE = dt.datetime(2026, 1, 5, 2, 0, tzinfo=dt.UTC)


def make_office(code: str = "RDN", parent: Office | None = None, *, name: str = "Rudenim Nusa Khayal", **fields: Any) -> Office:
    office = Office(
        code=code,
        name=name,
        parent_id=parent.id if parent else None,
        path="/",
        timezone=fields.pop("timezone", parent.timezone if parent else "Asia/Jakarta"),
        letterhead=fields.pop("letterhead", {}),
        created_at=fields.pop("created_at", MADE),
        **fields,
    )
    db.session.add(office)
    db.session.flush()
    office.path = f"{parent.path if parent else '/'}{office.id}/"
    db.session.flush()
    return office


def make_holiday(day: dt.date, name: str = "Hari Buruh Internasional", kind: HolidayKind = HolidayKind.NATIONAL) -> Holiday:
    holiday = Holiday(day=day, name=name, kind=kind)
    db.session.add(holiday)
    db.session.flush()
    return holiday
