import re

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.stakeholders.models import ContactKind, Organization, Person, StakeholderLink, Topic
from tests.stakeholders.factories import make_contact, make_organization, make_person
from tests.stakeholders.pages import ORGANIZATION, PERSON, stored, version_and_seen


def test_edit_saves_what_changed(browser, acting, world, agency):
    page = browser.sign_in(world.officer).get(f"/stakeholders/{agency}/edit")
    sent = {**ORGANIZATION, **version_and_seen(page), "address": "Jalan Laut 1", "category": "academia"}
    shown = browser.follow(browser.post(f"/stakeholders/{agency}/edit", sent))
    assert "Jalan Laut 1" in shown.text
    history = browser.get(f"/stakeholders/{agency}/history")
    assert "Jalan Laut 1" in history.text
    assert "partner-agency" not in history.text


def test_edit_refuses_wrong_input_and_circles(browser, acting, world, agency):
    with acting(world.officer):
        make_organization(world.sgr, "Bidang Anak", parent_id=agency)
    page = browser.sign_in(world.officer).get(f"/stakeholders/{agency}/edit")
    sent = {**ORGANIZATION, **version_and_seen(page), "parent": "Bidang Anak", "note": "tetap ada"}
    refused = browser.post(f"/stakeholders/{agency}/edit", sent, status=422)
    assert "tetap ada" in refused.text
    browser.post(f"/stakeholders/{agency}/edit", {**sent, "category": "x"}, status=422)


@pytest.fixture
def other(acting, world):
    """Another agency, with an address and a telephone of its own."""
    with acting(world.officer):
        record = make_organization(world.sgr, "Polres Sagaramaya")
        make_contact(record, "humas@polres.example")
        make_contact(record, "+62215550142", kind=ContactKind.PHONE)
        return record.id


@pytest.mark.parametrize(
    "changed",
    [{"name": "POLRES Sagaramaya"}, {"emails-0-value": "humas@polres.example"}, {"phones-0-value": "(021) 555-0142"}],
    ids=["name", "e-mail", "phone"],
)
def test_a_change_that_makes_it_like_another_warns_and_can_be_overruled(browser, acting, world, agency, other, changed):
    page = browser.sign_in(world.officer).get(f"/stakeholders/{agency}/edit")
    sent = {**ORGANIZATION, **version_and_seen(page), "note": "Loket dua.", **changed}
    warned = browser.post(f"/stakeholders/{agency}/edit", sent, status=422)
    assert f'href="/stakeholders/{other}"' in warned.text
    assert "Loket dua." in warned.text
    assert stored(acting, world, agency)[0].note == ""
    browser.post(f"/stakeholders/{agency}/edit", {**sent, "save_anyway": "1"})
    assert stored(acting, world, agency)[0].note == "Loket dua."
    # It is known now: further changes are not held up.
    page = browser.get(f"/stakeholders/{agency}/edit")
    browser.post(f"/stakeholders/{agency}/edit", {**sent, **version_and_seen(page), "note": "Loket tiga."})
    assert stored(acting, world, agency)[0].note == "Loket tiga."


def test_a_change_never_warns_of_itself_or_of_another_office(browser, acting, world, agency, foreign):
    with acting(world.sister_officer):
        make_contact(db.session.get(Organization, foreign), "canary@wanamaya.example")
    page = browser.sign_in(world.officer).get(f"/stakeholders/{agency}/edit")
    sent = {
        **ORGANIZATION,
        **version_and_seen(page),
        "emails-0-value": "canary@wanamaya.example",
        "name": "disdukcapil kota sagaramaya",
    }
    browser.post(f"/stakeholders/{agency}/edit", sent)


