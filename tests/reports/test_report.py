"""The report of a little world, counted by hand, on both databases."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from crm.accounts import viewer as viewers
from crm.core import scope as scopes
from crm.core.db import db
from crm.core.scope import OutOfScope
from crm.engagements.models import Participation
from crm.reports.figures import CoordinationReport, Filters, Ledger, to_json
from crm.reports.periods import Period
from crm.reports.service import coordination_report
from tests.conftest import Clock
from tests.reports.factories import at, day, engagement, organization, person
from tests.reports.little_world import Planted, plant
from tests.world import World

TIERS = {1: 30, 2: 91, 3: 365}
WEEK = Period.week(day("2026-11-18"))


@pytest.fixture
def planted(world: World, clock: Clock, acting: Callable[..., Any]) -> Planted:
    clock.freeze("2026-11-24 09:00")
    with acting(scopes.system_scope("plant")):
        return plant(world)


@pytest.fixture
def make(world: World, acting: Callable[..., Any]) -> Callable[..., CoordinationReport]:
    def made(user: Any = None, office: Any = None, period: Period = WEEK, **filters: Any) -> CoordinationReport:
        who = user or world.manager
        with acting(who):
            return coordination_report(
                viewers.scope_of(who), office or world.sgr, period, tier_days=TIERS, filters=Filters(**filters)
            )

    return made


def counts(rows: Any) -> dict[str, tuple[int, int | None]]:
    return {row.key: (row.count, row.before) for row in rows}


def test_engagements(planted: Planted, make: Callable[..., CoordinationReport]) -> None:
    figures = make().engagements
    assert (figures.total, figures.before, figures.undated, figures.coarse) == (8, 2, 2, 1)
    assert counts(figures.by_kind) == {"interaction": (6, 1), "meeting": (2, 1)}
    assert counts(figures.by_form) == {
        "call": (2, 1), "visit": (2, 0), "meeting": (2, 1), "whatsapp": (1, 0), "instagram": (1, 0),
    }  # fmt: skip
    assert [(row.key, row.count, row.before) for row in figures.by_role] == [
        ("R1", 2, 0),
        ("R2", 1, 0),
        ("R3", 5, 2),
        ("R4", 0, 0),
    ]
    assert [(row.month.isoformat(), row.total) for row in figures.by_month] == [("2026-11-01", 8)]
    assert [step.total for step in figures.trend] == [0] * 9 + [1, 2, 8]


def test_stakeholders(planted: Planted, make: Callable[..., CoordinationReport]) -> None:
    figures = make().stakeholders
    # Reached: Disdukcapil, the shared ministry, Budi, Sari, the forum, the radio, Pak Tarjo and the campus.
    assert (figures.reached, figures.organizations, figures.people) == (8, 5, 3)
    # Before: Budi and Disdukcapil on the 15th, the radio on the 9th; only the radio was on record before (the 8th).
    assert (figures.before, figures.new_before) == (3, 2)
    # New: all but Disdukcapil, Budi, the radio (the week before) and the campus (2025).
    assert figures.new == 4
    assert counts(figures.by_category) == {
        "partner-agency": (2, 1), "academia": (1, 0), "community-group": (1, 0), "media": (1, 1),
    }  # fmt: skip
    # Two each: by the last day, then by number. Sari was a guest twice and a host once.
    active = [(row.name, row.engagements, row.last.isoformat()) for row in figures.most_active if row.last]
    assert active[:4] == [
        ("Forum Pekerja Migran", 2, "2026-11-20"),
        ("Sari", 2, "2026-11-19"),
        ("Disdukcapil", 2, "2026-11-18"),
        ("Budi", 2, "2026-11-17"),
    ]
    assert len(active) == 8


def test_quiet(planted: Planted, make: Callable[..., CoordinationReport], world: World, acting: Callable[..., Any]) -> None:
    assert make().stakeholders.quiet == ()
    with acting(scopes.system_scope("more")):
        late = organization(world.sgr, "Tepat 31 hari", tier=1)
        engagement(world.sgr, "2026-10-22", late)
        just = organization(world.sgr, "Tepat 30 hari", tier=1)
        engagement(world.sgr, "2026-10-23", just)
        never = organization(world.sgr, "Belum pernah", tier=3, made=_moment("2025-11-20"), owner_id=world.officer.id)
        organization(world.sgr, "Baru dicatat", tier=1, made=_moment("2026-11-01"))
        organization(world.sgr, "Tanpa irama")
        organization(world.sgr, "Diarsipkan", tier=1, archived_at=_moment("2026-01-01"))
        hosted = organization(world.sgr, "Hanya tuan rumah", tier=2)
        engagement(world.sgr, "2026-11-20", (hosted, hosted, "host"))
        later = organization(world.sgr, "Baru Senin", tier=1)
        engagement(world.sgr, "2026-11-23", later)
        organization(world.wnm, "Kantor saudara", tier=1)
        person(world.sgr, "Tidak mau dihubungi", tier=1, do_not_contact_at=_moment("2026-01-01"))
        absent = person(world.sgr, "Diundang, tidak hadir", tier=1, made=_moment("2026-09-01"))
        meeting = engagement(world.sgr, "2026-11-20", (absent, None), form="meeting")
        db.session.query(Participation).filter_by(engagement_id=meeting).one().has_attended = False
    figures = make().stakeholders
    assert [(row.name, row.last and row.last.isoformat(), row.days, row.interval) for row in figures.quiet] == [
        ("Baru Senin", None, 1056, 30),
        ("Hanya tuan rumah", None, 1056, 91),
        ("Belum pernah", None, 367, 365),
        ("Diundang, tidak hadir", None, 82, 30),
        ("Tepat 31 hari", "2026-10-22", 31, 30),
    ]
    assert figures.quiet[2].stakeholder_id == never
    assert figures.quiet[2].owner == world.officer.name
    assert figures.quiet_total == 5
    # A week before, on the 15th: the first two of these, the forum (first met on the 20th), the campus (last met in 2025) and
    # who had been invited to nothing yet.
    assert figures.quiet_before == 5
    assert just not in {row.stakeholder_id for row in figures.quiet}


def _moment(text: str) -> dt.datetime:
    return at(day(text))


def test_commitments(planted: Planted, make: Callable[..., CoordinationReport], world: World) -> None:
    figures = make().commitments
    assert figures.ours == Ledger(open=3, overdue=2, kept=2, late=1, broken=1, withdrawn=0)
    assert figures.theirs == Ledger(open=1, overdue=1, kept=1, late=0, broken=0, withdrawn=1)
    # On the 15th: ours open but for the one kept and the one broken that day; theirs the three.
    assert figures.before == Ledger(open=10, overdue=4, kept=1, late=0, broken=1, withdrawn=0)
    assert [(row.commitment_id, row.text, row.ours, row.party, row.days, row.owner) for row in figures.overdue] == [
        (planted.overdue_theirs, "Daftar tamu", False, "Pak Tarjo", 12, None),
        (planted.overdue_ours, "Kirim data kedatangan", True, "Disdukcapil", 3, world.officer.name),
        (planted.overdue_ours + 2, "Kirim data", True, None, 2, None),
    ]


def test_topics_and_work(planted: Planted, make: Callable[..., CoordinationReport], world: World) -> None:
    report = make()
    assert [(row.name, row.count, row.before) for row in report.topics] == [("data WNA", 3, 1), ("paspor", 2, 0)]
    assert [(row.name, row.engagements, row.closed) for row in report.work] == [
        (world.officer.name, 4, 3),
        (world.colleague.name, 2, 1),
        (world.local_officer.name, 1, 0),
        (None, 1, 2),
    ]


def test_one_office_alone_and_the_one_above(planted: Planted, make: Callable[..., CoordinationReport], world: World) -> None:
    lounge = make(office=world.sgr_lng)
    assert (lounge.engagements.total, lounge.stakeholders.reached, lounge.commitments.all.open) == (1, 2, 1)
    assert lounge.office.below == 0
    above = make(user=world.regional, office=world.knk)
    assert (above.engagements.total, above.office.below) == (9, 3)
    # The shared ministry was met by both: one stakeholder.
    assert above.stakeholders.reached == 9


def test_the_sister_office_does_not_exist(planted: Planted, make: Callable[..., CoordinationReport], world: World) -> None:
    with pytest.raises(OutOfScope):
        make(office=world.wnm)
    with pytest.raises(OutOfScope):
        make(user=world.sister_manager, office=world.sgr)
    sister = make(user=world.sister_manager, office=world.wnm)
    assert (sister.engagements.total, sister.commitments.all.open) == (1, 1)
    assert {row.name for row in sister.stakeholders.most_active} == {"Rahasia Wanamaya", "Kementerian Bersama"}
    everything = str(to_json(make(), []))
    assert "Rahasia" not in everything


def test_narrowed_to_one_stakeholder(planted: Planted, make: Callable[..., CoordinationReport]) -> None:
    report = make(stakeholder_id=planted.disduk, stakeholder_name="Disdukcapil")
    assert (report.engagements.total, report.engagements.before, report.engagements.undated) == (2, 1, 1)
    # Disdukcapil, and Budi and Sari who spoke for it.
    assert report.stakeholders.reached == 3
    assert report.commitments.all == Ledger(open=1, overdue=1)
    assert [row.name for row in report.topics] == ["data WNA", "paspor"]
    budi = make(stakeholder_id=planted.budi)
    assert (budi.engagements.total, budi.stakeholders.reached) == (2, 2)


def test_narrowed_to_a_category(planted: Planted, make: Callable[..., CoordinationReport]) -> None:
    report = make(category="media")
    assert (report.engagements.total, report.engagements.before, report.stakeholders.reached) == (1, 1, 1)
    assert counts(report.stakeholders.by_category) == {"media": (1, 1)}
    assert make(category="own-unit").engagements.total == 0


def test_a_week_that_is_not_over_counts_up_to_today(planted: Planted, make: Callable[..., CoordinationReport]) -> None:
    report = make(period=Period.week(day("2026-11-24")))
    assert not report.finished
    assert (report.engagements.total, report.engagements.before) == (1, 8)
    future = make(period=Period.month(day("2026-12-24")))
    assert (future.engagements.total, future.stakeholders.reached) == (0, 0)


def test_months_and_years(planted: Planted, make: Callable[..., CoordinationReport]) -> None:
    year = make(period=Period.year(day("2025-06-01")))
    assert (year.engagements.total, year.engagements.before) == (1, 0)
    assert [row.total for row in year.engagements.by_month] == [0] * 5 + [1] + [0] * 6
    span = make(period=Period.of(day("2025-01-01"), day("2026-11-24")))
    assert span.engagements.total == 13


def test_json_has_the_keys_that_were_asked_for(planted: Planted, make: Callable[..., CoordinationReport]) -> None:
    found = to_json(make(), ["Satu."])
    assert list(found) == ["period", "office", "engagements", "stakeholders", "commitments", "topics", "mail", "narrative"]
    assert found["period"]["from"] == "2026-11-16"
    assert found["period"]["to"] == "2026-11-22"
    assert found["office"]["code"] == "SGR"
    assert found["engagements"]["by_kind"] == {"interaction": 6, "meeting": 2}
    assert found["engagements"]["by_month"] == {"2026-11": 8}
    assert found["engagements"]["by_role"] == {"R1": 2, "R2": 1, "R3": 5, "R4": 0}
    assert {"total", "undated", "coarse", "by_kind", "by_month", "by_role"} <= found["engagements"].keys()
    assert {"reached", "new", "by_category", "quiet"} <= found["stakeholders"].keys()
    assert {"open", "overdue", "kept", "late", "broken", "withdrawn"} <= found["commitments"].keys()
    assert (found["commitments"]["open"], found["commitments"]["kept"]) == (4, 3)
    assert found["narrative"] == ["Satu."]
