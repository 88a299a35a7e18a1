"""Where the header row of a table stands: below titles and blank rows, above the data."""

from collections.abc import Sequence

from crm.core.text import fold, one_line

LOOK_AT = 50
_TOO_LONG = 120


def header_key(text: str) -> str:
    """A header as it is compared: folded, without footnote marks and punctuation. 'Purpose of meeting²' and 'purpose_of_meeting'."""
    without_marks = "".join(" " if c in "_-./:*†‡#" else c for c in text if c not in "²³¹")
    return one_line(fold(without_marks))


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in (one_line(c) for c in row) if cell]


def header_row_of(rows: Sequence[Sequence[str]]) -> int:
    """Number (from 1) of the row that looks like the header, or 0 when no row has anything in it.

    The header is the first row that is about as wide as the table and repeats no word. A person sees it and can point elsewhere.
    """
    filled = [_filled(row) for row in rows[:LOOK_AT]]
    widths = sorted(len(cells) for cells in filled if cells)
    if not widths:
        return 0
    usual = widths[(len(widths) * 3) // 4]
    for number, cells in enumerate(filled, start=1):
        if cells and len(cells) >= usual * 0.6 and _is_header_like(cells):
            return number
    return next(number for number, cells in enumerate(filled, start=1) if cells)


def _is_header_like(cells: list[str]) -> bool:
    keys = [header_key(cell) for cell in cells]
    distinct = len(set(keys)) >= len(keys) * 0.8
    return distinct and all(len(cell) <= _TOO_LONG for cell in cells)
