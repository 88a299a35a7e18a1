"""Files of a record."""

from collections.abc import Sequence

import sqlalchemy as sa

from crm.core.db import db
from crm.files.models import StoredFile


def files_visible() -> sa.Select[StoredFile]:
    """Files of the offices in scope. Whether their subject may be seen is asked besides: see subjects.py."""
    return sa.select(StoredFile)


def files_of(kind: str, subject_id: int) -> Sequence[StoredFile]:
    of_subject = files_visible().where(StoredFile.subject_kind == kind, StoredFile.subject_id == subject_id)
    return db.session.scalars(of_subject.order_by(StoredFile.created_at, StoredFile.id)).all()
