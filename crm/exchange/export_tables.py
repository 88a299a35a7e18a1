"""Stakeholders as tables to take away. The headers are spellings that the built-in profiles read, so that a file comes back as it went out."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol

from crm.core.formulas import neutralised
from crm.stakeholders.details import ContactLine, OrganizationDetails, PersonDetails, StakeholderDetails
from crm.stakeholders.keys import NameKind, StakeholderKind
from crm.stakeholders.models import Category, ContactKind

LONGEST_CELL = 32_767  # of XLSX
_BETWEEN = "; "
_CATEGORIES = {
    "id": {
        Category.PARTNER_AGENCY: "Instansi mitra",
        Category.MEDIA: "Media",
        Category.COMMUNITY_GROUP: "Kelompok masyarakat",
        Category.BUSINESS: "Badan usaha",
        Category.ACADEMIA: "Perguruan tinggi",
        Category.OWN_UNIT: "Unit sendiri",
    },
    "en": {
        Category.PARTNER_AGENCY: "Partner agency",
        Category.MEDIA: "Media",
        Category.COMMUNITY_GROUP: "Community group",
        Category.BUSINESS: "Business",
        Category.ACADEMIA: "Academia",
        Category.OWN_UNIT: "Own unit",
    },
}
_LANGUAGES = {"id": {"id": "Indonesia", "en": "Inggris"}, "en": {"id": "Indonesian", "en": "English"}}
TABS = {
    "id": {StakeholderKind.ORGANIZATION: "Organisasi", StakeholderKind.PERSON: "Orang"},
    "en": {StakeholderKind.ORGANIZATION: "Organizations", StakeholderKind.PERSON: "People"},
}


@dataclass(frozen=True)
class Subject:
    """A stakeholder with the names that its ids stand for."""

    details: StakeholderDetails
    names: Mapping[int, str]
    regions: Mapping[int, str]
    language: str


@dataclass(frozen=True)
class TableColumn:
    """A column: its header in both languages, and what stands in it. Private ones are only for those who may see private data."""

    headers: tuple[str, str]
    cell: Callable[[Subject], str]
    is_private: bool = False

    def header(self, language: str) -> str:
        return self.headers[0] if language == "id" else self.headers[1]


def _of_kind(*kinds: NameKind) -> Callable[[Subject], str]:
    return lambda s: _BETWEEN.join(line.name for line in s.details.other_names if line.kind in kinds)


def _reach(kind: ContactKind, *, private: bool = False) -> Callable[[Subject], str]:
    def cell(subject: Subject) -> str:
        lines = subject.details.private_contacts if private else subject.details.contacts
        return _BETWEEN.join(_written(line) for line in lines if line.kind is kind)

    return cell


def _written(line: ContactLine) -> str:
    """A number keeps its extension; other labels stay behind, because no import would understand them."""
    return f"{line.value} {line.label}" if line.label.startswith("ext. ") else line.value


def _plain(name: str) -> Callable[[Subject], str]:
    return lambda s: str(getattr(s.details, name) or "")


def _many(name: str) -> Callable[[Subject], str]:
    return lambda s: _BETWEEN.join(getattr(s.details, name))


def _category(subject: Subject) -> str:
    assert isinstance(subject.details, OrganizationDetails)
    return _CATEGORIES[subject.language][subject.details.category]


def _parent(subject: Subject) -> str:
    assert isinstance(subject.details, OrganizationDetails)
    return subject.names.get(subject.details.parent_id or 0, "")


def _region(subject: Subject) -> str:
    assert isinstance(subject.details, OrganizationDetails)
    return subject.regions.get(subject.details.region_id or 0, "")


def _post(subject: Subject) -> tuple[str, str]:
    """Organization and title of the present post: the first one that has not ended."""
    assert isinstance(subject.details, PersonDetails)
    held = next((line for line in subject.details.affiliations if line.until_on is None), None)
    return (subject.names.get(held.organization_id, ""), held.title) if held else ("", "")


def _language(subject: Subject) -> str:
    assert isinstance(subject.details, PersonDetails)
    given = subject.details.preferred_language
    return _LANGUAGES[subject.language].get(given, given)


_COMMON_END = [
    TableColumn(("Tag", "Tags"), _many("tags")),
    TableColumn(("Topik", "Topics"), _many("topics")),
    TableColumn(("Catatan", "Note"), _plain("note")),
]
COLUMNS: Mapping[StakeholderKind, Sequence[TableColumn]] = {
    StakeholderKind.ORGANIZATION: [
        TableColumn(("Nama", "Name"), _plain("name")),
        TableColumn(("Singkatan", "Abbreviation"), _of_kind(NameKind.ABBREVIATION)),
        TableColumn(("Nama lain", "Other names"), _of_kind(NameKind.ALIAS, NameKind.FORMER)),
        TableColumn(("Kategori", "Category"), _category),
        TableColumn(("Instansi induk", "Parent organization"), _parent),
        TableColumn(("Wilayah", "Region"), _region),
        TableColumn(("Alamat", "Address"), _plain("address")),
        TableColumn(("Situs web", "Website"), _plain("website")),
        TableColumn(("Surel", "E-mail"), _reach(ContactKind.EMAIL)),
        TableColumn(("Telepon", "Phone"), _reach(ContactKind.PHONE)),
        *_COMMON_END,
    ],
    StakeholderKind.PERSON: [
        TableColumn(("Nama", "Name"), _plain("name")),
        TableColumn(("Gelar depan", "Title"), _plain("titles_before")),
        TableColumn(("Gelar belakang", "Suffix"), _plain("titles_after")),
        TableColumn(("Panggilan", "Nickname"), _plain("called")),
        TableColumn(("Sapaan", "Salutation"), _plain("salutation")),
        TableColumn(("Organisasi", "Organization"), lambda s: _post(s)[0]),
        TableColumn(("Jabatan", "Position"), lambda s: _post(s)[1]),
        TableColumn(("Surel", "E-mail"), _reach(ContactKind.EMAIL)),
        TableColumn(("Telepon", "Phone"), _reach(ContactKind.PHONE)),
        TableColumn(("Surel pribadi", "Private email"), _reach(ContactKind.EMAIL, private=True), is_private=True),
        TableColumn(("Telepon pribadi", "Private phone"), _reach(ContactKind.PHONE, private=True), is_private=True),
        TableColumn(("Alamat rumah", "Home address"), _plain("home_address"), is_private=True),
        TableColumn(("Tanggal lahir", "Date of birth"), _plain("birth_on"), is_private=True),
        TableColumn(("Liputan", "Beat"), _plain("beat")),
        TableColumn(("Bahasa", "Language"), _language),
        *_COMMON_END,
    ],
}


def columns_for(kind: StakeholderKind, *, with_private: bool) -> list[TableColumn]:
    return [column for column in COLUMNS[kind] if with_private or not column.is_private]


class Table:
    """One kind of stakeholders, row by row; the file that it goes into asks for the rows once."""

    def __init__(self, kind: StakeholderKind, language: str, *, with_private: bool) -> None:
        self.language = "id" if language == "id" else "en"
        self.title = TABS[self.language][kind]
        self.columns = columns_for(kind, with_private=with_private)
        self.row_count = 0

    @property
    def headers(self) -> list[str]:
        return [column.header(self.language) for column in self.columns]

    def rows(self, subjects: Iterable[Subject]) -> Iterator[list[str]]:
        for subject in subjects:
            self.row_count += 1
            yield [column.cell(subject) for column in self.columns]


class TakenAway(Protocol):
    """What a file is written from: a title, headers, and rows of texts made of whatever the table is about."""

    title: str
    columns: list[Any]

    @property
    def headers(self) -> list[str]: ...

    def rows(self, subjects: Iterable[Any]) -> Iterator[list[str]]: ...


def write_csv(target: IO[bytes], table: TakenAway, subjects: Iterable[Any]) -> None:
    """CSV that a spreadsheet opens as UTF-8; every cell that it would run is made harmless."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(table.headers)
    for row in table.rows(subjects):
        writer.writerow([neutralised(cell) for cell in row])
    text.detach()


_OPTIONS: dict[str, Any] = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(target: IO[bytes], tables: Sequence[tuple[TakenAway, Iterable[Any]]]) -> None:
    """A workbook with a sheet for each kind; every cell is a string and never a formula, a number or a link."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - loaded by who needs it: 4 MB of every process otherwise

    with Workbook(target, _OPTIONS) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for table, subjects in tables:
            sheet = book.add_worksheet(table.title)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 0, 36)
            sheet.set_column(1, len(table.columns) - 1, 20)
            for place, header in enumerate(table.headers):
                sheet.write_string(0, place, header, bold)
            for number, row in enumerate(table.rows(subjects), start=1):
                for place, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, place, cell[:LONGEST_CELL])
