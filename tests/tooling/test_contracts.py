"""Each import contract is seen to fail: a rule that cannot fail holds nothing."""

import os
import shutil
import subprocess
import sys
import tomllib

import pytest

from crm.bootstrap import ROOT

VIOLATIONS = {
    "Imports point down the tiers": ("crm/core/text.py", "from crm.stakeholders import models"),
    "What starts Mitra needs nothing of it": ("crm/supervisor.py", "import flask"),
    "Only views, forms, core, the application and its commands know the web": ("crm/stakeholders/matching.py", "import flask"),
    "Models, queries and services draw no page and read no form": ("crm/offices/queries.py", "from crm.core import pages"),
    "Only crm.core.jobs and the worker know the task engine": ("crm/core/clock.py", "import huey"),
    "Only the gateway talks to SendGrid, nobody to an SMTP server": ("crm/mail/service.py", "import smtplib"),
}


@pytest.fixture(scope="module")
def verdict(tmp_path_factory):
    """What import-linter says about a copy of the code with one violation of each contract in it."""
    copy = tmp_path_factory.mktemp("contracts")
    shutil.copytree(ROOT / "crm", copy / "crm", ignore=shutil.ignore_patterns("*.pyc", "static", "translations", "fonts"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for module, statement in VIOLATIONS.values():
        with (copy / module).open("a") as source:
            source.write(f"\n{statement}\n")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    done = subprocess.run(command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_violation_is_found(verdict, contract):
    assert f"{contract} BROKEN" in verdict


def test_every_contract_has_a_violation():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == set(VIOLATIONS)
