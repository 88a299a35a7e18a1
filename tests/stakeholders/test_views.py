import re

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.stakeholders import queries
from crm.stakeholders.models import (
    Affiliation,
    Category,
    ContactPoint,
    NameKind,
    Organization,
    Person,
    Stakeholder,
    StakeholderLink,
    Topic,
)
from tests.stakeholders.factories import (
    make_affiliation,
    make_contact,
    make_contact_made,
    make_organization,
    make_other_name,
    make_person,
    make_topic,
)

ORGANIZATION = {"name": "Disdukcapil Kota Sagaramaya", "category": "partner-agency", "owner_id": "0"}
PERSON = {"name": "Suharti", "owner_id": "0"}


@pytest.fixture
def agency(acting, world):
    with acting(world.officer):
        return make_organization(world.sgr).id


@pytest.fixture
def foreign(acting, world):
    with acting(world.sister_officer):
        return make_organization(world.wnm, "Canary Kota Wanamaya").id


def version_and_seen(page):
    """The hidden fields that a browser would send back."""
    return {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text).group(1).replace("&#34;", '"')
        for name in ("version", "seen")
    }


def stored(acting, world, stakeholder_id):
    with acting(world.officer):
        record = db.session.get(Stakeholder, stakeholder_id)
        details = queries.details_of(record)
        return details, record.version


# The list ------------------------------------------------------------------------------------------------------------


def test_list_shows_rows_and_views_within_ten_queries(browser, acting, world, agency, foreign, clock):
    with acting(world.officer):
        for at in range(60):
            made = make_organization(world.sgr, f"Dinas {at:02}", tier=1)
            person = make_person(world.sgr, f"Orang {at:02}")
            make_affiliation(person, made)
            make_contact_made(world.sgr, person, organization=made, on=world.officer.created_at.date())
    page = browser.sign_in(world.officer).get("/stakeholders", queries=10)
    assert "Dinas 49" in page.text
    assert "Canary" not in page.text
    following = re.search(r'href="([^"]*after=[^"]*)"', page.text).group(1).replace("&amp;", "&")
    more = browser.get(following, headers={"HX-Request": "true"}, queries=10)
    assert "<html" not in more.text
    assert more.text.count("<tr>") == 50
    assert browser.get(following).text.count("<tr>") > 50


@pytest.mark.parametrize(
    "query",
    [
        "sort=password",
        "tier=9",
        "owner__password=x",
        "kind=user",
        "after=junk",
        "topic=1%27%20OR%201=1",
        "q=a%00b",
        "category=media&category=x",
    ],
)
def test_list_refuses_what_no_page_of_ours_writes(browser, world, query):
    browser.sign_in(world.officer).get(f"/stakeholders?{query}", status=400)


def test_list_narrows_by_each_filter_and_says_so(browser, acting, world, agency):
    with acting(world.officer):
        make_organization(world.sgr, "Harian Suara", category=Category.MEDIA)
    page = browser.sign_in(world.officer).get("/stakeholders?category=media&tier=&kind=&topic=&tag=&owner=")
    assert "Harian Suara" in page.text
    assert "Disdukcapil" not in page.text.split("<table")[1]
    empty = browser.get("/stakeholders?tier=3&q=%25")
    assert "<table" not in empty.text


def test_list_is_for_who_may_read(browser, world):
    browser.sign_in(world.viewer).get("/stakeholders")


def test_half_a_name_finds(browser, acting, world):
    browser.sign_in(world.officer).post("/stakeholders/organizations/new", ORGANIZATION)
    page = browser.get("/stakeholders?q=disduk")
    assert "Disdukcapil Kota Sagaramaya" in page.text.split("<table")[1]


# The record ----------------------------------------------------------------------------------------------------------


def test_record_page_of_an_organization_within_twenty_queries(browser, acting, world, agency):
    with acting(world.officer):
        record = db.session.get(Organization, agency)
        parent = make_organization(world.sgr, "Pemerintah Kota")
        record.parent_id, record.tier, record.website = parent.id, 1, "https://disdukcapil.example"
        record.owner_id = world.officer.id
        make_other_name(record, "DKPS", NameKind.ABBREVIATION)
        make_contact(record)
        person = make_person(world.sgr, "Budi Santosa")
        make_affiliation(person, record)
        make_contact_made(world.sgr, person, organization=record, on=world.officer.created_at.date())
    page = browser.sign_in(world.officer).get(f"/stakeholders/{agency}", queries=18)
    for words in ("DKPS", "humas@disdukcapil.example", "Pemerintah Kota", "Budi Santosa", "Suparmi", "Rapat koordinasi"):
        assert words in page.text
    person_page = browser.get(f"/stakeholders/{person.id}", queries=18)
    assert "Disdukcapil Kota Sagaramaya" in person_page.text


