"""How a mail looks to different readers, for the preview: on a dark screen, without pictures."""

import re
from enum import StrEnum


class Look(StrEnum):
    PHONE = "phone"
    DESKTOP = "desktop"
    DARK = "dark"
    BARE = "bare"  # pictures off, as many mail programs begin
    TEXT = "text"


_SCHEMES = re.compile(r'(<meta name="(?:color-scheme|supported-color-schemes)" content=")light dark"')
_SOURCE = re.compile(r'(<img\b[^>]*?)\ssrc="[^"]*"', re.I)
_SPACED = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")


def as_seen(html: str, look: Look, *, base_url: str) -> str:
    """The mail as one reader sees it, whatever the screen of who looks at the preview; own pictures by their path on this host."""
    is_dark = look is Look.DARK
    seen = _SPACED.sub("@media all" if is_dark else "@media not all", html)
    seen = _SCHEMES.sub(rf'\1{"dark" if is_dark else "light"}"', seen)
    if look is Look.BARE:
        return _SOURCE.sub(r"\1", seen)
    return re.sub(rf'src="{re.escape(base_url)}(/campaigns/pictures/|/offices/logos/)', r'src="\1', seen)
