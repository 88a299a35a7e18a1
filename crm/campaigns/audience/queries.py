"""The audience of a campaign: its rows, counts, a digest of who receives, and chunks for the preparation."""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from crm.campaigns.audience.candidates import REASON, Ground, branches, may_receive
from crm.campaigns.models import Campaign, Exclusion
from crm.core import scope as scopes
from crm.core import types
from crm.core.db import db, is_sqlite
from crm.mail.addresses import hashes_of
from crm.mail.models import EVERYTHING, Suppression
from crm.offices import queries as offices
from crm.segments import queries as segments
from crm.segments.models import Segment
from crm.segments.queries import Way

STREAM = 5000


@dataclass(frozen=True)
class Candidate:
    """Somebody of the audience. `key` grows along the list; `exclusion` is None for who receives."""

    key: int
    stakeholder_id: int | None
    subscription_id: int | None
    email: str
    name: str
    language: str
    exclusion: Exclusion | None


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
        ground = _ground(campaign)
        return _told(ground, _all(ground, "set"), _erased(ground))


def counts(campaign: Campaign) -> dict[Exclusion | None, int]:
    """How many receive (None), and how many do not, by reason. Reasons that hold for nobody are left out."""
    with within(campaign):
        ground = _ground(campaign)
        rows = _all(ground, "set")
        reason = sa.type_coerce(_reason_with_erased(rows, _erased(ground)), REASON).label("reason")
        counted = sa.select(reason, sa.func.count(), sa.func.count(rows.c.email.distinct())).group_by(reason)
        found: dict[Exclusion | None, int] = {}
        for why, total, addresses in db.session.execute(counted):
            if why is None:
                found |= {None: addresses, Exclusion.DUPLICATE: total - addresses}
            else:
                found[why] = total
    return {why: number for why, number in found.items() if number}


def digest(campaign: Campaign) -> tuple[str, int]:
    """SHA-256 over the sorted addresses that receive, and how many they are. Reads them in a stream."""
    found, number = hashlib.sha256(), 0
    with within(campaign):
        ground = _ground(campaign)
        for emails in _receiving(ground, _hidden_keys(ground)):
            found.update("".join(f"{email}\n" for email in emails).encode())
            number += len(emails)
    return found.hexdigest(), number


def chunk(campaign: Campaign, after: int, limit: int) -> list[Candidate]:
    """The next so many of the audience after a key, each told whether it receives. Costs the same at the beginning and at the end."""
    with within(campaign):
        ground = _ground(campaign)
        rows = _all(ground, "each", after=after, limit=limit)
        told = _told(ground, rows, ()).order_by(rows.c.key).limit(limit)
        found = [Candidate(*row) for row in db.session.execute(told)]
        return _check_hashes(ground, found)


def page(
    campaign: Campaign, *, why: Exclusion | None | str = "", words: str = "", after: int = 0, limit: int = 51
) -> list[Candidate]:
    """Rows of the recipient list: all (empty), those who receive (None), or those of one reason; narrowed by part of a name or address."""
    with within(campaign):
        ground = _ground(campaign)
        narrows = bool(words) or why != ""
        rows = _all(ground, "set", after=after, limit=None if narrows else limit)
        listed = _told(ground, rows, _erased(ground) if narrows else ()).subquery("listed")
        shown = sa.select(*listed.c).order_by(listed.c.key).limit(limit)
        if why != "":
            shown = shown.where(listed.c.exclusion.is_(None) if why is None else listed.c.exclusion == why)
        if words:
            wanted = words.lower()
            named = sa.func.lower(listed.c.name).contains(wanted, autoescape=True)
            shown = shown.where(sa.or_(named, listed.c.email.contains(wanted, autoescape=True)))
        return _check_hashes(ground, [Candidate(*row) for row in db.session.execute(shown)])


def receiving_among(campaign: Campaign, stakeholder_ids: Sequence[int]) -> set[int]:
    """Those of a few stakeholders who would receive it, or share the address of somebody who does."""
    found: set[int] = set()
    with within(campaign):
        ground = _ground(campaign)
        for branch in branches(ground, "each"):
            ids = branch.rows.with_only_columns(branch.stakeholder_id).where(branch.reason.is_(None))
            found.update(db.session.scalars(ids.where(branch.stakeholder_id.in_(stakeholder_ids))))
    return found


def _ground(campaign: Campaign) -> Ground:
    segment = None
    if campaign.segment_id is not None:
        segment = db.session.scalar(sa.select(Segment).where(Segment.id == campaign.segment_id))
    return Ground(campaign, segment, segments.asked_now(campaign.office_id))


