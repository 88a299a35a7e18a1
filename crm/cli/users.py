"""flask crm user add."""

import click
from flask.cli import AppGroup

from crm.accounts import passwords, service
from crm.accounts.emails import BadEmail
from crm.accounts.models import User
from crm.accounts.permissions import Role
from crm.cli.ground import one_transaction, read_password
from crm.offices import queries as offices
from crm.offices.models import Office

user = AppGroup("user", help="People who sign in.")
COMMANDS = [user]

WEAK = {
    passwords.Weakness.SHORT: f"The password needs at least {passwords.SHORTEST} characters.",
    passwords.Weakness.LONG: f"The password may have at most {passwords.LONGEST} characters.",
    passwords.Weakness.COMMON: "The password is among those that are guessed first. Three or four words that don't belong together are better.",
    passwords.Weakness.PERSONAL: "The password is too close to the name or the address.",
}


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as they write it.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--office", "office_code", required=True, help="Code of the office.")
def add(email: str, name: str, role: str, office_code: str) -> None:
    """Add an account. The password is read from standard input."""
    if not name.strip():
        raise click.ClickException("The name is empty.")
    password_hash = make_hash(read_password(), email=email, name=name)
    with one_transaction("user add"):
        office = offices.office_by_code(office_code)
        if office is None:
            raise click.ClickException(f"There is no office with the code {office_code!r}. See: flask crm office list")
        add_user(email, name=name, role=Role(role), office=office, password_hash=password_hash)


def make_hash(password: str, *, email: str, name: str) -> str:
    """Check and hash a password, before any transaction: it takes a while."""
    weakness = passwords.weakness_of(password, about=(email, name))
    if weakness is not None:
        raise click.ClickException(f"{WEAK[weakness]} Nothing was added.")
    return passwords.make_hash(password)


def add_user(email: str, *, name: str, role: Role, office: Office, password_hash: str) -> User:
    """Add an account inside the caller's transaction; every refusal becomes a sentence."""
    try:
        return service.create_user(email, name=name, role=role, office=office, password_hash=password_hash, by=None)
    except BadEmail:
        raise click.ClickException(f"{email!r} is not an e-mail address. Nothing was added.") from None
    except service.EmailTaken:
        raise click.ClickException(f"There is an account with the address {email!r} already.") from None
