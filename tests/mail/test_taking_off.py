"""Whom we let in again is taken off SendGrid's own lists, too: else it drops what we send."""

import pytest
import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core.jobs import enqueue
from crm.mail import facts, suppressing, taking_off
from crm.mail.models import Suppression, SuppressionReason, SuppressionSource
from tests.mail.lists_server import LISTS

SYSTEM = scopes.system_scope("tests of taking off")
PLACE = "/settings/mail/suppressions"
R = SuppressionReason
S = SuppressionSource
LIST_OF = {R.BOUNCED: "bounces", R.INVALID: "invalid_emails", R.COMPLAINED: "spam_reports"}
OURS, THEIRS = "dalam satu jam", "bukan Mitra yang memasukkannya"


def held(sendgrid, *emails):
    """SendGrid has them on all of its lists, since yesterday."""
    for name in LISTS:
        sendgrid.lists[name] = [{"email": email, "created": 1_795_000_000} for email in emails]


def on(sendgrid, name):
    return [row["email"] for row in sendgrid.lists[name]]


def rows_of(session, email):
    return session.scalars(sa.select(Suppression).where(Suppression.email == email).order_by(Suppression.id)).all()


def test_who_wants_mail_again_is_taken_off_sendgrids_list_when_nobody_refuses_any_more(sendgrid, night, acting, clock, world):
    """What others put on SendGrid's list stays there, and whom a second office was told of stays too."""
    with acting(SYSTEM):
        for office in (world.sgr, world.wnm):
            stopped = ["stop+1@dinas.example", "back@dinas.example"]
            suppressing.suppress(stopped, reason=R.UNSUBSCRIBED, source=SuppressionSource.PERSON, office_id=office.id)
        suppressing.suppress(["theirs@dinas.example"], reason=R.UNSUBSCRIBED, source=SuppressionSource.SYNC)
    night()
    sendgrid.global_unsubscribes.append("theirs@dinas.example")
    with acting(SYSTEM) as session:
        suppressing.take_back("back@dinas.example")
        suppressing.take_back("theirs@dinas.example")
        ours, others = session.scalars(sa.select(Suppression).where(Suppression.email == "stop+1@dinas.example"))
        suppressing.lift(ours, by=world.manager)
    clock.forward(hours=1)
    night()
    assert sorted(sendgrid.global_unsubscribes) == ["stop+1@dinas.example", "theirs@dinas.example"]
    asked = len(sendgrid.asked)
    clock.forward(hours=1)
    night()
    assert len(sendgrid.asked) == asked  # told once
    with acting(SYSTEM) as session:
        suppressing.lift(session.get(Suppression, others.id), by=world.sister_manager)
    sendgrid.status = 500
    clock.forward(hours=1)
    night()
    with acting(SYSTEM):
        assert facts.of(taking_off.TAKEN_OFF).error == "status 500"
    sendgrid.status = 200
    clock.forward(hours=1)
    night()
    assert sendgrid.global_unsubscribes == ["theirs@dinas.example"]
    with acting(SYSTEM):
        assert facts.of(taking_off.TAKEN_OFF).value == {"taken_off": 1}


@pytest.mark.parametrize("reason", LIST_OF)
@pytest.mark.parametrize("source", [S.EVENT, S.SYNC])
def test_what_sendgrid_told_us_is_forgotten_there_when_we_let_the_address_in_again(sendgrid, jobs, acting, world, reason, source):
    held(sendgrid, "salah+1@dinas.example", "lain@dinas.example")
    with acting(SYSTEM):
        suppressing.suppress(["salah+1@dinas.example", "lain@dinas.example"], reason=reason, source=source)
    with acting(world.admin) as session:
        suppressing.lift(rows_of(session, "salah+1@dinas.example")[0], by=world.admin)
    jobs.run_all()  # at once, not only with the next hour
    others = {name: on(sendgrid, name) for name in LISTS}
    assert others.pop(LIST_OF[reason]) == ["lain@dinas.example"]
    assert all(len(emails) == 2 for emails in others.values())
    with acting(SYSTEM):
        assert facts.of(taking_off.TAKEN_OFF).value == {"taken_off": 1}
        enqueue("mail.take_off")
    jobs.run_all()
    assert len(sendgrid.asked) == 1  # told once


