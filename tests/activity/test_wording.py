"""Every act, subject and field that stands in the record has a word: nobody reads codes of ours."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest
from flask_babel import force_locale

import crm
from crm.activity import wording
from crm.activity.service import kind_of
from crm.bulletins.models import Bulletin, Subscription
from crm.campaigns import pictures
from crm.campaigns.models import Campaign, CampaignState
from crm.commitments.models import Commitment, CommitmentState
from crm.commitments.service import CommitmentTerms
from crm.engagements.models import Program
from crm.exchange.models import Import
from crm.interactions.models import Channel, Interaction
from crm.mail.models import MailMessage, Suppression
from crm.meetings.models import Meeting
from crm.meetings.service import WATCHED
from crm.offices.models import Office
from crm.segments.models import Segment
from crm.stakeholders.models import Organization, Person, Tag, Topic

SAME = {"Program", "SHA-256", "Format", "Filter", "Media"}  # in both languages
PLAIN = {"name", "title", "removed"}  # shown without a word before them, or not at all
MODELS = (
    Commitment, Program, Import, Interaction, Meeting, Office, Organization, Person, Tag, Topic,
    Bulletin, Subscription, Segment, Campaign, pictures.Subject, MailMessage, Suppression,
)  # fmt: skip


def calls():
    """Every call of `record`, `record_changes` or `note` of the record of acts in the source."""
    for place in Path(crm.__file__).parent.rglob("*.py"):
        tree = ast.parse(place.read_text(encoding="utf-8"))
        names = {
            one.targets[0].id: one.value.value
            for one in tree.body
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and isinstance(one.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "activity.record", "activity.record_changes", "acts.note", "note", "engagements.remove_engagement", "record_engagement",
            }:  # fmt: skip
                node.names = names
                yield node


def said_verbs():
    found = {"imported"}
    for node in calls():
        given = [k.value for k in node.keywords if k.arg == "verb"] or node.args[:1]
        found |= {verb for one in given for verb in strings(one, node.names)}
    return found


# Acts whose names are put together, by how the code writes them.
MADE_UP = {
    "state.value": [state.value for state in CommitmentState],
    "f'campaign-{to.value}'": [f"campaign-{state.value}" for state in CampaignState if state is not CampaignState.DRAFT],
    "verb": [],  # passed on by who is in `calls` himself
}


def strings(given, names):
    """What an argument may stand for: no act is written down under a name that this test does not know."""
    if isinstance(given, ast.Constant):
        return [given.value] if isinstance(given.value, str) else []
    if isinstance(given, ast.IfExp):
        return strings(given.body, names) + strings(given.orelse, names)
    said = ast.unparse(given)
    if said.isupper():
        return [names[said]]
    return (
        MADE_UP[said] if not isinstance(given, ast.Name) or said == "verb" else []
    )  # else a record whose changes are written down


def said_kinds():
    pairs = {
        node.args[1].elts[0].value
        for node in calls()
        if len(node.args) > 1 and isinstance(node.args[1], ast.Tuple) and isinstance(node.args[1].elts[0], ast.Constant)
    }
    return pairs | {kind_of(model) for model in MODELS}


def said_fields():
    own = {"by", "changes", "office_id", "verb", "before"}
    named = {k.arg for node in calls() for k in node.keywords if k.arg} - own
    return (
        named
        | {field.name for field in fields(CommitmentTerms)}
        | {*WATCHED, "channel", "direction", "tone", "letter_number", "state"}
    )


@pytest.mark.parametrize(
    ("codes", "word"), [(said_verbs, wording.verb), (said_kinds, wording.kind), (said_fields, wording.field)]
)
def test_the_record_speaks_indonesian(app, codes, word):
    found = codes() - PLAIN
    assert len(found) > 8
    assert codes is not said_verbs or {"recipients-exported", "suppressions-exported", "approved", "campaign-running"} <= found
    with app.test_request_context():
        said = {}
        for language in ("id", "en"):
            with force_locale(language):
                said[language] = {code: word(code) for code in found}
    assert {code: english for code, english in said["en"].items() if said["id"][code] == english and english not in SAME} == {}


def test_codes_of_fields_are_put_into_words(app):
    with app.test_request_context(), force_locale("id"):
        assert wording.value("state", "done") == "Selesai"
        assert wording.value("channel", Channel.LETTER_IN.value) == "Surat masuk"
        assert wording.value("role", "administrator") == "Admin"
        assert wording.value("channel", "smoke") == "smoke"
        assert wording.value("name", "done") == "done"
        assert wording.value("state", 7) == 7
