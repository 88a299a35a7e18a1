"""Questions about people who sign in."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.emails import normal
from crm.accounts.models import AccountLink, LinkPurpose, Office, User, UserSession
from crm.accounts.permissions import Role, permissions_of
from crm.core import scope as scopes
from crm.core import tokens
from crm.core.access import Permission
from crm.core.clock import now
from crm.core.db import db


def users_visible() -> sa.Select[User]:
    """People of the offices in scope. Users are global rows for foreign keys, so the limit stands here."""
    ids = scopes.current().office_ids
    found = sa.select(User).order_by(User.name, User.id)
    return found if ids is None else found.where(User.office_id.in_(sorted(ids)))


def colleagues() -> Sequence[User]:
    """Active people of the offices in scope, by name: who can own a stakeholder or a follow-up."""
    return db.session.scalars(users_visible().where(User.disabled_at.is_(None))).all()


def users_with_offices(*, words: str = "", with_disabled: bool = False) -> Sequence[tuple[User, Office]]:
    """The list of people: each with their office; filtered by a part of name or e-mail."""
    found = users_visible().add_columns(Office).join(Office, Office.id == User.office_id)
    if not with_disabled:
        found = found.where(User.disabled_at.is_(None))
    if words:
        part = words.lower()
        has_part = [sa.func.lower(column).contains(part, autoescape=True) for column in (User.name, User.email, User.post)]
        found = found.where(sa.or_(*has_part))
    return [(user, office) for user, office in db.session.execute(found)]


def user_by_email(email: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.email == normal(email)))


def is_email_taken(email: str, *, except_id: int | None = None) -> bool:
    found = db.session.scalar(sa.select(User.id).where(User.email == normal(email)))
    return found is not None and found != except_id


def has_users() -> bool:
    return db.session.scalar(sa.select(User.id).limit(1)) is not None


def open_sessions_of(user: User, *, idle: dt.timedelta) -> Sequence[UserSession]:
    """Browsers that are signed in as this person now, the latest first."""
    moment = now()
    found = sa.select(UserSession).where(
        UserSession.user_id == user.id,
        UserSession.revoked_at.is_(None),
        UserSession.expires_at > moment,
        UserSession.last_seen_at > moment - idle,
    )
    return db.session.scalars(found.order_by(UserSession.last_seen_at.desc(), UserSession.id)).all()


def sessions_of(user: User) -> sa.Select[UserSession]:
    return sa.select(UserSession).where(UserSession.user_id == user.id)


def link_of(token: str, purpose: LinkPurpose) -> AccountLink | None:
    """The link of a token if it still works: unused, in time, the newest of its kind, for the same address, of an active account."""
    found = db.session.scalar(
        sa.select(AccountLink)
        .join(User)
        .options(orm.contains_eager(AccountLink.user))
        .where(AccountLink.token_hash == tokens.digest(token), AccountLink.purpose == purpose)
        .where(AccountLink.used_at.is_(None), AccountLink.expires_at > now())
        .where(User.disabled_at.is_(None), User.email == AccountLink.email)
    )
    newest = sa.select(sa.func.max(AccountLink.id))
    if (
        found is None
        or db.session.scalar(newest.where(AccountLink.user_id == found.user_id, AccountLink.purpose == purpose)) != found.id
    ):
        return None
    return found


def links_made_since(user: User, purpose: LinkPurpose, since: dt.datetime) -> int:
    wanted = sa.select(sa.func.count()).select_from(AccountLink)
    return (
        db.session.scalar(
            wanted.where(AccountLink.user_id == user.id, AccountLink.purpose == purpose, AccountLink.created_at > since)
        )
        or 0
    )


def holders_over(office_id: int, permission: Permission) -> list[list[User]]:
    """Who can sign in and holds a permission at an office, then at the one above it, up to the root. One list an office, by name."""
    upwards = _up_from(office_id, "who holds a permission over an office")[::-1]
    roles = [role for role in Role if permission in permissions_of(role)]
    able = sa.select(User).where(User.role.in_(roles), User.disabled_at.is_(None), User.password_hash.is_not(None))
    found = db.session.scalars(able.where(User.office_id.in_(upwards)).order_by(User.name, User.id)).all()
    return [[user for user in found if user.office_id == each] for each in upwards]


def has_office(user: User, office_id: int) -> bool:
    """Whether an office is the person's own or below it, as things are now: people move."""
    return user.office_id in _up_from(office_id, "whether somebody still has an office")


def _up_from(office_id: int, why: str) -> list[int]:
    """From the root down to the office itself."""
    with scopes.use(scopes.system_scope(why)):
        path = db.session.scalar(sa.select(Office.path).where(Office.id == office_id)) or "/"
    return [int(part) for part in path.strip("/").split("/") if part]


def lock_administrators_over(user: User) -> Sequence[User]:
    """Other administrators who can sign in and whose offices hold this person's office. Their rows stay locked: two can't resign at once."""
    above = _up_from(user.office_id, "who administers an office")
    wanted = sa.select(User).where(User.role == Role.ADMINISTRATOR, User.office_id.in_(above)).order_by(User.id).with_for_update()
    found = db.session.scalars(wanted, execution_options={"populate_existing": True}).all()
    return [other for other in found if other.id != user.id and other.is_active and other.password_hash is not None]
