"""The transport where no SendGrid key is set: it keeps what would have been sent, for people to look at on this machine.

It refuses what SendGrid refuses, and tells afterwards what SendGrid would tell: events, through the same door as those.
"""

import datetime as dt
import uuid
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db, is_sqlite
from crm.core.jobs import wake
from crm.mail import limits
from crm.mail.answers import Outcome, Result
from crm.mail.models import HookPost, OutboxMessage, PostKind
from crm.mail.payload import Body, encoded, substituted

SYSTEM = scopes.system_scope("the local outbox takes a message")
EVENTS_OF_A_POST = 1000


class Outbox:
    """Takes a call once: the same reference again changes nothing and gets the same answer."""

    def send(self, payload: dict[str, Any] | Body, *, reference: str, attempt: int, office_id: int | None = None) -> Result:
        call: dict[str, Any] = orjson.loads(memoryview(payload)) if isinstance(payload, Body) else payload
        size = len(payload) if isinstance(payload, Body) else len(encoded(call))
        if errors := limits.errors_of(call, size=size, now=now()):
            said = "; ".join(f"{field} {words}".strip() for field, words in errors)[:400]
            return Result(Outcome.REJECTED, http_status=400, reason=said, errors=errors)
        with transaction.unit(SYSTEM):
            if _keep(call, reference, office_id) and office_id is not None and "send_at" not in call:
                _tell(call, reference)
            row_id = db.session.scalar(sa.select(OutboxMessage.id).where(OutboxMessage.reference == reference))
        return Result(Outcome.ACCEPTED, provider_id=f"outbox-{row_id}")

    def new_hold(self) -> str | None:
        return uuid.uuid4().hex

    def take_back(self, hold: str) -> bool:
        """Only what waits for its time can be taken back."""
        waiting = sa.delete(OutboxMessage).where(OutboxMessage.hold == hold, OutboxMessage.due_at > now())
        with transaction.unit(SYSTEM) as session:
            session.execute(waiting)
            return session.scalar(sa.select(sa.func.count()).where(OutboxMessage.hold == hold)) == 0

    def is_taken_back(self, hold: str) -> bool:
        with transaction.unit(SYSTEM) as session:
            return session.scalar(sa.select(sa.func.count()).where(OutboxMessage.hold == hold)) == 0


def tell_of_due() -> int:
    """Tell of the calls whose time has come. Runs in the caller's unit; a second run finds nothing."""
    due = sa.select(OutboxMessage).where(OutboxMessage.due_at <= now()).order_by(OutboxMessage.id).limit(50).with_for_update()
    rows = list(db.session.scalars(due))
    for row in rows:
        _tell(row.payload, row.reference)
        row.due_at = None
    return len(rows)


def _keep(call: dict[str, Any], reference: str, office_id: int | None) -> bool:
    """Store the call; False when it was there already."""
    is_single = office_id is None
    row = {
        "reference": reference,
        "payload": call,
        "eml": as_eml(call, reference) if is_single else "",
        "subject": call["subject"],
        "recipients": len(call["personalizations"]),
        "from_office_id": office_id,
        "hold": call.get("batch_id"),
        "due_at": dt.datetime.fromtimestamp(call["send_at"], dt.UTC) if "send_at" in call else None,
        "received_at": now(),
    }
    table: Any = OutboxMessage.__table__
    insert: Any = sqlite.insert(table) if is_sqlite() else postgresql.insert(table)
    kept = insert.values(row).on_conflict_do_nothing(index_elements=["reference"]).returning(table.c.id)
    return db.session.scalar(kept) is not None  # PostgreSQL's driver tells no count of an INSERT


def _tell(call: dict[str, Any], reference: str) -> None:
    """What SendGrid would post: each was processed, then delivered. Arrays of at most a thousand events."""
    moment = int(now().timestamp())
    events = [
        {
            "email": person["to"][0]["email"],
            "timestamp": moment,
            "event": kind,
            "sg_event_id": f"outbox-{reference}-{n}-{kind}",
            "sg_message_id": f"outbox-{reference}.recvd-{n}",
            **person.get("custom_args", {}),
        }
        for kind in ("processed", "delivered")
        for n, person in enumerate(call["personalizations"])
    ]
    for start in range(0, len(events), EVENTS_OF_A_POST):
        body = orjson.dumps(events[start : start + EVENTS_OF_A_POST])
        db.session.add(HookPost(kind=PostKind.EVENTS, received_at=now(), content_type="application/json", body=body))
    wake("mail.drain_hooks")


def as_eml(payload: dict[str, Any], reference: str, place: int = 0) -> str:
    """The message of one person of the call, as a mail program shows it."""
    message = EmailMessage()
    person = payload["personalizations"][place]
    values = person.get("substitutions", {})
    message["From"] = _address(payload["from"])
    message["To"] = _address(person["to"][0])
    if "reply_to" in payload:
        message["Reply-To"] = _address(payload["reply_to"])
    message["Subject"] = _literal(substituted(payload["subject"], values))
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{reference}.{place}@outbox.invalid>"
    for name, value in {**payload.get("headers", {}), **person.get("headers", {})}.items():
        message[name] = _literal(value)
    message.set_content(part_of(payload, "text/plain", place))
    if html := part_of(payload, "text/html", place):
        message.add_alternative(html, subtype="html")
    return message.as_string()


def part_of(payload: dict[str, Any], media_type: str, place: int = 0) -> str:
    """The text or the HTML as the person at this place of the call gets it."""
    values = payload["personalizations"][place].get("substitutions", {})
    found = next((part["value"] for part in payload["content"] if part["type"] == media_type), "")
    return substituted(found, values)


def _address(person: dict[str, str]) -> Any:
    """A display name where the address allows one; an address that mail headers can't hold apart stays as it is."""
    from email.headerregistry import Address  # noqa: PLC0415 - loaded by who needs it: 1 MB of every process otherwise

    try:
        return Address(display_name=_literal(person.get("name", "")), addr_spec=person["email"])
    except (ValueError, IndexError):
        return _literal(person["email"])


def _literal(text: str) -> str:
    """Without what begins an encoded word: Python decodes one that somebody typed, and writes the line end in it into the head of the mail."""
    return text.replace("=?", "= ?")
