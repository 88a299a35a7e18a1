"""Acts that only one of several may do, done by several at the same moment; and names that only look like others."""

import contextvars
import threading

import pytest
import sqlalchemy as sa

from crm.accounts.models import Role, User
from crm.activity.models import ActivityEntry
from crm.commitments.models import Commitment, CommitmentState
from crm.core import transaction
from crm.core.db import db
from crm.interactions.models import Interaction
from tests.accounts.factories import make_user
from tests.browser import Browser
from tests.commitments.factories import make_commitment
from tests.security.office import SYSTEM

HARMLESS = {303, 404, 409, 503}  # done, gone, changed by another, come back later


def at_once(*calls):
    """Call them in threads that wait for each other before they begin."""
    answers, line = [None] * len(calls), threading.Barrier(len(calls))

    def run(number, call):
        line.wait(10)
        answers[number] = contextvars.Context().run(call).status_code

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def look(app, statement):
    with app.app_context(), transaction.unit(SYSTEM):
        return list(db.session.scalars(statement))


def prepared(app, user, url, **fields):
    """A browser of its own that is ready to send a form."""
    browser = Browser(app).sign_in(user)
    data = {"csrf_token": browser.csrf_token(), **fields}
    return lambda: browser._request("POST", url, data=data)


def test_a_commitment_is_closed_once(app, world, acting):
    with acting(world.officer):
        made = make_commitment(world.sgr, "Kirim data", due="2026-03-12", owner_id=world.officer.id)
    url = f"/commitments/{made.id}/closing"
    answers = at_once(*[prepared(app, world.officer, url, state=state) for state in ("done", "broken", "withdrawn")])
    assert set(answers) <= HARMLESS
    assert 303 in answers
    (kept,) = look(app, sa.select(Commitment))
    closings = look(app, sa.select(ActivityEntry.verb).where(ActivityEntry.verb.in_(["done", "broken", "withdrawn"])))
    assert closings == [kept.state.value]
    assert kept.state is not CommitmentState.OPEN


def test_what_was_just_logged_is_taken_back_once(app, world):
    logged = Browser(app).sign_in(world.officer).post("/interactions/quick-log", {"text": "telp: data WNA !senin kirim surat"})
    url = f"{logged.headers['Location']}/undoing"
    answers = at_once(*[prepared(app, world.officer, url) for _ in range(3)])
    assert set(answers) <= HARMLESS
    assert look(app, sa.select(Interaction)) == []
    assert look(app, sa.select(Commitment)) == []
    assert len(look(app, sa.select(ActivityEntry).where(ActivityEntry.verb == "undone"))) == 1


# AU-14: two administrators who disable each other at the same moment do not leave an office to nobody.
def test_two_administrators_cannot_disable_each_other(app, world, acting):
    with acting(SYSTEM) as session:
        session.execute(sa.update(User).where(User.role == Role.ADMINISTRATOR).values(role=Role.MANAGER))
        first, second = (
            make_user(world.wnm, email=email, role=Role.ADMINISTRATOR) for email in ("satu@kanim.example", "dua@kanim.example")
        )
    answers = at_once(
        prepared(app, first, f"/users/{second.id}/disabling"), prepared(app, second, f"/users/{first.id}/disabling")
    )
    assert set(answers) <= HARMLESS | {302, 401}
    assert len(look(app, sa.select(User).where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None)))) == 1


ALIKE = [
    "\uff33\uff27\uff32",
    "\u0405GR",
    "SGR\u200b",
    "S\u202eGR",
    "\u0130",
    "\u00df",
    "..",
    "-",
    ".SGR",
    "_",
    "SGR\n",
    "a b",
    "a/b",
    "a" * 41,
    "",
]


# A code stands on command lines and in the names of files: no two of them may look alike.
@pytest.mark.parametrize("code", ALIKE)
def test_a_code_is_plain(app, world, code):
    browser = Browser(app).sign_in(world.admin)
    fields = {"name": "Kantor Lain", "code": code, "parent_id": str(world.sgr.id), "timezone": "Asia/Jakarta"}
    if code == "SGR\n":
        browser.post("/offices/new", {**fields, "code": "LAIN\n"})  # blanks at the ends are nobody's intention
    else:
        browser.post("/offices/new", fields, status=422)


@pytest.mark.parametrize(
    "email",
    ["\u0455uparmi@kanim.example", "officer@kanim.example\u200b", "off\u202eicer@kanim.example"],
)
def test_an_address_that_looks_like_anothers_is_no_account(app, world, email):
    browser = Browser(app).sign_in(world.admin)
    fields = {"name": "Orang Lain", "email": email, "role": "viewer", "office_id": str(world.sgr.id)}
    answer = browser._request("POST", "/users/new", data={**fields, "csrf_token": browser.csrf_token()})
    people = look(app, sa.select(User.email))
    assert answer.status_code == 422 or all(address.isascii() for address in people)
    assert "\u0455uparmi@kanim.example" not in people


# What a stranger sends in megabytes is not drawn again in megabytes.
def test_a_large_refused_form_is_not_drawn_again(app, world):
    browser = Browser(app).sign_in(world.officer)
    small = browser._request("POST", "/meetings/new", data={"title": "jangan hilang"})
    assert "jangan hilang" in small.text
    large = browser._request(
        "POST", "/meetings/new", data="title=" + "x" * 3_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert large.status_code in {400, 413}
    assert len(large.text) < 10_000
