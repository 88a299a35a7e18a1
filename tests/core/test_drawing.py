"""Templates compiled for each language: what is worked out ahead must be what gettext would have said."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale, gettext
from jinja2 import DictLoader

from crm.core import languages

SAID = {"id": "Semua", "en": "All"}


def drawn(app: Flask, source: str, language: str, **values: object) -> str:
    """The template drawn twice in a language, by name, as pages are: the second time it is compiled already."""
    with app.test_request_context(), force_locale(language):
        assert languages.current() == language
        template = app.jinja_env.get_template("drawn.html")
        assert template.render(**values) == (again := app.jinja_env.get_template("drawn.html").render(**values))
    return again


@pytest.fixture
def draw(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def with_source(source: str, language: str, **values: object) -> str:
        monkeypatch.setattr(app.jinja_env, "loader", DictLoader({"drawn.html": source, **pieces(app)}))
        monkeypatch.setattr(app.jinja_env, "compiled", kept.setdefault(source, {}))
        return drawn(app, source, language, **values)

    kept: dict[str, dict[tuple[str, str], object]] = {}
    return with_source


def pieces(app: Flask) -> dict[str, str]:
    folder = app.template_folder
    with open(f"{folder}/components/icon.html") as icon:
        return {"components/icon.html": icon.read()}


def test_each_language_has_its_own_words(draw):
    source = '{{ _("All") }}'
    for language in ("id", "en", "id", "en"):
        assert draw(source, language) == SAID[language]


def test_places_are_filled_and_escaped(draw):
    source = '<p>{{ _("Remove filter %(name)s: %(value)s", name=name, value="<i>") }}</p>'
    assert draw(source, "en", name="<b>") == "<p>Remove filter &lt;b&gt;: &lt;i&gt;</p>"


def test_numbers_choose_their_form(draw):
    source = '{{ ngettext("%(num)d day ago", "%(num)d days ago", days) }}'
    assert [draw(source, "en", days=days) for days in (1, 2)] == ["1 day ago", "2 days ago"]
    assert [draw(source, "id", days=days) for days in (1, 2)] == ["1 hari lalu", "2 hari lalu"]


def test_a_sentence_chosen_while_drawing_is_still_translated(draw):
    source = '{{ _(word) }}{% set _ = "own" %}'
    assert draw(source.split("{%")[0], "id", word="All") == "Semua"


def test_a_name_given_another_meaning_is_left_alone(draw):
    assert draw('{% for _ in "ab" %}{{ _ }}{% endfor %}', "id") == "ab"


def test_an_icon_is_drawn_ahead_and_only_then_if_it_is_ours(draw, app: Flask):
    ours = '{% from "components/icon.html" import icon %}{{ icon("x") }}|{{ icon(name, small=true) }}'
    first, second = draw(ours, "id", name="<x>").split("|")
    assert first.startswith("<svg")
    assert first.endswith('#x"></use></svg>')
    assert "m-ic-sm" in second
    assert "&lt;x&gt;" in second
    assert draw('{% macro icon(name) %}other {{ name }}{% endmacro %}{{ icon("x") }}', "id") == "other x"


def test_a_string_as_template_is_not_mixed_up_between_languages(app: Flask):
    with app.test_request_context():
        for language in ("id", "en", "id"):
            with force_locale(language):
                assert render_template_string('{{ _("All") }}') == SAID[language]


def test_what_is_kept_of_a_language_is_never_said_in_another(app: Flask):
    @languages.kept
    def everything() -> str:
        return gettext("All")

    assert everything() == "All"  # no application, no language: this must not be kept
    with app.test_request_context():
        for language in ("id", "en", "id"):
            with force_locale(language):
                assert everything() == SAID[language]
