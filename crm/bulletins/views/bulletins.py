"""The list of bulletins, one bulletin, and what leads people to it: address, QR code, form to embed."""

from typing import Any

from flask import Response, abort, current_app, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.bulletins import agreement, qr, queries, service, uses
from crm.bulletins.feeds import queries as feeds
from crm.bulletins.forms import BulletinForm
from crm.bulletins.models import Bulletin
from crm.bulletins.views.blueprint import bp
from crm.core import languages
from crm.core import scope as scopes
from crm.core.access import Permission, may, requires
from crm.core.headers import use_policy
from crm.core.letters import public_url
from crm.core.pages import done, get_or_404, refuse, render, render_form
from crm.engagements.service import StaleRecord
from crm.offices.queries import offices_visible

MOST_NAMED = 3
CODES = {"svg": ("image/svg+xml", qr.svg), "png": ("image/png", qr.png)}


@bp.get("")
@requires(Permission.BULLETINS_READ)
def index() -> Response:
    """Bulletins of one's offices with how many receive each."""
    view = request.args.get("view", "current")
    if view not in {"current", "archived"}:
        abort(400)
    rows = queries.list_of_bulletins(archived=view == "archived")
    counts = queries.active_counts([row.id for row in rows])
    return render("bulletins/index.html", rows=rows, counts=counts, view=view)


@bp.get("/<int:bulletin_id>")
@requires(Permission.BULLETINS_READ)
def show(bulletin_id: int) -> Response:
    bulletin = find(bulletin_id)
    is_open = bulletin.is_public and bulletin.archived_at is None
    return render(
        "bulletins/show.html",
        bulletin=bulletin,
        counts=queries.counts_by_state(bulletin.id),
        may_change=may(Permission.BULLETINS_MANAGE) and scopes.current().holds(bulletin.office_id),
        sign_up_url=public_url("portal.sign_up", slug=bulletin.slug) if is_open else "",
        widget_url=public_url("portal.widget", slug=bulletin.slug) if is_open else "",
        form_url=public_url("portal.sign_up"),
        widget_here=url_for("portal.widget", slug=bulletin.slug) if is_open else "",
        site_state=feeds.state_of(bulletin.id) if bulletin.feed_url else None,
        bulletin_consent={
            "version": agreement.VERSION,
            "text": agreement.bulletin_sentence(_office_name(bulletin), languages.current()),
        },
        ancestors=current_app.config["EMBED_ANCESTORS"],
        under_way=uses.under_way(bulletin.id) if may(Permission.CAMPAIGNS_READ) else [],
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.BULLETINS_MANAGE)
def new() -> Response:
    form = BulletinForm()
    if form.validate_on_submit():
        office_id = scopes.current().home_office_id
        assert office_id is not None
        bulletin = service.make_bulletin(form.terms(), office_id=office_id, by=current_user)
        return done(_("The bulletin is made."), "bulletins.show", bulletin_id=bulletin.id)
    return render_form("bulletins/new.html", form)


@bp.route("/<int:bulletin_id>/edit", methods=["GET", "POST"])
@requires(Permission.BULLETINS_MANAGE)
def edit(bulletin_id: int) -> Response:
    bulletin = find(bulletin_id)
    form = BulletinForm.of(bulletin)
    if form.validate_on_submit():
        try:
            service.change_bulletin(bulletin, form.terms(), seen_version=form.seen_version, by=current_user)
        except StaleRecord:
            form.version.data = str(bulletin.version)
            return render("bulletins/edit.html", status=409, form=form, bulletin=bulletin, theirs=bulletin)
        return done(_("Changes saved."), "bulletins.show", bulletin_id=bulletin.id)
    return render_form("bulletins/edit.html", form, bulletin=bulletin, theirs=None)


@bp.post("/<int:bulletin_id>/archival")
@requires(Permission.BULLETINS_MANAGE)
def archival(bulletin_id: int) -> Response:
    bulletin = find(bulletin_id)
    try:
        service.archive_bulletin(bulletin, by=current_user)
    except service.UnderWay:
        said = _("It is not archived: a campaign to its readers is on its way. Stop that first, or let it end.")
        return refuse(said, "bulletins.show", bulletin_id=bulletin.id)
    undo = url_for("bulletins.restoration", bulletin_id=bulletin.id)
    said = _("The bulletin is archived. Nobody can sign up for it any more.")
    if drafts := uses.of(bulletin.id):
        names = ", ".join(use.title for use in drafts[:MOST_NAMED]) + (" …" if len(drafts) > MOST_NAMED else "")
        said += " " + _("Drafts to its readers can't be sent meanwhile: %(names)s.", names=names)
    return done(said, "bulletins.index", undo=undo)


@bp.post("/<int:bulletin_id>/restoration")
@requires(Permission.BULLETINS_MANAGE)
def restoration(bulletin_id: int) -> Response:
    bulletin = find(bulletin_id)
    service.restore_bulletin(bulletin, by=current_user)
    return done(_("The bulletin is back."), "bulletins.show", bulletin_id=bulletin.id)


@bp.get("/<int:bulletin_id>/qr.svg")
@requires(Permission.BULLETINS_READ)
def qr_svg(bulletin_id: int) -> Response:
    """The code that leads to the sign-up page, for print."""
    return _code(find(bulletin_id), "svg")


@bp.get("/<int:bulletin_id>/qr.png")
@requires(Permission.BULLETINS_READ)
def qr_png(bulletin_id: int) -> Response:
    """The same for office programs that take no SVG."""
    return _code(find(bulletin_id), "png")


def _code(bulletin: Bulletin, kind: str) -> Response:
    if not bulletin.is_public or bulletin.archived_at is not None:
        abort(404)
    use_policy("file")
    media_type, draw = CODES[kind]
    answer = make_response(draw(public_url("portal.sign_up", slug=bulletin.slug)))
    answer.mimetype = media_type
    return answer


def _office_name(bulletin: Bulletin) -> str:
    return get_or_404(offices_visible(), bulletin.office_id).name


def find(bulletin_id: int) -> Any:
    return get_or_404(queries.bulletins_visible(), bulletin_id)
