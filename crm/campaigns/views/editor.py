"""Writing: one form for the blocks of a language. Each button of it saves everything first, so nothing typed is ever lost."""

from contextlib import closing
from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from crm.campaigns import pictures, queries, service
from crm.campaigns.approval import NotADraft
from crm.campaigns.forms import (
    FIELD_WORDS,
    KIND_ICONS,
    KIND_WORDS,
    LANGUAGE_WORDS,
    DraftForm,
    FactsForm,
    controls_of,
    draft_from,
    sentence_for,
    too_long,
)
from crm.campaigns.models import Campaign
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.drafts import void_words
from crm.campaigns.views.found import address_if_there, find, is_draft, language_asked, left_the_drafts
from crm.campaigns.writing import blocks, designs, differences, fields, rendering
from crm.campaigns.writing.arranging import arranged
from crm.campaigns.writing.blocks import DraftRefused, Kind
from crm.campaigns.writing.designs import Context, Design
from crm.core import dates
from crm.core.access import Permission, requires
from crm.core.clock import now, today
from crm.core.db import db
from crm.core.pages import done, refuse, render
from crm.core.text import whole_number
from crm.core.transaction import discard
from crm.engagements.service import StaleRecord
from crm.files.forms import sentence_for as file_sentence
from crm.files.refusals import FileRefused

AUTOSAVE = "autosave"


@bp.get("/<int:campaign_id>/edit")
@requires(Permission.CAMPAIGNS_WRITE)
def edit(campaign_id: int) -> Response:
    campaign = find(campaign_id)
    if not is_draft(campaign):
        return redirect(url_for("campaigns.show", campaign_id=campaign.id), 303)  # type: ignore[return-value]
    form = DraftForm()
    form.version.data = str(campaign.version)
    return _page(campaign, language_asked(campaign), form)


@bp.post("/<int:campaign_id>/draft")
@requires(Permission.CAMPAIGNS_WRITE)
def draft(campaign_id: int) -> Response:
    """Save, and do what the pressed button says besides: move, copy, take out or add a block, write or settle a comment, add a language."""
    campaign, act = find(campaign_id), request.form.get("do", "save")
    language = language_asked(campaign)
    form = DraftForm()
    written = draft_from(request.form, campaign.draft, language)
    try:
        written, anchor = _acted(campaign, written, language, act)
        service.save_draft(campaign, written, seen_version=form.seen_version, by=current_user, by_hand=act != AUTOSAVE)
    except StaleRecord:
        return _conflict(campaign, written, language, form)
    except DraftRefused as refused:
        said = [(problem.block_id, sentence_for(problem)) for problem in refused.problems]
        return _refused(campaign, written, language, form, said)
    except _BlockRefused as refused:
        return _refused(campaign, written, language, form, [(refused.block_id, refused.sentence)])
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    return _answer(campaign, language, act, anchor)


def _acted(campaign: Campaign, written: dict[str, Any], language: str, act: str) -> tuple[dict[str, Any], str]:
    """The draft after the pressed button, and the block to look at."""
    verb, _colon, rest = act.partition(":")
    part = written["languages"][language]
    _take_pictures(campaign, part["blocks"])
    _take_comments(campaign, part["blocks"])
    if verb == "language" and rest in blocks.LANGUAGES and rest not in written["languages"]:
        return {**written, "languages": {**written["languages"], rest: _in_another(campaign, rest)}}, ""
    if verb == "comment":
        return written, rest
    if verb in {"settle", "reopen"}:
        comment = queries.comment(campaign.id, whole_number(rest) or 0)
        if comment is None:
            abort(404)
        service.resolve_comment(comment, is_resolved=verb == "settle")
        return written, comment.block_id
    part["blocks"], anchor = arranged(part["blocks"], act)
    return written, anchor


def _take_comments(campaign: Campaign, written: list[dict[str, Any]]) -> None:
    """What was written beside blocks is said, whichever button was pressed: text in a form is never dropped. Autosaving sends none."""
    for block in written:
        if text := _comment_on(block["id"]):
            try:
                service.write_comment(campaign, text, block_id=block["id"], by=current_user)
            except service.CommentTooLong:
                raise _BlockRefused(block["id"], too_long(text)) from None


def _comment_on(block_id: str) -> str:
    return request.form.get(f"{block_id}-comment", "").replace("\r\n", "\n").strip()


class _BlockRefused(Exception):
    def __init__(self, block_id: str, sentence: str) -> None:
        super().__init__(sentence)
        self.block_id, self.sentence = block_id, sentence


def _take_pictures(campaign: Campaign, written: list[dict[str, Any]]) -> None:
    """Files that the form brought go to their blocks."""
    for block in written:
        sent: FileStorage | None = request.files.get(f"{block['id']}-file")
        if sent is None or not sent.filename:
            continue
        try:
            with closing(sent):
                block["src"] = service.add_picture(campaign, sent.stream, name=sent.filename, by=current_user)
        except service.NotAPicture:
            raise _BlockRefused(
                block["id"], _("Bring a picture in JPEG, PNG or WebP; other kinds can't be shown in a mail.")
            ) from None
        except FileRefused as refused:
            raise _BlockRefused(block["id"], file_sentence(refused, sent.filename)) from None


def _in_another(campaign: Campaign, language: str) -> dict[str, Any]:
    """The first draft of another language: its own design's words, else nothing."""
    frame = rendering.frame_of(campaign, language)
    design = campaign.draft.get("design")
    if design not in {each.value for each in Design}:
        return blocks.empty((language,))["languages"][language]
    context = Context(frame.office, day=dates.date_long(today(dates.viewer_zone())), list_name=frame.list_name)
    return designs.part_of(Design(design), context, language)


