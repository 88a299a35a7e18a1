"""A coordination meeting: for now the record that it took place."""

import sqlalchemy as sa
from sqlalchemy import orm

from crm.engagements.models import Engagement


class Meeting(Engagement):
    __tablename__ = "meetings"
    __mapper_args__ = {"polymorphic_identity": "meeting"}

    id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("engagements.id"), primary_key=True)
    place: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    # Our side as the source words it: roles, honorific and name.
    host_text: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
