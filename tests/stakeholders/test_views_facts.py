import pytest

from crm.core.db import db
from crm.stakeholders.models import Organization, Person
from tests.stakeholders.factories import make_contact, make_organization, make_other_name, make_person
from tests.stakeholders.pages import stored, version_and_seen

ENHANCED = {"HX-Request": "true"}


@pytest.fixture
def full(acting, world):
    with acting(world.officer):
        record = make_organization(world.sgr, note="Loket dua.", tier=2, is_shared=True, website="https://x.example")
        make_contact(record)
        make_other_name(record, "Dinas Kependudukan")
        return record.id


@pytest.mark.parametrize("name", ["kind", "names", "reach", "topics", "care", "notes"])
def test_each_part_opens_in_its_place_and_as_a_page(browser, world, full, name):
    url = f"/stakeholders/{full}/facts/{name}"
    assert "<html" in browser.sign_in(world.officer).get(url).text
    part = browser.get(url, headers=ENHANCED).text
    assert f'id="fact-{name}"' in part
    assert "<html" not in part
    assert "<form" not in browser.get(f"{url}?shown=1", headers=ENHANCED).text


def test_a_part_is_saved_and_the_rest_stays(browser, acting, world, full):
    url = f"/stakeholders/{full}/facts/notes"
    page = browser.sign_in(world.officer).get(url)
    before, version = stored(acting, world, full)
    answer = browser.post(
        url, {**version_and_seen(page), "note": "Loket tiga.", "name": "Bajakan", "is_shared": ""}, status=200, headers=ENHANCED
    )
    assert "Loket tiga." in answer.text
    after, later = stored(acting, world, full)
    assert (after.note, later) == ("Loket tiga.", version + 1)
    assert (after.name, after.is_shared, after.contacts, after.other_names, after.website, after.tier) == (
        before.name,
        before.is_shared,
        before.contacts,
        before.other_names,
        before.website,
        before.tier,
    )


def test_without_script_a_part_leads_back_to_the_record(browser, world, full):
    url = f"/stakeholders/{full}/facts/topics"
    page = browser.sign_in(world.officer).get(url)
    shown = browser.follow(browser.post(url, {**version_and_seen(page), "topics": "data WNA", "tags": ""}))
    assert "data WNA" in shown.text


def test_wrong_input_in_a_part_keeps_the_text(browser, acting, world, full):
    url = f"/stakeholders/{full}/facts/reach"
    page = browser.sign_in(world.officer).get(url)
    sent = {**version_and_seen(page), "phones-0-value": "bukan nomor", "website": "javascript:alert(1)"}
    answer = browser.post(url, sent, status=422, headers=ENHANCED)
    assert "bukan nomor" in answer.text
    assert stored(acting, world, full)[0].website == "https://x.example"
    more = browser.post(url, {**sent, "add_row": "phones"}, status=200, headers=ENHANCED)
    assert 'name="phones-1-value"' in more.text


def test_two_parts_changed_by_two_people_both_stay(browser, acting, world, full):
    browser.sign_in(world.officer)
    notes = version_and_seen(browser.get(f"/stakeholders/{full}/facts/notes"))
    care = version_and_seen(browser.get(f"/stakeholders/{full}/facts/care"))
    browser.post(f"/stakeholders/{full}/facts/care", {**care, "owner_id": "0", "tier": "1", "influence": "", "interest": ""})
    browser.post(f"/stakeholders/{full}/facts/notes", {**notes, "note": "Loket tiga."})
    details, version = stored(acting, world, full)
    assert (details.tier, details.note, version) == (1, "Loket tiga.", 3)


def test_the_same_part_changed_by_two_people_shows_both(browser, acting, world, full):
    url = f"/stakeholders/{full}/facts/notes"
    first = version_and_seen(browser.sign_in(world.officer).get(url))
    second = version_and_seen(browser.sign_in(world.colleague).get(url))
    browser.post(url, {**second, "note": "punya rekan"})
    page = browser.sign_in(world.officer).post(url, {**first, "note": "punya saya"}, status=409, headers=ENHANCED)
    assert "punya rekan" in page.text
    assert "punya saya" in page.text
    assert stored(acting, world, full)[0].note == "punya rekan"
    browser.post(url, {**version_and_seen(page), "note": "punya saya"}, status=200, headers=ENHANCED)
    assert stored(acting, world, full)[0].note == "punya saya"


def test_parts_are_for_who_may_change_the_record(browser, acting, world, full, foreign):
    browser.sign_in(world.viewer).get(f"/stakeholders/{full}/facts/notes", status=403)
    browser.sign_in(world.officer).get(f"/stakeholders/{foreign}/facts/notes", status=404)
    browser.post(f"/stakeholders/{foreign}/facts/notes", {"note": "x", "version": "1"}, status=404)
    browser.get(f"/stakeholders/{full}/facts/password", status=404)
    browser.sign_in(world.sister_officer).post(f"/stakeholders/{full}/facts/notes", {"note": "x", "version": "1"}, status=404)
    with acting(world.sister_officer):
        assert db.session.get(Organization, foreign).note == ""


def test_posts_of_a_person_in_their_place(browser, acting, world, agency):
    with acting(world.officer):
        person = make_person(world.sgr, birth_on=None, private_note="rahasia")
    url = f"/stakeholders/{person.id}/facts/posts"
    page = browser.sign_in(world.officer).get(url)
    sent = {
        **version_and_seen(page),
        "affiliations-0-organization": "Disdukcapil Kota Sagaramaya",
        "affiliations-0-title": "Kepala",
    }
    answer = browser.post(url, sent, status=200, headers=ENHANCED)
    assert f"/stakeholders/{agency}" in answer.text
    with acting(world.officer):
        assert db.session.get(Person, person.id).private_note == "rahasia"


def test_a_part_that_makes_it_like_another_warns_in_its_place_and_can_be_overruled(browser, acting, world, full):
    with acting(world.officer):
        other = make_organization(world.sgr, "Polres Sagaramaya")
        make_contact(other, "humas@polres.example")
    url = f"/stakeholders/{full}/facts/reach"
    page = browser.sign_in(world.officer).get(url)
    sent = {**version_and_seen(page), "emails-0-value": "humas@polres.example"}
    warned = browser.post(url, sent, status=422, headers=ENHANCED)
    assert f'href="/stakeholders/{other.id}"' in warned.text
    assert 'value="humas@polres.example"' in warned.text
    assert 'form="fact-reach" name="save_anyway"' in warned.text
    browser.post(url, {**sent, "save_anyway": "1"}, status=200, headers=ENHANCED)
    assert [line.value for line in stored(acting, world, full)[0].contacts] == ["humas@polres.example"]
