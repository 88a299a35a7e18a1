"""Our side of a meeting, read from one cell."""

import pytest

from crm.exchange.hosts import Host, parse_host


@pytest.mark.parametrize(
    ("cell", "name", "roles", "before", "after"),
    [
        ("Prime Minister, The Rt Hon David Cameron MP", "David Cameron", ("Prime Minister",), "The Rt Hon", "MP"),
        ("Minister for the Cabinet Office, Paymaster General, The Rt Hon Francis Maude MP", "Francis Maude",
         ("Minister for the Cabinet Office", "Paymaster General"), "The Rt Hon", "MP"),
        ("Parliamentary Secretary, Deputy Leader of the House of Commons The Rt Hon Tom Brake MP", "Tom Brake",
         ("Parliamentary Secretary", "Deputy Leader of the House of Commons"), "The Rt Hon", "MP"),
        ("Leader of the House of Lords, Lord Hill of Oareford CBE", "Lord Hill of Oareford", ("Leader of the House of Lords",), "", "CBE"),
        ("Baroness Northover, Government  Whip (Lords)", "Baroness Northover", ("Government Whip (Lords)",), "", ""),
        ("Parliamentary Secretary (Minister for Civil Society), Nick Hurd MP", "Nick Hurd",
         ("Parliamentary Secretary (Minister for Civil Society)",), "", "MP"),
        ("Minister for Civil Society, Nick Hurd", "Nick Hurd", ("Minister for Civil Society",), "", ""),
        ("Deputy Chief Whip (Captain of the Guard, Lord Newby OBE", "Lord Newby", ("Deputy Chief Whip (Captain of the Guard",), "", "OBE"),
        ("Suharti", "Suharti", (), "", ""),
    ],
)  # fmt: skip
def test_offices_and_name(cell: str, name: str, roles: tuple[str, ...], before: str, after: str) -> None:
    host = parse_host(cell)
    assert host == Host(" ".join(cell.split()), name, roles, before, after)


def test_an_empty_cell_is_nobody() -> None:
    assert parse_host("  ") is None
