"""What commands stand on: a prepared database, one transaction, and refusals as one clear sentence with exit code 1."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import exc

from crm.core import migrations, transaction
from crm.core import scope as scopes
from crm.core.text import UnstorableText


@contextlib.contextmanager
def one_transaction(reason: str) -> Iterator[None]:
    """Everything inside is kept, or nothing is. A refusal of the database is told in words."""
    prepare_database()
    try:
        with transaction.unit(scopes.system_scope(f"flask crm {reason}")):
            yield
    except UnstorableText:
        raise click.ClickException("The text holds a character that can't be stored. Nothing was changed.") from None
    except exc.IntegrityError as error:
        raise click.ClickException(f"The database refuses this: {error.orig}. Nothing was changed.") from None
    except exc.OperationalError as error:
        raise click.ClickException(f"The database can't be used: {error.orig}. Nothing was changed.") from None


def prepare_database() -> None:
    """Make the schema in an empty database. One of another version is refused: upgrading is the start's work, with a copy kept."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Path(app.config["CRM_DATA"]).mkdir(parents=True, exist_ok=True)
    try:
        present = migrations.present()
    except exc.OperationalError as error:
        raise click.ClickException(f"The database can't be opened: {error.orig}") from None
    if present is None:
        with contextlib.redirect_stdout(sys.stderr):
            migrations.upgrade(app)
    elif present != migrations.newest():
        versions = f"The database is of version {present}, this program of {migrations.newest()}."
        raise click.ClickException(f"{versions} Start Mitra once to upgrade it: python3 -m crm")


def read_password(prompt: str = "Password") -> str:
    """A line of standard input; on a terminal it is asked for twice and not shown."""
    if sys.stdin.isatty():
        return click.prompt(prompt, hide_input=True, confirmation_prompt=True)
    return sys.stdin.readline().rstrip("\r\n")
