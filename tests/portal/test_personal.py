"""Preferences and stopping by a personal link. ML-05 of security.md; F24, F25 and F26 of the design."""

import datetime as dt
import sqlite3

import pytest
import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.bulletins.consents import list_key
from crm.bulletins.models import ConsentReceipt, Subscription, SubscriptionState
from crm.bulletins.service import change_address, end_subscription
from crm.campaigns import marks, tallies
from crm.campaigns.models import Campaign, CampaignKind, Delivery, DeliveryState
from crm.mail import suppressing
from crm.mail.models import SuppressionReason, SuppressionSource
from tests.browser import Browser
from tests.bulletins.factories import make_bulletin, subscribe
from tests.campaigns.factories import make_content
from tests.portal.factories import answer_of, look, send
from tests.world import SCOPE

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ACTIVE, ENDED = SubscriptionState.ACTIVE, SubscriptionState.ENDED


@pytest.fixture
def bulletin(acting, world):
    with acting(world.manager):
        return make_bulletin(world.manager)


@pytest.fixture
def row(acting, world, bulletin):
    with acting(world.manager):
        return subscribe(bulletin)


def states(acting):
    with acting(SCOPE) as session:
        return {row.email: row.state for row in session.scalars(sa.select(Subscription))}


def delivered(acting, world, bulletin, email="sari@contoh.id", subscription=None, **campaign):
    """A delivery of a campaign, with the token of its links."""
    with acting(world.manager) as session:
        sent = Campaign(
            office_id=world.sgr.id,
            name="Edisi 48",
            kind=CampaignKind.BULLETIN,
            bulletin_id=bulletin.id if bulletin else None,
            mark_key="k" * 40,
            created_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
            updated_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
            **campaign,
        )
        session.add(sent)
        session.flush()
        delivery = Delivery(
            campaign_id=sent.id,
            email=email,
            subscription_id=subscription.id if subscription else None,
            state=DeliveryState.ACCEPTED,
        )
        session.add(delivery)
        session.flush()
        return delivery, marks.link_token(sent.mark_key, delivery.id)


# F24, F25
def test_looking_changes_nothing_whoever_looks(app, acting, row):
    for address in (f"/b/{row.token}", f"/b/{row.token}/stop"):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer_of(app, method, address, 200)
        look(app, address, headers={"Purpose": "prefetch", "User-Agent": "Mozilla/5.0 (compatible; SafeLinks)"})
        look(app, f"{address}?List-Unsubscribe=One-Click&action=stop")
    assert states(acting) == {"sari@contoh.id": ACTIVE}


# F26
@pytest.mark.parametrize(
    "how",
    [
        {"data": ONE_CLICK},
        {"data": ONE_CLICK, "content_type": "multipart/form-data"},
        {"data": b"List-Unsubscribe=One-Click\r\n", "content_type": "application/x-www-form-urlencoded"},
        {"data": b""},
        {"data": ONE_CLICK, "headers": {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}},
    ],
    ids=["urlencoded", "multipart", "with line end", "no body", "another site"],
)
def test_one_click_ends_it_without_cookie_token_or_redirect_and_again_changes_nothing(app, acting, row, how):
    for _time in range(2):
        answer = answer_of(app, "POST", f"/b/{row.token}/stop", 200, **how)
        assert "Location" not in answer.headers
    assert states(acting) == {"sari@contoh.id": ENDED}
    with acting(SCOPE) as session:
        (receipt,) = session.scalars(sa.select(ConsentReceipt))
        assert receipt.withdrawn_at is not None
        assert receipt.withdrawn_how == ("one-click" if how["data"] != b"" else "link")


def test_the_first_moment_and_way_of_stopping_stay(app, acting, row, clock):
    clock.freeze("2026-03-02 09:00")
    send(app, ONE_CLICK, url=f"/b/{row.token}/stop")
    clock.forward(hours=1)
    send(app, {}, url=f"/b/{row.token}/stop")
    with acting(SCOPE) as session:
        kept = session.scalars(sa.select(Subscription)).one()
        assert (kept.ended_how, kept.ended_at) == ("one-click", dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC))


