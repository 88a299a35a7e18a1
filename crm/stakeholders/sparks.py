"""The bars of twelve weeks in a table cell, as two SVG paths: weeks with contact, and a dash for weeks without."""

from collections.abc import Sequence
from functools import lru_cache

WIDTH, HEIGHT, GAP, DASH = 88, 24, 1.6, 1


def paths(values: Sequence[int]) -> tuple[str, str]:
    """`d` of the bars and of the dashes, in a box of 88 by 24. The tallest bar is the week with most contacts."""
    return _paths(tuple(values))


@lru_cache(maxsize=4096)
def _paths(values: tuple[int, ...]) -> tuple[str, str]:
    step, most = WIDTH / max(len(values), 1), max(*values, 1) if values else 1
    bars, dashes = [], []
    for at, value in enumerate(values):
        height = (HEIGHT - 2) * value / most if value else DASH
        shape = f"M{at * step:.1f} {HEIGHT}v-{height:.1f}h{step - GAP:.1f}V{HEIGHT}z"
        (bars if value else dashes).append(shape)
    return "".join(bars), "".join(dashes)
