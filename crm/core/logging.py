"""Log lines: one JSON object each, events with fields, never a person's name or address."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _one_line(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """A user agent or file name must not forge a second line or colour a terminal."""
    return {
        key: _CONTROL.sub(" ", value)[:2000] if isinstance(value, str) and key != "exception" else value
        for key, value in event.items()
    }


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
        # Looked up for each line: a command under test, or a supervisor, may have put another stream there and closed it since.
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
