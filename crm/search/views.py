"""The search page, the palette's hits, and names while one types."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import gettext as _

from crm.core import scope as scopes
from crm.core.access import Permission, may, requires
from crm.core.pages import render
from crm.index import service as search_index
from crm.index import words
from crm.search import commands, kinds, queries
from crm.search.marking import marked

bp = Blueprint("search", __name__)

ON_PAGE, IN_PALETTE = 10, 4
COMPLETED = {
    "person": Permission.STAKEHOLDERS_READ,
    "organization": Permission.STAKEHOLDERS_READ,
    "topic": Permission.ENGAGEMENTS_READ,
}


@dataclass(frozen=True)
class Hit:
    """A found record with its address, and its name in pieces that were meant or not."""

    title: str
    pieces: list[tuple[str, bool]]
    subtitle: str
    url: str


@dataclass(frozen=True)
class Group:
    kind: kinds.Kind
    hits: Sequence[Hit]
    count: int
    is_capped: bool


@dataclass(frozen=True)
class Answer:
    """What came of a query. `refusal` says why it can't be read; `meant` is a near query that finds something."""

    groups: Sequence[Group] = ()
    count: int = 0
    is_capped: bool = False
    refusal: str | None = None
    meant: str | None = None


@bp.get("/search")
@requires(Permission.SEARCH_USE)
def index() -> Response:
    query, only = request.args.get("q", "").strip(), request.args.get("kind") or None
    choices = kinds.known(may)
    if only is not None and only not in {kind.name for kind in choices}:
        abort(400)
    chosen = [kind for kind in choices if only in (None, kind.name)]
    answer = _answer(query, chosen, limit=ON_PAGE if only is None else 50)
    return render(
        "search/index.html", query=query, only=only, choices=choices, answer=answer, status=422 if answer.refusal else 200
    )


@bp.get("/search/suggestions")
@requires(Permission.SEARCH_USE)
def suggest() -> Response:
    """The palette: options in groups, and things to do. An empty query gives the things to do alone."""
    query = request.args.get("q", "").strip()
    answer = _answer(query, kinds.known(may), limit=IN_PALETTE)
    found = commands.matching(query, may=may, exists=lambda endpoint: endpoint in current_app.view_functions)
    return render("search/_suggestions.html", query=query, answer=answer, commands=found)


@bp.get("/search/completions")
@requires(Permission.SEARCH_USE)
def complete() -> Response:
    """Names of a kind for an input: options with the words to insert."""
    kind, typed = request.args.get("kind", ""), request.args.get("q", "").strip()
    if kind not in COMPLETED:
        abort(400)
    if not may(COMPLETED[kind]):
        abort(403)
    return render("search/_completions.html", kind=kind, options=_options(kind, typed))


def _options(kind: str, typed: str) -> list[dict[str, Any]]:
    if kind == "topic":
        return [
            {"insert": t.name, "mark": t.name.replace(" ", "-"), "value": t.id, "note": ""} for t in queries.topics_like(typed)
        ]
    try:
        found = search_index.complete(scopes.current(), typed, kind=kind)
    except search_index.UnreadableQuery:
        return []
    return [{"insert": row.title, "mark": _mark(kind, row.title), "value": row.subject_id, "note": row.subtitle} for row in found]


def _mark(kind: str, name: str) -> str:
    """The name as the quick log reads it in one piece after an @."""
    return f'"{name}"' if kind == "organization" and " " in name else name


def _answer(query: str, chosen: Sequence[kinds.Kind], *, limit: int) -> Answer:
    if not query or not chosen:
        return Answer()
    try:
        asked = words.query_words(query)
        found = search_index.find_by_kind(scopes.current(), query, kinds=kinds.names_of(chosen), limit=limit)
        meant = None if found.count else search_index.suggest(scopes.current(), query, kinds=kinds.names_of(chosen))
    except search_index.UnreadableQuery as refused:
        return Answer(refusal=_refusal(refused.reason))
    groups = [
        Group(kind, [_hit(kind, row, asked) for row in hits.rows], hits.count, hits.is_capped)
        for kind in chosen
        if (hits := found.kinds.get(kind.name))
    ]
    return Answer(groups, found.count, found.is_capped, meant=meant)


def _hit(kind: kinds.Kind, row: search_index.Found, asked: Sequence[str]) -> Hit:
    place: dict[str, Any] = {kind.argument: row.subject_id}
    return Hit(row.title, marked(row.title, asked), row.subtitle, url_for(kind.endpoint, **place))


def _refusal(reason: str) -> str:
    return {
        "too-long": _("This search is too long. Use a few words."),
        "too-many-words": _("These are too many words. Use at most 12."),
        "no-words": _("This search holds no letter or digit. Write part of a name."),
        "unstorable": _("This search holds a character that can't be read. Write it anew."),
    }[reason]
