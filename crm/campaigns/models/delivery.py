"""Who gets a campaign, in which call, and what came of it."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.campaigns.models.campaign import CampaignPart
from crm.core.db import Model
from crm.core.types import BigId, Json, UtcDateTime, enum_column
from crm.stakeholders.models import MOVE


class DeliveryState(StrEnum):
    """pending -> accepted | skipped | failed | cancelled. Which call a pending one is in follows from its id: Batch.first_id, last_id."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Exclusion(StrEnum):
    """Why somebody of the audience gets nothing."""

    NO_ADDRESS = "no-address"
    NO_CONSENT = "no-consent"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    DO_NOT_CONTACT = "do-not-contact"
    DUPLICATE = "duplicate"
    FATIGUE = "fatigue"
    OTHER_OFFICE = "other-office"
    ARCHIVED = "archived"
    ROLE_ADDRESS = "role-address"
    INVALID = "invalid-address"


# As partial indexes say it: a query that shall use one repeats its words (sa.literal_column). Whoever gets nothing has a reason, always.
LEFT_OUT = "reason <> ''"
IN_LINE = "reason = ''"


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


class Delivery(CampaignPart, Model):
    """One address of one campaign, once. What happened afterwards are moments, first seen; the status is derived from them.

    The mark that its events bring back and the token of its links are computed from the id: marks.py.
    """

    __tablename__ = "deliveries"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    stakeholder_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), info=MOVE)
    subscription_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("subscriptions.id"))
    # Normal form; unique in a campaign. Empty for those left out who have none, or one that another of the campaign has.
    email: orm.Mapped[str | None] = orm.mapped_column(sa.String(254))
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    variant: orm.Mapped[str] = orm.mapped_column(
        sa.String(10), default="id"
    )  # the language; `id+q` for who refuses to be counted
    values: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)  # of personal fields, raw
    state: orm.Mapped[DeliveryState] = orm.mapped_column(enum_column(DeliveryState), default=DeliveryState.PENDING)
    reason: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")  # an Exclusion, or why it failed
    batch_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("batches.id"))  # only of those who were set apart
    accepted_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    processed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    deferred_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    delivered_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    bounced_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    is_hard_bounce: orm.Mapped[bool] = orm.mapped_column(default=False)
    dropped_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    complained_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    unsubscribed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    opened_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    machine_opened_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    clicked_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    machine_clicked_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    click_count: orm.Mapped[int] = orm.mapped_column(default=0)
    replied_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    __table_args__ = (
        sa.Index("ix_deliveries_campaign_email", "campaign_id", "email", unique=True),
        sa.Index("ix_deliveries_campaign", "campaign_id", "id"),  # in the order of preparation: lists, exports, ranges
        # Sending writes `state` and `accepted_at`, and no index holds either, nor asks for it: so PostgreSQL writes the new row beside the
        # old one and touches no index (23 microseconds become 3), and SQLite one page in place of several.
        sa.Index("ix_deliveries_line", "campaign_id", "variant", "id", **_where(IN_LINE)),
        sa.Index("ix_deliveries_set_apart", "batch_id", **_where("batch_id IS NOT NULL")),
        sa.Index("ix_deliveries_left_out", "campaign_id", "reason", "id", **_where(LEFT_OUT)),
        # The few among many that somebody looks for: refused, answered, still tried. Their lists walk these.
        sa.Index("ix_deliveries_refused", "campaign_id", "id", **_where("bounced_at IS NOT NULL OR dropped_at IS NOT NULL")),
        sa.Index("ix_deliveries_complained", "campaign_id", "id", **_where("complained_at IS NOT NULL")),
        sa.Index("ix_deliveries_ended", "campaign_id", "id", **_where("unsubscribed_at IS NOT NULL OR replied_at IS NOT NULL")),
        sa.Index("ix_deliveries_deferred", "campaign_id", "id", **_where("deferred_at IS NOT NULL")),
        # By id and not by moment: an entry that moves to a random place costs more than all else that sending does.
        sa.Index("ix_deliveries_stakeholder", "stakeholder_id", "id"),
        sa.Index("ix_deliveries_email", "email", "id"),  # what an address had lately, of all offices
    )


class BatchState(StrEnum):
    READY = "ready"
    SENDING = "sending"
    ACCEPTED = "accepted"
    IN_DOUBT = "in-doubt"
    FAILED = "failed"
    REPLACED = "replaced"


class BatchResolution(StrEnum):
    ANSWER = "answer"
    EVENT = "event"
    SILENCE = "silence"
    GUARD_CANCEL = "guard-cancel"
    HUMAN_SENT = "human-sent"
    HUMAN_AGAIN = "human-again"


