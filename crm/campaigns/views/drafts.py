"""The list of campaigns, a new one from a design, and one campaign with what stands between it and its sending."""

from typing import Any

from flask import Response, abort, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from crm.bulletins.models import Bulletin
from crm.campaigns import approval, queries, second_person, service, telling
from crm.campaigns.approval import NotADraft
from crm.campaigns.audience import keeping
from crm.campaigns.forms import LANGUAGE_WORDS, CommentForm, DecisionForm
from crm.campaigns.models import ApprovalState, Campaign, CampaignApproval, CampaignState
from crm.campaigns.results import wording
from crm.campaigns.results.queries import figures_of
from crm.campaigns.second_person import Bar
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.found import address_if_there, find, is_draft, language_asked, left_the_drafts, may_write
from crm.campaigns.writing import blocks, designs, rendering
from crm.campaigns.writing.designs import Context, Design
from crm.core import dates
from crm.core import scope as scopes
from crm.core.access import Permission, may, requires
from crm.core.clock import today
from crm.core.db import db
from crm.core.pages import done, filters_of_address, get_or_404, refuse, render
from crm.core.text import whole_number
from crm.offices import letterhead
from crm.offices.models import Office

DESIGNS = {
    Design.WEEKLY: (_l("Weekly bulletin"), _l("News and dates for subscribers."), "news"),
    Design.PRESS: (_l("Press release"), _l("Facts, a quotation and the press contact."), "speakerphone"),
    Design.INVITATION: (_l("Invitation"), _l("Day, time, place and whom to ask."), "calendar-event"),
    Design.GREETING: (_l("Greeting"), _l("A picture and a few words on a holiday."), "heart-handshake"),
    Design.CONDOLENCE: (_l("Condolence"), _l("A few quiet words, without a picture."), "mail"),
    Design.URGENT: (_l("Urgent notice"), _l("What changes, from when, what to do."), "alert-triangle"),
}
STATES = {
    CampaignState.DRAFT: _l("Draft"),
    CampaignState.SCHEDULED: _l("Scheduled"),
    CampaignState.MISSED: _l("Missed its time"),
    CampaignState.PREPARING: _l("Being prepared"),
    CampaignState.RUNNING: _l("Being sent"),
    CampaignState.PAUSED: _l("Paused"),
    CampaignState.FINISHED: _l("Sent"),
    CampaignState.CANCELLING: _l("Being stopped"),
    CampaignState.CANCELLED: _l("Stopped"),
}
BAR_WORDS = {
    Bar.ASKED: _l("You asked for this approval yourself: a colleague has to give it."),
    Bar.WROTE: _l(
        "You wrote in this text yourself, so somebody else has to approve it. Next time leave a comment, and the writer changes it."
    ),
    Bar.ATTACHED: _l("You attached or took out a file of this e-mail yourself, so somebody else has to approve it."),
    Bar.SENDER: _l("You changed the sender of this e-mail yourself, so somebody else has to approve it."),
    Bar.RECIPIENTS: _l("You chose or changed the recipients of this e-mail yourself, so somebody else has to approve it."),
}
VOID_WORDS = {
    "content": _l("the text"),
    "subject": _l("the subject"),
    "sender": _l("the sender or the bulletin"),
    "frame": _l("the head or the foot of the e-mail"),
    "attachments": _l("the attachments"),
    "recipients": _l("the recipients"),
    "asked-again": _l("a newer request"),
}


@bp.get("")
@requires(Permission.CAMPAIGNS_READ)
def index() -> Response:
    view = request.args.get("view", queries.View.DRAFTS.value)
    if view not in {each.value for each in queries.View}:
        abort(400)
    asked = filters_of_address("view")
    page = queries.page_of(queries.view_of(queries.View(view)), cursor=request.args.get("after"))
    next_url = url_for("campaigns.index", after=page.next_cursor, **asked) if page.next_cursor else None
    context: dict[str, Any] = {"page": page, "view": view, "next_url": next_url, "states": STATES}
    context["approvals"] = queries.approvals_of([row.id for row in page.rows])
    context["names"] = queries.names_of([row.created_by_id for row in page.rows])
    if view in {queries.View.SENDING.value, queries.View.SENT.value}:
        context |= {"figures": figures_of(page.rows), "words": wording}
    if request.args.get("after") is None:
        context["counts"] = queries.counts()
        context["feeds"] = _feeds()
    return render("campaigns/index.html", part="campaigns/_more.html", **context)


def _feeds() -> list[Bulletin]:
    """Bulletins that can begin from what is new on the office's site."""
    if "campaigns.from_site" not in current_app.view_functions or not may(Permission.CAMPAIGNS_WRITE):
        return []
    here = scopes.current().home_office_id
    return [each for each in queries.bulletins() if each.feed_url and each.office_id == here]


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CAMPAIGNS_WRITE)
def new() -> Response:
    """One press on a design begins a campaign."""
    bulletins = queries.bulletins()
    if request.method == "POST":
        asked = request.form.get("design", "")
        if asked not in {each.value for each in Design}:
            return render("campaigns/new.html", status=422, designs=DESIGNS, bulletins=bulletins, is_wrong=True)
        campaign = _begin(Design(asked), list(bulletins))
        return redirect(url_for("campaigns.edit", campaign_id=campaign.id), 303)  # type: ignore[return-value]
    return render("campaigns/new.html", designs=DESIGNS, bulletins=bulletins, is_wrong=False)


