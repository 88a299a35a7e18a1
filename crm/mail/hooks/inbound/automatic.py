"""Whether a machine wrote it: bounces (reports of RFC 3464, and the many forms before it), complaints (RFC 5965) and automatic replies. Pure."""

import re
from dataclasses import dataclass
from email.message import Message

from crm.mail.hooks.inbound import mime

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?:^|[\s<>:(])([45]\d\d)[\s-]", re.M)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")
_FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t]+.*)*)", re.M)
_DAEMONS = re.compile(
    r"^(mailer-daemon|postmaster|mail-daemon|mailerdaemon|mmdf|maildelivery|mdaemon|noreply-dsn)\b|mailer-daemon@", re.I
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|failed|report|problem|notification|has failed)|returned mail|return(?:ed)? to sender|"
    r"mail (?:delivery|system error|could not)|delivery.{0,20}(?:failure|failed)|failure (?:notice|delivery)|non.?delivery|not delivered|"
    r"could not be delivered|message (?:status|delayed)|rejected mail|user unknown|mail error|warning: (?:could|message)|"
    r"gagal (?:terkirim|dikirim|mengirim)|tidak (?:dapat |bisa )?terkirim|pengiriman gagal|"
    r"unzustellbar|non remis|no se puede entregar|エラー|配信",
    re.I,
)
_BOUNCE_TEXT = re.compile(
    r"could not be delivered|delivery (?:to the following|has failed|failed)|user unknown|no such user|mailbox (?:is )?(?:full|unavailable)|"
    r"undeliverable|permanent(?:ly)? (?:error|fail|fatal)|returned to (?:the )?sender|does not exist|unknown user|"
    r"recipient.{0,20}(?:rejected|unknown)|"
    r"was not delivered|unable to deliver|message you sent.{0,60}delivered",
    re.I | re.S,
)
_FULL = re.compile(r"mailbox (?:is )?full|over ?quota|quota exceeded|temporar|try again later|delayed|greylist|too many", re.I)
_AUTO_SUBJECT = re.compile(
    r"^\s*(?:re: *)?(?:out of (?:the )?office|automatic reply|auto(?:matic|mated)?[ -]?(?:reply|response|responder|antwort)|autoreply|auto:|"
    r"balasan otomatis|jawaban otomatis|(?:sedang )?(?:cuti|dinas luar)\b|vacation|on (?:annual )?leave|away from|abwesen|"
    r"r[ée]ponse automatique|respuesta autom)",
    re.I,
)
_AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")


@dataclass(frozen=True)
class Bounce:
    """What a report says: of which address, whether for good, and in whose words."""

    email: str
    is_hard: bool
    status: str = ""
    reason: str = ""
    is_complaint: bool = False


def bounce_of(message: Message) -> Bounce | None:
    """The report in a message, or None when a person or an autoresponder wrote it."""
    kinds = {part.get_content_type() for part in mime.parts(message)}
    if "message/feedback-report" in kinds or _report_type(message) == "feedback-report":
        return _complaint(message)
    if "message/delivery-status" in kinds or _report_type(message) == "delivery-status":
        return _report(message)
    return _free_form(message) if _looks_returned(message) else None


def _report_type(message: Message) -> str:
    try:
        return str(message.get_param("report-type") or "").lower()
    except Exception:  # a parameter that can't be read
        return ""


def _complaint(message: Message) -> Bounce:
    about = _fields(_text_of(message, "message/feedback-report"))
    email = _first_address(about.get("original-rcpt-to", ""), _returned_to(message))
    return Bounce(email, is_hard=False, reason=about.get("feedback-type", "")[:300], is_complaint=True)


def _report(message: Message) -> Bounce:
    told = _fields(_text_of(message, "message/delivery-status"))
    all_text = mime.text(message)
    email = _first_address(told.get("final-recipient", ""), told.get("original-recipient", ""), all_text)
    status = _first(_STATUS, told.get("status", ""), told.get("diagnostic-code", ""), all_text)
    reason = told.get("diagnostic-code", "") or _line_with(all_text, status)
    is_delayed = told.get("action", "").lower().startswith("delayed")
    return Bounce(email, is_hard=status.startswith("5") and not is_delayed, status=status, reason=reason[:300])


def _looks_returned(message: Message) -> bool:
    """Free in form: from a mail server, in words that only servers use. One sign alone is no proof."""
    sender = mime.header(message, "From")
    signs = [
        bool(
            _DAEMONS.search(mime.address(message, "From")) or re.search(r"mailer.?daemon|mail delivery|postmaster", sender, re.I)
        ),
        bool(_BOUNCE_SUBJECT.search(mime.header(message, "Subject"))),
        mime.header(message, "Return-Path") in {"<>", "<MAILER-DAEMON>"},
        bool(mime.header(message, "X-Failed-Recipients")),
        bool(_BOUNCE_TEXT.search(mime.text(message)[:4000])),
    ]
    return sum(signs) >= 2 and (signs[0] or signs[1] or signs[3])


def _free_form(message: Message) -> Bounce:
    said = mime.text(message)
    email = _first_address(mime.header(message, "X-Failed-Recipients"), said, without=mime.address(message, "From"))
    status = _first(_STATUS, said)
    code = status or _first(_REPLY_CODE, said)
    is_hard = code.startswith("5") if code else not _FULL.search(said)
    return Bounce(email, is_hard=is_hard, status=status, reason=_line_with(said, code))


def _text_of(message: Message, content_type: str) -> str:
    """The parts of a report that programs read; the library keeps them as messages of their own."""
    found = []
    for part in mime.parts(message):
        if part.get_content_type() == content_type:
            inner = part.get_payload()
            found += [str(each) for each in inner] if isinstance(inner, list) else [mime.content(part)]
    return "\n".join(found)[: mime.MOST_TEXT]


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(text.replace("\r\n", "\n")):
        found.setdefault(name.lower(), " ".join(value.split()))
    return found


def _returned_to(message: Message) -> str:
    returned = (part for part in mime.parts(message) if part is not message and part["To"])
    return next((mime.header(part, "To") for part in returned), "")


def _first_address(*texts: str, without: str = "") -> str:
    for text in texts:
        for found in _ADDRESS.findall(text.rpartition(";")[2] if text.lower().startswith("rfc822") else text):
            if found.lower() != without and not _DAEMONS.search(found):
                return found.lower()[:254]
    return ""


def _first(pattern: re.Pattern[str], *texts: str) -> str:
    return next((found[1] for text in texts if (found := pattern.search(text))), "")


def _line_with(text: str, code: str) -> str:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return next((line for line in lines if code and code in line), lines[0] if lines else "")[:300]


def is_automatic(message: Message) -> bool:
    """An absence note, a receipt, a list: nobody wrote it to us, and nobody must answer it."""
    submitted = mime.header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    suppress = mime.header(message, "X-Auto-Response-Suppress").lower()
    return bool(
        (submitted and submitted != "no")
        or any(mime.header(message, name) for name in _AUTO_HEADERS)
        or mime.header(message, "Precedence").lower() in {"auto_reply", "auto-reply", "bulk", "junk", "list"}
        or "oof" in suppress
        or suppress == "all"
        or mime.header(message, "List-Id")
        or _AUTO_SUBJECT.search(mime.header(message, "Subject"))
    )
