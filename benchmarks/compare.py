"""The pages of a big and of a tiny office against the bare application, on SQLite and on PostgreSQL, and what the processes weigh afterwards."""

import argparse
import csv
import datetime as dt
import json
import os
import re
import secrets
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from benchmarks import build, servers
from benchmarks.servers import BARE, PYTHON, ROOT, Client, Taken, measure
from crm.accounts.models import User, UserSession
from crm.accounts.viewer import SESSION_KEY
from crm.app import create_app
from crm.core import clock, migrations, tokens, transaction
from crm.core.db import db
from crm.engagements.models import Participation
from crm.offices.models import Office
from crm.stakeholders.models import Stakeholder
from tests import postgres_server

MEMORY_GOAL, IMPORT_GOAL = 110, 8  # MB; per cent of bare executemany
KEY = "only-for-benchmarks-0123456789-0123456789"
BARE_PORT, OUR_PORT = 8990, 8991
QUARTER = ("2026-07-01", "2026-09-30")
GOALS = {
    "list, first page": ("list", 15), "list, later page": ("list", 15), "record, 50 entries": ("record", 30), "half-name search": ("search", 1),
    "quick-log save": ("save", 20), "report of a quarter": ("list", 40),
}  # fmt: skip


Figures = dict[str, Taken]  # by page, for one server and one viewer


def run(folder: Path, given: argparse.Namespace) -> None:
    if not BARE.exists():
        sys.exit("skipped: shared material absent (shared/bench/bare.py is what everything is measured against)")
    bare_db = folder / "bare.db"
    size = ["--people", str(given.people), "--engagements", str(given.engagements), "--offices", str(given.offices)]
    subprocess.run([str(PYTHON), str(BARE), "make", str(bare_db), *size], check=True)
    kinds = ["sqlite", "postgres"] if given.database == "both" else [given.database]
    for kind in kinds:
        place = folder / kind
        place.mkdir()
        _compare(kind, place, bare_db, given)


def _compare(kind: str, folder: Path, bare_db: Path, given: argparse.Namespace) -> None:
    url = f"sqlite:///{folder / 'mitra.db'}" if kind == "sqlite" else postgres_server.fresh(f"bench_{os.getpid()}")
    env = {
        "DATABASE_URL": url,
        "CRM_DATA": str(folder),
        "MODE": "development",
        "SECRET_KEY": KEY,
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{OUR_PORT}",
        "LOG_LEVEL": "WARNING",
    }
    os.environ.update(env)
    app = create_app()
    migrations.upgrade(app)
    started = time.monotonic()
    build.build(app, people=given.people, engagements=given.engagements, offices=given.offices)
    size = f"{given.people:,} people, {given.engagements:,} engagements, {given.offices} offices"
    print(f"\n== {kind}: {size}, built in {time.monotonic() - started:.0f} s")
    offices = {"big office": 1, "office of 0.02 %": given.offices}
    viewers = {name: _viewer(app, number) for name, number in offices.items()}
    with app.app_context():
        db.engine.dispose()
    with servers.bare_server(bare_db, BARE_PORT) as bare_server, servers.our_server(env, OUR_PORT) as ours:
        worker = subprocess.Popen(
            [str(PYTHON), "-m", "crm.worker"], env={**os.environ, **env}, cwd=ROOT, stdout=sys.stderr, stderr=sys.stderr
        )
        try:
            for name, number in offices.items():
                bare = _measure_bare(bare_server.pid, number, given.times, bare_db)
                _print(name, _measure_ours(ours.pid, viewers[name], given.times), bare)
            _weigh(ours.pid, worker.pid)
        finally:
            worker.terminate()
            worker.wait(15)
    _import(folder, env, given)


@dataclass(frozen=True)
class Viewer:
    """A signed-in person: the cookie, a CSRF token, and whom of the office they look at."""

    cookie: str
    csrf: str
    record_id: int
    name: str


