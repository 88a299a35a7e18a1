"""flask crm setup: an empty database becomes an office with its first administrator, letterhead and time zone."""

import sys
from typing import Any

import click
from flask.cli import with_appcontext

from crm.accounts import queries as accounts
from crm.accounts.permissions import Role
from crm.cli.ground import one_transaction, prepare_database, read_password
from crm.cli.offices import add_office
from crm.cli.users import add_user, make_hash
from crm.core import scope as scopes
from crm.core import transaction
from crm.offices import queries as offices
from crm.offices import service
from crm.offices.letterhead import MOST_LINES, Letterhead

ZONES = "Asia/Jakarta (WIB), Asia/Makassar (WITA), Asia/Jayapura (WIT)"


@click.command("setup")
@with_appcontext
@click.option("--office-code", help="Short code of the office on top, for example KANWIL.")
@click.option("--office-name", help="Its full name.")
@click.option("--timezone", help=f"Its time zone: {ZONES}, or another IANA name.")
@click.option(
    "--child", "children", multiple=True, metavar="CODE=NAME[=TIMEZONE]", help="An office below it; may be given several times."
)
@click.option("--admin-email", help="Work e-mail of the first administrator.")
@click.option("--admin-name", help="Name of the first administrator.")
@click.option("--letterhead-line", "lines", multiple=True, help="A line above the name on papers; may be given several times.")
@click.option("--address", help="Address on papers.")
@click.option("--contact", help="Telephone, web site and e-mail on papers.")
@click.option("--place", help="Town before the date of a signature.")
@click.option("--signer", help="Who signs papers.")
@click.option("--signer-post", help="Their post.")
@click.option("--signer-number", help="Their employee number.")
def setup(**given: Any) -> None:
    """Set up an empty database. What is not given as an option is asked for on a terminal; the password comes from standard input."""
    prepare_database()
    _refuse_when_filled()
    wanted = _asked(given)
    if len(wanted["lines"]) > MOST_LINES:
        raise click.ClickException(f"A letterhead has at most {MOST_LINES} lines above the name.")
    children = [_child(text) for text in wanted["children"]]
    password_hash = make_hash(
        read_password("Password of the administrator"), email=wanted["admin_email"], name=wanted["admin_name"]
    )
    with one_transaction("setup"):
        office = add_office(wanted["office_code"], name=wanted["office_name"], parent_code=None, timezone=wanted["timezone"])
        service.set_letterhead(office, letterhead=_letterhead(wanted), by=None)
        for code, name, zone in children:
            add_office(code, name=name, parent_code=office.code, timezone=zone)
        add_user(
            wanted["admin_email"], name=wanted["admin_name"], role=Role.ADMINISTRATOR, office=office, password_hash=password_hash
        )
    click.echo(f"{wanted['office_name']} is ready. Sign in as {wanted['admin_email']}.")


COMMANDS = [setup]


def _refuse_when_filled() -> None:
    with transaction.unit(scopes.system_scope("flask crm setup")):
        if offices.has_offices() or accounts.has_users():
            raise click.ClickException(
                "This database holds offices or accounts already: setup is only for an empty one. See: flask crm office list"
            )


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    """The options, and on a terminal the answers to what was left out."""
    questions = {
        "office_code": "Code of the office (short, for example KANWIL)",
        "office_name": "Full name of the office",
        "timezone": f"Time zone: {ZONES}",
        "admin_email": "Work e-mail of the first administrator",
        "admin_name": "Name of the first administrator",
    }
    answers = dict(given)
    for key, question in questions.items():
        if answers[key]:
            continue
        if not sys.stdin.isatty():
            raise click.ClickException(f"--{key.replace('_', '-')} is missing. Nothing was set up.")
        answers[key] = click.prompt(question, default="Asia/Jakarta" if key == "timezone" else None)
    if sys.stdin.isatty():
        _ask_letterhead(answers)
    return answers


def _ask_letterhead(answers: dict[str, Any]) -> None:
    if not answers["lines"]:
        said = click.prompt("Lines above the name on papers, separated by |", default="", show_default=False)
        answers["lines"] = tuple(line.strip() for line in said.split("|") if line.strip())
    for key, question in (
        ("address", "Address on papers"),
        ("contact", "Telephone, web site and e-mail on papers"),
        ("place", "Town of a signature"),
    ):
        if answers[key] is None:
            answers[key] = click.prompt(question, default="", show_default=False)


def _letterhead(wanted: dict[str, Any]) -> Letterhead:
    words = {key: wanted[key] or "" for key in ("address", "contact", "place", "signer", "signer_post", "signer_number")}
    return Letterhead(parents=tuple(wanted["lines"]), **words)


def _child(text: str) -> tuple[str, str, str | None]:
    parts = [part.strip() for part in text.split("=")]
    if len(parts) not in {2, 3} or not all(parts):
        raise click.ClickException(f"{text!r} is not CODE=NAME or CODE=NAME=TIMEZONE. Nothing was set up.")
    return parts[0], parts[1], parts[2] if len(parts) == 3 else None
