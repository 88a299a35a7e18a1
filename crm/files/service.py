"""Taking files in and letting them go. A file is judged and on the disk before its row is written; a row that is not kept takes it along."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event, orm

from crm.activity import service as activity
from crm.activity.service import Actor
from crm.core import settings
from crm.core.clock import now
from crm.core.db import db
from crm.files import content, disk, names
from crm.files.models import StoredFile
from crm.files.refusals import FileRefused, Refusal

if TYPE_CHECKING:
    from crm.files.pictures import Frame

__all__ = ["FileRefused", "Refusal", "ReceivedFile", "attach", "discard", "receive", "remove", "remove_all_of", "store", "sweep"]

NEW = "new_files"
SWEEP_AFTER_SECONDS = 3600  # longer than any request or job that has stored a file and not committed yet


@dataclass(frozen=True)
class ReceivedFile:
    """A file that was judged and lies in its place, without a row yet."""

    key: str
    name: str
    media_type: str
    byte_count: int
    sha256: str


def store(stream: IO[bytes], *, shown_name: str | None, subject: Any, by: Actor) -> StoredFile:
    """Take a file in and hang it on a record. Raises FileRefused; OSError (ENOSPC) when the disk is full, with nothing left behind.

    Reading and redrawing take a while: where a form brings files, `receive` them before the transaction writes, then `attach`.
    """
    return attach(receive(stream, shown_name=shown_name), subject=subject, by=by)


def receive(stream: IO[bytes], *, shown_name: str | None, fits: "Frame | None" = None) -> ReceivedFile:
    """Judge a file and put it into its place. It goes again unless a row of it is committed. Raises FileRefused.

    A picture is made to fit `fits`.
    """
    name = names.clean_name(shown_name)
    kind = content.kind_of(names.ending_of(name))
    most = settings.get("MAX_FILE_BYTES")
    with disk.waiting_place() as path, disk.waiting_place() as redrawn:
        disk.receive(stream, path, most=most)
        content.check(kind, path)
        if kind in content.PICTURES:
            from crm.files import pictures  # noqa: PLC0415 - loaded by who needs it: 5 MB of every process otherwise

            drawn = pictures.redraw(kind, path, redrawn, fits)
            name, kind = names.with_ending(name, drawn) if drawn != kind else name, drawn
            redrawn.replace(path)
        received = ReceivedFile(
            key="", name=name, media_type=content.MEDIA_TYPES[kind], byte_count=path.stat().st_size, sha256=disk.digest(path)
        )
        key = disk.keep(path)
    db.session().info.setdefault(NEW, set()).add(key)
    return ReceivedFile(**{**received.__dict__, "key": key})


def attach(received: ReceivedFile, *, subject: Any, by: Actor) -> StoredFile:
    """Hang a received file on a record of an office, in the caller's transaction."""
    stored = keep(received, subject=subject, by=by)
    activity.record("file-added", subject, by=by, file=received.name, sha256=received.sha256)
    return stored


def keep(received: ReceivedFile, *, subject: Any, by: Actor | None = None) -> StoredFile:
    """The row of a received file, without a word in the record: for what no person added (`by` is None)."""
    kind, subject_id = activity.identity_of(subject)
    stored = StoredFile(
        office_id=subject.office_id,
        subject_kind=kind,
        subject_id=subject_id,
        name=received.name,
        media_type=received.media_type,
        byte_count=received.byte_count,
        sha256=received.sha256,
        storage_key=received.key,
        uploaded_by_id=by.id if by else None,
        uploaded_by_name=by.name if by else "",
        created_at=now(),
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def discard(received: Iterable[ReceivedFile]) -> None:
    """Let received files go: the form that brought them needs another look."""
    for each in received:
        disk.remove(each.key)
        db.session().info.get(NEW, set()).discard(each.key)


def remove(stored: StoredFile, *, subject: Any, by: Actor) -> None:
    """Take a file off its record. Its bytes go with the next sweep."""
    activity.record("file-removed", subject, by=by, file=stored.name, sha256=stored.sha256)
    db.session.delete(stored)


def remove_all_of(kind: str, subject_id: int) -> None:
    """Take off all files of a record that goes."""
    for stored in db.session.scalars(
        sa.select(StoredFile).where(StoredFile.subject_kind == kind, StoredFile.subject_id == subject_id)
    ):
        db.session.delete(stored)


def sweep() -> int:
    """Remove stored files that no row names, and what killed uploads left; not while a backup reads them. Give their number."""
    with disk.may_sweep() as may:
        return _sweep(now().timestamp() - SWEEP_AFTER_SECONDS) if may else 0


def _sweep(before: float) -> int:
    disk.remove_waiting_before(before)
    gone = 0
    for keys in disk.keys_older_than(before):
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            named = set(db.session.scalars(sa.select(StoredFile.storage_key).where(StoredFile.storage_key.in_(part))))
            for key in set(part) - named:
                disk.remove(key)
                gone += 1
    return gone


@event.listens_for(orm.Session, "after_commit")
def _keep_new(session: orm.Session) -> None:
    """Their rows are kept now. One that was received and never attached is for the sweep."""
    session.info.pop(NEW, None)


@event.listens_for(orm.Session, "after_rollback")
def _remove_new(session: orm.Session) -> None:
    for key in session.info.pop(NEW, ()):
        disk.remove(key)
