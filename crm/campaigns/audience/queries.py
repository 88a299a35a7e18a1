"""The audience of a campaign as a whole: its rows, counts, and a digest of who receives. roll.py reads it out, pages.py shows it."""

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from crm.campaigns.audience import erased
from crm.campaigns.audience.candidates import REASON, Ground, branches
from crm.campaigns.models import Campaign, Exclusion
from crm.core import scope as scopes
from crm.core import types
from crm.core.db import db, is_sqlite
from crm.offices import queries as offices
from crm.segments import queries as segments
from crm.segments.models import Segment

BEGINNING = 3  # letters
COLUMNS = ("key", "stakeholder_id", "subscription_id", "email", "name", "language")


def scope_of(campaign: Campaign) -> scopes.Scope:
    """The campaign's office and all below it."""
    with scopes.use(scopes.system_scope("the offices of a campaign")):
        ids = offices.subtree_ids(campaign.office_id)
    return scopes.Scope(user_id=None, office_ids=ids, home_office_id=campaign.office_id, reason="audience of a campaign")


@contextlib.contextmanager
def within(campaign: Campaign) -> Iterator[None]:
    """The scope in which `listing` has to be run."""
    with scopes.use(scope_of(campaign)):
        yield


def listing(campaign: Campaign) -> sa.Select[*tuple[Any, ...]]:
    """Everybody of the audience: key, stakeholder_id, subscription_id, email, name, language, exclusion. Run it `within(campaign)`.

    Of those who share an address the first who may receive does, and the others are duplicates.
    """
    with within(campaign):
        ground = ground_of(campaign)
        rows = everybody(ground)
        refused = _erased(ground)
    own = _reason_with_erased(rows, refused).label("own")
    known = sa.select(*(rows.c[name] for name in COLUMNS), own).subquery("known")
    place = sa.func.row_number().over(partition_by=(known.c.email, known.c.own.is_(None)), order_by=known.c.key)
    is_second = sa.and_(known.c.own.is_(None), place > 1)
    exclusion = sa.case((is_second, sa.literal(Exclusion.DUPLICATE, REASON)), else_=known.c.own)
    return sa.select(*(known.c[name] for name in COLUMNS), sa.type_coerce(exclusion, REASON).label("exclusion"))


def counts(campaign: Campaign) -> dict[Exclusion | None, int]:
    """How many receive (None), and how many do not, by reason. Reasons that hold for nobody are left out."""
    with within(campaign):
        ground = ground_of(campaign)
        rows = everybody(ground, "email", "reason")
        own = _reason_with_erased(rows, _erased(ground))
        whole = sa.select(own.label("own"), sa.case((own.is_(None), rows.c.email)).label("email")).subquery("whole")
        beginning = _beginning(whole.c.email)
        lists = sa.select(whole.c.own, sa.func.count(), as_list(whole.c.email)).group_by(whole.c.own, beginning)
        told: Counter[Exclusion | None] = Counter()
        for why, number, emails in db.session.execute(lists):
            different = number if why is not None else len(set(json.loads(emails)))
            told[why] += different
            told[Exclusion.DUPLICATE] += number - different
    return {why: number for why, number in told.items() if number}


def digest(campaign: Campaign) -> tuple[str, int]:
    """SHA-256 over the sorted addresses that receive, and how many they are."""
    found, number = hashlib.sha256(), 0
    with within(campaign):
        ground = ground_of(campaign)
        for emails in _receiving(ground, erased.hidden_keys(ground.list_key)):
            found.update("".join(f"{email}\n" for email in emails).encode())
            number += len(emails)
    return found.hexdigest(), number


