"""Jobs of accounts."""

import datetime as dt

import sqlalchemy as sa

from crm.accounts import service
from crm.accounts.models import AccountLink, SignInAttempt, UserSession
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import job

KEPT_FOR = dt.timedelta(days=30)


@job("accounts.send_reset_link")
def send_reset_link(*, email: str, minutes: int) -> None:
    """Look up the address and send the link. A second run sends a second link, of which only the newer works."""
    service.send_reset_link(email, lasts=dt.timedelta(minutes=minutes))


@job("accounts.purge", minute="23")
def purge() -> None:
    """Remove tries, ended sessions and dead links after a month: addresses of browsers are personal data."""
    before = now() - KEPT_FOR
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < before))
    db.session.execute(sa.delete(UserSession).where(UserSession.expires_at < before))
    db.session.execute(sa.delete(AccountLink).where(AccountLink.expires_at < before))
