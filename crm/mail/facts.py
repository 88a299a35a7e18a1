"""Keeping what is known of the mail service, and when it was learned."""

from collections.abc import Callable
from typing import Any

import structlog

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.mail.gateway import Unanswered
from crm.mail.models import MailFact

log = structlog.get_logger(__name__)
SCOPE = scopes.system_scope("keep what is known of the mail service")


def of(key: str) -> MailFact | None:
    return db.session.get(MailFact, key)


def keep(key: str, value: Any) -> None:
    """Write a value that is true now. In the caller's transaction."""
    _write(key, value=value, known_at=now(), error="")


def _write(key: str, **values: Any) -> None:
    fact = db.session.get(MailFact, key) or MailFact(key=key, value={}, error="")
    for name, value in {**values, "tried_at": now()}.items():
        setattr(fact, name, value)
    db.session.add(fact)
    db.session.flush()


def learn(key: str, ask: Callable[[], Any]) -> bool:
    """Ask outside any transaction, then keep the answer, or that there was none. False when there was none."""
    try:
        value = ask()
    except Unanswered as failed:
        log.warning("the mail service did not answer", about=key, why=str(failed))
        with transaction.unit(SCOPE):
            _write(key, error=str(failed)[:200])
        return False
    with transaction.unit(SCOPE):
        keep(key, value)
    return True
