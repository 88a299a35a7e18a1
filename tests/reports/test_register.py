"""The report on the imported register of ministers' meetings, against SQL that was written apart from ours."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.cli.imports import import_files
from crm.cli.report import report as report_commands
from crm.core import scope as scopes
from crm.core.db import db
from tests.conftest import Clock
from tests.world import World

QUARTERS = [
    ("2012-01-01", "2012-03-31"),
    ("2012-10-01", "2012-12-31"),
    ("2013-04-01", "2013-06-30"),
    ("2010-01-01", "2024-12-31"),
]


def one(statement: str, **values: Any) -> Any:
    return db.session.execute(sa.text(statement), values).scalar()


def grouped(statement: str, **values: Any) -> dict[str, int]:
    return {str(key): number for key, number in db.session.execute(sa.text(statement), values)}


@pytest.fixture
def register(app: Flask, world: World, shared: Path, clock: Clock) -> Flask:
    clock.freeze("2026-11-24 09:00")
    files = sorted(str(place) for place in (shared / "data" / "meetings").glob("*.csv"))
    result = app.test_cli_runner().invoke(
        import_files, [*files, "--profile", "uk-ministers-meetings", "--office", "SGR", "--by", world.officer.email]
    )
    assert result.exit_code == 0, result.output
    return app


def made(app: Flask, first: str, last: str, office: str = "SGR") -> dict[str, Any]:
    arguments = ["coordination", "--office", office, "--from", first, "--to", last, "--language", "en"]
    result = app.test_cli_runner().invoke(report_commands, arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


GUESTS = """
    select p.stakeholder_id as sid, e.occurred_on from participations p join engagements e on e.id = p.engagement_id
    where e.office_id = :office and p.role <> 'host' and e.occurred_on is not null
    union
    select p.organization_id, e.occurred_on from participations p join engagements e on e.id = p.engagement_id
    where e.office_id = :office and p.role <> 'host' and e.occurred_on is not null and p.organization_id is not null
"""


def test_the_register(register: Flask, world: World, acting: Callable[..., Any]) -> None:
    reports = {span: made(register, *span) for span in QUARTERS}
    office = world.sgr.id
    with acting(scopes.system_scope("count the register")):
        for (first, last), report in reports.items():
            asked = {"office": office, "first": first, "last": last}
            within = "from engagements where office_id = :office and occurred_on between :first and :last"
            figures = report["engagements"]
            assert figures["total"] == one(f"select count(*) {within}", **asked)
            assert figures["coarse"] == one(f"select count(*) {within} and precision in ('month', 'quarter')", **asked)
            assert figures["undated"] == one(
                "select count(*) from engagements where office_id = :office and occurred_on is null", office=office
            )
            assert figures["by_kind"] == grouped(f"select kind, count(*) {within} group by kind", **asked)
            roles = grouped(f"select role, count(*) {within} group by role", **asked)
            assert {key: number for key, number in figures["by_role"].items() if number} == roles
            days = db.session.execute(sa.text(f"select occurred_on, count(*) {within} group by occurred_on"), asked)
            months: dict[str, int] = {}
            for day, number in days:
                months[str(day)[:7]] = months.get(str(day)[:7], 0) + number
            assert {key: number for key, number in figures["by_month"].items() if number} == months
            reached = f"select count(distinct sid) from ({GUESTS}) g where occurred_on between :first and :last"
            assert report["stakeholders"]["reached"] == one(reached, **asked)
            new = f"select count(*) from (select sid, min(occurred_on) as met from ({GUESTS}) g group by sid) h"
            assert report["stakeholders"]["new"] == one(f"{new} where met between :first and :last", **asked)
            assert report["stakeholders"]["by_category"] == grouped(
                f"select o.category, count(distinct sid) from ({GUESTS}) g join organizations o on o.id = g.sid "
                "where occurred_on between :first and :last group by o.category",
                **asked,
            )
    everything = reports["2010-01-01", "2024-12-31"]
    assert everything["engagements"]["total"] + everything["engagements"]["undated"] == 1511
    assert 3 <= len(everything["narrative"]) <= 6
    # The sister office has none of it.
    assert made(register, "2010-01-01", "2024-12-31", office="WNM")["engagements"]["total"] == 0