def test_what_changes_nothing_writes_nothing_also_with_the_key_of_a_form(app, acting, world, bulletin, row, database):
    """A stop made before and a made-up link are answered from what is there: nobody else waits for them, even while the lock is held."""
    _delivery, token = delivered(acting, world, bulletin, subscription=row)
    for path, form, first in ((token + "/stop", {}, 200), (token, {"action": "stop"}, 303)):
        send(app, form, url=f"/b/{path}", status=first)
    rows = entries(acting)
    held = sqlite3.connect(database.app.config["SQLALCHEMY_DATABASE_URI"][10:]) if database.kind == "sqlite" else None
    if held:
        held.execute("begin immediate")
    key = {"form_key": "k" * 24}
    send(app, {**ONE_CLICK, **key}, url=f"/b/{token}/stop")
    send(app, {**ONE_CLICK, **key}, url=f"/b/{row.token}/stop")
    send(app, {"action": "stop", **key}, url=f"/b/{token}", status=303)
    send(app, {**ONE_CLICK, **key}, url=f"/b/{'x' * 32}/stop", status=404)
    if held:
        held.close()
    assert entries(acting) == rows


def entries(acting):
    with acting(SCOPE) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(ActivityEntry))


def test_one_click_ends_one_bulletin_and_no_other(app, acting, world, row):
    with acting(world.manager):
        other = subscribe(make_bulletin(world.manager, "Agenda"))
    send(app, ONE_CLICK, url=f"/b/{row.token}/stop")
    with acting(SCOPE) as session:
        assert session.get(Subscription, other.id).state is ACTIVE


# ML-05: the token of another person
def test_a_token_touches_nobody_else(app, acting, world, bulletin, row):
    with acting(world.manager):
        budi = subscribe(bulletin, "budi@contoh.id")
    send(app, {"action": "save", "on": str(budi.id), "language": "en"}, url=f"/b/{row.token}", status=303)
    with acting(SCOPE) as session:
        kept = session.get(Subscription, budi.id)
        assert (kept.state, kept.language) == (ACTIVE, "id")
    send(app, {"action": "stop"}, url=f"/b/{row.token}", status=303)
    assert states(acting) == {"sari@contoh.id": ENDED, "budi@contoh.id": ACTIVE}


def test_a_token_of_a_delivery_with_another_number_or_proof_is_none(app, acting, world, bulletin, row):
    _delivery, token = delivered(acting, world, bulletin, subscription=row)
    other, _token = delivered(acting, world, bulletin, "budi@contoh.id")
    number, _dash, proof = token.rpartition("-")
    forged = [f"{int(number, 36) + 1}-{proof}", f"{number}-{'a' * 16}", marks.event_mark("k" * 40, other.id), f"d.{token}"]
    for guess in forged:
        send(app, ONE_CLICK, url=f"/b/{guess}/stop", status=404)
    assert states(acting) == {"sari@contoh.id": ACTIVE}


# ML-05: nothing personal on the page
def test_the_pages_show_no_address_and_no_name(app, acting, world, bulletin):
    with acting(world.manager):
        row = subscribe(bulletin, "rahmawati@contoh.id", name="Rahmawati Kusuma")
    for page in (
        look(app, f"/b/{row.token}"),
        look(app, f"/b/{row.token}/stop"),
        send(app, ONE_CLICK, url=f"/b/{row.token}/stop"),
    ):
        assert "r•••i@contoh.id" in page.text
        assert "rahmawati@" not in page.text
        assert "Kusuma" not in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert 'name="robots" content="noindex"' in page.text


# ML-05: an old token after a change of address
def test_links_to_an_old_address_do_nothing_to_the_new_one(app, acting, world, bulletin, row):
    _delivery, of_delivery = delivered(acting, world, bulletin, subscription=row)
    old = row.token
    with acting(world.manager) as session:
        change_address(session.get(Subscription, row.id), "sari.baru@contoh.id", by=world.manager)
    look(app, f"/b/{old}", status=404)
    send(app, ONE_CLICK, url=f"/b/{old}/stop", status=404)
    send(app, ONE_CLICK, url=f"/b/{of_delivery}/stop")  # the mail went to the old address: that one gets nothing more
    send(app, {"action": "stop"}, url=f"/b/{of_delivery}", status=303)
    assert states(acting) == {"sari.baru@contoh.id": ACTIVE}
    with acting(SCOPE):
        assert set(suppressing.refused(["sari@contoh.id", "sari.baru@contoh.id"])) == {"sari@contoh.id"}


