"""Readers of both languages for the tests, from the catalog as it stands in the repository."""

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import crm.reports
from crm.reports.words import Words


@cache
def words(language: str) -> Words:
    translations = gettext.NullTranslations()
    if language == "id":
        source = Path(crm.reports.__file__).parents[1] / "translations" / "id" / "reports.po"
        compiled = io.BytesIO()
        with source.open("rb") as catalog:
            write_mo(compiled, read_po(catalog, locale="id"))
        translations = gettext.GNUTranslations(io.BytesIO(compiled.getvalue()))
    return Words(translations, language)
