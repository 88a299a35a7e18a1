"""Pages of accounts: signing in, one-time links, one's own account, and the people of an office."""

from crm.accounts.views import links, permissions, profile, sign_in, users
from crm.accounts.views.blueprint import bp

__all__ = ["bp", "links", "permissions", "profile", "sign_in", "users"]
