"""The recipient list of a draft: chosen, counted, filtered, searched, exported; seen by nobody of another office."""

import contextlib
import html

import pytest
import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.campaigns.audience import export
from crm.campaigns.models import Campaign, CampaignKind, CampaignState
from crm.core.clock import now
from crm.core.db import db
from crm.mail.models import SuppressionReason
from tests.campaigns.audience.test_queries import PEOPLE, person, suppress
from tests.campaigns.factories import (
    count_anew,
    make_bulletin,
    make_campaign,
    make_delivery,
    make_reply,
    make_segment,
    make_subscription,
)
from tests.elsewhere import elsewhere
from tests.stakeholders.factories import make_person


@pytest.fixture
def draft(world, acting):
    """A notice to three people: one receives, one bounced before, one has no address."""
    with acting(world.officer):
        person(world.sgr, "Suparmi", "suparmi@disdukcapil.example")
        person(world.sgr, "Pantul", "pantul@media.example")
        make_person(world.sgr, "=1+1 Tanpa")
        suppress("pantul@media.example", SuppressionReason.BOUNCED)
        return make_campaign(world.sgr, "Libur layanan", segment_id=make_segment(world.sgr, tree=PEOPLE).id)


def address(campaign, more=""):
    return f"/campaigns/{campaign.id}/recipients{more}"


def rows_of(page):
    return html.unescape(page.split('id="recipient-rows"')[1].split("</tbody>")[0])


def test_the_list_says_who_receives_and_why_the_others_do_not(browser, world, draft):
    page = browser.sign_in(world.viewer).get(address(draft), queries=25).text
    rows = rows_of(page)
    assert all(name in rows for name in ("Suparmi", "Pantul", "=1+1 Tanpa"))
    assert "?why=bounced" in page
    assert "?why=no-address" in page
    assert "Pantul" in rows_of(browser.get(address(draft, "?why=bounced")).text)
    assert "Suparmi" not in rows_of(browser.get(address(draft, "?why=bounced")).text)
    assert "Suparmi" in rows_of(browser.get(address(draft, "?why=receives")).text)
    assert "Suparmi" in rows_of(browser.get(address(draft, "?find=SUPAR")).text)
    assert "recipient-rows" not in browser.get(address(draft, "?find=%25")).text


def test_wrong_addresses_are_refused(browser, world, draft):
    browser.sign_in(world.viewer)
    for more in ("?why=nonsense", "?column=password_hash", "?after=nonsense", "?find=" + "x" * 200):
        browser.get(address(draft, more), status=400)


def test_a_long_list_goes_on_where_it_ended(browser, world, acting):
    with acting(world.officer):
        for number in range(60):
            person(world.sgr, f"Orang {number:02}", f"orang{number}@media.example")
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
    page = browser.sign_in(world.viewer).get(address(campaign)).text
    assert "Orang 49" in page
    assert "Orang 50" not in page
    following = html.unescape(page.split('class="m-list-end"')[1].split('href="')[1].split('"')[0])
    page = browser.get(following).text
    assert "Orang 50" in page
    assert "Orang 59" in page
    more = browser.get(following, headers={"HX-Request": "true"}).text
    assert "<html" not in more
    assert "Orang 59" in more


def test_bulletin_and_segment_are_chosen_for_a_draft(browser, world, acting, draft):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        make_subscription(bulletin, "warga@rumah.example", name="Warga")
    browser.sign_in(world.officer).get(address(draft))
    sent = {"bulletin": str(bulletin.id), "segment": "0", "version": str(draft.version)}
    page = browser.follow(browser.post(f"/campaigns/{draft.id}/audience", sent)).text
    assert "Warga" in rows_of(page)
    with acting(world.officer):
        row = db.session.get(Campaign, draft.id)
        assert (row.bulletin_id, row.segment_id) == (bulletin.id, None)
    browser.post(f"/campaigns/{draft.id}/audience", {**sent, "segment": str(draft.segment_id)}, status=409)


