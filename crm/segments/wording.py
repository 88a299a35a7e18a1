"""How segments are called in the record of acts."""

from flask_babel import lazy_gettext as _l

from crm.activity.wording import add_words

add_words(
    kinds={"segment": _l("Segment")},
    fields={"tree": _l("Conditions"), "is_static": _l("Fixed list"), "name": _l("Name")},
)