def test_private_fields_are_absent_for_who_may_not_read_them(browser, acting, world):
    with acting(world.officer):
        person = make_person(world.sgr, home_address="Jalan Rahasia 1", private_note="Sakit.")
        make_contact(person, "pribadi@x.example", is_private=True)
    seen = browser.sign_in(world.officer).get(f"/stakeholders/{person.id}").text
    hidden = browser.sign_in(world.viewer).get(f"/stakeholders/{person.id}").text
    for words in ("Jalan Rahasia", "Sakit.", "pribadi@x.example"):
        assert words in seen
        assert words not in hidden


def test_private_fields_of_a_shared_organization_stay_with_its_office(browser, acting, world):
    with acting(world.sister_officer):
        shared = make_organization(world.wnm, "Polda Nusa Khayal", is_shared=True, private_note="Hanya kami.")
        make_contact(shared, "rahasia@polda.example", is_private=True)
    page = browser.sign_in(world.officer).get(f"/stakeholders/{shared.id}").text
    assert "Polda Nusa Khayal" in page
    assert "Hanya kami." not in page
    assert "rahasia@polda.example" not in page
    assert f"/stakeholders/{shared.id}/edit" not in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "\\\\evil.example"])
def test_unsafe_web_sites_are_refused_and_never_linked(browser, acting, world, address):
    page = browser.sign_in(world.officer).post(
        "/stakeholders/organizations/new", {**ORGANIZATION, "website": address}, status=422
    )
    assert ORGANIZATION["name"] in page.text
    with acting(world.officer):
        made = make_organization(world.sgr, "Lama", website=address)
    assert f'href="{address}' not in browser.get(f"/stakeholders/{made.id}").text


@pytest.mark.parametrize("path", ["", "/edit", "/history", "/relationships/new"])
def test_records_of_other_offices_do_not_exist(browser, world, foreign, path):
    page = browser.sign_in(world.officer).get(f"/stakeholders/{foreign}{path}", status=404)
    assert "Canary" not in page.text


@pytest.mark.parametrize("path", ["edit", "archival", "restoration"])
def test_writes_on_other_offices_do_nothing(browser, acting, world, foreign, path):
    browser.sign_in(world.manager).post(f"/stakeholders/{foreign}/{path}", {**ORGANIZATION, "version": "1"}, status=404)
    with acting(world.sister_officer):
        record = db.session.get(Organization, foreign)
        assert (record.name, record.archived_at, record.version) == ("Canary Kota Wanamaya", None, 1)


# Adding --------------------------------------------------------------------------------------------------------------


def test_new_organization_from_the_page(browser, acting, world):
    browser.sign_in(world.officer).get("/stakeholders/organizations/new")
    response = browser.post(
        "/stakeholders/organizations/new",
        {
            **ORGANIZATION,
            "other_names-0-name": "DKPS",
            "other_names-0-kind": "abbreviation",
            "phones-0-value": "0812 3456 7890 / (021) 555 0123 ext. 7",
            "phones-0-has_whatsapp": "y",
            "phones-1-value": "",
            "emails-0-value": "Humas@Disdukcapil.example",
            "emails-1-value": "pribadi@disdukcapil.example",
            "emails-1-is_private": "y",
            "socials-0-value": "https://instagram.com/disdukcapil",
            "socials-0-network": "",
            "topics": "data WNA, #koordinasi",
            "website": "disdukcapil.example",
            "tier": "2",
            "influence": "4",
        },
    )
    page = browser.follow(response)
    for words in (
        "0812 3456 7890",
        "https://wa.me/6281234567890",
        "(021) 555 0123",
        "ext. 7",
        "humas@disdukcapil.example",
        "koordinasi",
    ):
        assert words in page.text
    with acting(world.officer):
        made = db.session.scalars(sa.select(Organization)).one()
        assert (made.office_id, made.website, made.created_by_id) == (
            world.sgr.id,
            "https://disdukcapil.example",
            world.officer.id,
        )
        private = [c.value for c in db.session.scalars(sa.select(ContactPoint)) if c.is_private]
        assert private == ["pribadi@disdukcapil.example"]


def test_wrong_input_keeps_the_text(browser, acting, world):
    sent = {
        **ORGANIZATION,
        "name": "",
        "address": "Jalan Laut 1",
        "phones-0-value": "telepon saya",
        "emails-0-value": "bukan",
        "socials-0-value": "@x",
    }
    page = browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=422)
    assert page.text.count("m-err") >= 4
    for words in ("Jalan Laut 1", "telepon saya", "bukan"):
        assert words in page.text
    with acting(world.officer):
        assert db.session.scalar(sa.select(Stakeholder.id)) is None


