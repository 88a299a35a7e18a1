"""The directory as an import sees it: a batch of written names against the records in scope, a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crm.core.db import db
from crm.engagements.models import Engagement, Participation
from crm.exchange.imagined import Imagined
from crm.exchange.models import ExternalId
from crm.stakeholders.keys import NameKind, StakeholderKind, all_keys
from crm.stakeholders.models import Affiliation, ContactPoint, OtherName, Position, Stakeholder

CHUNK = 800


@dataclass(frozen=True)
class Found:
    """Records that a name may mean, best level first: by name, by other name, by abbreviation. `is_sure`: exactly one."""

    ids: tuple[int, ...]

    @property
    def is_sure(self) -> bool:
        return len(self.ids) == 1


NOBODY = Found(())


def organizations_named(names: Iterable[str], *, imagined: Imagined | None = None) -> dict[str, Found]:
    """Each name with the organizations that it may mean. `imagined` adds what a dry run would have made."""
    keys = {name: all_keys(StakeholderKind.ORGANIZATION, name) for name in names}
    wanted = sorted({key for group in keys.values() for key in group})
    main, other, short = _by_keys(wanted)
    if imagined is not None:
        for table, kinds in (
            (main, ["Organization"]),
            (other, [NameKind.ALIAS, NameKind.FORMER]),
            (short, [NameKind.ABBREVIATION]),
        ):
            for kind in kinds:
                for key, ids in imagined.led(kind, wanted).items():
                    table[key] += ids
    found = {}
    for name, group in keys.items():
        levels = (main, other, short)
        ids = next((hit for level in levels if (hit := sorted({i for key in group for i in level.get(key, ())}))), [])
        found[name] = Found(tuple(ids))
    return found


def is_name(key: str, *, imagined: Imagined | None = None) -> bool:
    """Whether exactly this is the name, or another full name, of an organization in sight."""
    if imagined is not None and any(imagined.led(kind, [key]) for kind in ("Organization", NameKind.ALIAS, NameKind.FORMER)):
        return True
    by_name = sa.select(Stakeholder.id).where(Stakeholder.name_match == key, Stakeholder.kind == StakeholderKind.ORGANIZATION)
    by_other = sa.select(OtherName.stakeholder_id).where(OtherName.name_match == key, OtherName.kind != NameKind.ABBREVIATION)
    return db.session.scalar(by_name.limit(1)) is not None or db.session.scalar(by_other.limit(1)) is not None


def _by_keys(keys: Sequence[str]) -> tuple[defaultdict[str, list[int]], defaultdict[str, list[int]], defaultdict[str, list[int]]]:
    main: defaultdict[str, list[int]] = defaultdict(list)
    other: defaultdict[str, list[int]] = defaultdict(list)
    short: defaultdict[str, list[int]] = defaultdict(list)
    organizations = Stakeholder.kind == StakeholderKind.ORGANIZATION
    for part in chunks(keys):
        for key, record_id in db.session.execute(
            sa.select(Stakeholder.name_match, Stakeholder.id).where(Stakeholder.name_match.in_(part), organizations)
        ):
            main[key].append(record_id)
        names = sa.select(OtherName.name_match, OtherName.stakeholder_id, OtherName.kind).join(
            Stakeholder, Stakeholder.id == OtherName.stakeholder_id
        )
        for key, record_id, kind in db.session.execute(names.where(OtherName.name_match.in_(part), organizations)):
            (short if kind is NameKind.ABBREVIATION else other)[key].append(record_id)
    return main, other, short


@dataclass(frozen=True)
class KnownPerson:
    """Somebody of the office with a key: where they belong and how they are reached."""

    id: int
    organization_ids: frozenset[int]
    reach: frozenset[str]


def people_with_keys(keys: Iterable[str], *, imagined: Imagined | None = None) -> Mapping[str, Sequence[KnownPerson]]:
    """Key of a name -> people of that key. Three queries a chunk."""
    wanted = sorted(set(keys))
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    for part in chunks(wanted):
        statement = sa.select(Stakeholder.name_match, Stakeholder.id).where(
            Stakeholder.name_match.in_(part), Stakeholder.kind == StakeholderKind.PERSON
        )
        for key, record_id in db.session.execute(statement):
            by_key[key].append(record_id)
    if imagined is not None:
        for key, ids in imagined.led("Person", wanted).items():
            by_key[key] += ids
    if not by_key:
        return {}
    ids = [i for group in by_key.values() for i in group]
    organizations, reach = _organizations_of(ids), reach_of_records(ids, imagined=imagined)
    if imagined is not None:
        for person_id, more in imagined.told("organization", ids).items():
            organizations[person_id].update(more)
    return {
        key: [KnownPerson(i, frozenset(organizations[i]), frozenset(reach[i])) for i in sorted(group)]
        for key, group in by_key.items()
    }


def _organizations_of(person_ids: Sequence[int]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for part in chunks(person_ids):
        statement = sa.select(Affiliation.person_id, Affiliation.organization_id).where(Affiliation.person_id.in_(part))
        for person_id, organization_id in db.session.execute(statement):
            found[person_id].add(organization_id)
    return found


def reach_of_records(record_ids: Iterable[int], *, imagined: Imagined | None = None) -> defaultdict[int, set[str]]:
    """Record -> addresses and numbers."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    wanted = sorted(set(record_ids))
    for part in chunks(wanted):
        statement = sa.select(ContactPoint.stakeholder_id, ContactPoint.value).where(ContactPoint.stakeholder_id.in_(part))
        for record_id, value in db.session.execute(statement):
            found[record_id].add(value)
    for record_id, more in imagined.told("reach", wanted).items() if imagined else ():
        found[record_id].update(more)
    return found