def _viewer(app: Flask, number: int) -> Viewer:
    """A session row and its cookie, as signing in makes them; and a person of the office with fifty engagements."""
    token, raw = tokens.make(), secrets.token_hex(20)
    with app.app_context(), transaction.unit(build.SYSTEM) as session:
        office = session.scalars(sa.select(Office).where(Office.code == f"K{number:02}")).one()
        user = session.scalars(sa.select(User).where(User.office_id == office.id)).one()
        moment = clock.now()
        session.add(
            UserSession(
                token_hash=tokens.digest(token),
                user_id=user.id,
                created_at=moment,
                last_seen_at=moment,
                expires_at=moment + dt.timedelta(hours=12),
                agent="benchmark",
            )
        )
        person = session.scalars(
            sa.select(Stakeholder)
            .where(Stakeholder.office_id == office.id, Stakeholder.kind == "person")
            .order_by(Stakeholder.id)
            .limit(1)
        ).one()
        _give_fifty(person, office.id)
        record_id, name = person.id, person.name
    with app.test_request_context():
        kept = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = kept.dumps({SESSION_KEY: token, "csrf_token": raw})
    csrf = URLSafeTimedSerializer(KEY, salt="wtf-csrf-token").dumps(raw)
    return Viewer(f"{app.config['SESSION_COOKIE_NAME']}={cookie}", str(csrf), record_id, name)


def _give_fifty(person: Stakeholder, office_id: int) -> None:
    """Let the person take part in engagements of the office until there are fifty."""
    mine = sa.select(Participation.engagement_id).where(Participation.stakeholder_id == person.id)
    have = len(db.session.scalars(mine).all())
    others = (
        sa.select(Participation)
        .where(Participation.office_id == office_id, Participation.engagement_id.not_in(mine))
        .order_by(Participation.id)
    )
    for other in db.session.scalars(others.limit(max(0, 60 - have))):
        db.session.add(
            Participation(
                engagement_id=other.engagement_id, stakeholder_id=person.id, organization_id=other.organization_id, office_id=office_id,
                occurred_on=other.occurred_on, sort_at=other.sort_at,
            )
        )  # fmt: skip


def _measure_bare(server: int, office: int, times: int, database: Path) -> Figures:
    client = Client(BARE_PORT)
    with sqlite3.connect(database) as there:
        person, name = there.execute("select id, name from person where office=? order by id limit 1", (office,)).fetchone()
        middle = there.execute(
            "select name, id from person where office=? order by name, id limit 1 offset 100", (office,)
        ).fetchone() or ("", 0)
    there.close()
    form = {"office": str(office), "person": str(person), "title": "Koordinasi", "summary": build.SUMMARY}
    for _n in range(55):
        client.post("/save", form)
    fragment = name.split()[0][:4].lower()
    pages = {
        "list": lambda _n: client.get(f"/list?office={office}"),
        "later": lambda _n: client.get(f"/list?office={office}&after={middle[0].replace(' ', '+')},{middle[1]}"),
        "record": lambda _n: client.get(f"/record/{person}"),
        "search": lambda _n: client.get(f"/search?office={office}&q={fragment}"),
    }
    figures = {page: measure(server, ask, times) for page, ask in pages.items()}
    figures["save"] = measure(server, lambda _n: client.post("/save", form), times, allowed=(303,))
    return figures


