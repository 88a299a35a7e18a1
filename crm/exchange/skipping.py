"""Which rows a profile leaves out: its rules made ready once, then asked for every row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.core.text import fold
from crm.exchange.profile import SkipRule

_MARKS = str.maketrans("", "", "¹²³")
_IN_FRONT = "0123456789 *†‡#.-–—:()[]\"'"


def bare(text: str) -> str:
    """Folded, without footnote marks and what stands before the first letter: '²Does not normally include', '* Note'."""
    return fold(text if text.isascii() else text.translate(_MARKS)).lstrip(_IN_FRONT)


@dataclass(frozen=True, slots=True)
class _Ready:
    rule: SkipRule
    only: frozenset[str]
    equals: frozenset[str]
    starts_with: tuple[str, ...]
    contains: tuple[str, ...]

    def holds(self, filled: Mapping[str, str]) -> bool:
        """Whether all conditions of the rule hold. Words compare without case and marks; a full stop after them does not count."""
        if self.only and (len(filled) != len(self.only) or filled.keys() != self.only):
            return False
        if not self.rule.field:
            return True
        text = bare(filled.get(self.rule.field, ""))
        if text.rstrip(" .:") in self.equals or (self.starts_with and text.startswith(self.starts_with)):
            return True
        return any(words in text for words in self.contains)


class Skipping:
    """The skip rules of a profile; the first that holds decides."""

    def __init__(self, rules: Sequence[SkipRule]) -> None:
        self._ready = tuple(
            _Ready(
                rule,
                frozenset(rule.only),
                frozenset(bare(words).rstrip(" .:") for words in rule.equals),
                tuple(map(bare, rule.starts_with)),
                tuple(map(fold, rule.contains)),
            )
            for rule in rules
        )

    def rule_for(self, cells: Mapping[str, str]) -> SkipRule | None:
        """The rule that leaves this row out, if any."""
        filled = {name: text for name, text in cells.items() if text}
        for ready in self._ready:
            if ready.holds(filled):
                return ready.rule
        return None
