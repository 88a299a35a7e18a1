"""Whether the links of drafts lead anywhere. They are tried by a job, kept with their time, and looked up here."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.models import Campaign, CampaignState, LinkTrial
from crm.campaigns.writing import blocks, markup
from crm.core import dates
from crm.core.clock import now
from crm.core.db import db
from crm.core.fetching import Limits, NotFetched, fetch
from crm.core.links import is_safe_link

FRESH = dt.timedelta(hours=12)
GONE = frozenset({404, 410})
ASK_AGAIN = frozenset({400, 403, 404, 405, 406, 410, 501})  # some servers answer HEAD wrongly
MOST_LINKS = 120
LIMITS = Limits(bytes_=64 * 1024, seconds=12, seconds_a_read=8)


def addresses_of(draft: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Each address on the web that the draft links to, with the language and block where it stands first."""
    found: dict[str, tuple[str, str]] = {}
    for language in blocks.languages_of(draft):
        for block in blocks.blocks_of(draft, language):
            given = [block.get("url") or ""]
            if block["kind"] == blocks.Kind.TEXT:
                given += markup.addresses_in(block["html"])
            for address in given:
                if is_safe_link(address):
                    found.setdefault(address, (language, block["id"]))
    return dict(list(found.items())[:MOST_LINKS])


def trials_of(campaign: Campaign, draft: Mapping[str, Any]) -> dict[str, LinkTrial]:
    """What is known of the addresses of a draft."""
    return _trials(campaign.office_id, addresses_of(draft))


def findings(draft: Mapping[str, Any], trials: Mapping[str, LinkTrial]) -> Iterator[Finding]:
    for address, (language, block_id) in addresses_of(draft).items():
        trial = trials.get(address)
        if trial is None:
            continue
        said = {"address": shown(address), "when": dates.datetime_short(trial.tried_at)}
        place: dict[str, Any] = {"language": language, "block_id": block_id, "where": "link"}
        if trial.status in GONE:
            sentence = _("The page %(address)s is not there (tried %(when)s).", **said)
            yield Finding("link-dead", Severity.STOP, sentence, **place)
        elif trial.status is None or trial.status >= 500:
            sentence = _("The page %(address)s did not answer (tried %(when)s).", **said)
            yield Finding("link-silent", Severity.WARN, sentence, **place)


def untried(campaign: Campaign) -> list[str]:
    """Addresses of a campaign that were not tried lately."""
    addresses = list(addresses_of(campaign.draft))
    trials = _trials(campaign.office_id, addresses)
    return [each for each in addresses if each not in trials or trials[each].tried_at < now() - FRESH]


def drafts_to_look_at(limit: int = 50) -> Sequence[Campaign]:
    """Drafts that somebody works on, the last written first."""
    lately = now() - dt.timedelta(days=7)
    found = sa.select(Campaign).where(Campaign.state == CampaignState.DRAFT, Campaign.updated_at > lately)
    return db.session.scalars(found.order_by(Campaign.updated_at.desc()).limit(limit)).all()


def try_out(address: str) -> int | None:
    """The status that an address answers with; None when nothing does, whatever the reason."""
    try:
        status = fetch(address, method="HEAD", limits=LIMITS).status
    except NotFetched:
        status = 405
    if status not in ASK_AGAIN:
        return status
    try:
        return fetch(address, takes_body=False, limits=LIMITS).status
    except NotFetched:
        return None


def keep(office_id: int, results: Mapping[str, int | None]) -> None:
    known = _trials(office_id, results)
    for address, status in results.items():
        trial = known.get(address)
        if trial is None:
            db.session.add(LinkTrial(office_id=office_id, key=_key(address), url=address[:1000], status=status, tried_at=now()))
        else:
            trial.status, trial.tried_at = status, now()
    db.session.flush()


def shown(address: str) -> str:
    short = address.partition("://")[2].removeprefix("www.").rstrip("/")
    return short if len(short) <= 60 else f"{short[:40]}…{short[-18:]}"


def _trials(office_id: int, addresses: Iterable[str]) -> dict[str, LinkTrial]:
    by_key = {_key(each): each for each in addresses}
    found = sa.select(LinkTrial).where(LinkTrial.office_id == office_id, LinkTrial.key.in_(list(by_key)))
    return {by_key[row.key]: row for row in db.session.scalars(found)} if by_key else {}


def _key(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()
