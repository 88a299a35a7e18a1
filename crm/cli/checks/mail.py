"""The settings of mail, which must not contradict each other; whether this installation may send; and the posts of SendGrid that wait."""

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from flask import current_app

import config
from crm.cli.checks import check
from crm.core import clock
from crm.core.db import db
from crm.mail import instance
from crm.mail.hooks import signatures
from crm.mail.models import HookPost, Instance

WAITS_TOO_LONG = dt.timedelta(minutes=15)


def _set(name: str) -> str:
    return str(current_app.config[name] or "")


@check(
    "The settings of mail agree with each other.",
    do="Change them as docs/operations.md says, under SendGrid.",
    needs_database=False,
)
def mail_settings() -> Iterator[str]:
    key, hears = _set("SENDGRID_API_KEY"), _set("SENDGRID_WEBHOOK_KEY")
    if key and not hears and _set("MODE") == "production":
        yield "SENDGRID_API_KEY is set and SENDGRID_WEBHOOK_KEY is not: bounces are never heard of, and calls in doubt wait for a person."
    if key and _set("MAIL_TRANSPORT") == "outbox":
        yield "SENDGRID_API_KEY is set and MAIL_TRANSPORT is outbox: nothing leaves this machine."
    if key and _set("MODE") == "demo":
        yield "SENDGRID_API_KEY is set and MODE is demo: nothing leaves this machine."
    for name in ("SENDGRID_WEBHOOK_KEY", "INBOUND_WEBHOOK_KEY"):
        if _set(name) and not _is_readable_key(_set(name)):
            yield f"{name} is no public key of SendGrid's: every post is refused."
    secret, domain = _set("INBOUND_SECRET"), _set("INBOUND_DOMAIN")
    if secret and config.is_weak_key(secret):
        yield "INBOUND_SECRET is shorter than 32 characters or too regular: whoever guesses it can put answers on timelines."
    if bool(secret) != bool(domain):
        yield f"Of INBOUND_DOMAIN and INBOUND_SECRET only {'INBOUND_SECRET' if secret else 'INBOUND_DOMAIN'} is set: answers are not read."


def _is_readable_key(setting: str) -> bool:
    try:
        return bool(signatures.public_keys(setting))
    except signatures.WrongKey:
        return False


@check(
    "The do-not-send list outlives a new SECRET_KEY.",
    do="Set ADDRESS_KEY to a key of its own (python3 -c 'import secrets; print(secrets.token_urlsafe(48))') and keep it for ever, as "
    "you keep SECRET_KEY: by it erased people go on being refused. What was hashed before is still found.",
    only_deployed=True,
    needs_database=False,
)
def address_key() -> Iterator[str]:
    own = _set("ADDRESS_KEY").split()
    if not own:
        yield "ADDRESS_KEY is not set: a new SECRET_KEY without the old one in SECRET_KEY_FALLBACKS would let erased people back in."
    elif any(config.is_weak_key(key) for key in own):
        yield "ADDRESS_KEY is shorter than 32 characters or too regular: whoever guesses it can find out which addresses were erased."


@check(
    "This installation is the one that sends.",
    do="If the office moved here: flask crm confirm-installation. If this is a copy for trying out: leave it, it sends no mail.",
)
def installation() -> Iterator[str]:
    if instance.is_known():
        return
    claimed = db.session.scalar(sa.select(sa.func.max(Instance.claimed_at)))
    mine = instance.own_id()
    what = f"The data folder has the id {mine}" if mine else "The data folder has no id"
    yield f"{what}, and the database belongs to another installation (since {claimed:%Y-%m-%d %H:%M} UTC): no mail is sent from here."


@check(
    "What SendGrid posted is read as it comes.",
    do="Look whether the job worker runs and what it logs. The posts are kept until they are read.",
)
def waiting_posts() -> Iterator[str]:
    oldest = sa.select(HookPost.received_at).where(HookPost.done_at.is_(None)).order_by(HookPost.id).limit(1)
    received = db.session.scalar(oldest)
    if received is not None and (waits := clock.now() - received) > WAITS_TOO_LONG:
        yield f"The oldest post waits since {waits.total_seconds() / 60:.0f} minutes."


@check(
    "Everything that SendGrid posted could be read.",
    do="Settings, Readiness shows it. Single events that can't be read stop nothing; posts of this kind go after 90 days.",
)
def unreadable_posts() -> Iterator[str]:
    wrong = sa.select(HookPost.id, HookPost.kind, HookPost.received_at, HookPost.error).where(HookPost.error != "")
    for post_id, kind, received, error in db.session.execute(wrong.order_by(HookPost.id.desc())):
        yield f"Post {post_id} ({kind.value}, {received:%Y-%m-%d %H:%M} UTC): {error}"
