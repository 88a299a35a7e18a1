"""Cells that a spreadsheet would run as a formula: made harmless on the way out, and restored on the way in."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MARK = "'"
# What programs pass over before they look for a formula; a tab and a return are dangerous themselves.
_PASSED_OVER = _MARK + '" \u00a0\u3000\ufeff`' + "".join(chr(code) for code in range(1, 32) if chr(code) not in "\t\r")


def _runs(line: str) -> bool:
    return line.lstrip(_PASSED_OVER).startswith(_DANGEROUS)


def neutralised(cell: str) -> str:
    """A cell for a file that a spreadsheet may open: '=1+1' becomes an apostrophe and the text, and does nothing. So does each line of it."""
    if not cell:
        return cell
    return "".join(_MARK + line if _runs(line) else line for line in cell.splitlines(keepends=True))


def restored(cell: str) -> str:
    """The cell as it was before `neutralised`. '+62 812' stays; an apostrophe before it goes."""
    if _MARK not in cell:
        return cell
    return "".join(line[1:] if line.startswith(_MARK) and _runs(line) else line for line in cell.splitlines(keepends=True))
