"""The promise guard on a draft: one finding for a sentence, by its heaviest phrase and wherever it stands, until somebody answers for it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from crm.campaigns.checks.days import MONTHS
from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.checks.passages import Passage, passages
from crm.campaigns.models import Campaign, CampaignKind, PromiseAnswer
from crm.commitments import promises
from crm.commitments.promises import Group, Promise
from crm.core.clock import today
from crm.core.db import db
from crm.engagements.models import Engagement
from crm.offices.models import Office

SEVERITIES = {promises.STOPS: Severity.STOP, promises.TO_KEEP: Severity.WARN, promises.MARKED: Severity.NOTE}

SENTENCES = {
    Group.CERTAINTY: _l("“%(words)s” sounds like a guarantee."),
    Group.TIME: _l("“%(words)s” promises a time."),
    Group.SPEED: _l("“%(words)s” raises hopes of speed without a date."),
    Group.OUTCOME: _l("“%(words)s” promises an outcome before the decision."),
    Group.UNDERTAKING: _l("“%(words)s” promises that the office does something."),
    Group.ALWAYS: _l("“%(words)s” promises something without exception."),
    Group.MONEY: _l("“%(words)s” promises something about money."),
    Group.PRIVILEGE: _l("“%(words)s” sounds like a privilege."),
    Group.OTHERS: _l("“%(words)s” promises what others decide."),
    Group.SUPERLATIVE: _l("“%(words)s” praises without proof."),
}


def findings(campaign: Campaign, draft: Mapping[str, Any]) -> Iterator[Finding]:
    answered = {answer.key for answer in answers_of(campaign.id)}
    is_release, known = campaign.kind is CampaignKind.PRESS, _days_in_calendar(campaign)
    places: dict[str, list[tuple[Passage, Promise]]] = {}
    for passage in passages(draft):
        for key, promise in _heaviest(passage, known, is_release=is_release):
            if key not in answered:
                places.setdefault(key, []).append((passage, promise))
    for key, found in places.items():
        passage, promise = max(found, key=lambda each: each[1].severity)
        yield Finding(
            code="promise",
            severity=SEVERITIES[promise.severity],
            sentence=_sentence(promise),
            language=passage.language,
            block_id=passage.block_id,
            where=passage.kind or passage.field,
            promise=promise,
            passage=passage,
            key=key,
            details={"proposal": proposal(promise), "places": found},
        )


def answers_of(campaign_id: int) -> list[PromiseAnswer]:
    found = (
        sa.select(PromiseAnswer).options(orm.joinedload(PromiseAnswer.commitment)).where(PromiseAnswer.campaign_id == campaign_id)
    )
    return list(db.session.scalars(found.order_by(PromiseAnswer.id)))


def _days_in_calendar(campaign: Campaign) -> frozenset[str]:
    """Days to come that the office has something on, as they are written: to name them promises nothing new."""
    zone = db.session.get_one(Office, campaign.office_id).timezone
    coming = sa.select(Engagement.occurred_on).where(
        Engagement.office_id == campaign.office_id, Engagement.occurred_on >= today(zone)
    )
    days = set(db.session.scalars(coming.distinct().limit(400)))
    names = [(name, day) for day in days if day for name in _names(day)]
    return frozenset({name for name, _day in names} | {f"{name} {day.year}" for name, day in names})


def _names(day: dt.date) -> list[str]:
    return [f"{day.day} {MONTHS[language][day.month - 1]}" for language in MONTHS]


def _heaviest(passage: Passage, known: frozenset[str], *, is_release: bool) -> list[tuple[str, Promise]]:
    """The heaviest phrase of each sentence, with the key of the sentence."""
    found: dict[int, Promise] = {}
    for promise in promises.find(passage.text, passage.language, known_days=known, is_release=is_release):
        heaviest = found.setdefault(promise.sentence_start, promise)
        if promise.severity > heaviest.severity:
            found[promise.sentence_start] = promise
    return [(promises.key_of(passage.language, promise.sentence), promise) for promise in found.values()]


def proposal(promise: Promise) -> str:
    """The sentence with softer words in the phrase's place; as it is where it has to be written anew."""
    if promise.softer is None:
        return promise.sentence
    return promises.with_softer(promise.sentence, _within(promise), promise.softer)


def _within(promise: Promise) -> Promise:
    """The promise with its places counted from the beginning of its sentence."""
    return replace(promise, start=promise.start - promise.sentence_start, end=promise.end - promise.sentence_start)


def _sentence(promise: Promise) -> str:
    if promise.is_rule:
        return _("“%(words)s” is from a rule. Check that the rule is in force.", words=promise.text)
    if promise.is_quoted:
        return _("“%(words)s” is quoted from somebody else. Check the quotation.", words=promise.text)
    return str(SENTENCES[promise.kind]) % {"words": promise.text}