def test_wrong_choices_are_said_and_change_nothing(browser, world, acting, draft):
    with acting(world.sister_officer):
        theirs = make_segment(world.wnm, "Kucingrahasia", tree=PEOPLE)
        their_bulletin = make_bulletin(world.wnm)
    browser.sign_in(world.officer)
    place, version = f"/campaigns/{draft.id}/audience", str(draft.version)
    for sent in (
        {"bulletin": "0", "segment": "0"},
        {"bulletin": "0", "segment": str(theirs.id)},
        {"bulletin": str(their_bulletin.id), "segment": "0"},
        {"bulletin": "x", "segment": "0"},
    ):
        page = browser.post(place, {**sent, "version": version}, status=422).text
        assert "Kucingrahasia" not in page
    with acting(world.officer):
        assert db.session.get(Campaign, draft.id).segment_id == draft.segment_id


def test_a_bulletin_needs_its_subscribers(browser, world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, kind=CampaignKind.BULLETIN)
        segment = make_segment(world.sgr, tree=PEOPLE)
    browser.sign_in(world.officer)
    sent = {"bulletin": "0", "segment": str(segment.id), "version": "1"}
    browser.post(f"/campaigns/{campaign.id}/audience", sent, status=422)


def test_what_left_the_drafts_keeps_its_recipients(browser, world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, state=CampaignState.RUNNING)
    browser.sign_in(world.officer).get(address(campaign), status=303)
    browser.post(f"/campaigns/{campaign.id}/audience", {"bulletin": "0", "segment": "0", "version": "1"}, status=303)
    browser.get(address(campaign, "/export"), status=303)


def test_the_list_goes_out_as_a_file_that_runs_nothing_and_is_written_down(browser, world, acting, draft):
    browser.sign_in(world.officer).get(address(draft, "/export"))
    browser.post(address(draft, "/export"), {"purpose": ""}, status=422)
    answer = browser.post(address(draft, "/export"), {"purpose": "Diperiksa kepala seksi"}, status=200)
    assert answer.mimetype == "text/csv"
    assert "suparmi@disdukcapil.example" in answer.text
    assert "'=1+1 Tanpa" in answer.text
    with acting(world.admin):
        entry = db.session.scalar(sa.select(ActivityEntry).where(ActivityEntry.verb == "recipients-exported"))
        assert entry.details == {"purpose": "Diperiksa kepala seksi", "rows": 3}


@contextlib.contextmanager
def while_it_is_read(app, statement):
    """The first time that anybody's addresses are read, somebody else writes; gives what became of it."""
    done = []

    def write(_conn, _cursor, text, *_more):
        if "FROM contact_points" in text and not done:
            done.append("begun")
            elsewhere(app, statement)
            done.append("written")

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", write)
    try:
        yield done
    finally:
        sa.event.remove(engine, "before_cursor_execute", write)


def test_while_the_file_is_written_others_write_and_it_is_kept_before_it_goes_out(app, browser, world, acting, draft):
    """Reading takes long for a million people: a colleague's form must not wait for it."""
    browser.sign_in(world.officer)
    renamed = sa.update(Campaign.__table__).where(Campaign.id == draft.id).values(name="Libur bersama")
    with while_it_is_read(app, renamed) as done:
        answer = browser.post(address(draft, "/export"), {"purpose": "Diperiksa"}, status=200)
    assert done == ["begun", "written"]
    with acting(world.admin) as session:  # nobody fetched a byte of the file yet
        entry = session.scalar(sa.select(ActivityEntry).where(ActivityEntry.verb == "recipients-exported"))
        assert (entry.subject_id, entry.office_id, entry.details["rows"]) == (draft.id, world.sgr.id, 3)
        assert session.get(Campaign, draft.id).name == "Libur bersama"
    assert len(answer.text.splitlines()) == 4


def test_pressing_again_on_the_page_that_stayed_open_makes_the_file_again(browser, world, draft):
    browser.sign_in(world.officer)
    first, second = (browser.post(address(draft, "/export"), {"purpose": "Lagi", "form_key": "k" * 20}, status=200) for _ in "12")
    assert second.headers["Content-Disposition"] == first.headers["Content-Disposition"]
    assert second.text == first.text


