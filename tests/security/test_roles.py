"""Roles and endpoints: every route asked by every role answers as crm/accounts/permissions.py says, and strangers sign in first."""

import pytest

from crm.accounts.permissions import Role, permissions_of
from crm.core import access
from crm.core.access import Permission
from tests.browser import Browser
from tests.security.office import address_of, planted

SIGNED = "POST mail.take_events"  # refuses everybody alike who has no signature; tests/mail/hooks shows who gets in
WHO = {Role.VIEWER: "viewer", Role.OFFICER: "officer", Role.MANAGER: "manager", Role.ADMINISTRATOR: "admin"}


def asked(app, browser, ids):
    """Each route by each of its methods, with what it needs and its answer. A form is sent empty: 403 comes before 422."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint == "accounts.sign_out")
    for rule in rules:
        needs = access.access_of(app.view_functions[rule.endpoint])
        for method in sorted(rule.methods & {"GET", "POST"}):
            data = {"csrf_token": browser.csrf_token()} if method == "POST" else None
            answer = browser._request(method, address_of(rule, ids), data=data)
            answer.close()
            yield f"{method} {rule.endpoint}", needs, answer


@pytest.mark.parametrize("role", list(Role))
def test_every_route_answers_each_role_as_the_table_says(app, world, acting, role):
    ids = planted(world, acting)
    browser = Browser(app).sign_in(getattr(world, WHO[role]))
    held = permissions_of(role)
    counts = {True: 0, False: 0}
    for what, needs, answer in asked(app, browser, ids):
        allowed = needs in {access.PUBLIC, access.SIGNED_IN} or Permission(needs) in held
        counts[allowed] += 1
        assert (answer.status_code != 403 or what == SIGNED) is allowed, (
            f"{what} needs {needs}: {answer.status_code} for a {role}"
        )
    assert counts[False] > 0 or role is Role.ADMINISTRATOR
    assert counts[True] > 40


def test_a_stranger_gets_nothing_but_the_public_pages(app, world, acting):
    ids = planted(world, acting)
    for what, needs, answer in asked(app, Browser(app), ids):
        if needs == access.PUBLIC:
            assert answer.status_code not in {401, 403} or what == SIGNED, what
        else:
            assert answer.status_code in {302, 401}, f"{what}: {answer.status_code}"
            assert answer.status_code == 401 or answer.headers["Location"].startswith("/sign-in"), what
            assert "Kucingrahasia" not in answer.text, what


# A right that no role holds would be a page that nobody can open; a right held by nobody is a slip in the table.
def test_every_permission_that_a_view_asks_for_is_somebodys(app):
    asked_for = {access.access_of(view) for view in app.view_functions.values()} - {access.PUBLIC, access.SIGNED_IN}
    assert asked_for <= set(permissions_of(Role.ADMINISTRATOR))
    assert None not in asked_for
