"""One event of SendGrid, read out of what it posted. Pure; what can't be read is named and stops nothing beside it."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from crm.mail.models import EventKind

_FIRST = dt.datetime(2009, 1, 1, tzinfo=dt.UTC)  # SendGrid is not older
# What is kept beside the columns: what tells machines from people, and what staff need who look into a refusal.
_DETAILS = {
    "useragent": 300,
    "type": 40,
    "bounce_classification": 60,
    "status": 20,
    "attempt": 10,
    "sg_message_id": 120,
    "asm_group_id": 20,
    "sg_machine_open": 5,
}


class Unreadable(ValueError):
    """What was posted, or one event of it, is none; the text says why in one word."""


@dataclass(slots=True)
class Event:
    """As it will stand in `mail_events`, and beside that what no table keeps: the address, and whose it is (`about`, found by the feature)."""

    event_key: str
    kind: EventKind
    at: dt.datetime
    email: str = ""
    rid: str = ""
    bid: str = ""
    address: str = ""
    url: str = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    is_machine: bool = False
    about: Any = None

    @property
    def is_hard(self) -> bool:
        """A refusal for good: the address is not there."""
        return self.kind is EventKind.BOUNCE


def read_post(body: bytes) -> list[Any]:
    """The members of the array. Raises Unreadable."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = _leniently(body)
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise Unreadable("not-events")
    return found


def _leniently(body: bytes) -> Any:
    """Half of a character, as cut texts have it, must not lose the events beside it."""
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Unreadable("not-json") from None


def read_events(members: list[Any], received_at: dt.datetime) -> Iterator[Event | Unreadable]:
    """An event, or why it is none, for each member."""
    for member in members:
        try:
            yield read_event(member, received_at)
        except Unreadable as wrong:
            yield wrong


def read_event(member: Any, received_at: dt.datetime) -> Event:
    """Raises Unreadable for what is no event, bears no moment, or says something that we do not know."""
    if not isinstance(member, dict):
        raise Unreadable("no-object")
    key = _line(member.get("sg_event_id"), 100) or hashlib.sha256(_canonical(member)).hexdigest()
    details: dict[str, Any] = {
        name: _line(member[name], most) for name, most in _DETAILS.items() if member.get(name) not in (None, "", False)
    }
    if isinstance(offset := member.get("url_offset"), dict) and (place := _small(offset.get("index"))):
        details["link_index"] = place  # among the links with the same address
    return Event(
        event_key=key,
        kind=_kind(member),
        at=_moment(member.get("timestamp"), received_at),
        email=_line(member.get("email"), 254),
        rid=_line(member.get("c_rid"), 36),
        bid=_line(member.get("c_bid"), 36),
        address=_line(member.get("ip"), 64),
        url=_line(member.get("url"), 2000),
        reason=_line(member.get("reason") or member.get("response"), 500),
        details=details,
    )


def _canonical(member: dict[str, Any]) -> bytes:
    """The same event has the same bytes, in whatever order its fields came."""
    try:
        return orjson.dumps(member, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError):  # lone surrogates
        return repr(sorted(member.items(), key=lambda pair: str(pair[0]))).encode("utf-8", "backslashreplace")


def _kind(member: dict[str, Any]) -> EventKind:
    said = member.get("event")
    if said == "bounce" and member.get("type") == "blocked":
        return EventKind.BLOCKED
    try:
        return EventKind(said)
    except ValueError:
        raise Unreadable("unknown-kind") from None


def _moment(value: Any, received_at: dt.datetime) -> dt.datetime:
    """When it happened; not later than it was told, whatever a clock elsewhere says."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable("no-moment")
    try:
        moment = dt.datetime.fromtimestamp(int(value), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable("no-moment") from None
    if moment < _FIRST:
        raise Unreadable("no-moment")
    return min(moment, received_at)


def _small(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 10_000 else 0


def _line(value: Any, most: int) -> str:
    """Text that every database keeps: no NUL, no lone surrogate."""
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode()[:most].strip()
