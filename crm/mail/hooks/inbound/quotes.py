"""What a person wrote anew in an answer, without the message that it quotes. Pure; in doubt everything stays."""

import re

_BREAKS = re.compile(
    r"^(?:"
    r"-{3,} ?(?:original message|pesan asli|forwarded message|pesan terusan|message d'origine) ?-{0,}|"
    r"(?:on|pada|am|le|el) .{6,120}(?:wrote|menulis|schrieb|a écrit|escribió) ?:|"
    r"_{10,}|"
    r"(?:from|dari): .+\n(?:(?:sent|date|to|cc|subject|dikirim|terkirim|tanggal|kepada|perihal|subjek): .*\n?){2,}"
    r")",
    re.I | re.M,
)
_SPLIT_LEAD = re.compile(r"^((?:on|pada) .{6,100})\n(.{0,80}(?:wrote|menulis) ?:)$", re.I | re.M)


def written_anew(text: str) -> str:
    """The part before the quoted message; all of it where nothing would be left."""
    joined = _SPLIT_LEAD.sub(r"\1 \2", text)
    found = _BREAKS.search(joined)
    kept = joined[: found.start()] if found else joined
    lines = kept.rstrip().split("\n")
    while lines and (lines[-1].startswith(">") or not lines[-1].strip()):
        lines.pop()
    kept = "\n".join(lines).strip()
    return kept or text.strip()
