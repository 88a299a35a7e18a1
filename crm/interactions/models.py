"""A contact: call, chat, visit, letter, e-mail, social media."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.types import enum_column
from crm.engagements.models import Engagement, MandateRole


class Channel(StrEnum):
    CALL = "call"
    WHATSAPP = "whatsapp"
    IN_PERSON = "in-person"
    VISIT = "visit"
    OFFICE_VISIT = "office-visit"
    EMAIL = "email"
    LETTER_IN = "letter-in"
    LETTER_OUT = "letter-out"
    INSTAGRAM = "instagram"
    X = "x"
    FACEBOOK = "facebook"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    VIDEO_CALL = "video-call"
    OTHER = "other"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    NONE = "none"


class Tone(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    MIXED = "mixed"


SOCIAL = frozenset({Channel.INSTAGRAM, Channel.X, Channel.FACEBOOK, Channel.TIKTOK, Channel.YOUTUBE})

# The role that a channel usually serves; the form and the quick log propose it and people may change it.
ROLE_BY_CHANNEL: dict[Channel, MandateRole] = {
    **dict.fromkeys(Channel, MandateRole.COORDINATE),
    **dict.fromkeys(SOCIAL, MandateRole.INFORM),
    Channel.OFFICE_VISIT: MandateRole.INFORM,
}


class Interaction(Engagement):
    __tablename__ = "interactions"
    __mapper_args__ = {"polymorphic_identity": "interaction"}
    private_fields = frozenset({"private_note"})  # history keeps only that it changed

    id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("engagements.id"), primary_key=True)
    channel: orm.Mapped[Channel] = orm.mapped_column(enum_column(Channel))
    direction: orm.Mapped[Direction] = orm.mapped_column(enum_column(Direction), default=Direction.NONE)
    duration_minutes: orm.Mapped[int | None]
    private_note: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    tone: orm.Mapped[Tone | None] = orm.mapped_column(enum_column(Tone))
    letter_number: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    letter_on: orm.Mapped[dt.date | None]
    # The line as it was typed in the quick log.
    typed_line: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
