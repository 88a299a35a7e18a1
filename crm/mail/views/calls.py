"""What the local outbox took for many people: a row a call, and each person's mail drawn when somebody asks for it."""

from flask import Response, abort, make_response, request, url_for

from crm.core.access import Permission, requires
from crm.core.headers import use_policy
from crm.core.pages import render
from crm.mail import outbox, queries
from crm.mail.models import OutboxMessage
from crm.mail.views.blueprint import SETTINGS, bp

PEOPLE = 100  # on a page


@bp.get(f"{SETTINGS}/outbox/calls")
@requires(Permission.MAIL_READ)
def list_calls() -> Response:
    """Newest first, those of the offices in scope."""
    page = queries.page_of_calls(cursor=request.args.get("after"))
    following = url_for("mail.list_calls", after=page.next_cursor) if page.next_cursor else None
    return render("mail/calls.html", page=page, next_url=following)


@bp.get(f"{SETTINGS}/outbox/calls/<int:call_id>")
@requires(Permission.MAIL_READ)
def show_call(call_id: int) -> Response:
    """The people of a call."""
    call = _call(call_id)
    start = min(max(request.args.get("from", 0, type=int), 0), max(call.recipients - 1, 0))
    people = [
        (place, person["to"][0]) for place, person in enumerate(call.payload["personalizations"][start : start + PEOPLE], start)
    ]
    following = (
        url_for("mail.show_call", call_id=call.id, **{"from": start + PEOPLE}) if start + PEOPLE < call.recipients else None
    )
    return render("mail/call.html", call=call, people=people, next_url=following)


@bp.get(f"{SETTINGS}/outbox/calls/<int:call_id>/<int:place>/message.eml")
@requires(Permission.MAIL_READ)
def call_eml(call_id: int, place: int) -> Response:
    """One person's mail as a file that a mail program opens."""
    call = _call(call_id)
    if place >= call.recipients:
        abort(404)
    use_policy("file")
    answer = make_response(outbox.as_eml(call.payload, call.reference, place).encode("utf-8", "surrogateescape"))
    answer.mimetype = "message/rfc822"
    answer.headers["Content-Disposition"] = f'attachment; filename="mitra-{call_id}-{place}.eml"'
    return answer


def _call(call_id: int) -> OutboxMessage:
    return queries.call_visible(call_id) or abort(404)
