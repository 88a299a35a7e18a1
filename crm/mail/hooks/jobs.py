"""When what was posted is read, and how long it is kept."""

import datetime as dt

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import job
from crm.mail.hooks import draining
from crm.mail.models import HookPost, MailEvent

KEEP_READ, KEEP_WRONG = dt.timedelta(days=30), dt.timedelta(days=90)
KEEP_EVENTS = dt.timedelta(days=396)  # thirteen months: then only totals are left
AT_ONCE = 5000


@job("mail.drain_hooks", long=True, minute="*")
def drain_hooks(*, scope: scopes.Scope) -> None:
    """Read what SendGrid posted. Each post wakes it, and the minute's tick, so that a lost call is harmless."""
    draining.drain()


@job("mail.forget_events", long=True, minute="41")
def forget_events(*, scope: scopes.Scope) -> None:
    """Posts are kept as long as somebody may ask what went wrong, single events for thirteen months."""
    moment = now()
    old_posts = sa.or_(
        HookPost.done_at < moment - KEEP_WRONG, sa.and_(HookPost.done_at < moment - KEEP_READ, HookPost.error == "")
    )
    _remove_in_parts(HookPost, old_posts)
    _remove_in_parts(MailEvent, MailEvent.at < moment - KEEP_EVENTS)


def _remove_in_parts(model: type[HookPost | MailEvent], which: sa.ColumnElement[bool]) -> None:
    while True:
        with transaction.unit(draining.SCOPE):
            ids = db.session.scalars(sa.select(model.id).where(which).order_by(model.id).limit(AT_ONCE)).all()
            if not ids:
                return
            db.session.execute(sa.delete(model).where(model.id.in_(ids)).execution_options(synchronize_session=False))
