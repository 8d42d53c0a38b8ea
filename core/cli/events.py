"""`eleven events …`: what handlers were told in vain."""

import click

from core.cli.plugins import commit
from core.cli.server import this_app


@click.group()
def events() -> None:
    """Events that were given up: show them, have them told again."""


@events.command("failed")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="How many, the latest first.")
def failed(limit: int) -> None:
    """Show what was given up: number, event, handler, moment, reason."""
    from core.events import dead_letters
    with this_app().app_context():
        for delivery, event in dead_letters(limit=limit):
            click.echo(f"{delivery.id}\t{event.name}\t{delivery.subscription}\t{event.at:%Y-%m-%d %H:%M}\t"
                       f"{delivery.error or ''}")


@events.command("retry")
@click.argument("numbers", nargs=-1, type=int)
@click.option("--plugin", default="", help="All that was given up of a plugin's handlers.")
def retry(numbers: tuple[int, ...], plugin: str) -> None:
    """Have events told again by the worker, by their NUMBERS or all of a plugin."""
    from core.events import retry as retry_one
    from core.events import retry_all
    if bool(numbers) == bool(plugin):
        raise click.UsageError("Give the numbers that `eleven events failed` shows, or --plugin NAME.")
    told: list[int] = []
    commit(this_app(), lambda: told.extend([retry_all(plugin)] if plugin else [retry_one(n) for n in numbers]))
    click.echo(f"Told again: {sum(told)}.")
