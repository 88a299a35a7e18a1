"""Bodies that are no forms: read as they came, before any lock is taken, so that a slow sender holds up nobody."""

from flask import g, request
from werkzeug.exceptions import RequestEntityTooLarge

PATIENCE = 2.0  # seconds that a program waits among the writers: told to come back, it comes back much later
_PIECE = 256 * 1024
_MOST_THROWN_AWAY = 64 * 1024 * 1024


def read(most_bytes: int) -> None:
    """Take the body of this request; one that is larger is thrown away, and `raw()` gives None."""
    g.raw_body = None
    request.max_content_length = None
    if (request.content_length or 0) > most_bytes:
        _throw_away()
        return
    request.max_content_length = most_bytes
    try:
        g.raw_body = request.get_data(cache=False)
    except RequestEntityTooLarge:  # sent in chunks, without saying how much
        return


def is_raw() -> bool:
    return "raw_body" in g


def raw() -> bytes | None:
    """The body; None when it was too large."""
    return g.raw_body


def _throw_away() -> None:
    """Read to the end, within reason: a sender that is answered in the middle of its body takes that for a broken line."""
    left = _MOST_THROWN_AWAY
    while left > 0 and (piece := request.stream.read(_PIECE)):
        left -= len(piece)
