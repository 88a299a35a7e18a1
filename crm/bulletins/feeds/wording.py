"""Why a site gave no items, in words."""

from flask_babel import gettext as _

from crm.bulletins.feeds.items import Problem
from crm.bulletins.feeds.models import FeedState
from crm.core import dates


def site_problem(state: FeedState) -> str:
    """Say what is the matter with the site of a bulletin; the same for an address that is refused and one that does not answer."""
    match state.problem:
        case Problem.ERROR_PAGE:
            return _("The site answers with an error page.")
        case Problem.NO_FEED:
            return _("This address leads to no feed and no sitemap.")
        case Problem.BROKEN:
            return _("The feed of the site is broken.")
        case Problem.EMPTY | Problem.BARE:
            return _("The feed of the site holds no news.")
        case _:
            since = state.answered_at
            return (
                _("The site has not answered since %(when)s.", when=dates.datetime_short(since))
                if since
                else _("The site does not answer.")
            )
