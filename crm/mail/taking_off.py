"""SendGrid keeps lists of its own and drops what we send to who stands there: whom we let in again is taken off them.

An address goes off when nobody is left who was told the same of it. Of unsubscribes only those that we had put there: what another program of
the account, or SendGrid's own link, put there is not ours to take back. Blocks hold no mail up.
"""

from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import quote

import sqlalchemy as sa

from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.mail import facts, gateway
from crm.mail.models import EVERYTHING, Suppression, SuppressionReason, SuppressionSource
from crm.mail.suppressing import known_for
from crm.mail.syncing import SCOPE, service

TAKEN_OFF = "taken-off"
PAGE = 500
R = SuppressionReason
PLACES = {
    R.UNSUBSCRIBED: "asm/suppressions/global",
    R.BOUNCED: "suppression/bounces",
    R.INVALID: "suppression/invalid_emails",
    R.COMPLAINED: "suppression/spam_reports",
}
NOT_OURS = frozenset({SuppressionSource.EVENT, SuppressionSource.SYNC})


class Stands(StrEnum):
    """What becomes of an address on SendGrid's own list when ours lets it in again."""

    NOWHERE = "nowhere"
    GOES = "goes"  # we ask SendGrid to take it off
    STAYS = "stays"  # only a person can, in SendGrid's console


def stands(row: Suppression) -> Stands:
    if row.list_key != EVERYTHING or row.reason not in PLACES or not row.email or gateway.is_local():
        return Stands.NOWHERE
    return Stands.STAYS if row.reason is R.UNSUBSCRIBED and row.source in NOT_OURS else Stands.GOES


def take_off() -> None:
    """Tell SendGrid of everybody who was let in again since the last time."""
    if gateway.is_local():
        return
    with transaction.unit(SCOPE):
        wanted = [reason for reason in PLACES if _next(reason, 1)]
    if wanted:
        facts.learn(TAKEN_OFF, lambda: {"taken_off": sum(_take_off(reason, service()) for reason in wanted)})


def _next(reason: SuppressionReason, most: int) -> Sequence[tuple[int, str]]:
    """Rows taken off our list that SendGrid may still hold: of an unsubscribing those that we told it of, of what it told us all."""
    is_held = Suppression.synced_at.is_not(None) if reason is R.UNSUBSCRIBED else Suppression.synced_at.is_(None)
    found = sa.select(Suppression.id, Suppression.email).where(
        Suppression.reason == reason,
        is_held,
        Suppression.lifted_at.is_not(None),
        Suppression.list_key == EVERYTHING,
        Suppression.email != "",
    )
    return [(row.id, row.email) for row in db.session.execute(found.order_by(Suppression.id).limit(most))]


def _take_off(reason: SuppressionReason, asked: gateway.SendGrid) -> int:
    """One by one, each kept when it is done. Whom another row still refuses for the same reason stays on SendGrid's list."""
    taken = 0
    while True:
        with transaction.unit(SCOPE):
            rows = _next(reason, PAGE)
            refused = known_for([email for _id, email in rows], reason)
        if not rows:
            return taken
        for row_id, email in rows:
            if email not in refused:
                _forget(asked, f"{PLACES[reason]}/{quote(email, safe='')}")
                taken += 1
            with transaction.unit(SCOPE):
                done = sa.update(Suppression).where(Suppression.id == row_id)
                done = done.values(synced_at=None if reason is R.UNSUBSCRIBED else now())
                db.session.execute(done.execution_options(synchronize_session=False))


def _forget(asked: gateway.SendGrid, path: str) -> None:
    """What SendGrid takes for no address it holds on no list: one such must not keep the others waiting."""
    try:
        asked.delete(path)
    except gateway.Unanswered as refused:
        if str(refused) != "status 400":
            raise
