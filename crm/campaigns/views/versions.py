"""Earlier states of a draft: what changed, in words, and going back."""

from flask import Response, abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from crm.campaigns import queries, service, versions
from crm.campaigns.approval import NotADraft
from crm.campaigns.forms import KIND_WORDS, LANGUAGE_WORDS
from crm.campaigns.models import CampaignVersion
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.found import find, left_the_drafts, may_write
from crm.campaigns.writing import differences
from crm.core.access import Permission, requires
from crm.core.pages import done, refuse, render

NOTES = {
    versions.BEGUN: _l("Begun"),
    versions.SAVED: _l("Saved by hand"),
    versions.RESTORED: _l("Gone back to"),
    versions.BEFORE_RESTORING: _l("Before going back"),
    versions.WRITING: _l("While writing"),
}


@bp.get("/<int:campaign_id>/versions")
@requires(Permission.CAMPAIGNS_READ)
def list_versions(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    found = queries.versions_of(campaign.id)
    return render(
        "campaigns/versions.html",
        campaign=campaign,
        versions=found,
        notes=NOTES,
        names=queries.names_of([each.created_by_id for each in found]),
    )


@bp.get("/<int:campaign_id>/versions/<int:version_id>")
@requires(Permission.CAMPAIGNS_READ)
def show_version(campaign_id: int, version_id: int) -> Response:
    campaign = find(campaign_id)
    version = _find(campaign.id, version_id)
    return render(
        "campaigns/show_version.html",
        campaign=campaign,
        version=version,
        changes=differences.between(version.draft, campaign.draft),
        kind_names=KIND_WORDS,
        language_names=LANGUAGE_WORDS,
        names=queries.names_of([version.created_by_id]),
        note=NOTES.get(version.note, ""),
        may_write=may_write(campaign),
    )


@bp.post("/<int:campaign_id>/versions/<int:version_id>/restoration")
@requires(Permission.CAMPAIGNS_WRITE)
def restoration(campaign_id: int, version_id: int) -> Response:
    campaign = find(campaign_id)
    version = _find(campaign.id, version_id)
    try:
        service.restore_version(campaign, version, by=current_user)
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    return done(_("The earlier version is back. The one before stays in the list."), "campaigns.edit", campaign_id=campaign.id)


def _find(campaign_id: int, version_id: int) -> CampaignVersion:
    found = queries.version(campaign_id, version_id)
    if found is None:
        abort(404)
    return found
