"""The `eleven` command. Everything is imported where it is used, so that `eleven --help` is quick."""

import importlib
from typing import TYPE_CHECKING, Any

import click

from core.cli import company, database, docs, events, plugins, records, server

if TYPE_CHECKING:
    from flask import Flask


def create_app(instance: Any = None, **options: Any) -> "Flask":
    """Make an application whose `flask --app core` commands are those of `eleven`."""
    from core import app as factory
    made = factory.create_app(instance, **options)
    for name in eleven.commands:
        command = eleven.get_command(click.Context(eleven), name)
        made.cli.add_command(command or eleven.commands[name], name)
    return made


class Elsewhere(click.Group):
    """A group whose commands stand in another module, which is imported when one of them is asked for."""

    def __init__(self, name: str, where: str, **options: Any) -> None:
        super().__init__(name, **options)
        self.where = where

    def _there(self) -> click.Group:
        module, _, attribute = self.where.partition(":")
        found: click.Group = getattr(importlib.import_module(module), attribute)
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands there."""
        return self._there().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one of the commands there."""
        return self._there().get_command(ctx, cmd_name)


class Eleven(click.Group):
    """The commands of core by their names, and those of a plugin under the plugin's."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; for a name that is none of core's, load the plugins and look there."""
        found = super().get_command(ctx, cmd_name)
        if found or cmd_name.startswith("-"):
            return found
        from core.plugin import registry_for
        commands = registry_for(server.this_app()).commands.get(cmd_name)
        about = f"Commands of the plugin {cmd_name}."
        return click.Group(cmd_name, commands=commands, help=about) if commands else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what the administrator can mend is said in one sentence instead of a traceback."""
        from flask.cli import ScriptInfo
        # Flask's with_appcontext, which parts and plugins use for their commands, takes the application from here
        ctx.obj = ScriptInfo(create_app=create_app)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            sentence = explain(error)
            if sentence is None:
                raise
            click.echo(f"eleven: {sentence}", err=True)
            ctx.exit(1)


def explain(error: Exception) -> str | None:
    """One sentence for a fault that lies outside of the code; None for a defect, whose traceback is wanted."""
    from sqlalchemy.exc import DBAPIError

    from core.backup import BackupError
    from core.config import ConfigError
    from core.host import QuarantineError
    from core.host.operations import RefusedError
    from core.migrate import MigrationError
    if isinstance(error, ConfigError | MigrationError | QuarantineError | RefusedError | BackupError):
        return str(error)
    if isinstance(error, DBAPIError) and _no_table(error):
        return "Tables are missing in this database: begin a company with `eleven init`, or bring the tables of one " \
            "up to date with `eleven db upgrade`."
    if isinstance(error, DBAPIError):
        return f"The database does not answer as it should: {str(error.orig).strip().splitlines()[0]}."
    if isinstance(error, PermissionError):
        return f"No permission for {error.filename}: make it readable and writable for this user."
    return None


def _no_table(error: Any) -> bool:
    """Whether a statement failed for want of a table, as each of the databases says it."""
    return getattr(error.orig, "sqlstate", "") == "42P01" or "no such table" in str(error.orig)


@click.group(cls=Eleven)
@click.version_option(package_name="eleven-crm")
def eleven() -> None:
    """Eleven, a CRM of components. The commands of a plugin stand under its name: eleven <plugin> --help."""


for _command in (company.init, company.demo, company.backup, company.restore, server.serve, server.worker,
                 database.db, docs.docs, events.events, plugins.plugins, records.search, records.export_,
                 records.import_, Elsewhere("users", "core.users.commands:users", help="People who sign in."),
                 Elsewhere("contacts", "core.contacts.commands:contacts", help="Address books in and out.")):
    eleven.add_command(_command)


def main() -> None:
    """Entry point of the `eleven` command."""
    eleven(prog_name="eleven")
