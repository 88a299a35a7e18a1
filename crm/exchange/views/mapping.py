"""The second screen: what each column becomes, how dates and participants are read, and whether that is remembered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from crm.core.access import Permission, may, requires
from crm.core.pages import done, refuse, render
from crm.exchange import mapping as mappings
from crm.exchange import preview, profiles_kept, queries, sentences, service, words
from crm.exchange.codes import Reason, Refusal
from crm.exchange.forms import MappingForm, skip_rules_of
from crm.exchange.models import Import, ImportFile
from crm.exchange.profile import PRIVATE, WORDS, Profile, SkipRule, Target
from crm.exchange.profile_format import with_answers
from crm.exchange.views.blueprint import bp, find_file, find_visible, is_open, profile_of, samples_of, steps
from crm.stakeholders import words as stakeholder_words

# Why a rule of a person leaves a row out; a repeated header needs no rule.
_SAID_REASONS = (Reason.BY_RULE, Reason.NOTE, Reason.HEADING, Reason.NIL_RETURN, Reason.TOTAL, Reason.CLOSED)


@bp.route("/imports/<int:import_id>/mapping", methods=["GET", "POST"])
@requires(Permission.IMPORTS_RUN)
def mapping(import_id: int) -> Response:
    import_ = find_visible(import_id)
    if not is_open(import_):
        return refuse(_("This import has begun; its columns stay as they are."), "exchange.show", import_id=import_id)
    page = _page(import_)
    if isinstance(page, Refusal):
        return refuse(sentences.of_refusal(page), "exchange.files", import_id=import_id, **_file_argument())
    if request.method != "POST":
        return _draw(import_, page, MappingForm.of(page.profile))
    form = MappingForm()
    if form.validate() and (profile := _decided(form, page)) is not None:
        return _keep(import_, profile, form, page)
    return _draw(import_, page, form)


@dataclass
class _Page:
    """One file of the import with the profile that its columns are matched with."""

    file: ImportFile
    sample: preview.Sample
    samples: dict[int, preview.Sample]
    profile: Profile
    header_row: int
    columns: list[preview.ColumnLook]
    allowed: list[str]

    @property
    def width(self) -> int:
        return len(self.sample.headers(self.header_row))


def _file_argument() -> dict[str, Any]:
    asked = request.values.get("file", "")
    return {"file": asked} if asked else {}


def _page(import_: Import) -> _Page | Refusal:
    profile = profile_of(import_)
    samples = samples_of(import_.files)
    file = _asked_file(import_, profile, samples)
    sample = samples[file.id]
    if isinstance(sample, Refusal):
        return sample
    header_row = sample.header_row(profile)
    readable = {file_id: each for file_id, each in samples.items() if isinstance(each, preview.Sample)}
    with_private = may(Permission.STAKEHOLDERS_READ_PRIVATE)
    allowed = sorted(mappings.fields_for(profile, with_private=with_private), key=lambda name: words.FIELD_ORDER.get(name, 99))
    return _Page(file, sample, readable, profile, header_row, preview.columns_of(sample, header_row), allowed)


def _asked_file(import_: Import, profile: Profile, samples: dict[int, preview.Sample | Refusal]) -> ImportFile:
    """The file that was asked for, else the first that does not fit yet, else the first."""
    asked = request.values.get("file", "")
    if asked:
        if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
            abort(404)
        return find_file(import_, int(asked))
    misfits = (
        file
        for file in import_.files
        if isinstance(sample := samples[file.id], preview.Sample) and sample.fits(profile) is not None
    )
    return next(misfits, import_.files[0])


def _decided(form: MappingForm, page: _Page) -> Profile | None:
    """The profile that the form asks for; None, with the reason on the form, when it is none."""
    decisions = form.decisions(request.form, page.profile, width=page.width, allowed=page.allowed)
    if any(bool(rule.field) != rule.has_words for rule in decisions.skip or ()):
        form.form_errors = [_("A rule that leaves out rows needs both: a column, and the words in it.")]
        return None
    try:
        profile = mappings.decided(page.profile, page.sample.headers(page.header_row), decisions)
        if decisions.answers and "organization" in profile.split:
            profile = with_answers(profile, "organization", decisions.answers)
        return profiles_kept.checked(profile)
    except Refusal as refusal:
        form.form_errors = [sentences.of_refusal(refusal)]
        return None


def _keep(import_: Import, profile: Profile, form: MappingForm, page: _Page) -> Response:
    """Keep the decisions for this import, and for the next one when asked; then go on to the file that still does not fit, or to the rows."""
    if form.remember.data:
        title = form.title.data or words.title_of(profile)
        if title != words.title_of(profile):
            key = profiles_kept.key_for(title)
            profile = replace(profile, key=key, title={str(get_locale() or "id"): title})
        profiles_kept.save_profile(profile, office_id=import_.office_id, title=title, by=current_user)
    service.set_profile(import_, profile, year=import_.year)
    go = request.form.get("go", "rows")
    if go == "stay":
        return done(_("Kept. Nothing is imported yet."), "exchange.mapping", import_id=import_.id, file=page.file.id)
    for file_id, sample in page.samples.items():
        if sample.fits(profile) is not None:
            return done(_("Kept. This file still needs its columns."), "exchange.mapping", import_id=import_.id, file=file_id)
    service.start_planning(import_, by=current_user)
    return done(_("The rows are being read. Nothing is imported yet."), "exchange.show", import_id=import_.id)


def _draw(import_: Import, page: _Page, form: MappingForm) -> Response:
    profile = page.profile
    now = mappings.chosen_now(profile, page.sample.headers(page.header_row))
    sent = request.form if request.method == "POST" else None
    chosen = {c.place: sent.get(f"field-{c.place}", "") if sent else now.get(c.place, "") for c in page.columns}
    questions = preview.questions_of(page.samples.values(), profile, year=import_.year, names_known=queries.organizations_among)
    split = profile.split.get("organization")
    return render(
        "exchange/mapping.html",
        status=422 if form.errors or form.form_errors else 200,
        import_=import_,
        form=form,
        page=page,
        profile=profile,
        chosen=chosen,
        fits={file_id: sample.fits(profile) is None for file_id, sample in page.samples.items()},
        is_meetings=profile.target is Target.ENGAGEMENTS,
        fills={place for place, name in chosen.items() if (f"fill-{place}" in sent if sent else _fills(profile, name))},
        splits={place for place, name in chosen.items() if (f"split-{place}" in sent if sent else name in profile.split)},
        questions=questions,
        as_lines=mappings.as_lines,
        remembered=[(cell, mappings.as_lines(parties)) for cell, parties in split.answers.items()] if split else [],
        vocabularies=_vocabularies(page),
        private=PRIVATE,
        rules=_rules(skip_rules_of(sent, profile.skip) if sent and "skip-0" in sent else profile.skip),
        reasons=[(reason.value, sentences.of_row(reason.value)) for reason in _SAID_REASONS],
        rule_fields=[name for name in page.allowed if name in profile.columns or name in chosen.values()],
        group=sentences.of_group(profile),
        title=words.title_of(profile),
        steps=steps(),
        here=url_for("exchange.mapping", import_id=import_.id, file=page.file.id),
    )


def _rules(rules: Sequence[SkipRule]) -> list[tuple[SkipRule, str]]:
    """The rules with what they say, and an empty one to add."""
    return [*((rule, sentences.of_skip_rule(rule)) for rule in rules), (SkipRule(Reason.BY_RULE), "")]


def _fills(profile: Profile, name: str) -> bool:
    column = profile.columns.get(name)
    return bool(column and column.fill_down)


@dataclass(frozen=True)
class Vocabulary:
    """A field with words of its own: what stands in the files, what that means now, and what it may mean."""

    name: str
    found: list[tuple[str, int, str]]
    choices: list[tuple[str, Any]]
    otherwise: str
    is_free: bool


def _vocabularies(page: _Page) -> list[Vocabulary]:
    """The fields of the profile whose cells stand for other words."""
    made = []
    for name in page.allowed:
        rule = page.profile.values.get(name)
        if name not in page.profile.columns or (name not in WORDS and rule is None):
            continue
        there = preview.words_in(page.samples.values(), page.profile, name).most_common(preview.MOST_WORDS)
        found = [(text, times, mappings.meaning(page.profile, name, text)) for text, times in there]
        if found:
            made.append(Vocabulary(name, found, _choices(name), (rule.otherwise or "") if rule else "", name not in WORDS))
    return made


def _choices(name: str) -> list[tuple[str, Any]]:
    labels: dict[str, dict[Any, Any]] = {
        "category": stakeholder_words.CATEGORIES,
        "channel": stakeholder_words.CHANNELS,
        "language": stakeholder_words.LANGUAGES,
    }
    return [
        (getattr(value, "value", value), label) for value, label in labels.get(name, {}).items() if value in WORDS.get(name, ())
    ]
