"""Organizations, their regions and posts."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.scope import OfficeScoped
from crm.core.types import BigId, enum_column
from crm.stakeholders.models.base import COMBINE, MOVE, REFUSE, Stakeholder, StakeholderKind


class Category(StrEnum):
    PARTNER_AGENCY = "partner-agency"
    MEDIA = "media"
    COMMUNITY_GROUP = "community-group"
    BUSINESS = "business"
    ACADEMIA = "academia"
    OWN_UNIT = "own-unit"


class RegionKind(StrEnum):
    PROVINCE = "province"
    REGENCY = "regency"
    CITY = "city"
    DISTRICT = "district"
    COUNTRY = "country"
    OTHER = "other"


class Region(Model):
    """A place of the administrative list, by its official code; Kota and Kabupaten of one name are two regions."""

    __tablename__ = "regions"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    code: orm.Mapped[str] = orm.mapped_column(sa.String(20), unique=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120), index=True)
    kind: orm.Mapped[RegionKind] = orm.mapped_column(enum_column(RegionKind))
    parent_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("regions.id"), index=True)


class Organization(Stakeholder):
    __tablename__ = "organizations"
    __mapper_args__ = {"polymorphic_identity": StakeholderKind.ORGANIZATION}

    id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), primary_key=True, info=REFUSE)
    category: orm.Mapped[Category] = orm.mapped_column(enum_column(Category), index=True)
    parent_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("organizations.id"), index=True, info=MOVE)
    region_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("regions.id"), index=True)
    address: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")
    website: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")

    region: orm.Mapped[Region | None] = orm.relationship()
    parent: orm.Mapped["Organization | None"] = orm.relationship(foreign_keys=[parent_id], remote_side=[id])


class Position(OfficeScoped, Model):
    """A post in an organization. It is a record of its own: its history stays when its holder changes."""

    __tablename__ = "positions"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    organization_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), index=True, info=COMBINE)
    title: orm.Mapped[str] = orm.mapped_column(sa.String(150))
    title_match: orm.Mapped[str] = orm.mapped_column(sa.String(150))
    rank: orm.Mapped[int | None]

    __table_args__ = (sa.UniqueConstraint("organization_id", "office_id", "title_match"),)
