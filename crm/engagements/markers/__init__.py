"""The marker grammar: what people type in the quick log and in minutes, read into plain values."""

from crm.engagements.markers.candidates import candidates
from crm.engagements.markers.canonical import canonical
from crm.engagements.markers.examples import Example, examples
from crm.engagements.markers.model import (
    Ask,
    Channel,
    Direction,
    Due,
    EventTime,
    FollowUp,
    FollowUpKind,
    Hint,
    Lexicon,
    Organization,
    Owner,
    ParsedLine,
    Person,
    Piece,
    PieceKind,
    Precision,
    Proposal,
    Question,
    Side,
    Span,
    State,
    Topic,
)
from crm.engagements.markers.parser import parse, parse_minutes_line
from crm.engagements.markers.vocabulary import full_word

__all__ = [
    "Ask",
    "Channel",
    "Direction",
    "Due",
    "EventTime",
    "Example",
    "FollowUp",
    "FollowUpKind",
    "Hint",
    "Lexicon",
    "Organization",
    "Owner",
    "ParsedLine",
    "Person",
    "Piece",
    "PieceKind",
    "Precision",
    "Proposal",
    "Question",
    "Side",
    "Span",
    "State",
    "Topic",
    "candidates",
    "canonical",
    "examples",
    "full_word",
    "parse",
    "parse_minutes_line",
]
