"""What the public pages may know: open bulletins and their offices, and what a personal link leads to."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crm.bulletins import queries as bulletins
from crm.bulletins.consents import list_key
from crm.bulletins.models import Bulletin, SignUp, Subscription
from crm.campaigns import marks
from crm.campaigns.models import Campaign, CampaignContent, Delivery
from crm.campaigns.results import mail
from crm.core import scope as scopes
from crm.core import text, tokens
from crm.core.clock import now
from crm.core.db import db
from crm.offices.models import Office
from crm.portal.limits import DAY

LASTS = DAY * 7
LONGEST_TOKEN = 64
PUBLIC = scopes.system_scope("see what is open to the public")


@dataclass(frozen=True)
class Offer:
    """An office and the bulletins of it that anybody may sign up for."""

    office: Office
    bulletins: Sequence[Bulletin]


@dataclass(frozen=True)
class Holder:
    """Who holds a personal link: an address, the office that wrote to it, and what the link was for."""

    email: str
    office: Office
    token: str
    subscription: Subscription | None
    bulletin: Bulletin | None
    delivery: Delivery | None = None

    @property
    def list_key(self) -> str:
        return list_key(self.bulletin.id) if self.bulletin else ""

    @property
    def language(self) -> str:
        """What the address chose, else what the mail with the link was in; empty when nobody knows."""
        if self.subscription is not None:
            return self.subscription.language
        return self.delivery.variant.partition("+")[0] if self.delivery is not None else ""


def offers() -> list[Offer]:
    """By office, in order of name."""
    with scopes.use(PUBLIC):
        rows = db.session.scalars(bulletins.public_bulletins().order_by(Bulletin.name, Bulletin.id)).all()
        wanted = {row.office_id for row in rows}
        offices = db.session.scalars(sa.select(Office).where(Office.id.in_(wanted)).order_by(Office.name, Office.id)).all()
    return [Offer(office, [row for row in rows if row.office_id == office.id]) for office in offices]


def offer_of(slug: str) -> Offer | None:
    """One open bulletin with its office. Internal and archived ones do not exist here."""
    with scopes.use(PUBLIC):
        row = db.session.scalar(bulletins.public_bulletins().where(Bulletin.slug == slug)) if _is_storable(slug) else None
        return Offer(_office(row.office_id), [row]) if row else None


def sign_up_of(token: str) -> SignUp | None:
    """What waits for this confirmation, used or not, as long as the link lasts."""
    with scopes.use(PUBLIC):
        found = sa.select(SignUp).where(SignUp.token_hash == tokens.digest(token), SignUp.created_at > now() - LASTS)
        return db.session.scalar(found) if _is_storable(token) else None


def bulletins_of(sign_up: SignUp) -> Sequence[Bulletin]:
    """What was ticked, as far as it is still open."""
    ids = [int(part) for part in sign_up.bulletin_ids.split(",") if part]
    with scopes.use(PUBLIC):
        return db.session.scalars(bulletins.public_bulletins().where(Bulletin.id.in_(ids)).order_by(Bulletin.name)).all()


def office_of(office_id: int) -> Office:
    with scopes.use(PUBLIC):
        return _office(office_id)


def holder_of(token: str) -> Holder | None:
    """Who a link in a mail belongs to: the token of a subscription, or the one that a delivery's mark proves. None for any other."""
    if len(token) > LONGEST_TOKEN or not _is_storable(token):
        return None
    with scopes.use(PUBLIC):
        subscription = bulletins.subscription_of_token(token)
        if subscription is not None:
            return Holder(subscription.email, _office(subscription.office_id), token, subscription, subscription.bulletin)
        return _holder_of_delivery(token)


def _holder_of_delivery(token: str) -> Holder | None:
    delivery_id = marks.delivery_id_of(token)
    found = db.session.get(Delivery, delivery_id) if delivery_id else None
    campaign = db.session.get(Campaign, found.campaign_id) if found else None
    if found is None or not found.email or campaign is None or not marks.is_link_token(token, campaign.mark_key, found.id):
        return None
    bulletin = db.session.get(Bulletin, campaign.bulletin_id) if campaign.bulletin_id else None
    # By the address that the mail went to: who subscribes under another one by now is not touched by an old mail.
    subscription = bulletins.subscription(bulletin.id, found.email) if bulletin else None
    return Holder(found.email, _office(campaign.office_id), token, subscription, bulletin, found)


def mail_of(holder: Holder) -> str | None:
    """What the link's mail looked like, with fallbacks in place of names and without personal links."""
    if holder.delivery is None:
        return None
    with scopes.use(PUBLIC):
        found = sa.select(CampaignContent).join(Campaign, Campaign.content_id == CampaignContent.id)
        content = db.session.scalar(found.where(Campaign.id == holder.delivery.campaign_id))
    if content is None or not content.variants:
        return None
    language = holder.delivery.variant.partition("+")[0]  # what follows says how it was sent, not what it said
    told = content.variants.get(language) or content.variants[mail.language_of(content.variants)]
    return mail.without_trap(mail.without_person(told["html"], content.tags), content.links)


def office_with_code(code: str) -> Office | None:
    with scopes.use(PUBLIC):
        return db.session.scalar(sa.select(Office).where(Office.code == code)) if _is_storable(code) else None


def offices_of_address(email: str) -> frozenset[int]:
    with scopes.use(PUBLIC):
        return frozenset(db.session.scalars(sa.select(Subscription.office_id).where(Subscription.email == email).distinct()))


def _office(office_id: int) -> Office:
    return db.session.scalars(sa.select(Office).where(Office.id == office_id)).one()


def _is_storable(given: str) -> bool:
    try:
        text.storable(given)
    except text.UnstorableText:
        return False
    return True
