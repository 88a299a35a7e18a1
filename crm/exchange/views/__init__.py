"""Pages of imports and exports. Each module draws one step; all share one blueprint."""

from crm.exchange.views import exports, fates, files, lists, mapping, profiles, undoing
from crm.exchange.views.blueprint import bp

__all__ = ["bp", "exports", "fates", "files", "lists", "mapping", "profiles", "undoing"]
