"""One-time links by mail: a new password, and the first one of an invited colleague."""

import datetime as dt

import sqlalchemy as sa

from crm.accounts import passwords, queries, throttle
from crm.accounts.emails import normal
from crm.accounts.models import AccountLink, LinkPurpose, User
from crm.accounts.service import acts
from crm.accounts.service.sessions import TooManyTries, end_sessions
from crm.accounts.throttle import Limits
from crm.activity.service import Actor
from crm.core import letters, tokens, transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue
from crm.mail import service as mail
from crm.offices.models import Office

MOST_RESETS_AN_HOUR = 12  # more would only fill a colleague's mailbox
_RESET_KEY = "new password for "


class LinkNotValid(Exception):
    """The link was used, is too old, was followed by a newer one, or its account is not open."""


def ask_for_reset(email: str, *, address: str, limits: Limits, lasts: dt.timedelta) -> None:
    """Take a request for a new password. Known and unknown addresses do the same here; a job looks whether there is an account.

    Requests count as tries of the network address. Raises TooManyTries.
    """
    key = _RESET_KEY + normal(email)
    standing = throttle.standing(key, address, limits)
    if standing.paused_until is not None:
        raise TooManyTries(standing.paused_until)
    throttle.note(key, address, succeeded=False)
    enqueue("accounts.send_reset_link", email=normal(email), minutes=int(lasts.total_seconds() // 60))


def send_reset_link(email: str, *, lasts: dt.timedelta) -> bool:
    """Send the link if the address belongs to an active account; say whether it was sent."""
    user = queries.user_by_email(email)
    if user is None or not user.is_active:
        return False
    if queries.links_made_since(user, LinkPurpose.RESET, now() - dt.timedelta(hours=1)) >= MOST_RESETS_AN_HOUR:
        return False
    _send(user, LinkPurpose.RESET, lasts=lasts)
    acts.note("reset-asked", user, by=None)
    return True


def invite(user: User, *, lasts: dt.timedelta, by: Actor | None) -> None:
    """Send an invitation to choose the first password; an earlier one stops working."""
    _send(user, LinkPurpose.INVITATION, lasts=lasts)
    acts.note("invited", user, by=by)


def use_link(token: str, purpose: LinkPurpose, *, password: str, typed_email: str | None = None) -> User:
    """Set the password that the link allows, once, and end every session. Role and office stay what the account says.

    `typed_email` is what the page sent along for password managers; another one than the account's is refused.
    Raises LinkNotValid, passwords.TooManyAtOnce.
    """
    link = queries.link_of(token, purpose)
    if link is None or (typed_email is not None and normal(typed_email) != link.email):
        raise LinkNotValid
    transaction.release()  # hashing takes a while, and nobody may wait for it
    fresh_hash = passwords.make_hash(password)
    link = queries.link_of(token, purpose)
    if link is None or not _take(link):
        raise LinkNotValid
    user = link.user
    user.password_hash = fresh_hash
    void_links(user)
    end_sessions(user)
    acts.note("password-reset" if purpose is LinkPurpose.RESET else "invitation-accepted", user, by=user)
    return user


def void_links(user: User) -> None:
    """Make every link that is still open useless."""
    _mark_used(sa.and_(AccountLink.user_id == user.id, AccountLink.used_at.is_(None)))


def _take(link: AccountLink) -> bool:
    """Mark it used; false when somebody else did a moment ago."""
    return _mark_used(sa.and_(AccountLink.id == link.id, AccountLink.used_at.is_(None))) == 1


def _mark_used(which: sa.ColumnElement[bool]) -> int:
    result = db.session.execute(
        sa.update(AccountLink).where(which).values(used_at=now()), execution_options={"synchronize_session": "fetch"}
    )
    return result.rowcount  # type: ignore[attr-defined]


def _send(user: User, purpose: LinkPurpose, *, lasts: dt.timedelta) -> None:
    token, moment = tokens.make(), now()
    _mark_used(sa.and_(AccountLink.user_id == user.id, AccountLink.purpose == purpose, AccountLink.used_at.is_(None)))
    db.session.add(
        AccountLink(
            purpose=purpose,
            user_id=user.id,
            email=user.email,
            token_hash=tokens.digest(token),
            created_at=moment,
            expires_at=moment + lasts,
        )
    )
    office = db.session.get(Office, user.office_id)
    letter = letters.draw(
        f"accounts/mail/{purpose.value}",
        language=user.language.value,
        user=user,
        office=office,
        link=letters.public_url("accounts.open_link", purpose=purpose.value, token=token),
        expires_at=moment + lasts,
        zone=office.timezone if office is not None else None,
    )
    mail.send(
        purpose=f"account-{purpose.value}",
        to=user.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        office_id=user.office_id,
    )
