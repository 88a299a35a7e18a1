"""The mail as a receiver gets it, in a frame that can run nothing and load nothing from elsewhere; and a test to oneself."""

from typing import Any

from flask import Response, abort, current_app, make_response, request
from flask_babel import gettext as _
from flask_login import current_user

from crm.campaigns import service
from crm.campaigns.approval import NotADraft
from crm.campaigns.models import Campaign
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.found import find, is_draft, language_asked, left_the_drafts
from crm.campaigns.writing import fields, looks, rendering
from crm.campaigns.writing.looks import Look
from crm.core.access import Permission, requires
from crm.core.headers import use_policy
from crm.core.pages import done, get_or_404, refuse
from crm.core.text import whole_number
from crm.stakeholders import queries as stakeholders


@bp.get("/<int:campaign_id>/preview")
@requires(Permission.CAMPAIGNS_READ)
def preview(campaign_id: int) -> Response:
    """`look` is phone, desktop, dark, bare or text; `person` the id or name of somebody in scope whose mail it is."""
    campaign = find(campaign_id)
    language = language_asked(campaign)
    asked = request.args.get("look", Look.PHONE.value)
    if asked not in {each.value for each in Look}:
        abort(404)
    made = rendering.render_all(campaign)[language]
    filled = fields.substitutions(made.tags, _values(campaign), dict.fromkeys(fields.LINK_FIELDS, "#"))
    use_policy("preview")
    if asked == Look.TEXT:
        answer = make_response(f"{fields.substitute(made.subject, filled)}\n\n{fields.substitute(made.text, filled)}")
        answer.mimetype = "text/plain"
        return answer
    seen = looks.as_seen(made.html, Look(asked), base_url=str(current_app.config["PUBLIC_BASE_URL"]))
    return make_response(fields.substitute(seen, filled))


def _values(campaign: Campaign) -> dict[str, Any]:
    """The personal fields of the asked-for recipient: 404 for one who does not exist for this person."""
    given = request.args.get("person_id") or request.args.get("person", "")
    if not given.strip():
        return {}
    record_id = whole_number(given)
    if record_id is None:
        named = stakeholders.stakeholders_named(given[:200])
        if len(named) != 1:
            abort(404)
        record_id = named[0][0]
    person = get_or_404(stakeholders.stakeholders_visible_to(current_user), record_id)
    return fields.load(fields.FIELDS, [person.id]).get(person.id, {})


@bp.post("/<int:campaign_id>/test-mail")
@requires(Permission.CAMPAIGNS_WRITE)
def test_mail(campaign_id: int) -> Response:
    """To one's own address and to no other: a draft is nobody else's mail."""
    campaign = find(campaign_id)
    if not is_draft(campaign):
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    language = language_asked(campaign)
    try:
        service.send_test(
            campaign, language=language, values={"name": current_user.name, "greeting": current_user.name}, by=current_user
        )
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    return done(
        _("A test is on its way to %(email)s.", email=current_user.email),
        "campaigns.edit",
        campaign_id=campaign.id,
        language=language,
    )
