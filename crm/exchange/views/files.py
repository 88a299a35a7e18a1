"""The first screen: which files, how they are written, which kind of list they are, and what their first rows look like."""

from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.core import scope as scopes
from crm.core.access import Permission, requires, takes_large_files
from crm.core.pages import done, refuse, render, render_form
from crm.exchange import preview, queries, sentences, service
from crm.exchange.codes import Refusal
from crm.exchange.forms import AUTO, FileForm, ImportForm, KindForm, LayoutForm
from crm.exchange.models import Import, ImportFile
from crm.exchange.profile_format import load_built_in
from crm.exchange.sniffing import Layout, Overrides, layout_of
from crm.exchange.views.arrivals import arrived
from crm.exchange.views.blueprint import (
    bp,
    find_file,
    find_visible,
    is_open,
    office_choices,
    own_view,
    profile_of,
    samples_of,
    steps,
)

FALLBACK = "contacts"


@bp.route("/imports/new", methods=["GET", "POST"])
@requires(Permission.IMPORTS_RUN)
@takes_large_files("MAX_IMPORT_BYTES")
def new() -> Response:
    form = ImportForm(data=None if request.method == "POST" else {"office_id": scopes.current().home_office_id})
    kinds = queries.kinds_of_list()
    form.offer(kinds, auto=True)
    form.office_id.choices = office_choices()
    if form.validate_on_submit() and (import_ := _begin(form, {kind.choice: kind for kind in kinds})):
        return done(_("Nothing is imported yet. Look whether the rows are read well."), "exchange.files", import_id=import_.id)
    return render_form("exchange/new.html", form, steps=steps())


def _begin(form: ImportForm, kinds: dict[str, queries.KindOfList]) -> Import | None:
    """Begin an import with the files that can be read; None, with the reasons at the field, when none can."""
    if not form.files.sent:
        form.files.errors = [_("Choose a file first.")]
        return None
    office_id = form.office_id.data
    with arrived(form.files.sent) as files:
        if not files.good:
            form.files.errors = files.refusals
            return None
        choice = form.kind.data
        if choice == AUTO:
            samples = [sample for _path, sample in files.good]
            choice = preview.best_profile(samples, ((key, kind.profile) for key, kind in kinds.items()))
        profile = kinds[choice].profile if choice else load_built_in(FALLBACK)
        import_ = service.create_import(own_view(profile), office_id=office_id, year=form.year.data, by=current_user)
        files.keep(import_)
        files.tell()
    return import_


@bp.get("/imports/<int:import_id>/files")
@requires(Permission.IMPORTS_RUN)
def files(import_id: int) -> Response:
    import_ = find_visible(import_id)
    if not is_open(import_):
        return _closed(import_)
    return _draw(import_, _chosen_file(import_))


@bp.post("/imports/<int:import_id>/files")
@requires(Permission.IMPORTS_RUN)
@takes_large_files("MAX_IMPORT_BYTES")
def new_files(import_id: int) -> Response:
    """Take further files. Those that can't be read are named; the others, and those that are there, stay."""
    import_ = find_visible(import_id)
    if not is_open(import_):
        return _closed(import_)
    form = FileForm()
    if not form.validate() or not form.files.sent:
        form.files.errors = [*form.files.errors, _("Choose a file first.")]
        return _draw(import_, _chosen_file(import_), adding=form)
    with arrived(form.files.sent) as came:
        import_ = find_visible(import_id)
        if not came.good:
            form.files.errors = came.refusals
            return _draw(import_, _chosen_file(import_), adding=form)
        kept = came.keep(import_)
        came.tell()
    service.set_profile(import_, profile_of(import_), year=import_.year)
    return done(_("Added: %(name)s.", name=kept[-1].name), "exchange.files", import_id=import_id, file=kept[-1].id)


@bp.post("/imports/<int:import_id>/files/<int:file_id>/removal")
@requires(Permission.IMPORTS_RUN)
def file_removal(import_id: int, file_id: int) -> Response:
    import_ = find_visible(import_id)
    file = find_file(import_, file_id)
    if not is_open(import_):
        return _closed(import_)
    if len(import_.files) == 1:
        return refuse(_("An import needs a file. Add another one first."), "exchange.files", import_id=import_id)
    service.remove_file(import_, file)
    service.set_profile(import_, profile_of(import_), year=import_.year)
    return done(_("Taken out: %(name)s.", name=file.name), "exchange.files", import_id=import_id)


