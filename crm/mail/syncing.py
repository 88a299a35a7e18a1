"""Our list of suppressed addresses and SendGrid's, made equal each night: the events that were lost meanwhile are in their lists.

Blocks are only counted: a server that refused once for its own reasons is no reason to stop. Nothing is ever taken off our list by it;
what is taken off SendGrid's is in taking_off.py.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core import settings, transaction
from crm.core.clock import now
from crm.core.db import db
from crm.mail import facts, gateway
from crm.mail.addresses import normal
from crm.mail.models import EVERYTHING, Suppression, SuppressionReason, SuppressionSource
from crm.mail.suppressing import known_for, suppress

SCOPE = scopes.system_scope("sync suppressions")
LISTS: dict[str, SuppressionReason | None] = {
    "bounces": SuppressionReason.BOUNCED,
    "invalid_emails": SuppressionReason.INVALID,
    "spam_reports": SuppressionReason.COMPLAINED,
    "unsubscribes": SuppressionReason.UNSUBSCRIBED,
    "blocks": None,
}
OVERLAP = dt.timedelta(hours=48)
EVERY = dt.timedelta(hours=23)
PAGE = 500
MOST_PAGES = 2000  # of one list in one night
PUSHED = "pushed-unsubscribes"
DOMAINS = "domains"


def fact_of(name: str) -> str:
    return f"list:{name}"


def is_due() -> bool:
    """Whether a night has passed since all of it was done last."""
    with transaction.unit(SCOPE):
        known = [fact.known_at if (fact := facts.of(key)) else None for key in (*map(fact_of, LISTS), PUSHED, DOMAINS)]
    return any(moment is None or moment < now() - EVERY for moment in known)


def sync() -> None:
    """Everything that is asked of SendGrid once a night. A part that fails is tried again within the hour."""
    if gateway.is_local():
        return
    asked = service()
    facts.learn(DOMAINS, lambda: _domains(asked))
    for name, reason in LISTS.items():
        facts.learn(fact_of(name), lambda name=name, reason=reason: _fetch(asked, name, reason))
    facts.learn(PUSHED, lambda: _push(asked))


def service() -> gateway.SendGrid:
    return gateway.SendGrid(
        settings.get("SENDGRID_API_KEY"), settings.get("SENDGRID_HOST"), timeout=settings.get("SENDGRID_TIMEOUT")
    )


def _domains(service: gateway.SendGrid) -> list[dict[str, Any]]:
    found = service.get("whitelabel/domains", limit=50)
    if not isinstance(found, list):
        raise gateway.Unanswered("no list")
    return [_domain(row) for row in found if isinstance(row, dict)]


def _domain(row: dict[str, Any]) -> dict[str, Any]:
    """What the readiness page needs of a domain: its name, whether it is proved, and the records that are not there yet."""
    records = row.get("dns")
    wanted = [one for one in records.values() if isinstance(one, dict)] if isinstance(records, dict) else []
    missing = [
        {"host": str(one.get("host", ""))[:250], "data": str(one.get("data", ""))[:250]} for one in wanted if not one.get("valid")
    ]
    return {"domain": str(row.get("domain", "")).lower()[:250], "valid": bool(row.get("valid")), "missing": missing[:6]}


def _fetch(service: gateway.SendGrid, name: str, reason: SuppressionReason | None) -> dict[str, int]:
    """What was added to one list since two days before the last time; each page is kept as it comes."""
    with transaction.unit(SCOPE):
        fact = facts.of(fact_of(name))
        since = fact.known_at - OVERLAP if fact and fact.known_at else None
    seen, new = 0, 0
    for rows in _pages(service, name, since):
        seen += len(rows)
        if reason is not None:
            new += transaction.retrying(lambda rows=rows: _keep(rows, reason))
    return {"seen": seen, "new": new}


def _pages(service: gateway.SendGrid, name: str, since: dt.datetime | None) -> Iterator[list[dict[str, Any]]]:
    window = {"start_time": int(since.timestamp()) if since else 0, "end_time": int(now().timestamp())}
    for page in range(MOST_PAGES):
        found = service.get(f"suppression/{name}", **window, limit=PAGE, offset=page * PAGE)
        if not isinstance(found, list):
            raise gateway.Unanswered("no list")
        yield [row for row in found if isinstance(row, dict) and row.get("email")]
        if len(found) < PAGE:
            return


def _keep(rows: list[dict[str, Any]], reason: SuppressionReason) -> int:
    """Put them on our list as nobody's, but for what an office was told already and what a person took off after SendGrid put it on."""
    told = {normal(str(row["email"]))[:254]: _moment(row.get("created")) for row in rows}
    with transaction.unit(SCOPE):
        lifted = sa.select(Suppression.email, sa.func.max(Suppression.lifted_at)).where(
            Suppression.email.in_(sorted(told)), Suppression.reason == reason, Suppression.lifted_at.is_not(None)
        )
        for email, moment in db.session.execute(lifted.group_by(Suppression.email)):
            if moment is not None and told[email] <= moment:
                del told[email]
        return suppress(told.keys() - known_for(told, reason), reason=reason, source=SuppressionSource.SYNC)


def _moment(value: Any) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(int(value), dt.UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return now()


def _push(service: gateway.SendGrid) -> dict[str, int]:
    """Tell SendGrid who wants nothing at all any more, so that no other program of the office writes to them either."""
    pushed = 0
    while True:
        with transaction.unit(SCOPE):
            rows = db.session.execute(
                sa.select(Suppression.id, Suppression.email)
                .where(
                    Suppression.list_key == EVERYTHING,
                    Suppression.reason == SuppressionReason.UNSUBSCRIBED,
                    Suppression.source.in_([SuppressionSource.PERSON, SuppressionSource.STAFF, SuppressionSource.IMPORT]),
                    Suppression.lifted_at.is_(None),
                    Suppression.synced_at.is_(None),
                    Suppression.email != "",
                )
                .order_by(Suppression.id)
                .limit(PAGE)
            ).all()
        if not rows:
            return {"pushed": pushed}
        service.post("asm/suppressions/global", {"recipient_emails": sorted({row.email for row in rows})})
        with transaction.unit(SCOPE):
            done = sa.update(Suppression).where(Suppression.id.in_([row.id for row in rows])).values(synced_at=now())
            db.session.execute(done.execution_options(synchronize_session=False))
        pushed += len(rows)
