"""Pages about mail, and the doors that SendGrid posts to. Each module has its own; all share one blueprint."""

from crm.mail.views import calls, hooks, messages, readiness, suppressions
from crm.mail.views.blueprint import bp

__all__ = ["bp", "calls", "hooks", "messages", "readiness", "suppressions"]
