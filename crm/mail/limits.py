"""What SendGrid refuses a call for, as far as its documentation says. Pure. The local outbox refuses the same."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

MOST_RECIPIENTS = 1000
MOST_BYTES_OF_ONE = 10_000  # of one person's substitutions, and of one person's custom_args
MOST_BYTES = 30 * 1024 * 1024
LATEST = dt.timedelta(hours=72)
KEPT_HEADERS = frozenset(
    "x-sg-id x-sg-eid received dkim-signature content-type content-transfer-encoding to from subject reply-to cc bcc".split()
)

Error = tuple[str, str]  # the field, and what is the matter with it


def errors_of(payload: dict[str, Any], *, size: int, now: dt.datetime) -> tuple[Error, ...]:
    """Every reason to refuse a call of so many bytes: SendGrid refuses it whole for any one of them."""
    if size > MOST_BYTES:
        return (("", "The message is larger than 30 MB."),)
    return (*_of_whole(payload, now), *_of_people(payload.get("personalizations") or []))


def _of_whole(payload: dict[str, Any], now: dt.datetime) -> Iterator[Error]:
    if "@" not in (payload.get("from") or {}).get("email", ""):
        yield "from.email", "The from email does not contain a valid address."
    content = payload.get("content") or []
    if not content or any(not part.get("value") for part in content):
        yield "content", "The content value must be a string at least one character in length."
    categories = payload.get("categories") or []
    if len(categories) > 10 or len(set(categories)) < len(categories) or any(len(one) > 255 for one in categories):
        yield "categories", "There may be 10 categories of 255 characters, each once."
    send_at = payload.get("send_at")
    if send_at is not None and (not isinstance(send_at, int) or dt.datetime.fromtimestamp(send_at, dt.UTC) > now + LATEST):
        yield "send_at", "Scheduling more than 72 hours in advance is forbidden."
    for n, attachment in enumerate(payload.get("attachments") or []):
        kind = attachment.get("type", "")
        if not attachment.get("filename") or ((";" in kind or "\n" in kind) and kind != "text/calendar; method=REQUEST"):
            yield f"attachments.{n}", "The attachment has no name, or a type with a semicolon."
    if not payload.get("subject") and not all(person.get("subject") for person in payload.get("personalizations") or []):
        yield "subject", "The subject is required."
    yield from _of_headers(payload.get("headers"), "headers")


def _of_people(people: list[dict[str, Any]]) -> Iterator[Error]:
    if not 1 <= len(people) <= MOST_RECIPIENTS:
        yield "personalizations", "There must be 1 to 1000 personalizations."
    seen: set[str] = set()
    for n, person in enumerate(people):
        here = f"personalizations.{n}"
        receivers = [*(person.get("to") or []), *(person.get("cc") or []), *(person.get("bcc") or [])]
        if not person.get("to"):
            yield f"{here}.to", "The to array is required for all personalization objects."
        for place, receiver in enumerate(receivers):
            yield from _of_receiver(receiver, f"{here}.to.{place}", seen)
        yield from _of_values(person.get("substitutions"), f"{here}.substitutions")
        yield from _of_values(person.get("custom_args"), f"{here}.custom_args")
        yield from _of_headers(person.get("headers"), f"{here}.headers")
    if len(seen) > MOST_RECIPIENTS:
        yield "personalizations", "There may be 1000 recipients in all."


def _of_receiver(receiver: dict[str, Any], here: str, seen: set[str]) -> Iterator[Error]:
    email, name = receiver.get("email", ""), receiver.get("name", "")
    local, at, host = email.rpartition("@")
    if not at or not local or "." not in host or " " in email or not email.isascii():
        yield f"{here}.email", "Does not contain a valid address."
    if ";" in name or "," in name:
        yield f"{here}.name", "The name may not hold a comma or semicolon."
    if email.lower() in seen:
        yield f"{here}.email", "Each unique email address in the personalizations array should only be included once."
    seen.add(email.lower())


def _of_values(values: dict[str, Any] | None, here: str) -> Iterator[Error]:
    if not values:
        return
    if not all(isinstance(value, str) for value in values.values()):
        yield here, "Every value must be a string."
    elif sum(len(key.encode()) + len(value.encode()) for key, value in values.items()) > MOST_BYTES_OF_ONE:
        yield here, "There may be 10,000 bytes in all."


def _of_headers(headers: dict[str, str] | None, here: str) -> Iterator[Error]:
    for name in headers or {}:
        if name.lower() in KEPT_HEADERS or not name.isascii() or not name.isprintable():
            yield here, f"The header {name} may not be set."
