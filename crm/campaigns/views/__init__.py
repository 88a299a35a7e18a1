"""Pages of campaigns. Each module draws one step; all share one blueprint."""

from crm.campaigns.views import (
    approvals,
    checking,
    drafts,
    editor,
    from_site,
    illustrations,
    previews,
    readiness,
    recipients,
    results,
    sending,
    versions,
)
from crm.campaigns.views.blueprint import bp

__all__ = [
    "approvals",
    "bp",
    "checking",
    "drafts",
    "editor",
    "from_site",
    "illustrations",
    "previews",
    "readiness",
    "recipients",
    "results",
    "sending",
    "versions",
]
