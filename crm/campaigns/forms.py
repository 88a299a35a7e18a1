"""Forms of campaigns: the draft as a form with fields for each block, and small ones around it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from crm.bulletins.models import Bulletin
from crm.campaigns.service import MOST_COMMENT
from crm.campaigns.writing import blocks, fields, markup, simple
from crm.campaigns.writing.blocks import SHAPES, Kind, Problem, Wrong
from crm.core import text as texts
from crm.core.dates import number
from crm.core.forms import BaseForm, LineField, TextField, choices, required_message

KIND_WORDS = {
    Kind.HEADING: _l("Heading"),
    Kind.TEXT: _l("Text"),
    Kind.PICTURE: _l("Picture"),
    Kind.BUTTON: _l("Button"),
    Kind.AGENDA: _l("Agenda"),
    Kind.LIST: _l("List"),
    Kind.QUOTE: _l("Quotation"),
    Kind.CONTACT: _l("Contact"),
    Kind.ARTICLE: _l("From the web site"),
    Kind.DIVIDER: _l("Dividing line"),
}
KIND_ICONS = {
    Kind.HEADING: "heading",
    Kind.TEXT: "align-left",
    Kind.PICTURE: "photo",
    Kind.BUTTON: "link",
    Kind.AGENDA: "calendar-event",
    Kind.LIST: "list-details",
    Kind.QUOTE: "message-2",
    Kind.CONTACT: "id",
    Kind.ARTICLE: "world",
    Kind.DIVIDER: "minus",
}
FIELD_WORDS = {
    "greeting": _l("Form of address and name"),
    "name": _l("Name with titles"),
    "salutation": _l("Form of address"),
    "position": _l("Position"),
    "organization": _l("Organization"),
}
LANGUAGE_WORDS = {"id": _l("Indonesian"), "en": _l("English")}


class DraftForm(BaseForm):
    """The hidden fields of the draft's form; its blocks are read by `draft_from`."""


class FactsForm(BaseForm):
    name = LineField(_l("Name for colleagues"), [DataRequired(required_message), Length(max=150)])
    sender_name = LineField(_l("Sender's name"), [Length(max=120)])
    reply_to = LineField(_l("Replies go to"), [Optional(), Length(max=254), Email(_l("Write a complete e-mail address."))])
    bulletin = SelectField(_l("Bulletin"), coerce=int)

    def offer(self, bulletins: Sequence[Bulletin]) -> "FactsForm":
        self.bulletin.choices = choices([(0, _("No bulletin")), *((each.id, each.name) for each in bulletins)])
        return self


class DecisionForm(BaseForm):
    note = TextField(_l("Note"), [Length(max=500)])

    def is_fit(self, *, yes: bool) -> bool:
        """A no needs its reason: the writer has to know what should change."""
        fine = self.validate()
        if fine and not yes and not self.note.data:
            self.note.errors = [_("Say in a few words what should change.")]
            return False
        return fine


class CommentForm(BaseForm):
    text = TextField(_l("Comment"), [DataRequired(_l("Write something first."))])

    def validate_text(self, field: TextField) -> None:
        if len(field.data or "") > MOST_COMMENT:
            raise ValidationError(too_long(field.data or ""))


def too_long(comment: str) -> str:
    told = {"most": number(MOST_COMMENT), "count": number(len(comment))}
    return _("A comment has at most %(most)s characters; this one has %(count)s. Shorten it, or write two.", **told)


