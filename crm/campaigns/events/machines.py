"""Which clicks and opens no person made. Pure. Nothing is thrown away: both are shown, apart."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

TOO_SOON = dt.timedelta(seconds=10)  # after the mail was delivered
BURST, BURST_LINKS = dt.timedelta(seconds=5), 3
# Programs that fetch links and pictures of mail. Google's and Yahoo's picture proxies are not among them: they fetch when a person opens.
_PROGRAMS = re.compile(
    r"barracuda|proofpoint|mimecast|trend ?micro|fireeye|forcepoint|sophos|symantec|messagelabs|ironport|cisco|fortinet|checkpoint|"
    r"microsoft office/|safelinks|bingpreview|skypeuripreview|slackbot|facebookexternalhit|whatsapp|telegrambot|twitterbot|linkedinbot|"
    r"googlebot|bot\b|crawler|spider|scanner|headlesschrome|phantomjs|python-requests|python-urllib|aiohttp|curl/|wget/|go-http-client|"
    r"java/|okhttp|apache-httpclient|libwww|urlscan|virustotal|zscaler|netcraft",
    re.I,
)


@dataclass(frozen=True)
class Seen:
    """One click as it was told."""

    at: dt.datetime
    address: str
    url: str
    agent: str
    is_trap: bool = False


def is_program(agent: str) -> bool:
    return bool(_PROGRAMS.search(agent))


def judge(clicks: Sequence[Seen], delivered_at: dt.datetime | None) -> list[bool]:
    """For each click of one delivery whether a machine made it."""
    trapped = {click.address for click in clicks if click.is_trap and click.address}
    bursts = _in_bursts(clicks)
    return [
        click.is_trap
        or click.address in trapped
        or number in bursts
        or is_program(click.agent)
        or (delivered_at is not None and click.at < delivered_at + TOO_SOON)
        for number, click in enumerate(clicks)
    ]


def _in_bursts(clicks: Sequence[Seen]) -> set[int]:
    """Clicks on three links or more within five seconds from one address: nobody reads so quickly."""
    found: set[int] = set()
    by_address: dict[str, list[int]] = defaultdict(list)
    for number, click in enumerate(clicks):
        if click.address:
            by_address[click.address].append(number)
    for numbers in by_address.values():
        numbers.sort(key=lambda number: clicks[number].at)
        for place, first in enumerate(numbers):
            window = [n for n in numbers[place:] if clicks[n].at - clicks[first].at <= BURST]
            if len({clicks[n].url for n in window}) >= BURST_LINKS:
                found.update(window)
    return found
