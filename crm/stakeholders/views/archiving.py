"""Archiving one stakeholder and getting it back."""

from flask import Response, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.core.access import Permission, requires
from crm.core.pages import done
from crm.stakeholders import service
from crm.stakeholders.views.blueprint import bp, find_changeable


@bp.post("/stakeholders/<int:stakeholder_id>/archival")
@requires(Permission.STAKEHOLDERS_ARCHIVE)
def archival(stakeholder_id: int) -> Response:
    stakeholder = find_changeable(stakeholder_id)
    service.archive_stakeholder(stakeholder, by=current_user)
    undo = url_for("stakeholders.restoration", stakeholder_id=stakeholder.id)
    return done(_("%(name)s is archived.", name=stakeholder.name), "stakeholders.show", undo=undo, stakeholder_id=stakeholder.id)


@bp.post("/stakeholders/<int:stakeholder_id>/restoration")
@requires(Permission.STAKEHOLDERS_ARCHIVE)
def restoration(stakeholder_id: int) -> Response:
    stakeholder = find_changeable(stakeholder_id)
    service.restore_stakeholder(stakeholder, by=current_user)
    return done(_("%(name)s is no longer archived.", name=stakeholder.name), "stakeholders.show", stakeholder_id=stakeholder.id)
