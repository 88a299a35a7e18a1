"""What a person decides on the matching page, put into a profile. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crm.core.text import one_line
from crm.exchange.codes import Reason, Refusal
from crm.exchange.dates import Precision
from crm.exchange.headers import header_key
from crm.exchange.parties import Party, SplitRule
from crm.exchange.persons import person_name
from crm.exchange.profile import FIELDS, MANY, PRIVATE, WORDS, Column, Profile, SkipRule, ValueRule

_USUAL_MARKS = (";", ",")


@dataclass(frozen=True, slots=True)
class Decisions:
    """The answers of one sending of the page. `chosen` maps a column's place to its field; `words` a field to the words given for its cells."""

    chosen: Mapping[int, str]
    fill_down: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()
    people: bool = False
    formats: tuple[str, ...] = ()
    day_first: bool = True
    dashed_day: bool = False
    year_from_file_name: bool = True
    precision: Precision | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, tuple[Party, ...]] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()
    skip: tuple[SkipRule, ...] | None = None  # None: as it was


def fields_for(profile: Profile, *, with_private: bool) -> list[str]:
    """The fields that a column may become."""
    return [name for name in FIELDS[profile.target] if with_private or name not in PRIVATE]


def may_hold_several(name: str) -> bool:
    return name == "organization" or name in MANY


def chosen_now(profile: Profile, headers: Sequence[str]) -> dict[int, str]:
    """Which field each column has at present, also when the table as a whole does not fit yet."""
    keys = [header_key(header) for header in headers]
    found: dict[int, str] = {}
    for name, column in profile.columns.items():
        for place in _places_of(column, keys):
            found.setdefault(place, name)
    return found


def _places_of(column: Column, keys: Sequence[str]) -> list[int]:
    if column.position is not None:
        return [column.position - 1] if column.position <= len(keys) else []
    if column.join:
        return [place for part in column.join for place in _first_place(part, keys)]
    return _first_place(column.headers, keys)


def _first_place(headers: Sequence[str], keys: Sequence[str]) -> list[int]:
    return next(([keys.index(key)] for header in headers if (key := header_key(header)) in keys), [])


def without_private(profile: Profile) -> Profile:
    """The profile without fields of private data, and without the rules that name them."""
    columns = {name: column for name, column in profile.columns.items() if name not in PRIVATE}
    return profile if len(columns) == len(profile.columns) else _limited(profile, columns)


def has_private(profile: Profile) -> bool:
    return not PRIVATE.isdisjoint(profile.columns)


def _limited(profile: Profile, columns: Mapping[str, Column]) -> Profile:
    """The profile with only these columns, and only rules that name no other."""
    group = profile.group
    return replace(
        profile,
        columns=columns,
        split={name: rule for name, rule in profile.split.items() if name in columns},
        values={name: rule for name, rule in profile.values.items() if name in columns},
        skip=tuple(rule for rule in profile.skip if _fields_of(rule) <= set(columns)),
        group=group if group and {*group.empty, *group.filled} <= set(columns) else None,
    )


def decided(profile: Profile, headers: Sequence[str], decisions: Decisions) -> Profile:
    """The profile as a person wants it. Raises Refusal when a required field is left without a column."""
    by_field: dict[str, list[int]] = {}
    for place, name in sorted(decisions.chosen.items()):
        by_field.setdefault(name, []).append(place)
    if wrong := set(by_field) - FIELDS[profile.target]:
        raise Refusal(Reason.PROFILE_FIELD, at="columns", field=sorted(wrong)[0])
    columns = _columns(profile, headers, by_field)
    if missing := profile.required - set(by_field):
        raise Refusal(Reason.COLUMN_MISSING, fields=tuple(sorted(missing)))
    filled = {name: name in decisions.fill_down if name in by_field else column.fill_down for name, column in columns.items()}
    columns = {name: replace(column, fill_down=filled[name]) for name, column in columns.items()}
    return replace(
        _limited(profile if decisions.skip is None else replace(profile, skip=decisions.skip), columns),
        dates=replace(
            profile.dates,
            formats=decisions.formats,
            day_first=decisions.day_first,
            dashed_day=decisions.dashed_day,
            year_from_file_name=decisions.year_from_file_name,
            precision=decisions.precision,
        ),
        split=_splits(profile, columns, frozenset(by_field), decisions),
        values=_values(profile, columns, decisions),
    )


def _columns(profile: Profile, headers: Sequence[str], by_field: Mapping[str, Sequence[int]]) -> dict[str, Column]:
    here = [header_key(header) for header in headers]
    taken = {here[place] for places in by_field.values() for place in places if here[place]}
    columns: dict[str, Column] = {}
    for name in (*profile.columns, *(name for name in by_field if name not in profile.columns)):
        old = profile.columns.get(name, Column())
        column = _column(old, headers, here, by_field.get(name, ()), taken)
        if column is not None:
            columns[name] = column
    return columns


