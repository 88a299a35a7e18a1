"""Reasons as sentences: why a row did not come in or was left out, what was done to one, why a file or a profile is not taken."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.dates import listed, number
from crm.exchange.codes import Reason, Refusal
from crm.exchange.permits import NOT_PERMITTED
from crm.exchange.profile import Profile, SkipRule
from crm.exchange.words import field_name

ROWS: Mapping[str, Any] = {
    # could not be recorded
    Reason.CELL_TOO_LARGE: _l("A cell holds more than a million characters."),
    Reason.ROW_TOO_WIDE: _l("The row has more than 1,000 columns."),
    Reason.ROW_BROKEN: _l("The row is broken: a quotation mark is not closed."),
    Reason.REQUIRED_EMPTY: _l("Empty: %(field)s."),
    Reason.NAME_TOO_LONG: _l("Longer than 200 characters: %(field)s."),
    Reason.DATE_EMPTY: _l("The date is empty."),
    Reason.DATE_UNREADABLE: _l("The date can't be read."),
    Reason.DATE_IMPOSSIBLE: _l("There is no such day."),
    Reason.DATE_AMBIGUOUS: _l("The date could be a day or a month. Say on the page before which it is."),
    Reason.YEAR_MISSING: _l("The date has no year, and neither has the file name. Give the year on the first page."),
    Reason.ROW_ABOVE_MISSING: _l("It adds to the meeting above, but there is none."),
    Reason.EMAIL_UNREADABLE: _l("The e-mail address is not complete."),
    # left out
    Reason.NOTE: _l("A note under the table."),
    Reason.HEADING: _l("A heading between the rows."),
    Reason.NIL_RETURN: _l("Says that there was nothing."),
    Reason.TOTAL: _l("A line of totals."),
    Reason.REPEATED_HEADER: _l("The header again."),
    Reason.CLOSED: _l("No longer there."),
    Reason.BY_RULE: _l("Left out by a rule of the list."),
}
NOTES: Mapping[str, Any] = {
    Reason.CARRIED_DOWN: _l("Filled down from the row above."),
    Reason.SPLIT_PROPOSED: _l("One cell read as several participants."),
    Reason.SPLIT_REMEMBERED: _l("Participants as you said before."),
    Reason.KEPT_WHOLE: _l("Kept as one name."),
    Reason.PERSON_GUESSED: _l("Taken for the name of a person."),
    Reason.LABEL_LEFT_OUT: _l("The words before the names are the title."),
    Reason.YEAR_FROM_FILE_NAME: _l("The year comes from the file name."),
    Reason.YEAR_FROM_CALLER: _l("The year is the one that you gave."),
    Reason.OUTSIDE_FILE_PERIOD: _l("The date lies outside the months of the file name."),
    Reason.ENCODING_MENDED: _l("Letters in another encoding were put right."),
    Reason.NUL_REMOVED: _l("Empty characters were taken out."),
    Reason.EXTRA_CELLS: _l("Cells beyond the last column stay unread."),
    Reason.VALUE_UNMAPPED: _l("A word that the list doesn't know was left out."),
    Reason.DATE_LEFT_OUT: _l("A date beside the main one can't be read and was left out."),
}


def of_row(reason: str, field: str = "") -> str:
    """Why a row has its fate; empty when there is nothing to say. A code without a sentence is shown as it is."""
    if not reason:
        return ""
    sentence = ROWS.get(reason) or NOTES.get(reason) or FURTHER.get(reason)
    return _plain(sentence, field) if sentence else reason


def _plain(sentence: Any, field: str) -> str:
    text = str(sentence)
    return text % {"field": field_name(field)} if "%(" in text else text


# Of the database half: reasons that only records can give.
FURTHER: Mapping[str, Any] = {
    "matched-several": _l("Several records could be meant. Tell them apart first, or give the row a number in the register."),
}


def of_skip_rule(rule: SkipRule) -> str:
    """Which rows a rule leaves out, in words."""
    what = str(ROWS.get(rule.reason, rule.reason.value)).rstrip(".")
    words = _quoted((*rule.equals, *(f"{text}…" for text in rule.starts_with), *(f"…{text}…" for text in rule.contains)))
    said = {"what": what, "fields": _named(rule.only), "field": _named((rule.field,)), "words": words}
    if not rule.field:
        sentence = _("%(what)s: only %(fields)s is filled.", **said)
    elif not rule.only:
        sentence = _("%(what)s: %(field)s says %(words)s.", **said)
    else:
        sentence = _("%(what)s: only %(fields)s is filled, and %(field)s says %(words)s.", **said)
    further = _("It still fills down.") if rule.carries else ""
    return f"{sentence} {further}".rstrip()


def of_group(profile: Profile) -> str:
    """Which rows add to the meeting above, in words; empty without such a rule."""
    if profile.group is None:
        return ""
    return _(
        "A row with %(filled)s and without %(empty)s adds to the meeting of the row above.",
        filled=_named(profile.group.filled),
        empty=_named(profile.group.empty),
    )


def _named(fields: tuple[str, ...]) -> str:
    return _quoted(tuple(field_name(name) for name in fields))


def _quoted(texts: tuple[str, ...]) -> str:
    return listed([f"“{text}”" for text in texts])


def of_refusal(refusal: Refusal, name: str = "") -> str:
    """Why a whole file or profile is not taken, and what helps. `name` is what the person calls the file."""
    make = _REFUSALS.get(refusal.reason)
    sentence = make(refusal.details) if make else _("It can't be read (%(code)s).", code=refusal.reason.value)
    return _("%(name)s: %(sentence)s", name=name, sentence=sentence) if name else sentence


def of_code(code: str) -> str:
    """The same from the bare code that a failed import keeps."""
    if code == NOT_PERMITTED:
        return _("Whoever asked for it may no longer import.")
    return of_refusal(Refusal(Reason(code))) if code in set(Reason) else code


def _fields(details: Mapping[str, Any]) -> str:
    return listed([field_name(name) for name in details.get("fields", ())])


def _at(details: Mapping[str, Any]) -> str:
    return str(details.get("at") or details.get("field") or "?")


_REFUSALS: Mapping[Reason, Callable[[Mapping[str, Any]], str]] = {
    Reason.EMPTY_FILE: lambda d: _("The file is empty."),
    Reason.UNKNOWN_KIND: lambda d: _("This is no table. Save it as CSV, Excel (.xlsx, .xls) or OpenDocument (.ods)."),
    Reason.UNKNOWN_ENCODING: lambda d: _("There is no encoding of that name."),
    Reason.UNKNOWN_DELIMITER: lambda d: _("A delimiter is one character."),
    Reason.UNKNOWN_SHEET: lambda d: _("The workbook has no sheet of that name."),
    Reason.NO_HEADER: lambda d: _("No row looks like a header. Say which row it is, or that there is none."),
    Reason.HEADER_BEYOND: lambda d: _("The header has to be in the first %(limit)s rows.", limit=d.get("limit", 50)),
    Reason.COLUMN_MISSING: lambda d: _("No column is matched with: %(fields)s.", fields=_fields(d)),
    Reason.COLUMN_TWICE: lambda d: _(
        "Two columns are called “%(header)s”. Choose the one for: %(field)s.",
        header=d.get("header", ""),
        field=field_name(str(d.get("field", ""))),
    ),
    Reason.TOO_MANY_COLUMNS: lambda d: _("The table has more than 1,000 columns."),
    Reason.UNREADABLE_WORKBOOK: lambda d: _("The workbook is damaged. Open it, save it anew, and try again."),
    Reason.ENCRYPTED: lambda d: _("The workbook has a password. Save it without one and try again."),
    Reason.NOT_AN_ARCHIVE: lambda d: _("The workbook is damaged. Open it, save it anew, and try again."),
    Reason.ARCHIVE_MEMBERS: lambda d: _("The workbook has too many parts to be safe."),
    Reason.ARCHIVE_SIZE: lambda d: _("Unpacked, the workbook is too large. Save the sheet as CSV and try again."),
    Reason.ARCHIVE_RATIO: lambda d: _("The workbook is packed more tightly than a real one. It is not opened."),
    Reason.ARCHIVE_OVERLAP: lambda d: _("Parts of the workbook lie over each other. It is not opened."),
    Reason.ARCHIVE_NESTED: lambda d: _("The workbook holds another archive. It is not opened."),
    Reason.ARCHIVE_LIES: lambda d: _("The workbook is larger than it says. It is not opened."),
    Reason.XML_DOCTYPE: lambda d: _("The workbook names other files. It is not opened."),
    Reason.XML_BROKEN: lambda d: _("The workbook is damaged. Open it, save it anew, and try again."),
    Reason.CELL_TOO_LARGE: lambda d: _("The header holds a cell that is too large."),
    Reason.ROW_BROKEN: lambda d: _("The header is broken: a quotation mark is not closed."),
    Reason.PROFILE_NOT_JSON: lambda d: _("This is no JSON file of at most 512 kB."),
    Reason.PROFILE_SCHEMA: lambda d: _("It is no kind of list of ours: its “schema” must be %(expected)s.", expected=d.get("expected", "")),
    Reason.PROFILE_MISSING: lambda d: _("In “columns” these are missing: %(fields)s.", fields=_fields(d)),
    Reason.PROFILE_TYPE: lambda d: _("At “%(at)s” stands something of another kind than expected.", at=_at(d)),
    Reason.PROFILE_UNKNOWN: lambda d: _("At “%(at)s” stands an unknown word: %(name)s.", at=_at(d), name=d.get("name", d.get("profile", ""))),
    Reason.PROFILE_FIELD: lambda d: _("At “%(at)s” stands a field that an import may not set: %(field)s.", at=_at(d), field=d.get("field", "")),
    Reason.PROFILE_TARGET: lambda d: _("The “target” must be organizations, people or engagements."),
    Reason.PROFILE_EMPTY: lambda d: _("At “%(at)s” nothing is said.", at=_at(d)),
    Reason.PROFILE_VALUE: lambda d: _("At “%(at)s” stands a value that can't be.", at=_at(d)),
}  # fmt: skip


def too_large(name: str, most_bytes: int) -> str:
    return _("%(name)s is larger than %(most)s MB.", name=name, most=number(most_bytes // 2**20))
