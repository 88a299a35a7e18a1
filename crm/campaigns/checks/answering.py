"""What somebody does about a sentence that binds the office: soften it, attach a commitment, or keep it with a reason."""

import os.path

from crm.accounts.models import User
from crm.activity import service as activity
from crm.campaigns import service
from crm.campaigns.checks import promise_rules
from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.checks.passages import replaced
from crm.campaigns.models import Answer, Campaign, PromiseAnswer
from crm.commitments import service as commitments
from crm.commitments.models import Commitment
from crm.commitments.service import CommitmentTerms
from crm.core.clock import now
from crm.core.db import db


class Unchanged(ValueError):
    """The sentence says what it said before."""


class ReasonNeeded(ValueError):
    """What stops is kept only with a reason."""


def find(campaign: Campaign, key: str) -> Finding | None:
    """The open finding of a sentence; None when somebody answered for it or its words changed."""
    return next((each for each in promise_rules.findings(campaign, campaign.draft) if each.key == key), None)


def soften(campaign: Campaign, finding: Finding, sentence: str, *, seen_version: int, by: User) -> None:
    """Put another sentence in its place; links and emphasis around what changed stay. Raises Unchanged, StaleRecord, DraftRefused."""
    promise, passage = finding.promise, finding.passage
    assert promise is not None
    assert passage is not None
    sentence = " ".join(sentence.split())
    if " ".join(promise.sentence.split()) == sentence:
        raise Unchanged(finding.key)
    before = len(os.path.commonprefix([promise.sentence, sentence]))
    rest, new_rest = promise.sentence[before:], sentence[before:]
    after = len(os.path.commonprefix([rest[::-1], new_rest[::-1]]))
    start, end = promise.sentence_start + before, promise.sentence_end - after
    draft = replaced(campaign.draft, passage, start, end, new_rest[: len(new_rest) - after])
    service.save_draft(campaign, draft, seen_version=seen_version, by=by)
    activity.record("promise-softened", campaign, by=by, text=promise.sentence, now=sentence)


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
    return finding.promise.sentence[:500]
