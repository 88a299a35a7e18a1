"""A message to the campaign's own sender: when its event comes, we know that events come at all, and silence about another call means something."""

import datetime as dt
from typing import Any

import orjson
import sqlalchemy as sa

from crm.accounts.models import User
from crm.campaigns.models import Batch, BatchState, Campaign
from crm.campaigns.sending import ranges, recording, resolving
from crm.campaigns.sending.taking import LEASE_TIMEOUTS, Taken
from crm.core import letters, settings, transaction
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import database_now, db
from crm.mail import gateway, instance, payload, service

SCOPE = scopes.system_scope("look whether events of mail arrive")
LETTER = "campaigns/mail/{}"
AT_MOST_EVERY = dt.timedelta(minutes=5)


def send_if_needed(carrier: gateway.Transport) -> bool:
    """Send one when a call can only be settled by silence and no later message proves yet that events come."""
    with transaction.unit(SCOPE):
        doubted = resolving.doubted_without_proof()
        if doubted is None or _was_sent_lately() or not instance.may_send():
            return False
        taken, body = _plan(db.session.get_one(Campaign, doubted.campaign_id))
    result = carrier.send(body, reference=taken.mark, attempt=1, office_id=taken.office_id)
    with transaction.unit(SCOPE):
        recording.record(taken, result)
    return True


def _was_sent_lately() -> bool:
    since = now() - min(AT_MOST_EVERY, resolving.silence() / 6)
    found = sa.select(Batch.id).where(Batch.is_canary.is_(True), Batch.posted_at > since)
    return db.session.scalar(found.limit(1)) is not None


def _plan(campaign: Campaign) -> tuple[Taken, payload.Body]:
    """On record as being made before it is made, as every call."""
    author = db.session.get(User, campaign.created_by_id) if campaign.created_by_id else None
    to = author.email if author is not None else settings.get("MAIL_FROM")
    batch = ranges.planned(campaign.id, "canary", size=0)
    batch.is_canary, batch.state, batch.owner, batch.attempt = True, BatchState.SENDING, service.worker_name(), 1
    batch.lease_until = database_now() + dt.timedelta(seconds=settings.get("SENDGRID_TIMEOUT") * LEASE_TIMEOUTS)
    batch.posted_at = now()
    db.session.add(batch)
    db.session.flush()
    language = author.language.value if author is not None else settings.get("DEFAULT_LANGUAGE")
    letter = letters.draw(LETTER.format("canary"), language=language, campaign=campaign)
    message: dict[str, Any] = payload.build(
        reference=batch.mark,
        sender=payload.Sender(settings.get("MAIL_FROM"), settings.get("MAIL_FROM_NAME")),
        to_email=to,
        to_name="",
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
    message["personalizations"][0]["custom_args"] = {"c_rid": f"canary.{batch.id}", "c_bid": batch.mark}
    taken = Taken(batch.id, campaign.id, campaign.office_id, batch.mark, "canary", 1, batch.owner or "", (), canary_to=to)
    return taken, payload.Body(orjson.dumps(message))
