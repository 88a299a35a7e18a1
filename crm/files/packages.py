"""Office documents are zip files: the directory is judged before anything is unpacked, and no part may bring a document type."""

import re
import zipfile
from pathlib import Path

from crm.files.refusals import FileRefused, Refusal

MOST_MEMBERS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
FREE_UNPACKED = 10 * 1024 * 1024  # below this no ratio is asked: small documents are mostly tags
MOST_RATIO = 100
PROLOG_BYTES = 64 * 1024
_LEAST_MEMBER = 30 + 1  # bytes of a local header and of a name

_HOME = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_MIMETYPE = {"odt": b"application/vnd.oasis.opendocument.text", "ods": b"application/vnd.oasis.opendocument.spreadsheet"}
_XML = (".xml", ".rels")
_DECLARES = re.compile(rb"<\s*!\s*(DOCTYPE|ENTITY)", re.I)
_ROOT = re.compile(rb"<[A-Za-z_\x80-\xff]")


def check(kind: str, path: Path) -> None:
    """Raise FileRefused unless the file is a sound package of the kind."""
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            _check_directory(members, path.stat().st_size)
            _check_kind(kind, package, members)
            for member in members:
                if member.filename.lower().endswith(_XML):
                    _check_prolog(package, member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError) as error:
        raise FileRefused(Refusal.CONTENT) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise FileRefused(Refusal.CONTENT) from error


def _check_directory(members: list[zipfile.ZipInfo], size: int) -> None:
    """By what the directory says alone: number, unpacked size, ratio, and that no two members share the same bytes."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size + _LEAST_MEMBER for member in members)
    swollen = unpacked > FREE_UNPACKED and unpacked > MOST_RATIO * size
    encrypted = any(member.flag_bits & 0x1 for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or swollen or packed > size or encrypted:
        raise FileRefused(Refusal.PACKAGE_UNSAFE)


def _check_kind(kind: str, package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if kind in _MIMETYPE:
        if "mimetype" not in names or package.open("mimetype").read(200).strip() != _MIMETYPE[kind]:
            raise FileRefused(Refusal.CONTENT)
        return
    if "[Content_Types].xml" not in names or not any(name.startswith(_HOME[kind]) for name in names):
        raise FileRefused(Refusal.CONTENT)
    if any(name.lower().endswith("vbaproject.bin") for name in names):  # a document with macros under the name of one without
        raise FileRefused(Refusal.PACKAGE_UNSAFE)


def _check_prolog(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """A document type stands before the root element, and a reader that follows it opens files and networks for the sender."""
    with package.open(member) as part:
        prolog = part.read(PROLOG_BYTES)
    plain = prolog.replace(b"\x00", b"")  # UTF-16 as well
    root = _ROOT.search(plain)
    before = plain[: root.start()] if root else plain
    if _DECLARES.search(before) or (root is None and len(prolog) == PROLOG_BYTES):
        raise FileRefused(Refusal.PACKAGE_UNSAFE)
