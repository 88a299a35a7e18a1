"""Log lines: one JSON object each, events with fields, never a person's name or address."""

import logging
import re
import sys
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _one_line(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """A user agent or file name must not forge a second line or colour a terminal."""
    return {
        key: _CONTROL.sub(" ", value)[:2000] if isinstance(value, str) and key != "exception" else value
        for key, value in event.items()
    }


class _ToStandardError:
    """Writes whole lines. Where nothing more fits, a line is lost and never the answer that it belongs to.

    The stream is looked up for each line: a command under test, or a supervisor, may have put another one there and closed it since.
    """

    _one_at_a_time = threading.Lock()

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError), self._one_at_a_time:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = exception = msg


def set_up(level: str = "INFO") -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _one_line,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level, logging.INFO)),
        logger_factory=lambda *_names: _ToStandardError(),
        cache_logger_on_first_use=False,
    )
