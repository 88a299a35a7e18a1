"""The words for a file that is not taken, and the field for sending files."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField

from crm.files.content import MEDIA_TYPES
from crm.files.refusals import FileRefused, Refusal

ACCEPT = ",".join(f".{ending}" for ending in (*MEDIA_TYPES, "jpeg"))


class FilesField(MultipleFileField):
    """Any number of files. What is in them is judged by files.service.receive, not here."""

    def __init__(self, label: str | None = None, **options: object) -> None:
        keys = {"accept": ACCEPT, **options.pop("render_kw", {})}  # type: ignore[dict-item]
        super().__init__(label or _l("Files"), render_kw=keys, **options)  # type: ignore[arg-type]

    @property
    def sent(self) -> list[object]:
        """The files that were chosen: a browser sends an empty part for an empty field."""
        return [each for each in self.data or [] if getattr(each, "filename", "")]


def sentence_for(refused: FileRefused, name: str) -> str:
    """Say why a file was not taken and what helps."""
    values = {"name": name}
    return {
        Refusal.KIND: _("%(name)s is of a kind that is not taken. Save it as PDF, Word, Excel, picture or text.", **values),
        Refusal.CONTENT: _("%(name)s is not what its name says. Open it, save it anew, and try again.", **values),
        Refusal.EMPTY: _("%(name)s is empty.", **values),
        Refusal.TOO_LARGE: _("%(name)s is larger than 15 MB.", **values),
        Refusal.PICTURE_TOO_LARGE: _("The picture %(name)s has too many pixels. Make it smaller and try again.", **values),
        Refusal.PICTURE_BROKEN: _("The picture %(name)s can't be read. Save it anew and try again.", **values),
        Refusal.PACKAGE_UNSAFE: _(
            "%(name)s holds something that is not safe to open. Save it anew without macros or attachments.", **values
        ),
    }[refused.why]
