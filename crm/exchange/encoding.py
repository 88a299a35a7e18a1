"""Which encoding a file is in, from a sample of its bytes. A person can always say otherwise."""

import codecs

from crm.exchange.codes import Reason, Refusal

# What the screen offers, most likely first. Names of the standard library.
OFFERED = ("utf-8", "cp1252", "utf-16", "mac_roman", "cp1250", "cp1251", "cp1256", "big5", "gb18030", "cp932", "cp949", "cp437")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_LATIN = (
    "Arabic", "Armenian", "Bengali", "CJK", "Cyrillic", "Devanagari", "Georgian", "Greek", "Hangul", "Hebrew", "Hiragana", "Katakana",
    "Tamil", "Thai",
)  # fmt: skip


# Text encodings of the standard library that no file is in.
_NO_FILES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "charmap"})


def known_encoding(name: str) -> str:
    """The standard name of an encoding a person chose, or a Refusal."""
    try:
        info = codecs.lookup(name.strip())
    except (LookupError, ValueError) as error:
        raise Refusal(Reason.UNKNOWN_ENCODING, encoding=name[:40]) from error
    if not getattr(info, "_is_text_encoding", True) or info.name in _NO_FILES:
        raise Refusal(Reason.UNKNOWN_ENCODING, encoding=name[:40])
    return info.name


def encoding_of(sample: bytes) -> str:
    """The encoding of a sample: its mark, then UTF-8, then whole scripts, then the Western encoding of Windows, or of old Macs."""
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if wide := _wide(sample):
        return wide
    if _is_utf8(sample):
        return "utf-8"
    return _other_script(sample) or _western(sample)


def _is_utf8(sample: bytes) -> bool:
    """Valid UTF-8, save for a character that the end of the sample cuts in two."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of mostly Latin text is NUL."""
    if len(sample) < 8:
        return None
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _other_script(sample: bytes) -> str | None:
    """A guess at another script counts only when its letters stand together; a lone high byte among ASCII is an accent or a quote."""
    high = [byte > 127 for byte in sample]
    total = sum(high)
    together = sum(1 for one, following in zip(high, high[1:], strict=False) if one and following)
    if total < 4 or together < total * 0.5:
        return None
    from charset_normalizer import from_bytes  # noqa: PLC0415 - loaded by who needs it: 3 MB of every process otherwise

    best = from_bytes(sample).best()
    if best is None or not any(alphabet.startswith(_NOT_LATIN) for alphabet in best.alphabets):
        return None
    return codecs.lookup(best.encoding).name


def _western(sample: bytes) -> str:
    """Lines that end in CR alone were written on an old Mac, whose accents stand elsewhere."""
    if b"\r" in sample and b"\n" not in sample:
        return "mac-roman"
    return "cp1252"


def decoded(line: bytes, encoding: str) -> tuple[str, bool]:
    """One line as text, and whether it had to be mended: a line of another encoding is read as Western, never dropped."""
    try:
        return line.decode(encoding), False
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace"), True
