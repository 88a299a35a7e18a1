"""Whether this installation may send: a copy of its database that is started elsewhere must not send the same mail again.

The data folder holds an id, and the database the ids that send. A copy of the database meets another folder, or an empty one.
"""

import contextlib
import os
import uuid
from pathlib import Path

import sqlalchemy as sa

from crm.core import settings
from crm.core.clock import now
from crm.core.db import db
from crm.mail.models import Instance

FILE = "installation-id.txt"


def may_send() -> bool:
    """Whether the id of this data folder is one that the database knows. The first to ask in a fresh database becomes known."""
    known = set(db.session.scalars(sa.select(Instance.id)))
    if not known:
        confirm(only=False)
        return True
    return own_id() in known


def is_known() -> bool:
    """As `may_send`, for a page that only looks: a database that nobody sent from yet waits for the first."""
    known = set(db.session.scalars(sa.select(Instance.id)))
    return not known or own_id() in known


def confirm(*, only: bool) -> None:
    """A person says that this installation sends: instead of those before (`only`: the office moved), or beside them (one more machine)."""
    mine = own_id() or _make_id()
    if only:
        db.session.execute(sa.delete(Instance).where(Instance.id != mine))
    if db.session.get(Instance, mine) is None:
        db.session.add(Instance(id=mine, claimed_at=now()))
        db.session.flush()


def own_id() -> str | None:
    with contextlib.suppress(OSError):
        return _place().read_text().strip()[:36] or None
    return None


def _make_id() -> str:
    """Written by whoever comes first; the others read what that one wrote."""
    made = str(uuid.uuid4())
    _place().parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(_place(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(made)
            out.flush()
            os.fsync(out.fileno())
    return own_id() or made


def _place() -> Path:
    return Path(str(settings.get("CRM_DATA"))) / FILE
