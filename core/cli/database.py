"""`eleven db …`: tables and their migrations, of core and of every plugin."""

import sys

import click

from core.cli.server import this_app


@click.group()
def db() -> None:
    """Tables and their migrations, of core and of every plugin."""


@db.command()
@click.argument("component", required=False)
def upgrade(component: str | None) -> None:
    """Bring the tables of core and of every plugin, or of one, up to date."""
    from core import migrate
    from core.plugin.calls import failure_of
    from core.plugin.registry import registry_for
    outcome = migrate.upgrade(this_app(), component)
    for name, error in outcome.errors.items():
        registry_for(this_app()).calls.failures.keep(failure_of(name, "migration", error))
    for name, before, after in outcome.done:
        was = f" (was {before or 'empty'})" if before != after else ""
        click.echo(f"{name}: {after or 'no tables'}{was}")
    for sentence in outcome.failed.values():
        click.echo(f"eleven: {sentence}", err=True)
    if outcome.failed:
        sys.exit(1)


@db.command()
def check() -> None:
    """Say whether the database is up to date and the revisions make what the models declare."""
    from core import migrate
    faults = migrate.check(this_app())
    for name, lines in faults.items():
        click.echo(f"{name}:")
        for line in lines:
            click.echo(f"    {line}")
    if faults:
        sys.exit(1)
    click.echo("Models and tables agree.")


@db.command()
def current() -> None:
    """Show the revision of every component, and the newest if it is another."""
    from core import migrate
    for name, (now, newest) in migrate.current(this_app()).items():
        click.echo(f"{name}: {now or 'none'}" + (f", newest {newest}" if now != newest else ""))


@db.command()
@click.argument("component")
@click.argument("message")
@click.option("--empty", is_flag=True, help="Write one without comparing, to be filled by hand.")
def revision(component: str, message: str, empty: bool) -> None:
    """Write a revision of COMPONENT (core or a plugin) from the difference between models and database."""
    from core import migrate
    path = migrate.revision(this_app(), component, message, empty)
    click.echo(path or f"Nothing to do: the models of {component} and the database agree.")


@db.command()
@click.argument("component")
@click.argument("target")
def downgrade(component: str, target: str) -> None:
    """Take COMPONENT back to the revision TARGET (a number, -1 or base)."""
    from core import migrate
    migrate.downgrade(this_app(), component, target)
    click.echo(f"{component}: {target}")