def _measure_ours(server: int, viewer: Viewer, times: int) -> Figures:
    client = Client(OUR_PORT, {"Cookie": viewer.cookie})
    status, body = client.get("/stakeholders")
    later = re.search(rb'href="(/stakeholders\?[^"]*after=[^"]*)"', body)
    later_url = later.group(1).decode().replace("&amp;", "&") if later else "/stakeholders"
    fragment = viewer.name.split()[0][:4].lower()
    pages = {
        "list, first page": lambda _n: client.get("/stakeholders"),
        "list, later page": lambda _n: client.get(later_url),
        "record, 50 entries": lambda _n: client.get(f"/stakeholders/{viewer.record_id}"),
        "half-name search": lambda _n: client.get(f"/search?q={fragment}"),
        "report of a quarter": lambda _n: client.get(f"/reports/coordination?from={QUARTER[0]}&to={QUARTER[1]}"),
    }
    figures = {
        page: measure(server, ask, times if page != "report of a quarter" else max(10, times // 4)) for page, ask in pages.items()
    }

    def save(n: int) -> tuple[int, bytes]:
        form = {
            "csrf_token": viewer.csrf,
            "form_key": secrets.token_urlsafe(18),
            "text": f"telp {viewer.name}: koordinasi layanan {n} #jadwal !besok kirim surat",
        }
        return client.post("/interactions/quick-log", form)

    figures["quick-log save"] = measure(server, save, times, allowed=(303,))
    return figures


def _print(name: str, ours: Figures, bare: Figures) -> None:
    """Wall time is what the goals are about. Processor time says the same on a busy machine, but not what PostgreSQL does in its own processes."""
    print(f"\n{name}, load {os.getloadavg()[0]:.1f}")
    print(
        f"{'':<20} {'ours ms':>9} {'p95':>8} {'bare ms':>9} {'ratio':>7} {'goal':>6} {'':<8} {'cpu ms':>8} {'bare cpu':>9} {'ratio':>7}"
    )
    for page, (against, goal) in GOALS.items():
        mine, theirs = ours[page], bare[against]
        ratio = mine.median / theirs.median
        print(
            f"{page:<20} {mine.median:9.1f} {mine.p95:8.1f} {theirs.median:9.2f} {ratio:7.1f} {goal:>5}x {_said(ratio <= goal):<8} "
            f"{mine.cpu:8.1f} {theirs.cpu:9.2f} {mine.cpu / theirs.cpu:7.1f}"
        )


def _said(is_reached: bool) -> str:
    return "reached" if is_reached else "missed"


def _weigh(server: int, worker: int) -> None:
    print(f"\nresident memory afterwards, goal {MEMORY_GOAL} MB each")
    for name, pid in [*(("web process", pid) for pid in servers.children(server)), ("job worker", worker)]:
        print(f"  {name:<12} {servers.resident(pid):6.1f} MB {_said(servers.resident(pid) <= MEMORY_GOAL)}")


def _import(folder: Path, env: dict[str, str], given: argparse.Namespace) -> None:
    """A list of contacts through the command line, against executemany of the same rows into a bare table."""
    rows = [
        (f"Orang Baru {n} {secrets.token_hex(3)}", f"Dinas {n % 2000}", f"Staf {n % 50}", f"b{n}@contoh.example", f"0813{n:08d}")
        for n in range(given.contacts)
    ]
    with (folder / "contacts.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["name", "organization", "position", "email", "phone"])
        writer.writerows(rows)
    bare = _executemany(folder / "executemany.db", rows)
    command = [
        str(PYTHON),
        "-m",
        "flask",
        "crm",
        "import",
        str(folder / "contacts.csv"),
        "--profile",
        "contacts",
        "--office",
        "K02",
        "--json",
    ]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - started
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout)
    share = bare / taken * 100
    read = told["rows"]
    print(f"\nimport of {read:,} contacts: {taken:.1f} s, {read / taken:,.0f} rows/s, load {os.getloadavg()[0]:.1f}")
    print(f"{told['new']:,} new, {told['problems']} problems")
    print(
        f"bare executemany of the same rows: {bare:.2f} s; ours reaches {share:.2f} % of it, goal {IMPORT_GOAL} %: {_said(share >= IMPORT_GOAL)}"
    )


def _executemany(path: Path, rows: list[tuple[str, ...]]) -> float:
    there = sqlite3.connect(path, isolation_level=None)
    there.execute("pragma journal_mode=WAL")
    there.execute("pragma synchronous=FULL")
    there.execute(
        "create table person(id integer primary key, name text not null, organization text, position text, email text, phone text)"
    )
    started = time.perf_counter()
    there.execute("begin")
    there.executemany("insert into person(name, organization, position, email, phone) values(?, ?, ?, ?, ?)", rows)
    there.execute("commit")
    taken = time.perf_counter() - started
    there.close()
    return taken
