import datetime as dt

import pytest
import sqlalchemy as sa

from crm.accounts import viewer as viewers
from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from crm.offices import letterhead, queries, service
from crm.offices.letterhead import Letterhead
from crm.offices.models import HolidayKind, Office, UnknownTimezone
from tests.offices.factories import make_holiday, make_office

SYSTEM = scopes.system_scope("look at offices")


def _get(session, office):
    return session.get(Office, office.id)


def test_subtree_is_the_office_and_all_below(world, acting):
    with acting(SYSTEM) as session:
        assert queries.subtree_ids(world.sgr.id) == {world.sgr.id, world.sgr_lng.id}
        assert queries.subtree_ids(world.dji.id) == {o.id for o in (world.dji, world.knk, world.sgr, world.sgr_lng, world.wnm)}
        assert queries.subtree_ids(999) == frozenset()
        assert queries.ancestor_ids(_get(session, world.sgr_lng)) == (world.dji.id, world.knk.id, world.sgr.id, world.sgr_lng.id)


def test_ids_that_begin_alike_are_not_mixed_up(world, acting):
    with acting(SYSTEM):
        for number in range(6, 13):
            make_office(f"O{number}", world.knk)
        twelve = queries.office_by_code("O12")
        make_office("BELOW", twelve)
        assert queries.subtree_ids(queries.office_by_code("DJI").id) >= {twelve.id}
        one_like = next(o for o in queries.offices_in_tree_order() if str(o.id).startswith("1") and o.code == "O10")
        assert queries.subtree_ids(one_like.id) == {one_like.id}


def test_tree_order_has_parents_first_and_sisters_by_name(world, acting):
    with acting(SYSTEM):
        make_office("A", world.knk, name="aaa Unit")
        assert [o.code for o in queries.offices_in_tree_order()] == ["DJI", "KNK", "A", "SGR", "SGR-LNG", "WNM"]


def test_offices_below_ignores_a_narrowed_scope(world, acting):
    with acting(SYSTEM):
        narrowed = viewers.scope_of(world.admin, narrowed_to=world.sgr_lng.id)
    with acting(narrowed):
        assert [office.id for office in queries.offices_in_tree_order()] == [world.sgr_lng.id]
        assert [row.id for row in queries.offices_below(world.sgr.id)] == [world.sgr.id, world.sgr_lng.id]


def test_moving_takes_everything_below_along_and_says_so(world, acting):
    heard = []

    def hear(office):
        heard.append(office.code)

    service.office_moved.connect(hear)
    with acting(SYSTEM) as session:
        service.move_office(_get(session, world.sgr), parent=_get(session, world.wnm), by=None)
    with acting(SYSTEM) as session:
        lounge = _get(session, world.sgr_lng)
        assert lounge.path == f"/{world.dji.id}/{world.knk.id}/{world.wnm.id}/{world.sgr.id}/{lounge.id}/"
        assert queries.subtree_ids(world.wnm.id) == {world.wnm.id, world.sgr.id, lounge.id}
        assert session.scalars(sa.select(ActivityEntry.verb)).all() == ["moved"]
    assert heard == ["SGR"]
    with acting(world.sister_officer):
        assert world.sgr_lng.id in scopes.current().office_ids, "who is above sees it now"


def test_office_cannot_stand_below_itself(world, acting):
    with acting(SYSTEM) as session:
        for below in (world.sgr, world.sgr_lng):
            with pytest.raises(service.WouldCircle):
                service.move_office(_get(session, world.sgr), parent=_get(session, below), by=None)


def test_new_office_takes_zone_and_letterhead_from_above(world, acting):
    with acting(SYSTEM) as session:
        service.set_letterhead(
            _get(session, world.wnm), letterhead=Letterhead(parents=("Kementerian",), name="KANIM", address="Jl. 1"), by=None
        )
        made = service.add_office("WNM-1", name="Unit", parent=_get(session, world.wnm), by=None)
        assert (made.timezone, made.letterhead) == ("Asia/Makassar", {"parents": ["Kementerian"], "address": "Jl. 1"})
        assert letterhead.of(made).name == "Unit"


def test_wrong_offices_are_refused(world, acting):
    with acting(SYSTEM) as session:
        above = _get(session, world.sgr)
        for code, error in (
            ("sgr", service.CodeTaken),
            ("", service.BadCode),
            ("A B", service.BadCode),
            ("x" * 41, service.BadCode),
        ):
            with pytest.raises(error):
                service.add_office(code, name="X", parent=above, by=None)
        with pytest.raises(UnknownTimezone):
            service.add_office("NEW", name="X", parent=above, timezone="Asia/Nowhere", by=None)


def test_office_cannot_be_added_below_one_that_is_not_seen(world, acting):
    with pytest.raises(scopes.OutOfScope), acting(world.admin):
        service.add_office("FORGED", name="X", parent=world.wnm, by=world.admin)


def test_letterhead_has_at_most_five_lines():
    with pytest.raises(letterhead.TooManyLines):
        Letterhead(parents=tuple("abcdef"))
    assert letterhead.from_stored({"parents": list("abcdef"), "unknown": 1}, name="N").parents == tuple("abcde")


def test_holidays_are_added_once_and_proposed_ones_only_when_chosen(world, acting):
    with acting(world.admin):
        proposed = service.propose_holidays(2026)
        assert dt.date(2026, 8, 17) in {h.day for h in proposed}
        assert queries.holidays_of_year(2026) == [], "a proposal is only a proposal"
        assert service.load_holidays([dt.date(2026, 8, 17), dt.date(2026, 8, 18)], year=2026, by=world.admin) == 1
        assert service.load_holidays([dt.date(2026, 8, 17)], year=2026, by=world.admin) == 0
        with pytest.raises(service.HolidayExists):
            service.add_holiday(dt.date(2026, 8, 17), name="x", kind=HolidayKind.NATIONAL, by=world.admin)


def test_holidays_between_two_days_have_their_names(world, acting):
    with acting(SYSTEM):
        for day in (30, 31):
            make_holiday(dt.date(2026, 3, day), f"Hari {day}")
        assert queries.holidays_between(dt.date(2026, 3, 31), dt.date(2026, 4, 5)) == {dt.date(2026, 3, 31): "Hari 31"}
