"""Acts on accounts, written into the record of the account's own office."""

from typing import Any

from crm.accounts.models import User
from crm.activity import service as activity
from crm.activity.service import Actor
from crm.core import scope as scopes
from crm.core.db import db


def note(
    verb: str, user: User | None, *, by: Actor | None, changes: dict[str, activity.Change] | None = None, **details: Any
) -> None:
    """Record it where the account belongs, whatever office the session is narrowed to, and also before anybody is signed in."""
    db.session.flush()  # what else is pending goes through the guard of the present scope, not of the next line's
    subject = user if user is not None else ("user", None)
    with scopes.use(scopes.system_scope("acts on an account belong to its office")):
        activity.record(verb, subject, by=by, changes=changes, **details)
        db.session.flush()
