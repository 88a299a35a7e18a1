"""The product as `python3 -m crm` starts it, and people who use it over the network."""

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from crm.bootstrap import ROOT
from crm.core import migrations
from crm.core.db import db
from crm.stakeholders.details import OrganizationDetails
from crm.stakeholders.models import Category
from crm.stakeholders.service import create_organization
from tests import world
from tests.databases import make_app

HOST = "127.0.0.1"
OFFICER = "officer@kanim.example"
QUICK_LOG = "/interactions/quick-log"


class Running:
    """One start, with a data folder and a port of its own."""

    def __init__(self, folder, database_url, mode="development"):
        self.data = folder / "data"
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = free.getsockname()[1]
        settings = {"CRM_DATA": str(self.data), "PORT": str(self.port), "MODE": mode, "DATABASE_URL": database_url}
        self.environment = {**os.environ, **settings}
        self.output = folder / "output.txt"
        with self.output.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crm"], cwd=ROOT, env=self.environment, stdout=out, stderr=subprocess.STDOUT
            )

    def answers(self, path="/readyz"):
        line = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            line.request("GET", path)
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def become_ready(self, seconds):
        self.wait(lambda: self.answers() or self.process.poll() is not None, seconds)
        assert self.process.poll() is None, self.output.read_text()[-3000:]

    def wait(self, truth, seconds):
        until = time.monotonic() + seconds
        while not (answer := truth()):
            assert time.monotonic() < until, f"waited {seconds} s in vain\n{self.output.read_text()[-3000:]}"
            time.sleep(0.05)
        return answer

    def children(self, name, parent=None):
        """Process ids of the module `name` below `parent` (this start when left out)."""
        mother = str(parent or self.process.pid)
        found = []
        for process in Path("/proc").glob("[0-9]*"):  # not ps, which a bare Debian has not
            try:
                is_child = (process / "stat").read_text().rpartition(")")[2].split()[1] == mother
                if is_child and name.encode() in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
            except OSError:
                continue
        return found

    def web_workers(self):
        (web,) = self.children("crm.serve")
        return self.children("crm.serve", parent=web)

    def everyone(self):
        """Everything that this start began and that still runs: the port in the environment tells whose it is."""
        mark = f"PORT={self.port}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
            except OSError:
                continue
        return found

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(timeout=15)

    def command(self, *arguments):
        """`flask crm ...` beside the running product, as whoever looks after it types it."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "crm", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    retry_after: str


class Visitor:
    """A browser without a page: cookies, the CSRF token of the session, one connection a request."""

    def __init__(self, port):
        self.port = port
        self.cookies = {}
        self.csrf = ""

    def get(self, path, timeout=20):
        return self._send("GET", path, None, timeout)

    def post(self, path, fields, timeout=20):
        return self._send("POST", path, {"csrf_token": self.csrf, **fields}, timeout)

    def sign_in(self, email=OFFICER, password=world.PASSWORD):
        self._learn_token("/sign-in")
        answer = self.post("/sign-in", {"email": email, "password": password})
        assert answer.status == 303, answer
        self._learn_token(QUICK_LOG)
        return self

    def log(self, text, key=None):
        """Save one line of the quick log."""
        return self.post(QUICK_LOG, {"text": text, "form_key": key or secrets.token_urlsafe(18)})

    def _learn_token(self, path):
        self.csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).text).group(1)

    def _send(self, method, path, fields, timeout):
        line = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body=body, headers=headers)
            response = line.getresponse()
            text = response.read().decode()
        finally:
            line.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers["Location"] or "", text, response.headers["Retry-After"] or "")


LOST = (OSError, http.client.HTTPException)  # what a visitor of a killed server sees


def office_app(folder, url):
    """An application of the test beside the product: to look at the same database, and to plant the office before the start."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return make_app(url or f"sqlite:///{data / 'mitra.db'}", data)


def plant_office(app):
    """The little world of the tests with one organization to speak with."""
    migrations.upgrade(app)
    world.plant(app)
    with app.app_context(), world.transaction.unit(world.SCOPE):
        offices = {office.code: office for office in db.session.scalars(world.sa.select(world.Office))}
        details = OrganizationDetails(name="Disdukcapil", category=Category.PARTNER_AGENCY)
        create_organization(details, office_id=offices["SGR"].id, by=None)
    rest(app)


def rest(app):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
