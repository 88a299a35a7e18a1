"""An event of a call proves that SendGrid took it."""

from collections.abc import Iterable

import sqlalchemy as sa

from crm.campaigns.models import Batch
from crm.core.clock import now
from crm.core.db import db


def seen(marks: Iterable[str]) -> None:
    """Note the moment when the first event of each call was read."""
    unseen = (
        sa.select(Batch.id).where(Batch.mark.in_(sorted(marks)), Batch.seen_at.is_(None)).order_by(Batch.id).with_for_update()
    )
    if ids := db.session.scalars(unseen).all():
        noted = sa.update(Batch).where(Batch.id.in_(ids)).values(seen_at=now())
        db.session.execute(noted.execution_options(synchronize_session=False))
