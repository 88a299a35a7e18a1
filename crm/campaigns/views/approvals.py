"""Asking for a second person's word, giving it, and comments beside it."""

from functools import partial

from flask import Response, abort, request
from flask_babel import gettext as _
from flask_login import current_user

from crm.campaigns import approval, audience, checks, queries, service, telling
from crm.campaigns.approval import NotADraft, NotOpen, OwnApproval
from crm.campaigns.audience import keeping
from crm.campaigns.forms import CommentForm, DecisionForm, unfinished
from crm.campaigns.models import Campaign, CampaignApproval
from crm.campaigns.sending import service as sending
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.drafts import BAR_WORDS, nobody_words, page_of
from crm.campaigns.views.found import find, is_draft, left_the_drafts
from crm.core import transaction
from crm.core.access import Permission, may, requires
from crm.core.pages import done, refuse
from crm.core.text import whole_number


@bp.post("/<int:campaign_id>/approval-request")
@requires(Permission.CAMPAIGNS_WRITE)
def approval_request(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    missing = unfinished(campaign.draft)
    if missing:
        return refuse(" ".join(missing), "campaigns.edit", campaign_id=campaign.id)
    stopping = checks.stops(campaign)
    if stopping:
        said = _("The checks found what has to be mended first: %(what)s", what=stopping[0].sentence)
        return refuse(said, "campaigns.edit", campaign_id=campaign.id, language=stopping[0].language or None)
    counts = audience.counts(campaign)
    if not counts.get(None):
        return refuse(
            _("Nobody would receive this. Choose the recipients first."), "campaigns.recipients", campaign_id=campaign.id
        )
    try:
        sends = request.form.get("then") == "send" and may(Permission.CAMPAIGNS_SEND)
        asked = approval.ask(campaign, by=current_user, sends=sends, counts=counts)
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    telling.tell_approvers(asked)
    if not telling.approvers(campaign, asked):
        return done(nobody_words(campaign), "campaigns.show", campaign_id=campaign.id)
    return done(_("A colleague who may approve sees it now."), "campaigns.show", campaign_id=campaign.id)


@bp.get("/<int:campaign_id>/approval-state")
@requires(Permission.CAMPAIGNS_READ)
def approval_state(campaign_id: int) -> Response:
    """For the page that waits for an answer: which request is the newest, and what came of it."""
    campaign = find(campaign_id)
    asked = queries.newest_approval(campaign.id)
    return Response(f"{asked.id} {asked.state.value} {campaign.state.value}" if asked else "", mimetype="text/plain")


@bp.post("/<int:campaign_id>/approval")
@requires(Permission.CAMPAIGNS_APPROVE)
def decision(campaign_id: int) -> Response:
    """Yes or no to exactly what the page showed: the form names the request."""
    campaign = find(campaign_id)
    asked = queries.newest_approval(campaign.id)
    form = DecisionForm()
    if asked is None or whole_number(request.form.get("approval", "")) != asked.id:
        return refuse(_("Something changed meanwhile. Look at it once more."), "campaigns.show", campaign_id=campaign.id)
    answer = request.form.get("answer")
    if answer not in {"yes", "no"}:
        abort(400)
    yes = answer == "yes"
    if not form.is_fit(yes=yes):
        return page_of(campaign, decision=form)
    try:
        recipients = approval.decide(asked, yes=yes, note=form.note.data or "", by=current_user)
    except OwnApproval as own:
        return refuse(str(BAR_WORDS[own.why]), "campaigns.show", campaign_id=campaign.id)
    except (NotOpen, NotADraft):
        transaction.survive(partial(keeping.forget, campaign.id))  # the page looks at the recipients anew
        return refuse(_("Something changed meanwhile. Look at it once more."), "campaigns.show", campaign_id=campaign.id)
    if yes and asked.sends:
        return _sent(campaign, asked, recipients)
    telling.tell_of_decision(asked)
    said = _("Approved. It can be sent now.") if yes else _("Sent back with your note.")
    return done(said, "campaigns.show", campaign_id=campaign.id)


def _sent(campaign: Campaign, approved: CampaignApproval, recipients: str) -> Response:
    """Who asked wanted it sent on a yes. What keeps it from that leaves the approval standing."""
    stopping = checks.stops(campaign)
    is_sent = not stopping and sending.send_as_asked(approved, recipients)
    telling.tell_of_decision(approved, is_sent=is_sent)
    if stopping:
        said = _("Approved, but not sent. The checks found what has to be mended first: %(what)s", what=stopping[0].sentence)
        return done(said, "campaigns.show", campaign_id=campaign.id)
    if not is_sent:
        said = _("Approved, but not sent: who asked may not send any more.")
        return done(said, "campaigns.show", campaign_id=campaign.id)
    said = _("Approved, and on its way. Here you see how far it is, and can stop it.")
    if campaign.hold_minutes:
        told = {"minutes": campaign.hold_minutes}
        said = _("Approved. It goes out in %(minutes)s minutes; until then it can be stopped here.", **told)
    return done(said, "campaigns.results", campaign_id=campaign.id)


@bp.post("/<int:campaign_id>/comments")
@requires(Permission.CAMPAIGNS_APPROVE)
def comment(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    form = CommentForm()
    if not form.validate():
        transaction.discard()
        return (
            page_of(campaign, comment=form)
            if is_draft(campaign)
            else refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
        )
    service.write_comment(campaign, form.text.data or "", by=current_user)
    return done(_("The comment is written down."), "campaigns.show", campaign_id=campaign.id)
