"""What fates, states and fields of imports are called on a page."""

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.activity.wording import add_words
from crm.core.dates import date_long, month_long
from crm.exchange.codes import Fate, Reason
from crm.exchange.dates import Precision, When
from crm.exchange.models import ImportState
from crm.exchange.profile import Profile, Target
from crm.exchange.sniffing import Kind, LineEnd

FATES = {
    Fate.NEW: _l("New"),
    Fate.ADDED: _l("Added to the row above"),
    Fate.MATCHED: _l("Updates"),
    Fate.UNCHANGED: _l("Unchanged"),
    Fate.SKIPPED: _l("Skipped"),
    Fate.PROBLEM: _l("Can't come in"),
}
FATES_AFTER = {**FATES, Fate.NEW: _l("Newly recorded"), Fate.MATCHED: _l("Updated"), Fate.PROBLEM: _l("Didn't come in")}
# Level and icon of a state, colour of the bar.
FATE_STATES = {
    Fate.NEW: ("good", "plus", "1"),
    Fate.ADDED: ("good", "user-plus", "2"),
    Fate.MATCHED: ("info", "edit", "2"),
    Fate.UNCHANGED: ("", "circle-minus", "3"),
    Fate.SKIPPED: ("", "circle-minus", "4"),
    Fate.PROBLEM: ("late", "alert-circle", "late"),
}
# Notes that a person may want to look at; the others say only how a row was read.
TOLD_NOTES = frozenset(
    {
        Reason.SPLIT_PROPOSED,
        Reason.YEAR_FROM_FILE_NAME,
        Reason.YEAR_FROM_CALLER,
        Reason.OUTSIDE_FILE_PERIOD,
        Reason.EXTRA_CELLS,
        Reason.VALUE_UNMAPPED,
        Reason.DATE_LEFT_OUT,
    }
)
STATES = {
    ImportState.DRAFT: (_l("Being prepared"), "", "edit"),
    ImportState.PLANNING: (_l("Being read"), "info", "hourglass"),
    ImportState.PLANNED: (_l("Ready to import"), "soon", "clock"),
    ImportState.RUNNING: (_l("Coming in"), "info", "hourglass"),
    ImportState.DONE: (_l("Imported"), "good", "circle-check"),
    ImportState.FAILED: (_l("Could not be read"), "late", "alert-circle"),
    ImportState.CANCELLED: (_l("Stopped"), "", "ban"),
    ImportState.UNDOING: (_l("Being undone"), "info", "hourglass"),
    ImportState.UNDONE: (_l("Undone"), "", "circle-minus"),
}
TARGETS = {Target.ORGANIZATIONS: _l("Organizations"), Target.PEOPLE: _l("People"), Target.ENGAGEMENTS: _l("Meetings")}
FIELDS = {
    "name": _l("Name"),
    "abbreviation": _l("Abbreviation"),
    "alias": _l("Other name"),
    "former_name": _l("Former name"),
    "category": _l("Category"),
    "parent": _l("Parent organization"),
    "parent_reference": _l("Number of the parent in the register"),
    "region": _l("Region"),
    "address": _l("Address"),
    "website": _l("Web site"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "social": _l("Social media account"),
    "topics": _l("Topics"),
    "tags": _l("Tags"),
    "note": _l("Note"),
    "external_id": _l("Number in the register"),
    "status": _l("Status"),
    "closed_on": _l("Closed on"),
    "titles_before": _l("Titles before the name"),
    "titles_after": _l("Titles after the name"),
    "called": _l("What people call them"),
    "salutation": _l("Form of address"),
    "organization": _l("Organization"),
    "position": _l("Post"),
    "private_email": _l("Private e-mail"),
    "private_phone": _l("Private phone"),
    "home_address": _l("Home address"),
    "birth_date": _l("Date of birth"),
    "beat": _l("Beat"),
    "language": _l("Preferred language"),
    "channel": _l("Preferred channel"),
    "host": _l("Our side"),
    "date": _l("Date"),
    "purpose": _l("Purpose"),
    "place": _l("Place"),
    "kind": _l("Kind"),
    "role": _l("Role"),
}
# In this order a person looks for them.
FIELD_ORDER = {name: place for place, name in enumerate(FIELDS)}
KINDS = {Kind.TEXT: _l("Text table"), Kind.XLSX: "Excel (.xlsx)", Kind.ODS: "OpenDocument (.ods)", Kind.XLS: "Excel 97 (.xls)"}
DELIMITERS = {",": _l("Comma"), ";": _l("Semicolon"), "\t": _l("Tab"), "|": _l("Bar")}
LINE_ENDS = {LineEnd.CRLF: _l("Windows"), LineEnd.LF: _l("Linux and macOS"), LineEnd.CR: _l("Old Macintosh")}
ENCODINGS = {
    "utf-8": "Unicode (UTF-8)",
    "cp1252": _l("Western, Windows (1252)"),
    "utf-16": "Unicode (UTF-16)",
    "mac_roman": _l("Western, old Macintosh"),
    "cp1250": _l("Central European, Windows (1250)"),
    "cp1251": _l("Cyrillic, Windows (1251)"),
    "cp1256": _l("Arabic, Windows (1256)"),
    "big5": _l("Chinese, traditional (Big5)"),
    "gb18030": _l("Chinese, simplified (GB 18030)"),
    "cp932": _l("Japanese, Windows (932)"),
    "cp949": _l("Korean, Windows (949)"),
    "cp437": _l("DOS (437)"),
}
PRECISIONS = {None: _l("as exact as the cell"), Precision.DAY: _l("to the day"), Precision.MONTH: _l("to the month")}
RECORDS = {"organizations": _l("organizations"), "people": _l("people"), "engagements": _l("meetings")}

add_words(
    verbs={
        "imported": _l("Imported"),
        "completed-by-import": _l("Completed by an import"),
        "field-taken-back": _l("Field taken back by an undo"),
        "import-begun": _l("Import begun"),
        "import-started": _l("Import started"),
        "import-cancelled": _l("Import stopped"),
        "import-undo-started": _l("Undo of an import started"),
        "import-undone": _l("Import undone"),
        "import-profile-saved": _l("Kind of list kept"),
        "import-profile-removed": _l("Kind of list removed"),
    },
    kinds={"import": _l("Import"), "import-profile": _l("Kind of list"), "stakeholders": _l("Stakeholders")},
    fields={
        "import_id": _l("Import"),
        "files": _l("Files"),
        "profile": _l("Kind of list"),
        "key": _l("Name in the file"),
        "rows": _l("Rows"),
        "purpose": _l("Purpose of the export"),
        "private": _l("With private data"),
        "filters": _l("Filters"),
    },
)


def field_name(name: str) -> str:
    """What a field is called; a name that is no field of ours stays as it is."""
    return str(FIELDS.get(name, name))


def date_read(when: When) -> str:
    """A date as it was read, only as exact as it is."""
    if when.precision is Precision.MONTH:
        return month_long(when.on)
    if when.precision is Precision.QUARTER:
        return _("quarter %(number)s, %(year)s", number=(when.on.month + 2) // 3, year=when.on.year)
    if when.precision is Precision.TIME and when.at is not None:
        return _("%(date)s, %(time)s", date=date_long(when.on), time=when.at.strftime("%H.%M"))
    return date_long(when.on)


def title_of(profile: Profile) -> str:
    """The title of a kind of list in the reader's language, else in any."""
    language = str(get_locale() or "id")
    titles = profile.title
    return titles.get(language) or titles.get("en") or next(iter(titles.values()), profile.key)
