"""Pages of segments: the list, one segment, and putting one together."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.core import scope as scopes
from crm.core.access import Permission, requires
from crm.core.pages import done, get_or_404, is_enhanced, render
from crm.engagements.service import StaleRecord
from crm.segments import conditions, drafts, queries, service, trees, uses, words
from crm.segments.drafts import Group, WrongDraft
from crm.segments.forms import SegmentForm
from crm.segments.models import Segment
from crm.stakeholders.asking import Choice, Condition

bp = Blueprint("segments", __name__, url_prefix="/segments")


@bp.get("")
@requires(Permission.SEGMENTS_READ)
def index() -> Response:
    archived = request.args.get("archived", "")
    if archived not in {"", "1"}:
        abort(400)
    rows = queries.in_order_of_name(archived=bool(archived))
    return render("segments/index.html", rows=rows, archived=bool(archived), uses=uses.of([row.id for row in rows]), words=words)


@bp.get("/<int:segment_id>")
@requires(Permission.SEGMENTS_READ)
def show(segment_id: int) -> Response:
    segment = _find(segment_id)
    context: dict[str, Any] = {"segment": segment, "uses": uses.of([segment.id]).get(segment.id, ()), "words": words}
    return render("segments/show.html", **context, **_found(segment))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SEGMENTS_WRITE)
def new() -> Response:
    form = SegmentForm()
    if request.method != "POST":
        return _draw("segments/new.html", form, drafts.blank())
    draft, problem = _sent()
    if problem or "do" in request.form:
        return _draw("segments/new.html", form, draft, problem=problem)
    tree = _checked(form, draft, None)
    if tree is None:
        return _draw("segments/new.html", form, draft)
    segment = service.create_segment(
        form.name.data or "", tree, is_static=form.is_static, office_id=_home_office(), by=current_user
    )
    return done(_("Segment %(name)s is saved.", name=segment.name), "segments.show", segment_id=segment.id)


@bp.route("/<int:segment_id>/edit", methods=["GET", "POST"])
@requires(Permission.SEGMENTS_WRITE)
def edit(segment_id: int) -> Response:
    segment = _find(segment_id)
    form = SegmentForm.of(segment)
    if request.method != "POST":
        return _draw(
            "segments/edit.html", form, drafts.of(segment.tree) if _is_known(segment) else drafts.blank(), segment=segment
        )
    draft, problem = _sent()
    if problem or "do" in request.form:
        return _draw("segments/edit.html", form, draft, problem=problem, segment=segment)
    tree = _checked(form, draft, segment)
    if tree is None:
        return _draw("segments/edit.html", form, draft, segment=segment)
    try:
        service.change_segment(
            segment, form.name.data or "", tree, is_static=form.is_static, seen_version=form.seen_version, by=current_user
        )
    except StaleRecord:
        form.form_errors.append(
            _("Somebody else changed this segment meanwhile. Look at it below and save again if yours shall stay.")
        )
        form.version.data = str(segment.version)
        return _draw("segments/edit.html", form, draft, status=409, segment=segment)
    return done(_("Changes saved."), "segments.show", segment_id=segment.id)


@bp.get("/draft")
@requires(Permission.SEGMENTS_READ)
def draft() -> Response:
    """The conditions after a button was pressed, for pages with script."""
    if not is_enhanced():
        return redirect(url_for("segments.new"), 303)  # type: ignore[return-value]
    try:
        tree = drafts.parse(request.args)
        drafts.act(tree, request.args.get("do", drafts.SHOW))
    except WrongDraft:
        abort(422)
    return render("segments/_tree.html", **_builder(tree))


@bp.get("/count")
@requires(Permission.SEGMENTS_READ)
def count() -> Response:
    """How many a draft holds for, and some of them, for pages with script."""
    if not is_enhanced():
        return redirect(url_for("segments.new"), 303)  # type: ignore[return-value]
    try:
        tree = drafts.finish(drafts.parse(request.args))
    except WrongDraft:
        abort(422)
    return render("segments/_count.html", **(_found(tree) if tree else {"number": None, "sample": ()}))


@bp.post("/<int:segment_id>/archival")
@requires(Permission.SEGMENTS_WRITE)
def archival(segment_id: int) -> Response:
    segment = _find(segment_id)
    service.archive_segment(segment, by=current_user)
    undo = url_for("segments.restoration", segment_id=segment.id)
    return done(_("Segment %(name)s is archived.", name=segment.name), "segments.index", undo=undo)


@bp.post("/<int:segment_id>/restoration")
@requires(Permission.SEGMENTS_WRITE)
def restoration(segment_id: int) -> Response:
    segment = _find(segment_id)
    service.restore_segment(segment, by=current_user)
    return done(_("Segment %(name)s is offered again.", name=segment.name), "segments.show", segment_id=segment.id)


def _sent() -> tuple[Group, bool]:
    """The conditions as they were sent after what the button says, and whether that was something that no page of ours sends."""
    try:
        group = drafts.parse(request.form)
    except WrongDraft:
        return drafts.blank(), True
    try:
        if "do" in request.form:
            drafts.act(group, request.form["do"])
    except WrongDraft:
        return group, True
    return group, False


def _checked(form: SegmentForm, group: Group, segment: Segment | None) -> Any:
    """The tree, when name and conditions are all right; else None and the form says why."""
    tree = drafts.finish(group)
    fine = form.validate()
    form.tell(group)
    office_id = segment.office_id if segment else _home_office()
    if fine and queries.is_name_taken(form.name.data or "", office_id, except_id=segment.id if segment else None):
        form.refuse_double()
    return None if form.errors else tree


def _draw(template: str, form: SegmentForm, group: Group, *, problem: bool = False, status: int = 0, **context: Any) -> Response:
    if problem:
        form.form_errors.append(_("This can't be added: there are as many conditions or groups in groups as fit."))
    return render(template, status=status or (422 if form.errors else 200), form=form, **_builder(group), **context)


def _builder(group: Group) -> dict[str, Any]:
    offered: dict[tuple[str, str], Sequence[Choice]] = {}

    def choices_of(condition: Condition, field: Any) -> Sequence[Choice]:
        """Asked once a page, however many conditions offer the same list."""
        key = condition.name, field.name
        if key not in offered:
            offered[key] = field.choices()
        return offered[key]

    headings: dict[str, list[Condition]] = {}
    for condition in conditions.everything():
        headings.setdefault(str(condition.group), []).append(condition)
    can_grow = drafts.size(group) < trees.MOST_ITEMS
    return {"tree": group, "headings": headings, "choices_of": choices_of, "problems": words.PROBLEMS, "can_grow": can_grow}


def _found(segment_or_tree: Any) -> dict[str, Any]:
    if isinstance(segment_or_tree, Segment) and not segment_or_tree.is_static and not _is_known(segment_or_tree):
        return {"number": None, "sample": ()}
    return {"number": queries.count(segment_or_tree), "sample": queries.sample(segment_or_tree)}


def _is_known(segment: Segment) -> bool:
    try:
        trees.check(segment.tree)
    except trees.WrongTree:
        return False
    return True


def _find(segment_id: int) -> Segment:
    return get_or_404(queries.segments_visible(), segment_id)


def _home_office() -> int:
    office_id = scopes.current().home_office_id
    assert office_id is not None
    return office_id
