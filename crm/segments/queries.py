"""Who is in a segment, and which segments there are.

A tree becomes one SQL criterion, each condition a set of ids that is read once. Where only a part of the stakeholders is asked, the sets
are narrowed to it: a look at each person by itself would leave the choice of index to luck.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core import clock, settings
from crm.core.db import db, is_sqlite, room_for_sets
from crm.offices.models import Office
from crm.segments import trees
from crm.segments.models import Segment, SegmentMember
from crm.segments.trees import Tree
from crm.stakeholders.asking import Asked
from crm.stakeholders.models import Stakeholder

# Says of a column of ids which of them are asked about: `lambda ids: ids.between(1, 20_000)`.
Narrow = Callable[[Any], sa.ColumnElement[bool]]
MOST_SEGMENTS = 500


def members(
    segment_or_tree: Segment | Tree, *, asked: Asked | None = None, narrow: Narrow | None = None
) -> sa.Select[*tuple[Any, ...]]:
    """Ids of the stakeholders in scope who are in it: of a frozen segment those that were kept, of any other those for whom its tree holds now.

    Who is archived is in no dynamic segment. Raises WrongTree for a tree that nothing of ours makes.
    """
    who = orm.aliased(Stakeholder, name="member")
    chosen = sa.select(who.id)
    if narrow is not None:
        chosen = chosen.where(narrow(who.id))
    if isinstance(segment_or_tree, Segment) and segment_or_tree.is_static:
        kept = SegmentMember.__table__
        return chosen.where(who.id.in_(sa.select(kept.c.stakeholder_id).where(kept.c.segment_id == segment_or_tree.id)))
    return chosen.where(who.archived_at.is_(None), holds(segment_or_tree, who, asked=asked, narrow=narrow))


def holds(
    segment_or_tree: Segment | Tree, who: Any, *, asked: Asked | None = None, narrow: Narrow | None = None
) -> sa.ColumnElement[bool]:
    """The criterion that a dynamic segment (or a tree) holds for these stakeholders; with `narrow` for those alone that it names."""
    tree = segment_or_tree.tree if isinstance(segment_or_tree, Segment) else segment_or_tree
    trees.check(tree)
    office_id = segment_or_tree.office_id if isinstance(segment_or_tree, Segment) else None
    return _group(tree, who, asked or asked_now(office_id), narrow)


def asked_now(office_id: int | None = None) -> Asked:
    """Now, and today in the zone of the office (in the house's zone without one)."""
    office = db.session.get(Office, office_id) if office_id is not None else None
    return Asked(clock.today(office.timezone if office is not None else settings.get("DEFAULT_TIMEZONE")), clock.now())


def _group(tree: Tree, who: Any, asked: Asked, narrow: Narrow | None) -> sa.ColumnElement[bool]:
    asked = replace(asked, kind=_kind_of(tree) or asked.kind)
    parts = [_item(item, who, asked, narrow) for item in tree["items"]]
    joined = sa.and_(*parts) if tree["op"] == "and" else sa.or_(*parts)
    return _unless(joined) if tree["not"] else joined


def _kind_of(tree: Tree) -> str | None:
    """People or organizations, when the group holds for no others: what it says of others makes no difference then."""
    if tree["op"] != "and":
        return None
    for item in tree["items"]:
        if not trees.is_group(item) and not item.get("not"):
            condition, values = trees.read(item)
            if condition.says_kind:
                return values["kind"]
    return None


def _item(item: Tree, who: Any, asked: Asked, narrow: Narrow | None) -> sa.ColumnElement[bool]:
    if trees.is_group(item):
        return _group(item, who, asked, narrow)
    condition, values = trees.read(item)
    built, is_turned = condition.build(who, values, asked), condition.is_turned != bool(item.get("not"))
    if isinstance(built, sa.ColumnElement):
        return _unless(built) if is_turned else built
    ids = _one_set([built] if isinstance(built, sa.Select) else built, narrow)
    return who.id.not_in(ids) if is_turned else who.id.in_(ids)  # no id of a condition is NULL: see asking.py


def _one_set(sets: Sequence[sa.Select[*tuple[Any, ...]]], narrow: Narrow | None) -> Any:
    if narrow is not None:
        sets = [ids.where(narrow(ids.selected_columns[0])) for ids in sets]
    if len(sets) == 1:
        return sets[0]
    # PostgreSQL guesses how many distinct ids a UNION has, and of a UNION ALL always that it has 200: four times as slow at a million.
    return sa.union_all(*sets) if is_sqlite() else sa.union(*sets)


def _unless(criterion: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Not, with unknown counted as no: "tier is not 2" holds for somebody without a tier."""
    return sa.case((criterion, sa.literal(0)), else_=sa.literal(1)) == 1


# Segments as records ------------------------------------------------------------------------------------------------


def segments_visible(*, archived: bool | None = None) -> sa.Select[Segment]:
    """Those in scope; only archived ones, or only others, or all."""
    found = sa.select(Segment)
    if archived is None:
        return found
    return found.where(Segment.archived_at.is_not(None) if archived else Segment.archived_at.is_(None))


def in_order_of_name(*, archived: bool = False) -> Sequence[Segment]:
    """For a list and for choosing: an office has tens of them."""
    return db.session.scalars(segments_visible(archived=archived).order_by(Segment.name, Segment.id).limit(MOST_SEGMENTS)).all()


def make_room(segment_or_tree: Segment | Tree) -> None:
    """Call it in the transaction of a question that asks for this segment.

    PostgreSQL joins what every member has to be in, in whatever room there is; with much of it each of its processes builds the whole set
    for itself, which takes twice as long. What a member must not be in, or may be in, is a set that it looks into for each row.
    """
    tree = segment_or_tree.tree if isinstance(segment_or_tree, Segment) else segment_or_tree
    if not (isinstance(segment_or_tree, Segment) and segment_or_tree.is_static) and not trees.only_narrows(tree):
        room_for_sets()


def count(segment_or_tree: Segment | Tree) -> int:
    make_room(segment_or_tree)
    inside = members(segment_or_tree).subquery("inside")
    return db.session.execute(sa.select(sa.func.count()).select_from(inside)).scalar() or 0


def sample(segment_or_tree: Segment | Tree, size: int = 10) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Id, name and kind of some who are in it, in order of their numbers: the same ones each time."""
    make_room(segment_or_tree)
    inside = members(segment_or_tree).subquery("inside")
    shown = sa.select(Stakeholder.id, Stakeholder.name, Stakeholder.kind).join(inside, inside.c.id == Stakeholder.id)
    return db.session.execute(shown.order_by(Stakeholder.id).limit(size)).all()


def is_name_taken(name: str, office_id: int, *, except_id: int | None = None) -> bool:
    same = segments_visible(archived=False).where(sa.func.lower(Segment.name) == name.lower(), Segment.office_id == office_id)
    found = db.session.scalars(same).first()
    return found is not None and found.id != except_id
