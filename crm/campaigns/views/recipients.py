"""Who a campaign goes to: choosing it for a draft, and the exact list with the reason of each who is left out."""

import tempfile
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, redirect, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_login import current_user

from crm.bulletins.models import Bulletin
from crm.campaigns import audience, queries
from crm.campaigns.approval import NotADraft
from crm.campaigns.audience import collisions, export, fatigue, service
from crm.campaigns.audience.candidates import Candidate
from crm.campaigns.audience.forms import AudienceForm, RecipientExportForm
from crm.campaigns.models import Campaign, Exclusion
from crm.campaigns.results.wording import reason_words
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.found import address_of, find, is_draft, left_the_drafts, may_see, may_write
from crm.core import downloads, settings
from crm.core.access import Permission, may, requires
from crm.core.db import db
from crm.core.headers import use_policy
from crm.core.pages import done, filters_of_address, refuse, render, render_form
from crm.core.pagination import PAGE_ROWS, decode_cursor, encode_cursor, read_id
from crm.engagements.service import StaleRecord
from crm.segments import queries as segments
from crm.segments.models import Segment

RECEIVES = "receives"
LONGEST_WORDS = 100


@bp.get("/<int:campaign_id>/recipients")
@requires(Permission.CAMPAIGNS_READ)
def recipients(campaign_id: int) -> Response:
    """The list as it would be now. Once it left the drafts, what became of each is in the results."""
    campaign = find(campaign_id)
    if not is_draft(campaign):
        return redirect(url_for("campaigns.show", campaign_id=campaign.id), 303)  # type: ignore[return-value]
    return _draw(campaign, _form(campaign))


