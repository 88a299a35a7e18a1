import pytest

from crm.core.db import db
from crm.stakeholders.models import (
    NameKind,
    Organization,
)
from tests.stakeholders.factories import (
    make_affiliation,
    make_contact,
    make_contact_made,
    make_organization,
    make_other_name,
    make_person,
)
from tests.stakeholders.pages import ORGANIZATION


def test_record_page_of_an_organization_within_twenty_two_queries(browser, acting, world, agency):
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
    page = browser.sign_in(world.officer).get(f"/stakeholders/{agency}", queries=22)
    for words in ("DKPS", "humas@disdukcapil.example", "Pemerintah Kota", "Budi Santosa", "Suparmi", "Rapat koordinasi"):
        assert words in page.text
    person_page = browser.get(f"/stakeholders/{person.id}", queries=22)
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
