"""flask crm office add, flask crm office list."""

import click
from flask import current_app
from flask.cli import AppGroup

from crm.cli.ground import one_transaction
from crm.offices import queries, service
from crm.offices.models import Office, UnknownTimezone

office = AppGroup("office", help="The tree of offices.")
COMMANDS = [office]


@office.command("add")
@click.argument("code")
@click.option("--name", required=True, help="The office's full name.")
@click.option("--parent", "parent_code", help="Code of the office above; without it a new root.")
@click.option("--timezone", help="For example Asia/Makassar; without it that of the office above, or DEFAULT_TIMEZONE.")
def add(code: str, name: str, parent_code: str | None, timezone: str | None) -> None:
    """Add an office."""
    if not name.strip():
        raise click.ClickException("The name is empty.")
    with one_transaction("office add"):
        add_office(code, name=name, parent_code=parent_code, timezone=timezone)


@office.command("list")
def list_offices() -> None:
    """Print one office a line: CODE, NAME and TIMEZONE between tabs."""
    with one_transaction("office list"):
        for one in queries.offices_in_tree_order():
            click.echo(f"{one.code}\t{one.name}\t{one.timezone}")


def add_office(code: str, *, name: str, parent_code: str | None, timezone: str | None) -> Office:
    """Add an office inside the caller's transaction; every refusal becomes a sentence."""
    parent = queries.office_by_code(parent_code) if parent_code else None
    if parent_code and parent is None:
        raise click.ClickException(f"There is no office with the code {parent_code!r} to stand above.")
    try:
        return service.add_office(code, name=name, parent=parent, timezone=timezone or _default_zone(parent), by=None)
    except service.CodeTaken:
        raise click.ClickException(f"There is an office with the code {code!r} already.") from None
    except service.BadCode:
        raise click.ClickException(
            f"{code!r} is not a code: letters, digits, dots, dashes and underscores, at most 40."
        ) from None
    except UnknownTimezone:
        raise click.ClickException(
            f"{timezone!r} is not a time zone. Write for example Asia/Jakarta, Asia/Makassar or Asia/Jayapura."
        ) from None


def _default_zone(parent: Office | None) -> str | None:
    return None if parent is not None else str(current_app.config["DEFAULT_TIMEZONE"])
