"""Processes that run for weeks start without what they never need."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
import {module}
loaded = [name for name in ("rich", "pygments", "PIL", "xlsxwriter", "typst", "psycopg") if sys.modules.get(name)]
print(" ".join(loaded))
"""


def loaded(module: str, url: str, folder: Path) -> list[str]:
    env = {**os.environ, "DATABASE_URL": url, "CRM_DATA": str(folder), "MODE": "development"}
    program = PROGRAM.format(module=module)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_web_process_on_sqlite_has_no_driver_of_another_database_and_no_maker_of_files(tmp_path):
    assert loaded("crm.serve", f"sqlite:///{tmp_path}/m.db", tmp_path) == []


def test_the_job_worker_neither(tmp_path):
    assert loaded("crm.worker", f"sqlite:///{tmp_path}/m.db", tmp_path) == []


def test_the_driver_is_there_where_it_is_used(tmp_path):
    assert loaded("crm.worker", "postgresql://nobody@127.0.0.1:1/none", tmp_path) == ["psycopg"]
