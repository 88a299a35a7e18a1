"""AD-01, AD-02, IN-05, XS-03: what is written about people's acts: who, from where, on what; no secret, one line each."""

import io
import json

import pytest
import sqlalchemy as sa
import structlog

from crm.activity.models import ActivityEntry
from crm.core import logging as mitra_logging
from crm.core import transaction
from crm.core.db import db
from crm.files import service as files
from crm.interactions.models import Interaction
from tests.browser import Browser
from tests.security.office import SYSTEM, planted
from tests.world import PASSWORD

HOSTILE = 'curl\r\n{"event":"forged"}\x1b[31m\u2028 <script>alert(1)</script>'


def entries(app, *verbs):
    with app.app_context(), transaction.unit(SYSTEM):
        wanted = sa.select(ActivityEntry).order_by(ActivityEntry.id)
        return list(db.session.scalars(wanted.where(ActivityEntry.verb.in_(verbs)) if verbs else wanted))


def sign_in(browser, email, password, **more):
    data = {"email": email, "password": password, "csrf_token": browser.csrf_token()}
    return browser._request("POST", "/sign-in", data=data, **more)


# AD-02
def test_acts_that_matter_are_written_down_with_who_where_and_what(app, world, acting, jobs):
    from_there = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.77"}}
    assert sign_in(Browser(app), world.officer.email, "salah sekali ini", **from_there).status_code == 422
    assert sign_in(Browser(app), world.officer.email, PASSWORD, **from_there).status_code == 303
    admin = Browser(app).sign_in(world.admin)
    admin.get(f"/users/{world.officer.id}")
    change = {
        "name": world.officer.name,
        "email": world.officer.email,
        "post": "",
        "role": "manager",
        "office_id": str(world.sgr.id),
        "version": "1",
    }
    admin.post(f"/users/{world.officer.id}", change)
    admin.post(f"/users/{world.colleague.id}/disabling")
    viewer = Browser(app).sign_in(world.viewer)
    viewer.get("/users", status=403)
    viewer.post("/commitments/new", {"text": "x"}, status=403)
    viewer.get("/reports/coordination/report.json", status=403)
    expected = [
        ("sign-in-failed", None, world.officer.id, "192.0.2.77"),
        ("signed-in", world.officer.id, world.officer.id, "192.0.2.77"),
        ("changed", world.admin.id, world.officer.id, "127.0.0.1"),
        ("disabled", world.admin.id, world.colleague.id, "127.0.0.1"),
        ("denied", world.viewer.id, world.viewer.id, "127.0.0.1"),
        ("denied", world.viewer.id, world.viewer.id, "127.0.0.1"),
        ("denied", world.viewer.id, world.viewer.id, "127.0.0.1"),
    ]
    found = [entry for entry in entries(app) if entry.subject_kind == "user"]
    assert [(entry.verb, entry.actor_id, entry.subject_id, entry.address) for entry in found] == expected
    assert {entry.office_id for entry in found} == {world.sgr.id}
    assert found[2].changes["role"] == ["officer", "manager"]
    assert [entry.details["permission"] for entry in found[4:]] == ["users:manage", "commitments:write", "exports:make"]
    assert [entry.details["route"] for entry in found[4:]] == [
        "accounts.list_users",
        "commitments.new",
        "reports.coordination_json",
    ]
    assert all(entry.request_id for entry in found)


# AD-02: an import leaves who, from where and which files.
def test_an_import_is_written_down(app, world, acting, jobs):
    browser = Browser(app).sign_in(world.officer)
    page = browser.post(
        "/imports/new",
        {"files": (io.BytesIO(b"Nama\nSutisna Kiriman\n"), "orang.csv"), "kind": "auto", "office_id": str(world.sgr.id)},
    )
    address = page.headers["Location"].rpartition("/")[0]
    browser.post(f"{address}/planning")
    jobs.run_all()
    browser.post(f"{address}/run")
    jobs.run_all()
    (begun,), (started,) = entries(app, "import-begun"), entries(app, "import-started")
    for entry in (begun, started):
        assert (entry.actor_id, entry.office_id, entry.address, entry.subject_kind) == (
            world.officer.id,
            world.sgr.id,
            "127.0.0.1",
            "import",
        )
    assert started.details["files"] == ["orang.csv"]


