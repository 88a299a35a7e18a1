"""The line while it is being read: pieces and finds collected, then put together in order."""

from bisect import bisect_right
from dataclasses import dataclass, field

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.model import (
    Ask,
    Channel,
    Direction,
    EventTime,
    FollowUp,
    Lexicon,
    Organization,
    Person,
    Piece,
    PieceKind,
    Proposal,
    Question,
    Span,
    Topic,
)
from crm.engagements.markers.when import Moment

MOST = 60  # of each: people, organizations, topics, follow-ups; what comes after stays text


@dataclass(slots=True)
class Draft:
    """What has been understood so far."""

    text: str
    cursor: Cursor
    moment: Moment
    lexicon: Lexicon
    event: EventTime
    channel: Channel | None = None
    details: list[str] = field(default_factory=list)
    direction: Direction | None = None
    people: list[Person] = field(default_factory=list)
    organizations: list[Organization] = field(default_factory=list)
    duration: int | None = None
    reference: str | None = None
    topics: list[Topic] = field(default_factory=list)
    followups: list[FollowUp] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    leftovers: list[Span] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def mark(self, kind: PieceKind, start: int, end: int) -> Span:
        """Note that these tokens are understood; return where they stand."""
        span = self.cursor.span(start, end)
        self.pieces.append(Piece(kind, span))
        return span

    def ask(
        self, code: Ask, span: Span, *, dates: tuple = (), choices: tuple[str, ...] = (), followup: int | None = None
    ) -> None:
        """Note something to ask."""
        self.questions.append(Question(code, span.of(self.text), span, tuple(dates), choices, followup))

    def in_order(self) -> list[Piece]:
        """Return the pieces sorted; where two overlap the first one read stays, and of a task what is left beside it."""
        kept: list[Piece] = []
        starts: list[int] = []
        for piece in self.pieces:
            free = self._free(piece.span, kept, starts)
            if piece.kind is not PieceKind.TASK and free != [(piece.span.start, piece.span.end)]:
                continue
            for start, end in free:
                at = bisect_right(starts, start)
                starts.insert(at, start)
                kept.insert(at, Piece(piece.kind, Span(start, end)))
        return kept

    def _free(self, span: Span, kept: list[Piece], starts: list[int]) -> list[tuple[int, int]]:
        """Return the stretches of a span that no kept piece covers, without blanks at their ends."""
        at = max(0, bisect_right(starts, span.start) - 1)
        begin, free = span.start, []
        for other in kept[at : bisect_right(starts, span.end)]:
            free.append((begin, min(other.span.start, span.end)))
            begin = max(begin, other.span.end)
        free.append((begin, span.end))
        return [trimmed for start, end in free if (trimmed := self._trimmed(start, end))]

    def _trimmed(self, start: int, end: int) -> tuple[int, int] | None:
        text = self.text[start:end] if end > start else ""
        stripped = text.strip()
        first = start + len(text) - len(text.lstrip())
        return (first, first + len(stripped)) if stripped else None
