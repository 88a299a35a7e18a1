"""Bulletins, campaigns and what became of them, straight into the database: what the services derive is given here by hand.

Moments of a delivery are seconds after SENT: `make_delivery(campaign, "a@x.example", delivered=3, clicked=60)`.
"""

import datetime as dt
import hashlib
import json
import secrets
import uuid
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.bulletins.models import Bulletin, ConsentChannel, ConsentReceipt, LegalBasis, Subscription, SubscriptionState
from crm.campaigns.models import (
    ApprovalState,
    Batch,
    BatchState,
    Campaign,
    CampaignApproval,
    CampaignContent,
    CampaignKind,
    CampaignState,
    Click,
    Delivery,
    DeliveryState,
    Exclusion,
    Reply,
    Tally,
)
from crm.campaigns.results import queries
from crm.core.db import db
from crm.offices.models import Office
from crm.segments.models import Segment
from crm.stakeholders.models import Stakeholder
from tests.core.factories import saved
from tests.world import MADE

SENT = dt.datetime(2026, 11, 19, 2, 0, tzinfo=dt.UTC)  # 09.00 WIB
LINKS = [
    {"url": "https://imigrasi.example/antrean", "text": "Daftar antrean", "block": "b1"},
    {"url": "https://imigrasi.example/libur", "text": "Jadwal libur layanan", "block": "b2"},
    {"url": "https://imigrasi.example/tanya", "text": "Tanya humas", "block": "b3"},
]
TAGS = {
    "-kaaaaaaaa.name.h-": "name.h|Bapak/Ibu",
    "-kaaaaaaaa.name.t-": "name.t|Bapak/Ibu",
    "-kaaaaaaaa.unsubscribe_url.h-": "unsubscribe_url.h|",
    "-kaaaaaaaa.unsubscribe_url.t-": "unsubscribe_url.t|",
}
HTML = (
    '<!doctype html><html lang="id"><head><title>{subject}</title></head><body><div lang="id"><h1>{subject}</h1>'
    "<p>Yth. -kaaaaaaaa.name.h-,</p>{links}"
    '<p><a href="-kaaaaaaaa.unsubscribe_url.h-">Berhenti berlangganan</a></p></div></body></html>'
)


def after(seconds: float | None) -> dt.datetime | None:
    """A moment so many seconds after SENT."""
    return None if seconds is None else SENT + dt.timedelta(seconds=seconds)


def make_bulletin(office: Office, name: str = "Buletin layanan", slug: str | None = None, **fields: Any) -> Bulletin:
    slug = slug or f"{name.lower().replace(' ', '-')}-{secrets.token_hex(3)}"
    return saved(Bulletin(office_id=office.id, slug=slug, name=name, **{"created_at": MADE, **fields}))


def make_subscription(
    bulletin: Bulletin,
    email: str,
    person: Stakeholder | None = None,
    *,
    state: SubscriptionState = SubscriptionState.ACTIVE,
    **fields: Any,
) -> Subscription:
    fields = {"created_at": MADE, "confirmed_at": MADE, "token": secrets.token_urlsafe(24), **fields}
    return saved(
        Subscription(
            office_id=bulletin.office_id,
            bulletin_id=bulletin.id,
            stakeholder_id=person.id if person else None,
            email=email,
            state=state,
            **fields,
        )
    )


def make_receipt(subscription: Subscription, **fields: Any) -> ConsentReceipt:
    return saved(
        ConsentReceipt(
            office_id=subscription.office_id,
            subscription_id=subscription.id,
            stakeholder_id=subscription.stakeholder_id,
            email=subscription.email,
            **{
                "purpose": "Buletin layanan",
                "basis": LegalBasis.CONSENT,
                "wording": "Saya setuju menerima buletin ini.",
                "wording_version": "1",
                "channel": ConsentChannel.WEB,
                "given_at": subscription.created_at,
                "confirmed_at": subscription.confirmed_at,
                **fields,
            },
        )
    )


def make_segment(office: Office, name: str = "Media", tree: dict[str, Any] | None = None, **fields: Any) -> Segment:
    tree = tree if tree is not None else {"op": "and", "not": False, "items": []}
    return saved(Segment(office_id=office.id, name=name, tree=tree, **{"created_at": MADE, **fields}))


def make_content(
    office: Office, subject: str = "Layanan paspor akhir tahun", *, links: list[dict[str, Any]] | None = None, **fields: Any
) -> CampaignContent:
    """A mail in Indonesian with a salutation, some links, and the footer that ends a subscription."""
    links = LINKS if links is None else links
    drawn = "".join(f'<p><a href="{link["url"]}">{link["text"]}</a></p>' for link in links)
    text = f"{subject}\n\nYth. -kaaaaaaaa.name.t-,\n\n" + "\n".join(f"{link['text']}: {link['url']}" for link in links)
    variants = {
        "id": {
            "subject": subject,
            "preheader": "Jadwal dan syarat",
            "html": HTML.format(subject=subject, links=drawn),
            "text": f"{text}\n\nBerhenti: -kaaaaaaaa.unsubscribe_url.t-\n",
            "tags": dict(TAGS),
        }
    }
    fields = {"draft": {}, "variants": variants, "tags": dict(TAGS), "links": links, "created_at": MADE, **fields}
    sha256 = hashlib.sha256(json.dumps(fields["variants"], sort_keys=True).encode()).hexdigest()
    return saved(CampaignContent(office_id=office.id, sha256=sha256, **fields))