def _begin(design: Design, bulletins: list[Bulletin]) -> Campaign:
    office_id = scopes.current().home_office_id or 0
    head = letterhead.of(get_or_404(_offices(), office_id))
    bulletin = _bulletin_for(design, bulletins, office_id)
    day = dates.date_long(today(dates.viewer_zone()))
    context = Context(head.name, head.place, day, bulletin.name if bulletin else "", "", "")
    draft = designs.draft_of(design, context)
    name = f"{bulletin.name if bulletin else DESIGNS[design][0]}, {day}"
    return service.create_campaign(
        draft, name=name, kind=designs.KINDS[design], office_id=office_id, bulletin=bulletin, by=current_user
    )


def _offices() -> Any:
    return db.select(Office)


def _bulletin_for(design: Design, bulletins: list[Bulletin], office_id: int) -> Bulletin | None:
    """The chosen bulletin; for the weekly bulletin else the office's first."""
    if design is not Design.WEEKLY:
        return None
    asked = whole_number(request.form.get("bulletin", ""))
    own = [each for each in bulletins if each.office_id == office_id]
    return next((each for each in own if each.id == asked), own[0] if own else None)


@bp.get("/<int:campaign_id>")
@requires(Permission.CAMPAIGNS_READ)
def show(campaign_id: int) -> Response:
    """What will be sent, to how many, what the checks found, and the one step that comes next. Once it left the drafts: its results."""
    campaign = find(campaign_id)
    results = address_if_there("campaigns.results", campaign)
    if not is_draft(campaign) and results:
        return redirect(results, 303)  # type: ignore[return-value]
    return page_of(campaign)


def page_of(campaign: Campaign, *, comment: CommentForm | None = None, decision: DecisionForm | None = None) -> Response:
    """The page, with a comment or an answer that needs another look: its text stays in its field."""
    comments = queries.comments_of(campaign.id)
    asked = queries.newest_approval(campaign.id)
    is_open = asked is not None and asked.state in queries.OPEN
    found = keeping.figures(campaign, with_digest=is_open)
    counts = found.counts
    changed = approval.changes_since(campaign, asked, found.digest) if asked and is_open else []
    return render(
        "campaigns/show.html",
        status=422 if comment or decision else 200,
        campaign=campaign,
        comment=comment,
        state_word=STATES[campaign.state],
        in_language=language_asked(campaign),
        languages=[(code, LANGUAGE_WORDS[code]) for code in blocks.languages_of(campaign.draft)],
        frame=rendering.frame_of(campaign, language_asked(campaign)),
        attachments=rendering.attachments_of(campaign),
        subject=blocks.part_of(campaign.draft, language_asked(campaign))["subject"],
        counts=counts,
        receives=counts.get(None, 0),
        counted_at=found.as_of,
        excluded=sum(count for reason, count in counts.items() if reason is not None),
        approval=asked,
        changed=[VOID_WORDS[each.value] for each in changed],
        void_because=void_words(asked),
        names=queries.names_of(
            [each.created_by_id for each in comments] + ([asked.asked_by_id, asked.decided_by_id] if asked else [])
        ),
        comments=comments,
        form=decision or DecisionForm(formdata=None),
        may_write=may_write(campaign),
        **_decision(campaign, None if changed else asked),
        recipients_url=address_if_there("campaigns.recipients", campaign),
        is_draft=is_draft(campaign),
    )


def _decision(campaign: Campaign, asked: CampaignApproval | None) -> dict[str, Any]:
    """Whether this person is the second one, with the right to approve, and took no part in it; why not; and who else may."""
    if asked is None or asked.state is not ApprovalState.ASKED or not is_draft(campaign):
        return {"may_decide": False, "bar": None, "approvers": [], "nobody": ""}
    out = second_person.barred(campaign, asked)
    bar = out.get(current_user.id)
    is_able = may(Permission.CAMPAIGNS_APPROVE) and scopes.current().holds(campaign.office_id)
    approvers = [user.name for user in telling.approvers(campaign, asked, out)]
    return {
        "may_decide": is_able and bar is None,
        "bar": BAR_WORDS[bar] if is_able and bar else None,
        "approvers": approvers,
        "nobody": "" if approvers else nobody_words(campaign),
    }


def nobody_words(campaign: Campaign) -> str:
    """Who could approve what nobody may: a colleague without the right, where all who have it took part."""
    took_part = "; ".join(user.name for user in telling.holders(campaign)[:4])
    if not took_part:
        return _("Nobody who may approve it is at this office or above it. An administrator can give a colleague that right.")
    return _(
        "Everybody who may approve it took part in it (%(names)s). Ask a colleague who took no part; an administrator can give them that right.",
        names=took_part,
    )


def void_words(asked: CampaignApproval | None) -> list[Any]:
    if asked is None or asked.state is not ApprovalState.VOID:
        return []
    return [VOID_WORDS[each] for each in asked.note.split(",") if each in VOID_WORDS]


@bp.post("/<int:campaign_id>/removal")
@requires(Permission.CAMPAIGNS_WRITE)
def removal(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    try:
        service.discard_campaign(campaign, by=current_user)
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    undo = url_for("campaigns.taking_back", campaign_id=campaign.id)
    return done(_("The draft is put away."), "campaigns.index", undo=undo)


@bp.post("/<int:campaign_id>/taking-back")
@requires(Permission.CAMPAIGNS_WRITE)
def taking_back(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    try:
        service.take_back_campaign(campaign, by=current_user)
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    return done(_("The draft is back."), "campaigns.edit", campaign_id=campaign.id)


@bp.post("/<int:campaign_id>/use-again")
@requires(Permission.CAMPAIGNS_WRITE)
def use_again(campaign_id: int) -> Response:
    """A new draft of the person's office with the text of this one."""
    campaign = find(campaign_id)
    made = service.use_again(campaign, office_id=scopes.current().home_office_id or campaign.office_id, by=current_user)
    return done(
        _("A new draft with the same text. Give it a name of its own and change what is no longer true."),
        "campaigns.edit",
        campaign_id=made.id,
    )
