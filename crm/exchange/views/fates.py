"""The third screen: every row's fate before anything is written, the run with its progress, what came of it, and the rows that did not come in."""

import tempfile
from collections.abc import Iterator
from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from crm.core import clock, downloads
from crm.core.access import Permission, may, requires
from crm.core.dates import number
from crm.core.pages import done, is_enhanced, refuse, render
from crm.exchange import mapping, pace, preview, problem_file, queries, sentences, service, words
from crm.exchange.codes import Fate, Refusal
from crm.exchange.models import Import, ImportRow, ImportState
from crm.exchange.permits import NOT_PERMITTED
from crm.exchange.profile_format import parse_profile
from crm.exchange.views.blueprint import WORKING, bp, find_visible, is_open, samples_of, steps

RECORDS = {"engagement": ("engagements.show", "engagement_id"), "stakeholder": ("stakeholders.show", "stakeholder_id")}


@bp.get("/imports/<int:import_id>")
@requires(Permission.IMPORTS_RUN)
def show(import_id: int) -> Response:
    import_ = find_visible(import_id)
    if import_.state is ImportState.DRAFT:
        return redirect(url_for("exchange.files", import_id=import_id), 303)  # type: ignore[return-value]
    if import_.state in WORKING:
        return render("exchange/progress.html", **_progress(import_))
    return _rows(import_)


@bp.get("/imports/<int:import_id>/progress")
@requires(Permission.IMPORTS_RUN)
def progress(import_id: int) -> Response:
    """The moving part of the progress page. When the work has ended the page itself is to be loaded again."""
    import_ = find_visible(import_id)
    if import_.state in WORKING and is_enhanced():
        return render("exchange/_progress.html", **_progress(import_))
    if not is_enhanced():
        return redirect(url_for("exchange.show", import_id=import_id), 303)  # type: ignore[return-value]
    response = render("exchange/_progress.html", **_progress(import_))
    response.headers["HX-Redirect"] = url_for("exchange.show", import_id=import_id)
    return response


@bp.post("/imports/<int:import_id>/planning")
@requires(Permission.IMPORTS_RUN)
def planning(import_id: int) -> Response:
    """Read all rows again, after something about them changed."""
    import_ = find_visible(import_id)
    if not is_open(import_):
        return _too_late(import_)
    service.start_planning(import_, by=current_user)
    return done(_("The rows are being read. Nothing is imported yet."), "exchange.show", import_id=import_id)


@bp.post("/imports/<int:import_id>/run")
@requires(Permission.IMPORTS_RUN)
def run(import_id: int) -> Response:
    import_ = find_visible(import_id)
    if import_.state is not ImportState.PLANNED:
        return _too_late(import_)
    if mapping.has_private(parse_profile(import_.profile)) and not may(Permission.STAKEHOLDERS_READ_PRIVATE):
        return refuse(_("It would write private data, which your role may not."), "exchange.show", import_id=import_id)
    service.start(import_, by=current_user)
    return done(_("The rows are coming in. You may close this page."), "exchange.show", import_id=import_id)


@bp.post("/imports/<int:import_id>/cancellation")
@requires(Permission.IMPORTS_RUN)
def cancellation(import_id: int) -> Response:
    import_ = find_visible(import_id)
    try:
        service.cancel(import_, by=current_user)
    except service.WrongState:
        return refuse(_("It had ended already."), "exchange.show", import_id=import_id)
    return done(_("Stopped. What came in before stays, and can be undone."), "exchange.show", import_id=import_id)


@bp.get("/imports/<int:import_id>/problems.csv")
@requires(Permission.IMPORTS_RUN)
def problems(import_id: int) -> Response:
    """The rows that did not come in, as they stood, with the reason: to be corrected and imported again."""
    import_ = find_visible(import_id)
    with downloads.closed_on_failure(tempfile.SpooledTemporaryFile(max_size=2 * 2**20)) as target:
        problem_file.write(
            target,
            lambda: _all_rows(import_, Fate.PROBLEM),
            file_names={file.id: file.name for file in import_.files},
            reason_of=lambda row: sentences.of_row(row.reason, row.field),
            heads=(_("File"), _("Row"), _("Reason")),
        )
    return downloads.csv_file(target, _("import-%(number)s-rows.csv", number=import_.id))


def _all_rows(import_: Import, fate: Fate) -> Iterator[ImportRow]:
    after: str | None = None
    while True:
        page = queries.rows_page(import_, fate=fate, after=after, size=1000)
        yield from page.rows
        after = page.next_cursor
        if after is None:
            return


def _too_late(import_: Import) -> Response:
    return refuse(_("That can't be done with this import any more."), "exchange.show", import_id=import_.id)


