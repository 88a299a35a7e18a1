"""Where every bar, line and word of a chart stands, in pixels of a drawing that is never scaled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

WIDE, NARROW = 515, 358  # the two widths a drawing is made for; text stays 12 px in both
LEADING = ("c-1", "c-2", "c-3")  # carries the finding, related, neutral
OUT_OF_LINE = "c-4"


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Rule:
    x1: float
    x2: float
    y: float
    is_axis: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str
    anchor: str = "start"  # start, mid, end
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    bars: tuple[Bar, ...]
    rules: tuple[Rule, ...] = ()
    labels: tuple[Label, ...] = ()


def columns(
    stacks: Sequence[Sequence[int]], marks: Sequence[str], number: Callable[[int], str], width: int, height: int
) -> Drawing:
    """Stacked columns from zero; only the last one has its sum written out, and a narrow drawing names every second."""
    ceiling, step = _axis(max(sum(stack) for stack in stacks))
    base, top, left, right = height - 26.0, 14.0, 16.0 + 8 * len(number(ceiling)), width - 4.0
    scale = (base - top) / ceiling
    rules = tuple(Rule(left, right, _r(base - value * scale), value == 0) for value in range(0, ceiling + 1, step))
    labels = [Label(left - 8, _r(base - value * scale + 4), number(value), "end") for value in range(0, ceiling + 1, step)]
    slot = (right - left) / len(stacks)
    bar = min(slot * 0.64, 56.0)
    bars: list[Bar] = []
    for index, (stack, mark) in enumerate(zip(stacks, marks, strict=True)):
        middle = left + slot * (index + 0.5)
        bars += _column(stack, middle - bar / 2, bar, base, scale)
        is_last = index == len(stacks) - 1
        if width == WIDE or (len(stacks) - 1 - index) % 2 == 0:
            labels.append(Label(_r(middle), height - 6.0, mark, "mid", is_last))
        if is_last and sum(stack):
            labels.append(Label(_r(middle), _r(base - sum(stack) * scale - 5), number(sum(stack)), "mid", True))
    return Drawing(width, height, tuple(bars), rules, tuple(labels))


def _column(stack: Sequence[int], x: float, width: float, base: float, scale: float) -> Iterable[Bar]:
    """One pixel of air between the parts, but never so much that a small part vanishes."""
    foot = base
    for colour, count in zip(LEADING, stack, strict=False):
        height = count * scale
        if count:
            yield Bar(_r(x), _r(foot - max(height, 0.8)), _r(width), _r(max(height - 1, 0.8)), colour)
        foot -= height


def _axis(most: int) -> tuple[int, int]:
    """A round number at or above the highest bar, and the step of its four to six lines."""
    magnitude = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * magnitude
            lines = -(-most // step)
            if lines <= 5:
                return max(lines, 1) * step, step
        magnitude *= 10


def shares(parts: Sequence[tuple[str, int]], width: int) -> Drawing:
    """One bar cut into its parts, with two pixels of air between them."""
    gap, height = 2.0, 14.0
    total = sum(count for _colour, count in parts)
    room = width - gap * (len(parts) - 1)
    bars: list[Bar] = []
    x = 0.0
    for colour, count in parts:
        share = room * count / total
        bars.append(Bar(_r(x), 0, _r(share), height, colour))
        x += share + gap
    return Drawing(width, height, tuple(bars))


def rows(parts: Sequence[tuple[str, float, str]], percent: Callable[[float], str], width: int, left: int) -> Drawing:
    """A bar a row with its name before and its share after it: (name, share, colour)."""
    right = width - 48.0
    whole = max(0.5, *(share for _name, share, _colour in parts))
    bars: list[Bar] = []
    labels: list[Label] = []
    for index, (name, share, colour) in enumerate(parts):
        y = 7.0 + 34 * index
        bars.append(Bar(left, y, _r(right - left), 18, "c-well"))
        if share:
            bars.append(Bar(left, y, _r(max((right - left) * share / whole, 1)), 18, colour))
        labels.append(Label(0, y + 13, name))
        labels.append(Label(right + 8, y + 13, percent(share), "start", True))
    return Drawing(width, 34.0 * len(parts) + 2, tuple(bars), (), tuple(labels))


def _r(value: float) -> float:
    return round(value, 1)
