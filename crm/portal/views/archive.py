"""Issues of a bulletin to read and to follow by RSS, for everybody and kept for a few minutes by whoever stands between."""

import re

from flask import Response, abort, make_response, render_template, request, url_for

from crm.core import headers, languages, settings
from crm.core.access import public
from crm.core.pages import render
from crm.core.pagination import BadCursor
from crm.portal import archive
from crm.portal.archive import Archive, Issue
from crm.portal.views.blueprint import bp

_BODY = re.compile(r"<body\b[^>]*>", re.I)


@bp.get("/archive/<string:slug>")
@public
def issues(slug: str) -> Response:
    found = _archive(slug)
    try:
        page = archive.issues(found, languages.current(), cursor=request.args.get("after"))
    except BadCursor:
        abort(400)
    next_url = url_for("portal.issues", slug=slug, after=page.next_cursor) if page.next_cursor else None
    response = render(
        "portal/archive.html", office=found.office, bulletin=found.bulletin, name=_name(found), page=page, next_url=next_url
    )
    return _kept(response)


@bp.get("/archive/<string:slug>/<int:campaign_id>")
@public
def issue(slug: str, campaign_id: int) -> Response:
    """The mail itself, as nobody's, with a line above that leads back. No script runs in it, nothing is fetched from elsewhere."""
    found = _archive(slug)
    one = archive.issue_of(found, campaign_id, languages.current()) or abort(404)
    bar = render_template(
        "portal/mail/archive_bar.html", office=found.office, bulletin=found.bulletin, name=_name(found), issue=one
    )
    headers.use_policy("preview")
    return _kept(make_response(_BODY.sub(lambda body: body.group(0) + bar, one.html, count=1)))


@bp.get("/archive/<string:slug>/rss.xml")
@public
def feed(slug: str) -> Response:
    found = _archive(slug)
    language = languages.current()
    page = archive.issues(found, language)
    body = archive.feed(
        found,
        page.rows,
        title=f"{_name(found)}, {found.office.name}",
        home=_whole(url_for("portal.issues", slug=slug)),
        own=_whole(url_for("portal.feed", slug=slug)),
        address=lambda one: _issue_address(slug, one),
        language=language,
    )
    response = make_response(body)
    response.content_type = "application/rss+xml; charset=utf-8"
    return _kept(response)


def _archive(slug: str) -> Archive:
    return archive.archive_of(slug) or abort(404)


def _name(found: Archive) -> str:
    return (found.bulletin.name_en if languages.current() == "en" else "") or found.bulletin.name


def _issue_address(slug: str, one: Issue) -> str:
    return _whole(url_for("portal.issue", slug=slug, campaign_id=one.id))


def _whole(path: str) -> str:
    """A feed is read elsewhere: its addresses are whole, and never taken from the request."""
    return str(settings.get("PUBLIC_BASE_URL")).rstrip("/") + path


def _kept(response: Response) -> Response:
    headers.keep_for(archive.KEPT_SECONDS)
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]
