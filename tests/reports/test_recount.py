"""Random worlds, counted again in plain Python from the rows themselves: another hand, another way."""

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from crm.accounts import viewer as viewers
from crm.core import scope as scopes
from crm.core.db import db
from crm.reports.figures import Filters
from crm.reports.periods import Period
from crm.reports.service import coordination_report
from tests.conftest import Clock
from tests.reports.factories import commitment, engagement, organization, person
from tests.world import World

TIERS = {1: 30, 2: 91, 3: 365}
TODAY = dt.date(2026, 11, 24)
FORMS = ["call", "visit", "whatsapp", "meeting", "email"]
CATEGORIES = ["partner-agency", "media", "business"]


def some_day(luck: random.Random) -> str:
    return (TODAY - dt.timedelta(days=int(luck.triangular(-10, 500, 40)))).isoformat()


def plant(world: World, luck: random.Random) -> None:
    offices = [world.sgr, world.sgr, world.sgr_lng, world.wnm]
    organizations = [
        organization(luck.choice(offices), f"Organisasi {n}", luck.choice(CATEGORIES), tier=luck.choice([None, 1, 2, 3]))
        for n in range(14)
    ]
    people = [person(luck.choice(offices), f"Orang {n}", tier=luck.choice([None, 1, 2])) for n in range(10)]
    for _ in range(160):
        precision = luck.choice(["day", "day", "time", "week", "month", "quarter"])
        who: dict[int, Any] = {}
        for _ in range(luck.choice([1, 1, 2, 3])):
            one, body = luck.choice(people), luck.choice([None, *organizations])
            part = luck.choice(["participant", "participant", "host", "guest"])
            who[one] = (one, body, part)
        if luck.random() < 0.5:
            body = luck.choice(organizations)
            who[body] = body
        engagement(
            luck.choice(offices),
            some_day(luck) if luck.random() < 0.93 else None,
            *who.values(),
            form=luck.choice(FORMS),
            role=luck.choice(["R1", "R2", "R3", "R4"]),
            precision=precision,
            owner=luck.choice([None, world.officer.id, world.colleague.id]),
        )
    for _ in range(60):
        made = some_day(luck)
        end = luck.choice(["open", "open", "done", "done", "broken", "withdrawn"])
        closed = (dt.date.fromisoformat(made) + dt.timedelta(days=luck.randrange(60))).isoformat()
        ends: dict[str, Any] = {"done": closed} if end == "done" else {"ended": (end, f"{closed} 05:00")} if end != "open" else {}
        due = (dt.date.fromisoformat(made) + dt.timedelta(days=luck.randrange(60))).isoformat() if luck.random() < 0.9 else None
        body = luck.choice([None, *organizations])
        commitment(luck.choice(offices), luck.choice(["ours", "theirs"]), due, made=made, organization_id=body, **ends)