def test_no_file_goes_out_when_others_used_the_hour_up_meanwhile(app, browser, world, acting, draft, monkeypatch):
    monkeypatch.setattr(export, "MOST_AN_HOUR", 1)
    browser.sign_in(world.officer)
    other = sa.insert(ActivityEntry.__table__).values(
        verb="recipients-exported", subject_kind="campaign", office_id=world.sgr.id, actor_id=world.officer.id, actor_name="",
        at=now(), changes={}, details={}, address="", request_id="",
    )  # fmt: skip
    with while_it_is_read(app, other) as done:
        browser.post(address(draft, "/export"), {"purpose": "Kedua"}, status=303)
    assert done == ["begun", "written"]
    browser.post(address(draft, "/export"), {"purpose": "Ketiga"}, status=303)
    with acting(world.admin) as session:
        verbs = sa.select(sa.func.count()).where(ActivityEntry.verb == "recipients-exported")
        assert session.scalar(verbs) == 1


def test_a_file_of_a_longer_list_says_that_it_is_not_all(browser, world, draft, monkeypatch):
    monkeypatch.setattr(export, "MOST_ROWS", 3)
    browser.sign_in(world.officer)
    assert len(browser.post(address(draft, "/export"), {"purpose": "Semua"}, status=200).text.splitlines()) == 4
    monkeypatch.setattr(export, "MOST_ROWS", 2)
    assert "2" in browser.get(address(draft, "/export")).text
    lines = browser.post(address(draft, "/export"), {"purpose": "Sebagian"}, status=200).text.splitlines()
    assert len(lines) == 4
    assert lines[-1] == "Daftar masih berlanjut: berkas ini memuat 2 yang pertama."


def test_a_viewer_looks_and_may_not_choose(browser, world, draft):
    browser.sign_in(world.viewer).get(address(draft))
    browser.post(f"/campaigns/{draft.id}/audience", {"bulletin": "0", "segment": "0"}, status=403)
    browser.get(address(draft, "/export"), status=403)


def test_the_sister_office_finds_nothing(browser, world, draft):
    browser.sign_in(world.sister_officer).get(address(draft), status=404)
    browser.post(f"/campaigns/{draft.id}/audience", {"bulletin": "0", "segment": "0"}, status=404)
    browser.get(address(draft, "/export"), status=404)


def test_who_may_not_see_subscribers_does_not_find_them_in_a_campaign(browser, world, acting):
    """A viewer is refused the subscribers of a bulletin, and must not read them in the lists of its campaigns instead."""
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        known = make_person(world.sgr, "Budi Santoso")
        make_subscription(bulletin, "budi@dinas.example", known)
        make_subscription(bulletin, "warga@pribadi.example", name="Warga Biasa")
        draft = make_campaign(world.sgr, bulletin=bulletin).id
        sent = make_campaign(world.sgr, bulletin=bulletin, state=CampaignState.FINISHED)
        make_reply(make_delivery(sent, "warga@pribadi.example", name="Warga Biasa", delivered=3))
        count_anew(sent)
        results = f"/campaigns/{sent.id}/results"
        places = [f"/campaigns/{draft}/recipients", results, f"{results}/list/delivered", f"{results}/replies"]
    browser.sign_in(world.viewer)
    for place in places:
        page = browser.get(place).text
        assert "w•••a@pribadi.example" in page, place
        assert "Warga Biasa" not in page, place
        assert ">warga@pribadi.example" not in page, place
    assert browser.get(places[0]).text.count("budi@dinas.example") == 1  # whoever stands in the directory is known anyway
    browser.get(f"{places[0]}?find=warga@pribadi.example", status=400)  # nor can they ask for somebody
    browser.sign_in(world.officer)
    for place in places:
        assert "warga@pribadi.example" in browser.get(place).text, place