def test_unstorable_text_is_refused_in_rows_too(browser, acting, world):
    sent = {**ORGANIZATION, "other_names-0-name": "a\x00b", "other_names-0-kind": "alias"}
    browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=422)
    with acting(world.officer):
        assert db.session.scalar(sa.select(Stakeholder.id)) is None


def test_viewers_add_nothing(browser, acting, world):
    browser.sign_in(world.viewer).get("/stakeholders/organizations/new", status=403)
    browser.post("/stakeholders/people/new", PERSON, status=403)


def test_fields_that_the_form_lacks_are_ignored(browser, acting, world):
    sent = {
        **ORGANIZATION,
        "office_id": str(world.wnm.id),
        "id": "999",
        "created_by_id": "1",
        "archived_at": "2026-01-01",
        "version": "77",
    }
    browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=422)
    browser.sign_in(world.local_officer).post("/stakeholders/organizations/new", sent)
    with acting(world.local_officer):
        made = db.session.scalars(sa.select(Organization)).one()
        assert (made.office_id, made.archived_at, made.version) == (world.sgr_lng.id, None, 1)
        assert made.id != 999


def test_add_row_without_script_draws_again_and_saves_nothing(browser, acting, world):
    sent = {**ORGANIZATION, "phones-0-value": "0812 3456 7890", "add_row": "phones", "form_key": "k" * 24}
    page = browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=200)
    assert 'name="phones-1-value"' in page.text
    assert "0812 3456 7890" in page.text
    with acting(world.officer):
        assert db.session.scalar(sa.select(Stakeholder.id)) is None
    del sent["add_row"]
    browser.post("/stakeholders/organizations/new", sent)
    with acting(world.officer):
        assert db.session.scalars(sa.select(Stakeholder.name)).all() == [ORGANIZATION["name"]]


def test_sent_twice_saved_once(browser, acting, world):
    sent = {**ORGANIZATION, "form_key": "k" * 24}
    first = browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent)
    again = browser.post("/stakeholders/organizations/new", sent)
    assert again.headers["Location"] == first.headers["Location"]
    with acting(world.officer):
        assert len(db.session.scalars(sa.select(Stakeholder.id)).all()) == 1


def test_warning_of_doubles_keeps_the_text_and_can_be_overruled(browser, acting, world, agency):
    sent = {**ORGANIZATION, "name": "disdukcapil kota sagaramaya", "note": "Loket dua."}
    page = browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=422)
    assert f"/stakeholders/{agency}" in page.text
    assert "Loket dua." in page.text
    browser.post("/stakeholders/organizations/new", {**sent, "save_anyway": "1"})
    with acting(world.officer):
        assert len(db.session.scalars(sa.select(Organization.id)).all()) == 2


def test_warning_of_doubles_never_shows_other_offices(browser, acting, world, foreign):
    with acting(world.sister_officer):
        make_contact(db.session.get(Organization, foreign), "canary@wanamaya.example")
    sent = {**ORGANIZATION, "name": "Canary Kota Wanamaya", "emails-0-value": "canary@wanamaya.example"}
    browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent)


def test_new_person_with_titles_in_the_name_and_a_new_organization(browser, acting, world, agency):
    sent = {
        **PERSON,
        "name": "Ibu Dr. Ratnaningsih Wulandari, SH, M.Si",
        "affiliations-0-organization": "Disdukcapil Kota Sagaramaya",
        "affiliations-0-title": "Kepala Dinas",
        "affiliations-0-from_on": "2024-01-02",
        "affiliations-1-organization": "Paguyuban Baru",
        "affiliations-1-title": "Ketua",
    }
    page = browser.sign_in(world.officer).post("/stakeholders/people/new", sent, status=422)
    assert 'value="new:community-group"' in page.text
    response = browser.post("/stakeholders/people/new", {**sent, "affiliations-1-organization_choice": "new:community-group"})
    shown = browser.follow(response)
    assert "Dr. Ratnaningsih Wulandari, S.H., M.Si." in shown.text
    with acting(world.officer):
        person = db.session.scalars(sa.select(Person)).one()
        assert (person.name, person.salutation) == ("Ratnaningsih Wulandari", "Ibu")
        names = [o.name for o in db.session.scalars(sa.select(Organization).order_by(Organization.id))]
        assert names == ["Disdukcapil Kota Sagaramaya", "Paguyuban Baru"]
        assert len(db.session.scalars(sa.select(Affiliation)).all()) == 2


