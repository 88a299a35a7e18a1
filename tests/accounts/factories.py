"""People for tests. Call them inside `with acting(...)`: they add to the session in force and flush."""

import datetime as dt
from typing import Any

from crm.accounts.models import Role, User
from crm.core.db import db
from crm.offices.models import Office
from tests.world import PASSWORD_HASH

MADE = dt.datetime(2026, 1, 5, 2, 0, tzinfo=dt.UTC)


def make_user(office: Office, *, role: Role = Role.OFFICER, email: str = "meidy.wongkarau@kanim.example", **fields: Any) -> User:
    """Somebody who can sign in with world.PASSWORD."""
    values = {"name": "Meidy Wongkarau", "password_hash": PASSWORD_HASH, "created_at": MADE, **fields}
    user = User(email=email, role=role, office_id=office.id, **values)
    db.session.add(user)
    db.session.flush()
    return user
