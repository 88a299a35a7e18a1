"""Answers that came in by mail: whose delivery each belongs to.

They are written down and nothing more: From can be forged, and nobody is ever answered by itself.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.campaigns import marks
from crm.campaigns.events import moments
from crm.campaigns.events.finding import newest_deliveries, recent_campaigns
from crm.campaigns.models import Batch, Campaign, Delivery, Reply
from crm.core.db import db, is_sqlite
from crm.mail.hooks.inbound import Incoming, Kind


def receive(_sender: Any, *, mail: Incoming, **_more: Any) -> bool:
    """Receiver of `mail_received`. True when it is known which mailing the mail answers."""
    delivery_id = _by_mark(mail) or _by_thread(mail) or _by_writer(mail)
    if delivery_id is None:
        return False
    campaign_id, stakeholder_id = db.session.execute(
        sa.select(Delivery.campaign_id, Delivery.stakeholder_id).where(Delivery.id == delivery_id)
    ).one()
    if _store(mail, delivery_id, campaign_id, stakeholder_id) and mail.kind is Kind.REPLY:
        moments.note(delivery_id, "replied_at", mail.received_at)
    return True


def _store(mail: Incoming, delivery_id: int, campaign_id: int, stakeholder_id: int | None) -> bool:
    """Once, however often it is posted."""
    insert: Any = (sqlite.insert if is_sqlite() else postgresql.insert)(Reply.__table__)
    row = {
        "campaign_id": campaign_id,
        "delivery_id": delivery_id,
        "stakeholder_id": stakeholder_id,
        "message_key": mail.message_key,
        "from_email": mail.from_email,
        "subject": mail.subject,
        "text": mail.text,
        "kind": mail.kind.value,
        "checks": {**mail.checks, **_of_bounce(mail)},
        "received_at": mail.received_at,
    }
    statement = insert.values(row).on_conflict_do_nothing(index_elements=["message_key"]).returning(Reply.id)
    return db.session.scalar(statement) is not None


def _of_bounce(mail: Incoming) -> dict[str, Any]:
    if mail.bounce is None:
        return {}
    return {"bounced": mail.bounce.email, "status": mail.bounce.status, "hard": mail.bounce.is_hard, "reason": mail.bounce.reason}


def _by_mark(mail: Incoming) -> int | None:
    """`answers+d.1a-proof@...`: the mark of the delivery stands in the address that was answered."""
    for address in mail.to:
        mark = address.partition("@")[0].partition("+")[2]
        delivery_id = marks.delivery_id_of(mark) if mark.startswith("d.") else None
        if delivery_id is not None:
            key = db.session.scalar(
                sa.select(Campaign.mark_key)
                .join_from(Delivery, Campaign, Campaign.id == Delivery.campaign_id)
                .where(Delivery.id == delivery_id)
            )
            if key and marks.is_event_mark(mark, key, delivery_id):
                return delivery_id
    return None


def _by_thread(mail: Incoming) -> int | None:
    """By the Message-ID that is answered: SendGrid makes it of the id that it gave to the call."""
    names = {answered.partition("@")[0] for answered in mail.answered}
    campaigns = recent_campaigns() if names else []
    if not campaigns:
        return None
    found = sa.select(Batch.campaign_id).where(Batch.campaign_id.in_(campaigns), Batch.provider_id.in_(sorted(names)))
    threads = sorted(set(db.session.scalars(found)), reverse=True)
    return _of_writer(mail, threads) if threads else None


def _by_writer(mail: Incoming) -> int | None:
    """By who writes: the newest mailing that went there."""
    return _of_writer(mail, None)


def _of_writer(mail: Incoming, campaign_ids: list[int] | None) -> int | None:
    written_to = mail.bounce.email if mail.bounce is not None else mail.from_email
    return newest_deliveries([written_to], campaign_ids).get(written_to)
