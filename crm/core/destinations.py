"""Where an address from outside leads, and whether we may go there: http and https to public addresses on ports 80 and 443 alone.

A host that could be read as a number must be a plain dotted IPv4 address: `0177.0.0.1`, `0x7f000001`, `2130706433` and `127.1` are refused
as they are written, whatever a resolver would make of them. A name is judged by every address that it has now, and the caller connects to
just those (SS-01, SS-02).
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import idna

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str], Iterable[str]]
Exempt = frozenset[tuple[str, int]]  # addresses of ours with their port that a setting lets through

PORTS = {"http": 80, "https": 443}
LONGEST = 2000
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_PUBLIC_6 = ipaddress.ip_network("2000::/3")
# What lies inside 2000::/3 and is not the public network, or holds an IPv4 address inside: protocols, documentation, 6to4.
_NOT_PUBLIC_6 = [ipaddress.ip_network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]


class Refused(Exception):
    """We do not go there. The text is for the operator's log; people see one sentence whatever it was."""


@dataclass(frozen=True)
class Destination:
    """An address that was taken apart, with the network addresses that were checked: no other may be connected to."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host_field}{self.path}"

    @property
    def host_field(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def check(url: str, *, resolve: Resolver, also: Exempt = frozenset()) -> Destination:
    """Take an address apart, look its name up once, and judge each address found. Raises Refused."""
    scheme, host, port, path = _parts(url)
    literal = _literal(host)
    found = [literal] if literal is not None else _looked_up(host, resolve)
    for each in found:
        if (str(each), port) in also:
            continue
        if not is_public(each):
            raise Refused("not a public address")
        if port not in PORTS.values():
            raise Refused("port")
    return Destination(scheme, host, port, path, tuple(str(each) for each in found))


def follow(at: Destination, location: str) -> str:
    """The whole address that a redirect names."""
    try:
        return urljoin(at.url, location)
    except ValueError as error:
        raise Refused("address") from error


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public network and to one machine of it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    return address in _PUBLIC_6 and not any(address in each for each in _NOT_PUBLIC_6) and address.is_global


def by_system(host: str) -> list[str]:
    """The addresses that the system's resolver knows."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _parts(url: str) -> tuple[str, str, int, str]:
    if len(url) > LONGEST or _FORBIDDEN.search(url):
        raise Refused("address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("address") from error
    if parts.scheme not in PORTS:
        raise Refused("scheme")
    if "@" in parts.netloc or not parts.hostname:
        raise Refused("host")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return parts.scheme, _host(parts.hostname, parts.netloc), PORTS[parts.scheme] if port is None else port, path + query


def _host(name: str, written: str) -> str:
    """The name in the letters that go to the resolver; full-width and circled digits have become digits by then."""
    if written.startswith("["):
        return name
    try:
        host = idna.encode(name, uts46=True).decode() if not name.isascii() else name.lower()
    except idna.IDNAError as error:
        raise Refused("host") from error
    host = host.removesuffix(".")
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise Refused("host")
    return host


def _literal(host: str) -> Address | None:
    """The address that a host is; None for a name. Refuses every other way to write a number."""
    if ":" in host:
        return _address(host)
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    address = _address(host)
    if str(address) != host:
        raise Refused("host")
    return address


def _looked_up(host: str, resolve: Resolver) -> list[Address]:
    try:
        found = [_address(each) for each in resolve(host)]
    except (OSError, UnicodeError) as error:
        raise Refused("no such name") from error
    if not found:
        raise Refused("no such name")
    return found


def _address(text: str) -> Address:
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        raise Refused("host") from error
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        raise Refused("host")
    return address