# AD-02: passwords, tokens and hashes are in no entry, whatever was done with them.
def test_no_secret_is_in_any_entry(app, world, jobs, mailbox):
    browser = Browser(app).sign_in(world.officer)
    typed = ["kereta malam lewat pelan", PASSWORD, "salah sekali begitu"]
    browser.post(
        "/me/password", {"current_password": typed[2], "new_password": typed[0], "repeat_password": typed[0]}, status=422
    )
    browser.post("/me/password", {"current_password": PASSWORD, "new_password": typed[0], "repeat_password": typed[0]})
    stranger = Browser(app)
    stranger.post("/forgotten-password", {"email": world.manager.email})
    sign_in(stranger, "kata sandi saya tertukar", typed[2])
    jobs.run_all()
    (mail,) = mailbox.delivered()
    token = str(mail.payload).partition("/account-link/reset/")[2][:43]
    assert len(token) == 43
    with stranger.client.session_transaction() as kept:
        typed += [str(value) for value in kept.values()]
    with browser.client.session_transaction() as kept:
        typed += [str(value) for value in kept.values()]
    written = " ".join(f"{entry.changes} {entry.details} {entry.actor_name} {entry.verb}" for entry in entries(app))
    assert "password-changed" in written
    assert [secret for secret in [*typed, token, "argon2", "kata sandi saya tertukar"] if secret in written] == []


# IN-05: what a browser, a name or a file says of itself is one line of the log, and one line of the page.
def test_no_client_writes_a_line_of_the_log(app, world, acting, monkeypatch, capsys):
    monkeypatch.setitem(app.config, "RAISE_UNEXPECTED", False)
    mitra_logging.set_up("DEBUG")  # to the captured stream
    try:
        with_agent = {"environ_overrides": {"HTTP_USER_AGENT": HOSTILE, "HTTP_REFERER": HOSTILE, "HTTP_X_REQUEST_ID": HOSTILE}}
        assert sign_in(Browser(app), f"{HOSTILE}@x.example", HOSTILE, **with_agent).status_code in {401, 422}
        assert sign_in(Browser(app), world.officer.email, PASSWORD, **with_agent).status_code == 303
        browser = Browser(app).sign_in(world.viewer)
        browser._request("GET", "/users", **with_agent)
        monkeypatch.setattr("crm.stakeholders.queries.list_page", lambda *_a, **_k: (_ for _ in ()).throw(RuntimeError(HOSTILE)))
        assert browser._request("GET", "/stakeholders?q=%0d%0aforged%1b", **with_agent).status_code == 500
        structlog.get_logger("x").warning("a file", name=HOSTILE, route=HOSTILE)
    finally:
        said = capsys.readouterr().err
        mitra_logging.set_up(app.config["LOG_LEVEL"])
    lines = said.splitlines()
    assert len(lines) >= 4
    read = [json.loads(line) for line in lines]
    assert {line["event"] for line in read} >= {"denied", "incident", "a file"}
    assert "forged" not in {line["event"] for line in read}
    assert not [c for c in said if ord(c) < 32 and c != "\n" or c == "\u2028"]
    assert PASSWORD not in said
    assert world.officer.email not in said


# XS-03: the browser's own name, as the administrator and its owner read it.
def test_the_name_of_a_browser_is_text(app, world):
    agent = {"environ_overrides": {"HTTP_USER_AGENT": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"}}
    browser = Browser(app)
    assert sign_in(browser, world.officer.email, PASSWORD, **agent).status_code == 303
    for page in (browser.get("/me"), Browser(app).sign_in(world.admin).get(f"/users/{world.officer.id}")):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


# IN-05: a file is called what its name says without what commands a terminal or a header.
@pytest.mark.parametrize(
    "name",
    [
        'a\r\nX-Evil: 1".txt',
        "a\x1b[31m.txt",
        "../../a.txt",
        "\u202etxt.exe.txt",
        "a\u2028b.txt",
        "é\U0001f408.txt",
        "x" * 300 + ".txt",
    ],
)
def test_a_file_name_writes_no_header(app, world, acting, name):
    ids = planted(world, acting)
    with acting(world.officer) as session:
        stored = files.store(
            io.BytesIO(b"berkas"), shown_name=name, subject=session.get(Interaction, ids["interaction_id"]), by=world.officer
        )
    with Browser(app).sign_in(world.officer).get(f"/files/{stored.id}") as answer:
        said = answer.headers.get_all("Content-Disposition")
        assert len(said) == 1
        assert "X-Evil" not in answer.headers
        assert said[0].startswith("attachment")
        assert not [c for c in said[0] if ord(c) < 32 or c in "/\\\u202e\u2028"]
