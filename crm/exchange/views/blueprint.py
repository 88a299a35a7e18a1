"""The blueprint of imports and exports, and what its views share."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort
from flask_babel import gettext as _
from flask_login import current_user

from crm.core.access import Permission, may
from crm.core.pages import get_or_404
from crm.exchange import mapping, preview, queries, sentences, service, words
from crm.exchange.codes import Refusal
from crm.exchange.models import Import, ImportFile, ImportState
from crm.exchange.profile import Profile
from crm.exchange.profile_format import parse_profile
from crm.exchange.sniffing import Overrides
from crm.offices import queries as offices

bp = Blueprint("exchange", __name__)
WORKING = frozenset({ImportState.PLANNING, ImportState.RUNNING, ImportState.UNDOING})
_OPEN = frozenset({ImportState.DRAFT, ImportState.PLANNED, ImportState.FAILED, ImportState.CANCELLED})


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"import_words": words, "row_sentence": sentences.of_row, "new_form_key": new_form_key}


def new_form_key() -> str:
    """A key for a form of one button: pressed twice, it does its work once."""
    return secrets.token_urlsafe(18)


def find_visible(import_id: int) -> Import:
    return get_or_404(queries.imports_visible_to(current_user), import_id)


def is_open(import_: Import) -> bool:
    """Whether files, columns and answers may still change: nothing was written yet."""
    return import_.state in _OPEN and import_.started_at is None


def find_file(import_: Import, file_id: int) -> ImportFile:
    found = next((file for file in import_.files if file.id == file_id), None)
    if found is None:
        abort(404)
    return found


def profile_of(import_: Import) -> Profile:
    return own_view(parse_profile(import_.profile))


def own_view(profile: Profile) -> Profile:
    """The profile as this person may use it: without private fields for those who may not see private data."""
    return profile if may(Permission.STAKEHOLDERS_READ_PRIVATE) else mapping.without_private(profile)


def overrides_of(file: ImportFile) -> Overrides:
    return Overrides(**file.overrides)


def sample_of(file: ImportFile, *, limit: int = preview.SAMPLED) -> preview.Sample:
    """The beginning of a file of an import. Raises Refusal."""
    return preview.sample_of(service.path_of(file), file.name, overrides_of(file), limit=limit)


def samples_of(files: Sequence[ImportFile], *, limit: int = preview.SAMPLED) -> dict[int, preview.Sample | Refusal]:
    """The beginning of each file, or why it can't be read as it was set. Together at most `limit` rows beyond the first of each."""
    found: dict[int, preview.Sample | Refusal] = {}
    left = limit
    for file in files:
        try:
            sample = sample_of(file, limit=max(left, 60))
        except Refusal as refusal:
            found[file.id] = refusal
            continue
        found[file.id] = sample
        left -= len(sample.rows)
    return found


def office_choices() -> list[tuple[int, str]]:
    return [(office.id, office.name) for office in offices.offices_in_tree_order()]


def steps() -> list[str]:
    return [_("Choose the file"), _("Match the columns"), _("Every row's fate")]
