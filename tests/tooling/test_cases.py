"""docs/cases.md: every case that the work was asked for has its tests, and every test that it names exists."""

import ast
import re

import pytest

from crm.bootstrap import ROOT

CASES = {
    "AU": [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14],
    "SC": range(1, 17),
    "IN": [1, 2, 3, 5],
    "XS": [1, 2, 3, 4, 5, 9, 10],
    "FI": range(1, 8),
    "IM": [1, 2, 4],
    "EX": [1, 2, 3],
    "WB": range(1, 12),
    "AD": [1, 2],
    "ML": range(1, 10),
    "SS": [1, 2, 3, 4],
    "PB": range(1, 6),
    "F": [1, 3, 5, 6, 7, 8, 10, 12, 13, 14, 15, 16, 17, 18, 19, 21, 23, 24, 27, 31],
}
IDS = [f"{letters}-{number:02}" for letters, numbers in CASES.items() for number in numbers]
SENDING = [f"F{number}" for number in range(1, 41) if number != 37]  # of campaigns; invitations come with coordination


def rows(case):
    """The first two cells of the rows whose first is of this kind."""
    return re.findall(rf"^\| ({case}) \| (.+?) \| .+? \|$", (ROOT / "docs/cases.md").read_text(), re.M)


def named_in(tests):
    return re.findall(r"`([\w/]+\.py)::(\w+)`", tests)


def table():
    """Tests by case. A row may show several cases of sending: `F3, F5`."""
    found = {case: named_in(tests) for case, tests in rows(r"[A-Z]+-\d\d")}
    return found | {case: named_in(tests) for cases, tests in rows(r"F\d+(?:, F\d+)*") for case in cases.split(", ")}


def test_every_case_is_in_the_table():
    assert [case for case in table() if "-" in case] == IDS
    assert sorted(table().keys() - set(IDS)) == sorted(SENDING)


@pytest.mark.parametrize("case", [*IDS, *SENDING])
def test_the_tests_of_a_case_exist(case):
    named = table()[case]
    assert named
    for place, name in named:
        tree = ast.parse((ROOT / "tests" / place).read_text())
        found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        assert len(found) == 1, f"{place}::{name}"
