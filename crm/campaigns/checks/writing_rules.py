"""Checks on what was written: subject, pictures, link words, languages, fields, and promises about unsubscribing."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from crm.campaigns.checks import design_rules
from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.checks.passages import Passage, passages
from crm.campaigns.writing import blocks, fields, markup
from crm.campaigns.writing.blocks import Kind

LONGEST_SUBJECT = 60
_VAGUE = re.compile(
    r"(?:silakan |please )?(?:klik|click|tekan|tap|buka|lihat|cek)(?: di)?(?: sini| here| disini| this| ini| link| tautan)?(?: untuk.*)?"
    r"|di ?sini|here"
    r"|(?:baca )?selengkapnya|lebih lanjut|read more|more|learn more|details?|detail|info(?:rmasi)?|link|tautan|this|ini|lihat|buka",
    re.I,
)
_CLICK_HERE = re.compile(
    r"\b(?:klik|tekan|ketuk)(?: \w+)? (?:di )?sini\b|\bklik disini\b|\bclick(?: \w+)? here\b|\btap here\b", re.I
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.I)
_STOP_WORDS = re.compile(r"\bunsubscribe\b|\bberhenti (?:ber)?langganan\b|\bopt[- ]?out\b|\bstop langganan\b", re.I)
_STOP_OTHERWISE = re.compile(
    r"\b(?:balas|reply|kirim|ketik|text|send|sms|hubungi|telepon|call)\b[^.\n]{0,80}\b(?:unsubscribe|berhenti|stop)\b"
    r"|\b(?:unsubscribe|berhenti (?:ber)?langganan)\b[^.\n]{0,60}\b(?:balas|reply|hubungi|telepon|call|contact|kirim|send|write)\b"
    r"|\b(?:tidak dapat|tidak bisa|cannot|can't) (?:unsubscribe|berhenti)",
    re.I,
)
NAMED_WORDS = 3  # a link text of so few words has to say where it leads


def findings(draft: Mapping[str, Any]) -> Iterator[Finding]:
    for language in blocks.languages_of(draft):
        part = draft["languages"][language]
        yield from _subject(language, part)
        yield from _content(language, part["blocks"])
        for block in part["blocks"]:
            yield from _block(language, block)
    yield from design_rules.findings(draft)
    for passage in passages(draft):
        yield from _passage(passage)


def findings_once(draft: Mapping[str, Any]) -> list[Finding]:
    """The same, with a block named once for each matter: a link's words are a passage too."""
    found = {(each.code, each.language, each.block_id, each.sentence): each for each in findings(draft)}
    return list(found.values())


def _subject(language: str, part: Mapping[str, Any]) -> Iterator[Finding]:
    subject = fields.plain_words(part["subject"], language).strip()
    if not subject:
        yield Finding("subject-missing", Severity.STOP, _("There is no subject."), language)
    elif len(subject) > LONGEST_SUBJECT:
        said = _("The subject has %(count)d characters. Phones show about %(most)d.", count=len(subject), most=LONGEST_SUBJECT)
        yield Finding("subject-long", Severity.WARN, said, language)
    if not part["preheader"].strip():
        said = _("The first line is empty: mail programs then show the beginning of the text.")
        yield Finding("preheader-missing", Severity.WARN, said, language)


def _content(language: str, written: list[dict[str, Any]]) -> Iterator[Finding]:
    said = [block for block in written if _says_something(block)]
    if not said:
        yield Finding("language-empty", Severity.STOP, _("This language has no text yet."), language)
    elif all(block["kind"] == Kind.PICTURE for block in said):
        sentence = _("There are only pictures. Who sees none reads nothing: write what they say.")
        yield Finding("only-pictures", Severity.STOP, sentence, language)


def _says_something(block: Mapping[str, Any]) -> bool:
    if block["kind"] == Kind.DIVIDER:
        return False
    if block["kind"] == Kind.PICTURE:
        return bool(block["src"])
    return any(_has_words(value) for name, value in block.items() if name not in {"id", "kind", "level", "ordered", "src", "url"})


def _has_words(value: Any) -> bool:
    if isinstance(value, list):
        return any(_has_words(each) for each in value)
    return isinstance(value, str) and bool(re.sub(r"<[^>]*>|&nbsp;", " ", value).strip())


def _block(language: str, block: Mapping[str, Any]) -> Iterator[Finding]:
    place: dict[str, Any] = {"language": language, "block_id": block["id"], "where": block["kind"]}
    if block.get("src") and not (block.get("alt") or "").strip():
        said = _("The picture has no description. Say what it shows, for who can't see it.")
        yield Finding("alt-missing", Severity.STOP, said, **place)
    if block["kind"] == Kind.BUTTON and bool(block["label"]) != bool(block["url"]):
        said = _("The button has no words.") if block["url"] else _("The button has no address, so it will not be in the e-mail.")
        yield Finding("button-incomplete", Severity.STOP if block["url"] else Severity.WARN, said, **place)
    for words, url in links_in(block):
        yield from _link(words, url, place)


def links_in(block: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Words and address of what can be pressed in a block; a picture's words are its description."""
    if block["kind"] == Kind.TEXT:
        anchors = markup.tree_of(block["html"]).iter("a")
        return [(" ".join(anchor.text_content().split()), anchor.get("href") or "") for anchor in anchors]
    words = {Kind.BUTTON: "label", Kind.ARTICLE: "label", Kind.PICTURE: "alt"}.get(Kind(block["kind"]))
    return [(block[words], block["url"])] if words and block.get("url") and block.get(words) else []


def _link(words: str, url: str, place: dict[str, Any]) -> Iterator[Finding]:
    plain = words.strip(" .…»›>→:!")
    if _STOP_WORDS.search(words) or re.search(r"unsubscribe|opt-?out", url, re.I):
        said = _(
            "“%(words)s” is a link of your own for ending the subscription. The foot of the e-mail has the one that works.",
            words=words,
        )
        yield Finding("own-unsubscribe", Severity.STOP, said, **place)
    elif not plain:
        yield Finding("link-bare", Severity.STOP, _("A link has no words."), **place)
    elif _VAGUE.fullmatch(plain) and len(plain.split()) <= NAMED_WORDS:
        said = _("“%(words)s” does not say where the link leads. Name what one finds there.", words=words)
        yield Finding("link-vague", Severity.STOP, said, **place)
    elif _ADDRESS.fullmatch(plain):
        said = _("The link shows its bare address. Write where it leads instead.")
        yield Finding("link-bare", Severity.WARN, said, **place)


def _passage(passage: Passage) -> Iterator[Finding]:
    place: dict[str, Any] = {"language": passage.language, "block_id": passage.block_id, "where": passage.kind or passage.field}
    for name in fields.unknown_in(passage.text):
        said = _("[[%(name)s]] is no personal field and would be sent as it stands.", name=name)
        yield Finding("unknown-field", Severity.STOP, said, **place)
    vague = _CLICK_HERE.search(passage.text)
    if vague:
        said = _("“%(words)s” does not say where the link leads. Name what one finds there.", words=vague[0])
        yield Finding("link-vague", Severity.STOP, said, **place)
    if _STOP_OTHERWISE.search(passage.text):
        said = _("The text names another way to end the subscription than the link in the foot. Only that one is kept to.")
        yield Finding("unsubscribe-otherwise", Severity.WARN, said, **place)
