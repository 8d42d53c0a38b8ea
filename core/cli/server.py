"""`eleven serve` and `eleven worker`."""

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flask import Flask


EMPTY = "There is no company in this database yet: begin one with `eleven init`, or make the tables alone with " \
    "`eleven db upgrade`."


def this_app(**options: Any) -> "Flask":
    """The application that a command works on: flask's when it was started by `flask`, else a new one of `options`."""
    from flask import current_app, has_app_context

    from core import cli
    if has_app_context():
        return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]
    return cli.create_app(**options)


def migrated_app(**options: Any) -> "Flask":
    """The application, if its tables are up to date; a plugin's that are not only silence the plugin."""
    from core import migrate
    from core.host.state import installed
    app = this_app(**options)
    late = migrate.behind(app)
    if "core" in late and migrate.current(app)["core"][0] is None:
        raise click.ClickException(EMPTY)
    if "core" in late:
        raise click.ClickException("The database is not up to date: run `eleven db upgrade`.")
    with app.app_context():
        taken = installed()
    for name in (name for name in late if name in taken):
        click.echo(f"eleven: the tables of {name} are not up to date, so it stays silent: run `eleven db upgrade`.",
                   err=True)
    if app.config["MAIL_URL"] and not app.config["BASE_URL"]:
        click.echo("eleven: BASE_URL is not set, so links in mails that the worker sends have no host. Set it to the "
                   "address that people open, for example https://crm.example.org.", err=True)
    return app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8011, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1), help="Requests answered at once.")
@click.option("--worker/--no-worker", default=False, help="Run background jobs in this process as well.")
@click.option("--dev", is_flag=True, help="For developers: start again when code changes, and reload the pages.")
def serve(host: str, port: int, threads: int, worker: bool, dev: bool) -> None:
    """Serve the application; for one machine, without anything else to install."""
    if dev:
        from core.cli import development
        development.serve(host, port, _start_worker if worker else None)
        return
    import waitress

    from core.contacts import demo
    app = migrated_app()
    try:
        server = waitress.create_server(app, host=host, port=port, threads=threads)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise click.ClickException(f"Cannot listen on {host}:{port}: {reason}. Choose another address or port with "
                                   "--host and --port.") from error
    with app.app_context():
        published = demo.password_in_use()
    if published:
        _warn(host)
    stop = _start_worker(app) if worker else None
    # a service manager stops us with SIGTERM: end like Ctrl+C does, with the worker
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    click.echo(f"Eleven listens on http://{host}:{port}")
    if published:
        click.echo(demo.sign_in())
    try:
        server.run()
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        if stop:
            stop()


def _warn(host: str) -> None:
    """Say that strangers may sign in, when they can reach a company whose password is published."""
    import ipaddress
    try:
        alone = ipaddress.ip_address(host).is_loopback
    except ValueError:
        alone = host == "localhost"
    if not alone:
        click.echo(f"eleven: {host} can be reached from outside, and the published password of the demo company "
                   "still opens it. Serve it on 127.0.0.1, or begin your own company with `eleven init`.", err=True)


def _start_worker(app: "Flask") -> Callable[[], None]:
    from core import jobs
    return jobs.start_consumer(app)


@click.command()
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1), help="Jobs that run at once.")
def worker(threads: int) -> None:
    """Run background jobs; start as many as you need, on any machine that reaches the database."""
    from core import jobs
    jobs.run_worker(migrated_app(), threads)
