"""The terms of a document as stored: its marks (kind, offices, shared), the words of its name, then the words of its body.

Marks begin with a slash, which no word can hold: nobody reaches another office by typing or by naming a record cleverly.
"""

from collections.abc import Collection, Mapping

from crm.index import words

SHARED = "/s"
_BODY = "/b"


def kind_mark(kind: str) -> str:
    """The mark of a kind. A kind is lower-case letters only: anything else would not survive the tokenizers."""
    if not (kind.isascii() and kind.isalpha() and kind.islower()):
        raise ValueError(f"kind {kind!r}")
    return f"/k{kind}"


def place_marks(path: str | None, shared: bool) -> list[str]:
    """Marks of an office (its path is /1/4/), of each office above it, and of being shared."""
    ids = [part for part in (path or "").split("/") if part]
    own = [f"/x{ids[-1]}"] if ids else []
    return [f"/o{office_id}" for office_id in ids] + own + ([SHARED] if shared else [])


def viewer_marks(office_ids: Collection[int], parents: Mapping[int, int | None]) -> list[str]:
    """The fewest marks that stand for exactly these offices, and the mark of what is shared.

    An office counts with all below it only if all of them are in: a narrower scope gets each office by itself.
    """
    whole = _whole_subtrees(frozenset(office_ids), parents)
    marks = [f"/o{office}" for office in sorted(whole) if parents.get(office) not in whole]
    marks += [f"/x{office}" for office in sorted(set(office_ids) - whole)]
    return [*marks, SHARED]


def _whole_subtrees(inside: frozenset[int], parents: Mapping[int, int | None]) -> set[int]:
    """Offices that are inside with everything below them."""
    broken: set[int] = set()
    for office in parents:
        if office in inside:
            continue
        above: int | None = office
        while above is not None and above not in broken:
            broken.add(above)
            above = parents.get(above)
    return {office for office in inside if office in parents and office not in broken}


def pack(marks: list[str], names: list[str], body: list[str]) -> str:
    extra = [word for word in body if word not in set(names)]
    return words.joined([*marks, *names, *([_BODY, *extra] if extra else [])])


def names_in(packed: str) -> list[str]:
    """The words of the name of a packed document: what the vocabulary counts."""
    before, _, _after = packed.partition(f" {_BODY} ")
    return [word for word in before.split(" ") if word and word[0] != "/"]


def with_marks(packed: str, marks: list[str]) -> str:
    """The same words under other marks: for an office that moves."""
    kept = packed.split(" ")
    start = next((at for at, word in enumerate(kept) if word[:1] != "/"), len(kept))
    return words.joined([*marks, *kept[start:]])
