"""The first rows of a file as they are read, and what they tell about it: which list it may be, what its columns hold. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from crm.exchange.codes import Reason, Refusal
from crm.exchange.columns import Binding, bind
from crm.exchange.dates import When
from crm.exchange.headers import LOOK_AT, header_key
from crm.exchange.intents import EngagementIntent, ProblemIntent
from crm.exchange.parties import Party, Split, SplitRule, split_parties
from crm.exchange.plan import Options, plan
from crm.exchange.profile import Profile
from crm.exchange.reading import Row, open_rows
from crm.exchange.sniffing import Layout, Overrides, layout_of

SHOWN = 20
SAMPLED = 2_000
MOST_DATES = 8
MOST_PROPOSALS = 30
MOST_WORDS = 40
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file: how it is written, and its first rows from the top."""

    name: str
    layout: Layout
    rows: tuple[Row, ...]
    chosen_header: int | None
    is_whole: bool

    @property
    def first(self) -> tuple[Row, ...]:
        return self.rows[:LOOK_AT]

    def binding(self, profile: Profile) -> Binding:
        """How the columns fit a profile. Raises Refusal when they do not."""
        return bind(profile, self.first, self.chosen_header)

    def fits(self, profile: Profile) -> Refusal | None:
        """None when every required field has a column, else what is wrong."""
        try:
            self.binding(profile)
        except Refusal as refusal:
            return refusal
        return None

    def header_row(self, profile: Profile | None = None) -> int:
        """The row that a person chose, else that in which the profile finds its columns, else what looks like one."""
        if self.chosen_header is not None:
            return self.chosen_header
        if profile is not None:
            try:
                return self.binding(profile).header_row
            except Refusal:
                pass
        return self.layout.header_row

    def headers(self, header_row: int) -> tuple[str, ...]:
        """The header cells, as many as the table is wide; without a header all are empty."""
        width = max((len(row.cells) for row in self.first if not row.blank), default=0)
        cells = next((row.cells for row in self.first if row.number == header_row), ()) if header_row else ()
        named = tuple(" ".join(cell.split()) for cell in cells)
        return named + ("",) * (width - len(named))

    def below(self, header_row: int) -> list[Row]:
        return [row for row in self.rows if row.number > header_row and not row.blank]


def sample_of(path: Path, name: str, overrides: Overrides, *, limit: int = SAMPLED) -> Sample:
    """Read the beginning of a file. Raises Refusal."""
    layout = known_layout(path, overrides)
    with closing(open_rows(path, layout)) as rows:  # type: ignore[type-var]
        first = tuple(islice(rows, limit + 1))
    return Sample(name, layout, first[:limit], overrides.header_row, len(first) <= limit)


@lru_cache(maxsize=512)
def known_layout(path: Path, overrides: Overrides) -> Layout:
    """`layout_of`, remembered: a kept file never changes, and looking into 28 of them takes a second. Raises Refusal."""
    return layout_of(path, overrides)


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """A column of a file: its place from 0, its header, a few of its different values."""

    place: int
    header: str
    examples: tuple[str, ...]


def columns_of(sample: Sample, header_row: int) -> list[ColumnLook]:
    """The columns that have a header or something in them."""
    below = sample.below(header_row)[:200]
    looks = []
    for place, header in enumerate(sample.headers(header_row)):
        cells = (" ".join(row.cells[place].split()) for row in below if place < len(row.cells))
        examples = tuple(islice(dict.fromkeys(_short(cell) for cell in cells if cell), 3))
        if header or examples:
            looks.append(ColumnLook(place, header, examples))
    return looks


def _short(cell: str) -> str:
    return cell if len(cell) <= _LONGEST else cell[: _LONGEST - 1] + "…"


def best_profile(samples: Sequence[Sample], profiles: Iterable[tuple[str, Profile]]) -> str | None:
    """The key of the choice whose columns are found best: all required ones in every file, then the most fields, then the narrowest."""
    best: tuple[int, int, float] = (0, 0, 0.0)
    found = None
    for key, profile in profiles:
        fitting, bound = 0, 0
        for sample in samples:
            try:
                bound += len(sample.binding(profile).places)
                fitting += 1
            except Refusal:
                continue
        score = (fitting, bound, bound / (len(profile.columns) or 1))
        if fitting and score > best:
            best, found = score, key
    return found


# What a person may want to correct -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DateLook:
    """A cell of the date column and what it is read as."""

    text: str
    read: When | Reason


