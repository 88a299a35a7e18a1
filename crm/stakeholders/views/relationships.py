"""Relationships between stakeholders, as the office of the viewer keeps them."""

import contextlib

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.core.access import Permission, requires
from crm.core.pages import done, get_or_404, render_form
from crm.stakeholders import queries, service
from crm.stakeholders.forms import RelationshipForm
from crm.stakeholders.models import RelationshipKind, Stakeholder
from crm.stakeholders.views.blueprint import bp, find_visible, home_office_id


@bp.route("/stakeholders/<int:stakeholder_id>/relationships/new", methods=["GET", "POST"])
@requires(Permission.STAKEHOLDERS_WRITE)
def new_relationship(stakeholder_id: int) -> Response:
    stakeholder = find_visible(stakeholder_id)
    form = RelationshipForm()
    if form.validate_on_submit():
        assert form.chosen is not None
        other = find_visible(form.chosen.id or 0)
        if _add(stakeholder, other, form):
            message = _("Relationship with %(name)s added.", name=other.name)
            return done(message, "stakeholders.show", stakeholder_id=stakeholder.id)
    return render_form("stakeholders/new_relationship.html", form, stakeholder=stakeholder)


def _add(stakeholder: Stakeholder, other: Stakeholder, form: RelationshipForm) -> bool:
    try:
        service.add_relationship(
            stakeholder, to=other, kind=form.relationship, office_id=home_office_id(), by=current_user, note=form.note.data or ""
        )
    except service.AlreadyRelated:
        form.refuse_double()
        return False
    except service.RelatedToItself:
        form.refuse_itself()
        return False
    return True


@bp.post("/stakeholders/<int:stakeholder_id>/relationships/<int:link_id>/removal")
@requires(Permission.STAKEHOLDERS_WRITE)
def relationship_removal(stakeholder_id: int, link_id: int) -> Response:
    stakeholder = find_visible(stakeholder_id)
    link = get_or_404(queries.links_of(stakeholder), link_id)
    undo = url_for(
        "stakeholders.relationship_return",
        stakeholder_id=link.from_id,
        other_id=link.to_id,
        kind=link.kind.value,
        note=link.note or None,
    )
    service.remove_relationship(link, by=current_user)
    return done(_("Relationship removed."), "stakeholders.show", undo=undo, stakeholder_id=stakeholder.id)


@bp.post("/stakeholders/<int:stakeholder_id>/relationships/<int:other_id>/return")
@requires(Permission.STAKEHOLDERS_WRITE)
def relationship_return(stakeholder_id: int, other_id: int) -> Response:
    """Undo of a removal. Pressed twice, or after somebody put it back, it changes nothing."""
    stakeholder, other = find_visible(stakeholder_id), find_visible(other_id)
    kinds = {kind.value: kind for kind in RelationshipKind}
    kind = kinds.get(request.args.get("kind", ""), RelationshipKind.OTHER)
    note = request.args.get("note", "")[:200].replace("\x00", "")
    with contextlib.suppress(service.AlreadyRelated, service.RelatedToItself):
        service.add_relationship(stakeholder, to=other, kind=kind, office_id=home_office_id(), by=current_user, note=note)
    return done(_("Undone."), "stakeholders.show", stakeholder_id=stakeholder.id)
