"""Sending a campaign, holding it up, stopping it, and the decision about a call that nobody knows the fate of."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from crm.campaigns import approval, checks, queries
from crm.campaigns.audience import keeping
from crm.campaigns.models import ApprovalState, Campaign, CampaignState
from crm.campaigns.results import wording as result_words
from crm.campaigns.sending import panel, service, states
from crm.campaigns.sending.forms import LATER, RateForm, SendForm, WhenForm
from crm.campaigns.sending.service import BulletinArchived, NotApproved, NotInDoubt, NotNow, OtherList
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.found import find, is_draft
from crm.core import transaction
from crm.core.access import Permission, requires
from crm.core.dates import datetime_short, number
from crm.core.pages import done, get_or_404, refuse, render_form
from crm.mail import gateway

bp.record_once(lambda state: state.app.jinja_env.globals.update(sending_panel=panel.of))


@bp.route("/<int:campaign_id>/send", methods=["GET", "POST"])
@requires(Permission.CAMPAIGNS_SEND)
def send(campaign_id: int) -> Response:
    """When and how, and to how many. Everything has a choice already: one press sends. What is missing before is said in its place."""
    campaign = find(campaign_id)
    form = SendForm()
    if form.validate_on_submit() and form.has_a_time_to_come(g.viewer_zone):
        return _sent(campaign, form)
    if not is_draft(campaign):
        return refuse(_not_now(campaign), _place_of(campaign), campaign_id=campaign.id)
    found = keeping.figures(campaign, with_digest=True)
    receives = found.counts.get(None, 0)
    return render_form(
        "campaigns/send.html",
        form,
        campaign=campaign,
        missing=_missing(campaign, receives, found.digest),
        receives=receives,
        left_out=sum(found.counts.values()) - receives,
        counted_at=found.as_of,
        is_local=gateway.is_local(),
    )


@dataclass(frozen=True)
class Missing:
    """What stands between a draft and its sending, and the page where that is done."""

    sentence: str
    url: str
    label: str


def _missing(campaign: Campaign, receives: int, recipients: str) -> Missing | None:
    place = {"campaign_id": campaign.id}
    if not receives:
        said = _("Nobody would receive this. Choose the recipients first.")
        return Missing(said, url_for("campaigns.recipients", **place), _("Choose the recipients"))
    if stopping := checks.stops(campaign):
        said = _("The checks found what has to be mended first: %(what)s", what=stopping[0].sentence)
        return Missing(said, url_for("campaigns.edit", **place, language=stopping[0].language or None), _("Change the text"))
    if approval.valid(campaign, recipients) is None:
        page = url_for("campaigns.show", **place, _anchor="approval")
        return Missing(_not_approved(campaign, recipients), page, _("Go to the approval"))
    return None


def _not_approved(campaign: Campaign, recipients: str) -> str:
    asked = queries.newest_approval(campaign.id)
    if asked is None:
        return _("Nobody has approved this yet. A second person looks at it before it is sent.")
    if asked.state is ApprovalState.REFUSED:
        return _("It was sent back. Change what the note says, then ask again.")
    if asked.state is ApprovalState.VOID or approval.changes_since(campaign, asked, recipients):
        return _("Something changed since it was approved or asked for: it has to be approved again.")
    return _("Approval is asked for, and nobody has answered yet.")


def _sent(campaign: Campaign, form: SendForm) -> Response:
    back: dict[str, Any] = {"campaign_id": campaign.id}
    if stopping := checks.stops(campaign):
        said = _("The checks found what has to be mended first: %(what)s", what=stopping[0].sentence)
        return refuse(said, "campaigns.show", **back)
    try:
        service.send(
            campaign,
            by=current_user,
            at=form.moment(g.viewer_zone),
            hold_minutes=form.hold.data or 0,
            first_batch=form.first.data or 0,
            rate_per_minute=form.rate.data,
            is_guarded=bool(form.guarded.data),
        )
    except NotApproved:
        transaction.survive(partial(keeping.forget, campaign.id))  # the page looks at the recipients anew
        return refuse(_("Nobody has approved exactly this for exactly these recipients."), "campaigns.show", **back)
    except NotNow:
        return refuse(_not_now(campaign), "campaigns.results", **back)
    said = _("It is on its way. Here you see how far it is, and can stop it.")
    if form.moment(g.viewer_zone) is not None:
        said = _("It goes out %(moment)s; until then it can be stopped here.", moment=datetime_short(campaign.scheduled_at))
    elif campaign.hold_minutes:
        said = _("It goes out in %(minutes)s minutes; until then it can be stopped here.", minutes=campaign.hold_minutes)
    return done(said, "campaigns.results", **back)


@bp.route("/<int:campaign_id>/new-time", methods=["GET", "POST"])
@requires(Permission.CAMPAIGNS_SEND)
def new_time(campaign_id: int) -> Response:
    """Of one that waits for its time, or whose time passed while the installation stood still."""
    campaign = find(campaign_id)
    form = WhenForm(**_planned(campaign))
    if form.validate_on_submit() and form.has_a_time_to_come(g.viewer_zone):
        return _act(
            campaign,
            _("The new time is set."),
            lambda: service.reschedule(campaign, by=current_user, at=form.moment(g.viewer_zone)),
        )
    return render_form("campaigns/new_time.html", form, campaign=campaign)


def _planned(campaign: Campaign) -> dict[str, Any]:
    """What the form shows at first: the time that stands now, where one is to come."""
    if campaign.state is not CampaignState.SCHEDULED or campaign.scheduled_at is None:
        return {}
    moment = campaign.scheduled_at.astimezone(ZoneInfo(g.viewer_zone))
    return {"when": LATER, "day": moment.date(), "time": moment.time()}


@bp.post("/<int:campaign_id>/pause")
@requires(Permission.CAMPAIGNS_SEND)
def pause(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    return _act(
        campaign,
        _("It is paused. What was just being handed over may still leave."),
        lambda: service.pause(campaign, by=current_user),
    )


@bp.post("/<int:campaign_id>/resume")
@requires(Permission.CAMPAIGNS_SEND)
def resume(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    is_first = campaign.state_reason == "first-batch"
    work = service.go_on if is_first else service.resume
    try:
        return _act(campaign, _("It goes on."), lambda: work(campaign, by=current_user))
    except OtherList:
        said = _("Somebody who may approve, and neither asked for it nor changed the recipients, lets it go on.")
        return refuse(said, "campaigns.results", campaign_id=campaign.id)


@bp.post("/<int:campaign_id>/stop")
@requires(Permission.CAMPAIGNS_SEND)
def stop(campaign_id: int) -> Response:
    """For good. Says for how many people the mail had left."""
    campaign = find(campaign_id)
    try:
        gone = service.cancel(campaign, by=current_user)
    except NotNow:
        return refuse(_not_now(campaign), _place_of(campaign), campaign_id=campaign.id)
    told = ngettext(
        "It is stopped. The e-mail had left for %(n)s person.",
        "It is stopped. The e-mail had left for %(n)s people.",
        gone,
        n=number(gone),
    )
    return done(told, "campaigns.results", campaign_id=campaign.id)


@bp.route("/<int:campaign_id>/pace", methods=["GET", "POST"])
@requires(Permission.CAMPAIGNS_SEND)
def pace(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    form = RateForm(rate=campaign.rate_per_minute)
    if form.validate_on_submit():
        return _act(
            campaign,
            _("The new pace holds from the next call on."),
            lambda: service.change_rate(campaign, form.rate.data, by=current_user),
        )
    return render_form("campaigns/pace.html", form, campaign=campaign)


@bp.post("/<int:campaign_id>/calls/<int:batch_id>")
@requires(Permission.CAMPAIGNS_SEND)
def settle_call(campaign_id: int, batch_id: int) -> Response:
    """Take it as sent, or send it again: only a press of this button sends it again."""
    campaign = find(campaign_id)
    batch = get_or_404(panel.calls_of(campaign), batch_id)
    if request.form.get("answer") not in {"sent", "again"}:
        abort(400)
    try:
        service.settle(batch, sent=request.form["answer"] == "sent", by=current_user)
    except NotInDoubt:
        return refuse(_("This part was settled a moment ago."), "campaigns.results", campaign_id=campaign.id)
    said = _("This part goes out again.") if request.form.get("answer") == "again" else _("This part is taken as sent.")
    return done(said, "campaigns.results", campaign_id=campaign.id)


def _act(campaign: Campaign, said: str, work: Any) -> Response:
    """One transition wins; who comes second is told how it stands."""
    try:
        work()
    except NotNow:
        return refuse(_not_now(campaign), _place_of(campaign), campaign_id=campaign.id)
    except BulletinArchived:
        return refuse(result_words.why(states.ARCHIVED), _place_of(campaign), campaign_id=campaign.id)
    return done(said, _place_of(campaign), campaign_id=campaign.id)


def _place_of(campaign: Campaign) -> str:
    """A draft has no results."""
    return "campaigns.show" if campaign.state is CampaignState.DRAFT else "campaigns.results"


def _not_now(campaign: Campaign) -> str:
    if campaign.state is CampaignState.DRAFT:
        return _("This is a draft still.")
    return _("Somebody was faster, or it is not possible now. This is how it stands.")
