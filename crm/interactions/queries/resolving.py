"""Whom a quick-log line means: names, posts, numbers and abbreviations against the directory, within the scope."""

import contextlib
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import db
from crm.core.text import name_key
from crm.engagements import markers
from crm.engagements.models import Engagement, Participation
from crm.index import queries as index
from crm.interactions.models import Channel, Interaction
from crm.stakeholders import phones
from crm.stakeholders.keys import StakeholderKind
from crm.stakeholders.models import Affiliation, ContactKind, ContactPoint, OtherName, Person, Position, Stakeholder
from crm.stakeholders.queries import by_index, organizations_named

CANDIDATES = 7


@dataclass(frozen=True)
class Candidate:
    """A record that a mention may mean; `note` is its organization or post, to tell namesakes apart."""

    id: int
    name: str
    note: str = ""
    organization_ids: frozenset[int] = frozenset()


def lexicon_of(line: str) -> markers.Lexicon:
    """Which names of the line the directory knows; two queries, whatever the line."""
    keys = markers.candidates(line)[:200]
    if not keys:
        return markers.Lexicon()
    known: dict[StakeholderKind, set[str]] = {kind: set() for kind in StakeholderKind}
    by_name = sa.select(Stakeholder.kind, Stakeholder.name).where(
        Stakeholder.name_sort.in_(keys), Stakeholder.archived_at.is_(None)
    )
    by_other = (
        sa.select(Stakeholder.kind, OtherName.name)
        .join(Stakeholder, Stakeholder.id == OtherName.stakeholder_id)
        .where(OtherName.name_match.in_(keys), Stakeholder.archived_at.is_(None))
    )
    parts = [sa.select(part.limit(200).subquery()) for part in by_index(by_name)]
    for statement in (sa.union_all(*parts), by_other.limit(200)):
        for kind, name in db.session.execute(statement):
            known[kind].add(name)
    return markers.Lexicon.of(people=known[StakeholderKind.PERSON], organizations=known[StakeholderKind.ORGANIZATION])


def organizations_meant(mention: markers.Organization) -> tuple[list[Candidate], bool]:
    """Candidates and whether the first is sure: exactly one record has this name, other name or abbreviation."""
    exact = [Candidate(i, name) for i, name in organizations_named(mention.name, limit=CANDIDATES)]
    if exact:
        return exact, len(exact) == 1
    found = _found("organization", mention.name)
    return found, False


def people_meant(mention: markers.Person, organization_ids: frozenset[int], *, writer_id: int) -> tuple[list[Candidate], bool]:
    """Candidates, the likeliest first, and whether that one is sure.

    A full name that exactly one person has is sure; else the organization spoken for decides, then whom the writer was last in
    touch with (a guess that is shown), and then the person is asked.
    """
    reached = _by_reach(mention)
    if reached:
        return reached, len(reached) == 1
    if mention.post:
        holders = _holders_of(mention.post, organization_ids)
        if holders or not mention.name:
            return holders, len(holders) == 1
    candidates = _with_organizations(_found("person", mention.name))
    exact = [c for c in candidates if name_key(c.name) == name_key(mention.name)]
    if len(exact) == 1 and not organization_ids:
        return _first(exact[0], candidates), True
    near = [c for c in candidates if c.organization_ids & organization_ids]
    if len(near) == 1:
        return _first(near[0], candidates), True
    chosen = near or exact or candidates
    recent = _most_recent([c.id for c in chosen], writer_id) if len(chosen) > 1 else None
    likeliest = next((c for c in chosen if c.id == recent), None)
    if likeliest is not None:
        return _first(likeliest, candidates), True
    return candidates, len(candidates) == 1


def last_channel_with(stakeholder_id: int) -> Channel | None:
    """The channel of the last interaction with somebody: what an unsaid channel most likely is."""
    statement = (
        sa.select(Interaction.channel)
        .join(Participation, Participation.engagement_id == Interaction.id)
        .where(Participation.stakeholder_id == stakeholder_id)
        .order_by(Participation.sort_at.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def _found(kind: str, name: str) -> list[Candidate]:
    if not name_key(name):
        return []
    try:
        hits = index.find(scopes.current(), name, kinds=(kind,), limit=CANDIDATES)
    except index.UnreadableQuery:
        return []
    return [Candidate(row.subject_id, row.title, row.subtitle) for row in hits.rows]


def _first(one: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
    return [one, *(c for c in others if c.id != one.id)]


def _with_organizations(candidates: list[Candidate]) -> list[Candidate]:
    if not candidates:
        return []
    held: dict[int, set[int]] = {}
    current = sa.or_(Affiliation.until_on.is_(None), Affiliation.until_on >= sa.func.current_date())
    statement = sa.select(Affiliation.person_id, Affiliation.organization_id).where(
        Affiliation.person_id.in_([c.id for c in candidates]), current
    )
    for person_id, organization_id in db.session.execute(statement):
        held.setdefault(person_id, set()).add(organization_id)
    return [Candidate(c.id, c.name, c.note, frozenset(held.get(c.id, ()))) for c in candidates]


def _by_reach(mention: markers.Person) -> list[Candidate]:
    """By a telephone number or an address of the line."""
    wanted = [(ContactKind.EMAIL, mention.email.lower())] if mention.email else []
    with contextlib.suppress(phones.UnknownPhone):
        wanted += [(ContactKind.PHONE, phone.e164) for phone in phones.parse(mention.phone or "")]
    if not wanted:
        return []
    reach = sa.or_(*(sa.and_(ContactPoint.kind == kind, ContactPoint.value == value) for kind, value in wanted))
    statement = (
        sa.select(Person.id, Person.name)
        .join(ContactPoint, ContactPoint.stakeholder_id == Person.id)
        .where(reach, ContactPoint.is_private.is_(False), Person.archived_at.is_(None))
    )
    return [Candidate(i, name) for i, name in db.session.execute(statement.distinct().limit(CANDIDATES))]


def _holders_of(post: str, organization_ids: frozenset[int]) -> list[Candidate]:
    """Present holders of a post, in the organizations of the line if there are any. The entry stays with the post."""
    statement = (
        sa.select(Person.id, Person.name, Position.title)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .join(Position, Position.id == Affiliation.position_id)
        .where(
            Position.title_match.startswith(name_key(post), autoescape=True),
            Affiliation.until_on.is_(None),
            Person.archived_at.is_(None),
        )
    )
    if organization_ids:
        statement = statement.where(Position.organization_id.in_(organization_ids))
    return [
        Candidate(i, name, title) for i, name, title in db.session.execute(statement.order_by(Person.name_sort).limit(CANDIDATES))
    ]


def _most_recent(person_ids: Sequence[int], writer_id: int) -> int | None:
    """Whom of these the writer was last in touch with, within a year."""
    statement = (
        sa.select(Participation.stakeholder_id)
        .join(Engagement, Engagement.id == Participation.engagement_id)
        .where(Participation.stakeholder_id.in_(person_ids), Engagement.owner_id == writer_id)
        .where(Participation.sort_at > now() - dt.timedelta(days=365))
        .order_by(Participation.sort_at.desc())
        .limit(1)
    )
    return db.session.scalar(statement)
