import secrets
import sqlite3
import threading
import time

import pytest
import sqlalchemy as sa
from flask import Blueprint, current_app, request

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.access import public
from crm.core.db import WEB_BUSY_MS, busy_ms, db, write_intent
from crm.core.pages import done
from crm.stakeholders.models import Topic
from tests.browser import Browser
from tests.databases import make_app
from tests.elsewhere import elsewhere

bp = Blueprint("probe", __name__)
closed: list[str] = []


@bp.route("/probe", methods=["GET", "POST"])
@public
def show():
    if request.method == "GET" and request.args.get("write"):
        db.session.add(Topic(name="written by GET"))
        db.session.flush()
    if request.form.get("meanwhile"):
        with transaction.reading():
            db.session.execute(sa.select(Topic)).all()
            if request.form.get("write"):
                db.session.execute(sa.delete(Topic))
            said = request.form["meanwhile"]
            elsewhere(current_app._get_current_object(), sa.insert(Topic).values(name=said, name_match=said))
    if request.method == "POST":
        db.session.add(Topic(name=request.form["name"]))
        db.session.flush()
        if request.form.get("fail"):
            raise ZeroDivisionError
        if request.form.get("refuse"):
            return "no", 422
        if request.form.get("file"):
            answer = current_app.make_response("a file")
            answer.call_on_close(lambda: closed.append(request.form["file"]))
            return answer
        return done("Saved.", "probe.show")
    return "<title>x</title><h1>x</h1>"


@pytest.fixture
def probe(database, tmp_path):
    """An application of its own with one more view, on the test's database."""
    database.reset()
    application = make_app(database.url, tmp_path, RAISE_UNEXPECTED=False)
    application.register_blueprint(bp)
    database.is_dirty = True
    yield Browser(application)
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def topics(browser):
    with browser.app.app_context(), transaction.unit(scopes.system_scope("test")) as session:
        return sorted(session.scalars(sa.select(Topic.name)))


def test_a_form_that_went_well_is_kept(probe):
    probe.post("/probe", {"name": "data WNA"})
    assert topics(probe) == ["data WNA"]


def test_a_refused_form_keeps_nothing(probe):
    probe.post("/probe", {"name": "data WNA", "refuse": "1"}, status=422, check=False)
    assert topics(probe) == []


# WB-10
def test_a_failure_keeps_nothing_and_gives_an_incident_number_and_the_text(probe):
    page = probe.post("/probe", {"name": "jangan hilang", "fail": "1"}, status=500)
    assert topics(probe) == []
    assert "K-" in page.text
    assert "jangan hilang" in page.text
    assert "ZeroDivisionError" not in page.text


# WB-03
# What is written for the answer alone (an export) is let go with it: here a field that no database keeps is refused at the commit.
def test_an_answer_that_cannot_be_kept_is_closed(probe):
    closed.clear()
    probe.post("/probe", {"name": "a", "file": "refused", "other": "\x00"}, status=422)
    assert closed == ["refused"]
    assert topics(probe) == []


def test_a_get_can_write_nothing(probe):
    probe.get("/probe?write=1", status=500)
    assert topics(probe) == []


# F-23
def test_the_same_form_sent_twice_makes_one_record_and_the_same_answer(probe):
    form = {"name": "sekali", "form_key": secrets.token_urlsafe(18)}
    first = probe.post("/probe", form)
    second = probe.post("/probe", form)
    assert topics(probe) == ["sekali"]
    assert second.headers["Location"] == first.headers["Location"]


def test_an_answer_that_leads_nowhere_is_given_anew_and_not_as_an_empty_page(probe):
    """A button that adds a row draws the page with the same key, and the button of a file stays: a second press is a new one."""
    key = secrets.token_urlsafe(18)
    for name in ("satu", "dua"):
        answer = probe.post("/probe", {"name": name, "file": "x", "form_key": key}, status=200, check=False)
        assert answer.text == "a file"
    assert topics(probe) == ["dua", "satu"]


def test_a_form_key_of_a_refused_form_may_be_used_again(probe):
    form = {"name": "kali kedua", "form_key": secrets.token_urlsafe(18)}
    probe.post("/probe", {**form, "refuse": "1"}, status=422, check=False)
    probe.post("/probe", form)
    assert topics(probe) == ["kali kedua"]