def test_stopping_by_the_link_of_a_delivery_is_counted_once_for_its_campaign(app, acting, world, bulletin, row):
    delivery, token = delivered(acting, world, bulletin, subscription=row)
    look(app, f"/b/{token}")
    for _time in range(2):
        send(app, ONE_CLICK, url=f"/b/{token}/stop")
    assert states(acting) == {"sari@contoh.id": ENDED}
    with acting(SCOPE) as session:
        assert session.get(Delivery, delivery.id).unsubscribed_at is not None
        assert tallies.of([delivery.campaign_id])[delivery.campaign_id] == {tallies.Count.UNSUBSCRIBED: 1}


def test_who_got_a_bulletin_without_a_subscription_is_kept_out_of_it(app, acting, world, bulletin):
    _delivery, token = delivered(acting, world, bulletin)
    send(app, ONE_CLICK, url=f"/b/{token}/stop")
    with acting(SCOPE):
        assert suppressing.refused(["sari@contoh.id"]) == {}
        assert suppressing.refused(["sari@contoh.id"], list_keys=[list_key(bulletin.id)])


def test_who_got_a_notice_of_no_bulletin_is_kept_out_of_everything(app, acting, world):
    _delivery, token = delivered(acting, world, None)
    assert "semua siaran surel" in look(app, f"/b/{token}/stop?lang=id").text
    send(app, ONE_CLICK, url=f"/b/{token}/stop")
    with acting(SCOPE):
        assert suppressing.refused(["sari@contoh.id"]) == {"sari@contoh.id": SuppressionReason.UNSUBSCRIBED}


def test_preferences_are_shown_saved_and_shown_again(app, acting, world, bulletin, row):
    with acting(world.manager):
        agenda = make_bulletin(world.manager, "Agenda", name_en="Diary")
        second = subscribe(agenda)
        end_subscription(second, how="staff")
    place = f"/b/{row.token}"
    page = look(app, f"{place}?lang=id").text
    assert f'value="{row.id}" checked' in page
    assert f'value="{second.id}" checked' not in page
    answer = send(app, {"on": str(second.id), "language": "en"}, url=f"{place}?lang=en", status=303)
    assert answer.headers["Location"] == f"{place}?said=saved&lang=en"
    page = look(app, answer.headers["Location"]).text
    assert "Diary" in page
    assert f'value="{second.id}" checked' in page
    with acting(SCOPE) as session:
        rows = session.scalars(sa.select(Subscription).order_by(Subscription.id)).all()
        assert [(one.state, one.language, one.refuses_clicks) for one in rows] == [(ENDED, "en", True), (ACTIVE, "en", True)]
        newest = session.scalars(sa.select(ConsentReceipt).order_by(ConsentReceipt.id.desc())).first()
        assert (newest.subscription_id, newest.wording_version, newest.channel) == (second.id, "BL-1", "web")
        assert "Kanim Sagaramaya" in newest.wording


def test_stopping_everything_and_coming_back(app, acting, row):
    place = f"/b/{row.token}"
    answer = send(app, {"action": "stop"}, url=place, status=303)
    assert "said=stopped" in answer.headers["Location"]
    assert 'value="stop"' not in look(app, answer.headers["Location"]).text
    with acting(SCOPE):
        assert suppressing.refused(["sari@contoh.id"])
    send(app, {"on": str(row.id), "language": "id", "clicks": "1"}, url=place, status=303)
    assert states(acting) == {"sari@contoh.id": ACTIVE}
    with acting(SCOPE) as session:
        assert suppressing.refused(["sari@contoh.id"]) == {}
        assert session.get(Subscription, row.id).refuses_clicks is False


def test_who_reported_spam_cannot_be_brought_back_by_a_page(app, acting, row):
    with acting(SCOPE) as session:
        suppressing.suppress(["sari@contoh.id"], reason=SuppressionReason.COMPLAINED, source=SuppressionSource.EVENT)
        end_subscription(session.get(Subscription, row.id), how="complaint")
    send(app, {"on": str(row.id), "language": "id"}, url=f"/b/{row.token}", status=303)
    assert states(acting) == {"sari@contoh.id": ENDED}


def test_rubbish_in_the_form_of_preferences_is_passed_over(app, acting, row):
    fields = {"on": ["x", "-1", "9" * 40, str(row.id)], "language": "xx", "action": "constructor"}
    send(app, fields, url=f"/b/{row.token}", status=303)
    assert states(acting) == {"sari@contoh.id": ACTIVE}


