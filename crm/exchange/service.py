"""What the office does with imports: begin one, say what its files are, look at every row's fate, run it, cancel it."""

import hashlib
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from crm.accounts.models import User
from crm.activity import service as activity
from crm.core import settings, transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue
from crm.exchange.asker import Asker
from crm.exchange.models import Import, ImportFile, ImportRow, ImportState
from crm.exchange.profile import Profile
from crm.exchange.profile_format import profile_text
from crm.exchange.sniffing import Overrides

BLOCK = 1024 * 1024


class WrongState(Exception):
    """The import is not where this can be done: it runs already, is done, or was undone."""


class FileTooLarge(Exception):
    """Larger than MAX_IMPORT_BYTES."""


def create_import(profile: Profile, *, office_id: int, year: int | None, by: Asker) -> Import:
    made = Import(
        office_id=office_id, state=ImportState.DRAFT, profile_key=profile.key, profile=profile_text(profile), year=year,
        created_by_id=by.id, created_at=now(), counts={}, created={},
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    activity.record("import-begun", made, by=by, profile=profile.key)
    return made


def add_file(import_: Import, *, name: str, stream: IO[bytes]) -> ImportFile:
    """Keep a file of the import under a name of ours. Raises FileTooLarge, and then nothing is kept."""
    place = folder() / f"{secrets.token_hex(16)}{Path(name).suffix.lower()[:8]}"
    digest, size = hashlib.sha256(), 0
    try:
        with place.open("wb") as out:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > settings.get("MAX_IMPORT_BYTES"):
                    raise FileTooLarge(name)
                digest.update(block)
                out.write(block)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    position = len(import_.files)
    file = ImportFile(
        import_id=import_.id,
        position=position,
        name=Path(name).name[:200],
        path=place.name,
        byte_count=size,
        sha256=digest.hexdigest(),
        overrides={},
    )
    import_.files.append(file)
    db.session.flush()
    return file


def remove_file(import_: Import, file: ImportFile) -> None:
    """Let a file of an import go, before anything of it was written. Its bytes go when that is certain."""
    place = path_of(file)
    db.session.execute(sa.delete(ImportRow).where(ImportRow.file_id == file.id))  # fates that were worked out for it
    import_.files.remove(file)
    db.session.flush()
    transaction.on_commit(lambda: place.unlink(missing_ok=True))


def folder() -> Path:
    place = Path(str(settings.get("CRM_DATA"))) / "imports"
    place.mkdir(parents=True, exist_ok=True)
    return place


def path_of(file: ImportFile) -> Path:
    return folder() / file.path


def set_overrides(file: ImportFile, overrides: Overrides) -> None:
    """What a person said of the file's encoding, delimiter, line end, header row or sheet."""
    file.overrides = {name: value for name, value in asdict(overrides).items() if value is not None}


def set_profile(import_: Import, profile: Profile, *, year: int | None) -> None:
    """Raises WrongState once rows were written."""
    _expect(import_, ImportState.DRAFT, ImportState.PLANNED, ImportState.FAILED, ImportState.CANCELLED)
    import_.profile_key, import_.profile, import_.year = profile.key, profile_text(profile), year
    import_.state = ImportState.DRAFT


def start_planning(import_: Import, *, by: User) -> None:
    """Ask for every row's fate; nothing of it is written to the directory. Raises WrongState."""
    _expect_unwritten(import_)
    import_.state, import_.rows_done, import_.row_count, import_.error = ImportState.PLANNING, 0, None, ""
    enqueue("exchange.plan_import", import_id=import_.id)


def start(import_: Import, *, by: User) -> None:
    """Ask for the run. Raises WrongState for one that ran, also in part: its rows keep their identities until it is undone."""
    _expect_unwritten(import_)
    import_.state, import_.rows_done, import_.error = ImportState.RUNNING, 0, ""
    import_.created = {}  # what planning foresaw
    import_.started_at = now()
    activity.record("import-started", import_, by=by, files=[file.name for file in import_.files])
    enqueue("exchange.run_import", import_id=import_.id)


def cancel(import_: Import, *, by: User) -> None:
    """Stop after the present batch; what was written stays and can be undone."""
    _expect(import_, ImportState.PLANNING, ImportState.RUNNING)
    import_.state = ImportState.CANCELLED
    activity.record("import-cancelled", import_, by=by)


def _expect_unwritten(import_: Import) -> None:
    _expect(import_, ImportState.DRAFT, ImportState.PLANNED, ImportState.FAILED, ImportState.CANCELLED)
    if import_.started_at is not None:
        raise WrongState(import_.state.value)


def _expect(import_: Import, *states: ImportState) -> None:
    if import_.state not in states:
        raise WrongState(import_.state.value)
