"""How the writing and approving of campaigns is called in the record of acts."""

from flask_babel import lazy_gettext as _l

from crm.activity.wording import add_words
from crm.mail.wording import add_purposes

add_words(
    verbs={
        "campaign-begun": _l("Campaign begun"),
        "draft-saved": _l("Draft saved"),
        "campaign-discarded": _l("Draft put away"),
        "campaign-taken-back": _l("Draft taken back"),
        "recipients-exported": _l("List of recipients exported"),
        "version-restored": _l("Earlier version brought back"),
        "approval-asked": _l("Approval asked for"),
        "approved": _l("Approved"),
        "approval-refused": _l("Approval refused"),
        "approval-void": _l("Approval became void"),
        "test-sent": _l("Test e-mail sent to oneself"),
    },
    kinds={"campaign": _l("Campaign"), "campaign-picture": _l("Picture of a campaign")},
    fields={"sender_name": _l("Sender's name"), "reply_to": _l("Replies go to"), "bulletin_id": _l("Bulletin")}
    | {"changed": _l("What changed"), "content": _l("Text"), "version": _l("Version of the text"), "language": _l("Language")}
    | {"items": _l("News of the site"), "now": _l("Worded now"), "commitment": _l("Commitment")}
    | {"people": _l("People"), "recipients": _l("Recipients")},
    values={},
)

add_purposes(
    {
        "campaign-test": _l("Test e-mail to oneself"),
        "campaign-approval": _l("Approval of a campaign asked for"),
        "campaign-decision": _l("Decision about a campaign"),
    }
)
