"""What the public does to its subscriptions: asking, confirming, choosing, stopping. Nothing here tells whether an address is known."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from crm.bulletins import service as bulletins
from crm.bulletins.agreement import VERSION, return_sentence
from crm.bulletins.consents import OWN_WILL, Consent
from crm.bulletins.models import Bulletin, ConsentChannel, LegalBasis, SignUp, Subscription, SubscriptionState
from crm.campaigns.events import moments
from crm.core import letters, settings, tokens
from crm.core.clock import now
from crm.core.db import db
from crm.mail import service as mail
from crm.mail import suppressing
from crm.mail.addresses import mailbox
from crm.mail.models import EVERYTHING, SuppressionReason, SuppressionSource
from crm.offices import letterhead
from crm.offices.models import Office
from crm.portal import limits, queries
from crm.portal.queries import Holder

log = structlog.get_logger(__name__)

# Not even a confirmation goes to these: they, or the office for them, asked for silence.
SILENT = frozenset({SuppressionReason.COMPLAINED, SuppressionReason.MANUAL})


class TooMany(Exception):
    """More sign-ups than a network, or the page, may make in an hour. It says nothing about an address."""


class LinkEnded(Exception):
    """The confirmation was used already, or nothing of what was ticked is open any more."""


@dataclass(frozen=True)
class Asked:
    """What a stranger sent: an address, what was ticked, and the wording as it was shown."""

    email: str
    bulletins: Sequence[Bulletin]
    office: Office
    language: str
    wording: str
    name: str = ""
    allows_clicks: bool = False
    evidence: str = ""
    address: str = ""
    agent: str = ""


def ask(asked: Asked) -> None:
    """Take a sign-up and write to the address, unless that was done often enough. Raises TooMany.

    An address that has all of it already gets another mail, with the link to its preferences: the page says the same to everybody.
    """
    box, place = mailbox(asked.email), limits.network(asked.address)
    limits.one_at_a_time(box)
    if reached := limits.is_flooded(place, asked.office.id):
        log.warning("sign-ups refused", limit=reached, office=asked.office.id)
        raise TooMany
    if limits.has_had_enough(box):
        return
    token = tokens.make()
    known = _has_all(asked)
    moment = now()
    row = SignUp(
        office_id=asked.office.id,
        email=asked.email,
        mailbox=box,
        token_hash=tokens.digest(token),
        bulletin_ids=",".join(str(bulletin.id) for bulletin in asked.bulletins),
        name=asked.name[:150],
        language=asked.language,
        wording=asked.wording,
        wording_version=VERSION,
        allows_clicks=asked.allows_clicks,
        evidence=asked.evidence[:1000],
        address=place,
        agent=asked.agent[:300],
        created_at=moment,
        used_at=moment if known else None,
    )
    db.session.add(row)
    db.session.flush()
    if known:
        letter = _letter("already", asked, link=letters.public_url("portal.preferences", token=known.token))
    else:
        link = letters.public_url("portal.confirm", token=token)
        letter = _letter("confirmation", asked, link=link, until=moment + queries.LASTS)
    if suppressing.refused([asked.email]).get(asked.email) not in SILENT:  # last, so that silence is no quicker an answer
        _send(letter, asked)


def _has_all(asked: Asked) -> Subscription | None:
    """A subscription of the address, when everything that was ticked is active already."""
    wanted = {bulletin.id for bulletin in asked.bulletins}
    active = [row for row in bulletins.subscriptions_of(asked.email) if row.state is SubscriptionState.ACTIVE]
    mine = [row for row in active if row.bulletin_id in wanted]
    return mine[0] if len(mine) == len(wanted) else None


def _letter(kind: str, asked: Asked, **context: object) -> letters.Letter:
    """Nothing that was typed stands in the mail, so that nobody can be sent a stranger's words."""
    head = letterhead.of(asked.office)
    base = str(settings.get("PUBLIC_BASE_URL"))
    return letters.draw(
        f"portal/mail/{kind}",
        language=asked.language,
        bulletins=asked.bulletins,
        head=head,
        logo=f"{base}{head.logo.path}" if head.logo else "",
        privacy=letters.public_url("portal.personal_data", code=asked.office.code, lang=asked.language),
        zone=asked.office.timezone,
        asked_at=now(),
        **context,
    )


def _send(letter: letters.Letter, asked: Asked) -> None:
    mail.send(
        purpose="bulletin-confirmation",
        to=asked.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        office_id=asked.office.id,
    )