def _all(ground: Ground, way: Way, *, after: int = 0, limit: int | None = None) -> sa.Subquery:
    """The rows of all branches, each read only as far as it is needed."""
    parts = []
    for number, branch in enumerate(branches(ground, way)):
        part = branch.select()
        if after:
            part = part.where(branch.number > after - branch.offset)
        if limit is not None:
            part = part.order_by(branch.number).limit(limit)
        parts.append(sa.select(part.subquery(f"part{number}")))
    parts = parts or [_nobody()]
    return (parts[0] if len(parts) == 1 else sa.union_all(*parts)).subquery("audience")


def _nobody() -> sa.Select[*tuple[Any, ...]]:
    number, text = sa.cast(sa.null(), types.BigId), sa.literal("")
    names = ("key", "stakeholder_id", "subscription_id")
    columns = [*(number.label(name) for name in names), *(text.label(name) for name in ("email", "name", "language"))]
    return sa.select(*columns, sa.type_coerce(sa.null(), REASON).label("reason")).where(sa.false())


def _told(ground: Ground, rows: sa.Subquery, erased: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
    """The rows with their last word: the own reason, an erased address, or that somebody before has the same address."""
    told: list[tuple[Any, Any]] = [(rows.c.reason.is_not(None), rows.c.reason)]
    if erased:
        told.append((_is_one_of(rows.c.email, erased), sa.literal(Exclusion.SUPPRESSED, REASON)))
    if branches(ground, "each"):
        told.append((_has_one_before(ground, rows), sa.literal(Exclusion.DUPLICATE, REASON)))
    exclusion = sa.type_coerce(sa.case(*told, else_=sa.null()), REASON).label("exclusion")
    shown = ("key", "stakeholder_id", "subscription_id", "email", "name", "language")
    return sa.select(*(rows.c[name] for name in shown), exclusion)


def _has_one_before(ground: Ground, rows: sa.Subquery) -> sa.ColumnElement[bool]:
    other = may_receive(ground, "each", tag="_before")
    same = (other.email == rows.c.email, other.key < rows.c.key, other.reason.is_(None))
    return sa.exists(other.rows.with_only_columns(sa.literal(1)).where(*same).correlate(rows))


def _reason_with_erased(rows: sa.Subquery, erased: Sequence[str]) -> sa.ColumnElement[Any]:
    if not erased:
        return rows.c.reason
    is_erased = sa.and_(rows.c.reason.is_(None), _is_one_of(rows.c.email, erased))
    return sa.case((is_erased, sa.literal(Exclusion.SUPPRESSED, REASON)), else_=rows.c.reason)


def _is_one_of(column: Any, values: Sequence[str]) -> sa.ColumnElement[bool]:
    """However many they are: one parameter."""
    if is_sqlite():
        each = sa.func.json_each(types.json_text(list(values))).table_valued("value")
        return column.in_(sa.select(each.c.value))
    return column == sa.any_(sa.literal(list(values), postgresql.ARRAY(sa.String())))


# Addresses of the erased: known by their hash alone, so they are looked for among those who would receive.


def _hidden_keys(ground: Ground) -> frozenset[str]:
    hidden = sa.select(Suppression.address_key).where(
        Suppression.email == "",
        Suppression.list_key.in_([EVERYTHING, *([ground.list_key] if ground.list_key else [])]),
        Suppression.lifted_at.is_(None),
    )
    return frozenset(db.session.scalars(hidden))


def _erased(ground: Ground) -> list[str]:
    """Addresses that would receive and whose hash is refused."""
    hidden = _hidden_keys(ground)
    if not hidden:
        return []
    return [email for emails in _receiving(ground, frozenset()) for email in _hashed_among(emails, hidden)]


def _hashed_among(emails: Iterable[str], hidden: frozenset[str]) -> list[str]:
    by_hash = hashes_of(emails)
    return [by_hash[key] for key in by_hash.keys() & hidden]


def _receiving(ground: Ground, hidden: frozenset[str]) -> Iterator[list[str]]:
    """Addresses that receive, each once, in byte order, thousands at a time; without those whose hash is among the hidden."""
    rows = _all(ground, "set")
    order = rows.c.email if is_sqlite() else rows.c.email.collate("C")
    statement = sa.select(rows.c.email).where(rows.c.reason.is_(None)).order_by(order)
    last = ""
    for part in db.session.execute(statement, execution_options={"yield_per": STREAM}).scalars().partitions():
        fresh = [email for email, before in zip(part, [last, *part], strict=False) if email != before]
        last = part[-1]
        refused = set(_hashed_among(fresh, hidden)) if hidden else ()
        yield [email for email in fresh if email not in refused]


def _check_hashes(ground: Ground, rows: Sequence[Candidate]) -> list[Candidate]:
    """The last word for a few rows: whether an address is refused that only its hash tells."""
    hidden = _hidden_keys(ground)
    if not hidden:
        return list(rows)
    refused = set(_hashed_among((row.email for row in rows if row.exclusion is None), hidden))
    return [
        replace(row, exclusion=Exclusion.SUPPRESSED) if row.email in refused and row.exclusion is None else row for row in rows
    ]
