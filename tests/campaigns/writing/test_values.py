"""Values of personal fields: titles, form of address, the present main post; nothing of other offices."""

import datetime as dt

from crm.campaigns.writing import values
from crm.stakeholders.models import Position
from tests.stakeholders.factories import make_affiliation, make_organization, make_person, saved

ALL = ("greeting", "name", "salutation", "position", "organization")


def make_post(office, organization, title):
    return saved(Position(office_id=office.id, organization_id=organization.id, title=title, title_match=title.lower()))


def test_a_person_has_titles_form_of_address_and_the_present_main_post(world, acting):
    with acting(world.officer):
        old, new = make_organization(world.sgr, "Dinas Lama"), make_organization(world.sgr, "Disdukcapil Kota Sagaramaya")
        person = make_person(
            world.sgr, "Ratnaningsih", titles_before="Dr.", titles_after="S.H., M.Si.", salutation="Ibu", called="Ratna"
        )
        make_affiliation(person, old, until_on=dt.date(2025, 12, 31))
        make_affiliation(person, make_organization(world.sgr, "Arisan"), is_main=False)
        make_affiliation(person, new, position_id=make_post(world.sgr, new, "Kepala Dinas").id)
        assert values.load(ALL, [person.id]) == {
            person.id: {
                "greeting": "Ibu Ratna",
                "name": "Dr. Ratnaningsih, S.H., M.Si.",
                "salutation": "Ibu",
                "position": "Kepala Dinas",
                "organization": "Disdukcapil Kota Sagaramaya",
            }
        }


def test_only_what_is_asked_for_and_there_is_given(world, acting):
    with acting(world.officer):
        person, agency = make_person(world.sgr, "Wagiman"), make_organization(world.sgr, "Radio Sagara")
        found = values.load(("name", "salutation", "organization"), [person.id, agency.id])
        assert found == {person.id: {"name": "Wagiman"}, agency.id: {"name": "Radio Sagara", "organization": "Radio Sagara"}}
        assert values.load((), [person.id]) == {person.id: {}}


# ML-02
def test_people_of_another_office_have_no_values(world, acting):
    with acting(world.sister_officer):
        foreign = make_person(world.wnm, "Orang Rahasia")
    with acting(world.officer):
        assert values.load(ALL, [foreign.id]) == {}
