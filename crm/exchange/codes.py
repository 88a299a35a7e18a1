"""The fates a row can have, the reasons for them, and the refusal of a whole file: the documented list behind every report.

Codes are stable: they stand in `--json` output and in saved imports. Add new ones, never change the meaning of one.
"""

from enum import StrEnum


class Fate(StrEnum):
    """What became of a row. Every non-blank data row has exactly one fate, so their counts add up to the rows."""

    NEW = "new"  # it made a record
    ADDED = "added"  # it added something to the record of a row above
    MATCHED = "matched"  # it met a record that was there, and changed or completed it
    UNCHANGED = "unchanged"  # it came before: same identity, nothing to do
    SKIPPED = "skipped"  # it says nothing to record, by a rule of the profile
    PROBLEM = "problem"  # it could not be read; nothing of it was written


class Reason(StrEnum):
    """Why. The first group stops a file, the second a row; notes only tell what was done to a row that went through."""

    # A file that cannot be read at all
    EMPTY_FILE = "empty-file"
    UNKNOWN_KIND = "unknown-kind"
    UNKNOWN_ENCODING = "unknown-encoding"
    UNKNOWN_DELIMITER = "unknown-delimiter"
    UNKNOWN_SHEET = "unknown-sheet"
    NO_HEADER = "no-header"
    HEADER_BEYOND = "header-beyond"
    COLUMN_MISSING = "column-missing"
    COLUMN_TWICE = "column-twice"
    TOO_MANY_COLUMNS = "too-many-columns"
    UNREADABLE_WORKBOOK = "unreadable-workbook"
    ENCRYPTED = "encrypted"
    NOT_AN_ARCHIVE = "not-an-archive"
    ARCHIVE_MEMBERS = "archive-members"
    ARCHIVE_SIZE = "archive-size"
    ARCHIVE_RATIO = "archive-ratio"
    ARCHIVE_OVERLAP = "archive-overlap"
    ARCHIVE_NESTED = "archive-nested"
    ARCHIVE_LIES = "archive-lies"
    XML_DOCTYPE = "xml-doctype"
    XML_BROKEN = "xml-broken"
    # A profile that cannot be used
    PROFILE_NOT_JSON = "profile-not-json"
    PROFILE_SCHEMA = "profile-schema"
    PROFILE_MISSING = "profile-missing"
    PROFILE_TYPE = "profile-type"
    PROFILE_UNKNOWN = "profile-unknown"
    PROFILE_FIELD = "profile-field"
    PROFILE_TARGET = "profile-target"
    PROFILE_EMPTY = "profile-empty"
    PROFILE_VALUE = "profile-value"
    # A row with a problem
    CELL_TOO_LARGE = "cell-too-large"
    ROW_TOO_WIDE = "row-too-wide"
    ROW_BROKEN = "row-broken"
    REQUIRED_EMPTY = "required-empty"
    NAME_TOO_LONG = "name-too-long"
    DATE_EMPTY = "date-empty"
    DATE_UNREADABLE = "date-unreadable"
    DATE_IMPOSSIBLE = "date-impossible"
    DATE_AMBIGUOUS = "date-ambiguous"
    YEAR_MISSING = "year-missing"
    ROW_ABOVE_MISSING = "row-above-missing"
    EMAIL_UNREADABLE = "email-unreadable"
    MATCHED_SEVERAL = "matched-several"
    # A skipped row
    NOTE = "note"
    HEADING = "heading"
    NIL_RETURN = "nil-return"
    TOTAL = "total"
    REPEATED_HEADER = "repeated-header"
    CLOSED = "closed"
    BY_RULE = "by-rule"
    # Notes on a row that went through
    CARRIED_DOWN = "carried-down"
    SPLIT_PROPOSED = "split-proposed"
    SPLIT_REMEMBERED = "split-remembered"
    KEPT_WHOLE = "kept-whole"
    PERSON_GUESSED = "person-guessed"
    LABEL_LEFT_OUT = "label-left-out"
    YEAR_FROM_FILE_NAME = "year-from-file-name"
    YEAR_FROM_CALLER = "year-from-caller"
    OUTSIDE_FILE_PERIOD = "outside-file-period"
    ENCODING_MENDED = "encoding-mended"
    NUL_REMOVED = "nul-removed"
    EXTRA_CELLS = "extra-cells"
    VALUE_UNMAPPED = "value-unmapped"
    DATE_LEFT_OUT = "date-left-out"


NOTES = frozenset(
    {
        Reason.CARRIED_DOWN,
        Reason.SPLIT_PROPOSED,
        Reason.SPLIT_REMEMBERED,
        Reason.KEPT_WHOLE,
        Reason.PERSON_GUESSED,
        Reason.LABEL_LEFT_OUT,
        Reason.YEAR_FROM_FILE_NAME,
        Reason.YEAR_FROM_CALLER,
        Reason.OUTSIDE_FILE_PERIOD,
        Reason.ENCODING_MENDED,
        Reason.NUL_REMOVED,
        Reason.EXTRA_CELLS,
        Reason.VALUE_UNMAPPED,
        Reason.DATE_LEFT_OUT,
    }
)
SKIPS = frozenset(
    {Reason.NOTE, Reason.HEADING, Reason.NIL_RETURN, Reason.TOTAL, Reason.REPEATED_HEADER, Reason.CLOSED, Reason.BY_RULE}
)


class Refusal(Exception):
    """A file or a profile that is not taken at all: a reason and what a person needs to know about it, without text of ours."""

    def __init__(self, reason: Reason, **details: object) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.details = details

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.reason.value} ({shown})" if shown else self.reason.value
