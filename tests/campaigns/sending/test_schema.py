"""Our calls as Twilio's own description of the API wants them, judged by somebody else's program."""

import json

import pytest

from crm.mail import gateway, payload
from tests.mail import prism


@pytest.fixture(scope="module")
def installed():
    prism.install()


@pytest.fixture
def judged(installed, post, monkeypatch):
    """The SendGrid of the test behind the judge."""
    proxy = prism.Prism(post.sendgrid.host)
    monkeypatch.setitem(post.app.config, "SENDGRID_HOST", proxy.host)
    monkeypatch.setitem(post.app.config, "SENDGRID_TIMEOUT", 30)
    yield proxy
    proxy.close()


def test_calls_of_a_bulletin_pass_and_reach_the_other_side(judged, post):
    campaign_id, _ids = post.bulletin_campaign([f"orang{n}@dinas.example" for n in range(25)], reply_to="humas@kantor.example")
    post.send()
    post.assert_whole(campaign_id, 25)
    one = post.sendgrid.payloads[0]
    assert set(one["personalizations"][0]["headers"]) == {"List-Unsubscribe", "List-Unsubscribe-Post"}
    assert one["headers"]["List-Id"].startswith("Buletin layanan <")
    assert "Feedback-ID" in one["headers"]


def test_a_thousand_people_in_a_call_pass(judged, post, monkeypatch):
    monkeypatch.setitem(post.app.config, "SEND_BATCH", 1000)
    campaign_id = post.campaign(1000)
    post.send()
    post.assert_whole(campaign_id, 1000)
    assert len(post.sendgrid.payloads) == 1


def test_guarded_calls_pass(judged, post):
    campaign_id = post.campaign(12, is_guarded=True)
    post.send()
    post.minutes(6)  # so long they could be taken back
    post.assert_whole(campaign_id, 12)
    assert post.sendgrid.payloads[0]["batch_id"] in post.sendgrid.holds
    assert isinstance(post.sendgrid.payloads[0]["send_at"], int)


def test_a_person_whose_values_are_too_long_passes_alone(judged, post):
    campaign_id = post.campaign(3)
    post.stretch(campaign_id, "orang1@dinas.example")
    post.send()
    post.assert_whole(campaign_id, 3)
    assert sorted(len(one["personalizations"]) for one in post.sendgrid.payloads) == [1, 2]
    alone = next(one for one in post.sendgrid.payloads if len(one["personalizations"]) == 1)
    assert "panjang" in alone["content"][0]["value"]


def test_the_judge_refuses_what_the_description_forbids(judged, post):
    """So that the tests above mean something."""
    call = {
        "personalizations": [{"to": [{"email": "a@b.example"}], "custom_args": {"c_rid": "1"}}],
        "from": {"email": "a@b.example"},
        "subject": "x",
        "content": [{"type": "text/plain", "value": "x"}],
        "categories": [str(n) for n in range(11)],
    }
    wrong = payload.Body(json.dumps(call).encode())
    with post.app.app_context():
        result = gateway.transport().send(wrong, reference="x", attempt=1)
    assert result.http_status == 422
    assert not post.sendgrid.calls
