"""Getting pages and pictures from outside: safely, within limits, and with one answer for all that is refused (SS-01 to SS-04).

The name is looked up once for each hop and the connection goes to the very address that was judged, so a name that changes its mind meanwhile
gains nothing. Time is limited for each read and in all, size on the wire and unpacked. No cookies, no credentials, no proxy of the environment.
Callers show parsed fields, never a body; and never run it inside a transaction that writes.
"""

import http.client
import io
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import certifi
import structlog

from crm.core import destinations, settings
from crm.core.destinations import Destination, Exempt, Refused, Resolver

log = structlog.get_logger(__name__)

MOST_REDIRECTS = 5
MOST_HEAD_BYTES = 256 * 1024
MOST_ADDRESSES = 3  # of a name that are tried
PIECE = 16 * 1024
AGENT = "Mozilla/5.0 (compatible; Mitra)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class NotFetched(Exception):
    """Nothing was fetched. Why is in the operator's log and nowhere else: open, closed and forbidden ports look the same."""


@dataclass(frozen=True)
class Limits:
    bytes_: int = 5 * 1024 * 1024  # on the wire, and again unpacked
    seconds: float = 20
    seconds_a_read: float = 8
    redirects: int = MOST_REDIRECTS


@dataclass(frozen=True)
class Fetched:
    """An answer, unpacked. `url` is where it came from in the end; a status of 400 or more is an answer too."""

    url: str
    status: int
    media_type: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class _Line:
    """How one fetch reaches out: by settings in the house, by arguments in tests of the network itself."""

    limits: Limits
    until: float
    resolve: Resolver
    also: Exempt
    takes_body: bool = True

    def left(self) -> float:
        remaining = self.until - time.monotonic()
        if remaining <= 0:
            raise Refused("took too long")
        return min(remaining, self.limits.seconds_a_read)


def fetch(
    url: str,
    *,
    method: str = "GET",
    accept: str = "*/*",
    known: dict[str, str] | None = None,
    takes_body: bool = True,
    limits: Limits | None = None,
    resolve: Resolver = destinations.by_system,
    also: Exempt | None = None,
) -> Fetched:
    """Get an address. `known` are the headers of a conditional request; without `takes_body` only the head is read. Raises NotFetched."""
    limits = limits or Limits()
    line = _Line(limits, time.monotonic() + limits.seconds, resolve, exempt() if also is None else also, takes_body)
    headers = {"User-Agent": AGENT, "Accept": accept, "Accept-Encoding": "gzip, deflate", "Connection": "close", **(known or {})}
    try:
        return _follow(url, method, headers, line)
    except Refused as refused:
        log.info("not fetched", why=str(refused))
        raise NotFetched from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        log.info("not fetched", why=type(error).__name__)
        raise NotFetched from None


def exempt() -> Exempt:
    """Addresses of this machine or the inner network that the operator lets through: FETCH_ALSO, `10.1.2.3:80` each."""
    return frozenset(settings.get("FETCH_ALSO"))


def _follow(url: str, method: str, headers: dict[str, str], line: _Line) -> Fetched:
    for _hop in range(line.limits.redirects + 1):
        at = destinations.check(url, resolve=_in_time(line), also=line.also)
        answer = _ask(at, method, headers, line)
        location = answer.headers.get("location", "")
        if answer.status not in _REDIRECTS or not location:
            return answer
        url = destinations.follow(at, location)
    raise Refused("too many redirects")


def _in_time(line: _Line) -> Resolver:
    """The resolver in a thread that may be left behind: the system's own can't be told how long to wait."""

    def look_up(host: str) -> list[str]:
        found: list[str] = []
        failed: list[Exception] = []

        def work() -> None:
            try:
                found.extend(line.resolve(host))
            except Exception as error:
                failed.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(line.left())
        if thread.is_alive() or failed:
            raise Refused("no such name")
        return found

    return look_up


def _ask(at: Destination, method: str, headers: dict[str, str], line: _Line) -> Fetched:
    connection = _Connection(at, line)
    try:
        connection.request(method, at.path, headers={"Host": at.host_field, **headers})
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        wanted = line.takes_body and method != "HEAD" and answer.status not in _REDIRECTS
        body = _body(answer, names, line.limits.bytes_) if wanted else b""
        return Fetched(at.url, answer.status, answer.headers.get_content_type(), names, body)
    finally:
        connection.end()


def _body(answer: http.client.HTTPResponse, headers: dict[str, str], most: int) -> bytes:
    """What came, unpacked as it comes: a small piece that swells is stopped at the limit, not after it."""
    if answer.length is not None and answer.length > most:
        raise Refused("too large")
    unpack = _unpacking(headers.get("content-encoding", "").strip().lower())
    whole = bytearray()
    while piece := answer.read(PIECE):
        whole += unpack(piece, most + 1 - len(whole))
        if len(whole) > most:
            raise Refused("too large")
    return bytes(whole)


def _unpacking(coding: str) -> Callable[[bytes, int], bytes]:
    if coding in {"", "identity"}:
        return lambda piece, _room: piece
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise Refused("coding")
    return _Unpacker(coding).take


class _Unpacker:
    """gzip, or deflate with its header or (as some servers send it) without."""

    def __init__(self, coding: str) -> None:
        self._bare = coding == "deflate"
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def take(self, piece: bytes, room: int) -> bytes:
        try:
            return self._take(piece, room)
        except zlib.error as error:
            if not self._bare:
                raise Refused("broken") from error
        self._bare, self._stream = False, zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._take(piece, room)
        except zlib.error as error:
            raise Refused("broken") from error

    def _take(self, piece: bytes, room: int) -> bytes:
        if self._stream.eof:
            return b""
        out = self._stream.decompress(piece, room)
        self._bare = self._bare and not out
        return out


class _Connection(http.client.HTTPConnection):
    """Connects to the checked addresses and to nothing else; TLS is verified for the name."""

    def __init__(self, at: Destination, line: _Line) -> None:
        super().__init__(at.host, at.port)
        self._at, self._line = at, line
        self._open: socket.socket | None = None

    def end(self) -> None:
        self.close()
        if self._open is not None:
            self._open.close()

    def connect(self) -> None:
        last: OSError | None = None
        for address in self._at.addresses[:MOST_ADDRESSES]:
            try:
                plain = socket.create_connection((address, self._at.port), timeout=self._line.left())
                self._open = self._wrapped(plain)
                self.sock = _Timed(self._open, self._line)  # type: ignore[assignment]
                return
            except OSError as error:
                last = error
        raise last or OSError("no address")

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        if self._at.scheme == "http":
            return plain
        try:
            plain.settimeout(self._line.left())
            return _tls().wrap_socket(plain, server_hostname=self._at.host)
        except BaseException:
            plain.close()
            raise


@lru_cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


class _Timed:
    """What http.client needs of a socket, with the clock and the size looked at before every read."""

    def __init__(self, sock: socket.socket, line: _Line) -> None:
        self._sock, self._line = sock, line

    def sendall(self, data: Any) -> None:
        self._sock.settimeout(self._line.left())
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb"
        return io.BufferedReader(_Reading(self._sock, self._line), PIECE)

    def close(self) -> None:
        """Not yet: http.client lets go of the socket before the body is read. _Connection.end closes it."""


class _Reading(io.RawIOBase):
    def __init__(self, sock: socket.socket, line: _Line) -> None:
        self._sock, self._line = sock, line
        self._room = line.limits.bytes_ + MOST_HEAD_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._line.left())
        count = self._sock.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise Refused("too large")
        return count