@dataclass(slots=True)
class Questions:
    """What the sample leaves to a person: cells read as several participants, dates, words without a meaning."""

    proposals: dict[str, tuple[Party, ...]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    dates: list[DateLook] = field(default_factory=list)
    more_proposals: int = 0


def questions_of(
    samples: Iterable[Sample], profile: Profile, *, year: int | None, names_known: Callable[[Sequence[str]], set[str]]
) -> Questions:
    """Look at the participants and dates of the samples. `names_known` says of many texts at once which name an organization that is there."""
    fitting = [sample for sample in samples if sample.fits(profile) is None]
    found = Questions()
    rule = profile.split.get("organization")
    if rule is not None:
        _propose(found, _cells(fitting, profile, "organization"), rule, names_known)
    for sample in fitting:
        if "date" in profile.columns and len(found.dates) < MOST_DATES:
            _read_dates(found, sample, profile, year)
    return found


def _cells(samples: Iterable[Sample], profile: Profile, name: str) -> Counter[str]:
    cells: Counter[str] = Counter()
    for sample in samples:
        binding = sample.binding(profile)
        for row in sample.below(binding.header_row):
            text = binding.cells(row).get(name, "") if row.problem is None else ""
            if text:
                cells[text] += 1
    return cells


def _propose(found: Questions, cells: Counter[str], rule: SplitRule, names_known: Callable[[Sequence[str]], set[str]]) -> None:
    doubtful = [cell for cell in cells if _is_split(split_parties(cell, rule))]
    shown, found.more_proposals = doubtful[: MOST_PROPOSALS + 10], max(0, len(doubtful) - MOST_PROPOSALS - 10)
    asked: dict[str, None] = {}

    def remember(text: str) -> bool:
        asked[text] = None
        return False

    for cell in shown:  # a first reading only collects the names, so that they are looked up in one go
        split_parties(cell, rule, remember)
    known = names_known(list(asked))
    for cell in shown:
        split = split_parties(cell, rule, known.__contains__)
        if not _is_split(split):
            continue
        if len(found.proposals) < MOST_PROPOSALS:
            found.proposals[cell], found.times[cell] = split.parties, cells[cell]
        else:
            found.more_proposals += 1


def _is_split(split: Split) -> bool:
    return Reason.SPLIT_PROPOSED in split.notes


def _read_dates(found: Questions, sample: Sample, profile: Profile, year: int | None) -> None:
    """Plan only rows whose date was not seen yet: what each date is read as, or why it can't be."""
    binding = sample.binding(profile)
    seen = {look.text for look in found.dates}
    texts: dict[int, str] = {}
    rows = [row for row in sample.first if row.number <= binding.header_row]
    for row in sample.below(binding.header_row):
        text = binding.cells(row).get("date", "") if row.problem is None else ""
        if text and text not in seen and len(texts) < MOST_DATES * 3:
            seen.add(text)
            texts[row.number] = text
            rows.append(row)
    options = Options(sample.name, year, sample.chosen_header)
    for intent in plan(rows, profile, options):
        if len(found.dates) >= MOST_DATES:
            return
        if isinstance(intent, EngagementIntent):
            found.dates.append(DateLook(texts[intent.source.row], intent.when))
        elif isinstance(intent, ProblemIntent) and intent.field == "date":
            found.dates.append(DateLook(texts[intent.source.row], intent.reason))


def words_in(samples: Iterable[Sample], profile: Profile, name: str) -> Counter[str]:
    """The different texts of a field in the samples, with how often they stand there."""
    words: Counter[str] = Counter()
    for sample in samples:
        try:
            binding = sample.binding(profile)
        except Refusal:
            continue
        if name not in binding.places:
            continue
        for row in sample.below(binding.header_row):
            text = binding.cells(row).get(name, "") if row.problem is None else ""
            if text and (text in words or len(words) < MOST_WORDS):
                words[text] += 1
    return words


_MAIN = ("name", "organization", "host")


def main_headers(profile: Profile) -> list[frozenset[str]]:
    """The spellings of the headers of those fields that tell a row from others, the most telling first."""
    fields = [profile.columns[name] for name in _MAIN if name in profile.columns]
    return [frozenset(header_key(h) for h in (*column.headers, *(h for part in column.join for h in part))) for column in fields]


def headline(verbatim: Sequence[Sequence[str]], main: Sequence[frozenset[str]]) -> tuple[str, str]:
    """Two lines that name a stored row: its main cell, and what stands beside it."""
    cells = [(header_key(str(header)), " ".join(str(cell).split())) for header, cell in verbatim]
    filled = [(header, cell) for header, cell in cells if cell]
    first = next((pair for names in main for pair in filled if pair[0] in names), filled[0] if filled else ("", ""))
    rest = [cell for header, cell in filled if (header, cell) != first]
    return first[1][:200], ", ".join(rest)[:200]
