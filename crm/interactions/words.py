"""What channels, directions, tones and roles are called on forms."""

from flask_babel import lazy_gettext as _l

from crm.activity.wording import add_words
from crm.interactions.models import Channel, Direction, Tone

CHANNELS = {
    Channel.CALL: _l("Call"),
    Channel.WHATSAPP: _l("WhatsApp"),
    Channel.IN_PERSON: _l("Met"),
    Channel.VISIT: _l("Visit"),
    Channel.OFFICE_VISIT: _l("Visit to our office"),
    Channel.EMAIL: _l("E-mail"),
    Channel.LETTER_IN: _l("Incoming letter"),
    Channel.LETTER_OUT: _l("Outgoing letter"),
    Channel.VIDEO_CALL: _l("Video call"),
    Channel.INSTAGRAM: "Instagram",
    Channel.X: "X",
    Channel.FACEBOOK: "Facebook",
    Channel.TIKTOK: "TikTok",
    Channel.YOUTUBE: "YouTube",
    Channel.OTHER: _l("Other contact"),
}
DIRECTIONS = {Direction.OUT: _l("From us"), Direction.IN: _l("From them"), Direction.NONE: _l("Both")}
TONES = {Tone.POSITIVE: _l("Positive"), Tone.NEUTRAL: _l("Neutral"), Tone.NEGATIVE: _l("Negative"), Tone.MIXED: _l("Mixed")}

add_words(
    verbs={"logged": _l("Logged")},
    kinds={"interaction": _l("Interaction")},
    fields={
        "channel": _l("How"),
        "direction": _l("From whom"),
        "tone": _l("Tone"),
        "duration_minutes": _l("Minutes"),
        "letter_number": _l("Letter number"),
    },
    values={"channel": CHANNELS, "direction": DIRECTIONS, "tone": TONES},
)
