"""What is done to the office tree, to letterheads and to the days without work."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import IO

import sqlalchemy as sa
from blinker import Namespace

from crm.activity import service as activity
from crm.activity.service import Actor
from crm.core import text
from crm.core.clock import now
from crm.core.db import db
from crm.files import disk
from crm.files import service as files
from crm.offices import logos, queries
from crm.offices.letterhead import Letterhead, Logo
from crm.offices.models import Holiday, HolidayKind, Office

# Sent after an office got another parent, with the office as sender: what is indexed by ancestors has to be indexed anew.
office_moved = Namespace().signal("office-moved")

PATH_LIMIT = 500
NOT_YET = "/"


class CodeTaken(ValueError):
    """Another office has this code."""


class BadCode(ValueError):
    """A code is letters, digits, dots, dashes and underscores without blanks, at most 40 characters."""


class WouldCircle(ValueError):
    """An office can't stand below itself."""


class TreeTooDeep(ValueError):
    """More levels than an office tree has."""


class NotALogo(Exception):
    """A logo is a PNG or JPEG: mail programs show no other kind everywhere."""


class HolidayExists(ValueError):
    """The day is in the list already."""


def add_office(code: str, *, name: str, parent: Office | None = None, timezone: str | None = None, by: Actor | None) -> Office:
    """Add an office below another, or a new root. Without a time zone it has its parent's. Raises CodeTaken, BadCode, UnknownTimezone."""
    code, name = _checked_code(code), text.one_line(text.storable(name))
    if queries.is_code_taken(code):
        raise CodeTaken(code)
    office = Office(
        code=code,
        name=name,
        parent_id=parent.id if parent else None,
        path=NOT_YET,
        timezone=timezone or (parent.timezone if parent else "Asia/Jakarta"),
        letterhead=dict(parent.letterhead) if parent else {},
        created_at=now(),
    )
    office.letterhead.pop("name", None)
    db.session.add(office)
    db.session.flush()
    office.path = _path_below(parent, office.id)
    # The new office is not in the scope of the one who adds it: the act belongs to the office above.
    activity.record("created", office, by=by, office_id=parent.id if parent else office.id, code=code, name=name)
    db.session.flush()
    return office


def change_office(office: Office, *, code: str, name: str, timezone: str, by: Actor | None) -> None:
    """Change what an office is called and its clock. Raises CodeTaken, BadCode, UnknownTimezone."""
    code, name = _checked_code(code), text.one_line(text.storable(name))
    if queries.is_code_taken(code, except_id=office.id):
        raise CodeTaken(code)
    before = {"code": office.code, "name": office.name, "timezone": office.timezone}
    office.code, office.name, office.timezone = code, name, timezone
    activity.record_changes(office, before=before, by=by, office_id=office.id)


def move_office(office: Office, *, parent: Office, by: Actor | None) -> None:
    """Put an office and all below it under another. Raises WouldCircle when the other stands below it."""
    if parent.path.startswith(office.path):
        raise WouldCircle(office.code)
    if office.parent_id == parent.id:
        return
    before, old = office.parent_id, office.path
    new = _path_below(parent, office.id)
    below = sa.update(Office).where(Office.path.like(old + "%"), Office.id != office.id)
    db.session.execute(
        below.values(path=sa.literal(new) + sa.func.substr(Office.path, len(old) + 1)),
        execution_options={"synchronize_session": "fetch"},
    )
    office.parent_id, office.path = parent.id, new
    activity.record("moved", office, by=by, office_id=office.id, changes={"parent": (before, parent.id)})
    db.session.flush()
    office_moved.send(office)


def set_letterhead(office: Office, *, letterhead: Letterhead, by: Actor | None) -> None:
    before = dict(office.letterhead)
    own_name = letterhead.name == office.name  # then it follows the office's name when that changes
    office.letterhead = {key: value for key, value in letterhead.stored().items() if key != "name" or not own_name}
    keys = sorted(before.keys() | office.letterhead.keys())
    changes = {key: (before.get(key), office.letterhead.get(key)) for key in keys}
    activity.record(
        "letterhead-changed",
        office,
        by=by,
        office_id=office.id,
        changes={key: pair for key, pair in changes.items() if pair[0] != pair[1]},
    )


