"""Which bulletins there are, who subscribes to them, and what proves it. All within the scope of who asks."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.bulletins.consents import list_key
from crm.bulletins.models import Bulletin, ConsentReceipt, SignUp, Subscription, SubscriptionState
from crm.core import scope as scopes
from crm.core.db import db
from crm.core.pagination import PAGE_ROWS, Page, after, cut, decode_cursor, read_id
from crm.mail import suppressing
from crm.mail.models import EVERYTHING, Suppression, SuppressionReason
from crm.stakeholders.models import ContactKind, ContactPoint


def bulletins_visible() -> sa.Select[Bulletin]:
    """Those of the offices in scope."""
    return sa.select(Bulletin)


def list_of_bulletins(*, archived: bool = False) -> Sequence[Bulletin]:
    kept = Bulletin.archived_at.is_not(None) if archived else Bulletin.archived_at.is_(None)
    return db.session.scalars(bulletins_visible().where(kept).order_by(Bulletin.name, Bulletin.id)).all()


def mailing_lists() -> list[tuple[str, str]]:
    """The bulletins in scope as the suppression list names them: key and name."""
    return [(list_key(row.id), row.name) for row in list_of_bulletins()]


def active_subscriptions(bulletin_id: int) -> sa.Select[Subscription]:
    """Who receives a bulletin. Suppressions are looked at apart: mail.suppressing."""
    return sa.select(Subscription).where(Subscription.bulletin_id == bulletin_id, Subscription.state == SubscriptionState.ACTIVE)


def active_counts(bulletin_ids: Sequence[int]) -> Mapping[int, int]:
    """How many receive each of them: one query, answered by the index."""
    counted = (
        sa.select(Subscription.bulletin_id, sa.func.count())
        .where(Subscription.bulletin_id.in_(bulletin_ids), Subscription.state == SubscriptionState.ACTIVE)
        .group_by(Subscription.bulletin_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def counts_by_state(bulletin_id: int) -> Mapping[SubscriptionState, int]:
    counted = sa.select(Subscription.state, sa.func.count()).where(Subscription.bulletin_id == bulletin_id)
    found = {row[0]: row[1] for row in db.session.execute(counted.group_by(Subscription.state))}
    return {state: found.get(state, 0) for state in SubscriptionState}


def page_of_subscribers(
    bulletin_id: int, state: SubscriptionState | None, find: str = "", *, cursor: str | None = None, size: int = PAGE_ROWS
) -> Page[Subscription]:
    """Newest first; `find` is the beginning of an address. Raises BadCursor."""
    found = sa.select(Subscription).where(Subscription.bulletin_id == bulletin_id)
    if state is not None:
        found = found.where(Subscription.state == state)
    if find:
        found = found.where(Subscription.email.startswith(find.strip().lower(), autoescape=True))
    if cursor:
        found = found.where(after([Subscription.id], decode_cursor(cursor, [read_id]), descending=True))
    rows = db.session.scalars(found.order_by(Subscription.id.desc()).limit(size + 1)).all()
    return cut(rows, size, lambda row: [row.id])


def subscriptions_visible() -> sa.Select[Subscription]:
    return sa.select(Subscription).options(orm.joinedload(Subscription.bulletin))


def subscription(bulletin_id: int, email: str) -> Subscription | None:
    """The one of an address in normal form."""
    return db.session.scalar(sa.select(Subscription).where(Subscription.bulletin_id == bulletin_id, Subscription.email == email))


def subscriptions_by_email(bulletin_id: int, emails: Sequence[str]) -> dict[str, Subscription]:
    found = sa.select(Subscription).where(Subscription.bulletin_id == bulletin_id, Subscription.email.in_(emails))
    return {row.email: row for row in db.session.scalars(found)}


def subscriptions_of_address(email: str) -> sa.Select[Subscription]:
    return subscriptions_visible().where(Subscription.email == email).order_by(Subscription.id)


def subscription_of_token(token: str) -> Subscription | None:
    return db.session.scalar(subscriptions_visible().where(Subscription.token == token))


def subscriptions_of_stakeholder(stakeholder_id: int) -> Sequence[tuple[Subscription, int]]:
    """With how many receipts each has."""
    receipts = (
        sa.select(sa.func.count())
        .where(ConsentReceipt.subscription_id == Subscription.id)
        .correlate(Subscription)
        .scalar_subquery()
    )
    found = (
        sa.select(Subscription, receipts)
        .options(orm.joinedload(Subscription.bulletin))
        .where(Subscription.stakeholder_id == stakeholder_id)
        .order_by(Subscription.state, Subscription.id)
    )
    return [(row, count) for row, count in db.session.execute(found.limit(20))]


def receipts_of_subscription(subscription_id: int) -> Sequence[ConsentReceipt]:
    found = sa.select(ConsentReceipt).where(ConsentReceipt.subscription_id == subscription_id)
    return db.session.scalars(found.order_by(ConsentReceipt.id.desc())).all()


def receipts_of_stakeholder(stakeholder_id: int) -> Sequence[tuple[ConsentReceipt, str]]:
    """Receipts of a person, newest first, each with the name of its bulletin."""
    found = (
        sa.select(ConsentReceipt, Bulletin.name)
        .outerjoin(Subscription, Subscription.id == ConsentReceipt.subscription_id)
        .outerjoin(Bulletin, Bulletin.id == Subscription.bulletin_id)
        .where(ConsentReceipt.stakeholder_id == stakeholder_id)
        .order_by(ConsentReceipt.id.desc())
    )
    return [(row, name or "") for row, name in db.session.execute(found.limit(500))]


def stakeholders_by_email(emails: Sequence[str]) -> dict[str, int]:
    """The stakeholder whose office address each one is, where it is exactly one. Private addresses tell nothing here."""
    found = (
        sa.select(ContactPoint.value, sa.func.min(ContactPoint.stakeholder_id))
        .where(ContactPoint.kind == ContactKind.EMAIL, ContactPoint.value.in_(emails), ContactPoint.is_private.is_(False))
        .group_by(ContactPoint.value)
        .having(sa.func.min(ContactPoint.stakeholder_id) == sa.func.max(ContactPoint.stakeholder_id))
    )
    return {row[0]: row[1] for row in db.session.execute(found)}


def slugs_like(base: str) -> set[str]:
    """Which addresses are taken, in all offices."""
    with scopes.use(scopes.system_scope("find a free address for a bulletin")):
        return set(db.session.scalars(sa.select(Bulletin.slug).where(Bulletin.slug.startswith(base, autoescape=True))))


def public_bulletins() -> sa.Select[Bulletin]:
    """What a stranger may sign up for."""
    return sa.select(Bulletin).where(Bulletin.is_public.is_(True), Bulletin.archived_at.is_(None))


def old_sign_ups(before: dt.datetime) -> Any:
    return sa.delete(SignUp).where(SignUp.created_at < before).execution_options(synchronize_session=False)


def refusal_of_stakeholder(stakeholder_id: int, emails: Sequence[str]) -> SuppressionReason | None:
    """Why it gets no bulk mail at all: an address of its own, or of a subscription, is on the suppression list."""
    own = sa.select(ContactPoint.value).where(
        ContactPoint.stakeholder_id == stakeholder_id, ContactPoint.kind == ContactKind.EMAIL
    )
    found = sa.select(Suppression.reason).where(
        sa.or_(Suppression.email.in_(own), Suppression.email.in_(emails)),
        Suppression.email != "",
        Suppression.list_key == EVERYTHING,
        Suppression.lifted_at.is_(None),
    )
    reasons = set(db.session.scalars(found))
    return min(reasons, key=suppressing.WEIGHT.index, default=None)
