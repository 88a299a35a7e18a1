"""What every process of ours carries from its start: nothing that only some work needs."""

import subprocess
import sys

from crm.core import migrations

START = """
import crm.lean, sys
from crm.app import create_app
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


def test_a_start_loads_no_library_that_only_some_work_needs():
    said = subprocess.run([sys.executable, "-c", START], cwd=migrations.FOLDER.parent, capture_output=True, text=True, check=True)
    assert not ONLY_FOR_SOME_WORK.keys() & set(said.stdout.split())
