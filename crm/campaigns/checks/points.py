"""What the checks look at, point by point: a point in order says what was seen, so that silence is not taken for a missing look."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.campaigns.checks import links, writing_rules
from crm.campaigns.checks.days import days_in
from crm.campaigns.checks.finding import Finding
from crm.campaigns.checks.passages import passages
from crm.campaigns.models import Campaign, Exclusion, LinkTrial, SiteUse
from crm.campaigns.writing import blocks, fields
from crm.campaigns.writing.rendering import Rendered
from crm.core import dates


@dataclass(frozen=True)
class Seen:
    """What the checks had before them. `uses` are pages of the office's site that became blocks; `counts` the audience, if asked for."""

    campaign: Campaign
    draft: Mapping[str, Any]
    made: Mapping[str, Rendered]
    uses: Sequence[SiteUse]
    trials: Mapping[str, LinkTrial]
    today: dt.date
    counts: Mapping[Exclusion | None, int] | None = None


@dataclass(frozen=True)
class Point:
    """A point without a finding. `waits`: it can't be said yet."""

    title: str
    note: str = ""
    waits: bool = False


@dataclass(frozen=True)
class _Look:
    """`codes` are of the findings that belong to the point; `see` gives what stands beside it, None where there is nothing to look at."""

    codes: frozenset[str]
    title: Any
    see: Callable[[Seen], str | Point | None]


def of(seen: Seen, findings: Iterable[Finding]) -> tuple[list[Point], int]:
    """Points without a finding, and how many have one."""
    found = {each.code for each in findings}
    clean, wrong = [], 0
    for look in _LOOKS:
        if look.codes & found:
            wrong += 1
            continue
        note = look.see(seen)
        if note is not None:
            clean.append(note if isinstance(note, Point) else Point(str(look.title), note))
    return clean, wrong


def _subject(seen: Seen) -> str:
    counted = [len(fields.plain_words(part["subject"], language).strip()) for language, part in _parts(seen)]
    return " · ".join(ngettext("%(num)d character", "%(num)d characters", count) for count in counted)


def _pictures(seen: Seen) -> str | None:
    count = sum(bool(block.get("src")) for block in _blocks(seen))
    return ngettext("%(num)d picture", "%(num)d pictures", count) if count else None


def _links(seen: Seen) -> str | None:
    count = sum(len(writing_rules.links_in(block)) for block in _blocks(seen))
    return ngettext("%(num)d link", "%(num)d links", count) if count else None


def _alive(seen: Seen) -> Point | str | None:
    tried, whole = len(seen.trials), len(links.addresses_of(seen.draft))
    if not whole:
        return None
    if tried < whole:
        said = _("%(done)s of %(total)s tried so far. It happens by itself.", done=tried, total=whole)
        return Point(_("Links being tried"), said, waits=True)
    return _("%(done)s of %(total)s", done=tried, total=whole)


def _days(seen: Seen) -> str | None:
    written = (days_in(each.text, each.language, seen.today) for each in passages(seen.draft))
    count = sum(1 for found in written for _day in found)
    return ngettext("%(num)d date", "%(num)d dates", count) if count else None


def _readable(seen: Seen) -> str:
    heaviest = max((len(one.html.encode()) for one in seen.made.values()), default=0)
    return _("There is a text version; %(size)s KB", size=dates.number(max(1, heaviest // 1024)))


def _sources(seen: Seen) -> str | None:
    count = len({use.block_id for use in seen.uses} & {block["id"] for block in _blocks(seen)})
    return ngettext("%(num)d page", "%(num)d pages", count) if count else None


def _parts(seen: Seen) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for language in blocks.languages_of(seen.draft):
        yield language, seen.draft["languages"][language]


def _blocks(seen: Seen) -> Iterator[Mapping[str, Any]]:
    for _language, part in _parts(seen):
        yield from part["blocks"]


_LOOKS = [
    _Look(frozenset({"subject-missing", "subject-long", "preheader-missing"}), _l("Subject and first line fit"), _subject),
    _Look(
        frozenset({"language-empty", "only-pictures", "unknown-field", "unfilled", "block-empty"}),
        _l("The text is complete"),
        lambda _seen: "",
    ),
    _Look(frozenset({"promise"}), _l("No promise is open"), lambda _seen: ""),
    _Look(frozenset({"weekday-wrong", "day-past"}), _l("Days and dates fit"), _days),
    _Look(frozenset({"alt-missing"}), _l("Every picture has a description"), _pictures),
    _Look(frozenset({"link-vague", "link-bare", "button-incomplete"}), _l("Links say where they lead"), _links),
    _Look(frozenset({"link-dead", "link-silent"}), _l("Links answer"), _alive),
    _Look(frozenset({"source-changed"}), _l("The site says the same still"), _sources),
    _Look(frozenset({"contrast"}), _l("Words stand out from their ground"), lambda _seen: ""),
    _Look(frozenset({"plain-empty", "size-clipped", "size-most"}), _l("Readable without pictures"), _readable),
    _Look(
        frozenset({"foot-missing", "own-unsubscribe", "unsubscribe-otherwise", "bulletin-archived"}),
        _l("Can be stopped with one press"),
        lambda _seen: _("By the link in the foot, and by the mail program"),
    ),
    _Look(
        frozenset({"role-addresses"}),
        _l("No system address among the recipients"),
        lambda seen: None if seen.counts is None else "",
    ),
]
