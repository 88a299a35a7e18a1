"""What readiness says of mailings: calls in doubt, calls that nobody told of, and how receiving domains took our mail."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.campaigns.models import Batch, BatchState, Campaign, Delivery
from crm.core import dates, transaction
from crm.core import db as database
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import db, is_sqlite
from crm.mail import facts
from crm.mail.models import MailEvent
from crm.mail.readiness.checks import DOMAIN_HEALTH, Check, Level, register

SCOPE = scopes.system_scope("see how receiving domains took our mail")
DAYS = 30
MOST_DOMAINS = 20
UNHEARD_AFTER, UNHEARD_BEFORE = dt.timedelta(hours=1), dt.timedelta(hours=24)
COMPLAINTS_LATE, COMPLAINTS_SOON, LEAST = 0.003, 0.001, 1000


def mailings() -> Iterator[Check]:
    yield _doubt()
    yield _unheard()
    yield _complaints()


def _doubt() -> Check:
    found = sa.select(sa.func.count(), sa.func.min(Batch.in_doubt_since)).where(Batch.state == BatchState.IN_DOUBT)
    count, oldest = db.session.execute(found).one()
    if not count:
        return Check(Level.GOOD, _("No part of a mailing is in doubt"))
    title = ngettext("%(num)d part of a mailing is in doubt", "%(num)d parts of mailings are in doubt", count)
    note = _(
        "The oldest since %(when)s. Its mailing's page says what it waits for, or asks you.", when=dates.datetime_short(oldest)
    )
    return Check(Level.SOON, title, note, for_senders=True)


def _unheard() -> Check:
    """Accepted, and not one event since: either the news does not reach us, or SendGrid holds the mail back."""
    moment = now()
    recent = sa.select(Campaign.id).where(Campaign.started_at > moment - 3 * UNHEARD_BEFORE)
    unheard = sa.select(sa.func.count()).where(
        Batch.campaign_id.in_(recent),
        Batch.state == BatchState.ACCEPTED,
        Batch.sent_at.between(moment - UNHEARD_BEFORE, moment - UNHEARD_AFTER),
        Batch.seen_at.is_(None),
    )
    if count := db.session.scalar(unheard):
        title = ngettext("No news of %(num)d part of a mailing", "No news of %(num)d parts of mailings", count)
        note = _("SendGrid took it more than an hour ago. See whether its news reaches us, and whether it reviews the account.")
        return Check(Level.LATE, title, note, for_senders=True)
    return Check(Level.GOOD, _("There is news of every part that was sent"))


def _complaints() -> Check:
    fact = facts.of(DOMAIN_HEALTH)
    rows = fact.value.get("rows", []) if fact else []
    delivered, complained = sum(row["delivered"] for row in rows), sum(row["complained"] for row in rows)
    share = complained / delivered if delivered else 0.0
    said = _("%(count)s of %(all)s delivered in 30 days", count=dates.number(complained), all=dates.number(delivered))
    if delivered < LEAST:
        return Check(Level.NONE, _("Too little was delivered to judge reports of spam"), said)
    title = _("Reported as spam: %(share)s", share=f"{dates.number(round(share * 100, 2))}%")
    if share < COMPLAINTS_SOON:
        return Check(Level.GOOD, title, said, for_senders=True)
    note = _("%(said)s. Write only to who asked for it, and less often. At 0.3%% providers refuse everything.", said=said)
    return Check(Level.LATE if share >= COMPLAINTS_LATE else Level.SOON, title, note, for_senders=True)


def measure() -> None:
    """Work out the domains once more, unless nothing was told since; kept, because it reads every delivery of a month."""
    with transaction.unit(SCOPE):
        newest = db.session.scalar(sa.select(sa.func.max(MailEvent.id))) or 0
        fact = facts.of(DOMAIN_HEALTH)
        if fact and fact.known_at and fact.value.get("upto") == newest and fact.known_at > now() - dt.timedelta(days=1):
            return
        campaigns = db.session.scalars(
            sa.select(Campaign.id).where(Campaign.started_at > now() - dt.timedelta(days=DAYS)).order_by(Campaign.id)
        ).all()
    sums: dict[str, Counter[str]] = {}
    for campaign_id in campaigns:
        for domain, counts in _of_campaign(campaign_id):
            sums.setdefault(domain, Counter()).update(counts)
    with transaction.unit(SCOPE):
        facts.keep(DOMAIN_HEALTH, {"upto": newest, "rows": _rows(sums)})


def _of_campaign(campaign_id: int) -> list[tuple[str, dict[str, int]]]:
    """Only read: nobody who writes waits for it."""
    token = database.write_intent.set(False)
    try:
        with transaction.unit(SCOPE):
            is_hard = sa.and_(Delivery.bounced_at.is_not(None), Delivery.is_hard_bounce.is_(True))
            domain = _domain_of(Delivery.email)
            found = (
                sa.select(
                    domain,
                    sa.func.count(),
                    _sum(sa.and_(Delivery.delivered_at.is_not(None), Delivery.bounced_at.is_(None))),
                    _sum(is_hard),
                    _sum(Delivery.complained_at.is_not(None)),
                )
                .where(Delivery.campaign_id == campaign_id, Delivery.accepted_at.is_not(None), Delivery.email.is_not(None))
                .group_by(domain)
            )
            return [
                (name, {"sent": sent, "delivered": delivered, "bounced": bounced, "complained": complained})
                for name, sent, delivered, bounced, complained in db.session.execute(found)
            ]
    finally:
        database.write_intent.reset(token)


def _sum(condition: sa.ColumnElement[bool]) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _domain_of(email: Any) -> Any:
    if is_sqlite():
        return sa.func.substr(email, sa.func.instr(email, "@") + 1)
    return sa.func.split_part(email, "@", 2)


def _rows(sums: dict[str, Counter[str]]) -> list[dict[str, Any]]:
    largest = sorted(sums.items(), key=lambda pair: (-pair[1]["sent"], pair[0]))[:MOST_DOMAINS]
    return [
        {
            "domain": domain,
            **{name: int(counts[name]) for name in ("sent", "delivered", "bounced", "complained")},
            "bounce_share": counts["bounced"] / counts["sent"] if counts["sent"] else 0.0,
            "complaint_share": counts["complained"] / counts["delivered"] if counts["delivered"] else 0.0,
        }
        for domain, counts in largest
    ]


def register_all() -> None:
    register(_l("Mailings"), mailings)
