"""Reading a whole line: the quick log, and one line of minutes. Never raises, whatever was typed."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from crm.engagements.markers.channels import read_channel
from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.draft import Draft
from crm.engagements.markers.followups import read_part
from crm.engagements.markers.head import HeadReader
from crm.engagements.markers.model import Channel, Direction, Lexicon, ParsedLine
from crm.engagements.markers.names import degree_end, honorific_end, known_end, post_end, read_phone, title_end
from crm.engagements.markers.segments import Cut, Cutter, is_mention
from crm.engagements.markers.text import read_text
from crm.engagements.markers.vocabulary import LANGUAGES, vocabulary
from crm.engagements.markers.when import Moment, just_now, read_when
from crm.engagements.markers.workdays import WorkCalendar

_OUT_BY_DEFAULT = frozenset({Channel.CALL, Channel.WHATSAPP, Channel.EMAIL, Channel.LETTER})
_MOST_NAME_WORDS = 4


def parse(
    line: str,
    *,
    now: datetime,
    holidays: Collection[date] = (),
    languages: tuple[str, ...] = LANGUAGES,
    lexicon: Lexicon | None = None,
    meeting_on: date | None = None,
) -> ParsedLine:
    """Read a quick-log line. `now` is aware, in the office's zone; `meeting_on` is what H-2 counts from.

    `holidays` may be a mapping of date to name, so that 'habis Lebaran' finds its day.
    """
    draft = _draft(line, now, holidays, languages, lexicon, meeting_on)
    cut = Cutter(draft.cursor).run()
    summary_from = _read_head(draft, cut)
    explicit = draft.direction is not None
    return _finish(draft, cut, summary_from, explicit=explicit)


def parse_minutes_line(
    line: str,
    *,
    now: datetime,
    holidays: Collection[date] = (),
    languages: tuple[str, ...] = LANGUAGES,
    lexicon: Lexicon | None = None,
    meeting_on: date | None = None,
) -> ParsedLine:
    """Read a line of minutes: markers (TL: J: K: T: C: A: D: Q:), '!', '@' and '#'; the rest is text, without a head."""
    draft = _draft(line, now, holidays, languages, lexicon, meeting_on)
    cut = Cutter(draft.cursor, head=False).run()
    return _finish(draft, cut, 0, explicit=False)


def _draft(
    line: str,
    now: datetime,
    holidays: Collection[date],
    languages: tuple[str, ...],
    lexicon: Lexicon | None,
    meeting_on: date | None,
) -> Draft:
    if now.tzinfo is None:
        raise ValueError("now must be aware, in the zone of the office")
    words = vocabulary(tuple(languages))
    cursor = Cursor(words.read(line), words)
    return Draft(line, cursor, Moment(now, WorkCalendar(holidays), meeting_on), lexicon or Lexicon(), just_now(now))


def _read_head(draft: Draft, cut: Cut) -> int:
    """Read the head; return the token where the text begins."""
    colon = cut.head is not None
    cursor = draft.cursor.until(cut.head_end)
    if cut.head_end == 0:
        return 0
    start = read_channel(draft, cursor, colon=colon)
    if start == 0 and colon and not _names_somebody(draft, cursor):
        draft.direction = None
        return 0
    end = HeadReader(draft, cursor, strict=not colon).run(start)
    if colon and end >= cut.head_end:
        return cut.head_end + (1 if cut.head is not None and draft.cursor.key(cut.head_end) == ":" else 0)
    return end


def _names_somebody(draft: Draft, cursor: Cursor) -> bool:
    """Tell whether words before a colon, without a channel, are people: marked, known, addressed, or short and capital."""
    for at in range(min(cursor.stop, 40)):
        sure = (
            is_mention(cursor, at)
            or honorific_end(cursor, at)
            or post_end(cursor, at)
            or title_end(cursor, at)
            or read_phone(cursor, at)
        )
        if sure or known_end(cursor, at, draft.lexicon, "person") or known_end(cursor, at, draft.lexicon, "organization"):
            return True
    words = [at for at in range(cursor.stop) if cursor.is_word(at) and not cursor.has("and", at) and not degree_end(cursor, at)]
    named = [at for at in words if read_when(cursor, at) is None]
    return 0 < len(named) <= _MOST_NAME_WORDS and all(cursor.capital(at) and not cursor.has("about_words", at) for at in named)


def _finish(draft: Draft, cut: Cut, summary_from: int, *, explicit: bool) -> ParsedLine:
    if draft.moment.event_on is None and draft.event.explicit and draft.event.on >= draft.moment.now.date():
        draft.moment = replace(draft.moment, event_on=draft.event.on)
    ranges = [(max(start, summary_from), end) for start, end in cut.text if end > summary_from]
    for part in cut.parts:
        read_part(draft, part)
    text = read_text(draft, ranges, whole=cut.head is None)
    said = [span.of(draft.text).strip() for span in draft.leftovers]
    summary = " ".join(part for part in [*said, text] if part)
    direction = draft.direction or (Direction.OUT if draft.channel in _OUT_BY_DEFAULT else None)
    return ParsedLine(
        text=draft.text,
        event=draft.event,
        channel=draft.channel,
        channel_details=tuple(draft.details),
        direction=direction,
        direction_explicit=explicit,
        people=tuple(draft.people),
        organizations=tuple(draft.organizations),
        duration_minutes=draft.duration,
        reference=draft.reference,
        summary=summary,
        topics=tuple(draft.topics),
        followups=tuple(draft.followups),
        questions=tuple(draft.questions),
        proposals=tuple(draft.proposals),
        leftovers=tuple(draft.leftovers),
        pieces=tuple(draft.in_order()),
    )
