"""What strangers send to the public pages besides what the forms send."""

import pytest
import sqlalchemy as sa

from crm.bulletins.models import SignUp
from crm.campaigns.models import CampaignKind, CampaignState
from tests.browser import Browser
from tests.bulletins.factories import make_bulletin
from tests.campaigns.factories import make_bulletin as plain_bulletin
from tests.campaigns.factories import make_campaign, make_delivery, make_segment
from tests.portal.factories import FORM, answer_of, look, send
from tests.world import SCOPE

ODD = [
    "",
    "%00",
    "%ED%A0%80",
    "%F0%9F%98%80",
    "٣-aaaaaaaaaaaaaaaaaaaa",
    "1-" + "ａ" * 20,
    "1-" + "0" * 20,
    "zzzzzzzzzzzzz-" + "0" * 20,
    "a" * 5000,
]


@pytest.fixture
def bulletin(acting, world):
    with acting(world.manager):
        return make_bulletin(world.manager, "Kabar Layanan", description="Jadwal dan syarat")


@pytest.mark.parametrize("agent", ["\xed\xa0\x80", "<script>", "x" * 20_000])
def test_headers_that_no_table_holds_break_nothing(app, acting, bulletin, agent):
    send(app, headers={"User-Agent": agent, "Origin": agent})
    with acting(SCOPE) as session:
        assert len(session.scalars(sa.select(SignUp)).all()) == 1


@pytest.mark.parametrize("field", ["email", "name", "bulletins", "language", "stamp", "website", "consent", "clicks"])
@pytest.mark.parametrize("value", ["\x00", "\ud800", "x" * 100_000, "[]", "'"])
def test_values_that_no_form_sends_are_refused(app, bulletin, field, value):
    body = "&".join(f"{name}={'' if name == field else text}" for name, text in FORM.items())
    raw = value.encode("utf-8", "surrogatepass")
    sent = body.encode() + b"&" + field.encode() + b"=" + b"".join(b"%%%02X" % byte for byte in raw)
    answer = Browser(app)._request("POST", "/subscribe", data=sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {200, 400, 404, 413, 422}


@pytest.mark.parametrize(
    "path",
    [
        "/b/{}",
        "/b/{}/stop",
        "/b/{}/read",
        "/confirm/{}",
        "/widget/{}",
        "/subscribe/{}",
        "/archive/{}",
        "/archive/{}/1",
        "/campaigns/pictures/{}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_made_up_tokens_lead_nowhere_and_break_nothing(app, bulletin, path, method):
    for odd in ODD:
        answer = Browser(app)._request(method, path.format(odd))
        assert answer.status_code in {302, 303, 308, 404, 405, 414} or (method == "POST" and answer.status_code in {400, 422}), (
            odd,
            answer.status_code,
        )


@pytest.mark.parametrize(
    "after", ["%00", "%ED%A0%80", "bnVsbA", "W10", "WzFd", "WyJ4Il0", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTld", "x" * 4000]
)
def test_cursors_that_were_made_up(app, acting, world, after):
    with acting(world.manager):
        plain_bulletin(world.sgr, "Arsip", "arsip", has_archive=True)
    answer_of(app, "GET", f"/archive/arsip?after={after}", 200 if after == "WzFd" else 400)


def test_what_went_to_a_part_of_the_subscribers_is_not_published(app, acting, world):
    with acting(world.manager):
        made = plain_bulletin(world.sgr, "Arsip", "arsip", has_archive=True)
        segment = make_segment(world.sgr)
        shown = make_campaign(world.sgr, "Untuk semua", bulletin=made, state=CampaignState.FINISHED)
        few = make_campaign(world.sgr, "Untuk sebagian", bulletin=made, state=CampaignState.FINISHED, segment_id=segment.id)
        notice = make_campaign(world.sgr, "Surat dinas", bulletin=made, state=CampaignState.FINISHED, kind=CampaignKind.NOTICE)
        for each in (shown, few, notice):
            make_delivery(each, f"x{each.id}@x.example", delivered=3)
    assert Browser(app).get(f"/archive/arsip/{shown.id}", check=False).status_code == 200  # a mail: its styles stand in it
    look(app, f"/archive/arsip/{few.id}", status=404)
    look(app, f"/archive/arsip/{notice.id}", status=404)