class Batch(CampaignPart, Model):
    """One call. Every event brings its `mark` back as `c_bid`. The state is committed before the call is made.

    It holds the pending deliveries of its variant from `first_id` to `last_id` that have no batch of their own; a batch of a few that were
    set apart has no ids and its deliveries name it. So a call is planned by one row and settled by one UPDATE.
    """

    __tablename__ = "batches"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    mark: orm.Mapped[str] = orm.mapped_column(sa.String(36), unique=True)  # uuid4
    variant: orm.Mapped[str] = orm.mapped_column(sa.String(10))
    state: orm.Mapped[BatchState] = orm.mapped_column(enum_column(BatchState), default=BatchState.READY)
    size: orm.Mapped[int]
    first_id: orm.Mapped[int | None] = orm.mapped_column(BigId)
    last_id: orm.Mapped[int | None] = orm.mapped_column(BigId)
    depth: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, default=0)  # how often it was halved
    is_canary: orm.Mapped[bool] = orm.mapped_column(
        default=False
    )  # a message to the sender himself, to see whether events arrive
    owner: orm.Mapped[str | None] = orm.mapped_column(sa.String(80))
    lease_until: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    attempt: orm.Mapped[int] = orm.mapped_column(default=0)
    not_before: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    http_status: orm.Mapped[int | None]
    provider_id: orm.Mapped[str | None] = orm.mapped_column(sa.String(100))
    guard_id: orm.Mapped[str | None] = orm.mapped_column(sa.String(100))  # SendGrid's batch_id, in guarded mode
    send_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)  # in guarded mode: till then it can be taken back
    payload_sha256: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    posted_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)  # when the last try began
    sent_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    seen_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)  # when the first event of it was read
    in_doubt_since: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    resolution: orm.Mapped[BatchResolution | None] = orm.mapped_column(enum_column(BatchResolution))
    note: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index("ix_batches_campaign", "campaign_id", "variant", "last_id"),
        sa.Index("ix_batches_open", "state", "campaign_id", **_where("state IN ('ready', 'sending', 'in-doubt')")),
        sa.Index("ix_batches_seen", "posted_at", **_where("seen_at IS NOT NULL")),
    )


class Reply(CampaignPart, Model):
    """An answer that came in by mail to a campaign."""

    __tablename__ = "campaign_replies"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    delivery_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("deliveries.id"), index=True)
    stakeholder_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), index=True, info=MOVE)
    message_key: orm.Mapped[str] = orm.mapped_column(sa.String(100), unique=True)
    from_email: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    subject: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    text: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="reply")  # reply, auto-reply, bounce
    checks: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)  # SPF and DKIM as the receiver saw them
    received_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_campaign_replies_campaign", "campaign_id", "id"),)

    @property
    def is_unproved(self) -> bool:
        """Nothing says that its writer is who the From line names."""
        return self.checks.get("sender") == "unproved"


class Click(CampaignPart, Model):
    """A click on a link of the mail; `link_no` is its place in CampaignContent.links."""

    __tablename__ = "campaign_clicks"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    delivery_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("deliveries.id"), index=True)
    link_no: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
    at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    is_machine: orm.Mapped[bool] = orm.mapped_column(default=False)

    __table_args__ = (sa.Index("ix_campaign_clicks_campaign", "campaign_id", "link_no", "is_machine"),)


class Tally(CampaignPart, Model):
    """A running count of a campaign, moved in the transaction that writes the moment it counts (`delivered`, `hard-bounced`, ...)."""

    __tablename__ = "campaign_tallies"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    key: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    value: orm.Mapped[int] = orm.mapped_column(default=0)

    __table_args__ = (sa.Index("ix_campaign_tallies_campaign", "campaign_id", "key", unique=True),)


class CampaignBreakdown(CampaignPart, Model):
    """What only a pass over the deliveries tells, worked out by a job at `as_of`: by domain, by link, by hour, how long mails took."""

    __tablename__ = "campaign_breakdowns"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    as_of: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    moves: orm.Mapped[int] = orm.mapped_column(default=0)  # of the running counts, when it was begun
    took_ms: orm.Mapped[int] = orm.mapped_column(default=0)
    is_final: orm.Mapped[bool] = orm.mapped_column(default=False)  # what people did was forgotten since: never again
    domains: orm.Mapped[list[Any]] = orm.mapped_column(Json, default=list)
    links: orm.Mapped[list[Any]] = orm.mapped_column(Json, default=list)  # [number, people, machines]
    clicks: orm.Mapped[list[Any]] = orm.mapped_column(Json, default=list)
    half: orm.Mapped[int | None]
    most: orm.Mapped[int | None]

    __table_args__ = (sa.Index("ix_campaign_breakdowns_campaign", "campaign_id", unique=True),)
