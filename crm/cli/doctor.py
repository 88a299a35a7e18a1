"""flask crm doctor: names every wrong setting and every broken invariant, and says what to do."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import exc

from crm.cli import checks
from crm.core import migrations


@click.command("doctor")
@with_appcontext
@click.option("--deploy", is_flag=True, help="Also ask what an installation for an office needs.")
def doctor(deploy: bool) -> None:
    """Look at settings, machine and data. Changes nothing. The exit code is 1 when something is wrong."""
    chosen = [one for one in checks.all_checks() if deploy or not one.only_deployed]
    wrong = 0
    if not _is_readable():
        chosen = [one for one in chosen if not one.needs_database]
        click.echo("WRONG  database: it can't be opened, or is empty. Nothing that is stored was looked at.")
        click.echo(
            "       What to do: look at DATABASE_URL and CRM_DATA; python3 -m crm makes the schema, flask crm setup the first office."
        )
        wrong = 1
    for verdict in checks.judge(chosen):
        _tell(verdict)
        wrong += bool(verdict.wrong)
    click.echo(f"{len(chosen)} checks, {wrong or 'nothing'} wrong.")
    sys.exit(1 if wrong else 0)


COMMANDS = [doctor]


def _is_readable() -> bool:
    """Whether there is a schema to ask. Another version is named by its check; what can be asked is asked all the same."""
    try:
        return migrations.present() is not None
    except exc.OperationalError:
        return False


def _tell(verdict: checks.Verdict) -> None:
    one = verdict.check
    if not verdict.wrong:
        click.echo(f"ok     {one.name}: {one.sentence}")
        return
    click.echo(f"WRONG  {one.name}: not true that: {one.sentence}")
    for sentence in verdict.wrong:
        click.echo(f"       {sentence}")
    if verdict.has_more:
        click.echo("       ... and more.")
    click.echo(f"       What to do: {one.remedy}")