def _progress(import_: Import) -> dict[str, Any]:
    since = import_.started_at or import_.created_at
    counts = queries.counts_of(import_)
    return {
        "import_": import_,
        "pace": pace.of(import_.rows_done, import_.row_count, since, clock.now())
        if import_.state is ImportState.RUNNING
        else None,
        "problem_count": counts[Fate.PROBLEM],
        "steps": steps(),
        "files": [file.name for file in import_.files],
    }


def _rows(import_: Import) -> Response:
    fate = _fate()
    page = queries.rows_page(import_, fate=fate, after=request.args.get("after"))
    arguments = {"fate": fate.value} if fate else {}
    following = url_for("exchange.show", import_id=import_.id, **arguments, after=page.next_cursor) if page.next_cursor else None
    main = preview.main_headers(parse_profile(import_.profile))
    context: dict[str, Any] = {
        "import_": import_,
        "rows": [_shown(row, main) for row in page.rows],
        "next_url": following,
        "file_names": {file.id: file.name for file in import_.files},
        "many_files": len(import_.files) > 1,
        "fate_words": words.FATES if import_.state is ImportState.PLANNED else words.FATES_AFTER,
    }
    if request.args.get("after") is None:
        context |= _head(
            import_, {each: import_.counts.get(each.value, 0) for each in Fate}, fate
        )  # final: nothing is counted again
    return render("exchange/show.html", part="exchange/_rows_more.html", **context)


def _fate() -> Fate | None:
    given = request.args.get("fate", "")
    if given not in {"", *(fate.value for fate in Fate)}:
        abort(400)
    return Fate(given) if given else None


def _shown(row: ImportRow, main: Any) -> dict[str, Any]:
    title, beside = preview.headline(row.verbatim, main)
    endpoint, name = RECORDS.get(row.subject_kind, ("", ""))
    url = url_for(endpoint, **{name: row.subject_id}) if endpoint and row.subject_id else None
    return {"row": row, "title": title, "beside": beside, "url": url}


def _head(import_: Import, counts: dict[Fate, int], fate: Fate | None) -> dict[str, Any]:
    """What the page says above the rows: the totals, and what can be done now."""
    total = sum(counts.values())
    coming = counts[Fate.NEW] + counts[Fate.ADDED] + counts[Fate.MATCHED]
    names = words.FATES if import_.state is ImportState.PLANNED else words.FATES_AFTER
    tabs = [(_("All"), url_for("exchange.show", import_id=import_.id), fate is None, total)]
    order = (Fate.PROBLEM, Fate.NEW, Fate.ADDED, Fate.MATCHED, Fate.UNCHANGED, Fate.SKIPPED)
    tabs += [
        (str(names[each]), url_for("exchange.show", import_id=import_.id, fate=each.value), fate is each, counts[each])
        for each in order
        if counts[each] or fate is each
    ]
    return {
        "counts": counts,
        "total": total,
        "coming": coming,
        "tabs": tabs,
        "title": _title(import_, total, coming),
        "run_label": ngettext("Import %(number)s row", "Import %(number)s rows", coming, number=number(coming)),
        "created": [(words.RECORDS[kind], count) for kind, count in import_.created.items() if count and kind in words.RECORDS],
        "may_run": import_.state is ImportState.PLANNED and coming > 0,
        "may_undo": import_.state in {ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED}
        and import_.started_at is not None,
        "is_open": is_open(import_),
        "wrong": _wrong(import_),
        "steps": steps(),
        "who": queries.names_of_users([import_.created_by_id]).get(import_.created_by_id or 0, ""),
    }


def _title(import_: Import, total: int, coming: int) -> str:
    if import_.state is ImportState.PLANNED:
        return ngettext(
            "%(total)s row, %(coming)s ready to come in",
            "%(total)s rows, %(coming)s ready to come in",
            total,
            total=number(total),
            coming=number(coming),
        )
    if import_.state is ImportState.UNDONE:
        return _("Import undone")
    if import_.state is ImportState.FAILED:
        return _("The file could not be read")
    if import_.state is ImportState.CANCELLED:
        return _("Import stopped")
    return ngettext("%(coming)s row imported", "%(coming)s rows imported", coming, coming=number(coming))


def _wrong(import_: Import) -> str:
    """Why a failed import failed, found again from its files so that it can name the columns."""
    if import_.state is not ImportState.FAILED:
        return ""
    if import_.error == NOT_PERMITTED:
        return sentences.of_code(import_.error)
    profile = parse_profile(import_.profile)
    names = {file.id: file.name for file in import_.files}
    for file_id, sample in samples_of(import_.files, limit=60).items():
        refusal = sample if isinstance(sample, Refusal) else sample.fits(profile)
        if refusal is not None:
            return sentences.of_refusal(refusal, names[file_id])
    return sentences.of_code(import_.error)
