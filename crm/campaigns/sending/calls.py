"""The body of a call for many people: what all share is made once, what is personal is substituted by SendGrid."""

import base64
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson

from crm.bulletins.models import Bulletin
from crm.campaigns import marks
from crm.campaigns.models import Campaign, CampaignContent
from crm.campaigns.sending import joining, personal
from crm.campaigns.writing import fields
from crm.core import settings
from crm.core.db import db
from crm.files import disk
from crm.files.models import StoredFile
from crm.mail import payload
from crm.mail.payload import Body, UnsendableMessage

QUIET = "+q"  # ends the variant of people who refuse that their clicks are recorded
MOST_BYTES = 15 * 1024 * 1024


class Addressee(NamedTuple):
    """One delivery as a call needs it."""

    id: int
    email: str
    name: str
    values: Mapping[str, Any] = MappingProxyType({})


@dataclass
class Built:
    """A body, or nobody left for one; and those who need something else: a call of their own, or the reason why they get nothing."""

    body: Body | None
    alone: list[int] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)

    @property
    def left_out(self) -> frozenset[int]:
        return frozenset(self.alone) | frozenset(self.broken)


class TooLarge(Exception):
    """The call would be larger than we send. Fewer people, or smaller attachments."""


def language_of(variant: str) -> str:
    return variant.removesuffix(QUIET)


class Copy:
    """What a campaign sends, ready to be filled in: read once, used by every call."""

    def __init__(self, campaign: Campaign) -> None:
        content = db.session.get_one(CampaignContent, campaign.content_id)
        bulletin = db.session.get(Bulletin, campaign.bulletin_id) if campaign.bulletin_id else None
        self.campaign_id, self.office_id = campaign.id, campaign.office_id
        self.variants: dict[str, dict[str, str]] = content.variants
        base = personal.quoted(str(settings.get("PUBLIC_BASE_URL")).rstrip("/"))
        self.link_start = f"{base}/b/"
        self.mark = marks.maker(campaign.mark_key)
        self.shared: dict[str, Any] = {
            "from": {"email": payload.address(settings.get("MAIL_FROM")), "name": _plain_name(campaign)},
            "headers": _headers(campaign, bulletin, urlsplit(base).hostname or "localhost"),
        }
        if campaign.reply_to:
            self.shared["reply_to"] = {"email": payload.address(campaign.reply_to)}
        if content.attachments:
            self.shared["attachments"] = [_attachment(given) for given in content.attachments]
        self.clicks = bool(bulletin and bulletin.records_clicks)
        self.opens = bool(bulletin and bulletin.records_opens)
        self.personal = {language: personal.Personal(_tags_in(texts, content.tags)) for language, texts in self.variants.items()}
        self.heads = {variant: self._head(variant) for language in self.variants for variant in (language, language + QUIET)}

    @property
    def names(self) -> set[str]:
        """The personal fields that any language uses."""
        return set().union(*(made.names for made in self.personal.values()))

    def variant_for(self, language: str, *, is_quiet: bool) -> str:
        """The variant of someone who reads this language: the campaign's first where it has none in it."""
        chosen = language if language in self.variants else next(iter(self.variants))
        return chosen + QUIET if is_quiet else chosen

    def _head(self, variant: str) -> dict[str, Any]:
        texts = self.variants[language_of(variant)]
        is_quiet = variant.endswith(QUIET)
        return {
            **self.shared,
            "subject": payload.line(texts["subject"]),
            "content": [{"type": "text/plain", "value": texts["text"]}, {"type": "text/html", "value": texts["html"]}],
            "tracking_settings": {
                "click_tracking": {"enable": self.clicks and not is_quiet, "enable_text": False},
                "open_tracking": {"enable": self.opens and not is_quiet},
                "subscription_tracking": {"enable": False},
            },
        }

    def build(self, variant: str, mark: str, people: Sequence[Addressee], **scheduling: Any) -> Built:
        """The call for these people. Raises TooLarge."""
        filled = self.personal[language_of(variant)]
        joiner = joining.Joiner(filled, _personalization, self.link_start, mark)
        built, persons = Built(None), []
        for at in range(0, len(people), joining.TOGETHER):
            some = people[at : at + joining.TOGETHER]
            if (parts := joiner.some(some, self.mark)) is None:
                parts = [part for one in some if (part := self._part(one, mark, joiner, filled, built)) is not None]
            persons += [",".join(parts).encode()] if parts else []
        return self._closed(built, {**self.heads[variant], **scheduling}, persons)

    def _part(self, person: Addressee, mark: str, joiner: joining.Joiner, filled: personal.Personal, built: Built) -> str | None:
        """One person's part of a call; None when they are to get a call of their own, or nothing: `built` is told."""
        try:
            if (part := joiner.one(person, self.mark)) is not None:
                return part
            event_mark, links = self._links(person.id)
            substitutions = filled.of(person.values if person.values else {"name": person.name}, links)
            if sum(map(len, substitutions.values())) * 4 > fields.MOST_BYTES and not fields.fits(substitutions):
                built.alone.append(person.id)
                return None
            made = _personalization(person.email, person.name, event_mark, mark, links["unsubscribe_url"], substitutions)
            return orjson.dumps(made).decode()
        except Exception as problem:  # one person's data must not hold up the others, nor be passed over in silence
            built.broken[person.id] = f"render: {type(problem).__name__}"
            return None

    def build_alone(self, variant: str, mark: str, person: Addressee, **scheduling: Any) -> Built:
        """The call for one person whose values are too long to be substituted by SendGrid: the text is filled in here."""
        event_mark, links = self._links(person.id)
        built = Built(None)
        try:
            made = self.personal[language_of(variant)].of(person.values if person.values else {"name": person.name}, links)
        except Exception as problem:
            built.broken[person.id] = f"render: {type(problem).__name__}"
            return built
        head = dict(self.heads[variant])
        head["subject"] = payload.line(fields.substitute(head["subject"], made))
        head["content"] = [{**part, "value": fields.substitute(part["value"], made)} for part in head["content"]]
        alone = _personalization(person.email, person.name, event_mark, mark, links["unsubscribe_url"], None)
        return self._closed(built, {**head, **scheduling}, [orjson.dumps(alone)])

    def _links(self, delivery_id: int) -> tuple[str, dict[str, str]]:
        number, event, link = self.mark(delivery_id)
        own = f"{self.link_start}{number}-{link}"
        return f"d.{number}-{event}", {name: own + end for name, end in joining.LINK_ENDS.items()}

    def _closed(self, built: Built, head: dict[str, Any], persons: list[bytes]) -> Built:
        """`persons` are parts, or some parts with commas between them. All are put together once: half a million bytes at a time."""
        if not persons:
            return built
        body = Body(orjson.dumps(head)[:-1])
        body += b',"personalizations":['
        for some in persons:
            body += some
            body += b","
        body[-1:] = b"]}"
        if len(body) > MOST_BYTES:
            raise TooLarge
        built.body = body
        return built


