"""Stored files: their rows and their bytes."""

from collections.abc import Iterator

import sqlalchemy as sa

from crm.cli.checks import check
from crm.core import clock
from crm.core.db import db
from crm.exchange.models import ImportFile
from crm.exchange.service import path_of
from crm.files import disk
from crm.files.models import StoredFile

ROWS = 500
SWEPT_WITHIN = 2 * 3600  # seconds: what killed uploads leave goes once an hour


@check(
    "Every stored file is on the disk, unchanged.",
    do="Take it out of a backup: unzip FILE.mitra 'files/*' and copy it to the same place in the data folder.",
)
def stored_files() -> Iterator[str]:
    for stored in db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id).execution_options(yield_per=ROWS)):
        place = disk.place_of(stored.storage_key)
        if not place.is_file():
            yield f"File {stored.id} of {stored.subject_kind} {stored.subject_id} is not on the disk."
        elif place.stat().st_size != stored.byte_count or disk.digest(place) != stored.sha256:
            yield f"File {stored.id} of {stored.subject_kind} {stored.subject_id} is not what was stored."


@check("No file lies on the disk without a record.", do="Start the job worker: it sweeps once an hour.")
def orphaned_files() -> Iterator[str]:
    for shelf in disk.keys_older_than(clock.now().timestamp() - SWEPT_WITHIN):
        for start in range(0, len(shelf), ROWS):
            part = shelf[start : start + ROWS]
            named = set(db.session.scalars(sa.select(StoredFile.storage_key).where(StoredFile.storage_key.in_(part))))
            for key in sorted(set(part) - named):
                yield f"{disk.place_of(key)} belongs to no record."


@check(
    "Every imported file is still there.",
    do="Take it out of a backup: unzip FILE.mitra 'imports/*'. Without it the import can't be read again.",
)
def import_files() -> Iterator[str]:
    for file in db.session.scalars(sa.select(ImportFile).order_by(ImportFile.id)):
        place = path_of(file)
        if not place.is_file() or place.stat().st_size != file.byte_count or disk.digest(place) != file.sha256:
            yield f"The file {file.position + 1} of import {file.import_id} is missing or changed."
