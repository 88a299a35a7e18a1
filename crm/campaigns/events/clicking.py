"""Clicks of deliveries, weighed anew as a whole whenever one more is told: the order in which they arrive changes nothing.

Every click stays in `mail_events`; what a machine did is marked there and in `campaign_clicks`, and counts apart.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from crm.campaigns import marks
from crm.campaigns.events import machines
from crm.campaigns.events.links import UNKNOWN, Links
from crm.campaigns.events.machines import Seen
from crm.campaigns.events.moments import State
from crm.campaigns.models import CampaignContent, Click
from crm.core.db import bulk_insert, db
from crm.mail.models import EventKind, MailEvent


@dataclass(frozen=True)
class Stored:
    """A click as it stands in the table, and the link that it was on."""

    event_id: int
    was_machine: bool
    seen: Seen
    link_no: int


def weigh(states: Mapping[int, State]) -> None:
    """Judge all clicks of these deliveries: who made them, when the first of each sort was, how many were a person's."""
    if not states:
        return
    links = _links_of(states)
    by_delivery = _stored(states, links)
    made, now_machine, now_person = [], [], []
    for delivery_id, clicks in sorted(by_delivery.items()):
        state = states[delivery_id]
        verdicts = machines.judge([click.seen for click in clicks], state.delivered_at)
        _set_moments(state, clicks, verdicts)
        for click, is_machine in zip(clicks, verdicts, strict=True):
            if is_machine != click.was_machine:
                (now_machine if is_machine else now_person).append(click.event_id)
            if click.link_no != UNKNOWN:
                made.append(
                    {
                        "campaign_id": state.campaign_id,
                        "delivery_id": delivery_id,
                        "link_no": click.link_no,
                        "at": click.seen.at,
                        "is_machine": is_machine,
                    }
                )
    _mark(now_machine, is_machine=True)
    _mark(now_person, is_machine=False)
    gone = sa.delete(Click).where(Click.delivery_id.in_(sorted(by_delivery)))
    db.session.execute(gone.execution_options(synchronize_session=False))
    if made:
        bulk_insert(Click, made)


def _set_moments(state: State, clicks: list[Stored], verdicts: list[bool]) -> None:
    people = [click.seen.at for click, is_machine in zip(clicks, verdicts, strict=True) if not is_machine]
    others = [click.seen.at for click, is_machine in zip(clicks, verdicts, strict=True) if is_machine]
    state.clicked_at, state.click_count = min(people, default=None), len(people)
    state.machine_clicked_at = min(others, default=None)


def _stored(states: Mapping[int, State], links: Mapping[tuple[int | None, str], Links]) -> dict[int, list[Stored]]:
    of_mark = {marks.event_mark(state.mark_key, state.id): state for state in states.values()}
    found = (
        sa.select(
            MailEvent.id, MailEvent.rid, MailEvent.at, MailEvent.address, MailEvent.url, MailEvent.details, MailEvent.is_machine
        )
        .where(MailEvent.rid.in_(sorted(of_mark)), MailEvent.kind == EventKind.CLICK)
        .order_by(MailEvent.rid, MailEvent.at, MailEvent.id)
    )
    by_delivery: dict[int, list[Stored]] = defaultdict(list)
    for event_id, rid, at, address, url, details, was_machine in db.session.execute(found):
        state = of_mark[rid]
        known = links[_key(state)]
        link_no = known.number_of(url, int(details.get("link_index", 0)))
        seen = Seen(at, address, url, details.get("useragent", ""), is_trap=link_no in known.traps)
        by_delivery[state.id].append(Stored(event_id, was_machine, seen, link_no))
    return by_delivery


def _key(state: State) -> tuple[int | None, str]:
    return state.content_id, state.variant.partition("+")[0]


def _links_of(states: Mapping[int, State]) -> dict[tuple[int | None, str], Links]:
    keys = {_key(state) for state in states.values()}
    ids = {content_id for content_id, _language in keys if content_id is not None}
    found = sa.select(CampaignContent.id, CampaignContent.links, CampaignContent.tags).where(CampaignContent.id.in_(sorted(ids)))
    contents = {content_id: (links, tags) for content_id, links, tags in db.session.execute(found)}
    return {key: Links(*contents.get(key[0] or 0, ([], {})), language=key[1]) for key in keys}


def _mark(event_ids: list[int], *, is_machine: bool) -> None:
    if event_ids:
        marked = sa.update(MailEvent).where(MailEvent.id.in_(sorted(event_ids))).values(is_machine=is_machine)
        db.session.execute(marked.execution_options(synchronize_session=False))
