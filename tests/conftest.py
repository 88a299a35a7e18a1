"""Fixtures of every test: the application on both databases, the little world, the test browser, jobs and the clock.

Each test that touches `app` runs on SQLite and on PostgreSQL, with real commits, in a fresh clone of one migrated database.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright import sync_api as playwright
from xdist.remote import Producer
from xdist.workermanage import WorkerController

from crm.accounts import viewer as viewers
from crm.accounts.models import User
from crm.core import clock as clocks
from crm.core import scope as scopes
from crm.core import transaction
from tests import browser_binary, closed_net, databases, sharing
from tests.browser import Browser
from tests.fakes import JobQueue, Mailbox
from tests.world import World

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=["sqlite", "postgres", "both"], default="both", help="which databases the tests run on"
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        databases.prepare(config)
    else:
        databases.inherit(config, config.workerinput)  # type: ignore[attr-defined]


def pytest_configure_node(node: WorkerController) -> None:
    databases.hand_on(node.workerinput, with_postgres=node.config.getoption("--database") != "sqlite")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> sharing.ByFile:
    return sharing.ByFile(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        kinds = ["sqlite", "postgres"] if chosen == "both" else [chosen]
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def no_other_machine() -> None:
    """Whatever a test does, nothing leaves this machine."""
    closed_net.close()


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> databases.Database:
    return databases.kept(request.param)


@pytest.fixture
def app(database: databases.Database) -> Iterator[Flask]:
    """The application on a clean database. Outside requests, work inside `acting(user)` or `with transaction.unit(...)`."""
    database.reset()
    yield database.app
    clocks.freeze(None)
    scopes.start(None)


@pytest.fixture
def world(app: Flask) -> World:
    """Offices DJI > KNK > SGR (> SGR-LNG), WNM beside SGR, and their people: see tests/world.py."""
    return World(app)


@pytest.fixture
def acting(app: Flask) -> Callable[[User | scopes.Scope], AbstractContextManager[object]]:
    """`with acting(world.officer) as session:` is one committed transaction with that person's scope."""

    @contextmanager
    def act(who: User | scopes.Scope) -> Iterator[object]:
        with app.app_context():
            scope = who if isinstance(who, scopes.Scope) else viewers.scope_of(who)
            with transaction.unit(scope) as session:
                yield session

    return act


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def jobs(app: Flask) -> JobQueue:
    return JobQueue(app)


@pytest.fixture
def mailbox(app: Flask) -> Mailbox:
    return Mailbox(app)


class Clock:
    def freeze(self, moment: str, zone: str = "Asia/Jakarta") -> dt.datetime:
        """Stop the clock at a local time, as in freeze("2026-03-02 09:00")."""
        stopped = dt.datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
        clocks.freeze(stopped)
        return stopped

    def forward(self, **by: float) -> None:
        clocks.freeze(clocks.now() + dt.timedelta(**by))


@pytest.fixture
def clock() -> Iterator[Clock]:
    yield Clock()
    clocks.freeze(None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[playwright.Browser]:
    """One Chromium for everything that needs a real one: a process can run only one Playwright at a time."""
    program = browser_binary.find_or_install()
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(**program.options())
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.exists():
        pytest.skip("shared material absent")
    return SHARED
