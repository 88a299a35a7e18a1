"""People: made, invited, changed, disabled; their own password and preferences."""

import datetime as dt
from typing import Any

from crm.accounts import emails, passwords, queries, throttle
from crm.accounts.models import Density, Language, Theme, User, UserSession
from crm.accounts.permissions import RANK, Role
from crm.accounts.service import acts
from crm.accounts.service.links import invite, void_links
from crm.accounts.service.sessions import TooManyTries, WrongPassword, end_sessions
from crm.accounts.throttle import Limits
from crm.core import scope as scopes
from crm.core import text, transaction
from crm.core.clock import now
from crm.core.db import db
from crm.offices.models import Office


class EmailTaken(ValueError):
    """Another account has this address."""


class AboveOwnRole(Exception):
    """Nobody gives a role above their own, or changes somebody whose role is above their own."""


class LastAdministrator(Exception):
    """Nobody else could administer this office."""


def create_user(
    email: str,
    *,
    name: str,
    role: Role,
    office: Office,
    by: User | None,
    post: str = "",
    password_hash: str | None = None,
    language: Language = Language.INDONESIAN,
) -> User:
    """Add an account. Without a password nobody can sign in to it yet. Raises BadEmail, EmailTaken, AboveOwnRole, OutOfScope."""
    address = emails.checked(email)
    _check_office(office)
    _check_ceiling(by, role)
    if queries.is_email_taken(address):
        raise EmailTaken(address)
    user = User(
        email=address,
        name=text.one_line(text.storable(name)),
        post=text.one_line(text.storable(post)),
        role=role,
        office_id=office.id,
        password_hash=password_hash,
        language=language,
        created_at=now(),
    )
    db.session.add(user)
    acts.note("created", user, by=by, name=user.name, role=role, office=office.code)
    return user


def invite_user(email: str, *, name: str, post: str, role: Role, office: Office, lasts: dt.timedelta, by: User) -> User:
    """Add an account and send its owner a link to choose a password."""
    user = create_user(email, name=name, post=post, role=role, office=office, by=by, language=by.language)
    invite(user, lasts=lasts, by=by)
    return user


def change_user(user: User, *, email: str, name: str, post: str, role: Role, office: Office, by: User | None) -> None:
    """Change an account. Another address, role or office ends its sessions; another address also its open links.

    Raises BadEmail, EmailTaken, AboveOwnRole, LastAdministrator, OutOfScope.
    """
    address = emails.checked(email)
    _check_office(office)
    _check_ceiling(by, role, user)
    if queries.is_email_taken(address, except_id=user.id):
        raise EmailTaken(address)
    if user.role is Role.ADMINISTRATOR and (role is not Role.ADMINISTRATOR or office.id != user.office_id):
        _check_not_last(user)
    new = {"email": address, "name": text.one_line(text.storable(name)), "post": text.one_line(text.storable(post)), "role": role}
    changes = _apply(user, {**new, "office_id": office.id})
    if not changes:
        return
    if changes.keys() & {"email", "role", "office_id"}:
        end_sessions(user)
    if "email" in changes:
        void_links(user)
    acts.note("changed", user, by=by, changes=changes)


def disable_user(user: User, *, by: User | None) -> None:
    """Close an account: its sessions end with the next click. Raises AboveOwnRole, LastAdministrator."""
    _check_ceiling(by, user.role, user)
    if user.disabled_at is not None:
        return
    if user.role is Role.ADMINISTRATOR:
        _check_not_last(user)
    user.disabled_at = now()
    end_sessions(user)
    void_links(user)
    acts.note("disabled", user, by=by)


def enable_user(user: User, *, by: User | None) -> None:
    _check_ceiling(by, user.role, user)
    if user.disabled_at is not None:
        user.disabled_at = None
        acts.note("enabled", user, by=by)


def change_password(user: User, *, current: str, new: str, keep: UserSession | None, address: str, limits: Limits) -> None:
    """Change one's own password and end all other sessions. Raises WrongPassword, TooManyTries, passwords.TooManyAtOnce."""
    standing = throttle.standing(user.email, address, limits)
    if standing.paused_until is not None:
        raise TooManyTries(standing.paused_until)
    user_id, kept_hash, keep_id = user.id, user.password_hash, keep.id if keep is not None else None
    transaction.release()  # hashing takes a while, and nobody may wait for it
    if not passwords.matches(kept_hash, current):
        raise WrongPassword(standing.tries_left - 1)
    fresh_hash = passwords.make_hash(new)
    user = db.session.get_one(User, user_id, populate_existing=True)
    user.password_hash = fresh_hash
    void_links(user)
    end_sessions(user, keep_id=keep_id)
    acts.note("password-changed", user, by=user)


def change_own_details(user: User, *, name: str, post: str) -> None:
    """What a person may say about themselves: how they are called and what they do."""
    changes = _apply(user, {"name": text.one_line(text.storable(name)), "post": text.one_line(text.storable(post))})
    if changes:
        acts.note("changed", user, by=user, changes=changes)


def set_preferences(
    user: User, *, language: Language | None = None, theme: Theme | None = None, density: Density | None = None
) -> None:
    """Set what was given. Not recorded: it concerns nobody else."""
    user.language = language or user.language
    user.theme = theme or user.theme
    user.density = density or user.density


def record_denied(permission: str, *, user_id: int, route: str) -> None:
    """Write down that somebody asked for what their role may not do."""
    user = db.session.get(User, user_id)
    acts.note("denied", user, by=user, permission=permission, route=route)


def _apply(user: User, new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    changes = {key: (getattr(user, key), value) for key, value in new.items() if getattr(user, key) != value}
    for key, (_old, value) in changes.items():
        setattr(user, key, value)
    return changes


def _check_office(office: Office) -> None:
    """Accounts are global rows, which the guard lets pass: the wall stands here."""
    if not scopes.current().holds(office.id):
        raise scopes.OutOfScope(f"account in office {office.id}")


def _check_ceiling(by: User | None, role: Role, user: User | None = None) -> None:
    """Commands of the machine's owner (by=None) have no ceiling."""
    if by is None:
        return
    ceiling = RANK[by.role]
    if RANK[role] > ceiling or (user is not None and RANK[user.role] > ceiling):
        raise AboveOwnRole(role)


def _check_not_last(user: User) -> None:
    if not queries.lock_administrators_over(user):
        raise LastAdministrator(user.id)
