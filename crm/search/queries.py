"""Topics by what is being typed: they are few and stand in no search index."""

from collections.abc import Sequence

import sqlalchemy as sa

from crm.core import text as texts
from crm.core.db import db
from crm.stakeholders.models import Topic


def topics_like(typed: str, limit: int = 8) -> Sequence[Topic]:
    """Topics one of whose words begins with what was typed; names that begin with it first."""
    key = texts.name_key(typed)
    if not key:
        return []
    begins = Topic.name_match.startswith(key, autoescape=True)
    inside = Topic.name_match.contains(f" {key}", autoescape=True)
    found = sa.select(Topic).where(Topic.archived_at.is_(None), sa.or_(begins, inside))
    return db.session.scalars(found.order_by(sa.case((begins, 0), else_=1), Topic.name_match).limit(limit)).all()
