"""Checks on days in the text: gone already, or with a weekday that it is not."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _

from crm.campaigns.checks.days import days_in
from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.checks.passages import passages
from crm.core import languages


def findings(draft: Mapping[str, Any], today: dt.date) -> Iterator[Finding]:
    for passage in passages(draft):
        place: dict[str, Any] = {
            "language": passage.language,
            "block_id": passage.block_id,
            "where": passage.kind or passage.field,
            "passage": passage,
        }
        seen: set[str] = set()
        for found in days_in(passage.text, passage.language, today):
            if found.text in seen:
                continue
            seen.add(found.text)
            if not found.fits:
                weekday = format_date(found.day, "EEEE", locale=languages.current())
                said = _("“%(words)s”: that day is a %(weekday)s.", words=found.text, weekday=weekday)
                yield Finding("weekday-wrong", Severity.STOP, said, **place)
            elif (
                found.day < today
                and not found.is_told
                and (found.is_whole or found.weekday is not None or passage.field == "subject")
            ):
                said = _("“%(words)s” is gone. Is the date right?", words=found.text)
                yield Finding("day-past", Severity.WARN, said, **place)