@bp.post("/<int:campaign_id>/audience")
@requires(Permission.CAMPAIGNS_WRITE)
def choose_audience(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    form = _form(campaign)
    if not is_draft(campaign):
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    if not form.check_for(campaign):
        return _draw(campaign, form, status=422)
    bulletin = next((one for one in _bulletins(campaign) if one.id == form.bulletin.data), None)
    segment = next((one for one in _segments(campaign) if one.id == form.segment.data), None)
    try:
        service.choose_audience(campaign, bulletin=bulletin, segment=segment, seen_version=form.seen_version, by=current_user)
    except StaleRecord:
        form.form_errors.append(
            _("Somebody else changed this e-mail meanwhile. Look at the list and save again if yours shall stay.")
        )
        form.version.data = str(campaign.version)
        return _draw(campaign, form, status=409)
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    return done(_("The recipients are chosen."), "campaigns.recipients", campaign_id=campaign.id)


@bp.route("/<int:campaign_id>/recipients/export", methods=["GET", "POST"])
@requires(Permission.EXPORTS_MAKE)
def recipient_export(campaign_id: int) -> Response:
    """The list as a CSV file: written down with who, why and how many; so many an hour and no more."""
    campaign = find(campaign_id)
    if not is_draft(campaign):
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    form = RecipientExportForm()
    if not form.validate_on_submit():
        return render_form("campaigns/recipient_export.html", form, campaign=campaign, most=_most())
    header = [_("Name"), _("Address"), _("Receives it"), _("Why not")]
    longer = _("The list is longer: this file holds its first %(most)s.", most=_most())
    purpose = form.purpose.data or ""
    try:
        with downloads.closed_on_failure(tempfile.TemporaryFile()) as out:
            export.write(out, campaign, header=header, cells=_cells, if_longer=longer, purpose=purpose, by=current_user)
    except export.TooManyExports:
        said = _("Many files were made in the last hour. Wait a while, then try again.")
        return refuse(said, "campaigns.recipients", campaign_id=campaign.id)
    use_policy("file")
    return downloads.csv_file(out, f"recipients-{campaign.id}.csv")


def _most() -> str:
    return format_decimal(export.MOST_ROWS)


def _cells(row: Candidate) -> Sequence[str]:
    return row.name, row.email, _("no") if row.exclusion else _("yes"), reason_words(row.exclusion.value) if row.exclusion else ""


def _draw(campaign: Campaign, form: AudienceForm, *, status: int = 200) -> Response:
    may_find = campaign.bulletin_id is None or may(Permission.SUBSCRIBERS_READ)  # an answer would say who subscribes
    asked = filters_of_address("why", "find") if may_find else filters_of_address("why")
    why, words = _why(asked.get("why", "")), asked.get("find", "")
    if len(words) > LONGEST_WORDS:
        abort(400)
    cursor = request.args.get("after")
    after = decode_cursor(cursor, (read_id,))[0] if cursor else 0
    found = audience.page(campaign, why=why, words=words, after=after, limit=PAGE_ROWS + 1)
    rows = found[:PAGE_ROWS]
    following = encode_cursor([rows[-1].key]) if len(found) > PAGE_ROWS else None
    place = {"campaign_id": campaign.id}
    context: dict[str, Any] = {
        "campaign": campaign,
        "rows": [_as_seen(row) for row in rows],
        "lately": _lately(rows),
        "reason_words": reason_words,
        "next_url": url_for("campaigns.recipients", **place, **asked, after=following) if following else None,
    }
    if not cursor:
        context |= _whole(campaign, asked)
        context |= {"form": form, "may_choose": may_write(campaign), "find": words, "may_find": may_find}
        context["may_ask"] = bool(context["receives"]) and may_write(campaign) and not queries.open_approvals(campaign.id)
    return render("campaigns/recipients.html", part="campaigns/_recipient_more.html", status=status, **context)


def _lately(rows: Sequence[Candidate]) -> dict[int, Any]:
    found = fatigue.of_addresses([row.email for row in rows])
    return {row.key: found[row.email] for row in rows if row.email in found}


def _as_seen(row: Candidate) -> Candidate:
    return row if may_see(row.stakeholder_id) else row._replace(name="", email=address_of(row, row.email))


def _whole(campaign: Campaign, asked: dict[str, str]) -> dict[str, Any]:
    """What stands around the rows on the first page: figures that lead to their rows, and who was contacted by several this week."""
    counts = audience.counts(campaign)
    receives = counts.pop(None, 0)
    wanted = asked.get("why", "")
    left_out = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].value))

    def link(why: str) -> str:
        return url_for("campaigns.recipients", campaign_id=campaign.id, **({"why": why} if why else {}))

    tabs = [
        (_("All"), link(""), not wanted, receives + sum(counts.values())),
        (_("Receive it"), link(RECEIVES), wanted == RECEIVES, receives),
        *((_capital(reason_words(why.value)), link(why.value), wanted == why.value, number) for why, number in left_out),
    ]
    return {
        "receives": receives,
        "left_out": sum(counts.values()),
        "tabs": tabs,
        "asked": asked,
        "collisions": collisions.among(campaign),
        "limit": fatigue.limit_of(campaign),
        "days": settings.get("FATIGUE_DAYS"),
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _why(asked: str) -> Exclusion | None | str:
    """What the address asks for; 400 for what no link of ours says."""
    if asked in ("", RECEIVES):
        return None if asked else ""
    try:
        return Exclusion(asked)
    except ValueError:
        abort(400)


def _form(campaign: Campaign) -> AudienceForm:
    return AudienceForm.of(campaign, _bulletins(campaign), _segments(campaign))


def _bulletins(campaign: Campaign) -> Sequence[Bulletin]:
    """Those of the campaign's own office, and the one that is chosen though it was archived since."""
    usable = sa.or_(Bulletin.archived_at.is_(None), Bulletin.id == campaign.bulletin_id)
    mine = sa.select(Bulletin).where(Bulletin.office_id == campaign.office_id, usable)
    return db.session.scalars(mine.order_by(Bulletin.name, Bulletin.id)).all()


def _segments(campaign: Campaign) -> Sequence[Segment]:
    """Those that the campaign's office sees, and the one that is chosen though it was archived since."""
    with audience.within(campaign):
        found = list(segments.in_order_of_name())
        if campaign.segment_id and campaign.segment_id not in {one.id for one in found}:
            found += db.session.scalars(segments.segments_visible().where(Segment.id == campaign.segment_id))
    return found
