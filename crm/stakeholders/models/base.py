"""The stakeholder: what organizations and people have in common."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import User
from crm.core import text
from crm.core.db import Model
from crm.core.scope import OfficeScoped, Scoped, offices_in_scope
from crm.core.types import BigId, UtcDateTime, enum_column
from crm.stakeholders import keys
from crm.stakeholders.keys import NameKind, StakeholderKind

MOVE, COMBINE, REFUSE = ({"on_merge": how} for how in ("move", "combine", "refuse"))


# Byte order on both databases: a page ends and the next begins at the same name, and equal keys are found by the index alone.
PlainText = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


class Stakeholder(OfficeScoped, Model):
    """An organization or a person. Lists read only this table; details are in the table of the kind."""

    __tablename__ = "stakeholders"
    # Fields whose values never go into the history, only that they changed (see activity/service.py).
    private_fields = frozenset({"private_contacts", "private_note", "birth_on", "home_address"})

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    kind: orm.Mapped[StakeholderKind] = orm.mapped_column(enum_column(StakeholderKind))
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    name_sort: orm.Mapped[str] = orm.mapped_column(PlainText)
    name_match: orm.Mapped[str] = orm.mapped_column(PlainText)
    is_shared: orm.Mapped[bool] = orm.mapped_column(default=False)
    owner_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    tier: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    influence: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    interest: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    note: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    private_note: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    archived_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    updated_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    version: orm.Mapped[int] = orm.mapped_column(default=1)

    __table_args__ = (
        # Lists: partial, because PostgreSQL does not take `archived_at IS NULL` for a constant when it looks for an order.
        # The last three for reports, which look at everybody of an office and at no row.
        sa.Index(
            "ix_stakeholders_office_name",
            "office_id",
            "name_sort",
            "id",
            "tier",
            "kind",
            "created_at",
            **_where("archived_at IS NULL"),
        ),
        sa.Index("ix_stakeholders_office_archived", "office_id", "archived_at", **_where("archived_at IS NOT NULL")),
        sa.Index(
            "ix_stakeholders_shared_name",
            "name_sort",
            "id",
            postgresql_where=sa.text("is_shared AND archived_at IS NULL"),
            sqlite_where=sa.text("is_shared = 1 AND archived_at IS NULL"),
        ),
        sa.Index("ix_stakeholders_office_match", "office_id", "name_match"),
        sa.Index(
            "ix_stakeholders_shared_match",
            "name_match",
            postgresql_where=sa.text("is_shared"),
            sqlite_where=sa.text("is_shared = 1"),
        ),
        sa.CheckConstraint("tier BETWEEN 1 AND 3", name="tier_known"),
        sa.CheckConstraint("influence BETWEEN 1 AND 5", name="influence_known"),
        sa.CheckConstraint("interest BETWEEN 1 AND 5", name="interest_known"),
    )
    __mapper_args__ = {"polymorphic_on": kind, "version_id_col": version}

    owner: orm.Mapped[User | None] = orm.relationship(foreign_keys=[owner_id])

    @classmethod
    def scope_criterion(cls) -> sa.ColumnElement[bool]:
        return sa.or_(cls.office_id.in_(offices_in_scope()), cls.is_shared.is_(True))

    @classmethod
    def write_criterion(cls) -> sa.ColumnElement[bool]:
        return cls.office_id.in_(offices_in_scope())

    @orm.validates("name")
    def _keep_keys(self, _key: str, name: str) -> str:
        self.name_sort, self.name_match = text.name_key(name), keys.name_match(self._mapper_kind(), name)
        return name

    @classmethod
    def _mapper_kind(cls) -> StakeholderKind:
        return sa.inspect(cls).polymorphic_identity or StakeholderKind.ORGANIZATION

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


def visible_part(owner: orm.InstrumentedAttribute[int], *, for_writing: bool = False) -> sa.ColumnElement[bool]:
    """The criterion of a table whose rows are parts of a stakeholder: seen where their stakeholder is seen."""
    whole = Stakeholder.__table__.alias("whole")
    own = whole.c.office_id.in_(offices_in_scope())
    seen = own if for_writing else sa.or_(own, whole.c.is_shared.is_(True))
    return sa.exists(sa.select(sa.literal(1)).select_from(whole).where(whole.c.id == owner, seen))


class StakeholderPart(Scoped):
    """A row that belongs to a stakeholder and is seen and changed with it."""

    part_of = "stakeholder_id"

    @orm.declared_attr
    @classmethod
    def stakeholder_id(cls) -> orm.Mapped[int]:
        return orm.mapped_column(sa.ForeignKey("stakeholders.id"), index=True, info=COMBINE)

    @classmethod
    def scope_criterion(cls) -> sa.ColumnElement[bool]:
        return visible_part(cls.stakeholder_id)

    @classmethod
    def write_criterion(cls) -> sa.ColumnElement[bool]:
        return visible_part(cls.stakeholder_id, for_writing=True)


class OtherName(StakeholderPart, Model):
    """Another name of a stakeholder: alias, abbreviation, former name, other spelling."""

    __tablename__ = "other_names"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    name_match: orm.Mapped[str] = orm.mapped_column(sa.String(200), index=True)
    kind: orm.Mapped[NameKind] = orm.mapped_column(enum_column(NameKind), default=NameKind.ALIAS)

    @orm.validates("name", "kind")
    def _keep_key(self, key: str, value: str) -> str:
        name, kind = (value, self.kind) if key == "name" else (self.name, value)
        if name:
            self.name_match = keys.other_name_match(NameKind(kind or NameKind.ALIAS), name)
        return value


class ContactKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    SOCIAL = "social"


class ContactPoint(StakeholderPart, Model):
    """A way to reach a stakeholder. `value` is normal form: lower-case address, E.164 number, handle or address of a profile."""

    __tablename__ = "contact_points"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    kind: orm.Mapped[ContactKind] = orm.mapped_column(enum_column(ContactKind))
    value: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    network: orm.Mapped[str] = orm.mapped_column(sa.String(30), default="")
    label: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    is_private: orm.Mapped[bool] = orm.mapped_column(default=False)
    has_whatsapp: orm.Mapped[bool] = orm.mapped_column(default=False)
    position: orm.Mapped[int] = orm.mapped_column(default=0)

    __table_args__ = (
        sa.Index("ix_contact_points_value", "kind", "value"),
        # The address that mail to many goes to, told from the index alone.
        sa.Index(
            "ix_contact_points_first",
            "stakeholder_id",
            "position",
            "id",
            "value",
            postgresql_where=sa.text("kind = 'email' AND is_private IS FALSE"),
            sqlite_where=sa.text("kind = 'email' AND is_private IS 0"),  # as SQLAlchemy writes it there, else it does not serve
        ),
    )


class Rating(StakeholderPart, Model):
    """Influence and interest as judged on a day: the history behind the present figures."""

    __tablename__ = "ratings"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    rated_on: orm.Mapped[dt.date]
    influence: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    interest: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    rated_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))


class Topic(Model):
    """What contacts are about; one list for all offices."""

    __tablename__ = "topics"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    name_match: orm.Mapped[str] = orm.mapped_column(sa.String(80), unique=True)
    archived_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    @orm.validates("name")
    def _keep_key(self, _key: str, name: str) -> str:
        self.name_match = text.name_key(name)
        return name


class Tag(Model):
    """A free mark for finding again; one list for all offices."""

    __tablename__ = "tags"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    name_match: orm.Mapped[str] = orm.mapped_column(sa.String(80), unique=True)

    @orm.validates("name")
    def _keep_key(self, _key: str, name: str) -> str:
        self.name_match = text.name_key(name)
        return name


class StakeholderTopic(StakeholderPart, Model):
    __tablename__ = "stakeholder_topics"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    topic_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("topics.id"), index=True)
    topic: orm.Mapped[Topic] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("stakeholder_id", "topic_id"),)


class StakeholderTag(StakeholderPart, Model):
    __tablename__ = "stakeholder_tags"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    tag_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("tags.id"), index=True)
    tag: orm.Mapped[Tag] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("stakeholder_id", "tag_id"),)


class RelationshipKind(StrEnum):
    COOPERATES = "cooperates"
    SUPERVISES = "supervises"
    MEMBER_OF = "member-of"
    COVERS = "covers"
    FAMILY = "family"
    OTHER = "other"


class StakeholderLink(OfficeScoped, Model):
    """A typed relationship from one stakeholder to another, as one office sees it."""

    __tablename__ = "stakeholder_links"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    from_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), index=True, info=COMBINE)
    to_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), index=True, info=COMBINE)
    kind: orm.Mapped[RelationshipKind] = orm.mapped_column(enum_column(RelationshipKind))
    note: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    created_at: orm.Mapped[Any] = orm.mapped_column(UtcDateTime)

    from_stakeholder: orm.Mapped[Stakeholder] = orm.relationship(foreign_keys=[from_id])
    to_stakeholder: orm.Mapped[Stakeholder] = orm.relationship(foreign_keys=[to_id])

    __table_args__ = (sa.UniqueConstraint("from_id", "to_id", "kind", "office_id"),)
