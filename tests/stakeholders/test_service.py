import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from crm.core.db import db
from crm.index import service as index
from crm.stakeholders import details as d
from crm.stakeholders import queries, service
from crm.stakeholders.models import (
    Affiliation,
    Category,
    ContactPoint,
    Position,
    Rating,
    RelationshipKind,
    Stakeholder,
    StakeholderLink,
)
from tests.stakeholders.factories import make_affiliation, make_organization, make_person

AGENCY = d.OrganizationDetails(
    name="Disdukcapil Kota Sagaramaya",
    category=Category.PARTNER_AGENCY,
    other_names=(d.OtherNameLine("Dinas Kependudukan dan Pencatatan Sipil Kota Sagaramaya"),),
    contacts=(d.email_line("Humas@Disdukcapil.example"), *d.phone_lines("(021) 555 0123 ext. 12")),
    topics=("data WNA", "Data  wna"),
    tags=("mitra kunci",),
    tier=1,
    influence=4,
    interest=3,
    note="Loket lantai dua.",
)
CLERK = d.PersonDetails(
    name="Suharti",
    titles_after="S.H.",
    private_contacts=d.phone_lines("0812 3456 7890", is_private=True, has_whatsapp=True),
    private_note="Alergi udang.",
    birth_on=dt.date(1980, 4, 21),
)


def entries(verb):
    return db.session.scalars(sa.select(ActivityEntry).where(ActivityEntry.verb == verb).order_by(ActivityEntry.id)).all()


def test_new_organization_has_all_its_parts_and_is_found(acting, world, clock):
    clock.freeze("2026-03-02 09:00")
    with acting(world.officer):
        made = service.create_organization(AGENCY, office_id=world.sgr.id, by=world.officer)
        parts = queries.parts_of([made.id])[made.id]
        assert [c.value for c in parts.contacts] == ["humas@disdukcapil.example", "+62215550123"]
        assert parts.contacts[1].label == "ext. 12"
        assert parts.topics == ["data WNA"]
        assert parts.tags == ["mitra kunci"]
        rating = db.session.scalars(sa.select(Rating)).one()
        assert (rating.rated_on, rating.influence, rating.interest) == (dt.date(2026, 3, 2), 4, 3)
        assert [e.details["name"] for e in entries("created") if e.subject_kind == "organization"] == [made.name]
        assert [hit.subject_id for hit in index.find(scopes.current(), "kependud").rows] == [made.id]
        assert [hit.subject_id for hit in index.find(scopes.current(), "disduk sagara").rows] == [made.id]


def test_private_contacts_are_not_in_the_index(acting, world):
    with acting(world.officer):
        service.create_person(CLERK, office_id=world.sgr.id, by=world.officer)
        assert index.find(scopes.current(), "6281234567890").count == 0
        assert index.find(scopes.current(), "udang").count == 0
        assert index.find(scopes.current(), "suharti").count == 1


def test_edit_records_each_field_and_masks_private_ones(acting, world):
    with acting(world.officer):
        person = service.create_person(CLERK, office_id=world.sgr.id, by=world.officer)
    with acting(world.officer):
        person = db.session.get(type(person), person.id)
        new = replace(CLERK, name="Suharti Rahayu", private_note="Alergi kacang.", contacts=(d.email_line("suharti@x.example"),))
        assert service.edit_person(person, new, by=world.officer, seen_version=person.version)
    with acting(world.officer):
        changes = entries("changed")[-1].changes
        assert changes["name"] == ["Suharti", "Suharti Rahayu"]
        assert changes["private_note"] == "changed"
        assert changes["contacts"] == [[], ["suharti@x.example"]]
        assert "kacang" not in str(changes)


def test_saving_without_a_change_writes_nothing(acting, world):
    with acting(world.officer):
        made = service.create_organization(AGENCY, office_id=world.sgr.id, by=world.officer)
        version = made.version
        assert not service.edit_organization(made, queries.details_of(made), by=world.officer)
        assert made.version == version
        assert entries("changed") == []


def test_stale_version_is_refused_and_nothing_written(acting, world):
    with acting(world.officer):
        made = service.create_organization(AGENCY, office_id=world.sgr.id, by=world.officer)
        seen = made.version
        service.edit_organization(made, replace(AGENCY, note="Pindah ke lantai tiga."), by=world.officer, seen_version=seen)
        with pytest.raises(service.StaleRecord):
            service.edit_organization(made, replace(AGENCY, address="Jalan Laut 1"), by=world.colleague, seen_version=seen)
        assert (made.note, made.address) == ("Pindah ke lantai tiga.", "")


