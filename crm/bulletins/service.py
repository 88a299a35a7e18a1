"""What the office does with bulletins and with those who subscribe to them."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from crm.activity import service as activity
from crm.activity.service import Actor
from crm.bulletins import queries, uses
from crm.bulletins.consents import OWN_WILL, Consent, Wanted, list_key
from crm.bulletins.feeds import service as feeds
from crm.bulletins.models import Bulletin, ConsentReceipt, Subscription, SubscriptionState
from crm.bulletins.pasted import Fault
from crm.core import text, tokens
from crm.core.clock import now
from crm.core.db import bulk_insert, db
from crm.engagements.service import check_version
from crm.mail import suppressing
from crm.mail.addresses import normal
from crm.mail.models import SuppressionReason, SuppressionSource

CHUNK = 500
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


class UnderWay(Exception):
    """Mailings of the bulletin are planned or being sent: somebody stops them first, or lets them end."""


class NotTaken(Exception):
    """A subscription that must not be entered; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class BulletinTerms:
    """What a bulletin is, as a form gives it."""

    name: str
    name_en: str = ""
    description: str = ""
    description_en: str = ""
    is_public: bool = True
    has_archive: bool = False
    records_clicks: bool = True
    records_opens: bool = False
    feed_url: str = ""


def make_bulletin(terms: BulletinTerms, *, office_id: int, by: Actor) -> Bulletin:
    """A new bulletin. Its place in public addresses is made of its name, once for all."""
    bulletin = Bulletin(
        office_id=office_id,
        slug=_free_slug(terms.name),
        created_at=now(),
        created_by_id=by.id,
        **{field.name: getattr(terms, field.name) for field in fields(terms)},
    )
    db.session.add(bulletin)
    db.session.flush()
    activity.record("created", bulletin, by=by, name=bulletin.name)
    _read_site(bulletin, "")
    return bulletin


def change_bulletin(bulletin: Bulletin, terms: BulletinTerms, *, seen_version: int, by: Actor) -> None:
    """Change what it is. Raises StaleRecord when somebody else saved since."""
    check_version(bulletin, seen_version)
    before: dict[str, Any] = {}
    for field in fields(terms):
        before[field.name] = getattr(bulletin, field.name)
        setattr(bulletin, field.name, getattr(terms, field.name))
    db.session.flush()
    activity.record_changes(bulletin, before=before, by=by)
    _read_site(bulletin, before["feed_url"])


def _read_site(bulletin: Bulletin, before: str) -> None:
    """A new address of the office's news is read at once, so that whoever typed it sees whether it is one."""
    if bulletin.feed_url and bulletin.feed_url != before:
        feeds.ask_to_read(bulletin)


def archive_bulletin(bulletin: Bulletin, *, by: Actor) -> None:
    """It can no longer be signed up for or sent; its subscriptions and receipts stay as they are. A second time changes nothing.

    Raises UnderWay: a press here must not stop, unseen, what colleagues agreed to send.
    """
    if bulletin.archived_at is None:
        if uses.under_way(bulletin.id):
            raise UnderWay(bulletin.id)
        bulletin.archived_at = now()
        db.session.flush()
        activity.record("archived", bulletin, by=by)


def restore_bulletin(bulletin: Bulletin, *, by: Actor) -> None:
    if bulletin.archived_at is not None:
        bulletin.archived_at = None
        db.session.flush()
        activity.record("restored", bulletin, by=by)


def _free_slug(name: str) -> str:
    """Of all offices: two bulletins of one name must not share an address."""
    base = _NOT_SLUG.sub("-", text.name_key(name)).strip("-")[:50].strip("-") or "buletin"
    taken = queries.slugs_like(base)
    return base if base not in taken else next(s for n in range(2, 10_000) if (s := f"{base}-{n}") not in taken)


# Subscriptions --------------------------------------------------------------------------------------------------------


def subscribe(
    bulletin: Bulletin,
    email: str,
    consent: Consent,
    *,
    name: str = "",
    language: str = "id",
    refuses_clicks: bool = False,
    own_wish: bool = False,
    by: Actor | None = None,
) -> Subscription:
    """Let an address receive a bulletin, with the receipt that proves the consent. Raises NotTaken.

    `own_wish`: the owner of the address confirmed it just now. It takes back an unsubscribing; a colleague's paper does not.
    """
    wanted = Wanted(normal(email), consent, name, language, refuses_clicks, own_wish)
    faults = enter(bulletin, [wanted], by=by)
    if faults and not (own_wish and faults == {0: Fault.ALREADY}):
        raise NotTaken(faults[0])
    found = queries.subscription(bulletin.id, wanted.email)
    assert found is not None
    if own_wish:
        found.refuses_clicks, found.language, found.name = refuses_clicks, language, name or found.name
        db.session.flush()
    return found


def enter(bulletin: Bulletin, wanted: Sequence[Wanted], *, by: Actor | None = None) -> dict[int, Fault]:
    """Enter many subscriptions at once, each with its receipt. Gives why which of them (by place) were not taken. Addresses must differ."""
    faults: dict[int, Fault] = {}
    taken = 0
    for start in range(0, len(wanted), CHUNK):
        chunk = list(enumerate(wanted[start : start + CHUNK], start))
        _take_back(bulletin, [one.email for _place, one in chunk if one.own_wish])
        present = queries.subscriptions_by_email(bulletin.id, [one.email for _place, one in chunk])
        refused = suppressing.refused([one.email for _place, one in chunk], list_keys=[list_key(bulletin.id)])
        fine = []
        for place, one in chunk:
            fault = _fault_of(one, present.get(one.email), refused)
            if fault:
                faults[place] = fault
            else:
                fine.append(one)
        taken += len(fine)
        _write(bulletin, fine, present, by)
    if by is not None and taken:
        activity.record("subscribed", bulletin, by=by, count=taken)
    return faults


