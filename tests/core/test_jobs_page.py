import threading

import sqlalchemy as sa

from crm.core import clock
from crm.core.jobs import JobRow
from tests.browser import Browser


def make_job(session, office, **fields):
    moment = clock.now()
    row = JobRow(name="mail.deliver", arguments={}, office_id=office.id, created_at=moment, not_before=moment, **fields)
    session.add(row)
    session.flush()
    return row.id


def test_a_given_up_job_is_shown_without_its_words_and_tried_again(browser, world, acting):
    with acting(world.admin) as session:
        job_id = make_job(session, world.sgr, failed_at=clock.now(), attempts=8, error="TimeoutError: rahasia")
    browser.sign_in(world.admin)
    page = browser.get("/settings/jobs").text
    assert "TimeoutError" in page
    assert "rahasia" not in page
    browser.post(f"/settings/jobs/{job_id}/retrial")
    with acting(world.admin) as session:
        row = session.scalars(sa.select(JobRow).where(JobRow.id == job_id)).one()
        assert (row.failed_at, row.attempts) == (None, 0)


def test_a_waiting_job_is_left_alone(browser, world, acting):
    with acting(world.admin) as session:
        job_id = make_job(session, world.sgr, attempts=2)
    browser.sign_in(world.admin).post(f"/settings/jobs/{job_id}/retrial")
    with acting(world.admin) as session:
        assert session.scalars(sa.select(JobRow.attempts).where(JobRow.id == job_id)).one() == 2


def test_only_administrators_see_jobs_and_only_their_offices(browser, world, acting):
    with acting(world.admin) as session:
        job_id = make_job(session, world.sgr, failed_at=clock.now(), error="X")
    browser.sign_in(world.officer).get("/settings/jobs", status=403)
    browser.sign_in(world.sister_admin)
    assert "mail.deliver" not in browser.get("/settings/jobs").text
    browser.post(f"/settings/jobs/{job_id}/retrial", status=404)


# Two administrators press at the same moment: one of them starts it, the other is told.
def test_a_given_up_job_is_started_again_by_one_of_two(app, world, acting):
    with acting(world.admin) as session:
        job_id = make_job(session, world.sgr, failed_at=clock.now(), attempts=8)
    said = []

    def press(browser, token):
        browser._request("POST", f"/settings/jobs/{job_id}/retrial", data={"csrf_token": token})
        with browser.client.session_transaction() as kept:
            said.extend(kind for kind, _text in kept.get("_flashes", []))

    browsers = [Browser(app).sign_in(world.admin) for _ in range(3)]
    threads = [threading.Thread(target=press, args=(browser, browser.csrf_token())) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == ["done", "refused", "refused"]
