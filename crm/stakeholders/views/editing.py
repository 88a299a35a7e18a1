"""Adding and changing organizations and people: doubles are shown before saving, and a second editor sees both versions."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_login import current_user

from crm.core import transaction
from crm.core.access import Permission, requires
from crm.core.pages import done, render
from crm.core.text import whole_number
from crm.stakeholders import details as d
from crm.stakeholders import queries, service
from crm.stakeholders.forms import StakeholderForm
from crm.stakeholders.keys import StakeholderKind
from crm.stakeholders.models import Organization, Stakeholder
from crm.stakeholders.views.blueprint import bp, find_changeable, home_office_id, sees_private
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

_NEW = {
    StakeholderKind.ORGANIZATION: "stakeholders/new_organization.html",
    StakeholderKind.PERSON: "stakeholders/new_person.html",
}
_EDIT = {
    StakeholderKind.ORGANIZATION: "stakeholders/edit_organization.html",
    StakeholderKind.PERSON: "stakeholders/edit_person.html",
}


@bp.route("/stakeholders/organizations/new", methods=["GET", "POST"])
@requires(Permission.STAKEHOLDERS_WRITE)
def new_organization() -> Response:
    return _new(StakeholderKind.ORGANIZATION)


@bp.route("/stakeholders/people/new", methods=["GET", "POST"])
@requires(Permission.STAKEHOLDERS_WRITE)
def new_person() -> Response:
    return _new(StakeholderKind.PERSON)


def _new(kind: StakeholderKind) -> Response:
    template = _NEW[kind]
    form = FORMS[kind](data=_first_values(kind), with_private=sees_private(), choose_office=True)
    if request.method != "POST" or _redraws(form):
        return _draw(template, form)
    if not form.validate():
        return _draw(template, form, status=422)
    office_id = form.office_id.data if "office_id" in form else home_office_id()
    details = form.details(lambda name, category: add_organization(name, category, office_id))  # type: ignore[attr-defined]
    doubles = [] if request.form.get("save_anyway") else queries.duplicates_of(kind, details)
    shouted = "" if request.form.get("save_anyway") else getattr(form, "shouted_name", "")
    if doubles or shouted:
        return _draw(template, form, status=422, doubles=doubles, shouted=shouted)
    create = service.create_person if kind is StakeholderKind.PERSON else service.create_organization
    made = create(details, office_id=office_id, by=current_user)  # type: ignore[arg-type]
    return done(_("%(name)s is added.", name=made.name), "stakeholders.show", stakeholder_id=made.id)


def _first_values(kind: StakeholderKind) -> dict[str, Any]:
    """What the address suggests: ?name= from a search without a hit, ?organization= from the page of one."""
    given = {
        "name": request.args.get("name", "").replace("\x00", "")[:200],
        "owner_id": current_user.id,
        "office_id": home_office_id(),
    }
    organization_id = whole_number(request.args.get("organization", ""))
    if kind is StakeholderKind.PERSON and organization_id is not None:
        name = queries.organization_name(organization_id)
        if name:
            given["affiliations"] = [{"organization": name, "organization_id": str(organization_id)}]
    return given


def _redraws(form: StakeholderForm) -> bool:
    """Without script a button asks for one more row, or for the name in ordinary capitals: nothing is saved yet."""
    row = request.form.get("add_row", "")
    if row:
        form.add_row(row)
    elif request.form.get("recase") and getattr(form, "shouted_name", ""):
        form.name.data = form.shouted_name  # type: ignore[attr-defined]
    else:
        return False
    transaction.discard()
    return True


def _draw(template: str, form: StakeholderForm, *, status: int = 200, **context: Any) -> Response:
    form.fill_up()
    return render(template, status=status, form=form, **{"doubles": [], "shouted": "", **context})


# Changing ------------------------------------------------------------------------------------------------------------


@bp.route("/stakeholders/<int:stakeholder_id>/edit", methods=["GET", "POST"])
@requires(Permission.STAKEHOLDERS_WRITE)
def edit(stakeholder_id: int) -> Response:
    stakeholder = find_changeable(stakeholder_id)
    kind = stakeholder.kind
    if request.method != "POST":
        return _edit_page(stakeholder, form_of(stakeholder))
    form = FORMS[kind](with_private=sees_private(stakeholder), owner_id=stakeholder.owner_id)
    if _redraws(form):
        return _edit_page(stakeholder, form)
    if not form.validate():
        return _edit_page(stakeholder, form, status=422)
    details = form.details(lambda name, category: add_organization(name, category, stakeholder.office_id))  # type: ignore[attr-defined]
    if request.form.get("take"):
        return _take(stakeholder, form, details, request.form["take"])
    if not request.form.get("save_anyway"):
        stored = queries.details_of(stakeholder, with_private=sees_private(stakeholder))
        doubles = queries.new_duplicates_of(stakeholder, stored, details)
        shouted = getattr(form, "shouted_name", "") if details.name != stakeholder.name else ""
        if doubles or shouted:
            return _edit_page(stakeholder, form, status=422, doubles=doubles, shouted=shouted)
    return _save(stakeholder, form, details)


def _save(stakeholder: Stakeholder, form: StakeholderForm, details: Any) -> Response:
    stakeholder_id = stakeholder.id
    save = service.edit_organization if isinstance(stakeholder, Organization) else service.edit_person
    try:
        save(stakeholder, details, by=current_user, seen_version=form.seen_version)  # type: ignore[arg-type]
    except service.StaleRecord:
        transaction.abandon()
        pending: Pending = {}
        mine = form.details(partial(remember, pending))  # type: ignore[attr-defined]
        return _both_versions(find_changeable(stakeholder_id), mine, form.seen_marks, pending)
    except service.ParentCircle:
        form.refuse_circle()  # type: ignore[attr-defined]
        return _edit_page(stakeholder, form, status=422)
    return done(_("%(name)s is saved.", name=details.name), "stakeholders.show", stakeholder_id=stakeholder_id)


def _edit_page(stakeholder: Stakeholder, form: StakeholderForm, *, status: int = 200, **context: Any) -> Response:
    form.fill_up()
    return render(
        _EDIT[stakeholder.kind],
        status=status,
        form=form,
        stakeholder=stakeholder,
        **{"doubles": [], "shouted": "", "versions": [], **context},
    )


# Two editors ---------------------------------------------------------------------------------------------------------


def _both_versions(stakeholder: Stakeholder, mine: Any, seen: dict[str, str], pending: Pending) -> Response:
    """Refuse the save and show both. Fields that only the other changed are taken over; where both did, mine stands until chosen."""
    theirs = queries.details_of(stakeholder, with_private=sees_private(stakeholder))
    merged, contested = d.merged(mine, theirs, seen)
    form = form_of(stakeholder, merged, pending)
    form.contested.data = ",".join(contested)
    rows = version_rows(mine, theirs, merged, contested)
    return _edit_page(stakeholder, form, status=CONFLICT, versions=rows, **other_editor(stakeholder))


def _take(stakeholder: Stakeholder, form: StakeholderForm, mine: Any, name: str) -> Response:
    """Put the stored value of one contested field into the form; the rest stays as typed. Nothing is saved yet."""
    transaction.discard()
    theirs = queries.details_of(stakeholder, with_private=sees_private(stakeholder))
    open_fields = [field for field in (form.contested.data or "").split(",") if field in d.field_names(type(theirs))]
    if name in open_fields:
        mine = replace(mine, **{name: getattr(theirs, name)})
        open_fields.remove(name)
    drawn = form_of(stakeholder, mine)
    drawn.version.data, drawn.seen.data = form.version.data, form.seen.data
    drawn.contested.data = ",".join(open_fields)
    rows = version_rows(mine, theirs, mine, tuple(open_fields))
    return _edit_page(stakeholder, drawn, versions=rows, **other_editor(stakeholder))
