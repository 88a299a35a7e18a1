"""Counting a campaign. Core statements on campaigns that the caller was allowed to load: no criteria are added to them.

Pages read running counts and calls. What takes a pass over the deliveries (`by_domain`, `clicks_by_link`, `delays_of`, `clicks_by_hour`) is for
breakdowns.py, which keeps it for the large ones.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.campaigns import tallies
from crm.campaigns.models import (
    LEFT_OUT,
    ApprovalState,
    Batch,
    BatchState,
    Campaign,
    CampaignApproval,
    CampaignContent,
    CampaignState,
    Click,
    Reply,
)
from crm.campaigns.results.figures import Delays, Domain, Figures, Link, Progress
from crm.campaigns.results.measures import COUNTED, MEASURES, d, of_counts
from crm.campaigns.tallies import Count
from crm.core import pagination
from crm.core.clock import now
from crm.core.db import db
from crm.core.pagination import Page

DOMAINS = 12
PACE_WINDOW = dt.timedelta(minutes=5)
HOURS, EVERY = 48, 4
COMPARED = 6
_b, _clicks = Batch.__table__, Click.__table__
_batch_state = sa.type_coerce(_b.c.state, sa.String)


def left_draft() -> sa.Select[Campaign]:
    """Campaigns that have results or are on the way to them, and those that were put away as drafts."""
    return sa.select(Campaign).where(Campaign.state != CampaignState.DRAFT)


def was_put_away(campaign: Campaign) -> bool:
    """A draft that nobody wants any more: it was never to be sent."""
    return campaign.state is CampaignState.CANCELLED and campaign.scheduled_at is None and campaign.started_at is None


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def figures_of(campaigns: Collection[Campaign]) -> dict[int, Figures]:
    """Every count of these campaigns, from their running counts: two statements, with a million deliveries as with ten."""
    ids = [campaign.id for campaign in campaigns]
    counts, doubts = tallies.of(ids), _doubts(ids)
    return {i: Figures(of_counts(counts[i]), doubts.get(i, 0)) for i in ids}


def figures(campaign: Campaign) -> Figures:
    return figures_of([campaign])[campaign.id]


def counted_anew(ids: Sequence[int]) -> dict[int, dict[Count, int]]:
    """What the running counts of these campaigns must be: a pass over all their deliveries, for checks and never for a page."""
    sums = [_sum(condition) for condition in COUNTED.values()]
    rows = db.session.execute(sa.select(d.c.campaign_id, *sums).where(d.c.campaign_id.in_(ids)).group_by(d.c.campaign_id))
    return {row[0]: dict(zip(COUNTED, map(int, row[1:]), strict=True)) for row in rows}


def _doubts(ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(_b.c.campaign_id, sa.func.sum(_b.c.size))
        .where(_b.c.campaign_id.in_(ids), _batch_state == BatchState.IN_DOUBT.value, sa.not_(_b.c.is_canary))
        .group_by(_b.c.campaign_id)
    )
    return {campaign_id: int(size) for campaign_id, size in rows}


def skipped_by_reason(campaign: Campaign) -> list[tuple[str, int]]:
    """Why people were left out, the most frequent first; walks the partial index of those who got nothing."""
    number = sa.func.count().label("number")
    rows = db.session.execute(
        sa.select(d.c.reason, number)
        .where(d.c.campaign_id == campaign.id, MEASURES["skipped"], sa.literal_column(LEFT_OUT))
        .group_by(d.c.reason)
        .order_by(number.desc(), d.c.reason)
    )
    return [(reason, count) for reason, count in rows]


def domain_of(column: Any) -> sa.ColumnElement[str]:
    """What stands after the @ of an address."""
    if db.session.get_bind().dialect.name == "postgresql":
        return sa.func.split_part(column, "@", 2)
    return sa.func.substr(column, sa.func.instr(column, "@") + 1)


def by_domain(campaign: Campaign) -> list[Domain]:
    """The domains with the most mails, and what became of them."""
    names = ("accepted", "delivered", "bounced", "complained", "clicked")
    sums = [_sum(MEASURES[name]).label(name) for name in names]
    domain = domain_of(d.c.email).label("domain")
    rows = db.session.execute(
        sa.select(domain, *sums)
        .where(d.c.campaign_id == campaign.id, MEASURES["accepted"])
        .group_by(domain)
        .order_by(sums[0].desc(), domain)
        .limit(DOMAINS)
    )
    return [Domain(row[0], *map(int, row[1:])) for row in rows]


def content_of(campaign: Campaign) -> CampaignContent | None:
    return db.session.get(CampaignContent, campaign.content_id) if campaign.content_id else None


def clicks_by_link(campaign: Campaign) -> dict[int, tuple[int, int]]:
    """For each link the people who clicked it (each once) and the mails in which a machine did."""
    c = _clicks.c
    people = sa.func.count(sa.distinct(sa.case((sa.not_(c.is_machine), c.delivery_id))))
    machines = sa.func.count(sa.distinct(sa.case((c.is_machine, c.delivery_id))))
    rows = db.session.execute(sa.select(c.link_no, people, machines).where(c.campaign_id == campaign.id).group_by(c.link_no))
    return {link_no: (some, many) for link_no, some, many in rows}


def links_of(content: CampaignContent | None, counted: Mapping[int, tuple[int, int]]) -> list[Link]:
    """The links of the mail, the most clicked first."""
    listed = content.links if content else []
    found = [
        Link(number, str(link.get("url", "")), str(link.get("text", "")), *counted.get(number, (0, 0)))
        for number, link in enumerate(listed)
    ]
    return sorted(found, key=lambda link: (-link.people, -link.machines, link.number))


def _seconds(later: Any, earlier: Any) -> sa.ColumnElement[int]:
    if db.session.get_bind().dialect.name == "postgresql":
        return sa.cast(sa.func.floor(sa.extract("epoch", later - earlier)), sa.Integer)
    days = sa.func.julianday(later) - sa.func.julianday(earlier)
    return sa.cast(days * 86400 + 0.0005, sa.Integer)  # a julian day is good to a tenth of a millisecond


def delays_of(campaign: Campaign) -> Delays:
    """How long mails took from handing over to delivered."""
    took = _seconds(d.c.delivered_at, d.c.accepted_at).label("took")
    rows = db.session.execute(
        sa.select(took, sa.func.count())
        .where(d.c.campaign_id == campaign.id, MEASURES["delivered"], d.c.accepted_at.is_not(None))
        .group_by(took)
    )
    return Delays(tuple((max(int(seconds), 0), count) for seconds, count in rows))


def clicks_by_hour(campaign: Campaign) -> list[int]:
    """People who had clicked after 0, 4, 8 ... 48 hours from the start."""
    if campaign.started_at is None:
        return []
    start = sa.literal(campaign.started_at, d.c.clicked_at.type)
    slot = (_seconds(d.c.clicked_at, start) / sa.literal_column(str(EVERY * 3600))).label("slot")
    slot = sa.cast(slot, sa.Integer).label("slot")
    rows = db.session.execute(
        sa.select(slot, sa.func.count())
        .where(
            d.c.campaign_id == campaign.id, MEASURES["clicked"], d.c.clicked_at < campaign.started_at + dt.timedelta(hours=HOURS)
        )
        .group_by(slot)
    )
    counted = {max(number, 0): count for number, count in rows}
    found = [0]
    for number in range(HOURS // EVERY):
        found.append(found[-1] + counted.get(number, 0))
    return found


def progress_of(campaign: Campaign) -> Progress:
    """Two statements, over as many rows as there are calls: the same with a million deliveries as with ten."""
    counts = tallies.of([campaign.id])[campaign.id]
    since = now() - PACE_WINDOW
    accepted = sa.and_(_batch_state == BatchState.ACCEPTED.value, sa.not_(_b.c.is_canary))
    doubtful = sa.and_(_batch_state == BatchState.IN_DOUBT.value, sa.not_(_b.c.is_canary))

    def size(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, _b.c.size), else_=0)), 0)

    lately = sa.and_(accepted, _b.c.sent_at >= since)
    taken, in_doubt, recent, oldest, first = db.session.execute(
        sa.select(
            size(accepted),
            size(doubtful),
            size(lately),
            sa.func.min(sa.case((doubtful, _b.c.in_doubt_since))),
            sa.func.min(sa.case((lately, _b.c.sent_at))),
        ).where(_b.c.campaign_id == campaign.id)
    ).one()
    minutes = min(max((now() - first).total_seconds() / 60, 0.25), PACE_WINDOW.total_seconds() / 60) if first else 0
    return Progress(
        target=counts.get(Count.TARGET, 0),
        skipped=counts.get(Count.SKIPPED, 0),
        accepted=max(int(taken), counts.get(Count.ACCEPTED, 0)),
        in_doubt=int(in_doubt),
        failed=counts.get(Count.FAILED, 0),
        cancelled=counts.get(Count.CANCELLED, 0),
        delivered=counts.get(Count.DELIVERED, 0),
        bounced=counts.get(Count.HARD_BOUNCED, 0) + counts.get(Count.SOFT_BOUNCED, 0),
        complained=counts.get(Count.COMPLAINED, 0),
        per_minute=int(recent) / minutes if minutes and campaign.state is CampaignState.RUNNING else None,
        oldest_doubt=oldest,
    )


def newest_replies(campaign: Campaign, limit: int) -> Sequence[Reply]:
    """What people wrote back; what machines answered stays in the list of all."""
    statement = sa.select(Reply).where(Reply.campaign_id == campaign.id, Reply.kind == "reply")
    return db.session.scalars(statement.order_by(Reply.id.desc()).limit(limit)).all()


def compared_with(campaign: Campaign) -> Sequence[Campaign]:
    """This one and the finished ones before it of the same bulletin (or of the same kind, without one), newest first."""
    same = (
        Campaign.bulletin_id == campaign.bulletin_id
        if campaign.bulletin_id
        else sa.and_(Campaign.bulletin_id.is_(None), Campaign.kind == campaign.kind)
    )
    statement = sa.select(Campaign).where(
        same,
        Campaign.office_id == campaign.office_id,
        sa.or_(Campaign.id == campaign.id, Campaign.state == CampaignState.FINISHED),
        Campaign.id <= campaign.id,
    )
    return db.session.scalars(statement.order_by(Campaign.id.desc()).limit(COMPARED)).all()


def replies_page(campaign: Campaign, cursor: str | None, size: int = pagination.PAGE_ROWS) -> Page[Reply]:
    """All that came back, newest first. Raises BadCursor."""
    statement = sa.select(Reply).where(Reply.campaign_id == campaign.id)
    if cursor:
        (last,) = pagination.decode_cursor(cursor, [pagination.read_id])
        statement = statement.where(Reply.id < last)
    rows = db.session.scalars(statement.order_by(Reply.id.desc()).limit(size + 1)).all()
    return pagination.cut(rows, size, lambda row: (row.id,))


def expected(campaign: Campaign) -> int:
    """How many were on the list when somebody agreed, of one that has not begun: nobody stands in its own list yet."""
    if campaign.state not in {CampaignState.SCHEDULED, CampaignState.MISSED}:
        return 0
    statement = sa.select(CampaignApproval.recipient_count).where(
        CampaignApproval.campaign_id == campaign.id, CampaignApproval.state == ApprovalState.APPROVED
    )
    return db.session.scalar(statement.order_by(CampaignApproval.id.desc()).limit(1)) or 0


def approver_of(campaign: Campaign) -> str:
    """Who agreed to what was sent."""
    statement = (
        sa.select(User.name)
        .join(CampaignApproval, CampaignApproval.decided_by_id == User.id)
        .where(CampaignApproval.campaign_id == campaign.id, CampaignApproval.state == ApprovalState.APPROVED)
    )
    return db.session.scalar(statement.order_by(CampaignApproval.id.desc()).limit(1)) or ""
