"""A database of the wanted size through the bulk paths: people and their contacts in offices skewed as the bare application's are."""

import datetime as dt
import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import Flask

from crm.accounts.models import Role, User
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import bulk_insert, db
from crm.core.text import name_key
from crm.engagements.models import MandateRole, Participation, Precision
from crm.index import service as index
from crm.interactions.models import Channel, Direction, Interaction
from crm.offices.models import Office
from crm.stakeholders.keys import StakeholderKind, name_match
from crm.stakeholders.models import Category, ContactKind, ContactPoint, Organization, Person

SYSTEM = scopes.system_scope("build a benchmark database")
SYLLABLES = "ba di sar ti wan su har no ra ma dew pu tri yo gus in dah lest ari nur ha yati ko wi bo do rah mat".split()
CHANNELS = (
    Channel.CALL,
    Channel.WHATSAPP,
    Channel.VISIT,
    Channel.EMAIL,
    Channel.LETTER_IN,
    Channel.LETTER_OUT,
    Channel.OFFICE_VISIT,
)
FIRST_DAY = dt.date(2024, 1, 1)
BATCH = 5000
SUMMARY = "Membahas jadwal layanan dan tindak lanjut bersama. " * 2


def sizes(total: int, offices: int) -> list[int]:
    """As the bare application: the first office has most, the last 0.02 %."""
    small = max(1, total // 5000)
    weights = [0.5 / 1.15**n for n in range(offices - 1)]
    cut = [int(weight / sum(weights) * (total - small)) for weight in weights]
    cut[0] += total - small - sum(cut)
    return [*cut, small]


def build(app: Flask, *, people: int, engagements: int, offices: int) -> None:
    """Offices 1 to `offices` side by side below a root, a user in each, then people and engagements. The seed is fixed."""
    rng = random.Random(7)
    with app.app_context():
        ids, users = _offices(offices)
        owners = [ids[n] for n, count in enumerate(sizes(people, offices)) for _person in range(count)]
        rng.shuffle(owners)
        organizations = _organizations(ids)
        person_ids: list[int] = []
        for start in range(0, people, BATCH):
            with transaction.unit(SYSTEM):
                person_ids += _people(owners[start : start + BATCH], start, rng)
        draws = ((n, rng.randrange(people)) for n in range(engagements))
        for batch in _batches(draws, BATCH):
            with transaction.unit(SYSTEM):
                _engagements(batch, person_ids, owners, organizations, users, rng)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("analyze")


def _offices(count: int) -> tuple[list[int], dict[int, int]]:
    ids, users = [], {}
    with transaction.unit(SYSTEM) as session:
        root = Office(code="ROOT", name="Pusat", path="/", timezone="Asia/Jakarta", letterhead={}, created_at=now())
        session.add(root)
        session.flush()
        root.path = f"/{root.id}/"
        for n in range(1, count + 1):
            office = Office(
                code=f"K{n:02}",
                name=f"Kantor {n}",
                parent_id=root.id,
                path="/",
                timezone="Asia/Jakarta",
                letterhead={},
                created_at=now(),
            )
            session.add(office)
            session.flush()
            office.path = f"/{root.id}/{office.id}/"
            user = User(
                email=f"petugas{n}@kantor.example", name=f"Petugas {n}", role=Role.MANAGER, office_id=office.id, created_at=now()
            )
            session.add(user)
            session.flush()
            ids.append(office.id)
            users[office.id] = user.id
    return ids, users


def _organizations(office_ids: list[int]) -> dict[int, int]:
    """One organization an office, that its people speak for."""
    with transaction.unit(SYSTEM):
        rows = [
            {
                **_base(StakeholderKind.ORGANIZATION, f"Dinas {o}", o),
                "category": Category.PARTNER_AGENCY,
                "address": "",
                "website": "",
            }
            for o in office_ids
        ]
        ids = bulk_insert(Organization, rows)
        index.put_many(
            index.Entry("organization", i, row["office_id"], False, row["name"]) for i, row in zip(ids, rows, strict=True)
        )
    return dict(zip(office_ids, ids, strict=True))


def _base(kind: StakeholderKind, name: str, office_id: int) -> dict[str, Any]:
    moment = dt.datetime(2023, 12, 1, tzinfo=dt.UTC)
    return {
        "office_id": office_id, "name": name, "name_sort": name_key(name), "name_match": name_match(kind, name), "is_shared": False, "tier": 2,
        "note": "", "private_note": "", "created_at": moment, "updated_at": moment, "version": 1,
    }  # fmt: skip


def _people(owners: list[int], start: int, rng: random.Random) -> list[int]:
    names = [
        " ".join("".join(rng.choices(SYLLABLES, k=rng.choice((2, 3)))).capitalize() for _word in range(rng.choice((1, 2, 2, 3))))
        for _person in owners
    ]
    extra = {
        "titles_before": "",
        "titles_after": "",
        "salutation": "",
        "called": "",
        "preferred_language": "",
        "beat": "",
        "do_not_contact_reason": "",
        "home_address": "",
    }
    ids = bulk_insert(
        Person, [{**_base(StakeholderKind.PERSON, name, office), **extra} for name, office in zip(names, owners, strict=True)]
    )
    points = [
        {
            "stakeholder_id": i,
            "kind": kind,
            "value": value,
            "network": "",
            "label": "",
            "is_private": False,
            "has_whatsapp": False,
            "position": 0,
        }
        for n, i in enumerate(ids, start + 1)
        for kind, value in ((ContactKind.PHONE, f"+62812{n:08d}"), (ContactKind.EMAIL, f"p{n}@example.org"))
    ]
    bulk_insert(ContactPoint, points)
    index.put_many(index.Entry("person", i, office, False, name) for i, name, office in zip(ids, names, owners, strict=True))
    return ids


def _engagements(
    draws: list[tuple[int, int]],
    person_ids: list[int],
    owners: list[int],
    organizations: dict[int, int],
    users: dict[int, int],
    rng: random.Random,
) -> None:
    rows, parts = [], []
    for n, person in draws:
        day = FIRST_DAY + dt.timedelta(days=rng.randrange(1050))
        moment = dt.datetime.combine(day, dt.time(3), dt.UTC)
        office = owners[person]
        rows.append(
            {
                "office_id": office, "title": f"Koordinasi {n % 997}", "summary": SUMMARY, "starts_at": moment, "occurred_on": day, "sort_at": moment,
                "precision": Precision.TIME, "role": MandateRole.COORDINATE, "owner_id": users[office], "created_by_id": users[office],
                "created_at": moment, "updated_at": moment, "version": 1, "channel": CHANNELS[rng.randrange(7)], "direction": Direction.OUT,
                "private_note": "", "letter_number": "", "typed_line": "",
            }
        )  # fmt: skip
        parts.append((person_ids[person], organizations[office], office, day, moment))
    ids = bulk_insert(Interaction, rows)
    bulk_insert(
        Participation,
        [
            {"engagement_id": i, "stakeholder_id": who, "organization_id": organization, "office_id": office, "role": "participant", "answer": "",
             "occurred_on": day, "sort_at": moment}
            for i, (who, organization, office, day, moment) in zip(ids, parts, strict=True)
        ],
    )  # fmt: skip
    index.put_many(
        index.Entry("interaction", i, row["office_id"], False, row["title"], body=row["summary"])
        for i, row in zip(ids, rows, strict=True)
    )


def _batches(draws: Iterator[tuple[int, int]], size: int) -> Iterator[list[tuple[int, int]]]:
    while batch := list(islice(draws, size)):
        yield batch
