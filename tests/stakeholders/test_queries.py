import datetime as dt

import pytest
import sqlalchemy as sa

from crm.core import pagination
from crm.core.db import db, is_sqlite
from crm.engagements.models import ParticipationRole
from crm.engagements.queries import rhythm as engagement_rhythm
from crm.stakeholders import columns, queries
from crm.stakeholders.keys import NameKind, StakeholderKind
from crm.stakeholders.models import Category, Region, RegionKind, StakeholderTopic
from crm.stakeholders.queries import Filter, Reason, Rhythm, UnknownFilter
from tests.stakeholders.factories import (
    make_affiliation,
    make_contact,
    make_contact_made,
    make_organization,
    make_other_name,
    make_person,
    make_topic,
    saved,
)

TODAY = dt.date(2026, 3, 2)
RHYTHM = Rhythm(TODAY, {1: 30, 2: 91, 3: 365})


@pytest.fixture(autouse=True)
def _measured(clock):
    clock.freeze("2026-03-02 09:00")
    columns.register_rhythm(last_contact=engagement_rhythm.last_contact, weeks=engagement_rhythm.weeks)


def listed(wanted=None, *, user_id=0, **more):
    return [row.name for row in queries.list_page(wanted or Filter(), RHYTHM, viewer_id=user_id, **more).rows]


@pytest.mark.parametrize(
    "arguments",
    [
        {"sort": ["password"]},
        {"sort": ["(select 1)"]},
        {"kind": ["user"]},
        {"tier": ["4"]},
        {"tier": ["1 or 1=1"]},
        {"owner": ["' OR 1=1--"]},
        {"owner__password": ["x"]},
        {"topic": ["1", "2"]},
        {"topic": ["-1"]},
        {"region": ["9" * 30]},
        {"q": ["a\x00b"]},
        {"q": ["x" * 201]},
        {"quiet": ["yes"]},
    ],
)
def test_unknown_columns_and_values_are_refused(arguments):
    with pytest.raises(UnknownFilter):
        queries.parse_filter(arguments)


def test_filter_goes_to_an_address_and_back():
    wanted = queries.parse_filter({"category": ["media"], "tier": [""], "q": [" harian "], "after": ["x"]})
    assert wanted == Filter(category="media", q="harian")
    assert queries.parse_filter({k: [v] for k, v in wanted.arguments.items()}) == wanted
    assert wanted.without("q") == {"category": "media"}


def test_list_merges_own_and_shared_in_order_of_name(acting, world):
    with acting(world.sister_officer):
        make_organization(world.wnm, "Beta", is_shared=True)
        make_organization(world.wnm, "Delta")
    with acting(world.local_officer):
        make_organization(world.sgr_lng, "Epsilon")
    with acting(world.officer):
        make_organization(world.sgr, "alfa")
        make_person(world.sgr, "Çakra")
        make_organization(world.sgr, "Zeta", is_shared=True)
    with acting(world.officer):
        assert listed() == ["alfa", "Beta", "Çakra", "Epsilon", "Zeta"]
        assert listed(Filter(sort="-name")) == ["Zeta", "Epsilon", "Çakra", "Beta", "alfa"]
        assert listed(Filter(kind="person")) == ["Çakra"]
        assert queries.count(Filter(), RHYTHM, viewer_id=0) == (5, False)
    with acting(world.local_officer):
        assert listed() == ["Beta", "Epsilon", "Zeta"]
    with acting(world.central):
        assert listed() == ["alfa", "Beta", "Çakra", "Delta", "Epsilon", "Zeta"]


def test_pages_give_each_row_once_while_rows_come_in(acting, world):
    with acting(world.officer):
        for at in range(25):
            make_organization(world.sgr, f"Dinas {at:02}" if at % 3 else "Dinas sama")
    with acting(world.officer):
        seen, after = [], None
        while True:
            page = queries.list_page(Filter(), RHYTHM, viewer_id=0, after=after, size=4)
            seen += [row.id for row in page.rows]
            after = page.next_cursor
            if after is None:
                break
            make_organization(world.sgr, "Aaa, lebih awal")
        assert len(seen) == len(set(seen)) == 25


@pytest.mark.parametrize(
    "cursor", ["x", "WzFd", "bm90IGpzb24", pagination.encode_cursor(["a"]), pagination.encode_cursor([1, 1])]
)
def test_foreign_cursors_are_refused(acting, world, cursor):
    with acting(world.officer), pytest.raises(pagination.BadCursor):
        listed(after=cursor)


