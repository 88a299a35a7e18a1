"""How much the public sign-up page takes: per mailbox, network, neighbourhood of networks and office, and in all. Counted in what was asked for.

One visitor can close the page for himself and his neighbours only. What is confirmed counts for no office: a crowd of real readers shuts
nobody out. The limit of all is far above that of one office and stands there for the good name of our mail, should many machines come.
"""

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


def neighbourhood(network: str) -> str:
    """What one customer may be given: 256 addresses of IPv4, or the /48 with 65,536 networks of IPv6."""
    try:
        known = ipaddress.ip_network(network)
    except ValueError:
        return network
    return str(known.supernet(new_prefix=48 if known.version == 6 else 24))


def is_flooded(address: str, office_id: int) -> str:
    """Which limit is reached by what was asked for in the last hour; empty when there is room."""
    since = SignUp.created_at > now() - HOUR
    if _count(SignUp.address == address, since) >= settings.get("SIGN_UPS_ADDRESS_HOUR"):
        return "address"
    if _of_neighbours(neighbourhood(address)) >= settings.get("SIGN_UPS_NEIGHBOURS_HOUR"):
        return "neighbours"
    if _count(SignUp.office_id == office_id, SignUp.used_at.is_(None), since) >= settings.get("SIGN_UPS_OFFICE_HOUR"):
        return "office"
    return "all" if _count(since) >= settings.get("SIGN_UPS_HOUR") else ""


def _of_neighbours(place: str) -> int:
    """Networks of an hour are few thousand at most, and only Python knows which of them are near each other."""
    asked = sa.select(SignUp.address, sa.func.count()).where(SignUp.created_at > now() - HOUR).group_by(SignUp.address)
    return sum(count for address, count in db.session.execute(asked) if neighbourhood(address) == place)


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
