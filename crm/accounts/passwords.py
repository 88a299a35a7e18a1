"""Passwords: what is too weak, and argon2 hashes made two at a time."""

import contextlib
import re
import threading
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
AT_ONCE = 2  # a hash takes 19 MiB and a whole core: a flood of sign-ins must not take the machine
WAIT_SECONDS = 0.5

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_gate = threading.BoundedSemaphore(AT_ONCE)
# Verified when there is no such account, so that an unknown address costs what a known one does.
_NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$6LPiBmjb2F33FUnUf6lIrg$UPzzL7Aio8Et2ZnTFIn0t/KtRptVKy+SpAY8ZIhnIX8"
_COMMON_FILE = Path(__file__).with_name("common-passwords.txt")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class TooManyAtOnce(Exception):
    """Two passwords are being checked and nobody got done in half a second. People are asked to try again."""


class Weakness(StrEnum):
    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    PERSONAL = "personal"


def make_hash(password: str) -> str:
    """Hash a new password. Takes about 70 ms of a core: never inside a write transaction. Raises TooManyAtOnce."""
    with _turn():
        return _hasher.hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; without a hash it takes the same time and is false. Raises TooManyAtOnce."""
    with _turn():
        try:
            return _hasher.verify(password_hash or _NOBODYS_HASH, _normal(password)) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def weakness_of(password: str, *, about: tuple[str, ...] = ()) -> Weakness | None:
    """Why a new password is refused. There is no rule about kinds of characters: length and not being guessable are what counts.

    `about` are words that belong to the person: the e-mail address, the name.
    """
    password = _normal(password)
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    plain = password.casefold()
    if _is_common(plain):
        return Weakness.COMMON
    if any(_leans_on(plain, word) for word in about):
        return Weakness.PERSONAL
    return None


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    if not _gate.acquire(timeout=WAIT_SECONDS):
        raise TooManyAtOnce
    try:
        yield
    finally:
        _gate.release()


def _normal(password: str) -> str:
    """The same letters typed on two keyboards are the same password (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@cache
def common_passwords() -> frozenset[str]:
    lines = _COMMON_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))


def _is_common(plain: str) -> bool:
    """In the list, or a listed word with digits and signs around it, or a short piece again and again, or a run of neighbours."""
    core = _ENDS.sub("", plain)
    joined = re.sub(r"[\W_]+", "", plain)
    return bool({plain, core, joined} & common_passwords()) or _repeats(joined) or _is_run(joined)


def _repeats(plain: str) -> bool:
    for size in range(1, len(plain) // 2 + 1):
        piece = plain[:size]
        if len(plain) % size == 0 and piece * (len(plain) // size) == plain:
            return size <= 4 or piece in common_passwords()
    return len(set(plain)) <= 3


def _is_run(plain: str) -> bool:
    """abcdefghijkl, 987654321098: each character follows the one before, in one direction."""
    steps = {
        (ord(b) - ord(a)) % 10 if a.isdigit() and b.isdigit() else ord(b) - ord(a) for a, b in zip(plain, plain[1:], strict=False)
    }
    return steps in ({1}, {-1}, {9})


def _leans_on(plain: str, word: str) -> bool:
    """Whether little is left of the password without a word that everybody knows about the person."""
    pieces = [piece for piece in re.split(r"[\W_]+", word.casefold()) if len(piece) >= 4]
    rest = plain.replace(word.casefold(), "") if word else plain
    for piece in pieces:
        rest = rest.replace(piece, "")
    return len(re.sub(r"[\W\d_]+", "", rest)) < 4 and rest != plain