def records_with_external_ids(
    source: str, values: Iterable[str], office_id: int, *, imagined: Imagined | None = None
) -> dict[str, int]:
    """External id of a register -> record."""
    wanted = sorted(set(values))
    found: dict[str, int] = {key: ids[0] for key, ids in imagined.led("external", wanted).items()} if imagined else {}
    for part in chunks(wanted):
        statement = sa.select(ExternalId.value, ExternalId.stakeholder_id).where(
            ExternalId.source == source, ExternalId.office_id == office_id, ExternalId.value.in_(part)
        )
        found.update(db.session.execute(statement).all())  # type: ignore[arg-type]
    return found


def external_ids_of(
    source: str, record_ids: Iterable[int], office_id: int, *, imagined: Imagined | None = None
) -> dict[int, str]:
    """Record -> its external id in a register."""
    wanted = sorted(set(record_ids))
    found: dict[int, str] = {i: told[0] for i, told in imagined.told("external", wanted).items()} if imagined else {}
    for part in chunks(wanted):
        statement = sa.select(ExternalId.stakeholder_id, ExternalId.value).where(
            ExternalId.source == source, ExternalId.office_id == office_id, ExternalId.stakeholder_id.in_(part)
        )
        found.update(db.session.execute(statement).all())  # type: ignore[arg-type]
    return found


def chunks(values: Sequence) -> Iterable[Sequence]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def positions_there(organization_ids: Iterable[int], office_id: int) -> dict[tuple[int | None, str], int]:
    """Posts of an office's people in these organizations: (organization, key of the title) -> post."""
    found: dict[tuple[int | None, str], int] = {}
    for part in chunks(sorted(organization_ids)):
        statement = sa.select(Position.organization_id, Position.title_match, Position.id).where(
            Position.office_id == office_id, Position.organization_id.in_(part)
        )
        found.update({(o, key): i for o, key, i in db.session.execute(statement)})
    return found


def participants_of(engagement_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(engagement, stakeholder) of everybody who takes part in these."""
    found: set[tuple[int, int]] = set()
    for part in chunks(sorted(set(engagement_ids))):
        statement = sa.select(Participation.engagement_id, Participation.stakeholder_id).where(
            Participation.engagement_id.in_(part)
        )
        found.update((e, s) for e, s in db.session.execute(statement))
    return found


def times_of(engagement_ids: Iterable[int]) -> dict[int, dict[str, object]]:
    """Engagement -> the time columns that its participations copy."""
    found: dict[int, dict[str, object]] = {}
    for part in chunks(sorted(set(engagement_ids))):
        statement = sa.select(Engagement.id, Engagement.occurred_on, Engagement.sort_at).where(Engagement.id.in_(part))
        found.update({row.id: {"occurred_on": row.occurred_on, "sort_at": row.sort_at} for row in db.session.execute(statement)})
    return found