def draft_from(sent: MultiDict[str, str], draft: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The draft with one language as it was sent. What the form did not carry stays as it is."""
    part = blocks.part_of(draft, language)
    had = {block["id"]: block for block in part["blocks"]}
    written = [_block_from(sent, block_id, had.get(block_id)) for block_id in sent.getlist("block")]
    read = {
        "subject": sent.get("subject", part["subject"]),
        "preheader": sent.get("preheader", part["preheader"]),
        "blocks": [block for block in written if block] if "block" in sent or "blocks" in sent else part["blocks"],
    }
    return {**draft, "languages": {**(draft.get("languages") or {}), language: read}}


def _block_from(sent: MultiDict[str, str], block_id: str, had: dict[str, Any] | None) -> dict[str, Any] | None:
    kind = had["kind"] if had else sent.get(f"{block_id}-kind", "")
    if kind not in {each.value for each in Kind}:
        return had
    block = dict(had or blocks.new_block(Kind(kind)), id=block_id, kind=kind)
    for name, shape in SHAPES[Kind(kind)].items():
        key = f"{block_id}-{name}"
        if shape == "rich":
            block[name] = _rich_from(sent, key, block.get(name, ""))
        elif key in sent:
            block[name] = sent[key]
    return block


def _rich_from(sent: MultiDict[str, str], key: str, had: str) -> str:
    """From the editor its HTML; from a plain form simple text, which leaves untouched what it was made from."""
    if key in sent:
        return sent[key]
    plain = sent.get(f"{key}-plain")
    if plain is None or _lines(plain) == _lines(simple.write(had)):
        return had
    return simple.read(plain)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def controls_of(block: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the controls of a block: lists as lines of text, rich text both ways."""
    made: dict[str, Any] = {"id": block["id"], "kind": block["kind"]}
    for name, shape in SHAPES[Kind(block["kind"])].items():
        value = block.get(name)
        if shape == "rich":
            made[name] = markup.clean(value or "")
            made["plain"] = simple.write(made[name])
        elif shape == "pairs" and not isinstance(value, str):
            made[name] = "\n".join(" | ".join(part for part in row) for row in value or [])
        elif shape == "lines" and not isinstance(value, str):
            made[name] = "\n".join(value or [])
        else:
            made[name] = value if value is not None else ""
    return made


def sentence_for(problem: Problem) -> str:
    """Say what can't be kept and what helps."""
    words = {"words": problem.words}
    limit = number(int(problem.words)) if problem.words.isdecimal() else ""
    known = ", ".join(f"[[{name}]]" for name in fields.FIELDS)
    return {
        Wrong.UNKNOWN_KIND: _("A block of this kind is not known: %(words)s", **words),
        Wrong.UNKNOWN_FIELD: _("There is no personal field %(words)s. Known are: %(known)s", known=known, **words),
        Wrong.FIELD_IN_ADDRESS: _("A personal field can't stand in an address: %(words)s", **words),
        Wrong.ADDRESS: _("This address does not lead to the web: %(words)s. It begins with https://", **words),
        Wrong.PICTURE: _("A mail shows only pictures that were brought into Mitra, and not %(words)s.", **words),
        Wrong.MAIL_ADDRESS: _("This is not a complete e-mail address: %(words)s", **words),
        Wrong.TOO_LONG: _("This text is longer than %(words)s characters.", words=limit),
        Wrong.TOO_MANY: _("This is more than one mail holds. Take something out."),
        Wrong.UNSTORABLE: _("This text holds a character that can't be stored. Remove it and try again."),
    }[problem.why]


def unfinished(draft: Mapping[str, Any]) -> list[str]:
    """What has to be there before anybody is asked to approve."""
    said = []
    for language in blocks.languages_of(draft):
        part = draft["languages"][language]
        named = {"language": str(LANGUAGE_WORDS[language])}
        if not texts.one_line(part["subject"]):
            said.append(_("The subject is empty (%(language)s).", **named))
        if not any(_says_something(block) for block in part["blocks"]):
            said.append(_("There is no text yet (%(language)s).", **named))
        if any(block.get("src") and not block.get("alt") for block in part["blocks"]):
            said.append(_("A picture has no description (%(language)s). People who do not see it need one.", **named))
    return said


def _says_something(block: Mapping[str, Any]) -> bool:
    return any(block.get(name) for name in ("text", "html", "items", "rows", "title", "alt"))