def _personalization(
    email: str, name: str, event_mark: str, mark: str, unsubscribe: str, substitutions: dict[str, str] | None
) -> dict[str, Any]:
    to = {"email": email, "name": name} if name else {"email": email}
    made: dict[str, Any] = {
        "to": [to],
        "custom_args": {"c_rid": event_mark, "c_bid": mark},
        # RFC 8058: both, and each person has an address of their own.
        "headers": {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    }
    if substitutions:
        made["substitutions"] = substitutions
    return made


def _tags_in(texts: Mapping[str, str], tags: Mapping[str, str]) -> dict[str, str]:
    """Only the tags that a language's texts hold: the others would be bytes for nothing."""
    whole = "\n".join((texts.get("subject", ""), texts.get("preheader", ""), texts.get("html", ""), texts.get("text", "")))
    return {tag: meaning for tag, meaning in tags.items() if tag in whole}


def _headers(campaign: Campaign, bulletin: Bulletin | None, host: str) -> dict[str, str]:
    made = {"Feedback-ID": f"{campaign.id}:{bulletin.slug if bulletin else campaign.kind.value}:{campaign.office_id}:mitra"}
    if bulletin is not None:
        made["List-Id"] = f"{_ascii(bulletin.name)} <{bulletin.slug}.{host}>".strip()
    return made


def _plain_name(campaign: Campaign) -> str:
    """The sender's name in plain letters: SendGrid's `from` is not safe with others."""
    return _ascii(campaign.sender_name) or _ascii(settings.get("MAIL_FROM_NAME")) or "Humas"


def _ascii(name: str) -> str:
    return payload.name_of(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())


def _attachment(given: Mapping[str, Any]) -> dict[str, str]:
    stored = db.session.get(StoredFile, int(given["file_id"]))
    if stored is None or stored.sha256 != given["sha256"]:
        raise UnsendableMessage("attachment")
    with disk.open_stored(stored.storage_key) as source:
        content = base64.b64encode(source.read()).decode()
    return {
        "content": content,
        "filename": str(given["name"]),
        "type": stored.media_type.partition(";")[0],
        "disposition": "attachment",
    }
