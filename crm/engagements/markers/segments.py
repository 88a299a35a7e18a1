"""Cutting a line: the head before the colon, the text, and the parts that '!' or a marker (TL:, J:, K:, T:, C:) begins."""

from dataclasses import dataclass, field

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.draft import MOST
from crm.engagements.markers.model import FollowUpKind
from crm.engagements.markers.names import honorific_end, post_end

SENTENCE_ENDS = frozenset(".;?!…")
_BULLETS = frozenset("-–—•*·▪►>")
_PATHS = frozenset("\\/")
_LONGEST_WHO = 5
_LONGEST_HEAD = 400
_SHORTENED = ("degrees", "titles_before", "dotted_titles", "acting", "honorifics", "from_short", "name_shorts", "others")
_WHO_MARKERS = frozenset({FollowUpKind.PROMISE, FollowUpKind.ACTION, FollowUpKind.QUESTION})
_NAMED_AFTER = frozenset({FollowUpKind.ACTION, FollowUpKind.PROMISE})
_SHORT_WHO = frozenset({"j", "tl", "t.l", "t"})


@dataclass(frozen=True, slots=True)
class Part:
    """A marked part: token range of the marker, and of what it says. `who`: token range of a name before the marker."""

    kind: FollowUpKind
    bang: bool
    marker: int
    start: int
    end: int
    who: tuple[int, int] | None = None
    by_head: bool = False
    done: bool = False


