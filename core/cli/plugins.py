"""`eleven plugins …`: what an administrator does with plugins, and the beginning of a new one."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.cli.server import this_app

if TYPE_CHECKING:
    from flask import Flask

    from core.host.portrait import Portrait


@click.group()
def plugins() -> None:
    """Show, install, switch, upgrade and remove plugins; begin a new one."""


def commit(app: "Flask", act: Callable[[], object]) -> None:
    """Run an operation and commit it, or roll it back; in the journal as done by the command line."""
    from core.database import db
    from core.journal import acting
    with app.app_context(), acting(via="cli"):
        try:
            act()
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


@plugins.command("list")
def list_plugins() -> None:
    """Show every plugin, whether it is on, and why one has been set aside."""
    from core.host.portrait import portraits
    with this_app().app_context():
        for one in portraits():
            said = one.health.label.lower() + (f": {one.health.note}" if one.health.note else "")
            click.echo(f"{one.name}\t{one.version}\t{said}")


@plugins.command()
@click.argument("name")
def show(name: str) -> None:
    """Show a plugin from inside: state, hooks, tables, permissions, settings, events, jobs, migrations, failures."""
    from core.host.portrait import UnknownPluginError, portrait
    with this_app().app_context():
        try:
            one = portrait(name)
        except UnknownPluginError as error:
            raise click.ClickException(str(error)) from error
        click.echo("\n".join(_drawn(one)))


def _drawn(one: "Portrait") -> Iterator[str]:
    yield f"{one.title} {one.version}"
    if one.description:
        yield one.description
    yield f"{one.health.label}. {one.health.note}".rstrip()
    facts = {"Folder": [str(one.folder or "")], "Requires": one.requires, "Required by": one.required_by}
    yield from (f"{label}: {', '.join(names)}" for label, names in facts.items() if any(names))
    for part in one.parts():
        yield f"\n{part.label}"
        widest = max(len(entry.text) for entry in part.entries)
        yield from (f"  {entry.text:{widest}}  {entry.note}".rstrip() for entry in part.entries)
    if one.plugin and one.plugin.failure:
        yield f"\n{one.plugin.failure.where}: {one.plugin.failure.message}\n{one.plugin.failure.trace}".rstrip()
    for failure in one.failures:
        often = "once" if failure.count == 1 else f"{failure.count} times"
        times = f"{often}, the last at {failure.last_at:%Y-%m-%d %H:%M} UTC"
        yield f"\n{failure.place}: {failure.message} ({times})\n{failure.trace}".rstrip()


@plugins.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Install every plugin that is not set aside.")
def install(names: tuple[str, ...], everything: bool) -> None:
    """Make the tables of plugins, with all that they require, and switch them on."""
    app = this_app()
    if not names and not everything:
        raise click.UsageError("Name the plugins to install, or say --all.")
    done = install_all(app, names or None)
    for name in done:
        click.echo(f"{name} is installed and on.")
    if done:
        click.echo("A server that runs already reads new code when it is restarted.")


def install_all(app: "Flask", names: tuple[str, ...] | None = None) -> list[str]:
    """Install plugins by name (None: all sound ones) with what they require; return those that were not yet."""
    from core import migrate
    from core.host import found_plugins, operations
    if names is None:
        names = tuple(plugin.name for plugin in found_plugins(app) if plugin.loaded)
    done = []
    wanted = dict.fromkeys(step for name in names for step in operations.requirements(app, name))
    for name in wanted:
        with app.app_context():
            row = operations.states().get(name)
            operations.sound(name)
        if row and name not in names:
            continue
        if row and names:
            click.echo(f"{name} is installed already.")
            continue
        migrate.upgrade(app, name)
        commit(app, functools.partial(operations.install, name))
        done.append(name)
    return done


def _switch(name: str, act: str, said: str) -> None:
    from core.host import operations
    commit(this_app(), lambda: getattr(operations, act)(name))
    click.echo(f"{name} {said}.")


@plugins.command()
@click.argument("name")
def enable(name: str) -> None:
    """Switch an installed plugin on, at once in every running server."""
    _switch(name, "enable", "is on")


@plugins.command()
@click.argument("name")
def disable(name: str) -> None:
    """Switch a plugin off, at once in every running server; its data stay."""
    _switch(name, "disable", "is off")


@plugins.command()
@click.argument("name")
def upgrade(name: str) -> None:
    """Bring a plugin's tables to its new version."""
    from core import migrate
    from core.host import operations
    app = this_app()
    with app.app_context():
        operations.sound(name)
    migrate.upgrade(app, name)
    commit(app, lambda: operations.upgrade(name))
    click.echo(f"{name} is up to date.")


@plugins.command()
@click.argument("name")
@click.option("--keep-data", "data", flag_value="keep", help="Leave its tables as they are.")
@click.option("--drop-data", "data", flag_value="drop", help="Write its rows to a file and drop its tables.")
def remove(name: str, data: str | None) -> None:
    """Take a plugin out of use."""
    from core.host import operations
    if data is None:
        raise click.UsageError("Say what becomes of its data: --keep-data or --drop-data.")
    app = this_app()
    commit(app, lambda: operations.remove(name))
    click.echo(f"{name} is removed.")
    if data == "drop":
        _drop(app, name)


@plugins.command()
@click.argument("name", required=False)
def purge(name: str | None) -> None:
    """Drop the tables that a removed plugin has left, also when its code is gone; without NAME list those."""
    from core.host import dropping
    app = this_app()
    left = dropping.purgeable(app)
    if name is None:
        click.echo("\n".join(left) or "No plugin has left tables behind.")
        return
    if name not in left:
        from core.host import operations
        with app.app_context():
            installed = name in operations.states()
        raise click.ClickException(f"{name} is installed: `eleven plugins remove {name} --drop-data`." if installed
                                   else f"No tables of {name} are there.")
    _drop(app, name)


def _drop(app: "Flask", name: str) -> None:
    from core.host import dropping
    file, tables = dropping.drop_tables(app, name)
    if file:
        click.echo(f"Its rows are in {file}.")
    click.echo(f"Dropped: {', '.join(tables) or 'nothing'}.")


@plugins.command()
@click.argument("name")
@click.option("--tree", is_flag=True, help="Write it into this checkout: plugins/NAME and tests/plugins/NAME.")
@click.option("--package", is_flag=True, help="Write a distribution that others install with pip.")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path),
              help="The folder to write to; instance/plugins by default, with --package the present one.")
def new(name: str, tree: bool, package: bool, into: Path | None) -> None:
    """Write a small plugin that works: a record type, a panel, a setting, a handler, a job, Russian texts, tests."""
    from core.cli import scaffold
    from core.config import instance_folder
    from core.host import found_plugins
    from core.host.load import names_of_core
    if tree and (package or into):
        raise click.UsageError("--tree says where it goes: leave --package and --into out.")
    scaffold.check_name(name, names_of_core(), {plugin.name for plugin in found_plugins(this_app())})
    if tree:
        place = scaffold.in_tree(name)
    elif package:
        place = scaffold.distribution(name, into or Path())
    else:
        place = scaffold.drop_in(name, into or instance_folder() / "plugins")
    scaffold.write(name, place)
    first = f"pip install {place.root.resolve()}; " if package else f"ELEVEN_PLUGINS_PATHS={into} " if into else ""
    click.echo(f"{place.root} is written. Next: {first}eleven plugins install {name}; restart the server.")
