"""Handing out a file that was written for this answer alone: it is closed whatever becomes of the answer."""

import contextlib
from collections.abc import Iterator
from typing import IO, Any

from flask import Response

PIECE = 64 * 1024


@contextlib.contextmanager
def closed_on_failure(out: Any) -> Iterator[Any]:
    """While it is being written: whoever fails leaves no open file behind."""
    try:
        yield out
    except BaseException:
        out.close()
        raise


def csv_file(source: IO[bytes], name: str) -> Response:
    """The whole of a file as a CSV download, piece by piece."""
    source.seek(0)
    response = Response(_pieces(source), mimetype="text/csv")
    response.call_on_close(source.close)  # also where nobody reads it: for HEAD, or when the connection breaks
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    """It closes with the last one, or when nobody wants the rest."""
    with source:
        while piece := source.read(PIECE):
            yield piece