def test_two_people_editing_lose_nothing(browser, acting, world, agency):
    browser.sign_in(world.officer)
    first = version_and_seen(browser.get(f"/stakeholders/{agency}/edit"))
    browser.sign_in(world.colleague)
    second = version_and_seen(browser.get(f"/stakeholders/{agency}/edit"))
    browser.post(f"/stakeholders/{agency}/edit", {**ORGANIZATION, **second, "address": "Jalan Rekan 9", "note": "catatan rekan"})

    browser.sign_in(world.officer)
    mine = {**ORGANIZATION, **first, "name": "Disdukcapil Sagara", "note": "catatan saya"}
    page = browser.post(f"/stakeholders/{agency}/edit", mine, status=409)
    for words in ("Jalan Rekan 9", "catatan rekan", "catatan saya", "Disdukcapil Sagara", "Fadhil Al-Khayyal"):
        assert words in page.text
    assert page.text.count('name="take"') == 1  # only the note was changed by both
    assert stored(acting, world, agency)[0].note == "catatan rekan"

    contested = re.search(r'name="contested"[^>]*value="([^"]*)"', page.text).group(1)
    now_seen = {**version_and_seen(page), "contested": contested}
    merged = {**ORGANIZATION, **now_seen, "name": "Disdukcapil Sagara", "note": "catatan saya", "address": "Jalan Rekan 9"}
    taken = browser.post(f"/stakeholders/{agency}/edit", {**merged, "take": "note"}, status=200)
    assert re.search(r"<textarea[^>]*name=\"note\"[^>]*>\s*catatan rekan", taken.text)
    assert stored(acting, world, agency)[1] == 2  # nothing saved by taking

    browser.post(f"/stakeholders/{agency}/edit", merged)
    details, version = stored(acting, world, agency)
    assert (details.name, details.note, details.address, version) == ("Disdukcapil Sagara", "catatan saya", "Jalan Rekan 9", 3)


def test_stale_form_without_marks_asks_about_everything(browser, acting, world, agency):
    browser.sign_in(world.officer).get(f"/stakeholders/{agency}/edit")
    page = browser.post(
        f"/stakeholders/{agency}/edit", {**ORGANIZATION, "version": "", "seen": "{", "address": "baru"}, status=409
    )
    assert "baru" in page.text
    assert stored(acting, world, agency)[0].address == ""


def test_archive_with_undo_and_restore(browser, acting, world, agency):
    page = browser.follow(browser.sign_in(world.manager).post(f"/stakeholders/{agency}/archival"))
    assert f'action="/stakeholders/{agency}/restoration"' in page.text
    assert f"/stakeholders/{agency}" not in browser.get("/stakeholders").text
    assert f"/stakeholders/{agency}" in browser.get("/stakeholders?archived=1").text
    browser.post(f"/stakeholders/{agency}/restoration")
    assert f"/stakeholders/{agency}" in browser.get("/stakeholders").text
    browser.sign_in(world.officer).post(f"/stakeholders/{agency}/archival", status=403)


def test_history_masks_private_values(browser, acting, world):
    response = browser.sign_in(world.officer).post("/stakeholders/people/new", {**PERSON, "private_note": "rahasia satu"})
    url = response.headers["Location"]
    page = browser.get(f"{url}/edit")
    browser.post(f"{url}/edit", {**PERSON, **version_and_seen(page), "private_note": "rahasia dua", "beat": "hukum"})
    history = browser.sign_in(world.viewer).get(f"{url}/history").text
    assert "hukum" in history
    assert "rahasia" not in history.replace("bersifat rahasia", "")


def test_relationships_from_the_page(browser, acting, world, agency):
    with acting(world.officer):
        other = make_organization(world.sgr, "Polres Sagaramaya")
    url = f"/stakeholders/{agency}/relationships"
    browser.sign_in(world.officer).get(f"{url}/new")
    sent = {"kind": "cooperates", "other": "Polres Sagaramaya", "note": "MoU"}
    page = browser.follow(browser.post(f"{url}/new", sent))
    assert "MoU" in page.text
    browser.post(f"{url}/new", sent, status=422)
    browser.post(f"{url}/new", {**sent, "other": "Disdukcapil Kota Sagaramaya"}, status=422)
    browser.post(f"{url}/new", {**sent, "other": "Tidak ada"}, status=422)
    with acting(world.officer):
        link = db.session.scalars(sa.select(StakeholderLink)).one()
    page = browser.follow(browser.post(f"{url}/{link.id}/removal"))
    undo = re.search(r'action="([^"]*/return[^"]*)"', page.text).group(1).replace("&amp;", "&")
    for _time in range(2):
        browser.post(undo)
    assert "MoU" in browser.get(f"/stakeholders/{other.id}").text
    browser.sign_in(world.viewer).post(f"{url}/new", sent, status=403)
    browser.post(f"{url}/{link.id}/removal", status=403)