def test_ambiguous_organization_is_asked_about(browser, acting, world, agency):
    with acting(world.officer):
        other = make_organization(world.sgr, "Dinas Dukcapil")
        for one in (other, db.session.get(Organization, agency)):
            make_other_name(one, "Dukcapil")
    sent = {**PERSON, "affiliations-0-organization": "dukcapil"}
    page = browser.sign_in(world.officer).post("/stakeholders/people/new", sent, status=422)
    assert f'<option value="{agency}">' in page.text
    browser.post("/stakeholders/people/new", {**sent, "affiliations-0-organization_choice": str(agency)})
    with acting(world.officer):
        assert db.session.scalars(sa.select(Affiliation.organization_id)).all() == [agency]


@pytest.mark.parametrize("field", ["affiliations-0-organization_id", "affiliations-0-organization_choice"])
def test_foreign_ids_in_a_form_are_not_found(browser, acting, world, foreign, field):
    sent = {**PERSON, "affiliations-0-organization": "Canary Kota Wanamaya", field: str(foreign)}
    browser.sign_in(world.officer).post("/stakeholders/people/new", sent, status=422)
    browser.post(
        "/stakeholders/organizations/new",
        {**ORGANIZATION, "parent": "Canary Kota Wanamaya", "parent_id": str(foreign)},
        status=422,
    )
    with acting(world.officer):
        assert db.session.scalars(sa.select(Stakeholder.id)).all() == []


def test_shouted_name_is_offered_in_ordinary_capitals(browser, acting, world):
    sent = {**PERSON, "name": "SITI NURAINI"}
    page = browser.sign_in(world.officer).post("/stakeholders/people/new", sent, status=422)
    assert "Siti Nuraini" in page.text
    assert 'value="Siti Nuraini"' in browser.post("/stakeholders/people/new", {**sent, "recase": "1"}, status=200).text
    browser.post("/stakeholders/people/new", {**sent, "save_anyway": "1"})
    with acting(world.officer):
        assert db.session.scalars(sa.select(Person.name)).all() == ["SITI NURAINI"]


def test_page_of_an_organization_offers_a_person_for_it(browser, world, agency):
    page = browser.sign_in(world.officer).get(f"/stakeholders/people/new?organization={agency}")
    assert 'value="Disdukcapil Kota Sagaramaya"' in page.text
    browser.get("/stakeholders/people/new?organization=99999")


# Changing ------------------------------------------------------------------------------------------------------------


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


# Archiving, history, relationships, topics ---------------------------------------------------------------------------


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


# Several at once -----------------------------------------------------------------------------------------------------


def test_archive_several_with_count_and_undo(browser, acting, world, agency):
    with acting(world.manager):
        second = make_person(world.sgr).id
    response = browser.sign_in(world.manager).post(
        "/stakeholders/selection/archival", {"ids": [str(agency), str(second)], "where": "category=media&sort=-name"}
    )
    assert response.headers["Location"] == "/stakeholders?category=media&sort=-name"
    page = browser.follow(response)
    undo = re.search(r'action="([^"]*/selection/restoration[^"]*)"', page.text).group(1).replace("&amp;", "&")
    browser.post(undo)
    assert "Disdukcapil" in browser.get("/stakeholders").text
    browser.post("/stakeholders/selection/archival", {"ids": []})
    browser.sign_in(world.officer).post("/stakeholders/selection/archival", {"ids": [str(agency)]}, status=403)


def test_several_with_one_foreign_id_are_refused_as_a_whole(browser, acting, world, agency, foreign):
    for url in ("archival", "topic", "restoration"):
        sent = {"ids": [str(agency), str(foreign)], "topic": "x", "step": "save"}
        browser.sign_in(world.manager).post(f"/stakeholders/selection/{url}", sent, status=404)
    browser.post("/stakeholders/selection/archival", {"ids": ["1 or 1=1"]}, status=400)
    with acting(world.officer):
        assert db.session.get(Organization, agency).archived_at is None
        assert db.session.scalars(sa.select(Topic.id)).all() == []


def test_topic_for_several(browser, acting, world, agency):
    with acting(world.officer):
        make_topic("data WNA")
    page = browser.sign_in(world.officer).post("/stakeholders/selection/topic", {"ids": [str(agency)]}, status=200)
    assert "Disdukcapil Kota Sagaramaya" in page.text
    browser.post("/stakeholders/selection/topic", {"ids": [str(agency)], "step": "save", "topic": ""}, status=422)
    done = browser.post("/stakeholders/selection/topic", {"ids": [str(agency)], "step": "save", "topic": "DATA WNA"})
    page = browser.follow(done)
    undo = re.search(r'action="([^"]*/topic-removal/[^"]*)"', page.text).group(1).replace("&amp;", "&")
    assert stored(acting, world, agency)[0].topics == ("data WNA",)
    browser.post(undo)
    assert stored(acting, world, agency)[0].topics == ()