def confirm(sign_up: SignUp, *, address: str, agent: str) -> list[Subscription]:
    """The button behind the link in the mail. Of two presses one wins. Raises LinkEnded."""
    taken = sa.update(SignUp).where(SignUp.id == sign_up.id, SignUp.used_at.is_(None)).values(used_at=now())
    if not db.session.execute(taken.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        raise LinkEnded
    consent = Consent(
        basis=LegalBasis.CONSENT,
        channel=ConsentChannel.WEB,
        wording=sign_up.wording,
        wording_version=sign_up.wording_version,
        given_at=sign_up.created_at,
        confirmed_at=now(),
        evidence=sign_up.evidence,
        address=sign_up.address or limits.network(address),
        agent=sign_up.agent or agent,
    )
    made = [_enter(bulletin, sign_up, consent) for bulletin in queries.bulletins_of(sign_up)]
    entered = [row for row in made if row is not None]
    if not entered:
        raise LinkEnded
    return entered


def _enter(bulletin: Bulletin, sign_up: SignUp, consent: Consent) -> Subscription | None:
    try:
        return bulletins.subscribe(
            bulletin,
            sign_up.email,
            consent,
            name=sign_up.name,
            language=sign_up.language,
            refuses_clicks=not sign_up.allows_clicks,
            own_wish=True,
        )
    except bulletins.NotTaken:
        return None


def choose(
    holder: Holder, wanted: Set[int], *, language: str, allows_clicks: bool, address: str, agent: str, evidence: str
) -> None:
    """What the holder of a link wants to get from now on: ids of subscriptions of this address; language; clicks recorded or not."""
    wording = return_sentence(holder.office.name, language)
    moment = now()
    consent = Consent(
        basis=LegalBasis.CONSENT,
        channel=ConsentChannel.WEB,
        wording=wording,
        wording_version=VERSION,
        given_at=moment,
        confirmed_at=moment,
        evidence=evidence,
        address=limits.network(address),
        agent=agent,
    )
    for row in choices_of(holder):
        if row.id in wanted and row.state is not SubscriptionState.ACTIVE:
            _again(row, consent)
        elif row.id not in wanted:
            bulletins.end_subscription(row, how="preferences")
        row.language, row.refuses_clicks = language, not allows_clicks
    db.session.flush()


def _again(row: Subscription, consent: Consent) -> None:
    try:
        bulletins.subscribe(row.bulletin, row.email, consent, name=row.name, language=row.language, own_wish=True)
    except bulletins.NotTaken:
        return  # reported as spam: only the office can let the address back in


def choices_of(holder: Holder) -> list[Subscription]:
    """The subscriptions of the address, on or off, to bulletins that still appear and that their holder may turn on."""
    return [row for row in bulletins.subscriptions_of(holder.email) if row.bulletin.archived_at is None and _is_open(row)]


def _is_open(row: Subscription) -> bool:
    """Of an internal bulletin only what the person left: whom the office took off it does not come back by a link of another one."""
    return row.state is SubscriptionState.ACTIVE or row.bulletin.is_public or row.ended_how in OWN_WILL


def stop_everything(holder: Holder, *, how: str) -> None:
    bulletins.stop_everything(holder.email, how=how, office_id=holder.office.id)
    _mark(holder)


def has_stopped_everything(holder: Holder) -> bool:
    """Whether `stop_everything` would change nothing."""
    rows = bulletins.subscriptions_of(holder.email)
    return _is_marked(holder) and _is_refused(holder, EVERYTHING) and all(row.state is SubscriptionState.ENDED for row in rows)


def unsubscribe(holder: Holder, *, how: str) -> None:
    """What the link was sent for ends: the subscription, else this bulletin for the address, else everything. Again changes nothing."""
    if holder.subscription is not None:
        bulletins.end_subscription(holder.subscription, how=how)
    if holder.subscription is None or holder.bulletin is None:
        suppressing.suppress(
            [holder.email],
            reason=SuppressionReason.UNSUBSCRIBED,
            source=SuppressionSource.PERSON,
            list_key=holder.list_key or EVERYTHING,
            note=how,
            office_id=holder.office.id,
        )
    _mark(holder)


def has_unsubscribed(holder: Holder) -> bool:
    """Whether `unsubscribe` would change nothing."""
    row = holder.subscription
    if row is not None and row.state is not SubscriptionState.ENDED:
        return False
    return _is_marked(holder) and (
        (row is not None and holder.bulletin is not None) or _is_refused(holder, holder.list_key or EVERYTHING)
    )


def _is_refused(holder: Holder, list_key: str) -> bool:
    return suppressing.is_told(holder.email, SuppressionReason.UNSUBSCRIBED, office_id=holder.office.id, list_key=list_key)


def _is_marked(holder: Holder) -> bool:
    return holder.delivery is None or holder.delivery.unsubscribed_at is not None


def _mark(holder: Holder) -> None:
    """The campaign that the link came with counts it, once."""
    if not _is_marked(holder):
        assert holder.delivery is not None
        moments.note(holder.delivery.id, "unsubscribed_at", now())
