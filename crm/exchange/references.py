"""What keeps a record of an import from going: whatever names it and does not go itself."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.commitments.models import Commitment
from crm.core import scope as scopes
from crm.core.db import Model, db
from crm.engagements.models import Engagement, EngagementTopic, Participation
from crm.exchange import directory
from crm.exchange.codes import Fate
from crm.exchange.models import ExternalId, Import, ImportRow, ImportState
from crm.files.models import StoredFile
from crm.meetings.models import Meeting
from crm.stakeholders.models import (
    Affiliation,
    ContactPoint,
    Organization,
    OtherName,
    Person,
    Position,
    Stakeholder,
    StakeholderTag,
    StakeholderTopic,
)

ENGAGEMENTS, PEOPLE, ORGANIZATIONS = "engagements", "people", "organizations"
GUESTS = "guests"  # (engagement, stakeholder) of those who are taken back from older meetings
SUBJECTS = {ENGAGEMENTS: "meeting", PEOPLE: "person", ORGANIZATIONS: "organization"}
Going = Mapping[str, Collection[Any]]


class What(StrEnum):
    """What names a record."""

    COMMITMENT = "commitment"
    ENGAGEMENT = "engagement"
    FILE = "file"
    IMPORT = "import"
    RECORD = "record"


@dataclass(frozen=True)
class Need:
    """Something that names a record, and who made that something, if it is in sight."""

    what: What
    who: str = ""


@dataclass(frozen=True)
class Source:
    """A column that names records; its row says nothing when `owner`, of `owners`, goes itself."""

    what: What
    column: Any
    owner: Any = None
    owners: str = ""
    maker: Any = None
    guest: Any = None


_COMMITMENTS: Any = Commitment.__table__
_PARTICIPATIONS: Any = Participation.__table__
_AFFILIATIONS: Any = Affiliation.__table__
_ORGANIZATIONS: Any = Organization.__table__
_ENGAGEMENTS: Any = Engagement.__table__
_MAKER_OF_ENGAGEMENT = (
    sa.select(_ENGAGEMENTS.c.created_by_id).where(_ENGAGEMENTS.c.id == _PARTICIPATIONS.c.engagement_id).scalar_subquery()
)
_PLACES = [
    Source(What.COMMITMENT, column, maker=_COMMITMENTS.c.created_by_id)
    for column in (_COMMITMENTS.c.engagement_id, _COMMITMENTS.c.stakeholder_id, _COMMITMENTS.c.organization_id)
] + [
    Source(
        What.ENGAGEMENT,
        column,
        _PARTICIPATIONS.c.engagement_id,
        ENGAGEMENTS,
        _MAKER_OF_ENGAGEMENT,
        _PARTICIPATIONS.c.stakeholder_id,
    )
    for column in (_PARTICIPATIONS.c.stakeholder_id, _PARTICIPATIONS.c.organization_id)
]
_PEOPLE_OF = Source(What.RECORD, _AFFILIATIONS.c.organization_id, _AFFILIATIONS.c.person_id, PEOPLE)
# Rows that are a part of what they name and go with it; parents are looked at apart, see `parents_that_stay`.
_PARTS = (
    (OtherName, "stakeholder_id"), (ContactPoint, "stakeholder_id"), (StakeholderTopic, "stakeholder_id"), (StakeholderTag, "stakeholder_id"),
    (ExternalId, "stakeholder_id"), (Affiliation, "person_id"), (Position, "organization_id"), (Participation, "engagement_id"),
    (EngagementTopic, "engagement_id"), (Meeting, "id"), (Person, "id"), (Organization, "id"), (Organization, "parent_id"),
)  # fmt: skip


def sources(kind: str) -> list[Source]:
    """Every column of the schema that may name a record of a kind, also those of tables that came after this module."""
    targets = [_ENGAGEMENTS] if kind == ENGAGEMENTS else [Stakeholder.__table__, Person.__table__, _ORGANIZATIONS]
    known = {source.column: source for source in (*_PLACES, _PEOPLE_OF)}
    parts = {model.__table__.c[name] for model, name in _PARTS}
    columns = (
        c for table in Model.metadata.sorted_tables for c in table.c if any(k.column.table in targets for k in c.foreign_keys)
    )
    return [known.get(column) or Source(What.RECORD, column) for column in columns if column not in parts]


def needs(kind: str, ids: Sequence[int], going: Going, *, but: int) -> dict[int, Need]:
    """Those of `ids` that something names which does not go itself. `but` is the import that is undone.

    References are looked for in all offices, past the scope: a record that another office names can't be removed. Whose it is isn't told.
    """
    found: dict[int, Need] = {}
    for source in sources(kind):
        for record_id, need in _named_by(source, ids, going):
            found.setdefault(record_id, need)
    for record_id, need in (*_files(kind, ids), *_later_imports(kind, ids, but)):
        found.setdefault(record_id, need)
    return found


def _named_by(source: Source, ids: Sequence[int], going: Going) -> Iterator[tuple[int, Need]]:
    table = source.column.table
    owner = source.owner if source.owner is not None else sa.null()
    maker = source.maker if source.maker is not None else sa.null()
    office = table.c.office_id if "office_id" in table.c else sa.null()
    guest = source.guest if source.guest is not None else sa.null()
    leaving, guests = going.get(source.owners, ()), going.get(GUESTS, ())
    rows: list[Any] = []
    for part in directory.chunks(ids):
        statement = sa.select(source.column, owner, maker, office, guest).where(source.column.in_(part))
        rows += [row for row in db.session.execute(statement) if row[1] not in leaving and (row[1], row[4]) not in guests]
    scope = scopes.current()
    names = _names(row[2] for row in rows if scope.holds(row[3]))
    for record_id, _owner, maker_id, office_id, _guest in rows:
        yield record_id, Need(source.what, names.get(maker_id, "") if scope.holds(office_id) else "")


def _files(kind: str, ids: Sequence[int]) -> Iterator[tuple[int, Need]]:
    for part in directory.chunks(ids):
        statement = sa.select(StoredFile.subject_id, StoredFile.uploaded_by_name).where(
            StoredFile.subject_kind == SUBJECTS[kind], StoredFile.subject_id.in_(part)
        )
        for record_id, name in db.session.execute(statement):
            yield record_id, Need(What.FILE, name)


def _later_imports(kind: str, ids: Sequence[int], but: int) -> Iterator[tuple[int, Need]]:
    """Rows of other imports that stand for a record, or added to it: without it they would stand for nothing."""
    subject = "engagement" if kind == ENGAGEMENTS else "stakeholder"
    for part in directory.chunks(ids):
        statement = (
            sa.select(ImportRow.subject_id, User.name)
            .join(Import, Import.id == ImportRow.import_id)
            .outerjoin(User, User.id == Import.created_by_id)
            .where(
                ImportRow.subject_kind == subject,
                ImportRow.subject_id.in_(part),
                ImportRow.import_id != but,
                ImportRow.identity.is_not(None),
                ImportRow.fate != Fate.NEW,
                Import.state != ImportState.UNDONE,
            )
        )
        for record_id, name in db.session.execute(statement):
            if record_id is not None:
                yield record_id, Need(What.IMPORT, name or "")


def parents_that_stay(candidates: Collection[int]) -> set[int]:
    """Those of some organizations that would go, but have a child that stays: then they stay too, and so do their own parents."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    parent_of: dict[int, int] = {}
    for part in directory.chunks(sorted(candidates)):
        statement = sa.select(_ORGANIZATIONS.c.parent_id, _ORGANIZATIONS.c.id).where(_ORGANIZATIONS.c.parent_id.in_(part))
        for parent, child in db.session.execute(statement):
            children[parent].append(child)
            parent_of[child] = parent
    stay: set[int] = set()
    ahead = [parent for parent, below in children.items() if any(child not in candidates for child in below)]
    while ahead:
        parent = ahead.pop()
        if parent not in stay:
            stay.add(parent)
            ahead += [parent_of[parent]] if parent in parent_of else []
    return stay


def _names(user_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = sorted({user_id for user_id in user_ids if user_id})
    return dict(db.session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted))).all()) if wanted else {}  # type: ignore[arg-type]
