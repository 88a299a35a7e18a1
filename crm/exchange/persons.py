"""Whether a written name is a person's, and its titles: for registers that mix people and organizations in one cell."""

import re
from dataclasses import dataclass

from crm.core.text import fold, one_line

_BEFORE = frozenset(
    "the rt hon right honourable sir dame prof professor dr mr mrs ms miss revd rev cllr bapak bpk pak ibu bu drs dra ir kh hj".split()
)
# Titles that are part of the name itself: "Lord Strathclyde" is not "Strathclyde".
_PEERAGE = frozenset("lord lady baroness baron earl countess viscount viscountess duke duchess".split())
_AFTER = frozenset("mp msp am ms mep qc kc obe cbe mbe kbe dbe gbe ch dl pc jp frs phd".split())
_NO_PERSON = frozenset(
    "ltd limited plc inc llp llc trust group council university college school association society foundation institute bank club company "
    "partners partnership news times post telegraph express star mail media radio tv magazine services service solutions systems "
    "associates consultants consulting capital ventures party committee board network forum alliance union federation agency office "
    "house centre center international national uk europe global limited charity fund project campaign church hospital team panel "
    "roundtable scheme holdings industries energy airways airlines properties investments studios records books press journal standard "
    "guardian observer mirror sun chronicle gazette herald courier independent the of for and in dan di untuk aid nursery co "
    "solicitors cancer care lawyers architects chambers constituents pt cv "
    "dinas badan kantor kementerian direktorat polda polres polsek kodim kelurahan kecamatan kabupaten kota provinsi yayasan".split()
)
# Firms and charities that are called like a person. Public names, checked by hand; matching to a known organization comes before all this.
_NAMED_AFTER = frozenset(
    {
        "allen overy", "baker tilly", "clifford chance", "frank knight", "grant thornton", "hugo boss", "hymans robertson", "jack wills",
        "jeremy vine", "john lewis", "john laing", "knight frank", "laura ashley", "marie curie", "mary rose", "morgan stanley",
        "oliver wyman", "paddy power", "peter jones", "philip morris", "ray ban", "spencer stuart", "ted baker", "thomas cook",
        "thomas cook group", "victor chandler", "walter menteth", "warner bros", "kate spade", "paul smith", "calvin klein",
        "ernst young", "arthur andersen", "arthur d little", "max planck", "gordon macphail", "fred olsen", "terrence higgins", "jo malone",
        "claire house", "st john", "leonard cheshire", "sue ryder", "martin curry", "brit healthcare", "scott wilson", "harvey nichols",
    }
)  # fmt: skip
_GIVEN = frozenset(
    "aaron abdul abi adam adrian agus ahmad ahmed aidan alan alasdair alastair albert alex alexander alexandra alice alison allan allegra "
    "amanda amol amy andi andleeb andrea andrew andy angela angie angus ani anita ann anna anne annie anthony antony ari arif arthur "
    "aruna asep ayu bambang barbara barry ben benjamin bernard bernd beth bill bob boris brendan brian brooke bruce budi camilla carl "
    "carlos carol caroline catherine charles charlie charlotte chloe chris christine christopher claire clare claudia clive "
    "colin craig dale damian dan daniel danny david dawn dean debbie deborah dedi denis desi dewi dian diana diane dominic don donald "
    "douglas duncan dwi eddie edward ekmelledin eko eleanor elizabeth ellen emily emma endang eric erik esther eva evan evgeny fiona "
    "frances francis frank fraser fred gareth gary gavin geoff geoffrey geordie george gerard giles gillian giovanni gordon graeme graham "
    "grant greg guy hannah hans harriet harry hartono heather heidi helen hendra henry herman hilary hugh hugo iain ian imam indra irene "
    "irwan isabel ivan jack jacqueline jacques jake james jamie jane janet jason jean jeff jeffrey jennifer jenny jeremy jerry jessica "
    "jill jim jo joan joanna joe joel john joko jon jonathan jonty jose joseph josh juan judith julia julian julie jurgen justin karen "
    "kate katherine kathy keith kelly ken kenneth kerry kevin kim kirsty klaus kofi kurnia lakshmi laura lawrence lee leo leonard lesley "
    "lestari lewis liam lilis linda lindsay lionel lisa liz lloyd louise lucy luis luke lynn mabel malcolm marco marcus margaret maria "
    "marie mark martha martin martti mary matt matthew maureen megan melanie melissa mervyn michael michelle mike miles mohammad mohammed "
    "muhammad murdoch nancy naomi narendra natalie neil ni nicholas nick nicola nigel nina nizar norman nur nurul oliver olivia owen "
    "paddy pamela paolo patricia patrick paul paula pauline pedro penny peter phil philip phillip phillippe pierre polly priti putri "
    "rachel rahmat ratan ratna raymond rebecca retno rhodri richard rini rita rob robert robin rodney roger ron ronald rory rosemary ross rowan "
    "roy rudi rupert russell ruth ryan sailesh sajid sally sam samantha samuel sandra santoso sarah scott sean sebastian setiawan "
    "shailesh sharon sheila sheryll silvia simon siti slamet sofia sohn sophie sri stella stephanie stephen steve steven stewart stuart "
    "sue sugeng suharti sunder supriyadi surya susan suzanne sylvia tania teguh terry tessa theresa thomas tim timothy tina titik toby "
    "tom tony tracey trevor tri trish ujang valerie vanessa veronica vicky victor victoria vincent wahyu walter wayan wayne wendy wibowo "
    "will william wulan xavier yanti yohanes yuni yusuf zac zainal zoe "
    "".split()
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name with what is written before and after it."""

    name: str
    titles_before: str = ""
    titles_after: str = ""


def _folded(word: str) -> str:
    return fold(word).strip(".,'’()")


def person_name(text: str) -> PersonName:
    """Take titles off both ends: 'The Rt Hon Sir George Young MP'. What would leave nothing stays the name."""
    words = one_line(text).strip(" ,;").split()
    start, end = 0, len(words)
    while start < end - 1 and _folded(words[start]) in _BEFORE:
        start += 1
    while end > start + 1 and _folded(words[end - 1]) in _AFTER:
        end -= 1
    return PersonName(" ".join(words[start:end]).strip(" ,"), " ".join(words[:start]), " ".join(words[end:]))


def has_person_title(text: str) -> bool:
    """Written with a title that only people have, before ('Sir', 'Lord') or after ('MP')."""
    words = [_folded(word) for word in one_line(text).split()]
    if not 2 <= len(words) <= 7 or words[0] == "the" and words[1] not in _BEFORE | _PEERAGE:
        return False
    titled = words[0] in (_BEFORE | _PEERAGE) - {"the"} or words[:2] == ["the", "rt"] or words[-1] in _AFTER
    # "Lord Hill of Oareford" has an "of", a body of persons has more.
    return titled and not _has_body_word([word for word in words if word not in ("the", "of")])


def _has_body_word(words: list[str]) -> bool:
    return any(word in _NO_PERSON or word.removesuffix("s") in _NO_PERSON for word in words)


def is_name_shaped(text: str) -> bool:
    """Two to four capitalised words of letters: 'Doug McWilliams', and 'British Airways' too."""
    words = text.split()
    return 2 <= len(words) <= 4 and all(re.fullmatch(r"[^\W\d_][\w'’.-]*", word) and word[0].isupper() for word in words)


def could_be_person(text: str) -> bool:
    """The shape of a name and no word of a body: enough beside somebody who is one."""
    return is_name_shaped(text) and not _has_body_word([_folded(word) for word in text.split()])


def looks_like_person(text: str) -> bool:
    """A guess that says no when unsure: a title, or a known given name before one to three capitalised words, and no word of a body."""
    plain = one_line(text).strip(" .,;")
    if has_person_title(plain):
        return True
    words = plain.split()
    if not is_name_shaped(plain):
        return False
    keys = [_folded(word) for word in words]
    if keys[0] not in _GIVEN or _has_body_word(keys) or any(word.isupper() and len(word) > 2 for word in words):
        return False
    return " ".join(keys[:2]) not in _NAMED_AFTER
