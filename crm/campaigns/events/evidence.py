"""An event of a call proves that SendGrid took it: what was in doubt is settled. A campaign that people complain about stops."""

from collections.abc import Iterable

from crm.campaigns.sending import breaker, resolving


def seen(marks: Iterable[str]) -> None:
    """Note the moment when the first event of each call was read, and settle those that nobody knew the fate of."""
    resolving.settle_by_events(marks)


def weigh(campaign_ids: Iterable[int]) -> None:
    """Look whether these campaigns may go on, now that the counts have moved."""
    for campaign_id in sorted(set(campaign_ids)):
        breaker.check(campaign_id)
