"""What states, endings and faults of subscriptions are called, on pages and in the record of acts."""

from typing import Any

from flask_babel import lazy_gettext as _l

from crm.activity.wording import add_words
from crm.bulletins.models import ConsentChannel, LegalBasis, SubscriptionState
from crm.bulletins.pasted import Fault

# State: label, and the level that components/state.html draws it with.
STATES: dict[SubscriptionState, tuple[Any, str]] = {
    SubscriptionState.ACTIVE: (_l("Subscribed"), "good"),
    SubscriptionState.PENDING: (_l("Not confirmed yet"), "soon"),
    SubscriptionState.ENDED: (_l("Unsubscribed"), ""),
}
BASES: dict[LegalBasis, Any] = {
    LegalBasis.CONSENT: _l("Consent of the recipient"),
    LegalBasis.PUBLIC_TASK: _l("Public task"),
    LegalBasis.CONTRACT: _l("Contract"),
}
CHANNELS: dict[ConsentChannel, Any] = {
    ConsentChannel.WEB: _l("Public sign-up page"),
    ConsentChannel.PAPER: _l("Paper form or letter"),
    ConsentChannel.SPOKEN: _l("Spoken, in person or by phone"),
    ConsentChannel.EMAIL: _l("E-mail"),
    ConsentChannel.IMPORT: _l("Imported list"),
}
ENDINGS: dict[str, Any] = {
    "one-click": _l("by the unsubscribe button of the mail program"),
    "link": _l("by the link in a bulletin"),
    "preferences": _l("on the page of preferences"),
    "complaint": _l("reported as spam"),
    "bounce": _l("the address does not take mail"),
    "asked": _l("asked us to stop"),
    "staff": _l("ended by a colleague"),
    "erased": _l("the person was erased"),
}
FAULTS: dict[Fault, Any] = {
    Fault.NO_ADDRESS: _l("This is no e-mail address."),
    Fault.TWICE: _l("The address stands further up already."),
    Fault.LANGUAGE: _l("The language is neither Indonesian nor English."),
    Fault.NAME_TOO_LONG: _l("The name is longer than 150 characters."),
    Fault.TOO_MANY: _l("Too many lines at once. Paste the rest afterwards."),
    Fault.ALREADY: _l("This address subscribes already."),
    Fault.SUPPRESSED: _l("This address is on the do-not-send list."),
    Fault.STOPPED: _l("This person unsubscribed after that consent was given."),
}
_PURPOSES: dict[str, Any] = {"bulletin": _l("To send this bulletin")}


def purpose(code: str) -> str:
    return str(_PURPOSES.get(code, code))


def ending(code: str) -> str:
    return str(ENDINGS.get(code, code))


add_words(
    verbs={
        "subscribed": _l("Subscribers added"),
        "subscription-ended": _l("Subscription ended"),
        "subscription-moved": _l("Address of a subscription changed"),
        "receipts-exported": _l("Consent receipts exported"),
    },
    kinds={"bulletin": _l("Bulletin"), "subscription": _l("Subscription")},
    fields={
        "name_en": _l("Name in English"),
        "description": _l("Description"),
        "description_en": _l("Description in English"),
        "is_public": _l("Open for sign-up"),
        "has_archive": _l("Public archive"),
        "records_clicks": _l("Clicks are recorded"),
        "records_opens": _l("Opens are recorded"),
        "feed_url": _l("Published items come from"),
    },
)
