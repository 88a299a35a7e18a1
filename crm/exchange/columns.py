"""Which column of a table is which field of a profile, found by header, and the cells of a row by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.core.formulas import restored
from crm.exchange.codes import Reason, Refusal
from crm.exchange.headers import LOOK_AT, header_key, header_row_of
from crm.exchange.profile import Column, Profile
from crm.exchange.reading import Row


@dataclass(frozen=True, slots=True)
class Binding:
    """Fields bound to columns (counted from 0), the header as written, and the headers that no field uses."""

    places: Mapping[str, tuple[int, ...]]
    joiners: Mapping[str, str]
    headers: tuple[str, ...]
    header_row: int

    @property
    def unused(self) -> tuple[str, ...]:
        """Headers that the profile does not use: the screen shows them, the verbatim row keeps their cells."""
        used = {place for places in self.places.values() for place in places}
        return tuple(header for at, header in enumerate(self.headers) if header.strip() and at not in used)

    def cells(self, row: Row) -> dict[str, str]:
        """The text of each field in a row: one line, formulas restored, joined where the profile says so."""
        texts: dict[str, str] = {}
        width = len(row.cells)
        for name, places in self.places.items():
            if len(places) == 1:
                texts[name] = _text(row.cells[places[0]]) if places[0] < width else ""
            else:
                texts[name] = self.joiners[name].join(
                    filter(None, (_text(row.cells[place]) for place in places if place < width))
                )
        return texts

    def verbatim(self, row: Row) -> tuple[tuple[str, str], ...]:
        """The row as it stands in the file: header and cell, cells without a header by their number."""
        pairs = []
        for at, cell in enumerate(row.cells):
            header = self.headers[at].strip() if at < len(self.headers) else ""
            if cell.strip() or header:
                pairs.append((header or f"#{at + 1}", cell))
        return tuple(pairs)

    def is_header(self, row: Row) -> bool:
        """Whether a row repeats the header, as pages put under each other do."""
        if not self.headers or len(row.cells) != len(self.headers) or row.cells[0][:1].lower() != self.headers[0][:1].lower():
            return False  # most rows part here, and cheaply
        return [header_key(cell) for cell in row.cells if cell.strip()] == [header_key(h) for h in self.headers if h.strip()]


def _text(cell: str) -> str:
    text = " ".join(cell.split())
    return restored(text) if text[:1] == "'" else text


def bind(profile: Profile, first: Sequence[Row], header_row: int | None) -> Binding:
    """Bind a profile to the first rows of a table.

    `header_row` is the row a person pointed at, or was found, or None to look for it; 0 says that the table has no header. A row in
    which all required fields are found goes before the row that merely looks like a header.
    """
    if header_row == 0:
        return _without_header(profile)
    rows = {row.number: row for row in first}
    if header_row is not None:
        if header_row not in rows:
            raise Refusal(Reason.HEADER_BEYOND, row=header_row, limit=LOOK_AT)
        return _bound(profile, rows[header_row])
    for row in first:
        if row.problem is None and not row.blank and not _missing(profile, _places(profile, row.cells)):
            return _bound(profile, row)
    guess = header_row_of([row.cells for row in first])
    if not guess:
        raise Refusal(Reason.NO_HEADER)
    return _bound(profile, first[guess - 1])


def _bound(profile: Profile, header: Row) -> Binding:
    if header.problem is Reason.ROW_TOO_WIDE:
        raise Refusal(Reason.TOO_MANY_COLUMNS)
    if header.problem is not None:
        raise Refusal(header.problem, row=header.number)
    places = _places(profile, header.cells)
    if missing := _missing(profile, places):
        raise Refusal(
            Reason.COLUMN_MISSING, fields=missing, headers=tuple(cell.strip() for cell in header.cells if cell.strip())[:50]
        )
    return Binding(places, _joiners(profile), header.cells, header.number)


def _without_header(profile: Profile) -> Binding:
    places = {name: (column.position - 1,) for name, column in profile.columns.items() if column.position}
    if missing := _missing(profile, places):
        raise Refusal(Reason.COLUMN_MISSING, fields=missing, headers=())
    return Binding(places, _joiners(profile), (), 0)


def _joiners(profile: Profile) -> dict[str, str]:
    return {name: column.joiner for name, column in profile.columns.items()}


def _missing(profile: Profile, places: Mapping[str, tuple[int, ...]]) -> tuple[str, ...]:
    return tuple(sorted(name for name in profile.required if name not in places))


def _places(profile: Profile, headers: Sequence[str]) -> dict[str, tuple[int, ...]]:
    keys = [header_key(header) for header in headers]
    found = {name: _column_places(name, column, keys) for name, column in profile.columns.items()}
    return {name: places for name, places in found.items() if places}


def _column_places(name: str, column: Column, keys: Sequence[str]) -> tuple[int, ...]:
    """A place the profile gives goes before headers. Two columns with the header of one field are a question, not a choice of ours."""
    if column.position is not None:
        return (column.position - 1,)
    if column.join:
        return tuple(place for part in column.join for place in _by_headers(name, part, keys)[:1])
    return _by_headers(name, column.headers, keys)


def _by_headers(name: str, headers: Sequence[str], keys: Sequence[str]) -> tuple[int, ...]:
    for header in headers:
        places = tuple(at for at, key in enumerate(keys) if key == header_key(header))
        if len(places) > 1:
            raise Refusal(Reason.COLUMN_TWICE, field=name, header=header, columns=tuple(place + 1 for place in places))
        if places:
            return places
    return ()
