"""Signing up: the form, what is said after it to everybody alike, the confirmation, and the form in a frame."""

from typing import Any

from flask import Response, abort, request
from flask_babel import force_locale

from crm.bulletins import agreement
from crm.bulletins.models import SignUp
from crm.core import languages
from crm.core import scope as scopes
from crm.core.access import open_to_other_sites, public
from crm.core.headers import use_policy
from crm.core.pages import render
from crm.core.text import told
from crm.mail.addresses import masked
from crm.portal import archive, queries, service
from crm.portal.forms import LANGUAGES, SignUpAnswer, kept
from crm.portal.queries import Offer
from crm.portal.views.blueprint import agent, bp


@bp.route("/subscribe", methods=["GET", "POST"])
@bp.route("/subscribe/<string:slug>", methods=["GET", "POST"])
@public
@open_to_other_sites
def sign_up(slug: str = "") -> Response:
    """The bulletins of one office, or one bulletin by its own address (a QR code leads there)."""
    if request.method == "POST":
        return _take()
    if slug:
        offer = queries.offer_of(slug)
        return _page(offer, SignUpAnswer()) if offer else abort(404)
    offers = queries.offers()
    wanted = request.args.get("office")
    if wanted is not None:
        offers = [offer for offer in offers if offer.office.code == wanted] or abort(404)
    if len(offers) == 1:
        return _page(offers[0], SignUpAnswer())
    return render("portal/offices.html", offers=offers, office=None)


def _take() -> Response:
    answer = SignUpAnswer.read(request.form, languages.current())
    offer = _asked_for(answer.slugs)
    if answer.is_trapped:  # a program filled in what no person sees: it hears what everybody hears
        return _sent(offer, answer)
    if not answer.check():
        return _page(_whole(offer), answer, status=422)
    scopes.start(scopes.Scope(None, frozenset({offer.office.id}), offer.office.id))
    try:
        service.ask(_as_asked(offer, answer))
    except service.TooMany:
        return render("portal/too_many.html", status=429, office=offer.office)
    return _sent(offer, answer)


def _asked_for(slugs: list[str]) -> Offer:
    """What was ticked, all of one office. A list that is not open to the public does not exist here: 404."""
    if not slugs:
        offers = queries.offers()
        return offers[0] if offers else abort(404)
    found = [queries.offer_of(slug) or abort(404) for slug in slugs]
    if len({offer.office.id for offer in found}) > 1:
        abort(404)
    return Offer(found[0].office, [offer.bulletins[0] for offer in found])


def _whole(offer: Offer) -> Offer:
    """The office's whole offer, for showing the form again with the ticks that were set."""
    return next(each for each in queries.offers() if each.office.id == offer.office.id)


def _as_asked(offer: Offer, answer: SignUpAnswer) -> service.Asked:
    sentences = [agreement.bulletin_sentence(offer.office.name, answer.language)]
    if answer.allows_clicks:
        sentences.append(agreement.clicks_sentence(answer.language))
    return service.Asked(
        email=answer.email,
        bulletins=offer.bulletins,
        office=offer.office,
        language=answer.language,
        wording="\n".join(sentences),
        name=answer.name,
        allows_clicks=answer.allows_clicks,
        evidence=told(request.headers.get("Origin") or request.base_url, 1000),
        address=request.remote_addr or "",
        agent=agent(),
    )


def _page(offer: Offer, answer: SignUpAnswer, *, status: int = 200) -> Response:
    newest = archive.newest(offer.bulletins, languages.current())
    return render("portal/sign_up.html", status=status, answer=answer, newest=newest, **_shown(offer, answer))


def _shown(offer: Offer, answer: SignUpAnswer) -> dict[str, Any]:
    language = languages.current()
    return {
        "office": offer.office,
        "bulletins": offer.bulletins,
        "version": agreement.VERSION,
        "sentence": agreement.bulletin_sentence(offer.office.name, language),
        "clicks": agreement.clicks_sentence(language),
        "stamp": kept(answer.stamp),
    }


def _sent(offer: Offer, answer: SignUpAnswer) -> Response:
    """The same for an address that is known, unknown, written to often enough, or made up by a program."""
    return render("portal/sent.html", office=offer.office, address=masked(answer.email))


@bp.get("/widget/<string:slug>")
@public
def widget(slug: str) -> Response:
    """The form in a frame of another site: no script, no cookie, and the only page of ours that may be framed."""
    offer = queries.offer_of(slug)
    if offer is None:
        abort(404)
    use_policy("embed")
    return render("portal/widget.html", bulletin=offer.bulletins[0], **_shown(offer, SignUpAnswer()))


@bp.route("/confirm/<string:token>", methods=["GET", "POST"])
@public
@open_to_other_sites
def confirm(token: str) -> Response:
    """The link of the mail shows a button; only the button confirms. Programs that look at mail open every link."""
    waiting = queries.sign_up_of(token)
    if waiting is None or waiting.used_at is not None:
        return _ended(waiting)
    office = queries.office_of(waiting.office_id)
    bulletins = queries.bulletins_of(waiting)
    if not bulletins:
        return _ended(waiting)
    shown = {"office": office, "bulletins": bulletins, "address": masked(waiting.email), "zone": office.timezone}
    with force_locale(request.args.get("lang") if request.args.get("lang") in ("id", "en") else waiting.language):
        if request.method != "POST":
            return render("portal/confirm.html", sign_up=waiting, until=waiting.created_at + queries.LASTS, **shown)
        scopes.start(scopes.Scope(None, frozenset({office.id}), office.id))
        try:
            made = service.confirm(waiting, address=request.remote_addr or "", agent=agent())
        except service.LinkEnded:
            return _ended(waiting)
        return render("portal/confirmed.html", token=made[0].token, **shown)


def _ended(waiting: SignUp | None) -> Response:
    """Used, too old, or made up: the page says the same of an unknown and of an old one."""
    if waiting is None:
        return render("portal/link_ended.html", status=404, office=None, is_used=False)
    asked = request.args.get("lang", "")
    with force_locale(asked if asked in LANGUAGES else waiting.language):
        return render("portal/link_ended.html", status=410, office=queries.office_of(waiting.office_id), is_used=True)