def test_each_filter(acting, world):
    with acting(world.officer):
        bima = saved(Region(code="52", name="NTB", kind=RegionKind.PROVINCE))
        city = saved(Region(code="52.72", name="Kota Bima", kind=RegionKind.CITY, parent_id=bima.id))
        topic = make_topic()
        media = make_organization(
            world.sgr, "Harian Suara", category=Category.MEDIA, tier=1, region_id=city.id, owner_id=world.officer.id
        )
        saved(StakeholderTopic(stakeholder_id=media.id, topic_id=topic.id))
        make_organization(world.sgr, "Arsip", archived_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        make_person(world.sgr, "Wagiman")
    with acting(world.officer):
        for wanted in (
            Filter(category="media"),
            Filter(tier="1"),
            Filter(owner="me"),
            Filter(owner=str(world.officer.id)),
            Filter(region=str(city.id)),
            Filter(region=str(bima.id)),
            Filter(topic=str(topic.id)),
        ):
            assert listed(wanted, user_id=world.officer.id) == ["Harian Suara"], wanted
        assert listed(Filter(owner="none")) == ["Wagiman"]
        assert listed(Filter(tier="none")) == ["Wagiman"]
        assert listed(Filter(archived="1")) == ["Arsip"]
        assert listed(Filter(archived="1", q="ars")) == ["Arsip"]
        assert listed(Filter(tag="1")) == []


def test_last_contact_weeks_and_quiet(acting, world):
    with acting(world.officer):
        old = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
        agency = make_organization(world.sgr, "Disdukcapil", tier=1, created_at=old)
        person = make_person(world.sgr, "Budi", tier=2, created_at=old)
        make_organization(world.sgr, "Baru saja ditambah", tier=1)
        make_organization(world.sgr, "Belum pernah", tier=3, created_at=old)
        make_organization(world.sgr, "Tanpa tingkat", created_at=old)
        make_contact_made(world.sgr, person, organization=agency, on=dt.date(2026, 1, 20))
        make_contact_made(world.sgr, person, organization=agency, on=dt.date(2026, 1, 20))
        make_contact_made(world.sgr, agency, on=dt.date(2026, 3, 20))  # planned
        make_contact_made(world.sgr, agency, on=dt.date(2026, 2, 27), role=ParticipationRole.HOST)
    with acting(world.officer):
        rows = {row.name: row for row in queries.list_page(Filter(), RHYTHM, viewer_id=0).rows}
        assert rows["Disdukcapil"].last_contact_on == dt.date(2026, 1, 20)
        assert (rows["Disdukcapil"].quiet_days, rows["Disdukcapil"].days_past) == (41, 11)
        assert sum(rows["Disdukcapil"].weeks) == 2
        assert rows["Disdukcapil"].weeks[5] == 2
        assert rows["Budi"].quiet_days is None
        assert rows["Belum pernah"].last_contact_on is None
        assert rows["Belum pernah"].quiet_days == 425
        assert listed(Filter(quiet="1")) == ["Belum pernah", "Disdukcapil"]


def test_contact_of_another_office_with_a_shared_organization_does_not_count(acting, world):
    with acting(world.officer):
        shared = make_organization(world.sgr, "Polda", is_shared=True, tier=1, created_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    with acting(world.sister_officer):
        make_contact_made(world.wnm, shared, on=dt.date(2026, 3, 1))
    with acting(world.officer):
        (row,) = queries.list_page(Filter(), RHYTHM, viewer_id=0).rows
        assert (row.last_contact_on, sum(row.weeks)) == (None, 0)
        assert listed(Filter(quiet="1")) == ["Polda"]
    with acting(world.sister_officer):
        assert listed(Filter(quiet="1")) == []


def test_second_line_and_contact_of_a_row(acting, world):
    with acting(world.officer):
        agency = make_organization(world.sgr, "Disdukcapil")
        make_other_name(agency, "Dinas Kependudukan dan Pencatatan Sipil")
        make_other_name(agency, "DKPS-SUPER-LONG-ABBREVIATION-OF-A-NAME-THAT-IS-LONG", NameKind.ABBREVIATION)
        person = make_person(world.sgr, "Budi")
        make_affiliation(person, agency)
        make_affiliation(make_person(world.sgr, "Mantan"), agency, until_on=dt.date(2025, 1, 1))
    with acting(world.officer):
        rows = {row.name: row for row in queries.list_page(Filter(), RHYTHM, viewer_id=0).rows}
        assert rows["Disdukcapil"].second_line == "Dinas Kependudukan dan Pencatatan Sipil"
        assert rows["Disdukcapil"].contact == "Budi"
        assert rows["Budi"].second_line == "Disdukcapil"
        assert rows["Mantan"].second_line == ""


# Duplicates ----------------------------------------------------------------------------------------------------------


def doubles(kind=StakeholderKind.ORGANIZATION, **given):
    return [(one.name, one.reasons) for one in queries.find_duplicates(kind, **given)]


def test_doubles_by_name_other_name_abbreviation_mail_and_phone(acting, world):
    with acting(world.officer):
        agency = make_organization(world.sgr, "Dinas Kependudukan & Pencatatan Sipil Kab. Bima")
        make_other_name(agency, "Disdukcapil Bima")
        make_other_name(agency, "DKPS", NameKind.ABBREVIATION)
        make_contact(agency, "humas@bima.example")
        name = agency.name
        assert doubles(name="DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL KABUPATEN BIMA") == [(name, [(Reason.NAME, name)])]
        assert doubles(name="disdukcapil bima") == [(name, [(Reason.OTHER_NAME, "Disdukcapil Bima")])]
        assert doubles(name="DKPS") == [(name, [(Reason.OTHER_NAME, "DKPS")])]
        assert doubles(name="Lain", other_names=["D.K.P.S."]) == [(name, [(Reason.OTHER_NAME, "DKPS")])]
        assert doubles(name="Lain", emails=["humas@bima.example"]) == [(name, [(Reason.EMAIL, "humas@bima.example")])]
        assert doubles(name="Dinas Kependudukan dan Pencatatan Sipil Kota Bima") == []
        assert doubles(name=name, except_id=agency.id) == []


def test_doubles_of_people_by_old_spelling_and_titles(acting, world):
    with acting(world.officer):
        make_person(world.sgr, "Moh. Soekarno")
        assert doubles(StakeholderKind.PERSON, name="Muhammad Sukarno") == [("Moh. Soekarno", [(Reason.NAME, "Moh. Soekarno")])]
        assert doubles(StakeholderKind.ORGANIZATION, name="Muhammad Sukarno") == []


def test_doubles_never_tell_of_other_offices(acting, world):
    with acting(world.sister_officer):
        foreign = make_organization(world.wnm, "Disdukcapil Kota Wanamaya")
        make_contact(foreign, "humas@wanamaya.example")
        shared = make_organization(world.wnm, "Polda Nusa Khayal", is_shared=True)
        make_contact(shared, "rahasia@polda.example", is_private=True)
        make_other_name(foreign, "DKW", NameKind.ABBREVIATION)
    with acting(world.officer):
        assert doubles(name="Disdukcapil Kota Wanamaya", emails=["humas@wanamaya.example"], other_names=["DKW"]) == []
        assert doubles(name="X", emails=["rahasia@polda.example"]) == []
        assert [found[0] for found in doubles(name="polda nusa khayal")] == ["Polda Nusa Khayal"]


def test_written_names_are_resolved(acting, world):
    with acting(world.officer):
        agency = make_organization(world.sgr, "Disdukcapil")
        for code, name, kind in (("1", "Kota Bima", RegionKind.CITY), ("2", "Kabupaten Bima", RegionKind.REGENCY)):
            saved(Region(code=code, name=name, kind=kind))
        assert queries.organizations_named("DISDUKCAPIL") == [(agency.id, "Disdukcapil")]
        assert [name for _id, name in queries.regions_named("Bima")] == ["Kota Bima", "Kabupaten Bima"]
        assert [name for _id, name in queries.regions_named("kab. bima")] == ["Kabupaten Bima"]
        assert [name for _id, name in queries.regions_named("Kota Bima")] == ["Kota Bima"]


def test_list_walks_an_index_and_sorts_no_more_than_a_page(acting, world, app):
    with acting(world.officer):
        for at in range(300):
            make_organization(world.sgr, f"Dinas {at:03}")
    with acting(world.officer):
        if is_sqlite():
            db.session.execute(sa.text("analyze"))
        statements = []

        def note(_conn, _cursor, statement, parameters, _context, _many):
            statements.append((statement, parameters))

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            listed()
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        first, parameters = next(pair for pair in statements if "other_names" in pair[0])
        prefix = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
        plan = "\n".join(str(row) for row in db.session.connection().exec_driver_sql(prefix + first, parameters))
        if is_sqlite():
            assert "ix_stakeholders_office_name (office_id=?)" in plan, plan
            assert "SCAN stakeholders" not in plan.replace("SCAN stakeholders USING INDEX ix_stakeholders_shared_name", ""), plan
