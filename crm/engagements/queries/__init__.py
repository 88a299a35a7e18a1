"""Questions about engagements of all kinds."""

from collections.abc import Sequence

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core.db import db
from crm.engagements.models import Engagement, Program


def engagements_visible_to(_user: User) -> sa.Select[Engagement]:
    """Those of the offices in scope; the scope criteria add the offices, the name says who asks."""
    return sa.select(Engagement)


def programs() -> Sequence[Program]:
    """Programs in use in the offices in scope, by name."""
    return db.session.scalars(sa.select(Program).where(Program.archived_at.is_(None)).order_by(Program.name).limit(400)).all()
