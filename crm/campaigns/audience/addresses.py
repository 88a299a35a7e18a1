"""Addresses that nobody should write to in bulk, as criteria over a column in normal form."""

from typing import Any

import sqlalchemy as sa

from crm.core.db import is_sqlite

# Of mail systems and machines (RFC 2142 and what senders use), never of a person or a secretariat: humas@ and info@ are read by people.
ROLES = (
    "abuse",
    "bounce",
    "bounces",
    "do-not-reply",
    "donotreply",
    "hostmaster",
    "mailer-daemon",
    "no-reply",
    "no_reply",
    "noreply",
    "postmaster",
    "root",
    "spam",
)


def is_role(email: Any) -> sa.ColumnElement[bool]:
    """By what stands before the @: one look, not one for each role."""
    if is_sqlite():
        return sa.func.substr(email, 1, sa.func.instr(email, "@") - 1).in_(ROLES)
    return sa.func.split_part(email, "@", 1).in_(ROLES)


def is_invalid(email: Any) -> sa.ColumnElement[bool]:
    """No address by its form: what an import from before the checks may have left."""
    return sa.or_(
        email.not_like("_%@_%._%"),
        email.like("%@%@%"),
        *(email.contains(mark) for mark in (" ", ",", ";", "<", ">")),
    )
