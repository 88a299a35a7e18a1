"""People and the posts they hold."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.scope import OfficeScoped
from crm.core.types import BigId, UtcDateTime, enum_column
from crm.stakeholders.models.base import COMBINE, REFUSE, Stakeholder, StakeholderKind
from crm.stakeholders.models.organizations import Position


class PreferredChannel(StrEnum):
    CALL = "call"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"


class Person(Stakeholder):
    """A person. The name is one string; a one-word name is complete. Private: birth date, home address, private contact points and note."""

    __tablename__ = "people"
    __mapper_args__ = {"polymorphic_identity": StakeholderKind.PERSON}

    id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), primary_key=True, info=REFUSE)
    titles_before: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    titles_after: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    salutation: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    called: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    preferred_channel: orm.Mapped[PreferredChannel | None] = orm.mapped_column(enum_column(PreferredChannel))
    preferred_language: orm.Mapped[str] = orm.mapped_column(sa.String(10), default="")
    beat: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    do_not_contact_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    do_not_contact_reason: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    birth_on: orm.Mapped[dt.date | None]
    home_address: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index(  # few, and asked for by every list of who was not contacted
            "ix_people_do_not_contact",
            "id",
            postgresql_where=sa.text("do_not_contact_at IS NOT NULL"),
            sqlite_where=sa.text("do_not_contact_at IS NOT NULL"),
        ),
    )

    @property
    def full_name(self) -> str:
        """`Dr. Ratnaningsih Wulandari, S.H., M.Si.`, as on letters and lists of invitees."""
        before = f"{self.titles_before} " if self.titles_before else ""
        return f"{before}{self.name}{', ' + self.titles_after if self.titles_after else ''}"

    @property
    def must_not_be_contacted(self) -> bool:
        return self.do_not_contact_at is not None


class Affiliation(OfficeScoped, Model):
    """A person's time in an organization, with or without a named post. `until_on` is the last day; empty means still."""

    __tablename__ = "affiliations"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    person_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), info=COMBINE)
    organization_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), info=COMBINE)
    position_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("positions.id"), index=True)
    from_on: orm.Mapped[dt.date | None]
    until_on: orm.Mapped[dt.date | None]
    is_main: orm.Mapped[bool] = orm.mapped_column(default=True)

    person: orm.Mapped[Person] = orm.relationship(foreign_keys=[person_id])
    organization: orm.Mapped[Stakeholder] = orm.relationship(foreign_keys=[organization_id])
    position: orm.Mapped[Position | None] = orm.relationship()

    __table_args__ = (
        sa.Index("ix_affiliations_person", "person_id", "until_on"),
        sa.Index("ix_affiliations_organization", "organization_id", "until_on"),
    )

    def holds_on(self, day: dt.date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day <= self.until_on)