class Recount:
    """The whole tables as lists of rows, and loops over them."""

    def __init__(self, office_ids: set[int], period: Period, filters: Filters) -> None:
        self.office_ids, self.period, self.filters = office_ids, period, filters
        self.last = min(period.end, TODAY)
        self.stakeholders = {row.id: row for row in rows("select * from stakeholders")}
        self.category = {row.id: row.category for row in rows("select * from organizations")}
        channels = {row.id: row.channel for row in rows("select * from interactions")}
        self.engagements = [row for row in rows("select * from engagements") if row.office_id in office_ids]
        self.form = {row.id: channels.get(row.id, row.kind) for row in self.engagements}
        self.parts: dict[int, list[Any]] = defaultdict(list)
        for row in rows("select * from participations"):
            if row.role != "host":
                self.parts[row.engagement_id].append(row)
        self.commitments = [row for row in rows("select * from commitments") if row.office_id in office_ids]

    def fits(self, row: Any) -> bool:
        ids = {row.stakeholder_id, row.organization_id} - {None}
        if self.filters.stakeholder_id and self.filters.stakeholder_id not in ids:
            return False
        return not self.filters.category or self.filters.category in {self.category.get(one) for one in ids}

    def counted(self) -> list[Any]:
        if not self.filters.any:
            return self.engagements
        return [row for row in self.engagements if any(self.fits(part) for part in self.parts[row.id])]

    def within(self) -> list[Any]:
        return [row for row in self.counted() if (on := day(row.occurred_on)) and self.period.start <= on <= self.last]

    def met(self, first: dt.date | None, last: dt.date, narrowed: bool = True) -> set[int]:
        found: set[int] = set()
        for row in self.engagements:
            on = day(row.occurred_on)
            if on is None or (first and on < first) or on > last:
                continue
            for part in self.parts[row.id]:
                if not narrowed or self.fits(part):
                    found |= {part.stakeholder_id, part.organization_id} - {None}
        return found

    def last_seen(self) -> dict[int, dt.date]:
        found: dict[int, dt.date] = {}
        for row in self.engagements:
            on = day(row.occurred_on)
            if on is None or on > self.last:
                continue
            for part in self.parts[row.id]:
                for one in {part.stakeholder_id, part.organization_id} - {None}:
                    found[one] = max(found.get(one, on), on)
        return found

    def asked_for(self, one: int) -> bool:
        wanted = self.filters
        return (not wanted.stakeholder_id or wanted.stakeholder_id == one) and (
            not wanted.category or self.category.get(one) == wanted.category
        )

    def quiet(self) -> set[int]:
        """All were recorded in 2024: whoever was never seen is quiet."""
        seen = self.last_seen()
        mine = {one: row for one, row in self.stakeholders.items() if row.office_id in self.office_ids and row.tier}
        return {
            one
            for one, row in mine.items()
            if self.asked_for(one) and (one not in seen or (self.last - seen[one]).days > TIERS[row.tier])
        }

    def ledger(self, side: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for row in self.commitments:
            if row.side != side or (self.filters.any and not self.fits(row)):
                continue
            due, made = day(row.due_on), day(row.made_on)
            assert made is not None
            closed = day(row.done_on) or (day(str(row.closed_at)[:10]) if row.closed_at else None)
            if made <= self.last and (closed is None or closed > self.last):
                found["open"] += 1
                found["overdue"] += due is not None and due < self.last
            if closed is not None and self.period.start <= closed <= self.last:
                kept = "kept" if due is None or closed <= due else "late"
                found[kept if row.state == "done" else row.state] += 1
        return found


def rows(statement: str) -> list[Any]:
    return list(db.session.execute(sa.text(statement)))


def day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


PERIODS = [
    Period.week(dt.date(2026, 11, 18)),
    Period.week(TODAY),
    Period.month(dt.date(2026, 10, 1)),
    Period.quarter(dt.date(2026, 9, 1)),
    Period.of(dt.date(2025, 6, 1), dt.date(2026, 11, 20)),
]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counted_again(seed: int, world: World, clock: Clock, acting: Callable[..., Any]) -> None:
    clock.freeze("2026-11-24 09:00")
    luck = random.Random(seed)
    with acting(scopes.system_scope("plant")):
        plant(world, luck)
    with acting(world.manager):
        ids = [row.id for row in rows("select id from stakeholders order by id")]
        asked = [Filters(), Filters(category="media"), Filters(stakeholder_id=luck.choice(ids)), Filters(stakeholder_id=ids[0])]
        for period in PERIODS:
            for filters in asked:
                check(world, period, filters)


def check(world: World, period: Period, filters: Filters) -> None:
    report = coordination_report(viewers.scope_of(world.manager), world.sgr, period, tier_days=TIERS, filters=filters)
    again = Recount({world.sgr.id, world.sgr_lng.id}, period, filters)
    within = again.within()
    figures = report.engagements
    assert figures.total == len(within)
    assert figures.undated == sum(row.occurred_on is None for row in again.counted())
    assert figures.coarse == sum(row.precision in {"week", "month", "quarter"} for row in within)
    assert {row.key: row.count for row in figures.by_kind if row.count} == Counter(row.kind for row in within)
    assert {row.key: row.count for row in figures.by_form if row.count} == Counter(again.form[row.id] for row in within)
    assert {row.key: row.count for row in figures.by_role if row.count} == Counter(row.role for row in within)
    assert {f"{row.month:%Y-%m}": row.total for row in figures.by_month if row.total} == Counter(
        str(row.occurred_on)[:7] for row in within
    )
    assert {row.user_id: row.engagements for row in report.work if row.engagements} == Counter(row.owner_id for row in within)

    now = again.met(period.start, again.last)
    earlier = again.met(None, period.start - dt.timedelta(days=1), narrowed=False)
    assert report.stakeholders.reached == len(now)
    assert report.stakeholders.new == len(now - earlier)
    assert report.stakeholders.people == sum(again.stakeholders[one].kind == "person" for one in now)
    assert {row.key: row.count for row in report.stakeholders.by_category if row.count} == Counter(
        again.category[one] for one in now if one in again.category
    )
    assert {row.stakeholder_id for row in report.stakeholders.quiet} == again.quiet()
    for side, ledger in (("ours", report.commitments.ours), ("theirs", report.commitments.theirs)):
        counted = again.ledger(side)
        names = ("open", "overdue", "kept", "late", "broken", "withdrawn")
        assert {name: getattr(ledger, name) for name in names} == {name: counted[name] for name in names}
