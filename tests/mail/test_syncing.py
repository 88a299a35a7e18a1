"""The nightly sync of suppressions with SendGrid's lists."""

import logging

import pytest
import sqlalchemy as sa

from crm.core import logging as mitra_logging
from crm.core import scope as scopes
from crm.core.clock import now
from crm.mail import facts, suppressing, syncing
from crm.mail.models import MailFact, Suppression, SuppressionReason, SuppressionSource
from tests.mail.conftest import KEY

SYSTEM = scopes.system_scope("tests of the sync")
R = SuppressionReason


@pytest.fixture
def listed(acting):
    def look():
        with acting(SYSTEM) as session:
            rows = session.scalars(sa.select(Suppression).where(Suppression.lifted_at.is_(None))).all()
            return {(row.email, row.reason, row.source) for row in rows}

    return look


def told(email, hours_ago=1):
    return {"email": email, "created": int(now().timestamp()) - hours_ago * 3600, "reason": "550", "status": "5.1.1"}


def test_each_list_has_its_reason_and_blocks_stop_nobody(sendgrid, night, listed, acting):
    sendgrid.lists["bounces"] = [told("Hard@Dinas.example ")]
    sendgrid.lists["invalid_emails"] = [told("none@nowhere")]
    sendgrid.lists["spam_reports"] = [told("cross@dinas.example")]
    sendgrid.lists["unsubscribes"] = [told("stop@dinas.example", hours_ago=9000)]
    sendgrid.lists["blocks"] = [told("soft@dinas.example")]
    night()
    assert listed() == {
        ("hard@dinas.example", R.BOUNCED, SuppressionSource.SYNC),
        ("none@nowhere", R.INVALID, SuppressionSource.SYNC),
        ("cross@dinas.example", R.COMPLAINED, SuppressionSource.SYNC),
        ("stop@dinas.example", R.UNSUBSCRIBED, SuppressionSource.SYNC),
    }
    with acting(SYSTEM):
        assert facts.of("list:blocks").value == {"seen": 1, "new": 0}
        assert facts.of("list:bounces").value == {"seen": 1, "new": 1}


def test_it_runs_once_a_night_and_looks_two_days_back(sendgrid, night, clock):
    night()
    asked = len(sendgrid.asked)
    clock.forward(hours=1)
    night()
    assert len(sendgrid.asked) == asked
    done = now()
    clock.forward(hours=23)
    night()
    since = {int(query["start_time"]) for path, query, _key in sendgrid.asked[asked:] if "suppression/" in path}
    assert since == {int(done.timestamp()) - 3600 - 48 * 3600}


def test_long_lists_come_in_pages(sendgrid, night, listed):
    sendgrid.lists["bounces"] = [told(f"p{number}@dinas.example") for number in range(1203)]
    night()
    assert len(listed()) == 1203
    offsets = [query["offset"] for path, query, _key in sendgrid.asked if path.endswith("/bounces")]
    assert offsets == ["0", "500", "1000"]


def test_whom_a_person_took_off_stays_off_until_something_new_happens(sendgrid, night, listed, acting, clock, world):
    sendgrid.lists["bounces"] = [told("back@dinas.example")]
    night()
    with acting(world.admin) as session:
        suppressing.lift(session.scalars(sa.select(Suppression)).one(), by=world.admin)
    clock.forward(hours=24)
    night()
    assert listed() == set()
    sendgrid.lists["bounces"] = [told("back@dinas.example")]
    clock.forward(hours=24)
    night()
    assert {email for email, *_rest in listed()} == {"back@dinas.example"}


def test_what_an_office_was_told_already_is_not_told_to_nobody_again(sendgrid, night, acting, clock, world):
    """Else the office takes its row off, and another that it does not see goes on refusing; our own unsubscribes would come back too."""
    with acting(SYSTEM):
        suppressing.suppress(["hard@dinas.example"], reason=R.BOUNCED, source=SuppressionSource.EVENT, office_id=world.sgr.id)
        suppressing.suppress(
            ["stop@dinas.example"], reason=R.UNSUBSCRIBED, source=SuppressionSource.PERSON, office_id=world.wnm.id
        )
        suppressing.suppress(["hand@dinas.example"], reason=R.MANUAL, source=SuppressionSource.STAFF, office_id=world.wnm.id)
    sendgrid.lists["bounces"] = [told("Hard@dinas.example"), told("hand@dinas.example"), told("new@dinas.example")]
    sendgrid.lists["unsubscribes"] = [told("stop@dinas.example")]
    night()
    clock.forward(hours=24)
    night()
    with acting(SYSTEM) as session:
        rows = session.scalars(sa.select(Suppression).order_by(Suppression.id)).all()
        assert sorted((row.email, row.reason, row.told_office_id) for row in rows[3:]) == [
            ("hand@dinas.example", R.BOUNCED, None),
            ("new@dinas.example", R.BOUNCED, None),
        ]
        suppressing.erase("hard@dinas.example")  # and what only the hash knows is known too
    clock.forward(hours=24)
    sendgrid.lists["bounces"] = [told("hard@dinas.example")]
    night()
    with acting(SYSTEM) as session:
        assert not session.scalars(sa.select(Suppression).where(Suppression.email == "hard@dinas.example")).all()


