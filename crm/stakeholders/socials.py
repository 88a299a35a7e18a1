"""Accounts on social networks: from what people type to a network and a handle, and from these to a link."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

# Network: (name as people say it, address of a profile, hosts).
NETWORKS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "instagram": ("Instagram", "https://www.instagram.com/{}", ("instagram.com",)),
    "facebook": ("Facebook", "https://www.facebook.com/{}", ("facebook.com", "fb.com")),
    "x": ("X", "https://x.com/{}", ("x.com", "twitter.com")),
    "tiktok": ("TikTok", "https://www.tiktok.com/@{}", ("tiktok.com",)),
    "youtube": ("YouTube", "https://www.youtube.com/@{}", ("youtube.com",)),
    "linkedin": ("LinkedIn", "https://www.linkedin.com/{}", ("linkedin.com",)),
    "threads": ("Threads", "https://www.threads.net/@{}", ("threads.net", "threads.com")),
    "telegram": ("Telegram", "https://t.me/{}", ("t.me", "telegram.me")),
}
_HANDLE = re.compile(r"^[\w.\-/]{1,100}$")


class UnknownAccount(ValueError):
    """Neither a handle nor the address of a profile on a network that we know."""


@dataclass(frozen=True)
class Account:
    network: str
    handle: str


def parse(text: str, network: str = "") -> Account:
    """Read `@kanim.tanjungarum` of a named network, or the address of a profile. Raises UnknownAccount."""
    bare = text.strip()
    if "/" in bare and ("." in bare.split("/")[0] or "://" in bare):
        return _from_address(bare)
    handle = bare.lstrip("@")
    if network not in NETWORKS or not _HANDLE.match(handle):
        raise UnknownAccount(text)
    return Account(network, f"in/{handle}" if network == "linkedin" and "/" not in handle else handle)


def _from_address(address: str) -> Account:
    parts = urlsplit(address if "://" in address else "https://" + address)
    if parts.scheme not in {"http", "https"}:
        raise UnknownAccount(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    handle = unquote(parts.path).strip("/").lstrip("@")
    for network, (_name, _link, hosts) in NETWORKS.items():
        if host in hosts and _HANDLE.match(handle):
            return Account(network, handle)
    raise UnknownAccount(address)


def link(network: str, handle: str) -> str:
    """The address of a profile; nothing for a network that we don't know."""
    known = NETWORKS.get(network)
    if known is None:
        return ""
    if network == "youtube" and "/" in handle:
        return f"https://www.youtube.com/{handle}"
    return known[1].format(handle)


def name_of(network: str) -> str:
    known = NETWORKS.get(network)
    return known[0] if known else network