@dataclass(slots=True)
class Cut:
    """The line in parts. `head` is the token of the colon that ends the head; `text` are the plain ranges."""

    head: int | None = None
    head_end: int = 0
    text: list[tuple[int, int]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Marker:
    kind: FollowUpKind
    start: int
    colon: int
    who: tuple[int, int] | None = None
    by_head: bool = False
    done: bool = False


def is_bang(cursor: Cursor, at: int) -> bool:
    """Tell whether this '!' begins a follow-up and is not just an exclamation."""
    if cursor.key(at) != "!" or cursor.key(at + 1) in ("", "!", "#", "\n", "\r\n", ")", '"', "”"):
        return False
    spaced = not cursor.adjacent(at) or cursor.key(at - 1) in ("(", "!")
    return spaced or (cursor.adjacent(at + 1) and cursor.is_word(at + 1))


def is_topic(cursor: Cursor, at: int) -> bool:
    """Tell whether this '#' begins a topic: a word with a letter follows, and no word stands before it."""
    if cursor.key(at) != "#" or not cursor.adjacent(at + 1):
        return False
    if cursor.adjacent(at) and cursor.is_word(at - 1):
        return False
    return cursor.key(at + 1) in ('"', "“") or (cursor.is_word(at + 1) and not cursor.text(at + 1).isdigit())


def is_mention(cursor: Cursor, at: int) -> bool:
    """Tell whether this '@' begins a mention."""
    return cursor.key(at) == "@" and not (cursor.adjacent(at) and cursor.is_word(at - 1))


def is_abbreviation(cursor: Cursor, at: int) -> bool:
    """Tell whether this stop belongs to the word before it: 'dr.', 'S.H.', 'bpk.', 'p.m.'."""
    key = cursor.key(at - 1)
    if cursor.key(at) != "." or not cursor.adjacent(at) or not cursor.is_word(at - 1):
        return False
    letters = key.replace(".", "")
    return (
        letters != key
        or (len(letters) <= 2 and letters.isalpha())
        or any(letters in cursor.words.sets[name] for name in _SHORTENED)
    )


class Cutter:
    """One pass over the tokens of a line."""

    def __init__(self, cursor: Cursor, *, head: bool = True) -> None:
        self.cursor = cursor
        self.cut = Cut()
        self._wants_head = head
        self._sentence = 0
        self._stopped = False
        self._open: tuple[int, _Marker | None] = (0, None)

    def run(self) -> Cut:
        """Cut the line."""
        at = 0
        while at < self.cursor.stop:
            at = self._step(at)
        self._close(self.cursor.stop)
        if self.cut.head is None:
            self.cut.head_end = self.cut.text[0][1] if self.cut.text and self.cut.text[0][0] == 0 else 0
        return self.cut

    def _step(self, at: int) -> int:
        cursor, kind = self.cursor, self.cursor.kind(at)
        if cursor.is_word(at):
            return at + 1
        if kind == "newline":
            self._close(at)
            self._begin_text(at + 1)
        elif cursor.key(at) == ":":
            self._colon(at)
        elif is_bang(cursor, at) and len(self.cut.parts) < MOST:
            self._close(at)
            self._open = (at, _Marker(FollowUpKind.ACTION, at, at))
            self._sentence = at + 1
        elif cursor.key(at) == "#" and is_topic(cursor, at) and self._open[1] is not None:
            self._close(at)
            self._begin_text(at)
        elif cursor.key(at) in SENTENCE_ENDS and not is_abbreviation(cursor, at):
            self._sentence = at + 1
            inside = cursor.key(at) == "." and cursor.adjacent(at + 1)  # W.11.IMI is a number, not two sentences
            self._stopped = self._stopped or not (inside or cursor.key(at) == ";")
        return at + 1

    def _begin_text(self, at: int) -> None:
        self._open = (at, None)
        self._sentence = at

    def _close(self, end: int) -> None:
        start, marker = self._open
        self._open = (end, None)
        if marker is None:
            if end > start:
                self.cut.text.append((start, end))
            return
        bang = marker.start == marker.colon
        begin = marker.colon + 1
        part = Part(marker.kind, bang, marker.start, begin, end, marker.who, marker.by_head, marker.done)
        self.cut.parts.append(part)

    def _colon(self, at: int) -> None:
        marker = self._marker_before(at) if len(self.cut.parts) < MOST else None
        if marker:
            if marker.by_head:
                self.cut.head, self.cut.head_end = marker.start, marker.start
            self._close(min(marker.who[0], marker.start) if marker.who else marker.start)
            self._open = (at + 1, marker)
            self._wants_head = False
            self._sentence = at + 1
        elif self._wants_head and self._open[1] is None and not self.cut.parts and self._open[0] == 0:
            self._wants_head = False
            if at <= _LONGEST_HEAD and not self._stopped and self.cursor.key(at + 1) not in _PATHS:
                self.cut.head = self.cut.head_end = at
                self._sentence = at + 1

    def _marker_before(self, colon: int) -> _Marker | None:
        """Return the marker that this colon ends, if one begins the sentence or follows a name."""
        if self.cursor.key(colon + 1) in _PATHS or self.cursor.kind(colon - 1) == "newline":
            return None
        begin = self._sentence
        while begin < colon and (self.cursor.key(begin) in _BULLETS or self._numbering(begin)):
            begin += 1
        done = self.cursor.has("done", colon - 1) and colon - 1 > begin
        last = colon - 1 if done else colon
        if self.cursor.key(last - 1) == "." and is_abbreviation(self.cursor, last - 1):
            last -= 1
        named = self._marker_and_name(begin, last, colon)
        if named:
            return named
        for start in range(max(begin, last - 3), last):
            found = self.cursor.until(last).match("markers", start)
            if found and found.end == last:
                return self._placed(FollowUpKind(found.value), begin, start, colon, done=done)
        return None

    def _marker_and_name(self, begin: int, last: int, colon: int) -> _Marker | None:
        """'TL Budi: …', 'J (bu Sari): …': the marker first, then whose it is."""
        found = self.cursor.until(last).match("markers", begin)
        kind = FollowUpKind(found.value) if found else FollowUpKind.NOTE
        if not found or kind not in _NAMED_AFTER or not found.end < last <= found.end + _LONGEST_WHO:
            return None
        start = found.end + (1 if self.cursor.key(found.end) == "(" else 0)
        end = last - (1 if self.cursor.key(last - 1) == ")" else 0)
        addressed = self.cursor.capital(start) or honorific_end(self.cursor, start) or post_end(self.cursor, start)
        words = all(self.cursor.is_word(i) or self.cursor.key(i) == "." for i in range(start, end))
        if not (addressed and words and start < end) or (len(self.cursor.key(begin)) == 1 and self.cursor.key(begin) != "j"):
            return None
        return _Marker(kind, begin, colon, who=(start, end))

    def _numbering(self, at: int) -> bool:
        """Tell whether '1' of '1. TL:' or its mark stands here."""
        key = self.cursor.key(at)
        after = self.cursor.key(at + 1)
        return (key.isdigit() and len(key) <= 2 and after in (".", ")")) or (key in (".", ")") and at > 0)

    def _placed(self, kind: FollowUpKind, begin: int, start: int, colon: int, *, done: bool) -> _Marker | None:
        if start == begin:
            return _Marker(kind, start, colon, done=done)
        if self.cursor.has("post_or_verb", start - 1):  # 'kasi info: …' gives information
            return None
        if self.cursor.key(start - 1) == ",":  # '…, J: kirim surat' begins a clause of its own
            return _Marker(kind, start, colon, done=done) if kind in _WHO_MARKERS else None
        short = len(self.cursor.key(start)) <= 2
        fits = kind in _WHO_MARKERS and (not short or self.cursor.key(start) in _SHORT_WHO)
        first = self._wants_head and self._open == (0, None) and not self.cut.parts and begin == 0
        plain = not any(self.cursor.has("about_words", i) for i in range(min(start, _LONGEST_HEAD)))
        if first and plain and (fits or not short) and not self.cursor.has("channels", start):
            return _Marker(kind, start, colon, by_head=True, done=done)
        if (
            fits
            and start - begin <= _LONGEST_WHO
            and all(self.cursor.is_word(i) or self.cursor.key(i) == "." for i in range(begin, start))
        ):
            return _Marker(kind, start, colon, who=(begin, start), done=done)
        return None
