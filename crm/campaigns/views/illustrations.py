"""Pictures of mails, open to everybody who has their address; and files that go along."""

from contextlib import closing

from flask import Response, abort, make_response, request
from flask_babel import gettext as _
from flask_login import current_user

from crm.campaigns import pictures, service
from crm.campaigns.approval import NotADraft
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.found import find, left_the_drafts
from crm.campaigns.writing.rendering import ATTACHMENTS
from crm.core import scope as scopes
from crm.core.access import Permission, public, requires, takes_large_files
from crm.core.pages import done, refuse
from crm.files import queries as files
from crm.files.forms import sentence_for
from crm.files.refusals import FileRefused
from crm.files.views import picture_for_everybody

SCOPE = scopes.system_scope("show a picture of a mail to whoever has its address")


@bp.get("/pictures/<string:token>")
@public
def picture(token: str) -> Response:
    """A picture of a mail. The address is proved, so nobody can ask for what was not sent to them."""
    if token == "none":  # noqa: S105 - the hidden link of every mail: there is nothing to see
        return make_response("", 204)
    with scopes.use(SCOPE):
        return picture_for_everybody(pictures.find(token))


@bp.post("/<int:campaign_id>/attachments")
@requires(Permission.CAMPAIGNS_WRITE)
@takes_large_files("MAX_FILE_BYTES")
def attaching(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return refuse(_("Choose a file first."), "campaigns.edit", campaign_id=campaign.id)
    try:
        with closing(sent):
            service.attach_file(campaign, sent.stream, name=sent.filename, by=current_user)
    except FileRefused as refused:
        return refuse(sentence_for(refused, sent.filename), "campaigns.edit", campaign_id=campaign.id)
    except service.TooMuchAttached:
        return refuse(_("Attachments of one e-mail are at most 5 MB together."), "campaigns.edit", campaign_id=campaign.id)
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    return done(_("The file goes along."), "campaigns.edit", campaign_id=campaign.id)


@bp.post("/<int:campaign_id>/attachments/<int:file_id>/removal")
@requires(Permission.CAMPAIGNS_WRITE)
def detaching(campaign_id: int, file_id: int) -> Response:
    campaign = find(campaign_id)
    stored = next((each for each in files.files_of(ATTACHMENTS, campaign.id) if each.id == file_id), None)
    if stored is None:
        abort(404)
    try:
        service.detach_file(campaign, stored, by=current_user)
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    return done(_("The file no longer goes along."), "campaigns.edit", campaign_id=campaign.id)