def test_save_between_our_read_and_our_write_is_noticed(acting, world):
    with acting(world.officer):
        made = service.create_organization(AGENCY, office_id=world.sgr.id, by=world.officer)
    with acting(world.officer):
        record = db.session.get(type(made), made.id)
        details = queries.details_of(record)
        table = Stakeholder.__table__
        db.session.execute(sa.update(table).where(table.c.id == made.id).values(version=table.c.version + 1))
        with pytest.raises(service.StaleRecord):
            service.edit_organization(
                record, replace(details, address="Jalan Laut 1"), by=world.officer, seen_version=record.version
            )
        db.session.rollback()


def test_editor_without_private_fields_leaves_them_alone(acting, world):
    with acting(world.officer):
        person = service.create_person(CLERK, office_id=world.sgr.id, by=world.officer)
        service.edit_person(person, d.PersonDetails(name="Suharti", keeps_private=True), by=world.officer)
        assert (person.private_note, person.birth_on) == ("Alergi udang.", dt.date(1980, 4, 21))
        assert db.session.scalars(sa.select(ContactPoint.value)).all() == ["+6281234567890"]


def test_organization_never_stands_above_itself(acting, world):
    with acting(world.officer):
        top = make_organization(world.sgr, "Pemerintah Kota")
        middle = make_organization(world.sgr, "Sekretariat Daerah", parent_id=top.id)
        low = make_organization(world.sgr, "Bagian Umum", parent_id=middle.id)
        for parent in (top, low):
            with pytest.raises(service.ParentCircle):
                service.edit_organization(top, replace(queries.details_of(top), parent_id=parent.id), by=world.officer)
        assert service.edit_organization(low, replace(queries.details_of(low), parent_id=top.id), by=world.officer)


def test_post_outlives_its_holder(acting, world):
    with acting(world.officer):
        agency = make_organization(world.sgr)
        for name in ("Budi Santosa", "Sari Puspitasari"):
            line = d.AffiliationLine(agency.id, "Kepala  Bidang", from_on=dt.date(2025, 1, 1))
            service.create_person(d.PersonDetails(name=name, affiliations=(line,)), office_id=world.sgr.id, by=world.officer)
        assert [p.title for p in db.session.scalars(sa.select(Position))] == ["Kepala Bidang"]
        assert len({a.position_id for a in db.session.scalars(sa.select(Affiliation))}) == 1


def test_changed_affiliation_keeps_its_row(acting, world):
    with acting(world.officer):
        agency = make_organization(world.sgr)
        person = make_person(world.sgr)
        row = make_affiliation(person, agency)
        ended = d.AffiliationLine(agency.id, "Analis", until_on=dt.date(2025, 12, 31), affiliation_id=row.id)
        service.edit_person(person, replace(queries.details_of(person), affiliations=(ended,)), by=world.officer)
        left = db.session.scalars(sa.select(Affiliation)).one()
        assert (left.id, left.until_on) == (row.id, dt.date(2025, 12, 31))


def test_foreign_organization_in_an_affiliation_is_refused(acting, world):
    with acting(world.sister_officer):
        foreign = make_organization(world.wnm, "Disdukcapil Kota Wanamaya")
    budi = d.PersonDetails(name="Budi", affiliations=(d.AffiliationLine(foreign.id, "Kepala"),))
    with acting(world.officer), pytest.raises(scopes.OutOfScope):
        service.create_person(budi, office_id=world.sgr.id, by=world.officer)


def test_shared_organization_is_changed_only_by_its_office(acting, world):
    with acting(world.sister_officer):
        shared = make_organization(world.wnm, "Polda Nusa Khayal", is_shared=True)
    with acting(world.officer):
        seen = db.session.scalars(queries.stakeholders_visible_to(world.officer)).one()
        assert seen.id == shared.id
        assert db.session.scalars(queries.stakeholders_changeable_by(world.officer)).all() == []
    with acting(world.officer):
        seen = db.session.scalars(queries.stakeholders_visible_to(world.officer)).one()
        mine = replace(queries.details_of(seen), note="milik kami")
        with pytest.raises(scopes.OutOfScope):
            service.edit_organization(seen, mine, by=world.officer)
        db.session.rollback()


