"""Approval by a second person, bound to exactly what will be sent to exactly whom. Any change makes it void."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from crm.accounts.models import User
from crm.activity import service as activity
from crm.campaigns import audience, queries, versions
from crm.campaigns.audience import keeping
from crm.campaigns.models import ApprovalState, Campaign, CampaignApproval, CampaignContent, CampaignState, Exclusion
from crm.campaigns.second_person import Bar, barred
from crm.campaigns.writing import blocks, rendering
from crm.core.clock import now
from crm.core.db import db


class NotADraft(Exception):
    """The campaign left the drafts: what it says and to whom is fixed."""


class OwnApproval(Exception):
    """Who asked, or changed anything of it, can't approve: a second person looks."""

    def __init__(self, why: Bar) -> None:
        super().__init__(why.value)
        self.why = why


class NotOpen(Exception):
    """The approval was decided, or something changed since it was asked for."""


class Bound(StrEnum):
    """What an approval is bound to."""

    CONTENT = "content"
    SUBJECT = "subject"
    SENDER = "sender"
    FRAME = "frame"
    ATTACHMENTS = "attachments"
    RECIPIENTS = "recipients"


def ask(
    campaign: Campaign, *, by: User, sends: bool = False, counts: Mapping[Exclusion | None, int] | None = None
) -> CampaignApproval:
    """Fix the content and ask for a second person's word on it; with `sends` it goes out on a yes. An earlier request ends.

    `counts`, where they were just worked out, are kept for the pages.
    """
    _require_draft(campaign)
    for earlier in queries.open_approvals(campaign.id):
        _void(earlier, "asked-again")
    versions.keep_if_new(campaign)  # the versions tell who wrote what is asked about
    content = rendering.fix(campaign)
    campaign.content_id = content.id
    recipients, count = audience.digest(campaign)
    if counts is not None:
        keeping.keep(campaign, counts, recipients)
    approval = CampaignApproval(
        campaign_id=campaign.id,
        state=ApprovalState.ASKED,
        content_id=content.id,
        bound_to=_bound(content, recipients),
        recipient_count=count,
        sends=sends,
        asked_at=now(),
        asked_by_id=by.id,
    )
    db.session.add(approval)
    db.session.flush()
    activity.record("approval-asked", campaign, by=by, recipients=count, content=content.sha256)
    return approval


def decide(approval: CampaignApproval, *, yes: bool, note: str = "", by: User) -> str:
    """Approve or refuse; give the digest of the recipients as they were compared, for who sends at once.

    Raises OwnApproval; NotOpen when it was decided before or something changed meanwhile.
    """
    campaign = db.session.get_one(Campaign, approval.campaign_id)
    _require_draft(campaign)
    if why := barred(campaign, approval).get(by.id):
        raise OwnApproval(why)
    recipients = audience.digest(campaign)[0] if approval.state is ApprovalState.ASKED else ""
    if not recipients or changes_since(campaign, approval, recipients):
        raise NotOpen(approval.id)
    approval.state = ApprovalState.APPROVED if yes else ApprovalState.REFUSED
    approval.note, approval.decided_at, approval.decided_by_id = note[:500], now(), by.id
    db.session.flush()
    activity.record("approved" if yes else "approval-refused", campaign, by=by, recipients=approval.recipient_count)
    return recipients


def valid(campaign: Campaign, recipients: str = "") -> CampaignApproval | None:
    """The approval under which the campaign may be sent now, with everything that it is bound to compared anew; else None.

    Pages that only show it give the digest of the `recipients` that was kept for them; so does who worked it out in the same transaction.
    """
    approval = queries.newest_approval(campaign.id)
    if approval is None or approval.state is not ApprovalState.APPROVED or campaign.content_id != approval.content_id:
        return None
    return None if changes_since(campaign, approval, recipients) else approval


def changes_since(campaign: Campaign, approval: CampaignApproval, recipients: str = "") -> list[Bound]:
    """What is no longer as it was when approval was asked for; empty when everything is. `recipients` as for `valid`."""
    content = db.session.get_one(CampaignContent, approval.content_id)
    found = changes_of_content(campaign, content)
    if not found and _bound(content, recipients or audience.digest(campaign)[0]) != approval.bound_to:
        return [Bound.RECIPIENTS]
    return found


def changes_of_content(campaign: Campaign, content: CampaignContent) -> list[Bound]:
    """What of the content changed, without looking at the recipients."""
    found = []
    if blocks.sha256(_texts(campaign.draft)) != blocks.sha256(_texts(content.draft)):
        found.append(Bound.CONTENT)
    if _subjects(campaign.draft) != _subjects(content.draft):
        found.append(Bound.SUBJECT)
    if content.draft.get("sender") != rendering.sender_of(campaign):
        found.append(Bound.SENDER)
    around = rendering.surroundings_of(campaign)
    if content.draft.get("frame", around) != around:
        found.append(Bound.FRAME)
    if rendering.attachments_of(campaign) != content.attachments:
        found.append(Bound.ATTACHMENTS)
    return found


def void_what_changed(campaign: Campaign, *, by: User) -> list[Bound]:
    """End open approvals that the content has left behind. Called by everything that changes a campaign."""
    ended: list[Bound] = []
    for approval in queries.open_approvals(campaign.id):
        changed = changes_of_content(campaign, db.session.get_one(CampaignContent, approval.content_id))
        if changed:
            _void(approval, ",".join(changed))
            activity.record("approval-void", campaign, by=by, changed=",".join(changed))
            ended += changed
    return ended


def void(campaign: Campaign, *, what: Bound, by: User) -> None:
    """End open approvals because something else changed: the audience, the sender."""
    for approval in queries.open_approvals(campaign.id):
        _void(approval, what.value)
        activity.record("approval-void", campaign, by=by, changed=what.value)


def _void(approval: CampaignApproval, why: str) -> None:
    approval.state, approval.note = ApprovalState.VOID, why
    db.session.flush()


def _require_draft(campaign: Campaign) -> None:
    if campaign.state is not CampaignState.DRAFT:
        raise NotADraft(campaign.id)


def _bound(content: CampaignContent, recipients: str) -> str:
    """One hash over texts, subjects, attachments (in the content's own), sender, list and recipients."""
    parts = [content.sha256, blocks.sha256(content.draft.get("sender")), recipients]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_bound_to(approval: CampaignApproval, recipients: str) -> bool:
    """Whether an approval was given for a list with this digest."""
    return _bound(db.session.get_one(CampaignContent, approval.content_id), recipients) == approval.bound_to


def _subjects(draft: Mapping[str, Any]) -> dict[str, str]:
    return {language: part.get("subject", "") for language, part in (draft.get("languages") or {}).items()}


def _texts(draft: Mapping[str, Any]) -> dict[str, Any]:
    return {
        language: {key: value for key, value in part.items() if key != "subject"}
        for language, part in (draft.get("languages") or {}).items()
    }
