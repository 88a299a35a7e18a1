"""Every act, subject and field that stands in the record has a word: nobody reads codes of ours."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest
from flask_babel import force_locale

import crm
from crm.activity import wording
from crm.activity.service import kind_of
from crm.commitments.models import Commitment, CommitmentState
from crm.commitments.service import CommitmentTerms
from crm.engagements.models import Program
from crm.exchange.models import Import
from crm.interactions.models import Channel, Interaction
from crm.meetings.models import Meeting
from crm.meetings.service import WATCHED
from crm.offices.models import Office
from crm.stakeholders.models import Organization, Person, Tag, Topic

SAME = {"Program", "SHA-256", "Format", "Filter", "Media"}  # in both languages
PLAIN = {"name", "title", "removed"}  # shown without a word before them, or not at all
MODELS = (Commitment, Program, Import, Interaction, Meeting, Office, Organization, Person, Tag, Topic)


def calls():
    """Every call of `record`, `record_changes` or `note` of the record of acts in the source."""
    for place in Path(crm.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "activity.record", "activity.record_changes", "acts.note", "note", "engagements.remove_engagement", "record_engagement",
            }:  # fmt: skip
                yield node


def said_verbs():
    first = {node.args[0].value for node in calls() if node.args and isinstance(node.args[0], ast.Constant)}
    named = {k.value.value for node in calls() for k in node.keywords if k.arg == "verb" and isinstance(k.value, ast.Constant)}
    return {verb for verb in first | named if isinstance(verb, str)} | {state.value for state in CommitmentState} | {"imported"}


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