def test_an_address_that_two_offices_were_told_of_is_told_to_sendgrid_once(sendgrid, night, acting, world):
    with acting(SYSTEM):
        for office in (world.sgr, world.wnm):
            suppressing.suppress(
                ["stop@dinas.example"], reason=R.UNSUBSCRIBED, source=SuppressionSource.PERSON, office_id=office.id
            )
    night()
    assert sendgrid.global_unsubscribes == ["stop@dinas.example"]
    with acting(SYSTEM) as session:
        assert all(row.synced_at for row in session.scalars(sa.select(Suppression)))


def test_who_wants_nothing_at_all_is_told_to_sendgrid_once(sendgrid, night, acting, clock, world):
    with acting(SYSTEM):
        suppressing.suppress(["stop@dinas.example"], reason=R.UNSUBSCRIBED, source=SuppressionSource.PERSON)
        suppressing.suppress(["one@dinas.example"], reason=R.UNSUBSCRIBED, source=SuppressionSource.PERSON, list_key="bulletin:1")
        suppressing.suppress(["hard@dinas.example"], reason=R.BOUNCED, source=SuppressionSource.EVENT)
        suppressing.suppress(["theirs@dinas.example"], reason=R.UNSUBSCRIBED, source=SuppressionSource.SYNC)
    night()
    clock.forward(hours=24)
    night()
    assert sendgrid.global_unsubscribes == ["stop@dinas.example"]


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_a_refusal_is_noted_without_the_key_and_tried_again(sendgrid, night, acting, clock, caplog, capfd, status):
    caplog.set_level(logging.DEBUG)
    sendgrid.status = status
    mitra_logging.set_up("DEBUG")
    night()
    mitra_logging.set_up("ERROR")
    with acting(SYSTEM) as session:
        rows = session.scalars(sa.select(MailFact).where(MailFact.key != syncing.PUSHED)).all()
        assert {row.error for row in rows} == {f"status {status}"}
        assert all(row.known_at is None for row in rows)
    said = caplog.text + "".join(capfd.readouterr())
    assert "the mail service did not answer" in said
    assert KEY not in said
    sendgrid.status = 200
    clock.forward(hours=1)
    night()
    with acting(SYSTEM) as session:
        assert {row.error for row in session.scalars(sa.select(MailFact))} == {""}


def test_no_connection_is_noted_too(sendgrid, night, acting, app, monkeypatch):
    monkeypatch.setitem(app.config, "SENDGRID_HOST", "http://127.0.0.1:9")
    night()
    with acting(SYSTEM):
        assert facts.of("domains").error == "URLError"


def test_the_proof_of_our_domain_is_kept_with_what_is_missing(sendgrid, night, acting):
    record = {"valid": False, "type": "cname", "host": "s1._domainkey.humas.example", "data": "s1.sendgrid.net"}
    sendgrid.domains = [
        {"id": 1, "domain": "Humas.example", "valid": False, "dns": {"dkim1": record, "dkim2": {**record, "valid": True}}}
    ]
    night()
    with acting(SYSTEM):
        assert facts.of("domains").value == [
            {
                "domain": "humas.example",
                "valid": False,
                "missing": [{"host": "s1._domainkey.humas.example", "data": "s1.sendgrid.net"}],
            }
        ]


@pytest.mark.parametrize("answer", [{"x": 1}, "text", 3, None])
def test_an_answer_of_another_shape_is_no_list(sendgrid, night, acting, listed, answer):
    sendgrid.domains = answer
    night()
    assert listed() == set()
    with acting(SYSTEM):
        assert (facts.of("domains").error, facts.of("domains").known_at) == ("no list", None)


def test_without_a_key_nothing_is_asked(sendgrid, night, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_TRANSPORT", "outbox")
    night(at_once=True)
    assert sendgrid.asked == []


def test_pressing_check_again_does_not_wait_for_the_night(sendgrid, night):
    night()
    asked = len(sendgrid.asked)
    night(at_once=True)
    assert len(sendgrid.asked) > asked


def test_is_due_only_when_something_is_missing(sendgrid, acting, app):
    with app.app_context():
        assert syncing.is_due()
        syncing.sync()
        assert not syncing.is_due()
