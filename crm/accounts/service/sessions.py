"""Signing in and out, and the sessions of browsers."""

import datetime as dt
import math
from dataclasses import dataclass

import sqlalchemy as sa

from crm.accounts import passwords, queries, throttle
from crm.accounts.models import Office, User, UserSession
from crm.accounts.service import acts
from crm.accounts.throttle import Limits
from crm.accounts.viewer import mark_seen
from crm.activity.service import Actor
from crm.core import tokens, transaction
from crm.core.clock import now
from crm.core.db import db


class WrongPassword(Exception):
    """E-mail and password don't belong together; nobody learns which of them is wrong."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class TooManyTries(Exception):
    """A pause for this account or this address. The right password does not end it."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(until)
        self.until = until

    @property
    def seconds(self) -> int:
        return max(1, math.ceil((self.until - now()).total_seconds()))


@dataclass(frozen=True)
class SignedIn:
    user: User
    session: UserSession
    token: str


def sign_in(email: str, password: str, *, address: str, agent: str, limits: Limits, lifetime: dt.timedelta) -> SignedIn:
    """Check the password and open a session under a new token. Raises WrongPassword, TooManyTries, passwords.TooManyAtOnce.

    The caller notes the failure with `note_failed_sign_in`: it must outlive the refused request.
    """
    standing = throttle.standing(email, address, limits)
    if standing.paused_until is not None:
        raise TooManyTries(standing.paused_until)
    found = queries.user_by_email(email)
    user_id, kept_hash = (found.id, found.password_hash) if found is not None and found.is_active else (0, None)
    transaction.release()  # hashing takes a while, and nobody may wait for it
    if not passwords.matches(kept_hash, password):
        raise WrongPassword(standing.tries_left - 1)
    fresh_hash = passwords.make_hash(password) if passwords.needs_rehash(kept_hash or "") else kept_hash
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None or not user.is_active or user.password_hash != kept_hash:
        raise WrongPassword(standing.tries_left - 1)  # disabled, or the password was changed, while we were hashing
    user.password_hash = fresh_hash
    throttle.note(email, address, succeeded=True)
    opened = _open_session(user, address=address, agent=agent, lifetime=lifetime)
    acts.note("signed-in", user, by=user)
    return opened


def _open_session(user: User, *, address: str, agent: str, lifetime: dt.timedelta) -> SignedIn:
    token, moment = tokens.make(), now()
    session = UserSession(
        token_hash=tokens.digest(token),
        user_id=user.id,
        created_at=moment,
        last_seen_at=moment,
        expires_at=moment + lifetime,
        address=address[:64],
        agent=agent[:300],
    )
    db.session.add(session)
    db.session.flush()
    mark_seen(session.id, user.id)  # not through the row: being seen is no new version of an account
    return SignedIn(user, session, token)


def note_failed_sign_in(email: str, address: str, *, limits: Limits) -> None:
    """Count a failure; at the one that begins a pause, leave an alert in the record."""
    throttle.note(email, address, succeeded=False)
    user = queries.user_by_email(email)
    acts.note("sign-in-failed", user, by=None)
    if throttle.standing(email, address, limits).paused_until is not None:
        acts.note("sign-in-paused", user, by=None)


def sign_out(session: UserSession, *, by: User) -> None:
    session.revoked_at = session.revoked_at or now()
    acts.note("signed-out", by, by=by)


def end_session(session: UserSession, *, by: User) -> None:
    """End another browser's session."""
    if session.revoked_at is None:
        session.revoked_at = now()
        acts.note("session-ended", by, by=by, started=session.created_at)


def end_other_sessions(user: User, *, keep: UserSession, by: User) -> int:
    """End all sessions of a person but this one; say how many."""
    ended = end_sessions(user, keep_id=keep.id)
    if ended:
        acts.note("sessions-ended", user, by=by, count=ended)
    return ended


def sign_out_user(user: User, *, by: User) -> int:
    """End every session of a colleague; say how many."""
    ended = end_sessions(user)
    acts.note("sessions-ended", user, by=by, count=ended)
    return ended


def end_sessions(user: User, *, keep_id: int | None = None) -> int:
    """End the sessions of a person at once: after a new password, another role, or when the account is disabled."""
    ending = sa.update(UserSession).where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None))
    if keep_id is not None:
        ending = ending.where(UserSession.id != keep_id)
    result = db.session.execute(ending.values(revoked_at=now()), execution_options={"synchronize_session": "fetch"})
    return result.rowcount  # type: ignore[attr-defined]


def narrow_session(session: UserSession, *, to: Office | None, by: Actor) -> None:
    """Show this browser only one of its offices and what is below; None shows all again."""
    session.office_id = to.id if to is not None and to.id != by.office_id else None
