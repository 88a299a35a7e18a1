import pytest
import sqlalchemy as sa

from crm.core import headers
from crm.core import scope as scopes
from crm.mail import service
from crm.mail.models import MailMessage, MessageState, Resolution
from tests.mail.factories import send

SYSTEM = scopes.system_scope("mail tests")


@pytest.fixture
def sent(world, acting, jobs):
    """A message of SGR and one of the sister office, both in the local outbox. Gives the id of the first."""
    with acting(world.admin):
        mine = send(
            world.sgr, to="baru@kanim.example", subject="Undangan Sagaramaya", html="<p>Halo <b style='color:red'>Anda</b></p>"
        ).id
    with acting(world.sister_admin):
        send(world.wnm, to="lain@kanim.example", subject="Undangan Wanamaya")
    jobs.run_all()
    return mine


@pytest.fixture
def doubted(world, acting):
    with acting(world.admin):
        message_id = send(world.sgr).id
    with acting(SYSTEM) as session:
        session.execute(sa.update(MailMessage).values(state=MessageState.IN_DOUBT, attempt=1, note="timeout"))
    return message_id


def state_of(acting, message_id):
    with acting(SYSTEM) as session:
        message = session.get(MailMessage, message_id)
        return message.state, message.resolution


@pytest.mark.parametrize("path", ["", "?state=accepted", "/outbox"])
def test_lists_show_ones_own_offices_alone(sent, world, browser, path):
    page = browser.sign_in(world.admin).get(f"/settings/mail{path}", queries=12)
    assert "Undangan Sagaramaya" in page.text
    assert "Wanamaya" not in page.text


def test_lists_narrow_to_a_state(sent, world, browser):
    page = browser.sign_in(world.admin).get("/settings/mail?state=in-doubt")
    assert "Undangan Sagaramaya" not in page.text
    browser.get("/settings/mail?state=lost", status=400)
    browser.get("/settings/mail?after=nonsense", status=400)


def test_a_message_shows_what_the_outbox_holds_with_its_link(sent, world, browser):
    page = browser.sign_in(world.admin).get(f"/settings/mail/{sent}")
    assert 'href="http://localhost/tautan"' in page.text
    assert f'src="/settings/mail/{sent}/preview"' in page.text


def test_the_preview_runs_nothing_and_loads_nothing(sent, world, browser):
    answer = browser.sign_in(world.admin).get(f"/settings/mail/{sent}/preview", check=False)
    assert "<b style='color:red'>" in answer.text
    assert answer.headers["Content-Security-Policy"] == headers.PREVIEW
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_message_downloads_as_a_file(sent, world, browser):
    answer = browser.sign_in(world.admin).get(f"/settings/mail/{sent}/message.eml")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"Subject: Undangan Sagaramaya" in answer.data


@pytest.mark.parametrize("part", ["", "/preview", "/message.eml"])
def test_another_offices_mail_does_not_exist(sent, world, browser, part):
    browser.sign_in(world.sister_admin).get(f"/settings/mail/{sent}{part}", status=404)
    browser.post(f"/settings/mail/{sent}", {"decision": "again"}, status=404)


@pytest.mark.parametrize("path", ["", "/outbox", "/1", "/1/preview", "/1/message.eml"])
def test_only_administrators_read_mail(sent, world, browser, path):
    browser.sign_in(world.manager).get(f"/settings/mail{path}", status=403)


def test_doubt_is_shown_and_a_person_takes_it_as_sent(doubted, world, browser, acting):
    browser.sign_in(world.admin)
    assert 'value="sent"' in browser.get(f"/settings/mail/{doubted}").text
    browser.post(f"/settings/mail/{doubted}", {"decision": "sent"})
    assert state_of(acting, doubted) == (MessageState.ACCEPTED, Resolution.HUMAN_SENT)


def test_a_person_sends_doubt_again(doubted, world, browser, acting, jobs, mailbox):
    browser.sign_in(world.admin).post(f"/settings/mail/{doubted}", {"decision": "again"})
    assert state_of(acting, doubted) == (MessageState.READY, Resolution.HUMAN_AGAIN)
    jobs.run_all()
    assert len(mailbox.delivered()) == 1


def test_nothing_chosen_changes_nothing(doubted, world, browser, acting):
    browser.sign_in(world.admin).post(f"/settings/mail/{doubted}", {"decision": "teapot"}, status=422)
    assert state_of(acting, doubted) == (MessageState.IN_DOUBT, None)


def test_a_decision_on_what_is_settled_changes_nothing(doubted, world, browser, acting):
    with acting(world.admin) as session:
        service.consider_sent(session.get(MailMessage, doubted), by=world.admin)
    browser.sign_in(world.admin).post(f"/settings/mail/{doubted}", {"decision": "again"})
    assert state_of(acting, doubted) == (MessageState.ACCEPTED, Resolution.HUMAN_SENT)


def test_the_text_of_mail_that_left_is_not_shown(doubted, world, browser):
    page = browser.sign_in(world.admin).get(f"/settings/mail/{doubted}")
    assert "localhost/tautan" not in page.text
    browser.get(f"/settings/mail/{doubted}/preview", status=404)


def test_no_page_shows_the_key(sent, world, app, browser):
    app.config["SENDGRID_API_KEY"] = "SG.secret"
    try:
        browser.sign_in(world.admin)
        for path in ("", "/outbox", f"/{sent}"):
            assert "SG.secret" not in browser.get(f"/settings/mail{path}").text
    finally:
        app.config["SENDGRID_API_KEY"] = ""
