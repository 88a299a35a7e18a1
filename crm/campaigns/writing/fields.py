"""Personal fields: how a text names them, what each recipient's value is, and the substitution that SendGrid makes of them.

In a text a field stands as `[[name]]`, or `[[name|Bapak/Ibu]]` with words of its own for who has no value. In what is sent it is a tag,
`-k3f9a2b7.name.h-`: `.h` stands in HTML and its value is escaped, `.t` in the subject and the text part and its value is one line.
Nothing else is ever replaced or evaluated: there is no template language.
"""

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from crm.campaigns.writing.values import load
from crm.core import text as texts

__all__ = ["FIELDS", "LINK_FIELDS", "MARK", "Field", "Tags", "fits", "load", "mark_of", "names_in", "plain_words", "size_of"]
__all__ += ["substitute", "substitutions", "unknown_in", "used_in"]

MOST_BYTES = 9_000  # of one recipient's substitutions; SendGrid takes 10,000
LONGEST_TAG = len("-k3f9a2b7c.99.t-")  # without the field's name


@dataclass(frozen=True)
class Field:
    """A personal field, and what stands for an empty value in each language."""

    name: str
    fallback: Mapping[str, str]


FIELDS = {
    field.name: field
    for field in (
        Field("greeting", {"id": "Bapak/Ibu", "en": "Sir or Madam"}),
        Field("name", {"id": "Bapak/Ibu", "en": "Sir or Madam"}),
        Field("salutation", {"id": "Bapak/Ibu", "en": "Sir or Madam"}),
        Field("position", {"id": "Bapak/Ibu", "en": "colleague"}),
        Field("organization", {"id": "instansi Anda", "en": "your organization"}),
    )
}
LINK_FIELDS = ("unsubscribe_url", "preferences_url", "browser_url")  # set by the mail's frame, never by people

MARK = re.compile(r"\[\[\s*([^\[\]|]{0,60}?)\s*(?:\|([^\[\]]{0,120}?)\s*)?\]\]")
_BRACKETS = re.compile(r"\[(?=\[)|\](?=\])")
_MARKUP = re.compile(r"<[^<>]*>")
_NEIGHBOURS = re.compile(r"\]\](?=\[\[)")


def unknown_in(text: str) -> list[str]:
    """Names in the text that are no field."""
    return [found[1] for found in MARK.finditer(text) if found[1] not in FIELDS]


def names_in(text: str) -> set[str]:
    return {found[1] for found in MARK.finditer(text) if found[1] in FIELDS}


def without_markup(rich: str) -> str:
    """Rich text with no markup inside a mark: the tag that comes in its place would take only one end of it away."""
    return MARK.sub(lambda found: _MARKUP.sub("", found[0]), rich)


def used_in(draft: Any) -> set[str]:
    """The personal fields that a draft uses anywhere, whatever it is nested in."""
    if isinstance(draft, str):
        return names_in(draft)
    inner: Iterable[Any] = draft.values() if isinstance(draft, Mapping) else draft if isinstance(draft, list | tuple) else ()
    return {name for each in inner for name in used_in(each)}


def unmarked(name: str) -> str:
    """A name that goes into a text as it is: two brackets in it are no personal field."""
    return _BRACKETS.sub(lambda found: found[0] + " ", name)


def most_length(text: str) -> int:
    """How long the text can become with a tag in the place of each mark."""
    return len(MARK.sub(lambda found: "-" * (len(found[1]) + LONGEST_TAG), text))


def plain_words(text: str, language: str) -> str:
    """The text with the words for an empty value in place of each field: for lists and titles."""
    return MARK.sub(lambda found: _fallback(found, language), text)


def mark_of(mark_key: str) -> str:
    """The random part of a campaign's tags: 40 bits, the same each time for the same campaign."""
    made = hmac.digest(mark_key.encode(), b"tags", hashlib.sha256)
    return "k" + base64.b32encode(made[:5]).decode().lower()


class Tags:
    """Turns the marks of fields into tags and remembers which: `found` maps a tag to `name.h|words for an empty value`.

    The languages of a campaign share `known`: the same field with other words for an empty value is another tag.
    """

    def __init__(self, mark: str, language: str, known: dict[str, str] | None = None) -> None:
        self.mark, self.language = mark, language
        self.known = {} if known is None else known
        self.found: dict[str, str] = {}

    def in_html(self, text: str) -> str:
        return self._put(text, "h")

    def in_text(self, text: str) -> str:
        return self._put(text, "t")

    def link(self, name: str, form: str) -> str:
        return self._tag(name, form, "")

    def _put(self, text: str, form: str) -> str:
        apart = _NEIGHBOURS.sub("]] ", text)  # two values side by side could make a tag of their ends
        return MARK.sub(lambda found: self._tag(found[1], form, html.unescape(_fallback(found, self.language))), apart)

    def _tag(self, name: str, form: str, fallback: str) -> str:
        meaning = f"{name}.{form}|{fallback}"
        number = 1
        while self.known.setdefault(tag := f"-{self.mark}.{name}{number if number > 1 else ''}.{form}-", meaning) != meaning:
            number += 1
        self.found[tag] = meaning
        return tag


def _fallback(found: re.Match[str], language: str) -> str:
    own = (found[2] or "").strip()
    return own or FIELDS[found[1]].fallback.get(language, "") if found[1] in FIELDS else found[0]


def substitutions(tags: Mapping[str, str], values: Mapping[str, Any], links: Mapping[str, str]) -> dict[str, str]:
    """What stands for each tag in one recipient's mail. `values` are raw; `links` are the addresses of the link fields."""
    made: dict[str, str] = {}
    for tag, meaning in tags.items():
        name, _, rest = meaning.partition(".")
        form, _, fallback = rest.partition("|")
        mark = tag[1:].partition(".")[0]
        if name in LINK_FIELDS:
            value = quote(links.get(name, ""), safe="/:?&=%#~-._")
        else:
            value = _without_tags(texts.one_line(str(values.get(name) or "")), mark) or _without_tags(fallback, mark)
        made[tag] = html.escape(value) if form == "h" else value
    return made


def _without_tags(value: str, mark: str) -> str:
    """The value without what could become a tag: SendGrid looks into what it has put in, four times over."""
    seen = None
    while seen != value:
        seen = value
        value = _ends_off(value.replace(mark, ""), mark).strip()
    return value


def _ends_off(value: str, mark: str) -> str:
    """Without half a mark at either end, which the text beside it could make whole."""
    least = len(mark) // 2
    for length in range(len(mark) - 1, least - 1, -1):
        value = value.removesuffix(mark[:length]).removeprefix(mark[-length:])
    return value


def size_of(made: Mapping[str, str]) -> int:
    """Bytes of one recipient's substitutions, as SendGrid counts them."""
    return sum(len(tag.encode()) + len(value.encode()) for tag, value in made.items())


def fits(made: Mapping[str, str]) -> bool:
    """Whether the recipient can share a call. Who doesn't gets one of their own, with the text filled in by `substitute`."""
    return size_of(made) <= MOST_BYTES


def substitute(text: str, made: Mapping[str, str]) -> str:
    """What SendGrid does: each tag replaced by its value, in one pass."""
    if not made:
        return text
    pattern = re.compile("|".join(re.escape(tag) for tag in sorted(made, key=len, reverse=True)))
    return pattern.sub(lambda found: made[found[0]], text)
