"""What the checks found, and the answers to a sentence that binds the office."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from crm.campaigns import checks
from crm.campaigns.checks import answering, promise_rules
from crm.campaigns.checks.answering import ReasonNeeded, Unchanged
from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.checks.forms import AttachForm, KeepForm, SoftenForm, due_in
from crm.campaigns.forms import KIND_WORDS, sentence_for
from crm.campaigns.models import Campaign, Exclusion, PromiseAnswer
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.found import find, is_draft, left_the_drafts, may_write
from crm.campaigns.writing.blocks import DraftRefused, Kind
from crm.commitments.models import Commitment, CommitmentState, Side
from crm.core import dates, jobs
from crm.core.access import Permission, may, requires
from crm.core.clock import today
from crm.core.db import db
from crm.core.forms import choices
from crm.core.pages import done, get_or_404, refuse, render
from crm.core.transaction import discard
from crm.engagements.service import StaleRecord
from crm.offices import queries as offices
from crm.stakeholders import queries as stakeholders


@bp.app_context_processor
def _panel() -> dict[str, Any]:
    return {"campaign_checks": panel_of}


def panel_of(campaign: Campaign, counts: dict[Exclusion | None, int] | None = None) -> dict[str, Any]:
    """What `_checks.html` draws: findings with their place, sentences that somebody answered for, points in order, and how many."""
    report = checks.report(campaign, counts=counts)
    return {
        "findings": [(each, _place(each), _address(campaign, each)) for each in report.findings],
        "answers": promise_rules.answers_of(campaign.id),
        "clean": report.clean,
        "passed": report.passed,
        "whole": report.whole,
        "may_answer": may_write(campaign),
    }


@bp.get("/<int:campaign_id>/promises/<string:key>")
@requires(Permission.CAMPAIGNS_WRITE)
def promise(campaign_id: int, key: str) -> Response:
    """One sentence, and the three answers to it."""
    campaign = find(campaign_id)
    finding = answering.find(campaign, key)
    if finding is None:
        abort(404)
    return _page(campaign, finding)


@bp.post("/<int:campaign_id>/promises/<string:key>/softening")
@requires(Permission.CAMPAIGNS_WRITE)
def soften_promise(campaign_id: int, key: str) -> Response:
    campaign = find(campaign_id)
    finding = _open(campaign, key)
    if finding is None:
        return _is_gone(campaign)
    form = SoftenForm()
    if not form.validate():
        return _page(campaign, finding, soften=form)
    try:
        answering.soften(campaign, finding, form.sentence.data or "", seen_version=form.seen_version, by=current_user)
    except Unchanged:
        form.sentence.errors = [_("This is the same sentence. Change its words, attach a commitment, or keep it.")]
        return _page(campaign, finding, soften=form)
    except DraftRefused as refused:
        form.sentence.errors = [sentence_for(refused.problems[0])]
        return _page(campaign, finding, soften=form)
    except StaleRecord:
        return refuse(_("Something changed meanwhile. Look at it once more."), "campaigns.edit", campaign_id=campaign.id)
    return done(_("The sentence is softer now."), "campaigns.edit", campaign_id=campaign.id, language=finding.language)


@bp.post("/<int:campaign_id>/promises/<string:key>/commitment")
@requires(Permission.CAMPAIGNS_WRITE)
def attach_promise(campaign_id: int, key: str) -> Response:
    campaign = find(campaign_id)
    if not may(Permission.COMMITMENTS_WRITE):
        abort(403)
    finding = _open(campaign, key)
    if finding is None:
        return _is_gone(campaign)
    form = AttachForm()
    form.owner.choices = choices(stakeholders.owners())
    if not form.validate():
        return _page(campaign, finding, attach=form)
    terms = form.terms()
    assert terms.due_on is not None
    beside = _beside(terms.due_on, terms.owner_id)
    commitment = answering.attach(campaign, finding, terms, by=current_user, zone=dates.viewer_zone())
    said = " ".join([_("The promise is written down."), *beside])
    undo = url_for("commitments.removal", commitment_id=commitment.id)
    return done(said, "campaigns.edit", undo=undo, campaign_id=campaign.id, language=finding.language)


@bp.post("/<int:campaign_id>/promises/<string:key>/keeping")
@requires(Permission.CAMPAIGNS_WRITE)
def keep_promise(campaign_id: int, key: str) -> Response:
    """What stops is kept by who may approve, with a reason; what only asks by the writer, with one press."""
    campaign = find(campaign_id)
    finding = _open(campaign, key)
    if finding is None:
        return _is_gone(campaign)
    if finding.severity is Severity.STOP and not may(Permission.CAMPAIGNS_APPROVE):
        abort(403)
    form = KeepForm()
    if not form.validate():
        return _page(campaign, finding, keep=form)
    try:
        answering.keep(campaign, finding, form.reason.data or "", by=current_user)
    except ReasonNeeded:
        form.reason.errors = [_("Say why it stays: the reason is kept with the campaign.")]
        return _page(campaign, finding, keep=form)
    return done(_("The sentence stays as it is."), "campaigns.edit", campaign_id=campaign.id, language=finding.language)


@bp.post("/<int:campaign_id>/promises/answers/<int:answer_id>/removal")
@requires(Permission.CAMPAIGNS_WRITE)
def take_back_answer(campaign_id: int, answer_id: int) -> Response:
    campaign = find(campaign_id)
    answer = get_or_404(sa.select(PromiseAnswer).where(PromiseAnswer.campaign_id == campaign.id), answer_id)
    if not is_draft(campaign):
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    answering.take_back(campaign, answer)
    return done(_("The sentence is asked about again."), "campaigns.edit", campaign_id=campaign.id)


@bp.post("/<int:campaign_id>/link-trial")
@requires(Permission.CAMPAIGNS_WRITE)
def link_trial(campaign_id: int) -> Response:
    """Try the links soon, whenever they were tried last."""
    campaign = find(campaign_id)
    jobs.enqueue("campaigns.try_links", campaign_id=campaign.id, again=True)
    return done(_("The links are being tried. Look again in a minute."), "campaigns.edit", campaign_id=campaign.id)


def _open(campaign: Campaign, key: str) -> Finding | None:
    return answering.find(campaign, key) if is_draft(campaign) else None


def _is_gone(campaign: Campaign) -> Response:
    if not is_draft(campaign):
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    return refuse(_("That sentence is not there any more."), "campaigns.edit", campaign_id=campaign.id)


def _page(
    campaign: Campaign,
    finding: Finding,
    *,
    soften: SoftenForm | None = None,
    attach: AttachForm | None = None,
    keep: KeepForm | None = None,
) -> Response:
    assert finding.promise is not None
    wrong = soften or attach or keep
    if wrong is not None:
        discard()
    day = today(dates.viewer_zone())
    if attach is None:
        values = {"text": finding.promise.sentence[:500], "owner": current_user.id, "due_on": due_in(finding, day)}
        attach = AttachForm(formdata=None, data=values)
        attach.owner.choices = choices(stakeholders.owners())
    return render(
        "campaigns/promise.html",
        status=200 if wrong is None else 422,
        campaign=campaign,
        finding=finding,
        spot=_place(finding),
        soften=soften
        or SoftenForm(formdata=None, data={"sentence": finding.details["proposal"], "version": str(campaign.version)}),
        attach=attach,
        keep=keep or KeepForm(formdata=None),
        may_keep=finding.severity is not Severity.STOP or may(Permission.CAMPAIGNS_APPROVE),
        may_attach=may(Permission.COMMITMENTS_WRITE),
    )


def _place(finding: Finding) -> str:
    """Where it stands, in words."""
    if finding.where == "subject":
        return _("Subject")
    if finding.where == "preheader":
        return _("First line")
    if finding.where in {each.value for each in Kind}:
        return str(KIND_WORDS[Kind(finding.where)])
    return ""


def _address(campaign: Campaign, finding: Finding) -> str:
    if not finding.language or not may_write(campaign):
        return ""
    anchor = finding.block_id or (finding.where if finding.where in {"subject", "preheader"} else None)
    return url_for("campaigns.edit", campaign_id=campaign.id, language=finding.language, _anchor=anchor)


def _beside(day: dt.date, owner_id: int | None) -> list[str]:
    """What else is due that day, and whether it is a day of work."""
    said = []
    holiday = offices.holiday_on(day)
    if holiday is not None:
        said.append(_("%(day)s is a holiday: %(name)s.", day=dates.date_long(day), name=holiday.name))
    elif day.weekday() > 4:
        said.append(_("%(day)s is no working day.", day=dates.date_long(day)))
    live = sa.select(sa.func.count()).where(
        Commitment.owner_id == owner_id,
        Commitment.due_on == day,
        Commitment.state == CommitmentState.OPEN,
        Commitment.side == Side.OURS,
    )
    count = db.session.scalar(live.select_from(Commitment)) or 0
    if count:
        said.append(
            ngettext(
                "%(num)d other commitment of this colleague is due that day.",
                "%(num)d other commitments of this colleague are due that day.",
                count,
            )
        )
    return said
