"""Taking a backup and bringing one back: the database, the files that its rows name, and the keys."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy.engine import URL

from crm.core import jobs
from crm.core.db import db

KEYS = ("secret-key.txt", "demo-sign-ins.txt")  # of the data folder; a SECRET_KEY of the environment is kept by whoever set it


def key_mark() -> str:
    """Tells two secret keys apart without telling either."""
    return hashlib.sha256(b"mitra-backup:" + str(current_app.config["SECRET_KEY"]).encode()).hexdigest()[:16]


def data_folder() -> Path:
    return Path(str(current_app.config["CRM_DATA"]))


@contextmanager
def looking_into(url: URL, folder: Path) -> Iterator[Flask]:
    """The application on another database and data folder, for a copy that is looked at before anybody relies on it."""
    here = current_app._get_current_object()  # type: ignore[attr-defined]
    settings = {"SQLALCHEMY_DATABASE_URI": url.render_as_string(hide_password=False), "CRM_DATA": str(folder), "JOBS_WAIT": True}
    other = here.extensions["mitra.create_app"]({**here.config, **settings})
    jobs.set_up(here)  # the task engine stays with the application that works
    with other.app_context():
        try:
            yield other
        finally:
            db.session.remove()
            db.engine.dispose()
