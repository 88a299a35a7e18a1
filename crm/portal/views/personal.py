"""What a personal link of a mail opens: preferences, and stopping by one press. A GET or HEAD changes nothing.

A POST is looked at before it waits for its turn to write: a made-up link and a stop that was made before wait for nobody. A real stop waits
long, and not behind the office's own work: whoever sent it, often a program, does not come back.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flask import Response, abort, current_app, make_response, request, url_for
from flask_babel import force_locale
from werkzeug.utils import redirect

from crm.bulletins import agreement
from crm.bulletins.models import SubscriptionState
from crm.core import languages, transaction
from crm.core import scope as scopes
from crm.core.access import looks_first, open_to_other_sites, public
from crm.core.headers import use_policy
from crm.core.pages import render
from crm.core.text import whole_number
from crm.mail.addresses import masked
from crm.portal import queries, service
from crm.portal.forms import LANGUAGES
from crm.portal.queries import Holder
from crm.portal.views.blueprint import agent, bp

SAID = ("saved", "stopped")
STOP_PATIENCE = 10.0  # seconds, in line and again at the lock
TEST = "test"  # what stands for a token in the links of a test mail


@bp.route("/b/<string:token>", methods=["GET", "POST"])
@public
@open_to_other_sites
@looks_first
def preferences(token: str) -> Response:
    """Every bulletin of the address on or off, the language, clicks; and stopping everything."""
    if token == TEST:
        return _test()
    holder = _holder(token)
    if holder is None:
        return _ended()
    if request.method == "POST":
        return _save(holder)
    rows = service.choices_of(holder)
    said = request.args.get("said", "")
    with _language_of(holder):
        return render(
            "portal/preferences.html",
            office=holder.office,
            token=token,
            address=masked(holder.email),
            rows=rows,
            chosen=rows[0].language if rows else languages.current(),
            allows_clicks=any(not row.refuses_clicks for row in rows),
            is_active=any(row.state is SubscriptionState.ACTIVE for row in rows),
            sentence=agreement.return_sentence(holder.office.name, languages.current()),
            said=said if said in SAID else "",
        )


def _save(holder: Holder) -> Response:
    if request.form.get("action") == "stop":
        if not service.has_stopped_everything(holder):
            service.stop_everything(_in_turn(holder, is_stop=True), how="preferences")
        said = "stopped"
    else:
        holder = _in_turn(holder)
        given = request.form.get("language", "")
        service.choose(
            holder,
            {number for value in request.form.getlist("on") if (number := whole_number(value)) is not None},
            language=given if given in LANGUAGES else "id",
            allows_clicks=bool(request.form.get("clicks")),
            address=request.remote_addr or "",
            agent=agent(),
            evidence=f"{current_app.config['PUBLIC_BASE_URL']}/b/…",
        )
        said = "saved"
    return redirect(url_for("portal.preferences", token=holder.token, said=said, lang=request.args.get("lang") or None), 303)  # type: ignore[return-value]


@bp.route("/b/<string:token>/stop", methods=["GET", "POST"])
@public
@open_to_other_sites
@looks_first
def unsubscribe(token: str) -> Response:
    """RFC 8058: a POST from anywhere ends it at once, without cookie, token of a form or redirect. A GET shows the button."""
    if token == TEST:
        return _test()
    holder = _holder(token)
    if holder is None:
        return _ended()
    if request.method == "POST" and not service.has_unsubscribed(holder):
        one_click = request.form.get("List-Unsubscribe", "").strip().casefold() == "one-click"
        holder = _in_turn(holder, is_stop=True)
        service.unsubscribe(holder, how="one-click" if one_click else "link")
    with _language_of(holder):
        return render(
            "portal/unsubscribe.html",
            office=holder.office,
            token=token,
            bulletin=holder.bulletin,
            address=masked(holder.email),
            is_done=request.method == "POST",
        )


@bp.get("/b/<string:token>/read")
@public
def read(token: str) -> Response:
    """The mail in the browser, for who sees it badly: as nobody's, because links are passed on."""
    if token == TEST:
        return _test()
    holder = queries.holder_of(token)
    found = queries.mail_of(holder) if holder else None
    if found is None:
        return _ended()
    use_policy("preview")
    return make_response(found)


def _language_of(holder: Holder) -> AbstractContextManager[Any]:
    """The page speaks as the mail did, whatever the browser's language; unless another one was asked for."""
    asked = request.args.get("lang", "") or holder.language
    return force_locale(asked) if asked in LANGUAGES else nullcontext()


def _holder(token: str) -> Holder | None:
    """Whose link it is; from here on the request may touch what belongs to this address, and nothing else."""
    holder = queries.holder_of(token)
    if holder is not None:
        offices = queries.offices_of_address(holder.email) | {holder.office.id}
        scopes.start(scopes.Scope(None, offices, holder.office.id))
    return holder


def _in_turn(holder: Holder, *, is_stop: bool = False) -> Holder:
    """Wait for the turn to write; what the link leads to is looked up anew then."""
    if is_stop:
        transaction.start_writing(transaction.OUTSIDE, patience=STOP_PATIENCE)
    else:
        transaction.start_writing()
    found = _holder(holder.token)
    if found is None:
        abort(404)
    return found


def _test() -> Response:
    """The links of a test mail belong to nobody: say so, and change nothing."""
    return render("portal/test_link.html", office=None)


def _ended() -> Response:
    return render("portal/link_ended.html", status=404, office=None, is_used=False)
