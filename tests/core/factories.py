"""`saved`: the one line under every factory."""

from typing import TypeVar

from crm.core.db import db

T = TypeVar("T")


def saved(row: T) -> T:
    """Put a row into the unit of the test and give it its id."""
    db.session.add(row)
    db.session.flush()
    return row
