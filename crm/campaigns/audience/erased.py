"""Addresses of the erased: nobody keeps them, so they are known by their hash alone and looked for among those who would receive."""

from collections.abc import Iterable

import sqlalchemy as sa

from crm.core.db import db
from crm.mail.addresses import hashes_of
from crm.mail.models import EVERYTHING, Suppression


def hidden_keys(list_key: str | None) -> frozenset[str]:
    """Hashes of what is refused and no longer written anywhere."""
    hidden = sa.select(Suppression.address_key).where(
        Suppression.email == "",
        Suppression.list_key.in_([EVERYTHING, *([list_key] if list_key else [])]),
        Suppression.lifted_at.is_(None),
    )
    return frozenset(db.session.scalars(hidden))


def among(emails: Iterable[str], hidden: frozenset[str]) -> set[str]:
    """Those of the addresses that are refused."""
    if not hidden:
        return set()
    by_hash = hashes_of(emails)
    return {by_hash[key] for key in by_hash.keys() & hidden}
