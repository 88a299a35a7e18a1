"""The transport where no SendGrid key is set: it keeps what would have been sent, for people to look at on this machine."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db, is_sqlite
from crm.mail.answers import Outcome, Result
from crm.mail.models import OutboxMessage


class Outbox:
    """Takes a message once: the same reference again changes nothing and gets the same answer."""

    def send(self, payload: dict[str, Any], *, reference: str, attempt: int) -> Result:
        row = {"reference": reference, "payload": payload, "eml": as_eml(payload, reference), "received_at": now()}
        table: Any = OutboxMessage.__table__
        insert: Any = sqlite.insert(table) if is_sqlite() else postgresql.insert(table)
        with transaction.unit(scopes.system_scope("the local outbox takes a message")):
            db.session.execute(insert.on_conflict_do_nothing(index_elements=["reference"]), [row])
            row_id = db.session.scalar(sa.select(OutboxMessage.id).where(OutboxMessage.reference == reference))
        return Result(Outcome.ACCEPTED, provider_id=f"outbox-{row_id}")


def as_eml(payload: dict[str, Any], reference: str) -> str:
    """The message as a mail program shows it."""
    message = EmailMessage()
    to = payload["personalizations"][0]["to"][0]
    message["From"] = _address(payload["from"])
    message["To"] = _address(to)
    message["Subject"] = payload["subject"]
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{reference}@outbox.invalid>"
    bodies = {part["type"]: part["value"] for part in payload["content"]}
    message.set_content(bodies.get("text/plain", ""))
    if "text/html" in bodies:
        message.add_alternative(bodies["text/html"], subtype="html")
    return message.as_string()


def _address(person: dict[str, str]) -> Address | str:
    """A display name where the address allows one; an address that mail headers can't hold apart stays as it is."""
    try:
        return Address(display_name=person.get("name", ""), addr_spec=person["email"])
    except (ValueError, IndexError):
        return person["email"]
