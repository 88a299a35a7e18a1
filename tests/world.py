"""The little world of the tests: five offices in a tree and a person of each role that matters.

DJI (root, WIB)
 └ KNK (regional)
    ├ SGR (WIB)  viewer, officer, colleague, manager, admin
    │  └ SGR-LNG (local unit)  local_officer
    └ WNM (sister of SGR, WITA)  sister_officer, sister_manager, sister_admin
"""

import datetime as dt

import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Role, User
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.db import db
from crm.engagements.models import EngagementKind
from crm.offices.models import Office

MADE = dt.datetime(2026, 1, 5, 2, 0, tzinfo=dt.UTC)
PASSWORD = "laut biru tenang sekali"
# argon2id of PASSWORD with the parameters of the product: hashing it anew for each user would cost a second a run.
PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$9eWSr8Gg2kQ6rQlnFdJ0uA$mDl/g6VHUsZvvG+NsNSlZ+ITk9xauJm1OzMoQaVXH/4"

OFFICES = [
    ("DJI", "Direktorat Jenderal Imigrasi", None, "Asia/Jakarta"),
    ("KNK", "Kantor Wilayah Nusa Khayal", "DJI", "Asia/Jakarta"),
    ("SGR", "Kanim Sagaramaya", "KNK", "Asia/Jakarta"),
    ("SGR-LNG", "Immigration Lounge Sagara Square", "SGR", "Asia/Jakarta"),
    ("WNM", "Kanim Wanamaya", "KNK", "Asia/Makassar"),
]
USERS = [
    ("central", "Ratih Kusumo", Role.MANAGER, "DJI"),
    ("regional", "Nyoman Arthawiguna", Role.VIEWER, "KNK"),
    ("viewer", "Lim Mei Hwa", Role.VIEWER, "SGR"),
    ("officer", "Suparmi", Role.OFFICER, "SGR"),
    ("colleague", "Fadhil Al-Khayyal", Role.OFFICER, "SGR"),
    ("manager", "Euis Komariah", Role.MANAGER, "SGR"),
    ("admin", "Daniel Palimbongga", Role.ADMINISTRATOR, "SGR"),
    ("local_officer", "Wagiman", Role.OFFICER, "SGR-LNG"),
    ("sister_officer", "Kasmirah", Role.OFFICER, "WNM"),
    ("sister_manager", "Laode Samsir", Role.MANAGER, "WNM"),
    ("sister_admin", "Baiq Nurmala", Role.ADMINISTRATOR, "WNM"),
]
SCOPE = scopes.system_scope("plant the world of the tests")


def plant(app: Flask) -> None:
    with app.app_context(), transaction.unit(SCOPE) as session:
        made: dict[str, Office] = {}
        for number, (code, name, parent, zone) in enumerate(OFFICES, 1):
            path = (made[parent].path if parent else "/") + f"{number}/"
            made[code] = Office(
                id=number,
                code=code,
                name=name,
                parent_id=made[parent].id if parent else None,
                path=path,
                timezone=zone,
                letterhead={},
                created_at=MADE,
            )
            session.add(made[code])
            session.flush()
        if session.get_bind().dialect.name == "postgresql":  # ids were given by hand: the sequence has to know
            session.execute(sa.text("select setval(pg_get_serial_sequence('offices', 'id'), max(id)) from offices"))
        for key, name, role, code in USERS:
            session.add(
                User(
                    email=f"{key.replace('_', '.')}@kanim.example",
                    name=name,
                    role=role,
                    office_id=made[code].id,
                    password_hash=PASSWORD_HASH,
                    created_at=MADE,
                )
            )
        have = set(session.scalars(sa.select(EngagementKind.code)))
        session.add_all(EngagementKind(code=code) for code in ("interaction", "meeting") if code not in have)


class World:
    """Names of the world's rows as attributes: `world.officer`, `world.sgr`. Rows are loaded and detached."""

    central: User
    regional: User
    viewer: User
    officer: User
    colleague: User
    manager: User
    admin: User
    local_officer: User
    sister_officer: User
    sister_manager: User
    sister_admin: User
    dji: Office
    knk: Office
    sgr: Office
    sgr_lng: Office
    wnm: Office

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self._load()

    def _load(self) -> None:
        with scopes.use(SCOPE):
            for user in db.session.scalars(sa.select(User)):
                setattr(self, user.email.split("@")[0].replace(".", "_"), user)
            for office in db.session.scalars(sa.select(Office)):
                setattr(self, office.code.lower().replace("-", "_"), office)
            db.session.expunge_all()
