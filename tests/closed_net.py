"""No test reaches anything but this machine: a connection to any other address is refused before it begins."""

import ipaddress
import socket
from typing import Any

LOCAL_NAMES = frozenset({"localhost", ""})
_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


class NetIsClosed(OSError):
    """A test tried to reach another machine."""


def close() -> None:
    """Refuse connections to other machines in this process, from now on. Sockets of files stay open: PostgreSQL uses them."""
    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]


def connect(self: socket.socket, address: Any) -> None:
    _refuse_others(self, address)
    _connect(self, address)


def connect_ex(self: socket.socket, address: Any) -> int:
    _refuse_others(self, address)
    return _connect_ex(self, address)


def _refuse_others(connection: socket.socket, address: Any) -> None:
    if connection.family in {socket.AF_INET, socket.AF_INET6} and not is_here(str(address[0])):
        raise NetIsClosed(f"tests reach nothing but this machine, not {address[0]}")


def is_here(host: str) -> bool:
    """Whether an address is of this machine. Names are not looked up: only localhost is known."""
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
