"""flask crm confirm-installation and warm-up."""

import pytest

from crm.core import scope as scopes
from crm.mail import instance
from crm.mail.models import MailMessage, MessageState, SendBudget
from tests.mail.factories import send

SYSTEM = scopes.system_scope("tests of commands")


def run(app, *words):
    return app.test_cli_runner().invoke(args=["crm", *words])


def test_a_copy_sends_again_after_somebody_confirms_it(app, acting, tmp_path, monkeypatch):
    with acting(SYSTEM):
        assert instance.may_send()
    monkeypatch.setitem(app.config, "CRM_DATA", str(tmp_path))
    with acting(SYSTEM):
        assert not instance.may_send()
    done = run(app, "confirm-installation")
    assert done.exit_code == 0, done.output
    assert "sends now" in done.output
    with acting(SYSTEM):
        assert instance.may_send()


@pytest.mark.parametrize(("words", "state"), [((), MessageState.IN_DOUBT), (("--beside",), MessageState.READY)])
def test_single_messages_that_wait_in_a_copy_are_for_a_person_to_decide(app, acting, world, tmp_path, monkeypatch, words, state):
    with acting(SYSTEM):
        assert instance.may_send()
        message_id = send(world.sgr).id
    monkeypatch.setitem(app.config, "CRM_DATA", str(tmp_path))
    done = run(app, "confirm-installation", *words)
    assert ("1 single messages waited" in done.output) is (state is MessageState.IN_DOUBT)
    with acting(SYSTEM) as session:
        assert session.get(MailMessage, message_id).state is state  # beside another machine, that one sends it


def test_a_warm_up_plan_begins_and_ends(app, acting):
    assert "At most 500 people today." in run(app, "warm-up").output
    with acting(SYSTEM) as session:
        assert session.get(SendBudget, "sendgrid").warm_up_from is not None
    assert "No limit a day." in run(app, "warm-up", "--off").output
    wrong = run(app, "warm-up", "--from", "besok")
    assert wrong.exit_code == 1
    assert "is no day" in wrong.output
