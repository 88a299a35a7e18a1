"""Each rule of tests/test_architecture.py is seen to fail: one copy of the house with every rule broken in it once."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from crm.bootstrap import ROOT

# Rule: the file that gets a violation at its end (made when it is not there), and the violation.
VIOLATIONS = {
    "test_every_view_declares_who_may_use_it": ("crm/desk/views.py", 'bp.add_url_rule("/loose", "loose", lambda: "")'),
    "test_public_views_are_the_listed_ones": (
        "crm/desk/views.py",
        'from crm.core import access\nbp.add_url_rule("/stray", "stray", access.public(lambda: ""))',
    ),
    "test_views_that_take_forms_of_other_sites_are_the_listed_ones_and_public": (
        "crm/desk/views.py",
        'from crm.core import access as _access\nbp.add_url_rule("/ajar", "ajar", _access.open_to_other_sites(_access.signed_in(lambda: "")))',
    ),
    "test_addresses_are_kebab_case_with_typed_parameters": (
        "crm/desk/views.py",
        'bp.add_url_rule("/Snake_Case/<untyped>", "case", lambda untyped: "")',
    ),
    "test_an_endpoint_is_feature_and_function": ("crm/desk/views.py", 'bp.add_url_rule("/alias", "alias", index)'),
    "test_foreign_keys_point_down": (
        "crm/offices/models.py",
        'Office.__table__.append_column(sa.Column("upward_id", sa.ForeignKey("stakeholders.id")))',
    ),
    "test_every_foreign_key_to_stakeholders_says_what_a_merge_does": (
        "crm/commitments/models.py",
        'Commitment.__table__.append_column(sa.Column("silent_id", sa.ForeignKey("stakeholders.id")))',
    ),
    "test_every_model_is_scoped_or_declared_global": (
        "crm/offices/models.py",
        (
            'from crm.core.db import Base as _Base\n\n\nclass Neither(_Base):\n    __tablename__ = "neither"\n'
            "    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)"
        ),
    ),
    "test_a_model_with_an_office_is_scoped": (
        "crm/activity/models.py",
        (
            'from crm.core.db import Base as _Base\n\n\nclass Unscoped(_Base):\n    __tablename__ = "unscoped"\n    is_global = True\n'
            "    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)\n    office_id: orm.Mapped[int]"
        ),
    ),
    "test_only_transaction_commits": ("crm/desk/queries.py", "def _save():\n    db.session.commit()"),
    "test_text_sql_stands_only_where_the_scope_is_an_argument": (
        "crm/desk/queries.py",
        'def _raw():\n    return sa.text("SELECT 1")',
    ),
    "test_every_setting_that_code_asks_for_is_read_in_config": (
        "crm/desk/queries.py",
        'from crm.core import settings as _settings\n\n\ndef _unknown():\n    return _settings.get("NOWHERE_SET")',
    ),
    "test_what_features_are_told_at_start_is_kept_once": ("crm/desk/queries.py", "_kept: list[int] = []"),
    "test_no_unescaped_markup": ("templates/desk/index.html", "{{ today | safe }}"),
    "test_no_file_is_too_long": ("templates/desk/index.html", "\n" * 150),
    "test_no_test_file_is_too_long": ("tests/desk/test_long.py", "#\n" * 401),
    "test_there_are_no_drawers": ("crm/desk/utils.py", '"""A drawer."""'),
    "test_every_module_says_what_belongs_in_it": ("crm/desk/mute.py", "SILENT = True"),
    "test_templates_use_only_their_own_folder_and_the_shared_ones": (
        "templates/desk/index.html",
        '{% include "stakeholders/index.html" %}',
    ),
    "test_every_template_named_in_code_exists": ("crm/desk/queries.py", 'PLACE = "desk/nowhere.html"'),
    "test_every_template_is_used": ("templates/forgotten/page.html", "nobody draws it"),
    "test_no_template_styles_or_scripts_inline": ("templates/desk/index.html", '<p style="color: red"></p>'),
    "test_sqlite_never_gives_an_id_twice": (
        "crm/offices/models.py",
        'Office.__table__.dialect_options["sqlite"]["autoincrement"] = False',
    ),
}


@pytest.fixture(scope="module")
def verdict(tmp_path_factory):
    """What the rules say about the copy: the names of those that failed."""
    copy = tmp_path_factory.mktemp("house")
    for folder in ("crm", "templates", "tests", "migrations"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("*.pyc", "journeys", "faults", "fonts"))
    for file in ("config.py", "pyproject.toml", "alembic.ini", ".flaskenv"):
        if (ROOT / file).exists():
            shutil.copy(ROOT / file, copy)
    for place, violation in VIOLATIONS.values():
        (copy / place).parent.mkdir(parents=True, exist_ok=True)
        with (copy / place).open("a") as source:
            source.write(f"\n{violation}\n")
    command = [sys.executable, "-m", "pytest", "--database=sqlite", "-q", "--tb=line", "tests/test_architecture.py"]
    done = subprocess.run(command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize("rule", VIOLATIONS)
def test_a_violation_is_found(verdict, rule):
    assert re.search(rf"^FAILED tests/test_architecture\.py::{rule}\b", verdict, re.M), verdict[-3000:]


def test_every_rule_has_a_violation():
    rules = re.findall(r"^def (test_\w+)", (ROOT / "tests/test_architecture.py").read_text(), re.M)
    assert set(rules) == set(VIOLATIONS)
