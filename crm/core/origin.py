"""Where the present work came from: the browser's address and the number of the request. For the activity record, never for log lines."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    address: str = ""
    request_id: str = ""


_NOWHERE = Origin()
_current: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)


def current() -> Origin:
    """The origin of the request, or an empty one in jobs and commands."""
    return _current.get()


def start(origin: Origin = _NOWHERE) -> None:
    _current.set(origin)
