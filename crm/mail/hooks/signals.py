"""How features learn of what came in. Both signals are sent inside the transaction that stores it: who raises undoes the whole."""

from collections.abc import Callable, Sequence

from blinker import signal

from crm.core.registers import Once
from crm.mail.hooks.events import Event

# events: list[Event], just stored for the first time, in order of their keys; `about` says whose each is.
events_read = signal("mail.events-read")
# mail: inbound.Incoming; a receiver that knows what it answers gives True.
mail_received = signal("mail.mail-received")

Recognizer = Callable[[Sequence[Event]], None]
_recognizers: Once[Recognizer] = Once()


def register_recognizer(recognize: Recognizer) -> None:
    """Let a feature find its own among events: it sets `about`. Events that nobody knows are not stored: others may use the same account."""
    _recognizers.add(recognize)


def recognize(events: Sequence[Event]) -> None:
    for each in _recognizers:
        if unknown := [event for event in events if event.about is None]:
            each(unknown)
