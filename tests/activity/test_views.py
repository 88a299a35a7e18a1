import html
import re

import pytest

from crm.activity import service as activity
from crm.core import scope as scopes
from tests.browser import Browser

SYSTEM = scopes.system_scope("plant entries")


@pytest.fixture
def planted(world, acting, clock):
    clock.freeze("2026-03-02 09:00")
    with acting(SYSTEM):
        for number in range(60):
            activity.record(
                "changed", ("organization", number), by=world.officer, office_id=world.sgr.id, name=f"Instansi {number}"
            )
        activity.record("exported", ("organization", 5), by=world.colleague, office_id=world.sgr.id, name="Ekspor")
        activity.record("changed", ("organization", 5), by=world.sister_officer, office_id=world.wnm.id, name="Rahasia Wanamaya")
    clock.forward(days=1)
    with acting(SYSTEM):
        activity.record(
            "moved", ("office", 3), by=world.admin, office_id=world.sgr.id, changes={"parent": (1, 2)}, name="Besoknya"
        )
    return world


@pytest.fixture
def manager(app, planted):
    return Browser(app).sign_in(planted.manager)


def test_audit_page_shows_ones_own_offices_only(manager):
    page = manager.get("/activity", queries=8).text
    assert "Besoknya" in page
    assert "Instansi 59" in page
    assert "Wanamaya" not in page


def test_pages_follow_each_other_without_a_gap(manager):
    first = manager.get("/activity").text
    assert "Instansi 9<" not in first.replace(" ", "")
    following = html.unescape(re.search(r'href="(/activity\?after=[^"]+)"', first).group(1))
    second = manager.get(following).text
    seen = re.findall(r"Instansi (\d+)", first + second)
    assert sorted(map(int, seen)) == list(range(60))


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("who=fadhil", "Ekspor", "Instansi"),
        ("verb=exported", "Ekspor", "Instansi"),
        ("kind=office", "Besoknya", "Instansi"),
        ("kind=organization&id=7", "Instansi 7", "Instansi 8"),
        ("from=2026-03-03", "Besoknya", "Instansi"),
        ("to=2026-03-02", "Instansi", "Besoknya"),
        ("who=%25", "Tidak ada yang cocok", "Instansi"),
    ],
)
def test_filters_find_what_they_say(manager, query, there, not_there):
    page = manager.get(f"/activity?{query}").text
    assert there in page
    assert not_there not in page


def test_filter_that_cannot_be_read_counts_as_not_given(manager):
    manager.get("/activity?from=yesterday&to=9999-12-31&id=abc&who=%00")


def test_bad_cursor_is_refused(manager):
    manager.get("/activity?after=nonsense", status=400)


def test_filters_are_links_that_can_be_taken_away(manager):
    assert 'href="/activity?kind=organization"' in manager.get("/activity?kind=organization&who=suparmi").text


def test_audit_page_is_for_managers_and_administrators(app, planted):
    for user in (planted.viewer, planted.officer):
        Browser(app).sign_in(user).get("/activity", status=403)
    Browser(app).sign_in(planted.admin).get("/activity")


def test_office_of_the_sister_sees_its_own_entries(app, planted):
    page = Browser(app).sign_in(planted.sister_manager).get("/activity").text
    assert "Rahasia Wanamaya" in page
    assert "Instansi" not in page


# AD-01: there is no page that changes the record.
def test_no_page_changes_the_record(app):
    methods = {method for rule in app.url_map.iter_rules() if rule.endpoint.startswith("activity.") for method in rule.methods}
    assert methods == {"GET", "HEAD", "OPTIONS"}
