"""Which letters of a name were meant by the query: for showing why something was found. Pure."""

import re
from collections.abc import Iterator, Sequence

from crm.core import text as texts

_WORD = re.compile(r"[^\W_]+")


def marked(name: str, asked: Sequence[str]) -> list[tuple[str, bool]]:
    """The name in pieces, each with whether it was meant. Together they are the name."""
    pieces: list[tuple[str, bool]] = []
    for piece, meant in _pieces(name, asked):
        if not piece:
            continue
        if pieces and pieces[-1][1] == meant:
            piece = pieces.pop()[0] + piece
        pieces.append((piece, meant))
    return pieces


def _pieces(name: str, asked: Sequence[str]) -> Iterator[tuple[str, bool]]:
    done = 0
    for found in _WORD.finditer(name):
        length = _meant_letters(found.group(), asked)
        if not length:
            continue
        yield name[done : found.start()], False
        yield name[found.start() : found.start() + length], True
        done = found.start() + length
    yield name[done:], False


def _meant_letters(word: str, asked: Sequence[str]) -> int:
    """How many letters at the beginning of the word were typed. A word that folding makes longer is meant whole."""
    folded = texts.fold(word)
    lengths = [len(part) for part in asked if folded.startswith(part)]
    if not lengths:
        return 0
    return max(lengths) if len(folded) == len(word) else len(word)