def test_whom_another_office_was_told_of_stays_until_that_one_takes_it_back_too(sendgrid, jobs, acting, world):
    held(sendgrid, "dua@dinas.example")
    with acting(SYSTEM):
        for office in (world.sgr, world.wnm):
            suppressing.suppress(["dua@dinas.example"], reason=R.BOUNCED, source=S.EVENT, office_id=office.id)
    for n, who in enumerate((world.manager, world.sister_manager)):
        assert on(sendgrid, "bounces") == ["dua@dinas.example"]
        with acting(who) as session:
            suppressing.lift(rows_of(session, "dua@dinas.example")[n], by=who)
        jobs.run_all()
    assert on(sendgrid, "bounces") == []


def test_a_reader_who_confirms_an_address_that_bounced_once_gets_mail_again(sendgrid, jobs, acting):
    held(sendgrid, "kembali@dinas.example")
    with acting(SYSTEM):
        for reason in (R.BOUNCED, R.COMPLAINED):
            suppressing.suppress(["kembali@dinas.example"], reason=reason, source=S.EVENT)
        suppressing.take_back("kembali@dinas.example")
    jobs.run_all()
    assert on(sendgrid, "bounces") == []
    assert on(sendgrid, "spam_reports") == ["kembali@dinas.example"]  # a complaint only the office takes back


def test_an_address_that_sendgrid_takes_for_none_keeps_no_other_waiting(sendgrid, jobs, acting, world):
    held(sendgrid, "nyata@dinas.example")
    with acting(SYSTEM) as session:
        suppressing.suppress(["bukan alamat", "nyata@dinas.example"], reason=R.INVALID, source=S.SYNC)
        for email in ("bukan alamat", "nyata@dinas.example"):
            suppressing.lift(rows_of(session, email)[0], by=world.admin)
    jobs.run_all()
    assert on(sendgrid, "invalid_emails") == []
    with acting(SYSTEM) as session:
        assert all(row.synced_at for row in session.scalars(sa.select(Suppression)))


def test_a_bounce_that_comes_after_it_was_let_in_is_a_new_one_and_is_forgotten_anew(sendgrid, jobs, acting, world):
    for _time in range(2):
        held(sendgrid, "lagi@dinas.example")
        with acting(SYSTEM):
            suppressing.suppress(["lagi@dinas.example"], reason=R.BOUNCED, source=S.EVENT)
        with acting(world.admin) as session:
            suppressing.lift(rows_of(session, "lagi@dinas.example")[-1], by=world.admin)
        jobs.run_all()
        assert on(sendgrid, "bounces") == []


@pytest.mark.parametrize(
    ("reason", "source", "list_key", "said"),
    [
        (R.BOUNCED, S.EVENT, "", OURS),
        (R.COMPLAINED, S.SYNC, "", OURS),
        (R.UNSUBSCRIBED, S.PERSON, "", OURS),
        (R.UNSUBSCRIBED, S.SYNC, "", THEIRS),
        (R.UNSUBSCRIBED, S.PERSON, "bulletin:1", ""),
        (R.MANUAL, S.STAFF, "", ""),
    ],
)
def test_the_page_says_what_becomes_of_the_mail_services_own_list(
    browser, sendgrid, app, acting, world, monkeypatch, reason, source, list_key, said
):
    with acting(SYSTEM) as session:
        suppressing.suppress(["satu@dinas.example"], reason=reason, source=source, list_key=list_key, office_id=world.sgr.id)
        row_id = rows_of(session, "satu@dinas.example")[0].id
    browser.sign_in(world.manager)
    page = browser.get(f"{PLACE}/{row_id}/lifting").text
    assert [words for words in (OURS, THEIRS) if words in page] == ([said] if said else [])
    monkeypatch.setitem(app.config, "MAIL_TRANSPORT", "outbox")
    page = browser.get(f"{PLACE}/{row_id}/lifting").text
    assert OURS not in page
    assert THEIRS not in page
