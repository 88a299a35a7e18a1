"""The office tree."""

from collections.abc import Iterator

import sqlalchemy as sa

from crm.accounts.models import User
from crm.accounts.permissions import Role
from crm.cli.checks import check
from crm.core.db import db
from crm.offices.models import Office


@check("Each office's path leads from the root to it.", do="flask crm repair paths writes the paths anew: scope depends on them.")
def office_paths() -> Iterator[str]:
    offices = {row.id: row for row in db.session.execute(sa.select(Office.id, Office.code, Office.parent_id, Office.path))}
    for office in offices.values():
        expected, above, seen = f"/{office.id}/", office.parent_id, {office.id}
        while above is not None and above not in seen and above in offices:
            seen.add(above)
            expected, above = f"/{above}{expected}", offices[above].parent_id
        if above is not None:
            yield f"Office {office.code} stands below itself."
        elif office.path != expected:
            yield f"Office {office.code} has the path {office.path} and stands at {expected}."


@check("Somebody can administer the installation.", do="flask crm user add EMAIL --name N --role administrator --office CODE")
def administrators() -> Iterator[str]:
    if db.session.scalar(sa.select(Office.id).limit(1)) is None:
        return
    able = sa.select(User.id).where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None), User.password_hash.is_not(None))
    if db.session.scalar(able.limit(1)) is None:
        yield "No active administrator has a password."
