"""The two jobs of sending. Both may be lost, doubled or run in any order: they only look at the tables and do what is due there."""

import structlog

from crm.campaigns.models import CampaignState
from crm.campaigns.sending import breaker, canary, guard, prepare, resolving, schedule
from crm.campaigns.sending import wording as _wording  # noqa: F401 - names the acts
from crm.campaigns.sending.courier import Courier, sender
from crm.core import scope as scopes
from crm.core import settings, transaction
from crm.core.jobs import job
from crm.mail import gateway, outbox

log = structlog.get_logger(__name__)
SCOPE = scopes.system_scope("send campaigns")


@job("campaigns.deliver", long=True)
def deliver(*, scope: scopes.Scope, campaign_id: int | None = None) -> None:
    """Move a campaign on (all without a number) and send what is ready."""
    del scope  # whoever pressed "send" may have left meanwhile: campaigns go out with the system's scope
    _move_on_all([campaign_id] if campaign_id is not None else schedule.open_ids())
    if settings.get("JOBS_WAIT"):  # without an engine there is no process to stay in
        send_now()
    else:
        sender.wake()


@job("campaigns.tend", long=True, minute="*")
def tend(*, scope: scopes.Scope) -> None:
    """Each minute: leases, evidence, canaries, hours that have come, ends that are reached."""
    del scope
    carrier = gateway.transport()
    with transaction.unit(SCOPE):
        resolving.keep_watch()
        doubted = resolving.reap()
        outbox.tell_of_due()
    if doubted:
        log.warning("calls in doubt", count=doubted)
    guard.settle_doubts(carrier)
    for settle in (resolving.settle_by_stored_events, resolving.settle_by_silence):
        with transaction.unit(SCOPE):
            settle()
    canary.send_if_needed(carrier)
    deliver(scope=SCOPE)


def send_now() -> None:
    """Send in this thread till nothing can be sent now, and move on what that finished."""
    Courier(gateway.transport()).run()
    _move_on_all(schedule.open_ids())


def _move_on_all(campaign_ids: list[int]) -> None:
    """One that can't be moved on keeps none of the others from it."""
    for one in campaign_ids:
        try:
            move_on(one)
        except Exception:
            log.exception("campaign not moved on", campaign=one)


def move_on(campaign_id: int) -> None:
    """Prepare, start, stop or finish, as far as that is due."""
    with transaction.unit(SCOPE):
        state = schedule.move_on(campaign_id)
    if state in prepare.WAITING and prepare.prepare(campaign_id):
        with transaction.unit(SCOPE):
            state = schedule.move_on(campaign_id)
    if state is CampaignState.CANCELLING:
        guard.take_back(campaign_id, gateway.transport())
    while state is CampaignState.CANCELLING and (state := _cancel_more(campaign_id)) is not None:
        pass
    if state is CampaignState.RUNNING:
        with transaction.unit(SCOPE):
            breaker.check(campaign_id)


def _cancel_more(campaign_id: int) -> CampaignState | None:
    """The next chunk; None when only calls are left whose fate is not known."""
    with transaction.unit(SCOPE):
        return schedule.cancel_more(campaign_id)
