"""The JSON form of an import profile: read with a reason for every mistake, written as a person would write it.

docs/import-profiles.md is the description of this form; schema "mitra-import-profile/1".
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from crm.exchange.codes import SKIPS, Reason, Refusal
from crm.exchange.dates import Precision
from crm.exchange.headers import header_key
from crm.exchange.parties import WHOLE, Party, SplitRule, cell_key
from crm.exchange.persons import PersonName, person_name
from crm.exchange.profile import CONSTANTS, FIELDS, REQUIRED, Column, DateRule, GroupRule, Profile, SkipRule, Target, ValueRule

SCHEMA = "mitra-import-profile/1"
BUILT_IN = Path(__file__).with_name("profiles")
MAX_SIZE = 512 * 2**10
W = TypeVar("W")
_KEY = re.compile(r"^[a-z0-9][a-z0-9-]{1,59}$")
_TOP = frozenset("schema key title about target columns dates split values skip group constants".split())


def built_in_profiles() -> list[str]:
    """Keys of the profiles that come with Mitra."""
    return sorted(path.stem for path in BUILT_IN.glob("*.json"))


def load_built_in(key: str) -> Profile:
    """A profile that comes with Mitra, by its key."""
    if key not in built_in_profiles():
        raise Refusal(Reason.PROFILE_UNKNOWN, profile=key[:60])
    return parse_profile((BUILT_IN / f"{key}.json").read_text(encoding="utf-8"))


def parse_profile(text: str) -> Profile:
    """A profile from its JSON text, or a Refusal that names the place and the mistake."""
    if len(text) > MAX_SIZE:
        raise Refusal(Reason.PROFILE_NOT_JSON, limit=MAX_SIZE)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(Reason.PROFILE_NOT_JSON) from error
    top = _object(data, "", _TOP)
    if top.get("schema") != SCHEMA:
        raise Refusal(Reason.PROFILE_SCHEMA, schema=str(top.get("schema"))[:60], expected=SCHEMA)
    return _profile(top)


def _profile(top: dict[str, Any]) -> Profile:
    key = _text(top.get("key"), "key")
    if not _KEY.match(key):
        raise Refusal(Reason.PROFILE_VALUE, at="key")
    target = _word(Target, top.get("target"), "target")
    columns = _columns(top.get("columns"), target)
    fields = frozenset(columns)
    return Profile(
        key=key,
        title=_texts_by_name(top.get("title"), "title"),
        about=_texts(top.get("about", []), "about"),
        target=target,
        columns=columns,
        dates=_dates(top.get("dates", {})),
        split={name: _split(rule, f"split.{name}") for name, rule in _by_field(top.get("split", {}), "split", fields).items()},
        values={
            name: _values(rule, f"values.{name}") for name, rule in _by_field(top.get("values", {}), "values", fields).items()
        },
        skip=tuple(_skip(rule, f"skip.{n}", fields) for n, rule in enumerate(_list(top.get("skip", []), "skip"))),
        group=_group(top["group"], fields) if top.get("group") else None,
        constants=_constants(top.get("constants", {}), target),
    )


# -- the parts -------------------------------------------------------------------------------------------------------------------------------


def _columns(data: object, target: Target) -> dict[str, Column]:
    columns = {name: _column(column, f"columns.{name}") for name, column in _by_field(data, "columns", FIELDS[target]).items()}
    if missing := REQUIRED[target] - set(columns):
        raise Refusal(Reason.PROFILE_MISSING, at="columns", fields=tuple(sorted(missing)))
    return columns


def _column(data: object, at: str) -> Column:
    given = _object(data, at, frozenset({"headers", "position", "join", "joiner", "fill_down", "required"}))
    position = given.get("position")
    if position is not None and (not isinstance(position, int) or isinstance(position, bool) or position < 1):
        raise Refusal(Reason.PROFILE_TYPE, at=f"{at}.position")
    column = Column(
        headers=_texts(given.get("headers", []), f"{at}.headers"),
        position=position,
        join=tuple(_texts(part, f"{at}.join") for part in _list(given.get("join", []), f"{at}.join")),
        joiner=_text(given.get("joiner", ", "), f"{at}.joiner", strip=False),
        fill_down=_flag(given.get("fill_down", False), f"{at}.fill_down"),
        required=_flag(given.get("required", False), f"{at}.required"),
    )
    if not (column.headers or column.position or column.join):
        raise Refusal(Reason.PROFILE_EMPTY, at=at)
    return column


def _dates(data: object) -> DateRule:
    given = _object(data, "dates", frozenset({"formats", "day_first", "dashed_day", "year_from_file_name", "precision"}))
    precision = given.get("precision")
    return DateRule(
        formats=_texts(given.get("formats", []), "dates.formats"),
        day_first=_flag(given.get("day_first", True), "dates.day_first"),
        dashed_day=_flag(given.get("dashed_day", False), "dates.dashed_day"),
        year_from_file_name=_flag(given.get("year_from_file_name", True), "dates.year_from_file_name"),
        precision=None if precision is None else _word(Precision, precision, "dates.precision"),
    )


def _split(data: object, at: str) -> SplitRule:
    given = _object(data, at, frozenset({"separators", "people", "answers"}))
    separators = _texts(given.get("separators", [";", ","]), f"{at}.separators", strip=False)
    if not separators or not all(0 < len(mark) <= 5 for mark in separators):
        raise Refusal(Reason.PROFILE_VALUE, at=f"{at}.separators")
    answers = given.get("answers", {})
    if not isinstance(answers, dict):
        raise Refusal(Reason.PROFILE_TYPE, at=f"{at}.answers")
    read = {cell_key(str(cell)): _answer(str(cell), answer, f"{at}.answers") for cell, answer in answers.items()}
    return SplitRule(separators, _flag(given.get("people", False), f"{at}.people"), read)


def _answer(cell: str, data: object, at: str) -> tuple[Party, ...]:
    """The word "whole", or the names one by one; a name may be an object with person, organization and position."""
    if data == WHOLE:
        return (Party(" ".join(cell.split())),)
    parts = _list(data, at)
    if not parts:
        raise Refusal(Reason.PROFILE_EMPTY, at=at, cell=cell[:80])
    return tuple(_party(part, at) for part in parts)


def _party(data: object, at: str) -> Party:
    if isinstance(data, str):
        return Party(_text(data, at))
    given = _object(data, at, frozenset({"organization", "person", "position"}))
    texts = {name: _text(value, f"{at}.{name}") for name, value in given.items()}
    if not texts:
        raise Refusal(Reason.PROFILE_EMPTY, at=at)
    person = person_name(texts["person"]) if "person" in texts else None
    return Party(texts.get("organization", ""), person, texts.get("position", ""))


def _values(data: object, at: str) -> ValueRule:
    given = _object(data, at, frozenset({"words", "otherwise"}))
    words = {header_key(word): value for word, value in _texts_by_name(given.get("words", {}), f"{at}.words").items()}
    otherwise = given.get("otherwise")
    return ValueRule(words, None if otherwise is None else _text(otherwise, f"{at}.otherwise"))


def _skip(data: object, at: str, fields: frozenset[str]) -> SkipRule:
    given = _object(data, at, frozenset({"reason", "only", "field", "equals", "starts_with", "contains", "carries"}))
    reason = _word(Reason, given.get("reason", Reason.BY_RULE.value), f"{at}.reason")
    if reason not in SKIPS:
        raise Refusal(Reason.PROFILE_VALUE, at=f"{at}.reason")
    rule = SkipRule(
        reason=reason,
        only=_known_fields(given.get("only", []), f"{at}.only", fields),
        field=_text(given.get("field", ""), f"{at}.field", empty=True),
        equals=_texts(given.get("equals", []), f"{at}.equals"),
        starts_with=_texts(given.get("starts_with", []), f"{at}.starts_with"),
        contains=_texts(given.get("contains", []), f"{at}.contains"),
        carries=_flag(given.get("carries", False), f"{at}.carries"),
    )
    if rule.field and rule.field not in fields:
        raise Refusal(Reason.PROFILE_FIELD, at=f"{at}.field", field=rule.field[:60])
    if not (rule.only or rule.has_words) or (rule.has_words and not rule.field):
        raise Refusal(Reason.PROFILE_EMPTY, at=at)
    return rule


def _group(data: object, fields: frozenset[str]) -> GroupRule:
    given = _object(data, "group", frozenset({"empty", "filled"}))
    empty = _known_fields(given.get("empty", []), "group.empty", fields)
    filled = _known_fields(given.get("filled", []), "group.filled", fields)
    if not empty or not filled:
        raise Refusal(Reason.PROFILE_EMPTY, at="group")
    return GroupRule(empty, filled)


def _constants(data: object, target: Target) -> dict[str, str]:
    constants = _texts_by_name(data, "constants")
    for name in constants:
        if name not in CONSTANTS[target]:
            raise Refusal(Reason.PROFILE_FIELD, at="constants", field=name[:60])
    return constants


# -- shapes ----------------------------------------------------------------------------------------------------------------------------------


def _object(data: object, at: str, allowed: frozenset[str]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise Refusal(Reason.PROFILE_TYPE, at=at or "top")
    for name in data:
        if name not in allowed:
            raise Refusal(Reason.PROFILE_UNKNOWN, at=at or "top", name=str(name)[:60])
    return data


def _by_field(data: object, at: str, fields: frozenset[str]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise Refusal(Reason.PROFILE_TYPE, at=at)
    for name in data:
        if name not in fields:
            raise Refusal(Reason.PROFILE_FIELD, at=at, field=str(name)[:60])
    return data


def _known_fields(data: object, at: str, fields: frozenset[str]) -> tuple[str, ...]:
    names = _texts([data] if isinstance(data, str) else data, at)
    for name in names:
        if name not in fields:
            raise Refusal(Reason.PROFILE_FIELD, at=at, field=name[:60])
    return names


def _list(data: object, at: str) -> list[Any]:
    if not isinstance(data, list):
        raise Refusal(Reason.PROFILE_TYPE, at=at)
    return data


def _text(data: object, at: str, *, strip: bool = True, empty: bool = False) -> str:
    if not isinstance(data, str):
        raise Refusal(Reason.PROFILE_TYPE, at=at)
    text = data.strip() if strip else data
    if "\x00" in text or not (text or empty) or len(text) > 5_000:
        raise Refusal(Reason.PROFILE_VALUE, at=at)
    return text


def _texts(data: object, at: str, *, strip: bool = True) -> tuple[str, ...]:
    return tuple(_text(item, at, strip=strip) for item in _list(data, at))


def _texts_by_name(data: object, at: str) -> dict[str, str]:
    if not isinstance(data, dict):
        raise Refusal(Reason.PROFILE_TYPE, at=at)
    return {str(name): _text(value, f"{at}.{name}"[:80]) for name, value in data.items()}


def _flag(data: object, at: str) -> bool:
    if not isinstance(data, bool):
        raise Refusal(Reason.PROFILE_TYPE, at=at)
    return data


def _word(words: Callable[[Any], W], data: object, at: str) -> W:
    try:
        return words(data)
    except ValueError as error:
        raise Refusal(Reason.PROFILE_VALUE, at=at, value=str(data)[:60]) from error


# -- writing ---------------------------------------------------------------------------------------------------------------------------------


def profile_text(profile: Profile) -> str:
    """The profile as JSON. Reading it gives an equal profile; what has its usual value is left out."""
    data: dict[str, object] = {"schema": SCHEMA, "key": profile.key, "title": dict(profile.title), "about": list(profile.about)}
    data |= {
        "target": profile.target.value,
        "columns": {name: _plain(column, Column()) for name, column in profile.columns.items()},
    }
    data["dates"] = _plain(profile.dates, DateRule())
    data["split"] = {name: _split_plain(rule) for name, rule in profile.split.items()}
    data["values"] = {name: _plain(rule, ValueRule({})) for name, rule in profile.values.items()}
    data["skip"] = [{"reason": rule.reason.value, **_plain(rule, SkipRule(rule.reason))} for rule in profile.skip]
    if profile.group:
        data["group"] = {"empty": list(profile.group.empty), "filled": list(profile.group.filled)}
    data["constants"] = dict(profile.constants)
    kept = {name: value for name, value in data.items() if value or name in ("title", "columns")}
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def _plain(rule: Column | DateRule | ValueRule | SkipRule, usual: object) -> dict[str, object]:
    """The parts of a rule that differ from the usual, as JSON knows them."""
    names = type(rule).__slots__
    return {name: _json(getattr(rule, name)) for name in names if getattr(rule, name) != getattr(usual, name)}


def _json(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return [_json(item) for item in value] if isinstance(value, tuple) else value


def _split_plain(rule: SplitRule) -> dict[str, object]:
    data: dict[str, object] = {"separators": list(rule.separators)}
    if rule.people:
        data["people"] = True
    if rule.answers:
        data["answers"] = {cell: [_party_plain(party) for party in parties] for cell, parties in rule.answers.items()}
    return data


def _party_plain(party: Party) -> object:
    if party.person is None and not party.position:
        return party.organization
    person = _written(party.person) if party.person else ""
    given = {"person": person, "organization": party.organization, "position": party.position}
    return {name: text for name, text in given.items() if text}


def _written(person: PersonName) -> str:
    return " ".join(filter(None, (person.titles_before, person.name, person.titles_after)))


def with_answers(profile: Profile, field: str, answers: Mapping[str, tuple[Party, ...]]) -> Profile:
    """The profile with the answers that a person gave remembered: cells by their text, each with its parties."""
    rule = profile.split.get(field, SplitRule())
    remembered = {**rule.answers, **{cell_key(cell): parties for cell, parties in answers.items()}}
    split = {**profile.split, field: SplitRule(rule.separators, rule.people, remembered)}
    return Profile(**{**{name: getattr(profile, name) for name in Profile.__slots__}, "split": split})
