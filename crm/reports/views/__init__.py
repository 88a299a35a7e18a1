"""The coordination report as a page, on paper, as a workbook and as JSON, and the list behind each figure."""

from crm.reports.views import files, pages
from crm.reports.views.blueprint import bp

__all__ = ["bp", "files", "pages"]
