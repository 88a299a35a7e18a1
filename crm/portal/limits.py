"""How much the public sign-up page takes: per mailbox, per network address, and in all. Counted in the rows of what was asked for."""

import datetime as dt
import hashlib
import ipaddress

import sqlalchemy as sa

from crm.bulletins.models import SignUp
from crm.core import settings
from crm.core.clock import now
from crm.core.db import db, is_sqlite

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MOST_A_DAY = 3  # mails to one mailbox; and never two within an hour


def network(address: str) -> str:
    """What one visitor may be known by: an IPv4 address, or the /64 that a connection gets with IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def is_flooded(address: str) -> bool:
    """Whether this network, or all of them, asked for too much in the last hour."""
    since = now() - HOUR
    of_network = _count(SignUp.address == address, SignUp.created_at > since)
    return of_network >= settings.get("SIGN_UPS_ADDRESS_HOUR") or _count(SignUp.created_at > since) >= settings.get(
        "SIGN_UPS_HOUR"
    )


def has_had_enough(mailbox: str) -> bool:
    """Whether this mailbox was written to within the hour, or three times today."""
    moment = now()
    recent = _count(SignUp.mailbox == mailbox, SignUp.created_at > moment - HOUR)
    return bool(recent) or _count(SignUp.mailbox == mailbox, SignUp.created_at > moment - DAY) >= MOST_A_DAY


def one_at_a_time(mailbox: str) -> None:
    """Two requests for one mailbox at the same moment must not both find that it was not written to."""
    if not is_sqlite():  # whose writers stand in line anyway
        number = int.from_bytes(hashlib.sha256(mailbox.encode()).digest()[:8], "big", signed=True)
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def _count(*which: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(SignUp).where(*which)) or 0
