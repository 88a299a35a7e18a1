"""How often one may try to sign in: per account, and per address of the network."""

import datetime as dt
import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from crm.accounts.emails import normal
from crm.accounts.models import SignInAttempt
from crm.core.clock import now
from crm.core.db import db

KNOWN_FOR = dt.timedelta(days=30)


@dataclass(frozen=True)
class Limits:
    """Failures in the window before a pause: of one account, and from one address (an office shares one)."""

    tries: int
    tries_address: int
    window: dt.timedelta


@dataclass(frozen=True)
class Standing:
    """How many tries are left, and until when there is a pause (None: none)."""

    tries_left: int
    paused_until: dt.datetime | None


def standing(email: str, address: str, limits: Limits) -> Standing:
    """Where an account and an address stand now.

    Where the account has signed in from this address before, only failures from this address count against it:
    a stranger elsewhere can't keep its owner out.
    """
    account = account_hash(email)
    of_account = _failures(SignInAttempt.account_hash == account, since=_last_success(account, limits), limit=limits.tries)
    if _is_known(account, address):
        here = sa.and_(SignInAttempt.account_hash == account, SignInAttempt.address == address)
        of_account = _failures(here, since=_last_success(account, limits), limit=limits.tries)
    of_address = _failures(SignInAttempt.address == address, since=now() - limits.window, limit=limits.tries_address)
    pauses = [
        times[-1] + limits.window
        for times, most in ((of_account, limits.tries), (of_address, limits.tries_address))
        if len(times) >= most
    ]
    left = min(limits.tries - len(of_account), limits.tries_address - len(of_address))
    return Standing(tries_left=max(left, 0), paused_until=max(pauses, default=None))


def note(email: str, address: str, *, succeeded: bool) -> None:
    db.session.add(SignInAttempt(account_hash=account_hash(email), address=address[:64], at=now(), succeeded=succeeded))
    db.session.flush()


def account_hash(email: str) -> str:
    """What was typed may be a password by mistake: only its hash is kept."""
    return hashlib.sha256(normal(email).encode("utf-8", "replace")).hexdigest()


def _failures(of: sa.ColumnElement[bool], *, since: dt.datetime, limit: int) -> list[dt.datetime]:
    """Times of the newest failures, newest first, at most `limit`."""
    wanted = sa.select(SignInAttempt.at).where(of, SignInAttempt.succeeded.is_(False), SignInAttempt.at > since)
    return list(db.session.scalars(wanted.order_by(SignInAttempt.at.desc(), SignInAttempt.id.desc()).limit(limit)))


def _last_success(account: str, limits: Limits) -> dt.datetime:
    """The later of the window's start and the account's last success: what came before is forgiven."""
    start = now() - limits.window
    wanted = sa.select(sa.func.max(SignInAttempt.at)).where(
        SignInAttempt.account_hash == account, SignInAttempt.succeeded.is_(True), SignInAttempt.at > start
    )
    return db.session.scalar(wanted) or start


def _is_known(account: str, address: str) -> bool:
    wanted = sa.select(SignInAttempt.id).where(
        SignInAttempt.account_hash == account,
        SignInAttempt.address == address,
        SignInAttempt.succeeded.is_(True),
        SignInAttempt.at > now() - KNOWN_FOR,
    )
    return db.session.scalar(wanted.limit(1)) is not None
