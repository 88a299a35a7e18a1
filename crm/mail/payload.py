"""The body of a call to Mail Send, as SendGrid's v3 API takes it. Pure: built from values, checked against the limits that we know."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from crm.core import text as texts

MOST_BYTES = 15 * 1024 * 1024  # SendGrid says 30 MB for the whole message; base64 and their own parts need room
LONGEST_SUBJECT = 250
_COMMON_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+").fullmatch
_REFUSED = re.compile('[,;<>"]').search  # in a display name


class UnsendableMessage(ValueError):
    """The message would be refused, or would say something else than was written; `reason` says which part."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Body(bytearray):
    """A call that is JSON already. It is put together in place: half a million bytes that are copied once more are felt."""

    def encode(self, _encoding: str = "utf-8") -> "Body":
        """What SendGrid's library asks a body for that it shall not turn into JSON itself."""
        return self

    def __format__(self, _form: str) -> str:
        """The library writes a line for its log at every call, whether anybody reads it or not: not with a thousand people in it."""
        return f"<{len(self)} bytes>"


@dataclass(frozen=True)
class Sender:
    email: str
    name: str


def build(*, reference: str, sender: Sender, to_email: str, to_name: str, subject: str, text: str, html: str) -> dict[str, Any]:
    """The call for one message to one person. Raises UnsendableMessage.

    `c_rid` comes back with every event and is the evidence for a call whose answer was lost. Nothing personal goes there: SendGrid keeps
    such arguments for good.
    """
    to = {"email": address(to_email)}
    if to_name := name_of(to_name):
        to["name"] = to_name
    made = {
        "personalizations": [{"to": [to], "custom_args": {"c_rid": reference}}],
        "from": {"email": address(sender.email), "name": name_of(sender.name)},
        "subject": line(subject),
        "content": [{"type": "text/plain", "value": text}, {"type": "text/html", "value": html}],
        # A one-time link must not pass through a counter of clicks, nor a picture tell when a password mail was opened.
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
        },
    }
    if len(encoded(made)) > MOST_BYTES:
        raise UnsendableMessage("too-large")
    return made


def encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def substituted(text: str, values: dict[str, str]) -> str:
    """What SendGrid makes of a text for one person: each tag replaced by its value. Our values hold no tags, so once is enough."""
    for tag, value in values.items():
        text = text.replace(tag, value)
    return text


def digest(payload: dict[str, Any]) -> str:
    """What proves later which text a call carried, when the text itself is gone."""
    return hashlib.sha256(encoded(payload)).hexdigest()


def address(email: str) -> str:
    if _COMMON_ADDRESS(email) and len(email) <= 254:
        return email
    email = email.strip()
    if any(ord(c) <= 32 or c in '<>,;"' for c in email) or email.count("@") != 1 or not 3 <= len(email) <= 254:
        raise UnsendableMessage("address")
    return email


def line(subject: str) -> str:
    """One line: a line end would begin a header of its own."""
    cleaned = texts.one_line("".join(c if c.isprintable() else " " for c in subject))[:LONGEST_SUBJECT]
    if not cleaned:
        raise UnsendableMessage("subject")
    return cleaned


def name_of(name: str) -> str:
    """A display name without what SendGrid refuses in one (comma and semicolon) and without line ends."""
    if name.isprintable() and _REFUSED(name) is None:
        return texts.one_line(name)[:150]
    return texts.one_line("".join(" " if c in ',;<>"' or not c.isprintable() else c for c in name))[:150]
