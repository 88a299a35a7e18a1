"""Pages about mail: what was written and where it stands, the local outbox, and the decision about what is in doubt."""

import re

from flask import Response, abort, current_app, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.core.access import Permission, requires
from crm.core.headers import use_policy
from crm.core.pages import done, get_or_404, refuse, render, render_form
from crm.mail import instance, queries, service, wording
from crm.mail.forms import AGAIN, DecisionForm
from crm.mail.models import MailMessage, MessageState, OutboxMessage
from crm.mail.views.blueprint import SETTINGS, bp

_LINK = re.compile(r"https?://[^\s<>\"]+")


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"mail_words": wording}


@bp.get(SETTINGS)
@requires(Permission.MAIL_READ)
def index() -> Response:
    """All messages of one's offices, newest first."""
    state = _asked_state()
    page = queries.page_of_messages(state, cursor=request.args.get("after"))
    following = url_for("mail.index", state=state, after=page.next_cursor) if page.next_cursor else None
    doubted = queries.count_in(MessageState.IN_DOUBT)
    told = {"is_local": _is_local(), "is_copy": not instance.is_known()}
    return render("mail/index.html", page=page, state=state, doubted=doubted, next_url=following, **told)


@bp.get(f"{SETTINGS}/outbox")
@requires(Permission.MAIL_READ)
def outbox() -> Response:
    """What the local outbox holds instead of a mailbox."""
    page = queries.page_of_outbox(cursor=request.args.get("after"))
    following = url_for("mail.outbox", after=page.next_cursor) if page.next_cursor else None
    return render("mail/outbox.html", page=page, next_url=following, is_local=_is_local())


@bp.route(f"{SETTINGS}/<int:message_id>", methods=["GET", "POST"])
@requires(Permission.MAIL_READ)
def show(message_id: int) -> Response:
    """One message. While it is in doubt, a form asks for the decision."""
    message = _message(message_id)
    form = DecisionForm()
    if form.validate_on_submit():
        return _decide(message, again=form.decision.data == AGAIN)
    received = queries.outbox_message_of(message)
    text = _part(received, "text/plain") if received else ""
    return render_form("mail/show.html", form, message=message, received=received, text=text, links=_LINK.findall(text))


@bp.get(f"{SETTINGS}/<int:message_id>/preview")
@requires(Permission.MAIL_READ)
def preview(message_id: int) -> Response:
    """The HTML part of a message in the outbox, in a frame of its own that can run nothing and load nothing."""
    use_policy("preview")
    return make_response(_part(_received(message_id), "text/html"))


@bp.get(f"{SETTINGS}/<int:message_id>/message.eml")
@requires(Permission.MAIL_READ)
def eml(message_id: int) -> Response:
    """The message as a file that a mail program opens."""
    use_policy("file")
    answer = make_response(_received(message_id).eml.encode("utf-8", "surrogateescape"))
    answer.mimetype = "message/rfc822"
    answer.headers["Content-Disposition"] = f'attachment; filename="mitra-{message_id}.eml"'
    return answer


def _decide(message: MailMessage, *, again: bool) -> Response:
    try:
        (service.send_again if again else service.consider_sent)(message, by=current_user)
    except service.NotInDoubt:
        return refuse(_("This message was settled a moment ago."), "mail.show", message_id=message.id)
    said = _("The message goes out again.") if again else _("The message is taken as sent.")
    return done(said, "mail.show", message_id=message.id)


def _message(message_id: int) -> MailMessage:
    return get_or_404(queries.messages_visible(), message_id)


def _received(message_id: int) -> OutboxMessage:
    """What the outbox holds of a message that the person may see. Bodies that went to SendGrid are never shown: they held links."""
    received = queries.outbox_message_of(_message(message_id))
    if received is None:
        abort(404)
    return received


def _part(received: OutboxMessage, media_type: str) -> str:
    return next((part["value"] for part in received.payload["content"] if part["type"] == media_type), "")


def _asked_state() -> MessageState | None:
    asked = request.args.get("state")
    try:
        return MessageState(asked) if asked else None
    except ValueError:
        abort(400)


def _is_local() -> bool:
    return current_app.config["MAIL_TRANSPORT"] == "outbox"
