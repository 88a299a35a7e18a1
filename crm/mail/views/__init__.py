"""Pages about mail, and the doors that SendGrid posts to. Each module has its own; all share one blueprint."""

from crm.mail.views import hooks, messages, readiness, suppressions
from crm.mail.views.blueprint import bp

__all__ = ["bp", "hooks", "messages", "readiness", "suppressions"]
