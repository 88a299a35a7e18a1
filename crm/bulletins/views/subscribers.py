"""Subscribers of a bulletin: the list, adding one or many with the receipt of their consent, ending one, another address."""

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from crm.bulletins import pasted, queries, service, wording
from crm.bulletins.consents import Wanted
from crm.bulletins.forms import AddressForm, EndingForm, PastedForm, SubscriberForm
from crm.bulletins.models import Subscription, SubscriptionState
from crm.bulletins.views.blueprint import bp
from crm.bulletins.views.bulletins import find
from crm.core.access import Permission, requires
from crm.core.pages import done, filters_of_address, get_or_404, refuse, render, render_form

FILTERS = ("state", "find")
SHOWN_FAULTS = 200


@bp.get("/<int:bulletin_id>/subscribers")
@requires(Permission.SUBSCRIBERS_READ)
def subscribers(bulletin_id: int) -> Response:
    """Newest first, narrowed to a state and to the beginning of an address."""
    bulletin = find(bulletin_id)
    asked = filters_of_address(*FILTERS)
    state = _state(asked.get("state"))
    page = queries.page_of_subscribers(bulletin.id, state, asked.get("find", ""), cursor=request.args.get("after"))
    following = {"bulletin_id": bulletin.id, **asked, "after": page.next_cursor}
    return render(
        "bulletins/subscribers.html",
        part="bulletins/_rows_more.html",
        bulletin=bulletin,
        page=page,
        state=state,
        find=asked.get("find", ""),
        counts=None if request.args.get("after") else queries.counts_by_state(bulletin.id),
        next_url=url_for("bulletins.subscribers", **following) if page.next_cursor else None,
    )


@bp.route("/<int:bulletin_id>/subscribers/new", methods=["GET", "POST"])
@requires(Permission.SUBSCRIBERS_WRITE)
def new_subscriber(bulletin_id: int) -> Response:
    """One address, with what proves that its owner agreed."""
    bulletin = find(bulletin_id)
    form = SubscriberForm()
    form.offer()
    if form.validate_on_submit():
        try:
            subscription = service.subscribe(
                bulletin,
                form.email.data or "",
                form.consent(),
                name=form.name.data or "",
                language=form.language.data,
                by=current_user,
            )
        except service.NotTaken as refusal:
            form.email.errors = [str(wording.FAULTS[refusal.fault])]
        else:
            return done(_("The subscription is entered."), "bulletins.subscription", subscription_id=subscription.id)
    return render_form("bulletins/new_subscriber.html", form, bulletin=bulletin)


@bp.route("/<int:bulletin_id>/subscribers/import", methods=["GET", "POST"])
@requires(Permission.SUBSCRIBERS_WRITE)
def import_subscribers(bulletin_id: int) -> Response:
    """Many addresses that one piece of evidence stands for. Good lines are entered; the others are shown with why not."""
    bulletin = find(bulletin_id)
    form = PastedForm()
    form.offer()
    if not form.validate_on_submit():
        return render_form("bulletins/import_subscribers.html", form, bulletin=bulletin, entered=None, bad=[], more=0)
    lines, bad = pasted.read(form.lines.data or "")
    consent = form.consent()
    wanted = [Wanted(line.email, consent, line.name, line.language or form.language.data) for line in lines]
    faults = service.enter(bulletin, wanted, by=current_user)
    bad += [pasted.BadLine(lines[place].number, lines[place].email, fault) for place, fault in faults.items()]
    bad.sort(key=lambda line: line.number)
    entered = len(wanted) - len(faults)
    if entered and not bad:
        said = ngettext("%(num)s address is entered.", "%(num)s addresses are entered.", entered)
        return done(said, "bulletins.subscribers", bulletin_id=bulletin.id)
    return render(
        "bulletins/import_subscribers.html",
        status=200 if entered else 422,
        form=form,
        bulletin=bulletin,
        entered=entered,
        bad=bad[:SHOWN_FAULTS],
        more=max(0, len(bad) - SHOWN_FAULTS),
    )


@bp.get("/subscriptions/<int:subscription_id>")
@requires(Permission.SUBSCRIBERS_READ)
def subscription(subscription_id: int) -> Response:
    """One subscription with its receipts."""
    row = _find(subscription_id)
    receipts = [(receipt, row.bulletin.name) for receipt in queries.receipts_of_subscription(row.id)]
    return render("bulletins/subscription.html", subscription=row, receipts=receipts)


@bp.route("/subscriptions/<int:subscription_id>/ending", methods=["GET", "POST"])
@requires(Permission.SUBSCRIBERS_WRITE)
def ending(subscription_id: int) -> Response:
    row = _find(subscription_id)
    form = EndingForm()
    form.offer()
    if form.validate_on_submit():
        if not service.end_subscription(row, how=form.how.data, by=current_user):
            return refuse(_("This subscription has ended already."), "bulletins.subscription", subscription_id=row.id)
        return done(_("The subscription has ended. Nothing more is sent."), "bulletins.subscription", subscription_id=row.id)
    return render_form("bulletins/end_subscription.html", form, subscription=row)


@bp.route("/subscriptions/<int:subscription_id>/address", methods=["GET", "POST"])
@requires(Permission.SUBSCRIBERS_WRITE)
def address(subscription_id: int) -> Response:
    """The same person at a new address; links in mail to the old one end."""
    row = _find(subscription_id)
    form = AddressForm()
    if form.validate_on_submit():
        try:
            service.change_address(row, form.email.data or "", by=current_user)
        except service.NotTaken as refusal:
            form.email.errors = [str(wording.FAULTS[refusal.fault])]
        else:
            return done(_("The address is changed."), "bulletins.subscription", subscription_id=row.id)
    return render_form("bulletins/change_address.html", form, subscription=row)


def _find(subscription_id: int) -> Subscription:
    return get_or_404(queries.subscriptions_visible(), subscription_id)


def _state(asked: str | None) -> SubscriptionState | None:
    if not asked:
        return None
    try:
        return SubscriptionState(asked)
    except ValueError:
        abort(400)