def _column(old: Column, headers: Sequence[str], here: Sequence[str], places: Sequence[int], taken: set[str]) -> Column | None:
    """Where a field is read from now. Spellings that other files use stay; those of columns of this file follow the choice."""
    if not places:
        if old.position is not None:
            return None
        rest = tuple(header for header in old.headers if header_key(header) not in here)
        join = () if any(header_key(h) in here for part in old.join for h in part) else old.join
        return replace(old, headers=rest, join=join) if rest or join else None
    if len(places) == 1 and not old.join:
        (place,) = places
        if not here[place] or here.count(here[place]) > 1:
            return replace(old, headers=(), join=(), position=place + 1)
        rest = tuple(h for h in old.headers if header_key(h) not in here and header_key(h) not in taken)
        same = old.position is None and [h for h in old.headers if header_key(h) in here and header_key(h) == here[place]]
        if same and len(rest) + len(same) == len(old.headers):
            return old
        return replace(old, position=None, join=(), headers=(headers[place], *rest))
    if not all(here[place] for place in places):
        raise Refusal(Reason.PROFILE_VALUE, at="join")
    kept = [part for part in old.join if any(header_key(h) in {here[p] for p in places} for h in part)]
    if len(kept) == len(places) == len(old.join):
        return old
    return replace(old, position=None, headers=(), join=tuple((headers[place],) for place in places))


def _fields_of(rule: SkipRule) -> set[str]:
    return {*rule.only, *([rule.field] if rule.field else [])}


def _splits(profile: Profile, columns: Mapping[str, Column], here: frozenset[str], decisions: Decisions) -> dict[str, SplitRule]:
    """Which fields may hold several: as ticked for the columns of this file, as before for those of other files."""
    splits: dict[str, SplitRule] = {}
    for name in columns:
        rule = profile.split.get(name)
        if name not in here:
            if rule is not None:
                splits[name] = rule
        elif name in decisions.split and may_hold_several(name):
            splits[name] = rule or SplitRule(_USUAL_MARKS)
        elif rule is not None and rule.answers:
            splits[name] = replace(rule, separators=(";",))  # no longer cut at commas; what was answered is not lost
    if "organization" in splits:
        rule = splits["organization"]
        answers = {cell: parties for cell, parties in rule.answers.items() if cell not in decisions.forgotten}
        splits["organization"] = replace(rule, people=decisions.people, answers=answers)
    return splits


def _values(profile: Profile, columns: Mapping[str, Column], decisions: Decisions) -> dict[str, ValueRule]:
    values = {name: rule for name, rule in profile.values.items() if name in columns}
    for name, given in decisions.words.items():
        if name not in columns:
            continue
        old = values.get(name, ValueRule({}))
        words = {**old.words, **{header_key(text): word for text, word in given.items() if word}}
        for text, word in given.items():
            if not word:
                words.pop(header_key(text), None)
        values[name] = ValueRule(words, (decisions.otherwise[name] or None) if name in decisions.otherwise else old.otherwise)
    return {name: rule for name, rule in values.items() if rule.words or rule.otherwise}


def meaning(profile: Profile, name: str, text: str) -> str:
    """What a text of the file means in a field at present; empty when nothing says so."""
    rule = profile.values.get(name)
    found = rule.words.get(header_key(text), "") if rule else ""
    return found or (text if text in WORDS.get(name, ()) else "")


# Participants as lines ---------------------------------------------------------------------------------------------------------


def as_lines(parties: Sequence[Party]) -> str:
    """Participants for a person to correct, one a line: `BBC`, `Nick Robinson @BBC`, `Nick Robinson (editor) @BBC`, `Nick Robinson @`."""
    return "\n".join(_line(party) for party in parties)


def _line(party: Party) -> str:
    if party.person is None:
        return party.organization
    name = " ".join(filter(None, (party.person.titles_before, party.person.name, party.person.titles_after)))
    post = f" ({party.position})" if party.position else ""
    return f"{name}{post} @{party.organization}"


def from_lines(text: str) -> tuple[Party, ...]:
    """The participants of such lines; blank lines count for nothing."""
    return tuple(_party(line) for line in map(one_line, text.splitlines()) if line)


def _party(line: str) -> Party:
    who, mark, organization = line.rpartition("@")
    if not mark or (who and not who.endswith(" ")) or not who.strip():
        return Party(line)  # "info@office" is no person at an office
    name, _open, position = who.strip().removesuffix(")").partition(" (")
    return Party(organization.strip(), person_name(name), position.strip())
