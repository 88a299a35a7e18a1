"""The coordination report as a page, on paper, as a workbook and as JSON, and the list behind each figure."""

from flask_babel import lazy_gettext as _l

from crm.activity import wording
from crm.reports.views import files, pages
from crm.reports.views.blueprint import bp

__all__ = ["bp", "files", "pages"]

wording.add_words(
    kinds={"report": _l("Coordination report")},
    fields={
        "from": _l("First day"),
        "to": _l("Last day"),
        "format": _l("Format"),
        "category": _l("Category"),
        "stakeholder": _l("Stakeholder"),
        "office": _l("Office"),
    },
)
