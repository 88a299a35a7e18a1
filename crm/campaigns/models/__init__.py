"""Campaigns as they are stored."""

from crm.campaigns.models.campaign import (
    ApprovalState,
    Campaign,
    CampaignApproval,
    CampaignComment,
    CampaignContent,
    CampaignKind,
    CampaignPart,
    CampaignState,
    CampaignVersion,
)
from crm.campaigns.models.content import Answer, LinkTrial, PromiseAnswer, SiteUse
from crm.campaigns.models.delivery import (
    LEFT_OUT,
    Batch,
    BatchResolution,
    BatchState,
    CampaignBreakdown,
    Click,
    Delivery,
    DeliveryState,
    Exclusion,
    Reply,
    Tally,
)

__all__ = [
    "LEFT_OUT",
    "Answer",
    "ApprovalState",
    "Batch",
    "BatchResolution",
    "BatchState",
    "Campaign",
    "CampaignApproval",
    "CampaignBreakdown",
    "CampaignComment",
    "CampaignContent",
    "CampaignKind",
    "CampaignPart",
    "CampaignState",
    "CampaignVersion",
    "Click",
    "Delivery",
    "DeliveryState",
    "Exclusion",
    "LinkTrial",
    "PromiseAnswer",
    "Reply",
    "SiteUse",
    "Tally",
]
