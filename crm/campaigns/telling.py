"""Letters about approval: to those who may give it when it is asked for, to those who wait for it when it is decided.

They name the campaign and lead to its page, and say no more: a mailbox is no safe place. At most one an hour goes to an approver of a campaign;
who was asked again within the hour hears of it when the hour is over, if it still waits then.
"""

import datetime as dt
from collections.abc import Collection, Sequence

import structlog

from crm.accounts import queries as accounts
from crm.accounts.models import User
from crm.campaigns import queries, second_person
from crm.campaigns.models import ApprovalState, Campaign, CampaignApproval, CampaignState
from crm.core import letters
from crm.core import scope as scopes
from crm.core.access import Permission
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue, job
from crm.mail import payload
from crm.mail import service as mail

log = structlog.get_logger(__name__)

SCOPE = scopes.system_scope("tell approvers of a campaign that still waits")
LETTER = "campaigns/mail/{}"
AT_MOST_EVERY = dt.timedelta(hours=1)
LOOK_BACK = dt.timedelta(days=1)


def approvers(campaign: Campaign, asked: CampaignApproval, out: Collection[int] | None = None) -> Sequence[User]:
    """Who may decide and is nearest: of the campaign's office, or if nobody there may, of the first above it where somebody does.

    `out`: who may not, where that is known already.
    """
    out = second_person.barred(campaign, asked) if out is None else out
    able = ([user for user in users if user.id not in out] for users in _over(campaign.office_id))
    return next((users for users in able if users), [])


def holders(campaign: Campaign) -> Sequence[User]:
    """Who has the right to decide, whether they took part in it or not."""
    return [user for users in _over(campaign.office_id) for user in users]


def tell_approvers(asked: CampaignApproval) -> None:
    """Write to those who may decide, except to whom this hour brought a letter about the same campaign: to them later."""
    campaign = db.session.get_one(Campaign, asked.campaign_id)
    last, waits = queries.told_lately(campaign.id, now() - LOOK_BACK), []
    for user in approvers(campaign, asked):
        if str(user.id) in asked.told:
            continue
        if user.id in last and last[user.id] > now() - AT_MOST_EVERY:
            waits.append(last[user.id] + AT_MOST_EVERY)
        elif _write("approval-asked", "campaign-approval", user, campaign, sends=asked.sends):
            asked.told = {**asked.told, str(user.id): now().isoformat()}
    db.session.flush()
    if waits:
        with scopes.use(SCOPE):  # whoever asked may have left by then
            enqueue("campaigns.tell_approvers", delay=max(waits) - now(), approval_id=asked.id)


def tell_of_decision(decided: CampaignApproval, *, is_sent: bool = False) -> None:
    """Write to who asked and to whose draft it is what came of it."""
    campaign = db.session.get_one(Campaign, decided.campaign_id)
    wait = {decided.asked_by_id, campaign.created_by_id} - {decided.decided_by_id, None}
    name = "approval-given" if decided.state is ApprovalState.APPROVED else "approval-refused"
    for user_id in sorted(wait):
        user = db.session.get(User, user_id)
        if user is not None and user.is_active and accounts.has_office(user, campaign.office_id):
            _write(name, "campaign-decision", user, campaign, note=decided.note, is_sent=is_sent)


@job("campaigns.tell_approvers")
def tell_later(*, approval_id: int) -> None:
    """Who could not be told within the hour, if the request still waits."""
    asked = db.session.get(CampaignApproval, approval_id)
    if asked is None or asked.state is not ApprovalState.ASKED:
        return
    if db.session.get_one(Campaign, asked.campaign_id).state is CampaignState.DRAFT:
        tell_approvers(asked)


def _over(office_id: int) -> list[list[User]]:
    return accounts.holders_over(office_id, Permission.CAMPAIGNS_APPROVE)


def _write(name: str, purpose: str, user: User, campaign: Campaign, **context: object) -> bool:
    """One letter in the reader's language; False when the account's address takes none."""
    link = letters.public_url("campaigns.show", campaign_id=campaign.id)
    letter = letters.draw(LETTER.format(name), language=user.language.value, campaign=campaign, link=link, **context)
    try:
        mail.send(
            purpose=purpose,
            to=user.email,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            office_id=campaign.office_id,
        )
    except payload.UnsendableMessage:
        log.warning("letter not written", purpose=purpose, user=user.id)
        return False
    return True
