"""What somebody does about a sentence that binds the office: soften it, attach a commitment, or keep it with a reason."""

import os.path
import re

from crm.accounts.models import User
from crm.activity import service as activity
from crm.campaigns import service
from crm.campaigns.checks import promise_rules
from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.checks.passages import replaced
from crm.campaigns.models import Answer, Campaign, PromiseAnswer
from crm.commitments import service as commitments
from crm.commitments.models import Commitment
from crm.commitments.promises import Promise
from crm.commitments.service import CommitmentTerms
from crm.core.clock import now
from crm.core.db import db

_ENDS = re.compile(r"[.!?…]+$")


class Unchanged(ValueError):
    """The sentence says what it said before."""


class ReasonNeeded(ValueError):
    """What stops is kept only with a reason."""


def find(campaign: Campaign, key: str) -> Finding | None:
    """The open finding of a sentence; None when somebody answered for it or its words changed."""
    return next((each for each in promise_rules.findings(campaign, campaign.draft) if each.key == key), None)


def soften(campaign: Campaign, finding: Finding, sentence: str, *, seen_version: int, by: User) -> None:
    """Put another sentence in its place, wherever it stands; links and emphasis around what changed stay.

    Raises Unchanged, StaleRecord, DraftRefused.
    """
    assert finding.promise is not None
    sentence = " ".join(sentence.split())
    if _words(finding) == sentence:
        raise Unchanged(finding.key)
    draft, is_same_end = campaign.draft, _end(sentence) == _end(finding.promise.sentence)
    for passage, promise in reversed(finding.details["places"]):
        here = sentence.removesuffix(_end(sentence)) + _end(promise.sentence) if is_same_end else sentence
        start, end, words = _difference(promise, here)
        draft = replaced(draft, passage, start, end, words)
    service.save_draft(campaign, draft, seen_version=seen_version, by=by)
    activity.record("promise-softened", campaign, by=by, text=_words(finding), now=sentence)


def _end(sentence: str) -> str:
    """What closes a sentence: the same words may end in a full stop here and in nothing in a title."""
    found = _ENDS.search(sentence)
    return found[0] if found else ""


def _difference(promise: Promise, sentence: str) -> tuple[int, int, str]:
    """Where in the passage the sentences differ, and what stands there in the new one."""
    before = len(os.path.commonprefix([promise.sentence, sentence]))
    rest, new_rest = promise.sentence[before:], sentence[before:]
    after = len(os.path.commonprefix([rest[::-1], new_rest[::-1]]))
    return promise.sentence_start + before, promise.sentence_end - after, new_rest[: len(new_rest) - after]


def attach(campaign: Campaign, finding: Finding, terms: CommitmentTerms, *, by: User, zone: str) -> Commitment:
    """Write down who does what until when; the sentence is settled by it, for as long as the commitment stands in the book."""
    commitment = commitments.make_commitment(terms, office_id=campaign.office_id, by=by, zone=zone)
    _settle(campaign, finding, Answer.ATTACHED, by=by, commitment=commitment)
    activity.record("promise-attached", campaign, by=by, text=_words(finding), commitment=commitment.id)
    return commitment


def keep(campaign: Campaign, finding: Finding, reason: str, *, by: User) -> None:
    """Leave the sentence as it is. Raises ReasonNeeded."""
    if finding.severity is Severity.STOP and not reason:
        raise ReasonNeeded(finding.key)
    _settle(campaign, finding, Answer.KEPT, by=by, reason=reason)
    activity.record("promise-kept", campaign, by=by, text=_words(finding), reason=reason)


def take_back(campaign: Campaign, answer: PromiseAnswer) -> None:
    """Ask about the sentence again. A commitment that was made stays in the book."""
    db.session.delete(answer)
    db.session.flush()


def _settle(
    campaign: Campaign, finding: Finding, answer: Answer, *, by: User, reason: str = "", commitment: Commitment | None = None
) -> None:
    db.session.add(
        PromiseAnswer(
            campaign_id=campaign.id,
            key=finding.key,
            answer=answer,
            sentence=_words(finding),
            reason=reason[:300],
            commitment_id=commitment.id if commitment is not None else None,
            created_at=now(),
            created_by_id=by.id,
        )
    )
    db.session.flush()


def _words(finding: Finding) -> str:
    assert finding.promise is not None
    return " ".join(finding.promise.sentence.split())[:500]
