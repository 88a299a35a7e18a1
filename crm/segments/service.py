"""What the office does with segments: save, change, freeze, archive."""

from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.activity import service as activity
from crm.core.clock import now
from crm.core.db import bulk_insert, db
from crm.engagements.service import check_version
from crm.segments import queries, trees
from crm.segments.models import Segment, SegmentMember
from crm.segments.trees import Tree

CHUNK = 5000


def create_segment(name: str, tree: Tree, *, is_static: bool, office_id: int, by: User) -> Segment:
    """Keep an audience. A static one takes in who is in it now. Raises WrongTree."""
    trees.check(tree)
    segment = Segment(name=name, tree=dict(tree), is_static=is_static, office_id=office_id, created_at=now(), created_by_id=by.id)
    db.session.add(segment)
    db.session.flush()
    activity.record("created", segment, by=by, name=name)
    if is_static:
        _freeze(segment)
    return segment


def change_segment(segment: Segment, name: str, tree: Tree, *, is_static: bool, seen_version: int, by: User) -> None:
    """Change name, conditions and kind; a static one is frozen anew. Raises StaleRecord and WrongTree."""
    check_version(segment, seen_version)
    trees.check(tree)
    before: dict[str, Any] = {"name": segment.name, "tree": segment.tree, "is_static": segment.is_static}
    segment.name, segment.tree, segment.is_static = name, dict(tree), is_static
    segment.frozen_at = None
    db.session.flush()
    activity.record_changes(segment, before=before, by=by)
    _forget_members(segment)
    if is_static:
        _freeze(segment)


def archive_segment(segment: Segment, *, by: User) -> None:
    """No longer offered; campaigns that use it go on using it."""
    if segment.archived_at is None:
        segment.archived_at = now()
        activity.record("archived", segment, by=by, name=segment.name)


def restore_segment(segment: Segment, *, by: User) -> None:
    if segment.archived_at is not None:
        segment.archived_at = None
        activity.record("restored", segment, by=by, name=segment.name)


def _freeze(segment: Segment) -> None:
    """Write down who is in it now, in the scope of who freezes it."""
    queries.make_room(segment.tree)
    found = db.session.scalars(queries.members(segment.tree, asked=queries.asked_now(segment.office_id))).all()
    for start in range(0, len(found), CHUNK):
        rows = [{"stakeholder_id": stakeholder_id} for stakeholder_id in found[start : start + CHUNK]]
        bulk_insert(SegmentMember, rows, {"segment_id": segment.id})
    segment.frozen_at = now()
    db.session.flush()


def _forget_members(segment: Segment) -> None:
    gone = sa.delete(SegmentMember).where(SegmentMember.segment_id == segment.id)
    db.session.execute(gone.execution_options(synchronize_session=False))