@bp.post("/imports/<int:import_id>/files/<int:file_id>/layout")
@requires(Permission.IMPORTS_RUN)
def file_layout(import_id: int, file_id: int) -> Response:
    """How the file is written, as a person says. What can't be read that way is said, and nothing changes."""
    import_ = find_visible(import_id)
    file = find_file(import_, file_id)
    if not is_open(import_):
        return _closed(import_)
    form = LayoutForm()
    form.offer(_layout(file, Overrides()), _layout(file, Overrides(**file.overrides)))
    if not form.validate():
        return _draw(import_, file, layout_form=form)
    try:
        layout_of(service.path_of(file), form.overrides())
    except Refusal as refusal:
        form.form_errors = [sentences.of_refusal(refusal)]
        return _draw(import_, file, layout_form=form)
    service.set_overrides(file, form.overrides())
    service.set_profile(import_, profile_of(import_), year=import_.year)
    return done(_("Read anew."), "exchange.files", import_id=import_id, file=file_id)


@bp.post("/imports/<int:import_id>/kind")
@requires(Permission.IMPORTS_RUN)
def kind(import_id: int) -> Response:
    """Which kind of list it is; then on to the rows when every file fits, else to the columns."""
    import_ = find_visible(import_id)
    if not is_open(import_):
        return _closed(import_)
    form, kinds = _kind_form(import_)
    if not form.validate():
        return _draw(import_, _chosen_file(import_), kind_form=form)
    profile = own_view(kinds[form.kind.data].profile) if form.kind.data in kinds else profile_of(import_)
    service.set_profile(import_, profile, year=form.year.data)
    if request.form.get("go") == "rows" and all(
        _fits(sample, profile) for sample in samples_of(import_.files, limit=60).values()
    ):
        service.start_planning(import_, by=current_user)
        return done(_("The rows are being read. Nothing is imported yet."), "exchange.show", import_id=import_id)
    return done(_("Look at what each column becomes."), "exchange.mapping", import_id=import_id)


def _fits(sample: preview.Sample | Refusal, profile: Any) -> bool:
    return isinstance(sample, preview.Sample) and sample.fits(profile) is None


def _closed(import_: Import) -> Response:
    return refuse(_("This import has begun; its files stay as they are."), "exchange.show", import_id=import_.id)


def _chosen_file(import_: Import) -> ImportFile:
    asked = request.args.get("file", "")
    if not asked:
        return import_.files[0]
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        abort(404)
    return find_file(import_, int(asked))


def _kind_form(import_: Import) -> tuple[KindForm, dict[str, queries.KindOfList]]:
    """The kinds to choose from, with the present one as it was changed for this import on top."""
    kinds = queries.kinds_of_list()
    mine = queries.KindOfList("", profile_of(import_))
    same = next((known for known in kinds if own_view(known.profile) == mine.profile), None)
    form = KindForm(
        data=None if request.form.get("kind") is not None else {"kind": same.choice if same else "", "year": import_.year}
    )
    form.offer(kinds if same else [mine, *kinds])
    return form, {known.choice: known for known in kinds}


def _layout(file: ImportFile, overrides: Overrides) -> Layout | None:
    try:
        return preview.known_layout(service.path_of(file), overrides)
    except Refusal:
        return None


def _draw(
    import_: Import,
    file: ImportFile,
    *,
    adding: FileForm | None = None,
    layout_form: LayoutForm | None = None,
    kind_form: KindForm | None = None,
) -> Response:
    samples = samples_of(import_.files, limit=60)
    profile = profile_of(import_)
    sample = samples[file.id]
    readable = sample if isinstance(sample, preview.Sample) else None
    if layout_form is None:
        chosen = Overrides(**file.overrides)
        layout_form = LayoutForm(
            formdata=None,
            data={name: getattr(chosen, name) or "" for name in ("encoding", "delimiter", "line_end", "sheet")}
            | {"header_row": chosen.header_row},
        )
        layout_form.offer(_layout(file, Overrides()), readable.layout if readable else None)
    header_row = readable.header_row(profile) if readable else 0
    wrong = any(form is not None and (form.errors or form.form_errors) for form in (adding, layout_form, kind_form))
    return render(
        "exchange/files.html",
        status=422 if wrong else 200,
        import_=import_,
        file=file,
        samples=samples,
        sample=readable,
        refusal=None if readable else sentences.of_refusal(sample),  # type: ignore[arg-type]
        header_row=header_row,
        columns=preview.columns_of(readable, header_row) if readable else [],
        rows=readable.below(header_row)[: preview.SHOWN] if readable else [],
        above=[row for row in readable.rows if row.number < header_row and not row.blank] if readable else [],
        fits={each.id: _fits(samples[each.id], profile) for each in import_.files},
        misfit=_misfit(sample, profile),
        adding=adding or FileForm(formdata=None),
        layout_form=layout_form,
        kind_form=kind_form or _kind_form(import_)[0],
        profile=profile,
        steps=steps(),
        here=url_for("exchange.files", import_id=import_.id),
    )


def _misfit(sample: preview.Sample | Refusal, profile: Any) -> str:
    refusal = sample.fits(profile) if isinstance(sample, preview.Sample) else None
    return sentences.of_refusal(refusal) if refusal else ""
