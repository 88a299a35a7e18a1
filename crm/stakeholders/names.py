"""A person's name as written, taken apart into titles before, the name (one string) and titles after. Never first and last."""

import re
from dataclasses import dataclass

from crm.core.text import one_line

# Written with a full stop in front of a name. Only the case of Dr. (doctorate) and dr. (physician) tells two apart.
_BEFORE = {
    "prof.": "Prof.",
    "dr.": "dr.",
    "drg.": "drg.",
    "drh.": "drh.",
    "apt.": "apt.",
    "ir.": "Ir.",
    "drs.": "Drs.",
    "dra.": "Dra.",
    "h.": "H.",
    "hj.": "Hj.",
    "k.h.": "K.H.",
    "kh.": "K.H.",
    "ust.": "Ust.",
    "pdt.": "Pdt.",
    "pdt.em.": "Pdt. Em.",
    "ny.": "Ny.",
    "tn.": "Tn.",
}
_RANKS = (
    "Irjen Pol.",
    "Brigjen Pol.",
    "Kombes Pol.",
    "AKBP",
    "AKP",
    "Kompol",
    "Iptu",
    "Ipda",
    "Aiptu",
    "Aipda",
    "Bripka",
    "Brigjen TNI",
    "Mayjen TNI",
    "Letjen TNI",
    "Kolonel Inf.",
    "Kolonel Laut (P)",
    "Letkol Inf.",
    "Letkol Laut (P)",
    "Mayor Inf.",
    "Mayor Laut (P)",
    "Kapten Inf.",
    "Kapten Laut (P)",
    "Lettu Inf.",
)
_AFTER = """S.H. S.E. S.Sos. S.I.P. S.Kom. S.I.Kom. S.S. S.Pd. S.Pd.I. S.Ag. S.T. S.Si. S.Psi. S.Ked. S.Kep. S.Farm. S.P. S.Hut. S.Kel.
S.STP. S.Tr.Im. S.Tr. S.Tr.K. S.I.K. S.M. S.A.P. S.Hum. S.Th. S.Fil. S.K.M. S.Gz. S.Ds. S.Sn. A.Md. A.Md.Im. A.Md.Keb. A.Md.Kep.
M.H. M.Hum. M.Si. M.M. M.A.P. M.A. M.Sc. M.Pd. M.Kom. M.I.Kom. M.T. M.Kes. M.K.M. M.Ag. M.Psi. M.E. M.Ak. M.P.A. M.P.P. M.Tr.A.P. M.Phil.
M.B.A. LL.M. Ph.D. Sp.A. Sp.B. Sp.OG. Sp.PD. Sp.KJ. Ak. Ns. CPR CHRM CA. CPA. CFA MBA MPA MPP MSc MA PhD""".split()
_SALUTATIONS = {
    "bapak": "Bapak",
    "bpk.": "Bapak",
    "bpk": "Bapak",
    "pak": "Bapak",
    "ibu": "Ibu",
    "bu": "Ibu",
    "saudara": "Saudara",
}
_SALUTATIONS |= {"sdr.": "Saudara", "sdri.": "Saudara"}
HONORIFICS = frozenset(_SALUTATIONS)


def _letters(text: str) -> str:
    return re.sub(r"[^\w]", "", text).casefold()


_AFTER_BY_LETTERS = {_letters(title): title for title in reversed(_AFTER)}
_RANKS_BY_LETTERS = {_letters(rank): rank for rank in _RANKS}


@dataclass(frozen=True)
class WrittenName:
    """The parts of a written name. `looks_shouted`: all capitals, so a form may offer the name in title case."""

    name: str
    titles_before: str = ""
    titles_after: str = ""
    salutation: str = ""

    @property
    def looks_shouted(self) -> bool:
        return len(self.name) > 3 and self.name == self.name.upper() and self.name != self.name.lower()


def split(written: str) -> WrittenName:
    """Take a written name apart: `Bapak Dr. Budi Santosa, SH, M.Si` is Budi Santosa, `Dr.` before, `S.H., M.Si.` after."""
    whole = one_line(written)
    head, *tail = [part.strip() for part in whole.split(",")]
    words, salutation = _without_salutation(head.split())
    words, before = _without_titles_before(words)
    words, behind = _without_titles_behind(words)
    after = [*behind, *(title for part in tail if part for title in _titles_of(part))]
    name = " ".join(words)
    if not name:
        return WrittenName(whole)
    return WrittenName(name, " ".join(before), ", ".join(after), salutation)


def _without_salutation(words: list[str]) -> tuple[list[str], str]:
    if len(words) > 1 and words[0].casefold() in _SALUTATIONS:
        return words[1:], _SALUTATIONS[words[0].casefold()]
    return words, ""


def _without_titles_before(words: list[str]) -> tuple[list[str], list[str]]:
    found: list[str] = []
    while len(words) > 1:
        taken, title = _title_in_front(words)
        if not taken or taken >= len(words):
            break
        found.append(title)
        words = words[taken:]
    return words, found


def _title_in_front(words: list[str]) -> tuple[int, str]:
    for length in (3, 2, 1):
        rank = _RANKS_BY_LETTERS.get(_letters("".join(words[:length])))
        if rank and len(words) > length:
            return length, rank
    if words[0].casefold() == "pdt." and words[1].casefold() == "em.":
        return 2, "Pdt. Em."
    title = _BEFORE.get(words[0].casefold())
    if title == "dr." and words[0][0] == "D":
        title = "Dr."
    return (1, title) if title else (0, "")


def _without_titles_behind(words: list[str]) -> tuple[list[str], list[str]]:
    """Degrees that follow without a comma: only known ones, written in capitals or with stops, so that no name is cut."""
    found: list[str] = []
    while len(words) > 1 and ("." in words[-1] or (words[-1].isupper() and not all(w.isupper() for w in words))):
        title = _AFTER_BY_LETTERS.get(_letters(words[-1]))
        if title is None:
            break
        found.insert(0, title)
        words = words[:-1]
    return words, found


def _titles_of(part: str) -> list[str]:
    """The degrees between two commas; unknown ones are kept as typed."""
    known = _AFTER_BY_LETTERS.get(_letters(part))
    if known:
        return [known]
    words = part.split()
    if len(words) > 1 and all(_letters(word) in _AFTER_BY_LETTERS for word in words):
        return [_AFTER_BY_LETTERS[_letters(word)] for word in words]
    return [part]


def tidy_titles_after(text: str) -> str:
    """Degrees as the rules write them: `SH, MSi` is `S.H., M.Si.`."""
    return ", ".join(title for part in one_line(text).split(",") if part.strip() for title in _titles_of(part.strip()))


def title_case(name: str) -> str:
    """A shouted name in ordinary capitals, to be offered and never applied silently."""
    return " ".join("-".join(part.capitalize() for part in word.split("-")) for word in name.split())