def set_logo(office: Office, stream: IO[bytes], *, name: str | None, by: Actor) -> None:
    """Show another logo in e-mails. Raises NotALogo, files.FileRefused. The one before stays for mails that were sent with it."""
    from crm.files import pictures  # noqa: PLC0415 - loaded by who needs it: 5 MB of every process otherwise

    received = files.receive(stream, shown_name=name, fits=pictures.Frame(logos.MOST_WIDTH, logos.MOST_HEIGHT))
    if received.media_type not in logos.ENDINGS:
        files.discard([received])
        raise NotALogo(received.media_type)
    with disk.open_stored(received.key) as source:
        width, height = pictures.size_of(source) or (logos.MOST_WIDTH, logos.MOST_HEIGHT)
    stored = files.keep(received, subject=logos.Subject(office), by=by)
    logo = Logo(logos.address(stored), width, height)
    office.letterhead = {**office.letterhead, "logo": asdict(logo)}
    activity.record("logo-set", office, by=by, office_id=office.id, file=stored.name, sha256=stored.sha256)


def remove_logo(office: Office, *, by: Actor) -> None:
    """E-mails begin with the office's name again. Those that were sent keep the logo."""
    if "logo" in office.letterhead:
        office.letterhead = {key: value for key, value in office.letterhead.items() if key != "logo"}
        activity.record("logo-removed", office, by=by, office_id=office.id)


def add_holiday(day: dt.date, *, name: str, kind: HolidayKind, by: Actor | None) -> Holiday:
    """Raises HolidayExists."""
    if queries.holiday_on(day) is not None:
        raise HolidayExists(day.isoformat())
    holiday = Holiday(day=day, name=text.one_line(text.storable(name)), kind=kind)
    db.session.add(holiday)
    activity.record("holiday-added", ("holiday", None), by=by, day=day, name=holiday.name)
    return holiday


def remove_holiday(holiday: Holiday, *, by: Actor | None) -> None:
    activity.record("holiday-removed", ("holiday", None), by=by, day=holiday.day, name=holiday.name)
    db.session.delete(holiday)


def load_holidays(days: Iterable[dt.date], *, year: int, by: Actor | None) -> int:
    """Add the chosen days of the proposal that are not in the list yet; say how many."""
    wanted, there = set(days), {holiday.day for holiday in queries.holidays_of_year(year)}
    added = 0
    for proposed in propose_holidays(year):
        if proposed.day in wanted - there:
            add_holiday(proposed.day, name=proposed.name, kind=proposed.kind, by=by)
            added += 1
    return added


def propose_holidays(year: int) -> Sequence[Holiday]:
    """Indonesian holidays as a library computes them: only a proposal, because the joint decree of three ministers decides each year."""
    import holidays as known_holidays  # noqa: PLC0415 - loaded by who needs it: 5 MB of every process otherwise

    named = [(HolidayKind.NATIONAL, "public"), (HolidayKind.COLLECTIVE_LEAVE, "government")]
    found: dict[dt.date, Holiday] = {}
    for kind, category in named:
        for day, name in known_holidays.country_holidays("ID", years=year, categories=(category,), language="id").items():
            if day.year == year:
                found.setdefault(day, Holiday(day=day, name=name[:120], kind=kind))
    return [found[day] for day in sorted(found)]


def _checked_code(code: str) -> str:
    code = text.storable(code).strip()
    if len(code) > 40 or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", code):  # others look alike, and name files
        raise BadCode(code)
    return code


def _path_below(parent: Office | None, office_id: int) -> str:
    path = f"{parent.path if parent else '/'}{office_id}/"
    if len(path) > PATH_LIMIT:
        raise TreeTooDeep(path)
    return path
