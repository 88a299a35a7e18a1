"""The figures of a campaign as values, and what is computed from them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

COMPLAINT_WARNING, COMPLAINT_LIMIT = 0.001, 0.003  # of what was delivered: Gmail's advice, and where it refuses


@dataclass(frozen=True, slots=True)
class Range:
    """At least `low` people, at most `high`, and machines apart. The three sorts never overlap."""

    surely: int
    maybe: int
    machine: int

    @property
    def low(self) -> int:
        return self.surely

    @property
    def high(self) -> int:
        return self.surely + self.maybe


@dataclass(frozen=True, slots=True)
class Figures:
    """Every count of a campaign, by the names of measures.MEASURES, and those in doubt."""

    counts: Mapping[str, int]
    in_doubt: int = 0

    def __getitem__(self, name: str) -> int:
        return self.in_doubt if name == "in-doubt" else self.counts[name]

    @property
    def reading(self) -> Range:
        return Range(self["surely-read"], self["maybe-read"], self["machine-read"])

    @property
    def clicking(self) -> Range:
        return Range(self["surely-clicked"], self["maybe-clicked"], self["machine-clicked"])

    @property
    def machines(self) -> int:
        """Traces in mails that no person touched."""
        return self["machine-read"] + self["machine-clicked"]

    @property
    def delivered_share(self) -> float | None:
        return share(self["delivered"], self["accepted"])

    @property
    def complaint_share(self) -> float | None:
        return share(self["complained"], self["delivered"])

    @property
    def complaint_level(self) -> str:
        """`good` under the first line, `soon` from it, `late` from the second."""
        found = self.complaint_share or 0.0
        if found >= COMPLAINT_LIMIT:
            return "late"
        return "soon" if found >= COMPLAINT_WARNING else "good"

    @property
    def attention(self) -> int:
        """Mails that somebody should look at."""
        return sum(self[name] for name in ATTENTION)


ATTENTION = ("in-doubt", "hard-bounced", "soft-bounced", "dropped", "failed", "deferred")


def share(part: int, whole: int) -> float | None:
    """A share of nothing is none, not nought."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Domain:
    name: str
    accepted: int
    delivered: int
    bounced: int
    complained: int
    clicked: int

    @property
    def delivered_share(self) -> float | None:
        return share(self.delivered, self.accepted)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the mail: people who clicked it, and mails in which a machine did."""

    number: int
    url: str
    text: str
    people: int = 0
    machines: int = 0


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from handing over to delivered, as how many took how long. Percentiles by nearest rank: a value that occurred."""

    counts: Sequence[tuple[int, int]] = field(default_factory=tuple)

    def percentile(self, share_: float) -> int | None:
        total = sum(count for _seconds, count in self.counts)
        reached, wanted = 0, max(1, -int(-total * share_ // 1))
        for seconds, count in sorted(self.counts):
            reached += count
            if reached >= wanted:
                return seconds
        return None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far sending is: from running counts and calls, never from the deliveries themselves."""

    target: int
    skipped: int
    accepted: int
    in_doubt: int
    failed: int
    cancelled: int
    delivered: int
    bounced: int
    complained: int
    per_minute: float | None
    oldest_doubt: dt.datetime | None

    @property
    def to_send(self) -> int:
        return max(self.target - self.skipped - self.cancelled, 0)

    @property
    def done(self) -> int:
        return self.accepted + self.failed

    @property
    def waiting(self) -> int:
        return max(self.to_send - self.done - self.in_doubt, 0)

    @property
    def minutes_left(self) -> int | None:
        return max(1, round(self.waiting / self.per_minute)) if self.per_minute and self.waiting else None