def _answer(campaign: Campaign, language: str, act: str, anchor: str) -> Response:
    if request.headers.get("HX-Request") == "true":
        form = DraftForm(formdata=None)
        form.version.data = str(campaign.version)
        return render(
            "campaigns/_saved.html",
            with_blocks=act not in {AUTOSAVE, "save"},
            anchor=anchor,
            **_context(campaign, language, form),
        )
    verb, _colon, rest = act.partition(":")
    if verb == "language":
        language = rest
    if act == "preview":
        return redirect(url_for("campaigns.show", campaign_id=campaign.id), 303)  # type: ignore[return-value]
    answer = done(_("Saved."), "campaigns.edit", campaign_id=campaign.id, language=language)
    if anchor:
        answer.headers["Location"] += f"#{anchor}"
    return answer


def _refused(
    campaign: Campaign, written: dict[str, Any], language: str, form: DraftForm, said: list[tuple[str, str]], status: int = 422
) -> Response:
    discard()
    template = "campaigns/_saved.html" if request.headers.get("HX-Request") == "true" else "campaigns/edit.html"
    context = _context(campaign, language, form, written=written, said=said)
    return render(template, status=status, with_blocks=False, anchor="", **context)


def _conflict(campaign: Campaign, written: dict[str, Any], language: str, form: DraftForm) -> Response:
    """A colleague saved meanwhile: both texts are shown, and what was typed stays in the form, which may then be saved over theirs."""
    discard()
    form.version.data = str(campaign.version)
    theirs = differences.between(_as_kept(written), campaign.draft)
    context = _context(campaign, language, form, written=written, said=[], theirs=theirs)
    template = "campaigns/_saved.html" if request.headers.get("HX-Request") == "true" else "campaigns/edit.html"
    return render(template, status=409, with_blocks=False, anchor="", **context)


def _as_kept(written: dict[str, Any]) -> dict[str, Any]:
    """Lists and rows as they are kept; what is wrong besides is said at the next save."""
    try:
        return blocks.clean(written)
    except DraftRefused:
        return written


def _page(campaign: Campaign, language: str, form: DraftForm) -> Response:
    return render("campaigns/edit.html", with_blocks=True, anchor="", **_context(campaign, language, form))


def _context(
    campaign: Campaign,
    language: str,
    form: DraftForm,
    *,
    written: dict[str, Any] | None = None,
    said: list[tuple[str, str]] | None = None,
    theirs: list[differences.Change] | None = None,
) -> dict[str, Any]:
    shown = written or campaign.draft
    part = blocks.part_of(shown, language)
    comments = queries.comments_of(campaign.id)
    asked = queries.newest_approval(campaign.id)
    stored = queries.pictures()
    by_id = {
        row.id: row for row in db.session.scalars(db.select(Campaign).where(Campaign.id.in_({one.subject_id for one in stored})))
    }
    there = blocks.languages_of(shown)
    return {
        "campaign": campaign,
        "form": form,
        "in_language": language,
        "languages": [(code, LANGUAGE_WORDS[code]) for code in there],
        "more_languages": [(code, LANGUAGE_WORDS[code]) for code in blocks.LANGUAGES if code not in there],
        "written": part,
        "blocks": [controls_of(block) for block in part["blocks"] if block.get("kind") in {each.value for each in Kind}],
        "kinds": [(kind.value, KIND_WORDS[kind], KIND_ICONS[kind]) for kind in Kind if kind is not Kind.ARTICLE],
        "kind_words": {kind.value: KIND_WORDS[kind] for kind in Kind},
        "kind_icons": {kind.value: KIND_ICONS[kind] for kind in Kind},
        "personal": [(name, FIELD_WORDS[name], fields.FIELDS[name].fallback[language]) for name in fields.FIELDS],
        "pictures": pictures.addresses(stored, by_id),
        "comments": comments,
        "names": queries.names_of(
            [each.created_by_id for each in comments] + ([asked.asked_by_id, asked.decided_by_id] if asked else [])
        ),
        "approval": asked,
        "void_because": void_words(asked),
        "attachments": rendering.attachments_of(campaign),
        "frame": rendering.frame_of(campaign, language),
        "said": said or [],
        "typed": {block["id"]: _comment_on(block["id"]) for block in part["blocks"]} if said or theirs else {},
        "theirs": theirs,
        "kind_names": KIND_WORDS,
        "saved_at": now(),
        "recipients_url": address_if_there("campaigns.recipients", campaign),
    }


@bp.route("/<int:campaign_id>/facts", methods=["GET", "POST"])
@requires(Permission.CAMPAIGNS_WRITE)
def facts(campaign_id: int) -> Response:
    """Name, sender and bulletin."""
    campaign = find(campaign_id)
    bulletins = [each for each in queries.bulletins() if each.office_id == campaign.office_id]
    given = {
        "name": campaign.name,
        "sender_name": campaign.sender_name,
        "reply_to": campaign.reply_to,
        "bulletin": campaign.bulletin_id or 0,
    }
    form = FactsForm(data={**given, "version": str(campaign.version)}).offer(bulletins)
    if form.validate_on_submit():
        chosen = next((each for each in bulletins if each.id == form.bulletin.data), None)
        try:
            service.change_facts(
                campaign,
                name=form.name.data or "",
                sender_name=form.sender_name.data or "",
                reply_to=form.reply_to.data or "",
                bulletin=chosen,
                seen_version=form.seen_version,
                by=current_user,
            )
        except StaleRecord:
            form.version.data = str(campaign.version)
            return render("campaigns/facts.html", status=409, form=form, campaign=campaign, theirs=given)
        except NotADraft:
            return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
        return done(_("Changes saved."), "campaigns.edit", campaign_id=campaign.id)
    return render("campaigns/facts.html", status=422 if form.errors else 200, form=form, campaign=campaign, theirs=None)
