"""F-12 and F-23 on two connections at once: deadlocks are tried again, a form sent many times at once is one record."""

import contextvars
import secrets
import threading

import pytest
import sqlalchemy as sa
from flask import Blueprint, request

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.access import public
from crm.core.db import db
from crm.core.pages import done
from crm.stakeholders.models import Topic
from tests.browser import Browser
from tests.databases import make_app

bp = Blueprint("faults", __name__)
meeting_point: threading.Barrier | None = None
tries: list[str] = []


@bp.route("/faults/bulk", methods=["GET", "POST"])
@public
def bulk():
    """Renames two topics in the order given, and waits in between until the other one stands there too (the first time)."""
    if request.method == "GET":
        return "<title>x</title><h1>x</h1>"
    who, order = request.form["who"], request.form["order"].split(",")
    tries.append(who)
    for name in order:
        statement = sa.update(Topic.__table__).where(Topic.__table__.c.name_match == name)
        db.session.execute(statement.values(name=Topic.__table__.c.name + who))
        if name == order[0] and tries.count(who) == 1 and meeting_point is not None:
            meeting_point.wait(10)
    return done("Saved.", "faults.bulk")


@bp.post("/faults/hopeless")
@public
def hopeless():
    tries.append("hopeless")
    db.session.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END $$"))
    return done("Saved.", "faults.bulk")


@pytest.fixture
def apart(database, tmp_path):
    """An application of its own with these views, on the test's database with two topics."""
    database.reset()
    tries.clear()
    application = make_app(database.url, tmp_path, RAISE_UNEXPECTED=False)
    application.register_blueprint(bp)
    database.is_dirty = True
    with application.app_context(), transaction.unit(scopes.system_scope("two topics")) as session:
        session.add_all([Topic(name="a"), Topic(name="b")])
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def names(application):
    with application.app_context(), transaction.unit(scopes.system_scope("look")) as session:
        return session.scalars(sa.select(Topic.name).order_by(Topic.id)).all()


def at_once(*calls):
    answers = [None] * len(calls)

    def run(number, call):
        answers[number] = contextvars.Context().run(call)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


# F-12
def test_two_bulk_changes_in_opposite_order_both_happen(apart, database):
    global meeting_point
    if database.kind == "sqlite":
        pytest.skip("SQLite has one writer at a time: nothing can deadlock")
    meeting_point = threading.Barrier(2)
    try:
        answers = at_once(
            lambda: Browser(apart).post("/faults/bulk", {"who": "1", "order": "a,b"}),
            lambda: Browser(apart).post("/faults/bulk", {"who": "2", "order": "b,a"}),
        )
    finally:
        meeting_point = None
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [sorted(name) for name in names(apart)] == [["1", "2", "a"], ["1", "2", "b"]]
    assert len(tries) == 3  # the victim once more


# F-12
def test_after_three_tries_a_person_is_told_and_keeps_the_text(apart, database):
    if database.kind == "sqlite":
        pytest.skip("SQLite knows no serialization failure")
    page = Browser(apart).post("/faults/hopeless", {"note": "jangan hilang"}, status=409)
    assert tries == ["hopeless"] * 3
    assert "jangan hilang" in page.text


# F-23
def test_a_form_sent_three_times_at_once_is_one_record_with_one_answer(app, world, acting, database):
    browsers = [Browser(app).sign_in(world.officer) for _ in range(3)]
    form = {"name": "Sekali Saja", "category": "media", "form_key": secrets.token_urlsafe(18)}
    answers = at_once(*[lambda b=b: b.post("/stakeholders/organizations/new", form) for b in browsers])
    assert len({answer.headers["Location"] for answer in answers}) == 1
    with acting(world.officer) as session:
        found = session.execute(sa.text("select count(*) from stakeholders where name = 'Sekali Saja'")).scalar_one()
        assert found == 1


# F-23
def test_the_key_of_somebody_elses_form_gives_nothing_away(app, world, acting):
    form = {"name": "Milik Suparmi", "category": "media", "form_key": secrets.token_urlsafe(18)}
    Browser(app).sign_in(world.officer).post("/stakeholders/organizations/new", form)
    answer = (
        Browser(app)
        .sign_in(world.sister_officer)
        .post("/stakeholders/organizations/new", {**form, "name": "Milik Kasmirah"}, status=422)
    )
    assert "Milik Suparmi" not in answer.text
    assert "Milik Kasmirah" in answer.text
