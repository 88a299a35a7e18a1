"""Files of imports and exports that no row names: what killed requests, killed workers and undone transactions left behind."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crm.core.clock import now
from crm.core.db import db
from crm.exchange import exports, service
from crm.exchange.models import Export, ImportFile
from crm.files import disk

OLDER_THAN_SECONDS = 6 * 3600  # longer than any request or job that has written a file and not committed yet
PART = 400


def sweep() -> int:
    """Remove them, and give their number; not while a backup reads the files."""
    with disk.may_sweep() as may:
        return _sweep(service.folder(), ImportFile.path) + _sweep(exports.folder(), Export.path) if may else 0


def _sweep(folder: Path, column: Any) -> int:
    before = now().timestamp() - OLDER_THAN_SECONDS
    old = [place for place in folder.iterdir() if place.stat().st_mtime < before]
    gone = 0
    for start in range(0, len(old), PART):
        part = old[start : start + PART]
        named = set(db.session.scalars(sa.select(column).where(column.in_([place.name for place in part]))))
        gone += _remove(place for place in part if place.name not in named)
    return gone


def _remove(places: Iterable[Path]) -> int:
    gone = 0
    for place in places:
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)
        gone += 1
    return gone