def test_relationship_of_another_office_is_not_removed(browser, acting, world):
    with acting(world.sister_officer):
        one = make_organization(world.wnm, "Polda", is_shared=True)
        other = make_organization(world.wnm, "Kejaksaan", is_shared=True)
        link = StakeholderLink(
            from_id=one.id, to_id=other.id, kind="cooperates", office_id=world.wnm.id, created_at=one.created_at
        )
        db.session.add(link)
        db.session.flush()
        ids = one.id, link.id
    browser.sign_in(world.officer).post(f"/stakeholders/{ids[0]}/relationships/{ids[1]}/removal", status=404)
    assert "Kejaksaan" not in browser.get(f"/stakeholders/{ids[0]}").text


def test_topics_page_is_for_managers(browser, acting, world):
    browser.sign_in(world.officer).get("/topics", status=403)
    browser.sign_in(world.manager).get("/topics")
    browser.post("/topics", {"name": "koordinasi"})
    browser.post("/topics", {"name": "Koordinasi"}, status=422)
    browser.post("/topics", {"name": ""}, status=422)
    with acting(world.manager):
        topic_id = db.session.scalars(sa.select(Topic.id)).one()
    browser.get(f"/topics/{topic_id}/edit")
    browser.post(f"/topics/{topic_id}/edit", {"name": "data WNA"})
    browser.post(f"/topics/{topic_id}/edit", {"name": ""}, status=422)
    browser.post(f"/topics/{topic_id}/archival")
    assert f"/topics/{topic_id}/restoration" in browser.get("/topics").text
    browser.post(f"/topics/{topic_id}/restoration")
    browser.post("/topics/999/archival", status=404)


@pytest.mark.parametrize(
    "sent",
    [
        {"version": "abc"},
        {"version": "9" * 40},
        {"version": "1", "seen": "[1]"},
        {"version": "1", "seen": "\x00"},
        {"take": "password"},
    ],
)
def test_tampered_hidden_fields_never_break_the_page(browser, world, agency, sent):
    response = browser.sign_in(world.officer)._request(
        "POST",
        f"/stakeholders/{agency}/edit",
        data={**ORGANIZATION, "address": "x", "csrf_token": browser.csrf_token(), **sent},
    )
    assert response.status_code in {200, 303, 409, 422}


def test_shared_organization_of_another_office_is_not_edited_by_post(browser, acting, world):
    with acting(world.sister_officer):
        shared = make_organization(world.wnm, "Polda", is_shared=True)
    browser.sign_in(world.manager).get(f"/stakeholders/{shared.id}/edit", status=404)
    browser.post(f"/stakeholders/{shared.id}/edit", {**ORGANIZATION, "version": "1"}, status=404)
    browser.post(f"/stakeholders/{shared.id}/archival", status=404)
    browser.post("/stakeholders/selection/archival", {"ids": [str(shared.id)]}, status=404)
    page = browser.get("/stakeholders")
    assert "Polda" in page.text
    assert 'name="ids"' not in page.text


def test_conflict_keeps_an_organization_that_was_to_be_added(browser, acting, world):
    with acting(world.officer):
        person = make_person(world.sgr)
    url = f"/stakeholders/{person.id}/edit"
    mine = version_and_seen(browser.sign_in(world.officer).get(url))
    theirs = version_and_seen(browser.sign_in(world.colleague).get(url))
    browser.post(url, {**PERSON, **theirs, "name": "Wagiman", "beat": "hukum"})
    sent = {
        **PERSON,
        **mine,
        "name": "Wagiman",
        "affiliations-0-organization": "Paguyuban Baru",
        "affiliations-0-organization_choice": "new:community-group",
        "affiliations-0-title": "Ketua",
    }
    page = browser.sign_in(world.officer).post(url, sent, status=409)
    assert 'value="Paguyuban Baru"' in page.text
    assert 'value="new:community-group"' in page.text
    with acting(world.officer):
        assert db.session.scalars(sa.select(Organization.id)).all() == []
    browser.post(url, {**sent, **version_and_seen(page), "beat": "hukum"})
    with acting(world.officer):
        assert db.session.scalars(sa.select(Organization.name)).all() == ["Paguyuban Baru"]
        assert db.session.get(Person, person.id).beat == "hukum"