def receiving_among(campaign: Campaign, stakeholder_ids: Sequence[int]) -> set[int]:
    """Those of a few stakeholders who would receive it, or share the address of somebody who does."""
    found: set[int] = set()
    with within(campaign):
        for branch in branches(ground_of(campaign), lambda ids: ids.in_(stakeholder_ids)):
            ids = branch.rows.with_only_columns(branch.stakeholder_id).where(branch.reason.is_(None))
            found.update(db.session.scalars(ids.where(branch.stakeholder_id.in_(stakeholder_ids))))
    return found


def ground_of(campaign: Campaign) -> Ground:
    segment = None
    if campaign.segment_id is not None:
        segment = db.session.scalar(sa.select(Segment).where(Segment.id == campaign.segment_id))
    if segment is not None:
        segments.make_room(segment)
    return Ground(campaign, segment, segments.asked_now(campaign.office_id))


def everybody(ground: Ground, *names: str) -> Any:
    """The rows of all branches, with all columns or those named. Worked out once: else a database asks for the reason at each mention of it."""
    parts = [branch.select(*names) for branch in branches(ground)]
    parts = parts or [_nobody(names)]
    whole = parts[0] if len(parts) == 1 else sa.union_all(*parts)
    return whole.cte("audience").prefix_with("MATERIALIZED")


def _nobody(names: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
    number, text = sa.cast(sa.null(), types.BigId), sa.literal("")
    columns = {
        **dict.fromkeys(COLUMNS[:3], number),
        **dict.fromkeys(COLUMNS[3:], text),
        "reason": sa.type_coerce(sa.null(), REASON),
    }
    return sa.select(*(columns[name].label(name) for name in names or columns)).where(sa.false())


def _reason_with_erased(rows: Any, refused: Sequence[str]) -> Any:
    if not refused:
        return rows.c.reason
    is_erased = sa.and_(rows.c.reason.is_(None), _is_one_of(rows.c.email, refused))
    return sa.case((is_erased, sa.literal(Exclusion.SUPPRESSED, REASON)), else_=rows.c.reason)


def _is_one_of(column: Any, values: Sequence[str]) -> sa.ColumnElement[bool]:
    """However many they are: one parameter."""
    if is_sqlite():
        each = sa.func.json_each(types.json_text(list(values))).table_valued("value")
        return column.in_(sa.select(each.c.value))
    return column == sa.any_(sa.literal(list(values), postgresql.ARRAY(sa.String())))


def _erased(ground: Ground) -> list[str]:
    """Addresses that would receive and whose hash is refused."""
    hidden = erased.hidden_keys(ground.list_key)
    if not hidden:
        return []
    return [email for emails in _receiving(ground, frozenset()) for email in erased.among(emails, hidden)]


def _receiving(ground: Ground, hidden: frozenset[str]) -> Iterator[list[str]]:
    """Addresses that receive, each once, in byte order, those of one beginning at a time; without those whose hash is among the hidden.

    A row for each beginning: a row for each address costs more than to find it, and a cursor keeps PostgreSQL from working in parallel.
    """
    rows = everybody(ground, "email", "reason")
    beginning = _beginning(rows.c.email)
    order = beginning if is_sqlite() else beginning.collate("C")
    lists = sa.select(as_list(rows.c.email)).where(rows.c.reason.is_(None)).group_by(beginning).order_by(order)
    for part in db.session.execute(lists).scalars():
        found: list[str] = sorted(json.loads(part))  # as the bytes of UTF-8 are sorted
        fresh = [email for email, before in zip(found, ["", *found], strict=False) if email != before]
        refused = erased.among(fresh, hidden)
        yield [email for email in fresh if email not in refused] if refused else fresh


def _beginning(email: Any) -> Any:
    """What addresses are put in lists by: few enough for a list each, many enough that none is long."""
    return sa.func.substr(email, 1, BEGINNING)


def as_list(column: Any) -> Any:
    """All of a group as the text of a JSON list. Of nothing PostgreSQL makes NULL."""
    gather = sa.func.json_group_array if is_sqlite() else sa.func.json_agg
    return sa.cast(gather(column), sa.Text())