# WB-01
def test_without_its_token_a_form_changes_nothing(probe):
    page = probe.post("/probe", {"name": "palsu"}, status=400, csrf=False)
    assert topics(probe) == []
    assert "palsu" in page.text


def test_a_form_from_another_site_is_refused(probe):
    probe.post("/probe", {"name": "lintas"}, status=400, headers={"Sec-Fetch-Site": "cross-site"})
    assert topics(probe) == []


# F: a unique rule broken at the commit gives 422 with the text kept
def test_what_exists_already_gives_422_with_the_text(probe):
    probe.post("/probe", {"name": "kembar"})
    page = probe.post("/probe", {"name": "kembar"}, status=422)
    assert "kembar" in page.text


# F-08
def test_a_locked_database_gives_503_with_the_text_and_lets_readers_through(probe, database):
    if database.kind == "postgres":
        pytest.skip("the file lock is SQLite's")
    held, release = threading.Event(), threading.Event()

    def hold():
        with database.app.app_context(), transaction.unit(scopes.system_scope("hold the lock")) as session:
            session.execute(sa.select(Topic))
            held.set()
            release.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    try:
        probe.get("/probe")
        page = probe.post("/probe", {"name": "tunggu sebentar"}, status=503)
    finally:
        release.set()
        holder.join()
    assert "tunggu sebentar" in page.text
    assert page.headers["Retry-After"]
    probe.post("/probe", {"name": "tunggu sebentar"})
    assert topics(probe) == ["tunggu sebentar"]


def test_who_writes_piece_by_piece_leaves_others_their_turn(app, database):
    """As the preparation of a campaign does: it leaves the lock for a moment only. SQLite's own waiting, every 100 ms, met it once in ten seconds."""
    if database.kind == "postgres":
        pytest.skip("the file lock is SQLite's")
    with app.app_context():
        path = db.engine.url.database
    done = threading.Event()

    def piece_by_piece():
        line = sqlite3.connect(path, isolation_level=None, timeout=30)
        while not done.is_set():
            line.execute("begin immediate")
            time.sleep(0.3)
            line.execute("commit")
            time.sleep(0.002)
        line.close()

    busy = threading.Thread(target=piece_by_piece)
    busy.start()
    token = busy_ms.set(WEB_BUSY_MS)
    try:
        for number in range(6):
            with app.app_context(), transaction.unit(scopes.system_scope("test")) as session:
                session.add(Topic(name=f"giliran {number}"))
    finally:
        busy_ms.reset(token)
        done.set()
        busy.join()
    with app.app_context(), transaction.unit(scopes.system_scope("test")) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Topic)) == 6


def test_a_form_that_reads_for_long_lets_others_write_meanwhile_and_is_kept_itself(probe):
    probe.post("/probe", {"name": "sesudahnya", "meanwhile": "di tengah"})
    assert topics(probe) == ["di tengah", "sesudahnya"]
    probe.post("/probe", {"name": "hilang", "meanwhile": "di tengah", "write": "1"}, status=500, check=False)
    assert topics(probe) == ["di tengah", "sesudahnya"]
    probe.post("/probe", {"name": "dan lagi"})  # nobody stands in the way afterwards
    assert topics(probe) == ["dan lagi", "di tengah", "sesudahnya"]


def test_release_refuses_to_lose_changes(app):
    with app.app_context(), transaction.unit(scopes.system_scope("test")) as session:
        session.add(Topic(name="belum"))
        with pytest.raises(RuntimeError):
            transaction.release()


def test_units_do_not_nest(app):
    scope = scopes.system_scope("test")
    with app.app_context(), transaction.unit(scope), pytest.raises(RuntimeError), transaction.unit(scope):
        pass


def test_sqlite_is_durable_and_keeps_its_foreign_keys(app, database):
    if database.kind == "postgres":
        pytest.skip("pragmas are SQLite's")
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 2  # F-05: FULL
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("pragma foreign_keys").scalar() == 1


def test_writers_take_the_lock_at_begin_and_readers_do_not(app, database):
    if database.kind == "postgres":
        pytest.skip("BEGIN IMMEDIATE is SQLite's")
    with app.app_context():
        token = write_intent.set(False)
        with db.engine.connect() as reader, reader.begin():
            reader.exec_driver_sql("select count(*) from topics").scalar()
            with pytest.raises(sa.exc.OperationalError):
                reader.exec_driver_sql("insert into topics (name, name_match) values ('x', 'x')")
        write_intent.reset(token)
