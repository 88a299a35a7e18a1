"""Pages for the public: nobody signs in here, no cookie is set, and nothing of the staff's side is shown. All share one blueprint."""

from crm.portal.views import archive, personal, privacy, sign_up
from crm.portal.views.blueprint import bp

__all__ = ["archive", "bp", "personal", "privacy", "sign_up"]
