"""A campaign that left the draft: how far it is, what came of it, the list behind each figure, and others beside it."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from flask import Response, abort, make_response, request, url_for
from flask_babel import gettext as _

from crm.bulletins.models import Bulletin
from crm.campaigns.forms import LANGUAGE_WORDS
from crm.campaigns.models import Campaign, CampaignContent, CampaignState
from crm.campaigns.results import breakdowns, lists, mail, queries, wording
from crm.campaigns.results.figures import ATTENTION, Link, share
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.found import address_of, may_see
from crm.core import headers
from crm.core.access import Permission, may, requires
from crm.core.dates import number, percent
from crm.core.db import db
from crm.core.pages import get_or_404, is_enhanced, render
from crm.core.pagination import BadCursor, Page

OVER = frozenset({CampaignState.FINISHED, CampaignState.CANCELLED})
WITH_FIGURES = OVER | {CampaignState.PAUSED}
REPLIES_SHOWN = 5

bp.record_once(lambda state: state.app.jinja_env.globals.update(result_words=wording, address_of=address_of))


@bp.get("/<int:campaign_id>/results")
@requires(Permission.CAMPAIGNS_READ)
def results(campaign_id: int) -> Response:
    """Live while it is sent: the moving part asks for itself again, and loads the page anew when the state changes."""
    campaign = get_or_404(queries.left_draft(), campaign_id)
    if queries.was_put_away(campaign):
        return render("campaigns/put_away.html", campaign=campaign)
    if is_enhanced() and request.args.get("state", campaign.state.value) != campaign.state.value:
        response = make_response("", 200)
        response.headers["HX-Refresh"] = "true"
        return response
    context: dict[str, Any] = {
        "campaign": campaign,
        "is_over": campaign.state in OVER,
        "has_figures": campaign.state in WITH_FIGURES,
    }
    if not context["is_over"]:
        context["progress"] = queries.progress_of(campaign)
        context["expected"] = queries.expected(campaign)
    if context["has_figures"] and not is_enhanced():
        context |= _figures(campaign)
    return render(
        "campaigns/results.html",
        part="campaigns/_results_live.html",
        approved_by=queries.approver_of(campaign),
        words=wording,
        **context,
    )


def _figures(campaign: Campaign) -> dict[str, Any]:
    content = queries.content_of(campaign)
    figures = queries.figures(campaign)
    found = breakdowns.of(campaign, figures["accepted"])
    links = queries.links_of(content, found.links if found else {})
    bulletin = db.session.get(Bulletin, campaign.bulletin_id) if campaign.bulletin_id else None
    return {
        "figures": figures,
        "counts_opens": bool(figures["read"] or figures["machine-read"] or (bulletin and bulletin.records_opens)),
        "skipped": queries.skipped_by_reason(campaign) if figures["skipped"] else [],
        "breakdown": found,
        "links": [link for link in links if _is_shown(link, content)],
        "half": wording.duration(found.half if found else None),
        "most": wording.duration(found.most if found else None),
        "finding": _finding(found.clicks if found else []),
        "replies": queries.newest_replies(campaign, REPLIES_SHOWN),
        "attention": [(name, figures[name]) for name in ATTENTION if figures[name]],
        **_languages(content),
        "share": share,
    }


def _languages(content: CampaignContent | None) -> dict[str, Any]:
    """The languages that the mail was sent in, and the one to show."""
    variants = content.variants if content else {}
    asked = request.args.get("mail", "")
    return {
        "mail_languages": [(code, LANGUAGE_WORDS[code]) for code in variants if code in LANGUAGE_WORDS],
        "mail_language": asked if asked in variants else mail.language_of(variants),
    }


def _is_shown(link: Link, content: Any) -> bool:
    return content.links[link.number].get("block") != mail.TRAP


def _finding(clicks: Sequence[int]) -> str:
    """What the drawing shows, as a sentence."""
    last = clicks[-1] if clicks else 0
    if not last:
        return _("Nobody has clicked yet")
    half = next(place for place, value in enumerate(clicks) if value * 2 >= last)
    return _("Half of the clicks came in the first %(hours)s hours", hours=number(half * queries.EVERY))


@bp.get("/<int:campaign_id>/results/list/<string:figure>")
@requires(Permission.CAMPAIGNS_READ)
def result_list(campaign_id: int, figure: str) -> Response:
    """Who stands behind a figure: for bounces with why, and the phone number."""
    campaign = get_or_404(queries.left_draft(), campaign_id)
    try:
        page = lists.page(
            campaign, figure, cursor=request.args.get("after"), with_private=may(Permission.STAKEHOLDERS_READ_PRIVATE)
        )
    except lists.UnknownFigure:
        abort(404)
    except BadCursor:
        abort(400)
    name, key = lists.split(figure)
    page = Page([_as_seen(row) for row in page.rows], page.next_cursor)
    return render(
        "campaigns/result_list.html",
        part="campaigns/_result_more.html",
        campaign=campaign,
        page=page,
        heading=_heading(campaign, name, key),
        has_phones=name in lists.TO_PHONE,
        has_reasons=name in lists.TO_PHONE,
        has_moment=name in lists.MOMENT,
        next_url=url_for("campaigns.result_list", campaign_id=campaign_id, figure=figure, after=page.next_cursor)
        if page.next_cursor
        else None,
    )


def _as_seen(row: lists.Row) -> lists.Row:
    return row if may_see(row.stakeholder_id) else dataclasses.replace(row, name="", email=address_of(row, row.email))


def _heading(campaign: Campaign, name: str, key: str) -> str:
    if name == "domain":
        return _("Sent to %(domain)s", domain=key)
    if name in lists.DOMAIN:
        return f"{wording.name_of(lists.DOMAIN[name])}: {key}"
    if name in {"link", "link-machine"}:
        content = queries.content_of(campaign)
        listed = content.links if content else []
        text = str(listed[int(key)].get("text") or listed[int(key)].get("url")) if int(key) < len(listed) else key
        return _("People who clicked: %(link)s", link=text) if name == "link" else _("Machines that clicked: %(link)s", link=text)
    if key:
        return f"{wording.name_of(name)}: {wording.reason_words(key)}"
    return wording.name_of(name)


@bp.get("/<int:campaign_id>/results/replies")
@requires(Permission.CAMPAIGNS_READ)
def result_replies(campaign_id: int) -> Response:
    """All that was answered, what machines answered too."""
    campaign = get_or_404(queries.left_draft(), campaign_id)
    try:
        page = queries.replies_page(campaign, request.args.get("after"))
    except BadCursor:
        abort(400)
    next_url = url_for("campaigns.result_replies", campaign_id=campaign_id, after=page.next_cursor) if page.next_cursor else None
    return render("campaigns/result_replies.html", campaign=campaign, page=page, next_url=next_url)


@bp.get("/<int:campaign_id>/results/mail")
@requires(Permission.CAMPAIGNS_READ)
def result_mail(campaign_id: int) -> Response:
    """The mail with the share of clicks beside each link, for the frame of the page: no script runs in it, nothing is fetched."""
    campaign = get_or_404(queries.left_draft(), campaign_id)
    content = queries.content_of(campaign)
    if content is None:
        abort(404)
    asked = request.args.get("language", "")
    language = asked if asked in content.variants else mail.language_of(content.variants)
    figures = queries.figures(campaign)
    found = breakdowns.of(campaign, figures["accepted"])
    links = {link.number: link for link in queries.links_of(content, found.links if found else {})}
    received = figures["delivered"]
    most = max((link.people for link in links.values()), default=0)

    def label(place: int) -> tuple[str, float]:
        found = links[shown[place][0]]
        return percent(share(found.people, received) or 0.0), (found.people / most if most else 0.0)

    shown = [
        (place, str(link.get("url", "")))
        for place, link in enumerate(content.links)
        if link.get("block") != mail.TRAP and link.get("language", language) == language
    ]
    drawn = mail.with_shares(content.variants[language]["html"], [url for _place, url in shown], label)
    headers.use_policy("preview")
    return make_response(mail.without_person(drawn, content.tags))


@bp.get("/<int:campaign_id>/results/compare")
@requires(Permission.CAMPAIGNS_READ)
def compare(campaign_id: int) -> Response:
    """The same bulletin, side by side."""
    campaign = get_or_404(queries.left_draft(), campaign_id)
    beside = queries.compared_with(campaign)
    return render(
        "campaigns/compare.html",
        campaign=campaign,
        beside=beside,
        figures=queries.figures_of(beside),
        words=wording,
        share=share,
    )
