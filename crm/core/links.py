"""Which addresses may stand in a link."""

from urllib.parse import urlsplit

SAFE_SCHEMES = frozenset({"http", "https"})


def is_safe_link(address: str) -> bool:
    """http or https with a host: `javascript:` and its like never reach an href."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in SAFE_SCHEMES and bool(parts.hostname) and "\\" not in address
