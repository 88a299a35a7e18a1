"""A page of the recipient list, which costs the same at the beginning and at the end of a million.

The next stakeholders are asked about window by window, and the windows grow where few of them are in the segment.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from crm.bulletins.models import Subscription
from crm.campaigns.audience import erased
from crm.campaigns.audience.candidates import Branch, Candidate, Ground, branches, is_usable, marked
from crm.campaigns.audience.queries import ground_of, listing, within
from crm.campaigns.models import Campaign, Exclusion
from crm.core.db import db
from crm.segments.queries import Narrow
from crm.stakeholders.models import ContactPoint, Stakeholder

FIRST_WINDOW, LAST_WINDOW = 20_000, 320_000
WINDOW_OF_ONE = 8  # stakeholders that are asked about at first for each row that is wanted
FEW = 500
_points: Any = ContactPoint.__table__
_subscriptions: Any = Subscription.__table__


def page(
    campaign: Campaign, *, why: Exclusion | None | str = "", words: str = "", after: int = 0, limit: int = 51
) -> list[Candidate]:
    """The next rows after a key: all (empty), those who receive (None), or those of one reason; narrowed by part of a name or address."""
    if why == "" and not words:
        return _of_everybody(campaign, after, limit)
    return _of_some(campaign, why, words, after, limit)


def _of_everybody(campaign: Campaign, after: int, limit: int) -> list[Candidate]:
    with within(campaign):
        ground = ground_of(campaign)
        found = [Candidate(*row) for row in _next(ground, after, limit)]
        hidden = erased.hidden_keys(ground.list_key)
        found = marked(found, erased.among((row.email for row in found if row.exclusion is None), hidden), Exclusion.SUPPRESSED)
        return _without_doubles(ground, found)


def _of_some(campaign: Campaign, why: Exclusion | None | str, words: str, after: int, limit: int) -> list[Candidate]:
    listed = listing(campaign).subquery("listed")
    shown = sa.select(*listed.c).where(listed.c.key > after).order_by(listed.c.key).limit(limit)
    if why != "":
        shown = shown.where(listed.c.exclusion.is_(None) if why is None else listed.c.exclusion == why)
    if words:
        wanted = words.lower()
        named = sa.func.lower(listed.c.name).contains(wanted, autoescape=True)
        shown = shown.where(sa.or_(named, listed.c.email.contains(wanted, autoescape=True)))
    with within(campaign):
        return [Candidate(*row) for row in db.session.execute(shown)]


# The next rows -----------------------------------------------------------------------------------------------------------


def _next(ground: Ground, after: int, limit: int) -> list[sa.Row[*tuple[Any, ...]]]:
    found: list[sa.Row[*tuple[Any, ...]]] = []
    for number, branch in enumerate(branches(ground)):
        place = max(after - branch.offset, 0)
        for upto, narrow in _windows(ground, branch, place, limit):
            narrowed = branches(ground, narrow)[number]
            rows = narrowed.select().where(narrowed.number > place)
            if upto is not None:
                rows = rows.where(narrowed.number <= upto)
            found += db.session.execute(rows.order_by(narrowed.number).limit(limit - len(found)))
            if len(found) >= limit:
                return found
            place = upto or place
    return found


def _windows(ground: Ground, branch: Branch, place: int, limit: int) -> Iterator[tuple[int | None, Narrow | None]]:
    """How far each piece reaches, and whom it asks about. One without an end is read in order of an index and needs no window."""
    is_dynamic = ground.segment is not None and not ground.segment.is_static
    is_of_bulletin = branch.offset == 0 and ground.campaign.bulletin_id is not None
    if is_of_bulletin and place >= _end_of_subscriptions():
        return
    if not is_dynamic:
        yield None, None
    elif is_of_bulletin:
        yield from _windows_of_subscriptions(ground, place, limit)
    else:
        yield from _windows_of_stakeholders(place, limit)


def _windows_of_stakeholders(place: int, limit: int) -> Iterator[tuple[int, Narrow]]:
    end = db.session.execute(sa.select(sa.func.max(Stakeholder.__table__.c.id))).scalar() or 0
    size = max(FIRST_WINDOW, limit * WINDOW_OF_ONE)
    while place < end:
        upto = place + size
        yield upto, _between(place + 1, upto)
        place, size = upto, min(size * 2, LAST_WINDOW)


def _windows_of_subscriptions(ground: Ground, place: int, limit: int) -> Iterator[tuple[int, Narrow]]:
    sub = _subscriptions
    size = max(limit, FEW)
    while True:
        coming = sa.select(sub.c.id, sub.c.stakeholder_id).where(
            sub.c.bulletin_id == ground.campaign.bulletin_id, sub.c.id > place
        )
        rows = db.session.execute(coming.order_by(sub.c.id).limit(size)).all()
        if not rows:
            return
        place = rows[-1].id
        yield place, _among({row.stakeholder_id for row in rows} - {None})


def _end_of_subscriptions() -> int:
    return db.session.execute(sa.select(sa.func.max(_subscriptions.c.id))).scalar() or 0


def _between(first: int, last: int) -> Narrow:
    return lambda ids: ids.between(first, last)


def _among(wanted: set[int]) -> Narrow:
    return lambda ids: ids.in_(sorted(wanted))


# Who has the address of somebody before ------------------------------------------------------------------------------------


def _without_doubles(ground: Ground, rows: list[Candidate]) -> list[Candidate]:
    """Within a bulletin an address stands once. In a segment several may have it: the first who may receive does."""
    if ground.campaign.bulletin_id is not None or not rows:
        return rows
    receive = {row.key: row.email for row in rows if row.exclusion is None}
    first = _first_of(ground, receive)
    return marked(rows, {key for key, email in receive.items() if first.get(email, key) < key}, Exclusion.DUPLICATE, by_key=True)


def _first_of(ground: Ground, receive: dict[int, str]) -> dict[str, int]:
    """The first key that may receive, for those addresses that another stakeholder has too."""
    shared: set[int] = set()
    emails = sorted(set(receive.values()))
    for start in range(0, len(emails), FEW):
        same = sa.select(_points.c.stakeholder_id, _points.c.value).where(
            _points.c.value.in_(emails[start : start + FEW]), is_usable(_points)
        )
        holders: dict[str, set[int]] = {}
        for stakeholder_id, email in db.session.execute(same):
            holders.setdefault(email, set()).add(stakeholder_id)
        shared |= {one for ids in holders.values() if len(ids) > 1 for one in ids}
    first: dict[str, int] = {}
    ids = sorted(shared)
    for start in range(0, len(ids), FEW):
        (branch,) = branches(ground, _among(set(ids[start : start + FEW])))
        others = branch.rows.with_only_columns(branch.number, branch.email).where(branch.reason.is_(None))
        for key, email in db.session.execute(others):
            first[email] = min(key, first.get(email, key))
    return first
