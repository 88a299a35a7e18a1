"""What every process of ours carries from its start: nothing that only some work needs."""

import subprocess
import sys

from crm.core import migrations
from crm.mail.gateway import SendGrid

START = """
import crm.lean, sys
from {module} import create_app
create_app()
print(*sorted(name for name, module in sys.modules.items() if module is not None))
"""
ONLY_FOR_SOME_WORK = {
    "alembic": "migrations",
    "cryptography": "signatures of events",
    "inscriptis": "incoming mail",
    "lxml.etree": "incoming mail, what a campaign says",
    "nh3": "what a campaign says, feeds",
    "openpyxl": "workbooks",
    "phonenumbers": "numbers that are no plain mobile number",
    "PIL": "pictures",
    "rapidfuzz": "nearly equal names and words",
    "segno": "QR codes",
    "sendgrid": "sending",
    "xlsxwriter": "workbooks",
}
# A worker answers nobody, and sends campaigns for hours without any import or export: 11 MB of the 110 it may weigh.
NOT_IN_A_WORKER = {
    "crm.app": "requests",
    "crm.cli": "commands",
    "crm.core.assets": "requests",
    "crm.exchange.exports": "exports",
    "crm.exchange.running": "imports",
    "crm.exchange.undoing": "imports",
    "crm.reports.charts": "reports",
    "whitenoise": "requests",
}


CALL = """
import crm.lean
from crm.mail.gateway import SendGrid
print(sorted(SendGrid("SG.key", "https://mail.example", timeout=1)._client(None).request_headers.items()))
"""


def said_by(program: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=migrations.FOLDER.parent, capture_output=True, text=True, check=True
    )
    return run.stdout


def loaded(module: str) -> set[str]:
    return set(said_by(START.format(module=module)).split())


def test_a_start_loads_no_library_that_only_some_work_needs():
    assert not ONLY_FOR_SOME_WORK.keys() & loaded("crm.app")


def test_a_worker_starts_without_pages_commands_imports_and_exports():
    found = loaded("crm.worker")
    assert not (ONLY_FOR_SOME_WORK.keys() | NOT_IN_A_WORKER.keys()) & found
    assert not [name for name in found if name.startswith("crm.") and "views" in name.split(".")]


def test_calls_bear_the_same_headers_where_parts_of_sendgrids_package_are_left_empty():
    whole = SendGrid("SG.key", "https://mail.example", timeout=1)._client(None).request_headers
    assert said_by(CALL).strip() == str(sorted(whole.items()))
