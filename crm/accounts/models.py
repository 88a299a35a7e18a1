"""People who sign in, their sessions, one-time links and tries."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.permissions import Role, permissions_of
from crm.core.access import Permission
from crm.core.db import Model
from crm.core.types import BigId, UtcDateTime, enum_check, enum_column
from crm.offices.models import Office


class Language(StrEnum):
    INDONESIAN = "id"
    ENGLISH = "en"


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class User(Model):
    """A member of staff. Global for foreign keys (anybody may have written anything); lists go through `users_visible_to`."""

    __tablename__ = "users"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254), unique=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(150))
    post: orm.Mapped[str] = orm.mapped_column(sa.String(150), default="")
    role: orm.Mapped[Role] = orm.mapped_column(enum_column(Role))
    office_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("offices.id"), index=True)
    password_hash: orm.Mapped[str | None] = orm.mapped_column(sa.String(200))
    language: orm.Mapped[Language] = orm.mapped_column(enum_column(Language), default=Language.INDONESIAN)
    theme: orm.Mapped[Theme] = orm.mapped_column(enum_column(Theme), default=Theme.AUTO)
    density: orm.Mapped[Density] = orm.mapped_column(enum_column(Density), default=Density.COMFORTABLE)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    disabled_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    last_seen_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    version: orm.Mapped[int] = orm.mapped_column(default=1)

    __table_args__ = (
        enum_check("role", Role),
        enum_check("language", Language),
        enum_check("theme", Theme),
        enum_check("density", Density),
    )
    __mapper_args__ = {"version_id_col": version}

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def may(self, permission: Permission) -> bool:
        return self.is_active and permission in permissions_of(self.role)


class UserSession(Model):
    """A browser that is signed in. The cookie holds the token, this row only its hash."""

    __tablename__ = "user_sessions"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    last_seen_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    expires_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    revoked_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    address: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")
    agent: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    # The office that the switcher narrows this session to; empty means the home office and all below.
    office_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("offices.id"))

    user: orm.Mapped[User] = orm.relationship()


class LinkPurpose(StrEnum):
    RESET = "reset"
    INVITATION = "invitation"


class AccountLink(Model):
    """A one-time link sent by mail; only its hash is kept, and only the newest of a purpose works."""

    __tablename__ = "account_links"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    purpose: orm.Mapped[LinkPurpose] = orm.mapped_column(enum_column(LinkPurpose))
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    expires_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    used_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    __table_args__ = (enum_check("purpose", LinkPurpose),)
    user: orm.Mapped[User] = orm.relationship()


class SignInAttempt(Model):
    """A try to sign in, for throttling. The account is a hash of what was typed: it may not exist."""

    __tablename__ = "sign_in_attempts"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    account_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    address: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    succeeded: orm.Mapped[bool]

    __table_args__ = (
        sa.Index("ix_sign_in_attempts_account", "account_hash", "at"),
        sa.Index("ix_sign_in_attempts_address", "address", "at"),
    )


__all__ = ["AccountLink", "Density", "Language", "LinkPurpose", "Office", "Role", "SignInAttempt", "Theme", "User", "UserSession"]
