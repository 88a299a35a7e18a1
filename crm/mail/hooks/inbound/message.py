"""A mail that came in, as features see it, from either form that SendGrid posts: the whole message (send_raw), or its parts. Pure."""

import contextlib
import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from email.message import Message
from enum import StrEnum

from crm.mail.hooks.inbound import mime, quotes
from crm.mail.hooks.inbound.automatic import Bounce, bounce_of, is_automatic
from crm.mail.hooks.inbound.post import Field, decode, fields
from crm.mail.hooks.inbound.proof import is_proved

UNPROVED = {"sender": "unproved"}  # among the checks: the From line is not to be believed
UNMATCHED = "unmatched"  # nobody knows what it answers


class NotForUs(ValueError):
    """The POST is no mail, or the mail is for another domain; the text says which in one word."""


class Kind(StrEnum):
    REPLY = "reply"
    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Incoming:
    """`message_key` is the same however often the mail is posted. `answered` are the Message-IDs that it refers to, the nearest first."""

    message_key: str
    kind: Kind
    from_email: str
    to: tuple[str, ...]
    subject: str
    text: str
    answered: tuple[str, ...]
    received_at: dt.datetime
    bounce: Bounce | None = None
    checks: dict[str, str] = field(default_factory=dict)


def read(content_type: str, body: bytes, *, domain: str, received_at: dt.datetime) -> Incoming:
    """Raises NotForUs. `domain` is the one whose mail is sent here; without one no mail is for us."""
    form = fields(content_type, body)
    if not form:
        raise NotForUs("no-mail")
    to = _envelope(form)
    ours = tuple(address for address in to if domain and address.rpartition("@")[2] == domain)
    if not ours:
        raise NotForUs("other-domain")
    message = mime.parse(form["email"].value) if "email" in form else _from_parts(form)
    said = mime.text(message)
    bounce = bounce_of(message)
    kind, writer = _kind(bounce, message), mime.address(message, "From")
    return Incoming(
        message_key=_key(message, said),
        kind=kind,
        from_email=writer,
        to=ours,
        subject=mime.header(message, "Subject")[:300],
        text=quotes.written_anew(said) if kind is Kind.REPLY else said,
        answered=_answered(message),
        received_at=received_at,
        bounce=bounce,
        checks=_checks(form, writer),
    )


def _kind(bounce: Bounce | None, message: Message) -> Kind:
    if bounce is not None:
        return Kind.COMPLAINT if bounce.is_complaint else Kind.BOUNCE
    return Kind.AUTO_REPLY if is_automatic(message) else Kind.REPLY


def _envelope(form: dict[str, Field]) -> list[str]:
    """Whom the mail was really for: the header `To` is only what its writer says."""
    with contextlib.suppress(ValueError, TypeError, AttributeError, KeyError):
        said = json.loads(form["envelope"].text())["to"]
        return [str(address).strip().lower()[:254] for address in said][:50]
    return []


def _from_parts(form: dict[str, Field]) -> Message:
    """The message put together again from its headers and texts, which are not in UTF-8: `charsets` says in what."""
    charsets = {}
    with contextlib.suppress(ValueError, KeyError):
        charsets = json.loads(form["charsets"].text())
    message = mime.parse(form["headers"].value + b"\r\n\r\n") if "headers" in form else Message()
    for name in ("From", "Subject", "To"):
        if not message[name] and name.lower() in form:
            message[name] = " ".join(form[name.lower()].text().split())
    said = _part(form, charsets, "text")
    if not said.strip() and "html" in form:
        said = mime.plain_of(_part(form, charsets, "html"))
    for name in ("Content-Type", "Content-Transfer-Encoding"):
        del message[name]
    message["Content-Type"] = 'text/plain; charset="utf-8"'
    message["Content-Transfer-Encoding"] = "8bit"
    message.set_payload(said.encode("utf-8", "replace").decode("ascii", "surrogateescape"))
    return message


def _part(form: dict[str, Field], charsets: object, name: str) -> str:
    charset = charsets.get(name, "utf-8") if isinstance(charsets, dict) else "utf-8"
    return decode(form[name].value, str(charset)) if name in form else ""


def _key(message: Message, said: str) -> str:
    """By its Message-ID; by what it says where it has none."""
    named = mime.header(message, "Message-ID")
    about = named or "\n".join([*(mime.header(message, name) for name in ("From", "To", "Date", "Subject")), said])
    return hashlib.sha256(about.encode("utf-8", "replace")).hexdigest()


def _answered(message: Message) -> tuple[str, ...]:
    found = [*mime.ids(message, "In-Reply-To"), *reversed(mime.ids(message, "References"))]
    for part in mime.parts(message):  # the message that a report returns
        if part is not message and part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            inner = part.get_payload()
            inner = inner[0] if isinstance(inner, list) and inner else mime.parse(mime.content(part).encode("utf-8", "replace"))
            if isinstance(inner, Message):
                found += mime.ids(inner, "Message-ID")
    return tuple(dict.fromkeys(found))[:30]


def _checks(form: dict[str, Field], writer: str) -> dict[str, str]:
    """What the receiving server found of the sender: the From line alone proves nothing."""
    told = {
        name.lower(): form[name].text().strip()[:300] if name in form else ""
        for name in ("SPF", "dkim", "spam_score", "sender_ip")
    }
    proved = is_proved(writer, dkim=told["dkim"], spf=told["spf"], envelope_from=_said_in_envelope(form, "from"))
    return {name: value for name, value in told.items() if value} | ({} if proved else UNPROVED)


def _said_in_envelope(form: dict[str, Field], name: str) -> str:
    with contextlib.suppress(ValueError, TypeError, AttributeError, KeyError):
        return str(json.loads(form["envelope"].text())[name])
    return ""