def test_unsharing_leaves_other_offices_their_own(acting, world):
    with acting(world.sister_officer):
        shared = make_organization(world.wnm, "Polda Nusa Khayal", is_shared=True)
    with acting(world.officer):
        person = make_person(world.sgr, "Andi Baso Rahman")
        make_affiliation(person, shared)
    with acting(world.sister_officer):
        mine = db.session.get(type(shared), shared.id)
        service.edit_organization(mine, replace(queries.details_of(mine), is_shared=False), by=world.sister_officer)
    with acting(world.officer):
        assert [one.id for one in db.session.scalars(queries.stakeholders_visible_to(world.officer))] == [person.id]
        assert queries.parts_of([person.id])[person.id].affiliations == []
        kept = db.session.get(type(person), person.id)
        service.edit_person(kept, replace(queries.details_of(kept), note="Masih bertugas."), by=world.officer)
        assert db.session.scalars(sa.select(Affiliation.organization_id)).all() == [shared.id]


def test_archive_and_restore(acting, world):
    with acting(world.manager):
        made = service.create_organization(AGENCY, office_id=world.sgr.id, by=world.manager)
        service.archive_stakeholder(made, by=world.manager)
        assert made.is_archived
        assert index.find(scopes.current(), "disdukcapil").count == 0
        assert service.restore_stakeholders([made], by=world.manager) == [made.id]
        assert index.find(scopes.current(), "disdukcapil").count == 1
        assert [e.verb for e in db.session.scalars(sa.select(ActivityEntry)) if e.subject_kind == "organization"] == [
            "created",
            "archived",
            "restored",
        ]


def test_relationships(acting, world):
    with acting(world.officer):
        one, other = make_organization(world.sgr), make_organization(world.sgr, "Polres Sagaramaya")
        link = service.add_relationship(
            one, to=other, kind=RelationshipKind.COOPERATES, office_id=world.sgr.id, by=world.officer, note="MoU 2025"
        )
        with pytest.raises(service.AlreadyRelated):
            service.add_relationship(one, to=other, kind=RelationshipKind.COOPERATES, office_id=world.sgr.id, by=world.officer)
        with pytest.raises(service.RelatedToItself):
            service.add_relationship(one, to=one, kind=RelationshipKind.OTHER, office_id=world.sgr.id, by=world.officer)
        assert [(r.other_name, r.is_outward) for r in queries.neighbours_of(one).related] == [("Polres Sagaramaya", True)]
        assert [(r.other_name, r.is_outward) for r in queries.neighbours_of(other).related] == [
            ("Disdukcapil Kota Sagaramaya", False)
        ]
        service.remove_relationship(link, by=world.officer)
        assert db.session.scalars(sa.select(StakeholderLink)).all() == []


def test_topics_are_one_list(acting, world):
    with acting(world.manager):
        topic = service.create_topic("koordinasi", by=world.manager)
        with pytest.raises(service.TopicExists):
            service.create_topic("KOORDINASI", by=world.manager)
        service.archive_topic(topic, by=world.manager)
        assert queries.topic_names() == []
        assert service.find_or_create_topic("Koordinasi", by=world.manager).id == topic.id
        assert queries.topic_names() == ["koordinasi"]
        other = service.create_topic("data WNA", by=world.manager)
        with pytest.raises(service.TopicExists):
            service.rename_topic(other, name="Koordinasi", by=world.manager)


def test_topic_for_many_gives_back_whom_it_was_new_for(acting, world):
    with acting(world.officer):
        rows = [make_organization(world.sgr, name) for name in ("A", "B")]
        topic = service.find_or_create_topic("koordinasi", by=world.officer)
        assert service.add_topic_to(rows[:1], topic, by=world.officer) == [rows[0].id]
        assert service.add_topic_to(rows, topic, by=world.officer) == [rows[1].id]
        assert sorted(service.remove_topic_from(rows, topic, by=world.officer)) == sorted(row.id for row in rows)


def test_renamed_organization_renews_its_people(acting, world, jobs):
    with acting(world.officer):
        agency = service.create_organization(AGENCY, office_id=world.sgr.id, by=world.officer)
        line = d.AffiliationLine(agency.id, "Kepala Dinas")
        service.create_person(d.PersonDetails(name="Supriyadi", affiliations=(line,)), office_id=world.sgr.id, by=world.officer)
    with acting(world.officer):
        agency = db.session.get(type(agency), agency.id)
        service.edit_organization(agency, replace(queries.details_of(agency), name="Dinas Pencatatan"), by=world.officer)
    assert jobs.run_all() == ["stakeholders.index_people"]
    with acting(world.officer):
        hits = index.find(scopes.current(), "supriyadi").rows
        assert hits[0].subtitle == "Kepala Dinas, Dinas Pencatatan"
