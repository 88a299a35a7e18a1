"""Pages of bulletins: the list and one bulletin, its subscribers, and the receipts that prove their consent."""

from crm.bulletins.views import bulletins, receipts, site, subscribers
from crm.bulletins.views.blueprint import bp

__all__ = ["bp", "bulletins", "receipts", "site", "subscribers"]
