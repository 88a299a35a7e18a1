"""Pages of campaigns. Each module draws one step; all share one blueprint."""

from crm.campaigns.views import readiness, results
from crm.campaigns.views.blueprint import bp

__all__ = ["bp", "readiness", "results"]
