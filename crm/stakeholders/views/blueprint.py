"""The blueprint of stakeholders and what its views share."""

from flask import Blueprint, current_app
from flask_login import current_user

from crm.core import scope as scopes
from crm.core.access import Permission, may
from crm.core.clock import today
from crm.core.dates import viewer_zone
from crm.core.pages import get_or_404
from crm.stakeholders import phones, queries, socials, sparks, words
from crm.stakeholders.models import Stakeholder
from crm.stakeholders.queries import Rhythm

bp = Blueprint("stakeholders", __name__)


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"stakeholder_words": words, "phones": phones, "socials": socials, "spark_paths": sparks.paths}


def find_visible(stakeholder_id: int) -> Stakeholder:
    return get_or_404(queries.stakeholders_visible_to(current_user), stakeholder_id)


def find_changeable(stakeholder_id: int) -> Stakeholder:
    """A shared organization of another office is not found here: it is seen and not changed."""
    return get_or_404(queries.stakeholders_changeable_by(current_user), stakeholder_id)


def sees_private(stakeholder: Stakeholder | None = None) -> bool:
    """Private data needs the permission, and stays with the office that keeps it even when the organization is shared."""
    return may(Permission.STAKEHOLDERS_READ_PRIVATE) and (stakeholder is None or queries.may_change(stakeholder))


def rhythm() -> Rhythm:
    return Rhythm(today(viewer_zone()), current_app.config["TIER_DAYS"])


def home_office_id() -> int:
    """Where a person's new records belong when there is nothing to choose."""
    office_id = scopes.current().home_office_id
    assert office_id is not None, "a signed-in person has an office"
    return office_id
