"""Cells that a spreadsheet would run as a formula: made harmless on the way out, and restored on the way in."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_MARK = "'"


def _runs(cell: str) -> bool:
    return cell.lstrip(_MARK).startswith(_DANGEROUS)


def neutralised(cell: str) -> str:
    """A cell for a file that a spreadsheet may open: '=1+1' becomes an apostrophe and the text, and does nothing."""
    return _MARK + cell if cell and _runs(cell) else cell


def restored(cell: str) -> str:
    """The cell as it was before `neutralised`. '+62 812' stays; an apostrophe before it goes."""
    return cell[1:] if cell.startswith(_MARK) and _runs(cell) else cell
