"""When two written names mean one organization or one person: pure keys over text, and a careful guess for the review queue.

Equal keys merge without asking, so a key may only forget what never tells two bodies apart: case, marks, punctuation, "the",
"and", a legal form, a spelling. Kota and Kabupaten, numbers, points of the compass and classes stay in the key.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from crm.core.text import fold, match_key, name_key, one_line

# Short forms of itself that a name carries: National Council (NCVO); Vehicle and Operator Services Agency - VOSA.
_BRACKETS = re.compile(r"\s*\(([^()]*)\)|\s[-–—]\s(\w{2,10})$")
_LONG_FORMS = (("united kingdom", "uk"), ("national health service", "nhs"))
_INITIALS = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
_AND = re.compile(r"\s*[&+]\s*")
_IGNORED = frozenset({"the", "and", "dan"})
# Legal forms stand at the end in English and European names, at the start in Indonesian ones.
_FORMS_AFTER = frozenset(
    "ltd limited plc inc incorporated llp llc corp gmbh ag bv nv sa spa srl oy ab pty pvt pte bhd sdn tbk persero cic".split()
)
_FORMS_BEFORE = frozenset("pt cv ud".split())
_SPELLINGS = {
    "organisation": "organization",
    "organisations": "organizations",
    "centre": "center",
    "centres": "centers",
    "programme": "program",
    "defence": "defense",
    "labour": "labor",
    "dept": "department",
    "govt": "government",
    "assoc": "association",
    "assn": "association",
    "univ": "university",
    "intl": "international",
    "natl": "national",
    "kab": "kabupaten",
    "prov": "provinsi",
    "kec": "kecamatan",
    "kel": "kelurahan",
    "kanim": "kantor imigrasi",
    "kanwil": "kantor wilayah",
    "jajasan": "yayasan",
}
# Words that tell two bodies of nearly one name apart. A guess never joins names that differ in one of these.
_TELLING = frozenset(
    "kota kabupaten provinsi kecamatan kelurahan desa distrik utara selatan barat timur tengah pusat tenggara laut daya "
    "north south east west northern southern eastern western central upper lower royal new old non tpi "
    "scotland wales england ireland scottish welsh english irish british uk "
    "i ii iii iv v vi vii viii ix x a b c d e one two three satu dua tiga kelas khusus negeri swasta tinggi pertama".split()
)
_DEGREES = frozenset(
    "dr drs dra ir prof h hj kh hm drg apt se sh sp st sip sos ssos spd skom sik skm stp shum ssi sst si mm mh msi mt mpd mkom mkes "
    "mba msc ma phd bsc ba mp qc kc cbe obe mbe kbe sir dame lord lady baroness rt hon right honourable the mr mrs ms miss bapak "
    "bpk pak ibu bu sdr sdri tn ny kompol akp akbp kombes irjen brigjen".split()
)
# Indonesian degrees are written with dots, "S.Sos.", "M.Si", and so are initials, "M.Ali": only a known degree is joined.
_DOTTED = re.compile(r"\b(?:[A-Za-z]{1,4}\.)+[A-Za-z]{0,5}")
_MUHAMMAD = frozenset("m moh mohd mohamad mohammad mohamed muh muhamad muhammed mochamad mochammad moch muchamad mhd".split())
_LIKELY = 92.0


@dataclass(frozen=True, slots=True)
class OrganizationKeys:
    """What one written name can be found by: its key, and the short forms it gives of itself, "National Council ... (NCVO)"."""

    key: str
    abbreviations: tuple[str, ...] = ()


def _words(name: str) -> list[str]:
    joined = _INITIALS.sub(lambda m: m.group().replace(".", ""), name)
    folded = name_key(_AND.sub(" and ", joined))
    for long, short in _LONG_FORMS:
        folded = folded.replace(long, short)
    words = folded.split()
    return [part for word in words for part in _SPELLINGS.get(word, word).split()]


def _without_forms(words: list[str]) -> list[str]:
    end = len(words)
    while end > 1 and words[end - 1] in _FORMS_AFTER:
        end -= 1
    if 1 < end < len(words) and words[end - 1] == "co":  # "X Co Ltd"; "Matter & Co" keeps its Co
        end -= 1
    start = 1 if end > 1 and words[0] in _FORMS_BEFORE else 0
    return words[start:end]


def _is_abbreviation_of(short: str, words: list[str]) -> bool:
    """Whether the letters of `short` are the first letters of words of the name, in order: ACEVO, BUAV, IDeA."""
    letters = iter(word[0] for word in words)
    return all(any(letter == first for first in letters) for letter in fold(short))


def looks_abbreviated(text: str) -> bool:
    """One short word with at least as many capitals as small letters: BBC, BiTC, IDeA, 3SC, but not Ford."""
    word = text.strip()
    capitals = sum(c.isupper() for c in word)
    return bool(re.fullmatch(r"[\w&./-]{2,10}", word)) and capitals >= 2 and capitals * 2 >= sum(c.isalpha() for c in word)


def abbreviation_key(text: str) -> str:
    """Letters and digits of a short form, in one case: 'B.B.C.' and 'BBC' alike."""
    return "".join(c for c in fold(text) if c.isalnum())


@lru_cache(maxsize=4096)
def organization_keys(name: str) -> OrganizationKeys:
    """The keys of a written organization name. Bracketed initials become an abbreviation, other brackets stay in the key."""
    shorts: list[str] = []

    def _keep(match: re.Match[str]) -> str:
        inner, outer = (match.group(1) or match.group(2) or "").strip(), _words(name[: match.start()])
        if looks_abbreviated(inner) and outer and _is_abbreviation_of(inner, outer):
            shorts.append(abbreviation_key(inner))
            return ""
        return f" {inner} "

    words = _without_forms(_words(_BRACKETS.sub(_keep, name)))
    kept = [w for w in words if w not in _IGNORED] or words
    if not shorts and looks_abbreviated(name):
        shorts.append(abbreviation_key(name))
    return OrganizationKeys(" ".join(kept) or name_key(name) or one_line(fold(name)), tuple(shorts))


def organization_key(name: str) -> str:
    """Two organization names with this key in common are the same body and may be joined without asking."""
    return organization_keys(name).key


def _telling(key: str) -> set[str]:
    return {w for w in key.split() if w in _TELLING or any(c.isdigit() for c in w)}


def maybe_same_organization(one: str, other: str) -> bool:
    """A guess for the review queue, never for a merge without a person: nearly equal keys that differ in no telling word."""
    a, b = organization_key(one), organization_key(other)
    if a == b:
        return True
    if _telling(a) != _telling(b):
        return False
    from rapidfuzz import fuzz  # noqa: PLC0415 - loaded by who needs it: 4 MB of every process otherwise

    return fuzz.ratio(a, b) >= _LIKELY


def _undotted(match: re.Match[str]) -> str:
    joined = match.group().replace(".", "")
    return f"{joined} " if fold(joined) in _DEGREES else match.group().replace(".", " ")


def _plain_name(name: str) -> str:
    """The name before its first comma of titles, without dots: 'Dra. Siti, M.Si.' becomes 'Dra Siti'."""
    return _DOTTED.sub(_undotted, name.split(",")[0])


@lru_cache(maxsize=4096)
def person_key(name: str) -> str:
    """Two person names with this key look alike; a person decides. Titles go, M., Moh. and Muh. are Muhammad, old spelling is new.

    A name of one word is a whole name: 'Suharti' keeps its key.
    """
    words = match_key(_plain_name(name)).split()
    kept = [w for w in words if w not in _DEGREES] or words
    if len(kept) > 1 and kept[0] in _MUHAMMAD:
        kept[0] = "muhammad"
    return " ".join(kept)


@dataclass(frozen=True, slots=True)
class Match:
    """What a directory says about a name: the records it may be, and how it was found (name, alias, abbreviation)."""

    ids: tuple[object, ...]
    how: str

    @property
    def sure(self) -> bool:
        """Exactly one record: it may be taken without asking."""
        return len(self.ids) == 1


@dataclass(slots=True)
class Directory:
    """Known organizations by key. Names go before aliases, aliases before abbreviations; two answers are a question, not a match."""

    names: dict[str, list[object]] = field(default_factory=dict)
    aliases: dict[str, list[object]] = field(default_factory=dict)
    abbreviations: dict[str, list[object]] = field(default_factory=dict)

    def add(self, record: object, name: str, *, aliases: Iterable[str] = (), abbreviations: Iterable[str] = ()) -> None:
        keys = organization_keys(name)
        _put(self.names, keys.key, record)
        for alias in aliases:
            _put(self.aliases, organization_key(alias), record)
        for short in (*keys.abbreviations, *map(abbreviation_key, abbreviations)):
            _put(self.abbreviations, short, record)

    def find(self, name: str) -> Match | None:
        """The record or records of this name, or nothing. A bracketed short form alone never decides."""
        keys = organization_keys(name)
        for how, table in (("name", self.names), ("alias", self.aliases)):
            if ids := table.get(keys.key):
                return Match(tuple(ids), how)
        if looks_abbreviated(name) and (ids := self.abbreviations.get(abbreviation_key(name))):
            return Match(tuple(ids), "abbreviation")
        return None


def _put(table: dict[str, list[object]], key: str, record: object) -> None:
    found = table.setdefault(key, [])
    if record not in found:
        found.append(record)
