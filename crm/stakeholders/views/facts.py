"""One part of the facts, changed where it stands: a form in its place, or without script as a page of its own."""

import datetime as dt
from functools import partial
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from crm.core import transaction
from crm.core.access import Permission, requires
from crm.core.pages import done, is_enhanced, render
from crm.stakeholders import details as d
from crm.stakeholders import queries, service
from crm.stakeholders.forms import StakeholderForm
from crm.stakeholders.models import Organization, Stakeholder
from crm.stakeholders.views.blueprint import bp, find_changeable, rhythm, sees_private
from crm.stakeholders.views.parts import FACTS, Fact, page_of_facts
from crm.stakeholders.views.versions import (
    CONFLICT,
    FORMS,
    Pending,
    add_organization,
    form_of,
    other_editor,
    remember,
    version_rows,
)

URL = "/stakeholders/<int:stakeholder_id>/facts/<any(" + ", ".join(FACTS) + "):fact_name>"
# Sent with each form: they are not part of what is stored.
_CARRIED = ("csrf_token", "form_key", "version", "seen", "add_row")


@bp.route(URL, methods=["GET", "POST"])
@requires(Permission.STAKEHOLDERS_WRITE)
def edit_fact(stakeholder_id: int, fact_name: str) -> Response:
    stakeholder, fact = find_changeable(stakeholder_id), FACTS[fact_name]
    if request.method != "POST":
        return _shown(stakeholder, fact) if request.args.get("shown") else _page(stakeholder, fact, form_of(stakeholder))
    form = _posted(stakeholder, fact)
    if request.form.get("add_row"):
        form.add_row(request.form["add_row"])
        transaction.discard()
        return _page(stakeholder, fact, form)
    if not form.validate():
        return _page(stakeholder, fact, form, status=422)
    return _save(stakeholder, fact, form)


def _posted(stakeholder: Stakeholder, fact: Fact) -> StakeholderForm:
    """The whole form: the fields of the part as they were sent, all others as they are stored. Other fields that were sent don't count."""
    with_private = sees_private(stakeholder)
    stored = FORMS[stakeholder.kind].data_of(queries.details_of(stakeholder, with_private=with_private))  # type: ignore[attr-defined]
    sent: MultiDict[str, str] = MultiDict()
    for field, value in stored.items():
        if not fact.holds(field):
            _flatten(sent, field, value)
    for field, values in request.form.lists():
        if field in _CARRIED or fact.holds(field.split("-")[0]):
            sent.setlist(field, values)
    return FORMS[stakeholder.kind](formdata=sent, with_private=with_private, owner_id=stakeholder.owner_id)


def _flatten(into: MultiDict[str, str], field: str, value: Any) -> None:
    """Stored data as a browser would send it."""
    if isinstance(value, list):
        for at, row in enumerate(value):
            for key, part in row.items():
                _flatten(into, f"{field}-{at}-{key}", part)
    elif value is True:
        into.add(field, "y")
    elif isinstance(value, dt.date):
        into.add(field, value.isoformat())
    elif value is not None and value is not False:  # nobody is 0, and 0 is equal to False
        into.add(field, str(value))


def _save(stakeholder: Stakeholder, fact: Fact, form: Any) -> Response:
    stakeholder_id, office_id = stakeholder.id, stakeholder.office_id
    mine = form.details(lambda name, category: add_organization(name, category, office_id))
    if not request.form.get("save_anyway"):
        stored = queries.details_of(stakeholder, with_private=sees_private(stakeholder))
        if doubles := queries.new_duplicates_of(stakeholder, stored, mine):
            return _page(stakeholder, fact, form, status=422, doubles=doubles)
    save: Any = service.edit_organization if isinstance(stakeholder, Organization) else service.edit_person
    try:
        save(stakeholder, mine, by=current_user, seen_version=form.seen_version)
    except service.StaleRecord:
        transaction.abandon()
        return _save_beside_another(find_changeable(stakeholder_id), fact, form, save)
    except service.ParentCircle:
        form.refuse_circle()
        return _page(stakeholder, fact, form, status=422)
    return _saved(stakeholder, fact)


def _save_beside_another(stakeholder: Stakeholder, fact: Fact, form: Any, save: Any) -> Response:
    """Somebody saved the record meanwhile. If it was another part, both stay; if it was this part, both versions are shown."""
    pending: Pending = {}
    mine = form.details(partial(remember, pending))
    theirs = queries.details_of(stakeholder, with_private=sees_private(stakeholder))
    merged, contested = d.merged(mine, theirs, form.seen_marks)
    contested = tuple(name for name in contested if fact.holds(name) or name in fact.details)
    if not contested:
        merged = (
            form.details(lambda name, category: add_organization(name, category, stakeholder.office_id)) if pending else merged
        )
        save(stakeholder, d.merged(merged, theirs, form.seen_marks)[0], by=current_user, seen_version=stakeholder.version)
        return _saved(stakeholder, fact)
    rows = [row for row in version_rows(mine, theirs, merged, contested) if row["contested"]]
    drawn = form_of(stakeholder, merged, pending)
    return _page(stakeholder, fact, drawn, status=CONFLICT, versions=rows, **other_editor(stakeholder))


def _saved(stakeholder: Stakeholder, fact: Fact) -> Response:
    if is_enhanced():
        return _shown(stakeholder, fact)
    message = _("%(name)s is saved.", name=stakeholder.name)
    return done(message, "stakeholders.show", stakeholder_id=stakeholder.id)


def _shown(stakeholder: Stakeholder, fact: Fact) -> Response:
    """The part as the page of the record shows it."""
    return render("stakeholders/_fact.html", fact=fact, **page_of_facts(stakeholder, rhythm()))


def _page(stakeholder: Stakeholder, fact: Fact, form: StakeholderForm, *, status: int = 200, **context: Any) -> Response:
    form.fill_up()
    return render(
        "stakeholders/edit_fact.html",
        part="stakeholders/_fact_form.html",
        status=status,
        stakeholder=stakeholder,
        fact=fact,
        form=form,
        url=url_for("stakeholders.edit_fact", stakeholder_id=stakeholder.id, fact_name=fact.name),
        back=url_for("stakeholders.edit_fact", stakeholder_id=stakeholder.id, fact_name=fact.name, shown=1)
        if is_enhanced()
        else url_for("stakeholders.show", stakeholder_id=stakeholder.id),
        **{"versions": [], "doubles": [], "shouted": "", **context},
    )
