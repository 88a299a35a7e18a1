"""Checks on the mail as it is sent: its foot, its size, how far words stand out, and its text part."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from crm.campaigns.checks import contrast
from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.writing.rendering import Rendered

CLIPPED_BYTES = 102 * 1024  # Gmail shows no more
MOST_BYTES = 20 * 1024 * 1024  # many servers take no more, attachments as they travel


def findings(made: dict[str, Rendered], attachments: list[dict[str, Any]]) -> Iterator[Finding]:
    for language, one in made.items():
        yield from _foot(language, one)
        yield from _size(language, one, attachments)
        yield from _contrast(language, one)
        if not one.text.strip():
            yield Finding("plain-empty", Severity.STOP, _("The text part is empty."), language)


def _foot(language: str, one: Rendered) -> Iterator[Finding]:
    named = {meaning.partition(".")[0]: tag for tag, meaning in one.tags.items() if meaning.partition("|")[0].endswith(".h")}
    tag = named.get("unsubscribe_url")
    if tag is None or tag not in one.html:
        yield Finding(
            "foot-missing", Severity.STOP, _("The foot with the link for ending the subscription is missing."), language
        )


def _size(language: str, one: Rendered, attachments: list[dict[str, Any]]) -> Iterator[Finding]:
    html_bytes = len(one.html.encode())
    whole = html_bytes + len(one.text.encode()) + sum(each["bytes"] for each in attachments) * 4 // 3
    if html_bytes > CLIPPED_BYTES:
        said = _(
            "The e-mail has %(size)d KB. Gmail cuts off after %(most)d KB, and the foot with it.",
            size=html_bytes // 1024,
            most=102,
        )
        yield Finding("size-clipped", Severity.WARN, said, language)
    if whole > MOST_BYTES:
        said = _(
            "The e-mail with its attachments has %(size)d MB; %(most)d MB is the most.",
            size=whole // 1024**2,
            most=MOST_BYTES // 1024**2,
        )
        yield Finding("size-most", Severity.STOP, said, language)


def _contrast(language: str, one: Rendered) -> Iterator[Finding]:
    light = dict(contrast.faint(one.html))
    for words, seen in light.items():
        said = _(
            "“%(words)s” stands out too little from its ground (%(ratio)s; 4.5 is the least).", words=words, ratio=f"{seen:.1f}"
        )
        yield Finding("contrast", Severity.STOP, said, language)
    for words, seen in contrast.faint(one.html, is_dark=True):
        if words not in light:
            told = {"words": words, "ratio": f"{seen:.1f}"}
            said = _("On a dark screen “%(words)s” stands out too little from its ground (%(ratio)s; 4.5 is the least).", **told)
            yield Finding("contrast", Severity.STOP, said, language)