def _take_back(bulletin: Bulletin, emails: Sequence[str]) -> None:
    for email in emails:
        suppressing.take_back(email, list_key=list_key(bulletin.id))


def _fault_of(one: Wanted, present: Subscription | None, refused: dict[str, SuppressionReason]) -> Fault | None:
    if one.email in refused:
        return Fault.SUPPRESSED
    if present is None:
        return None
    if present.state is SubscriptionState.ACTIVE:
        return Fault.ALREADY
    ended = present.ended_at
    stays_ended = present.ended_how in OWN_WILL and ended is not None and one.consent.given_at <= ended
    return Fault.STOPPED if stays_ended and not one.own_wish else None


def _write(bulletin: Bulletin, fine: Sequence[Wanted], present: dict[str, Subscription], by: Actor | None) -> None:
    if not fine:
        return
    people = queries.stakeholders_by_email([one.email for one in fine])
    moment = now()
    fresh = [one for one in fine if one.email not in present]
    made = bulk_insert(
        Subscription,
        [
            {
                "bulletin_id": bulletin.id,
                "office_id": bulletin.office_id,
                "stakeholder_id": people.get(one.email),
                "email": one.email,
                "name": one.name,
                "language": one.language or "id",
                "state": SubscriptionState.ACTIVE,
                "refuses_clicks": one.refuses_clicks,
                "token": tokens.make(),
                "created_at": moment,
                "confirmed_at": one.consent.confirmed_at,
            }
            for one in fresh
        ],
    )
    ids = {one.email: row_id for one, row_id in zip(fresh, made, strict=True)}
    for one in fine:
        if one.email in present:
            again = present[one.email]
            again.state, again.ended_at, again.ended_how = SubscriptionState.ACTIVE, None, ""
            again.confirmed_at, again.refuses_clicks = one.consent.confirmed_at, one.refuses_clicks
            again.name, again.language = one.name or again.name, one.language or again.language
            ids[one.email] = again.id
    db.session.flush()
    bulk_insert(ConsentReceipt, [_receipt(bulletin, one, ids[one.email], people.get(one.email), by) for one in fine])


def _receipt(
    bulletin: Bulletin, one: Wanted, subscription_id: int, stakeholder_id: int | None, by: Actor | None
) -> dict[str, Any]:
    consent = one.consent
    return {
        "office_id": bulletin.office_id,
        "subscription_id": subscription_id,
        "stakeholder_id": stakeholder_id,
        "email": one.email,
        "recorded_by_id": by.id if by is not None else None,
        **{field.name: getattr(consent, field.name) for field in fields(consent)},
        "evidence": consent.evidence[:1000],
        "agent": consent.agent[:300],
    }


def end_subscription(subscription: Subscription, *, how: str, at: dt.datetime | None = None, by: Actor | None = None) -> bool:
    """Nothing more is sent; the consent is withdrawn. False when it had ended already: a second press changes nothing."""
    if subscription.state is SubscriptionState.ENDED:
        return False
    moment = at or now()
    subscription.state, subscription.ended_at, subscription.ended_how = SubscriptionState.ENDED, moment, how
    db.session.flush()
    withdrawn = (
        sa.update(ConsentReceipt)
        .where(ConsentReceipt.subscription_id == subscription.id, ConsentReceipt.withdrawn_at.is_(None))
        .values(withdrawn_at=moment, withdrawn_how=how)
    )
    db.session.execute(withdrawn)
    activity.record("subscription-ended", subscription, by=by, how=how)
    return True


def stop_everything(email: str, *, how: str, office_id: int) -> int:
    """The person wants no bulk mail at all: every subscription in scope ends, and the address goes on the suppression list."""
    suppressing.suppress(
        [email], reason=SuppressionReason.UNSUBSCRIBED, source=SuppressionSource.PERSON, note=how, office_id=office_id
    )
    return sum(end_subscription(row, how=how) for row in subscriptions_of(email))


def change_address(subscription: Subscription, email: str, *, by: Actor) -> None:
    """The same person at another address. Links in mail to the old one lead nowhere from now on. Raises NotTaken.

    The receipts stay as they were: they prove what was agreed to, at which address.
    """
    new = normal(email)
    if suppressing.refused([new], list_keys=[list_key(subscription.bulletin_id)]):
        raise NotTaken(Fault.SUPPRESSED)
    if queries.subscription(subscription.bulletin_id, new) is not None:
        raise NotTaken(Fault.ALREADY)
    subscription.email, subscription.token = new, tokens.make()
    subscription.stakeholder_id = subscription.stakeholder_id or queries.stakeholders_by_email([new]).get(new)
    db.session.flush()
    activity.record("subscription-moved", subscription, by=by)


def subscriptions_of(email: str) -> Sequence[Subscription]:
    """All subscriptions of an address in scope, ended ones too, with their bulletins."""
    return db.session.scalars(queries.subscriptions_of_address(normal(email))).all()


def forget_sign_ups(before: dt.datetime) -> int:
    """Remove what was asked for and never confirmed, and what was used: the receipt keeps what has to be proved."""
    return db.session.execute(queries.old_sign_ups(before)).rowcount  # type: ignore[attr-defined]