def test_a_member_of_staff_who_is_signed_in_is_a_stranger_here(app, acting, world, row):
    browser = Browser(app).sign_in(world.sister_manager)
    answer = browser._request("POST", f"/b/{row.token}/stop", data=ONE_CLICK)
    assert answer.status_code == 200
    assert states(acting) == {"sari@contoh.id": ENDED}


def test_the_mail_is_read_in_the_browser_as_nobodys(app, acting, world, bulletin, row):
    with acting(world.manager):
        content = make_content(world.sgr)
    _delivery, token = delivered(acting, world, bulletin, subscription=row, content_id=content.id)
    answer = answer_of(app, "GET", f"/b/{token}/read", 200)
    assert "Jadwal libur layanan" in answer.text
    assert "-kaaaaaaaa." not in answer.text
    assert token not in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    look(app, f"/b/{row.token}/read", status=404)  # of no mail
    look(app, f"/b/{'x' * 30}/read", status=404)


def test_who_reads_english_reads_english_in_the_browser_also_when_clicks_are_not_recorded(app, acting, world, bulletin, row):
    with acting(world.manager):
        content = make_content(world.sgr)
        html = content.variants["id"]["html"].replace("Jadwal libur layanan", "In English").replace('lang="id"', 'lang="en"')
        english = {**content.variants["id"], "html": html}
        content.variants = {**content.variants, "en": english}
    delivery, token = delivered(acting, world, bulletin, subscription=row, content_id=content.id)
    with acting(world.manager) as session:
        session.get(Delivery, delivery.id).variant = "en+q"
    assert "In English" in answer_of(app, "GET", f"/b/{token}/read", 200).text


def test_the_pages_of_a_link_speak_as_its_holder_chose(app, acting, world, bulletin):
    with acting(world.manager):
        token = subscribe(bulletin, "anna@contoh.id", language="en").token
    assert "Unsubscribe from" in look(app, f"/b/{token}/stop").text
    assert "Or receive only what you need" in look(app, f"/b/{token}").text
    assert "Berhenti berlangganan" in look(app, f"/b/{token}/stop?lang=id").text
    assert "You get no further issue" in send(app, {}, url=f"/b/{token}/stop").text


def test_a_language_that_was_asked_for_stays_from_page_to_page(app, row):
    page = look(app, f"/b/{row.token}/stop?lang=en").text
    assert f'action="/b/{row.token}/stop?lang=en"' in page
    assert f'href="/b/{row.token}?lang=en"' in page
    page = send(app, {}, url=f"/b/{row.token}/stop?lang=en").text
    assert "You get no further issue" in page
    assert f'href="/b/{row.token}?lang=id" hreflang="id"' in page  # not to the form for signing up again
    assert "?lang=" not in look(app, f"/b/{row.token}/stop").text.replace('?lang=en" hreflang', "")


def test_the_links_of_a_test_mail_say_that_it_was_a_test(app, acting, row):
    for path in ("/b/test", "/b/test/stop", "/b/test/read"):
        assert "from a test" in look(app, f"{path}?lang=en", status=200).text
    for path in ("/b/test", "/b/test/stop"):
        assert "dari surel uji" in answer_of(app, "POST", f"{path}?lang=id", 200, data=ONE_CLICK).text
    assert states(acting) == {"sari@contoh.id": ACTIVE}


# PB-02: the office took somebody off an internal list, and their link to a public one does not lead back.
@pytest.mark.parametrize(("how", "comes_back"), [("staff", False), ("preferences", True)])
def test_only_who_left_an_internal_bulletin_may_turn_it_on_again(app, acting, world, bulletin, row, how, comes_back):
    with acting(world.manager):
        inner = subscribe(make_bulletin(world.manager, "Kabar dalam", is_public=False))
        end_subscription(inner, how=how)
    assert ("Kabar dalam" in look(app, f"/b/{row.token}").text) is comes_back
    send(app, {"on": [str(row.id), str(inner.id)], "language": "id"}, url=f"/b/{row.token}", status=303)
    with acting(SCOPE) as session:
        assert (session.get(Subscription, inner.id).state is ACTIVE) is comes_back
        assert session.get(Subscription, row.id).state is ACTIVE
