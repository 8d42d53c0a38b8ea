"""`eleven init`, `demo`, `backup` and `restore`: a company as a whole."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.cli.plugins import commit, install_all
from core.cli.server import this_app

if TYPE_CHECKING:
    from flask import Flask


@click.command()
@click.option("--company", prompt="Company", help="Its name.")
@click.option("--name", prompt="Administrator's name", help="The administrator's name.")
@click.option("--email", prompt="Administrator's e-mail", help="The address to sign in with.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="At least ten characters.")
def init(company: str, name: str, email: str, password: str) -> None:
    """Begin a company: tables, its name, and an administrator."""
    from marshmallow import ValidationError
    from sqlalchemy import select

    from core import migrate
    from core.database import db
    from core.plugin.settings import save_settings, settings
    from core.users import User, operations
    app = this_app()
    migrate.upgrade(app, "core")

    def begin() -> None:
        if db.session.scalar(select(User.id).limit(1)) is not None:
            raise click.ClickException("This company has begun already: `eleven users create` adds people.")
        operations.create_user(name, email, password=password, is_admin=True)
        save_settings("core", dict(settings("core")) | {"company": company})
    try:
        commit(app, begin)
    except ValidationError as error:
        told = "; ".join(f"{field}: {' '.join(map(str, said))}" for field, said in error.messages_dict.items())
        raise click.ClickException(told) from error
    click.echo(f"{company} is ready, and {email} may sign in. Next: `eleven plugins install --all`, `eleven serve`.")


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing if there is somebody already.")
def demo(if_empty: bool) -> None:
    """Fill an empty company with the demo company, every plugin on."""
    from core import migrate
    from core.contacts import demo as company
    app = this_app()
    with app.app_context():
        if company.begun():
            if not if_empty:
                raise click.ClickException("There is somebody already; the demo company wants an empty database.")
            return
    migrate.upgrade(app)
    install_all(app)
    commit(app, lambda: company.make(company.seeded("company")))
    with app.app_context():
        company.tell()
    for name in _fill_plugins(app):
        click.echo(f"The demo data of {name} could not be made, the Plugins page says why.", err=True)
    with app.app_context():
        rows = company.summary()
    width = max(len(label) for label, _count in rows)
    click.echo("\n".join(f"{label:{width}} {count:>7,}" for label, count in rows))
    if not if_empty:  # `make run` serves next, which says it beside the address
        click.echo(company.sign_in())


def _fill_plugins(app: "Flask") -> list[str]:
    """Let each plugin make its part, in a transaction of its own; returns those that failed."""
    from core.contacts import demo as company
    from core.host import found_plugins
    from core.plugin import registry_for
    calls, failed = registry_for(app).calls, []

    def fill(name: str) -> None:
        contacts, users = company.everybody()
        calls.one(name, "demo_data", contacts=contacts, users=users, random=company.seeded(name))
    for plugin in found_plugins(app):
        if plugin.loaded:
            try:
                commit(app, functools.partial(fill, plugin.name))
            except Exception as error:
                calls.failed(plugin.name, "demo_data", error)
                failed.append(plugin.name)
    return failed


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write database, files and configuration into FILE, a tar.gz. The server may go on running."""
    from core import backup as backups
    manifest = backups.backup(this_app(), file)
    click.echo(f"{file}: {len(manifest['files'])} files, {file.stat().st_size / 1e6:.1f} MB. It holds the secret key: "
               "keep it where only you can read it.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace what is there.")
def restore(file: Path, overwrite: bool) -> None:
    """Bring a backup back. Stop the server and the workers first."""
    from core import backup as backups
    manifest = backups.restore(this_app(), file, overwrite)
    click.echo(f"The company of {manifest['made_at']} is back. Next: `eleven db upgrade`.")
