"""Who is looking: from the cookie's token to a session, a person and the offices that they see."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import User, UserSession
from crm.core import clock, tokens
from crm.core import scope as scopes
from crm.core.db import db
from crm.offices import queries as offices
from crm.offices.models import Office

SESSION_KEY = "session_token"  # in the signed cookie; the table holds only its hash
SEEN_AGAIN_AFTER = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Viewer:
    """A person of this request: the user row, the session row, the scope, and the zone of their office."""

    user: User
    session: UserSession
    scope: scopes.Scope
    zone: str
    offices: Sequence[Any]  # id, name, parent_id, path of the home office and all below it, in no order


_session_of_token = (
    sa.select(UserSession, Office.timezone)
    .join(User, UserSession.user_id == User.id)
    .join(Office, Office.id == User.office_id)
    .options(orm.contains_eager(UserSession.user))
    .where(UserSession.token_hash == sa.bindparam("token_hash"), UserSession.revoked_at.is_(None), User.disabled_at.is_(None))
)


def find(token: str | None, *, idle: dt.timedelta) -> Viewer | None:
    """The viewer of a token, or None when it is unknown, revoked, expired, idle too long, or of a disabled account."""
    if not token:
        return None
    with scopes.use(scopes.system_scope("find the session of a token")):
        found = db.session.execute(_session_of_token, {"token_hash": tokens.digest(token)}).first()
        if found is None:
            return None
        session, zone = found
        moment = clock.now()
        if session.expires_at <= moment or session.last_seen_at + idle <= moment:
            return None
        below = offices.subtree(session.user.office_id)
    return Viewer(session.user, session, _scope(session.user, below, session.office_id), zone, below)


def scope_of(user: User, *, narrowed_to: int | None = None) -> scopes.Scope:
    """The user's office and all below it; narrowed to one office of these and what is below that."""
    with scopes.use(scopes.system_scope("the offices of a user")):
        return _scope(user, offices.subtree(user.office_id), narrowed_to)


def _scope(user: User, below: Sequence[Any], narrowed_to: int | None) -> scopes.Scope:
    paths = {office.id: office.path for office in below}
    if narrowed_to not in paths:
        return scopes.Scope(user_id=user.id, office_ids=frozenset(paths), home_office_id=user.office_id)
    ids = frozenset(office_id for office_id, path in paths.items() if path.startswith(paths[narrowed_to]))
    return scopes.Scope(user_id=user.id, office_ids=ids, home_office_id=narrowed_to)


def scope_for_user_id(user_id: int) -> scopes.Scope | None:
    """For jobs: the scope of a user as it is now; None when the account is gone or disabled."""
    user = db.session.get(User, user_id)
    return scope_of(user) if user is not None and user.is_active else None


def needs_mark(session: UserSession) -> bool:
    """Whether last-seen is old enough to be written again."""
    return clock.now() - session.last_seen_at >= SEEN_AGAIN_AFTER


def mark_seen(session_id: int, user_id: int) -> None:
    moment = clock.now()
    db.session.execute(sa.update(UserSession).where(UserSession.id == session_id).values(last_seen_at=moment))
    db.session.execute(sa.update(User).where(User.id == user_id).values(last_seen_at=moment))