def make_campaign(
    office: Office,
    name: str = "Layanan paspor akhir tahun",
    *,
    state: CampaignState = CampaignState.DRAFT,
    bulletin: Bulletin | None = None,
    content: CampaignContent | None = None,
    by: User | None = None,
    **fields: Any,
) -> Campaign:
    """A draft unless told otherwise; one that left draft has a content and the moments that belong to its state."""
    if content is None and state is not CampaignState.DRAFT:
        content = make_content(office, name)
    if state in {CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED, CampaignState.CANCELLED}:
        fields = {"prepared_at": SENT, "started_at": SENT, **fields}
    if state in {CampaignState.FINISHED, CampaignState.CANCELLED}:
        fields = {"finished_at": after(22 * 60), **fields}
    return saved(
        Campaign(
            office_id=office.id,
            name=name,
            state=state,
            bulletin_id=bulletin.id if bulletin else None,
            content_id=content.id if content else None,
            created_by_id=by.id if by else None,
            **{
                "kind": CampaignKind.BULLETIN if bulletin else CampaignKind.NOTICE,
                "mark_key": secrets.token_hex(32),
                "created_at": MADE,
                "updated_at": MADE,
                **fields,
            },
        )
    )


def make_approval(campaign: Campaign, by: User, *, state: ApprovalState = ApprovalState.ASKED, **fields: Any) -> CampaignApproval:
    assert campaign.content_id is not None
    return saved(
        CampaignApproval(
            campaign_id=campaign.id,
            state=state,
            asked_by_id=by.id,
            **{"content_id": campaign.content_id, "bound_to": "0" * 64, "asked_at": MADE, **fields},
        )
    )


def make_batch(campaign: Campaign, size: int = 1, *, state: BatchState = BatchState.ACCEPTED, **fields: Any) -> Batch:
    """One call. A call in doubt has been so since SENT; an accepted one was posted and answered then."""
    if state is BatchState.IN_DOUBT:
        fields = {"in_doubt_since": SENT, "posted_at": SENT, "attempt": 1, **fields}
    if state is BatchState.ACCEPTED:
        fields = {"posted_at": SENT, "sent_at": SENT, "attempt": 1, "http_status": 202, **fields}
    fields = {"mark": str(uuid.uuid4()), "variant": "id", "not_before": SENT, "created_at": SENT, **fields}
    return saved(Batch(campaign_id=campaign.id, state=state, size=size, **fields))


MOMENTS = frozenset(
    {
        "accepted", "processed", "deferred", "delivered", "bounced", "dropped", "complained", "unsubscribed", "opened",
        "machine_opened", "clicked", "machine_clicked", "replied",
    }
)  # fmt: skip


def make_delivery(
    campaign: Campaign,
    email: str | None,
    person: Stakeholder | None = None,
    *,
    state: DeliveryState = DeliveryState.ACCEPTED,
    **fields: Any,
) -> Delivery:
    """Accepted at SENT unless told otherwise; names of MOMENTS are seconds after SENT, the rest are columns."""
    if state is DeliveryState.ACCEPTED:
        fields = {"accepted": 0, **fields}
    moments = {f"{name}_at": after(fields.pop(name)) for name in MOMENTS & fields.keys()}
    row = Delivery(
        campaign_id=campaign.id,
        email=email,
        stakeholder_id=person.id if person else None,
        state=state,
        **{"name": person.name if person else "", **moments, **fields},
    )
    return saved(row)


def make_skipped(campaign: Campaign, email: str | None, reason: Exclusion, person: Stakeholder | None = None) -> Delivery:
    """Somebody of the audience who gets nothing."""
    return make_delivery(campaign, email, person, state=DeliveryState.SKIPPED, reason=reason.value)


def make_click(delivery: Delivery, link_no: int = 0, at: float = 60, *, machine: bool = False) -> Click:
    """A click alone: `clicked` and `click_count` of the delivery are given with the delivery."""
    return saved(
        Click(campaign_id=delivery.campaign_id, delivery_id=delivery.id, link_no=link_no, at=after(at), is_machine=machine)
    )


def make_reply(delivery: Delivery, text: str = "Terima kasih, kami daftar besok.", at: float = 3600, **fields: Any) -> Reply:
    return saved(
        Reply(
            campaign_id=delivery.campaign_id,
            delivery_id=delivery.id,
            stakeholder_id=delivery.stakeholder_id,
            from_email=delivery.email or "",
            text=text,
            **{"subject": "Re: Layanan paspor", "message_key": str(uuid.uuid4()), "received_at": after(at), **fields},
        )
    )


def set_tallies(campaign: Campaign, **counts: int) -> None:
    """Running counts as given: `set_tallies(campaign, delivered=3, hard_bounced=1)`."""
    for key, value in counts.items():
        saved(Tally(campaign_id=campaign.id, key=key.replace("_", "-"), value=value))


def count_anew(campaign: Campaign) -> None:
    """Running counts as the deliveries have them, for those that were made as rows."""
    db.session.flush()
    for key, value in queries.counted_anew([campaign.id]).get(campaign.id, {}).items():
        if value:
            saved(Tally(campaign_id=campaign.id, key=key.value, value=value))


def deliveries_of(campaign: Campaign) -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).where(Delivery.campaign_id == campaign.id).order_by(Delivery.id)))
