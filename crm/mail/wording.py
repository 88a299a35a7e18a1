"""What states, purposes and reasons of mail are called on a page."""

from typing import Any

from flask_babel import lazy_gettext as _l

from crm.activity.wording import add_words
from crm.mail.models import MessageState, Resolution, SuppressionReason, SuppressionSource
from crm.mail.suppression_file import Fault

# State: label, and the level that components/state.html draws it with.
STATES: dict[MessageState, tuple[Any, str]] = {
    MessageState.READY: (_l("Waiting"), "soon"),
    MessageState.SENDING: (_l("Being sent"), "info"),
    MessageState.ACCEPTED: (_l("Sent"), "good"),
    MessageState.IN_DOUBT: (_l("In doubt"), "late"),
    MessageState.FAILED: (_l("Not sent"), "late"),
}
RESOLUTIONS: dict[Resolution, Any] = {
    Resolution.ANSWER: _l("The mail service answered."),
    Resolution.EVENT: _l("The mail service reported it later."),
    Resolution.HUMAN_SENT: _l("A colleague decided that it was sent."),
    Resolution.HUMAN_AGAIN: _l("A colleague decided to send it again."),
}
_purposes: dict[str, Any] = {"account-reset": _l("New password"), "account-invitation": _l("Invitation to an account")}
_reasons: dict[str, Any] = {
    "rate-limit": _l("The mail service takes no more for a while. It goes out later by itself."),
    "not-authorized": _l("The mail service does not accept our key. Check SENDGRID_API_KEY; it is tried again every 15 minutes."),
    "no-connection": _l("The mail service could not be reached. It is tried again by itself."),
    "no-clear-answer": _l("The answer of the mail service does not say whether the message was taken."),
    "timeout": _l("The mail service gave no answer in time."),
    "connection-lost": _l("The connection to the mail service broke before an answer came."),
    "worker-lost": _l("The program that sent it was stopped before it could note the answer."),
    "copied": _l("It was written before this installation took over: the earlier one may have sent it."),
    "gave-up": _l("It could not be sent for two days."),
    "too-large": _l("The message is too large."),
    "address": _l("The address can't be written to."),
    "subject": _l("The message has no subject."),
    "refused": _l("The mail service refused it."),
}

# On the suppression list
SUPPRESSION_REASONS: dict[SuppressionReason, Any] = {
    SuppressionReason.UNSUBSCRIBED: _l("wants no bulk mail"),
    SuppressionReason.BOUNCED: _l("mail bounced for good"),
    SuppressionReason.COMPLAINED: _l("reported as spam"),
    SuppressionReason.INVALID: _l("no valid address"),
    SuppressionReason.MANUAL: _l("put on the list by a colleague"),
    SuppressionReason.IMPORTED: _l("came with an imported list"),
    SuppressionReason.ERASED: _l("the person was erased"),
}
SUPPRESSION_SOURCES: dict[SuppressionSource, Any] = {
    SuppressionSource.PERSON: _l("the recipient"),
    SuppressionSource.STAFF: _l("a colleague"),
    SuppressionSource.EVENT: _l("the mail service, after sending"),
    SuppressionSource.SYNC: _l("the mail service's own list"),
    SuppressionSource.IMPORT: _l("an imported file"),
}
SUPPRESSION_FAULTS: dict[Fault, Any] = {
    Fault.NO_ADDRESS: _l("This is no e-mail address."),
    Fault.UNKNOWN_LIST: _l("There is no such list. Leave it empty for all mailings."),
    Fault.TOO_MANY: _l("More rows than one file may have. Send the rest in a second one."),
    Fault.BROKEN: _l("From here on the file cannot be read."),
}

add_words(
    verbs={
        "suppressed": _l("Put on the do-not-send list"),
        "suppression-lifted": _l("Taken off the do-not-send list"),
        "suppressions-exported": _l("Do-not-send list exported"),
        "mail-considered-sent": _l("Mail taken as sent"),
        "mail-sent-again": _l("Mail sent again"),
    },
    kinds={"mail-message": _l("Mail"), "suppression": _l("Do-not-send list")},
    fields={
        "list_key": _l("List"),
        "reason": _l("Reason"),
        "source": _l("Where from"),
        "why": _l("Why"),
        "how": _l("By which way"),
    },
)


def add_purposes(purposes: dict[str, Any]) -> None:
    """Features that send mail name their purposes."""
    _purposes.update(purposes)


def purpose(code: str) -> str:
    return str(_purposes.get(code, code))


def reason(code: str) -> str:
    """Why a message stands where it stands; words of the mail service itself are shown as they came."""
    return str(_reasons.get(code, code))
