"""flask crm confirm-installation, flask crm warm-up: who may send, and how much a day."""

import datetime as dt

import click
from flask.cli import with_appcontext

from crm.activity import service as activity
from crm.campaigns.sending import budget
from crm.cli.ground import prepare_database
from crm.core import scope as scopes
from crm.core import settings, transaction
from crm.core.clock import today
from crm.mail import instance
from crm.mail import service as mail

SCOPE = scopes.system_scope("decide who sends")


@click.command("confirm-installation")
@with_appcontext
@click.option("--beside", is_flag=True, help="One more machine for the same office: those that sent before go on.")
def confirm_installation(beside: bool) -> None:
    """Say that this installation sends. A copy of a database sends nothing until then, so that nobody gets a mail twice."""
    prepare_database()
    with transaction.unit(SCOPE):
        if instance.own_id() is not None and instance.may_send() and beside:
            click.echo("This installation sends already.")
            return
        was_copy = not instance.is_known()
        instance.confirm(only=not beside)
        held = mail.doubt_what_waits("copied") if was_copy and not beside else 0
        activity.record("installation-confirmed", ("installation", None), by=None, beside=beside, held_messages=held)
    click.echo("This installation sends now." + ("" if beside else " Those that had the same database before send no more."))
    if held:
        click.echo(f"{held} single messages waited. The other installation may have sent them: decide in Settings, Mail.")


@click.command("warm-up")
@with_appcontext
@click.option("--from", "first", help="First day of the plan, as 2026-11-24; today when left out.")
@click.option("--off", is_flag=True, help="No plan: as many a day as there are.")
@click.option("--per-day", type=click.IntRange(min=1), help="Never more than so many a day.")
def warm_up(first: str | None, off: bool, per_day: int | None) -> None:
    """Begin slowly with a new domain, so that mail providers come to know it: 500 people on the first day, then twice as many each day."""
    prepare_database()
    try:
        day = dt.date.fromisoformat(first) if first else today(settings.get("DEFAULT_TIMEZONE"))
    except ValueError:
        raise click.ClickException(f"{first} is no day. Write it as 2026-11-24.") from None
    with transaction.unit(SCOPE):
        shared = budget.of(budget.EVERYBODY)
        shared.warm_up_from, shared.per_day = (None, None) if off else (day, per_day)
        most = budget.per_day(shared, today(settings.get("DEFAULT_TIMEZONE")))
    click.echo("No limit a day." if most is None else f"At most {most} people today.")


COMMANDS = [confirm_installation, warm_up]
