"""What error pages call the fields that were sent."""

import pytest
from flask_babel import force_locale

from crm.core.errors import label_of_field
from crm.core.forms import labels_of_fields

# A few words are the same in both languages; the forms themselves say them so.
SAME = {"Program", "Status", "Media", "Format", "WhatsApp"}


@pytest.fixture
def label(app):
    """The word for a field in a language."""

    def of(name: str, language: str = "id") -> str:
        with app.test_request_context(), force_locale(language):
            return label_of_field(name)

    return of


def test_a_field_is_called_as_its_form_calls_it(label):
    assert (label("spoken_for"), label("spoken_for", "en")) == ("Mewakili", "Spoke for")
    assert label("participants-0-spoken_for") == "Mewakili"


def test_a_field_that_no_form_has_is_not_called_by_an_english_word(label):
    for name in ("frobnicate", "task-0-frobnicate", "is_frobnicated"):
        assert label(name) == "Tulisan Anda"
        assert label(name, "en") != "Tulisan Anda"


def test_no_field_of_a_form_is_called_in_english(label):
    names = set(labels_of_fields()) | {"text", "value", "at", "on"}
    assert len(names) > 60
    english = {name: label(name) for name in names if label(name) == label(name, "en") and label(name) not in SAME}
    assert english == {}


def test_a_name_with_marks_stands_as_it_came(label):
    assert label("%(x)s") == "%(x)s"
