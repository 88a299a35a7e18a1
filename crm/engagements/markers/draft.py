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
        """Return the pieces sorted; of two that overlap the first one read stays."""
        kept: list[Piece] = []
        starts: list[int] = []
        for piece in self.pieces:
            at = bisect_right(starts, piece.span.start)
            clear = (at == 0 or kept[at - 1].span.end <= piece.span.start) and (
                at == len(kept) or piece.span.end <= kept[at].span.start
            )
            if clear and piece.span.end > piece.span.start:
                starts.insert(at, piece.span.start)
                kept.insert(at, piece)
        return kept
