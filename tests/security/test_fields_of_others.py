"""SC-12: fields that a form does not have are never stored, whoever sends them and whatever they are called."""

import pytest
import sqlalchemy as sa

from crm.core import transaction
from crm.core.db import Base, db
from tests.browser import Browser
from tests.security.office import SYSTEM, planted
from tests.security.sendings import sendings

STRANGE_ID = 424242
PUBLIC = {"accounts.sign_in", "accounts.forgotten_password"}
# What answers with a page, or has no link to answer to.
NO_REDIRECT = {
    "interactions.preview_quick_log",
    "accounts.invitation",
    "accounts.new_password",
    "bulletins.receipts_file",  # files
    "bulletins.subscription_receipts_file",
    "mail.suppression_export",
    "campaigns.recipient_export",
    "campaigns.detaching",  # nothing is attached
    "offices.edit_logo",  # no picture is sent along
    "portal.preferences",  # their links, keys and signatures are not made up here
    "portal.unsubscribe",
    "portal.confirm",
    "portal.sign_up",
    "mail.take_events",
    "mail.take_mail",
}


def wished(world):
    """What an attacker would like to set: another office, another person, more rights, another identity, another past."""
    foreign = str(world.sister_officer.id)
    return {
        "id": str(STRANGE_ID), "office": str(world.wnm.id), "office_id": str(world.wnm.id), "office_ids": str(world.wnm.id),
        "home_office_id": str(world.wnm.id), "owner_id": foreign, "created_by": foreign, "created_by_id": foreign, "updated_by_id": foreign,
        "user_id": foreign, "by": foreign, "actor_id": foreign, "role": "administrator", "is_admin": "1", "permissions": "users:manage",
        "password_hash": "x", "token_hash": "x", "disabled_at": "2001-01-01", "created_at": "2001-01-01T00:00:00", "archived_at": "2001-01-01",
        "at": "2001-01-01", "is_shared": "y", "has_private": "1", "state": "done", "version": "7777", "path": "/1/", "kind_id": "1",
        "subject_id": str(STRANGE_ID), "engagement_id": str(STRANGE_ID), "import_id": str(STRANGE_ID), "storage_key": "../../x",
    }  # fmt: skip


def marks(world):
    """How often each wish stands in the database: by table and column."""
    foreign = {"offices": world.wnm.id, "users": world.sister_officer.id}
    found = {}
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            targets = {key.column.table.name for key in column.foreign_keys} & foreign.keys()
            conditions = [column == foreign[name] for name in targets]
            if column.primary_key and isinstance(column.type, sa.Integer):
                conditions.append(column == STRANGE_ID)
            if column.name == "role":
                conditions.append(sa.cast(column, sa.String) == "administrator")
            if column.name == "is_shared":
                conditions.append(column.is_(True))
            if column.name == "version":
                conditions.append(column >= 7777)
            for number, condition in enumerate(conditions):
                found[f"{table.name}.{column.name}.{number}"] = db.session.scalar(
                    sa.select(sa.func.count()).select_from(table).where(condition)
                )
    return found


@pytest.mark.parametrize("who", ["admin", "officer"])
def test_no_form_takes_more_than_its_fields(app, world, acting, who):
    ids = planted(world, acting, by=getattr(world, who))
    browser, stranger = Browser(app).sign_in(getattr(world, who)), Browser(app)
    forms = sendings(browser, stranger, ids)
    with app.app_context(), transaction.unit(SYSTEM):
        before = marks(world)
    taken = set()
    for one in (form.of_now(app) for form in forms):
        asked = stranger if one.endpoint in PUBLIC else browser
        more = {name: value for name, value in wished(world).items() if name not in one.names | one.fields.keys()}
        answer = asked._request("POST", one.url, data=one.data(**more, csrf_token=asked.csrf_token()))
        assert answer.status_code < 500, one.endpoint
        if answer.status_code in {302, 303}:
            taken.add(one.endpoint)
    with app.app_context(), transaction.unit(SYSTEM):
        after = marks(world)
    if who == "admin":  # the forms were good: only what does not belong on them was passed over
        assert {one.endpoint for one in forms} - taken == NO_REDIRECT
    assert {name: (before[name], count) for name, count in after.items() if count != before[name]} == {}
